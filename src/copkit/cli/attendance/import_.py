"""``copkit attendance import``: who came, from the lists that Teams, Zoom and others make."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from copkit.analysis.imports.matching import Answers, Entry, Found
from copkit.analysis.record_attendance import Came
from copkit.cli.attendance.import_files import (
    Imported,
    Learnt,
    Said,
    change_of_aliases,
    learnt_from,
    member_named,
)
from copkit.cli.attendance.record import write_attendance
from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    complete_meeting,
    interactive,
    open_programme,
)
from copkit.cli.prompts import ask
from copkit.cli.terminal import (
    beside,
    clean,
    print_heading,
    print_json,
    print_line,
    say,
    say_choice,
)
from copkit.errors import CopkitError
from copkit.layout import ALIASES, CONTACTS, SEALED
from copkit.text.transaction import locked, save_privately
from copkit.wording import day_in_words, listed, plural

# Recording what imported lists say: who came, and what was learnt of who is who.


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written: who came that is not on record, and what is to be remembered.

    ``skipped`` are members of whom the record says otherwise; ``notes`` tell of what is left alone.
    """

    came: Came
    learnt: Learnt
    skipped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def records_something(self) -> bool:
        """Whether the meeting's record would change."""
        came = self.came
        return bool(came.present or came.substitutes or came.guests is not None)

    def __str__(self) -> str:
        """Say what is to be written, to be asked about."""
        came = self.came
        parts = [
            plural(len(came.present), "member") if came.present else "",
            plural(len(came.substitutes), "substitute") if came.substitutes else "",
            plural(came.guests, "guest") if came.guests else "",
        ]
        what = [part for part in parts if part]
        remember = f"remember {plural(len(self.learnt), 'answer')}" if len(self.learnt) else ""
        if not what:
            return remember
        return f"record {listed(what)}{', and ' if remember else ''}{remember}"


def plan_for(imported: Imported, found: Found, answers: Answers, why: str) -> Plan:
    """Work out what is new; what contradicts the record is left alone unless there is a reason."""
    meeting = imported.meeting
    there = frozenset(meeting.present if meeting else ())
    sorry = frozenset(meeting.apologies if meeting else ())
    stood_for = frozenset(one.stands_for for one in (meeting.substitutes if meeting else ()))
    stand_ins = dict.fromkeys(answers.stand_ins.values())
    wrong = [id for id in found.present if id in sorry | stood_for]
    wrong += [id for id in stand_ins if id in there]
    left_alone = frozenset() if why else frozenset(wrong)
    guests, notes = _guests(imported, answers, corrected=bool(why))
    corrects = wrong or (guests is not None and meeting and meeting.guests is not None)
    came = Came(
        present=tuple(id for id in found.present if id not in there | left_alone),
        substitutes=tuple(id for id in stand_ins if id not in stood_for | left_alone),
        guests=guests,
        why=why if corrects else "",
    )
    return Plan(came, learnt_from(imported, answers), tuple(wrong if left_alone else ()), notes)


def _guests(
    imported: Imported, answers: Answers, *, corrected: bool
) -> tuple[int | None, tuple[str, ...]]:
    """Give how many guests to record, if that is new, and what to say if the record differs."""
    count = len(answers.guests)
    there = imported.meeting.guests if imported.meeting else None
    if not count or count == there:
        return None, ()
    if there is None or corrected:
        return count, ()
    said = f"{plural(there, 'guest')} on record, and {count} named now; the record was left alone"
    return None, (said,)


def record(imported: Imported, plan: Plan, *, dry_run: bool) -> None:
    """Write what is new, and say what was left alone; where nothing is new, nothing changes."""
    root = imported.programme.root
    for note in plan.notes:
        say(note)
    if plan.skipped:
        say(f"not recorded, since the record says otherwise: {clean(', '.join(plan.skipped))}")
        say("  --why REASON corrects it, and keeps the reason in the meeting")
    if dry_run:
        if plan.records_something:
            _write(imported, plan.came, dry_run=True)
        if len(plan.learnt):
            say(f"would remember {plural(len(plan.learnt), 'answer')} in {ALIASES}")
        return
    with locked(root):
        change = change_of_aliases(root, plan.learnt) if len(plan.learnt) else None
        if plan.records_something:
            _write(imported, plan.came, dry_run=False)
        else:
            say("nothing new to record; the meeting was left as it is")
        if change and change.new != change.old:
            save_privately(root, [change])
            say(f"remembered {plural(len(plan.learnt), 'answer')} in {ALIASES}")


