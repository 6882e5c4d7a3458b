"""Record files as fields and body: plain YAML, or Markdown with fields between ``---``.  Pure.

:func:`read_document` reads a file, :func:`split_sections` splits a body at its headings. A
``## Private`` section is taken out here, so that nothing built from a record can hold it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from unicodedata import normalize

from copkit.errors import Problem, Severity
from copkit.text.normalise import clean, without_comments, without_look_alikes
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Damaged, Mapping, Node, Place, Scalar

OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r|\Z)")  # the first line of a Markdown record
CLOSING = re.compile(r"^---[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)  # may end the file
LONGEST_BODY: Final = 100_000  # characters, of which a text of pure Markdown signs takes seconds


@dataclass(slots=True)
class Document:
    """A record file that was read: its ``fields`` with their places, and its ``body``.

    The body has no comments and no private section; in the file it begins at the offset
    ``body_start``. ``problems`` is the list to which whoever reads the fields adds faults.
    """

    source: SourceText
    fields: Mapping
    body: str
    problems: list[Problem]
    body_start: int = 0


def read_document(source: SourceText, problems: list[Problem], *, markdown: bool) -> Document:
    """Read a record's file; faults are added to ``problems``.

    ``markdown`` when its fields are between ``---`` lines, else the whole file is YAML. Always
    return a document: fields that could not be read are empty, and marked ``incomplete``.
    """
    text = source.text
    end = len(text)
    body_start = end
    if not source.readable:
        return Document(source, _unreadable_fields(), "", problems)
    if markdown:
        opening = OPENING.match(text)
        if opening is None:
            problems.append(_no_opening(source))
            return Document(source, _unreadable_fields(), "", problems)
        # From the first line that may close the fields: quicker than trying every line start.
        closing = CLOSING.search(text, max(text.find("\n---", 3), 3))
        if closing is None:
            problems.append(_no_closing(source))
            return Document(source, _unreadable_fields(), "", problems)
        end, body_start = closing.start(), closing.end()
    from copkit.text.yaml.reader import read_yaml  # slow, and records from the cache do without

    fields = _fields_of(read_yaml(source, end, problems), source, problems)
    body = text[body_start:]
    if "<<<<<<<" in body or ">>>>>>>" in body:
        from copkit.text.yaml.syntax_errors import find_conflicts

        for fault in find_conflicts(body):
            begin, finish = fault.start + body_start, fault.end + body_start
            problems.append(source.problem(fault.code, begin, finish, fault.message, fault.hint))
    if len(body) > LONGEST_BODY:
        problems.append(_too_long(source, body_start + LONGEST_BODY))
    if "]{" in body:
        problems.extend(_ignored_phrase_attributes(source, body_start))
    return Document(source, fields, readable_body(body), problems, body_start)


def readable_body(body: str) -> str:
    """Return a body as documents may show it: without comments and private sections.

    In doubt more is left out: what looks like either within a code block goes too.
    """
    if body:
        body = without_comments(clean(body))
    if body and may_have_private_section(body):
        body = without_private(body)
    return body


class Frame(NamedTuple):
    """The offsets in a Markdown record at which its fields, closing ``---`` and body begin."""

    fields: int
    closing: int
    body: int


def frame_of(text: str) -> Frame | None:
    """Find the parts of a Markdown record; ``None`` for plain YAML, or fields never closed."""
    opening = OPENING.match(text)
    closing = CLOSING.search(text, opening.end()) if opening else None
    return Frame(opening.end(), closing.start(), closing.end()) if opening and closing else None


def may_have_private_section(body: str) -> bool:
    """Check whether a body may have a private section, however the word is written.

    Quick, for most bodies have none; true for some that have none either.
    """
    if "&#" in body or _PRIVATE_WORD.search(body.lower()):
        return True
    if body.isascii():
        return False
    plain = without_look_alikes(normalize("NFKC", body))
    return plain != body and _PRIVATE_WORD.search(plain.lower()) is not None


def _fields_of(root: Node | None, source: SourceText, problems: list[Problem]) -> Mapping:
    """Return the fields of a file whose YAML is ``root``; an empty file has none.

    For a list or a text in their place, add a problem to ``problems`` and return a stand-in.
    """
    if isinstance(root, Mapping):
        return root
    if root is None or (isinstance(root, Scalar) and root.empty):
        return Mapping(Place(0), True)
    if not isinstance(root, Damaged):
        message = "a record is made of fields, each on a line of its own"
        problems.append(
            source.problem("wrong-type", root.start, root.end, message, "write 'name: value'")
        )
    return _unreadable_fields()


def _unreadable_fields() -> Mapping:
    """Build a stand-in for fields that could not be read, of which none counts as missing."""
    mapping = Mapping(Place(0), True)
    mapping.incomplete = True
    return mapping


def _too_long(source: SourceText, offset: int) -> Problem:
    """Build the problem of a body that is too long from an offset on."""
    return source.problem(
        "text-too-long",
        offset,
        offset + 1,
        f"from here on this text is longer than {LONGEST_BODY:,} characters, some 30 pages",
        "keep long documents outside the records, and link to them",
    )


def _no_opening(source: SourceText) -> Problem:
    """Build the problem of a Markdown record that does not begin with ``---``."""
    return source.problem(
        "no-front-matter",
        0,
        1,
        "the file does not begin with a line '---' and its fields",
        "make '---' the very first line, then the fields, then '---' again, then the text",
    )


def _no_closing(source: SourceText) -> Problem:
    """Build the problem of a Markdown record without a second ``---``."""
    return source.problem(
        "unclosed-front-matter",
        0,
        3,
        "the fields that begin here are never closed",
        "put a line '---' after the last field",
    )


# --- sections of a Markdown body ------------------------------------------------------------

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")  # `## Title`
# The same without a space after the hashes or with other counts of them, to find misspelt ones.
ANY_HEADING = re.compile(r"^[ ]{0,3}(#{1,6})([ \t]*)([^#\s][^\r\n]*)", re.MULTILINE)
CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")  # `## Title ##`
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")  # below a title makes it a heading
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\r\n]*$)|~{3,})", re.MULTILINE)
# Titles such as "Private", "3. Private notes", "My private note" and "Minutes (private)"; not
# "Private landlords", which is a matter of the field.
PRIVATE_TITLE = re.compile(
    r"[\W\d_]*private(?:$|\s*[^\w\s]|\s+(?:and|notes?|section|part|for|on|only|to|comments?|remarks?)\b)"
    r"|.*\bprivate\s+notes?\b|.*\(\s*private\b",
    re.DOTALL,
)
TAGS = re.compile(r"<[^<>]*>")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_PRIVATE_WORD = re.compile(r"p[\W_]*r[\W_]*[iı][\W_]*v[\W_]*a[\W_]*t[\W_]*e")  # in small letters
_NOT_PLAIN = ("\r", "`", "~")  # other ends of lines, and what may fence code
LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def without_private(body: str) -> str:
    """Take every section headed "Private" out of a Markdown text, with all below it.

    In doubt it takes out more: a heading in a code block hides what follows, one in a quotation
    or a list does, and only a plain ``#`` heading ends what is hidden.
    """
    # Not with the Markdown parser: what it takes for no heading, a person may have meant as one,
    # and a private note that is printed cannot be taken back.
    visible: list[str] = []
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
        if (underlined := UNDERLINE.match(line.rstrip("\r\n"))) and (
            size := _private_lines(visible)
        ):
            hidden_below, fence = (1 if "=" in underlined[1] else 2), ""
            del visible[-size:]
            continue
        visible.append(line)
    return "".join(visible)


def misspelt_headings(source: SourceText, start: int, titles: Sequence[str]) -> Iterator[Problem]:
    """Yield a warning for each heading that nearly, but not quite, matches one of ``titles``.

    ``start`` is the offset in the file from which headings are looked for.
    """
    from difflib import get_close_matches

    for heading in ANY_HEADING.finditer(source.text, start):
        title = CLOSING_HASHES.sub("", heading[3].strip()).strip()
        if heading[1] == "##" and heading[2] and title.casefold() in map(str.casefold, titles):
            continue
        if near := get_close_matches(title, titles, n=1, cutoff=0.8):
            begin, end = heading.start(1), heading.end(3)
            message = f"this heading is not read as '{near[0]}'"
            hint = f"write '## {near[0]}'"
            yield source.problem("misspelt-heading", begin, end, message, hint, Severity.WARNING)


_PHRASE_ATTRIBUTES: Final = re.compile(r"\]\{[^{}\n]+\}")
_ATTRIBUTE: Final = re.compile(r"\b(lang|dir)=(?:\"([^\"]*)\"|([^\s\"}]*))")


def _ignored_phrase_attributes(source: SourceText, start: int) -> Iterator[Problem]:
    """Yield a warning for each ``[word]{lang=polish}`` that says no language or direction.

    ``start`` is the offset in the file from which phrases are looked for.
    """
    from copkit.text.languages import find_language_code, find_language_name  # reads a table

    for phrase in _PHRASE_ATTRIBUTES.finditer(source.text, start):
        for attribute in _ATTRIBUTE.finditer(source.text, *phrase.span()):
            name, typed = attribute[1], attribute[2] or attribute[3] or ""
            if name == "dir":
                is_read, hint = typed in {"ltr", "rtl"}, "write 'dir=ltr' or 'dir=rtl'"
                message = f"'{typed}' is no direction, so this phrase has none"
            else:
                is_read = find_language_name(typed.lower()) is not None
                code = find_language_code(typed.replace("_", "-"))
                hint = f"write 'lang={code or 'pl'}'" + ("" if code else " for Polish, and so on")
                message = f"'{typed}' is not the code of a language, so this phrase has none"
            if not is_read:
                begin, end = attribute.span()
                yield source.problem("phrase-language", begin, end, message, hint, Severity.WARNING)


def split_sections(body: str) -> dict[str, str]:
    """Return the text under each ``## heading`` of a Markdown body, in order.

    Text above the first heading has the key ``""``. Sections of the same heading are joined.
    """
    texts: dict[str, str] = {}
    for heading, text in _split_plain(body) or _split_by_lines(body):
        if heading or text.strip():
            texts[heading] = f"{texts[heading]}\n\n{text}" if heading in texts else text
    return texts


def find_section(body: str, heading: str) -> str:
    """Return the text under a ``## heading``, whatever its capital letters; ``""`` without it."""
    texts = split_sections(body)
    return next((texts[name] for name in texts if name.casefold() == heading.casefold()), "")


