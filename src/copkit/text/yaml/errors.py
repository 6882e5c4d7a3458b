"""What can be wrong with a YAML text that its syntax does not show, and how it is said.  Pure.

A syntax error is another matter: ``yaml_diagnosis`` finds what a person did wrong, and is imported
when there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from copkit.text.yaml.nodes import Node, Scalar

_HARD_SIGNS: Final = "\u00a0\u2007\u202f\u3000"
_CONFLICT: Final = r"(?m)^(<{7}|\|{7}|={7}|>{7})(?= |\r?$)"


class TooDeep(Exception):
    """Lists and mappings inside one another beyond what any record needs."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Spoilt(NamedTuple):
    """A stretch that a fault made unreadable; ``keyed`` when its key can still be read."""

    start: int
    end: int
    keyed: bool


class Fault(NamedTuple):
    """One fault between two offsets, and the stretches that nothing more can be said about."""

    code: str
    start: int
    end: int
    message: str
    hint: str
    spoilt: tuple[Spoilt, ...] = ()

    @classmethod
    def alias(cls, start: int, end: int, name: str) -> Fault:
        """A ``*name`` that stands for something written elsewhere."""
        return cls(
            "yaml-alias",
            start,
            end,
            f"'*{name}' points at another place of the file, which records do not allow",
            "write the value out; if the text begins with *, put it in quotes",
        )

    @classmethod
    def anchor(cls, text: str, start: int, name: str) -> Fault:
        """An ``&name`` that lets other places repeat the value."""
        at = max(text.find(f"&{name}", start), start)
        return cls(
            "yaml-anchor",
            at,
            at + len(name) + 1,
            f"'&{name}' names a value for use elsewhere, which records do not allow",
            f"leave '&{name}' out; if the text begins with &, put it in quotes",
        )

    @classmethod
    def tag(cls, text: str, start: int, end: int) -> Fault:
        """A ``!tag`` that would give a value another type."""
        at = max(text.find("!", start, end + 1), start)
        found = re.compile(r"!\S*").match(text, at)
        mark = found.group() if found else "!"
        return cls(
            "yaml-tag",
            at,
            at + len(mark),
            f"'{mark}' gives the value a type of its own, which records do not allow",
            f"leave '{mark}' out; if the text begins with !, put it in quotes",
        )

    @classmethod
    def merge_key(cls, key: Scalar) -> Fault:
        """A ``<<`` that copies another mapping's fields."""
        return cls(
            "yaml-merge-key",
            key.start,
            key.end,
            "'<<' copies fields from elsewhere, which records do not allow",
            "write the fields out",
        )

    @classmethod
    def duplicate_key(cls, text: str, key: Scalar, first: Scalar) -> Fault:
        """A field that is already there, in the same or another case."""
        line = text.count("\n", 0, first.start) + 1
        return cls(
            "duplicate-key",
            key.start,
            key.end,
            f"'{key.text}' is written twice; line {line} has it already",
            "keep one of the two",
        )

    @classmethod
    def second_document(cls, start: int) -> Fault:
        """A ``---`` after which another document begins."""
        return cls(
            "yaml-second-document",
            start,
            start + 3,
            "a second document begins here; a record is one document",
            "take this line out, or move what follows to a file of its own",
        )

    @classmethod
    def not_a_key(cls, node: Node) -> Fault:
        """A list or mapping where the name of a field should stand."""
        return cls(
            "yaml-syntax",
            node.start,
            node.end,
            "the name of a field must be a word",
            "write it as 'name: value'",
        )


def conflicts(text: str) -> Iterator[Fault]:
    """Find what git left behind where two people's work did not come together.

    The first side stays readable; markers and the other side are spoilt.
    """
    marks = list(re.finditer(_CONFLICT, text)) if "<<<<<<<" in text or ">>>>>>>" in text else []
    begin: re.Match[str] | None = None
    middle: re.Match[str] | None = None
    for mark in marks:
        symbol = mark.group()[0]
        if symbol == "<":
            begin, middle = mark, None
        elif symbol in "|=" and begin and not middle:
            middle = mark
        elif symbol == ">":
            first = begin or mark
            spoilt = [line_of(text, first.start())]
            if begin and middle:
                spoilt.append((middle.start(), line_of(text, mark.start())[1]))
            elif begin:
                spoilt.append(line_of(text, mark.start()))
            yield _conflict(text, first.start(), spoilt)
            begin = middle = None
    if begin:
        yield _conflict(text, begin.start(), [line_of(text, begin.start())])


def hard_spaces(text: str) -> Iterator[Fault]:
    """Find the first of each run of lines with a hard space where YAML needs an ordinary one."""
    done = -1
    for line_start, start, end, line_end in _hard_stretches(text):
        if done < 0 or text[done:line_start].strip("\r\n"):
            yield Fault("yaml-indentation", start, end, *_HARD)
        done = line_end


def with_plain_spaces(text: str) -> str:
    """Put ordinary spaces where :func:`hard_spaces` found others; every offset stays."""
    parts, done = list[str](), 0
    for _, start, end, _ in _hard_stretches(text):
        parts += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def _hard_stretches(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Find hard spaces that stand for indentation: where the line, they, and the line end."""
    for found in re.finditer(f"(?m)^[^\r\n]*[{_HARD_SIGNS}][^\r\n]*", text):
        at = lead_end(text, found.start())
        needed = "" if "-" in text[found.start() : at] else "?"  # after '- ' it is part of a value
        sought = re.compile(f"(?:-|[A-Za-z_]+:){needed}([{_HARD_SIGNS}]+)")
        if hard := sought.match(text, at, found.end()):
            yield found.start(), hard.start(1), hard.end(1), found.end()


_HARD: Final = (
    "a hard space, as web pages have them, stands where only ordinary spaces may",
    "delete it and type spaces in its place",
)


def _conflict(text: str, start: int, spoilt: list[tuple[int, int]]) -> Fault:
    return Fault(
        "conflict-marker",
        start,
        line_of(text, start)[1],
        "git could not bring two people's changes together here",
        "keep what is right of the two sides, and delete the lines <<<<<<<, ======= and >>>>>>>",
        tuple(Spoilt(begin, end, False) for begin, end in spoilt),
    )


def line_of(text: str, at: int) -> tuple[int, int]:
    """Give where the line of an offset starts, and where its text ends."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [found for sign in "\r\n" if (found := text.find(sign, at)) >= 0]
    return start, min(ends, default=len(text))


def lead_end(text: str, start: int) -> int:
    """Give where a line's own text begins, behind its indent and the dashes of a list.

    Walked by hand: a pattern for it either takes the square of a line's length or needs what
    early Python 3.11 gets wrong (possessive quantifiers).
    """
    at = start
    while text.startswith(" ", at):
        at += 1
    while text.startswith("- ", at):
        at += 2
        while text.startswith(" ", at):
            at += 1
    return at
