"""Counts of a survey and what they may tell: tallies to store, figures for an audience.  Pure.

Git keeps every version of the counts, so each import is added up by itself: what one adds is
never fewer than five answers, and no difference between two versions is smaller.

Outside members a community is told only as "k of n agreed", from ten answers, and never where all
or none of them agreed; and all communities of a question are told, but for those added together, or
none. So whoever knows the whole, and how many answered where, cannot work out a hidden community:
``tests/analysis/test_surveys.py`` tries every case.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from copkit.analysis.attendance import build_matrix
from copkit.analysis.privacy.small_cells import Hidden, hide_small_cells, pool_small_groups
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.records.schema.audience import Audience
from copkit.records.surveys import (
    CONFIRMED,
    ELSEWHERE,
    EVERYONE,
    MIN_ANSWERS,
    NO_OPINION,
    AnswerCount,
    AnswerKind,
    Question,
    Survey,
    SurveyCounts,
    SurveyRow,
)
from copkit.wording import day_in_words, list_in_words, plural

MIN_TOLD: Final = 10
"""Answers that a share needs outside members; with fewer, members read that few answered."""


# What is stored of an import


@dataclass(frozen=True, slots=True)
class SurveyTally:
    """The counts of one import: ``given`` by question and community, ``""`` for the whole.

    Each of ``given`` has the numbers of a question's answers, then of no opinion and of blanks.
    ``people`` are those who answered, by community or ``elsewhere``.
    """

    people: Mapping[str, int]
    given: Mapping[tuple[str, str], tuple[int, ...]]
    too_few: tuple[str, ...]  # communities that are in ``elsewhere``


def tally_rows(survey: Survey, rows: Sequence[SurveyRow]) -> SurveyTally:
    """Add up rows of answers, so that nothing of fewer than five people is in the result.

    Raise :class:`CopkitError` for fewer than five rows.
    """
    if len(rows) < MIN_ANSWERS:
        raise CopkitError(
            f"{plural(len(rows), 'answer')} to count, and git keeps no count of fewer than "
            f"{MIN_ANSWERS}: nothing was written",
            "wait for more answers, and name the files of all communities in one command",
        )
    sizes = Counter(row.community for row in rows)
    pooled = _pooled(sizes)
    people = Counter(ELSEWHERE if slug in pooled else slug for slug in sizes.elements())
    given: dict[tuple[str, str], tuple[int, ...]] = {}
    for question in survey.questions:
        given |= _tally_question(question, rows)
    small = sorted(slug for slug in pooled if slug)
    return SurveyTally(dict(sorted(people.items())), given, tuple(small))


def _pooled(sizes: Mapping[str, int]) -> frozenset[str]:
    """Return the communities to add together; those who named none always are."""
    return pool_small_groups(sizes) | ({""} & sizes.keys())


def _tally_question(
    question: Question, rows: Sequence[SurveyRow]
) -> dict[tuple[str, str], tuple[int, ...]]:
    """Count the answers to a question, of all and of each community with five or more."""
    if question.kind in {AnswerKind.COMMUNITY, AnswerKind.SECTOR, AnswerKind.TIE}:
        return {}  # they say of whom the others are; ties are counted by themselves
    has_answered = [row for row in rows if _has_opinion(row, question.id)]
    if len(has_answered) < MIN_ANSWERS:
        return {}
    counted: dict[tuple[str, str], tuple[int, ...]] = {}
    counted[question.id, ""] = _count(question, rows)
    pooled = _pooled(Counter(row.community for row in has_answered))
    by_community: dict[str, list[SurveyRow]] = {}
    answering = {row.community for row in has_answered}
    for row in rows:
        # Whoever only left it blank, in a community where nobody answered, is told in the whole.
        if row.community in answering:
            slug = ELSEWHERE if row.community in pooled else row.community
            by_community.setdefault(slug, []).append(row)
    if len(by_community) > 1 and question.kind is AnswerKind.AGREEMENT:
        for slug, own in sorted(by_community.items()):
            counted[question.id, slug] = _count(question, own)
    return counted


def _has_opinion(row: SurveyRow, question: str) -> bool:
    picks = row.picks.get(question)
    return bool(picks) and picks != (NO_OPINION,)


def _count(question: Question, rows: Iterable[SurveyRow]) -> tuple[int, ...]:
    numbers = [0] * question.cells
    no_opinion = blank = 0
    for row in rows:
        picks = row.picks.get(question.id, ())
        blank += not picks
        no_opinion += picks == (NO_OPINION,)
        for pick in picks:
            if pick != NO_OPINION:
                numbers[pick] += 1
    return (*numbers, no_opinion, blank)


# Who was asked


class Asked(NamedTuple):
    """How many were asked, by community where that is known, and who they are in words."""

    total: int
    communities: Mapping[str, int]
    means: str


def count_asked(programme: Programme, survey: Survey) -> Asked:
    """Count N on the day that a survey was asked."""
    day = day_in_words(survey.asked_on)
    if survey.of not in {CONFIRMED, EVERYONE}:
        return Asked(int(survey.of), {}, survey.of_because or "")
    matrix = build_matrix(programme, survey.asked_on)
    if survey.of == CONFIRMED:
        return Asked(matrix.total, matrix.totals, f"confirmed members, X and F, on {day}")
    people = Counter(person.community for person in matrix.people)
    return Asked(people.total(), people, f"everyone on the rosters, X, F and Y, on {day}")


# Figures


@dataclass(frozen=True, slots=True)
class CommunityFigures:
    """How many of one community agreed; ``given`` only where the readers may see it."""

    community: str
    n: int
    agreed: int
    given: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFigures:
    """What the answers to one question say; ``None`` stands for what readers may not see.

    ``agreed`` counts those above the middle of the scale, ``disagreed`` those below. ``bounds``
    are per cent of all who were asked, whatever those think who did not answer.
    """

    id: str
    text: str
    kind: AnswerKind
    reversed: bool
    n: int | None
    agreed: int | None = None
    neither: int | None = None
    disagreed: int | None = None
    no_opinion: int | None = None
    blank: int | None = None
    given: tuple[int, ...] = ()
    options: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    by: tuple[CommunityFigures, ...] = ()

    @property
    def good(self) -> int | None:
        """How many gave the good answer: those who disagreed, where that is the good one."""
        return self.disagreed if self.reversed else self.agreed

    @property
    def verb(self) -> str:
        """What those did who are counted: agreed, or disagreed."""
        return "disagreed" if self.reversed else "agreed"


@dataclass(frozen=True, slots=True)
class Response:
    """How many of a community answered, as far as readers may see it: a number, or ``<5``."""

    community: str
    people: int | str
    of: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFigures:
    """Everything that an audience may know of a survey."""

    survey: str
    title: str
    asked_on: dt.date
    audience: Audience
    answered: int | str
    of: int
    of_means: str
    responses: tuple[Response, ...]
    questions: tuple[QuestionFigures, ...]
    set_aside: int
    notes: tuple[str, ...]


def percentage(part: int, whole: int) -> str:
    """Write a share in whole per cent, half up; 0% and 100% only for nobody and for all."""
    rounded = (200 * part + whole) // (2 * whole)
    if rounded >= 100 and part < whole:
        return "over 99%"
    return "under 1%" if rounded == 0 and part else f"{rounded}%"


def build_survey_figures(
    programme: Programme, survey: Survey, counts: SurveyCounts | None, reader: Audience
) -> SurveyFigures:
    """Work out what ``reader`` may know of a survey.

    Raise :class:`CopkitError` where the survey is not for these readers.
    """
    if not reader.may_see(survey.audience):
        raise CopkitError(
            f"the survey '{survey.slug}' is for {survey.audience.policy.may_read}",
            f"if {reader.policy.called} may read it, write 'audience: {reader}' in survey.md",
            status=2,
        )
    asked = count_asked(programme, survey)
    answered = sum(entry.counted for entry in counts.imports) if counts else 0
    if counts and not counts.imports:
        answered = sum(entry.people for entry in counts.answered)
    exact = reader.policy.counts_are_exact
    responses = _responses(programme, counts, asked, answered, exact=exact) if counts else ()
    # How many agreed "of 10" says how many answered, which may be hidden: then neither is told.
    by_community = exact or all(
        isinstance(response.people, int) and response.of is not None for response in responses
    )
    questions = tuple(
        _figures(question, counts, asked.total, exact=exact, by_community=by_community)
        for question in survey.questions
        if counts and question.kind is not AnswerKind.COMMUNITY and counts.find(question.id)
    )
    is_few = 0 < answered < MIN_ANSWERS
    return SurveyFigures(
        survey=survey.slug,
        title=survey.title,
        asked_on=survey.asked_on,
        audience=reader,
        answered=Hidden.SMALL.value if is_few and not exact else answered,
        of=asked.total,
        of_means=asked.means,
        responses=responses,
        questions=questions,
        set_aside=sum(entry.set_aside for entry in counts.imports) if counts else 0,
        notes=tuple(_notes(answered, asked, questions, exact=exact)),
    )


def _notes(
    answered: int, asked: Asked, questions: Sequence[QuestionFigures], *, exact: bool
) -> Iterator[str]:
    if answered > asked.total:
        yield (
            f"{answered} answered of {asked.total} who were asked: the link went further, "
            "or N is counted on another day"
        )
    hidden = [question.id for question in questions if question.n is None]
    if hidden and not exact:
        yield f"Fewer than {MIN_TOLD} answered: {list_in_words(hidden)}"


def _responses(
    programme: Programme,
    counts: SurveyCounts,
    asked: Asked,
    answered: int,
    *,
    exact: bool,
) -> tuple[Response, ...]:
    """Return how many of each community answered; small counts are hidden unless ``exact``."""
    people: dict[str, int] = {entry.id: entry.people for entry in counts.answered}
    order = [records.slug for records in programme.communities if records.slug in people]
    rest = answered - sum(people[slug] for slug in order)
    rows = [(slug, people[slug], asked.communities.get(slug)) for slug in order]
    if rest > 0 and order:
        known = [asked.communities.get(slug) for slug in order]
        left = asked.total - sum(of or 0 for of in known) if asked.communities else None
        rows.append((ELSEWHERE, rest, left if left and left > 0 else None))
    if exact:
        return tuple(Response(*row) for row in rows)
    if not all(row[2] for row in rows) or 0 < asked.total - answered < MIN_ANSWERS:
        return ()  # where nearly all answered, the few who did not would say how many of each did
    # Those added together are of one to four people each. A sum at an end of that, or beyond, says
    # which; beyond it a larger community joined them, whose name is known by what is missing.
    together = sum(slug not in people for slug, of in asked.communities.items() if of)
    if rest > 0 and not together < rest < together * (MIN_ANSWERS - 1):
        return ()
    silent = [max(0, (of or 0) - told) for _, told, of in rows]
    cells = hide_small_cells([[row[1], left] for row, left in zip(rows, silent, strict=True)])
    return tuple(
        Response(slug, _shown(cell[0]), cell[2] if isinstance(cell[2], int) else None)
        for (slug, _, _), cell in zip(rows, cells, strict=False)
    )


def _shown(count: int | Hidden) -> int | str:
    return count.value if isinstance(count, Hidden) else count


def agreement_of(numbers: Sequence[int], points: int) -> tuple[int, int, int]:
    """Return how many agreed, did neither, and disagreed, of the counts of a scale."""
    half = points // 2
    return sum(numbers[:half]), sum(numbers[half : points - half]), sum(numbers[points - half :])


def _figures(
    question: Question, counts: SurveyCounts, total: int, *, exact: bool, by_community: bool
) -> QuestionFigures:
    """Return the figures of one question as its readers may see them."""
    whole = counts.find(question.id)
    if whole is None:
        raise ValueError(question.id)
    numbers = _fitted(whole, question)
    if question.kind is not AnswerKind.AGREEMENT:
        shown = exact and question.kind in {AnswerKind.CHOICE, AnswerKind.CHOICES}
        answers = sum(entry.counted for entry in counts.imports) - whole.no_opinion - whole.blank
        n = max(answers, max(numbers, default=0))
        return QuestionFigures(
            id=question.id,
            text=question.text,
            kind=question.kind,
            reversed=False,
            n=n if exact or n >= MIN_TOLD else None,
            given=numbers if shown else (),
            options=question.options if shown else (),
            no_opinion=whole.no_opinion if exact else None,
            blank=whole.blank if exact else None,
        )
    n = sum(numbers)
    if not exact and n < MIN_TOLD:
        return QuestionFigures(
            id=question.id,
            text=question.text,
            kind=question.kind,
            reversed=question.reversed,
            n=None,
        )
    agreed, neither, disagreed = agreement_of(numbers, question.scale_points)
    good = disagreed if question.reversed else agreed
    bounds = None
    if 0 < n <= total:
        bounds = _whole_per_cent(good, total), _whole_per_cent(good + total - n, total)
    return QuestionFigures(
        id=question.id,
        text=question.text,
        kind=question.kind,
        reversed=question.reversed,
        n=n,
        # Outside, of the whole only the headline: whoever gave the rare answer stays unknown.
        agreed=agreed if exact or not question.reversed else None,
        neither=neither if exact else None,
        disagreed=disagreed if exact or question.reversed else None,
        no_opinion=whole.no_opinion if exact else None,
        blank=whole.blank if exact else None,
        given=numbers if exact else (),
        bounds=bounds,
        by=_by_community(question, counts, exact=exact) if by_community else (),
    )


def _whole_per_cent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def _fitted(count: AnswerCount, question: Question) -> tuple[int, ...]:
    """Return the numbers of a count, as many as the question has answers."""
    numbers = count.numbers[: question.cells]
    return (*numbers, *(0,) * (question.cells - len(numbers)))


def _by_community(
    question: Question, counts: SurveyCounts, *, exact: bool
) -> tuple[CommunityFigures, ...]:
    """Return how many of each community agreed, as its readers may see it."""
    figures = []
    for count in counts.counts:
        if count.question == question.id and count.community:
            numbers = _fitted(count, question)
            agreed, _, disagreed = agreement_of(numbers, question.scale_points)
            good = disagreed if question.reversed else agreed
            figures.append(CommunityFigures(count.community, sum(numbers), good, numbers))
    figures.sort(key=lambda one: (one.community == ELSEWHERE, one.community))
    if exact:
        return tuple(figures)
    whole = counts.find(question.id)
    numbers = _fitted(whole, question) if whole else ()
    agreed, _, disagreed = agreement_of(numbers, question.scale_points)
    good = disagreed if question.reversed else agreed
    return tell_communities(figures, CommunityFigures("", sum(numbers), good))


def tell_communities(
    figures: Sequence[CommunityFigures], whole: CommunityFigures | None = None
) -> tuple[CommunityFigures, ...]:
    """Return what readers outside may know of communities: all but the small ones, or none.

    The small ones are told together, as ``elsewhere``, since they are what is left of the
    ``whole``; so are answers that are stored of no community, such as those of an import that had
    only one.
    """
    if whole and figures:
        n = whole.n - sum(one.n for one in figures)
        agreed = whole.agreed - sum(one.agreed for one in figures)
        if n < 0 or not 0 <= agreed <= n:
            return ()  # somebody changed the counts by hand
        figures = [*figures, CommunityFigures("", n, agreed)]
    by_name = {one.community: one for one in figures if one.n}
    sizes = {name: one.n for name, one in by_name.items()}
    hidden = set(pool_small_groups(sizes, MIN_TOLD)) | ({ELSEWHERE, ""} & by_name.keys())
    # Two at least, and ten people; what is stored as elsewhere is of several communities already.
    larger = sorted((n, name) for name, n in sizes.items() if name not in hidden)
    while (
        hidden
        and larger
        and (
            sum(sizes[name] for name in hidden) < MIN_TOLD
            or (len(hidden) < 2 and not hidden & {ELSEWHERE, ""})
        )
    ):
        hidden.add(larger.pop(0)[1])
    told = [one for name, one in by_name.items() if name not in hidden]
    if hidden:
        together = [by_name[name] for name in hidden]
        n, agreed = sum(one.n for one in together), sum(one.agreed for one in together)
        told.append(CommunityFigures(ELSEWHERE, n, agreed))
    # One told apart where all agree, or none, would name each of its people; and leaving out only
    # that one would say the same.
    if len(told) < 2 or any(one.n < MIN_TOLD or one.agreed in {0, one.n} for one in told):
        return ()
    return tuple(CommunityFigures(one.community, one.n, one.agreed) for one in told)
