"""``copkit evidence for``, ``list`` and ``say``: cards for a case, all cards, one aloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.evidence.two_cards import CARD, NOW, harbour
from tests.conftest import Copkit, Write

__all__ = ["harbour"]


def test_cards_for_a_case_come_with_reasons(copkit: Copkit, harbour: Path) -> None:
    result = copkit("evidence", "for", "harbour/lost-keys", "-C", harbour, env=NOW)

    assert " 1  Doors\n" in result.stdout
    assert "    shares the theme weekend cover\n" in result.stdout
    assert "only for members, and the case is for commissioners" in result.stdout
    assert "After a refusal" not in result.stdout

    copkit("evidence", "link", "doors", "harbour/lost-keys", "-C", harbour, env=NOW)
    told = json.loads(copkit("evidence", "for", "lost-keys", "--json", "-C", harbour).stdout)

    assert told == {
        "case": "harbour/lost-keys",
        "title": "Lost keys",
        "suggested": [],
        "tied": [{"slug": "doors", "title": "Doors"}],
    }


def test_for_something_else_than_a_case_is_wrong_use(copkit: Copkit, harbour: Path) -> None:
    assert copkit("evidence", "for", "doors", "-C", harbour).status == 2
    assert "did you mean 'harbour/lost-keys'" in (
        copkit("evidence", "for", "harbour/lost-kyes", "-C", harbour).stderr
    )


@pytest.mark.parametrize(
    ("options", "slugs"),
    [
        ((), ["doors", "refusals"]),
        (("--unused",), ["doors"]),
        (("--due",), ["doors", "refusals"]),
        (("--due", "--as-of", "2026-01-30"), []),
        (("--unused", "--as-of", "2026-01-13"), ["doors", "refusals"]),
        (("--theme", "dual diagnosis"), ["refusals"]),
    ],
)
def test_the_list_is_of_what_was_asked_for(
    copkit: Copkit, harbour: Path, options: tuple[str, ...], slugs: list[str]
) -> None:
    copkit("evidence", "use", "refusals", "CP1", "--date", "2026-01-14", "-C", harbour)
    result = copkit("evidence", "list", *options, "--json", "-C", harbour, env=NOW)

    assert [one["slug"] for one in json.loads(result.stdout)["evidence"]] == slugs


def test_the_list_says_where_a_card_was_used_and_what_it_is_tied_to(
    copkit: Copkit, harbour: Path
) -> None:
    copkit("evidence", "use", "doors", "harbour/lost-keys", "--date", "2026-01-14", "-C", harbour)
    copkit("evidence", "use", "doors", "harbour", "--date", "2026-01-21", "-C", harbour)
    copkit("evidence", "link", "doors", "lost-keys", "-C", harbour)
    result = copkit("evidence", "list", "--theme", "weekend", "-C", harbour, env=NOW)

    assert result.stdout == (
        "Doors\n"
        "    doors\n"
        "    used twice at harbour, last 2026-01-21; review 2026-01-31, overdue\n"
        "    themes: weekend cover\n"
        "    cases: harbour/lost-keys\n"
    )
    assert result.stderr == "1 of 2 cards\n"


def test_a_mistyped_theme_of_the_list_is_met_with_the_one_that_was_meant(
    copkit: Copkit, harbour: Path
) -> None:
    result = copkit("evidence", "list", "--theme", "weekand cover", "-C", harbour)

    assert result.stdout == ""
    assert "no card has the theme 'weekand cover'; did you mean 'weekend cover'?" in result.stderr


def test_a_brief_is_said_as_plain_text_with_its_length(copkit: Copkit, harbour: Path) -> None:
    result = copkit("evidence", "say", "doors", "-C", harbour)

    assert result.stdout == "Knock on\n"
    assert result.stderr == "2 words, about 1 second\n"


def test_a_brief_of_more_than_a_minute_is_said_to_be_long(copkit: Copkit, write: Write) -> None:
    text = CARD.format(title="Long", theme="x", spoken="word " * 200)
    folder = write("evidence/long.md", text)
    result = copkit("evidence", "say", "long", "--json", "-C", folder)

    assert json.loads(result.stdout)["seconds"] == 80
    assert "leave out some 50 words" in result.stderr


def test_a_card_with_nothing_to_say_says_where_to_write_it(copkit: Copkit, write: Write) -> None:
    folder = write("evidence/mute.md", "---\ntitle: Mute\ncitation: Smith\n---\n")
    result = copkit("evidence", "say", "mute", "-C", folder)

    assert result.status == 1
    assert "evidence/mute.md has nothing to say aloud yet" in result.stderr
    assert "'## In sixty seconds'" in result.stderr


@pytest.mark.parametrize("command", [("say", "dors"), ("use", "dors", "harbour")])
def test_a_mistyped_card_is_met_with_the_one_that_was_meant(
    copkit: Copkit, harbour: Path, command: tuple[str, ...]
) -> None:
    result = copkit("evidence", *command, "-C", harbour)

    assert result.status == 2
    assert "there is no evidence card 'dors'" in result.stderr
    assert "did you mean 'doors'?" in result.stderr


def test_for_a_case_without_any_card_the_way_to_one_is_said(copkit: Copkit, write: Write) -> None:
    case = "---\ntitle: Lost keys\nkind: challenging\nstatus: draft\n---\n"
    folder = write("communities/harbour/cases/lost-keys.md", case)

    told = copkit("evidence", "for", "harbour/lost-keys", "-C", folder)

    assert "'copkit new-evidence' adds one" in " ".join(told.stderr.split())
