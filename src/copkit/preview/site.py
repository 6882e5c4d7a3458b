"""The pages of the preview: the documents of a programme, an index, and errors.  Pure.

An address is looked up in a table of pages, and is never a path to a file.
"""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from copkit.documents.formats import DOCUMENTS, PAGE, available_formats
from copkit.documents.templates import render
from copkit.documents.theme import DEFAULT_THEME, DocumentTheme, load_theme
from copkit.errors import CopkitError, InvalidRecords, InvalidTemplate, Problem
from copkit.folder import Programme
from copkit.pii.scan import mask_details
from copkit.records.schema.audience import Audience
from copkit.wording import capitalised

FORMAT_LABELS: Final[Mapping[str, tuple[str, str]]] = {
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
"""Format -> what the index calls it, and its media type."""
SHOWN_IN_BROWSER: Final = frozenset({"html", "txt", "md", "svg", "png"})
"""The formats that a browser shows by itself; it downloads the others."""


class PreviewItem(NamedTuple):
    """One document that can be shown: its record, if it has one, and who may read it."""

    slug: str
    title: str
    record: Any
    readers: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document: functions that list what there is and build the facts of one."""

    document: str
    heading: str
    items: Callable[[Programme], Iterable[PreviewItem]]
    facts: Callable[[Programme, Any, Audience], Any]


class PreviewPage(NamedTuple):
    """The page at one address: a document in a format, or a picture that its web page shows."""

    kind: DocumentKind
    item: PreviewItem
    reader: Audience
    file_format: str

    @property
    def path(self) -> str:
        """The address after the token; a page's pictures are beside it."""
        kind = self.kind.document
        return f"{kind}/{self.item.slug}/{self.reader}/{kind}.{self.file_format}"

    @property
    def ending(self) -> str:
        """The format without the name of a picture: ``png`` for ``logo.png``."""
        return self.file_format.rpartition(".")[2]

    @property
    def file_name(self) -> str:
        """The name under which a browser saves it."""
        return f"{self.kind.document}-{self.item.slug}-{self.reader}.{self.file_format}"


def permitted_readers(audience: Audience) -> tuple[Audience, ...]:
    """Return everybody who may read a record that is for an audience."""
    return tuple(reader for reader in Audience if reader.may_see(audience))


def list_pages(
    programme: Programme,
    kinds: Sequence[DocumentKind],
    formats: Callable[[str], Collection[str]],
    only: Audience | None = None,
) -> dict[str, PreviewPage]:
    """List every page by its address, in the order of the index.

    ``formats`` returns those that a document can be built in; ``only`` keeps one reader's pages.
    """
    pages = (
        PreviewPage(kind, item, reader, file_format)
        for kind in kinds
        for item in kind.items(programme)
        for reader in item.readers
        if only in (None, reader)
        for file_format in formats(kind.document)
    )
    return {page.path: page for page in pages if page.ending in FORMAT_LABELS}


# --- the index ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndexLink:
    """A link of the index."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class ForReader:
    """One document's formats for one kind of reader."""

    reader: str
    links: tuple[IndexLink, ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One document with everybody who may read it."""

    title: str
    readers: tuple[ForReader, ...]


@dataclass(frozen=True, slots=True)
class IndexSection:
    """All documents of one kind."""

    heading: str
    entries: tuple[IndexEntry, ...]


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What the index, the first page of the preview, states."""

    programme: str
    readers: str
    sections: tuple[IndexSection, ...]
    sites: tuple[IndexLink, ...] = ()


def build_index(programme: str, pages: Iterable[PreviewPage], only: Audience | None) -> IndexFacts:
    """Build the index: pages by kind, document and reader, without the pictures of pages.

    ``only`` is the one reader whose pages these are, if there is such.
    """
    tree: dict[str, dict[tuple[str, str], dict[Audience, list[PreviewPage]]]] = {}
    for page in pages:
        entries = tree.setdefault(page.kind.heading, {})
        readers = entries.setdefault((page.item.slug, page.item.title), {})
        readers.setdefault(page.reader, []).append(page)
    return IndexFacts(
        programme=programme,
        readers=str(only or ""),
        sections=tuple(
            IndexSection(
                heading,
                tuple(_build_entry(title, by_reader) for (_, title), by_reader in entries.items()),
            )
            for heading, entries in tree.items()
        ),
    )


def _build_entry(title: str, by_reader: Mapping[Audience, Sequence[PreviewPage]]) -> IndexEntry:
    """Build a document's entry of the index; pages of pictures are left out."""
    readers = (
        ForReader(
            capitalised(str(reader)),
            tuple(
                IndexLink(page.path, FORMAT_LABELS[page.file_format][0])
                for page in pages
                if page.file_format in FORMAT_LABELS
            ),
        )
        for reader, pages in by_reader.items()
    )
    return IndexEntry(title, tuple(readers))


# --- errors ---------------------------------------------------------------------------------

_CONTEXT_LENGTH = 60  # characters of a long line that are shown on either side of a fault


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One thing that is wrong, with its line in three parts.

    Templates print texts without the spaces at their ends; ``gap_before`` and ``gap_after`` are
    true where a space was between two parts.
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
    """What the page of an error states; ``lead`` is what to do, above the faults."""

    heading: str
    lead: str
    faults: tuple[FaultLine, ...]


def build_faults(error: CopkitError) -> FaultFacts:
    """Build the page that explains an error."""
    if isinstance(error, InvalidTemplate):
        advice = "Mend the template, or delete it to use the one that comes with copkit."
        return FaultFacts("A template is broken", advice, (_build_fault_line(error.problem),))
    if isinstance(error, InvalidRecords):
        advice = "Mend what is marked. This page shows the document as soon as nothing is wrong."
        faults = tuple(map(_build_fault_line, error.problems))
        return FaultFacts("These records cannot be shown yet", advice, faults)
    fault = FaultLine(
        "",
        capitalised(mask_details(error.message)),
        "",
        "",
        "",
        False,
        False,
        capitalised(mask_details(error.hint)),
    )
    return FaultFacts("This cannot be shown", "", (fault,))


def _build_fault_line(problem: Problem) -> FaultLine:
    """Build what the page of an error states of a problem, with all identifying details masked."""
    # Identifying details are masked in the whole line: no rule recognises half a name.
    line = mask_details(problem.excerpt)
    start = min(problem.column - 1, len(line))
    end = problem.end_column - 1 if problem.end_line == problem.line else len(line)
    end = max(min(end, len(line)), start)
    before, after = line[:start], line[end:]
    return FaultLine(
        place=f"{mask_details(problem.file)}:{problem.line}:{problem.column}",
        message=capitalised(mask_details(problem.message)),
        before=f"…{before[-_CONTEXT_LENGTH:]}" if len(before) > _CONTEXT_LENGTH else before,
        marked=line[start:end][: 2 * _CONTEXT_LENGTH],
        after=f"{after[:_CONTEXT_LENGTH]}…" if len(after) > _CONTEXT_LENGTH else after,
        gap_before=line[start - 1 : start].isspace(),
        gap_after=line[end : end + 1].isspace(),
        hint=capitalised(mask_details(problem.hint)),
    )


# --- answers --------------------------------------------------------------------------------

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
"""Reloads the page once what it was made from has changed.

Browsers allow six connections to one server, so a hidden page does not listen.
"""
# The Content-Security-Policy lets this script run and no other.
SCRIPT_DIGEST: Final = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()


REPOSITORY: Final = "site"
"""What the addresses of the repository of cases begin with."""
_SITE_MEDIA_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml",
    "xml": "application/xml",
}


def _without_policy(page: bytes) -> bytes:
    """Take out the page's own policy, which the script that reloads it would break.

    The preview sends a policy of its own with every answer.
    """
    return re.sub(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\n', b"", page, count=1)


class Answer(NamedTuple):
    """What a browser gets; ``keep_as`` is the name of a file that it is to download."""

    status: int
    media_type: str
    body: bytes
    keep_as: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A programme's documents, built anew at every request.

    ``read`` loads the programme, or raises :class:`CopkitError`; ``only`` limits the pages to
    those of one reader.
    """

    read: Callable[[], Programme]
    kinds: Sequence[DocumentKind]
    only: Audience | None = None
    repository: Callable[[Programme, Audience], Mapping[str, bytes]] = lambda programme, reader: {}
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, version: str) -> Answer | None:
        """Answer an address, ``""`` for the index; ``None`` where there is nothing.

        ``version`` is that of the records, so that a page knows when it is out of date.
        """
        with self._lock:  # every request is a thread, and a page renders one at a time
            try:
                answer = self._build_answer(path, version)
                return (
                    _missing_page(version)
                    if answer is None and path.endswith(f".{PAGE}")
                    else answer
                )
            except CopkitError as error:
                return _fault_page(error, version)
            except OSError as error:
                reason = error.strerror or "unknown reason"
                return _fault_page(CopkitError(f"a file cannot be read: {reason}"), version)

    def _build_answer(self, path: str, version: str) -> Answer | None:
        """Load the programme and render what is at an address; ``None`` where there is nothing.

        Raise :class:`CopkitError` for what cannot be shown.
        """
        programme = self.read()
        if path.startswith(f"{REPOSITORY}/"):
            return self._answer_of_repository(programme, path, version)
        theme = load_theme(programme.settings, programme.root)
        pages = list_pages(programme, self.kinds, available_formats, self.only)
        if not path:
            facts = build_index(programme.settings.name, pages.values(), self.only)
            facts = replace(facts, sites=tuple(self._repository_links()))
            # With the shipped template: a broken one of the programme must not hide the links.
            theme_without_templates = replace(theme, own_templates=None)
            index = render("preview/index.html", facts, theme_without_templates)
            return Answer(
                200, FORMAT_LABELS["html"][1], _add_script(index.encode("utf-8"), version)
            )
        return (
            self._render_document(programme, pages[path], theme, version) if path in pages else None
        )

    def _repository_links(self) -> Iterator[IndexLink]:
        """Yield a link to the repository of cases of each reader."""
        for reader in Audience:
            if self.only in (None, reader):
                yield IndexLink(f"{REPOSITORY}/{reader}/index.html", capitalised(str(reader)))

    def _answer_of_repository(self, programme: Programme, path: str, version: str) -> Answer | None:
        """Render a file of the repository of cases; ``None`` where there is nothing.

        Its address is ``site/READERS/`` and that of the file within the site.
        """
        _, reader_name, address = path.split("/", 2) if path.count("/") > 1 else ("", "", "")
        readers = [reader for reader in Audience if self.only in (None, reader)]
        reader = next((reader for reader in readers if reader.value == reader_name), None)
        if reader is None:
            return None
        files = self.repository(programme, reader)
        data = files.get(address or "index.html")
        if data is None:
            return None
        ending = (address or "index.html").rpartition(".")[2]
        media_type = _SITE_MEDIA_TYPES.get(ending) or FORMAT_LABELS[ending][1]
        if ending == PAGE:
            data = _add_script(_without_policy(data), version)
        return Answer(200, media_type, data)

    def _render_document(
        self, programme: Programme, page: PreviewPage, theme: DocumentTheme, version: str
    ) -> Answer | None:
        """Render a document; return ``None`` for a picture that it does not show."""
        facts: Any = page.kind.facts(programme, page.item.record, page.reader)
        data = DOCUMENTS[page.kind.document][page.file_format](facts, theme)
        if not data:
            return None
        if page.file_format == PAGE:
            data = _add_script(data, version)
        keep_as = "" if page.ending in SHOWN_IN_BROWSER else page.file_name
        return Answer(200, FORMAT_LABELS[page.ending][1], data, keep_as)


def _missing_page(version: str) -> Answer:
    """Return a page for a document whose record is gone, perhaps only while it is saved."""
    hint = "it comes back when its record does; the first page of the preview lists what there is"
    return _fault_page(CopkitError("this document is not there at the moment", hint), version, 404)


def _fault_page(error: CopkitError, version: str, status: int = 500) -> Answer:
    """Return the page that explains an error; ``status`` is that of HTTP."""
    page = render("preview/fault.html", build_faults(error), DEFAULT_THEME)
    return Answer(status, FORMAT_LABELS["html"][1], _add_script(page.encode("utf-8"), version))


def _add_script(page: bytes, version: str) -> bytes:
    """Add the script that reloads a page; built documents have none.

    ``version`` is that of the records which the page was made from.
    """
    tag = f'<script data-version="{version}">{SCRIPT}</script>'.encode()
    before, end, after = page.rpartition(b"</body>")
    return before + tag + end + after if end else page + tag
