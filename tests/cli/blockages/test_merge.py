"""``copkit blockage merge`` and ``unlink``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]
FIRST = """\
---
title: Nobody at weekends
themes:
  - weekend cover
status: answered
asks:
  - id: a1
    date: 2026-01-05
    of: The board
    ask: Open on Saturdays
    replied: 2026-01-10
    reply: "No."
---

The long part begins.
"""
SECOND = """\
---
title: Nobody on Sundays
themes:
  - weekend cover
  - loneliness
asks:
  - id: a1
    date: 2026-02-05
    of: The commissioner
    ask: Open on Sundays
---

Sunday evenings are worst. <!-- as two of us say -->
"""
CASE = """\
---
title: Lost keys
kind: challenging
status: written-up
consent: given
issues:
  - id: i1
    blockage: sundays
    note: No answer
  - id: i2
    blockage: weekends
---
"""


@pytest.fixture
def harbour(write: Write) -> Path:
    write("communities/harbour/roster.yaml", "members:\n")
    write("communities/harbour/cases/lost-keys.md", CASE)
    write("blockages/sundays.md", SECOND)
    return write("blockages/weekends.md", FIRST)


def case_text(folder: Path) -> str:
    return (folder / "communities/harbour/cases/lost-keys.md").read_text("utf-8")


def test_two_blockages_become_one_and_nothing_of_either_is_lost(
    copkit: Copkit, harbour: Path
) -> None:
    letter = harbour / "build/letters/sundays/a1/letter.html"
    letter.parent.mkdir(parents=True)
    letter.write_text("Dear", encoding="utf-8")
    env = {"COPKIT_TODAY": "2026-03-01"}
    signed = copkit("case", "sign-off", "lost-keys", "--by", "us", "--yes", "-C", harbour, env=env)
    assert signed.status == 0, signed.stderr

    result = copkit("blockage", "merge", "weekends", "sundays", "-C", harbour)

    assert result.status == 0, result.stderr
    assert "1 sign-off stands and is renewed" in result.stderr
    assert not (harbour / "blockages/sundays.md").exists()
    text = (harbour / "blockages/weekends.md").read_text("utf-8")
    assert "status: open\n" in text  # the second still waits for its answer
    assert "  - weekend cover\n  - loneliness\n" in text
    assert "  - id: q-k7m\n    date: 2026-02-05\n    of: The commissioner\n" in text
    assert text.endswith(
        "The long part begins.\n\n* * *\n\nSunday evenings are worst. <!-- as two of us say -->\n"
    )
    assert "blockage: sundays" not in case_text(harbour)
    assert "- id: i1\n    blockage: weekends\n    note: No answer\n" in case_text(harbour)
    assert "i2" not in case_text(harbour)  # it said the same with fewer words
    assert (harbour / "build/letters/weekends/q-k7m/letter.html").is_file()
    assert copkit("check", "-C", harbour).status == 0
    listed = json.loads(copkit("list", "cases", "--json", "-C", harbour, env=env).stdout)
    assert listed["cases"][0]["signed"] == "2026-03-01"


def test_a_wrong_link_is_taken_back_and_its_note_stays(copkit: Copkit, harbour: Path) -> None:
    result = copkit("blockage", "unlink", "sundays", "lost-keys", "-C", harbour)

    assert result.status == 0, result.stderr
    assert "stays as an issue" in result.stderr
    assert "  - id: i1\n    note: No answer\n  - id: i2\n" in case_text(harbour)
    assert copkit("check", "-C", harbour).status == 0

    copkit("blockage", "unlink", "Nobody at weekends", "lost", "-C", harbour)
    assert "i2" not in case_text(harbour)
    again = copkit("blockage", "unlink", "weekends", "lost-keys", "-C", harbour)
    assert again.status == 1
    assert "harbour/lost-keys does not name weekends; nothing was changed" in again.stderr


def test_with_its_note_the_whole_issue_goes(copkit: Copkit, harbour: Path) -> None:
    result = copkit("blockage", "unlink", "sundays", "lost-keys", "--with-note", "-C", harbour)

    assert result.status == 0
    assert "No answer" not in case_text(harbour)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("merge", "weekends"), "missing: B"),
        (("merge", "weekends", "weekends"), "weekends is one blockage already"),
        (("merge", "weekends", "sundyas"), "did you mean 'sundays'?"),
        (("merge", "weekends", "lost-keys"), "there is no blockage 'lost-keys'"),
        (("unlink", "weekends", "harbour/lots-keys"), "there is no case"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    copkit: Copkit, harbour: Path, tree_of: TreeOf, words: tuple[str, ...], said: str
) -> None:
    before = tree_of(harbour)
    result = copkit("blockage", *words, "-C", harbour)

    assert result.status == 2
    assert said in result.stderr
    assert tree_of(harbour) == before
