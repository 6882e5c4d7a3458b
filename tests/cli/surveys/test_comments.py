"""``copkit survey comments``: only words that somebody keeps get into git."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from copkit.folder import load
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

SURVEY = (
    "---\ntitle: A year on\nasked_on: 2026-01-05\nquoting: {quoting}\nquestions:\n"
    "  - id: change\n    text: What should we change?\n    kind: open\n{more}---\n"
)
MAY_WE = (
    "  - id: quote\n    text: May we quote you?\n    kind: choice\n    options:\n"
    "      - 'Yes'\n      - 'No'\n"
)
COUNTS = "answered:\n  - id: harbour\n    people: 6\n"
LONG = "Meet in the morning, as Priya said on 07700 900123. It is the only time I have."


@pytest.fixture
def folder(write: Write) -> Path:
    write("communities/harbour/roster.yaml", "members:\n")
    write("surveys/a-year-on/survey.md", SURVEY.format(quoting="agreed", more=""))
    write("surveys/a-year-on/counts.yaml", COUNTS)
    return rows(write, [("harbour", {}, "Begin with tea."), ("quay", {}, LONG)])


def rows(write: Write, answers: list[tuple[str, dict[str, list[int]], str]]) -> Path:
    """Write rows of answers as 'survey import' does."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["answers"])
    for community, picks, words in answers:
        writer.writerow([json.dumps([community, picks, {"change": words}])])
    return write("private/surveys/a-year-on/m1.csv", text.getvalue())


def test_comments_are_listed_with_dots_for_whatever_points_at_somebody(
    folder: Path, copkit: Copkit
) -> None:
    listed = copkit("survey", "comments", "a-year-on", "-C", folder)
    as_json = json.loads(copkit("survey", "comments", "a-year-on", "--json", "-C", folder).stdout)

    assert "1. Begin with tea." in listed.stdout
    assert "900123" not in listed.output + json.dumps(as_json)
    assert [comment["number"] for comment in as_json["comments"]] == [1, 2]
    assert not (folder / "quotes.yaml").exists()


def test_a_kept_comment_is_a_quote_with_consent_and_its_community(
    folder: Path, copkit: Copkit
) -> None:
    kept = copkit("survey", "comments", "a-year-on", "--keep", "1", "-C", folder)

    assert kept.status == 0, kept.output
    (quote,) = load(folder).quotes
    assert (quote.words, quote.community, quote.heard) == (
        "Begin with tea.",
        "harbour",
        "a-year-on",
    )
    assert quote.consent == "given"
    # it is not offered twice
    again = copkit("survey", "comments", "a-year-on", "--keep", "1", "-C", folder)
    assert again.status == 2


def test_a_comment_that_is_kept_is_named_as_json(folder: Path, copkit: Copkit) -> None:
    result = copkit("survey", "comments", "a-year-on", "--keep", "1", "--json", "-C", folder)

    quotes = (folder / "quotes.yaml").read_text("utf-8")
    kept = json.loads(result.stdout)
    assert (kept["survey"], kept["comment"]) == ("a-year-on", 1)
    assert f"id: {kept['quote']}" in quotes


def test_a_comment_is_shortened_to_its_own_words_only(folder: Path, copkit: Copkit) -> None:
    words = "Meet in the morning [...] It is the only time I have."
    command = ("survey", "comments", "a-year-on", "--keep", "2", "-C", folder)

    whole = copkit(*command)
    reworded = copkit(*command, "--words", "Meet at noon")
    swapped = copkit(*command, "--words", "It is the only time [...] Meet in the morning")
    shorter = copkit(*command, "--words", words)

    assert "seems to hold" in whole.stderr
    assert "not the comment's own words" in reworded.stderr
    assert "not the comment's own words" in swapped.stderr
    assert shorter.status == 0, shorter.output
    (quote,) = load(folder).quotes
    assert quote.words == words
    assert quote.community is None  # too few of that community answered to name it


@pytest.mark.parametrize("picks", [{"quote": [1]}, {}])
def test_whoever_did_not_say_yes_to_being_quoted_is_not_offered(
    folder: Path, copkit: Copkit, write: Write, picks: dict[str, list[int]]
) -> None:
    write("surveys/a-year-on/survey.md", SURVEY.format(quoting="agreed", more=MAY_WE))
    rows(write, [("harbour", {"quote": [0]}, "Begin with tea."), ("harbour", picks, "No tea.")])

    result = json.loads(copkit("survey", "comments", "a-year-on", "--json", "-C", folder).stdout)

    assert [comment["words"] for comment in result["comments"]] == ["Begin with tea."]
    assert result["refused"] == 1


def test_a_survey_that_did_not_ask_gives_no_consent(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("surveys/a-year-on/survey.md", SURVEY.format(quoting="not-asked", more=""))

    copkit("survey", "comments", "a-year-on", "--keep", "1", "-C", folder)

    assert load(folder).quotes[0].consent == "not-asked"


def test_on_a_terminal_each_comment_is_kept_shortened_or_left(folder: Path) -> None:
    status, screen = talk(
        folder,
        ["survey", "comments", "a-year-on"],
        "keep",
        "keep",  # which the number in it does not allow
        "Meet in the morning",
    )

    assert status == 0, screen
    assert "900123" not in screen
    assert [quote.words for quote in load(folder).quotes] == [
        "Begin with tea.",
        "Meet in the morning",
    ]


def test_a_short_quote_takes_no_other_comment_with_it(write: Write, copkit: Copkit) -> None:
    write("communities/harbour/roster.yaml", "members:\n")
    write("surveys/a-year-on/survey.md", SURVEY.format(quoting="agreed", more=""))
    answers = ["More time.", "More time. And tea.", "More time. And a room with a door."]
    folder = rows(write, [("harbour", {}, words) for words in answers])
    command = ("survey", "comments", "a-year-on", "-C", folder)

    assert copkit(*command, "--keep", "1").status == 0

    left = copkit(*command).stdout
    assert "And tea." in left
    assert "a room with a door" in left
    assert "1. " not in left


@pytest.mark.parametrize("words", ["", "able to come", "[...]"])
def test_part_of_a_word_is_not_what_somebody_said(
    folder: Path, write: Write, copkit: Copkit, words: str
) -> None:
    rows(write, [("harbour", {}, "I was unable to come.")])

    kept = copkit("survey", "comments", "a-year-on", "--keep", "1", "--words", words, "-C", folder)

    assert kept.status == 2
    assert "not the comment's own words" in kept.stderr
    assert not (folder / "quotes.yaml").exists()


@pytest.mark.parametrize(
    "row", ["hello", '"[1,2]"', '"[null, {}, {}]"', '"[""x"", {}, {""a"": 3}]"']
)
def test_a_row_that_was_edited_is_named_by_its_number(
    folder: Path, write: Write, copkit: Copkit, row: str
) -> None:
    write("private/surveys/a-year-on/m1.csv", f"answers\n{row}\n")

    listed = copkit("survey", "comments", "a-year-on", "-C", folder)

    assert listed.status == 1
    assert "row 2 of m1.csv in private/surveys/a-year-on is not as" in listed.stderr
