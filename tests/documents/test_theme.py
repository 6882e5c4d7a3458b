"""What documents look like: colours that can be read, and a logo that is one."""

from __future__ import annotations

import os
import re
import struct
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.documents.theme import DARK, LIGHT, contrast, make_readable, mix_colours
from tests.conftest import PROGRAMME, Copkit, Write, drawn
from tests.documents.forms import forms_of

ISSUE = "---\ntitle: January\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\nHello.\n"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def png(width: int = 480, height: int = 120, extra: bytes = b"") -> bytes:
    """Make the outside of a PNG file; nothing looks at what it shows."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IEND", b"")


def test_the_footer_of_a_programme_ends_every_document(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", ISSUE)
    write("briefs/b.md", ISSUE.replace("\n---\n", "\naddressee: A\nask: b\n---\n"))
    write("communities/harbour/roster.yaml", "members: []\n")
    write("communities/harbour/meetings/2026-01-05.md", "---\ndate: 2026-01-05\n---\n")
    folder = write("copkit.yaml", f"{PROGRAMME}theme:\n  footer: Ask your facilitator.\n")

    for command in ("build", "brief build -f txt", "attendance build -f html,md"):
        assert copkit(*command.split(), "-C", folder).status == 0

    texts = [path for path in folder.rglob("build/**/*") if path.suffix in (".html", ".md", ".txt")]
    assert len(texts) == 12
    for path in texts:
        assert path.read_text("utf-8").count("Ask your facilitator.") == 1, path


# --- colours --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#ffff00", "#000000", 19.56),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@drawn(60, 2000)
@given(colour=COLOURS)
def test_any_colour_is_made_readable_on_both_grounds_of_either_theme(colour: str) -> None:
    for palette in (LIGHT, DARK):
        grounds = (palette.paper, palette.tint)
        moved = make_readable(colour, grounds)

        assert re.fullmatch("#[0-9a-f]{6}", moved)
        assert min(contrast(moved, ground) for ground in grounds) >= 4.5
        assert make_readable(moved, grounds) == moved


def test_a_readable_colour_stays_as_it_is_and_another_moves_no_further_than_it_must() -> None:
    assert make_readable("#0b5a6f", ["#ffffff"]) == "#0b5a6f"
    assert contrast(make_readable("#ffcc00", ["#ffffff"]), "#ffffff") == pytest.approx(
        4.5, abs=0.15
    )
    assert mix_colours("#000000", "#ffffff", 0.5) == "#808080"


def test_the_colours_of_copkit_yaml_reach_the_page(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", PROGRAMME + "theme:\n  colour: 7a1f5c\n  dark_colour: '#EEAACC'\n")
    folder = write("newsletters/a.md", ISSUE)

    page = forms_of(copkit("newsletter", "build", "--json", "-C", folder))["html"]

    light, dark = page.split("(prefers-color-scheme: dark)")
    assert "#7a1f5c" in light
    assert "#eeaacc" in dark


@pytest.mark.parametrize("colour", ["#0b5a6f", "#0B5A6F  ", "#abc"])
def test_a_colour_that_is_read_as_a_comment_is_reported(
    copkit: Copkit, write: Write, colour: str
) -> None:
    folder = write("copkit.yaml", f"{PROGRAMME}theme:\n  colour: {colour}\n  footer: Us\n")

    result = copkit("check", "-C", folder)

    assert result.status == 1
    told = f"copkit.yaml:5:11: '{colour.strip()}' is read as a comment, so 'colour' has no colour"
    assert told in result.stdout
    assert f"write it without '#': colour: {colour.strip(' #')}" in result.stdout


def test_a_comment_beside_an_empty_colour_is_a_comment(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", PROGRAMME + "theme:\n  colour: # none yet\n")

    assert "no problem" in copkit("check", "-C", folder).stderr


# --- logo -----------------------------------------------------------------------------------


def themed(write: Write, logo: str) -> Path:
    return write("copkit.yaml", f"{PROGRAMME}theme:\n  colour: 0b5a6f\n  logo: {logo}\n")


def said_of(copkit: Copkit, folder: Path) -> str:
    """Give what check says of the logo, which a build must say as well."""
    (folder / "newsletters").mkdir(exist_ok=True)
    (folder / "newsletters" / "a.md").write_text(ISSUE, encoding="utf-8")
    checked = copkit("check", "-C", folder)
    built = copkit("newsletter", "build", "-C", folder)
    if checked.status == 0:
        assert built.status == 0, built.output
        return ""
    line = next(line for line in checked.stdout.splitlines() if "bad-logo" in line)
    assert line in built.stderr
    assert not (folder / "build").exists()
    return line


def test_a_logo_that_is_a_small_png_is_fine(copkit: Copkit, write: Write) -> None:
    write("templates/logo.png", png())

    assert said_of(copkit, themed(write, "logo.png")) == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a;", "is not a PNG file"),
        (png()[:10], "is not a PNG file"),
        (png(0), "has no width or height"),
        (png(10, 10)[:-20], "is broken"),
        (png(10, 10).replace(b"IEND\xaeB", b"IEND\xaeC"), "is broken"),
        (png(10, 0), "has no width or height"),
        (png(60_000, 60_000), "has 60,000 by 60,000 pixels"),
        (png(extra=chunk(b"tEXt", b"Author\0Somebody")), "holds more than a picture"),
        (png() + b"more", "holds more than a picture"),
        (png() + b"\0" * 200_000, "has more than 200 kB"),
    ],
)
def test_a_logo_that_cannot_be_used_is_named_at_its_place_in_copkit_yaml(
    copkit: Copkit, write: Write, data: bytes, said: str
) -> None:
    write("templates/logo.png", data)

    assert said_of(copkit, themed(write, "logo.png")).startswith(
        f"copkit.yaml:6:9: 'logo.png' {said}"
    )


@pytest.mark.parametrize(
    "logo",
    ["../x.png", "/etc/hostname", "sub/x.png", "..", ".", "loop.png", "link.png", "a" * 300],
)
def test_a_logo_is_a_file_in_templates_and_nothing_else(
    copkit: Copkit, write: Write, logo: str
) -> None:
    write("templates/sub/x.png", png())
    folder = write("x.png", png())
    (folder / "templates" / "link.png").symlink_to(folder / "x.png")
    (folder / "templates" / "loop.png").symlink_to("loop.png")

    assert "in templates/" in said_of(copkit, themed(write, logo))


def test_a_missing_logo_is_met_with_the_one_that_was_meant(copkit: Copkit, write: Write) -> None:
    write("templates/logo.png", png())
    folder = themed(write, "Logo-.png")

    result = copkit("check", "-C", folder)

    assert "there is no 'Logo-.png' in templates/" in result.stdout
    assert "did you mean 'logo.png'?" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names on Windows")
def test_a_logo_that_would_never_end_is_not_read(copkit: Copkit, write: Write) -> None:
    folder = write("templates/readme.txt", "")
    os.mkfifo(folder / "templates" / "logo.png")

    assert "is no ordinary file in templates/" in said_of(copkit, themed(write, "logo.png"))
