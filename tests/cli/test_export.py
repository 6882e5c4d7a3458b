"""``copkit export``: tables of one programme and of several, which DuckDB reads."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.attendance import build_matrix
from copkit.documents import table_files
from copkit.documents.table_queries import LETTERS, QUERIES
from copkit.folder import load
from copkit.records.schema.audience import Audience
from tests.analysis.tables.programmes import DAYS, draw_programme
from tests.cli.test_canaries import TO_MEMBERS_ALONE, choir, forbidden
from tests.conftest import COMMUNITY, EXAMPLE, PROGRAMME, Copkit, Write, copied, drawn, run_copkit

duckdb = pytest.importorskip("duckdb")
__all__ = ["choir"]  # a fixture
NEEDS = "multiple-needs-programme"


def connect(folder: Path) -> Any:
    """Open the tables of some readers as a reader would: by the views that lie beside them."""
    engine = duckdb.connect(config={"autoload_known_extensions": "false"})
    views = (folder / "views.sql").read_text(encoding="utf-8")
    # A reader stands in the folder; the tests may not leave theirs.
    engine.execute(f"set file_search_path = '{folder}'")
    engine.execute(views)
    return engine


def answers(folder: Path) -> list[list[tuple[Any, ...]]]:
    """Run every statement of queries.sql, and return the rows of each."""
    engine = connect(folder)
    text = (folder / "queries.sql").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    statements = [part for part in lines.split(";") if part.strip()]
    return [engine.execute(statement).fetchall() for statement in statements]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example for all readers, in a warehouse of Parquet."""
    warehouse = tmp_path_factory.mktemp("lake") / "warehouse"
    for reader in Audience:
        done = run_copkit(
            "export", "--for", reader, "--draft", "-C", EXAMPLE, "-o", warehouse, "-f", "parquet"
        )
        assert done.status == 0, done.output
    return warehouse


# --- the numbers of the example's documents --------------------------------------------------


def ask(exported: Path, number: int, reader: str = "members") -> list[tuple[Any, ...]]:
    query = QUERIES[number - 1]
    statement = query.rows if reader == "members" else query.summary
    rows: list[tuple[Any, ...]] = connect(exported / reader).execute(statement).fetchall()
    return rows


def test_1_figure_1_has_its_totals(exported: Path) -> None:
    rows = ask(exported, 1)

    assert [row[3] for row in rows] == [13, 5, 9, 12, 9, 6]
    assert (sum(row[3] for row in rows), sum(row[4] for row in rows)) == (54, 22)


def test_2_the_first_meeting_was_full_and_the_second_was_not(exported: Path) -> None:
    assert ask(exported, 2)[:2] == [(NEEDS, "CP1", 1, 16, 16), (NEEDS, "CP1", 2, 8, 17)]


def test_3_the_seats_that_nobody_filled_come_first(exported: Path) -> None:
    rows = ask(exported, 3)

    assert len(rows) == 41
    assert rows[0][:5] == ("NHS", "Mental Health Worker", 1, 0, 6.25)
    assert [row for row in rows if row[3] == 0] == rows[:6]


def test_4_a_yes_came_from_directors_and_service_managers_of_the_nhs(exported: Path) -> None:
    nhs = {level: joined for sector, level, _, joined in ask(exported, 4) if sector == "NHS"}

    assert nhs == {"director": 1, "front-line": 0, "service-manager": 1, "team-leader": 0}


def test_5_outcomes_are_those_of_the_brief(exported: Path) -> None:
    rows = ask(exported, 5)
    outcomes: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for outcome, kind, reports, _ in rows:
        outcomes[outcome] = outcomes.get(outcome, 0) + reports
        kinds[kind] = kinds.get(kind, 0) + reports

    assert outcomes == {"helped": 22, "partly": 12, "did-not-help": 5, "not-tried": 3}
    assert kinds == {"maintenance": 15, "prevention": 16, "recovery": 3, "not said": 8}


def test_6_blockages_recur_as_the_list_of_blockages_says(exported: Path, copkit: Copkit) -> None:
    listed = json.loads(
        copkit(
            "blockage", "list", "--json", "-C", EXAMPLE, env={"COPKIT_TODAY": "2013-02-28"}
        ).stdout
    )
    counts = {row["title"]: (row["cases"], row["communities"]) for row in listed["blockages"]}

    assert {row[1]: (row[2], row[3]) for row in ask(exported, 6)} == counts
    assert {row[1]: (row[3], row[4]) for row in ask(exported, 6, "commissioners")} == counts


