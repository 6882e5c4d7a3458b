"""``copkit case follow-up`` and ``close``: what is due, and a case of which all is known."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.cases.loop import CASE, KEYS, MARCH, NAME, harbour, text_of
from tests.cli.terminal import talk
from tests.conftest import PROGRAMME, Copkit, Write

__all__ = ["harbour"]


def test_what_is_due_is_listed_the_longest_overdue_first(harbour: Path, copkit: Copkit) -> None:
    env = {"COPKIT_TODAY": "2026-03-21"}

    result = copkit("case", "follow-up", "-C", harbour, env=env)

    rows = [line.split("  ") for line in result.stdout.splitlines()]
    assert [row[0].strip() for row in rows] == ["days", "38", "10", "-"]
    assert result.stdout.splitlines()[1].endswith("Cut another key    harbour/lost-keys:a1")
    assert "no date     nobody" in result.stdout
    assert result.stderr == "3 actions due: harbour 3; the longest for 38 days\n"


def test_what_is_to_come_is_counted_and_shown_when_asked_for(harbour: Path, copkit: Copkit) -> None:
    day = ("--as-of", "2026-03-01", "-C", harbour)

    due = copkit("case", "follow-up", "CP1", *day)
    everything = copkit("case", "follow-up", "--all", "--json", *day)

    assert "Ask the neighbour" not in due.stdout
    assert due.stderr.endswith("; 1 action to come (--all shows them)\n")
    found = json.loads(everything.stdout)
    assert (found["as_of"], found["due"], found["to_come"]) == ("2026-03-01", 2, 1)
    told = [(one["name"], one["days_overdue"], one["is_due"]) for one in found["actions"]]
    assert told == [
        ("harbour/lost-keys:a1", 18, True),
        ("harbour/lost-keys:a2", 0, False),
        ("harbour/old-debt:a1", 0, True),
    ]
    assert found["actions"][0] == {
        "name": "harbour/lost-keys:a1",
        "community": "harbour",
        "case": "lost-keys",
        "title": "Lost keys",
        "action": "a1",
        "what": "Cut another key",
        "owner": "Locksmith",
        "due": "2026-02-11",
        "is_due": True,
        "days_overdue": 18,
        "progress": [],
    }


def test_one_owner_is_asked_by_a_part_of_the_name(harbour: Path, copkit: Copkit) -> None:
    of = ("--all", "-C", harbour)

    found = copkit("case", "follow-up", "--owner", "probation", *of, env=MARCH)
    none = copkit("case", "follow-up", "--owner", "Loksmith", *of, env=MARCH)

    assert "Ask the neighbour" in found.stdout
    assert "Cut another key" not in found.stdout
    assert none.status == 0
    assert none.stdout == ""
    assert none.stderr == "did you mean 'Locksmith'?\nnothing is due as of 2026-03-01\n"


def test_where_nothing_is_due_it_says_so(harbour: Path, copkit: Copkit) -> None:
    early = ("--as-of", "2026-01-02", "-C", harbour)

    result = copkit("case", "follow-up", *early)

    assert (result.status, result.stdout) == (0, "")
    assert result.stderr == "nothing is due as of 2026-01-02\n"
    empty = json.loads(copkit("case", "follow-up", "--json", *early).stdout)
    assert empty == {"as_of": "2026-01-02", "due": 0, "to_come": 0, "actions": []}


def test_once_the_programme_has_ended_it_looks_back_from_its_last_day(
    harbour: Path, copkit: Copkit, write: Write
) -> None:
    write("copkit.yaml", f"{PROGRAMME}ends: 2026-02-28\n")
    command, later = ("case", "follow-up", "--json", "-C", harbour), {"COPKIT_TODAY": "2026-09-01"}

    def overdue() -> tuple[str, dict[str, int]]:
        stated = json.loads(copkit(*command, env=later).stdout)
        return stated["as_of"], {one["name"]: one["days_overdue"] for one in stated["actions"]}

    assert overdue() == ("2026-02-28", {f"{NAME}:a1": 17, "harbour/old-debt:a1": 0})
    told = ("case", "progress", NAME, "a1", "helped", "-C", harbour)
    assert copkit(*told, env=later).status == 0
    assert overdue() == ("2026-09-01", {f"{NAME}:a2": 174, "harbour/old-debt:a1": 0})


def test_on_a_terminal_nothing_is_cut_and_names_stay_whole(harbour: Path) -> None:
    status, screen = talk(harbour, ["case", "follow-up", "--all", "--as-of", "2026-03-01"])

    assert status == 0
    assert max(map(len, screen.splitlines())) <= 80
    assert "  Probation Officer: Ask the neighbour\n" in screen
    assert "  harbour/lost-keys:a2\n" in screen


def test_a_case_is_closed_once_all_has_been_told(harbour: Path, copkit: Copkit) -> None:
    close = ("case", "close", NAME, "-C", harbour)

    early = copkit(*close, env=MARCH)
    copkit("case", "progress", NAME, "a1", "helped", "-C", harbour, env=MARCH)
    copkit("case", "progress", NAME, "a2", "not-tried", "-C", harbour, env=MARCH)
    result, again = copkit(*close, env=MARCH), copkit(*close, env=MARCH)

    assert early.status == 1
    assert "copkit case progress harbour/lost-keys a1 OUTCOME\n" in early.stderr
    assert "nobody has reported what came of 2 actions; nothing was written" in early.stderr
    assert result.status == again.status == 0
    assert "never tried: a2: Ask the neighbour" in result.stderr
    assert "is closed already" in again.stderr
    assert "status: closed" in text_of(harbour)
    assert "lost-keys" not in copkit("case", "follow-up", "--all", "-C", harbour).stdout


def test_a_draft_is_not_closed(harbour: Path, copkit: Copkit) -> None:
    (harbour / KEYS).write_text(CASE.replace("presented\n", "draft\n", 1), "utf-8")

    result = copkit("case", "close", NAME, "-C", harbour)

    assert result.status == 1
    assert "is a draft; nothing was written" in result.stderr


def test_on_a_terminal_closing_asks_what_came_of_each(harbour: Path) -> None:
    status, screen = talk(harbour, ["case", "close", NAME], "h", "d")

    assert status == 0, screen
    assert "  a2: Ask the neighbour" in screen
    assert [line for line in text_of(harbour).splitlines() if "outcome" in line] == [
        "    outcome: helped",
        "    outcome: did-not-help",
    ]
    assert "status: closed" in text_of(harbour)


def test_check_asks_for_what_the_loop_lacks_and_its_commands_mend_it(
    harbour: Path, copkit: Copkit
) -> None:
    (harbour / KEYS).write_text(CASE.replace("presented\n", "draft\n", 1), "utf-8")

    found = json.loads(copkit("check", "--json", "-C", harbour).stdout)["problems"]

    assert [(one["code"], one["severity"], one["line"]) for one in found] == [
        ("action-without-owner", "warning", 7),
        ("action-without-date", "warning", 7),
    ]
    for hint in (one["hint"].replace("ROLE", "Nurse") for one in found):
        assert copkit(*hint.split()[1:], "-C", harbour, env=MARCH).status == 0, hint
    assert json.loads(copkit("check", "--json", "-C", harbour).stdout)["problems"] == []
