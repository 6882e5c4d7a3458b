"""Files are written whole or not at all, one writer at a time, and never over others' work."""

from __future__ import annotations

import errno
import hashlib
import inspect
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from copkit.errors import CopkitError
from copkit.text import transaction
from copkit.text.transaction import (
    JOURNAL,
    Change,
    locked,
    save,
    save_outputs,
    save_privately,
    write_output,
)
from tests.conftest import LONG, STUCK

POSIX = pytest.mark.skipif(os.name != "posix", reason="links, modes and signals of POSIX")


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_new_file_is_written_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    save(tmp_path, [Change("deep/case.md", None, "text\r\n")])

    assert (tmp_path / "deep/case.md").read_bytes() == b"text\r\n"
    assert names(tmp_path) == ["deep", "deep/case.md"]


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "case.md").write_text("mine", encoding="utf-8")

    with pytest.raises(CopkitError, match="exists already"):
        save(tmp_path, [Change("deep/new.md", None, "x"), Change("case.md", None, "yours")])

    assert (tmp_path / "case.md").read_text("utf-8") == "mine"
    assert names(tmp_path) == ["case.md"]


@POSIX
def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "case.md").symlink_to(tmp_path / "elsewhere.md")

    with pytest.raises(CopkitError, match="exists already"):
        save(tmp_path, [Change("case.md", None, "text")])

    assert not (tmp_path / "elsewhere.md").exists()


