"""What commands have written since the last commit, noted in git's own folder.  Does I/O.

Losing it costs an undo and no record, so nothing here ever stops a command.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.errors import CopkitError
from copkit.git.repository import Repository
from copkit.text.transaction import Change

MOST: Final = 50  # changes that are remembered


class Noted(NamedTuple):
    """The files that one command wrote together, and when."""

    changes: list[Change]
    when: str


def remember(repository: Repository, changes: Sequence[Change]) -> None:
    """Note what a command has just written, so that it can be taken back."""
    when = dt.datetime.now().astimezone().isoformat(timespec="minutes")
    note = {"head": head_of(repository), "when": when, "changes": [list(one) for one in changes]}
    _write(repository, [*_read(repository), note][-MOST:])


def last_noted(repository: Repository) -> Noted | None:
    """Give what was noted last, if nothing has been committed since."""
    notes = _read(repository)
    if not notes or notes[-1].get("head") != head_of(repository):
        return None
    with contextlib.suppress(KeyError, TypeError):
        return Noted([Change(*one) for one in notes[-1]["changes"]], notes[-1]["when"])
    return None


def forget_last(repository: Repository) -> None:
    """Drop what was noted last: it has been taken back."""
    _write(repository, _read(repository)[:-1])


def forget_all(repository: Repository) -> None:
    """Drop everything: it was in a commit that has been taken back."""
    _write(repository, [])


def forget_about(repository: Repository, is_about: Callable[[Change], bool]) -> None:
    """Drop every note with a change that is about something that nobody is to remember.

    Raises :class:`CopkitError` when the notes cannot be written: losing them is the point here.
    """
    kept = []
    for note in _read(repository):
        with contextlib.suppress(KeyError, TypeError):
            if not any(is_about(Change(*one)) for one in note["changes"]):
                kept.append(note)
    _write(repository, kept)
    if _read(repository) != kept:
        message = "what 'copkit undo' has noted could not be written, and may hold what was removed"
        raise CopkitError(message, f"delete {_file(repository)}")


def head_of(repository: Repository) -> str:
    """Give the commit that the work tree stands on, or ``""`` before the first."""
    return repository.says("rev-parse", "--verify", "--quiet", "HEAD") or ""


def _file(repository: Repository) -> Path:
    place = repository.prefix.rstrip("/").replace("/", "+") or "top"
    return repository.own / "copkit" / f"{place}.json"


def _read(repository: Repository) -> list[dict[str, Any]]:
    try:
        notes = json.loads(_file(repository).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [note for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []


def _write(repository: Repository, notes: list[dict[str, Any]]) -> None:
    path = _file(repository)
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(".tmp")
        beside.write_text(json.dumps(notes), encoding="utf-8")
        beside.replace(path)
