"""The appearance of a programme's documents: colours, logo and footer.  Reads the logo's file.

Whatever colour somebody names, text in it stays readable: it is moved towards black or white until
its contrast with the page is what WCAG 2.2 AA asks for.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from copkit.errors import InvalidRecords, Problem, did_you_mean
from copkit.layout import list_entries
from copkit.pii.images import has_metadata
from copkit.records.programme import Settings, Theme

MIN_TEXT_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3: text against what is behind it
MIN_GRAPHICS_CONTRAST: Final = 3.0  # the same, 1.4.11: parts of a picture that are no text
MAX_LOGO_BYTES: Final = 200_000  # it goes with every e-mail
MAX_LOGO_WIDTH: Final = 240  # pixels, as shown
MAX_LOGO_PIXELS: Final = 4_000  # of each side; a small file can claim more than memory holds
_SAVE_HINT: Final = "save it as a PNG file in templates/, and name that file"
_PNG_HINT: Final = "open it in a drawing program and save it as PNG"
_SIZE_HINT: Final = f"save it smaller: {MAX_LOGO_WIDTH * 2} pixels wide is enough"
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#rrggbb``; templates read them by these names."""

    ink: str  # text
    soft: str  # text of less weight
    paper: str  # the page
    line: str
    accent: str  # headings and links: the colour that a programme chooses
    tint: str  # the background of boxes

    @property
    def wash(self) -> str:
        """A background that differs from the page, and on which ``ink`` can be read."""
        return mix_colours(self.accent, self.paper, 0.25)

    @property
    def thread(self) -> str:
        """A line in a picture that can be distinguished from the page (WCAG 2.2, 1.4.11)."""
        return make_readable(
            mix_colours(self.accent, self.paper, 0.5), (self.paper,), MIN_GRAPHICS_CONTRAST
        )


