"""The fields of a record as pieces of its text: every byte is in exactly one of them.  Pure.

A piece is a key or an item of a list with the lines it takes, and before it the ``lead``: the
comments and blank lines above. Put together again, the pieces are the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from copkit.text.facts import by_key
from copkit.text.nodes import Mapping, Node, Scalar, Sequence, value_of
from copkit.text.spans import dash_of, line_end, line_start, next_line, written_end


@dataclass(slots=True)
class Piece:
    """A key or an item: ``own`` is its text, of which the parts, if it has any, are pieces too.

    ``head`` is the line of a key that stands above its parts, or what stands before the first
    part of an item: its indent and dash. ``value`` is what it says.
    """

    lead: str
    own: str
    value: Any
    head: str = ""
    parts: dict[str, Piece] = field(default_factory=dict)
    kind: type[Node] = Scalar  # Mapping or Sequence, when it has parts
    is_item: bool = False


def pieces_of(text: str, fields: Mapping, start: int) -> tuple[dict[str, Piece], str]:
    """Take the fields apart that begin at an offset; give also the lead behind the last one."""
    parts, end = _entries(text, fields, start)
    return parts, text[end:]


def _entries(text: str, fields: Mapping, start: int) -> tuple[dict[str, Piece], int]:
    parts: dict[str, Piece] = {}
    for name, node in fields.entries.items():
        key = fields.key(name)
        begin = max(line_start(text, key.start), start)
        colon = text.find(":", key.end)
        end = next_line(text, max(written_end(text, node), colon + 1))
        piece = Piece(text[start:begin], text[begin:end], value_of(node))
        if (
            isinstance(node, (Mapping, Sequence))
            and node.block
            and line_end(text, colon) <= node.start
        ):
            head_end = line_end(text, colon)
            _take_apart(piece, text, node, head_end)
            piece.head = text[begin:head_end]
        parts[name] = piece
        start = end
    return parts, start


def _take_apart(piece: Piece, text: str, node: Node, start: int) -> None:
    if isinstance(node, Mapping):
        piece.parts, _ = _entries(text, node, start)
        piece.kind = Mapping
    elif isinstance(node, Sequence):
        keyed = by_key(value_of(node))
        if keyed is not None:
            piece.parts = _items(text, node, start, list(keyed))
            piece.kind = Sequence


def _items(text: str, node: Sequence, start: int, keys: list[str]) -> dict[str, Piece]:
    parts: dict[str, Piece] = {}
    for number, (key, item) in enumerate(zip(keys, node.items, strict=True)):
        dash = dash_of(text, node, number)
        begin = max(line_start(text, dash), start)
        end = next_line(text, written_end(text, item))
        piece = Piece(text[start:begin], text[begin:end], value_of(item), is_item=True)
        if isinstance(item, Mapping) and item.block:
            inner, _ = _entries(text, item, item.start)
            first = next(iter(inner.values()))
            piece.head = text[begin : item.start]
            lead = " " * (item.start - line_start(text, item.start))
            first.own = lead + first.own
            first.head = lead + first.head if first.head else ""
            piece.parts, piece.kind = inner, Mapping
        parts[key] = piece
        start = end
    return parts


def joined(piece: Piece) -> str:
    """Give the text of a piece that has been put together anew from parts."""
    if not piece.is_item:
        return piece.head + "".join(part.lead + part.own for part in piece.parts.values())
    first, *rest = piece.parts.values()
    text = first.lead + piece.head + first.own.lstrip(" ")
    return text + "".join(part.lead + part.own for part in rest)
