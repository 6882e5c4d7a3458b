"""A merge is whole or not at all, whatever fails in it."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from copkit.git import checkout
from copkit.git.repository import require_repository
from tests.conftest import LONG, Copkit
from tests.git.conftest import CASE, Clone, Share

KILLS = 200 if LONG else 8


def sync_process(folder: Path, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "copkit", "sync", "-C", str(folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def differ(ann: Clone, bob: Clone, copkit: Copkit) -> None:
    """Ann has sent three changes, and Bob has one of his own to send."""
    ann.change(ann.roster, "role: Nurse", "role: Matron")
    ann.change(ann.case, "A flat above a shop.", "A flat above a bakery.")
    assert copkit("new-case", "harbour", "A key", "-C", ann.folder).status == 0
    assert copkit("sync", "-C", ann.folder).status == 0
    bob.change(bob.meeting, "Notes.", "Notes of his.")


def require_together(clone: Clone) -> None:
    assert "role: Matron" in clone.roster.read_text("utf-8")
    assert "bakery" in clone.case.read_text("utf-8")
    assert (clone.harbour / "cases" / "a-key.md").exists()
    assert "Notes of his." in clone.meeting.read_text("utf-8")
    assert clone.git("status", "--porcelain") == ""


def test_a_lock_that_an_editor_holds_is_waited_for(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    differ(ann, bob, copkit)
    lock = bob.folder / ".git" / "index.lock"
    lock.touch()
    threading.Timer(0.5, lock.unlink).start()

    assert copkit("sync", "-C", bob.folder).status == 0

    require_together(bob)


def test_a_lock_that_stays_changes_nothing_and_the_way_out_works(
    copkit: Copkit, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = share("Bob")
    differ(ann, bob, copkit)
    monkeypatch.setattr(checkout, "LOCK_WAIT", 0.1)
    lock = bob.folder / ".git" / "index.lock"
    lock.touch()
    before = bob.head()

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert bob.head() == before
    assert not (bob.folder / ".git" / "MERGE_HEAD").exists()
    Path(result.stderr.partition("delete ")[2].split()[0].rstrip(";")).unlink()
    assert copkit("sync", "-C", bob.folder).status == 0
    require_together(bob)


@pytest.mark.parametrize("step", ["update-index", "read-tree", "update-ref", "after the move"])
def test_a_sync_that_was_killed_at_a_step_is_taken_back_or_finished(
    copkit: Copkit, share: Share, step: str
) -> None:
    ann, bob = share("Bob")
    differ(ann, bob, copkit)
    # The process kills itself, as an outside hand would, when it comes to the step of the merge.
    script = f"""
import os, signal, sys
from copkit.git import checkout
from copkit.git.repository import Repository
git, move, settle = Repository.git, checkout._move, checkout._settle
merging = []
def killed(self, *args, **options):
    if {step!r} in args and merging:
        if {step!r} == "read-tree":  # half of the files are there, and one is cut short
            git(self, *args, **options)
            roster = self.root / "communities/harbour/roster.yaml"
            roster.write_bytes(roster.read_bytes()[:9])
            (self.root / "communities/harbour/cases/nobody-to-call.md").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return git(self, *args, **options)
Repository.git = killed
run = Repository.run
def run_killed(self, *args, **options):
    if args[:1] == ("update-index",) and {step!r} == "update-index" and merging:
        os.kill(os.getpid(), signal.SIGKILL)
    return run(self, *args, **options)
Repository.run = run_killed
def moved(*args):
    move(*args)
    if merging and {step!r} == "after the move":
        os.kill(os.getpid(), signal.SIGKILL)
checkout._move = moved
from copkit.git import sync
check_out = sync.check_out
def begun(*args):
    merging.append(True)
    check_out(*args)
