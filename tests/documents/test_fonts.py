"""Text broken into lines by the widths of the letters that come with copkit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copkit.documents.fonts import MAX_LINES, load_face, wrap_to_width
from tests.conftest import drawn


def test_lines_break_between_words_and_after_hyphens() -> None:
    assert wrap_to_width("Stoke-on-Trent and Hanley", 12, 60) == [
        "Stoke-on-",
        "Trent and",
        "Hanley",
    ]


def test_a_word_that_fits_nowhere_is_broken_and_not_cut() -> None:
    assert "".join(wrap_to_width("w" * 30, 12, 100)) == "w" * 30


def test_what_never_ends_is_cut_with_three_dots() -> None:
    found = wrap_to_width("word " * 100_000, 12, 100)

    assert len(found) == MAX_LINES
    assert found[-1].endswith("…")


@drawn(50, 2000)
@given(text=st.text(max_size=300), width=st.integers(20, 300))
def test_no_line_is_wider_than_asked_for(text: str, width: int) -> None:
    for line in wrap_to_width(text, 12, width):
        assert load_face().width(line, 12) <= width
