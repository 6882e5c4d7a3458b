"""``copkit new-...``: one new record each."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Annotated

import typer

from copkit.cli.options import (
    HERE,
    DryRun,
    Folder,
    command_group,
    complete_case,
    complete_community,
    complete_member,
    complete_slug,
    day,
    interactive,
    time_of_day,
    today,
    wrong_use,
)
from copkit.cli.output import say
from copkit.cli.recording import (
    append_items,
    ask,
    ask_missing,
    slug_for,
    write_new,
    write_record,
)
from copkit.folder import CommunityRecords, Noun, Programme, load
from copkit.places import find
from copkit.records.blockages import Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import SECTIONS, Case, CaseKind, CaseStatus, Consent
from copkit.records.communities import Community, CommunityKind, CommunityStatus
from copkit.records.evidence import NOTES, SPOKEN, Evidence
from copkit.records.fields import Audience
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.members import Member, Part
from copkit.records.newsletters import Newsletter
from copkit.records.schema import modeline
from copkit.records.writing import format_item
from copkit.text.files import slug_from

app = command_group("Add a record.")

Slug = Annotated[
    str | None, typer.Option(help="The file's name.", show_default="made from the title")
]
Themes = Annotated[
    list[str] | None, typer.Option("--theme", help="What it is about; may be repeated.")
]
CommunityName = Annotated[
    str | None, typer.Argument(help="The community.", autocompletion=complete_community)
]
ReadBy = Annotated[Audience | None, typer.Option("--audience", help="Who may read it.")]

PROMPTS = {
    SECTIONS[0]: "What is happening, for whom, and what has been tried? No names, places or dates.",
    SECTIONS[1]: "What the group suggests: who could try what, and by when.",
    SECTIONS[2]: "What would we do differently next time, with anyone?",
    SECTIONS[3]: "What no practitioner can solve: gaps, rules, thresholds.",
}


@app.command("new-community")
def new_community(
    place: Annotated[str | None, typer.Argument(help="The town or district.")] = None,
    name: Annotated[str | None, typer.Option(help="Its full name.")] = None,
    code: Annotated[str | None, typer.Option(help="Its code.", show_default="the next CP")] = None,
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

    \b
    Examples:
      copkit new-community Brighton
      copkit new-community "Tower Hamlets" --code CP5 --host "a housing association"
    """
    programme = load(find(folder), ())
    if place is None and not interactive():
        wrong_use("missing: PLACE", "copkit new-community Brighton")
    place = place or ask("place (the town or district)")
    slug = slug_for(place, slug)
    values = {
        "code": code or _next_code(programme),
        "name": name or f"{place} community of practice",
        "place": place,
        "kind": kind,
        "status": status,
        "started": started and day(started, "--started"),
        "host": host,
        "budget": budget,
        "backing": backing,
        "grew_out_of": grew_out_of,
    }
    body = "## Domain\n\n## Community\n\n## Practice\n\n## Ground rules\n"
    at = f"communities/{slug}"
    write_record(programme, f"{at}/community.md", Community, values, body, dry_run=dry_run)
    if not (programme.root / at / "roster.yaml").exists():
        roster = f"{modeline('roster', 2)}members:\n"
        write_new(programme, f"{at}/roster.yaml", roster, dry_run=dry_run)


@app.command("new-member")
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
    records = _community(programme, community)
    values = {"role": role, "sector": sector or _sector_of(programme, role)}
    values = {"id": id or _next_id(records, role or ""), **values}
    ask_missing(Member, values, arguments=("role",))
    values["id"] = id or _next_id(records, str(values["role"]))
    if records.roster.member(str(values["id"])):
        wrong_use(f"'{values['id']}' is on the roster already", "choose another with --id")
    item = {
        **values,
        "organisation": organisation,
        "part": part if part is not Part.MEMBER else None,
        "joined": joined and day(joined, "--joined"),
    }
    text = format_item({key: value for key, value in item.items() if value}, 0)
    text = "\n".join(line[2:] for line in text.splitlines())
    file = f"communities/{records.slug}/roster.yaml"
    if not (programme.root / file).exists():
        whole = f"{modeline('roster', 2)}members:\n" + "".join(
            f"  {line}\n" for line in format_item(item, 0).splitlines()
        )
        write_new(programme, file, whole, dry_run=dry_run)
    else:
        append_items(programme, file, [("members", [text])], dry_run=dry_run)
    say(f"  id: {values['id']}")