sync.check_out = begun
from copkit.cli.main import run as main
sys.exit(main(["sync", "-C", {str(bob.folder)!r}]))
"""
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 0, result.output
    assert "an earlier sync was cut short; your folder is whole again" in result.stderr
    require_together(bob)
    assert not (bob.folder / ".git" / "index.lock").exists()
    assert not (bob.folder / ".git" / "copkit" / "checkout").exists()


def test_what_was_written_by_hand_after_a_kill_stays(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    differ(ann, bob, copkit)
    assert copkit("sync", "--dry-run", "-C", bob.folder).status == 0
    repository = require_repository(bob.folder)
    bob.git("fetch", "--quiet")
    bob.git("commit", "--quiet", "--all", "-m", "Mine")
    theirs = bob.git("rev-parse", "origin/main").strip()
    mine = bob.head()
    # As far as the files were written, and the process died.
    changes = checkout.diff_trees(repository, mine, theirs)
    folder = bob.folder / ".git" / "copkit" / "checkout"
    folder.mkdir(parents=True)
    checkout._keep_files(repository, changes)
    checkout._write_journal(repository, mine, theirs, changes)
    bob.roster.write_text(ann.roster.read_text("utf-8") + "# by hand\n", encoding="utf-8")
    bob.case.unlink()  # as git replaces a file
    bob.case.write_text("", encoding="utf-8")

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 0, result.output
    assert "# by hand\n" in bob.roster.read_text("utf-8")
    assert "bakery" in bob.case.read_text("utf-8")
    assert "Notes of his." in bob.meeting.read_text("utf-8")


def test_a_merge_of_an_earlier_copkit_is_recognised_and_taken_back(
    copkit: Copkit, share: Share
) -> None:
    """Its hint was to finish it, and that commit deleted what the others had sent."""
    ann, bob = share("Bob")
    differ(ann, bob, copkit)
    bob.git("add", "--all")
    bob.git("commit", "--quiet", "-m", "Mine")
    bob.git("fetch", "--quiet")
    message = "Bring in what others have recorded\n\nCopkit: merge\n"
    bob.git("merge", "--no-commit", "--no-ff", "-m", message, "origin/main")
    (bob.folder / ".merge_file_a1B2c3").write_text("half", encoding="utf-8")
    bob.git("reset", "--quiet")  # the index was never written: git takes nothing in of theirs
    (bob.folder / ".git" / "MERGE_HEAD").write_text(bob.git("rev-parse", "origin/main"))
    (bob.folder / ".git" / "MERGE_MSG").write_text(message)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 0, result.output
    require_together(bob)
    assert not list(bob.folder.glob(".merge_file_*"))


def _limit_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as POSIX does")
def test_a_file_that_cannot_be_written_to_its_end_brings_everything_back(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    noise = random.Random(1)
    letters = (noise.choices("aeioulmnrst", k=9) for _ in range(4000))  # do not compress
    words = "\n".join("".join(word) for word in letters)
    ann.case.write_text(f"{ann.case.read_text('utf-8')}\n{words}\n", encoding="utf-8")
    differ(ann, bob, copkit)
    bob.git("fetch", "--quiet")  # what comes is here already, so that only writing it can fail
    before = {path: path.read_bytes() for path in (bob.roster, bob.case, bob.meeting)}

    syncing = sync_process(bob.folder, preexec_fn=_limit_files)
    said = syncing.communicate(timeout=60)[1]

    assert syncing.returncode == 1, said
    assert {path: path.read_bytes() for path in before} == before
    assert bob.git("status", "--porcelain") == ""
    assert not (bob.harbour / "cases" / "a-key.md").exists()
    assert copkit("sync", "-C", bob.folder).status == 0
    require_together(bob)


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() or not shutil.which("mount"):
        pytest.skip("no small disk can be mounted here")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    return folder


def test_a_full_disk_costs_nothing(copkit: Copkit, share: Share, small_disk: Path) -> None:
    try:
        ann, bob = share("Bob")
        folder = small_disk / "bob"
        shutil.move(bob.folder, folder)
        bob = Clone(folder)
        differ(ann, bob, copkit)
        bob.git("commit", "--quiet", "--all", "-m", "Mine")
        for size in (65_536, 4096, 512):
            bob.git("fetch", "--quiet", status=None)
            with contextlib.suppress(OSError), (small_disk / "filling").open("ab", 0) as filling:
                while filling.write(b"x" * size):
                    pass
        before = {path: path.read_bytes() for path in (bob.roster, bob.case, bob.meeting)}

        result = copkit("sync", "-C", bob.folder)

        assert result.status == 1, result.output
        assert {path: path.read_bytes() for path in before} == before
        assert not (bob.folder / ".git" / "MERGE_HEAD").exists()
        (small_disk / "filling").unlink()
        assert copkit("sync", "-C", bob.folder).status == 0
        require_together(bob)
    finally:
        subprocess.run(["umount", "-l", str(small_disk)], check=False)


@pytest.mark.skipif(os.name != "posix", reason="kills a process as POSIX does")
def test_no_kill_of_a_sync_loses_a_fact(copkit: Copkit, share: Share) -> None:
    """Another program holds git's lock at random meanwhile; each next sync ends right."""
    ann, bob = share("Bob")
    luck = random.Random(2026)
    lock = bob.folder / ".git" / "index.lock"
    done = threading.Event()

    def hold_locks() -> None:
        while not done.is_set():
            time.sleep(luck.random() * 0.3)
            try:
                handle = os.open(lock, os.O_CREAT | os.O_EXCL)
            except FileExistsError:
                continue
            time.sleep(luck.random() * 0.2)
            os.close(handle)
            lock.unlink()

    holder = threading.Thread(target=hold_locks)
    holder.start()
    try:
        for number in range(KILLS):
            for clone, name in ((ann, "warden"), (bob, "vicar")):
                member = f"members:\n  - id: {name}-{number}\n    role: Nurse\n    sector: NHS\n"
                clone.change(clone.roster, "members:\n", member)
            text = CASE.replace("A flat above a shop.", f"A flat {number} doors on.")
            ann.case.write_text(text, encoding="utf-8", newline="")
            assert copkit("sync", "-C", ann.folder).status == 0
            syncing = sync_process(bob.folder, start_new_session=True)
            time.sleep(0.2 + luck.random())
            syncing.kill()
            syncing.communicate(timeout=60)
            result = copkit("sync", "-C", bob.folder)
            assert result.status == 0, (number, result.output)
            assert copkit("sync", "-C", ann.folder).status == 0
            for clone in (ann, bob):
                roster = clone.roster.read_text("utf-8")
                assert f"id: warden-{number}\n" in roster
                assert f"id: vicar-{number}\n" in roster
                assert f"A flat {number} doors on." in clone.case.read_text("utf-8")
    finally:
        done.set()
        holder.join()
    roster = ann.roster.read_text("utf-8")
    assert roster == bob.roster.read_text("utf-8")
    assert roster.count("- id: warden-") == roster.count("- id: vicar-") == KILLS
