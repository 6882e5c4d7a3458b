"""The preview's web server, and the watcher that reloads its pages.  Does I/O.

It is for this computer alone. But other users of it share 127.0.0.1, and a page of the web can
have a host name lead there. So the address begins with a random token, and a request must name the
host that it came to.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast

from copkit.errors import CopkitError
from copkit.files import is_outside_git
from copkit.layout import PRIVATE
from copkit.preview.site import SCRIPT_DIGEST, Answer, Site

# --- changes of files -----------------------------------------------------------------------

DEBOUNCE: Final = 150  # milliseconds: what an editor writes in several steps is one change
_JOIN_TIMEOUT: Final = 5.0  # seconds to wait for the watcher to stop
_STOP_INTERVAL: Final = 200  # milliseconds between two checks of the watcher whether it is to stop
_SCAN_INTERVAL: Final = 0.5  # seconds between two scans of every file
FileStates = dict[str, tuple[int, int]]  # path -> time of the last change, length


class ChangeCounter:
    """A count of changes that threads can wait for."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def version(self) -> str:
        """The count, which a page states as what it was made from."""
        return str(self._count)

    @property
    def has_ended(self) -> bool:
        """Whether nobody needs to wait any longer."""
        return self._ended.is_set()

    def note(self) -> None:
        """Count a change, and wake the threads that wait for one."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, since: str, seconds: float) -> str:
        """Wait until the version is not ``since``, or the time is over; return the version then."""
        with self._changed:
            self._changed.wait_for(lambda: self.has_ended or self.version != since, seconds)
            return self.version

    def end(self) -> None:
        """End all waiting, and the watcher."""
        self._ended.set()
        with self._changed:
            self._changed.notify_all()
        if self._watcher:  # a thread within a system call could crash Python as it ends
            self._watcher.join(_JOIN_TIMEOUT)

    def watch(self, root: Path, is_watched: Callable[[str], bool]) -> None:
        """Start to count changes below a folder, of files whose relative path ``is_watched``.

        The system also reports what lies behind links, which can be a whole disk. Where there is
        a link to a folder, the files are scanned again and again instead. Raise :class:`OSError`
        or :class:`RuntimeError` where the system cannot report changes.
        """
        if _has_linked_folder(root):
            before = scan_files(root, is_watched)
            self._start(lambda: self._scan_repeatedly(root, is_watched, before))
            return
        from watchfiles import Change, watch  # needs 60 ms to be imported

        root = root.resolve()

        def is_relevant(change: Change, path: str) -> bool:
            file = Path(path).relative_to(root).as_posix()
            # The system does not report each file that a new folder already holds.
            is_new = change is Change.added and _is_scanned(file) and Path(path).is_dir()
            return is_new or is_watched(file)

        batches = watch(
            root,
            watch_filter=is_relevant,
            debounce=DEBOUNCE,
            step=50,  # milliseconds
            rust_timeout=_STOP_INTERVAL,
            yield_on_timeout=True,  # so that the first look does not wait for a change
            stop_event=self._ended,
            raise_interrupt=False,
        )
        next(batches, None)  # starts watching: what changes from now on is noticed

        def note_changes() -> None:
            with contextlib.suppress(OSError, RuntimeError):  # the folder itself has gone
                for changes in batches:
                    if changes:
                        self.note()

        self._start(note_changes)

    def _start(self, target: Callable[[], None]) -> None:
        """Start the watcher: a thread that runs ``target``."""
        self._watcher = threading.Thread(target=target, name="changes", daemon=True)
        self._watcher.start()

    def _scan_repeatedly(
        self, root: Path, is_watched: Callable[[str], bool], before: FileStates
    ) -> None:
        """Scan the files until the end, and count a change whenever they are not as before.

        ``before`` is their state when the watch began.
        """
        while not self._ended.wait(_SCAN_INTERVAL):
            current = scan_files(root, is_watched)
            if current != before:
                self.note()
            before = current


def scan_files(root: Path, is_watched: Callable[[str], bool]) -> FileStates:
    """Return when each file that ``is_watched`` was last written (ns), and its length (bytes)."""
    states: FileStates = {}
    for folder, folders, names in os.walk(root):
        inner = Path(folder).relative_to(root).as_posix()
        prefix = "" if inner == "." else f"{inner}/"
        # os.walk enters only the folders that are left in its list.
        folders[:] = [name for name in folders if _is_scanned(f"{prefix}{name}")]
        for name in names:
            if is_watched(f"{prefix}{name}"):
                with contextlib.suppress(OSError):  # gone since
                    status = os.lstat(Path(folder, name))
                    states[f"{prefix}{name}"] = status.st_mtime_ns, status.st_size
    return states


def _has_linked_folder(root: Path) -> bool:
    """Check whether there is a link to a folder anywhere below a folder."""
    paths = (Path(folder, name) for folder, folders, _ in os.walk(root) for name in folders)
    return any(path.is_symlink() for path in paths)


def _is_scanned(folder: str) -> bool:
    """Check whether files of a folder can be watched: not those of git, and not what is built."""
    is_hidden = any(part.startswith(".") for part in folder.split("/")) and folder != ".copkit"
    return not is_hidden and (folder == PRIVATE or not is_outside_git(f"{folder}/x"))


# --- the server -----------------------------------------------------------------------------

HOSTS: Final = ("127.0.0.1", "localhost", "::1")
"""The names under which a computer reaches itself, and nobody else reaches it."""
PING_INTERVAL: Final = 10.0  # seconds; a write that fails shows that the browser has gone
_PLAIN_TEXT: Final = "text/plain; charset=utf-8"
# Templates come from others: a page loads nothing from elsewhere, and runs our own scripts only.
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self' 'unsafe-inline'",  # the repository's style is a file
        "img-src 'self' data:",  # pictures lie beside a page; a template may hold its own
        f"script-src 'self' 'sha256-{SCRIPT_DIGEST}'",  # its search, which ships with copkit
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class PreviewServer(ThreadingHTTPServer):
    """Serves a site at :attr:`address` until it is shut down."""

    daemon_threads = True
    request_queue_size = (
        64  # connections that wait; with the usual 5, a browser with many tabs waits for a second
    )
    # On Windows this option would let another program listen at the same port.
    allow_reuse_address = os.name != "nt"

    def __init__(
        self, site: Site, changes: ChangeCounter, host: str = HOSTS[0], port: int = 0
    ) -> None:
        if host not in HOSTS:
            raise ValueError("the preview is for this computer alone")
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.site = site
        self.changes = changes
        self.token = secrets.token_urlsafe(16)
        super().__init__((host, port), _Handler)
        url_host = f"[{host}]" if ":" in host else host
        self.hosts = frozenset(f"{name}:{self.port}" for name in (url_host, "localhost"))
        self.address = f"http://{url_host}:{self.port}/{self.token}/"

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind the port; the base class would ask the network for this computer's name."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a browser that went away; print only the type of other errors.

        Their messages and tracebacks could hold text of records.
        """
        error = sys.exception()
        if error is None or isinstance(error, (ConnectionError, TimeoutError)):
            return
        print(f"copkit: the preview could not answer ({type(error).__name__})", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server_version = "copkit"
    sys_version = ""
    timeout = 30  # seconds for a request to arrive

    def do_GET(self) -> None:
        """Answer with the document of an address."""
        server = cast("PreviewServer", self.server)
        # A page of the web could have its own host name lead to 127.0.0.1 (DNS rebinding).
        if self.headers.get_all("Host") not in [[host] for host in server.hosts]:
            self.send_error(421, "This is not the address of the preview")
            return
        if self.path == "/favicon.ico":  # which browsers request by themselves
            self.send_response(204)
            self.end_headers()
            return
        token, _, path = self.path.partition("?")[0].removeprefix("/").partition("/")
        # compare_digest takes as long for a wrong token as for a nearly right one.
        if not hmac.compare_digest(token.encode("utf-8", "replace"), server.token.encode()):
            self.send_error(404, "There is nothing here")
        elif path == "changes":
            self._stream_changes(server.changes)
        else:
            self._serve(server, path)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the document."""
        self.do_GET()

    def _serve(self, server: PreviewServer, path: str) -> None:
        """Send the page at a path below the token, or an error where there is none."""
        version = server.changes.version  # before anything is read, so that no change is missed
        try:
            answer = server.site.answer(path, version)
        except Exception as error:
            self.send_error(500, f"This is a mistake in copkit itself ({type(error).__name__})")
            return
        if answer is None:
            self.send_error(404, "There is nothing here, or not any more")
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        """Send an answer; without its body to a request that wants the head alone."""
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.keep_as:
            self.send_header("Content-Disposition", f'attachment; filename="{answer.keep_as}"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _stream_changes(self, changes: ChangeCounter) -> None:
        """Send the version now and after every change (Server-Sent Events)."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if self.command == "HEAD":
            return
        sent = ""
        with contextlib.suppress(OSError):  # the browser has gone
            while not changes.has_ended:
                version = changes.version
                # A line that begins with a colon is a comment, which browsers ignore.
                event = f"data: {version}\n\n".encode() if version != sent else b": \n\n"
                self.wfile.write(event)
                self.wfile.flush()
                sent = version
                changes.wait(sent, PING_INTERVAL)

    def end_headers(self) -> None:
        """End the headers with those of every answer, which isolate a page from others."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send an error in words of our own; the base class would repeat the request."""
        words = message if code in (404, 421, 500) and message else "The preview cannot do this"
        self.close_connection = True
        self._send(Answer(int(code), _PLAIN_TEXT, f"{words}.\n".encode()))

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing for a request."""


def open_server(
    site: Site, changes: ChangeCounter, host: str, port: int, others: int = 0
) -> PreviewServer:
    """Listen at a port, or at one of the ``others`` after it, or at any that is free.

    ``others`` is how many ports after ``port`` will do as well; with 0, only ``port`` will. Raise
    :class:`CopkitError` where another program has it.
    """
    # Port 0 lets the system choose one that is free.
    for candidate in [*range(port, min(port + others, 65_535) + 1), *([0] if others else [])]:
        try:
            return PreviewServer(site, changes, host, candidate)
        except OSError as error:
            reason = error.strerror or "it is taken"
    hint = "leave out --port, and a free one is found"
    raise CopkitError(f"port {port} cannot be used: {reason[:1].lower()}{reason[1:]}", hint)
