"""``copkit quote``, ``copkit story`` and the records behind them, as a facilitator uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

GROUP = "---\ndate: 2026-02-02\ncommunity: harbour\ntook_part: 6\n---\n"
SECTIONS = "## What we did\n\nWe talked.\n\n## What came of it\n"


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-01")
    members = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
    write("communities/harbour/roster.yaml", members)
    return write("focus-groups/harbour-talk.md", GROUP)


def test_a_quote_goes_from_a_focus_group_to_the_public(folder: Path, copkit: Copkit) -> None:
    made = copkit(
        "new-quote", "Now I know whom to ring.", "--community", "harbour", "--heard",
        "harbour-talk", "--consent", "given", "--audience", "public", "-C", folder,
    )  # fmt: skip
    before = json.loads(copkit("quote", "--for", "public", "--json", "-C", folder).stdout)
    (left_out,) = before["left_out"]
    signed = copkit(
        "quote", "sign-off", left_out["id"], "--by", "facilitator", "--yes", "-C", folder
    )
    after = copkit("quote", "--for", "public", "-C", folder)

    assert made.status == signed.status == 0, made.output + signed.output
    assert before["quotes"] == []
    assert left_out["because"] == "it is not signed off as it is now"
    assert after.stdout.startswith("“Now I know whom to ring.”\n  Member CP1")
    assert copkit("check", "-C", folder).status == 0


def test_an_edited_quote_is_reported_with_the_command_that_signs_it_again(
    folder: Path, copkit: Copkit
) -> None:
    test_a_quote_goes_from_a_focus_group_to_the_public(folder, copkit)
    path = folder / "quotes.yaml"
    path.write_text(path.read_text("utf-8").replace("whom", "who"), encoding="utf-8")

    checked = copkit("check", "-C", folder)
    today = copkit("today", "-C", folder)

    assert "sign-off-void" in checked.output
    assert "copkit quote sign-off q-" in checked.output
    assert "copkit quote sign-off q-" in today.stdout


def test_a_new_name_of_the_focus_group_is_followed_and_the_sign_off_stands(
    folder: Path, copkit: Copkit
) -> None:
    test_a_quote_goes_from_a_focus_group_to_the_public(folder, copkit)

    renamed = copkit("rename", "harbour-talk", "spring-talk", "--yes", "-C", folder)

    assert renamed.status == 0, renamed.output
    assert "heard: spring-talk" in (folder / "quotes.yaml").read_text("utf-8")
    assert "Member CP1" in copkit("quote", "--for", "public", "-C", folder).stdout


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--consent", "refused"), "consent was refused"),
        (("--consent", "not-asked"), "nobody agreed"),
        (("--consent", "given", "--part", "facilitator"), "a facilitator said it"),
    ],
)
def test_what_may_not_leave_members_cannot_be_signed(
    folder: Path, copkit: Copkit, options: tuple[str, ...], why: str
) -> None:
    copkit("new-quote", "We began late.", *options, "-C", folder)
    id = json.loads(copkit("list", "quotes", "--json", "-C", folder).stdout)["quotes"][0]["record"]

    signed = copkit("quote", "sign-off", id, "--by", "facilitator", "--yes", "-C", folder)

    assert signed.status == 1
    assert why in signed.stderr


def test_a_quote_with_a_number_is_refused(folder: Path, copkit: Copkit) -> None:
    result = copkit("new-quote", "Ring me on 07700 900123", "-C", folder)

    assert result.status == 2
    assert "a phone number" in result.stderr
    assert "900123" not in result.output
    assert not (folder / "quotes.yaml").exists()


def test_a_quote_that_was_heard_nowhere_is_an_error_with_a_suggestion(
    folder: Path, copkit: Copkit
) -> None:
    result = copkit("new-quote", "We began late.", "--heard", "harbour-tlak", "-C", folder)

    assert result.status != 0
    assert "did you mean 'harbour-talk'?" in result.stderr


def test_check_points_at_a_quote_that_was_heard_nowhere(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("quotes.yaml", "quotes:\n  - id: q1\n    words: Late.\n    heard: autumn\n")

    checked = copkit("check", "-C", folder)

    assert "quotes.yaml:4:12: there is no survey, focus group or meeting 'autumn'" in checked.output


def test_a_quote_can_be_removed_and_has_no_other_name(folder: Path, copkit: Copkit) -> None:
    copkit("new-quote", "We began late.", "-C", folder)
    id = json.loads(copkit("list", "quotes", "--json", "-C", folder).stdout)["quotes"][0]["record"]

    renamed = copkit("rename", id, "early", "-C", folder)
    removed = copkit("remove", id, "--yes", "-C", folder)

    assert renamed.status == 2
    assert removed.status == 0, removed.output
    assert json.loads(copkit("list", "quotes", "--json", "-C", folder).stdout)["quotes"] == []


def test_a_story_waits_for_what_came_of_it_after_ninety_days(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    head = "---\ntitle: A kettle\nhappened: {}\nvalue:\n  - applied\nconsent: given\n---\n\n"
    write("stories/old.md", head.format("2025-12-01") + SECTIONS)
    write("stories/new.md", head.format("2025-12-02") + SECTIONS)
    write("stories/told.md", head.format("2025-12-01") + SECTIONS + "\nIt boils.\n")

    due = json.loads(copkit("story", "due", "--json", "-C", folder).stdout)
    today = copkit("today", "-C", folder)

    assert [story["story"] for story in due["stories"]] == ["old"]
    assert "A kettle: what came of it? It began 90 days ago" in " ".join(today.stdout.split())


def test_a_story_is_signed_off_as_a_case_is(folder: Path, copkit: Copkit, write: Write) -> None:
    made = copkit(
        "new-story", "A kettle", "--value", "applied", "--consent", "given",
        "--audience", "public", "-C", folder,
    )  # fmt: skip
    signed = copkit("story", "sign-off", "a-kettle", "--by", "facilitator", "--yes", "-C", folder)
    again = copkit("story", "sign-off", "a-kettle", "--by", "facilitator", "--yes", "-C", folder)

    assert made.status == signed.status == again.status == 0, made.output + signed.output
    assert "is unchanged; nothing was written" in again.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "the file is empty"), ("quotes: 3\n", "'quotes' is a number, not a list")],
)
def test_a_file_of_quotes_that_cannot_be_read_is_named_once(
    write: Write, copkit: Copkit, text: str, message: str
) -> None:
    folder = write("quotes.yaml", text)

    result = copkit("new-quote", "Now I know whom to ring.", "-C", folder)

    assert result.status == 1
    assert result.stderr.count(message) == 1
    assert (folder / "quotes.yaml").read_text("utf-8") == text


def test_the_focus_groups_of_the_example_had_34_people_in_six_groups(
    example: Path, copkit: Copkit
) -> None:
    groups = json.loads(copkit("list", "focus-groups", "--json", "-C", example).stdout)

    people = [group["took_part"] for group in groups["focus-groups"]]
    assert (len(people), sum(people)) == (6, 34)


def test_a_story_that_cannot_be_read_is_not_passed_over(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("stories/cut.md", "title: A kettle\n")

    due = copkit("story", "due", "-C", folder)

    assert due.status == 1
    assert "stories/cut.md:1:1" in due.stderr
    assert "no story waits" not in due.stderr
