"""``copkit community closing``, ``close`` and ``reopen``: how a community ends."""

from __future__ import annotations

import datetime as dt
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from copkit.cli.context import CommandContext, OutgoingBuilding, Writing
from copkit.cli.params import (
    CommunityName,
    Formats,
    complete_audience,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, print_heading, print_json, print_paragraph, say
from copkit.errors import CopkitError
from copkit.records.closings import (
    CLOSING_SECTIONS,
    NOBODY,
    REASONS_IN_WORDS,
    Closing,
    ClosingReason,
    LooseEnd,
)
from copkit.records.communities import CommunityStatus
from copkit.records.members import LeftBecause
from copkit.records.schema.audience import Audience, audience_choices
from copkit.wording import capitalised, day_in_words, list_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.endings.closing import OpenEnd
    from copkit.folder import CommunityRecords, Programme
    from copkit.text.transaction import Change

ALL: Final = "all"


class PrivateEntries(NamedTuple):
    """How many entries about a community's members are in private/."""

    contacts: int
    mail: int
    aliases: int


def count_private_entries(root: Path, community: str) -> PrivateEntries:
    """Count the contacts and aliases of a community, and who agreed to mail."""
    from copkit.private_files import read_aliases, read_contacts

    contacts = [entry for entry in read_contacts(root, []) if entry.community == community]
    aliases = [
        entry for entry in read_aliases(root, []).aliases if entry.id.startswith(f"{community}/")
    ]
    return PrivateEntries(len(contacts), sum(bool(c.agreed) for c in contacts), len(aliases))


# --- what is still open ----------------------------------------------------------------------


def closing(
    context: OutgoingBuilding,
    community: CommunityName = None,
    build: Annotated[
        bool, typer.Option("--build", help="Build the page of its ending instead.")
    ] = False,
    reader: Annotated[
        Audience,
        typer.Option(
            "--for",
            help=f"With --build, who will read it: {audience_choices()}.",
            autocompletion=complete_audience,
        ),
    ] = Audience.MEMBERS,
    formats: Formats = None,
) -> None:
    """List what is still open in a community, with the command that settles each thing.

    With --build it makes the page of the ending below build/closings/: for members with what was
    learned, for commissioners with figures, what stays open and whom to ask.

    \b
    Examples:
      copkit community closing workington
      copkit community closing workington --json
      copkit community closing workington --build --for commissioners
    """
    if build:
        from copkit.cli.communities.pages import build_closing_page

        build_closing_page(context, community, reader, formats or ())
        return
    from copkit.analysis.endings.closing import closing_in_force, may_end, open_ends
    from copkit.cli.prompts import find_or_ask_community

    programme = context.open()
    records = find_or_ask_community(programme, community)
    day = today()
    ends = open_ends(programme, records, day)
    private = count_private_entries(programme.root, records.slug)
    record = closing_in_force(records)
    if context.as_json:
        _print_closing_json(records, record, ends, private, may_end(records, ends, day))
        return
    _print_closing(records, record, ends)
    _print_private_entries(private)
    _print_what_next(records, record, ends, day)


def _print_closing_json(
    records: CommunityRecords,
    record: Closing | None,
    ends: Sequence[OpenEnd],
    private: PrivateEntries,
    is_ready: bool,
) -> None:
    from copkit.analysis.endings.closing import OpenKind

    counts = Counter(end.kind for end in ends if not end.taken_by)
    print_json(
        {
            "community": records.slug,
            "status": records.community.status,
            "open": {**{kind.value: counts[kind] for kind in OpenKind}, **private._asdict()},
            "ends": ends,
            "loose_ends": [
                {"id": end.id, "what": end.what, "record": end.record, "to": end.to}
                for end in (record.loose_ends if record else ())
            ],
            "may_end": is_ready,
            "next": [" ".join(("copkit", *end.command)) for end in ends if not end.taken_by],
        }
    )


def _print_closing(
    records: CommunityRecords, record: Closing | None, ends: Sequence[OpenEnd]
) -> None:
    """Print how far the ending is, and what is open, by kind."""
    from copkit.analysis.endings.closing import OpenKind

    community = records.community
    state = f"{community.place} ({community.code}) is {community.status}"
    if community.status is CommunityStatus.ENDED:
        state = f"{community.place} ({community.code}) ended{_on(community.ended)}"
    elif record:
        state = f"{state}; its last meeting: {day_in_words(record.last_meeting)}"
    print_heading(state, f": {list_in_words(record.reasons_in_words)}." if record else ".")
    for kind in OpenKind:
        own = [end for end in ends if end.kind is kind]
        if own:
            print_paragraph(f"{capitalised(_KINDS_IN_WORDS[kind])}:", "  ")
        for end in own:
            taker = f" [{_in_words(end.taken_by)}]" if end.taken_by else ""
            print_paragraph(f"{end.what}{taker}", "  - ")
            if not end.taken_by:
                print(f"      copkit {clean(shlex.join(end.command))}")  # never broken
                print_paragraph(f"or as {end.record}", "      ")


def _on(day: dt.date | None) -> str:
    return f" on {day_in_words(day)}" if day else ""


def _in_words(taker: str) -> str:
    return "let go" if taker == NOBODY else f"taken on: {taker}"


_KINDS_IN_WORDS: Final = {
    "actions": "promises without an outcome",
    "asks": "asks without a reply",
    "cases": "cases not written up",
    "stories": "stories without an end",
    "surveys": "surveys without answers",
    "evidence": "evidence that nobody will check",
    "directory": "entries of the directory that nobody will check",
    "newsletters": "newsletters promised",
    "meetings": "meetings in people's calendars",
}


def _print_private_entries(private: PrivateEntries) -> None:
    if any(private):
        agreed = f" ({private.mail} agreed to mail)" if private.mail else ""
        entries = f"{plural(private.contacts, 'contact')}{agreed}"
        aliases = plural(private.aliases, "alias", "aliases")
        text = f"On this computer: {entries} and {aliases}. 'copkit retention' says when they go."
        print_paragraph(text, "  ")


def _print_what_next(
    records: CommunityRecords, record: Closing | None, ends: Sequence[OpenEnd], day: dt.date
) -> None:
    """Print what has to be done before the community can be ended."""
    unnamed = sum(not end.taken_by for end in ends)
    if records.community.status is CommunityStatus.ENDED:
        if unnamed:
            is_open = "is" if unnamed == 1 else "are"
            say(f"{plural(unnamed, 'thing')} {is_open} open that nobody has taken on or let go")
        return
    if record is None:
        say(f"not closing yet: copkit community close {records.slug}")
    elif unnamed:
        is_open = "is" if unnamed == 1 else "are"
        say(f"{plural(unnamed, 'thing')} {is_open} open that nobody has taken on or let go: settle "
            f"them, or say who takes them on: 'copkit community close {records.slug}'")  # fmt: skip
    elif record.last_meeting > day:
        say(f"everything is named; it can end after {day_in_words(record.last_meeting)}")
    else:
        say(f"everything is named: 'copkit community close {records.slug}' ends it")


# --- closing and ending ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClosingAnswers:
    """What somebody said of an ending, on the line or asked; ``None`` for what was not said.

    ``takers`` has who takes on each open thing, by the name of its record.
    """

    decided: dt.date | None
    last_meeting: dt.date | None
    why: tuple[ClosingReason, ...]
    decided_by: str | None
    kept_by: str | None
    takers: Mapping[str, str]


def close(
    context: Writing,
    community: CommunityName = None,
    why: Annotated[
        list[ClosingReason] | None,
        typer.Option("--why", help="Why it ends; may be repeated.", show_choices=True),
    ] = None,
    decided: Annotated[
        str | None, typer.Option(help="The day it was decided.", show_default="today")
    ] = None,
    last_meeting: Annotated[
        str | None, typer.Option(help="The last meeting.", show_default="the last on record")
    ] = None,
    decided_by: Annotated[
        str | None, typer.Option(help="Who decided: the members, host or programme.")
    ] = None,
    kept_by: Annotated[
        str | None, typer.Option(help="The role that answers questions afterwards.")
    ] = None,
    hand_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RECORD=WHO", help="Who takes on an open thing: a community or a role."
        ),
    ] = None,
    let_go: Annotated[
        list[str] | None,
        typer.Option(metavar="RECORD", help="An open thing that nobody takes on; or 'all'."),
    ] = None,
) -> None:
    """Close a community: say why, and who takes on what is open; once all is named, it ends.

    The first time it sets the status 'closing' and writes closing.md. After the last meeting, when
    each open thing is settled, handed on or let go, the same command ends it: its members get
    'left_because: ended', no letter of the matrix changes, and its records are read-only.

    \b
    Examples:
      copkit community close workington
      copkit community close halifax --why too-few-members --last-meeting 2012-06-13 \\
        --hand-on blockages/weekend-cover=advisory --let-go all
    """
    from copkit.analysis.endings.closing import closing_in_force, open_ends
    from copkit.cli.prompts import find_or_ask_community

    programme = context.open()
    records = find_or_ask_community(programme, community)
    record = closing_in_force(records)
    settings = programme.settings
    answers = ClosingAnswers(
        decided=parse_day(decided, "--decided", settings) if decided else None,
        last_meeting=parse_day(last_meeting, "--last-meeting", settings) if last_meeting else None,
        why=tuple(dict.fromkeys(why or ())),
        decided_by=decided_by,
        kept_by=kept_by,
        takers={},
    )
    if record is None:
        answers = _ask_why_and_when(records, answers)
    day = today()
    ends = open_ends(programme, records, day)
    answers = _with_takers(records, answers, ends, hand_on or (), let_go or ())
    _require_no_names(programme, answers)
    _apply_closing(context, programme, records, answers, ends)


