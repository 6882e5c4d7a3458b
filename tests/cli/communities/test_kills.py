"""``community close``, ``retention apply`` and ``archive`` killed at any write: old or new."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.text.transaction import JOURNAL, locked
from tests.cli.communities.test_retention import ALIASES, CASE, CONTACTS, ENDED, MEETING, ROSTER
from tests.conftest import LONG, Copkit, Write, killed_at

TreeOf = Callable[[Path], dict[str, bytes]]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork of POSIX")

RULES = """name: Harbour programme
starts: 2026-01-01
format: 1
retention_agreed: 2026-01-10 by the host
retention:
  - id: rosters
    what: rosters
    keep: 10 days
    from: ended
    then: strip
"""
CLOSE = ("community", "close", "harbour", "--why", "goal-reached", "--let-go", "all")
APPLY = ("retention", "apply", "--yes", "--reviewed", "private-notes")


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme with something of each sort that an ending changes or deletes."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-10")
    write("copkit.yaml", RULES)
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/meetings/2026-01-12.md", MEETING)
    write("communities/harbour/cases/nobody-to-call.md", CASE)
    write("private/contacts.yaml", CONTACTS)
    write("private/sheets/harbour_2026-01-12.pdf", b"%PDF-1.7 Zelda")
    write("build/newsletters/2026-01/members/newsletter.html", "<p>Zelda</p>")
    return write("private/aliases.yaml", ALIASES)


def records(folder: Path, tree_of: TreeOf) -> dict[str, bytes]:
    """Return what a programme keeps, without what can be built again and the chance of new ids."""
    by_chance = re.compile(rb"id: [a-z]-[0-9a-z]+$|\"when\": \"[^\"]*\"", re.M)
    return {
        file: by_chance.sub(b"", data)
        for file, data in tree_of(folder).items()
        if not file.startswith(("build/", "private/undo/")) and not file.endswith(".tmp")
    }


@pytest.mark.parametrize("words", [CLOSE, APPLY], ids=["close", "apply"])
def test_killed_at_any_write_the_records_are_old_or_new_and_the_command_finishes(
    folder: Path, copkit: Copkit, write: Write, tree_of: TreeOf, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...],
) -> None:  # fmt: skip
    if words is APPLY:
        write("communities/harbour/community.md", ENDED)
        monkeypatch.setenv("COPKIT_TODAY", "2030-01-01")
    old = records(folder, tree_of)
    done = shutil.copytree(folder, tmp_path / "done")
    assert copkit(*words, "-C", done).status == 0
    new = records(done, tree_of)
    outcomes = []
    copy = tmp_path / "copy"
    for number in range(1, 100, 1 if LONG else 3):
        shutil.copytree(folder, copy)
        if not killed_at(number, *words, "-C", copy):
            break
        with locked(copy):  # as the next command does that writes
            pass
        tree = records(copy, tree_of)
        assert not (copy / JOURNAL).exists()
        assert tree in (old, new), number
        outcomes.append(tree == new)
        again = copkit(*words, "-C", copy)
        assert again.status == 0, (number, again.output)
        assert records(copy, tree_of) == new, number
        if words is APPLY:
            left = b"".join(tree_of(copy).values())
            assert b"Zelda" not in left, number
        shutil.rmtree(copy)
    assert set(outcomes) == {True, False}
    assert outcomes == sorted(outcomes)  # once it is new, it stays so


def test_killed_at_any_write_there_is_no_archive_or_a_whole_one(
    folder: Path, copkit: Copkit, tree_of: TreeOf, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.zip"
    words = ("archive", "--all", "--for", "members", "-C", folder, "-o")
    assert copkit(*words, whole).status == 0
    output = tmp_path / "out" / "archive.zip"
    output.parent.mkdir()
    before = records(folder, tree_of)
    for number in range(1, 40, 1 if LONG else 2):
        if not killed_at(number, *words, output):
            break
        assert records(folder, tree_of) == before, number
        if output.exists():
            assert output.read_bytes() == whole.read_bytes(), number
            output.unlink()
    assert number > 5
    assert output.read_bytes() == whole.read_bytes()
    assert [path.name for path in output.parent.iterdir()] == ["archive.zip"]
