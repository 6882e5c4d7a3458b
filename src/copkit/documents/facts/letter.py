"""Facts of a letter to a commissioner: one blockage, and the one thing asked.  Pure.

It has one page: the ask first, then what the blockage does to people, what was tried, and what was
asked before. It speaks as of the day on which the ask was made.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from copkit.analysis.privacy.view import ActionOutcome, AskView, BlockageView, CaseView, View
from copkit.documents.facts.page_budget import take_fitting
from copkit.documents.facts.shared import (
    COUNTS_AS_MUCH,
    DID_GOOD,
    AskBefore,
    Tried,
    answer_in_words,
    care_in_words,
    contact_lines,
    outcomes_in_words,
    recurrence_in_words,
    tried_in_words,
    whom_to_tell,
)
from copkit.documents.fonts import load_face
from copkit.records.cases import Outcome, OutcomeKind
from copkit.text.markdown import Prose
from copkit.wording import (
    count_in_words,
    day_in_words,
    join_sentences,
    list_in_words,
    number_in_words,
    sentence,
)

PAGES: Final = 1
MOST_NOTES: Final = 2  # instances that are told
MOST_QUOTED: Final = 1
MOST_TRIED: Final = 2
MOST_ASKED: Final = 1  # things asked before, the latest
# Measured on the PDF and rounded to the safe side: a letter may never go on to a second page.
LETTER_LINES: Final = 52  # of the page
LINE: Final = 455.0  # points that words take of its 470, as lines break between them
FRAME: Final = 8.7  # lines of head, day, addressee, greeting, box and farewell
HEADING: Final = 2.5  # lines that a heading takes
LABEL: Final = 1.6  # those of a label
GAP: Final = 0.35  # between paragraphs
_SEVERAL: Final = frozenset(
    {"board", "panel", "committee", "team", "group", "council", "partnership", "alliance"}
)
"""Addressees that are more than one person."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Everything a letter states; what is empty is left out."""

    title: str
    programme: str
    day: str
    addressee: str
    greeting: str
    opening: str
    ask: str
    reply_by: str
    reply_to: str
    what_it_does: Prose
    notes: tuple[str, ...]
    quotes: tuple[str, ...]
    tried: tuple[Tried, ...]
    outcomes: str
    asked_note: str
    asked_before: tuple[AskBefore, ...]
    closing: str
    farewell: str
    signatory: tuple[str, ...]
    signed: str
    care: str


def build_letter(view: View) -> LetterFacts:
    """Work out what a letter states to the audience that the programme was reduced to.

    Raise ``ValueError`` for a view that was made for another document.
    """
    letter = view.letter
    if letter is None:
        raise ValueError("the view is not that of a letter")
    blockage, ask = letter.blockage, letter.ask
    followed_up = [entry for case in blockage.visible_cases for entry in case.followed_up]
    # what helped is the argument, and the sum beside it says what did not
    best_first = sorted(followed_up, key=lambda entry: list(Outcome).index(entry.outcome))
    quotes = (sentence(case.quote) for case in blockage.visible_cases if case.quote)
    whole = LetterFacts(
        title=blockage.title,
        programme=view.programme,
        day=day_in_words(ask.date),
        addressee=ask.addressee,
        greeting="Dear colleagues," if _are_several(ask.addressee) else "Dear colleague,",
        opening=_opening(view, blockage),
        ask=sentence(ask.ask),
        reply_by=day_in_words(ask.reply_by) if ask.reply_by else "",
        # how to reach them stands once, under the signature
        reply_to=f"{whom_to_tell(view.contact)} at the address below" if view.contact else "",
        what_it_does=Prose(blockage.body, below=2),
        notes=tuple(map(sentence, blockage.notes[:MOST_NOTES])),
        quotes=tuple(quotes)[:MOST_QUOTED],
        tried=tuple(tried_in_words(entry) for entry in best_first if entry.what)[:MOST_TRIED],
        outcomes=_outcomes(len(blockage.visible_cases), followed_up),
        asked_note=_asked_note(letter.before),
        asked_before=tuple(_asked_before(earlier, ask) for earlier in letter.before),
        closing=_closing(blockage.visible_cases, whom_to_tell(view.contact)),
        farewell="Yours faithfully,",
        signatory=tuple(line for line in contact_lines(view.contact) if line != view.programme),
        signed=f"for the communities of practice of the {_name_after_article(view.programme)}",
        care=care_in_words(whom_to_tell(view.contact)) if blockage.visible_cases else "",
    )
    return _fit_to_pages(whole)


def is_too_long(facts: LetterFacts) -> bool:
    """Check whether a letter takes more than one page; its blockage must be shortened then.

    ``facts`` come from :func:`build_letter`, which has left out what can be left out.
    """
    return _room(facts) < 0


# --- its parts ------------------------------------------------------------------------------


def _are_several(addressee: str) -> bool:
    """Check whether an addressee is more than one person: ``Health and Wellbeing Board``."""
    words = re.findall(r"\w+", addressee.casefold())
    return bool(words) and words[-1] in _SEVERAL


def _name_after_article(programme: str) -> str:
    """Write a programme's name as it stands behind an article."""
    return programme.removeprefix("The ").removeprefix("the ")


def _opening(view: View, blockage: BlockageView) -> str:
    """Write for whom the letter speaks, and how often its blockage came up."""
    places, count = "communities of practice", view.membership.communities
    if count:
        places = count_in_words(count, "community of practice", places)
    return join_sentences(
        f"We are writing on behalf of practitioners in {places}.",
        "They meet to discuss the cases that they find hardest.",
        "They cannot remove the obstacle that this letter is about; you can.",
        _how_often(blockage),
    )


