"""Rows of a list -> the people on it, each once.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from copkit.importers.names import compared, readings
from copkit.importers.report import Row


def people_in(rows: Sequence[Row]) -> list[list[Row]]:
    """Put each person's rows together: by address, else by name.

    A row without an address is of the one person with an address who has that name; where several
    have it, it is of somebody else. Somebody who took another name during the meeting is one with
    the name in brackets, where the list has it as well.
    """
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.name:
            owners[compared(row.name)].add(row.email)
    people: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        people.setdefault(_identity(row, owners), []).append(row)
    return list(people.values())


def _identity(row: Row, owners: defaultdict[str, set[str]]) -> tuple[str, str]:
    if row.email:
        return row.email, ""
    forms = readings(row.name) if "(" in row.name else (compared(row.name),)
    name = forms[0]
    for form in forms[:2]:
        if form not in owners:
            continue
        name = form
        addresses = owners[form] - {""}
        if len(addresses) == 1:
            return min(addresses), ""
    return "", name
