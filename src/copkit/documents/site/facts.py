"""Facts of the pages of the repository, and where each page lies.  Pure.

:func:`plan_site` lists every page by its address, ``cases/quiet-saturdays.html``, with the template
that arranges it and the function that builds its facts: whoever shows one page builds one. Links
are relative, so that the site opens from a folder as from a web host.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from heapq import nsmallest
from html import unescape
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from copkit.analysis.privacy.services import DirectoryView
from copkit.analysis.privacy.site import (
    INDEX,
    NetworkView,
    SiteBlockage,
    SiteCard,
    SiteCase,
    SiteView,
    TriedSuggestion,
)
from copkit.analysis.toolkit import KitView, SheetView
from copkit.documents.facts.directory import SheetConnector, SheetSection, build_place_sheet
from copkit.documents.facts.ending import build_lineage_sheet
from copkit.documents.facts.newsletter import NewsletterFacts, build_newsletter
from copkit.documents.facts.session import build_links, build_network
from copkit.documents.facts.shared import outcome_in_words
from copkit.documents.facts.toolkit import KitSheetFacts, build_kit
from copkit.documents.sheets import SHEETS_FOLDER, with_shipped
from copkit.records.blockages import BlockageStatus
from copkit.records.cases import CaseKind, Outcome, OutcomeKind
from copkit.records.programme import Licence
from copkit.records.schema.audience import Audience
from copkit.text.files import slug_from
from copkit.text.markdown import Address, to_html
from copkit.text.normalise import fold, single_line
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    join_sentences,
    list_in_words,
    plural,
    sentence,
)

NO_DATA: Final = Markup()
PER_PAGE: Final = 500  # entries of a list, and of a file of titles
MOST_ALIKE: Final = 5  # cases named under "Cases like this"
MOST_NEWEST: Final = 5
WORDS_A_MINUTE: Final = 200  # of silent reading, rather slow than fast
_NEIGHBOURS: Final = 40  # cases of one theme that are compared with a case: 10,000 share a few
_LONGEST_TITLE: Final = 70  # characters, of which search engines show about as many
_TAG: Final = re.compile(r"<[^>]*>")

KINDS: Final[Mapping[CaseKind, tuple[str, str]]] = {
    CaseKind.CHALLENGING: ("A challenge", "Challenging cases"),
    CaseKind.WORKED_WELL: ("What worked well", "Cases that worked well"),
}
"""What a case of each kind is called, and the list of them."""

HELPED: Final[Mapping[Outcome, str]] = {
    Outcome.HELPED: "yes",
    Outcome.PARTLY: "partly",
    Outcome.DID_NOT_HELP: "no",
}
"""The facet "helped"; what was not tried tells nothing."""

LICENCES: Final[Mapping[Licence, tuple[str, str, str]]] = {
    Licence.CC_BY: (
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "You may share and adapt this, if you name the source.",
    ),
    Licence.CC_BY_NC: (
        "CC BY-NC 4.0",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "You may share and adapt this without commercial gain, if you name the source.",
    ),
    Licence.CC_BY_SA: (
        "CC BY-SA 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "You may share and adapt this under the same licence, if you name the source.",
    ),
    Licence.ALL_RIGHTS_RESERVED: (
        "All rights reserved",
        "",
        "Please ask before you copy it or pass it on.",
    ),
}
"""What a licence is called, where its text is, and what it allows in a sentence."""

_STATUS: Final = {
    BlockageStatus.OPEN: "Not answered yet",
    BlockageStatus.ANSWERED: "Answered",
    BlockageStatus.CLOSED: "Closed",
}
CARE: Final = (
    "Cases are told without names, and details are changed. Please do not guess who a case is "
    "about. If you recognise someone, tell nobody but us."
)


# --- facts of pages -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of the site, by its address from the top."""

    address: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """What every page of a site states: its head, its sections and its foot."""

    title: str
    programme: str
    sections: tuple[PageLink, ...]
    licence: str
    licence_address: Address
    licence_terms: str
    contact: Address
    care: str
    readers: str
    listed: bool  # whether search engines may list the pages


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What a page states of itself; ``root`` leads to the top: ``../`` or nothing.

    ``meta`` are names and contents of Dublin Core, ``data`` is JSON-LD.
    """

    address: str
    root: str
    title: str
    site: SiteFrame
    description: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    data: Markup = NO_DATA
    scripted: bool = False


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a case with its heading."""

    heading: str
    text: Markup


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    """One suggestion and what came of it, in words; all but ``what`` may be empty."""

    what: str
    owner: str
    outcome: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """An evidence card on the page of a case, or on its own."""

    link: PageLink
    citation: str
    url: Address
    spoken: Markup


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page of one case."""

    page: PageFrame
    kind: str
    title: str
    question: str
    lead: str
    themes: tuple[PageLink, ...]
    sections: tuple[PageSection, ...]
    suggestions: tuple[SuggestionLine, ...]
    discuss: tuple[str, ...]
    evidence: tuple[EvidenceCard, ...]
    blockages: tuple[PageLink, ...]
    alike: tuple[PageLink, ...]
    minutes: str
    cite: str
    takedown: Address


@dataclass(frozen=True, slots=True)
class LinkList:
    """Links under a heading, which may be empty."""

    heading: str
    links: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list of pages: all cases, those of a theme, all cards; ``others`` are its further pages."""

    page: PageFrame
    title: str
    lead: str
    lists: tuple[LinkList, ...]
    others: tuple[PageLink, ...] = ()


