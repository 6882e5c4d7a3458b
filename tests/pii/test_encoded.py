"""Leaks that no rule sees in the bytes of a file: encoded, packed, turned round."""
# ruff: noqa: E501  # a form on each line, as a table

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import io
import json
import lzma
import quopri
import random
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from copkit.analysis.privacy.identifiers import UNREADABLE, Knowledge, scan_file
from copkit.errors import Problem
from copkit.pii.encoded import open_file, open_text
from tests.conftest import cpu_at_most
from tests.pii.test_images import png

LEAK = "Robin Threlfall rang from 07700 900123 about the flat."
CLEAN = "The meeting begins at ten, in the large hall behind the library."


def scan(file: str, data: bytes) -> list[Problem]:
    return list(scan_file(file, data, Knowledge(), lambda file: None))


def packed(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(name: str, content: bytes, mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def mail(text: str, cte: str, charset: str = "utf-8") -> bytes:
    message = EmailMessage()
    message["Subject"] = "The flat"
    message.set_content(text, cte=cte, charset=charset)
    message.add_attachment(b"<p>Nothing.</p>", maintype="text", subtype="html")
    return message.as_bytes()


def attached(content: bytes, name: str) -> bytes:
    message = EmailMessage()
    message.set_content("See there.")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def word(text: str) -> bytes:
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in (text[:8], text[8:]))
    body = f'<?xml version="1.0"?><w:document><w:body><w:p>{runs}</w:p></w:body></w:document>'
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": body})


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def lines(text: str, width: int = 40) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


FORMS: dict[str, tuple[str, Callable[[str], bytes | str]]] = {
    "mail, base64": ("a.eml", lambda text: mail(text, "base64")),
    "mail, quoted-printable": ("a.eml", lambda text: mail(text.replace("i", "í").replace("í", "i") + " é" * 30, "quoted-printable")),
    "mail, base64, latin": ("a.eml", lambda text: mail(text, "base64", "iso-8859-1")),
    "mail, base64, utf-16": ("a.eml", lambda text: f"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n{base64.b64encode(text.encode('utf-16')).decode()}\n"),
    "mailbox": ("a.mbox", lambda text: b"From a@b Mon\n" + mail(CLEAN, "7bit") + b"\nFrom c@d Tue\n" + mail(text, "base64")),
    "mail pasted into a record": ("evidence/a.md", lambda text: b"---\ntitle: A\n---\n\n" + mail(text, "base64")),
    "mail, attachment in a zip": ("a.eml", lambda text: attached(packed({"a.txt": text}), "a.zip")),
    "mail, word attached": ("a.eml", lambda text: attached(word(text), "a.docx")),
    "mail, encoded subject": ("a.eml", lambda text: f"Subject: =?utf-8?B?{b64(text)}?=\n\nSee there.\n"),
    "mail, encoded subject q": ("a.txt", lambda text: f"Subject: =?utf-8?Q?{quote(text).replace('%', '=')}?=\n"),
    "data address": ("a.html", lambda text: f'<img src="data:text/plain;base64,{b64(text)}">'),
    "data address, percent": ("a.html", lambda text: f'<a href="data:text/plain,{quote(text)}">'),
    "data address, document": ("a.md", lambda text: f"[a](data:application/zip;base64,{base64.b64encode(word(text)).decode()})"),
    "base64 line": ("a.txt", lambda text: f"key: {b64(text)}\n"),
    "base64 lines": ("a.yaml", lambda text: f"data: |\n  {lines(b64(text)).replace(chr(10), chr(10) + '  ')}\n"),
    "base64 lines of their own": ("a.txt", lambda text: "\n".join(map(b64, [CLEAN, text]))),
    "base64, for addresses": ("a.txt", lambda text: base64.urlsafe_b64encode((text + "~~~???").encode()).decode()),
    "base64, no padding": ("a.txt", lambda text: b64(text + "!!").rstrip("=")),
    "base64 twice": ("a.txt", lambda text: b64(b64(text))),
    "base64 in JSON": ("a.json", lambda text: f'{{"body": "{b64(text)}"}}'),
    "base64 of gzip": ("a.txt", lambda text: base64.b64encode(gzip.compress(text.encode())).decode()),
    "base32": ("a.txt", lambda text: base64.b32encode(text.encode()).decode()),
    "hexadecimal": ("a.txt", lambda text: text.encode().hex()),
    "hexadecimal, spaced": ("a.txt", lambda text: text.encode().hex(" ")),
    "uuencoded": ("a.txt", lambda text: f"begin 644 a.txt\n{''.join(binascii.b2a_uu(text.encode()[start:start + 45]).decode() for start in range(0, len(text), 45))}`\nend\n"),
    "percent": ("a.txt", lambda text: quote(text)),
    "percent, every letter": ("a.txt", lambda text: "".join(f"%{byte:02X}" for byte in text.encode())),
    "percent twice": ("a.txt", lambda text: quote("".join(f"%{byte:02x}" for byte in text.encode()))),
    "quoted-printable": ("a.txt", lambda text: quopri.encodestring(text.encode(), quotetabs=True)),
    "UTF-7": ("a.txt", lambda text: "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"),
    "UTF-16": ("a.txt", lambda text: text.encode("utf-16")),
    "UTF-16, no mark": ("a.txt", lambda text: text.encode("utf-16-be")),
    "UTF-32": ("a.txt", lambda text: text.encode("utf-32")),
    "turned round": ("a.md", lambda text: f"He said: \u202e{text[::-1]}\u202c, then left."),
    "RTF": ("a.rtf", lambda text: "{\\rtf1 " + "".join(f"\\'{byte:02x}" for byte in text.encode()) + "}"),
    "calendar, folded": ("a.ics", lambda text: f"BEGIN:VCALENDAR\r\nSUMMARY:{text[:9]}\r\n {text[9:21]}\r\n {text[21:]}\r\nEND:VCALENDAR\r\n"),
    "word": ("a.docx", word),
    "excel": ("a.xlsx", lambda text: packed({"[Content_Types].xml": "<Types/>", "xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>"})),
    "powerpoint": ("a.pptx", lambda text: packed({"[Content_Types].xml": "<Types/>", "ppt/slides/slide1.xml": f"<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"})),
    "opendocument": ("a.odt", lambda text: packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"<office:text><text:p>{text}</text:p></office:text>"})),
    "word, author": ("a.docx", lambda text: packed({"[Content_Types].xml": "<Types/>", "docProps/core.xml": f"<cp:coreProperties><dc:creator>{text}</dc:creator></cp:coreProperties>"})),
    "zip": ("a.zip", lambda text: packed({"notes.txt": text})),
    "zip, name of a member": ("a.zip", lambda text: packed({"Robin_Threlfall.txt": ""})),
    "zip in a zip": ("a.zip", lambda text: packed({"b.zip": packed({"notes.txt": text})})),
    "tar": ("a.tar", lambda text: tarred("notes.txt", text.encode())),
    "tar, compressed": ("a.tgz", lambda text: gzip.compress(tarred("notes.txt", text.encode()))),
    "gzip": ("a.gz", lambda text: gzip.compress(text.encode())),
    "bzip2": ("a.bz2", lambda text: bz2.compress(text.encode())),
    "xz": ("a.xz", lambda text: lzma.compress(text.encode())),
    "base85": ("a.txt", lambda text: base64.a85encode(text.encode(), adobe=True)),
    "word, a comment": ("a.docx", lambda text: packed({"[Content_Types].xml": "<Types/>", "word/comments.xml": f"<w:comments><w:t>{text}</w:t></w:comments>"})),
    "word, a table of Excel in it": ("a.docx", lambda text: packed({"[Content_Types].xml": "<Types/>", "word/embeddings/a.xlsx": packed({"xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>"})})),
    "excel, in a cell": ("a.xlsx", lambda text: packed({"[Content_Types].xml": "<Types/>", "xl/worksheets/sheet1.xml": f"<worksheet><c t='inlineStr'><is><t>{text}</t></is></c></worksheet>"})),
    "powerpoint, notes": ("a.pptx", lambda text: packed({"[Content_Types].xml": "<Types/>", "ppt/notesSlides/notesSlide1.xml": f"<p:notes><a:t>{text}</a:t></p:notes>"})),
    "opendocument, a table": ("a.ods", lambda text: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"})),
    "book": ("a.epub", lambda text: packed({"mimetype": "application/epub+zip", "OEBPS/a.xhtml": f"<p>{text}</p>"})),
    "tar, bzip2": ("a.tar.bz2", lambda text: tarred("notes.txt", text.encode(), "w:bz2")),
    "tar, xz": ("a.tar.xz", lambda text: tarred("notes.txt", text.encode(), "w:xz")),
    "web archive": ("a.mht", lambda text: mail(text, "base64")),
    "entities of HTML": ("a.html", lambda text: "".join(f"&#{ord(sign)};" for sign in text)),
    "a drawing": ("a.svg", lambda text: f"<svg><text>{text}</text></svg>"),
    "a notebook": ("a.ipynb", lambda text: json.dumps({"cells": [{"source": [text]}]})),
    "escapes of JSON": ("a.json", lambda text: '"' + "".join(f"\\u{ord(sign):04x}" for sign in text) + '"'),
    "full width": ("a.txt", lambda text: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)),
    "between signs of no width": ("a.txt", "\u200b".join),
    "with soft hyphens": ("a.txt", "\u00ad".join),
    "Windows, Western Europe": ("a.csv", lambda text: f"café,{text}".encode("cp1252")),
    "a comment of Markdown": ("a.md", lambda text: f"<!-- {text} -->"),
    "a short cut": ("a.url", lambda text: f"[InternetShortcut]\nURL=https://x/?q={quote(text)}\n"),
    "a text that is called a picture": ("a.png", lambda text: text),
    "an archive that is called a picture": ("a.jpg", lambda text: packed({"notes.txt": text})),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_what_is_hidden_is_found_and_not_repeated(form: str) -> None:
    file, hide = FORMS[form]
    hidden = hide(LEAK)
    problems = scan(file, hidden.encode() if isinstance(hidden, str) else hidden)

    codes = {problem.code for problem in problems}
    assert codes & {"full-name", "phone-number"}, (form, problems)
    assert "Threlfall" not in str(problems)
    assert "900123" not in str(problems)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "zip, name of a member"])