def find_heading(text: str, start: int, title: str) -> tuple[int, int] | None:
    """Return the offsets of the line of a ``## heading``, its ending included.

    The heading is looked for from ``start``, whatever its capital letters; ``None`` without it.
    """
    fence, offset = "", start
    for line in LINES.findall(text[start:]):
        fence = _fence_after(line, fence)
        level, written = (0, "") if fence else _heading(line)
        if level == 2 and written.casefold() == title.casefold():
            return offset, offset + len(line)
        offset += len(line)
    return None


def _split_plain(body: str) -> list[tuple[str, str]]:
    """Split a body into headings and texts; return ``[]`` where other things look like headings.

    Nearly all bodies are plain, and this takes a fraction of the time of going by lines.
    """
    above, *parts = f"\n{body}".split("\n## ")
    split = [part.partition("\n") for part in parts]
    if (
        any(sign in body for sign in _NOT_PLAIN)
        or any("##" in part for part in (above, *parts))
        or any(heading.rstrip().endswith("#") for heading, _, _ in split)
    ):
        return []
    texts = [(heading.strip(), text.strip("\n")) for heading, _, text in split]
    return [("", above.strip("\n")), *texts]


def _split_by_lines(body: str) -> Iterator[tuple[str, str]]:
    """Split a body into headings and texts, taking no line in a code block for a heading."""
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
    """Return the level and title of a heading; level 0 for any other line."""
    match = HEADING.match(line.rstrip("\r\n"))
    if match is None:
        return 0, ""
    title = (match[2] or "").strip()
    if title.endswith("#"):
        title = CLOSING_HASHES.sub("", title).rstrip()
    return len(match[1]), title


