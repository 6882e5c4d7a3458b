"""Change one value in the text of a record and leave every other byte alone.  Pure.

The place is found from the parser's marks, the text is spliced there, and the result is read
again: if anything but the intended value has changed, the edit is refused. A text is a whole
file, YAML or Markdown with its fields between ``---`` lines.

First the offsets of lines and values, then the splices for each kind of change, then the public
functions: :func:`append`, :func:`set_value`, :func:`remove` and :func:`change_value`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Steps  # ``Sequence`` is a node of YAML in this file
from typing import Any, Final, NamedTuple

from copkit.errors import CopkitError, Problem
from copkit.text.front_matter import (
    OPENING,
    find_heading,
    find_section,
    frame_of,
    read_document,
    readable_body,
    split_sections,
)
from copkit.text.merge_values import by_key, same_facts
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, same_values, value_of
from copkit.text.yaml.writer import (
    SURROGATES,
    Form,
    format_inline,
    format_item,
    format_scalar,
    forms,
    plain_value,
)

# --- offsets of lines and values ------------------------------------------------------------


def line_start(text: str, offset: int) -> int:
    """Return the offset at which the line of an offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Return the offset after the line of an offset, its ending included."""
    ends = [end for sign in "\r\n" if (end := text.find(sign, offset)) >= 0]
    if not ends:
        return len(text)
    end = min(ends)
    return end + 2 if text.startswith("\r\n", end) else end + 1


def next_line(text: str, end: int) -> int:
    """Return the offset after the line in which a value ends; ``end`` is the offset of its end."""
    # The parser puts the end of a block at the start of the line below it.
    return end if text[end - 1 : end] in ("\n", "\r") else line_end(text, end)


def column(text: str, offset: int) -> int:
    """Return the column of an offset, from 0."""
    return offset - line_start(text, offset)


def line_number(text: str, offset: int) -> int:
    """Return the number of the line of an offset, from 1."""
    return len(text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def newline_at(text: str, offset: int) -> str:
    """Return the line ending used around an offset.

    That is the ending of the line before it, else of the first line, else LF.
    """
    for end in (offset, line_end(text, 0)):
        before = text[max(end - 2, 0) : end]
        if before.endswith("\n"):
            return "\r\n" if before == "\r\n" else "\n"
        if before.endswith("\r"):
            return "\r"
    return "\n"


def written_end(text: str, node: Node) -> int:
    """Return the offset after the last character of a value.

    Blank lines below a ``|`` or ``>`` text belong to it only where it says so (``|+``).
    """
    # The parser's own end of a block lies at the next token, behind comments and blank lines
    # that are about what follows.
    if isinstance(node, Mapping) and node.block and node.entries:
        name, value = next(reversed(node.entries.items()))
        return max(node.key(name).end, written_end(text, value))
    if isinstance(node, Sequence) and node.block and node.items:
        return max(
            written_end(text, node.items[-1]), dash_offset(text, node, len(node.items) - 1) + 1
        )
    if is_literal(text, node):
        header = text[node.start : line_end(text, node.start)].split("#", maxsplit=1)[0]
        written = text[node.start : node.end]
        return node.end if "+" in header else node.start + len(written.rstrip(" \r\n"))
    return node.end


def is_literal(text: str, node: Node) -> bool:
    """Check whether a value is a text of several lines below a ``|`` or ``>``."""
    return isinstance(node, Scalar) and not node.plain and text[node.start : node.start + 1] in "|>"


def dash_offset(text: str, items: Sequence, position: int) -> int:
    """Return the offset of the dash before an item of a block list, ``position`` from 0."""
    dash_column = column(text, items.start)  # the same for all items of a list
    start = line_start(text, items.items[position].start)
    while start and text[start + dash_column : start + dash_column + 1] != "-":
        start = line_start(text, start - 1)  # the item begins on a line below its dash
    return start + dash_column


# --- splices for each kind of change --------------------------------------------------------

# Each function yields several ways, the best looking first: which of them reads back right
# depends on how a person laid out the text, and trying is simpler than knowing.


class Splice(NamedTuple):
    """A replacement of the text between two offsets by ``written``."""

    start: int
    end: int
    written: str


SpliceCandidates = Iterator[list[Splice]]
"""Ways to make one change, the best first; the splices of a way belong together."""


def apply_splices(text: str, splices: list[Splice]) -> str:
    """Apply splices to a text; of two at one offset, the first in the list comes first."""
    parts, done = list[str](), 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        parts += [text[done : splice.start], splice.written]
        done = splice.end
    return "".join([*parts, text[done:]])


def _lines(text: str, start: int, end: int, lines: list[str]) -> Splice:
    """Build the splice that puts lines in the place of those between two offsets.

    ``lines`` have no endings. Where the offsets are equal, the lines are inserted there.
    """
    newline = newline_at(text, start)
    # A file whose last line has no ending keeps it so: the ending goes before the new lines.
    open_end = text[-1:] not in ("\n", "\r") and end == len(text)
    if open_end and start and (start == end or not lines):
        start -= len(newline) if start < end else 0
        return Splice(start, end, "".join(newline + line for line in lines))
    written = "".join(line + newline for line in lines)
    return Splice(start, end, written.removesuffix(newline) if open_end else written)


def insert_entry(text: str, parent: Mapping, key: str, value: Any) -> SpliceCandidates:
    """Yield ways to add a key that the mapping ``parent`` lacks, after its last one."""
    if not parent.block:
        written = f"{format_scalar(key, in_brackets=True)}: {format_inline(value)}".rstrip()
        if not parent.entries:
            yield [Splice(parent.start + 1, parent.start + 1, written)]
        else:
            last = next(reversed(parent.entries.values()))
            yield [Splice(last.end, last.end, f", {written}")]
        return
    offset, indent = len(text), ""
    if parent.entries:
        offset = next_line(text, written_end(text, parent))
        indent = " " * column(text, parent.key(next(iter(parent.entries))).start)
    elif opening := OPENING.match(text):
        offset = opening.end()
    for form in forms(value):
        first = f"{indent}{format_scalar(key)}: {form.head}".rstrip()
        lines = [first, *_indented(form, indent + "  ")]
        yield [_lines(text, offset, offset, lines)]


def replace_value(
    text: str,
    place: tuple[Mapping | Sequence, str | int],
    node: Node,
    value: Any,
    *,
    in_brackets: bool,
) -> SpliceCandidates:
    """Yield ways to write ``value`` in the place of ``node``.

    ``place`` is the container of the node with its key or position there; ``in_brackets`` when it
    or anything around it is in brackets, where all must stay on one line.
    """
    parent, step = place
    like = text[node.start : node.end]
    if in_brackets:
        yield [Splice(node.start, node.end, format_inline(value) or "~")]
    elif isinstance(parent, Sequence):
        yield from _replace_item(text, dash_offset(text, parent, int(step)), node, value)
    else:
        name = parent.key(str(step))
        indent = " " * (column(text, name.start) + 2)
        for form in forms(value, like=like):
            if isinstance(node, (Mapping, Sequence)) and node.block:
                colon = text.index(":", name.end) + 1
                head = Splice(colon, colon, f" {form.head}".rstrip())
                below = (line_start(text, node.start), next_line(text, written_end(text, node)))
            else:
                head, below = _key_line(text, node, form)
            yield [head, _lines(text, *below, _indented(form, indent))]


def _replace_item(text: str, dash: int, node: Node, value: Any) -> SpliceCandidates:
    """Yield ways to write ``value`` in the place of ``node``, an item of a block list.

    ``dash`` is the offset of the item's dash.
    """
    indent = " " * column(text, dash)
    if isinstance(node, Scalar) and not isinstance(value, (dict, list, tuple)):
        for form in forms(value, like=text[node.start : node.end]):
            head, below = _key_line(text, node, form)
            yield [head, _lines(text, *below, _indented(form, f"{indent}  "))]
        return
    first, *others = format_item(value)
    end = next_line(text, written_end(text, node))
    comment = text[node.end : line_end(text, node.end)].strip()
    if isinstance(node, Scalar) and comment.startswith("#"):
        first = f"{first}  {comment}"
    lines = _lines(text, line_start(text, dash), end, [first, *(indent + line for line in others)])
    yield [lines._replace(start=dash)]


def _key_line(text: str, node: Node, form: Form) -> tuple[Splice, tuple[int, int]]:
    """Build the splice for the part of a value that stands on the line of its key or dash.

    Return it with the two offsets between which the lines below it are to be put.
    """
    below = line_end(text, node.end)
    if is_literal(text, node):
        header = line_end(text, node.start)
        end = node.start + len(text[node.start : header].split("#", maxsplit=1)[0].rstrip())
        below = next_line(text, written_end(text, node))
        return Splice(node.start, end, form.head), (header, max(below, header))
    if node.start < node.end or not form.head:
        start = node.start if form.head else len(text[: node.start].rstrip(" "))
        return Splice(start, node.end, form.head), (below, below)
    # No value yet. A comment behind the key stays in its column as long as there is room.
    gap = len(text[node.end : below]) - len(text[node.end : below].lstrip(" "))
    comment = text.startswith("#", node.end + gap)
    padding = " " * max(gap - len(form.head) - 1, 1) if comment else ""
    return Splice(node.end, node.end + gap, f" {form.head}{padding}"), (below, below)


def _indented(form: Form, indent: str) -> list[str]:
    """Return the lines of a form that go below its key, indented; blank ones stay empty."""
    return [f"{indent}{line}" if line else "" for line in form.below]


def append_items(text: str, node: Sequence, items: list[Any]) -> SpliceCandidates:
    """Yield ways to add items after the last one of a block list."""
    last = node.items[-1]
    dash = dash_offset(text, node, len(node.items) - 1)
    pad = max(last.start - dash, 2) if line_start(text, last.start) <= dash else 2
    indent = " " * column(text, dash)
    # Directly below the last item, or else below the comments that follow it.
    for end in dict.fromkeys([written_end(text, node), last.end]):
        offset = next_line(text, end)
        # Where items are written as {id: a1, ...}, another one is too.
        if isinstance(last, Mapping) and not last.block and isinstance(items[0], dict):
            lines = [f"{indent}-{' ' * (pad - 1)}{format_inline(item)}" for item in items]
            yield [_lines(text, offset, offset, lines)]
        lines = [
            f"{indent}{line}" if line else "" for item in items for line in format_item(item, pad)
        ]
        yield [_lines(text, offset, offset, lines)]


def _append_in_brackets(text: str, node: Sequence, item: Any) -> SpliceCandidates:
    """Yield ways to add an item at the end of a list in brackets.

    Where each item stands on a line of its own, the new one does too.
    """
    written = format_inline(item)
    if not node.items:
        yield [Splice(node.start + 1, node.start + 1, written)]
        return
    last = node.items[-1]
    offset = line_end(text, last.end)
    indent = text[line_start(text, last.start) : last.start]
    trailing_comma = text[last.end : node.end - 1].lstrip().startswith(",")
    if not indent.strip() and node.end > offset:  # each item on a line of its own
        lines = _lines(text, offset, offset, [f"{indent}{written}{',' * trailing_comma}"])
        yield [lines] if trailing_comma else [Splice(last.end, last.end, ","), lines]
    if trailing_comma:
        comma = text.index(",", last.end) + 1
        yield [Splice(comma, comma, f" {written}")]
    yield [Splice(last.end, last.end, f", {written}")]


def delete_item(text: str, node: Sequence, position: int) -> SpliceCandidates:
    """Yield ways to take an item out: its lines with the comments behind it, or a part of a line.

    ``position`` counts from 0.
    """
    item = node.items[position]
    start = dash_offset(text, node, position) if node.block else item.start
    end = max(written_end(text, item), start + 1)
    first = line_start(text, start)
    begins_line = not text[first:start].strip()
    if node.block:
        if begins_line:
            yield [_lines(text, first, next_line(text, end), [])]
        return
    behind = text[end : line_end(text, end)].lstrip().removeprefix(",").lstrip()
    if begins_line and (not behind or behind.startswith("#")):
        yield [_lines(text, first, line_end(text, end), [])]
    if position + 1 < len(node.items):
        cut = Splice(start, node.items[position + 1].start, "")
        between = text[end : cut.end]
    elif position:
        cut = Splice(node.items[position - 1].end, end, "")
        between = text[cut.start : start]
    else:
        cut = Splice(node.start + 1, node.end - 1, "")
        between = text[cut.start : start] + text[end : cut.end]
    if "#" not in between:  # a comment between two items may be about the other one
        yield [cut]
    comma = len(text[end:]) - len(text[end:].lstrip().removeprefix(","))
    yield [Splice(start, end + comma if position + 1 < len(node.items) else end, "")]


def delete_key(text: str, node: Mapping, key: str) -> SpliceCandidates:
    """Yield ways to take a key and its value out of a mapping."""
    names = list(node.entries)
    position = names.index(key)
    start = node.key(key).start
    end = max(written_end(text, node.entries[key]), text.find(":", node.key(key).end) + 1)
    following = node.key(names[position + 1]).start if position + 1 < len(names) else None
    if not node.block:
        previous = node.entries[names[position - 1]].end if position else start
        yield [Splice(start, following, "") if following else Splice(previous, end, "")]
        return
    first = line_start(text, start)
    if not text[first:start].strip():
        yield [_lines(text, first, next_line(text, end), [])]
        return
    if following and not text[next_line(text, end) : following].strip(" "):
        # The first key of an item, on the line of its dash: the next key takes its place.
        yield [Splice(start, following, "")]
    yield [Splice(start, end, "")]


# --- the changes that the program makes -----------------------------------------------------

Path = Steps[str | int]
"""Keys and positions from the top of a record; a text as a position is the ``id`` of an item."""

BYTE_ORDER_MARK: Final = "\ufeff"
MOST_STEPS: Final = 100  # items added or taken out one by one; each reads the text again


class EditRefused(CopkitError):
    """The layout of a text allows no safe change here; a person has to make it in an editor.

    ``line`` counts from 1.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}", "change it by hand in your editor")
        self.line = line
        self.reason = reason


