"""What holds for every chart: it can be read in any colour, by anybody, and nothing collides."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example as also
from hypothesis import given
from hypothesis import strategies as st

from copkit.documents.charts.growth import build_growth
from copkit.documents.charts.heat_map import build_heat_map
from copkit.documents.formats import DOCUMENTS
from copkit.documents.pictures import SHARPNESS, render_svg
from copkit.documents.theme import DEFAULT_THEME, DocumentTheme, contrast, load_theme
from copkit.folder import load
from tests.conftest import Write
from tests.conftest import drawn as tried
from tests.documents.charts.drawing import least_contrast, read_svg, require_sound
from tests.documents.charts.samples import (
    HOSTILE,
    NAMED,
    example,
    matrix_of,
    months,
    months_of,
    network,
    of_the_example,
    register,
)

CHARTS = of_the_example()
WORDS = st.text(alphabet="abcdefghijklm WXYZ-/<>&\"'éßשЖ🎉", max_size=90)


@pytest.fixture(params=["ffffff", "ffff00", "000000", "808080"])
def look(request: pytest.FixtureRequest, write: Write) -> DocumentTheme:
    """A programme's look in a colour that nobody could read as it is."""
    theme = f"name: P\nstarts: 2026-01-01\ntheme:\n  colour: {request.param}\n"
    folder = write("copkit.yaml", theme)
    return load_theme(load(folder).settings, folder)


@pytest.mark.parametrize("name", CHARTS)
def test_the_example_is_drawn_as_agreed(name: str, golden: Callable[[str, str], None]) -> None:
    svg = render_svg(CHARTS[name], DEFAULT_THEME)

    golden(f"chart-{name}.svg", svg)
    require_sound(read_svg(svg))
    assert svg == render_svg(of_the_example()[name], DEFAULT_THEME)


def test_every_text_can_be_read_in_the_colours_that_come_with_copkit() -> None:
    for chart in CHARTS.values():
        assert least_contrast(read_svg(render_svg(chart, DEFAULT_THEME))) >= 4.5


def test_every_text_can_be_read_in_any_colour(look: DocumentTheme) -> None:
    small = CHARTS | {"register": build_heat_map(register("halifax"))}
    for chart in small.values():
        assert least_contrast(read_svg(render_svg(chart, look))) >= 4.5
    for palette in (look.light, look.dark):
        assert contrast(palette.thread, palette.paper) >= 3


@pytest.mark.parametrize("name", NAMED)
def test_hostile_names_are_nothing_but_names(name: str) -> None:
    require_sound(read_svg(render_svg(NAMED[name](HOSTILE), DEFAULT_THEME)))


@pytest.mark.parametrize("name", NAMED)
@tried(4, 300)
@given(names=st.lists(WORDS.filter(str.strip), min_size=2, max_size=15))
@also(names=["NHS", "Police"])
def test_no_label_meets_another_or_is_cut(name: str, names: list[str]) -> None:
    require_sound(read_svg(render_svg(NAMED[name](names), DEFAULT_THEME)))


@tried(8, 500)
@given(people=st.lists(st.integers(0, 20_000), min_size=1, max_size=70), first=st.integers(0, 11))
@also(people=[0, 0, 0], first=0)
@also(people=[9, 5, 9], first=10)
@also(people=list(range(60)), first=10)
def test_no_number_of_a_growing_programme_meets_another(people: list[int], first: int) -> None:
    require_sound(read_svg(render_svg(build_growth(months_of(people, first)), DEFAULT_THEME)))


def test_a_large_matrix_stays_in_bounds() -> None:
    roles = [f"Role number {at} in the sector, with a long name" for at in range(60)]
    require_sound(read_svg(render_svg(matrix_of(roles, columns=20), DEFAULT_THEME)))


def test_several_charts_stand_on_one_page() -> None:
    page = "".join(
        render_svg(build_heat_map(register(slug), name=f"register-{slug}"), DEFAULT_THEME)
        for slug in ("brighton", "halifax")
    )
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert len(ids) == len(set(ids)) == 6
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


@pytest.mark.parametrize(("document", "facts"), [("growth", months()), ("network", network())])
def test_a_picture_for_e_mail_has_twice_the_pixels_it_is_shown_with(
    document: str, facts: object
) -> None:
    chart = CHARTS[document]

    png = DOCUMENTS[document]["png"](facts, DEFAULT_THEME)

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20], "big") == int(chart.width) * SHARPNESS
    assert DOCUMENTS[document]["svg"](facts, DEFAULT_THEME).decode() == render_svg(
        chart, DEFAULT_THEME
    )


def test_a_programme_may_draw_its_own(tmp_path: Path) -> None:
    (tmp_path / "growth.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')

    assert render_svg(CHARTS["growth"], DocumentTheme(own_templates=tmp_path)).startswith(
        "<svg xmlns"
    )
    assert example().settings.name in CHARTS["matrix"].title
