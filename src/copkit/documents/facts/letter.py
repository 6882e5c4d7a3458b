"""What a letter to a commissioner states: one blockage, and the one thing asked.  Pure.

It has two pages at most: the ask first, then what the blockage does to people, what was tried, and
what was asked before. It speaks as of the day on which the ask was made.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copkit.analysis.privacy.view import AskView, BlockageView, CaseView, FollowUp, View
from copkit.documents.facts.newsletter import CARE
from copkit.documents.facts.page_budget import LINES, fitting, lines_in, lines_of_ask
from copkit.documents.facts.shared import (
    COUNTS_AS_MUCH,
    DID_GOOD,
    AskBefore,
    Tried,
    came_of_it,
    times_in_words,
    tried_in_words,
    what_came_back,
)
from copkit.records.cases import OutcomeKind
from copkit.text.markdown import Prose
from copkit.wording import counted, day_in_words, in_words, joined, listed, sentence

PAGES: Final = 2
MOST_NOTES: Final = 4  # instances that are told
MOST_LEARNT: Final = 2  # cases of which it is told what practitioners learnt
MOST_TRIED: Final = 4
MOST_ASKED: Final = 3  # things asked before, the latest
LONGEST_LEARNT: Final = 260  # characters
_SEVERAL: Final = frozenset(
    {"board", "panel", "committee", "team", "group", "council", "partnership", "alliance"}
)
"""Addressees that are more than one person."""
_END: Final = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What practitioners learnt from one case, in a sentence or two."""

    title: str
    words: str


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
    what_it_does: Prose
    notes: tuple[str, ...]
    learnt: tuple[Learnt, ...]
    tried: tuple[Tried, ...]
    outcomes: str
    asked_note: str
    asked_before: tuple[AskBefore, ...]
    closing: str
    farewell: str
    signed: str
    care: str


def build_letter(view: View) -> LetterFacts:
    """Work out what a letter states to the audience that the programme was reduced to."""
    letter = view.letter
    if letter is None:
        raise ValueError("the view is not that of a letter")
    blockage, ask = letter.blockage, letter.ask
    followed_up = [entry for case in blockage.told for entry in case.followed_up]
    whole = LetterFacts(
        title=blockage.title,
        programme=view.programme,
        day=day_in_words(ask.date),
        addressee=ask.of,
        greeting="Dear colleagues," if _are_several(ask.of) else "Dear colleague,",
        opening=_opening(view, blockage),
        ask=sentence(ask.ask),
        reply_by=day_in_words(ask.reply_by) if ask.reply_by else "",
        what_it_does=Prose(blockage.body, below=2),
        notes=tuple(map(sentence, blockage.notes[:MOST_NOTES])),
        learnt=tuple(_learnt(blockage.told))[:MOST_LEARNT],
        tried=tuple(tried_in_words(entry) for entry in followed_up if entry.what)[:MOST_TRIED],
        outcomes=_outcomes(len(blockage.told), followed_up),
        asked_note=_asked_note(letter.before),
        asked_before=tuple(_asked_before(one, ask) for one in letter.before),
        closing=_closing(blockage.told),
        farewell="Yours faithfully,",
        signed=f"for the communities of practice of the {_named(view.programme)}",
        care=CARE if blockage.told else "",
    )
    return _short_enough(whole)


def is_too_long(facts: LetterFacts) -> bool:
    """Say whether a letter takes more than two pages, so that its blockage has to be shortened."""
    return _room(facts) < 0


# --- its parts ------------------------------------------------------------------------------


def _are_several(addressee: str) -> bool:
    words = re.findall(r"\w+", addressee.casefold())
    return bool(words) and words[-1] in _SEVERAL


def _named(programme: str) -> str:
    """Write a programme's name as it stands behind an article."""
    return programme.removeprefix("The ").removeprefix("the ")


def _opening(view: View, blockage: BlockageView) -> str:
    meet = "practitioners who meet in communities of practice"
    count = view.membership.communities
    if count:
        places = counted(count, "community of practice", "communities of practice")
        meet = f"practitioners who meet in {places}"
    return joined(
        f"We write for {meet}, about one obstacle that they cannot remove themselves.",
        _how_often(blockage),
    )


def _how_often(blockage: BlockageView) -> str:
    if not blockage.cases:
        return ""
    if blockage.cases == 1:
        return "It stood in the way of one case that they brought to each other so far."
    so_far = times_in_words(blockage)
    return f"It keeps coming back: so far it has stood in the way of {so_far}."


