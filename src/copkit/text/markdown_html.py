"""Markdown that people wrote in records -> HTML behind two walls.  Pure.

The renderer makes a few elements and shows everything else as text; what it makes then goes through
a sanitiser that knows nothing of Markdown and lets only those few elements by. What slips through a
fault in one of them meets the other.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any, Final

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from copkit.text.markdown_tokens import Levels, address_of, parser, shown_html, tokens_of

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
