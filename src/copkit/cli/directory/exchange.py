"""``copkit directory import`` and ``export``: services from and to other people's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from copkit.analysis.privacy.identifiers import Knowledge, findings_in_text
from copkit.cli.context import Building, Reporting
from copkit.cli.directory.names import PLACE_LIST, complete_place, find_place_id
from copkit.cli.documents.build import split_formats
from copkit.cli.params import For, is_interactive, today, usage_error
from copkit.cli.prompts import ask_numbered, confirm, read_input_file
from copkit.cli.store import require_valid_text, save_changes, save_step
from copkit.cli.surveys.commands import parse_reader
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError, InvalidRecords, Severity
from copkit.folder import Programme
from copkit.importers.services import (
    COLUMNS,
    NO_AREA,
    ImportedService,
    ImportedServices,
    find_columns,
    matches_filter,
    read_open_referral,
    read_rows,
)
from copkit.records.directory import PlaceLevel, Service, ServiceStatus
from copkit.records.kinds import Noun, schema_modeline
from copkit.records.schema.audience import Audience
from copkit.records.schema.write import format_record
from copkit.text.edit import append, set_value
from copkit.text.files import slug_from
from copkit.text.normalise import fold_spelling
from copkit.text.transaction import Change, write_output
from copkit.wording import list_in_words, plural

MOST_TAKEN: Final = 500  # services of one file without a filter: a directory is no copy of another
LEFT_OUT: Final = "(left out)"
# What a file may change of an entry that is here; the rest is ours.
_PROPOSED: Final = (
    "name", "organisation", "needs", "who", "ages", "when", "cost", "languages", "access",
    "phone", "email", "web", "checked",
)  # fmt: skip


class FieldProposal(NamedTuple):
    """What a file says otherwise than an entry that is here."""

    slug: str
    field: str
    old: Any
    new: Any


class ImportPlan(NamedTuple):
    """What an import writes: new entries, new places, and proposals for entries that are here."""

    texts: dict[str, str]
    places: dict[str, str]
    codes: dict[str, str]
    proposals: list[FieldProposal]
    same: int


def import_services(
    context: Reporting,
    file: Annotated[Path, typer.Argument(help="Open Referral (JSON), CSV or XLSX.")],
    place: Annotated[
        str | None, typer.Option("--place", help="Only what serves an area of this name.")
    ] = None,
    need: Annotated[str | None, typer.Option("--need", help="Only what is about this.")] = None,
    serves: Annotated[
        str | None,
        typer.Option(
            "--serves",
            help="The place of services that state no area.",
            autocompletion=complete_place,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="What a column holds, as 'Head=phone'; may be repeated."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take over what the file says otherwise.")
    ] = False,
) -> None:
    """Take services in from Open Referral files and tables; what is new is 'unsure'.

    The day of a check is taken only from 'assured_date': neither an import nor a later edit of the
    file is a check. Named contacts, mobile numbers and mailboxes of one person are left out. For
    entries that are here it proposes what the file says otherwise, and never an earlier check.

    \b
    Examples:
      copkit directory import services.json --place Marlshire
      copkit directory import list.xlsx --serves north-estate --column "Tel.=phone" --dry-run
    """
    programme = context.load({Noun.PLACES, Noun.DIRECTORY})
    data = read_input_file(file)
    found = _read_file(data, file, column or ())
    kept = [each for each in found.services if matches_filter(each, place or "", need or "")]
    if len(kept) > MOST_TAKEN:
        message = f"{file.name} has {plural(len(kept), 'service')}; {MOST_TAKEN} at most are taken"
        raise CopkitError(message, "name fewer with --place or --need", status=2)
    default = find_place_id(programme, serves) if serves else ""
    plan = _plan(programme, kept, default, found)
    taken = _choose(plan.proposals, yes=yes)
    changes = _changes(programme, plan, taken)
    if changes:
        for change in changes:
            require_valid_text(change.file, change.new or "")
        if not context.as_json:
            save_changes(programme.root, changes, context.dry_run, settings=programme.settings)
        elif not context.dry_run:
            save_step(programme.root, changes, settings=programme.settings)
    if context.as_json:
        print_json(
            {
                "file": file.name,
                "services": len(found.services),
                "filtered_out": len(found.services) - len(kept),
                "new": sorted(plan.texts),
                "places": plan.places,
                "same": plan.same,
                "proposals": [proposal._asdict() for proposal in plan.proposals],
                "taken": len(taken),
                "refused": found.refused,
                "left_out": dict(found.left_out),
            }
        )
        return
    _report(file.name, found, len(found.services) - len(kept), plan, taken)


def _report(
    name: str,
    found: ImportedServices,
    filtered: int,
    plan: ImportPlan,
    taken: Sequence[FieldProposal],
) -> None:
    """Print what came of an import: how many of what, and what was left out and why."""
    say(
        f"{plural(len(found.services), 'service')} in {clean(name)}: {len(plan.texts)} new, "
        f"{plan.same} as here, {filtered} filtered out, "
        f"{len(found.refused)} refused"
    )
    for reason in found.refused[:10]:
        say(clean(f"  refused: {reason}"))
    for what, count in sorted(found.left_out.items()):
        say(f"  left out: {count} {what}")
    for proposal in plan.proposals:
        if proposal not in taken:
            old, new = _shown(proposal.old), _shown(proposal.new)
            say(clean(f"  {proposal.slug}: {proposal.field} is {old}, and the file has {new}"))
    if len(taken) < len(plan.proposals):
        say("  --yes takes over what the file says otherwise")
    if plan.texts:
        say("  nobody here has checked them: 'copkit directory due' lists what to ring")


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "empty")


def _read_file(data: bytes, file: Path, chosen: Sequence[str]) -> ImportedServices:
    """Read the services of a file, by what it is; ask what columns hold where nobody can tell."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return read_open_referral(data, file.name)
    from copkit.importers.tables import read_table

    table = read_table(data, file.name)
    headings = table.rows[0] if table.rows else ()
    named = {}
    for text in chosen:
        heading, equals, key = text.rpartition("=")
        if not equals or key not in COLUMNS or heading not in headings:
            hint = f"'Head=field', with a head of the file and one of {', '.join(COLUMNS)}"
            usage_error(f"--column: '{text}' is no such thing", hint)
        named[heading] = key
    columns = find_columns(headings, named)
    if is_interactive():
        for position, heading in enumerate(headings):
            if position not in columns and heading and heading not in named:
                choices = {key: key for key in COLUMNS}
                key = ask_numbered(
                    f"what is the column '{clean(heading)}' (Enter: leave it out)",
                    choices, "--column", default="none",
                )  # fmt: skip
                if key != "none":
                    columns[position] = key
    if "name" not in columns.values():
        hint = f"--column 'Head=name'; the heads are {', '.join(headings)}"
        raise CopkitError(f"{file.name} has no column of names", hint, status=2)
    unread = [head for position, head in enumerate(headings) if head and position not in columns]
    if unread:
        say(clean(f"  not read: {list_in_words(unread)}; --column 'Head=field' says what one is"))
    return read_rows(table, columns)


