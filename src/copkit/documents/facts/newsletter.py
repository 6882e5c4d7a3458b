"""Facts of an issue of the newsletter.  Pure.

For each community: what met, what was discussed, what was learnt, the evidence, what is coming.
Outside ``members`` the communities of a view hold no cases, so these stand apart: nobody there may
learn where a case was presented.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from copkit.analysis.privacy.sessions import LinkView, SessionView, SpeakerView
from copkit.analysis.privacy.small_cells import MIN_SHOWN, Count, Hidden
from copkit.analysis.privacy.view import (
    ActionOutcome,
    CaseNews,
    CaseView,
    CommunityView,
    EvaluationNews,
    EvidenceView,
    MeetingView,
    NewsletterView,
    ServiceNews,
    View,
)
from copkit.analysis.surveys import percentage
from copkit.documents.charts.growth import LEAST_MONTHS, Growth, build_growth
from copkit.documents.facts.shared import (
    EvidenceItem,
    care_in_words,
    contact_in_words,
    texts_in,
    tried_in_words,
    whom_to_tell,
)
from copkit.records.cases import CaseKind, Outcome
from copkit.records.programme import DEFAULT_WORDS, IssueSection
from copkit.text.markdown import (
    Address,
    BlockKind,
    Prose,
    escape_markdown,
    split_after_first_block,
    to_blocks,
)
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    join_sentences,
    list_in_words,
    number_in_words,
    period_in_words,
    sentence,
    weekday_in_words,
)

MOST_NAMED: Final = 2  # cases in the lines at the top
MOST_DATES: Final = 6  # sessions that an issue announces
MOST_TO_COME: Final = 2  # meetings of one community that an issue announces
LONGEST_AT_TOP: Final = 150  # words of an editorial
NOWHERE: Final = Address("")
# what did not help teaches most, and is the first to be forgotten
_WORST_FIRST: Final = (Outcome.DID_NOT_HELP, Outcome.NOT_TRIED, Outcome.PARTLY, Outcome.HELPED)


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """The title of a card, and the anchor of its text in the same issue; ``""`` if it has none."""

    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class CaseStory:
    """One case in a newsletter: the question asked and what was learnt.

    ``level`` is that of its heading, 3 or 4; ``anchor`` is where it stands on the page. ``more``
    is where the rest of a shortened case can be read.
    """

    level: int
    title: str
    kind: str
    question: str
    learning: Prose
    evidence: tuple[EvidenceLink, ...]
    anchor: str = ""
    more: Address = NOWHERE


@dataclass(frozen=True, slots=True)
class CommunityStory:
    """One community's month; every part but code and place may be empty."""

    code: str
    place: str
    met: str
    notes: tuple[Prose, ...]
    cases: tuple[CaseStory, ...]
    evidence: tuple[EvidenceLink, ...]
    coming: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseOutcomes:
    """What came of the suggestions in one case, each in a sentence or two."""

    case: str
    question: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkItem:
    """A link that is new: what it is in a few words, and why it is worth a look."""

    title: str
    address: Address
    about: str
    why: Prose
    transcript: Address


@dataclass(frozen=True, slots=True)
class SessionItem:
    """A session of a network: what there was to hear, and where it can be heard again."""

    title: str
    met: str
    speakers: tuple[str, ...]
    recording: Address
    transcript: Address


