"""What a template may contain, and what is wrong with one, in plain words.  Pure.

Templates come from other people through git. They may use a small part of Jinja that computes
nothing; whatever else goes wrong in one is reported with its line and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final, NamedTuple

import jinja2
from jinja2 import nodes
from jinja2.runtime import LoopContext
from jinja2.utils import missing

from copkit.errors import Problem, Severity, closest_match, did_you_mean
from copkit.text.markdown import Prose
from copkit.text.source import SourceText
from copkit.wording import list_in_words

# --- the part of Jinja that templates may use -----------------------------------------------

TAGS: Final = ("if", "for", "block", "extends", "include")
# What Jinja adds in a later version is forbidden until it is listed here. There are no calls and
# no arithmetic: either could take all of the time or the memory, or reach what is not a fact.
_ALLOWED_NODES: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Test,
    nodes.Filter,
    nodes.Tuple,
    nodes.Block,
    nodes.Extends,
    nodes.Include,
)
_FORBIDDEN_SYNTAX: Final = {
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
"""Jinja's name of a node -> what a message calls it, and the word to mark in the line."""


_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_OF_JINJA: Final = frozenset({"self", "super", "caller", "varargs", "kwargs"})
"""Names that Jinja itself gives to templates, and that are no facts."""


class TemplateRefused(jinja2.TemplateSyntaxError):
    """Something that templates may not use: ``word`` is how its line writes it."""

    def __init__(
        self, message: str, line: int, file: str | None, *, hint: str = "", word: str = ""
    ) -> None:
        super().__init__(message, line, file, file)
        self.hint = hint
        self.word = word


def require_allowed(
    tree: nodes.Template, filters: Collection[str], tests: Collection[str], file: str | None
) -> None:
    """Raise :class:`TemplateRefused` for the first thing in a parsed template that is forbidden.

    ``filters`` and ``tests`` are the names of those it may use; ``file`` is for the message.
    """
    allowed = f"tags are {list_in_words(TAGS)}; filters are {list_in_words(sorted(filters))}"
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED_NODES):
            description, word = _describe_forbidden(node)
            message = f"a template cannot use {description} here"
            raise TemplateRefused(message, node.lineno or 1, file, hint=allowed, word=word)
        if isinstance(node, nodes.Const) and _HALF_CHARACTER.search(str(node.value)):
            message = "this has half a character in it, which no file can hold"
            hint = r"write the character itself, and not \ud800 or the like"
            raise TemplateRefused(message, node.lineno, file, hint=hint, word=r"\u")
        if isinstance(node, nodes.Name) and node.name in _OF_JINJA:
            message = f"a template cannot use '{node.name}' here"
            raise TemplateRefused(message, node.lineno, file, hint=allowed, word=node.name)
        if isinstance(node, (nodes.Include, nodes.Extends)) and not _has_literal_name(node):
            # A name from the facts could make a template include itself without an end.
            message = "the name of another template stands in quotes"
            hint = '{% include "x.html" %}'
            raise TemplateRefused(message, node.lineno, file, hint=hint)
        if isinstance(node, (nodes.Filter, nodes.Test)):
            is_filter = isinstance(node, nodes.Filter)
            kind, names = ("filter", filters) if is_filter else ("test", tests)
            if node.name not in names:
                hint = did_you_mean(node.name, names, f"{kind}s are {list_in_words(sorted(names))}")
                message = f"there is no {kind} '{node.name}' for templates"
                raise TemplateRefused(message, node.lineno, file, hint=hint, word=node.name)


def _describe_forbidden(node: nodes.Node) -> tuple[str, str]:
    """Return what a message calls a forbidden node, and the word to mark in the line."""
    if isinstance(node, nodes.Call):
        called = node.node
        name = called.name if isinstance(called, nodes.Name) else getattr(called, "attr", "")
        return (f"a function, and '{name}(...)' is one," if name else "a function"), name or "("
    kind = type(node).__name__
    return _FORBIDDEN_SYNTAX.get(kind, (f"this ({kind.lower()})", ""))


