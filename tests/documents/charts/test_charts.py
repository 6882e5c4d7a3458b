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
from copkit.documents.pictures import SHARPNESS, drawn
from copkit.documents.theme import SHIPPED, Look, contrast, look_of
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
    of_the_example,
    register,
)

CHARTS = of_the_example()
WORDS = st.text(alphabet="abcdefghijklm WXYZ-/<>&\"'éßשЖ🎉", max_size=90)


@pytest.fixture(params=["ffffff", "ffff00", "000000", "808080"])
def look(request: pytest.FixtureRequest, write: Write) -> Look:
    """A programme's look in a colour that nobody could read as it is."""
    theme = f"name: P\nstarts: 2026-01-01\ntheme:\n  colour: {request.param}\n"
    folder = write("copkit.yaml", theme)
    return look_of(load(folder).settings, folder)


@pytest.mark.parametrize("name", CHARTS)
def test_the_example_is_drawn_as_agreed(name: str, golden: Callable[[str, str], None]) -> None:
    svg = drawn(CHARTS[name], SHIPPED)

    golden(f"chart-{name}.svg", svg)
    require_sound(read_svg(svg))
    assert svg == drawn(of_the_example()[name], SHIPPED)


def test_every_text_can_be_read_in_the_colours_that_come_with_copkit() -> None:
    for chart in CHARTS.values():
        assert least_contrast(read_svg(drawn(chart, SHIPPED))) >= 4.5


def test_every_text_can_be_read_in_any_colour(look: Look) -> None:
    small = CHARTS | {"register": build_heat_map(register("halifax"))}
    for chart in small.values():
        assert least_contrast(read_svg(drawn(chart, look))) >= 4.5
    for palette in (look.light, look.dark):
        assert contrast(palette.thread, palette.paper) >= 3


@pytest.mark.parametrize("name", NAMED)
def test_hostile_names_are_nothing_but_names(name: str) -> None:
    require_sound(read_svg(drawn(NAMED[name](HOSTILE), SHIPPED)))


@pytest.mark.parametrize("name", NAMED)
@tried(4, 300)
@given(names=st.lists(WORDS.filter(str.strip), min_size=2, max_size=15))
@also(names=["NHS", "Police"])
def test_no_label_meets_another_or_is_cut(name: str, names: list[str]) -> None:
    require_sound(read_svg(drawn(NAMED[name](names), SHIPPED)))


@tried(8, 500)
@given(people=st.lists(st.integers(0, 20_000), min_size=1, max_size=70), first=st.integers(0, 11))
@also(people=[0, 0, 0], first=0)
@also(people=[9, 5, 9], first=10)
@also(people=list(range(60)), first=10)
def test_no_number_of_a_growing_programme_meets_another(people: list[int], first: int) -> None:
    require_sound(read_svg(drawn(build_growth(months_of(people, first)), SHIPPED)))


def test_a_large_matrix_stays_in_bounds() -> None:
    roles = [f"Role number {at} in the sector, with a long name" for at in range(60)]
    require_sound(read_svg(drawn(matrix_of(roles, columns=20), SHIPPED)))


def test_several_charts_stand_on_one_page() -> None:
    page = "".join(
        drawn(build_heat_map(register(slug), name=f"register-{slug}"), SHIPPED)
        for slug in ("brighton", "halifax")
    )
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert len(ids) == len(set(ids)) == 6
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


@pytest.mark.parametrize(
    ("document", "facts"), [("growth", months()), ("agreement", CHARTS["agreement"])]
)
def test_a_picture_for_e_mail_has_twice_the_pixels_it_is_shown_with(
    document: str, facts: object
) -> None:
    chart = CHARTS[document]

    png = DOCUMENTS[document]["png"](facts, SHIPPED)

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20], "big") == int(chart.width) * SHARPNESS
    assert DOCUMENTS[document]["svg"](facts, SHIPPED).decode() == drawn(chart, SHIPPED)


def test_a_programme_may_draw_its_own(tmp_path: Path) -> None:
    (tmp_path / "growth.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')

    assert drawn(CHARTS["growth"], Look(own_templates=tmp_path)).startswith("<svg xmlns")
    assert example().settings.name in CHARTS["matrix"].title
