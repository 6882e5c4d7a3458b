"""Facts of an evaluation report: a summary of one page, then ten sections in a fixed order.  Pure.

The order is that in which a reader asks: who took part, who was asked, did they find it good, what
was it worth, did it help, whom do they work with now, what is in the way, what did not work, how
far is that to be trusted, what exactly was asked. No section is ever left out: what is missing is
said. Each section is a row of parts, so that every format walks the same tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from copkit.analysis.participation import SectorTable
from copkit.analysis.privacy.quotes import QuoteView, StoryView
from copkit.analysis.privacy.report import (
    CONTACTS,
    AskedQuestion,
    OutcomesView,
    ReportView,
    SurveyView,
    asks_by_addressee,
)
from copkit.analysis.privacy.small_cells import MIN_SHOWN, Hidden
from copkit.analysis.surveys import QuestionFigures, SurveyFigures, percentage
from copkit.documents.charts.drawing import Chart
from copkit.documents.charts.survey import build_dots, build_likert
from copkit.documents.charts.ties import build_ties_chart
from copkit.documents.charts.timeline import build_asks_timeline
from copkit.documents.facts.attendance import (
    count_ranges,
    format_count,
    presence_in_words,
    sector_note,
)
from copkit.documents.facts.brief import (
    OUTCOME_KINDS,
    asks_in_order,
    attendance_in_words,
    list_empty_seats,
    membership_in_words,
    seats_in_words,
)
from copkit.documents.facts.page_budget import LINES, count_lines
from copkit.documents.facts.shared import (
    COUNTS_AS_MUCH,
    answer_in_words,
    care_in_words,
    contact_in_words,
    outcome_in_words,
    recurrence_in_words,
    whom_to_tell,
)
from copkit.documents.facts.survey import AGREEMENT_LABELS, SurveyFacts, build_survey_facts
from copkit.documents.facts.ties import TiesFacts, build_ties_facts
from copkit.records.cases import Outcome, OutcomeKind
from copkit.records.schema.parts import ValueCycle
from copkit.records.surveys import AnswerKind, TieTime
from copkit.text.markdown import Prose
from copkit.text.normalise import single_line
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    join_sentences,
    list_in_words,
    number_in_words,
    period_in_words,
    plural,
    sentence,
)

NOTHING_RECORDED: Final = (
    "Nobody recorded anything that did not work. That says more about the records than about the "
    "programme."
)
MOST_COLUMNS: Final = 8  # communities in the table of sectors; of more, the totals alone
MOST_FINDINGS: Final = 4  # statements of the survey on the first page
NONE: Final = "none"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure of the first page, and what it counts."""

    figure: str
    words: str


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table; all columns but the first hold numbers or few words."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportQuote:
    """What somebody said; ``speaker`` is what readers read for who it was."""

    words: str
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPart:
    """A part of a section; what is empty is left out. ``chart`` is the name of a chart."""

    heading: str = ""
    text: str = ""
    prose: Prose = field(default_factory=lambda: Prose(""))
    points: tuple[str, ...] = ()
    table: ReportTable | None = None
    chart: str = ""
    quotes: tuple[ReportQuote, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One of the ten sections; ``number`` is its place."""

    number: int
    title: str
    parts: tuple[SectionPart, ...]


class DataRow(NamedTuple):
    """One row of ``data.csv``; ``of`` is ``""`` for what is no part of a whole."""

    section: str
    measure: str
    group: str
    value: str
    of: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """Everything a report states; ``figures`` to ``will_change`` are its first page."""

    title: str
    programme: str
    period: str
    as_at: str
    readers: str
    in_short: Prose
    figures: tuple[KeyFigure, ...]
    failures: tuple[str, ...]
    sure: str
    will_change: Prose
    sections: tuple[ReportSection, ...]
    surveys: tuple[str, ...]
    charts: tuple[Chart, ...]
    data: tuple[DataRow, ...]
    left_out: str
    care: str
    reply_to: str
    pages: int


class Detail(NamedTuple):
    """How much of what is counted is told as well, so that a report keeps to its pages."""

    quotes: int
    stories: int
    points: int
    charts: bool


DETAILS: Final = (
    Detail(12, 4, 12, True),
    Detail(8, 3, 8, True),
    Detail(6, 2, 6, True),
    Detail(4, 1, 4, True),
    Detail(3, 0, 3, False),
    Detail(0, 0, 1, False),
)
"""From the most to the least; the last is taken where not even that fits."""


def build_report(report: ReportView) -> ReportFacts:
    """Work out what a report states to the audience that the programme was reduced to."""
    drafts = (_ReportBuilder(report, detail).build() for detail in DETAILS)
    for facts in drafts:
        if not is_too_long(facts):
            break
    return facts


def is_too_long(facts: ReportFacts) -> bool:
    """Check whether a report takes more pages than it may; lengths are estimated, on the safe side.

    The first page is counted as one: :func:`is_summary_too_long` says whether it is.
    """
    room: float = (facts.pages - 1) * LINES
    heights = {chart.name: chart.height for chart in facts.charts}
    for section in facts.sections:
        room -= 3.5
        for part in section.parts:
            room -= _count_part_lines(part, heights)
    return room < 0


def is_summary_too_long(facts: ReportFacts) -> bool:
    """Check whether the summary takes more than its page, so that its writer has to shorten it."""
    texts = [f"{one.figure} {one.words}" for one in facts.figures]
    texts += [*facts.failures, facts.sure, *str(facts.in_short).split("\n")]
    return 14 + count_lines([*texts, *str(facts.will_change).split("\n")]) > LINES


def _count_part_lines(part: SectionPart, heights: Mapping[str, float]) -> float:
    texts = [part.text, part.note, *part.points, *str(part.prose).split("\n\n")]
    table = part.table
    rows = 3.2 + 1.7 * len(table.rows) + sum(len(row[0]) > 40 for row in table.rows) if table else 0
    quotes = count_lines([f"{quote.words} {quote.speaker}" for quote in part.quotes])
    chart = heights.get(part.chart, 0.0) / 20 + 1.5 if part.chart else 0
    return 2.4 * bool(part.heading) + count_lines(texts) + rows + 1.6 * quotes + chart


class _ReportBuilder:
    """Builds the facts of one report, with as much detail as it is given."""

    def __init__(self, report: ReportView, detail: Detail) -> None:
        self.view = view = report.view
        self.report = report
        self.detail = detail
        self.exact = view.audience.policy.counts_are_exact
        self.surveys = [
            build_survey_facts(survey.figures, report.places, survey.before)
            for survey in report.surveys
        ]
        self.ties = build_ties_facts(report.ties) if report.ties else None
        self.addressees = asks_by_addressee(view)
        self.charts = tuple(self.build_charts()) if detail.charts else ()

    def build(self) -> ReportFacts:
        """Build the whole report."""
        view, report = self.view, self.report
        failures, limits = tuple(self.failures()), tuple(self.limits())
        sections = (
            ("Who took part", self.who_took_part()),
            ("Who was asked", self.who_was_asked()),
            ("What members think of it", self.agreement()),
            ("What it was worth", self.value()),
            ("Did the suggestions help?", self.outcomes()),
            ("Who works with whom, before and now", self.working_together()),
            ("What is in the way, and who was asked", self.blockages()),
            ("What did not work", self.what_did_not_work(failures)),
            ("Limits of this report", iter([SectionPart(points=limits)])),
            ("The questions, word for word", self.questions()),
        )
        return ReportFacts(
            title=report.title,
            programme=view.programme,
            period=period_in_words(view.since, view.until),
            as_at=day_in_words(view.until),
            readers=f"To be read by {view.audience.policy.may_read}.",
            in_short=Prose(report.in_short, below=2),
            figures=tuple(self.key_figures()),
            failures=failures[:3] or (NOTHING_RECORDED,),
            sure=join_sentences(*limits[:2]),
            will_change=Prose(report.will_change, below=2),
            sections=tuple(
                ReportSection(number, title, tuple(parts))
                for number, (title, parts) in enumerate(sections, 1)
            ),
            surveys=tuple(facts.title for facts in self.surveys),
            charts=self.charts,
            data=tuple(self.data()),
            left_out=self.voices_left_out(),
            care=care_in_words(whom_to_tell(view.contact)) if view.cases else "",
            reply_to=contact_in_words(view.contact),
            pages=report.pages,
        )

    # --- the first page ---------------------------------------------------------------------

    def key_figures(self) -> Iterator[KeyFigure]:
        """Yield the figures that a reader of one page should know."""
        members = self.view.membership
        if not isinstance(members.confirmed, Hidden):
            words = count_in_words(members.communities, "community", "communities")
            sectors = count_in_words(members.sectors, "sector")
            yield KeyFigure(
                f"{members.confirmed}", f"confirmed members, from {sectors}, in {words}"
            )
        for survey in self.report.surveys[-1:]:
            figures = survey.figures
            share = f" ({percentage(int(figures.answered), figures.of)})" if _half(figures) else ""
            yield KeyFigure(f"{figures.answered} of {figures.of}", f"answered the survey{share}")
            told = [one for one in figures.questions if one.good is not None]
            for one in told[:MOST_FINDINGS]:
                yield KeyFigure(f"{one.good} of {one.n}", f"{one.verb}: “{one.text}”")
        outcomes = self.report.outcomes
        if outcomes.told:
            helped = outcomes.outcomes.get(Outcome.HELPED, 0)
            rest = _outcomes_in_words(outcomes.outcomes, without=Outcome.HELPED)
            words = f"suggestions helped{f'; {rest}' if rest else ''}"
            yield KeyFigure(f"{helped} of {outcomes.told}", words)
        if reach := self.reach_in_words():
            yield KeyFigure(*reach)

    def reach_in_words(self) -> tuple[str, str] | None:
        """Return how many worked with few other sectors then and now, where both are told."""
        ties = self.report.ties
        if ties is None or set(ties.reach) != set(TieTime):
            return None
        before, now = ties.reach[TieTime.BEFORE], ties.reach[TieTime.NOW]
        few = f"worked with {ties.classes[0]} of the other sectors before"
        return f"{before[0]} of {sum(before)}", f"{few}; now {now[0]} of {sum(now)}"

    # --- the sections -----------------------------------------------------------------------

    def who_took_part(self) -> Iterator[SectionPart]:
        """Yield who takes part, by sector and community, and which roles are missing."""
        view = self.view
        yield SectionPart(text=join_sentences(membership_in_words(view), attendance_in_words(view)))
        table = self.report.sectors
        if table.columns:
            places = list_in_words([f"{column.code} {column.place}" for column in table.columns])
            note = join_sentences(presence_in_words(table), sector_note(table), f"{places}.")
            yield SectionPart(table=_sector_table(table), note=note)
        seats = tuple(f"{one.sector}: {one.roles}" for one in list_empty_seats(view))
        shown = seats[: self.detail.points]
        if text := seats_in_words(view):
            yield SectionPart(text=text, points=shown, note=_not_told(len(seats) - len(shown)))

    def who_was_asked(self) -> Iterator[SectionPart]:
        """Yield who answered of whom, and who took part in focus groups."""
        for survey, facts in zip(self.report.surveys, self.surveys, strict=True):
            aside = survey.figures.set_aside
            told = f"{facts.heading} Set aside as not finished or not real: {aside}."
            yield SectionPart(
                heading=facts.title,
                text=told if aside and self.exact else facts.heading,
                table=_response_table(survey.figures, self.report.places),
            )
        if not self.report.surveys:
            yield SectionPart(text="No survey was answered in this time.")
        talks = self.report.talks
        yield SectionPart(
            heading="Focus groups",
            text=self.talks_in_words(),
            points=tuple(
                f"{self.report.places.get(slug, slug)} {people}" for slug, people in talks.by_place
            ),
            note=f"What came up: {list_in_words(talks.themes)}." if talks.themes else "",
        )

    def talks_in_words(self) -> str:
        """Write how many took part in how many focus groups."""
        talks = self.report.talks
        if not talks.groups or talks.first is None or talks.last is None:
            return "No focus group was held in this time."
        groups = count_in_words(talks.groups, "focus group")
        when = period_in_words(talks.first, talks.last)
        if isinstance(talks.people, Hidden):
            return f"{capitalised(groups)} met, {when}."
        people = count_in_words(talks.people, "member")
        return f"{capitalised(people)} took part in {groups}, {when}."

    def agreement(self) -> Iterator[SectionPart]:
        """Yield how many agreed with each statement, of how many, and the bounds."""
        names = {chart.name for chart in self.charts}
        is_any = False
        for number, (survey, facts) in enumerate(
            zip(self.report.surveys, self.surveys, strict=True), 1
        ):
            if table := _agreement_table(survey, facts):
                is_any = True
                chart = f"agreement-{number}"
                yield SectionPart(heading=facts.title if len(self.surveys) > 1 else "", table=table)
                if chart in names:
                    yield SectionPart(chart=chart)
                yield SectionPart(note=join_sentences(*facts.notes, _how_to_read(survey.figures)))
        if not is_any:
            yield SectionPart(text="No statement was put to enough members to say what they think.")

    def value(self) -> Iterator[SectionPart]:
        """Yield what speaks for each cycle of value, then the stories and what people said."""
        voices = self.report.voices
        rows = [self.value_row(cycle) for cycle in ValueCycle]
        caption = "What speaks for each kind of value (Wenger, Trayner and de Laat 2011)"
        head = ("Value", "Counts", "Stories", "Quotes")
        yield SectionPart(table=ReportTable(caption, head, tuple(rows)))
        stories = voices.stories[: self.detail.stories]
        for story in stories:
            yield _story_part(story)
        quotes = _spread(voices.quotes)[: self.detail.quotes]
        if quotes:
            yield SectionPart(
                heading="In members’ own words",
                quotes=tuple(ReportQuote(quote.words, quote.speaker) for quote in quotes),
            )
        untold = len(voices.stories) - len(stories) + len(voices.quotes) - len(quotes)
        note = join_sentences(_not_told(untold), self.voices_left_out())
        if note:
            yield SectionPart(note=note)

    def value_row(self, cycle: ValueCycle) -> tuple[str, str, str, str]:
        """Return the counts of a cycle's questions, and how many stories and quotes reach it."""
        counts = [
            f"{one.good} of {one.n}"
            for survey in self.report.surveys[-1:]
            for one in survey.figures.questions
            if survey.value.get(one.id) is cycle and one.good is not None
        ]
        voices = self.report.voices
        stories = sum(cycle in story.value for story in voices.stories)
        quotes = sum(cycle in quote.value for quote in voices.quotes)
        cells = ("; ".join(counts), str(stories or ""), str(quotes or ""))
        return (cycle.value.capitalize(), *(cell or NONE for cell in cells))  # type: ignore[return-value]

    def voices_left_out(self) -> str:
        """Write how many quotes and stories these readers may not see, and why; ``""`` for none."""
        left_out = self.report.voices.left_out
        if not left_out:
            return ""
        total = sum(left_out.values())
        reasons = "; ".join(f"{why} ({count})" for why, count in left_out.items())
        called = "quote or story is" if total == 1 else "quotes and stories are"
        return f"{capitalised(number_in_words(total))} {called} left out, because: {reasons}."

    def outcomes(self) -> Iterator[SectionPart]:
        """Yield what came of the suggestions, maintenance and prevention before recovery."""
        counts = self.report.outcomes
        if not counts.told:
            yield SectionPart(text="Nobody has told us yet what came of a suggestion.")
            return
        cases = count_in_words(counts.cases, "case")
        where = f"In {cases}" if counts.of_all else f"In the {cases} that can be shared"
        actions = count_in_words(counts.actions, "action")
        told = count_in_words(counts.told, "outcome")
        yield SectionPart(
            text=f"{where}, {actions} were agreed and {told} told: "
            f"{_outcomes_in_words(counts.outcomes)}. {COUNTS_AS_MUCH}"
        )
        rows = [
            (
                words,
                str(counts.kinds.get((kind, Outcome.HELPED), 0)),
                str(counts.kinds.get((kind, Outcome.PARTLY), 0)),
                str(sum(counts.kinds.get((kind, one), 0) for one in _DID_GOOD)),
            )
            for kind, words in OUTCOME_KINDS.items()
            if kind
        ]
        if counts.kinds:
            caption = "Suggestions that helped, by what they achieved"
            head = ("What they achieved", "Helped", "Partly", "Together")
            yield SectionPart(table=ReportTable(caption, head, tuple(rows)))

    def working_together(self) -> Iterator[SectionPart]:
        """Yield with how many sectors people work, before and now, beside what they say of it."""
        if self.ties is None or self.report.ties is None:
            yield SectionPart(text="Nobody was asked with whom they work.")
            return
        contacts = self.contacts_in_words()
        if reach := self.reach_in_words():
            contacts = join_sentences(contacts, f"{reach[0]} {reach[1]}.")
        yield SectionPart(text=join_sentences(self.ties.heading, contacts))
        figures = self.report.ties
        # How many work with how many others is in the table.
        yield SectionPart(points=self.ties.headlines[len(figures.reach) :])
        if figures.reach:
            head = ("When", *(f"with {name}" for name in figures.classes))
            rows = tuple(
                (capitalised(when.value), *map(str, counts))
                for when, counts in figures.reach.items()
            )
            yield SectionPart(
                table=ReportTable("People, by with how many other sectors they work", head, rows)
            )
        if any(chart.name == "ties" for chart in self.charts):
            yield SectionPart(chart="ties")
        if self.ties.pairs:
            head = ("Two sectors", *map(capitalised, self.ties.times))
            rows = tuple((row.name, *row.cells) for row in self.ties.pairs)
            caption = "People of two sectors who talk or plan with the other"
            yield SectionPart(table=ReportTable(caption, head, rows))
        if self.ties.notes:
            yield SectionPart(note=join_sentences(*self.ties.notes))

    def contacts_in_words(self) -> str:
        """Write how many agreed that they have made contacts; ``""`` where nobody was asked."""
        for survey in self.report.surveys[-1:]:
            for one in survey.figures.questions:
                if one.id == CONTACTS and one.good is not None:
                    return f"{one.good} of {one.n} {one.verb}: “{one.text}”."
        return ""

    def blockages(self) -> Iterator[SectionPart]:
        """Yield what keeps coming back, what was asked, and for how long nobody answered."""
        view = self.view
        if not view.audience.policy.sees_blockages:
            yield SectionPart(
                text="Only commissioners and members read what is in the way and what we asked."
            )
            return
        recurrent = sorted(
            (one for one in view.blockages if one.cases),
            key=lambda one: (-one.cases, -one.communities, one.title),
        )
        if recurrent:
            first = recurrent[0]
            caption = (
                f"How often each came up in {count_in_words(first.of_cases, 'case')} from "
                f"{count_in_words(first.of_communities, 'community', 'communities')}"
            )
            rows = tuple((one.title, str(one.cases), str(one.communities)) for one in recurrent)
            shown = rows[: max(3, self.detail.points)]
            yield SectionPart(
                text=f"{sentence(first.title)} {sentence(recurrence_in_words(first))}",
                table=ReportTable(caption, ("Blockage", "Cases", "Communities"), shown),
                note=_not_told(len(rows) - len(shown)),
            )
        else:
            yield SectionPart(text="No case of this time names a blockage.")
        yield self.asks()
        if self.addressees:
            yield self.asks_by_addressee()

    def asks_by_addressee(self) -> SectionPart:
        """Return how often each addressee was asked and answered, and the longest silence."""
        rows = tuple(
            (
                single_line(one.addressee),
                str(len(one.asks)),
                str(one.answered),
                str(one.longest_wait),
            )
            for one in self.addressees
        )
        head = ("Addressee", "Asked", "Answered", "Longest silence, in days")
        shown = rows[: max(3, self.detail.points)]
        return SectionPart(
            chart="asks" if any(chart.name == "asks" for chart in self.charts) else "",
            table=ReportTable("Questions, by whom we asked", head, shown),
            note=_not_told(len(rows) - len(shown)),
        )

    def asks(self) -> SectionPart:
        """Return what was asked, and how many days of silence there have been."""
        until = self.view.until
        asks = [ask for ask, _ in asks_in_order(self.view)]
        waiting = [ask for ask in asks if not ask.is_answered]
        if not asks:
            return SectionPart(text="Nothing was asked of anybody in this time.")
        points = tuple(
            f"{ask.addressee}, {count_in_words((until - ask.date).days, 'day')} of silence: "
            f"{sentence(ask.ask)} {answer_in_words(ask, until)}"
            for ask in waiting
        )
        shown = points[: self.detail.points]
        answered = len(asks) - len(waiting)
        return SectionPart(
            heading="What we asked, and what came back",
            text=f"{answered} of {plural(len(asks), 'question')} "
            f"{'was' if answered == 1 else 'were'} answered.",
            points=shown,
            note=_not_told(len(points) - len(shown)),
        )

    def what_did_not_work(self, failures: Sequence[str]) -> Iterator[SectionPart]:
        """Yield what did not work, which no report leaves out."""
        if not failures:
            yield SectionPart(text=NOTHING_RECORDED)
            return
        yield SectionPart(points=tuple(failures))
        notes = [
            f"{capitalised(entry.what.rstrip('.'))}: {outcome_in_words(entry.outcome)}. "
            f"{sentence(entry.note)}".strip()
            for case in self.view.cases
            for entry in case.followed_up
            if entry.outcome in _FAILED and entry.what
        ]
        shown = notes[: self.detail.points]
        if shown:
            untold = _not_told(len(notes) - len(shown))
            yield SectionPart(
                heading="In the words of those who tried", points=tuple(shown), note=untold
            )

    def failures(self) -> Iterator[str]:
        """Yield what did not work as the records have it, a sentence each."""
        outcomes, report = self.report.outcomes, self.report
        failed = [
            f"{number_in_words(count)} {words}"
            for outcome, words in _FAILED.items()
            if (count := outcomes.outcomes.get(outcome, 0))
        ]
        if failed:
            told = count_in_words(outcomes.told, "suggestion")
            yield f"We know what came of {told}: {list_in_words(failed)}."
        if outcomes.without_word > 0:
            yield sentence(
                f"we do not know what came of {count_in_words(outcomes.without_word, 'action')}"
            )
        for community in self.view.communities:
            if community.ended:
                met = count_in_words(len(community.meetings), "meeting")
                day = day_in_words(community.ended)
                yield f"{community.place} ended on {day}, after {met} in this time."
        if excluded := self.view.membership.excluded:
            few = f"fewer than {number_in_words(MIN_SHOWN)}"
            people = few if isinstance(excluded, Hidden) else number_in_words(excluded)
            noun = "person" if excluded == 1 else "people"
            yield sentence(f"{people} {noun} came too seldom to count as members, or stopped")
        for survey in report.surveys[-1:]:
            for one in survey.figures.questions:
                if one.n and one.good is not None and 2 * one.good < one.n:
                    yield f"Only {one.good} of {one.n} {one.verb}: “{one.text}”."
        waiting = sum(not ask.is_answered for ask, _ in asks_in_order(self.view))
        if waiting:
            verb = "has" if waiting == 1 else "have"
            yield sentence(f"{count_in_words(waiting, 'ask')} {verb} had no answer")
        if stopped := sum(not story.is_followed for story in report.voices.stories):
            noun = count_in_words(stopped, "story", "stories")
            verb = "was" if stopped == 1 else "were"
            yield sentence(f"{noun} {verb} not followed further than what was learnt")

    def limits(self) -> Iterator[str]:
        """Yield how far the report can be trusted; each follows from what the records hold."""
        report = self.report
        for survey in report.surveys[-1:]:
            yield from _limits_of_response(survey.figures)
        if not report.surveys:
            yield "No survey was answered, so nothing here says what members think."
        if report.uncounted:
            asked = count_in_words(report.uncounted, "survey")
            yield f"The answers to {asked} are not counted yet."
        if report.surveys and not any(survey.before for survey in report.surveys):
            yield "Members were asked once: how they worked before is remembered, not measured."
        elif report.surveys:
            yield "Surveys are compared that were not answered by the same people."
        if self.ties:
            yield from self.ties.notes
        if report.talks.groups:
            yield "Whoever came to a focus group chose to, and spoke before colleagues."
        else:
            yield "No focus group was held, so nobody said more than a form asks."
        yield from self.limits_of_cases()
        if not self.exact:
            few = number_in_words(MIN_SHOWN - 1)
            yield f"Counts of one to {few} people are not shown, nor what would give one away."
        yield "The programme counted itself, and was compared with no other."

    def limits_of_cases(self) -> Iterator[str]:
        """Yield what is not told of cases, quotes and roles, and why."""
        report, outcomes = self.report, self.report.outcomes
        if outcomes.told:
            yield (
                "Those who tried a suggestion told us whether it helped. Nobody else checked it."
            )
        if outcomes.told and not outcomes.of_all:
            yield "Outcomes are those of the cases that these readers may see, not of all."
        if report.left_out_cases:
            cases = count_in_words(report.left_out_cases, "case")
            verb = "is" if report.left_out_cases == 1 else "are"
            called = self.view.audience.policy.called
            yield sentence(f"{cases} {verb} not told here: not signed off, or not for {called}")
        if left_out := self.voices_left_out():
            yield left_out
        if missing := len(self.view.membership.empty_seats):
            roles = count_in_words(missing, "role")
            yield sentence(f"{roles} that the programme looked for never took part")

    def questions(self) -> Iterator[SectionPart]:
        """Yield every question word for word, with all the counts that readers may see."""
        for survey in self.report.surveys:
            figures = {one.id: one for one in survey.figures.questions}
            points = tuple(
                f"“{asked.text}” {self.counts_in_words(asked, figures.get(asked.id))}"
                for asked in survey.questions
            )
            yield SectionPart(heading=survey.figures.title, points=points)
        if not self.report.surveys:
            yield SectionPart(text="No question was asked.")

    def counts_in_words(self, asked: AskedQuestion, figures: QuestionFigures | None) -> str:
        """Write what all answered to one question, or where that is told."""
        if asked.kind in _TOLD_ELSEWHERE:
            return _TOLD_ELSEWHERE[asked.kind]
        if figures is None or figures.n is None:
            return "Too few answered to say."
        if figures.given:
            labels = figures.options or AGREEMENT_LABELS.get(len(figures.given), ())
            names = labels or [f"answer {number + 1}" for number in range(len(figures.given))]
            counts = [
                f"{name.lower()} {count}" for name, count in zip(names, figures.given, strict=False)
            ]
            counts += [
                f"{words} {count}"
                for words, count in (("no opinion", figures.no_opinion), ("blank", figures.blank))
                if count is not None
            ]
            return sentence(", ".join(counts))
        if figures.good is None:
            return f"{figures.n} answered."
        return f"{figures.good} of {figures.n} {figures.verb}; other counts are for members."

    # --- pictures and data ------------------------------------------------------------------

    def build_charts(self) -> Iterator[Chart]:
        """Yield the charts: of each survey, and of who works with whom where there is a map."""
        for number, facts in enumerate(self.surveys, 1):
            name = f"agreement-{number}"
            if any(question.parts for question in facts.questions):
                yield build_likert(facts, name)
            elif any(question.n and question.good is not None for question in facts.questions):
                yield build_dots(facts, name)
        if len(self.addressees) > 1:
            yield build_asks_timeline(self.addressees, self.view.until)
        if self.ties and self.report.ties and self.report.ties.has_map:
            yield build_ties_chart(self.ties, "ties", stacked=True)

    def data(self) -> Iterator[DataRow]:
        """Yield every number of the report, a row each."""
        yield from _sector_rows(self.report.sectors)
        for survey in self.report.surveys:
            yield from _survey_rows(survey.figures, self.report.places)
        yield from _talk_rows(self.report)
        yield from _outcome_rows(self.report.outcomes)
        if self.ties:
            yield from _tie_rows(self.ties)
        for blockage in self.view.blockages:
            if blockage.cases:
                cases, of = str(blockage.cases), str(blockage.of_cases)
                yield DataRow("what is in the way", "cases", blockage.title, cases, of)


# --- words and rows -------------------------------------------------------------------------

_DID_GOOD: Final = (Outcome.HELPED, Outcome.PARTLY)
_FAILED: Final = {Outcome.DID_NOT_HELP: "did not help", Outcome.NOT_TRIED: "were not tried"}
_TOLD_ELSEWHERE: Final = {
    AnswerKind.COMMUNITY: "How many of each is in section 2.",
    AnswerKind.SECTOR: "It says of whom the answers in section 6 are.",
    AnswerKind.TIE: "It is counted in section 6.",
    AnswerKind.OPEN: "It was answered in people’s own words; those that may be quoted are in "
    "section 4.",
}


def _half(figures: SurveyFigures) -> bool:
    """Check whether half of those asked answered: with fewer, no share is given."""
    answered = figures.answered
    return isinstance(answered, int) and 0 < answered <= figures.of <= 2 * answered


def _outcomes_in_words(counts: Mapping[Outcome, int], without: Outcome | None = None) -> str:
    """Write ``22 helped, 12 helped in part, 5 did not help and 3 were not tried``."""
    words = {Outcome.HELPED: "helped", Outcome.PARTLY: "helped in part", **_FAILED}
    return list_in_words(
        [
            f"{counts[outcome]} {text}"
            for outcome, text in words.items()
            if outcome is not without and counts.get(outcome)
        ]
    )


def _sector_table(table: SectorTable) -> ReportTable:
    """Lay out confirmed members by sector; of many communities, the totals alone."""
    columns = table.columns if len(table.columns) <= MOST_COLUMNS else ()
    write = partial(format_count, ranges=count_ranges(table))
    rows = [
        (row.sector, *map(write, row.cells if columns else ()), write(row.total))
        for row in table.rows
    ]
    totals = (*(write(column.total) for column in columns), write(table.total))
    return ReportTable(
        f"Confirmed members by sector on {day_in_words(table.as_of)}",
        ("Sector", *(column.code for column in columns), "All"),
        (*rows, ("All", *totals)),
    )


def _response_table(figures: SurveyFigures, places: Mapping[str, str]) -> ReportTable | None:
    """Lay out how many of each community answered, where readers may know."""
    rows = tuple(
        (places.get(one.community, one.community), str(one.people), str(one.of or NONE))
        for one in figures.responses
    )
    head = ("Community", "Answered", "Of")
    caption = "Answers by community; those of fewer than five people are added together"
    return ReportTable(caption, head, rows) if rows else None


def _agreement_table(survey: SurveyView, facts: SurveyFacts) -> ReportTable | None:
    """Lay out how many agreed with each statement, in the order of the survey."""
    told = [one for one in survey.figures.questions if one.good is not None and one.n]
    if not told:
        return None
    before = {one.id: one.before for one in facts.questions}
    then = any(before.values())
    rows = []
    for one in told:
        earlier = before.get(one.id)
        cells = [f"{earlier[0]} of {earlier[1]}" if earlier else NONE] if then else []
        cells.append(f"{one.good} of {one.n} {one.verb}")
        if _half(survey.figures):
            cells.append(percentage(one.good or 0, one.n or 1))
        cells.append(f"{one.bounds[0]} to {one.bounds[1]}%" if one.bounds else "")
        rows.append((one.text, *cells))
    head = ["Statement", *(["Then"] if then else []), "Now" if then else "Said so"]
    head += ["Share"] if _half(survey.figures) else []
    return ReportTable(
        "How many agreed, or disagreed where that is the good answer",
        (*head, "If all had answered"),
        tuple(rows),
    )


def _how_to_read(figures: SurveyFigures) -> str:
    """Write what the last column means, and why there is no margin of error."""
    if not any(one.bounds for one in figures.questions):
        return ""
    return (
        "The last column says between what the share lies of all who were asked, whatever those "
        "think who did not answer. There is no margin of error: members are not a random few."
    )


def _limits_of_response(figures: SurveyFigures) -> Iterator[str]:
    answered, of = figures.answered, figures.of
    if not isinstance(answered, int):
        yield f"{answered} of {of} answered: too few to say anything."
        return
    if answered < of:
        silent = number_in_words(of - answered)
        verb = "does" if of - answered == 1 else "do"
        yield (
            f"{answered} of {of} answered the survey. What the other {silent} think nobody knows; "
            f"those who {verb} not answer may be less content."
        )
    elif answered == of:
        yield f"All {of} who were asked answered the survey."
    else:
        yield f"{answered} answered of {of} who were asked: the form went further than it should."
    if not _half(figures) and answered <= of:
        yield "Fewer than half answered, so no share is given."
    few = sum(one.n is not None and one.n < 10 for one in figures.questions)
    hidden = sum(one.n is None for one in figures.questions)
    if few or hidden:
        yield sentence(f"{count_in_words(few + hidden, 'question')} had fewer than ten answers")


def _story_part(story: StoryView) -> SectionPart:
    """Lay out a story: what was done, taken from it, changed, and what came of that."""
    texts = [f"**{heading}.** {text.strip()}" for heading, text in story.sections.items()]
    note = "" if story.is_followed else "Not followed further."
    why = f"Chosen: {sentence(story.chosen_because)}" if story.chosen_because else ""
    return SectionPart(
        heading=story.title,
        prose=Prose("\n\n".join(texts), below=3),
        note=join_sentences(why, note),
    )


def _spread(quotes: Sequence[QuoteView]) -> list[QuoteView]:
    """Return quotes so that each cycle of value has one before any has two."""
    order: dict[str, int] = {}
    ranks: dict[ValueCycle | None, int] = {}
    for quote in quotes:
        cycle = quote.value[0] if quote.value else None
        ranks[cycle] = ranks.get(cycle, 0) + 1
        order[quote.id] = ranks[cycle]
    return sorted(quotes, key=lambda quote: order[quote.id])


def _not_told(count: int) -> str:
    """Write ``Three more are counted and not told.``; ``""`` for none."""
    if count <= 0:
        return ""
    verb = "is" if count == 1 else "are"
    return f"{capitalised(number_in_words(count))} more {verb} counted and not told."


def _survey_rows(figures: SurveyFigures, places: Mapping[str, str]) -> Iterator[DataRow]:
    """Yield the counts of a survey, as its readers may see them."""
    asked = "who was asked"
    yield DataRow(asked, f"answered: {figures.title}", ALL, str(figures.answered), str(figures.of))
    for response in figures.responses:
        name = places.get(response.community, response.community)
        of = str(response.of or "")
        yield DataRow(asked, f"answered: {figures.title}", name, str(response.people), of)
    section = "what members think"
    for one in figures.questions:
        if one.n is None:
            continue
        if one.good is not None:
            bounds = "{} to {}% of all asked".format(*one.bounds) if one.bounds else ""
            note = f"{one.text} ({one.verb})"
            yield DataRow(section, one.id, ALL, str(one.good), str(one.n), f"{note}; {bounds}")
        for entry in one.by:
            name = places.get(entry.community, entry.community)
            yield DataRow(section, one.id, name, str(entry.agreed), str(entry.n))
        labels = one.options or AGREEMENT_LABELS.get(len(one.given), ())
        for label, count in zip(labels, one.given, strict=False):
            yield DataRow(section, one.id, label.lower(), str(count), str(one.n))
        for label, number in (("no opinion", one.no_opinion), ("blank", one.blank)):
            if number is not None:
                yield DataRow(section, one.id, label, str(number), "")


def _sector_rows(table: SectorTable) -> Iterator[DataRow]:
    """Yield how many confirmed members each sector and community has."""
    groups, ranges = [*(column.code for column in table.columns), ALL], count_ranges(table)
    rows = [(row.sector, (*row.cells, row.total)) for row in table.rows]
    everybody = (*(column.total for column in table.columns), table.total)
    for sector, counts in (*rows, ("confirmed members", everybody)):
        for group, count in zip(groups, counts, strict=True):
            yield DataRow("who took part", sector, group, format_count(count, ranges), "")


def _talk_rows(report: ReportView) -> Iterator[DataRow]:
    """Yield how many took part in focus groups."""
    talks, section = report.talks, "who was asked"
    if talks.groups:
        yield DataRow(section, "focus groups", ALL, str(talks.groups), "")
        people = format_count(talks.people)
        yield DataRow(section, "took part in focus groups", ALL, people, "")
    for slug, count in talks.by_place:
        name = report.places.get(slug, slug)
        yield DataRow(section, "took part in focus groups", name, str(count), "")


def _outcome_rows(counts: OutcomesView) -> Iterator[DataRow]:
    """Yield how many suggestions helped, and what those achieved."""
    section = "did it help"
    yield DataRow(section, "actions", ALL, str(counts.actions), "")
    for outcome in Outcome:
        count = str(counts.outcomes.get(outcome, 0))
        yield DataRow(section, outcome.value, ALL, count, str(counts.told))
    for kind in OutcomeKind:
        for outcome in _DID_GOOD:
            count = str(counts.kinds.get((kind, outcome), 0))
            yield DataRow(section, outcome.value, kind.value, count, "")


def _tie_rows(ties: TiesFacts) -> Iterator[DataRow]:
    """Yield with how many sectors people work, and which sectors reach each other."""
    section = "who works with whom"
    for when, counts in ties.figures.reach.items():
        for name, count in zip(ties.figures.classes, counts, strict=True):
            measure = f"people who work with other sectors, {when}"
            yield DataRow(section, measure, name, str(count), str(sum(counts)))
    for row in ties.pairs:
        for time, numbers in zip(ties.times, row.counts, strict=True):
            if numbers:
                reached, of = map(str, numbers)
                yield DataRow(section, f"talk or plan, {time}", row.name, reached, of)
