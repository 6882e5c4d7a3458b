"""``copkit evidence find``: which cards are found, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.evidence.two_cards import CITATION, NOW, found, harbour
from tests.conftest import Copkit, Write

__all__ = ["harbour"]


def test_what_is_found_says_what_it_is_and_how_it_was_used(copkit: Copkit, harbour: Path) -> None:
    copkit("evidence", "use", "refusals", "harbour", "--date", "2026-01-14", "-C", harbour)
    result = copkit("evidence", "find", "refusal", "-C", harbour, env=NOW)

    assert result.stdout == (
        " 1  After a refusal\n"
        "    refusals: Smith, J. et al. (2011)\n"
        "    “Refusals end care.”\n"
        "    used once at harbour, on 2026-01-14; review 2026-01-31, overdue\n"
    )
    assert result.stderr == "1 of 2 cards\n"


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        (("refusals",), ["refusals"]),
        (("interview",), ["doors", "refusals"]),
        (('"end care"',), ["refusals"]),
        (("interviews", "--theme", "weekend"), ["doors"]),
        (("theme:dual-diagnosis",), ["refusals"]),
        (("drinks",), []),
        (("interviews", "--limit", "1"), ["doors"]),
    ],
)
def test_words_phrases_and_themes_find_cards(
    copkit: Copkit, harbour: Path, query: tuple[str, ...], slugs: list[str]
) -> None:
    assert found(copkit, harbour, *query) == slugs


def test_the_json_of_what_was_found(copkit: Copkit, harbour: Path) -> None:
    result = copkit("evidence", "find", "refusal", "xyzzy", "--json", "-C", harbour, env=NOW)
    told = json.loads(result.stdout)
    (card,) = told.pop("evidence")

    assert told == {
        "query": "refusal xyzzy",
        "cards": 2,
        "found": 1,
        "unknown": [{"kind": "word", "typed": "xyzzy", "near": None}],
    }
    assert card.pop("score") > 0
    assert card == {
        "rank": 1,
        "slug": "refusals",
        "title": "After a refusal",
        "citation": CITATION,
        "published": None,
        "themes": ["dual diagnosis"],
        "audience": "members",
        "used": [],
        "review": "2026-01-31",
        "overdue": True,
        "spoken": "Refusals end care.",
        "faulty": False,
    }


def test_words_are_bold_on_a_terminal_and_plain_in_a_pipe(
    copkit: Copkit, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in copkit("evidence", "find", "refusal", "-C", harbour).output

    monkeypatch.setattr("copkit.cli.evidence.report.in_colour", lambda _: True)
    result = copkit("evidence", "find", "refusal", "-C", harbour)

    assert "After a \x1b[1mrefusal\x1b[0m\n" in result.stdout
    assert "“\x1b[1mRefusals\x1b[0m end care.”" in result.stdout


def test_nothing_found_says_what_may_have_been_meant(copkit: Copkit, harbour: Path) -> None:
    result = copkit("evidence", "find", "refusel", "theme:weekand", "-C", harbour)

    assert result.status == 0
    assert result.stdout == ""
    assert "none of 2 cards has this" in result.stderr
    assert "no card has the word 'refusel'; did you mean 'refusal'?" in result.stderr
    assert "no card has the theme 'weekand'; did you mean 'weekend cover'?" in result.stderr


def test_a_broken_card_is_found_and_said_to_be_broken(copkit: Copkit, write: Write) -> None:
    folder = write("evidence/broken.md", "---\ntitle: On refusals\nthemse: x\n---\n\x1b[2J")
    result = copkit("evidence", "find", "refusal", "-C", folder)

    assert result.status == 0
    assert "On refusals\n    broken" in result.stdout
    assert "its file has errors: 'copkit check' says what is wrong" in result.stdout
    assert "\x1b" not in result.output


@pytest.mark.parametrize("kind", ["link", "empty", "large"])
def test_a_card_that_cannot_be_searched_is_named(copkit: Copkit, harbour: Path, kind: str) -> None:
    file = harbour / "evidence/doors.md"
    file.unlink()
    if kind == "link":
        file.symlink_to(harbour / "evidence/refusals.md")
    else:
        file.write_bytes(b"x" * (5_000_001 if kind == "large" else 0))
    result = copkit("evidence", "find", "refusal", "-C", harbour)

    assert result.status == 1
    assert "After a refusal" in result.stdout
    assert "1 of 1 card\n" in result.stderr
    assert "1 card could not be searched: evidence/doors.md" in result.stderr


def test_what_is_no_card_is_not_searched(copkit: Copkit, harbour: Path) -> None:
    (harbour / "evidence/below").mkdir()
    for name in ("README.md", ".hidden.md", "below/x.md", "notes.txt"):
        (harbour / "evidence" / name).write_text("refusal")

    assert found(copkit, harbour, "refusal") == ["refusals"]


@pytest.mark.parametrize("query", [(), ("  ",), ('""',), ("...",)])
def test_an_empty_query_says_what_to_type(
    copkit: Copkit, harbour: Path, query: tuple[str, ...]
) -> None:
    result = copkit("evidence", "find", *query, "-C", harbour)

    assert result.status == 2
    assert "missing: what to look for" in result.stderr


def test_without_cards_it_says_how_to_make_one(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", "name: P\nstarts: 2026-01-01\n")

    assert "'copkit new-evidence' adds one" in copkit("evidence", "find", "x", "-C", folder).stderr
    assert "'copkit new-evidence' adds one" in copkit("evidence", "list", "-C", folder).stderr
