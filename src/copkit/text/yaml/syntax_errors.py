"""What can be wrong with a YAML text that its syntax does not show, and how it is said.  Pure.

A syntax error is another matter: ``yaml_diagnosis`` finds what a person did wrong, and is imported
when there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import yaml

from copkit.text.yaml.nodes import Node, Scalar

_HARD_SIGNS: Final = "\u00a0\u2007\u202f\u3000"
_CONFLICT: Final = r"(?m)^(<{7}|\|{7}|={7}|>{7})(?= |\r?$)"


class TooDeep(Exception):
    """Lists and mappings inside one another beyond what any record needs."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class Spoilt(NamedTuple):
    """A stretch that a fault made unreadable; ``keyed`` when its key can still be read."""

    start: int
    end: int
    keyed: bool


class Fault(NamedTuple):
    """One fault between two offsets, and the stretches that nothing more can be said about."""

    code: str
    start: int
    end: int
    message: str
    hint: str
    spoilt: tuple[Spoilt, ...] = ()

    @classmethod
    def alias(cls, start: int, end: int, name: str) -> Fault:
        """A ``*name`` that stands for something written elsewhere."""
        return cls(
            "yaml-alias",
            start,
            end,
            f"'*{name}' points at another place of the file, which records do not allow",
            "write the value out; if the text begins with *, put it in quotes",
        )

    @classmethod
    def anchor(cls, text: str, start: int, name: str) -> Fault:
        """An ``&name`` that lets other places repeat the value."""
        at = max(text.find(f"&{name}", start), start)
        return cls(
            "yaml-anchor",
            at,
            at + len(name) + 1,
            f"'&{name}' names a value for use elsewhere, which records do not allow",
            f"leave '&{name}' out; if the text begins with &, put it in quotes",
        )

    @classmethod
    def tag(cls, text: str, start: int, end: int) -> Fault:
        """A ``!tag`` that would give a value another type."""
        at = max(text.find("!", start, end + 1), start)
        found = re.compile(r"!\S*").match(text, at)
        mark = found.group() if found else "!"
        return cls(
            "yaml-tag",
            at,
            at + len(mark),
            f"'{mark}' gives the value a type of its own, which records do not allow",
            f"leave '{mark}' out; if the text begins with !, put it in quotes",
        )

    @classmethod
    def merge_key(cls, key: Scalar) -> Fault:
        """A ``<<`` that copies another mapping's fields."""
        return cls(
            "yaml-merge-key",
            key.start,
            key.end,
            "'<<' copies fields from elsewhere, which records do not allow",
            "write the fields out",
        )

    @classmethod
    def duplicate_key(cls, text: str, key: Scalar, first: Scalar) -> Fault:
        """A field that is already there, in the same or another case."""
        line = text.count("\n", 0, first.start) + 1
        return cls(
            "duplicate-key",
            key.start,
            key.end,
            f"'{key.text}' is written twice; line {line} has it already",
            "keep one of the two",
        )

    @classmethod
    def second_document(cls, start: int) -> Fault:
        """A ``---`` after which another document begins."""
        return cls(
            "yaml-second-document",
            start,
            start + 3,
            "a second document begins here; a record is one document",
            "take this line out, or move what follows to a file of its own",
        )

    @classmethod
    def not_a_key(cls, node: Node) -> Fault:
        """A list or mapping where the name of a field should stand."""
        return cls(
            "yaml-syntax",
            node.start,
            node.end,
            "the name of a field must be a word",
            "write it as 'name: value'",
        )


def conflicts(text: str) -> Iterator[Fault]:
    """Find what git left behind where two people's work did not come together.

    The first side stays readable; markers and the other side are spoilt.
    """
    marks = list(re.finditer(_CONFLICT, text)) if "<<<<<<<" in text or ">>>>>>>" in text else []
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
            spoilt = [line_of(text, first.start())]
            if begin and middle:
                spoilt.append((middle.start(), line_of(text, mark.start())[1]))
            elif begin:
                spoilt.append(line_of(text, mark.start()))
            yield _conflict(text, first.start(), spoilt)
            begin = middle = None
    if begin:
        yield _conflict(text, begin.start(), [line_of(text, begin.start())])


