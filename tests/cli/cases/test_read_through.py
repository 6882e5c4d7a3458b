"""``copkit check --read``: one case sentence by sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copkit.git.sync import is_shareable
from copkit.layout import READING_NOTES
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

FILE = "communities/harbour/cases/lost-keys.md"
CASE = """\
---
title: Keys that were lost in the yard
kind: challenging
status: presented   # draft, presented, written-up or closed
audience: members   # members, commissioners or public
presented: 2026-01-14
themes: [a winter of storms]
question:   # what the presenter asks of the group
actions:
  - id: a1
    what: Cut another key
    owner: The locksmith of the yard
progress:
  - id: p1
    date: 2026-02-04
    outcome: helped
    note: >
      It was cut. Nobody
      waits any more.
---

## Presentation of the case

<!-- What is happening now, and since when?
Who is involved? -->
## What happened

He was the last lighthouse keeper of the
island. Nobody had a key.

- The yard was locked.   <!-- who told us? -->

## Private

The cook told us so.
"""
READ = ("check", "--read", "harbour/lost-keys")


@pytest.fixture
def harbour(write: Write) -> Path:
    return write(FILE, CASE)


def test_without_a_terminal_the_sentences_are_printed_with_the_questions(
    copkit: Copkit, harbour: Path
) -> None:
    result = copkit(*READ, "-C", harbour)

    assert result.status == 0
    assert "Does it name or describe a small place?" in result.stderr
    assert f"{FILE}:28: He was the last lighthouse keeper of the island." in result.stdout
    assert "the rules find something that few people have lived through" in result.stdout
    assert f"{FILE}:2: Keys that were lost in the yard" in result.stdout
    assert f"{FILE}:31: The yard was locked." in result.stdout
    assert not (harbour / ".copkit" / "read").exists()


def test_hints_of_the_record_and_settings_are_no_sentences(copkit: Copkit, tmp_path: Path) -> None:
    (tmp_path / "copkit.yaml").write_text("name: Harbour\nstarts: 2026-01-01\n", "utf-8")
    copkit("new-community", "Harbour", "-C", tmp_path)
    words = ("harbour", "Lost keys", "--question", "Who has a key?")
    result = copkit("new-case", *words, "-C", tmp_path)
    assert result.status == 0, result.output

    report = json.loads(copkit(*READ, "--json", "-C", tmp_path).stdout)

    assert [row["text"] for row in report["sentences"]] == ["Lost keys", "Who has a key?"]


def test_the_sentences_as_json(copkit: Copkit, harbour: Path) -> None:
    report = json.loads(copkit(*READ, "--json", "-C", harbour).stdout)

    assert report["case"] == "harbour/lost-keys"
    assert report["read"] is False
    assert [sentence["line"] for sentence in report["sentences"]] == [2, 11, 17, 17, 26, 28, 29, 31]


def test_two_ways_to_check_at_once_are_refused(copkit: Copkit, harbour: Path) -> None:
    result = copkit(*READ, "--staged", "-C", harbour)

    assert result.status == 2
    assert "are different things" in result.stderr


def test_a_reading_is_noted_until_the_case_is_edited(copkit: Copkit, harbour: Path) -> None:
    answers = (*("no",) * 8, "facilitator")
    folder = harbour / READING_NOTES
    folder.mkdir(parents=True)
    (folder / f"{'0b68' * 8}.yaml").write_text("by: nurse\n", "utf-8")  # on no text of today

    status, screen = talk(harbour, list(READ), *answers)

    assert status == 0, screen
    assert "noted that harbour/lost-keys was read" in screen
    assert json.loads(copkit(*READ, "--json", "-C", harbour).stdout)["read"] is True
    assert copkit("check", "-C", harbour).status == 0
    (note,) = folder.iterdir()
    assert is_shareable(f"{READING_NOTES}/{note.name}")
    (harbour / FILE).write_text(CASE.replace("Nobody", "Somebody"), encoding="utf-8")
    assert json.loads(copkit(*READ, "--json", "-C", harbour).stdout)["read"] is False


def test_a_sentence_that_gives_somebody_away_is_named_and_nothing_is_noted(harbour: Path) -> None:
    status, screen = talk(harbour, list(READ), "no", "no", "yes", *("no",) * 5)

    assert status == 1
    assert f"to be changed: {FILE}:17" in " ".join(screen.split())
    assert not (harbour / ".copkit" / "read").exists()


def test_answers_that_cannot_be_used_lose_none_of_those_before_them(harbour: Path) -> None:
    unusable = ("maybe",) * 4

    status, screen = talk(harbour, list(READ), *("no",) * 7, *unusable, "no", "", "", "", "nurse")

    assert status == 0, screen
    assert "noted that harbour/lost-keys was read" in screen