def _has_literal_name(node: nodes.Include | nodes.Extends) -> bool:
    return isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)


# --- messages -------------------------------------------------------------------------------

PROBLEM_CODE: Final = "broken-template"
HIDDEN_ATTRIBUTES: Final = frozenset({"source", "own_templates"})
"""Attributes of facts that templates do not see: where a record lies on this computer."""
_MAX_LISTED: Final = 24  # names in one hint


class UnknownNameError(jinja2.UndefinedError):
    """A template asked for something that is not there; ``owner`` is the object it asked."""

    def __init__(self, name: str, owner: Any) -> None:
        super().__init__(f"there is no '{name}' here")
        self.name = name
        self.owner = owner


class MissingName(jinja2.StrictUndefined):
    """Stands for what is not there, and raises :class:`UnknownNameError` when it is used."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        raise UnknownNameError(str(self._undefined_name), self._undefined_obj)


class _Explanation(NamedTuple):
    """What is wrong, what to do, and the word to mark in the line."""

    message: str
    hint: str = ""
    word: str = ""


class RenderContext(NamedTuple):
    """The values that a template is rendered with, and the names of all templates."""

    values: dict[str, Any]
    templates: tuple[str, ...]


def build_problem(
    error: Exception, file: str, line: int, text: str, context: RenderContext
) -> Problem:
    """Describe an error in a line of a template, with the line and a place to look.

    ``text`` is the whole template; ``context`` is what it was rendered with.
    """
    source = SourceText(file, text)
    if isinstance(error, jinja2.TemplateSyntaxError):
        line = _find_unclosed_tag(text, str(error.message)) or line
    line_text = source.line(line) if line <= text.count("\n") + 1 else ""
    explanation = _explain(error, line_text, text, context)
    start, end = _find_word(line_text, explanation.word)
    return Problem(
        file=file,
        line=line,
        column=start + 1,
        end_line=line,
        end_column=end + 1,
        code=PROBLEM_CODE,
        severity=Severity.ERROR,
        message=explanation.message,
        hint=explanation.hint,
        excerpt=line_text,
    )


def _find_word(line: str, word: str) -> tuple[int, int]:
    """Return where a word starts and ends in a line; without one, where the line's text does."""
    edge = r"\b" if word.isidentifier() else ""
    match = re.search(rf"{edge}{re.escape(word)}{edge}", line) if word else None
    if match:
        return match.span()
    begin = len(line) - len(line.lstrip())
    return begin, max(len(line.rstrip()), begin + 1)


def _explain(error: Exception, line: str, text: str, context: RenderContext) -> _Explanation:
    """Explain any error that a template raised.

    ``line`` is the text of its line, ``text`` the whole template.
    """
    message = str(getattr(error, "message", None) or getattr(error, "msg", None) or error)
    if isinstance(error, UnknownNameError):
        return _explain_unknown_name(error, line, text, context.values)
    if isinstance(error, TemplateRefused):
        return _Explanation(message, error.hint, error.word)
    if isinstance(error, jinja2.TemplateNotFound):
        choices = f"there are {', '.join(context.templates)}"
        hint = did_you_mean(message.rpartition("/")[2], context.templates, choices)
        return _Explanation(f"there is no template '{message}'", hint, message.rpartition("/")[2])
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _explain_syntax(message)
    if isinstance(error, RecursionError):
        return _Explanation("this is nested too deeply, or includes itself")
    if isinstance(error, TypeError):
        return _explain_type_error(message)
    return _Explanation(message)


# --- names that are not there ---------------------------------------------------------------


