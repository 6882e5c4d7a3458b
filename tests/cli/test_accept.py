"""``copkit accept``: what was looked at may stand, by a digest that tells nobody what it was."""

from __future__ import annotations

import hashlib
import stat
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Copkit, Result, Write

NAMED = """\
---
title: Warm rooms
citation: A study (2010)
---

## In sixty seconds

Robin Threlfall found so.
"""
FILE = "evidence/warm-rooms.md"
WHY = ("--why", "the author of the study", "--by", "facilitator")


@pytest.fixture
def folder(write: Write) -> Path:
    """A programme in git with an evidence card that names somebody."""
    folder = write(FILE, NAMED)
    write(".gitignore", "private/\nbuild/\n.copkit/lock\n")
    git(folder, "init", "--quiet", "-b", "main")
    git(folder, "add", "--all")
    return folder


def git(folder: Path, *args: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *args], cwd=folder, check=True, capture_output=True)


def everywhere(copkit: Copkit, folder: Path) -> list[Result]:
    """Look at the folder, at what is staged, and at what would be sent."""
    git(folder, "add", "--all")
    staged = copkit("check", "--staged", "-C", folder)
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "More")
    pushed = copkit("check", "--pushed", "origin", "-C", folder)
    return [copkit("check", "-C", folder), staged, pushed]


def test_what_is_accepted_is_silent_until_it_changes(copkit: Copkit, folder: Path) -> None:
    result = copkit("accept", f"{FILE}:8:1", *WHY, "-C", folder)

    assert result.status == 0, result.output
    assert "accepted 1 finding (full-name)" in result.stderr
    assert [one.status for one in everywhere(copkit, folder)] == [0, 0, 0]
    (folder / FILE).write_text(NAMED.replace("Threlfall", "Threlford"), encoding="utf-8")
    assert [one.status for one in everywhere(copkit, folder)] == [1, 1, 1]


def test_without_the_key_it_is_found_again_and_that_is_said(
    copkit: Copkit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copkit("accept", f"{FILE}:8", *WHY, "-C", folder)
    key = folder / "private" / "acceptance.key"
    secret = key.read_text("ascii").strip()
    key.unlink()

    for result in everywhere(copkit, folder):
        assert result.status == 1
        assert "[no-acceptance-key]" in result.stdout
        assert "ask a colleague for private/acceptance.key, or set COPKIT_KEY" in result.stdout
    again = copkit("accept", f"{FILE}:8", *WHY, "-C", folder)
    assert (again.status, "with a key that is not here" in again.stderr) == (1, True)
    monkeypatch.setenv("COPKIT_KEY", f"{secret}\n")
    assert copkit("check", "-C", folder).status == 0


def test_what_is_kept_tells_nobody_what_was_found(copkit: Copkit, folder: Path) -> None:
    copkit("accept", f"{FILE}:8:1", *WHY, "-C", folder)

    kept = (folder / ".copkit" / "accepted.yaml").read_text("utf-8")
    key = folder / "private" / "acceptance.key"

    assert "why: the author of the study" in kept
    assert "by: facilitator" in kept
    assert "threlfall" not in kept.casefold()
    for said in ("Robin Threlfall", "robin threlfall", f"{FILE}\0full-name\0robin threlfall"):
        for kind in ("md5", "sha1", "sha256"):
            assert hashlib.new(kind, said.encode()).hexdigest()[:16] not in kept
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    tracked = subprocess.run(
        ["git", "ls-files", "-o", "--exclude-standard"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "private" not in tracked


def test_a_key_is_not_put_where_git_would_take_it_in(copkit: Copkit, folder: Path) -> None:
    (folder / ".gitignore").unlink()

    result = copkit("accept", f"{FILE}:8", *WHY, "-C", folder)

    assert result.status == 1
    assert "add this line to .gitignore: private/" in result.stderr
    assert not (folder / "private").exists()


def test_a_dry_run_writes_nothing(copkit: Copkit, folder: Path) -> None:
    result = copkit("accept", f"{FILE}:8", *WHY, "--dry-run", "-C", folder)

    assert (result.status, result.stderr) == (0, "would accept 1 finding (full-name)\n")
    assert not (folder / "private").exists()
    assert not (folder / ".copkit" / "accepted.yaml").exists()


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        ((f"{FILE}:5:1", *WHY), 1, "nothing is found there that has not been accepted"),
        (("evidence/none.md:1", *WHY), 2, "there is no such file in this programme"),
        (("../../etc/passwd:1", *WHY), 1, "lies outside the programme folder"),
        ((f"{FILE}:8", "--by", "facilitator"), 2, "missing: --why"),
        ((f"{FILE}:8", "--why", "Robin Threlfall wrote it", "--by", "me"), 2, "goes into git"),
        ((f"{FILE}:8", "--why", "so", "--by", "zed@quist.example"), 2, "holds an e-mail address"),
    ],
)
def test_what_cannot_be_accepted_is_said(
    copkit: Copkit, folder: Path, args: tuple[str, ...], status: int, said: str
) -> None:
    result = copkit("accept", *args, "-C", folder)

    assert (result.status, said in result.stderr) == (status, True), result.stderr
    assert "threlfall" not in result.output.casefold()
    assert not (folder / ".copkit" / "accepted.yaml").exists()


@pytest.mark.parametrize("key", ["a", "0" * 63, "G" * 64, "secret"])
def test_what_is_no_key_is_not_taken_for_one(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """A short one could be found by trial, and every digest with it."""
    monkeypatch.setenv("COPKIT_KEY", key)

    result = copkit("check", "-C", write("README.md", "Hello.\n"))

    assert result.status == 1
    assert "COPKIT_KEY holds no key" in result.stderr


def test_another_key_than_that_of_the_others_is_said(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write("README.md", "Siobhan came in.\n")
    args = ("accept", "README.md:1:1", "--why", "a heroine", "--by", "facilitator", "-C", folder)
    monkeypatch.setenv("COPKIT_KEY", "1" * 64)
    assert copkit(*args).status == 0
    assert copkit("check", "-C", folder).status == 0

    monkeypatch.setenv("COPKIT_KEY", "2" * 64)
    result = copkit("check", "-C", folder)

    assert "accepted with another key than the one here" in result.stdout
    assert copkit(*args).status == 0  # two people who began at once: each has a key of their own
    for keys in ("2" * 64, f"{'2' * 64} {'1' * 64}"):
        monkeypatch.setenv("COPKIT_KEY", keys)
        result = copkit("check", "-C", folder)
        assert ("accepted with another key" in result.stdout) == (" " not in keys)
