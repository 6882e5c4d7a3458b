"""``copkit ties``: reach and depth before and now, from the question to the picture."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Copkit
from tests.importers.survey_samples import without_ties
from tests.importers.tie_samples import REACH, SECTORS, TIMES, table_with_ties

SURVEY = "december-2012"
COUNTS = f"surveys/{SURVEY}/counts.yaml"


def test_the_answers_of_the_33_give_the_ties_of_the_example(example: Path, copkit: Copkit) -> None:
    (example / ".gitignore").write_text("private/\nbuild/\n", encoding="utf-8")
    counts = (example / COUNTS).read_text("utf-8")
    (example / COUNTS).unlink()
    file = example.parent / "answers.csv"
    file.write_bytes(table_with_ties())

    result = copkit("survey", "import", SURVEY, file, "-C", example)

    assert result.status == 0, result.output
    written = (example / COUNTS).read_text("utf-8")
    assert written[written.index("ties:\n") :] == counts[counts.index("ties:\n") :]


def test_reach_before_and_now_is_told_to_all_of_them(example: Path, copkit: Copkit) -> None:
    for reader in ("members", "commissioners", "public"):
        facts = json.loads(copkit("ties", "--for", reader, "--json", "-C", example).stdout)

        assert (facts["kind"], facts["answered"], facts["of"]) == ("says", 33, 54)
        assert facts["reach"] == {when: list(counts) for when, counts in REACH.items()}
        assert bool(facts["ties"]) == (reader == "members")


def test_a_terminal_of_80_columns_shows_the_ties(example: Path, copkit: Copkit) -> None:
    result = copkit("ties", "-C", example)

    assert "Before, of 33 people, worked with other sectors: 20 with none or one" in result.stdout
    assert "before 4 of 22, signpost; now 13 of 22, talk" in result.stdout
    assert "remembered answers flatter" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("form", ["text", "md", "csv"])
def test_readers_outside_get_no_small_count_of_two_sectors(
    example: Path, copkit: Copkit, form: str
) -> None:
    result = copkit("ties", "--for", "commissioners", "-f", form, "-C", example)

    assert result.status == 0, result.output
    assert not re.search(r"\d+ of (5|6|11|17|22|23)\b", result.stdout)
    assert "6 of 7" not in result.stdout


def test_where_too_little_may_be_told_there_is_no_map(example: Path, copkit: Copkit) -> None:
    result = copkit("ties", "--for", "public", "-f", "svg", "-C", example)

    assert result.status == 2
    assert "there is no map" in result.stderr


def test_the_picture_has_the_same_places_in_each_panel_and_widths_of_the_table(
    example: Path, copkit: Copkit
) -> None:
    svg = copkit("ties", "-f", "svg", "-C", example).stdout

    circles = re.findall(r'<circle [^>]*cx="([\d.]+)" cy="([\d.]+)"', svg)
    panels = [circles[start : start + 5] for start in range(0, 15, 5)]
    first = panels[0][0][0]
    shapes = [[(round(float(x) - float(panel[0][0]), 0), y) for x, y in panel] for panel in panels]
    assert first and shapes[0] == shapes[1] == shapes[2]
    # 20 people are the widest line, and 13 in proportion between 1 and 6 pixels.
    assert 'stroke-width="6.0"' in svg
    assert f'stroke-width="{round(1 + 5 * 13 / 20, 1)}"' in svg
    words = re.findall(r"<desc[^>]*>(.*?)</desc>", svg)[0]
    assert "20 with none or one" in words
    assert words.endswith("The table has the rest.")


def test_one_time_alone_has_no_panel_of_what_is_new(example: Path, copkit: Copkit) -> None:
    svg = copkit("ties", "--when", "now", "-f", "svg", "-C", example).stdout

    assert ">Now<" in svg
    assert "Before" not in svg
    assert "what is new" not in svg


def test_the_form_asks_for_each_sector_on_a_ladder(example: Path, copkit: Copkit) -> None:
    assert copkit("survey", "build", SURVEY, "-C", example).status == 0

    for ending in ("html", "txt"):
        form = (example / f"build/surveys/{SURVEY}.{ending}").read_text("utf-8")
        form = " ".join(form.split())
        for words in (*TIMES.values(), "NHS", "I tell people to go there", "not about a person"):
            assert words in form
    assert form.count("Experts by Experience") == len(("sector", *TIMES))
    assert len(SECTORS) == 5


def test_rows_may_say_that_they_are_the_sectors_of_the_programme(
    example: Path, copkit: Copkit
) -> None:
    survey = example / "surveys/december-2012/survey.md"
    text = survey.read_text("utf-8").replace(
        "    when: now\n", "    when: now\n    rows: sectors\n"
    )
    survey.write_text(text, encoding="utf-8")

    checked = copkit("check", "-C", example)
    copkit("survey", "build", "december-2012", "-C", example)

    assert checked.status == 0, checked.output
    form = (example / "build/surveys/december-2012.txt").read_text("utf-8")
    assert form.count("Criminal Justice & Police") == 3  # their own, before, and now


def test_a_rung_that_is_not_known_is_asked_about(example: Path, copkit: Copkit) -> None:
    file = example.parent / "answers.csv"
    file.write_bytes(table_with_ties().replace(b"Not at all", b"Hardly", 1))

    result = copkit("survey", "import", SURVEY, file, "--dry-run", "-C", example)
    meant = copkit(
        "survey", "import", SURVEY, file, "--label", "Hardly=1", "--dry-run", "-C", example
    )

    assert result.status == 1
    assert "Hardly" in result.stderr
    assert meant.status == 0, meant.output


def test_a_survey_that_did_not_ask_says_so(example: Path, copkit: Copkit) -> None:
    questions = example / f"surveys/{SURVEY}/survey.md"
    questions.write_text(without_ties(questions.read_text("utf-8")), encoding="utf-8")
    counts = (example / COUNTS).read_text("utf-8")
    (example / COUNTS).write_text(counts[: counts.index("ties:\n")], encoding="utf-8")

    named = copkit("ties", "--survey", SURVEY, "-C", example)
    latest = copkit("ties", "-C", example)

    assert (named.status, latest.status) == (1, 1)
    assert "was not asked" in named.stderr
    assert "no survey has counted" in latest.stderr
