"""``copkit attendance import``: from lists of who came to what is on record."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.attendance.one_list import (
    MEETING,
    REPORT,
    SECRETS,
    Imported,
    harbour,
    imported,
    report,
)
from tests.conftest import Copkit, Write

__all__ = ["harbour", "imported", "report"]

TreeOf = Callable[[Path], dict[str, bytes]]


def test_who_is_certain_is_recorded_and_the_others_are_listed(
    harbour: Path, imported: Imported, golden: Callable[[str, str], None]
) -> None:
    result = imported()

    assert result.status == 0, result.output
    assert "present:\n  - probation-1\n  - matron-1\napologies:" in (harbour / MEETING).read_text()
    assert not (harbour / "private/aliases.yaml").exists()
    assert max(map(len, result.stdout.splitlines())) <= 80
    golden("import.txt", result.stdout)


def test_the_command_that_is_shown_settles_what_is_left(
    harbour: Path, imported: Imported, copkit: Copkit, tree_of: TreeOf
) -> None:
    shown = imported().stderr.partition("if this is right:\n")[2].replace("\\\n", " ")
    command = shlex.split(shown.splitlines()[0])
    assert command[:5] == ["copkit", "attendance", "import", "harbour", "2026-01-05"]

    result = copkit(*command[1:])

    assert result.status == 0, result.output
    assert "still to be said" not in result.stderr
    text = (harbour / MEETING).read_text()
    assert "  - matron-1\n  - drugs-1\napologies:" in text
    assert "guests: 1\n" in text
    before = tree_of(harbour)
    again = imported()
    assert "nothing new to record" in again.stderr
    assert "45 min  matron-1" in again.stdout
    assert "40 min  drugs-1      Samm Roebuk" in again.stdout  # as was said the first time
    assert tree_of(harbour) == before


def test_json_says_all_of_it_and_nothing_else_is_printed(imported: Imported, report: Path) -> None:
    result = imported("--json", "--min-stay", "50")

    found = json.loads(result.stdout)
    notes = found.pop("notes")
    assert found == {
        "community": "harbour",
        "meeting": "2026-01-05",
        "sources": [{"file": report.name, "kind": "meet", "stated": None, "listed": 5}],
        "matched": [{"member": "probation-1", "row": "J Threlfall", "minutes": 58}],
        "suggested": [{"row": "Samm Roebuk", "members": ["drugs-1"], "minutes": 40}],
        "unmatched": [{"row": "Zoe Quillfeather", "minutes": 12}],
        "below_minimum": [{"member": "matron-1", "row": "Okafor, Ana (External)", "minutes": 45}],
        "set_aside": [{"row": "Otter.ai", "why": "note-taker bot"}],
        "absent": [],
        "apologies": [],
        "columns": [
            {"heading": "Name", "meaning": "name", "values": {}},
            {"heading": "Email", "meaning": "e-mail", "values": {}},
            {"heading": "Duration", "meaning": "duration", "values": {}},
        ],
        "other_days": {},
        "recorded": ["probation-1"],
    }
    assert all(isinstance(note, str) for note in notes)
    assert json.loads(imported("--json").stdout)["recorded"] == ["matron-1"]
    assert json.loads(imported("--json").stdout)["recorded"] == []


def test_an_organiser_who_is_a_member_counts_and_is_named(
    harbour: Path, imported: Imported, tmp_path: Path
) -> None:
    list_of_teams = tmp_path / "teams.csv"
    list_of_teams.write_text(
        "Full Name\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
        "Ana Okafor\t1h\t\tOrganizer\t\nOlga Reyes\t1h\t\tCo-organizer\t\n"
    )

    found = json.loads(imported("--json", files=(list_of_teams,)).stdout)

    assert [one["member"] for one in found["matched"]] == ["matron-1"]
    assert found["notes"] == ["'matron-1' organised the meeting, and counts"]
    assert found["set_aside"] == [{"row": "Olga Reyes", "why": "organiser"}]


def test_a_dry_run_changes_nothing(harbour: Path, imported: Imported, tree_of: TreeOf) -> None:
    before = tree_of(harbour)
    options = ("--match", "Samm Roebuk=drugs-1", "--nobody", "Zoe Quillfeather", "--dry-run")

    result = imported(*options)

    assert result.status == 0, result.output
    assert "  - drugs-1\n" in result.stdout
    assert "would remember 2 answers in private/aliases.yaml" in result.stderr
    assert json.loads(imported(*options, "--json").stdout)["recorded"] == []
    assert tree_of(harbour) == before


def test_nothing_that_names_somebody_reaches_git(
    harbour: Path, imported: Imported, copkit: Copkit
) -> None:
    def git(*args: str) -> str:
        done = subprocess.run(
            ["git", *args], cwd=harbour, capture_output=True, encoding="utf-8", check=True
        )
        return done.stdout

    git("init", "--quiet")
    git("config", "user.name", "Facilitator")
    git("config", "user.email", "facilitator@example.org")
    said = ("--match", "Samm Roebuk=Sam Roebuck", "--substitute", "Zoe Quillfeather=matron-1")
    assert imported("--min-stay", "46", *said).status == 0
    assert copkit("sync", "-C", harbour).status == 0
    assert imported("--why", "counted them again").status == 0
    assert copkit("sync", "-C", harbour).status == 0

    tracked = git("ls-files").splitlines()
    assert MEETING in tracked
    kept = git("log", "-p", "--all", "--stat") + "\n".join(tracked)
    kept += "".join((harbour / file).read_text("utf-8") for file in tracked)
    assert not [word for word in SECRETS if word in kept.casefold()]
    assert "Samm Roebuk" in (harbour / "private/aliases.yaml").read_text("utf-8")
    assert copkit("check", "-C", harbour).status == 0


def test_what_is_on_record_is_corrected_only_for_a_reason(
    harbour: Path, imported: Imported, write: Write, tree_of: TreeOf
) -> None:
    write(MEETING, "---\ndate: 2026-01-05\napologies:\n  - matron-1\nguests: 2\n---\n")
    said = ("--guest", "Zoe Quillfeather", "--substitute", "Samm Roebuk=drugs-1")

    result = imported(*said)

    assert result.status == 0
    assert "'matron-1' is on record as apologising, and came" in result.stdout
    assert "not recorded, since the record says otherwise: matron-1" in result.stderr
    assert "2 guests on record, and 1 named now" in result.stderr
    text = (harbour / MEETING).read_text()
    assert "apologies:\n  - matron-1\nguests: 2\n" in text
    assert "present:\n  - probation-1\n" in text
    assert "for: drugs-1" in text

    before = tree_of(harbour)
    assert imported(*said).status == 0
    assert tree_of(harbour) == before

    assert imported(*said, "--why", "she came after all").status == 0
    text = (harbour / MEETING).read_text()
    assert "  - probation-1\n  - matron-1\n" in text
    assert "guests: 1\n" in text
    assert text.count("why: she came after all") == 1
    before = tree_of(harbour)
    assert imported(*said, "--why", "she came after all").status == 0
    assert tree_of(harbour) == before


def test_a_list_of_another_day_is_not_recorded_unasked(
    harbour: Path, imported: Imported, tmp_path: Path, tree_of: TreeOf
) -> None:
    head = "Meeting title,Date,Start time,End time\nHarbour,{},14:00,15:00\n\n"
    late, other = tmp_path / "late.csv", tmp_path / "other.csv"
    late.write_text(head.format("2026-01-06") + REPORT, encoding="utf-8")
    other.write_text(head.format("2025-12-01") + REPORT, encoding="utf-8")
    before = tree_of(harbour)

    result = imported(files=(other,))
    assert result.status == 1
    assert "other.csv is of 1 December 2025, and the meeting of 5 January 2026" in result.stderr
    assert f"copkit attendance import harbour 2025-12-01 {other}" in result.stderr
    assert imported("--dry-run", files=(other,)).status == 1
    assert tree_of(harbour) == before

    result = imported(files=(late,))
    assert result.status == 0
    assert "late.csv is of 2026-01-06, and the meeting of 2026-01-05" in result.stdout
    assert imported("--other-day", files=(other,)).status == 0


def test_files_that_cannot_be_read_are_each_told_in_a_line_and_nothing_is_written(
    harbour: Path, imported: Imported, report: Path, tmp_path: Path, tree_of: TreeOf
) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with (tmp_path / "large.csv").open("wb") as large:
        large.truncate(200_000_000)
    names = ("nowhere.csv", "empty.csv", "picture.csv", "large.csv")
    before = tree_of(harbour)

    result = imported(files=(*(tmp_path / name for name in names), tmp_path, report))

    assert (result.status, result.stdout) == (1, "")
    lines = [line for line in result.stderr.splitlines() if line.startswith("copkit: ")]
    assert len(lines) == 5
    for name, line in zip((*names, "is a folder"), lines, strict=True):
        assert name in line
    assert tree_of(harbour) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--match", "Samm Roebuk"), "--match needs a row, '=' and a member"),
        (("--match", "Samm Roebuk=drug-1"), "did you mean 'drugs-1'?"),
        (("--match", "Pat=drugs-1"), "--match number 1 names no row"),
        (("--guest", "Samm Roebuk", "--guest", "Pat"), "--guest number 2 names no row"),
        (("--guest", "Samm Roebuk", "--nobody", "samm roebuk"), "said twice of the same row"),
        (("--substitute", "Samm Roebuk=matron-1"), "'matron-1' is on the lists"),
        (("--match", "Samm Roebuk="), "one member is meant by each row"),
        (("--match", "Samm Roebuk=drugs-1,matron-1"), "one member is meant by each row"),
        (("--min-stay", "-1"), "--min-stay"),
    ],
)
def test_wrong_use_changes_nothing_and_repeats_no_name(
    harbour: Path, imported: Imported, tree_of: TreeOf, options: tuple[str, ...], said: str
) -> None:
    before = tree_of(harbour)

    result = imported(*options)

    assert (result.status, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Samm" not in result.stderr
    assert "Pat" not in result.stderr
    assert tree_of(harbour) == before


def test_members_who_are_certain_need_no_library_that_compares_names(
    harbour: Path, report: Path
) -> None:
    from tests.cli.test_main import imported as modules_of

    command = ("attendance", "import", "harbour", "2026-01-05", str(report), "-C", str(harbour))
    report.write_text("".join(REPORT.splitlines(keepends=True)[:3]), encoding="utf-8")

    modules, printed = modules_of(*command)

    assert "Matched: 2" in printed
    assert not modules & {"rapidfuzz", "openpyxl", "rich", "jinja2", "questionary"}


def test_the_terminal_asks_who_is_who_and_whether_to_record_it(
    harbour: Path, report: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    pytest.importorskip("pty")
    from tests.cli.terminal import talk

    command = ["attendance", "import", "harbour", "2026-01-05", str(report)]
    before = tree_of(harbour)
    status, screen = talk(harbour, command, "no", "", "n")
    assert status == 0, screen
    assert "nothing was changed" in screen
    assert tree_of(harbour) == before

    status, screen = talk(harbour, command, "y", "nonsense", "for 2", "for 9", "guest", "y")

    assert status == 0, screen
    assert "Is 'Samm Roebuk' (40 minutes) drugs-1 (Sam Roebuck)? (yes, no, somebody else)" in screen
    assert "'nonsense' is not on the roster of harbour" in screen
    assert "'matron-1' came, so nobody stands in for them" in screen
    assert "please write a number from 1 to 3" in screen
    assert "record 3 members and 1 guest, and remember 1 answer?" in screen
    assert max(map(len, screen.splitlines())) <= 80 + len(str(report))
    text = (harbour / MEETING).read_text()
    assert "present:\n  - probation-1\n  - matron-1\n  - drugs-1\n" in text
    assert "guests: 1\n" in text
    assert "- Samm Roebuk\n" in (harbour / "private/aliases.yaml").read_text()


def test_the_mark_of_an_open_workbook_names_the_list_itself(
    harbour: Path, imported: Imported
) -> None:
    (harbour / "~$list.xlsx").write_bytes(b"\x05Chris" + b" " * 160)

    told = imported(files=(harbour / "~$list.xlsx",))

    assert told.status == 1
    assert "name the list itself: 'list.xlsx'" in told.stderr
