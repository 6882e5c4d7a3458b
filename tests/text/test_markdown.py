"""Markdown from records in its three forms: safe, complete, and pleasant to read."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from copkit.text import markdown
from copkit.text.markdown import (
    Address,
    Prose,
    escape_markdown,
    to_html,
    to_markdown,
    to_text,
)
from copkit.text.normalise import WIDTH, clean, single_line
from tests.conftest import cpu_at_most, drawn

OURS = {"p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "br", "hr"}
OURS |= {"h4", "h5", "h6"}


class _Reading(HTMLParser):
    """What a browser would find in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.words = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.words += data


def require_harmless(html: str) -> None:
    """Require that a browser finds only our own elements, and links to the web or to e-mail."""
    found = _Reading(html)
    assert not found.comments
    for tag, attributes in found.tags:
        assert tag in OURS, tag
        if tag == "a":
            assert set(attributes) == {"href"}
            assert re.match(r"https?://|mailto:", attributes["href"] or "")
        else:
            assert set(attributes) <= {"start"}, attributes


ATTACKS = [
    "<script>steal()</script>",
    "Hello <script src=https://bad.example/x.js></script> there",
    "<img src=nowhere onerror=steal()>",
    "text <IMG SRC=nowhere ONERROR=steal()> text",
    "[press](javascript:steal())",
    "[press](JavaScript:steal())",
    "[press](&#x6A;avascript:steal())",
    "[press](java&Tab;script:steal())",
    "[press]( javascript:steal() )",
    "[press](vbscript:steal)",
    "[press](data:text/html,<b>x</b>)",
    "[press](file:///etc/hosts)",
    "[press](//bad.example/x)",
    "[press](ftp://bad.example/x)",
    '[press](https://good.example "\\" onmouseover=\\"steal()")',
    "<javascript:steal()>",
    "[press]: javascript:steal()\n\n[press]",
    "![seen](https://bad.example/seen.gif?who=7)",
    "![seen](data:image/svg+xml;base64,AAAA)",
    "[![press](javascript:steal())](javascript:steal())",
    "<svg><script>steal()</script></svg>",
    "<svg onload=steal()>",
    "<math><mtext></form><form><style></math><img src onerror=steal()>",
    "<iframe src=https://bad.example></iframe>",
    "<object data=https://bad.example></object>",
    "<form action=https://bad.example><input name=word></form>",
    "<base href=https://bad.example/>",
    '<meta http-equiv=refresh content="0;url=https://bad.example">',
    "<link rel=stylesheet href=https://bad.example/x.css>",
    '<style>@import "https://bad.example/x.css"</style>',
    '<p style="background:url(https://bad.example/x)">x</p>',
    '<a href="x" onclick="steal()">x</a>',
    "<details open ontoggle=steal()>",
    '<p id="main">x</p>',
    "<video src=https://bad.example/v></video>",
    "<!-- who: A Person -->",
    "before <!-- who: A Person --> after",
    "before <!-- who:\n\nA Person --> after",
    "before <!-- who: A Person",
    "<!-<!-- -->- who: A Person -->",
    "<!DOCTYPE html>",
    "<?php steal() ?>",
    "<![CDATA[<script>steal()</script>]]>",
    "```<script>\n<script>steal()</script>\n```",
    "    <script>steal()</script>",
    "`<script>steal()</script>`",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_from_a_record_holds_nothing_that_a_browser_would_run_or_load(attack: str) -> None:
    require_harmless(to_html(attack))


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_from_a_record_is_harmless_wherever_it_is_shown(attack: str) -> None:
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(to_markdown(attack))
    found = _Reading(re.sub(r' class="[^"]*"', "", shown))

    require_harmless(re.sub(r' class="[^"]*"', "", shown))
    assert "A Person" not in found.words


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_form_holds_a_comment_or_an_address_that_may_not_be_followed(attack: str) -> None:
    for text in (str(to_html(attack)), to_text(attack), to_markdown(attack)):
        assert "A Person" not in text
        if attack.startswith(("[press", "![", "[!")):
            assert not re.search(r"script:|data:|file:|ftp:|bad\.example", text, re.IGNORECASE)


def test_raw_html_is_shown_as_it_was_typed() -> None:
    typed = "Ask <name of the service> for a <b>form</b>."

    assert _Reading(to_html(typed)).words.strip() == typed
    assert to_text(typed) == typed
    assert "<" not in to_markdown(typed)
    assert _Reading(MarkdownIt().render(to_markdown(typed))).words.strip() == typed


@pytest.mark.parametrize("typed", ["{{ 7*7 }}", "{% raw %}x", "{{ facts }}", "{# note #}"])
def test_template_signs_in_a_record_are_shown_character_for_character(typed: str) -> None:
    assert _Reading(to_html(typed)).words.strip() == typed
    assert to_text(typed) == typed
    assert _Reading(MarkdownIt().render(to_markdown(typed))).words.strip() == typed


def test_an_image_gives_way_to_its_description() -> None:
    source = "See ![a *map* of ![the](x.png) town](https://bad.example/map.png)."

    assert to_html(source) == "<p>See a map of the town.</p>\n"
    assert to_text(source) == "See a map of the town."
    assert to_markdown(source) == "See a map of the town."


def test_a_link_is_followed_by_its_address_in_plain_text() -> None:
    assert to_text("[the page](https://a.example/x_y)") == "the page (https://a.example/x_y)"
    assert to_text("<https://a.example/>") == "https://a.example/"
    assert to_text("<us@a.example>") == "us@a.example"
    assert to_markdown("[the page](https://a.example/x_y)") == (
        "[the page](<https://a.example/x_y>)"
    )


def test_headings_of_a_record_go_on_from_the_heading_above_without_a_gap() -> None:
    source = "#### Deep\n\n###### Deeper\n\n## Up"

    assert re.findall(r"<h(\d)", to_html(source, below=1)) == ["2", "3", "2"]
    assert re.findall(r"^#+", to_markdown(source, below=1), re.MULTILINE) == ["##", "###", "##"]
    assert to_text(source) == "Deep\n----\n\nDeeper\n------\n\nUp\n--"


def test_lists_hang_and_long_lines_are_wrapped() -> None:
    words = "word " * 30
    source = f"- {words}\n  1. {words}\n- last\n\n> {words}"

    lines = to_text(source).split("\n")

    assert all(len(line) <= WIDTH for line in lines)
    begun = [line[:6] for line in lines]
    assert begun[:8] == ["- word", "  word", "  word", "  1. w", "     w", "     w", "- last", ""]
    assert begun[8:] == ["> word", "> word", "> word"]


def test_an_address_is_never_broken() -> None:
    address = "https://a.example/" + "x" * 100

    assert address in to_text(f"Read {address} soon.").split("\n")


@pytest.mark.parametrize(
    "source",
    [
        "Plain words, with *weight* and **more** of it.",
        "- one\n- two\n  - three\n    1. four\n\nAfter.",
        "7. seven\n8. eight",
        "0. nought",
        "> said\n>\n> - and listed",
        "```\ncode  with  gaps\n\n- no list\n```",
        "`` a ` b ``",
        "a  \nb",
        "text\n\n* * *\n\ntext",
        "[a *b*](https://a.example/c_d?e=f&g=h) and <https://a.example>",
        "2012\\. A year, 1 + 1, a * b, a_b_c, _a, x | y, ~~no~~, [no link], &copy; \\&copy;",
        "word " * 14 + "- no list\n" + "word " * 14 + "1. none\n" + "word " * 14 + "# none",
        "Title\n\\===",
        "# A heading #\\#",
    ],
)
def test_markdown_says_the_same_again(source: str) -> None:
    def words(text: str) -> list[str]:
        return re.sub(r"<[^>]+>", lambda tag: f" {tag.group()} ", to_html(text, below=0)).split()

    assert words(to_markdown(source, below=0)) == words(source)


@pytest.mark.parametrize(
    "title",
    [
        "# Heading",
        "- item",
        "+ item",
        "* item",
        "1. item",
        "12) item",
        "> quotation",
        "===",
        "---",
        "```",
        "~~~",
        "a | b",
        "[a](https://bad.example)",
        "![a](https://bad.example)",
        "https://bad.example",
        "www.bad.example",
        "us@bad.example",
        "<script>steal()</script>",
        "<!-- remark -->",
        "&lt;b&gt; &copy;",
        "*a* _b_ **c** __d__ `e` ~~f~~",
        "Ends in #",
        "back\\slash \\* here",
        "{{ 7*7 }}",
    ],
)
def test_a_title_stands_as_itself_in_markdown(title: str) -> None:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})

    alone = parser.render(escape_markdown(title))
    heading = parser.render(f"# {escape_markdown(title)}")
    cell = parser.render(f"| A | B |\n| --- | --- |\n| {escape_markdown(title)} | x |")

    for html, tags in ((alone, ["p"]), (heading, ["h1"])):
        found = _Reading(html)
        assert [tag for tag, _ in found.tags] == tags
        assert found.words.strip() == title
    assert [tag for tag, _ in _Reading(cell).tags].count("td") == 2
    assert title in _Reading(cell).words
    assert not re.search(r"https?://|www\.|\w@", escape_markdown(title))  # GitHub links these


