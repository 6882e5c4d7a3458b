"""``copkit today``: on one screen what is to be done, each with the command that does it."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from copkit.analysis.due import (
    NOUNS,
    DueGroup,
    DueItem,
    DuePeriod,
    due_items,
    first_meeting_after,
)
from copkit.cli.context import CommandContext, Comparing
from copkit.cli.params import complete_community
from copkit.cli.params import today as this_day
from copkit.cli.terminal import READABLE_COLUMNS, bold, clean, member_names, print_json
from copkit.cli.tree import COMMANDS
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.git.standing import due_in_git
from copkit.layout import ENCRYPTED_CONTACTS, find_programme
from copkit.private_files import is_backup_outdated
from copkit.text.normalise import wrap
from copkit.wording import list_in_words, plural, weekday_in_words

SCREEN: Final = 24  # lines of a small terminal
INDENT: Final = 11  # columns before what is to be done: '  2 days   '; more for a long delay
MOST_NAMES: Final = 3  # people named in one line


def today(
    context: Comparing,
    days: Annotated[int, typer.Option(min=0, max=366, help="How far to look ahead.")] = 14,
    community: Annotated[
        str | None, typer.Option(help="Only of this one.", autocompletion=complete_community)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all of it, however many lines.")
    ] = False,
) -> None:
    """Show what is to be done now, and the command for each thing.

    Meetings to come, promises, next steps and reviews that are due, asks without an answer, who
    has not been heard from, what is to be written up or put right, and what is not shared yet.
    The most urgent comes first. 'copkit' alone, in a programme, does the same.

    \b
    Examples:
      copkit today
      copkit today --community brighton --days 30
      copkit today --all --json
      copkit today -C north -C south
    """
    day = this_day()
    until = day + dt.timedelta(min(days, (dt.date.max - day).days))
    if len(context.each) > 1:
        from copkit.cli.programmes import require_whole

        require_whole(community)
        _compare(context, DuePeriod(day, until), everything=everything)
        return
    programme = context.load(NOUNS)
    items = _find_items(programme, DuePeriod(day, until), community)
    option = folder_option(context)
    names = {item: _names_in(programme.root, item) for item in items} if _may_name(context) else {}
    shown = items if everything else _fit_on_screen(items, option, names, day)
    if context.as_json:
        print_json(_day_json(day, shown, len(items) - len(shown), option, names))
        return
    print(f"{_heading(programme, day)}\n")
    if not items:
        print(_nothing_due(programme, day))
    for group in DueGroup:
        group_items = [item for item in shown if item.group is group]
        if group_items:
            print(bold(group.value))
        for item in group_items:
            print("\n".join(_format_item(item, option, names.get(item, ()), day)))
    if more := len(items) - len(shown):
        print(f"and {more} more: copkit today --all{option}")


def _compare(context: CommandContext, period: DuePeriod, *, everything: bool) -> None:
    """Print what is to be done in several programmes, one after the other; names stand in none."""
    from copkit.cli.programmes import load_each

    programmes = load_each(context, NOUNS)
    most = max(1, (shutil.get_terminal_size().lines - 3 * len(programmes)) // 2)
    rows = []
    for each, (name, programme) in zip(context.each, programmes.items(), strict=True):
        # not whether contacts changed: that would be read from private/
        items = [*due_items(programme, period), *due_in_git(programme.root, period.day)]
        items.sort(key=lambda item: list(DueGroup).index(item.group))
        shown = items if everything else items[: most // len(programmes) + 1]
        option = folder_option(each)
        if context.as_json:
            more = len(items) - len(shown)
            rows.append({"programme": name, **_day_json(period.day, shown, more, option, {})})
            continue
        print(f"{bold(clean(name))}: {clean(programme.settings.name)}")
        for item in shown:
            print("\n".join(_format_item(item, option, (), period.day)))
        if not items:
            print(f"  {_nothing_due(programme, period.day)}")
        if more := len(items) - len(shown):
            print(f"  and {more} more: copkit today --all{option}")
    if context.as_json:
        print_json({"day": period.day, "programmes": rows})


def _find_items(programme: Programme, period: DuePeriod, community: str | None) -> list[DueItem]:
    """Return what is to be done, of one community where one is named."""
    if community is None:
        items = [
            *due_items(programme, period),
            *due_in_git(programme.root, period.day),
            *_outdated_contacts(programme.root),
        ]
        return sorted(items, key=lambda item: list(DueGroup).index(item.group))
    records = programme.community(community)
    items = due_items(replace(programme, communities=(records,)), period)
    return [item for item in items if item.community == records.slug]


def _outdated_contacts(root: Path) -> Iterator[DueItem]:
    """Yield that names or addresses changed here since they were encrypted for colleagues."""
    if (root / ENCRYPTED_CONTACTS).exists() and is_backup_outdated(root):
        what = f"Names or addresses changed since {ENCRYPTED_CONTACTS} was made"
        yield DueItem(DueGroup.NOT_SHARED, what, ("contacts", "encrypt"))


# --- what is printed ------------------------------------------------------------------------


def _heading(programme: Programme, day: dt.date) -> str:
    date, name = weekday_in_words(day, 0), clean(programme.settings.name)
    gap = max(_width() - len(date) - len(name), 2)
    return f"{bold(date)}{' ' * gap}{name}"


def _nothing_due(programme: Programme, day: dt.date) -> str:
    if not programme.communities:
        return "Nothing is due. There is no community yet: copkit toolkit, and copkit new-community"
    following = first_meeting_after(programme, day)
    if following is None:
        return "Nothing is due, and no meeting is planned: copkit new-meeting"
    records, meeting = following
    when = weekday_in_words(meeting.held_on, day.year)
    return f"Nothing is due. The next meeting is {clean(records.community.place)}, {when}."


def _format_item(item: DueItem, option: str, names: Sequence[str], day: dt.date) -> list[str]:
    """Return the lines of one item: when, what, and the command, which is never broken."""
    begin = f"  {_when(item, day):<{INDENT - 3}} " if _has_days(item.group) else "  "
    indent = " " * len(begin)
    what, command = clean(_what(item, names)), clean(_command_line(item, option))
    if len(begin) + len(what) + len(command) + 2 <= _width():
        return [f"{begin}{what}{command:>{_width() - len(begin) - len(what)}}"]
    return [*wrap(what, _width(), indent, begin), f"{indent}{command}"]


def _has_days(group: DueGroup) -> bool:
    return group in {DueGroup.OVERDUE, DueGroup.SOON}


def _when(item: DueItem, day: dt.date) -> str:
    """Return how long ago something was due, or its day: ``2 days``, ``today``, ``Wed 20``."""
    if item.due is None or item.due == day:
        return "today" if item.due else ""
    if item.due < day:
        return plural((day - item.due).days, "day")
    return f"{weekday_in_words(item.due, item.due.year)[:3]} {item.due.day}"


def _what(item: DueItem, names: Sequence[str]) -> str:
    if not names:
        return item.what
    unnamed = len(item.people) - len(names[:MOST_NAMES])
    others = [f"{unnamed} more"] if unnamed > 0 else []
    return f"{item.what} ({list_in_words([*names[:MOST_NAMES], *others])})"


def _width() -> int:
    return min(shutil.get_terminal_size().columns, READABLE_COLUMNS)


def _fit_on_screen(
    items: Sequence[DueItem], option: str, names: Mapping[DueItem, Sequence[str]], day: dt.date
) -> list[DueItem]:
    """Return the items that fit on a screen: the first of each group, then in their order."""

    @cache  # of as many as there is room for: thousands may be due
    def lines(item: DueItem) -> int:
        return len(_format_item(item, option, names.get(item, ()), day))

    groups = dict.fromkeys(item.group for item in items)
    room = SCREEN - 2 - len(groups)  # the date, a blank line, and a heading for each group
    if all(used <= room for used in accumulate(map(lines, items))):
        return list(items)
    room -= 1  # 'and 7 more'
    firsts = [next(item for item in items if item.group is group) for group in groups]
    kept = set[DueItem]()
    for item in [*firsts, *items]:
        if item not in kept:
            if lines(item) > room and item not in firsts:
                break  # nothing less urgent in the place of something more urgent
            kept.add(item)
            room -= lines(item)
    return [item for item in items if item in kept]


def _day_json(
    day: dt.date,
    items: Sequence[DueItem],
    more: int,
    option: str,
    names: Mapping[DueItem, Sequence[str]],
) -> dict[str, Any]:
    """Return what is to be done as JSON values; ``more`` is how many are left out."""
    return {
        "day": day,
        "items": [
            {
                "group": item.group,
                "community": item.community or None,
                "due": item.due,
                "days": (day - item.due).days if item.due else None,
                "what": _what(item, names.get(item, ())),
                "record": item.record or None,
                "named": bool(names.get(item)),
                "command": _command_line(item, option),
            }
            for item in items
        ],
        "more": more,
    }


# --- commands and names ---------------------------------------------------------------------


def folder_option(context: CommandContext) -> str:
    """Return the ``-C`` that a command needs from where the person stands, ``""`` for none."""
    usual = Path(os.environ.get("COPKIT_FOLDER") or ".")
    try:
        if find_programme(usual) == context.root:
            return ""
    except CopkitError:  # no programme there, or more than one below it
        pass
    return f" -C {shlex.quote(str(context.folder))}"


def _command_line(item: DueItem, option: str) -> str:
    words = item.command
    if words[0] not in COMMANDS:
        words = ("show", *words[1:])
    return f"copkit {shlex.join(words)}{option}"


def _may_name(context: CommandContext) -> bool:
    """Check whether people may be named: on a terminal, and in JSON, which says that it does."""
    # A name in a file that somebody redirects to would be out of private/ without a mark.
    return context.as_json or bool(sys.stdout and sys.stdout.isatty())


def _names_in(root: Path, item: DueItem) -> tuple[str, ...]:
    """Return the names of those an item is about, as far as this computer has them."""
    return tuple(_find_names(root, item.people))


def _find_names(root: Path, people: Sequence[str]) -> Iterator[str]:
    for person in people:
        community, _, id = person.partition("/")
        if name := member_names(root, community).get(id):
            yield clean(name)
