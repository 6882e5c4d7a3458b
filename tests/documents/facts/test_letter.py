"""The letter, from a folder's files to what a commissioner reads in two minutes."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import Copkit, Write
from tests.documents.files import said_in
from tests.documents.forms import (
    CANARIES,
    TEXTS,
    forms_of,
    own_words,
    require_pleasant,
    with_canaries,
)
from tests.signing import signed

DOORS = """\
---
title: Closed doors
asks:
  - id: q1
    date: 2026-01-30
    of: The landlord
    ask: open them
{more}---

{body}"""


def doors(more: str = "", body: str = "People wait outside.\n") -> str:
    return DOORS.format(more=more, body=body)


def letter(copkit: Copkit, folder: Path, *named: str, today: str = "2026-02-28") -> dict[str, str]:
    """Build a letter and give the forms that are texts."""
    options = ("--json", "--format", ",".join(TEXTS), "-C", folder)
    words = named or ("doors",)
    return forms_of(copkit("blockage", "letter", *words, *options, env={"COPKIT_TODAY": today}))


def case_file(title: str, *, learning: str = "", note: str = "Locked at noon") -> str:
    """Write a case that commissioners may read."""
    return (
        f"---\ntitle: {title}\nkind: challenging\nstatus: presented\naudience: commissioners\n"
        "presented: 2026-01-14\nactions:\n  - id: a1\n    what: knock\nprogress:\n  - id: p1\n"
        "    date: 2026-01-20\n    action: a1\n    outcome: helped\n    kind: prevention\n"
        f"issues:\n  - id: i1\n    blockage: doors\n    note: {note}\n---\n\n"
        f"## Learning for practice\n\n{learning}\n"
    )


@pytest.mark.parametrize("form", ["html", "txt", "md"])
def test_the_example_reads_as_agreed(
    copkit: Copkit, example: Path, golden: Callable[[str, str], None], form: str
) -> None:
    forms = letter(copkit, example, "turned-away-while-using", "a2")

    golden(f"letter-turned-away-while-using.{form}", forms[form])


@pytest.mark.slow
def test_every_letter_of_the_example_is_pleasant_and_of_one_page(
    copkit: Copkit, example: Path
) -> None:
    for slug in ("turned-away-while-using", "support-ends-by-the-calendar", "weekend-cover"):
        for id in ("a1", "a2"):
            require_pleasant(letter(copkit, example, slug, id))
            assert copkit("blockage", "letter", slug, id, "-f", "pdf", "-C", example).status == 0
            pdf = (example / f"build/letters/{slug}/{id}/letter.pdf").read_bytes()
            assert len(PdfReader(BytesIO(pdf)).pages) == 1


def test_the_addressee_and_the_ask_come_before_everything_else(
    copkit: Copkit, write: Write
) -> None:
    folder = write("blockages/doors.md", doors("    reply_by: 2026-03-01\n"))

    for text in letter(copkit, folder).values():
        ask = text.index("Open them.")
        assert text.index("30 January 2026") < text.index("The landlord") < text.index("Dear") < ask
        assert ask < text.index("1 March 2026") < text.index("People wait outside.")


def test_a_letter_with_nothing_else_to_tell_still_reads_well(copkit: Copkit, write: Write) -> None:
    folder = write("blockages/doors.md", doors(body=""))

    forms = letter(copkit, folder)

    require_pleasant(forms)
    text = own_words(forms["txt"])
    assert "Dear colleague, CLOSED DOORS" in text
    assert "We are writing on behalf of practitioners in one community of practice." in text
    for absent in ("WHAT IT DOES", "TRIED", "own words", "ASKED BEFORE", "reply by", "has come up"):
        assert absent not in text


def test_a_board_is_addressed_as_several(copkit: Copkit, write: Write) -> None:
    folder = write("blockages/doors.md", doors().replace("The landlord", "Joint housing board"))

    assert "Dear colleagues," in letter(copkit, folder)["txt"]


def test_whom_to_reply_to_is_the_footer_of_the_programme(copkit: Copkit, write: Write) -> None:
    settings = "name: Harbour programme\nstarts: 2026-01-01\ntheme:\n  footer: Box 7, Harbour\n"
    write("copkit.yaml", settings)
    folder = write("blockages/doors.md", doors())

    for text in letter(copkit, folder).values():
        assert text.count("Box 7, Harbour") == 1


def test_what_came_after_the_day_of_the_ask_is_not_in_it(copkit: Copkit, write: Write) -> None:
    later = "  - id: q2\n    date: 2026-02-20\n    of: The board\n    ask: pay for a key\n"
    answered = "    replied: 2026-02-10\n    reply: No key\n"
    write("communities/harbour/cases/a.md", signed(case_file("Early")))
    late = case_file("Late").replace("2026-01-14", "2026-02-14")
    write("communities/harbour/cases/b.md", signed(late))
    folder = write("blockages/doors.md", doors(answered + later))

    first = own_words(letter(copkit, folder, "doors", "q1")["txt"])
    second = own_words(letter(copkit, folder, "doors", "q2")["txt"])

    assert "come up in the one case presented, in one community." in first
    assert "No key" not in first
    assert "come up in both cases presented, in one community." in second
    assert "Answered on 10 February 2026. No key." in second


def test_after_the_answer_nothing_is_added_to_it(copkit: Copkit, write: Write) -> None:
    write("communities/harbour/cases/a.md", signed(case_file("Signed late"), date="2026-02-20"))
    folder = write("blockages/doors.md", doors())
    assert "Locked at noon." in letter(copkit, folder)["txt"]

    write("blockages/doors.md", doors("    replied: 2026-02-10\n    reply: No\n"))

    assert "Locked at noon." not in letter(copkit, folder)["txt"]


def test_no_word_that_is_for_members_is_in_any_form(copkit: Copkit, write: Write) -> None:
    with_canaries(write)
    folder = write("blockages/doors.md", doors(body="People wait.\n<!-- Canaryunseen -->\n"))

    built = copkit(
        *("blockage", "letter", "doors", "--json", "-C", folder),
        *("--format", "html,md,txt,docx,pdf"),
        env={"COPKIT_TODAY": "2026-02-28"},
    )

    files = [Path(file) for file in json.loads(built.stdout)["files"]]
    assert len(files) == 5
    for file in files:
        said = said_in(file).casefold()
        assert "locked at noon" in said
        assert not [word for word in (*CANARIES, "quay") if word in said], file


def test_only_what_a_case_marks_is_quoted_and_no_pseudonym(copkit: Copkit, write: Write) -> None:
    marked = case_file("Marked", learning="Unmarked.").replace(
        "issues:", "quote: ask first\nissues:"
    )
    named = case_file("Named").replace(
        "issues:", "pseudonyms:\n  - Robin\nquote: Robin waited\nissues:"
    )
    write("communities/harbour/cases/a.md", signed(marked))
    write("communities/harbour/cases/b.md", named)
    folder = write("blockages/doors.md", doors())

    text = own_words(letter(copkit, folder)["txt"])

    assert "In practitioners’ own words:" in text
    assert "> Ask first." in text
    assert "Unmarked" not in text
    assert "Robin" not in text
    assert "who 'Robin' is [quote-with-name]" in copkit("check", "-C", folder).stdout


def test_whoever_signs_says_how_to_reach_them(copkit: Copkit, write: Write) -> None:
    own = "    contact:\n      role: Clerk\n      address: 1 Quay\n      email: q@quay.example\n"
    folder = write("blockages/doors.md", doors(own))

    for text in letter(copkit, folder).values():
        end = text[text.index("Yours faithfully,") :]
        assert end.index("Clerk") < end.index("1 Quay") < end.index("quay.example")
        assert "the clerk" in text[: text.index("Yours faithfully,")]


def test_a_long_blockage_leaves_less_room_and_is_told_of_when_there_is_none(
    copkit: Copkit, write: Write
) -> None:
    write(
        "communities/harbour/cases/a.md",
        signed(case_file("A case", learning="").replace("issues:", "quote: Ask first\nissues:")),
    )
    folder = write("blockages/doors.md", doors(body="People wait and wait. " * 450))

    result = copkit("blockage", "letter", "doors", "-f", "txt", "-C", folder)

    assert "The letter takes more than one page: shorten the blockage." in result.stderr
    text = (folder / "build/letters/doors/q1/letter.txt").read_text("utf-8")
    assert "Ask first." not in text
