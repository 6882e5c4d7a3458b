"""Files of form tools: the same answers whatever tool wrote them, and nothing of who gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.surveys import tally_rows
from copkit.errors import CopkitError
from copkit.importers.surveys import (
    SurveyFile,
    UnknownLabels,
    find_unmatched,
    fold_label,
    read_answers,
)
from copkit.importers.tables import ImportedTable, read_table
from copkit.records.surveys import NO_OPINION, Survey, parse_survey
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from tests.conftest import EXAMPLE, drawn
from tests.importers.survey_samples import PLACES, SAMPLES, STATEMENTS, WHICH, without_ties

COMMUNITIES = {fold_label(place): place.lower().replace(" ", "-") for place in PLACES}


def example_survey() -> Survey:
    text = without_ties((EXAMPLE / "surveys/december-2012/survey.md").read_text(encoding="utf-8"))
    return parse_survey(read_document(SourceText("survey.md", text), [], markdown=True), "december")


def survey_with(*questions: str) -> Survey:
    """Return a survey with questions, each the lines of its fields."""
    text = "---\ntitle: T\nasked_on: 2012-12-03\nquestions:\n"
    for question in questions:
        first, *others = question.split("\n")
        text += "\n".join([f"  - {first}", *(f"    {line}" for line in others)]) + "\n"
    problems: list[object] = []
    source = SourceText("survey.md", f"{text}---\n")
    survey = parse_survey(read_document(source, problems, markdown=True), "t")  # type: ignore[arg-type]
    assert not problems
    return survey


SKILLS = "id: skills\ntext: I do my work better\nkind: agreement"


def table_of(*rows: Sequence[str]) -> ImportedTable:
    return ImportedTable("answers.csv", tuple(map(tuple, rows)), tuple(range(1, len(rows) + 1)))


def read(survey: Survey, *rows: Sequence[str], **options: Mapping[str, str]) -> SurveyFile:
    return read_answers(table_of(*rows), survey, COMMUNITIES, **options)  # type: ignore[arg-type]


def points_of(file: SurveyFile, question: str = "skills") -> list[tuple[int, ...]]:
    return [tuple(row.picks.get(question, ())) for row in file.rows]


@pytest.mark.parametrize("tool", SAMPLES)
def test_every_tool_s_file_gives_the_same_counts(tool: str) -> None:
    file = read_answers(read_table(SAMPLES[tool](), "a file"), example_survey(), COMMUNITIES)
    tally = tally_rows(example_survey(), file.rows)

    assert file.tool == tool
    assert file.unknown == ()
    assert tally.given["skills", ""][:5] == (14, 17, 1, 1, 0)
    assert tally.given["agencies", ""][:5] == (15, 17, 1, 0, 0)
    assert tally.given["contacts", ""][:5] == (12, 18, 2, 1, 0)
    assert tally.given["talking-shop", ""][:5] == (0, 0, 0, 13, 20)
    assert tally.people["elsewhere"] == 6


@pytest.mark.parametrize("tool", SAMPLES)
def test_no_name_address_place_or_time_is_in_what_is_read(tool: str) -> None:
    file = read_answers(read_table(SAMPLES[tool](), "a file"), example_survey(), COMMUNITIES)

    for trace in ("Zedbury", "Quillon", "answers.example", "203.0.113", "2012", "19:0", "50.8"):
        assert trace not in repr(file).replace("december-2012", "")


@pytest.mark.parametrize(
    ("points", "labels", "expected"),
    [
        (5, "strongly agree|a. Agree|5. Neutral|Disagree strongly|n/a", (0, 1, 2, 4, NO_OPINION)),
        (5, "Agree|Tend to agree|Neither|Tend to disagree|Disagree", (0, 1, 2, 3, 4)),
        (5, "Completely agree|Somewhat agree|Mixed|Somewhat disagree|Completely disagree",
         (0, 1, 2, 3, 4)),
        (4, "Strongly agree|Agree|Disagree|Strongly disagree", (0, 1, 2, 3)),
        (7, "Strongly agree|Agree|Slightly agree|Neither|Slightly disagree|Disagree",
         (0, 1, 2, 3, 4, 5)),
        (5, "Cytuno'n gryf|Cytuno|Ddim yn cytuno nac yn anghytuno|Anghytuno|Anghytuno'n gryf",
         (0, 1, 2, 3, 4)),
        (5, "Strongly agree (5)|Agree (4)|Neither (3)|(d) Disagree|1 - Strongly Disagree",
         (0, 1, 2, 3, 4)),
        (5, "5 - Strongly agree|4|3|2|1", (0, 1, 2, 3, 4)),
        (5, "0 - Strongly agree|1|2|3|4 - Strongly disagree", (0, 1, 2, 3, 4)),
        (7, "1|2|7 = Strongly agree", (6, 5, 0)),
        (5, "Don't know|Prefer not to say|Not applicable", (NO_OPINION,) * 3),
    ],
)  # fmt: skip
def test_labels_of_scales_are_points(points: int, labels: str, expected: tuple[int, ...]) -> None:
    survey = survey_with(f"{SKILLS}\npoints: {points}")
    rows = [[label] for label in labels.split("|")]

    assert points_of(read(survey, ["I do my work better"], *rows)) == [(at,) for at in expected]


@pytest.mark.parametrize(
    "heading",
    [
        "7. I do my work better",
        "Q7: I do my work better",
        "Q7 I do my work better *",
        "2.3.a - I do my work better",
        "I do\nmy work\xa0better (optional)",
        "<b>I do my work better</b>",
        "I do my work better:How far do you agree?",
        "How far do you agree? [I do my work better]",
    ],
)
def test_a_question_is_known_by_its_words_whatever_stands_around_them(heading: str) -> None:
    assert points_of(read(survey_with(SKILLS), ["Name", heading], ["A Person", "Agree"])) == [(1,)]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("Partial", "not finished"),
        ("Disqualified", "not finished"),
        ("Complete (Test Data)", "a preview or a test"),
        ("Spam", "a preview or a test"),
    ],
)
def test_rows_that_are_no_whole_answer_by_their_status_are_set_aside(
    status: str, reason: str
) -> None:
    survey = survey_with(SKILLS, "id: hope\ntext: I hope for more\nkind: agreement")
    rows = (["Status", "I do my work better", "I hope for more"], [status, "Agree", ""])

    file = read(survey, *rows, ["Complete", "Agree", "Agree"])

    assert file.set_aside == {reason: 1}
    assert len(file.rows) == 1


def test_what_was_typed_beside_the_options_is_no_second_column_of_the_question() -> None:
    survey = survey_with(SKILLS, f"id: where\ntext: {WHICH}\nkind: community")
    rows = (
        ["Respondent ID", "Collector ID", "I do my work better", WHICH, ""],
        ["", "", "Response", "Response", "Other (please specify)"],
        ["1", "4", "Agree", "Brighton", ""],
    )

    file = read(survey, *rows)

    assert [row.community for row in file.rows] == ["brighton"]
    assert file.unknown == (f"{WHICH}: Other (please specify)",)


def test_a_column_of_names_is_never_read_for_a_question() -> None:
    rows = (["Full name", "Mood"], *([f"Pat Zedbury {number}", "Agree"] for number in range(20)))

    for heading, message in (("Full name", "says who somebody is"), ("Mood", "no column")):
        with pytest.raises(CopkitError, match=message) as refusal:
            read(survey_with(SKILLS), *rows, given={"skills": heading} if heading != "Mood" else {})
        assert "Zedbury" not in str(refusal.value)
    with pytest.raises(CopkitError, match="20 different answers to 'skills'"):
        read(survey_with(SKILLS), ["Remarks"], *rows[1:], given={"skills": "Remarks"})


def test_digits_without_a_declared_scale_are_refused() -> None:
    with pytest.raises(CopkitError, match="which end is 1 is not known"):
        read(survey_with(SKILLS), ["I do my work better"], ["4"], ["5"])


def test_digits_are_read_from_the_end_that_the_scale_names() -> None:
    first = survey_with(f"{SKILLS}\nscale: strongly agree first")
    last = survey_with(f"{SKILLS}\nscale: strongly disagree first")
    rows = (["I do my work better"], ["1"], ["5"])

    assert points_of(read(first, *rows)) == [(0,), (4,)]
    assert points_of(read(last, *rows)) == [(4,), (0,)]


def test_an_unknown_label_is_asked_about_and_its_meaning_taken() -> None:
    survey = survey_with(SKILLS)
    rows = (["I do my work better"], ["Rather so"], ["Agree"])

    with pytest.raises(UnknownLabels) as unknown:
        read(survey, *rows)
    assert unknown.value.labels == {"skills": ("Rather so",)}
    assert points_of(read(survey, *rows, labels={"rather so": "2"})) == [(1,), (1,)]


def test_a_question_without_a_column_is_an_error_and_an_unknown_column_is_named() -> None:
    survey = survey_with(SKILLS)
    table = table_of(["How is it going?", "Shoe size"], ["Agree", "42"])

    with pytest.raises(CopkitError, match="no column for 'skills'"):
        read_answers(table, survey, COMMUNITIES)
    missing, free = find_unmatched(table, survey, {})
    assert [question.id for question in missing] == ["skills"]
    assert free == ("How is it going?", "Shoe size")
    file = read_answers(table, survey, COMMUNITIES, given={"skills": "How is it going?"})
    assert file.unknown == ("Shoe size",)


def test_of_two_rows_with_one_address_the_later_counts() -> None:
    file = read(
        survey_with(SKILLS),
        ["Email", "I do my work better"],
        ["a.person@example.org", "Disagree"],
        ["anonymous", "Agree"],
        ["A.Person@example.org", "Agree"],
        ["anonymous", "Agree"],
    )

    assert points_of(file) == [(1,), (1,), (1,)]
    assert file.set_aside == {"a later row has the same address": 1}


def test_several_answers_in_a_cell_are_split_by_the_options_alone() -> None:
    question = "id: why\ntext: Why do you come?\nkind: choices\noptions:\n"
    survey = survey_with(question + "  - To learn, and to teach\n  - The people\n  - Tea")
    rows = (
        ["Why do you come?"],
        ["To learn, and to teach, Tea"],  # a sheet of Google
        ["The people;Tea;"],  # Microsoft Forms
        ["Cake;Tea"],
    )

    file = read(survey, *rows)

    assert points_of(file, "why") == [(0, 2), (1, 2), (2,)]
    assert file.notes == ("1 answer to 'why' hold something that is none of its options",)


def test_one_column_for_each_option_is_one_question() -> None:
    question = "id: why\ntext: Why do you come?\nkind: choices\noptions:\n  - Learning\n  - Tea"
    survey = survey_with(question)

    file = read(
        survey,
        ["Why do you come? [Learning]", "Why do you come? [Tea]"],
        ["Yes", "No"],
        ["Yes", "Yes"],
    )

    assert points_of(file, "why") == [(0,), (0, 1)]


def test_a_title_above_the_table_is_no_heading() -> None:
    rows = (["Answers of December"], ["I do my work better", "Name"], ["Agree", "A Person"])

    assert points_of(read(survey_with(SKILLS), *rows)) == [(1,)]


CELLS = st.sampled_from(
    ["", "Agree", "Strongly disagree", "n/a", "Brighton", "Pat Zedbury", "x@y.example", "3"]
)
HEADINGS = st.sampled_from(
    ["Name", "Email Address", "IP Address", "Timestamp", "Shoe size", "ID", "Full name", "",
     "Response ID", "Custom Data 1", "Anything else?"]
)  # fmt: skip


@drawn(40, 2000)
@given(
    headings=st.lists(HEADINGS, min_size=1, max_size=6, unique=True),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=8), min_size=1, max_size=12),
    place=st.integers(0, 6),
)
def test_each_row_is_counted_or_set_aside_and_each_column_used_left_out_or_named(
    headings: list[str], rows: list[list[str]], place: int
) -> None:
    head = [*headings[:place], "I do my work better", *headings[place:]]
    at = head.index("I do my work better")
    table = table_of(head, *rows)

    try:
        file = read_answers(table, survey_with(SKILLS), COMMUNITIES, labels={})
    except UnknownLabels as error:
        assert "Zedbury" not in str(error)
        return
    except CopkitError as error:  # digits without a scale
        assert "which end is 1" in str(error)
        return

    assert file.rows_in_file == len(rows)
    named = {*file.left_out, *file.unknown, "I do my work better"}
    filled = {name for name in head if name}
    assert filled <= named
    own = {row[at] for row in rows if at < len(row)}
    for secret in {"Pat Zedbury", "x@y.example"} - own:
        assert secret not in repr(file)


def test_the_heading_of_the_community_may_be_any_of_its_names() -> None:
    survey = survey_with(SKILLS, f"id: where\ntext: {WHICH}\nkind: community")
    rows = (["I do my work better", WHICH], ["Agree", "brighton"], ["Agree", "Nowhere"])

    file = read(survey, *rows)

    assert [row.community for row in file.rows] == ["brighton", ""]
    assert "1 row name no community" in file.notes[0]
    assert set(STATEMENTS) == {"skills", "agencies", "contacts", "talking-shop"}
