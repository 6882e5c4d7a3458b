"""``copkit links`` and ``new-link``: to the end of an address, and never without being asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.conftest import Copkit


class Pages(BaseHTTPRequestHandler):
    """A server with one page that is there, one that moved and one that is gone."""

    asked: list[tuple[str, str, str | None]]

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("Cookie")))  # type: ignore[attr-defined]
        status = {"/there": 200, "/moved": 302}.get(self.path, 404)
        self.send_response(status)
        self.send_header("Set-Cookie", "id=1")
        if status == 302:
            self.send_header("Location", "/there")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Print nothing."""


@pytest.fixture
def pages() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Pages)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def write_link(example: Path, name: str, address: str, checked: str = "2022-01-01") -> None:
    text = f"---\ntitle: {name}\nurl: {address}\nkind: reading\nchecked: {checked}\n---\n"
    (example / f"links/{name}.md").write_text(text, encoding="utf-8")


def test_a_new_link_loses_what_counts_its_readers(copkit: Copkit, example: Path) -> None:
    result = copkit(
        *("new-link", "A page", "https://example.org/a?utm_source=x&page=2&fbclid=9#top"),
        *("--kind", "reading", "--theme", "falls", "-C", example),
        env={"COPKIT_TODAY": "2023-02-01"},
    )

    text = (example / "links/a-page.md").read_text(encoding="utf-8")
    assert "url: https://example.org/a?page=2#top\n" in text, result.output
    assert "added: 2023-02-01\nchecked: 2023-02-01\n" in text
    assert "cut off what only counts readers" in result.stderr


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "example.org/a",
        "https://user:secret@example.org/", "https://", "https://exa mple.org", "https://a..b/",
        "https://ex\u0430mple.org/", "ftp://example.org/a", "https://example.org:0/",
    ],
)  # fmt: skip
def test_what_no_browser_should_open_is_refused(
    copkit: Copkit, example: Path, address: str
) -> None:
    result = copkit("new-link", "A page", address, "--kind", "reading", "-C", example)

    assert result.status in {1, 2}
    assert not (example / "links/a-page.md").exists()
    assert "secret" not in result.output


def test_links_are_listed_by_kind_and_theme(copkit: Copkit, example: Path) -> None:
    every = json.loads(copkit("links", "-C", example, "--json").stdout)["links"]
    falls = copkit("links", "--theme", "fall", "-C", example).stdout

    assert [link["kind"] for link in every] == ["reading", "episode", "tool"]
    assert "falls-checklist: A checklist for falls at home" in falls
    assert "boundary" not in falls


def test_links_not_looked_at_for_a_year_are_due_and_nothing_is_asked(
    copkit: Copkit, example: Path, pages: HTTPServer
) -> None:
    write_link(example, "there", f"http://127.0.0.1:{pages.server_port}/there")
    env = {"COPKIT_TODAY": "2023-11-16"}

    due = json.loads(copkit("links", "due", "-C", example, "--json", env=env).stdout)["links"]
    copkit("links", "checked", "there", "-C", example, env=env)
    after = json.loads(copkit("links", "due", "-C", example, "--json", env=env).stdout)["links"]

    assert due[0]["link"] == "there"
    assert len(due) == len(after) + 1
    assert pages.asked == []  # type: ignore[attr-defined]
    text = (example / "links/there.md").read_text(encoding="utf-8")
    assert "checked: 2023-11-16\n" in text
    assert "added: 2022-01-01\n" in text  # so that it is no news once more


def test_servers_are_asked_for_heads_without_cookies_when_somebody_says_so(
    copkit: Copkit, example: Path, pages: HTTPServer
) -> None:
    for name in ("there", "moved", "gone"):
        write_link(example, name, f"http://127.0.0.1:{pages.server_port}/{name}", "2020-01-01")
    env = {"COPKIT_TODAY": "2022-01-01"}

    due = copkit("links", "due", "--online", "-C", example, "--json", env=env).stdout

    answers = {link["link"]: link["online"] for link in json.loads(due)["links"]}
    assert answers == {"there": "there", "moved": "there", "gone": "the page is gone"}
    assert {(method, cookie) for method, _, cookie in pages.asked} == {("HEAD", None)}  # type: ignore[attr-defined]


def test_a_transcript_in_the_record_is_searched_and_signed_off(
    copkit: Copkit, example: Path
) -> None:
    text = (
        "---\ntitle: A talk\nurl: https://example.org/talk\nkind: episode\nchecked: 2022-01-01\n"
        "audience: public\n---\n\nWorth an hour.\n\n## Transcript\n\n{words}\n"
    )
    path = example / "links/a-talk.md"
    path.write_text(text.format(words="Then Robin Threlfall came in."), encoding="utf-8")
    named = copkit("links", "sign-off", "a-talk", "--by", "facilitator", "--yes", "-C", example)
    path.write_text(text.format(words="Then somebody came in."), encoding="utf-8")

    signed = copkit("links", "sign-off", "a-talk", "--by", "facilitator", "--yes", "-C", example)

    assert named.status == 1
    assert "Threlfall" not in named.output
    assert signed.status == 0, signed.output
    assert "sign_off:" in path.read_text(encoding="utf-8")
    assert copkit("check", "-C", example).status == 0
