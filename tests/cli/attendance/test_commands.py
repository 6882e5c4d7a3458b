"""``copkit attendance``: the matrix in its forms, and recording who came."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import typer

from copkit.analysis.attendance import build_matrix
from copkit.cli.attendance.tables import print_explained
from copkit.cli.params import complete_member
from copkit.folder import load
from tests.conftest import EXAMPLE, Copkit, Result, Write

TreeOf = Callable[[Path], dict[str, bytes]]

ROSTER = """\
members:
  - id: matron-1
    role: Community Matron
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Police
"""


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community with two members and one meeting on record."""
    write("communities/harbour/roster.yaml", ROSTER)
    return write(
        "communities/harbour/meetings/2026-01-05.md",
        "---\ndate: 2026-01-05\npresent:\n  - matron-1   # late\napologies:\n---\n\nNotes.\n",
    )


def test_the_table_fits_eighty_columns(copkit: Copkit, golden: Callable[[str, str], None]) -> None:
    result = copkit("attendance", "-C", EXAMPLE)

    assert max(map(len, result.stdout.splitlines())) <= 80
    golden("attendance-80.txt", result.stdout)


def test_a_wide_terminal_shows_the_places(copkit: Copkit) -> None:
    result = copkit("attendance", "-C", EXAMPLE, env={"COLUMNS": "160"})

    assert "Stoke-on-Trent" in result.stdout


@pytest.mark.parametrize("width", ["40", "80", "160"])
def test_forty_two_communities_are_printed_in_parts(
    write: Write, copkit: Copkit, width: str
) -> None:
    for number in range(1, 43):
        slug = f"place-{number}"
        folder = write(
            f"communities/{slug}/community.md",
            f"---\ncode: CP{number}x\nname: N\nplace: Place\nstatus: active\n---\n",
        )
        write(f"communities/{slug}/roster.yaml", ROSTER)

    result = copkit("attendance", "-C", folder, env={"COLUMNS": width})

    assert result.status == 0
    assert max(map(len, result.stdout.splitlines())) <= int(width)
    for number in range(1, 43):
        assert f"CP{number}x" in result.stdout
    assert result.stdout.index("CP2x") < result.stdout.index("CP10x")


@pytest.mark.parametrize("form", ["table", "markdown", "html", "csv", "json"])
def test_a_programme_without_communities_prints_sensibly(
    copkit: Copkit, tmp_path: Path, form: str
) -> None:
    copkit("init", tmp_path / "new", "--name", "New")

    result = copkit("attendance", "-C", tmp_path / "new", "--format", form)

    assert result.status == 0
    assert result.stdout.strip()


class Screen(io.StringIO):
    """What is printed, as a terminal."""

    def isatty(self) -> bool:
        return True


def test_explain_fits_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)

    print_explained(build_matrix(load(EXAMPLE), dt.date(2013, 2, 28)))

    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert "   11 meetings: 2012-03-21, 2012-04-18, 2012-05-16, 2012-06-20, 2012-07-18," in lines


def test_explain_names_the_meetings_behind_every_letter(harbour: Path, copkit: Copkit) -> None:
    result = copkit("attendance", "--explain", "-C", harbour)

    assert "Y  harbour/matron-1 (Community Matron)\n   one meeting: 2026-01-05" in result.stdout


def test_csv_opens_as_text_in_a_spreadsheet(harbour: Path, copkit: Copkit) -> None:
    roster = harbour / "communities/harbour/roster.yaml"
    roster.write_text(ROSTER.replace("Community Matron", '"=HYPERLINK(1)"'), encoding="utf-8")

    text = copkit("attendance", "--format", "csv", "-C", harbour).stdout

    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["Sector", "Role", "CP1"]
    assert rows[1] == ["NHS", "'=HYPERLINK(1)", "Y"]


