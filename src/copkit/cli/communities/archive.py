"""``copkit archive``: what some readers may keep, to be read without copkit."""

from __future__ import annotations

import datetime as dt
import shlex
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from copkit import __version__
from copkit.cli.context import Archiving, CommandContext
from copkit.cli.params import CommunityName, complete_audience, today, usage_error
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.files import is_outside_git
from copkit.records.schema.audience import Audience, audience_choices
from copkit.text.files import slug_from
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.privacy.site import SiteReduction
    from copkit.documents.theme import DocumentTheme
    from copkit.folder import Programme

FIRST_PAGE: Final = "README.html"


def archive(
    context: Archiving,
    community: CommunityName = None,
    every: Annotated[bool, typer.Option("--all", help="The whole programme.")] = False,
    reader: Annotated[
        Audience | None,
        typer.Option(
            "--for",
            help=f"Who will read it: {audience_choices()}.",
            show_default=False,
            autocompletion=complete_audience,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The new file, such as archive.zip.")
    ] = None,
    verify: Annotated[
        Path | None,
        typer.Option("--verify", metavar="FILE", help="Check that an archive is what it was."),
    ] = None,
) -> None:
    """Pack what some readers may keep into one file that needs no copkit: pages, texts, tables.

    It is a bag as RFC 8493 describes it, as a ZIP file, with a page to begin with. Nothing from
    private/, no private note and no history of git is in it. The same records give the same bytes.
    Everything is checked first, and one error stops it.

    \b
    Examples:
      copkit archive --all --for public --output ../archive.zip
      copkit archive workington --for members --output ../workington.zip
      copkit archive --verify ../archive.zip
    """
    if verify is not None:
        verify_archive(context, verify)
        return
    if reader is None or output is None:
        missing = [
            option for option, value in (("--for", reader), ("--output", output)) if value is None
        ]
        hint = "copkit archive --all --for public --output ../archive.zip"
        usage_error(f"missing: {' and '.join(missing)}", hint)
    if (community is None) != every:
        usage_error("name one community, or say --all", "copkit archive --all ...")
    if community and not reader.policy.sees_places_of_cases:
        message = f"an archive of one community would tell {reader} where its cases were presented"
        hint = f"copkit archive --all --for {reader} --output {shlex.quote(str(output))}"
        raise CopkitError(message, hint, status=2)
    if output.exists():
        message = f"{clean(str(output))} exists already; nothing was written"
        raise CopkitError(message, "name another file, or delete this one first")
    require_out_of_git(context.root, output)
    programme = context.open_to_build()
    name = programme.settings.name
    if community:
        records = programme.community(community)
        programme = of_one_community(programme, records.slug)
        name = records.community.name
    folder = f"{slug_from(name)}-{reader}"
    payload, info = pack(programme, reader)
    # Imported here, as --verify needs none of it.
    from copkit.analysis.privacy.outgoing import Selection
    from copkit.cli.documents.outgoing import going_out
    from copkit.documents.bag import build_bag
    from copkit.records.outgoing import OutgoingDocument
    from copkit.text.transaction import save_outputs

    data = build_bag(folder, payload, info)
    day = last_recorded_day(programme, today())
    with going_out(context, programme, Selection(OutgoingDocument.ARCHIVE, reader, day)):
        if not context.dry_run:
            target = output.resolve()
            save_outputs(target.parent, {target.name: data})
    counts = Counter(path.partition("/")[0] for path in payload)
    if context.as_json:
        print_json({"file": output, "readers": reader, "files": len(payload), "parts": counts})
        return
    say(f"{context.verb} {clean(str(output))}: {plural(len(payload), 'file')} for {reader}")
    say("  read it with a stranger's eyes before you hand it on; then: "
        f"copkit archive --verify {clean(str(output))}")  # fmt: skip


def require_out_of_git(root: Path, output: Path) -> None:
    """Raise where a file would lie among the records, which are shared and looked through."""
    path, folder = output.resolve(), root.resolve()
    if path.is_relative_to(folder) and not is_outside_git(path.relative_to(folder).as_posix()):
        message = f"{clean(str(output))} is among the records, where 'copkit sync' would share it"
        hint = f"write it beside them: --output {shlex.quote(str(folder.parent / path.name))}"
        raise CopkitError(message, hint, status=2)


def of_one_community(programme: Programme, slug: str) -> Programme:
    """Return a programme with the records of one community, and what these refer to."""
    records = programme.community(slug)
    cards = {card for case in records.cases for card in case.evidence}
    blockages = {issue.blockage for case in records.cases for issue in case.issues}
    return replace(
        programme,
        communities=(records,),
        evidence=tuple(card for card in programme.evidence if card.slug in cards),
        blockages=tuple(each for each in programme.blockages if each.slug in blockages),
        newsletters=(),
        briefs=(),
        surveys=(),
        quotes=tuple(quote for quote in programme.quotes if quote.community == slug),
        focus_groups=tuple(each for each in programme.focus_groups if each.community == slug),
        stories=tuple(story for story in programme.stories if story.community == slug),
    )


def last_recorded_day(programme: Programme, day: dt.date) -> dt.date:
    """Return the last day up to ``day`` that any record is of.

    An archive is of that day, so that one of the same records has the same bytes next year.
    """
    days = [programme.settings.starts]
    for signed in (
        *(case.sign_off for records in programme.communities for case in records.cases),
        *(story.sign_off for story in programme.stories),
        *(quote.sign_off for quote in programme.quotes),
    ):
        days += [signed.date] if signed else []
    days += [meeting.held_on for records in programme.communities for meeting in records.meetings]
    days += [p.date for records in programme.communities for c in records.cases for p in c.progress]
    days += [newsletter.until for newsletter in programme.newsletters]
    for blockage in programme.blockages:
        days += [each for ask in blockage.asks for each in (ask.date, ask.replied) if each]
    return max((each for each in days if each <= day), default=day)


def pack(programme: Programme, reader: Audience) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the files of an archive for some readers by path, and what its label says."""
    from copkit.analysis.privacy.site import SiteReduction
    from copkit.documents.facts.archive import build_archive
    from copkit.documents.templates import render
    from copkit.documents.theme import load_theme

    # The directory is no record of what a community did, and its places are real ones.
    programme = replace(programme, directory=(), connectors=())
    day = last_recorded_day(programme, today())
    reduction = SiteReduction(programme, reader, day)
    theme = load_theme(programme.settings, programme.root)
    payload = {
        **{f"site/{path}": data for path, data in _site_files(reduction, theme, day)},
        **{f"records/{path}": data for path, data in _record_files(reduction, theme)},
        **{f"tables/{path}": data for path, data in _table_files(programme, reader, day)},
        **{f"documents/{path}": data for path, data in _built_files(programme, reader)},
    }
    view = reduction.view()
    counts = Counter(path.partition("/")[0] for path in payload)
    every = sum(len(records.cases) for records in programme.communities)
    facts = build_archive(
        view, day, programme.settings.starts, counts, left_out=every > len(view.cases)
    )
    payload[FIRST_PAGE] = render("archive.html", facts, theme).encode("utf-8")
    info = {
        "Source-Organization": facts.programme,
        "External-Description": f"{facts.title}. {facts.readers}",
        "Bagging-Date": str(day),
        "Bag-Software-Agent": f"copkit {__version__}",
    }
    if facts.contact:
        info["Contact-Email"] = facts.contact
    return payload, info


def _site_files(
    reduction: SiteReduction, theme: DocumentTheme, day: dt.date
) -> Iterator[tuple[str, bytes]]:
    from copkit.documents.site.render import SiteRenderer

    yield from SiteRenderer(reduction.view(), theme).files({}, day)


def _record_files(reduction: SiteReduction, theme: DocumentTheme) -> Iterator[tuple[str, bytes]]:
    """Yield each case, evidence card and blockage as a text of its own."""
    from copkit.documents.facts.archive import record_cards
    from copkit.documents.facts.write_up import build_write_up
    from copkit.documents.templates import render

    for name, case in reduction.cases_by_page_name.items():
        facts = build_write_up(reduction.view(only=case))
        yield f"cases/{name}.md", render("write-up.md", facts, theme).encode("utf-8")
    for path, card in record_cards(reduction.view()).items():
        yield f"{path}.md", render("archive-record.md", card, theme).encode("utf-8")


def _table_files(
    programme: Programme, reader: Audience, day: dt.date
) -> Iterator[tuple[str, bytes]]:
    """Yield the tables that readers may have, with their description."""
    from copkit.analysis.tables.rows import ExportSource
    from copkit.analysis.tables.summaries import build_tables
    from copkit.documents.data_package import build_data_package, format_data_package, table_file
    from copkit.documents.table_files import table_csv

    source = ExportSource(programme.settings.programme_id, day, commit="", version=__version__)
    every = build_tables(programme, reader, source)
    tables = [table for table in every if table.name != "summary_services"]  # it would be empty
    files = [table_file(t.name, f"{t.name}.csv", t, table_csv(t)) for t in tables]
    for table in tables:
        yield f"{table.name}.csv", table_csv(table)
    package = build_data_package(programme.settings, reader, source, files)
    yield "datapackage.json", format_data_package(package)


def _built_files(programme: Programme, reader: Audience) -> Iterator[tuple[str, bytes]]:
    """Yield what was built for these readers, as it lies below build/; the site is apart."""
    from copkit.documents.manifest import read_manifest

    for entry in read_manifest(programme.root).values():
        folder = programme.root / "build" / entry.place
        if entry.audience != reader or not folder.is_dir() or folder.is_symlink():
            continue
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield f"{entry.place}/{path.name}", path.read_bytes()


# --- checking --------------------------------------------------------------------------------


def verify_archive(context: CommandContext, path: Path) -> None:
    """Check every digest of an archive, and open it in a folder of its own.

    Raise :class:`CopkitError` for what was changed, is missing, or cannot be opened.
    """
    from copkit.cli.prompts import read_input_file
    from copkit.documents.bag import read_bag

    files = read_bag(_read(path) if path.is_file() else read_input_file(path))
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            target = Path(folder, *name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        page = Path(folder, "data", FIRST_PAGE)
        starts = [Path(folder, "data", "site", "index.html"), page]
        if missing := [start.name for start in starts if not start.is_file()]:
            raise CopkitError(f"this archive has no {missing[0]}", status=1)
    count = sum(name.startswith("data/") for name in files)
    if context.as_json:
        print_json({"file": path, "is_whole": True, "files": count})
        return
    say(f"{clean(str(path))} is whole: {plural(count, 'file')}, each as it was packed")
    say(f"  unpack it anywhere, and open data/{FIRST_PAGE} in a browser")


def _read(path: Path) -> bytes:
    """Read an archive, which may be larger than a list that somebody exported."""
    from copkit.documents.bag import LARGEST

    try:
        if path.stat().st_size > LARGEST:
            raise CopkitError(f"{clean(str(path))} is too large to be an archive of copkit's")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CopkitError(f"{clean(str(path))} cannot be read: {reason}") from None
