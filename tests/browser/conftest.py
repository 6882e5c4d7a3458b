"""One browser for all tests in it, and the documents made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.documents import PAGES, PICTURES, make
from tests.browser.window import Window

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


# For the package, not for the session: while Playwright runs, no other test can use asyncio.
@pytest.fixture(scope="package")
def window() -> Iterator[Window]:
    """A window without a network; the test is skipped where there is no browser, but not in CI."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        missing = "there is no browser here: install chromium, and the tests in it run"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=browser,
            # root, as whom a container runs, has no sandbox; shared memory is small there
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield Window(running.new_page())
        running.close()


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the file of a document, which is made when it is first asked for."""
    folder = tmp_path_factory.mktemp("documents")
    files: dict[str, Path] = {}

    def file(name: str) -> Path:
        if name not in files:
            files[name] = make(name, {**PAGES, **PICTURES}[name], folder)
        return files[name]

    return file


# pytest runs all tests of one page before it goes on to the next
@pytest.fixture(scope="package", params=PAGES)
def page(request: pytest.FixtureRequest, window: Window, made: Callable[[str], Path]) -> str:
    """Each page in turn, by its name, open in the window."""
    window.open(made(request.param))
    return str(request.param)
