"""What is wrong with a template, in plain words: where, and what it may say instead.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final, NamedTuple

import jinja2
from jinja2 import nodes
from jinja2.runtime import LoopContext
from jinja2.utils import missing

from copkit.errors import Problem, Severity, closest, did_you_mean
from copkit.text.markdown import Prose
from copkit.text.source import SourceText
from copkit.wording import listed

# What a template may say: a small part of Jinja, and nothing that computes.

TAGS: Final = ("if", "for", "block", "extends", "include")
_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or),
    *(nodes.Not, nodes.Test, nodes.Filter, nodes.Tuple, nodes.Block, nodes.Extends, nodes.Include),
)
_IN_WORDS: Final = {
    **dict.fromkeys(("Assign", "AssignBlock"), ("'set'", "set")),
    **dict.fromkeys(("Import", "FromImport"), ("'import'", "import")),
    "Macro": ("'macro'", "macro"),
    "CallBlock": ("'call'", "call"),
    "FilterBlock": ("'filter' around a passage", "filter"),
    "With": ("'with'", "with"),
    "Scope": ("'autoescape'", "autoescape"),
    **dict.fromkeys(("Getitem", "List", "Slice"), ("square brackets", "[")),
    "Dict": ("curly brackets", "{"),
    "Keyword": ("'='", "="),
    "Concat": ("'~'", "~"),
    "Mul": ("'*'", "*"),
    "Pow": ("'**'", "**"),
    "Mod": ("'%'", "%"),
    **dict.fromkeys(("Add", "Pos"), ("'+'", "+")),
    **dict.fromkeys(("Sub", "Neg"), ("'-'", "-")),
    "Div": ("'/'", "/"),
    "FloorDiv": ("'//'", "//"),
}
"""By Jinja's name for it, what a template may not use, and how that is recognised in the line."""


class Refused(jinja2.TemplateSyntaxError):
    """What a template may not say: the word that says it, and what may be said instead."""

    def __init__(
        self, message: str, line: int, file: str | None, *, hint: str = "", word: str = ""
    ) -> None:
        super().__init__(message, line, file, file)
        self.hint = hint
        self.word = word


def require_allowed(
    tree: nodes.Template, filters: Collection[str], tests: Collection[str], file: str | None
) -> None:
    """Raise :class:`Refused` for the first thing in a template that it may not say."""
    instead = f"tags are {listed(TAGS)}; filters are {listed(sorted(filters))}"
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what, word = _in_words(node)
            message = f"a template cannot use {what} here"
            raise Refused(message, node.lineno or 1, file, hint=instead, word=word)
        if isinstance(node, (nodes.Include, nodes.Extends)) and not _names_a_file(node):
            message, hint = (
                "the name of another template stands in quotes",
                '{% include "x.html" %}',
            )
            raise Refused(message, node.lineno, file, hint=hint)
        if isinstance(node, (nodes.Filter, nodes.Test)):
            is_filter = isinstance(node, nodes.Filter)
            kind, known = ("filter", filters) if is_filter else ("test", tests)
            if node.name not in known:
                hint = did_you_mean(node.name, known, f"{kind}s are {listed(sorted(known))}")
                message = f"there is no {kind} '{node.name}' for templates"
                raise Refused(message, node.lineno, file, hint=hint, word=node.name)


def _in_words(node: nodes.Node) -> tuple[str, str]:
    """Say what a template may not use, and how it is recognised in the line."""
    if isinstance(node, nodes.Call):
        called = node.node
        name = called.name if isinstance(called, nodes.Name) else getattr(called, "attr", "")
        return (f"a function, and '{name}(...)' is one," if name else "a function"), name or "("
    kind = type(node).__name__
    return _IN_WORDS.get(kind, (f"this ({kind.lower()})", ""))


def _names_a_file(node: nodes.Include | nodes.Extends) -> bool:
    return isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)


CODE: Final = "broken-template"
HIDDEN: Final = frozenset({"source", "own_templates"})
"""Attributes of facts that are no facts."""
_AT_ONCE: Final = 24  # names that are listed


class UnknownName(jinja2.UndefinedError):
    """A template asked for something that is not there; ``of`` is what it asked."""

    def __init__(self, name: str, of: Any) -> None:
        super().__init__(f"there is no '{name}' here")
        self.name = name
        self.of = of


