"""``copkit blockage ask`` and ``letter``: what is asked of a commissioner, and the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from copkit.analysis.blockages import BEGINNING
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import describe_left_out, summarise_left_out
from copkit.analysis.privacy.outgoing import letter_selection
from copkit.cli.blockages.edit import (
    AskId,
    NewAsk,
    Slug,
    earlier_addressees,
    find_ask,
    find_blockage,
    require_no_names,
    write_ask,
)
from copkit.cli.context import CommandContext, OutgoingBuilding, OutgoingWriting
from copkit.cli.documents.build import (
    LETTERS,
    build_letter_files,
    parse_formats,
    unavailable_format_notes,
)
from copkit.cli.documents.outgoing import OutgoingNotes
from copkit.cli.params import (
    AsItIsNow,
    Formats,
    IsRole,
    Open,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.pii import require_label
from copkit.cli.prompts import Values, ask_day, ask_missing
from copkit.cli.terminal import clean, say
from copkit.documents.facts.letter import PAGES, is_too_long
from copkit.folder import Programme
from copkit.pii.labels import LabelKind
from copkit.records.blockages import LETTER_AUDIENCE, Ask, Blockage
from copkit.wording import count_in_words

# Suggested only; long enough for a board that meets once a month.
TIME_TO_ANSWER = dt.timedelta(weeks=6)


def collect_ask(programme: Programme, blockage: Blockage, options: Values) -> NewAsk:
    """Build the ask from the options, and on a terminal from answers to what is missing.

    Raise :class:`CopkitError` for a missing text, or an answer due before the letter's day.
    """
    # The id is chosen when the ask is written; until then a text keeps ask_missing from asking.
    values = {"id": "new", **options}
    asks_for_deadline = is_interactive() and values.get("reply_by") is None
    ask_missing(Ask, values, suggestions={"of": earlier_addressees(programme, blockage)})
    asked_on: dt.date = values["date"]
    if asks_for_deadline:
        values["reply_by"] = ask_day("reply_by (the day to answer by)", asked_on + TIME_TO_ANSWER)
    reply_by = (
        parse_day(values["reply_by"], "--reply-by", programme.settings)
        if values.get("reply_by")
        else None
    )
    if reply_by and reply_by < asked_on:
        usage_error(f"--reply-by: {reply_by} is before the day of the letter, {asked_on}")
    addressee, request = (str(values[key]).strip() for key in ("of", "ask"))
    for option, text in (("--of", addressee), ("--ask", request)):
        if not text:
            usage_error(f"missing: {option}")
    return NewAsk(asked_on, addressee, request, reply_by)


def deliver_letter(
    context: CommandContext,
    slug: str,
    id: str | None,
    formats: Sequence[str],
    *,
    as_it_is_now: bool = False,
) -> None:
    """Build the letter of an ask on record, print where it is, and which cases it leaves out.

    ``formats`` are the names typed after ``--format``; the usual ones are built if it is empty.
    ``as_it_is_now`` builds a letter of an earlier day as of today.
    """
    forms = parse_formats("letter", formats)
    programme = context.open_to_build()
    blockage = find_blockage(programme, slug)
    ask = find_ask(blockage, id)
    OutgoingNotes(context, programme).check(letter_selection(blockage, ask.date, ask.id))
    facts, paths = build_letter_files(
        programme, blockage, ask, forms, as_it_is_now=as_it_is_now, dry_run=context.dry_run
    )
    notes = _notes_on_omitted_cases(programme, blockage, ask)
    if is_too_long(facts):
        notes.append(
            f"The letter takes more than {count_in_words(PAGES, 'page')}: shorten the blockage."
        )
    if not formats:
        notes += unavailable_format_notes("letter")
    day = max(today(), ask.date) if as_it_is_now else ask.date
    summary = f"letter {ask.id} to {ask.of}, {day}: {facts.title}"
    context.report(paths, summary, notes)


def _notes_on_omitted_cases(programme: Programme, blockage: Blockage, ask: Ask) -> list[str]:
    """Return a sentence for each case of a blockage that its letter leaves out, and why."""
    concerned = {
        case.name
        for records in programme.communities
        for case in records.cases
        if any(issue.blockage == blockage.slug for issue in case.issues)
    }
    # From the first case on, since the letter counts how often the blockage came up at all.
    scope = Scope(BEGINNING, ask.date)
    notes = describe_left_out(programme, LETTER_AUDIENCE, scope, today())
    # A note begins with the name of its case: "brighton/no-call is for members alone".
    return [
        *summarise_left_out(programme, LETTER_AUDIENCE, scope, today(), concerned),
        *(note for note in notes if note.partition(" ")[0] in concerned),
    ]


def ask(
    context: OutgoingWriting,
    slug: Slug,
    of: Annotated[str | None, typer.Option(help="Who is asked: a role or a board.")] = None,
    what: Annotated[str | None, typer.Option("--ask", help="The one thing asked.")] = None,
    reply_by: Annotated[str | None, typer.Option(help="The day to answer by.")] = None,
    date: Annotated[str, typer.Option(help="The day of the letter.")] = "today",
    is_role: IsRole = False,
    formats: Formats = None,
    open_it: Open = False,
) -> None:
    """Record what is asked of whom, and write the letter that asks it.

    The letter says what the blockage does to people, how often it came up, what was tried and
    what was asked before, from cases that commissioners may read. It is written below
    build/letters/.

    \b
    Examples:
      copkit blockage ask weekend-cover
      copkit blockage ask weekend-cover --of "Supported housing commissioner" \\
        --ask "Fund a few weekend hours" --reply-by 2026-09-30
    """
    parse_formats("letter", formats or ())  # an unknown form is an error before anything is written
    programme = context.open()
    blockage = find_blockage(programme, slug)
    options = {
        "date": parse_day(date, "--date", programme.settings),
        "of": of,
        "ask": what,
        "reply_by": reply_by,
    }
    new = collect_ask(programme, blockage, options)
    require_no_names(programme, {"--ask": new.request})
    hint = "name a role or a board, such as 'the housing commissioner'"
    require_label(programme, "--of", new.addressee, LabelKind.ROLE, hint, agreed=is_role)
    OutgoingNotes(context, programme).check(letter_selection(blockage, new.date))
    # On record before the letter is built: a letter that cannot be built can be built again.
    id = write_ask(programme, blockage, new, dry_run=context.dry_run)
    if context.dry_run:
        say(f"would write its letter below build/{LETTERS}/{clean(blockage.slug)}/{id}")
        return
    deliver_letter(replace(context, open_it=open_it), slug, id, formats or ())


def letter(
    context: OutgoingBuilding,
    slug: Slug,
    id: AskId = None,
    formats: Formats = None,
    as_it_is_now: AsItIsNow = False,
) -> None:
    """Build the letter of an ask that is on record.

    It states what was known on the day of the ask. If its blockage was edited after it was built,
    it is refused: newer words would stand beside older figures. Word and PDF need packages of
    their own: pip install 'copkit[docx,pdf]'; where one is missing, the letter is built without
    it.

    \b
    Forms:
      html  for the browser         docx  for Word, to sign
      txt   to paste into a message, when you name it
      md    Markdown, when named    pdf   to print, or to attach

    \b
    Examples:
      copkit blockage letter weekend-cover
      copkit blockage letter weekend-cover a1 --format txt
      copkit blockage letter weekend-cover --as-it-is-now
    """
    deliver_letter(context, slug, id, formats or (), as_it_is_now=as_it_is_now)
