"""``new-service``, ``new-connector``, ``new-place``, and what may stand in these records."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

PLACES = (
    "places:\n  - id: marlshire\n    name: Marlshire\n    level: place\n"
    "  - id: north-estate\n    name: North estate\n    level: neighbourhood\n"
    "    within:\n      - marlshire\n"
)
SERVICE = (
    "---\nname: City advice\norganisation: City advice partnership\n"
    "serves:\n  - north-estate\n{}---\n\n{}\n"
)
ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
CONNECTOR = (
    "---\nkind: link-worker\ntitle: Link worker\norganisation: A care network\n"
    "covers:\n  - north-estate\n{}---\n"
)


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2026-04-22")
    return write("places.yaml", PLACES)


def test_a_service_is_added_by_the_names_of_places_and_languages(
    folder: Path, copkit: Copkit
) -> None:
    result = copkit(
        "new-service", "Saturday breakfast", "--organisation", "Chapel hall trust", "--serves",
        "North estate", "--need", "food", "--how", "walk in", "--language", "Polish", "--phone",
        "01632 960001", "--email", "hello@chapel.example", "-C", folder,
    )  # fmt: skip

    assert result.status == 0, result.output
    text = (folder / "directory/saturday-breakfast.md").read_text("utf-8")
    assert "serves:\n  - north-estate\n" in text
    assert "languages:\n  - pl\n" in text
    assert "added: 2026-04-22\n" in text
    assert "\nchecked:  " in text  # empty: nobody has found it to be so
    assert copkit("check", "-C", folder).status == 0


def test_a_connector_and_a_place_are_added(folder: Path, copkit: Copkit) -> None:
    place = ("East estate", "--level", "neighbourhood", "--within", "Marlshire")
    assert copkit("new-place", *place, "-C", folder).status == 0
    result = copkit(
        "new-connector", "Community champions", "--kind", "community-champion", "--people", "12",
        "--organisation", "A district council", "--covers", "east-estate", "--language", "ur",
        "-C", folder,
    )  # fmt: skip

    assert result.status == 0, result.output
    assert copkit("check", "-C", folder).status == 0
    assert "community-champion" in copkit("list", "connectors", "-C", folder).stdout
    assert "East estate" in copkit("show", "east-estate", "-C", folder).stdout
    again = copkit("new-place", "East estate", "--level", "place", "-C", folder)
    assert again.status == 2
    assert "there is a place 'east-estate' already" in again.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--serves", "noth-estate"), "did you mean 'north-estate'?"),
        (("--serves", "north-estate", "--language", "Pollish"), "did you mean 'polish'?"),
        ((), "missing: --serves"),
    ],
)
def test_a_place_or_a_language_that_there_is_not_is_refused(
    folder: Path, copkit: Copkit, options: tuple[str, ...], message: str
) -> None:
    result = copkit("new-service", "Food", "--organisation", "A trust", *options, "-C", folder)

    assert result.status == 2
    assert message in result.stderr
    assert not (folder / "directory").exists()


@pytest.mark.parametrize(
    "mailbox",
    ["info", "hello", "office", "referrals", "enquiries", "admin", "team", "contact", "reception",
     "advice"],
)  # fmt: skip
def test_an_organisation_may_be_reached(
    folder: Path, write: Write, copkit: Copkit, mailbox: str
) -> None:
    fields = (
        f"phone: 01632 960001\nemail: {mailbox}@advice.example\n"
        "web: https://www.facebook.com/CityAdviceTrust\n"
    )
    write("directory/city-advice.md", SERVICE.format(fields, "Debt and housing."))
    contact = f"contact: 01632 960002, {mailbox}@network.example\n"
    write("connectors/link-worker.md", CONNECTOR.format(contact))

    result = copkit("check", "-C", folder)

    assert result.status == 0, result.output


PERSONAL = {
    "phone: 07700 900123\n": "phone-number",
    "phone: +44 7700 900123\n": "phone-number",
    "email: jane.smith@advice.example\n": "person-in-directory",
    "email: help@advice.example\n": "person-in-directory",
    "email: jsmith@advice.example\n": "person-in-directory",
    "web: https://www.facebook.com/siobhan.ormerod\n": "online-name",
    "who: ring Siobhan Ormerod\n": "full-name",
    "safeguarding: DBS certificate 001234567890 seen\n": "police-number",
    "access: 12 Quay Street\n": "street-address",
    "when: ring 01632 960001\n": "phone-number",
}


@pytest.mark.parametrize("field", PERSONAL)
def test_nothing_of_a_person_may_stand_in_a_service(
    folder: Path, write: Write, copkit: Copkit, field: str
) -> None:
    write("directory/city-advice.md", SERVICE.format(field, "Debt and housing."))

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert PERSONAL[field] in result.stdout


def test_the_body_is_looked_through_as_always(folder: Path, write: Write, copkit: Copkit) -> None:
    write("directory/city-advice.md", SERVICE.format("", "Ask for Siobhan, 01632 960001."))

    output = copkit("check", "-C", folder).stdout

    assert "first-name" in output
    assert "phone-number" in output


@pytest.mark.parametrize("detail", ["siobhan@network.example", "07700 900123", "Siobhan Ormerod"])
def test_a_connector_is_nobody_by_name(
    folder: Path, write: Write, copkit: Copkit, detail: str
) -> None:
    write("connectors/link-worker.md", CONNECTOR.format(f"contact: {detail}\n"))

    assert copkit("check", "-C", folder).status == 1


def test_the_mailbox_of_one_person_can_be_accepted(
    folder: Path, write: Write, copkit: Copkit
) -> None:
    fields = "email: quayroad@advice.example\n"
    write("directory/city-advice.md", SERVICE.format(fields, "Debt and housing."))

    accepted = copkit(
        "accept", "directory/city-advice.md:6:8", "--why", "the office is in Quay Road", "--by",
        "facilitator", "-C", folder,
    )  # fmt: skip

    assert accepted.status == 0, accepted.output
    assert copkit("check", "-C", folder).status == 0


def test_an_address_among_the_contacts_stays_an_error(
    folder: Path, write: Write, copkit: Copkit
) -> None:
    write("communities/harbour/roster.yaml", ROSTER)
    write(
        "private/contacts.yaml",
        "contacts:\n  - id: harbour/nurse-1\n    email: info@advice.example\n",
    )
    write("directory/city-advice.md", SERVICE.format("email: info@advice.example\n", "Debt."))

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert "known-contact" in result.stdout


def test_a_place_that_lies_in_itself_is_a_fault(folder: Path, write: Write, copkit: Copkit) -> None:
    outer = "    level: place\n"
    circle = PLACES.replace(outer, f"{outer}    within:\n      - north-estate\n")
    write("places.yaml", circle)

    result = copkit("check", "-C", folder)

    assert "places.yaml:5:5" in result.stdout
    assert "'marlshire' would lie in itself" in result.stdout


def test_a_place_is_renamed_with_whatever_names_it(
    folder: Path, write: Write, copkit: Copkit
) -> None:
    write("directory/city-advice.md", SERVICE.format("", "Debt and housing."))

    result = copkit("rename", "north-estate", "north", "--yes", "-C", folder)

    assert result.status == 0, result.output
    assert "  - north\n" in (folder / "directory/city-advice.md").read_text("utf-8")
    assert copkit("check", "-C", folder).status == 0


def test_a_connector_of_a_roster_is_named_with_its_community(
    folder: Path, write: Write, copkit: Copkit
) -> None:
    write("communities/harbour/roster.yaml", ROSTER)
    write("connectors/link-worker.md", CONNECTOR.format("member: harbour/nurse-1\n"))
    assert copkit("check", "-C", folder).status == 0

    write("connectors/link-worker.md", CONNECTOR.format("member: harbour/nurse-2\n"))

    assert "unknown-member" in copkit("check", "-C", folder).stdout
