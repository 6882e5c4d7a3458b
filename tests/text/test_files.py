"""Names are safe, and what is read is an ordinary file of text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copkit.errors import CopkitError, Problem
from copkit.text.files import is_slug, path_inside, read_source, slug_from


@pytest.mark.parametrize("part", ["../outside", "/etc/passwd", "a/../../outside"])
def test_a_path_that_leads_outside_the_folder_is_refused(tmp_path: Path, part: str) -> None:
    (tmp_path / "in").mkdir()

    with pytest.raises(CopkitError, match="outside the programme folder"):
        path_inside(tmp_path / "in", part)


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
