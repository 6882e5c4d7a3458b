"""``copkit blockage ask`` and ``letter``: what is asked of a commissioner, and the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.blockages import BEGINNING
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import left_out
from copkit.cli.blockages.edit import AskId, NewAsk, Slug, addressees, ask_of, blockage_of
from copkit.cli.documents.build import build_one_letter, chosen_forms, report, without_forms
from copkit.cli.documents.stale import open_to_build
from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    Formats,
    Open,
    day,
    interactive,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.prompts import Values, ask_day, ask_missing
from copkit.cli.terminal import clean, say
from copkit.documents.facts.letter import PAGES, is_too_long
from copkit.folder import Programme
from copkit.records.blockages import Ask, Blockage
from copkit.records.schema.fields import Audience
from copkit.wording import counted

TO_ANSWER = dt.timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Shown:
    """How somebody wants to be told of a letter that was built."""

    as_json: bool = False
    open_it: bool = False
    dry_run: bool = False


def new_ask(programme: Programme, blockage: Blockage, given: Values) -> NewAsk:
    """Take what is to be asked from what was given; on a terminal, ask for the rest."""
    values = {"id": "new", **given}
    people = interactive() and values.get("reply_by") is None
    ask_missing(Ask, values, suggestions={"of": addressees(programme, blockage)})
    asked: dt.date = values["date"]
    if people:
        values["reply_by"] = ask_day("reply_by (the day to answer by)", asked + TO_ANSWER)
    reply_by = day(values["reply_by"], "--reply-by") if values.get("reply_by") else None
    if reply_by and reply_by < asked:
        wrong_use(f"--reply-by: {reply_by} is before the day of the letter, {asked}")
    of, what = (str(values[key]).strip() for key in ("of", "ask"))
    for option, text in (("--of", of), ("--ask", what)):
        if not text:
            wrong_use(f"missing: {option}")
    return NewAsk(asked, of, what, reply_by)


def deliver_letter(
    folder: Path, slug: str, id: str | None, formats: Sequence[str], shown: Shown
) -> None:
    """Build the letter of something that is on record, and say what it tells and what not."""
    forms = chosen_forms("letter", formats)
    programme = open_to_build(folder, dry_run=shown.dry_run)
    blockage = blockage_of(programme, slug)
    ask = ask_of(blockage, id)
    facts, paths = build_one_letter(programme, blockage, ask, forms, dry_run=shown.dry_run)
    notes = _left_out(programme, blockage, ask)
    if is_too_long(facts):
        notes.append(f"The letter takes more than {counted(PAGES, 'page')}: shorten the blockage.")
    if not formats:
        notes += without_forms("letter")
    summary = f"letter {ask.id} to {ask.of}, {ask.date}: {facts.title}"
    report(
        paths,
        summary,
        notes,
        as_json=shown.as_json,
        open_it=shown.open_it,
        dry_run=shown.dry_run,
    )


def _left_out(programme: Programme, blockage: Blockage, ask: Ask) -> list[str]:
    """Say which cases of a blockage a letter does not tell, and why."""
    concerned = {
        case.name
        for records in programme.communities
        for case in records.cases
        if any(issue.blockage == blockage.slug for issue in case.issues)
    }
    scope = Scope(BEGINNING, ask.date)
    notes = left_out(programme, Audience.COMMISSIONERS, scope, today())
    return [note for note in notes if note.partition(" ")[0] in concerned]


def ask(
    slug: Slug,
    of: Annotated[str | None, typer.Option(help="Who is asked: a role or a board.")] = None,
    what: Annotated[str | None, typer.Option("--ask", help="The one thing asked.")] = None,
    reply_by: Annotated[str | None, typer.Option(help="The day to answer by.")] = None,
    date: Annotated[str, typer.Option(help="The day of the letter.")] = "today",
    formats: Formats = None,
    open_it: Open = False,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record what is asked of whom, and write the letter that asks it.

    The letter tells what the blockage does to people, how often it came up, what was tried and
    what was asked before, from cases that commissioners may read. It lies below build/letters/.

    \b
    Examples:
      copkit blockage ask weekend-cover
      copkit blockage ask weekend-cover --of "Supported housing commissioner" \\
        --ask "Fund a few weekend hours" --reply-by 2026-09-30
    """
    from copkit.cli.blockages.edit import blockage_of, require_nobody_in, write_ask
    from copkit.cli.documents.build import LETTERS, chosen_forms

    chosen_forms("letter", formats or ())  # before anything is written
    programme = open_programme(folder)
    about = blockage_of(programme, slug)
    given = {"date": day(date, "--date"), "of": of, "ask": what, "reply_by": reply_by}
    new = new_ask(programme, about, given)
    require_nobody_in(programme, {"--of": new.of, "--ask": new.ask})
    id = write_ask(programme, about, new, dry_run=dry_run)
    if dry_run:
        say(f"would write its letter below build/{LETTERS}/{clean(about.slug)}/{id}")
        return
    deliver_letter(folder, slug, id, formats or (), Shown(open_it=open_it))


def letter(
    slug: Slug,
    id: AskId = None,
    formats: Formats = None,
    open_it: Open = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Build the letter of something asked that is on record.

    It states what was known on the day of the ask. Word and PDF need packages of their own:
    pip install 'copkit[docx,pdf]'; where one is missing, the letter is built without it.

    \b
    Forms:
      html  for the browser         docx  for Word, to sign
      txt   to paste into a message, when you name it
      md    Markdown, when named    pdf   to print, or to attach

    \b
    Examples:
      copkit blockage letter weekend-cover
      copkit blockage letter weekend-cover a1 --format txt
    """
    shown = Shown(as_json=as_json, open_it=open_it, dry_run=dry_run)
    deliver_letter(folder, slug, id, formats or (), shown)
