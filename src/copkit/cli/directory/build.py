"""``copkit directory build``: the sheet of each place, on two pages of A4."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.privacy.services import directory_for
from copkit.cli.context import Building
from copkit.cli.directory.names import complete_place, find_place_id
from copkit.cli.documents.build import parse_formats, unavailable_format_notes
from copkit.cli.params import For, Formats, parse_day, today
from copkit.cli.pii import require_no_details_in_files
from copkit.cli.surveys.commands import parse_reader
from copkit.documents.facts.directory import build_place_sheet
from copkit.documents.formats import DOCUMENTS
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError
from copkit.records.kinds import Noun
from copkit.records.schema.audience import Audience
from copkit.text.transaction import write_output
from copkit.wording import list_in_words, plural

_SOURCES = ("directory/", "connectors/", "places.yaml")


def build(
    context: Building,
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLACE]...",
            help="Only of these places.",
            show_default="every place with a service",
            autocompletion=complete_place,
        ),
    ] = None,
    formats: Formats = None,
    reader: For = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it was on this day.", show_default="today")
    ] = None,
) -> None:
    """Build a sheet of two pages for each place: what is on offer, and whom to ask.

    What nobody has checked for too long is on no sheet. For readers outside members, languages of
    fewer than five people are not told.

    \b
    Examples:
      copkit directory build north-estate --open
      copkit directory build --for public --format pdf
    """
    programme = context.open({Noun.PLACES, Noun.DIRECTORY, Noun.CONNECTORS, Noun.MEMBERS})
    require_no_details_in_files(programme, lambda file: file.startswith(_SOURCES))
    audience = parse_reader(reader) if reader else Audience.MEMBERS
    day = parse_day(as_of, "--as-of", programme.settings) if as_of else today()
    view = directory_for(programme, audience, day)
    wanted = parse_formats("directory", formats or ())
    named = [find_place_id(programme, typed) for typed in places or ()]
    ids = named or [place.id for place in programme.places if view.services_in(place.id)]
    if not ids:
        message = f"no place has a service that was checked lately and is for {audience}"
        raise CopkitError(message, "'copkit directory due' lists what to check")
    theme = load_theme(programme.settings, programme.root)
    paths: list[Path] = []
    empty = []
    for id in ids:
        facts = build_place_sheet(view, id, programme.settings.name)
        if not facts.sections:
            empty.append(view.places.name(id))
        for ending in wanted:
            path = programme.root / "build" / "directory" / audience / f"{id}.{ending}"
            data = DOCUMENTS["directory"][ending](facts, theme)
            if not context.dry_run:
                write_output(programme.root, path, data)
            paths.append(path)
    notes = [f"{plural(view.left_out, 'entry', 'entries')} left out: not for {audience}"]
    notes = notes if view.left_out else []
    if empty:
        notes.append(f"nothing that was checked lately serves {list_in_words(empty)}")
    notes += unavailable_format_notes("directory") if not formats else []
    context.report(paths, f"{plural(len(ids), 'sheet')} for {audience}", notes)
