"""How lines and tables stand on the terminal and in a pipe."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from copkit.cli.context import CommandContext
from copkit.cli.terminal import print_heading, print_paragraph, print_table, say


def test_lines_after_the_first_stand_below_its_first_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")

    print_paragraph("Nobody senior stands behind it.", "  - ")
    print_paragraph("")

    assert capsys.readouterr().out == "  - Nobody senior stands\n    behind it.\n\n"


def test_a_heading_is_plain_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    print_heading("Brighton", ": two meetings")

    assert capsys.readouterr().out == "Brighton: two meetings\n"


def test_a_column_of_numbers_ends_below_the_end_of_its_head(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(("days", "due", "seat"), [("7", "in 3", "Nurse"), ("", "2", "Matron")])

    assert capsys.readouterr().out == ("days  due   seat\n   7  in 3  Nurse\n      2     Matron\n")


def test_a_table_without_rows_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("id", "title"), [])

    assert capsys.readouterr().out == "id  title\n"


@pytest.fixture
def screen(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns, without colours."""
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(type(stream), "isatty", lambda self: True)
    monkeypatch.setenv("NO_COLOR", "1")


ID = "harbour/young-persons-sexual-health-worker-1"
ROLE = "Young Person’s Sexual Health Worker of the Outreach Team"


def test_beside_a_short_name_a_long_text_takes_two_lines(
    screen: None, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(("id", "agency"), [("ap1", f"{ROLE} and others"), ("ap2", "GP")])

    assert capsys.readouterr().out.splitlines() == [
        "id   agency",
        "ap1  Young Person’s Sexual Health Worker of the Outreach Team and others",
        "ap2  GP",
    ]

    print_table(("id", "agency"), [("ap1", f"{ROLE} and others in {ROLE}")])

    assert capsys.readouterr().out.splitlines()[1:] == [
        "ap1  Young Person’s Sexual Health Worker of the Outreach Team and others in",
        "     Young Person’s Sexual Health Worker of the Outreach Team",
    ]


def test_a_long_name_is_whole_and_the_role_below_it_readable_at_80_columns(
    screen: None, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(ID, ROLE, "expert-by-experience", "Voluntary Sector")]
    print_table(("id", "role", "part", "sector"), rows)

    lines = capsys.readouterr().out.splitlines()

    assert lines[2] == ID
    assert max(map(len, lines)) <= 80
    below = " ".join(line[2:40].strip() for line in lines[3:])
    assert below == ROLE
    assert "expert-by-experience  Voluntary Sector" in lines[3]


def test_a_command_is_never_broken_over_lines(
    screen: None, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "'copkit case sign-off workington/the-last-appointment'"

    say(f"workington/the-last-appointment is left out: it is not signed off yet; {command}")

    assert command in capsys.readouterr().err


def test_a_path_is_never_broken_over_lines(
    screen: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"/home/me/{'My documents/' * 8}brief.pdf"

    CommandContext().report([Path(path)], "Brief", [])

    assert f"  wrote {path}\n" in capsys.readouterr().err
