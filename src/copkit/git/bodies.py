"""Bodies of Markdown, merged line by line by git itself.  Runs git."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from copkit.git.repository import run_git
from copkit.text.facts import Side
from copkit.text.merge import MARKER, MergeBody

_SIZE: Final = 39  # of git's own markers here: longer than anything that stands in a text
_CLASH: Final = re.compile(
    rf"^<{{{_SIZE}}} ours\n(.*?)^\|{{{_SIZE}}} base\n(.*?)"
    rf"^={{{_SIZE}}}\n(.*?)^>{{{_SIZE}}} theirs\n",
    re.MULTILINE | re.DOTALL,
)


def merge_bodies(root: Path, marker: int = MARKER) -> MergeBody:
    """Give what merges bodies for the records of a folder."""

    def merge(base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, bool]:
        return merge_lines(root, (base, ours, theirs), marker, side)

    return merge


def merge_lines(
    root: Path, texts: tuple[str, str, str], marker: int, side: Side | None
) -> tuple[str, bool]:
    """Merge three texts (base, ours, theirs) line by line; say whether they clash.

    Where they do, ``side`` has its way, or both stand between markers. That both wrote the same
    in one place, and one of them went on, is no clash.
    """
    with tempfile.TemporaryDirectory(prefix="copkit-") as folder:
        paths = []
        for name, text in zip(("base", "ours", "theirs"), texts, strict=True):
            path = Path(folder, name)
            path.write_bytes(text.encode("utf-8"))
            paths.append(str(path))
        base, ours, theirs = paths
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        options = ("-p", "--diff3", f"--marker-size={_SIZE}")
        done = run_git(root, ("merge-file", *options, *labels, ours, base, theirs))
    clashes = False

    def settle(clash: re.Match[str]) -> str:
        nonlocal clashes
        ours, base, theirs = clash.groups()
        if not base and (ours.startswith(theirs) or theirs.startswith(ours)):
            return max(ours, theirs, key=len)
        clashes = True
        if side is not None:
            return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base}[side]
        return _marked(ours, theirs, marker)

    return _CLASH.sub(settle, done.stdout.decode("utf-8")), clashes


def _marked(ours: str, theirs: str, size: int) -> str:
    """Put markers around what differs, and no more."""
    first, second = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    begin = end = 0
    while begin < min(len(first), len(second)) and first[begin] == second[begin]:
        begin += 1
    while end < min(len(first), len(second)) - begin and first[-1 - end] == second[-1 - end]:
        end += 1
    mine, other = ("".join(lines[begin : len(lines) - end]) for lines in (first, second))
    return (
        f"{''.join(first[:begin])}{'<' * size} ours\n{mine}{'=' * size}\n"
        f"{other}{'>' * size} theirs\n{''.join(first[len(first) - end :])}"
    )
