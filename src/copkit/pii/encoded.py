"""Texts within a file that nobody sees in its bytes: encoded, packed, turned round.  Pure.

A saved e-mail, a ``data:`` address, a Word document hold names that no rule finds as they stand.
:func:`open_file` and :func:`open_text` return them as text, with what could not be opened by name.
All of it is bounded: in depth, in size and in number, and what is beyond a bound is reported.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import contextlib
import io
import lzma
import quopri
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from copkit.pii.images import has_metadata, is_picture

MAX_DEPTH: Final = 4  # an archive in an e-mail in an archive, and one more
MAX_CHARACTERS: Final = 2_000_000  # of all texts opened in one file
_MAX_BYTES: Final = 10_000_000  # of one member of an archive, and of what a compressed file holds
_MAX_PARTS: Final = 2_000  # parts, members or encoded passages of one file
_LONGEST_DIGEST: Final = 32  # bytes
_SHORTEST: Final = 6  # characters of an opened text in which anybody could be named


class HiddenText(NamedTuple):
    """A text that was opened, or a part that could not be.

    ``start`` is an offset into the text of the file, 0 where it has none; ``description`` is how
    the text is hidden ("in base64"); ``name`` that of a member of an archive or of an attachment.
    ``text`` is ``None`` for a part that nobody looked into.
    """

    start: int
    description: str
    text: str | None
    name: str = ""


def open_file(data: bytes, depth: int = 0) -> list[HiddenText] | None:
    """Open an archive, a document of an office program or a compressed file; else ``None``.

    Raise nothing: a part that is damaged, encrypted or too large has no text.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _collect(_open_zip(data, depth))
    for magic, unpack in _COMPRESSED.items():
        if data.startswith(magic):
            unpacked = unpack(data)
            if unpacked is None:
                return [HiddenText(0, "compressed", None)]
            return _collect(_open_part(unpacked, "", "in a compressed file", 0, depth + 1))
    if data[257:262] == b"ustar":
        return _collect(_open_tar(data, depth))
    return None


def open_text(text: str, depth: int = 0) -> list[HiddenText]:
    """Open whatever is encoded in a text; empty for nearly every text."""
    return _collect(_open_passages(text, depth)) if depth <= MAX_DEPTH else []


def _collect(parts: Iterator[HiddenText]) -> list[HiddenText]:
    """Return parts up to the bounds of one file, and beyond them one without a text."""
    opened: list[HiddenText] = []
    characters = 0
    for part in parts:
        characters += len(part.text or "")
        if characters > MAX_CHARACTERS or len(opened) >= _MAX_PARTS:
            return [*opened, HiddenText(part.start, "more than copkit opens in one file", None)]
        opened.append(part)
    return opened


# --- parts that are bytes ---------------------------------------------------------------------


def _open_part(
    data: bytes, name: str, description: str, start: int, depth: int
) -> Iterator[HiddenText]:
    """Open the bytes of a part: a picture, a text, or another file with parts."""
    if not data:
        return
    if is_picture(data):
        if has_metadata(data):
            yield HiddenText(start, f"{description}, a picture that says where it was taken", None)
        return
    if depth > MAX_DEPTH:
        yield HiddenText(start, f"{description}, packed too often", None, name)
        return
    if (parts := open_file(data, depth)) is not None:
        for part in parts:
            yield part._replace(start=start, name="/".join(filter(None, (name, part.name))))
        return
    text = _read_as_text(data)
    if text is None:
        yield HiddenText(start, description, None, name)
        return
    if re.match(r"\s*<[?!a-zA-Z]", text):
        text = _without_tags(text)
    yield HiddenText(start, description, text, name)
    for part in open_text(text, depth + 1):
        yield part._replace(start=start, name=name)


def decode_western(data: bytes) -> str | None:
    """Decode bytes that are not UTF-8 as Windows does in Western Europe; ``None`` for no such text.

    In another alphabet, or on a mainframe, most letters are none there: names would stay unseen.
    """
    text = data.decode("cp1252", "replace")
    return text if sum(not sign.isascii() for sign in text) * 4 <= len(text) else None


_PDF: Final = re.compile(rb"(?m)^%PDF-\d")


def is_pdf(data: bytes) -> bool:
    """Check whether bytes are a PDF: some have nothing but ASCII, and are no text all the same."""
    return bool(_PDF.search(data[:1024]))


