"""Taking attendance by ticking the members on a list, at the terminal."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import typer

from copkit.analysis.attendance import build_register
from copkit.analysis.record_attendance import (
    Came,
    contradicted,
    expected,
    is_on_record,
    is_taken,
    on_record,
    stood_for,
)
from copkit.cli.attendance.who_came import meeting_slug, write_attendance
from copkit.cli.nobody_named import names_known, people_known
from copkit.cli.params import interactive, today
from copkit.cli.people import beside, names_of
from copkit.cli.prompts import ask_day
from copkit.cli.terminal import clean, say
from copkit.documents.facts.register import MARKS
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting
from copkit.records.members import Member
from copkit.wording import listed, plural, weekday_in_words

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyPressEvent
    from questionary import Question, Style

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
