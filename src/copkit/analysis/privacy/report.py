"""What an evaluation report may state to its readers: surveys, talks, voices, outcomes.  Pure.

Everything here is reduced already: figures of surveys and ties by their own rules, quotes and
stories by :func:`copkit.analysis.privacy.quotes.voices_for`, members by sector as in the table that
readers outside get. Outcomes are counted over all cases, as how often a blockage came up is, but
only where the cases that readers may not see are none, or too many for the rest to say what came
of one of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from copkit.analysis.attendance import Matrix
from copkit.analysis.participation import SectorTable, sector_table
from copkit.analysis.period import Scope
from copkit.analysis.privacy.quotes import Voices, voices_for
from copkit.analysis.privacy.small_cells import MIN_SHOWN, Count, Hidden
from copkit.analysis.privacy.view import AskView, EvaluationNews, View, case_view
from copkit.analysis.surveys import SurveyFigures, build_survey_figures
from copkit.analysis.ties import TiesFigures, build_ties_figures, has_ties
from copkit.folder import Programme
from copkit.records.cases import Case, Outcome, OutcomeKind
from copkit.records.focus_groups import FocusGroup
from copkit.records.reports import IN_SHORT, WILL_CHANGE, EvaluationReport
from copkit.records.schema.audience import Audience
from copkit.records.schema.parts import ValueCycle
from copkit.records.surveys import AnswerKind, Survey
from copkit.text.front_matter import find_section

CONTACTS: Final = "contacts"
"""The shipped question that who works with whom stands beside."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of a survey, word for word."""

    id: str
    text: str
    kind: AnswerKind


@dataclass(frozen=True, slots=True)
class AddresseeAsks:
    """What one addressee was asked, the earliest first.

    ``longest_wait`` are the days of the longest silence: until an answer, or the report's day.
    """

    addressee: str
    asks: tuple[AskView, ...]
    answered: int
    longest_wait: int


def asks_by_addressee(view: View) -> tuple[AddresseeAsks, ...]:
    """Group the asks up to a view's last day by addressee, the longest silence first."""
    asks: dict[str, list[AskView]] = {}
    for blockage in view.blockages:
        for ask in blockage.asks:
            if ask.date <= view.until:
                asks.setdefault(" ".join(ask.addressee.split()).casefold(), []).append(ask)
    groups = []
    for unordered in asks.values():
        in_order = tuple(sorted(unordered, key=lambda ask: ask.date))
        ends = [(ask, ask.replied if ask.is_answered else view.until) for ask in in_order]
        waits = [(end - ask.date).days for ask, end in ends if end]
        answered = sum(ask.is_answered for ask in in_order)
        groups.append(
            AddresseeAsks(in_order[0].addressee, in_order, answered, max(waits, default=0))
        )
    return tuple(
        sorted(
            groups,
            key=lambda one: (one.answered == len(one.asks), -one.longest_wait, one.addressee),
        )
    )


@dataclass(frozen=True, slots=True)
class SurveyView:
    """One survey as readers may see it, beside an earlier one that asked some of the same.

    ``questions`` are all that were asked, in order; ``value`` says for which cycle of value one
    speaks, by its id.
    """

    figures: SurveyFigures
    before: SurveyFigures | None
    questions: tuple[AskedQuestion, ...]
    value: Mapping[str, ValueCycle] = field(hash=False)


