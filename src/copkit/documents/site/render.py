"""All files of a site, rendered from its plan: pages, style, metadata, feed and search.

Reads templates. A page is rendered only when it is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from copkit.analysis.privacy.site import SiteCase, SiteView
from copkit.documents.pictures import build_pictures, link_as_files
from copkit.documents.site.facts import HELPED, KINDS, CasePage, PlannedPage, SitePlan, words_of
from copkit.documents.site.metadata import (
    atom_feed,
    catalogue_csv,
    catalogue_json,
    describe_case,
    sitemap,
)
from copkit.documents.site.search import (
    HEADING,
    QUESTION,
    TEXT,
    THEME,
    TITLE,
    Facet,
    SearchIndex,
    search_files,
)
from copkit.documents.templates import PageRenderer, render
from copkit.documents.theme import DocumentTheme
from copkit.layout import shipped_folder
from copkit.records.cases import OutcomeKind
from copkit.text.normalise import single_line

SCRIPT: Final = "site-search.js"
_LONGEST_SUMMARY: Final = 160  # characters of a summary in results


class SiteRenderer:
    """Renders the pages of one site, each template with one environment."""

    def __init__(self, view: SiteView, theme: DocumentTheme) -> None:
        self.plan = SitePlan(view, describe_case)
        self.words = 0  # in the search, once its files were made
        self._theme = theme
        self._renderers: dict[str, PageRenderer] = {}
        logo = build_pictures("site", None, theme)
        self._logos = {picture.name: picture for picture in logo}
        self._pictures = link_as_files("site", logo)

    def render_page(self, page: PlannedPage, facts: Any = None) -> bytes:
        """Render a page; ``facts`` spares building them anew."""
        renderer = self._renderers.get(page.template)
        if renderer is None:
            renderer = self._renderers[page.template] = PageRenderer(
                page.template, self._theme, many=True
            )
        return renderer.render(facts or page.facts(), self._pictures).encode("utf-8")

    def files(
        self, published: Mapping[str, dt.date], built: dt.date
    ) -> Iterator[tuple[str, bytes]]:
        """Yield every file by its address.

        ``published`` has the day on which a page was first in the site, ``built`` is today.
        """
        pages, index = self.plan.pages(), SearchIndex()
        for address, page in pages.items():
            facts = page.facts()
            if isinstance(facts, CasePage):
                index.add(searched_texts(facts))
            yield address, self.render_page(page, facts)
        yield from self.fixed_files()
        yield from self.calendars(built)
        yield "feed.atom", atom_feed(self.plan, published, built)
        yield "catalogue.json", catalogue_json(self.plan)
        yield "catalogue.csv", catalogue_csv(self.plan)
        if self.plan.view.base_url:
            yield "sitemap.xml", sitemap(self.plan, pages)
        if self.plan.cases:
            titles = [_title_row(self.plan, case) for case in self.plan.cases]
            words = index.words()
            self.words = len(words[0])
            yield from search_files(words, titles, list(facets(self.plan)))

    def calendars(self, built: dt.date) -> Iterator[tuple[str, bytes]]:
        """Yield the sessions to come of each network as a calendar file."""
        from zoneinfo import ZoneInfo

        for network in self.plan.view.networks:
            if network.invitations:
                from copkit.documents.calendar import write_calendar  # slow to import

                zone = ZoneInfo(network.timezone)
                written = write_calendar(network.title, network.invitations, zone, built)
                yield f"networks/{network.name}.ics", written.data

    def fixed_files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that are the same whatever the records say: style, script, logo."""
        yield "style.css", render("site.css", None, self._theme).encode("utf-8")
        yield "icon.svg", render("site-icon.svg", None, self._theme).encode("utf-8")
        if self.plan.cases:
            yield "search.js", (shipped_folder("templates") / SCRIPT).read_bytes()
        for name, picture in self._logos.items():
            yield self._pictures[name].address, picture.png


def searched_texts(page: CasePage) -> Iterator[tuple[int, str]]:
    """Yield what a search finds of a case: what its page shows of it, and nothing else."""
    yield TITLE, page.title
    yield QUESTION, page.question
    for link in page.themes:
        yield THEME, link.title
    for section in page.sections:
        yield HEADING, section.heading
        yield TEXT, words_of(section.text)
    yield TEXT, page.page.description
    yield TEXT, page.lead
    for line in page.suggestions:
        yield TEXT, f"{line.what} {line.owner} {line.note}"
    for question in page.discuss:
        yield TEXT, question
    for card in page.evidence:
        yield TEXT, card.link.title
    for link in page.blockages:
        yield TEXT, link.title


def _title_row(plan: SitePlan, case: SiteCase) -> Sequence[str]:
    """Return what a result shows of a case: address, title, summary, and where it belongs."""
    summary = single_line(case.summary)
    if len(summary) > _LONGEST_SUMMARY:
        summary = f"{summary[:_LONGEST_SUMMARY].rsplit(' ', 1)[0]} …"
    themes = ", ".join(link.title for link in plan.theme_links(case.themes))
    about = (KINDS[case.kind][0], themes, single_line(case.place), str(case.year or ""))
    return (
        f"cases/{case.name}.html",
        single_line(case.title),
        summary,
        " · ".join(filter(None, about)),
    )


def facets(plan: SitePlan) -> Iterator[Facet]:
    """Yield what results can be narrowed by, as far as any case has it."""
    cards = {name: card.link.title for name, card in plan.evidence_cards.items()}
    blockages = {name: plan.blockage_link(name).title for name in plan.blockages}
    values: Mapping[tuple[str, str], Callable[[SiteCase], Iterable[str]]] = {
        ("theme", "Theme"): lambda case: (link.title for link in plan.theme_links(case.themes)),
        ("kind", "Kind"): lambda case: (KINDS[case.kind][0],),
        ("helped", "Did it help?"): lambda case: (
            HELPED[outcome]
            for line in case.suggestions
            if (outcome := line.outcome) and outcome in HELPED
        ),
        ("outcome", "What came of it"): lambda case: (
            line.kind.value for line in case.suggestions if line.kind
        ),
        ("blockage", "What blocks us"): lambda case: (blockages[name] for name in case.blockages),
        ("evidence", "Evidence"): lambda case: (cards[name] for name in case.evidence),
        ("year", "Year"): lambda case: (str(case.year),) if case.year else (),
        ("community", "Community"): lambda case: (single_line(case.place),) if case.place else (),
    }
    for (key, label), of_case in values.items():
        by_value: dict[str, list[int]] = {}
        for number, case in enumerate(plan.cases):
            for value in dict.fromkeys(of_case(case)):
                by_value.setdefault(value, []).append(number)
        if by_value:
            in_order = sorted(by_value, key=_order)
            yield Facet(key, label, {name: by_value[name] for name in in_order})


_FIXED_ORDER: Final = (*HELPED.values(), *map(str, OutcomeKind))


def _order(value: str) -> tuple[int, str]:
    """Return the key by which the values of a facet are sorted: a scale as it runs, else A to Z."""
    place = _FIXED_ORDER.index(value) if value in _FIXED_ORDER else len(_FIXED_ORDER)
    return place, value.casefold()
