"""Run git safely in the repository that a programme is kept in.

A folder, and with it the settings of its repository, may have come from somebody else. So of
these settings git is given those of an allow-list only (:mod:`copkit.git.settings`). The settings
below are against what is left: the person's own settings that would run a program or ask a
question in the middle of a command, and helpers that git would start by itself.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import IO, Final

from copkit.errors import CopkitError
from copkit.git.settings import (
    TRUSTED,
    GitFolders,
    build_environment,
    describe_shadows,
    find_git_folders,
    find_irregular_file,
    find_program_settings,
    is_trusted,
    shadow_remotes,
)
from copkit.layout import ALIASES, COLUMNS, CONTACTS, PRIVATE, SENT
from copkit.text.transaction import lock_handles

_SAFE_SETTINGS: Final = (
    "core.fsmonitor=false",  # may name a program that `git status` runs
    f"core.hooksPath={os.devnull}",
    "core.quotePath=false",  # file names are parsed, so they must not be escaped
    # Signing and verifying run a program, or ask for a passphrase on the terminal.
    "commit.gpgSign=false",
    "log.showSignature=false",
    "merge.verifySignatures=false",
    "push.gpgSign=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "core.editor=true",  # the program `true`: accepts every message as it is
    "protocol.ext.allow=never",  # the address ext::COMMAND runs a command
    "gc.auto=0",  # garbage collection would go on in the background after the command
    "maintenance.auto=false",
    "core.alternateRefsCommand=true",  # the program `true`; an alternate has settings of its own
    "transfer.bundleURI=false",
    "safe.bareRepository=explicit",  # what only looks like a repository is none
    # A repository within this one has settings of its own, which git would read there.
    "submodule.recurse=false",
    "fetch.recurseSubmodules=no",
    "push.recurseSubmodules=no",
    "diff.ignoreSubmodules=all",
    "status.submoduleSummary=false",
)
# Replacement refs would show other contents than those that a push sends.
_SAFE_OPTIONS: Final = (
    "--no-replace-objects",
    *(argument for setting in _SAFE_SETTINGS for argument in ("-c", setting)),
)

# Without these a partial clone would fetch missing objects from wherever its settings say.
_NETWORK_DENIED: Final = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
_NETWORK_ALLOWED: Final = {
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_NO_LAZY_FETCH": "0",
}


class GitFailed(CopkitError):
    """A git command failed; the message is git's own reason, the hint what helps."""

    def __init__(self, command: str, status: int, output: str) -> None:
        super().__init__(
            f"git {command} failed: {extract_reason(output) or f'status {status}'}",
            _find_advice(output),
        )


class IrregularFile(CopkitError):
    """Git would open a pipe or a device, and wait for it for ever."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is a pipe or a device, so git cannot be asked here",
            f"delete {shlex.quote(str(path))}, and write it anew if it is needed",
        )


class GitMissing(CopkitError):
    """Git is not installed, so what needs it cannot be done; everything else can."""

    def __init__(self) -> None:
        super().__init__(
            "git is not installed here, so there is no history, no sharing and no guard",
            "all other commands work without it; to get it: https://git-scm.com/downloads",
        )


def is_git_installed() -> bool:
    """Check whether there is a git to run."""
    return shutil.which("git") is not None


def extract_reason(output: str) -> str:
    """Return the line of git's output with the error, and not its advice."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    # A server that refuses a push explains it in 'remote:' lines; git's own error is vaguer.
    from_server = [line for line in lines if line.startswith("remote: ") and line != "remote:"]
    errors = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    candidates = [*from_server, *errors, *reversed(lines), ""]
    reason = re.sub("^(remote|fatal|error): ", "", candidates[0])
    if reason.endswith(":"):  # the files follow, each on an indented line
        files = [line.strip() for line in output.splitlines() if line.startswith(("\t", "  "))]
        reason += f" {', '.join(files)}"
    return reason


def _find_advice(output: str) -> str:
    """Return what helps against the most frequent failures; ``""`` for any other.

    The phrases are git's English ones: :func:`run_git` sets ``LC_ALL=C``.
    """
    if lock := _LOCKED.search(output):
        return f"another git may be at work here; if none is, delete {lock[1]}"
    if "untracked working tree files" in output:
        return "others have sent a file of that name: move yours away, and run this again"
    if "not uptodate. Cannot merge" in output or "would be overwritten by merge" in output:
        return "it was changed in the meantime: run 'copkit sync' again"
    if "promisor remote" in output or ("transport '" in output and "not allowed" in output):
        return "not all of its history is in this copy: 'git clone' it anew, without --filter"
    if "Permission denied" in output or "Read-only" in output:
        return "a file is read-only, or open in another program"
    if "No space left" in output or "Disk quota" in output:
        return "the disk is full: make room, and run this again"
    return ""


