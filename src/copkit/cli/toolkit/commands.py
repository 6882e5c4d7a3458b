"""``copkit toolkit list``, ``show``, ``print`` and ``check``."""

from __future__ import annotations

import contextlib
import datetime as dt
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from copkit.cli.context import Building, CommandContext, Reading
from copkit.cli.params import (
    AsOf,
    CommunityName,
    Formats,
    as_of_day,
    complete_community,
    filter_completions,
    find_programme_root,
    today,
    usage_error,
)
from copkit.cli.terminal import (
    READABLE_COLUMNS,
    align_columns,
    bold,
    clean,
    print_heading,
    print_json,
    print_paragraph,
    print_table,
    say,
)
from copkit.errors import CopkitError, InvalidRecords, only_errors
from copkit.layout import find_programme, record_slugs
from copkit.wording import day_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.toolkit import SheetNeed, SheetView, StartingBox
    from copkit.documents.facts.toolkit import KitTable
    from copkit.documents.theme import DocumentTheme
    from copkit.folder import CommunityRecords, Programme
    from copkit.records.sheets import KitSheet

MOST_SHEETS = 3  # that are named below the checklist


class Kit(NamedTuple):
    """The sheets, and the programme whose own are among them; ``None`` outside one."""

    sheets: tuple[KitSheet, ...]
    programme: Programme | None


