"""Descriptions of record changes, for commit messages, ``copkit log`` and ``copkit sync``.  Pure.

Worked out from the fields before and after. Commit messages are sent to others with the
repository, so that descriptions name fields, ids and dates, and never repeat what somebody wrote.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from copkit.records.blockages import BlockageStatus
from copkit.records.cases import CaseStatus
from copkit.records.kinds import COMMUNITY_FOLDERS, RECORD_FOLDERS, find_kind
from copkit.records.schema.audience import Audience
from copkit.text.edit import EditRefused, read_fields
from copkit.text.front_matter import frame_of
from copkit.text.merge_values import by_key, same_facts
from copkit.text.yaml.nodes import value_of
from copkit.wording import day_in_words, plural

RecordFields = dict[str, Any]
MAX_NAMED_MEMBERS = 3  # new members beyond these are counted, not named: a line stays readable
FORGOTTEN_ID = re.compile(r"former-\d+")
"""Matches ``former-1``: the new id of somebody forgotten, whose former id held their name."""
_PEOPLE = frozenset({"present", "apologies", "substitutes"})
# Values of these fields are repeated only if they are among the known ones: anything else that
# stands there is free text.
_STATUSES = frozenset({*CaseStatus, *BlockageStatus})
_AUDIENCES = frozenset(Audience)


class RecordChange(NamedTuple):
    """One thing that changed; ``place`` is that of the community, or ``""`` for other records."""

    place: str
    description: str

    def __str__(self) -> str:
        return f"{self.place}, {self.description}" if self.place else self.description


def describe_changes(
    file: str, old: str | None, new: str | None, places: Mapping[str, str]
) -> list[RecordChange]:
    """Describe what changed in one file between two texts; ``None`` stands for no file.

    ``file`` is relative to the programme's folder, with slashes. ``places`` maps the slug of a
    community to its place.
    """
    before, after = _fields(old), _fields(new)
    parts = file.split("/")
    if parts[0] == "communities" and len(parts) > 2:
        place = places.get(parts[1], parts[1])
        inner = parts[2:]
        name = inner[-1].removesuffix(".md")
        if inner[0] == "meetings":
            descriptions = _meeting_changes(name, before, after, _body_differs(old, new))
        elif kind := COMMUNITY_FOLDERS.get(inner[0]):
            descriptions = _record_changes(
                kind.singular, name, before, after, _body_differs(old, new)
            )
        elif inner[0] == "roster.yaml":
            descriptions = _roster_changes(members_by_id(old), members_by_id(new))
        elif inner[0] == "approaches.yaml":
            descriptions = _entry_changes(
                "approach", _items_by_id(old, "approaches"), _items_by_id(new, "approaches")
            )
        elif inner[0] == "community.md":
            descriptions = iter(("a new community" if before is None else "the community itself",))
        else:
            descriptions = iter((f"the file {'/'.join(inner)}",))
        # No field and no body differs, and yet the texts do: comments, order, quotes.
        return [RecordChange(place, description) for description in descriptions] or [
            RecordChange(place, f"the wording of {name}")
        ]
    name = parts[-1].removesuffix(".md")
    kind = RECORD_FOLDERS.get(parts[0])
    if (match := find_kind(file)) and match[0].item_list:
        items = match[0].item_list
        descriptions = _entry_changes(
            match[0].singular, _items_by_id(old, items), _items_by_id(new, items)
        )
        return [RecordChange("", description) for description in descriptions] or [
            RecordChange("", f"the wording of {name}")
        ]
    if match:
        kind, slugs = match
        name = slugs[-1] if slugs else name
    if kind and kind.name != "programme":
        descriptions = _record_changes(kind.singular, name, before, after, _body_differs(old, new))
        return [RecordChange("", description) for description in descriptions]
    return [RecordChange("", "the settings" if file == "copkit.yaml" else f"the file {file}")]


def summarise_changes(changes: Iterable[RecordChange], width: int = 72) -> str:
    """Return one line that names as many changes as fit: ``Brighton, a new case, x; and 2 more``.

    ``width`` is in characters: git's tools cut the subject of a commit at about 72.
    """
    lines = [str(change) for change in dict.fromkeys(changes)]
    # No more than ``width`` of them can fit; counting down from thousands would take long.
    for count in range(min(len(lines), width), 0, -1):
        ending = f"; and {len(lines) - count} more" if count < len(lines) else ""
        line = "; ".join(lines[:count]) + ending
        if len(line) <= width:
            return line
    return f"{len(lines)} changes" if len(lines) > 1 else "".join(lines)


def _fields(text: str | None) -> RecordFields | None:
    """Return the fields of a text; ``None`` for no file, ``{}`` for one that cannot be parsed."""
    if text is None:
        return None
    try:
        return dict(value_of(read_fields(text)))
    except EditRefused:  # history may hold files that check would refuse today
        return {}


def _body_differs(old: str | None, new: str | None) -> bool:
    """Check whether two texts differ below their fields; ``None`` counts as empty."""
    frames = [(text or "", frame_of(text or "")) for text in (old, new)]
    bodies = [text[frame.body :].strip() if frame else "" for text, frame in frames]
    return bodies[0] != bodies[1]


def _changed_keys(before: RecordFields, after: RecordFields) -> set[str]:
    """Return the keys whose values differ, in whatever form they are written."""
    keys = before.keys() | after.keys()
    return {key for key in keys if not same_facts(before.get(key), after.get(key))}


def _meeting_changes(
    name: str, before: RecordFields | None, after: RecordFields | None, body_differs: bool
) -> Iterator[str]:
    """Yield what changed in a meeting: counts of people, and the keys of other fields.

    ``name`` is its file's without ``.md``. ``before`` and ``after`` are its fields; ``None`` means
    that there was no file, or is none any more.
    """
    day = _meeting_day(name)
    if after is None:
        yield f"the meeting of {day}, taken out"
        return
    changed = _changed_keys(before or {}, after)
    if changed & _PEOPLE:
        counts = [len(_list(after.get(key))) for key in ("present", "apologies")]
        apologies = f"{counts[1]} apology" if counts[1] == 1 else f"{counts[1]} apologies"
        yield f"attendance of {day}: {counts[0]} present, {apologies}"
    elif before is None:
        yield f"a new meeting on {day}"
    # A new meeting has nothing but new fields, and they need no naming.
    if before is not None and (other_keys := sorted(changed - _PEOPLE)):
        yield f"the meeting of {day}: {', '.join(other_keys)}"
    if body_differs and before is not None:
        yield f"notes of {day}"


def _record_changes(
    noun: str,
    name: str,
    before: RecordFields | None,
    after: RecordFields | None,
    body_differs: bool,
) -> Iterator[str]:
    """Yield what changed in a case, card, blockage or another record with a text below its fields.

    ``noun`` is what it is called in words, ``name`` its slug. ``before`` and ``after`` are its
    fields; ``None`` means that there was no file, or is none any more.
    """
    if before is None or after is None:
        yield f"a new {noun}, {name}" if before is None else f"the {noun} {name}, taken out"
        return
    changed = _changed_keys(before, after)
    if "progress" in changed:
        yield f"progress on {name}"
    described = {"progress"}
    count = _count_only_added(before.get("actions"), after.get("actions"))
    if "actions" in changed and count:
        described.add("actions")
        yield f"a new action in {name}" if count == 1 else f"{count} new actions in {name}"
    if ask_changes := list(_ask_changes(name, before, after)):
        described.add("asks")
        yield from ask_changes
    if after.get("status") in _STATUSES and "status" in changed:
        described.add("status")
        yield f"{name} is now {after['status']}"
    if after.get("audience") in _AUDIENCES and "audience" in changed:
        described.add("audience")
        yield f"{name} is now for {after['audience']}"
    if other_keys := sorted(changed - described):
        yield f"the {noun} {name}: {', '.join(other_keys)}"
    if body_differs or not changed:
        yield f"the text of {name}"


def _ask_changes(name: str, before: RecordFields, after: RecordFields) -> Iterator[str]:
    """Yield what was asked about a blockage and what was answered, by dates alone."""
    old_asks, asks = (by_key(_list(fields.get("asks"))) or {} for fields in (before, after))
    for id, ask in asks.items():
        if not isinstance(ask, dict):
            continue
        old = old_asks.get(id)
        if old is None and (day := _date_in_words(ask.get("date"))):
            yield f"something asked about {name} on {day}"
        had_no_reply = isinstance(old, dict) and not old.get("replied")
        if had_no_reply and (day := _date_in_words(ask.get("replied"))):
            yield f"a reply about {name} on {day}"


def _count_only_added(before: Any, after: Any) -> int:
    """Count the items that a list has gained; 0 if anything else has changed in it."""
    old, new = by_key(before or []), by_key(after or [])
    if old is None or new is None:
        return 0
    has_all_old = all(id in new and same_facts(item, new[id]) for id, item in old.items())
    return len(new) - len(old) if has_all_old else 0


def members_by_id(text: str | None) -> dict[str, Any]:
    """Return the members of a roster's text by their ids; none if it cannot be read."""
    return _items_by_id(text, "members")


