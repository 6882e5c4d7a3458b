"""The nodes of a YAML text: scalars, lists and mappings, each with its place.  Pure.

Every node knows the offsets at which it starts and ends. A scalar is text, whatever YAML 1.1
would make of it; the record's own types decide what it means.
"""

from __future__ import annotations

from typing import Any, Protocol


class Mark(Protocol):
    """A position of the parser: libyaml's marks, whose ``index`` counts characters."""

    @property
    def index(self) -> int:
        """The offset."""


class Node:
    """A value in a YAML text, from ``start`` up to ``end``."""

    # Offsets, not lines: lines and columns are worked out when a problem is reported. That keeps
    # reading faster than PyYAML's own loader, and an edit can splice the text at the offset.
    __slots__ = ("_end_mark", "_start_mark")
    _start_mark: Mark
    _end_mark: Mark

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self._start_mark.index

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self._end_mark.index


class Place:
    """An offset in the form of a mark, for nodes that no parser made."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


class Damaged(Node):
    """A stretch whose fault has been reported, so that no check reports it again."""

    __slots__ = ()

    def __init__(self, start: int, end: int) -> None:
        self._start_mark = Place(start)
        self._end_mark = Place(end)


class Scalar(Node):
    """One value as text; ``plain`` when it stands without quotes.

    Marks are kept as the parser gave them: most places are never asked for, and looking each
    up would cost a tenth of the reading.
    """

    __slots__ = ("plain", "text")

    def __init__(self, text: str, start_mark: Mark, end_mark: Mark, plain: bool) -> None:
        self.text = text
        self._start_mark = start_mark
        self._end_mark = end_mark
        self.plain = plain

    @property
    def empty(self) -> bool:
        """Whether nothing was written: ``key:``, ``~`` or ``null``."""
        return self.plain and self.text in NOTHING


NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class Sequence(Node):
    """A list; ``block`` when its items stand on lines of their own.

    ``incomplete`` when a part of it was damaged and is missing from ``items``.
    """

    __slots__ = ("block", "incomplete", "items")

    def __init__(self, start_mark: Mark, block: bool) -> None:
        self._start_mark = start_mark
        self._end_mark = start_mark
        self.block = block
        self.incomplete = False
        self.items: list[Node] = []

    def close(self, end_mark: Mark) -> None:
        """Set the place at which it ends, once the parser has reached it."""
        self._end_mark = end_mark


class Key(Protocol):
    """The name of a field as the parser gave it; half of all scalars are keys."""

    @property
    def value(self) -> str:
        """The name."""

    @property
    def start_mark(self) -> Mark:
        """Where it begins."""

    @property
    def end_mark(self) -> Mark:
        """Where it ends."""


class Mapping(Node):
    """The values by key in ``entries``, in the order of the file, and the ``keys`` themselves.

    ``incomplete`` when a part of it was damaged and is missing from ``entries``.
    """

    __slots__ = ("block", "entries", "folded_names", "incomplete", "keys")

    def __init__(self, start_mark: Mark, block: bool) -> None:
        self._start_mark = start_mark
        self._end_mark = start_mark
        self.block = block
        self.incomplete = False
        # Names as written by their small letters. It stays empty until a key has capitals, which
        # few have: folding every key of every file would be felt.
        self.folded_names: dict[str, str] = {}
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Key] = {}

    def close(self, end_mark: Mark) -> None:
        """Set the place at which it ends, once the parser has reached it."""
        self._end_mark = end_mark

    def key(self, name: str) -> Scalar:
        """Return a key as a scalar with its place."""
        key = self.keys[name]
        return Scalar(key.value, key.start_mark, key.end_mark, True)


def value_of(node: Node) -> Any:
    """Return a node as text, lists and mappings; an empty or damaged value is ``None``."""
    if isinstance(node, Mapping):
        return {key: value_of(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    return node.text if isinstance(node, Scalar) and not node.empty else None


def same_values(first: Any, second: Any) -> bool:
    """Compare two values; ``key:``, ``key: ""``, ``key: []`` and ``key: {}`` count as the same."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            same_values(first[key], second[key]) for key in first
        )
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same_values, first, second))
    return first == second or (not first and not second)
