"""``copkit roster import``: what a spreadsheet adds to a roster, and what it never may."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import Copkit, Result, Write

TreeOf = Callable[[Path], dict[str, bytes]]

ROSTER = """\
members:
  - id: matron-1   # our first
    role: Community Matron
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Police
"""
CONTACTS = """\
contacts:
  - id: harbour/matron-1
    name: Robin Threlfall
    email: robin@example.org   # at work
    mail: agreed 2026-01-05
"""
PEOPLE = """\
Our members in spring

Name,Organisation,Job title,Email,Type,Sector
Robin Threlfall,a hospital,community matron,robin@example.org,Member,
"Sandhurst, Billie",a charity,Drugs Worker,billie@example.org,Expert by experience,nhs
"""


@pytest.fixture
def harbour(write: Write) -> Path:
    """Two members, one of whom the contacts know, and a programme that seeks seats."""
    write(
        "copkit.yaml",
        "name: Harbour programme\nstarts: 2026-01-01\nseats:\n"
        "  NHS:\n    - Community Matron\n    - Drugs Worker\n  Police:\n    - Police Sergeant\n",
    )
    write("communities/harbour/roster.yaml", ROSTER)
    return write("private/contacts.yaml", CONTACTS)


def take_in(
    copkit: Copkit, folder: Path, content: str | bytes, *options: str, name: str = "list.csv"
) -> Result:
    """Import a file of this content."""
    file = folder.parent / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return copkit("roster", "import", "harbour", file, *options, "-C", folder)


def roster_of(folder: Path) -> str:
    return (folder / "communities/harbour/roster.yaml").read_text("utf-8")


def contacts_of(folder: Path) -> str:
    return (folder / "private/contacts.yaml").read_text("utf-8")


def test_a_roster_is_taken_in_and_every_other_byte_stays(harbour: Path, copkit: Copkit) -> None:
    result = take_in(copkit, harbour, PEOPLE, "--yes")

    assert result.status == 0, result.output
    changed = ROSTER.replace("sector: NHS\n", "sector: NHS\n    organisation: a hospital\n")
    assert roster_of(harbour) == changed + (
        "  - id: drugs-worker-1\n    role: Drugs Worker\n    sector: NHS\n"
        "    organisation: a charity\n    part: expert-by-experience\n"
    )
    assert contacts_of(harbour) == CONTACTS + (
        "  - id: harbour/drugs-worker-1\n    name: Billie Sandhurst\n"
        "    email: billie@example.org\n"
    )
    assert "line 4: matron-1: organisation nothing -> a hospital" in result.stderr
    assert "on the roster and not in the file (1); they stay:\n    police-1" in result.stderr
    assert copkit("check", "-C", harbour).status == 0


def test_taking_in_the_same_again_changes_nothing(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    take_in(copkit, harbour, PEOPLE, "--yes")
    before = tree_of(harbour)

    again = take_in(copkit, harbour, PEOPLE, "--yes")

    assert again.status == 0
    assert "nothing was changed" in again.stderr
    assert tree_of(harbour) == before


def test_without_a_yes_the_flags_are_named_and_nothing_changes(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(harbour)

    result = take_in(copkit, harbour, PEOPLE)
    tried = take_in(copkit, harbour, PEOPLE, "--dry-run")

    assert result.status == 2
    assert "--column name=Name" in result.stderr
    assert "--column 'role=Job title'" in result.stderr
    assert tried.status == 0
    assert "+  - id: drugs-worker-1" in tried.stdout
    assert "Sandhurst" not in result.output + tried.output
    assert tree_of(harbour) == before


def test_names_and_addresses_reach_the_contacts_alone(harbour: Path, copkit: Copkit) -> None:
    (harbour / "private/contacts.yaml").unlink()

    result = take_in(copkit, harbour, PEOPLE, "--yes", "--json")

    assert result.status == 0, result.output
    tracked = "".join(
        path.read_text("utf-8")
        for path in harbour.rglob("*")
        if path.is_file() and "private" not in path.parts
    )
    for word in ("Threlfall", "Sandhurst", "example.org"):
        assert word not in tracked + result.output
        assert word in contacts_of(harbour)
    if os.name == "posix":
        path = harbour / "private/contacts.yaml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((harbour / "communities/harbour/roster.yaml").stat().st_mode) & 0o044


def test_json_says_everything(harbour: Path, copkit: Copkit) -> None:
    text = PEOPLE + "Jamie Rowntree,,Drugs Worker,jamie@example.org,,Healh\n"

    found = json.loads(take_in(copkit, harbour, text, "--dry-run", "--json").stdout)

    assert found["community"] == "harbour"
    assert {"head": "Job title", "holds": "role"} in found["mapping"]
    assert found["new"][0]["id"] == "drugs-worker-1"
    assert found["new"][0]["sought"] is True
    fields = [{"field": "organisation", "old": None, "new": "a hospital"}]
    assert found["changed"] == [{"line": 4, "id": "matron-1", "fields": fields}]
    assert found["missing"] == [{"id": "police-1"}]
    assert [(one["line"], one["why"]) for one in found["faults"]] == [
        (6, "'Healh' is no sector of copkit.yaml")
    ]
    assert found["written"] is False


def test_a_file_of_which_no_line_can_be_taken_in_is_a_failure(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(harbour)
    text = "Name,Role,Sector\nJamie Rowntree,Drugs Worker,Healh\n"

    result = take_in(copkit, harbour, text, "--dry-run")

    assert result.status == 1
    assert "'Healh' is no sector of copkit.yaml" in result.output
    found = take_in(copkit, harbour, text, "--yes", "--json")
    assert (found.status, len(json.loads(found.stdout)["faults"])) == (1, 1)
    assert roster_of(harbour) == before["communities/harbour/roster.yaml"].decode()


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("", (), "list.csv"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), (), "list.csv"),
        ("one,two\nthree,four\n", (), "no row of list.csv says what its columns hold"),
        (PEOPLE, ("--column", "rolle=Type"), "did you mean 'role'?"),
        (PEOPLE, ("--column", "role=Job titel"), "did you mean 'Job title'?"),
        (PEOPLE, ("--column", "Job title"), "has no '='"),
        (PEOPLE, ("--sheet", "Members"), "only workbooks have sheets"),
        (PEOPLE, ("--role", "Nurse=Drug Worker"), "did you mean 'Drugs Worker'?"),
        (PEOPLE, ("--sector", "Health"), "has no '=' with an answer behind it"),
        (PEOPLE, ("--match", "4=matron"), "did you mean 'matron-1'?"),
    ],
)
def test_what_cannot_be_taken_in_is_one_clear_line(
    harbour: Path,
    copkit: Copkit,
    tree_of: TreeOf,
    content: str | bytes,
    options: tuple[str, ...],
    said: str,
) -> None:
    before = tree_of(harbour)

    result = take_in(copkit, harbour, content, *options, "--yes")

    assert result.status in {1, 2}
    assert said in result.stderr
    assert len(result.stderr.splitlines()) <= 2
    assert tree_of(harbour) == before


def test_a_file_that_is_not_there_is_said_so(harbour: Path, copkit: Copkit) -> None:
    result = copkit("roster", "import", "harbour", harbour / "none.csv", "-C", harbour)

    assert result.status == 1
    assert "none.csv cannot be read: No such file or directory" in result.stderr


def test_a_workbook_and_a_file_from_an_old_excel_are_read_alike(
    harbour: Path, copkit: Copkit
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["The members"])
    sheet.merge_cells("A1:D1")
    sheet.append(["First name", "Last name", "Email", "Team", "Role"])
    sheet.append(["René", "Lovegrove", "rene@example.org", "a hostel", "Drugs Worker"])
    data = io.BytesIO()
    book.save(data)
    old = "First name;Last name;Email;Team;Role\nRené;Lovegrove;rene@example.org;;Drugs Worker\n"

    first = take_in(copkit, harbour, data.getvalue(), "--yes", name="list.xlsx")
    second = take_in(copkit, harbour, old.encode("cp1252"), "--yes")

    assert (first.status, second.status) == (0, 0), first.output + second.output
    assert "name: René Lovegrove" in contacts_of(harbour)
    assert "organisation: a hostel" in roster_of(harbour)
    assert "new: 0" in second.stderr


def test_git_that_would_take_in_the_names_stops_it(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    subprocess.run(["git", "init", "-q", harbour], check=True)
    before = roster_of(harbour)

    result = take_in(copkit, harbour, PEOPLE, "--yes")

    assert result.status == 1
    assert "add this line to .gitignore: private/" in result.stderr
    assert roster_of(harbour) == before


def test_undo_takes_the_roster_back_and_git_never_sees_a_name(
    harbour: Path, copkit: Copkit
) -> None:
    subprocess.run(["git", "init", "-q", harbour], check=True)
    (harbour / ".gitignore").write_text("private/\nbuild/\n", encoding="utf-8")

    assert take_in(copkit, harbour, PEOPLE, "--yes").status == 0
    files = [path for path in (harbour / ".git").rglob("*") if path.is_file()]
    assert not [path for path in files if b"Sandhurst" in path.read_bytes()]
    assert copkit("undo", "-C", harbour).status == 0
    assert roster_of(harbour) == ROSTER

    # the contacts know the id already, so that nobody comes twice
    again = take_in(copkit, harbour, PEOPLE, "--yes")
    assert again.status == 0, again.output
    assert contacts_of(harbour).count("Sandhurst") == 1
    assert roster_of(harbour).count("drugs-worker") == 1


def test_on_a_terminal_the_columns_are_shown_changed_and_remembered(
    harbour: Path, tmp_path: Path
) -> None:
    head = "Name,Grade,Email\n"
    file = tmp_path / "list.csv"
    file.write_text(f"{head}Billie Sandhurst,Drugs Worker,billie@example.org\n", encoding="utf-8")
    command = ["roster", "import", "harbour", str(file)]

    status, screen = talk(harbour, command, "2", "role", "", "y")

    assert status == 0, screen
    assert "what is in 'Grade'" in screen
    assert "drugs-worker-1 (Billie Sandhurst): Drugs Worker, NHS" in screen
    assert "- id: role\n        head: grade\n" in (harbour / "private/columns.yaml").read_text(
        "utf-8"
    )

    file.write_text(f"{head}Jamie Rowntree,Drugs Worker,jamie@example.org\n", encoding="utf-8")
    status, screen = talk(harbour, command, "y")  # asked once: whether to write

    assert status == 0, screen
    assert "as agreed before" in screen
    assert "id: drugs-worker-2\n" in roster_of(harbour)


def test_a_heading_that_a_remembered_file_lacks_is_named(harbour: Path, copkit: Copkit) -> None:
    file = harbour.parent / "list.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    command = ("roster", "import", "harbour", file, "-C", harbour)
    assert copkit(*command, "--yes").status == 0

    result = copkit(*command, "--column", "role=Grade", "--yes")

    assert result.status == 2
    assert "no column of list.csv is called 'Grade'" in result.stderr


def test_saying_no_to_the_columns_changes_nothing(harbour: Path, tree_of: TreeOf) -> None:
    file = harbour.parent / "list.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    before = tree_of(harbour)

    status, screen = talk(harbour, ["roster", "import", "harbour", str(file)], "no")

    assert status == 130
    assert "Name          name (contacts only)        Robin Threlfall" in screen
    assert tree_of(harbour) == before


UNKNOWN_SECTORS = """\
Name,Job title,Sector
"Okafor, Grace",Police Sergeant,Police
"Marsh, Tom",Housing Officer,Housing
"Adeyemi, Olwen",Tenancy Officer,Housing
"""


def test_unknown_sectors_are_told_once_with_the_way_out(harbour: Path, copkit: Copkit) -> None:
    told = take_in(copkit, harbour, UNKNOWN_SECTORS, "--yes")

    assert told.stderr.count("lines 3 and 4: 'Housing' is no sector of copkit.yaml") == 1
    assert "sectors: 'NHS', 'Police'" in told.stderr
    assert "answer with --sector 'Housing=SECTOR', or --add-seats" in told.stderr
    assert "says so already" not in told.stderr
    assert "new: 1" in told.stderr

    without = take_in(copkit, harbour, UNKNOWN_SECTORS, "--yes", "--column", "sector=")
    assert "line 3: 'Housing Officer' is no role of copkit.yaml" in without.stderr
    assert "not read: Sector; --column WHAT=HEAD has a column read" in without.stderr


def test_answers_place_people_add_seats_and_are_remembered(harbour: Path, copkit: Copkit) -> None:
    (harbour / "copkit.yaml").write_text(
        (harbour / "copkit.yaml").read_text("utf-8") + "# the end\n", encoding="utf-8"
    )
    options = ("--sector", "housing=NHS", "--role", "tenancy officer=Drugs Worker", "--yes")

    result = take_in(copkit, harbour, UNKNOWN_SECTORS, *options, "--add-seats")

    assert result.status == 0, result.output
    settings = (harbour / "copkit.yaml").read_text("utf-8")
    assert "    - Drugs Worker\n    - Housing Officer\n  Police:" in settings
    assert settings.endswith("# the end\n")
    assert roster_of(harbour).count("role: Drugs Worker\n    sector: NHS") == 1
    remembered = (harbour / "private/columns.yaml").read_text("utf-8")
    assert "written: tenancy officer\n    means: Drugs Worker" in remembered

    more = "Name,Job title,Sector\nBillie Sandhurst,Tenancy Officer,Housing\n"
    again = take_in(copkit, harbour, more, "--yes")  # nothing is asked a second time
    assert "drugs-worker-2: Drugs Worker, NHS" in again.stderr


def test_a_new_sector_and_seats_where_there_were_none(harbour: Path, copkit: Copkit) -> None:
    text = "Name,Role,Sector\nBillie Sandhurst,Tenancy Officer,Housing\n"
    assert take_in(copkit, harbour, text, "--add-seats", "--yes").status == 0
    assert "  Housing:\n    - Tenancy Officer\n" in (harbour / "copkit.yaml").read_text("utf-8")

    (harbour / "copkit.yaml").write_text("name: H\nstarts: 2026-01-01\n", encoding="utf-8")
    text = "Name,Role,Sector\nJamie Rowntree,Cook,Housing\n"
    result = take_in(copkit, harbour, text, "--add-seats", "--yes")

    assert result.status == 0, result.output
    assert "seats:\n  Housing:\n    - Cook\n" in (harbour / "copkit.yaml").read_text("utf-8")


def test_a_namesake_changes_nobodys_role(harbour: Path, copkit: Copkit) -> None:
    text = "Name,Email,Role\nRobin Threlfall,r.t@example.net,Drugs Worker\n"

    result = take_in(copkit, harbour, text, "--yes")

    assert result.status == 1
    assert "who has another e-mail address in the contacts" in result.stderr
    assert roster_of(harbour) == ROSTER

    assert take_in(copkit, harbour, text, "--yes", "--match", "2=new").status == 0
    assert "id: drugs-worker-1" in roster_of(harbour)
    # from now on the address says which of the two it is
    assert "unchanged: 1" in take_in(copkit, harbour, text, "--yes").stderr


def test_of_several_sheets_with_people_one_has_to_be_named(harbour: Path, copkit: Copkit) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for title, name in (("Now", "Billie Sandhurst"), ("Former", "Jo Roe"), ("2019", "Kim Oakes")):
        sheet = book.create_sheet(title)
        sheet.append(["Name", "Role"])
        sheet.append([name, "Drugs Worker"])
    book["2019"].sheet_state = "hidden"
    data = io.BytesIO()
    book.save(data)

    refused = take_in(copkit, harbour, data.getvalue(), "--yes", name="list.xlsx")
    named = take_in(copkit, harbour, data.getvalue(), "--yes", "--sheet", "now", name="list.xlsx")

    assert refused.status == 2
    assert "people on 2 sheets: 'Now' (2 lines) and 'Former' (2 lines)" in refused.stderr
    assert "--sheet Now" in refused.stderr
    assert "hidden sheet '2019' is not read; --sheet 2019 reads it" in named.stderr
    assert "name: Billie Sandhurst" in contacts_of(harbour)
    assert "Jo Roe" not in contacts_of(harbour)


def test_on_a_terminal_each_unknown_role_is_asked_about_once(harbour: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "Name,Role\nBillie Sandhurst,Drugs wkr\nJo Roe,drugs wkr\nKim Oakes,Cook\n"
        "Robin Threlfall,Community Matron\nMel Ashdown,\n",
        encoding="utf-8",
    )
    command = ["roster", "import", "harbour", str(file)]

    # the columns; Drugs wkr is the first choice; a cook is a new seat, of the NHS; no role: later
    status, screen = talk(harbour, command, "", "1", "new", "", "1", "y")

    assert status == 0, screen
    assert screen.count("is no role of copkit.yaml") == 2
    assert roster_of(harbour).count("role: Drugs Worker") == 2
    assert "role: Cook\n    sector: NHS" in roster_of(harbour)
    assert "    - Cook\n" in (harbour / "copkit.yaml").read_text("utf-8")
    assert "line 6: no role" in screen


@pytest.mark.slow
def test_a_very_long_list_is_fine_after_one_question(harbour: Path, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    lines = [f"Person{number} Roe,Drugs Worker" for number in range(501)]
    file.write_text("\n".join(["Name,Role", *lines]), encoding="utf-8")
    command = ["roster", "import", "harbour", str(file)]

    status, screen = talk(harbour, command, "no")
    assert (status, roster_of(harbour)) == (130, ROSTER)
    assert "501 lines: are all of them members of harbour?" in screen

    status, screen = talk(harbour, command, "y", "", "y")
    assert status == 0, screen
    assert roster_of(harbour).count("role: Drugs Worker") == 501


def test_contacts_that_an_import_begins_end_with_a_line_break(
    harbour: Path, copkit: Copkit
) -> None:
    (harbour / "private/contacts.yaml").unlink()

    take_in(copkit, harbour, "Name,Job title\nTom Marsh,Drugs Worker\n", "--yes")

    assert contacts_of(harbour).endswith("Tom Marsh\n")


@pytest.mark.parametrize("mark", ["~$list.xlsx", ".~lock.list.xlsx#"])
def test_the_mark_of_an_open_workbook_names_the_list_itself(
    harbour: Path, copkit: Copkit, mark: str
) -> None:
    told = take_in(copkit, harbour, b"\x05Chris" + b" " * 160, name=mark)

    assert told.status == 1
    assert "name the list itself: 'list.xlsx'" in told.stderr
