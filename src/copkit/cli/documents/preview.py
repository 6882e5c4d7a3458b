"""``copkit preview``: every document in the browser, as the records are now."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.context import Reading
from copkit.cli.params import (
    complete_audience,
    is_interactive,
    open_programme,
    today,
    usage_error,
)
from copkit.cli.terminal import print_json, say
from copkit.layout import CONTACTS
from copkit.records.schema.audience import Audience

if TYPE_CHECKING:
    import datetime as dt

    from copkit.folder import Programme
    from copkit.preview.server import PreviewServer
    from copkit.preview.site import DocumentKind, PreviewItem
    from copkit.records.briefs import Brief
    from copkit.records.newsletters import Newsletter
    from copkit.records.reports import EvaluationReport

DEFAULT_PORT: Final = 8000
_OTHER_PORTS: Final = 20  # tried after it, where another preview or program has taken it


def preview(
    context: Reading,
    port: Annotated[
        int | None, typer.Option(help="Where to listen.", show_default="8000, or the next free")
    ] = None,
    audience: Annotated[
        Audience | None,
        typer.Option(
            "--for",
            help="Show only what these readers see.",
            show_default="all",
            autocompletion=complete_audience,
        ),
    ] = None,
    open_it: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open the browser.", show_default="on a terminal"),
    ] = None,
    host: Annotated[str, typer.Option(help="This computer: no other can be served.")] = "127.0.0.1",
) -> None:
    """Show every document in the browser, and update it when a record or template changes.

    Newsletters, briefs, reports, letters, the matrix, registers and the repository of cases are
    made when you look at them, for each audience. Nothing is written. Only this computer can open
    the address, and only with the word in it. Ctrl-C ends it.

    \b
    Examples:
      copkit preview
      copkit preview --for commissioners --no-open
      copkit preview --port 8080
    """
    _require_this_computer(host, port)
    root = context.root
    # imported only now, so that a wrong option or folder is answered at once
    from copkit.preview.server import ChangeCounter, open_server
    from copkit.preview.site import Site

    changes = ChangeCounter()
    site = Site(cached_reader(root), document_kinds(), audience, repository_reader())
    address = "127.0.0.1" if host == "localhost" else host
    # a port that was named is taken or refused; only the default one gives way to the next
    server = open_server(
        site,
        changes,
        address,
        DEFAULT_PORT if port is None else port,
        _OTHER_PORTS if port is None else 0,
    )
    if port is None and server.port != DEFAULT_PORT:
        say(f"port {DEFAULT_PORT} is taken, so this is at {server.port}")
    try:
        changes.watch(root, is_shown)
    except (OSError, RuntimeError):
        say("this system cannot tell of changes here: load a page again yourself")
    with _handling_end(server), contextlib.ExitStack() as pages:
        if context.as_json:
            print_json({"address": server.address, "port": server.port})
        else:
            print(server.address)
            say("open this address in a browser; Ctrl-C ends the preview")
        sys.stdout.flush()  # whoever started this through a pipe waits for the address
        if is_interactive() if open_it is None else open_it:
            page = pages.enter_context(_page_that_leads_to(server.address, root))
            # some browsers return only when they are closed
            threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()
        server.serve_forever(poll_interval=0.2)


def _require_this_computer(host: str, port: int | None) -> None:
    """Raise a usage error for a host other than this computer, or a port that no user may take."""
    from copkit.preview.server import HOSTS

    if host not in HOSTS:
        usage_error(
            f"--host: '{host}' is not this computer, and the preview shows what is for members",
            "leave --host out; to show a document to others, build it and send them the file",
        )
    # 0 lets the system choose; those below 1024 need an administrator
    if port is not None and port != 0 and not 1024 <= port <= 65_535:
        usage_error(f"--port: {port} is not a port that a program may take", "1024 to 65535 are")


@contextlib.contextmanager
def _page_that_leads_to(address: str, root: Path) -> Iterator[str]:
    """Write a page that leads to the preview, yield its address, and delete it at the end.

    Everybody on this computer can read with what a browser was started; nobody else this page.
    """
    build = root / "build"  # some browsers may open no files outside a person's own folders
    is_place = build.is_dir() and not build.is_symlink()
    with tempfile.TemporaryDirectory(prefix=".preview-", dir=build if is_place else None) as folder:
        page = Path(folder, "preview.html")
        page.touch(0o600)
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><title>copkit</title>'
            f'<meta http-equiv="refresh" content="0; url={address}">'
            f'<a href="{address}">to the preview</a>\n',
            encoding="utf-8",
        )
        yield page.as_uri()


@contextlib.contextmanager
def _handling_end(server: PreviewServer) -> Iterator[None]:
    """End the preview on Ctrl-C or SIGTERM, with a line that says so and no traceback."""
    with contextlib.suppress(ValueError):  # outside the main thread there are no signals
        signal.signal(signal.SIGTERM, _raise_interrupt)
    try:
        with server:
            yield
    except KeyboardInterrupt:
        # the terminal has printed ^C, so the line begins below it
        say("\nthe preview has ended" if is_interactive() else "the preview has ended")
    finally:
        server.changes.end()


def _raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def is_shown(file: str) -> bool:
    """Return whether a change of a file may change what the preview shows.

    Contacts and accepted findings count as well: they decide whether anything is shown at all.
    """
    from copkit.cli.pii import is_document_source
    from copkit.private_files import KEY
    from copkit.records.private import ACCEPTED_FILE

    return is_document_source(file) or file in (CONTACTS, KEY, ACCEPTED_FILE)


def cached_reader(root: Path) -> Callable[[], Programme]:
    """Return a function that loads a programme, and loads it again only after a file has changed.

    The function raises :class:`InvalidRecords` where records have errors or somebody is named in
    them, so that the browser never shows what a build would refuse.
    """
    from copkit.cli.pii import is_document_source, require_no_details_in_files
    from copkit.preview.server import scan_files

    cached: tuple[Any, Programme] | None = None  # one value, as requests come from several threads

    def read() -> Programme:
        nonlocal cached
        # before loading: a file that changes meanwhile has another state the next time
        state = scan_files(root, is_shown)
        if cached is not None and cached[0] == state:
            return cached[1]
        programme = open_programme(root)
        require_no_details_in_files(programme, is_document_source)
        cached = (state, programme)
        return programme

    return read


def repository_reader() -> Callable[[Programme, Audience], Mapping[str, bytes]]:
    """Return a function that renders the repository of cases for some readers, by address.

    What it rendered is kept until the programme is loaded anew.
    """
    cached: dict[Audience, tuple[Programme, Mapping[str, bytes]]] = {}

    def render(programme: Programme, reader: Audience) -> Mapping[str, bytes]:
        from copkit.analysis.privacy.site import SiteReduction
        from copkit.documents.site.render import SiteRenderer
        from copkit.documents.theme import load_theme

        rendered_from, files = cached.get(reader, (None, {}))
        if rendered_from is not programme:
            view = SiteReduction(programme, reader, today()).view()
            theme = load_theme(programme.settings, programme.root)
            files = dict(SiteRenderer(view, theme).files({}, today()))
            cached[reader] = (programme, files)
        return files

    return render


# Kinds of document


def document_kinds() -> tuple[DocumentKind, ...]:
    """Return every kind of document that can be shown, with what builds its facts."""
    from copkit.cli.documents.build import (
        agenda_facts,
        brief_facts,
        growth_facts_of,
        issue_facts,
        letter_facts,
        matrix_facts_of,
        network_facts_of,
        register_facts_of,
        report_facts,
        sector_facts_of,
    )
    from copkit.preview.site import DocumentKind

    return (
        DocumentKind(
            "newsletter",
            "Newsletters",
            lambda programme: _record_items(programme.newsletters),
            issue_facts,
        ),
        DocumentKind(
            "brief", "Briefs", lambda programme: _record_items(programme.briefs), brief_facts
        ),
        DocumentKind(
            "report",
            "Evaluation",
            lambda programme: _record_items(programme.reports),
            report_facts,
        ),
        DocumentKind(
            "agenda",
            "Agendas",
            _agenda_items,
            lambda programme, meeting, _: agenda_facts(programme, *meeting),
        ),
        DocumentKind(
            "letter",
            "Letters",
            _letter_items,
            lambda programme, blockage_ask, _: letter_facts(programme, *blockage_ask),
        ),
        DocumentKind(
            "matrix",
            "Membership",
            _single_item("Who sits where"),
            _facts_as_of_today(matrix_facts_of),
        ),
        DocumentKind(
            "register",
            "Registers",
            _register_items,
            lambda programme, records, _: register_facts_of(programme, records, _as_of(programme)),
        ),
        DocumentKind(
            "growth",
            "Growth",
            _single_item("Meetings and people by month"),
            _facts_as_of_today(growth_facts_of),
        ),
        DocumentKind(
            "network",
            "Network",
            _single_item("Which sectors sit together"),
            _facts_as_of_today(network_facts_of),
        ),
        DocumentKind(
            "sectors",
            "Members by sector",
            _single_item("Sectors and communities", sees_members=False),
            _facts_as_of_today(sector_facts_of),
        ),
    )


def _facts_as_of_today(build_facts: Callable[[Programme, dt.date], Any]) -> Callable[..., Any]:
    """Return a function that calls ``build_facts`` with today, or the programme's last day."""
    return lambda programme, _, __: build_facts(programme, _as_of(programme))


