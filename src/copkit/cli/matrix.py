"""The matrix in the form that was asked for, and for the readers it is meant for."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING

from copkit.cli.output import print_json
from copkit.records.fields import Audience

if TYPE_CHECKING:
    from copkit.analysis.attendance import Matrix
    from copkit.folder import Programme


class Format(StrEnum):
    """The forms of the matrix."""

    TABLE = "table"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


def deliver_matrix(programme: Programme, matrix: Matrix, form: Format, *, explain: bool) -> None:
    """Print who is in which seat, for members."""
    from copkit.documents.matrix import matrix_csv, matrix_facts, matrix_json

    if form is Format.JSON:
        print_json(matrix_json(matrix, explain=explain))
    elif form is Format.CSV:
        sys.stdout.write(matrix_csv(matrix))
    elif form is Format.TABLE:
        from copkit.cli.tables import print_explained, print_matrix

        print_matrix(matrix, programme.settings.name)
        if explain:
            print_explained(matrix)
    else:
        from copkit.documents.look import look_of
        from copkit.documents.render import render

        facts = matrix_facts(matrix, programme.settings.name, explain=explain)
        template = "matrix.html" if form is Format.HTML else "matrix.md"
        print(render(template, facts, look_of(programme.settings, programme.root)), end="")


def deliver_sectors(programme: Programme, matrix: Matrix, form: Format, audience: Audience) -> None:
    """Print counts by sector and community, for readers outside members."""
    from copkit.analysis.sectors import by_sector
    from copkit.documents.sectors import sector_csv, sector_facts, sector_json

    table = by_sector(matrix)
    if form is Format.JSON:
        print_json(sector_json(table, audience.value))
    elif form is Format.CSV:
        sys.stdout.write(sector_csv(table))
    elif form is Format.TABLE:
        from copkit.cli.tables import print_sectors

        print_sectors(table, programme.settings.name)
    else:
        from copkit.documents.look import look_of
        from copkit.documents.render import render

        facts = sector_facts(table, programme.settings.name)
        template = "sectors.html" if form is Format.HTML else "sectors.md"
        print(render(template, facts, look_of(programme.settings, programme.root)), end="")
