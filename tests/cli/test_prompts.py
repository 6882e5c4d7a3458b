"""On a terminal, what is missing is asked for, with the choices shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from copkit.cli.prompts import ask, confirm, parse_yes_or_no
from tests.cli.terminal import ENTER, press, talk
from tests.conftest import Copkit


@pytest.fixture
def fresh(copkit: Copkit, tmp_path: Path) -> Path:
    """A programme with two communities."""
    copkit("init", tmp_path, "--name", "Harbour", "--starts", "2026-01-05")
    copkit("new-community", "Brighton", "-C", tmp_path)
    copkit("new-community", "Halifax", "-C", tmp_path)
    return tmp_path


def test_init_asks_for_the_name(tmp_path: Path, copkit: Copkit) -> None:
    status, screen = talk(tmp_path, ["init", "new"], "Harbour programme", "soon", "5/1/2026", "")

    assert status == 0, screen
    assert "name (the programme's name)" in screen
    assert "'soon' is not a date" in screen
    assert "5/1/2026: Monday 5 January 2026" in screen
    assert "starts: 2026-01-05" in (tmp_path / "new/copkit.yaml").read_text("utf-8")
    assert copkit("check", "-C", tmp_path / "new").status == 0


def test_a_new_member_is_chosen_by_number_from_the_seats(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-member"], "brighton", "1")

    assert status == 0, screen
    assert "community (brighton, halifax)" in screen
    assert " 1  Housing Support Worker" in screen
    roster = (fresh / "communities/brighton/roster.yaml").read_text("utf-8")
    assert "role: Housing Support Worker\n    sector: Voluntary Sector\n" in roster


def test_a_role_of_ones_own_is_as_good(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-member", "brighton"], "99", "", "Vicar", "Voluntry", "1")

    assert status == 0, screen
    assert "please write a number from 1 to 9" in screen
    assert "an answer is needed" in screen
    assert "did you mean 'Voluntary Sector'? please write a number" in screen
    assert "not among those sought" in screen
    roster = (fresh / "communities/brighton/roster.yaml").read_text("utf-8")
    assert "role: Vicar\n    sector: Voluntary Sector\n" in roster


@pytest.mark.parametrize(
    ("command", "answers", "asked", "answered"),
    [
        (["attendance", "register"], ("2",), "community (its slug or code)", "Halifax"),
        (["show"], ("brighton/0-roster",), "name (as 'copkit list' prints it)", "there is no"),
        (["list"], ("communities",), "noun (what)", "CP2"),
        (["schema"], ("programme",), "noun (the kind of record)", '"title": "copkit: programme"'),
    ],
)
def test_a_word_that_is_missing_is_asked_for(
    fresh: Path, command: list[str], answers: tuple[str, ...], asked: str, answered: str
) -> None:
    _, screen = talk(fresh, command, *answers)

    assert asked in screen
    assert answered in screen


def test_with_json_a_missing_word_is_an_error(fresh: Path) -> None:
    status, screen = talk(fresh, ["attendance", "register", "--json"])

    assert status == 2
    assert "such as: copkit attendance register brighton" in screen


def test_a_correction_is_asked_for_its_reason(fresh: Path, copkit: Copkit) -> None:
    for role in ("Nurse", "Probation Officer"):
        copkit("new-member", "brighton", role, "--sector", "NHS", "-C", fresh)
    copkit("attendance", "record", "brighton", "2026-01-05", "-p", "nurse-1", "-C", fresh)

    status, screen = press(
        fresh,
        ("Why?", "ticked by mistake" + ENTER),
        verb="record",
        command=("brighton", "2026-01-05", "--absent", "nurse-1"),
    )

    assert status == 0, screen
    assert "a correction: 'nurse-1' is on record as present" in screen
    assert "ticked by mistake" in copkit("show", "brighton/2026-01-05", "-C", fresh).stdout


def test_an_answer_that_is_no_choice_is_asked_again(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-meeting"], "leeds", "hal", "2026-02-04")

    assert status == 0, screen
    assert "please write one of: brighton, halifax" in screen
    assert (fresh / "communities/halifax/meetings/2026-02-04.md").is_file()


def test_a_brief_asks_for_everything_it_needs(fresh: Path, copkit: Copkit) -> None:
    answers = ("Winter brief", "2026-01-01", "2026-03-31", "Commissioning board", "Fund weekends")
    status, screen = talk(fresh, ["new-brief"], *answers)

    assert status == 0, screen
    assert (fresh / "briefs/winter-brief.md").is_file()
    assert copkit("check", "-C", fresh).status == 0


def test_attendance_is_taken_by_number_from_the_roster(fresh: Path, copkit: Copkit) -> None:
    for role in ("Police Sergeant", "Probation Officer", "Drugs Worker"):
        copkit("new-member", "brighton", role, "-C", fresh)

    status, screen = talk(fresh, ["attendance", "record"], "brighton", "", "1, 3", "2")

    assert status == 0, screen
    assert " 2  probation-officer-1 (Probation Officer)" in screen
    text = (fresh / "communities/brighton/meetings/2026-01-05.md").read_text("utf-8")
    assert "present:\n  - police-sergeant-1\n  - drugs-worker-1\n" in text
    assert "apologies:\n  - probation-officer-1\n" in text


def test_ctrl_c_at_a_question_writes_nothing(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-case", "brighton"], "\x03")

    assert status == 130
    assert screen.endswith("copkit: stopped; nothing was written\n")
    assert not (fresh / "communities/brighton/cases").exists()


def test_the_end_of_input_at_a_question_writes_nothing(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-case", "brighton"], "\x04")

    assert status == 130
    assert "Traceback" not in screen


# --- what is meant by an answer ----------------------------------------------------------------


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
    assert parse_yes_or_no(answer) is meant


def test_what_is_neither_yes_nor_no_is_asked_again(
    answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answers("perhaps", "nah")

    assert confirm("write this?", default=True) is False
    assert "please write yes or no" in capsys.readouterr().err
    answers("")
    assert confirm("write this?", default=True) is True


def test_a_choice_is_known_without_its_hyphens(answers: Callable[..., None]) -> None:
    answers("Front line")
    assert ask("level", ("front-line", "director")) == "front-line"
    answers("yep")
    assert ask("is it", ("yes", "no", "somebody else")) == "yes"


@pytest.mark.parametrize(
    ("command", "answers", "option"),
    [
        (["new-member", "brighton"], ["99", "98", "97"], "ROLE"),
        (
            ["new-approach", "brighton", "the council"],
            ["", "front", "carrier pigeon", "smoke", "drum"],
            "--how",
        ),
    ],
)
def test_three_answers_that_cannot_be_used_end_with_what_says_it_beforehand(
    fresh: Path, command: list[str], answers: list[str], option: str
) -> None:
    status, screen = talk(fresh, command, *answers, "never read")

    assert status == 2, screen
    assert "3 answers could not be used; nothing was written" in screen
    assert f"say it beforehand with {option}" in screen
