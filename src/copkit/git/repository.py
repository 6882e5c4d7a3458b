"""The git repository that a programme is kept in.  Runs git.

A folder, and with it the settings of its repository, may have come from somebody else. So git
runs with hooks, the file system monitor and programs for editing, differences and signatures
switched off. What a clone says of reaching others (``core.sshCommand``, ``uploadpack``, credential
helpers) and of its own filters holds for ``sync``, and for nothing that only reads: a clone may say
that some of its history lies elsewhere, and git would go and ask.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from copkit.errors import CopkitError
from copkit.layout import ALIASES, COLUMNS, CONTACTS, PRIVATE, SENT

_SAFE: Final = (
    "--no-replace-objects",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.quotePath=false"),
    *("-c", "commit.gpgSign=false"),
    *("-c", "log.showSignature=false"),
    *("-c", "merge.verifySignatures=false"),
    *("-c", "gpg.program=false"),
    *("-c", "gpg.ssh.program=false"),
    *("-c", "gpg.x509.program=false"),
    *("-c", "core.editor=true"),
    *("-c", "protocol.ext.allow=never"),
    *("-c", "gc.auto=0"),
)


_NOBODY: Final = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
REACHING_OTHERS: Final = {
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_NO_LAZY_FETCH": "0",
}
"""Lets git ask the others for what is not here, in a step that needs it."""


class GitFailed(CopkitError):
    """Git could not do it; the message is what it said is wrong, the hint what helps."""

    def __init__(self, command: str, status: int, said: str) -> None:
        super().__init__(
            f"git {command} failed: {reason_in(said) or f'status {status}'}", _advice(said)
        )


def reason_in(said: str) -> str:
    """Pick the line in which git says what is wrong, among those that say what to do."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("remote: ") and line != "remote:"]
    wrong = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    reason = re.sub("^(remote|fatal|error): ", "", [*told, *wrong, *reversed(lines), ""][0])
    if reason.endswith(":"):  # the files follow, each on an indented line
        files = [line.strip() for line in said.splitlines() if line.startswith(("\t", "  "))]
        reason += f" {', '.join(files)}"
    return reason


def _advice(said: str) -> str:
    """Say what to do about what people meet most."""
    if lock := re.search(r"'(\S+\.lock)': File exists", said):
        return f"another git may be at work here; if none is, delete {lock[1]}"
    if "untracked working tree files" in said:
        return "others have sent a file of that name: move yours away, and run this again"
    if "Your local changes" in said:
        return "somebody has begun a commit of this file with git: finish it, or 'git reset' it"
    if "promisor remote" in said or ("transport '" in said and "not allowed" in said):
        return "not all of its history is in this copy: 'git clone' it anew, without --filter"
    if "Permission denied" in said or "Read-only" in said:
        return "a file is read-only, or open in another program"
    return ""


