"""Every value is read as the type that its record gives it, and anything else is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import Problem
from copkit.records.approaches import parse_approaches
from copkit.records.blockages import parse_blockage
from copkit.records.briefs import parse_brief
from copkit.records.cases import Case, CaseKind, Consent, parse_case
from copkit.records.closings import parse_closing
from copkit.records.communities import Community, parse_community
from copkit.records.directory import parse_connector, parse_places, parse_service
from copkit.records.evidence import parse_evidence
from copkit.records.focus_groups import parse_focus_group
from copkit.records.links import parse_link
from copkit.records.meetings import Meeting, MeetingKind, parse_meeting
from copkit.records.members import LeftBecause, Part, Roster, parse_roster
from copkit.records.newsletters import parse_newsletter
from copkit.records.outgoing import parse_outgoing
from copkit.records.programme import Settings, parse_settings
from copkit.records.quotes import parse_quotes
from copkit.records.reports import parse_report
from copkit.records.retention_log import parse_retention_log
from copkit.records.schema.audience import Audience
from copkit.records.schema.fields import NO_DATE
from copkit.records.sheets import parse_sheet
from copkit.records.stories import parse_story
from copkit.records.surveys import parse_counts, parse_survey
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText
from tests.conftest import EXAMPLE, Copkit, Write, cpu_at_most, drawn

CASE = "title: The keys\nkind: challenging\nstatus: draft\n"


def document(fields: str, *, markdown: bool = True) -> Document:
    text = f"---\n{fields}---\n" if markdown else fields
    return read_document(SourceText("record", text), [], markdown=markdown)


def case(fields: str) -> tuple[Case, list[Problem]]:
    read = document(fields)
    return parse_case(read, "harbour", "the-keys"), read.problems


def meeting(fields: str) -> tuple[Meeting, list[Problem]]:
    read = document(f"date: 2012-04-18\n{fields}")
    return parse_meeting(read, "harbour", "2012-04-18"), read.problems


def community(fields: str) -> tuple[Community, list[Problem]]:
    read = document(f"name: Harbour\nplace: Harbour\nstatus: active\n{fields}")
    return parse_community(read, "harbour"), read.problems


def roster(fields: str) -> tuple[Roster, list[Problem]]:
    read = document(fields, markdown=False)
    return parse_roster(read, "harbour"), read.problems


def programme(fields: str) -> tuple[Settings, list[Problem]]:
    read = document(f"name: Harbour\nstarts: 2012-03-01\n{fields}", markdown=False)
    return parse_settings(read), read.problems


def codes(problems: list[Problem]) -> list[str]:
    return [f"{found.line}:{found.column} {found.code}" for found in problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12:30", "12:30"),
        ("no", "no"),
        ("yes", "yes"),
        ("007", "007"),
        ("1.10", "1.10"),
        ("2012-04-18", "2012-04-18"),
        ('"Update #2"', "Update #2"),
        ("C#", "C#"),
        ("“Robin” and the keys", "“Robin” and the keys"),
        ('"~"', "~"),
        ('"null"', "null"),
        ("+447700900461", "+447700900461"),
    ],
)
def test_a_text_field_holds_what_was_typed(written: str, meant: str) -> None:
    found, problems = case(f"title: {written}\nkind: challenging\nstatus: draft\n")

    assert codes(problems) == []
    assert found.title == meant


@pytest.mark.parametrize("code", ["007", "12:30", "no", "1e3", "CP1"])
def test_the_code_of_a_community_is_never_a_number(code: str) -> None:
    found, problems = community(f"code: {code}\n")

    assert codes(problems) == []
    assert found.code == code


def test_a_whole_case_is_read_from_its_file() -> None:
    found, problems = case(
        "title: The keys\nkind: worked-well\nstatus: closed\naudience: public\n"
        "presented: 2012-04-18\npresenters: [housing-1, matron-1]\nconsent: given\n"
        "actions:\n  - id: a1\n    what: Ring\n    due: 2012-05-16\n"
        "sign_off:\n  by: facilitator\n  date: 2012-06-01\n  digest: 5f2c\n"
    )

    assert codes(problems) == []
    assert (found.kind, found.audience, found.consent) == (
        CaseKind.WORKED_WELL,
        Audience.PUBLIC,
        Consent.GIVEN,
    )
    assert found.presented == dt.date(2012, 4, 18)
    assert found.presenters == ("housing-1", "matron-1")
    assert [(action.id, action.what, action.due) for action in found.actions] == [
        ("a1", "Ring", dt.date(2012, 5, 16))
    ]
    assert found.sign_off is not None
    assert found.sign_off.by == "facilitator"


def test_what_is_left_out_or_left_empty_has_the_value_of_the_contract() -> None:
    left_out, _ = meeting("")
    left_empty, problems = meeting("kind:\nminutes: ~\npresent:\nstart: # to be agreed\n")

    assert codes(problems) == []
    for found in (left_out, left_empty):
        assert (found.kind, found.minutes, found.start) == (MeetingKind.REGULAR, None, None)
        assert found.present == ()


def test_a_roster_is_read_with_everybody_on_it() -> None:
    found, problems = roster(
        "members:\n"
        "  - id: housing-1\n    role: Housing Support Worker\n    sector: NHS\n"
        "  - {id: matron-1, role: Matron, sector: NHS, part: facilitator}\n"
        "  - id: probation-1\n    role: Probation Officer\n    sector: NHS\n"
        "    left: 2012-06-20\n    left_because: dropped-out\n"
    )

    assert codes(problems) == []
    assert [member.part for member in found.members] == [Part.MEMBER, Part.FACILITATOR, Part.MEMBER]
    assert found.members[2].left_because is LeftBecause.DROPPED_OUT


def test_seats_are_roles_by_sector_in_the_order_of_the_file() -> None:
    found, problems = programme("seats:\n  NHS:\n    - Matron\n  Empty:\n  LA: [Officer, no]\n")

    assert codes(problems) == []
    assert found.seats_sought == {"NHS": ("Matron",), "Empty": (), "LA": ("Officer", "no")}
    assert list(found.seats_sought) == ["NHS", "Empty", "LA"]


@pytest.mark.parametrize(
    ("written", "time_of_day"),
    [("14:00", dt.time(14)), ("9:05", dt.time(9, 5)), ('"00:00"', dt.time(0))],
)
def test_a_time_is_hours_and_minutes(written: str, time_of_day: dt.time) -> None:
    found, problems = meeting(f"start: {written}\n")

    assert codes(problems) == []
    assert found.start == time_of_day


@pytest.mark.parametrize("written", ["2pm", "24:00", "12:60", "1400", "14.00", "14:00:00", "١٤:٠٠"])
def test_what_is_no_time_of_day_is_refused(written: str) -> None:
    found, problems = meeting(f"start: {written}\n")

    assert codes(problems) == ["3:8 bad-time"]
    assert found.start is None


@pytest.mark.parametrize(
    "written", ["two", "-1", "+2", "1.5", "1_000", "0x10", "1e3", "12345678901", "٢", "[2]"]
)
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    found, problems = meeting(f"guests: {written}\n")

    assert codes(problems) == ["3:9 wrong-type"]
    assert found.guests is None


def test_a_number_with_zeros_before_it_is_a_decimal_one() -> None:
    assert meeting("guests: 010\n")[0].guests == 10


@pytest.mark.parametrize(
    ("written", "code", "hint"),
    [
        ("18/04/2012", "bad-date", "write 2012-04-18"),
        ("18.4.12", "bad-date", "write 2012-04-18"),
        ("2012/4/18", "bad-date", "write 2012-04-18"),
        ("2012-4-8", "bad-date", "write 2012-04-08"),
        ("“2012-04-18”", "bad-date", "write 2012-04-18 and nothing else"),
        ("2012-04-18T14:00", "bad-date", "write 2012-04-18 and nothing else"),
        ("20120418", "bad-date", ""),
        ("April 2012", "bad-date", ""),
        ("٢٠١٢-٠٤-١٨", "bad-date", ""),
        ("2012-02-30", "impossible-date", "the last day of that month is 2012-02-29"),
        ("2025-02-30", "impossible-date", "the last day of that month is 2025-02-28"),
        ("2012-13-01", "impossible-date", ""),
        ("2012-00-10", "impossible-date", ""),
        ("0000-01-01", "impossible-date", ""),
        ("2012-01-00", "impossible-date", "the last day of that month is 2012-01-31"),
    ],
)
def test_what_is_no_date_is_refused_with_the_date_that_was_meant(
    written: str, code: str, hint: str
) -> None:
    found, problems = case(f"{CASE}presented: {written}\n")

    assert codes(problems) == [f"5:12 {code}"]
    assert hint in problems[0].hint
    assert problems[0].hint
    assert found.presented is None


def test_a_required_date_that_cannot_be_read_leaves_a_placeholder_and_one_problem() -> None:
    read = document("date: yesterday\n")

    assert parse_meeting(read, "harbour", "2012-04-18").held_on == NO_DATE
    assert codes(read.problems) == ["2:7 bad-date"]


def test_a_misspelt_field_is_not_also_missing() -> None:
    _, problems = case("titel: The keys\nkind: challenging\nstatus: draft\n")

    assert codes(problems) == ["2:1 unknown-field"]
    assert problems[0].hint == "did you mean 'title'?"


def test_every_missing_field_is_named() -> None:
    _, problems = case("themes:\n  - debt\n")

    assert [found.message for found in problems] == [
        "'title' is missing",
        "'kind' is missing",
        "'status' is missing",
    ]


@pytest.mark.parametrize("written", ['""', "''", '"  "', '"\\u00a0"'])
def test_a_required_text_is_not_filled_in_by_quotes(written: str) -> None:
    _, problems = case(f"title: {written}\nkind: challenging\nstatus: draft\n")

    assert codes(problems) == ["2:8 missing-field"]


@pytest.mark.parametrize(
    ("field", "warning"),
    [
        ("question: Update #2\n", "5:18 lost-tail"),
        ("question: #2 again\n", "5:11 lost-tail"),
        ("question: flat # 12\n", "5:16 lost-tail"),
        ("themes:\n  - room #2\n", "6:10 lost-tail"),
        ("question: why # asked by the presenter\n", None),
        ("question:   # what the presenter asks\n", None),
        ('question: "Update #2"\n', None),
        ("question: Update#2\n", None),
        ("audience: public #for all\n", None),
    ],
)
def test_a_number_sign_that_takes_the_tail_is_told_from_a_comment(
    field: str, warning: str | None
) -> None:
    _, problems = case(CASE + field)

    assert codes(problems) == ([warning] if warning else [])
    assert [str(found.severity) for found in problems] == ["warning"] * len(problems)


@pytest.mark.parametrize(
    "written",
    [
        "audience: no",
        "audience: true",
        'audience: ""',
        "audience: Public",
        "audience: PUBLIC",
        'audience: "public "',
        "audience: [public, members]",
        "audience: [public]",
        "audience: {public: true}",
        "audience: publc",
        "audience: members, public",
        'audience: "public\\u200b"',
        "audience: \u0440ublic",
        "audience: ｐｕｂｌｉｃ",
        "audience: !!str public",
        "audience: &a public",
        "audience: *a",
        "audience: public\naudience: members",
        "audience: members\naudience: public",
        "Audience: public\naudience: members",
        "Audience: public",
        "AUDIENCE: public",
        "'audience ': public",
        "audience : public\naudience: members",
        "<<: {audience: public}",
        "audiences: public",
    ],
)
def test_an_audience_that_is_not_one_word_of_three_is_refused(written: str) -> None:
    _, problems = case(f"{CASE}{written}\n")

    assert [str(found.severity) for found in problems] == ["error"] * max(len(problems), 1)


@pytest.mark.parametrize(
    "written", ["", "audience:", "audience: ~", "audience: # public", "question: audience public"]
)
def test_a_case_with_no_audience_is_for_members(written: str) -> None:
    found, problems = case(f"{CASE}{written}\n")

    assert codes(problems) == []
    assert found.audience is Audience.MEMBERS


NAMES = {
    "../../elsewhere": "elsewhere",
    "/etc/elsewhere": "etc-elsewhere",
    "..\\\\..\\\\elsewhere": "elsewhere",
    "con": "con-1",
    "lpt1": "lpt1-1",
    "a/b": "a-b",
    "%2e%2e%2fa": "2e-2e-2fa",
    "a\\0b": "a-b",
    "a" * 300: "a" * 80,
    "a\\n": "a",
    "..": "",
    ".": "",
    " ": "",
    "-rf": "rf",
    "--output=x": "output-x",
    "é-case": "e-case",
    "a\u2024\u2024b": "a-b",
    "Case1": "case1",
    "index.html": "index-html",
    "$(id)": "id",
    "a b": "a-b",
    "a--b": "a-b",
    "a-": "a",
    "a_b": "a-b",
    "a\u202eb": "a-b",
    "C:evil": "c-evil",
    "a:stream": "a-stream",
}


@pytest.mark.parametrize("name", NAMES)
def test_an_id_that_is_not_safe_in_a_path_is_refused(name: str) -> None:
    found, problems = case(f'{CASE}actions:\n  - id: "{name}"\n    what: Ring\n')

    assert codes(problems) == ["6:9 bad-id"]
    assert found.actions[0].id == ""


@pytest.mark.parametrize("name", ["housing-1", "a", "2012", "007", "no", "a" * 80])
def test_a_plain_id_is_kept_letter_for_letter(name: str) -> None:
    found, problems = case(f"{CASE}actions:\n  - id: {name}\n    what: Ring\n")

    assert codes(problems) == []
    assert found.actions[0].id == name


@pytest.mark.parametrize(
    "name", ["con", "Case1", "index.html", "-rf", "a b", "é-case", "a\u202eb", "a..b", "a" * 81]
)
def test_a_file_whose_name_is_not_safe_in_a_path_is_refused(
    write: Write, copkit: Copkit, name: str
) -> None:
    folder = write(f"communities/harbour/cases/{name}.md", f"---\n{CASE}---\n")

    result = copkit("check", "--json", "-C", folder)

    assert [found["code"] for found in json.loads(result.stdout)["problems"]] == ["bad-file-name"]


@pytest.mark.parametrize(
    "text",
    [
        "themes: [" + "a, " * 30_000 + "b]\n",
        "themes:\n" + "  - a\n" * 50_000,
        "title: " + "a " * 200_000 + "\n",
        "question: a" + " " * 400_000 + "# b\n",
        "question: a" + " #" * 200_000 + "\n",
        "presented: " + "1" * 400_000 + "\n",
        "presented: 1" + "-1" * 200_000 + "\n",
        "audience: " + "p" * 400_000 + "\n",
        "k" * 400_000 + ": a\n",
        "actions:\n" + "  - id: a\n" * 10_000,
        "sign_off: " + "{by: " * 19 + "}" * 19 + "\n",
    ],
    ids=lambda text: f"{text[:12].strip()}...",
)
def test_a_field_of_great_length_takes_less_than_a_second(text: str) -> None:
    for _ in cpu_at_most(1):
        _, problems = case(text)

    assert problems


PARSERS: dict[str, Any] = {
    "cases": lambda read: parse_case(read, "harbour", "a"),
    "meetings": lambda read: parse_meeting(read, "harbour", "2012-04-18"),
    "evidence": lambda read: parse_evidence(read, "a"),
    "blockages": lambda read: parse_blockage(read, "a"),
    "newsletters": lambda read: parse_newsletter(read, "a"),
    "briefs": lambda read: parse_brief(read, "a"),
    "toolkit": lambda read: parse_sheet(read, "a"),
    "focus-groups": lambda read: parse_focus_group(read, "a"),
    "stories": lambda read: parse_story(read, "a"),
    "reports": lambda read: parse_report(read, "a"),
    "quotes.yaml": parse_quotes,
    "outgoing.yaml": parse_outgoing,
    "places.yaml": parse_places,
    "directory": lambda read: parse_service(read, "a"),
    "connectors": lambda read: parse_connector(read, "a"),
    "links": lambda read: parse_link(read, "a"),
    "community.md": lambda read: parse_community(read, "a"),
    "roster.yaml": lambda read: parse_roster(read, "a"),
    "approaches.yaml": lambda read: parse_approaches(read, "a"),
    "closing.md": lambda read: parse_closing(read, "a"),
    "retention-log.yaml": parse_retention_log,
    "copkit.yaml": parse_settings,
    "survey.md": lambda read: parse_survey(read, "a"),
    "counts.yaml": lambda read: parse_counts(read, "a"),
}


def parser_of(path: Path) -> Any:
    return PARSERS.get(path.name) or PARSERS[path.parent.name]


RECORDS = [
    path
    for path in sorted(EXAMPLE.rglob("*"))
    if path.suffix in {".md", ".yaml"} and path.name != "README.md"
]
ONE_OF_EACH = {path.name if path.name in PARSERS else path.parent.name: path for path in RECORDS}
VALUES = [
    *("[]", "{}", "[[a]]", "{a: b}", "- a", "~", '""', "a", "0", "-1", "2012-02-30", "9999-99-99"),
    *("*a", "&a b", "!!int 1", "'", '"', "[", "{", "|", ">", "\t", "\u00a0", "#1", ": ", "\0"),
]


@st.composite
def spoilt_records(draw: st.DrawFn) -> tuple[Path, str]:
    path = draw(st.sampled_from(RECORDS))
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, min(len(lines) - 1, 30)))
        name, colon, _ = lines[at].partition(":")
        value = draw(st.sampled_from(VALUES))
        instead = ["", lines[at] * 2, f"  {lines[at]}", lines[at].lstrip(), f"{value}\n"]
        instead += [f"{name}: {value}\n", f"{name}:\n  - {value}\n", f"{name}{colon}{lines[at]}"]
        lines[at] = draw(st.sampled_from(instead))
    return path, "".join(lines)


@drawn(200, 2000)
@given(spoilt_records())
def test_a_spoilt_record_is_still_a_record_and_its_problems_have_places(
    spoilt: tuple[Path, str],
) -> None:
    path, text = spoilt
    source = SourceText(path.name, text)
    problems: list[Problem] = []

    record = parser_of(path)(read_document(source, problems, markdown=path.suffix == ".md"))

    assert record.source.text is source
    for found in problems:
        assert found.message
        assert found.hint
        assert 1 <= found.column <= len(source.line(found.line)) + 1
        assert (found.line, found.column) < (found.end_line, found.end_column)


def first_lines_of_fields(lines: list[str]) -> list[int]:
    """Return the index of a line for each field that a record has, also within its parts."""
    section, fields = "", dict[tuple[str, str], int]()
    for index, line in enumerate(lines):
        if index and line == "---\n":
            break
        name, colon, _ = line.partition(":")
        if colon and not line.startswith(("#", " ")):
            section = name
        if colon:
            fields.setdefault((section, name), index)
    return list(fields.values())


@pytest.mark.parametrize("path", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_every_field_may_be_missing_or_of_another_type(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    for index in first_lines_of_fields(lines):
        name = lines[index].partition(":")[0]
        bullet = f"{name[: name.index('- ')]}- {{}}\n" if "- " in name else "\n"
        others = [f"{name}: {value}\n" for value in ("", "{}", "[]", "six", "-1", "2012-01-01")]
        for instead in ["", bullet, *others]:
            text = "".join([*lines[:index], instead, *lines[index + 1 :]])
            source = SourceText(path.name, text)

            document = read_document(source, [], markdown=path.suffix == ".md")

            assert parser_of(path)(document).source.text is source


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.relative_to(EXAMPLE).as_posix())
def test_every_record_of_the_example_is_read_without_a_fault(path: Path) -> None:
    problems: list[Problem] = []
    source = SourceText(path.name, path.read_text("utf-8"))
    read = read_document(source, problems, markdown=path.suffix == ".md")
    if path.parent.name == "meetings":
        parse_meeting(read, "harbour", path.stem)
    else:
        parser_of(path)(read)

    assert problems == []
