"""The evaluation report, from a folder's files to what a funder reads."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from copkit.analysis.cases import sign_off_digest
from copkit.analysis.privacy.audience import report_view_for
from copkit.analysis.privacy.report import may_tell_total
from copkit.analysis.surveys import tally_rows
from copkit.documents.facts.report import NOTHING_RECORDED, ReportFacts, build_report
from copkit.folder import Programme, load
from copkit.records.schema.audience import Audience
from copkit.records.surveys import SurveyCounts, SurveyRow, parse_counts
from copkit.text.edit import set_value
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from tests.conftest import EXAMPLE, LONG, Copkit, Write
from tests.documents.forms import forms_of, require_well_built
from tests.signing import signed

TODAY = dt.date(2026, 6, 30)
OUTSIDE = [Audience.COMMISSIONERS, Audience.PUBLIC]
SECTIONS = [
    "Who took part",
    "Who was asked",
    "What members think of it",
    "What it was worth",
    "Did the suggestions help?",
    "Who works with whom, before and now",
    "What is in the way, and who was asked",
    "What did not work",
    "Limits of this report",
    "The questions, word for word",
]
REPORT = """\
---
title: What came of it
from: 2026-01-01
until: 2026-06-30
audience: {audience}
---

## In short

It went well enough.

## What we will change

