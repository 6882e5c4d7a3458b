"""The closing page, and ``copkit community handover``: documents about one community."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import Copkit


@pytest.fixture(autouse=True)
def _january(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2013-01-20")


def read(folder: Path, file: str) -> str:
    return " ".join((folder / "build" / file).read_text(encoding="utf-8").split())


def test_members_read_what_was_learned_and_commissioners_figures_and_whom_to_ask(
    example: Path, copkit: Copkit
) -> None:
    page = ("community", "closing", "workington", "--build", "--format", "md", "-C", example)
    assert copkit(*page).status == 0
    assert copkit(*page, "--for", "commissioners").status == 0

    members = read(example, "closings/workington/members/closing.md")
    others = read(example, "closings/workington/commissioners/closing.md")
    assert "Why it ends: knowledge used up and members moved on" in members
    assert "the nerve to ring it" in members
    assert "Three cases discussed" in members
    assert "the nerve to ring it" not in others
    assert "cases" not in others.lower()
    assert "Whether the dual diagnosis pathway was meant to exclude people" in others
    assert "communities@multiple-needs.example" in others


def test_what_only_one_community_met_is_not_told_outside(example: Path, copkit: Copkit) -> None:
    copkit("community", "closing", "workington", "--build", "--for", "commissioners",
           "--format", "md", "-C", example)  # fmt: skip

    others = read(example, "closings/workington/commissioners/closing.md")
    assert "still holds" not in others  # a card that only its own cases are tied to


def test_the_page_of_an_ending_for_members_is_refused_to_others(
    example: Path, copkit: Copkit
) -> None:
    result = copkit("community", "closing", "halifax", "--build", "--for", "commissioners",
                    "-C", example)  # fmt: skip

    assert result.status == 1
    assert "the ending of halifax is for members" in result.stderr


def test_a_handover_has_two_pages_and_begins_with_what_to_do_first(
    example: Path, copkit: Copkit
) -> None:
    community = example / "communities/brighton/community.md"
    text = community.read_text(encoding="utf-8")
    community.write_text(f"{text}\n## For the next facilitator\n\nLet the quiet one speak first.\n",
                         encoding="utf-8")  # fmt: skip

    result = copkit("community", "handover", "brighton", "--to", "Community Matron",
                    "--format", "pdf,md", "-C", example)  # fmt: skip

    assert result.status == 0, result.output
    assert len(PdfReader(example / "build/handovers/brighton/handover.pdf").pages) == 2
    page = read(example, "handovers/brighton/handover.md")
    first = page.index("What to do first")
    assert first < page.index("What this group is")
    assert "Wednesday 13 February: the next meeting" in page
    assert "Let the quiet one speak first." in page
    assert "- [ ] members know who comes next" in page


def test_what_is_for_the_next_facilitator_stands_nowhere_else(
    example: Path, copkit: Copkit
) -> None:
    community = example / "communities/brighton/community.md"
    text = community.read_text(encoding="utf-8")
    community.write_text(f"{text}\n## For the next facilitator\n\nLet the quiet one speak first.\n",
                         encoding="utf-8")  # fmt: skip

    copkit("agenda", "brighton", "--build", "-C", example)
    copkit("site", "build", "--for", "members", "-C", example)
    copkit("archive", "--all", "--for", "members", "-o", example / "build/a.zip", "-C", example)

    built = [path.read_bytes() for path in (example / "build").rglob("*") if path.is_file()]
    assert built
    assert not [data for data in built if b"quiet one" in data]


def test_without_a_handover_it_lists_what_only_they_had(example: Path, copkit: Copkit) -> None:
    result = copkit("community", "handover", "brighton", "--without", "-C", example)

    words = " ".join(result.stdout.split())
    assert "names and addresses (private/contacts.yaml): not on this computer" in words
    assert not (example / "build/handovers").exists()


def test_a_closing_page_for_commissioners_is_noted_as_given_and_a_draft_is_not(
    copkit: Copkit, example: Path
) -> None:
    page = ("community", "closing", "workington", "--build", "--format", "md", "-C", example)
    before = (example / "outgoing.yaml").read_text(encoding="utf-8")

    assert copkit(*page).status == 0
    assert copkit(*page, "--for", "commissioners", "--draft").status == 0
    assert (example / "outgoing.yaml").read_text(encoding="utf-8") == before
    given = copkit(*page, "--for", "commissioners", "--despite-difference")

    assert given.status == 0, given.output
    noted = (example / "outgoing.yaml").read_text(encoding="utf-8").removeprefix(before)
    assert "document: closing\n    readers: commissioners" in noted
    assert "- workington" in noted
