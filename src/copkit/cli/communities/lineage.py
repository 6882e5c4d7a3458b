"""``copkit community sprout`` and ``lineage``: communities that grow out of others."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.context import Reading, Writing
from copkit.cli.params import complete_community, complete_qualified_member, parse_day, usage_error
from copkit.cli.store import choose_slug, write_new_records
from copkit.cli.terminal import clean, print_json, print_line, say
from copkit.errors import CopkitError, did_you_mean
from copkit.records.communities import CommunityStatus, TakenOver
from copkit.records.members import Member, Part
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords, Programme


def lineage(context: Reading) -> None:
    """Print which community grew out of which, with their years, and why each ended.

    \b
    Examples:
      copkit community lineage
      copkit community lineage --json
    """
    from copkit.analysis.endings.lineage import build_lineage, describe_descent

    programme = context.open()
    tree = build_lineage(programme)
    if context.as_json:
        print_json({"communities": tree})
        return
    codes = {records.slug: records.community.code for records in programme.communities}
    for entry in tree:
        branch = f"{'    ' * (entry.depth - 1)}  └ " if entry.depth else ""
        name = entry.place if entry.depth else f"{entry.code} {entry.place}"
        parts = [f"{branch}{name}  {entry.years}".rstrip(), describe_descent(entry, codes)]
        print_line(clean(", ".join(filter(None, parts))), indent=4 * entry.depth + 4)
    if not tree:
        say("there is no community of practice yet")


def sprout(
    context: Writing,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its name: a place, or a slug.")],
    origin: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            help="The community it grows out of; repeat for a merger.",
            autocompletion=complete_community,
        ),
    ] = None,
    take: Annotated[
        list[TakenOver] | None,
        typer.Option("--take", help="What it takes over; may be repeated.", show_default="all"),
    ] = None,
    member: Annotated[
        list[str] | None,
        typer.Option(
            "--member",
            metavar="ID",
            help="Whose role and sector it begins with; may be repeated.",
            autocompletion=complete_qualified_member,
        ),
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="The town or district.", show_default="NEW")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Its code.", show_default="the next")] = None,
    started: Annotated[str | None, typer.Option(help="Day of its first meeting.")] = None,
) -> None:
    """Begin a community that grows out of another, with its plan, rules and open blockages.

    People are never taken over by themselves: --member copies a role and a sector under a new id,
    without a contact, and they are asked anew. Cases stay where they are.

    \b
    Examples:
      copkit community sprout "North Division" --from stoke-on-trent
      copkit community sprout north --from stoke-on-trent --place "North Division" \\
        --take ground-rules --take blockages --member stoke-on-trent/police-sergeant-1
    """
    from copkit.analysis.endings.lineage import evidence_about, open_blockages, themes_of
    from copkit.cli.records.new import EMPTY_ROSTER, KIND_DEFAULTS, free_code
    from copkit.records.communities import Community
    from copkit.records.schema.write import format_record
    from copkit.text.edit import append
    from copkit.text.files import is_slug

    programme = context.open()
    if not origin:
        hint = f"copkit community sprout {shlex.quote(new)} --from COMMUNITY"
        usage_error("missing: --from", hint)
    origins = list({records.slug: records for records in map(programme.community, origin)}.values())
    slugs = [records.slug for records in origins]
    slug = choose_slug(new, None)
    place = place or (new.replace("-", " ").title() if is_slug(new) else new)
    wanted = tuple(TakenOver) if take is None else tuple(dict.fromkeys(take))
    own_kind = origins[0].community.kind
    defaults = KIND_DEFAULTS[own_kind]
    themes = _merged(themes_of(records) for records in origins)
    cards = evidence_about(programme, themes)
    lists: dict[TakenOver, Sequence[str]] = {
        TakenOver.THEMES: themes,
        TakenOver.BLOCKAGES: _merged(open_blockages(programme, records) for records in origins),
        TakenOver.EVIDENCE: cards,
    }
    taken = tuple(kind for kind in wanted if lists.get(kind, True))
    sections = _sections(programme, origins, taken)
    shared = {
        TakenOver.TEMPLATES: programme.root / "templates",
        TakenOver.TOOLKIT: programme.root / "toolkit",
        TakenOver.DIRECTORY: programme.root / "directory",
    }
    # What there is nothing of cannot be taken over.
    taken = tuple(
        kind
        for kind in taken
        if (kind in sections or kind in lists) or (kind in shared and shared[kind].is_dir())
    )
    values: dict[str, Any] = {
        "code": code or free_code(programme, defaults),
        "name": defaults.name.format(place=place),
        "place": place,
        "kind": own_kind,
        "status": CommunityStatus.FORMING,
        "started": started and parse_day(started, "--started", programme.settings),
        "grew_out_of": slugs[0] if len(slugs) == 1 else slugs,
        "took": list(taken),
        **{kind.value: entries for kind, entries in lists.items() if kind in taken},
    }
    body = _body(sections, defaults.sections)
    roster = EMPTY_ROSTER
    copies = _copied_members(programme, origins, member or ())
    for entry in copies:
        roster = append(roster, ["members"], entry)
    folder = f"communities/{slug}"
    texts = {
        f"{folder}/community.md": format_record(Community, values, body),
        f"{folder}/roster.yaml": roster,
    }
    hint = "'copkit community lineage' shows what grew out of what; choose another name"
    write_new_records(programme, texts, dry_run=context.dry_run, hint_if_exists=hint)
    _say_what_followed(programme, origins, slug, taken, values, copies)


def _merged(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the items of several lists, each once."""
    return tuple(dict.fromkeys(text for texts in lists for text in texts))


