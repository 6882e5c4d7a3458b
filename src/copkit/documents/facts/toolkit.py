"""Facts of the tool kit on paper: its sheets, and what records say of one community.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copkit.analysis.health import WarningSign
from copkit.analysis.toolkit import (
    FIRST_MEETINGS,
    CommunityKit,
    KitView,
    PlannedMeeting,
    SheetView,
    StartingBox,
)
from copkit.errors import CopkitError
from copkit.records.sheets import SheetReader, SheetTime
from copkit.text.markdown import MarkdownTable, Prose, TickList, split_parts
from copkit.wording import (
    capitalised,
    day_in_words,
    join_sentences,
    list_in_words,
    plural,
    sentence,
    weekday_in_words,
)

KIT_TITLE: Final = "Starting a community of practice"
MOST_CELLS: Final = 1000  # of a table: some twenty pages
MOST_ROLES: Final = 4  # of a sector that are named in one cell
NARROWEST, ROOM_TO_WRITE, WIDEST = 8, 18, 44  # characters by which a column is made wide or narrow
TIMES: Final = {
    SheetTime.BEFORE: "before you begin",
    SheetTime.FIRST_MEETING: "for the first meetings",
    SheetTime.EVERY_MEETING: "for every meeting",
    SheetTime.LATER: "once you are under way",
    SheetTime.ENDING: "for the end",
}
READERS: Final = {
    SheetReader.FACILITATOR: "the facilitator",
    SheetReader.HOST: "the host",
    SheetReader.COMMISSIONER: "commissioners",
    SheetReader.MEMBER: "members",
    SheetReader.EXPERT: "experts by experience",
    SheetReader.KNOWLEDGE_BROKER: "the knowledge broker",
}


@dataclass(frozen=True, slots=True)
class KitRow:
    """One row of a table; a row to write in is higher than others."""

    cells: tuple[str, ...]
    to_write: bool


@dataclass(frozen=True, slots=True)
class KitTable:
    """A table of a sheet; ``widths`` are the shares of its columns of the width of the page."""

    head: tuple[str, ...]
    rows: tuple[KitRow, ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TickBox:
    """A box to tick; only records tick one, and ``note`` then says by what."""

    text: str
    ticked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class KitSheetPart:
    """A part of a sheet: a text, a table, or boxes to tick; the other two are empty.

    ``text`` is below a heading of level 1 for a sheet.
    """

    text: Prose
    table: KitTable | None = None
    boxes: tuple[TickBox, ...] = ()


@dataclass(frozen=True, slots=True)
class KitSheetFacts:
    """One sheet on paper."""

    kicker: str
    title: str
    asks: str
    lead: str
    parts: tuple[KitSheetPart, ...]
    rests_on: str


@dataclass(frozen=True, slots=True)
class KitEntry:
    """A line of the contents."""

    number: str
    title: str
    asks: str
    minutes: str


@dataclass(frozen=True, slots=True)
class KitFacts:
    """The whole kit, or some sheets of it; without contents there is no title page."""

    title: str
    programme: str
    lead: str
    contents: tuple[KitEntry, ...]
    ticked: str
    checklist: tuple[TickBox, ...]
    sheets: tuple[KitSheetFacts, ...]


def build_kit(view: KitView) -> KitFacts:
    """Work out what the sheets of a view state; several of them get a title page."""
    community = view.community
    is_several = len(view.sheets) > 1
    minutes = sum(sheet.minutes or 0 for sheet in view.sheets)
    lead = f"{plural(len(view.sheets), 'sheet')}, one question each."
    if community:
        day = day_in_words(community.as_of)
        lead = f"For the {community.name}, from the records of {day}. {lead}"
    elif minutes:
        lead += f" All of them together take about {plural(round(minutes / 60) or 1, 'hour')}."
    boxes = community.boxes if community and is_several else ()
    ticked = sum(box.ticked for box in boxes)
    return KitFacts(
        title=KIT_TITLE if is_several else view.sheets[0].title,
        programme=view.programme or "Tool kit for communities of practice",
        lead=lead,
        contents=tuple(map(_entry, view.sheets)) if is_several else (),
        ticked=f"The records tick {ticked} of {len(boxes)} boxes." if boxes else "",
        checklist=tuple(map(_checked_box, boxes)),
        sheets=tuple(_sheet(sheet, community) for sheet in view.sheets),
    )


def _entry(sheet: SheetView) -> KitEntry:
    minutes = f"{sheet.minutes} min" if sheet.minutes else ""
    return KitEntry(str(sheet.number), sheet.title, sheet.asks, minutes)


def _checked_box(box: StartingBox) -> TickBox:
    command = f" To close it: copkit {' '.join(box.command)}" if box.command else ""
    return TickBox(box.text, box.ticked, f"{sentence(capitalised(box.because))}{command}")


def _sheet(sheet: SheetView, community: CommunityKit | None) -> KitSheetFacts:
    minutes = plural(sheet.minutes, "minute") if sheet.minutes else ""
    lead = f"For {READERS[sheet.written_for]}, {TIMES[sheet.when]}"
    parts = list(_parts(sheet))
    if community and (fill := _FILLED.get(sheet.name)):
        parts = fill(parts, community)
    return KitSheetFacts(
        kicker=f"Tool kit, sheet {sheet.number}",
        title=sheet.title,
        asks=sheet.asks,
        lead=join_sentences(f"{lead}.", f"{minutes}." if minutes else ""),
        parts=tuple(parts),
        rests_on=sheet.rests_on,
    )


def _parts(sheet: SheetView) -> Iterator[KitSheetPart]:
    for part in split_parts(sheet.body):
        match part:
            case MarkdownTable():
                yield table_part(part.head, part.rows)
            case TickList():
                yield KitSheetPart(Prose(""), boxes=tuple(map(TickBox, part.items)))
            case _:
                yield KitSheetPart(Prose(part, below=1))


def table_part(head: Sequence[str], rows: Sequence[Sequence[str]]) -> KitSheetPart:
    """Build a part of a sheet that is a table; raise :class:`CopkitError` for too many cells."""
    if len(head) * len(rows) > MOST_CELLS:
        message = "a table in a sheet of the tool kit is too long for paper"
        raise CopkitError(message, f"{MOST_CELLS} cells are the most that fit; shorten it")
    columns = list(zip(head, *rows, strict=True))
    widths = tuple(map(_width, columns))
    sheet_rows = tuple(KitRow(tuple(row), to_write=not any(row)) for row in rows)
    return KitSheetPart(Prose(""), KitTable(tuple(head), sheet_rows, widths))


def _width(column: Sequence[str]) -> int:
    """Return the width of a column in characters; one that is all to be written in is wider."""
    head, *cells = column
    if not any(cells):
        return max(ROOM_TO_WRITE, len(head))
    longest = max(map(len, column))
    return min(max(NARROWEST, min(longest, ROOM_TO_WRITE), longest * 2 // 3), WIDEST)


# --- sheets that records fill in ------------------------------------------------------------


def _fill_first_six(parts: list[KitSheetPart], community: CommunityKit) -> list[KitSheetPart]:
    """Write the meetings on record into the table that waits for them, the first without words."""
    tables = [part.table for part in parts]
    empty = next(
        (number for number, table in enumerate(tables)
         if table and len(table.head) == len(_planned_row(None)) and _is_to_write(table)),
        None,
    )  # fmt: skip
    if empty is None:
        return parts
    planned = [_planned_row(meeting) for meeting in community.meetings]
    planned += [_planned_row(None)] * (FIRST_MEETINGS - len(planned))
    table = tables[empty]
    filled = table_part(table.head if table else (), planned)
    return [*parts[:empty], filled, *parts[empty + 1 :]]


def _is_to_write(table: KitTable) -> bool:
    return all(row.to_write for row in table.rows)


def _planned_row(meeting: PlannedMeeting | None) -> tuple[str, ...]:
    if meeting is None:
        return ("",) * 5
    start = f", {meeting.start:%H:%M}" if meeting.start else ""
    return (
        f"{weekday_in_words(meeting.held_on, 0)}{start}",
        list_in_words(meeting.presenters),
        list_in_words(meeting.themes) or (meeting.kind if meeting.kind != "regular" else ""),
        meeting.waiting,
        list_in_words(meeting.reporting),
    )


def _fill_seats(parts: list[KitSheetPart], community: CommunityKit) -> list[KitSheetPart]:
    """Add who sits there by now, after the table of the target mix."""
    if not community.seats:
        return parts
    day = day_in_words(community.as_of)
    heading = KitSheetPart(Prose(f"## Who is there on {day}", below=1))
    rows = [
        (seats.sector, *map(_some_roles, (seats.filled, seats.on_trial, seats.empty)))
        for seats in community.seats
    ]
    table = table_part(("Sector", "Somebody comes", "On trial", "Still empty"), rows)
    return [*parts, heading, table]


def _some_roles(roles: Sequence[str]) -> str:
    more = len(roles) - MOST_ROLES
    return "; ".join([*roles[:MOST_ROLES], *([f"and {more} more"] if more > 0 else [])])


def _fill_warning_signs(parts: list[KitSheetPart], community: CommunityKit) -> list[KitSheetPart]:
    """Put the present state on top."""
    day = day_in_words(community.as_of)
    heading = KitSheetPart(Prose(f"## {community.name} on {day}", below=1))
    if not community.signs:
        none = KitSheetPart(Prose("The records show none of the signs below."))
        return [heading, none, *parts]
    rows = [(sentence(capitalised(sign.statement)), _advice(sign)) for sign in community.signs]
    return [heading, table_part(("Sign", "In the next fortnight"), rows), *parts]


def _advice(sign: WarningSign) -> str:
    return sentence(capitalised(sign.advice)) if sign.advice else ""


_FILLED: Final = {
    "first-six": _fill_first_six,
    "seats": _fill_seats,
    "warning-signs": _fill_warning_signs,
}
"""The sheets that say more when they are printed for a community."""
