"""``copkit new-community``, ``new-case`` and the other commands that add a record."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.networks.series import (
    IssueDays,
    find_uneven_days,
    issue_title,
    next_issue,
    parse_issue_name,
)
from copkit.cli.context import Writing
from copkit.cli.members.seats import roles_of, warn_if_not_sought
from copkit.cli.names import TRAINING, find_record_name
from copkit.cli.params import (
    CommunityName,
    IsRole,
    Slug,
    complete_case_slug,
    complete_community,
    complete_member,
    complete_slug,
    filter_completions,
    find_programme_root,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.pii import require_label, require_no_details_in_texts
from copkit.cli.prompts import (
    Values,
    ask,
    ask_day,
    ask_missing,
    ask_numbered,
    ask_optional_choice,
    ask_with_suggestions,
    confirm,
    find_or_ask_community,
)
from copkit.cli.store import change_record, choose_slug, write_new_record, write_new_records
from copkit.cli.terminal import find_member_id, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import FOR_ATTENDANCE, CommunityRecords, Programme, load
from copkit.git.repository import is_shared
from copkit.layout import record_file
from copkit.pii.labels import LabelKind
from copkit.records.blockages import Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import SECTIONS, Case, CaseKind, CaseStatus, Consent
from copkit.records.communities import (
    NETWORK_SECTIONS,
    Community,
    CommunityKind,
    CommunityStatus,
)
from copkit.records.evidence import NOTES_HEADING, SPOKEN_HEADING, Evidence
from copkit.records.focus_groups import FocusGroup
from copkit.records.kinds import Noun, schema_modeline
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.members import Member, Part, Roster
from copkit.records.newsletters import Newsletter
from copkit.records.programme import NewsletterSeries, Rhythm, Settings, sector_of
from copkit.records.quotes import Quote, Speaker
from copkit.records.reports import IN_SHORT, WILL_CHANGE, EvaluationReport
from copkit.records.schema.audience import Audience
from copkit.records.schema.parts import ConsentToQuote, ValueCycle
from copkit.records.schema.write import format_record
from copkit.records.stories import STORY_SECTIONS, Story
from copkit.records.surveys import QUESTIONS, Quoting, Survey, Wave
from copkit.text.edit import append
from copkit.text.files import member_id
from copkit.text.front_matter import split_sections
from copkit.text.normalise import match_names, match_spelling
from copkit.wording import day_in_words, period_in_words


class KindDefaults(NamedTuple):
    """The code, folder, name and headings of a new community of one kind.

    ``slug`` is empty where it is made from the place; ``numbered`` codes always have a number
    (``CP1``), the others only from the second on; ``sections`` are the headings of the text.
    """

    code: str
    numbered: bool
    slug: str
    name: str
    sections: tuple[str, ...]


# domain, community and practice make a community of practice: Wenger, McDermott and Snyder (2002)
OF_PRACTICE = ("Domain", "Community", "Practice", "Ground rules", "If it is too much")
OF_NETWORK = (*NETWORK_SECTIONS, "Domain", "Practice")
OF_MEETINGS = ("Purpose", "How we work", "Ground rules")
KIND_DEFAULTS = {
    CommunityKind.COMMUNITY: KindDefaults(
        "CP", True, "", "{place} community of practice", OF_PRACTICE
    ),
    CommunityKind.NETWORK: KindDefaults("NW", True, "", "{place} network", OF_NETWORK),
    CommunityKind.FACILITATORS: KindDefaults(
        "FM", False, "facilitators", "Facilitators' meetings", OF_MEETINGS
    ),
    CommunityKind.ADVISORY: KindDefaults("AG", False, "advisory", "Advisory group", OF_MEETINGS),
}
EMPTY_ROSTER = f"{schema_modeline('roster', 2)}members:\n"


def new_community(
    context: Writing,
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
        list[str] | None, typer.Option(help="Another community.", autocompletion=complete_community)
    ] = None,
    slug: Slug = None,
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
    programme = context.load(())
    origins = [programme.community(name).slug for name in grew_out_of or ()]
    if place is None and not is_interactive():
        usage_error("missing: PLACE", "copkit new-community Brighton")
    place = place or ask("place (the town or district)")
    defaults = KIND_DEFAULTS[kind]
    slug = choose_slug(defaults.slug or place, slug)
    values = {
        "code": code or free_code(programme, defaults),
        "name": name or defaults.name.format(place=place),
        "place": place,
        "kind": kind,
        "status": status,
        "started": started and parse_day(started, "--started", programme.settings),
        "host": host,
        "budget": budget,
        "backing": backing,
        "grew_out_of": origins[0] if len(origins) == 1 else origins,
    }
    body = "\n\n".join(f"## {heading}" for heading in defaults.sections)
    community_folder = f"communities/{slug}"
    texts = {f"{community_folder}/community.md": format_record(Community, values, body)}
    # somebody may have imported the members before: a roster is never written over
    if not (programme.root / community_folder / "roster.yaml").exists():
        texts[f"{community_folder}/roster.yaml"] = EMPTY_ROSTER
    write_new_records(programme, texts, dry_run=context.dry_run)


def new_member(
    context: Writing,
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
    trained_at: Annotated[
        str | None,
        typer.Option(
            help="Of a facilitator: the community or session where they learned it.",
            autocompletion=complete_community,
        ),
    ] = None,
    is_role: IsRole = False,
) -> None:
    """Add somebody to a roster, by role and never by name.

    \b
    Examples:
      copkit new-member brighton "Housing Support Worker"
      copkit new-member brighton "Police Sergeant" --sector "Criminal Justice & Police"
    """
    programme = context.load({Noun.MEMBERS}, community)
    records = find_or_ask_community(programme, community)
    seats = programme.settings.seats_sought
    if role is None and is_interactive():
        role = ask_with_suggestions("role", roles_of(seats), option="ROLE")
    role = match_spelling(role, roles_of(seats))
    sector = match_spelling(sector, seats) or sector_of(seats, role)
    if role and not sector and seats and is_interactive():
        sector = ask_numbered("sector", dict(zip(seats, seats, strict=True)), "--sector")
    if sector and seats and sector not in seats:
        hint = did_you_mean(sector, seats, f"one of: {', '.join(seats)}")
        usage_error(f"--sector: '{sector}' is no sector of copkit.yaml", hint)
    # a placeholder, so that nobody is asked for the id: it is made from the role they answer
    values: Values = {"id": id or "made-from-the-role", "role": role, "sector": sector}
    ask_missing(Member, values, ("role",), {"sector": tuple(seats)})
    values |= {
        "organisation": organisation,
        "part": part if part is not Part.MEMBER else None,
        "joined": joined and parse_day(joined, "--joined", programme.settings),
        "trained_at": trained_at and str(find_record_name(programme.root, trained_at, TRAINING)),
    }

    hint = "write the job"
    require_label(programme, "ROLE", str(values["role"]), LabelKind.ROLE, hint, agreed=is_role)
    require_label(programme, "--organisation", organisation, LabelKind.PLACE, hint, agreed=is_role)

    def with_member(text: str | None, roster: Roster | None) -> str:
        """Append the member to the roster as it is under the lock."""
        # the id is taken from this roster, as somebody else may have added one meanwhile
        taken = {member.id for member in roster.members} if roster else set[str]()
        if id in taken:
            usage_error(f"'{id}' is on the roster already", "choose another with --id")
        role = str(values["role"])
        new_id = id or member_id(taken, role, shared=is_shared(programme.root))
        item = {key: value for key, value in (values | {"id": new_id}).items() if value}
        return append(text or EMPTY_ROSTER, ["members"], item)

    file = f"communities/{records.slug}/roster.yaml"
    edited = change_record(programme, file, with_member, dry_run=context.dry_run)
    say(f"  id: {edited.new.members[-1].id}")
    if part is not Part.KNOWLEDGE_BROKER and records.community.kind is CommunityKind.COMMUNITY:
        # of the matrix; a knowledge broker has no seat, nor has the facilitators' own group any
        consequence = "it gets a row of its own"
        warn_if_not_sought(seats, values["sector"], str(values["role"]), consequence)


def new_meeting(
    context: Writing,
    community: CommunityName = None,
    date: Annotated[str | None, typer.Argument(help="The day, as 2012-04-18, or 'today'.")] = None,
    start: Annotated[str | None, typer.Option(help="The time it begins, as 14:00.")] = None,
    minutes: Annotated[int | None, typer.Option(help="How long it lasts.")] = None,
    kind: Annotated[
        MeetingKind,
        typer.Option(metavar="KIND", help="taster, regular, guest-speaker or review."),
    ] = MeetingKind.REGULAR,
    place: Annotated[str | None, typer.Option(help="Where.")] = None,
    case: Annotated[
        list[str] | None,
        typer.Option(
            "--case", help="A case to discuss; may be repeated.", autocompletion=complete_case_slug
        ),
    ] = None,
    suffix: Annotated[str | None, typer.Option(help="Tells two meetings of one day apart.")] = None,
) -> None:
    """Add a meeting, past or to come; 'copkit attendance record' says who came.

    \b
    Examples:
      copkit new-meeting brighton 2012-05-16 --start 14:00 --place "the library"
      copkit new-meeting brighton today --case nobody-to-call-at-weekends
    """
    programme = context.load({Noun.MEMBERS}, community)
    records = find_or_ask_community(programme, community)
    if date is None and not is_interactive():
        usage_error("missing: DATE", "copkit new-meeting brighton 2012-05-16")
    typed = date or ask_day(
        "date (such as 2012-05-16, 16 May or next Wed)", settings=programme.settings
    )
    held_on = parse_day(typed, "DATE", programme.settings)
    values = {
        "date": held_on,
        "start": start and parse_time(start, "--start"),
        "minutes": minutes,
        "kind": kind,
        "place": place,
        "cases": [_case_slug(records, name) for name in case or ()],
    }
    slug = f"{held_on}-{choose_slug(suffix, None)}" if suffix else f"{held_on}"
    file = f"communities/{records.slug}/meetings/{slug}.md"
    hint = "--suffix tells two meetings of one day apart"
    write_new_record(
        programme, file, Meeting, values, "", dry_run=context.dry_run, hint_if_exists=hint
    )


def _case_slug(records: CommunityRecords, typed: str) -> str:
    """Return the slug of a case of the community, or else what was typed."""
    slugs = dict.fromkeys(records.case_slugs, ())
    matches = match_names(typed.removeprefix(f"{records.slug}/"), slugs)
    return matches[0] if len(matches) == 1 else typed


def free_code(programme: Programme, defaults: KindDefaults) -> str:
    """Return a code that no community has: CP3 after two communities; FM, then FM2."""
    codes = {records.community.code for records in programme.communities}
    same = sum(code.startswith(defaults.code) for code in codes)
    if not defaults.numbered and not same:
        return defaults.code
    number = same + 1
    # a community may have been named by hand, or one in the middle removed
    while f"{defaults.code}{number}" in codes:
        number += 1
    return f"{defaults.code}{number}"


# 14:00, 14.00, 2pm, 2 p.m. and 2.30 pm
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))? ?([ap])?\.?(?:m\.?)?")


def parse_time(text: str, option: str) -> dt.time:
    """Parse a time from the command line: ``18:30``, ``6.30 pm`` or ``2pm``.

    Raise :class:`CopkitError` for any other text, also a number alone; ``option`` is what the
    message names.
    """
    match = _TIME.fullmatch(text.strip().lower())
    try:
        if match is None or not (match[2] or match[3]):
            raise ValueError  # a number alone may be morning or afternoon
        hours = int(match[1])
        if match[3] and not 1 <= hours <= 12:
            raise ValueError
        # 12am is midnight and 12pm noon, hence the remainder
        return dt.time(
            hours % 12 + 12 * (match[3] == "p") if match[3] else hours, int(match[2] or 0)
        )
    except ValueError:
        message = f"{option}: '{text}' is not a time of day"
        raise CopkitError(message, "write hours and minutes, such as 14:00", status=2) from None


# Records with a text


Themes = Annotated[
    list[str] | None, typer.Option("--theme", help="What it is about; may be repeated.")
]
Cycles = Annotated[
    list[ValueCycle] | None,
    typer.Option("--value", help="A cycle of value it reached; may be repeated."),
]
ReadBy = Annotated[Audience | None, typer.Option("--audience", help="Who may read it.")]

CASE_FORM = "case-form"
"""The sheet of the tool kit whose questions a new case is written along."""
OFFERED_QUESTIONS = {
    "question": "what the presenter asks of the group",
    "pseudonyms": "the invented name of the person in the case",
}
"""Fields of a case that the case form asks for as well; consent is one of some choices."""


def new_case(
    context: Writing,
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
) -> None:
    """Add a case study, with the four parts to write in and the questions of the case form.

    \b
    Examples:
      copkit new-case brighton "Nobody to call at weekends"
      copkit new-case brighton "A key and a kettle" --kind worked-well --theme tenancies
    """
    programme = context.load({Noun.MEMBERS, Noun.TOOLKIT}, community)
    records = find_or_ask_community(programme, community)
    values: Values = {
        "title": title,
        "kind": kind,
        "status": status,
        "audience": audience or Audience.MEMBERS,
        "presented": presented and parse_day(presented, "--presented", programme.settings),
        "presenters": [find_member_id(programme.root, records, name) for name in presenter or ()],
        "question": question,
        "themes": theme or (),
        "consent": consent,
        "pseudonyms": pseudonym or (),
    }
    ask_missing(Case, values, arguments=("title",), settings=programme.settings)
    if is_interactive():
        _offer_case_form(values)
    body = _case_body(programme)
    file = f"communities/{records.slug}/cases/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, Case, values, body, dry_run=context.dry_run)


def _offer_case_form(values: Values) -> None:
    """Ask what the case form asks for; Enter leaves it for later."""
    for key, question in OFFERED_QUESTIONS.items():
        if not values[key]:
            answer = ask(f"{question} (Enter: later)", default="")
            values[key] = answer if key == "question" else [answer] if answer else ()
    if values["consent"] is None:
        consents = tuple(consent.value for consent in Consent)
        answer = ask_optional_choice("did the person agree (Enter: later)", consents)
        values["consent"] = Consent(answer) if answer else None


def _case_body(programme: Programme) -> str:
    """Return the four headings of a case, with the questions of the case form under each.

    They are comments, so that no document ever shows them.
    """
    from copkit.documents.sheets import find_sheet, load_kit

    form = split_sections(find_sheet(load_kit(programme.toolkit), CASE_FORM).body)
    parts = []
    for section in SECTIONS:
        lines = (line.lstrip("-* ").strip() for line in form.get(section, "").splitlines())
        # "--" could close the comment
        questions = "\n".join(line for line in lines if line).replace("--", "-")
        parts.append(f"## {section}\n\n<!-- {questions} -->" if questions else f"## {section}")
    return "\n\n".join(parts)


def new_evidence(
    context: Writing,
    title: Annotated[str | None, typer.Argument(help="What it says, in a few words.")] = None,
    citation: Annotated[
        str | None, typer.Option(help="Author, year, title, where published.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be read.")] = None,
    published: Annotated[str | None, typer.Option(help="The year.")] = None,
    theme: Themes = None,
    audience: ReadBy = None,
    slug: Slug = None,
) -> None:
    """Add an evidence card, with a spoken form of sixty seconds.

    \b
    Examples:
      copkit new-evidence "Working together takes time" --citation "Cornes et al. (2011)"
    """
    programme = context.load(())
    values = {
        "title": title,
        "citation": citation,
        "url": url,
        "published": published,
        "themes": theme or (),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(Evidence, values, arguments=("title",))
    # a minute aloud is what a discussion has room for, some 150 words
    prompt = "<!-- What you would say aloud in a minute. -->"
    body = f"## {SPOKEN_HEADING}\n\n{prompt}\n\n## {NOTES_HEADING}\n"
    file = f"evidence/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, Evidence, values, body, dry_run=context.dry_run)


def new_blockage(
    context: Writing,
    title: Annotated[str | None, typer.Argument(help="What is in the way.")] = None,
    theme: Themes = None,
    slug: Slug = None,
) -> None:
    """Add an obstacle that keeps coming back, to follow across cases.

    \b
    Examples:
      copkit new-blockage "No service answers at weekends" --theme "weekend cover"
    """
    programme = context.load(())
    values = {"title": title, "themes": theme or ()}
    ask_missing(Blockage, values, arguments=("title",))
    file = f"blockages/{choose_slug(str(values['title']), slug)}.md"
    body = "<!-- What it does to people. -->"
    write_new_record(programme, file, Blockage, values, body, dry_run=context.dry_run)


def complete_series(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the id of a series of newsletters."""
    try:
        series = load(find_programme_root(ctx), ()).settings.newsletters
    except (CopkitError, OSError):
        return []
    return filter_completions([each.id for each in series], incomplete)