def test_one_community_alone_can_be_shown_by_slug_or_code(copkit: Copkit) -> None:
    by_slug = copkit("attendance", "--json", "--community", "brighton", "-C", EXAMPLE)
    by_code = copkit("attendance", "--json", "--community", "CP1", "-C", EXAMPLE)

    assert by_slug.stdout == by_code.stdout
    assert [column["code"] for column in json.loads(by_code.stdout)["columns"]] == ["CP1"]


def test_faulty_records_build_no_matrix(harbour: Path, copkit: Copkit) -> None:
    meeting = harbour / "communities/harbour/meetings/2026-01-05.md"
    meeting.write_text("---\ndate: 2026-01-05\npresent: [zoe]\n---\n", encoding="utf-8")

    result = copkit("attendance", "-C", harbour)

    assert result.status == 1
    assert result.stdout == ""
    assert "2026-01-05.md:3:11: 'zoe' is not on the roster of harbour" in result.stderr


def test_a_fault_elsewhere_does_not_stop_the_matrix(harbour: Path, copkit: Copkit) -> None:
    (harbour / "evidence").mkdir()
    (harbour / "evidence" / "card.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")

    assert copkit("attendance", "-C", harbour).status == 0


def test_recording_adds_only_who_is_new_and_leaves_every_other_byte(
    harbour: Path, copkit: Copkit
) -> None:
    meeting = harbour / "communities/harbour/meetings/2026-01-05.md"
    before = meeting.read_text("utf-8")

    result = copkit(
        "attendance", "record", "harbour", "2026-01-05", "-p", "matron-1,police-1", "-C", harbour
    )

    assert result.status == 0, result.output
    expected = before.replace("# late\n", "# late\n  - police-1\n")
    assert meeting.read_text("utf-8") == expected


def test_recording_the_same_again_changes_nothing(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(harbour)

    result = copkit(
        "attendance", "record", "harbour", "2026-01-05", "-p", "matron-1", "-C", harbour
    )

    assert result.status == 0
    assert "nothing was changed" in result.stderr
    assert tree_of(harbour) == before


def test_recording_makes_the_meeting_if_it_is_not_there(harbour: Path, copkit: Copkit) -> None:
    result = copkit(
        "attendance", "record", "CP1", "today", "-p", "police-1", "-a", "matron-1", "-C", harbour,
        env={"COPKIT_TODAY": "2026-02-02"},
    )  # fmt: skip

    assert result.status == 0, result.output
    text = (harbour / "communities/harbour/meetings/2026-02-02.md").read_text("utf-8")
    assert "present:\n  - police-1\napologies:\n  - matron-1\n" in text
    assert copkit("check", "-C", harbour).status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-p", "zoe"), "'zoe' is not on the roster of harbour"),
        (("-p", "police-2"), "did you mean 'police-1'?"),
        (("-a", "matron-1"), "'matron-1' is on record as present"),
        (("-s", "matron-1"), "'matron-1' is on record as present"),
        (("--absent", "matron-1"), "'matron-1' is on record as present"),
        (("-p", "police-1", "-a", "police-1"), "cannot be both"),
        (("-p", "police-1", "-s", "police-1"), "cannot be both"),
        (("-p", "police-1", "--absent", "police-1"), "cannot be both"),
        (("--guests", "-1"), "--guests"),
        (("-p", "Somebody Else"), "somebody named here is not on the roster"),
        (("--why", "a mistake"), "nobody to record"),
        ((), "nobody to record"),
    ],
)
def test_a_mistake_in_recording_changes_nothing(
    harbour: Path, copkit: Copkit, tree_of: TreeOf, options: tuple[str, ...], said: str
) -> None:
    before = tree_of(harbour)

    result = copkit("attendance", "record", "harbour", "2026-01-05", *options, "-C", harbour)

    assert result.status in {1, 2}
    assert said in result.stderr
    assert tree_of(harbour) == before


def test_an_impossible_date_is_refused(harbour: Path, copkit: Copkit) -> None:
    for text in ("2026-02-30", "20260105", "soon"):
        result = copkit("attendance", "record", "harbour", text, "-p", "police-1", "-C", harbour)

        assert result.status == 2
        assert "not a date" in result.stderr or "has 28 days" in result.stderr


