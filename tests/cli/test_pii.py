"""That what held nothing is not looked through again, and that nothing is missed because of it."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from copkit.analysis.privacy.identifiers import scan_file
from copkit.layout import cache_folder
from tests.conftest import Copkit, Write

CASE = "---\ntitle: Lost keys\nkind: challenging\nstatus: draft\n---\n\nThe door was open.\n"
FILE = "communities/harbour/cases/lost-keys.md"


@pytest.fixture
def folder(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write(FILE, CASE)


def looks(copkit: Copkit, folder: Path) -> int:
    """Check a folder, and count the files that were looked through."""
    with mock.patch("copkit.cli.pii.scan_file", wraps=scan_file) as look:
        assert copkit("check", "-C", folder).status == 0
    return look.call_count


def test_a_file_that_held_nothing_is_not_read_again(copkit: Copkit, folder: Path) -> None:
    assert looks(copkit, folder) == 3
    assert looks(copkit, folder) == 0


def test_a_name_put_in_afterwards_is_found(copkit: Copkit, folder: Path, write: Write) -> None:
    looks(copkit, folder)
    write(FILE, CASE.replace("The door", "Siobhan's door"))

    assert "[first-name]" in copkit("check", "-C", folder).stdout


def test_a_contact_put_in_afterwards_is_found(copkit: Copkit, folder: Path, write: Write) -> None:
    write(FILE, CASE.replace("The door", "The door of xanthe quillfeather"))
    copkit("check", "-C", folder)
    write(
        "private/contacts.yaml",
        "contacts:\n  - id: harbour/nurse-1\n    name: Xanthe Quillfeather\n",
    )

    assert "[known-contact]" in copkit("check", "-C", folder).stdout


def test_a_pseudonym_withdrawn_is_found_in_the_notes(
    copkit: Copkit, folder: Path, write: Write
) -> None:
    case = CASE.replace("status", "pseudonyms:\n  - Rhys\nstatus")
    write(FILE, case.replace("The door", "Rhys said that the door"))
    notes = "---\ndate: 2026-02-04\ncases:\n  - lost-keys\n---\n\nWe spoke about Rhys.\n"
    write("communities/harbour/meetings/2026-02-04.md", notes)
    assert copkit("check", "-C", folder).status == 0
    write(FILE, CASE)

    result = copkit("check", "-C", folder)

    assert "meetings/2026-02-04.md:7:16" in result.stdout


@pytest.mark.parametrize("data", [b"", b"no digests", b"\0" * 1000])
def test_a_spoilt_cache_does_no_harm(copkit: Copkit, folder: Path, data: bytes) -> None:
    looks(copkit, folder)
    for path in cache_folder().iterdir():
        path.write_bytes(data)

    assert looks(copkit, folder) == 3


def test_a_cache_that_cannot_be_written_does_no_harm(
    copkit: Copkit, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")

    assert looks(copkit, folder) == 3