def _private_level(line: str) -> int:
    """Return the level of a private heading, 0 for any other line.

    More counts as a heading here than in Markdown: one in a list, a quotation or a code block, one
    without a space after its ``#``, one in HTML.
    """
    bare = line.lstrip(" \t>-*+.)0123456789")
    if bare.startswith("#"):
        title = bare.lstrip("#")
        return min(len(bare) - len(title), 6) if _is_private(title) else 0
    if bare[:2].lower() == "<h" and bare[2:3].isdecimal() and _is_private(bare):
        return int(bare[2])
    return 0


def _private_lines(lines: list[str]) -> int:
    """Count the last lines that an underline would make a private heading: 0 to 3.

    0 means that they would be no such heading.
    """
    if not lines or not lines[-1].strip():
        return 0
    # A heading that is underlined may go over several lines.
    return next((n for n in (1, 2, 3) if _is_private(" ".join(lines[-n:]))), 0)


def _is_private(title: str) -> bool:
    """Check whether a title means private, as a reader sees it and not as it was typed.

    ``Pri&#118;ate``, ``**Private**`` and one with a Cyrillic letter in it look the same on paper.
    """
    text = INVISIBLE.sub("", TAGS.sub("", html.unescape(title)))
    text = without_look_alikes(normalize("NFKC", text)).casefold()
    return PRIVATE_TITLE.match(re.sub(r"[*_`#~]+", "", text).strip()) is not None


def _fence_after(line: str, fence: str) -> str:
    """Return the code fence that is open after a line, or ``""``; ``fence`` is open before it."""
    match = FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1][0] == fence[0] and len(match[1]) >= len(fence)
    return "" if closes and not line[match.end() :].strip() else fence
