"""``copkit case show``: the whole story of a case, and nothing that is private."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.cases.loop import KEYS, harbour
from tests.conftest import Copkit

__all__ = ["harbour"]

NAME = "harbour/lost-keys"
MARCH = {"COPKIT_TODAY": "2026-03-21"}


def test_the_story_is_told_in_order(harbour: Path, copkit: Copkit) -> None:
    copkit(
        "case", "progress", NAME, "a1", "helped", "-C", harbour, env={"COPKIT_TODAY": "2026-02-12"}
    )

    result = copkit("case", "show", NAME, "-C", harbour, env=MARCH)

    assert result.status == 0
    told = [
        "Lost keys (harbour/lost-keys)",
        "Presented, challenging; for members alone.",
        "Presented on 14 January 2026 by Community Matron.",
        "Consent: not recorded.",
        "No sign-off stands: it has not been signed off.",
        "Next steps\n----------\n\nAsk twice.",
        "2026-01-14  presented by Community Matron",
        "2026-02-11  a1: due: Cut another key (Locksmith)",
        "2026-02-12  a1: helped",
        "2026-03-11  a2: due: Ask the neighbour (Probation Officer)",
        "- a2: Ask the neighbour (Probation Officer, due 2026-03-11)",
    ]
    places = [result.stdout.find(one) for one in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)
    assert " ".join(result.stdout.split()).endswith("; 10 days overdue")
    for hidden in ("XSECRETX", "who was it", "nurse-1", "hang it up"):
        assert hidden not in result.output


def test_the_story_as_json_has_dates_ids_and_the_open_actions(
    harbour: Path, copkit: Copkit
) -> None:
    result = copkit("case", "show", "lost-keys", "--json", "-C", harbour, env=MARCH)

    found = json.loads(result.stdout)
    assert found["name"] == NAME
    assert (found["presenters"], found["signed"]) == (["Community Matron"], False)
    assert found["sections"] == [{"heading": "Next steps", "text": "Ask *twice*."}]
    assert [(one["date"], one["kind"], one["about"]) for one in found["timeline"]] == [
        ("2026-01-14", "presented", None),
        ("2026-02-11", "due", "a1"),
        ("2026-03-11", "due", "a2"),
    ]
    assert [one["action"] for one in found["open"]] == ["a1", "a2"]
    assert "XSECRETX" not in result.stdout


def test_a_story_of_which_not_all_could_be_read_says_so(harbour: Path, copkit: Copkit) -> None:
    (harbour / "blockages").mkdir()
    (harbour / "blockages/x.md").write_text("---\nstatus: open\n---\n", "utf-8")

    result = copkit("case", "show", NAME, "-C", harbour)

    assert result.status == 1
    assert "what stands here may be incomplete" in result.stderr
    assert "Lost keys" in result.stdout
    assert (harbour / KEYS).exists()