def new_newsletter(
    context: Writing,
    series: Annotated[
        str | None,
        typer.Argument(
            help="The series, or the days of the first: 2012-05, 2026-W05, 2026-Q1.",
            show_default="the first",
            autocompletion=complete_series,
        ),
    ] = None,
    days: Annotated[
        str | None,
        typer.Argument(help="The days: 2012-05, 2026-W05, 2026-Q1.", show_default="the next"),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="The headline.", show_default="its days")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day.", show_default="as its days say")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Last day.", show_default="as its days say")
    ] = None,
    audience: ReadBy = None,
    slug: Slug = None,
) -> None:
    """Add an issue of a newsletter, for a week, a fortnight, a month or a quarter.

    The days of an issue begin after those of the one before, so that nothing is told twice or
    never. Series are set in copkit.yaml under 'newsletters'; without any there is one, by month.

    \b
    Examples:
      copkit new-newsletter 2012-05
      copkit new-newsletter chronicle 2026-W05
      copkit new-newsletter 2012-05 --title "Six groups, one month" --audience members
    """
    programme = context.load({Noun.NEWSLETTERS})
    settings = programme.settings
    chosen, name = _find_series(settings, series, days)
    if name is None and not settings.newsletters:
        this_month = f"{today():%Y-%m}"
        name = ask("month", default=this_month) if is_interactive() else this_month
    if name is None:
        period = next_issue(programme, chosen, today())
    else:
        period = _require_issue_days(name, chosen)
    first = parse_day(since, "--from", settings) if since else period.since
    last = parse_day(until, "--until", settings) if until else period.until
    first = _even_first_day(programme, chosen, first, last, given=bool(since))
    is_first = chosen.id == settings.every_series[0].id
    values = {
        "title": title or issue_title(period, chosen.every),
        "series": None if is_first else chosen.id,
        "from": first,
        "until": last,
        "audience": audience or Audience.MEMBERS,
    }
    body = "<!-- The editorial: what this time was about. -->"
    own_name = period.name if is_first else f"{period.name}-{chosen.id}"
    file = f"newsletters/{choose_slug(own_name, slug) if slug else own_name}.md"
    write_new_record(programme, file, Newsletter, values, body, dry_run=context.dry_run)


