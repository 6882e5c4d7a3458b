"""``copkit preview``: every document in the browser, as the records are now."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    Folder,
    complete_audience,
    interactive,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.terminal import print_json, say
from copkit.layout import CONTACTS, find
from copkit.records.schema.fields import Audience

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from copkit.folder import Programme
    from copkit.preview.server import Server
    from copkit.preview.site import Item, Kind
    from copkit.records.briefs import Brief
    from copkit.records.newsletters import Newsletter

PORT: Final = 8000
_OTHERS: Final = 20  # ports that are tried after it


def preview(
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
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show every document in the browser, and show it anew when a record or template changes.

    Newsletters, briefs, letters, the matrix and registers are made when you look at them, as
    each of their readers would see them. Nothing is written. Only this computer can open the
    address, and only with the word in it. Ctrl-C ends it.

    \b
    Examples:
      copkit preview
      copkit preview --for commissioners --no-open
      copkit preview --port 8080
    """
    _require_this_computer(host, port)
    root = find(folder)
    from copkit.preview.server import Changes, open_server
    from copkit.preview.site import Site

    changes = Changes()
    site = Site(reader_of_now(root), kinds(), audience)
    here = "127.0.0.1" if host == "localhost" else host
    server = open_server(
        site, changes, here, PORT if port is None else port, _OTHERS if port is None else 0
    )
    if port is None and server.port != PORT:
        say(f"port {PORT} is taken, so this is at {server.port}")
    try:
        changes.watch(root, is_shown)
    except (OSError, RuntimeError):
        say("this system cannot tell of changes here: load a page again yourself")
    with _until_ended(server):
        if as_json:
            print_json({"address": server.address, "port": server.port})
        else:
            print(server.address)
            say("open this address in a browser; Ctrl-C ends the preview")
        sys.stdout.flush()
        if interactive() if open_it is None else open_it:
            threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()
        server.serve_forever(poll_interval=0.2)


def _require_this_computer(host: str, port: int | None) -> None:
    from copkit.preview.server import HOSTS

    if host not in HOSTS:
        wrong_use(
            f"--host: '{host}' is not this computer, and the preview shows what is for members",
            "leave --host out; to show a document to others, build it and send them the file",
        )
    if port is not None and port != 0 and not 1024 <= port <= 65_535:
        wrong_use(f"--port: {port} is not a port that a program may take", "1024 to 65535 are")


@contextlib.contextmanager
def _until_ended(server: Server) -> Iterator[None]:
    """Take Ctrl-C, or a word of the system to end, for the end, and say so."""
    with contextlib.suppress(ValueError):  # outside the main thread there are no signals
        signal.signal(signal.SIGTERM, _end)
    try:
        with server:
            yield
    except KeyboardInterrupt:
        say("\nthe preview has ended" if interactive() else "the preview has ended")
    finally:
        server.changes.end()


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def is_shown(file: str) -> bool:
    """Say whether a file has a part in what the preview shows, the search for names included."""
    from copkit.cli.pii import is_rendered
    from copkit.private_files import KEY
    from copkit.records.private import FILE

    return is_rendered(file) or file in (CONTACTS, KEY, FILE)


def reader_of_now(root: Path) -> Callable[[], Programme]:
    """Make what reads a programme as it is, and again only where a file of it has changed.

    It raises :class:`FaultyRecords` rather than show what leads to somebody.
    """
    from copkit.cli.pii import is_rendered, require_no_details
    from copkit.preview.server import state_of

    last: list[tuple[Any, Programme]] = []

    def read() -> Programme:
        state = state_of(root, is_shown)
        if not last or last[0][0] != state:
            programme = open_programme(root)
            require_no_details(programme, is_rendered)
            last[:] = [(state, programme)]
        return last[0][1]

    return read


# --- what there is to show ------------------------------------------------------------------


def kinds() -> tuple[Kind, ...]:
    """Give every kind of document that can be shown, and how each comes by its facts."""
    from copkit.cli.documents.build import (
        agenda_facts,
        brief_facts,
        growth_of,
        issue_facts,
        letter_facts,
        matrix_of,
        network_of,
        register_of,
        sectors_of,
    )
    from copkit.preview.site import Kind

    return (
        Kind(
            "newsletter", "Newsletters", lambda programme: _of(programme.newsletters), issue_facts
        ),
        Kind("brief", "Briefs", lambda programme: _of(programme.briefs), brief_facts),
        Kind("agenda", "Agendas", _agendas, lambda programme, at, _: agenda_facts(programme, *at)),
        Kind(
            "letter",
            "Letters",
            _letters,
            lambda programme, about, _: letter_facts(programme, *about),
        ),
        Kind("matrix", "Membership", _one("Who sits where"), _counted(matrix_of)),
        Kind(
            "register",
            "Registers",
            _registers,
            lambda programme, records, _: register_of(programme, records, _as_of(programme)),
        ),
        Kind("growth", "Growth", _one("Meetings and people by month"), _counted(growth_of)),
        Kind("network", "Network", _one("Which sectors sit together"), _counted(network_of)),
        Kind(
            "sectors",
            "Members by sector",
            _one("Sectors and communities", Audience.COMMISSIONERS, Audience.PUBLIC),
            _counted(sectors_of),
        ),
    )


def _counted(work_out: Callable[[Programme, dt.date], Any]) -> Callable[..., Any]:
    """Work out facts that count up to a day: today, or the programme's end."""
    return lambda programme, _, __: work_out(programme, _as_of(programme))


def _of(records: Iterable[Newsletter | Brief]) -> Iterator[Item]:
    """Offer records, the latest first, to everybody who may read them."""
    from copkit.preview.site import Item, readers_of

    for record in sorted(records, key=lambda one: (one.until, one.slug), reverse=True):
        yield Item(record.slug, record.title, record, readers_of(record.audience))


def _letters(programme: Programme) -> Iterator[Item]:
    """Offer the letter of every ask, the latest first, to whom it was written."""
    from copkit.preview.site import Item

    asks = [(blockage, ask) for blockage in programme.blockages for ask in blockage.asks]
    for blockage, ask in sorted(asks, key=lambda one: one[1].date, reverse=True):
        title = f"{blockage.title}, {ask.date}"
        yield Item(f"{blockage.slug}--{ask.id}", title, (blockage, ask), (Audience.COMMISSIONERS,))


def _one(title: str, *readers: Audience) -> Callable[[Programme], Iterator[Item]]:
    """Offer a document that a programme has one of, to members if no other readers are named."""

    def items(_: Programme) -> Iterator[Item]:
        from copkit.preview.site import Item

        yield Item("all", title, None, readers or (Audience.MEMBERS,))

    return items


def _registers(programme: Programme) -> Iterator[Item]:
    from copkit.preview.site import Item

    for records in programme.communities:
        yield Item(records.slug, records.community.place, records, (Audience.MEMBERS,))


def _agendas(programme: Programme) -> Iterator[Item]:
    """Offer the next meeting of each community that has one."""
    from copkit.analysis.period import next_meeting
    from copkit.preview.site import Item

    for records in programme.communities:
        if meeting := next_meeting(records, today()):
            title = f"{records.community.place}, {meeting.held_on}"
            yield Item(records.slug, title, (records, meeting), (Audience.MEMBERS,))


def _as_of(programme: Programme) -> dt.date:
    from copkit.analysis.attendance import default_day

    return default_day(programme, today())
