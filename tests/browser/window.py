"""A window of the browser, and what a document in it asked for and complained of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")

_MEASURES: Final = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")
_AXE: Final = Axe()
_STANDARD: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # axe leaves it out unless it is asked for
    "resultTypes": ["violations"],
}


class Window:
    """One window for all tests, as opening one takes longer than most tests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked_for: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked_for.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def open(self, document: Path) -> None:
        """Open a document anew, as it is on a wide screen in daylight."""
        self.asked_for.clear()
        self.complaints.clear()
        self.show()
        self.page.goto(document.as_uri())
        self.page.evaluate(_MEASURES)

    def show(self, *, width: int = 1280, scheme: Scheme = "light") -> None:
        """Show the document in another width, in pixels, or in another scheme of colours."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)

    def measure(self, name: str, *args: Any) -> Any:
        """Give what a function of ``measures.js`` finds."""
        return self.page.evaluate("([name, args]) => measures[name](...args)", [name, list(args)])

    def barriers(self) -> str:
        """Give what axe-core finds against WCAG 2.2 AA or good practice; nothing if nothing."""
        found = _AXE.run(self.page, options=_STANDARD)
        return str(found.generate_report()) if found.violations_count else ""

    def tab_through(self) -> tuple[int, Sequence[int], Sequence[str]]:
        """Go through the page by keyboard.

        Gives how many elements must be reached, the places of those that were, in order, and
        which do not show that they are in focus.
        """
        stops = int(self.measure("stops"))
        places: list[int] = []
        faults: list[str] = []
        for _ in range(2 * stops + 2):  # browsers stop at what scrolls as well
            self.page.keyboard.press("Tab")
            at = self.measure("focused", 3)
            if at is None or at["place"] in places:  # past the end, or at the beginning again
                break
            faults += filter(None, [at["fault"]])
            if at["place"] >= 0:
                places.append(at["place"])
        return stops, places, faults