LIGHT: Final = Palette("#1b2329", "#4d5a63", "#ffffff", "#d3dadf", "#0b5a6f", "#eff5f7")
DARK: Final = Palette("#e6ebee", "#b1bdc4", "#14191d", "#37434b", "#7cc7db", "#1c252a")


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as PNG; ``width`` and ``height`` are those at which it is shown, in pixels."""

    png: bytes = field(repr=False)
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DocumentTheme:
    """What all documents of a programme share; ``own_templates`` is where its own templates lie.

    Templates name an object of this class ``look``.
    """

    light: Palette = LIGHT
    dark: Palette = DARK
    logo: Logo | None = None
    footer: str = ""
    own_templates: Path | None = None


DEFAULT_THEME: Final = DocumentTheme()


def load_theme(settings: Settings, root: Path) -> DocumentTheme:
    """Load the appearance of a programme's documents.

    Raise :class:`InvalidRecords` when the logo that ``copkit.yaml`` names cannot be used.
    """
    if problem := logo_problem(settings, root):
        raise InvalidRecords([problem])
    theme = settings.theme
    templates = root / "templates"
    if theme is None:
        return DocumentTheme(own_templates=templates)
    return DocumentTheme(
        light=_with_accent(LIGHT, theme.colour),
        dark=_with_accent(DARK, theme.dark_colour or theme.colour),
        logo=_load_logo(theme, settings.name, templates),
        footer=theme.footer or "",
        own_templates=templates,
    )


def _with_accent(palette: Palette, colour: str | None) -> Palette:
    """Return a palette with another accent, made readable; the same palette for ``None``."""
    if colour is None:
        return palette
    return replace(palette, accent=make_readable(colour, (palette.paper, palette.tint)))


def logo_problem(settings: Settings, root: Path) -> Problem | None:
    """Check the logo that ``copkit.yaml`` names; return the problem, if there is one."""
    theme = settings.theme
    if theme is None or not theme.logo:
        return None
    try:
        _read_png(theme.logo, root / "templates")
    except _BadLogo as bad:
        return theme.source.problem("bad-logo", "logo", str(bad), bad.hint)
    return None


class _BadLogo(ValueError):
    """A logo that cannot be used; ``hint`` states what to do about it."""

    def __init__(self, message: str, hint: str = _SAVE_HINT) -> None:
        super().__init__(message)
        self.hint = hint


def _load_logo(theme: Theme, programme: str, folder: Path) -> Logo | None:
    """Load the logo; ``None`` if the theme names none.

    ``programme`` is the name that describes it where nothing else does, and ``folder`` is
    ``templates/``. Raise :class:`_BadLogo` for one that cannot be used.
    """
    if not theme.logo:
        return None
    data, width, height = _read_png(theme.logo, folder)
    shown_width = min(width, MAX_LOGO_WIDTH)
    shown_height = max(1, round(height * shown_width / width))
    return Logo(data, theme.logo_text or programme, shown_width, shown_height)


def _read_png(name: str, folder: Path) -> tuple[bytes, int, int]:
    """Read a PNG file of a folder; return its bytes, its width and its height in pixels.

    Raise :class:`_BadLogo` for anything else. The settings come from other people, so a link or a
    path could send a file from elsewhere on this computer to every reader.
    """
    path = folder / name
    try:
        ordinary = stat.S_ISREG(os.lstat(path).st_mode) and not folder.is_symlink()
        if path.name != name or not ordinary:
            raise _BadLogo(f"'{name}' is no ordinary file in templates/")
        if path.stat().st_size > MAX_LOGO_BYTES:
            raise _BadLogo(f"'{name}' has more than {MAX_LOGO_BYTES // 1000} kB", _SIZE_HINT)
        data = path.read_bytes()
    except FileNotFoundError:
        pngs = [entry.name for entry in list_entries(folder) if entry.name.endswith(".png")]
        hint = did_you_mean(name, pngs, _SAVE_HINT)
        raise _BadLogo(f"there is no '{name}' in templates/", hint) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        if isinstance(error, _BadLogo):
            raise
        raise _BadLogo(f"'{name}' in templates/ cannot be read") from None
    if not data.startswith(_PNG_SIGNATURE) or data[12:16] != b"IHDR":
        raise _BadLogo(f"'{name}' is not a PNG file", _PNG_HINT)
    if not _has_intact_chunks(data):
        raise _BadLogo(f"'{name}' is broken", _PNG_HINT)
    # Documents are sent to many people, and metadata can name a person or a place.
    if has_metadata(data):
        message = f"'{name}' holds more than a picture, such as who made it, or where"
        raise _BadLogo(message, "save it without metadata")
    width, height = (int.from_bytes(data[offset : offset + 4], "big") for offset in (16, 20))
    if not width or not height:
        raise _BadLogo(f"'{name}' has no width or height", _PNG_HINT)
    if max(width, height) > MAX_LOGO_PIXELS:
        raise _BadLogo(f"'{name}' has {width:,} by {height:,} pixels", _SIZE_HINT)
    return data, width, height


def _has_intact_chunks(data: bytes) -> bool:
    """Check the checksum (CRC-32) of every chunk of a PNG file, up to the last one."""
    # A chunk is its length, its name, its data and its checksum; all but the data take 4 bytes.
    offset, name = len(_PNG_SIGNATURE), b""
    while name != b"IEND" and offset + 12 <= len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        name, end = data[offset + 4 : offset + 8], offset + 8 + length
        if zlib.crc32(data[offset + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return False
        offset = end + 4
    return name == b"IEND"


# --- colours --------------------------------------------------------------------------------


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of two colours ``#rrggbb``, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def make_readable(
    colour: str, backgrounds: Iterable[str], minimum: float = MIN_TEXT_CONTRAST
) -> str:
    """Move a colour towards black or white until its contrast with each background is enough.

    It is moved no further than necessary, in steps of a hundredth.
    """
    backgrounds = tuple(backgrounds)
    # A luminance of 0.18 has the same contrast with black as with white.
    target = 0 if min(map(_luminance, backgrounds)) > 0.18 else 255
    channels = _channels(colour)
    for step in range(101):
        moved = _hex_colour(channel + (target - channel) * step / 100 for channel in channels)
        if all(contrast(moved, background) >= minimum for background in backgrounds):
            return moved
    return _hex_colour((target, target, target))


def mix_colours(colour: str, other: str, share: float) -> str:
    """Mix two colours; ``share`` is that of the first, from 0 to 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return _hex_colour(first * share + second * (1 - share) for first, second in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _hex_colour(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2, from 0 for black to 1 for white."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
