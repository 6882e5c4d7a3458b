"""The measures themselves: each finds the fault that it is there for, and lets its repair pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.window import Window

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title><style>'
    "body {{ background: #fff; color: #000 }} {style}</style></head><body><main><h1>Page</h1>{body}"
    "</main></body></html>"
)


def open_page(window: Window, folder: Path, body: str, style: str = "") -> None:
    page = folder / "page.html"
    page.write_text(PAGE.format(style=style, body=body), encoding="utf-8")
    window.open(page)


@pytest.mark.parametrize(
    ("style", "faults"),
    [
        ("b { color: #767676 }", 0),
        ("b { color: #777777 }", 1),
        ("b { color: rgb(0 0 0 / 50%) }", 1),
        ("p { opacity: .5 }", 1),
        ("p { background: #000 } b { color: #fff }", 0),
        ("p { background: rgb(0 0 0 / 40%) } b { color: #fff }", 1),
        ("p { background: linear-gradient(#fff, #fff) }", 1),
        ("p { background: color-mix(in srgb, #000, #333) } b { color: #fff }", 0),
        ("b { color: #fff; visibility: hidden }", 0),
    ],
)
def test_faint_words_are_found(window: Window, tmp_path: Path, style: str, faults: int) -> None:
    open_page(window, tmp_path, "<p><b>F</b></p>", style)

    assert len(window.measure("faint", 4.5, "b")["faults"]) == faults


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>Short</p>", ""),
        (f"<p>{'long' * 40}</p>", "is too narrow"),
        (f"<p style='overflow: hidden'>{'long' * 40}</p>", "is cut off"),
        (f"<p style='overflow: auto'>{'long' * 40}</p>", "has no label"),
        (f"<p style='overflow: auto' aria-label=Table>{'long' * 40}</p>", "has no label"),
        (f"<p style='overflow: auto' aria-label=Table tabindex=0>{'long' * 40}</p>", ""),
    ],
)
def test_what_has_no_room_is_found(window: Window, tmp_path: Path, body: str, said: str) -> None:
    open_page(window, tmp_path, body)
    window.show(width=320)

    faults = window.measure("overflowing")

    assert bool(faults) is bool(said)
    assert said in "".join(faults)


def test_letters_are_enlarged_whatever_their_unit(window: Window, tmp_path: Path) -> None:
    open_page(window, tmp_path, "<p>P<b>B</b></p>", "p { font-size: 10px } b { font-size: 2rem }")

    window.measure("enlarge", 2)

    size = "name => getComputedStyle(document.querySelector(name)).fontSize"
    assert [window.page.evaluate(size, name) for name in ("p", "b")] == ["20px", "64px"]


@pytest.mark.parametrize(
    ("style", "faults"),
    [
        (":focus-visible { outline: 3px solid #000 }", 0),
        (":focus-visible { outline: 2px solid #949494 }", 0),
        (":focus-visible { outline: 1px solid #000 }", 2),
        (":focus-visible { outline: 0 }", 2),
        (":focus-visible { outline: 3px solid #ccc }", 2),
        ("p { background: #000 } :focus-visible { outline: 3px solid #000 }", 2),
        ("p { background: #000 } :focus-visible { outline: 3px solid #fff }", 0),
    ],
)
def test_a_focus_that_cannot_be_seen_is_found(
    window: Window, tmp_path: Path, style: str, faults: int
) -> None:
    open_page(window, tmp_path, "<p><a href='#'>One</a> <button>Two</button></p>", style)

    stops, places, found = window.tab_through()

    assert (stops, places) == (2, [0, 1])
    assert len(found) == faults


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("<p>See <a href='#'>there</a>.</p>", 0),
        ("<p><a href='#'>There</a></p>", 1),
        ("<p><a href='#' style='display: inline-block; padding: 4px'>There</a></p>", 0),
        ("<p>See <a href='#' style='display: inline-block'>there</a>.</p>", 1),
        ("<button style='height: 20px'>Go</button>", 1),
    ],
)
def test_targets_that_are_too_small_are_found(
    window: Window, tmp_path: Path, body: str, faults: int
) -> None:
    open_page(window, tmp_path, body)

    assert len(window.measure("small", 24)["faults"]) == faults


def test_barriers_and_requests_are_found(window: Window, tmp_path: Path) -> None:
    open_page(window, tmp_path, "<img src=https://example.org/pixel.png><script>alert(1)</script>")

    assert "image-alt" in window.barriers()
    assert "https://example.org/pixel.png" in window.asked_for
    assert "1" in window.complaints
