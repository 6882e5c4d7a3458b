"""Blockages on the terminal and as JSON: how often each came back, and its story."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from copkit.analysis.blockages import (
    Recurrence,
    days_of_silence,
    days_overdue,
    is_answered,
)
from copkit.cli.params import as_of_day, wrong_use
from copkit.cli.terminal import clean, print_fitted, print_heading, print_line, strong
from copkit.errors import did_you_mean
from copkit.folder import Programme
from copkit.records.blockages import Ask, Blockage
from copkit.wording import plural, sentence

HEADS = ("cases", "communities", "months", "status", "silence", "blockage")
COUNTS = 3  # of them are numbers


def day_of(programme: Programme, as_of: str | None) -> dt.date:
    """Give the day to look back from: once the programme has ended, its last or the last ask's."""
    asks = (ask for one in programme.blockages for ask in one.asks)
    return as_of_day(programme, as_of, (ask.replied or ask.date for ask in asks))


def has_theme(blockage: Blockage, theme: str) -> bool:
    """Say whether a blockage is about a theme, in capitals or not."""
    return theme.casefold() in map(str.casefold, blockage.themes)


def require_theme(programme: Programme, theme: str) -> None:
    """Refuse a theme that no blockage has."""
    if not any(has_theme(one, theme) for one in programme.blockages):
        themes = sorted({theme for one in programme.blockages for theme in one.themes})
        otherwise = f"there are: {', '.join(themes[:12])}" if themes else ""
        wrong_use(f"no blockage has the theme '{theme}'", did_you_mean(theme, themes, otherwise))


def print_ranking(found: Iterable[Recurrence]) -> None:
    """Print blockages as a table, each with whom it was asked of below its line."""
    rows = [(_cells(one), _below(one)) for one in found]
    every = [HEADS, *(cells for cells, _ in rows)]
    widths = [max(len(cells[column]) for cells in every) for column in range(len(HEADS) - 1)]
    for cells, below in ((HEADS, ""), *rows):
        *others, slug = cells
        padded = [
            cell.rjust(width) if column < COUNTS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(others, widths, strict=True))
        ]
        line = "  ".join([*padded, slug])
        if cells is HEADS:
            print(strong(clean(line)))
        else:
            print_line(line, 4)
        if below:
            print_line(f"    {below}", 4)


def _cells(one: Recurrence) -> tuple[str, ...]:
    counts = (len(one.showings), len(one.communities), len(one.months))
    waiting = one.waiting
    silence = plural(days_of_silence(waiting, one.as_of), "day") if waiting else ""
    return *map(str, counts), one.status.value, silence, one.blockage.slug


def _below(one: Recurrence) -> str:
    """Say of whom the ask was that is waited for, or else the last one."""
    if not one.asks:
        return "nobody has been asked yet"
    ask = one.waiting or one.asks[-1]
    said = f"{ask.of}, asked {ask.date}"
    if one.waiting is None:
        return f"{said}, {_answered(ask)}" if is_answered(ask, one.as_of) else said
    late = days_overdue(ask, one.as_of)
    return f"{said}, {plural(late, 'day')} overdue" if late else said


def _answered(ask: Ask) -> str:
    return f"answered {ask.replied}" if ask.replied else "answered"


def ranking_json(one: Recurrence) -> dict[str, Any]:
    """Give one blockage of the list."""
    return {
        "blockage": one.blockage.slug,
        "title": one.blockage.title,
        "status": one.status.value,
        "themes": list(one.blockage.themes),
        "cases": len(one.showings),
        "communities": len(one.communities),
        "months": len(one.months),
        "waiting": _ask_json(one.waiting, one) if one.waiting else None,
        "last_asked": _ask_json(one.asks[-1], one) if one.asks else None,
    }


