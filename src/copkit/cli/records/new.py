"""``copkit new-community``, ``new-member``, ``new-meeting``: a group, its people, its meetings."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.free_ids import free_id
from copkit.analysis.ids import as_sought, sector_of, stem_of
from copkit.cli.members.seats_sought import roles_of, say_if_not_sought
from copkit.cli.params import (
    HERE,
    CommunityName,
    DryRun,
    Folder,
    Slug,
    command_group,
    complete_case,
    complete_community,
    day,
    interactive,
    wrong_use,
)
from copkit.cli.prompts import (
    Values,
    ask,
    ask_day,
    ask_missing,
    choose_community,
    suggest,
)
from copkit.cli.store import change, slug_for, write_new, write_record
from copkit.cli.terminal import say
from copkit.errors import CopkitError
from copkit.folder import Programme, load
from copkit.git.repository import is_shared
from copkit.layout import find
from copkit.records.communities import Community, CommunityKind, CommunityStatus
from copkit.records.json_schema import modeline
from copkit.records.kinds import Noun
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.members import Member, Part, Roster
from copkit.records.schema.write import format_record
from copkit.text.edit import append

community_app = command_group("Add to a community.")


class Usual(NamedTuple):
    """What a community of some kind is called where nobody says otherwise.

    ``slug`` is empty where it is made from the place; ``numbered`` are codes of which there are
    usually several.
    """

    code: str
    numbered: bool
    slug: str
    name: str
    sections: tuple[str, ...]


OF_PRACTICE = ("Domain", "Community", "Practice", "Ground rules")
OF_MEETINGS = ("Purpose", "How we work", "Ground rules")
USUAL = {
    CommunityKind.COMMUNITY: Usual("CP", True, "", "{place} community of practice", OF_PRACTICE),
    CommunityKind.NETWORK: Usual("NW", True, "", "{place} network", OF_PRACTICE),
    CommunityKind.FACILITATORS: Usual(
        "FM", False, "facilitators", "Facilitators' meetings", OF_MEETINGS
    ),
    CommunityKind.ADVISORY: Usual("AG", False, "advisory", "Advisory group", OF_MEETINGS),
}
EMPTY_ROSTER = f"{modeline('roster', 2)}members:\n"


@community_app.command("new-community")
def new_community(
    place: Annotated[str | None, typer.Argument(help="The town or district.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Its full name.", show_default="by its kind")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="Its code.", show_default="the next CP, or by its kind")
    ] = None,
    kind: Annotated[CommunityKind, typer.Option(help="What it is.")] = CommunityKind.COMMUNITY,
    status: Annotated[
        CommunityStatus, typer.Option(help="Where it is in its life.")
    ] = CommunityStatus.FORMING,
    started: Annotated[str | None, typer.Option(help="Day of its first meeting.")] = None,
    host: Annotated[str | None, typer.Option(help="The organisation that hosts it.")] = None,
    budget: Annotated[int | None, typer.Option(help="Pounds.")] = None,
    backing: Annotated[str | None, typer.Option(help="Who stands behind the facilitator.")] = None,
    grew_out_of: Annotated[
        str | None, typer.Option(help="Another community.", autocompletion=complete_community)
    ] = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add a community of practice, with an empty roster.

    The facilitators' own meetings and the advisory group are communities of another kind: they
    keep a roster and meetings too, and are no column of the matrix.

    \b
    Examples:
      copkit new-community Brighton
      copkit new-community London --kind facilitators
      copkit new-community "Tower Hamlets" --code CP5 --host "a housing association"
    """
    programme = load(find(folder), ())
    if place is None and not interactive():
        wrong_use("missing: PLACE", "copkit new-community Brighton")
    place = place or ask("place (the town or district)")
    usual = USUAL[kind]
    slug = slug_for(usual.slug or place, slug)
    values = {
        "code": code or _next_code(programme, usual),
        "name": name or usual.name.format(place=place),
        "place": place,
        "kind": kind,
        "status": status,
        "started": started and day(started, "--started"),
        "host": host,
        "budget": budget,
        "backing": backing,
        "grew_out_of": grew_out_of,
    }
    body = "\n\n".join(f"## {heading}" for heading in usual.sections)
    at = f"communities/{slug}"
    texts = {f"{at}/community.md": format_record(Community, values, body)}
    if not (programme.root / at / "roster.yaml").exists():
        texts[f"{at}/roster.yaml"] = EMPTY_ROSTER
    write_new(programme, texts, dry_run=dry_run)


