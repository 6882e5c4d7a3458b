"""A community whose members are known, and lists of who came to one meeting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from copkit.analysis.imports.matching import (
    Answers,
    MatchResult,
    MemberIndex,
    build_member_index,
    match_people,
)
from copkit.analysis.imports.people import merge_people
from copkit.folder import CommunityRecords
from copkit.importers.model import Attendee, Exclusion, Listing, ReportKind, Stay
from copkit.layout import ALIASES, CONTACTS
from copkit.records.kinds import parser_for
from copkit.records.private import parse_aliases, parse_contacts
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText

DAY = dt.date(2026, 1, 5)
ROSTER = """\
members:
  - id: probation-1
    role: Probation Officer
    sector: Criminal Justice & Police
  - id: matron-1
    role: Community Matron
    sector: NHS
  - id: drugs-1
    role: Drugs Worker
    sector: Voluntary Sector
    left: 2025-12-01
  - id: nurse-1
    role: Nurse
    sector: NHS
    joined: 2026-03-01
"""
PEOPLE = """\
contacts:
  - id: harbour/probation-1
    name: Johnny Walker
    email: J.Walker@probation.example.org
  - id: harbour/matron-1
    name: Ana Núñez
  - id: harbour/drugs-1
    name: Sam Roe
    email: sam@refuge.example.org
  - id: harbour/nurse-1
    name: Joanna Bell
    email: jo@trust.example.org
  - id: halifax/probation-1
    name: Zoe Quill
"""


def parsed(file: str, text: str) -> Document:
    return read_document(SourceText(file, text), [], markdown=file.endswith(".md"))


def community(roster: str = ROSTER) -> CommunityRecords:
    """A community of which only the roster matters."""
    place = "communities/harbour"
    return CommunityRecords(
        community=parser_for(f"{place}/community.md")(parsed(f"{place}/community.md", "")),
        roster=parser_for(f"{place}/roster.yaml")(parsed(f"{place}/roster.yaml", roster)),
        meetings=(),
        cases=(),
        case_slugs=frozenset(),
    )


HARBOUR = community()


def known(contacts: str = PEOPLE, aliases: str = "") -> MemberIndex:
    people = parse_contacts(parsed(CONTACTS, contacts))
    return build_member_index(HARBOUR, people, parse_aliases(parsed(ALIASES, aliases)))


def at(text: str) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time.fromisoformat(text))


def somebody(
    name: str,
    minutes: float | None = 45,
    *stays: str,
    email: str = "",
    exclusion: Exclusion | None = None,
) -> Attendee:
    """Somebody on a list; stays are written '14:00-14:45'."""
    pairs = tuple(Stay(*map(at, stay.split("-"))) for stay in stays)
    seconds = None if minutes is None else int(minutes * 60)
    return Attendee(name, email, seconds, pairs, exclusion, (1,))


def a_list(*people: Attendee, file: str = "a.csv", **facts: Any) -> Listing:
    whole = {"title": "", "held_on": None, "stated": None, "notes": (), **facts}
    return Listing(file=file, kind=ReportKind.TEAMS, attendees=people, **whole)


def found_in(
    *listings: Listing, minimum: int = 0, said: Answers | None = None, **of: str
) -> MatchResult:
    return match_people(merge_people(listings), known(**of), minimum, said)


def rows(entries: Any) -> dict[str, Any]:
    return {entry.person.row: entry.why or entry.members for entry in entries}
