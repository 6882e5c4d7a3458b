"""copkit where git is not installed: everything works but history, sharing and the guards."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
NO_GIT = "git is not installed here, so there is no history, no sharing and no guard"


@pytest.fixture
def no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search path on which there is no git."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


@pytest.fixture
def programme(write: Write) -> Path:
    return write("communities/harbour/roster.yaml", ROSTER)


@pytest.mark.usefixtures("no_git")
def test_a_programme_is_started_and_the_person_is_told_what_is_missing(
    copkit: Copkit, tmp_path: Path
) -> None:
    result = copkit("init", tmp_path / "new", "--name", "Harbour programme")

    assert result.status == 0
    assert NO_GIT in result.stderr
    assert "to get it: https://git-scm.com/downloads" in result.stderr


@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize(
    "command",
    [
        ("new-member", "harbour", "Nurse", "--sector", "NHS"),
        ("attendance", "record", "harbour", "2026-01-05", "--present", "nurse-1"),
        ("new-case", "harbour", "Nobody to call at weekends"),
        ("new-newsletter", "2026-02"),
        ("check",),
        ("attendance",),
        ("agenda", "harbour", "2026-01-05"),
        ("newsletter", "build", "2026-01", "--dry-run"),
        ("member", "forget", "harbour/nurse-1"),
    ],
)
def test_records_and_documents_need_no_git(
    copkit: Copkit, programme: Path, command: tuple[str, ...]
) -> None:
    copkit("attendance", "record", "harbour", "2026-01-05", "-p", "nurse-1", "-C", programme)
    copkit("new-newsletter", "2026-01", "-C", programme)

    result = copkit(*command, "-C", programme)

    assert result.status == 0, result.output
    assert "git is not installed" not in result.output


@pytest.mark.usefixtures("no_git")
@pytest.mark.parametrize(
    "command",
    [("sync",), ("log",), ("hooks", "install"), ("check", "--staged"), ("check", "--history")],
)
def test_what_needs_git_says_so_and_where_to_get_it(
    copkit: Copkit, programme: Path, command: tuple[str, ...]
) -> None:
    result = copkit(*command, "-C", programme)

    assert result.status == 1
    assert NO_GIT in result.stderr
    assert "https://git-scm.com/downloads" in result.stderr


def test_a_shared_folder_can_be_worked_in_before_git_is_installed(
    copkit: Copkit, programme: Path, request: pytest.FixtureRequest
) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", programme], check=True)
    request.getfixturevalue("no_git")

    written = copkit("new-member", "harbour", "Nurse", "--sector", "NHS", "-C", programme)
    forgotten = copkit("member", "forget", "harbour/nurse-1", "-C", programme)

    assert written.status == forgotten.status == 0
    assert "its history was not searched" in forgotten.stderr
    assert "not kept in git" not in forgotten.stderr
