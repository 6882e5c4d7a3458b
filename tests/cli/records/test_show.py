"""``copkit list`` and ``copkit show``."""

from __future__ import annotations

import json

import pytest

from tests.conftest import EXAMPLE, Copkit, Write

COUNTS = {
    "communities": 9,
    "members": 93,
    "meetings": len(list(EXAMPLE.glob("communities/*/meetings/*.md"))),
    "cases": len(list(EXAMPLE.glob("communities/*/cases/*.md"))),
    "approaches": 29,
    "evidence": len(list(EXAMPLE.glob("evidence/*.md"))),
    "blockages": len(list(EXAMPLE.glob("blockages/*.md"))),
    "newsletters": 3,
    "briefs": 1,
}


@pytest.mark.parametrize("noun", COUNTS)
def test_every_record_is_listed_and_can_be_shown_by_its_id(copkit: Copkit, noun: str) -> None:
    listed = json.loads(copkit("list", noun, "-C", EXAMPLE, "--json").stdout)[noun]
    assert len(listed) == COUNTS[noun]

    for record in listed[:3]:
        shown = copkit("show", record["record"], "-C", EXAMPLE, "--json")
        assert shown.status == 0, shown.output
        assert {**json.loads(shown.stdout), "body": ""} == {**record, "body": ""}


@pytest.mark.parametrize("noun", COUNTS)
def test_the_table_has_a_line_for_each_record(copkit: Copkit, noun: str) -> None:
    lines = copkit("list", noun, "-C", EXAMPLE).stdout.splitlines()

    assert lines[0].startswith("id ")
    assert len(lines) == COUNTS[noun] + 1


def test_the_singular_is_understood(copkit: Copkit) -> None:
    assert (
        copkit("list", "case", "-C", EXAMPLE).stdout
        == copkit("list", "cases", "-C", EXAMPLE).stdout
    )


def test_what_cannot_be_listed_is_met_with_what_can(copkit: Copkit) -> None:
    result = copkit("list", "meetngs", "-C", EXAMPLE)

    assert result.status == 2
    assert "did you mean 'meetings'?" in result.stderr


def test_a_case_is_found_without_its_community(copkit: Copkit) -> None:
    case = next(EXAMPLE.glob("communities/brighton/cases/*.md")).stem

    result = copkit("show", case, "-C", EXAMPLE)

    assert result.stdout.startswith(f"brighton/{case} (communities/brighton/cases/{case}.md)")


def test_a_name_that_could_be_several_records_is_not_guessed(copkit: Copkit) -> None:
    result = copkit("show", "housing-support-worker-1", "-C", EXAMPLE)

    assert result.status == 2
    assert "could be" in result.stderr


def test_an_unknown_record_is_met_with_the_nearest(copkit: Copkit) -> None:
    result = copkit("show", "brigthon/2012-04-18", "-C", EXAMPLE)

    assert result.status == 2
    assert "did you mean 'brighton/2012-04-18'?" in result.stderr


def test_private_notes_are_never_shown(write: Write, copkit: Copkit) -> None:
    folder = write(
        "communities/harbour/meetings/2026-01-05.md",
        "---\ndate: 2026-01-05\n---\n\nSaid aloud.\n\n## Private\n\nXSECRETX\n",
    )

    for options in ((), ("--json",)):
        result = copkit("show", "harbour/2026-01-05", "-C", folder, *options)
        assert "Said aloud." in result.stdout
        assert "XSECRETX" not in result.output


def test_a_list_that_misses_unreadable_records_says_so(write: Write, copkit: Copkit) -> None:
    write("evidence/good.md", "---\ntitle: Good\ncitation: A (2011)\n---\n")
    folder = write("evidence/bad.md", "---\ntitle: [\n---\n")

    result = copkit("list", "evidence", "-C", folder)

    assert result.status == 1
    assert "good" in result.stdout
    assert "may be incomplete" in result.stderr


@pytest.mark.parametrize(
    "title",
    [
        "\\e]0;pwned\\a",
        "\\e[2J",
        "[/]",
        "[link=https://evil.example]ok[/link]",
        "a\\u202eb",
        "x\\n0 found",
    ],
)
def test_nothing_in_a_record_reaches_the_terminal_as_a_command(
    write: Write, copkit: Copkit, title: str
) -> None:
    folder = write("evidence/card.md", f'---\ntitle: "{title}"\ncitation: A\n---\n')

    for command in (("list", "evidence"), ("show", "card")):
        result = copkit(*command, "-C", folder)
        assert result.status in {0, 1}  # 1 where check refuses the character
        assert not set(result.output) & set("\x1b\x07\u202e\x9b")
        assert len(copkit("list", "evidence", "-C", folder).stdout.splitlines()) == 2
