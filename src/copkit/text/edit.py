"""Change one value in the text of a record and leave every other byte alone.  Pure.

The place is found from the reader's marks, the text is spliced there, and the result is read
again: if anything but the intended value has changed, the edit is refused. A text is a whole
file, YAML or Markdown with its fields between ``---`` lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Steps
from typing import Any, Final, NamedTuple

from copkit.errors import CopkitError, Problem
from copkit.text.front_matter import frame_of, read_document
from copkit.text.merge_values import by_key, same_facts
from copkit.text.source import SourceText
from copkit.text.spans import line_number
from copkit.text.splices import (
    Splice,
    added_item,
    new_entry,
    new_value,
    spliced,
    without_item,
    without_key,
)
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, same, value_of
from copkit.text.yaml.writer import NO_TEXT, plain

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
