"""Markdown that people wrote in records -> blocks, for forms that are no text.  Pure.

Word and PDF take a tree, not a language: nothing that somebody typed is ever read as markup, as a
field or as code there. The rules are those of the other forms: raw HTML is shown as typed, images
give way to their description, a link leads to the web or to e-mail or is plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from markdown_it.tree import SyntaxTreeNode

from copkit.text.markdown_tokens import Levels, address_of, described, shown_html, tokens_of


class BlockKind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    ITEM = "item"
    QUOTATION = "quotation"
    CODE = "code"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Span:
    """Words in one hand; ``\\n`` within them is a line break that somebody asked for."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or the like with ``spans``, or what holds other ``blocks``.

    ``number`` is the level of a heading, or the first number of a list.
    """

    kind: BlockKind
    spans: tuple[Span, ...] = ()
    blocks: tuple[Block, ...] = ()
    number: int = 0


def to_blocks(source: str, below: int = 3) -> tuple[Block, ...]:
    """Turn Markdown into blocks; its highest heading is one level under ``below``."""
    return tuple(_blocks(SyntaxTreeNode(tokens_of(source)).children, Levels(below)))


def _blocks(nodes: Iterable[SyntaxTreeNode], levels: Levels) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "paragraph":
                yield Block(BlockKind.PARAGRAPH, _spans(node))
            case "heading":
                yield Block(BlockKind.HEADING, _spans(node), number=levels.level(node.tag))
            case "html_block":
                if shown := shown_html(node.content):
                    yield Block(BlockKind.PARAGRAPH, (Span(shown),))
            case "fence" | "code_block":
                yield Block(BlockKind.CODE, (Span(node.content.rstrip("\n"), code=True),))
            case "hr":
                yield Block(BlockKind.RULE)
            case "blockquote":
                yield Block(BlockKind.QUOTATION, blocks=tuple(_blocks(node.children, levels)))
            case "bullet_list":
                yield Block(BlockKind.BULLETS, blocks=tuple(_items(node, levels)))
            case "ordered_list":
                first = int(node.attrs.get("start", 1))
                yield Block(BlockKind.NUMBERS, blocks=tuple(_items(node, levels)), number=first)


def _items(node: SyntaxTreeNode, levels: Levels) -> Iterator[Block]:
    for item in node.children:
        yield Block(BlockKind.ITEM, blocks=tuple(_blocks(item.children, levels)))


def _spans(node: SyntaxTreeNode) -> tuple[Span, ...]:
    return tuple(_joined(_words(node, Span(""))))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join neighbours of the same hand."""
    last: Span | None = None
    for span in spans:
        if last is not None and replace(last, text="") == replace(span, text=""):
            last = replace(last, text=last.text + span.text)
            continue
        if last is not None and last.text:
            yield last
        last = span
    if last is not None and last.text:
        yield last


def _words(node: SyntaxTreeNode, hand: Span) -> Iterator[Span]:
    """Give the words of a line in the ``hand`` that is written around them."""
    for child in node.children:
        match child.type:
            case "text":
                yield replace(hand, text=child.content)
            case "code_inline":
                yield replace(hand, text=child.content, code=True)
            case "html_inline":
                yield replace(hand, text=shown_html(child.content))
            case "softbreak":
                yield replace(hand, text=" ")
            case "hardbreak":
                yield replace(hand, text="\n")
            case "image":
                yield replace(hand, text=described(child))
            case "strong":
                yield from _words(child, replace(hand, strong=True))
            case "em":
                yield from _words(child, replace(hand, emphasis=True))
            case "link":
                yield from _words(child, replace(hand, link=address_of(child.attrs.get("href"))))
            case _:
                yield from _words(child, hand)
