"""What documents look like: colours, logo and footer of a programme.  Reads the logo's file.

Whatever colour somebody names, text in it stays readable: it is moved towards black, or white,
until it stands out from the page as WCAG 2.2 AA asks.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from copkit.errors import FaultyRecords, Problem, did_you_mean
from copkit.layout import entries
from copkit.pii.images import tells_more
from copkit.records.programme import Settings, Theme

LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3: text against what is behind it
LEAST_OF_LINES: Final = 3.0  # the same, 1.4.11: parts of a picture that are no text
LARGEST_LOGO: Final = 200_000  # bytes, as it goes with every e-mail
WIDEST_LOGO: Final = 240  # pixels
LONGEST_SIDE: Final = 4_000  # pixels; more would stop the program that shows it
_SAVE_IT: Final = "save it as a PNG file in templates/, and name that file"
_AS_PNG: Final = "open it in a drawing program and save it as PNG"
_SMALLER: Final = f"save it smaller: {WIDEST_LOGO * 2} pixels wide is enough"
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

    @property
    def wash(self) -> str:
        """A ground that stands out from the page, and on which ``ink`` can be read."""
        return mixed(self.accent, self.paper, 0.25)

    @property
    def thread(self) -> str:
        """A line in a picture that can be told from the page (WCAG 2.2, 1.4.11)."""
        return readable(mixed(self.accent, self.paper, 0.5), (self.paper,), LEAST_OF_LINES)


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
    """Give what a programme's documents look like; raises :class:`FaultyRecords` for a bad logo."""
    if problem := logo_problem(settings, root):
        raise FaultyRecords([problem])
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


def logo_problem(settings: Settings, root: Path) -> Problem | None:
    """Say what is wrong with the logo that ``copkit.yaml`` names, if anything."""
    theme = settings.theme
    if theme is None or not theme.logo:
        return None
    try:
        _png(theme.logo, root / "templates")
    except _BadLogo as bad:
        return theme.source.problem("bad-logo", "logo", str(bad), bad.hint)
    return None


class _BadLogo(ValueError):
    """What is wrong with a logo, and what to do."""

    def __init__(self, message: str, hint: str = _SAVE_IT) -> None:
        super().__init__(message)
        self.hint = hint


def _logo(theme: Theme, programme: str, folder: Path) -> Logo | None:
    if not theme.logo:
        return None
    data, width, height = _png(theme.logo, folder)
    shown = min(width, WIDEST_LOGO)
    return Logo(data, theme.logo_text or programme, shown, max(1, round(height * shown / width)))


def _png(name: str, folder: Path) -> tuple[bytes, int, int]:
    """Read a logo that is a PNG file in a folder and nothing else; give its width and height."""
    path = folder / name
    try:
        ordinary = stat.S_ISREG(os.lstat(path).st_mode) and not folder.is_symlink()
        if path.name != name or not ordinary:
            raise _BadLogo(f"'{name}' is no ordinary file in templates/")
        if path.stat().st_size > LARGEST_LOGO:
            raise _BadLogo(f"'{name}' has more than {LARGEST_LOGO // 1000} kB", _SMALLER)
        data = path.read_bytes()
    except FileNotFoundError:
        pngs = [one.name for one in entries(folder) if one.name.endswith(".png")]
        hint = did_you_mean(name, pngs, _SAVE_IT)
        raise _BadLogo(f"there is no '{name}' in templates/", hint) from None
    except (OSError, ValueError) as error:
        if isinstance(error, _BadLogo):
            raise
        raise _BadLogo(f"'{name}' in templates/ cannot be read") from None
    if not data.startswith(_PNG) or data[12:16] != b"IHDR":
        raise _BadLogo(f"'{name}' is not a PNG file", _AS_PNG)
    if not _is_whole(data):
        raise _BadLogo(f"'{name}' is broken", _AS_PNG)
    if tells_more(data):
        message = f"'{name}' holds more than a picture, such as who made it, or where"
        raise _BadLogo(message, "save it without metadata")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if not width or not height:
        raise _BadLogo(f"'{name}' has no width or height", _AS_PNG)
    if max(width, height) > LONGEST_SIDE:
        raise _BadLogo(f"'{name}' has {width:,} by {height:,} pixels", _SMALLER)
    return data, width, height


def _is_whole(data: bytes) -> bool:
    """Say whether every chunk of a PNG file is as it was written, up to the last one."""
    at, name = len(_PNG), b""
    while name != b"IEND" and at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 8 + length
        if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return False
        at = end + 4
    return name == b"IEND"


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