@dataclass(frozen=True, slots=True)
class TalksView:
    """The focus groups of a report; ``by_place`` and small numbers are for members alone."""

    groups: int
    people: Count
    first: dt.date | None
    last: dt.date | None
    themes: tuple[str, ...]
    by_place: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """What came of the actions of ``cases`` cases: how many helped, and what that was.

    With ``of_all`` these are all cases that were presented, also those that readers may not see.
    ``without_word`` are the actions of which nobody told what came of them.
    """

    cases: int
    of_all: bool
    actions: int
    told: int
    without_word: int
    outcomes: Mapping[Outcome, int] = field(hash=False)
    kinds: Mapping[tuple[OutcomeKind, Outcome], int] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The words of one report that its writer chose, and what it rests on beside the ``view``.

    ``in_short`` and ``will_change`` are Markdown. ``places`` are those of communities, by the names
    that the figures have.
    """

    view: View
    title: str
    in_short: str
    will_change: str
    pages: int
    sectors: SectorTable
    surveys: tuple[SurveyView, ...]
    uncounted: int  # surveys without any answers yet
    ties: TiesFigures | None
    talks: TalksView
    voices: Voices
    outcomes: OutcomesView
    left_out_cases: int
    places: Mapping[str, str] = field(hash=False)


def build_report_view(
    programme: Programme,
    report: EvaluationReport,
    view: View,
    today: dt.date,
    *,
    matrix: Matrix,
    cases: Sequence[Case],
    visible: Sequence[Case],
    known_people: Collection[str],
) -> ReportView:
    """Build the view of a report beside the ``view`` of its period, for the same readers.

    ``cases`` are those of its period that may be counted, ``visible`` of these what readers may
    read. ``known_people`` are names and addresses of contacts, which no quote may hold.
    """
    reader = view.audience
    as_at = min(today, report.until)
    places = {records.slug: records.community.place for records in programme.communities}
    surveys = [survey for survey in chosen_surveys(programme, report) if survey.asked_on <= as_at]
    readable = [survey for survey in surveys if reader.may_see(survey.audience)]
    counted = [survey for survey in readable if survey.slug in programme.survey_counts]
    return ReportView(
        view=view,
        title=report.title,
        in_short=find_section(report.body, IN_SHORT),
        will_change=find_section(report.body, WILL_CHANGE),
        pages=report.pages,
        sectors=sector_table(matrix, exact=reader.policy.counts_are_exact),
        surveys=tuple(_survey_views(programme, counted, reader)),
        uncounted=len(readable) - len(counted),
        ties=_latest_ties(programme, counted, reader),
        talks=_talks(programme, report, reader, as_at, matrix),
        voices=voices_for(programme, reader, today, known_people, report.until),
        outcomes=_outcomes(cases, visible, as_at),
        left_out_cases=len(cases) - len(visible),
        places=places,
    )


def chosen_surveys(programme: Programme, report: EvaluationReport) -> list[Survey]:
    """Return the surveys that a report rests on, by day: those it names, or all of its period."""
    scope = Scope(report.since, report.until)
    chosen = [
        survey
        for survey in programme.surveys
        if (survey.slug in report.surveys if report.surveys else scope.contains(survey.asked_on))
    ]
    return sorted(chosen, key=lambda survey: (survey.asked_on, survey.slug))


def chosen_groups(programme: Programme, report: EvaluationReport) -> list[FocusGroup]:
    """Return the focus groups that a report rests on: those it names, or all of its period."""
    scope, named = Scope(report.since, report.until), report.focus_groups
    return [
        group
        for group in programme.focus_groups
        if (group.slug in named if named else scope.contains(group.date))
    ]


def describe_sources_left_out(
    programme: Programme, report: EvaluationReport, reader: Audience
) -> list[str]:
    """Describe which surveys and focus groups ``reader`` may not see, for who keeps the records."""
    sources: list[Survey | FocusGroup] = [
        *chosen_surveys(programme, report),
        *chosen_groups(programme, report),
    ]
    return [
        f"{source.slug} is left out: it is for {source.audience.policy.may_read}"
        for source in sources
        if not reader.may_see(source.audience)
    ]


def evaluation_news(
    programme: Programme, reader: Audience, scope: Scope
) -> Iterator[EvaluationNews]:
    """Yield the surveys that were closed, and the reports whose last day is, in a period.

    Only those that ``reader`` may see.
    """
    for survey in programme.surveys:
        counts = programme.survey_counts.get(survey.slug)
        closed = survey.closed_on or survey.asked_on
        if counts and scope.contains(closed) and reader.may_see(survey.audience):
            figures = build_survey_figures(programme, survey, counts, reader)
            answered = figures.answered if isinstance(figures.answered, int) else Hidden.SMALL
            yield EvaluationNews(survey.title, answered, figures.of)
    for report in programme.reports:
        if scope.contains(report.until) and reader.may_see(report.audience):
            yield EvaluationNews(report.title, page=report.page or "")


def _survey_views(
    programme: Programme, surveys: Sequence[Survey], reader: Audience
) -> Iterator[SurveyView]:
    before: SurveyFigures | None = None
    for survey in surveys:
        counts = programme.survey_counts[survey.slug]
        figures = build_survey_figures(programme, survey, counts, reader)
        value = {str(one.id): one.value for one in survey.questions if one.value}
        same = {one.id for one in figures.questions} & {
            one.id for one in (before.questions if before else ())
        }
        asked = tuple(AskedQuestion(one.id, one.text, one.kind) for one in survey.questions)
        yield SurveyView(figures, before if same else None, asked, value)
        before = figures


def _latest_ties(
    programme: Programme, surveys: Sequence[Survey], reader: Audience
) -> TiesFigures | None:
    for survey in reversed(surveys):
        counts = programme.survey_counts[survey.slug]
        if has_ties(counts):
            return build_ties_figures(programme, survey, counts, reader)
    return None


def _talks(
    programme: Programme,
    report: EvaluationReport,
    reader: Audience,
    as_at: dt.date,
    matrix: Matrix,
) -> TalksView:
    chosen = [group for group in chosen_groups(programme, report) if group.date <= as_at]
    groups = [group for group in chosen if reader.may_see(group.audience)]
    exact = reader.policy.counts_are_exact
    members = matrix.totals
    people: Count = sum(group.took_part for group in groups)
    # Whoever may read more reads what others get as well, and can subtract it.
    rests = [
        [group for group in groups if not other.may_see(group.audience)]
        for other in Audience
        if reader.may_see(other) and other is not reader
    ]
    selections = [
        [(one.took_part, max(one.took_part, members.get(one.community, 0))) for one in rest]
        for rest in (groups, *rests)
    ]
    if not exact and not all(map(may_tell_total, selections)):
        people = Hidden.WITHHELD
    days = sorted(group.date for group in groups)
    themes = Counter(theme for group in groups for theme in group.themes)
    return TalksView(
        groups=len(groups),
        people=people,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        themes=tuple(themes),
        by_place=tuple((group.community, group.took_part) for group in groups) if exact else (),
    )


def may_tell_total(groups: Sequence[tuple[int, int]]) -> bool:
    """Check whether readers outside may know how many people some groups have together.

    ``groups`` are how many took part in each, and how many at most could have. Readers know how
    many groups there are, and from 'Member CP5' which are of five or more people. A total that is
    nearly the least, or the most, that those can have would say how many are in each.
    """
    large = [most for size, most in groups if size >= MIN_SHOWN]
    small = len(groups) - len(large)
    if not small:
        return True
    total = sum(size for size, _ in groups)
    least = MIN_SHOWN * len(large) + small
    greatest = sum(large) + (MIN_SHOWN - 1) * small
    return min(total - least, greatest - total) >= MIN_SHOWN - 1


def _outcomes(cases: Sequence[Case], visible: Sequence[Case], as_at: dt.date) -> OutcomesView:
    """Count what came of actions over all cases, or where one could be told apart, those shown."""
    hidden = len(cases) - len(visible)
    of_all = hidden == 0 or hidden >= MIN_SHOWN
    counted = cases if of_all else visible
    told = [entry for case in counted for entry in case_view(case, {}, as_at).followed_up]
    answered = sum(
        len({entry.action for entry in case.progress if entry.action and entry.date <= as_at})
        for case in counted
    )
    actions = sum(len(case.actions) for case in counted)
    return OutcomesView(
        cases=len(counted),
        of_all=of_all,
        actions=actions,
        told=len(told),
        without_word=actions - answered,
        outcomes=Counter(entry.outcome for entry in told),
        kinds=Counter((entry.kind, entry.outcome) for entry in told if entry.kind),
    )
