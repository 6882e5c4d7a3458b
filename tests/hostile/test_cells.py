"""Cells of the files that open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from tests.conftest import Copkit, Write
from tests.hostile.attacks import as_yaml, attacks, require_calm

MEETING = "---\ndate: 2026-01-14\npresent:\n  - nurse-1\n---\n"


def as_opened(text: str, separator: str) -> list[list[str]]:
    """Read a file as a spreadsheet does that takes this sign for the end of a cell."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator))


def computes(cell: str) -> bool:
    """Say whether a spreadsheet might take a cell for a formula."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", cell) if sign.isprintable())
    return bool(re.match(r"\s*[=+\-@]", seen))


@attacks("cell")
def test_no_cell_is_a_formula(copkit: Copkit, write: Write, attack: str) -> None:
    value = as_yaml(attack)
    write("copkit.yaml", f"name: P\nstarts: 2026-01-01\nseats:\n  {value}:\n    - {value}\n")
    write(
        "communities/harbour/community.md",
        f"---\ncode: {value}\nname: {value}\nplace: {value}\nstatus: active\n---\n",
    )
    write("communities/harbour/meetings/2026-01-14.md", MEETING)
    folder = write(
        "communities/harbour/roster.yaml",
        f"members:\n  - id: nurse-1\n    role: {value}\n    sector: {value}\n",
    )

    results = [
        copkit("attendance", "-f", "csv", "-C", folder),
        copkit("attendance", "register", "harbour", "-f", "csv", "-C", folder),
    ]

    for result in results:
        assert result.status == 0 or "\n" not in result.stdout.strip()
        assert not re.search(r"[^\x09\x0a\x0d\x20-\U0010ffff]", result.stdout)
        for separator in ",;\t":
            for row in as_opened(result.stdout, separator):
                assert not [cell for cell in row if computes(cell)]
    require_calm(copkit("attendance", "-C", folder), attack)
    require_calm(copkit("attendance", "--json", "-C", folder))


def test_an_ordinary_cell_stays_as_it_is(copkit: Copkit, write: Write) -> None:
    write(
        "communities/harbour/roster.yaml",
        'members:\n  - id: nurse-1\n    role: Nurse (A & E), "bank" = part-time\n    sector: NHS\n',
    )
    folder = write("communities/harbour/meetings/2026-01-14.md", MEETING)

    text = copkit("attendance", "register", "harbour", "-f", "csv", "-C", folder).stdout

    assert as_opened(text, ",")[1][1] == 'Nurse (A & E), "bank" = part-time'
