"""Facts of the sheet of a place: what is on offer there, the nearest first, and whom to ask.  Pure.

The sheet has two pages of A4, so it has the nearest services and says how many more there are.
What nobody has checked for too long is not on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copkit.analysis.directory.entries import Freshness
from copkit.analysis.privacy.services import ConnectorView, DirectoryView, ServiceView
from copkit.records.directory import PlaceLevel
from copkit.wording import day_in_words, list_in_words, plural

MOST_ENTRIES: Final = 20  # on two pages of A4, each with up to three lines of each fact
MOST_CONNECTORS: Final = 6
LONGEST_FACT: Final = 120  # characters, some two lines of the column
NOTICE: Final = "Ring before you send somebody: what is on offer changes."


@dataclass(frozen=True, slots=True)
class SheetService:
    """A service on the sheet: who runs it, who may come and when, how to reach it, how fresh."""

    name: str
    organisation: str
    about: str
    way_in: str
    reached: str
    checked: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class SheetSection:
    """The services of a place, or of one that it lies in or that lies in it."""

    heading: str
    services: tuple[SheetService, ...]


@dataclass(frozen=True, slots=True)
class SheetConnector:
    """Whom to ask: who they are, how many, how to reach them, and which languages they speak."""

    title: str
    reached: str
    languages: str


@dataclass(frozen=True, slots=True)
class PlaceSheetFacts:
    """Everything that the sheet of a place states."""

    title: str
    programme: str
    lead: str
    notice: str
    sections: tuple[SheetSection, ...]
    connectors: tuple[SheetConnector, ...]
    languages: str
    more: str


def build_place_sheet(
    view: DirectoryView, place: str, programme: str, most: int = MOST_ENTRIES
) -> PlaceSheetFacts:
    """Lay out the sheet of a place, with so many services at ``most``.

    ``programme`` is what it is called.
    """
    services = view.services_in(place)
    shown, more = services[:most], len(services) - most
    by_level: dict[PlaceLevel, list[ServiceView]] = {}
    for service in shown:
        by_level.setdefault(service.level, []).append(service)
    sections = []
    for level in PlaceLevel:
        if of_level := by_level.get(level):
            names = list(dict.fromkeys(area.name for each in of_level for area in each.areas))
            heading = list_in_words(names) if len(names) <= MOST_CONNECTORS else level.capitalize()
            sections.append(SheetSection(heading, tuple(map(_service, of_level))))
    connectors = view.connectors_in(place)
    languages = view.languages[place]
    return PlaceSheetFacts(
        title=f"Services in {view.places.name(place)}",
        programme=programme,
        lead=f"As of {day_in_words(view.day)}: {plural(len(services), 'service')}, "
        "the nearest first",
        notice=NOTICE,
        sections=tuple(sections),
        connectors=tuple(map(_connector, connectors[:MOST_CONNECTORS])),
        languages=f"Languages between them: {list_in_words(languages)}." if languages else "",
        more=f"{plural(more, 'service')} more would not fit here." if more > 0 else "",
    )


def _service(service: ServiceView) -> SheetService:
    spoken = service.languages_words
    about = [spoken if spoken != "English" else "", service.who, service.when, service.access]
    return SheetService(
        name=service.name,
        organisation=service.organisation,
        about=_short("; ".join(filter(None, about))),
        way_in=_short(service.way_in),
        reached=_short(", ".join(filter(None, (service.phone, service.email or service.web)))),
        checked=service.checked_words,
        is_due=service.freshness is not Freshness.FRESH,
    )


def _connector(connector: ConnectorView) -> SheetConnector:
    people = f" ({connector.people} people)" if connector.people > 1 else ""
    reached = "; ".join(filter(None, (connector.organisation, connector.contact, connector.hours)))
    return SheetConnector(
        f"{connector.title}{people}", _short(reached), _short(", ".join(connector.languages))
    )


def _short(text: str) -> str:
    """Return a fact that fits its two lines; what is cut off ends with an ellipsis."""
    return text if len(text) <= LONGEST_FACT else f"{text[:LONGEST_FACT].rsplit(' ', 1)[0]} …"
