"""Fold a text into what a reader sees: no marks, entities or look-alike signs.  Pure.

Rules look for details in the folded text; :meth:`FoldedText.source_span` leads back to the text as
typed.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from copkit.pii.needed_parts import Spans, digest_of, find_spans, load_needed_parts
from copkit.text.normalise import without_look_alikes

_DASHES: Final = dict.fromkeys("‐‑‒–—―−⁃﹣－", "-")
_QUOTES: Final = dict.fromkeys("’‘ʼ`´＇", "'") | dict.fromkeys("“”„«»", '"')
_SPACES: Final = dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " ") | {
    chr(code): " " for code in range(0x2000, 0x200B)
}
# Signs that nobody sees (soft hyphens, zero-width spaces, direction marks, variation selectors):
# put between the letters of a name they would hide it from every pattern.
_UNSEEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c", "") | {
    chr(code): "" for code in (*range(0x202A, 0x202F), *range(0x2061, 0x206A))
}
_UNSEEN |= dict.fromkeys(map(chr, (*range(9), *range(0x0E, 0x20), 0x7F, 0x34F, 0x180E)), "")
_UNSEEN |= dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), "")
_SIGNS: Final = _DASHES | _QUOTES | _SPACES | _UNSEEN
# Whatever is shown differently from how it is typed.
_SPECIAL = re.compile(
    # entity: '&nbsp;', '&#8217;'; coded: '%20', '%C3%A9' in an address; cell and tag: HTML;
    # mark: emphasis, code or an escape in Markdown, but not the underscore within 'a_b'; line: a
    # line end with the marks of a quotation; sign: anything that is not plain ASCII.
    r"(?P<entity>&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});)"
    r"|(?P<coded>%(?:2[0-9a-f]|3[0-9a-f]|40|5f))(?!\d?%?\s)"
    r"|(?P<coded_odd>%(?:c2|c3|e2|ef)(?:%[89ab][0-9a-f]){1,2})"
    r"|(?P<cell></?(?:t[dhr]|li|p|br|div)\s{0,3}/?>)"
    r"|(?P<tag></?(?:b|i|u|s|em|strong|span|sub|sup|small|mark|code)\s{0,3}/?>)"
    r"|(?P<mark>[*`~]{1,3}|(?<![^\W_])__?(?=[^\W_])"
    r"|(?<=[^\W_])__?(?![^\W_]|[\u00ad\u200b-\u200d\u2060\ufeff])|\\(?=[^\w\s]))"
    r"|(?P<line>\r?\n[ \t]*(?:>[ \t]*){0,5})"
    r"|(?P<sign>[\x00-\x09\x0b-\x1f\x7f]|[^\x00-\x7f])",
    re.IGNORECASE,
)
# The line that follows is no item, heading, row, quotation, 'key: value' or empty line.
_CONTINUES = re.compile(
    r"(?![-+#|>]|\*(?!\*{0,2}\(?[A-Z]{0,5}[ /-]?\d)|\d{1,3}[.)] |---|\w[\w ]{0,30}:(?:\s|$)|\s*$)",
    re.MULTILINE,
)


_LINK_TARGET = re.compile(r"\]\([^)\s]{1,200}\)")  # '](https://example.org)'
_LIST_ITEM = re.compile(r"[-*][^\S\n]{1,4}\S")

_LONGEST_ROW: Final = 1000  # characters of a table's row that are searched: bounds the time


class FoldedText:
    """A text made plain; each paragraph is one line, whatever lines it was typed on.

    All offsets are into ``text``, the folded text. :meth:`before`, :meth:`after` and
    :meth:`head_of_column` return context in small letters.
    """

    __slots__ = ("_ends", "_heads", "_lower", "_spans", "_starts", "text")

    def __init__(self, source: str) -> None:
        self._starts: list[int] | None = None
        # By offset in the text: the end in the source of what was typed with more than one sign.
        self._ends: dict[int, int] = {}
        # The first row of a table, by any of its rows; both by where they begin.
        self._heads: dict[int, int] = {}
        self._spans: dict[str, Spans] | None = None
        self._lower: str | None = None
        self.text = source
        if _SPECIAL.search(source):  # most texts are plain, and need no table of offsets
            self._fold(source)

    def _fold(self, source: str) -> None:
        """Set ``text`` to what a reader sees, and record which offset each sign of it came from."""
        parts: list[str] = []
        starts: list[int] = []
        copied = 0  # up to this offset the source is folded
        for match in _SPECIAL.finditer(source):
            start, end = match.span()
            parts.append(source[copied:start])
            starts.extend(range(copied, start))
            replacement = _fold_match(match, source)
            parts.append(replacement)
            if replacement:
                starts.extend([start] * len(replacement))
                if end - start > 1:
                    self._ends[len(starts) - 1] = end
            copied = end
        parts.append(source[copied:])
        starts.extend(range(copied, len(source)))
        self.text = "".join(parts)
        self._starts = starts

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the source of what stands between two offsets."""
        if self._starts is None:
            return start, end
        last = end - 1
        return self._starts[start], self._ends.get(last, self._starts[last] + 1)

    @property
    def lower(self) -> str:
        """The text in small letters, with the same offsets."""
        if self._lower is None:
            lower = self.text.lower()
            if len(lower) != len(self.text):  # the small letter of a Turkish İ has two signs
                lower = "".join(
                    small if len(small := sign.lower()) == 1 else sign for sign in self.text
                )
            self._lower = lower
        return self._lower

    def spans_for(self, pattern: str) -> Spans:
        """Return the spans of the text in which a pattern may match."""
        if self._spans is None:  # once for all patterns
            self._spans = find_spans(self.text)
        digest = digest_of(pattern)
        if digest in load_needed_parts():
            return self._spans.get(digest, [])
        return [(0, len(self.text))]

    def before(self, offset: int, length: int) -> str:
        """Return up to ``length`` characters before an offset, on its line, in small letters."""
        return self.text[max(0, offset - length) : offset].rpartition("\n")[2].lower()

    def after(self, offset: int, length: int) -> str:
        """Return up to ``length`` characters after an offset, on its line, in small letters.

        The target of a link that begins at the offset is passed over.
        """
        if target := _LINK_TARGET.match(self.text, offset):
            offset = target.end()
        return self.text[offset : offset + length].partition("\n")[0].lower()

    def head_of_column(self, offset: int) -> str:
        """Return the head of the table column around an offset, in small letters; or ``""``."""
        row = self.text.rfind("\n", max(0, offset - _LONGEST_ROW), offset) + 1
        if offset - row > _LONGEST_ROW or not self.text.startswith("|", row):
            return ""
        column, head = self.text.count("|", row, offset), self._find_head_row(row)
        cells = self.text[head : head + _LONGEST_ROW].partition("\n")[0].lower().split("|")
        return cells[column] if head != row and column < len(cells) else ""

    def _find_head_row(self, row: int) -> int:
        """Return the offset of the first row of a table.

        Each row is visited once and remembered: a long table would take quadratic time.
        """
        rows, head = [row], self._heads.get(row, row)
        while head not in self._heads and head > 0:
            above = self.text.rfind("\n", 0, head - 1) + 1
            if not self.text.startswith("|", above):
                break
            rows.append(above)
            head = self._heads.get(above, above)
        self._heads.update(dict.fromkeys(rows, head))
        return head

    def sentence(self, start: int, end: int) -> str:
        """Return the sentence around two offsets as it is, at most 300 characters to each side."""
        first, last = self.sentence_span(start, end)
        return self.text[first:last]

    def sentence_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where that sentence starts and ends."""
        before = _SENTENCE_END.split(self.text[max(0, start - 300) : start])[-1]
        after = _SENTENCE_END.split(self.text[end : end + 300])[0]
        return start - len(before), end + len(after)


# A full stop behind a capital may be an initial's, and ends no sentence.
_SENTENCE_END = re.compile(r"\n|(?<=[a-z0-9)][.!?])[\"')]*\s")


def _fold_match(match: re.Match[str], source: str) -> str:
    """Return what a sign, an entity or a mark of Markdown is shown as."""
    typed = match.group()
    match match.lastgroup:
        case "entity":
            character = html.unescape(typed)
            return _SIGNS.get(character, character)
        case "coded":
            return chr(int(typed[1:], 16))
        case "coded_odd":
            return "".join(_SIGNS.get(sign, sign) for sign in unquote(typed))
        case "cell":
            return " "
        case "line":
            return " " if _is_within_paragraph(match, source) else "\n"
        case "sign":
            if typed in _SIGNS:
                return _SIGNS[typed]
            return without_look_alikes(unicodedata.normalize("NFKC", typed))
        case _:
            return ""


def _is_within_paragraph(line_end: re.Match[str], source: str) -> bool:
    """Check whether the text goes on behind a line end: a name may stand on two lines."""
    start = source.rfind("\n", 0, line_end.start()) + 1
    before = source[start : line_end.start()].strip(" \t>")
    if not before or before[0] in "#|" or before in {"---", "```"}:
        return False
    if before.endswith(":") and _LIST_ITEM.match(source, line_end.end()):
        return True  # 'Phone:' and then '- 01632 960123'
    return _CONTINUES.match(source, line_end.end()) is not None
