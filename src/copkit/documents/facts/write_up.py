"""Facts of the write-up of one case, as a commissioner or a team meeting receives it.  Pure.

It states what the page of the case in the repository states, for the same readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copkit.analysis.privacy.site import SiteCase, SiteView
from copkit.documents.charts.timeline import Timeline, build_case_timeline
from copkit.documents.facts.shared import EvidenceItem, Tried
from copkit.documents.site.facts import (
    CARE,
    KINDS,
    LICENCES,
    case_lead,
    cite,
    minutes_in_words,
    reading_minutes,
    suggestion_line,
)
from copkit.text.markdown import Address, Prose
from copkit.text.normalise import single_line
from copkit.wording import day_in_words, join_sentences, list_in_words, sentence


@dataclass(frozen=True, slots=True)
class WriteUpSection:
    """A part of the case with its heading."""

    title: str
    text: Prose


@dataclass(frozen=True, slots=True)
class WriteUpFacts:
    """Everything a write-up states; every part but title, kind and programme may be empty.

    ``charts`` and ``days``, a suggestion with the days it was due and last told, are for members.
    """

    title: str
    programme: str
    kind: str
    question: str
    lead: str
    themes: str
    sections: tuple[WriteUpSection, ...]
    tried: tuple[Tried, ...]
    charts: tuple[Timeline, ...]
    days: tuple[tuple[str, str, str], ...]
    discuss: tuple[str, ...]
    evidence: tuple[EvidenceItem, ...]
    blockages: tuple[str, ...]
    cite: str
    readers: str
    care: str


def build_write_up(view: SiteView) -> WriteUpFacts:
    """Work out what the write-up of the only case of a view states.

    Raise ``ValueError`` for a view of none or several.
    """
    if len(view.cases) != 1:
        raise ValueError("the view is not that of one case")
    case = view.cases[0]
    lines = map(suggestion_line, case.suggestions)
    blockages = {blockage.name: single_line(blockage.title) for blockage in view.blockages}
    cards = {card.name: card for card in view.cards}
    terms = LICENCES[view.licence][2]
    return WriteUpFacts(
        title=single_line(case.title),
        programme=single_line(view.programme),
        kind=KINDS[case.kind][0],
        question=single_line(case.question),
        lead=join_sentences(case_lead(case), sentence(minutes_in_words(reading_minutes(case)))),
        themes=list_in_words([single_line(theme) for theme in case.themes]),
        sections=tuple(
            WriteUpSection(single_line(heading), Prose(text, below=2))
            for heading, text in case.sections
        ),
        tried=tuple(
            Tried(
                f"{line.what} ({line.owner})" if line.owner else line.what,
                f"{line.outcome.removesuffix('.')} ({line.kind})." if line.kind else line.outcome,
                line.note,
            )
            for line in lines
        ),
        charts=_charts(case),
        days=tuple(_days(case)),
        discuss=tuple(single_line(question) for question in case.discuss),
        evidence=tuple(
            EvidenceItem(
                single_line(card.title),
                single_line(card.citation),
                Address(card.url),
                Prose(card.spoken, below=3),
            )
            for card in (cards[name] for name in case.evidence)
        ),
        blockages=tuple(blockages[name] for name in case.blockages),
        cite=join_sentences(cite(view, case, f"cases/{case.name}.html"), terms),
        readers=f"To be read by {view.audience.policy.may_read}.",
        care=CARE,
    )


def _charts(case: SiteCase) -> tuple[Timeline, ...]:
    """Draw what happened when, for readers who may know the meetings of a case."""
    if case.presented is None:
        return ()
    chart = build_case_timeline(case.presented, case.suggestions)
    return (chart,) if chart else ()


def _days(case: SiteCase) -> Iterator[tuple[str, str, str]]:
    """Yield every suggestion that has a day, with the days it was due and last told."""
    for one in case.suggestions:
        if one.due or one.told:
            due, told = (day_in_words(day) if day else "" for day in (one.due, one.told))
            yield suggestion_line(one).what, due, told