@dataclass(frozen=True)
class Repository:
    """A programme's repository: ``root`` is the programme, ``prefix`` its place in the repository.

    ``prefix`` ends with a slash, or is empty; ``own`` is git's folder for this work tree, and
    ``common`` the one that all work trees of the repository share.
    """

    root: Path
    prefix: str
    own: Path
    common: Path

    def git(self, *args: str, stdin: str | bytes | None = None, asks: bool = False) -> str:
        """Run git in the programme folder and give what it printed; raise :class:`GitFailed`.

        ``asks`` lets it ask for a password where there is a terminal.
        """
        return self.data(*args, stdin=stdin, asks=asks).decode("utf-8", "replace")

    def data(self, *args: str, stdin: str | bytes | None = None, asks: bool = False) -> bytes:
        """Run git as :meth:`git` does, and give the bytes."""
        done = self.run(*args, stdin=stdin, asks=asks)
        if done.returncode:
            said = (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace")
            command = next(arg for arg in args if not arg.startswith("-"))
            raise GitFailed(command, done.returncode, said)
        return done.stdout

    def run(
        self,
        *args: str,
        stdin: str | bytes | None = None,
        asks: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git whatever comes of it, with additions to the environment."""
        return run_git(self.root, args, stdin, asks=asks, more=environment or {})

    def says(self, *args: str) -> str | None:
        """Give what git prints, without the last line end, or ``None`` if it says no."""
        done = self.run(*args)
        return None if done.returncode else done.stdout.decode("utf-8", "replace").rstrip("\n")


def repository_of(root: Path) -> Repository | None:
    """Find the repository in which a programme is kept; ``None`` if in none, or ignored there."""
    try:
        return require_repository(root)
    except CopkitError:
        return None


def is_shared(root: Path) -> bool:
    """Say whether a programme is kept in a repository that others have as well."""
    repository = repository_of(root)
    return repository is not None and bool(repository.says("remote"))


def require_repository(root: Path) -> Repository:
    """Find the repository in which a programme is kept; raise :class:`CopkitError` with why not."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        message = "this folder is not kept in git, so it has no history and nobody to share it with"
        raise CopkitError(message, f"start it once: git init -b main {shlex.quote(str(root))}")
    asked = ("--git-dir", "--git-common-dir", "--is-inside-work-tree", "--show-prefix")
    try:
        done = run_git(root, ("rev-parse", *asked))
    except FileNotFoundError:
        message = "git is not installed on this computer"
        raise CopkitError(message, "https://git-scm.com/downloads has it") from None
    if done.returncode:
        failed = GitFailed("rev-parse", done.returncode, done.stderr.decode("utf-8", "replace"))
        failed.hint = f"git -C {shlex.quote(str(root))} status says more"
        raise failed
    own, common, inside, prefix = [*done.stdout.decode("utf-8").split("\n"), "", "", ""][:4]
    ignored = run_git(root, ("check-ignore", "-q", "copkit.yaml")).returncode == 0
    if inside != "true" or ignored:
        raise CopkitError("git has been told to leave this folder alone", "see .gitignore above it")
    return Repository(root, prefix, (root / own).resolve(), (root / common).resolve())


def run_git(
    root: Path,
    args: tuple[str, ...],
    stdin: str | bytes | None = None,
    *,
    asks: bool = False,
    more: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder whatever comes of it, as safely as it can be run."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_EDITOR": "true"}
    environment |= {"GIT_MERGE_AUTOEDIT": "no", **({} if asks else _NOBODY), **more}
    if not (asks and sys.stdin and sys.stdin.isatty()):
        environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": ""}
    with contextlib.nullcontext() if asks else uninterrupted():
        return subprocess.run(  # noqa: S603  # the git that the person uses, and no shell
            ["git", *_SAFE, *args],  # noqa: S607
            cwd=root,
            env=environment,
            input=stdin.encode("utf-8") if isinstance(stdin, str) else stdin or b"",
            capture_output=True,
            check=False,
            start_new_session=not asks,  # so that Ctrl-C does not reach it
        )


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let what has been begun be finished; a Ctrl-C meanwhile counts when it is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


# Settings of a clone that make git run programs: those that came with a folder are not obeyed.

TRUSTED: Final = "copkit.trusted"
"""The setting of a person, never of a folder, that names the folders whose settings are theirs."""
_RUN: Final = (
    r"^(filter\..*\.(clean|smudge|process)|remote\..*\.(receivepack|uploadpack|vcs)"
    r"|core\.(sshcommand|gitproxy|askpass)|credential\.(.*\.)?helper|merge\..*\.driver"
    r"|diff\..*\.(command|textconv)|submodule\..*\.update)$"
)
_OWN: Final = "merge.copkit.driver"  # which every command that writes puts right


def require_own_settings(repository: Repository) -> None:
    """Raise :class:`CopkitError` where a clone's own settings would run programs unasked."""
    told = repository.says("config", "--show-scope", "--name-only", "--get-regexp", _RUN) or ""
    scopes = (line.partition("\t") for line in told.splitlines())
    found = sorted({key for scope, _, key in scopes if scope in {"local", "worktree"}} - {_OWN})
    if not found:
        return
    trusted = repository.says("config", "--global", "--get-all", TRUSTED) or ""
    if str(repository.root.resolve()) in trusted.splitlines():
        return
    where = shlex.quote(str(repository.root.resolve()))
    raise CopkitError(
        f"git's settings in this folder run programs of their own: {', '.join(found)}",
        f"if you did not set them, ask whoever gave you the folder, and 'git clone' it anew; if "
        f"you did: git config --global --add {TRUSTED} {where}",
    )


# Seeing to it that git never takes in what is private.


def require_kept_out(root: Path) -> None:
    """Raise :class:`CopkitError` where git would take in what is about to be written to private/.

    Outside a repository there is nothing to fear; one that git cannot make out is not trusted.
    """
    try:
        repository = require_repository(root)
    except GitFailed:
        raise
    except CopkitError:  # in no repository, ignored in it, or there is no git here
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
    """Ask of each file: an exception in .gitignore may be for one alone."""
    names = (CONTACTS, ALIASES, COLUMNS, f"{SENT}/any.jsonl", f"{PRIVATE}/any-other-file")
    said = repository.run("check-ignore", "--", *names)
    return len(said.stdout.splitlines()) == len(names)
