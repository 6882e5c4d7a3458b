"""Which quotes and stories readers may see, and what a speaker is called.  Pure.

Who said something is built, never typed: 'Member CP5' where five or more of that community answered
or took part, else 'Member' alone. Outside members a quote needs consent and a sign-off that stands;
a facilitator, of whom each community has one, is never quoted there.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from copkit.analysis.cases import unsigned_reason
from copkit.analysis.surveys import build_survey_figures
from copkit.errors import Severity
from copkit.folder import CommunityRecords, Programme
from copkit.pii.scan import find_details
from copkit.records.communities import CommunityKind
from copkit.records.meetings import Meeting
from copkit.records.members import Part
from copkit.records.quotes import Quote, Speaker
from copkit.records.schema.audience import Audience
from copkit.records.schema.parts import ConsentToQuote, ValueCycle
from copkit.records.stories import STORY_SECTIONS, Story
from copkit.records.surveys import MIN_ANSWERS, Quoting
from copkit.text.front_matter import find_section


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote as readers may see it; ``speaker`` is what they read for who said it."""

    id: str
    words: str
    speaker: str
    value: tuple[ValueCycle, ...]


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as readers may see it; ``sections`` are its filled parts by heading, in order."""

    slug: str
    title: str
    value: tuple[ValueCycle, ...]
    sections: Mapping[str, str]
    chosen_because: str
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Voices:
    """What readers may see of quotes and stories; why others are left out, and how many.

    ``left_out`` counts what is for these readers by its own audience, by the reason.
    """

    quotes: tuple[QuoteView, ...]
    stories: tuple[StoryView, ...]
    left_out: Mapping[str, int]


def voices_for(
    programme: Programme,
    reader: Audience,
    today: dt.date,
    known_people: Collection[str] = (),
    until: dt.date | None = None,
) -> Voices:
    """Reduce quotes and stories to what ``reader`` may see.

    ``known_people`` are names and addresses of contacts, which no quote may hold outside members;
    of stories, those that began after ``until`` are not counted.
    """
    places = {records.community.place for records in programme.communities}
    left_out = Counter[str]()
    apart = _communities_told_apart(programme, reader)
    quotes = []
    for quote in programme.quotes:
        if not reader.may_see(quote.audience):
            continue
        if reason := withheld_reason(programme, quote, reader, today, known_people):
            left_out[reason] += 1
            continue
        speaker = speaker_of(programme, quote)
        if quote.community not in apart.get(quote.heard or "", {quote.community}):
            speaker = "Member" if speaker.startswith("Member") else speaker
        quotes.append(QuoteView(quote.id, quote.words, speaker, quote.value))
    stories = []
    for story in programme.stories:
        if not reader.may_see(story.audience) or (
            until and story.happened and story.happened > until
        ):
            continue
        reason = _consent_reason(story, reader) or _text_reason(
            story, story.body, reader, today, known_people, places
        )
        if reason:
            left_out[reason] += 1
            continue
        stories.append(_story_view(story))
    return Voices(tuple(quotes), tuple(stories), dict(sorted(left_out.items())))


def _communities_told_apart(programme: Programme, reader: Audience) -> dict[str, set[str | None]]:
    """Return by survey the communities of which readers outside know how many answered.

    A quote of any other would say that five or more of it did, which the table leaves out.
    """
    if reader.policy.counts_are_exact:
        return {}
    return {
        survey.slug: {
            response.community
            for response in build_survey_figures(
                programme, survey, programme.survey_counts[survey.slug], reader
            ).responses
        }
        if reader.may_see(survey.audience)
        else set()
        for survey in programme.surveys
        if survey.slug in programme.survey_counts
    }


def withheld_reason(
    programme: Programme,
    quote: Quote,
    reader: Audience,
    today: dt.date,
    known_people: Collection[str] = (),
) -> str:
    """Return why ``reader`` may not see a quote; ``""`` where they may."""
    if reason := _consent_reason(quote, reader):
        return reason
    if reader.policy.sees_unsigned_cases:
        return ""
    if quote.part is Speaker.FACILITATOR:
        return "a facilitator said it"
    survey = next((survey for survey in programme.surveys if survey.slug == quote.heard), None)
    if survey and survey.quoting is not Quoting.AGREED:
        return "the survey did not say that people may be quoted"
    places = {records.community.place for records in programme.communities}
    return _text_reason(quote, quote.words, reader, today, known_people, places)


NO_CONSENT: Final = "nobody agreed that others read it"


def _consent_reason(record: Quote | Story, reader: Audience) -> str:
    if record.consent is ConsentToQuote.REFUSED:
        return "consent was refused"
    if record.consent is not ConsentToQuote.GIVEN and not reader.policy.sees_unsigned_cases:
        return NO_CONSENT
    return ""


def _text_reason(
    record: Quote | Story,
    text: str,
    reader: Audience,
    today: dt.date,
    known_people: Collection[str],
    places: Collection[str],
) -> str:
    """Return why a text may not leave members: it was not signed as it is, or names somebody."""
    if reader.policy.sees_unsigned_cases:
        return ""
    if unsigned_reason(record, today):
        return "it is not signed off as it is now"
    findings = find_details(text, (), known_people, places)
    if any(finding.kind.severity is Severity.ERROR for finding in findings):
        return "it holds an identifying detail"
    return ""


def _story_view(story: Story) -> StoryView:
    sections = {heading: find_section(story.body, heading) for heading in STORY_SECTIONS}
    return StoryView(
        slug=story.slug,
        title=story.title,
        value=story.value,
        sections={heading: text for heading, text in sections.items() if text.strip()},
        chosen_because=story.chosen_because or "",
        is_followed=story.is_followed,
    )


# What a speaker is called

_QUOTED: Final = (Part.MEMBER, Part.EXPERT_BY_EXPERIENCE)


def speaker_of(programme: Programme, quote: Quote) -> str:
    """Return what readers read for who said a quote: 'Member CP5', 'Member' or 'Facilitator'."""
    if quote.part is Speaker.FACILITATOR:
        return "Facilitator"
    if quote.part is Speaker.EXPERT and _count_experts(programme) >= MIN_ANSWERS:
        # Without the community: each has one or two.
        return "Expert by experience"
    community = _community_of(programme, quote)
    is_large = community and count_possible_speakers(programme, quote) >= MIN_ANSWERS
    return f"Member {community.community.code}" if community and is_large else "Member"


def count_possible_speakers(programme: Programme, quote: Quote) -> int:
    """Count who of a quote's community answered, or took part, where it was heard."""
    counts = programme.survey_counts.get(quote.heard or "")
    if counts:
        return next((entry.people for entry in counts.answered if entry.id == quote.community), 0)
    for group in programme.focus_groups:
        if group.slug == quote.heard:
            return group.took_part if group.community == quote.community else 0
    community = _community_of(programme, quote)
    day = (quote.heard or "").rpartition("/")[2]
    if community is None:
        return 0
    meetings = (meeting for meeting in community.meetings if meeting.slug == day)
    return sum(_count_members_at(community, meeting) for meeting in meetings)


def _count_members_at(community: CommunityRecords, meeting: Meeting) -> int:
    """Count the members and experts who came to a meeting: a facilitator is neither."""
    people = (community.roster.member(id) for id in meeting.present)
    return _count_parts((person.part for person in people if person), *_QUOTED)


def _count_experts(programme: Programme) -> int:
    people = (member for records in programme.communities for member in records.members)
    return _count_parts((person.part for person in people), Part.EXPERT_BY_EXPERIENCE)


def _count_parts(parts: Iterable[Part], *wanted: Part) -> int:
    return sum(part in wanted for part in parts)


def _community_of(programme: Programme, quote: Quote) -> CommunityRecords | None:
    """Return the community of practice that a quote is from; of any other nobody is named."""
    for records in programme.communities:
        if records.slug == quote.community:
            is_of_practice = records.community.kind is CommunityKind.COMMUNITY
            return records if is_of_practice else None
    return None
