"""Markdown that people wrote in records, made safe for every form of a document.  Pure.

Raw HTML never comes through: comments vanish, anything else is shown as it was typed. Links lead
to the web or to an e-mail address or are plain text; images give way to their description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Final, Self

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup, escape

from copkit.errors import CopkitError
from copkit.text.normalise import WIDTH, clean, on_one_line, without_comments, wrap

# Markdown that people wrote in records, taken apart.

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


# Markdown that people wrote in records -> HTML behind two walls.

_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "strong", "ul"}
)
_ATTRIBUTES: Final[dict[str, set[str]]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_QUOTE: Final = "\ufdd0"  # no character of any text; the wall would write a plain '"' again


def to_html(source: str, below: int = 3) -> Markup:
    """Turn Markdown into safe HTML; its highest heading is one level under ``below``."""
    made = parser()
    html = _Renderer(made).render(tokens_of(source), made.options, {"below": below})
    return Markup(walled(html))  # noqa: S704  # every rule escapes, and so does the wall


def walled(html: str) -> str:
    """Let the elements by that a record's text may have; of anything else only the words.

    There is no ``id``, ``class`` or ``style``, no comment, nothing that loads, and a link leads to
    the web or to e-mail.
    """
    import nh3  # only a document needs it

    kept = nh3.clean(
        html.replace("&quot;", _QUOTE),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_judge,
        url_schemes=set(_SCHEMES),
        strip_comments=True,
        link_rel=None,  # what it would add is for pages that open in a window of their own
    )
    return kept.replace(_QUOTE, "&quot;")


def _judge(_tag: str, attribute: str, value: str) -> str | None:
    """Drop addresses without a scheme, which would lead to wherever the page lies."""
    return value if attribute != "href" or address_of(value.replace(_QUOTE, "")) else None


class _Renderer(RendererHTML):
    """HTML without anything that a reader's browser would run, load or follow unasked."""

    def html_block(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        shown = shown_html(tokens[idx].content)
        return f"<p>{escape(shown)}</p>\n" if shown else ""

    def html_inline(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return str(escape(shown_html(tokens[idx].content)))

    def image(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return str(escape(_description(tokens[idx])))

    def fence(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        address = address_of(tokens[idx].attrGet("href"))
        env.setdefault("links", []).append(address)
        return f'<a href="{escape(address)}">' if address else ""

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return "</a>" if env["links"].pop() else ""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        levels = env.setdefault("levels", Levels(env["below"]))
        env["level"] = levels.level(tokens[idx].tag)
        return f"<h{env['level']}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return f"</h{env['level']}>\n"


def _description(image: Token) -> str:
    """Give the words that describe an image, without the marks and addresses in them."""
    return "".join(
        _description(token) if token.type == "image" else token.content
        for token in image.children or []
        if token.type != "html_inline"
    )


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


# Markdown that people wrote in records -> blocks, for forms that are no text.


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


# A record's text for paper: Word and PDF.

MOST_PIECES: Final = 10_000  # paragraphs and changes of hand in one text: a second of setting
_MARKS: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_HEAP: Final = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def blocks_of(prose: Prose) -> tuple[Block, ...]:
    """Give a text as blocks; raises :class:`CopkitError` for one that is too long for paper."""
    blocks = to_blocks(prose.source, prose.below)
    if sum(map(_pieces, blocks)) > MOST_PIECES:
        raise CopkitError("a text in this document is too long for paper", "shorten it")
    return blocks


def without_heaps(text: str) -> str:
    """Leave four marks on a letter: no language has more, and hundreds take seconds to place."""
    return _HEAP.sub(r"\1", text)


def _pieces(block: Block) -> int:
    return 1 + len(block.spans) + sum(map(_pieces, block.blocks))
