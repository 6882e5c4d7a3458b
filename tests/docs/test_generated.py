"""``docs/records.md`` and ``docs/commands.md`` are written from the product itself.

After a change of a field, a help text or a command: ``pytest tests/docs --update-golden``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from copkit.cli.tree import COMMANDS, Command
from copkit.records import private
from copkit.records.kinds import KINDS_BY_NAME, RecordKind
from copkit.records.schema.fields import Colour, Field, Id, choices_of, fields_of, item_type
from copkit.records.schema.json_schema import build_json_schema
from tests.conftest import EXAMPLE, run_copkit
from tests.docs.pages import DOCS

NOTE = "<!-- Written by 'pytest tests/docs --update-golden'; change it there. -->"
SIMPLE = {
    str: "text",
    int: "a whole number",
    Decimal: "a number",
    dt.date: "a date: `2012-04-18`",
    dt.time: "a time: `14:00`",
    Id: "a short name: `a1`",
    Colour: "a colour: `0b5a6f`",
    bool: "`yes` or `no`",
}
KEPT_APART = {
    "contacts": ("private/contacts.yaml", private.ContactsFile),
    "aliases": ("private/aliases.yaml", private.Aliases),
    "columns": ("private/columns.yaml", private.RosterAnswers),
}


RECORDS_HEAD = f"""\
# Records

{NOTE}

A programme is a folder of files. This page lists every file and every field. You can edit all of
them in any editor; `copkit check` reports what is wrong. `copkit schema NAME` prints the same for
machines.

- A Markdown file begins with its fields, between two lines `---`. The text follows.
- A list has one item a line, with `-` before it. Each item of a list of parts has an `id`.
- Fields in **bold** must be there. You can leave out all others.
- A section `## Private` in a text is never shown, listed or printed.

| record | file |
|---|---|"""
COMMANDS_HEAD = f"""\
# Commands

{NOTE}

Every command with its options, as `copkit COMMAND --help` prints them. The [guide](guide.md) shows
which one to use when.

- Every command on a programme takes `-C FOLDER`, or `COPKIT_FOLDER`. It finds `copkit.yaml` upward
  from there.
- Commands that read have `--json`. Commands that write have `--dry-run`.
- `NO_COLOR` turns colours off. `copkit --install-completion` lets the Tab key complete names.
- Exit status: 0 all well, 1 errors found, 2 wrong use, 130 interrupted.

| | commands |
|---|---|"""


# --- docs/records.md ---------------------------------------------------------------------------


def records_page() -> str:
    """Write the page of all fields of all records."""
    return "\n".join([*_records_head(), *_records_body()]) + "\n"


def _records_head() -> Iterator[str]:
    yield RECORDS_HEAD
    for kind in KINDS_BY_NAME.values():
        yield f"| [{kind.name}](#{kind.name}) | `{kind.place}` |"
    for name, (place, _) in KEPT_APART.items():
        yield f"| [{name}](#{name}), never in git | `{place}` |"


def _records_body() -> Iterator[str]:
    for kind in KINDS_BY_NAME.values():
        yield from ("", f"## {kind.name}", "", f"`{kind.place}`", "")
        yield from (_sentence(kind.record_type), "")
        yield from _fields_table(kind.record_type)
        yield from ("", f"From the example: {_example_link(kind)}")
    for name, (place, record) in KEPT_APART.items():
        yield from ("", f"## {name}", "", f"`{place}`", "", _sentence(record), "")
        yield from _fields_table(record)


def _example_link(kind: RecordKind) -> str:
    """Return a link to the fullest record of a kind in the example."""
    pattern = re.sub(r"<\w+>", "*", kind.place)
    files = sorted(EXAMPLE.glob(pattern), key=lambda path: path.as_posix())
    longest = max(files, key=lambda path: len(path.read_text(encoding="utf-8")))
    name = longest.relative_to(EXAMPLE).as_posix()
    return f"[{name}](../examples/multiple-needs/{name})"


def _sentence(record: Any) -> str:
    """Return what a type says of itself: the description in its schema."""
    return str(build_json_schema("", record)["description"])


def _fields_table(record: Any) -> Iterator[str]:
    """Yield the fields of a record as a table, and then those of its parts."""
    yield from ("| field | value | meaning |", "|---|---|---|")
    parts = []
    for key, field in fields_of(record).items():
        name = f"**{key}**" if field.required else key
        yield f"| {name} | {_value(field)} | {_meaning(field)} |"
        part = item_type(field.type) or field.type
        if dataclasses.is_dataclass(part):
            parts.append((key, part, part is not field.type))
    for key, part, is_list in parts:
        where = "Each of" if is_list else "Below"
        yield from ("", f"{where} `{key}`. {_sentence(part)}", "")
        yield from _fields_table(part)


def _meaning(field: Field) -> str:
    """Return a field's help; nothing where that only repeats the choices."""
    choices = choices_of(item_type(field.type) or field.type)
    return "" if set(re.split(r", | or ", field.help)) == set(choices) else _cell(field.help)


