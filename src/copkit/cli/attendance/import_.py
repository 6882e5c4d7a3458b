"""``copkit attendance import``: who came, from the lists that Teams, Zoom and others make."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.imports.matching import Answers, MatchResult, PersonMatch
from copkit.analysis.networks.sessions import is_network
from copkit.analysis.record_attendance import AttendanceUpdate
from copkit.cli.attendance.aliases import (
    build_alias_change,
)
from copkit.cli.attendance.import_files import (
    AttendanceImport,
    OptionValues,
    answers_from_options,
    choices_from_options,
    read_import,
    require_absent,
    require_member_id,
)
from copkit.cli.attendance.import_plan import (
    AttendancePlan,
    build_attendance_plan,
    import_as_json,
    print_columns,
)
from copkit.cli.attendance.record import write_attendance
from copkit.cli.context import Reporting
from copkit.cli.names import meeting_slug
from copkit.cli.params import (
    HERE,
    CommunityArgument,
    complete_meeting,
    is_interactive,
    usage_error,
)
from copkit.cli.prompts import ask, confirm
from copkit.cli.store import note_nothing_changed, save_step
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
from copkit.folder import FOR_ATTENDANCE, CommunityRecords
from copkit.importers.choices import (
    Choices,
    QuestionKind,
    UnsettledList,
    same_heading,
)
from copkit.importers.columns import ReportColumn
from copkit.importers.marks import ListMark, plain_value
from copkit.layout import ALIASES, CONTACTS, ENCRYPTED_CONTACTS
from copkit.text.transaction import Change, locked
from copkit.wording import day_in_words, list_in_words, plural

MOST_SHOWN = 10  # people for whom an option is spelt out
_INDENT = 12  # columns of the minutes before a row: "   45 min  "


def import_lists(
    context: Reporting,
    community: CommunityArgument,
    date: Annotated[
        str,
        typer.Argument(
            help="The meeting's day, or 'today'; with --all, no day.",
            autocompletion=complete_meeting,
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="All the lists of this one meeting."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="WHAT=HEADING",
            help="What a column holds: name, e-mail, attendance, apologies...; remembered.",
        ),
    ] = None,
    ignored: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="HEADING", help="A column of no importance; remembered."),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--value",
            metavar="VALUE=MEANING",
            help="attended, late, apologies, absent or unclear; remembered.",
        ),
    ] = None,
    sheets: Annotated[
        list[str] | None, typer.Option("--sheet", metavar="NAME", help="Read this sheet.")
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Everybody on the list came, whatever it says.")
    ] = False,
    all_meetings: Annotated[
        bool, typer.Option("--all", help="Take in every meeting of a register.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="With --all: record without a question.")
    ] = False,
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
        bool, typer.Option("--other-day", help="Take lists of another day, or whose day is unread.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="REASON", help="Correct what is on record.")
    ] = "",
    count_only: Annotated[
        bool,
        typer.Option("--count-only", help="Of a network: keep how many came, and no name."),
    ] = False,
    compare: Annotated[
        list[Path] | None,
        typer.Option(
            "--compare",
            metavar="FILE",
            help="With --count-only: a list of another session; how many came to both.",
        ),
    ] = None,
) -> None:
    """Record who came, from lists of Teams, Zoom, Meet, Webex, forms, or any table with names.

    How each value was understood is shown. An answer given beforehand, such as accepted, is no
    attendance. What cannot be told is asked about, and nothing is passed over without a word.

    Members are recognised by e-mail or name, from private/contacts.yaml. Who is only similar is
    suggested, and remembered after a yes. Importing again changes nothing.

    \b
    Examples:
      copkit attendance import brighton 2012-05-16 report.csv
      copkit attendance import brighton today part-1.csv part-2.csv --dry-run
      copkit attendance import CP1 2012-05-16 a.csv --match "Jon W=probation-officer-1"
      copkit attendance import CP1 2012-05-16 a.csv --value "No-show=absent"
      copkit attendance import CP1 --all register.xlsx
      copkit attendance import riverside-network 2022-03-16 report.csv --count-only
    """
    as_json, dry_run = context.as_json, context.dry_run
    programme = context.open(FOR_ATTENDANCE)
    records = programme.community(community)
    choices = choices_from_options(
        columns or (),
        ignored or (),
        values or (),
        sheets or (),
        everybody=everybody,
        other_day=other_day,
    )
    settle = None if as_json or not is_interactive() else ask_about_list
    _require_kind(records, count_only=count_only)
    if compare and not count_only:
        usage_error(
            "--compare is for --count-only", "members are compared by 'attendance register'"
        )
    if count_only:
        from copkit.cli.sessions.count import count_session

        if not files or all_meetings or members or guests or stand_ins or nobody:
            usage_error(
                "--count-only takes a day and its lists, and keeps nobody",
                f"copkit attendance import {records.slug} {date} report.csv --count-only",
            )
        count_session(
            context, programme, records, date, files, choices, settle, minimum,
            compare=compare or (), why=why,
        )  # fmt: skip
        return
    if all_meetings:
        from copkit.cli.attendance.import_all import import_register

        files = [Path(date), *(files or ())]
        import_register(
            programme, records, files, choices, settle, minimum, members or (),
            as_json=as_json, dry_run=dry_run, yes=yes,
        )  # fmt: skip
        return
    if not files:
        usage_error("missing: FILE", f"copkit attendance import {records.slug} {date} report.csv")
    imported = read_import(
        programme, records, meeting_slug(records, date), files, minimum, choices, settle
    )
    column_options = {
        "--column": columns or (),
        "--ignore": ignored or (),
        "--value": values or (),
        "--sheet": sheets or (),
    }
    options = {
        "--match": members or (),
        "--substitute": stand_ins or (),
        "--guest": guests or (),
        "--nobody": nobody or (),
    }
    answers = answers_from_options(imported, options)
    if not other_day:
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
        note_nothing_changed(imported.programme.root)
        return
    write_plan(imported, plan, dry_run=dry_run)
    flags = [
        flag for flag, given in (("--everybody", everybody), ("--other-day", other_day)) if given
    ]
    print_remaining_command(
        imported, result, column_options | options, flags, files, context.folder
    )


def _require_kind(records: CommunityRecords, *, count_only: bool) -> None:
    """Raise a usage error where people are to be counted who are members, or the other way."""
    if count_only and not is_network(records):
        hint = "leave out --count-only: members are recorded by id"
        usage_error(f"{records.slug} is not a network", hint)
    if not count_only and is_network(records) and not records.members:
        hint = "--count-only counts who came, and keeps no name"
        usage_error(f"{records.slug} is a network, and has nobody on a roster", hint)


def _require_day(imported: AttendanceImport, files: Sequence[Path]) -> None:
    """Raise :class:`CopkitError` where a list is of a day too far from the meeting's.

    A wrong file is an easy slip, and its attendance would be hard to take back.
    """
    for listing in imported.of_other_days:
        days = f"{day_in_words(listing.held_on)}" if listing.held_on else "another day"
        if len(listing.other_days) > 1:
            days = f"{plural(len(listing.other_days), 'day')}, the first of them {days}"
        message = (
            f"{listing.file} is of {days}, and the meeting of {day_in_words(imported.held_on)}"
        )
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
    id = next((member.id for member in imported.records.members), "housing-support-worker-1")
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
    # one step for both: whoever is killed between them would have a record of answers that are lost
    with locked(root):
        change = build_alias_change(root, plan.learnt) if len(plan.learnt) else None
        private = [change] if change and change.new != change.old else []
        if plan.changes_record:
            _write_record(imported, plan.attendance, dry_run=False, private=private)
        else:
            say("nothing new to record; the meeting was left as it is")
            if private:
                save_step(root, (), private)
            else:
                note_nothing_changed(root)
        if private:
            say(f"remembered {plural(len(plan.learnt), 'answer')} in {ALIASES}")


def _write_record(
    imported: AttendanceImport,
    update: AttendanceUpdate,
    *,
    dry_run: bool,
    private: Sequence[Change] = (),
) -> None:
    """Write an update to the meeting's record, or with ``dry_run`` print what would be.

    The reason in it may name nobody who stands on the lists. ``private`` are changes below private/
    that are saved in the same step.
    """
    names = [name for person in imported.people for name in (*person.names, person.email)]
    write_attendance(
        imported.programme,
        imported.records,
        imported.slug,
        update,
        dry_run=dry_run,
        listed_names=filter(None, names),
        private=private,
    )


# --- report ----------------------------------------------------------------------------------


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
    _print_away("Apologies", result.apologies)
    _print_away("Absent", result.absent)
    print_columns([imported])
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


def _print_away(title: str, matches: Sequence[PersonMatch]) -> None:
    """Print who did not come, with their member id where that is certain; they have no minutes."""
    if not matches:
        return
    print()
    print_heading(title, f": {len(matches)}")
    for match in matches:
        member = f"{match.members[0]}  " if match.members else ""
        print_line(f"  {member}{match.person.row}", 4)


def _likely(imported: AttendanceImport, result: MatchResult, match: PersonMatch) -> str:
    """Format whom a row may be: ``Jon W: perhaps probation-officer-1 or nurse-1``."""
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
    flags: Sequence[str],
    files: Sequence[Path],
    folder: Path,
) -> None:
    """Print a command that answers for everybody who is still unresolved, to be corrected.

    ``options`` are the answers already given as options, ``flags`` those without a value; the
    command repeats them.
    """
    if not result.unresolved:
        return
    repeated = [f"{option} {_quoted(text)}" for option, texts in options.items() for text in texts]
    repeated += flags
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


def ask_about_list(unsettled: UnsettledList, choices: Choices) -> Choices:
    """Ask what a list leaves open, and return the choices with the answers.

    Raise the list's error where somebody says that it is not a list of who came.
    """
    say(clean(unsettled.message))
    first = unsettled.questions[0]
    if first.kind is QuestionKind.BEFOREHAND:
        if not confirm("Did everybody on it come?", default=False):
            raise unsettled
        return replace(choices, everybody=True)
    if first.kind is QuestionKind.SHEET:
        names = tuple(question.subject for question in unsettled.questions)
        for number, name in enumerate(names, 1):
            say_choice(number, name)
        answer = ask("Which sheet is of this meeting?", tuple(map(str, range(1, len(names) + 1))))
        return replace(choices, sheets=(names[int(answer) - 1],))
    columns, ignored = dict(choices.columns), set(choices.ignored)
    values = dict(choices.values)
    for question in unsettled.questions:
        if question.kind is QuestionKind.VALUE:
            subject = f"'{question.subject}'" if question.subject else "an empty cell"
            asked = f"Below '{question.heading}', what does {subject} mean?"
            values[plain_value(question.subject)] = ListMark(ask(asked, tuple(ListMark)))
            continue
        if ReportColumn.ATTENDED in columns.values():
            break  # one column says who came: the others need no answer
        heading = same_heading(question.subject)
        examples = ", ".join(question.examples) or "empty"
        asked = f"Does '{question.subject}' ({examples}) say who came to this meeting?"
        if ask(asked, (_YES, _NO)) == _YES:
            columns[heading] = ReportColumn.ATTENDED
        else:
            ignored.add(heading)
    return replace(choices, columns=columns, ignored=frozenset(ignored), values=values)


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
