"""Names that the words before them, quotes, or their order show to be names."""

from __future__ import annotations

import pytest

from copkit.pii.aliases import find_marked_names
from copkit.pii.normalise import FoldedText


def names_in(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_marked_names(FoldedText(text))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He is known to police as Quillfeather.", "Quillfeather"),
        ("Ivy née Blackadder signed.", "Blackadder"),
        ("The lodger, aka Bishop, is back.", "Bishop"),
        ("Mullings, aka Bishop, is back.", "Mullings"),
        ("A lad they call Tiny.", "Tiny"),
        ("His nickname on the wing is Professor.", "Professor"),
        ("Her real name is Star.", "Star"),
        ('Jamie "Spud" Mulligan came.', 'Jamie "Spud" Mulligan'),
        ("Mac an tSaoir came.", "Mac an tSaoir"),
        ("His family, the Macalisters, know it.", "Macalisters"),
        ("WESTGARTH Lee, no change", "WESTGARTH Lee"),
        ("Ollerenshaw, Wayne", "Ollerenshaw, Wayne"),
        ("Rafferty J in bed 4", "Rafferty J"),
    ],
)
def test_a_name_is_known_by_what_marks_it(text: str, name: str) -> None:
    assert name in names_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Formerly Housing, now Place.",
        "The service is called Outreach.",
        'The "Housing" Act is long.',
        "They call Crisis every night.",
        "The Smiths (2003) and Wenger, E. (1998) wrote on it.",
        "Mac Roman is a way to write text.",
    ],
)
def test_what_is_no_person_s_name_is_left_alone(text: str) -> None:
    assert names_in(text) == []