LOCK_WAIT: Final = 10.0  # seconds that another program may take to let go of a lock of git's
_LOCKED: Final = re.compile(r"'([^']+\.lock)': File exists")
_POLL: Final = 0.05  # seconds between two looks at a lock


@dataclass(frozen=True)
class Repository:
    """A programme's repository.

    ``root`` is the folder of the programme, ``prefix`` its path in the repository (with a slash at
    the end, or empty), ``git_dir`` git's folder for this work tree, and ``common_dir`` the one
    that all work trees of the repository share.
    """

    root: Path
    prefix: str
    git_dir: Path
    common_dir: Path

    index: Path | None = None
    """Another index than git's own one, for all that git does with this repository."""
    may_fetch: bool = False
    """Whether git may fetch objects that a partial clone lacks, as ``sync`` needs them."""

    @property
    def folders(self) -> GitFolders:
        """The folders of git, for what reads its settings as they stand there."""
        return GitFolders(self.root, self.git_dir, self.common_dir)

    def set_config(self, key: str, value: str) -> None:
        """Write a setting into the clone, of which copkit's git otherwise has a copy."""
        self.git("config", "--file", str(self.common_dir / "config"), key, value)

    @property
    def top(self) -> Path:
        """The folder at the top of the work tree."""
        return self.root.resolve().parents[self.prefix.count("/") - 1] if self.prefix else self.root

    def git(self, *args: str, stdin: str | bytes | None = None) -> str:
        """Run git in the programme folder and return its output; raise :class:`GitFailed`."""
        return self.git_bytes(*args, stdin=stdin).decode("utf-8", "replace")

    def git_bytes(self, *args: str, stdin: str | bytes | None = None) -> bytes:
        """Run git in the programme folder, return its output in bytes; raise :class:`GitFailed`."""
        process = self.run(*args, stdin=stdin)
        if process.returncode:
            output = (process.stderr + b"\n" + process.stdout).decode("utf-8", "replace")
            command = next(arg for arg in args if not arg.startswith("-"))
            raise GitFailed(command, process.returncode, output)
        return process.stdout

    def run(
        self, *args: str, stdin: str | bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git in the programme folder; a failure is in the return code.

        A lock that another program has is waited for, ``LOCK_WAIT`` seconds at most.
        """
        environment = {"GIT_INDEX_FILE": str(self.index)} if self.index else {}
        environment |= _NETWORK_ALLOWED if self.may_fetch else {}
        deadline = time.monotonic() + LOCK_WAIT
        while True:
            process = run_git(self.root, args, stdin, environment=environment)
            locked = process.returncode and _LOCKED.search(process.stderr.decode("utf-8", "ignore"))
            if not locked or time.monotonic() > deadline:
                return process
            time.sleep(_POLL)  # git has done nothing, so that it can be run again

    def run_network(
        self, *args: str, waiting: Callable[[], None]
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a git command that talks to a server; a failure is in the return code.

        Git may ask for a password where there is a terminal. ``waiting`` is called once when it
        takes long. Raise :class:`CopkitError` when the server is silent for ``SILENCE`` seconds.
        """
        return run_git_with_network(self.root, args, waiting)

    def try_git(self, *args: str) -> str | None:
        """Return git's output without the last line end; ``None`` if the command fails."""
        process = self.run(*args)
        if process.returncode:
            return None
        return process.stdout.decode("utf-8", "replace").rstrip("\n")


def find_repository(root: Path) -> Repository | None:
    """Return the repository in which a programme is kept; ``None`` if in none, or ignored there."""
    try:
        return require_repository(root)
    except CopkitError:
        return None


def is_in_git(root: Path) -> bool:
    """Check whether a folder, or one around it, is kept in git; git itself may be missing."""
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def is_shared(root: Path) -> bool:
    """Check whether a programme is kept in a repository that has a remote."""
    repository = find_repository(root)
    return repository is not None and bool(repository.try_git("remote"))


def require_repository(root: Path) -> Repository:
    """Return the repository in which a programme is kept.

    Raise :class:`CopkitError` when there is none, git is not installed or fails, or the programme
    is ignored there.
    """
    if not is_in_git(root):
        if not is_git_installed():  # or 'git init' would be advised to who has no git
            raise GitMissing
        message = "this folder is not kept in git, so it has no history and nobody to share it with"
        raise CopkitError(message, f"start it once: git init -b main {shlex.quote(str(root))}")
    folders = find_git_folders(root)
    if folders and (irregular := find_irregular_file(folders, root.absolute())):
        raise IrregularFile(irregular)
    process = run_git(root, ("rev-parse", "--is-inside-work-tree", "--show-prefix"))
    if process.returncode or folders is None:
        output = process.stderr.decode("utf-8", "replace")
        failed = GitFailed("rev-parse", process.returncode, output)
        failed.hint = f"git -C {shlex.quote(str(root))} status says more"
        raise failed
    # Padded: a line that git does not print counts as empty.
    in_work_tree, prefix = [*process.stdout.decode("utf-8").split("\n"), ""][:2]
    ignored = run_git(root, ("check-ignore", "-q", "copkit.yaml")).returncode == 0
    if in_work_tree != "true" or ignored:
        raise CopkitError("git has been told to leave this folder alone", "see .gitignore above it")
    return Repository(root, prefix, folders.git_dir.resolve(), folders.common_dir.resolve())


def start_repository(root: Path) -> Repository:
    """Start a repository in a programme's folder, its first branch called ``main``.

    Raise :class:`CopkitError` where git is not installed, or fails.
    """
    # A setting and not '-b main', which git has known since 2.28 only.
    process = run_git(root, ("-c", "init.defaultBranch=main", "init", "--quiet"))
    if process.returncode:
        raise GitFailed("init", process.returncode, process.stderr.decode("utf-8", "replace"))
    return require_repository(root)


def run_git(
    root: Path,
    args: tuple[str, ...],
    stdin: str | bytes | None = None,
    *,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder with programs and network switched off, and return the process.

    A failure is in the return code. ``environment`` has variables that win over all others.
    Raise :class:`GitMissing` when git is not installed.
    """
    if not is_git_installed():
        raise GitMissing
    variables = {**_variables(root, args), **_NETWORK_DENIED, **environment}
    with defer_interrupts():
        return subprocess.run(  # noqa: S603  # the git that the person uses, and no shell
            ["git", *_SAFE_OPTIONS, *args],  # noqa: S607
            cwd=root,
            env=variables,
            input=stdin.encode("utf-8") if isinstance(stdin, str) else stdin or b"",
            capture_output=True,
            check=False,
            start_new_session=True,  # so that Ctrl-C does not reach it
            # A git that outlives a killed copkit still holds the lock of the folder.
            pass_fds=lock_handles(),
        )


_MAKING: Final = frozenset({"init", "clone"})
_OF_A_REPOSITORY: Final = ("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


def _variables(root: Path, args: tuple[str, ...]) -> dict[str, str]:
    """Return the environment for a git command: which repository, no question, English messages."""
    if not _MAKING.isdisjoint(args):  # nothing of a repository around the one that is made
        own = {name: text for name, text in os.environ.items() if name not in _OF_A_REPOSITORY}
    elif folders := find_git_folders(root):
        own = {**os.environ, **build_environment(folders, root)}
    else:  # git's own search would take what only looks like a repository for one
        own = {**os.environ, "GIT_DIR": os.devnull}
    # LC_ALL: messages are parsed in English. GIT_OPTIONAL_LOCKS: a command that only reads must
    # not take the index lock, which another git at work here may need.
    return {
        **own,
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_EDITOR": "true",
        "GIT_MERGE_AUTOEDIT": "no",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
    }


NOTICE: Final = 2.0  # seconds until a wait is mentioned
SILENCE: Final = 60.0  # seconds without a word from a server until it is given up
# What git says of its own progress; it is asked for, so that silence means that nothing moves.
_PROGRESS: Final = re.compile(
    r"(?:remote: )?(?:(?:Enumerating|Counting|Compressing|Receiving|Resolving|Writing|Unpacking) "
    r"\w+: .*|Total \d+ \(.*)"
)


def run_git_with_network(
    root: Path, args: tuple[str, ...], waiting: Callable[[], None], addresses: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run git with the network; see :meth:`Repository.run_network`.

    ``addresses`` are those in ``args``, beside the ones of the repository's own remotes.
    """
    variables = _variables(root, args) | _NETWORK_ALLOWED
    remotes = shadow_remotes(root, addresses)
    rewritten = (f"url.{shadow}.insteadOf={address}" for shadow, address in remotes.items())
    options = [*_SAFE_OPTIONS, *(word for setting in rewritten for word in ("-c", setting))]
    if sys.stdin and sys.stdin.isatty():
        for name in ("GIT_TERMINAL_PROMPT", "GIT_ASKPASS", "SSH_ASKPASS"):
            variables.pop(name)
            if name in os.environ:
                variables[name] = os.environ[name]
    process = subprocess.Popen(  # noqa: S603  # the git that the person uses, and no shell
        ["git", *options, *args],  # noqa: S607
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output = _Listener(process.stdout), _Listener(process.stderr)
    begin, is_told = time.monotonic(), False
    try:
        while process.poll() is None or any(listener.is_alive() for listener in output):
            now = time.monotonic()
            if not is_told and now - begin > NOTICE:
                waiting()
                is_told = True
            if now - max(begin, *(listener.last_heard for listener in output)) > SILENCE:
                hint = "look whether you are online, and run 'copkit sync' again later"
                raise CopkitError(f"the server has not answered for {SILENCE:.0f} seconds", hint)
            if alive := next((listener for listener in output if listener.is_alive()), None):
                alive.join(_POLL)
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_POLL)
    except BaseException:  # Ctrl-C as well: git must not go on after the command
        process.terminate()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
    stdout, stderr = (describe_shadows(listener.text, remotes) for listener in output)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


class _Listener(threading.Thread):
    """Reads what a process writes; ``last_heard`` is when something came last."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._stream = stream
        self._parts: list[bytes] = []
        self.last_heard = time.monotonic()
        self.start()

    def run(self) -> None:
        """Read until the process closes its end."""
        while part := os.read(self._stream.fileno(), 65_536):
            self._parts.append(part)
            self.last_heard = time.monotonic()
        self._stream.close()

    @property
    def text(self) -> bytes:
        """What came, without the lines in which git tells of its progress."""
        lines = b"".join(self._parts).decode("utf-8", "replace").replace("\r", "\n").split("\n")
        return "\n".join(line for line in lines if not _PROGRESS.match(line)).encode("utf-8")


@contextlib.contextmanager
def defer_interrupts() -> Iterator[None]:
    """Finish the body of the ``with`` statement; raise a Ctrl-C that came meanwhile afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python sets signal handlers in the main thread only
        return
    interrupted = False

    def note_interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True

    previous_handler = signal.signal(signal.SIGINT, note_interrupt)
    try:
        yield
    finally:
        # None is a handler that was not set from Python, and cannot be put back.
        signal.signal(
            signal.SIGINT, signal.SIG_DFL if previous_handler is None else previous_handler
        )
        if interrupted:
            signal.raise_signal(signal.SIGINT)


# --- settings of a clone that make git run programs -----------------------------------------


def require_trusted_settings(repository: Repository) -> None:
    """Raise :class:`CopkitError` when a clone's own settings run programs and are not trusted.

    They reach git in no case. But a folder whose owner needs them, to encrypt files on their way
    into a commit say, must not be sent on as though they were not there.
    """
    keys = find_program_settings(repository.folders)
    if not keys or is_trusted(repository.root):
        return
    folder = shlex.quote(str(repository.root.resolve()))
    raise CopkitError(
        f"git's settings in this folder run programs of their own: {', '.join(keys)}",
        f"if you did not set them, ask whoever gave you the folder, and 'git clone' it anew; if "
        f"you did: git config --global --add {TRUSTED} {folder}",
    )


# --- private files -------------------------------------------------------------------------


def require_private_ignored(root: Path) -> None:
    """Raise :class:`CopkitError` when git would track what is about to be written to private/.

    Outside a repository there is nothing to check; where git fails, raise :class:`GitFailed`.
    """
    try:
        repository = require_repository(root)
    except GitFailed:
        raise
    except CopkitError:  # in no repository, ignored in it, or git is not installed
        return
    tracked = repository.git("ls-files", "-z", "--", f"{PRIVATE}/").split("\0")[0]
    if tracked:
        message = f"{tracked} is in git, where it never belongs; nothing was changed"
        hint = f"git rm --cached {shlex.quote(tracked)} takes it out, and leaves the file"
        raise CopkitError(message, hint)
    if not _is_ignored(repository):
        message = f"git would take in what stands in {PRIVATE}/ here; nothing was changed"
        raise CopkitError(message, f"add this line to .gitignore: {PRIVATE}/")


def _is_ignored(repository: Repository) -> bool:
    """Check that git ignores private files: each by name, as .gitignore may except a single one."""
    names = (CONTACTS, ALIASES, COLUMNS, f"{SENT}/any.jsonl", f"{PRIVATE}/any-other-file")
    process = repository.run("check-ignore", "--", *names)
    return len(process.stdout.splitlines()) == len(names)
