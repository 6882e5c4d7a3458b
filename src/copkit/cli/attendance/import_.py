"""``copkit attendance import``: who came, from the lists that Teams, Zoom and others make."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from copkit.analysis.imports.matching import Answers, MatchResult, PersonMatch
from copkit.analysis.record_attendance import AttendanceUpdate
from copkit.cli.attendance.import_files import (
    AttendanceImport,
    LearntAliases,
    OptionValues,
    answers_from_options,
    build_alias_change,
    find_learnt_aliases,
    read_import,
    require_absent,
    require_member_id,
)
from copkit.cli.attendance.record import meeting_slug, write_attendance
from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    complete_meeting,
    is_interactive,
    open_programme,
)
from copkit.cli.prompts import ask, confirm
from copkit.cli.terminal import (
    clean,
    member_label,
    print_heading,
    print_json,
    print_line,
    say,
    say_choice,
)
from copkit.errors import CopkitError
from copkit.folder import FOR_ATTENDANCE
from copkit.layout import ALIASES, CONTACTS, ENCRYPTED_CONTACTS
from copkit.text.transaction import locked, save_privately
from copkit.wording import day_in_words, list_in_words, plural

MOST_SHOWN = 10  # people for whom an option is spelt out
_INDENT = 12  # columns of the minutes before a row: "   45 min  "


def import_lists(
    community: CommunityArgument,
    date: Annotated[
        str,
        typer.Argument(help="The meeting's day, or 'today'.", autocompletion=complete_meeting),
    ],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="All the lists of this one meeting.")
    ],
    members: Annotated[
        list[str] | None,
        typer.Option("--match", metavar="ROW=ID", help="This row is that member; remembered."),
    ] = None,
    guests: Annotated[
        list[str] | None, typer.Option("--guest", metavar="ROW", help="This row is a guest.")
    ] = None,
    stand_ins: Annotated[
        list[str] | None,
        typer.Option("--substitute", metavar="ROW=ID", help="This row stands in for that member."),
    ] = None,
    nobody: Annotated[
        list[str] | None,
        typer.Option("--nobody", metavar="ROW", help="This row is no person; remembered."),
    ] = None,
    minimum: Annotated[
        int | None,
        typer.Option(
            "--min-stay",
            metavar="MINUTES",
            min=0,
            help="Count who stayed this long.",
            show_default="minimum_stay in copkit.yaml",
        ),
    ] = None,
    other_day: Annotated[
        bool, typer.Option("--other-day", help="Take lists that are of another day.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="REASON", help="Correct what is on record.")
    ] = "",
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Record who came, from lists of Teams, Zoom, Google Meet, or any table with names.

    Members are recognised by e-mail, by a name that you confirmed before, or by their own name,
    from private/contacts.yaml. Somebody who is only similar to a member is suggested, and
    recorded after a yes, which is remembered in private/aliases.yaml. Importing again
    changes nothing.

    \b
    Examples:
      copkit attendance import brighton 2012-05-16 report.csv
      copkit attendance import brighton today part-1.csv part-2.csv --dry-run
      copkit attendance import CP1 2012-05-16 a.csv --match "Jon W=probation-1"
    """
    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    imported = read_import(programme, records, meeting_slug(records, date), files, minimum)
    options = {
        "--match": members or (),
        "--substitute": stand_ins or (),
        "--guest": guests or (),
        "--nobody": nobody or (),
    }
    answers = answers_from_options(imported, options)
    # a dry run writes nothing, so it may show any list
    if not (other_day or dry_run):
        _require_day(imported, files)
    result = imported.match_people(answers)
    require_absent(result, answers)
    _explain_missing_contacts(imported)
    if as_json:
        plan = build_attendance_plan(imported, result, answers, why)
        if not dry_run:
            write_plan(imported, plan, dry_run=False)
        recorded = () if dry_run else plan.attendance.present
        print_json(import_as_json(imported, result, recorded))
        return
    print_report(imported, result)
    # a script gets no questions; print_remaining_command shows it the options to add
    if is_interactive() and not dry_run and result.unresolved:
        say()
        answers = ask_who_is_who(imported, result, answers)
        result = imported.match_people(answers)
    plan = build_attendance_plan(imported, result, answers, why)
    if is_interactive() and not dry_run and not _confirm(plan):
        say("nothing was changed")
        return
    write_plan(imported, plan, dry_run=dry_run)
    print_remaining_command(imported, result, options, files, folder)


