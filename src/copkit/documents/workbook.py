"""The matrix, the register and the sectors as workbooks in XLSX.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from copkit.documents.facts.attendance import NO_COMMUNITY, MatrixFacts
from copkit.documents.facts.register import LEGEND, RegisterFacts, recorded
from copkit.documents.facts.sectors import SectorFacts
from copkit.documents.theme import Look
from copkit.documents.xlsx import UPRIGHT, Cell, Line, Table, write_workbook


def matrix_xlsx(facts: MatrixFacts, look: Look) -> bytes:
    """Write the matrix as a workbook, which is the same for the same facts, byte for byte."""
    blank = [("", "sector")] * (len(facts.columns) + 1)
    rows: list[Line] = []
    for sector in facts.sectors:
        rows.append([(sector.name, "sector"), *blank])
        for row in sector.rows:
            role = (row.role, "vacant" if row.vacant else "text")
            rows.append([(sector.name, "soft"), role, *((cell, cell[:1]) for cell in row.cells)])
    table = Table(
        name="Matrix",
        title=f"Membership on {facts.as_of}",
        heads=_by_community(["Sector", "Role"], [(one.code, one.place) for one in facts.columns]),
        rows=rows,
        totals=[
            ("", "total"),
            (facts.label, "total"),
            *((one.total, "sum") for one in facts.columns),
        ],
        fixed=2,
        widest=(27, 44, 14),
    )
    counted = f"One letter stands for one person. {facts.excluded}".strip()
    notes = [*facts.legend, ("", counted if facts.columns else NO_COMMUNITY)]
    return write_workbook(table, notes, facts.programme, facts.day, look)


def register_xlsx(facts: RegisterFacts, look: Look) -> bytes:
    """Write the register of a community as a workbook, one column for each meeting."""
    heads: Line = [(head, "head") for head in ("Member", "Role", "Letter")]
    heads += [(one.slug, UPRIGHT) for one in facts.meetings]
    table = Table(
        name=facts.community,
        title=f"{facts.community}: register on {facts.as_of}",
        heads=([*heads, ("Came to", UPRIGHT)],),
        rows=[
            [
                *((row.id, "text"), (row.role, "soft"), (row.letter, row.letter)),
                *((mark, mark) for mark in map(recorded, row.marks)),
                (row.came, "number"),
            ]
            for row in facts.members
        ],
        totals=[
            *(("Present", "total"), ("", "total"), ("", "total")),
            *((one.present, "sum") for one in facts.meetings),
            ("", "total"),
        ],
        fixed=3,
        widest=(28, 32, 12),
    )
    return write_workbook(table, [*LEGEND[:-1], *facts.letters], facts.programme, facts.day, look)


def sectors_xlsx(facts: SectorFacts, look: Look) -> bytes:
    """Write the members by sector as a workbook; a number that is hidden stays hidden."""
    columns = [(one.code, one.place) for one in facts.columns]
    totals = [*(one.total for one in facts.columns), facts.total]
    table = Table(
        name="Sectors",
        title=f"Members by sector on {facts.as_of}",
        heads=_by_community(["Sector"], [*columns, ("Total", "")]),
        rows=[
            [(row.sector, "text"), *(_count(cell, "number") for cell in (*row.cells, row.total))]
            for row in facts.rows
        ],
        totals=[(facts.label, "total"), *(_count(total, "sum") for total in totals)],
        fixed=1,
        widest=(40, 14),
    )
    notes = [("", facts.note if facts.columns else NO_COMMUNITY)]
    return write_workbook(table, notes, facts.programme, facts.day, look)


def _by_community(first: Iterable[str], columns: Iterable[tuple[str, str]]) -> tuple[Line, Line]:
    """Give the two lines of heads: codes, and below them places."""
    codes: Line = [(head, "head") for head in first]
    places: Line = [("", "head") for _ in codes]
    for code, place in columns:
        codes.append((code, "code" if place else "centred head"))
        places.append((place, "place" if place else "centred head"))
    return codes, places


def _count(shown: str, dress: str) -> Cell:
    return (int(shown) if shown.isdecimal() else shown, dress)
