"""``copkit today``: what is to be done, each with a command that runs as it is printed."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from copkit.cli.today import SCREEN
from tests.conftest import EXAMPLE, Copkit, Write

DAYS = ["2012-06-15", "2012-09-24", "2012-12-20", "2013-02-12"]


def items_of(copkit: Copkit, folder: Path, *options: str) -> list[dict[str, Any]]:
    result = copkit("today", "--json", "--all", "-C", folder, *options)
    assert result.status == 0, result.stderr
    items: list[dict[str, Any]] = json.loads(result.stdout)["items"]
    return items


@pytest.mark.parametrize("day", DAYS)
def test_every_command_of_the_example_runs_as_it_is_printed(
    copkit: Copkit, example: Path, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", day)
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(example)
    items = items_of(copkit, Path())

    assert items
    for command in {item["command"] for item in items}:
        result = copkit(*shlex.split(command)[1:])
        # Without a terminal a command that asks says what it would ask for.
        asks = ("missing: ", "nothing to change", "needs a terminal", "cannot be asked")
        assert result.status == 0 or any(sign in result.stderr for sign in asks), (
            command,
            result.stderr,
        )


def test_the_example_in_june_is_told_line_by_line(
    copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2012-06-15")

    lines = [
        (item["group"], item["community"], item["due"], item["days"], item["command"])
        for item in items_of(copkit, EXAMPLE, "--days", "6")
    ]

    option = f" -C {EXAMPLE}"
    assert lines == [
        ("Overdue", "colchester", "2012-06-13", 2,
         f"copkit approaches update colchester ap4{option}"),
        ("Overdue", "brighton", "2012-06-15", 0, f"copkit approaches update brighton ap4{option}"),
        ("This week and next", "brighton", "2012-06-20", -5,
         f"copkit agenda brighton 2012-06-20{option}"),
        ("This week and next", "workington", "2012-06-21", -6,
         f"copkit agenda workington 2012-06-21{option}"),
        ("Not heard from", None, None, None, f"copkit attendance away{option}"),
    ]  # fmt: skip


def test_it_fits_a_screen_and_counts_the_rest(
    copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLE)
    for day in DAYS:
        monkeypatch.setenv("COPKIT_TODAY", day)
        everything = items_of(copkit, Path())
        printed = copkit("today").stdout
        shown = json.loads(copkit("today", "--json").stdout)

        assert len(printed.splitlines()) <= SCREEN
        assert max(map(len, printed.splitlines())) <= 80
        assert len(shown["items"]) + shown["more"] == len(everything)
        assert (f"and {shown['more']} more: copkit today --all" in printed) == bool(shown["more"])
        # of each group at least its most urgent line
        assert {item["group"] for item in shown["items"]} == {item["group"] for item in everything}


def test_a_delay_of_years_stands_apart_from_what_is_to_be_done(
    copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2026-11-30")

    printed = copkit("today", "-C", EXAMPLE).stdout

    assert "  5114 days Raise informal" in printed


ROSTER = """\
members:
  - {id: nurse-1, role: Nurse, sector: NHS, joined: 2026-01-01}
  - {id: police-1, role: Police Sergeant, sector: Police, joined: 2026-01-01}
  - {id: broker-1, role: Researcher, sector: NHS, part: knowledge-broker}
