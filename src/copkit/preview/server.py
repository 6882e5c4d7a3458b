"""The preview's server, on this computer alone.  Does I/O.

Other users of a computer share 127.0.0.1, and any page of the web may try to reach it. So the
address begins with a word that nobody can guess, and a request must name the address it came to.
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
from copkit.files import is_never_kept
from copkit.layout import PRIVATE
from copkit.preview.site import SCRIPT_DIGEST, Answer, Site

# Whether something has changed since a page was made.

DEBOUNCE: Final = 150  # milliseconds: what an editor writes in several steps is one change
_LONGEST_END: Final = 5.0  # seconds for the watcher to stop
_LOOK_UP: Final = 200  # milliseconds after which the watcher sees that it is to stop
_LOOK_AGAIN: Final = 0.5  # seconds between two looks at every file
State = dict[str, tuple[int, int]]


class Changes:
    """A count of changes that threads can wait for."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def version(self) -> str:
        """What a page that is made now is made of."""
        return str(self._count)

    @property
    def is_over(self) -> bool:
        """Whether nobody needs to wait any longer."""
        return self._over.is_set()

    def note(self) -> None:
        """Count a change, and wake whoever waits for one."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, since: str, seconds: float) -> str:
        """Wait for a change, no longer than some seconds; give the version then."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_over or self.version != since, seconds)
            return self.version

    def end(self) -> None:
        """Let everybody go who waits, the watcher too."""
        self._over.set()
        with self._changed:
            self._changed.notify_all()
        if self._watcher:  # it must not be in the system's hands when Python itself ends
            self._watcher.join(_LONGEST_END)

    def watch(self, root: Path, is_watched: Callable[[str], bool]) -> None:
        """Count the changes below a folder to files whose relative path ``is_watched``.

        The system would tell of what lies behind links as well, which can be all of a disk: where
        there is a link to a folder, the files are looked at again and again instead. Raises
        :class:`OSError` or :class:`RuntimeError` where the system cannot tell of changes.
        """
        if _leads_elsewhere(root):
            before = state_of(root, is_watched)
            self._begin(lambda: self._look_again(root, is_watched, before))
            return
        from watchfiles import Change, watch  # needs 60 ms to be imported

        root = root.resolve()

        def concerns(change: Change, path: str) -> bool:
            file = Path(path).relative_to(root).as_posix()
            # What a new folder holds already, the system does not tell of one by one.
            is_new = change is Change.added and _is_looked_into(file) and Path(path).is_dir()
            return is_new or is_watched(file)

        seen = watch(
            root,
            watch_filter=concerns,
            debounce=DEBOUNCE,
            step=50,
            rust_timeout=_LOOK_UP,
            yield_on_timeout=True,  # so that the first look does not wait for a change
            stop_event=self._over,
            raise_interrupt=False,
        )
        next(seen, None)

        def go_on() -> None:
            with contextlib.suppress(OSError, RuntimeError):  # the folder itself has gone
                for changes in seen:
                    if changes:
                        self.note()

        self._begin(go_on)

    def _begin(self, watching: Callable[[], None]) -> None:
        self._watcher = threading.Thread(target=watching, name="changes", daemon=True)
        self._watcher.start()

    def _look_again(self, root: Path, is_watched: Callable[[str], bool], before: State) -> None:
        while not self._over.wait(_LOOK_AGAIN):
            now = state_of(root, is_watched)
            if now != before:
                self.note()
            before = now


def state_of(root: Path, is_watched: Callable[[str], bool]) -> State:
    """Give when each file that ``is_watched`` was last written, and its length."""
    found: State = {}
    for folder, folders, names in os.walk(root):
        inner = Path(folder).relative_to(root).as_posix()
        before = "" if inner == "." else f"{inner}/"
        folders[:] = [one for one in folders if _is_looked_into(f"{before}{one}")]
        for name in names:
            if is_watched(f"{before}{name}"):
                with contextlib.suppress(OSError):  # gone since
                    status = os.lstat(Path(folder, name))
                    found[f"{before}{name}"] = status.st_mtime_ns, status.st_size
    return found


def _leads_elsewhere(root: Path) -> bool:
    """Say whether there is a link to a folder anywhere below a folder."""
    within = (Path(folder, one) for folder, folders, _ in os.walk(root) for one in folders)
    return any(one.is_symlink() for one in within)


