"""The faults of YAML texts: what each is called, its message and hint, and where it is.  Pure.

:class:`YamlFault` has a constructor for each thing that YAML allows and records do not.
:func:`find_conflicts` and :func:`find_hard_spaces` look for faults before the parser runs;
:func:`diagnose` explains the error at which it stopped, in terms of what a person did wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import yaml

from copkit.text.yaml.nodes import Node, Scalar

# No-break, figure, narrow no-break and ideographic space: pasted from web pages and word
# processors, they look like spaces and are none to YAML.
_HARD_SPACES: Final = "\u00a0\u2007\u202f\u3000"
# The marker lines of git, such as "<<<<<<< HEAD" and "=======".
_CONFLICT_MARKER: Final = r"(?m)^(<{7}|\|{7}|={7}|>{7})(?= |\r?$)"


class TooDeep(Exception):
    """Lists and mappings are nested deeper than any record needs, from ``offset`` on."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class DamagedSpan(NamedTuple):
    """A stretch of text that a fault made unreadable; ``has_key`` when only the value is lost."""

    start: int
    end: int
    has_key: bool


class YamlFault(NamedTuple):
    """One fault between two offsets; ``damage`` is what cannot be read because of it."""

    code: str
    start: int
    end: int
    message: str
    hint: str
    damage: tuple[DamagedSpan, ...] = ()

    @classmethod
    def alias(cls, start: int, end: int, name: str) -> YamlFault:
        """Describe a ``*name`` that stands for something written elsewhere."""
        return cls(
            "yaml-alias",
            start,
            end,
            f"'*{name}' points at another place of the file, which records do not allow",
            "write the value out; if the text begins with *, put it in quotes",
        )

    @classmethod
    def anchor(cls, text: str, start: int, name: str) -> YamlFault:
        """Describe an ``&name`` that lets other places repeat the value."""
        offset = max(text.find(f"&{name}", start), start)
        return cls(
            "yaml-anchor",
            offset,
            offset + len(name) + 1,
            f"'&{name}' names a value for use elsewhere, which records do not allow",
            f"leave '&{name}' out; if the text begins with &, put it in quotes",
        )

    @classmethod
    def tag(cls, text: str, start: int, end: int) -> YamlFault:
        """Describe a ``!tag`` that would give a value another type.

        ``start`` and ``end`` are those of the value with its marks; the fault marks the tag alone.
        """
        offset = max(text.find("!", start, end + 1), start)
        match = re.compile(r"!\S*").match(text, offset)
        mark = match.group() if match else "!"
        return cls(
            "yaml-tag",
            offset,
            offset + len(mark),
            f"'{mark}' gives the value a type of its own, which records do not allow",
            f"leave '{mark}' out; if the text begins with !, put it in quotes",
        )

    @classmethod
    def merge_key(cls, key: Scalar) -> YamlFault:
        """Describe a ``<<`` that copies another mapping's fields."""
        return cls(
            "yaml-merge-key",
            key.start,
            key.end,
            "'<<' copies fields from elsewhere, which records do not allow",
            "write the fields out",
        )

    @classmethod
    def duplicate_key(cls, text: str, key: Scalar, first: Scalar) -> YamlFault:
        """Describe a field that repeats the ``first`` one, in the same or another case."""
        line = text.count("\n", 0, first.start) + 1
        return cls(
            "duplicate-key",
            key.start,
            key.end,
            f"'{key.text}' is written twice; line {line} has it already",
            "keep one of the two",
        )

    @classmethod
    def second_document(cls, start: int) -> YamlFault:
        """Describe a ``---`` after which another document begins."""
        return cls(
            "yaml-second-document",
            start,
            start + 3,
            "a second document begins here; a record is one document",
            "take this line out, or move what follows to a file of its own",
        )

    @classmethod
    def not_a_key(cls, node: Node) -> YamlFault:
        """Describe a list or mapping where the name of a field should stand."""
        return cls(
            "yaml-syntax",
            node.start,
            node.end,
            "the name of a field must be a word",
            "write it as 'name: value'",
        )


