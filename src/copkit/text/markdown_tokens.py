"""Markdown that people wrote in records, taken apart.  Pure.

What every form of a document goes by stands here: which links lead anywhere, what is shown of raw
HTML, which level a heading has. Marks within marks go so deep and no deeper: a text of a hundred
thousand asterisks is a text as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from copkit.text.normalise import clean, without_comments

SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
DEEPEST: Final = 12  # marks of emphasis within each other


@lru_cache(maxsize=256)
def tokens_of(source: str) -> list[Token]:
    """Take Markdown apart, without its comments and what nobody can see.

    Remembered, as a document says the same in three forms; nobody may change the tokens.
    """
    return parser().parse(without_comments(clean(source)))


@cache
def parser() -> MarkdownIt:
    """Give the parser for all texts: CommonMark, with raw HTML told apart so that it is shown."""
    made = MarkdownIt("commonmark", {"html": True})
    made.validateLink = lambda url: True  # type: ignore[method-assign]  # judged when rendered
    made.core.ruler.push("shallow", _shallow)
    return made


def _shallow(state: StateCore) -> None:
    """Take out emphasis that is too deep, so that whoever walks through the text comes back."""
    for token in state.tokens:
        if token.children:
            token.children = list(_without_depths(token.children))


def _without_depths(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.children:  # the description of an image
            token.children = list(_without_depths(token.children))
        if token.type not in _EMPHASIS:
            yield token
            continue
        depth += max(token.nesting, 0)
        if depth <= DEEPEST:
            yield token
        depth += min(token.nesting, 0)


_EMPHASIS: Final = frozenset({"em_open", "em_close", "strong_open", "strong_close"})


def address_of(href: object) -> str:
    """Give the address of a link if it leads to the web or to e-mail, else ``""``."""
    return str(href) if SAFE_LINK.fullmatch(str(href)) else ""


def shown_html(content: str) -> str:
    """Give raw HTML as it is shown: as it was typed."""
    return without_comments(content).strip("\n")


def described(image: SyntaxTreeNode) -> str:
    """Give the words that describe an image, without the marks and addresses in them."""
    if image.type == "html_inline":
        return ""
    return "".join(map(described, image.children)) if image.children else image.content


class Levels:
    """Gives headings their level in a document: under ``below``, one step down at a time."""

    def __init__(self, below: int) -> None:
        self.below = below
        self.open: list[int] = []

    def level(self, tag: str) -> int:
        """Give the level in the document of a heading that is ``tag`` in its record."""
        own = int(tag[1])
        self.open = [*(above for above in self.open if above < own), own]
        return min(self.below + len(self.open), 6)
