"""Change one value in the text of a record and leave every other byte alone.  Pure.

The place is found from the reader's marks, the text is spliced there, and the result is read
again: if anything but the intended value has changed, the edit is refused. A text is a whole
file, YAML or Markdown with its fields between ``---`` lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Steps
from typing import Any, Final, NamedTuple

from copkit.errors import CopkitError, Problem
from copkit.text.front_matter import OPENING, frame_of, read_document
from copkit.text.merge_values import by_key, same_facts
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, same, value_of
from copkit.text.yaml.writer import NO_TEXT, Form, bracketed, forms, item_lines, plain, scalar

# Where in a text the lines of a value begin and end.


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


# The ways to write a change into a text: what is put where, each way the best first.


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


Path = Steps[str | int]
"""Keys and positions from the top of a record; a text as a position is the ``id`` of an item."""

Value = str | list["Value"] | dict[str, "Value"] | None

MARK: Final = "\ufeff"
MOST_STEPS: Final = 100  # of items added or taken out one by one; each reads the text again


class EditRefused(CopkitError):
    """The text is not laid out so that this can be changed safely; a person has to do it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}", "change it by hand in your editor")
        self.line = line
        self.reason = reason


def append(text: str, path: Path, item: Any) -> str:
    """Add an item at the end of the list at ``path``, which is made if it is not there.

    An item is text, a date, a number, or a mapping. Raises :class:`EditRefused`.
    """
    record = _Record(text)
    found = record.find(path)
    if found.node is None or _is_nothing(found.node):
        return _set(record, found, [item])
    if not isinstance(found.node, Sequence):
        raise record.refusal(found.node.start, f"'{_name(path)}' is not a list")
    if not found.node.items and isinstance(item, dict) and not found.in_brackets:
        return _set(record, found, [item])
    wanted = record.values()
    _at(wanted, found.steps).append(plain(item))
    return record.first_that_reads(added_item(record.text, found.node, item), wanted, found)


def set_value(text: str, path: Path, value: Any) -> str:
    """Write the value at ``path``, whether or not it has one; its key is made if it is not there.

    Quotes, brackets and the comment behind the value stay where they can. Raises
    :class:`EditRefused`.
    """
    record = _Record(text)
    return _set(record, record.find(path), value)


def remove(text: str, path: Path, item: Any) -> str:
    """Take an item out of the list at ``path``, or a key out of the mapping there.

    An item of a list is named by its value; a mapping in a list by its ``id`` as well. A list
    that loses its last item is left empty. Raises :class:`EditRefused`.
    """
    record = _Record(text)
    found = record.find(path)
    node = found.node
    wanted = record.values()
    if isinstance(node, Mapping) and isinstance(item, str) and item in node.entries:
        del _at(wanted, found.steps)[item]
        if len(node.entries) == 1 and not found.can_be_empty:
            raise record.refusal(node.start, f"'{item}' is all that is left of '{_name(path)}'")
        return record.first_that_reads(without_key(record.text, node, item), wanted, found)
    if isinstance(node, Sequence):
        position = _position_of(record, node, item)
        del _at(wanted, found.steps)[position]
        return record.first_that_reads(without_item(record.text, node, position), wanted, found)
    where = node.start if node else found.parent.start
    raise record.refusal(where, f"there is no '{_short(item)}' in '{_name(path)}'")


def change_to(text: str, path: Path, old: Any, new: Any) -> str:
    """Edit a text in small steps until the value at ``path`` is ``new`` and no longer ``old``.

    Items of lists are told apart by their ids or values. Raises :class:`EditRefused`.
    """
    if same_facts(old, new):
        return text
    if isinstance(old, dict) and isinstance(new, dict) and (old or not path):
        for key in [key for key in old if key not in new]:
            text = remove(text, path, key)
        for key, value in new.items():
            text = change_to(text, (*path, key), old.get(key), value)
        return text
    before, after = by_key(old or []), by_key(new)
    if before is None or not after or len(before.keys() ^ after.keys()) > MOST_STEPS:
        return set_value(text, path, new or None)
    for key in [key for key in before if key not in after]:
        text = remove(text, path, key)
    for key, value in after.items():
        if key not in before:
            text = append(text, path, value)
        elif isinstance(value, dict):
            text = change_to(text, (*path, key), before[key], value)
    return text


# --- the record, and places in it -----------------------------------------------------------


class _Found(NamedTuple):
    """Where a path leads: ``node`` is ``None`` when its last steps are not there yet."""

    steps: tuple[str | int, ...]  # as far as there is something
    missing: tuple[str | int, ...]  # the rest of the path
    parent: Mapping | Sequence
    node: Node | None
    in_brackets: bool

    @property
    def can_be_empty(self) -> bool:
        """Whether nothing at all may stand here: not behind a dash."""
        return self.in_brackets or self.node is self.parent or isinstance(self.parent, Mapping)


