"""``copkit share`` and ``join``: a line makes the place where colleagues meet, one comes to it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import COMMUNITY, Copkit, Ssh

ROSTER = "members:\n  - {id: nurse-1, role: Nurse, sector: NHS}\n"
MEETING = "---\ndate: 2026-01-05\npresent:\napologies:\n---\n"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git of its own: what this machine tells it is kept out, and the author is known."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Ann\n\temail = ann@example.org\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("COPKIT_TODAY", "2026-01-05")


@pytest.fixture
def ann(copkit: Copkit, tmp_path: Path) -> Path:
    """Ann's programme as 'copkit init' starts it, with one community."""
    folder = tmp_path / "ann"
    assert copkit("init", folder, "--name", "Harbour", "--starts", "2026-01-01").status == 0
    for file, text in (
        ("community.md", COMMUNITY),
        ("roster.yaml", ROSTER),
        ("meetings/2026-01-05.md", MEETING),
    ):
        path = folder / "communities" / "harbour" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *args], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_programme_starts_in_git_with_its_guards_unless_told_not_to(
    copkit: Copkit, ann: Path, tmp_path: Path
) -> None:
    assert git(ann, "symbolic-ref", "--short", "HEAD") == "main"
    assert os.access(ann / ".git/hooks/pre-commit", os.X_OK)
    assert "merge-driver" in git(ann, "config", "merge.copkit.driver")

    plain = tmp_path / "plain"
    assert copkit("init", plain, "--name", "X", "--starts", "today", "--no-git").status == 0
    assert not (plain / ".git").exists()


def test_an_empty_folder_becomes_the_shared_place_and_a_colleague_joins_by_the_printed_line(
    copkit: Copkit, ann: Path, tmp_path: Path
) -> None:
    office = tmp_path / "the office"
    office.mkdir()

    shared = copkit("share", office, "-C", ann)

    assert shared.status == 0, shared.stderr
    assert f"A colleague types:  copkit join '{office}'\n" in shared.stdout
    assert git(office, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert not list(tmp_path.glob("ann/private"))

    bob = tmp_path / "bob"
    joined = copkit("join", office, bob)

    assert joined.status == 0, joined.stderr
    assert (bob / "communities/harbour/roster.yaml").read_text("utf-8") == ROSTER
    assert os.access(bob / ".git/hooks/pre-push", os.X_OK)
    assert "merge-driver" in git(bob, "config", "merge.copkit.driver")
    assert "4 records, nothing wrong with them" in joined.stderr
    assert "Monday 5 January 2026" in joined.stdout  # 'today' is what it ends with
    assert f"-C {bob}" in joined.stdout
    # shared twice is shared once
    again = copkit("share", office, "-C", ann)
    assert again.status == 0
    assert "everybody has the same records" in again.stderr


def test_hooks_that_lie_in_a_shared_folder_are_not_run(
    copkit: Copkit, ann: Path, tmp_path: Path
) -> None:
    office, trace = tmp_path / "office", tmp_path / "trace"
    git(tmp_path, "init", "-q", "--bare", str(office))
    for name in ("pre-receive", "update", "post-receive", "post-update", "reference-transaction"):
        hook = office / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{trace}'\n", encoding="utf-8")
        hook.chmod(0o755)

    assert copkit("share", office, "-C", ann).status == 0
    assert copkit("join", office, tmp_path / "bob").status == 0
    (ann / "communities/harbour/roster.yaml").write_text(
        ROSTER.replace("Nurse", "Matron"), encoding="utf-8"
    )
    assert copkit("sync", "-C", ann).status == 0

    assert not trace.exists()


def test_a_failed_share_leaves_neither_a_place_nor_a_remote(
    copkit: Copkit, ann: Path, tmp_path: Path
) -> None:
    (ann / "communities/harbour/roster.yaml").write_text("members: [", encoding="utf-8")
    office = tmp_path / "office"

    result = copkit("share", office, "-C", ann)

    assert result.status == 1
    assert not office.exists()
    assert git(ann, "remote") == ""


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("https://ann:secret@git.example.org/x.git", "has a password in it"),
        ("--upload-pack=touch x", "no place to share at"),
        ("ext::sh -c touch% x", "no place to share at"),
        ("{tmp}/nowhere/office", "there is no folder"),
        ("{tmp}/full", "not empty, and no shared place"),
        ("{tmp}/ann", "outside the programme's own folder"),
        ("{tmp}/working", "somebody works in this folder"),
    ],
)
def test_what_cannot_be_a_shared_place_is_refused_before_anything_changes(
    copkit: Copkit, ann: Path, tmp_path: Path, place: str, reason: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").touch()
    git(tmp_path, "init", "-q", "working")

    result = copkit("share", f"--folder={ann}", "--", place.format(tmp=tmp_path))

    assert result.status == 2, result.stderr
    assert reason in result.stderr
    assert "secret" not in result.output
    assert git(ann, "remote") == ""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("git@host: Permission denied (publickey).", "does not know this computer's key"),
        ("Host key verification failed.", "has never met that host"),
        ("remote: Repository not found.", "there is no repository there"),
        ("ssh: Could not resolve hostname host: Name or service not known", "cannot be found"),
        ("ssh: connect to host host port 22: Connection refused", "does not answer"),
        ("remote: HTTP Basic: Access denied", "wants a login"),
        ("remote: Write access to repository not granted.", "may not write there"),
    ],
)
def test_what_a_host_refuses_is_explained_in_one_line(
    copkit: Copkit, ann: Path, ssh: Ssh, said: str, reason: str
) -> None:
    ssh(f"echo '{said.replace(chr(39), '')}' >&2\nexit 255")

    result = copkit("share", "git@host:harbour.git", "-C", ann)

    assert result.status == 1
    assert reason in result.stderr.splitlines()[0]
    assert git(ann, "remote") == ""


