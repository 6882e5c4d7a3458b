"""Taking attendance by ticking the members on a list, at the terminal."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from copkit.analysis.attendance import build_register
from copkit.analysis.record_attendance import (
    Came,
    contradicted,
    expected,
    in_figures,
    is_on_record,
    is_taken,
    new_meeting,
    on_record,
    stood_for,
    with_attendance,
)
from copkit.cli.params import day, interactive, today
from copkit.cli.pii import names_known, people_known, require_nobody_known
from copkit.cli.prompts import ask, ask_day
from copkit.cli.store import change
from copkit.cli.terminal import beside, clean, id_for, names_of, say, say_choice
from copkit.documents.facts.attendance import MARKS
from copkit.errors import CopkitError, closest, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting, parse_meeting
from copkit.records.members import Member
from copkit.text.files import is_slug
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.wording import listed, plural, weekday_in_words

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyPressEvent
    from questionary import Question, Style


# Recording who came to a meeting: whom a person means, and what becomes of the record.


def meeting_slug(records: CommunityRecords, named: str) -> str:
    """Give the meeting that was named: by its file's name, or by its day if it is the only one."""
    if any(meeting.slug == named for meeting in records.meetings):
        return named
    held_on = day(named, "DATE")
    that_day = [meeting.slug for meeting in records.meetings if meeting.held_on == held_on]
    if len(that_day) > 1:
        message = f"{records.slug} has {len(that_day)} meetings on {held_on}"
        raise CopkitError(message, f"name one of them: {', '.join(that_day)}", status=2)
    return that_day[0] if that_day else str(held_on)


def ids_of(root: Path, records: CommunityRecords, named: Sequence[str] | None) -> tuple[str, ...]:
    """Take ids or names, one by one or with commas between; each must be on the roster."""
    words = (word.strip() for text in named or () for word in text.split(",") if word.strip())
    return tuple(dict.fromkeys(_id_of(root, records, word) for word in words))


def _id_of(root: Path, records: CommunityRecords, typed: str) -> str:
    """Give the id of somebody; the contacts help to find whom a slip of the pen meant."""
    id = id_for(root, records, typed)
    if records.roster.member(id):
        return id
    known = {name: id for id, name in names_of(root, records.slug).items()}
    near = closest(typed, known)
    hint = f"did you mean '{known[near]}'?" if near and records.roster.member(known[near]) else ""
    roster = [member.id for member in records.members]
    hint = hint or did_you_mean(typed, roster, f"'copkit new-member {records.slug}' adds one")
    shown = f"'{typed}'" if is_slug(typed) or interactive() else "somebody named here"
    raise CopkitError(f"{shown} is not on the roster of {records.slug}", hint, status=2)


def ask_who_came(root: Path, records: CommunityRecords) -> tuple[list[str], list[str]]:
    """Show the roster with numbers, and ask who came and who sent apologies."""
    ids = [member.id for member in records.members]
    for number, member in enumerate(records.members, 1):
        say_choice(number, f"{beside(root, records, member.id)} ({member.role})")

    def answers(question: str) -> list[str]:
        words = ask(f"{question} (numbers, ids or names, commas between)", default="").split(",")
        return [
            ids[int(word) - 1] if word.isdecimal() and 0 < int(word) <= len(ids) else word
            for word in map(str.strip, words)
        ]

    return answers("who came"), answers("who sent apologies")


# --- writing it ------------------------------------------------------------------------------


def write_attendance(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    came: Came,
    *,
    dry_run: bool,
    listed_names: Iterable[str] = (),
) -> Meeting:
    """Put who came, and who did not, on a meeting's record, and say so; what stands there stays.

    Gives the meeting as it then is; ``listed_names`` may not stand in the reason. Raises
    :class:`CopkitError` where that contradicts what is on record and no reason is given.
    """
    file = f"communities/{records.slug}/meetings/{slug}.md"
    after: list[Meeting] = []
    corrections: list[int] = []

    def make(text: str | None, meeting: Meeting | None) -> str:
        """Change the meeting as it is at this moment."""
        if text is None or meeting is None:
            _require_something(records, slug, came)
            new, before = new_meeting(slug, came), 0
        else:
            new = with_attendance(text, meeting, came, today())
            before = len(meeting.corrections)
        document = read_document(SourceText(file, new), [], markdown=True)
        after.append(parse_meeting(document, records.slug, slug))
        corrections.append(len(after[0].corrections) - before)
        return new

    if came.why:
        require_nobody_known(programme, came.why, listed_names)
    change(programme, file, make, dry_run=dry_run, has_words=bool(came.why))
    would = "would then be on record: " if dry_run else ""
    say(f"  {records.slug}, {slug}: {would}{in_figures(after[0])}")
    if came.why and not corrections[0]:
        say("  there was nothing to correct, so the reason was not kept")
    _say_of_the_day(slug)
    return after[0]


