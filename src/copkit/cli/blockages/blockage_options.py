"""Which blockage is meant, and what of it, with what the shell completes for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.params import complete_slug, root_of
from copkit.text.files import is_slug

if TYPE_CHECKING:
    from copkit.records.blockages import Blockage


def _blockages(ctx: typer.Context) -> tuple[Blockage, ...]:
    """Read the blockages for a completion, which is silent whatever happens."""
    from copkit.errors import CopkitError
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        return load(root_of(ctx), {Noun.BLOCKAGES}).blockages
    except (CopkitError, OSError):
        return ()


def _complete_ask(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the id of something asked about the blockage named before it."""
    slug = ctx.params.get("slug")
    ids = (ask.id for one in _blockages(ctx) if one.slug == slug for ask in one.asks)
    return [id for id in ids if id.startswith(incomplete) and is_slug(id)]


def _complete_theme(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a theme; only plain words, as some shells run what they are offered."""
    themes = dict.fromkeys(theme for one in _blockages(ctx) for theme in one.themes)
    plain = (theme for theme in themes if is_slug(theme.replace(" ", "-")))
    return [theme for theme in plain if theme.startswith(incomplete)]


Slug = Annotated[
    str,
    typer.Argument(
        metavar="BLOCKAGE",
        help="As 'copkit blockage list' prints it.",
        autocompletion=complete_slug("blockages"),
    ),
]
AskId = Annotated[
    str | None,
    typer.Argument(
        metavar="[ASK]",
        help="As 'copkit blockage show' prints it: a1.",
        show_default="the latest",
        autocompletion=_complete_ask,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(help="As it was on this day.", show_default="today, or the programme's end"),
]
Theme = Annotated[
    str | None, typer.Option(help="Only what is about this.", autocompletion=_complete_theme)
]