def _find_series(
    settings: Settings, first: str | None, second: str | None
) -> tuple[NewsletterSeries, str | None]:
    """Return the series that two words on the command line mean, and the days, if any are named."""
    every = settings.every_series
    if first is None:
        return every[0], second
    named = settings.series(first)
    if named is not None:
        return named, second
    if second is None and first[:1].isdigit():
        return every[0], first
    ids = [series.id for series in every]
    message = f"there is no series of newsletters '{first}' in copkit.yaml"
    if not settings.newsletters:
        hint = "there is the monthly newsletter alone: write its month, such as 2012-05"
        return usage_error(f"{message}, which names none", hint)
    hint = did_you_mean(first, ids, f"its series: {', '.join(ids)}")
    return usage_error(message, hint)


def _require_issue_days(name: str, series: NewsletterSeries) -> IssueDays:
    """Return the days that a name such as ``2026-W05`` means; raise a usage error for none."""
    period = parse_issue_name(name, series.every)
    if period is None:
        if series.every is Rhythm.MONTH:
            usage_error(f"'{name}' is not a month", "write year-month, such as 2012-05")
        usage_error(f"'{name}' is not a {series.every}", "write 2026-W05, 2026-05 or 2026-Q1")
    return period


def _even_first_day(
    programme: Programme, series: NewsletterSeries, since: dt.date, until: dt.date, *, given: bool
) -> dt.date:
    """Return the first day of an issue, so that it follows the one before without a gap.

    On a terminal it is asked; elsewhere raise a usage error that names the day. Where
    copkit.yaml sets no series, and for a gap that is ``given`` by --from, it is only printed.
    """
    uneven = find_uneven_days(programme, series, since, until)
    if uneven is None:
        return since
    when = period_in_words(uneven.first, uneven.last)
    if uneven.is_twice:
        message = f"{when}: the issue {uneven.before.slug} tells of these days already"
    else:
        message = f"{when}: no issue would tell of these days, after {uneven.before.slug}"
    begin = f"--from {uneven.since} begins after it"
    if not programme.settings.newsletters or (given and not uneven.is_twice):
        say(f"  {message}; {begin}")
        return since
    if uneven.since > until or not is_interactive():
        usage_error(message, begin if uneven.since <= until else "name later days")
    if confirm(f"{message}. Begin on {day_in_words(uneven.since)}?", default=True):
        return uneven.since
    raise CopkitError("nothing was written", begin)