def _say_of_the_day(slug: str) -> None:
    if slug[:10] > str(today()):
        say("  that day is still to come; is the date right?")


def show_names(root: Path, records: CommunityRecords, meeting: Meeting) -> None:
    """Show who is on record as what, if there is somebody at a terminal."""
    if not interactive():
        return
    stood_for = [one.stands_for for one in meeting.substitutes]
    for what, ids in (
        ("present", meeting.present),
        ("apologies", meeting.apologies),
        ("substitute for", stood_for),
    ):
        for id in ids:
            say(f"    {what:<15}{beside(root, records, id)}")


def _require_something(records: CommunityRecords, slug: str, came: Came) -> None:
    """Refuse to make a meeting of which nothing is said but who was not there."""
    if not (came.present or came.apologies or came.substitutes) and came.guests is None:
        hint = f"'copkit list meetings --community {records.slug}' shows those on record"
        raise CopkitError(f"there is no meeting {slug} of {records.slug} to correct", hint, 2)


RECENT: Final = 4  # meetings whose letters stand beside a member
KEYS: Final = "space ticks, a all, arrows move, enter done, Esc leaves everything as it is"
_BEFORE_TITLE: Final = 6  # columns for the pointer and the tick
_MOST_GUESTS: Final = 999


def can_be_shown() -> bool:
    """Say whether there is a terminal on which a list can be ticked."""
    return interactive() and os.environ.get("TERM") != "dumb"


def take_attendance(
    programme: Programme, records: CommunityRecords, named: str | None, *, dry_run: bool
) -> None:
    """Ask who came to a meeting, show what will be written, and write it after a yes.

    Raises :class:`typer.Abort` when the person breaks off; nothing has changed then.
    """
    slug = meeting_slug(records, named or _open_meeting(records) or _asked_day())
    meeting = next((one for one in records.meetings if one.slug == slug), None)
    held_on = dt.date.fromisoformat(slug[:10])
    members = expected(records, meeting, held_on)
    if not members:
        hint = f"'copkit new-member {records.slug}' and 'copkit roster import' add people"
        raise CopkitError(f"nobody is on the roster of {records.slug} on {held_on}", hint)
    came = _ask(_List(programme, records, members, held_on, meeting))
    if is_on_record(meeting, came):
        say(f"  {records.slug}, {slug}: nothing is new; nothing was changed")
        return
    _show(programme, records, held_on, meeting, came)
    if meeting and contradicted(meeting, came):
        came = replace(came, why=_asked_reason(programme))
    if not dry_run and not _yes("Write this?"):
        say("nothing was changed")
        return
    write_attendance(programme, records, slug, came, dry_run=dry_run)


def _open_meeting(records: CommunityRecords) -> str | None:
    """Give today's meeting, or else the last one up to today that nobody was recorded for."""
    past = [meeting for meeting in records.meetings if meeting.held_on <= today()]
    open_ones = [meeting.slug for meeting in past if not is_taken(meeting)]
    of_today = [meeting.slug for meeting in past if meeting.held_on == today()]
    if of_today:
        return next((slug for slug in of_today if slug in open_ones), str(today()))
    return open_ones[-1] if open_ones else None


def _asked_day() -> str:
    return ask_day("the meeting's day", default=today())


class _List:
    """The members as lines to tick: the letters of the last meetings, id, name and role."""

    def __init__(
        self,
        programme: Programme,
        records: CommunityRecords,
        members: tuple[Member, ...],
        held_on: dt.date,
        meeting: Meeting | None,
    ) -> None:
        self.place = records.slug
        self.held_on = held_on
        self.meeting = meeting
        self.ids: tuple[str, ...] = tuple(member.id for member in members)
        found = build_register(records, programme.settings.threshold, held_on)
        before = [one for one in found.meetings if is_taken(one) and one.held_on < held_on]
        self.recent = before[-RECENT:]
        names = names_of(programme.root, records.slug)
        widest = max(len(id) for id in self.ids)
        self.lines: dict[str, str] = {}
        for member in members:
            marks = (found.marks.get((member.id, one.slug)) for one in self.recent)
            letters = "".join(MARKS[mark] if mark else "-" for mark in marks)
            who = ", ".join(filter(None, (names.get(member.id), member.role)))
            line = f"{letters}  {member.id:<{min(widest, 32)}}  {who}"
            self.lines[member.id] = _cut(clean(line.strip()))

    def question(self, text: str) -> str:
        """Put a question with the day, the keys and what the letters mean."""
        day = weekday_in_words(self.held_on, today().year)
        legend = ""
        if self.recent:
            last = plural(len(self.recent), "meeting")
            legend = f"\n Last {last}: P present, A apology, S substitute, - nothing"
        return f"{text} {clean(self.place)}, {day}\n {KEYS}{legend}\n"


