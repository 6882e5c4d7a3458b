"""A brief stays one: what does not fit is counted, and the reader is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import Copkit, Write
from tests.documents.forms import forms_of, own_words

BRIEF = (
    "---\ntitle: Winter\nfrom: 2026-01-01\nuntil: 2026-12-31\naddressee: The board\nask: Decide\n"
)
WORDS = "People wait for weeks and nobody tells them why, or whom they could ask instead. "


@pytest.fixture
def many(write: Write) -> Path:
    """Thirty blockages, each in a case of its own, and each asked about once."""
    folder = write("briefs/winter.md", f"{BRIEF}audience: members\npages: 5\n---\n\nDear board.\n")
    for at in range(30):
        write(
            f"blockages/door-{at}.md",
            f"---\ntitle: Closed door {at}\nasks:\n  - id: a1\n    date: 2026-03-{at + 1:02}\n"
            f"    of: The office\n    ask: Open door {at}\n---\n\n{WORDS * 14}\n",
        )
        issues = f"issues:\n  - id: i1\n    blockage: door-{at}\n    note: {WORDS.strip()}\n"
        write(
            f"communities/harbour/cases/case-{at}.md",
            f"---\ntitle: Case {at}\nkind: challenging\nstatus: written-up\n"
            f"presented: 2026-02-04\n{issues}---\n",
        )
    return folder


def built(copkit: Copkit, folder: Path) -> dict[str, str]:
    """Build the brief in the forms that are text."""
    return forms_of(copkit("brief", "build", "-f", "html,txt,md", "--json", "-C", folder))


def told(forms: dict[str, str]) -> list[str]:
    return [line for line in forms["md"].split("\n") if line.startswith("### Closed door")]


def test_what_does_not_fit_on_five_pages_is_counted_and_the_oldest_ask_left_out(
    many: Path, copkit: Copkit
) -> None:
    forms = built(copkit, many)

    text = own_words(forms["txt"])
    assert 1 < len(told(forms)) < 30
    assert "18 rarer blockages are not listed." in text
    assert "of these are counted but not described." in text
    assert "Open door 29." in text
    assert "Open door 0." not in text
    assert "those without an answer first." in text
    assert "18 more are not listed." in text


def test_on_paper_it_has_five_pages(many: Path, copkit: Copkit) -> None:
    result = copkit("brief", "build", "--format", "pdf", "--json", "-C", many)

    (file,) = json.loads(result.stdout)["files"]
    assert len(PdfReader(file).pages) in (4, 5)


def test_every_form_leaves_out_the_same(many: Path, copkit: Copkit) -> None:
    forms = built(copkit, many)

    for at in range(30):
        asked = {f"Open door {at}." in own_words(text) for text in forms.values()}
        assert len(asked) == 1


def test_more_pages_tell_more(many: Path, copkit: Copkit, write: Write) -> None:
    short = told(built(copkit, many))
    write("briefs/winter.md", f"{BRIEF}audience: members\npages: 9\n---\n\nDear board.\n")

    assert len(told(built(copkit, many))) > len(short)


def test_one_blockage_is_told_however_little_room_there_is(
    many: Path, copkit: Copkit, write: Write
) -> None:
    write("briefs/winter.md", f"{BRIEF}audience: members\npages: 1\n---\n\nDear board.\n")

    assert len(told(built(copkit, many))) == 1


def test_a_cover_note_that_is_no_brief_is_said_to_be_too_long(
    write: Write, copkit: Copkit, example: Path
) -> None:
    folder = write("briefs/winter.md", f"{BRIEF}audience: members\n---\n\n{WORDS * 300}\n")

    result = copkit("brief", "build", "-f", "md", "-C", folder)

    assert "What always stays takes more than 2 pages." in result.stderr
    assert "takes more than" not in copkit("brief", "build", "-f", "md", "-C", example).stderr
