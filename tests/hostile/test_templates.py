"""Templates from somebody else, and template signs in records."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write, cpu_at_most
from tests.documents.forms import forms_of
from tests.hostile.attacks import as_yaml, attacks, require_calm

ISSUE = "---\ntitle: {}\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\n{}\n"


@attacks("template")
def test_a_hostile_template_is_named_with_its_line_and_does_nothing(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch, attack: str
) -> None:
    write("newsletters/a.md", ISSUE.format("January", "Hello."))
    folder = write("templates/newsletter.html", f"<h1>\n{attack}\n</h1>")
    (folder / "outside.txt").write_text("canary", encoding="utf-8")
    monkeypatch.chdir(folder)

    for _ in cpu_at_most(5):
        result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert re.match(r"templates/newsletter\.html:2:\d+: .{5,}", result.stderr)
    require_calm(result)
    assert "canary" not in result.output.replace(attack, "")
    assert not (folder / "build").exists()
    assert not list(folder.rglob("canary"))


@attacks("template-in-record")
def test_template_signs_in_a_record_are_text(copkit: Copkit, write: Write, attack: str) -> None:
    folder = write("newsletters/a.md", ISSUE.format(as_yaml(attack), attack))

    forms = forms_of(copkit("newsletter", "build", "--json", "-C", folder))

    assert html.unescape(forms["html"]).count(attack) == 3  # title, heading, text
    assert attack in forms["txt"]
    assert attack.upper() in forms["txt"]
    assert "49" not in forms["txt"] + forms["md"]


def test_the_time_of_a_long_text_is_not_held_against_the_template(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copkit.documents.templates.MAX_SECONDS", 0.1)
    folder = write("newsletters/a.md", ISSUE.format("January", "*a* " * 8_000))

    begun = time.process_time()
    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 0, result.output
    assert time.process_time() - begun > 0.1  # or the test says nothing


def test_a_template_cannot_spend_that_time_again_and_again(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copkit.documents.templates.MAX_SECONDS", 0.3)
    write("newsletters/a.md", ISSUE.format("J" * 20_000, "*a* " * 5_000))
    again = "{% for a in facts.title %}{% if facts.editorial|upper %}{% endif %}{% endfor %}"
    folder = write("templates/newsletter.html", again)

    for _ in cpu_at_most(3):
        result = copkit("newsletter", "build", "-C", folder)

        assert "templates/newsletter.html:1:1: this takes longer" in result.stderr


@pytest.mark.parametrize("of", ["folder", "file", "fifo", "directory"])
def test_templates_that_are_no_files_are_refused(
    copkit: Copkit, write: Write, tmp_path: Path, of: str
) -> None:
    import os

    folder = write("newsletters/a.md", ISSUE.format("January", "Hello."))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/newsletter.html").write_text("canary", encoding="utf-8")
    if of == "folder":
        (folder / "templates").symlink_to(tmp_path / "out")
    else:
        (folder / "templates").mkdir()
        own = folder / "templates/newsletter.html"
        if of == "file":
            own.symlink_to(tmp_path / "out/newsletter.html")
        elif of == "fifo":
            os.mkfifo(own)
        else:
            own.mkdir()

    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert "templates/newsletter.html:1:1: this is not an ordinary file" in result.stderr
    assert "canary" not in result.output


@pytest.mark.parametrize(
    ("loop", "line"),
    [
        ("{% for a in facts.title if facts.title|upper == 'x' %}{% endfor %}", 1),
        (
            "{% for a in facts.title %}{% for b in facts.title if a<b %}{% endfor %}{% endfor %}",
            1,
        ),
        ("{% if facts.title|upper|lower|title|upper == 'x' %}{% endif %}\n" * 700, 0),
    ],
)
def test_no_loop_without_a_turn_outruns_the_clock(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch, loop: str, line: int
) -> None:
    monkeypatch.setattr("copkit.documents.templates.MAX_SECONDS", 0.2)
    write("newsletters/a.md", ISSUE.format("J" * 20_000, "Hello."))
    folder = write("templates/newsletter.html", loop)

    for _ in cpu_at_most(3):
        result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert f"templates/newsletter.html:{line or ''}" in result.stderr
    assert "this takes longer" in result.stderr


@pytest.mark.parametrize("name", ["self", "super", "self.title", "caller"])
def test_what_jinja_itself_gives_to_templates_is_refused(
    copkit: Copkit, write: Write, name: str
) -> None:
    write("newsletters/a.md", ISSUE.format("January", "Hello."))
    folder = write("templates/newsletter.html", f"<p>\n{{{{ {name} }}}}</p>")

    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert "templates/newsletter.html:2:4: " in result.stderr
    assert f"a template cannot use '{name.partition('.')[0]}' here" in result.stderr


@pytest.mark.parametrize("text", [r"{{ '\ud800' }}", r"{{ facts.title }}{{ '\udfffx' }}"])
def test_half_a_character_is_the_mistake_of_the_template(
    copkit: Copkit, write: Write, text: str
) -> None:
    write("newsletters/a.md", ISSUE.format("January", "Hello."))
    folder = write("templates/newsletter.html", f"<p>\n{text}</p>")

    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert "templates/newsletter.html:2:" in result.stderr
    assert "half a character" in result.stderr
    require_calm(result)
