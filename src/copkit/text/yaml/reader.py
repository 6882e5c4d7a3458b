"""A strict reader of YAML over libyaml's events: nodes with places, no surprises.  Pure.

Refused, and reported each with its place: everything that lets a file say one thing to a person
and another to a program (anchors, aliases, merge keys, tags, repeated keys, further documents),
nesting beyond :data:`DEEPEST`, and broken syntax. After a fault the reader blanks the entry that
holds it and goes on, so that one run reports every independent fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import yaml

from copkit.errors import CopkitError, Problem
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Damaged, Key, Mapping, Node, Place, Scalar, Sequence
from copkit.text.yaml.syntax_errors import (
    Fault,
    Spoilt,
    TooDeep,
    conflicts,
    hard_spaces,
    with_plain_spaces,
)

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built from source on a system without libyaml
    raise CopkitError(
        "PyYAML is installed without libyaml, with which copkit reads records",
        "install the ready-made one: pip install --force-reinstall --only-binary :all: pyyaml",
    ) from None

DEEPEST: Final = 20
MOST_REPAIRS: Final = 40
MOST_FAULTS: Final = 500  # repeated keys of one file that are reported
MOST_REREAD: Final = 2_000_000  # characters parsed again after repairs, to bound the time

_Scalar = yaml.ScalarEvent
_SequenceStart = yaml.SequenceStartEvent
_MappingStart = yaml.MappingStartEvent
_Alias = yaml.AliasEvent
_DocumentStart = yaml.DocumentStartEvent
_StreamEnd = yaml.StreamEndEvent
_SequenceEnd = yaml.SequenceEndEvent
_MappingEnd = yaml.MappingEndEvent


def read_yaml(source: SourceText, end: int, problems: list[Problem]) -> Node | None:
    """Read the YAML of a file up to an offset; what is wrong is added to ``problems``.

    Gives ``None`` for an empty text. What could not be read is :class:`Damaged`, or missing from
    a list or mapping that says so with ``holed``.
    """
    text = source.text[:end]
    damage: list[Spoilt] = []
    if found := [*conflicts(text)]:
        problems.extend(_report(source, fault) for fault in found)
        damage = [spoilt for fault in found for spoilt in fault.spoilt]
        text = _blank(text, damage)
    if not text.isascii() and (hard := [*hard_spaces(text)]):
        problems.extend(_report(source, fault) for fault in hard)
        text = with_plain_spaces(text)
    budget = MOST_REREAD
    for _ in range(MOST_REPAIRS):
        reading = _Reading(text)
        if reading.fault is None:
            break
        problems.append(_report(source, reading.fault))
        damage = [*damage, *reading.fault.spoilt]
        text = _blank(text, reading.fault.spoilt)
        budget -= len(text)
        if budget < 0:
            return Damaged(0, end)
    else:
        return Damaged(0, end)
    problems.extend(_report(source, fault) for fault in reading.faults)
    return _mark_damage(reading.root, damage, 0, end) if damage else reading.root


def _report(source: SourceText, fault: Fault) -> Problem:
    return source.problem(fault.code, fault.start, fault.end, fault.message, fault.hint)


class _Reading:
    """One attempt at a text: its root, the faults that do not stop it, and the one that does."""

    __slots__ = ("fault", "faults", "last", "root", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self.fault: Fault | None = None
        self.last: Scalar | None = None
        try:
            self._read()
        except (yaml.YAMLError, TooDeep) as error:
            from copkit.text.yaml.syntax_errors import diagnose

            self.fault = diagnose(text, error, self.last)

    def _read(self) -> None:  # noqa: C901  # one loop on purpose: it runs for every value of every file
        text = self.text
        next_event: Callable[[], Any] = CParser(text).get_event
        marked = "&" in text or "!" in text
        stack: list[
            tuple[Mapping | None, list[Node] | None, Key | None, Mapping | Sequence | None]
        ] = []
        mapping: Mapping | None = None  # the mapping we are in, or
        items: list[Node] | None = None  # the items of the list we are in
        key: Key | None = None  # read already, its value comes next
        holder: Mapping | Sequence | None = None  # whichever of the two we are in
        node: Node
        while True:
            event = next_event()
            kind = type(event)
            if kind is _Scalar:
                if marked and (event.anchor is not None or event.tag is not None):
                    self._refuse_marks(event)
                if mapping is not None and key is None:
                    key = event
                    continue
                node = self.last = Scalar(
                    event.value, event.start_mark, event.end_mark, not event.style
                )
            elif kind is _MappingStart or kind is _SequenceStart:
                if len(stack) >= DEEPEST:
                    raise TooDeep(event.start_mark.index)
                if marked and (event.anchor is not None or event.tag is not None):
                    self._refuse_marks(event)
                stack.append((mapping, items, key, holder))
                if kind is _MappingStart:
                    holder = mapping = Mapping(event.start_mark, not event.flow_style)
                    items = None
                else:
                    holder = Sequence(event.start_mark, not event.flow_style)
                    items, mapping = holder.items, None
                key = None
                continue
            elif kind is _SequenceEnd or kind is _MappingEnd:
                assert holder is not None
                node = holder
                holder.close(event.end_mark)
                mapping, items, key, holder = stack.pop()
                if mapping is not None and key is None:
                    self.faults.append(Fault.not_a_key(node))
                    key = _unreadable_key(node)
                    continue
            elif kind is _Alias:
                node = Damaged(event.start_mark.index, event.end_mark.index)
                if key is None or key.value != "<<":  # which is reported itself
                    self.faults.append(Fault.alias(node.start, node.end, event.anchor))
                if mapping is not None and key is None:
                    key = _unreadable_key(node)
                    continue
            elif kind is _DocumentStart and self.root is not None:
                self.faults.append(Fault.second_document(event.start_mark.index))
                return
            elif kind is _StreamEnd:
                return
            else:
                continue
            if mapping is not None and key is not None:
                name = key.value
                if name in mapping.entries or mapping.folded or not name.islower():
                    self._enter(mapping, key, node)
                else:
                    mapping.entries[name] = node
                    mapping.keys[name] = key
                key = None
            elif items is not None:
                items.append(node)
            else:
                self.root = node

    def _enter(self, mapping: Mapping, key: Key, value: Node) -> None:
        """Enter a key that may not be new: the same again, in another case, or a merge key."""
        place = Scalar(key.value, key.start_mark, key.end_mark, True)
        if key.value == "<<":
            self.faults.append(Fault.merge_key(place))
            mapping.holed = True
            return
        if not mapping.folded:
            mapping.folded = {name.casefold(): name for name in mapping.entries}
        folded = key.value.casefold()
        if folded in mapping.folded and len(self.faults) >= MOST_FAULTS:
            return
        if folded in mapping.folded:
            first = mapping.key(mapping.folded[folded])
            self.faults.append(Fault.duplicate_key(self.text, place, first))
        else:
            mapping.folded[folded] = key.value
            mapping.entries[key.value] = value
            mapping.keys[key.value] = key

    def _refuse_marks(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None:
            self.faults.append(Fault.anchor(self.text, start, event.anchor))
        if event.tag is not None:
            self.faults.append(Fault.tag(self.text, start, end))


@dataclass
class _UnreadableKey:
    """Stands for a key that was refused, so that its value still has a place to go."""

    value: str
    start_mark: Place
    end_mark: Place


def _unreadable_key(node: Node) -> Key:
    return _UnreadableKey(f"\0{node.start}", Place(node.start), Place(node.end))


def _blank(text: str, stretches: Iterable[Spoilt]) -> str:
    """Replace what faults have spoilt by spaces, so that every other place keeps its offset."""
    parts, done = list[str](), 0
    for begin, finish, _ in sorted(stretches):
        start = max(begin, done)
        parts += [text[done:start], re.sub(r"[^\r\n]", " ", text[start:finish])]
        done = max(finish, done)
    return "".join([*parts, text[done:]])


def _mark_damage(node: Node | None, damage: list[Spoilt], since: int, size: int) -> Node:
    """Put :class:`Damaged` where a value was blanked, and ``holed`` on what lost a part.

    ``since`` is where the node would start if nothing of it were blanked: after its key.
    """
    if node is None or _within(node.start, damage):
        return Damaged(0, size)
    if isinstance(node, (Mapping, Sequence)):
        # A block's end stands where the next token starts, so a lost last line lies inside it.
        node.holed = any(
            not keyed and begin <= node.end and since <= finish for begin, finish, keyed in damage
        )
        if isinstance(node, Mapping):
            for name, value in node.entries.items():
                node.entries[name] = _mark_damage(value, damage, node.key(name).end, size)
        else:
            starts = [since, *(item.end for item in node.items)]
            node.items = [
                _mark_damage(item, damage, start, size)
                for start, item in zip(starts, node.items, strict=False)
            ]
    return node


def _within(offset: int, damage: Iterable[Spoilt]) -> bool:
    return any(begin <= offset <= finish for begin, finish, keyed in damage if keyed)
