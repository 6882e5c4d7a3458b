"""Charts for the tests: of the example, and with whatever names somebody may have written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from copkit.analysis.attendance import build_matrix, build_register
from copkit.analysis.participation import (
    Network,
    SectorPeople,
    Tie,
    attendance_by_month,
    sector_network,
)
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.analysis.privacy.report import AddresseeAsks, asks_by_addressee
from copkit.analysis.privacy.site import SiteReduction, TriedSuggestion
from copkit.analysis.privacy.view import AskView, MonthView
from copkit.analysis.surveys import build_survey_figures
from copkit.analysis.ties import SectorAnswers, SectorPair, TieFigures, build_ties_figures
from copkit.documents.charts.bars import build_bars
from copkit.documents.charts.drawing import Chart
from copkit.documents.charts.growth import build_growth
from copkit.documents.charts.heat_map import build_heat_map
from copkit.documents.charts.matrix import build_matrix_chart
from copkit.documents.charts.network import build_network_chart
from copkit.documents.charts.survey import build_dots, build_likert
from copkit.documents.charts.ties import build_ties_chart
from copkit.documents.charts.timeline import Timeline, build_asks_timeline, build_case_timeline
from copkit.documents.facts.attendance import (
    MatrixColumn,
    MatrixFacts,
    RegisterFacts,
    RoleRow,
    SectorRows,
    matrix_facts,
    register_facts,
)
from copkit.documents.facts.survey import (
    CommunityLine,
    QuestionFacts,
    SurveyFacts,
    build_survey_facts,
)
from copkit.documents.facts.ties import TiesFacts, build_ties_facts
from copkit.folder import Programme, load
from copkit.records.cases import Outcome
from copkit.records.schema.audience import Audience
from tests.conftest import EXAMPLE

END = dt.date(2012, 12, 31)
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "&lt;b&gt; ]]> -->",
    "שלום \u202eevil\u202c עולם",
    "🧑‍🤝‍🧑 who come 🎉🎉🎉",
    "w" * 200,
    "housing-support-worker/" * 9,
    "A name that goes on and on, " * 8,
    "\ufffe\uffffx",
)


@cache
def example() -> Programme:
    """The example programme, read once."""
    return load(EXAMPLE)


def register(community: str = "brighton") -> RegisterFacts:
    """Give the example's register of one community."""
    found = build_register(example().community(community), 2, dt.date(2013, 2, 28))
    return register_facts(found, example().settings.name)


def months() -> tuple[MonthView, ...]:
    """Give the months of the example."""
    return attendance_by_month(example().communities, dt.date(2012, 3, 1), dt.date(2013, 2, 28))


def network() -> Network:
    """Return the example's network of sectors."""
    return sector_network(build_matrix(example(), END))


def survey() -> SurveyFacts:
    """Return what the survey of the example says."""
    programme = example()
    (record,) = programme.surveys
    counts = programme.survey_counts[record.slug]
    figures = build_survey_figures(programme, record, counts, Audience.MEMBERS)
    names = {records.slug: records.community.place for records in programme.communities}
    return build_survey_facts(figures, names)


def ties(reader: Audience = Audience.MEMBERS) -> TiesFacts:
    """Return who works with whom in the example."""
    programme = example()
    (record,) = programme.surveys
    counts = programme.survey_counts[record.slug]
    return build_ties_facts(build_ties_figures(programme, record, counts, reader))


def ties_of(names: Sequence[str]) -> TiesFacts:
    """Return ties of sectors with these names: every two of them next to each other."""
    figures = ties().figures
    sectors = tuple(SectorAnswers(f"{name} {at}", at, 9) for at, name in enumerate(names))
    pairs = tuple(
        SectorPair(one.name, other.name, TieFigures(9, at % 9, at % 4), TieFigures(9, 8, 3))
        for at, (one, other) in enumerate(pairwise(sectors))
    )
    return build_ties_facts(replace(figures, title=names[0], sectors=sectors, pairs=pairs))


def survey_of(names: Sequence[str]) -> SurveyFacts:
    """Return a survey whose statements and communities are called so, with counts of all sizes."""
    questions = []
    for at, name in enumerate(names):
        parts = (at % 4, at % 3, 3 * at)
        n = sum(parts)
        by = tuple(CommunityLine(other, 9 + at, at, f"{at} of {9 + at}") for other in names[:4])
        before = (at, 90 + at) if at % 2 else None
        questions.append(
            QuestionFacts(f"q{at}", name, "agreed", "", (), n, parts[2], parts, by, before)
        )
    return SurveyFacts("a-year", names[0], "9 answers of 20.", (), tuple(questions), ())


def addressees() -> tuple[AddresseeAsks, ...]:
    """Return what the example asked of whom by the end of the year."""
    scope = Scope(dt.date(2012, 3, 1), END)
    return asks_by_addressee(view_for(example(), Audience.COMMISSIONERS, scope, END))


