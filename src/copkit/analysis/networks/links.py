"""Links to what is elsewhere: which fit, are stale, are news, and who may see them.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from copkit.analysis.cases import unsigned_reason
from copkit.records.links import SPOKEN, Link, LinkKind
from copkit.records.schema.audience import ANYBODY, Audience
from copkit.text.normalise import stems_in

STALE_DAYS: Final = 365  # after which a page has often moved


def filter_links(
    links: Iterable[Link], kind: LinkKind | None = None, theme: str | None = None
) -> list[Link]:
    """Return the links of a kind and with a theme, as far as these are named: newest first."""
    wanted = set(stems_in(theme or ""))
    return sorted(
        (
            link
            for link in links
            if kind in (None, link.kind)
            and (not wanted or any(wanted <= set(stems_in(own)) for own in link.themes))
        ),
        key=lambda link: (list(LinkKind).index(link.kind), -link.news_since.toordinal(), link.slug),
    )


def find_stale(links: Iterable[Link], today: dt.date) -> list[Link]:
    """Return the links that nobody has looked at for a year, the longest first."""
    stale = (link for link in links if (today - link.checked).days >= STALE_DAYS)
    return sorted(stale, key=lambda link: (link.checked, link.slug))


def why_hidden(link: Link, reader: Audience, today: dt.date) -> str:
    """Return why ``reader`` may not be pointed to a link; ``""`` where they may."""
    if not reader.may_see(link.audience):
        return f"it is for {link.audience}"
    is_checked = not link.own_transcript or reader.policy.sees_unsigned_cases
    if not is_checked and (reason := unsigned_reason(link, today)):
        return reason
    # WCAG 2.2, 1.2.1 and 1.2.2
    if link.kind in SPOKEN and not link.has_transcript and reader is ANYBODY:
        return "it has no transcript"
    return ""


def visible_links(links: Iterable[Link], reader: Audience, today: dt.date) -> list[Link]:
    """Return the links that ``reader`` may be pointed to, by title."""
    shown = (link for link in links if not why_hidden(link, reader, today))
    return sorted(shown, key=lambda link: (link.title.casefold(), link.slug))


def news_between(links: Iterable[Link], since: dt.date, until: dt.date) -> list[Link]:
    """Return the links that became news in a period, both days included, the oldest first."""
    fresh = (link for link in links if since <= link.news_since <= until)
    return sorted(fresh, key=lambda link: (link.news_since, link.slug))
