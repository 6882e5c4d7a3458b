"""Every picture as a browser draws it: each label can be read, and none lies on another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.documents import PICTURES
from tests.browser.window import SCHEMES, Window


def faults_of(window: Window, picture: Path) -> list[str]:
    """Give what is wrong with the labels of any SVG: on each other, cut off, or too faint."""
    window.open(picture)
    placed = window.measure("colliding")
    faults = list(placed["faults"])
    for scheme in SCHEMES:
        window.show(scheme=scheme)
        faults += window.measure("faint", 4.5, "text, tspan")["faults"]
    if not placed["checked"]:
        faults.append("there is no label")
    return faults + window.asked_for[1:] + window.complaints


def test_every_label_of_a_picture_can_be_read(window: Window, made: Callable[[str], Path]) -> None:
    found = {name: faults_of(window, made(name)) for name in PICTURES}

    assert not {name: faults for name, faults in found.items() if faults}


TURNED = '<text transform="translate({} {}) rotate({})">{}</text>'


@pytest.mark.parametrize(
    ("drawing", "fault"),
    [
        ('<text x="9" y="30">January</text><text x="99" y="30">February</text>', ""),
        ('<text x="9" y="30">January</text><text x="40" y="35">February</text>', "meets"),
        ('<text x="9" y="30">January</text><text x="9" y="46">February</text>', ""),
        (
            f"{TURNED.format(20, 120, -45, 'January')}{TURNED.format(50, 120, -45, 'February')}",
            "",
        ),
        (
            f"{TURNED.format(20, 120, -45, 'January')}{TURNED.format(20, 90, 45, 'February')}",
            "meets",
        ),
        ('<text x="260" y="30">January</text>', "cut off"),
        ('<rect width="90" height="90" fill="#bbb"/><text x="9" y="30">March</text>', ""),
        ('<rect width="90" height="90" fill="#555"/><text x="9" y="30">March</text>', "contrast"),
        ('<circle cx="9" cy="9" r="9" fill="#000"/><text x="9" y="80">March</text>', ""),
        ('<rect width="30" height="90" fill="#555"/><text x="9" y="30">March</text>', "contrast"),
        ('<text x="9" y="30" fill="#000" fill-opacity="0.4">March</text>', "contrast"),
        ('<rect width="90" height="90"/>', "no label"),
    ],
    ids=lambda value: value if len(value) < 15 else "",
)
def test_the_check_itself_finds_what_cannot_be_read(
    window: Window, tmp_path: Path, drawing: str, fault: str
) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150" viewBox="0 0 300 150" '
        f'font-family="Arial, sans-serif" font-size="14">{drawing}</svg>'
    )

    faults = faults_of(window, picture)

    assert bool(faults) is bool(fault)
    assert all(fault in one for one in faults)