def find_conflicts(text: str) -> Iterator[YamlFault]:
    """Find the conflict markers that git left where it could not merge two people's work.

    The first side stays readable; the markers and the other side are damage.
    """
    # A line of seven '=' alone is an underlined heading, so one of the other two must be there.
    has_markers = "<<<<<<<" in text or ">>>>>>>" in text
    marks = list(re.finditer(_CONFLICT_MARKER, text)) if has_markers else []
    begin: re.Match[str] | None = None
    middle: re.Match[str] | None = None
    for mark in marks:
        symbol = mark.group()[0]
        if symbol == "<":
            begin, middle = mark, None
        elif symbol in "|=" and begin and not middle:
            middle = mark
        elif symbol == ">":
            first = begin or mark
            damage = [line_bounds(text, first.start())]
            if begin and middle:
                damage.append((middle.start(), line_bounds(text, mark.start())[1]))
            elif begin:
                damage.append(line_bounds(text, mark.start()))
            yield _conflict(text, first.start(), damage)
            begin = middle = None
    if begin:
        yield _conflict(text, begin.start(), [line_bounds(text, begin.start())])


def find_hard_spaces(text: str) -> Iterator[YamlFault]:
    """Find the first of each run of lines with a hard space where YAML needs an ordinary one."""
    done = -1
    for line_start, start, end, line_end in _hard_space_runs(text):
        if done < 0 or text[done:line_start].strip("\r\n"):
            yield YamlFault("yaml-indentation", start, end, *_HARD_SPACE)
        done = line_end


def replace_hard_spaces(text: str) -> str:
    """Put ordinary spaces where :func:`find_hard_spaces` found others; every offset stays."""
    parts, done = list[str](), 0
    for _, start, end, _ in _hard_space_runs(text):
        parts += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def _hard_space_runs(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Find hard spaces used as indentation or after a dash or colon.

    Yield four offsets for each: start of its line, start and end of the spaces, end of the line.
    """
    for line in re.finditer(f"(?m)^[^\r\n]*[{_HARD_SPACES}][^\r\n]*", text):
        offset = content_start(text, line.start())
        # Behind '- ' a hard space may be part of a value: there it must follow a dash or a name.
        optional = "" if "-" in text[line.start() : offset] else "?"
        pattern = re.compile(f"(?:-|[A-Za-z_]+:){optional}([{_HARD_SPACES}]+)")
        if run := pattern.match(text, offset, line.end()):
            yield line.start(), run.start(1), run.end(1), line.end()


_HARD_SPACE: Final = (
    "a hard space, as web pages have them, stands where only ordinary spaces may",
    "delete it and type spaces in its place",
)


def _conflict(text: str, start: int, damage: Iterable[tuple[int, int]]) -> YamlFault:
    """Build the fault of a conflict marker whose line begins at ``start``.

    ``damage`` has the offsets of each stretch that is not to be read because of it.
    """
    return YamlFault(
        "conflict-marker",
        start,
        line_bounds(text, start)[1],
        "git could not bring two people's changes together here",
        "keep what is right of the two sides, and delete the lines <<<<<<<, ======= and >>>>>>>",
        tuple(DamagedSpan(begin, end, has_key=False) for begin, end in damage),
    )


def line_bounds(text: str, offset: int) -> tuple[int, int]:
    """Return the offsets at which the line of an offset starts, and at which its text ends."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    ends = [end for sign in "\r\n" if (end := text.find(sign, offset)) >= 0]
    return start, min(ends, default=len(text))


def content_start(text: str, start: int) -> int:
    """Return the offset at which a line's text begins, behind its indent and dashes of lists."""
    # A loop, not a pattern: that would take the square of a line's length, or need possessive
    # quantifiers, which early versions of Python 3.11 get wrong.
    offset = start
    while text.startswith(" ", offset):
        offset += 1
    while text.startswith("- ", offset):
        offset += 2
        while text.startswith(" ", offset):
            offset += 1
    return offset


# Diagnosis of syntax errors. libyaml says where it gave up, which is often lines below the
# mistake; what a person did wrong is found from the text before it.

_KEY: Final = re.compile(r"([^\s:#\[\]{}\"'][^:\r\n]*):(?=[ \r\n]|$)")  # `name:`
# `name:value` without the space; `https://` is an address
_UNSPACED: Final = re.compile(r"(?P<key>[A-Za-z][\w-]*):(?P<value>[^\s/:][^\r\n]*)")
_TABBED: Final = re.compile(r"\n?[ ]*\t[ \t]*[^\s#]")  # a line indented with a tab
_BRACKET: Final = re.compile(r"[\[\]{}]")
_ITEM: Final = re.compile(r"[ ]*- ")
# Everything below the space except tab and line ends, and what else YAML does not allow.
_CONTROL_CHARACTER: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)