@dataclass(frozen=True, slots=True)
class CardPage:
    """The page of one evidence card."""

    page: PageFrame
    card: EvidenceCard
    themes: tuple[PageLink, ...]
    cases: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class AskLine:
    """One thing asked of somebody, and what came back."""

    asked: str
    ask: str
    status: str
    reply: str


@dataclass(frozen=True, slots=True)
class BlockagePage:
    """The page of one blockage."""

    page: PageFrame
    title: str
    status: str
    how_often: str
    body: Markup
    asks: tuple[AskLine, ...]
    themes: tuple[PageLink, ...]
    cases: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class IssuePage:
    """An issue of the newsletter as a page of the site, under the newsletter's own rules."""

    page: PageFrame
    issue: NewsletterFacts


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The first page: search, themes, kinds, for members the newest cases."""

    page: PageFrame
    lead: str
    counted: str
    newest: tuple[PageLink, ...]
    themes: tuple[PageLink, ...]
    kinds: tuple[PageLink, ...]
    communities: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What the site is, how the cases were made safe, and whom to ask."""

    page: PageFrame
    lead: str
    safety: tuple[str, ...]
    cite: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The page of one sheet of the tool kit, the only one of ``sheets``."""

    page: PageFrame
    sheets: tuple[KitSheetFacts, ...]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """What is on offer in a place, as on its sheet, and whom to ask."""

    page: PageFrame
    title: str
    lead: str
    notice: str
    sections: tuple[SheetSection, ...]
    connectors: tuple[SheetConnector, ...]
    languages: str
    more: str


class PlannedPage(NamedTuple):
    """A page that can be rendered: its template, and what builds its facts."""

    template: str
    facts: Callable[[], Any]


# --- the plan of a site ---------------------------------------------------------------------


class SiteSection(NamedTuple):
    """One part of the site: its folder, its name in the menu, and what lists its pages."""

    folder: str
    title: str
    pages: Callable[[SitePlan], Iterator[tuple[str, PlannedPage]]]


class SitePlan:
    """A site's view with what its pages share: links, neighbours and words, worked out once."""

    def __init__(self, view: SiteView, describe: Describe | None = None) -> None:
        """Take the view, and what describes a case as metadata; see ``metadata.describe_case``."""
        self.view = view
        self.describe = describe
        self.descriptions: dict[str, dict[str, Any]] = {}
        self.policy = view.audience.policy
        self.cases = view.cases
        self.cards = {card.name: card for card in view.cards}
        self.blockages = {blockage.name: blockage for blockage in view.blockages}

    # names of themes: 'Weekend cover' and 'weekend-cover' are one theme

    @cached_property
    def _theme_keys(self) -> dict[str, str]:
        """The name of a theme's page by its folded words, in the order of their labels."""
        every = (theme for record in self._themed for theme in record.themes)
        keys = dict.fromkeys(sorted(map(theme_key, every)))
        names, taken = {}, {INDEX}
        for key in filter(None, keys):
            slug = base = slug_from(key) or "theme"
            number = 2
            while slug in taken:
                slug, number = f"{base}--{number}", number + 1
            taken.add(slug)
            names[key] = slug
        return names

    @cached_property
    def _theme_labels(self) -> dict[str, str]:
        """The spelling of a theme by its folded words: the first by title of its cases."""
        labels: dict[str, str] = {}
        for record in self._themed:
            for theme in record.themes:
                labels.setdefault(theme_key(theme), single_line(theme))
        return labels

    @property
    def _themed(self) -> Iterator[SiteCase | SiteCard | SiteBlockage]:
        yield from self.cases
        yield from self.view.cards
        yield from self.view.blockages

    @cached_property
    def themes(self) -> tuple[PageLink, ...]:
        """Every theme that is shown, by label, with how many cases it has."""
        cards = Counter(theme_key(theme) for card in self.view.cards for theme in card.themes)
        counts = {}
        for key in self._theme_keys:
            cases = len(self.cases_by_theme.get(key, ()))
            parts = [plural(cases, "case")] if cases else []
            parts += [plural(cards[key], "evidence card")] if cards[key] else []
            counts[key] = list_in_words(parts)
        links = (
            PageLink(
                f"themes/{name}.html",
                capitalised(self._theme_labels[key]),
                counts[key],
            )
            for key, name in self._theme_keys.items()
        )
        return tuple(sorted(links, key=lambda link: link.title.casefold()))

    def theme_links(self, themes: Iterable[str]) -> tuple[PageLink, ...]:
        """Return the links to some themes."""
        keys = dict.fromkeys(filter(None, map(theme_key, themes)))
        return tuple(self._links_by_theme[key] for key in keys)

    @cached_property
    def _links_by_theme(self) -> dict[str, PageLink]:
        return {
            key: PageLink(f"themes/{name}.html", capitalised(self._theme_labels[key]))
            for key, name in self._theme_keys.items()
        }

    @cached_property
    def cases_by_theme(self) -> dict[str, list[int]]:
        """The cases of each theme, by their numbers."""
        return self._numbers_by(lambda case: {theme_key(theme) for theme in case.themes})

    @cached_property
    def cases_by_card(self) -> dict[str, list[int]]:
        """The cases of each card, by their numbers."""
        return self._numbers_by(lambda case: set(case.evidence))

    @cached_property
    def cases_by_blockage(self) -> dict[str, list[int]]:
        """The cases of each blockage, by their numbers."""
        return self._numbers_by(lambda case: set(case.blockages))

    @cached_property
    def cases_by_community(self) -> dict[str, list[int]]:
        """The cases of each community, by their numbers; none where readers may not know it."""
        return self._numbers_by(lambda case: {case.community} - {""})

    def _numbers_by(self, keys: Callable[[SiteCase], Iterable[str]]) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, case in enumerate(self.cases):
            for key in keys(case):
                numbers[key].append(number)
        return dict(numbers)

    @cached_property
    def case_links(self) -> tuple[PageLink, ...]:
        """A link to each case, with its summary and year."""
        return tuple(
            PageLink(f"cases/{case.name}.html", single_line(case.title), _note(case))
            for case in self.cases
        )

    def links_to(self, numbers: Iterable[int]) -> tuple[PageLink, ...]:
        """Return the links to some cases by their numbers."""
        return tuple(self.case_links[number] for number in numbers)

    def alike(self, number: int) -> tuple[PageLink, ...]:
        """Return links to the cases that share most with one: themes, evidence, blockages."""
        case = self.cases[number]
        shared: Counter[int] = Counter()
        groups = [
            *(self.cases_by_theme[key] for key in {*map(theme_key, case.themes)}),
            *(self.cases_by_card[card] for card in case.evidence),
            *(self.cases_by_blockage[blockage] for blockage in case.blockages),
        ]
        for group in groups:
            shared.update(_nearest(group, number))
        del shared[number]
        best = nsmallest(
            MOST_ALIKE,
            ((-count, abs(other - number), other) for other, count in shared.items()),
        )
        return self.links_to(other for _, _, other in best)

    @cached_property
    def evidence_cards(self) -> dict[str, EvidenceCard]:
        """Every card as pages show it, by name."""
        return {
            card.name: EvidenceCard(
                PageLink(f"evidence/{card.name}.html", single_line(card.title)),
                single_line(card.citation),
                Address(card.url),
                to_html(card.spoken, below=3),
            )
            for card in self.view.cards
        }

    @property
    def sheets(self) -> tuple[SheetView, ...]:
        """The sheets of the tool kit, the programme's own instead of shipped ones."""
        return with_shipped(self.view.sheets, self.view.audience)

    def blockage_link(self, name: str) -> PageLink:
        """Return the link to a blockage."""
        return PageLink(f"blockages/{name}.html", single_line(self.blockages[name].title))

    @cached_property
    def frame(self) -> SiteFrame:
        """What every page states."""
        view = self.view
        called, address, terms = LICENCES[view.licence]
        return SiteFrame(
            title=single_line(view.title),
            programme=single_line(view.programme),
            sections=tuple(
                PageLink(f"{section.folder}/{INDEX}.html", section.title)
                for section in SECTIONS
                if next(section.pages(self), None)
            ),
            licence=called,
            licence_address=Address(address),
            licence_terms=terms,
            contact=contact_address(view.contact),
            care=CARE,
            readers=f"To be read by {self.policy.may_read}.",
            # a page that everybody may read, everybody may find
            listed=all(reader.may_see(view.audience) for reader in Audience),
        )

    @cached_property
    def kinds(self) -> tuple[PageLink, ...]:
        """The lists of cases by kind, as far as there are any."""
        counts = Counter(case.kind for case in self.cases)
        return tuple(
            PageLink(f"kinds/{kind}.html", title, plural(counts[kind], "case"))
            for kind, (_, title) in KINDS.items()
            if counts[kind]
        )

    @cached_property
    def communities(self) -> tuple[PageLink, ...]:
        """The lists of cases by community, for readers who may know it."""
        counts = Counter((case.community, single_line(case.place)) for case in self.cases)
        return tuple(
            PageLink(f"communities/{slug}.html", place, plural(counts[slug, place], "case"))
            for slug, place in sorted(counts, key=lambda pair: pair[1].casefold())
            if slug
        )

    def page(self, address: str, title: str, **parts: Any) -> PageFrame:
        """Return the frame of a page at an address."""
        return PageFrame(
            address=address,
            root="../" * address.count("/"),
            title=head_title(title, self.frame.title),
            site=self.frame,
            **parts,
        )

    def pages(self) -> dict[str, PlannedPage]:
        """Return every page by its address."""
        pages = {
            f"{INDEX}.html": PlannedPage("site-front.html", partial(_front_page, self)),
            "about.html": PlannedPage("site-about.html", partial(_about_page, self)),
        }
        for section in SECTIONS:
            pages.update(section.pages(self))
        return pages


