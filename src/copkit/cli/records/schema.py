"""``copkit schema``: what an editor needs to complete and check records."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from copkit.cli.params import command_group
from copkit.cli.terminal import print_json
from copkit.records.json_schema import TYPES, schema_of

schema_app = command_group("Print the JSON Schema of a record.")

SchemaNoun = StrEnum("SchemaNoun", {name: name for name in TYPES})  # type: ignore[misc]


@schema_app.command()
def schema(
    noun: Annotated[SchemaNoun, typer.Argument(help="The kind of record.", show_choices=True)],
) -> None:
    """Print the JSON Schema of a record's fields, made from copkit's own types.

    'copkit init' puts them all into the programme folder, where VS Code finds them.

    \b
    Examples:
      copkit schema case
      copkit schema roster > roster.schema.json
    """
    print_json(schema_of(noun.value))
