"""The pages of the documentation, as the tests read them: prose, code, links and headings.

The language of a fence says what happens to it: ``console`` is run, line by line; ``bash`` is
typed by people, for it needs the network, another program or their hands; ``text`` after
``console`` is what that prints, in part; ``yaml`` holds fields of records.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.conftest import CHECKOUT

DOCS = CHECKOUT / "docs"
README = CHECKOUT / "README.md"
GENERATED = ("records.md", "commands.md")
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the settings behind that, its text and its first line."""

    page: str
    line: int
    language: str
    settings: dict[str, str]
    text: str

    @property
    def commands(self) -> list[str]:
        """Its command lines, each with the lines that belong to it."""
        lines: list[str] = []
        ending = ""  # of a here-document that is open
        for line in self.text.splitlines():
            if ending or (lines and lines[-1].endswith("\\")):
                lines[-1] += f"\n{line}"
            elif line.strip() and not line.startswith("#"):
                lines.append(line)
            if opened := re.search(r"<<'(\w+)'$", line):
                ending = opened[1]
            elif line == ending:
                ending = ""
        return lines


@dataclass(frozen=True)
class Page:
    """One page of the documentation."""

    path: Path

    @property
    def name(self) -> str:
        """Its path below the checkout."""
        return self.path.relative_to(CHECKOUT).as_posix()

    @cached_property
    def text(self) -> str:
        """Its Markdown."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tokens(self) -> list[Token]:
        """What Markdown makes of it."""
        return _MARKDOWN.parse(self.text)

    @cached_property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, in order."""
        blocks = []
        for token in self.tokens:
            if token.type == "fence":
                language, *settings = shlex.split(token.info) or [""]
                pairs = dict(setting.split("=", 1) for setting in settings)
                line = (token.map or [0])[0] + 1
                blocks.append(Block(self.name, line, language, pairs, token.content))
        return blocks

    @property
    def spans(self) -> list[str]:
        """The code in its sentences and tables."""
        return [token.content for token in self._inline() if token.type == "code_inline"]

    @property
    def links(self) -> list[str]:
        """Where its links and pictures lead."""
        targets = (token.attrGet("href") or token.attrGet("src") for token in self._inline())
        return [str(target) for target in targets if target]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link to this page can end with, as GitHub makes it of its headings."""
        anchors: set[str] = set()
        for opening, content in zip(self.tokens, self.tokens[1:], strict=False):
            if opening.type == "heading_open":
                text = "".join(part.content for part in content.children or ())
                name = anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
                number = 0
                while anchor in anchors:
                    number += 1
                    anchor = f"{name}-{number}"
                anchors.add(anchor)
        return anchors

    @property
    def prose(self) -> str:
        """Its sentences, without code, links' targets and what stands in fences."""
        return "\n".join(
            "".join(part.content or " " for part in token.children or () if part.type == "text")
            for token in self.tokens
            if token.type == "inline"
        )

    def _inline(self) -> Iterator[Token]:
        for token in self.tokens:
            yield from token.children or ()


PAGES = [
    Page(path)
    for path in (
        README,
        *sorted(DOCS.glob("*.md")),
        CHECKOUT / "CONTRIBUTING.md",
        CHECKOUT / "ARCHITECTURE.md",
        CHECKOUT / "CHANGELOG.md",
    )
]
# What people read to use copkit, written by hand.
WRITTEN = [
    page
    for page in PAGES
    if page.path == README or (page.path.parent == DOCS and page.path.name not in GENERATED)
]
