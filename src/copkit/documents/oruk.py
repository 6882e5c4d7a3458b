"""The directory as Open Referral UK describes services: HSDS 3.0, the UK profile.  Pure.

Files are shaped as the profile wants them; only an open HTTPS address that serves them would be
compliant. What the profile has no field for, such as who may come, stands in the description as
paragraphs with a heading each. See https://openreferraluk.org.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from typing import Any, Final

from copkit.analysis.privacy.services import ServiceView
from copkit.records.directory import ServiceStatus

STATUSES: Final = {
    ServiceStatus.ACTIVE: "active",
    ServiceStatus.PAUSED: "temporarily closed",
    ServiceStatus.CLOSED: "defunct",
    ServiceStatus.UNSURE: "inactive",
}
HEADINGS: Final = {
    "who": "Who may come",
    "how": "How to come",
    "access": "Access",
    "interpreters": "Interpreters",
}
"""The paragraphs of a description that hold a field, by that field."""
TAXONOMY: Final = "copkit needs"
_AREAS: Final = "http://statistics.data.gov.uk/id/statistical-geography/"
_HOURS: Final = re.compile(
    r"(?P<days>\w+days?(?:(?:, | and |,)\w+days?)*) "
    r"(?P<opens>\d{1,2}:\d\d) to (?P<closes>\d{1,2}:\d\d)",
    re.IGNORECASE,
)
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def service_object(service: ServiceView, programme: str) -> dict[str, Any]:
    """Return one service as values of JSON; ``programme`` is the id that its own id is made of."""

    def made_id(*parts: str) -> str:
        """Return an id that is the same each time: of the programme, and of what it names."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("copkit", programme, *parts))))

    slug = service.slug
    values: dict[str, Any] = {
        "id": made_id("service", slug),
        "name": service.name,
        "description": _description(service),
        "url": service.web,
        "email": service.email,
        "status": STATUSES[service.status],
        "minimum_age": service.ages.youngest,
        "maximum_age": service.ages.oldest,
        "assured_date": str(service.checked) if service.checked else None,
        "assurer_email": service.email if service.checked else None,
        "organization": {
            "id": made_id("organization", service.organisation),
            "name": service.organisation,
            "description": service.organisation,
        },
        "service_areas": [
            {"id": made_id("area", slug, area.id), "name": area.name}
            | ({"uri": f"{_AREAS}{area.code}"} if area.code else {})
            for area in service.areas
        ],
        "languages": [
            {"id": made_id("language", slug, code), "code": code, "name": name}
            for code, name in service.languages
        ],
        "cost_options": [
            {"id": made_id("cost", slug), "option": "cost", "amount_description": service.cost}
            | ({"amount": 0} if service.cost.casefold() == "free" else {})
        ]
        if service.cost
        else [],
        "schedules": [
            {"id": made_id("schedule", slug), "description": service.when, **_certain(service.when)}
        ]
        if service.when
        else [],
        "contacts": [
            {
                "id": made_id("contact", slug),
                "phones": [{"id": made_id("phone", slug), "number": service.phone}],
            }
        ]
        if service.phone
        else [],
        "attributes": [
            {
                "id": made_id("attribute", slug, need),
                "taxonomy_term": {
                    "id": made_id("need", need),
                    "name": need,
                    "description": need,
                    "taxonomy": TAXONOMY,
                },
            }
            for need in service.needs
        ],
    }
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _description(service: ServiceView) -> str:
    # A text is wrapped at its words: only an empty line ends a paragraph.
    parts = [" ".join(part.split()) for part in service.text.split("\n\n") if part.strip()]
    for key, heading in HEADINGS.items():
        if value := getattr(service, key):
            parts.append(f"{heading}: {value}")
    return "\n\n".join(parts)


def _certain(when: str) -> dict[str, str]:
    """Return the days and hours of a text in which they are certain: ``Monday 09:00 to 12:00``."""
    match = _HOURS.fullmatch(when.strip())
    if match is None:
        return {}
    words = re.split(r", ?| and ", match["days"].casefold())
    names = [word if word == "weekdays" else word.removesuffix("s") for word in words]
    if names == ["weekdays"]:
        days = list(_DAYS[:5])
    elif set(names) <= set(_DAY_NAMES):
        days = [_DAYS[_DAY_NAMES.index(name)] for name in names]
    else:
        return {}
    return {
        "freq": "WEEKLY",
        "byday": ",".join(days),
        "opens_at": f"{match['opens']:0>5}",
        "closes_at": f"{match['closes']:0>5}",
    }


def list_object(services: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the wrapper of a list: one page that has every service."""
    return {
        "total_items": len(services),
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": list(services),
    }


def as_json(value: dict[str, Any]) -> bytes:
    """Return the bytes of a JSON file, the same for the same values."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