@dataclass(frozen=True, slots=True)
class NewsletterFacts:
    """Everything an issue states; ``charts`` are for members alone.

    A long editorial goes on at the end, as ``editorial_rest``. The e-mail has at most ``words``
    besides the editorial. ``page`` is where the whole can be read, and ``rest`` tells readers of a
    shortened issue so. ``parts`` are those that it has, in order.
    """

    title: str
    programme: str
    summary: str
    editorial: Prose
    communities: tuple[CommunityStory, ...]
    quiet: str
    cases: tuple[CaseStory, ...]
    evidence: tuple[EvidenceItem, ...]
    readers: str
    care: str
    charts: tuple[Growth, ...] = ()
    offers: tuple[str, ...] = ()
    came_of_it: tuple[CaseOutcomes, ...] = ()
    contact: str = ""
    reply_address: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    words: int = DEFAULT_WORDS
    page: Address = NOWHERE
    rest: str = ""
    editorial_rest: Prose = field(default_factory=lambda: Prose(""))
    name: str = ""
    parts: tuple[IssueSection, ...] = tuple(IssueSection)
    sessions: tuple[SessionItem, ...] = ()
    links: tuple[LinkItem, ...] = ()
    dates: tuple[str, ...] = ()
    evaluation: str = ""
    report_page: Address = NOWHERE

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: no editorial, no case, no meeting, no evidence."""
        parts: tuple[tuple[object, ...], ...] = (self.communities, self.cases, self.evidence)
        parts += (self.came_of_it, self.offers, self.sessions, self.links)
        return not any(parts) and not str(self.editorial).strip()


def build_newsletter(view: View) -> NewsletterFacts:
    """Work out what an issue states to the audience that the programme was reduced to.

    Raise ``ValueError`` for a view that was made for another document.
    """
    issue = view.newsletter
    if issue is None:
        raise ValueError("the view is not that of a newsletter")
    policy = view.audience.policy
    # outside, nobody can come to a meeting, and the code of a community says nothing
    inside = policy.sees_places_of_cases
    with_news = [community for community in view.communities if inside and _has_news(community)]
    editorial, editorial_rest = _split_editorial(Prose(issue.body, below=1))
    facts = NewsletterFacts(
        title=issue.title,
        programme=view.programme,
        name=issue.series or f"{view.programme} newsletter",
        parts=issue.sections,
        sessions=tuple(_session(session, view.until.year) for session in issue.sessions),
        links=tuple(map(_link, issue.links)),
        dates=tuple(
            _date(session, view.until.year) for session in issue.sessions_to_come[:MOST_DATES]
        ),
        summary=_summary(view),
        editorial=editorial,
        editorial_rest=editorial_rest,
        communities=tuple(_community(view, community) for community in with_news),
        quiet=_communities_without_meeting(view) if inside else "",
        came_of_it=tuple(map(_case_outcomes, issue.case_news)),
        offers=tuple(map(_offer, issue.service_news)),
        # where readers see the place of a case, it stands under its community
        cases=() if inside else tuple(_case(view, case, 3) for case in view.cases),
        evidence=tuple(
            _evidence(card, number) for number, card in enumerate(view.evidence, start=1)
        ),
        readers=policy.newsletter_note,
        contact=contact_in_words(view.contact),
        headline=_headline(view, issue),
        lines=tuple(filter(None, (_happened(view), _helped(issue), policy.newsletter_ask))),
        contents=tuple(map(_contents_line, with_news)) if len(with_news) > 1 else (),
        reply_address=view.contact.email if view.contact else "",
        care=care_in_words(whom_to_tell(view.contact)) if view.cases or issue.case_news else "",
        charts=tuple(_charts(view)),
        words=issue.words,
        page=Address(issue.page),
        evaluation=join_sentences(*map(_evaluated, issue.evaluation)),
        report_page=Address(next((one.page for one in issue.evaluation if one.page), "")),
    )
    return _only_parts(facts)


def _only_parts(facts: NewsletterFacts) -> NewsletterFacts:
    """Leave out what belongs to a part that the series does not have."""
    if IssueSection.EDITORIAL not in facts.parts:
        facts = replace(facts, editorial=Prose(""), editorial_rest=Prose(""))
    if IssueSection.NEWS not in facts.parts:
        facts = replace(
            facts, communities=(), quiet="", cases=(), evidence=(), came_of_it=(), charts=(),
            contents=(), offers=(), sessions=(), lines=facts.lines[-1:], care="",
        )  # fmt: skip
    if IssueSection.LINKS not in facts.parts:
        facts = replace(facts, links=())
    if IssueSection.DATES not in facts.parts:
        communities = (replace(community, coming=()) for community in facts.communities)
        facts = replace(facts, dates=(), communities=tuple(communities))
    return facts


def _link(link: LinkView) -> LinkItem:
    minutes = count_in_words(link.minutes, "minute") if link.minutes else ""
    about = ", ".join(filter(None, (link.kind.value, link.by, minutes)))
    return LinkItem(
        link.title, Address(link.url), sentence(about), Prose(link.why), Address(link.transcript)
    )


def _session(session: SessionView, year: int) -> SessionItem:
    """Build what a session was: when, how many came, who spoke about what."""
    when = weekday_in_words(session.day, year)
    came = f" with {people_in_words(session.came)}" if session.came else ""
    return SessionItem(
        title=session.title,
        met=f"{session.network}, {when}{came}.",
        speakers=tuple(map(speaker_in_words, session.speakers)),
        recording=Address(session.recording),
        transcript=Address(session.transcript),
    )


def speaker_in_words(speaker: SpeakerView) -> str:
    """Write who speaks about what: by role, and by name only where that was agreed to."""
    who = ", ".join(filter(None, (speaker.name, speaker.role, speaker.organisation)))
    return f"{who}: {speaker.topic}" if speaker.topic else who


def _date(session: SessionView, year: int) -> str:
    """Write when and where a session will be."""
    time = f", {session.start:%H:%M}" if session.start else ""
    where = " and online" if session.place and session.online else "online" * session.online
    place = ", ".join(filter(None, (f"{session.place}{where}",)))
    when = f"{weekday_in_words(session.day, year)}{time}"
    return f"{session.title}: {when}{f', {place}' if place else ''} ({session.network})"


def _split_editorial(editorial: Prose) -> tuple[Prose, Prose]:
    """Return what of an editorial stands at the top, and the rest, which is empty for a short one.

    On a telephone a long one would stand between the headline and the first news.
    """
    if len(str(editorial).split()) <= LONGEST_AT_TOP:
        return editorial, Prose("")
    first, rest = split_after_first_block(editorial)
    return first, Prose(rest.source, below=2)  # under a heading of its own


def _offer(news: ServiceNews) -> str:
    """Return what became of a service: ``New: Village lunch (Chalk Green), Thursdays, 01632 ...``.

    How to reach it is told only of what is there.
    """
    what = f"{capitalised(news.kind)}: {news.name} ({news.places})"
    there = news.kind in {"new", "back"}
    return ", ".join(filter(None, (what, *((news.when, news.reached) if there else ())))) + "."


def _evaluated(news: EvaluationNews) -> str:
    """Write how many answered a survey, or that a report is there.

    There is no share where fewer than half answered.
    """
    if news.answered is None:
        return f"Our evaluation report is there: ‘{news.title}’."
    if isinstance(news.answered, Hidden):
        return f"Few answered our survey ‘{news.title}’."
    share = ""
    if 0 < news.answered <= news.of <= 2 * news.answered:
        share = f" ({percentage(news.answered, news.of)})"
    return f"{news.answered} of {news.of} answered our survey ‘{news.title}’{share}."


def _charts(view: View) -> Iterable[Growth]:
    """Draw how the programme grew; a few months, or none with a meeting, need no picture."""
    if len(view.growth) >= LEAST_MONTHS and any(month.meetings for month in view.growth):
        yield build_growth(view.growth)


def _headline(view: View, issue: NewsletterView) -> str:
    """Return the one thing to remember of an issue: its headline, else its first case, else ``""``.

    Counts of meetings are no headline: every issue has them.
    """
    if issue.headline or not view.cases:
        return issue.headline
    first, others = view.cases[0].title, len(view.cases) - 1
    return f"{first}, and {count_in_words(others, 'other case')}" if others else first


def _happened(view: View) -> str:
    """Write what happened, in one sentence: which cases were presented; ``""`` for none."""
    titles = [f"‘{case.title}’" for case in view.cases[:MOST_NAMED]]
    if more := len(view.cases) - len(titles):
        titles.append(f"{number_in_words(more)} more")
    return f"Cases: {list_in_words(titles)}." if titles else ""


def _helped(issue: NewsletterView) -> str:
    """Write one suggestion that helped; ``""`` if none is on record."""
    helped = (
        entry.what
        for news in issue.case_news
        for entry in news.followed_up
        if entry.outcome is Outcome.HELPED and entry.what
    )
    what = next(helped, "")
    return f"What helped: {what[:1].lower()}{what[1:].rstrip('.')}." if what else ""


def _contents_line(community: CommunityView) -> str:
    """Write a community's line in the contents: its place, and the titles of its cases."""
    titles = "; ".join(case.title for case in community.cases)
    return f"{community.place}: {titles}" if titles else community.place