Meet sooner.
"""


def facts_of(programme: Programme, reader: Audience) -> ReportFacts:
    return build_report(report_view_for(programme, programme.reports[0], reader, TODAY))


def texts(facts: ReportFacts, number: int) -> str:
    """Return everything that stands in one section, as a row of texts."""
    parts = facts.sections[number - 1].parts
    lines = [
        line
        for part in parts
        for line in (
            *(part.heading, part.text, str(part.prose), *part.points, part.note),
            *(f"{quote.words} {quote.speaker}" for quote in part.quotes),
            *(" | ".join(row) for row in (part.table.rows if part.table else ())),
        )
    ]
    return "\n".join(filter(None, lines))


@pytest.fixture
def folder(write: Write) -> Path:
    return write("reports/first.md", REPORT.format(audience="public"))


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_example_reads_as_agreed(
    copkit: Copkit, example: Path, golden: Callable[[str, str], None], form: str
) -> None:
    forms = forms_of(copkit("report", "build", "--json", "-f", "html,md", "-C", example))

    golden(f"report-the-first-year.{form}", forms[form])


@pytest.mark.parametrize("reader", list(Audience))
def test_the_ten_sections_are_always_there_in_one_order(folder: Path, reader: Audience) -> None:
    empty = load(folder)

    for facts in (facts_of(load(EXAMPLE), reader), facts_of(empty, reader)):
        assert [section.title for section in facts.sections] == SECTIONS
        assert [section.number for section in facts.sections] == list(range(1, 11))
        assert all(texts(facts, number) for number in range(1, 11))


def test_a_programme_without_records_says_that_nobody_recorded_what_did_not_work(
    folder: Path,
) -> None:
    facts = facts_of(load(folder), Audience.PUBLIC)

    assert "Nobody recorded anything" in texts(facts, 8)
    assert facts.failures == (NOTHING_RECORDED,)


@pytest.mark.parametrize("reader", list(Audience))
def test_the_example_counts_its_44_actions_for_every_reader(reader: Audience) -> None:
    facts = facts_of(load(EXAMPLE), reader)

    told = texts(facts, 5)
    assert "In 17 cases, 44 actions were agreed and 42 outcomes told" in told
    assert "22 helped, 12 helped in part, 5 did not help and 3 were not tried" in told
    rows = [line.split(" | ") for line in told.splitlines() if " | " in line]
    assert [row[0].split(":")[0] for row in rows] == ["Maintenance", "Prevention", "Recovery"]
    assert [row[-1] for row in rows] == ["15", "16", "3"]


def test_the_example_has_34_people_in_six_groups_and_reach_beside_what_members_say() -> None:
    facts = facts_of(load(EXAMPLE), Audience.COMMISSIONERS)

    assert "34 members took part in six focus groups" in texts(facts, 2)
    assert "30 of 33 agreed: “I have made contacts here" in texts(facts, 6)
    assert "20 of 33 worked with none or one of the other sectors before; now 6" in texts(facts, 6)
    figures = {figure.figure for figure in facts.figures}
    assert {"54", "33 of 54", "31 of 33", "22 of 42", "20 of 33"} <= figures


def test_one_case_that_readers_may_not_see_is_in_no_count(write: Write) -> None:
    for number in range(3):
        audience = "members" if number == 0 else "public"
        text = (
            f"---\ntitle: Case {number}\nkind: challenging\nstatus: presented\n"
            f"audience: {audience}\npresented: 2026-01-14\nconsent: given\nactions:\n"
            "  - id: a1\n    what: ask\nprogress:\n  - id: p1\n    date: 2026-02-11\n"
            "    action: a1\n    outcome: did-not-help\n---\n"
        )
        write(f"communities/harbour/cases/case-{number}.md", signed(text))
    folder = write("reports/first.md", REPORT.format(audience="public"))

    shown = facts_of(load(folder), Audience.PUBLIC)
    members = facts_of(load(folder), Audience.MEMBERS)

    assert "In the two cases that can be shared, two actions" in texts(shown, 5)
    assert "Outcomes are those of the cases that these readers may see" in texts(shown, 9)
    assert "In three cases, three actions" in texts(members, 5)
    assert "Outcomes are those" not in texts(members, 9)


def test_the_limits_change_with_the_records() -> None:
    programme = load(EXAMPLE)
    all_of_it = texts(facts_of(programme, Audience.COMMISSIONERS), 9)

    assert "33 of 54 answered the survey. What the other 21 think" in all_of_it
    assert "Members were asked once" in all_of_it
    assert "from memory" in all_of_it
    assert "Whoever came to a focus group chose to" in all_of_it
    assert "Three quotes and stories are left out" in all_of_it
    assert "Ten cases are not told here" in all_of_it
    assert "Six roles that the programme looked for never took part" in all_of_it
    bare = replace(programme, focus_groups=(), quotes=(), stories=(), survey_counts={}, surveys=())
    limits = texts(facts_of(bare, Audience.MEMBERS), 9)
    assert "No survey was answered" in limits
    assert "No focus group was held" in limits
    for gone in ("from memory", "left out", "Members were asked once", "one to four people"):
        assert gone not in limits
    counts = programme.survey_counts["december-2012"]
    (entry,) = counts.imports
    fewer = replace(counts, imports=(replace(entry, counted=20),))
    few = replace(programme, survey_counts={"december-2012": fewer})
    assert "Fewer than half answered, so no share is given." in texts(
        facts_of(few, Audience.COMMISSIONERS), 9
    )


def test_below_half_of_those_asked_no_share_is_given() -> None:
    programme = load(EXAMPLE)
    counts = programme.survey_counts["december-2012"]
    (entry,) = counts.imports
    few = replace(counts, imports=(replace(entry, counted=20),))
    facts = facts_of(replace(programme, survey_counts={"december-2012": few}), Audience.MEMBERS)

    assert "Share" not in [head for part in facts.sections[2].parts if part.table
                           for head in part.table.head]  # fmt: skip
    assert not re.search(r"\d%", " ".join(f"{one.figure} {one.words}" for one in facts.figures))


# What may leave members

QUOTES = {
    "canaryunasked": "consent: not-asked",
    "canaryrefused": "consent: refused",
    "canaryunsigned": "consent: given",
    "canaryfacilitator": "consent: given\n    part: facilitator",
    "canarydetail ring 07700 900123": "consent: given",
}


def test_a_quote_without_consent_or_sign_off_never_leaves_members_and_the_report_says_how_many(
    write: Write, copkit: Copkit
) -> None:
    items = "".join(
        f"  - id: q{number}\n    words: {words}\n    {more}\n    audience: public\n"
        for number, (words, more) in enumerate(QUOTES.items())
    )
    write("quotes.yaml", f"quotes:\n{items}  - id: q9\n    words: Now I ring.\n"
          "    consent: given\n    audience: public\n")  # fmt: skip
    folder = write("reports/first.md", REPORT.format(audience="public"))
    path = folder / "quotes.yaml"
    for quote in load(folder).quotes:
        if "unsigned" not in quote.words:
            sign_off = {"by": "role", "date": "2026-01-20", "digest": sign_off_digest(quote)}
            text = set_value(path.read_text("utf-8"), ["quotes", quote.id, "sign_off"], sign_off)
            path.write_text(text, encoding="utf-8")

    facts = facts_of(load(folder), Audience.PUBLIC)

    assert "canary" not in repr(facts)
    assert "“Now I ring.”" not in facts.left_out
    assert "Now I ring." in repr(facts)
    assert facts.left_out.startswith("Five quotes and stories are left out, because: ")
    for why in (
        "nobody agreed that others read it (1)",
        "consent was refused (1)",
        "it is not signed off as it is now (1)",
        "a facilitator said it (1)",
        "it holds an identifying detail (1)",
    ):
        assert why in facts.left_out
        assert why in texts(facts, 4)
    copkit("check", "-C", folder)


def counts_of(programme: Programme, answers: tuple[int, ...]) -> SurveyCounts:
    """Count a survey at which so many of each community answered."""
    survey = programme.surveys[0]
    rows = [
        SurveyRow(f"c{number}", {"skills": (1,)}, {})
        for number, people in enumerate(answers)
        for _ in range(people)
    ]
    tally = tally_rows(survey, rows)
    answered = "".join(f"  - id: {name}\n    people: {n}\n" for name, n in tally.people.items())
    given = "".join(
        f"  - id: {question}{slug and '-'}{slug}\n    question: {question}\n"
        + (f"    community: {slug}\n" if slug else "")
        + f"    given: {' '.join(map(str, numbers[:5]))}\n    no_opinion: 0\n    blank: 0\n"
        for (question, slug), numbers in tally.given.items()
    )
    imports = (
        f"imports:\n  - id: m1\n    date: 2026-03-01\n    from: table\n    rows: {len(rows)}\n"
        f"    counted: {len(rows)}\n    set_aside: 0\n    digest: x\n"
    )
    text = f"{imports}answered:\n{answered}counts:\n{given}"
    source = SourceText("surveys/s/counts.yaml", text)
    return parse_counts(read_document(source, [], markdown=False), "s")


def programme_of(write: Write, sizes: tuple[int, ...]) -> Programme:
    """Write a programme of communities of so many confirmed members, with a quote of each."""
    quotes = "quotes:\n"
    for number, size in enumerate(sizes):
        members = "".join(
            f"  - id: m-{one}\n    role: Nurse\n    sector: NHS\n    part: facilitator\n"
            for one in range(size)
        )
        write(
            f"communities/c{number}/community.md",
            f"---\ncode: CP{number}\nname: C{number}\nplace: Place {number}\n---\n",
        )
        write(f"communities/c{number}/roster.yaml", f"members:\n{members}")
        audience = "public" if number % 2 else "commissioners"
        write(
            f"focus-groups/g{number}.md",
            f"---\ndate: 2026-02-01\ncommunity: c{number}\ntook_part: {size}\n"
            f"audience: {audience}\n---\n",
        )
        for heard in ("s", f"g{number}"):
            quotes += (
                f"  - id: q{number}{heard[0]}\n    words: Heard {number} {heard[0]}.\n"
                f"    community: c{number}\n    heard: {heard}\n    consent: given\n"
                "    audience: public\n"
            )
    write(
        "surveys/s/survey.md",
        "---\ntitle: A survey\nasked_on: 2026-02-01\naudience: public\nquoting: agreed\n"
        "questions:\n  - id: skills\n    text: Better\n    kind: agreement\n---\n",
    )
    folder = write("reports/first.md", REPORT.format(audience="public"))
    path = write("quotes.yaml", quotes) / "quotes.yaml"
    for quote in load(folder).quotes:
        sign_off = {"by": "role", "date": "2026-01-20", "digest": sign_off_digest(quote)}
        text = set_value(path.read_text("utf-8"), ["quotes", quote.id, "sign_off"], sign_off)
        path.write_text(text, encoding="utf-8")
    return load(folder)


def worlds(
    programme: Programme, sizes: tuple[int, ...], what: str
) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield how many of each community can have answered, or talked, and all that is printed.

    A commissioner reads both the report for commissioners and that for the public.
    """
    least = 0 if what == "answered" else 1  # a group of nobody was not held
    for people in product(*(range(least, size + 1) for size in sizes)):
        answered, talked = (people, sizes) if what == "answered" else (sizes, people)
        if sum(people) < 5:
            continue
        groups = tuple(
            replace(group, took_part=took_part)
            for group, took_part in zip(programme.focus_groups, talked, strict=True)
        )
        counts = {"s": counts_of(programme, answered)}
        world = replace(programme, focus_groups=groups, survey_counts=counts)
        both = [facts_of(world, reader) for reader in OUTSIDE]
        # The headline of the whole programme is exempt, where nothing is told beside it.
        apart = [row for row in both[0].data if row.measure == "answered: A survey"]
        if what == "talked" or len(apart) > 1:
            yield people, repr(both)