@community_app.command("new-member")
def new_member(
    community: CommunityName = None,
    role: Annotated[
        str | None, typer.Argument(help="The job, as in the seats of copkit.yaml.")
    ] = None,
    sector: Annotated[
        str | None, typer.Option(help="The sector.", show_default="as in the seats")
    ] = None,
    id: Annotated[
        str | None,
        typer.Option(
            "--id", help="A short name, no person's name in it.", show_default="made from the role"
        ),
    ] = None,
    organisation: Annotated[str | None, typer.Option(help="The kind of organisation.")] = None,
    part: Annotated[Part, typer.Option(help="What they are in the community.")] = Part.MEMBER,
    joined: Annotated[str | None, typer.Option(help="The day they joined.")] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add somebody to a roster, by role and never by name.

    \b
    Examples:
      copkit new-member brighton "Housing Support Worker"
      copkit new-member brighton "Police Sergeant" --sector "Criminal Justice & Police"
    """
    programme = load(find(folder), {Noun.MEMBERS})
    records = choose_community(programme, community)
    seats = programme.settings.seats_sought
    if role is None and interactive():
        role = suggest("role", roles_of(seats))
    role = as_sought(role, roles_of(seats))
    sector = as_sought(sector, seats) or sector_of(seats, role)
    values: Values = {"id": id or "made-from-the-role", "role": role, "sector": sector}
    ask_missing(Member, values, ("role",), {"sector": tuple(seats)})
    values |= {
        "organisation": organisation,
        "part": part if part is not Part.MEMBER else None,
        "joined": joined and day(joined, "--joined"),
    }

    def with_member(text: str | None, roster: Roster | None) -> str:
        """Add them to the roster as it is at this moment: somebody else may have been quicker."""
        taken = {member.id for member in roster.members} if roster else set[str]()
        if not id:
            stem = stem_of(str(values["role"]))
            values["id"] = free_id(taken, stem, shared=is_shared(programme.root))
        elif id in taken:
            wrong_use(f"'{id}' is on the roster already", "choose another with --id")
        item = {key: value for key, value in values.items() if value}
        return append(text or EMPTY_ROSTER, ["members"], item)

    change(programme, f"communities/{records.slug}/roster.yaml", with_member, dry_run=dry_run)
    say(f"  id: {values['id']}")
    if part is not Part.KNOWLEDGE_BROKER and records.community.kind is CommunityKind.COMMUNITY:
        row = "it gets a row of its own"
        say_if_not_sought(seats, values["sector"], str(values["role"]), row)


@community_app.command("new-meeting")
def new_meeting(
    community: CommunityName = None,
    date: Annotated[str | None, typer.Argument(help="The day, as 2012-04-18, or 'today'.")] = None,
    start: Annotated[str | None, typer.Option(help="The time it begins, as 14:00.")] = None,
    minutes: Annotated[int | None, typer.Option(help="How long it lasts.")] = None,
    kind: Annotated[MeetingKind, typer.Option(help="What sort of meeting.")] = MeetingKind.REGULAR,
    place: Annotated[str | None, typer.Option(help="Where.")] = None,
    case: Annotated[
        list[str] | None,
        typer.Option(
            "--case", help="A case to discuss; may be repeated.", autocompletion=complete_case
        ),
    ] = None,
    suffix: Annotated[str | None, typer.Option(help="Tells two meetings of one day apart.")] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add a meeting, past or to come; 'copkit attendance record' says who came.

    \b
    Examples:
      copkit new-meeting brighton 2012-05-16 --start 14:00 --place "the library"
      copkit new-meeting brighton today --case nobody-to-call-at-weekends
    """
    programme = load(find(folder), {Noun.MEMBERS})
    records = choose_community(programme, community)
    if date is None and not interactive():
        wrong_use("missing: DATE", "copkit new-meeting brighton 2012-05-16")
    held_on = day(date or ask_day("date (such as 2012-05-16, or today)"), "DATE")
    values = {
        "date": held_on,
        "start": start and time_of_day(start, "--start"),
        "minutes": minutes,
        "kind": kind,
        "place": place,
        "cases": case or (),
    }
    slug = f"{held_on}-{slug_for(suffix, None)}" if suffix else f"{held_on}"
    file = f"communities/{records.slug}/meetings/{slug}.md"
    hint = "--suffix tells two meetings of one day apart"
    write_record(programme, file, Meeting, values, "", dry_run=dry_run, if_there=hint)


def _next_code(programme: Programme, usual: Usual) -> str:
    """Give a code that is free: CP3 after two communities; FM, then FM2."""
    codes = {records.community.code for records in programme.communities}
    same = sum(code.startswith(usual.code) for code in codes)
    if not usual.numbered and not same:
        return usual.code
    number = same + 1
    while f"{usual.code}{number}" in codes:
        number += 1
    return f"{usual.code}{number}"


def time_of_day(text: str, option: str) -> dt.time:
    """Read a time given on the command line: ``14:00``, and ``2pm`` and ``2.30 pm`` as well."""
    said = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))? ?([ap])?\.?(?:m\.?)?", text.strip().lower())
    try:
        if said is None or not (said[2] or said[3]):
            raise ValueError
        hours = int(said[1])
        if said[3] and not 1 <= hours <= 12:
            raise ValueError
        return dt.time(hours % 12 + 12 * (said[3] == "p") if said[3] else hours, int(said[2] or 0))
    except ValueError:
        message = f"{option}: '{text}' is not a time of day"
        raise CopkitError(message, "write hours and minutes, such as 14:00", status=2) from None
