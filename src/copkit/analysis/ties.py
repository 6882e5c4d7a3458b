"""Who works with whom: answers about sectors to store, and what readers may know.  Pure.

People say how far they work with other sectors, so every count is of people in a sector of five or
more. Outside members a pair of sectors is told only where five or more people reach the other, five
or more do not, and no change between before and now is of one to four people; what all pairs add up
to is held to the same rule, so that no hidden pair is what is left of the whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from copkit.analysis.attendance import AttendanceLetter, build_matrix
from copkit.analysis.privacy.small_cells import MIN_SHOWN, pool_small_groups
from copkit.analysis.surveys import MIN_TOLD, count_asked
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.records.schema.audience import Audience
from copkit.records.surveys import (
    CONFIRMED,
    NO_OPINION,
    OTHER_SECTORS,
    TIMES,
    Depth,
    Survey,
    SurveyCounts,
    SurveyRow,
    TieTime,
)
from copkit.wording import list_in_words

RUNGS: Final = tuple(Depth)
TALK: Final = RUNGS.index(Depth.TALK)
"""From this rung on, people of one sector reach another."""
REACH_CLASSES: Final = ("none or one", "two", "three or more")


# What is stored of an import


@dataclass(frozen=True, slots=True)
class WholeTally:
    """How far all work with others: people by reach, and pairs of person and sector by rung."""

    reach: tuple[int, ...]
    depth: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TieTally:
    """The ties of one import: ``given`` by time, sector and the sector that was asked about."""

    given: Mapping[tuple[TieTime, str, str], tuple[int, ...]]
    totals: Mapping[TieTime, WholeTally]


def tally_ties(survey: Survey, rows: Sequence[SurveyRow]) -> TieTally:
    """Add up who works with whom; nothing where fewer than ten answered one of the questions.

    Sectors of fewer than five answers, to whichever row of the grid, are added together.
    """
    given: dict[tuple[TieTime, str, str], tuple[int, ...]] = {}
    totals: dict[TieTime, WholeTally] = {}
    questions = survey.ties
    if any(sum(one.id in row.picks for row in rows) < MIN_TOLD for one in questions):
        return TieTally(given, totals)
    cells: dict[tuple[TieTime, str, str], Counter[int]] = {}
    for question in questions:
        reach, depth = Counter[int](), Counter[int]()
        for row in rows:
            rungs = dict(zip(question.rows, row.picks.get(question.id, ()), strict=False))
            others = [
                rung for about, rung in rungs.items() if about != row.sector and rung != NO_OPINION
            ]
            if others:
                reach[min(2, max(0, sum(rung >= TALK for rung in others) - 1))] += 1
                depth.update(others)
            for about, rung in rungs.items():
                if row.sector and rung != NO_OPINION:
                    cells.setdefault((question.time, row.sector, about), Counter())[rung] += 1
        totals[question.time] = WholeTally(_in_order(reach, 3), _in_order(depth, len(RUNGS)))
    sizes: dict[str, int] = {}
    for (_, sector, _), counter in cells.items():
        sizes[sector] = min(sizes.get(sector, counter.total()), counter.total())
    pooled = pool_small_groups(sizes)
    together: dict[tuple[TieTime, str, str], Counter[int]] = {}
    for (when, sector, about), counter in cells.items():
        name = OTHER_SECTORS if sector in pooled else sector
        together.setdefault((when, name, about), Counter()).update(counter)
    for key, counter in together.items():
        if counter.total() >= MIN_SHOWN:
            given[key] = _in_order(counter, len(RUNGS))
    return TieTally(given, totals)


def _in_order(counts: Counter[int], length: int) -> tuple[int, ...]:
    return tuple(counts[number] for number in range(length))


# Figures


@dataclass(frozen=True, slots=True)
class TieFigures:
    """How many of ``n`` people reach the other sector; ``rung`` is how far half of them go."""

    n: int
    reached: int
    rung: int


@dataclass(frozen=True, slots=True)
class SectorPair:
    """What people of two sectors say of each other; ``None`` where that is not known or told."""

    first: str
    second: str
    before: TieFigures | None
    now: TieFigures | None

    @property
    def is_new(self) -> bool:
        """Check whether half of the people go further now than before."""
        return bool(self.now and self.before and self.now.rung > self.before.rung)


@dataclass(frozen=True, slots=True)
class SectorAnswers:
    """How many of a sector answered, of how many; ``None`` where that is not told."""

    name: str
    answered: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class TieLine:
    """What people of one sector say of another: how many stand at each rung."""

    when: TieTime
    sector: str
    about: str
    given: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TiesFigures:
    """What an audience may know of who works with whom.

    ``reach`` has people by each of ``classes``; ``depth`` pairs of a person and another sector by
    rung, outside members only those below and from ``talk``; ``both`` how many pairs of sectors
    reach each other, of how many where one does.
    """

    survey: str
    title: str
    asked_on: dt.date
    answered: int
    of: int
    of_means: str
    when: tuple[TieTime, ...]
    sectors: tuple[SectorAnswers, ...]
    ties: tuple[TieLine, ...]
    pairs: tuple[SectorPair, ...]
    classes: tuple[str, ...]
    reach: Mapping[TieTime, tuple[int, ...]] = field(hash=False)
    depth: Mapping[TieTime, tuple[int, ...]] = field(hash=False)
    both: Mapping[TieTime, tuple[int, int]] = field(hash=False)
    has_map: bool
    notes: tuple[str, ...]


def build_ties_figures(
    programme: Programme,
    survey: Survey,
    counts: SurveyCounts,
    reader: Audience,
    when: Sequence[TieTime] = tuple(TieTime),
) -> TiesFigures:
    """Work out what ``reader`` may know of who works with whom, at the times of ``when``.

    Raise :class:`CopkitError` where the survey is not for these readers.
    """
    if not reader.may_see(survey.audience):
        raise CopkitError(
            f"the survey '{survey.slug}' is for {survey.audience.policy.may_read}",
            f"if {reader.policy.called} may read it, write 'audience: {reader}' in survey.md",
            status=2,
        )
    exact = reader.policy.counts_are_exact
    asked = count_asked(programme, survey)
    totals = {TieTime(one.id): one for one in counts.tie_totals if one.id in TIMES}
    times = tuple(time for time in TieTime if time in totals)
    answered = max((sum(totals[time].reached) for time in times), default=0)
    is_told = 2 * answered >= asked.total
    classes, reach = join_classes({time: totals[time].reached for time in times}, exact=exact)
    lines = [TieLine(tie.when, tie.sector, tie.about, tie.numbers) for tie in counts.ties]
    sectors = _sectors(programme, survey, lines, exact=exact)
    names = [sector.name for sector in sectors]
    pairs, both, depth = _pairs(names, lines), _both_ways(names, lines), {}
    for time in times:
        depth[time] = totals[time].rungs
    if not exact:
        both, whole = {}, {time: _split(depth[time]) for time in times}
        pairs = tell_pairs(pairs, whole)
        depth = (
            {time: (one.n - one.reached, one.reached) for time, one in whole.items()}
            if are_safe(list(whole.values()))
            else {}
        )
    few = [name for name in names if not any(line.sector == name for line in lines)]
    # Times are chosen only now: what is hidden of both would otherwise be told one by one.
    times = tuple(time for time in times if time in when)
    return TiesFigures(
        survey=survey.slug,
        title=survey.title,
        asked_on=survey.asked_on,
        answered=answered,
        of=asked.total,
        of_means=asked.means,
        when=times,
        sectors=sectors,
        ties=tuple(line for line in lines if exact and is_told and line.when in times),
        pairs=tuple(
            SectorPair(
                pair.first,
                pair.second,
                pair.before if TieTime.BEFORE in times else None,
                pair.now if TieTime.NOW in times else None,
            )
            for pair in pairs
            if is_told
        ),
        classes=classes if is_told else (),
        reach={time: reach[time] for time in times if time in reach and is_told},
        depth={time: depth[time] for time in times if time in depth and is_told},
        both={time: both[time] for time in times if time in both and is_told},
        has_map=is_told and bool(pairs) and 5 * len(few) < 3 * len(names),
        notes=tuple(_notes(answered, asked.total, few, pairs, survey)),
    )


def _notes(
    answered: int, total: int, few: Sequence[str], pairs: Sequence[SectorPair], survey: Survey
) -> Iterator[str]:
    if 2 * answered < total:
        yield "Fewer than half answered, so we give no further figures."
        return
    if 10 * answered < 8 * total:
        yield "Fewer than 8 in 10 answered: others may work together differently."
    if {question.time for question in survey.ties} == set(TieTime):
        yield "Both times were asked in one sitting, from memory: remembered answers flatter."
    if few:
        yield f"Too few answered to show apart: {list_in_words(few)}."
    new = [f"{pair.first} and {pair.second}" for pair in pairs if pair.now and not pair.before]
    if new and TieTime.BEFORE in {question.time for question in survey.ties}:
        yield f"Nobody was asked about the time before: {list_in_words(new)}."


def _sectors(
    programme: Programme, survey: Survey, lines: Sequence[TieLine], *, exact: bool
) -> tuple[SectorAnswers, ...]:
    """Return the sectors in the order of the matrix, and how many of each answered."""
    matrix = build_matrix(programme, survey.asked_on)
    people = Counter(
        person.member.sector
        for person in matrix.people
        if survey.of != CONFIRMED or person.letter is not AttendanceLetter.Y
    )
    names = dict.fromkeys(
        [*(row.sector for row in matrix.rows), *(line.about for line in lines)]
        + [line.sector for line in lines if line.sector != OTHER_SECTORS]
    )
    answered: dict[str, int] = {}
    for line in lines:
        answered[line.sector] = max(answered.get(line.sector, 0), sum(line.given))
    of = people if survey.of.isalpha() else {}
    return tuple(
        SectorAnswers(
            name, answered.get(name) if exact else None, (of.get(name) or None) if exact else None
        )
        for name in names
    )


def _split(rungs: Sequence[int]) -> TieFigures:
    """Return how many of all reach, and the deepest rung at which half stand or above."""
    n = sum(rungs)
    deep = [rung for rung in range(1, len(rungs)) if n and 2 * sum(rungs[rung:]) >= n]
    return TieFigures(n, sum(rungs[TALK:]), max(deep, default=0))


def _pairs(names: Sequence[str], lines: Sequence[TieLine]) -> list[SectorPair]:
    """Add up what two sectors say of each other, for every two of which one was asked."""
    by_key = {(line.when, line.sector, line.about): line.given for line in lines}
    pairs = []
    for first, second in combinations(names, 2):
        sides: dict[TieTime, TieFigures | None] = {}
        for when in TieTime:
            own = [by_key.get((when, first, second), ()), by_key.get((when, second, first), ())]
            both = [numbers for numbers in own if numbers]
            total = [sum(column) for column in zip(*both, strict=True)]
            sides[when] = _split(total) if total else None
        if any(sides.values()):
            pairs.append(SectorPair(first, second, sides[TieTime.BEFORE], sides[TieTime.NOW]))
    return pairs


def _both_ways(names: Sequence[str], lines: Sequence[TieLine]) -> dict[TieTime, tuple[int, int]]:
    """Count pairs that reach each other, of those where one does: by half of its people."""
    reaching: dict[tuple[TieTime, str, str], bool] = {}
    for line in lines:
        tie = _split(line.given)
        reaching[line.when, line.sector, line.about] = 2 * tie.reached >= tie.n
    counts = {}
    for when in dict.fromkeys(line.when for line in lines):
        answers = [
            (reaching[when, first, second], reaching[when, second, first])
            for first, second in combinations(names, 2)
            if (when, first, second) in reaching and (when, second, first) in reaching
        ]
        counts[when] = sum(map(all, answers)), sum(map(any, answers))
    return counts


# Outside members


def join_classes(
    reach: Mapping[TieTime, Sequence[int]], *, exact: bool
) -> tuple[tuple[str, ...], dict[TieTime, tuple[int, ...]]]:
    """Join classes of reach of fewer than five people to the next, the same at both times.

    Unless ``exact``, also those that a change of one to four people lies between. Nothing is left
    where all classes are joined.
    """
    names = [[name] for name in REACH_CLASSES]
    columns = [list(column) for column in zip(*reach.values(), strict=True)]
    position = 0
    while position < len(columns):
        column = columns[position]
        is_small = any(0 < count < MIN_SHOWN for count in column)
        is_small |= not exact and 0 < max(column) - min(column) < MIN_SHOWN
        if not is_small or len(columns) == 1:
            position += 1
            continue
        other = position + 1 if position + 1 < len(columns) else position - 1
        first, last = sorted((position, other))
        columns[first] = [a + b for a, b in zip(columns[first], columns[last], strict=True)]
        names[first] += names[last]
        del columns[last], names[last]
        position = 0
    if len(columns) < 2:
        return (), {}
    whens = zip(*columns, strict=True)
    return tuple(map(" or ".join, names)), dict(zip(reach, whens, strict=True))


def are_safe(sides: Sequence[TieFigures | None]) -> bool:
    """Check whether counts before and now may be told outside members, each and their change."""
    told = [side for side in sides if side]
    if not told or any(
        side.n < MIN_TOLD or min(side.reached, side.n - side.reached) < MIN_SHOWN for side in told
    ):
        return False
    first, last = told[0], told[-1]
    changes = (
        last.n - first.n,
        last.reached - first.reached,
        (last.n - last.reached) - (first.n - first.reached),
    )
    return all(change == 0 or abs(change) >= MIN_SHOWN for change in changes)


def tell_pairs(
    pairs: Sequence[SectorPair], whole: Mapping[TieTime, TieFigures]
) -> list[SectorPair]:
    """Return the pairs that readers outside may know, told as reached or not alone.

    ``whole`` is what all pairs add up to: what is left of it beside the pairs told is safe as well.
    """
    told = [pair for pair in pairs if are_safe([pair.before, pair.now])]
    told.sort(key=lambda pair: sum(side.n for side in (pair.before, pair.now) if side))
    while told and not _is_rest_safe(told, whole):
        told.pop(0)
    kept = set(told)
    return [
        SectorPair(pair.first, pair.second, _outside(pair.before), _outside(pair.now))
        for pair in pairs
        if pair in kept
    ]


def _is_rest_safe(told: Sequence[SectorPair], whole: Mapping[TieTime, TieFigures]) -> bool:
    rest = []
    for when, total in whole.items():
        own = [pair.before if when is TieTime.BEFORE else pair.now for pair in told]
        sides = [side for side in own if side]
        n = total.n - sum(side.n for side in sides)
        rest.append(TieFigures(n, total.reached - sum(side.reached for side in sides), 0))
    return all(one.n == 0 for one in rest) or are_safe(rest)


def _outside(side: TieFigures | None) -> TieFigures | None:
    """Return figures of which the rung says no more than the counts."""
    if side is None:
        return None
    return TieFigures(side.n, side.reached, TALK if 2 * side.reached >= side.n else 0)


def has_ties(counts: SurveyCounts | None) -> bool:
    """Check whether a survey counted who works with whom."""
    return bool(counts and counts.tie_totals)
