"""Text broken into lines at its words; addresses stay whole.  Pure."""

from __future__ import annotations

import textwrap
from typing import Final

WIDTH: Final = 72


def wrap(text: str, width: int = WIDTH, hang: str = "", lead: str = "") -> list[str]:
    """Break a text into lines; the first begins with ``lead``, later ones with ``hang``."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in lines]
