"""``copkit evidence``: finding, fitting, listing, using, linking and saying cards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write
from tests.signing import signed

CITATION = "Smith, J., Jones, K., Brown, L., Green, M. and White, N. (2011) A study"
CARD = """\
---
title: {title}
citation: Smith, J., Jones, K., Brown, L., Green, M. and White, N. (2011) A study
themes:
  - {theme}
review: 2026-01-31
---

## In sixty seconds

{spoken}

## Notes

Rests on *interviews*.

## Private

The author drinks.
"""
CASE = """\
---
title: Lost keys
kind: challenging
status: presented
audience: commissioners
presented: 2026-01-14
consent: given
themes:
  - weekend cover
---

## Learning for practice

Ask twice.   <!-- who was it? -->
"""
FILE = "communities/harbour/cases/lost-keys.md"
NOW = {"COPKIT_TODAY": "2026-02-01"}


@pytest.fixture
def harbour(write: Write) -> Path:
    """Two cards, and a case for commissioners that was signed off."""
    write(
        "evidence/doors.md", CARD.format(title="Doors", theme="weekend cover", spoken="Knock *on*")
    )
    write(
        "evidence/refusals.md",
        CARD.format(title="After a refusal", theme="dual diagnosis", spoken="Refusals end care."),
    )
    return write(FILE, signed(CASE, date="2026-01-20"))


def found(copkit: Copkit, folder: Path, *query: str) -> list[str]:
    result = copkit("evidence", "find", *query, "--json", "-C", folder, env=NOW)
    assert result.status == 0, result.stderr
    return [one["slug"] for one in json.loads(result.stdout)["evidence"]]


# --- find ------------------------------------------------------------------------------------


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

    monkeypatch.setattr("copkit.cli.evidence_cards.in_colour", lambda _: True)
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


# --- for, list, say --------------------------------------------------------------------------


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
        copkit("evidence", "for", "harbour/lost-key", "-C", harbour).stderr
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


@pytest.mark.parametrize("command", [("say", "door"), ("use", "door", "harbour")])
def test_a_mistyped_card_is_met_with_the_one_that_was_meant(
    copkit: Copkit, harbour: Path, command: tuple[str, ...]
) -> None:
    result = copkit("evidence", *command, "-C", harbour)

    assert result.status == 2
    assert "there is no evidence card 'door'" in result.stderr
    assert "did you mean 'doors'?" in result.stderr


# --- use, link -------------------------------------------------------------------------------


def test_a_use_is_added_and_nothing_else_changes(copkit: Copkit, harbour: Path) -> None:
    file = harbour / "evidence/doors.md"
    before = file.read_text("utf-8")
    use = ("evidence", "use", "doors", "CP1", "lost-keys", "--date", "2026-01-14", "-C", harbour)

    shown = copkit(*use, "--dry-run")
    assert "+    case: lost-keys" in shown.stdout
    assert file.read_text("utf-8") == before

    assert copkit(*use).status == 0
    after = file.read_text("utf-8")
    added = "used:\n  - id: u1\n    date: 2026-01-14\n    community: harbour\n    case: lost-keys\n"
    assert after.replace(added, "") == before

    again = copkit(*use)
    assert "says so already; nothing was changed" in again.stderr
    assert file.read_text("utf-8") == after

    copkit("evidence", "use", "doors", "harbour", "-C", harbour, env=NOW)
    assert "  - id: u2\n    date: 2026-02-01\n    community: harbour\n---" in file.read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (("harbor",), "did you mean 'harbour'?"),
        (("harbour", "lost-key"), "did you mean 'lost-keys'?"),
        (("harbour", "lost-keys", "--date", "14.1."), "--date"),
    ],
)
def test_a_use_nowhere_is_refused(
    copkit: Copkit, harbour: Path, where: tuple[str, ...], said: str
) -> None:
    before = (harbour / "evidence/doors.md").read_bytes()
    result = copkit("evidence", "use", "doors", *where, "-C", harbour)

    assert result.status == 2
    assert said in result.stderr
    assert (harbour / "evidence/doors.md").read_bytes() == before


def test_a_link_says_that_the_sign_off_is_void(copkit: Copkit, harbour: Path) -> None:
    link = ("evidence", "link", "doors", "harbour/lost-keys", "-C", harbour)

    shown = copkit(*link, "--dry-run", env=NOW)
    assert "its sign-off of 2026-01-20 would be void" in shown.stderr
    assert "doors" not in (harbour / FILE).read_text("utf-8")

    result = copkit(*link, env=NOW)
    assert "evidence:\n  - doors\n" in (harbour / FILE).read_text("utf-8")
    assert "its sign-off of 2026-01-20 is void now" in result.stderr
    assert "'copkit case sign-off harbour/lost-keys'" in result.stderr

    again = copkit(*link, env=NOW)
    assert "says so already" in again.stderr
    assert "void" not in again.stderr


def test_check_warns_of_cards_in_use_with_nothing_to_say(copkit: Copkit, write: Write) -> None:
    write(FILE, CASE.replace("themes:", "evidence:\n  - tied\nthemes:"))
    card = "---\ntitle: A card\ncitation: Smith\n---\n\n## In sixty seconds\n\n<!-- aloud -->\n"
    write("evidence/tied.md", card)
    folder = write("evidence/new.md", card)
    told = json.loads(copkit("check", "--json", "-C", folder).stdout)["problems"]
    found = [one for one in told if one["code"] == "no-spoken-brief"]

    assert [(one["file"], one["line"], one["severity"]) for one in found] == [
        ("evidence/tied.md", 2, "warning")
    ]
