"""Markdown from records, made safe: to HTML, plain text, Markdown again, or blocks.  Pure.

Raw HTML never gets into a document: comments are left out, anything else is shown as it was
typed. Links lead to the web or to an e-mail address or become plain text; images are replaced by
their description. Blocks are what Word and PDF files are made from.
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
from mdit_py_plugins.attrs import attrs_plugin

from copkit.errors import CopkitError
from copkit.text.normalise import WIDTH, clean, single_line, without_comments, wrap

# --- parsing --------------------------------------------------------------------------------

SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
DEEPEST: Final = 12  # levels of emphasis within emphasis; whoever walks the tree recurses
# What ``[word]{lang=pl dir=ltr}`` may say of a phrase: a language as BCP 47 writes it, a direction.
_PHRASE_ATTRIBUTES: Final = {
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"),
    "dir": re.compile(r"ltr|rtl"),
}


@lru_cache(maxsize=256)
def parse_tokens(source: str) -> list[Token]:
    """Parse Markdown, without comments and invisible characters.

    The tokens are cached, and must not be changed.
    """
    # Cached because a document has the same texts as HTML, plain text and Markdown.
    return parser().parse(without_comments(clean(source)))


@cache
def parser() -> MarkdownIt:
    """Return the parser for all texts: CommonMark, and ``[word]{lang=pl dir=ltr}``."""
    # With "html", raw HTML gets tokens of its own, so that each form decides how it is shown.
    markdown_it = MarkdownIt("commonmark", {"html": True})
    markdown_it.validateLink = lambda url: True  # type: ignore[method-assign]  # see link_target
    attrs_plugin(markdown_it, after=(), spans=True, allowed=tuple(_PHRASE_ATTRIBUTES))
    markdown_it.core.ruler.push("limit_emphasis", _limit_emphasis)
    return markdown_it


def phrase_attribute(name: str, value: object) -> str:
    """Return the language or the direction of a phrase; ``""`` for what is neither."""
    text = str(value or "")
    return text if name in _PHRASE_ATTRIBUTES and _PHRASE_ATTRIBUTES[name].fullmatch(text) else ""


def _limit_emphasis(state: StateCore) -> None:
    """Take out emphasis nested deeper than ``DEEPEST``; the tokens in ``state`` are changed."""
    for token in state.tokens:
        if token.children:
            token.children = list(_without_deep_emphasis(token.children))


def _without_deep_emphasis(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of a text without emphasis deeper than ``DEEPEST``; its words stay.

    The children of a token are replaced in place.
    """
    depth = 0
    for token in tokens:
        if token.children:  # the description of an image
            token.children = list(_without_deep_emphasis(token.children))
        if token.type not in _EMPHASIS:
            yield token
            continue
        depth += max(token.nesting, 0)
        if depth <= DEEPEST:
            yield token
        depth += min(token.nesting, 0)


_EMPHASIS: Final = frozenset(
    {"em_open", "em_close", "strong_open", "strong_close", "span_open", "span_close"}
)


def link_target(href: object) -> str:
    """Return the address of a link if it leads to the web or to e-mail, else ``""``."""
    return str(href) if SAFE_LINK.fullmatch(str(href)) else ""


def html_as_text(content: str) -> str:
    """Return raw HTML as it is shown to readers: the text as typed, without comments."""
    return without_comments(content).strip("\n")


def image_description(image: SyntaxTreeNode) -> str:
    """Return the words that describe an image, without the Markdown marks and addresses in them."""
    if image.type == "html_inline":
        return ""
    return "".join(map(image_description, image.children)) if image.children else image.content


class HeadingLevels:
    """Levels of a text's headings in a document, under a heading of level ``below``.

    They go down one step at a time, as screen readers need it, whatever the text left out.
    """

    def __init__(self, below: int) -> None:
        self.below = below
        self.open: list[int] = []  # levels in the text of the headings around the current place

    def level(self, tag: str) -> int:
        """Return the level in the document, at most 6, of a heading that is ``tag`` in the text.

        Call it once for each heading, in order: it keeps track of the headings around the next one.
        """
        level = int(tag[1])
        self.open = [*(above for above in self.open if above < level), level]
        return min(self.below + len(self.open), 6)