def _items_by_id(text: str | None, key: str) -> dict[str, Any]:
    return by_key((_fields(text) or {}).get(key) or []) or {}


def _entry_changes(called: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield what changed in a list of entries, such as approaches; both are by id."""
    added = sum(id not in old for id in new)
    removed = sum(id not in new for id in old)
    several = f"{called}es" if called.endswith("ch") else f"{called}s"
    if added:
        yield plural(added, f"new {called}", f"new {several}")
    if removed:
        yield f"{plural(removed, called, several)}, taken out"
    for id, entry in new.items():
        old_entry = old.get(id)
        if not isinstance(entry, dict) or not isinstance(old_entry, dict):
            continue
        if changed := _changed_keys(old_entry, entry):
            yield f"{called} {id}: {', '.join(sorted(changed))}"


def _roster_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield who came, went or changed on a roster; ``old`` and ``new`` are members by id."""
    added = [id for id in new if id not in old]
    removed = [id for id in old if id not in new]
    # Somebody was forgotten: the ids that went hold names, and must not come up in a message.
    if any(map(FORGOTTEN_ID.fullmatch, added)):
        yield "a member, forgotten as they asked"
        added, removed = [id for id in added if not FORGOTTEN_ID.fullmatch(id)], []
    if len(added) > MAX_NAMED_MEMBERS:
        yield f"{len(added)} new members"
    else:
        yield from (f"a new member, {id}" for id in added)
    yield from (f"{id}, taken off the roster" for id in removed)
    for id, member in new.items():
        old_member = old.get(id)
        if not isinstance(member, dict) or not isinstance(old_member, dict):
            continue
        changed = _changed_keys(old_member, member)
        if "left" in changed and (day := _date_in_words(member.get("left"))):
            yield f"{id} left on {day}"
            changed -= {"left", "left_because"}
        if changed:
            yield f"{id}: {', '.join(sorted(changed))}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _date_in_words(value: Any) -> str | None:
    """Return ``2012-04-18`` as ``18 April 2012``; ``None`` for anything but an ISO date."""
    try:
        return day_in_words(dt.date.fromisoformat(value))
    except (ValueError, TypeError):
        return None


def _meeting_day(name: str) -> str:
    """Return a meeting's file name in words: ``18 April 2012``, ``18 April 2012 (evening)``."""
    day = _date_in_words(name[:10])  # such as 2012-04-18 of 2012-04-18-evening
    if day is None:
        return name
    return f"{day} ({name[11:]})" if name[11:] else day