def _sections(
    programme: Programme, origins: Sequence[CommunityRecords], taken: Sequence[TakenOver]
) -> dict[TakenOver, str]:
    """Return what is taken over as text, by what it is; nothing where there is none."""
    from copkit.analysis.endings.lineage import advice_on_approaches

    texts: dict[TakenOver, str] = {}
    rules = [records.community.ground_rules.strip() for records in origins]
    texts[TakenOver.GROUND_RULES] = next(filter(None, rules), "")
    seats = _planned_seats(programme, origins)
    texts[TakenOver.SEATS] = "\n".join(
        f"- {sector}: {', '.join(roles)}" for sector, roles in seats.items()
    )
    texts[TakenOver.APPROACHES] = "\n".join(
        f"- {entry.sector}, {entry.level}: {entry.agreed} of {entry.asked} said yes"
        for records in origins
        for entry in advice_on_approaches(records)
    )
    return {kind: text for kind, text in texts.items() if text and kind in taken}


def _body(texts: Mapping[TakenOver, str], headings: Sequence[str]) -> str:
    """Return the text of a new community: its usual headings, with what it takes over."""
    from copkit.records.communities import GROUND_RULES_HEADING

    sections = dict.fromkeys(headings, "")
    for heading in headings:
        if heading.casefold() == GROUND_RULES_HEADING:
            sections[heading] = texts.get(TakenOver.GROUND_RULES, "")
    for kind, heading, introduction in _MORE_SECTIONS:
        if kind in texts:
            sections[heading] = f"{introduction}\n\n{texts[kind]}"
    return "\n\n".join(f"## {heading}\n\n{text}".strip() for heading, text in sections.items())


_MORE_SECTIONS: Final = (
    (
        TakenOver.SEATS,
        "Seats to fill",
        "Who sat in the community that this one grew out of:",
    ),
    (
        TakenOver.APPROACHES,
        "Which doors opened",
        "Advice, not a list to work through:",
    ),
)


def _planned_seats(
    programme: Programme, origins: Sequence[CommunityRecords]
) -> dict[str, list[str]]:
    """Return the roles that people had, by sector, in the order of the programme's seats."""
    seats: dict[str, list[str]] = {sector: [] for sector in programme.settings.seats_sought}
    for records in origins:
        for member in records.members:
            roles = seats.setdefault(member.sector, [])
            if member.part is not Part.KNOWLEDGE_BROKER and member.role not in roles:
                roles.append(member.role)
    return {sector: roles for sector, roles in seats.items() if roles}


def _copied_members(
    programme: Programme, origins: Sequence[CommunityRecords], typed: Sequence[str]
) -> list[dict[str, Any]]:
    """Return a roster's entry for each member who was named: role, sector and part alone."""
    from copkit.cli.terminal import find_member_id
    from copkit.git.repository import is_shared
    from copkit.text.files import member_id

    entries: list[dict[str, Any]] = []
    taken = set[str]()
    for text in typed:
        community, _, id = text.rpartition("/")
        records = programme.community(community) if community else origins[0]
        if records not in origins:
            names = list_in_words([origin.slug for origin in origins])
            usage_error(f"--member: '{text}' is not of {names}")
        member = records.roster.member(find_member_id(programme.root, records, id))
        if member is None:
            ids = [f"{records.slug}/{member.id}" for member in records.members]
            hint = did_you_mean(text, ids, f"copkit list members --community {records.slug}")
            message = f"nobody of that id is on the roster of {records.slug}"
            raise CopkitError(message, hint, status=2)
        new_id = member_id(taken, member.role, shared=is_shared(programme.root))
        taken.add(new_id)
        entries.append(_entry_of(member, new_id, records.slug))
    return entries


def _entry_of(member: Member, new_id: str, origin: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": new_id, "role": member.role, "sector": member.sector}
    if member.part is not Part.MEMBER:
        entry["part"] = member.part
    if member.part is Part.FACILITATOR:
        entry["trained_at"] = member.trained_at or origin
    return entry


def _say_what_followed(
    programme: Programme,
    origins: Sequence[CommunityRecords],
    slug: str,
    taken: Sequence[TakenOver],
    values: dict[str, Any],
    copies: Sequence[dict[str, Any]],
) -> None:
    """Print what was taken over, what stays with the programme, and what to do first."""
    from copkit.analysis.cases import unsigned_reason
    from copkit.cli.params import today

    names = list_in_words([records.slug for records in origins])
    lists = [
        plural(len(values[key]), noun)
        for key, noun in (("themes", "theme"), ("blockages", "blockage"), ("evidence", "card"))
        if values.get(key)
    ]
    others = [
        kind.value.replace("-", " ")
        for kind in (TakenOver.GROUND_RULES, TakenOver.SEATS, TakenOver.APPROACHES)
        if kind in taken
    ]
    say(f"  from {names}: {list_in_words([*others, *lists]) or 'nothing but its name'}")
    shared = [kind for kind in (TakenOver.TEMPLATES, TakenOver.TOOLKIT, TakenOver.DIRECTORY)
              if kind in taken]  # fmt: skip
    if shared:
        say(f"  {list_in_words(shared)}: the programme's own, which it shares")
    if copies:
        who = plural(len(copies), "member")
        say(f"  {who} by role alone: ask them anew; 'copkit member contact {slug}/ID' notes it")
    signed = [
        case.name
        for records in origins
        for case in records.cases
        if case.sign_off and not unsigned_reason(case, today())
    ]
    for name in signed[:3]:
        say(f"  a case to begin with, which stays where it is: {clean(name)}")
    say(f"  plan the taster: copkit new-meeting {slug} DATE --kind taster")
