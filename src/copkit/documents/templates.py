"""Find templates and render them with facts.  Reads template files.

A template arranges facts and computes nothing. A programme's own ``templates/`` folder may hold
a file of the same name as a shipped one, which is then used instead. Templates come from other
people through git, so they get the facts and a small part of Jinja's language, without calls,
assignments and arithmetic, and a limited time and length.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar, Final, NamedTuple, cast

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket, bc_magic
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from copkit.documents import template_sandbox
from copkit.documents.template_sandbox import (
    HIDDEN_ATTRIBUTES,
    MissingName,
    RenderContext,
    TemplateRefused,
    build_problem,
    require_allowed,
)
from copkit.documents.theme import DEFAULT_THEME, DocumentTheme
from copkit.errors import CopkitError, InvalidTemplate, closest_match, did_you_mean
from copkit.layout import (
    TEMPLATE_CACHE,
    TEMPLATE_ENDINGS,
    cache_folder,
    cache_is_off,
    list_entries,
    only_we_can_write,
    shipped_folder,
    template_names,
)
from copkit.text.markdown import Address, Prose, escape_markdown, to_html, to_markdown, to_text
from copkit.text.normalise import WIDTH, single_line, wrap, xml_text

# --- rendering ------------------------------------------------------------------------------

MAX_TEMPLATE_BYTES: Final = 50_000
MAX_DOCUMENT_CHARACTERS: Final = 20_000_000
MAX_SEPARATOR: Final = 20  # characters of the separator of 'join'
MAX_SECONDS: Final = 3.0  # of computing for one document; an ordinary one takes 0.05
NO_PICTURES: Final[Mapping[str, Any]] = {}


def render(
    template: str,
    facts: Any,
    theme: DocumentTheme = DEFAULT_THEME,
    pictures: Mapping[str, Any] = NO_PICTURES,
) -> str:
    """Render a template; its ending (``html``, ``svg``, ``md`` or ``txt``) decides the escaping.

    ``pictures`` are those that a page refers to, by name. A template reads the three arguments as
    ``facts``, ``look`` and ``pictures``. That of a picture reads ``chart`` for ``facts``, so that
    a page can include it once for each of its charts.

    Raise :class:`InvalidTemplate` with the template's file and line when it is broken, asks for
    what a template may not have, or takes too long.
    """
    return PageRenderer(template, theme).render(facts, pictures)


class PageRenderer:
    """One template that renders many pages, with one environment for all of them.

    Where a programme has no template of its own, all that is rendered came with copkit, and needs
    no sandbox: that takes a third of the time, which counts for ten thousand pages.
    """

    def __init__(
        self, template: str, theme: DocumentTheme = DEFAULT_THEME, *, many: bool = False
    ) -> None:
        """Take the template; ``many`` is for pages whose number makes the sandbox too slow."""
        self._template = template
        self._theme = theme
        self._output_format = template.rpartition(".")[2]
        self._environment: _Environment | _OpenEnvironment
        if many and not _has_own_templates(theme.own_templates):
            self._environment = _build_open_environment(self._output_format)
        else:
            self._environment = _build_environment(self._output_format, theme.own_templates)

    def render(self, facts: Any, pictures: Mapping[str, Any] = NO_PICTURES) -> str:
        """Render a page as :func:`render` does."""
        template, environment = self._template, self._environment
        facts_name = "chart" if self._output_format == "svg" else "facts"
        context = {facts_name: facts, "look": self._theme, "pictures": pictures}
        environment.begin()
        try:
            compiled = environment.get_template(template)
            if isinstance(environment, _OpenEnvironment):
                text = compiled.render(context)
            else:
                text = "".join(_render_pieces(environment, compiled, context))
        except jinja2.TemplateSyntaxError as error:
            file = error.filename or error.name or template
            raise _invalid_template(error, file, error.lineno, context) from error
        except Exception as error:  # whatever it is, the template did something with the facts
            shown_name = _shown_name(self._theme.own_templates, template)
            file, line = _find_template_line(error) or (shown_name, 1)
            raise _invalid_template(error, file, line, context) from error
        return _OUTPUT_FORMATS[self._output_format].lay_out(text)


def _has_own_templates(folder: Path | None) -> bool:
    """Check whether a programme has any template of its own."""
    entries = list_entries(folder) if folder else []
    return any(entry.name.endswith(TEMPLATE_ENDINGS) for entry in entries)


def _render_pieces(
    environment: _Environment, template: jinja2.Template, context: Mapping[str, Any]
) -> Iterator[str]:
    """Render the document piece by piece, until it takes too long or grows too large."""
    pieces = cast("Generator[str]", template.generate(context))
    for piece in pieces:
        try:
            environment.check_limits(len(piece))
        except SecurityError as error:
            pieces.throw(error)  # so that its traceback names the template's line
        yield piece


def _invalid_template(
    error: Exception, file: str, line: int, context: dict[str, Any]
) -> InvalidTemplate:
    """Return an error that explains what is wrong with a template's line.

    ``file`` is the template as its author knows it, with its folder if it is the programme's own.
    """
    folder = context["look"].own_templates
    try:
        text = _read_template(folder, file.removeprefix(f"{folder.name}/") if folder else file)[0]
    except (jinja2.TemplateSyntaxError, jinja2.TemplateNotFound):
        text = ""
    render_context = RenderContext(context, tuple(template_names(folder)))
    return InvalidTemplate(build_problem(error, file, line, text, render_context))


def _find_template_line(error: BaseException) -> tuple[str, int] | None:
    """Find the last place in a template that an error came through: its file and line.

    Return ``None`` if it came through no template.
    """
    # Jinja gives compiled code the name and the line numbers of its template.
    place = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(TEMPLATE_ENDINGS):
            place = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place


class _Environment(ImmutableSandboxedEnvironment):
    """A Jinja sandbox in which templates can print facts, choose among them and loop over them."""

    started: float = 0.0
    length: int = 0
    output_format: _OutputFormat
    written_prose: dict[tuple[str, int], Any]
    safe_attributes: ClassVar[dict[tuple[type, str], bool]] = {}

    def begin(self) -> None:
        """Begin a document: the limits are those of each."""
        self.started, self.length = time.process_time(), 0
        self.written_prose.clear()

    def write(self, value: Any) -> Any:
        """Write a value in the output format.

        A record's text is converted once, and the time for that does not count against the
        template: it depends on the length of the record.
        """
        if not isinstance(value, Prose):
            return self.output_format.write_value(value)
        key = value.source, value.below
        if key not in self.written_prose:
            start = time.process_time()
            self.written_prose[key] = self.output_format.write_value(value)
            self.started += time.process_time() - start
        return self.written_prose[key]

    def check_limits(self, characters: int = 0) -> str:
        """Raise :class:`SecurityError` for a template that takes too long or prints too much.

        ``characters`` is how many it has just printed. Return ``""``, since templates print what
        this returns.
        """
        self.length += characters
        if self.length > MAX_DOCUMENT_CHARACTERS:
            raise SecurityError(
                f"this makes more than {MAX_DOCUMENT_CHARACTERS // 1_000_000} MB of text"
            )
        if time.process_time() - self.started > MAX_SECONDS:
            raise SecurityError(f"this takes longer than {MAX_SECONDS:.0f} seconds")
        return ""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Hide everything of facts that is not for templates, and all methods."""
        if attr in HIDDEN_ATTRIBUTES or callable(value):
            return False
        # Jinja's own answer depends on the type alone; a build asks ten thousand times.
        key = type(obj), attr
        if key not in self.safe_attributes:
            self.safe_attributes[key] = super().is_safe_attribute(obj, attr, value)
        return self.safe_attributes[key]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Refuse forbidden syntax, and add a check of the limits to every loop.

        Limits are checked when something is printed, and a loop may print nothing; one with an
        ``if`` of its own may not even have a turn. Jinja calls this method, and not its public
        ``parse()``, when it compiles.
        """
        tree = super()._parse(source, name, filename)
        require_allowed(tree, self.filters, self.tests, filename)
        parts: tuple[nodes.Template | nodes.For, ...] = (tree, *tree.find_all(nodes.For))
        for part in parts:
            part.body.insert(0, nodes.ExprStmt(_call_check()).set_lineno(part.lineno))
            if isinstance(part, nodes.For) and part.test is not None:
                # What the check returns is empty, so that the loop's own condition counts.
                part.test = nodes.Or(_call_check(), part.test).set_lineno(part.lineno)
        return tree


def _call_check() -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute("check_limits"), [], [], None, None)


class _OpenEnvironment(jinja2.Environment):
    """An environment for the shipped templates alone, which neither loop for long nor look about.

    The limits of a sandbox are not checked.
    """

    def begin(self) -> None:
        """Begin a document: nothing is counted."""


def _build_open_environment(output_format: str) -> _OpenEnvironment:
    """Build an environment for the shipped templates, with what templates have in the sandbox."""
    sandbox = _build_environment(output_format, None)
    environment = _OpenEnvironment(
        loader=sandbox.loader,
        autoescape=sandbox.autoescape,
        undefined=MissingName,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_OUTPUT_FORMATS[output_format].write_value,
    )
    environment.globals, environment.tests = sandbox.globals, sandbox.tests
    environment.filters = _allowed_filters(environment)
    return environment


def _allowed_filters(environment: jinja2.Environment) -> dict[str, Callable[..., Any]]:
    """Return the filters that templates may use, by name."""
    names = ("default", "first", "last", "length", "lower", "title", "upper")
    return {name: environment.filters[name] for name in names} | {"join": _join}


def _build_environment(output_format: str, own_templates: Path | None) -> _Environment:
    """Build a sandbox for one output format, with the few filters and tests that it allows.

    ``own_templates`` is the programme's own folder; ``None`` for the shipped templates alone.
    """
    environment = _Environment(
        loader=_TemplateLoader(own_templates),
        autoescape=output_format in ("html", "svg"),
        undefined=MissingName,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.output_format, environment.written_prose = _OUTPUT_FORMATS[output_format], {}
    environment.bytecode_cache = _COMPILED[output_format]
    environment.finalize = environment.write
    environment.globals = {}  # Jinja's own hold range(), which can take any amount of memory
    environment.tests = {name: environment.tests[name] for name in ("defined", "none")}
    environment.filters = {
        name: _with_check(environment, filter)
        for name, filter in _allowed_filters(environment).items()
    }
    return environment


def _with_check(environment: _Environment, filter: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that checks the limits: conditions may use thousands, and print nothing."""

    @functools.wraps(filter)
    def checked(*args: Any) -> Any:
        environment.check_limits()
        return filter(*args)

    return checked