# --- HTML -----------------------------------------------------------------------------------

# Two independent barriers stand before a reader's browser: our renderer escapes everything, and
# nh3, which knows nothing of Markdown, then lets only a closed list of elements pass.

_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "span", "strong", "ul"}
)
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href"},
    "ol": {"start"},
    "span": set(_PHRASE_ATTRIBUTES),
    "*": set(),
}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_QUOTE: Final = "\ufdd0"  # stands for &quot;, which nh3 would turn into a plain '"'; no character


# Lines of words: no mark of Markdown or HTML in them, none at their beginning, no space at an end.
_PLAIN_LINE: Final = r"[^\W\d_](?:[ \w.,;:!?'’‘“”\"()/%£€…–—-]*[\w.,;:!?'’‘“”\")/%£€…–—])?"
_PLAIN_PROSE: Final = re.compile(rf"\n*{_PLAIN_LINE}(?:\n+{_PLAIN_LINE})*\n*")
_BLANK_LINES: Final = re.compile(r"\n{2,}")


def to_html(source: str, below: int = 3) -> Markup:
    """Turn Markdown into safe HTML; its highest heading is one level under ``below``."""
    if "_" not in source and _PLAIN_PROSE.fullmatch(source):
        # most texts of records, and a tenth of the time: nothing in them is a mark of Markdown
        paragraphs = (escape(part.strip("\n")) for part in _BLANK_LINES.split(source))
        html = "".join(f"<p>{part}</p>\n" for part in paragraphs if part)
        return Markup(html.replace("&#34;", "&quot;").replace("&#39;", "'"))  # noqa: S704
    markdown_it = parser()
    renderer = _Renderer(markdown_it)
    html = renderer.render(parse_tokens(source), markdown_it.options, {"below": below})
    return Markup(sanitize_html(html))  # noqa: S704  # every rule escapes, and so does nh3