def append(text: str, path: Path, item: Any) -> str:
    """Add an item at the end of the list at ``path``, which is made if it is not there.

    An item is text, a date, a number, or a mapping. Return the new text. Raise
    :class:`EditRefused` where no safe way is found.
    """
    return append_all(text, path, [item])


def append_all(text: str, path: Path, items: list[Any]) -> str:
    """Add items at the end of a list as :func:`append` does, and read the text back once."""
    if not items:
        return text
    record = _Record(text)
    target = record.find(path)
    node = target.node
    if node is None or _is_empty(node):
        return _set(record, target, items)
    if not isinstance(node, Sequence):
        raise record.refusal(node.start, f"'{_dotted(path)}' is not a list")
    if not node.items and isinstance(items[0], dict) and not target.in_brackets:
        return _set(record, target, items)  # `[]` becomes a block: mappings need the room
    if not node.block and len(items) > 1:  # such lists are short, and laid out in many ways
        for item in items:
            text = append_all(text, path, [item])
        return text
    expected = record.values()
    _value_at(expected, target.steps).extend(map(plain_value, items))
    if node.block:
        candidates = append_items(record.text, node, items)
    else:
        candidates = _append_in_brackets(record.text, node, items[0])
    return record.apply_first_safe(candidates, expected, target)


