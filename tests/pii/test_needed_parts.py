"""What each pattern needs, taken from the pattern itself, is what ``needed_parts.json`` holds."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # of tests alone: it is not public
from typing import Any, Final

import pytest

from copkit.pii import needed_parts
from copkit.pii.kinds import PatternRule
from copkit.pii.needed_parts import DIGITS, LONGEST_PART, digest_of, load_needed_parts, parts_of
from copkit.pii.scan import find_details
from tests.pii.scoring import TEXTS, marked_texts

GOLDEN = Path(needed_parts.__file__).with_name("needed_parts.json")
_MODULES: Final = ("numbers", "contact", "places", "narrowing", "spoken")
_MOST_GROUPS: Final = 4
_COMMON: Final = frozenset(
    ["the ", " the", " and", "and ", " was", "was ", " her", " his", "her ", "his ", " for", "with"]
)


def rules() -> list[PatternRule]:
    modules = (import_module(f"copkit.pii.{name}") for name in _MODULES)
    tables = (table for module in modules for table in vars(module).values())
    return [
        rule
        for table in tables
        if isinstance(table, tuple)
        for rule in table
        if isinstance(rule, PatternRule)
    ]


def needed_parts_of(pattern: str) -> tuple[bool, list[list[str]]] | None:
    """Return whether a match may go over a line's end, and the groups of parts that it has."""
    items = parser.parse(pattern, 0)
    needed = _needed_by_sequence(items)
    if digits := min(_count_digits(items), len(DIGITS) - 1):
        needed.append(frozenset([DIGITS[digits]]))
    groups = sorted(set(needed), key=lambda group: (_frequency(group), sorted(group)))
    if not groups:
        return None
    return _spans_lines(items), [sorted(group) for group in groups[:_MOST_GROUPS]]


def test_what_patterns_need_is_up_to_date(pytestconfig: pytest.Config) -> None:
    needed = {digest_of(rule.pattern): needed_parts_of(rule.pattern) for rule in rules()}
    lines = [f'"{key}": {json.dumps(value)}' for key, value in sorted(needed.items()) if value]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    if pytestconfig.getoption("--update-golden"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text
    assert len(lines) > 150


def test_a_match_has_a_part_of_each_group() -> None:
    texts = [one.text for one in marked_texts(TEXTS)]
    matches = 0
    for rule in rules():
        needed = load_needed_parts().get(digest_of(rule.pattern))
        for text in texts:
            if needed and re.compile(rule.pattern, rule.flags).search(text):
                matches += 1
                assert not any(group.isdisjoint(parts_of(text)) for group in needed.groups)

    assert matches > 300


def test_nothing_else_is_found_where_every_pattern_is_searched_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [one.text for one in marked_texts(TEXTS)]
    sparing = [find_details(text + " ") for text in texts]
    monkeypatch.setattr("copkit.pii.normalise.load_needed_parts", dict)

    assert [find_details(text + "  ") for text in texts] == sparing


# --- what a pattern needs -------------------------------------------------------------------


def _needed_by_sequence(items: Any) -> list[frozenset[str]]:
    """Return what the items of a sequence need, each; letters in a row are one item."""
    needed: list[frozenset[str]] = []
    letters = ""
    for operation, argument in [*items, (None, None)]:
        if str(operation) == "LITERAL":
            letters += chr(argument).lower()
            continue
        if part := _most_telling_part(letters):
            needed.append(frozenset([part]))
        letters = ""
        needed += _needed_by_item(str(operation), argument)
    return needed


def _needed_by_item(operation: str, argument: Any) -> list[frozenset[str]]:
    match operation:
        case "SUBPATTERN":
            return _needed_by_sequence(argument[3])
        case "ATOMIC_GROUP":
            return _needed_by_sequence(argument)
        case "ASSERT":
            return _needed_by_sequence(argument[1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _needed_by_sequence(argument[2]) if argument[0] else []
        case "BRANCH":
            branches = [
                min(_needed_by_sequence(branch), key=_frequency, default=frozenset[str]())
                for branch in argument[1]
            ]
            return [frozenset().union(*branches)] if all(branches) else []
        case _:
            return []


def _count_digits(items: Any) -> int:
    """Return how many digits a match has at least."""
    count = 0
    for operation, argument in items:
        match str(operation):
            case "LITERAL":
                count += chr(argument).isdigit()
            case "IN":
                count += all(_is_digit(str(kind), value) for kind, value in argument)
            case "SUBPATTERN":
                count += _count_digits(argument[3])
            case "ATOMIC_GROUP":
                count += _count_digits(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                count += argument[0] * _count_digits(argument[2])
            case "BRANCH":
                count += min(map(_count_digits, argument[1]))
    # What is looked for ahead is read again by what follows, and is not counted twice.
    ahead = [_count_digits(value[1]) for name, value in items if str(name) == "ASSERT"]
    return max([count, *ahead])


def _is_digit(kind: str, value: Any) -> bool:
    if kind == "RANGE":
        return bool(ord("0") <= value[0] and value[1] <= ord("9"))
    return str(value) == "CATEGORY_DIGIT" or (kind == "LITERAL" and chr(value).isdigit())


def _most_telling_part(letters: str) -> str:
    """Return four letters of some in a row, or three, or a sign that no word has, or nothing."""
    for length in (LONGEST_PART, 3):
        parts = [letters[start : start + length] for start in range(len(letters) - length + 1)]
        if parts:
            return min(parts, key=lambda part: (part in _COMMON, " " in part))
    return next((sign for sign in letters if not sign.isalnum() and sign not in " .,-\n"), "")


def _frequency(parts: frozenset[str]) -> int:
    """Estimate in how many lines any of some parts stand, in no unit."""
    return sum(map(_frequency_of_part, parts))


def _frequency_of_part(part: str) -> int:
    if part in DIGITS:
        return 31 - 3 * int(part[1:])
    return 60 if part in _COMMON else {3: 4, 4: 1}.get(len(part), 5)


def _spans_lines(items: Any) -> bool:
    """Check whether anything in a pattern matches the end of a line."""
    for operation, argument in items:
        name = str(operation)
        if name == "LITERAL" and argument == ord("\n"):
            return True
        if name == "NOT_LITERAL" and argument != ord("\n"):
            return True
        if name == "IN" and _class_has_line_end(argument):
            return True
        if any(_spans_lines(part) for part in _inner_sequences(name, argument)):
            return True
    return False


def _inner_sequences(operation: str, argument: Any) -> list[Any]:
    """Return the sequences within an item, without what is looked for ahead or behind."""
    match operation:
        case "SUBPATTERN":
            return [argument[3]]
        case "ATOMIC_GROUP":
            return [argument]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [argument[2]]
        case "BRANCH":
            return list(argument[1])
        case _:
            return []


def _class_has_line_end(members: Any) -> bool:
    is_negated = str(members[0][0]) == "NEGATE"
    has_it = any(
        (str(kind) == "LITERAL" and value == ord("\n"))
        or str(value) in {"CATEGORY_SPACE", "CATEGORY_NOT_WORD", "CATEGORY_NOT_DIGIT"}
        for kind, value in members
    )
    return has_it != is_negated
