"""``copkit roster``: taking in a roster from somebody's spreadsheet."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from copkit.analysis.imports.roster import NEW, Asks, SeatAnswers
from copkit.analysis.imports.roster_changes import RosterPlan, SeatQuestion, find_new_seats
from copkit.analysis.imports.roster_columns import Sheet, has_members
from copkit.cli.context import Reporting
from copkit.cli.members.roster_plan import IGNORED, format_lines, plan_as_json, print_plan
from copkit.cli.params import (
    CommunityArgument,
    is_interactive,
    usage_error,
)
from copkit.cli.prompts import ask, confirm, parse_yes_or_no
from copkit.cli.terminal import clean, print_json, say, say_choice, wrap_for_terminal
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.layout import COLUMNS, CONTACTS, SETTINGS
from copkit.records.kinds import Noun
from copkit.records.private import PRIVATE_COLUMNS, Column
from copkit.text.edit import EditRefused
from copkit.text.files import path_inside, read_source
from copkit.text.normalise import fold_spelling, match_spelling
from copkit.text.transaction import Change
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords, Programme
    from copkit.importers.tables import ImportedTable
    from copkit.records.private import Contact, RosterAnswers


# Columns

_COLUMN_SYNONYMS: Final = {"email": "e-mail", "organization": "organisation", "job": "role"}
_MAX_CELL: Final = 24  # characters printed of a cell, so that a line fits a terminal of 80


def parse_columns(texts: Sequence[str]) -> dict[Column, str]:
    """Parse ``role=Job title,sector=Team`` to the spreadsheet's head for each column.

    The head is ``""`` for what is not to be read. Raise a usage error for a word that names no
    column.
    """
    words = "|".join([*Column, *_COLUMN_SYNONYMS]).replace("-", "[- ]")
    # A comma separates only where the name of a column and = follow, as a head may hold one itself:
    # 'role=Job title, grade,sector=Team' has two parts.
    separators = re.compile(rf",\s*(?=(?:{words})\s*=)", re.IGNORECASE)
    columns: dict[Column, str] = {}
    for piece in (piece for text in texts for piece in separators.split(text)):
        key, equals, head = piece.partition("=")
        word = "-".join(key.lower().split())
        word = _COLUMN_SYNONYMS.get(word, word)
        if not equals:
            usage_error(f"--column: '{piece}' has no '='", "write it as --column 'role=Job title'")
        if word not in set(Column):
            hint = did_you_mean(word, list(Column), f"it can be one of {', '.join(Column)}")
            usage_error(f"--column: nothing is called '{key.strip()}'", hint)
        columns[Column(word)] = head.strip()
    return columns


def print_columns(sheet: Sheet, *, examples: bool) -> None:
    """Print what each column is taken for.

    ``examples`` adds the first cell of each: names and addresses, so only for a person to see.
    """
    where = "it has no heads"
    if sheet.heading_row >= 0:
        where = f"the heads are in line {sheet.table.lines[sheet.heading_row]}"
    say(f"{clean(sheet.table.file)}: {where}, with {plural(sheet.lines_below, 'line')} below")
    widest = max(len(_shorten(head)) for head in sheet.heads)
    for number, head in enumerate(sheet.heads, 1):
        column = sheet.column_at(number - 1)
        private = " (contacts only)" if column in PRIVATE_COLUMNS else ""
        line = f"  {number:>2}  {_shorten(head):<{widest}}  {column or IGNORED}{private}"
        example = _shorten(sheet.example(number - 1)) if examples else ""
        # 10 for the number and the gaps, 26 for the longest text: "first-name (contacts only)"
        say(f"{line:<{widest + 36}}{example}".rstrip())


def _shorten(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _MAX_CELL else f"{text[: _MAX_CELL - 1]}…"


def ask_columns(sheet: Sheet) -> Sheet | None:
    """Print the columns and ask until they are right; ``None`` where the answer is no.

    Return the sheet with the columns as they were changed.
    """
    while True:
        print_columns(sheet, examples=True)
        answer = ask("is that right: yes, no, or the number of a column to change", default="yes")
        if (agreed := parse_yes_or_no(answer)) is not None:
            return sheet if agreed else None
        if answer.isdecimal() and 1 <= int(answer) <= len(sheet.heads):
            position = int(answer) - 1
            sheet = sheet.with_column(position, _ask_column(sheet.heads[position]))
        else:
            say(f"  please write yes, no, or a number from 1 to {len(sheet.heads)}")


def _ask_column(head: str) -> Column | None:
    """Ask what a column holds, by a name of :class:`Column` or a synonym; ``None`` for ignored."""
    words = (*Column, IGNORED, *_COLUMN_SYNONYMS)
    say(f"  it can be {', '.join((*Column, IGNORED))}")
    while (answer := ask(f"what is in '{_shorten(head)}'").casefold()) not in words:
        near = [word for word in words if word.startswith("-".join(answer.split()))]
        if len(near) == 1:
            answer = near[0]
            break
        say(f"  please write one of: {', '.join((*Column, IGNORED))}")
    answer = _COLUMN_SYNONYMS.get(answer, answer)
    return None if answer == IGNORED else Column(answer)


def format_command(sheet: Sheet, community: str, file: Path) -> str:
    """Return the command line that imports a file with these columns and without questions."""
    in_order = sorted(sheet.positions.items(), key=lambda entry: entry[1])
    options = [
        f"--column {shlex.quote(f'{column}={sheet.heads[position]}')}"
        for column, position in in_order
    ]
    if sheet.table.sheet:
        options.insert(0, f"--sheet {shlex.quote(sheet.table.sheet)}")
    return " ".join(["copkit roster import", community, shlex.quote(str(file)), *options, "--yes"])


# Sheets


def choose_table(
    tables: Sequence[ImportedTable], sheet: str | None, *, asks_person: bool
) -> ImportedTable:
    """Return the table of a file that holds the members.

    Several that seem to, are asked about; raise :class:`CopkitError` where nobody can be asked.
    Hidden sheets are read only when ``sheet`` names one.
    """
    file = tables[0].file
    names = [table.sheet for table in tables]
    if sheet is not None:
        name = match_spelling(sheet, names)
        if name not in names or not names[0]:
            there = f"there are: {', '.join(names)}" if names[0] else "only workbooks have sheets"
            usage_error(f"{file} has no sheet '{sheet}'", did_you_mean(sheet, names, there))
        return next(table for table in tables if table.sheet == name)
    visible = [table for table in tables if not table.is_hidden]
    if not visible:
        hint = f"--sheet {shlex.quote(names[0])} reads it"
        raise CopkitError(f"{file} has hidden sheets only: {', '.join(names)}", hint)
    lists = [table for table in visible if has_members(table)] or visible[:1]
    if len(lists) == 1:
        return lists[0]
    choices = [f"'{table.sheet}' ({plural(len(table.rows), 'line')})" for table in lists]
    message = f"{file} has people on {len(lists)} sheets: {list_in_words(choices)}"
    if not asks_person:
        hint = f"say which holds the members: --sheet {shlex.quote(lists[0].sheet)}"
        usage_error(message, hint)
    say(clean(message))
    name = ask("which holds the members", tuple(table.sheet for table in lists))
    return next(table for table in lists if table.sheet == name)


def _describe_unread(tables: Sequence[ImportedTable], table: ImportedTable) -> list[str]:
    """Return what of a file is not read, and what is read although a sheet does not show it."""
    sentences = []
    for other in tables:
        if other is not table:
            hidden = "hidden " if other.is_hidden else ""
            option = f"--sheet {shlex.quote(other.sheet)} reads it"
            sentences.append(f"{hidden}sheet '{other.sheet}' is not read; {option}")
    if table.hidden_lines:
        lines = format_lines(table.hidden_lines)
        sentences.append(f"{lines} of '{table.sheet}' are hidden there, and read all the same")
    if table.merged_lines:
        lines = format_lines(table.merged_lines)
        sentences.append(f"{lines} share merged cells, which stand for each of them")
    return [clean(sentence) for sentence in sentences]


# Answers


def parse_answers(texts: Sequence[str], option: str) -> dict[str, str]:
    """Parse ``--role 'Support wkr=Housing Support Worker'`` to what is meant by what is written.

    What is written is folded for comparing, and ``""`` for lines that write nothing.
    """
    answers: dict[str, str] = {}
    for text in texts:
        written, equals, means = text.rpartition("=")
        if not equals or not means.strip():
            usage_error(f"{option}: '{text}' has no '=' with an answer behind it")
        answers[fold_spelling(written)] = means.strip()
    return answers


def _find_answers(
    programme: Programme,
    records: CommunityRecords,
    remembered: RosterAnswers,
    options: Mapping[str, Sequence[str]],
    *,
    adds_seats: bool,
) -> SeatAnswers:
    """Return the answers of earlier imports and of this command's options, which win.

    Raise a usage error for a role, a sector or an id that there is not.
    """
    seats = programme.settings.seats_sought
    roles = [role for sought in seats.values() for role in sought]
    roles += [member.role for member in records.members]
    sectors = [*seats, *(member.sector for member in records.members)]
    ids = [*(member.id for member in records.members), NEW]
    given = {option: parse_answers(texts, f"--{option}") for option, texts in options.items()}
    for option, known in (("role", roles), ("sector", sectors), ("match", ids)):
        for written, means in given[option].items():
            answer = match_spelling(means, known)
            is_free = option != "match" and (adds_seats or not seats)
            if answer not in known and not is_free:
                there = f"there are: {', '.join(dict.fromkeys(known))}"
                hint = did_you_mean(means, known, there)
                if option != "match":
                    hint = f"{hint} or --add-seats takes it as a new one"
                usage_error(f"--{option}: there is no '{means}'", hint)
            given[option][written] = answer
    return SeatAnswers(
        roles={fold_spelling(word.written): word.means for word in remembered.roles}
        | given["role"],
        sectors={fold_spelling(word.written): word.means for word in remembered.sectors}
        | given["sector"],
        people=given["match"],
        adds_seats=adds_seats,
    )


_MANY_ROLES: Final = 5  # unknown roles above which one question is asked about all of them
_NEW_SEAT: Final = "new"


def _ask_seats(questions: Sequence[SeatQuestion], answers: SeatAnswers) -> SeatAnswers:
    """Ask what the roles and sectors are that the programme does not know, each once."""
    roles = [question for question in questions if question.asks is Asks.ROLE and question.written]
    if len(roles) > _MANY_ROLES:
        names = ", ".join(question.written for question in roles)
        say(wrap_for_terminal(clean(f"roles that copkit.yaml does not seek: {names}"), sys.stderr))
        if confirm(f"add seats for all {len(roles)} of them?", default=False):
            answers = replace(answers, adds_seats=True)
    for question in questions:
        if question.asks is Asks.SECTOR or not (answers.adds_seats and question.written):
            answers = _ask_seat(question, answers)
    return answers


def _ask_seat(question: SeatQuestion, answers: SeatAnswers) -> SeatAnswers:
    """Ask one question about a role or a sector; Enter leaves it open."""
    is_role = question.asks is Asks.ROLE
    written = clean(question.written)
    lines = format_lines(question.lines)
    say(f"{lines}: {clean(question.why)}")
    for number, choice in enumerate(question.choices, 1):
        say_choice(number, choice)
    new = f", '{_NEW_SEAT}' for a new seat" if is_role and written else ""
    leave = "keep it as it is" if not question.keeps_out else "leave them out"
    while True:
        prompt = f"which {question.asks} is it: a number{new}, or Enter to {leave}"
        answer = ask(prompt, default="")
        if not answer:
            return answers
        if answer.isdecimal() and 1 <= int(answer) <= len(question.choices):
            means = question.choices[int(answer) - 1]
        else:
            means = match_spelling(answer, question.choices)
        if new and answer.casefold() == _NEW_SEAT:
            means = question.written
        if means in question.choices or (new and means == question.written):
            change = answers.with_role if is_role else answers.with_sector
            return change(question.written, means)
        say(f"  please write a number from 1 to {len(question.choices)}{new}")


def _ask_people(plan: RosterPlan, answers: SeatAnswers, ids: Sequence[str]) -> SeatAnswers:
    """Ask who the people are that may be a member or somebody else; Enter leaves them out."""
    for error in plan.errors:
        if error.asks is not Asks.PERSON:
            continue
        say(f"line {error.line}: {clean(error.why)}")
        while True:
            question = f"who is it: '{error.written}', '{NEW}' for somebody else, Enter for neither"
            answer = ask(question, default="")
            if not answer or answer in ids or answer == NEW:
                break
            say("  please write an id of the roster, or 'new'")
        if answer:
            answers = answers.with_person(str(error.line), answer)
    return answers


# Importing

MANY_LINES: Final = 500  # far more than most communities have: such a file may be another list


def import_roster(
    context: Reporting,
    community: CommunityArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or Excel file.")],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "--columns",
            metavar="WHAT=HEAD",
            help="What a column holds: 'role=Job title'; may be repeated, or with commas.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet to read.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WRITTEN=ROLE", help="What a role in the file is; '=ROLE' where it has none."
        ),
    ] = None,
    sector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WRITTEN=SECTOR",
            help="What a sector, role or organisation in the file is; '=SECTOR' for all others.",
        ),
    ] = None,
    add_seats: Annotated[
        bool,
        typer.Option("--add-seats", help="Add roles and sectors that are new to copkit.yaml."),
    ] = False,
    match: Annotated[
        list[str] | None,
        typer.Option(metavar="LINE=ID", help="Who a line is; 'LINE=new' for somebody new."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask: the columns are right, write it.")
    ] = False,
) -> None:
    """Add the people of a spreadsheet to a roster, and change what it says otherwise.

    Shows what each column is taken for and what would change, and asks: once for each role or
    sector that copkit.yaml does not know. The answers are remembered in private/columns.yaml, and
    lines that wait for one are kept aside. Names and addresses go to private/contacts.yaml alone.
    Members are known again by their id, or by the address or name in the contacts. Nobody is taken
    off the roster, and nobody's consent is set.

    What a column can hold: id, name, first-name, last-name, e-mail, role, sector, organisation,
    part, joined and status (who has left). --column role= leaves one out.

    \b
    Examples:
      copkit roster import brighton members.xlsx
      copkit roster import brighton list.csv --column "role=Job title" --dry-run
      copkit roster import CP1 list.csv --role "Support wkr=Housing Support Worker"
      copkit roster import CP1 list.csv --add-seats --sector "=NHS" --yes --json
    """
    from copkit.analysis.imports.roster_columns import find_columns
    from copkit.cli.prompts import read_input_file
    from copkit.git.repository import require_private_ignored
    from copkit.importers.tables import read_tables

    as_json, dry_run = context.as_json, context.dry_run
    asks_person = is_interactive() and not (yes or as_json)
    chosen_columns = parse_columns(column or ())
    programme = context.open({Noun.MEMBERS})
    records = programme.community(community)
    if not dry_run:
        require_private_ignored(programme.root)
    private = _load_private_files(programme.root)
    options = {"role": role or (), "sector": sector or (), "match": match or ()}
    answers = _find_answers(programme, records, private.answers, options, adds_seats=add_seats)
    tables = read_tables(read_input_file(file), file.name)
    table = choose_table(tables, sheet, asks_person=asks_person)
    columns = find_columns(table, private.answers.layouts, chosen_columns)
    not_read = _describe_unread(tables, table)
    for sentence in not_read if not as_json else ():
        say(sentence)
    if asks_person and columns.lines_below > MANY_LINES:
        question = f"{columns.lines_below} lines: are all of them members of {records.slug}?"
        if not confirm(question, default=False):
            raise typer.Abort
    columns = _confirm_columns(
        columns, records.slug, file, asks_person=asks_person, settled=yes or dry_run
    )
    if not (asks_person or as_json):
        print_columns(columns, examples=False)
    plan, questions = _build_plan(programme, records, columns, private, answers)
    if asks_person and (questions or any(error.asks for error in plan.errors)):
        ids = [*(member.id for member in records.members)]
        answers = _ask_people(plan, _ask_seats(questions, answers), ids)
        plan, questions = _build_plan(programme, records, columns, private, answers)
        # a new seat without a sector is asked about once it is known to be new
        sectors = [question for question in questions if question.asks is Asks.SECTOR]
        answers = _ask_seats(sectors, answers)
        plan, questions = _build_plan(programme, records, columns, private, answers)
    new_seats = find_new_seats(plan, answers)
    if not as_json:
        unread = [
            head
            for position, head in enumerate(columns.heads)
            if head and not columns.column_at(position)
        ]
        print_plan(plan, programme.settings.seats_sought, questions, new_seats, unread)
    write = not dry_run and (not asks_person or _confirm_plan(programme.root, plan))
    if write or (dry_run and not as_json):
        _write_plan(programme, records, columns, plan, private, answers, dry_run=dry_run)
    if as_json:
        is_written = write and not plan.is_empty
        facts = plan_as_json(plan, columns, records.slug, questions, new_seats, written=is_written)
        print_json({**facts, "not_read": not_read})
    # a few faulty lines among others are reported; a script has to notice a file that had no other
    if plan.has_only_errors:
        raise typer.Exit(1)


class _PrivateFiles(NamedTuple):
    """The contacts and the remembered answers of private/, each with the text of its file.

    A text is ``None`` where there is no file. It is what the changes are held against when they
    are saved, so that nothing which somebody wrote meanwhile is lost.
    """

    contacts: tuple[Contact, ...]
    contacts_text: str | None
    answers: RosterAnswers
    answers_text: str | None


def _load_private_files(root: Path) -> _PrivateFiles:
    """Load contacts and remembered answers; raise :class:`InvalidRecords` for errors in them."""
    from copkit.private_files import read_contacts, read_roster_answers

    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    answers = read_roster_answers(root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return _PrivateFiles(
        contacts, _read_private_text(root, CONTACTS), answers, _read_private_text(root, COLUMNS)
    )


def _read_private_text(root: Path, file: str) -> str | None:
    """Return the text of a file such as ``private/contacts.yaml``; ``None`` if it is missing."""
    path = path_inside(root, *file.split("/"))
    return read_source(path, file, []).text if os.path.lexists(path) else None


def _confirm_columns(
    sheet: Sheet, community: str, file: Path, *, asks_person: bool, settled: bool
) -> Sheet:
    """Return the columns as somebody agreed to them, now or at an earlier import.

    ``asks_person`` means that somebody is at the terminal; ``settled`` that ``--yes`` or
    ``--dry-run`` stand for the agreement. Otherwise raise a usage error with the command to run:
    a column taken for another would put names into a file that goes into git.
    """
    if asks_person:
        agreed = sheet if sheet.is_remembered else ask_columns(sheet)
        if agreed is None:
            raise typer.Abort
        if sheet.is_remembered:
            print_columns(sheet, examples=True)
            say("  as agreed before; --column WHAT=HEAD changes it")
        return agreed
    if not settled:
        print_columns(sheet, examples=False)
        usage_error(
            "nobody is here to say whether that is right, so nothing was changed",
            f"if it is: {format_command(sheet, community, file)}",
        )
    return sheet


def _build_plan(
    programme: Programme,
    records: CommunityRecords,
    sheet: Sheet,
    private: _PrivateFiles,
    answers: SeatAnswers,
) -> tuple[RosterPlan, tuple[SeatQuestion, ...]]:
    """Build the plan of what a spreadsheet adds to a roster, and what it asks about seats."""
    from copkit.analysis.imports.roster import parse_rows
    from copkit.analysis.imports.roster_changes import build_plan, find_seat_questions
    from copkit.git.repository import is_shared
    from copkit.text.files import member_id

    seats = programme.settings.seats_sought
    shared = is_shared(programme.root)
    plan = build_plan(
        parse_rows(sheet, seats, records.members, answers),
        records.roster,
        seats,
        private.contacts,
        lambda taken, role: member_id(taken, role, shared=shared),
    )
    return plan, find_seat_questions(plan, seats, records.members)


def _confirm_plan(root: Path, plan: RosterPlan) -> bool:
    """Ask whether to write a plan; return ``True`` unasked for one that changes nothing."""
    if plan.is_empty:
        return True
    from copkit.cli.prompts import confirm
    from copkit.cli.store import note_nothing_changed

    # where something is in doubt, Enter alone must not write it
    if confirm("write this?", default=not plan.doubts):
        return True
    say("nothing was changed")
    note_nothing_changed(root)
    return False


def _write_plan(
    programme: Programme,
    records: CommunityRecords,
    sheet: Sheet,
    plan: RosterPlan,
    private_files: _PrivateFiles,
    answers: SeatAnswers,
    *,
    dry_run: bool,
) -> None:
    """Write roster, seats, contacts and answers in one step, or print what would be written.

    In one step, for a member whom the contacts do not know would be imported a second time.
    """
    from copkit.analysis.imports.roster_changes import (
        apply_to_contacts,
        apply_to_roster,
        apply_to_settings,
    )
    from copkit.analysis.imports.roster_columns import remember_layout, remember_words
    from copkit.cli.records.new import EMPTY_ROSTER
    from copkit.cli.store import change_records_and_private, note_nothing_changed

    file = f"communities/{records.slug}/roster.yaml"
    exists = os.path.lexists(path_inside(programme.root, *file.split("/")))
    old = records.roster.source.text.text if exists else None
    settings_text = programme.settings.source.text.text
    seats = programme.settings.seats_sought
    remembered = private_files.answers
    try:
        roster_change = Change(file, old, apply_to_roster(old or EMPTY_ROSTER, plan))
        new_seats = find_new_seats(plan, answers)
        seats_change = Change(
            SETTINGS, settings_text, apply_to_settings(settings_text, new_seats, seats)
        )
        answers_text = remember_layout(private_files.answers_text or "", sheet, remembered.layouts)
        for section, words, earlier in (
            ("roles", answers.roles, remembered.roles),
            ("sectors", answers.sectors, remembered.sectors),
        ):
            # what lines without a role are is true of this file alone
            stated = {written: means for written, means in words.items() if written}
            answers_text = remember_words(answers_text, section, stated, earlier)
        texts = (
            (
                CONTACTS,
                private_files.contacts_text,
                apply_to_contacts(private_files.contacts_text or "", plan, records.slug),
            ),
            (COLUMNS, private_files.answers_text, answers_text),
        )
    except EditRefused as refusal:
        message = f"line {refusal.line} of a file to change: {refusal.reason}; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    changed = [seats_change] if new_seats else []
    changed += [roster_change] if plan.new or plan.changed else []
    private = [Change(file, old, new) for file, old, new in texts if new != (old or "")]
    if not (changed or private):
        already = "" if plan.errors else f"{clean(file)} says so already; "
        say(f"{already}nothing was changed")
        if not dry_run:
            note_nothing_changed(programme.root)
        return
    change_records_and_private(programme, changed, private, dry_run=dry_run)
