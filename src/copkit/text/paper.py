"""A record's text for paper: Word and PDF.  Pure.

What costs a browser nothing can keep these two busy for a minute, so here it has an end.
"""

from __future__ import annotations

import re
from typing import Final

from copkit.errors import CopkitError
from copkit.text.markdown import Prose
from copkit.text.markdown_blocks import Block, to_blocks

MOST_PIECES: Final = 10_000  # paragraphs and changes of hand in one text: a second of setting
_MARKS: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_HEAP: Final = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def blocks_of(prose: Prose) -> tuple[Block, ...]:
    """Give a text as blocks; raises :class:`CopkitError` for one that is too long for paper."""
    blocks = to_blocks(prose.source, prose.below)
    if sum(map(_pieces, blocks)) > MOST_PIECES:
        raise CopkitError("a text in this document is too long for paper", "shorten it")
    return blocks


def without_heaps(text: str) -> str:
    """Leave four marks on a letter: no language has more, and hundreds take seconds to place."""
    return _HEAP.sub(r"\1", text)


def _pieces(block: Block) -> int:
    return 1 + len(block.spans) + sum(map(_pieces, block.blocks))
