"""``copkit toolkit add``: what a sheet says goes into the records, and what is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from copkit.documents.sheets import KIT, shipped_sheet_text
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

COMMUNITY = "communities/harbour/community.md"
FRONT = "---\ncode: CP1\nname: Harbour community\nplace: Harbour\nstatus: forming\n---\n"
SIX = ("toolkit", "add", "first-six", "harbour", "--from", "2026-03-04", "--every", "4w",
       "--start", "14:00")  # fmt: skip


def texts(folder: Path) -> dict[str, bytes]:
    """Return every file that git would keep."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in {"private", "build"}
    }


@pytest.fixture
def harbour(write: Write) -> Path:
    return write(COMMUNITY, f"{FRONT}\n## Domain\n\n## Ground rules\n")


def test_the_first_six_are_checked_invited_to_and_added_once(copkit: Copkit, harbour: Path) -> None:
    result = copkit(*SIX, "-C", harbour)

    assert result.status == 0, result.output
    assert "copkit calendar harbour" in result.stderr
    first = (harbour / "communities/harbour/meetings/2026-03-04.md").read_text("utf-8")
    assert "start: 14:00\nminutes: 90\nkind: taster " in first
    days = sorted(path.stem for path in (harbour / "communities/harbour/meetings").iterdir())
    assert days == ["2026-03-04", "2026-04-01", "2026-04-29", "2026-05-27", "2026-06-24",
                    "2026-07-22"]  # fmt: skip
    assert copkit("check", "-C", harbour).status == 0
    assert "no problem found" in copkit("check", "-C", harbour).stderr
    calendar = copkit("calendar", "harbour", "-C", harbour)
    assert calendar.status == 0, calendar.output
    (file,) = (harbour / "build/calendars").iterdir()
    assert file.read_text("utf-8").count("BEGIN:VEVENT") == 6
    before = texts(harbour)
    again = copkit(*SIX, "-C", harbour)
    assert again.status == 0
    assert "harbour has 6 meetings already; nothing was changed" in again.stderr
    assert texts(harbour) == before


def test_a_meeting_that_is_there_stays_and_only_the_rest_is_written(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    mine = "---\ndate: 2026-04-01\nkind: taster\n---\n\nMine.\n"
    write("communities/harbour/meetings/2026-04-01.md", mine)

    copkit(*SIX, "-C", harbour)

    meetings = harbour / "communities/harbour/meetings"
    assert (meetings / "2026-04-01.md").read_text("utf-8") == mine
    assert len(list(meetings.iterdir())) == 6
    assert sum("kind: taster" in path.read_text("utf-8") for path in meetings.iterdir()) == 1


def test_undo_takes_all_six_back(copkit: Copkit, harbour: Path) -> None:
    before = texts(harbour)
    copkit(*SIX, "-C", harbour)

    assert copkit("undo", "--yes", "-C", harbour).status == 0
    assert texts(harbour) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [(("--every", "soon"), "'soon' is no time between two meetings"),
     (("--every", "0w"), "'0w' is no time between two meetings"),
     (("--from", "2025-12-31"), "2025-12-31 is before the programme starts"),
     (("--every", "9m"), "is after the programme ends"),
     (("--start", "late"), "'late' is not a time of day")],
)  # fmt: skip
def test_a_plan_that_cannot_be_writes_nothing(
    options: tuple[str, str], message: str, copkit: Copkit, harbour: Path, write: Write
) -> None:
    write("copkit.yaml", "name: H\nstarts: 2026-01-01\nends: 2027-03-01\nformat: 1\n")
    before = texts(harbour)

    result = copkit(*SIX, *options, "-C", harbour)

    assert result.status != 0
    assert message in result.stderr
    assert texts(harbour) == before


def test_without_a_terminal_the_day_has_to_be_named(copkit: Copkit, harbour: Path) -> None:
    result = copkit("toolkit", "add", "first-six", "harbour", "-C", harbour)

    assert result.status == 2
    assert "missing: --from" in result.stderr


def test_on_a_terminal_the_day_is_asked_for(harbour: Path) -> None:
    status, screen = talk(harbour, ["toolkit", "add", "first-six"], "harbour", "2026-03-04")

    assert status == 0, screen
    assert (harbour / "communities/harbour/meetings/2026-07-22.md").is_file()


# --- ground rules -------------------------------------------------------------------------------

RULES = ("toolkit", "add", "ground-rules", "harbour")


