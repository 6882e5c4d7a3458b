"""Hints for words that are not known."""

from __future__ import annotations

import pytest

from copkit.errors import did_you_mean

KNOWN = ["members", "public", "community-matron-1"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("publc", "did you mean 'public'?"),
        ("Public", "did you mean 'public'?"),
        ("zzz", "nothing like it"),
        ("рublic", "did you mean 'public'? its 'р' is a letter of another alphabet (U+0440)"),
        (
            "community-matron-1\u200b",
            "did you mean 'community-matron-1'? it holds an invisible character (U+200B)",
        ),
        ("café", "nothing like it"),
    ],
)
def test_the_hint_names_what_was_meant_and_the_odd_letter(word: str, hint: str) -> None:
    assert did_you_mean(word, KNOWN, "nothing like it") == hint
