"""``copkit list`` and ``copkit show``: any record."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from copkit.analysis.consistency import all_problems
from copkit.cli.params import (
    HERE,
    AsJson,
    Folder,
    complete_community,
    complete_record,
    today,
    wrong_use,
)
from copkit.cli.terminal import clean, complain, print_json, print_table, say
from copkit.errors import CopkitError, did_you_mean, errors_among
from copkit.folder import EVERYTHING, Programme, load
from copkit.layout import find
from copkit.records.kinds import TYPES, Noun, schema_of
from copkit.records.schema.write import as_json
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.records.cases import Case


class ListNoun(StrEnum):
    """What can be listed."""

    COMMUNITIES = "communities"
    MEMBERS = "members"
    MEETINGS = "meetings"
    CASES = "cases"
    APPROACHES = "approaches"
    EVIDENCE = "evidence"
    BLOCKAGES = "blockages"
    NEWSLETTERS = "newsletters"
    BRIEFS = "briefs"


class Item(NamedTuple):
    """One record with the name that ``copkit show`` takes."""

    noun: ListNoun
    name: str
    community: str
    record: Any


COLUMNS: dict[ListNoun, tuple[str, ...]] = {
    ListNoun.COMMUNITIES: ("code", "place", "kind", "status", "name"),
    ListNoun.MEMBERS: ("part", "role", "sector"),
    ListNoun.MEETINGS: ("kind", "present", "apologies", "cases"),
    ListNoun.CASES: ("status", "kind", "audience", "presented", "signed", "title"),
    ListNoun.APPROACHES: ("date", "level", "outcome", "agency"),
    ListNoun.EVIDENCE: ("audience", "published", "title"),
    ListNoun.BLOCKAGES: ("status", "asks", "title"),
    ListNoun.NEWSLETTERS: ("from", "until", "audience", "title"),
    ListNoun.BRIEFS: ("from", "until", "audience", "addressee", "title"),
}


def items(programme: Programme) -> Iterator[Item]:
    """Give every record that was read, with its name: ``brighton/2012-04-18``."""
    for records in programme.communities:
        slug = records.slug
        yield Item(ListNoun.COMMUNITIES, slug, slug, records.community)
        for member in records.members:
            yield Item(ListNoun.MEMBERS, f"{slug}/{member.id}", slug, member)
        for meeting in records.meetings:
            yield Item(ListNoun.MEETINGS, f"{slug}/{meeting.slug}", slug, meeting)
        for case in records.cases:
            yield Item(ListNoun.CASES, f"{slug}/{case.slug}", slug, case)
        for approach in records.approaches:
            yield Item(ListNoun.APPROACHES, f"{slug}/{approach.id}", slug, approach)
    for noun, found in (
        (ListNoun.EVIDENCE, programme.evidence),
        (ListNoun.BLOCKAGES, programme.blockages),
        (ListNoun.NEWSLETTERS, programme.newsletters),
        (ListNoun.BRIEFS, programme.briefs),
    ):
        for record in found:
            yield Item(noun, record.slug, "", record)


def _noun(text: str) -> ListNoun:
    """Take 'case' as well as 'cases'."""
    singular = {
        "community": "communities",
        "approach": "approaches",
        "evidence card": "evidence",
        "roster": "members",
    }
    plural_name = singular.get(text, text if text in set(ListNoun) else f"{text}s")
    if plural_name in set(ListNoun):
        return ListNoun(plural_name)
    hint = did_you_mean(text, list(ListNoun), f"there are: {', '.join(ListNoun)}")
    return wrong_use(f"'{text}' cannot be listed", hint)


def _complete_noun(incomplete: str) -> list[str]:
    return [noun.value for noun in ListNoun if noun.startswith(incomplete)]


def list_records(
    noun: Annotated[
        str, typer.Argument(help=f"What: {', '.join(ListNoun)}.", autocompletion=_complete_noun)
    ],
    community: Annotated[
        str | None,
        typer.Option(
            "--community", help="Of this community only.", autocompletion=complete_community
        ),
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List the records of one kind, with the names that 'copkit show' takes.

    \b
    Examples:
      copkit list members --community brighton
      copkit list cases --json
    """
    wanted = _noun(noun)
    programme = load(find(folder), {Noun(wanted)} if wanted.value in set(Noun) else ())
    slug = programme.community(community).slug if community else None
    found = [
        item
        for item in items(programme)
        if item.noun is wanted and (slug is None or item.community == slug)
    ]
    if as_json:
        print_json({wanted.value: [_as_json(item) for item in found]})
    elif found:
        columns = COLUMNS[wanted]
        print_table(("id", *columns), [(item.name, *_cells(item, columns)) for item in found])
    else:
        say(f"no {wanted} yet")
    warn_of_errors(programme)


