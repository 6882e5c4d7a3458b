"""``copkit sessions``, ``new-session``, ``session record / sign-off / feedback``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit

NETWORK = "communities/riverside-network"


def session_text(example: Path, day: str) -> str:
    return (example / NETWORK / f"meetings/{day}.md").read_text(encoding="utf-8")


def test_sessions_are_listed_with_speakers_and_totals_of_visits(
    copkit: Copkit, example: Path
) -> None:
    listed = json.loads(copkit("sessions", "riverside", "-C", example, "--json").stdout)
    conference = next(entry for entry in listed["sessions"] if entry["kind"] == "conference")

    assert listed["network"] == "riverside-network"
    assert listed["totals"] == {
        "sessions": 7, "visits": 183, "speakers": 10, "organisations": 6, "uncounted": 1,
    }  # fmt: skip
    assert (conference["date"], conference["registered"], conference["came"]) == (
        "2022-03-16", 80, 61,
    )  # fmt: skip
    assert conference["speakers"][0]["name"] == "Oswin Tallow"
    assert conference["speakers"][1] == {
        "role": "Senior Lecturer", "organisation": "a university", "name": None,
    }  # fmt: skip


def test_a_session_without_numbers_is_not_counted_and_one_to_come_says_so(
    copkit: Copkit, example: Path
) -> None:
    copkit("new-session", "riverside", "2099-01-14", "Winter", "--speaker", "Nurse", "-C", example)

    result = copkit("sessions", "riverside", "-C", example)

    assert "not counted" in result.stdout
    assert "2099-01-14  Winter\n            to come" in result.stdout
    assert "held: 7 sessions" in result.stdout


def test_sessions_are_found_by_year_and_by_what_they_are_about(
    copkit: Copkit, example: Path
) -> None:
    options = ("-C", example, "--json")
    of_2021 = json.loads(copkit("sessions", "--year", "2021", *options).stdout)
    falls = json.loads(copkit("sessions", "--topic", "falling", *options).stdout)

    assert [entry["date"] for entry in of_2021["sessions"]] == ["2021-09-22", "2021-11-17"]
    assert [entry["title"] for entry in falls["sessions"]] == ["Falls at home"]


def test_two_days_of_a_conference_are_one_and_shared_sessions_count_once(
    copkit: Copkit, example: Path
) -> None:
    copkit(
        *("new-session", "riverside", "2022-03-17", "Second day", "--kind", "conference"),
        *("--part-of", "2022-03-16", "-C", example),
    )
    copkit("new-community", "Hilltop", "--kind", "network", "-C", example)
    path = example / NETWORK / "meetings/2021-11-17.md"
    shared = path.read_text(encoding="utf-8").replace(
        "audience: public\n", "audience: public\nwith:\n  - hilltop\n"
    )
    path.write_text(shared, encoding="utf-8")

    both = json.loads(copkit("sessions", "-C", example, "--json").stdout)["networks"]

    assert [report["totals"]["sessions"] for report in both] == [7, 1]
    assert both[1]["sessions"][0]["session"] == "riverside-network/2021-11-17"
    assert "[shared by riverside-network]" in copkit("sessions", "hilltop", "-C", example).stdout


def test_numbers_are_recorded_and_corrected_only_with_a_reason(
    copkit: Copkit, example: Path
) -> None:
    day = "2022-11-16"
    command = ("session", "record", "riverside", day, "-C", example)

    first = copkit(*command, "--came", "22", "--registered", "30", "--from", "nhs=4")
    same = copkit(*command, "--came", "22")
    other = copkit(*command, "--came", "21")
    corrected = copkit(*command, "--came", "21", "--why", "the helpers were counted")

    assert [r.status for r in (first, same, other, corrected)] == [0, 0, 1, 0]
    assert "says so already" in same.stderr
    assert "other numbers in 'came'" in other.stderr
    text = session_text(example, day)
    assert "came: 21\n" in text and "sector: NHS\n    people: 4\n" in text
    assert "why: the helpers were counted" in text
    assert copkit("check", "-C", example).status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("brighton", "2012-04-18", "--came", "5"), "brighton is not a network"),
        (("riverside", "2099-01-14", "--came", "5"), "still to come"),
        (("riverside", "2022-11-16", "--from", "Nurses=5"), "no sector of copkit.yaml"),
        (("riverside", "2022-11-16", "--from", "NHS"), "has no number"),
        (("riverside", "2022-11-17", "--came", "5"), "did you mean '2022-11-16'"),
        (("riverside", "2022-11-16"), "missing: --came"),
    ],
)
def test_what_cannot_be_recorded_is_explained(
    copkit: Copkit, example: Path, words: tuple[str, ...], said: str
) -> None:
    copkit("new-session", "riverside", "2099-01-14", "Winter", "-C", example)

    result = copkit("session", "record", *words, "-C", example)

    assert result.status in {1, 2}
    assert said in " ".join(result.stderr.split())


def test_feedback_is_signed_off_and_an_edit_ends_it(copkit: Copkit, example: Path) -> None:
    command = ("session", "sign-off", "riverside-network", "2022-03-16", "q2", "-C", example)
    path = example / NETWORK / "meetings/2022-03-16.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("rung two", "rung all"), encoding="utf-8")

    voided = copkit("check", "-C", example)
    signed = copkit(*command, "--by", "facilitator", "--yes")

    assert "sign-off-void" in voided.output
    assert " ".join(map(str, command[:5])) in " ".join(voided.output.split())
    assert signed.status == 0, signed.output
    assert "sign-off-void" not in copkit("check", "-C", example).output


def test_feedback_is_a_survey_of_three_questions_with_counts_alone(
    copkit: Copkit, example: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.csv"
    head = "Timestamp,This session was useful for my work,Whom did you meet,Next,Quote"
    lines = [
        f"2022-03-1{n},{'Agree' if n else 'Strongly agree'},A housing officer {n},,Yes"
        for n in range(6)
    ]
    answers.write_text("\n".join([head, *lines]), encoding="utf-8")

    result = copkit(
        *("session", "feedback", "riverside", "2022-03-16", answers, "--json", "-C", example),
        *("--column", "met=Whom did you meet", "--column", "next=Next"),
        *("--column", "quote=Quote"),
    )

    report = json.loads(result.stdout)
    folder = example / "surveys/riverside-network-2022-03-16"
    assert (report["counted"], report["of"]) == (6, 61), result.output
    assert "housing officer 3" not in (folder / "counts.yaml").read_text(encoding="utf-8")
    assert copkit("check", "-C", example).status == 0


def test_a_session_that_is_renamed_keeps_its_feedback(copkit: Copkit, example: Path) -> None:
    of_session = ("session", "feedback", "riverside", "-C", example)
    made = copkit(*of_session[:3], "2022-03-16", *of_session[3:])
    assert made.status == 0, made.output
    renamed = copkit("rename", "riverside-network", "river", "--yes", "-C", example)
    assert renamed.status == 0, renamed.output

    again = copkit("session", "feedback", "river", "2022-03-16", "-C", example)

    surveys = sorted((example / "surveys").glob("riv*"))
    [survey] = [path if path.is_file() else path / "survey.md" for path in surveys]
    assert "session: river/2022-03-16" in survey.read_text(encoding="utf-8")
    assert "the questions: copkit survey build riverside-network-2022-03-16" in again.stderr
    assert copkit("check", "-C", example).status == 0


def test_feedback_needs_the_number_of_those_who_came(copkit: Copkit, example: Path) -> None:
    result = copkit("session", "feedback", "riverside", "2022-11-16", "-C", example)

    assert result.status == 1
    assert "copkit session record riverside-network 2022-11-16 --came" in result.stderr


def test_no_survey_is_left_behind_by_answers_that_cannot_be_read(
    copkit: Copkit, example: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "answers.csv"

    result = copkit("session", "feedback", "riverside", "2022-03-16", missing, "-C", example)

    assert result.status != 0
    assert "answers.csv cannot be read" in result.stderr
    assert not (example / "surveys/riverside-network-2022-03-16").exists()


def test_a_network_is_made_with_its_own_headings(copkit: Copkit, example: Path) -> None:
    copkit("new-community", "Hilltop", "--kind", "network", "-C", example)

    text = (example / "communities/hilltop/community.md").read_text(encoding="utf-8")

    assert "## What it is for\n\n## Benefits\n\n## How to join\n\n## Domain" in text