def sanitize_html(html: str) -> str:
    """Keep the elements that a record's text may have, and of all others only the words.

    The result has no ``id``, ``class`` or ``style``, no comment and nothing that loads, and a link
    leads to the web or to e-mail.
    """
    import nh3  # only a document needs it

    safe = nh3.clean(
        html.replace("&quot;", _QUOTE),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes=set(_SCHEMES),
        strip_comments=True,
        link_rel=None,  # rel="noopener" is for links that open in a new window; ours do not
    )
    return safe.replace(_QUOTE, "&quot;")


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Return the value of an attribute, or ``None`` to drop it.

    Dropped are links that lead anywhere but to the web or to e-mail, such as those without a
    scheme, which would lead to wherever the page lies, and what is no language or direction.
    """
    if tag == "span":
        return phrase_attribute(attribute, value) or None
    return value if attribute != "href" or link_target(value.replace(_QUOTE, "")) else None


class _Renderer(RendererHTML):
    """HTML without anything that a reader's browser would run, load or follow unasked."""

    def html_block(self, tokens: Sequence[Token], idx: int, *_options: Any) -> str:
        text = html_as_text(tokens[idx].content)
        return f"<p>{escape(text)}</p>\n" if text else ""

    def html_inline(self, tokens: Sequence[Token], idx: int, *_options: Any) -> str:
        return str(escape(html_as_text(tokens[idx].content)))

    def image(self, tokens: Sequence[Token], idx: int, *_options: Any) -> str:
        return str(escape(_token_description(tokens[idx])))

    def fence(self, tokens: Sequence[Token], idx: int, *_options: Any) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        """Open a link that leads to the web or to e-mail; return ``""`` for any other."""
        # The renderer has no stack: whether the closing tag belongs to a link is kept in ``env``.
        address = link_target(tokens[idx].attrGet("href"))
        env.setdefault("links", []).append(address)
        return f'<a href="{escape(address)}">' if address else ""

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        """Close a link, if :meth:`link_open` opened one."""
        return "</a>" if env["links"].pop() else ""

    def span_open(self, tokens: Sequence[Token], idx: int, *_options: Any) -> str:
        """Open a phrase in another language or direction."""
        attributes = (
            f' {name}="{value}"'
            for name in _PHRASE_ATTRIBUTES
            if (value := phrase_attribute(name, tokens[idx].attrGet(name)))
        )
        return f"<span{''.join(attributes)}>"

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        """Open a heading at the level that it has in the document."""
        levels = env.setdefault("levels", HeadingLevels(env["below"]))
        env["level"] = levels.level(tokens[idx].tag)
        return f"<h{env['level']}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        """Close the heading that :meth:`heading_open` opened."""
        return f"</h{env['level']}>\n"


def _token_description(image: Token) -> str:
    """Return the words that describe an image, as :func:`image_description` does for a node."""
    return "".join(
        _token_description(token) if token.type == "image" else token.content
        for token in image.children or []
        if token.type != "html_inline"
    )


# --- plain text, and Markdown again ---------------------------------------------------------

# What Markdown could take for a mark: `*`, `[`, an underscore or hash at the edge of a word, and
# the `&` of an entity such as `&amp;`.
_SIGNS: Final = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])|(?<!\S)#|&(?=#?\w+;)")
# Where a program would make a link of a plain address: `https://`, `www.`, `@`.
_BARE_LINK: Final = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)
# At the start of a line: `- item`, `> quotation`, `=` below a title, `1. item`.
_LINE_START: Final = re.compile(r"([-+=>])|(\d{1,9})([.)])(?=\s|$)")
_SPACES: Final = re.compile(r"[ \t]+")
_GLUE: Final = "\0"  # stands for a space at which no line may be broken: within `code`


class Prose:
    """A Markdown text from a record; each template prints it as its form of document needs it.

    ``below`` is the level of the heading under which it stands in a document: its own headings
    go on from there without a gap.
    """

    __slots__ = ("below", "source")

    def __init__(self, source: str, below: int = 3) -> None:
        self.source = without_comments(clean(source)).strip()
        self.below = below

    def __bool__(self) -> bool:
        return bool(self.source)

    def __repr__(self) -> str:
        return f"Prose({self.source!r}, below={self.below})"

    def __str__(self) -> str:
        return to_text(self.source)


class Address(str):
    """The address of a page or an e-mail address that a document may link to."""

    __slots__ = ()

    def __new__(cls, address: str | None) -> Self:
        """Accept an address as a link; ``""`` if it leads anywhere but to the web or to e-mail."""
        text = (address or "").strip()
        return super().__new__(cls, text if SAFE_LINK.fullmatch(text) else "")


@lru_cache(maxsize=4096)  # a text is counted several times to see what fits, and then printed
def to_text(source: str) -> str:
    """Turn Markdown into plain text: lines of at most 72 characters, headings underlined."""
    return _Writer(str, markdown=False).write(source)


def to_markdown(source: str, below: int = 3) -> str:
    """Turn Markdown into the same Markdown without raw HTML, images and unsafe links.

    Its highest heading is one level under ``below``.
    """
    return _Writer(_escaped, markdown=True, below=below).write(source)


def split_after_first_block(prose: Prose) -> tuple[Prose, Prose]:
    """Split a text behind its first paragraph, list or the like; the second part may be empty."""
    lines = prose.source.splitlines(keepends=True)
    blocks = SyntaxTreeNode(parse_tokens(prose.source)).children
    end = blocks[0].map[1] if blocks and blocks[0].map else len(lines)
    return Prose("".join(lines[:end]), prose.below), Prose("".join(lines[end:]), prose.below)


def escape_markdown(text: str) -> str:
    """Escape a plain value, so that it reads as typed in a Markdown document or table."""
    line = _BARE_LINK.sub(r"\\\g<0>", _escaped(single_line(text)))
    return _escape_line_start(line)


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text).replace("<", "&lt;")


def _escape_line_start(line: str) -> str:
    """Keep a line from beginning a list, a quotation, a rule or an underline."""
    return _LINE_START.sub(_with_backslash, line, count=1) if _LINE_START.match(line) else line


def _with_backslash(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"


class _Writer:
    """A writer of Markdown as plain text or Markdown again; ``escape_words`` escapes text."""

    def __init__(
        self, escape_words: Callable[[str], str], *, markdown: bool, below: int = 3
    ) -> None:
        self.escape_words = escape_words
        self.markdown = markdown
        self.levels = HeadingLevels(below)

    def write(self, source: str) -> str:
        tree = SyntaxTreeNode(parse_tokens(source))
        return "\n".join(self.blocks(tree.children, WIDTH))

    def blocks(
        self, nodes: Iterable[SyntaxTreeNode], width: int, *, tight: bool = False
    ) -> list[str]:
        """Write blocks one below the other, with a blank line between them unless ``tight``."""
        lines: list[str] = []
        for node in nodes:
            block = self.block(node, width)
            lines += ["", *block] if block and lines and not tight else block
        return lines

    def block(self, node: SyntaxTreeNode, width: int) -> list[str]:
        """Write one block as lines of at most ``width`` characters; ``[]`` for one with no text."""
        match node.type:
            case "paragraph":
                return self.wrapped(self.words(node), width)
            case "heading":
                return self.heading(node, width)
            case "html_block":
                return self.wrapped(self.escape_words(html_as_text(node.content)), width)
            case "fence" | "code_block":
                return self.code_block(node)
            case "hr":
                return ["* * *"]
            case "blockquote":
                return [f"> {line}".rstrip() for line in self.blocks(node.children, width - 2)]
            case "bullet_list":
                return self.items(node, width, ["- "] * len(node.children))
            case "ordered_list":
                first = int(node.attrs.get("start", 1))
                numbers = range(first, first + len(node.children))
                return self.items(node, width, [f"{number}. " for number in numbers])
            case _:
                return []

    def heading(self, node: SyntaxTreeNode, width: int) -> list[str]:
        """Write a heading: after ``#`` signs in Markdown, underlined in plain text."""
        words = " ".join(self.words(node).split())
        level = self.levels.level(node.tag)
        if self.markdown:
            return [f"{'#' * level} {words}".replace(_GLUE, " ")]
        lines = self.wrapped(words, width)
        return [*lines, "-" * max(map(len, lines), default=0)]

    def code_block(self, node: SyntaxTreeNode) -> list[str]:
        """Write a block of code: fenced in Markdown, indented in plain text."""
        lines = node.content.rstrip("\n").split("\n")
        if not self.markdown:
            return [f"    {line}".rstrip() for line in lines]
        fence = _longer_than_any("`", node.content, 3)
        return [fence, *lines, fence]

    def items(self, node: SyntaxTreeNode, width: int, marks: Sequence[str]) -> list[str]:
        """Write the items of a list, the lines below the first indented to behind its mark.

        ``marks`` has one for each item: ``- `` or ``3. ``.
        """
        parts = [part for item in node.children for part in item.children]
        # CommonMark hides the paragraphs of a list that was typed without blank lines.
        tight = all(part.hidden for part in parts if part.type == "paragraph")
        lines: list[str] = []
        for item, mark in zip(node.children, marks, strict=True):
            first, *others = self.blocks(item.children, width - len(mark), tight=tight) or [""]
            lines += [""] if lines and not tight else []
            lines.append(f"{mark}{first}".rstrip())
            lines += [f"{' ' * len(mark)}{line}".rstrip() for line in others]
        return lines

    def wrapped(self, words: str, width: int) -> list[str]:
        """Break words into lines of at most ``width`` characters; ``\\n`` always ends one.

        In Markdown, a sign that would begin a list or the like at the start of a line is escaped.
        """
        parts = (_SPACES.sub(" ", part) for part in words.split("\n"))
        lines = [line for part in parts for line in wrap(part, width)]
        if self.markdown:
            # Only now is it known which words begin a line.
            lines = [_escape_line_start(line) for line in lines]
        return [line.replace(_GLUE, " ") for line in lines]

    def words(self, node: SyntaxTreeNode) -> str:
        """Write the text of a paragraph, a heading, or a part of one such as a link."""
        return "".join(self.word(child) for child in node.children)

    def word(self, node: SyntaxTreeNode) -> str:
        """Write one part of a paragraph: text, code, a link, emphasis or a line break."""
        match node.type:
            case "text":
                return self.escape_words(node.content)
            case "code_inline":
                return self.code(node.content)
            case "html_inline":
                return self.escape_words(html_as_text(node.content))
            case "image":
                return self.escape_words(image_description(node))
            case "softbreak":
                return " "
            case "hardbreak":
                return "\\\n" if self.markdown else "\n"
            case "em" | "strong":
                mark = node.markup if self.markdown else ""
                return f"{mark}{self.words(node)}{mark}"
            case "link":
                return self.link(self.words(node), link_target(node.attrs.get("href")))
            case _:
                return self.words(node)

    def code(self, content: str) -> str:
        """Write code within a line: as it is, in Markdown between backquotes."""
        if not self.markdown:
            return content
        marks = _longer_than_any("`", content, 1)
        pad = " " if content.startswith("`") or content.endswith("`") else ""
        return f"{marks}{pad}{content}{pad}{marks}".replace(" ", _GLUE)

    def link(self, words: str, address: str) -> str:
        """Write a link: ``[words](<address>)`` in Markdown, else ``words (address)``."""
        if not address:
            return words
        if self.markdown:
            return (
                f"<{address}>" if words == self.escape_words(address) else f"[{words}](<{address}>)"
            )
        readable_address = address.removeprefix("mailto:")
        return words if words == readable_address else f"{words} ({readable_address})"


