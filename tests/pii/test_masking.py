"""What was found is hidden, sign for sign, wherever it is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copkit.pii.scan import DOT, Mask, find_details, mask_details, mask_findings
from tests.conftest import drawn
from tests.pii.dress import dressed
from tests.pii.test_normalise import TEXTS


@drawn(400, nightly=5000)
@given(TEXTS)
def test_a_masked_text_is_as_long_as_the_text_and_differs_in_dots_alone(source: str) -> None:
    shown = mask_findings(source, find_details(source))

    assert len(shown) == len(source)
    assert all(after in (before, DOT) for before, after in zip(source, shown, strict=True))


@drawn(200, nightly=2000)
@given(st.integers(0, 10_000))
def test_what_was_hidden_is_not_shown_when_it_is_hidden_again(seed: int) -> None:
    """Hiding twice may hide more, for dots part what stood together, and never shows a sign."""
    one = list(dressed(seed, 26))[seed % 26]
    once = mask_details(one.text)
    twice = mask_details(once)

    assert len(twice) == len(once)
    assert all(after in (before, DOT) for before, after in zip(once, twice, strict=True))


def test_signs_between_letters_stay_where_they_are() -> None:
    assert mask_details("Her NHS number is 999 123 4560.") == "Her NHS number is ••• ••• ••••."


def test_nothing_is_hidden_where_nothing_is_found() -> None:
    text = "The meeting on 12 March was about housing."

    assert mask_findings(text, ()) == text
    assert mask_details(text) == text


def test_a_mask_hides_what_was_found_wherever_it_is_said_again() -> None:
    text = "Robin's NHS number is 999 123 4560."
    mask = Mask()
    mask.add(text, find_details(text))

    assert mask.apply("written as 999 123 4560 elsewhere") == "written as ••• ••• •••• elsewhere"


def test_a_mask_that_holds_nothing_leaves_a_text_alone() -> None:
    assert Mask().apply("999 123 4560") == "999 123 4560"


def test_a_mask_does_not_hide_parts_of_words() -> None:
    mask = Mask()
    mask.add("Tarn", [one._replace(start=0, end=4) for one in find_details("jo@example.org")])

    assert mask.apply("Tarn and Tarnish") == "•••• and Tarnish"
