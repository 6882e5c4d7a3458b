"""What changed in a record, in the facilitator's words.  Pure.

Told from what the fields say, before and after; no free text of a record is repeated, so that the
words can stand in a message that is sent to others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from copkit.layout import TOPS
from copkit.records.blockages import BlockageStatus
from copkit.records.cases import CaseStatus
from copkit.records.schema.fields import Audience
from copkit.text.edit import EditRefused, read_fields
from copkit.text.front_matter import frame_of
from copkit.text.merge_values import by_key, same_facts
from copkit.text.yaml.nodes import value_of
from copkit.wording import day_in_words, plural

Fields = dict[str, Any]
MOST = 3  # people named one by one
FORGOTTEN = re.compile(r"former-\d+")
"""The id of somebody whose own held their name, after ``copkit member forget``."""
_PEOPLE = frozenset({"present", "apologies", "substitutes"})
_STATUSES = frozenset({*CaseStatus, *BlockageStatus})
_AUDIENCES = frozenset(Audience)
_ADDED = {
    "actions": ("a new action in", "new actions in"),
}
"""What is said of one item that a list of a record has gained, and of several."""


class Told(NamedTuple):
    """One thing that changed: the community, or ``""``, and what."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}, {self.what}" if self.place else self.what


def tell(file: str, old: str | None, new: str | None, places: Mapping[str, str]) -> list[Told]:
    """Tell what changed in one file between two texts; ``None`` is a file that is not there.

    ``places`` gives a community's place by its slug.
    """
    before, after = _fields(old), _fields(new)
    parts = file.split("/")
    if parts[0] == "communities" and len(parts) > 2:
        place = places.get(parts[1], parts[1])
        inner = parts[2:]
        name = inner[-1].removesuffix(".md")
        if inner[0] == "meetings":
            words = _meeting(name, before, after, _body_differs(old, new))
        elif inner[0] == "cases":
            words = _record("case", name, before, after, _body_differs(old, new))
        elif inner[0] == "roster.yaml":
            words = _roster(members(old), members(new))
        elif inner[0] == "approaches.yaml":
            words = _approaches(_items(old, "approaches"), _items(new, "approaches"))
        elif inner[0] == "community.md":
            words = iter(("a new community" if before is None else "the community itself",))
        else:
            words = iter((f"the file {'/'.join(inner)}",))
        return [Told(place, what) for what in words] or [Told(place, f"the wording of {name}")]
    name = parts[-1].removesuffix(".md")
    if parts[0] in TOPS:
        words = _record(TOPS[parts[0]], name, before, after, _body_differs(old, new))
        return [Told("", what) for what in words]
    return [Told("", "the settings" if file == "copkit.yaml" else f"the file {file}")]


def summary(told: Iterable[Told], width: int = 72) -> str:
    """Give one line that names as much as fits: ``Brighton, a new case, x; and 2 more``."""
    lines = [str(one) for one in dict.fromkeys(told)]
    for count in range(min(len(lines), width), 0, -1):
        rest = f"; and {len(lines) - count} more" if count < len(lines) else ""
        line = "; ".join(lines[:count]) + rest
        if len(line) <= width:
            return line
    return f"{len(lines)} changes" if len(lines) > 1 else "".join(lines)


def _fields(text: str | None) -> Fields | None:
    if text is None:
        return None
    try:
        return dict(value_of(read_fields(text)))
    except EditRefused:
        return {}


def _body_differs(old: str | None, new: str | None) -> bool:
    frames = [(text or "", frame_of(text or "")) for text in (old, new)]
    bodies = [text[frame.body :].strip() if frame else "" for text, frame in frames]
    return bodies[0] != bodies[1]


def _changed(before: Fields, after: Fields) -> set[str]:
    keys = before.keys() | after.keys()
    return {key for key in keys if not same_facts(before.get(key), after.get(key))}


def _meeting(name: str, before: Fields | None, after: Fields | None, notes: bool) -> Iterator[str]:
    day = _day(name)
    if after is None:
        yield f"the meeting of {day}, taken out"
        return
    changed = _changed(before or {}, after)
    if changed & _PEOPLE:
        counts = [len(_list(after.get(key))) for key in ("present", "apologies")]
        sorry = f"{counts[1]} apology" if counts[1] == 1 else f"{counts[1]} apologies"
        yield f"attendance of {day}: {counts[0]} present, {sorry}"
    elif before is None:
        yield f"a new meeting on {day}"
    if before is not None and (rest := sorted(changed - _PEOPLE)):
        yield f"the meeting of {day}: {', '.join(rest)}"
    if notes and before is not None:
        yield f"notes of {day}"


