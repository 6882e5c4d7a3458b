"""``copkit list``, ``show`` and ``schema``: records of any kind, and what their fields are."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from copkit.analysis.consistency import all_problems
from copkit.cli.context import Reading
from copkit.cli.params import (
    complete_community,
    complete_record,
    note_later_format,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, print_json, print_table, say, say_error
from copkit.errors import CopkitError, did_you_mean, only_errors
from copkit.folder import EVERYTHING, Programme
from copkit.records.kinds import COMMUNITY_PLACES, KINDS_BY_NAME, KINDS_BY_NOUN, Noun
from copkit.records.schema.json_schema import build_json_schema
from copkit.records.schema.write import record_as_json
from copkit.text.normalise import match_names
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.cases import SignedRecord


class ListedRecord(NamedTuple):
    """One record, any type of it, with the name that ``copkit show`` takes.

    ``community`` is a slug, ``""`` for a record of the programme.
    """

    noun: Noun
    name: str
    community: str
    record: Any


def listed_records(programme: Programme) -> Iterator[ListedRecord]:
    """Yield every record that was read, with its name: ``brighton/2012-04-18``."""
    for records in programme.communities:
        slug = records.slug
        yield ListedRecord(Noun.COMMUNITIES, slug, slug, records.community)
        for kind in COMMUNITY_PLACES.values():
            if kind.noun and kind.noun is not Noun.COMMUNITIES:
                for record in records.records_of(kind.noun):
                    name = record.slug if "<slug>" in kind.place else record.id
                    yield ListedRecord(kind.noun, f"{slug}/{name}", slug, record)
    for noun, record in programme.records_at_the_top():
        yield ListedRecord(noun, record.slug, "", record)


def _parse_noun(text: str) -> Noun:
    """Parse what to list, 'case' as well as 'cases'; raise a usage error for another word."""
    for noun, kind in KINDS_BY_NOUN.items():
        if text in {noun, kind.name, f"{kind.name}s", kind.singular}:
            return noun
    hint = did_you_mean(text, list(Noun), f"there are: {', '.join(Noun)}")
    return usage_error(f"'{text}' cannot be listed", hint)


def _complete_noun(incomplete: str) -> list[str]:
    return [noun.value for noun in Noun if noun.startswith(incomplete)]


def list_records(
    context: Reading,
    noun: Annotated[
        str, typer.Argument(help=f"What: {', '.join(Noun)}.", autocompletion=_complete_noun)
    ],
    community: Annotated[
        str | None,
        typer.Option(
            "--community", help="Of this community only.", autocompletion=complete_community
        ),
    ] = None,
) -> None:
    """List the records of one kind, with the names that 'copkit show' takes.

    \b
    Examples:
      copkit list members --community brighton
      copkit list cases --json
    """
    list_noun = _parse_noun(noun)
    programme = context.load({list_noun}, community)
    note_later_format(programme)
    slug = programme.community(community).slug if community else None
    records = [
        listed
        for listed in listed_records(programme)
        if listed.noun is list_noun and (slug is None or listed.community == slug)
    ]
    if context.as_json:
        print_json({list_noun.value: [_record_as_json(listed) for listed in records]})
    elif records:
        columns = KINDS_BY_NOUN[list_noun].columns
        print_table(
            ("id", *columns), [(listed.name, *_cells(listed, columns)) for listed in records]
        )
    else:
        say(f"no {list_noun} yet")
    exit_if_incomplete(programme)


def _cells(listed: ListedRecord, columns: tuple[str, ...]) -> Iterator[str]:
    """Yield the cells of a record by column: a list as its length, ``None`` as ``""``."""
    facts = _fields_with_sign_off(listed)
    for column in columns:
        value = facts[column]
        # of a list only how many: names of cases or members would push all other columns away
        yield str(len(value)) if isinstance(value, list) else "" if value is None else str(value)


def _record_as_json(listed: ListedRecord) -> dict[str, Any]:
    place = {"community": listed.community} if listed.community else {}
    file = listed.record.source.file
    return {"record": listed.name, **place, "file": file, **_fields_with_sign_off(listed)}


def _fields_with_sign_off(listed: ListedRecord) -> dict[str, Any]:
    """Return the fields of a record; a case, a story and a quote have "signed" as well.

    That is the day of a sign-off that stands, "edited since", or ``""`` where there is none.
    """
    facts = record_as_json(listed.record)
    if listed.noun not in {Noun.CASES, Noun.STORIES, Noun.QUOTES, Noun.LINKS}:
        return facts
    from copkit.analysis.cases import is_signed_off

    signed_record: SignedRecord = listed.record
    # worked out here: the file keeps the digest it was signed with, and any edit may break that
    if signed_record.sign_off is None:
        signed = ""
    else:
        is_valid = is_signed_off(signed_record, today())
        signed = str(signed_record.sign_off.date) if is_valid else "edited since"
    return {**facts, "signed": signed}


def show(
    context: Reading,
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="As 'copkit list' prints it.", autocompletion=complete_record
        ),
    ],
) -> None:
    """Show one record: its fields, then its text. What is private is left out.

    \b
    Examples:
      copkit show brighton
      copkit show brighton/2012-04-18
      copkit show weekend-cover --json
    """
    programme = context.load(EVERYTHING)  # a name alone does not tell the kind
    note_later_format(programme)
    listed = find_record(programme, name)
    body = getattr(listed.record, "body", "").strip()  # members and approaches have none
    if context.as_json:
        print_json({**_record_as_json(listed), "body": body})
    else:
        print(clean(f"{listed.name} ({listed.record.source.file})"))
        _print_fields(non_empty_fields(listed.record), "  ")
        if body:
            print()
            for line in body.splitlines():
                print(clean(line))
    exit_if_incomplete(programme, listed.record.source.file)


def non_empty_fields(record: Any) -> dict[str, Any]:
    """Return the fields of a record that have a value, in the order of its type."""
    return {
        key: value for key, value in record_as_json(record).items() if value not in (None, [], {})
    }


def _print_fields(facts: dict[str, Any], indent: str) -> None:
    """Print fields by key, values aligned; lists and dicts follow below, indented further.

    ``indent`` is the spaces before each line.
    """
    width = max((len(key) for key in facts), default=0) + 1
    for key, value in facts.items():
        if isinstance(value, list):
            print(f"{indent}{clean(key)}:")
            for entry in value:
                print(f"{indent}  - {_format_list_entry(entry)}")
        elif isinstance(value, dict):
            print(f"{indent}{clean(key)}:")
            _print_fields(value, f"{indent}  ")
        else:
            print(f"{indent}{clean(key) + ':':{width}} {clean(str(value))}")


def _format_list_entry(entry: Any) -> str:
    """Format an entry of a list on one line: ``id: a1; what: Ring``, without empty fields."""
    if not isinstance(entry, dict):
        return clean(str(entry))
    return "; ".join(
        clean(f"{key}: {'yes' if value is True else value}")
        for key, value in entry.items()
        if value not in (None, []) and value is not False
    )


def find_record(programme: Programme, name: str) -> ListedRecord:
    """Find a record by its whole name, a community's code, or the last part of the name.

    Raise a usage error where several records have it, :class:`CopkitError` where none has.
    """
    all_records = list(listed_records(programme))
    exact = [listed for listed in all_records if listed.name == name]
    by_code = [
        listed
        for listed in all_records
        if listed.noun is Noun.COMMUNITIES and listed.record.code == name
    ]
    by_last_part = [listed for listed in all_records if listed.name.rpartition("/")[2] == name]
    # in this order: 'brighton' is the community, whatever case or place is called so as well
    communities = [listed for listed in exact if listed.noun is Noun.COMMUNITIES]
    matches = communities or exact or by_code or by_last_part
    if not matches:  # as people say it: a place, a title, the beginning of a name
        names_of = {listed.name: _other_names(listed) for listed in all_records}
        meant = match_names(name, names_of)
        matches = [listed for listed in all_records if listed.name in meant]
    if len(matches) == 1:
        return matches[0]
    if matches:
        several = ", ".join(sorted({f"{listed.name} ({listed.noun})" for listed in matches})[:8])
        usage_error(f"'{name}' could be {plural(len(matches), 'record')}", f"one of: {several}")
    names = [listed.name for listed in all_records]
    hint = did_you_mean(name, names, "'copkit list cases' shows what there is")
    raise CopkitError(f"there is no record '{name}'", hint, status=2)


def _other_names(listed: ListedRecord) -> list[str]:
    """Return what a record is called beside its whole name."""
    attributes = ("place", "name") if listed.noun is Noun.COMMUNITIES else ("title", "name")
    names = [getattr(listed.record, attribute, None) or "" for attribute in attributes]
    return [listed.name.rpartition("/")[2], *names]


def exit_if_incomplete(programme: Programme, file: str | None = None) -> None:
    """Print that records have errors and end with status 1: a list must not seem complete.

    With a ``file`` only its errors count, also those that show between records.
    """
    errors = only_errors(programme.problems if file is None else all_problems(programme))
    if file is not None:
        errors = [error for error in errors if error.file == file]
    if errors:  # after the output, as what could be read is still worth having
        message = (
            f"{plural(len(errors), 'error')} in these records: what stands here may be incomplete"
        )
        say_error(CopkitError(message, "'copkit check' shows each with its place"))
        raise typer.Exit(1)


# Schemas

# Made from the table of kinds, so that a new kind has a schema at once; mypy knows no enum whose
# members are not written out.
SchemaNoun = StrEnum("SchemaNoun", {name: name for name in KINDS_BY_NAME})  # type: ignore[misc]


def schema(
    noun: Annotated[
        SchemaNoun,
        typer.Argument(metavar="KIND", help=f"The kind of record: {', '.join(KINDS_BY_NAME)}."),
    ],
) -> None:
    """Print the JSON Schema of a record's fields, made from copkit's own types.

    'copkit init' puts them all into the programme folder, where VS Code finds them.

    \b
    Examples:
      copkit schema case
      copkit schema roster > roster.schema.json
    """
    print_json(build_json_schema(noun.value, KINDS_BY_NAME[noun.value].record_type))
