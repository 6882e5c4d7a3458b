"""The journal: what holds of somebody after all that was noted."""

from __future__ import annotations

import json

import pytest

from copkit.mail.journal import (
    JournalEntry,
    LetterState,
    latest_entries,
    parse_journal,
    remove_member,
)


@pytest.mark.parametrize(
    ("noted", "now"),
    [
        ("sending sent", "sent"),
        ("sending refused", "refused"),
        ("sending kept sending sent", "sent"),
        ("sending", "sending"),
        ("sending sent sending", "sending"),
        ("sending sent sending refused", "sent"),
        ("sending sending kept", "sending"),
        ("sending refused sending kept", "refused"),
    ],
)
def test_what_somebody_got_or_may_have_got_is_never_lost(noted: str, now: str) -> None:
    entries = [JournalEntry(LetterState(word), "harbour/a", "x") for word in noted.split()]

    assert latest_entries(entries)["harbour/a"].state == now


def test_lines_about_one_member_go_and_an_unfinished_one_with_them() -> None:
    lines = [
        json.dumps({"state": "sent", "to": f"harbour/{id}", "content": "x"}) + "\n"
        for id in ("nurse-1", "nurse-10", "nurse-1")
    ]
    text = "".join(lines) + lines[0][:30]

    assert remove_member(text, "harbour/nurse-1") == lines[1]
    assert remove_member(text, "harbour/nurse") == text
    assert [entry.to for entry in parse_journal(text)] == [
        "harbour/nurse-1",
        "harbour/nurse-10",
        "harbour/nurse-1",
    ]
