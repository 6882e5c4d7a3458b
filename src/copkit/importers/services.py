"""Services from other people's files: Open Referral UK, and tables.  Pure.

Named contacts, mailboxes of one person and mobile numbers are left out and counted: they belong to
nobody who could have agreed to it here.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from copkit.errors import CopkitError
from copkit.importers.tables import ImportedTable
from copkit.records.directory import (
    OFFICE_MAILBOXES,
    ServiceAccess,
    ServiceStatus,
    is_mobile,
    is_web_page,
    parse_ages,
)
from copkit.records.schema.values import InvalidDate, parse_date
from copkit.text.addresses import is_address
from copkit.text.languages import find_language_code
from copkit.text.normalise import clean, fold, single_line, words_in

NO_AREA: Final = "Area not stated"
_STATUSES: Final = {
    "temporarily closed": ServiceStatus.PAUSED,
    "defunct": ServiceStatus.CLOSED,
}
_HEADINGS: Final = {
    "who may come": "who",
    "how to come": "how",
    "access": "access",
    "interpreters": "interpreters",
}
_FEWEST_DIGITS: Final = 3  # as 111
_MOST_DIGITS: Final = 15  # E.164
_LONGEST_NAME: Final = 60  # characters of a place; a sentence about an area is none


@dataclass(slots=True)
class ImportedService:
    """One service of a file: its fields, the names of its areas with their codes, and its text."""

    values: dict[str, Any]
    areas: dict[str, str]
    body: str = ""


@dataclass(slots=True)
class ImportedServices:
    """What a file holds: services, those refused with the reason, and what was left out."""

    services: list[ImportedService] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


# --- Open Referral --------------------------------------------------------------------------


def read_open_referral(data: bytes, file: str) -> ImportedServices:
    """Read a list of services, or a single one, as Open Referral describes them.

    Raise :class:`CopkitError` for a file that is no such JSON.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise CopkitError(f"{file} is no JSON that can be read", "export it again") from None
    items = _find_services(value)
    if items is None:
        hint = "a list has 'contents' with the services, a single one has 'name'"
        raise CopkitError(f"{file} has no services as Open Referral describes them", hint)
    result = ImportedServices()
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not _text(item.get("name")):
            result.refused.append(f"entry {number} has no name")
            continue
        if service := _parse_service(item, result.left_out):
            result.services.append(service)
    return result


def _find_services(value: Any) -> list[Any] | None:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        for key in ("contents", "content", "services", "items", "data", "results"):
            if isinstance(value.get(key), list):
                return list(value[key])
        if "name" in value:
            return [value]
        if isinstance(value.get("service"), dict):
            return [value["service"]]
    return None


def _parse_service(item: Mapping[str, Any], left_out: Counter[str]) -> ImportedService:
    organisation = item.get("organization") or item.get("organisation") or {}
    owner = organisation if isinstance(organisation, dict) else {"name": organisation}
    body, in_text = _split_description(_prose(item.get("description")))
    schedules = [_text(each.get("description")) for each in _dicts(item, "schedules")]
    costs = [
        _text(each.get("amount_description")) or _text(each.get("option"))
        for each in _dicts(item, "cost_options")
    ]
    who = in_text.get("who") or _text(item.get("eligibility_description"))
    values: dict[str, Any] = {
        "name": _text(item.get("name")),
        "organisation": _text(owner.get("name")) or _text(item.get("name")),
        "needs": list(_needs(item)),
        "who": who,
        "ages": _ages(item.get("minimum_age"), item.get("maximum_age")),
        "how": in_text["how"] if in_text.get("how") in set(ServiceAccess) else "",
        "when": "; ".join(dict.fromkeys(filter(None, schedules))),
        "cost": "; ".join(dict.fromkeys(filter(None, costs))) or _text(item.get("fees")),
        "languages": list(_languages(_dicts(item, "languages"), left_out)),
        "interpreters": in_text.get("interpreters"),
        "access": in_text.get("access"),
        "phone": _phone(item, left_out),
        "email": _office_address(
            _text(item.get("email")) or _text(owner.get("email")), left_out
        ),
        "web": _page(_text(item.get("url")) or _text(owner.get("website"))),
        "status": _STATUSES.get(_text(item.get("status")).casefold(), ServiceStatus.UNSURE),
        "checked": _day(item.get("assured_date")),
    }  # fmt: skip
    return ImportedService(values, dict(_areas(item)), body)


