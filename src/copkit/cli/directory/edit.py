"""``copkit directory check`` and ``use``: what somebody found, and who was sent where."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from copkit.cli.context import Writing
from copkit.cli.directory.names import (
    ServiceName,
    complete_language,
    find_service_slug,
    parse_language,
)
from copkit.cli.params import complete_case_name, is_interactive, parse_day, today, usage_error
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.folder import FOR_ATTENDANCE, Programme
from copkit.layout import record_slugs
from copkit.records.directory import CheckedHow, ServiceStatus, ServiceUse
from copkit.records.kinds import Noun
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append, set_value


def check(
    context: Writing,
    entry: ServiceName,
    how: Annotated[
        CheckedHow | None,
        typer.Option(metavar="HOW", help=f"How it was found: {', '.join(CheckedHow)}."),
    ] = None,
    still: Annotated[bool, typer.Option("--still", help="All is as it is on record.")] = False,
    status: Annotated[
        ServiceStatus | None, typer.Option(help="What it is now.", metavar="STATUS")
    ] = None,
    when: Annotated[str | None, typer.Option(help="The days and hours now.")] = None,
    who: Annotated[str | None, typer.Option(help="Who may come now.")] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            "--language",
            help="A language spoken there now; may be repeated.",
            autocompletion=complete_language,
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="Who found it: a role.")] = "facilitator",
) -> None:
    """Record that somebody found a service, or a connector, to be so today.

    On a terminal it asks four things: whether it is still there, its hours, who may come, and the
    languages. Changing a field by hand never counts as a check.

    \b
    Examples:
      copkit directory check chapel-breakfast --how phone --still
      copkit directory check food-share --how told-by-them --status paused
      copkit directory check city-advice --when "weekdays 9 to 12" --how website
    """
    # Places and members too, since the record that is written may name some.
    programme = context.load({Noun.PLACES, *FOR_ATTENDANCE, Noun.CASES})
    is_connector = entry in record_slugs(programme.root, Noun.CONNECTORS)
    is_service = entry in record_slugs(programme.root, Noun.DIRECTORY)
    if is_connector and not is_service:
        file, hours = f"connectors/{entry}.md", "hours"
        if status or who:
            usage_error(f"{entry} is a connector, which has no --status and no --who")
    else:
        file, hours = f"directory/{find_service_slug(programme.root, entry)}.md", "when"
    values: dict[str, Any] = {
        hours: when,
        "who": who,
        "languages": [parse_language(typed) for typed in language or ()],
        "status": status,
    }
    asks = not still and not any(values.values())
    if asks and not is_interactive():
        usage_error(
            "missing: what was found",
            "--still if all is as on record, else --status, --when, --who or --language",
        )

    def with_check(text: str | None, current: Any) -> str:
        if text is None:
            raise CopkitError(f"{file} is not there; nothing was changed")
        new = values | (_ask_four(current, hours) if asks else {})
        if new["status"] and new["status"] is not getattr(current, "status", None):
            new["status_since"] = today()
        new["checked"] = today()
        new["checked_how"] = how or (_ask_how() if asks else current.checked_how)
        new["checked_by"] = by
        for key, value in new.items():
            if value:
                text = set_value(text, [key], value)
        return text

    edited = change_record(programme, file, with_check, dry_run=context.dry_run)
    if edited.new.checked_how is None:
        say("  --how says how it was found: phone, visit, told-by-them or website")


def _ask_four(current: Any, hours: str) -> dict[str, Any]:
    """Ask the four things about an entry; Enter leaves what is on record."""
    from copkit.cli.prompts import ask, confirm

    if not confirm("Still there?", default=True):
        if not hasattr(current, "status"):
            raise CopkitError("nothing was changed", f"copkit remove {current.slug}")
        gone = tuple(status.value for status in (ServiceStatus.CLOSED, ServiceStatus.PAUSED))
        return {"status": ServiceStatus(ask("closed or paused", gone))}
    new: dict[str, Any] = {}
    if getattr(current, "status", ServiceStatus.ACTIVE) is not ServiceStatus.ACTIVE:
        new["status"] = ServiceStatus.ACTIVE
    questions = {hours: "hours"} | ({"who": "who for"} if hasattr(current, "who") else {})
    for key, question in questions.items():
        old = getattr(current, key) or ""
        answer = ask(f"{question} (Enter: as now, '{clean(old)}')", default="")
        new[key] = answer or None
    spoken = ", ".join(current.languages)
    answer = ask(f"languages, with commas (Enter: as now, '{spoken}')", default="")
    new["languages"] = [parse_language(part) for part in answer.split(",") if part.strip()]
    return new


def _ask_how() -> CheckedHow:
    from copkit.cli.prompts import ask

    return CheckedHow(ask("how was it found", tuple(how.value for how in CheckedHow)))


def use(
    context: Writing,
    service: ServiceName,
    case: Annotated[
        str | None,
        typer.Option(
            "--case",
            metavar="COMMUNITY/CASE",
            help="The case.",
            autocompletion=complete_case_name,
        ),
    ] = None,
    date: Annotated[str | None, typer.Option(help="The day.", show_default="today")] = None,
) -> None:
    """Count that somebody was sent to a service, in a case. The same again changes nothing.

    \b
    Examples:
      copkit directory use chapel-breakfast --case brighton/nobody-to-call-at-weekends
    """
    from copkit.cli.cases.edit import find_case

    if case is None:
        usage_error("missing: --case", "copkit directory use SERVICE --case COMMUNITY/CASE")
    programme: Programme = context.load({Noun.PLACES, Noun.MEMBERS, Noun.CASES})
    slug = find_service_slug(programme.root, service)
    day = parse_day(date, "--date", programme.settings) if date else today()
    name = find_case(programme, case).name

    def with_use(text: str | None, current: Any) -> str:
        if text is None:
            raise CopkitError(f"directory/{slug}.md is gone meanwhile; nothing was changed")
        if any((use.date, use.case) == (day, name) for use in current.used):
            return text  # a command that was repeated, not two times
        item = {
            "id": new_part_id(ServiceUse, [use.id for use in current.used]),
            "date": day,
            "case": name,
        }
        return append(text, ["used"], item)

    change_record(programme, f"directory/{slug}.md", with_use, dry_run=context.dry_run)
