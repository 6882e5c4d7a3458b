"""Meetings of facilitators and advisers are communities of their own kind, in no total."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from copkit.analysis.attendance import build_matrix
from copkit.analysis.health import community_health
from copkit.analysis.participation import attendance_by_month, sector_network, sector_table
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.analysis.seats import seats_of
from copkit.folder import Programme, load
from copkit.records.schema.audience import Audience
from tests.conftest import EXAMPLE, Copkit

FIRST, LAST = dt.date(2012, 3, 1), dt.date(2013, 2, 28)
OTHERS = ("facilitators", "advisory")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Programme, Programme]:
    """The example, and the same without the two communities that are of another kind."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("kinds") / "example"))
    for slug in OTHERS:
        shutil.rmtree(folder / "communities" / slug)
    return load(EXAMPLE), load(folder)


@pytest.mark.parametrize("audience", list(Audience))
def test_no_reader_sees_them(both: tuple[Programme, Programme], audience: Audience) -> None:
    with_them, without = (
        view_for(programme, audience, Scope(FIRST, LAST), LAST) for programme in both
    )

    assert with_them == without


def test_no_figure_counts_them(both: tuple[Programme, Programme]) -> None:
    for one, other in (
        [build_matrix(programme, LAST) for programme in both],
        [sector_table(build_matrix(programme, LAST)) for programme in both],
        [sector_network(build_matrix(programme, LAST)) for programme in both],
        [attendance_by_month(programme.communities, FIRST, LAST) for programme in both],
        [seats_of(programme, LAST) for programme in both],
        [community_health(programme, LAST) for programme in both],
    ):
        assert one == other


@pytest.mark.parametrize("slug", OTHERS)
def test_they_have_a_register_and_no_column(copkit: Copkit, slug: str) -> None:
    register = copkit("attendance", "register", slug, "-C", EXAMPLE)
    column = copkit("attendance", "--community", slug, "-C", EXAMPLE)

    assert register.status == 0
    assert "Programme Lead" in register.stdout
    assert column.status == 2
    assert f"'copkit attendance register {slug}' shows who came" in column.stderr


@pytest.mark.parametrize("command", ["seats", "health"])
def test_they_have_neither_seats_nor_health(copkit: Copkit, command: str) -> None:
    result = copkit(command, "facilitators", "-C", EXAMPLE)

    assert (result.status, result.stdout) == (0, "")
    assert "facilitators" in result.stderr


def test_a_new_one_gets_a_code_name_and_sections_of_its_own(copkit: Copkit, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    copkit("init", folder, "--name", "Harbour", "--starts", "2026-01-05")

    for kind in OTHERS:
        result = copkit("new-community", "London", "--kind", kind, "-C", folder)
        assert result.status == 0, result.output
    copkit("new-community", "Leeds", "-C", folder)

    listed = copkit("list", "communities", "-C", folder).stdout.splitlines()
    heads = [line.split()[:2] for line in listed[1:]]
    assert heads == [["leeds", "CP1"], ["facilitators", "FM"], ["advisory", "AG"]]
    text = (folder / "communities/facilitators/community.md").read_text("utf-8")
    assert "name: Facilitators' meetings" in text
    assert "## Purpose" in text
    assert "## Domain" not in text
    assert copkit("check", "-C", folder).status == 0
