"""A record's file as fields and body: plain YAML, or Markdown with fields between ``---``.  Pure.

A ``## Private`` section is taken out here, so that nothing built from a record can hold it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from unicodedata import normalize

from copkit.errors import Problem, Severity
from copkit.text.normalise import clean, without_comments, without_look_alikes
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Damaged, Mapping, Node, Place, Scalar
from copkit.text.yaml.reader import read_yaml
from copkit.text.yaml.syntax_errors import conflicts

# The sections of a Markdown body: those to read, and those that are private.

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
ANY_HEADING = re.compile(r"^[ ]{0,3}(#{1,6})([ \t]*)([^#\s][^\r\n]*)", re.MULTILINE)
CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\r\n]*$)|~{3,})", re.MULTILINE)
PRIVATE = re.compile(
    r"[\W\d_]*private(?:$|\s*[^\w\s]|\s+(?:and|notes?|section|part|for|on|only|to|comments?|remarks?)\b)"
    r"|.*\bprivate\s+notes?\b|.*\(\s*private\b",
    re.DOTALL,
)
TAGS = re.compile(r"<[^<>]*>")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_NOT_PLAIN = ("\r", "`", "~")  # other ends of lines, and what may fence code
LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def without_private(body: str) -> str:
    """Take every section headed "Private" out of a Markdown text, with all below it.

    In doubt it takes out more: a heading in a code block hides what follows, one in a quotation
    or a list does, and only a plain ``#`` heading ends what is hidden.
    """
    kept: list[str] = []
    hidden_below = 0  # the level of the private heading we are under, 0 outside
    fence = ""
    for line in LINES.findall(body):
        if hidden_below:
            fence = _fence_after(line, fence)
            level, title = (0, "") if fence else _heading(line)
            if not level or level > hidden_below or _is_private(title):
                continue
            hidden_below = 0
        if level := _private_level(line):
            hidden_below, fence = level, ""
            continue
        if (underlined := UNDERLINE.match(line.rstrip("\r\n"))) and (size := _private_lines(kept)):
            hidden_below, fence = (1 if "=" in underlined[1] else 2), ""
            del kept[-size:]
            continue
        kept.append(line)
    return "".join(kept)


def odd_headings(source: SourceText, start: int, wanted: Sequence[str]) -> Iterator[Problem]:
    """Find headings from an offset on that are nearly, and so not, one of those a record has."""
    from difflib import get_close_matches

    for found in ANY_HEADING.finditer(source.text, start):
        title = CLOSING_HASHES.sub("", found[3].strip()).strip()
        if found[1] == "##" and found[2] and title.casefold() in map(str.casefold, wanted):
            continue
        if near := get_close_matches(title, wanted, n=1, cutoff=0.8):
            begin, end = found.start(1), found.end(3)
            message = f"this heading is not read as '{near[0]}'"
            hint = f"write '## {near[0]}'"
            yield source.problem("misspelt-heading", begin, end, message, hint, Severity.WARNING)


def sections(body: str) -> dict[str, str]:
    """Give the text under each ``## heading`` of a Markdown body, in order.

    What stands above the first heading has the key ``""`` if there is any.
    """
    found: dict[str, str] = {}
    for heading, text in _at_plain_headings(body) or _line_by_line(body):
        if heading or text.strip():
            found[heading] = f"{found[heading]}\n\n{text}" if heading in found else text
    return found


def _at_plain_headings(body: str) -> list[tuple[str, str]]:
    """Cut a body at its headings, where nothing else in it can look like one; else give nothing."""
    above, *parts = f"\n{body}".split("\n## ")
    cut = [part.partition("\n") for part in parts]
    if (
        any(sign in body for sign in _NOT_PLAIN)
        or any("##" in part for part in (above, *parts))
        or any(heading.rstrip().endswith("#") for heading, _, _ in cut)
    ):
        return []
    return [("", above.strip("\n")), *((head.strip(), text.strip("\n")) for head, _, text in cut)]


def _line_by_line(body: str) -> Iterator[tuple[str, str]]:
    heading, lines, fence = "", list[str](), ""
    for whole_line in LINES.findall(body):
        line = whole_line.rstrip("\r\n")
        fence = _fence_after(line, fence)
        level, title = (0, "") if fence else _heading(line)
        if level == 2:
            yield heading, "\n".join(lines).strip("\n")
            heading, lines = title, []
        else:
            lines.append(line)
    yield heading, "\n".join(lines).strip("\n")


def _heading(line: str) -> tuple[int, str]:
    match = HEADING.match(line.rstrip("\r\n"))
    if match is None:
        return 0, ""
    title = (match[2] or "").strip()
    if title.endswith("#"):
        title = CLOSING_HASHES.sub("", title).rstrip()
    return len(match[1]), title


def _private_level(line: str) -> int:
    """Give the level of a private heading, 0 for any other line.

    More is taken for a heading here than Markdown would: one in a list, a quotation or a code
    block, one without a space after its ``#``, one in HTML.
    """
    bare = line.lstrip(" \t>-*+.)0123456789")
    if bare.startswith("#"):
        title = bare.lstrip("#")
        return min(len(bare) - len(title), 6) if _is_private(title) else 0
    if bare[:2].lower() == "<h" and bare[2:3].isdecimal() and _is_private(bare):
        return int(bare[2])
    return 0


def _private_lines(kept: list[str]) -> int:
    """Count the last lines that an underline would make a private heading: 0 to 3."""
    if not kept or not kept[-1].strip():
        return 0
    return next((n for n in (1, 2, 3) if _is_private(" ".join(kept[-n:]))), 0)


def _is_private(title: str) -> bool:
    shown = INVISIBLE.sub("", TAGS.sub("", html.unescape(title)))
    shown = without_look_alikes(unicodedata.normalize("NFKC", shown)).casefold()
    return PRIVATE.match(re.sub(r"[*_`#~]+", "", shown).strip()) is not None


def _fence_after(line: str, fence: str) -> str:
    """Follow code fences: give the fence that is open after a line, or ``""``."""
    match = FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1][0] == fence[0] and len(match[1]) >= len(fence)
    return "" if closes and not line[match.end() :].strip() else fence


OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r|\Z)")
_PRIVATE = re.compile(r"p[\W_]*r[\W_]*[iı][\W_]*v[\W_]*a[\W_]*t[\W_]*e")  # in small letters
LONGEST_BODY: Final = 100_000  # characters, of which a text of pure Markdown signs takes seconds
CLOSING = re.compile(r"^---[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)


@dataclass(slots=True)
class Document:
    """One file, read: its ``fields`` with their places, and its ``body`` without what is private.

    ``problems`` is where everything wrong with the file is collected; the body begins at the
    offset ``body_start``.
    """

    source: SourceText
    fields: Mapping
    body: str
    problems: list[Problem]
    body_start: int = 0


def read_document(source: SourceText, problems: list[Problem], *, markdown: bool) -> Document:
    """Read a record's file; ``markdown`` when its fields stand between ``---`` lines."""
    text = source.text
    end = len(text)
    body_start = end
    if not source.readable:
        return Document(source, _nothing(), "", problems)
    if markdown:
        opening = OPENING.match(text)
        if opening is None:
            problems.append(_no_opening(source))
            return Document(source, _nothing(), "", problems)
        closing = CLOSING.search(text, max(text.find("\n---", 3), 3))
        if closing is None:
            problems.append(_no_closing(source))
            return Document(source, _nothing(), "", problems)
        end, body_start = closing.start(), closing.end()
    fields = _fields(read_yaml(source, end, problems), source, problems)
    body = text[body_start:]
    if "<<<<<<<" in body or ">>>>>>>" in body:
        for fault in conflicts(body):
            begin, finish = fault.start + body_start, fault.end + body_start
            problems.append(source.problem(fault.code, begin, finish, fault.message, fault.hint))
    if len(body) > LONGEST_BODY:
        problems.append(_too_long(source, body_start + LONGEST_BODY))
    return Document(source, fields, readable(body), problems, body_start)


