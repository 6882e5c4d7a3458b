"""A record's file as fields and body: plain YAML, or Markdown with fields between ``---``.  Pure.

A ``## Private`` section is taken out here, so that nothing built from a record can hold it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple
from unicodedata import normalize

from copkit.errors import Problem
from copkit.text.normalise import clean, without_comments, without_look_alikes
from copkit.text.source import SourceText
from copkit.text.yaml.errors import conflicts
from copkit.text.yaml.nodes import Damaged, Mapping, Node, Place, Scalar
from copkit.text.yaml.reader import read_yaml

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
        from copkit.text.sections import without_private

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
