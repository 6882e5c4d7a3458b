"""Three-way merging of the values of records, without regard to how they are written.  Pure.

Lists of mappings are merged by ``id``, lists of plain values by value, mappings by key. Where both
sides changed a fact differently, that is a contradiction, and a person decides.

An entry that both sides added under one id, each with other words, is two entries: the ids were
counted, and both counted to the same number. :func:`find_renames` says which gets a new id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from enum import StrEnum
from typing import Any, Final, NamedTuple

from copkit.text.files import random_id


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


class Entries(NamedTuple):
    """A list at the top of a record, each entry of which is a statement of one person.

    ``name`` is its key, ``prefix`` what new ids begin with, and ``references`` are the fields of
    other lists that hold such an id: ``("progress", "action")``.
    """

    name: str
    prefix: str
    references: tuple[tuple[str, str], ...] = ()


class Sums(NamedTuple):
    """Lists of numbers that are sums over the entries of another list, the ``ledger``.

    An entry of the ledger is one thing that was counted; ``lists`` are the keys of the lists that
    hold its numbers, added to those of the others, in the fields ``numbers``.
    """

    ledger: str
    lists: tuple[str, ...]
    numbers: tuple[str, ...]


class Rename(NamedTuple):
    """A new id for the entry ``old`` of the list ``entries``, on one of the sides."""

    entries: Entries
    side: Side
    old: str
    new: str


class Rules(NamedTuple):
    """What is to be known of a kind of record when two versions are merged."""

    exclusive: ExclusivePairs = ()
    entries: tuple[Entries, ...] = ()
    sums: Sums | None = None

    def is_statement(self, path: tuple[str, ...]) -> bool:
        """Check whether an entry at ``path`` is one person's statement, and is never torn apart."""
        return len(path) == 2 and any(path[0] == entries.name for entries in self.entries)


NO_RULES: Final = Rules()


def merge_values(
    base: Any, ours: Any, theirs: Any, side: Side = Side.OURS, rules: Rules = NO_RULES
) -> tuple[Any, list[Contradiction]]:
    """Merge the fields of one record; return them with the contradictions.

    These are resolved as ``side`` has it. That an item ended up in two lists that exclude each
    other is a contradiction as well. Entries are merged by the ids they have: see
    :func:`find_renames`.
    """
    merged, contradictions = merge_fact(base, ours, theirs, side, rules=rules)
    if isinstance(merged, dict):
        sides = (base or {}, ours or {}, theirs or {})
        for pair, item in items_in_both(*sides, rules.exclusive):
            names = [_list_with(pair, item, values) for values in sides]
            contradictions.append(Contradiction((item,), *names))
            chosen = names[[Side.BASE, Side.OURS, Side.THEIRS].index(side)]
            for name in pair:
                if name != chosen:
                    merged[name] = [member for member in merged[name] if member != item]
    return merged, contradictions


def merge_fact(
    base: Any,
    ours: Any,
    theirs: Any,
    side: Side = Side.OURS,
    path: tuple[str, ...] = (),
    rules: Rules = NO_RULES,
) -> tuple[Any, list[Contradiction]]:
    """Merge the value at ``path`` in a record without regard to its other fields.

    Return it with the contradictions, which are resolved as ``side`` has them.
    """
    contradictions: list[Contradiction] = []
    merge = _ValueMerge(side, rules, contradictions)
    return merge.merge(base, ours, theirs, path), contradictions


class _ValueMerge(NamedTuple):
    """A merge of values: what contradicts is added to ``contradictions``, and is as in ``side``."""

    side: Side
    rules: Rules
    contradictions: list[Contradiction]

    def merge(self, base: Any, ours: Any, theirs: Any, path: tuple[str, ...]) -> Any:
        """Merge one value at ``path``."""
        if same_facts(ours, theirs) or same_facts(theirs, base):
            return ours
        if same_facts(ours, base):
            return theirs
        if isinstance(ours, dict) and isinstance(theirs, dict):
            before = len(self.contradictions)
            merged = self.merge_by_key(_mapping(base), ours, theirs, path)
            if len(self.contradictions) == before or not self.rules.is_statement(path):
                return merged
            # What one person wrote is never put together of two halves that contradict.
            del self.contradictions[before:]
            return self.contradict(base, ours, theirs, path)
        keyed = [by_key(value) for value in (base or [], ours or [], theirs or [])]
        if isinstance(ours or [], list) and isinstance(theirs or [], list) and None not in keyed:
            earlier, first, second = (items or {} for items in keyed)
            merged = self.merge_by_key(earlier, first, second, path)
            return [item for item in merged.values() if item is not None]
        return self.contradict(base, ours, theirs, path)

    def contradict(self, base: Any, ours: Any, theirs: Any, path: tuple[str, ...]) -> Any:
        """Note a contradiction, and return the value of the side that counts."""
        self.contradictions.append(Contradiction(path, base, ours, theirs))
        return {Side.OURS: ours, Side.THEIRS: theirs, Side.BASE: base}[self.side]

    def merge_by_key(
        self,
        base: dict[str, Any],
        ours: dict[str, Any],
        theirs: dict[str, Any],
        path: tuple[str, ...],
    ) -> dict[str, Any]:
        """Merge mappings, or items of lists by their keys; ``path`` leads to the whole."""
        merged = {}
        for key in merged_order(base, ours, theirs):
            value = self.merge(base.get(key), ours.get(key), theirs.get(key), (*path, key))
            if value is not None or key in ours or key in theirs:
                merged[key] = value
        return merged


