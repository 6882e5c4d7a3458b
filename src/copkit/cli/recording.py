"""Writing new records: what is missing is asked for, what is wrong is said, then it is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import typer

from copkit.analysis.consistency import dangling
from copkit.cli.options import day, interactive, wrong_use
from copkit.cli.output import clean, say
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.folder import CommunityRecords, Programme, reader_of
from copkit.records.fields import Field, choices_of, fields_of
from copkit.records.writing import format_record
from copkit.text.edit import EditRefused, append
from copkit.text.files import create, inside, is_slug, read_source, replace, slug_from
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText

Values = dict[str, Any]


def ask_missing(
    record: type,
    values: Values,
    arguments: tuple[str, ...] = (),
    suggestions: dict[str, tuple[str, ...]] | None = None,
) -> None:
    """Ask for required fields that have no value yet; without a terminal, say all that is missing.

    ``arguments`` are the fields that are given as words, not as options; ``suggestions`` are
    answers to choose from by number, where another answer is as good.
    """
    missing = [
        field
        for field in fields_of(record).values()
        if field.required and values.get(field.key) in (None, "")
    ]
    if missing and not interactive():
        names = [
            field.key.upper() if field.key in arguments else f"--{field.key.replace('_', '-')}"
            for field in missing
        ]
        helps = "; ".join(
            f"{name}: {field.help}" for name, field in zip(names, missing, strict=True)
        )
        wrong_use(f"missing: {', '.join(names)}", helps)
    for field in missing:
        values[field.key] = _ask_field(field, (suggestions or {}).get(field.key, ()))


def _ask_field(field: Field, suggestions: tuple[str, ...]) -> str:
    question = f"{field.key} ({field.help})"
    if suggestions:
        return suggest(question, suggestions)
    return ask_day(question) if field.type is dt.date else ask(question, choices_of(field.type))


def ask_day(question: str, default: dt.date | None = None) -> str:
    """Ask for a date until it is one."""
    while True:
        answer = ask(question, default=str(default) if default else None)
        try:
            return str(day(answer, "this"))
        except CopkitError as error:
            say(f"  {error.message.removeprefix('this: ')}; {error.hint}")


def suggest(question: str, suggestions: tuple[str, ...]) -> str:
    """Ask a question whose usual answers are numbered; any other text is an answer too."""
    if not suggestions:
        return ask(question)
    for number, suggestion in enumerate(suggestions, 1):
        say(f"  {number:>2}  {clean(suggestion)}")
    while True:
        answer = ask(f"{question}: a number, or your own")
        if not answer.isdecimal():
            return answer
        if 1 <= int(answer) <= len(suggestions):
            return suggestions[int(answer) - 1]
        say(f"  please write a number from 1 to {len(suggestions)}, or words of your own")


def ask(question: str, choices: tuple[str, ...] = (), default: str | None = None) -> str:
    """Ask on the terminal until there is an answer, one of the choices if there are any."""
    shown = f"{question} ({', '.join(choices)})" if choices else question
    if len(choices) == 1:
        default = choices[0]
    while True:
        answer = str(
            typer.prompt(shown, default=default or "", show_default=bool(default), err=True)
        ).strip()
        if (answer and not choices) or answer in choices or default == "":
            return answer
        fitting = [choice for choice in choices if answer and choice.startswith(answer.lower())]
        if len(fitting) == 1:
            return fitting[0]
        say(f"  please write one of: {', '.join(choices)}" if choices else "  an answer is needed")


def choose_community(programme: Programme, named: str | None) -> CommunityRecords:
    """Give the community that was named, or ask which."""
    slugs = tuple(records.slug for records in programme.communities)
    if named is None and not interactive():
        wrong_use("missing: COMMUNITY", f"one of {', '.join(slugs)}" if slugs else "")
    return programme.community(named or ask("community", slugs))


def slug_for(title: str, wanted: str | None) -> str:
    """Give the file name of a new record: the one asked for, or one made from its title."""
    slug = wanted or slug_from(title)
    if not is_slug(slug):
        problem = f"'{wanted}' cannot be a file name" if wanted else f"no file name fits '{title}'"
        wrong_use(problem, "use --slug with lower-case letters, digits and hyphens")
    return slug


def write_record(
    programme: Programme,
    file: str,
    record: type,
    values: Values,
    body: str,
    *,
    dry_run: bool,
    if_there: str = "",
) -> None:
    """Write a new Markdown record, if what it says is right and nothing is there yet."""
    text = format_record(record, values, body)
    write_new(programme, file, text, dry_run=dry_run, if_there=if_there)


def write_new(
    programme: Programme, file: str, text: str, *, dry_run: bool, if_there: str = ""
) -> None:
    """Write a new record's text, if it is right and nothing is there yet.

    ``if_there`` is the advice for when something is.
    """
    path = inside(programme.root, *file.split("/"))
    if path.exists():
        raise CopkitError(f"{file} exists already; nothing was changed", if_there)
    require_right(programme, file, text)
    if dry_run:
        print(text, end="")
        say(f"would write {clean(file)}")
        return
    create(path, text)
    say(f"wrote {clean(str(_shown(path)))}")


def append_items(
    programme: Programme, file: str, additions: list[tuple[str, list[str]]], *, dry_run: bool
) -> None:
    """Add items to lists of a record that is there, and change nothing else in the file."""
    path = inside(programme.root, *file.split("/"))
    problems: list[Problem] = []
    old = read_source(path, file, problems).text
    if problems:
        raise FaultyRecords(problems)
    new = old
    for key, items in additions:
        for item in items:
            try:
                new = append(new, key, item, markdown=file.endswith(".md"))
            except EditRefused as refusal:
                message = f"{file}:{refusal.line}: {refusal.reason}; nothing was changed"
                raise CopkitError(message, refusal.hint) from None
    if new == old:
        say(f"{clean(file)} says so already; nothing was changed")
        return
    require_right(programme, file, new)
    if dry_run:
        for key, items in additions:
            for item in items:
                say(f"would add to '{key}' in {clean(file)}: {clean(item)}")
        return
    replace(path, old, new)
    say(f"added to {clean(str(_shown(path)))}")


def require_right(programme: Programme, file: str, text: str) -> None:
    """Raise :class:`CopkitError` with everything wrong in a text that is about to be written."""
    problems, record = _read(file, text)
    _require_none([*problems, *dangling(programme, record)])


def require_sound(file: str, text: str) -> None:
    """Do the same for a record that refers to no other."""
    _require_none(_read(file, text)[0])


def _read(file: str, text: str) -> tuple[list[Problem], Any]:
    problems: list[Problem] = []
    document = read_document(SourceText(file, text), problems, markdown=file.endswith(".md"))
    return problems, reader_of(file)(document)


def _require_none(problems: list[Problem]) -> None:
    if errors := errors_among(problems):
        first, *rest = [f"{problem.message}" for problem in errors]
        hints = [problem.hint for problem in errors if problem.hint]
        raise CopkitError("; ".join([first, *rest]), "; ".join(dict.fromkeys(hints)), status=2)


def _shown(path: Path) -> Path:
    """Give a path as the person would type it, if that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
