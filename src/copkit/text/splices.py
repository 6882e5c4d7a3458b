"""The ways to write a change into a text: what is put where, each way the best first.  Pure.

Nothing here is sure to be right: ``edit`` reads each result again and takes the first that says
what it should.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from copkit.text.front_matter import OPENING
from copkit.text.spans import (
    column,
    dash_of,
    is_literal,
    line_end,
    line_start,
    newline_at,
    next_line,
    written_end,
)
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence
from copkit.text.yaml.writer import Form, bracketed, forms, item_lines, scalar


class Splice(NamedTuple):
    """What stands between two offsets from now on."""

    start: int
    end: int
    written: str


Ways = Iterator[list[Splice]]


def spliced(text: str, splices: list[Splice]) -> str:
    """Put splices into a text; of two at one place, the first comes first."""
    parts, done = list[str](), 0
    for splice in sorted(splices, key=lambda one: one.start):
        parts += [text[done : splice.start], splice.written]
        done = splice.end
    return "".join([*parts, text[done:]])


def _lines(text: str, start: int, end: int, lines: list[str]) -> Splice:
    """Put lines in the place of others, or between two; a missing last line ending stays so."""
    newline = newline_at(text, start)
    open_end = text[-1:] not in ("\n", "\r") and end == len(text)
    if open_end and start and (start == end or not lines):
        start -= len(newline) if start < end else 0
        return Splice(start, end, "".join(newline + line for line in lines))
    written = "".join(line + newline for line in lines)
    return Splice(start, end, written.removesuffix(newline) if open_end else written)


def new_entry(text: str, parent: Mapping, key: str, value: Any) -> Ways:
    """Write a key that is not there yet, after the last one."""
    if not parent.block:
        written = f"{scalar(key, in_brackets=True)}: {bracketed(value)}".rstrip()
        if not parent.entries:
            yield [Splice(parent.start + 1, parent.start + 1, written)]
        else:
            last = next(reversed(parent.entries.values()))
            yield [Splice(last.end, last.end, f", {written}")]
        return
    at, lead = len(text), ""
    if parent.entries:
        at = next_line(text, written_end(text, parent))
        lead = " " * column(text, parent.key(next(iter(parent.entries))).start)
    elif opening := OPENING.match(text):
        at = opening.end()
    for form in forms(value):
        lines = [f"{lead}{scalar(key)}: {form.head}".rstrip(), *_indented(form, lead + "  ")]
        yield [_lines(text, at, at, lines)]


def new_value(
    text: str,
    place: tuple[Mapping | Sequence, str | int],
    node: Node,
    value: Any,
    *,
    in_brackets: bool,
) -> Ways:
    """Write a value where another, or none, stands: at a key or position of ``place``."""
    parent, step = place
    like = text[node.start : node.end]
    if in_brackets:
        yield [Splice(node.start, node.end, bracketed(value) or "~")]
    elif isinstance(parent, Sequence):
        yield from _new_item(text, dash_of(text, parent, int(step)), node, value)
    else:
        name = parent.key(str(step))
        lead = " " * (column(text, name.start) + 2)
        for form in forms(value, like=like):
            if isinstance(node, (Mapping, Sequence)) and node.block:
                colon = text.index(":", name.end) + 1
                head = Splice(colon, colon, f" {form.head}".rstrip())
                old = (line_start(text, node.start), next_line(text, written_end(text, node)))
            else:
                head, old = _head(text, node, form)
            yield [head, _lines(text, *old, _indented(form, lead))]


def _new_item(text: str, dash: int, node: Node, value: Any) -> Ways:
    lead = " " * column(text, dash)
    if isinstance(node, Scalar) and not isinstance(value, (dict, list, tuple)):
        for form in forms(value, like=text[node.start : node.end]):
            head, old = _head(text, node, form)
            yield [head, _lines(text, *old, _indented(form, f"{lead}  "))]
        return
    first, *rest = item_lines(value)
    end = next_line(text, written_end(text, node))
    comment = text[node.end : line_end(text, node.end)].strip()
    if isinstance(node, Scalar) and comment.startswith("#"):
        first = f"{first}  {comment}"
    lines = _lines(text, line_start(text, dash), end, [first, *(lead + line for line in rest)])
    yield [lines._replace(start=dash)]


def _head(text: str, node: Node, form: Form) -> tuple[Splice, tuple[int, int]]:
    """Write what stands on the line of a key; give also where the lines below it are."""
    below = line_end(text, node.end)
    if is_literal(text, node):
        header = line_end(text, node.start)
        end = node.start + len(text[node.start : header].split("#", maxsplit=1)[0].rstrip())
        below = next_line(text, written_end(text, node))
        return Splice(node.start, end, form.head), (header, max(below, header))
    if node.start < node.end or not form.head:
        start = node.start if form.head else len(text[: node.start].rstrip(" "))
        return Splice(start, node.end, form.head), (below, below)
    # Nothing there yet: a comment behind it keeps its column.
    gap = len(text[node.end : below]) - len(text[node.end : below].lstrip(" "))
    comment = text.startswith("#", node.end + gap)
    rest = " " * max(gap - len(form.head) - 1, 1) if comment else ""
    return Splice(node.end, node.end + gap, f" {form.head}{rest}"), (below, below)


def _indented(form: Form, lead: str) -> list[str]:
    return [f"{lead}{line}" if line else "" for line in form.below]


def added_item(text: str, node: Sequence, item: Any) -> Ways:
    """Write an item after the last one of a list that has some, or between its brackets."""
    if not node.block:
        yield from _added_in_brackets(text, node, item)
        return
    last = node.items[-1]
    dash = dash_of(text, node, len(node.items) - 1)
    pad = max(last.start - dash, 2) if line_start(text, last.start) <= dash else 2
    lead = " " * column(text, dash)
    for end in dict.fromkeys([written_end(text, node), last.end]):
        at = next_line(text, end)
        if isinstance(last, Mapping) and not last.block and isinstance(item, dict):
            yield [_lines(text, at, at, [f"{lead}-{' ' * (pad - 1)}{bracketed(item)}"])]
        lines = [f"{lead}{line}" if line else "" for line in item_lines(item, pad)]
        yield [_lines(text, at, at, lines)]


def _added_in_brackets(text: str, node: Sequence, item: Any) -> Ways:
    written = bracketed(item)
    if not node.items:
        yield [Splice(node.start + 1, node.start + 1, written)]
        return
    last = node.items[-1]
    at = line_end(text, last.end)
    lead = text[line_start(text, last.start) : last.start]
    trailing = text[last.end : node.end - 1].lstrip().startswith(",")
    if not lead.strip() and node.end > at:  # each on a line of its own
        lines = _lines(text, at, at, [f"{lead}{written}{',' * trailing}"])
        yield [lines] if trailing else [Splice(last.end, last.end, ","), lines]
    if trailing:
        comma = text.index(",", last.end) + 1
        yield [Splice(comma, comma, f" {written}")]
    yield [Splice(last.end, last.end, f", {written}")]


def without_item(text: str, node: Sequence, position: int) -> Ways:
    """Take an item out: its lines, comments behind it included, or its part of a line."""
    item = node.items[position]
    start = dash_of(text, node, position) if node.block else item.start
    end = max(written_end(text, item), start + 1)
    first = line_start(text, start)
    alone = not text[first:start].strip()
    if node.block:
        if alone:
            yield [_lines(text, first, next_line(text, end), [])]
        return
    rest = text[end : line_end(text, end)].lstrip().removeprefix(",").lstrip()
    if alone and (not rest or rest.startswith("#")):
        yield [_lines(text, first, line_end(text, end), [])]
    if position + 1 < len(node.items):
        gone = Splice(start, node.items[position + 1].start, "")
        between = text[end : gone.end]
    elif position:
        gone = Splice(node.items[position - 1].end, end, "")
        between = text[gone.start : start]
    else:
        gone = Splice(node.start + 1, node.end - 1, "")
        between = text[gone.start : start] + text[end : gone.end]
    if "#" not in between:  # no comment goes with it that was about something else
        yield [gone]
    comma = len(text[end:]) - len(text[end:].lstrip().removeprefix(","))
    yield [Splice(start, end + comma if position + 1 < len(node.items) else end, "")]


def without_key(text: str, node: Mapping, key: str) -> Ways:
    """Take a key and its value out of a mapping."""
    names = list(node.entries)
    at = names.index(key)
    start = node.key(key).start
    end = max(written_end(text, node.entries[key]), text.find(":", node.key(key).end) + 1)
    following = node.key(names[at + 1]).start if at + 1 < len(names) else None
    if not node.block:
        previous = node.entries[names[at - 1]].end if at else start
        yield [Splice(start, following, "") if following else Splice(previous, end, "")]
        return
    first = line_start(text, start)
    if not text[first:start].strip():
        yield [_lines(text, first, next_line(text, end), [])]
        return
    if following and not text[next_line(text, end) : following].strip(" "):
        yield [Splice(start, following, "")]  # the first key of an item: the next takes its place
    yield [Splice(start, end, "")]
