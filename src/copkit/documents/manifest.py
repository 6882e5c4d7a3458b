"""The manifest of what was built: ``build/.copkit.json``.  Reads and writes that file.

A document of attendance counts up to a day, and what is built of it later has to keep that day. It
stands here as data, so that nothing is ever read back out of a page. No text of a document is
kept, only digests: a list of what was stated would be a leak of its own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.documents.theme import DocumentTheme
from copkit.layout import shipped_folder
from copkit.text.transaction import locked, write_output

MANIFEST: Final = ("build", ".copkit.json")
_FORMAT: Final = 1  # of the manifest; another one is not read, and written anew by the next build
_LARGEST: Final = 5_000_000  # bytes; thousands of documents take less


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One document that was built, in all its formats.

    ``place`` is its folder below ``build/``, with forward slashes. ``facts`` is the digest of what
    it states, ``files`` has the digest of each file by format, as it was written, and
    ``appearances`` that of what it was rendered with.

    A brief or letter also has the first day on which it stated the same, and digests of what it
    tells: ``texts`` of blockages by what they are called, ``cases`` of the cases. ``is_moved``
    tells that ``as_of`` is not the day of its record, but a later one that somebody asked for.
    """

    place: str
    document: str
    audience: str
    as_of: dt.date
    facts: str
    files: Mapping[str, str]
    appearances: Mapping[str, str] = field(default_factory=dict)
    built_on: dt.date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[str, ...] = ()
    is_moved: bool = False

    def day_after(self, own_day: dt.date) -> dt.date:
        """Return the day that the document is to state, where its record has ``own_day``."""
        return max(self.as_of, own_day) if self.is_moved else own_day

    def edited_texts(self, texts: Mapping[str, str], today: dt.date) -> list[str]:
        """Return what has been edited since a document of an earlier day was built, else ``[]``.

        ``texts`` are the digests as of now. On the day on which it was built, and up to the day
        that it is of, it is still being written.
        """
        if self.built_on is None or today <= max(self.built_on, self.as_of):
            return []
        return [name for name, text in self.texts.items() if texts.get(name) != text]

    def holds(self, file_format: str, path: Path, facts: str, appearance: str) -> bool:
        """Check that a file is what rendering it again from some facts would make it.

        ``facts`` and ``appearance`` are digests as of now.
        """
        if self.facts != facts or self.appearances.get(file_format) != appearance:
            return False
        return path.is_file() and digest(path.read_bytes()) == self.files.get(file_format)


Manifest = Mapping[tuple[str, str], ManifestEntry]
"""Entries by place and kind of document: several documents may lie in one folder."""


def digest(data: bytes) -> str:
    """Return a digest by which to tell whether a file or facts have changed."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def facts_digest(facts: Any) -> str:
    """Return the digest of a document's facts, which are plain values throughout."""
    return digest(repr(facts).encode("utf-8", "surrogatepass"))


# Another version of one of these may render the same facts otherwise.
_RENDERERS: Final = (
    "css_inline", "docx", "jinja2", "markdown_it", "nh3", "resvg_py", "typst", "xlsxwriter",
)  # fmt: skip


def appearance_digest(theme: DocumentTheme) -> str:
    """Return a digest of all but the facts that documents are made of.

    That is the theme, a programme's own templates, and copkit with the packages that it renders
    with. Files are told apart by their sizes and times, which costs no reading.
    """
    own = theme.own_templates
    parts = [
        repr(replace(theme, own_templates=None)),
        digest(theme.logo.png) if theme.logo else "",
        *(_describe_files(own) if own else ()),
        _installation_digest(),
    ]
    return digest("\n".join(parts).encode("utf-8", "surrogatepass"))


@cache
def _installation_digest() -> str:
    """Return a digest of copkit's own files, of Python, and of the packages that render."""
    source = Path(__file__).parent.parent
    parts = [sys.version, *_describe_files(source), *_describe_files(shipped_folder("templates"))]
    for name in _RENDERERS:
        spec = find_spec(name)
        if spec and spec.origin:
            parts.append(_describe_file(spec.origin))
    return digest("\n".join(parts).encode("utf-8", "surrogatepass"))


