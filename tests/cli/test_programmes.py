"""Several programmes side by side: ``-C`` repeated, for the commands that only read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, Copkit

CONTACTS = """contacts:
  - id: brighton/community-matron-1
    name: Sharon Whitlock
    email: sharon.whitlock@example.org
"""
COMMANDS = ["attendance", "health", "seats", "blockage list", "today"]
JANUARY = {"COPKIT_TODAY": "2013-01-10"}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two programmes that keep names in ``private/``; the second asks for three meetings."""
    folders = []
    for name, threshold in (("north", 2), ("south", 3)):
        folder = tmp_path_factory.mktemp("region") / name
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("build"))
        settings = folder / "copkit.yaml"
        text = settings.read_text(encoding="utf-8")
        text = text.replace("threshold: 2", f"threshold: {threshold}")
        settings.write_text(f"id: {name}\n{text}", encoding="utf-8")
        (folder / "private").mkdir()
        (folder / "private" / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
        folders.append(folder)
    return folders


def both(region: list[Path]) -> tuple[object, ...]:
    return "-C", region[0], "-C", region[1]


def test_each_column_of_the_matrix_has_its_programme(region: list[Path], copkit: Copkit) -> None:
    together = json.loads(copkit("attendance", *both(region), "--json").stdout)
    alone = [json.loads(copkit("attendance", "-C", each, "--json").stdout) for each in region]

    columns = {column["id"]: column["total"] for column in together["columns"]}
    assert columns == {
        f"{name}/{column['id']}": column["total"]
        for name, matrix in zip(("north", "south"), alone, strict=True)
        for column in matrix["columns"]
    }
    assert together["total"] == sum(matrix["total"] for matrix in alone)
    assert together["excluded"] == sum(matrix["excluded"] for matrix in alone)
    assert [column["code"] for column in together["columns"]][:7:6] == ["north CP1", "south CP1"]
    cells = {
        (row["role"], slug): letters
        for row in together["rows"]
        for slug, letters in row["cells"].items()
    }
    for name, matrix in zip(("north", "south"), alone, strict=True):
        for row in matrix["rows"]:
            for slug, letters in row["cells"].items():
                assert cells[row["role"], f"{name}/{slug}"] == letters


def test_the_threshold_of_each_programme_is_named(region: list[Path], copkit: Copkit) -> None:
    result = copkit("attendance", *both(region), "--format", "csv")

    assert "north: as of 2013-02-28, 2 meetings for an X" in result.stderr
    assert "south: as of 2013-02-28, 3 meetings for an X" in result.stderr
    assert "north CP1,north CP2" in result.stdout


def test_health_seats_and_blockages_name_their_programme(
    region: list[Path], copkit: Copkit
) -> None:
    health = json.loads(copkit("health", *both(region), "--json").stdout)
    seats = json.loads(copkit("seats", *both(region), "--json").stdout)
    blockages = json.loads(copkit("blockage", "list", *both(region), "--json").stdout)

    assert [each["programme"] for each in health["programmes"]] == ["north", "south"]
    assert {each["programme"] for each in seats["seats"][0]["programmes"]} == {"north", "south"}
    cases = [row["cases"] for row in blockages["blockages"]]
    assert cases == sorted(cases, reverse=True)
    assert [row["programme"] for row in blockages["blockages"]].count("south") == 6


def test_today_shows_what_is_due_in_each_with_the_folder(
    region: list[Path], copkit: Copkit
) -> None:
    result = copkit("today", *both(region), env=JANUARY)

    for folder in region:
        command = f"copkit case progress colchester/the-list-in-my-drawer a3 -C {folder}"
        assert command in result.stdout


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_of_private_is_read_and_nothing_is_written(
    region: list[Path], copkit: Copkit, command: str, options: tuple[str, ...]
) -> None:
    before = {path: path.stat().st_mtime_ns for root in region for path in root.rglob("*")}
    for folder in region:
        (folder / "private" / "contacts.yaml").chmod(0)

    result = copkit(*command.split(), *both(region), *options, env=JANUARY)

    assert result.status == 0, result.output
    assert "Sharon" not in result.output
    assert {path: path.stat().st_mtime_ns for root in region for path in root.rglob("*")} == before


@pytest.mark.parametrize(
    "command",
    [
        "attendance --for commissioners",
        "attendance --explain",
        "attendance --community brighton",
        "health brighton",
        "health --explain",
        "seats --add",
        "today --community brighton",
    ],
)
def test_what_is_of_one_programme_is_refused(
    region: list[Path], copkit: Copkit, command: str
) -> None:
    assert copkit(*command.split(), *both(region)).status == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_one_folder_twice_and_one_id_twice_are_refused(
    region: list[Path], tmp_path: Path, copkit: Copkit, command: str
) -> None:
    shutil.copytree(region[0], tmp_path / "copy", ignore=shutil.ignore_patterns("private"))

    twice = copkit(*command.split(), "-C", region[0], "-C", region[0] / "communities")
    alike = copkit(*command.split(), "-C", region[0], "-C", tmp_path / "copy")

    assert (twice.status, alike.status) == (2, 1)
    assert "have one id, 'north'" in " ".join(alike.stderr.split())
