"""The shared place is rewritten, moved, renamed, protected or silent: each has its way out."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from copkit.git import repository
from tests.conftest import Copkit
from tests.git.conftest import ROSTER, Clone, Host, Share, follow, named, synced

# --- rewritten ------------------------------------------------------------------------------


def test_what_was_purged_stays_purged_and_own_work_is_carried_over(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    before = ann.head()
    leak = ann.harbour / "cases" / "too-much.md"
    leak.write_text(ann.case.read_text("utf-8"), encoding="utf-8")
    ann.change(ann.case, "A flat above a shop.", "We met at the only bakery of Whitby.")
    synced(copkit, ann)
    synced(copkit, bob)
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    bob.change(bob.harbour / "cases" / "too-much.md", "Ask.", "Ask again.")
    bob.change(bob.case, "the only bakery of Whitby.", "the only bakery of Whitby, on the left.")
    # Ann takes her commit out of the history.
    ann.git("reset", "--quiet", "--hard", before)
    ann.git("push", "--quiet", "--force", "origin", "HEAD:main")

    said = synced(copkit, bob)

    assert "the shared history was rewritten" in said
    assert "role: Matron" in bob.roster.read_text("utf-8")
    assert "Whitby" not in bob.case.read_text("utf-8")
    assert not (bob.harbour / "cases" / "too-much.md").exists()
    (folder,) = (bob.folder / "private").glob("set-aside-*")
    assert "on the left" in (folder / "communities/harbour/cases/nobody-to-call.md").read_text()
    assert "Ask again" in (folder / "communities/harbour/cases/too-much.md").read_text()
    synced(copkit, ann)
    assert "role: Matron" in ann.roster.read_text("utf-8")
    history = ann.git("log", "--format=%H", "-p", "origin/main")
    assert "Whitby" not in history
    assert copkit("undo", "-C", bob.folder).status == 1


def test_a_history_rewritten_while_another_program_fetched_is_noticed(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    before = ann.head()
    ann.change(ann.case, "A flat above a shop.", "The only bakery of Whitby.")
    synced(copkit, ann)
    synced(copkit, bob)
    ann.git("reset", "--quiet", "--hard", before)
    ann.git("push", "--quiet", "--force", "origin", "HEAD:main")
    bob.git("fetch", "--quiet")
    (bob.folder / ".git" / "copkit" / "shared.json").unlink()  # no sync of this copkit yet

    assert "the shared history was rewritten" in synced(copkit, bob)

    assert bob.head() == before
    assert "Whitby" not in ann.git("log", "-p", "--all")


@pytest.mark.parametrize("is_cut_short", [False, True])
def test_what_was_purged_from_main_is_not_sent_again_from_a_branch_of_one_s_own(
    copkit: Copkit, share: Share, tmp_path: Path, *, is_cut_short: bool
) -> None:
    ann, bob = share("Bob")
    before = ann.head()
    ann.change(ann.case, "A flat above a shop.", "The only bakery of Whitby.")
    synced(copkit, ann)
    bob.git("switch", "--quiet", "--create", "bob")
    bob.git("push", "--quiet", "--set-upstream", "origin", "bob")
    synced(copkit, bob)
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    synced(copkit, bob)
    # Ann takes her commit out of the history.
    ann.git("reset", "--quiet", "--hard", before)
    ann.git("push", "--quiet", "--force", "origin", "HEAD:main")
    bob.change(bob.roster, "role: Police Sergeant", "role: Constable")
    hub = tmp_path / "hub"
    if is_cut_short:  # the place can be read from, but not written to
        (hub / "config").write_text(
            (hub / "config").read_text() + "[receive]\n\tdenyNonFastForwards = true\n"
        )
        assert copkit("sync", "-C", bob.folder).status == 1
        bob.git("config", "--file", str(hub / "config"), "receive.denyNonFastForwards", "false")

    said = synced(copkit, bob)

    assert is_cut_short or "the shared history was rewritten" in said
    assert "Whitby" not in ann.git("--git-dir", str(hub), "log", "-p", "--branches")
    synced(copkit, bob)
    text = ann.git("--git-dir", str(hub), "show", "bob:communities/harbour/roster.yaml")
    assert "Matron" in text
    assert "Constable" in text
    assert "Whitby" not in bob.case.read_text("utf-8")


# --- moved and renamed ------------------------------------------------------------------------


def test_a_remote_that_moved_to_an_empty_place_gets_everything(
    copkit: Copkit, share: Share, tmp_path: Path
) -> None:
    ann, _ = share("Bob")
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "new")], check=True)
    ann.git("remote", "set-url", "origin", str(tmp_path / "new"))

    said = synced(copkit, ann)

    assert "sent to origin" in said
    assert ann.git("ls-remote", "origin", "main").split()[0] == ann.head()


def test_a_remote_that_moved_to_an_older_copy_gets_what_it_lacks(
    copkit: Copkit, share: Share, tmp_path: Path
) -> None:
    ann, _ = share("Bob")
    subprocess.run(["cp", "-r", str(tmp_path / "hub"), str(tmp_path / "new")], check=True)
    ann.change(ann.roster, "role: Nurse", "role: Matron")
    synced(copkit, ann)
    ann.git("remote", "set-url", "origin", str(tmp_path / "new"))

    said = synced(copkit, ann)

    assert "rewritten" not in said
    assert ann.git("ls-remote", "origin", "main").split()[0] == ann.head()


def test_a_default_branch_that_was_renamed_is_followed(
    copkit: Copkit, share: Share, tmp_path: Path
) -> None:
    ann, bob = share("Bob")
    hub = Clone(tmp_path / "hub")
    hub.git("branch", "--move", "main", "trunk")
    hub.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    for clone, role in ((ann, "Nurse"), (bob, "Sergeant")):
        clone.change(clone.roster, f"role: {'Nurse' if clone is ann else 'Police Sergeant'}",
                     f"role: New {role}")  # fmt: skip

    said = synced(copkit, ann)
    synced(copkit, bob)
    synced(copkit, ann)

    assert "the shared branch is called 'trunk' now" in said
    assert "role: New Sergeant" in ann.roster.read_text("utf-8")
    assert hub.git("branch", "--format=%(refname:short)").split() == ["trunk"]


def test_a_branch_that_nobody_else_has_is_asked_about_and_the_way_out_works(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    ann.git("branch", "--move", "master")
    ann.git("config", "--remove-section", "branch.master")
    ann.change(ann.roster, "role: Nurse", "role: Matron")
    result = copkit("sync", "-C", ann.folder)
    assert result.status == 1

    first_way = re.search(r"'(git branch [^']+)'", result.stderr)
    assert first_way
    ann.git(*first_way[1].split()[1:])

    synced(copkit, ann)
    synced(copkit, bob)
    assert "role: Matron" in bob.roster.read_text("utf-8")


def test_a_protected_branch_is_left_for_one_of_one_s_own(
    copkit: Copkit, share: Share, host: Host
) -> None:
    ann, bob = share("Bob")
    hook = host(
        ann,
        "update",
        '[ "$1" != refs/heads/main ] || '
        "{ echo 'GH006: Protected branch update failed' >&2; exit 1; }",
    )
    ann.change(ann.roster, "role: Nurse", "role: Matron")
    result = copkit("sync", "-C", ann.folder)
    assert result.status == 1

    follow(copkit, ann, result.stderr)
    said = synced(copkit, ann)

    assert "yours is branch 'ann'; others get it once it is merged into 'main' there" in said
    hook.unlink()  # the host merges it, beside what somebody else has sent
    bob.change(bob.case, "A flat above a shop.", "A flat.")
    synced(copkit, bob)
    bob.git("fetch", "--quiet")
    bob.git("merge", "--quiet", "--no-edit", "origin/ann")
    synced(copkit, bob)
    synced(copkit, ann)
    assert "A flat.\n" in ann.case.read_text("utf-8")


# --- waiting ----------------------------------------------------------------------------------


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that takes a call and says nothing."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    yield f"git://127.0.0.1:{server.getsockname()[1]}/hub"
    server.close()


def test_a_server_that_does_not_answer_is_given_up(
    copkit: Copkit, first: Clone, silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "NOTICE", 0.1)
    monkeypatch.setattr(repository, "SILENCE", 0.5)
    first.git("remote", "add", "origin", silent_server)

    result = copkit("sync", "-C", first.folder)

    assert result.status == 1
    assert "waiting for origin; Ctrl-C gives up, and nothing is lost\n" in result.stderr
    assert "the server has not answered" in result.stderr
    assert "what you changed is kept here" in result.stderr
    assert first.git("status", "--porcelain") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C arrives there as another event")
def test_ctrl_c_ends_a_wait_for_a_server(first: Clone, silent_server: str) -> None:
    first.git("remote", "add", "origin", silent_server)
    waiting = subprocess.Popen(
        [sys.executable, "-m", "copkit", "sync", "-C", str(first.folder)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr
    heard = ""
    while "waiting for origin" not in heard:
        heard += waiting.stderr.readline()

    waiting.send_signal(2)
    said = waiting.communicate(timeout=20)[1]

    assert waiting.returncode in {130, -2}
    assert "what you changed is kept; run 'copkit sync' again to go on" in said
    assert "Traceback" not in said
    time.sleep(0.1)
    assert first.git("status", "--porcelain") == ""


# --- large losses -----------------------------------------------------------------------------


def test_a_community_that_was_dragged_away_is_asked_about_and_comes_back(
    copkit: Copkit, share: Share, tmp_path: Path
) -> None:
    ann, bob = share("Bob")
    assert copkit("new-community", "Hove", "-C", ann.folder).status == 0
    synced(copkit, ann)
    ann.harbour.rename(tmp_path / "elsewhere")

    warned = copkit("check", "-C", ann.folder)
    result = copkit("sync", "-C", ann.folder)

    assert "communities/harbour: the whole community (4 records)" in warned.stderr + warned.stdout
    assert result.status == 1
    assert "this would be deleted for everybody:\n  communities/harbour: the whole" in result.stderr
    follow(copkit, ann, result.stderr)
    assert "everybody has the same records" in synced(copkit, ann)
    assert ann.roster.read_text("utf-8") == ROSTER
    synced(copkit, bob)
    assert bob.roster.exists()


@pytest.mark.parametrize("by", ["hand", "git"])
def test_a_roster_that_lost_its_members_is_asked_about(
    copkit: Copkit, share: Share, by: str
) -> None:
    ann, bob = share("Bob")
    for clone in (ann, bob):
        clone.meeting.unlink()
    synced(copkit, ann)
    synced(copkit, bob)
    ann.roster.write_text(ROSTER[: ROSTER.index("  - id: police-1")], encoding="utf-8")
    if by == "git":
        ann.git("commit", "--quiet", "--all", "-m", "By hand")
    for option in ((), ("--yes-delete",)):
        text = ann.roster.read_bytes()

        result = copkit("sync", *option, "-C", ann.folder)

        assert result.status == (0 if option else 1), result.output
        if not option:
            assert "communities/harbour/roster.yaml: 2 of 3 members" in result.stderr
            follow(copkit, ann, result.stderr)
            synced(copkit, ann)
            assert ann.roster.read_text("utf-8") == ROSTER
            ann.roster.write_bytes(text)
            if by == "git":
                ann.git("commit", "--quiet", "--all", "-m", "By hand")
    synced(copkit, bob)
    assert bob.roster.read_text("utf-8") == ann.roster.read_text("utf-8")


def test_many_records_that_have_another_name_now_are_no_loss(copkit: Copkit, share: Share) -> None:
    ann, _ = share("Bob")
    cases = ann.harbour / "cases"
    for number in range(5):
        copkit("new-case", "harbour", f"Key {'x' * number}", "-C", ann.folder)
    synced(copkit, ann)
    for path in sorted(cases.iterdir()):
        path.rename(path.with_name(f"old-{path.name}"))
    synced(copkit, ann)
    for path in sorted(cases.iterdir())[:4]:
        path.unlink()

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 1
    assert "4 records: communities/harbour/cases/old-key" in result.stderr
    synced(copkit, ann, "--yes-delete")


def test_someone_new_may_clone_an_empty_place(copkit: Copkit, tmp_path: Path, first: Clone) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "hub")], check=True)
    named(first, "Ann")
    first.git("remote", "add", "origin", str(tmp_path / "hub"))

    assert "sent to origin" in synced(copkit, first)
