"""Bodies of Markdown, merged line by line by git itself.  Runs git."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from copkit.git.repository import run_git
from copkit.text.merge import MARKER, Clash, MergeBody
from copkit.text.merge_values import Side

MOST_CLASHES: Final = 127  # that git counts in its status; above it, something else is wrong
_SIZE: Final = 39  # of git's own markers here: longer than anything that stands in a text
_CLASH: Final = re.compile(
    rf"^<{{{_SIZE}}} ours\r?\n(.*?)^\|{{{_SIZE}}} base\r?\n(.*?)"
    rf"^={{{_SIZE}}}\r?\n(.*?)^>{{{_SIZE}}} theirs\r?\n",
    re.MULTILINE | re.DOTALL,
)


def merge_bodies(root: Path, marker: int = MARKER) -> MergeBody:
    """Give what merges bodies for the records of a folder."""

    def merge(base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, list[Clash]]:
        return merge_lines(root, (base, ours, theirs), marker, side)

    return merge


def merge_lines(
    root: Path, texts: tuple[str, str, str], marker: int, side: Side | None
) -> tuple[str, list[Clash]]:
    """Merge three texts (base, ours, theirs) line by line; give what clashes in them.

    Where they do, ``side`` has its way, or both stand between markers. That both wrote the same
    in one place, and one of them went on, is no clash. What git takes for no text is left whole.
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
    if done.returncode > MOST_CLASHES:
        of = dict(zip((Side.BASE, Side.OURS, Side.THEIRS), texts, strict=True))
        return of[side or Side.OURS], [(texts[1], texts[2])]
    clashes: list[Clash] = []

    def settle(clash: re.Match[str]) -> str:
        ours, base, theirs = clash.groups()
        if not base and (ours.startswith(theirs) or theirs.startswith(ours)):
            return max(ours, theirs, key=len)
        marked, differing = _marked(ours, theirs, marker)
        clashes.append(differing)
        return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base, None: marked}[side]

    return _CLASH.sub(settle, done.stdout.decode("utf-8")), clashes


def _marked(ours: str, theirs: str, size: int) -> tuple[str, Clash]:
    """Put markers around what differs, and no more; give also what that is."""
    first, second = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (ours, theirs))
    begin = end = 0
    while begin < min(len(first), len(second)) and first[begin] == second[begin]:
        begin += 1
    while end < min(len(first), len(second)) - begin and first[-1 - end] == second[-1 - end]:
        end += 1
    mine, other = ("".join(lines[begin : len(lines) - end]) for lines in (first, second))
    newline = "\r\n" if "\r\n" in ours + theirs else "\n"
    marks = (f"{'<' * size} ours", "=" * size, f"{'>' * size} theirs")
    opening, middle, closing = (mark + newline for mark in marks)
    before, behind = "".join(first[:begin]), "".join(first[len(first) - end :])
    return f"{before}{opening}{mine}{middle}{other}{closing}{behind}", (mine, other)