def _text(value: Any) -> str:
    """Return a plain value as one line; ``""`` for what is no text or number."""
    return single_line(str(value)) if isinstance(value, (str, int, float)) else ""


def _prose(value: Any) -> str:
    """Return a description as paragraphs, without the tags that some sites leave in it."""
    text = re.sub(r"(?i)<(?:br|/p|/li|/div)\b[^>]{0,200}>", "\n\n", clean(str(value or "")))
    text = re.sub(r"<[^>]{0,200}>", "", text).replace("<!--", "").replace("-->", "")
    return re.sub(r"\n\s*\n\s*", "\n\n", text).strip()


def _split_description(text: str) -> tuple[str, dict[str, str]]:
    """Return a description without the paragraphs that hold a field, and these by field."""
    paragraphs, fields = [], {}
    for paragraph in text.split("\n\n"):
        heading, colon, rest = paragraph.partition(": ")
        key = _HEADINGS.get(heading.strip().casefold()) if colon else None
        if key:
            fields[key] = single_line(rest)
        elif paragraph.strip():
            paragraphs.append(paragraph.strip())
    return "\n\n".join(paragraphs), fields


def _dicts(item: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    values = item.get(key)
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _needs(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the terms of a service, each once."""
    seen = set[str]()
    terms = [each.get("taxonomy_term") for each in _dicts(item, "attributes")]
    for term in (*terms, *_dicts(item, "service_taxonomys"), *_dicts(item, "taxonomy_terms")):
        name = _text(term.get("name")) if isinstance(term, dict) else ""
        if name and name.casefold() not in seen:
            seen.add(name.casefold())
            yield name


def _ages(youngest: Any, oldest: Any) -> str:
    ends = [
        str(int(age)) if isinstance(age, (int, float)) and 0 <= age <= 120 else ""
        for age in (youngest, oldest)
    ]
    text = "-".join("" if end == "0" else end for end in ends)
    return text if parse_ages(text) else ""


def _languages(items: Iterable[Mapping[str, Any]], left_out: Counter[str]) -> Iterator[str]:
    """Yield the codes of languages; the 2024 profile has ids alone, which say nothing."""
    seen = set[str]()
    for item in items:
        typed = _text(item.get("code")) or _text(item.get("name")) or _text(item.get("language"))
        if not typed:
            left_out["languages without a name"] += 1
            continue
        code = find_language_code(typed)
        if code is None:
            left_out["languages that copkit does not know"] += 1
        elif code not in seen:
            seen.add(code)
            yield code


def _phone(item: Mapping[str, Any], left_out: Counter[str]) -> str:
    """Return the first number that is no person's own: not of a named contact, and no mobile."""
    phones = [*_dicts(item, "phones"), *_dicts(item, "phone")]
    for contact in _dicts(item, "contacts"):
        if _text(contact.get("name")):
            left_out["named contacts"] += 1
        else:
            phones += _dicts(contact, "phones")
    for phone in phones:
        number = office_number(_text(phone.get("number")), left_out)
        if number:
            return number
    return ""


def office_number(number: str, left_out: Counter[str]) -> str:
    """Return a telephone number; ``""`` for none, and for a mobile number, which is counted."""
    digits = re.sub(r"\D", "", number)
    if is_mobile(number):
        left_out["mobile numbers"] += 1
        return ""
    return number if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS else ""


def _office_address(address: str, left_out: Counter[str]) -> str:
    if not is_address(address):
        return ""
    if address.partition("@")[0].casefold() not in OFFICE_MAILBOXES:
        left_out["mailboxes that may be of one person"] += 1
        return ""
    return address


def _page(address: str) -> str:
    return address if is_web_page(address) else ""


def _day(value: Any) -> dt.date | None:
    """Return the day of ``assured_date``; ``None`` for anything else, such as a later edit."""
    try:
        return parse_date(_text(value)[:10])
    except InvalidDate:
        return None


def _areas(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names of the areas that a service serves, with the code of each, or ``""``.

    Where none has a name, that is the town of its addresses; else it is said that none is stated.
    """
    areas = [*_dicts(item, "service_areas"), *_dicts(item, "service_area")]
    named = [(_text(area.get("name")) or _text(area.get("service_area")), area) for area in areas]
    found = False
    for name, area in named:
        if name and len(name) <= _LONGEST_NAME:
            code = re.search(r"\b[EWSNK]\d{8}\b", _text(area.get("uri")))
            found = True
            yield name, code[0] if code else ""
    if found:
        return
    for place in _dicts(item, "service_at_locations"):
        location = place.get("location")
        for address in _dicts(location, "addresses") if isinstance(location, dict) else ():
            town = _text(address.get("city")) or _text(address.get("region"))
            if town and len(town) <= _LONGEST_NAME:
                yield town, ""
                return
    yield NO_AREA, ""


# --- tables ---------------------------------------------------------------------------------

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "service", "service name", "title", "project", "group"),
    "organisation": ("organisation", "organization", "provider", "charity", "agency", "run by"),
    "serves": ("area", "serves", "place", "location", "town", "district", "ward", "area covered"),
    "needs": ("needs", "need", "category", "categories", "themes", "type", "tags", "support"),
    "who": ("who", "who for", "eligibility", "who can use it", "target group", "criteria"),
    "ages": ("ages", "age", "age range", "age group"),
    "when": ("when", "opening hours", "hours", "opening times", "times", "days"),
    "cost": ("cost", "fee", "fees", "price", "charge"),
    "languages": ("languages", "language", "languages spoken"),
    "access": ("access", "accessibility"),
    "phone": ("phone", "telephone", "tel", "phone number", "telephone number", "contact number"),
    "email": ("email", "e mail", "email address"),
    "web": ("web", "website", "url", "web site", "link"),
    "body": ("description", "details", "notes", "about", "what", "summary"),
    "checked": ("assured date", "last checked", "checked", "checked on"),
    "none": (),
}
"""What a column of a table may hold, by the headings that mean it."""
_BY_HEADING: Final = {head: key for key, heads in COLUMNS.items() for head in heads}


def find_columns(headings: Sequence[str], chosen: Mapping[str, str]) -> dict[int, str]:
    """Return what each column holds, by its position; ``chosen`` says it by heading.

    A heading that nobody knows is left out; of two for one field the first counts.
    """
    columns: dict[int, str] = {}
    for position, heading in enumerate(headings):
        key = chosen.get(heading) or _BY_HEADING.get(" ".join(words_in(heading)))
        if key and key != "none" and key not in columns.values():
            columns[position] = key
    return columns


def read_rows(table: ImportedTable, columns: Mapping[int, str]) -> ImportedServices:
    """Read the services of a table, whose first row has the headings."""
    result = ImportedServices()
    for number, row in enumerate(table.rows[1:], 2):
        cells = {
            key: single_line(row[position]) if position < len(row) else ""
            for position, key in columns.items()
        }
        if not any(cells.values()):
            continue
        if not cells.get("name"):
            result.refused.append(f"row {number} has no name")
            continue
        result.services.append(_service_of_row(cells, result.left_out))
    return result


def _service_of_row(cells: Mapping[str, str], left_out: Counter[str]) -> ImportedService:
    parts = re.split(r"[;,/|]| and ", cells.get("languages", ""))
    languages = [{"name": part.strip()} for part in parts if part.strip()]
    values: dict[str, Any] = {
        "name": cells["name"],
        "organisation": cells.get("organisation") or cells["name"],
        "needs": _split_cell(cells.get("needs", "")),
        "who": cells.get("who"),
        "ages": cells["ages"] if parse_ages(cells.get("ages", "")) else "",
        "when": cells.get("when"),
        "cost": cells.get("cost"),
        "languages": list(_languages(languages, left_out)),
        "access": cells.get("access"),
        "phone": office_number(cells.get("phone", ""), left_out),
        "email": _office_address(cells.get("email", ""), left_out),
        "web": _page(cells.get("web", "")),
        "status": ServiceStatus.UNSURE,
        "checked": _day(cells.get("checked", "")),
    }
    areas = _split_cell(cells.get("serves", "")) or [NO_AREA]
    body = _prose(cells.get("body", ""))
    return ImportedService(values, dict.fromkeys(areas, ""), body)


def _split_cell(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;|]|, ", text)]
    return list(dict.fromkeys(part for part in parts if part))


# --- filters --------------------------------------------------------------------------------


def matches_filter(service: ImportedService, place: str, need: str) -> bool:
    """Check whether a service is in a place and about a need, both in words."""
    if place and fold(place) not in fold(" ".join(service.areas)):
        return False
    if not need:
        return True
    texts = (service.values["name"], *service.values["needs"], service.body)
    about = set(words_in(" ".join(texts)))
    return all(any(word.startswith(root) for word in about) for root in words_in(need))
