"""The git hooks that run ``copkit check`` before a commit and before a push.

Hooks are not shared through git: each clone has its own, put there by whoever works in it.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError
from copkit.git.repository import Repository
from copkit.git.settings import read_hooks_path

_MARK: Final = "# written by 'copkit hooks install'"
# A cherry-pick, or `git commit --no-verify`, runs no pre-commit hook: hence the second one.
_HOOK_COMMANDS: Final = {"pre-commit": "check --staged", "pre-push": 'check --pushed "$1"'}

# The last line of a hook: 'exec "$python" -P -m copkit check --pushed "$1" -C folder/'
_COMMAND_LINE: Final = re.compile(r"-m copkit check --\w+(?: \"\$1\")?(?P<folder> -C .+)?$")


def install_hooks(repository: Repository) -> list[Path]:
    """Write the hooks that are missing or outdated; return the files that were written.

    Raise :class:`CopkitError` when somebody else's hook is in the way, and write nothing.
    """
    scripts = build_missing_hooks(repository)
    for path, script in scripts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Replaced in one step: git may run the hook while it is being written.
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(script, encoding="utf-8", newline="\n")
        temporary.chmod(0o755)
        temporary.replace(path)
    return list(scripts)


def build_missing_hooks(repository: Repository) -> dict[Path, str]:
    """Return the scripts of hooks that are missing, outdated or not executable, by path.

    Raise :class:`CopkitError` when somebody else's hook is in the way, hooks are kept in another
    folder, or they check another programme of this repository.
    """
    _require_default_hooks_path(repository)
    folder = repository.common_dir / "hooks"  # linked work trees share their hooks
    scripts = {
        folder / name: _build_script(repository, command)
        for name, command in _HOOK_COMMANDS.items()
    }
    _require_no_foreign_hooks(scripts)
    _require_same_programme(repository, scripts)
    return {path: script for path, script in scripts.items() if not _holds(path, script)}


def find_guard_fault(repository: Repository) -> str:
    """Return what keeps git from asking copkit before a commit and a push; ``""`` for nothing.

    Hooks of others that run copkit, as the errors of :func:`build_missing_hooks` advise, are right.
    """
    named = _find_hooks_path(repository)
    # A relative path counts from the top of the work tree, where git starts its hooks.
    top = repository.root.resolve().parents[repository.prefix.count("/") - 1]
    folder = (top if repository.prefix else repository.root) / named if named else None
    paths = {name: (folder or repository.common_dir / "hooks") / name for name in _HOOK_COMMANDS}
    if missing := [name for name, path in paths.items() if not os.path.lexists(path)]:
        where = f", as git looks for hooks in {named}" if named else ""
        return f"The guards before {_occasions(missing)} are missing in this copy{where}"
    if idle := [name for name, path in paths.items() if not os.access(path, os.X_OK)]:
        return f"The guards before {_occasions(idle)} cannot be executed, so git ignores them"
    if foreign := [
        name
        for name, path in paths.items()
        if f"copkit check --{'staged' if name == 'pre-commit' else 'pushed'}" not in _text(path)
    ]:
        return f"The hooks before {_occasions(foreign)} do not ask copkit"
    outdated = [
        name
        for name, path in paths.items()
        if _is_own(path) and not _holds(path, _build_script(repository, _HOOK_COMMANDS[name]))
    ]
    return f"The guards before {_occasions(outdated)} are of another copkit" if outdated else ""


def _occasions(hooks: Iterable[str]) -> str:
    return " and ".join(f"a {name.removeprefix('pre-')}" for name in hooks)


def find_own_hooks(repository: Repository) -> list[Path]:
    """Return the hooks of copkit in a clone, and not those that somebody else wrote."""
    folder = repository.common_dir / "hooks"
    return [path for name in _HOOK_COMMANDS if _is_own(path := folder / name)]


def absolute_git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with which git tells a hook its paths, made absolute.

    The paths that git sets are relative to the folder in which it starts the hook.
    """
    names = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY")
    paths = {name: environment[name] for name in names if environment.get(name)}
    if "GIT_DIR" in paths:
        # In a linked work tree git sets GIT_DIR alone, and then takes the current folder for the
        # top of the work tree: right where the hook starts, wrong in any other folder.
        paths.setdefault("GIT_WORK_TREE", ".")
    return {name: str(Path(path).absolute()) for name, path in paths.items()}


def _build_script(repository: Repository, command: str) -> str:
    """Return the text of a hook that runs a copkit command, or fails where this copkit is gone."""
    python = shlex.quote(Path(sys.executable).as_posix())
    message = "copkit: $python is gone; run 'copkit hooks install' in this folder again"
    # -P keeps Python from importing modules that lie in the folder of the programme.
    return (
        f"#!/bin/sh\n{_MARK}\npython={python}\n"
        f'if [ ! -x "$python" ]; then\n  echo "{message}" >&2\n  exit 1\nfi\n'
        f'exec "$python" -P -m copkit {command}{_folder_option(repository)}\n'
    )


def _folder_option(repository: Repository) -> str:
    return f" -C {shlex.quote(repository.prefix)}" if repository.prefix else ""


def _require_default_hooks_path(repository: Repository) -> None:
    """Raise :class:`CopkitError` when ``core.hooksPath`` names another folder for hooks."""
    if folder := _find_hooks_path(repository):
        lines = "; ".join(f"{name}: copkit {command}" for name, command in _HOOK_COMMANDS.items())
        raise CopkitError(
            f"git looks for hooks in {folder} here, so nothing was put in",
            f"add a line to each hook there: {lines}",
        )


def _find_hooks_path(repository: Repository) -> str:
    """Return the other folder in which plain git looks for hooks; ``""`` where there is none.

    The setting of the repository itself, which copkit's git does not see, wins.
    """
    if folder := read_hooks_path(repository.folders):
        return folder
    output = repository.try_git("config", "--show-origin", "--get-all", "core.hooksPath") or ""
    # 'command line:' is our own setting, with which hooks are switched off.
    others = [line for line in output.splitlines() if not line.startswith("command line:")]
    return others[-1].partition("\t")[2] if others else ""


def _require_no_foreign_hooks(paths: Iterable[Path]) -> None:
    """Raise :class:`CopkitError` where a hook at one of the paths is not copkit's."""
    # lexists: a symbolic link to a file that is gone is somebody's hook as well.
    foreign = [path.name for path in paths if os.path.lexists(path) and not _is_own(path)]
    if foreign:
        lines = "; ".join(f"to {name} the line: copkit {_HOOK_COMMANDS[name]}" for name in foreign)
        raise CopkitError(
            f"there is another {' and '.join(foreign)} hook here, so nothing was put in",
            f"add {lines} || exit 1",
        )


def _require_same_programme(repository: Repository, paths: Iterable[Path]) -> None:
    """Raise :class:`CopkitError` when the hooks check another programme of this repository."""
    option = _folder_option(repository)
    for path in paths:
        command = _COMMAND_LINE.search(_text(path).rstrip())
        if command and (command["folder"] or "") != option:
            raise CopkitError(
                "the guards here look after another programme of this repository",
                "keep each programme in a repository of its own; 'copkit hooks remove' takes "
                "these guards out",
            )


def _is_own(path: Path) -> bool:
    """Check whether copkit wrote a hook."""
    return _MARK in _text(path)


def _holds(path: Path, script: str) -> bool:
    """Check whether a hook has exactly this script, and can be executed."""
    return _text(path) == script and os.access(path, os.X_OK)


def _text(path: Path) -> str:
    """Return the text of a file, ``""`` where there is none."""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
