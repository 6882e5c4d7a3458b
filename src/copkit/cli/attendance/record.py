"""Record who came to a meeting: find the meeting and the members, tick a checklist, write.

``copkit attendance record`` uses the first half, ``copkit attendance take`` all of it.
"""

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
    AttendanceUpdate,
    describe_contradictions,
    edit_attendance,
    expected_members,
    format_attendance_counts,
    format_new_meeting,
    has_attendance,
    is_recorded,
    recorded_ids,
    substituted_members,
)
from copkit.cli.attendance.sheet import offer_to_delete_sheets
from copkit.cli.names import meeting_slug
from copkit.cli.params import is_interactive, today, usage_error
from copkit.cli.prompts import ask, ask_day
from copkit.cli.store import change_record, note_nothing_changed
from copkit.cli.terminal import clean, find_member_id, member_label, member_names, say, say_choice
from copkit.errors import CopkitError, closest_match, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting
from copkit.records.members import Member
from copkit.text.files import is_slug
from copkit.text.transaction import Change
from copkit.wording import list_in_words, plural, weekday_in_words

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyPressEvent
    from questionary import Question, Style


def require_member_ids(
    root: Path, records: CommunityRecords, named: Sequence[str] | None
) -> tuple[str, ...]:
    """Return the ids of members named by id or name, one by one or with commas between.

    Raise :class:`CopkitError` for one who is not on the roster.
    """
    words = (word.strip() for text in named or () for word in text.split(",") if word.strip())
    return tuple(dict.fromkeys(_require_member_id(root, records, word) for word in words))


def _require_member_id(root: Path, records: CommunityRecords, typed: str) -> str:
    """Return the id of one member; the contacts help to suggest whom a misspelt name meant."""
    id = find_member_id(root, records, typed)
    if records.roster.member(id):
        return id
    id_by_name = {name: id for id, name in member_names(root, records.slug).items()}
    near = closest_match(typed, id_by_name)
    suggested = id_by_name[near] if near else ""
    # the contacts may still have somebody who is off the roster
    hint = f"did you mean '{suggested}'?" if records.roster.member(suggested) else ""
    roster = [member.id for member in records.members]
    hint = hint or did_you_mean(typed, roster, f"'copkit new-member {records.slug}' adds one")
    # a name in an error of a script would end in its log; at a terminal the person just typed it
    person = f"'{typed}'" if is_slug(typed) or is_interactive() else "somebody named here"
    raise CopkitError(f"{person} is not on the roster of {records.slug}", hint, status=2)


def ask_who_came(root: Path, records: CommunityRecords) -> tuple[list[str], list[str]]:
    """Show the roster with numbers, and ask who came and who sent apologies; return both."""
    ids = [member.id for member in records.members]
    for number, member in enumerate(records.members, 1):
        say_choice(number, f"{member_label(root, records, member.id)} ({member.role})")

    def answers(question: str) -> list[str]:
        words = ask(f"{question} (numbers, ids or names, commas between)", default="").split(",")
        return [
            ids[int(word) - 1] if word.isdecimal() and 0 < int(word) <= len(ids) else word
            for word in map(str.strip, words)
        ]

    return answers("who came"), answers("who sent apologies")


# --- writing ---------------------------------------------------------------------------------


FURTHEST_AHEAD: Final = dt.timedelta(weeks=1)  # of a day on which somebody came, as clocks differ


def write_attendance(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    update: AttendanceUpdate,
    *,
    dry_run: bool,
    listed_names: Iterable[str] = (),
    private: Sequence[Change] = (),
) -> Meeting:
    """Add an update to a meeting's record, and print what is on record then; the rest stays.

    ``listed_names`` are people who may not be named in the reason; ``private`` are changes below
    private/ that are saved in the same step. Return the meeting as it is now.
    Raise :class:`CopkitError` where the update contradicts the record and has no reason.
    """
    file = f"communities/{records.slug}/meetings/{slug}.md"

    def edit(text: str | None, meeting: Meeting | None) -> str:
        """Return the text with the attendance, given the meeting as read under the lock."""
        if text is None or meeting is None:
            _require_something(records, slug, update)
            return format_new_meeting(slug, update)
        return edit_attendance(text, meeting, update, today())

    if update.why:
        from copkit.cli.pii import require_no_known_names  # slow to load, and reasons are rare

        require_no_known_names(programme, update.why, listed_names)
    edited = change_record(
        programme, file, edit, dry_run=dry_run, has_free_text=bool(update.why), private=private
    )
    meeting: Meeting = edited.new
    would = "would then be on record: " if dry_run else ""
    say(f"  {records.slug}, {slug}: {would}{format_attendance_counts(meeting)}")
    corrections_before = len(edited.old.corrections) if edited.old else 0
    if update.why and len(meeting.corrections) == corrections_before:
        say("  there was nothing to correct, so the reason was not kept")
    _warn_if_future(slug)
    return meeting