@pytest.mark.parametrize(
    "sizes", [(7, 7), (12, 3), (8, 6, 4), *([(9, 8, 7), (6, 5, 5, 3)] if LONG else [])]
)
@pytest.mark.parametrize("what", ["answered", "talked"])
def test_no_small_number_can_be_derived_from_all_reports_and_their_data_together(
    write: Write, sizes: tuple[int, ...], what: str
) -> None:
    possible: dict[str, list[set[int]]] = defaultdict(lambda: [set() for _ in sizes])
    for people, printed in worlds(programme_of(write, sizes), sizes, what):
        for values, number in zip(possible[printed], people, strict=True):
            values.add(number)

    for world in possible.values():
        for values in world:
            # 0 and 5 or more are no secret.
            assert len(values) > 1 or not 0 < min(values) < 5, values


def test_a_total_of_groups_is_told_where_it_says_nothing_of_one() -> None:
    assert may_tell_total([(7, 13), (6, 9), (4, 5), (7, 12), (5, 9), (5, 6)])
    assert may_tell_total([(6, 9), (7, 7)])
    assert not may_tell_total([(5, 9), (1, 9)])
    assert not may_tell_total([(7, 7), (4, 9)])
    assert not may_tell_total([(4, 9), (4, 9)])
    assert not may_tell_total([(3, 9)])


# The forms


@pytest.mark.parametrize("reader", list(Audience))
def test_a_page_is_well_built_for_every_reader(
    copkit: Copkit, example: Path, reader: Audience
) -> None:
    path = example / "reports/the-first-year.md"
    path.write_text(path.read_text("utf-8").replace("audience: commissioners", "audience: public"))
    result = copkit("report", "build", "--json", "-f", "html,md", "--for", reader, "-C", example)

    require_well_built(forms_of(result)["html"])
