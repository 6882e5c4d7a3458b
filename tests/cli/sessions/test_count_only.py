"""``copkit attendance import --count-only``: 120 people come, and nobody's name stays anywhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from copkit.layout import cache_folder
from tests.conftest import Copkit

GIVEN = (
    "Amabel",
    "Birdie",
    "Corin",
    "Dulcie",
    "Emrys",
    "Fenella",
    "Gethin",
    "Hestia",
    "Ivo",
    "Jory",
)
FAMILY = (
    *("Pellow", "Quance", "Rosewarne", "Skewes", "Trembath", "Uglow"),
    *("Varcoe", "Wearne", "Yelland", "Zelah", "Angove", "Bolitho"),
)
NAMES = [f"{given} {family}" for family in FAMILY for given in GIVEN]
SECTORS = ("NHS", "Voluntary Sector", "")
DAY = "2022-03-16"


def teams_list(names: list[str], day: str = "16/03/22") -> bytes:
    """Return a list as Teams saves it, with a bot, and one who came back by telephone."""
    rows = [
        f"{name}\t{day}, 09:00:00\t{day}, 10:00:00\t1h"
        f"\t{name.replace(' ', '.').lower()}@example.org\t\tAttendee\t{SECTORS[number % 3]}"
        for number, name in enumerate(names)
    ]
    rows.append(rows[0])  # a rejoin
    rows.append(f"Otter.ai (Unverified)\t{day}, 09:00:00\t{day}, 10:00:00\t1h\t\t\tAttendee\t")
    head = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tUPN\tRole\tWorks in"
    text = f"1. Summary\nMeeting title\tConference\n\n2. Participants\n{head}\n" + "\n".join(rows)
    return text.encode("utf-16")


@pytest.fixture
def conference(example: Path) -> Path:
    """The record of the example's conference, without the numbers."""
    record = example / f"communities/riverside-network/meetings/{DAY}.md"
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    start, end = lines.index("came: 61\n"), lines.index("speakers:\n")
    record.write_text("".join(lines[:start] + lines[end:]), encoding="utf-8")
    return record


def everything_in(*folders: Path) -> str:
    """Return the bytes of every file, with its path, as text in small letters."""
    parts = []
    for folder in folders:
        for top, _, files in os.walk(folder):
            for name in files:
                path = Path(top, name)
                parts.append(f"{path}\n{path.read_bytes().decode('utf-8', 'replace')}")
    return "\n".join(parts).casefold()


def test_120_people_leave_numbers_and_no_name(
    copkit: Copkit, example: Path, conference: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.tsv"
    report.write_bytes(teams_list(NAMES))
    command = ("attendance", "import", "riverside-network", DAY, report, "--count-only")
    options = ("--column", "sector=Works in", "-C", example)

    shown = copkit(*command, *options, "--dry-run")
    told = copkit(*command, *options, "--json")
    again = copkit(*command, *options)

    assert (shown.status, told.status, again.status) == (0, 0, 0), shown.output + told.output
    counted = json.loads(told.stdout)
    assert (counted["came"], counted["not_said"]) == (120, 40)
    assert counted["came_from"] == [
        {"sector": "Voluntary Sector", "people": 40},
        {"sector": "NHS", "people": 40},
    ]
    assert counted["set_aside"] == [{"why": "note-taker bot", "rows": 1}]
    assert "came: 120\n" in conference.read_text(encoding="utf-8")
    assert "nothing was changed" in again.stderr
    report.unlink()
    kept = everything_in(example, cache_folder()) + shown.output + told.output + again.output
    assert [word for word in (*GIVEN, *FAMILY) if f"{word.casefold()} " in kept] == []
    assert [name for name in NAMES if name.split()[1].casefold() in kept] == []


def test_it_says_how_many_came_to_both_of_two_sessions(
    copkit: Copkit, example: Path, conference: Path, tmp_path: Path
) -> None:
    report, earlier = tmp_path / "report.tsv", tmp_path / "earlier.tsv"
    report.write_bytes(teams_list(NAMES[:60]))
    earlier.write_bytes(teams_list(NAMES[50:80], "19/01/22"))

    result = copkit(
        *("attendance", "import", "riverside-network", DAY, report, "--count-only"),
        *("--compare", earlier, "-C", example, "--json"),
    )

    assert json.loads(result.stdout)["in_both"] == 10, result.output


def test_an_error_names_nobody_either(copkit: Copkit, example: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.tsv"
    report.write_bytes(teams_list(NAMES[:3], "17/05/22"))

    result = copkit(
        *("attendance", "import", "riverside-network", DAY, report, "--count-only", "-C", example)
    )

    assert result.status == 1
    assert "of 17 May 2022" in result.stderr
    assert not any(name in result.output for name in NAMES)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("riverside-network", DAY), "--count-only counts who came, and keeps no name"),
        (("brighton", "2012-04-18", "--count-only"), "brighton is not a network"),
        (("riverside-network", DAY, "--count-only", "--guest", "A"), "keeps nobody"),
        (("riverside-network", "2022-03-17", "--count-only"), "did you mean '2022-03-16'"),
    ],
)
def test_it_is_for_sessions_of_networks_alone(
    copkit: Copkit, example: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    report = tmp_path / "report.tsv"
    report.write_bytes(teams_list(NAMES[:3]))

    result = copkit("attendance", "import", *words[:2], report, *words[2:], "-C", example)

    assert result.status == 2
    assert said in " ".join(result.stderr.split())
