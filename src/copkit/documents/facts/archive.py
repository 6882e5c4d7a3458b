"""Facts of an archive: what it holds, how to read it in twenty years, what was left out.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from copkit.analysis.privacy.site import SiteView
from copkit.documents.site.facts import LICENCES
from copkit.text.markdown import Address, Prose
from copkit.text.normalise import single_line
from copkit.wording import day_in_words, plural

_FOLDERS: Final = {
    "site": ("site/index.html", "all cases, with a search: open this page in any browser"),
    "records": ("records/", "each case, and what it refers to, as text (Markdown)"),
    "tables": ("tables/", "the figures as tables (CSV), described in datapackage.json"),
    "documents": ("documents/", "what was built for these readers: newsletters, briefs, letters"),
}
"""The folders of an archive: where to begin in each, and what it holds."""


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One folder of an archive, and where to begin in it."""

    start: str
    holds: str
    count: str


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """Everything the first page of an archive states."""

    title: str
    programme: str
    readers: str
    period: str
    as_of: str
    parts: tuple[ArchivePart, ...]
    left_out: tuple[str, ...]
    licence: str
    contact: str


@dataclass(frozen=True, slots=True)
class RecordCard:
    """An evidence card or a blockage as a text of its own; lines of ``facts`` may be empty."""

    title: str
    facts: tuple[str, ...]
    url: Address
    body: Prose


def build_archive(
    view: SiteView,
    as_of: dt.date,
    since: dt.date,
    files: Mapping[str, int],
    *,
    left_out: bool,
) -> ArchiveFacts:
    """Work out what the first page of an archive states.

    ``as_of`` is the last day on record, ``since`` the first of the programme; ``files`` are how
    many there are in each folder, and ``left_out`` says that there are cases for others alone.
    """
    reasons = ["Names, addresses and private notes: they never leave the computer they are on."]
    if left_out:
        # No number: how many there are is for those who may read them.
        reasons.append("Cases that are for other readers, or that nobody has signed off.")
    return ArchiveFacts(
        title=f"Archive: {single_line(view.title)}",
        programme=single_line(view.programme),
        readers=f"To be read by {view.audience.policy.may_read}.",
        period=f"From {day_in_words(since)} to {day_in_words(as_of)}",
        as_of=day_in_words(as_of),
        parts=tuple(
            ArchivePart(*_FOLDERS[folder], plural(count, "file"))
            for folder, count in files.items()
            if count
        ),
        left_out=tuple(reasons),
        licence=LICENCES[view.licence][2],
        contact=single_line(view.contact),
    )


def record_cards(view: SiteView) -> dict[str, RecordCard]:
    """Return the evidence cards and blockages that readers may see, by path without an ending."""
    cards = {
        f"evidence/{card.name}": RecordCard(
            single_line(card.title),
            tuple(filter(None, (single_line(card.citation), _themes(card.themes)))),
            Address(card.url),
            Prose(card.spoken, below=1),
        )
        for card in view.cards
    }
    for blockage in view.blockages:
        counted = plural(blockage.cases, "case")
        where = plural(blockage.communities, "community", "communities")
        cards[f"blockages/{blockage.name}"] = RecordCard(
            single_line(blockage.title),
            tuple(
                filter(None, (f"It came up in {counted}, in {where}.", _themes(blockage.themes)))
            ),
            Address(""),
            Prose(blockage.body, below=1),
        )
    return cards


def _themes(themes: tuple[str, ...]) -> str:
    return f"Themes: {', '.join(map(single_line, themes))}" if themes else ""