def attended_meeting_slug(records: CommunityRecords, name: str) -> str:
    """Return the slug of the meeting that ``name`` means; see :func:`meeting_slug`.

    Raise :class:`CopkitError` for a day far ahead, most often a year mistyped.
    """
    slug = meeting_slug(records, name)
    held_on = dt.date.fromisoformat(slug[:10])
    if held_on > today() + FURTHEST_AHEAD:
        # not every year has a 29 February
        day = held_on.replace(day=28) if (held_on.month, held_on.day) == (2, 29) else held_on
        past = day.replace(year=today().year)
        if past > today():
            past = past.replace(year=today().year - 1)
        hint = f"did you mean {past}? who came is recorded once a meeting was held"
        usage_error(f"{held_on} is still to come; nothing was written", hint)
    return slug


def _warn_if_future(slug: str) -> None:
    if slug[:10] > str(today()):
        say("  that day is still to come; is the date right?")


def print_names(root: Path, records: CommunityRecords, meeting: Meeting) -> None:
    """Print who is on record as what, if somebody is at a terminal to read names."""
    if not is_interactive():
        return
    stood_for = [substitute.stands_for for substitute in meeting.substitutes]
    for label, ids in (
        ("present", meeting.present),
        ("apologies", meeting.apologies),
        ("substitute for", stood_for),
    ):
        for id in ids:
            say(f"    {label:<15}{member_label(root, records, id)}")


def _require_something(records: CommunityRecords, slug: str, update: AttendanceUpdate) -> None:
    """Raise :class:`CopkitError` for an update that has only absences, to a new meeting."""
    if not (update.present or update.apologies or update.substitutes) and update.guests is None:
        hint = f"'copkit list meetings --community {records.slug}' shows those on record"
        raise CopkitError(f"there is no meeting {slug} of {records.slug} to correct", hint, 2)


# --- ticking a checklist ---------------------------------------------------------------------

RECENT_MEETINGS: Final = 4  # meetings whose letters stand beside a member
KEYS: Final = "space ticks, a all, arrows move, enter done, Esc leaves everything as it is"
_COLUMNS_BEFORE_LINE: Final = 6  # for the pointer and the tick
_MOST_GUESTS: Final = 999  # a year typed into the wrong question is no number of guests


def can_show_checklist() -> bool:
    """Return whether there is a terminal on which a list can be ticked."""
    return is_interactive() and os.environ.get("TERM") != "dumb"


def take_attendance(
    programme: Programme, records: CommunityRecords, named: str | None, *, dry_run: bool
) -> None:
    """Ask who came to a meeting, show what will be written, and write it after a yes.

    ``named`` is the meeting's day or slug, ``None`` to find the open one. Raise
    :class:`typer.Abort` when the person breaks off; nothing has changed then.
    """
    slug = attended_meeting_slug(
        records, named or _find_open_meeting(records) or _ask_meeting_day()
    )
    meeting = next((meeting for meeting in records.meetings if meeting.slug == slug), None)
    held_on = dt.date.fromisoformat(slug[:10])
    members = expected_members(records, meeting, held_on)
    if not members:
        hint = f"'copkit new-member {records.slug}' and 'copkit roster import' add people"
        raise CopkitError(f"nobody is on the roster of {records.slug} on {held_on}", hint)
    update = _ask_attendance(_Checklist(programme, records, members, held_on, meeting))
    if is_recorded(meeting, update):
        say(f"  {records.slug}, {slug}: nothing is new; nothing was changed")
        note_nothing_changed(programme.root)
        return
    _print_preview(programme, records, held_on, update)
    update = with_reason(programme, meeting, update)
    if not dry_run and not _ask_yes("Write this?"):
        say("nothing was changed")
        note_nothing_changed(programme.root)
        return
    write_attendance(programme, records, slug, update, dry_run=dry_run)
    if not dry_run:
        offer_to_delete_sheets(programme.root, records.slug, slug)


