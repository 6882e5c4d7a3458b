"""The guards in a clone: git asks copkit before a commit, and before a push.  Runs git.

Hooks are not shared through git: each clone has its own, put there by whoever works in it.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError
from copkit.git.repository import Repository

_MARK: Final = "# written by 'copkit hooks install'"
_ASKS: Final = {"pre-commit": "check --staged", "pre-push": 'check --pushed "$1"'}

_ASKING: Final = re.compile(r"-m copkit check --\w+(?: \"\$1\")?(?P<folder> -C .+)?$")


def install(repository: Repository) -> list[Path]:
    """Put the guards in, or put them right; give the files that were written.

    Raises :class:`CopkitError` where somebody else's hook is in the way, and writes nothing.
    """
    waiting = to_write(repository)
    for path, script in waiting.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.tmp")
        beside.write_text(script, encoding="utf-8", newline="\n")
        beside.chmod(0o755)
        beside.replace(path)
    return list(waiting)


def to_write(repository: Repository) -> dict[Path, str]:
    """Give the guards that are missing, or were written for another Python, and their texts.

    Raises :class:`CopkitError` as :func:`install` does.
    """
    _require_usual_place(repository)
    hooks = repository.common / "hooks"
    wanted = {hooks / name: _script(repository, asks) for name, asks in _ASKS.items()}
    _require_own(wanted)
    _require_same_programme(repository, wanted)
    return {path: script for path, script in wanted.items() if not _holds(path, script)}


def own_guards(repository: Repository) -> list[Path]:
    """Give the guards that stand in a clone; hooks that somebody else wrote are not among them."""
    hooks = repository.common / "hooks"
    return [path for name in _ASKS if _is_own(path := hooks / name)]


def make_absolute(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what git tells its hooks about where things are, for use in any folder.

    Where it names its own folder alone, as it does in a linked work tree, it takes the folder in
    which it is run for the top of the files: that is where a hook begins.
    """
    named = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY")
    told = {name: environment[name] for name in named if environment.get(name)}
    if "GIT_DIR" in told:
        told.setdefault("GIT_WORK_TREE", ".")
    return {name: str(Path(path).absolute()) for name, path in told.items()}


def _script(repository: Repository, asks: str) -> str:
    """Write a hook: one line, and what is said where this copkit is gone."""
    python = shlex.quote(Path(sys.executable).as_posix())
    gone = "copkit: $python is gone; run 'copkit hooks install' in this folder again"
    return (
        f"#!/bin/sh\n{_MARK}\npython={python}\n"
        f'if [ ! -x "$python" ]; then\n  echo "{gone}" >&2\n  exit 1\nfi\n'
        f'exec "$python" -P -m copkit {asks}{_folder(repository)}\n'
    )


def _folder(repository: Repository) -> str:
    return f" -C {shlex.quote(repository.prefix)}" if repository.prefix else ""


def _require_usual_place(repository: Repository) -> None:
    """Raise where git was told to look for hooks somewhere else."""
    told = repository.says("config", "--show-origin", "--get-all", "core.hooksPath") or ""
    others = [line for line in told.splitlines() if not line.startswith("command line:")]
    if others:
        elsewhere = others[-1].partition("\t")[2]
        lines = "; ".join(f"{name}: copkit {asks}" for name, asks in _ASKS.items())
        raise CopkitError(
            f"git looks for hooks in {elsewhere} here, so nothing was put in",
            f"add a line to each hook there: {lines}",
        )


def _require_own(wanted: Mapping[Path, str]) -> None:
    others = [path.name for path in wanted if os.path.lexists(path) and not _is_own(path)]
    if others:
        lines = "; ".join(f"to {name} the line: copkit {_ASKS[name]}" for name in others)
        raise CopkitError(
            f"there is another {' and '.join(others)} hook here, so nothing was put in",
            f"add {lines} || exit 1",
        )


def _require_same_programme(repository: Repository, wanted: Mapping[Path, str]) -> None:
    """Raise where the guards stand for another programme in the same repository."""
    folder = _folder(repository)
    for path in wanted:
        asks = _ASKING.search(_text(path).rstrip())
        if asks and (asks["folder"] or "") != folder:
            raise CopkitError(
                "the guards here look after another programme of this repository",
                "keep each programme in a repository of its own; 'copkit hooks remove' takes "
                "these guards out",
            )


def _is_own(path: Path) -> bool:
    return _MARK in _text(path)


def _holds(path: Path, script: str) -> bool:
    return _text(path) == script and os.access(path, os.X_OK)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
