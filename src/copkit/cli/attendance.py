"""``copkit attendance``: the matrix, registers, and recording who came."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.analysis.attendance import (
    Matrix,
    Register,
    build_matrix,
    build_register,
    default_day,
)
from copkit.cli.options import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    command_group,
    complete_community,
    complete_meeting,
    complete_member,
    day,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.output import clean, plural, print_json, say
from copkit.errors import CopkitError, closest
from copkit.folder import FOR_ATTENDANCE, CommunityRecords, Programme
from copkit.records.meetings import Meeting

if TYPE_CHECKING:
    from rich.table import Table

app = command_group("The X/Y/F matrix, registers, and who came.", invoke_without_command=True)

LETTER_COLOURS = {"X": "green", "F": "cyan", "Y": "yellow"}
ROLE_WIDTH = 34  # columns that a role needs to stay readable


class Format(StrEnum):
    """The forms of the matrix."""

    TABLE = "table"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


AsOf = Annotated[
    str | None,
    typer.Option(help="Count meetings up to this day.", show_default="today, or the programme's end"),
]


@app.callback()
def attendance(
    ctx: typer.Context,
    format: Annotated[Format, typer.Option("--format", "-f", help="The form.")] = Format.TABLE,
    as_of: AsOf = None,
    community: Annotated[
        list[str] | None,
        typer.Option("--community", help="Only this one; may be repeated.", autocompletion=complete_community),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the meetings behind every letter.")
    ] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print the X/Y/F matrix: who is in which seat, and whether they keep coming.

    X attended two or more meetings, Y fewer or dropped out, F facilitates. The totals
    leave Y out. An empty row is a seat that nobody fills.

    \b
    Examples:
      copkit attendance
      copkit attendance --as-of 2012-12-31 --format html > matrix.html
      copkit attendance --community brighton --explain
      copkit attendance register brighton
    """
    if ctx.invoked_subcommand is not None:
        return
    programme = open_programme(folder, FOR_ATTENDANCE)
    only = frozenset(programme.community(name).slug for name in community or ())
    matrix = build_matrix(programme, _day(programme, as_of), only)
    _deliver_matrix(programme, matrix, Format.JSON if as_json else format, explain=explain)


def _day(programme: Programme, as_of: str | None) -> dt.date:
    return day(as_of, "--as-of") if as_of else default_day(programme, today())


def _deliver_matrix(programme: Programme, matrix: Matrix, form: Format, *, explain: bool) -> None:
    from copkit.documents.matrix import matrix_csv, matrix_facts, matrix_json

    if form is Format.JSON:
        print_json(matrix_json(matrix, explain=explain))
    elif form is Format.CSV:
        sys.stdout.write(matrix_csv(matrix))
    elif form is Format.TABLE:
        print_matrix(matrix, programme.settings.name)
        if explain:
            _print_explained(matrix)
    else:
        from copkit.documents.render import render

        facts = matrix_facts(matrix, programme.settings.name, explain=explain)
        template = "matrix.html" if form is Format.HTML else "matrix.md"
        print(render(template, facts, programme.root / "templates"), end="")


@app.command()
def register(
    community: CommunityArgument,
    as_of: AsOf = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="table, csv or json.")] = Format.TABLE,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print who came to which meeting of a community.

    P was present, A sent apologies, S sent somebody else in their place.

    \b
    Examples:
      copkit attendance register brighton
      copkit attendance register CP3 --format csv > register.csv
    """
    from copkit.documents.matrix import register_csv, register_json

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    until = _day(programme, as_of)
    found = build_register(records, programme.settings.threshold, until)
    if as_json or format is Format.JSON:
        print_json(register_json(found))
    elif format is Format.CSV:
        sys.stdout.write(register_csv(found))
    elif format is Format.TABLE:
        _print_register(found)
    else:
        wrong_use(f"the register has no form '{format}'", "it is a table, csv or json")


@app.command()
def record(
    community: CommunityArgument,
    date: Annotated[
        str, typer.Argument(help="The meeting's day, or 'today'.", autocompletion=complete_meeting)
    ],
    present: Annotated[
        list[str] | None,
        typer.Option("--present", "-p", help="Who came: an id; may be repeated, or a,b,c.", autocompletion=complete_member),
    ] = None,
    apologies: Annotated[
        list[str] | None,
        typer.Option("--apologies", "-a", help="Who sent apologies.", autocompletion=complete_member),
    ] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record who came to a meeting; the meeting is made if it is not there yet.

    Recording the same again changes nothing.

    \b
    Examples:
      copkit attendance record brighton today -p housing-support-1 -p probation-1
      copkit attendance record CP1 2012-04-18 --present matron-1,police-1 --apologies probation-1
    """
    from copkit.cli.recording import append_items, write_record

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    slug = date if any(meeting.slug == date for meeting in records.meetings) else str(day(date, "DATE"))
    came, sorry = _ids(records, present), _ids(records, apologies)
    if not came and not sorry:
        wrong_use("nobody to record", "name somebody with --present or --apologies")
    both = [id for id in came if id in sorry]
    if both:
        wrong_use(f"'{both[0]}' cannot be both present and among the apologies")
    file = f"communities/{records.slug}/meetings/{slug}.md"
    meeting = next((one for one in records.meetings if one.slug == slug), None)
    if meeting is None:
        values = {"date": slug, "present": came, "apologies": sorry}
        write_record(programme, file, Meeting, values, "", dry_run=dry_run)
    else:
        _require_no_change(meeting, came, sorry)
        additions = [
            (key, [id for id in ids if id not in getattr(meeting, key)])
            for key, ids in (("present", came), ("apologies", sorry))
        ]
        append_items(programme, file, additions, dry_run=dry_run)
    say(f"  {records.slug}, {slug}: {len(came)} present, {plural(len(sorry), 'apology', 'apologies')}")