def set_value(text: str, path: Path, value: Any) -> str:
    """Write the value at ``path``, whether or not it has one; its key is made if it is not there.

    Quotes, brackets and the comment behind the value stay where they can. Return the new text.
    Raise :class:`EditRefused` where no safe way is found.
    """
    record = _Record(text)
    return _set(record, record.find(path), value)


def remove(text: str, path: Path, item: Any) -> str:
    """Take an item out of the list at ``path``, or a key out of the mapping there.

    An item of a list is named by its value; a mapping in a list by its ``id`` as well. A list
    that loses its last item is left empty. Return the new text. Raise :class:`EditRefused` where
    no safe way is found.
    """
    record = _Record(text)
    target = record.find(path)
    node = target.node
    expected = record.values()
    if isinstance(node, Mapping) and isinstance(item, str) and item in node.entries:
        del _value_at(expected, target.steps)[item]
        if len(node.entries) == 1 and not target.can_be_empty:
            raise record.refusal(node.start, f"'{item}' is all that is left of '{_dotted(path)}'")
        return record.apply_first_safe(delete_key(record.text, node, item), expected, target)
    if isinstance(node, Sequence):
        position = _position_of(record, node, item)
        del _value_at(expected, target.steps)[position]
        return record.apply_first_safe(delete_item(record.text, node, position), expected, target)
    offset = node.start if node else target.parent.start
    raise record.refusal(offset, f"there is no '{_short(item)}' in '{_dotted(path)}'")