def new_brief(
    context: Writing,
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
) -> None:
    """Add a brief for a commissioner, with one ask.

    \b
    Examples:
      copkit new-brief "Winter brief" --from 2012-03-01 --until 2012-12-31 \\
        --addressee "Joint commissioning board" --ask "Name who sees people first"
    """
    programme = context.load(())
    values = {
        "title": title,
        "from": since and parse_day(since, "--from", programme.settings),
        "until": until and parse_day(until, "--until", programme.settings),
        "addressee": addressee,
        "ask": ask,
        "reply_by": reply_by and parse_day(reply_by, "--reply-by", programme.settings),
        "communities": [programme.community(name).slug for name in community or ()],
        "audience": audience or Audience.COMMISSIONERS,
    }
    ask_missing(Brief, values, arguments=("title",), settings=programme.settings)
    body = "<!-- The cover note: why this, why now. -->"
    file = f"briefs/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, Brief, values, body, dry_run=context.dry_run)


def _complete_question(incomplete: str) -> list[str]:
    return [id for id in QUESTIONS if id.startswith(incomplete)]


def new_survey(
    context: Writing,
    title: Annotated[str | None, typer.Argument(help="What it is called.")] = None,
    asked_on: Annotated[
        str | None, typer.Option("--asked-on", help="The day it is asked.", show_default="today")
    ] = None,
    closed_on: Annotated[str | None, typer.Option(help="The last day for answers.")] = None,
    question: Annotated[
        list[str] | None,
        typer.Option(
            "--question",
            help=f"A shipped question: {', '.join(QUESTIONS)}; may be repeated.",
            show_default="all",
            autocompletion=_complete_question,
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            help="Who is asked: confirmed, everyone, or a number.", show_default="confirmed"
        ),
    ] = None,
    of_because: Annotated[str | None, typer.Option(help="Why it is that number.")] = None,
    wave: Annotated[Wave, typer.Option(help="When in the programme's life.")] = Wave.DURING,
    quoting: Annotated[
        Quoting, typer.Option(help="Whether people are told that they may be quoted.")
    ] = Quoting.NOT_ASKED,
    audience: ReadBy = None,
    slug: Slug = None,
) -> None:
    """Add a survey, with questions to change; 'copkit survey build' makes the form.

    \b
    Examples:
      copkit new-survey "Member survey, December 2012" --asked-on 2012-12-03
      copkit new-survey "After a year" --question skills --question shelter
    """
    programme = context.load(())
    values: Values = {
        "title": title,
        "asked_on": parse_day(asked_on, "--asked-on", programme.settings) if asked_on else today(),
        "closed_on": closed_on and parse_day(closed_on, "--closed-on", programme.settings),
        "of": of,
        "of_because": of_because,
        "wave": wave,
        "audience": audience or Audience.MEMBERS,
        "quoting": quoting,
        "questions": [_shipped_question(id) for id in question or QUESTIONS],
    }
    ask_missing(Survey, values, arguments=("title",), settings=programme.settings)
    name = choose_slug(str(values["title"]), slug)
    body = "<!-- Why this is asked, and what will be done with the answers. -->"
    file = record_file("surveys", name)
    write_new_record(programme, file, Survey, values, body, dry_run=context.dry_run)


