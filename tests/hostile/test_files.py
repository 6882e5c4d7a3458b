"""Files that are none: links, pipes, devices, giants; and where what is built may lie."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PROGRAMME, Copkit, Write, cpu_at_most
from tests.hostile.attacks import CARD, require_calm

ISSUE = "---\ntitle: January\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\nHello.\n"
Make = Callable[[Path, Path], None]
Tree = Callable[[Path], dict[str, bytes]]
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")


def link(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def link_inside(path: Path, secret: Path) -> None:
    path.symlink_to("../copkit.yaml")


def loop(path: Path, secret: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path, secret: Path) -> None:
    os.mkfifo(path)


def device(path: Path, secret: Path) -> None:
    path.symlink_to("/dev/zero")


def giant(path: Path, secret: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5_000_000_000)


def folder_of_that_name(path: Path, secret: Path) -> None:
    path.mkdir()


MAKES = [link, link_inside, loop, pipe, device, giant, folder_of_that_name]
RECORDS = ["evidence/a.md", "copkit.yaml", "communities/harbour/roster.yaml"]


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("file", RECORDS)
def test_what_is_no_ordinary_file_is_named_and_not_read(
    copkit: Copkit, write: Write, tmp_path: Path, make: Make, file: str
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("name: Canary\ntitle: Canary\n", encoding="utf-8")
    folder = write("evidence/b.md", CARD)
    (folder / file).unlink(missing_ok=True)
    make(folder / file, secret)

    for _ in cpu_at_most(1):
        result = copkit("check", "-C", folder)

    assert result.status in {1, 2}
    assert file.rpartition("/")[2] in result.output
    for command in (("show", "a"), ("list", "evidence"), ("attendance",), ("newsletter", "build")):
        result = copkit(*command, "-C", folder)
        require_calm(result)
        assert "Canary" not in result.output


@pytest.mark.parametrize("place", ["evidence", "communities", "communities/harbour", "newsletters"])
def test_a_folder_that_is_a_link_is_not_followed(
    copkit: Copkit, write: Write, tmp_path: Path, place: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "cases").mkdir(parents=True)
    (elsewhere / "canary.md").write_text(CARD, encoding="utf-8")
    folder = write("copkit.yaml", PROGRAMME)
    if (folder / place).exists():
        (folder / place).rename(tmp_path / "away")
    (folder / place).symlink_to(elsewhere)

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert f"{place}:1:1: " in result.stdout
    for command in (("list", "evidence"), ("show", "canary"), ("log", "canary")):
        assert "canary.md" not in copkit(*command, "-C", folder).output


def test_folders_that_lead_in_circles_come_to_an_end(copkit: Copkit, write: Write) -> None:
    folder = write("evidence/a.md", CARD)
    for place in ("evidence/round", "communities/round", "communities/harbour/cases", "round"):
        (folder / place).symlink_to(folder)

    require_calm(copkit("check", "-C", folder))


@pytest.mark.parametrize("place", ["", "evidence", "communities", "communities/harbour/cases"])
def test_a_folder_that_cannot_be_read_is_named(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    write("communities/harbour/cases/one.md", CARD)
    folder = write("evidence/a.md", CARD)
    scandir = os.scandir

    def closed(path: Path) -> object:
        if Path(path) == folder / place:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("copkit.layout.os.scandir", closed)

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert f"{place or '.'}:1:1: this folder cannot be read: Permission denied" in result.stdout
    for command in (("list", "evidence"), ("show", "harbour"), ("attendance",)):
        assert copkit(*command, "-C", folder).status in {0, 1, 2}


def test_a_folder_of_many_files_is_read_in_time(copkit: Copkit, write: Write) -> None:
    folder = write("evidence/a.md", CARD)
    for number in range(1000):
        (folder / f"evidence/A {number}.txt").touch()

    for _ in cpu_at_most(2):
        result = copkit("check", "-C", folder)

        assert result.stdout.count("[stray-file]") == 1000


# --- where what is built may lie -----------------------------------------------------------------

OUTPUT = "build/newsletters/a/members/newsletter.html"


@pytest.mark.parametrize("place", ["build", "build/newsletters", "build/newsletters/a/members"])
@pytest.mark.parametrize("to", ["outside", "communities/harbour", "nowhere"])
def test_nothing_is_built_through_a_link(
    copkit: Copkit, write: Write, tmp_path: Path, tree_of: Tree, place: str, to: str
) -> None:
    folder = write("newsletters/a.md", ISSUE)
    (tmp_path / "outside").mkdir()
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).symlink_to(tmp_path / "outside" if to == "outside" else folder / to)
    before = tree_of(tmp_path)

    result = copkit("newsletter", "build", "-C", folder)

    assert result.status == 1
    assert "link" in result.stderr or "outside the programme" in result.stderr
    require_calm(result)
    assert tree_of(tmp_path) == before


def test_a_matrix_is_not_built_through_a_link(
    copkit: Copkit, example: Path, tmp_path: Path, tree_of: Tree
) -> None:
    (tmp_path / "outside").mkdir()
    (example / "build").symlink_to(tmp_path / "outside")

    for command in (("newsletter", "build"), ("brief", "build")):
        assert copkit(*command, "-C", example).status == 1
    assert not tree_of(tmp_path / "outside")


@pytest.mark.parametrize("make", [link, link_inside, loop, pipe, device, giant])
def test_what_lies_where_a_document_goes_is_replaced_or_left_alone(
    copkit: Copkit, write: Write, tmp_path: Path, make: Make
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("Canary", encoding="utf-8")
    folder = write("newsletters/a.md", ISSUE)
    output = folder / OUTPUT
    output.parent.mkdir(parents=True)
    make(output, secret)

    result = copkit("newsletter", "build", "-C", folder)

    require_calm(result)
    assert secret.read_text(encoding="utf-8") == "Canary"
    if result.status == 0:
        assert output.is_file()
        assert not output.is_symlink()
        assert "Hello" in output.read_text(encoding="utf-8")


def test_a_read_only_document_is_built_anew(copkit: Copkit, write: Write) -> None:
    folder = write("newsletters/a.md", ISSUE)
    assert copkit("newsletter", "build", "-C", folder).status == 0
    (folder / OUTPUT).chmod(0o444)
    write("newsletters/a.md", ISSUE.replace("Hello", "Goodbye"))

    assert copkit("newsletter", "build", "-C", folder).status == 0

    assert "Goodbye" in (folder / OUTPUT).read_text(encoding="utf-8")


@pytest.mark.parametrize("make", [link, loop, pipe, device, giant, folder_of_that_name])
def test_no_record_is_written_over_what_is_none(
    copkit: Copkit, write: Write, tmp_path: Path, make: Make
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(CARD, encoding="utf-8")
    folder = write("copkit.yaml", PROGRAMME)
    (folder / "evidence").mkdir()
    make(folder / "evidence/a-title.md", secret)

    result = copkit("new-evidence", "A title", "--citation", "Somebody (2011)", "-C", folder)

    assert result.status in {1, 2}
    require_calm(result)
    assert secret.read_text(encoding="utf-8") == CARD
