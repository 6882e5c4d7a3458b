"""``copkit calendar``: which files it writes, and which it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.documents.calendars import meeting, one, run, written
from tests.conftest import PROGRAMME, Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]


def test_all_communities_get_a_file_of_their_own(copkit: Copkit, example: Path) -> None:
    result = run(copkit, example, "--json")

    calendars = json.loads(result.stdout)["calendars"]
    assert [one["community"] for one in calendars][:2] == ["brighton", "halifax"]
    assert all(Path(one["file"]).read_bytes().startswith(b"BEGIN:VC") for one in calendars)
    first = calendars[0]["meetings"][0]
    assert first["meeting"] == "2012-03-21"
    assert (first["status"], first["change"]) == ("confirmed", "new")


def test_a_dry_run_says_what_is_new_and_writes_nothing(
    copkit: Copkit, write: Write, tree_of: TreeOf
) -> None:
    folder = meeting(write, "2026-06-10")
    before = tree_of(folder)

    result = run(copkit, folder, "harbour", "--dry-run")

    assert "Harbour community: 1 meeting, 1 new" in result.stderr
    assert "would write" in result.stderr
    assert tree_of(folder) == before


def test_it_is_printed_or_written_where_somebody_wants_it_and_brought_up_to_date(
    copkit: Copkit, write: Write, tmp_path: Path
) -> None:
    folder, file = meeting(write, "2026-06-10"), tmp_path / "mine.ics"

    printed = run(copkit, folder, "harbour", "--output", "-")
    assert run(copkit, folder, "harbour", "--output", file).status == 0

    assert printed.stdout.encode() == file.read_bytes()
    assert not (folder / "build").exists()
    meeting(write, "2026-06-10", "start: 15:00")
    run(copkit, folder, "harbour", "--output", file)
    assert one(file.read_bytes())["DTSTART"].dt.hour == 15


def test_where_its_output_goes_into_a_file_it_is_printed_as_well(
    copkit: Copkit, write: Write
) -> None:
    folder = meeting(write, "2026-06-10")

    printed = run(copkit, folder, "harbour").stdout

    assert printed.encode() == (folder / "build/calendars/harbour.ics").read_bytes()
    assert run(copkit, folder).stdout == ""


@pytest.mark.parametrize(
    "theirs", [b"dear diary", b"BEGIN:VCALENDAR\r\nPRODID:x\r\nEND:VCALENDAR\r\n", b"\xff\xfe\0"]
)
def test_a_file_of_somebody_else_is_left_alone(
    copkit: Copkit, write: Write, tmp_path: Path, theirs: bytes
) -> None:
    folder, file = meeting(write, "2026-06-10"), tmp_path / "theirs.ics"
    file.write_bytes(theirs)

    result = run(copkit, folder, "harbour", "--output", file)

    assert result.status == 1
    assert "nothing was changed" in result.stderr
    assert file.read_bytes() == theirs


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--output", "x.ics"), "--output is for one community"),
        (("harbour", "-o", "-", "--json"), "--output - and --json do not go together"),
        (("harbr",), "did you mean 'harbour'?"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    copkit: Copkit, write: Write, options: tuple[str, ...], said: str
) -> None:
    result = run(copkit, meeting(write, "2026-06-10"), *options)

    assert result.status == 2
    assert said in result.stderr


def test_a_community_without_a_meeting_has_no_calendar(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", PROGRAMME)

    result = run(copkit, folder, "harbour")

    assert result.status == 0
    assert "harbour has no meeting on record" in result.stderr
    assert "copkit new-meeting harbour" in result.stderr
    assert not (folder / "build").exists()


@pytest.mark.parametrize("more", ["minutes: 2000", "start: 14:00\nminutes: 999999999"])
def test_a_meeting_that_no_calendar_could_show_is_named(
    copkit: Copkit, write: Write, more: str
) -> None:
    result = run(copkit, meeting(write, "2026-06-10", more), "harbour")

    assert result.status == 1
    assert "no calendar shows a meeting of" in result.stderr


def test_nobody_is_named_in_an_invitation(copkit: Copkit, write: Write) -> None:
    result = run(copkit, meeting(write, "2026-06-10", "place: ring 07700 900123"), "harbour")

    assert result.status == 1
    assert "900123" not in result.output


def test_the_calendar_of_a_community_that_is_gone_goes_with_the_next_build(
    copkit: Copkit, write: Write
) -> None:
    folder = meeting(write, "2026-06-10")
    written(copkit, folder)
    (folder / "communities/harbour").rename(folder / "communities/quay")

    result = copkit("build", "-C", folder)

    assert not (folder / "build/calendars").exists()
    assert "there is no such community any more" in result.stderr