def _explain_unknown_name(
    error: UnknownNameError, line: str, text: str, values: dict[str, Any]
) -> _Explanation:
    """Explain a name that is not there, with the names that are.

    ``line`` is the text of its line, ``text`` the whole template, ``values`` what it can read.
    """
    name, owner = error.name, error.owner
    if owner is missing:
        return _Explanation(f"there is no '{name}' here", _suggest_name(name, text, values), name)
    path = _find_owner_text(line, name)
    if owner is None:
        hint = f"ask first whether it is there: {{% if {path} %}}"
        return _Explanation(f"'{path}' is empty here, so it has no '{name}'", hint, name)
    if names := visible_attributes(owner):
        choices = f"{path} has {list_in_words(names[:_MAX_LISTED])}"
        suggestion = closest_match(name, names)
        hint = f"did you mean '{suggestion}'? {choices}" if suggestion else choices
        return _Explanation(f"there is no '{name}' here", hint, name)
    kind, hint = _describe_kind(owner, path)
    return _Explanation(f"'{path}' is {kind}, so there is no '{name}' in it", hint, name)


def visible_attributes(value: Any) -> tuple[str, ...]:
    """Return the attributes of a value that templates see; none of a text, a number or a list."""
    if isinstance(value, LoopContext):
        return "index", "first", "last", "length"
    if not is_dataclass(value) or isinstance(value, Prose):
        return ()
    names = (field.name for field in fields(value))
    return tuple(
        name for name in names if name not in HIDDEN_ATTRIBUTES and not name.startswith("_")
    )


def _describe_kind(value: Any, path: str) -> tuple[str, str]:
    """Return what kind of value this is, and a hint; ``path`` is what the template calls it."""
    if isinstance(value, (str, Prose)):
        return "text", f"print it as it is: {{{{ {path} }}}}"
    if isinstance(value, (tuple, list)):
        return "a list", f"go through it: {{% for one in {path} %}} ... {{% endfor %}}"
    if isinstance(value, (int, float)):
        return "a number", f"print it as it is: {{{{ {path} }}}}"
    return "no fact", "a template is given no more than it can name"


def _find_owner_text(line: str, name: str) -> str:
    """Return what stands before a name in a line: 'community' for 'community.plaec'."""
    match = re.search(rf"([A-Za-z_][\w.]*)\.{re.escape(name)}\b", line)
    return match[1] if match else "this"


def _suggest_name(name: str, text: str, values: dict[str, Any]) -> str:
    """Return a hint: which of the facts and of the names in this template comes closest.

    ``text`` is the whole template, ``values`` what it can read.
    """
    for root, value in values.items():
        if name in visible_attributes(value):
            return f"did you mean '{root}.{name}'?"
    # '{% for case in facts.cases %}' and '{%- for letter, meaning in ...': its own variables.
    loops = re.findall(r"\{%-?\s*for\s+([A-Za-z_][\w, ]*?)\s+in\b", text)
    names = [*values, *(name.strip() for targets in loops for name in targets.split(","))]
    choices = f"{list_in_words(tuple(dict.fromkeys(names)))} can be named here"
    return did_you_mean(name, names, choices)


# --- syntax errors, from the text of Jinja's messages ----------------------------------------

_TOKEN_NAMES: Final = {
    "end of print statement": "'}}'",
    "begin of print statement": "'{{'",
    "end of statement block": "'%}'",
    "begin of statement block": "'{%'",
    "end of template": "the end of the file",
    "name": "a name",
    "string": "a text in quotes",
}
# '{% if', '{%- endfor': a tag that opens something, or 'end' and what it closes.
_BLOCK_TAG: Final = re.compile(r"\{%-?\s*(end)?(if|for|block)\b")
_UNCLOSED_MESSAGE: Final = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_FIXED_MESSAGES: Final = {
    "Missing end of comment tag": _Explanation("a comment is never closed", "write '#}'", "{#"),
    "expected name or number": _Explanation("a name is missing after the dot", "", "."),
    "extended multiple times": _Explanation(
        "'extends' stands here twice", "take one out", "extends"
    ),
}
_PRINT_HINT: Final = "between '{{' and '}}' stands one name, such as facts.title"


