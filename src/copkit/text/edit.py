"""Change one value in a YAML text and leave every other byte alone.  Pure.

The place is found from the reader's marks, the text is spliced there, and the result is read
again: if anything but the intended value has changed, the edit is refused.
"""

from __future__ import annotations

from copkit.errors import CopkitError, Problem
from copkit.text.front_matter import read_document
from copkit.text.nodes import Mapping, Node, Scalar, Sequence
from copkit.text.source import SourceText

Value = str | dict[str, "Value"] | list["Value"] | None


class EditRefused(CopkitError):
    """The text is not laid out so that this can be changed safely; a person has to do it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}", "change it by hand in your editor")
        self.line = line
        self.reason = reason


def append(text: str, key: str, written: str, *, markdown: bool = False) -> str:
    """Add an item at the end of the list under a top-level key of a record's text.

    ``written`` is the item as YAML, without its dash and with the lines after the first not
    indented; ``markdown`` says that the fields stand between ``---`` lines. Raises
    :class:`EditRefused` with the line and the reason.
    """
    before = _fields(text, markdown=markdown)
    node = before.entries.get(key)
    if node is None:
        at, lines = _new_key(text, before, key, markdown=markdown)
        item = _block_item(written, 2)
    elif isinstance(node, Scalar) and node.empty:
        at, lines, item = _line_end(text, node.end), "", _block_item(written, 2)
    elif isinstance(node, Sequence) and not node.block and "\n" not in written.strip():
        at, lines, item = _in_brackets(node, written)
    elif isinstance(node, Sequence) and node.block and node.items:
        at = _line_end(text, _last_offset(node.items[-1]))
        lines, item = "", _block_item(written, _column(text, node.items[0]))
    else:
        raise EditRefused(_line(text, node.start), f"'{key}' is not a plain list")
    addition = _with_endings(lines + item, text)
    if at and text[at - 1] not in "\r\n" and not _is_bracketed(node):
        addition = _newline(text) + addition.removesuffix(_newline(text))
    result = text[:at] + addition + text[at:]
    _verify(before, result, key, written, markdown=markdown)
    return result


def _verify(before: Mapping, result: str, key: str, written: str, *, markdown: bool) -> None:
    after = _fields(result, markdown=markdown)
    wanted = {name: _value(node) for name, node in before.entries.items()}
    item = _value(_fields(f"item:\n{_block_item(written, 2)}", markdown=False).entries["item"])
    assert isinstance(item, list)
    old = wanted.get(key)
    wanted[key] = [*old, *item] if isinstance(old, list) else item
    if {name: _value(node) for name, node in after.entries.items()} != wanted:
        place = before.entries.get(key, before)
        raise EditRefused(_line(result, place.start), f"'{key}' cannot be added to safely")


def _fields(text: str, *, markdown: bool) -> Mapping:
    problems: list[Problem] = []
    document = read_document(SourceText("", text), problems, markdown=markdown)
    if problems:
        raise EditRefused(problems[0].line, problems[0].message)
    return document.fields


def _value(node: Node) -> Value:
    if isinstance(node, Mapping):
        return {key: _value(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [_value(item) for item in node.items]
    return node.text if isinstance(node, Scalar) and not node.empty else None


def _new_key(text: str, fields: Mapping, key: str, *, markdown: bool) -> tuple[int, str]:
    """Find where a field that is not there yet goes: after the last one."""
    if not markdown and not fields.entries:
        return len(text), f"{key}:\n"
    if not fields.entries:
        return _line_end(text, 0), f"{key}:\n"
    last = list(fields.entries.values())[-1]
    return _line_end(text, _last_offset(last)), f"{key}:\n"


def _in_brackets(node: Sequence, written: str) -> tuple[int, str, str]:
    last = node.items[-1].end if node.items else node.start + 1
    return last, "", f", {written.strip()}" if node.items else written.strip()


def _is_bracketed(node: Node | None) -> bool:
    return isinstance(node, Sequence) and not node.block


def _last_offset(node: Node) -> int:
    """Give the end of what was really written; a block's own end lies at the next token."""
    if isinstance(node, Mapping) and node.entries:
        name, value = list(node.entries.items())[-1]
        return max(node.key(name).end, _last_offset(value))
    if isinstance(node, Sequence) and node.block and node.items:
        return _last_offset(node.items[-1])
    return node.end


def _line_end(text: str, at: int) -> int:
    """Give the offset after the line of an offset, its ending included."""
    if at and text[at - 1] == "\n":
        return at
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _column(text: str, item: Node) -> int:
    """Give the column of the dash before an item."""
    dash = text.rfind("-", 0, item.start)
    return dash - text.rfind("\n", 0, dash) - 1


def _block_item(written: str, indent: int) -> str:
    lead = " " * indent
    first, *rest = written.rstrip("\n").split("\n")
    return "".join([f"{lead}- {first}\n", *(f"{lead}  {line}\n" for line in rest)])


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _with_endings(addition: str, text: str) -> str:
    return addition.replace("\n", _newline(text)) if "\r\n" in text else addition