def _write(imported: Imported, came: Came, *, dry_run: bool) -> None:
    programme, records = imported.programme, imported.records
    said = [word for one in imported.people for word in (*one.names, one.email)]
    write_attendance(
        programme, records, imported.slug, came, dry_run=dry_run, listed_names=filter(None, said)
    )


# What an import of lists found: for people, for machines, and what is still to be said.

MOST_SHOWN = 10  # people for whom a command is spelt out
_INDENT = 12


def import_as_json(imported: Imported, found: Found, recorded: Iterable[str]) -> dict[str, Any]:
    """Give everything as values for machines; ``recorded`` are the ids that are new on record."""
    return {
        "community": imported.records.slug,
        "meeting": imported.slug,
        "sources": [
            {
                "file": one.file,
                "kind": str(one.kind),
                "stated": one.stated,
                "listed": len(one.attendees),
            }
            for one in imported.listings
        ],
        "matched": [{"member": entry.members[0], **_row(entry)} for entry in found.matched],
        "suggested": [
            {"row": one.person.row, "members": [*one.members], "minutes": one.person.minutes}
            for one in found.suggested
        ],
        "unmatched": [_row(entry) for entry in found.unmatched],
        "below_minimum": [
            {"member": entry.members[0], **_row(entry)} for entry in found.below_minimum
        ],
        "set_aside": [{"row": entry.person.row, "why": entry.why} for entry in found.set_aside],
        "notes": imported.notes_on(found),
        "recorded": [*recorded],
    }


def _row(entry: Entry) -> dict[str, Any]:
    return {"row": entry.person.row, "minutes": entry.person.minutes}


# --- for people ------------------------------------------------------------------------------


def print_report(imported: Imported, found: Found) -> None:
    """Print who is who, and what does not agree."""
    files = listed([one.file for one in imported.listings])
    people = plural(len(imported.people), "person", "people")
    where = f"{imported.records.slug}, {day_in_words(imported.held_on)}"
    print_heading(where, f": {people} in {files}")
    _print_members("Matched", found.matched)
    minimum = plural(imported.minimum, "minute")
    _print_members(f"Below the minimum of {minimum}", found.below_minimum)
    likely = [(one, _likely(imported, found, one)) for one in found.suggested]
    _print_rows("Perhaps a member; nobody is recorded without a yes", likely)
    _print_rows("Not known", [(one, one.person.row) for one in found.unmatched])
    set_aside = [(one, f"{one.person.row}: {one.why}") for one in found.set_aside]
    _print_rows("Set aside", set_aside)
    if notes := imported.notes_on(found):
        print()
        print_heading("Notes")
    for note in notes:
        print_line(f"  {note}", 4)


def _print_members(title: str, entries: Sequence[Entry]) -> None:
    width = max((len(entry.members[0]) for entry in entries), default=0)
    rows = [(one, f"{one.members[0]:{width}}  {one.person.row}") for one in entries]
    _print_rows(title, rows)


def _print_rows(title: str, rows: Sequence[tuple[Entry, str]]) -> None:
    if rows:
        print()
        print_heading(title, f": {len(rows)}")
    for entry, said in rows:
        minutes = entry.person.minutes
        print_line(f"{'?' if minutes is None else minutes:>6} min  {said}", _INDENT)


def _likely(imported: Imported, found: Found, entry: Entry) -> str:
    root, records = imported.programme.root, imported.records
    members = listed([beside(root, records, id) for id in entry.members], "or")
    if entry.person.row in found.unknown:
        return f"{entry.person.row}: {members}, if they stayed long enough"
    return f"{entry.person.row}: perhaps {members}"


# --- what is still to be said ----------------------------------------------------------------


def say_what_is_left(
    imported: Imported, found: Found, said: Said, files: Sequence[Path], folder: Path
) -> None:
    """Show the command that says of everybody who is left who they are."""
    if not found.left:
        return
    options = [
        *(f"--match {_quoted(row)}" for row in said.members),
        *(f"--substitute {_quoted(row)}" for row in said.stand_ins),
        *(f"--guest {_quoted(row)}" for row in said.guests),
        *(f"--nobody {_quoted(row)}" for row in said.nobody),
    ]
    new = [
        *(f"--match {_quoted(f'{one.person.row}={one.members[0]}')}" for one in found.suggested),
        *(f"--guest {_quoted(one.person.row)}" for one in found.unmatched),
    ]
    if folder != HERE:
        options.append(f"-C {_quoted(str(folder))}")
    names = " ".join(_quoted(str(path)) for path in files)
    command = f"copkit attendance import {imported.records.slug} {imported.slug} {names}"
    say(f"\nstill to be said of {plural(len(found.left), 'person', 'people')}; if this is right:")
    lines = [f"  {command}", *(f"    {one}" for one in (*options, *new[:MOST_SHOWN]))]
    print(" \\\n".join(lines), file=sys.stderr)  # in one piece, to be copied
    if len(new) > MOST_SHOWN:
        say(f"  and {len(new) - MOST_SHOWN} more; on a terminal each is asked for")
    say("if not: --match 'ROW=ID', --substitute 'ROW=ID', --guest ROW or --nobody ROW")


