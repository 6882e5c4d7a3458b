"""Parameters that commands share: options, arguments, dates, and shell completion."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from copkit.errors import CopkitError
from copkit.layout import community_slugs, find_programme, record_slugs
from copkit.records.schema.audience import Audience, audience_choices
from copkit.text.files import is_slug

if TYPE_CHECKING:
    from copkit.cli.dates import Period
    from copkit.folder import Programme
    from copkit.records.kinds import Noun
    from copkit.records.programme import Settings

IsRole = Annotated[
    bool, typer.Option("--is-role", help="The role only looks like a person's name.")
]
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
Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--folder",
        "-C",
        envvar="COPKIT_FOLDER",
        help="The programme folder, or one in it; repeat for others.",
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
"""The default of ``--folder``: the current folder."""
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
]

Draft = Annotated[
    bool,
    typer.Option("--draft", help="For your eyes; it is noted nowhere."),
]
DespiteDifference = Annotated[
    bool,
    typer.Option(
        "--despite-difference",
        help="Though readers can subtract an earlier one.",
    ),
]

# A group's help has to fit a screen, so the help of 'attendance build' alone lists these.
HiddenDraft = Annotated[bool, typer.Option("--draft", hidden=True)]
HiddenDespiteDifference = Annotated[bool, typer.Option("--despite-difference", hidden=True)]


def open_programme(
    folder: Path, nouns: Collection[Noun] | None = None, community: str | None = None
) -> Programme:
    """Load the programme around a folder: only records of some ``nouns``, ``None`` for all.

    With the name of a ``community``, the rosters, meetings and cases of others are left unread.
    Raise :class:`InvalidRecords` where what was loaded has errors, within a record or between
    several, such as an id that is on no roster: nothing is worked out from wrong records.
    """
    # Imported here and below: this module is loaded by every command, also for its help.
    from copkit.analysis.consistency import all_errors
    from copkit.errors import InvalidRecords
    from copkit.folder import EVERYTHING, load

    programme = load(find_programme(folder), EVERYTHING if nouns is None else nouns, community)
    note_later_format(programme)
    if errors := all_errors(programme):
        raise InvalidRecords(errors)
    return programme


def note_later_format(programme: Programme) -> None:
    """Print which version to get, where a folder's format is a later one than copkit knows."""
    from copkit.cli.terminal import say
    from copkit.records.programme import FORMAT, needed_version

    format = programme.settings.format or FORMAT
    if format > FORMAT:
        version = needed_version(format)
        say(f"this folder is of format {format}: get copkit {version} or later to see all of it")


def today() -> dt.date:
    """Return today's date; ``COPKIT_TODAY`` sets another, for tests and demonstrations."""
    override = os.environ.get("COPKIT_TODAY")
    return parse_day(override, "COPKIT_TODAY") if override else dt.date.today()


def moment() -> dt.datetime:
    """Return the time now, on the day that :func:`today` returns."""
    now = dt.datetime.now().astimezone()
    return now.replace(year=today().year, month=today().month, day=today().day)


def current_command() -> str:
    """Return the words of the command that is running, such as ``case progress``."""
    # typer brings its own copy of click and does not export this function.
    from typer._click.globals import get_current_context

    context = get_current_context(silent=True)
    return context.command_path.removeprefix("copkit").strip() if context else ""


# What these options ask for has happened, or is still to come: 'Wed' is then no question.
_PAST: Final = frozenset(["--as-of", "--date", "--joined", "--presented", "--started"])
_NAMED_DAYS: Final = frozenset(["today", "yesterday", "tomorrow"])  # nobody has to be shown these
_COMING: Final = frozenset(["--due", "--next-date", "--reply-by"])


def parse_day(
    text: str, option: str, settings: Settings | None = None, meetings: Collection[dt.date] = ()
) -> dt.date:
    """Parse a date as people write it: ``2012-04-18``, ``4/5/26``, ``4 May``, ``next Wed``.

    ``option`` is what it was typed for, for the message; the dates of a programme's ``settings``
    show which year is meant, and so do ``meetings``, days of which one may be meant. Whatever is
    not written as records write it is printed in words. On a terminal it is asked which day is
    meant where several may be; elsewhere, and for what is no date, raise :class:`CopkitError`.
    """
    from copkit.records.schema.values import InvalidDate, parse_date

    try:
        return parse_date(text)
    except InvalidDate as error:
        if error.code == "impossible-date":
            raise CopkitError(f"{option}: {error.message}", error.hint, status=2) from None
        message = f"{option}: '{text}' is not a date such as 2012-04-18"
    from copkit.cli.dates import read_days
    from copkit.cli.terminal import clean, say
    from copkit.wording import weekday_in_words

    now = dt.date.today() if option == "COPKIT_TODAY" else today()
    try:
        days = read_days(text, now, _period_of(option, settings, now))
    except ValueError as error:
        hint = "a date is written as 2012-04-18, 18/4/2012 or 18 April"
        raise CopkitError(f"{option}: {error}", hint, status=2) from None
    if not days:
        hint = "write 2012-04-18, 18/4/12, 18 April, Wed, tomorrow or in two weeks"
        raise CopkitError(message, hint, status=2)
    held = [day for day in days if day in meetings]
    days = held if len(held) == 1 else days
    day = days[0] if len(days) == 1 else _choose_day(text, option, days)
    if text.casefold() not in _NAMED_DAYS:
        say(clean(f"  {text}: {weekday_in_words(day, 0)}"))
    return day


