"""``copkit health``: paragraphs for people, reasons for machines, and never a failure."""

from __future__ import annotations

import json

import pytest

from tests.conftest import EXAMPLE, Copkit


def test_a_failing_community_is_named_with_its_reasons_and_what_to_do(copkit: Copkit) -> None:
    result = copkit("health", "halifax", "--as-of", "2012-06-13", "-C", EXAMPLE)

    assert result.status == 0
    first, *rest = result.stdout.splitlines()
    assert first.startswith("Halifax (CP2) is failing: three meetings; five regular members;")
    text = " ".join(" ".join(rest).split())
    assert "Five people can be counted on after three meetings, and it takes six" in text
    assert "[too-few-members]" in text
    assert "Ask the host (a housing association) for a named senior manager" in text


def test_each_rule_and_its_source_can_be_read(copkit: Copkit) -> None:
    brief = copkit("health", "CP2", "--as-of", "2012-06-13", "-C", EXAMPLE).stdout
    long = copkit("health", "CP2", "--as-of", "2012-06-13", "--explain", "-C", EXAMPLE).stdout

    assert "Rule:" not in brief
    assert "CP2 could not go on beyond its third meeting" in " ".join(long.split())


def test_json_gives_every_reason_with_its_rule(copkit: Copkit) -> None:
    found = json.loads(copkit("health", "--json", "-C", EXAMPLE).stdout)

    assert found["as_of"] == "2013-02-28"
    states = {one["code"]: one["state"] for one in found["communities"]}
    assert states == {
        "CP1": "well", "CP2": "ended", "CP3": "watch", "CP4": "well", "CP5": "well", "CP6": "well",
        "NW1": "watch",
    }  # fmt: skip
    (third,) = [one for one in found["communities"] if one["code"] == "CP3"]
    assert third["community"] == "colchester"
    assert set(third["reasons"][0]) == {
        "rule", "severity", "statement", "because", "source", "advice",
    }  # fmt: skip
    assert third["reasons"][0]["rule"] == "living-on-substitutes"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "2010-01-01"), "no community of practice to look at on 2010-01-01"),
        (("advisory",), "advisory is of the kind 'advisory'"),
    ],
)
def test_where_there_is_nothing_to_say_that_is_said(
    copkit: Copkit, words: tuple[str, ...], said: str
) -> None:
    result = copkit("health", *words, "-C", EXAMPLE)

    assert (result.status, result.stdout) == (0, "")
    assert said in result.stderr