def add_up(base: Any, ours: Any, theirs: Any, sums: Sums) -> tuple[Any, Any]:
    """Return the fields of ours and of theirs, with the same sums where both sides counted.

    What both counted apart from each other is added; of two that counted the same, one remains.
    Where neither way is certain, and where nothing was counted on a side, they stay as they are.
    """
    ledgers = [_entries_in(version, sums.ledger) for version in (base, ours, theirs)]
    before, first, second = (ledger.keys() for ledger in ledgers)
    unchanged = ours, theirs
    if not (before <= first and before <= second and first - before and second - before):
        return unchanged
    both = (first & second) - before
    versions = [deepcopy(_mapping(ours)), deepcopy(_mapping(theirs))]
    for version in versions:  # the day on which it was counted may differ
        version[sums.ledger] = [
            min(ledgers[1][id], ledgers[2][id], key=_digest) if id in both else entry
            for id, entry in _entries_in(version, sums.ledger).items()
        ]
    if both and first - second and second - first:
        return unchanged  # what both counted is in the numbers of each, and not to be told apart
    for name in sums.lists:
        lists = [_entries_in(version, name) for version in (base, ours, theirs)]
        if both:
            source = 1 if first - second else 2
            added = list(lists[source].values())
        else:
            order = merged_order(*lists)
            added = [_sum_of(sums.numbers, *(keyed.get(id) for keyed in lists)) for id in order]
        for version in versions:
            version[name] = deepcopy(added)
    return versions[0], versions[1]


def _sum_of(numbers: Sequence[str], base: Any, ours: Any, theirs: Any) -> dict[str, Any]:
    """Return an entry with what either side added to its numbers."""
    entry = dict(ours or theirs)
    for key in numbers:
        series = [str(_mapping(side).get(key) or "").split() for side in (base, ours, theirs)]
        if not any(series) or not all(word.isdecimal() for words in series for word in words):
            continue
        length = max(map(len, series))
        before, first, second = ([*map(int, words), *[0] * length][:length] for words in series)
        total = [a + b - c for a, b, c in zip(first, second, before, strict=True)]
        entry[key] = " ".join(map(str, total)) if length > 1 else total[0]
    return entry


def find_renames(base: Any, ours: Any, theirs: Any, entries: Iterable[Entries]) -> list[Rename]:
    """Return new ids for entries that both sides added under one id with other words.

    The values are the fields of a record. Which side's entry gets a new id, and which, follows
    from what the two say, whichever side is ours: two people who merge the same work apart from
    each other get the same result. A rename counts with those before it.
    """
    from random import Random  # slow to import, and seldom needed

    renames: list[Rename] = []
    versions = {Side.OURS: deepcopy(ours), Side.THEIRS: deepcopy(theirs)}
    # References are renamed before the entries that hold them are compared: two that look the same
    # may be about different actions.
    for group in sorted(entries, key=lambda group: not group.references):
        lists = [_entries_in(version, group.name) for version in (base, *versions.values())]
        taken = {id for keyed in lists for id in keyed}
        for id in sorted((lists[1].keys() & lists[2].keys()) - lists[0].keys()):
            first, second = lists[1][id], lists[2][id]
            if same_facts(first, second):
                continue
            digests = [_digest(first), _digest(second)]
            side = Side.OURS if digests[0] > digests[1] else Side.THEIRS
            new = random_id(taken, group.prefix, Random(max(digests)))  # noqa: S311  no secret
            taken.add(new)
            renames.append(Rename(group, side, id, new))
            _rename_references(versions[side], renames[-1])
    return renames


def _entries_in(fields: Any, name: str) -> dict[str, Any]:
    """Return the entries of a list by their ids; none where they are not unique."""
    keyed = by_key(_mapping(fields).get(name)) or {}
    return {id: entry for id, entry in keyed.items() if isinstance(entry, dict)}


def _digest(entry: Any) -> str:
    import hashlib  # as above
    import json

    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode("utf-8")).hexdigest()


def _rename_references(fields: Any, rename: Rename) -> None:
    """Change, in the fields of one side, what refers to an entry that gets a new id."""
    for name, key in rename.entries.references:
        for entry in _entries_in(fields, name).values():
            if entry.get(key) == rename.old:
                entry[key] = rename.new


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
            merge_fact(base.get(name), ours.get(name), theirs.get(name))[0] or [] for name in pair
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