def _plan(
    programme: Programme,
    services: Sequence[ImportedService],
    default: str,
    found: ImportedServices,
) -> ImportPlan:
    """Work out what is new, and what the file says otherwise than entries that are here."""
    by_name: dict[tuple[str, str], Service | None] = {
        (fold_spelling(service.name), fold_spelling(service.organisation)): service
        for service in programme.directory
    }
    ids: dict[str, str] = {fold_spelling(place.name): place.id for place in programme.places}
    taken_ids = set(ids.values())
    taken_slugs = set(programme.names[Noun.DIRECTORY])
    plan = ImportPlan({}, {}, {}, [], 0)
    left_out, refused = found.left_out, found.refused
    same = 0
    for imported in services:
        values = imported.values
        key = (fold_spelling(values["name"]), fold_spelling(values["organisation"]))
        if key in by_name:
            proposals = list(_proposals(by_name[key], values))
            plan.proposals.extend(proposals)
            same += not proposals
            continue
        serves = []
        for name, code in imported.areas.items():
            id = default if default and name == NO_AREA else ids.get(fold_spelling(name))
            if id is None:
                id = _free(slug_from(name) or "area", taken_ids)
                taken_ids.add(id)
                ids[fold_spelling(name)] = id
                plan.places[id] = name
                if code:
                    plan.codes[id] = code
            if id not in serves:
                serves.append(id)
        slug = _free(slug_from(values["name"]) or "service", taken_slugs)
        taken_slugs.add(slug)
        filled = {key: value for key, value in values.items() if value}
        filled |= {"serves": serves, "added": today(), "audience": Audience.MEMBERS}
        file = f"directory/{slug}.md"
        text = _without_details(file, filled, imported.body, left_out)
        try:
            require_valid_text(file, text)
        except CopkitError as error:
            refused.append(f"{values['name']}: {error.message}")
            continue
        plan.texts[file] = text
        by_name[key] = None
    return plan._replace(same=same)