def _cut(line: str) -> str:
    room = shutil.get_terminal_size().columns - _BEFORE_TITLE
    return line if len(line) <= room else f"{line[: room - 1]}…"


# --- asking ----------------------------------------------------------------------------------


def _ask(shown: _List) -> Came:
    """Ask everything about one meeting; who is on record is ticked."""
    meeting = shown.meeting
    was = meeting or None
    present = _ticked(shown, "Who came?", shown.ids, was.present if was else ())
    rest = [id for id in shown.ids if id not in present]
    apologies = _ticked(shown, "Who sent apologies?", rest, was.apologies if was else ())
    substitutes = _ticked(shown, "Whose agency sent somebody else?", rest, stood_for(was))
    known = "" if was is None or was.guests is None else str(was.guests)
    guests = _typed("How many guests? (enter for none said)", _is_number, known)
    return Came(
        present=present,
        apologies=apologies,
        substitutes=substitutes,
        absent=tuple(id for id in shown.ids if id in on_record(was) and id not in present),
        guests=int(guests) if guests else None,
    )


def _ticked(
    shown: _List, text: str, ids: Collection[str], ticked: Collection[str]
) -> tuple[str, ...]:
    """Let the person tick members; nobody is asked of an empty list."""
    if not ids:
        return ()
    from questionary import Choice, checkbox

    lines = [Choice(shown.lines[id], value=id, checked=id in ticked) for id in ids]

    def make() -> Question:
        return checkbox(
            shown.question(text),
            lines,
            qmark="",
            instruction=" ",
            pointer=">",
            style=_style(),
            erase_when_done=True,
        )

    return tuple(_answer(make))


def _typed(text: str, check: Callable[[str], bool | str], default: str = "") -> str:
    from questionary import text as question

    asked = _answer(
        lambda: question(text, default=default, qmark="", validate=check, style=_style())
    )
    return " ".join(str(asked).split())


def _yes(text: str) -> bool:
    from questionary import confirm

    return bool(_answer(lambda: confirm(text, qmark="", style=_style())))


def _answer(make: Callable[[], Question]) -> Any:
    """Put a question on standard error; Esc breaks off, as Ctrl-C does."""
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
    from prompt_toolkit.output import create_output

    keys = KeyBindings()

    @keys.add("escape", eager=True)
    def leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    with create_app_session(output=create_output(sys.stderr)):
        question = make()
        own = question.application.key_bindings
        question.application.key_bindings = merge_key_bindings([own, keys] if own else [keys])
        try:
            return question.unsafe_ask()
        except (KeyboardInterrupt, EOFError):
            raise typer.Abort from None


def _style() -> Style:
    """Give few colours: prompt_toolkit leaves them out where NO_COLOR is set."""
    from questionary import Style

    return Style([("question", "bold"), ("selected", "noreverse"), ("highlighted", "bold")])


def _asked_reason(programme: Programme) -> str:
    known = people_known(programme)

    def check(text: str) -> bool | str:
        """Take any reason that names no member."""
        if not text.strip():
            return "a reason is needed, such as: signed the sheet after the break"
        named = names_known(text, known)
        return "write it without the name: the meeting's record goes into git" if named else True

    return _typed("Why? It is kept in the meeting, so name nobody:", check)


def _is_number(text: str) -> bool | str:
    good = not text.strip() or (text.strip().isdecimal() and int(text) <= _MOST_GUESTS)
    return good or "write a number, such as 2"


def _show(
    programme: Programme,
    records: CommunityRecords,
    held_on: dt.date,
    meeting: Meeting | None,
    came: Came,
) -> None:
    """Show what will be on record, and what is corrected."""

    def named(ids: Iterable[str]) -> str:
        return listed([beside(programme.root, records, id) for id in ids]) or "nobody"

    say(f"{clean(records.slug)}, {weekday_in_words(held_on, today().year)}:")
    say(f"  {plural(len(came.present), 'present', 'present')}: {named(came.present)}")
    say(f"  {plural(len(came.apologies), 'apology', 'apologies')}: {named(came.apologies)}")
    if came.substitutes:
        say(f"  {plural(len(came.substitutes), 'substitute')} for {named(came.substitutes)}")
    if came.guests is not None:
        say(f"  {plural(came.guests, 'guest')}")
    for line in contradicted(meeting, came) if meeting else ():
        say(f"  a correction: {clean(line)}")