def _is_looked_into(folder: str) -> bool:
    """Say whether files of a folder can be watched: not what git keeps, and not what is built."""
    hidden = any(part.startswith(".") for part in folder.split("/")) and folder != ".copkit"
    return not hidden and (folder == PRIVATE or not is_never_kept(f"{folder}/x"))


HOSTS: Final = ("127.0.0.1", "localhost", "::1")
"""The names under which a computer reaches itself, and nobody else reaches it."""
PING: Final = 10.0  # seconds after which a listening browser is told that nothing happened
_PLAIN: Final = "text/plain; charset=utf-8"
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",  # pictures lie beside a page; a template may hold its own
        f"script-src 'sha256-{SCRIPT_DIGEST}'",
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


class Server(ThreadingHTTPServer):
    """Serves a site at :attr:`address` until it is shut down."""

    daemon_threads = True
    request_queue_size = 64  # browsers that wait at once; with 5, some wait for a second
    # On Windows this option would let another program listen at the same port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, site: Site, changes: Changes, host: str = HOSTS[0], port: int = 0) -> None:
        if host not in HOSTS:
            raise ValueError("the preview is for this computer alone")
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.site = site
        self.changes = changes
        self.token = secrets.token_urlsafe(16)
        super().__init__((host, port), _Handler)
        shown = f"[{host}]" if ":" in host else host
        self.hosts = frozenset(f"{one}:{self.port}" for one in (shown, "localhost"))
        self.address = f"http://{shown}:{self.port}/{self.token}/"

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Take the port; the base class would ask the network for this computer's name."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away; of a mistake, only where it is."""
        error = sys.exception()
        if error is None or isinstance(error, (ConnectionError, TimeoutError)):
            return
        print(f"copkit: the preview could not answer ({type(error).__name__})", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server_version = "copkit"
    sys_version = ""
    timeout = 30  # seconds for a request to be told

    def do_GET(self) -> None:
        """Answer with what stands at an address."""
        server = cast("Server", self.server)
        if self.headers.get_all("Host") not in [[host] for host in server.hosts]:
            self.send_error(421, "This is not the address of the preview")
            return
        if self.path == "/favicon.ico":  # which browsers ask for unasked
            self.send_response(204)
            self.end_headers()
            return
        token, _, path = self.path.partition("?")[0].removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), server.token.encode()):
            self.send_error(404, "There is nothing here")
        elif path == "changes":
            self._tell_of_changes(server.changes)
        else:
            self._give(server, path)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the document."""
        self.do_GET()

    def _give(self, server: Server, path: str) -> None:
        version = server.changes.version  # before anything is read, so that none is missed
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
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.keep_as:
            self.send_header("Content-Disposition", f'attachment; filename="{answer.keep_as}"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _tell_of_changes(self, changes: Changes) -> None:
        """Send the version now and after every change (Server-Sent Events)."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if self.command == "HEAD":
            return
        told = ""
        with contextlib.suppress(OSError):  # the browser has gone
            while not changes.is_over:
                now = changes.version
                self.wfile.write(f"data: {now}\n\n".encode() if now != told else b": \n\n")
                self.wfile.flush()
                told = now
                changes.wait(told, PING)

    def end_headers(self) -> None:
        """Send what keeps a page to itself with every answer."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse in a few words of our own, which repeat nothing that was asked."""
        words = message if code in (404, 421, 500) and message else "The preview cannot do this"
        self.close_connection = True
        self._send(Answer(int(code), _PLAIN, f"{words}.\n".encode()))

    def log_message(self, format: str, *args: Any) -> None:
        """Print no line for every request."""


def open_server(site: Site, changes: Changes, host: str, port: int, others: int = 0) -> Server:
    """Listen at a port, or at one of the ``others`` after it, or at any that is free.

    Raises :class:`CopkitError` where only that port will do and another program has it.
    """
    for one in [*range(port, min(port + others, 65_535) + 1), *([0] if others else [])]:
        try:
            return Server(site, changes, host, one)
        except OSError as error:
            reason = error.strerror or "it is taken"
    hint = "leave out --port, and a free one is found"
    raise CopkitError(f"port {port} cannot be used: {reason[:1].lower()}{reason[1:]}", hint)
