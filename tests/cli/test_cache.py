"""``copkit cache clear``: that it deletes what copkit keeps, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copkit.layout import cache_folder
from tests.conftest import Copkit, Write

ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"


@pytest.fixture
def folder(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme of which no command has kept anything yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write("communities/harbour/roster.yaml", ROSTER)


def test_all_that_copkit_keeps_is_deleted(folder: Path, copkit: Copkit) -> None:
    copkit("check", "-C", folder)
    half_written = cache_folder() / ".records-4f2k.77.tmp"
    half_written.touch()
    mine = cache_folder() / "notes.txt"
    mine.touch()

    result = copkit("cache", "clear")

    assert result.status == 0
    assert result.stderr.startswith("deleted 3 files, 0.0 MB, of the cache in\n")
    assert list(cache_folder().iterdir()) == [mine]
    assert copkit("list", "members", "-C", folder).stdout.count("nurse-1") == 1


def test_what_would_be_deleted_is_only_counted(folder: Path, copkit: Copkit) -> None:
    copkit("list", "members", "-C", folder)

    assert copkit("cache", "clear", "--dry-run").stderr.startswith("would delete 1 file, ")
    assert json.loads(copkit("cache", "clear", "--json").stdout)["files"] == 1
    assert json.loads(copkit("cache", "clear", "--json").stdout)["files"] == 0


@pytest.mark.usefixtures("folder")
def test_an_empty_cache_is_no_fault(copkit: Copkit) -> None:
    result = copkit("cache", "clear")

    assert (result.status, result.stderr) == (0, "there is nothing in the cache\n")
