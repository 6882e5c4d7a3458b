"""``copkit preview``: a real server, asked as a browser would and as a stranger would."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlsplit

import pytest

from copkit.cli.documents.preview import (
    _page_that_leads_to,
    cached_reader,
    document_kinds,
    is_shown,
    repository_reader,
)
from copkit.preview.server import ChangeCounter, PreviewServer
from copkit.preview.site import SCRIPT, SCRIPT_DIGEST, Site
from copkit.records.schema.audience import Audience
from tests.conftest import STUCK, Copkit, Write

ISSUE = (
    "---\ntitle: {title}\nfrom: 2026-01-01\nuntil: 2026-01-31\naudience: {audience}\n---\n{text}"
)


def issue(title: str = "January", audience: str = "members", text: str = "We met.") -> str:
    return ISSUE.format(title=title, audience=audience, text=text)


class Preview:
    """A preview that runs, and what it answers."""

    def __init__(self, root: Path, only: Audience | None = None) -> None:
        self.changes = ChangeCounter()
        site = Site(cached_reader(root), document_kinds(), only, repository_reader())
        self.server = PreviewServer(site, self.changes)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def ask(
        self, path: str, *, method: str = "GET", host: str | None = None, token: str | None = None
    ) -> tuple[HTTPResponse, str]:
        """Ask for a path behind the token; give the answer and its text."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=STUCK)
        address = f"/{self.server.token if token is None else token}/{path}"
        connection.putrequest(method, address, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{self.server.port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer, answer.read().decode("utf-8", "replace")

    def page(self, path: str) -> str:
        return self.ask(path)[1]

    def end(self) -> None:
        self.changes.end()
        self.server.shutdown()
        self.server.server_close()


Start = Callable[..., Preview]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a preview of a folder; it ends with the test."""
    started: list[Preview] = []

    def begin(root: Path, only: Audience | None = None) -> Preview:
        started.append(Preview(root, only))
        return started[-1]

    yield begin
    for one in started:
        one.end()


def links(page: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', page)


# --- what is shown --------------------------------------------------------------------------


def test_every_document_is_shown_to_each_of_its_readers_and_nothing_is_written(
    start: Start, example: Path, tree_of: Callable[[Path], dict[str, bytes]]
) -> None:
    before = tree_of(example)
    preview = start(example)

    index = preview.page("")
    answers = {link: preview.ask(link) for link in links(index) if link.endswith("html")}

    assert {answer.status for answer, _ in answers.values()} == {200}
    assert "newsletter/2012-05/members/newsletter.html" in answers
    assert "matrix/all/members/matrix.html" in answers
    assert "sectors/all/public/sectors.html" in answers
    assert "sectors/all/members/sectors.html" not in answers
    assert not [link for link in answers if re.match("matrix/.*/(public|commissioners)", link)]
    assert "Brighton" in answers["newsletter/2012-05/members/newsletter.html"][1]
    assert tree_of(example) == before


def test_a_document_is_as_wide_as_its_record_and_only_for_whom_was_asked(
    start: Start, write: Write
) -> None:
    write("newsletters/open.md", issue(audience="public"))
    folder = write("newsletters/inner.md", issue())

    everybody = links(start(folder).page(""))
    outside = links(start(folder, Audience.PUBLIC).page(""))

    assert "newsletter/open/public/newsletter.html" in everybody
    assert "newsletter/inner/members/newsletter.txt" in everybody
    assert "newsletter/inner/public/newsletter.html" not in everybody
    parts = {part for link in outside for part in link.split("/")}
    assert parts & set(Audience) == {"public"}
    assert "newsletter/open/public/newsletter.md" in outside


def test_what_is_shown_is_as_the_records_are_now(start: Start, write: Write) -> None:
    preview = start(write("newsletters/a.md", issue("Before")))
    assert ">Before</h1>" in preview.page("newsletter/a/members/newsletter.html")

    write("newsletters/a.md", issue("After"))

    assert ">After</h1>" in preview.page("newsletter/a/members/newsletter.html")


def test_the_page_is_the_one_that_is_built_but_for_the_script(
    start: Start, copkit: Copkit, write: Write
) -> None:
    folder = write("newsletters/a.md", issue())
    built = json.loads(copkit("newsletter", "build", "--json", "-C", folder).stdout)["files"][0]

    shown = start(folder).page("newsletter/a/members/newsletter.html")

    tag = f'<script data-version="0">{SCRIPT}</script>'
    assert tag in shown
    assert shown.replace(tag, "") == Path(built).read_text(encoding="utf-8")


def test_the_pictures_of_a_page_lie_beside_it_and_the_index_does_not_list_them(
    example: Path,
) -> None:
    site = Site(cached_reader(example), document_kinds())
    index, page, picture, none = (
        site.answer(path, "0")
        for path in (
            "",
            "newsletter/2012-05/members/newsletter.html",
            "newsletter/2012-05/members/newsletter.growth.png",
            "newsletter/2012-12/public/newsletter.growth.png",
        )
    )

    assert page and b'src="newsletter.growth.png"' in page.body
    assert picture and picture.media_type == "image/png"
    assert picture.body.startswith(b"\x89PNG")
    assert index and b"newsletter.growth.png" not in index.body
    assert none is None


# --- faults ---------------------------------------------------------------------------------


def test_a_fault_takes_the_place_of_the_page_and_vanishes_when_it_is_mended(
    start: Start, write: Write
) -> None:
    folder = write("newsletters/a.md", issue("<b>A</b>", audience="evrybody <script>x</script>"))
    preview = start(folder)

    answer, page = preview.ask("newsletter/a/members/newsletter.html")

    assert answer.status == 500
    assert "newsletters/a.md:5:11" in page
    assert "<mark>evrybody &lt;script&gt;x&lt;/script&gt;</mark>" in page
    assert page.count("<script") == 1
    write("newsletters/a.md", issue("Mended"))
    assert ">Mended</h1>" in preview.page("newsletter/a/members/newsletter.html")


def test_a_broken_template_is_said_and_the_index_still_leads_to_the_others(
    start: Start, write: Write
) -> None:
    write("newsletters/a.md", issue())
    write("templates/page.html", "{{ nothing }}")
    preview = start(write("templates/newsletter.txt", "{{ facts.titel }}"))

    assert "newsletter/a/members/newsletter.txt" in links(preview.page(""))
    answer, page = preview.ask("newsletter/a/members/newsletter.txt")
    assert answer.status == 500
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "templates/newsletter.txt:1:10" in page
    assert "Did you mean &#39;title&#39;?" in page


def test_a_record_whose_name_is_hostile_is_said_and_has_no_address(
    start: Start, write: Write
) -> None:
    folder = write("newsletters/a.md", issue())
    write('newsletters/"><b>x.md', issue())
    preview = start(folder)

    answer, page = preview.ask("")

    assert answer.status == 500
    assert "newsletters/&#34;&gt;&lt;b&gt;x.md:1:1" in page
    assert "<b>" not in page


def test_a_name_in_a_record_is_not_shown_but_said_with_dots(start: Start, write: Write) -> None:
    text = "We rang Margaret Oakley on 07700 900123.\n"
    preview = start(write("newsletters/a.md", issue(text=text)))

    for path in ("", "newsletter/a/members/newsletter.html", "newsletter/a/members/newsletter.txt"):
        answer, page = preview.ask(path)
        assert answer.status == 500
        assert "newsletters/a.md:7:" in page
        assert "•" in page
        assert not re.search("Oakley|900123", page)


# --- who may ask ----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1", "127.0.0.1:1", "localhost"])
def test_a_request_that_names_another_host_is_refused(
    start: Start, write: Write, host: str
) -> None:
    preview = start(write("newsletters/a.md", issue()))

    answer, text = preview.ask("", host=host)

    assert answer.status == 421
    assert "January" not in text


def test_the_other_name_of_this_computer_is_its_own(start: Start, write: Write) -> None:
    preview = start(write("newsletters/a.md", issue()))

    answer, _ = preview.ask("", host=f"localhost:{preview.server.port}")

    assert answer.status == 200


@pytest.mark.parametrize("token", ["", "wrong", "%2e%2e", "é"])
def test_without_the_word_in_the_address_there_is_nothing(
    start: Start, write: Write, token: str
) -> None:
    preview = start(write("newsletters/a.md", issue()))

    for path in ("", "newsletter/a/members/newsletter.html", "changes"):
        connection = socket.create_connection(("127.0.0.1", preview.server.port), timeout=STUCK)
        host = f"Host: 127.0.0.1:{preview.server.port}"
        connection.sendall(f"GET /{token}/{path} HTTP/1.0\r\n{host}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
        connection.close()
        assert answer.startswith(b"HTTP/1.0 404 ")
        assert preview.server.token.encode() not in answer


@pytest.mark.parametrize(
    "path",
    [
        "../copkit.yaml",
        "newsletter/../../copkit.yaml",
        "newsletter/%2e%2e/%2e%2e/copkit.yaml",
        "copkit.yaml",
        "newsletter/",
        "newsletter/a/",
        "newsletter/a/public/newsletter.html",
        "newsletter/a/members/newsletter.exe",
        "newsletter/a/members/newsletter.html/",
        "newsletter//a/members/newsletter.html",
        "newsletter/a\\members/newsletter.html",
        "newsletter/<script>alert(1)</script>/members/newsletter.html".replace(" ", ""),
        "//example.org/",
        "newsletter/" + "a" * 5000,
    ],
)
def test_an_address_that_is_not_in_the_table_is_nothing(
    start: Start, write: Write, path: str
) -> None:
    answer, text = start(write("newsletters/a.md", issue())).ask(path)

    assert answer.status == 404
    away = path.endswith(".html") and "this document is not there at the moment" in text.lower()
    assert away or text == "There is nothing here, or not any more.\n"
    assert "alert(1)" not in text


def test_every_answer_keeps_itself_to_itself(start: Start, write: Write) -> None:
    preview = start(write("newsletters/a.md", issue()))

    for path, method in (("", "GET"), ("newsletter/a/members/newsletter.txt", "GET"), ("x", "GET"),
                         ("", "HEAD"), ("", "POST"), ("", "OPTIONS")):  # fmt: skip
        answer, text = preview.ask(path, method=method)
        headers = answer.headers
        assert f"script-src 'self' 'sha256-{SCRIPT_DIGEST}'" in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Python" not in headers["Server"]
        assert answer.status == (
            501 if method in ("POST", "OPTIONS") else 404 if path == "x" else 200
        )
        assert bool(text) is (method != "HEAD")


# --- loading again --------------------------------------------------------------------------


def test_a_change_is_told_to_the_browser(start: Start, write: Write) -> None:
    folder = write("newsletters/a.md", issue())
    preview = start(folder)
    preview.changes.watch(folder, is_shown)
    connection = socket.create_connection(("127.0.0.1", preview.server.port), timeout=STUCK)
    host = f"Host: 127.0.0.1:{preview.server.port}"
    connection.sendall(f"GET /{preview.server.token}/changes HTTP/1.0\r\n{host}\r\n\r\n".encode())
    lines = (line for line in connection.makefile("rb") if line.startswith(b"data: "))
    assert next(lines) == b"data: 0\n"

    write("build/newsletters/a/members/newsletter.html", "not a record")
    write("templates/newsletter.txt", "a template")
    assert next(lines) == b"data: 1\n"
    assert preview.page("newsletter/a/members/newsletter.txt") == "a template\n"
    connection.close()


def test_a_link_to_a_folder_is_not_followed_and_changes_are_told_all_the_same(
    start: Start, write: Write, tmp_path: Path
) -> None:
    folder = write("newsletters/a.md", issue())
    (tmp_path / "elsewhere").mkdir()
    (folder / "communities/all").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    changes = start(folder).changes
    changes.watch(folder, lambda file: True)

    (tmp_path / "elsewhere/file.md").write_text("not of this programme", "utf-8")
    assert changes.wait("0", 0.8) == "0"
    write("newsletters/b.md", issue("February"))
    assert changes.wait("0", 2) == "1"


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("copkit.yaml", True),
        ("communities/harbour/meetings/2026-01-05.md", True),
        ("templates/page.css", True),
        ("private/contacts.yaml", True),
        ("build/newsletters/a/members/newsletter.html", False),
        (".git/index", False),
        ("newsletters/.a.md.123.tmp", False),
        ("notes.txt", False),
    ],
)
def test_what_is_watched_is_what_a_document_is_made_of(file: str, *, shown: bool) -> None:
    assert is_shown(file) is shown


# --- the command ----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.2", "example.org", ""])
def test_no_other_computer_is_served(copkit: Copkit, write: Write, host: str) -> None:
    result = copkit("preview", "--host", host, "-C", write("a.txt", ""))

    assert result.status == 2
    assert "the preview shows what is for members" in result.stderr


def test_a_port_that_cannot_be_taken_is_said(copkit: Copkit, write: Write) -> None:
    folder = write("a.txt", "")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = copkit("preview", "--port", port, "-C", folder)

    assert result.status == 1
    assert f"port {port} cannot be used: address already in use" in result.stderr
    assert "leave out --port" in result.stderr
    assert copkit("preview", "--port", 80, "-C", folder).status == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another event on Windows")
def test_it_says_where_it_is_and_ends_in_one_line(write: Write) -> None:
    folder = write("a.txt", "")
    process = subprocess.Popen(
        [sys.executable, "-m", "copkit", "preview", "--json", "--no-open", "-C", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert process.stdout is not None
    address = json.loads("".join(process.stdout.readline() for _ in range(4)))["address"]
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=STUCK)

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{22}/", address)
    assert process.returncode == 0
    assert said.strip().splitlines()[-1] == "the preview has ended"
    assert "Traceback" not in said


def test_the_word_in_the_address_stands_on_no_command_line(
    write: Write,
) -> None:
    folder = write("build/a.txt", "")
    with _page_that_leads_to("http://127.0.0.1:8000/secret/", folder) as address:
        page = Path(urlsplit(address).path)
        assert "secret" not in address
        assert 'content="0; url=http://127.0.0.1:8000/secret/"' in page.read_text("utf-8")
        assert page.is_relative_to(folder / "build")
        if os.name == "posix":
            assert (page.stat().st_mode & 0o077, page.parent.stat().st_mode & 0o077) == (0, 0)

    assert [path.name for path in (folder / "build").iterdir()] == ["a.txt"]


def test_the_browser_is_shown_a_page_and_not_the_address(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = SimpleQueue[str]()
    monkeypatch.setattr("webbrowser.open", opened.put)
    monkeypatch.setattr(PreviewServer, "serve_forever", lambda *_, **__: None)

    result = copkit("preview", "--open", "--port", "0", "-C", write("a.txt", ""))

    assert result.status == 0
    page = opened.get(timeout=STUCK)
    assert page.startswith("file://")
    assert urlsplit(result.stdout.strip()).path.strip("/") not in page


def test_the_repository_of_cases_is_shown_as_its_readers_have_it(
    start: Start, example: Path
) -> None:
    preview = start(example)

    index = preview.page("")
    front = preview.page("site/public/index.html")
    answer, script = preview.ask("site/public/search.js")

    assert 'href="site/public/index.html"' in index
    assert "Search 2 cases" in front
    assert SCRIPT in front
    assert "Content-Security-Policy" not in front  # that of the answer holds
    assert answer.getheader("Content-Type") == "text/javascript; charset=utf-8"
    assert "globalThis.C" in script
    assert preview.ask("site/public/cases/keys-on-a-friday.html")[0].status == 404
    assert "Keys on a Friday" in preview.page("site/members/cases/keys-on-a-friday.html")


def test_a_preview_for_some_readers_has_no_site_of_others(start: Start, example: Path) -> None:
    preview = start(example, Audience.PUBLIC)

    assert preview.ask("site/members/index.html")[0].status == 404
    assert preview.ask("site/public/index.html")[0].status == 200