def _has_news(community: CommunityView) -> bool:
    return bool(community.meetings or community.new_members or community.ended or community.cases)


def _summary(view: View) -> str:
    """Return the issue in figures, after the period unless that is the title."""
    period = period_in_words(view.since, view.until)
    facts = []
    if view.meeting_totals.meetings:
        places = count_in_words(view.meeting_totals.communities, "community", "communities")
        facts.append(f"{count_in_words(view.meeting_totals.meetings, 'meeting')} in {places}")
    if view.cases:
        facts.append(count_in_words(len(view.cases), "case"))
    if view.evidence:
        facts.append(count_in_words(len(view.evidence), "piece of evidence", "pieces of evidence"))
    text = sentence(list_in_words(facts) or "we have no record of a meeting in this time")
    is_title = view.newsletter is not None and view.newsletter.title == period
    return text if is_title else f"{period}. {text}"


def _community(view: View, community: CommunityView) -> CommunityStory:
    """Build a community's month: its meetings, its cases, its evidence and what is to come."""
    year = view.until.year
    coming = [_coming(meeting, year) for meeting in community.to_come[:MOST_TO_COME]]
    return CommunityStory(
        code=community.code,
        place=community.place,
        met=join_sentences(
            _meetings_sentence(community.meetings, year), _welcome(community), _ending(community)
        ),
        notes=tuple(Prose(meeting.notes) for meeting in community.meetings if meeting.notes),
        cases=tuple(_case(view, case, 4) for case in community.cases),
        evidence=tuple(_evidence_link(view, title) for title in community.brought),
        coming=tuple(coming),
    )


