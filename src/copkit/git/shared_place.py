"""The place where colleagues share a programme: a folder or an address, made, tried and cloned.

Runs git, which may talk to a server. A folder that others can write to may hold hooks and settings
of theirs: git is given a shadow of it, without them.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError
from copkit.git.repository import Repository, extract_reason, run_git, run_git_with_network
from copkit.layout import SETTINGS, list_entries
from copkit.pii.scan import mask_details

FIRST_BRANCH: Final = "main"

_MADE_BY_GIT: Final = (
    *("branches", "config", "description", "HEAD", "hooks", "info", "objects", "refs"),
    "packed-refs",
)
# user:password@ in an address; git would keep it in a file that anybody can read.
_PASSWORD: Final = re.compile(r"^(\w+://[^/@:]*):[^/@]*@")
# 'host:path' and 'user@host:path', but not 'C:\folder'.
_REMOTE_SHELL: Final = re.compile(r"^(?:[\w.-]+@)?[\w.-]{2,}:(?!//)")
_SCHEMES: Final = ("https://", "http://", "ssh://", "git://", "file://")

# What git and hosts say (in English, see run_git), why in one line, and what helps.
_REFUSALS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        r"dubious ownership",
        "git does not trust this folder, as it belongs to somebody else",
        "if it is your colleagues': git config --global --add safe.directory {place}",
    ),
    (
        r"GH006|protected branch|TF402455|not allowed to push|pre-receive hook declined",
        "the host accepts nothing on this branch from you: it is protected",
        "ask whoever keeps the place to allow your account to send to it",
    ),
    (
        r"Permission denied \(|publickey",
        "the host does not know this computer's key",
        "'ssh-keygen -t ed25519' makes one; add the text of its .pub file to your account there",
    ),
    (
        r"Host key verification failed",
        "this computer has never met that host",
        "connect once with ssh, and answer yes where the host's fingerprint is right",
    ),
    (
        r"could not read (Username|Password)|Authentication failed|HTTP Basic|error: 401",
        "the host wants a login, and did not accept one",
        "on a terminal git asks for it; most hosts want an access token as the password",
    ),
    (
        r"error: 403|denied|Write access to repository|insufficient permission|unable to create",
        "you may not write there",
        "ask whoever keeps the place for the right to write",
    ),
    (
        r"Could not resolve host|Name or service not known|nodename nor servname",
        "that host cannot be found",
        "look at the spelling, and whether you are online",
    ),
    (
        r"Connection (refused|timed out)|Failed to connect|Network is unreachable|No route to host",
        "that host does not answer",
        "look whether you are online, and whether the host needs a VPN",
    ),
    (
        r"certificate",
        "the host's certificate is not to be trusted",
        "ask whoever keeps the place; never switch the check off",
    ),
    (
        r"not found|does not appear to be a git repository|error: 404|does not exist",
        "there is no repository there, or you may not see it",
        "make an empty one at the host first, or ask for access",
    ),
    (
        r"transport '\w+' not allowed",
        "git is not to use addresses of that kind",
        "use https://, ssh:// or a folder",
    ),
)


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """Where a programme is shared: ``address`` is what git is given; ``folder`` if it is one."""

    address: str
    folder: Path | None = None

    @property
    def name(self) -> str:
        """The last part of the address, which a copy of it is called by."""
        name = re.split(r"[/\\:]", self.address.rstrip("/\\"))[-1].removesuffix(".git")
        return name or "programme"


def parse_place(typed: str) -> SharedPlace:
    """Parse a folder or an address as a person types it.

    Raise :class:`CopkitError` for an address with a password, or of a kind that runs programs.
    """
    text = typed.strip()
    if _PASSWORD.match(text):
        without = _PASSWORD.sub(r"\1@", text)
        hint = f"leave it out: {mask_details(without)}; git asks for it"
        message = "this address has a password in it, which git would keep for all to read"
        raise CopkitError(message, hint, status=2)
    if text.startswith("-") or not text or not text.isprintable() or "::" in text:
        hint = "a folder, or an address that begins with https:// or ssh://"
        raise CopkitError("this is no place to share at", hint, status=2)
    if text.startswith("file://"):
        text = text.removeprefix("file://")
    elif text.startswith(_SCHEMES) or _REMOTE_SHELL.match(text):
        return SharedPlace(text)
    folder = Path(text).expanduser().resolve()
    return SharedPlace(str(folder), folder)


def address_to_join(repository: Repository, remote: str) -> str:
    """Return the address of a remote as a person types it elsewhere, and without a password."""
    address = _PASSWORD.sub(r"\1@", repository.git("remote", "get-url", remote).strip())
    address = address.removeprefix("file://")
    is_folder = not address.startswith(_SCHEMES) and not _REMOTE_SHELL.match(address)
    return str((repository.root / address).resolve()) if is_folder else address


def require_free_folder(place: SharedPlace, root: Path) -> bool:
    """Check that a folder can be shared at; return whether it is to be made a repository first.

    ``root`` is the programme's folder. Raise :class:`CopkitError` for a folder that holds something
    else.
    """
    folder = place.folder
    if folder is None or _is_bare_repository(folder):
        return False
    quoted = shlex.quote(str(folder / root.name))
    if folder == root.resolve() or root.resolve() in folder.parents:
        message = "a shared place lies outside the programme's own folder"
        raise CopkitError(message, "name a folder that your colleagues can reach", status=2)
    if (folder / ".git").exists():
        message = "somebody works in this folder, so it cannot be the shared place"
        raise CopkitError(message, "name an empty folder beside it", status=2)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "this folder is not empty, and no shared place"
        raise CopkitError(message, f"name one that is not there yet: copkit share {quoted}", 2)
    if not folder.parent.is_dir():
        message = f"there is no folder {folder.parent}"
        raise CopkitError(message, "look whether the drive is connected", status=2)
    return True


def _is_bare_repository(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir()


def make_shared_folder(folder: Path, branch: str) -> None:
    """Make an empty folder a bare repository whose first branch is ``branch``.

    Raise :class:`CopkitError` where that fails; the folder is then as it was.
    """
    existed = folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        # Colleagues of one group write there; a disk without such rights refuses, and needs none.
        for rights in ("--shared=group", "--shared=umask"):
            process = run_git(folder, ("init", "--quiet", "--bare", rights))
            if process.returncode == 0:
                break
        if process.returncode:
            raise explain_refusal(process.stderr, SharedPlace(str(folder), folder))
        # Not by 'init --initial-branch', which git has known since 2.28 only.
        (folder / "HEAD").write_text(f"ref: refs/heads/{branch}\n", "utf-8", newline="\n")
    except (CopkitError, OSError) as error:
        remove_shared_folder(folder, existed=existed)
        if isinstance(error, OSError):
            reason = error.strerror or "unknown reason"
            raise CopkitError(f"{folder} cannot be written to: {reason}") from None
        raise


def remove_shared_folder(folder: Path, *, existed: bool) -> None:
    """Take a repository that was made in a folder away again, and the folder unless it existed."""
    for name in _MADE_BY_GIT:  # by name: a colleague may have put something else there meanwhile
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not existed:
        with contextlib.suppress(OSError):
            folder.rmdir()


def list_branches(place: SharedPlace, start: Path) -> list[str]:
    """Return the branches of a place, its main one first; none where nothing was shared yet.

    ``start`` is a folder to run git in. Raise :class:`CopkitError` with the reason in one line
    where the place cannot be reached.
    """
    process = _run_network(start, ("ls-remote", "--symref", "--", place.address), place)
    if process.returncode:
        raise explain_refusal(process.stderr, place)
    output = process.stdout.decode("utf-8", "replace")
    names = re.findall(r"^\w+\trefs/heads/(\S+)$", output, re.MULTILINE)
    head = re.search(r"^ref: refs/heads/(\S+)\tHEAD$", output, re.MULTILINE)
    main = head[1] if head and head[1] in names else next(_usual_names(names), "")
    return [main, *(name for name in names if name != main)] if names else []


def _usual_names(names: list[str]) -> Iterator[str]:
    yield from (name for name in (FIRST_BRANCH, "master") if name in names)
    yield from names


def _run_network(
    start: Path, arguments: tuple[str, ...], place: SharedPlace
) -> subprocess.CompletedProcess[bytes]:
    return run_git_with_network(start, arguments, lambda: None, (place.address,))


def explain_refusal(output: bytes, place: SharedPlace) -> CopkitError:
    """Return the error that explains in one line why git or a host refused."""
    text = output.decode("utf-8", "replace")
    error = find_refusal(text, place)
    return error or CopkitError(f"the shared place cannot be reached: {extract_reason(text)}")


def find_refusal(text: str, place: SharedPlace) -> CopkitError | None:
    """Return the error for a reason that is known, ``None`` for any other.

    ``text`` is what git or the host printed.
    """
    for pattern, message, hint in _REFUSALS:
        if re.search(pattern, text):
            return CopkitError(message, hint.format(place=shlex.quote(place.address)))
    return None


def clone_programme(place: SharedPlace, branch: str, folder: Path) -> Path:
    """Clone a place into a folder, whole or not at all; return the programme's folder in it.

    Raise :class:`CopkitError` where that fails, or where no programme is in it.
    """
    folder = folder.resolve()
    # Beside the folder and renamed when complete: nobody finds half a programme.
    unfinished = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ("--quiet", "--no-local", "--no-recurse-submodules", "--branch", branch)
    arguments = ("clone", *options, "--", place.address, str(unfinished))
    try:
        process = _run_network(folder.parent, arguments, place)
        if process.returncode:
            raise explain_refusal(process.stderr, place)
        inside = _find_programme_in(unfinished)
        if folder.exists():
            folder.rmdir()  # an empty one, as the caller has seen
        unfinished.rename(folder)
    except BaseException:  # Ctrl-C as well
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder / inside


def _find_programme_in(clone: Path) -> str:
    """Return the path of the programme in a clone: ``""`` at its top, or a folder of it."""
    if (clone / SETTINGS).is_file():
        return ""
    for entry in list_entries(clone):
        if entry.is_dir(follow_symlinks=False) and (clone / entry.name / SETTINGS).is_file():
            return entry.name
    message = f"no programme is shared there: it has no {SETTINGS}"
    raise CopkitError(message, "look whether it is the right address; nothing was written")


def point_to(repository: Repository, place: SharedPlace) -> None:
    """Make a place the one that a repository exchanges records with."""
    repository.set_config("remote.origin.url", place.address)
    repository.set_config("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")


def forget_place(repository: Repository) -> None:
    """Take back what :func:`point_to` and sending to the place have left in a repository."""
    config = ("config", "--file", str(repository.common_dir / "config"))
    repository.run(*config, "--remove-section", "remote.origin")
    branch = repository.try_git("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch and repository.try_git(*config, f"branch.{branch}.remote") == "origin":
        repository.run(*config, "--remove-section", f"branch.{branch}")
    refs = repository.git("for-each-ref", "--format=delete %(refname)", "refs/remotes/origin/")
    repository.git("update-ref", "--no-deref", "--stdin", stdin=refs)