def _find_unclosed_tag(text: str, message: str) -> int | None:
    """Return the line of the tag whose end is missing, since Jinja names the last line of the file.

    Return ``None`` if ``message``, Jinja's, is about something else.
    """
    if not message.startswith("Unexpected end of template") or not _UNCLOSED_MESSAGE.search(
        message
    ):
        return None
    return next(_unclosed_tags(text), None)


def _unclosed_tags(text: str) -> Iterator[int]:
    """Find the lines of the tags that nothing closes, the innermost first."""
    open_tags: list[tuple[str, int]] = []
    for match in _BLOCK_TAG.finditer(text):
        if not match[1]:
            open_tags.append((match[2], text.count("\n", 0, match.start()) + 1))
        elif open_tags and open_tags[-1][0] == match[2]:
            open_tags.pop()
    yield from (line for _, line in reversed(open_tags))


def _explain_syntax(message: str) -> _Explanation:
    """Explain a syntax error in words that need no knowledge of parsers.

    A message that is not recognised, perhaps of a later Jinja, is shown as it is.
    """
    if match := re.search(r"[Uu]nknown tag '(\w+)'", message):
        return _explain_unknown_tag(match[1], message)
    if message.startswith("Unexpected end of template") and (
        match := _UNCLOSED_MESSAGE.search(message)
    ):
        hint = f"write {{% end{match[1]} %}} where it ends"
        return _Explanation(f"'{match[1]}' is never closed", hint, match[1])
    if match := re.fullmatch(r"expected token '(.+)', got '(.+)'", message):
        expected = _TOKEN_NAMES.get(match[1], f"'{match[1]}'")
        got = _TOKEN_NAMES.get(match[2], f"'{match[2]}'")
        word = got.strip("'") if got.startswith("'") else ""
        return _Explanation(f"{got} stands where {expected} belongs", _PRINT_HINT, word)
    if match := re.fullmatch(r"unexpected end of template, expected '(.+)'\.", message):
        expected = _TOKEN_NAMES.get(match[1], f"'{match[1]}'")
        return _Explanation(f"the file ends where {expected} belongs", "close what was opened last")
    if match := re.fullmatch(r"(?:Expected an expression, got|unexpected) '(.+?)'.*", message):
        got = _TOKEN_NAMES.get(match[1], f"'{match[1]}'")
        hint = "something is missing before it, or it is one too many"
        return _Explanation(f"{got} cannot stand here", hint, got.strip("'"))
    if match := re.fullmatch(r"unexpected char (?:'(.+)'|\"'\") at \d+", message):
        if match[1] in (None, '"'):
            sign = match[1] or "'"
            return _Explanation(
                "a text in quotes is never closed", f"write {sign} where it ends", sign
            )
        return _Explanation(f"'{match[1]}' cannot stand in a tag", _PRINT_HINT, match[1])
    return _FIXED_MESSAGES.get(message, _Explanation(message))


def _explain_unknown_tag(tag: str, message: str) -> _Explanation:
    """Explain a tag that is unknown, or an end tag such as ``endif`` where none belongs."""
    if tag.removeprefix("end") in TAGS and tag.startswith("end"):
        if match := _UNCLOSED_MESSAGE.search(message):
            hint = f"write {{% end{match[1]} %}} before it"
            return _Explanation(f"'{tag}' stands where 'end{match[1]}' belongs", hint, tag)
        return _Explanation(
            f"'{tag}' closes nothing", "take it out, or write what it is to close", tag
        )
    hint = did_you_mean(tag, TAGS, f"tags are {list_in_words(TAGS)}")
    return _Explanation(f"there is no tag '{tag}'", hint, tag)


def _explain_type_error(message: str) -> _Explanation:
    """Explain the text of a :class:`TypeError`."""
    if "is not iterable" in message:
        return _Explanation("this is no list, so nothing can go through it", "print it as it is")
    if "not supported between" in message:
        return _Explanation("these two are of different kinds, so neither is the larger")
    return _Explanation(message)