def hard_spaces(text: str) -> Iterator[Fault]:
    """Find the first of each run of lines with a hard space where YAML needs an ordinary one."""
    done = -1
    for line_start, start, end, line_end in _hard_stretches(text):
        if done < 0 or text[done:line_start].strip("\r\n"):
            yield Fault("yaml-indentation", start, end, *_HARD)
        done = line_end


def with_plain_spaces(text: str) -> str:
    """Put ordinary spaces where :func:`hard_spaces` found others; every offset stays."""
    parts, done = list[str](), 0
    for _, start, end, _ in _hard_stretches(text):
        parts += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def _hard_stretches(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Find hard spaces that stand for indentation: where the line, they, and the line end."""
    for found in re.finditer(f"(?m)^[^\r\n]*[{_HARD_SIGNS}][^\r\n]*", text):
        at = lead_end(text, found.start())
        needed = "" if "-" in text[found.start() : at] else "?"  # after '- ' it is part of a value
        sought = re.compile(f"(?:-|[A-Za-z_]+:){needed}([{_HARD_SIGNS}]+)")
        if hard := sought.match(text, at, found.end()):
            yield found.start(), hard.start(1), hard.end(1), found.end()


_HARD: Final = (
    "a hard space, as web pages have them, stands where only ordinary spaces may",
    "delete it and type spaces in its place",
)


def _conflict(text: str, start: int, spoilt: list[tuple[int, int]]) -> Fault:
    return Fault(
        "conflict-marker",
        start,
        line_of(text, start)[1],
        "git could not bring two people's changes together here",
        "keep what is right of the two sides, and delete the lines <<<<<<<, ======= and >>>>>>>",
        tuple(Spoilt(begin, end, False) for begin, end in spoilt),
    )


def line_of(text: str, at: int) -> tuple[int, int]:
    """Give where the line of an offset starts, and where its text ends."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [found for sign in "\r\n" if (found := text.find(sign, at)) >= 0]
    return start, min(ends, default=len(text))


def lead_end(text: str, start: int) -> int:
    """Give where a line's own text begins, behind its indent and the dashes of a list.

    Walked by hand: a pattern for it either takes the square of a line's length or needs what
    early Python 3.11 gets wrong (possessive quantifiers).
    """
    at = start
    while text.startswith(" ", at):
        at += 1
    while text.startswith("- ", at):
        at += 2
        while text.startswith(" ", at):
            at += 1
    return at


# What a person did wrong, from where libyaml stopped.

KEY = re.compile(r"([^\s:#\[\]{}\"'][^:\r\n]*):(?=[ \r\n]|$)")
UNSPACED = re.compile(r"(?P<key>[A-Za-z][\w-]*):(?P<value>[^\s/:][^\r\n]*)")
TABBED = re.compile(r"\n?[ ]*\t[ \t]*[^\s#]")
BRACKET = re.compile(r"[\[\]{}]")
ITEM = re.compile(r"[ ]*- ")


def diagnose(text: str, error: yaml.YAMLError | TooDeep, last: Scalar | None) -> Fault:
    """Say what a person did wrong, from where the parser stopped.

    ``last`` is the last scalar it had read.
    """
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
        return _syntax(
            text, error.problem or "", error.problem_mark.index, error.context or "", context, last
        )
    at = min(int(getattr(error, "position", 0)), max(len(text) - 1, 0))
    if found := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]", text):
        at = found.start()
    return _fault(
        text,
        at,
        "control-character",
        f"an invisible control character (U+{ord(text[at]):04X}) stands here",
        "delete it",
    )