Describe = Callable[[SitePlan, SiteCase, str], "CaseMetadata"]


@dataclass(frozen=True, slots=True)
class CaseMetadata:
    """What describes a case to machines: Dublin Core, and JSON-LD for its page."""

    meta: tuple[tuple[str, str], ...]
    data: Markup


def head_title(title: str, site: str) -> str:
    """Return a title as browsers and search engines show it: with the site's, if there is room."""
    whole = title if title == site else f"{title}: {site}"
    if len(whole) <= _LONGEST_TITLE:
        return whole
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 2].rstrip()} …"


@cache
def theme_key(theme: str) -> str:
    """Return a theme as it is compared: 'Weekend-cover' and 'weekend cover' are the same."""
    return " ".join(re.findall(r"[^\W_]+", fold(theme)))


def contact_address(contact: str) -> Address:
    """Return an address that a page can link to; ``""`` where there is no contact."""
    return Address(f"mailto:{contact}" if contact and "://" not in contact else contact)


def words_of(html: str) -> str:
    """Return the words of a piece of HTML, as readers see them."""
    return unescape(_TAG.sub(" ", html)) if "<" in html or "&" in html else html


def _nearest(group: Sequence[int], number: int) -> Sequence[int]:
    """Return the members of a group that are nearest to one of them in the order of titles."""
    if len(group) <= _NEIGHBOURS:
        return group
    from bisect import bisect_left

    start = max(0, min(bisect_left(group, number) - _NEIGHBOURS // 2, len(group) - _NEIGHBOURS))
    return group[start : start + _NEIGHBOURS]


def _note(case: SiteCase) -> str:
    """Return what a list says of a case after its title."""
    year = str(case.year) if case.year else ""
    where = ", ".join(filter(None, (single_line(case.place), year)))
    return join_sentences(sentence(single_line(case.summary)), f"({where})" if where else "")


# --- pages ----------------------------------------------------------------------------------


def _case_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the page of each case, the list of all from A to Z, and those of each kind."""
    if not plan.cases:
        return
    kinds = {
        kind: [number for number, case in enumerate(plan.cases) if case.kind is kind]
        for kind in KINDS
    }
    yield from _list_pages(
        plan,
        f"cases/{INDEX}",
        "All cases from A to Z",
        _by_title(len(plan.cases)),
        plan.case_links,
    )
    for kind, numbers in kinds.items():
        if numbers:
            title = KINDS[kind][1]
            lead = _by_title(len(numbers))
            links = plan.links_to(numbers)
            yield from _list_pages(plan, f"kinds/{kind}", title, lead, links)
    if plan.policy.sees_places_of_cases:
        yield from _community_pages(plan)
    for number, case in enumerate(plan.cases):
        address = f"cases/{case.name}.html"
        yield address, PlannedPage("site-case.html", partial(build_case_page, plan, number))


def _community_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of each community's cases."""
    numbers = plan.cases_by_community
    for link in plan.communities:
        place = link.address.removesuffix(".html")
        group = plan.links_to(numbers[place.partition("/")[2]])
        lead = _by_title(len(group))
        yield from _list_pages(plan, place, link.title, lead, group)


def _theme_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of themes, and for each its cases, evidence and blockages."""
    if not plan.themes:
        return
    lead = f"{capitalised(count_in_words(len(plan.themes), 'theme'))}, by name."
    yield from _list_pages(plan, f"themes/{INDEX}", "Themes", lead, plan.themes)
    for link in plan.themes:
        key = theme_key(link.title)
        numbers = plan.cases_by_theme.get(key, [])
        more = [
            LinkList("Evidence", tuple(_links_of_cards(plan, key))),
            LinkList("What blocks us", tuple(_links_of_blockages(plan, key))),
        ]
        yield from _list_pages(
            plan,
            link.address.removesuffix(".html"),
            link.title,
            _by_title(len(numbers), " on this theme"),
            plan.links_to(numbers),
            [group for group in more if group.links],
        )


def _by_title(cases: int, where: str = "") -> str:
    """Return the line above a list of cases: how many, and where there are several their order."""
    order = ", by title" if cases > 1 else ""
    return f"{capitalised(count_in_words(cases, 'case'))}{where}{order}."


def _links_of_cards(plan: SitePlan, key: str) -> Iterator[PageLink]:
    for card in plan.view.cards:
        if key in map(theme_key, card.themes):
            yield plan.evidence_cards[card.name].link


def _links_of_blockages(plan: SitePlan, key: str) -> Iterator[PageLink]:
    for blockage in plan.view.blockages:
        if key in map(theme_key, blockage.themes):
            yield plan.blockage_link(blockage.name)


def _evidence_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of evidence cards, and the page of each."""
    cards = plan.evidence_cards
    if not cards:
        return
    links = [PageLink(*_address_and_title(card.link), card.citation) for card in cards.values()]
    lead = "What research says, each in sixty seconds, with where to read on."
    yield from _list_pages(plan, f"evidence/{INDEX}", "Evidence", lead, links)
    for name, card in cards.items():
        yield card.link.address, PlannedPage("site-card.html", partial(_card_page, plan, name))


def _address_and_title(link: PageLink) -> tuple[str, str]:
    return link.address, link.title


def _blockage_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of blockages, and the page of each."""
    if not plan.blockages:
        return
    links = [
        PageLink(*_address_and_title(plan.blockage_link(blockage.name)), _how_often(blockage))
        for blockage in plan.view.blockages
    ]
    lead = "What practitioners come up against again and again, whoever they try to help."
    yield from _list_pages(plan, f"blockages/{INDEX}", "What blocks us", lead, links)
    for name in plan.blockages:
        address = f"blockages/{name}.html"
        yield address, PlannedPage("site-blockage.html", partial(_blockage_page, plan, name))


def _issue_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of newsletters, and the page of each."""
    issues = plan.view.issues
    if not issues:
        return
    links = [
        PageLink(f"newsletters/{issue.name}.html", single_line(issue.view.newsletter.title))
        for issue in issues
        if issue.view.newsletter
    ]
    lead = f"{capitalised(count_in_words(len(links), 'issue'))}, the latest first."
    yield from _list_pages(plan, f"newsletters/{INDEX}", "Newsletters", lead, links)
    for link, issue in zip(links, issues, strict=True):
        facts = partial(_issue_page, plan, link, issue.view)
        yield link.address, PlannedPage("site-newsletter.html", facts)


def _sheet_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of the sheets of the tool kit, and the page of each."""
    sheets = plan.sheets
    links = [
        PageLink(f"{SHEETS_FOLDER}/{sheet.name}.html", f"{sheet.number}. {sheet.title}", sheet.asks)
        for sheet in sheets
    ]
    lead = "Sheets for starting a community of practice, one question each."
    yield from _list_pages(plan, f"{SHEETS_FOLDER}/{INDEX}", "Tool kit", lead, links)
    for link, sheet in zip(links, sheets, strict=True):
        facts = partial(_sheet_page, plan, link.address, sheet)
        yield link.address, PlannedPage("site-sheet.html", facts)


def _sheet_page(plan: SitePlan, address: str, sheet: SheetView) -> SheetPage:
    page = plan.page(address, single_line(sheet.title), description=single_line(sheet.asks))
    return SheetPage(page, build_kit(KitView("", (sheet,))).sheets)


def _place_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of the places that services serve, and the page of each."""
    directory = plan.view.directory
    places = directory.places.places if directory else ()
    there = [place for place in places if directory and directory.services_in(place.id)]
    if directory is None or not there:
        return
    links = [
        PageLink(
            f"{SERVICES_FOLDER}/{place.id}.html",
            single_line(place.name),
            plural(len(directory.services_in(place.id)), "service"),
        )
        for place in there
    ]
    lead = f"What is on offer, as of {day_in_words(directory.day)}; ring before you send somebody."
    yield from _list_pages(plan, f"{SERVICES_FOLDER}/{INDEX}", "Services", lead, links)
    for link, place in zip(links, there, strict=True):
        facts = partial(_place_page, plan, directory, link, place.id)
        yield link.address, PlannedPage("site-place.html", facts)


def _place_page(plan: SitePlan, directory: DirectoryView, link: PageLink, place: str) -> PlacePage:
    every = len(directory.services)  # a page on the web has room for all
    sheet = build_place_sheet(directory, place, plan.view.programme, every)
    return PlacePage(
        page=plan.page(link.address, single_line(sheet.title)),
        title=sheet.title,
        lead=sheet.lead,
        notice=sheet.notice,
        sections=sheet.sections,
        connectors=sheet.connectors,
        languages=sheet.languages,
        more=sheet.more,
    )


SERVICES_FOLDER: Final = "services"


def _network_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the list of networks, and the page of each."""
    networks = plan.view.networks
    if not networks:
        return
    links = [
        PageLink(f"networks/{each.name}.html", single_line(each.title), single_line(each.place))
        for each in networks
    ]
    lead = "Sessions open to all: nobody has to join."
    yield from _list_pages(plan, f"networks/{INDEX}", "Networks", lead, links)
    for link, network in zip(links, networks, strict=True):
        facts = partial(_network_page, plan, link, network)
        yield link.address, PlannedPage("site-sheet.html", facts)


def _network_page(plan: SitePlan, link: PageLink, network: NetworkView) -> SheetPage:
    page = plan.page(link.address, link.title, description=f"Sessions of the {link.title}")
    return SheetPage(page, (build_network(network, plan.view.contact),))


def _link_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the page of links, by theme."""
    if plan.view.links:
        address = f"links/{INDEX}.html"
        facts = partial(_links_page, plan, address)
        yield address, PlannedPage("site-sheet.html", facts)


def _links_page(plan: SitePlan, address: str) -> SheetPage:
    page = plan.page(address, "Worth a look", description="Links, by theme")
    return SheetPage(page, (build_links(plan.view.links),))


def _lineage_pages(plan: SitePlan) -> Iterator[tuple[str, PlannedPage]]:
    """Yield the page that has which community grew out of which."""
    if plan.view.lineage:
        address = f"lineage/{INDEX}.html"
        yield address, PlannedPage("site-sheet.html", partial(_lineage_page, plan, address))


def _lineage_page(plan: SitePlan, address: str) -> SheetPage:
    sheet = build_lineage_sheet(plan.view.lineage)
    return SheetPage(plan.page(address, sheet.title, description=sheet.asks), (sheet,))


SECTIONS: Final = (
    SiteSection("cases", "Cases", _case_pages),
    SiteSection("themes", "Themes", _theme_pages),
    SiteSection("evidence", "Evidence", _evidence_pages),
    SiteSection("blockages", "What blocks us", _blockage_pages),
    SiteSection("newsletters", "Newsletters", _issue_pages),
    SiteSection(SERVICES_FOLDER, "Services", _place_pages),
    SiteSection("networks", "Networks", _network_pages),
    SiteSection("links", "Worth a look", _link_pages),
    SiteSection(SHEETS_FOLDER, "Tool kit", _sheet_pages),
    SiteSection("lineage", "How we grew", _lineage_pages),
)
"""The parts of a site in the order of its menu. Another part is a row."""


def _list_pages(
    plan: SitePlan,
    place: str,
    title: str,
    lead: str,
    links: Sequence[PageLink],
    more: Sequence[LinkList] = (),
) -> Iterator[tuple[str, PlannedPage]]:
    """Yield a list on as many pages as it takes: ``place.html``, ``place/2.html`` and so on.

    ``more`` are further lists, which stand on the first page.
    """
    starts = range(0, len(links), PER_PAGE) or range(1)
    further = range(2, len(starts) + 1)
    addresses = [f"{place}.html", *(f"{place}/{number}.html" for number in further)]
    for index, (address, start) in enumerate(zip(addresses, starts, strict=True)):
        lists = [LinkList("", tuple(links[start : start + PER_PAGE]))]
        if index == 0:
            lists += more

        def build(
            address: str = address, index: int = index, lists: Sequence[LinkList] = lists
        ) -> ListPage:
            others = (
                PageLink(other, f"Page {number}", "this page" if other == address else "")
                for number, other in enumerate(addresses, 1)
            )
            name = f"{title}, page {index + 1}" if index else title
            return ListPage(
                page=plan.page(address, name),
                title=title,
                lead=lead,
                lists=tuple(lists),
                others=tuple(others) if len(addresses) > 1 else (),
            )

        yield address, PlannedPage("site-list.html", build)


def build_case_page(plan: SitePlan, number: int) -> CasePage:
    """Build the facts of the page of a case, by its number in the order of titles."""
    case = plan.cases[number]
    address = f"cases/{case.name}.html"
    title = single_line(case.title)
    metadata = plan.describe(plan, case, address) if plan.describe else CaseMetadata((), NO_DATA)
    return CasePage(
        page=plan.page(
            address,
            title,
            description=single_line(case.summary),
            meta=metadata.meta,
            data=metadata.data,
        ),
        kind=KINDS[case.kind][0],
        title=title,
        question=single_line(case.question),
        lead=case_lead(case),
        themes=plan.theme_links(case.themes),
        sections=tuple(
            PageSection(single_line(heading), to_html(text, below=2))
            for heading, text in case.sections
        ),
        suggestions=tuple(map(suggestion_line, case.suggestions)),
        discuss=tuple(single_line(question) for question in case.discuss),
        evidence=tuple(plan.evidence_cards[name] for name in case.evidence),
        blockages=tuple(map(plan.blockage_link, case.blockages)),
        alike=plan.alike(number),
        minutes=minutes_in_words(reading_minutes(case)),
        cite=cite(plan.view, case, address),
        takedown=takedown_address(plan.view.contact, address),
    )


def case_lead(case: SiteCase) -> str:
    """Return where a case is from, for readers who may know; else the year."""
    if not case.place:
        return f"{case.year}." if case.year else ""
    place = single_line(case.place)
    when = f", {day_in_words(case.presented)}" if case.presented else ""
    by = f". Presented by {list_in_words(case.presenters)}" if case.presenters else ""
    host = f". Hosted by {single_line(case.host)}" if case.host else ""
    return sentence(f"{place}{when}{by}{host}")


_KIND_OF_OUTCOME: Final = {
    OutcomeKind.MAINTENANCE: "kept things steady",
    OutcomeKind.PREVENTION: "prevented something worse",
    OutcomeKind.RECOVERY: "recovery",
}


def suggestion_line(suggestion: TriedSuggestion) -> SuggestionLine:
    """Return one suggestion and what came of it, in words."""
    outcome = suggestion.outcome
    return SuggestionLine(
        what=capitalised(single_line(suggestion.what)) or "The case as a whole",
        owner=single_line(suggestion.owner),
        outcome=sentence(outcome_in_words(outcome)) if outcome else "Nobody has reported yet.",
        kind=_KIND_OF_OUTCOME[suggestion.kind] if suggestion.kind else "",
        note=sentence(single_line(suggestion.note)),
    )


def reading_minutes(case: SiteCase) -> int:
    """Return how long a case takes to read, in minutes, at least 1."""
    words = sum(len(text.split()) for _, text in case.sections)
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def minutes_in_words(minutes: int) -> str:
    """Write how long something takes to read."""
    return f"{capitalised(count_in_words(minutes, 'minute'))} to read."


def cite(view: SiteView, case: SiteCase | None, address: str) -> str:
    """Return the line by which a case, or the whole site, is cited."""
    url = f"{view.base_url}/{address}" if view.base_url else ""
    year = f" ({case.year})" if case and case.year else ""
    title = f"{view.programme}{year} “{case.title if case else view.title}”"
    work = ", ".join(filter(None, (title, "case study" if case else "case studies", url)))
    return single_line(f"{work}. {LICENCES[view.licence][0]}.")


def takedown_address(contact: str, address: str) -> Address:
    """Return the address to ask that a page be taken down; ``""`` without a contact."""
    if not contact or "://" in contact:
        return contact_address(contact)
    return Address(f"mailto:{contact}?subject=Please%20take%20down%20{address}")


def _card_page(plan: SitePlan, name: str) -> CardPage:
    card = plan.evidence_cards[name]
    return CardPage(
        page=plan.page(card.link.address, card.link.title, description=card.citation),
        card=card,
        themes=plan.theme_links(plan.cards[name].themes),
        cases=plan.links_to(plan.cases_by_card.get(name, ())),
    )


def _how_often(blockage: SiteBlockage) -> str:
    """Write how often a blockage came up, over all cases; ``""`` where it never did."""
    if not blockage.cases:
        return ""
    places = count_in_words(blockage.communities, "community", "communities")
    return f"It has come up in {count_in_words(blockage.cases, 'case')} in {places}."


def _blockage_page(plan: SitePlan, name: str) -> BlockagePage:
    blockage, link = plan.blockages[name], plan.blockage_link(name)
    asks = (
        AskLine(
            asked=f"{day_in_words(ask.date)}, {single_line(ask.addressee)}",
            ask=single_line(ask.ask),
            status=_answer(ask.date, ask.replied, ask.reply),
            reply=sentence(single_line(ask.reply)),
        )
        for ask in blockage.asks
    )
    return BlockagePage(
        page=plan.page(link.address, link.title),
        title=link.title,
        status=_STATUS[blockage.status],
        how_often=_how_often(blockage),
        body=to_html(blockage.body, below=1),
        asks=tuple(asks),
        themes=plan.theme_links(blockage.themes),
        cases=plan.links_to(plan.cases_by_blockage.get(name, ())),
    )


def _answer(asked: dt.date, replied: dt.date | None, reply: str) -> str:
    # No count of days: a page is read long after it was built.
    if replied:
        return f"Answered on {day_in_words(replied)}."
    return "Answered." if reply else "No answer yet."


def _issue_page(plan: SitePlan, link: PageLink, view: Any) -> IssuePage:
    return IssuePage(plan.page(link.address, link.title), build_newsletter(view))


def _front_page(plan: SitePlan) -> FrontPage:
    newest: Sequence[int] = ()
    if plan.policy.sees_places_of_cases:  # the order would tell others when each was presented
        dated = [number for number, case in enumerate(plan.cases) if case.presented]
        newest = sorted(dated, key=lambda number: plan.cases[number].presented or dt.date.min)
        newest = newest[: -MOST_NEWEST - 1 : -1]
    return FrontPage(
        page=plan.page(f"{INDEX}.html", plan.frame.title, scripted=bool(plan.cases)),
        lead=f"Cases that practitioners brought to each other in the {plan.frame.programme}, "
        "what was tried, and what came of it.",
        counted=plural(len(plan.cases), "case"),
        newest=plan.links_to(newest),
        themes=tuple(
            PageLink(link.address, link.title, plural(len(cases), "case"))
            for link in plan.themes
            if (cases := plan.cases_by_theme.get(theme_key(link.title), ()))
        ),
        kinds=plan.kinds,
        communities=plan.communities,
    )


def _about_page(plan: SitePlan) -> AboutPage:
    return AboutPage(
        page=plan.page("about.html", "About these cases"),
        lead=f"These are case studies of the {plan.frame.programme}. Practitioners of several "
        "services meet, present a hard case to each other, and come back to say what helped.",
        safety=tuple(_safety(sees_places=plan.policy.sees_places_of_cases)),
        cite=cite(plan.view, None, f"{INDEX}.html"),
    )


def _safety(*, sees_places: bool) -> Iterator[str]:
    """Yield what was done so that nobody in a case can be recognised."""
    yield (
        "Cases are told without names, places and dates that could point to a person. Names in "
        "them are invented."
    )
    if sees_places:
        yield "Who presented a case, and where, is for members alone: please keep it so."
        return
    yield "Nobody says who presented a case, or where."
    yield (
        "Before a case leaves the group, somebody reads it as a curious stranger would, who has "
        "time, the web and local knowledge, and signs that nobody can be recognised. Any change "
        "of the text ends that signature."
    )
    yield "A case whose person said no is not here."
