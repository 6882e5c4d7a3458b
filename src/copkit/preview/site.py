"""Which documents a programme has to show, to whom, at which address.  Pure.

The table is closed: an address is looked up in it, and is never a path to a file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from copkit.folder import Programme
from copkit.records.schema.fields import Audience
from copkit.wording import capital

FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "html": ("web page", "text/html; charset=utf-8"),
    "txt": ("plain text", "text/plain; charset=utf-8"),
    "md": ("Markdown", "text/plain; charset=utf-8"),
    "svg": ("picture", "image/svg+xml"),
    "png": ("picture as PNG", "image/png"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "pdf": ("PDF", "application/pdf"),
    "eml": ("e-mail", "message/rfc822"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""By ending, what a form is called, and its media type."""
IN_THE_BROWSER: Final = frozenset({"html", "txt", "md", "svg", "png"})
"""The forms that a browser shows by itself; it is given the others to keep."""


class Item(NamedTuple):
    """One document that can be shown: its record, if it has one, and the widest readers of it."""

    slug: str
    title: str
    record: Any
    readers: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document: which there are, and what one states to its readers."""

    document: str
    heading: str
    items: Callable[[Programme], Iterable[Item]]
    facts: Callable[[Programme, Any, Audience], Any]


class Page(NamedTuple):
    """What stands at one address: a document in a form, or a picture that its web page shows."""

    kind: Kind
    item: Item
    reader: Audience
    form: str

    @property
    def path(self) -> str:
        """The address, without what stands before it; a page's pictures lie beside it."""
        kind = self.kind.document
        return f"{kind}/{self.item.slug}/{self.reader}/{kind}.{self.form}"

    @property
    def ending(self) -> str:
        """What its form is by itself, also where the form names a picture: ``logo.png``."""
        return self.form.rpartition(".")[2]

    @property
    def file_name(self) -> str:
        """The name under which a browser keeps it."""
        return f"{self.kind.document}-{self.item.slug}-{self.reader}.{self.form}"


def readers_of(audience: Audience) -> tuple[Audience, ...]:
    """Give everybody who may read a record that is for an audience."""
    return tuple(reader for reader in Audience if reader.may_see(audience))


def pages_of(
    programme: Programme,
    kinds: Sequence[Kind],
    forms: Callable[[str], Collection[str]],
    only: Audience | None = None,
) -> dict[str, Page]:
    """Give every page by its address, in the order of the index; ``only`` for one reader."""
    pages = (
        Page(kind, item, reader, form)
        for kind in kinds
        for item in kind.items(programme)
        for reader in item.readers
        if only in (None, reader)
        for form in forms(kind.document)
    )
    return {page.path: page for page in pages if page.ending in FORMS}


# --- the index ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and what it is called."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class ForReader:
    """One document's forms for one kind of reader."""

    reader: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document with everybody who may read it."""

    title: str
    readers: tuple[ForReader, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """All documents of one kind."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What the first page of the preview states."""

    programme: str
    readers: str
    sections: tuple[Section, ...]


def index_facts(programme: str, pages: Iterable[Page], only: Audience | None) -> IndexFacts:
    """Lay the pages out by kind, document and reader, but for pictures, which pages show."""
    tree: dict[str, dict[tuple[str, str], dict[Audience, list[Page]]]] = {}
    for page in pages:
        entries = tree.setdefault(page.kind.heading, {})
        readers = entries.setdefault((page.item.slug, page.item.title), {})
        readers.setdefault(page.reader, []).append(page)
    return IndexFacts(
        programme=programme,
        readers=str(only or ""),
        sections=tuple(
            Section(heading, tuple(_entry(title, by) for (_, title), by in entries.items()))
            for heading, entries in tree.items()
        ),
    )


def _entry(title: str, by_reader: Mapping[Audience, Sequence[Page]]) -> Entry:
    readers = (
        ForReader(
            capital(str(reader)),
            tuple(Link(page.path, FORMS[page.form][0]) for page in pages if page.form in FORMS),
        )
        for reader, pages in by_reader.items()
    )
    return Entry(title, tuple(readers))
