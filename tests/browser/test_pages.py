"""Every page as a browser shows it: to eyes, to a keyboard, to a screen reader, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.browser.documents import TABLES
from tests.browser.window import SCHEMES, Scheme, Window


def test_a_page_asks_for_nothing_and_runs_nothing(window: Window, page: str) -> None:
    itself = window.page.url
    pictures = re.compile(re.escape(itself.removesuffix("html")) + r"(logo|growth)\.png")
    assert [asked for asked in window.asked_for if not pictures.fullmatch(asked)] == [itself]
    assert window.page.url.startswith("file://")
    assert not window.complaints


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_has_no_barriers(window: Window, page: str, scheme: Scheme) -> None:
    window.show(scheme=scheme)

    assert not window.barriers()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_words_stand_out_from_what_is_behind_them(
    window: Window, page: str, scheme: Scheme
) -> None:
    window.show(scheme=scheme)

    found = window.measure("faint", 4.5)

    assert found["checked"] > 10
    assert not found["faults"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    window: Window, page: str, scheme: Scheme
) -> None:
    window.show(scheme=scheme)

    stops, places, faults = window.tab_through()

    assert places == list(range(stops))
    assert not faults


def test_on_a_phone_nothing_overflows_and_targets_are_large_enough(
    window: Window, page: str
) -> None:
    window.show(width=320)

    assert not window.measure("overflowing")
    assert not window.measure("small", 24)["faults"]


@pytest.mark.parametrize("name", TABLES)
def test_a_wide_table_scrolls_in_a_section_of_its_own(
    window: Window, made: Callable[[str], Path], name: str
) -> None:
    cells, label = TABLES[name]
    window.open(made(name))
    window.show(width=320)

    section = window.page.get_by_role("region", name=label)
    section.focus()
    window.page.keyboard.press("ArrowRight")
    window.page.wait_for_function("section => section.scrollLeft > 0", arg=section.element_handle())

    for scheme in SCHEMES:
        window.show(scheme=scheme)
        found = window.measure("faint", 4.5, cells)
        assert found["checked"] > 20
        assert not found["faults"]


def test_letters_twice_as_large_have_room(
    window: Window, made: Callable[[str], Path], page: str
) -> None:
    window.open(made(page))  # anew, as what is enlarged stays so
    window.show(width=640)

    window.measure("enlarge", 2)

    assert not window.measure("overflowing")
    window.open(made(page))


def test_a_brief_is_printed_on_five_pages_at_most(
    window: Window, made: Callable[[str], Path]
) -> None:
    window.open(made("brief"))

    printed = PdfReader(BytesIO(window.page.pdf(format="A4", prefer_css_page_size=True)))

    assert len(printed.pages) <= 5
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
