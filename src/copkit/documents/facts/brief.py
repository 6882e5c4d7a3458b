"""Facts of a brief for commissioners.  Pure.

One page of reading before the detail: the one ask and its date, then what keeps blocking
practitioners and how often, what was tried and whether it helped, who takes part, which seats are
empty, and what was asked before and what came back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Final

from copkit.analysis.privacy.small_cells import MIN_SHOWN, Hidden
from copkit.analysis.privacy.view import ActionOutcome, AskView, BlockageView, CaseView, View
from copkit.documents.facts.newsletter import people_in_words
from copkit.documents.facts.page_budget import fit_to_pages
from copkit.documents.facts.shared import (
    COUNTS_AS_MUCH,
    AskBefore,
    BlockageCount,
    BlockageStory,
    BriefFacts,
    EmptySeats,
    OutcomeRow,
    answer_in_words,
    care_in_words,
    contact_in_words,
    known_outcomes,
    outcomes_in_words,
    recurrence_in_words,
    recurrence_sentence,
    tried_in_words,
    whom_to_tell,
)
from copkit.records.cases import Outcome, OutcomeKind
from copkit.text.markdown import Prose
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    frequency_in_words,
    join_sentences,
    number_in_words,
    period_in_words,
    sentence,
)

MOST_TRIED = 4  # things tried that are told for one blockage
MOST_NOTES = 3  # instances that are told for one blockage


def build_brief(view: View) -> BriefFacts:
    """Work out what a brief states to the audience that the programme was reduced to.

    Raise ``ValueError`` for a view that was made for another document.
    """
    brief = view.brief
    if brief is None:
        raise ValueError("the view is not that of a brief")
    recurrent = [blockage for blockage in view.blockages if blockage.cases]
    recurrent.sort(key=lambda blockage: (-blockage.cases, -blockage.communities, blockage.title))
    followed_up = [entry for case in view.cases for entry in case.followed_up]
    asked = list(asks_in_order(view))
    to_them = brief.addressee.casefold()
    own_record = [pair for pair in asked if pair[0].addressee.casefold() == to_them]
    others = [pair for pair in asked if pair not in own_record]
    whole = BriefFacts(
        title=brief.title,
        programme=view.programme,
        addressee=brief.addressee,
        period=period_in_words(view.since, view.until),
        ask=sentence(brief.ask),
        reply_by=day_in_words(brief.reply_by) if brief.reply_by else "",
        reply_to=contact_in_words(view.contact),
        cover=Prose(brief.body, below=1),
        counts=tuple(_count(blockage, view.until, to_them) for blockage in recurrent),
        counted=_counted(recurrent),
        charts=(),
        blockages=tuple(_blockage(blockage) for blockage in recurrent),
        blockages_note="" if recurrent else "No case of this time names a blockage.",
        outcomes=tuple(_outcomes(followed_up)),
        outcome_heads=OUTCOME_HEADS,
        outcomes_note=_outcomes_note(view, followed_up),
        membership=join_sentences(membership_in_words(view), attendance_in_words(view)),
        seats=seats_in_words(view),
        empty_seats=tuple(list_empty_seats(view)),
        asked_note=_asked_note([ask for ask, _ in others]),
        asked_before=tuple(_asked_before(ask, about, view.until) for ask, about in others),
        cases_note=_cases_note(view),
        cases=tuple(map(_case, view.cases)),
        as_at=day_in_words(view.until),
        own_record=tuple(_asked_before(ask, about, view.until) for ask, about in own_record),
        beyond_remit=_beyond_remit(view),
        care=care_in_words(whom_to_tell(view.contact)) if view.cases else "",
    )
    # what is left out depends on the text alone, so that every format of a brief states the same
    return fit_to_pages(whole, brief.pages)


# --- what is in the way ---------------------------------------------------------------------


def _blockage(blockage: BlockageView) -> BlockageStory:
    """Build a blockage's story, with its first notes and the first suggestions that were tried."""
    tried = [
        tried_in_words(entry)
        for case in blockage.visible_cases
        for entry in case.followed_up
        if entry.what
    ]
    return BlockageStory(
        title=blockage.title,
        how_often=recurrence_sentence(blockage),
        what_it_does=Prose(blockage.body, below=3),
        notes=tuple(sentence(note) for note in blockage.notes[:MOST_NOTES]),
        tried=tuple(tried[:MOST_TRIED]),
    )


