"""What git calls to merge one record: files in, a file and an exit status out.  Does I/O."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.git.bodies import merge_bodies, merge_lines
from copkit.git.repository import run_git
from copkit.records.meetings import EXCLUSIVE
from copkit.text.edit import MARK, EditRefused, read_fields
from copkit.text.front_matter import OPENING
from copkit.text.merge import MARKER, merge_texts
from copkit.text.merge_values import Contradiction, Side, merge_values, same_facts
from copkit.text.yaml.nodes import value_of

KEEP: Final = "COPKIT_KEEP"
"""Whose word counts where two contradict each other: ``ours``, ``theirs``, or nobody's."""

INNER: Final = 2
"""By how much git makes markers longer where it works out a common base itself, or more."""


class Outcome(NamedTuple):
    """Whether everything came together, and what is to be said about it."""

    clean: bool
    said: list[str]


def merge_files(
    root: Path, base: Path, ours: Path, theirs: Path, file: str, marker: int
) -> Outcome:
    """Merge three versions of the record ``file`` into ``ours``.

    ``marker`` is the length of conflict markers that git asks for: longer than the repository
    does where git works out a common base, in which a contradiction keeps what was there before.
    """
    inner = marker > MARKER and marker - _asked_size(root, file) >= INNER
    side = Side.BASE if inner else _side_to_keep()
    try:
        versions = [path.read_bytes().decode("utf-8") for path in (base, ours, theirs)]
    except UnicodeDecodeError:
        return Outcome(clean=False, said=[f"{file}: not saved as UTF-8, so nothing was merged"])
    texts = (versions[0], versions[1], versions[2])
    said: list[str] = []
    try:
        bodies = merge_bodies(root, marker)
        merged = merge_texts(texts, bodies, exclusive=EXCLUSIVE, marker=marker, side=side)
        text, clashes = merged.text, merged.body_clashes
        said = [in_words(file, one) for one in merged.contradictions]
        clean = side is not None or not said
    except Exception as error:  # whatever it is, git must be given both sides
        text, clashes = merge_lines(root, texts, marker, side)
        said = [in_words(file, one) for one in _contradictions(texts)]
        clean = side is not None or (isinstance(error, EditRefused) and not said)
        if file.endswith(".yaml") or any(map(_has_fields, texts)):
            reason = error.message if isinstance(error, EditRefused) else type(error).__name__
            said.append(f"{file}: merged line by line ({reason})")
    for mine, other in clashes:
        said.append(
            f"{file}: the text: {_value(mine, None)} (ours) or {_value(other, None)} (theirs)"
        )
    ours.write_bytes(text.encode("utf-8"))
    return Outcome(clean and (side is not None or not clashes), [] if inner else said)


def _asked_size(root: Path, file: str) -> int:
    """Give the length of markers that a repository asks for in a file."""
    done = run_git(root, ("check-attr", "conflict-marker-size", "--", file))
    size = done.stdout.decode("utf-8", "replace").rsplit(" ", 1)[-1].strip()
    return int(size) if size.isdecimal() else MARKER


def _contradictions(texts: tuple[str, str, str]) -> list[Contradiction]:
    """Find what contradicts in texts that could be read and not be put together."""
    try:
        base, ours, theirs = (value_of(read_fields(text)) for text in texts)
    except EditRefused:
        return []
    return merge_values(base, ours, theirs, exclusive=EXCLUSIVE)[1]


def _side_to_keep() -> Side | None:
    named = os.environ.get(KEEP)
    return Side(named) if named in {"ours", "theirs"} else None


def _has_fields(text: str) -> bool:
    return OPENING.match(text.removeprefix(MARK)) is not None


def in_words(file: str, one: Contradiction) -> str:
    """Name the fact and both values: ``FILE: zoe-1, role: 'Nurse' (ours) or 'Matron' (theirs)``."""
    path = [step for step in one.path if step not in {"members", "actions", "progress"}]
    ours, theirs = _value(one.ours, one.base), _value(one.theirs, one.base)
    return f"{file}: {', '.join(path)}: {ours} (ours) or {theirs} (theirs)"


def _value(value: Any, base: Any) -> str:
    if value in (None, "", [], {}):
        return "taken out" if base else "nothing"
    if isinstance(value, dict):
        before = base if isinstance(base, dict) else {}
        changed = {key: one for key, one in value.items() if not same_facts(one, before.get(key))}
        return ", ".join(f"{key} '{_short(one)}'" for key, one in changed.items()) or "as it was"
    return f"'{_short(value)}'"


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
