"""YAML is read as a person meant it; what is unsafe or broken is refused, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import Problem
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Damaged, Mapping, Node, Scalar, Sequence
from copkit.text.yaml.reader import read_yaml
from tests.conftest import EXAMPLE, cpu_at_most, drawn

RECORDS = [
    path.read_text("utf-8")
    for path in sorted(EXAMPLE.rglob("*"))
    if path.suffix in {".md", ".yaml"} and path.name != "README.md"
]
SPLINTERS = [
    *": \t\n\r\0'\"[]{}-#&*!|>%@`,?\\\u00a0\u2028\ufeff\u0085",
    *("\n- ", "\n  ", ": ", "<<: *a\n", "&a ", "*a ", "!!str ", "---\n", "...\n", "? ", "\r\n"),
    *("<<<<<<< HEAD\n", "=======\n", ">>>>>>> theirs\n", "'", '"', "[" * 30, "\n\tid: x", "\\x"),
]


def read(text: str) -> tuple[Node | None, list[Problem]]:
    problems: list[Problem] = []
    return read_yaml(SourceText("record.yaml", text), len(text), problems), problems


def fields(text: str) -> dict[str, Node]:
    root, problems = read(text)
    assert problems == []
    assert isinstance(root, Mapping)
    return root.entries


def text_of(node: Node) -> str:
    assert isinstance(node, Scalar)
    return node.text


def places(text: str) -> list[str]:
    return [f"{found.line}:{found.column} {found.code}" for found in read(text)[1]]


@pytest.mark.parametrize(
    "value",
    ["12:30", "no", "007", "2012-04-18", "1_000", "0x1F", "1e3", ".inf", "+447700900461", "on"],
)
def test_an_unquoted_value_is_the_text_that_was_typed(value: str) -> None:
    entries = fields(f"note: {value}\nlist:\n  - {value}\n")

    items = entries["list"]
    assert text_of(entries["note"]) == value
    assert isinstance(items, Sequence)
    assert [text_of(item) for item in items.items] == [value]


def test_a_key_is_the_text_that_was_typed() -> None:
    assert list(fields("no: a\n12:30: b\n007: c\n")) == ["no", "12:30", "007"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"Update #2"', "Update #2"),
        ("'Update #2'", "Update #2"),
        ('"no"', "no"),
        ('"~"', "~"),
        ("'Robin''s keys'", "Robin's keys"),
        ('"caf\\u00e9"', "café"),
        ("Robin's keys", "Robin's keys"),
        ("“Robin” and the keys", "“Robin” and the keys"),
        ("at 14:00, see http://example.org/#top", "at 14:00, see http://example.org/#top"),
        ("two\n  lines", "two lines"),
        ("|\n  two\n  lines", "two\nlines\n"),
    ],
)
def test_quotes_and_lines_are_read_as_yaml_has_them(written: str, meant: str) -> None:
    assert text_of(fields(f"title: {written}\nkind: x\n")["title"]) == meant


@pytest.mark.parametrize("nothing", ["", "~", "null", "# a comment"])
def test_nothing_is_told_from_a_word_in_quotes(nothing: str) -> None:
    found = fields(f"bare: {nothing}\nquoted: 'null'\n")

    assert [isinstance(node, Scalar) and node.empty for node in found.values()] == [True, False]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_line_ending_gives_the_same_values_and_lines(newline: str) -> None:
    text = "title: The keys\nthemes:\n  - housing\n  - debt\nquestion: 'a\n  b'\nTitle: x\n"

    root, problems = read(text.replace("\n", newline))

    assert isinstance(root, Mapping)
    themes = root.entries["themes"]
    assert isinstance(themes, Sequence)
    assert [text_of(item) for item in themes.items] == ["housing", "debt"]
    assert text_of(root.entries["question"]) == "a b"
    assert [(found.line, found.column, found.code) for found in problems] == [
        (7, 1, "duplicate-key")
    ]


def test_places_count_characters_and_not_bytes() -> None:
    text = "title: 🔑 é ” and\nplace: Zoë’s: café\n"

    assert places(text) == ["2:13 yaml-colon"]


def test_an_empty_text_is_nothing() -> None:
    assert read("") == (None, [])
    assert read("# only a comment\n") == (None, [])


def test_after_a_fault_the_fields_around_it_are_still_read() -> None:
    root, problems = read("title: a: b\nkind: x\nthemes: [c\nstatus: y\n")

    assert isinstance(root, Mapping)
    assert [found.code for found in problems] == ["yaml-colon", "yaml-unclosed-bracket"]
    assert {key: type(node) for key, node in root.entries.items()} == {
        "title": Damaged,
        "kind": Scalar,
        "themes": Damaged,
        "status": Scalar,
    }


def test_a_list_that_lost_an_item_says_so() -> None:
    root, problems = read("members:\n  - id: a\n   - id: b\n     role: x\n  - id: c\nname: d\n")

    assert [found.code for found in problems] == ["yaml-indentation"]
    assert isinstance(root, Mapping)
    members = root.entries["members"]
    assert isinstance(members, Sequence)
    assert members.incomplete
    assert [list(item.entries) for item in members.items if isinstance(item, Mapping)] == [
        ["id"],
        ["id"],
    ]


def test_a_hard_space_is_reported_and_the_rest_is_read_as_meant() -> None:
    root, problems = read("themes:\n\u00a0\u00a0- housing\n\u00a0\u00a0- a\u00a0b\ntitle: x\n")

    assert [(found.line, found.column) for found in problems] == [(2, 1)]
    assert isinstance(root, Mapping)
    themes = root.entries["themes"]
    assert isinstance(themes, Sequence)
    assert [text_of(item) for item in themes.items] == ["housing", "a\u00a0b"]


ATTACKS = {
    "a laugh that doubles": "\n".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "a program": "!!python/object/apply:os.system ['true']",
    "a program in a field": "title: !!python/name:os.system x",
    "an audience twice": "audience: members\ntitle: x\naudience: public\n",
    "an audience twice, with a capital": "audience: members\nAudience: public\n",
    "a merged audience": "b: &b {audience: public}\nr:\n  <<: *b\n",
    "brackets": "[" * 100_000,
    "brackets that close": "[" * 50_000 + "]" * 50_000,
    "braces": "a: {" * 50_000,
    "dashes": "- " * 100_000,
    "keys": "? " * 100_000,
    "indentation": "".join(f"{' ' * depth}a:\n" for depth in range(1000)),
    "spaces before a missing colon": f"a{' ' * 300_000}b\nc: d\n",
    "dashes before a missing colon": f"a: b: c\n{'- ' * 100_000}x\n",
    "an open quote": 'a: "' + "\n  b: c" * 50_000,
    "open quotes": "a: '\n" * 50_001,
    "tabs": "a: 1\n\tb: 2\n" * 30_000,
    "a fault in each line": "a: b: c\n" * 50_000,
    "a conflict in each line": "<<<<<<< x\n" * 30_000,
    "aliases": "- *a\n" * 50_000,
    "a second document": "a: 1\n---\nb: 2\n",
    "a second document without fields": "a: 1\n--- b\n",
    "a reversed line": "a: \u202e1\0",
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused_with_its_place_and_at_once(text: str) -> None:
    for _ in cpu_at_most(1):
        problems = read(text)[1]

    assert problems
    assert all(found.line >= 1 and found.message and found.hint for found in problems)


@pytest.mark.parametrize("deep", [20, 21])
def test_twenty_is_as_deep_as_it_goes(deep: int) -> None:
    codes = [found.code for found in read("[" * deep + "]" * deep)[1]]

    assert codes == ([] if deep == 20 else ["yaml-too-deep"])


@drawn(200, 2000)
@given(st.text() | st.lists(st.sampled_from(SPLINTERS) | st.text(max_size=5)).map("".join))
def test_any_text_at_all_is_read_or_refused_within_its_bounds(text: str) -> None:
    check_places(text)


@st.composite
def spoilt_records(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(RECORDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from([0, 0, 0, 1, 2, 10, 100])), len(text))
        splinter = draw(st.sampled_from([*SPLINTERS, "", text[start:end] * 2]))
        text = text[:start] + splinter + text[end:]
    return text


@drawn(200, 2000)
@given(spoilt_records())
def test_a_spoilt_record_is_read_or_refused_within_its_bounds(text: str) -> None:
    check_places(text)


def check_places(text: str) -> None:
    source = SourceText("record.yaml", text)
    lines = text.count("\n") + text.count("\r") + 1

    root, problems = read(text)

    for found in problems:
        assert 1 <= found.line <= found.end_line <= lines
        assert 1 <= found.column <= len(source.line(found.line)) + 1
        assert (found.line, found.column) < (found.end_line, found.end_column)
        assert found.excerpt == source.line(found.line)
    for node in nodes_of(root):
        assert 0 <= node.start <= node.end <= len(text)


def nodes_of(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    yield node
    if isinstance(node, Sequence):
        for item in node.items:
            yield from nodes_of(item)
    elif isinstance(node, Mapping):
        for name, value in node.entries.items():
            yield node.key(name)
            yield from nodes_of(value)


def test_every_file_of_the_example_is_read_without_a_fault() -> None:
    rosters = sorted(EXAMPLE.rglob("*.yaml"))

    assert len(rosters) > 1
    assert [places(Path(roster).read_text("utf-8")) for roster in rosters] == [[]] * len(rosters)