def readable(body: str) -> str:
    """Take out of a body what nobody is to read: comments, and what is private."""
    if body:
        body = without_comments(clean(body))
    if body and may_be_private(body):
        body = without_private(body)
    return body


class Frame(NamedTuple):
    """Where the fields of a Markdown record lie: between the ends of ``---`` lines."""

    fields: int
    closing: int
    body: int


def frame_of(text: str) -> Frame | None:
    """Find the fields of a record that is Markdown; ``None`` for plain YAML."""
    opening = OPENING.match(text)
    closing = CLOSING.search(text, opening.end()) if opening else None
    return Frame(opening.end(), closing.start(), closing.end()) if opening and closing else None


def may_be_private(body: str) -> bool:
    """Say whether a body may have a private section, however the word is written."""
    if "&#" in body or _PRIVATE.search(body.lower()):
        return True
    if body.isascii():
        return False
    plain = without_look_alikes(normalize("NFKC", body))
    return plain != body and _PRIVATE.search(plain.lower()) is not None


def _fields(root: Node | None, source: SourceText, problems: list[Problem]) -> Mapping:
    if isinstance(root, Mapping):
        return root
    if root is None or (isinstance(root, Scalar) and root.empty):
        return Mapping(Place(0), True)
    if not isinstance(root, Damaged):
        message = "a record is made of fields, each on a line of its own"
        problems.append(
            source.problem("wrong-type", root.start, root.end, message, "write 'name: value'")
        )
    return _nothing()


def _nothing() -> Mapping:
    """Stand in for fields that could not be read, so that none is reported as missing."""
    mapping = Mapping(Place(0), True)
    mapping.holed = True
    return mapping


def _too_long(source: SourceText, offset: int) -> Problem:
    return source.problem(
        "text-too-long",
        offset,
        offset + 1,
        f"from here on this text is longer than {LONGEST_BODY:,} characters, some 30 pages",
        "keep long documents outside the records, and link to them",
    )


def _no_opening(source: SourceText) -> Problem:
    return source.problem(
        "no-front-matter",
        0,
        1,
        "the file does not begin with a line '---' and its fields",
        "make '---' the very first line, then the fields, then '---' again, then the text",
    )


def _no_closing(source: SourceText) -> Problem:
    return source.problem(
        "unclosed-front-matter",
        0,
        3,
        "the fields that begin here are never closed",
        "put a line '---' after the last field",
    )