class Missing(jinja2.StrictUndefined):
    """Stands for what is not there, and says so as soon as it is used."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        raise UnknownName(str(self._undefined_name), self._undefined_obj)


class _Said(NamedTuple):
    """What is wrong, what to do, and the word of the line that is meant."""

    message: str
    hint: str = ""
    word: str = ""


class Asked(NamedTuple):
    """What a template was filled with, and which templates there are."""

    given: dict[str, Any]
    templates: tuple[str, ...]


def problem_of(error: Exception, file: str, line: int, text: str, asked: Asked) -> Problem:
    """Describe what an error in a template's line means; ``text`` is all of the template."""
    source = SourceText(file, text)
    if isinstance(error, jinja2.TemplateSyntaxError):
        line = _opened(text, str(error.message)) or line
    shown = source.line(line) if line <= text.count("\n") + 1 else ""
    said = _said(error, shown, text, asked)
    start, end = _place(shown, said.word)
    return Problem(
        *(file, line, start + 1, line, end + 1, CODE, Severity.ERROR),
        message=said.message,
        hint=said.hint,
        excerpt=shown,
    )


def _place(line: str, word: str) -> tuple[int, int]:
    """Give where a word stands in a line; without one, where its text does."""
    edge = r"\b" if word.isidentifier() else ""
    found = re.search(rf"{edge}{re.escape(word)}{edge}", line) if word else None
    if found:
        return found.span()
    begin = len(line) - len(line.lstrip())
    return begin, max(len(line.rstrip()), begin + 1)


def _said(error: Exception, line: str, text: str, asked: Asked) -> _Said:
    message = str(getattr(error, "message", None) or getattr(error, "msg", None) or error)
    if isinstance(error, UnknownName):
        return _unknown(error, line, text, asked.given)
    if isinstance(error, Refused):
        return _Said(message, error.hint, error.word)
    if isinstance(error, jinja2.TemplateNotFound):
        there = f"there are {', '.join(asked.templates)}"
        hint = did_you_mean(message.rpartition("/")[2], asked.templates, there)
        return _Said(f"there is no template '{message}'", hint, message.rpartition("/")[2])
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _syntax(message)
    if isinstance(error, RecursionError):
        return _Said("this is nested too deeply, or includes itself")
    if isinstance(error, TypeError):
        return _types(message)
    return _Said(message)


# --- names that are not there ---------------------------------------------------------------


def _unknown(error: UnknownName, line: str, text: str, given: dict[str, Any]) -> _Said:
    name, of = error.name, error.of
    if of is missing:
        return _Said(f"there is no '{name}' here", _meant(name, text, given), name)
    path = _path(line, name)
    if of is None:
        hint = f"ask first whether it is there: {{% if {path} %}}"
        return _Said(f"'{path}' is empty here, so it has no '{name}'", hint, name)
    if names := offered(of):
        there = f"{path} has {listed(names[:_AT_ONCE])}"
        near = closest(name, names)
        hint = f"did you mean '{near}'? {there}" if near else there
        return _Said(f"there is no '{name}' here", hint, name)
    kind, hint = _kind(of, path)
    return _Said(f"'{path}' is {kind}, so there is no '{name}' in it", hint, name)


def offered(value: Any) -> tuple[str, ...]:
    """Name what a template may ask of a value; nothing for a text, a number or a list."""
    if isinstance(value, LoopContext):
        return "index", "first", "last", "length"
    if not is_dataclass(value) or isinstance(value, Prose):
        return ()
    names = (field.name for field in fields(value))
    return tuple(name for name in names if name not in HIDDEN and not name.startswith("_"))


def _kind(value: Any, path: str) -> tuple[str, str]:
    if isinstance(value, (str, Prose)):
        return "text", f"print it as it is: {{{{ {path} }}}}"
    if isinstance(value, (tuple, list)):
        return "a list", f"go through it: {{% for one in {path} %}} ... {{% endfor %}}"
    if isinstance(value, (int, float)):
        return "a number", f"print it as it is: {{{{ {path} }}}}"
    return "no fact", "a template is given no more than it can name"


def _path(line: str, name: str) -> str:
    """Give what stands before a name in a line: 'community' for 'community.plaec'."""
    found = re.search(rf"([A-Za-z_][\w.]*)\.{re.escape(name)}\b", line)
    return found[1] if found else "this"


def _meant(name: str, text: str, given: dict[str, Any]) -> str:
    """Guess which of the facts and of the names in this template was meant."""
    for root, value in given.items():
        if name in offered(value):
            return f"did you mean '{root}.{name}'?"
    own = re.findall(r"\{%-?\s*for\s+([A-Za-z_][\w, ]*?)\s+in\b", text)
    names = [*given, *(one.strip() for some in own for one in some.split(","))]
    there = f"{listed(tuple(dict.fromkeys(names)))} can be named here"
    return did_you_mean(name, names, there)


