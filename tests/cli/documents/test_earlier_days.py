"""A letter or brief of an earlier day gets no newer words, unless it is built as of today."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write
from tests.signing import signed

CASE = """\
---
title: Locked out
kind: challenging
status: presented
audience: commissioners
presented: 2026-01-14
issues:
  - id: i1
    blockage: doors
    note: Locked at noon
---

## Learning for practice

Ask first.
"""
DOORS = """\
---
title: Closed doors
asks:
  - id: q1
    date: 2026-01-30
    of: The landlord
    ask: open them
    reply_by: 2026-03-31
---

People wait outside.
"""
BRIEF = """\
---
title: Winter
from: 2026-01-01
until: 2026-01-31
addressee: The board
ask: Decide
---

Dear board.
"""
LETTER, WINTER = "build/letters/doors/q1/letter.txt", "build/briefs/winter/brief.txt"


@pytest.fixture
def sent(write: Write, copkit: Copkit) -> Path:
    """A programme whose letter and brief were built on 2 February, as at days in January."""
    write("communities/harbour/cases/locked.md", signed(CASE))
    write("briefs/winter.md", BRIEF)
    folder = write("blockages/doors.md", DOORS)
    for words in (("blockage", "letter", "doors"), ("brief", "build", "winter")):
        result = copkit(*words, "-f", "txt", "-C", folder, env={"COPKIT_TODAY": "2026-02-02"})
        assert result.status == 0, result.stderr
    return folder


def edited(folder: Path, old: str = "wait outside", new: str = "queue in the rain") -> None:
    path = folder / "blockages/doors.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def run(copkit: Copkit, folder: Path, *words: str, today: str = "2026-02-20") -> tuple[int, str]:
    result = copkit(*words, "-C", folder, env={"COPKIT_TODAY": today})
    return result.status, result.stderr


BUILD_LETTER = ("blockage", "letter", "doors", "-f", "txt")
BUILD_BRIEF = ("brief", "build", "winter", "-f", "txt")


@pytest.mark.parametrize(
    ("words", "file", "day"),
    [(BUILD_LETTER, LETTER, "2026-01-30"), (BUILD_BRIEF, WINTER, "2026-01-31")],
)
def test_edited_words_are_refused_and_named_and_the_file_stays(
    sent: Path, copkit: Copkit, words: tuple[str, ...], file: str, day: str
) -> None:
    before = (sent / file).read_bytes()
    edited(sent)

    status, errors = run(copkit, sent, *words)

    assert status == 1
    assert f"is as at {day} and was built on 2026-02-02" in errors
    assert "since then the text of blockages/doors.md has been edited" in errors
    assert "--as-it-is-now builds it as of today" in errors
    assert (sent / file).read_bytes() == before


def test_as_it_is_now_is_of_one_later_day_which_later_builds_keep(
    sent: Path, copkit: Copkit
) -> None:
    edited(sent)
    for words in (BUILD_LETTER, BUILD_BRIEF):
        assert run(copkit, sent, *words, "--as-it-is-now")[0] == 0

    letter, brief = ((sent / file).read_text("utf-8") for file in (LETTER, WINTER))
    assert "20 February 2026" in letter
    assert "30 January" not in letter
    assert "queue in the rain" in letter
    assert "as at 20 February 2026" in brief
    assert "31 January 2026" not in brief

    assert run(copkit, sent, *BUILD_LETTER, today="2026-03-02")[0] == 0
    assert run(copkit, sent, "build", today="2026-03-02")[0] == 0
    assert [(sent / file).read_text("utf-8") for file in (LETTER, WINTER)] == [letter, brief]
    edited(sent, "queue", "stand")
    assert run(copkit, sent, *BUILD_LETTER, today="2026-03-02")[0] == 1


def test_while_it_is_written_words_may_change(sent: Path, copkit: Copkit) -> None:
    edited(sent)

    assert run(copkit, sent, *BUILD_LETTER, today="2026-02-02")[0] == 0
    assert "queue in the rain" in (sent / LETTER).read_text("utf-8")


def test_another_build_keeps_what_was_sent_and_says_so(
    sent: Path, copkit: Copkit, tree_of: Callable[[Path], dict[str, bytes]]
) -> None:
    before = tree_of(sent / "build/letters")
    edited(sent, "Closed doors", "Shut doors")

    status, messages = run(copkit, sent, "build")

    assert status == 0
    assert "kept build/letters/doors/q1 as it was" in messages
    assert "the title in blockages/doors.md has been edited" in messages
    assert "not built: winter: this brief is as at 2026-01-31" in messages
    assert "copkit brief build winter --as-it-is-now" in messages
    assert tree_of(sent / "build/letters") == before


def test_an_edited_letter_with_a_case_taken_back_goes(sent: Path, copkit: Copkit) -> None:
    edited(sent)
    case = sent / "communities/harbour/cases/locked.md"
    case.write_text(case.read_text("utf-8").replace("audience: commissioners", "audience: members"))

    _, messages = run(copkit, sent, "build")

    assert "deleted build/letters/doors/q1/letter.txt" in messages
    assert "a case in it was taken back or edited" in messages
    assert not (sent / LETTER).exists()


def test_reflowed_lines_and_answers_are_no_edits(sent: Path, copkit: Copkit) -> None:
    edited(sent, "People wait", "People\nwait")
    edited(sent, "    reply_by", "    replied: 2026-02-10\n    reply: No\n    reply_by")

    assert run(copkit, sent, *BUILD_LETTER)[0] == 0


def test_no_letter_of_today_asks_what_is_answered_or_overdue(sent: Path, copkit: Copkit) -> None:
    late = run(copkit, sent, *BUILD_LETTER, "--as-it-is-now", today="2026-04-02")
    edited(sent, "    reply_by", "    replied: 2026-02-10\n    reply: No\n    reply_by")
    answered = run(copkit, sent, *BUILD_LETTER, "--as-it-is-now")

    assert late[0] == answered[0] == 1
    assert "was to be answered by 2026-03-31, before today" in late[1]
    assert "was answered" in answered[1]
    assert "copkit blockage ask" in answered[1]


def test_the_manifest_has_digests_and_no_text(sent: Path) -> None:
    text = (sent / "build/.copkit.json").read_text("utf-8")

    entries = {entry["document"]: entry for entry in json.loads(text)["documents"]}
    assert set(entries["letter"]["texts"]) == {
        "the title in blockages/doors.md",
        "the text of blockages/doors.md",
    }
    assert entries["letter"]["built_on"] == "2026-02-02"
    for told in ("wait outside", "Closed doors", "Locked", "landlord"):
        assert told not in text