def _ask_json(ask: Ask, one: Recurrence) -> dict[str, Any]:
    """Give one thing asked; there is no silence once it was answered."""
    silent = not is_answered(ask, one.as_of)
    return {
        "id": ask.id,
        "date": str(ask.date),
        "of": ask.of,
        "ask": ask.ask,
        "reply_by": str(ask.reply_by) if ask.reply_by else None,
        "replied": str(ask.replied) if ask.replied and not silent else None,
        "reply": None if silent else ask.reply,
        "days_silent": days_of_silence(ask, one.as_of) if silent else None,
        "days_overdue": days_overdue(ask, one.as_of) if silent else None,
    }


# --- the story of one -----------------------------------------------------------------------


def print_story(one: Recurrence, uncounted: Sequence[str]) -> None:
    """Print where a blockage showed, and what was asked about it, the first first."""
    blockage = one.blockage
    print_heading(blockage.title, f" ({blockage.slug})")
    print_fitted(sentence(one.status))
    if blockage.themes:
        print_fitted(sentence(f"Themes: {', '.join(blockage.themes)}"))
    if blockage.body.strip():
        print()
        for line in _flowing(blockage.body.strip()):
            print_fitted(line)
    counts = (
        plural(len(one.showings), "case"),
        plural(len(one.communities), "community", "communities"),
        plural(len(one.months), "month"),
    )
    print()
    print_heading(f"As of {one.as_of}", f": {', '.join(counts)}")
    for line, indent in _showings(one):
        print_line(line, indent)
    if uncounted:
        print_line(f"  not counted, as drafts or not presented by then: {', '.join(uncounted)}", 4)
    print()
    print_heading("Asked" if one.asks else "Nobody has been asked yet")
    for ask in one.asks:
        for line, indent in _told(ask, one):
            print_line(line, indent)


def _flowing(body: str) -> Iterator[str]:
    """Give a text's paragraphs in a line each, and the lines of what is no plain paragraph."""
    for number, block in enumerate(re.split(r"\n\s*\n", body)):
        if number:
            yield ""
        lines = block.splitlines()
        plain = all(line[:1].isalpha() for line in lines)
        yield from [" ".join(lines)] if plain else lines


def _showings(one: Recurrence) -> Iterator[tuple[str, int]]:
    for showing in one.showings:
        month = (showing.case.presented or one.as_of).isoformat()[:7]
        yield f"  {month}  {showing.case.name}", 11
        for note in showing.notes:
            yield f"           {note}", 11


def _told(ask: Ask, one: Recurrence) -> Iterator[tuple[str, int]]:
    lead = " " * (4 + len(ask.id))
    yield f"  {ask.id}  {ask.date}  {ask.of}", len(lead)
    yield f"{lead}{ask.ask}", len(lead)
    if is_answered(ask, one.as_of):
        days = f" after {plural(days_of_silence(ask, ask.replied), 'day')}" if ask.replied else ""
        reply = f": {ask.reply}" if ask.reply else ""
        yield f"{lead}{_answered(ask)}{days}{reply}", len(lead)
        return
    silence = f"{plural(days_of_silence(ask, one.as_of), 'day')} of silence"
    late = days_overdue(ask, one.as_of)
    due = f"; an answer was due by {ask.reply_by}, {plural(late, 'day')} ago" if late else ""
    if ask.reply_by and not late:
        due = f"; an answer is due by {ask.reply_by}"
    yield f"{lead}{silence}{due}", len(lead)


def story_json(one: Recurrence, uncounted: Sequence[str]) -> dict[str, Any]:
    """Give the whole story of a blockage."""
    cases = [
        {
            "case": showing.case.name,
            "title": showing.case.title,
            "presented": str(showing.case.presented),
            "month": str(showing.case.presented)[:7],
            "notes": list(showing.notes),
        }
        for showing in one.showings
    ]
    return {
        "as_of": str(one.as_of),
        "blockage": one.blockage.slug,
        "file": one.blockage.source.file,
        "title": one.blockage.title,
        "status": one.status.value,
        "themes": list(one.blockage.themes),
        "body": one.blockage.body.strip(),
        "cases": cases,
        "communities": [{"community": slug} for slug in one.communities],
        "months": [{"month": month} for month in one.months],
        "not_counted": [{"case": name} for name in uncounted],
        "asks": [_ask_json(ask, one) for ask in one.asks],
    }
