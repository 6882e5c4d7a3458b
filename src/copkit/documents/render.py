"""Templates: where they are found, and how they are filled.  Reads template files.

A template arranges facts and computes nothing. A programme's own ``templates/`` folder may hold
a file of the same name as a shipped one, which then wins. Templates come from other people through
git, so they run in a sandbox that gives them the facts and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

import copkit
from copkit.errors import CopkitError
from copkit.text.markdown import Prose, escape_markdown, to_html, to_markdown, to_text

LARGEST_TEMPLATE = 200_000  # bytes


def shipped(name: str) -> Path:
    """Find a folder that ships with copkit: in the package, or beside ``src`` in a checkout."""
    package = Path(copkit.__file__).resolve().parent
    inside, beside = package / name, package.parent.parent / name
    return inside if inside.is_dir() else beside


def render(template: str, facts: Any, own_templates: Path | None = None) -> str:
    """Fill a template; its ending (``.html``, ``.md``, ``.txt``) decides how values are escaped.

    Raises :class:`CopkitError` with the template's file and line when it is broken.
    """
    form = template.rpartition(".")[2]
    environment = _environment(form, own_templates)
    try:
        return environment.get_template(template).render(facts=facts)
    except jinja2.TemplateSyntaxError as error:
        raise _broken(error.filename or error.name or template, error.lineno, error) from error
    except (
        jinja2.TemplateError,
        SecurityError,
        OverflowError,
        ArithmeticError,
        TypeError,
    ) as error:
        file, line = _where(error, template)
        raise _broken(file, line, error) from error


def _broken(file: str, line: int, error: Exception) -> CopkitError:
    message = getattr(error, "message", None) or str(error)
    if isinstance(error, jinja2.TemplateNotFound):
        message = f"there is no template '{message}'"
    hint = "mend the template, or delete it to use the one that comes with copkit"
    return CopkitError(f"{file}:{line}: {message}", hint)


def _where(error: BaseException, template: str) -> tuple[str, int]:
    """Find the last place in a template that an error came through."""
    place = (template, 1)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".html", ".md", ".txt", ".css")):
            place = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox with bounds; attributes and items of facts are all a template can reach."""

    intercepted_binops = frozenset({"**", "*"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse arithmetic that can make something huge of something small."""
        if operator == "**" or not all(isinstance(side, (int, float)) for side in (left, right)):
            raise SecurityError(f"a template cannot use '{operator}' here")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Hide everything of records that is not a fact: where they stand in which file."""
        return attr != "source" and super().is_safe_attribute(obj, attr, value)


_FINALIZERS: dict[str, Callable[[Any], Any]] = {
    "html": lambda value: to_html(value.source) if isinstance(value, Prose) else value,
    "md": lambda value: (
        to_markdown(value.source) if isinstance(value, Prose) else escape_markdown(str(value))
    ),
    "txt": lambda value: (
        to_text(value.source) if isinstance(value, Prose) else " ".join(str(value).split())
    ),
}


@cache
def _environment(form: str, own_templates: Path | None) -> _Environment:
    folders = [own_templates] if own_templates and own_templates.is_dir() else []
    environment = _Environment(
        loader=_Loader([*folders, shipped("templates")]),
        autoescape=form == "html",
        undefined=jinja2.StrictUndefined,
        finalize=_FINALIZERS[form],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals = {}
    kept = ("default", "first", "last", "length", "join", "upper", "lower", "title", "list", "sort")
    environment.filters = {name: environment.filters[name] for name in kept}
    return environment


class _Loader(jinja2.FileSystemLoader):
    """Templates from folders, ordinary files of a sane size only."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        """Read a template, or refuse it."""
        text, file, is_current = super().get_source(environment, template)
        if len(text) > LARGEST_TEMPLATE:
            raise jinja2.TemplateError(f"{file} is larger than a template needs to be")
        return text, file, is_current
