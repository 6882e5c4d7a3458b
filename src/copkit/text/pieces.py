"""The fields of a record as pieces of its text: every byte is in exactly one of them.  Pure.

A piece is a key or an item of a list with the lines it takes, and before it the ``lead``: the
comments and blank lines above. Put together again, the pieces are the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from copkit.text.edit import MARK, EditRefused, change_to, read_fields
from copkit.text.front_matter import frame_of
from copkit.text.merge_values import by_key
from copkit.text.spans import dash_of, line_end, line_start, next_line, written_end
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, value_of


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


# How plain YAML may begin: remarks, then a line '---'.
_BEGINNING: Final = re.compile(r"(?:[ \t]*(?:#.*)?\n)*---(?:[ \t].*)?\n")


class Version:
    """A whole file taken apart: what frames its fields, these in pieces, and its body.

    Everything in it has plain line ends and a last one; ``windows`` and ``ended`` say how the
    file has them, ``mark`` whether it begins with a byte order mark, and ``missing`` that there is
    no file. Raises :class:`EditRefused` for one that cannot be read.
    """

    def __init__(self, text: str) -> None:
        self.missing = not text
        self.mark = text.startswith(MARK)
        text = text.removeprefix(MARK)
        self.windows = text.count("\r\n") * 2 > text.count("\n")
        self.ended = not text or text.endswith("\n")
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            raise EditRefused(1, "some of its lines end as no system ends them any more")
        self.text = text if self.ended else f"{text}\n"
        self.opening = self.closing = self.body = ""
        fields = read_fields(self.text)
        if fields.entries and not fields.block:
            raise EditRefused(1, "the whole record stands in brackets")
        end = len(self.text)
        if frame := frame_of(self.text):
            end = frame.closing
            self.opening = self.text[: frame.fields]
            self.closing = self.text[frame.closing : frame.body]
            self.body = self.text[frame.body :]
        elif beginning := _BEGINNING.match(self.text):
            self.opening = beginning.group()
        self.parts, self.tail = pieces_of(self.text[:end], fields, len(self.opening))
        self.value = value_of(fields)


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


def without(piece: Piece, name: str, item: str) -> Piece:
    """Take one item out of the list at a key."""
    if item in piece.parts:
        parts = {key: part for key, part in piece.parts.items() if key != item}
        out = replace(piece, parts=parts, value=[*parts])
        out.own = joined(out)
        return out
    value = [one for one in piece.value or [] if one != item]
    return saying(piece, name, value) or piece


def indent_of(own: str) -> int:
    """Give the indent of a piece's first line."""
    return len(own) - len(own.lstrip(" "))


def fitted(piece: Piece, indent: int) -> Piece:
    """Move the lines of a piece to where those of the other side begin."""
    by = indent - indent_of(piece.own)
    if not by:
        return piece
    return Piece(
        _moved(piece.lead, by),
        _moved(piece.own, by),
        piece.value,
        _moved(piece.head, by),
        {key: fitted(part, indent_of(part.own) + by) for key, part in piece.parts.items()},
        piece.kind,
        piece.is_item,
    )


def _moved(text: str, by: int) -> str:
    if by > 0:
        return re.sub(r"(?m)^(?=.)", " " * by, text)
    return re.sub(rf"(?m)^ {{0,{-by}}}", "", text)


def saying(piece: Piece, key: str, value: Any) -> Piece | None:
    """Write another value where a piece has one; ``None`` if that cannot be done exactly."""
    frame, path = ("k:\n", ("k", 0)) if piece.is_item else ("", (key,))
    try:
        text = change_to(frame + piece.own, path, piece.value, value)
    except EditRefused:
        return None
    return Piece(piece.lead, text.removeprefix(frame), value, is_item=piece.is_item)