def _record(
    noun: str, name: str, before: Fields | None, after: Fields | None, text: bool
) -> Iterator[str]:
    if before is None or after is None:
        yield f"a new {noun}, {name}" if before is None else f"the {noun} {name}, taken out"
        return
    changed = _changed(before, after)
    if "progress" in changed:
        yield f"progress on {name}"
    told = {"progress"}
    for key, words in _ADDED.items():
        if key in changed and (count := _only_added(before.get(key), after.get(key))):
            told.add(key)
            yield f"{words[0] if count == 1 else f'{count} {words[1]}'} {name}"
    if asked := list(_asks(name, before, after)):
        told.add("asks")
        yield from asked
    if after.get("status") in _STATUSES and "status" in changed:
        told.add("status")
        yield f"{name} is now {after['status']}"
    if after.get("audience") in _AUDIENCES and "audience" in changed:
        told.add("audience")
        yield f"{name} is now for {after['audience']}"
    if rest := sorted(changed - told):
        yield f"the {noun} {name}: {', '.join(rest)}"
    if text or not changed:
        yield f"the text of {name}"


def _asks(name: str, before: Fields, after: Fields) -> Iterator[str]:
    """Tell what was asked about a blockage, and what came back, by their days alone."""
    was, asks = (by_key(_list(fields.get("asks"))) or {} for fields in (before, after))
    for id, ask in asks.items():
        if not isinstance(ask, dict):
            continue
        old = was.get(id)
        if old is None and (day := _date(ask.get("date"))):
            yield f"something asked about {name} on {day}"
        answered = isinstance(old, dict) and not old.get("replied")
        if answered and (day := _date(ask.get("replied"))):
            yield f"a reply about {name} on {day}"


def _only_added(before: Any, after: Any) -> int:
    """Count the items that a list has gained; 0 if anything else has changed in it."""
    old, new = by_key(before or []), by_key(after or [])
    if old is None or new is None:
        return 0
    kept = all(id in new and same_facts(item, new[id]) for id, item in old.items())
    return len(new) - len(old) if kept else 0


def members(text: str | None) -> dict[str, Any]:
    """Give the members of a roster's text by their ids, as far as it can be read."""
    return _items(text, "members")


def _items(text: str | None, key: str) -> dict[str, Any]:
    """Give the items of a list by their ids, as far as it can be read."""
    return by_key((_fields(text) or {}).get(key) or []) or {}


def _approaches(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    added = sum(id not in old for id in new)
    gone = sum(id not in new for id in old)
    if added:
        yield plural(added, "new approach", "new approaches")
    if gone:
        yield f"{plural(gone, 'approach', 'approaches')}, taken out"
    for id, approach in new.items():
        was = old.get(id)
        if not isinstance(approach, dict) or not isinstance(was, dict):
            continue
        if changed := _changed(was, approach):
            yield f"approach {id}: {', '.join(sorted(changed))}"


def _roster(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    added = [id for id in new if id not in old]
    gone = [id for id in old if id not in new]
    if any(map(FORGOTTEN.fullmatch, added)):  # the ids that they had hold their names
        yield "a member, forgotten as they asked"
        added, gone = [id for id in added if not FORGOTTEN.fullmatch(id)], []
    if len(added) > MOST:
        yield f"{len(added)} new members"
    else:
        yield from (f"a new member, {id}" for id in added)
    yield from (f"{id}, taken off the roster" for id in gone)
    for id, member in new.items():
        was = old.get(id)
        if not isinstance(member, dict) or not isinstance(was, dict):
            continue
        changed = _changed(was, member)
        if "left" in changed and (day := _date(member.get("left"))):
            yield f"{id} left on {day}"
            changed -= {"left", "left_because"}
        if changed:
            yield f"{id}: {', '.join(sorted(changed))}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _date(value: Any) -> str | None:
    """Write a date, if it is one: ``18 April 2012``."""
    try:
        return day_in_words(dt.date.fromisoformat(value))
    except (ValueError, TypeError):
        return None


def _day(name: str) -> str:
    """Write a meeting's name: ``18 April 2012``, ``18 April 2012 (evening)``."""
    day = _date(name[:10])
    return name if day is None else f"{day} ({name[11:]})" if name[11:] else day
