"""A record's file as fields and body: plain YAML, or Markdown with fields between ``---``.  Pure.

A ``## Private`` section is taken out here, so that nothing built from a record can hold it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copkit.errors import Problem
from copkit.text.nodes import Damaged, Mapping, Node, Place, Scalar
from copkit.text.source import SourceText
from copkit.text.yaml_faults import conflicts
from copkit.text.yaml_reader import read_yaml

OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r|\Z)")
CLOSING = re.compile(r"^---[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\r\n]*$)|~{3,})", re.MULTILINE)
PRIVATE = re.compile(r"[\W\d_]*private(?:\s+notes?)?(?:\s*[^\w\s].*)?", re.DOTALL)
NESTED = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+[ \t]*")
LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


@dataclass(slots=True)
class Document:
    """One file, read: its ``fields`` with their places, and its ``body`` without what is private.

    ``problems`` is where everything wrong with the file is collected.
    """

    source: SourceText
    fields: Mapping
    body: str
    problems: list[Problem]


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
    return Document(source, fields, without_private(body), problems)


def without_private(body: str) -> str:
    """Take every section headed "Private" out of a Markdown text, with all below it.

    In doubt it takes out more: a heading in a code block hides what follows, one in a quotation
    or a list does, and only a plain ``#`` heading ends what is hidden.
    """
    if "private" not in body.casefold():
        return body
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
        level, title = _heading(NESTED.sub("", line, count=1) if NESTED.match(line) else line)
        if level and _is_private(title):
            hidden_below, fence = level, ""
            continue
        if (underlined := UNDERLINE.match(line.rstrip("\r\n"))) and (size := _private_lines(kept)):
            hidden_below, fence = (1 if "=" in underlined[1] else 2), ""
            del kept[-size:]
            continue
        kept.append(line)
    return "".join(kept)


def sections(body: str) -> dict[str, str]:
    """Give the text under each ``## heading`` of a Markdown body, in order.

    What stands above the first heading has the key ``""`` if there is any.
    """
    found: dict[str, str] = {}
    heading, lines, fence = "", list[str](), ""
    for whole_line in LINES.findall(body):
        line = whole_line.rstrip("\r\n")
        fence = _fence_after(line, fence)
        level, title = (0, "") if fence else _heading(line)
        if level == 2:
            _keep_section(found, heading, lines)
            heading, lines = title, []
        else:
            lines.append(line)
    _keep_section(found, heading, lines)
    return found


def _keep_section(found: dict[str, str], heading: str, lines: list[str]) -> None:
    text = "\n".join(lines).strip("\n")
    if heading or text.strip():
        found[heading] = f"{found[heading]}\n\n{text}" if heading in found else text


def _heading(line: str) -> tuple[int, str]:
    match = HEADING.match(line.rstrip("\r\n"))
    if match is None:
        return 0, ""
    title = (match[2] or "").strip()
    if title.endswith("#"):
        title = CLOSING_HASHES.sub("", title).rstrip()
    return len(match[1]), title


def _private_lines(kept: list[str]) -> int:
    """Count the last lines that an underline would make a private heading: 0, 1 or 2."""
    if not kept or not kept[-1].strip():
        return 0
    return next((n for n in (1, 2) if _is_private(" ".join(kept[-n:]))), 0)


def _is_private(title: str) -> bool:
    return PRIVATE.fullmatch(title.strip(" \t\r\n*_:#`").casefold()) is not None


def _fence_after(line: str, fence: str) -> str:
    """Follow code fences: give the fence that is open after a line, or ``""``."""
    match = FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1][0] == fence[0] and len(match[1]) >= len(fence)
    return "" if closes and not line[match.end() :].strip() else fence


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
