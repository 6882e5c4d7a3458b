"""Three-way merging of the values of records, without regard to how they are written.  Pure.

Lists of mappings are merged by ``id``, lists of plain values by value, mappings by key. Where both
sides changed a fact differently, that is a contradiction, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class Side(StrEnum):
    """The version whose value counts where two contradict each other."""

    OURS = "ours"
    THEIRS = "theirs"
    BASE = "base"  # for a merge base that git works out: with markers it could not be read


class Contradiction(NamedTuple):
    """A fact about which the sides differ; ``None`` for a side that does not have it.

    ``path`` is made of keys, ids of items, and items that are text.
    """

    path: tuple[str, ...]
    base: Any
    ours: Any
    theirs: Any


ExclusivePairs = Sequence[tuple[str, str]]
"""Lists at the top of a record of which an item can be in one only: attended, and apologies."""


def merge_values(
    base: Any, ours: Any, theirs: Any, side: Side = Side.OURS, exclusive: ExclusivePairs = ()
) -> tuple[Any, list[Contradiction]]:
    """Merge the fields of one record; return them with the contradictions.

    These are resolved as ``side`` has it. That an item ended up in two lists that exclude each
    other is a contradiction as well.
    """
    merged, contradictions = merge_fact(base, ours, theirs, side)
    if isinstance(merged, dict):
        sides = (base or {}, ours or {}, theirs or {})
        for pair, item in items_in_both(*sides, exclusive):
            names = [_list_with(pair, item, values) for values in sides]
            contradictions.append(Contradiction((item,), *names))
            chosen = names[[Side.BASE, Side.OURS, Side.THEIRS].index(side)]
            for name in pair:
                if name != chosen:
                    merged[name] = [member for member in merged[name] if member != item]
    return merged, contradictions


def merge_fact(
    base: Any, ours: Any, theirs: Any, side: Side = Side.OURS
) -> tuple[Any, list[Contradiction]]:
    """Merge one value of a record without regard to its other fields.

    Return it with the contradictions, which are resolved as ``side`` has them.
    """
    contradictions: list[Contradiction] = []
    return _merge(base, ours, theirs, (), side, contradictions), contradictions


def _merge(
    base: Any,
    ours: Any,
    theirs: Any,
    path: tuple[str, ...],
    side: Side,
    contradictions: list[Contradiction],
) -> Any:
    """Merge one value at ``path``; what contradicts is added to ``contradictions``.

    Contradictions are resolved as ``side`` has them.
    """
    if same_facts(ours, theirs) or same_facts(theirs, base):
        return ours
    if same_facts(ours, base):
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _merge_by_key(_mapping(base), ours, theirs, path, side, contradictions)
    keyed = [by_key(value) for value in (base or [], ours or [], theirs or [])]
    if isinstance(ours or [], list) and isinstance(theirs or [], list) and None not in keyed:
        before, first, second = (items or {} for items in keyed)
        merged = _merge_by_key(before, first, second, path, side, contradictions)
        return [item for item in merged.values() if item is not None]
    contradictions.append(Contradiction(path, base, ours, theirs))
    return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base}[side]


def _merge_by_key(
    base: dict[str, Any],
    ours: dict[str, Any],
    theirs: dict[str, Any],
    path: tuple[str, ...],
    side: Side,
    contradictions: list[Contradiction],
) -> dict[str, Any]:
    """Merge mappings, or items of lists by their keys; ``path`` leads to the whole.

    What contradicts is added to ``contradictions``, and resolved as ``side`` has it.
    """
    merged = {}
    for key in merged_order(base, ours, theirs):
        sides = (base.get(key), ours.get(key), theirs.get(key))
        value = _merge(*sides, (*path, key), side, contradictions)
        if value is not None or key in ours or key in theirs:
            merged[key] = value
    return merged


def same_facts(first: Any, second: Any) -> bool:
    """Compare two values, whatever the order of keys and of items that have keys.

    A key that is missing and one without a value count as the same.
    """
    if isinstance(first, dict) and isinstance(second, dict):
        keys = first.keys() | second.keys()
        return all(same_facts(first.get(key), second.get(key)) for key in keys)
    if isinstance(first, list) and isinstance(second, list):
        keyed = by_key(first), by_key(second)
        if keyed[0] is not None and keyed[1] is not None:
            return len(first) == len(second) and same_facts(*keyed)
        return len(first) == len(second) and all(map(same_facts, first, second))
    return bool(first == second) or (not first and not second)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def by_key(items: Any) -> dict[str, Any] | None:
    """Return the items of a list by id, or by value; ``None`` for a list without unique keys."""
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
    """Return all keys in one order: that of ours, or of theirs if only they changed the order.

    A key that the other side added follows the same key as it does there.
    """
    before, first, second = list(base), list(ours), list(theirs)
    common = set(before) & set(first) & set(second)
    order = [[key for key in keys if key in common] for keys in (before, first, second)]
    if order[1] == order[0] != order[2]:
        first, second = second, first
    mine, other = set(first), set(second)
    new = mine - other - set(before)
    added: dict[str | None, list[str]] = {None: []}  # by the second side, by the key before them
    previous = None
    for key in second:
        previous = key if key in mine else previous
        added.setdefault(previous, []).extend([key] * (key not in mine))
    merged, pending = list[str](), added[None]
    for key in first:
        if key not in new:  # where both sides added keys, those of the first side come first
            merged += pending
            pending = []
        merged.append(key)
        pending = pending + added.get(key, [])
    return merged + pending


def items_in_both(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], exclusive: ExclusivePairs
) -> list[tuple[tuple[str, str], str]]:
    """Return the items, each with its pair of lists, that a merge of each list leaves in both.

    One side recorded that somebody attended, the other that they sent apologies: each list by
    itself merges without a contradiction.
    """
    doubles = []
    for pair in exclusive:
        lists = [
            _merge(base.get(name), ours.get(name), theirs.get(name), (), Side.OURS, []) or []
            for name in pair
        ]
        if all(isinstance(items, list) for items in lists):
            common = [item for item in lists[0] if isinstance(item, str) and item in lists[1]]
            doubles += [(pair, item) for item in common if not _is_double(pair, item, ours, theirs)]
    return doubles


def _is_double(pair: tuple[str, str], item: str, *sides: dict[str, Any]) -> bool:
    """Check whether one side alone has the item in both lists, which is no matter of merging."""
    return any(all(item in (values.get(name) or []) for name in pair) for values in sides)


def _list_with(pair: tuple[str, str], item: str, values: dict[str, Any]) -> str | None:
    """Return the name of the list of a pair that has an item in ``values``, or ``None``."""
    return next((name for name in pair if item in (values.get(name) or [])), None)
