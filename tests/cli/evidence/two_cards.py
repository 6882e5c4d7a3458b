"""Two evidence cards and a signed case, for the tests of 'copkit evidence'."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write
from tests.signing import signed

CITATION = "Smith, J., Jones, K., Brown, L., Green, M. and White, N. (2011) A study"
CARD = """\
---
title: {title}
citation: Smith, J., Jones, K., Brown, L., Green, M. and White, N. (2011) A study
themes:
  - {theme}
review: 2026-01-31
---

## In sixty seconds

{spoken}

## Notes

Rests on *interviews*.

## Private

The author drinks.
"""
CASE = """\
---
title: Lost keys
kind: challenging
status: presented
audience: commissioners
presented: 2026-01-14
consent: given
themes:
  - weekend cover
---

## Learning for practice

Ask twice.   <!-- who was it? -->
"""
FILE = "communities/harbour/cases/lost-keys.md"
NOW = {"COPKIT_TODAY": "2026-02-01"}


@pytest.fixture
def harbour(write: Write) -> Path:
    """Two cards, and a case for commissioners that was signed off."""
    write(
        "evidence/doors.md", CARD.format(title="Doors", theme="weekend cover", spoken="Knock *on*")
    )
    write(
        "evidence/refusals.md",
        CARD.format(title="After a refusal", theme="dual diagnosis", spoken="Refusals end care."),
    )
    return write(FILE, signed(CASE, date="2026-01-20"))


def found(copkit: Copkit, folder: Path, *query: str) -> list[str]:
    result = copkit("evidence", "find", *query, "--json", "-C", folder, env=NOW)
    assert result.status == 0, result.stderr
    return [one["slug"] for one in json.loads(result.stdout)["evidence"]]