# --- what Jinja says ------------------------------------------------------------------------

_TOKENS: Final = {
    "end of print statement": "'}}'",
    "begin of print statement": "'{{'",
    "end of statement block": "'%}'",
    "begin of statement block": "'{%'",
    "end of template": "the end of the file",
    "name": "a name",
    "string": "a text in quotes",
}
_BLOCK: Final = re.compile(r"\{%-?\s*(end)?(if|for|block)\b")
_NEVER_CLOSED: Final = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_PLAIN: Final = {
    "Missing end of comment tag": _Said("a comment is never closed", "write '#}'", "{#"),
    "expected name or number": _Said("a name is missing after the dot", "", "."),
    "extended multiple times": _Said("'extends' stands here twice", "take one out", "extends"),
}
_BETWEEN: Final = "between '{{' and '}}' stands one name, such as facts.title"


def _opened(text: str, message: str) -> int | None:
    """Find the line of the tag that Jinja misses the end of."""
    if not message.startswith("Unexpected end of template") or not _NEVER_CLOSED.search(message):
        return None
    return next(_still_open(text), None)


def _still_open(text: str) -> Iterator[int]:
    """Give the lines of the tags that nothing closes, the innermost first."""
    lines: list[tuple[str, int]] = []
    for found in _BLOCK.finditer(text):
        if not found[1]:
            lines.append((found[2], text.count("\n", 0, found.start()) + 1))
        elif lines and lines[-1][0] == found[2]:
            lines.pop()
    yield from (line for _, line in reversed(lines))


def _syntax(message: str) -> _Said:
    """Say what is wrong with a template's signs in words other than Jinja's."""
    if found := re.search(r"[Uu]nknown tag '(\w+)'", message):
        return _unknown_tag(found[1], message)
    if message.startswith("Unexpected end of template") and (
        found := _NEVER_CLOSED.search(message)
    ):
        hint = f"write {{% end{found[1]} %}} where it ends"
        return _Said(f"'{found[1]}' is never closed", hint, found[1])
    if found := re.fullmatch(r"expected token '(.+)', got '(.+)'", message):
        wanted = _TOKENS.get(found[1], f"'{found[1]}'")
        got = _TOKENS.get(found[2], f"'{found[2]}'")
        word = got.strip("'") if got.startswith("'") else ""
        return _Said(f"{got} stands where {wanted} belongs", _BETWEEN, word)
    if found := re.fullmatch(r"unexpected end of template, expected '(.+)'\.", message):
        wanted = _TOKENS.get(found[1], f"'{found[1]}'")
        return _Said(f"the file ends where {wanted} belongs", "close what was opened last")
    if found := re.fullmatch(r"(?:Expected an expression, got|unexpected) '(.+?)'.*", message):
        got = _TOKENS.get(found[1], f"'{found[1]}'")
        hint = "something is missing before it, or it is one too many"
        return _Said(f"{got} cannot stand here", hint, got.strip("'"))
    if found := re.fullmatch(r"unexpected char (?:'(.+)'|\"'\") at \d+", message):
        if found[1] in (None, '"'):
            sign = found[1] or "'"
            return _Said("a text in quotes is never closed", f"write {sign} where it ends", sign)
        return _Said(f"'{found[1]}' cannot stand in a tag", _BETWEEN, found[1])
    return _PLAIN.get(message, _Said(message))


def _unknown_tag(tag: str, message: str) -> _Said:
    if tag.removeprefix("end") in TAGS and tag.startswith("end"):
        if found := _NEVER_CLOSED.search(message):
            hint = f"write {{% end{found[1]} %}} before it"
            return _Said(f"'{tag}' stands where 'end{found[1]}' belongs", hint, tag)
        return _Said(f"'{tag}' closes nothing", "take it out, or write what it is to close", tag)
    hint = did_you_mean(tag, TAGS, f"tags are {listed(TAGS)}")
    return _Said(f"there is no tag '{tag}'", hint, tag)


def _types(message: str) -> _Said:
    """Say what Python calls a wrong type."""
    if "is not iterable" in message:
        return _Said("this is no list, so nothing can go through it", "print it as it is")
    if "not supported between" in message:
        return _Said("these two are of different kinds, so neither is the larger")
    return _Said(message)
