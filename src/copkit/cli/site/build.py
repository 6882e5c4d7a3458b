"""Building a site: its files below a folder, and what is to be uploaded and deleted on a host.

Beside a site lies its list, ``public.files``: each file with its digest and the day on which it was
first there. It is what the last build left, so that the next one can name what differs. A file that
is gone is deleted before anything new is written: whatever stops a build, a page that was taken
back is not there any more.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from copkit.analysis.privacy.site import LeftOutCase, SiteReduction, SiteView
from copkit.cli.documents.build import SITE
from copkit.cli.params import today
from copkit.cli.terminal import with_progress
from copkit.documents.site.render import SiteRenderer
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.records.schema.audience import Audience
from copkit.text.files import path_inside
from copkit.text.transaction import write_output

_LIST_ENDING: Final = ".files"
_LARGEST_LIST: Final = 50_000_000  # bytes; a hundred thousand files take less


class SiteFile(NamedTuple):
    """A file of a site as the list has it: its digest, and the day on which it was first there."""

    digest: str
    since: dt.date


class BuiltSite(NamedTuple):
    """A site that was built: where, of what, and how it differs from what the last build left.

    ``files`` has the bytes of each file. ``written`` and ``deleted`` count what this build changed
    in the folder, ``upload`` and ``delete`` are what has changed since the list was written. There
    was no list before the first build.
    """

    folder: Path
    view: SiteView
    left_out: tuple[LeftOutCase, ...]
    files: Mapping[str, int]
    words: int
    written: int
    deleted: int
    upload: tuple[str, ...]
    delete: tuple[str, ...]
    is_first: bool

    @property
    def pages(self) -> int:
        """The number of pages."""
        return sum(address.endswith(".html") for address in self.files)

    @property
    def shards(self) -> dict[str, int]:
        """The bytes of each file of words, by address."""
        return {
            address: size
            for address, size in self.files.items()
            if address.startswith("search/") and "-" not in address and address != _SEARCH_INDEX
        }


_SEARCH_INDEX: Final = "search/index.js"


def site_folder(root: Path, reader: Audience) -> Path:
    """Return the folder of the site for some readers."""
    return path_inside(root, "build", SITE, reader.value)


def list_of(folder: Path) -> Path:
    """Return the path of the list beside a site."""
    return folder.with_name(f"{folder.name}{_LIST_ENDING}")


def build_site(
    programme: Programme,
    reader: Audience,
    output: Path | None = None,
    base_url: str | None = None,
    *,
    dry_run: bool = False,
    is_refresh: bool = False,
) -> BuiltSite:
    """Build the site for some readers below ``output``, or ``build/site/``.

    A ``base_url`` stands for that of the settings. With ``is_refresh`` the list beside the site
    stays, so that the next build still names everything that differs from what the last one left.
    Raise :class:`CopkitError` where a folder holds other files than those of a site.
    """
    reduction = SiteReduction(programme, reader, today())
    view = reduction.view()
    if base_url is not None:
        view = replace(view, base_url=base_url.rstrip("/"))
    folder = site_folder(programme.root, reader) if output is None else output.resolve()
    listed = read_list(list_of(folder))
    found = _files_in(folder)
    # nothing that was loaded is garbage, and to look through it again and again takes as long
    # as to render ten thousand pages
    gc.freeze()
    if output is not None and found and not listed:
        message = f"{output} holds files that no site of copkit put there; nothing was written"
        raise CopkitError(message, "name a new folder, or one that copkit built a site in")
    # in build/ everything is copkit's own; elsewhere only what the list names
    ours = {*listed, *(found if output is None else ())}
    renderer = SiteRenderer(view, load_theme(programme.settings, programme.root))
    pages = renderer.plan.pages()
    outdated_pages = {name for name in ours if name.endswith(".html")} - pages.keys()
    if not dry_run:
        _delete(folder, outdated_pages & found)
    days = {name: entry.since for name, entry in listed.items()}
    files, sizes, written = dict[str, SiteFile](), dict[str, int](), 0
    for name, data in with_progress(renderer.files(days, today()), "making the pages"):
        digest = hashlib.sha256(data).hexdigest()
        files[name] = SiteFile(digest, days.get(name, today()))
        sizes[name] = len(data)
        if not _holds(folder, name, data, found):
            written += 1
            if not dry_run:
                _write(folder, name, data, found)
    gone = ours - files.keys()
    if not dry_run:
        _delete(folder, gone & found)
        if not is_refresh:
            write_output(folder.parent, list_of(folder), _format_list(files))
            if output is not None:
                _note_output(programme.root, SiteOutput(reader, folder, base_url or ""))
    was = {name: entry.digest for name, entry in listed.items()}
    changed = (name for name, entry in files.items() if was.get(name) != entry.digest)
    return BuiltSite(
        folder=folder,
        view=view,
        left_out=reduction.left_out,
        files=sizes,
        words=renderer.words,
        written=written,
        deleted=len(gone & found),
        upload=tuple(sorted(changed)),
        delete=tuple(sorted(listed.keys() - files.keys())),
        is_first=not listed,
    )


class SiteOutput(NamedTuple):
    """A site that was built outside ``build/``, and the address that was typed for it."""

    reader: Audience
    folder: Path
    base_url: str


def read_outputs(root: Path) -> list[SiteOutput]:
    """Return the sites that were built outside ``build/`` and are still there."""
    with contextlib.suppress(OSError, ValueError):
        lines = path_inside(root, *_OUTPUTS).read_text(encoding="utf-8").splitlines()
        entries = [line.split("\t") for line in lines]
        outputs = [SiteOutput(Audience(who), Path(where), url) for who, where, url in entries]
        return [output for output in outputs if output.folder.is_dir()]
    return []


def _note_output(root: Path, output: SiteOutput) -> None:
    """Note where a site was built, so that a takedown can name it."""
    outputs = [other for other in read_outputs(root) if other.folder != output.folder]
    lines = ("\t".join(map(str, other)) for other in (*outputs, output))
    write_output(root, path_inside(root, *_OUTPUTS), "".join(f"{x}\n" for x in lines).encode())


_OUTPUTS: Final = ("build", SITE, "outputs")


def _write(folder: Path, name: str, data: bytes, found: Collection[str]) -> None:
    """Write a file of the site: in one step where readers may have the one before open.

    Raise :class:`CopkitError` where it cannot be written.
    """
    path = folder.joinpath(*name.split("/"))
    if name in found:
        write_output(folder.parent, path, data)
        return
    try:
        path.write_bytes(data)
    except FileNotFoundError:  # the first of its folder, of which none can be a link
        write_output(folder.parent, path, data)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CopkitError(f"{path} cannot be written: {reason}") from None


def _holds(folder: Path, name: str, data: bytes, found: Collection[str]) -> bool:
    """Return whether a file of the site holds these bytes already."""
    if name not in found:
        return False
    path = folder.joinpath(*name.split("/"))
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _files_in(folder: Path) -> set[str]:
    """Return the files below a folder, with forward slashes; none of what is a link.

    Raise :class:`CopkitError` for a folder that is a link: it could lead anywhere.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CopkitError(f"{folder} is no folder of its own; nothing was written")
    names = set()
    for place, folders, files in os.walk(folder):
        inner = Path(place).relative_to(folder).as_posix()
        prefix = "" if inner == "." else f"{inner}/"
        folders[:] = [name for name in folders if not Path(place, name).is_symlink()]
        names |= {f"{prefix}{name}" for name in files}
    return names


def _delete(folder: Path, names: Iterable[str]) -> None:
    """Delete files of a site, and the folders that this leaves empty."""
    for name in names:
        path = folder.joinpath(*name.split("/"))
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder:
                break
            with contextlib.suppress(OSError):  # something else is in there
                parent.rmdir()


def read_list(path: Path) -> dict[str, SiteFile]:
    """Read the list beside a site; what is no list of ours counts as none."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_LIST:
            return {}
        lines = path.read_text(encoding="utf-8").splitlines()
        entries = (line.split("\t") for line in lines)
        return {
            name: SiteFile(digest, dt.date.fromisoformat(since))
            for name, digest, since in entries
            if _is_inside(name)
        }
    except (OSError, ValueError):
        return {}


def _is_inside(name: str) -> bool:
    """Return whether a name from a list can only be that of a file within the site."""
    return all(part not in ("", ".", "..") and "\\" not in part for part in name.split("/"))


def _format_list(files: Mapping[str, SiteFile]) -> bytes:
    lines = (f"{name}\t{entry.digest}\t{entry.since}\n" for name, entry in sorted(files.items()))
    return "".join(lines).encode()