def diagnose(text: str, error: yaml.YAMLError | TooDeep, last: Scalar | None) -> YamlFault:
    """Explain the error at which the parser stopped; ``last`` is the last scalar it had read."""
    if isinstance(error, TooDeep):
        return _fault(
            text,
            error.offset,
            "yaml-too-deep",
            "lists and mappings stand more than 20 deep in one another here",
            "no record needs that; write the value more plainly",
        )
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        context = error.context_mark.index if error.context_mark else None
        return _diagnose_syntax(
            text, error.problem or "", error.problem_mark.index, error.context or "", context, last
        )
    offset = min(int(getattr(error, "position", 0)), max(len(text) - 1, 0))
    # libyaml counts bytes there and not characters, so the character is looked for again.
    if match := _CONTROL_CHARACTER.search(text):
        offset = match.start()
    return _fault(
        text,
        offset,
        "control-character",
        f"an invisible control character (U+{ord(text[offset]):04X}) stands here",
        "delete it",
    )


def _diagnose_syntax(
    text: str, problem: str, offset: int, context: str, origin: int | None, last: Scalar | None
) -> YamlFault:
    """Find which fault of hand-written YAML it is, the most telling sign first.

    ``problem`` and ``context`` are libyaml's words, ``offset`` is where it stopped, and
    ``origin`` where the construct that ``context`` names began.
    """
    if offset >= len(text) and origin is None:
        offset = max(len(text.rstrip()) - 1, 0)
    sign = text[offset : offset + 1]
    if sign == "\t" or "tab character" in problem:
        return _tab_fault(text, offset)
    if origin is not None and (
        unfinished := _unfinished_fault(text, problem, offset, context, origin)
    ):
        return unfinished
    # A quotation that ran on to the next quotation mark was read without an error; what comes
    # behind it is not, and the lines that it swallowed tell of it.
    if open_quote := _unclosed_quote(text, last):
        return _fault(text, open_quote.start, *_QUOTE_OPEN)
    if leading_sign := _leading_sign_fault(text, problem, offset, context, origin):
        return leading_sign
    if "block sequence entries" in problem:
        return _fault(text, offset, *_DASH)
    if "mapping values" in problem:
        return _misplaced_colon_fault(text, offset)
    if "could not find expected ':'" in problem and origin is not None:
        return _missing_colon_fault(text, origin)
    return _layout_fault(text, offset, sign)


def _unfinished_fault(
    text: str, problem: str, offset: int, context: str, origin: int
) -> YamlFault | None:
    """Describe a quotation, a bracket or a block that began and did not end.

    Return ``None`` if the error is about none. ``problem`` and ``context`` are libyaml's words,
    ``offset`` is where it stopped, and ``origin`` where the construct that ``context`` names began.
    """
    if "directive" in context:
        return _fault(text, origin, *_DIRECTIVE)
    if "quoted scalar" in context:
        if "end of stream" in problem or "document indicator" in problem:
            return _fault(text, origin, *_QUOTE_OPEN)
        return _fault(text, _last_in_line(text, offset, "\\"), *_ESCAPE, length=2)
    if "block scalar" in context:
        return _fault(text, origin, "yaml-quote", *_quote_first(text[origin]))
    if "flow" in context:
        code, message, hint = _BRACKET_OPEN
        start = _open_bracket(text, min(origin, len(text) - 1))
        return _fault(text, start, code, message.format(text[start]), hint)
    return None


def _leading_sign_fault(
    text: str, problem: str, offset: int, context: str, origin: int | None
) -> YamlFault | None:
    """Describe a value that begins with a sign that means something to YAML.

    Return ``None`` if the error is about none. ``problem`` and ``context`` are libyaml's words,
    ``offset`` is where it stopped, and ``origin`` where the construct that ``context`` names began.
    """
    start = offset if origin is None else origin
    if "anchor" in context or "alias" in context:
        code = "yaml-alias" if text[start] == "*" else "yaml-anchor"
        return _fault(text, start, code, *_quote_first(text[start]))
    if "tag" in problem or "tag" in context:
        return _fault(text, start, "yaml-tag", *_quote_first("!"))
    sign = text[offset : offset + 1]
    if any(words in problem for words in ("mapping keys", "start any token", "node content")):
        code = "yaml-stray-bracket" if sign in "]}" else "yaml-quote"
        return _fault(text, offset, code, *_quote_first(sign))
    return None


