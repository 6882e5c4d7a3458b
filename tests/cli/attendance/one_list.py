"""A community whose names are known, and a list of who came to one of its meetings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Result, Write

Imported = Callable[..., Result]
ROSTER = """\
members:
  - id: probation-1
    role: Probation Officer
    sector: Criminal Justice & Police
  - id: matron-1
    role: Community Matron
    sector: NHS
  - id: drugs-1
    role: Drugs Worker
    sector: Voluntary Sector
"""
CONTACTS = """\
contacts:
  - id: harbour/probation-1
    name: Johnny Threlfall
    email: j.threlfall@probation.example.org
  - id: harbour/matron-1
    name: Ana Okafor
  - id: harbour/drugs-1
    name: Sam Roebuck
    email: sam@refuge.example.org
"""
# As Google Meet writes it.
REPORT = """\
Name,Email,Duration
J Threlfall,J.Threlfall@probation.example.org,58 min
"Okafor, Ana (External)",,45 min
Samm Roebuk,,40 min
Zoe Quillfeather,zoe@quillfeather.example.net,12 min
Otter.ai,,60 min
"""
MEETING = "communities/harbour/meetings/2026-01-05.md"
SECRETS = ("threlfall", "okafor", "roebu", "quillfeather", "otter", "refuge", "attendance-of")


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community of three whose names are known."""
    write("communities/harbour/roster.yaml", ROSTER)
    write(".gitignore", "private/\n")
    return write("private/contacts.yaml", CONTACTS)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A list of five, two of whom are certain; its name says whose it is."""
    path = tmp_path / "attendance-of-quillfeather.csv"
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.fixture
def imported(harbour: Path, report: Path, copkit: Copkit) -> Callable[..., Result]:
    """Import the list, or others, into the meeting of 5 January."""

    def call(*options: object, files: tuple[Path, ...] = (report,)) -> Result:
        command = ("attendance", "import", "harbour", "2026-01-05", *files, *options)
        return copkit(*command, "-C", harbour)

    return call
