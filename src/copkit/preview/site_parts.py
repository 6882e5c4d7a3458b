"""What the preview answers to an address: a document made now, or why it cannot be made.

Nothing is written: a document goes from memory to the browser.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from copkit.documents.formats import DOCUMENTS, PAGE, forms_here
from copkit.documents.templates import render
from copkit.documents.theme import SHIPPED, Look, look_of
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.preview.faults import fault_facts
from copkit.preview.site import FORMS, IN_THE_BROWSER, Kind, Page, index_facts, pages_of
from copkit.records.schema.fields import Audience

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
