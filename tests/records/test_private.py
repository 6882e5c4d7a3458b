"""Who the members are: read like any record, and told of without a word of what it says."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest

from copkit.analysis.recipients import find_unknown_contacts
from copkit.cli.terminal import format_problem
from copkit.errors import Problem, Severity
from copkit.folder import load
from copkit.private_files import read_contacts
from copkit.records.kinds import Noun
from copkit.records.private import Contact, parse_contacts
from copkit.text.addresses import is_address
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from tests.conftest import Write

FILE = "private/contacts.yaml"
ROBIN = """\
contacts:
  - id: harbour/nurse-1
    name: Robin Threlfall
    email: robin.threlfall@example.org
    mail: agreed 2026-01-05
"""


def contacts(text: str) -> tuple[tuple[Contact, ...], list[Problem]]:
    problems: list[Problem] = []
    found = parse_contacts(read_document(SourceText(FILE, text), problems, markdown=False))
    return found, problems


def test_a_contact_is_read_with_the_day_they_agreed() -> None:
    (robin,), problems = contacts(ROBIN)

    assert problems == []
    assert (robin.id, robin.community, robin.member) == ("harbour/nurse-1", "harbour", "nurse-1")
    assert (robin.name, robin.email) == ("Robin Threlfall", "robin.threlfall@example.org")
    assert robin.agreed == dt.date(2026, 1, 5)


@pytest.mark.parametrize("text", ["contacts:\n", "", "contacts:\n  - id: harbour/nurse-1\n"])
def test_what_is_not_known_may_be_left_out(text: str) -> None:
    found, problems = contacts(text)

    assert problems == []
    assert all((one.name, one.email, one.mail, one.agreed) == (None,) * 4 for one in found)


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("robin.threlfall@example.org", "robin.threlfall at example", (4, 12), "bad-address"),
        ("agreed 2026-01-05", "yes", (5, 11), "bad-consent"),
        ("agreed 2026-01-05", "agreed 5 January 2026", (5, 11), "bad-consent"),
        ("agreed 2026-01-05", "agreed 2026-02-30", (5, 11), "bad-consent"),
        ("harbour/nurse-1", "robin-threlfall", (2, 9), "bad-id"),
        ("harbour/nurse-1", "Harbour/Robin Threlfall", (2, 9), "bad-id"),
        ("harbour/nurse-1", "harbour/../robin", (2, 9), "bad-id"),
        ("harbour/nurse-1", "", (2, 5), "missing-field"),
        ("name:", "nmae:", (3, 5), "unknown-field"),
        ("    name: Robin", "    Robin", (3, 5), "yaml-missing-colon"),
        ("name: Robin Threlfall", "name: [Robin, Threlfall]", (3, 11), "wrong-type"),
        ("name: Robin Threlfall", "name: Robin #Threlfall", (3, 17), "lost-tail"),
        ("name: Robin Threlfall", "name: Robin: Threlfall", (3, 16), "yaml-colon"),
        ("name: Robin Threlfall", 'name: "Robin Threlfall', (3, 11), "yaml-unclosed-quote"),
        ("name: Robin Threlfall", "name: *Threlfall", (3, 11), "yaml-alias"),
        ("    mail", "    name: Threlfall\n    mail", (5, 5), "duplicate-key"),
        ("contacts:\n", "contacts: Robin Threlfall\nothers:\n", (1, 11), "wrong-type"),
        ("contacts:\n", "<<<<<<< Robin Threlfall\ncontacts:\n", (1, 1), "conflict-marker"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_without_a_name_or_an_address(
    old: str, new: str, place: tuple[int, int], code: str
) -> None:
    _, problems = contacts(ROBIN.replace(old, new, 1))

    assert (problems[0].line, problems[0].column, problems[0].code) == (*place, code)
    for problem in problems:
        assert problem.message
        assert problem.hint
        told = format_problem(problem, StringIO())
        assert "robin" not in told.casefold()
        assert "threlfall" not in told.casefold()


def test_two_entries_with_one_id_are_a_fault_at_the_second() -> None:
    _, problems = contacts(ROBIN + "  - id: harbour/nurse-1\n    name: Alex Okafor\n")

    assert [(one.line, one.code) for one in problems] == [(6, "duplicate-id")]
    assert "keep one entry" in problems[0].hint


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a.person@example.org", True),
        ("zoë+cop@bücher.example", True),
        ("o'brien@nhs.example", True),
        ("a person@example.org", False),
        ("a@b", False),
        ("a@example.org, b@example.org", False),
        ("<a@example.org>", False),
        ("a@example.org\nBcc: b@example.org", False),
        ("a..b@example.org", False),
        ("@example.org", False),
        (f"{'a' * 65}@example.org", False),
        ("a" * 100_000, False),
        (f"a@{'b.' * 50_000}", False),
    ],
)
def test_an_address_is_one_address_and_nothing_else(text: str, right: bool) -> None:
    assert is_address(text) is right


def test_a_folder_without_the_file_has_no_contacts(write: Write) -> None:
    problems: list[Problem] = []

    assert read_contacts(write("README.md", ""), problems) == ()
    assert problems == []


def test_contacts_are_read_from_the_folder_and_a_link_is_not_followed(write: Write) -> None:
    folder = write(FILE, ROBIN)
    problems: list[Problem] = []
    assert [one.id for one in read_contacts(folder, problems)] == ["harbour/nurse-1"]

    (folder / FILE).rename(folder / "elsewhere.yaml")
    (folder / FILE).symlink_to(folder / "elsewhere.yaml")

    assert read_contacts(folder, problems) == ()
    assert [one.code for one in problems] == ["not-a-file"]


def test_whoever_is_on_no_roster_is_warned_of_without_their_name(write: Write) -> None:
    roster = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
    write("communities/harbour/roster.yaml", roster)
    more = "  - id: harbour/nurse-2\n  - id: elsewhere/threlfall\n    name: Robin Threlfall\n"
    folder = write(FILE, ROBIN + more)

    programme = load(folder, {Noun.MEMBERS})
    found = list(find_unknown_contacts(programme, read_contacts(folder, [])))

    assert [(one.line, one.column, one.severity) for one in found] == [
        (6, 9, Severity.WARNING),
        (7, 9, Severity.WARNING),
    ]
    assert found[0].hint == "did you mean 'harbour/nurse-1'?"
    assert "threlfall" not in f"{found}".casefold()


def test_loading_a_programme_does_not_read_the_contacts(write: Write) -> None:
    folder: Path = write(FILE, b"\xff\xfe")

    assert load(folder).problems == ()
