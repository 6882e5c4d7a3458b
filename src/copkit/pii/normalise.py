"""A text as it is read aloud: without marks, entities and look-alike signs.  Pure.

Rules look for details in the folded text; :meth:`Folded.place` leads back to the text as typed.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from copkit.text.normalise import without_look_alikes

_DASHES: Final = dict.fromkeys("‐‑‒–—―−⁃﹣－", "-")
_QUOTES: Final = dict.fromkeys("’‘ʼ`´＇", "'") | dict.fromkeys("“”„«»", '"')
_SPACES: Final = dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " ") | {
    chr(code): " " for code in range(0x2000, 0x200B)
}
_UNSEEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c", "") | {
    chr(code): "" for code in (*range(0x202A, 0x202F), *range(0x2061, 0x206A))
}
_UNSEEN |= dict.fromkeys(map(chr, (*range(9), *range(0x0E, 0x20), 0x7F, 0x34F, 0x180E)), "")
_UNSEEN |= dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), "")
_SIGNS: Final = _DASHES | _QUOTES | _SPACES | _UNSEEN
_ODD = re.compile(
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
_GOES_ON = re.compile(
    r"(?![-+#|>]|\*(?!\*{0,2}\(?[A-Z]{0,5}[ /-]?\d)|\d{1,3}[.)] |---|\w[\w ]{0,30}:(?:\s|$)|\s*$)",
    re.MULTILINE,
)


_TARGET = re.compile(r"\]\([^)\s]{1,200}\)")
_FIRST_OF_A_LIST = re.compile(r"[-*][^\S\n]{1,4}\S")

_LONGEST_ROW: Final = 1000  # characters of a table's row that are looked at


class Folded:
    """A text made plain; its paragraphs are lines, whatever lines they were typed on."""

    __slots__ = ("_ends", "_heads", "_starts", "text")

    def __init__(self, source: str) -> None:
        self._starts: list[int] | None = None
        self._ends: dict[int, int] = {}  # of what stands for more than one sign of the source
        self._heads: dict[int, int] = {}  # where a row of a table begins: where its head does
        self.text = source
        if _ODD.search(source):
            self._fold(source)

    def _fold(self, source: str) -> None:
        parts: list[str] = []
        starts: list[int] = []
        done = 0
        for match in _ODD.finditer(source):
            begin, end = match.span()
            parts.append(source[done:begin])
            starts.extend(range(done, begin))
            shown = _shown(match, source)
            parts.append(shown)
            if shown:
                starts.extend([begin] * len(shown))
                if end - begin > 1:
                    self._ends[len(starts) - 1] = end
            done = end
        parts.append(source[done:])
        starts.extend(range(done, len(source)))
        self.text = "".join(parts)
        self._starts = starts

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets in the source of what stands between two offsets here."""
        if self._starts is None:
            return start, end
        last = end - 1
        return self._starts[start], self._ends.get(last, self._starts[last] + 1)

    def before(self, offset: int, length: int) -> str:
        """Give what stands before an offset on the same line, in small letters."""
        return self.text[max(0, offset - length) : offset].rpartition("\n")[2].lower()

    def after(self, offset: int, length: int) -> str:
        """Give what stands behind an offset, or a link there, on the same line in small letters."""
        if target := _TARGET.match(self.text, offset):
            offset = target.end()
        return self.text[offset : offset + length].partition("\n")[0].lower()

    def head_of_column(self, offset: int) -> str:
        """Give the head, in small letters, of the column that a cell of a table stands in."""
        begin = self.text.rfind("\n", max(0, offset - _LONGEST_ROW), offset) + 1
        if offset - begin > _LONGEST_ROW or not self.text.startswith("|", begin):
            return ""
        column, head = self.text.count("|", begin, offset), self._head(begin)
        cells = self.text[head : head + _LONGEST_ROW].partition("\n")[0].lower().split("|")
        return cells[column] if head != begin and column < len(cells) else ""

    def _head(self, row: int) -> int:
        """Give where the first row of a table begins; each row is looked at once."""
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
        """Give the sentence around two offsets, at most 300 signs to either side."""
        before = _SENTENCE_END.split(self.text[max(0, start - 300) : start])[-1]
        after = _SENTENCE_END.split(self.text[end : end + 300])[0]
        return f"{before}{self.text[start:end]}{after}"


_SENTENCE_END = re.compile(r"\n|(?<=[a-z0-9)][.!?])[\"')]*\s")


def _shown(match: re.Match[str], source: str) -> str:
    """Give what a sign, an entity or a mark of Markdown is read as."""
    found = match.group()
    match match.lastgroup:
        case "entity":
            read = html.unescape(found)
            return _SIGNS.get(read, read)
        case "coded":
            return chr(int(found[1:], 16))
        case "coded_odd":
            return "".join(_SIGNS.get(sign, sign) for sign in unquote(found))
        case "cell":
            return " "
        case "line":
            return " " if _same_paragraph(match, source) else "\n"
        case "sign":
            if found in _SIGNS:
                return _SIGNS[found]
            return without_look_alikes(unicodedata.normalize("NFKC", found))
        case _:
            return ""


def _same_paragraph(line_end: re.Match[str], source: str) -> bool:
    """Say whether a line's end only breaks a paragraph, so that what follows goes on with it."""
    begin = source.rfind("\n", 0, line_end.start()) + 1
    before = source[begin : line_end.start()].strip(" \t>")
    if not before or before[0] in "#|" or before in {"---", "```"}:
        return False
    if before.endswith(":") and _FIRST_OF_A_LIST.match(source, line_end.end()):
        return True
    return _GOES_ON.match(source, line_end.end()) is not None