def _find_open_meeting(records: CommunityRecords) -> str | None:
    """Return the slug of today's meeting, else of the last one before without attendance.

    Return ``None`` where there is neither. Once today's meetings all have their attendance, it is
    today's date.
    """
    past = [meeting for meeting in records.meetings if meeting.held_on <= today()]
    without_attendance = [meeting.slug for meeting in past if not has_attendance(meeting)]
    of_today = [meeting.slug for meeting in past if meeting.held_on == today()]
    # today's meeting may have no record yet: whoever takes attendance is sitting in it
    if of_today:
        return next((slug for slug in of_today if slug in without_attendance), str(today()))
    return without_attendance[-1] if without_attendance else None


def _ask_meeting_day() -> str:
    return ask_day("the meeting's day", default=today())


class _Checklist:
    """The members as lines to tick: the letters of the last meetings, id, name and role."""

    def __init__(
        self,
        programme: Programme,
        records: CommunityRecords,
        members: tuple[Member, ...],
        held_on: dt.date,
        meeting: Meeting | None,
    ) -> None:
        from copkit.documents.facts.attendance import MARKS

        self.place = records.slug
        self.held_on = held_on
        self.meeting = meeting
        self.ids: tuple[str, ...] = tuple(member.id for member in members)
        register = build_register(records, programme.settings.threshold, held_on)
        earlier = [
            meeting
            for meeting in register.meetings
            if has_attendance(meeting) and meeting.held_on < held_on
        ]
        self.recent = earlier[-RECENT_MEETINGS:]
        names = member_names(programme.root, records.slug)
        widest = max(len(id) for id in self.ids)
        self.lines: dict[str, str] = {}
        for member in members:
            marks = (register.marks.get((member.id, meeting.slug)) for meeting in self.recent)
            letters = "".join(MARKS[mark] if mark else "-" for mark in marks)
            name_and_role = ", ".join(filter(None, (names.get(member.id), member.role)))
            # a long id would push name and role off a terminal of 80 columns
            line = f"{letters}  {member.id:<{min(widest, 32)}}  {name_and_role}"
            self.lines[member.id] = _fit_to_terminal(clean(line.strip()))

    def question(self, text: str) -> str:
        """Return a question with the day, the keys and what the letters mean."""
        day = weekday_in_words(self.held_on, today().year)
        legend = ""
        if self.recent:
            last = plural(len(self.recent), "meeting")
            legend = f"\n Last {last}: P present, A apology, S substitute, - nothing"
        return f"{text} {clean(self.place)}, {day}\n {KEYS}{legend}\n"


def _fit_to_terminal(line: str) -> str:
    room = shutil.get_terminal_size().columns - _COLUMNS_BEFORE_LINE
    return line if len(line) <= room else f"{line[: room - 1]}…"


# --- asking ----------------------------------------------------------------------------------


def _ask_attendance(checklist: _Checklist) -> AttendanceUpdate:
    """Ask everything about one meeting; who is on record is ticked already."""
    meeting = checklist.meeting
    on_record = recorded_ids(meeting)
    ticked_present = meeting.present if meeting else ()
    ticked_apologies = meeting.apologies if meeting else ()
    guests_on_record = "" if meeting is None or meeting.guests is None else str(meeting.guests)
    present = _ask_ticks(checklist, "Who came?", checklist.ids, ticked_present)
    others = [id for id in checklist.ids if id not in present]
    apologies = _ask_ticks(checklist, "Who sent apologies?", others, ticked_apologies)
    # not only those who apologised: an agency may send somebody else without a word
    substitutes = _ask_ticks(
        checklist, "Whose agency sent somebody else?", others, substituted_members(meeting)
    )
    guests = _ask_text("How many guests? (enter for none said)", _is_number, guests_on_record)
    return AttendanceUpdate(
        present=present,
        apologies=apologies,
        substitutes=substitutes,
        # whoever is on record and no longer ticked; the record would keep them otherwise
        absent=tuple(id for id in checklist.ids if id in on_record and id not in present),
        guests=int(guests) if guests else None,
    )


