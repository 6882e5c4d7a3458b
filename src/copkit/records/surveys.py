"""A survey and its counts: ``surveys/<slug>/survey.md`` and ``counts.yaml``.  Pure.

Rows of answers are no record: a row with a community, five opinions and a comment points at
somebody in a group of six. A record keeps the questions, and counts of 5 answers or more.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import (
    Id,
    Source,
    WithBody,
    check_date_order,
    optional,
    part_id,
    required,
)
from copkit.records.schema.parts import ValueCycle
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document

OTHER_SECTORS: Final = "other sectors"
"""Stands for the sectors that are added together, since few of each answered."""
ELSEWHERE: Final = "elsewhere"
"""Stands for the communities that are added together, since few of each answered."""
CONFIRMED: Final = "confirmed"
EVERYONE: Final = "everyone"


class Wave(StrEnum):
    """When in a programme's life a survey was held."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Quoting(StrEnum):
    """Whether those who answered were told that they may be quoted, and agreed."""

    AGREED = "agreed"
    NOT_ASKED = "not-asked"


class AnswerKind(StrEnum):
    """What kind of answer a question takes."""

    AGREEMENT = "agreement"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    OPEN = "open"
    COMMUNITY = "community"
    SECTOR = "sector"
    TIE = "tie"


class TieTime(StrEnum):
    """Which time a question about working together is about."""

    BEFORE = "before"
    NOW = "now"


TIMES: Final = tuple(time.value for time in TieTime)


class Depth(StrEnum):
    """How far people work together: a ladder, the deepest last."""

    NONE = "none"
    SIGNPOST = "signpost"
    TALK = "talk"
    PLAN = "plan"


DEPTH_LABELS: Final[Mapping[Depth, str]] = {
    Depth.NONE: "Not at all",
    Depth.SIGNPOST: "I tell people to go there",
    Depth.TALK: "I can ring somebody and we talk about what to do",
    Depth.PLAN: "We agree who does what and tell each other",
}
"""What each rung is called on a form."""
OF_PROGRAMME: Final = "sectors"
"""Stands for the sectors of copkit.yaml, as does nothing."""
MAX_SECTORS: Final = 12
"""Sectors that a question may ask about; more fit neither on a form nor on a circle."""