def _syntax(
    text: str, problem: str, at: int, context: str, origin: int | None, last: Scalar | None
) -> Fault:
    """Tell the faults of hand-written YAML from one another, most telling sign first.

    ``origin`` is where that began in which the parser stopped ``at`` a place.
    """
    if at >= len(text) and origin is None:
        at = max(len(text.rstrip()) - 1, 0)
    sign = text[at : at + 1]
    if sign == "\t" or "tab character" in problem:
        return _tabs(text, at)
    if origin is not None and (begun := _begun(text, problem, at, context, origin)):
        return begun
    if open_quote := _unclosed(text, last):
        return _fault(text, open_quote.start, *_QUOTE_OPEN)
    if leading := _leading_sign(text, problem, at, context, origin):
        return leading
    if "block sequence entries" in problem:
        return _fault(text, at, *_DASH)
    if "mapping values" in problem:
        return _misplaced_colon(text, at)
    if "could not find expected ':'" in problem and origin is not None:
        return _no_colon(text, origin)
    return _block(text, at, sign)


def _begun(text: str, problem: str, at: int, context: str, origin: int) -> Fault | None:
    """Something that began and did not come to its end: a quotation, a bracket, a block."""
    if "directive" in context:
        return _fault(text, origin, *_DIRECTIVE)
    if "quoted scalar" in context:
        if "end of stream" in problem or "document indicator" in problem:
            return _fault(text, origin, *_QUOTE_OPEN)
        return _fault(text, _back_to(text, at, "\\"), *_ESCAPE, length=2)
    if "block scalar" in context:
        return _fault(text, origin, "yaml-quote", *_quote_first(text[origin]))
    if "flow" in context:
        code, message, hint = _BRACKET_OPEN
        start = _open_bracket(text, min(origin, len(text) - 1))
        return _fault(text, start, code, message.format(text[start]), hint)
    return None


def _leading_sign(
    text: str, problem: str, at: int, context: str, origin: int | None
) -> Fault | None:
    """A value that begins with a sign of YAML's own."""
    start = at if origin is None else origin
    if "anchor" in context or "alias" in context:
        code = "yaml-alias" if text[start] == "*" else "yaml-anchor"
        return _fault(text, start, code, *_quote_first(text[start]))
    if "tag" in problem or "tag" in context:
        return _fault(text, start, "yaml-tag", *_quote_first("!"))
    sign = text[at : at + 1]
    if any(said in problem for said in ("mapping keys", "start any token", "node content")):
        code = "yaml-stray-bracket" if sign in "]}" else "yaml-quote"
        return _fault(text, at, code, *_quote_first(sign))
    return None


def _tabs(text: str, at: int) -> Fault:
    """A tab, with the lines right below that begin with one: a person made that mistake once."""
    end = line_of(text, at)[1]
    while TABBED.match(text, end + 1):
        end = line_of(text, text.index("\t", end + 1))[1]
    code, message, hint = _TAB
    own = _entry_around(text, at)
    rest = Spoilt(own.end, max(end, own.end), False)
    spoilt = (own, rest) if rest.start < rest.end else (own,)
    return Fault(code, at, at + 1, message, hint, spoilt)


def _block(text: str, at: int, sign: str) -> Fault:
    """A line that does not fit into the list or mapping around it."""
    before = text[line_of(text, at)[0] : at]
    if sign and sign in "]}":
        return _fault(text, at, "yaml-stray-bracket", *_quote_first(sign))
    if before.strip() and before.rstrip()[-1] in "\"'":
        return _fault(text, at, *_AFTER_QUOTE, to_line_end=True)
    if before.strip() and before.rstrip()[-1] in "]}":
        return _fault(text, at, *_AFTER_BRACKET, to_line_end=True)
    if sign == ":" and not before.strip():
        return _fault(text, at, *_NO_NAME)
    if before.strip() in {"", "-"}:
        return _fault(text, at, *_INDENT, to_line_end=True)
    return _fault(text, at, *_OTHER)


def _no_colon(text: str, at: int) -> Fault:
    """A line without a colon, or with one that no space follows."""
    if unspaced := UNSPACED.match(text, lead_end(text, line_of(text, at)[0])):
        hint = f"write '{unspaced['key']}: {unspaced['value'].rstrip()}'"
        return _fault(text, unspaced.end("key"), *_NO_SPACE, hint)
    return _fault(text, at, *_NO_COLON, to_line_end=True)