@app.command("new-meeting")
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
    records = _community(programme, community)
    if date is None and not interactive():
        wrong_use("missing: DATE", "copkit new-meeting brighton 2012-05-16")
    held_on = day(date or ask("date (such as 2012-05-16, or today)"), "DATE")
    values = {
        "date": held_on,
        "start": start and time_of_day(start, "--start"),
        "minutes": minutes,
        "kind": kind,
        "place": place,
        "cases": case or (),
    }
    slug = f"{held_on}-{slug_from(suffix)}" if suffix else f"{held_on}"
    file = f"communities/{records.slug}/meetings/{slug}.md"
    write_record(programme, file, Meeting, values, "", dry_run=dry_run)


@app.command("new-case")
def new_case(
    community: CommunityName = None,
    title: Annotated[str | None, typer.Argument(help="What it is called; no names.")] = None,
    kind: Annotated[CaseKind, typer.Option(help="Why it was chosen.")] = CaseKind.CHALLENGING,
    status: Annotated[CaseStatus, typer.Option(help="How far it has come.")] = CaseStatus.DRAFT,
    audience: ReadBy = None,
    presented: Annotated[str | None, typer.Option(help="The day it was presented.")] = None,
    presenter: Annotated[
        list[str] | None,
        typer.Option(
            "--presenter",
            help="Who presents it: an id; may be repeated.",
            autocompletion=complete_member,
        ),
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="What the presenter asks of the group.")
    ] = None,
    theme: Themes = None,
    consent: Annotated[Consent | None, typer.Option(help="Whether the person agreed.")] = None,
    pseudonym: Annotated[
        list[str] | None,
        typer.Option("--pseudonym", help="An invented name used in the text; may be repeated."),
    ] = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add a case study, with the four parts to write in.

    \b
    Examples:
      copkit new-case brighton "Nobody to call at weekends"
      copkit new-case brighton "A key and a kettle" --kind worked-well --theme tenancies
    """
    programme = load(find(folder), {Noun.MEMBERS})
    records = _community(programme, community)
    values = {
        "title": title,
        "kind": kind,
        "status": status,
        "audience": audience or Audience.MEMBERS,
        "presented": presented and day(presented, "--presented"),
        "presenters": presenter or (),
        "question": question,
        "themes": theme or (),
        "consent": consent,
        "pseudonyms": pseudonym or (),
    }
    ask_missing(Case, values, arguments=("title",))
    body = "\n\n".join(f"## {part}\n\n<!-- {PROMPTS[part]} -->" for part in SECTIONS)
    file = f"communities/{records.slug}/cases/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Case, values, body, dry_run=dry_run)


@app.command("new-evidence")
def new_evidence(
    title: Annotated[str | None, typer.Argument(help="What it says, in a few words.")] = None,
    citation: Annotated[
        str | None, typer.Option(help="Author, year, title, where published.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be read.")] = None,
    published: Annotated[str | None, typer.Option(help="The year.")] = None,
    theme: Themes = None,
    audience: ReadBy = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an evidence card, with a spoken form of sixty seconds.

    \b
    Examples:
      copkit new-evidence "Working together takes time" --citation "Cornes et al. (2011)"
    """
    programme = load(find(folder), ())
    values = {
        "title": title,
        "citation": citation,
        "url": url,
        "published": published,
        "themes": theme or (),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(Evidence, values, arguments=("title",))
    body = f"## {SPOKEN}\n\n<!-- What you would say aloud in a minute. -->\n\n## {NOTES}\n"
    file = f"evidence/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Evidence, values, body, dry_run=dry_run)


@app.command("new-blockage")
def new_blockage(
    title: Annotated[str | None, typer.Argument(help="What is in the way.")] = None,
    theme: Themes = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an obstacle that keeps coming back, to follow across cases.

    \b
    Examples:
      copkit new-blockage "No service answers at weekends" --theme "weekend cover"
    """
    programme = load(find(folder), ())
    values = {"title": title, "themes": theme or ()}
    ask_missing(Blockage, values, arguments=("title",))
    file = f"blockages/{slug_for(str(values['title']), slug)}.md"
    body = "<!-- What it does to people. -->"
    write_record(programme, file, Blockage, values, body, dry_run=dry_run)


@app.command("new-newsletter")
def new_newsletter(
    month: Annotated[
        str | None,
        typer.Argument(help="The month, as 2012-05.", autocompletion=complete_slug("newsletters")),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="The headline.", show_default="the month")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day.", show_default="of the month")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Last day.", show_default="of the month")
    ] = None,
    audience: ReadBy = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an issue of the newsletter, for a month.

    \b
    Examples:
      copkit new-newsletter 2012-05
      copkit new-newsletter 2012-05 --title "Six groups, one month" --audience members
    """
    programme = load(find(folder), ())
    if month is None and not interactive():
        wrong_use("missing: MONTH", "copkit new-newsletter 2012-05")
    month = month or ask("month", default=f"{today():%Y-%m}")
    first = _first_of(month)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    values = {
        "title": title or f"{first:%B %Y}",
        "from": day(since, "--from") if since else first,
        "until": day(until, "--until") if until else last,
        "audience": audience or Audience.MEMBERS,
    }
    body = "<!-- The editorial: what this month was about. -->"
    file = f"newsletters/{slug_for(month, slug)}.md"
    write_record(programme, file, Newsletter, values, body, dry_run=dry_run)


@app.command("new-brief")
def new_brief(
    title: Annotated[str | None, typer.Argument(help="The headline.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day it covers.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day it covers.")] = None,
    addressee: Annotated[
        str | None, typer.Option(help="Whom it is for: a role or a board.")
    ] = None,
    ask: Annotated[str | None, typer.Option(help="The one thing asked.")] = None,
    reply_by: Annotated[str | None, typer.Option(help="The day to answer by.")] = None,
    community: Annotated[
        list[str] | None,
        typer.Option(
            "--community",
            help="A community it covers; may be repeated.",
            show_default="all",
            autocompletion=complete_community,
        ),
    ] = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add a brief for a commissioner, with one ask.

    \b
    Examples:
      copkit new-brief "Winter brief" --from 2012-03-01 --until 2012-12-31 \\
        --addressee "Joint commissioning board" --ask "Name who sees people first"
    """
    programme = load(find(folder), ())
    values = {
        "title": title,
        "from": since and day(since, "--from"),
        "until": until and day(until, "--until"),
        "addressee": addressee,
        "ask": ask,
        "reply_by": reply_by and day(reply_by, "--reply-by"),
        "communities": community or (),
        "audience": Audience.COMMISSIONERS,
    }
    ask_missing(Brief, values, arguments=("title",))
    body = "<!-- The cover note: why this, why now. -->"
    file = f"briefs/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Brief, values, body, dry_run=dry_run)


def _community(programme: Programme, named: str | None) -> CommunityRecords:
    """Give the community that was named, or ask which."""
    slugs = tuple(records.slug for records in programme.communities)
    if named is None and not interactive():
        wrong_use("missing: COMMUNITY", f"one of {', '.join(slugs)}" if slugs else "")
    return programme.community(named or ask("community", slugs))


def _next_code(programme: Programme) -> str:
    codes = {records.community.code for records in programme.communities}
    number = len(codes) + 1
    while f"CP{number}" in codes:
        number += 1
    return f"CP{number}"


def _next_id(records: CommunityRecords, role: str) -> str:
    """Make an id from a role and the next number: housing-support-worker-2."""
    stem = slug_from(role)[:60].rstrip("-") or "member"
    taken = {member.id for member in records.members}
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _sector_of(programme: Programme, role: str | None) -> str | None:
    seats = programme.settings.seats_sought
    sectors = [sector for sector, roles in seats.items() if role in roles]
    return sectors[0] if len(sectors) == 1 else None


def _first_of(month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        wrong_use(f"'{month}' is not a month", "write year-month, such as 2012-05")