def _longer_than_any(sign: str, content: str, least: int) -> str:
    """Return a run of ``sign`` that is longer than any in the text it goes around.

    It is at least ``least`` long.
    """
    longest = max((len(run) for run in re.findall(f"{sign}+", content)), default=0)
    return sign * max(least, longest + 1)


# --- blocks, for Word and PDF ---------------------------------------------------------------


class BlockKind(StrEnum):
    """The kinds of :class:`Block`."""

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
    """Text in one style; ``\\n`` within it is a line break that was typed on purpose.

    ``language`` and ``direction`` are those of a phrase that says so: ``pl``, ``rtl``.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str = ""
    language: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or the like with ``spans``, or a list or quotation of ``blocks``.

    ``number`` is the level of a heading, or the first number of a list.
    """

    kind: BlockKind
    spans: tuple[Span, ...] = ()
    blocks: tuple[Block, ...] = ()
    number: int = 0


def to_blocks(source: str, below: int = 3) -> tuple[Block, ...]:
    """Turn Markdown into blocks; its highest heading is one level under ``below``."""
    return tuple(_blocks(SyntaxTreeNode(parse_tokens(source)).children, HeadingLevels(below)))


def _blocks(nodes: Iterable[SyntaxTreeNode], levels: HeadingLevels) -> Iterator[Block]:
    """Yield the blocks of Markdown nodes; ``levels`` keeps track of their headings."""
    for node in nodes:
        match node.type:
            case "paragraph":
                yield Block(BlockKind.PARAGRAPH, _spans(node))
            case "heading":
                yield Block(BlockKind.HEADING, _spans(node), number=levels.level(node.tag))
            case "html_block":
                if text := html_as_text(node.content):
                    yield Block(BlockKind.PARAGRAPH, (Span(text),))
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