def _require_day(imported: AttendanceImport, files: Sequence[Path]) -> None:
    """Raise :class:`CopkitError` where a list is of a day too far from the meeting's.

    A wrong file is an easy slip, and its attendance would be hard to take back.
    """
    for listing in imported.of_other_days:
        message = f"{listing.file} is of {listing.held_on}, and the meeting of {imported.held_on}"
        names = shlex.join(map(str, files))
        command = f"copkit attendance import {imported.records.slug} {listing.held_on} {names}"
        hint = f"'{command}' takes it for its own day; --other-day for {imported.held_on}"
        raise CopkitError(f"{message}; nothing was recorded", hint)


def _explain_missing_contacts(imported: AttendanceImport) -> None:
    """Print how members become known, where no contacts identify any."""
    if imported.index.by_email or imported.index.by_name or imported.index.by_alias:
        return
    slug, root = imported.records.slug, imported.programme.root
    if os.path.lexists(root / CONTACTS):
        say(f"{CONTACTS} has nobody of {slug}, so nobody on the lists is known")
        return
    if os.path.lexists(root / ENCRYPTED_CONTACTS):
        makes = f"'copkit contacts decrypt' makes it from {ENCRYPTED_CONTACTS}"
        say(f"there is no {CONTACTS} here; {makes}")
        return
    id = next((member.id for member in imported.records.members), "housing-support-1")
    say(f"there is no {CONTACTS} here, so nobody on the lists is known; it begins like this:")
    for line in ("contacts:", f"  - id: {slug}/{id}", "    name: A Person"):
        say(f"  {clean(line)}")


def _confirm(plan: AttendancePlan) -> bool:
    """Ask whether to write a plan; return ``True`` unasked if there is nothing to write."""
    question = plan.in_words()
    if question:
        say()
    return not question or confirm(f"{question}?", default=True)


# --- planning and writing --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AttendancePlan:
    """What is to be written to the meeting's record and to the aliases.

    ``skipped`` are members of whom the record says otherwise; ``notes`` describe what else is
    left as it is.
    """

    attendance: AttendanceUpdate
    learnt: LearntAliases
    skipped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def changes_record(self) -> bool:
        """Whether the meeting's record would change."""
        update = self.attendance
        return bool(update.present or update.substitutes or update.guests is not None)

    def in_words(self) -> str:
        """Return what would be written, as the beginning of a question; ``""`` for nothing."""
        update = self.attendance
        counts = [
            plural(len(update.present), "member") if update.present else "",
            plural(len(update.substitutes), "substitute") if update.substitutes else "",
            plural(update.guests, "guest") if update.guests else "",
        ]
        people = [count for count in counts if count]
        remember = f"remember {plural(len(self.learnt), 'answer')}" if len(self.learnt) else ""
        if not people:
            return remember
        return f"record {list_in_words(people)}{', and ' if remember else ''}{remember}"


def build_attendance_plan(
    imported: AttendanceImport, result: MatchResult, answers: Answers, why: str
) -> AttendancePlan:
    """Build the plan of what is new; importing the same lists again makes an empty one.

    What contradicts the record is skipped unless ``why``, the reason for a correction, is given.
    """
    meeting = imported.meeting
    present = frozenset(meeting.present if meeting else ())
    apologies = frozenset(meeting.apologies if meeting else ())
    substitutes = meeting.substitutes if meeting else ()
    stood_for = frozenset(substitute.stands_for for substitute in substitutes)
    stand_ins = dict.fromkeys(answers.stand_ins.values())
    contradicting = [id for id in result.present if id in apologies | stood_for]
    contradicting += [id for id in stand_ins if id in present]
    skipped = () if why else tuple(contradicting)
    left_alone = frozenset(skipped)
    guests, notes = _new_guests(imported, answers, corrected=bool(why))
    corrects_guests = guests is not None and meeting and meeting.guests is not None
    update = AttendanceUpdate(
        present=tuple(id for id in result.present if id not in present | left_alone),
        substitutes=tuple(id for id in stand_ins if id not in stood_for | left_alone),
        guests=guests,
        # a reason is kept in the record, and would puzzle readers where nothing was corrected
        why=why if contradicting or corrects_guests else "",
    )
    return AttendancePlan(update, find_learnt_aliases(imported, answers), skipped, notes)


