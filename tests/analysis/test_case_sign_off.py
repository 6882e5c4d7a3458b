"""A sign-off stands for the text that was read, and for nothing else."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.cases import is_signed_off, sign_off_digest, unsigned_reason
from copkit.text.edit import set_value
from tests.conftest import drawn
from tests.signing import case_of, signed

TODAY = dt.date(2026, 3, 1)
CASE = """\
---
title: Lost keys
kind: challenging
status: presented   # at the second try
audience: commissioners
themes:
  - keys
actions:
  - id: a1
    what: Cut another key
---

## Learning for practice

Ask twice.

<!-- who was it? -->
"""
SIGNED = signed(CASE)


def test_a_case_that_was_signed_as_it_is_stands() -> None:
    assert is_signed_off(case_of(SIGNED), TODAY)
    assert len(sign_off_digest(case_of(SIGNED))) == 64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Lost", "title: Found"),
        ("audience: commissioners", "audience: public"),
        ("audience: commissioners\n", ""),
        ("  - keys\n", "  - keys\n  - doors\n"),
        ("what: Cut another key", "what: Ask Robin for another key"),
        ("Ask twice.", "Ask Robin twice."),
        ("## Learning", "## Presentation of the case\n\nRobin.\n\n## Learning"),
        ("who was it?", "it was Robin"),
        ("# at the second try", "# by Robin"),
        ("Ask twice.\n", "Ask twice.\n\n## Private\n\nRobin.\n"),
    ],
)
def test_any_edit_voids_a_sign_off(old: str, new: str) -> None:
    assert old in SIGNED
    edited = case_of(SIGNED.replace(old, new))

    assert not is_signed_off(edited, TODAY)
    assert unsigned_reason(edited, TODAY) == "it was edited since its sign-off of 2020-01-01"


@pytest.mark.parametrize(
    "checked_out",
    [
        SIGNED.replace("\n", "\r\n"),
        SIGNED + "\n\n",
        SIGNED.rstrip("\n"),
        SIGNED.replace("Ask twice.", "Ask twice.  "),
        SIGNED.replace("by: facilitator", "by: programme lead   # in Leeds"),
    ],
)
def test_line_ends_and_trailing_blanks_are_no_edit(checked_out: str) -> None:
    assert is_signed_off(case_of(checked_out), TODAY)


def test_a_sign_off_to_come_or_by_nobody_does_not_count() -> None:
    case = case_of(SIGNED.replace("2020-01-01", "2026-03-02"))
    assert case.sign_off is not None

    why = "its sign-off is dated 2026-03-02, which is still to come"
    assert unsigned_reason(case, TODAY) == why
    nobody = replace(case, sign_off=replace(case.sign_off, by=" "))
    assert unsigned_reason(nobody, TODAY) == "its sign-off does not say by which role"


def test_a_sign_off_may_stand_anywhere_and_be_written_in_any_way() -> None:
    digest = sign_off_digest(case_of(CASE))
    mapping = f"sign_off: {{by: facilitator, date: 2020-01-01, digest: {digest}}}\n"
    first = CASE.replace("---\n", f"---\n{mapping}", 1)
    between = CASE.replace("themes:\n", f"{mapping}themes:\n")

    assert is_signed_off(case_of(first), TODAY)
    assert is_signed_off(case_of(between), TODAY)


def test_fields_in_brackets_are_bound_as_well() -> None:
    signature = "{by: x, date: 2020-01-01, digest: d}"
    text = f"---\n{{title: A, kind: challenging, status: closed, sign_off: {signature}}}\n---\n"

    assert sign_off_digest(case_of(text)) != sign_off_digest(
        case_of(text.replace("title: A", "title: B"))
    )


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=30)


@given(words, st.sampled_from(["\n", "\r\n"]), words)
@drawn(60, 2000)
def test_whatever_is_written_a_sign_off_stands_until_it_changes(
    word: str, newline: str, other: str
) -> None:
    text = set_value(CASE, ["question"], f"a{word}").replace("twice", f"twice {word}")
    text = signed(text.replace("\n", newline))

    assert is_signed_off(case_of(text), TODAY)
    edited = set_value(text, ["question"], f"a{other}")
    assert is_signed_off(case_of(edited), TODAY) is (f"a{other}" == f"a{word}")


def test_a_case_that_is_copied_to_another_community_is_not_signed_there() -> None:
    """Who presented it, and where, is a part of what was judged."""
    assert not is_signed_off(case_of(SIGNED, "quay"), TODAY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title", "title"),
        ("by: facilitator", "by: Programme manager"),
        ("by: facilitator", "by: facilitator   # on the telephone"),
        ("by: facilitator", "by: 'facilitator'"),
        ("by: facilitator", "by:\n    facilitator"),
        ("by: facilitator\n", "by: facilitator\n  # a remark\n"),
        ("sign_off:", "sign_off:   # twice"),
        ("---\n\n## Learning", "# the end\n---\n\n## Learning"),
        ("Ask twice.", "sign_off: Ask twice."),
        ("title: Lost keys", "title: |\n  Lost\n  sign_off:\n    by: nobody"),
        ("title: Lost keys", 'title: "Lost\n  sign_off: keys"'),
        ("title: Lost keys\n", "title: Lost keys\n\n# by hand\n"),
        ("\n", "\r\n"),
    ],
)
def test_the_quick_way_to_the_signed_text_is_the_parsed_one(
    old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert old in SIGNED
    quick = sign_off_digest(case_of(SIGNED.replace(old, new)))
    monkeypatch.setattr("copkit.analysis.cases._PLAIN_SIGN_OFF", re.compile("(?!)"))

    assert sign_off_digest(case_of(SIGNED.replace(old, new))) == quick
