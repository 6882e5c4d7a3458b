"""``copkit directory find``, ``due``, ``gaps``, ``connectors`` and ``signposts``: what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from copkit.analysis.directory.entries import (
    Freshness,
    PlaceTree,
    ServiceEntry,
    can_be_sent_to,
    connector_in_words,
    languages_in_words,
    last_check,
    short_day,
    way_in,
)
from copkit.cli.context import Reading
from copkit.cli.directory.names import (
    complete_language,
    complete_place,
    find_place_id,
    parse_language,
)
from copkit.cli.params import today, usage_error
from copkit.cli.terminal import clean, print_json, print_line, print_table, say
from copkit.errors import CopkitError
from copkit.files import read_folder
from copkit.folder import FOR_ATTENDANCE
from copkit.records.directory import Connector, PlaceLevel, ServiceStatus
from copkit.records.kinds import Noun
from copkit.wording import list_in_words, plural

WITH_CASES: Final = frozenset(
    {*FOR_ATTENDANCE, Noun.CASES, Noun.BLOCKAGES, Noun.PLACES, Noun.DIRECTORY, Noun.CONNECTORS}
)
MOST_SHOWN: Final = 20  # services that find prints, unless --limit says another
Place = Annotated[
    str | None,
    typer.Option(
        "--place", help="In this place, around it or inside.", autocompletion=complete_place
    ),
]


def find(
    context: Reading,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS...", help="What is needed.")
    ] = None,
    place: Place = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            help="Spoken there: pl or Polish.",
            autocompletion=complete_language,
        ),
    ] = None,
    level: Annotated[
        PlaceLevel | None, typer.Option(help="Only of this level.", metavar="LEVEL")
    ] = None,
    cost: Annotated[str | None, typer.Option(help="Only with this in its cost: free.")] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Show in full what nobody has checked for too long.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = MOST_SHOWN,
) -> None:
    """Find services by words and place: the nearest first, then what is fresh.

    Every word must be there, in any form: in the name, the needs, who may come, the organisation
    or the text. What nobody has checked for too long stands below a line.

    \b
    Examples:
      copkit directory find weekend --place north-estate
      copkit directory find debt --language pl --cost free
      copkit directory find "hospital discharge" --json
    """
    from copkit.analysis.directory.overview import connectors_of
    from copkit.analysis.directory.search import ServiceFiles, ServiceQuestion, parse_words

    programme = context.load({Noun.PLACES, Noun.CONNECTORS})
    tree = PlaceTree(programme.places)
    typed = " ".join(words or ())
    question = ServiceQuestion(
        words=parse_words(typed),
        place=find_place_id(programme, place) if place else "",
        language=parse_language(language) if language else "",
        level=level,
        cost=cost or "",
    )
    if question == ServiceQuestion(words=()) and not stale:
        usage_error("missing: what to look for", "copkit directory find weekend --place PLACE")
    day = today()
    files = ServiceFiles(
        [
            (name.removesuffix(".md"), data)
            for file, data in read_folder(programme.root, Noun.DIRECTORY)
            if (name := file.rpartition("/")[2]).endswith(".md") and data and name != "README.md"
        ],
        tree,
        programme.settings.check_every,
        day,
    )
    answer = files.search(question)
    connectors = connectors_of(programme.connectors, tree, question.place)
    if context.as_json:
        print_json(
            {
                "asked": {
                    "words": typed.split(),
                    "place": question.place or None,
                    "language": question.language or None,
                },
                "services": [entry_as_json(entry) for entry in answer.entries],
                "connectors": list(map(connector_as_json, connectors)),
                "nothing_because": answer.nothing_because or None,
            }
        )
    else:
        _print_entries(answer.entries, tree, question.place, limit, in_full=stale)
        if answer.nothing_because:
            say(clean(answer.nothing_because))
        if connectors and (question.place or answer.nothing_because):
            where = f" in {tree.name(question.place)}" if question.place else ""
            asked = ", ".join(map(connector_in_words, connectors))
            print_line(f"Ask{where}: {asked}")
    if answer.faulty:
        files_named = ", ".join(f"directory/{slug}.md" for slug in answer.faulty[:3])
        hint = "'copkit check' shows each with its place"
        raise CopkitError(f"there are errors in {files_named}", hint)


def _print_entries(
    entries: Sequence[ServiceEntry], tree: PlaceTree, asked: str, limit: int, *, in_full: bool
) -> None:
    """Print entries in three parts: what to send to, what is stale, what is gone."""
    day = today()
    usable = [entry for entry in entries if can_be_sent_to(entry.service)]
    fresh = [entry for entry in usable if entry.freshness is not Freshness.STALE]
    stale = [entry for entry in usable if entry.freshness is Freshness.STALE]
    for entry in fresh[:limit]:
        for line in entry_lines(entry, tree, asked):
            print_line(line)
    if len(fresh) > limit:
        say(f"the first {limit} of {plural(len(fresh), 'service')}; --limit shows more")
    if stale:
        print_line("--- not checked for too long" + ("" if in_full else "; --stale shows more"))
        for entry in stale[:limit]:
            lines = entry_lines(entry, tree, asked)
            if not in_full:
                lines = [f"{entry.service.name}   {_place_in_words(entry, tree, asked)}",
                         f"    {last_check(entry.service, entry.freshness, day)}"]  # fmt: skip
            for line in lines:
                print_line(line)
        if len(stale) > limit:
            say(f"the first {limit} of {len(stale)}; --limit shows more")
    for entry in entries:
        if not can_be_sent_to(entry.service):
            service = entry.service
            since = f" since {short_day(service.changed_on, day)}" if service.changed_on else ""
            print_line(f"{service.name}   {service.status.upper()}{since}: send nobody there")


def entry_lines(entry: ServiceEntry, tree: PlaceTree, asked: str = "") -> list[str]:
    """Return the lines that say what an entry is, where, and how far it can be relied on."""
    service = entry.service
    unsure = "unsure whether it is there" if service.status is ServiceStatus.UNSURE else ""
    head = (
        service.name,
        _place_in_words(entry, tree, asked),
        way_in(service),
        languages_in_words(service),
        unsure,
    )
    use = f"; used in {plural(len(service.cases), 'case')}" if service.cases else ""
    reached = service.phone or service.email or service.web or "no telephone number on record"
    checked = last_check(service, entry.freshness, today())
    if entry.freshness is not Freshness.FRESH:
        return ["   ".join(filter(None, head)), f"    {checked}", f"    {reached}{use}"]
    return ["   ".join(filter(None, head)), f"    {reached}   {checked}{use}"]


def _place_in_words(entry: ServiceEntry, tree: PlaceTree, asked: str) -> str:
    inside = asked and entry.place in tree.inside(asked)
    return tree.name(entry.place) + (f" (part of {tree.name(asked)})" if inside else "")


def entry_as_json(entry: ServiceEntry) -> dict[str, Any]:
    """Return an entry as JSON values."""
    service = entry.service
    return {
        "id": service.slug,
        "name": service.name,
        "organisation": service.organisation,
        "level": entry.level,
        "serves": service.serves,
        "languages": service.languages,
        "status": service.status,
        "checked": service.checked,
        "days": entry.days,
        "freshness": entry.freshness,
        "used": len(service.cases),
    }


def connector_as_json(connector: Connector) -> dict[str, Any]:
    """Return a connector as JSON values."""
    return {
        "id": connector.slug,
        "kind": connector.kind,
        "people": connector.people,
        "languages": len(connector.languages),
    }


def due(
    context: Reading,
    within: Annotated[int, typer.Option(min=0, help="Days to look ahead.")] = 14,
) -> None:
    """List what to check, the longest overdue first, by organisation: one call does several.

    \b
    Examples:
      copkit directory due
      copkit directory due --within 30 --json
    """
    from copkit.analysis.directory.overview import (
        by_organisation,
        due_checks,
        questions_to_ask,
    )

    programme = context.load({Noun.PLACES, Noun.DIRECTORY, Noun.CONNECTORS})
    day = today()
    groups = by_organisation(due_checks(programme, day, within))
    if context.as_json:
        print_json(
            {
                "day": day,
                "within": within,
                "organisations": [
                    {
                        "organisation": group.organisation,
                        "entries": [
                            {
                                "id": check.entry.slug,
                                "name": check.name,
                                "contact": check.reached or None,
                                "checked": check.entry.checked,
                                "due": check.due,
                                "freshness": check.freshness,
                                "ask": questions_to_ask(check.entry),
                            }
                            for check in group.checks
                        ],
                    }
                    for group in groups
                ],
            }
        )
        return
    for group in groups:
        print_line(group.organisation)
        for check in group.checks:
            when = "never checked"
            if check.due is not None:
                days = (day - check.due).days
                when = f"overdue by {plural(days, 'day')}" if days > 0 else f"due {check.due}"
            print_line(f"  {check.name}: {when}   {check.reached}".rstrip())
            print_line(f"    {' '.join(questions_to_ask(check.entry))}")
            print_line(f"    copkit directory check {check.entry.slug} --still")
    if not groups:
        say(f"nothing is to be checked within {plural(within, 'day')}")


def gaps(context: Reading) -> None:
    """List the needs of cases and blockages that nothing active serves, by place.

    \b
    Examples:
      copkit directory gaps
      copkit directory gaps --json
    """
    from copkit.analysis.directory.overview import find_gaps

    programme = context.load(WITH_CASES)
    tree = PlaceTree(programme.places)
    found = find_gaps(programme, tree)
    if context.as_json:
        print_json({"gaps": [gap._asdict() for gap in found]})
    elif found:
        rows = [
            (
                gap.need,
                tree.name(gap.place) if gap.place else "nowhere",
                str(gap.cases),
                str(gap.blockages),
            )
            for gap in found
        ]
        print_table(("need", "nothing active in", "cases", "blockages"), rows)
    else:
        say("something active serves every need of the cases")


def list_connectors(context: Reading, place: Place = None) -> None:
    """List who knows what is on offer, and the places that nobody knows.

    \b
    Examples:
      copkit directory connectors
      copkit directory connectors --place north-estate
    """
    from copkit.analysis.directory.overview import connectors_of, uncovered_places

    programme = context.load({Noun.PLACES, Noun.CONNECTORS})
    tree = PlaceTree(programme.places)
    asked = find_place_id(programme, place) if place else ""
    connectors = connectors_of(programme.connectors, tree, asked)
    nobody = [id for id in uncovered_places(programme, tree) if not asked or id == asked]
    if context.as_json:
        rows = [
            {**connector_as_json(one), "title": one.title, "covers": one.covers}
            for one in connectors
        ]
        print_json({"connectors": rows, "nobody_covers": nobody})
        return
    for connector in connectors:
        print_line(f"{connector_in_words(connector)}   {tree.names(connector.covers)}")
        reached = ", ".join(filter(None, (connector.contact, connector.hours)))
        print_line(f"    {connector.organisation}: {reached}" if reached else
                   f"    {connector.organisation}")  # fmt: skip
    people = sum(connector.people for connector in connectors)
    languages = len({code for connector in connectors for code in connector.languages})
    roles = len({connector.kind for connector in connectors})
    summary = (
        f"{plural(roles, 'role')}, {plural(people, 'person', 'people')}, "
        f"{plural(languages, 'language')} between them"
    )
    uncovered = f"; nobody covers: {list_in_words([tree.name(id) for id in nobody])}"
    print_line(summary + (uncovered if nobody else ""))


def list_signposts(context: Reading) -> None:
    """List which services others send people to, and which nobody points to: off the radar.

    \b
    Examples:
      copkit directory signposts
      copkit directory signposts --json
    """
    from copkit.analysis.directory.overview import signposts

    programme = context.load({Noun.PLACES, Noun.DIRECTORY, Noun.CONNECTORS})
    rows = signposts(programme)
    if context.as_json:
        print_json(
            {
                "services": [
                    {"id": row.service.slug, "name": row.service.name, "by": row.pointed_by}
                    for row in rows
                ]
            }
        )
        return
    pointed = [row for row in rows if row.pointed_by]
    if pointed:
        print_table(
            ("service", "entries", "who points to it"),
            [(row.service.name, str(len(row.pointed_by)), "; ".join(row.pointed_by))
             for row in pointed],
        )  # fmt: skip
    if alone := [row.service.name for row in rows if not row.pointed_by]:
        print_line(f"nobody points to: {', '.join(alone)}")
    if not rows:
        say("there is no service yet; 'copkit new-service' adds one")
