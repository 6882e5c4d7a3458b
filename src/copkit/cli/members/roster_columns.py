"""Which column of an imported roster is which: told by flags, shown, and agreed to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from copkit.analysis.imports.roster_columns import Sheet
from copkit.cli.params import wrong_use
from copkit.cli.prompts import ask, yes_or_no
from copkit.cli.terminal import clean, say
from copkit.errors import did_you_mean
from copkit.records.columns import PRIVATE_COLUMNS, Column
from copkit.wording import plural

IGNORED: Final = "ignored"
_OTHER_WORDS: Final = {"email": "e-mail", "organization": "organisation", "job": "role"}
_LONGEST: Final = 24  # signs shown of a cell


def told_columns(given: Sequence[str]) -> dict[Column, str]:
    """Read ``role=Job title,sector=Team``; what is held maps to its head, ``""`` for none."""
    words = "|".join([*Column, *_OTHER_WORDS]).replace("-", "[- ]")
    between = re.compile(rf",\s*(?=(?:{words})\s*=)", re.IGNORECASE)
    told: dict[Column, str] = {}
    for piece in (piece for text in given for piece in between.split(text)):
        said, equals, head = piece.partition("=")
        word = "-".join(said.lower().split())
        word = _OTHER_WORDS.get(word, word)
        if not equals:
            wrong_use(f"--column: '{piece}' has no '='", "write it as --column 'role=Job title'")
        if word not in set(Column):
            hint = did_you_mean(word, list(Column), f"it can be one of {', '.join(Column)}")
            wrong_use(f"--column: nothing is called '{said.strip()}'", hint)
        told[Column(word)] = head.strip()
    return told


def show_columns(sheet: Sheet, *, examples: bool) -> None:
    """Show what each column is taken for; ``examples`` of what stands in it are for a person."""
    where = f"the heads are in line {sheet.table.lines[sheet.at]}"
    say(f"{clean(sheet.table.file)}: {where}, with {plural(sheet.lines_below, 'line')} below")
    widest = max(len(_short(head)) for head in sheet.heads)
    for number, head in enumerate(sheet.heads, 1):
        column = sheet.column_at(number - 1)
        private = " (contacts only)" if column in PRIVATE_COLUMNS else ""
        line = f"  {number:>2}  {_short(head):<{widest}}  {column or IGNORED}{private}"
        example = _short(sheet.example(number - 1)) if examples else ""
        say(f"{line:<{widest + 34}}{example}".rstrip())


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def agreed_columns(sheet: Sheet) -> Sheet | None:
    """Ask whether the columns are what they are taken for, until they are; ``None`` for no."""
    while True:
        show_columns(sheet, examples=True)
        answer = ask("is that right: yes, no, or the number of a column to change", default="yes")
        if (meant := yes_or_no(answer)) is not None:
            return sheet if meant else None
        if answer.isdecimal() and 1 <= int(answer) <= len(sheet.heads):
            position = int(answer) - 1
            sheet = sheet.with_column(position, _ask_column(sheet.heads[position]))
        else:
            say(f"  please write yes, no, or a number from 1 to {len(sheet.heads)}")


def _ask_column(head: str) -> Column | None:
    """Ask what a column holds, by copkit's words or others for the same; ``None`` for ignored."""
    words = (*Column, IGNORED, *_OTHER_WORDS)
    say(f"  it can be {', '.join((*Column, IGNORED))}")
    while (held := ask(f"what is in '{_short(head)}'").casefold()) not in words:
        near = [word for word in words if word.startswith("-".join(held.split()))]
        if len(near) == 1:
            held = near[0]
            break
        say(f"  please write one of: {', '.join((*Column, IGNORED))}")
    held = _OTHER_WORDS.get(held, held)
    return None if held == IGNORED else Column(held)


def flags_for(sheet: Sheet, community: str, file: Path) -> str:
    """Give the command that says all this without being asked."""
    told = (f"--column {shlex.quote(f'{one}={sheet.heads[at]}')}" for one, at in _in_order(sheet))
    return " ".join(["copkit roster import", community, shlex.quote(str(file)), *told, "--yes"])


def _in_order(sheet: Sheet) -> list[tuple[Column, int]]:
    return sorted(sheet.holds.items(), key=lambda held: held[1])
