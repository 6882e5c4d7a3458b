"""Markdown that people wrote in records, made safe for every form of a document.  Pure.

Raw HTML never comes through: comments vanish, anything else is shown as it was typed. Links lead
to the web or to an e-mail address or are plain text; images give way to their description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

from markdown_it.tree import SyntaxTreeNode

from copkit.text.lines import WIDTH, wrap
from copkit.text.markdown_html import to_html
from copkit.text.markdown_tokens import (
    SAFE_LINK,
    Levels,
    address_of,
    described,
    shown_html,
    tokens_of,
)
from copkit.text.normalise import clean, on_one_line, without_comments

__all__ = ["Address", "Prose", "escape_markdown", "to_html", "to_markdown", "to_text"]

_SIGNS = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])|(?<!\S)#|&(?=#?\w+;)")
_BARE_LINK = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)
_LINE_START = re.compile(r"([-+=>])|(\d{1,9})([.)])(?=\s|$)")
_SPACES = re.compile(r"[ \t]+")
_GLUE: Final = "\0"  # a space at which no line may be broken


class Prose:
    """A piece of Markdown from a record; templates print it, each in its own form.

    ``below`` is the level of the heading under which it stands in a document: its own headings
    go on from there without a gap.
    """

    __slots__ = ("below", "source")

    def __init__(self, source: str, below: int = 3) -> None:
        self.source = without_comments(clean(source)).strip()
        self.below = below

    def __bool__(self) -> bool:
        return bool(self.source)

    def __str__(self) -> str:
        return to_text(self.source)


class Address(str):
    """The address of a page or an e-mail address that a document may link to."""

    __slots__ = ()

    def __new__(cls, address: str | None) -> Self:
        """Take an address as a link; ``""`` if it leads anywhere but to the web or to e-mail."""
        text = (address or "").strip()
        return super().__new__(cls, text if SAFE_LINK.fullmatch(text) else "")


def to_text(source: str) -> str:
    """Turn Markdown into plain text: lines of at most 72 characters, headings underlined."""
    return _Writer(_as_typed, markdown=False).write(source)


def to_markdown(source: str, below: int = 3) -> str:
    """Turn Markdown into the same Markdown without raw HTML, images and unsafe links."""
    return _Writer(_escaped, markdown=True, below=below).write(source)


def escape_markdown(text: str) -> str:
    """Make a plain value stand as itself in a Markdown document or table, on one line."""
    line = _BARE_LINK.sub(r"\\\g<0>", _escaped(on_one_line(text)))
    return _escape_line_start(line)


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text).replace("<", "&lt;")


def _as_typed(text: str) -> str:
    return text


def _escape_line_start(line: str) -> str:
    """Keep a line from beginning a list, a quotation, a rule or an underline."""
    return _LINE_START.sub(_with_backslash, line, count=1) if _LINE_START.match(line) else line


def _with_backslash(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"


class _Writer:
    """Writes Markdown as lines of plain text, or of Markdown again; ``plain`` escapes words."""

    def __init__(self, plain: Callable[[str], str], *, markdown: bool, below: int = 3) -> None:
        self.plain = plain
        self.markdown = markdown
        self.levels = Levels(below)

    def write(self, source: str) -> str:
        tree = SyntaxTreeNode(tokens_of(source))
        return "\n".join(self.blocks(tree.children, WIDTH))

    def blocks(
        self, nodes: Iterable[SyntaxTreeNode], width: int, *, tight: bool = False
    ) -> list[str]:
        """Write blocks one below the other, with a blank line between them unless ``tight``."""
        lines: list[str] = []
        for node in nodes:
            write = getattr(self, f"on_{node.type}", None)
            found = write(node, width) if write else []
            lines += ["", *found] if found and lines and not tight else found
        return lines

    def on_paragraph(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return self.wrapped(self.words(node), width)

    def on_heading(self, node: SyntaxTreeNode, width: int) -> list[str]:
        words = " ".join(self.words(node).split())
        level = self.levels.level(node.tag)
        if self.markdown:
            return [f"{'#' * level} {words}".replace(_GLUE, " ")]
        lines = self.wrapped(words, width)
        return [*lines, "-" * max(map(len, lines), default=0)]

    def on_html_block(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return self.wrapped(self.plain(shown_html(node.content)), width)

    def on_fence(self, node: SyntaxTreeNode, width: int) -> list[str]:
        lines = node.content.rstrip("\n").split("\n")
        if not self.markdown:
            return [f"    {line}".rstrip() for line in lines]
        fence = _longer_than_any("`", node.content, 3)
        return [fence, *lines, fence]

    on_code_block = on_fence

    def on_hr(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return ["* * *"]

    def on_blockquote(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return [f"> {line}".rstrip() for line in self.blocks(node.children, width - 2)]

    def on_bullet_list(self, node: SyntaxTreeNode, width: int) -> list[str]:
        return self.items(node, width, ["- "] * len(node.children))

    def on_ordered_list(self, node: SyntaxTreeNode, width: int) -> list[str]:
        first = int(node.attrs.get("start", 1))
        numbers = range(first, first + len(node.children))
        return self.items(node, width, [f"{number}. " for number in numbers])

    def items(self, node: SyntaxTreeNode, width: int, marks: Sequence[str]) -> list[str]:
        """Write the items of a list, each hanging from its mark."""
        parts = [part for item in node.children for part in item.children]
        tight = all(part.hidden for part in parts if part.type == "paragraph")
        lines: list[str] = []
        for item, mark in zip(node.children, marks, strict=True):
            found = self.blocks(item.children, width - len(mark), tight=tight) or [""]
            lines += [""] if lines and not tight else []
            lines.append(f"{mark}{found[0]}".rstrip())
            lines += [f"{' ' * len(mark)}{line}".rstrip() for line in found[1:]]
        return lines

    def wrapped(self, words: str, width: int) -> list[str]:
        parts = (_SPACES.sub(" ", part) for part in words.split("\n"))
        lines = [line for part in parts for line in wrap(part, width)]
        if self.markdown:
            lines = [_escape_line_start(line) for line in lines]
        return [line.replace(_GLUE, " ") for line in lines]

    def words(self, node: SyntaxTreeNode) -> str:
        """Write what stands in one line of Markdown; ``node`` is a block or a part of a line."""
        return "".join(self.word(child) for child in node.children)

    def word(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "text":
                return self.plain(node.content)
            case "code_inline":
                return self.code(node.content)
            case "html_inline":
                return self.plain(shown_html(node.content))
            case "image":
                return self.plain(described(node))
            case "softbreak":
                return " "
            case "hardbreak":
                return "\\\n" if self.markdown else "\n"
            case "em" | "strong":
                mark = node.markup if self.markdown else ""
                return f"{mark}{self.words(node)}{mark}"
            case "link":
                return self.link(self.words(node), address_of(node.attrs.get("href")))
            case _:
                return self.words(node)

    def code(self, content: str) -> str:
        if not self.markdown:
            return content
        marks = _longer_than_any("`", content, 1)
        pad = " " if content.startswith("`") or content.endswith("`") else ""
        return f"{marks}{pad}{content}{pad}{marks}".replace(" ", _GLUE)

    def link(self, words: str, address: str) -> str:
        if not address:
            return words
        if self.markdown:
            return f"<{address}>" if words == self.plain(address) else f"[{words}](<{address}>)"
        shown = address.removeprefix("mailto:")
        return words if words == shown else f"{words} ({shown})"


def _longer_than_any(sign: str, content: str, least: int) -> str:
    longest = max((len(run) for run in re.findall(f"{sign}+", content)), default=0)
    return sign * max(least, longest + 1)