def _items(node: SyntaxTreeNode, levels: HeadingLevels) -> Iterator[Block]:
    for item in node.children:
        yield Block(BlockKind.ITEM, blocks=tuple(_blocks(item.children, levels)))


def _spans(node: SyntaxTreeNode) -> tuple[Span, ...]:
    return tuple(_joined(_styled_words(node, Span(""))))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join neighbours of the same style, and leave out empty ones."""
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


def _styled_words(node: SyntaxTreeNode, style: Span) -> Iterator[Span]:
    """Yield the words of a node as spans; ``style`` is an empty span in the style around it."""
    for child in node.children:
        match child.type:
            case "text":
                yield replace(style, text=child.content)
            case "code_inline":
                yield replace(style, text=child.content, code=True)
            case "html_inline":
                yield replace(style, text=html_as_text(child.content))
            case "softbreak":
                yield replace(style, text=" ")
            case "hardbreak":
                yield replace(style, text="\n")
            case "image":
                yield replace(style, text=image_description(child))
            case "strong":
                yield from _styled_words(child, replace(style, strong=True))
            case "em":
                yield from _styled_words(child, replace(style, emphasis=True))
            case "link":
                yield from _styled_words(
                    child, replace(style, link=link_target(child.attrs.get("href")))
                )
            case "span":
                language = phrase_attribute("lang", child.attrs.get("lang")) or style.language
                direction = phrase_attribute("dir", child.attrs.get("dir")) or style.direction
                phrase = replace(style, language=language, direction=direction)
                yield from _styled_words(child, phrase)
            case _:
                yield from _styled_words(child, style)


MOST_PIECES: Final = 10_000  # paragraphs and spans of a text: a second of laying out pages
# Marks that combine with the letter before them: accents, and those of other scripts.
_MARKS: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_ACCENT_STACK: Final = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def blocks_of(prose: Prose) -> tuple[Block, ...]:
    """Return a text as blocks; raise :class:`CopkitError` for one that is too long for paper."""
    blocks = to_blocks(prose.source, prose.below)
    if sum(map(_count_pieces, blocks)) > MOST_PIECES:
        raise CopkitError("a text in this document is too long for paper", "shorten it")
    return blocks


def without_stacked_accents(text: str) -> str:
    """Leave at most four accents on a letter."""
    # No language has more, and hundreds on one letter take seconds to place.
    return _ACCENT_STACK.sub(r"\1", text)


def _count_pieces(block: Block) -> int:
    return 1 + len(block.spans) + sum(map(_count_pieces, block.blocks))


# --- tables and boxes to tick, for sheets of the tool kit -----------------------------------


@dataclass(frozen=True, slots=True)
class MarkdownTable:
    """A table with a head; cells are plain text, and an empty row is one to write in."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TickList:
    """A list of boxes to tick, as plain text: ``- [ ] We have a room``."""

    items: tuple[str, ...]