def complete_sheet(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a sheet, from names of files alone."""
    from copkit.documents.sheets import KIT, SHEETS_FOLDER

    own: list[str] = []
    with contextlib.suppress(CopkitError, OSError):  # outside a programme there are none
        own = record_slugs(find_programme_root(ctx), SHEETS_FOLDER)
    return filter_completions((*KIT, *own), incomplete)


SheetName = Annotated[
    str, typer.Argument(metavar="SHEET", help="Its name or number.", autocompletion=complete_sheet)
]


def open_kit(context: CommandContext) -> Kit:
    """Load the sheets, those of the programme instead of shipped ones of the same name.

    There need be no programme. Raise :class:`InvalidRecords` for a sheet of its own with errors;
    what is wrong with other records does not matter here.
    """
    from copkit.documents.sheets import SHEETS_FOLDER, load_kit
    from copkit.records.kinds import Noun

    try:
        find_programme(context.folder)
    except CopkitError:
        if not context.folder.is_dir():
            raise
        return Kit(load_kit(), None)
    programme = context.load({Noun.TOOLKIT})
    problems = [
        problem
        for problem in only_errors(programme.problems)
        if problem.file.startswith(f"{SHEETS_FOLDER}/")
    ]
    if problems:
        raise InvalidRecords(problems)
    return Kit(load_kit(programme.toolkit), programme)


def list_sheets(context: Reading, community: CommunityName = None, as_of: AsOf = None) -> None:
    """List the sheets in order of need, and how long each takes.

    For a community, those come first that help with most open boxes of its checklist, and last
    those that are behind it.

    \b
    Examples:
      copkit toolkit
      copkit toolkit brighton
      copkit toolkit halifax --as-of 2012-06-13
    """
    from copkit.analysis.toolkit import KIT_AUDIENCE, sheet_views

    if community:
        _list_for_community(context, community, as_of)
        return
    if as_of:
        usage_error("--as-of is for a community", "copkit toolkit brighton --as-of 2012-06-13")
    kit = open_kit(context)
    views = sheet_views(kit.sheets, KIT_AUDIENCE)
    if context.as_json:
        print_json([_sheet_as_json(view) for view in views])
        return
    print_table(("", "sheet", "takes", "asks"), [_sheet_row(view) for view in views])
    say("'copkit toolkit show SHEET' shows one, 'copkit toolkit print' prints all of them")


def _list_for_community(context: CommandContext, named: str, as_of: str | None) -> None:
    programme, records, day = _find_community(context, named, as_of)
    boxes, needs = _sheets_needed(programme, records, day)
    if context.as_json:
        rows = [
            _sheet_as_json(need.sheet)
            | {"open_boxes": need.open_boxes, "is_behind": need.is_behind}
            for need in needs
        ]
        print_json({"community": records.slug, "as_of": day, "sheets": rows})
        return
    print_heading(records.community.name, f", {_count_ticked(boxes)} on {day_in_words(day)}.")
    groups = {
        "What helps with open boxes": [need for need in needs if need.open_boxes],
        "For later": [need for need in needs if not need.open_boxes and not need.is_behind],
        "Behind you": [need for need in needs if need.is_behind],
    }
    for heading, group in groups.items():
        if group:
            print(f"\n{bold(heading)}")
            cells = [_sheet_row(need.sheet) for need in group]
            print("\n".join(list(align_columns(("",) * 4, cells))[1:]))
    say(f"\n'copkit toolkit check {records.slug}' shows the boxes")


def _count_ticked(boxes: Sequence[StartingBox]) -> str:
    return f"{sum(box.ticked for box in boxes)} of {len(boxes)}"


def _sheet_row(view: SheetView) -> tuple[str, str, str, str]:
    minutes = f"{view.minutes} min" if view.minutes else ""
    return str(view.number), view.name, minutes, view.asks


def _sheet_as_json(view: SheetView) -> dict[str, Any]:
    return {
        "number": view.number,
        "name": view.name,
        "title": view.title,
        "asks": view.asks,
        "when": view.when,
        "minutes": view.minutes,
        "for": view.written_for,
        "rests_on": view.rests_on or None,
    }


def _find_community(
    context: CommandContext, named: str | None, as_of: str | None
) -> tuple[Programme, CommunityRecords, dt.date]:
    """Load a programme, find a community that has a checklist, and the day to look at it.

    Raise :class:`CopkitError` for a network, and for meetings of facilitators or advisers.
    """
    from copkit.analysis.toolkit import has_checklist
    from copkit.cli.prompts import find_or_ask_community
    from copkit.folder import EVERYTHING

    programme = context.open(EVERYTHING)
    records = find_or_ask_community(programme, named)
    if not has_checklist(records):
        kind = records.community.kind
        message = f"{records.slug} is of the kind '{kind}', which has no checklist"
        raise CopkitError(message, "the boxes are those of a community of practice", status=2)
    return programme, records, as_of_day(programme, as_of)


def _sheets_needed(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> tuple[Sequence[StartingBox], Sequence[SheetNeed]]:
    """Return the checklist of a community, and the sheets in the order in which it needs them."""
    from copkit.analysis.period import CommunitySnapshot
    from copkit.analysis.toolkit import KIT_AUDIENCE, sheet_views, sheets_by_need, starting_boxes
    from copkit.documents.sheets import load_kit

    boxes = starting_boxes(programme, records, day)
    views = sheet_views(load_kit(programme.toolkit), KIT_AUDIENCE)
    held = CommunitySnapshot(records, programme.settings.threshold, day).meetings_held
    return boxes, sheets_by_need(views, boxes, len(held))


# --- the checklist --------------------------------------------------------------------------


def check(context: Reading, community: CommunityName = None, as_of: AsOf = None) -> None:
    """Show the starting checklist of a community, ticked by what is on record.

    Each open box has the command that closes it. What records cannot know is on the sheets, to
    be ticked by hand.

    \b
    Examples:
      copkit toolkit check brighton
      copkit toolkit check halifax --as-of 2012-06-13
      copkit toolkit check brighton --json
    """
    from copkit.cli.today import folder_option

    programme, records, day = _find_community(context, community, as_of)
    boxes, needs = _sheets_needed(programme, records, day)
    option = folder_option(context)
    helpful = [need.sheet for need in needs if need.open_boxes]
    if context.as_json:
        print_json(
            {
                "community": records.slug,
                "as_of": day,
                "ticked": sum(box.ticked for box in boxes),
                "of": len(boxes),
                "boxes": [_box_as_json(box, option) for box in boxes],
                "sheets": [view.name for view in helpful],
            }
        )
        return
    print_heading(records.community.name, f", {_count_ticked(boxes)} on {day_in_words(day)}")
    for box in boxes:
        print_paragraph(f"[{'x' if box.ticked else ' '}] {box.text}", "", 4)
        print_paragraph(box.because, "    ")
        if box.command:
            print(f"    {clean(_command_line(box, option))}")
    for number, view in enumerate(helpful[:MOST_SHEETS]):
        label = "Read next: " if not number else "           "
        if not number:
            print()
        command = f"copkit toolkit show {view.name}{option}"
        print_paragraph(f"sheet {view.number}, {view.title} ({command})", label)


def _command_line(box: StartingBox, option: str) -> str:
    return f"copkit {shlex.join(box.command)}{option}"


def _box_as_json(box: StartingBox, option: str) -> dict[str, Any]:
    return {
        "name": box.name,
        "text": box.text,
        "ticked": box.ticked,
        "because": box.because,
        "sheet": box.sheet,
        "command": _command_line(box, option) if box.command else None,
    }


# --- one sheet on the terminal --------------------------------------------------------------


def show(context: Reading, sheet: SheetName) -> None:
    """Show one sheet.

    \b
    Examples:
      copkit toolkit show brokerage
      copkit toolkit show 7
    """
    from copkit.analysis.toolkit import KIT_AUDIENCE, KitView, sheet_views
    from copkit.documents.facts.toolkit import build_kit
    from copkit.documents.sheets import find_sheet

    kit = open_kit(context)
    name = find_sheet(kit.sheets, sheet).slug
    views = [view for view in sheet_views(kit.sheets, KIT_AUDIENCE) if view.name == name]
    if context.as_json:
        print_json(_sheet_as_json(views[0]) | {"text": views[0].body})
        return
    facts = build_kit(KitView("", tuple(views))).sheets[0]
    print_heading(f"{views[0].number}. {facts.title}")
    print_paragraph(facts.asks)
    print_paragraph(facts.lead)
    for part in facts.parts:
        print()
        if part.text:
            for line in str(part.text).splitlines():
                print(clean(line))
        if part.table:
            _print_sheet_table(part.table)
        for box in part.boxes:
            print_paragraph(f"[ ] {box.text}", "", 4)
    if facts.rests_on:
        print()
        print_paragraph(f"Rests on: {facts.rests_on}")


def _print_sheet_table(table: KitTable) -> None:
    """Print a table; one that is too wide for easy reading has a row over several lines."""
    rows = [row.cells for row in table.rows if not row.to_write]
    lines = list(align_columns(table.head, rows))
    if max(map(len, lines)) <= READABLE_COLUMNS:
        print("\n".join([bold(lines[0]), *lines[1:]]))
    else:
        print_heading(" | ".join(table.head))
        for row in rows:
            print_paragraph(" | ".join(cell for cell in row if cell), "", 4)
    if len(rows) < len(table.rows):
        print(f"({plural(len(table.rows) - len(rows), 'row')} to write in, on paper)")


# --- on paper -------------------------------------------------------------------------------


def print_sheets(
    context: Building,
    sheets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SHEET]...",
            help="Names or numbers.",
            show_default="the whole kit",
            autocompletion=complete_sheet,
        ),
    ] = None,
    community: Annotated[
        str | None,
        typer.Option(help="Fill in what is on record.", autocompletion=complete_community),
    ] = None,
    as_of: AsOf = None,
    formats: Formats = None,
) -> None:
    """Build sheets for print below build/toolkit, each its own file; without names the whole kit.

    There need be no programme yet. For a community the kit says where it stands; the sheets
    'seats', 'first-six' and 'warning-signs' are filled in.

    \b
    Forms:
      html  for the browser, and to print     docx  for Word, to change
      pdf   the same on A4, a sheet a page    md    Markdown

    \b
    Examples:
      copkit toolkit print --format pdf
      copkit toolkit print taster 7 --open
      copkit toolkit print first-six --community brighton
    """
    from copkit.cli.documents.build import parse_formats, unavailable_format_notes
    from copkit.documents.sheets import find_sheet, load_kit

    chosen = parse_formats("toolkit", formats or ())
    if community:
        programme = context.open_to_build()
        programme_kit = Kit(load_kit(programme.toolkit), programme)
    else:
        if as_of:
            usage_error("--as-of is for a community", "name it: --community brighton")
        programme_kit = open_kit(context)
    typed = sheets or ()
    names = list(dict.fromkeys(find_sheet(programme_kit.sheets, name).slug for name in typed))
    if community and programme_kit.programme:
        paths = _print_for_community(
            context, programme_kit.programme, community, as_of, names, chosen
        )
    else:
        paths = print_for_anybody(context, programme_kit, names, chosen)
    count = plural(len(names or programme_kit.sheets), "sheet")
    what = count if names else f"the whole kit, {count}"
    notes = [] if formats else unavailable_format_notes("toolkit")
    context.report(paths, what, notes)


def _print_for_community(
    context: CommandContext,
    programme: Programme,
    named: str,
    as_of: str | None,
    names: Sequence[str],
    formats: Sequence[str],
) -> list[Path]:
    from copkit.cli.documents.build import build_kit_files

    records = programme.community(named)
    day = as_of_day(programme, as_of) if as_of else today()
    paths: list[Path] = []
    for name in names or [""]:
        paths += build_kit_files(programme, records, name, day, formats, dry_run=context.dry_run)
    return paths


def print_for_anybody(
    context: CommandContext, kit: Kit, names: Sequence[str], formats: Sequence[str]
) -> list[Path]:
    """Write the sheets, or the whole kit, below the programme or the folder it is run in."""
    from copkit.analysis.toolkit import KIT_AUDIENCE, KitView, sheet_views
    from copkit.documents.facts.toolkit import build_kit
    from copkit.documents.formats import DOCUMENTS
    from copkit.text.files import path_inside
    from copkit.text.transaction import write_output

    programme = kit.programme
    root = programme.root if programme else context.folder.resolve()
    theme = _theme_of(programme)
    views = sheet_views(kit.sheets, KIT_AUDIENCE)
    contents: dict[Path, bytes] = {}
    for name in names or ["toolkit"]:
        chosen = tuple(view for view in views if not names or view.name == name)
        facts = build_kit(KitView(programme.settings.name if programme else "", chosen))
        for file_format in formats:
            path = path_inside(root, "build", "toolkit", f"{name}.{file_format}")
            contents[path] = DOCUMENTS["toolkit"][file_format](facts, theme)
    if not context.dry_run:
        for path, data in contents.items():
            write_output(root, path, data)
    return list(contents)


def _theme_of(programme: Programme | None) -> DocumentTheme:
    from copkit.documents.theme import DEFAULT_THEME, load_theme

    return load_theme(programme.settings, programme.root) if programme else DEFAULT_THEME
