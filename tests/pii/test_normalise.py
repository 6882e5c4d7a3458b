"""Any text can be made plain, and what is found in the plain one has a place in the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.pii.normalise import FoldedText
from copkit.pii.scan import find_details
from tests.conftest import drawn

_PIECES = st.sampled_from(
    [
        *(
            "999 123 4567",
            "NHS number",
            "DOB",
            "12/03/1981",
            "LS99 9ZZ",
            "07700 900123",
            "AB31 CDE",
        ),
        *("jo@example.org", "[at]", " dot ", "Mr Tarn", "Robin", "aged 47", "A1234BC", "@kez_97"),
        *("&nbsp;", "&#8203;", "&lt;", "&amp;amp;", "&bogus;", "%20", "%C2%A0", "%e2%80", "%2D"),
        *("**", "_", "__", "`", "~~", "\\", "<b>", "</b>", "<td>", "<br/>", "](https://x.y/z)"),
        *("\n", "\r\n", "\n> ", "\n- ", "\n\n", "| ", "|---|", "# ", "---\n", "nhs_no: ", ":"),
        *("\u200b", "\u00a0", "\u2011", "\ufeff", "\u202e", "ﬁ", "㎏", "９", "Ⅷ", "½", "İ", "ß"),
    ]
)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")
TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=14).map("".join),
)


@drawn(300, nightly=5000)
@given(TEXTS)
def test_every_stretch_of_the_plain_text_has_a_place_in_the_text(source: str) -> None:
    folded = FoldedText(source)

    for start in range(len(folded.text)):
        for end in {start + 1, (start + 1 + len(folded.text)) // 2 or 1, len(folded.text)}:
            if end > start:
                first, last = folded.source_span(start, end)
                assert 0 <= first < last <= len(source)


@drawn(300, nightly=5000)
@given(TEXTS)
def test_places_come_in_the_order_of_the_plain_text(source: str) -> None:
    folded = FoldedText(source)
    places = [folded.source_span(at, at + 1) for at in range(len(folded.text))]

    assert places == sorted(places)


@drawn(400, nightly=5000)
@given(TEXTS)
def test_details_come_in_order_apart_and_within_the_text(source: str) -> None:
    found = find_details(source)

    assert all(0 <= one.start < one.end <= len(source) for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))


@drawn(200, nightly=2000)
@given(TEXTS)
def test_text_without_odd_signs_is_left_as_it_is(source: str) -> None:
    plain = "".join(sign for sign in source if sign in _PLAIN)

    assert FoldedText(plain).text == plain


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("999&nbsp;123&#160;4567", "999 123 4567"),
        ("999%20123%C2%A04567", "999 123 4567"),
        ("9\u200b99\u2011123\u20134567", "999-123-4567"),
        ("９９９ １２３", "999 123"),
        ("**999** _123_ `4567`", "999 123 4567"),
        ("<b>999</b> <span>123</span>", "999 123"),
        ("<td>NHS</td><td>999</td>", " NHS  999 "),
        ("it goes\non here", "it goes on here"),
        ("> it goes\n> on here", "> it goes on here"),
        ("NHS no:\n- 999", "NHS no: - 999"),
        ("# Head\nText", "# Head\nText"),
        ("- one\n- two", "- one\n- two"),
        ("nhs: 1\ndob: 2", "nhs: 1\ndob: 2"),
        ("snake_case stays, 50% too", "snake_case stays, 50% too"),
    ],
)
def test_marks_and_entities_are_read_as_people_see_them(source: str, plain: str) -> None:
    assert FoldedText(source).text == plain


def test_the_head_of_a_column_is_found_from_any_row_below() -> None:
    table = "| Who | NHS no |\n|---|---|\n" + "| someone | 999 |\n" * 300
    folded = FoldedText(f"Before it.\n\n{table}")

    heads = {
        folded.head_of_column(at).strip() for at in range(len(folded.text)) if _nines(folded, at)
    }

    assert heads == {"nhs no"}


def test_text_outside_a_table_stands_under_no_head() -> None:
    folded = FoldedText("| NHS no |\n|---|\n| 1 |\n\n999 123")

    assert folded.head_of_column(folded.text.index("999")) == ""


def _nines(folded: FoldedText, at: int) -> bool:
    return folded.text.startswith("999", at)