def change_value(text: str, path: Path, old: Any, new: Any) -> str:
    """Change the value at ``path`` from ``old`` to ``new`` in small steps.

    Only what differs is written, so that comments and layout around the rest stay. Items of lists
    are matched by their ids or values. Return the new text, which is ``text`` as it was where
    nothing differs. Raise :class:`EditRefused` where no safe way is found.
    """
    if same_facts(old, new):
        return text
    if isinstance(old, dict) and isinstance(new, dict) and (old or not path):
        for key in [key for key in old if key not in new]:
            text = remove(text, path, key)
        for key, value in new.items():
            text = change_value(text, (*path, key), old.get(key), value)
        return text
    before, after = by_key(old or []), by_key(new)
    if before is None or not after or len(before.keys() ^ after.keys()) > MOST_STEPS:
        return set_value(text, path, new if new or new == 0 else None)
    for key in [key for key in before if key not in after]:
        text = remove(text, path, key)
    for key, value in after.items():
        if key not in before:
            text = append(text, path, value)
        elif isinstance(value, dict):
            text = change_value(text, (*path, key), before[key], value)
    return text


# --- the record, and places in it -----------------------------------------------------------


class _Target(NamedTuple):
    """Where a path leads: ``node`` is ``None`` when its last steps are not there yet."""

    steps: tuple[str | int, ...]  # of the path, as far as the record has them
    missing: tuple[str | int, ...]  # the steps after these
    parent: Mapping | Sequence
    node: Node | None
    in_brackets: bool

    @property
    def can_be_empty(self) -> bool:
        """Whether a mapping may lose its last key here: behind a dash something must remain."""
        return self.in_brackets or self.node is self.parent or isinstance(self.parent, Mapping)