class _Record:
    """A text that was read without a fault, and its fields."""

    def __init__(self, text: str) -> None:
        self.mark = MARK if text.startswith(MARK) else ""
        self.text = text.removeprefix(MARK)
        self.fields = read_fields(self.text)

    def values(self) -> Any:
        return value_of(self.fields)

    def refusal(self, at: int, reason: str) -> EditRefused:
        """Say where and why an edit is refused."""
        return EditRefused(line_number(self.text, at), reason)

    def find(self, path: Path) -> _Found:
        """Follow a path as far as it goes; refuse steps that cannot be taken."""
        steps: list[str | int] = []
        parent: Mapping | Sequence = self.fields
        node: Node | None = self.fields
        in_brackets = False
        for number, step in enumerate(path):
            if node is None or _is_nothing(node):
                return _Found(tuple(steps), tuple(path[number:]), parent, node, in_brackets)
            if not isinstance(node, (Mapping, Sequence)):
                raise self.refusal(
                    node.start, f"'{step}' is looked for in a value that is only text"
                )
            parent = node
            in_brackets = in_brackets or not node.block
            if isinstance(node, Mapping):
                node = node.entries.get(str(step))
                if node is None:
                    return _Found(tuple(steps), tuple(path[number:]), parent, None, in_brackets)
                steps.append(str(step))
            else:
                position = _position(self, node, step)
                node = node.items[position]
                steps.append(position)
        return _Found(tuple(steps), (), parent, node, in_brackets)

    def first_that_reads(
        self, candidates: Iterable[list[Splice]], wanted: Any, found: _Found
    ) -> str:
        """Give the first way of splicing after which the record says what it should, and only that.

        The body and everything outside the splices is as it was by construction.
        """
        for splices in candidates:
            result = spliced(self.text, splices)
            try:
                if same(value_of(read_fields(result)), wanted):
                    return self.mark + result
            except EditRefused:
                continue
        where = found.node or found.parent
        raise self.refusal(where.start, f"'{_name(found.steps)}' cannot be changed safely here")


def read_fields(text: str) -> Mapping:
    """Read the fields of a whole file; raise :class:`EditRefused` for the first fault in it."""
    text = text.removeprefix(MARK)
    if NO_TEXT.search(text):
        raise EditRefused(1, "it holds what is no text")
    problems: list[Problem] = []
    document = read_document(SourceText("", text), problems, markdown=frame_of(text) is not None)
    if problems:
        raise EditRefused(problems[0].line, problems[0].message)
    return document.fields


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and (node.empty or not node.text)


def _position(record: _Record, node: Sequence, step: str | int) -> int:
    if isinstance(step, str):
        return _position_of(record, node, step)
    if not 0 <= step < len(node.items):
        raise record.refusal(node.start, f"there is no item {step} among {len(node.items)}")
    return step


def _position_of(record: _Record, node: Sequence, item: Any) -> int:
    """Find an item by its value, or a mapping by its id."""
    values = [value_of(value) for value in node.items]
    sought = plain(item)
    at = [number for number, value in enumerate(values) if same(value, sought)]
    if isinstance(sought, str):
        ids = [value.get("id") if isinstance(value, dict) else None for value in values]
        at = at or [number for number, id in enumerate(ids) if id == sought]
    if len(at) != 1:
        many = "more than one item is" if at else "no item is"
        raise record.refusal(node.start, f"{many} '{_short(item)}'")
    return at[0]


def _at(values: Any, steps: Steps[str | int]) -> Any:
    for step in steps:
        values = values[step]
    return values


def _name(path: Path) -> str:
    return ".".join(map(str, path)) or "the record"


def _short(item: Any) -> str:
    text = str(item.get("id", item) if isinstance(item, dict) else item)
    return text if len(text) <= 40 else f"{text[:39]}…"


# --- setting --------------------------------------------------------------------------------


def _set(record: _Record, found: _Found, value: Any) -> str:
    for step in reversed(found.missing[1:] if found.node is None else found.missing):
        if isinstance(step, int):
            raise record.refusal(found.parent.start, f"there is no list with an item {step}")
        value = {step: value}
    wanted = record.values()
    if found.node is None:
        key = found.missing[0]
        if not isinstance(key, str) or not isinstance(found.parent, Mapping):
            raise record.refusal(found.parent.start, f"'{key}' is not the name of a field")
        _at(wanted, found.steps)[key] = plain(value)
        candidates = new_entry(record.text, found.parent, key, value)
    elif not found.steps:
        raise record.refusal(0, "the whole record cannot be set")
    elif same(value_of(found.node), plain(value)):
        return record.mark + record.text
    else:
        _at(wanted, found.steps[:-1])[found.steps[-1]] = plain(value)
        place = (found.parent, found.steps[-1])
        candidates = new_value(record.text, place, found.node, value, in_brackets=found.in_brackets)
    return record.first_that_reads(candidates, wanted, found)