def _join(values: Iterable[Any], separator: str = "") -> str:
    """Join a list; joining what was joined could make something huge of something small."""
    if isinstance(values, str) or len(separator) > MAX_SEPARATOR:
        raise SecurityError("'join' is for a list, with something short in between")
    return separator.join(str(value) for value in values)


class _TemplateLoader(jinja2.BaseLoader):
    """Loads templates from the programme's own folder, else the shipped ones."""

    def __init__(self, own_templates: Path | None) -> None:
        self.own_templates = own_templates

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        """Read a template; raise an error of Jinja where it is missing or no ordinary file."""
        return _read_template(self.own_templates, template)


def _read_template(own_templates: Path | None, template: str) -> tuple[str, str, None]:
    """Return a template's text and its name as its author knows it, as Jinja wants them.

    The third value, ``None``, tells Jinja not to ask whether the file has changed. Raise an error
    of Jinja where the template is missing or no ordinary file.
    """
    parts, shown_name = split_template_path(template), _shown_name(own_templates, template)
    is_own = own_templates and shown_name != template
    folder = own_templates if own_templates and is_own else shipped_folder("templates")
    return _read_file(folder, parts, shown_name)


def _shown_name(own_templates: Path | None, template: str) -> str:
    """Return a template's name, with its folder if it is the programme's own."""
    is_own = own_templates and os.path.lexists(own_templates / template)
    return f"{own_templates.name}/{template}" if own_templates and is_own else template


