"""A programme summed up in tables, for readers outside its members.  Pure.

Only counts, made by the functions that documents are made by, and only of what these readers may
see: a case that is not for them is in no count, but where a page says so, as for blockages. A count
of fewer than 5 people or cases is empty and marked as hidden, and so is each from which one could
be worked out. No id, role, community or place is in any of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from copkit.analysis.attendance import Matrix, build_matrix
from copkit.analysis.blockages import days_of_silence, recurrences
from copkit.analysis.participation import sector_table
from copkit.analysis.privacy.site import SiteReduction, SiteView
from copkit.analysis.privacy.small_cells import Count, Hidden, hide_small_cells, hide_small_count
from copkit.analysis.surveys import build_survey_figures
from copkit.analysis.tables.rows import (
    PROGRAMME_ID,
    ROW_SCHEMAS,
    ExportSource,
    build_row_tables,
    choose_schemas,
    quarter_ends,
    theme_id,
)
from copkit.analysis.tables.table import (
    Table,
    TableColumn,
    TableRow,
    TableSchema,
    boolean,
    choice,
    day,
    field,
    integer,
    make_table,
    text,
)
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Blockage, BlockageStatus
from copkit.records.cases import CaseKind, Outcome, OutcomeKind
from copkit.records.communities import CommunityKind
from copkit.records.directory import ServedPlace, ServiceStatus
from copkit.records.evidence import Evidence
from copkit.records.programme import AttendanceRules, Settings
from copkit.records.schema.audience import Audience
from copkit.records.surveys import AnswerKind, Question, Survey

ALL: Final = "all"
"""Stands for the sum of the other rows, which no sector or kind may be called."""


@dataclass(frozen=True)
class _Summary:
    """A programme, who reads of it, and what several tables need."""

    programme: Programme
    reader: Audience
    source: ExportSource

    @property
    def id(self) -> str:
        return self.source.programme_id

    @property
    def as_of(self) -> dt.date:
        return self.source.as_of

    @cached_property
    def matrix(self) -> Matrix:
        return build_matrix(self.programme, self.as_of)

    @cached_property
    def site(self) -> SiteView:
        """What these readers may see of cases and evidence: what the site shows them."""
        reduction = SiteReduction(self.programme, self.reader, self.as_of)
        return reduction.view(newsletters=False)

    @property
    def communities(self) -> Iterator[CommunityRecords]:
        """The communities of practice."""
        for records in self.programme.communities:
            if records.community.kind is CommunityKind.COMMUNITY:
                yield records


SummaryMaker = Callable[[_Summary], Iterable[TableRow]]


def _shown(count: Count) -> tuple[int | None, bool]:
    """Return a count and whether it is hidden; a hidden one is no value."""
    return (None, True) if isinstance(count, Hidden) else (count, False)


def _with_total(counts: Mapping[str, int]) -> Iterator[tuple[str, bool, int | None, bool]]:
    """Yield each count by name, then their sum: the name, if it is the sum, the count, if hidden.

    A count from which a hidden one could be worked out is hidden as well.
    """
    *cells, total = hide_small_cells([[count] for count in counts.values()]) or [[0]]
    for name, cell in zip(counts, cells, strict=True):
        yield name, False, *_shown(cell[0])
    yield ALL, True, *_shown(total[0])


def _programme_rows(summary: _Summary) -> Iterator[TableRow]:
    settings, source = summary.programme.settings, summary.source
    yield (
        summary.id,
        settings.name,
        settings.starts,
        settings.ends,
        settings.threshold,
        len(summary.matrix.columns),
        summary.as_of,
        source.version or None,
    )


def _member_rows(summary: _Summary) -> Iterator[TableRow]:
    table = sector_table(summary.matrix)
    for row in table.rows:
        yield summary.id, summary.as_of, row.sector, False, *_shown(row.total)
    yield summary.id, summary.as_of, ALL, True, *_shown(table.total)


def _attendance_rows(summary: _Summary) -> Iterator[TableRow]:
    """Yield attendances by sector, for quarters that are over: a later export has the same.

    A number is hidden where fewer than 5 people are behind it, however often they came.
    """
    sectors = list(dict.fromkeys(row.sector for row in summary.matrix.rows))
    people: dict[dt.date, dict[str, set[tuple[str, str]]]] = {}
    attendances: dict[dt.date, Counter[str]] = {}
    ends = list(quarter_ends(summary.programme.settings.starts, summary.as_of))
    for records in summary.communities:
        sector_of = {str(member.id): member.sector for member in records.members}
        for meeting in records.meetings:
            end = next((end for end in ends if meeting.held_on <= end), None)
            if end is None:
                continue
            for id in meeting.present:
                if sector := sector_of.get(id):
                    by_sector = people.setdefault(end, {})
                    by_sector.setdefault(sector, set()).add((records.slug, id))
                    attendances.setdefault(end, Counter())[sector] += 1
    for end in ends:
        came = people.get(end, {})
        counts = attendances.get(end, Counter())
        distinct = {sector: len(came.get(sector, ())) for sector in sectors}
        for sector, is_total, shown, is_hidden in _with_total(distinct):
            number = counts.total() if is_total else counts[sector]
            yield (
                summary.id, end, sector, is_total, None if shown is None else number, is_hidden
            )  # fmt: skip


def _case_rows(summary: _Summary) -> Iterator[TableRow]:
    cases = summary.site.cases
    outcomes = [
        suggestion for case in cases for suggestion in case.suggestions if suggestion.outcome
    ]
    groups = {
        "kind": _count_choices(CaseKind, (case.kind for case in cases)),
        "outcome": _count_choices(Outcome, (told.outcome for told in outcomes)),
        "outcome-kind": _count_choices(OutcomeKind, (told.kind for told in outcomes)),
    }
    for by, counts in groups.items():
        for name, is_total, count, is_hidden in _with_total(counts):
            yield summary.id, by, name, is_total, count, is_hidden
    # A case has several themes, so that no total can tell a hidden one.
    themes = Counter(theme for case in cases for theme in set(map(theme_id, case.themes)))
    for theme, number in themes.items():
        yield summary.id, "theme", theme, False, *_shown(hide_small_count(number))


def _count_choices(choices: Iterable[str], values: Iterable[str | None]) -> dict[str, int]:
    """Return how often each choice is among the values, 0 where it is not."""
    counts = Counter(values)
    return {str(name): counts[name] for name in choices}


def _blockage_rows(summary: _Summary) -> Iterator[TableRow]:
    for recurrence in recurrences(summary.programme, summary.as_of):
        waiting = recurrence.unanswered_ask
        yield (
            summary.id,
            recurrence.blockage.title,
            recurrence.status,
            # how many cases and communities it touches may be told of every case
            len(recurrence.occurrences),
            len(recurrence.communities),
            len(recurrence.asks),
            days_of_silence(waiting, summary.as_of) if waiting else None,
        )


def _evidence_rows(summary: _Summary) -> Iterator[TableRow]:
    uses = Counter(name for case in summary.site.cases for name in set(case.evidence))
    for card in summary.site.cards:
        yield (
            summary.id,
            card.title,
            card.citation,
            *_shown(hide_small_count(uses[card.name])),
        )


def _service_rows(summary: _Summary) -> Iterator[TableRow]:
    """Yield how many services that these readers may see serve each place; services are no people.

    A place that none of them serves is not named.
    """
    names = {str(place.id): place for place in summary.programme.places}
    counts = Counter(
        place
        for service in summary.programme.directory
        if summary.reader.may_see(service.audience) and service.status is ServiceStatus.ACTIVE
        for place in set(service.serves)
        if place in names
    )
    for id, number in counts.items():
        yield summary.id, names[id].name, names[id].level, number


def _question_rows(summary: _Summary) -> Iterator[TableRow]:
    programme = summary.programme
    for survey in programme.surveys:
        if not summary.reader.may_see(survey.audience) or survey.asked_on > summary.as_of:
            continue
        counts = programme.survey_counts.get(survey.slug)
        figures = build_survey_figures(programme, survey, counts, summary.reader)
        values = {str(question.id): question.value for question in survey.questions}
        for question in figures.questions:
            yield (
                summary.id,
                survey.title,
                survey.asked_on,
                question.id,
                question.text,
                question.kind,
                question.reversed,
                values[question.id],
                figures.of,
                question.n,
                question.agreed,
                question.disagreed,
                question.n is None,
            )


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """A table of counts, and the function that makes it."""

    schema: TableSchema
    rows: SummaryMaker


def _table(
    name: str, description: str, key: str, columns: Iterable[TableColumn], rows: SummaryMaker
) -> SummaryTable:
    schema = TableSchema(
        name=name,
        description=description,
        columns=(PROGRAMME_ID, *columns),
        key=("programme_id", *key.split()),
    )
    return SummaryTable(schema, rows)


_IS_TOTAL: Final = boolean("is_total", "whether the row is the sum of the others")
_HIDDEN: Final = boolean(
    "hidden", "whether the number is left out: it is below 5, or would give such a one away"
)

SUMMARY_TABLES: Final = (
    _table(
        "summary_programme",
        "The programme, and of which day its tables are.",
        "",
        (
            field(Settings, "name"),
            field(Settings, "starts"),
            field(Settings, "ends"),
            field(AttendanceRules, "threshold"),
            integer("communities", "how many communities of practice it has", required=True),
            day("exported_as_of", "the day as of which everything is counted", required=True),
            text("copkit_version", "the copkit that made the tables"),
        ),
        _programme_rows,
    ),
    _table(
        "summary_members",
        "Confirmed members, X and F of the matrix, by sector.",
        "as_of sector is_total",
        (
            day("as_of", "the day as of which they are counted", required=True),
            text("sector", "the sector, as in copkit.yaml", required=True),
            _IS_TOTAL,
            integer("confirmed", "confirmed members"),
            _HIDDEN,
        ),
        _member_rows,
    ),
    _table(
        "summary_attendance",
        "How often members of a sector came to meetings, in quarters that are over.",
        "quarter_end sector is_total",
        (
            day("quarter_end", "the last day of the quarter", required=True),
            text("sector", "the sector, as in copkit.yaml", required=True),
            _IS_TOTAL,
            integer("attendances", "members present, added up over meetings"),
            _HIDDEN,
        ),
        _attendance_rows,
    ),
    _table(
        "summary_cases",
        "The cases that these readers may see, and what came of what was suggested in them.",
        "counted_by value is_total",
        (
            choice(
                "counted_by",
                "what is counted by: cases by kind and theme, suggestions by outcome and its kind",
                ("kind", "theme", "outcome", "outcome-kind"),
                required=True,
            ),
            text("value", "the kind, theme or outcome", required=True),
            _IS_TOTAL,
            integer("number", "how many cases or suggestions"),
            _HIDDEN,
        ),
        _case_rows,
    ),
    _table(
        "summary_blockages",
        "Recurrent obstacles, in how many cases each showed, and what was asked.",
        "title",
        (
            field(Blockage, "title"),
            choice("status", "open, answered or closed", BlockageStatus, required=True),
            integer("cases", "the cases in which it showed", required=True),
            integer("communities", "the communities of those cases", required=True),
            integer("asks", "how often somebody was asked about it", required=True),
            integer("days_silent", "days since the latest ask that has no answer"),
        ),
        _blockage_rows,
    ),
    _table(
        "summary_evidence",
        "Evidence cards that these readers may see.",
        "title citation",
        (
            field(Evidence, "title"),
            field(Evidence, "citation"),
            integer("cases", "the cases, of those that these readers may see, that refer to it"),
            _HIDDEN,
        ),
        _evidence_rows,
    ),
    _table(
        "summary_services",
        "How many services that these readers may see serve a place.",
        "place level",
        (
            field(ServedPlace, "name", "place"),
            field(ServedPlace, "level"),
            integer("services", "services that are active", required=True),
        ),
        _service_rows,
    ),
    _table(
        "summary_questions",
        "Questions of surveys, how many answered, and how many agreed.",
        "survey asked_on question",
        (
            field(Survey, "title", "survey"),
            field(Survey, "asked_on"),
            text("question", "the question's id, the same in every year", required=True),
            field(Question, "text"),
            choice("kind", "what kind of answer it takes", AnswerKind, required=True),
            field(Question, "reversed"),
            field(Question, "value", "value_cycle"),
            integer("asked", "N: how many were asked", required=True),
            integer("answered", "n: how many answered the question"),
            integer("agreed", "how many agreed; empty where disagreeing is the good answer"),
            integer("disagreed", "how many disagreed, where that is the good answer"),
            _HIDDEN,
        ),
        _question_rows,
    ),
)


def schemas_for(reader: Audience) -> tuple[TableSchema, ...]:
    """Return what tables there are for some readers: of rows for members, summaries for others."""
    if reader.policy.sees_members:
        return ROW_SCHEMAS
    return tuple(
        table.schema
        for table in SUMMARY_TABLES
        if reader.policy.sees_blockages or table.schema.name != "summary_blockages"
    )


def build_tables(
    programme: Programme,
    reader: Audience,
    source: ExportSource,
    *,
    only: Collection[str] = (),
    with_text: bool = False,
) -> tuple[Table, ...]:
    """Return the tables of a programme as some readers may see them.

    ``only`` and ``with_text`` are as in :func:`build_row_tables`; raise :class:`CopkitError` for a
    table that these readers do not get, and for free text for others than members.
    """
    if reader.policy.sees_members:
        return build_row_tables(programme, source, only=only, with_text=with_text)
    if with_text:
        message = "the words of notes and actions are for members alone"
        raise CopkitError(message, "leave out --with-text, or add '--for members'", status=2)
    chosen = choose_schemas(schemas_for(reader), only)
    summary = _Summary(programme, reader, source)
    return tuple(
        make_table(table.schema, table.rows(summary))
        for table in SUMMARY_TABLES
        if table.schema.name in chosen
    )
