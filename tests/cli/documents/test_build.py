"""Every document at once, and the documents of attendance."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.documents import formats
from tests.conftest import EXAMPLE, Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]
ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
MEETING = "---\ndate: 2026-01-05\npresent: [nurse-1]\n---\n"


def below(folder: Path) -> set[str]:
    """Return the documents below build/; the manifest is none."""
    build = folder / "build"
    files = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    return files - {".copkit.json"}


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community that has met once."""
    write("communities/harbour/roster.yaml", ROSTER)
    return write("communities/harbour/meetings/2026-01-05.md", MEETING)


def test_everything_is_built_for_the_readers_each_record_names(
    example: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    result = copkit("build", "-C", example)

    assert result.status == 0, result.output
    files = below(example)
    assert {
        "newsletters/2012-05/members/newsletter.html",
        "newsletters/2012-12/public/newsletter.txt",
        "briefs/winter-2012/brief.md",
        "attendance/matrix.xlsx",
        "attendance/public/sectors.xlsx",
    } <= files
    assert "newsletters/2012-05/public/newsletter.html" not in files
    assert "briefs/winter-2012/brief.txt" not in files
    assert "wrote build/attendance/matrix: html, csv, xlsx, md, svg, png" in result.stderr
    # a path is printed whole, so that it can be copied, and the folder's own is long here
    lines = result.stderr.replace(f"{example}/", "").splitlines()
    assert max(map(len, lines)) <= 100
    before = tree_of(example / "build")

    again = copkit("build", "-C", example)

    assert tree_of(example / "build") == before
    # what readers outside got is noted once
    *lines, noted = result.stderr.splitlines()
    assert noted.startswith("changed ") and noted.endswith("outgoing.yaml")
    assert again.stderr.splitlines() == lines


def test_a_dry_run_says_what_it_would_write(harbour: Path, copkit: Copkit) -> None:
    result = copkit("build", "--dry-run", "--json", "-C", harbour)

    assert not (harbour / "build").exists()
    stated = json.loads(result.stdout)
    assert [one["document"] for one in stated["documents"]] == ["matrix"]
    assert stated["missing_forms"] == {}


def test_what_needs_a_package_that_is_not_here_is_left_out_and_named(
    harbour: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "EXTRAS", {"xlsx": ("no_such_package", "xlsx")})

    result = copkit("build", "-C", harbour)

    said = "Not built, as packages for it are missing: xlsx"
    assert said in result.stderr
    assert "attendance/matrix.xlsx" not in below(harbour)
    asked = copkit("attendance", "build", "--format", "xlsx", "-C", harbour)
    assert asked.status == 1
    assert "-m pip install '.[xlsx]'" in asked.stderr


def test_a_communitys_name_clashes_with_no_audience(write: Write, copkit: Copkit) -> None:
    for slug in ("public", "registers", "commissioners"):
        community = f"---\ncode: {slug}\nname: N\nplace: P\nstatus: active\n---\n"
        write(f"communities/{slug}/community.md", community)
        write(f"communities/{slug}/roster.yaml", ROSTER)
        folder = write(f"communities/{slug}/meetings/2026-01-05.md", MEETING)

    for reader in ("members", "public"):
        assert copkit("attendance", "build", "--for", reader, "-f", "md", "-C", folder).status == 0

    assert below(folder) == {
        "attendance/matrix.md",
        "attendance/registers/public/register.md",
        "attendance/registers/registers/register.md",
        "attendance/registers/commissioners/register.md",
        "attendance/public/sectors.md",
    }


def test_nothing_is_built_of_records_that_name_somebody(harbour: Path, copkit: Copkit) -> None:
    roster = harbour / "communities/harbour/roster.yaml"
    roster.write_text(ROSTER.replace("role: Nurse", "role: Nurse, 07700 900123"), "utf-8")

    for command in (["build"], ["attendance", "build"]):
        result = copkit(*command, "-C", harbour)

        assert result.status == 1
        assert not (harbour / "build").exists()
        assert "900123" not in result.output


def test_outsiders_get_no_member_by_member_document(copkit: Copkit, example: Path) -> None:
    result = copkit("attendance", "build", "--for", "commissioners", "--json", "-C", example)

    files = [Path(file) for file in json.loads(result.stdout)["files"]]
    assert {file.stem for file in files} == {"sectors"}
    assert "nurse" not in files[0].read_text("utf-8").lower()


def test_a_workbook_goes_to_a_file_that_is_not_there_yet(
    harbour: Path, copkit: Copkit, tmp_path: Path
) -> None:
    file = tmp_path / "came.xlsx"
    command = ["attendance", "register", "harbour", "--output", file, "-C", harbour]

    assert copkit(*command).status == 0
    written = file.read_bytes()
    assert written.startswith(b"PK")
    again = copkit(*command)

    assert again.status == 1
    assert "exists already; nothing was changed" in again.stderr
    assert file.read_bytes() == written


def test_a_workbook_is_not_printed_on_a_terminal(harbour: Path, copkit: Copkit) -> None:
    result = copkit("attendance", "--format", "xlsx", "-C", harbour)

    assert result.status == 2
    assert "name a file: --output matrix.xlsx" in result.stderr
    assert result.stdout == ""


def test_a_workbook_can_be_sent_on() -> None:
    command = [sys.executable, "-m", "copkit", "attendance", "-f", "xlsx", "-C", str(EXAMPLE)]
    done = subprocess.run(command, capture_output=True, check=True)

    assert done.stdout.startswith(b"PK")


def test_a_table_for_the_terminal_goes_to_no_file(
    harbour: Path, copkit: Copkit, tmp_path: Path
) -> None:
    result = copkit("attendance", "-o", tmp_path / "matrix.pages", "-C", harbour)

    assert result.status == 2
    assert "--output matrix.pages: it is not made as .pages" in result.stderr


def test_all_forms_in_a_place_count_up_to_one_day(harbour: Path, copkit: Copkit) -> None:
    command = ["attendance", "build", "-C", harbour, "--as-of"]
    copkit(*command, "2026-01-31", "-f", "md,csv")

    result = copkit(*command, "2026-01-02", "-f", "html")

    assert "wrote" in result.stderr
    text = (harbour / "build/attendance/matrix.md").read_text("utf-8")
    assert "membership on 2 January 2026" in text