def _ask_why_and_when(records: CommunityRecords, answers: ClosingAnswers) -> ClosingAnswers:
    """Return answers with all that a closing page must have; ask for what was not said."""
    from dataclasses import replace

    community = records.community
    held = [meeting.held_on for meeting in records.meetings if meeting.was_attended]
    if not answers.why:
        if not is_interactive():
            choices = ", ".join(ClosingReason)
            hint = f"copkit community close {records.slug} --why {ClosingReason.GOAL_REACHED}"
            usage_error("missing: --why", f"{hint}; or {choices}")
        answers = replace(answers, why=_ask_reasons())
    last = answers.last_meeting or community.ended
    if last is None and is_interactive():
        from copkit.cli.prompts import ask_day

        typed = ask_day("the last meeting", held[-1] if held else today(), "--last-meeting")
        last = parse_day(typed, "--last-meeting")
    last = last or (held[-1] if held else today())
    # The ending of a community that is over was decided by its last day.
    decided = answers.decided or min(today(), community.ended or today())
    if not answers.kept_by and is_interactive():
        from copkit.cli.prompts import ask

        kept_by = ask("who answers questions afterwards (a role)", option="--kept-by")
        answers = replace(answers, kept_by=kept_by)
    return replace(answers, decided=decided, last_meeting=last)


