"""What shows only when records are seen together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write


def codes(copkit: Copkit, folder: Path) -> list[str]:
    """Give what check says, as places and codes."""
    problems = json.loads(copkit("check", "-C", folder, "--json").stdout)["problems"]
    return [f"{problem['file']}:{problem['line']} {problem['code']}" for problem in problems]


@pytest.mark.parametrize(
    ("day", "warned"),
    [
        ("2025-12-31", True),
        ("2026-01-01", False),
        ("2026-06-30", False),
        ("2026-07-01", True),
        ("2062-03-01", True),
    ],
)
def test_a_meeting_outside_the_programme_is_probably_a_slip(
    write: Write, copkit: Copkit, day: str, *, warned: bool
) -> None:
    write("copkit.yaml", "name: Harbour\nstarts: 2026-01-01\nends: 2026-06-30\n")
    file = f"communities/harbour/meetings/{day}.md"
    folder = write(file, f"---\ndate: {day}\n---\n")

    assert codes(copkit, folder) == ([f"{file}:2 outside-programme"] if warned else [])
    assert copkit("check", "-C", folder).status == 0


def test_a_case_looked_for_everywhere_is_hinted_at_by_a_command_that_works(
    write: Write, copkit: Copkit
) -> None:
    use = "used:\n  - id: u1\n    date: 2026-02-01\n    community: gone\n    case: nowhere\n"
    folder = write("evidence/card.md", f"---\ntitle: A card\n{use}---\n")

    [problem] = [
        one
        for one in json.loads(copkit("check", "-C", folder, "--json").stdout)["problems"]
        if one["code"] == "unknown-case"
    ]

    assert problem["message"] == "there is no case 'nowhere' in any community"
    assert problem["hint"] == "'copkit list cases' shows which there are"


def test_days_are_not_judged_by_a_programme_whose_own_days_are_wrong(
    write: Write, copkit: Copkit
) -> None:
    write("copkit.yaml", "name: Harbour\nstarts: 2062-01-01\nends: 2026-06-30\n")
    folder = write("communities/harbour/meetings/2026-02-02.md", "---\ndate: 2026-02-02\n---\n")

    assert codes(copkit, folder) == ["copkit.yaml:3 ends-before-start"]


def test_what_links_into_or_out_of_the_folder_is_a_fault(
    write: Write, copkit: Copkit, tmp_path: Path
) -> None:
    folder = write("copkit.yaml", "name: Harbour\nstarts: 2026-01-01\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "card.md").write_text("---\ntitle: XSECRETX\ncitation: A\n---\n", encoding="utf-8")
    (folder / "evidence").symlink_to(elsewhere)
    (folder / "communities/harbour/meetings").symlink_to(elsewhere)
    (folder / "blockages").write_text("not a folder", encoding="utf-8")

    assert sorted(codes(copkit, folder)) == [
        "blockages:1 not-a-folder",
        "communities/harbour/meetings:1 not-a-folder",
        "evidence:1 not-a-folder",
    ]
    assert "XSECRETX" not in copkit("list", "evidence", "-C", folder).output


def test_a_document_that_asks_and_names_nobody_to_answer_is_warned_of_once(
    write: Write, copkit: Copkit
) -> None:
    fields = "from: 2026-01-01\nuntil: 2026-01-31\naddressee: The board\nask: Open them\n"
    contact = "contact:\n  role: Clerk\n  email: clerk@harbour.example\n"
    ask = "asks:\n  - id: q1\n    date: 2026-01-11\n    of: The landlord\n    ask: open them\n"
    write("blockages/doors.md", f"---\ntitle: Closed doors\n{ask}---\n")
    write("briefs/own.md", f"---\ntitle: Own\n{fields}{contact}---\n")
    folder = write("briefs/none.md", f"---\ntitle: None\n{fields}---\n")
    assert codes(copkit, folder) == ["briefs/none.md:6 no-contact"]

    write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\n{contact}")

    assert codes(copkit, folder) == []


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        ("  role: Clerk\n", "no-contact"),
        ("  email: clerk@harbour.example\n", "no-contact"),
        ("  role: Clerk\n  email: clerk at harbour\n", "bad-address"),
        ("  role: Clerk\n  phone: ask me\n", "bad-phone"),
    ],
)
def test_a_contact_that_nobody_could_reach_is_a_fault(
    write: Write, copkit: Copkit, contact: str, code: str
) -> None:
    folder = write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\ncontact:\n{contact}")

    assert code in " ".join(codes(copkit, folder))
    assert copkit("check", "-C", folder).status == 1