def _new_guests(
    imported: AttendanceImport, answers: Answers, *, corrected: bool
) -> tuple[int | None, tuple[str, ...]]:
    """Return the number of guests to record, or ``None`` to leave it, and notes on why.

    ``corrected`` allows a number on record to be replaced by another one.
    """
    count = len(answers.guests)
    on_record = imported.meeting.guests if imported.meeting else None
    # nobody named as a guest says nothing: most guests are never asked about
    if not count or count == on_record:
        return None, ()
    if on_record is None or corrected:
        return count, ()
    guests = plural(on_record, "guest")
    return None, (f"{guests} on record, and {count} named now; the record was left alone",)


def write_plan(imported: AttendanceImport, plan: AttendancePlan, *, dry_run: bool) -> None:
    """Write a plan to record and aliases, and print what it skips; ``dry_run`` only prints."""
    root = imported.programme.root
    for note in plan.notes:
        say(note)
    if plan.skipped:
        say(f"not recorded, since the record says otherwise: {clean(', '.join(plan.skipped))}")
        say("  --why REASON corrects it, and keeps the reason in the meeting")
    if dry_run:
        if plan.changes_record:
            _write_record(imported, plan.attendance, dry_run=True)
        if len(plan.learnt):
            say(f"would remember {plural(len(plan.learnt), 'answer')} in {ALIASES}")
        return
    # one lock around both, so that no other command comes between record and aliases; the change of
    # the aliases is built first, since it can be refused, and then nothing may have been written
    with locked(root):
        change = build_alias_change(root, plan.learnt) if len(plan.learnt) else None
        if plan.changes_record:
            _write_record(imported, plan.attendance, dry_run=False)
        else:
            say("nothing new to record; the meeting was left as it is")
        if change and change.new != change.old:
            save_privately(root, [change])
            say(f"remembered {plural(len(plan.learnt), 'answer')} in {ALIASES}")


def _write_record(imported: AttendanceImport, update: AttendanceUpdate, *, dry_run: bool) -> None:
    """Write an update to the meeting's record, or with ``dry_run`` print what would be.

    The reason in it may name nobody who stands on the lists.
    """
    names = [name for person in imported.people for name in (*person.names, person.email)]
    write_attendance(
        imported.programme,
        imported.records,
        imported.slug,
        update,
        dry_run=dry_run,
        listed_names=filter(None, names),
    )


# --- report ----------------------------------------------------------------------------------


def import_as_json(
    imported: AttendanceImport, result: MatchResult, recorded: Iterable[str]
) -> dict[str, Any]:
    """Build the values for machines; ``recorded`` are the ids that are new on record."""
    return {
        "community": imported.records.slug,
        "meeting": imported.slug,
        "sources": [
            {
                "file": listing.file,
                "kind": str(listing.kind),
                "stated": listing.stated,
                "listed": len(listing.attendees),
            }
            for listing in imported.listings
        ],
        "matched": [
            {"member": match.members[0], **_match_as_json(match)} for match in result.matched
        ],
        "suggested": [
            {"row": match.person.row, "members": [*match.members], "minutes": match.person.minutes}
            for match in result.suggested
        ],
        "unmatched": [_match_as_json(match) for match in result.unmatched],
        "below_minimum": [
            {"member": match.members[0], **_match_as_json(match)} for match in result.below_minimum
        ],
        "set_aside": [{"row": match.person.row, "why": match.why} for match in result.set_aside],
        "notes": imported.build_notes(result),
        "recorded": [*recorded],
    }


def _match_as_json(match: PersonMatch) -> dict[str, Any]:
    """Return a row of the lists and its minutes; ``None`` where the lists state no time."""
    return {"row": match.person.row, "minutes": match.person.minutes}


def print_report(imported: AttendanceImport, result: MatchResult) -> None:
    """Print who is who, and the notes on what does not agree."""
    files = list_in_words([listing.file for listing in imported.listings])
    people = plural(len(imported.people), "person", "people")
    where = f"{imported.records.slug}, {day_in_words(imported.held_on)}"
    print_heading(where, f": {people} in {files}")
    _print_members("Matched", result.matched)
    minimum = plural(imported.minimum, "minute")
    _print_members(f"Below the minimum of {minimum}", result.below_minimum)
    likely = [(match, _likely(imported, result, match)) for match in result.suggested]
    _print_rows("Perhaps a member; nobody is recorded without a yes", likely)
    _print_rows("Not known", [(match, match.person.row) for match in result.unmatched])
    set_aside = [(match, f"{match.person.row}: {match.why}") for match in result.set_aside]
    _print_rows("Set aside", set_aside)
    if notes := imported.build_notes(result):
        print()
        print_heading("Notes")
    for note in notes:
        print_line(f"  {note}", 4)


