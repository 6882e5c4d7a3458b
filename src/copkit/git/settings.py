"""What of a folder's own git configuration reaches git: an allow-list, in a shadow of the folder.

A folder may have come from somebody else, and some 40 settings of git name a program. Git reads
them from ``config`` in its common folder, and from nowhere else in the folder; so git is given
another common folder (``GIT_COMMON_DIR``): a temporary one with a ``config`` that holds what is
allowed, no hooks, and links to the objects and refs. The person's own settings stay.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError

_YES_OR_NO: Final = r"(?i:true|false|yes|no|on|off|1|0|)"
# Key and value, each as a whole. None of them names a program, or a file that git would read.
_ALLOWED: Final = tuple(
    (re.compile(key), re.compile(value, re.DOTALL))
    for key, value in (
        (r"core\.repositoryformatversion", r"\d"),
        (r"extensions\.(?!worktreeconfig$)\w+", r"[\w-]*"),
        (r"core\.(bare|filemode|ignorecase|precomposeunicode|symlinks)", _YES_OR_NO),
        (r"core\.(logallrefupdates|sparsecheckout|sparsecheckoutcone)", _YES_OR_NO),
        (r"core\.protect(hfs|ntfs)", _YES_OR_NO),
        (r"core\.autocrlf", rf"{_YES_OR_NO}|input"),
        (r"core\.eol", r"lf|crlf|native"),
        (r"core\.safecrlf", rf"{_YES_OR_NO}|warn"),
        (r"core\.sharedrepository", r"\w*"),
        (r"i18n\.commitencoding", r"[\w.-]+"),
        (r"(user|author|committer)\.(name|email)", r".*"),
        (r"remote\..+\.(url|pushurl|fetch)", r"(?!-).*"),
        (r"remote\..+\.(promisor|prune)", _YES_OR_NO),
        (r"remote\..+\.partialclonefilter", r"[\w:=.+%-]+"),
        (r"remote\..+\.tagopt", r"--(no-)?tags"),
        (r"branch\..+\.(remote|merge)", r"(?!-).*"),
        (r"receive\.(denynonfastforwards|denydeletes)", _YES_OR_NO),
        (r"receive\.denycurrentbranch", rf"{_YES_OR_NO}|ignore|warn|refuse"),
    )
)
# Settings with which somebody's own folder may need a program: only with the person's word.
_PROGRAMS: Final = re.compile(
    r"filter\..*\.(clean|smudge|process|required)|remote\..*\.(receivepack|uploadpack|vcs)"
    r"|core\.(sshcommand|gitproxy|askpass)|credential\.(.*\.)?helper"
    r"|merge\.(?!copkit\.).*\.driver|diff\..*\.(command|textconv)|submodule\..*\.update"
)
TRUSTED: Final = "copkit.trusted"
"""The user's own (global) setting that lists the folders whose settings are to be trusted."""
_MAX_BYTES: Final = 1_000_000  # of a configuration; usual ones have a few hundred

Settings = tuple[tuple[str, str], ...]
"""Keys and values in the order of the file, a key as often as it stands there."""


class GitFolders(NamedTuple):
    """Where git keeps a work tree: its top, its own folder, and the one that all of them share."""

    top: Path
    git_dir: Path
    common_dir: Path


def find_git_folders(root: Path) -> GitFolders | None:
    """Find the repository around a folder as git does; ``None`` where there is none.

    ``GIT_DIR``, which git sets for hooks and merge drivers, wins.
    """
    if named := os.environ.get("GIT_DIR"):
        git_dir = Path(named).absolute()
        top = Path(os.environ.get("GIT_WORK_TREE") or root).absolute()
        return GitFolders(top, git_dir, _find_common_dir(git_dir))
    root = root.absolute()
    for top in (root, *root.parents):
        if os.path.lexists(top / ".git"):
            git_dir = _follow_git_file(top / ".git")
            return GitFolders(top, git_dir, _find_common_dir(git_dir))
    return None


def _follow_git_file(path: Path) -> Path:
    """Return the folder that a file ``.git`` names, as linked work trees have it."""
    text = _read_small(path)
    match = re.match(r"gitdir: (.+?)[\r\n]*\Z", text, re.DOTALL)
    return (path.parent / match[1]).resolve() if match else path.resolve()


def _find_common_dir(git_dir: Path) -> Path:
    name = _read_small(git_dir / "commondir").strip()
    return (git_dir / name).resolve() if name else git_dir.resolve()


