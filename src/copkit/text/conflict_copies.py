"""Copies of a file that OneDrive, Dropbox and others leave beside it after two people saved.  Pure.

A copy is recognised by its name and by what it says: ``2026-02-04-2`` may be a second meeting of
that day. First the names, then the texts, then what differs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from enum import IntEnum
from itertools import zip_longest
from typing import Final, NamedTuple

from copkit.text.edit import EditRefused, line_number, read_fields
from copkit.text.front_matter import frame_of
from copkit.text.merge_values import same_facts
from copkit.text.yaml.nodes import value_of
from copkit.wording import list_in_words, plural


class ConflictCopy(NamedTuple):
    """A copy of a record: both paths in the programme, and what differs, in words.

    ``difference`` is ``""`` where the two are the same byte for byte.
    """

    file: str
    original: str
    difference: str


# --- names ----------------------------------------------------------------------------------


class Likeness(IntEnum):
    """How surely a name is that of a copy."""

    WORD = 1  # 2026-02-04-evening: what some machines are called, but hardly a copy
    NUMBER = 2  # 2026-02-04-2
    CERTAIN = 3  # a name that nobody would choose: 'x - Copy', 'x-desktop-4f2k'


_COPY: Final = "(?:copy|kopie|copie|copia)"  # as Windows and macOS say in English and other tongues
# What is put before or after the name, with other signs than those of a slug.
_DECORATED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<original>.+) ?[-\u2013] ?{_COPY}(?: ?\(\d+\))?",  # Windows: x - Copy (2)
        rf"{_COPY}(?: ?\(\d+\)|-\d+)?[ -](?:of|von|de)[ -](?P<original>.+)",  # Google: Copy of x
        rf"(?P<original>.+) {_COPY}(?: \d+)?",  # macOS: x copy 2
        r"(?P<original>.+?) ?\(\d+\)",  # Google Drive, browsers: x (1)
        r"(?P<original>.+) \d{1,2}",  # iCloud: x 2
        r"(?P<original>.+?) ?[(\[].*(?:conflict|konflikt|copy|copie|kopie).*[)\]]",  # Dropbox
        r"(?P<original>.+?)\.sync-conflict-[\w-]+",  # Syncthing
        r"(?P<original>.+?)_(?:conf|conflict)\b.*",  # Google Drive, Nextcloud
    )
)
# What is put behind a hyphen, as OneDrive does with the machine's name: x-DESKTOP-4F2K. Under a
# legal slug all of these are in small letters.
_MACHINE: Final = "(?:desktop|laptop|notebook|surface|macbook|imac|ipad|iphone|tablet|win|pc)"
_BEHIND: Final = re.compile(
    rf"(?:\w+-){{0,3}}(?:{_MACHINE}|{_COPY}|conflict(?:ed)?)(?:-[\w-]+)?|[\w-]*[A-Z][\w-]*"
)
_NUMBER: Final = re.compile(r"\d{1,2}")
# What somebody calls a file that they keep on purpose, as copkit does: contacts-before-1.yaml
_KEPT: Final = re.compile(r"(?:before|old|backup|archive|template|example)\b.*", re.IGNORECASE)


def find_original(name: str, names: Collection[str]) -> tuple[str, Likeness] | None:
    """Return the name in a folder that ``name`` is made from, and how surely; else ``None``.

    Names are without their endings.
    """
    likely = None
    for hyphen in re.finditer("-", name):  # the longest name that it may be made from counts
        if name[: hyphen.start()] in names:
            likely = name[: hyphen.start()], name[hyphen.end() :]
    if likely and _BEHIND.fullmatch(likely[1]):
        return likely[0], Likeness.CERTAIN
    # Most names are slugs, and looked at no further: a folder may have thousands.
    if not re.fullmatch("[a-z0-9-]*", name) or name.startswith(("cop", "kop")):
        for pattern in _DECORATED:
            match = pattern.fullmatch(name)
            original = match["original"].rstrip() if match else name
            if original != name and original in names:
                return original, Likeness.CERTAIN
    if likely is None or _KEPT.fullmatch(likely[1]):
        return None
    return likely[0], Likeness.NUMBER if _NUMBER.fullmatch(likely[1]) else Likeness.WORD


# --- texts ----------------------------------------------------------------------------------

# The fields that tell two records apart: two cases of one title are rare, two meetings with other
# hours are two.
_IDENTITY: Final = re.compile(
    r"(title|name|code|citation|date|start|kind|place|from|until|addressee|speaker):\s*(.+?)\s*"
)
# Lines that all records of a kind share.
_COMMON: Final = re.compile(r"---.*|#.*|<!--.*|[\w ]+:|(?:status|audience|consent|minutes): .*")
_LEAST: Final = {Likeness.CERTAIN: 0.25, Likeness.NUMBER: 0.6, Likeness.WORD: 0.8}
"""Which part of the shorter one's lines the other has, at least."""
_FEWEST: Final = {Likeness.CERTAIN: 0, Likeness.NUMBER: 2, Likeness.WORD: 3}
"""How many lines of its own a record needs for its likeness to tell anything."""


