"""A strict YAML parser over libyaml's events: nodes with their places.  Pure.

Refused, and reported each with its place: everything that lets a file say one thing to a person
and another to a program (anchors, aliases, merge keys, tags, repeated keys, further documents),
nesting beyond :data:`DEEPEST`, and broken syntax. After a syntax error the reader replaces the
entry that holds it by spaces and reads again, so that one run reports every independent fault.
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
    DamagedSpan,
    TooDeep,
    YamlFault,
    diagnose,
    find_conflicts,
    find_hard_spaces,
    replace_hard_spaces,
)

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built from source on a system without libyaml
    raise CopkitError(
        "PyYAML is installed without libyaml, with which copkit reads records",
        "install the ready-made one: pip install --force-reinstall --only-binary :all: pyyaml",
    ) from None

# PyYAML's own loaders are not used: following YAML 1.1 they read 12:30 as 750 and `no` as False,
# let the last of two equal keys win silently, and crash on 100,000 nested brackets.
DEEPEST: Final = 20  # levels, far beyond what any record needs
MOST_REPAIRS: Final = 40  # syntax errors of one file that are reported
MOST_FAULTS: Final = 500  # repeated keys of one file that are reported
MOST_REREAD: Final = 2_000_000  # characters parsed again after repairs, to bound the time

# Bound once: the loop below compares with them for every event of every file.
_Scalar = yaml.ScalarEvent
_SequenceStart = yaml.SequenceStartEvent
_MappingStart = yaml.MappingStartEvent
_Alias = yaml.AliasEvent
_DocumentStart = yaml.DocumentStartEvent
_StreamEnd = yaml.StreamEndEvent
_SequenceEnd = yaml.SequenceEndEvent
_MappingEnd = yaml.MappingEndEvent


def read_yaml(source: SourceText, end: int, problems: list[Problem]) -> Node | None:
    """Read the YAML of a file up to the offset ``end``; faults are added to ``problems``.

    Return ``None`` for an empty text. What could not be read is :class:`Damaged`, or missing from
    a list or mapping whose ``incomplete`` is true.
    """
    text = source.text[:end]
    if text.startswith("\ufeff"):  # a second one: decoding has removed the first
        # libyaml skips it and does not count it, so every place in the file would be wrong
        message = "the file begins with an invisible mark (U+FEFF) that does not belong to it"
        hint = "delete everything before the first letter, and type that letter again"
        problems.append(source.problem("byte-order-mark", 0, 1, message, hint))
        return Damaged(0, end)
    damage: list[DamagedSpan] = []
    # Markers first: to the parser they would be faults of other kinds, one on each line.
    if conflicts := [*find_conflicts(text)]:
        problems.extend(_problem_of(source, fault) for fault in conflicts)
        damage = [span for fault in conflicts for span in fault.damage]
        text = _blank(text, damage)
    if not text.isascii() and (hard_spaces := [*find_hard_spaces(text)]):
        problems.extend(_problem_of(source, fault) for fault in hard_spaces)
        text = replace_hard_spaces(text)
    budget = MOST_REREAD
    for _ in range(MOST_REPAIRS):
        reading = _Reading(text)
        if reading.fault is None:
            break
        problems.append(_problem_of(source, reading.fault))
        damage = [*damage, *reading.fault.damage]
        text = _blank(text, reading.fault.damage)
        budget -= len(text)  # each repair parses the whole text once more
        if budget < 0:
            return Damaged(0, end)
    else:
        return Damaged(0, end)
    problems.extend(_problem_of(source, fault) for fault in reading.faults)
    return _mark_damage(reading.root, damage, 0, end) if damage else reading.root


def _problem_of(source: SourceText, fault: YamlFault) -> Problem:
    return source.problem(fault.code, fault.start, fault.end, fault.message, fault.hint)


class _Reading:
    """One attempt to parse a text.

    ``faults`` are those after which parsing goes on, ``fault`` the syntax error that ended it.
    """

    __slots__ = ("fault", "faults", "last", "root", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.faults: list[YamlFault] = []
        self.fault: YamlFault | None = None
        self.last: Scalar | None = None
        try:
            self._read()
        except (yaml.YAMLError, TooDeep) as error:
            self.fault = diagnose(text, error, self.last)

    def _read(self) -> None:  # noqa: C901  # one loop on purpose: it runs for every value of every file
        """Parse the text: set ``root`` and ``last``, and add to ``faults``.

        Raise ``yaml.YAMLError`` for broken syntax, and :class:`TooDeep`.
        """
        text = self.text
        next_event: Callable[[], Any] = CParser(text).get_event
        has_marks = "&" in text or "!" in text  # an anchor or a tag may be in it
        # What surrounds the container we are in; our own stack, as Python's could overflow.
        stack: list[
            tuple[Mapping | None, list[Node] | None, Key | None, Mapping | Sequence | None]
        ] = []
        mapping: Mapping | None = None  # the innermost container, if it is a mapping
        items: list[Node] | None = None  # its items, if it is a list
        key: Key | None = None  # of the mapping, while its value is still to come
        container: Mapping | Sequence | None = None  # the innermost, of either kind
        node: Node
        while True:
            event = next_event()
            kind = type(event)
            if kind is _Scalar:
                if has_marks and (event.anchor is not None or event.tag is not None):
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
                if has_marks and (event.anchor is not None or event.tag is not None):
                    self._refuse_marks(event)
                stack.append((mapping, items, key, container))
                if kind is _MappingStart:
                    container = mapping = Mapping(event.start_mark, not event.flow_style)
                    items = None
                else:
                    container = Sequence(event.start_mark, not event.flow_style)
                    items, mapping = container.items, None
                key = None
                continue
            elif kind is _SequenceEnd or kind is _MappingEnd:
                assert container is not None
                node = container
                container.close(event.end_mark)
                mapping, items, key, container = stack.pop()
                if mapping is not None and key is None:
                    self.faults.append(YamlFault.not_a_key(node))
                    key = _unreadable_key(node)
                    continue
            elif kind is _Alias:
                node = Damaged(event.start_mark.index, event.end_mark.index)
                if key is None or key.value != "<<":  # `<<: *base` is reported as a merge key
                    self.faults.append(YamlFault.alias(node.start, node.end, event.anchor))
                if mapping is not None and key is None:
                    key = _unreadable_key(node)
                    continue
            elif kind is _DocumentStart and self.root is not None:
                self.faults.append(YamlFault.second_document(event.start_mark.index))
                return
            elif kind is _StreamEnd:
                return
            else:
                continue
            if mapping is not None and key is not None:
                name = key.value
                # The common case inline: a call for every field of every file would be felt.
                if name in mapping.entries or mapping.folded_names or not name.islower():
                    self._add_unusual_key(mapping, key, node)
                else:
                    mapping.entries[name] = node
                    mapping.keys[name] = key
                key = None
            elif items is not None:
                items.append(node)
            else:
                self.root = node

    def _add_unusual_key(self, mapping: Mapping, key: Key, value: Node) -> None:
        """Add a key that may be a merge key, or repeat an earlier one in the same or other case."""
        place = Scalar(key.value, key.start_mark, key.end_mark, True)
        if key.value == "<<":
            self.faults.append(YamlFault.merge_key(place))
            mapping.incomplete = True
            return
        if not mapping.folded_names:
            mapping.folded_names = {name.casefold(): name for name in mapping.entries}
        folded = key.value.casefold()
        if folded in mapping.folded_names and len(self.faults) >= MOST_FAULTS:
            return
        if folded in mapping.folded_names:
            # The first value stays, and the file is at fault: silently taking one of two such as
            # `audience: members` and `audience: public` could publish what must not be.
            first = mapping.key(mapping.folded_names[folded])
            self.faults.append(YamlFault.duplicate_key(self.text, place, first))
        else:
            mapping.folded_names[folded] = key.value
            mapping.entries[key.value] = value
            mapping.keys[key.value] = key

    def _refuse_marks(self, event: Any) -> None:
        """Add a fault for the anchor and for the tag of an event, where it has one."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None:
            self.faults.append(YamlFault.anchor(self.text, start, event.anchor))
        if event.tag is not None:
            self.faults.append(YamlFault.tag(self.text, start, end))