def _read_file(folder: Path, parts: Iterable[str], shown_name: str) -> tuple[str, str, None]:
    """Read an ordinary text file; return what :func:`_read_template` returns.

    ``parts`` is its path below ``folder``, ``shown_name`` its name in messages. Raise an error of
    Jinja where it is missing, a link, too large, or not UTF-8.
    """
    path = folder.joinpath(*parts)
    try:
        status = os.lstat(path)
        is_ordinary = stat.S_ISREG(status.st_mode)
        # A link, also one in the middle of the path, could lead to any file of this computer.
        unlinked = folder.parent.resolve() / folder.name / Path(*parts)
        if not is_ordinary or path.resolve() != unlinked:
            raise _unreadable(
                "this is not an ordinary file (a link, a folder or a device)", shown_name
            )
        if status.st_size > MAX_TEMPLATE_BYTES:
            raise _unreadable(f"a template is at most {MAX_TEMPLATE_BYTES // 1000} kB", shown_name)
        return path.read_text(encoding="utf-8-sig"), shown_name, None
    except FileNotFoundError:
        raise jinja2.TemplateNotFound(shown_name) from None
    except OSError as error:
        raise _unreadable(f"cannot be read: {error.strerror}", shown_name) from None
    except UnicodeDecodeError:
        raise _unreadable("the file is not saved as UTF-8", shown_name) from None


