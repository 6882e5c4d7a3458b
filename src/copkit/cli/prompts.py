"""Questions on the terminal: texts, choices, dates, yes or no, and what a command still lacks.

They are printed to standard error, and asked again until the answer can be used.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import typer

from copkit.cli.params import is_interactive, parse_day, usage_error
from copkit.cli.terminal import clean, say, say_choice, wrap_for_terminal
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.importers.tables import refuse_large
from copkit.records.programme import Settings
from copkit.records.schema.fields import Field, choices_of, fields_of
from copkit.text.addresses import is_address
from copkit.text.normalise import match_names

Values = dict[str, Any]
Parsed = TypeVar("Parsed")


def ask_missing(
    record: type,
    values: Values,
    arguments: tuple[str, ...] = (),
    suggestions: dict[str, tuple[str, ...]] | None = None,
    settings: Settings | None = None,
) -> None:
    """Ask for the required fields of a record that have no value yet, and add them to ``values``.

    ``arguments`` are the fields that are typed as words, not as options; ``suggestions`` has, by
    field, usual answers to choose from by number, where any other answer is as good; ``settings``
    are the programme's, whose dates show which year is meant.

    Without a terminal, raise :class:`CopkitError` with all that is missing.
    """
    missing = [
        field
        for field in fields_of(record).values()
        if field.required and values.get(field.key) in (None, "")
    ]
    if missing and not is_interactive():
        names = [_option_of(field, arguments) for field in missing]
        helps = []
        for name, field in zip(names, missing, strict=True):
            choices = ", ".join((suggestions or {}).get(field.key, ()))
            helps.append(f"{name}: {field.help}{f' ({choices})' if choices else ''}")
        usage_error(f"missing: {', '.join(names)}", "; ".join(helps))
    for field in missing:
        usual = (suggestions or {}).get(field.key, ())
        values[field.key] = _ask_field(field, usual, _option_of(field, arguments), settings)


def _option_of(field: Field, arguments: tuple[str, ...]) -> str:
    """Return what a field is called on the command line."""
    return field.key.upper() if field.key in arguments else f"--{field.key.replace('_', '-')}"


def _ask_field(
    field: Field, suggestions: tuple[str, ...], option: str, settings: Settings | None
) -> str:
    """Ask for a field in the way that suits its type: a date, one of some choices, or a text."""
    question = f"{field.key} ({field.help})"
    if suggestions:
        return ask_with_suggestions(question, suggestions, option=option)
    if field.type is dt.date:
        return ask_day(question, option=option, settings=settings)
    return ask(question, choices_of(field.type), option=option)


MOST_ANSWERS = 3  # that cannot be used, before a question is given up


def give_up(option: str = "") -> NoReturn:
    """Raise :class:`CopkitError` after too many wrong answers; ``option`` would have given it."""
    hint = "'--help' behind the command lists what can be said beforehand"
    if option:
        hint = f"say it beforehand with {option}"
    raise CopkitError(
        f"{MOST_ANSWERS} answers could not be used; nothing was written", hint, status=2
    )


def ask_day(
    question: str,
    default: dt.date | None = None,
    option: str = "",
    settings: Settings | None = None,
) -> str:
    """Ask for a date until it is one, and return it as ``2012-04-18``.

    The dates of a programme's ``settings`` show which year is meant.
    After three wrong answers raise :class:`CopkitError`, which names the ``option`` for it.
    """
    for _ in range(MOST_ANSWERS):
        answer = ask(question, default=str(default) if default else None, option=option)
        if (day := _try_day(answer, option, settings)) is not None:
            return str(day)
    give_up(option)


def ask_parsed(
    question: str, parse: Callable[[str], Parsed], option: str, default: str | None = None
) -> Parsed:
    """Ask until ``parse`` takes the answer as it would take ``option``, and return what it made.

    After three wrong answers raise :class:`CopkitError`, which names the ``option`` for it.
    """
    for _ in range(MOST_ANSWERS):
        try:
            return parse(ask(question, default=default, option=option))
        except CopkitError as error:
            say(clean(f"  {error.message.removeprefix(f'{option}: ')}; {error.hint}"))
    give_up(option)


def ask_address(question: str) -> str:
    """Ask for an e-mail address until the answer is one, and return it.

    After three wrong answers raise :class:`CopkitError`.
    """
    for _ in range(MOST_ANSWERS):
        answer = ask(question)
        if is_address(answer):
            return answer
        say(clean(f"  '{answer}' is no e-mail address; write it as in cop@example.org"))
    give_up()


def ask_optional_day(
    question: str, option: str = "", settings: Settings | None = None
) -> dt.date | None:
    """Ask for a date until it is one; ``None`` where Enter leaves it out."""
    for _ in range(MOST_ANSWERS):
        answer = ask(f"{question} (such as 2012-03-01)", default="")
        if not answer or (day := _try_day(answer, option, settings)) is not None:
            return day if answer else None
    give_up(option)


def _try_day(answer: str, option: str, settings: Settings | None) -> dt.date | None:
    """Parse a day, or print what is wrong with it and return ``None``."""
    name = option or "this"
    try:
        return parse_day(answer, name, settings)
    except CopkitError as error:
        # parse_day puts the option's name first, which was not typed.
        say(clean(f"  {error.message.removeprefix(f'{name}: ')}; {error.hint}"))
        return None


def ask_with_suggestions(
    question: str, suggestions: tuple[str, ...], default: str | None = None, option: str = ""
) -> str:
    """Ask a question whose usual answers are numbered; any other text is an answer too.

    After three wrong answers raise :class:`CopkitError`, which names the ``option`` for it.
    """
    if not suggestions:
        return ask(question, default=default, option=option)
    for number, suggestion in enumerate(suggestions, 1):
        say_choice(number, suggestion)
    for _ in range(MOST_ANSWERS):
        answer = ask(f"{question}: a number, or your own", default=default, option=option)
        if not answer.isdecimal():
            return answer
        if 1 <= int(answer) <= len(suggestions):
            return suggestions[int(answer) - 1]
        say(f"  please write a number from 1 to {len(suggestions)}, or words of your own")
    give_up(option)


def ask_numbered(
    question: str, choices: Mapping[str, str], option: str, default: str | None = None
) -> str:
    """Ask for one of some numbered choices; return its key.

    ``choices`` has by key what is printed behind the number. The number, the key and the beginning
    of either text are answers; Enter is ``default``, if there is one. After three wrong answers
    raise :class:`CopkitError`, which names the ``option``.
    """
    keys = list(choices)
    for number, text in enumerate(choices.values(), 1):
        say_choice(number, text)
    for _ in range(MOST_ANSWERS):
        answer = ask(question, default=default, option=option)
        if answer == default:
            return answer
        if answer.isdecimal() and 1 <= int(answer) <= len(keys):
            return keys[int(answer) - 1]
        matches = match_names(answer, {key: (text,) for key, text in choices.items()})
        if len(matches) == 1:
            return matches[0]
        near = did_you_mean(answer, choices.values())
        say(clean(f"  {near + ' ' if near else ''}please write a number from 1 to {len(keys)}"))
    give_up(option)


def ask(
    question: str, choices: tuple[str, ...] = (), default: str | None = None, option: str = ""
) -> str:
    """Ask until there is an answer, and return it; with ``choices``, one of those.

    A choice may be shortened as long as it is clear which is meant. A single choice is its own
    ``default``; a default of ``""`` allows no answer. After three wrong answers raise
    :class:`CopkitError`, which names the ``option`` that would have given it.
    """
    prompt = clean(f"{question} ({', '.join(choices)})" if choices else question)
    prompt = wrap_for_terminal(prompt, sys.stderr)
    # Where nothing else could be answered, Enter is enough.
    if len(choices) == 1:
        default = choices[0]
    for _ in range(MOST_ANSWERS):
        answer = str(
            typer.prompt(prompt, default=default or "", show_default=bool(default), err=True)
        ).strip()
        if (answer and not choices) or answer in choices or default == "":
            return answer
        # "yep" and "nope" are answers to a question of yes or no, though no choice begins so.
        if "yes" in choices and (is_yes := parse_yes_or_no(answer)) is not None:
            return "yes" if is_yes else "no"
        if (choice := _match_choice(answer, choices)) is not None:
            return choice
        one_of = f"  please write one of: {', '.join(choices)}"
        say(clean(one_of) if choices else "  an answer is needed")
    give_up(option)


def ask_again(question: str, choices: tuple[str, ...] = ()) -> str:
    """Ask as :func:`ask` does, but never give up: the answers to earlier questions would be lost.

    Ctrl-C, or the end of the input, ends it.
    """
    while True:
        with contextlib.suppress(CopkitError):
            return ask(question, choices)


def ask_optional_choice(question: str, choices: tuple[str, ...], option: str = "") -> str:
    """Ask for one of some choices, or its beginning; ``""`` for no answer.

    After three wrong answers raise :class:`CopkitError`, which names the ``option`` for it.
    """
    for _ in range(MOST_ANSWERS):
        answer = ask(question, choices, default="")
        if not answer or answer in choices or not choices:
            return answer
        if (choice := _match_choice(answer, choices)) is not None:
            return choice
        say(f"  please write one of: {', '.join(map(clean, choices))}")
    give_up(option)


def _match_choice(answer: str, choices: tuple[str, ...]) -> str | None:
    """Return the choice that an answer is, or begins; ``None`` if none, or more than one.

    Hyphens and spaces may be left out: ``didnot`` is ``did-not-help``.
    """
    typed = _without_separators(answer)
    if not typed:
        return None
    candidates = [choice for choice in choices if _without_separators(choice).startswith(typed)]
    # An exact match wins: "part" is a choice of its own although "partly" begins with it.
    exact = [choice for choice in candidates if _without_separators(choice) == typed]
    matches = exact or candidates
    return matches[0] if len(matches) == 1 else None


def _without_separators(text: str) -> str:
    """Fold a text so that ``did-not-help``, ``Did not help`` and ``didnothelp`` are the same."""
    return "".join(re.split(r"[\s_-]+", text.casefold()))


def confirm(question: str, *, default: bool) -> bool:
    """Ask for a yes or a no until it is one; Enter answers ``default``."""
    prompt = f"{clean(question)} [{'Y/n' if default else 'y/N'}]"
    for _ in range(MOST_ANSWERS):
        answer = typer.prompt(prompt, default="", show_default=False, err=True)
        is_yes = default if not answer.strip() else parse_yes_or_no(answer)
        if is_yes is not None:
            return is_yes
        say("  please write yes or no")
    give_up()


def parse_yes_or_no(answer: str) -> bool | None:
    """Parse an answer as yes or no, in whatever words; return ``None`` if it is neither."""
    # The first word decides: "yes, please" is a yes.
    word = answer.strip(" .,!").casefold().partition(" ")[0].rstrip(",.!")
    return True if word in _YES else False if word in _NO else None


_YES = frozenset({"y", "ye", "yes", "yep", "yeah", "yup", "ok", "okay", "sure", "aye", "true"})
_NO = frozenset({"n", "no", "nope", "nah", "never", "false"})


_MOST_LISTED: Final = 30  # names to choose from by number; more would roll off the screen


def ask_argument(ctx: Any, argument: Any) -> str:
    """Ask for an argument that a line lacks, and offer what completion would.

    ``ctx`` and ``argument`` are typer's own, of the words that were typed. After three wrong
    answers raise :class:`CopkitError`.
    """
    items = [item for item in argument.shell_complete(ctx, "") if item.type == "plain"]
    name = str(argument.name).replace("_", " ")
    meaning = str(argument.help or "").partition(":")[0].rstrip(".")
    question = f"{name} ({meaning[:1].lower()}{meaning[1:]})" if meaning else name
    if not 0 < len(items) <= _MOST_LISTED:
        return ask(question)
    choices = {
        str(item.value): f"{item.value} ({item.help})" if item.help else str(item.value)
        for item in items
    }
    for number, text in enumerate(choices.values(), 1):
        say_choice(number, text)
    answer = ask(f"{question}: a number, or the name")
    is_number = answer.isdecimal() and 1 <= int(answer) <= len(choices)
    # what is no number is for the command itself to understand, or to refuse with its own hint
    return list(choices)[int(answer) - 1] if is_number else answer


def find_or_ask_community(programme: Programme, named: str | None) -> CommunityRecords:
    """Return the community that was named on the line, or ask for one.

    Raise :class:`CopkitError` if there is none, or if nobody can be asked.
    """
    slugs = tuple(records.slug for records in programme.communities)
    if named is None and not slugs:
        raise CopkitError("there is no community yet", "'copkit new-community' adds one")
    if named is None and not is_interactive():
        usage_error("missing: COMMUNITY", f"one of {', '.join(slugs)}")
    return programme.community(named or ask("community", slugs))


def read_input_file(path: Path) -> bytes:
    """Read a file named on the line, such as an export of another program.

    Raise :class:`CopkitError` for a folder, a device, a file too large, or one that cannot be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise CopkitError(f"{path} is a folder", "name the files in it one by one")
        # Reading a pipe or a device, such as /dev/zero, might never end.
        if not stat.S_ISREG(status.st_mode):
            raise CopkitError(f"{path} is not an ordinary file", "save the list as a file first")
        refuse_large(status.st_size, str(path))
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        # "Job=role" is no file but the end of an option, such as --columns Full name=id Job=role.
        hint = "if this belongs to an option, put all of it in quotes" if "=" in path.name else ""
        raise CopkitError(f"{path} cannot be read: {reason}", hint) from None