def _print_members(title: str, matches: Sequence[PersonMatch]) -> None:
    """Print rows of which each is one member: minutes, member id, the row as listed."""
    width = max((len(match.members[0]) for match in matches), default=0)
    rows = [(match, f"{match.members[0]:{width}}  {match.person.row}") for match in matches]
    _print_rows(title, rows)


def _print_rows(title: str, rows: Sequence[tuple[PersonMatch, str]]) -> None:
    """Print a heading with the number of rows, then minutes and description of each.

    Without rows, print nothing; ``?`` stands for minutes that the lists do not state.
    """
    if rows:
        print()
        print_heading(title, f": {len(rows)}")
    for match, description in rows:
        minutes = match.person.minutes
        print_line(f"{'?' if minutes is None else minutes:>6} min  {description}", _INDENT)


def _likely(imported: AttendanceImport, result: MatchResult, match: PersonMatch) -> str:
    """Format whom a row may be: ``Jon W: perhaps probation-1 or nurse-1``."""
    root, records = imported.programme.root, imported.records
    members = list_in_words([member_label(root, records, id) for id in match.members], "or")
    if match.person.row in result.unknown_stays:
        return f"{match.person.row}: {members}, if they stayed long enough"
    return f"{match.person.row}: perhaps {members}"


# --- the command for everybody who is left ---------------------------------------------------


def print_remaining_command(
    imported: AttendanceImport,
    result: MatchResult,
    options: OptionValues,
    files: Sequence[Path],
    folder: Path,
) -> None:
    """Print a command that answers for everybody who is still unresolved, to be corrected.

    ``options`` are the answers already given as options; the command repeats them.
    """
    if not result.unresolved:
        return
    repeated = [f"{option} {_quoted(text)}" for option, texts in options.items() for text in texts]
    if folder != HERE:
        repeated.append(f"-C {_quoted(str(folder))}")
    # the likeliest member for a similar name; strangers are most often guests
    guesses = [
        *(
            f"--match {_quoted(f'{match.person.row}={match.members[0]}')}"
            for match in result.suggested
        ),
        *(f"--guest {_quoted(match.person.row)}" for match in result.unmatched),
    ]
    names = " ".join(_quoted(str(path)) for path in files)
    command = f"copkit attendance import {imported.records.slug} {imported.slug} {names}"
    people = plural(len(result.unresolved), "person", "people")
    say(f"\nstill to be said of {people}; if this is right:")
    lines = [f"  {command}", *(f"    {text}" for text in (*repeated, *guesses[:MOST_SHOWN]))]
    # say() wraps lines at the terminal's width, which would break what is to be copied
    print(" \\\n".join(lines), file=sys.stderr)
    if len(guesses) > MOST_SHOWN:
        say(f"  and {len(guesses) - MOST_SHOWN} more; on a terminal each is asked for")
    say("if not: --match 'ROW=ID', --substitute 'ROW=ID', --guest ROW or --nobody ROW")


def _quoted(text: str) -> str:
    """Quote a word for a shell, without control characters."""
    return shlex.quote(clean(text))


# --- asking at the terminal ------------------------------------------------------------------

_YES, _NO, _OTHER = "yes", "no", "somebody else"
_STANDS_IN = "for "  # before the member for whom somebody stands in: "for 3"


def ask_who_is_who(imported: AttendanceImport, result: MatchResult, answers: Answers) -> Answers:
    """Ask about everybody unresolved who they are; return these answers with the earlier ones."""
    dialogue = _Dialogue(imported, result, answers)
    dialogue.ask_all()
    return dialogue.answers