class ScaleEnd(StrEnum):
    """Which end of a scale is 1, for files that hold digits alone."""

    AGREE_FIRST = "strongly agree first"
    DISAGREE_FIRST = "strongly disagree first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; ``text`` is the heading of its column in the file of a form tool."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name, the same in every year, such as skills")
    text: str = required("the question, word for word")
    kind: AnswerKind = required(", ".join(AnswerKind))
    points: int | None = optional("of a scale of agreement: 4, 5 or 7; else 5")
    scale: ScaleEnd | None = optional("which end is 1, for files that hold digits alone")
    reversed: bool = optional("true where disagreeing is the good answer", False)
    value: ValueCycle | None = optional(f"the cycle of value: {', '.join(ValueCycle)}")
    options: tuple[str, ...] = optional("the answers to choose from, in order", ())
    when: TieTime | None = optional("of a tie: before, or now; else now")
    rows: tuple[str, ...] = optional(
        f"of a tie: the sectors to ask about, at most {MAX_SECTORS}; '{OF_PROGRAMME}', or nothing, "
        "for those of copkit.yaml",
        (),
        single=True,
    )
    also: tuple[str, ...] = optional("other headings of its column", ())

    @property
    def scale_points(self) -> int:
        """The number of points of its scale of agreement."""
        return self.points or 5

    @property
    def time(self) -> TieTime:
        """Which time a question about working together is about."""
        return self.when or TieTime.NOW

    @property
    def cells(self) -> int:
        """How many numbers a count of its answers has."""
        if self.kind is AnswerKind.AGREEMENT:
            return self.scale_points
        return max(1, len(self.options))


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(WithBody):
    """Whom a survey asked what, and when; N is counted on the day it was asked."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it is called")
    asked_on: dt.date = required("the day it was asked; N is counted on this day")
    closed_on: dt.date | None = optional("the last day for answers", offered=True)
    of: str = optional("who was asked: confirmed (X and F), everyone (X, F, Y), or a number",
                       CONFIRMED)  # fmt: skip
    of_because: str | None = optional("why it is that number")
    wave: Wave = optional(", ".join(Wave), Wave.DURING)
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)
    quoting: Quoting = optional(", ".join(Quoting), Quoting.NOT_ASKED, offered=True)
    session: str | None = optional(
        "the session whose feedback it is, as 'network/date'", refers="meeting"
    )
    questions: tuple[Question, ...] = optional("the questions, in order", ())

    def question(self, id: str) -> Question | None:
        """Return the question with an id, ``None`` if there is none."""
        return next((question for question in self.questions if question.id == id), None)

    def with_sectors(self, sectors: Sequence[str]) -> Survey:
        """Return the survey with the sectors of the programme where a question names none."""
        names = tuple(sectors)
        filled = {
            AnswerKind.TIE: lambda one: replace(
                one, rows=names if one.rows in {(), (OF_PROGRAMME,)} else one.rows
            ),
            AnswerKind.SECTOR: lambda one: replace(one, options=one.options or names),
        }
        return replace(
            self,
            questions=tuple(filled.get(one.kind, lambda same: same)(one) for one in self.questions),
        )

    @property
    def ties(self) -> tuple[Question, ...]:
        """The questions about working together."""
        return tuple(one for one in self.questions if one.kind is AnswerKind.TIE)


def parse_survey(document: Document, slug: str) -> Survey:
    """Parse one survey; faults are added to ``document.problems``."""
    survey = read_record(Survey, document, slug=slug, body=document.body)
    source, problems = survey.source, document.problems
    check_date_order(source, problems, "asked_on", "closed_on")
    if survey.of not in {CONFIRMED, EVERYONE}:
        if not re.fullmatch(r"[1-9]\d{0,5}", survey.of):
            message = f"'{survey.of}' does not say how many were asked"
            hint = "write confirmed, everyone, or a number"
            problems.append(source.problem("bad-number", "of", message, hint))
        elif not survey.of_because:
            message = "a number alone does not say who was asked"
            hint = "add a line 'of_because: ...', such as: everybody on the mailing list"
            problems.append(source.problem("missing-field", "of", message, hint))
    for question in survey.questions:
        _check_question(question, document)
    times = set[TieTime]()
    for question in survey.ties:
        if question.time in times:
            message = f"two questions ask who works with whom {question.time}"
            hint = "keep one of the two, or write 'when: before' below the other"
            problems.append(question.source.problem("listed-twice", "kind", message, hint))
        times.add(question.time)
    for kind in (AnswerKind.COMMUNITY, AnswerKind.SECTOR):
        for question in [one for one in survey.questions if one.kind is kind][1:]:
            message = f"two questions are of the kind {kind}"
            hint = "keep one of the two"
            problems.append(question.source.problem("listed-twice", "kind", message, hint))
    return survey


def _check_question(question: Question, document: Document) -> None:
    """Add a problem for a scale of other points, and for a choice without answers."""
    if question.points is not None and question.points not in {4, 5, 7}:
        message = f"a scale of agreement has 4, 5 or 7 points, not {question.points}"
        problem = question.source.problem("bad-number", "points", message, "write 4, 5 or 7")
        document.problems.append(problem)
    chooses = question.kind in {AnswerKind.CHOICE, AnswerKind.CHOICES}
    if chooses and len(question.options) < 2:
        message = f"'{question.id}' has no answers to choose from"
        hint = "list them below 'options:', each on a line as '- ...'"
        problem = question.source.problem("missing-field", "kind", message, hint)
        document.problems.append(problem)
    if len(question.rows) > MAX_SECTORS:
        message = f"'{question.id}' asks about {len(question.rows)} sectors"
        hint = f"ask about {MAX_SECTORS} at most: join those that hardly differ"
        problem = question.source.problem("too-many", "rows", message, hint)
        document.problems.append(problem)


# Questions to choose from

QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "community": ("Which community of practice do you belong to?", {"kind": "community"}),
    "skills": (
        "Taking part has made me better at my work with people who have several needs",
        {"kind": "agreement", "value": "potential"},
    ),
    "agencies": (
        "I know better now what other agencies do, and how to bring them in",
        {"kind": "agreement", "value": "potential"},
    ),
    "contacts": (
        "I have made contacts here that I turn to in my work",
        {"kind": "agreement", "value": "potential"},
    ),
    "talking-shop": (
        "A community of practice is just a talking shop",
        {"kind": "agreement", "reversed": True, "value": "immediate"},
    ),
    "service-users": (
        "What I took from the meetings has helped people who use my service",
        {"kind": "agreement", "value": "realised"},
    ),
    "shelter": (
        "The meetings are somewhere to think about hard work with others",
        {"kind": "agreement", "value": "immediate"},
    ),
    "sector": ("Which sector do you work in?", {"kind": "sector"}),
    "worked-with": (
        "In the month before you joined, how far did you work with people of these sectors?",
        {"kind": "tie", "when": "before"},
    ),
    "works-with": (
        "In the last month, how far have you worked with people of these sectors?",
        {"kind": "tie", "when": "now"},
    ),
    "change": ("What should we change?", {"kind": "open"}),
    "quote": (
        "May we quote your words, without your name?",
        {"kind": "choice", "options": ("Yes", "No")},
    ),
}
"""Questions shipped with copkit: by id the text, and the other fields."""


SESSION_QUESTIONS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "useful": (
        "This session was useful for my work",
        {"kind": "agreement", "value": "immediate"},
    ),
    "met": ("Whom did you meet, or which service did you hear of?", {"kind": "open"}),
    "next": ("What should a session be about next?", {"kind": "open"}),
}
"""The questions after a session of a network; who answers is asked nothing else."""


# Answers, in memory and in private/ alone

NO_OPINION: Final = -1
"""Stands among the picks of an answer for "don't know" and the like."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """The answers of one person, without anything that says who or when.

    ``picks`` has, by the id of a question, the positions of what was chosen, from 0; ``texts`` the
    words below open questions; of a tie there is a rung for each sector, ``NO_OPINION`` where it is
    left blank. ``community`` is a slug, ``sector`` a name, ``""`` where none is known.
    """

    community: str
    picks: Mapping[str, tuple[int, ...]]
    texts: Mapping[str, str]
    sector: str = ""


# Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyImport:
    """One file that was counted; the keyed ``digest`` of it stops anybody counting it again."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("survey", "m")
    date: dt.date = required("the day it was counted")
    program: str = required("the program that made the file", key="from")
    rows: int = required("the rows of answers in it")
    counted: int = required("the rows that were counted")
    set_aside: int = optional("the rows that were not", 0)
    digest: Id = required("the keyed digest of the answers in it")
    key: str | None = optional("which key the digest was made with; it says nothing of the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityAnswers:
    """How many people of a community answered; ``id`` is its slug, or ``elsewhere``."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("the community, or elsewhere", refers="community", besides=(ELSEWHERE,))
    people: int = required("how many answered: 5 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCount:
    """The answers to one question, of the whole programme or of one community."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("the question, or question-community")
    question: Id = required("the id of the question")
    community: Id | None = optional(
        "the community, or elsewhere; nothing for all of them",
        refers="community",
        besides=(ELSEWHERE,),
        essential=True,
    )
    given: str = required("how many gave each answer, in order: 14 17 1 1 0")
    no_opinion: int = optional("how many had no opinion", 0)
    blank: int = optional("how many left it blank", 0)

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many gave each answer; ``()`` where the text is no list of numbers."""
        words = self.given.split()
        return tuple(map(int, words)) if all(map(_is_number, words)) else ()


def _is_number(word: str) -> bool:
    return re.fullmatch(r"\d{1,7}", word) is not None and word.isascii()


@dataclass(frozen=True, slots=True, kw_only=True)
class TieCount:
    """How far the people of one sector work with another, at one time."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("when, from and to, such as now-nhs-housing")
    when: TieTime = required("before, or now")
    sector: str = required("the sector of those who answered, or other sectors", key="from")
    about: str = required("the sector that they were asked about", key="to")
    given: str = required("how many said none, signpost, talk and plan: 3 2 4 1")

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many said each rung; ``()`` where the text is no list of four numbers."""
        return _parse_numbers(self.given, len(Depth))


@dataclass(frozen=True, slots=True, kw_only=True)
class TieTotals:
    """How far everybody who answered works with other sectors than their own, at one time."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("before, or now")
    reach: str = required("how many talk or plan with none or one other sector, two, more: 6 13 14")
    depth: str = required("pairs of a person and another sector at each rung: 20 40 50 22")

    @property
    def reached(self) -> tuple[int, ...]:
        """How many people work with none or one, two, and more other sectors."""
        return _parse_numbers(self.reach, 3)

    @property
    def rungs(self) -> tuple[int, ...]:
        """How many pairs of a person and another sector stand at each rung."""
        return _parse_numbers(self.depth, len(Depth))


def _parse_numbers(text: str, count: int) -> tuple[int, ...]:
    words = text.split()
    return tuple(map(int, words)) if len(words) == count and all(map(_is_number, words)) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCounts:
    """The counts of one survey: ``copkit survey import`` writes them."""

    source: Source = field(repr=False, compare=False)
    slug: str
    imports: tuple[SurveyImport, ...] = optional("the files that were counted", ())
    answered: tuple[CommunityAnswers, ...] = optional("how many answered, by community", ())
    counts: tuple[AnswerCount, ...] = optional("the answers, by question", ())
    ties: tuple[TieCount, ...] = optional("who works with whom, by sector", ())
    tie_totals: tuple[TieTotals, ...] = optional("who works with whom, of all", ())

    def find(self, question: str, community: str | None = None) -> AnswerCount | None:
        """Return the answers to a question, of all or of one community."""
        for count in self.counts:
            if count.question == question and count.community == community:
                return count
        return None


MIN_ANSWERS: Final = 5
"""Answers of a community that are stored; fewer are added to those of others."""

_SMALL: Final = "fewer than 5 answers point at people"


def parse_counts(document: Document, slug: str) -> SurveyCounts:
    """Parse the counts of a survey; faults are added to ``document.problems``.

    Counts of fewer than :data:`MIN_ANSWERS` people are such a fault: git keeps them for ever.
    """
    counts = read_record(SurveyCounts, document, slug=slug)
    hint = "delete it, and add it to 'elsewhere': 'copkit survey import' does both"
    for entry in counts.answered:
        # 0 points at nobody, and stands for a number that could not be read
        if 0 < entry.people < MIN_ANSWERS:
            problem = entry.source.problem("small-count", "people", _SMALL, hint)
            document.problems.append(problem)
    for count in counts.counts:
        if count.given and not count.numbers:
            message = f"'{count.given}' is no list of numbers"
            example = "write a number for each answer, as in 'given: 14 17 1 1 0'"
            problem = count.source.problem("bad-number", "given", message, example)
            document.problems.append(problem)
        elif count.community and 0 < sum(count.numbers) < MIN_ANSWERS:
            document.problems.append(count.source.problem("small-count", "given", _SMALL, hint))
    for tie in counts.ties:
        _check_tie(tie, document)
    for totals in counts.tie_totals:
        _check_totals(totals, document)
    return counts


def _check_tie(tie: TieCount, document: Document) -> None:
    """Add a problem for counts that are no ladder, or of fewer people than are stored."""
    if tie.given and not tie.numbers:
        message = f"'{tie.given}' is no list of four numbers"
        example = "write how many said none, signpost, talk and plan: 'given: 3 2 4 1'"
        document.problems.append(tie.source.problem("bad-number", "given", message, example))
    elif tie.given and sum(tie.numbers) < MIN_ANSWERS:
        hint = "delete it: 'copkit survey import' adds small sectors together"
        document.problems.append(tie.source.problem("small-count", "given", _SMALL, hint))


def _check_totals(totals: TieTotals, document: Document) -> None:
    """Add a problem for another time, and for what is no list of numbers."""
    if totals.id not in TIMES:
        message = f"'{totals.id}' is no time"
        problem = totals.source.problem("unknown-value", "id", message, "write before, or now")
        document.problems.append(problem)
    for key, text, numbers, example in (
        ("reach", totals.reach, totals.reached, "6 13 14"),
        ("depth", totals.depth, totals.rungs, "20 40 50 22"),
    ):
        if text and not numbers:
            message = f"'{text}' is no list of {len(example.split())} numbers"
            hint = f"write '{key}: {example}'"
            document.problems.append(totals.source.problem("bad-number", key, message, hint))