def new_focus_group(
    context: Writing,
    community: CommunityName = None,
    date: Annotated[str | None, typer.Argument(help="The day, as 2012-11-14, or 'today'.")] = None,
    took_part: Annotated[
        int | None, typer.Option("--took-part", help="How many members took part.", min=1)
    ] = None,
    guide: Annotated[str | None, typer.Option(help="What was asked.")] = None,
    theme: Themes = None,
    audience: ReadBy = None,
    slug: Slug = None,
) -> None:
    """Add a focus group: members of one community talk about what came of taking part.

    \b
    Examples:
      copkit new-focus-group brighton 2012-11-14 --took-part 6
      copkit new-focus-group halifax today --took-part 5 --theme "a place to think"
    """
    programme = context.load({Noun.MEMBERS}, community)
    records = find_or_ask_community(programme, community)
    values: Values = {
        "date": date and parse_day(date, "DATE", programme.settings),
        "community": records.slug,
        "took_part": took_part,
        "guide": guide,
        "themes": theme or (),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(FocusGroup, values, arguments=("date",), settings=programme.settings)
    body = "<!-- What was said, by nobody's name. -->\n\n## Private"
    name = choose_slug(f"{records.slug}-{values['date']}", slug)
    file = f"focus-groups/{name}.md"
    write_new_record(programme, file, FocusGroup, values, body, dry_run=context.dry_run)


def new_quote(
    context: Writing,
    words: Annotated[
        str | None, typer.Argument(help="The words; '[...]' for what is left out.")
    ] = None,
    community: Annotated[
        str | None, typer.Option("--community", help="Where.", autocompletion=complete_community)
    ] = None,
    heard: Annotated[
        str | None, typer.Option(help="The survey, focus group or meeting it was heard at.")
    ] = None,
    part: Annotated[Speaker, typer.Option(help="What the speaker is.")] = Speaker.MEMBER,
    consent: Annotated[
        ConsentToQuote, typer.Option(help="Whether they agreed that others read it.")
    ] = ConsentToQuote.NOT_ASKED,
    value: Cycles = None,
    audience: ReadBy = None,
) -> None:
    """Add what somebody said, word for word; who said it is never typed.

    \b
    Examples:
      copkit new-quote "Now I know whom to ring" --community brighton --heard brighton-talk
      copkit survey comments december-2012
    """
    from copkit.cli.surveys.comments import write_quote

    programme = context.load({*FOR_ATTENDANCE, Noun.SURVEYS, Noun.QUOTES, Noun.FOCUS_GROUPS})
    values: Values = {
        "id": "made-by-chance",
        "words": words,
        "community": programme.community(community).slug if community else None,
        "heard": heard,
        "part": part if part is not Speaker.MEMBER else None,
        "consent": consent,
        "value": list(value or ()),
        "audience": audience,
    }
    ask_missing(Quote, values, arguments=("words",), settings=programme.settings)
    hint = "leave the detail out: '[...]' marks a gap"
    require_no_details_in_texts(programme, {"WORDS": str(values["words"])}, hint)
    del values["id"]
    write_quote(context, programme, values)


def new_story(
    context: Writing,
    title: Annotated[str | None, typer.Argument(help="What it is called; no names.")] = None,
    value: Cycles = None,
    consent: Annotated[
        ConsentToQuote | None, typer.Option(help="Whether they agreed that others read it.")
    ] = None,
    consent_on: Annotated[str | None, typer.Option(help="The day they agreed.")] = None,
    community: Annotated[
        str | None,
        typer.Option("--community", help="Where it began.", autocompletion=complete_community),
    ] = None,
    happened: Annotated[str | None, typer.Option(help="The day it began.")] = None,
    chosen_because: Annotated[
        str | None, typer.Option(help="Why it was chosen, and by which role.")
    ] = None,
    audience: ReadBy = None,
    slug: Slug = None,
) -> None:
    """Add a story of what changed, from a meeting to what came of it.

    \b
    Examples:
      copkit new-story "A call on Saturday" --value applied --consent given
    """
    programme = context.load({Noun.MEMBERS})
    values: Values = {
        "title": title,
        "community": programme.community(community).slug if community else None,
        "happened": happened and parse_day(happened, "--happened", programme.settings),
        "value": list(value or ()),
        "consent": consent,
        "consent_on": consent_on and parse_day(consent_on, "--consent-on", programme.settings),
        "chosen_because": chosen_because,
        "audience": audience or Audience.MEMBERS,
    }
    if not values["value"]:
        if not is_interactive():
            usage_error("missing: --value", f"one of {', '.join(ValueCycle)}; may be repeated")
        values["value"] = [ask("how far it went", tuple(cycle.value for cycle in ValueCycle))]
    ask_missing(Story, values, arguments=("title",), settings=programme.settings)
    body = "\n\n".join(f"## {heading}" for heading in STORY_SECTIONS)
    file = f"stories/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, Story, values, body, dry_run=context.dry_run)


def new_report(
    context: Writing,
    title: Annotated[str | None, typer.Argument(help="The headline.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help="First day it covers.", show_default="of the programme"),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(help="Last day it covers.", show_default="of the programme, or today"),
    ] = None,
    survey: Annotated[
        list[str] | None,
        typer.Option(
            "--survey",
            help="A survey it rests on; may be repeated.",
            show_default="all of the period",
            autocompletion=complete_slug("surveys"),
        ),
    ] = None,
    focus_group: Annotated[
        list[str] | None,
        typer.Option(
            "--focus-group",
            help="A focus group it rests on; may be repeated.",
            show_default="all of the period",
            autocompletion=complete_slug("focus-groups"),
        ),
    ] = None,
    audience: Annotated[
        Audience | None,
        typer.Option("--audience", help="Who may read it.", show_default="commissioners"),
    ] = None,
    slug: Slug = None,
) -> None:
    """Add an evaluation report: you write what is in short, and what you will change.

    Everything else is counted from the records.

    \b
    Examples:
      copkit new-report "What came of the first year"
      copkit new-report "Two years on" --from 2012-03-01 --until 2014-02-28 --survey two-years-on
    """
    programme = context.load(())
    settings = programme.settings
    last = min(settings.ends or today(), today())
    values: Values = {
        "title": title,
        "from": parse_day(since, "--from", settings) if since else settings.starts,
        "until": parse_day(until, "--until", settings) if until else last,
        "surveys": survey or (),
        "focus_groups": focus_group or (),
        "audience": audience or Audience.COMMISSIONERS,
    }
    ask_missing(EvaluationReport, values, arguments=("title",), settings=programme.settings)
    body = (
        f"## {IN_SHORT}\n\n<!-- What a reader should know who reads no further. -->\n\n"
        f"## {WILL_CHANGE}\n\n<!-- What you will do otherwise, and by when. -->"
    )
    file = f"reports/{choose_slug(str(values['title']), slug)}.md"
    write_new_record(programme, file, EvaluationReport, values, body, dry_run=context.dry_run)


def _shipped_question(id: str) -> Values:
    """Return the fields of a shipped question; raise a usage error for an id that none has."""
    if id not in QUESTIONS:
        hint = did_you_mean(id, QUESTIONS, f"there are {', '.join(QUESTIONS)}")
        usage_error(f"there is no shipped question '{id}'", hint)
    text, fields = QUESTIONS[id]
    return {"id": id, "text": text, **fields}