def _meetings_sentence(meetings: Iterable[MeetingView], year: int) -> str:
    """Write on which days a group met, and with how many people; ``""`` if it did not meet.

    ``year`` is the issue's, and left out of days.
    """
    parts = [
        f"on {weekday_in_words(meeting.held_on, year)} with {_people(meeting)}{_kind(meeting)}"
        for meeting in meetings
    ]
    return f"Met {list_in_words(parts)}." if parts else ""


def _people(meeting: MeetingView) -> str:
    people = [people_in_words(meeting.present)] if meeting.present else []
    guests = [people_in_words(meeting.guests, "guest", "guests")] if meeting.guests else []
    return list_in_words(people + guests)


def people_in_words(count: Count, singular: str = "person", plural: str = "people") -> str:
    """Write a number of people, or that it is too small to be given, or would give another away."""
    if count is Hidden.WITHHELD:
        return f"several {plural}"
    if isinstance(count, Hidden):
        return f"fewer than {number_in_words(MIN_SHOWN)} {plural}"
    return count_in_words(count, singular, plural)


_KINDS = {"taster": "taster session", "guest-speaker": "guest speaker", "review": "review"}


def _kind(meeting: MeetingView) -> str:
    return f" ({_KINDS[meeting.kind]})" if meeting.kind in _KINDS else ""


def _welcome(community: CommunityView) -> str:
    roles = "; ".join(member.role for member in community.new_members)
    return f"New in the group: {sentence(roles)}" if roles else ""


def _ending(community: CommunityView) -> str:
    return f"The group ended on {day_in_words(community.ended)}." if community.ended else ""


def _coming(meeting: MeetingView, year: int) -> str:
    time = f", {meeting.start:%H:%M}" if meeting.start else ""
    place = f", {meeting.place}" if meeting.place else ""
    return f"{weekday_in_words(meeting.held_on, year)}{time}{place}{_kind(meeting)}"