def is_copy(original: str, copy: str, likeness: Likeness) -> bool:
    """Check whether two texts are versions of one record, by how alike their names are."""
    first, second = _signs(original), _signs(copy)
    if _plain(original) == _plain(copy):
        # Two meetings of one day may have their date alone so far.
        return likeness is not Likeness.WORD or sum(first.lines.values()) >= _FEWEST[likeness]
    shared = first.identity.keys() & second.identity.keys()
    differing = [key for key in shared if first.identity[key] != second.identity[key]]
    if differing and likeness is not Likeness.CERTAIN:
        return False
    if likeness is Likeness.CERTAIN and shared and not differing:
        return True
    common = sum((first.lines & second.lines).values())
    shorter = min(sum(first.lines.values()), sum(second.lines.values()))
    if shorter < _FEWEST[likeness]:
        return False  # too little to tell
    return common >= _LEAST[likeness] * shorter


class _Signs(NamedTuple):
    """What tells a record from others: its naming fields, and the lines that are its own."""

    identity: dict[str, str]
    lines: Counter[str]


def _signs(text: str) -> _Signs:
    identity, lines = dict[str, str](), Counter[str]()
    for line in text.splitlines():
        if match := _IDENTITY.fullmatch(line):
            identity.setdefault(match[1], match[2])
        elif (bare := " ".join(line.split())) and not _COMMON.fullmatch(bare):
            lines[bare] += 1
    return _Signs(identity, lines)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")


def describe_difference(original: str, copy: str) -> str:
    """Return in which fields and lines a copy differs: ``'status' (line 4) and 'due' (line 9)``.

    The lines are those of the copy. Return ``""`` for texts that are the same but for line ends.
    """
    if _plain(original) == _plain(copy):
        return ""
    try:
        fields, others = read_fields(copy), value_of(read_fields(original))
    except EditRefused:
        return _first_line(original, copy, 0)
    values, parts = value_of(fields), []
    for key in dict.fromkeys([*values, *others]):
        if not same_facts(values.get(key), others.get(key)):
            line = line_number(copy, fields.key(key).start) if key in values else 0
            parts.append(f"'{key}' (line {line})" if line else f"'{key}' (not in it)")
    bodies = [text[frame.body :] if (frame := frame_of(text)) else "" for text in (original, copy)]
    if _plain(bodies[0]) != _plain(bodies[1]):
        before = len(copy.splitlines()) - len(bodies[1].splitlines())
        parts.append(_first_line(bodies[0], bodies[1], before))
    return list_in_words(parts[:5]) or _first_line(original, copy, 0)


def _first_line(original: str, copy: str, before: int) -> str:
    """Return how many lines of two texts differ, and where first.

    ``before`` is the number of lines above them.
    """
    pairs = list(zip_longest(original.splitlines(), copy.splitlines()))
    differing = [number for number, (first, second) in enumerate(pairs, 1) if first != second]
    first = min(differing, default=1) + before
    return f"{plural(len(differing), 'line')} of the text (from line {first})"


# --- a folder -------------------------------------------------------------------------------


def find_copies(
    names: Collection[str], read_text: Callable[[str], str | None]
) -> Iterator[tuple[str, str, str]]:
    """Yield the copies among the files of a folder: a name, that of its original, the difference.

    ``names`` are without their ending; ``read_text`` returns the text of one, ``None`` where it
    cannot be read: then nothing is said about it.
    """
    originals: dict[str, str] = {}
    for name in sorted(names):
        if match := find_original(name, names):
            original, likeness = match
            first, second = read_text(original), read_text(name)
            if first is not None and second is not None and is_copy(first, second, likeness):
                originals[name] = original
    for name, nearest in originals.items():
        original = nearest
        while original in originals:  # a copy of a copy
            original = originals[original]
        yield name, original, describe_difference(read_text(original) or "", read_text(name) or "")
