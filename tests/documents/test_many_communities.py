"""The matrix of 42 communities and 60 roles: page, picture and terminal, as they should look."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit

COMMUNITIES, SECTORS, ROLES = 42, 5, 12  # 60 roles
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"  # a place, 58 letters


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme of 42 communities, in each of which every third of 60 roles is held."""
    folder = tmp_path_factory.mktemp("many")
    seats = "".join(
        f"  Sector {sector}:\n"
        + "".join(f"    - Worker {sector}.{role}\n" for role in range(1, ROLES + 1))
        for sector in range(1, SECTORS + 1)
    )
    settings = f"name: Forty-two places\nstarts: 2026-01-01\nseats:\n{seats}"
    (folder / "copkit.yaml").write_text(settings)
    for number in range(COMMUNITIES):
        place = LONG if number == 4 else f"Place {number + 1}"
        _write_community(folder / f"communities/place-{number + 1:02}", number, place)
    return folder


def _write_community(folder: Path, number: int, place: str) -> None:
    """Write a community with 20 members: one facilitates, and every fifth came once."""
    held = [at for at in range(SECTORS * ROLES) if (at + number) % 3 == 0]
    members, often, once = "", "", ""
    for at in held:
        sector, role = at // ROLES + 1, at % ROLES + 1
        part = "    part: facilitator\n" if at == held[0] else ""
        members += (
            f"  - id: m{at}\n    role: Worker {sector}.{role}\n    sector: Sector {sector}\n{part}"
        )
        often += f"  - m{at}\n"
        once += f"  - m{at}\n" if at % 5 else ""
    (folder / "meetings").mkdir(parents=True)
    text = f"---\ncode: CP{number + 1}\nname: {place}\nplace: {place}\nstatus: active\n---\n"
    (folder / "community.md").write_text(text)
    (folder / "roster.yaml").write_text(f"members:\n{members}")
    for day, present in (("2026-01-14", often), ("2026-02-11", once)):
        meeting = f"---\ndate: {day}\npresent:\n{present}---\n"
        (folder / f"meetings/{day}.md").write_text(meeting)


AS_OF = ("--as-of", "2026-02-28")


def made(copkit: Copkit, folder: Path, *words: str) -> str:
    result = copkit("attendance", *AS_OF, *words, "-C", folder, env={"COLUMNS": "80"})
    assert result.status == 0, result.stderr
    return result.stdout


@pytest.mark.slow
def test_on_a_terminal_the_sum_comes_first_and_no_line_is_wider(
    copkit: Copkit, many: Path, golden: Callable[[str, str], None]
) -> None:
    text = made(copkit, many)

    golden("matrix-42-communities.terminal.txt", text)
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(r"N=\d+ excluding \d+ Ys; 42 communities", text.split("CP1")[0])


@pytest.mark.slow
def test_a_sector_and_some_communities_narrow_it(
    copkit: Copkit, many: Path, golden: Callable[[str, str], None]
) -> None:
    narrow = ("--sector", "sector 2", "--community", "CP5", "--community", "place-07")

    golden("matrix-42-communities.narrow.txt", made(copkit, many, *narrow))


@pytest.mark.slow
def test_the_page_and_the_picture_are_as_agreed(
    copkit: Copkit, many: Path, golden: Callable[[str, str], None]
) -> None:
    page = made(copkit, many, "--format", "html")
    picture = many / "matrix.svg"
    made(copkit, many, "--output", str(picture))

    # ten communities in a table, each with heads of its own and a page of its own when printed
    assert page.count("<table") == 5
    assert page.count("<thead") == 5
    assert LONG in page
    style = page[: page.index("</style>")]
    [printed] = re.findall(r"@media print \{.*", style, re.DOTALL)[:1]
    golden("matrix-42-communities.print.css", printed)
    assert "break-before: page" in printed
    tables = page[page.index("<main") :]
    golden("matrix-42-communities.html", _rows_as_lines(tables))
    drawing = picture.read_text("utf-8")
    assert max(len(line) for line in re.findall(r"<desc[^>]*>(.*?)</desc>", drawing)) <= 300
    golden("matrix-42-communities.svg.txt", _summary(drawing))


def _rows_as_lines(html: str) -> str:
    """Write each row of tables on a line, without what styles it."""
    text = re.sub(r"\s+", " ", re.sub(r" (?:class|style)=\"[^\"]*\"", "", html))
    return re.sub(r" ?(</tr>|</table>|</p>|</thead>)", r"\1\n", text)


def _summary(svg: str) -> str:
    """Write the title, description and size of a drawing, and a digest of all of it."""
    words = re.findall(r"<(?:title|desc)[^>]*>(.*?)</(?:title|desc)>", svg)
    box = re.search(r'viewBox="([^"]+)"', svg)
    digest = hashlib.sha256(svg.encode()).hexdigest()
    return "\n".join((*words, box[1] if box else "", digest)) + "\n"


def test_an_unknown_sector_is_named_with_those_there_are(copkit: Copkit, example: Path) -> None:
    result = copkit("attendance", "--sector", "NHSS", "-C", example)

    assert result.status == 2
    assert "there is no sector 'NHSS'" in result.stderr
    assert "NHS" in result.stderr


def test_part_of_the_matrix_is_for_members_alone(copkit: Copkit, example: Path) -> None:
    result = copkit("attendance", "--sector", "NHS", "--for", "public", "-C", example)

    assert result.status == 2
    assert "--sector is for members alone" in result.stderr
