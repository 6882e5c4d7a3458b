"""Blockages on the terminal and as JSON: the ranking by recurrence, and the history of one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

from copkit.analysis.blockages import (
    Recurrence,
    days_of_silence,
    days_overdue,
)
from copkit.cli.params import as_of_day, usage_error
from copkit.cli.terminal import (
    align_columns,
    bold,
    print_heading,
    print_line,
    print_paragraph,
)
from copkit.errors import did_you_mean
from copkit.folder import Programme
from copkit.records.blockages import Ask, Blockage, is_answered
from copkit.wording import plural, sentence

COLUMNS = ("cases", "communities", "months", "status", "silence", "blockage")


def resolve_as_of(programme: Programme, as_of: str | None) -> dt.date:
    """Return the day to count up to: ``--as-of``, or today.

    Once the programme has ended, it is its last day, or that of the last ask or reply if later.
    """
    asks = (ask for blockage in programme.blockages for ask in blockage.asks)
    return as_of_day(programme, as_of, (ask.replied or ask.date for ask in asks))


def has_theme(blockage: Blockage, theme: str) -> bool:
    """Check whether a blockage has a theme, ignoring case."""
    return theme.casefold() in map(str.casefold, blockage.themes)


def require_theme(programme: Programme, theme: str) -> None:
    """Raise :class:`CopkitError` for a theme that no blockage has."""
    # An unknown theme is an error and no empty list, which would look as if all were settled.
    if not any(has_theme(blockage, theme) for blockage in programme.blockages):
        themes = sorted({theme for blockage in programme.blockages for theme in blockage.themes})
        otherwise = f"there are: {', '.join(themes[:12])}" if themes else ""  # a line or two
        usage_error(f"no blockage has the theme '{theme}'", did_you_mean(theme, themes, otherwise))


def print_ranking(recurrences: Sequence[Recurrence]) -> None:
    """Print blockages as a table, with a line on the latest ask below each row."""
    head, *lines = align_columns(COLUMNS, [ranking_row(recurrence) for recurrence in recurrences])
    print(bold(head))
    for line, recurrence in zip(lines, recurrences, strict=True):
        print_line(line)
        print_line(f"    {_addressee_line(recurrence)}")


def ranking_row(recurrence: Recurrence) -> tuple[str, ...]:
    """Return a row of the ranking, in the order of ``COLUMNS``."""
    counts = (len(recurrence.occurrences), len(recurrence.communities), len(recurrence.months))
    waiting = recurrence.unanswered_ask
    silence = plural(days_of_silence(waiting, recurrence.as_of), "day") if waiting else ""
    return *map(str, counts), recurrence.status, silence, recurrence.blockage.slug


def _addressee_line(recurrence: Recurrence) -> str:
    """Format the unanswered ask, or else the last: of whom, when, how long overdue."""
    if not recurrence.asks:
        return "nobody has been asked yet"
    ask = recurrence.unanswered_ask or recurrence.asks[-1]
    line = f"{ask.of}, asked {ask.date}"
    if recurrence.unanswered_ask is None:
        return f"{line}, {_format_answered(ask)}" if is_answered(ask, recurrence.as_of) else line
    days = days_overdue(ask, recurrence.as_of)
    return f"{line}, {plural(days, 'day')} overdue" if days else line


def _format_answered(ask: Ask) -> str:
    return f"answered {ask.replied}" if ask.replied else "answered"


def ranking_json(recurrence: Recurrence) -> dict[str, Any]:
    """Return a row of the ranking as JSON values."""
    waiting = recurrence.unanswered_ask
    return {
        "blockage": recurrence.blockage.slug,
        "title": recurrence.blockage.title,
        "status": recurrence.status,
        "themes": recurrence.blockage.themes,
        "cases": len(recurrence.occurrences),
        "communities": len(recurrence.communities),
        "months": len(recurrence.months),
        "waiting": _ask_json(waiting, recurrence) if waiting else None,
        "last_asked": _ask_json(recurrence.asks[-1], recurrence) if recurrence.asks else None,
    }


def _ask_json(ask: Ask, recurrence: Recurrence) -> dict[str, Any]:
    """Return an ask as JSON values; one that was answered has no silence."""
    unanswered = not is_answered(ask, recurrence.as_of)
    return {
        "id": ask.id,
        "date": ask.date,
        "of": ask.of,
        "ask": ask.ask,
        "reply_by": ask.reply_by,
        "replied": None if unanswered else ask.replied,
        "reply": None if unanswered else ask.reply,
        "days_silent": days_of_silence(ask, recurrence.as_of) if unanswered else None,
        "days_overdue": days_overdue(ask, recurrence.as_of) if unanswered else None,
    }


# The history of one blockage.


def print_story(recurrence: Recurrence, uncounted: Sequence[str]) -> None:
    """Print a blockage: its text, the cases it showed in, and its asks, the oldest first.

    ``uncounted`` are the names of cases that are not counted.
    """
    blockage = recurrence.blockage
    print_heading(blockage.title, f" ({blockage.slug})")
    print_paragraph(sentence(recurrence.status))
    if blockage.themes:
        print_paragraph(sentence(f"Themes: {', '.join(blockage.themes)}"))
    if blockage.body.strip():
        print()
        for line in _paragraph_lines(blockage.body.strip()):
            print_paragraph(line)
    counts = (
        plural(len(recurrence.occurrences), "case"),
        plural(len(recurrence.communities), "community", "communities"),
        plural(len(recurrence.months), "month"),
    )
    print()
    print_heading(f"As of {recurrence.as_of}", f": {', '.join(counts)}")
    for line, indent in _case_lines(recurrence):
        print_line(line, indent)
    if uncounted:
        print_line(f"  not counted, as drafts or not presented by then: {', '.join(uncounted)}", 4)
    print()
    print_heading("Asked" if recurrence.asks else "Nobody has been asked yet")
    for ask in recurrence.asks:
        for line, indent in _ask_lines(ask, recurrence):
            print_line(line, indent)


def _paragraph_lines(body: str) -> Iterator[str]:
    """Join each plain paragraph of a text to one line, so that it is wrapped anew.

    Lists, quotes and headings, whose lines begin with a sign, keep their lines.
    """
    # Only lines that begin with a letter: "- item", "> quote" and "| cell" are structure.
    for number, block in enumerate(re.split(r"\n\s*\n", body)):
        if number:
            yield ""
        lines = block.splitlines()
        plain = all(line[:1].isalpha() for line in lines)
        yield from [" ".join(lines)] if plain else lines


def _case_lines(recurrence: Recurrence) -> Iterator[tuple[str, int]]:
    """Format the cases of a blockage: lines, each with the columns to indent its rest by."""
    # 11 columns: two, a month such as 2012-05, and two
    for occurrence in recurrence.occurrences:
        month = (occurrence.case.presented or recurrence.as_of).isoformat()[:7]
        yield f"  {month}  {occurrence.case.name}", 11
        for note in occurrence.notes:
            yield f"           {note}", 11


def _ask_lines(ask: Ask, recurrence: Recurrence) -> Iterator[tuple[str, int]]:
    """Format an ask with its answer or its silence: lines, each with its indentation."""
    margin = " " * (4 + len(ask.id))
    yield f"  {ask.id}  {ask.date}  {ask.of}", len(margin)
    yield f"{margin}{ask.ask}", len(margin)
    if is_answered(ask, recurrence.as_of):
        days = f" after {plural(days_of_silence(ask, ask.replied), 'day')}" if ask.replied else ""
        reply = f": {ask.reply}" if ask.reply else ""
        yield f"{margin}{_format_answered(ask)}{days}{reply}", len(margin)
        return
    silence = f"{plural(days_of_silence(ask, recurrence.as_of), 'day')} of silence"
    days_late = days_overdue(ask, recurrence.as_of)
    deadline = ""
    if days_late:
        deadline = f"; an answer was due by {ask.reply_by}, {plural(days_late, 'day')} ago"
    elif ask.reply_by:
        deadline = f"; an answer is due by {ask.reply_by}"
    yield f"{margin}{silence}{deadline}", len(margin)


def story_json(recurrence: Recurrence, uncounted: Sequence[str]) -> dict[str, Any]:
    """Return a blockage with all its cases and asks as JSON values."""
    cases = [
        {
            "case": occurrence.case.name,
            "title": occurrence.case.title,
            "presented": occurrence.case.presented,
            "month": str(occurrence.case.presented)[:7],
            "notes": occurrence.notes,
        }
        for occurrence in recurrence.occurrences
    ]
    return {
        "as_of": recurrence.as_of,
        "blockage": recurrence.blockage.slug,
        "file": recurrence.blockage.source.file,
        "title": recurrence.blockage.title,
        "status": recurrence.status,
        "themes": recurrence.blockage.themes,
        "body": recurrence.blockage.body.strip(),
        "cases": cases,
        "communities": [{"community": slug} for slug in recurrence.communities],
        "months": [{"month": month} for month in recurrence.months],
        "not_counted": [{"case": name} for name in uncounted],
        "asks": [_ask_json(ask, recurrence) for ask in recurrence.asks],
    }