@POSIX
def test_an_edit_keeps_the_mark_the_mode_and_the_link(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    target.write_bytes(b"\xef\xbb\xbfmembers:\r\n")
    target.chmod(0o640)
    (tmp_path / "roster.yaml").symlink_to("target.yaml")

    save(tmp_path, [Change("roster.yaml", "members:\r\n", "members:\r\n  - id: a\r\n")])

    assert target.read_bytes() == b"\xef\xbb\xbfmembers:\r\n  - id: a\r\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "roster.yaml").is_symlink()


@POSIX
def test_what_is_private_is_never_readable_by_others(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        save_privately(tmp_path, [Change("new/a.yaml", None, "a: 1\n")])
        (tmp_path / "old").mkdir(mode=0o755)
        (tmp_path / "old/a.yaml").write_text("a: 1\n", encoding="utf-8")
        changes = [Change("old/a.yaml", "a: 1\n", "a: 2\n"), Change("old/b.yaml", None, "b: 1\n")]
        save_privately(tmp_path, changes)
        save(tmp_path, [Change("open.md", None, "x")])
    finally:
        os.umask(umask)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes.pop("open.md") == 0o644
    assert {modes.pop("new"), modes.pop("old")} == {0o700}
    assert modes == {"a.yaml": 0o600, "b.yaml": 0o600}


@POSIX
def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "programme"
    root.mkdir()
    (tmp_path / "elsewhere.yaml").write_text("a: 1\n", encoding="utf-8")
    (root / "roster.yaml").symlink_to("../elsewhere.yaml")

    with pytest.raises(CopkitError, match="outside the programme folder"):
        save(root, [Change("roster.yaml", "a: 1\n", "a: 2\n")])

    assert (tmp_path / "elsewhere.yaml").read_text("utf-8") == "a: 1\n"


@POSIX
def test_a_read_only_file_is_respected(tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_text("members:\n", encoding="utf-8")
    path.chmod(0o440)

    with pytest.raises(CopkitError, match=r"roster\.yaml is read-only; nothing was changed"):
        save(tmp_path, [Change("roster.yaml", "members:\n", "members: []\n")])

    assert path.read_text("utf-8") == "members:\n"


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_text("members: [hers]\n", encoding="utf-8")

    with pytest.raises(CopkitError, match="changed by someone else"):
        save(tmp_path, [Change("roster.yaml", "members: []\n", "members: [mine]\n")])

    assert path.read_text("utf-8") == "members: [hers]\n"
    assert names(tmp_path) == ["roster.yaml"]


def test_what_a_killed_writer_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".roster.yaml.4711.tmp").write_text("half", encoding="utf-8")
    (tmp_path / ".notes.tmp").write_text("somebody's own", encoding="utf-8")
    (tmp_path / ".case.md.4711.tmp").mkdir()

    save(tmp_path, [Change("case.md", None, "text")])

    assert names(tmp_path) == [".case.md.4711.tmp", ".notes.tmp", "case.md"]


def test_a_journal_that_was_never_finished_is_swept_away_too(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / f".{JOURNAL}.4711.tmp").write_text("[[", encoding="utf-8")

    save(tmp_path, [Change("deep/case.md", None, "text")])

    assert names(tmp_path) == ["deep", "deep/case.md"]


def test_a_fact_in_two_files_is_finished_by_whoever_writes_next(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("new", encoding="utf-8")  # was done before the kill
    (tmp_path / "b.md").write_text("old", encoding="utf-8")
    (tmp_path / "gone.md").write_text("old", encoding="utf-8")
    (tmp_path / ".b.md.4711.tmp").write_text("new", encoding="utf-8")
    journal = [
        [".a.md.4711.tmp", "a.md", digest("old")],
        [".b.md.4711.tmp", "b.md", digest("old")],
        [None, "gone.md", digest("old")],
    ]
    (tmp_path / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")

    with locked(tmp_path):
        assert (tmp_path / "a.md").read_text("utf-8") == "new"
        assert (tmp_path / "b.md").read_text("utf-8") == "new"

    assert names(tmp_path) == ["a.md", "b.md"]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_what_a_person_wrote_after_the_kill_stays(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("by hand", encoding="utf-8")
    (tmp_path / "new.md").write_text("by hand", encoding="utf-8")
    (tmp_path / "kept.md").write_text("by hand", encoding="utf-8")
    for name in ("a.md", "new.md"):
        (tmp_path / f".{name}.4711.tmp").write_text("by the command", encoding="utf-8")
    journal = [
        [".a.md.4711.tmp", "a.md", digest("old")],
        [".new.md.4711.tmp", "new.md", None],
        [None, "kept.md", digest("old")],
    ]
    (tmp_path / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")

    with (
        pytest.raises(CopkitError, match=r"a\.md, new\.md, kept\.md: changed by hand"),
        locked(tmp_path),
    ):
        pass

    assert names(tmp_path) == ["a.md", "a.md.unsaved", "kept.md", "new.md", "new.md.unsaved"]
    assert {(tmp_path / name).read_text("utf-8") for name in ("a.md", "new.md", "kept.md")} == {
        "by hand"
    }
    with locked(tmp_path):  # said once
        pass


def test_what_is_taken_away_leaves_no_empty_folder(tmp_path: Path) -> None:
    save(tmp_path, [Change("a/b/x.md", None, "x"), Change("a/y.md", None, "y")])

    save(tmp_path, [Change("a/b/x.md", "x", None)])
    assert names(tmp_path) == ["a", "a/y.md"]
    save(tmp_path, [Change("a/y.md", "y", None), Change("z.md", None, "")])
    assert names(tmp_path) == ["z.md"]


def test_what_could_not_be_written_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("mine", encoding="utf-8")
    files = ("a/b/x.md", "a/c/y.md", "there.md")

    with pytest.raises(CopkitError, match="exists already"):
        save(tmp_path, [Change(file, None, "x") for file in files])

    assert names(tmp_path) == ["there.md"]


def test_what_is_no_text_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CopkitError, match="is not text"):
        save(tmp_path, [Change("a.md", None, "\udce9")])

    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "journal",
    [
        '[["copkit.yaml", ".git/config", null]]',
        '[[".x.1.tmp", "../outside.md", null]]',
        '[["../outside.md", "a.md", null]]',
        '[["../.a.md.1.tmp", "../a.md", null]]',
        '[[null, ".git/config", null]]',
        "not a journal",
        "[[1, 2]]",
    ],
)
def test_a_journal_from_somebody_else_moves_nothing(tmp_path: Path, journal: str) -> None:
    root = tmp_path / "programme"
    (root / ".git").mkdir(parents=True)
    (root / ".git/config").write_text("[core]\n", encoding="utf-8")
    (root / "copkit.yaml").write_text("name: x\n", encoding="utf-8")
    (tmp_path / "outside.md").write_text("x", encoding="utf-8")
    (root / JOURNAL).write_text(journal, encoding="utf-8")

    with pytest.raises(CopkitError), locked(root):
        pass

    assert (root / ".git/config").read_text("utf-8") == "[core]\n"
    assert (tmp_path / "outside.md").read_text("utf-8") == "x"
    assert (root / "copkit.yaml").exists()


def test_a_writer_waits_for_another_and_then_gives_up(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "locked\n"

    with pytest.raises(CopkitError, match="another copkit command"), locked(tmp_path, wait=0.2):
        pass
    other.kill()
    other.wait()
    other.stdout.close()

    with locked(tmp_path, wait=5):  # a killed process holds nothing
        assert names(tmp_path) == []


_HOLD = """
import sys, time
from pathlib import Path
from copkit.text.transaction import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
@POSIX
def test_a_process_killed_at_any_moment_leaves_old_or_new(tmp_path: Path) -> None:
    """Two files always change together: whatever the moment, both tell the same number."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(_numbered(0), encoding="utf-8")
    luck = random.Random(2012)
    kills = 200 if LONG else 40
    for _ in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITE, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(luck.random() * 0.03)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for name in ("a.yaml", "b.yaml"):
            text = (tmp_path / name).read_text("utf-8")
            assert text == _numbered(int(text.split()[1])), "neither the old nor the new"

        with locked(tmp_path):
            numbers = [
                (tmp_path / name).read_text("utf-8").split()[1] for name in ("a.yaml", "b.yaml")
            ]
            assert numbers[0] == numbers[1]

    save(tmp_path, [Change("c.yaml", None, "")])
    assert names(tmp_path) == ["a.yaml", "b.yaml", "c.yaml"]


def _numbered(number: int) -> str:
    return f"number: {number}\n" + f"line: {number}\n" * 2000


# It has the text in itself: importing this module would take longer than all that it writes.
_WRITE = f"""
import sys
from pathlib import Path
from copkit.text.transaction import Change, locked, save
{inspect.getsource(_numbered)}
root = Path(sys.argv[1])
print("ready", flush=True)
while True:
    with locked(root):
        old = (root / "a.yaml").read_text("utf-8")
        new = _numbered(int(old.split()[1]) + 1)
        save(root, [Change("a.yaml", old, new), Change("b.yaml", old, new)])
"""


MOUNT = r"""
set -e
mount -t tmpfs -o size=128k tmpfs "$1"
cd "$1"
mkdir -p communities/harbour
printf 'name: Harbour programme\nstarts: 2026-01-01\n' > copkit.yaml
printf -- '---\ncode: CP1\nname: Harbour\nplace: Harbour\nstatus: active\n---\n' > community.md
mv community.md communities/harbour
printf 'members:\n' > communities/harbour/roster.yaml
"""
FILL = """
head -c 1000000 /dev/zero > filler 2>/dev/null || true
cp communities/harbour/roster.yaml "$3/before"
status=0
"$2" -m copkit new-member harbour Nurse --sector NHS 2> "$3/said" || status=$?
cp communities/harbour/roster.yaml "$3/after"
find . -name '*.tmp' > "$3/left"
exit $status
"""
READ_ONLY = 'mount -o remount,ro "$1"\n' + FILL.replace("head -c", "true head -c")


def in_a_small_file_system(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a file system of 128 KB, which goes away with it."""
    mount, out = tmp_path / "mount", tmp_path / "out"
    mount.mkdir()
    out.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", MOUNT + script, "sh", str(mount), sys.executable, str(out)],
        capture_output=True,
        text=True,
        timeout=STUCK,
        check=False,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("file systems cannot be mounted here")
    return done


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux to mount a file system")
@pytest.mark.parametrize(
    ("script", "reason"),
    [(FILL, "No space left on device"), (READ_ONLY, "Read-only file system")],
    ids=["full", "read-only"],
)
def test_a_disk_that_takes_nothing_costs_one_line_and_no_byte(
    tmp_path: Path, script: str, reason: str
) -> None:
    done = in_a_small_file_system(script, tmp_path)

    out = tmp_path / "out"
    assert done.returncode == 1, done.stderr
    # what undo needs is written first, in the same step
    said = rf"copkit: private/undo/[\w.-]+ cannot be written: {reason}; nothing was changed\n"
    assert re.fullmatch(said, (out / "said").read_text("utf-8"))
    assert (out / "after").read_bytes() == (out / "before").read_bytes() == b"members:\n"
    assert (out / "left").read_text("utf-8") == ""


@POSIX
def test_no_folder_on_the_way_of_an_output_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "build").symlink_to("records")

    with pytest.raises(CopkitError, match="is a link"):
        write_output(tmp_path, tmp_path / "build" / "x.html", b"text")

    assert names(tmp_path / "records") == []


@POSIX
def test_private_files_change_in_one_step_with_ordinary_ones(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n", encoding="utf-8")
    private = [Change("private/b.yaml", None, "b: 1\n")]

    with pytest.raises(CopkitError, match="changed by someone else"):
        save_privately(tmp_path, private, [Change("a.yaml", "a: 0\n", "a: 2\n")])
    assert not (tmp_path / "private").exists()

    save_privately(tmp_path, private, [Change("a.yaml", "a: 1\n", "a: 2\n")])
    modes = [(tmp_path / one).stat().st_mode & 0o777 for one in ("private/b.yaml", "a.yaml")]
    assert modes[0] == 0o600
    assert modes[1] & 0o044
    assert (tmp_path / "a.yaml").read_text("utf-8") == "a: 2\n"


OLD = {"a/data.csv": b"old a", "b/year=2011/data.csv": b"old b"}
NEW = {"a/data.csv": b"new a", "b/year=2012/data.csv": b"new b"}
GONE = ["b/year=2011/data.csv"]


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_outputs_that_belong_together_are_replaced_together(tmp_path: Path) -> None:
    assert save_outputs(tmp_path, OLD) == list(OLD)
    assert save_outputs(tmp_path, OLD) == []  # what is there already is not written again

    save_outputs(tmp_path, NEW, GONE)

    assert tree(tmp_path) == NEW


@POSIX
@pytest.mark.parametrize("call", ["fsync", "replace", "unlink"])
@pytest.mark.parametrize("number", range(6))
def test_outputs_of_a_killed_process_are_the_old_ones_or_are_finished_by_the_next(
    tmp_path: Path, call: str, number: int
) -> None:
    save_outputs(tmp_path, OLD)
    if (child := os.fork()) == 0:
        real, calls = getattr(os, call), iter(range(100))

        def die(*args: object, **options: object) -> object:
            return os._exit(9) if next(calls) == number else real(*args, **options)

        setattr(os, call, die)
        save_outputs(tmp_path, NEW, GONE)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    is_begun = (tmp_path / JOURNAL).exists()

    with locked(tmp_path):  # whoever writes next
        shown = {path: data for path, data in tree(tmp_path).items() if "/." not in path}

    assert shown == (NEW if is_begun or status == 0 else shown)
    assert shown in (OLD, NEW)
    save_outputs(tmp_path, NEW, GONE)
    assert tree(tmp_path) == NEW


@pytest.mark.parametrize("file", [*NEW, JOURNAL])
def test_a_full_disk_leaves_the_outputs_that_were_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    save_outputs(tmp_path, OLD)
    real = transaction.write_beside

    def full(path: Path, data: bytes, *, sync: bool = True) -> Path:
        if path == tmp_path / file:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, data, sync=sync)

    monkeypatch.setattr(transaction, "write_beside", full)

    with pytest.raises(CopkitError, match="cannot be written: No space left on device"):
        save_outputs(tmp_path, NEW, GONE)

    assert tree(tmp_path) == OLD
    assert not (tmp_path / "b" / "year=2012").exists()


def test_outputs_are_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "lake" / "a").symlink_to(tmp_path / "outside")

    with pytest.raises(CopkitError):
        save_outputs(tmp_path / "lake", NEW)

    assert tree(tmp_path) == {}