def _read_as_text(data: bytes) -> str | None:
    """Decode bytes as text; ``None`` for what is none."""
    if is_pdf(data):
        return None
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    half = max(len(data[:2000]) // 2, 1)
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        empty, letters = data[:2000][offset::2].count(0), data[:2000][1 - offset :: 2].count(0)
        if len(data) > 3 and empty * 10 >= half * 8 and letters * 10 < half:
            return data.decode(encoding, "replace")
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = decode_western(data) or ""
    # One in thirty digests of eight bytes is readable so, but about half of its signs are not
    # ASCII, or no letters; a short text of Western Europe is words.
    if len(text) < _LONGEST_DIGEST:
        others = sum(not sign.isascii() for sign in text)
        is_western = others * 8 <= len(text) and all(map(_is_of_words, text))
    else:
        is_western = True
    return text if text and is_western and _is_readable(text) else None


def _is_of_words(sign: str) -> bool:
    return sign.isalpha() or sign in " .,'-\r\n"


def _is_readable(text: str) -> bool:
    """Check that a text is one, and not bytes that happen to decode."""
    plain = sum(sign.isalnum() or sign in " \t\r\n.,;:!?'\"()-/@_<>=&+#*" for sign in text[:2000])
    controls = sum(sign < " " and sign not in "\t\r\n" for sign in text[:2000])
    return not controls and plain * 20 >= len(text[:2000]) * 19


# Elements after which a reader sees a gap: paragraphs, cells, tabs, breaks, rows, values.
_GAP: Final = re.compile(
    r"</?(?:\w+:)?(?:p|br|tab|tc|tr|t[dhr]|li|div|h\d?|s|si|v|row|c)\b[^>]{0,999}>"
)
_TAG: Final = re.compile(r"<[^>]{0,9999}>")
_ATTRIBUTES: Final = re.compile(r"=\s?\"([^\"<>]{4,500})\"")


def _without_tags(text: str) -> str:
    """Return what an element holds, runs of one word together, and the values of attributes."""
    attributes = "\n".join(
        value for value in _ATTRIBUTES.findall(text) if " " in value or "@" in value
    )
    shown = unescape(_TAG.sub("", _GAP.sub("\n", text)))
    return f"{shown}\n{unescape(attributes)}" if attributes else shown


# --- archives ---------------------------------------------------------------------------------

_OFFICE: Final = re.compile(r"\[Content_Types\]\.xml|mimetype|.*\.rels")
# Styles, fonts, themes, settings: names of colours and fonts, none of people.
_NO_TEXT: Final = re.compile(
    r"\[Content_Types\]\.xml|.*(?:theme\d*|styles|fontTable|webSettings|settings|numbering)\.xml"
)


def _open_zip(data: bytes, depth: int) -> Iterator[HiddenText]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            is_office = any(_OFFICE.fullmatch(entry.filename) for entry in entries)
            if archive.comment:
                yield HiddenText(0, "in an archive", archive.comment.decode("utf-8", "replace"))
            shows, tells = False, not is_office  # a scanned letter is a picture in a document
            for entry in entries:
                name = entry.filename
                if is_office and _NO_TEXT.fullmatch(name):
                    continue
                if not is_office:
                    yield HiddenText(0, "the name of a file in an archive", name.replace("_", " "))
                if entry.is_dir():
                    continue
                content = _read_member(archive, entry)
                if content is None:
                    yield HiddenText(0, "in an archive", None, name)
                    continue
                shows |= is_picture(content)
                for part in _open_part(content, name, "in an archive", 0, depth + 1):
                    tells |= part.text is None or len(part.text.strip()) >= _SHORTEST
                    yield part
            if shows and not tells:
                yield HiddenText(0, "a document of pictures alone", None)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        yield HiddenText(0, "in a damaged archive", None)


def _read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Read a member of an archive; ``None`` for one that is encrypted, damaged or too large."""
    if entry.flag_bits & 1 or entry.file_size > _MAX_BYTES:
        return None
    try:
        with archive.open(entry) as file:
            content = file.read(_MAX_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, EOFError, zlib.error):
        return None
    return content if len(content) <= _MAX_BYTES else None


def _open_tar(data: bytes, depth: int) -> Iterator[HiddenText]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                name = member.name
                yield HiddenText(0, "the name of a file in an archive", name.replace("_", " "))
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None and member.size > _MAX_BYTES:
                    yield HiddenText(0, "in an archive", None, name)
                elif file is not None:
                    yield from _open_part(file.read(), name, "in an archive", 0, depth + 1)
    except (tarfile.TarError, OSError, ValueError, EOFError):
        yield HiddenText(0, "in a damaged archive", None)


def _inflate(data: bytes) -> bytes | None:
    return _bounded(zlib.decompressobj(31), data)


def _bounded(decoder: zlib._Decompress, data: bytes) -> bytes | None:
    try:
        unpacked = decoder.decompress(data, _MAX_BYTES + 1)
    except zlib.error:
        return None
    return unpacked if len(unpacked) <= _MAX_BYTES and decoder.eof else None


def _unpack_with(make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]) -> _Unpack:
    def unpack(data: bytes) -> bytes | None:
        decoder = make()
        try:
            unpacked = decoder.decompress(data, max_length=_MAX_BYTES + 1)
        except (OSError, lzma.LZMAError, EOFError):
            return None
        return unpacked if len(unpacked) <= _MAX_BYTES and decoder.eof else None

    return unpack


_Unpack = Callable[[bytes], bytes | None]
_COMPRESSED: Final[dict[bytes, _Unpack]] = {
    b"\x1f\x8b": _inflate,
    b"BZh": _unpack_with(bz2.BZ2Decompressor),
    b"\xfd7zXZ\0": _unpack_with(lzma.LZMADecompressor),
}


# --- passages of a text -----------------------------------------------------------------------

_BASE64: Final = re.compile(
    r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{12,}={0,2}(?:\r?\n[ \t>]{0,8}[A-Za-z0-9+/_-]{4,}={0,2})*"
)
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:0x)?((?:[0-9a-fA-F]{2}[ :]?){8,})(?![0-9A-Za-z])")
_BASE32: Final = re.compile(r"(?<![A-Z0-9])[A-Z2-7]{16,}={0,6}(?![A-Za-z0-9])")
_DATA: Final = re.compile(r"data:[\w.+/-]{0,80}(?:;[\w=.\"-]{1,60}){0,4},", re.IGNORECASE)
_DATA_END: Final = re.compile(r"[\s\"'<>)]")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2}[\w.+@~-]{0,40}){1,400}")
_QUOTED_PRINTABLE: Final = re.compile(r"=[0-9A-Fa-f]{2}|=\r?\n")
# A line with those that follow it after a sign '=' at its end.
_QUOTED_LINE: Final = re.compile(r"(?:[^\n]*=\r?\n)*[^\n]+")
# What programs encode: beyond ASCII, controls, spaces, '=' and '@', line ends, or everything.
_QUOTED_ON_PURPOSE: Final = re.compile(
    r"=(?:[0189A-Fa-f][0-9A-Fa-f]|20|3[Dd]|40|\r?\n)|(?:=\w\w){3}"
)
_UTF7: Final = re.compile(r"\+[A-Za-z0-9+/]{3,}-?")
_WORD: Final = re.compile(r"=\?[\w*-]{2,40}\?[bBqQ]\?[^?\s]{1,500}\?=(?:\s{1,5}(?==\?))?")
_TURNED: Final = re.compile("[\u202e\u2067]([^\u202c\u2069\n]{1,1000})")
_RTF_SIGN: Final = re.compile(r"\\'([0-9a-fA-F]{2})")
_MAIL: Final = re.compile(r"(?im)^content-transfer-encoding:|^content-type:\s*multipart/")
_SEALED: Final = re.compile(
    r"(?m)^-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE|CMS|PKCS7|ENCRYPTED [A-Z ]{1,20})-----"
)
_BASE85: Final = re.compile(r"<~([!-uz\s]{8,})~>")
_CARD: Final = re.compile(r"\s*BEGIN:V(?:CARD|CALENDAR)", re.IGNORECASE)
_UUENCODED: Final = re.compile(r"(?m)^begin \d{3} ([^\r\n]{1,200})\r?\n((?:[ -`]{1,62}\r?\n)+)")
LFS_POINTER: Final = "version https://git-lfs.github.com/spec/"


def _open_passages(text: str, depth: int) -> Iterator[HiddenText]:
    if text.startswith(LFS_POINTER):
        yield HiddenText(0, "a pointer of Git LFS: the file itself lies elsewhere", None)
        return
    for match in _SEALED.finditer(text):
        yield HiddenText(match.start(), "encrypted", None)
    is_mail = bool(_MAIL.search(text))
    if is_mail:
        yield from _open_mail(text, depth)
    for match in _DATA.finditer(text):
        yield from _open_address(text, match, depth)
    for match in _UUENCODED.finditer(text):
        yield from _open_part(_decode_uu(match[2]), match[1], "uuencoded", match.start(), depth + 1)
    for pattern, description, decode in _TEXT_PASSAGES:
        for match in pattern.finditer(text):
            yield from _opened(decode(match), description, match.start(), depth)
    for pattern, description, decode_bytes in _BYTE_PASSAGES:
        # The parts of a mail have been opened; its attachments may have thousands of lines.
        for match in () if is_mail else pattern.finditer(text):
            for content in decode_bytes(match):
                yield from _if_text(content, description, match.start(), depth)
    for description, decode_all in _WHOLE_TEXTS:
        decoded = decode_all(text)
        yield from _opened(decoded if decoded != text else "", description, 0, depth)


def _opened(text: str, description: str, start: int, depth: int) -> Iterator[HiddenText]:
    """Yield a text that was opened, and what is encoded in it once more."""
    if len(text) < _SHORTEST:
        return
    yield HiddenText(start, description, text)
    if depth < MAX_DEPTH:
        for part in open_text(text, depth + 1):
            yield part._replace(start=start)


def _if_text(
    content: bytes | None, description: str, start: int, depth: int
) -> Iterator[HiddenText]:
    """Yield what decoded bytes hold, unless they are nothing: digests and keys look like it."""
    if not content or len(content) < _SHORTEST:
        return
    text = _read_as_text(content) if not is_picture(content) else None
    if text is not None and _is_readable(text):
        yield from _opened(text, description, start, depth)
    elif open_file(content, depth + 1) is not None or is_picture(content):
        yield from _open_part(content, "", description, start, depth + 1)


def _decode_base64(match: re.Match[str]) -> Iterator[bytes]:
    """Yield what a passage holds as a whole, and what each of its lines does."""
    lines = re.findall(r"[A-Za-z0-9+/_=-]+", match[0])
    passages = ["".join(lines), *(lines if len(lines) > 1 else ())]
    yield from (content for line in passages if (content := _decode_base64_line(line)))


def _decode_base32(match: re.Match[str]) -> Iterator[bytes]:
    signs = match[0].rstrip("=")
    with contextlib.suppress(ValueError):
        yield base64.b32decode(signs + "=" * (-len(signs) % 8))


def _decode_base85(match: re.Match[str]) -> Iterator[bytes]:
    with contextlib.suppress(ValueError):
        yield base64.a85decode(match[1])


def _decode_hex(match: re.Match[str]) -> Iterator[bytes]:
    yield bytes.fromhex(re.sub("[ :]", "", match[1]))


def _decode_uu(passage: str) -> bytes:
    content = b""
    with contextlib.suppress(ValueError):  # of which binascii.Error is one
        for line in passage.splitlines():
            content += binascii.a2b_uu(line)
    return content


def _decode_base64_line(line: str) -> bytes | None:
    signs = line.replace("-", "+").replace("_", "/").replace("=", "")
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    try:
        return base64.b64decode(signs + "=" * (-len(signs) % 4))
    except ValueError:
        return None


def _open_address(text: str, match: re.Match[str], depth: int) -> Iterator[HiddenText]:
    """Open what a ``data:`` address holds."""
    end = _DATA_END.search(text, match.end())
    value = text[match.end() : end.start() if end else len(text)]
    content: bytes | None = unquote_to_bytes(value)
    if ";base64" in match[0].lower():
        content = _decode_base64_line((content or b"").decode("ascii", "replace"))
    description = "in a data: address"
    if content is None:
        yield HiddenText(match.start(), description, None)
    else:
        yield from _open_part(content, "", description, match.start(), depth + 1)


def _decode_word(word: str) -> str:
    """Decode a header's encoded words: ``=?utf-8?B?Um9iaW4=?=``."""
    try:
        parts = decode_header(word)
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "ascii", "replace")
            for part, charset in parts
        )
    except (MessageError, LookupError, ValueError):
        return ""