def _count(blockage: BlockageView, as_of: dt.date, addressee: str) -> BlockageCount:
    times = recurrence_in_words(blockage)
    return BlockageCount(
        blockage.title,
        times,
        blockage.cases,
        blockage.communities,
        _last_asked(blockage, as_of, addressee),
    )


def _last_asked(blockage: BlockageView, as_of: dt.date, addressee: str) -> str:
    """Write of whom something was asked last about a blockage, and what came back by ``as_of``.

    Return ``""`` if nobody was, or if the ``addressee`` was, whose own record stands above.
    """
    asks = [ask for ask in blockage.asks if ask.date <= as_of]
    if not asks:
        return ""
    last = max(asks, key=lambda ask: ask.date)
    if last.addressee.casefold() == addressee:
        return ""
    return f"Last asked: {capitalised(last.addressee)} ({_answer(last, as_of)})"


def _answer(ask: AskView, as_of: dt.date) -> str:
    """Write in a few words what came back by a day."""
    if ask.replied:
        return f"answered on {day_in_words(ask.replied)}"
    if ask.is_answered:
        return "answered"
    if ask.reply_by is None:
        return f"asked on {day_in_words(ask.date)}, no answer"
    if ask.reply_by >= as_of:
        return f"answer due by {day_in_words(ask.reply_by)}"
    return f"answer {count_in_words((as_of - ask.reply_by).days, 'day')} overdue"


def _counted(recurrent: list[BlockageView]) -> str:
    """Write above the counts what they are counts of; ``""`` where nothing is counted."""
    if not recurrent:
        return ""
    cases = count_in_words(recurrent[0].of_cases, "case")
    places = count_in_words(recurrent[0].of_communities, "community", "communities")
    return f"How often each blockage came up in {cases} from {places}"


# --- what came of it ------------------------------------------------------------------------


OUTCOME_KINDS = {
    OutcomeKind.MAINTENANCE: "Maintenance: things stayed steady",
    OutcomeKind.PREVENTION: "Prevention: something worse did not happen",
    OutcomeKind.RECOVERY: "Recovery: things got better",
    None: "No result, or its kind is not recorded",
}
OUTCOME_HEADS: Final = ("Helped", "In part", "Did not help", "Not tried")


def _outcomes(followed_up: Iterable[ActionOutcome]) -> Iterable[OutcomeRow]:
    """Count suggestions by what they achieved; nothing if no outcome says what that was."""
    counts = Counter((entry.kind, entry.outcome) for entry in followed_up)
    if any(kind for kind, _ in counts):
        for kind, words in OUTCOME_KINDS.items():
            row = tuple(counts[kind, outcome] for outcome in Outcome)
            if kind or any(row):
                heads = (head.lower() for head in OUTCOME_HEADS)
                pairs = (f"{head} {count}" for head, count in zip(heads, row, strict=True))
                yield OutcomeRow(words, row, ", ".join(pairs))


def _outcomes_note(view: View, followed_up: list[ActionOutcome]) -> str:
    """Write what came of all suggestions; ``""`` if none was followed up."""
    if not any(entry.kind for entry in followed_up):
        return outcomes_in_words(len(view.cases), followed_up)
    # the table below has the counts, and no figure stands twice on a page
    return join_sentences(known_outcomes(len(view.cases), len(followed_up)), COUNTS_AS_MUCH)


def _beyond_remit(view: View) -> str:
    """Write in how many cases somebody was helped without a mandate; ``""`` for too few to say."""
    count, cases = view.beyond_remit
    if isinstance(count, Hidden) or not count:
        return ""
    return (
        f"In {count} of {cases} cases somebody was supported beyond what any service is asked to "
        "do."
    )


# --- who takes part -------------------------------------------------------------------------