def _learnt(told: Sequence[CaseView]) -> Iterator[Learnt]:
    for case in told:
        if words := _first_words(str(Prose(case.learning))):
            yield Learnt(case.title, words)


def _first_words(text: str) -> str:
    """Give the first sentences of a text, as many as stay short; ``""`` for a list or a table."""
    first = " ".join(text.partition("\n\n")[0].split())
    if not first[:1].isalpha() and not first.startswith(("‘", "“", '"', "'")):
        return ""
    taken = ""
    for one in _END.split(first):
        longer = joined(taken, one)
        if len(longer) > LONGEST_LEARNT:
            break
        taken = longer
    return taken if taken.endswith((".", "!", "?")) else ""


_ACHIEVED: Final = {
    OutcomeKind.MAINTENANCE: "kept things steady",
    OutcomeKind.PREVENTION: "prevented something worse",
    OutcomeKind.RECOVERY: "made things better",
}


def _outcomes(cases: int, followed_up: Sequence[FollowUp]) -> str:
    good = [entry for entry in followed_up if entry.outcome in DID_GOOD]
    found = Counter(entry.kind for entry in good if entry.kind)
    if not found:
        return came_of_it(cases, followed_up)
    kinds = [f"{found[kind]} {words}" for kind, words in _ACHIEVED.items() if found[kind]]
    achieved = f"Of those that helped, {listed(kinds)}."
    if len(good) == 1:
        achieved = f"The one that helped {''.join(_ACHIEVED[kind] for kind in found)}."
    return joined(came_of_it(cases, followed_up), achieved, COUNTS_AS_MUCH)


def _asked_note(before: Sequence[AskView]) -> str:
    if not before:
        return ""
    if len(before) == 1:
        return "We have asked about this once before."
    return f"We have asked about this {in_words(len(before))} times before."


def _asked_before(one: AskView, ask: AskView) -> AskBefore:
    undated = bool(one.reply) and not one.replied
    return AskBefore(
        about="",
        asked=day_in_words(one.date),
        of=one.of,
        ask=sentence(one.ask),
        status="Answered." if undated else what_came_back(one, ask.date),
        reply=sentence(one.reply),
    )


def _closing(told: Sequence[CaseView]) -> str:
    if not told:
        return "We will gladly tell you more, and look forward to your answer."
    several = len(told) > 1
    these = f"The {in_words(len(told))} case studies" if several else "The case study"
    are, them = ("are", "them") if several else ("is", "it")
    return (
        f"{these} behind this letter {are} shared with you; write to us for the full text of "
        f"{them}. We look forward to your answer."
    )


# --- how long it is -------------------------------------------------------------------------


def _short_enough(facts: LetterFacts) -> LetterFacts:
    """Leave out what does not fit on two pages: what was asked long ago, then what was learnt."""
    bare = replace(facts, notes=(), learnt=(), tried=(), asked_before=())
    notes, room = fitting(facts.notes, _room(bare), _lines_of_text)
    tried, room = fitting(facts.tried, room, _lines_of_tried)
    asked, room = fitting(facts.asked_before[::-1][:MOST_ASKED], room, lines_of_ask)
    learnt, _ = fitting(facts.learnt, room, _lines_of_learnt)
    note = facts.asked_note
    if 0 < len(asked) < len(facts.asked_before):
        last = "The last time:" if len(asked) == 1 else f"The last {in_words(len(asked))}:"
        note = joined(note, last)
    return replace(
        facts, notes=notes, tried=tried, learnt=learnt, asked_before=asked[::-1], asked_note=note
    )


def _room(facts: LetterFacts) -> float:
    """Count the lines that are left on the pages of a letter."""
    frame = 30  # head, headings, box, farewell
    texts = [facts.opening, facts.outcomes, facts.asked_note, facts.closing, facts.care]
    taken = lines_in([facts.ask]) * 1.4 + lines_in(str(facts.what_it_does).split("\n\n"))
    taken += lines_in(texts) + sum(map(_lines_of_text, facts.notes))
    taken += sum(map(_lines_of_tried, facts.tried)) + sum(map(_lines_of_learnt, facts.learnt))
    return PAGES * LINES - frame - taken - sum(map(lines_of_ask, facts.asked_before))


def _lines_of_text(text: str) -> float:
    return lines_in([text])


def _lines_of_tried(entry: Tried) -> float:
    return _lines_of_text(f"{entry.what}: {entry.outcome} {entry.note}")


def _lines_of_learnt(one: Learnt) -> float:
    return _lines_of_text(f"{one.title}: {one.words}")
