"""``copkit evidence use`` and ``link``: what becomes of the card, and of the case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.evidence.two_cards import CASE, FILE, NOW, harbour
from tests.conftest import Copkit, Write

__all__ = ["harbour"]


def test_a_use_is_added_and_nothing_else_changes(copkit: Copkit, harbour: Path) -> None:
    file = harbour / "evidence/doors.md"
    before = file.read_text("utf-8")
    use = ("evidence", "use", "doors", "CP1", "lost-keys", "--date", "2026-01-14", "-C", harbour)

    shown = copkit(*use, "--dry-run")
    assert "+    case: lost-keys" in shown.stdout
    assert file.read_text("utf-8") == before

    assert copkit(*use).status == 0
    after = file.read_text("utf-8")
    added = (
        "used:\n  - id: u-k7m\n    date: 2026-01-14\n    community: harbour\n    case: lost-keys\n"
    )
    assert after.replace(added, "") == before

    whole = ("evidence", "use", "doors", "CP1", "harbour/lost-keys", "--date", "2026-01-14")
    assert "says so already" in copkit(*whole, "-C", harbour).stderr
    again = copkit(*use)
    assert "says so already; nothing was changed" in again.stderr
    assert file.read_text("utf-8") == after

    copkit("evidence", "use", "doors", "harbour", "-C", harbour, env=NOW)
    assert "  - id: u-n3k\n    date: 2026-02-01\n    community: harbour\n---" in file.read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (("harbor",), "did you mean 'harbour'?"),
        (("harbour", "lost-kyes"), "did you mean 'lost-keys'?"),
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
    assert "this would void the sign-off of 2026-01-20" in shown.stderr
    assert "doors" not in (harbour / FILE).read_text("utf-8")

    result = copkit(*link, env=NOW)
    assert "evidence:\n  - doors\n" in (harbour / FILE).read_text("utf-8")
    assert "this voids the sign-off of 2026-01-20" in result.stderr
    assert "copkit case sign-off harbour/lost-keys" in result.stderr

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
