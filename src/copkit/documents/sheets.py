"""The sheets of the tool kit: those that ship with copkit, and a programme's own.  Reads files.

A sheet in the programme's ``toolkit/`` is read instead of a shipped one of the same name; one of
another name comes after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from copkit.analysis.toolkit import SheetView, sheet_views
from copkit.errors import CopkitError, did_you_mean
from copkit.layout import shipped_folder
from copkit.records.schema.audience import Audience
from copkit.records.sheets import KitSheet, parse_sheet
from copkit.text.front_matter import read_document
from copkit.text.normalise import match_names
from copkit.text.source import SourceText

SHEETS_FOLDER: Final = "toolkit"
"""The folder of the sheets, in the shipped templates as in a programme."""
KIT: Final = (
    "community-or-network",
    "host",
    "brokerage",
    "seats",
    "experts",
    "taster",
    "ground-rules",
    "two-hours",
    "case-form",
    "presenting",
    "knowledge-broker",
    "first-six",
    "warning-signs",
    "ending",
    "commissioners",
    "members",
)
"""The sheets that ship, in the order in which a facilitator needs them."""


@cache
def shipped_sheet_text(name: str) -> str:
    """Return the text of a sheet of ``KIT`` as it ships with copkit."""
    return (shipped_folder("templates") / SHEETS_FOLDER / f"{name}.md").read_text(encoding="utf-8")


def load_kit(own: Sequence[KitSheet] = ()) -> tuple[KitSheet, ...]:
    """Return all sheets in their order; ``own`` are those of a programme."""
    by_name = {sheet.slug: sheet for sheet in own}
    kit = [by_name.get(name) or _shipped_sheet(name) for name in KIT]
    return (*kit, *(sheet for sheet in own if sheet.slug not in KIT))


@cache
def _shipped_sheet(name: str) -> KitSheet:
    source = SourceText(f"{SHEETS_FOLDER}/{name}.md", shipped_sheet_text(name))
    return parse_sheet(read_document(source, [], markdown=True), name)


def with_shipped(own: Sequence[SheetView], reader: Audience) -> tuple[SheetView, ...]:
    """Return the whole kit as readers see it, of whose own sheets they see ``own``."""
    by_name = {sheet.name: sheet for sheet in own}
    shipped = sheet_views(load_kit(), reader)
    kit = [by_name.get(sheet.name, sheet) for sheet in shipped]
    kit += [sheet for sheet in own if sheet.name not in KIT]
    return tuple(replace(sheet, number=number) for number, sheet in enumerate(kit, 1))


def find_sheet(kit: Sequence[KitSheet], typed: str) -> KitSheet:
    """Return the sheet of a number, a name or a title, or of the beginning of either.

    Raise :class:`CopkitError` where there is none, or more than one.
    """
    if typed.isdecimal() and 1 <= int(typed) <= len(kit):
        return kit[int(typed) - 1]
    names = match_names(typed, {sheet.slug: (sheet.title,) for sheet in kit})
    if len(names) == 1:
        return next(sheet for sheet in kit if sheet.slug == names[0])
    if names:
        message, hint = f"'{typed}' could mean more than one sheet", f"one of: {', '.join(names)}"
    else:
        slugs = [sheet.slug for sheet in kit]
        message = f"there is no sheet '{typed}' in the tool kit"
        hint = did_you_mean(typed, slugs, "'copkit toolkit' lists them, with their numbers")
    raise CopkitError(message, hint, status=2)