def _period_of(option: str, settings: Settings | None, now: dt.date) -> Period:
    """Return the days that an option can mean: in the programme, past or still to come."""
    from copkit.cli.dates import Period

    first, last = (settings.starts, settings.ends) if settings else (None, None)
    if option in _PAST:
        last = min(last or now, now)
    elif option in _COMING:
        first = max(first or now, now)
    return Period(first, last)


def _choose_day(text: str, option: str, days: list[dt.date]) -> dt.date:
    """Ask which of several days is meant; raise :class:`CopkitError` where nobody can be asked."""
    from copkit.wording import list_in_words, weekday_in_words

    if not is_interactive():
        choices = list_in_words([f"{day} ({weekday_in_words(day, 0)})" for day in days], "or")
        raise CopkitError(f"{option}: '{text}' may be several days", f"write {choices}", status=2)
    from copkit.cli.terminal import clean, say_choice

    for number, day in enumerate(days, 1):
        say_choice(number, weekday_in_words(day, 0))
    # Not prompts.ask, which asks for dates too and so imports this module.
    for _ in range(3):
        answer = typer.prompt(clean(f"which day is '{text}' (a number)"), err=True).strip()
        if answer.isdecimal() and 0 < int(answer) <= len(days):
            return days[int(answer) - 1]
    message = f"{option}: none of these days was chosen; nothing was written"
    raise CopkitError(message, f"say it beforehand, such as {option} {days[0]}", status=2)


def as_of_day(programme: Programme, as_of: str | None, noted: Iterable[dt.date] = ()) -> dt.date:
    """Return the day to count up to: ``as_of``, else today or the last day of the programme.

    Days in ``noted`` after the programme's end count as well: the last of them is taken then, so
    that what was recorded later is not lost.
    """
    from copkit.analysis.attendance import default_day

    if as_of:
        return parse_day(as_of, "--as-of", programme.settings)
    # Never after today: a meeting that was recorded ahead has not been held yet.
    return min(today(), max([default_day(programme, today()), *noted]))


def is_interactive() -> bool:
    """Check whether there is a person at a terminal who can be asked."""
    # Questions go to standard error, since standard output may be a file; a stream is None under
    # pythonw.
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def usage_error(message: str, hint: str = "") -> NoReturn:
    """Raise :class:`CopkitError` with status 2 for a command that was typed wrongly."""
    raise CopkitError(message, hint, status=2)


# Shell completion. It reads as little as it can, and is silent whatever happens: an error would
# land in the line that is being typed.


def filter_completions(names: Iterable[str], incomplete: str) -> list[str]:
    """Return the names that begin with what was typed, each once."""
    # Slugs only: zsh runs what it is offered, and a file may be called "$(rm -rf x)".
    return [
        name
        for name in dict.fromkeys(names)
        if name.startswith(incomplete) and all(map(is_slug, name.split("/")))
    ]


def find_programme_root(ctx: typer.Context) -> Path:
    """Find the programme that a line is about; raise :class:`CopkitError` if there is none."""
    typed = ctx.params.get("folder") or next(iter(ctx.params.get("folders") or ()), None)
    return find_programme(Path(typed or os.environ.get("COPKIT_FOLDER") or "."))


