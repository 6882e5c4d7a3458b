"""What people type for a place, a service or a language, and its completion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from copkit.cli.params import (
    complete_slug,
    filter_completions,
    find_programme_root,
    usage_error,
)
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, choose_match, load
from copkit.layout import record_slugs
from copkit.records.kinds import Noun
from copkit.text.languages import codes_by_name, find_language_code
from copkit.text.normalise import match_names

PLACE_LIST: Final = "places.yaml"
"""The file of all places."""


def find_place_id(programme: Programme, typed: str) -> str:
    """Return the id of the place that somebody means: its id, its name, or the beginning of one.

    Raise :class:`CopkitError` where there is none, or more than one.
    """
    names: dict[str, tuple[str, ...]] = {place.id: (place.name,) for place in programme.places}
    return choose_match("place", typed, match_names(typed, names), names)


def find_service_slug(root: Path, typed: str) -> str:
    """Return the slug of the service that somebody means; raise if there is none, or several."""
    slugs = record_slugs(root, Noun.DIRECTORY)
    matches = match_names(typed.removesuffix(".md").rpartition("/")[2], dict.fromkeys(slugs, ()))
    if not matches:  # by its name, for which every entry has to be read
        services = load(root, {Noun.DIRECTORY}).directory
        matches = match_names(typed, {service.slug: (service.name,) for service in services})
    return choose_match("service", typed, matches, slugs)


def parse_language(typed: str) -> str:
    """Return the code of a language that was typed by its code or its name.

    Raise a usage error for any other word.
    """
    if (code := find_language_code(typed)) is not None:
        return code
    hint = did_you_mean(typed.casefold(), codes_by_name(), "write a code, such as pl, or a name")
    return usage_error(f"'{typed}' is no language that copkit knows", hint)


def complete_place(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the id of a place."""
    try:
        places = load(find_programme_root(ctx), {Noun.PLACES}).places
    except (CopkitError, OSError):
        return []
    return filter_completions([place.id for place in places], incomplete)


def complete_language(incomplete: str) -> list[str]:
    """Complete a language by its name; a hyphen stands for a space, for the shell."""
    return filter_completions([name.replace(" ", "-") for name in codes_by_name()], incomplete)


ServiceName = Annotated[
    str,
    typer.Argument(
        metavar="SERVICE",
        help="Its slug, or what it is called.",
        autocompletion=complete_slug("directory"),
    ),
]