def _record_items(
    records: Iterable[Newsletter | Brief | EvaluationReport],
) -> Iterator[PreviewItem]:
    """Yield records as items, the latest first, each for everybody who may read it."""
    from copkit.preview.site import PreviewItem, permitted_readers

    for record in sorted(records, key=lambda record: (record.until, record.slug), reverse=True):
        yield PreviewItem(record.slug, record.title, record, permitted_readers(record.audience))


def _letter_items(programme: Programme) -> Iterator[PreviewItem]:
    """Yield the letter of every ask, the latest first, for those who are asked."""
    from copkit.preview.site import PreviewItem
    from copkit.records.blockages import LETTER_AUDIENCE

    asks = [(blockage, ask) for blockage in programme.blockages for ask in blockage.asks]
    for blockage, ask in sorted(asks, key=lambda entry: entry[1].date, reverse=True):
        title = f"{blockage.title}, {ask.date}"
        # two hyphens, which no slug has, keep the two apart
        yield PreviewItem(f"{blockage.slug}--{ask.id}", title, (blockage, ask), (LETTER_AUDIENCE,))


def _readers(*, sees_members: bool) -> tuple[Audience, ...]:
    """Return the audiences that see members one by one, or those that see them by sector."""
    return tuple(reader for reader in Audience if reader.policy.sees_members is sees_members)


