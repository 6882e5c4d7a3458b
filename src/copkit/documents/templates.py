"""Templates: where they are found, and how they are filled.  Reads template files.

A template arranges facts and computes nothing. A programme's own ``templates/`` folder may hold
a file of the same name as a shipped one, which then wins. Templates come from other people through
git, so they are given the facts and a small part of Jinja's language, without calls, assignments
and arithmetic, and a bounded time and length.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple, cast

import jinja2
from jinja2 import nodes
from jinja2.bccache import Bucket, bc_magic
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from copkit.documents import template_sandbox
from copkit.documents.template_sandbox import (
    HIDDEN,
    Asked,
    Missing,
    Refused,
    problem_of,
    require_allowed,
)
from copkit.documents.theme import SHIPPED, Look
from copkit.errors import CopkitError, FaultyTemplate, closest, did_you_mean
from copkit.layout import ENDINGS, cache_folder, entries, shipped, template_names
from copkit.text.markdown import Address, Prose, escape_markdown, to_html, to_markdown, to_text
from copkit.text.normalise import WIDTH, for_xml, on_one_line, wrap

# Templates that were compiled before: that takes Jinja longer than to fill them.

_SIZE: Final = 16  # bytes of a digest
_OTHERS_MAY_WRITE: Final = 0o022


class Compiled(jinja2.BytecodeCache):
    """The compiled templates of one form of documents; other forms escape differently."""

    def __init__(self, form: str, made_by: Sequence[str]) -> None:
        """Take the form, and the files of the code that decides what a template becomes."""
        self._form = form
        self._made_by = tuple(made_by)
        self._kept: dict[str, tuple[str, CodeType]] = {}
        self._own = True

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        """Note whether a template is a programme's own, and go on."""
        self._own = not filename or filename.startswith("templates/")
        return super().get_bucket(environment, name, filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was compiled, if the template still says the same."""
        said, code = self._kept.get(bucket.key, ("", None))
        if said == bucket.checksum:
            bucket.code = code
        elif not self._own and (folder := _own_folder()):
            with contextlib.suppress(OSError), self._file(folder, bucket).open("rb") as file:
                if _is_ours(os.fstat(file.fileno())):
                    bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; a cache that cannot be written is none."""
        if bucket.code is None:
            return
        self._kept[bucket.key] = bucket.checksum, bucket.code
        if not self._own and (folder := _own_folder()):
            with contextlib.suppress(OSError):
                path = self._file(folder, bucket)
                beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
                beside.touch(0o600)
                beside.write_bytes(bucket.bytecode_to_string())
                beside.replace(path)

    def _file(self, folder: Path, bucket: Bucket) -> Path:
        """Name the file for a template by everything that decides what it becomes."""
        made = hashlib.blake2b(_maker(self._made_by), digest_size=_SIZE)
        made.update(f"{self._form} {bucket.key} {bucket.checksum}".encode())
        return folder / f"template-{made.hexdigest()}"


@cache
def _own_folder() -> Path | None:
    """Give the cache, made when it is first wanted, if nobody else may put anything into it.

    What lies there is code that is run.
    """
    folder = cache_folder()
    if not hasattr(os, "getuid"):
        return None
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_ours(folder.lstat()) else None
    return None


def _is_ours(status: os.stat_result) -> bool:
    ours = status.st_uid == os.getuid() and not status.st_mode & _OTHERS_MAY_WRITE
    return ours and not stat.S_ISLNK(status.st_mode)


@cache
def _maker(files: tuple[str, ...]) -> bytes:
    """Tell one maker of templates from another: Python, Jinja and our own code."""
    statuses = [Path(file).stat() for file in files]
    told = [f"{status.st_size} {status.st_mtime_ns}" for status in statuses]
    text = " ".join([sys.version, jinja2.__version__, *told])
    return hashlib.blake2b(bc_magic + text.encode(), digest_size=32).digest()


# How the lines of a rendered document lie: wrapped, and never two blank ones.

_UNDERLINES = frozenset({"====", "----"})
_MARK = re.compile(r"\s*(?:[-*] |\d+\. |(?:> )+)?")


def lay_out_text(text: str) -> str:
    """Wrap the lines of a plain text, and draw underlines as long as what stands above.

    A template underlines a heading with ``====`` or ``----``.
    """
    lines: list[str] = []
    for line in _without_gaps(text):
        if line in _UNDERLINES and lines and lines[-1]:
            lines.append(line[0] * max(map(len, _last_paragraph(lines))))
        elif len(line) > WIDTH:
            lines += wrap(line, WIDTH, _hang(line))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def lay_out_markdown(text: str) -> str:
    """Take out superfluous blank lines, and blanks at the ends of lines."""
    return "\n".join(_without_gaps(text)) + "\n"


def _without_gaps(text: str) -> Iterator[str]:
    blank = True
    for whole in text.strip("\n").split("\n"):
        line = whole.rstrip()
        if line or not blank:
            yield line
        blank = not line


def _last_paragraph(lines: list[str]) -> list[str]:
    start = len(lines) - 1
    while start > 0 and lines[start - 1]:
        start -= 1
    return lines[start:]


def _hang(line: str) -> str:
    """Give what begins the further lines of a wrapped one: its indent, or its quotation mark."""
    match = _MARK.match(line)
    mark = match.group() if match else ""
    return mark if ">" in mark else " " * len(mark)


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
_COMPILED: Final = {form: Compiled(form, (__file__, template_sandbox.__file__)) for form in _FORMS}


# The templates that ship with copkit: what each makes, and of which a programme has its own.

WHAT_THEY_MAKE: Final = {
    "agenda.css": "sizes and spaces of the agenda",
    "agenda.html": "the agenda as a web page",
    "agenda.md": "the agenda as Markdown",
    "agenda.txt": "the agenda as plain text",
    "agreement-part.svg": "one part of a bar of agreement",
    "agreement.svg": "how many agreed with each statement, as a picture",
    "bars.svg": "bars: how often each blockage came up",
    "brief.html": "the brief as a web page",
    "brief.md": "the brief as Markdown",
    "brief.txt": "the brief as plain text",
    "case.html": "one case, in a web page",
    "case.md": "one case, in Markdown",
    "case.txt": "one case, in plain text",
    "foot.html": "the programme's own line at the end of a web page",
    "growth.svg": "meetings and people by month, as a picture",
    "heat-map-cell.svg": "one cell of the heat-map",
    "heat-map.svg": "who came to which meeting, as a picture",
    "letter.css": "sizes and spaces of the letter",
    "letter.html": "the letter to a commissioner as a web page",
    "letter.md": "the letter as Markdown",
    "letter.txt": "the letter as plain text",
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
    "sectors.html": "members by sector as a web page",
    "sectors.md": "members by sector as Markdown",
}
"""By template, what it makes."""
_USES: Final = re.compile(r"\{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")


class Own(StrEnum):
    """Whether a programme has its own of a template."""

    NONE = ""
    SAME = "own, and the same as the shipped"
    DIFFERENT = "own"
    UNKNOWN = "own, and none ships with copkit"


class Listed(NamedTuple):
    """A template: what it makes, the templates that it is a part of, whether it is an own one."""

    name: str
    makes: str
    part_of: tuple[str, ...]
    own: Own
    meant: str = ""


def listed_templates(folder: Path | None) -> list[Listed]:
    """List the shipped templates, then those that only a programme's own folder has."""
    names = template_names()
    users = _users(names)
    own = {entry.name: entry for entry in entries(folder)} if folder else {}
    found = []
    for name in names:
        state = Own.NONE
        if name in own:
            same = _text(Path(own[name].path)) == _text(shipped("templates") / name)
            state = Own.SAME if same else Own.DIFFERENT
        found.append(Listed(name, WHAT_THEY_MAKE.get(name, ""), _part_of(name, users), state))
    for name in own:
        if name not in names and name.endswith(ENDINGS):
            meant = closest(name, names) or ""
            found.append(Listed(name, "", (), Own.UNKNOWN, meant))
    return found


def shipped_text(name: str) -> str:
    """Give a shipped template; raise :class:`CopkitError` when there is none of that name."""
    names = template_names()
    if name not in names:
        hint = did_you_mean(name, names, f"there are: {', '.join(names)}")
        raise CopkitError(f"no template '{name}' ships with copkit", hint, status=2)
    return (shipped("templates") / name).read_text(encoding="utf-8")


def _users(names: list[str]) -> dict[str, set[str]]:
    """Give by template those that include or extend it."""
    users: dict[str, set[str]] = {}
    for name in names:
        for used in _USES.findall(shipped_text(name)):
            users.setdefault(used, set()).add(name)
    return users


def _part_of(name: str, users: dict[str, set[str]]) -> tuple[str, ...]:
    """Name the whole documents that a template is a part of, however far in."""
    found, ahead = set[str](), [name]
    while ahead:
        for user in users.get(ahead.pop(), ()):
            if user not in found:
                found.add(user)
                ahead.append(user)
    return tuple(sorted(one for one in found if one not in users))


def _text(path: Path) -> str | None:
    """Read a template, however its lines end; ``None`` for what cannot be one."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_TEMPLATE:
            return None
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
