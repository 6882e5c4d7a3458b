"""What readers outside get is noted, and what they could subtract is made only after saying so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copkit.cli.documents.outgoing import read_outgoing
from copkit.git.merge_driver import build_body_merger
from copkit.records.kinds import merge_rules
from copkit.records.schema.audience import Audience
from copkit.text.merge import merge_texts
from tests.conftest import Copkit

BRIEF = """---
title: South
from: 2012-03-01
until: {until}
addressee: A board
ask: Fund weekends
communities:
  - halifax
  - colchester
  - stoke-on-trent
  - tower-hamlets
  - workington
---
"""


@pytest.fixture
def south(example: Path) -> Path:
    """Write a brief of all communities but Brighton, of the day of that which went out."""
    (example / "briefs" / "south.md").write_text(BRIEF.format(until="2012-12-31"), "utf-8")
    return example


def noted(folder: Path) -> list[str]:
    return [entry.title for entry in read_outgoing(folder)]


def test_a_brief_that_subtracts_is_built_only_after_saying_so(south: Path, copkit: Copkit) -> None:
    refused = copkit("brief", "build", "south", "-C", south)

    assert refused.status == 1
    assert "the cases of Brighton" in refused.output
    assert "--despite-difference" in refused.output
    assert not (south / "build" / "briefs").exists()
    assert noted(south) == ["brief winter-2012"]

    built = copkit("brief", "build", "south", "--despite-difference", "-C", south)

    assert built.status == 0, built.output
    assert noted(south) == ["brief winter-2012", "brief south"]
    assert read_outgoing(south)[1].despite == (read_outgoing(south)[0].id,)
    again = copkit("brief", "build", "south", "-C", south)
    assert again.status == 0
    assert "readers can work out" not in again.output


def test_a_draft_is_noted_nowhere(south: Path, copkit: Copkit) -> None:
    draft = copkit("brief", "build", "south", "--draft", "-C", south)

    assert draft.status == 0
    assert "a draft, noted nowhere" in draft.stderr
    assert noted(south) == ["brief winter-2012"]


def test_what_nobody_got_is_removed_and_stands_in_the_way_no_more(
    south: Path, copkit: Copkit
) -> None:
    id = read_outgoing(south)[0].id

    removed = copkit("remove", id, "--yes", "-C", south)

    assert removed.status == 0, removed.output
    assert noted(south) == []
    # the letters of all cases are out all the same
    assert "beside brief" not in copkit("brief", "build", "south", "-C", south).stderr


def test_a_build_of_everything_leaves_out_what_subtracts_and_builds_the_rest(
    south: Path, copkit: Copkit
) -> None:
    result = copkit("build", "--json", "-C", south)

    assert result.status == 1
    built = [(entry["document"], entry["name"]) for entry in json.loads(result.stdout)["documents"]]
    assert ("brief", "winter-2012") in built
    assert ("brief", "south") not in built
    assert "brief south was not made" in result.stderr
    assert {"newsletter 2012-12", "sectors"} < {*noted(south)}
    assert "brief south" not in noted(south)


def test_a_build_is_undone_as_one_step(example: Path, copkit: Copkit) -> None:
    before = (example / "outgoing.yaml").read_text("utf-8")
    copkit("build", "-C", example)
    assert (example / "outgoing.yaml").read_text("utf-8") != before

    undone = copkit("undo", "--yes", "-C", example)

    assert undone.status == 0, undone.output
    assert (example / "outgoing.yaml").read_text("utf-8") == before


def test_documents_for_members_are_noted_nowhere(example: Path, copkit: Copkit) -> None:
    copkit("newsletter", "build", "2012-05", "-C", example)
    copkit("attendance", "build", "-C", example)

    assert noted(example) == ["brief winter-2012"]


def test_a_dry_run_says_what_it_would_note(example: Path, copkit: Copkit) -> None:
    result = copkit("attendance", "build", "--for", "public", "--dry-run", "-C", example)

    assert "would note in outgoing.yaml: sectors, for public" in result.stderr
    assert noted(example) == ["brief winter-2012"]


def test_what_is_printed_is_not_noted_and_a_file_is(
    example: Path, copkit: Copkit, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    copkit("attendance", "--for", "public", "-C", example)
    copkit("attendance", "--for", "public", "-o", table, "-C", example)

    assert noted(example) == ["brief winter-2012", "sectors"]


def test_a_table_of_another_day_is_refused_where_a_hidden_count_comes_out(
    example: Path, copkit: Copkit
) -> None:
    july = ("attendance", "build", "--for", "commissioners", "--as-of", "2012-07-31")
    assert copkit(*july, "-C", example).status == 0

    october = copkit(*july[:-1], "2012-10-31", "-C", example)

    assert october.status == 1
    assert "beside sectors, up to 31 July 2012, readers can work out:" in october.stderr


def test_a_letter_of_all_is_held_against_a_brief_of_some(south: Path, copkit: Copkit) -> None:
    copkit("brief", "build", "south", "--despite-difference", "-C", south)
    blockage = next((south / "blockages").glob("*.md")).stem

    asked = copkit(
        "blockage", "ask", blockage, "--of", "Housing commissioner", "--ask", "Fund weekend hours",
        "--date", "2012-12-31", "-C", south,
    )  # fmt: skip

    assert asked.status == 1
    assert "the cases of Brighton" in asked.stderr
    assert "Fund weekend hours" not in (south / "blockages" / f"{blockage}.md").read_text("utf-8")


def test_two_colleagues_who_note_the_same_document_note_it_once(
    example: Path, copkit: Copkit
) -> None:
    path = example / "outgoing.yaml"
    base = path.read_text("utf-8")
    versions = []
    for reader in (Audience.PUBLIC, Audience.COMMISSIONERS):
        path.write_text(base, "utf-8")
        copkit("newsletter", "build", "2012-12", "-C", example)
        copkit("attendance", "build", "--for", reader, "-C", example)
        versions.append(path.read_text("utf-8"))

    ours, theirs = versions
    rules = merge_rules("outgoing.yaml")
    merged = merge_texts((base, ours, theirs), build_body_merger(Path.cwd()), rules=rules)

    path.write_text(merged.text, "utf-8")
    titles = ["brief winter-2012", "newsletter 2012-12", "sectors", "sectors"]
    assert sorted(noted(example)) == sorted(titles)
    assert copkit("check", "-C", example).status == 0


def test_check_warns_of_documents_of_two_colleagues_that_subtract_once_they_meet(
    south: Path, copkit: Copkit
) -> None:
    path = south / "outgoing.yaml"
    base = path.read_text("utf-8")
    path.write_text("outgoing:\n", "utf-8")  # the copy of somebody who has not synced
    copkit("brief", "build", "south", "--despite-difference", "-C", south)  # despite the letters
    theirs = path.read_text("utf-8").partition("outgoing:\n")[2]
    path.write_text(base + theirs, "utf-8")

    checked = copkit("check", "-C", south)

    assert checked.status == 0, checked.output
    [id, other] = [entry.id for entry in read_outgoing(south)]
    whole = " ".join(checked.output.split())
    assert f"beside brief winter-2012, up to 31 December 2012 ({id}), readers can" in whole
    assert "the cases of Brighton" in whole
    assert f"copkit remove {other}" in whole

    path.write_text(f"{base}{theirs}    despite: [{id}]\n", "utf-8")
    assert "readers can work out" not in copkit("check", "-C", south).output


def test_an_entry_with_faults_stops_a_build_for_readers_outside(
    example: Path, copkit: Copkit
) -> None:
    (example / "outgoing.yaml").write_text("outgoing:\n  - id: o-1\n", "utf-8")

    assert copkit("attendance", "build", "--for", "public", "-C", example).status == 1
