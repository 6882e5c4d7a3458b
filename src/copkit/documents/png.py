"""SVG -> PNG, for e-mail and Word, which show no SVG.  Reads the font's files."""

from __future__ import annotations

import re
from typing import Final

from copkit.documents.lettering import FAMILY, font_files
from copkit.errors import CopkitError

SHARPNESS: Final = 2  # pixels for each that is shown: screens of phones have as many
_LOADS: Final = re.compile(
    r"<image|<feImage|@import|url\((?!#)|href\s*=\s*[\"'](?!#)", re.IGNORECASE
)


def to_png(svg: str, width: int) -> bytes:
    """Draw an SVG on white; ``width`` is that at which it is shown, in pixels.

    The letters are those that come with copkit: without a font, text would vanish without a word.
    Raises :class:`CopkitError` for a drawing that loads something, or that is none.
    """
    import resvg_py  # only a picture needs it

    if _LOADS.search(svg):
        raise CopkitError("a picture's template may not load other files or pictures")
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                width=width * SHARPNESS,
                background="#ffffff",
                skip_system_fonts=True,
                font_family=FAMILY,
                sans_serif_family=FAMILY,
                font_files=[str(path) for path in font_files()],
            )
        )
    except ValueError as error:
        raise CopkitError(f"a picture could not be drawn: {error}", "mend its template") from None
