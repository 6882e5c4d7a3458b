"""Edits of files as different hands have typed them: the fact changes, and nothing else does.

``tests/hands`` holds the files. Each edit is checked twice without the editor's own means: the
values as PyYAML reads them, and which lines of the file were touched. ``COPKIT_LONG=1`` draws
thousands of edits instead of hundreds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from copkit.text.edit import EditRefused, append, remove, set_value
from tests.conftest import CHECKOUT, LONG, drawn

HANDS = sorted((CHECKOUT / "tests" / "hands").iterdir())
NOTHING: tuple[Any, ...] = (None, "", "~", "null", [], {})
AWKWARD = (
    "plain words",
    "a colon: inside",
    "an end #not a comment",
    "an end #a comment?",
    "’single’ and \"double\" and 'single'",
    "- a dash",
    "[brackets, commas]",
    "007",
    "yes",
    "two\nlines",
    "three\n\nlines: of\n  text\n",
    "é ŵ ł £ –",
    " spaces around ",
    "x" * 200,
    dt.date(2012, 5, 16),
    7,
)
MEMBER = {"id": "new-1", "role": "Drugs Worker: nights", "joined": dt.date(2012, 4, 18)}


def fields(text: str) -> str:
    """Give the YAML of a file; the body of Markdown is left out."""
    text = text.removeprefix("\ufeff")
    parts = re.split(r"(?m)^---[ \t]*\r?$\n?", text)
    return parts[1] if text.startswith("---") and len(parts) > 2 else text


def read(text: str) -> Any:
    return yaml.load(fields(text), yaml.CBaseLoader)  # makes nothing but text


def tidy(value: Any) -> Any:
    """Give values in which nothing is written in one way."""
    if isinstance(value, dict):
        return {key: tidy(item) for key, item in value.items()} or None
    if isinstance(value, list):
        return [tidy(item) for item in value] or None
    return None if value in NOTHING else str(value)


@dataclass(frozen=True)
class Edit:
    """One thing to do: a path in the record and the value for it."""

    what: str
    path: tuple[str | int, ...]
    value: Any

    def on(self, text: str) -> str:
        """Do it with the editor."""
        if self.what == "append":
            return append(text, self.path, self.value)
        if self.what == "set":
            return set_value(text, self.path, self.value)
        written = isinstance(self.value, dict)  # what '~' says, and not how
        return remove(text, self.path, tidy(self.value) if written else self.value)

    def on_values(self, root: Any) -> Any:
        """Do it to the values."""
        parent = root
        for step in self.path[:-1]:
            parent = parent[step]
        last = self.path[-1] if self.path else None
        if self.what == "append":
            old: Any = parent.get(last) if isinstance(parent, dict) else parent[last]
            parent[last] = [*(old if old not in NOTHING else []), self.value]
        elif self.what == "set":
            parent[last] = self.value
        else:
            target = root if last is None else parent[last]
            if isinstance(target, dict):
                del target[self.value]
            else:
                target.remove(self.value)
        return root


def places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Give every value of a record with its path."""
    found = [(path, node)]
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(node, (dict, list)):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for step, inner in pairs:
        found += places(inner, (*path, step))
    return found


def edits_of(text: str) -> list[Edit]:
    """Give every edit that makes sense for a file, with a value still to be drawn for most."""
    root = read(text) or {}
    found = [Edit("append", ("brandnew",), None), Edit("set", ("brandnew",), None)]
    for path, value in places(root):
        if isinstance(value, list) and value:
            found.append(Edit("append", path, None))
            found += [Edit("remove", path, item) for item in value if value.count(item) == 1]
        elif isinstance(value, dict) and value:
            found.append(Edit("set", (*path, "brandnew"), None))
            found += [Edit("remove", path, key) for key in value]
        elif path:
            found.append(Edit("set", path, None))
            if value in NOTHING and isinstance(path[-1], str):
                found.append(Edit("append", path, None))
    return found


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, Edit]:
    path = draw(st.sampled_from(HANDS))
    text = path.read_bytes().decode("utf-8")
    edit = draw(st.sampled_from(edits_of(text)))
    if edit.what == "remove":
        return path.name, text, edit
    value: Any = draw(st.sampled_from(AWKWARD))
    if edit.what == "append" and draw(st.booleans()):
        value = MEMBER
    if edit.what == "set" and draw(st.integers(0, 3)) == 0:
        value = draw(st.sampled_from([["a", "b"], MEMBER, None]))
    return path.name, text, Edit(edit.what, edit.path, value)


