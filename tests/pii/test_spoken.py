"""Numbers, births, postcodes and registrations as people dictate them."""

from __future__ import annotations

import pytest

from copkit.pii.kinds import DetailKind
from copkit.pii.scan import find_details


def found_in(text: str) -> list[tuple[str, DetailKind]]:
    return [(text[one.start : one.end], one.kind) for one in find_details(text)]


@pytest.mark.parametrize(
    ("text", "detail", "kind"),
    [
        (
            "ring oh seven seven double oh, nine hundred, three six one",
            "oh seven seven double oh, nine hundred, three six one",
            DetailKind.PHONE,
        ),
        (
            "ring oh one six three two, nine six oh, double one seven",
            "oh one six",
            DetailKind.PHONE,
        ),
        (
            "NHS number nine nine nine, four one eight, two seven three five",
            "nine nine nine, four one eight, two seven three five",
            DetailKind.NHS,
        ),
        ("born the tenth of the tenth ninety", "the tenth of the tenth ninety", DetailKind.BIRTH),
        ("he was born Boxing Day nineteen sixty six", "Boxing Day nineteen", DetailKind.BIRTH),
        ("postcode L S nine eight Q T", "L S nine eight Q T", DetailKind.POSTCODE),
        (
            "the van is bravo delta five one sierra mike romeo",
            "bravo delta five one sierra mike romeo",
            DetailKind.CAR,
        ),
        ("07700 9OO 284", "07700 9OO 284", DetailKind.PHONE),
    ],
)
def test_a_number_in_words_is_read(text: str, detail: str, kind: DetailKind) -> None:
    assert [found for found, as_kind in found_in(text) if as_kind is kind and detail in found], (
        found_in(text)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Two or three of us went, and one came back.",
        "It took one, two, three tries, four at most.",
        "We counted nine, ten, eleven chairs and twelve cups.",
        "Nineteen eighty four is on the shelf.",
    ],
)
def test_counts_in_prose_are_no_numbers_of_anybody(text: str) -> None:
    assert found_in(text) == []