def _ask_reasons() -> tuple[ClosingReason, ...]:
    """Ask why a community ends: one number or several."""
    from copkit.cli.prompts import ask_numbered

    words = {reason.value: text for reason, text in REASONS_IN_WORDS.items()}
    first = ClosingReason(ask_numbered("why", words, "--why"))
    rest = {"": "no other reason", **{key: text for key, text in words.items() if key != first}}
    second = ask_numbered("and why else", rest, "--why", default="")
    return (first, ClosingReason(second)) if second else (first,)


def _with_takers(
    records: CommunityRecords,
    answers: ClosingAnswers,
    ends: Sequence[OpenEnd],
    hand_on: Sequence[str],
    let_go: Sequence[str],
) -> ClosingAnswers:
    """Return answers with who takes on what; on a terminal ask for what has no word yet."""
    from dataclasses import replace

    open_names = {end.record: end for end in ends}
    takers: dict[str, str] = {}
    for text in hand_on:
        name, equals, taker = text.partition("=")
        if not equals or not taker.strip():
            hint = f"write {name}=advisory, or a role"
            usage_error(f"--hand-on: '{text}' does not say who", hint)
        takers |= dict.fromkeys(_named(open_names, name.strip(), "--hand-on"), taker.strip())
    for name in let_go:
        names = (
            [end.record for end in ends if not end.taken_by and end.record not in takers]
            if name == ALL
            else _named(open_names, name.strip(), "--let-go")
        )
        takers |= dict.fromkeys(names, NOBODY)
    if is_interactive() and not let_go and not hand_on:
        takers |= _ask_takers([end for end in ends if not end.taken_by])
    return replace(answers, takers=takers)


def _named(open_names: Mapping[str, OpenEnd], name: str, option: str) -> list[str]:
    """Return the open things that a name covers; raise for one that covers none."""
    names = [record for record in open_names if f"{record}/".startswith(f"{name}/")]
    if not names:
        from copkit.errors import did_you_mean

        hint = did_you_mean(name, open_names, "'copkit community closing' lists what is open")
        usage_error(f"{option}: '{name}' is nothing that is open here", hint)
    return names