class _Record:
    """A text that was read without a fault, and its fields as nodes."""

    def __init__(self, text: str) -> None:
        # Off while offsets are counted, and put back in front of the new text.
        self.mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
        self.text = text.removeprefix(BYTE_ORDER_MARK)
        self.fields = read_fields(self.text)

    def values(self) -> Any:
        return value_of(self.fields)

    def refusal(self, offset: int, reason: str) -> EditRefused:
        """Build the error for an edit that is refused because of what is at an offset."""
        return EditRefused(line_number(self.text, offset), reason)

    def find(self, path: Path) -> _Target:
        """Follow a path as far as the record has it.

        Raise :class:`EditRefused` for a step into plain text, or to an item that is not in its
        list.
        """
        steps: list[str | int] = []
        parent: Mapping | Sequence = self.fields
        node: Node | None = self.fields
        in_brackets = False
        for number, step in enumerate(path):
            if node is None or _is_empty(node):
                return _Target(tuple(steps), tuple(path[number:]), parent, node, in_brackets)
            if not isinstance(node, (Mapping, Sequence)):
                raise self.refusal(
                    node.start, f"'{step}' is looked for in a value that is only text"
                )
            parent = node
            in_brackets = in_brackets or not node.block
            if isinstance(node, Mapping):
                node = node.entries.get(str(step))
                if node is None:
                    return _Target(tuple(steps), tuple(path[number:]), parent, None, in_brackets)
                steps.append(str(step))
            else:
                position = _position(self, node, step)
                node = node.items[position]
                steps.append(position)
        return _Target(tuple(steps), (), parent, node, in_brackets)

    def apply_first_safe(
        self, candidates: Iterable[list[Splice]], expected: Any, target: _Target
    ) -> str:
        """Return the text after the first candidate with which the fields read as ``expected``.

        Raise :class:`EditRefused` if there is none. The fields are compared as a whole, so that no
        other value can have changed; the body and all outside the splices stays by construction.
        """
        for splices in candidates:
            result = apply_splices(self.text, splices)
            try:
                if same_values(value_of(read_fields(result)), expected):
                    return self.mark + result
            except EditRefused:
                continue
        place = target.node or target.parent
        reason = f"'{_dotted(target.steps)}' cannot be changed safely here"
        raise self.refusal(place.start, reason)