def _communities_without_meeting(view: View) -> str:
    """Name the communities that are alive and of which no meeting is on record.

    Return ``""`` if there are none, or if no community met at all.
    """
    met = any(community.meetings for community in view.communities)
    names = [
        community.place
        for community in view.communities
        if community.alive and not community.meetings and not community.ended
    ]
    return (
        f"We have no record of a meeting in this time: {list_in_words(names)}."
        if met and names
        else ""
    )


def _case_outcomes(news: CaseNews) -> CaseOutcomes:
    where = f" ({news.place})" if news.place else ""
    worst_first = sorted(news.followed_up, key=lambda entry: _WORST_FIRST.index(entry.outcome))
    return CaseOutcomes(
        f"{news.title}{where}", news.question, tuple(map(_outcome_sentence, worst_first))
    )


def _outcome_sentence(entry: ActionOutcome) -> str:
    tried = tried_in_words(entry)
    return join_sentences(f"{tried.what or 'The case as a whole'}: {tried.outcome}", tried.note)


def _case(view: View, case: CaseView, level: int) -> CaseStory:
    """Build a case's story; ``level`` is that of its heading, above those of its text."""
    return CaseStory(
        level=level,
        title=case.title,
        kind="What worked well" if case.kind is CaseKind.WORKED_WELL else "A challenge",
        question=case.question,
        learning=Prose(case.learning, below=level),
        evidence=tuple(_evidence_link(view, title) for title in case.evidence),
        anchor=f"case-{view.cases.index(case) + 1}",
    )


def _evidence(card: EvidenceView, number: int) -> EvidenceItem:
    spoken = Prose(card.spoken)
    return EvidenceItem(card.title, card.citation, Address(card.url), spoken, f"card-{number}")


def _evidence_link(view: View, title: str) -> EvidenceLink:
    """Link the title of a card to where the issue has its text."""
    titles = [card.title for card in view.evidence]
    return EvidenceLink(title, f"card-{titles.index(title) + 1}" if title in titles else "")


# --- the short form, for an e-mail ----------------------------------------------------------

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])['\"’”)]*\s+(?=[\w'\"‘“(])")


def shorten(facts: NewsletterFacts) -> NewsletterFacts:
    """Shorten an issue to what somebody reads on a telephone: at most ``facts.words`` words.

    The editorial is not counted, and an issue that is short enough stays as it is. Each case keeps
    two sentences, or one; notes of meetings, pictures and all evidence but one card are left to the
    page. What still does not fit is left out from the end.
    """
    if count_words(facts) <= facts.words:
        return facts
    communities = (
        replace(community, notes=(), coming=community.coming[:1]) for community in facts.communities
    )
    rest = "The whole issue is on its page:" if facts.page else "The whole issue is attached."
    short = _change_cases(
        replace(
            facts,
            communities=tuple(communities),
            evidence=facts.evidence[:1],
            charts=(),
            rest=rest,
        ),
        lambda case: _shorten_case(case, facts.page, sentences=2),
    )
    for step in _SHORTER:
        if count_words(short) <= facts.words:
            break
        short = step(short)
    if count_words(short) > facts.words:
        # Counting after each that is left out would take long for hundreds of communities.
        counts = range(max(len(short.communities), len(short.cases)))
        fewest = bisect_left(
            counts, True, key=lambda n: count_words(_without_last(short, n)) <= facts.words
        )
        short = _without_last(short, fewest)
    while count_words(short) > facts.words and (short.links or short.sessions or short.dates):
        longest = max(("links", "sessions", "dates"), key=lambda name: len(getattr(short, name)))
        short = replace(short, **{longest: getattr(short, longest)[:-1]})
    return short


def _without_last(facts: NewsletterFacts, count: int) -> NewsletterFacts:
    """Leave out some communities and cases from the end, as many of each."""
    communities = facts.communities[: max(0, len(facts.communities) - count)]
    return replace(
        facts,
        communities=communities,
        contents=facts.contents[: len(communities)],
        cases=facts.cases[: max(0, len(facts.cases) - count)],
    )


