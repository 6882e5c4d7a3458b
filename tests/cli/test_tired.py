"""What somebody types at the end of a long day is understood, or told what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from copkit.cli.asking import agree, ask, yes_or_no
from copkit.cli.options import time_of_day
from copkit.errors import CopkitError
from tests.conftest import Copkit

CASE = "harwich/nobody-to-call"


@pytest.fixture
def harbour(copkit: Copkit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme of one community with two members, a draft case and a blockage."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-05")
    folder = tmp_path / "harbour"
    copkit("init", folder, "--name", "Harbour", "--starts", "2026-01-05")
    for words in (
        ["new-community", "Harwich"],
        ["new-member", "harwich", "Police Sergeant"],
        ["new-member", "harwich", "Drugs Worker"],
        ["new-case", "harwich", "Nobody to call", "--presented", "2026-02-04"],
        ["new-blockage", "Weekend cover"],
    ):
        assert copkit(*words, "-C", folder).status == 0
    return folder


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answer questions one after another."""

    def give(*words: str) -> None:
        left = list(words)
        monkeypatch.setattr(typer, "prompt", lambda *_, **__: left.pop(0))

    return give


@pytest.mark.parametrize(
    ("answer", "meant"),
    [("Yep", True), ("OK.", True), ("yes please", True), ("NOPE", False), ("no!", False)],
)
def test_a_yes_or_a_no_is_known_in_other_words(answer: str, meant: bool) -> None:
    assert yes_or_no(answer) is meant


def test_what_is_neither_yes_nor_no_is_asked_again(
    answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answers("perhaps", "nah")

    assert agree("write this?", default=True) is False
    assert "please write yes or no" in capsys.readouterr().err
    answers("")
    assert agree("write this?", default=True) is True


def test_a_choice_is_known_without_its_hyphens(answers: Callable[..., None]) -> None:
    answers("Front line")
    assert ask("level", ("front-line", "director")) == "front-line"
    answers("yep")
    assert ask("is it", ("yes", "no", "somebody else")) == "yes"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("14:00", "14:00"), ("2pm", "14:00"), ("2.30 pm", "14:30"), ("12am", "00:00")],
)
def test_a_time_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert f"{time_of_day(typed, '--start'):%H:%M}" == meant


@pytest.mark.parametrize("typed", ["2", "14pm", "25:00", "noon"])
def test_a_time_that_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(CopkitError, match="is not a time of day"):
        time_of_day(typed, "--start")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["agenda", "harwich", "4 Mar 2026"], "write 2026-03-04"),
        (["case", "action", CASE, "Ring", "--due", "next month"], ", or 'next'"),
        (["import", "members.xlsx"], "'attendance import' or 'roster import'"),
        (["new-meeting", "harwich", "1", "April"], 'need quotes around them: "two words"'),
        (["roster", "import", "list.csv"], "such as: copkit roster import brighton members.xlsx"),
        (["blockage", "link", CASE, "weekend-cover"], "'weekend-cover' is no case"),
        (["evidence", "for", CASE], "'copkit new-evidence' adds one"),
    ],
)
def test_a_slip_is_told_what_to_write(
    harbour: Path, copkit: Copkit, words: list[str], hint: str
) -> None:
    assert hint in " ".join(copkit(*words, "-C", harbour).stderr.split())


def test_a_blockage_behind_its_case_is_told_the_order(harbour: Path, copkit: Copkit) -> None:
    told = copkit("blockage", "link", "nobody-to-call", "weekend-cover", "-C", harbour)

    assert told.status == 2
    assert "copkit blockage link weekend-cover COMMUNITY/CASE" in told.stderr


def test_a_community_is_known_by_its_whole_name(harbour: Path, copkit: Copkit) -> None:
    shown = copkit("seats", "Harwich Community of Practice", "-C", harbour)
    assert "Harwich (CP1)" in shown.stdout


def test_a_programme_in_a_folder_below_is_pointed_out(harbour: Path, copkit: Copkit) -> None:
    told = copkit("check", "-C", harbour.parent)

    assert told.status == 2
    assert "there is one in harbour: 'cd harbour' first" in told.stderr


