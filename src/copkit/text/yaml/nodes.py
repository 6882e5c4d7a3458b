"""What a YAML text holds, before anyone says what it means: scalars, lists, mappings.  Pure.

Every node knows the offsets at which it starts and ends. A scalar is text, whatever YAML 1.1
would make of it; the record's own types decide what it means.
"""

from __future__ import annotations

from typing import Any, Protocol


class Mark(Protocol):
    """Where the parser stood: libyaml's marks, whose ``index`` counts characters."""

    @property
    def index(self) -> int:
        """The offset."""


class Node:
    """A value in a YAML text, from ``start`` up to ``end``."""

    __slots__ = ("_from", "_to")
    _from: Mark
    _to: Mark

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self._from.index

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self._to.index


class Place:
    """An offset of our own making, in the form of a mark."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


class Damaged(Node):
    """A place whose fault has been reported, and about which nothing more should be said."""

    __slots__ = ()

    def __init__(self, start: int, end: int) -> None:
        self._from = Place(start)
        self._to = Place(end)


class Scalar(Node):
    """One value as text; ``plain`` when it stands without quotes.

    Marks are kept as the parser gave them: most places are never asked for, and looking each
    up would cost a tenth of the reading.
    """

    __slots__ = ("plain", "text")

    def __init__(self, text: str, first: Mark, last: Mark, plain: bool) -> None:
        self.text = text
        self._from = first
        self._to = last
        self.plain = plain

    @property
    def empty(self) -> bool:
        """Whether nothing was written: ``key:``, ``~`` or ``null``."""
        return self.plain and self.text in NOTHING


NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class Sequence(Node):
    """A list; ``block`` when its items stand on lines of their own."""

    __slots__ = ("block", "holed", "items")

    def __init__(self, first: Mark, block: bool) -> None:
        self._from = first
        self._to = first
        self.block = block
        self.holed = False  # part of it was damaged and is missing here
        self.items: list[Node] = []

    def close(self, last: Mark) -> None:
        """Set where it ends, once that is known."""
        self._to = last


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
    """The values by key, in the order of the file, and apart from them each key's place."""

    __slots__ = ("block", "entries", "folded", "holed", "keys")

    def __init__(self, first: Mark, block: bool) -> None:
        self._from = first
        self._to = first
        self.block = block
        self.holed = False
        self.folded: dict[str, str] = {}  # filled once a key has capitals
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Key] = {}

    def close(self, last: Mark) -> None:
        """Set where it ends, once that is known."""
        self._to = last

    def key(self, name: str) -> Scalar:
        """Give a key with its place."""
        key = self.keys[name]
        return Scalar(key.value, key.start_mark, key.end_mark, True)


def value_of(node: Node) -> Any:
    """Give a node as text, lists and mappings; nothing is ``None``."""
    if isinstance(node, Mapping):
        return {key: value_of(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    return node.text if isinstance(node, Scalar) and not node.empty else None


def same(one: Any, other: Any) -> bool:
    """Compare two values; ``key:``, ``key: ""``, ``key: []`` and ``key: {}`` all say nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (not one and not other)
