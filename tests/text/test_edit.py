"""Adding to a list changes that list and no other byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import Problem
from copkit.text.edit import EditRefused, append
from copkit.text.front_matter import read_document
from copkit.text.nodes import Scalar, Sequence
from copkit.text.source import SourceText

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
