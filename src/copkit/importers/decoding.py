"""The bytes of a text file -> its text, whichever program wrote it.  Pure."""

from __future__ import annotations

import codecs
import re
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.recognising import EXPORT, SAVE_AS, refuse_other_text
from copkit.text.normalise import UNSEEN_SIGN

_SAMPLE: Final = 4_000
_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_ODD: Final = 5  # a stray control character or two come out of other people's forms


def text_of(data: bytes, file: str) -> str:
    """Read UTF-16, with a mark at its beginning or without, UTF-8, or else Windows' letters.

    Signs that nobody sees are left out. Raises :class:`CopkitError` for what is no text.
    """
    encoding = _encoding_of(data)
    if encoding.startswith("utf-16"):
        data = data[: len(data) // 2 * 2]  # one more byte is a line end that a tool put there
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise CopkitError(f"{file} is no text, or is damaged", SAVE_AS) from error
    odd = _NO_TEXT.findall(text[:100_000])
    if "\0" in text or len(odd) > _MOST_ODD:
        raise CopkitError(f"{file} is no text, whatever its name, and no table", EXPORT)
    refuse_other_text(text, file)
    return UNSEEN_SIGN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _encoding_of(data: bytes) -> str:
    """Tell how a text is written."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = data[:_SAMPLE]
    at_even, at_odd = sample[::2].count(0), sample[1::2].count(0)
    if at_odd > 4 * at_even:
        return "utf-16-le"
    if at_even > 4 * at_odd:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