def _ask_takers(ends: Sequence[OpenEnd]) -> Iterator[tuple[str, str]]:
    """Ask of each open thing who takes it on; nothing is an answer, and leaves it open."""
    from copkit.cli.prompts import ask

    if ends:
        say("still open: name a community or a role for each; 'let go', or Enter to leave it")
    for end in ends:
        say(f"  {clean(end.what)}")
        answer = ask("who takes it on", default="-", option="--hand-on").strip()
        if answer != "-":
            yield end.record, NOBODY if answer.casefold() in {"let go", NOBODY} else answer


def _require_no_names(programme: Programme, answers: ClosingAnswers) -> None:
    """Raise :class:`CopkitError` where a role that was typed seems to be a person's name."""
    from copkit.cli.pii import require_label
    from copkit.pii.labels import LabelKind

    slugs = {records.slug for records in programme.communities}
    hint = "write a role or a community"
    labels = [("--kept-by", answers.kept_by), ("--decided-by", answers.decided_by)]
    labels += [("--hand-on", taker) for taker in dict.fromkeys(answers.takers.values())]
    for option, text in labels:
        if text and text != NOBODY and text not in slugs:
            require_label(programme, option, text, LabelKind.ROLE, hint, agreed=False)


def _apply_closing(
    context: CommandContext,
    programme: Programme,
    records: CommunityRecords,
    answers: ClosingAnswers,
    ends: Sequence[OpenEnd],
) -> None:
    """Write the closing page, the status, and once all is named the end, in one step."""
    from copkit.analysis.endings.closing import closing_in_force
    from copkit.cli.store import change_records_and_private
    from copkit.text.transaction import Change

    slug, day = records.slug, today()
    record = closing_in_force(records)
    file = f"communities/{slug}/closing.md"
    text = _closing_text(records, answers, ends)
    last = answers.last_meeting or (record.last_meeting if record else day)
    _require_no_later_attendance(records, last)
    unnamed = [end for end in ends if not (end.taken_by or end.record in answers.takers)]
    ended_before = records.community.status is CommunityStatus.ENDED
    ends_now = not unnamed and last <= day and not ended_before
    old = records.closing.source.text.text if records.closing else None
    changes = [] if text == old else [Change(file, old, text)]
    if not ended_before:
        status = CommunityStatus.ENDED if ends_now else CommunityStatus.CLOSING
        changes += _community_change(records, status, last if ends_now else None)
    if ends_now:
        changes += _roster_change(records, last)
    if not changes:
        _say_still_open(records, unnamed, last, day)
        from copkit.cli.store import note_nothing_changed

        if not context.dry_run:
            note_nothing_changed(programme.root)
        return
    change_records_and_private(programme, changes, (), dry_run=context.dry_run)
    if ends_now:
        verb = "would end" if context.dry_run else "ended"
        say(f"{clean(records.community.place)} {verb} on {day_in_words(last)}. No letter of the "
            "matrix changes.")  # fmt: skip
        say("  its records are read-only now; 'copkit retention' says what is deleted, and when")
        say(f"  the page for its members: copkit community closing {slug} --build")
    else:
        _say_still_open(records, unnamed, last, day)
    if not context.dry_run:
        say("  take it back: copkit undo")


def _say_still_open(
    records: CommunityRecords, unnamed: Sequence[OpenEnd], last: dt.date, day: dt.date
) -> None:
    slug = records.slug
    if unnamed:
        is_open = "is" if len(unnamed) == 1 else "are"
        say(f"it cannot end yet: {plural(len(unnamed), 'thing')} {is_open} open that nobody has "
            "taken on or let go")  # fmt: skip
        say(f"  'copkit community closing {slug}' lists them")
    elif records.community.status is CommunityStatus.ENDED:
        say(f"{slug} has ended, and everything that was open is named; nothing was changed")
    elif last > day:
        say(f"everything is named; the same command ends it after {day_in_words(last)}")