def test_a_protected_branch_is_explained_and_the_remote_is_forgotten(
    copkit: Copkit, ann: Path, tmp_path: Path, ssh: Ssh
) -> None:
    ssh()  # hooks run at a host, and not in a folder
    git(tmp_path, "init", "-q", "--bare", "hub")
    hook = tmp_path / "hub/hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)

    result = copkit("share", f"host:{tmp_path / 'hub'}", "-C", ann)

    assert result.status == 1
    assert "it is protected" in result.stderr
    assert git(ann, "remote") == ""


def test_a_folder_of_somebody_else_is_explained(
    copkit: Copkit, ann: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q", "--bare", "office")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    result = copkit("join", tmp_path / "office", tmp_path / "bob")

    assert result.status == 1
    assert "belongs to somebody else" in result.stderr
    assert "git config --global --add safe.directory" in result.stderr


@pytest.mark.parametrize(
    ("place", "folder", "reason"),
    [
        ("nowhere", "bob", "there is no folder"),
        ("empty", "bob", "nothing has been shared there yet"),
        ("other", "bob", "no programme is shared there"),
        ("empty", "ann", "is there already, and not empty"),
        ("empty", "ann/inside", "lies inside the programme"),
    ],
)
def test_a_join_that_cannot_be_leaves_nothing_behind(
    copkit: Copkit, ann: Path, tmp_path: Path, place: str, folder: str, reason: str
) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty")
    git(tmp_path, "init", "-q", "other")
    (tmp_path / "other" / "x").touch()
    git(tmp_path / "other", "add", "x")
    git(tmp_path / "other", "commit", "-qm", "x")
    before = sorted(tmp_path.iterdir())

    result = copkit("join", tmp_path / place, tmp_path / folder)

    assert result.status != 0
    assert reason in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_the_main_branch_is_taken_whatever_the_place_points_to(
    copkit: Copkit, ann: Path, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q", "--bare", "office")
    git(tmp_path / "office", "symbolic-ref", "HEAD", "refs/heads/trunk")
    assert copkit("share", tmp_path / "office", "-C", ann).status == 0

    assert copkit("join", tmp_path / "office", tmp_path / "bob").status == 0
    assert git(tmp_path / "bob", "symbolic-ref", "--short", "HEAD") == "main"


@pytest.mark.slow
def test_share_join_and_a_contradiction_at_the_terminal(ann: Path, tmp_path: Path) -> None:
    office = tmp_path / "office"
    status, screen = talk(ann, ["share", str(office)], "y")
    assert status == 0, screen
    assert "Make it the shared place for 'Harbour'? [Y/n]" in screen
    assert f"A colleague types:  copkit join {office}" in screen

    # Bob's computer does not know who he is.
    Path(os.environ["GIT_CONFIG_GLOBAL"]).write_text("", encoding="utf-8")
    answers = ("Facilitator", "bob", "bob@example.org")
    status, screen = talk(tmp_path, ["join", str(office), "bob"], *answers)
    assert status == 0, screen
    assert "'bob' is no e-mail address" in screen
    assert "next:  cd bob" in screen
    bob = tmp_path / "bob"
    git(ann, "config", "user.name", "Ann")
    git(ann, "config", "user.email", "ann@example.org")

    record = ["attendance", "record", "harbour", "2026-01-05"]
    assert talk(ann, [*record, "--present", "nurse-1"])[0] == 0
    assert talk(ann, ["sync"])[0] == 0
    assert talk(bob, [*record, "--apologies", "nurse-1"])[0] == 0
    status, screen = talk(bob, ["sync"])

    assert status == 1
    assert "you and the others have recorded different things" in screen
    assert "nurse-1" in screen
    shutil.rmtree(office)
