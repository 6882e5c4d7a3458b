"""The guards in a clone: git asks copkit before a commit, and before a push.  Runs git.

Hooks are not shared through git: each clone has its own, put there by whoever works in it.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError
from copkit.git.repository import Repository

_MARK: Final = "# written by 'copkit hooks install'"
_ASKS: Final = {"pre-commit": "check --staged", "pre-push": 'check --pushed "$1"'}


def install(repository: Repository) -> list[Path]:
    """Put the guards in, or put them right; give the files that were written.

    Raises :class:`CopkitError` where somebody else's hook is in the way, and writes nothing.
    """
    hooks = _hooks_folder(repository)
    wanted = {hooks / name: _script(repository, asks) for name, asks in _ASKS.items()}
    _require_own(wanted)
    written = []
    for path, script in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != script:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.tmp")
            beside.write_text(script, encoding="utf-8", newline="\n")
            beside.chmod(0o755)
            beside.replace(path)
            written.append(path)
    return written


def remove(repository: Repository) -> list[Path]:
    """Take the guards out; give the files that are gone."""
    paths = [path for name in _ASKS if _is_own(path := _hooks_folder(repository) / name)]
    for path in paths:
        path.unlink()
    return paths


def are_installed(repository: Repository) -> bool:
    """Say whether both guards stand in this clone."""
    hooks = repository.common / "hooks"
    return all(_is_own(hooks / name) for name in _ASKS)


def make_absolute(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what git tells its hooks about where things are, for use in any folder."""
    named = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY")
    return {
        name: str(Path(environment[name]).absolute()) for name in named if environment.get(name)
    }


def _script(repository: Repository, asks: str) -> str:
    """Write a hook: one line, and what is said where this copkit is gone."""
    python = shlex.quote(Path(sys.executable).as_posix())
    folder = f" -C {shlex.quote(repository.prefix)}" if repository.prefix else ""
    gone = "copkit: $python is gone; run 'copkit hooks install' in this folder again"
    return (
        f"#!/bin/sh\n{_MARK}\npython={python}\n"
        f'if [ ! -x "$python" ]; then\n  echo "{gone}" >&2\n  exit 1\nfi\n'
        f'exec "$python" -P -m copkit {asks}{folder}\n'
    )


def _hooks_folder(repository: Repository) -> Path:
    """Give where git looks for hooks; raise where it was told to look somewhere else."""
    told = repository.says("config", "--show-origin", "--get-all", "core.hooksPath") or ""
    others = [line for line in told.splitlines() if not line.startswith("command line:")]
    if others:
        elsewhere = others[-1].partition("\t")[2]
        lines = "; ".join(f"{name}: copkit {asks}" for name, asks in _ASKS.items())
        raise CopkitError(
            f"git looks for hooks in {elsewhere} here, so nothing was put in",
            f"add a line to each hook there: {lines}",
        )
    return repository.common / "hooks"


def _require_own(wanted: Mapping[Path, str]) -> None:
    others = [path.name for path in wanted if path.exists() and not _is_own(path)]
    if others:
        lines = "; ".join(f"to {name} the line: copkit {_ASKS[name]}" for name in others)
        raise CopkitError(
            f"there is another {' and '.join(others)} hook here, so nothing was put in",
            f"add {lines} || exit 1",
        )


def _is_own(path: Path) -> bool:
    return path.is_file() and _MARK in path.read_text(encoding="utf-8", errors="replace")
