"""Files are written whole or not at all, and never over somebody else's work."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from copkit.errors import CopkitError, Problem
from copkit.text.files import create, inside, is_slug, read_source, replace, slug_from


def test_a_new_file_is_written_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    create(tmp_path / "deep" / "case.md", "text\r\n")

    assert (tmp_path / "deep/case.md").read_bytes() == b"text\r\n"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["case.md"]


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "case.md").write_text("mine", encoding="utf-8")

    with pytest.raises(CopkitError, match="exists already"):
        create(tmp_path / "case.md", "yours")

    assert (tmp_path / "case.md").read_text("utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "case.md").symlink_to(tmp_path / "elsewhere.md")

    with pytest.raises(CopkitError, match="exists already"):
        create(tmp_path / "case.md", "text")

    assert not (tmp_path / "elsewhere.md").exists()


def test_an_edit_keeps_the_byte_order_mark_and_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_bytes(b"\xef\xbb\xbfmembers:\r\n")
    path.chmod(0o640)

    replace(path, "members:\r\n", "members:\r\n  - id: a\r\n")

    assert path.read_bytes() == b"\xef\xbb\xbfmembers:\r\n  - id: a\r\n"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_text("members: [hers]\n", encoding="utf-8")

    with pytest.raises(CopkitError, match="changed by someone else"):
        replace(path, "members: []\n", "members: [mine]\n")

    assert path.read_text("utf-8") == "members: [hers]\n"


@pytest.mark.parametrize("part", ["../outside", "/etc/passwd", "a/../../outside"])
def test_a_path_that_leads_outside_the_folder_is_refused(tmp_path: Path, part: str) -> None:
    (tmp_path / "in").mkdir()

    with pytest.raises(CopkitError, match="outside the programme folder"):
        inside(tmp_path / "in", part)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_not_an_ordinary_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to("/etc/hostname")
    (tmp_path / "folder.md").mkdir()

    for name in ("pipe.md", "link.md", "folder.md"):
        problems: list[Problem] = []
        source = read_source(tmp_path / name, name, problems)
        assert not source.readable
        assert [problem.code for problem in problems] == ["not-a-file"]


def test_a_huge_sparse_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(5_000_000_000)

    problems: list[Problem] = []
    read_source(tmp_path / "big.md", "big.md", problems)

    assert [problem.code for problem in problems] == ["file-too-large"]


@pytest.mark.parametrize("slug", ["a", "weekend-cover", "2012-05", "a" * 80])
def test_a_plain_name_is_a_slug(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "slug",
    ["", "A", "a_b", "-a", "a-", "a--b", "con", "lpt1", "a\n", "a" * 81, "é", "a.b", "a/b", "a\0"],
)
def test_anything_else_is_not(slug: str) -> None:
    assert not is_slug(slug)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Nobody to call at weekends!", "nobody-to-call-at-weekends"),
        ("Women’s Support", "womens-support"),
        ("  A&E (alcohol)  ", "a-e-alcohol"),
        ("Ünïcode", "unicode"),
        ("NUL", "nul-1"),
        ("???", ""),
    ],
)
def test_a_slug_is_made_from_a_title(title: str, slug: str) -> None:
    assert slug_from(title) == slug
    assert slug == "" or is_slug(slug)
