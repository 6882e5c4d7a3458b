"""``copkit templates``: what there is to change, and how one begins."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from copkit.documents.templates import TEMPLATE_DESCRIPTIONS
from copkit.layout import shipped_folder, template_names
from tests.cli.test_main import SLOW, complete
from tests.conftest import Copkit, Write


def test_every_shipped_template_is_said_to_make_something() -> None:
    assert sorted(TEMPLATE_DESCRIPTIONS) == template_names()


def test_the_list_says_what_each_makes_and_which_are_own(copkit: Copkit, write: Write) -> None:
    same = (shipped_folder("templates") / "page.css").read_text(encoding="utf-8")
    write("templates/page.css", same.replace("\n", "\r\n"))
    write("templates/newsleter.txt", "")
    folder = write("templates/newsletter.txt", "Ours\n")

    result = copkit("templates", "list", "-C", folder)
    listed = json.loads(copkit("templates", "list", "--json", "-C", folder).stdout)

    by_name = {one["name"]: one for one in listed}
    assert re.search("newsletter.txt +the newsletter as plain text", result.stdout)
    assert "nothing uses templates/newsleter.txt by itself; did you mean 'newsletter.txt'?" in (
        result.stderr
    )
    assert by_name["newsletter.txt"]["own"] == "own"
    assert by_name["page.css"]["own"] == "own, and the same as the shipped"
    assert by_name["brief.html"]["own"] == ""
    assert "brief.html" in by_name["page.css"]["part_of"]
    assert by_name["case.txt"]["part_of"] == ["newsletter.txt"]
    assert not [name for name in by_name if name.endswith(".ttf")]


def test_a_copy_is_used_at_once_and_never_written_over(copkit: Copkit, write: Write) -> None:
    folder = write(
        "newsletters/a.md", "---\ntitle: A\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\nHello.\n"
    )
    copy = folder / "templates" / "newsletter.txt"

    first = copkit("templates", "copy", "newsletter.txt", "-C", folder)

    assert first.status == 0
    assert "wrote" in first.stderr
    assert "copkit preview" in first.stderr
    assert copy.read_bytes() == (shipped_folder("templates") / "newsletter.txt").read_bytes()

    copy.write_text("Ours", encoding="utf-8")
    second = copkit("templates", "copy", "newsletter.txt", "-C", folder)

    assert second.status == 1
    assert "templates/newsletter.txt exists already; nothing was changed" in second.stderr
    assert copy.read_text(encoding="utf-8") == "Ours"


def test_a_dry_run_shows_the_template_and_writes_nothing(copkit: Copkit, write: Write) -> None:
    folder = write("a.txt", "")

    result = copkit("templates", "copy", "case.txt", "--dry-run", "-C", folder)

    assert result.stdout == (shipped_folder("templates") / "case.txt").read_text(encoding="utf-8")
    assert "would write templates/case.txt" in result.stderr
    assert not (folder / "templates").exists()


@pytest.mark.parametrize(
    "name", ["newsleter.html", "../copkit.yaml", "fonts/OFL.txt", "/etc/hostname", "fonts", ""]
)
def test_only_a_template_can_be_copied(copkit: Copkit, write: Write, name: str) -> None:
    folder = write("a.txt", "")

    result = copkit("templates", "copy", name, "-C", folder)

    assert result.status == 2
    assert f"no template '{name}' ships with copkit" in result.stderr
    assert "newsletter.html" in result.stderr
    assert not (folder / "templates").exists()


def test_a_copy_goes_through_no_link(copkit: Copkit, write: Write, tmp_path: Path) -> None:
    folder = write("a.txt", "")
    (tmp_path / "elsewhere").mkdir()
    (folder / "templates").symlink_to(tmp_path / "elsewhere")

    result = copkit("templates", "copy", "page.css", "-C", folder)

    assert result.status == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_completion_offers_the_templates() -> None:
    modules, words = complete("copkit templates copy news")

    assert {"newsletter.html", "newsletter.md", "newsletter.txt"} <= set(words)
    assert not modules & SLOW
