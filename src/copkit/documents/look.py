"""What documents look like: colours, logo and footer of a programme.  Reads the logo's file.

Whatever colour somebody names, text in it stays readable: it is moved towards black, or white,
until it stands out from the page as WCAG 2.2 AA asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError
from copkit.identifying.pictures import tells_more
from copkit.records.programme import Settings, Theme

LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3: text against what is behind it
LARGEST_LOGO: Final = 200_000  # bytes, as it goes with every e-mail
WIDEST_LOGO: Final = 240  # pixels
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#rrggbb``: text, less of it, the page, lines, what stands out, its ground."""

    ink: str
    soft: str
    paper: str
    line: str
    accent: str
    tint: str


LIGHT: Final = Palette("#1b2329", "#4d5a63", "#ffffff", "#d3dadf", "#0b5a6f", "#eff5f7")
DARK: Final = Palette("#e6ebee", "#b1bdc4", "#14191d", "#37434b", "#7cc7db", "#1c252a")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture in PNG, as wide and high as it is shown, in pixels."""

    png: bytes = field(repr=False)
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Look:
    """What all documents of a programme share, and where its own templates lie, if it has any."""

    light: Palette = LIGHT
    dark: Palette = DARK
    logo: Logo | None = None
    footer: str = ""
    own_templates: Path | None = None


SHIPPED: Final = Look()


def look_of(settings: Settings, root: Path) -> Look:
    """Give what a programme's documents look like; raises :class:`CopkitError` for a bad logo."""
    theme = settings.theme
    own = root / "templates"
    if theme is None:
        return Look(own_templates=own)
    return Look(
        light=_in_colour(LIGHT, theme.colour),
        dark=_in_colour(DARK, theme.dark_colour or theme.colour),
        logo=_logo(theme, settings.name, own),
        footer=theme.footer or "",
        own_templates=own,
    )


def _in_colour(palette: Palette, colour: str | None) -> Palette:
    if colour is None:
        return palette
    return replace(palette, accent=readable(colour, (palette.paper, palette.tint)))


def _logo(theme: Theme, programme: str, folder: Path) -> Logo | None:
    if not theme.logo:
        return None
    path = folder / theme.logo
    hint = "save it as a PNG file in templates/, and name that file"
    if path.name != theme.logo or path.is_symlink() or not path.is_file():
        raise CopkitError(f"copkit.yaml: there is no logo '{theme.logo}' in templates/", hint)
    if path.stat().st_size > LARGEST_LOGO:
        raise CopkitError(f"templates/{theme.logo} has more than {LARGEST_LOGO // 1000} kB", hint)
    data = path.read_bytes()
    if not data.startswith(_PNG):
        raise CopkitError(f"templates/{theme.logo} is not a PNG file", hint)
    if tells_more(data):
        message = f"templates/{theme.logo} holds more than a picture: who made it, or where"
        raise CopkitError(message, "save it without metadata")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if not width or not height:
        raise CopkitError(f"templates/{theme.logo} has no width or height", hint)
    shown = min(width, WIDEST_LOGO)
    return Logo(data, theme.logo_text or programme, shown, max(1, round(height * shown / width)))


# --- colours --------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, grounds: Iterable[str], least: float = LEAST_CONTRAST) -> str:
    """Move a colour away from the grounds, no further than to be read on each of them."""
    grounds = tuple(grounds)
    end = 0 if min(map(_luminance, grounds)) > 0.18 else 255  # 0.18: as far from black as white
    parts = _parts(colour)
    for step in range(101):
        moved = _written(part + (end - part) * step / 100 for part in parts)
        if all(contrast(moved, ground) >= least for ground in grounds):
            return moved
    return _written((end, end, end))


def mixed(one: str, other: str, share: float) -> str:
    """Mix two colours; ``share`` of the first, from 0 to 1."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return _written(first * share + second * (1 - share) for first, second in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _written(parts: Iterable[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def _luminance(colour: str) -> float:
    """Give the relative luminance of WCAG 2.2, from 0 for black to 1 for white."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (one / 255 for one in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
