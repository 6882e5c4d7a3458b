"""Lists that others made: nothing in them fills the time or names somebody in git."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from copkit.importers.names import find_address
from tests.conftest import Copkit, Write, cpu_at_most
from tests.hostile.attacks import CARD, RUNS_A_LINE, as_yaml, attacks, require_calm

ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
  - id: warden-1
    role: Warden
    sector: Housing
"""
CONTACTS = """\
contacts:
  - id: harbour/nurse-1
    name: Ana Okafor
    email: ana@ward.example.org
"""
ALIASES = """\
aliases:
  - id: harbour/nurse-1
    names:
      - Nanette Quillfeather
"""
MEETING = "communities/harbour/meetings/2026-01-05.md"
SECONDS = 5.0  # on a slow machine; each of these took minutes, or would not end


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community of two, one of whom is known."""
    write("communities/harbour/roster.yaml", ROSTER)
    write(".gitignore", "private/\n")
    return write("private/contacts.yaml", CONTACTS)


def imported(copkit: Copkit, folder: Path, data: bytes | str, *options: str) -> str:
    """Import a list into the meeting of 5 January; give what was said, without a trace."""
    file = folder.parent / "list.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    command = ("attendance", "import", "harbour", "2026-01-05", file, *options)
    result = copkit(*command, "-C", folder)
    require_calm(result)
    return result.output


@pytest.mark.parametrize("row", ["Zoe,Ana", "Zoe;Ana;Bob"])
def test_a_list_without_a_header_names_nobody_in_an_error(
    copkit: Copkit, harbour: Path, row: str
) -> None:
    said = imported(copkit, harbour, f"{row}\n{row}\n")

    assert "no column of names" in said
    assert not [name for name in ("Zoe", "Quill", "Bob", "Ana") if name in said]


@pytest.mark.parametrize(
    "times",
    [
        "0001-01-01 00:00+14:00,0001-01-01 01:00+14:00",
        "9999-12-31 23:00-12:00,9999-12-31 23:30-12:00",
        "9999-12-31 23:00,22:00",
    ],
)
def test_times_at_either_end_of_the_calendar_are_read_or_not_known(
    copkit: Copkit, harbour: Path, times: str
) -> None:
    rows = f"Zoe,{times}\nAna,2026-01-05 10:00Z,2026-01-05 11:00Z\n"

    imported(copkit, harbour, f"Name,Join Time,Leave Time\n{rows}")


def test_an_address_is_found_or_given_up_at_once() -> None:
    for _ in cpu_at_most(SECONDS):
        for text in (
            "a" * 64 + "@" * 100_000,
            "a.b@" * 30_000,
            ("a" * 64 + "@" + "b." * 100 + " ") * 400,
        ):
            assert not find_address(text)

    assert find_address("Sam <Sam.Roe@ward.example.org>") == "sam.roe@ward.example.org"


def test_a_workbook_of_thousands_of_sheets_in_one_part_is_refused(
    copkit: Copkit, harbour: Path
) -> None:
    sheets = "".join(
        f'<sheet name="s{number}" sheetId="{number}" r:id="r1"/>' for number in range(1, 5_000)
    )
    office = "http://schemas.openxmlformats.org"
    main = f"{office}/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}/officeDocument/2006/'
        f'relationships"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet>{' ' * 20_000_000}</worksheet>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    for _ in cpu_at_most(SECONDS):
        said = imported(copkit, harbour, packed.getvalue())

        assert "far more sheets than a table needs" in said


def test_a_list_of_a_town_is_refused(copkit: Copkit, harbour: Path) -> None:
    rows = "".join(f"person {number}\n" for number in range(10_001))

    assert "10,001 people are listed" in imported(copkit, harbour, f"Name\n{rows}")


@pytest.mark.parametrize(
    "why", ["Zoe came late", "quillfeather came late", "ana@ward.example.org asked", "ANA OKAFOR"]
)
def test_no_reason_names_anybody_on_a_list_or_in_private(
    copkit: Copkit, harbour: Path, write: Write, why: str
) -> None:
    write(MEETING, "---\ndate: 2026-01-05\nguests: 3\n---\n")
    options = ("--guest", "Zoe Quillfeather", "--why", why)

    said = imported(copkit, harbour, "Name\nZoe Quillfeather\n", *options)

    assert "the reason names somebody; nothing was changed" in said
    assert "guests: 3\n" in (harbour / MEETING).read_text("utf-8")
    assert "corrections" not in (harbour / MEETING).read_text("utf-8")


def test_nothing_is_remembered_where_git_would_take_in_that_one_file(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    subprocess.run(["git", "init", "-q", harbour], check=True)
    write(".gitignore", "private/*\n!private/aliases.yaml\n")

    said = imported(copkit, harbour, "Name\nNan\n", "--match", "Nan=nurse-1")

    assert "git would take in what stands in private/ here" in said
    assert not (harbour / "private/aliases.yaml").exists()


def test_who_is_forgotten_is_sought_by_what_lists_call_them(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write("private/aliases.yaml", ALIASES)
    why = "corrections:\n  - id: c1\n    date: 2026-01-06\n    why: Nanette Quillfeather came\n"
    write(MEETING, f"---\ndate: 2026-01-05\n{why}---\n")

    said = copkit("member", "forget", "harbour/nurse-1", "--yes", "-C", harbour).stderr

    assert f"{MEETING}:6: the name, as lists have it" in said
    assert "Quillfeather" not in said
    assert "Quillfeather" not in (harbour / "private/aliases.yaml").read_text("utf-8")


# --- records that came through git -----------------------------------------------------------


@pytest.mark.parametrize("today", ["0001-01-01", "2026-01-20", "9999-12-31"])
def test_an_agenda_of_the_first_or_last_day_is_made(
    copkit: Copkit, write: Write, today: str
) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        folder = write(f"communities/harbour/meetings/{day}.md", f"---\ndate: {day}\n---\n")
        result = copkit("agenda", "harbour", day, "-C", folder, env={"COPKIT_TODAY": today})
        assert result.status == 0, result.output


def test_a_search_for_thousands_of_words_is_refused(copkit: Copkit, write: Write) -> None:
    folder = write("evidence/a.md", CARD)
    words = " ".join(f"word{number}" for number in range(1_000))

    result = copkit("evidence", "find", words, "-C", folder)

    assert result.status == 2
    assert "100 words at most" in result.stderr


@attacks("terminal")
def test_no_value_adds_a_line_of_its_own_to_a_calendar(
    copkit: Copkit, write: Write, attack: str
) -> None:
    said = as_yaml(f"x\r\nBEGIN:VALARM\r\nATTACH:https://evil.example\n{attack}")
    for file, text in (
        ("community.md", f"---\ncode: CP1\nname: {said}\nplace: {said}\nstatus: active\n---\n"),
        ("meetings/2026-02-11.md", f"---\ndate: 2026-02-11\nplace: {said}\n---\n"),
    ):
        folder = write(f"communities/harbour/{file}", text)

    result = copkit("calendar", "harbour", "-o", "-", "-C", folder)

    lines = RUNS_A_LINE.split(result.stdout)
    assert not [line for line in lines if line.startswith(("BEGIN:VALARM", "ATTACH"))]
    assert all(sign.isprintable() or sign in "\r\n" for sign in result.stdout if ord(sign) < 256)