def _ids(records: CommunityRecords, named: Sequence[str] | None) -> list[str]:
    """Take ids one by one or with commas between; each must be on the roster."""
    ids = dict.fromkeys(id.strip() for text in named or () for id in text.split(",") if id.strip())
    roster = [member.id for member in records.members]
    for id in ids:
        if id not in roster:
            near = closest(id, roster)
            hint = f"did you mean '{near}'?" if near else f"'copkit new-member {records.slug}' adds one"
            raise CopkitError(f"'{id}' is not on the roster of {records.slug}", hint, status=2)
    return list(ids)


def _require_no_change(meeting: Meeting, came: Sequence[str], sorry: Sequence[str]) -> None:
    """Refuse to contradict what is on record: that is a correction, and needs a reason."""
    for ids, other, words in ((came, meeting.apologies, "as apologising"), (sorry, meeting.present, "as present")):
        for id in ids:
            if id in other:
                raise CopkitError(
                    f"'{id}' is on record {words} for {meeting.slug}; nothing was changed",
                    f"move the line in {meeting.source.file}, and say why under 'corrections'",
                )


# --- tables on the terminal -----------------------------------------------------------------


def print_matrix(matrix: Matrix, title: str) -> None:
    """Print the matrix as a table that fits the terminal, in as many parts as that takes."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if not matrix.columns:
        console.print(Text("No community yet: 'copkit new-community PLACE' adds one."))
        return
    console.print(Text(f"{clean(title)}, members as of {matrix.as_of}", style="bold"))
    for part in _parts(len(matrix.columns), _room(console.width, matrix)):
        console.print(_matrix_table(matrix, part, wide=_fits_places(matrix, part, console.width)))
    total = f"N={matrix.total} excluding {plural(matrix.excluded, 'Y')}"
    console.print(Text(total, style="bold"))
    for letter, meaning in matrix.legend.items():
        line = Text(f"{letter} ", style=LETTER_COLOURS[letter])
        console.print(line.append(meaning, style="default"))


def _room(width: int, matrix: Matrix) -> int:
    """Count the columns of codes that fit beside a readable role."""
    widest = max(
        [len(community.code) for community in matrix.columns]
        + [len(cell) for row in matrix.rows for cell in row.cells.values()]
        + [3]
    )
    return max(1, (width - ROLE_WIDTH) // (widest + 2))


def _parts(count: int, room: int) -> list[range]:
    return [range(first, min(first + room, count)) for first in range(0, count, room)]


def _fits_places(matrix: Matrix, part: range, width: int) -> bool:
    """Say whether the head can hold the places' names, or must fall back to the codes alone."""
    longest = max((len(row.role) for row in matrix.rows), default=0)
    places = sum(max(len(matrix.columns[index].place), 4) + 2 for index in part)
    return min(longest, 50) + places + 2 <= width


def _matrix_table(matrix: Matrix, part: range, *, wide: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, pad_edge=False, show_footer=True)
    table.add_column("", footer="Confirmed members", overflow="fold", ratio=1, footer_style="bold")
    for index in part:
        community = matrix.columns[index]
        place = f"\n{clean(community.place)}" if wide else ""
        table.add_column(
            Text(clean(community.code) + place),
            footer=str(matrix.totals[community.slug]),
            footer_style="bold",
            no_wrap=True,
            min_width=3,
        )
    sector = None
    for row in matrix.rows:
        if row.sector != sector:
            sector = row.sector
            table.add_row(Text(clean(sector), style="bold"))
        cells = [row.cells.get(matrix.columns[index].slug, "") for index in part]
        table.add_row(Text(f" {clean(row.role)}"), *(_cell(cell) for cell in cells))
    return table


def _cell(letters: str) -> Text:
    from rich.text import Text

    text = Text()
    for letter in letters:
        text.append(letter, style=LETTER_COLOURS[letter])
    return text


def _print_explained(matrix: Matrix) -> None:
    from copkit.documents.matrix import explained

    print()
    for line in explained(matrix):
        print(f"{line.letter}  {clean(line.who)} ({clean(line.role)})")
        print(f"   {clean(line.why)}")


def _print_register(register: Register) -> None:
    from rich.console import Console
    from rich.text import Text

    from copkit.documents.matrix import register_rows

    console = Console(highlight=False)
    name = clean(register.community.name)
    if not register.meetings:
        console.print(Text(f"{name}: no meeting yet."))
        return
    console.print(Text(name, style="bold"))
    ids = [id for id, _, _ in register_rows(register)]
    widest = max([len(id) for id in ids] + [8])
    room = max(1, (console.width - min(widest, 30) - 5) // 7)
    for part in _parts(len(register.meetings), room):
        console.print(_register_table(register, part))
    console.print(Text("P present   A apologies   S sent somebody else", style="dim"))


def _register_table(register: Register, part: range) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from copkit.documents.matrix import MARKS, register_rows

    meetings = [register.meetings[index] for index in part]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, pad_edge=False, show_footer=True)
    table.add_column("", footer="present", overflow="fold", footer_style="bold")
    table.add_column("", no_wrap=True)
    for meeting in meetings:
        head = f"{meeting.held_on:%Y}\n{meeting.held_on:%m-%d}"
        table.add_column(Text(head), footer=str(len(meeting.present)), justify="center", no_wrap=True)
    for id, _, letter in register_rows(register):
        marks = (register.marks.get((id, meeting.slug)) for meeting in meetings)
        cells = [Text(MARKS[mark] if mark else "·") for mark in marks]
        table.add_row(Text(clean(id)), _cell(letter), *cells)
    return table
