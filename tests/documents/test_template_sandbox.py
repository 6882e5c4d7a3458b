"""What is said of a broken template: where, what, and what may stand there instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from copkit.documents.templates import render
from copkit.documents.theme import DocumentTheme
from copkit.errors import InvalidTemplate, Problem
from copkit.text.markdown import Prose
from tests.conftest import Copkit, Write


@dataclass(frozen=True)
class Community:
    code: str = "CP1"
    place: str = "Harbour"


@dataclass(frozen=True)
class Facts:
    title: str = "A title"
    summary: str = "A summary"
    communities: tuple[Community, ...] = (Community(),)
    editorial: Prose = field(default_factory=lambda: Prose("Words"))


def fault(folder: Path, template: str) -> Problem:
    """Fill a broken template and give what is said of it."""
    own = folder / "templates"
    own.mkdir()
    (own / "newsletter.html").write_text(template, encoding="utf-8")
    with pytest.raises(InvalidTemplate) as caught:
        render("newsletter.html", Facts(), DocumentTheme(own_templates=own))
    return caught.value.problem


EACH = "{% for community in facts.communities %}"


@pytest.mark.parametrize(
    ("template", "place", "said", "hint"),
    [
        ("{{ facts.titel }}", "1:10", "no 'titel' here",
         "did you mean 'title'? facts has title, summary, communities and editorial"),
        ("{{ facts.zzz }}", "1:10", "no 'zzz' here",
         "facts has title, summary, communities and editorial"),
        (EACH + "\n {{ community.plaec }}\n{% endfor %}", "2:15", "no 'plaec' here",
         "did you mean 'place'? community has code and place"),
        (EACH + "{{ loop.indx }}{% endfor %}", "1:49", "no 'indx' here", "loop has index, first"),
        (EACH + "{{ comunity.place }}{% endfor %}", "1:44", "no 'comunity' here", "'community'?"),
        ("{{ title }}", "1:4", "no 'title' here", "did you mean 'facts.title'?"),
        ("{{ zzz }}", "1:4", "no 'zzz' here", "facts, look and pictures can be named here"),
        ("{{ look.light.inc }}", "1:15", "no 'inc' here", "look.light has ink, soft, paper"),
        ("{{ look.logo.words }}", "1:14", "'look.logo' is empty here", "{% if look.logo %}"),
        ("{{ look.own_templates }}", "1:9", "no 'own_templates' here", "dark, logo and footer"),
        ("{{ facts.title.upper }}", "1:16", "'facts.title' is text", "as it is"),
        ("{{ facts.editorial.source }}", "1:20", "'facts.editorial' is text", "as it is"),
        ("{{ facts.communities.place }}", "1:22", "is a list", "{% for one in facts.communities"),
        ("a\n{% set x = 1 %}", "2:4", "cannot use 'set'", "tags are if, for, block, extends and"),
        ("{% macro m() %}{% endmacro %}", "1:4", "cannot use 'macro'", "filters are default"),
        ("{% block a %}{{ super() }}{% endblock %}", "1:17", "'super(...)' is one", "tags are"),
        ("{% autoescape false %}{% endautoescape %}", "1:4", "cannot use 'autoescape'", "tags"),
        ("{{ facts.title|uper }}", "1:16", "no filter 'uper'", "did you mean 'upper'?"),
        ("{{ facts.title|safe }}", "1:16", "no filter 'safe'", "filters are default, first, join"),
        ("{% if 1 is odd %}{% endif %}", "1:12", "no test 'odd'", "tests are defined and none"),
        ("{{ facts['title'] }}", "1:9", "cannot use square brackets", "tags are"),
        ("\n{% if 1 %}\nabc" + EACH + "{% endfor %}", "2:4", "'if' is never closed", "{% endif %}"),
        ("{% endif %}", "1:4", "'endif' closes nothing", "take it out"),
        (EACH + "{% endif %}", "1:44", "'endif' stands where 'endfor' belongs", "{% endfor %}"),
        ("{% iff 1 %}", "1:4", "no tag 'iff'", "did you mean 'if'?"),
        ("{{ facts title }}", "1:10", "'title' stands where '}}' belongs", "one name"),
        ("{{ facts.title", "1:1", "the file ends where '}}' belongs", "close"),
        ("{{ facts.title }", "1:16", "'}' cannot stand here", "one too many"),
        ("{{ 'a }}", "1:4", "a text in quotes is never closed", "write ' where it ends"),
        ("{# never", "1:1", "a comment is never closed", "write '#}'"),
        ("{% include 'newsleter.html' %}", "1:13", "no template 'newsleter.html'",
         "did you mean 'newsletter.html'?"),
    ],
)  # fmt: skip
def test_a_broken_template_says_where_what_and_what_instead(
    tmp_path: Path, template: str, place: str, said: str, hint: str
) -> None:
    problem = fault(tmp_path, template)

    assert (problem.file, f"{problem.line}:{problem.column}") == (
        "templates/newsletter.html",
        place,
    )
    assert said in problem.message
    assert hint in problem.hint
    assert problem.excerpt == template.splitlines()[problem.line - 1]


def test_a_broken_template_is_shown_like_every_other_fault(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", "---\ntitle: A\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\nHello.\n")
    folder = write("templates/newsletter.txt", "Dear all,\n{{ facts.titel }}\n")

    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert result.stderr.startswith(
        "templates/newsletter.txt:2:10: there is no 'titel' here [broken-template]\n"
        "    2 | {{ facts.titel }}\n"
        "      |          ^^^^^\n"
        "      -> did you mean 'title'? facts has title,"
    )
    assert "copkit: a template is broken, so nothing was made with it\n" in result.stderr
    assert not (folder / "build").exists()


def test_names_outside_the_folder_are_not_offered(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secrets.html").write_text("", encoding="utf-8")
    (tmp_path / "templates").symlink_to(elsewhere)

    with pytest.raises(InvalidTemplate) as caught:
        render("secret.html", Facts(), DocumentTheme(own_templates=tmp_path / "templates"))

    assert "secrets" not in caught.value.problem.hint
