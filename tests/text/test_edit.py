"""An edit changes what it is about and no other byte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import Problem
from copkit.text.edit import EditRefused, append, remove, set_value
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Scalar, Sequence

CASES = {
    "after the last item": ("present:\n  - a\n  - b\n", "present:\n  - a\n  - b\n  - new\n"),
    "dashes under the name": ("present:\n- a\nplace: x\n", "present:\n- a\n- new\nplace: x\n"),
    "a comment after the item": ("present:\n  - a  # late\n", "present:\n  - a  # late\n  - new\n"),
    "a comment below stays below": (
        "present:\n  - a\n# end\nplace: x\n",
        "present:\n  - a\n  - new\n# end\nplace: x\n",
    ),
    "an empty field": ("present:\nplace: x\n", "present:\n  - new\nplace: x\n"),
    "an empty field with a comment": (
        "present:   # who came\nplace: x\n",
        "present:   # who came\n  - new\nplace: x\n",
    ),
    "no such field": ("place: x\n", "place: x\npresent:\n  - new\n"),
    "square brackets": ("present: [a, b]\nplace: x\n", "present: [a, b, new]\nplace: x\n"),
    "empty square brackets": ("present: []  # none\n", "present: [new]  # none\n"),
    "no newline at the end": ("present:\n  - a", "present:\n  - a\n  - new"),
    "windows line ends": (
        "present:\r\n  - a\r\nplace: x\r\n",
        "present:\r\n  - a\r\n  - new\r\nplace: x\r\n",
    ),
    "quoted items": ("present:\n  - 'a'\n  - \"b\"\n", "present:\n  - 'a'\n  - \"b\"\n  - new\n"),
    "an item of several lines": (
        "present:\n  - a: 1\n    b: >\n      long\n      text\nplace: x\n",
        "present:\n  - a: 1\n    b: >\n      long\n      text\n  - new\nplace: x\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_item_is_added_and_nothing_else_changes(name: str) -> None:
    before, after = CASES[name]

    assert append(before, ["present"], "new") == after


@pytest.mark.parametrize("name", CASES)
def test_the_same_in_front_matter_leaves_the_body_alone(name: str) -> None:
    before, after = CASES[name]
    end = "\r\n" if "\r\n" in before else "\n"
    body = f"---{end}{end}# present:{end}  - not me"

    def whole(fields: str) -> str:
        return f"---{end}{fields if fields.endswith(end) else fields + end}{body}"

    assert append(whole(before), ["present"], "new") == whole(after)


@pytest.mark.parametrize(
    "text",
    [
        "present: zoe\n",
        "present:\n  a: b\n",
        "present: [a\nplace: x\n",
        "present: a: b\n",
        "present: &x [a]\n",
    ],
)
def test_what_cannot_be_done_safely_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(EditRefused) as refusal:
        append(text, ["present"], "new")

    assert refusal.value.line >= 1
    assert refusal.value.reason


SET = {
    "a value in its own quotes": ("a: 'x'  # why\n", ["a"], "it's", "a: 'it''s'  # why\n"),
    "a date for a date": ("left: 2012-06-20\n", ["left"], "2012-07-01", "left: 2012-07-01\n"),
    "text that looks like a date": ("a: x\n", ["a"], "2012-07-01", 'a: "2012-07-01"\n'),
    "nothing there, and a comment in its column": (
        "left:                # the day\nrole: x\n",
        ["left"],
        dt.date(2012, 6, 20),
        "left: 2012-06-20     # the day\nrole: x\n",
    ),
    "a key that is not there": (
        "members:\n- id: a\n  role: x\n# end\n",
        ["members", "a", "left"],
        dt.date(2012, 6, 20),
        "members:\n- id: a\n  role: x\n  left: 2012-06-20\n# end\n",
    ),
    "several lines": (
        "a: x  # why\nb: y\n",
        ["a"],
        "one\ntwo",
        "a: |-  # why\n  one\n  two\nb: y\n",
    ),
    "one line for several": (
        "a: |  # why\n  one\n  two\nb: y\n",
        ["a"],
        "x",
        "a: x  # why\nb: y\n",
    ),
    "a list for a list": ("a:\n- x\n- y\nb: 1\n", ["a"], ["z"], "a:\n  - z\nb: 1\n"),
    "a list in brackets": ("a: [x, y]  # why\n", ["a"], ["z", "q, r"], 'a: [z, "q, r"]  # why\n'),
    "in a mapping in brackets": ("a: {id: x}\n", ["a", "to"], "b, c", 'a: {id: x, to: "b, c"}\n'),
    "a mapping for an item": (
        "a:\n  - x  # why\n  - y\n",
        ["a", 0],
        {"id": "z", "role": "w"},
        "a:\n  - id: z  # why\n    role: w\n  - y\n",
    ),
    "nothing": ("a: x # why\nb: y\n", ["a"], None, "a: # why\nb: y\n"),
    "the same": ("a: 'x'\n", ["a"], "x", "a: 'x'\n"),
    "what it lies in is made": ("a: x\n", ["b", "c"], 3, "a: x\nb:\n  c: 3\n"),
    "with a mark, Windows line ends and no last one": (
        "\ufeff---\r\na: x\r\n---\r\nBody",
        ["a"],
        "z",
        "\ufeff---\r\na: z\r\n---\r\nBody",
    ),
}


@pytest.mark.parametrize(("before", "path", "value", "after"), SET.values(), ids=SET)
def test_setting_a_value_changes_that_value(
    before: str, path: list[str], value: object, after: str
) -> None:
    assert set_value(before, path, value) == after


GONE = {
    "an item and its comment": ("a:\n  - x  # why\n  - y\n", ["a"], "x", "a:\n  - y\n"),
    "the last item": ("a:\n  - x\nb: y\n", ["a"], "x", "a:\nb: y\n"),
    "an item at the end without a line end": ("a:\n- x\n- y", ["a"], "y", "a:\n- x"),
    "a mapping by its id": (
        "m:\n  - id: a\n    n: |\n      long\n\n  - id: b\n",
        ["m"],
        "a",
        "m:\n\n  - id: b\n",
    ),
    "in brackets": ("a: [x, y, z]  # why\n", ["a"], "y", "a: [x, z]  # why\n"),
    "last in brackets": ("a: [x, y]\n", ["a"], "y", "a: [x]\n"),
    "alone in brackets": ("a: [x]\n", ["a"], "x", "a: []\n"),
    "on a line of its own in brackets": (
        "a: [\n  x,  # why\n  y  # because\n]\n",
        ["a"],
        "y",
        "a: [\n  x,  # why\n]\n",
    ),
    "a key": ("a: x\nb: y  # why\nc: z\n", [], "b", "a: x\nc: z\n"),
    "the key behind the dash": ("m:\n- id: a\n  n: b\n", ["m", "a"], "id", "m:\n- n: b\n"),
}


@pytest.mark.parametrize(("before", "path", "item", "after"), GONE.values(), ids=GONE)
def test_removing_takes_the_item_and_nothing_else(
    before: str, path: list[str], item: str, after: str
) -> None:
    assert remove(before, path, item) == after


@pytest.mark.parametrize(
    ("edit", "line", "reason"),
    [
        (lambda: remove("a:\n- x\n", ["a"], "y"), 2, "no item is 'y'"),
        (lambda: remove("a:\n- x\n- x\n", ["a"], "x"), 2, "more than one item is 'x'"),
        (lambda: remove("m:\n- id: a\n", ["m", 0], "id"), 2, "'id' is all that is left of 'm.0'"),
        (lambda: set_value("a:\n- x\n", ["a", 3], "y"), 2, "there is no item 3 among 1"),
        (lambda: set_value("b: 1\na: x\n", ["a", "c"], "y"), 2, "'c' is looked for in a value"),
        (lambda: set_value("b: 1\na: [x\n", ["b"], "y"), 2, "'[' is never closed"),
        (lambda: append("b: 1\na: x\n", ["a"], "y"), 2, "'a' is not a list"),
        (lambda: set_value("a: x\n", [], "y"), 1, "the whole record"),
    ],
)
def test_a_refusal_names_line_and_reason(edit: Callable[[], str], line: int, reason: str) -> None:
    with pytest.raises(EditRefused) as refusal:
        edit()

    assert refusal.value.line == line
    assert reason in refusal.value.reason


ITEMS = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), unique=True, max_size=6)


@given(
    items=ITEMS,
    indent=st.integers(0, 4),
    tail=st.sampled_from(["", "place: x\n", "# the end\n", "\n\nplace: x\n"]),
    windows=st.booleans(),
)
def test_whatever_the_layout_the_items_are_the_old_ones_and_the_new(
    items: list[str], indent: int, tail: str, windows: bool
) -> None:
    lines = "".join(f"{' ' * indent}- {item}\n" for item in items)
    text = f"kind: regular\npresent:\n{lines}{tail}"
    if windows:
        text = text.replace("\n", "\r\n")

    after = append(text, ["present"], "zz-new")

    problems: list[Problem] = []
    document = read_document(SourceText("f.yaml", after), problems, markdown=False)
    assert not problems
    present = document.fields.entries["present"]
    assert isinstance(present, Sequence)
    assert [node.text for node in present.items if isinstance(node, Scalar)] == [*items, "zz-new"]
    kept = [line for line in after.splitlines(keepends=True) if "zz-new" not in line]
    assert kept == text.splitlines(keepends=True)
