"""What a template may say: a small part of Jinja, and nothing that computes.  Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import jinja2
from jinja2 import nodes

from copkit.errors import did_you_mean
from copkit.wording import listed

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