def complete_community(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a community's slug."""
    try:
        slugs = community_slugs(find_programme_root(ctx))
    except (CopkitError, OSError):
        return []
    return filter_completions(slugs, incomplete)


def complete_sector(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a sector of those that are sought."""
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        sectors = load(find_programme_root(ctx), {Noun.MEMBERS}).settings.seats_sought
    except (CopkitError, OSError):
        return []
    return filter_completions(sectors, incomplete)


def complete_member(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Complete a member's id, of the community typed before it; the help is their name and role."""
    from copkit.cli.terminal import member_names
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        programme = load(find_programme_root(ctx), {Noun.MEMBERS})
    except (CopkitError, OSError):
        return []
    typed_community = find_typed_community(ctx, [records.slug for records in programme.communities])
    # "--present ann,bo" is completed to "--present ann,bob": ids may be typed with commas.
    before, comma, current = incomplete.rpartition(",")
    descriptions: dict[str, str] = {}
    for records in programme.communities:
        if not typed_community or records.slug == typed_community:
            names = member_names(programme.root, records.slug)
            for member in records.members:
                description = ", ".join(filter(None, (names.get(member.id), member.role)))
                descriptions.setdefault(member.id, _without_shell_characters(description))
    return [
        (f"{before}{comma}{id}", descriptions[id])
        for id in filter_completions(descriptions, current)
    ]


def _without_shell_characters(text: str) -> str:
    """Replace every character of a help text that means something to a shell by a space."""
    characters = (
        character if character.isalnum() or character in " .,-/’" else " " for character in text
    )
    return " ".join("".join(characters).split())


def complete_qualified_member(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a member's id with its community: ``brighton/housing-support-worker-1``."""
    from copkit.folder import load
    from copkit.records.kinds import Noun

    try:
        programme = load(find_programme_root(ctx), {Noun.MEMBERS})
    except (CopkitError, OSError):
        return []
    ids = (  # of records that could be read, so that both parts are slugs
        f"{records.slug}/{member.id}"
        for records in programme.communities
        for member in records.members
    )
    return [id for id in ids if id.startswith(incomplete)]


def find_typed_community(ctx: typer.Context, slugs: list[str]) -> str | None:
    """Return which of ``slugs`` stands on the line that is being completed, or ``None``."""
    # While an option lacks its value, click has not parsed the arguments before it, so that the
    # shell's own line is searched: COMP_WORDS of bash, _TYPER_COMPLETE_ARGS of the others.
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    parsed = ctx.params.get("community")
    words = [str(parsed)] if parsed else line.split()
    return next((word for word in words if word in slugs), None)


def complete_meeting(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the date of a meeting that is on record, or today's."""
    dates = _complete_slug_in_communities(ctx, "meetings", incomplete)
    return dates or filter_completions([str(today())], incomplete)


def complete_case_slug(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a case's slug."""
    return _complete_slug_in_communities(ctx, "cases", incomplete)


def complete_record(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete any record's name as ``copkit show`` takes it."""
    from copkit.records.kinds import COMMUNITY_FOLDERS, RECORD_FOLDERS

    try:  # from names of files alone: reading every record would take too long for a Tab
        root = find_programme_root(ctx)
        communities = community_slugs(root)
        names = [
            *communities,
            *(slug for folder in RECORD_FOLDERS for slug in record_slugs(root, folder)),
        ]
        for community in communities:
            for kind_folder in COMMUNITY_FOLDERS:
                slugs = record_slugs(root, "communities", community, kind_folder)
                names += [f"{community}/{slug}" for slug in slugs]
    except (CopkitError, OSError):
        return []
    return filter_completions(names, incomplete)


def complete_case_name(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a case's name, with its community: ``brighton/nobody-to-call``."""
    try:
        root = find_programme_root(ctx)
        names = [
            f"{community}/{slug}"
            for community in community_slugs(root)
            for slug in record_slugs(root, "communities", community, "cases")
        ]
    except (CopkitError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def _complete_slug_in_communities(ctx: typer.Context, folder: str, incomplete: str) -> list[str]:
    """Complete the slug of a record in the community typed before it, or in any.

    ``folder`` is a folder of each community, such as ``cases`` or ``meetings``.
    """
    try:
        root = find_programme_root(ctx)
        all_communities = community_slugs(root)
        typed = find_typed_community(ctx, all_communities)
        communities = [typed] if typed else all_communities
        slugs = (record_slugs(root, "communities", community, folder) for community in communities)
        return filter_completions((slug for names in slugs for slug in names), incomplete)
    except (CopkitError, OSError):
        return []


def complete_slug(folder: str) -> Any:
    """Return a completion for the records in a folder of the programme, such as ``evidence``."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            slugs = record_slugs(find_programme_root(ctx), folder)
        except (CopkitError, OSError):
            return []
        return filter_completions(slugs, incomplete)

    return complete


def complete_audience(incomplete: str) -> list[str]:
    """Complete who may read a document."""
    return [audience.value for audience in Audience if audience.startswith(incomplete)]


CaseName = Annotated[
    str,
    typer.Argument(
        metavar="COMMUNITY/CASE",
        help="As 'copkit list cases' prints it.",
        autocompletion=complete_case_name,
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
        help=f"Who will read it: {audience_choices()}.",
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
AsItIsNow = Annotated[
    bool,
    typer.Option("--as-it-is-now", help="As of today, if words were edited since its own day."),
]
Open = Annotated[bool, typer.Option("--open", help="Show the result in the browser.")]
