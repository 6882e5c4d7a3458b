"""``copkit toolkit``: the sheets, the checklist, and what goes to the printer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

JUNE = ("--as-of", "2012-06-13")


def test_the_sheets_are_listed_before_there_is_a_programme(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("toolkit", "-C", tmp_path)

    assert result.status == 0
    assert " 3  brokerage             45 min  How do we get people to come?" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_folder_that_is_not_there_is_no_place_outside_a_programme(
    copkit: Copkit, tmp_path: Path
) -> None:
    assert copkit("toolkit", "show", "3", "-C", tmp_path / "nowhere").status == 2


def test_a_sheet_is_shown_with_its_tables_and_boxes(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("toolkit", "show", "two-hours", "-C", tmp_path)

    assert result.stdout.startswith("8. The two hours\nHow does a meeting go?\n")
    assert "Minutes" in result.stdout
    assert "[ ] Somebody has the next case." in result.stdout
    assert "Rests on: Programme report 2013" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_sheet_is_printed_where_there_is_no_programme(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("toolkit", "print", "taster", "7", "--format", "md,pdf", "-C", tmp_path)

    assert result.status == 0, result.output
    assert sorted(path.name for path in (tmp_path / "build/toolkit").iterdir()) == [
        "ground-rules.md", "ground-rules.pdf", "taster.md", "taster.pdf",
    ]  # fmt: skip


def test_dry_run_writes_no_sheet(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("toolkit", "print", "--format", "md", "--dry-run", "-C", tmp_path)

    assert "would write" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_halifax_on_its_last_day(copkit: Copkit, example: Path) -> None:
    result = copkit("toolkit", "check", "halifax", *JUNE, "-C", example)

    assert result.status == 0
    assert "Halifax community of practice, 6 of 11 on 13 June 2012\n" in result.stdout
    assert "[ ] Somebody senior stands behind us\n" in result.stdout
    assert f"    copkit edit halifax -C {example}\n" in result.stdout
    assert "[ ] Six to ten people are confirmed" in result.stdout
    assert "Read next: sheet 3, Brokerage" in result.stdout


def test_the_checklist_as_data(copkit: Copkit, example: Path) -> None:
    result = copkit("toolkit", "check", "CP2", *JUNE, "--json", "-C", example)

    data = json.loads(result.stdout)
    assert (data["community"], data["ticked"], data["of"]) == ("halifax", 6, 11)
    assert data["sheets"][0] == "brokerage"
    assert [box["name"] for box in data["boxes"] if box["command"] is None] == [
        box["name"] for box in data["boxes"] if box["ticked"]
    ]


def test_what_a_community_needs_most_comes_first_and_what_is_behind_it_last(
    copkit: Copkit, example: Path
) -> None:
    result = copkit("toolkit", "halifax", *JUNE, "--json", "-C", example)

    sheets = json.loads(result.stdout)["sheets"]
    assert (sheets[0]["name"], sheets[0]["open_boxes"]) == ("brokerage", 2)
    behind = [sheet["is_behind"] for sheet in sheets]
    assert behind == sorted(behind)
    text = copkit("toolkit", "halifax", *JUNE, "-C", example).stdout
    assert text.index("brokerage") < text.index("Behind you") < text.index("taster")


def test_facilitators_among_themselves_have_no_checklist(copkit: Copkit, example: Path) -> None:
    result = copkit("toolkit", "check", "facilitators", "-C", example)

    assert result.status == 2
    assert "facilitators is of the kind 'facilitators'" in result.stderr


def test_a_kit_for_a_community_is_brought_up_to_date_by_the_next_build(
    copkit: Copkit, example: Path
) -> None:
    printed = copkit(
        "toolkit", "print", "--community", "halifax", *JUNE, "--format", "md", "-C", example
    )
    assert printed.status == 0, printed.output
    file = example / "build/toolkit/halifax/toolkit.md"
    assert "The records tick 6 of 11 boxes" in file.read_text("utf-8")
    record = example / "communities/halifax/community.md"
    record.write_text(record.read_text("utf-8").replace("backing:", "backing: director"), "utf-8")

    copkit("toolkit", "print", "host", "--community", "brighton", "--format", "md", "-C", example)

    assert "The records tick 7 of 11 boxes" in file.read_text("utf-8")
    copkit("community", "reopen", "halifax", "-C", example)
    renamed = copkit("rename", "halifax", "calderdale", "--yes", "-C", example)
    assert renamed.status == 0, renamed.stderr
    assert not file.exists()


def test_an_unknown_field_of_a_sheet_of_ones_own_is_an_error(copkit: Copkit, write: Write) -> None:
    folder = write("toolkit/host.md", "---\ntitle: T\nasks: Why?\nminuts: 3\n---\n")

    result = copkit("toolkit", "show", "host", "-C", folder)

    assert result.status == 1
    assert "toolkit/host.md:4:1: there is no field 'minuts' here" in result.stderr
    assert copkit("check", "-C", folder).status == 1


def test_a_fault_elsewhere_does_not_keep_a_sheet_from_being_shown(
    copkit: Copkit, write: Write
) -> None:
    folder = write("communities/harbour/roster.yaml", "members: 5\n")

    assert copkit("toolkit", "show", "host", "-C", folder).status == 0


def test_on_a_terminal_the_community_is_asked_for(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", "name: Harbour programme\nstarts: 2026-01-01\nformat: 1\n")

    status, screen = talk(folder, ["toolkit", "check"], "harbour")

    assert status == 0, screen
    assert "0 of 11" in screen


def test_today_points_to_the_kit_while_a_community_is_forming(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2026-02-02")
    text = "---\ncode: CP1\nname: Harbour community\nplace: Harbour\nstatus: forming\n---\n"
    folder = write("communities/harbour/community.md", text)

    result = copkit("today", "-C", folder)

    assert "Getting started\n" in result.stdout
    assert "Harbour: 0 of 11 boxes ticked. Next: Somebody senior stands behind us" in result.stdout
    assert f"copkit toolkit check harbour -C {folder}" in result.stdout
    write("communities/harbour/community.md", text.replace("forming", "active"))
    assert "Getting started" not in copkit("today", "-C", folder).stdout


def test_init_points_to_the_kit(copkit: Copkit, tmp_path: Path) -> None:
    result = copkit("init", tmp_path / "p", "--name", "Harbour", "--no-git")

    assert "copkit toolkit" in result.stderr


def test_a_case_whose_person_refused_is_in_no_kit(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-05")
    roster = "members:\n  - id: m1\n    role: Songster\n    sector: NHS\n"
    folder = write("communities/harbour/roster.yaml", roster)
    meeting = "---\ndate: 2026-03-{}\npresent:\n  - m1\ncases:\n  - {}\n---\n"
    write("communities/harbour/meetings/2026-03-04.md", meeting.format("04", "no"))
    write("communities/harbour/meetings/2026-03-18.md", "---\ndate: 2026-03-18\n---\n")
    case = "---\ntitle: {}\nkind: challenging\nstatus: draft\nthemes:\n  - {}\nconsent: {}\n---\n"
    write("communities/harbour/cases/no.md", case.format("Hushed", "silence", "refused"))
    write("communities/harbour/cases/yes.md", case.format("A kettle", "tenancies", "given"))

    copkit("toolkit", "print", "--community", "harbour", "--format", "md", "-C", folder)

    text = (folder / "build/toolkit/harbour/toolkit.md").read_text("utf-8")
    assert "A kettle" in text
    assert "Hushed" not in text
    assert "silence" not in text


# --- on the site --------------------------------------------------------------------------------


def test_the_sheets_are_pages_of_the_site_and_ones_own_for_those_who_may_see_it(
    copkit: Copkit, example: Path
) -> None:
    own = (example / "toolkit/visitors.md").read_text("utf-8")
    (example / "toolkit/taster.md").write_text(own.replace("visits", "comes first"), "utf-8")
    for audience in ("members", "public"):
        result = copkit("site", "build", "--for", audience, "-C", example)
        assert result.status == 0, result.output
    members, public = (example / f"build/site/{name}/toolkit" for name in ("members", "public"))

    assert len(list(public.iterdir())) == 17  # sixteen sheets, and their list
    assert "When somebody comes first" in (members / "taster.html").read_text("utf-8")
    assert "The taster" in (public / "taster.html").read_text("utf-8")
    assert (members / "visitors.html").is_file()
    assert not (public / "visitors.html").exists()
    assert "visitors" not in (public / "index.html").read_text("utf-8")
