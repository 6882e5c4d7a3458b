"""Charts as SVG, and as PNG for e-mail and Word, which show no SVG.  Reads templates and fonts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.lettering import FAMILY, font_files
from copkit.documents.look import Look
from copkit.documents.render import render
from copkit.errors import CopkitError

SHARPNESS: Final = 2  # pixels for each that is shown: screens of phones have as many
MOST_PIXELS: Final = 40_000_000  # of one PNG; more would take a browser's memory
_LOADS: Final = re.compile(
    r"<image|<feImage|<!DOCTYPE|<!ENTITY|@import|url\((?!#)|href\s*=\s*[\"'](?!#)", re.IGNORECASE
)
# What a drawing is made of, without the words in it: those may say what they like.
_TAGS: Final = re.compile(r"""<style.*?</style|<(?:"[^"]*"|'[^']*'|[^>"'])*+>""", re.DOTALL | re.I)


def drawn(chart: Chart, look: Look) -> str:
    """Draw a chart as SVG with its template; raises :class:`CopkitError` for a broken one."""
    return render(chart.template, chart, look)


def painted(chart: Chart, look: Look) -> bytes:
    """Draw a chart as PNG, at the width at which it is shown; a huge one less sharp."""
    pixels = chart.width * chart.height * SHARPNESS**2
    smaller = min(1.0, (MOST_PIXELS / pixels) ** 0.5)
    return to_png(drawn(chart, look), max(1, int(chart.width * smaller)))


@lru_cache(maxsize=8)
def to_png(svg: str, width: int) -> bytes:
    """Draw an SVG on white; ``width`` is that at which it is shown, in pixels.

    The letters are those that come with copkit: without a font, text would vanish without a word.
    Remembered, as a document shows the same picture in several forms. Raises
    :class:`CopkitError` for a drawing that loads something, or that is none.
    """
    import resvg_py  # only a picture needs it

    require_closed(svg)
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


def require_closed(svg: str) -> None:
    """Raise :class:`CopkitError` for a drawing that loads something from elsewhere."""
    if any(_LOADS.search(tag) for tag in _TAGS.findall(svg)):
        raise CopkitError("a picture's template may not load other files or pictures")
