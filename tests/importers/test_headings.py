"""Headings as people write them: loose forms, two rows of them, and what stands below a table."""

from __future__ import annotations

import pytest

from copkit.importers.headings import (
    find_member_column,
    find_vague_column,
    is_note,
    is_total,
    join_heading_rows,
    nearest_column,
)


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        ("role", "Role / Job title|role/job title|Job role|What is your job title?|Post title*"),
        ("role", "Funktion|Fonction|Stanowisko|Swydd|Cargo|Functie|Ruolo|Função|Befattning"),
        ("role", "Your role or job title|Job title (required)|ROLE:|Organization Title"),
        ("name", "NAME OF MEMBER*|Full name|What is your full name?|Name\n(as on badge)|Naam|Enw"),
        ("first-name", "Vorname|Imię|first_name|Forename(s)"),
        ("last-name", "Surname|Apellidos|Nachname|Nazwisko"),
        ("e-mail", "Email\n(work)|E-mail address (work)|Primary Email|E-mail 1 - Value|Courriel"),
        ("organisation", "Agency / Organisation|Current Employer|Which organisation are you from?"),
        ("sector", "Which sector do you work in?|Sektor|Secteur"),
        ("joined", "Date joined|Member since|Mitglied seit"),
    ],
)
def test_a_heading_means_the_same_however_it_is_written(column: str, headings: str) -> None:
    assert {str(find_member_column(heading)) for heading in headings.split("|")} == {column}


@pytest.mark.parametrize(
    "heading",
    [
        "Name / Organisation",
        "Name and role",
        "Contact ID",
        "Contact Owner",
        "Host email",
        "Tel. no.",
        "Line manager",
        "Name of your favourite place",
    ],
)
def test_a_heading_that_means_two_things_or_another_person_is_not_guessed(heading: str) -> None:
    assert find_member_column(heading) is None


def test_words_with_several_meanings_are_left_to_the_cells_below() -> None:
    assert find_member_column("Title") is None
    assert find_vague_column("Title") == "role"


def test_the_nearest_meaning_of_an_unknown_heading_is_found_by_its_words() -> None:
    assert nearest_column("Organistion") == "organisation"
    assert nearest_column("Their role these days") == "role"
    assert nearest_column("Shoe size") is None


def test_two_rows_of_headings_become_one() -> None:
    form = join_heading_rows(
        ("Email Address", "About yourself", "", "Any ideas?"),
        ("", "Your name", "Your job", "Open-Ended Response"),
    )
    register = join_heading_rows(("", "2025", "", "2026"), ("Name", "5 Nov", "3 Dec", "7 Jan"))

    assert form == ("Email Address", "Your name", "Your job", "Any ideas?")
    assert register == ("Name", "5 Nov 2025", "3 Dec 2025", "7 Jan 2026")


def test_totals_and_footers_are_no_rows_of_a_table() -> None:
    assert is_total(("TOTAL", "", "3", "2"))
    assert is_total(("Grand Totals (4 records)",))
    assert not is_total(("Total Tom", "tom@example.org"))
    assert is_note(("Confidential Information - Do Not Distribute",))
    assert is_note(("Key: P = present", "", ""))
    assert not is_note(("Ada Quill",))
    assert not is_note(("Keyes Marrow", "", ""))
