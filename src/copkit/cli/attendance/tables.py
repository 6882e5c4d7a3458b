"""Print the matrix, its sectors and the register as tables that fit the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from copkit.analysis.attendance import Matrix, Register
from copkit.cli.terminal import clean, print_line
from copkit.documents.facts.attendance import (
    MARKS,
    SectorFacts,
    member_letters,
    register_labels,
    register_rows,
    sector_rows,
)
from copkit.wording import join_sentences, plural

LETTER_COLOURS = {"X": "green", "F": "cyan", "Y": "yellow"}
NO_COMMUNITY = "No community yet: 'copkit new-community PLACE' adds one."
ROLE_WIDTH = 34  # columns of the terminal that a role needs to stay readable


def print_matrix(matrix: Matrix, title: str) -> None:
    """Print the matrix as a table that fits the terminal, in as many parts as that takes."""
    console = Console(highlight=False)
    if not matrix.columns:
        console.print(Text(NO_COMMUNITY))
        return
    console.print(Text(f"{clean(title)}, members as of {matrix.as_of}", style="bold"))
    total = f"N={matrix.total} excluding {plural(matrix.excluded, 'Y')}"
    parts = _column_ranges(len(matrix.columns), _columns_that_fit(console.width, matrix))
    if len(parts) > 1:  # what is looked for first would stand pages below
        console.print(Text(f"{total}; {plural(len(matrix.columns), 'community', 'communities')}"))
    for part in parts:
        console.print(
            _matrix_table(matrix, part, wide=_fits_place_names(matrix, part, console.width))
        )
    console.print(Text(total, style="bold"))
    for letter, meaning in matrix.legend.items():
        line = Text(f"{letter} ", style=LETTER_COLOURS[letter])
        console.print(line.append(meaning, style="default"))


def _columns_that_fit(width: int, matrix: Matrix) -> int:
    """Count the columns of codes that fit beside a readable role."""
    widest = max(
        [len(community.code) for community in matrix.columns]
        + [len(cell) for row in matrix.rows for cell in row.cells.values()]
        + [3]  # as wide as the columns are at least
    )
    return max(1, (width - ROLE_WIDTH) // (widest + 2))  # rich pads each column by 2


def _column_ranges(count: int, room: int) -> list[range]:
    """Return the columns of each part of a table that is split into parts of ``room`` columns."""
    return [range(first, min(first + room, count)) for first in range(0, count, room)]


def _fits_place_names(matrix: Matrix, part: range, width: int) -> bool:
    """Return whether the head can hold the places' names beside the codes."""
    longest = max((len(row.role) for row in matrix.rows), default=0)
    places = sum(max(len(matrix.columns[index].place), 4) + 2 for index in part)
    # beyond 50 columns a role may be folded onto two lines
    return min(longest, 50) + places + 2 <= width


def _matrix_table(matrix: Matrix, part: range, *, wide: bool) -> Table:
    """Build the table of some columns of the matrix: roles by sector, and totals below.

    ``part`` has the indexes of the columns; ``wide`` puts the place below each code.
    """
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, pad_edge=False, show_footer=True
    )
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
        table.add_row(
            Padding(Text(clean(row.role)), (0, 0, 0, 1)), *(_cell(cell) for cell in cells)
        )
    return table


def _cell(letters: str) -> Text:
    """Colour the letters of a cell, such as ``XY``: each of X, F and Y has a colour."""
    text = Text()
    for letter in letters:
        text.append(letter, style=LETTER_COLOURS[letter])
    return text


def print_explained(matrix: Matrix) -> None:
    """Print every letter with the meetings behind it, and a blank line below."""
    for line in member_letters(matrix):
        print_line(f"{line.letter}  {line.who} ({line.role})", 3)
        print_line(f"   {line.why}", 3)
    print()


def print_sectors(facts: SectorFacts) -> None:
    """Print members by sector and community, in as many parts as fit the terminal."""
    console = Console(highlight=False)
    if not facts.columns:
        console.print(Text(NO_COMMUNITY))
        return
    console.print(
        Text(f"{clean(facts.programme)}, members by sector as of {facts.day}", style="bold")
    )
    heads, *rows, totals = sector_rows(facts)
    widest = max(3, *(len(head) for head in heads[1:]))
    for part in _column_ranges(
        len(heads) - 1, max(1, (console.width - ROLE_WIDTH) // (widest + 2))
    ):
        table = Table(
            box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, pad_edge=False, show_footer=True
        )
        table.add_column("", footer=totals[0], overflow="fold", ratio=1, footer_style="bold")
        for index in part:
            head, total = Text(clean(heads[index + 1])), totals[index + 1]
            table.add_column(head, footer=total, footer_style="bold", no_wrap=True, min_width=3)
        for row in rows:
            cells = (Text(row[index + 1]) for index in part)
            table.add_row(Text(clean(row[0])), *cells)
        console.print(table)
    console.print(Text(join_sentences(facts.presence, facts.note)))


def print_register(register: Register) -> None:
    """Print member by meeting, in as many parts as fit the terminal."""
    console = Console(highlight=False)
    name = clean(register.community.name)
    if not register.meetings:
        console.print(Text(f"{name}: no meeting yet."))
        return
    console.print(Text(name, style="bold"))
    widest = max([*map(len, register_labels(register).values()), 8])
    # a role that stays readable, a letter, and 7 columns for each date with its padding
    room = max(1, (console.width - min(widest, ROLE_WIDTH) - 5) // 7)
    for part in _column_ranges(len(register.meetings), room):
        console.print(_register_table(register, part))
    console.print(Text("P present   A apologies   S sent somebody else", style="dim"))


def _register_table(register: Register, part: range) -> Table:
    """Build the table of some meetings of a register: a row for each member.

    ``part`` has the indexes of the meetings. A row has the role, the letter of the matrix, then P,
    A, S or a dot for each meeting; below is how many were present.
    """
    meetings = [register.meetings[index] for index in part]
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, pad_edge=False, show_footer=True
    )
    table.add_column("", footer="present", overflow="fold", footer_style="bold")
    table.add_column("", no_wrap=True)
    for meeting in meetings:
        head = f"{meeting.held_on:%Y}\n{meeting.held_on:%m-%d}"
        table.add_column(
            Text(head), footer=str(len(meeting.present)), justify="center", no_wrap=True
        )
    labels = register_labels(register)
    for id, _, letter in register_rows(register):
        marks = (register.marks.get((id, meeting.slug)) for meeting in meetings)
        cells = [Text(MARKS[mark] if mark else "·") for mark in marks]
        table.add_row(Text(clean(labels[id])), _cell(letter), *cells)
    return table
