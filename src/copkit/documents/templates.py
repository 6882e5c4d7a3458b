"""Templates: where they are found, and how they are filled.  Reads template files.

A template arranges facts and computes nothing. A programme's own ``templates/`` folder may hold
a file of the same name as a shipped one, which then wins. Templates come from other people through
git, so they are given the facts and a small part of Jinja's language, without calls, assignments
and arithmetic, and a bounded time and length.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copkit.documents import template_language
from copkit.documents.compiled import Compiled
from copkit.documents.layout import lay_out_markdown, lay_out_text
from copkit.documents.template_language import Refused, require_allowed
from copkit.documents.template_sandbox import HIDDEN, Asked, Missing, problem_of
from copkit.documents.theme import SHIPPED, Look
from copkit.errors import FaultyTemplate
from copkit.shipped import ENDINGS, shipped, template_names
from copkit.text.markdown import Address, Prose, escape_markdown, to_html, to_markdown, to_text
from copkit.text.normalise import for_xml, on_one_line

LARGEST_TEMPLATE: Final = 50_000  # bytes
LARGEST_DOCUMENT: Final = 20_000_000  # characters
LONGEST_SEPARATOR: Final = 20  # characters
LONGEST: Final = 3.0  # seconds of computing for one document; an ordinary one takes 0.05
NO_PICTURES: Final[Mapping[str, Any]] = {}


def render(
    template: str,
    facts: Any,
    look: Look = SHIPPED,
    pictures: Mapping[str, Any] = NO_PICTURES,
) -> str:
    """Fill a template; its ending (``.html``, ``.svg``, ``.md`` or ``.txt``) decides the escaping.

    A document's template names what it states ``facts``; a picture's says ``chart``, so that a
    page can include it once for each of its charts.

    Raises :class:`FaultyTemplate` with the template's file and line when it is broken, asks for
    what a template may not have, or does not come to an end.
    """
    form = template.rpartition(".")[2]
    given = {"chart" if form == "svg" else "facts": facts, "look": look, "pictures": pictures}
    try:
        environment = _environment(form, look.own_templates)
        environment.started = time.process_time()
        text = "".join(_bounded(environment, environment.get_template(template), given))
    except jinja2.TemplateSyntaxError as error:
        file = error.filename or error.name or template
        raise _broken(error, file, error.lineno, given) from error
    except Exception as error:  # whatever it is, it came of what the template does with the facts
        file, line = _where(error) or (_shown_name(look.own_templates, template), 1)
        raise _broken(error, file, line, given) from error
    return _FORMS[form].whole(text)


def _bounded(
    environment: _Environment, template: jinja2.Template, given: Mapping[str, Any]
) -> Iterator[str]:
    """Give the document piece by piece, until it takes too long or grows too large."""
    pieces = cast("Generator[str]", template.generate(given))
    for piece in pieces:
        try:
            environment.look_at_the_clock(len(piece))
        except SecurityError as error:
            pieces.throw(error)  # so that it comes from the template's line
        yield piece


def _broken(error: Exception, file: str, line: int, given: dict[str, Any]) -> FaultyTemplate:
    """Say what is wrong with a template's line."""
    own = given["look"].own_templates
    try:
        text = _find(own, file.removeprefix(f"{own.name}/") if own else file)[0]
    except (jinja2.TemplateSyntaxError, jinja2.TemplateNotFound):
        text = ""
    asked = Asked(given, tuple(template_names(own)))
    return FaultyTemplate(problem_of(error, file, line, text, asked))


