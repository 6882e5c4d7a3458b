"""Asking on the terminal for what a command still lacks."""

from __future__ import annotations

import datetime as dt
import re
import stat
import sys
from pathlib import Path
from typing import Any

import typer

from copkit.cli.params import day, interactive, wrong_use
from copkit.cli.terminal import clean, say, say_choice, wrapped
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.importers.tables import refuse_large
from copkit.records.schema.fields import Field, choices_of, fields_of

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
        if (read := _day_from(answer)) is not None:
            return str(read)


def ask_day_if_any(question: str) -> dt.date | None:
    """Ask for a day until it is one, or nothing is answered."""
    while answer := ask(f"{question} (such as 2012-03-01)", default=""):
        if (read := _day_from(answer)) is not None:
            return read
    return None


def _day_from(answer: str) -> dt.date | None:
    """Read a day; say what is wrong with what is none."""
    try:
        return day(answer, "this")
    except CopkitError as error:
        say(clean(f"  {error.message.removeprefix('this: ')}; {error.hint}"))
        return None


def suggest(question: str, suggestions: tuple[str, ...], default: str | None = None) -> str:
    """Ask a question whose usual answers are numbered; any other text is an answer too."""
    if not suggestions:
        return ask(question, default=default)
    for number, suggestion in enumerate(suggestions, 1):
        say_choice(number, suggestion)
    while True:
        answer = ask(f"{question}: a number, or your own", default=default)
        if not answer.isdecimal():
            return answer
        if 1 <= int(answer) <= len(suggestions):
            return suggestions[int(answer) - 1]
        say(f"  please write a number from 1 to {len(suggestions)}, or words of your own")


def ask(question: str, choices: tuple[str, ...] = (), default: str | None = None) -> str:
    """Ask on the terminal until there is an answer, one of the choices if there are any."""
    shown = clean(f"{question} ({', '.join(choices)})" if choices else question)
    shown = wrapped(shown, sys.stderr)
    if len(choices) == 1:
        default = choices[0]
    while True:
        answer = str(
            typer.prompt(shown, default=default or "", show_default=bool(default), err=True)
        ).strip()
        if (answer and not choices) or answer in choices or default == "":
            return answer
        if "yes" in choices and (meant := yes_or_no(answer)) is not None:
            return "yes" if meant else "no"
        if (choice := _meant(answer, choices)) is not None:
            return choice
        one_of = f"  please write one of: {', '.join(choices)}"
        say(clean(one_of) if choices else "  an answer is needed")


def ask_choice_if_any(question: str, choices: tuple[str, ...]) -> str:
    """Ask for one of some choices, the beginning of one, or nothing."""
    while True:
        answer = ask(question, choices, default="")
        if not answer or answer in choices or not choices:
            return answer
        if (choice := _meant(answer, choices)) is not None:
            return choice
        say(f"  please write one of: {', '.join(map(clean, choices))}")


def _meant(answer: str, choices: tuple[str, ...]) -> str | None:
    """Find the one choice that an answer is, or begins; hyphens and spaces may be left out."""
    typed = _run_together(answer)
    begun = [one for one in choices if typed and _run_together(one).startswith(typed)]
    found = [one for one in begun if _run_together(one) == typed] or begun
    return found[0] if len(found) == 1 else None


def _run_together(text: str) -> str:
    return "".join(re.split(r"[\s_-]+", text.casefold()))


def agree(question: str, *, default: bool) -> bool:
    """Ask for a yes or a no until it is one, in whatever words; Enter gives the default."""
    shown = f"{clean(question)} [{'Y/n' if default else 'y/N'}]"
    while True:
        answer = typer.prompt(shown, default="", show_default=False, err=True)
        meant = default if not answer.strip() else yes_or_no(answer)
        if meant is not None:
            return meant
        say("  please write yes or no")


def yes_or_no(answer: str) -> bool | None:
    """Say whether an answer is a yes or a no; ``None`` for one that is neither."""
    word = answer.strip(" .,!").casefold().partition(" ")[0].rstrip(",.!")
    return True if word in _YES else False if word in _NO else None


_YES = frozenset({"y", "ye", "yes", "yep", "yeah", "yup", "ok", "okay", "sure", "aye", "true"})
_NO = frozenset({"n", "no", "nope", "nah", "never", "false"})


def choose_community(programme: Programme, named: str | None) -> CommunityRecords:
    """Give the community that was named, or ask which."""
    slugs = tuple(records.slug for records in programme.communities)
    if named is None and not slugs:
        raise CopkitError("there is no community yet", "'copkit new-community' adds one")
    if named is None and not interactive():
        wrong_use("missing: COMMUNITY", f"one of {', '.join(slugs)}")
    return programme.community(named or ask("community", slugs))


# Files of other people's programs, as somebody names them on the line.


def bytes_of(path: Path) -> bytes:
    """Read a file that somebody was given; raise :class:`CopkitError` when that is not safe."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise CopkitError(f"{path} is a folder", "name the files in it one by one")
        if not stat.S_ISREG(status.st_mode):
            raise CopkitError(f"{path} is not an ordinary file", "save the list as a file first")
        refuse_large(status.st_size, str(path))
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        hint = "if this belongs to an option, put all of it in quotes" if "=" in path.name else ""
        raise CopkitError(f"{path} cannot be read: {reason}", hint) from None