def test_a_plain_value_is_one_line_without_control_characters() -> None:
    assert single_line("a\r\n# b\x1b[31m\u202ec\x00\u2028d\te") == "a # b[31mc d e"
    assert clean("a\r\nb\rc") == "a\nb\nc"
    assert to_text("red \x1b[31mred") == "red [31mred"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/x?y=z", True),
        ("HTTP://a.example", True),
        ("mailto:us@a.example", True),
        ("javascript:steal()", False),
        (" JavaScript:steal()", False),
        ("data:text/html,x", False),
        ("//a.example", False),
        ('https://a.example/" onclick="x', False),
        ("https://a.example/<b>", False),
        ("https://a.example\njavascript:x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_web_and_email_are_addresses(address: str | None, kept: bool) -> None:
    assert Address(address) == ((address or "").strip() if kept else "")


def test_prose_of_comments_alone_is_empty() -> None:
    assert not Prose("<!-- only\n\nthis -->\n")
    assert Prose("word")


@pytest.mark.parametrize(
    "piece", ["[", "![", "*a ", "_", "<!--", "<a ", "`", "> ", "- ", "[a](", "&", "[a](b) ", "\\"]
)
def test_a_text_made_to_be_slow_is_rendered_in_time(piece: str) -> None:
    source = piece * (60_000 // len(piece))
    for _ in cpu_at_most(10):
        for form in (to_html, to_text, to_markdown):
            form(source)


@given(
    st.lists(
        st.sampled_from([*"aZé \n\t.,-*_#><&1)(\"'’–`\\:=+", "  ", "\n\n", "1.", "[x](y)"]),
        max_size=14,
    ).map("".join)
)
@drawn(300, 20_000)
def test_plain_prose_takes_a_short_way_to_the_same_page(source: str) -> None:
    parsed = MarkdownIt("commonmark", {"html": False}).render(source)
    if markdown._PLAIN_PROSE.fullmatch(source) and "_" not in source:
        assert to_html(source) == parsed


def test_prose_with_a_mark_takes_the_long_way() -> None:
    assert to_html("one *two*") == "<p>one <em>two</em></p>\n"
    assert to_html("snake_case_here and _more_") == "<p>snake_case_here and <em>more</em></p>\n"
    assert to_html("a\n- b") == "<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n"
