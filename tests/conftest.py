"""What the tests share: a folder to write records in, and copkit to run on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

from copkit.cli.main import run
from copkit.cli.pii import cache_file_of, read_digests

CHECKOUT = Path(__file__).resolve().parent.parent
EXAMPLE = CHECKOUT / "examples" / "multiple-needs"
GOLDEN = Path(__file__).resolve().parent / "golden"

LONG = bool(os.environ.get("COPKIT_LONG"))  # the nightly profile: many more random cases


def drawn(cases: int, nightly: int) -> settings:
    """Say how many random cases a property is tried with: the same each time, but for the night."""
    return settings(
        max_examples=nightly if LONG else cases,
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def _cpu_seconds() -> float:
    """Return the CPU seconds of this process and of the processes that it has waited for."""
    return sum(os.times()[:4])


def _loop_seconds() -> float:
    """Return the CPU seconds of a fixed loop, which stands for the speed of this machine now."""
    begin = time.process_time()
    lengths: dict[int, int] = {}
    for number in range(200_000):
        lengths[number & 1023] = len(str(number))
    return time.process_time() - begin


STUCK = 300
"""Seconds after which a test is stuck, on whatever machine: no bar of speed."""

LOOP = 0.03  # seconds of that loop on an idle core of the machine that the bars were set on


def cpu_at_most(seconds: float) -> Iterator[None]:
    """Run a block, as ``for _ in cpu_at_most(2):``, that may take so many seconds of CPU.

    CPU time swings by half on a busy machine, and for a moment by more. So the bar is a ratio: the
    block is held against a loop that runs right before and after it; and a block that was too slow
    is run again, up to three times, since noise only ever adds.
    """
    figures = []
    for _ in range(3):
        before = _loop_seconds()
        begin = _cpu_seconds()
        yield
        used = _cpu_seconds() - begin
        slowness = max(1.0, before / LOOP, _loop_seconds() / LOOP)
        if used < seconds * slowness:
            return
        figures.append(f"{used:.2f} s of CPU, on a core {slowness:.1f} times slower")
    pytest.fail("; ".join(figures))


PROGRAMME = "name: Harbour programme\nstarts: 2026-01-01\nformat: 1\n"
COMMUNITY = "---\ncode: CP1\nname: Harbour community\nplace: Harbour\nstatus: active\n---\n"


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit status."""

    status: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Everything printed, the document first."""
        return self.stdout + self.stderr


Copkit = Callable[..., Result]
Write = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("COPKIT_FOLDER", raising=False)
    monkeypatch.delenv("COPKIT_TODAY", raising=False)
    monkeypatch.setenv("COPKIT_DEBUG", "1")
    monkeypatch.setenv("COPKIT_SEED", "1323")  # new ids are a-k7m, a-n3k, a-cv7 in each list


@pytest.fixture(scope="session", autouse=True)
def _no_wait_for_the_disk() -> Iterator[None]:
    """Leave out the calls that make files outlive a power cut: no test cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda handle: None)
        patch.setenv("GIT_TEST_FSYNC", "0")
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # Otherwise every process of copkit that a test starts compiles a hundred modules anew.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def run_copkit(*args: object, env: Mapping[str, str] | None = None) -> Result:
    """Run copkit in this process, without a terminal, and give what it printed."""
    stdout, stderr = StringIO(), StringIO()
    with (
        mock.patch.dict(os.environ, dict(env or {})),
        mock.patch.object(sys, "stdin", StringIO()),
        redirect_stdout(stdout),
        redirect_stderr(stderr),
    ):
        status = run([str(arg) for arg in args])
    return Result(status, stdout.getvalue(), stderr.getvalue())


def killed_at(write: int, *words: object) -> bool:
    """Run a command in a child that ends before its n-th call that writes, counted from 1.

    Return whether it had so many; needs the fork of POSIX.
    """
    child = os.fork()
    if child == 0:
        left = write

        def killing(call: Callable[..., object]) -> Callable[..., object]:
            def counted(*args: object, **options: object) -> object:
                nonlocal left
                left -= 1
                if not left:
                    os._exit(9)
                return call(*args, **options)

            return counted

        for name in ("replace", "link", "unlink", "rmdir", "fsync", "rename"):
            setattr(os, name, killing(getattr(os, name)))
        run_copkit(*words)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.fixture
def copkit() -> Copkit:
    """Run copkit in this process; see :func:`run_copkit`."""
    return run_copkit


@pytest.fixture
def process() -> Copkit:
    """Run copkit as a process of its own, its standard input closed unless given."""

    def call(
        *args: object, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "copkit", *map(str, args)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, **(env or {})},
            cwd=cwd,
            timeout=STUCK,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return call


Ssh = Callable[..., None]


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ssh:
    """Have git reach every host through a script: by default the git of this machine."""

    def to(script: str = 'shift\neval "$1"') -> None:
        shell = tmp_path / "shell"
        shell.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        shell.chmod(0o755)
        monkeypatch.setenv("GIT_SSH_COMMAND", str(shell))
        monkeypatch.setenv("GIT_SSH_VARIANT", "simple")

    return to


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one file of a programme with one community, 'harbour', and give the folder."""
    folder = tmp_path / "programme"

    def to(file: str, text: str | bytes) -> Path:
        for name, content in (
            ("copkit.yaml", PROGRAMME),
            ("communities/harbour/community.md", COMMUNITY),
        ):
            if not (folder / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(content, encoding="utf-8")
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        if file.startswith("private/"):
            close_private(folder)
        return folder

    return to


def close_private(programme: Path) -> None:
    """Let nobody else look into what lies in ``private/``, as copkit makes it."""
    for path in (programme / "private", *(programme / "private").rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def copied(programme: Path, folder: Path) -> Path:
    """Copy a programme, to change, with what copkit remembers of having looked through it.

    That holds digests of files, so whatever a test changes is looked through as ever.
    """
    shutil.copytree(programme, folder)
    if (cache := cache_file_of(programme)).exists():  # 'cache clear' may have been tried before
        shutil.copyfile(cache, cache_file_of(folder))
    return folder


@pytest.fixture(scope="session")
def looked_through(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example programme, to copy, once copkit has looked through it: that takes a second."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("looked-through") / "example"))
    assert run_copkit("check", "-C", folder).status == 0
    return folder


@pytest.fixture
def example(looked_through: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the example programme, to change."""
    cache = cache_file_of(looked_through)
    folder = copied(looked_through, tmp_path / "example")
    cache_of_copy = cache_file_of(folder)
    yield folder
    # What is known of people counts as well: a test that adds contacts has all looked through, and
    # the next one that adds the same need not.
    known, new = read_digests(cache), read_digests(cache_of_copy)
    if new - known:
        cache.write_bytes(b"".join(known | new))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file; ``--update-golden`` writes the file instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert text == path.read_text(encoding="utf-8"), f"{path.name}: --update-golden accepts"

    return compare


@pytest.fixture
def tree_of() -> Iterator[Callable[[Path], dict[str, bytes]]]:
    """Give every file of a folder with its bytes, to see that nothing changed."""

    def read(folder: Path) -> dict[str, bytes]:
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    yield read
