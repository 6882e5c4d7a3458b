"""``copkit attendance``: the matrix, registers, their documents, and recording who came."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.context import (
    CommandContext,
    OutgoingBuilding,
    OutgoingComparing,
    Reading,
    Writing,
)
from copkit.cli.params import (
    AsOf,
    CommunityArgument,
    CommunityName,
    Formats,
    Output,
    as_of_day,
    complete_community,
    complete_meeting,
    complete_member,
    complete_sector,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.terminal import (
    clean,
    member_names,
    print_json,
    print_table,
    require_no_terminal,
    say,
)
from copkit.records.schema.audience import Audience
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.absence import Absence
    from copkit.analysis.attendance import Matrix, Register
    from copkit.folder import Programme


class Format(StrEnum):
    """The formats of the matrix and the register."""

    TABLE = "table"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    SVG = "svg"
    PNG = "png"
    JSON = "json"


# The formats that can be written to a file, with its ending; Markdown alone is called otherwise.
_ENDINGS = {
    form: form.value for form in (Format.HTML, Format.CSV, Format.XLSX, Format.SVG, Format.PNG)
} | {Format.MARKDOWN: "md"}
# Never printed to a terminal, which could not show it.
_NOT_TEXT = frozenset({"xlsx", "png"})

FormatOption = Annotated[Format, typer.Option("--format", "-f", help="The form.")]


def choose_format(form: Format, output: Path | None, *, as_json: bool) -> Format:
    """Return the format to make: the option's, or else that of the ending of ``output``.

    Raise :class:`CopkitError` where a file cannot hold the format.
    """
    if as_json:
        form = Format.JSON
    if output is None:
        return form
    by_ending = {ending: form for form, ending in _ENDINGS.items()}
    ending = output.suffix.removeprefix(".").lower()
    # the table is the default, so an ending overrides it; a format that was typed stands
    if form is Format.TABLE and ending in by_ending:
        return by_ending[ending]
    if form not in _ENDINGS:
        choices = list_in_words([f".{ending}" for ending in by_ending], "or")
        reason = f"it is not made as .{ending}" if ending else "its ending says no form"
        usage_error(
            f"--output {clean(output.name)}: {reason}", f"name a file that ends in {choices}"
        )
    return form


def deliver_matrix(
    context: CommandContext,
    programme: Programme,
    matrix: Matrix,
    form: Format,
    output: Path | None,
    *,
    explain: bool,
) -> None:
    """Print or write the matrix for members: who is in which seat.

    ``explain`` adds the meetings behind every letter.
    """
    from copkit.documents.facts.attendance import matrix_facts, matrix_json

    if form is Format.JSON:
        print_json(matrix_json(matrix, explain=explain))
    elif form is Format.TABLE:
        from copkit.cli.attendance.tables import print_explained, print_matrix

        if explain:  # what was asked for comes first
            print_explained(matrix)
        print_matrix(matrix, programme.settings.name)
    else:
        facts = matrix_facts(matrix, programme.settings.name, explain=explain)
        _deliver(context, programme, "matrix", facts, form, output)


def deliver_sectors(
    context: CommandContext,
    programme: Programme,
    matrix: Matrix,
    form: Format,
    output: Path | None,
    audience: Audience,
) -> None:
    """Print or write counts by sector and community, for readers outside members."""
    from copkit.analysis.participation import sector_table
    from copkit.documents.facts.attendance import sector_facts, sector_json

    table = sector_table(matrix)
    facts = sector_facts(table, programme.settings.name)
    if form is Format.JSON:
        print_json(sector_json(table, audience.value))
    elif form is Format.TABLE:
        from copkit.cli.attendance.tables import print_sectors

        print_sectors(facts)
    else:
        _deliver(context, programme, "sectors", facts, form, output)


def deliver_register(
    context: CommandContext,
    programme: Programme,
    register: Register,
    form: Format,
    output: Path | None,
) -> None:
    """Print or write who came to which meeting of a community."""
    from copkit.documents.facts.attendance import register_facts, register_json

    if form is Format.JSON:
        print_json(register_json(register))
    elif form is Format.TABLE:
        from copkit.cli.attendance.tables import print_register

        print_register(register)
    else:
        facts = register_facts(register, programme.settings.name)
        _deliver(context, programme, "register", facts, form, output)


def _deliver(
    context: CommandContext,
    programme: Programme,
    document: str,
    facts: Any,
    form: Format,
    output: Path | None,
) -> None:
    """Print a document, or write it to a file that is not there yet."""
    from copkit.documents.formats import DOCUMENTS, require_format
    from copkit.documents.theme import load_theme

    ending = _ENDINGS[form]
    require_format(document, ending)
    if output is None and ending in _NOT_TEXT:
        # bytes of a spreadsheet would leave a terminal unusable
        require_no_terminal(document, ending)
    data = DOCUMENTS[document][ending](facts, load_theme(programme.settings, programme.root))
    context.deliver(data, output, is_text=ending not in _NOT_TEXT)


# --- recording -------------------------------------------------------------------------------

MeetingDay = Annotated[
    str | None,
    typer.Argument(help="The meeting's day, or 'today'.", autocompletion=complete_meeting),
]


def record(
    context: Writing,
    community: CommunityName = None,
    date: MeetingDay = None,
    present: Annotated[
        list[str] | None,
        typer.Option(
            "--present",
            "-p",
            help="Who came: an id or a name; may be repeated, or a,b,c.",
            autocompletion=complete_member,
        ),
    ] = None,
    apologies: Annotated[
        list[str] | None,
        typer.Option(
            "--apologies", "-a", help="Who sent apologies.", autocompletion=complete_member
        ),
    ] = None,
    substitute: Annotated[
        list[str] | None,
        typer.Option(
            "--substitute",
            "-s",
            metavar="FOR",
            help="For whom the agency sent somebody else.",
            autocompletion=complete_member,
        ),
    ] = None,
    guests: Annotated[int | None, typer.Option(min=0, help="How many guests came.")] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option(
            "--absent", help="Who is on record and was not there.", autocompletion=complete_member
        ),
    ] = None,
    why: Annotated[
        str, typer.Option(metavar="REASON", help="Why what is on record is corrected; it is kept.")
    ] = "",
) -> None:
    """Record who came to a meeting; the meeting is added if it is not there yet.

    Recording the same again changes nothing. What contradicts the record is a correction: it
    needs a reason, which is kept in the meeting.

    \b
    Examples:
      copkit attendance record brighton today -p police-sergeant-1 -p probation-officer-1
      copkit attendance record CP1 2012-04-18 -p community-matron-1,police-sergeant-1
      copkit attendance record CP1 2012-04-18 --substitute community-matron-1 --guests 2
      copkit attendance record CP1 2012-04-18 --absent police-sergeant-1 --why "a mistake"
    """
    from copkit.analysis.record_attendance import AttendanceUpdate, require_consistent
    from copkit.cli.attendance.record import (
        ask_who_came,
        attended_meeting_slug,
        print_names,
        require_member_ids,
        with_reason,
        write_attendance,
    )
    from copkit.cli.attendance.sheet import offer_to_delete_sheets
    from copkit.cli.prompts import ask, find_or_ask_community
    from copkit.folder import FOR_ATTENDANCE

    programme = context.open(FOR_ATTENDANCE, community)
    records = find_or_ask_community(programme, community)
    if date is None and not is_interactive():
        usage_error("missing: DATE", "copkit attendance record brighton today")
    slug = attended_meeting_slug(records, date or ask("date", default=str(today())))
    # numbers are typed only where nothing was given as an option
    named = (present, apologies, substitute, absent)
    if not any(named) and guests is None and is_interactive():
        present, apologies = ask_who_came(programme.root, records)
    update = AttendanceUpdate(
        present=require_member_ids(programme.root, records, present),
        apologies=require_member_ids(programme.root, records, apologies),
        substitutes=require_member_ids(programme.root, records, substitute),
        absent=require_member_ids(programme.root, records, absent),
        guests=guests,
        why=" ".join(why.split()),
    )
    # a reason alone records nothing
    if update == AttendanceUpdate(why=update.why):
        usage_error("nobody to record", "name somebody with --present or --apologies")
    require_consistent(update)
    known = next((meeting for meeting in records.meetings if meeting.slug == slug), None)
    update = with_reason(programme, known, update)
    meeting = write_attendance(programme, records, slug, update, dry_run=context.dry_run)
    print_names(programme.root, records, meeting)
    if not context.dry_run:
        offer_to_delete_sheets(programme.root, records.slug, slug)


def take(
    context: Writing,
    community: CommunityName = None,
    date: Annotated[
        str | None,
        typer.Argument(
            help="The meeting's day, or 'today'.",
            show_default="today's meeting, or the last without attendance",
            autocompletion=complete_meeting,
        ),
    ] = None,
) -> None:
    """Tick who came to a meeting on the list of its members, at the terminal.

    Then asks who sent apologies, whose agency sent somebody else, and for guests; shows what
    will be written, and asks once. Ctrl-C and Esc leave everything as it is. To untick somebody
    who is on record is a correction; it asks for the reason.

    \b
    Examples:
      copkit attendance take
      copkit attendance take brighton 2012-04-18
    """
    from copkit.cli.attendance.record import can_show_checklist, take_attendance
    from copkit.cli.prompts import find_or_ask_community
    from copkit.folder import FOR_ATTENDANCE

    if not can_show_checklist():
        usage_error(
            "a list to tick needs a terminal",
            "without one: copkit attendance record COMMUNITY DATE --present IDS --apologies IDS",
        )
    programme = context.open(FOR_ATTENDANCE, community)
    records = find_or_ask_community(programme, community)
    take_attendance(programme, records, date, dry_run=context.dry_run)


# --- matrix, register and documents ----------------------------------------------------------

Readers = Annotated[
    Audience,
    typer.Option("--for", help="Who will read it; outside members it counts by sector."),
]


def attendance(
    context: OutgoingComparing,
    ctx: typer.Context,
    format: FormatOption = Format.TABLE,
    output: Output = None,
    as_of: AsOf = None,
    community: Annotated[
        list[str] | None,
        typer.Option(
            "--community", help="Only this one; may be repeated.", autocompletion=complete_community
        ),
    ] = None,
    sector: Annotated[
        list[str] | None,
        typer.Option(
            "--sector", help="Only this one; may be repeated.", autocompletion=complete_sector
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the meetings behind every letter.")
    ] = False,
    audience: Readers = Audience.MEMBERS,
) -> None:
    """Print the X/Y/F matrix: who has which role, and whether they keep coming.

    X attended two or more meetings, Y fewer or dropped out, F facilitates. The totals
    leave Y out. An empty row is a role that nobody has yet. For commissioners or the public it
    counts by sector and community, and shows no number from 1 to 4.

    \b
    Examples:
      copkit attendance
      copkit attendance --as-of 2012-12-31 --output matrix.xlsx
      copkit attendance --community brighton --explain
      copkit attendance --for commissioners --format markdown
      copkit attendance -C north -C south
    """
    if ctx.invoked_subcommand is not None:
        return
    if len(context.each) > 1:
        _compare(context, format, output, as_of, audience, is_part=bool(community or explain))
        return
    from copkit.analysis.attendance import build_matrix
    from copkit.folder import FOR_ATTENDANCE

    form = choose_format(format, output, as_json=context.as_json)
    programme = context.open(FOR_ATTENDANCE)
    only = _matrix_columns(programme, community or ())
    sectors = _matrix_sectors(programme, sector or ())
    matrix = build_matrix(programme, as_of_day(programme, as_of), only, sectors)
    if audience.policy.sees_members:
        deliver_matrix(context, programme, matrix, form, output, explain=explain)
    elif explain or only or sectors:
        # Small counts are hidden for one whole table; a part of it shown beside it would undo that.
        option = "--explain" if explain else "--community" if only else "--sector"
        hint = f"leave out {option}, or --for: a smaller table would give away what a larger hides"
        usage_error(f"{option} is for members alone", hint)
    elif output is None:  # what is printed goes to whoever keeps the records
        deliver_sectors(context, programme, matrix, form, output, audience)
    else:
        from copkit.cli.documents.build import sectors_selection
        from copkit.cli.documents.outgoing import going_out

        with going_out(context, programme, sectors_selection(audience, matrix.as_of)):
            deliver_sectors(context, programme, matrix, form, output, audience)


def _compare(
    context: CommandContext,
    format: Format,
    output: Path | None,
    as_of: str | None,
    audience: Audience,
    *,
    is_part: bool,
) -> None:
    """Print or write the matrices of several programmes side by side, each column with its own.

    Raise :class:`CopkitError` for readers outside, and where a part of it is asked for.
    """
    from copkit.analysis.attendance import build_matrix, join_matrices
    from copkit.cli.programmes import open_each
    from copkit.folder import FOR_ATTENDANCE

    form = choose_format(format, output, as_json=context.as_json)
    if is_part:
        usage_error("--community and --explain are for one programme", "name one folder with -C")
    if not audience.policy.sees_members:
        # What is hidden in one programme could be worked out from a table of several beside it.
        hint = "'copkit export -C ... -C ... --output warehouse' makes tables for them"
        usage_error("several programmes side by side are for members alone", hint)
    programmes = open_each(context, FOR_ATTENDANCE)
    matrices = {
        name: build_matrix(programme, as_of_day(programme, as_of))
        for name, programme in programmes.items()
    }
    for name, matrix in matrices.items():
        say(clean(f"{name}: as of {matrix.as_of}, {plural(matrix.threshold, 'meeting')} for an X"))
    first = next(iter(programmes.values()))
    names = list_in_words([programme.settings.name for programme in programmes.values()])
    together = replace(first, settings=replace(first.settings, name=names))
    deliver_matrix(context, together, join_matrices(matrices), form, output, explain=False)


def _matrix_columns(programme: Programme, names: Iterable[str]) -> frozenset[str]:
    """Return the slugs of the named communities; raise where one is no column of the matrix."""
    from copkit.records.communities import CommunityKind

    communities = [programme.community(name) for name in names]
    for records in communities:
        if (kind := records.community.kind) is not CommunityKind.COMMUNITY:
            message = f"{records.slug} is of the kind '{kind}', so it is no column of the matrix"
            usage_error(message, f"'copkit attendance register {records.slug}' shows who came")
    return frozenset(records.slug for records in communities)


def _matrix_sectors(programme: Programme, names: Iterable[str]) -> frozenset[str]:
    """Return the named sectors, of those that are sought or that somebody is from."""
    from copkit.folder import choose_match
    from copkit.text.normalise import match_names

    members = (member for records in programme.communities for member in records.members)
    known = list(
        dict.fromkeys((*programme.settings.seats_sought, *(member.sector for member in members)))
    )
    if names and not known:
        usage_error("--sector: there is no sector yet", "'copkit seats --add' adds a role to seek")
    named: dict[str, tuple[str, ...]] = dict.fromkeys(known, ())
    return frozenset(
        choose_match("sector", name, match_names(name, named), known) for name in names
    )


def register(
    context: Reading,
    community: CommunityArgument,
    as_of: AsOf = None,
    format: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    """Print who came to which meeting of a community.

    P was present, A sent apologies, S sent somebody else in their place.

    \b
    Examples:
      copkit attendance register brighton
      copkit attendance register CP3 --format csv > register.csv
      copkit attendance register CP3 --output register.xlsx
      copkit attendance register CP3 --output heat-map.png
    """
    from copkit.analysis.attendance import build_register
    from copkit.folder import FOR_ATTENDANCE

    form = choose_format(format, output, as_json=context.as_json)
    programme = context.open(FOR_ATTENDANCE, community)
    records = programme.community(community)
    table = build_register(records, programme.settings.threshold, as_of_day(programme, as_of))
    deliver_register(context, programme, table, form, output)


def away(
    context: Reading,
    community: CommunityName = None,
    missed: Annotated[
        int, typer.Option(min=1, help="How many meetings in a row they missed, at least.")
    ] = 2,
    as_of: Annotated[
        str | None, typer.Option(help="Count up to this day.", show_default="today")
    ] = None,
) -> None:
    """List who has not come for some time, the longest absent first.

    Members only, and meetings since they joined. 'Sent word' counts the missed meetings to which
    they sent apologies, or their agency somebody else. Names are shown where this computer has
    them.

    \b
    Examples:
      copkit attendance away
      copkit attendance away brighton --missed 3
    """
    from copkit.analysis.absence import find_absences
    from copkit.folder import FOR_ATTENDANCE

    programme = context.open(FOR_ATTENDANCE, community)
    day = parse_day(as_of, "--as-of") if as_of else today()
    communities = [programme.community(community)] if community else programme.communities
    absences = find_absences(communities, day, missed)
    if context.as_json:
        print_json(
            {
                "as_of": day,
                "away": [
                    {
                        "community": absence.community,
                        "member": absence.member.id,
                        "role": absence.member.role,
                        "last_came": absence.last_came,
                        "missed": absence.missed,
                        "excused": absence.excused,
                        "silent": absence.silent,
                    }
                    for absence in absences
                ],
            }
        )
        return
    _print_absences(programme.root, absences, missed)


def _print_absences(root: Path, absences: Sequence[Absence], missed: int) -> None:
    """Print who has not come, with their names on the terminal of somebody who has them."""
    if not absences:
        say(f"nobody missed the last {plural(missed, 'meeting')} or more")
        return
    may_name = sys.stdout is not None and sys.stdout.isatty()
    heads = ["Last came", "Missed", "Sent word", "Community", "Member", "Role"]
    rows = []
    for absence in absences:
        id = absence.member.id
        name = member_names(root, absence.community).get(id) if may_name else None
        last_came = str(absence.last_came) if absence.last_came else "never"
        counts = (str(absence.missed), str(absence.excused or ""))
        label = f"{id} ({name})" if name else id
        rows.append((last_came, *counts, absence.community, label, absence.member.role))
    print_table(heads, rows)
    silent = sum(absence.silent >= missed for absence in absences)
    people = plural(len(absences), "person", "people")
    print(
        f"\n{people} missed {missed} or more; {silent} of them without a word at the last {missed}"
    )


def build(
    context: OutgoingBuilding,
    audience: Readers = Audience.MEMBERS,
    formats: Formats = None,
    as_of: AsOf = None,
) -> None:
    """Build the matrix, every community's register and their pictures; for other audiences, the
    members by sector.

    They are written below build/attendance: web pages, spreadsheets, Markdown and pictures.
    Beside the matrix are pictures of how the programme grew and which sectors sit together.

    \b
    Examples:
      copkit attendance build --open
      copkit attendance build --format xlsx,html --as-of 2012-12-31
      copkit attendance build --for commissioners
    """
    from copkit.cli.documents.build import (
        build_attendance,
        parse_attendance_formats,
        sectors_selection,
        unavailable_format_notes,
    )
    from copkit.cli.documents.outgoing import going_out

    forms = parse_attendance_formats(audience, formats or ())
    programme = context.open_to_build()
    until = as_of_day(programme, as_of)
    with going_out(context, programme, sectors_selection(audience, until)):
        documents = build_attendance(programme, audience, forms, until, dry_run=context.dry_run)
    paths = [path for document in documents for path in document.paths]
    summary = f"Attendance up to {until}, for {audience}"
    notes = () if formats else unavailable_format_notes(*forms)
    context.report(paths, summary, notes)
