"""Templates: the shipped ones, a programme's own, and hostile ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from copkit.documents.templates import MAX_TEMPLATE_BYTES, lay_out_markdown, lay_out_text, render
from copkit.documents.theme import DocumentTheme
from copkit.errors import CopkitError
from copkit.text.markdown import Prose
from tests.conftest import Copkit, Write, cpu_at_most
from tests.documents.forms import forms_of

ISSUE = "---\ntitle: January\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\nHello *there*.\n"


@dataclass(frozen=True)
class Facts:
    """A stand-in for a document's facts."""

    title: str = "A title"
    long: str = "t" * 100_000
    many: tuple[int, ...] = tuple(range(3000))
    prose: Prose = field(default_factory=lambda: Prose("Some *words*. <!-- unseen -->"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A programme's own templates; beside them lies a file that none of them may read."""
    (tmp_path / "outside.html").write_text("outside", encoding="utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def refusal(own: Path, template: str, name: str = "newsletter.html") -> str:
    """Fill a template that must be refused, quickly, and give what is said."""
    (own / name).write_text(template, encoding="utf-8")
    for _ in cpu_at_most(5):
        with pytest.raises(CopkitError) as caught:
            render(name, Facts(), DocumentTheme(own_templates=own))

    return str(caught.value.message)


# --- own templates --------------------------------------------------------------------------


def test_own_templates_win_file_by_file(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", ISSUE)
    folder = write("templates/newsletter.txt", "Ours: {{ facts.title }}\n")

    forms = forms_of(copkit("newsletter", "build", "--json", "-C", folder))

    assert forms["txt"] == "Ours: January\n"
    assert ">January</h1>" in forms["html"]
    assert forms["md"].startswith("# January\n")


def test_an_own_part_is_used_by_the_shipped_page(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", ISSUE)
    folder = write("templates/newsletter.css", "body { margin: 7px; }\n")

    page = forms_of(copkit("newsletter", "build", "--json", "-C", folder))["html"]

    assert '<body class="paper" style="margin: 7px;">' in page
    assert "font-family" not in page


def test_a_broken_own_template_is_named_with_its_line(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", ISSUE)
    folder = write("templates/newsletter.md", "# {{ facts.title }}\n\n{{ facts.titel }}\n")

    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert "templates/newsletter.md:3:" in result.output
    assert "'titel'" in result.output
    assert "Traceback" not in result.output
    assert not (folder / "build").exists()


def test_values_are_escaped_in_the_way_of_each_form(own: Path) -> None:
    for form, expected in (
        ("html", "&lt;b&gt; <p>Some <em>words</em>.</p>\n"),
        ("md", "&lt;b> Some *words*.\n"),
        ("txt", "<b> Some words.\n"),
    ):
        (own / f"a.{form}").write_text("{{ '<b>' }} {{ facts.prose }}", encoding="utf-8")
        assert render(f"a.{form}", Facts(), DocumentTheme(own_templates=own)) == expected


# --- hostile templates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.system('touch run') }}",
        "{{ lipsum.__globals__['os'] }}",
        "{{ facts.__class__ }}",
        "{{ facts['__class__'] }}",
        "{{ facts|attr('__class__') }}",
        "{{ facts.prose.to_html.__globals__ }}",
        "{{ facts.prose.source }}",
        "{{ facts.title.upper }}",
        "{{ '{0.__class__}'.format(facts) }}",
        "{% set f = '{0.__class__}'.format %}{{ f(facts) }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(9) }}",
        "{{ namespace(a=1) }}",
        "{{ facts.many.append(1) }}",
        "{{ facts.titel }}",
        "{{ nothing }}",
        "{% include '../outside.html' %}",
        "{% include '/etc/hostname' %}",
        "{% include 'link.html' %}",
        "{% include facts.title %}",
        "{% extends '../outside.html' %}",
        "{% import 'page.html' as page %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'newsletter.html' %}",
        "{% extends 'newsletter.html' %}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{{ 'a' * 10**9 }}",
        "{{ ('a' * 10**9)|length }}",
        "{{ 9**9**7 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'a'|center(10**9) }}",
        "{{ facts.long ~ facts.long }}",
        "{{ facts.long|join(facts.long) }}",
        "{{ facts.many|join(facts.long) }}",
        "{{ 'a' + 'b' }}",
        "{{ 1 // 0 }}",
        "{% for i in range(10**9) %}{% endfor %}",
        "{% for a in facts.many %}{{ facts.long }}{% endfor %}",
        "{% for a in facts.many %}{% for b in facts.long %}{% endfor %}{% endfor %}",
        "{% for a in facts.long %}{% for b in facts.long %}x{% endfor %}{% endfor %}",
        "{% for a in facts.many %}" * 15 + "{% endfor %}" * 15,
        "{% block z %}{% for a in facts.long %}{% include 'big.html' %}{% endfor %}{% endblock %}",
        "{% for a in facts.long recursive %}{{ loop(a) }}{% endfor %}",
        "{% for a in 5 %}{% endfor %}",
        "{% if %}",
        "{{" + "(" * 5000 + "1" + ")" * 5000 + "}}",
        "{% if 1 %}" * 200 + "{% endif %}" * 200,
        "x" * (MAX_TEMPLATE_BYTES + 1),
    ],
)
def test_a_hostile_template_is_refused_in_time_with_its_file_and_line(
    own: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copkit.documents.templates.MAX_SECONDS", 0.5)
    (own / "big.html").write_text("x" * 49_000, encoding="utf-8")
    (own / "link.html").symlink_to(own.parent / "outside.html")

    message = refusal(own, template)

    assert re.match(r"templates/(newsletter|link|big)\.html:1: .{3,250}$", message)
    assert "outside" not in message.replace("../outside.html", "")


@pytest.mark.slow
def test_files_that_include_each_other_twice_come_to_an_end(own: Path) -> None:
    for number in range(60):
        twice = f"{{% include 'i{number + 1}.html' %}}" * 2
        (own / f"i{number}.html").write_text(twice, encoding="utf-8")
    (own / "i60.html").write_text("", encoding="utf-8")

    assert "takes longer than 3 seconds" in refusal(own, "{% include 'i0.html' %}")


def test_the_line_of_a_fault_is_the_template_s_own(own: Path) -> None:
    assert refusal(own, "a\n\n{% if facts.title %}\n{{ facts.titel }}\n{% endif %}").startswith(
        "templates/newsletter.html:4: "
    )
    assert refusal(own, "a\n{{ facts.title() }}").startswith("templates/newsletter.html:2: ")
    assert refusal(own, "a\n\n{% include 'none.html' %}") == (
        "templates/newsletter.html:3: there is no template 'none.html'"
    )


@pytest.mark.parametrize("data", [b"caf\xe9", b"\xff\xfea\x00"])
def test_a_template_that_is_not_utf8_is_refused(own: Path, data: bytes) -> None:
    (own / "newsletter.html").write_bytes(data)

    with pytest.raises(CopkitError, match=r"templates/newsletter.html:1: .*UTF-8"):
        render("newsletter.html", Facts(), DocumentTheme(own_templates=own))


def test_a_templates_folder_that_leads_elsewhere_is_refused(own: Path, tmp_path: Path) -> None:
    (own / "newsletter.html").write_text("elsewhere", encoding="utf-8")
    (tmp_path / "linked").symlink_to(own)

    with pytest.raises(CopkitError, match="not an ordinary file"):
        render("newsletter.html", Facts(), DocumentTheme(own_templates=tmp_path / "linked"))


# --- layout ---------------------------------------------------------------------------------


def test_plain_text_is_wrapped_hanging_and_underlined() -> None:
    words = "word " * 20
    laid = lay_out_text(f"\n\nTitle\n====\n\n\n- {words}\n  {words}\n> {words}\n\n\n")

    assert laid.split("\n\n")[0] == "Title\n====="
    assert "\n\n\n" not in laid
    assert [line[:4] for line in laid.split("\n\n")[1].splitlines()] == (
        ["- wo", "  wo", "  wo", "  wo", "> wo", "> wo"]
    )


def test_blank_lines_and_blanks_at_line_ends_go() -> None:
    assert lay_out_markdown("\n\na  \n\n\n\nb\n\n") == "a\n\nb\n"


# --- the style sheet ------------------------------------------------------------------------


CSS = render("page.html", None).partition("<style>")[2].partition("</style>")[0]


def themes() -> dict[str, dict[str, str]]:
    """Give the colours by name for each theme, in the order of the style sheet."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in blocks]
    return dict(zip(("light", "dark", "print"), colours, strict=True))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["paper", "tint"])
@pytest.mark.parametrize("text", ["ink", "soft", "accent"])
def test_every_text_can_be_read_on_every_ground(theme: str, ground: str, text: str) -> None:
    colours = themes()[theme]

    assert contrast(colours[text], colours[ground]) >= 4.5


def test_no_text_has_a_colour_that_the_contrast_test_does_not_know() -> None:
    rules = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    rules = re.sub(r"\bimg \{.*?\}", "", rules)  # a picture keeps the light ground it is made for

    texts = set(re.findall(r"(?<![\w-])color: ([^;}]+?) ?[;}]", rules))
    grounds = set(re.findall(r"background(?:-color)?: ([^;}]+?) ?[;}]", rules))

    assert texts == {"var(--ink)", "var(--soft)", "var(--accent)"}
    assert grounds == {"var(--paper)", "var(--tint)"}
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl|opacity", rules)


def test_the_style_sheet_is_small_and_loads_nothing() -> None:
    assert len(CSS.encode()) < 10_000
    assert "Arial" in CSS
    assert ":focus-visible" in CSS
    assert not re.search(r"@import|url\(|@font-face|https?:", CSS)


def test_a_template_that_changes_is_not_filled_as_it_was(tmp_path: Path) -> None:
    own = DocumentTheme(own_templates=tmp_path)
    for text in ("one", "two", "one"):
        (tmp_path / "newsletter.txt").write_text(f"{text}\n", encoding="utf-8")

        assert render("newsletter.txt", Facts(), own) == f"{text}\n"
