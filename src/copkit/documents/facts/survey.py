"""What a survey says, in sentences, and its questions as a form to fill in.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copkit.analysis.surveys import QuestionFigures, SurveyFigures, percentage
from copkit.records.surveys import DEPTH_LABELS, AnswerKind, Question, Quoting, ScaleEnd, Survey
from copkit.wording import day_in_words, list_in_words, sentence

FEW = 10
"""Answers; with fewer, one person more or less changes the picture."""
AGREEMENT_LABELS: Mapping[int, tuple[str, ...]] = {
    4: ("Strongly agree", "Agree", "Disagree", "Strongly disagree"),
    5: (
        "Strongly agree",
        "Agree",
        "Neither agree nor disagree",
        "Disagree",
        "Strongly disagree",
    ),
    7: (
        "Strongly agree",
        "Agree",
        "Slightly agree",
        "Neither agree nor disagree",
        "Slightly disagree",
        "Disagree",
        "Strongly disagree",
    ),
}
"""The words of a scale of agreement, by its points."""


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """One community's answers to a question; ``text`` is ``7 of 8``."""

    name: str
    n: int
    good: int
    text: str


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """What the answers to one question say: a line each for what is to be read.

    ``good`` is how many of ``n`` gave the good answer, ``None`` where that is not told. ``before``
    is the same of an earlier survey. ``parts`` are those who disagreed, did neither and agreed, in
    this order, ``()`` where readers may not see them.
    """

    id: str
    text: str
    verb: str
    headline: str
    details: tuple[str, ...]
    n: int
    good: int | None
    parts: tuple[int, ...]
    by: tuple[CommunityLine, ...]
    before: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """A whole survey, as it is printed and drawn."""

    slug: str
    title: str
    heading: str
    communities: tuple[str, ...]
    questions: tuple[QuestionFacts, ...]
    notes: tuple[str, ...]


def build_survey_facts(
    figures: SurveyFigures,
    names: Mapping[str, str],
    before: SurveyFigures | None = None,
    *,
    by_community: bool = True,
) -> SurveyFacts:
    """State what a survey says; ``names`` are places of communities by their slugs.

    ``before`` is an earlier survey: questions of the same id are put side by side.
    """
    answered = figures.answered
    share = ""
    if isinstance(answered, int) and 0 < answered <= figures.of <= 2 * answered:
        share = f" ({percentage(answered, figures.of)})"
    heading = f"{answered} answers of {figures.of}{share}. N: {figures.of_means}."
    responses = (
        f"{names.get(one.community, one.community)} {one.people}" + (f"/{one.of}" if one.of else "")
        for one in figures.responses
    )
    earlier = {question.id: question for question in before.questions} if before else {}
    notes = list(figures.notes)
    if before:
        notes.append(
            f"Not the same people: {before.answered} then ({day_in_words(before.asked_on)}), "
            f"{answered} now ({day_in_words(figures.asked_on)})."
        )
    return SurveyFacts(
        slug=figures.survey,
        title=figures.title,
        heading=heading,
        communities=tuple(responses) if by_community else (),
        questions=tuple(
            _question(question, figures, earlier.get(question.id), names, by_community=by_community)
            for question in figures.questions
        ),
        notes=tuple(notes),
    )


def _question(
    question: QuestionFigures,
    figures: SurveyFigures,
    earlier: QuestionFigures | None,
    names: Mapping[str, str],
    *,
    by_community: bool,
) -> QuestionFacts:
    before = None
    if earlier and earlier.n and earlier.good is not None and question.good is not None:
        before = earlier.good, earlier.n
    details = list(_details(question, figures))
    if before:
        details.append(f"Then {before[0]} of {before[1]}, now {question.good} of {question.n}.")
    parts: tuple[int, ...] = ()
    if question.agreed is not None and question.disagreed is not None:
        parts = question.disagreed, question.neither or 0, question.agreed
    return QuestionFacts(
        id=question.id,
        text=question.text,
        verb=question.verb,
        headline=_headline(question, figures),
        details=tuple(details),
        n=question.n or 0,
        good=question.good,
        parts=parts,
        by=tuple(
            CommunityLine(
                names.get(one.community, one.community),
                one.n,
                one.agreed,
                f"{one.agreed} of {one.n}",
            )
            for one in question.by
            if by_community
        ),
        before=before,
    )