def _unreadable(message: str, shown_name: str) -> TemplateRefused:
    """Return the error for a file that is no template."""
    hint = "put the template itself here, in plain text"
    return TemplateRefused(message, 1, shown_name, hint=hint)


# --- lines of a rendered document -----------------------------------------------------------

_UNDERLINE_MARKS = frozenset({"====", "----"})
# What begins a line of a list or a quotation: '  - ', '12. ', '> > '.
_HANGING_MARK = re.compile(r"\s*(?:[-*] |\d+\. |(?:> )+)?")


def lay_out_text(text: str) -> str:
    """Wrap the lines of a plain text, and draw underlines as long as what stands above them.

    A template underlines a heading with ``====`` or ``----``.
    """
    lines: list[str] = []
    for line in _collapse_blank_lines(text):
        if line in _UNDERLINE_MARKS and lines and lines[-1]:
            lines.append(line[0] * max(map(len, _last_paragraph(lines))))
        elif len(line) > WIDTH:
            lines += wrap(line, WIDTH, _hanging_indent(line))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def lay_out_markdown(text: str) -> str:
    """Remove superfluous blank lines, and spaces at the ends of lines."""
    return "\n".join(_collapse_blank_lines(text)) + "\n"


def _collapse_blank_lines(text: str) -> Iterator[str]:
    """Return a text's lines without those that are blank at its ends or follow a blank one.

    Spaces at the ends of lines are removed.
    """
    after_blank = True
    for untrimmed in text.strip("\n").split("\n"):
        line = untrimmed.rstrip()
        if line or not after_blank:
            yield line
        after_blank = not line


def _last_paragraph(lines: list[str]) -> list[str]:
    """Return the lines that follow the last blank one."""
    start = len(lines) - 1
    while start > 0 and lines[start - 1]:
        start -= 1
    return lines[start:]


def _hanging_indent(line: str) -> str:
    """Return what begins the further lines of a wrapped line: its indent, or its '> '."""
    match = _HANGING_MARK.match(line)
    mark = match.group() if match else ""
    return mark if ">" in mark else " " * len(mark)


# --- compiled templates: compiling takes Jinja longer than rendering -------------------------

_DIGEST_BYTES: Final = 16  # bytes of a digest