def test_what_is_hidden_and_harmless_passes(form: str) -> None:
    file, hide = FORMS[form]
    hidden = hide(CLEAN)
    assert scan(file, hidden.encode() if isinstance(hidden, str) else hidden) == []


@pytest.mark.parametrize("size", [6, 8, 16, 20, 32])
def test_digests_and_keys_are_no_texts(size: int) -> None:
    """Counts of a survey hold them: a digest of eight bytes was taken for a first name."""
    draw = random.Random(size)
    lines = "".join(f"digest: {draw.randbytes(size).hex()}\n" for _ in range(1000))

    assert scan("surveys/winter/counts.yaml", lines.encode()) == []


def encrypted() -> bytes:
    data = bytearray(packed({"notes.txt": LEAK}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def deep() -> bytes:
    data = packed({"notes.txt": LEAK})
    for _ in range(8):
        data = packed({"a.zip": data})
    return data


UNSEEN: dict[str, tuple[str, bytes]] = {
    "encrypted": ("a.zip", encrypted()),
    "damaged": ("a.zip", packed({"notes.txt": LEAK * 50})[:60]),
    "too deep": ("a.zip", deep()),
    "a bomb": ("a.zip", packed({"notes.txt": b"0" * 20_000_000})),
    "a bomb of gzip": ("a.gz", gzip.compress(b"0" * 20_000_000)),
    "a program in it": ("a.docx", packed({"[Content_Types].xml": "<a/>", "word/vba.bin": b"\0" * 90})),
    "a pointer of LFS": ("a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
    "a PDF": ("a.pdf", b"%PDF-1.7\n\0" + LEAK.encode()),
    "a PDF in an e-mail": ("a.eml", attached(b"%PDF-1.7\n\0\xff" + b"\0" * 90, "a.pdf")),
    "an old document": ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 90),
    "a PDF of ASCII": ("b.pdf", b"%PDF-1.4\n1 0 obj\nstream\nBT (R) Tj (obin) Tj ET\nendstream\n%%EOF"),
    "a PDF of ASCII in a zip": ("b.zip", packed({"b.pdf": "%PDF-1.4\n1 0 obj\nstream\nBT (R) Tj ET\n%%EOF"})),
    "an encrypted PDF": ("c.pdf", b"%PDF-1.6\n1 0 obj\nstream\n\x93\x81\xfe\0\ntrailer<</Encrypt 2 0 R>>\n%%EOF"),
    "a document of pictures alone": ("b.docx", packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:p><w:drawing/></w:p>", "word/media/image1.png": png()})),
    "an encrypted document": ("c.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1E\0n\0c\0" + b"\0" * 90),
    "an encrypted text of LibreOffice": ("a.odt", packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"\x81\x99\0\xff" * 50})),
    "a cut document": ("d.docx", word(LEAK)[:200]),
    "Pages": ("a.pages", packed({"Index/Document.iwa": b"\0\x12\x81\xff" * 30})),
    "Outlook": ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + LEAK.encode("utf-16-le") + b"\0" * 90),
    "7-Zip": ("a.7z", b"7z\xbc\xaf'\x1c\0\x04" + b"\x81\x99\0\xff" * 30),
    "RAR": ("a.rar", b"Rar!\x1a\x07\x01\0" + b"\x81\x99\0\xff" * 30),
    "Zstandard": ("a.zst", b"\x28\xb5\x2f\xfd" + b"\x81\0\xff" * 40),
    "a photograph of an iPhone": ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\x01\xff" * 40),
    "a recording": ("a.m4a", b"\0\0\0\x20ftypM4A " + b"\0\x01\xff" * 40),
    "a database": ("a.db", b"SQLite format 3\0" + LEAK.encode() + b"\0" * 100),
    "a table of Parquet": ("a.parquet", b"PAR1" + LEAK.encode() + b"\0\xff" * 50 + b"PAR1"),
    "a message of PGP": ("a.asc", b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(bytes(range(256)) * 3)),
    "a file of age": ("a.age", b"age-encryption.org/v1\n-> X25519 abc\n--- x\n" + bytes(range(256))),
    "a text of a mainframe": ("b.txt", LEAK.encode("cp037")),
    "a text in Cyrillic of Windows": ("c.txt", "Роберт Иванов живёт у моря".encode("cp1251")),
    "a data address": ("a.html", b'<a href="data:application/pdf;base64,JVBERgAA/wAAAAA=">'),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSEEN)
def test_what_cannot_be_opened_is_named(case: str) -> None:
    file, data = UNSEEN[case]
    assert UNREADABLE in {problem.code for problem in scan(file, data)}


def test_a_picture_in_a_document_may_stay_and_one_that_tells_where_may_not() -> None:
    text = {"[Content_Types].xml": "<a/>", "word/document.xml": f"<w:t>{CLEAN}</w:t>"}
    parts = open_file(packed({"word/media/a.png": png(), **text}))
    assert parts is not None
    assert [part.text for part in parts] == [CLEAN]


def test_opening_is_bounded_in_time() -> None:
    junk = "".join(chr(33 + (number * 7919) % 90) for number in range(100_000))
    for _ in cpu_at_most(5):
        open_text(junk)
        open_text("A" * 100_000)
        open_text("%41" * 30_000)
        open_text("data:" * 20_000)
        open_text("=?a?b?" * 50_000)
        open_text("ab " * 100_000)
