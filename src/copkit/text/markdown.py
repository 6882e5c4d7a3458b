"""Markdown that people wrote in records, made safe for every form of a document.  Pure.

Raw HTML never comes through: comments vanish, anything else is shown as it was typed. Links lead
to the web or to an e-mail address or are plain text; images give way to their description.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>])")
_BLOCK_START = re.compile(r"^(\s*)([#+>~-]|\d+[.)]|={3,})", re.MULTILINE)
WIDTH = 72


class Prose:
    """A piece of Markdown from a record; templates print it, each in its own form."""

    __slots__ = ("source",)

    def __init__(self, source: str) -> None:
        self.source = source.strip()

    def __bool__(self) -> bool:
        return bool(_COMMENT.sub("", self.source).strip())

    def __str__(self) -> str:
        return to_text(self.source)


class _Renderer(RendererHTML):
    """HTML without anything that a reader's browser would run, load or follow unasked."""

    def html_block(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        shown = _shown_html(tokens[idx].content)
        return f"<p>{escape(shown)}</p>\n" if shown else ""

    def html_inline(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return str(escape(_shown_html(tokens[idx].content)))

    def image(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return str(escape(tokens[idx].content))

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        if not _safe(tokens[idx]):
            return ""
        return f'<a href="{escape(str(tokens[idx].attrGet("href")))}">'

    def link_close(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return "</a>" if _safe(_opening(tokens, idx)) else ""

    def heading_open(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return f"<h{_lower(tokens[idx].tag)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return f"</h{_lower(tokens[idx].tag)}>\n"


def _lower(tag: str) -> int:
    """Headings inside a record stand below those of the document."""
    return min(int(tag[1]) + 3, 6)


def _safe(link: Token) -> bool:
    return _SAFE_LINK.fullmatch(str(link.attrGet("href") or "")) is not None


def _opening(tokens: Sequence[Token], close: int) -> Token:
    level = tokens[close].level
    return next(
        token
        for token in reversed(tokens[:close])
        if token.type == "link_open" and token.level == level
    )


def _shown_html(content: str) -> str:
    return _COMMENT.sub("", content).strip("\n")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # judged when rendered
    return parser


def to_html(source: str) -> Markup:
    """Turn Markdown into safe HTML; headings begin at ``<h4>``."""
    return Markup(_parser().render(source))  # noqa: S704  # every rule above escapes


def to_text(source: str) -> str:
    """Turn Markdown into plain text, lines of at most 72 characters, lists with dashes."""
    return _Writer(markdown=False).write(_parser().parse(source))


def to_markdown(source: str) -> str:
    """Turn Markdown into the same Markdown without raw HTML, images and unsafe links."""
    return _Writer(markdown=True).write(_parser().parse(source))


def escape_markdown(text: str) -> str:
    """Make a plain value stand as itself in a Markdown document, on one line."""
    line = " ".join(text.split())
    return _BLOCK_START.sub(r"\1\\\2", _MARKDOWN_SIGNS.sub(r"\\\1", line))


class _Writer:
    """Writes a token stream as text or Markdown: paragraphs, lists, quotations, code."""

    def __init__(self, *, markdown: bool) -> None:
        self.markdown = markdown
        self.blocks: list[str] = []
        self.leads: list[str] = []  # what begins each line here: '> ', or a list's indent
        self.bullet = ""  # what begins the next block instead of the last lead
        self.numbers: list[int] = []
        self.tight = False

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            getattr(self, f"on_{token.type}", self.skip)(token)
        return "".join(self.blocks).strip("\n")

    def skip(self, token: Token) -> None:
        """Openings and closings that leave no mark of their own."""

    def on_inline(self, token: Token) -> None:
        self.add(self.inline(token.children or []), wrap=True)

    def on_heading_open(self, token: Token) -> None:
        self.bullet = "#### " if self.markdown else ""

    def on_html_block(self, token: Token) -> None:
        if shown := _shown_html(token.content):
            self.add(self.plain(shown), wrap=True)

    def on_fence(self, token: Token) -> None:
        self.code(token.content)

    def on_code_block(self, token: Token) -> None:
        self.code(token.content)

    def code(self, content: str) -> None:
        self.add(textwrap.indent(content.rstrip("\n"), "    "), wrap=False)

    def on_hr(self, token: Token) -> None:
        self.add("---" if self.markdown else "* * *", wrap=False)

    def on_blockquote_open(self, token: Token) -> None:
        self.leads.append("> ")

    def on_blockquote_close(self, token: Token) -> None:
        self.leads.pop()

    def on_bullet_list_open(self, token: Token) -> None:
        self.numbers.append(0)

    def on_ordered_list_open(self, token: Token) -> None:
        self.numbers.append(int(token.attrGet("start") or 1))

    def on_list_item_open(self, token: Token) -> None:
        number = self.numbers[-1]
        self.bullet = f"{number}. " if number else "- "
        if number:
            self.numbers[-1] += 1
        self.leads.append(" " * len(self.bullet))
        self.tight = True

    def on_list_item_close(self, token: Token) -> None:
        self.leads.pop()
        self.bullet = ""

    def on_bullet_list_close(self, token: Token) -> None:
        self.numbers.pop()
        self.blocks.append("\n")
        self.tight = False

    on_ordered_list_close = on_bullet_list_close

    def add(self, text: str, *, wrap: bool) -> None:
        lead = "".join(self.leads)
        first = lead
        if self.bullet:
            first = (
                lead[: len(lead) - len(self.bullet)] + self.bullet if self.tight else self.bullet
            )
        lines = text.split("\n")
        if wrap:
            lines = [
                line
                for part in lines
                for line in textwrap.wrap(
                    part, WIDTH - len(lead), break_long_words=False, break_on_hyphens=False
                )
                or [""]
            ]
        rest = "".join(f"{lead}{line}\n" for line in lines[1:])
        gap = "" if self.tight else "\n"
        self.blocks.append(f"{gap}{first}{lines[0]}\n{rest}")
        self.bullet = ""
        if not self.leads:
            self.tight = False

    def inline(self, children: Sequence[Token]) -> str:
        parts: list[str] = []
        links: list[str] = []
        for token in children:
            kind = token.type
            if kind == "text":
                parts.append(self.plain(token.content))
            elif kind == "code_inline":
                parts.append(f"`{token.content}`" if self.markdown else token.content)
            elif kind == "html_inline":
                parts.append(self.plain(_shown_html(token.content)))
            elif kind == "image":
                parts.append(self.plain(token.content))
            elif kind in {"softbreak", "hardbreak"}:
                parts.append(" " if kind == "softbreak" else "\n")
            elif kind in {"em_open", "em_close", "strong_open", "strong_close"} and self.markdown:
                parts.append(token.markup)
            elif kind == "link_open":
                links.append(str(token.attrGet("href")) if _safe(token) else "")
                parts.append("[" if links[-1] and self.markdown else "")
            elif kind == "link_close":
                address = links.pop()
                shown = f"](<{address}>)" if self.markdown else f" ({address})"
                parts.append(shown if address else "")
        return "".join(parts)

    def plain(self, text: str) -> str:
        return _MARKDOWN_SIGNS.sub(r"\\\1", text) if self.markdown else text
