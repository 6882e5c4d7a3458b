"""Where in a text the lines of a value begin and end.  Pure."""

from __future__ import annotations

from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence


def line_start(text: str, at: int) -> int:
    """Give the offset at which the line of an offset begins."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def line_end(text: str, at: int) -> int:
    """Give the offset after the line of an offset, its ending included."""
    ends = [found for sign in "\r\n" if (found := text.find(sign, at)) >= 0]
    if not ends:
        return len(text)
    end = min(ends)
    return end + 2 if text.startswith("\r\n", end) else end + 1


def next_line(text: str, end: int) -> int:
    """Give the offset after the line in which something ends; a block ends at its next line."""
    return end if text[end - 1 : end] in ("\n", "\r") else line_end(text, end)


def column(text: str, at: int) -> int:
    """Give the column of an offset, from 0."""
    return at - line_start(text, at)


def line_number(text: str, at: int) -> int:
    """Give the number of the line of an offset, from 1."""
    return len(text[:at].replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def newline_at(text: str, at: int) -> str:
    """Give the line ending that is used around an offset: that of the line before it."""
    for end in (at, line_end(text, 0)):
        before = text[max(end - 2, 0) : end]
        if before.endswith("\n"):
            return "\r\n" if before == "\r\n" else "\n"
        if before.endswith("\r"):
            return "\r"
    return "\n"


def written_end(text: str, node: Node) -> int:
    """Give the end of what was really written: a block's own end lies at the next token.

    Blank lines below a ``|`` or ``>`` text belong to it only where it says so (``|+``).
    """
    if isinstance(node, Mapping) and node.block and node.entries:
        name, value = next(reversed(node.entries.items()))
        return max(node.key(name).end, written_end(text, value))
    if isinstance(node, Sequence) and node.block and node.items:
        return max(written_end(text, node.items[-1]), dash_of(text, node, len(node.items) - 1) + 1)
    if is_literal(text, node):
        header = text[node.start : line_end(text, node.start)].split("#", maxsplit=1)[0]
        kept = text[node.start : node.end]
        return node.end if "+" in header else node.start + len(kept.rstrip(" \r\n"))
    return node.end


def is_literal(text: str, node: Node) -> bool:
    """Say whether a value is a text of several lines below a ``|`` or ``>``."""
    return isinstance(node, Scalar) and not node.plain and text[node.start : node.start + 1] in "|>"


def dash_of(text: str, items: Sequence, position: int) -> int:
    """Give the offset of the dash before an item of a block list; all stand in one column."""
    at = column(text, items.start)
    start = line_start(text, items.items[position].start)
    while start and text[start + at : start + at + 1] != "-":
        start = line_start(text, start - 1)
    return start + at