def _decode_percent(match: re.Match[str]) -> str:
    # With the word before it, 'Robin%20'; a pattern that begins with any letter takes too long.
    before = re.search(r"[\w.+@~-]*$", match.string[max(0, match.start() - 40) : match.start()])
    passage = (before[0] if before else "") + match[0]
    return unquote_to_bytes(passage.replace("+", " ")).decode("utf-8", "replace")


def _turn_round(match: re.Match[str]) -> str:
    return f"{match[1][::-1]}\n{' '.join(reversed(match[1].split()))}"


def _decode_quoted(text: str) -> str:
    """Decode the lines in quoted-printable: others have a sign ``=`` of their own, as in 'N=54'."""
    if "=" not in text or _MAIL.search(text):
        return text
    return _QUOTED_LINE.sub(lambda line: _decode_quoted_line(line[0]), text)


def _decode_quoted_line(line: str) -> str:
    codes = _QUOTED_PRINTABLE.findall(line)
    if not codes or len(codes) != line.count("=") or not _QUOTED_ON_PURPOSE.search(line):
        return line
    data = quopri.decodestring(line.encode("utf-8", "replace"))
    return _read_as_text(data) or data.decode("cp1252", "replace")


def _decode_utf7(text: str) -> str:
    """Decode passages of UTF-7 one by one: another sign '+' in the text must not end it."""

    def decode(match: re.Match[str]) -> str:
        passage = match[0] if match[0].endswith("-") else f"{match[0]}-"
        try:
            decoded = passage.encode("ascii").decode("utf-7")
        except UnicodeDecodeError:
            return match[0]
        return decoded if _is_readable(decoded) else match[0]

    # The lines of an attachment in base64 are full of such passages.
    return text if _MAIL.search(text) or not text.isascii() else _UTF7.sub(decode, text)


