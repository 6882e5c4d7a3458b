"""``copkit survey``: from questions to counts, and no row of answers anywhere but in private/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit
from tests.importers.survey_samples import SAMPLES, without_ties

SURVEY = "december-2012"
COUNTS = f"surveys/{SURVEY}/counts.yaml"
TRACES = ("Zedbury", "Quillon", "answers.example", "203.0.113", "19:06", "03:08", "50.8")


@pytest.fixture
def unasked(example: Path) -> Path:
    """The example before anybody answered."""
    (example / COUNTS).unlink()
    questions = example / f"surveys/{SURVEY}/survey.md"
    questions.write_text(without_ties(questions.read_text("utf-8")), encoding="utf-8")
    (example / ".gitignore").write_text("private/\nbuild/\n", encoding="utf-8")
    return example


def answers_file(folder: Path, tool: str) -> Path:
    path = folder.parent / f"{tool}.csv"
    path.write_bytes(SAMPLES[tool]())
    return path


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ("", "missing-field"),
        ("    people:\n", "missing-field"),
        ("    people: six\n", "wrong-type"),
        ("    people: [6]\n", "wrong-type"),
        ("    people: 3\n", "small-count"),
    ],
)
def test_a_community_needs_a_number_of_people_who_answered(
    example: Path, copkit: Copkit, people: str, code: str
) -> None:
    path = example / COUNTS
    text = path.read_text("utf-8")
    path.write_text(text.replace("    people: 8\n", people, 1), encoding="utf-8")

    result = copkit("check", "--json", "-C", example)

    problems = json.loads(result.stdout)["problems"]
    assert [(problem["file"], problem["code"]) for problem in problems] == [(COUNTS, code)]


def test_the_example_says_what_the_report_says(example: Path, copkit: Copkit) -> None:
    result = copkit("survey", "show", SURVEY, "--json", "-C", example)
    facts = json.loads(result.stdout)

    assert (facts["answered"], facts["of"]) == (33, 54)
    told = {
        question["id"]: (
            question["disagreed"] if question["reversed"] else question["agreed"],
            question["n"],
            question["bounds"],
        )
        for question in facts["questions"]
    }
    assert told == {
        "skills": (31, 33, [57, 96]),
        "agencies": (32, 33, [59, 98]),
        "contacts": (30, 33, [56, 94]),
        "talking-shop": (33, 33, [61, 100]),
    }


def test_a_terminal_of_80_columns_shows_it_all(example: Path, copkit: Copkit) -> None:
    result = copkit("survey", "show", SURVEY, "--by", "community", "-C", example)

    assert "33 answers of 54 (61%). N: confirmed members, X and F, on 3 December" in result.stdout
    assert "31 of 33 agreed (94%)." in result.stdout
    assert "33 of 33 disagreed (100%)." in result.stdout
    assert "Stoke-on-Trent  6 of 8" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("form", ["text", "md", "dots.svg"])
@pytest.mark.parametrize("reader", ["commissioners", "public"])
def test_readers_outside_get_the_headlines_and_no_small_community(
    example: Path, copkit: Copkit, form: str, reader: str
) -> None:
    result = copkit(
        "survey", "show", SURVEY, "--by", "community", "--for", reader, "-f", form, "-C", example
    )

    assert result.status == 0, result.output
    assert "31 of 33" in result.stdout
    for hidden in ("6 of 8", "5 of 5", "8 of 8", "14, 17", "neither", "Colchester 6"):
        assert hidden not in result.stdout


def test_a_survey_for_members_is_shown_to_nobody_else(example: Path, copkit: Copkit) -> None:
    path = example / f"surveys/{SURVEY}/survey.md"
    path.write_text(path.read_text("utf-8").replace("audience: public", "audience: members"))

    result = copkit("survey", "show", SURVEY, "--for", "public", "-C", example)

    assert result.status == 2
    assert "is for members alone" in result.stderr


@pytest.mark.parametrize("tool", SAMPLES)
def test_an_import_leaves_counts_in_git_and_no_trace_of_anybody(
    unasked: Path, copkit: Copkit, tool: str
) -> None:
    file = answers_file(unasked, tool)

    result = copkit("survey", "import", SURVEY, file, "-C", unasked)
    as_json = copkit("survey", "import", SURVEY, file, "--json", "-C", unasked)
    shown = copkit("survey", "show", SURVEY, "--json", "-C", unasked)

    assert result.status == 0, result.output
    assert "33 answers of 54 (61%)" in result.stderr
    assert "Too few to show apart: Halifax, Workington (together 6)" in result.stderr
    assert [question["agreed"] for question in json.loads(shown.stdout)["questions"]] == [
        31, 32, 30, 0,
    ]  # fmt: skip
    written = [path.read_bytes() for path in unasked.rglob("*") if path.is_file()]
    said = (result.output + as_json.output + shown.output).encode()
    for trace in TRACES:
        assert not any(trace.encode() in data for data in [*written, said]), trace
    if tool == "table":  # what the others leave is the same
        assert copkit("check", "-C", unasked).status == 0


def test_a_file_is_counted_once_whoever_counts_it_and_in_whatever_form(
    unasked: Path, copkit: Copkit
) -> None:
    copkit("survey", "import", SURVEY, answers_file(unasked, "google-forms"), "-C", unasked)
    counts = (unasked / COUNTS).read_bytes()

    again = copkit("survey", "import", SURVEY, answers_file(unasked, "google-forms"), "-C", unasked)
    other = copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)
    copkit("survey", "forget", SURVEY, "-C", unasked)
    later = copkit("survey", "import", SURVEY, answers_file(unasked, "google-forms"), "-C", unasked)

    assert "nothing of it is counted again" in again.stderr
    assert "no answer that is not counted already" in other.stderr
    assert "nothing of it is counted again" in later.stderr
    assert (unasked / COUNTS).read_bytes() == counts


def test_a_later_export_adds_only_what_is_new(unasked: Path, copkit: Copkit) -> None:
    path = answers_file(unasked, "table")
    lines = path.read_bytes().splitlines(keepends=True)
    first = path.with_name("first.csv")
    first.write_bytes(b"".join(lines[:21]))
    copkit("survey", "import", SURVEY, first, "-C", unasked)

    result = copkit("survey", "import", SURVEY, path, "-C", unasked)

    assert "33 answers of 54" in result.stderr
    assert "13 of them are new" in result.stderr
    assert "Set aside: 20 (20 counted already)" in result.stderr
    assert "given: 14 17 1 1 0" in (unasked / COUNTS).read_text("utf-8")


def test_rows_are_forgotten_on_their_day_or_at_once(unasked: Path, copkit: Copkit) -> None:
    copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)
    rows = unasked / f"private/surveys/{SURVEY}"
    assert len(list(rows.iterdir())) == 1

    early = copkit(
        "survey", "forget", "-C", unasked, "--dry-run", env={"COPKIT_TODAY": "2013-12-20"}
    )
    assert "no rows of answers" in early.stderr
    due = copkit("survey", "forget", "-C", unasked, env={"COPKIT_TODAY": "2013-12-21"})
    assert "deleted private/surveys" in due.stderr
    assert not rows.exists()


def test_a_dry_run_writes_nothing(unasked: Path, copkit: Copkit, tree_of: object) -> None:
    before = tree_of(unasked)  # type: ignore[operator]

    result = copkit(
        "survey", "import", SURVEY, answers_file(unasked, "jisc"), "--dry-run", "-C", unasked
    )

    assert "33 answers of 54" in result.stderr
    assert tree_of(unasked) == before  # type: ignore[operator]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "answers.csv"),
        (b"Name,Shoe size\nQuillon Zedbury1,42\n", "has no column for 'community', 'skills'"),
        (SAMPLES["table"]().replace(b"Neither agree nor disagree", b"Zedbury, somewhat"),
         "stand in no scale that is known"),
        (b"".join(SAMPLES["table"]().splitlines(keepends=True)[:4]), "3 answers to count"),
    ],
    ids=["empty", "picture", "other-table", "unknown-label", "three-rows"],
)  # fmt: skip
def test_a_bad_file_gets_one_clear_line_and_nothing_is_written(
    unasked: Path, copkit: Copkit, content: bytes, message: str
) -> None:
    file = unasked.parent / "answers.csv"
    file.write_bytes(content)

    result = copkit("survey", "import", SURVEY, file, "-C", unasked)

    assert result.status != 0
    assert message in result.stderr
    assert "Quillon" not in result.output
    assert "Traceback" not in result.output
    assert not (unasked / COUNTS).exists()
    assert not (unasked / "private/surveys").exists()


def test_more_answers_than_were_asked_is_said_with_both_numbers(
    unasked: Path, copkit: Copkit
) -> None:
    path = unasked / f"surveys/{SURVEY}/survey.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("asked_on: 2012-12-03", "asked_on: 2012-04-01"))

    result = copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)

    assert "the link went further, or N is counted on another day" in result.stderr


def test_two_surveys_stand_side_by_side_and_nobody_is_linked(example: Path, copkit: Copkit) -> None:
    earlier = example / "surveys/march-2012"
    earlier.mkdir()
    text = (example / f"surveys/{SURVEY}/survey.md").read_text("utf-8")
    (earlier / "survey.md").write_text(text.replace("December 2012", "March 2012", 1))
    counts = (example / COUNTS).read_text("utf-8").replace("given: 14 17 1 1 0", "given: 2 9 9 9 4")
    (earlier / "counts.yaml").write_text(counts)

    result = copkit("survey", "show", SURVEY, "--compare", "march-2012", "-C", example)
    picture = copkit(
        "survey", "show", SURVEY, "--compare", "march-2012", "-f", "dots.svg", "-C", example
    )

    assert "Then 11 of 33, now 31 of 33." in result.stdout
    assert "Not the same people: 33 then" in result.stdout
    assert ">then<" in picture.stdout


def test_the_questions_are_built_as_a_page_and_as_text(example: Path, copkit: Copkit) -> None:
    result = copkit("survey", "build", SURVEY, "-C", example, "--json")
    page, text = (Path(file).read_text("utf-8") for file in json.loads(result.stdout)["files"])

    for form in (page, text):
        assert "Neither agree nor disagree" in form
        assert "Tower Hamlets" in form
        assert "no names" in form


def test_shipped_questions_are_chosen_by_name(example: Path, copkit: Copkit) -> None:
    all_of_them = copkit("new-survey", "A year on", "-C", example)
    unknown = copkit("new-survey", "Two", "--question", "skils", "-C", example)

    assert all_of_them.status == 0, all_of_them.output
    text = (example / "surveys/a-year-on/survey.md").read_text("utf-8")
    assert "id: shelter" in text
    assert "reversed: true" in text.replace('"', "")
    assert "did you mean 'skills'?" in unknown.stderr
    assert copkit("check", "-C", example).status == 0


def test_a_survey_is_listed_shown_and_described_in_the_log(example: Path, copkit: Copkit) -> None:
    assert SURVEY in copkit("list", "surveys", "-C", example).stdout
    assert "kind: agreement" in copkit("show", SURVEY, "-C", example).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "january-2012"), "there is no survey 'january-2012'"),
        (("show", SURVEY, "--by", "sector"), "'sector' is not 'community'"),
        (("show", SURVEY, "-f", "pdf"), "there is no 'pdf'"),
        (("show", SURVEY, "--for", "everyone"), "there is no audience 'everyone'"),
        (("show", SURVEY, "--for", "public", "-f", "likert.svg"), "may not see how many disagreed"),
        (("import", SURVEY, "x.csv", "--column", "skills"), "'skills' has no '='"),
        (("import", SURVEY, "x.csv", "--column", "skils=Q"), "there is no question 'skils'"),
        (("import", SURVEY, "x.csv", "--label", "Mostly=9"), "'9' is no point of the scale"),
    ],
)
def test_what_was_typed_wrongly_is_named(
    example: Path, copkit: Copkit, arguments: tuple[str, ...], message: str
) -> None:
    result = copkit("survey", *arguments, "-C", example)

    assert result.status == 2
    assert message in result.stderr


def test_a_file_without_enough_answers_leaves_nothing_behind(unasked: Path, copkit: Copkit) -> None:
    path = answers_file(unasked, "table")
    lines = path.read_bytes().splitlines(keepends=True)
    before = {file: file.read_bytes() for file in unasked.rglob("*") if file.is_file()}
    for rows, message in ((1, "0 rows below its headings"), (4, "3 answers to count")):
        path.write_bytes(b"".join(lines[:rows]))

        result = copkit("survey", "import", SURVEY, path, "-C", unasked)

        assert result.status == 1
        assert message in result.stderr
        assert {file: file.read_bytes() for file in unasked.rglob("*") if file.is_file()} == before


def test_rows_that_were_forgotten_are_not_kept_for_undo(unasked: Path, copkit: Copkit) -> None:
    copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)

    copkit("survey", "forget", SURVEY, "-C", unasked)

    private = (unasked / "private").rglob("*")
    left = b"".join(path.read_bytes() for path in private if path.is_file())
    assert b"talking-shop" not in left
    assert copkit("undo", "-C", unasked).status == 1


def test_rows_follow_a_survey_to_its_new_name_and_go_when_it_is_gone(
    unasked: Path, copkit: Copkit
) -> None:
    copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)
    rows = unasked / "private/surveys"

    copkit("rename", SURVEY, "after-a-year", "-C", unasked)
    assert [path.parent.name for path in rows.rglob("*.csv")] == ["after-a-year"]
    (rows / "after-a-year").rename(rows / "of-a-colleague-once")  # who renamed the survey
    copkit("survey", "forget", "-C", unasked)

    assert not list(rows.rglob("*.csv"))


def test_a_file_that_was_counted_with_a_key_of_others_is_not_counted_again(
    unasked: Path, copkit: Copkit
) -> None:
    path = answers_file(unasked, "table")
    copkit("survey", "import", SURVEY, path, "-C", unasked)
    (unasked / "private/acceptance.key").unlink()

    result = copkit("survey", "import", SURVEY, path, "-C", unasked)

    assert result.status == 1
    assert "counted with a key that is not here" in result.stderr


def test_counts_follow_a_community_and_go_with_it(example: Path, copkit: Copkit) -> None:
    assert copkit("rename", "colchester", "essex", "-C", example).status == 0
    shown = copkit("survey", "show", SURVEY, "--by", "community", "--json", "-C", example)
    assert "essex" in shown.stdout
    assert "colchester" not in shown.stdout

    copkit("remove", "essex", "--with-references", "-C", example)

    text = (example / COUNTS).read_text("utf-8")
    assert "essex" not in text
    assert text.count("id: skills\n") == 1
    assert text.count("question: skills\n") == 5


def test_readers_outside_cannot_tell_from_shares_how_many_answered_in_a_hidden_place(
    unasked: Path, copkit: Copkit
) -> None:
    # 10 of the 12 in Stoke: two were silent, and "9 of 10 agreed" would say so.
    path = answers_file(unasked, "table")
    head, *_ = path.read_bytes().splitlines(keepends=True)
    places = ["Stoke-on-Trent"] * 10 + ["Brighton"] * 12
    answers = [b"Agree" if number % 5 else b"Disagree" for number in range(len(places))]
    lines = [
        b"A Person,%s,%s,\r\n" % (place.encode(), b",".join([answer] * 4))
        for place, answer in zip(places, answers, strict=True)
    ]
    path.write_bytes(head + b"".join(lines))
    copkit("survey", "import", SURVEY, path, "-C", unasked)

    shown = copkit(
        "survey", "show", SURVEY, "--for", "public", "--by", "community", "--json", "-C", unasked
    )
    facts = json.loads(shown.stdout)

    assert any(not isinstance(response["people"], int) for response in facts["responses"])
    assert not any(question["by"] for question in facts["questions"])
    assert facts["questions"][0]["n"] == 22


def test_rows_that_are_not_here_may_be_counted_twice_and_that_is_said_once(
    unasked: Path, copkit: Copkit
) -> None:
    path = answers_file(unasked, "table")
    first = path.with_name("first.csv")
    first.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:21]))
    copkit("survey", "import", SURVEY, first, "-C", unasked)
    copkit("survey", "forget", SURVEY, "-C", unasked)

    result = copkit("survey", "import", SURVEY, first, path, "-C", unasked)

    assert "the rows of 20 answers counted before are not on this computer" in result.stderr
    assert result.stderr.count("first.csv was counted on") == 1


def test_files_counted_with_two_keys_are_warned_of(unasked: Path, copkit: Copkit) -> None:
    copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)
    counts = unasked / COUNTS
    text = counts.read_text("utf-8")
    start = text.index("  - id: m")
    end = text.index("answered:")
    theirs = text[start:end].replace("- id: m-", "- id: m-z").replace("digest: ", "digest: 0")
    key = theirs.partition("key: ")[2].strip()
    counts.write_text(text[:end] + theirs.replace(key, "0" * 16) + text[end:], "utf-8")

    problems = json.loads(copkit("check", "--json", "-C", unasked).stdout)["problems"]

    assert [problem["code"] for problem in problems if "survey" in problem["file"]] == [
        "counted-apart"
    ]


@pytest.mark.parametrize(
    ("name", "beginning"), [("a.md", b"## "), ("a.svg", b"<svg"), ("a.png", b"\x89PNG")]
)
def test_the_ending_of_a_file_names_the_form_of_a_survey(
    example: Path, copkit: Copkit, name: str, beginning: bytes
) -> None:
    path = example / name

    result = copkit("survey", "show", SURVEY, "-o", path, "-C", example)

    assert result.status == 0, result.output
    assert path.read_bytes().lstrip().startswith(beginning)
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["a.exe", "answers", "a.txt"])
def test_an_ending_that_is_no_form_of_a_survey_is_named(
    example: Path, copkit: Copkit, name: str
) -> None:
    result = copkit("survey", "show", SURVEY, "-o", example / name, "-C", example)

    assert result.status == 2
    assert "name a file that ends in .md, .svg or .png" in result.stderr
    assert not (example / name).exists()


def test_rows_of_a_survey_that_cannot_be_read_are_not_forgotten_unasked(
    unasked: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2013-01-10")
    copkit("survey", "import", SURVEY, answers_file(unasked, "table"), "-C", unasked)
    record = unasked / f"surveys/{SURVEY}/survey.md"
    record.write_text("title: cut short\n", "utf-8")

    result = copkit("survey", "forget", "-C", unasked)

    assert result.status == 0
    assert "no rows of answers to delete" in result.stderr
    assert list((unasked / f"private/surveys/{SURVEY}").glob("*.csv"))
