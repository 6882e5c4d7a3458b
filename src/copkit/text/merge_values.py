"""Three-way merging of what records say, without a look at how it is written.  Pure.

Lists of mappings are merged by ``id``, lists of plain values by value, mappings by key. Where both
sides changed one fact, and not to the same, that is a contradiction, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class Side(StrEnum):
    """Whose word counts where two contradict each other."""

    OURS = "ours"
    THEIRS = "theirs"
    BASE = "base"


class Contradiction(NamedTuple):
    """One fact about which the sides differ; ``None`` is a side on which it is not there."""

    path: tuple[str, ...]
    base: Any
    ours: Any
    theirs: Any


Pairs = Sequence[tuple[str, str]]
"""Lists at the top of a record of which an item can be in one only."""


def merge_values(
    base: Any, ours: Any, theirs: Any, side: Side = Side.OURS, exclusive: Pairs = ()
) -> tuple[Any, list[Contradiction]]:
    """Merge the fields of one record; contradictions are resolved as ``side`` has it.

    That an item came to stand in two lists that exclude each other is one as well.
    """
    merged, found = merge_fact(base, ours, theirs, side)
    if isinstance(merged, dict):
        sides = (base or {}, ours or {}, theirs or {})
        for pair, item in torn(*sides, exclusive):
            where = [_list_with(pair, item, values) for values in sides]
            found.append(Contradiction((item,), *where))
            keep = where[[Side.BASE, Side.OURS, Side.THEIRS].index(side)]
            for name in pair:
                if name != keep:
                    merged[name] = [one for one in merged[name] if one != item]
    return merged, found


def merge_fact(
    base: Any, ours: Any, theirs: Any, side: Side = Side.OURS
) -> tuple[Any, list[Contradiction]]:
    """Merge one value of a record, whatever else the record says."""
    found: list[Contradiction] = []
    return _merge(base, ours, theirs, (), side, found), found


def _merge(
    base: Any,
    ours: Any,
    theirs: Any,
    path: tuple[str, ...],
    side: Side,
    found: list[Contradiction],
) -> Any:
    if same_facts(ours, theirs) or same_facts(theirs, base):
        return ours
    if same_facts(ours, base):
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _merge_by_key(_mapping(base), ours, theirs, path, side, found)
    keyed = [by_key(value) for value in (base or [], ours or [], theirs or [])]
    if isinstance(ours or [], list) and isinstance(theirs or [], list) and None not in keyed:
        before, first, second = (one or {} for one in keyed)
        merged = _merge_by_key(before, first, second, path, side, found)
        return [item for item in merged.values() if item is not None]
    found.append(Contradiction(path, base, ours, theirs))
    return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base}[side]


def _merge_by_key(
    base: dict[str, Any],
    ours: dict[str, Any],
    theirs: dict[str, Any],
    path: tuple[str, ...],
    side: Side,
    found: list[Contradiction],
) -> dict[str, Any]:
    merged = {}
    for key in merged_order(base, ours, theirs):
        sides = (base.get(key), ours.get(key), theirs.get(key))
        value = _merge(*sides, (*path, key), side, found)
        if value is not None or key in ours or key in theirs:
            merged[key] = value
    return merged


def same_facts(one: Any, other: Any) -> bool:
    """Compare two values, whatever the order of keys and of items that have keys.

    A key that is missing and one with nothing behind it say the same.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same_facts(one.get(key), other.get(key)) for key in one.keys() | other.keys())
    if isinstance(one, list) and isinstance(other, list):
        keyed = by_key(one), by_key(other)
        if keyed[0] is not None and keyed[1] is not None:
            return len(one) == len(other) and same_facts(*keyed)
        return len(one) == len(other) and all(map(same_facts, one, other))
    return bool(one == other) or (not one and not other)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def by_key(items: Any) -> dict[str, Any] | None:
    """Give the items of a list by id, or by value; ``None`` for a list that has no such keys."""
    if not isinstance(items, list):
        return None
    keyed: dict[str, Any] = {}
    for item in items:
        key = item.get("id") if isinstance(item, dict) else item
        if not isinstance(key, str) or key in keyed:
            return None
        keyed[key] = item
    return keyed


def merged_order(base: Iterable[str], ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """Give all keys in one order: that of ours, or of theirs if only they moved what was there.

    What the other side added follows what it follows there.
    """
    before, first, second = list(base), list(ours), list(theirs)
    common = set(before) & set(first) & set(second)
    order = [[key for key in keys if key in common] for keys in (before, first, second)]
    if order[1] == order[0] != order[2]:
        first, second = second, first
    mine, other = set(first), set(second)
    new = mine - other - set(before)
    behind: dict[str | None, list[str]] = {
        None: []
    }  # what the other side added, by what it follows
    last = None
    for key in second:
        last = key if key in mine else last
        behind.setdefault(last, []).extend([key] * (key not in mine))
    merged, waiting = list[str](), behind[None]
    for key in first:
        if key not in new:  # what both added in one place: the first side's first
            merged += waiting
            waiting = []
        merged.append(key)
        waiting = waiting + behind.get(key, [])
    return merged + waiting


def torn(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], exclusive: Pairs
) -> list[tuple[tuple[str, str], str]]:
    """Give the items that merging alone would leave in two lists that exclude each other."""
    found = []
    for pair in exclusive:
        lists = [
            _merge(base.get(name), ours.get(name), theirs.get(name), (), Side.OURS, []) or []
            for name in pair
        ]
        if all(isinstance(items, list) for items in lists):
            both = [item for item in lists[0] if isinstance(item, str) and item in lists[1]]
            found += [(pair, item) for item in both if not _said_by_one(pair, item, ours, theirs)]
    return found


def _said_by_one(pair: tuple[str, str], item: str, *sides: dict[str, Any]) -> bool:
    return any(all(item in (values.get(name) or []) for name in pair) for values in sides)


def _list_with(pair: tuple[str, str], item: str, values: dict[str, Any]) -> str | None:
    return next((name for name in pair if item in (values.get(name) or [])), None)
