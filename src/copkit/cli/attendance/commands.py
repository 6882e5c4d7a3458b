"""``copkit attendance``: the matrix, registers, their documents, and recording who came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.attendance.attendance_record import record, take
from copkit.cli.attendance.import_ import import_lists
from copkit.cli.attendance.matrix_parts import (
    Form,
    Format,
    Output,
    chosen_form,
    deliver_matrix,
    deliver_register,
    deliver_sectors,
)
from copkit.cli.params import (
    HERE,
    AsJson,
    AsOf,
    CommunityArgument,
    DryRun,
    Folder,
    Formats,
    Open,
    as_of_day,
    command_group,
    complete_community,
    open_programme,
    wrong_use,
)
from copkit.records.schema.fields import Audience

if TYPE_CHECKING:
    from copkit.folder import Programme

app = command_group(invoke_without_command=True)
app.command("import")(import_lists)


Readers = Annotated[
    Audience,
    typer.Option("--for", help="Who will read it; outside members it counts by sector."),
]


@app.callback()
def attendance(
    ctx: typer.Context,
    format: Form = Format.TABLE,
    output: Output = None,
    as_of: AsOf = None,
    community: Annotated[
        list[str] | None,
        typer.Option(
            "--community", help="Only this one; may be repeated.", autocompletion=complete_community
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the meetings behind every letter.")
    ] = False,
    audience: Readers = Audience.MEMBERS,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print the X/Y/F matrix: who is in which seat, and whether they keep coming.

    X attended two or more meetings, Y fewer or dropped out, F facilitates. The totals
    leave Y out. An empty row is a seat that nobody fills. For commissioners or the public it
    counts by sector and community, and shows no number from 1 to 4.

    \b
    Examples:
      copkit attendance
      copkit attendance --as-of 2012-12-31 --format html > matrix.html
      copkit attendance --output matrix.xlsx
      copkit attendance --output matrix.png
      copkit attendance --community brighton --explain
      copkit attendance --for commissioners --format markdown
      copkit attendance register brighton
      copkit attendance import brighton 2012-05-16 report.csv
    """
    if ctx.invoked_subcommand is not None:
        return
    from copkit.analysis.attendance import build_matrix
    from copkit.folder import FOR_ATTENDANCE

    form = chosen_form(format, output, as_json=as_json)
    programme = open_programme(folder, FOR_ATTENDANCE)
    only = _columns(programme, community or ())
    matrix = build_matrix(programme, as_of_day(programme, as_of), only)
    if audience is Audience.MEMBERS:
        deliver_matrix(programme, matrix, form, output, explain=explain)
    elif explain or only:
        option = "--explain" if explain else "--community"
        hint = f"leave out {option}, or --for: a smaller table would give away what a larger hides"
        wrong_use(f"{option} is for members alone", hint)
    else:
        deliver_sectors(programme, matrix, form, output, audience)


def _columns(programme: Programme, names: Iterable[str]) -> frozenset[str]:
    """Give the slugs of the communities named; those of another kind are no column."""
    from copkit.records.communities import CommunityKind

    found = [programme.community(name) for name in names]
    for records in found:
        if (kind := records.community.kind) is not CommunityKind.COMMUNITY:
            message = f"{records.slug} is of the kind '{kind}', so it is no column of the matrix"
            wrong_use(message, f"'copkit attendance register {records.slug}' shows who came")
    return frozenset(records.slug for records in found)


@app.command()
def register(
    community: CommunityArgument,
    as_of: AsOf = None,
    format: Form = Format.TABLE,
    output: Output = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
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

    form = chosen_form(format, output, as_json=as_json)
    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    found = build_register(records, programme.settings.threshold, as_of_day(programme, as_of))
    deliver_register(programme, found, form, output)


@app.command()
def build(
    audience: Readers = Audience.MEMBERS,
    formats: Formats = None,
    as_of: AsOf = None,
    open_it: Open = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Build the matrix, every community's register and what they show; for others, the sectors.

    They lie below build/attendance: web pages, spreadsheets, Markdown and pictures. Beside the
    matrix lie how the programme grew, and which sectors sit together.

    \b
    Examples:
      copkit attendance build --open
      copkit attendance build --format xlsx,html --as-of 2012-12-31
      copkit attendance build --for commissioners
    """
    from copkit.cli.documents.build import report, without_forms
    from copkit.cli.documents.building_attendance import build_attendance, chosen_forms_of
    from copkit.cli.documents.stale import open_to_build

    forms = chosen_forms_of(audience, formats or ())
    programme = open_to_build(folder, dry_run=dry_run)
    until = as_of_day(programme, as_of)
    documents = build_attendance(programme, audience, forms, until, dry_run=dry_run)
    paths = [path for document in documents for path in document.paths]
    summary = f"Attendance up to {until}, for {audience}"
    notes = () if formats else without_forms(*forms)
    report(paths, summary, notes, as_json=as_json, open_it=open_it, dry_run=dry_run)


app.command()(record)
app.command()(take)
