"""``copkit new-community``, ``new-member``, ``new-meeting``: a group, its people, its meetings."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.ids import as_sought, free_id, sector_of, stem_of
from copkit.cli.members.seats import roles_of, say_if_not_sought
from copkit.cli.params import (
    HERE,
    CommunityName,
    DryRun,
    Folder,
    Slug,
    complete_case,
    complete_community,
    complete_member,
    complete_slug,
    day,
    interactive,
    today,
    wrong_use,
)
from copkit.cli.prompts import Values, ask, ask_day, ask_missing, choose_community, suggest
from copkit.cli.store import change, slug_for, write_new, write_record
from copkit.cli.terminal import say
from copkit.errors import CopkitError
from copkit.folder import Programme, load
from copkit.git.repository import is_shared
from copkit.layout import find
from copkit.records.blockages import Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import SECTIONS, Case, CaseKind, CaseStatus, Consent
from copkit.records.communities import Community, CommunityKind, CommunityStatus
from copkit.records.evidence import NOTES, SPOKEN, Evidence
from copkit.records.kinds import Noun, modeline
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.members import Member, Part, Roster
from copkit.records.newsletters import Newsletter
from copkit.records.schema.fields import Audience
from copkit.records.schema.write import format_record
from copkit.text.edit import append


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


# ``copkit new-case``, ``new-evidence``, ...: the records that somebody writes a text in.


Themes = Annotated[
    list[str] | None, typer.Option("--theme", help="What it is about; may be repeated.")
]
ReadBy = Annotated[Audience | None, typer.Option("--audience", help="Who may read it.")]

PROMPTS = {
    SECTIONS[0]: "What is happening, for whom, and what has been tried? No names, places or dates.",
    SECTIONS[1]: "What the group suggests: who could try what, and by when.",
    SECTIONS[2]: "What would we do differently next time, with anyone?",
    SECTIONS[3]: "What no practitioner can solve: gaps, rules, thresholds.",
}


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
    records = choose_community(programme, community)
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
    audience: Annotated[
        Audience | None,
        typer.Option("--audience", help="Who may read it.", show_default="commissioners"),
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
        "audience": audience or Audience.COMMISSIONERS,
    }
    ask_missing(Brief, values, arguments=("title",))
    body = "<!-- The cover note: why this, why now. -->"
    file = f"briefs/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Brief, values, body, dry_run=dry_run)


def _first_of(month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        wrong_use(f"'{month}' is not a month", "write year-month, such as 2012-05")
