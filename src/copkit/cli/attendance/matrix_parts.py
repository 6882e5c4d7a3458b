"""The matrix, the sectors and the register in the form that was asked for, printed or in a file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.params import wrong_use
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.records.schema.fields import Audience
from copkit.wording import listed

if TYPE_CHECKING:
    from copkit.analysis.attendance import Matrix, Register
    from copkit.folder import Programme


class Format(StrEnum):
    """The forms of the matrix."""

    TABLE = "table"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    SVG = "svg"
    PNG = "png"
    JSON = "json"


_ENDINGS = {
    form: form.value for form in (Format.HTML, Format.CSV, Format.XLSX, Format.SVG, Format.PNG)
} | {Format.MARKDOWN: "md"}
_NOT_TEXT = frozenset({"xlsx", "png"})

Form = Annotated[Format, typer.Option("--format", "-f", help="The form.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Write to this file, which must not be there yet; its ending can name the form.",
        show_default="print",
    ),
]


def chosen_form(form: Format, output: Path | None, *, as_json: bool) -> Format:
    """Give the form that is meant; the name of a file can say it."""
    if as_json:
        form = Format.JSON
    if output is None:
        return form
    endings = {ending: one for one, ending in _ENDINGS.items()}
    ending = output.suffix.removeprefix(".").lower()
    if form is Format.TABLE and ending in endings:
        return endings[ending]
    if form not in _ENDINGS:
        known = listed([f".{one}" for one in endings], "or")
        what = f"it is not made as .{ending}" if ending else "its ending says no form"
        wrong_use(f"--output {clean(output.name)}: {what}", f"name a file that ends in {known}")
    return form


def deliver_matrix(
    programme: Programme, matrix: Matrix, form: Format, output: Path | None, *, explain: bool
) -> None:
    """Give who is in which seat, for members."""
    from copkit.documents.facts.attendance import matrix_facts, matrix_json

    if form is Format.JSON:
        print_json(matrix_json(matrix, explain=explain))
    elif form is Format.TABLE:
        from copkit.cli.attendance.matrix import print_explained, print_matrix

        print_matrix(matrix, programme.settings.name)
        if explain:
            print_explained(matrix)
    else:
        facts = matrix_facts(matrix, programme.settings.name, explain=explain)
        _deliver(programme, "matrix", facts, form, output)


def deliver_sectors(
    programme: Programme, matrix: Matrix, form: Format, output: Path | None, audience: Audience
) -> None:
    """Give counts by sector and community, for readers outside members."""
    from copkit.analysis.participation import by_sector
    from copkit.documents.facts.sectors import sector_facts, sector_json

    table = by_sector(matrix)
    facts = sector_facts(table, programme.settings.name)
    if form is Format.JSON:
        print_json(sector_json(table, audience.value))
    elif form is Format.TABLE:
        from copkit.cli.attendance.matrix import print_sectors

        print_sectors(facts)
    else:
        _deliver(programme, "sectors", facts, form, output)


def deliver_register(
    programme: Programme, register: Register, form: Format, output: Path | None
) -> None:
    """Give who came to which meeting of a community."""
    from copkit.documents.facts.register import register_facts, register_json

    if form is Format.JSON:
        print_json(register_json(register))
    elif form is Format.TABLE:
        from copkit.cli.attendance.matrix import print_register

        print_register(register)
    else:
        facts = register_facts(register, programme.settings.name)
        _deliver(programme, "register", facts, form, output)


def _deliver(
    programme: Programme, document: str, facts: Any, form: Format, output: Path | None
) -> None:
    """Print a document, or write it to a file that is not there yet."""
    from copkit.documents.formats import DOCUMENTS, require_form
    from copkit.documents.theme import look_of

    ending = _ENDINGS[form]
    require_form(document, ending)
    if output is None and ending in _NOT_TEXT:
        _require_no_terminal(document, ending)
    data = DOCUMENTS[document][ending](facts, look_of(programme.settings, programme.root))
    if output is not None:
        write_where_wanted(output, data)
        say(f"wrote {clean(str(output))}")
    elif ending in _NOT_TEXT:
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(data.decode("utf-8"))


def _require_no_terminal(document: str, ending: str) -> None:
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        hint = f"name a file: --output {document}.{ending}"
        raise CopkitError(f"{ending} is not text, so a terminal cannot show it", hint, status=2)


def write_where_wanted(path: Path, data: bytes) -> None:
    """Write a file where somebody wants it, over none that is there."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        message = f"{clean(str(path))} exists already; nothing was changed"
        raise CopkitError(message, "name another file, or delete this one first") from None