def test_7_every_case_was_followed_up_within_five_weeks_or_so(exported: Path) -> None:
    assert ask(exported, 7) == [(NEEDS, 17, 0, 35.0)]


def test_8_six_cards_were_used_twice_or_more(exported: Path) -> None:
    assert [row[2] for row in ask(exported, 8)] == [3, 3, 3, 2, 2, 2]


@pytest.mark.parametrize("reader", Audience)
def test_9_the_survey_says_what_its_document_says(exported: Path, reader: str) -> None:
    assert [row[2:] for row in ask(exported, 9, reader)] == [
        ("agencies", 32, 33, 54),
        ("contacts", 30, 33, 54),
        ("skills", 31, 33, 54),
        ("talking-shop", 33, 33, 54),
    ]


def test_10_a_member_cost_535_pounds_or_1390(exported: Path) -> None:
    costs = {row[1]: row[5] for row in ask(exported, 10)}

    assert (costs["CP1"], costs["CP2"]) == (535, 1390)


def test_11_substitutes_came_most_for_the_police(exported: Path) -> None:
    shares = {sector: substitutes / seats for sector, substitutes, seats in ask(exported, 11)}

    assert max(shares, key=lambda sector: shares[sector]) == "Criminal Justice & Police"


def test_12_one_community_never_had_six_members(exported: Path) -> None:
    lives = {row[1]: (row[2], *row[4:7]) for row in ask(exported, 12)}

    assert lives["CP1"] == ("active", 56, 28, 329)
    assert lives["CP2"] == ("ended", 63, None, 63)