def _tab_fault(text: str, offset: int) -> YamlFault:
    """Describe a tab where spaces belong."""
    end = line_bounds(text, offset)[1]
    # The lines right below that begin with a tab too are one mistake, and are reported once.
    while _TABBED.match(text, end + 1):
        end = line_bounds(text, text.index("\t", end + 1))[1]
    code, message, hint = _TAB
    entry = _entry_around(text, offset)
    below = DamagedSpan(entry.end, max(end, entry.end), has_key=False)
    damage = (entry, below) if below.start < below.end else (entry,)
    return YamlFault(code, offset, offset + 1, message, hint, damage)


def _layout_fault(text: str, offset: int, sign: str) -> YamlFault:
    """Describe a line that does not fit into the list or mapping around it."""
    before = text[line_bounds(text, offset)[0] : offset]
    if sign and sign in "]}":
        return _fault(text, offset, "yaml-stray-bracket", *_quote_first(sign))
    if before.strip() and before.rstrip()[-1] in "\"'":
        return _fault(text, offset, *_AFTER_QUOTE, to_line_end=True)
    if before.strip() and before.rstrip()[-1] in "]}":
        return _fault(text, offset, *_AFTER_BRACKET, to_line_end=True)
    if sign == ":" and not before.strip():
        return _fault(text, offset, *_NO_NAME)
    if before.strip() in {"", "-"}:
        return _fault(text, offset, *_INDENT, to_line_end=True)
    return _fault(text, offset, *_OTHER)


def _missing_colon_fault(text: str, offset: int) -> YamlFault:
    """Describe a line without a colon, or with one that no space follows."""
    if unspaced := _UNSPACED.match(text, content_start(text, line_bounds(text, offset)[0])):
        hint = f"write '{unspaced['key']}: {unspaced['value'].rstrip()}'"
        return _fault(text, unspaced.end("key"), *_NO_SPACE, hint)
    return _fault(text, offset, *_NO_COLON, to_line_end=True)


def _misplaced_colon_fault(text: str, offset: int) -> YamlFault:
    """Describe a second colon in a line, or one in a line that goes on with the value above."""
    start, end = line_bounds(text, offset)
    line = text[start:end]
    if ":" in line[: offset - start]:
        key = _KEY.match(line, _column(line))
        value = (line[key.end() :] if key else line).partition(" #")[0].strip()
        quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        hint = (
            f"put the value in quotes: {key[1].rstrip()}: {quoted}" if key else "put it in quotes"
        )
        return _fault(text, offset, "yaml-colon", _COLON, hint)
    above = text[:start].rstrip()
    above_start, above_end = line_bounds(text, max(len(above) - 1, 0))
    line_above = text[above_start:above_end]
    if (
        above
        and not _KEY.match(line_above, _column(line_above))
        and _column(line_above) == _column(line)
    ):
        return _missing_colon_fault(text, above_start + _column(line_above))
    words_before_colon = line[_column(line) : offset - start].strip()
    if " " in words_before_colon and text[offset + 1 : end].strip():  # no field's name has a space
        return _fault(text, offset, "yaml-colon", _COLON, "put the whole value in quotes")
    return _fault(text, start + _indent(line), *_INDENT, to_line_end=True)


_COLON: Final = "a value with a colon and a space in it needs quotes"
_TAB: Final = ("yaml-tab", "a tab stands where only spaces may", "use spaces instead of the tab")
_DASH: Final = (
    "yaml-dash",
    "a list cannot begin on the same line as its name",
    "put each item on a line of its own, beginning with '- '",
)
_QUOTE_OPEN: Final = (
    "yaml-unclosed-quote",
    "this quotation mark is never closed",
    "close it at the end of the value, with the same straight quotation mark",
)
_BRACKET_OPEN: Final = (
    "yaml-unclosed-bracket",
    "this '{}' is never closed",
    "close it, or write a list with one item a line, each beginning with '- '",
)
_ESCAPE: Final = (
    "yaml-escape",
    "a backslash in double quotes begins a special character",
    "use single quotes around the value",
)
_NO_COLON: Final = (
    "yaml-missing-colon",
    "this line has no colon, so it is not a field",
    "write it as 'name: value'; a value that goes on in a second line is indented",
)
_NO_SPACE: Final = ("yaml-missing-space", "no space stands after this colon")
_NO_NAME: Final = ("yaml-syntax", "a colon with no name before it", "write 'name: value'")
_INDENT: Final = (
    "yaml-indentation",
    "this line does not line up with the lines around it",
    "begin it in the same column as the fields or items it belongs with",
)
_AFTER_QUOTE: Final = (
    "yaml-quote",
    "text goes on after the closing quotation mark",
    "put the whole value in quotes; write an apostrophe twice inside single quotes",
)
_AFTER_BRACKET: Final = (
    "yaml-quote",
    "text goes on after the closing bracket",
    "put the whole value in quotes",
)
_DIRECTIVE: Final = (
    "yaml-syntax",
    "a line cannot begin with '%'",
    "begin a comment with '#', or put the value in quotes",
)
_OTHER: Final = (
    "yaml-syntax",
    "this cannot be read",
    "check the punctuation of this line; text with special signs goes in quotes",
)