def _closing_text(
    records: CommunityRecords, answers: ClosingAnswers, ends: Sequence[OpenEnd]
) -> str:
    """Return the text of the closing page with the answers in it; of a new one, its headings."""
    from copkit.records.schema.fields import new_part_id
    from copkit.records.schema.write import format_record
    from copkit.text.edit import append, remove, set_value

    said: dict[str, Any] = {
        "decided": answers.decided,
        "last_meeting": answers.last_meeting,
        "why": answers.why[0] if len(answers.why) == 1 else list(answers.why) or None,
        "decided_by": answers.decided_by,
        "kept_by": answers.kept_by,
    }
    what = {end.record: end.what for end in ends}
    if records.closing is None:
        ids: list[str] = []
        loose_ends = []
        for name, taker in answers.takers.items():
            ids.append(new_part_id(LooseEnd, ids))
            loose_ends.append({"id": ids[-1], "what": what[name], "record": name, "to": taker})
        body = "\n\n".join(f"## {heading}" for heading in CLOSING_SECTIONS)
        return format_record(Closing, {**said, "loose_ends": loose_ends}, body)
    text = records.closing.source.text.text
    for key, value in said.items():
        if value is not None:
            text = set_value(text, [key], value)
    if records.closing.reopened:
        text = remove(text, [], "reopened")
    ids = [end.id for end in records.closing.loose_ends]
    for name, taker in answers.takers.items():
        ids.append(new_part_id(LooseEnd, ids))
        entry = {"id": ids[-1], "what": what[name], "record": name, "to": taker}
        text = append(text, ["loose_ends"], entry)
    return text


def _community_change(
    records: CommunityRecords, status: CommunityStatus, ended: dt.date | None
) -> list[Change]:
    from copkit.text.edit import set_value
    from copkit.text.transaction import Change

    source = records.community.source
    text = set_value(source.text.text, ["status"], status)
    if ended:
        text = set_value(text, ["ended"], ended)
    return [] if text == source.text.text else [Change(source.file, source.text.text, text)]


def _roster_change(records: CommunityRecords, last: dt.date) -> list[Change]:
    """Return the change by which everybody who is still a member leaves on the last day."""
    from copkit.text.edit import set_value
    from copkit.text.transaction import Change

    source = records.roster.source
    text = source.text.text
    for member in records.members:
        if member.left is None and member.left_because is None:
            path = ("members", member.id)
            text = set_value(text, (*path, "left"), max(last, member.joined or last))
            text = set_value(text, (*path, "left_because"), LeftBecause.ENDED)
    return [] if text == source.text.text else [Change(source.file, source.text.text, text)]


def _require_no_later_attendance(records: CommunityRecords, last: dt.date) -> None:
    """Raise :class:`CopkitError` where somebody came to a meeting after the last one."""
    later = [m for m in records.meetings if m.held_on > last and m.was_attended]
    if later:
        message = f"people came to a meeting on {later[-1].held_on}, after {last}"
        raise CopkitError(
            f"{message}; nothing was changed", f"--last-meeting {later[-1].held_on}", status=2
        )


# --- opening again ---------------------------------------------------------------------------


def reopen(
    context: Writing,
    community: CommunityName = None,
    date: Annotated[
        str | None, typer.Option(help="The day it goes on.", show_default="today")
    ] = None,
) -> None:
    """Open a community again: its members are members again, and what was learned stays.

    \b
    Examples:
      copkit community reopen workington
    """
    from copkit.cli.prompts import find_or_ask_community
    from copkit.cli.store import change_records_and_private, say_unchanged
    from copkit.text.edit import remove, set_value
    from copkit.text.transaction import Change

    programme = context.open()
    records = find_or_ask_community(programme, community)
    community_record = records.community
    if community_record.status not in (CommunityStatus.ENDED, CommunityStatus.CLOSING):
        reason = f"{records.slug} is {community_record.status}, and has not ended"
        say_unchanged(programme.root, reason, dry_run=context.dry_run)
        return
    day = parse_day(date, "--date", programme.settings) if date else today()
    source = community_record.source
    text = set_value(source.text.text, ["status"], CommunityStatus.ACTIVE)
    if community_record.ended:
        text = set_value(text, ["ended"], None)
    changes = [Change(source.file, source.text.text, text)]
    roster = records.roster.source
    text = roster.text.text
    for member in records.members:
        if member.left_because is LeftBecause.ENDED:
            for key in ("left", "left_because"):
                if key in member.source.fields.entries:
                    text = remove(text, ("members", member.id), key)
    if text != roster.text.text:
        changes.append(Change(roster.file, roster.text.text, text))
    if records.closing and not records.closing.reopened:
        page = records.closing.source
        text = set_value(page.text.text, ["reopened"], max(day, records.closing.decided))
        changes.append(Change(page.file, page.text.text, text))
    change_records_and_private(programme, changes, (), dry_run=context.dry_run)
    verb = "would be" if context.dry_run else "is"
    say(f"{clean(community_record.place)} {verb} active again.")
    if not context.dry_run:
        say("  take it back: copkit undo")