def case_timeline(name: str = "assessed-only-when-sober") -> Timeline:
    """Draw what happened when in a case of the example."""
    programme = example()
    [case] = [one for records in programme.communities for one in records.cases if one.slug == name]
    view = SiteReduction(programme, Audience.MEMBERS, END).view(only=case)
    chart = build_case_timeline(case.presented or END, view.cases[0].suggestions)
    assert chart
    return chart


def of_the_example() -> dict[str, Chart]:
    """Give each chart of the example, by the document that it is a form of."""
    matrix = build_matrix(example(), END)
    return {
        "matrix": build_matrix_chart(matrix_facts(matrix, example().settings.name)),
        "register": build_heat_map(register()),
        "growth": build_growth(months()),
        "network": build_network_chart(network()),
        "likert": build_likert(survey()),
        "dots": build_dots(survey()),
        "ties": build_ties_chart(ties()),
        "timeline": case_timeline(),
        "asks": build_asks_timeline(addressees(), END),
        "bars": build_bars("How often", [("Doors", 6), ("No address, no service", 3)], "cases"),
    }


def matrix_of(names: Sequence[str], columns: int = 6) -> Chart:
    """Draw a matrix with these roles, in a sector and with places that are called the same."""
    cells = ("XXXYF", "", "F") * columns
    rows = [
        RoleRow(name, cells[:columns] if at % 3 else ("",) * columns, vacant=not at % 3)
        for at, name in enumerate(names)
    ]
    return build_matrix_chart(
        MatrixFacts(
            programme=names[0],
            day=END,
            label="Confirmed members",
            as_of="31 December 2012",
            width=columns + 1,
            many=columns > 8,
            columns=tuple(
                MatrixColumn(f"CP{at}", names[at % len(names)], at) for at in range(columns)
            ),
            sectors=(SectorRows(names[-1], tuple(rows), ("",) * columns),),
            total=54,
            excluded="The 22 Ys are left out of the totals.",
            legend=(("X", "came"), ("Y", "did not"), ("F", "facilitator")),
            people=(),
        )
    )


def heat_map_of(names: Sequence[str]) -> Chart:
    """Draw the example's register with these roles."""
    found = register()
    members = tuple(
        replace(row, role=name, id=f"{name}-{at}")
        for at, (row, name) in enumerate(zip(found.members, names, strict=False))
    )
    return build_heat_map(replace(found, members=members, place=names[0]))


def network_of(names: Sequence[str]) -> Chart:
    """Draw a network of sectors with these names, the last without anybody."""
    sectors = tuple(
        SectorPeople(f"{name} {at}", 0 if at == len(names) - 1 else 1 + at * at)
        for at, name in enumerate(names)
    )
    ties = tuple(
        Tie(one.name, other.name, 1 + at) for at, (one, other) in enumerate(pairwise(sectors[:-1]))
    )
    return build_network_chart(Network(END, 9, sectors, ties))


def bars_of(names: Sequence[str]) -> Chart:
    """Draw a bar for each of these names."""
    return build_bars(names[0], [(name, at) for at, name in enumerate(names)], "cases")


def asks_of(names: Sequence[str]) -> Chart:
    """Draw what addressees with these names were asked; every second answered."""
    asks = [
        AskView(dt.date(2012, 3, 1 + at % 28), name, "Why?", None, END if at % 2 else None, "")
        for at, name in enumerate(names)
    ]
    return build_asks_timeline(
        [AddresseeAsks(ask.addressee, (ask, asks[0]), 1, 9) for ask in asks], END
    )


def timeline_of(names: Sequence[str]) -> Chart:
    """Draw a case with suggestions that are called so, told, due and neither."""
    start = dt.date(2012, 3, 1)
    days = [(None, None), (END, None), (None, start), (start, END)]
    rows = [
        TriedSuggestion(name, "", Outcome.HELPED if told else None, None, "", due, told)
        for at, name in enumerate((*names, names[0]), start=1)
        for due, told in [days[at % 4]]
    ]
    chart = build_case_timeline(start, rows)
    assert chart
    return chart


NAMED: dict[str, Callable[[Sequence[str]], Chart]] = {
    "matrix": matrix_of,
    "register": heat_map_of,
    "network": network_of,
    "bars": bars_of,
    "asks": asks_of,
    "timeline": timeline_of,
    "likert": lambda names: build_likert(survey_of(names)),
    "dots": lambda names: build_dots(survey_of(names)),
    "ties": lambda names: build_ties_chart(ties_of(names)),
}


def months_of(people: Sequence[int], first: int = 10) -> list[MonthView]:
    """Give months that follow one another from one of 2010, with these people at meetings."""
    return [
        MonthView(f"{2010 + at // 12}-{at % 12 + 1:02}", count % 7 if count else 0, count)
        for at, count in enumerate(people, start=first)
    ]
