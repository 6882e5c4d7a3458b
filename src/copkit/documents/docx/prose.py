"""Markdown of records as paragraphs of a Word document.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from copkit.documents.docx.blank import DEEPEST
from copkit.documents.docx.styles import BULLETS, STEP
from copkit.documents.docx.writer import Lie, WordFile
from copkit.text.markdown import Prose
from copkit.text.markdown_blocks import Block, BlockKind, Span
from copkit.text.paper import blocks_of

LARGEST_NUMBER: Final = 32_767  # that Word can begin a list with
_WITH_WORDS: Final = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CODE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: in how many lists, in how many quotations, behind which mark."""

    lists: int = 0
    quotations: int = 0
    list_number: int = 0

    def lie(self) -> Lie:
        """Give how a paragraph lies here."""
        level = min(self.lists - 1, DEEPEST)
        if self.list_number:
            return Lie(list_number=self.list_number, level=level, left=self.quotations * STEP)
        return Lie(left=(level + 1 + self.quotations) * STEP)


def write_prose(file: WordFile, prose: Prose) -> None:
    """Write a record's text; the document's title is no heading, so headings stand one higher."""
    _write(file, blocks_of(prose), _Place())


def _write(file: WordFile, blocks: Iterable[Block], place: _Place) -> None:
    for block in blocks:
        match block.kind:
            case BlockKind.QUOTATION:
                _write(file, block.blocks, replace(place, quotations=place.quotations + 1))
            case BlockKind.BULLETS | BlockKind.NUMBERS:
                _write_list(file, block, replace(place, lists=place.lists + 1))
            case _:
                file.paragraph(_style(block, place), *block.spans, lie=place.lie())


def _style(block: Block, place: _Place) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return f"Heading {block.number - 1}"
        case BlockKind.CODE:
            return "Code Block"
        case BlockKind.RULE:
            return "Rule"
    if place.quotations:
        return "Quote"
    if place.list_number:
        return "List Bullet" if place.list_number == BULLETS else "List Number"
    return "List Continue" if place.lists else "Normal"


def _write_list(file: WordFile, block: Block, place: _Place) -> None:
    numbered = block.kind is BlockKind.NUMBERS
    typed = numbered and block.number + len(block.blocks) > LARGEST_NUMBER
    number = BULLETS
    if numbered and not typed:
        number = file.new_list(min(place.lists - 1, DEEPEST), block.number)
    for at, item in enumerate(block.blocks, start=block.number):
        mark = Span(f"{at}. ") if typed else Span("")
        _write_item(file, item, replace(place, list_number=0 if typed else number), mark)


def _write_item(file: WordFile, item: Block, place: _Place, mark: Span) -> None:
    """Write an item; its first words stand behind its mark, and the rest below them."""
    first, rest = Block(BlockKind.PARAGRAPH), item.blocks
    if rest and rest[0].kind in _WITH_WORDS:
        first, rest = rest[0], rest[1:]
    spans = (mark, *first.spans) if mark.text else first.spans
    _write(file, [replace(first, spans=spans)], place)
    _write(file, rest, replace(place, list_number=0))