def _decode_rtf(text: str) -> str:
    if not text.startswith("{\\rtf"):
        return text
    return _RTF_SIGN.sub(lambda sign: bytes.fromhex(sign[1]).decode("cp1252", "replace"), text)


def _unfold(text: str) -> str:
    return re.sub(r"\r?\n[ \t]", "", text) if _CARD.match(text) else text


_TEXT_PASSAGES: Final[tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], str]], ...]] = (
    (_WORD, "in an encoded header", lambda match: _decode_word(match[0])),
    (_PERCENT, "with percent signs", _decode_percent),
    (_TURNED, "turned round", _turn_round),
)
_BYTE_PASSAGES: Final = (
    (_BASE64, "in base64", _decode_base64),
    (_BASE32, "in base32", _decode_base32),
    (_HEX, "in hexadecimal", _decode_hex),
    (_BASE85, "in base85", _decode_base85),
)
_WHOLE_TEXTS: Final = (
    ("quoted-printable", _decode_quoted),
    ("in UTF-7", _decode_utf7),
    ("in RTF", _decode_rtf),
    ("in folded lines", _unfold),
)


def _open_mail(text: str, depth: int) -> Iterator[HiddenText]:
    """Open the parts of a saved e-mail, also of one that stands below other lines."""
    start = 0
    # A mailbox has several; each begins with 'From ', and a part of one may stand by itself.
    for mail in re.split(r"(?m)^From (?=\S{1,200} )", text):
        headers = re.search(r"(?m)^[A-Za-z][\w-]{1,60}:", mail)
        message = message_from_bytes(
            mail[headers.start() if headers else 0 :].encode("utf-8", "replace")
        )
        for part in message.walk():
            yield from _open_mail_part(part, start, depth)
        start += len(mail)


def _open_mail_part(part: Message, start: int, depth: int) -> Iterator[HiddenText]:
    if part.is_multipart():
        return
    name = str(part.get_filename() or "")
    if name:
        yield HiddenText(start, "the name of an attachment", _decode_word(name) or name)
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return
    charset = part.get_content_charset()
    if part.get_content_maintype() == "text" and charset:
        with contextlib.suppress(LookupError):  # an unknown character set: read as any file
            payload = payload.decode(charset, "replace").encode("utf-8", "replace")
    yield from _open_part(payload, name, "in an e-mail", start, depth + 1)
