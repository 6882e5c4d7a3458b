"""Every word of a case that a reader may not see is sung out, and listened for in every file."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from copkit.records.schema.audience import Audience
from tests.conftest import Copkit, Write
from tests.signing import signed

CASE = """\
---
title: Title {a}song
kind: challenging
status: closed
audience: {audience}
presented: 2026-01-14
presenters:
  - singer-{a}
question: Question {a}song?
summary: Summary {a}song
themes:
  - theme {a}song
consent: given
pseudonyms:
  - Pseudonym{a}song
discuss:
  - Discuss {a}song?
actions:
  - id: a1
    what: Action {a}song
    owner: Owner {a}song
    due: 2026-02-11
progress:
  - id: p1
    date: 2026-02-11
    action: a1
    outcome: helped
    note: Note {a}song
issues:
  - id: i1
    blockage: wall
    note: Issue {a}song
evidence:
  - card-{a}song
---

## Presentation of the case

Presentation {a}song <!-- Comment {a}song -->

## Learning for practice

Learning {a}song [link](https://example.org/{a}song)

## Private

Private {a}song
"""
CARD = """\
---
title: Card {a}song
citation: Citation {a}song
url: https://example.org/card-{a}song
themes:
  - cardtheme {a}song
audience: {audience}
used:
  - id: u1
    date: 2026-01-14
    community: choirplace
---

## In sixty seconds

Spoken {a}song

## Notes

Notes {a}song
"""
LETTERS = {"members": "m", "commissioners": "c", "public": "p"}
TO_NOBODY = ("pseudonym{a}song", "comment {a}song", "private {a}song", "notes {a}song")
TO_MEMBERS = ("owner {a}song", "singer-{a}", "choirplace", "choirtown", "choirhost", "choirrole")


@pytest.fixture
def choir(write: Write) -> Path:
    """A community with a case and a card for each audience, whose every word names it."""
    home = "communities/choirplace"
    write(
        f"{home}/community.md",
        "---\ncode: CP9\nname: Choirname\nplace: Choirtown\nhost: Choirhost\nstatus: active\n---\n",
    )
    members = "".join(
        f"  - id: singer-{a}\n    role: Choirrole\n    sector: Choir\n" for a in LETTERS.values()
    )
    write(f"{home}/roster.yaml", f"members:\n{members}")
    for day in ("2026-01-14", "2026-02-11"):
        write(f"{home}/meetings/{day}.md", f"---\ndate: {day}\n---\n")
    write("blockages/wall.md", "---\ntitle: Wallsong\n---\n\nThe wallsong harms.\n")
    for audience, a in LETTERS.items():
        write(f"evidence/card-{a}song.md", CARD.format(a=a, audience=audience))
        text = CASE.format(a=a, audience=audience)
        folder = write(f"{home}/cases/slug-{a}song.md", signed(text, community="choirplace"))
    return folder


def everything(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of every file, with its text in every reading."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name, raw = path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")
            yield name, f"{name}\n{raw}\n{html.unescape(raw)}\n{unquote(raw)}".casefold()


def forbidden(reader: Audience) -> Iterator[str]:
    """Yield every word that a reader may not hear."""
    for audience, a in LETTERS.items():
        yield from (word.format(a=a) for word in TO_NOBODY)
        if not reader.may_see(Audience(audience)):
            yield f"{a}song"
        if not reader.policy.sees_places_of_cases:
            yield from (word.format(a=a) for word in TO_MEMBERS)
            yield from ("2026-01-14", "14 january", "cp9")
    if not reader.policy.sees_blockages:
        yield "wallsong"


def listen(site: Path, reader: Audience) -> None:
    for name, text in everything(site):
        for word in forbidden(reader):
            assert word not in text, f"{word} in {name}"


@pytest.mark.parametrize("reader", Audience)
def test_no_file_holds_a_word_that_its_readers_may_not_see(
    copkit: Copkit, choir: Path, reader: Audience
) -> None:
    assert copkit("site", "build", "--for", reader, "-C", choir).status == 0

    site = choir / "build/site" / reader
    listen(site, reader)
    shown = LETTERS[reader]
    page = (site / f"cases/slug-{shown}song.html").read_text("utf-8").casefold()
    for kind in ("title", "question", "theme", "discuss", "action", "note", "presentation"):
        assert f"{kind} {shown}song" in page


@pytest.mark.parametrize("reader", [Audience.COMMISSIONERS, Audience.PUBLIC])
def test_what_was_taken_back_leaves_no_word(copkit: Copkit, choir: Path, reader: Audience) -> None:
    letter = LETTERS[reader]
    path = choir / f"communities/choirplace/cases/slug-{letter}song.md"
    for old, new in (
        ("Learning", "Learned"),  # its sign-off is void
        ("consent: given", "consent: refused"),
        (f"audience: {reader}", "audience: members"),
    ):
        before = path.read_text("utf-8")
        copkit("site", "build", "--for", reader, "-C", choir)
        path.write_text(before.replace(old, new), encoding="utf-8")

        assert copkit("site", "build", "--for", reader, "-C", choir).status == 0

        for name, text in everything(choir / "build/site" / reader):
            if not name.startswith("evidence/") and not name.startswith("themes/"):
                assert f"{letter}song" not in text.replace(f"card-{letter}song", "").replace(
                    f"card {letter}song", ""
                ).replace(f"cardtheme {letter}song", ""), name
        listen(choir / "build/site" / reader, reader)
        path.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("reader", [Audience.COMMISSIONERS, Audience.PUBLIC])
def test_a_write_up_holds_no_word_that_its_readers_may_not_see(
    copkit: Copkit, choir: Path, reader: Audience
) -> None:
    name = f"slug-{LETTERS[reader]}song"

    copkit("case", "build", name, "--for", reader, "--format", "html,md,txt", "-C", choir)

    listen(choir / "build/cases" / name / reader, reader)
    assert len(list((choir / "build/cases" / name / reader).iterdir())) == 3