def titles_left_out(facts: NewsletterFacts) -> list[str]:
    """Return what the e-mail of an issue has no room for, by title: it waits on the page."""
    short = shorten(facts)
    told = {item.title for name in _TITLED for item in getattr(short, name)}
    every = [item.title for name in _TITLED for item in getattr(facts, name)]
    return [title for title in every if title not in told]


_TITLED: Final = ("cases", "evidence", "sessions", "links")


def _shorten_case(case: CaseStory, page: Address, sentences: int) -> CaseStory:
    """Keep the first sentences of what a case taught; ``page`` has the rest."""
    paragraphs = (
        "".join(span.text for span in block.spans)
        for block in to_blocks(case.learning.source)
        if block.kind is BlockKind.PARAGRAPH
    )
    first = _SENTENCE_END.split(" ".join(next(paragraphs, "").split()))[:sentences]
    learning = Prose(escape_markdown(" ".join(first)), below=case.level)
    more = Address(f"{page}#{case.anchor}") if page else case.more
    return replace(case, learning=learning, more=more)


def _change_cases(
    facts: NewsletterFacts, change: Callable[[CaseStory], CaseStory]
) -> NewsletterFacts:
    """Change every case of an issue, wherever it stands."""
    communities = (
        replace(community, cases=tuple(map(change, community.cases)))
        for community in facts.communities
    )
    cases = tuple(map(change, facts.cases))
    return replace(facts, communities=tuple(communities), cases=cases)


def _with_cases_of_one_sentence(facts: NewsletterFacts) -> NewsletterFacts:
    return _change_cases(facts, lambda case: _shorten_case(case, facts.page, sentences=1))


def _without_evidence(facts: NewsletterFacts) -> NewsletterFacts:
    communities = (replace(community, evidence=()) for community in facts.communities)
    without_cards = replace(facts, evidence=(), communities=tuple(communities))
    return _change_cases(without_cards, lambda case: replace(case, evidence=()))


def _without_notes_on_outcomes(facts: NewsletterFacts) -> NewsletterFacts:
    """Leave out what is told beyond whether a suggestion helped."""
    came_of_it = (
        replace(news, told=tuple(_SENTENCE_END.split(told)[0] for told in news.told))
        for news in facts.came_of_it
    )
    return replace(facts, came_of_it=tuple(came_of_it))


def _without_counts_of_meetings(facts: NewsletterFacts) -> NewsletterFacts:
    communities = (replace(community, met="") for community in facts.communities)
    return replace(facts, communities=tuple(communities), summary="", quiet="")


def _with_few_outcomes(facts: NewsletterFacts) -> NewsletterFacts:
    return replace(facts, came_of_it=facts.came_of_it[:MOST_NAMED])


def _with_few_offers(facts: NewsletterFacts) -> NewsletterFacts:
    return replace(facts, offers=facts.offers[:MOST_NAMED])


_SHORTER: Final[tuple[Callable[[NewsletterFacts], NewsletterFacts], ...]] = (
    _without_evidence,
    _without_notes_on_outcomes,
    _without_counts_of_meetings,
    _with_few_outcomes,
    _with_few_offers,
    _with_cases_of_one_sentence,
)
"""What is left out where an issue is too long, the least useful on a telephone first."""


def count_words(facts: NewsletterFacts) -> int:
    """Count the words of an issue but for its editorial, with those that its templates add."""
    parts = (
        *(facts.communities, facts.cases, facts.came_of_it, facts.evidence, facts.offers),
        *(facts.sessions, facts.links, facts.dates),
    )
    added = 5 * sum(map(bool, parts)) + len(facts.contents) + 8 * len(facts.communities)
    added += 4 * (len(facts.cases) + len(facts.came_of_it))
    texts = texts_in(
        replace(facts, editorial=Prose(""), editorial_rest=Prose(""), charts=(), reply_address="")
    )
    return added + sum(len(text.split()) for text in texts)