def _read_small(path: Path) -> str:
    """Return the text of an ordinary file of a line or two; ``""`` for anything else."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as file:
                return file.read(_MAX_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        pass
    return ""


# --- reading the configuration of a folder ----------------------------------------------------


def read_settings(folders: GitFolders) -> Settings:
    """Read all settings of a folder itself: of the repository, and of this work tree.

    What they include from other files is left out. Raise :class:`CopkitError` for a file that
    cannot be read.
    """
    settings = _read_config(folders.common_dir / "config")
    in_work_tree = any(
        key == "extensions.worktreeconfig" and value.lower() not in {"false", "no", "off", "0"}
        for key, value in settings
    )
    return settings + (_read_config(folders.git_dir / "config.worktree") if in_work_tree else ())


def _read_config(path: Path) -> Settings:
    try:
        status = path.stat()
    except OSError:
        return ()
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
        raise CopkitError(f"{path} is no ordinary file, so git cannot be asked here")
    return _parse_config(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=16)
def _parse_config(path: Path, *version: int) -> Settings:
    """Parse a configuration by git itself, once for each ``version`` of the file."""
    options = ("config", "--file", str(path), "--no-includes", "--list", "--null")
    process = _run_plain_git(*options)
    if process.returncode:
        reason = process.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise CopkitError(f"git's settings in this folder cannot be read: {reason}")
    entries = process.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
    # KEY, a line end, VALUE; without them the key stands for 'true'
    pairs = (entry.partition("\n") for entry in entries)
    return tuple((key, value if newline else "true") for key, newline, value in pairs)


def _run_plain_git(*args: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of git that reads files of settings, in no repository."""
    environment = {name: text for name, text in os.environ.items() if name != "GIT_COMMON_DIR"}
    environment |= {"GIT_DIR": os.devnull, "LC_ALL": "C"}
    return subprocess.run(  # noqa: S603
        ["git", *args],  # noqa: S607
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def is_trusted(root: Path) -> bool:
    """Check whether the person's own (global) settings say that a folder is to be trusted."""
    # --global: a folder must not be able to declare itself trusted.
    process = _run_plain_git("config", "--global", "--null", "--get-all", TRUSTED)
    folders = process.stdout.decode("utf-8", "surrogateescape").split("\0")
    return str(root.resolve()) in folders


def find_program_settings(folders: GitFolders) -> list[str]:
    """Return the settings of a folder that would run programs of their own, in order of name."""
    return sorted({key for key, _ in read_settings(folders) if _PROGRAMS.fullmatch(key)})


def read_hooks_path(folders: GitFolders) -> str:
    """Return the folder for hooks that a repository's own settings name; ``""`` for none."""
    paths = [value for key, value in read_settings(folders) if key == "core.hookspath"]
    return paths[-1] if paths else ""


def _is_allowed(key: str, value: str) -> bool:
    return any(name.fullmatch(key) and text.fullmatch(value) for name, text in _ALLOWED)


# --- the shadow ------------------------------------------------------------------------------

_LINKED: Final = ("objects", "refs", "logs", "info", "packed-refs", "shallow", "reftable")
# What git would write only to tell a repository's own programs, or run from its folder.
_CONFIG_OF_SHADOW: Final = (
    ("core.fsmonitor", "false"),
    ("core.alternaterefscommand", "true"),  # the program `true`: it names no refs
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("receive.autogc", "false"),
)

_WITHOUT_HOOKS: Final = ("core.hookspath", os.devnull)  # those of the person's own settings


def build_environment(folders: GitFolders, root: Path) -> dict[str, str]:
    """Return the variables with which git reads the repository of a folder, but not its settings.

    ``root`` is the folder of the programme, which the person may have declared as trusted.
    """
    programs = find_program_settings(folders)
    trusted = frozenset(programs if programs and is_trusted(root) else ())
    settings = tuple(
        (key, value)
        for key, value in read_settings(folders)
        if _is_allowed(key, value) or key in trusted
    )
    environment = {
        "GIT_DIR": str(folders.git_dir),
        "GIT_COMMON_DIR": str(_make_shadow(folders.common_dir, settings, None)),
    }
    if not os.environ.get("GIT_DIR"):
        environment["GIT_WORK_TREE"] = str(folders.top)
    return environment


def shadow_remotes(root: Path, addresses: Iterable[str] = ()) -> dict[Path, str]:
    """Return a shadow of each shared place that is a folder, with its address.

    ``addresses`` are looked at, and those of the remotes of the repository around ``root``. Git
    starts its other half in such a folder, which would read the settings there and run the hooks. A
    bundle, an address of a server, and a folder without a repository have no shadow.
    """
    folders = find_git_folders(root)
    settings = read_settings(folders) if folders else ()
    remotes = [text for key, text in settings if re.fullmatch(r"remote\..+\.(url|pushurl)", key)]
    shadows = {}
    for address in filter(None, [*addresses, *remotes]):
        remote = _find_remote_folders(folders.top if folders else root, address)
        if remote is None:
            continue
        allowed = tuple(pair for pair in read_settings(remote) if _is_allowed(*pair))
        shadow = _make_shadow(remote.common_dir, allowed, _read_small(remote.git_dir / "HEAD"))
        shadows[shadow] = address
    return shadows


def _find_remote_folders(top: Path, address: str) -> GitFolders | None:
    """Return the repository that an address leads to on this computer, as git looks for it."""
    path = address.removeprefix("file://")
    is_windows_path = os.name == "nt" and re.match(r"[A-Za-z]:[\\/]", path)
    if path == address and ":" in path.partition("/")[0] and not is_windows_path:
        return None  # host:path, or another scheme
    place = str(Path(top, os.path.expanduser(path)))  # noqa: PTH111  # git knows ~name as well
    for ending in ("/.git", "", ".git/.git", ".git"):
        found = Path(place + ending)
        git_dir = _follow_git_file(found)
        if git_dir.is_dir() and (git_dir / "HEAD").exists():
            return GitFolders(found, git_dir, _find_common_dir(git_dir))
    return None


@lru_cache(maxsize=16)
def _make_shadow(common_dir: Path, settings: Settings, head: str | None) -> Path:
    """Make a folder that git takes for ``common_dir``, but with these settings and no hooks.

    ``head`` is the content of ``HEAD``, where the shadow is to be a repository of its own. The
    folder is deleted when the process ends.
    """
    shadow = Path(tempfile.mkdtemp(prefix="copkit-git-"))
    atexit.register(shutil.rmtree, shadow, ignore_errors=True)
    own = _CONFIG_OF_SHADOW if head is None else (*_CONFIG_OF_SHADOW, _WITHOUT_HOOKS)
    text = "".join(_format_setting(key, value) for key, value in (*settings, *own))
    (shadow / "config").write_bytes(text.encode("utf-8", "surrogateescape"))
    if head is not None:
        (shadow / "HEAD").write_bytes(head.encode("utf-8", "surrogateescape"))
    # A link to a folder that is not there cannot be written through; git keeps both in any case.
    for name in ("logs", "info"):
        if os.access(common_dir, os.W_OK):
            (common_dir / name).mkdir(exist_ok=True)
    for name in _LINKED:
        _link(shadow / name, common_dir / name)
    return shadow


def _link(link: Path, target: Path) -> None:
    """Link to a file or folder of the repository, on Windows in the way that needs no rights."""
    if os.name != "nt":
        link.symlink_to(target)
    elif target.is_dir():
        import _winapi

        _winapi.CreateJunction(str(target), str(link))  # type: ignore[attr-defined,unused-ignore]
    elif target.is_file():
        shutil.copyfile(target, link)  # only read there: copkit packs no refs


def _format_setting(key: str, value: str) -> str:
    section, _, rest = key.partition(".")
    name, _, variable = rest.rpartition(".")
    heading = f"{section} {_quote(name)}" if name else section
    return f"[{heading}]\n\t{variable} = {_quote(value)}\n"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"{}"'.format(escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\b", "\\b"))


def describe_shadows(output: bytes, shadows: Mapping[Path, str]) -> bytes:
    """Return git's output with the addresses of remotes in the place of their shadows."""
    for shadow, address in shadows.items():
        output = output.replace(str(shadow).encode(), address.encode("utf-8", "surrogateescape"))
    return output


# --- files that would hang git ---------------------------------------------------------------


def find_irregular_file(folders: GitFolders, root: Path) -> Path | None:
    """Return a pipe or a device that git would open and wait for; ``None`` if there is none."""
    names = (".gitattributes", ".gitignore", ".mailmap")
    between = [path for path in (root, *root.parents) if path.is_relative_to(folders.top)]
    info = folders.common_dir / "info"
    paths: Iterable[Path] = (
        *(path / name for path in between for name in names),
        *(info / name for name in ("attributes", "exclude", "grafts", "sparse-checkout")),
        *(folders.git_dir / name for name in ("HEAD", "index")),
        folders.common_dir / "packed-refs",
    )
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            return path
    return None