def _headline(question: QuestionFigures, figures: SurveyFigures) -> str:
    if question.n is None:
        return f"Fewer than {FEW} answered."
    if question.kind is not AnswerKind.AGREEMENT:
        return f"{question.n} answered."
    if not question.n or question.good is None:
        return "Nobody answered."
    share = ""
    # Below half of those asked, a share would stand for people who never answered.
    if isinstance(figures.answered, int) and 2 * figures.answered >= figures.of:
        share = f" ({percentage(question.good, question.n)})"
    few = "; few answered" if question.n < FEW else ""
    return f"{question.good} of {question.n} {question.verb}{share}{few}."


def _details(question: QuestionFigures, figures: SurveyFigures) -> list[str]:
    """Return the lines below the headline of a question."""
    details = []
    if question.kind is not AnswerKind.AGREEMENT:
        if question.options:
            pairs = zip(question.options, question.given, strict=False)
            details.append(sentence(", ".join(f"{option} {count}" for option, count in pairs)))
        return details
    if question.bounds and question.n is not None and question.n < figures.of:
        others = figures.of - question.n
        low, high = question.bounds
        details.append(
            f"Whatever the other {others} think, between {low}% and {high}% of the {figures.of}."
        )
    if question.given:
        counts = ", ".join(map(str, question.given))
        details.append(f"From strongly agree to strongly disagree: {counts}.")
    silent = [
        f"{count} {words}"
        for count, words in (
            (question.no_opinion, "had no opinion"),
            (question.blank, "left it blank"),
        )
        if count
    ]
    if silent:
        details.append(sentence(list_in_words(silent)))
    return details


# The questions as a form


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question of a form: ``answers`` to tick, or lines to write on.

    With ``rungs`` it is a grid: each answer is a row, with one rung to tick.
    """

    number: int
    text: str
    how: str
    answers: tuple[str, ...]
    is_open: bool
    rungs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """The questions of a survey, to print or to paste into a form tool."""

    title: str
    until: str
    privacy: str
    questions: tuple[FormQuestion, ...]


def build_survey_form(survey: Survey, communities: Sequence[str]) -> SurveyForm:
    """State the questions of a survey; ``communities`` are the places that one can belong to."""
    privacy = (
        "Please give no names, of others or your own. Answers are added up; groups of fewer than "
        "five people are never shown apart. Your answers themselves are deleted within a year."
    )
    if survey.quoting is Quoting.AGREED:
        privacy += " Your words may be quoted, without your name."
    if survey.ties:
        privacy += " Some questions are about other sectors: answer about them, not about a person."
    until = f"Please answer by {day_in_words(survey.closed_on)}." if survey.closed_on else ""
    return SurveyForm(
        survey.title,
        until,
        privacy,
        tuple(
            FormQuestion(
                number,
                question.text,
                *_ways_to_answer(question, communities),
                tuple(DEPTH_LABELS.values()) if question.kind is AnswerKind.TIE else (),
            )
            for number, question in enumerate(survey.questions, 1)
        ),
    )


def _ways_to_answer(
    question: Question, communities: Sequence[str]
) -> tuple[str, tuple[str, ...], bool]:
    """Return how a question is answered, the answers to choose from, and whether one writes."""
    if question.kind is AnswerKind.AGREEMENT:
        labels = AGREEMENT_LABELS[question.scale_points if question.scale_points in {4, 7} else 5]
        if question.scale is ScaleEnd.DISAGREE_FIRST:
            labels = labels[::-1]
        return "Choose one", (*labels, "Don't know"), False
    if question.kind is AnswerKind.COMMUNITY:
        return "Choose one", (*communities, "Prefer not to say"), False
    if question.kind is AnswerKind.SECTOR and question.options:
        return "Choose one", (*question.options, "Prefer not to say"), False
    if question.kind is AnswerKind.TIE:
        return "Choose one in each row", question.rows, False
    if question.kind is AnswerKind.CHOICE:
        return "Choose one", question.options, False
    if question.kind is AnswerKind.CHOICES:
        return "Choose all that apply", question.options, False
    how = "Write a number" if question.kind is AnswerKind.NUMBER else "Write your answer"
    return how, (), True
