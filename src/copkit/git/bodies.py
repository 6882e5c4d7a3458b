"""Bodies of Markdown, merged line by line by git itself.  Runs git."""

from __future__ import annotations

import tempfile
from pathlib import Path

from copkit.git.repository import run_git
from copkit.text.facts import Side
from copkit.text.merge import MARKER, MergeBody


def merge_bodies(root: Path, marker: int = MARKER) -> MergeBody:
    """Give what merges bodies for the records of a folder."""

    def merge(base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, bool]:
        if side is Side.BASE:
            return base, False
        merged, clashes = merge_lines(root, (base, ours, theirs), marker, side)
        return (merged, clashes) if side is None else (merged, _clash(base, ours, theirs))

    def _clash(base: str, ours: str, theirs: str) -> bool:
        return merge_lines(root, (base, ours, theirs), marker, None)[1]

    return merge


def merge_lines(
    root: Path, texts: tuple[str, str, str], marker: int, side: Side | None
) -> tuple[str, bool]:
    """Merge three texts (base, ours, theirs) line by line; say whether they clash."""
    with tempfile.TemporaryDirectory(prefix="copkit-") as folder:
        paths = []
        for name, text in zip(("base", "ours", "theirs"), texts, strict=True):
            path = Path(folder, name)
            path.write_bytes(text.encode("utf-8"))
            paths.append(str(path))
        base, ours, theirs = paths
        favour = [f"--{side}"] if side in {Side.OURS, Side.THEIRS} else []
        labels = ["-L", "ours", "-L", "base", "-L", "theirs"]
        done = run_git(
            root,
            ("merge-file", "-p", *favour, f"--marker-size={marker}", *labels, ours, base, theirs),
        )
    return done.stdout.decode("utf-8"), 0 < done.returncode < 128