def _free(slug: str, taken: set[str]) -> str:
    """Return a name that is not taken: ``food``, then ``food-2``."""
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


def _without_details(file: str, values: dict[str, Any], body: str, left_out: Counter[str]) -> str:
    """Return the text of a new entry, with a remark in place of what may identify somebody."""
    text = format_record(Service, values, body)
    findings = [
        finding
        for finding in findings_in_text(file, text, Knowledge())
        if finding.kind.severity is Severity.ERROR
    ]
    if not findings:
        return text
    for finding in findings:
        left_out[f"texts with {finding.kind.description}"] += 1
    details = {text[finding.start : finding.end] for finding in findings}
    for detail in sorted(details, key=len, reverse=True):
        body = body.replace(detail, LEFT_OUT)
        values = {
            key: value.replace(detail, LEFT_OUT)
            if isinstance(value, str) and key not in {"name", "organisation"}
            else value
            for key, value in values.items()
        }
    for key in ("phone", "email", "web"):
        if LEFT_OUT in str(values.get(key, "")):
            del values[key]
    return format_record(Service, values, body)


def _proposals(service: Service | None, values: dict[str, Any]) -> Iterator[FieldProposal]:
    """Yield what a file says otherwise than an entry; never an earlier check, nor nothing."""
    if service is None:  # of two services of one file with one name, the first counts
        return
    for key in _PROPOSED:
        new, old = values.get(key), getattr(service, key)
        if not new or new == old or (isinstance(old, tuple) and tuple(new) == old):
            continue
        if key == "checked" and old and new <= old:
            continue
        yield FieldProposal(service.slug, key, old, new)
    gone = {ServiceStatus.CLOSED, ServiceStatus.PAUSED}
    if values["status"] in gone and service.status not in gone:
        yield FieldProposal(service.slug, "status", service.status, values["status"])


def _choose(proposals: Sequence[FieldProposal], *, yes: bool) -> list[FieldProposal]:
    """Return the proposals to take over: all of them, or those that somebody says yes to."""
    if yes or not is_interactive():
        return list(proposals) if yes else []
    return [
        proposal
        for proposal in proposals
        if confirm(
            f"{proposal.slug}: {proposal.field} is {_shown(proposal.old)}; "
            f"take {_shown(proposal.new)}",
            default=False,
        )
    ]


def _changes(
    programme: Programme, plan: ImportPlan, taken: Sequence[FieldProposal]
) -> list[Change]:
    """Return every change of an import: places, new entries, and what is taken over."""
    changes = [Change(file, None, text) for file, text in plan.texts.items()]
    if plan.places:
        old = programme.store.text(PLACE_LIST) if programme.places else None
        new = old or f"{schema_modeline('place', 0)}places:\n"
        for id, name in plan.places.items():
            entry = {"id": id, "name": name, "level": PlaceLevel.PLACE}
            if id in plan.codes:
                entry["code"] = plan.codes[id]
            new = append(new, ["places"], entry)
        changes.insert(0, Change(PLACE_LIST, old, new))
    by_slug: dict[str, list[FieldProposal]] = {}
    for proposal in taken:
        by_slug.setdefault(proposal.slug, []).append(proposal)
    for slug, proposals in by_slug.items():
        file = f"directory/{slug}.md"
        text = programme.store.text(file)
        if text is None:
            raise InvalidRecords(list(programme.problems))
        new = text
        for proposal in proposals:
            new = set_value(new, [proposal.field], proposal.new)
        changes.append(Change(file, text, new))
    return changes