def _misplaced_colon(text: str, at: int) -> Fault:
    """A second colon in a line, or a first one in a line that belongs to the value above."""
    start, end = line_of(text, at)
    line = text[start:end]
    if ":" in line[: at - start]:
        keyed = KEY.match(line, _column(line))
        value = (line[keyed.end() :] if keyed else line).partition(" #")[0].strip()
        quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        name = keyed[1].rstrip() if keyed else "- "
        hint = f"put the value in quotes: {name}: {quoted}" if keyed else "put it in quotes"
        return _fault(text, at, "yaml-colon", _COLON, hint)
    above = text[:start].rstrip()
    above_start, above_end = line_of(text, max(len(above) - 1, 0))
    line_above = text[above_start:above_end]
    if (
        above
        and not KEY.match(line_above, _column(line_above))
        and _column(line_above) == _column(line)
    ):
        return _no_colon(text, above_start + _column(line_above))
    if (
        " " in line[_column(line) : at - start].strip() and text[at + 1 : end].strip()
    ):  # no field's name
        return _fault(text, at, "yaml-colon", _COLON, "put the whole value in quotes")
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
    if sign in "]}":
        return f"this '{sign}' closes nothing", "leave it out, or put the value in quotes"
    return f"a value cannot begin with '{sign}'", "put the value in quotes"


def _fault(
    text: str,
    at: int,
    code: str,
    message: str,
    hint: str,
    *,
    length: int = 1,
    to_line_end: bool = False,
) -> Fault:
    line_end = line_of(text, at)[1]
    end = len(text[:line_end].rstrip()) if to_line_end else at + length
    return Fault(code, at, max(end, at + 1), message, hint, (_entry_around(text, at),))


def _entry_around(text: str, at: int) -> Spoilt:
    """Find the entry that an offset stands in: all of it, or its value when it has a key."""
    start, end = line_of(text, at)
    column = lead_end(text, start) - start
    keyed = KEY.match(text, start + column, end)
    if keyed is None or keyed.end() > at:  # no key, or the fault stands before or in it
        line = text[start:end]
        bare = line.lstrip(" ")
        if bare.startswith("\t"):
            return Spoilt(start, end, False)
        items = not bare.startswith("- ")
        return Spoilt(start, _end_of_entry(text, end, _indent(line), items=items), False)
    items = "-" not in text[start : start + column]
    return Spoilt(keyed.end(), _end_of_entry(text, end, column, items=items), True)


def _open_bracket(text: str, at: int) -> int:
    """Give the bracket at an offset, or else the last one before it that is still open."""
    if text[at] in "[{":
        return at
    closed = 0
    for found in reversed([*BRACKET.finditer(text, 0, at)]):
        closed += 1 if found.group() in "]}" else -1
        if closed < 0:
            return found.start()
    return at


def _end_of_entry(text: str, end: int, column: int, *, items: bool) -> int:
    """Give where the lines end that belong to an entry, from the end of its first line.

    They are those further in than ``column``; with ``items`` also list items in that column.
    """
    while end < len(text):
        begin, next_end = line_of(text, end + 1)
        line = text[begin:next_end]
        bare = line.strip()
        own_item = items and _indent(line) == column and bare.startswith("- ")
        if bare and _indent(line) <= column and not own_item:
            break
        end = next_end
    return end


def _unclosed(text: str, last: Scalar | None) -> Scalar | None:
    """Give the last quoted scalar if it swallowed the beginning of another field or item."""
    if last is None or last.plain or text[last.start] not in "\"'":
        return None
    below = text[last.start : last.end].splitlines()[1:]
    return (
        last if any(KEY.match(line, _column(line)) or ITEM.match(line) for line in below) else None
    )


def _column(line: str) -> int:
    """Give how far in a line's text begins, behind the dashes of a list."""
    return lead_end(line, 0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _back_to(text: str, at: int, sign: str) -> int:
    return max(text.rfind(sign, 0, at + 1), line_of(text, at)[0])
