"""``copkit new-service``, ``new-connector`` and ``new-place``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from copkit.cli.context import Writing
from copkit.cli.directory.names import (
    PLACE_LIST,
    complete_language,
    complete_place,
    find_place_id,
    parse_language,
)
from copkit.cli.params import IsRole, Slug, complete_slug, is_interactive, today, usage_error
from copkit.cli.pii import require_label
from copkit.cli.prompts import Values, ask, ask_missing
from copkit.cli.store import change_record, choose_slug, write_new_record
from copkit.cli.terminal import say
from copkit.errors import CopkitError
from copkit.folder import Programme, choose_match
from copkit.pii.labels import LabelKind
from copkit.records.directory import (
    Connector,
    ConnectorKind,
    PlaceLevel,
    ServedPlace,
    Service,
    ServiceAccess,
    ServiceKind,
)
from copkit.records.kinds import Noun, schema_modeline
from copkit.records.schema.audience import Audience
from copkit.text.edit import append
from copkit.text.normalise import match_names

ReadBy = Annotated[Audience | None, typer.Option("--audience", help="Who may read it.")]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--language",
        help="A language spoken there: pl or Polish; may be repeated.",
        autocompletion=complete_language,
    ),
]
SignpostsTo = Annotated[
    list[str] | None,
    typer.Option(
        "--signposts-to",
        help="A service it sends people to; may be repeated.",
        autocompletion=complete_slug("directory"),
    ),
]


def new_service(
    context: Writing,
    name: Annotated[str | None, typer.Argument(help="What it is called.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Who runs it.")] = None,
    serves: Annotated[
        list[str] | None,
        typer.Option(
            "--serves",
            help="A place whose people may come; may be repeated.",
            autocompletion=complete_place,
        ),
    ] = None,
    need: Annotated[
        list[str] | None,
        typer.Option("--need", help="What it helps with, as themes of cases; may be repeated."),
    ] = None,
    kind: Annotated[
        ServiceKind | None, typer.Option(metavar="KIND", help=f"{', '.join(ServiceKind)}.")
    ] = None,
    who: Annotated[str | None, typer.Option(help="Who may come, in words.")] = None,
    ages: Annotated[str | None, typer.Option(help="16-25, 60- or -17.")] = None,
    how: Annotated[
        ServiceAccess | None, typer.Option(metavar="HOW", help=f"{', '.join(ServiceAccess)}.")
    ] = None,
    when: Annotated[str | None, typer.Option(help="Days and hours, in words.")] = None,
    cost: Annotated[str | None, typer.Option(help="free, or words.")] = None,
    language: Languages = None,
    access: Annotated[str | None, typer.Option(help="Steps, lifts, transport.")] = None,
    phone: Annotated[str | None, typer.Option(help="The organisation's number.")] = None,
    email: Annotated[str | None, typer.Option(help="An office's address, such as info@.")] = None,
    web: Annotated[str | None, typer.Option(help="Its page, https://...")] = None,
    signposts_to: SignpostsTo = None,
    audience: ReadBy = None,
    slug: Slug = None,
) -> None:
    """Add a service that people can be sent to.

    Nobody has checked it yet, so it counts as stale until 'copkit directory check' says when
    somebody found it to be so.

    \b
    Examples:
      copkit new-service "Saturday breakfast" --organisation "Chapel hall trust" \\
        --serves north-estate --need food --how "walk in" --cost free --language pl
    """
    programme = context.load({Noun.PLACES})
    values: Values = {
        "name": name,
        "organisation": organisation,
        "kind": kind,
        "serves": _places(programme, serves, "--serves"),
        "needs": need or (),
        "who": who,
        "ages": ages,
        "how": how,
        "when": when,
        "cost": cost,
        "languages": [parse_language(typed) for typed in language or ()],
        "access": access,
        "phone": phone,
        "email": email,
        "web": web,
        "added": today(),
        "signposts_to": _services(programme, signposts_to),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(Service, values, arguments=("name",))
    slug = choose_slug(str(values["name"]), slug)
    body = "<!-- What somebody who is sent there should know. -->"
    write_new_record(
        programme, f"directory/{slug}.md", Service, values, body, dry_run=context.dry_run
    )
    say(f"  'copkit directory check {slug}' once somebody has found it to be so")


def new_connector(
    context: Writing,
    title: Annotated[
        str | None, typer.Argument(help="What they are called: a role, no name.")
    ] = None,
    kind: Annotated[
        ConnectorKind | None,
        typer.Option(metavar="KIND", help=f"What they are: {', '.join(ConnectorKind)}."),
    ] = None,
    organisation: Annotated[str | None, typer.Option(help="For whom they work.")] = None,
    covers: Annotated[
        list[str] | None,
        typer.Option(
            "--covers", help="A place they know; may be repeated.", autocompletion=complete_place
        ),
    ] = None,
    people: Annotated[int, typer.Option(min=1, help="How many they are.")] = 1,
    language: Languages = None,
    hosted_by: Annotated[str | None, typer.Option(help="Who houses them.")] = None,
    contact: Annotated[str | None, typer.Option(help="How to reach the office.")] = None,
    hours: Annotated[str | None, typer.Option(help="When they can be reached.")] = None,
    signposts_to: SignpostsTo = None,
    audience: ReadBy = None,
    slug: Slug = None,
    is_role: IsRole = False,
) -> None:
    """Add who knows what is on offer: a role of one person or several, and never a name.

    \b
    Examples:
      copkit new-connector "community champions" --kind community-champion --people 12 \\
        --organisation "a district council" --covers north-estate --language pl --language ur
    """
    programme = context.load({Noun.PLACES})
    values: Values = {
        "kind": kind,
        "title": title,
        "organisation": organisation,
        "covers": _places(programme, covers, "--covers"),
        "people": people if people > 1 else None,
        "languages": [parse_language(typed) for typed in language or ()],
        "hosted_by": hosted_by,
        "contact": contact,
        "hours": hours,
        "signposts_to": _services(programme, signposts_to),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(Connector, values, arguments=("title",))
    hint = "write the role"
    require_label(programme, "TITLE", str(values["title"]), LabelKind.ROLE, hint, agreed=is_role)
    body = "<!-- What to ask them for. -->"
    file = f"connectors/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, Connector, values, body, dry_run=context.dry_run)


def new_place(
    context: Writing,
    name: Annotated[str | None, typer.Argument(help="What it is called.")] = None,
    level: Annotated[PlaceLevel | None, typer.Option(help="How large it is.")] = None,
    within: Annotated[
        list[str] | None,
        typer.Option(
            "--within",
            help="A place that it lies in; may be repeated.",
            autocompletion=complete_place,
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="local authority, ward, estate, primary care network ...")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="Its code of the Office for National Statistics.")
    ] = None,
    id: Annotated[
        str | None, typer.Option("--id", help="A short name.", show_default="made from the name")
    ] = None,
) -> None:
    """Add a place that services serve: a neighbourhood, a district, or all of a system.

    \b
    Examples:
      copkit new-place Oxfordshire --level place --kind "local authority"
      copkit new-place "North estate" --level neighbourhood --within oxfordshire
    """
    programme = context.load({Noun.PLACES})
    values: Values = {
        "id": id or "made-from-the-name",
        "name": name,
        "level": level,
        "kind": kind,
        "code": code,
        "within": _places(programme, within, "--within", required=False),
    }
    ask_missing(ServedPlace, values, arguments=("name",))
    values["id"] = choose_slug(str(values["name"]), id)

    def with_place(text: str | None, current: Any) -> str:
        if current and any(place.id == values["id"] for place in current.places):
            usage_error(f"there is a place '{values['id']}' already", "choose another with --id")
        entry = {key: value for key, value in values.items() if value}
        return append(text or f"{schema_modeline('place', 0)}places:\n", ["places"], entry)

    change_record(programme, PLACE_LIST, with_place, dry_run=context.dry_run)
    say(f"  id: {values['id']}")


def _places(
    programme: Programme, typed: Sequence[str] | None, option: str, *, required: bool = True
) -> list[str]:
    """Return the ids of the places that were typed; ask for one where one is ``required``."""
    if not typed and required:
        if not programme.places:
            raise CopkitError("there is no place yet", "'copkit new-place' adds one")
        names = tuple(place.id for place in programme.places)
        if not is_interactive():
            usage_error(f"missing: {option}", f"a place: {', '.join(names[:12])}")
        typed = [ask("which place", names, option=option)]
    return [find_place_id(programme, each) for each in typed or ()]


def _services(programme: Programme, typed: Sequence[str] | None) -> list[str]:
    slugs = programme.names[Noun.DIRECTORY]
    by_slug = dict.fromkeys(slugs, ())
    return [
        choose_match("service", each, match_names(each, by_slug), slugs) for each in typed or ()
    ]