def _quote_first(sign: str) -> tuple[str, str]:
    """Return the message and the hint for a value that begins with ``sign``."""
    if sign in "]}":
        return f"this '{sign}' closes nothing", "leave it out, or put the value in quotes"
    return f"a value cannot begin with '{sign}'", "put the value in quotes"


def _fault(
    text: str,
    offset: int,
    code: str,
    message: str,
    hint: str,
    *,
    length: int = 1,
    to_line_end: bool = False,
) -> YamlFault:
    """Build the fault at an offset, whose damage is the entry around it.

    It is ``length`` characters wide, or as wide as what is left of the line if ``to_line_end``.
    """
    line_end = line_bounds(text, offset)[1]
    end = len(text[:line_end].rstrip()) if to_line_end else offset + length
    return YamlFault(
        code, offset, max(end, offset + 1), message, hint, (_entry_around(text, offset),)
    )


def _entry_around(text: str, offset: int) -> DamagedSpan:
    """Find the entry that an offset lies in: all of it, or its value when its key can be read."""
    start, end = line_bounds(text, offset)
    column = content_start(text, start) - start
    key = _KEY.match(text, start + column, end)
    if key is None or key.end() > offset:  # no key, or the fault lies before or in it
        line = text[start:end]
        bare = line.lstrip(" ")
        if bare.startswith("\t"):
            return DamagedSpan(start, end, has_key=False)
        items = not bare.startswith("- ")
        end = _end_of_entry(text, end, _indent(line), items=items)
        return DamagedSpan(start, end, has_key=False)
    # Behind a dash, dashes in the same column are other items of the list and not of the value.
    items = "-" not in text[start : start + column]
    return DamagedSpan(key.end(), _end_of_entry(text, end, column, items=items), has_key=True)


def _open_bracket(text: str, offset: int) -> int:
    """Return the offset of the bracket that is open there: at the offset, or the last before it."""
    if text[offset] in "[{":
        return offset
    unmatched = 0  # closing brackets whose opening ones are still to come, going backwards
    for bracket in reversed([*_BRACKET.finditer(text, 0, offset)]):
        unmatched += 1 if bracket.group() in "]}" else -1
        if unmatched < 0:
            return bracket.start()
    return offset


def _end_of_entry(text: str, end: int, column: int, *, items: bool) -> int:
    """Return the offset at which an entry's last line ends; ``end`` is the end of its first.

    Its lines are those further in than ``column``; with ``items`` also list items in that column.
    """
    while end < len(text):
        begin, next_end = line_bounds(text, end + 1)
        line = text[begin:next_end]
        bare = line.strip()
        is_item = items and _indent(line) == column and bare.startswith("- ")
        if bare and _indent(line) <= column and not is_item:
            break
        end = next_end
    return end


def _unclosed_quote(text: str, last: Scalar | None) -> Scalar | None:
    """Return ``last`` if its quotes have swallowed the start of a field or item, else ``None``."""
    if last is None or last.plain or text[last.start] not in "\"'":
        return None
    for line in text[last.start : last.end].splitlines()[1:]:
        if _KEY.match(line, _column(line)) or _ITEM.match(line):
            return last
    return None


def _column(line: str) -> int:
    """Return the column of a line's text, behind the dashes of a list."""
    return content_start(line, 0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _last_in_line(text: str, offset: int, sign: str) -> int:
    """Return the last offset of ``sign`` up to ``offset`` in its line, else the line's start."""
    return max(text.rfind(sign, 0, offset + 1), line_bounds(text, offset)[0])
