"""Which cells of a workbook are merged over several rows.  Pure.

openpyxl tells it only of a workbook that is in memory as a whole.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from posixpath import join, normpath
from typing import Final

Merged = dict[str, dict[int, list[tuple[int, int]]]]
"""By sheet and row: the row at the head of each merged cell there, and its column, from 0."""

_MOST: Final = 20_000  # rows with a merged cell
_SHEET: Final = re.compile(rb"<(?:\w{1,20}:)?sheet\s([^<>]{1,2000})>")
_RELATION: Final = re.compile(rb"<(?:\w{1,20}:)?Relationship\s([^<>]{1,2000})>")
_ATTRIBUTE: Final = re.compile(r"(?:\w{1,20}:)?(\w{1,20})\s?=\s?\"([^\"]{0,1000})\"")
_MERGED: Final = re.compile(rb'mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


def merged_down(archive: zipfile.ZipFile) -> Merged:
    """Tell where what stands in one row holds for those below it as well."""
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels")
        sheets = archive.read("xl/workbook.xml")
    except (KeyError, RuntimeError, zipfile.BadZipFile, OSError):
        return {}
    targets = {one["Id"]: one["Target"] for one in _each(_RELATION, relations) if "Target" in one}
    merged: Merged = {}
    for sheet in _each(_SHEET, sheets):
        target = targets.get(sheet.get("id", ""), "")
        path = normpath(target[1:] if target.startswith("/") else join("xl", target))
        if path in archive.namelist():
            merged[sheet.get("name", "")] = _of_sheet(archive.read(path))
    return merged


def _each(pattern: re.Pattern[bytes], content: bytes) -> list[dict[str, str]]:
    """Give the attributes of each element that a pattern finds."""
    elements = (match[1].decode("utf-8", "replace") for match in pattern.finditer(content))
    found = ({k: unescape(v) for k, v in _ATTRIBUTE.findall(element)} for element in elements)
    return [one for one in found if "Id" in one or "name" in one]


def _of_sheet(content: bytes) -> dict[int, list[tuple[int, int]]]:
    heads: dict[int, list[tuple[int, int]]] = {}
    left = _MOST
    for letters, first, last in _MERGED.findall(content):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        rows = range(int(first), int(last) + 1)
        if len(rows) < 2 or len(rows) > left:
            continue
        left -= len(rows)
        for row in rows:
            heads.setdefault(row, []).append((int(first), column - 1))
    return heads