def _cell(text: str) -> str:
    """Return a text as it stands in a cell of a table."""
    return text.replace("|", "\\|").replace("<", "\\<")


def any_of(choices: list[str]) -> str:
    """Return choices in words: ``a, b or c``."""
    return " or ".join(filter(None, [", ".join(choices[:-1]), choices[-1]]))


def _value(field: Field) -> str:
    """Return in words what can stand in a field."""
    items = item_type(field.type)
    value = items or field.type
    if choices := choices_of(value):
        words = any_of([f"`{choice}`" for choice in choices])
    elif dataclasses.is_dataclass(value):
        words = "parts, see below" if items else "fields, see below"
    elif field.refers:
        nouns = any_of([noun.replace("-", " ") for noun in field.refers.split("|")])
        words = f"a {nouns}" if nouns[0] not in "aeiou" else f"an {nouns}"
    else:
        words = SIMPLE.get(value, "lists of text, by name")
    if items and not dataclasses.is_dataclass(value):
        words = f"a list: each {words}"
    if field.default not in (None, (), ""):
        default = field.default.value if isinstance(field.default, StrEnum) else field.default
        words += f"; `{default}` if left out"
    return words


# --- docs/commands.md --------------------------------------------------------------------------


def commands_page() -> str:
    """Write the page of all commands: what ``--help`` prints, in the order of ``copkit --help``."""
    lines = [COMMANDS_HEAD]
    headings: dict[str, list[str]] = {}
    for name, command in COMMANDS.items():
        headings.setdefault(command.heading, []).append(name)
    for heading, names in headings.items():
        links = ", ".join(f"[`{name}`](#copkit-{name})" for name in names)
        lines.append(f"| {heading} | {links} |")
    for heading, names in headings.items():
        lines += ["", f"## {heading}"]
        for name in names:
            for path in command_paths({name: COMMANDS[name]}):
                help_text = run_copkit(*path, "--help").stdout.rstrip()
                lines += ["", f"### copkit {' '.join(path)}", "", "```text", help_text, "```"]
    return "\n".join(lines) + "\n"


def command_paths(commands: Mapping[str, Command]) -> Iterator[tuple[str, ...]]:
    """Yield every command as its words: ``("case", "action")``."""
    for name, command in commands.items():
        yield (name,)
        for rest in command_paths(command.commands or {}):
            yield (name, *rest)


@pytest.mark.parametrize(
    ("name", "write"), [("records.md", records_page), ("commands.md", commands_page)]
)
def test_a_generated_page_is_current(
    name: str, write: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    path: Path = DOCS / name
    text = write()

    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8", newline="\n")

    stale = f"docs/{name} is stale: pytest tests/docs --update-golden writes it anew"
    assert path.read_text(encoding="utf-8") == text, stale


@pytest.mark.parametrize("record", [kind.record_type for kind in KINDS_BY_NAME.values()])
def test_every_field_of_every_record_is_on_the_page(record: type) -> None:
    page = (DOCS / "records.md").read_text(encoding="utf-8")

    assert all(re.search(rf"^\| \**{key}\** \|", page, re.MULTILINE) for key in all_keys(record))


def all_keys(record: Any) -> Iterator[str]:
    """Yield the keys of a record and of all of its parts."""
    for key, field in fields_of(record).items():
        yield key
        part = item_type(field.type) or field.type
        if dataclasses.is_dataclass(part):
            yield from all_keys(part)