def _describe_files(folder: Path) -> Iterator[str]:
    """Yield the path, size and time of each file in a folder, but of no compiled module."""
    for inner, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (_describe_file(os.path.join(inner, name)) for name in sorted(names))  # noqa: PTH118


def _describe_file(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:  # a link that leads nowhere
        return path
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def read_manifest(root: Path) -> Manifest:
    """Read what was built in a programme; what is no manifest of ours counts as none."""
    path = root.joinpath(*MANIFEST)
    try:
        if path.is_symlink() or path.parent.is_symlink() or path.stat().st_size > _LARGEST:
            return {}
        content = json.loads(path.read_bytes())
        if content["format"] != _FORMAT:
            return {}
        entries = [_parse_entry(values) for values in content["documents"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {(entry.place, entry.document): entry for entry in entries}


def _parse_entry(values: Mapping[str, Any]) -> ManifestEntry:
    """Parse one entry; raise ``ValueError``, ``KeyError`` or ``TypeError`` for another shape."""
    texts = [values[name] for name in ("place", "document", "audience", "facts")]
    files = dict(values["files"])
    appearances = dict(values.get("appearances", {}))  # 0.1 noted none
    digests = (*files, *files.values(), *appearances, *appearances.values())
    if not all(isinstance(text, str) for text in (*texts, *digests)):
        raise TypeError("an entry holds texts")
    place, document, audience, facts = texts
    as_of = dt.date.fromisoformat(values["as_of"])
    built_on = values.get("built_on")
    told = {str(name): str(text) for name, text in values.get("texts", {}).items()}
    return ManifestEntry(
        place,
        document,
        audience,
        as_of,
        facts,
        files,
        appearances,
        built_on=dt.date.fromisoformat(built_on) if built_on else None,
        texts=told,
        cases=tuple(map(str, values.get("cases", ()))),
        is_moved=values.get("is_moved") is True,
    )


def _format_entry(entry: ManifestEntry) -> dict[str, Any]:
    """Format one entry for JSON, without what only briefs and letters have where it is empty."""
    values = {**asdict(entry), "as_of": str(entry.as_of)}
    values["built_on"] = str(entry.built_on) if entry.built_on else None
    optional = ("built_on", "texts", "cases", "is_moved")
    return {name: value for name, value in values.items() if value or name not in optional}


class ExportNote(NamedTuple):
    """What the package of tables below ``build/export/`` says of them.

    ``digest`` is that of their rows, by which a later build knows whether they still hold.
    """

    programme_id: str
    as_of: dt.date
    tables: tuple[str, ...]
    with_text: bool
    digest: str


def read_exports(root: Path) -> dict[str, ExportNote]:
    """Return what lies below ``build/export/``, by the name of the folder, which is its readers'.

    What is no package of copkit's counts as none.
    """
    notes = {}
    for path in sorted(root.glob("build/export/*/datapackage.json")):
        if any(part.is_symlink() for part in (path, *path.parents[:3])):
            continue
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            package = json.loads(path.read_text(encoding="utf-8"))
            ours = package["copkit"]
            notes[path.parent.name] = ExportNote(
                programme_id=str(ours["programme_id"]),
                as_of=dt.date.fromisoformat(package["created"][:10]),
                tables=tuple(map(str, ours["counts"])),
                with_text=ours["with_text"] is True,
                digest=str(ours["digest"]),
            )
    return notes


def change_manifest(
    root: Path, change: Callable[[dict[tuple[str, str], ManifestEntry]], None]
) -> None:
    """Change the manifest of a programme under its lock; without entries there is no file.

    ``change`` changes the entries that it is given in place.
    """
    with locked(root):  # another build may be running, and its entries have to stay
        before = read_manifest(root)
        entries = dict(before)
        change(entries)
        path = root.joinpath(*MANIFEST)
        if entries == before:
            return
        if not entries:
            path.unlink(missing_ok=True)
            return
        documents = [
            _format_entry(entry) for _, entry in sorted(entries.items(), key=lambda pair: pair[0])
        ]
        text = json.dumps({"format": _FORMAT, "documents": documents}, indent=1, ensure_ascii=False)
        write_output(root, path, f"{text}\n".encode())