def record(copkit: Copkit, folder: Path, *options: str) -> Result:
    """Record something of the meeting of 5 January, on the 7th."""
    day = {"COPKIT_TODAY": "2026-01-07"}
    return copkit("attendance", "record", "harbour", "2026-01-05", *options, "-C", folder, env=day)


def test_substitutes_and_guests_are_recorded_once(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    options = ("-s", "police-1", "-a", "police-1", "--guests", "2")

    first = record(copkit, harbour, *options)
    after = tree_of(harbour)
    again = record(copkit, harbour, *options)

    assert "harbour, 2026-01-05: 1 present, 1 apology, 1 substitute, 2 guests" in first.stderr
    text = (harbour / "communities/harbour/meetings/2026-01-05.md").read_text("utf-8")
    assert "substitutes:\n  - id: s-k7m\n    for: police-1\nguests: 2\n" in text
    assert "nothing was changed" in again.stderr
    assert tree_of(harbour) == after
    assert copkit("check", "-C", harbour).status == 0


def test_a_correction_needs_a_reason_and_keeps_it_once(
    harbour: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    record(copkit, harbour, "-a", "police-1", "--guests", "2")

    refused = record(copkit, harbour, "-p", "police-1", "--guests", "3")
    assert refused.status == 1
    assert "'police-1' is on record as apologising and 2 guests on record" in refused.stderr
    assert "if they came after all, --why REASON corrects it" in refused.stderr

    told = ("-p", "police-1", "--absent", "matron-1", "--guests", "3", "--why", "came late")
    corrected = record(copkit, harbour, *told)
    assert "1 present, 0 apologies, 3 guests" in corrected.stderr
    text = (harbour / "communities/harbour/meetings/2026-01-05.md").read_text("utf-8")
    assert "corrections:\n  - id: c-k7m\n    date: 2026-01-07\n    why: came late\n" in text
    assert "matron-1" not in text
    assert text.endswith("---\n\nNotes.\n")

    before = tree_of(harbour)
    again = record(copkit, harbour, *told)
    assert "there was nothing to correct, so the reason was not kept" in again.stderr
    assert tree_of(harbour) == before


def test_a_substitute_who_was_the_member_after_all_is_a_correction(
    harbour: Path, copkit: Copkit
) -> None:
    record(copkit, harbour, "-s", "police-1")

    assert "stood in for by a substitute" in record(copkit, harbour, "-p", "police-1").stderr
    assert record(copkit, harbour, "-p", "police-1", "--why", "misheard").status == 0
    text = (harbour / "communities/harbour/meetings/2026-01-05.md").read_text("utf-8")
    assert "s-k7m" not in text
    assert "  - police-1\n" in text


def test_nobody_is_taken_off_a_meeting_that_is_not_there(harbour: Path, copkit: Copkit) -> None:
    result = copkit(
        "attendance", "record", "harbour", "2026-03-02", "--absent", "police-1", "-C", harbour
    )

    assert result.status == 2
    assert "there is no meeting 2026-03-02 of harbour to correct" in result.stderr


def test_members_are_recorded_by_name_and_the_record_has_the_id(
    harbour: Path, copkit: Copkit
) -> None:
    (harbour / "private").mkdir()
    (harbour / "private/contacts.yaml").write_text(
        "contacts:\n  - id: harbour/police-1\n    name: Robin Threlfall\n", encoding="utf-8"
    )

    slip = record(copkit, harbour, "-p", "Robin Threllfal")
    named = record(copkit, harbour, "-p", "robin  threlfall")
    told = record(copkit, harbour, "--absent", "police-1", "--why", "Robin Threlfall was ill")

    assert (slip.status, named.status, told.status) == (2, 0, 2)
    assert "did you mean 'police-1'?" in slip.stderr
    assert "the reason names somebody; nothing was changed" in told.stderr
    assert "Threlfal" not in slip.output + named.output + told.output
    text = (harbour / "communities/harbour/meetings/2026-01-05.md").read_text("utf-8")
    assert "  - police-1\n" in text


def test_completion_offers_ids_and_tells_beside_them_who_they_are(harbour: Path) -> None:
    (harbour / "private").mkdir()
    (harbour / "private/contacts.yaml").write_text(
        "contacts:\n  - id: harbour/police-1\n    name: Robin $(touch x) 'Threlfall\n",
        encoding="utf-8",
    )
    context = SimpleNamespace(params={"folder": str(harbour), "community": "harbour"})

    offered = complete_member(cast("typer.Context", context), "matron-1,po")

    assert offered == [("matron-1,police-1", "Robin touch x Threlfall, Police Sergeant")]


@pytest.mark.parametrize("audience", ["commissioners", "public"])
def test_outside_members_the_matrix_counts_by_sector_and_shows_no_small_number(
    copkit: Copkit, audience: str
) -> None:
    options = ("--as-of", "2012-12-31", "--for", audience, "-C", EXAMPLE)
    found = json.loads(copkit("attendance", "--json", *options).stdout)

    assert found["audience"] == audience
    assert (found["total"], found["excluded"]) == (54, 22)
    voluntary = found["rows"][0]
    assert voluntary["sector"] == "Voluntary Sector"
    assert voluntary["cells"]["CP1"] == 9
    assert voluntary["cells"]["CP2"] == "<5"
    for form in ("table", "markdown", "html", "csv", "json"):
        text = copkit("attendance", "--format", form, *options).stdout
        assert "Voluntary Sector" in text
        assert not re.search(r"Matron|tower-hamlets|[XYF]{2}", text), form
    page = copkit("attendance", "--format", "html", *options).stdout
    cells = re.findall(r"<td>(.*?)</td>", page)
    assert {"9", "13", "54", "1–4", "5+", "0"} <= set(cells)
    assert "Present in all six communities: Voluntary Sector. In five: Local" in page
    assert not {"1", "2", "3", "4"} & set(cells)


def test_a_spreadsheet_by_sector_has_the_totals_of_the_matrix(copkit: Copkit) -> None:
    options = ("--as-of", "2012-12-31", "--for", "public", "-f", "csv")
    text = copkit("attendance", *options, "-C", EXAMPLE).stdout

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["Sector", "CP1", "CP2", "CP3", "CP4", "CP5", "CP6", "Total"]
    assert rows[-1] == ["Confirmed members", "13", "5", "9", "12", "9", "6", "54"]


def test_the_meetings_behind_a_letter_are_for_members_alone(copkit: Copkit) -> None:
    result = copkit("attendance", "--for", "public", "--explain", "-C", EXAMPLE)

    assert (result.status, result.stdout) == (2, "")
    assert "--explain is for members alone" in result.stderr


@pytest.mark.parametrize("form", ["table", "markdown", "html", "csv", "json"])
def test_by_sector_a_programme_without_communities_prints_sensibly(
    copkit: Copkit, tmp_path: Path, form: str
) -> None:
    copkit("init", tmp_path / "new", "--name", "New")

    result = copkit("attendance", "--for", "public", "-C", tmp_path / "new", "-f", form)

    assert result.status == 0, result.output
    assert result.stdout.strip()


@pytest.mark.parametrize(
    ("day", "meant"),
    [("3/1/2062", "2026-01-03"), ("2026-11-03", "2025-11-03"), ("2028-02-29", "2025-02-28")],
)
def test_nobody_came_on_a_day_far_ahead(
    copkit: Copkit, harbour: Path, tree_of: TreeOf, day: str, meant: str
) -> None:
    before = tree_of(harbour)
    words = ("attendance", "record", "harbour", day, "-p", "matron-1", "-C", harbour)

    result = copkit(*words, env={"COPKIT_TODAY": "2026-01-05"})

    assert result.status == 2
    assert f"did you mean {meant}?" in result.stderr
    assert tree_of(harbour) == before