def span(text: str, edit: Edit) -> tuple[int, int]:
    """Give the first and last line, from 0, that an edit may touch: the value and its key."""
    node: Any = yaml.compose(fields(text), yaml.CBaseLoader)
    offset = text.count("\n", 0, text.index(fields(text)))
    first, last = 0, len(text.splitlines())
    for step in (*edit.path, *([edit.value] if edit.what == "remove" else [])):
        inner = None
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            if pair is None:
                break
            first, inner = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            inner = node.value[step]
            first = inner.start_mark.line
        if inner is None:
            break
        last, node = inner.end_mark.line + 1, inner
    return first + offset, last + offset


def touched(before: str, after: str) -> tuple[list[str], list[str], int]:
    """Give the lines taken out, the lines put in, and how many before them are the same."""
    old, new = before.splitlines(), after.splitlines()
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    end = 0
    while end < min(len(old), len(new)) - same and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[same : len(old) - end], new[same : len(new) - end], same


def is_block(text: str, edit: Edit) -> bool:
    """Say whether the list an edit is about has its items on lines of their own."""
    node: Any = yaml.compose(fields(text), yaml.CBaseLoader)
    for step in edit.path:
        pairs = node.value
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: value for key, value in node.value}
        if isinstance(pairs, dict) and step not in pairs:
            return False
        node = pairs[step]
        if getattr(node, "flow_style", False):
            return False
    return isinstance(node, yaml.SequenceNode) and bool(node.value)


def check(text: str, edit: Edit) -> bool:
    """Do an edit and see that it is right; give whether it was done, not refused."""
    try:
        after = edit.on(text)
    except EditRefused as refusal:
        assert refusal.line >= 1
        assert refusal.reason
        return False
    assert tidy(read(after)) == tidy(edit.on_values(read(text) or {})), after
    if after == text:
        return True
    out, into, at = touched(text, after)
    first, last = span(text, edit)
    assert first - 1 <= at, (out, into)
    assert at + len(out) <= last + 1, (out, into)
    if is_block(text, edit) and edit.what == "append":
        assert not out, (out, into)
    if is_block(text, edit) and edit.what == "remove":
        assert not into, (out, into)
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert not read(after) or after.endswith("\n") == text.endswith("\n")
    assert after.count("\ufeff") == text.count("\ufeff")
    if "\n" not in text.replace("\r\n", ""):
        assert "\n" not in after.replace("\r\n", "")
    if "\r" not in text:
        assert "\r" not in after
    return True


@drawn(150, nightly=2000)
@given(edits())
def test_an_edit_changes_its_fact_and_nothing_else_or_is_refused(
    case: tuple[str, str, Edit],
) -> None:
    check(case[1], case[2])


def test_nearly_every_edit_is_done_and_the_rest_are_refused_with_their_line() -> None:
    done = refused = 0
    for path in HANDS:
        text = path.read_bytes().decode("utf-8")
        for number, edit in enumerate(edits_of(text)):
            if not LONG and number % 7:
                continue
            value = edit.value if edit.what == "remove" else AWKWARD[number % len(AWKWARD)]
            if check(text, Edit(edit.what, edit.path, value)):
                done += 1
            else:
                refused += 1

    assert len(HANDS) >= 60
    assert done / (done + refused) >= 0.97, f"{refused} of {done + refused} were refused"


def lists() -> list[Any]:
    """Give every list of the files whose items stand on lines of their own."""
    found = []
    for path in HANDS:
        text = path.read_bytes().decode("utf-8")
        for edit in edits_of(text):
            if edit.what == "append" and is_block(text, edit):
                name = f"{path.name}: {'.'.join(map(str, edit.path))}"
                found.append(pytest.param(text, edit.path, id=name))
    return found


@pytest.mark.parametrize(("text", "path"), lists())
def test_what_was_added_can_be_taken_away_again(text: str, path: tuple[str | int, ...]) -> None:
    added = append(text, path, "zz-new")

    assert added != text
    assert remove(added, path, "zz-new") == text
