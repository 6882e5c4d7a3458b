"""The options that many commands share, and what the shell completes for them."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from copkit.errors import CopkitError
from copkit.layout import TOPS, community_slugs, find, record_slugs
from copkit.text.files import is_slug

if TYPE_CHECKING:
    from copkit.folder import Programme
    from copkit.records.kinds import Noun

Folder = Annotated[
    Path,
    typer.Option(
        "--folder",
        "-C",
        envvar="COPKIT_FOLDER",
        help="The programme folder, or any folder in it.",
        show_default="here",
        show_envvar=False,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Write to this file, which must not be there yet; its ending can name the form.",
        show_default="print",
    ),
]
HERE = Path()
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
]


def open_programme(folder: Path, nouns: Collection[Noun] | None = None) -> Programme:
    """Read a programme, all of it or some nouns; raise when what is needed has errors."""
    from copkit.analysis.consistency import all_problems
    from copkit.errors import FaultyRecords, errors_among
    from copkit.folder import EVERYTHING, load

    programme = load(find(folder), EVERYTHING if nouns is None else nouns)
    if errors := errors_among(all_problems(programme)):
        raise FaultyRecords(errors)
    return programme


def today() -> dt.date:
    """Give today's date; ``COPKIT_TODAY`` sets another, for tests and for trying things out."""
    named = os.environ.get("COPKIT_TODAY")
    return day(named, "COPKIT_TODAY") if named else dt.date.today()


def day(text: str, option: str) -> dt.date:
    """Read a date given on the command line; ``today``, ``yesterday`` and ``tomorrow`` are some."""
    if (days := _NAMED_DAYS.get(text.casefold())) is not None:
        return today() + dt.timedelta(days)
    from copkit.records.schema.values import NotADate, date_from

    try:
        return date_from(text)
    except NotADate as error:
        raise CopkitError(f"{option}: {error.message}", error.hint, status=2) from None


_NAMED_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def as_of_day(programme: Programme, as_of: str | None, noted: Iterable[dt.date] = ()) -> dt.date:
    """Give the day to count up to: the one that was named, else today or the programme's end.

    Whatever was ``noted`` on a day after that end is not lost: the last such day counts then.
    """
    from copkit.analysis.attendance import default_day

    if as_of:
        return day(as_of, "--as-of")
    return min(today(), max([default_day(programme, today()), *noted]))


def interactive() -> bool:
    """Say whether there is a person at a terminal to ask."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def wrong_use(message: str, hint: str = "") -> NoReturn:
    """Stop a command that was called in a way that cannot be meant."""
    raise CopkitError(message, hint, status=2)


# --- completion: from the folder alone, and silent whatever happens --------------------------


def offered(names: Iterable[str], incomplete: str) -> list[str]:
    """Give the names that fit what is typed; zsh runs what it is offered, so only true names."""
    return [
        name
        for name in dict.fromkeys(names)
        if name.startswith(incomplete) and all(map(is_slug, name.split("/")))
    ]


def root_of(ctx: typer.Context) -> Path:
    """Find the programme that a line is about; raise :class:`CopkitError` if there is none."""
    return find(Path(ctx.params.get("folder") or os.environ.get("COPKIT_FOLDER") or "."))


def complete_community(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a community's slug."""
    try:
        slugs = community_slugs(root_of(ctx))
    except (CopkitError, OSError):
        return []
    return offered(slugs, incomplete)