"""


def meeting(day: str, fields: str = "") -> str:
    return f"---\ndate: {day}\n{fields}---\n"


@pytest.fixture
def harbour(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A community of two, of whom one has not come since January."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-20")
    folder = write("communities/harbour/roster.yaml", ROSTER)
    for day, present in (
        ("2026-01-14", "nurse-1, police-1"),
        ("2026-02-11", "nurse-1"),
        ("2026-03-11", "nurse-1"),
    ):
        text = meeting(day, f"present: [{present}]\n")
        write(f"communities/harbour/meetings/{day}.md", text)
    return folder


def test_who_missed_two_meetings_without_a_word_is_counted(copkit: Copkit, harbour: Path) -> None:
    (silent,) = items_of(copkit, harbour)

    assert silent["group"] == "Not heard from"
    assert silent["what"].startswith("One person missed the last two meetings or more")
    assert silent["command"] == f"copkit attendance away harbour -C {harbour}"
    assert not silent["named"]


@pytest.mark.parametrize(
    "word", ["apologies: [police-1]\n", "substitutes:\n  - {id: s1, for: police-1}\n"]
)
def test_who_sent_word_to_the_last_meeting_has_been_heard_from(
    copkit: Copkit, harbour: Path, write: Write, word: str
) -> None:
    text = meeting("2026-03-11", f"present: [nurse-1]\n{word}")
    write("communities/harbour/meetings/2026-03-11.md", text)

    assert items_of(copkit, harbour) == []
    (absence,) = json.loads(copkit("attendance", "away", "--json", "-C", harbour).stdout)["away"]
    assert (absence["member"], absence["missed"], absence["excused"]) == ("police-1", 2, 1)


def test_people_are_named_where_this_computer_has_their_names_and_json_says_so(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    contact = "contacts:\n  - {id: harbour/police-1, name: Zoe Marlow}\n"
    write("private/contacts.yaml", contact)

    (silent,) = items_of(copkit, harbour)

    assert silent["named"]
    assert "(Zoe Marlow)" in silent["what"]
    assert "Zoe" not in copkit("today", "-C", harbour).stdout  # in a pipe there is no such mark


def test_a_report_without_a_summary_and_quotes_without_a_sign_off_wait(
    write: Write, copkit: Copkit
) -> None:
    quote = "  - id: q{}\n    words: Now I ring.\n    consent: {}\n    audience: public\n"
    write("quotes.yaml", f"quotes:\n{quote.format(1, 'given')}{quote.format(2, 'not-asked')}")
    folder = write(
        "reports/first.md",
        "---\ntitle: What came of it\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\n"
        "## In short\n\n<!-- What a reader should know. -->\n",
    )

    before = copkit("today", "-C", folder, env={"COPKIT_TODAY": "2026-01-30"})
    after = copkit("today", "-C", folder, env={"COPKIT_TODAY": "2026-02-01"})

    assert "write what is in short" not in before.stdout
    assert "What came of it: write what is in short" in after.stdout
    assert "1 quote or story for readers outside is not signed off yet" in after.stdout


def test_nothing_to_do_is_one_line_with_the_next_meeting(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-20")
    folder = write("communities/harbour/meetings/2026-06-10.md", meeting("2026-06-10"))

    printed = copkit("today", "-C", folder).stdout

    assert printed.splitlines()[1:] == [
        "",
        "Nothing is due. The next meeting is Harbour, Wednesday 10 June.",
    ]


def test_a_past_meeting_without_attendance_and_a_fault_are_to_be_put_right(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write("communities/harbour/meetings/2026-03-11.md", meeting("2026-03-11"))
    write("evidence/card.md", "---\ntitle: T\n---\n")

    commands = [item["command"].split(" -C")[0] for item in items_of(copkit, harbour)]

    assert commands == ["copkit check", "copkit attendance take harbour 2026-03-11"]


def test_an_ask_waits_for_its_day_or_for_four_weeks(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    (harbour / "communities/harbour/roster.yaml").write_text("members:\n", encoding="utf-8")
    asks = (
        "  - {id: a1, date: 2026-01-10, of: Board, ask: A room, reply_by: 2026-03-10}\n"
        "  - {id: a2, date: 2026-02-10, of: Council, ask: A key}\n"
        "  - {id: a3, date: 2026-03-10, of: Council, ask: A bed}\n"
        "  - {id: a4, date: 2026-01-10, of: Council, ask: A bus, replied: 2026-02-01}\n"
    )
    write("blockages/cold.md", f"---\ntitle: Cold\nasks:\n{asks}---\n")
    for day in ("2026-01-14", "2026-02-11", "2026-03-11"):
        write(f"communities/harbour/meetings/{day}.md", meeting(day, "guests: 2\n"))

    assert [(item["group"], item["command"].split(" -C")[0], item["what"])
            for item in items_of(copkit, harbour)] == [
        ("Overdue", "copkit blockage reply cold a1", "Board: no answer for 69 days. A room."),
        ("Not heard from", "copkit blockage reply cold a2",
         "Council: no answer for 38 days. A key."),
    ]  # fmt: skip


def test_copkit_alone_is_today_in_a_programme_and_help_elsewhere(
    copkit: Copkit, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(harbour / "communities")
    alone, today = copkit(), copkit("today")
    monkeypatch.chdir(tmp_path)
    elsewhere = copkit()

    assert alone.stdout == today.stdout
    assert "copkit attendance away harbour\n" in alone.stdout
    assert "Usage: copkit" in elsewhere.output
    monkeypatch.setenv("COPKIT_FOLDER", str(harbour))
    assert copkit().stdout == today.stdout


def test_guards_and_changes_that_are_not_kept_are_to_be_seen_to(
    copkit: Copkit, harbour: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))

    def git(*args: str) -> None:
        subprocess.run(["git", "-C", str(harbour), *args], check=True, capture_output=True)

    def of_git() -> list[str]:
        groups = {"To put right", "Not shared yet"}
        return [item["what"] for item in items_of(copkit, harbour) if item["group"] in groups]

    git("init", "-q")
    assert of_git() == [
        "The guards before a commit and a push are missing in this copy",
        "6 records changed",
    ]

    assert copkit("hooks", "install", "-C", harbour).status == 0
    git("-c", "user.name=A", "-c", "user.email=a@example.org", "add", "-A")
    git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "x", "--no-verify")
    assert of_git() == []

    (harbour / ".git/hooks/pre-push").chmod(0o644)
    assert of_git() == ["The guards before a push cannot be executed, so git ignores them"]

    git("config", "core.hooksPath", "others")
    (fault,) = of_git()
    assert fault.endswith("missing in this copy, as git looks for hooks in others")
    checked = copkit("check", "-C", harbour)
    assert checked.status == 0
    assert f".git/hooks:1:1: warning: {fault[0].lower()}{fault[1:]}" in checked.stdout
    assert "copkit hooks install" in checked.stdout


def test_away_lists_the_longest_absent_first_and_leaves_out_brokers(
    copkit: Copkit, harbour: Path
) -> None:
    result = copkit("attendance", "away", "-C", harbour, "--missed", "1")

    head, line, _, summary = result.stdout.splitlines()
    assert head.split("  ")[0] == "Last came"
    assert line.split() == ["2026-01-14", "2", "harbour", "police-1", "Police", "Sergeant"]
    assert summary == "1 person missed 1 or more; 1 of them without a word at the last 1"


def test_copies_of_a_shared_drive_and_contacts_not_shared_are_to_be_seen_to(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    roster = (harbour / "communities/harbour/roster.yaml").read_text("utf-8")
    write("communities/harbour/roster-LAPTOP.yaml", roster)
    write("private/contacts.yaml", "contacts:\n  - id: harbour/nurse-1\n    name: Ada Quill\n")
    write("contacts.age", "what was encrypted before")
    write("private/contacts.age.digest", "of something else\n")

    found = {item["command"].partition(" -C")[0]: item for item in items_of(copkit, harbour)}

    assert "1 copy of records" in found["copkit conflicts"]["what"]
    assert "changed since contacts.age was made" in found["copkit contacts encrypt"]["what"]


def test_of_a_folder_that_was_just_started_nobody_is_told_to_share_the_settings(
    tmp_path: Path, copkit: Copkit
) -> None:
    assert copkit("init", tmp_path / "harbour", "--name", "Harbour").status == 0

    shown = copkit("today", "-C", tmp_path / "harbour").output
    copkit("new-community", "Southend", "-C", tmp_path / "harbour")
    later = copkit("today", "-C", tmp_path / "harbour").output

    assert "Not shared yet" not in shown
    assert "Not shared yet" in later
