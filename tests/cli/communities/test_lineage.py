"""``copkit community sprout`` and ``lineage``: communities that grow out of others."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import COMMUNITY, Copkit, Write


def sprout(copkit: Copkit, folder: Path, *more: str) -> str:
    result = copkit(
        "community", "sprout", "North Division", "--from", "stoke-on-trent", *more, "-C", folder
    )
    assert result.status == 0, result.output
    return (folder / "communities/north-division/community.md").read_text(encoding="utf-8")


def test_a_new_community_takes_over_rules_and_blockages_and_nobody(
    example: Path, copkit: Copkit
) -> None:
    text = sprout(copkit, example)

    assert "grew_out_of: stoke-on-trent" in text
    assert "- Here nobody is in charge of anybody." in text
    assert "  - weekend-cover\n" in text
    roster = (example / "communities/north-division/roster.yaml").read_text(encoding="utf-8")
    assert "- id:" not in roster
    assert copkit("check", "-C", example).status == 0
    lineage = copkit("community", "lineage", "-C", example).stdout
    line = " ".join(lineage.partition("└")[2].partition("CP5")[0].split())
    assert line.startswith("North Division, forming; took the plan of seats, ground rules")
    assert "4 blockages" in line


def test_what_there_is_nothing_of_is_not_taken_over(example: Path, copkit: Copkit) -> None:
    text = sprout(copkit, example)  # Stoke-on-Trent has no log of approaches

    assert "- approaches" not in text
    assert "- toolkit" in text  # a sheet of the programme's own


def test_advice_on_approaches_names_no_agency(example: Path, copkit: Copkit) -> None:
    result = copkit("community", "sprout", "east", "--from", "halifax", "--take", "approaches",
                    "-C", example)  # fmt: skip

    text = (example / "communities/east/community.md").read_text(encoding="utf-8")
    assert result.status == 0
    assert "## Which doors opened" in text
    assert "said yes" in text
    log = json.loads(copkit("list", "approaches", "--json", "-C", example).stdout)["approaches"]
    assert not [entry["agency"] for entry in log if entry["agency"] in text]
    assert "grew_out_of: halifax" in text
    assert "place: East" in text


def test_a_member_is_copied_by_role_and_a_facilitator_with_where_they_learned_it(
    example: Path, copkit: Copkit
) -> None:
    roster = (example / "communities/stoke-on-trent/roster.yaml").read_text(encoding="utf-8")
    facilitator = roster.split("part: facilitator")[0].rpartition("- id: ")[2].splitlines()[0]

    sprout(copkit, example, "--member", f"stoke-on-trent/{facilitator}")

    copy = (example / "communities/north-division/roster.yaml").read_text(encoding="utf-8")
    assert "part: facilitator" in copy
    assert "trained_at: stoke-on-trent" in copy
    assert "organisation" not in copy
    tree = copkit("community", "lineage", "-C", example).stdout
    assert "facilitator trained at CP4" in " ".join(tree.split())


def test_a_second_run_refuses_and_figure_1_stands(example: Path, copkit: Copkit) -> None:
    sprout(copkit, example)

    again = copkit("community", "sprout", "North Division", "--from", "stoke-on-trent",
                   "-C", example)  # fmt: skip
    assert again.status == 1
    assert "exists already; nothing was changed" in again.stderr
    matrix = json.loads(copkit("attendance", "--json", "-C", example).stdout)
    assert (matrix["total"], matrix["excluded"]) == (54, 22)


def test_a_merger_grows_out_of_two_and_a_split_gives_two(write: Write, copkit: Copkit) -> None:
    folder = write("communities/quay/community.md", COMMUNITY.replace("CP1", "CP2"))

    copkit("community", "sprout", "bay", "--from", "harbour", "--from", "quay", "-C", folder)
    copkit("community", "sprout", "pier", "--from", "harbour", "-C", folder)

    text = (folder / "communities/bay/community.md").read_text(encoding="utf-8")
    assert "grew_out_of:\n  - harbour\n  - quay\n" in text
    tree = json.loads(copkit("community", "lineage", "--json", "-C", folder).stdout)
    assert [(entry["slug"], entry["depth"]) for entry in tree["communities"]] == [
        ("harbour", 0), ("bay", 1), ("pier", 1), ("quay", 0)
    ]  # fmt: skip
    assert copkit("rename", "harbour", "port", "-C", folder).status == 0
    text = (folder / "communities/bay/community.md").read_text(encoding="utf-8")
    assert "  - port\n" in text
    assert copkit("check", "-C", folder).status == 0


def test_a_community_cannot_grow_out_of_itself(write: Write, copkit: Copkit) -> None:
    end = "status: active\n"
    write("communities/quay/community.md",
          COMMUNITY.replace("CP1", "CP2").replace(end, f"{end}grew_out_of: harbour\n"))  # fmt: skip
    folder = write("communities/harbour/community.md",
                   COMMUNITY.replace(end, f"{end}grew_out_of: quay\n"))  # fmt: skip

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert "harbour cannot have grown out of quay, which grew out of it" in result.output


def test_a_facilitator_learned_it_at_a_community_or_at_a_session(
    copkit: Copkit, write: Write
) -> None:
    write("communities/quay/community.md",
          "---\ncode: N1\nname: Q\nplace: Q\nkind: network\nstatus: active\n---\n")  # fmt: skip
    write("communities/quay/meetings/2026-01-07.md",
          "---\ndate: 2026-01-07\ntitle: Learning\nkind: train-the-trainer\n---\n")  # fmt: skip
    folder = write("communities/harbour/roster.yaml", "members: []\n")
    words = ("Nurse", "--sector", "NHS", "--part", "facilitator", "--id", "nurse-1")

    made = copkit("new-member", "harbour", *words, "--trained-at", "quay/2026-01-07", "-C", folder)
    roster = folder / "communities/harbour/roster.yaml"
    assert made.status == 0, made.output
    assert "trained_at: quay/2026-01-07" in roster.read_text(encoding="utf-8")

    change = ("member", "change", "harbour/nurse-1", "-C", folder, "--trained-at")
    assert "there is no community or meeting 'quai'" in copkit(*change, "quai").stderr
    assert copkit(*change, "CP1").status == 0
    assert "trained_at: harbour" in roster.read_text(encoding="utf-8")
    assert copkit("check", "-C", folder).status == 0
