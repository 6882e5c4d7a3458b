"""Which documents a programme has to show, to whom, at which address.  Pure.

The table is closed: an address is looked up in it, and is never a path to a file.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from copkit.documents.formats import DOCUMENTS, PAGE, forms_here
from copkit.documents.templates import render
from copkit.documents.theme import SHIPPED, Look, look_of
from copkit.errors import CopkitError, FaultyRecords, FaultyTemplate, Problem
from copkit.folder import Programme
from copkit.pii.scan import hide
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


# What stands in the place of a document that cannot be made: why, in plain words.

_AROUND = 60  # signs of a long line that are shown on either side of a fault


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the line that holds it in three parts.

    A template prints each part without the blanks at its ends; the gaps say where one was.
    """

    place: str
    message: str
    before: str
    marked: str
    after: str
    gap_before: bool
    gap_after: bool
    hint: str


@dataclass(frozen=True, slots=True)
class FaultFacts:
    """Why a document cannot be shown."""

    heading: str
    lead: str
    faults: tuple[Fault, ...]


def fault_facts(error: CopkitError) -> FaultFacts:
    """Say what an error says, as a page."""
    if isinstance(error, FaultyTemplate):
        lead = "Mend the template, or delete it to use the one that comes with copkit."
        return FaultFacts("A template is broken", lead, (_fault_facts(error.problem),))
    if isinstance(error, FaultyRecords):
        lead = "Mend what is marked. This page shows the document as soon as nothing is wrong."
        faults = tuple(map(_fault_facts, error.problems))
        return FaultFacts("These records cannot be shown yet", lead, faults)
    fault = Fault(
        "", capital(hide(error.message)), "", "", "", False, False, capital(hide(error.hint))
    )
    return FaultFacts("This cannot be shown", "", (fault,))


def _fault_facts(problem: Problem) -> Fault:
    # Hidden as a whole: a name that is cut in two is one that nobody finds any more.
    line = hide(problem.excerpt)
    start = min(problem.column - 1, len(line))
    end = problem.end_column - 1 if problem.end_line == problem.line else len(line)
    end = max(min(end, len(line)), start)
    before, after = line[:start], line[end:]
    return Fault(
        place=f"{hide(problem.file)}:{problem.line}:{problem.column}",
        message=capital(hide(problem.message)),
        before=f"…{before[-_AROUND:]}" if len(before) > _AROUND else before,
        marked=line[start:end][: 2 * _AROUND],
        after=f"{after[:_AROUND]}…" if len(after) > _AROUND else after,
        gap_before=line[start - 1 : start].isspace(),
        gap_after=line[end : end + 1].isspace(),
        hint=capital(hide(problem.hint)),
    )


# What the preview answers to an address: a document made now, or why it cannot be made.

SCRIPT: Final = """\
(() => {
  const shown = document.currentScript.dataset.version;
  const place = `/${location.pathname.split("/")[1]}/changes`;
  let told = null;
  const listen = () => {
    if (told || document.hidden) return;
    told = new EventSource(place);
    told.onmessage = (event) => { if (event.data !== shown) location.reload(); };
    told.onerror = stop;
  };
  const stop = () => { if (told) told.close(); told = null; };
  addEventListener("pagehide", stop);
  addEventListener("pageshow", listen);
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
  listen();
})();
"""
"""Loads the page again once what it was made from has changed; a hidden page does not listen."""
SCRIPT_DIGEST: Final = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()


class Answer(NamedTuple):
    """What a browser is given; ``keep_as`` is the name of a file that it is to keep."""

    status: int
    media_type: str
    body: bytes
    keep_as: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A programme's documents as they are whenever somebody asks.

    ``read`` gives the programme, or raises :class:`CopkitError`; ``only`` leaves out what other
    readers would see.
    """

    read: Callable[[], Programme]
    kinds: Sequence[Kind]
    only: Audience | None = None
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, version: str) -> Answer | None:
        """Answer an address, ``""`` for the index; ``None`` where there is nothing.

        ``version`` says of what the answer is made, so that a page knows when it is old.
        """
        with self._one_at_a_time:
            try:
                made = self._made(path, version)
                return _away(version) if made is None and path.endswith(f".{PAGE}") else made
            except CopkitError as error:
                return _fault(error, version)
            except OSError as error:
                reason = error.strerror or "unknown reason"
                return _fault(CopkitError(f"a file cannot be read: {reason}"), version)

    def _made(self, path: str, version: str) -> Answer | None:
        programme = self.read()
        look = look_of(programme.settings, programme.root)
        pages = pages_of(programme, self.kinds, forms_here, self.only)
        if not path:
            facts = index_facts(programme.settings.name, pages.values(), self.only)
            # A broken template of the programme must not take the way to the others away.
            own = replace(look, own_templates=None)
            index = render("preview/index.html", facts, own)
            return Answer(200, FORMS["html"][1], _with_script(index.encode("utf-8"), version))
        return self._document(programme, pages[path], look, version) if path in pages else None

    def _document(
        self, programme: Programme, page: Page, look: Look, version: str
    ) -> Answer | None:
        """Make a document; ``None`` for a picture that there is none of."""
        facts: Any = page.kind.facts(programme, page.item.record, page.reader)
        data = DOCUMENTS[page.kind.document][page.form](facts, look)
        if not data:
            return None
        if page.form == PAGE:
            data = _with_script(data, version)
        keep_as = "" if page.ending in IN_THE_BROWSER else page.file_name
        return Answer(200, FORMS[page.ending][1], data, keep_as)


def _away(version: str) -> Answer:
    """Stand in for a page whose record is gone, perhaps only while a program saves it."""
    hint = "it comes back when its record does; the first page of the preview lists what there is"
    return _fault(CopkitError("this document is not there at the moment", hint), version, 404)


def _fault(error: CopkitError, version: str, status: int = 500) -> Answer:
    page = render("preview/fault.html", fault_facts(error), SHIPPED)
    return Answer(status, FORMS["html"][1], _with_script(page.encode("utf-8"), version))


def _with_script(page: bytes, version: str) -> bytes:
    """Add the script that loads a page again; the built document has none."""
    tag = f'<script data-version="{version}">{SCRIPT}</script>'.encode()
    before, end, after = page.rpartition(b"</body>")
    return before + tag + end + after if end else page + tag