def _cells(item: Item, columns: tuple[str, ...]) -> Iterator[str]:
    facts = {**as_json(item.record), **_signed(item)}
    for column in columns:
        value = facts[column]
        yield str(len(value)) if isinstance(value, list) else "" if value is None else str(value)


def _as_json(item: Item) -> dict[str, Any]:
    place = {"community": item.community} if item.community else {}
    facts = {**as_json(item.record), **_signed(item)}
    return {"record": item.name, **place, "file": item.record.source.file, **facts}


def _signed(item: Item) -> dict[str, str]:
    """Say of a case when it was signed off, or that this no longer holds; nothing of others."""
    if item.noun is not ListNoun.CASES:
        return {}
    from copkit.analysis.cases import is_signed

    case: Case = item.record
    if case.sign_off is None:
        return {"signed": ""}
    return {"signed": str(case.sign_off.date) if is_signed(case, today()) else "edited since"}


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="As 'copkit list' prints it.", autocompletion=complete_record
        ),
    ],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show one record: its fields, then its text. What is private is left out.

    \b
    Examples:
      copkit show brighton
      copkit show brighton/2012-04-18
      copkit show weekend-cover --json
    """
    programme = load(find(folder), EVERYTHING)
    item = find_record(programme, name)
    body = getattr(item.record, "body", "").strip()
    if as_json:
        print_json({**_as_json(item), "body": body})
    else:
        print(clean(f"{item.name} ({item.record.source.file})"))
        _print_fields(as_json_without_empty(item.record), "  ")
        if body:
            print()
            for line in body.splitlines():
                print(clean(line))
    warn_of_errors(programme, item.record.source.file)


def as_json_without_empty(record: Any) -> dict[str, Any]:
    """Give a record's fields, without those that say nothing."""
    return {key: value for key, value in as_json(record).items() if value not in (None, [], {})}


def _print_fields(facts: dict[str, Any], lead: str) -> None:
    width = max((len(key) for key in facts), default=0) + 1
    for key, value in facts.items():
        if isinstance(value, list):
            print(f"{lead}{clean(key)}:")
            for part in value:
                print(f"{lead}  - {_one_line(part)}")
        elif isinstance(value, dict):
            print(f"{lead}{clean(key)}:")
            _print_fields(value, f"{lead}  ")
        else:
            print(f"{lead}{clean(key) + ':':{width}} {clean(str(value))}")


def _one_line(part: Any) -> str:
    if not isinstance(part, dict):
        return clean(str(part))
    return "; ".join(
        clean(f"{key}: {value}") for key, value in part.items() if value not in (None, [])
    )


def find_record(programme: Programme, name: str) -> Item:
    """Find a record by its whole name, or by the last part if only one has it."""
    everything = list(items(programme))
    exact = [item for item in everything if item.name == name]
    by_code = [
        item
        for item in everything
        if item.noun is ListNoun.COMMUNITIES and item.record.code == name
    ]
    partly = [item for item in everything if item.name.rpartition("/")[2] == name]
    found = exact or by_code or partly
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(sorted({f"{item.name} ({item.noun})" for item in found})[:8])
        wrong_use(f"'{name}' could be {plural(len(found), 'record')}", f"one of: {several}")
    names = [item.name for item in everything]
    hint = did_you_mean(name, names, "'copkit list cases' shows what there is")
    raise CopkitError(f"there is no record '{name}'", hint, status=2)


def warn_of_errors(programme: Programme, file: str | None = None) -> None:
    """Say that not everything could be read, and end with 1: a list must not seem complete."""
    errors = errors_among(programme.problems if file is None else all_problems(programme))
    if file is not None:
        errors = [error for error in errors if error.file == file]
    if errors:
        message = (
            f"{plural(len(errors), 'error')} in these records: what stands here may be incomplete"
        )
        complain(CopkitError(message, "'copkit check' shows each with its place"))
        raise typer.Exit(1)


# ``copkit schema``: what an editor needs to complete and check records.


SchemaNoun = StrEnum("SchemaNoun", {name: name for name in TYPES})  # type: ignore[misc]


def schema(
    noun: Annotated[SchemaNoun, typer.Argument(help="The kind of record.", show_choices=True)],
) -> None:
    """Print the JSON Schema of a record's fields, made from copkit's own types.

    'copkit init' puts them all into the programme folder, where VS Code finds them.

    \b
    Examples:
      copkit schema case
      copkit schema roster > roster.schema.json
    """
    print_json(schema_of(noun.value))