def fill_section(text: str, heading: str, content: str) -> str:
    """Write a text under a ``## heading`` of a Markdown record that has nothing below it.

    A heading that is missing is added at the end. Return the new text, of which every other byte
    is as it was. Raise :class:`EditRefused` where something stands there, or would then read
    differently.
    """
    frame = frame_of(text)
    if frame is None:
        raise EditRefused(1, "the fields of this record are never closed")
    newline = newline_at(text, frame.body)
    lines = newline.join(content.strip().splitlines()) + newline
    place = find_heading(text, frame.body, heading)
    if place is None:
        gap = newline * (2 - text.endswith(("\n", "\r"))) if text[frame.body :].strip() else newline
        new = f"{text}{gap}## {heading}{newline}{newline}{lines}"
    else:
        before, after = text[: place[1]], text[place[1] :]
        start = newline if before.endswith(("\n", "\r")) else newline * 2
        end = newline if after and not after.startswith(("\n", "\r")) else ""
        new = f"{before}{start}{lines}{end}{after}"
    old_sections = split_sections(readable_body(text[frame.body :]))
    sections = split_sections(readable_body(new[frame.body :]))
    filled = find_section(readable_body(new[frame.body :]), heading)
    others = [{k: v for k, v in each.items() if k.casefold() != heading.casefold()}
              for each in (old_sections, sections)]  # fmt: skip
    if filled.split() != content.split() or others[0] != others[1]:
        line = line_number(text, place[0] if place else len(text))
        raise EditRefused(line, f"nothing can be written under '## {heading}' without a risk")
    return new


def read_fields(text: str) -> Mapping:
    """Read the fields of a whole file; raise :class:`EditRefused` for the first fault in it."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    if SURROGATES.search(text):
        raise EditRefused(1, "it holds what is no text")
    problems: list[Problem] = []
    document = read_document(SourceText("", text), problems, markdown=frame_of(text) is not None)
    if problems:
        raise EditRefused(problems[0].line, problems[0].message)
    return document.fields


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and (node.empty or not node.text)


def _position(record: _Record, node: Sequence, step: str | int) -> int:
    """Return the position of an item in a list; ``step`` is that position, or the item's id.

    Raise :class:`EditRefused` if there is no such item.
    """
    if isinstance(step, str):
        return _position_of(record, node, step)
    if not 0 <= step < len(node.items):
        raise record.refusal(node.start, f"there is no item {step} among {len(node.items)}")
    return step


def _position_of(record: _Record, node: Sequence, item: Any) -> int:
    """Return the position of an item by its value or, of a mapping, by its id.

    Raise :class:`EditRefused` unless exactly one item matches.
    """
    values = [value_of(value) for value in node.items]
    value = plain_value(item)
    positions = [number for number, other in enumerate(values) if same_values(other, value)]
    if isinstance(value, str):
        ids = [other.get("id") if isinstance(other, dict) else None for other in values]
        positions = positions or [number for number, id in enumerate(ids) if id == value]
    if len(positions) != 1:  # of several alike, any could be the one that is meant
        many = "more than one item is" if positions else "no item is"
        raise record.refusal(node.start, f"{many} '{_short(item)}'")
    return positions[0]


def _value_at(values: Any, steps: Steps[str | int]) -> Any:
    """Return the part of ``values`` to which the keys and positions in ``steps`` lead."""
    for step in steps:
        values = values[step]
    return values


def _dotted(path: Path) -> str:
    return ".".join(map(str, path)) or "the record"


def _short(item: Any) -> str:
    text = str(item.get("id", item) if isinstance(item, dict) else item)
    return text if len(text) <= 40 else f"{text[:39]}…"  # so that the message stays on one line


def _set(record: _Record, target: _Target, value: Any) -> str:
    """Write a value at a place that was found, with the keys that are missing on the way.

    Return the new text. Raise :class:`EditRefused` where no safe way is found.
    """
    for step in reversed(target.missing[1:] if target.node is None else target.missing):
        if isinstance(step, int):
            raise record.refusal(target.parent.start, f"there is no list with an item {step}")
        value = {step: value}
    expected = record.values()
    if target.node is None:
        key = target.missing[0]
        if not isinstance(key, str) or not isinstance(target.parent, Mapping):
            raise record.refusal(target.parent.start, f"'{key}' is not the name of a field")
        _value_at(expected, target.steps)[key] = plain_value(value)
        candidates = insert_entry(record.text, target.parent, key, value)
    elif not target.steps:
        raise record.refusal(0, "the whole record cannot be set")
    elif same_values(value_of(target.node), plain_value(value)):
        return record.mark + record.text
    else:
        _value_at(expected, target.steps[:-1])[target.steps[-1]] = plain_value(value)
        place = (target.parent, target.steps[-1])
        candidates = replace_value(
            record.text, place, target.node, value, in_brackets=target.in_brackets
        )
    return record.apply_first_safe(candidates, expected, target)
