"""What describes a site to machines: JSON-LD, Dublin Core, catalogue, feed, sitemap.  Pure.

Harvesters read schema.org's LearningResource, which LRMI became; the same facts stand as Dublin
Core in the head of a page, and of all cases in ``catalogue.json`` and ``catalogue.csv``.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

from copkit.analysis.privacy.site import SiteCase
from copkit.documents.site.facts import (
    KINDS,
    LICENCES,
    CaseMetadata,
    SitePlan,
    reading_minutes,
)
from copkit.documents.spreadsheets import encode_csv
from copkit.records.cases import LEARNING
from copkit.records.links import LinkKind
from copkit.text.normalise import single_line, xml_text
from copkit.wording import capitalised

LANGUAGE: Final = "en-GB"
_ACCESSIBILITY: Final = {
    "accessibilityFeature": ["structuralNavigation", "readingOrder", "displayTransformability"],
    "accessMode": ["textual"],
    "accessModeSufficient": ["textual"],
    "accessibilityHazard": ["none"],
    "accessibilitySummary": "Text with headings in order; nothing needs a picture or a script.",
}


def describe_case(plan: SitePlan, case: SiteCase, address: str) -> CaseMetadata:
    """Describe a case as Dublin Core and JSON-LD, for the head of its page."""
    description = {"@context": "https://schema.org", **learning_resource(plan, case, address)}
    return CaseMetadata(tuple(_dublin_core(plan, case)), _script_text(description))


def learning_resource(plan: SitePlan, case: SiteCase, address: str) -> dict[str, Any]:
    """Describe a case as a LearningResource of schema.org; empty fields are left out.

    The description is kept: a page and the catalogue have the same.
    """
    if address not in plan.descriptions:
        plan.descriptions[address] = _describe_resource(plan, case, address)
    return plan.descriptions[address]


def _describe_resource(plan: SitePlan, case: SiteCase, address: str) -> dict[str, Any]:
    view = plan.view
    themes = [link.title for link in plan.theme_links(case.themes)]
    called, licence_address, _ = LICENCES[view.licence]
    for_discussion = bool(case.discuss) or any(heading == LEARNING for heading, _ in case.sections)
    fields = {
        "@type": ["CreativeWork", "LearningResource"],
        "@id": f"{view.base_url}/{address}" if view.base_url else address,
        "url": f"{view.base_url}/{address}" if view.base_url else "",
        "name": single_line(case.title),
        "abstract": single_line(case.summary),
        "keywords": themes,
        "about": [{"@type": "Thing", "name": theme} for theme in themes],
        "genre": KINDS[case.kind][0],
        "learningResourceType": "case study",
        "educationalUse": "professional discussion" if for_discussion else "",
        "audience": {"@type": "EducationalAudience", "educationalRole": "practitioner"},
        "timeRequired": f"PT{reading_minutes(case)}M",
        "citation": [plan.evidence_cards[name].citation for name in case.evidence],
        "license": licence_address or called,
        "creator": {"@type": "Organization", "name": single_line(view.programme)},
        "datePublished": str(case.year) if case.year else "",
        "inLanguage": LANGUAGE,
        **_ACCESSIBILITY,
    }
    return {name: value for name, value in fields.items() if value}


def _dublin_core(plan: SitePlan, case: SiteCase) -> Iterable[tuple[str, str]]:
    """Yield names and contents of Dublin Core for a case."""
    yield "DC.title", single_line(case.title)
    if case.summary:
        yield "DC.description", single_line(case.summary)
    for link in plan.theme_links(case.themes):
        yield "DC.subject", link.title
    yield "DC.type", "case study"
    yield "DC.creator", single_line(plan.view.programme)
    yield "DC.language", LANGUAGE
    yield "DC.rights", LICENCES[plan.view.licence][1] or LICENCES[plan.view.licence][0]
    yield "DCTERMS.audience", "practitioner"
    yield "DCTERMS.extent", f"PT{reading_minutes(case)}M"
    for name in case.evidence:
        yield "DCTERMS.references", plan.evidence_cards[name].citation


def _script_text(value: Mapping[str, Any]) -> Markup:
    """Write JSON that can stand in a script element: nothing in it can end that."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  no sign of HTML is left in it


# --- catalogue ------------------------------------------------------------------------------


def catalogue_json(plan: SitePlan) -> bytes:
    """Write every case of a site as one graph of JSON-LD."""
    graph = [learning_resource(plan, case, f"cases/{case.name}.html") for case in plan.cases]
    # a line each: laid out further, ten thousand would take as long as their pages
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in graph)
    return f'{{"@context": "https://schema.org", "@graph": [\n{lines}\n]}}\n'.encode()