_BOX: Final = re.compile(r"\[[ xX]\]\s+")


def split_parts(source: str) -> Iterator[str | MarkdownTable | TickList]:
    """Yield the parts of a Markdown text in order: its tables, its lists of boxes, and the rest.

    All other texts of records are plain CommonMark, which has neither.
    """
    text = without_comments(clean(source))
    lines = text.splitlines(keepends=True)
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    written = 0  # lines that have been yielded
    for node in tree.children:
        part = _as_table(node) if node.type == "table" else _as_tick_list(node)
        if part is not None and node.map:
            if before := "".join(lines[written : node.map[0]]).strip():
                yield before
            yield part
            written = node.map[1]
    if rest := "".join(lines[written:]).strip():
        yield rest


def _as_table(node: SyntaxTreeNode) -> MarkdownTable:
    rows = [
        tuple(_plain_words(cell) for cell in row.children)
        for part in node.children
        for row in part.children
    ]
    return MarkdownTable(rows[0], tuple(rows[1:]))


def _as_tick_list(node: SyntaxTreeNode) -> TickList | None:
    """Return a list of which every item begins with a box; ``None`` for anything else."""
    if node.type != "bullet_list":
        return None
    items = [_plain_words(item) for item in node.children]
    if not all(_BOX.match(item) for item in items):
        return None
    return TickList(tuple(_BOX.sub("", item, count=1) for item in items))


def _plain_words(node: SyntaxTreeNode) -> str:
    """Return the words of a cell or an item on one line, without marks of Markdown."""
    spans = "".join(span.text for span in _styled_words(node, Span("")))
    return single_line(spans).strip()