def _quoted(text: str) -> str:
    return shlex.quote(clean(text))


# Asking who the people on imported lists are.

_YES, _NO, _OTHER = "yes", "no", "somebody else"
_STANDS_IN = "for "


@dataclass(slots=True)
class _Talk:
    """What was answered so far."""

    imported: Imported
    present: set[str]
    members: dict[str, str]
    stand_ins: dict[str, str]
    guests: set[str]
    nobody: set[str]
    roster_shown: bool = field(default=False)

    @property
    def answers(self) -> Answers:
        """The answers, as the lists are matched with."""
        return Answers(self.members, self.stand_ins, frozenset(self.guests), frozenset(self.nobody))


def ask_who_is_who(imported: Imported, found: Found, answers: Answers) -> Answers:
    """Ask of everybody who is left who they are; gives these answers with those of before."""
    talk = _Talk(
        imported,
        {*found.present},
        {**answers.members},
        {**answers.stand_ins},
        {*answers.guests},
        {*answers.nobody},
    )
    for entry in found.suggested:
        unknown = entry.person.row in found.unknown
        answer = _ask_stayed(talk, entry) if unknown else _ask_likely(talk, entry)
        if answer == _OTHER and not _ask_who(talk, entry):
            return talk.answers
    for entry in found.unmatched:
        if not _ask_who(talk, entry):
            break
    return talk.answers


def _called(entry: Entry) -> str:
    minutes = entry.person.minutes
    return f"'{entry.person.row}'" + (f" ({plural(minutes, 'minute')})" if minutes else "")


def _beside(talk: _Talk, id: str) -> str:
    return beside(talk.imported.programme.root, talk.imported.records, id)


def _ask_stayed(talk: _Talk, entry: Entry) -> str:
    """Ask whether a member stayed long enough of whom the lists do not say it."""
    id = entry.members[0]
    question = f"Did '{entry.person.row}', {_beside(talk, id)}, stay long enough to count?"
    if ask(question, (_YES, _NO)) == _YES:
        _is_member(talk, entry, id)
    return ""


def _ask_likely(talk: _Talk, entry: Entry) -> str:
    """Ask whether somebody is a member who is like them; give what was answered."""
    if len(entry.members) == 1:
        id = entry.members[0]
        answer = ask(f"Is {_called(entry)} {_beside(talk, id)}?", (_YES, _NO, _OTHER))
        if answer == _YES:
            _is_member(talk, entry, id)
        return answer
    for number, id in enumerate(entry.members, 1):
        say_choice(number, _beside(talk, id))
    numbers = tuple(str(number) for number in range(1, len(entry.members) + 1))
    answer = ask(f"Is {_called(entry)} one of these?", (*numbers, _NO, _OTHER))
    if answer in numbers:
        _is_member(talk, entry, entry.members[int(answer) - 1])
    return answer


def _is_member(talk: _Talk, entry: Entry, id: str) -> None:
    talk.members[entry.person.row] = id
    talk.present.add(id)


def _ask_who(talk: _Talk, entry: Entry) -> bool:
    """Ask who somebody is until the answer is understood; say whether to go on asking."""
    _show_roster(talk)
    say(f"Who is {clean(_called(entry))}?")
    while True:
        question = "  a number or id, for NUMBER, guest, nobody, skip or done"
        answer = ask(question, default="skip").casefold()
        if answer in {"skip", "s", "done", "d"}:
            return answer[0] == "s"
        try:
            _take(talk, entry, answer)
        except CopkitError as error:
            say(clean(f"  {error.message}; {error.hint}" if error.hint else f"  {error.message}"))
            continue
        return True


def _take(talk: _Talk, entry: Entry, answer: str) -> None:
    """Take one answer; raise :class:`CopkitError` for what is none."""
    row = entry.person.row
    if answer in {"guest", "g"}:
        talk.guests.add(row)
    elif answer in {"nobody", "n"}:
        talk.nobody.add(row)
    elif answer.startswith(_STANDS_IN):
        id = _member(talk, answer.removeprefix(_STANDS_IN))
        if id in talk.present:
            raise CopkitError(f"'{id}' came, so nobody stands in for them")
        talk.stand_ins[row] = id
    else:
        id = _member(talk, answer)
        if id in talk.stand_ins.values():
            raise CopkitError(f"somebody stands in for '{id}', who then did not come")
        _is_member(talk, entry, id)


