"""Count who came to a session from the lists of it, and keep no name.  Pure.

People are told apart as for a meeting of members, so that a rejoin counts once and a note-taker
not at all; but nobody is matched with anybody on record, and what comes out are numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from copkit.analysis.imports.people import ListedPerson
from copkit.importers.model import Exclusion
from copkit.records.meetings import Correction, Meeting, SectorCount
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append, remove, set_value
from copkit.text.normalise import match_spelling

NO_PEOPLE = frozenset({Exclusion.BOT, Exclusion.WAITING_ROOM})
"""Why a row on a list is nobody who came; a dial-in number is somebody without a name."""


@dataclass(frozen=True, slots=True)
class SessionCount:
    """How many people came to a session, by the lists of it.

    ``sectors`` are those of copkit.yaml with how many came from each, ``other_sectors`` how many
    are of another. ``set_aside`` has the reasons why rows were no people, and how many;
    ``below_minimum`` left too soon, ``away`` signed up and did not come.
    """

    came: int
    sectors: Mapping[str, int]
    other_sectors: int
    set_aside: Mapping[str, int]
    below_minimum: int
    away: int

    @property
    def not_said(self) -> int:
        """Of how many no sector is known."""
        return self.came - sum(self.sectors.values())


def count_people(
    people: Iterable[ListedPerson], sectors: Sequence[str], minimum: int
) -> SessionCount:
    """Count who came; ``sectors`` are those of copkit.yaml, ``minimum`` is in minutes."""
    came, below, away, other = 0, 0, 0, 0
    by_sector, set_aside = Counter[str](), Counter[str]()
    for person in people:
        if person.exclusion in NO_PEOPLE:
            set_aside[str(person.exclusion)] += 1
        elif not person.came:
            away += 1
        elif person.minutes is not None and person.minutes < minimum:
            below += 1
        else:
            came += 1
            sector = match_spelling(person.sector, sectors) if person.sector else ""
            if sector in sectors:
                by_sector[sector] += 1
            else:
                other += bool(sector)
    in_order = {sector: by_sector[sector] for sector in sectors if by_sector[sector]}
    return SessionCount(came, in_order, other, dict(sorted(set_aside.items())), below, away)


def count_in_both(people: Iterable[ListedPerson], others: Iterable[ListedPerson]) -> int:
    """Count who of ``people`` is among ``others`` too, by address, else by name."""
    others = [person for person in others if person.exclusion not in NO_PEOPLE and person.came]
    emails = {email for person in others for email in person.emails}
    names = {name for person in others for name in person.known_as}
    nameless = {name for person in others if not person.email for name in person.known_as}
    return sum(
        not emails.isdisjoint(person.emails)
        or not (nameless if person.email else names).isdisjoint(person.known_as)
        for person in people
        if person.exclusion not in NO_PEOPLE and person.came
    )


def edit_numbers(text: str, numbers: Mapping[str, int | None]) -> str:
    """Write the numbers of a session that are known, by field: ``came``, ``registered``."""
    for key, number in numbers.items():
        if number is not None:
            text = set_value(text, [key], number)
    return text


def edit_sectors(text: str, meeting: Meeting, sectors: Mapping[str, int]) -> str:
    """Write how many came from which sector; none of ``sectors`` leaves the record as it is."""
    if not sectors:
        return text
    taken: set[str] = {entry.id for entry in meeting.came_from}
    on_record = {entry.sector: entry for entry in meeting.came_from}
    for sector, entry in on_record.items():
        if sector not in sectors:
            text = remove(text, ["came_from"], entry.id)
    for sector, people in sectors.items():
        if sector in on_record:
            text = set_value(text, ["came_from", on_record[sector].id, "people"], people)
        else:
            id = new_part_id(SectorCount, taken)
            taken.add(id)
            text = append(text, ["came_from"], {"id": id, "sector": sector, "people": people})
    return text


def edit_correction(text: str, meeting: Meeting, day: object, why: str) -> str:
    """Note that numbers on record were corrected on a day, and why."""
    id = new_part_id(Correction, {entry.id for entry in meeting.corrections})
    return append(text, ["corrections"], {"id": id, "date": day, "why": why})
