"""``copkit seats``: a summary, one community's seats, and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, PROGRAMME, Copkit, Write


def test_the_summary_names_the_three_hardest_and_counts_each_community(copkit: Copkit) -> None:
    result = copkit("seats", "-C", EXAMPLE)

    assert result.status == 0
    assert (
        "Mental Health Worker (NHS)\n    empty in 5 of 5 communities; asked 7 times, nobody joined"
        in (result.stdout)
    )
    line = next(line for line in result.stdout.splitlines() if "CP3" in line)
    assert line.split()[:5] == ["Colchester", "(CP3)", "8", "1", "32"]
    assert line.endswith("NHS, Experts by Experience")


def test_somebody_on_a_seat_that_nobody_seeks_is_still_somebody_of_their_sector(
    write: Write, copkit: Copkit
) -> None:
    write("copkit.yaml", f"{PROGRAMME}seats:\n  NHS: [Nurse]\n  Police: [Sergeant]\n")
    roster = "members:\n  - id: cook-1\n    role: Cook\n    sector: NHS\n"
    folder = write("communities/harbour/roster.yaml", roster)

    [line] = [line for line in copkit("seats", "-C", folder).stdout.splitlines() if "CP1" in line]

    assert line.split()[-2:] == ["2", "Police"]


def test_a_communitys_seats_stand_below_their_sectors(copkit: Copkit) -> None:
    result = copkit("seats", "brighton", "-C", EXAMPLE)

    assert "Brighton (CP1): 11 filled, 2 on trial, 28 empty" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["Voluntary", "Sector"] in rows
    assert ["filled", "1", "2", "joined", "Community", "Matron"] in rows
    assert ["empty", "344", "3", "2.5", "promised", "Mental", "Health", "Worker"] in rows


def test_only_the_empty_ones_are_shown_where_that_is_asked(copkit: Copkit) -> None:
    result = copkit("seats", "CP1", "--empty", "-C", EXAMPLE)

    assert "Community Matron" not in result.stdout
    assert "11 filled, 2 on trial, 28 empty" in result.stdout, "the sums are those of all seats"


def test_json_gives_every_seat_of_every_community_that_goes_on(copkit: Copkit) -> None:
    found = json.loads(copkit("seats", "--json", "-C", EXAMPLE).stdout)

    assert found["as_of"] == "2013-02-28"
    assert len(found["seats"]) == 5 * 41
    assert found["hardest"][0]["role"] == "Mental Health Worker"
    assert {seat["state"] for seat in found["seats"]} == {"filled", "on-trial", "empty"}


def test_a_programme_that_seeks_no_seats_is_told_how(write: Write, copkit: Copkit) -> None:
    folder = write("communities/harbour/roster.yaml", "members:\n")

    result = copkit("seats", "-C", folder)

    assert (result.status, result.stdout) == (0, "")
    assert "below 'seats:'" in result.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("brigthon",), "did you mean 'brighton'?"),
        (("--empty", "--hardest"), "choose one of them"),
        (("--as-of", "31/2/2013"), "a date is written as 2012-04-18"),
    ],
)
def test_wrong_use_is_told_in_a_line(copkit: Copkit, words: tuple[str, ...], hint: str) -> None:
    result = copkit("seats", *words, "-C", EXAMPLE)

    assert result.status == 2
    assert hint in result.stderr


def test_every_line_fits_a_terminal(process: Copkit, tmp_path: Path) -> None:
    text = copkit_output(process, "approaches") + copkit_output(process, "health", "--explain")

    assert max(map(len, text.splitlines())) <= 80


def copkit_output(process: Copkit, *words: str) -> str:
    return process(*words, "-C", EXAMPLE).stdout


def test_a_community_is_known_by_its_whole_name(copkit: Copkit) -> None:
    shown = copkit("seats", "Brighton Community of Practice", "-C", EXAMPLE)
    assert "Brighton (CP1)" in shown.stdout


def test_seats_that_nobody_seeks_are_one_warning_and_one_command_ends_it(
    write: Write, copkit: Copkit
) -> None:
    write("copkit.yaml", f"{PROGRAMME}seats:\n  NHS:\n    - Nurse  # the first\n")
    roles = {"Cook": "NHS", "Gardener": "NHS", "Sergeant": "Police", "Nurze": "NHS"}
    members = (
        f"  - id: m-{number}\n    role: {role}\n    sector: {sector}\n"
        for number, (role, sector) in enumerate(roles.items())
    )
    folder = write("communities/harbour/roster.yaml", f"members:\n{''.join(members)}")

    near, others = [
        problem
        for problem in json.loads(copkit("check", "--json", "-C", folder).stdout)["problems"]
        if problem["code"] == "role-not-sought"
    ][::-1]
    assert "did you mean 'Nurse'?" in near["hint"]
    assert others["message"].endswith("not among the seats sought: 'Cook', 'Gardener', 'Police'")
    assert "'copkit seats --add'" in others["hint"]

    before = (folder / "copkit.yaml").read_text("utf-8")
    assert copkit("seats", "--add", "--dry-run", "-C", folder).status == 0
    assert (folder / "copkit.yaml").read_text("utf-8") == before
    assert copkit("seats", "--add", "-C", folder).status == 0

    text = (folder / "copkit.yaml").read_text("utf-8")
    assert "    - Nurse  # the first\n    - Cook\n    - Gardener\n" in text
    assert "Police:\n    - Sergeant" in text
    assert "role-not-sought" not in copkit("check", "-C", folder).stdout
    assert "nothing was changed" in copkit("seats", "--add", "-C", folder).stderr