def _single_item(
    title: str, *, sees_members: bool = True
) -> Callable[[Programme], Iterator[PreviewItem]]:
    """Return a function that yields the only item of a kind, for readers who see members or not."""

    def items(_: Programme) -> Iterator[PreviewItem]:
        from copkit.preview.site import PreviewItem

        yield PreviewItem("all", title, None, _readers(sees_members=sees_members))

    return items


def _register_items(programme: Programme) -> Iterator[PreviewItem]:
    """Yield the register of each community, for members."""
    from copkit.preview.site import PreviewItem

    readers = _readers(sees_members=True)
    for records in programme.communities:
        yield PreviewItem(records.slug, records.community.place, records, readers)


def _agenda_items(programme: Programme) -> Iterator[PreviewItem]:
    """Yield the agenda of the next meeting of each community that has one, for members."""
    from copkit.analysis.agenda import AGENDA_AUDIENCE
    from copkit.analysis.period import next_of_members
    from copkit.preview.site import PreviewItem

    for records in programme.communities:
        if meeting := next_of_members(records, today()):
            title = f"{records.community.place}, {meeting.held_on}"
            yield PreviewItem(records.slug, title, (records, meeting), (AGENDA_AUDIENCE,))


def _as_of(programme: Programme) -> dt.date:
    from copkit.analysis.attendance import default_day

    return default_day(programme, today())