@dataclass
class _UnreadableKey:
    """A stand-in for a key that was refused, under which its value is kept."""

    value: str
    start_mark: Place
    end_mark: Place


def _unreadable_key(node: Node) -> Key:
    # A NUL cannot stand in YAML, so no real key has this name.
    return _UnreadableKey(f"\0{node.start}", Place(node.start), Place(node.end))


def _blank(text: str, damage: Iterable[DamagedSpan]) -> str:
    """Replace damaged spans by spaces, so that every other place keeps its offset."""
    parts, done = list[str](), 0
    for span in sorted(damage):
        start = max(span.start, done)  # spans may overlap
        parts += [text[done:start], re.sub(r"[^\r\n]", " ", text[start : span.end])]
        done = max(span.end, done)
    return "".join([*parts, text[done:]])


def _mark_damage(node: Node | None, damage: list[DamagedSpan], since: int, size: int) -> Node:
    """Put :class:`Damaged` where a value was blanked, and set ``incomplete`` on what lost a part.

    The node is changed in place and returned, or a stand-in for all of it. ``since`` is where it
    would start if nothing of it were blanked: after its key. ``size`` is the length of the text.
    """
    if node is None or _is_damaged(node.start, damage):
        return Damaged(0, size)
    if isinstance(node, (Mapping, Sequence)):
        # A block's end stands where the next token starts, so a lost last line lies inside it.
        node.incomplete = any(
            not span.has_key and span.start <= node.end and since <= span.end for span in damage
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


def _is_damaged(offset: int, damage: Iterable[DamagedSpan]) -> bool:
    return any(span.has_key and span.start <= offset <= span.end for span in damage)
