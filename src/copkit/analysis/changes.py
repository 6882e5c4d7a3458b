"""What changed in a record, in the facilitator's words.  Pure.

Told from what the fields say, before and after; no free text of a record is repeated, so that the
words can stand in a message that is sent to others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from copkit.text.edit import EditRefused, read_fields
from copkit.text.facts import by_key, same_facts
from copkit.text.nodes import value_of
from copkit.words import day_in_words

Fields = dict[str, Any]
MOST = 3  # people named one by one

_TOP = {
    "evidence": "evidence card",
    "blockages": "blockage",
    "newsletters": "newsletter",
    "briefs": "brief",
    "directory": "service",
}


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
        elif inner[0] == "community.md":
            words = iter(("a new community" if before is None else "the community itself",))
        else:
            words = iter((f"the file {'/'.join(inner)}",))
        return [Told(place, what) for what in words] or [Told(place, f"the wording of {name}")]
    name = parts[-1].removesuffix(".md")
    if parts[0] in _TOP:
        words = _record(_TOP[parts[0]], name, before, after, _body_differs(old, new))
        return [Told("", what) for what in words]
    return [Told("", "the settings" if file == "copkit.yaml" else f"the file {file}")]


def summary(told: Iterable[Told], width: int = 72) -> str:
    """Give one line that names as much as fits: ``Brighton, a new case, x; and 2 more``."""
    lines = [str(one) for one in dict.fromkeys(told)]
    for count in range(len(lines), 0, -1):
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
    bodies = [(text or "").partition("\n---")[2].partition("\n")[2].strip() for text in (old, new)]
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
    if changed & {"present", "apologies", "substitutes"}:
        counts = [len(after.get(key) or []) for key in ("present", "apologies")]
        sorry = f"{counts[1]} apology" if counts[1] == 1 else f"{counts[1]} apologies"
        yield f"attendance of {day}: {counts[0]} present, {sorry}"
    elif before is None:
        yield f"a new meeting on {day}"
    elif changed:
        yield f"the meeting of {day}: {', '.join(sorted(changed))}"
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
    if "status" in changed:
        yield f"{name} is now {after.get('status') or 'without a status'}"
    if "audience" in changed:
        yield f"{name} is now for {after.get('audience') or 'members'}"
    if rest := sorted(changed - {"progress", "status", "audience"}):
        yield f"the {noun} {name}: {', '.join(rest)}"
    if text or not changed:
        yield f"the text of {name}"


def members(text: str | None) -> dict[str, Any]:
    """Give the members of a roster's text by their ids, as far as it can be read."""
    return by_key((_fields(text) or {}).get("members") or []) or {}


def _roster(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    added = [id for id in new if id not in old]
    if len(added) > MOST:
        yield f"{len(added)} new members"
    else:
        yield from (f"a new member, {id}" for id in added)
    yield from (f"{id}, taken off the roster" for id in old if id not in new)
    for id, member in new.items():
        was = old.get(id)
        if not isinstance(member, dict) or not isinstance(was, dict):
            continue
        changed = _changed(was, member)
        if "role" in changed:
            yield f"{id} is now {member.get('role')}"
        if "left" in changed and member.get("left"):
            yield f"{id} left on {_day(member['left'])}"
        if rest := sorted(changed - {"role", "left", "left_because"}):
            yield f"{id}: {', '.join(rest)}"


def _day(text: str) -> str:
    """Write a date, or a meeting's name: ``18 April 2012``, ``18 April 2012 (evening)``."""
    try:
        day = day_in_words(dt.date.fromisoformat(text[:10]))
    except ValueError:
        return text
    return f"{day} ({text[11:]})" if text[11:] else day