def catalogue_csv(plan: SitePlan) -> bytes:
    """Write every case of a site as a row of a table."""
    view = plan.view
    heads = ["title", "summary", "question", "kind", "themes", "evidence", "year", "minutes"]
    heads += ["licence", "address"]
    if plan.policy.sees_places_of_cases:
        heads += ["community", "presented"]
    rows: list[Sequence[str]] = [heads]
    for case in plan.cases:
        themes = (link.title for link in plan.theme_links(case.themes))
        cards = (plan.evidence_cards[name].link.title for name in case.evidence)
        address = f"cases/{case.name}.html"
        row = [case.title, case.summary, case.question, KINDS[case.kind][0]]
        row += ["; ".join(themes), "; ".join(cards), str(case.year or "")]
        row += [str(reading_minutes(case)), LICENCES[view.licence][0]]
        row.append(f"{view.base_url}/{address}" if view.base_url else address)
        if plan.policy.sees_places_of_cases:
            row += [case.place, str(case.presented or "")]
        rows.append([single_line(cell) for cell in row])
    return encode_csv(rows)


# --- feed and sitemap -----------------------------------------------------------------------


def atom_feed(plan: SitePlan, published: Mapping[str, dt.date], built: dt.date) -> bytes:
    """Write the feed of a site (RFC 4287): an entry a case and an episode, the last first.

    ``published`` has, by address, the day on which a page was first in the site; ``built`` is that
    of pages which are in it for the first time. Entries of one day are by title. An episode is of
    the day on which it became news, and its entry leads to where it is.
    """
    view = plan.view
    entries = []
    for case in plan.cases:
        address = f"cases/{case.name}.html"
        themes = [link.title for link in plan.theme_links(case.themes)]
        summary = case.summary or KINDS[case.kind][0]
        day = published.get(address, built)
        entries.append(_FeedEntry(day, address, _url(plan, address), case.title, summary, themes))
    for link in view.links:
        if link.kind is LinkKind.EPISODE:
            themes = [single_line(theme) for theme in link.themes]
            about = ", ".join(filter(None, (link.kind.value, link.by)))
            entries.append(
                _FeedEntry(link.news_since, f"links/{link.name}", link.url, link.title,
                           capitalised(about), themes)
            )  # fmt: skip
    entries.sort(key=lambda entry: entry.day, reverse=True)  # stable: within a day by title
    updated = entries[0].day if entries else built
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{LANGUAGE}">',
        f"<title>{_xml(view.title)}</title>",
        f"<id>{_identifier(view.programme, view.audience)}</id>",
        f"<updated>{updated}T00:00:00Z</updated>",
        f"<author><name>{_xml(view.programme)}</name></author>",
        f"<rights>{_xml(LICENCES[view.licence][0])}</rights>",
        "<generator>copkit</generator>",
        f'<link rel="alternate" type="text/html" href={quoteattr(_url(plan, "index.html"))}/>',
    ]
    if view.base_url:
        lines.append(f'<link rel="self" href={quoteattr(_url(plan, "feed.atom"))}/>')
    for entry in entries:
        lines += [
            "<entry>",
            f"<title>{_xml(entry.title)}</title>",
            f"<id>{_identifier(view.programme, view.audience, entry.name)}</id>",
            f"<updated>{entry.day}T00:00:00Z</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(entry.url)}/>',
            f"<summary>{_xml(entry.summary)}</summary>",
            *(f"<category term={quoteattr(_xml_text(theme))}/>" for theme in entry.themes),
            "</entry>",
        ]
    lines.append("</feed>")
    return "\n".join([*lines, ""]).encode()


class _FeedEntry(NamedTuple):
    """One entry of a feed; its identifier is made of the ``name``, and stays with it."""

    day: dt.date
    name: str
    url: str
    title: str
    summary: str
    themes: Sequence[str]


def _url(plan: SitePlan, address: str) -> str:
    """Return the address of a page in feeds: whole where the site's own is known."""
    return f"{plan.view.base_url}/{address}" if plan.view.base_url else address


def _identifier(*parts: str) -> str:
    """Return the identifier of a feed or an entry: it stays when the site moves."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "copkit/" + "/".join(parts)).urn


def _xml_text(text: str) -> str:
    return xml_text(single_line(text))


def _xml(text: str) -> str:
    return escape(_xml_text(text))


def sitemap(plan: SitePlan, addresses: Iterable[str]) -> bytes:
    """Write the sitemap of a site, whose own address must be known."""
    locations = (f"<url><loc>{escape(_url(plan, address))}</loc></url>" for address in addresses)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *locations,
            "</urlset>",
            "",
        ]
    ).encode()
