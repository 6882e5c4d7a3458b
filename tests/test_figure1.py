"""The example's records yield Figure 1 of the programme report, letter by letter."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import EXAMPLE, Copkit

PUBLISHED = yaml.safe_load((Path(__file__).parent / "figure1.yaml").read_text(encoding="utf-8"))
ORDER = ["CP1", "CP2", "CP3", "CP4", "CP5", "CP6"]


def matrix(copkit: Copkit, folder: Path, *options: str) -> dict[str, Any]:
    """Give ``copkit attendance --json`` of a folder."""
    result = copkit("attendance", "--json", "-C", folder, *options)
    assert result.status == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("options", [(), ("--as-of", "2012-12-31")])
def test_every_row_has_the_published_letters_from_left_to_right(
    copkit: Copkit, options: tuple[str, ...]
) -> None:
    found = matrix(copkit, EXAMPLE, *options)

    assert [column["code"] for column in found["columns"]] == ORDER
    slugs = [column["id"] for column in found["columns"]]
    rows = [
        {
            "sector": row["sector"],
            "role": row["role"],
            "cells": [row["cells"][slug] for slug in slugs if slug in row["cells"]],
        }
        for row in found["rows"]
    ]
    assert rows == PUBLISHED["rows"]


def test_the_totals_are_the_published_ones(copkit: Copkit) -> None:
    found = matrix(copkit, EXAMPLE)

    assert [column["total"] for column in found["columns"]] == PUBLISHED["totals"]
    assert found["total"] == PUBLISHED["total"]
    assert found["excluded"] == PUBLISHED["excluded"]


def test_experts_by_experience_take_part_in_cp6_alone(copkit: Copkit) -> None:
    found = matrix(copkit, EXAMPLE)

    [row] = [row for row in found["rows"] if row["sector"] == "Experts by Experience"]
    assert row["cells"] == {"workington": "XX"}
    assert found["columns"][5] == {**found["columns"][5], "id": "workington", "code": "CP6"}


def test_two_seats_are_empty(copkit: Copkit) -> None:
    found = matrix(copkit, EXAMPLE)

    empty = [row["role"] for row in found["rows"] if not row["cells"]]
    assert empty == ["Mental Health Worker", "Drugs Worker"]


def test_one_attendance_less_changes_the_letter_and_the_total(
    copkit: Copkit, example: Path
) -> None:
    explained = matrix(copkit, example, "--explain")
    person = next(
        person
        for person in explained["people"]
        if person["letter"] == "X" and len(person["meetings"]) == 2
    )
    community, missed = person["community"], person["meetings"][0]
    meeting = example / "communities" / community / "meetings" / f"{missed}.md"
    text = meeting.read_text(encoding="utf-8")
    changed = re.sub(rf"^  - {person['member']}\n", "", text, count=1, flags=re.MULTILINE)
    assert changed != text
    meeting.write_text(changed, encoding="utf-8")

    found = matrix(copkit, example, "--explain")

    [after] = [
        other
        for other in found["people"]
        if (other["community"], other["member"]) == (community, person["member"])
    ]
    assert after["letter"] == "Y"
    totals = {column["id"]: column["total"] for column in found["columns"]}
    before = {column["id"]: column["total"] for column in explained["columns"]}
    assert totals == {**before, community: before[community] - 1}
    assert (found["total"], found["excluded"]) == (53, 23)


def test_the_example_has_no_problem(copkit: Copkit) -> None:
    result = copkit("check", "-C", EXAMPLE, "--json")

    assert result.status == 0
    assert json.loads(result.stdout)["problems"] == []


def test_the_example_holds_what_the_report_describes() -> None:
    def count(pattern: str) -> int:
        return len(list(EXAMPLE.glob(pattern)))

    for community in ("brighton", "colchester", "stoke-on-trent", "tower-hamlets", "workington"):
        assert count(f"communities/{community}/meetings/*.md") >= 6
    assert count("communities/halifax/meetings/*.md") == 3
    assert count("communities/*/cases/*.md") >= 12
    assert count("newsletters/*.md") == 3
    assert count("briefs/*.md") == 1
