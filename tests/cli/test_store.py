"""Several hands on one folder: nobody's line is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.folder import load
from copkit.records.kinds import Noun
from tests.conftest import LONG, STUCK, Copkit, Write

ADD = """
import sys
from copkit.cli.main import run
folder, who, count, named = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "named"
failed = 0
for number in range(count):
    id = ["--id", f"m{who}-{number}"] if named else []
    failed += run(["new-member", "harbour", "Nurse", "--sector", "NHS", *id, "-C", folder]) != 0
sys.exit(failed)
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["named", "numbered"])
def test_eight_writers_lose_nothing(write: Write, how: str) -> None:
    """Each adds several; without ``--id`` they compete for the next number as well."""
    folder = write("communities/harbour/roster.yaml", "members:\n")
    count = 40 if LONG else 8

    writers = [
        subprocess.Popen(
            [sys.executable, "-c", ADD, str(folder), str(who), str(count), how],
            stderr=subprocess.DEVNULL,
        )
        for who in range(8)
    ]

    assert [writer.wait(timeout=STUCK) for writer in writers] == [0] * 8
    (harbour,) = load(folder, {Noun.MEMBERS}).communities
    assert len({member.id for member in harbour.members}) == 8 * count
    assert sorted(path.name for path in (folder / "communities/harbour").iterdir()) == [
        "community.md",
        "roster.yaml",
    ]


@pytest.mark.slow
def test_two_who_record_one_new_meeting_both_count(write: Write) -> None:
    roster = "".join(f"  - id: m-{n}\n    role: Nurse\n    sector: NHS\n" for n in range(8))
    folder = write("communities/harbour/roster.yaml", f"members:\n{roster}")

    writers = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "copkit", "attendance", "record", "harbour", "2026-02-04"),
                *("--present", f"m-{n}", "-C", str(folder)),
            ],
            stderr=subprocess.DEVNULL,
        )
        for n in range(8)
    ]

    assert [writer.wait(timeout=STUCK) for writer in writers] == [0] * 8
    (harbour,) = load(folder, {Noun.MEMBERS, Noun.MEETINGS}).communities
    assert sorted(harbour.meetings[0].present) == [f"m-{n}" for n in range(8)]


def test_a_file_that_cannot_be_read_is_never_written(
    write: Write, copkit: Copkit, tree_of: Callable[[Path], dict[str, bytes]]
) -> None:
    folder = write("communities/harbour/roster.yaml", "members:\n  - id: [\n")
    before = tree_of(folder)

    result = copkit("new-member", "harbour", "Nurse", "--sector", "NHS", "-C", folder)

    assert result.status == 1
    assert "roster.yaml:2:9: " in result.stderr
    assert tree_of(folder) == before
