"""The FOG of a page: how many years at school it takes to read.

``python -m tests.docs.fog`` prints it for every page. The index is Robert Gunning's: 0.4 times the
words in a sentence plus the hundredths of words with three syllables or more. Words of the
glossary count as simple, as Gunning has it for the terms of a trade; so do names.
"""

from __future__ import annotations

import re

from tests.docs.pages import WRITTEN, Page

_VOWELS = re.compile(r"[aeiouy]+")


def sentences(page: Page) -> list[list[str]]:
    """Return the sentences of a page as lists of words; those of a table are not sentences."""
    found = []
    depth = 0
    for token in page.tokens:
        depth += {"table_open": 1, "table_close": -1}.get(token.type, 0)
        if token.type == "inline" and not depth:
            text = "".join(
                part.content if part.type == "text" else "x" if part.type == "code_inline" else " "
                for part in token.children or ()
            )
            parts = re.split(r"[.!?:;]+(?:\s|$)", text)
            found += [words for part in parts if (words := re.findall(r"[A-Za-z][\w'-]*", part))]
    return found


def syllables(word: str) -> int:
    """Count the syllables of an English word, roughly."""
    plain = re.sub(r"(?:es|ed|e)$", "", word.casefold())
    return max(1, len(_VOWELS.findall(plain)))


def is_hard(word: str) -> bool:
    """Check for three syllables or more; names and words joined by a hyphen count as simple."""
    return "-" not in word and word[0].islower() and syllables(word) >= 3


def fog(page: Page) -> float:
    """Return the FOG index of a page."""
    texts = sentences(page)
    words = [word for text in texts for word in text]
    return 0.4 * (len(words) / len(texts) + 100 * sum(map(is_hard, words)) / len(words))


if __name__ == "__main__":
    for page in WRITTEN:
        print(f"{fog(page):5.1f}  {page.name}")
