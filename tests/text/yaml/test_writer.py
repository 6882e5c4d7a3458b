"""What is written reads back as the same value, with quotes only where they must be."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import CopkitError, Problem
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Scalar, value_of
from copkit.text.yaml.reader import read_yaml
from copkit.text.yaml.writer import (
    format_entry,
    format_inline,
    format_item,
    format_scalar,
    plain_value,
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Nobody to call", "Nobody to call"),
        ("Women’s Support Worker/Manager", "Women’s Support Worker/Manager"),
        ("A&E (alcohol)", "A&E (alcohol)"),
        ("Robin: a case", '"Robin: a case"'),
        ("Update #2", '"Update #2"'),
        ("no", '"no"'),
        ("007", '"007"'),
        ("2012-04-18", '"2012-04-18"'),
        ("12:30", '"12:30"'),
        ("- dash", '"- dash"'),
        ("", '""'),
        ("~", '"~"'),
        ("@home", '"@home"'),
        ('say "yes"', 'say "yes"'),
        (" padded ", '" padded "'),
    ],
)
def test_quotes_stand_only_where_they_must(text: str, written: str) -> None:
    assert format_scalar(text) == written


@given(st.text(max_size=60))
def test_any_text_reads_back_as_it_is(text: str) -> None:
    try:
        written = format_scalar(text)
    except CopkitError:
        assert any(not sign.isprintable() for sign in text)
        return
    whole = f"k: {written}\n"
    problems: list[Problem] = []
    root = read_yaml(SourceText("f", whole), len(whole), problems)
    assert not problems
    node = getattr(root, "entries", {})["k"]
    assert isinstance(node, Scalar)
    assert node.text == text
    assert not node.empty


def test_an_item_of_a_list_stands_behind_its_dash() -> None:
    lines = format_item({"id": "a1", "what": "no: yes", "due": dt.date(2012, 5, 16)})

    assert list(lines) == ["- id: a1", '  what: "no: yes"', "  due: 2012-05-16"]


def test_several_lines_stand_below_a_bar() -> None:
    assert list(format_entry("note", "one\ntwo")) == ["note: |-", "  one", "  two"]


def test_what_stands_in_brackets_is_quoted_where_a_comma_would_part_it() -> None:
    assert format_inline(["a", "b, c", {"id": "x"}]) == '[a, "b, c", {id: x}]'


WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0x2FFF), max_size=12)
KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
VALUES = st.recursive(
    WORDS | st.dates() | st.integers(0, 99) | st.text("ab:#\n -", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


@given(VALUES)
def test_any_value_reads_back_in_lines_and_in_brackets(value: Any) -> None:
    lines = "\n".join(format_entry("k", value)) + "\n"
    for whole, meant in ((lines, value), (f"k: {format_inline([value])}\n", [value])):
        problems: list[Problem] = []

        root = read_yaml(SourceText("f", whole), len(whole), problems)

        assert not problems, whole
        assert root is not None
        assert value_of(root) == {"k": plain_value(meant)}, whole
