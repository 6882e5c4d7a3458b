"""Facts of a brief for commissioners.  Pure.

One page of reading before the detail: the one ask and its date, then what keeps blocking
practitioners and how often, what was tried and whether it helped, who takes part, which seats are
empty, and what was asked before and what came back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from copkit.analysis.privacy.small_cells import MIN_SHOWN, Hidden
from copkit.analysis.privacy.view import ActionOutcome, AskView, BlockageView, View
from copkit.documents.facts.newsletter import CARE, people_in_words
from copkit.documents.facts.page_budget import fit_to_pages
from copkit.documents.facts.shared import (
    COUNTS_AS_MUCH,
    DID_GOOD,
    AskBefore,
    BlockageCount,
    BlockageStory,
    BriefFacts,
    EmptySeats,
    OutcomeRow,
    answer_in_words,
    outcomes_in_words,
    recurrence_in_words,
    recurrence_sentence,
    tried_in_words,
)
from copkit.records.cases import Outcome, OutcomeKind
from copkit.text.markdown import Prose
from copkit.wording import (
    count_in_words,
    day_in_words,
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
    asked = list(_asked(view))
    whole = BriefFacts(
        title=brief.title,
        programme=view.programme,
        addressee=brief.addressee,
        period=period_in_words(view.since, view.until),
        ask=sentence(brief.ask),
        reply_by=day_in_words(brief.reply_by) if brief.reply_by else "",
        cover=Prose(brief.body, below=1),
        counts=tuple(map(_count, recurrent)),
        charts=(),
        blockages=tuple(_blockage(blockage) for blockage in recurrent),
        blockages_note="" if recurrent else "No recurrent blockage is on record for this time.",
        outcomes=tuple(_outcomes(followed_up)),
        outcomes_note=_outcomes_note(view, followed_up),
        membership=join_sentences(_membership(view), _attendance(view)),
        seats=_seats(view),
        empty_seats=tuple(_empty_seats(view)),
        asked_note=_asked_note([ask for ask, _ in asked]),
        asked_before=tuple(_asked_before(ask, about, view.until) for ask, about in asked),
        cases_note=_cases_note(view),
        cases=tuple(case.title for case in view.cases),
        care=CARE if view.cases else "",
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


def _count(blockage: BlockageView) -> BlockageCount:
    times = recurrence_in_words(blockage)
    return BlockageCount(blockage.title, times, blockage.cases, blockage.communities)


# --- what came of it ------------------------------------------------------------------------


_KINDS = {
    OutcomeKind.MAINTENANCE: "Maintenance: things stayed steady",
    OutcomeKind.PREVENTION: "Prevention: something worse did not happen",
    OutcomeKind.RECOVERY: "Recovery: things got better",
}


def _outcomes(followed_up: Iterable[ActionOutcome]) -> Iterable[OutcomeRow]:
    """Count what helped by what it achieved; nothing if no outcome says what that was."""
    good = [entry for entry in followed_up if entry.outcome in DID_GOOD]
    counts = Counter((entry.kind, entry.outcome) for entry in good)
    if any(entry.kind for entry in good):
        for kind, words in _KINDS.items():
            yield OutcomeRow(words, counts[kind, Outcome.HELPED], counts[kind, Outcome.PARTLY])


def _outcomes_note(view: View, followed_up: list[ActionOutcome]) -> str:
    """Write what came of all suggestions; ``""`` if none was followed up."""
    note = outcomes_in_words(len(view.cases), followed_up)
    good = (entry for entry in followed_up if entry.outcome in DID_GOOD)
    return join_sentences(note, COUNTS_AS_MUCH) if any(entry.kind for entry in good) else note


# --- who takes part -------------------------------------------------------------------------


def _membership(view: View) -> str:
    """Write how many communities, confirmed members and sectors there were on the last day."""
    membership = view.membership
    on = f"On {day_in_words(view.until)}"
    if not membership.communities:
        return f"{on}, there was no community of practice yet."
    places = count_in_words(
        membership.communities, "community of practice", "communities of practice"
    )
    if not membership.confirmed:
        return f"{on}, {places} had no confirmed member."
    people = people_in_words(membership.confirmed, "confirmed member", "confirmed members")
    sectors = count_in_words(membership.sectors, "sector")
    text = f"{on}, {places} had {people} from {sectors}, facilitators included."
    if not membership.excluded:
        return text
    if isinstance(membership.excluded, Hidden):
        more = f"Fewer than {number_in_words(MIN_SHOWN)} more people"
    elif membership.excluded == 1:
        more = "One more person"
    else:
        more = f"A further {number_in_words(membership.excluded)} people"
    return f"{text} {more} came too seldom to be counted, or dropped out."


def _attendance(view: View) -> str:
    """Write how many meetings were held, and how many people were at each on average."""
    totals = view.meeting_totals
    if not totals.meetings:
        return "No meeting is on record for this time."
    people = people_in_words(totals.people)
    if totals.meetings == 1:
        return f"One meeting was held, with {people}."
    meetings = count_in_words(totals.meetings, "meeting")
    return f"In this time {meetings} were held, with {people} at each on average."


def _seats(view: View) -> str:
    """Write how many of the seats sought are empty; ``""`` if none is sought.

    It ends in a colon where the empty seats are to follow.
    """
    seats, empty = view.membership.seats_sought, len(view.membership.empty_seats)
    if not seats:
        return ""
    if not empty:
        return "Every seat that is sought is filled."
    if seats == 1:
        return "The one seat that is sought has no confirmed member:"
    verb = "has" if empty == 1 else "have"
    in_all, without = number_in_words(seats), number_in_words(empty)
    return f"Of the {in_all} seats sought, {without} {verb} no confirmed member:"


def _empty_seats(view: View) -> Iterable[EmptySeats]:
    """Return the seats sought in which nobody sits: never filled, or only with people who left."""
    by_sector: dict[str, list[str]] = {}
    for sector, role in view.membership.empty_seats:
        by_sector.setdefault(sector, []).append(role)
    for sector, roles in by_sector.items():
        yield EmptySeats(sector, "; ".join(roles))


# --- what was asked before ------------------------------------------------------------------


def _asked(view: View) -> Iterable[tuple[AskView, str]]:
    """Return each ask up to the period's end with its blockage's title, the earliest first."""
    asks = [
        (ask, blockage.title)
        for blockage in view.blockages
        for ask in blockage.asks
        if ask.date <= view.until
    ]
    return sorted(asks, key=lambda pair: pair[0].date)


def _asked_note(asks: list[AskView]) -> str:
    """Write how many of the asks were answered and how many wait; ``""`` if nothing was asked."""
    total, waiting = len(asks), sum(ask.replied is None for ask in asks)
    if not asks:
        return ""
    if total == 1:
        return f"The one thing asked {'has had no answer' if waiting else 'was answered'}."
    if not waiting:
        return f"All of the {number_in_words(total)} things asked were answered."
    if waiting == total:
        return f"Of {number_in_words(total)} things asked, none has been answered."
    answered = total - waiting
    return (
        f"Of {number_in_words(total)} things asked, {number_in_words(answered)} "
        f"{'was' if answered == 1 else 'were'} answered and {number_in_words(waiting)} "
        f"{'is' if waiting == 1 else 'are'} still waiting."
    )


def _asked_before(ask: AskView, about: str, as_of: dt.date) -> AskBefore:
    """Build an ask's entry; ``about`` is its blockage's title, ``as_of`` the last day covered."""
    return AskBefore(
        about=about,
        asked=day_in_words(ask.date),
        of=ask.addressee,
        ask=sentence(ask.ask),
        status=answer_in_words(ask, as_of),
        reply=sentence(ask.reply) if ask.replied else "",
    )


def _cases_note(view: View) -> str:
    """Write how to get the full text of the case studies; ``""`` if there are none."""
    if not view.cases:
        return ""
    this = "This case study is" if len(view.cases) == 1 else "These case studies are"
    return f"{this} shared with you. Write to us for the full text, or come to a meeting."