def _member(talk: _Talk, answer: str) -> str:
    """Give the member that a number or an id means."""
    members = talk.imported.records.members
    if not answer.strip().isdecimal():
        return member_named(talk.imported, answer)
    number = int(answer)
    if not 1 <= number <= len(members):
        raise CopkitError(f"please write a number from 1 to {len(members)}")
    return members[number - 1].id


def _show_roster(talk: _Talk) -> None:
    """Show the members with their numbers, once."""
    if talk.roster_shown:
        return
    talk.roster_shown = True
    for number, member in enumerate(talk.imported.records.members, 1):
        came = ", came" if member.id in talk.present else ""
        say_choice(number, f"{_beside(talk, member.id)}: {member.role}{came}")


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

    Members are known by e-mail, by a name that was said to be theirs, or by their own, from
    private/contacts.yaml. Whoever is only like a member is suggested, and recorded after a yes,
    which is remembered in private/aliases.yaml. Importing again changes nothing.

    \b
    Examples:
      copkit attendance import brighton 2012-05-16 report.csv
      copkit attendance import brighton today part-1.csv part-2.csv --dry-run
      copkit attendance import CP1 2012-05-16 a.csv --match "Jon W=probation-1"
    """
    from copkit.cli.attendance.import_files import Said, answers_from, read_import, require_absent
    from copkit.cli.attendance.record import meeting_slug
    from copkit.folder import FOR_ATTENDANCE

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    imported = read_import(programme, records, meeting_slug(records, date), files, minimum)
    said = Said(*(tuple(one or ()) for one in (members, stand_ins, guests, nobody)))
    answers = answers_from(imported, said)
    if not (other_day or dry_run):
        _require_day(imported, files)
    found = imported.found(answers)
    require_absent(found, answers)
    _say_without_contacts(imported)
    if as_json:
        plan = plan_for(imported, found, answers, why)
        if not dry_run:
            record(imported, plan, dry_run=False)
        print_json(import_as_json(imported, found, () if dry_run else plan.came.present))
        return
    print_report(imported, found)
    if interactive() and not dry_run and found.left:
        answers = _asked(imported, found, answers)
        found = imported.found(answers)
    plan = plan_for(imported, found, answers, why)
    if interactive() and not dry_run and not _is_wanted(plan):
        say("nothing was changed")
        return
    record(imported, plan, dry_run=dry_run)
    say_what_is_left(imported, found, said, files, folder)


def _require_day(imported: Imported, files: Sequence[Path]) -> None:
    """Raise :class:`CopkitError` where a list is of a day too far from the meeting's."""
    for listing in imported.of_other_days:
        message = f"{listing.file} is of {listing.held_on}, and the meeting of {imported.held_on}"
        names = shlex.join(map(str, files))
        command = f"copkit attendance import {imported.records.slug} {listing.held_on} {names}"
        hint = f"'{command}' takes it for its own day; --other-day for {imported.held_on}"
        raise CopkitError(f"{message}; nothing was recorded", hint)


def _say_without_contacts(imported: Imported) -> None:
    """Say how members become known, where none is."""
    if imported.known.by_email or imported.known.by_name or imported.known.by_alias:
        return
    slug, root = imported.records.slug, imported.programme.root
    if os.path.lexists(root / CONTACTS):
        say(f"{CONTACTS} has nobody of {slug}, so nobody on the lists is known")
        return
    if os.path.lexists(root / SEALED):
        say(f"there is no {CONTACTS} here; 'copkit contacts decrypt' makes it from {SEALED}")
        return
    id = next((member.id for member in imported.records.members), "housing-support-1")
    say(f"there is no {CONTACTS} here, so nobody on the lists is known; it begins like this:")
    for line in ("contacts:", f"  - id: {slug}/{id}", "    name: A Person"):
        say(f"  {clean(line)}")


def _asked(imported: Imported, found: Found, answers: Answers) -> Answers:

    say()
    return ask_who_is_who(imported, found, answers)


def _is_wanted(plan: Plan) -> bool:
    """Ask whether to write what was found, where there is anything."""
    what = str(plan)
    from copkit.cli.prompts import agree

    if what:
        say()
    return not what or agree(f"{what}?", default=True)