def _where(error: BaseException) -> tuple[str, int] | None:
    """Find the last place in a template that an error came through."""
    place = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(ENDINGS):
            place = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which a template can name facts, choose among them and go through them."""

    started: float = 0.0
    length: int = 0
    form: _Form
    written: dict[tuple[str, int], Any]

    def write(self, value: Any) -> Any:
        """Write a value in the form of the document.

        A record's text is written once, and that time is not the template's: it lasts as long as
        the record is long.
        """
        if not isinstance(value, Prose):
            return self.form.value(value)
        key = value.source, value.below
        if key not in self.written:
            begun = time.process_time()
            self.written[key] = self.form.value(value)
            self.started += time.process_time() - begun
        return self.written[key]

    def look_at_the_clock(self, more: int = 0) -> str:
        """Stop a template that computes for too long or prints too much; prints nothing."""
        self.length += more
        if self.length > LARGEST_DOCUMENT:
            raise SecurityError(f"this makes more than {LARGEST_DOCUMENT // 1_000_000} MB of text")
        if time.process_time() - self.started > LONGEST:
            raise SecurityError(f"this takes longer than {LONGEST:.0f} seconds")
        return ""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Hide everything of records that is not a fact."""
        hidden = attr in HIDDEN or callable(value)
        return not hidden and super().is_safe_attribute(obj, attr, value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Refuse what a template may not do, and let it look at the clock in every round."""
        tree = super()._parse(source, name, filename)
        require_allowed(tree, self.filters, self.tests, filename)
        parts: tuple[nodes.Template | nodes.For, ...] = (tree, *tree.find_all(nodes.For))
        for part in parts:
            clock = nodes.EnvironmentAttribute("look_at_the_clock")
            look = nodes.ExprStmt(nodes.Call(clock, [], [], None, None))
            part.body.insert(0, look.set_lineno(part.lineno))
        return tree


def _environment(form: str, own_templates: Path | None) -> _Environment:
    environment = _Environment(
        loader=_Loader(own_templates),
        autoescape=form in ("html", "svg"),
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.form, environment.written = _FORMS[form], {}
    environment.bytecode_cache = _COMPILED[form]
    environment.finalize = environment.write
    environment.globals = {}
    environment.tests = {name: environment.tests[name] for name in ("defined", "none")}
    environment.filters = {
        name: environment.filters[name]
        for name in ("default", "first", "last", "length", "lower", "title", "upper")
    } | {"join": _join}
    return environment


def _join(values: Iterable[Any], separator: str = "") -> str:
    """Join a list; joining joins again could make something huge of something small."""
    if isinstance(values, str) or len(separator) > LONGEST_SEPARATOR:
        raise SecurityError("'join' is for a list, with something short in between")
    return separator.join(str(value) for value in values)


class _Loader(jinja2.BaseLoader):
    """Templates from the programme's own folder, else the shipped ones; ordinary files only."""

    def __init__(self, own: Path | None) -> None:
        self.own = own

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        """Read a template, or refuse it."""
        return _find(self.own, template)


def _find(own: Path | None, template: str) -> tuple[str, str, None]:
    """Read a template where it is, with its name as its author knows it."""
    parts, shown = split_template_path(template), _shown_name(own, template)
    return _read(own if own and shown != template else shipped("templates"), parts, shown)


def _shown_name(own: Path | None, template: str) -> str:
    """Name a template as its author knows it: with its folder if it is the programme's own."""
    return f"{own.name}/{template}" if own and os.path.lexists(own / template) else template


def _read(folder: Path, parts: Iterable[str], shown: str) -> tuple[str, str, None]:
    path = folder.joinpath(*parts)
    try:
        status = os.lstat(path)
        ordinary = stat.S_ISREG(status.st_mode)
        whole = folder.parent.resolve() / folder.name / Path(*parts)
        if not ordinary or path.resolve() != whole:
            raise _refused("this is not an ordinary file (a link, a folder or a device)", shown)
        if status.st_size > LARGEST_TEMPLATE:
            raise _refused(f"a template is at most {LARGEST_TEMPLATE // 1000} kB", shown)
        return path.read_text(encoding="utf-8-sig"), shown, None
    except FileNotFoundError:
        raise jinja2.TemplateNotFound(shown) from None
    except OSError as error:
        raise _refused(f"cannot be read: {error.strerror}", shown) from None
    except UnicodeDecodeError:
        raise _refused("the file is not saved as UTF-8", shown) from None


def _refused(message: str, shown: str) -> Refused:
    hint = "put the template itself here, in plain text"
    return Refused(message, 1, shown, hint=hint)


def _in_html(value: Any) -> Any:
    if isinstance(value, Prose):
        return to_html(value.source, value.below)
    return on_one_line(str(value))


def _in_picture(value: Any) -> str:
    return for_xml(on_one_line(str(value)))


def _in_markdown(value: Any) -> str:
    if isinstance(value, Prose):
        return to_markdown(value.source, value.below)
    if isinstance(value, Address):
        return f"<{value}>"
    return escape_markdown(str(value))


def _in_text(value: Any) -> str:
    return to_text(value.source) if isinstance(value, Prose) else on_one_line(str(value))


class _Form(NamedTuple):
    """How a form writes a value, and how it lays out the whole."""

    value: Callable[[Any], Any]
    whole: Callable[[str], str]


_FORMS: Final = {
    "html": _Form(_in_html, str),
    "svg": _Form(_in_picture, str),
    "md": _Form(_in_markdown, lay_out_markdown),
    "txt": _Form(_in_text, lay_out_text),
}
_COMPILED: Final = {form: Compiled(form, (__file__, template_language.__file__)) for form in _FORMS}
