"""``copkit toolkit add``: lay a sheet, or what it says, into the programme."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from copkit.cli.context import CommandContext, Writing
from copkit.cli.params import CommunityName, is_interactive, parse_day, usage_error
from copkit.cli.store import change_record, say_unchanged, write_new_records
from copkit.cli.terminal import clean, say
from copkit.cli.toolkit.commands import SheetName, open_kit
from copkit.errors import CopkitError
from copkit.layout import SETTINGS
from copkit.records.kinds import Noun
from copkit.wording import day_in_words, list_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.toolkit import Interval
    from copkit.folder import CommunityRecords, Programme
    from copkit.records.communities import Community
    from copkit.records.programme import Seats, Settings
    from copkit.records.sheets import KitSheet

TASTER_MINUTES = 90  # as the sheet of the taster has it; ours
FOR_ONE_COMMUNITY = ("first-six", "ground-rules")
_EVERY = re.compile(r"(\d{1,2}) ?(d|w|m|days?|weeks?|months?)")


class MeetingPlan(NamedTuple):
    """What was typed of the first six meetings: the first day, the time between, when, where."""

    since: str | None
    every: str
    start: str | None
    place: str | None


def add(
    context: Writing,
    sheet: SheetName,
    community: CommunityName = None,
    as_sheet: Annotated[
        bool, typer.Option("--sheet", help="Copy the sheet itself into toolkit/, to change it.")
    ] = False,
    since: Annotated[
        str | None, typer.Option("--from", help="first-six: the day of the taster.")
    ] = None,
    every: Annotated[
        str, typer.Option(help="first-six: the time between, as 4w, 28d or 1m (third Wednesday).")
    ] = "4w",
    start: Annotated[
        str | None, typer.Option(help="first-six: the time they begin, as 14:00.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="first-six: where.")] = None,
) -> None:
    """Lay a sheet into the programme, or what it says into the records.

    first-six writes a taster and five meetings of a community, ground-rules its ground rules, and
    seats the target mix into copkit.yaml. case-form copies the form, and prints it. Every other
    sheet is copied into toolkit/, where you can change it. What is filled in already stays.

    \b
    Examples:
      copkit toolkit add first-six brighton --from 2026-03-04 --every 4w --start 14:00
      copkit toolkit add ground-rules brighton
      copkit toolkit add seats
      copkit toolkit add brokerage
    """
    from copkit.documents.sheets import find_sheet

    chosen = find_sheet(open_kit(context).sheets, sheet)
    to_records = chosen.slug in FOR_ONE_COMMUNITY and not as_sheet
    if community and not to_records:
        hint = f"leave out '{community}': the sheet is for the whole programme"
        usage_error(f"{chosen.slug} is not added to one community", hint)
    if (since or start or place) and not (to_records and chosen.slug == "first-six"):
        usage_error("--from, --start and --place are for first-six", "leave them out")
    if to_records:
        _add_to_community(context, chosen, community, MeetingPlan(since, every, start, place))
    elif chosen.slug == "seats" and not as_sheet:
        _add_seats(context, chosen)
    else:
        _copy_sheet(context, chosen)
        if chosen.slug == "case-form" and not as_sheet:
            _print_form(context, chosen.slug)


# --- into the records of a community --------------------------------------------------------


def _add_to_community(
    context: CommandContext, sheet: KitSheet, community: str | None, plan: MeetingPlan
) -> None:
    from copkit.cli.prompts import find_or_ask_community

    programme = context.load({Noun.MEMBERS, Noun.MEETINGS})
    if community is None and not is_interactive():
        slugs = ", ".join(records.slug for records in programme.communities)
        hint = f"one of {slugs}; " if slugs else ""
        usage_error("missing: COMMUNITY", f"{hint}--sheet copies the sheet instead")
    records = find_or_ask_community(programme, community)
    if sheet.slug == "ground-rules":
        _add_ground_rules(context, programme, records, sheet)
    else:
        _add_first_six(context, programme, records, plan)


def _add_ground_rules(
    context: CommandContext, programme: Programme, records: CommunityRecords, sheet: KitSheet
) -> None:
    """Write the rules of the sheet under the heading that waits for them."""
    from copkit.text.edit import fill_section

    rules = _rules_of(sheet)
    present = records.community.ground_rules.strip()
    if present:
        if present.split() != rules.split():
            lines = difflib.unified_diff(
                present.splitlines(), rules.splitlines(),
                records.community.source.file, f"toolkit/{sheet.slug}.md", lineterm="",
            )  # fmt: skip
            for line in lines:
                print(clean(line))
        reason = f"{records.slug} has its ground rules already"
        say_unchanged(programme.root, reason, dry_run=context.dry_run)
        return

    def with_rules(text: str | None, community: Community | None) -> str:
        del community
        return fill_section(text or "", "Ground rules", rules)

    file = records.community.source.file
    change_record(programme, file, with_rules, dry_run=context.dry_run, has_free_text=False)
    say("  read them aloud at the first meeting, and change what does not fit")


def _rules_of(sheet: KitSheet) -> str:
    """Return the numbered list of a sheet, as it is written there."""
    lines = sheet.body.splitlines()
    first = next((n for n, line in enumerate(lines) if re.match(r"1[.)] ", line)), None)
    if first is None:
        message = f"the sheet {sheet.slug} has no numbered list of rules"
        raise CopkitError(message, "write one rule a line: 1. ..., 2. ...")
    # The list ends at the blank line that something else than another rule follows.
    last = first
    for number in range(first, len(lines)):
        line = lines[number]
        if re.match(r"\d+[.)] |\s+\S", line):
            last = number
        elif line.strip() and not lines[number - 1].strip():
            break
    return "\n".join(line.rstrip() for line in lines[first : last + 1])


def _add_first_six(
    context: CommandContext, programme: Programme, records: CommunityRecords, plan: MeetingPlan
) -> None:
    """Write the meetings that a community lacks of its first six."""
    from copkit.analysis.toolkit import FIRST_MEETINGS, plan_first_six
    from copkit.cli.prompts import ask_day
    from copkit.cli.records.new import parse_time
    from copkit.records.meetings import USUAL_MINUTES, Meeting, MeetingKind
    from copkit.records.schema.write import format_record

    interval = _parse_interval(plan.every)
    start = parse_time(plan.start, "--start") if plan.start else None
    count = len(records.meetings)
    if count >= FIRST_MEETINGS:
        reason = f"{records.slug} has {plural(count, 'meeting')} already"
        say_unchanged(programme.root, reason, dry_run=context.dry_run)
        return
    if plan.since is None and not is_interactive():
        hint = f"copkit toolkit add first-six {records.slug} --from 2026-03-04 --start 14:00"
        usage_error("missing: --from", hint)
    typed = plan.since or ask_day("day of the taster", option="--from")
    first = parse_day(typed, "--from", programme.settings)
    planned = plan_first_six(records, first, interval)
    _require_in_programme(programme.settings, [meeting.held_on for meeting in planned])
    texts = {}
    for meeting in planned:
        is_taster = meeting.kind is MeetingKind.TASTER
        values = {
            "date": meeting.held_on,
            "start": start,
            "minutes": TASTER_MINUTES if is_taster else USUAL_MINUTES,
            "kind": meeting.kind,
            "place": plan.place,
        }
        file = f"communities/{records.slug}/meetings/{meeting.held_on}.md"
        texts[file] = format_record(Meeting, values, "")
    write_new_records(programme, texts, dry_run=context.dry_run)
    days = list_in_words([day_in_words(meeting.held_on) for meeting in planned])
    say(f"{clean(records.community.place)}: {days}")
    if not context.dry_run:
        say(f"  copkit calendar {records.slug}")


def _parse_interval(text: str) -> Interval:
    """Parse the time from one meeting to the next: ``4w``, ``28d``, ``1m`` or ``4 weeks``."""
    from copkit.analysis.toolkit import Interval

    match = _EVERY.fullmatch(text.strip().lower())
    count = int(match[1]) if match else 0
    if not match or not count:
        usage_error(f"--every: '{text}' is no time between two meetings", "write 4w, 28d or 1m")
    unit = match[2][0]
    if unit == "m":
        return Interval(months=count)
    return Interval(days=count * (7 if unit == "w" else 1))


def _require_in_programme(settings: Settings, days: list[dt.date]) -> None:
    """Raise :class:`CopkitError` for a day before the programme begins, or after its end."""
    for day in days:
        if day < settings.starts:
            message = f"{day} is before the programme starts ({settings.starts})"
        elif settings.ends and day > settings.ends:
            message = f"{day} is after the programme ends ({settings.ends})"
        else:
            continue
        hint = "name another day with --from or a shorter time with --every, or change copkit.yaml"
        raise CopkitError(f"{message}; nothing was changed", hint)


# --- into the settings, and as a sheet ------------------------------------------------------


def _add_seats(context: CommandContext, sheet: KitSheet) -> None:
    """Write the target mix as the seats sought; sectors that somebody has chosen stay."""
    from copkit.records.programme import EXAMPLE_SEATS
    from copkit.text.edit import set_value

    mix = _target_mix(sheet)
    programme = context.load(())

    def with_mix(text: str | None, settings: Settings | None) -> str:
        sought = settings.seats_sought if settings else {}
        if not sought or sought == EXAMPLE_SEATS:
            return set_value(text or "", ["seats"], {key: list(mix[key]) for key in mix})
        new = text or ""
        for sector in mix:
            if sector not in sought:
                new = set_value(new, ["seats", sector], list(mix[sector]))
        return new

    change_record(programme, SETTINGS, with_mix, dry_run=context.dry_run, has_free_text=False)
    say(f"  change them in {SETTINGS} until they fit your town")


def _target_mix(sheet: KitSheet) -> Seats:
    """Return the roles by sector of the sheet's table; a row has its roles with ``;`` between."""
    from copkit.text.markdown import MarkdownTable, split_parts

    for part in split_parts(sheet.body):
        if isinstance(part, MarkdownTable) and [head.casefold() for head in part.head] == [
            "sector",
            "roles",
        ]:
            rows = {
                sector: tuple(role.strip() for role in roles.split(";") if role.strip())
                for sector, roles in part.rows
            }
            return {sector: roles for sector, roles in rows.items() if sector and roles}
    message = f"the sheet {sheet.slug} has no table of sectors and roles"
    raise CopkitError(message, "give it a table with the heads 'Sector' and 'Roles'")


def _copy_sheet(context: CommandContext, sheet: KitSheet) -> None:
    """Copy a shipped sheet into ``toolkit/``; one that is there stays."""
    from copkit.documents.sheets import SHEETS_FOLDER, shipped_sheet_text

    file = f"{SHEETS_FOLDER}/{sheet.slug}.md"
    programme = context.load({Noun.TOOLKIT})
    if any(own.slug == sheet.slug for own in programme.toolkit):
        reason = f"{file} is there already"
        say_unchanged(programme.root, reason, dry_run=context.dry_run)
        return
    write_new_records(programme, {file: shipped_sheet_text(sheet.slug)}, dry_run=context.dry_run)
    if not context.dry_run:
        say(f"  copkit edit {sheet.slug} changes it; delete it to use the shipped sheet again")


def _print_form(context: CommandContext, name: str) -> None:
    from copkit.cli.documents.build import unavailable_format_notes
    from copkit.cli.toolkit.commands import print_for_anybody
    from copkit.documents.formats import default_formats

    formats = default_formats("toolkit")
    paths = print_for_anybody(context, open_kit(context), [name], formats)
    context.report(paths, "a form for each presenter", unavailable_format_notes("toolkit"))
