"""The repository of cases in a browser: from a folder and from a host, by keyboard, unscripted."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from copkit.text.normalise import STOP_WORDS, stem
from tests.browser.window import SCHEMES, Window
from tests.conftest import EXAMPLE, run_copkit

PAGES = (
    "index.html",
    "about.html",
    "cases/index.html",
    "cases/quiet-saturdays.html",
    "themes/index.html",
    "themes/housing.html",
    "evidence/index.html",
    "evidence/complex-responses.html",
    "blockages/weekend-cover.html",
    "newsletters/2012-05.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's site for members, in a folder whose name browsers and shells find hard."""
    place = tmp_path_factory.mktemp("drive") / "our cases #1 & more"
    programme = place / "programme"
    shutil.copytree(EXAMPLE, programme)
    result = run_copkit(
        "site", "build", "--for", "members", "--output", place / "site", "-C", programme
    )
    assert result.status == 0, result.output
    return place / "site"


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    """The address of the same site on a web host of this computer."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def open_front(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#search:not([hidden])")


def results(page: Page) -> list[str]:
    return page.locator("#results a").all_inner_texts()


def wait_for_status(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.getElementById('status').textContent === words", arg=words
    )


@pytest.mark.parametrize("served", [False, True], ids=["folder", "host"])
def test_typing_finds_cases_and_nothing_is_loaded_from_elsewhere(
    window: Window, site: Path, host: str, served: bool
) -> None:
    address = f"{host}index.html" if served else (site / "index.html").as_uri()
    window.open(site / "about.html")
    window.asked_for.clear()
    open_front(window.page, address)

    window.page.fill("#q", "weekends")
    wait_for_status(window.page, "2 cases")

    assert results(window.page) == ["Keys on a Friday", "Quiet Saturdays"]
    begins = host if served else site.as_uri()
    assert [url for url in window.asked_for if not url.startswith(begins)] == []
    assert window.complaints == []


def test_results_can_be_narrowed_and_reached_by_keyboard_alone(window: Window, site: Path) -> None:
    page = window.page
    window.open(site / "index.html")
    page.wait_for_selector("#search:not([hidden])")
    page.focus("#q")
    page.keyboard.type("weekend")
    wait_for_status(page, "2 cases")

    while page.evaluate("document.activeElement.name") != "kind":
        page.keyboard.press("Tab")
    page.keyboard.type("What worked")
    wait_for_status(page, "1 case")
    while page.evaluate("document.activeElement.tagName") != "A":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1")

    assert page.inner_text("h1") == "Quiet Saturdays"


def test_a_search_is_sent_on_by_its_address(window: Window, site: Path) -> None:
    page = window.page
    open_front(page, (site / "index.html").as_uri())
    page.fill("#q", "weekend")
    page.select_option("#facet-kind", "What worked well")
    wait_for_status(page, "1 case")
    address = page.url
    page.goto((site / "about.html").as_uri())

    open_front(page, address)

    wait_for_status(page, "1 case")
    assert "#q=weekend&kind=What+worked+well" in address
    assert results(page) == ["Quiet Saturdays"]
    assert page.input_value("#q") == "weekend"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("quiet sat", "Quiet Saturdays"),
        ("across the", "Across the corridor"),
        ("believed", "Believed but not seen"),
        ("KEYS", "Keys on a Friday"),
        ("mother first", "A mother first"),
    ],
)
def test_a_case_is_found_by_the_beginning_of_its_title(
    window: Window, site: Path, typed: str, first: str
) -> None:
    open_front(window.page, (site / "index.html").as_uri())

    window.page.fill("#q", typed)
    window.page.wait_for_selector("#results a")

    assert results(window.page)[0] == first


def test_a_slip_of_the_key_gets_a_suggestion(window: Window, site: Path) -> None:
    open_front(window.page, (site / "index.html").as_uri())

    window.page.fill("#q", "tenanyc ")
    window.page.wait_for_selector("#near button")

    assert "tenancy" in window.page.inner_text("#near")


def test_without_javascript_every_list_and_case_is_reached(window: Window, site: Path) -> None:
    browser = window.page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    assert not page.is_visible("#search")

    page.click("text=All from A to Z")
    assert page.locator("main .list a").count() == 17
    page.click("text=Quiet Saturdays")

    assert page.inner_text("h1") == "Quiet Saturdays"
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_fits_a_phone(window: Window, site: Path, name: str) -> None:
    window.open(site / name)
    if name == "index.html":
        window.page.wait_for_selector("#search:not([hidden])")
    assert window.complaints == []  # before axe, which reads the style in a way that is refused
    for scheme in SCHEMES:
        window.show(width=1280, scheme=scheme)
        assert window.barriers() == ""
    window.show(width=320)

    assert window.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_results_have_no_barrier(window: Window, site: Path) -> None:
    window.open(site / "index.html")
    window.page.wait_for_selector("#search:not([hidden])")
    window.page.fill("#q", "hous")
    window.page.wait_for_selector("#results a")

    assert window.barriers() == ""


def test_the_browser_finds_the_stems_that_the_index_has(window: Window, site: Path) -> None:
    words = ["refusals", "housing", "agencies", "assessment", "referred", "class", "needed"]
    words += ["string", "café", "2012", "buses", "crisis", "tied", *sorted(STOP_WORDS)]
    window.open(site / "index.html")

    script = (site / "search.js").read_text("utf-8")
    begin, end = script.index("const singular"), script.index("const fileName")
    stems = window.page.evaluate(
        f"words => {{ {script[begin:end]}; return words.map(stem); }}", words
    )

    assert stems == [stem(word) for word in words]
