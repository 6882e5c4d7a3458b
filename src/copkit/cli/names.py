"""What people call a record on the command line, and which record they mean.

Names are found from the folder alone, and from the files of communities and rosters where those are
needed: reading every record would take longer than what is done with one. Commands that have loaded
the records ask :meth:`Programme.community`, ``find_case`` and their like, by the same rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from copkit.analysis.period import next_meeting
from copkit.cli.params import parse_day, today, usage_error
from copkit.errors import CopkitError, closest_match, did_you_mean
from copkit.folder import CommunityRecords, choose_match, load, match_communities
from copkit.layout import community_slugs, record_slugs
from copkit.records.kinds import (
    COMMUNITY_FOLDERS,
    COMMUNITY_PLACES,
    KINDS_BY_NAME,
    KINDS_BY_NOUN,
    RECORD_FOLDERS,
    RecordName,
    find_kind,
)
from copkit.text.normalise import match_names

MOST_NAMED: int = 8  # records that an error lists


TRAINING: Final = ("community", "meeting")
"""The kinds of record at which a facilitator can have learned it."""


def find_record_name(root: Path, typed: str, kinds: Collection[str] = ()) -> RecordName:
    """Return the record that somebody means, of any kind or of those named in ``kinds``.

    It may be a whole name (``brighton/2012-04-18``), the last part of one, the code, place or name
    of a community, the path of a file, or the beginning of one of these where no other begins so.
    Raise :class:`CopkitError` where there is none, or more than one.
    """
    if (by_path := _by_path(root, typed)) is not None:
        return by_path
    names: list[RecordName] = []
    for listed in (_records_with_files, _entries_in_lists):  # the second has to read files
        of_these = [name for name in listed(root) if not kinds or name.kind.name in kinds]
        names += of_these
        for matches in _matches(root, typed, of_these):
            if len(matches) == 1:
                return matches[0]
            if matches:
                shown = (f"{name} ({name.kind.singular})" for name in matches[:MOST_NAMED])
                usage_error(
                    f"'{typed}' could be {len(matches)} records", f"one of: {', '.join(shown)}"
                )
    if by_title := _by_title(root, typed, names):
        return by_title
    called = " or ".join(KINDS_BY_NAME[kind].singular for kind in kinds) or "record"
    nouns = [noun for kind in kinds if (noun := KINDS_BY_NAME[kind].noun)]
    otherwise = f"'copkit list {nouns[0] if nouns else 'cases'}' shows what there is"
    whole = [str(name) for name in names]
    parts = {name.slug: str(name) for name in names}
    near = closest_match(typed, whole) or parts.get(closest_match(typed, parts) or "")
    hint = did_you_mean(near or typed, whole, otherwise)
    raise CopkitError(f"there is no {called} '{typed}'", hint, status=2)


def _matches(root: Path, typed: str, names: list[RecordName]) -> Iterator[list[RecordName]]:
    """Yield what a name can mean, the surest rule first."""
    yield [name for name in names if str(name) == typed]
    yield [name for name in names if name.slug == typed]
    communities = [name for name in names if name.kind.name == "community"]
    if communities:  # read only now: a whole name needs none of their files
        programme = load(root, ())
        found = match_communities(typed, [records.community for records in programme.communities])
        # 'bri' is the community, whatever case or brief begins so as well
        yield [name for name in communities if name.slug in found]
    place, slash, rest = typed.rpartition("/")
    if slash:
        slug = find_community_slug(root, place)
        names = [name for name in names if name.community == slug]
    meant = match_names(rest, {name.slug: () for name in names})
    yield [name for name in names if name.slug in meant]


def _records_with_files(root: Path) -> list[RecordName]:
    """List every record that has a file of its own, in the order of kinds."""
    community_kind = KINDS_BY_NAME["community"]
    slugs = community_slugs(root)
    names = [RecordName(community_kind, "", slug) for slug in slugs]
    for slug in slugs:
        for folder, kind in COMMUNITY_FOLDERS.items():
            inner = record_slugs(root, "communities", slug, folder)
            names += [RecordName(kind, slug, name) for name in inner]
    for folder, kind in RECORD_FOLDERS.items():
        names += [RecordName(kind, "", slug) for slug in record_slugs(root, folder)]
    return names


def _entries_in_lists(root: Path) -> list[RecordName]:
    """List what has no file of its own: members, approaches, quotes, notes and places."""
    in_lists = {kind.noun for kind in KINDS_BY_NAME.values() if kind.noun and kind.item_list}
    programme = load(root, in_lists)
    at_the_top = [
        RecordName(KINDS_BY_NOUN[noun], "", record.slug)
        for noun, record in programme.records_at_the_top()
    ]
    return at_the_top + [
        RecordName(kind, records.slug, entry.id)
        for records in programme.communities
        for kind in COMMUNITY_PLACES.values()
        if kind.item_list and kind.noun
        for entry in records.records_of(kind.noun)
    ]


def _by_title(root: Path, typed: str, names: list[RecordName]) -> RecordName | None:
    """Return the only one of some records whose title, or its beginning, was typed."""
    programme = load(root)  # every record: only where no name was meant
    titles: dict[str, tuple[str, ...]] = {
        str(case.name): (case.title,) for records in programme.communities for case in records.cases
    }
    for _, record in programme.records_at_the_top():
        called = getattr(record, "title", getattr(record, "name", ""))
        titles[record.slug] = (*titles.get(record.slug, ()), called or "")
    titled = [name for name in names if str(name) in titles]
    meant = match_names(typed, {str(name): titles[str(name)] for name in titled})
    matches = [name for name in titled if str(name) in meant]
    return matches[0] if len(matches) == 1 else None


def _by_path(root: Path, typed: str) -> RecordName | None:
    """Return the record whose file, with or without its ending, was typed."""
    for file in (typed, f"{typed}.md"):
        match = find_kind(file)
        if match and (root / file).is_file():
            kind, slugs = match
            if kind.item_list or not slugs:  # a list of members is no record with a name
                continue
            community = slugs[0] if kind.of_community else ""
            return RecordName(kind, community, slugs[-1])
    return None


def find_community_slug(root: Path, typed: str) -> str:
    """Return the slug of the community that somebody means; raise if none or several."""
    slugs = community_slugs(root)
    if typed in slugs:
        return typed
    communities = [records.community for records in load(root, ()).communities]
    return choose_match("community", typed, match_communities(typed, communities), slugs)


def meeting_slug(records: CommunityRecords, name: str) -> str:
    """Return the slug of the meeting that ``name`` means: a slug, a day, or ``next``.

    For a day without a meeting that is the day itself, ``2012-05-16``. Raise
    :class:`CopkitError` for several meetings on that day.
    """
    # of two meetings on one day, one is in a file such as 2012-05-16-evening.md
    if any(meeting.slug == name for meeting in records.meetings):
        return name
    if name.casefold() == "next":
        following = next_meeting(records, today())
        if following is None:
            message = f"no meeting of {records.slug} is on record from today on"
            raise CopkitError(message, new_meeting_hint(records, "DATE"))
        return following.slug
    held_on = parse_day(name, "DATE", meetings={meeting.held_on for meeting in records.meetings})
    that_day = [meeting.slug for meeting in records.meetings if meeting.held_on == held_on]
    if len(that_day) > 1:
        message = f"{records.slug} has {len(that_day)} meetings on {held_on}"
        raise CopkitError(message, f"name one of them: {', '.join(that_day)}", status=2)
    return that_day[0] if that_day else str(held_on)


def new_meeting_hint(records: CommunityRecords, day: str) -> str:
    """Return what to type for a meeting that is not on record; a group that ended has no more."""
    if records.community.is_read_only:
        return f"it has ended; 'copkit community reopen {records.slug}' if that was wrong"
    return f"'copkit new-meeting {records.slug} {day}' adds one"