def _how_often(blockage: BlockageView) -> str:
    """Write how often a blockage came up; ``""`` if it did in no case yet."""
    if not blockage.cases:
        return ""
    return f"So far it has come up in {recurrence_in_words(blockage)}."


_ACHIEVED: Final = {
    OutcomeKind.MAINTENANCE: "kept things steady",
    OutcomeKind.PREVENTION: "prevented something worse",
    OutcomeKind.RECOVERY: "made things better",
}


def _outcomes(cases: int, followed_up: Sequence[ActionOutcome]) -> str:
    """Write what came of the suggestions and what they achieved; ``""`` if none was followed up.

    ``cases`` is the number of cases that they were made in.
    """
    good = [entry for entry in followed_up if entry.outcome in DID_GOOD]
    counts = Counter(entry.kind for entry in good if entry.kind)
    if not counts:
        return outcomes_in_words(cases, followed_up)
    kinds = [
        f"{number_in_words(counts[kind])} {words}"
        for kind, words in _ACHIEVED.items()
        if counts[kind]
    ]
    partly = any(entry.outcome is Outcome.PARTLY for entry in good)
    degree = ", fully or in part," if partly else ","
    achieved = f"Of the {number_in_words(len(good))} that helped{degree} {list_in_words(kinds)}."
    if len(good) == 1:
        achieved = f"The one that helped {''.join(_ACHIEVED[kind] for kind in counts)}."
    return join_sentences(outcomes_in_words(cases, followed_up), achieved, COUNTS_AS_MUCH)


def _asked_note(before: Sequence[AskView]) -> str:
    """Write how often the same was asked before the last time, which is told; else ``""``."""
    if len(before) < 2:
        return ""
    return f"We have asked about this {number_in_words(len(before))} times before. The last time:"


def _asked_before(earlier: AskView, ask: AskView) -> AskBefore:
    """Build the entry of an earlier ask, as things stand on the day of the letter's own ``ask``."""
    return AskBefore(
        about="",
        asked=day_in_words(earlier.date),
        of=earlier.addressee,
        ask=sentence(earlier.ask),
        status=answer_in_words(earlier, ask.date),
        reply=sentence(earlier.reply),
    )


def _closing(cases: Sequence[CaseView], whom: str) -> str:
    """Write the last sentences: ``whom`` to contact for more, and which cases can be shared."""
    if not cases:
        return f"To hear more, contact {whom}. We will take your answer to our next meetings."
    several = len(cases) > 1
    these = f"{number_in_words(len(cases))} case studies" if several else "one case study"
    return (
        f"We can share {these} with you: contact {whom} for the full text. "
        "We will take your answer to our next meetings."
    )


# --- how long it is -------------------------------------------------------------------------


def _fit_to_pages(facts: LetterFacts) -> LetterFacts:
    """Leave out what does not fit on the page: single suggestions first, then the quotation."""
    bare = replace(facts, notes=(), quotes=(), tried=(), asked_before=())
    notes, room = take_fitting(facts.notes[:1], _room(bare) - LABEL, _count_letter_lines)
    asked, room = take_fitting(facts.asked_before[::-1][:MOST_ASKED], room, _count_asked_lines)
    quotes, left = take_fitting(facts.quotes, room - LABEL, _count_letter_lines)
    room = left if quotes else room
    more, room = take_fitting(facts.notes[1:] if notes else (), room, _count_letter_lines)
    # the sum of what was tried stands there in any case
    tried, _ = take_fitting(facts.tried, room - LABEL, _count_tried_lines)
    notes = (*notes, *more)
    return replace(facts, notes=notes, tried=tried, quotes=quotes, asked_before=asked)


def _room(facts: LetterFacts) -> float:
    """Count the lines that are left on the page of a letter; negative if it is too long.

    What stands around the texts was measured on the PDF.
    """
    parts = (facts.what_it_does, facts.tried or facts.outcomes)
    frame = (
        FRAME
        + HEADING * sum(map(bool, parts))
        + LABEL * sum(map(bool, (facts.notes, facts.quotes, facts.tried)))
    )
    texts = [facts.opening, facts.outcomes, facts.asked_note, facts.closing, facts.care]
    texts += [facts.reply_to, *facts.notes, *facts.quotes]
    texts += str(facts.what_it_does).split("\n\n")
    taken = _count_letter_lines(*texts) + 1.2 * (
        _count_letter_lines(facts.title, size=13) + _count_letter_lines(facts.ask, size=12.5)
    )
    taken += len(facts.signatory) + sum(map(_count_tried_lines, facts.tried))
    return LETTER_LINES - frame - taken - sum(map(_count_asked_lines, facts.asked_before))


def _count_letter_lines(*texts: str, size: float = 10) -> float:
    """Count the lines of some paragraphs in letters of a ``size`` in points, with their gaps."""
    face = load_face("Regular" if size == 10 else "Bold")
    widths = (face.width(text, size) for text in texts if text)
    return sum(math.ceil(width / LINE) + GAP for width in widths)


def _count_tried_lines(entry: Tried) -> float:
    return _count_letter_lines(f"{entry.what}: {entry.outcome} {entry.note}")


def _count_asked_lines(ask: AskBefore) -> float:
    text = f"{ask.asked}, {ask.of}: {ask.ask} {ask.status} {ask.reply}"
    return HEADING + _count_letter_lines(text)