def export(
    context: Building,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help="oruk, csv and md, with commas between them.",
            show_default="all",
        ),
    ] = None,
    reader: For = None,
) -> None:
    """Write the directory as files for other programs, below build/directory.

    'oruk' are files shaped as Open Referral UK wants them: a list, and one for each service. How
    often somebody was sent anywhere, who connects, and the levels of places are in none of them.

    \b
    Examples:
      copkit directory export --format oruk
      copkit directory export --format csv,md --for public
    """
    from copkit.analysis.privacy.services import directory_for
    from copkit.documents.oruk import as_json, list_object, service_object

    programme = context.open({Noun.PLACES, Noun.DIRECTORY, Noun.MEMBERS, Noun.CASES})
    audience = parse_reader(reader) if reader else Audience.MEMBERS
    wanted = split_formats(formats or ["oruk,csv,md"])
    if unknown := [each for each in wanted if each not in {"oruk", "csv", "md"}]:
        usage_error(f"there is no format '{unknown[0]}'", "oruk, csv or md")
    view = directory_for(programme, audience, today())
    folder = programme.root / "build" / "directory" / audience
    outputs: dict[Path, bytes] = {}
    if "oruk" in wanted:
        id = programme.settings.id or slug_from(programme.settings.name) or "programme"
        objects = [service_object(service, id) for service in view.services]
        outputs[folder / "oruk.json"] = as_json(list_object(objects))
        for service, value in zip(view.services, objects, strict=True):
            outputs[folder / "services" / f"{service.slug}.json"] = as_json(value)
    if "csv" in wanted:
        from copkit.documents.spreadsheets import encode_csv

        outputs[folder / "services.csv"] = encode_csv(_rows(view.services))
    if "md" in wanted:
        outputs[folder / "services.md"] = _markdown(view.services).encode("utf-8")
    if not context.dry_run:
        for path, data in outputs.items():
            write_output(programme.root, path, data)
    notes = []
    if view.left_out:
        notes = [f"{plural(view.left_out, 'entry', 'entries')} left out: not for {audience}"]
    context.report(list(outputs), f"{plural(len(view.services), 'service')} exported", notes)


_HEADS: Final = (
    "name", "organisation", "serves", "needs", "who", "how", "when", "cost", "languages",
    "access", "phone", "email", "web", "status", "checked",
)  # fmt: skip


def _rows(services: Sequence[Any]) -> list[tuple[str, ...]]:
    """Return a table of services with a row of heads, which the import knows."""
    rows: list[tuple[str, ...]] = [
        (
            service.name, service.organisation, "; ".join(area.name for area in service.areas),
            "; ".join(service.needs), service.who, service.how, service.when, service.cost,
            "; ".join(name for _, name in service.languages), service.access, service.phone,
            service.email, service.web, service.status, str(service.checked or ""),
        )
        for service in services
    ]  # fmt: skip
    return [_HEADS, *rows]


def _markdown(services: Sequence[Any]) -> str:
    """Return services as Markdown: a heading for each, and what is known of it."""
    from copkit.text.markdown import escape_markdown

    parts = ["# Services"]
    for service in services:
        areas = ", ".join(area.name for area in service.areas)
        facts = (
            service.organisation, areas, service.who, service.when, service.way_in,
            service.languages_words, service.access, service.phone, service.email, service.web,
            service.checked_words,
        )  # fmt: skip
        lines = "\n".join(f"- {escape_markdown(fact)}" for fact in facts if fact)
        parts += [f"## {escape_markdown(service.name)}", escape_markdown(service.text), lines]
    return "\n\n".join(part for part in parts if part) + "\n"
