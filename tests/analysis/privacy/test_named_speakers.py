"""Speakers who agreed to be named: their name may stand in the file of that session alone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Copkit

SESSION = """\
---
date: 2022-02-01
title: Oswin Tallow on falls
speakers:
  - id: sp1
    role: Community Matron
    name: Oswin Tallow
    named: agreed 2022-01-10
---
{notes}
"""
NETWORK = "communities/riverside-network"


def problems_of(copkit: Copkit, example: Path, file: str, text: str) -> list[str]:
    """Return the codes of what check says of a file."""
    (example / file).write_text(text, encoding="utf-8")
    problems = json.loads(copkit("check", "--json", "-C", example).stdout)["problems"]
    return [problem["code"] for problem in problems if problem["file"] == file]


def test_a_name_with_consent_may_stand_anywhere_in_the_session(
    copkit: Copkit, example: Path
) -> None:
    file = f"{NETWORK}/meetings/2022-02-01.md"
    notes = "Oswin Tallow showed the rug."

    assert problems_of(copkit, example, file, SESSION.format(notes=notes)) == []


def test_it_is_reported_in_every_other_file(copkit: Copkit, example: Path) -> None:
    (example / NETWORK / "meetings/2022-02-01.md").write_text(SESSION.format(notes=""))
    file = f"{NETWORK}/meetings/2022-02-02.md"
    other = "---\ndate: 2022-02-02\ntitle: Winter\n---\nOswin Tallow came again.\n"

    assert len(problems_of(copkit, example, file, other)) == 1
    assert "Oswin" not in copkit("check", "-C", example).output


def test_consent_of_one_speaker_frees_no_other_name(copkit: Copkit, example: Path) -> None:
    file = f"{NETWORK}/meetings/2022-02-01.md"
    notes = "Robin Threlfall asked a question, and Oswin Marlow answered."

    assert len(problems_of(copkit, example, file, SESSION.format(notes=notes))) == 2


def test_a_speaker_among_the_contacts_may_be_named_too(copkit: Copkit, example: Path) -> None:
    (example / "private").mkdir()
    contacts = "contacts:\n  - id: brighton/probation-1\n    name: Oswin Tallow\n"
    (example / "private/contacts.yaml").write_text(contacts, encoding="utf-8")
    file = f"{NETWORK}/meetings/2022-02-01.md"

    assert problems_of(copkit, example, file, SESSION.format(notes="")) == []
