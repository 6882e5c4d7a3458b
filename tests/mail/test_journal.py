"""The journal: what holds of somebody after all that was noted."""

from __future__ import annotations

import json

import pytest

from copkit.mail.journal import Entry, State, entries_of, standing, without


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
    entries = [Entry(State(word), "harbour/a", "x") for word in noted.split()]

    assert standing(entries)["harbour/a"].state == now


def test_lines_about_one_member_go_and_an_unfinished_one_with_them() -> None:
    lines = [
        json.dumps({"state": "sent", "to": f"harbour/{id}", "content": "x"}) + "\n"
        for id in ("nurse-1", "nurse-10", "nurse-1")
    ]
    text = "".join(lines) + lines[0][:30]

    assert without(text, "harbour/nurse-1") == lines[1]
    assert without(text, "harbour/nurse") == text
    assert [entry.to for entry in entries_of(text)] == [
        "harbour/nurse-1",
        "harbour/nurse-10",
        "harbour/nurse-1",
    ]