def membership_in_words(view: View) -> str:
    """Write how many communities, confirmed members and sectors there were on the last day."""
    membership = view.membership
    if not membership.communities:
        return "There is no community of practice yet."
    places = count_in_words(
        membership.communities, "community of practice", "communities of practice"
    )
    if not membership.confirmed:
        return f"Nobody takes part regularly yet in {places}."
    people = capitalised(people_in_words(membership.confirmed))
    sectors = count_in_words(membership.sectors, "sector")
    verb = "takes" if membership.confirmed == 1 else "take"
    often = frequency_in_words(membership.threshold)
    text = (
        f"{people} from {sectors} {verb} part in {places}: those who came at least {often}, "
        "and the facilitators."
    )
    if not membership.excluded:
        return text
    if isinstance(membership.excluded, Hidden):
        more = f"Fewer than {number_in_words(MIN_SHOWN)} others"
    elif membership.excluded == 1:
        more = "One other"
    else:
        more = f"{capitalised(number_in_words(membership.excluded))} others"
    return f"{text} {more} came less often or stopped coming."


def attendance_in_words(view: View) -> str:
    """Write how many meetings were held, and how many people were at each on average."""
    totals = view.meeting_totals
    if not totals.meetings:
        return "We have no record of a meeting in this time."
    people = people_in_words(totals.people)
    if totals.meetings == 1:
        return f"One meeting was held, with {people}."
    meetings = count_in_words(totals.meetings, "meeting")
    return f"In this time {meetings} were held, with {people} at each on average."


def seats_in_words(view: View) -> str:
    """Write how many of the roles sought are missing; ``""`` if none is sought.

    It ends in a colon where the missing roles are to follow.
    """
    seats, empty = view.membership.seats_sought, len(view.membership.empty_seats)
    if not seats:
        return ""
    if not empty:
        return "Every role that we looked for has been found."
    if seats == 1:
        return "The one role that we looked for is still missing:"
    verb = "is" if empty == 1 else "are"
    in_all, without = number_in_words(seats), number_in_words(empty)
    return f"Of the {in_all} roles that we looked for, {without} {verb} still missing:"


def list_empty_seats(view: View) -> Iterable[EmptySeats]:
    """Return the seats sought in which nobody sits: never filled, or only with people who left."""
    by_sector: dict[str, list[str]] = {}
    for sector, role in view.membership.empty_seats:
        by_sector.setdefault(sector, []).append(role)
    for sector, roles in by_sector.items():
        yield EmptySeats(sector, "; ".join(roles))


# --- what was asked before ------------------------------------------------------------------


def asks_in_order(view: View) -> Iterable[tuple[AskView, str]]:
    """Return each ask up to the period's end with its blockage's title, the answered ones first.

    Of those that wait, and of those that were answered, the earliest comes first.
    """
    asks = [
        (ask, blockage.title)
        for blockage in view.blockages
        for ask in blockage.asks
        if ask.date <= view.until
    ]
    return sorted(asks, key=lambda pair: (not pair[0].is_answered, pair[0].date))


def _asked_note(asks: list[AskView]) -> str:
    """Write how many of the asks were answered and how many wait; ``""`` if nothing was asked.

    ``asks`` are those of others than the addressee, under whose heading this stands.
    """
    total, waiting = len(asks), sum(not ask.is_answered for ask in asks)
    if not asks:
        return ""
    if total == 1:
        verb = "has not" if waiting else "has"
        return f"We have asked others one question. It {verb} been answered."
    asked = f"We have asked others {number_in_words(total)} questions."
    if not waiting:
        return f"{asked} All have been answered."
    if waiting == total:
        return f"{asked} None has been answered."
    answered = total - waiting
    return (
        f"{asked} {capitalised(number_in_words(answered))} {_have(answered)} been answered; "
        f"{number_in_words(waiting)} {_have(waiting)} not."
    )


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _asked_before(ask: AskView, about: str, as_of: dt.date) -> AskBefore:
    """Build an ask's entry; ``about`` is its blockage's title, ``as_of`` the last day covered."""
    return AskBefore(
        about=about,
        asked=day_in_words(ask.date),
        of=ask.addressee,
        ask=sentence(ask.ask),
        status=answer_in_words(ask, as_of),
        reply=sentence(ask.reply),
    )


def _case(case: CaseView) -> str:
    """Write a case by its title and its question, which says more than the title."""
    return f"{case.title}: {case.question}" if case.question else case.title


def _cases_note(view: View) -> str:
    """Write how to get the full text of the case studies; ``""`` if there are none."""
    if not view.cases:
        return ""
    return f"For the full text, contact {whom_to_tell(view.contact)}."