def complete_member(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Complete a member's id, of the community named before it; beside it stands who that is."""
    from copkit.cli.terminal import names_of
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        programme = load(root_of(ctx), {Noun.MEMBERS})
    except (CopkitError, OSError):
        return []
    named = named_community(ctx, [records.slug for records in programme.communities])
    done, comma, started = incomplete.rpartition(",")
    told: dict[str, str] = {}
    for records in programme.communities:
        if not named or records.slug == named:
            names = names_of(programme.root, records.slug)
            for member in records.members:
                who = ", ".join(filter(None, (names.get(member.id), member.role)))
                told.setdefault(member.id, _harmless(who))
    return [(f"{done}{comma}{id}", told[id]) for id in offered(told, started)]


def _harmless(text: str) -> str:
    """Leave out of a help text every sign that means something to a shell."""
    kept = (sign if sign.isalnum() or sign in " .,-/’" else " " for sign in text)
    return " ".join("".join(kept).split())


def complete_whole_member(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a member's id with its community: ``brighton/housing-support-1``."""
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        programme = load(root_of(ctx), {Noun.MEMBERS})
    except (CopkitError, OSError):
        return []
    ids = (
        f"{records.slug}/{member.id}"
        for records in programme.communities
        for member in records.members
    )
    return [id for id in ids if id.startswith(incomplete)]


def named_community(ctx: typer.Context, slugs: list[str]) -> str | None:
    """Find the community on the line that is being completed.

    While an option still lacks its value, the arguments before it have not been parsed.
    """
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    named = ctx.params.get("community")
    words = [str(named)] if named else line.split()
    return next((word for word in words if word in slugs), None)


def complete_meeting(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the date of a meeting that is on record, or today's."""
    found = _complete_in_community(ctx, "meetings", incomplete)
    return found or offered([str(today())], incomplete)


def complete_case(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a case's slug."""
    return _complete_in_community(ctx, "cases", incomplete)


def complete_record(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete any record's name as ``copkit show`` takes it."""
    try:
        root = root_of(ctx)
        communities = community_slugs(root)
        names = [*communities, *(slug for top in TOPS for slug in record_slugs(root, top))]
        for community in communities:
            for inner in ("meetings", "cases"):
                slugs = record_slugs(root, "communities", community, inner)
                names += [f"{community}/{slug}" for slug in slugs]
    except (CopkitError, OSError):
        return []
    return offered(names, incomplete)


def complete_whole_case(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a case's name with its community: ``brighton/nobody-to-call``."""
    try:
        root = root_of(ctx)
        names = [
            f"{community}/{slug}"
            for community in community_slugs(root)
            for slug in record_slugs(root, "communities", community, "cases")
        ]
    except (CopkitError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def _complete_in_community(ctx: typer.Context, folder: str, incomplete: str) -> list[str]:
    try:
        root = root_of(ctx)
        every = community_slugs(root)
        named = named_community(ctx, every)
        communities = [named] if named else every
        slugs = (record_slugs(root, "communities", one, folder) for one in communities)
        return offered((slug for found in slugs for slug in found), incomplete)
    except (CopkitError, OSError):
        return []


def complete_slug(folder: str) -> Any:
    """Make a completion for the records in a folder at the top of the programme."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            slugs = record_slugs(root_of(ctx), folder)
        except (CopkitError, OSError):
            return []
        return offered(slugs, incomplete)

    return complete


def complete_audience(incomplete: str) -> list[str]:
    """Complete who may read a document."""
    from copkit.records.schema.fields import Audience

    return [audience.value for audience in Audience if audience.startswith(incomplete)]


CaseName = Annotated[
    str,
    typer.Argument(
        metavar="COMMUNITY/CASE",
        help="As 'copkit list cases' prints it.",
        autocompletion=complete_whole_case,
    ),
]
Slug = Annotated[
    str | None, typer.Option(help="The file's name.", show_default="made from the title")
]
CommunityName = Annotated[
    str | None, typer.Argument(help="The community.", autocompletion=complete_community)
]
CommunityArgument = Annotated[
    str, typer.Argument(help="Its slug or code.", autocompletion=complete_community)
]
For = Annotated[
    str | None,
    typer.Option(
        "--for",
        help="Who will read it: members, commissioners or public.",
        show_default="as the record says",
        autocompletion=complete_audience,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(help="Count up to this day.", show_default="today, or the programme's end"),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        help="The forms to build, with commas between them.",
        show_default="those usually sent",
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Show the result in the browser.")]