@drawn(8, 300)
@given(data=st.data())
def test_the_letters_by_sql_are_those_of_copkit(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("drawn")
    draw_programme(root, data)
    day = data.draw(DAYS, label="as of")
    done = run_copkit("export", "-C", root, "--as-of", day, env={"COPKIT_TODAY": "2027-01-01"})
    assert done.status == 0, done.output

    engine = connect(root / "build" / "export" / "members")
    letters = dict(engine.execute(LETTERS).fetchall())

    matrix = build_matrix(load(root), day)
    assert letters == {
        f"harbour-programme/{person.community}/{person.member.id}": person.letter.value
        for person in matrix.people
    }
    stored = "select member_id, letter from dim_member where letter is not null"
    assert dict(engine.execute(stored).fetchall()) == letters


# --- forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["members", "commissioners"])
def test_every_form_gives_the_same_answers(
    example: Path, copkit: Copkit, exported: Path, reader: str
) -> None:
    expected = answers(exported / reader)

    for form in ("csv", "json", "parquet"):
        assert copkit("export", "--for", reader, "-f", form, "-C", example).status == 0
        assert answers(example / "build" / "export" / reader) == expected, form


def test_the_package_says_what_lies_in_each_file(example: Path, copkit: Copkit) -> None:
    copkit("export", "-C", example)
    folder = example / "build" / "export" / "members"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))

    assert package["$schema"].endswith("/2.0/datapackage.json")
    assert package["created"] == "2013-02-28T00:00:00Z"
    assert package["copkit"]["counts"]["dim_member"] == 93
    for resource in package["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        [heads, *rows] = csv.reader(data.decode("utf-8-sig").splitlines())
        assert heads == [field["name"] for field in resource["schema"]["fields"]]
        assert len(rows) == package["copkit"]["counts"][resource["name"]]
    page = (folder / "dictionary.html").read_text(encoding="utf-8")
    assert "fact_attendance" in page


def test_the_same_records_make_the_same_bytes(example: Path, copkit: Copkit) -> None:
    for form in ("csv", "parquet", "xlsx", "json"):
        copkit("export", "-f", form, "-C", example)
        first = digests(example / "build" / "export")
        result = copkit("export", "-f", form, "-C", example)
        assert digests(example / "build" / "export") == first
        assert f"{len(first)} as before" in result.stderr


def test_a_workbook_has_a_sheet_for_each_table_and_the_dictionary(
    example: Path, copkit: Copkit
) -> None:
    result = copkit("export", "-f", "xlsx", "--tables", "dim_member,fact_action", "-C", example)

    assert result.status == 0, result.output
    book = openpyxl.load_workbook(example / "build" / "export" / "members" / "tables.xlsx")
    assert book.sheetnames == ["dictionary", "dim_member", "fact_action"]
    assert book["dim_member"]["G2"].value.year == 2012


def test_a_table_too_long_for_a_sheet_is_refused(
    example: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "MAX_SHEET_ROWS", 700)

    result = copkit("export", "-f", "xlsx", "-C", example)

    assert result.status == 1
    assert "fact_attendance has 718 rows" in result.stderr
    assert not (example / "build" / "export").exists()


FORMULA = '=HYPERLINK("https://evil.example")'


def test_a_formula_is_text_in_spreadsheets_and_untouched_elsewhere(
    write: Write, copkit: Copkit
) -> None:
    write("copkit.yaml", PROGRAMME)
    folder = write(
        "communities/harbour/community.md", COMMUNITY.replace("Harbour\n", f"'{FORMULA}'\n")
    )
    tables = folder / "build" / "export" / "members"

    copkit("export", "-C", folder)
    assert f"'{FORMULA}".replace('"', '""') in (tables / "dim_community.csv").read_text("utf-8")
    copkit("export", "-f", "xlsx", "-C", folder)
    book = openpyxl.load_workbook(BytesIO((tables / "tables.xlsx").read_bytes()))
    assert book["dim_community"]["E2"].value == f"'{FORMULA}"
    for form in ("json", "parquet"):
        copkit("export", "-f", form, "-C", folder)
        engine = connect(tables)
        assert engine.execute("select place from dim_community").fetchall() == [(FORMULA,)]


def test_the_report_names_each_file_and_what_is_left_out(example: Path, copkit: Copkit) -> None:
    result = copkit("export", "--json", "-C", example)

    report = json.loads(result.stdout)
    assert (report["readers"], report["as_of"]) == ("members", "2013-02-28")
    [attendance] = [row for row in report["tables"] if row["name"] == "fact_attendance"]
    data = Path(attendance["file"]).read_bytes()
    assert attendance["sha256"] == hashlib.sha256(data).hexdigest()
    assert attendance["rows"] == 718
    assert "single answers to surveys" in report["left_out"]
    assert report["warnings"] == ["1 issue without a day: presented_on is empty"]


def test_nothing_is_written_on_trial(example: Path, copkit: Copkit) -> None:
    result = copkit("export", "--dry-run", "-C", example)

    assert "would write" in result.stderr
    assert not (example / "build").exists()


# --- a warehouse -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known_region(tmp_path_factory: pytest.TempPathFactory, looked_through: Path) -> list[Path]:
    """Three programmes of one region, which differ in name and in how far they are; to copy."""
    folders = []
    for name in ("north", "south", "west"):
        folder = copied(looked_through, tmp_path_factory.mktemp("region") / name)
        settings = folder / "copkit.yaml"
        text = settings.read_text(encoding="utf-8").replace(
            "name: ", f"id: {name}\nname: {name} ", 1
        )
        settings.write_text(text, encoding="utf-8")
        assert run_copkit("check", "-C", folder).status == 0
        folders.append(folder)
    return folders


@pytest.fixture
def region(known_region: list[Path], tmp_path: Path) -> list[Path]:
    """A copy of the three programmes, to change."""
    return [copied(folder, tmp_path / folder.name) for folder in known_region]


def dashes(folders: list[Path]) -> Iterator[object]:
    for folder in folders:
        yield from ("-C", folder)


def test_one_programme_is_exported_anew_and_the_others_stay(
    region: list[Path], tmp_path: Path, copkit: Copkit
) -> None:
    warehouse = tmp_path / "lake"
    options = ("--for", "members", "-f", "parquet", "-o", warehouse)
    assert copkit("export", *dashes(region), *options).status == 0
    before = digests(warehouse)
    roster = region[1] / "communities" / "brighton" / "roster.yaml"
    roster.write_text(roster.read_text("utf-8").replace("joined: 2012", "joined: 2011", 1), "utf-8")
    (region[1] / "communities" / "halifax" / "meetings").rename(region[1] / "elsewhere")

    assert copkit("export", "-C", region[1], *options).status == 0

    after = digests(warehouse)
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert changed
    assert {
        path for path in changed if "programme=south" not in path and "-south." not in path
    } == set()
    engine = connect(warehouse / "members")
    rows = engine.execute(
        "select programme, programme_id, count(*) from fact_attendance group by all order by all"
    ).fetchall()
    assert [row[:2] for row in rows] == [(name, name) for name in ("north", "south", "west")]
    years = engine.execute("select distinct year from fact_attendance where year <> year(held_on)")
    assert years.fetchall() == []


def test_several_programmes_are_for_commissioners_unless_said(
    region: list[Path], tmp_path: Path, copkit: Copkit
) -> None:
    result = copkit("export", *dashes(region), "-o", tmp_path / "lake")

    assert result.status == 0, result.output
    assert [path.name for path in (tmp_path / "lake").iterdir()] == ["commissioners"]
    rows = answers(tmp_path / "lake" / "commissioners")[0]
    assert {row[0] for row in rows} == {"north", "south", "west"}


def test_several_programmes_need_a_warehouse(region: list[Path], copkit: Copkit) -> None:
    result = copkit("export", *dashes(region))

    assert result.status == 2
    assert "--output warehouse" in result.stderr


def test_two_programmes_of_one_id_are_refused_with_both_folders(
    region: list[Path], tmp_path: Path, copkit: Copkit
) -> None:
    settings = region[2] / "copkit.yaml"
    settings.write_text(settings.read_text("utf-8").replace("id: west", "id: north"), "utf-8")

    result = copkit("export", *dashes(region), "-o", tmp_path / "lake")

    assert result.status == 1
    words = " ".join(result.stderr.split())
    assert f"{region[0]} and {region[2]} have one id, 'north'" in words
    assert not (tmp_path / "lake").exists()


def test_a_warehouse_has_one_form(region: list[Path], tmp_path: Path, copkit: Copkit) -> None:
    warehouse = tmp_path / "lake"
    copkit("export", "-C", region[0], "-o", warehouse, "-f", "parquet")

    result = copkit("export", "-C", region[1], "-o", warehouse, "-f", "csv")

    assert result.status == 1
    assert "--format parquet" in result.stderr


def test_an_older_programme_may_lack_a_column(
    region: list[Path], tmp_path: Path, copkit: Copkit
) -> None:
    warehouse = tmp_path / "lake"
    copkit("export", *dashes(region), "--for", "members", "-o", warehouse, "-f", "parquet")
    old = warehouse / "members" / "dim_meeting" / "programme=west" / "data.parquet"
    engine = duckdb.connect()
    engine.execute(f"copy (select * exclude number from '{old}') to '{old}' (format parquet)")

    rows = connect(warehouse / "members").execute(
        "select programme, count(*), count(number) from dim_meeting group by all order by all"
    )

    assert [(row[0], row[1] > 0, row[2] > 0) for row in rows.fetchall()] == [
        ("north", True, True),
        ("south", True, True),
        ("west", True, False),
    ]


# --- what is refused, and what stays out -----------------------------------------------------

BROKEN = "---\ndate: 2026-01-14\npresent: [nobody]\n---\n"


def test_records_with_errors_are_refused_unless_they_are_left_out(
    write: Write, copkit: Copkit
) -> None:
    write("copkit.yaml", PROGRAMME)
    write("communities/harbour/community.md", COMMUNITY)
    write("communities/harbour/meetings/2026-01-21.md", "---\ndate: 2026-01-21\n---\n")
    folder = write("communities/harbour/meetings/2026-01-14.md", BROKEN)

    refused = copkit("export", "-C", folder)
    done = copkit("export", "--despite-errors", "--json", "-C", folder)

    assert refused.status == 1
    assert "'nobody' is not on the roster" in refused.stderr
    report = json.loads(done.stdout)
    assert "communities/harbour/meetings/2026-01-14.md: it has errors" in report["left_out"]
    tables = folder / "build" / "export" / "members"
    package = json.loads((tables / "datapackage.json").read_text("utf-8"))
    assert package["copkit"]["complete"] is False
    assert package["copkit"]["counts"]["dim_meeting"] == 1


def test_somebody_who_is_named_stops_the_export(write: Write, copkit: Copkit) -> None:
    write("copkit.yaml", PROGRAMME)
    write("communities/harbour/community.md", COMMUNITY)
    folder = write("blockages/doors.md", "---\ntitle: Ring Sharon Whitlock on 07700 900123\n---\n")

    result = copkit("export", "--despite-errors", "-C", folder)

    assert result.status == 1
    assert not (folder / "build").exists()


@pytest.mark.parametrize("options", [("--for", "everybody"), ("--tables", "dim_membr"),
                                     ("--for", "public", "--with-text"),
                                     ("--for", "public", "--tables", "dim_member")])  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(
    example: Path, copkit: Copkit, options: tuple[str, ...]
) -> None:
    result = copkit("export", *options, "-C", example)

    assert result.status == 2
    assert not (example / "build").exists()


def test_nothing_is_written_through_a_link(example: Path, tmp_path: Path, copkit: Copkit) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (example / "build").mkdir()
    (example / "build" / "export").symlink_to(outside)

    assert copkit("export", "-C", example).status == 1
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
@pytest.mark.parametrize("reader", ["commissioners", "public"])
def test_readers_outside_get_no_byte_of_what_is_not_for_them(
    choir: Path, tmp_path: Path, copkit: Copkit, reader: str, form: str
) -> None:
    done = copkit("export", "--for", reader, "-f", form, "-C", choir, "-o", tmp_path / "lake")
    assert done.status == 0, done.output

    audience = Audience(reader)
    # the themes of cases that these readers may see are counted, as the site lists them
    shown = {f"song theme {other[0] * 2}" for other in Audience if audience.may_see(other)}
    words = {*forbidden(audience), *TO_MEMBERS_ALONE} - shown
    for path in (tmp_path / "lake").rglob("*"):
        text = path.as_posix().removeprefix(tmp_path.as_posix())
        if path.suffix == ".xlsx":
            cells = [
                str(cell)
                for sheet in openpyxl.load_workbook(path)
                for row in sheet.iter_rows(values_only=True)
                for cell in row
            ]
            text += " ".join(cells)
        elif path.suffix == ".parquet":
            footer = duckdb.execute(f"from parquet_metadata('{path}')").fetchall()
            rows = duckdb.execute(f"from '{path}'").fetchall()
            text += f"{footer} {rows} {path.read_bytes()!r}"
        elif path.is_file():
            text += path.read_text(encoding="utf-8-sig")
        heard = [word for word in words if word in text.casefold()]
        assert heard == [], path


# --- what later happens to tables below build/ -----------------------------------------------


def test_tables_that_would_say_something_else_go_with_the_next_build(
    choir: Path, copkit: Copkit
) -> None:
    for reader in Audience:
        assert copkit("export", "--for", reader, "-C", choir).status == 0
    copkit("newsletter", "build", "issue-mm", "-C", choir)
    folder = choir / "build" / "export"
    assert {path.parent.name for path in folder.glob("*/datapackage.json")} == {*Audience}
    case = choir / "communities" / "song-harbour" / "cases" / "song-slug-pp.md"
    case.write_text(case.read_text("utf-8").replace("consent: given", "consent: refused"), "utf-8")

    result = copkit("newsletter", "build", "issue-mm", "-C", choir)

    assert "'copkit export --for public' makes tables anew" in " ".join(result.stderr.split())
    assert not list(folder.glob("*/*.csv"))


def test_check_warns_of_an_id_that_is_another_than_in_the_tables(
    example: Path, copkit: Copkit
) -> None:
    assert "changed-id" not in copkit("check", "--json", "-C", example).stdout
    copkit("export", "-C", example)
    assert "changed-id" not in copkit("check", "--json", "-C", example).stdout
    settings = example / "copkit.yaml"
    settings.write_text(f"id: needs\n{settings.read_text('utf-8')}", encoding="utf-8")

    problems = json.loads(copkit("check", "--json", "-C", example).stdout)["problems"]

    [problem] = [each for each in problems if each["code"] == "changed-id"]
    assert (problem["severity"], problem["line"]) == ("warning", 1)
    assert f"call this programme '{NEEDS}'" in problem["message"]


def test_tables_and_archives_for_readers_outside_are_noted_and_drafts_are_not(
    example: Path, tmp_path: Path, copkit: Copkit
) -> None:
    noted = example / "outgoing.yaml"
    before = noted.read_text("utf-8")
    copkit("export", "-C", example)
    copkit("export", "--for", "public", "--draft", "-C", example)
    copkit("archive", "--all", "--for", "public", "--draft", "-o", tmp_path / "a", "-C", example)
    assert noted.read_text("utf-8") == before

    copkit("export", "--for", "public", "-C", example)
    copkit("export", "--for", "public", "--format", "json", "-C", example)
    copkit("archive", "--all", "--for", "public", "-o", tmp_path / "b", "-C", example)

    added = noted.read_text("utf-8").removeprefix(before)
    assert added.count("document: export") == 1
    assert added.count("document: archive") == 1
