"""What reaches a reader's browser, and every form of a title."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from copkit.text.markdown import sanitize_html, to_html, to_markdown
from tests.conftest import Copkit, Write
from tests.documents.forms import forms_of
from tests.hostile.attacks import RUNS_A_LINE, as_yaml, attacks, require_calm

ISSUE = "---\ntitle: {}\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\n{}\n"
WEB = re.compile(r"(https?://|mailto:)[^\s\"<>]+")
OF_THE_PAGE = {
    "aria-label",
    "tabindex",
    "class",
    "lang",
    "charset",
    "name",
    "content",
    "scope",
    "start",
    *("role", "style", "align", "width", "height", "cellspacing", "cellpadding", "border"),
}


PAGE = (
    '<html lang="en"><head><meta charset="a"><meta name="a" content="b"><title></title><style>'
    '</style></head><body style=""><div class="a"></div><table role="presentation" width="1"'
    ' cellspacing="0" cellpadding="0" border="0" align="center"><tbody><tr><td><!--[if mso]><table'
    ' role="presentation" width="600" align="center" cellspacing="0" cellpadding="0" border="0">'
    "<tr><td><![endif]--><header><h1></h1></header><main></main><footer></footer>"
    "<!--[if mso]></td></tr></table><![endif]--></body></html>"
)


class Browser(HTMLParser):
    """Finds in a page all that a browser would act on."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.remarks: list[str] = []
        self.styles = ""
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs if name != "href"}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.styles += "".join(value or "" for name, value in attrs if name == "style")

    def handle_comment(self, data: str) -> None:
        self.remarks.append(data)

    handle_pi = unknown_decl = handle_comment

    def handle_data(self, data: str) -> None:
        self.words += data


def require_harmless(page: str, least: str) -> None:
    """Require that a page asks no more of a browser than the same page does without an attack."""
    found, plain = Browser(page), Browser(least)
    text = {"p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "br", "hr"}
    assert set(found.tags) <= set(plain.tags) | text
    assert found.tags.count("style") == plain.tags.count("style")
    assert found.attributes <= plain.attributes | {"start"} <= OF_THE_PAGE
    assert all(WEB.fullmatch(link) and "evil" not in link for link in found.links)
    assert set(found.remarks) <= set(plain.remarks)
    assert not re.search(r"url|expression|behavio|position|import|\\", found.styles)


@attacks("markdown")
def test_a_record_s_text_does_nothing_in_a_browser(
    copkit: Copkit, write: Write, attack: str
) -> None:
    folder = write("newsletters/a.md", ISSUE.format("January", f"We met.\n\n{attack}"))

    forms = forms_of(copkit("newsletter", "build", "--json", "-C", folder))

    require_harmless(forms["html"], PAGE)
    [draft] = folder.rglob("newsletter.eml")
    message = message_from_bytes(draft.read_bytes(), policy=SMTP)
    sent = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    require_harmless(sent["text/html"], PAGE)
    assert set(sent) == {"text/plain", "text/html"}
    shown = MarkdownIt("commonmark", {"html": True}).render(forms["md"])
    require_harmless(re.sub(r' class="language-[^"]*"', "", shown), "<h1>")
    assert "real name" not in "".join((*forms.values(), *sent.values()))


@attacks("markdown")
def test_the_wall_alone_stops_it_as_well(attack: str) -> None:
    require_harmless(sanitize_html(attack), "<p>")
    require_harmless(sanitize_html(MarkdownIt("commonmark", {"html": True}).render(attack)), "<h1>")


def test_the_wall_changes_nothing_of_what_a_record_may_have() -> None:
    source = (
        '# "One" & <two>\n\nA *b* **c** `d "e"` [f](https://a.example/?g=h&i="j") é ’ 😀\n\n'
        '7. k\n8. l\n\n- m\n  > n\n\n```\no "p"\n```\n\nq  \nr\n\n***\n'
    )
    html = to_html(source)

    assert sanitize_html(html) == html
    assert "&quot;One&quot; &amp; &lt;two&gt;" in html
    assert '<ol start="7">' in html


@pytest.mark.parametrize("marks", ["*", "**", "_", "***", "![", "[*"])
def test_marks_within_marks_do_not_break_any_form(marks: str) -> None:
    source = f"{marks * 1500}a{marks[::-1] * 1500} *b*"

    assert "a" in to_html(source)
    assert "b" in to_markdown(source)


def titled(copkit: Copkit, write: Write, title: str) -> tuple[str, str] | None:
    """Give a newsletter and a matrix in which everything has one title, or ``None`` if refused."""
    name = as_yaml(title)
    community = f"---\ncode: CP1\nname: {name}\nplace: {name}\nstatus: active\n---\n"
    write("communities/harbour/community.md", community)
    write("communities/harbour/meetings/2026-01-14.md", "---\ndate: 2026-01-14\n---\n")
    write("copkit.yaml", f"name: {name}\nstarts: 2026-01-01\n")
    folder = write("newsletters/a.md", ISSUE.format(name, "Hello."))
    checked = copkit("check", "-C", folder)
    require_calm(checked, title)
    if checked.status:
        return None
    page = forms_of(copkit("newsletter", "build", "--json", "-C", folder))["html"]
    return page, copkit("attendance", "-f", "html", "-C", folder).stdout


@attacks("title-html")
def test_a_title_is_a_title_in_text_and_attribute(
    copkit: Copkit, write: Write, attack: str
) -> None:
    least = titled(copkit, write, "Plain")
    pages = titled(copkit, write, attack)

    assert least
    assert pages or "<!--" in attack
    for page, plain in zip(pages or (), least, strict=False):
        require_harmless(page, plain)
        assert Browser(page).tags == Browser(plain).tags
        assert " ".join(Browser(page).words.split()).count(" ".join(attack.split())) >= 3


@attacks("header")
def test_a_title_is_one_line_wherever_it_is_said(copkit: Copkit, write: Write, attack: str) -> None:
    folder = write("newsletters/a.md", ISSUE.format(as_yaml(attack), "Hello."))

    result = copkit("newsletter", "build", "-C", folder)

    require_calm(result, attack)
    require_calm(copkit("list", "newsletters", "-C", folder), attack)
    for path in (folder / "build").rglob("*.*"):
        lines = RUNS_A_LINE.split(path.read_text(encoding="utf-8"))
        assert not [line for line in lines if re.match(r"\s*(Bcc|X):", line, re.IGNORECASE)]
