"""Charts as SVG, and as PNG for e-mail and Word, which show no SVG.  Reads templates and fonts."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.closed import require_closed
from copkit.documents.fonts import FAMILY, font_files
from copkit.documents.templates import render
from copkit.documents.theme import Look
from copkit.errors import CopkitError

SHARPNESS: Final = 2.0  # pixels for each that is shown: screens of phones have as many
USUAL_PIXELS: Final = 1_800_000  # of a PNG that is sharper than it need be: they take time
MOST_PIXELS: Final = 40_000_000  # of any PNG; more would take a browser's memory


def drawn(chart: Chart, look: Look) -> str:
    """Draw a chart as SVG with its template; raises :class:`CopkitError` for a broken one."""
    return render(chart.template, chart, look)


def painted(chart: Chart, look: Look) -> bytes:
    """Draw a chart as PNG, at the width at which it is shown; a large one less sharp."""
    area = chart.width * chart.height
    sharpness = max(1.0, (USUAL_PIXELS / area) ** 0.5)
    sharpness = min(SHARPNESS, sharpness, (MOST_PIXELS / area) ** 0.5)
    return to_png(drawn(chart, look), chart.width, sharpness)


@lru_cache(maxsize=8)
def to_png(svg: str, width: float, sharpness: float = SHARPNESS) -> bytes:
    """Draw an SVG on white; ``width`` is that at which it is shown, in pixels.

    ``sharpness`` is the number of pixels drawn for each of these.

    The letters are those that come with copkit: without a font, text would vanish without a word.
    Remembered, as a document shows the same picture in several forms. Raises
    :class:`CopkitError` for a drawing that loads something, or that is none.
    """
    import resvg_py  # only a picture needs it

    require_closed(svg)
    pixels = max(1, int(width * sharpness))
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                width=pixels,
                height=max(1, MOST_PIXELS // pixels),  # at most: the drawing keeps its shape
                background="#ffffff",
                skip_system_fonts=True,
                font_family=FAMILY,
                sans_serif_family=FAMILY,
                font_files=[str(path) for path in font_files()],
            )
        )
    except ValueError as error:
        raise CopkitError(f"a picture could not be drawn: {error}", "mend its template") from None