class CompiledTemplates(jinja2.BytecodeCache):
    """A cache of the compiled templates of one output format; others escape differently.

    All are kept in memory. Only shipped ones are kept on disk as well, and only where nobody else
    can write: what lies there is code that is run.
    """

    def __init__(self, output_format: str, code_files: Sequence[str]) -> None:
        """Take the format, and the files of the code that decides what a template compiles to."""
        self._output_format = output_format
        self._code_files = tuple(code_files)
        self._in_memory: dict[str, tuple[str, CodeType]] = {}
        self._is_own = True

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        """Note whether a template is a programme's own, which Jinja does not tell the bucket."""
        self._is_own = not filename or filename.startswith("templates/")
        return super().get_bucket(environment, name, filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in the code of ``bucket``, if it was compiled from the same text."""
        checksum, code = self._in_memory.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code
        elif not self._is_own and (folder := _private_cache_folder()):
            with contextlib.suppress(OSError), self._file(folder, bucket).open("rb") as file:
                if only_we_can_write(os.fstat(file.fileno())):
                    bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code; a folder that cannot be written to is no error."""
        if bucket.code is None:
            return
        self._in_memory[bucket.key] = bucket.checksum, bucket.code
        if not self._is_own and (folder := _private_cache_folder()):
            with contextlib.suppress(OSError):
                path = self._file(folder, bucket)
                # Replaced in one step, so that another process never reads half of it.
                temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
                temporary.touch(0o600)
                temporary.write_bytes(bucket.bytecode_to_string())
                temporary.replace(path)

    def _file(self, folder: Path, bucket: Bucket) -> Path:
        """Return the file for a template, named by everything that decides what it compiles to."""
        digest = hashlib.blake2b(_code_fingerprint(self._code_files), digest_size=_DIGEST_BYTES)
        digest.update(f"{self._output_format} {bucket.key} {bucket.checksum}".encode())
        return folder / f"{TEMPLATE_CACHE}-{digest.hexdigest()}"


@functools.cache
def _private_cache_folder() -> Path | None:
    """Return copkit's cache folder, created if necessary; ``None`` if others can write to it."""
    folder = cache_folder()
    if cache_is_off() or not hasattr(os, "getuid"):  # Windows: permissions do not tell who writes
        return None
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # lstat and not stat: a link could lead to a folder of somebody else
        return folder if only_we_can_write(folder.lstat()) else None
    return None


@functools.cache
def _code_fingerprint(files: tuple[str, ...]) -> bytes:
    """Return a digest of what compiles templates: Python, Jinja and our own code."""
    statuses = [Path(file).stat() for file in files]
    versions = [f"{status.st_size} {status.st_mtime_ns}" for status in statuses]
    text = " ".join([sys.version, jinja2.__version__, *versions])
    return hashlib.blake2b(bc_magic + text.encode(), digest_size=32).digest()


# --- output formats -------------------------------------------------------------------------


def _value_in_html(value: Any) -> Any:
    if isinstance(value, Markup):  # made safe already, as a record's text is by to_html
        return value
    if isinstance(value, Prose):
        return to_html(value.source, value.below)
    return single_line(str(value))


def _value_in_svg(value: Any) -> str:
    return xml_text(single_line(str(value)))


def _value_in_markdown(value: Any) -> str:
    """Write a value within Markdown: a record's own Markdown, an address, else escaped text."""
    if isinstance(value, Prose):
        return to_markdown(value.source, value.below)
    if isinstance(value, Address):
        return f"<{value}>"
    return escape_markdown(str(value))


def _value_in_text(value: Any) -> str:
    return to_text(value.source) if isinstance(value, Prose) else single_line(str(value))


class _OutputFormat(NamedTuple):
    """How a format writes a value within the text, and how it lays out the whole text."""

    write_value: Callable[[Any], Any]
    lay_out: Callable[[str], str]


_OUTPUT_FORMATS: Final = {
    "html": _OutputFormat(_value_in_html, str),
    "svg": _OutputFormat(_value_in_svg, str),
    "css": _OutputFormat(_value_in_svg, str),
    "md": _OutputFormat(_value_in_markdown, lay_out_markdown),
    "txt": _OutputFormat(_value_in_text, lay_out_text),
}
_COMPILED: Final = {
    output_format: CompiledTemplates(output_format, (__file__, template_sandbox.__file__))
    for output_format in _OUTPUT_FORMATS
}


# --- the templates that ship with copkit ----------------------------------------------------

TEMPLATE_DESCRIPTIONS: Final = {
    "agenda.css": "sizes and spaces of the agenda",
    "agenda.html": "the agenda as a web page",
    "agenda.md": "the agenda as Markdown",
    "agenda.txt": "the agenda as plain text",
    "bars.svg": "bars: how often each blockage came up",
    "brief.html": "the brief as a web page",
    "report.html": "the evaluation report as a web page",
    "report.css": "how the evaluation report looks",
    "report.md": "the evaluation report as Markdown",
    "brief.md": "the brief as Markdown",
    "brief.txt": "the brief as plain text",
    "case.html": "one case, in a web page",
    "case.md": "one case, in Markdown",
    "case.txt": "one case, in plain text",
    "dictionary.html": "the dictionary of exported tables",
    "directory-services.html": "the services of a place, in a web page",
    "directory.css": "sizes and spaces of the sheet of a place",
    "directory.html": "the services of a place as a web page",
    "directory.md": "the services of a place as Markdown",
    "dots.svg": "how many agreed, then and now and by community, as a picture",
    "foot.html": "the programme's own line at the end of a web page",
    "growth.svg": "meetings and people by month, as a picture",
    "heat-map-cell.svg": "one cell of the heat-map",
    "heat-map.svg": "who came to which meeting, as a picture",
    "letter.css": "sizes and spaces of the letter",
    "letter.html": "the letter to a commissioner as a web page",
    "letter.md": "the letter as Markdown",
    "letter.txt": "the letter as plain text",
    "likert-part.svg": "one part of a bar of a survey",
    "likert.svg": "how far people agreed, as a picture",
    "logo.html": "the logo, in a web page",
    "matrix-chip.svg": "one letter of the matrix as a picture",
    "matrix.html": "the matrix as a web page",
    "matrix.md": "the matrix as Markdown",
    "matrix.svg": "the matrix as a picture",
    "network-name.svg": "one sector's name in the network",
    "network.svg": "which sectors sit together, as a picture",
    "newsletter-head.css": "the newsletter on narrow and dark screens",
    "newsletter.css": "colours, sizes and spaces of the newsletter",
    "newsletter.html": "the newsletter as a web page and as an e-mail",
    "newsletter.md": "the newsletter as Markdown",
    "newsletter.txt": "the newsletter as plain text",
    "page.css": "colours, sizes and spaces of every web page",
    "page.html": "the frame of every web page",
    "picture.svg": "the frame of every picture",
    "register.html": "a register as a web page",
    "register.md": "a register as Markdown",
    "sheet.css": "sizes and spaces of the attendance sheet",
    "sheet.html": "the attendance sheet as a web page",
    "sectors.html": "members by sector as a web page",
    "sectors.md": "members by sector as Markdown",
    "survey-form.css": "sizes and spaces of the questions of a survey",
    "survey-form.html": "the questions of a survey as a page to print",
    "survey-form.txt": "the questions of a survey as text to paste",
    "survey.md": "what a survey says, as Markdown",
    "ties.md": "who works with whom, as Markdown",
    "ties.svg": "who works with whom, before and now, as a picture",
    "timeline.svg": "what happened when, as a picture",
    "toolkit-sheet.html": "one sheet of the tool kit, in a web page",
    "toolkit.css": "sizes and spaces of the tool kit",
    "toolkit.html": "the sheets of the tool kit as a web page",
    "toolkit.md": "the sheets of the tool kit as Markdown",
    "site-about.html": "the repository: what it is, and whom to ask",
    "site-blockage.html": "the repository: one blockage",
    "site-card.html": "the repository: one evidence card",
    "site-case.html": "the repository: one case",
    "site-evidence.html": "evidence on a page of the repository",
    "site-front.html": "the repository: its first page, with the search",
    "site-icon.svg": "the repository: the picture in a tab of the browser",
    "site-list.html": "the repository: cases of a theme, all cards and other lists",
    "site-newsletter.html": "the repository: an issue of the newsletter",
    "site-place.html": "the repository: the services of a place",
    "site-sheet.html": "a sheet of the tool kit in the repository of cases",
    "site.css": "colours, sizes and spaces of the repository",
    "site.html": "the frame of every page of the repository",
    "archive.html": "the first page of an archive",
    "archive-record.md": "an evidence card or a blockage in an archive",
    "write-up.html": "the write-up of a case as a web page",
    "write-up.md": "the write-up as Markdown",
    "write-up.txt": "the write-up as plain text",
}
"""Template -> what it renders, for ``copkit templates list``."""
# '{% include "case.html" %}', '{%- extends 'page.html''
_USED_TEMPLATE: Final = re.compile(r"\{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")


class TemplateOverride(StrEnum):
    """Whether a programme has a template of its own."""

    NONE = ""
    SAME = "own, and the same as the shipped"
    DIFFERENT = "own"
    UNKNOWN = "own, and none ships with copkit"


class ListedTemplate(NamedTuple):
    """A line of ``copkit templates list``; the fields are also the keys of its JSON.

    ``makes`` is what the template renders, ``part_of`` names the documents that include it, and
    ``meant`` is the shipped template whose name is closest to an unknown one.
    """

    name: str
    makes: str
    part_of: tuple[str, ...]
    own: TemplateOverride
    meant: str = ""


def list_templates(folder: Path | None) -> list[ListedTemplate]:
    """List the shipped templates, then those that only a programme's own ``folder`` has.

    Without a folder, list the shipped ones alone.
    """
    names = template_names()
    users = _find_users(names)
    own_entries = {entry.name: entry for entry in list_entries(folder)} if folder else {}
    templates = []
    for name in names:
        override = TemplateOverride.NONE
        if name in own_entries:
            own_text = _read_if_ordinary(Path(own_entries[name].path))
            is_same = own_text == _read_if_ordinary(shipped_folder("templates") / name)
            override = TemplateOverride.SAME if is_same else TemplateOverride.DIFFERENT
        description = TEMPLATE_DESCRIPTIONS.get(name, "")
        documents = _containing_documents(name, users)
        templates.append(ListedTemplate(name, description, documents, override))
    for name in own_entries:
        if name not in names and name.endswith(TEMPLATE_ENDINGS):
            suggestion = closest_match(name, names) or ""
            unknown = TemplateOverride.UNKNOWN
            templates.append(ListedTemplate(name, "", (), unknown, suggestion))
    return templates


def shipped_text(name: str) -> str:
    """Return the text of a shipped template; raise :class:`CopkitError` for an unknown name."""
    names = template_names()
    if name not in names:
        hint = did_you_mean(name, names, f"there are: {', '.join(names)}")
        raise CopkitError(f"no template '{name}' ships with copkit", hint, status=2)
    return (shipped_folder("templates") / name).read_text(encoding="utf-8")


def _find_users(names: list[str]) -> dict[str, set[str]]:
    """Find the templates that include or extend each template: used -> users."""
    users: dict[str, set[str]] = {}
    for name in names:
        for used in _USED_TEMPLATE.findall(shipped_text(name)):
            users.setdefault(used, set()).add(name)
    return users


def _containing_documents(name: str, users: dict[str, set[str]]) -> tuple[str, ...]:
    """Return the documents that a template is a part of: those that no other template uses.

    A template may be a part of a part.
    """
    containing, pending = set[str](), [name]
    while pending:
        for user in users.get(pending.pop(), ()):
            if user not in containing:
                containing.add(user)
                pending.append(user)
    return tuple(sorted(user for user in containing if user not in users))


def _read_if_ordinary(path: Path) -> str | None:
    """Read a template to compare it, whatever its line ends; ``None`` for what cannot be one."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_TEMPLATE_BYTES:
            return None
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
