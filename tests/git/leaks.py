"""What is never to be kept, in words; nobody in it lives."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import COMMUNITY, Copkit, Result
from tests.git.conftest import CASE, MEETING, ROSTER, SETTINGS, Clone, named

LEAK = "Robin Threlfall rang from 07700 900123."
PARTS = ("threlfall", "900123")


def require_hidden(said: str | Result) -> None:
    """Require that nothing of the leak is repeated."""
    text = said if isinstance(said, str) else said.output
    assert not [part for part in PARTS if part in text.casefold()], text


def guarded(copkit: Copkit, clone: Clone) -> Clone:
    """Put the guards in."""
    result = copkit("hooks", "install", "-C", clone.folder)
    assert result.status == 0, result.output
    return clone


def start_programme(folder: Path, *, inside: bool = True) -> Clone:
    """Start a programme in a folder, in a repository that begins above it, or in it."""
    clone = Clone(folder)
    for path, text in (
        (clone.folder / "copkit.yaml", SETTINGS),
        (clone.harbour / "community.md", COMMUNITY),
        (clone.roster, ROSTER),
        (clone.meeting, MEETING),
        (clone.case, CASE),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    above = Clone(folder.parent if inside else folder)
    above.git("init", "--quiet")
    named(above, "Ann")
    return clone
