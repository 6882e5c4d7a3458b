"""How lines and tables stand on the terminal and in a pipe."""

from __future__ import annotations

import pytest

from copkit.cli.terminal import print_heading, print_paragraph, print_table


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
