"""The sheet of a place: two pages, nothing stale, and no language of one person outside members."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.analysis.privacy.services import DirectoryView, directory_for
from copkit.analysis.privacy.site import SiteReduction
from copkit.documents.facts.directory import MOST_ENTRIES, build_place_sheet
from copkit.documents.facts.newsletter import build_newsletter
from copkit.documents.formats import DOCUMENTS
from copkit.documents.site.render import SiteRenderer
from copkit.documents.theme import DEFAULT_THEME
from copkit.folder import Programme, load
from copkit.records.schema.audience import Audience
from tests.cli.directory.test_commands import TREE, service
from tests.conftest import EXAMPLE, Copkit, Write

DAY = dt.date(2013, 2, 22)
CONNECTOR = (
    "---\nkind: {}\ntitle: {}\norganisation: A council\ncovers:\n  - north-estate\n"
    "people: {}\nlanguages:\n  - en\n  - {}\naudience: public\n---\n"
)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(EXAMPLE)


def view(programme: Programme, audience: Audience = Audience.PUBLIC) -> DirectoryView:
    return directory_for(programme, audience, DAY)


def test_the_nearest_stand_first_and_nothing_stale_or_closed_is_on_it(programme: Programme) -> None:
    facts = build_place_sheet(view(programme), "north-estate", "A programme")

    assert [section.heading for section in facts.sections] == [
        "North estate",
        "Tower Hamlets",
        "Eastern reach",
    ]
    assert [one.name for one in facts.sections[0].services] == ["Saturday breakfast at the chapel"]
    rural = build_place_sheet(view(programme), "chalk-green", "A programme")
    names = [one.name for section in rural.sections for one in section.services]
    assert names == ["Village hall lunch", "Weekend helpline"]  # the minibus is stale


def test_what_is_for_members_leaves_no_trace_outside(programme: Programme) -> None:
    members = str(build_place_sheet(view(programme, Audience.MEMBERS), "north-estate", "P"))
    public = str(build_place_sheet(view(programme), "north-estate", "P"))

    for name in ("The kitchen table", "Women together", "Both doors clinic"):
        assert name in members
        assert name not in public
    assert "used" not in members


def test_the_language_of_one_person_is_told_to_members_alone(programme: Programme) -> None:
    public = build_place_sheet(view(programme), "north-estate", "P")

    assert "Welsh" in str(build_place_sheet(view(programme, Audience.MEMBERS), "north-estate", "P"))
    assert "Welsh" not in str(public)
    assert [one.languages for one in public.connectors][1] == "other languages, ask"
    assert "Ukrainian and Urdu" in public.languages


@pytest.mark.parametrize(("people", "told"), [((3, 1), False), ((3, 2), True), ((5, 4), False)])
def test_few_people_are_added_up_until_nobody_can_be_told(
    write: Write, people: tuple[int, int], told: bool
) -> None:
    write("places.yaml", TREE)
    write("connectors/one.md", CONNECTOR.format("link-worker", "Link workers", people[0], "cy"))
    folder = write("connectors/two.md", CONNECTOR.format("other", "Others", people[1], "gd"))

    seen = directory_for(load(folder), Audience.PUBLIC, DAY)

    assert ("Scottish Gaelic" in seen.languages["north-estate"]) is told
    assert not any("Scottish Gaelic" in one.languages for one in seen.connectors)


def test_the_sheet_has_two_pages_at_most(write: Write) -> None:
    pypdf = pytest.importorskip("pypdf")
    write("places.yaml", TREE)
    words = "adults of the estate and of the streets behind it, in any state, with or without dogs"
    for number in range(40):
        fields = f"who: {words}\nwhen: {words}\nphone: 01632 96{number:04d}\nhow: walk in\n"
        name = f"Number {number} of the long and winding breakfasts in the hall behind the square"
        folder = write(
            f"directory/s{number}.md",
            service(name, "north-estate", "2013-02-01", f"{fields}audience: public\n"),
        )
    facts = build_place_sheet(
        directory_for(load(folder), Audience.PUBLIC, DAY), "north-estate", "A programme"
    )

    pdf = DOCUMENTS["directory"]["pdf"](facts, DEFAULT_THEME)

    assert sum(len(section.services) for section in facts.sections) == MOST_ENTRIES
    assert facts.more == f"{40 - MOST_ENTRIES} services more would not fit here."
    path = Path(folder) / "sheet.pdf"
    path.write_bytes(pdf)
    assert len(pypdf.PdfReader(path).pages) == 2
    assert replace(facts, more="").more == ""


def test_a_sheet_is_built_for_each_place_with_a_service(
    example: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2013-02-22")

    result = copkit("directory", "build", "--for", "public", "-f", "html,md", "-C", example)

    assert result.status == 0, result.output
    folder = example / "build/directory/public"
    page = (folder / "north-estate.html").read_text("utf-8")
    assert "NOT CHECKED SINCE 6 AUGUST" in page
    assert "Welsh" not in page
    assert not re.search("kitchen table|quiet-saturdays|used in", page)
    assert (folder / "chalk-green.md").exists()
    monkeypatch.setenv("COPKIT_TODAY", "2026-01-01")
    stale = copkit("directory", "build", "--for", "public", "-C", example)
    assert stale.status == 1
    assert "no place has a service that was checked lately" in stale.stderr


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (Audience.MEMBERS, ["New: Village hall lunch", "Paused: North estate food share",
                            "Closed: Quay Road drop-in"]),
        (Audience.PUBLIC, ["New: Village hall lunch", "Paused: North estate food share",
                           "Closed: Quay Road drop-in"]),
    ],
)  # fmt: skip
def test_an_issue_tells_what_became_of_services_in_its_period(
    programme: Programme, reader: Audience, told: list[str]
) -> None:
    def offers(since: dt.date, until: dt.date) -> list[str]:
        issue = replace(programme.newsletters[-1], since=since, until=until)
        seen = view_for(programme, reader, Scope(since, until), DAY, newsletter=issue)
        return [line.partition(" (")[0] for line in build_newsletter(seen).offers]

    assert offers(dt.date(2012, 12, 1), dt.date(2012, 12, 31)) == told
    # most of the directory was begun in October; what is for others is not told
    begun = offers(dt.date(2012, 10, 1), dt.date(2012, 10, 31))
    assert ("New: Women together" in begun) is (reader is Audience.MEMBERS)
    assert offers(dt.date(2012, 5, 1), dt.date(2012, 5, 31)) == []


def test_the_site_has_a_page_for_each_place_that_its_readers_may_read(
    programme: Programme,
) -> None:
    site = SiteReduction(programme, Audience.PUBLIC, DAY).view()
    pages = {
        address: data.decode("utf-8")
        for address, data in SiteRenderer(site, DEFAULT_THEME).files({}, DAY)
        if address.startswith("services/")
    }

    assert "services/north-estate.html" in pages
    assert "services/index.html" in pages
    page = pages["services/north-estate.html"]
    assert "Saturday breakfast at the chapel" in page
    assert "NOT CHECKED SINCE 6 AUGUST" in page
    for kept in ("Welsh", "The kitchen table", "Women together", "used in", "quiet-saturdays"):
        assert not any(kept in text for text in pages.values())