class _Dialogue:
    """Questions about the people on the lists, and the answers so far."""

    def __init__(self, imported: AttendanceImport, result: MatchResult, answers: Answers) -> None:
        self.imported = imported
        self.result = result
        self.answers = answers
        self.present = {*result.present}
        self.is_roster_shown = False

    def ask_all(self) -> None:
        """Ask until everybody was asked about, or the person is done."""
        for match in self.result.suggested:
            answer = _NO
            if match.person.row in self.result.unknown_stays:
                self.ask_stayed(match)
            else:
                answer = self.ask_likely(match)
            if answer == _OTHER and not self.ask_who(match):
                return
        for match in self.result.unmatched:
            if not self.ask_who(match):
                return

    def ask_stayed(self, match: PersonMatch) -> None:
        """Ask whether a member stayed long enough, where the lists do not state it."""
        id = match.members[0]
        question = f"Did '{match.person.row}', {self.label(id)}, stay long enough to count?"
        if ask(question, (_YES, _NO)) == _YES:
            self.add_member(match, id)

    def ask_likely(self, match: PersonMatch) -> str:
        """Ask whether somebody is a member with a similar name, and record a yes.

        Return the answer: ``_YES`` or a number of the list, ``_NO``, or ``_OTHER``.
        """
        if len(match.members) == 1:
            id = match.members[0]
            answer = ask(f"Is {_called(match)} {self.label(id)}?", (_YES, _NO, _OTHER))
            if answer == _YES:
                self.add_member(match, id)
            return answer
        for number, id in enumerate(match.members, 1):
            say_choice(number, self.label(id))
        numbers = tuple(str(number) for number in range(1, len(match.members) + 1))
        answer = ask(f"Is {_called(match)} one of these?", (*numbers, _NO, _OTHER))
        if answer in numbers:
            self.add_member(match, match.members[int(answer) - 1])
        return answer

    def ask_who(self, match: PersonMatch) -> bool:
        """Ask who somebody is, and record the answer; return ``False`` for "done" with all."""
        self.show_roster()
        say(f"Who is {clean(_called(match))}?")
        while True:
            question = "  a number or id, for NUMBER, guest, nobody, skip or done"
            answer = ask(question, default="skip").casefold()
            if answer in {"skip", "s", "done", "d"}:
                return answer[0] == "s"
            try:
                self.add_answer(match, answer)
            except CopkitError as error:
                hint = f"; {error.hint}" if error.hint else ""
                say(clean(f"  {error.message}{hint}"))
                continue
            return True

    def add_answer(self, match: PersonMatch, answer: str) -> None:
        """Add one answer; raise :class:`CopkitError` for what is none, or cannot be true."""
        row = match.person.row
        if answer in {"guest", "g"}:
            self.answers = self.answers.with_guest(row)
        elif answer in {"nobody", "n"}:
            self.answers = self.answers.with_nobody(row)
        elif answer.startswith(_STANDS_IN):
            id = self.require_member(answer.removeprefix(_STANDS_IN))
            if id in self.present:
                raise CopkitError(f"'{id}' came, so nobody stands in for them")
            self.answers = self.answers.with_stand_in(row, id)
        else:
            id = self.require_member(answer)
            # a contradiction is cheaper to refuse here than to correct on record
            if id in self.answers.stand_ins.values():
                raise CopkitError(f"somebody stands in for '{id}', who then did not come")
            self.add_member(match, id)

    def add_member(self, match: PersonMatch, id: str) -> None:
        """Record in ``self.answers`` that a row is a member, who then counts as present."""
        self.answers = self.answers.with_member(match.person.row, id)
        self.present.add(id)

    def require_member(self, answer: str) -> str:
        """Return the id of the member whom a number, an id or a name means."""
        members = self.imported.records.members
        if not answer.strip().isdecimal():
            return require_member_id(self.imported, answer)
        number = int(answer)
        if not 1 <= number <= len(members):
            raise CopkitError(f"please write a number from 1 to {len(members)}")
        return members[number - 1].id

    def show_roster(self) -> None:
        """Show the members with their numbers, once."""
        if self.is_roster_shown:
            return
        self.is_roster_shown = True
        for number, member in enumerate(self.imported.records.members, 1):
            suffix = ", came" if member.id in self.present else ""
            say_choice(number, f"{self.label(member.id)}: {member.role}{suffix}")

    def label(self, id: str) -> str:
        return member_label(self.imported.programme.root, self.imported.records, id)


def _called(match: PersonMatch) -> str:
    """Format a row for a question, with the minutes if known: ``'Jon W' (42 minutes)``."""
    minutes = match.person.minutes
    return f"'{match.person.row}'" + (f" ({plural(minutes, 'minute')})" if minutes else "")
