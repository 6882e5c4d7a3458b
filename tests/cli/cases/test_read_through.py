"""``copkit check --read``: one case sentence by sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

FILE = "communities/harbour/cases/lost-keys.md"
CASE = """\
---
title: Keys that were lost in the yard
kind: challenging
status: presented
presented: 2026-01-14
---

## What happened

He was the last lighthouse keeper of the
island. Nobody had a key.

- The yard was locked.
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
    assert f"{FILE}:10: He was the last lighthouse keeper of the island." in result.stdout
    assert "the rules find something that few people have lived through" in result.stdout
    assert f"{FILE}:2: Keys that were lost in the yard" in result.stdout
    assert f"{FILE}:13: The yard was locked." in result.stdout
    assert not (harbour / ".copkit" / "read").exists()


def test_the_sentences_as_json(copkit: Copkit, harbour: Path) -> None:
    report = json.loads(copkit(*READ, "--json", "-C", harbour).stdout)

    assert report["case"] == "harbour/lost-keys"
    assert report["read"] is False
    assert [sentence["line"] for sentence in report["sentences"]] == [2, 8, 10, 11, 13]


def test_two_ways_to_check_at_once_are_refused(copkit: Copkit, harbour: Path) -> None:
    result = copkit(*READ, "--staged", "-C", harbour)

    assert result.status == 2
    assert "are different things" in result.stderr


def test_a_reading_is_noted_until_the_case_is_edited(copkit: Copkit, harbour: Path) -> None:
    answers = ("no",) * 5

    status, screen = talk(harbour, list(READ), *answers, "facilitator")

    assert status == 0, screen
    assert "noted that harbour/lost-keys was read" in screen
    assert json.loads(copkit(*READ, "--json", "-C", harbour).stdout)["read"] is True
    assert copkit("check", "-C", harbour).status == 0
    (harbour / FILE).write_text(CASE.replace("Nobody", "Somebody"), encoding="utf-8")
    assert json.loads(copkit(*READ, "--json", "-C", harbour).stdout)["read"] is False


def test_a_sentence_that_gives_somebody_away_is_named_and_nothing_is_noted(harbour: Path) -> None:
    status, screen = talk(harbour, list(READ), "no", "no", "yes", "no", "no")

    assert status == 1
    assert f"to be changed: {FILE}:10" in " ".join(screen.split())
    assert not (harbour / ".copkit" / "read").exists()
