"""A community whose cases are followed up, for the tests of 'copkit case'."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.conftest import Write

NAME = "harbour/lost-keys"
MARCH = {"COPKIT_TODAY": "2026-03-01"}
KEYS = "communities/harbour/cases/lost-keys.md"
ROSTER = """\
members:
  - id: nurse-1
    role: Community Matron
    sector: NHS
  - id: officer-1
    role: Probation Officer
    sector: Criminal Justice
"""
CASE = """\
---
title: Lost keys
kind: challenging
status: presented
presented: 2026-01-14
presenters: [nurse-1]
pseudonyms: [Wilfred]
actions:
  - id: a1
    what: Cut another key   # and hang it up
    owner: Locksmith
    due: 2026-02-11
  - id: a2
    what: Ask the neighbour
    owner: Probation Officer
    due: 2026-03-11
---

## Next steps

Ask *twice*.   <!-- who was it? -->

## Private

XSECRETX
"""
OLD = """\
---
title: An old debt
kind: worked-well
status: written-up
presented: 2026-01-14
actions:
  - {id: a1, what: Write it down}
progress: []
---
"""


@pytest.fixture
def harbour(write: Write) -> Path:
    """Two cases with three actions, one of them nobody's and without a day."""
    write("communities/harbour/roster.yaml", ROSTER)
    for day in ("2026-01-14", "2026-02-11", "2026-03-11"):
        write(f"communities/harbour/meetings/{day}.md", f"---\ndate: {day}\n---\n")
    write("communities/harbour/cases/old-debt.md", OLD)
    return write(KEYS, CASE)


def text_of(folder: Path) -> str:
    return (folder / KEYS).read_text("utf-8")


def added(folder: Path) -> list[str]:
    """Give the lines that the case has got; none may be gone."""
    lines = list(unified_diff(CASE.splitlines(), text_of(folder).splitlines(), n=0))[2:]
    assert not [line for line in lines if line.startswith("-")]
    return [line[1:].strip() for line in lines if line.startswith("+")]