def _ask_ticks(
    checklist: _Checklist, text: str, ids: Collection[str], ticked: Collection[str]
) -> tuple[str, ...]:
    """Let the person tick some of ``ids``, and return those ticked in the end.

    ``text`` is the question, ``ticked`` has those ticked at first. With nobody to tick there is no
    question.
    """
    if not ids:
        return ()
    from questionary import Choice, checkbox

    lines = [Choice(checklist.lines[id], value=id, checked=id in ticked) for id in ids]

    def make() -> Question:
        return checkbox(
            checklist.question(text),
            lines,
            qmark="",
            instruction=" ",
            pointer=">",
            style=_style(),
            erase_when_done=True,
        )

    return tuple(_run_question(make))


def _ask_text(text: str, check: Callable[[str], bool | str], default: str = "") -> str:
    """Ask for a text until ``check`` returns ``True``; return it with single spaces.

    ``check`` returns what is wrong otherwise. ``default`` is filled in, to be edited.
    """
    from questionary import text as question

    asked = _run_question(
        lambda: question(text, default=default, qmark="", validate=check, style=_style())
    )
    return " ".join(str(asked).split())


def _ask_yes(text: str) -> bool:
    from questionary import confirm

    return bool(_run_question(lambda: confirm(text, qmark="", style=_style())))


def _run_question(make: Callable[[], Question]) -> Any:
    """Ask a question on standard error; Esc breaks off, as Ctrl-C does.

    ``make`` makes the question inside the session, since questionary binds it to the output of that
    moment.
    """
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
    from prompt_toolkit.output import create_output

    keys = KeyBindings()

    @keys.add("escape", eager=True)
    def leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    # standard output is for documents, and may be redirected
    with create_app_session(output=create_output(sys.stderr)):
        question = make()
        bindings = question.application.key_bindings
        question.application.key_bindings = merge_key_bindings(
            [bindings, keys] if bindings else [keys]
        )
        try:
            return question.unsafe_ask()
        except (KeyboardInterrupt, EOFError):
            raise typer.Abort from None


def _style() -> Style:
    """Return a style of few colours; prompt_toolkit leaves them out where NO_COLOR is set."""
    from questionary import Style

    return Style([("question", "bold"), ("selected", "noreverse"), ("highlighted", "bold")])


def with_reason(
    programme: Programme, meeting: Meeting | None, update: AttendanceUpdate
) -> AttendanceUpdate:
    """Print at a terminal what an update contradicts, and ask why; return it with the reason."""
    if update.why or not meeting or not can_show_checklist():
        return update
    contradictions = describe_contradictions(meeting, update)
    if not contradictions:
        return update
    for line in contradictions:
        say(f"  a correction: {clean(line)}")
    # a correction without its reason looks like a mistake a year later
    return replace(update, why=_ask_reason(programme))


def _ask_reason(programme: Programme) -> str:
    """Ask why the record is corrected, until the answer is a text that names nobody known."""
    from copkit.cli.pii import contains_known_name, known_names

    names_known = known_names(programme)

    def check(text: str) -> bool | str:
        """Accept any reason that names no member."""
        if not text.strip():
            return "a reason is needed, such as: signed the sheet after the break"
        named = contains_known_name(text, names_known)
        return "write it without the name: the meeting's record goes into git" if named else True

    return _ask_text("Why? It is kept in the meeting, so name nobody:", check)


def _is_number(text: str) -> bool | str:
    """Return ``True`` for a plausible number of guests or nothing, else what to write."""
    good = not text.strip() or (text.strip().isdecimal() and int(text) <= _MOST_GUESTS)
    return good or "write a number, such as 2"


def _print_preview(
    programme: Programme,
    records: CommunityRecords,
    held_on: dt.date,
    update: AttendanceUpdate,
) -> None:
    """Print what will be on record."""

    def named(ids: Iterable[str]) -> str:
        return list_in_words([member_label(programme.root, records, id) for id in ids]) or "nobody"

    say(f"{clean(records.slug)}, {weekday_in_words(held_on, today().year)}:")
    say(f"  {plural(len(update.present), 'present', 'present')}: {named(update.present)}")
    say(f"  {plural(len(update.apologies), 'apology', 'apologies')}: {named(update.apologies)}")
    if update.substitutes:
        say(f"  {plural(len(update.substitutes), 'substitute')} for {named(update.substitutes)}")
    if update.guests is not None:
        say(f"  {plural(update.guests, 'guest')}")
