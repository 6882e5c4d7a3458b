"""A copy that OneDrive and others leave is known by its name and by what it says."""

from __future__ import annotations

import pytest

from copkit.text.conflict_copies import describe_difference, find_copies

CASE = """\
---
title: Nobody to call
kind: challenging
status: presented
presented: 2026-02-04
presenters:
  - nurse-1
actions:
  - id: a1
    what: Ask the neighbourhood team
---

## Next steps

The team looks in on Saturdays.
"""
EDITED = CASE.replace("status: presented", "status: written-up") + "It helped.\n"
OTHER = """\
---
title: The heating was off again
kind: challenging
status: presented
presented: 2026-03-04
presenters:
  - police-1
---

## Next steps

A form for the landlord.
"""
MEETING = """\
---
date: 2026-02-04
kind: regular
present:
  - nurse-1
  - police-1
  - housing-1
---

Keys were spoken of, and who holds them.
"""


def copies(texts: dict[str, str]) -> dict[str, str]:
    return {name: original for name, original, _ in find_copies(texts, texts.get)}


@pytest.mark.parametrize(
    "name",
    [
        "nobody-to-call - Copy",
        "nobody-to-call - Copy (2)",
        "nobody-to-call – Kopie",
        "Copy of nobody-to-call",
        "Copy (3) of nobody-to-call",
        "nobody-to-call copy",
        "nobody-to-call copy 2",
        "nobody-to-call (1)",
        "nobody-to-call 2",
        "nobody-to-call-DESKTOP-4F2K",
        "nobody-to-call-DESKTOP-4F2K-2",
        "nobody-to-call-ANNAS-PC",
        "nobody-to-call (Ann's conflicted copy 2026-02-05)",
        "nobody-to-call (conflicted copy 2026-02-05 101112)",
        "nobody-to-call.sync-conflict-20260205-101112-ABCDEFG",
        "nobody-to-call_conf(1)",
        "nobody-to-call[Conflict]",
        "nobody-to-call-desktop-4f2k",
        "nobody-to-call-laptop-7ab",
        "nobody-to-call-anns-macbook-pro",
        "nobody-to-call-copy",
        "nobody-to-call-copy-2",
        "copy-of-nobody-to-call",
        "nobody-to-call-sync-conflict-20260205-101112-abcdefg",
        "nobody-to-call-anns-conflicted-copy-2026-02-05",
        "nobody-to-call-2",
        "nobody-to-call-1",
    ],
)
def test_the_names_of_every_program_that_leaves_copies(name: str) -> None:
    for text in (CASE, EDITED, CASE.replace("\n", "\r\n")):
        assert copies({"nobody-to-call": CASE, name: text}) == {name: "nobody-to-call"}
    assert copies({name: CASE}) == {}  # nothing that it could be a copy of


@pytest.mark.parametrize(
    "name", ["nobody-to-call-2", "nobody-to-call-at-weekends", "nobody-to-call-desktop-4f2k"]
)
def test_a_record_of_its_own_is_no_copy_whatever_it_is_called(name: str) -> None:
    assert copies({"nobody-to-call": CASE, name: OTHER}) == {}


def test_a_second_meeting_of_a_day_is_none_and_a_copy_of_the_first_is() -> None:
    evening = MEETING.replace("kind: regular", "start: 18:00\nkind: guest-speaker")
    later = MEETING.replace("Keys were spoken of, and who holds them.", "Rents, and arrears.")
    edited = MEETING.replace("  - housing-1\n", "  - housing-1\n  - probation-1\n")

    assert copies({"2026-02-04": MEETING, "2026-02-04-2": evening}) == {}
    assert copies({"2026-02-04": MEETING, "2026-02-04-evening": later}) == {}
    assert copies({"2026-02-04": MEETING, "2026-02-04-2": edited}) == {"2026-02-04-2": "2026-02-04"}


def test_two_drafts_that_nobody_has_filled_in_are_two() -> None:
    draft = "---\ntitle: {}\nkind: challenging\nstatus: draft\nactions:\n---\n\n## Next steps\n"

    texts = {"keys": draft.format("Keys"), "keys-2": draft.format("More keys")}

    assert copies(texts) == {}


def test_what_somebody_keeps_on_purpose_is_no_copy() -> None:
    text = "contacts:\n  - id: harbour/nurse-1\n    name: A\n  - id: harbour/nurse-2\n    name: B\n"

    assert copies({"contacts": text, "contacts-before-1": text.replace("A", "C")}) == {}


def test_a_copy_of_a_copy_is_one_of_the_first() -> None:
    names = ("keys", "keys-DESKTOP-4F2K", "keys-DESKTOP-4F2K - Copy")

    assert copies(dict.fromkeys(names, CASE)) == {names[1]: "keys", names[2]: "keys"}


def test_what_differs_is_told_with_the_lines_of_the_copy() -> None:
    assert describe_difference(CASE, CASE.replace("\n", "\r\n")) == ""
    assert describe_difference(CASE, EDITED) == (
        "'status' (line 4) and 1 line of the text (from line 16)"
    )
    assert describe_difference(CASE, CASE.replace("kind: challenging\n", "")) == (
        "'kind' (not in it)"
    )
    assert describe_difference(CASE, CASE.replace("---\n\n##", "- [\n---\n\n##")).endswith(
        "of the text (from line 11)"
    )