def test_empty_ground_rules_are_filled_and_every_other_byte_stays(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    text = f"{FRONT}\n##  Ground rules\n\n<!-- agree on them -->\n\n## Practice\nOurs.  \n"
    write(COMMUNITY, text)

    assert copkit(*RULES, "-C", harbour).status == 0

    new = (harbour / COMMUNITY).read_text("utf-8")
    start = text.index("\n\n<!--") + 1
    assert new.startswith(text[:start])
    assert new.endswith(text[start:])
    assert "8. If somebody is at risk of harm we stop" in new
    assert copkit("check", "-C", harbour).status == 0
    again = copkit(*RULES, "-C", harbour)
    assert "has its ground rules already; nothing was changed" in again.stderr
    assert again.stdout == ""
    assert (harbour / COMMUNITY).read_text("utf-8") == new
    copkit("undo", "1", "--yes", "-C", harbour)  # the second time there was nothing to take back
    assert (harbour / COMMUNITY).read_text("utf-8") == text


def test_rules_of_a_groups_own_stay_and_the_difference_is_printed(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    text = f"{FRONT}\n## Ground rules\n\n- No names.\n"
    write(COMMUNITY, text)

    result = copkit(*RULES, "-C", harbour)

    assert result.status == 0
    assert "-- No names.\n" in result.stdout
    assert "+7. Nobody is senior in this room.\n" in result.stdout
    assert (harbour / COMMUNITY).read_text("utf-8") == text


def test_a_missing_heading_is_made_in_the_files_own_line_ends(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write(COMMUNITY, FRONT.replace("\n", "\r\n").encode())

    assert copkit(*RULES, "-C", harbour).status == 0

    data = (harbour / COMMUNITY).read_bytes()
    assert b"---\r\n\r\n## Ground rules\r\n\r\n1. We speak" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_below_a_private_heading_nothing_is_written(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write(COMMUNITY, f"{FRONT}\n# Private\n\nMine.\n")

    result = copkit(*RULES, "-C", harbour)

    assert result.status == 1
    assert "nothing was changed" in result.stderr
    assert "Ground rules" not in (harbour / COMMUNITY).read_text("utf-8")


def test_the_groups_own_sheet_decides_which_rules_are_written(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write("toolkit/ground-rules.md", "---\ntitle: R\nasks: How?\n---\n\n1. Be kind.\n2. Be here.\n")

    copkit(*RULES, "-C", harbour)

    text = (harbour / COMMUNITY).read_text("utf-8")
    assert text.endswith("## Ground rules\n\n1. Be kind.\n2. Be here.\n")


def test_without_a_community_it_is_said_how_to_copy_the_sheet(
    copkit: Copkit, harbour: Path
) -> None:
    result = copkit("toolkit", "add", "ground-rules", "-C", harbour)

    assert result.status == 2
    assert "--sheet copies the sheet instead" in result.stderr


# --- seats, and sheets --------------------------------------------------------------------------


def test_the_target_mix_replaces_what_init_wrote_and_nothing_else(
    copkit: Copkit, tmp_path: Path
) -> None:
    folder = tmp_path / "p"
    copkit("init", folder, "--name", "H", "--starts", "2026-01-05", "--no-git")
    before = (folder / "copkit.yaml").read_text("utf-8")

    assert copkit("toolkit", "add", "seats", "-C", folder).status == 0

    after = (folder / "copkit.yaml").read_text("utf-8")
    assert after.partition("seats:")[0] == before.partition("seats:")[0]
    assert "    - Substance Misuse Worker (adults)\n" in after
    copkit("toolkit", "add", "seats", "-C", folder)
    assert (folder / "copkit.yaml").read_text("utf-8") == after


def test_sectors_that_somebody_chose_stay_and_missing_ones_are_added(
    copkit: Copkit, write: Write
) -> None:
    settings = "name: H\nstarts: 2026-01-01\nformat: 1\nseats:\n  NHS: # ours\n    - Doctor\n"
    folder = write("copkit.yaml", settings)

    assert copkit("toolkit", "add", "seats", "-C", folder).status == 0

    text = (folder / "copkit.yaml").read_text("utf-8")
    assert text.startswith(settings)
    assert "  Criminal Justice & Police:\n    - Probation Officer\n" in text
    assert "Community Psychiatric Nurse" not in text


@pytest.mark.parametrize("name", KIT)
def test_a_sheet_is_copied_once_and_is_right(name: str, copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", "name: Harbour programme\nstarts: 2026-01-01\nformat: 1\n")

    assert copkit("toolkit", "add", name, "--sheet", "-C", folder).status == 0

    file = folder / f"toolkit/{name}.md"
    assert file.read_text("utf-8") == shipped_sheet_text(name)
    assert "no problem found" in copkit("check", "-C", folder).stderr
    file.write_text(file.read_text("utf-8") + "\nOurs.\n", "utf-8")
    again = copkit("toolkit", "add", name, "--sheet", "-C", folder)
    assert again.status == 0
    assert file.read_text("utf-8").endswith("\nOurs.\n")


def test_the_case_form_is_copied_and_printed(copkit: Copkit, harbour: Path) -> None:
    result = copkit("toolkit", "add", "case-form", "-C", harbour)

    assert result.status == 0, result.output
    assert (harbour / "toolkit/case-form.md").is_file()
    assert (harbour / "build/toolkit/case-form.pdf").is_file()


def test_a_new_case_is_written_along_the_questions_of_the_form(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    copkit("new-case", "harbour", "A key", "-C", harbour)
    text = (harbour / "communities/harbour/cases/a-key.md").read_text("utf-8")
    assert "<!-- What is happening now, and since when?\n" in text
    own = "---\ntitle: F\nasks: How?\n---\n\n## Next steps\n\n- Who rings --> whom?\n"
    write("toolkit/case-form.md", own)

    copkit("new-case", "harbour", "A kettle", "-C", harbour)

    text = (harbour / "communities/harbour/cases/a-kettle.md").read_text("utf-8")
    assert "## Next steps\n\n<!-- Who rings -> whom? -->\n" in text
    assert "## Presentation of the case\n\n## Next steps" in text


def test_on_a_terminal_a_new_case_asks_what_the_form_asks(harbour: Path) -> None:
    answers = ("A key", "What can we offer?", "Robin", "given")
    status, screen = talk(harbour, ["new-case", "harbour"], *answers)

    assert status == 0, screen
    text = (harbour / "communities/harbour/cases/a-key.md").read_text("utf-8")
    assert "question: What can we offer?\n" in text
    assert "consent: given" in text
    assert "pseudonyms:\n  - Robin\n" in text