def test_an_owner_named_by_id_is_recorded_by_role(harbour: Path, copkit: Copkit) -> None:
    words = ("Ring them", "--owner", "drugs-worker-1", "--due", "2026-04-01")
    copkit("case", "action", CASE, *words, "-C", harbour)

    text = (harbour / "communities/harwich/cases/nobody-to-call.md").read_text("utf-8")
    assert "owner: Drugs Worker" in text


def test_an_outcome_told_twice_says_how_to_take_the_first_one_back(
    harbour: Path, copkit: Copkit
) -> None:
    words = ("Ring them", "--owner", "Drugs Worker", "--due", "2026-03-04")
    copkit("case", "action", CASE, *words, "-C", harbour)
    first = copkit("case", "progress", CASE, "a1", "helped", "-C", harbour)
    second = copkit("case", "progress", CASE, "a1", "did not help", "-C", harbour)

    assert "a1: helped: Ring them" in first.stderr
    assert "was that a slip? then take p1 out of communities/harwich/cases/" in second.stderr


def test_linking_a_draft_says_that_it_does_not_count(harbour: Path, copkit: Copkit) -> None:
    told = copkit("blockage", "link", "weekend-cover", CASE, "-C", harbour)
    assert "is a draft, so nobody is told of it" in told.stderr


def test_a_sector_that_is_nearly_known_is_pointed_out(harbour: Path, copkit: Copkit) -> None:
    told = copkit(
        "new-member", "harwich", "Social Worker", "--sector", "Local authority", "-C", harbour
    )
    assert "did you mean 'Local Authority (LA)'?" in told.stderr


def test_somebody_in_a_seat_not_sought_still_is_somebody_of_the_sector(
    harbour: Path, copkit: Copkit
) -> None:
    copkit(
        "new-member",
        "harwich",
        "Housing Officer",
        "--sector",
        "Local Authority (LA)",
        "-C",
        harbour,
    )

    line = next(
        line for line in copkit("seats", "-C", harbour).stdout.splitlines() if "CP1" in line
    )
    assert "Voluntary Sector" in line
    assert "Local Authority" not in line


# --- a list as it comes from the boss --------------------------------------------------------

LIST = """\
Name,Job title,Sector
"Okafor, Grace",Police Sergeant,Police
"Marsh, Tom",Housing Officer,Housing
"""


def test_unknown_sectors_are_told_once_with_the_way_out(harbour: Path, copkit: Copkit) -> None:
    (harbour / "list.csv").write_text(LIST, "utf-8")
    words = ("roster", "import", "harwich", harbour / "list.csv", "--yes", "-C", harbour)

    told = copkit(*words)
    assert told.stderr.count("there are: Voluntary Sector") == 1
    assert "--column sector= leaves that to the seats" in told.stderr
    assert "says so already" not in told.stderr

    without = copkit(*words, "--column", "sector=")
    assert "or seek the role in copkit.yaml" in without.stderr
    assert "not read: Sector; --column WHAT=HEAD has a column read" in without.stderr


def test_contacts_that_an_import_begins_end_with_a_line_break(
    harbour: Path, copkit: Copkit
) -> None:
    (harbour / "list.csv").write_text("Name,Job title\nTom Marsh,Probation Officer\n", "utf-8")
    copkit("roster", "import", "harwich", harbour / "list.csv", "--yes", "-C", harbour)

    assert (harbour / "private/contacts.yaml").read_text("utf-8").endswith("Tom Marsh\n")


@pytest.mark.parametrize("mark", ["~$list.xlsx", ".~lock.list.xlsx#"])
@pytest.mark.parametrize("command", ["roster import harwich", "attendance import harwich today"])
def test_the_mark_of_an_open_workbook_names_the_list_itself(
    harbour: Path, copkit: Copkit, mark: str, command: str
) -> None:
    (harbour / mark).write_bytes(b"\x05Chris" + b" " * 160)
    told = copkit(*command.split(), harbour / mark, "-C", harbour)

    assert told.status == 1
    assert "name the list itself: 'list.xlsx'" in told.stderr
