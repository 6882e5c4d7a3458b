"""``copkit site build``: what is in a site for whom, what it leaves out, and what has changed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from copkit.text.edit import set_value
from tests.conftest import EXAMPLE, Copkit, Write
from tests.signing import signed

ATOM = "{http://www.w3.org/2005/Atom}"
PLACES = ("Brighton", "Colchester", "Halifax", "Stoke", "Tower Hamlets", "Workington")
CASE = """\
---
title: {title}
kind: challenging
status: closed
audience: {audience}
presented: 2026-01-14
presenters:
  - nurse-1
question: What can we offer on a Saturday?
themes:
  - weekend cover
consent: given
pseudonyms:
  - Robin
discuss:
  - Who would you have rung?
actions:
  - id: a1
    what: Ring the surgery first
    owner: Harbour Nurse
    due: 2026-02-11
progress:
  - id: p1
    date: 2026-02-11
    action: a1
    outcome: helped
    kind: prevention
    note: They answered at once
---

## Presentation of the case

Robin waited *three* weekends.

## Learning for practice

Ring before noon.
"""
ROSTER = """\
members:
  - id: nurse-1
    role: Harbour Nurse
    sector: NHS
    joined: 2026-01-14
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "a folder #1"
    shutil.copytree(EXAMPLE, folder)
    return folder


@pytest.fixture
def harbour(write: Write) -> Path:
    """A programme with one case for the public, signed off, and one for members."""
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/meetings/2026-01-14.md", "---\ndate: 2026-01-14\n---\n")
    write("communities/harbour/meetings/2026-02-11.md", "---\ndate: 2026-02-11\n---\n")
    kept = CASE.format(title="Kept among ourselves", audience="members")
    write("communities/harbour/cases/kept.md", kept)
    shown = signed(CASE.format(title="Nobody on Saturdays", audience="public"))
    return write("communities/harbour/cases/nobody.md", shown)


def build(
    copkit: Copkit, folder: Path, reader: str = "public", *options: object
) -> dict[str, object]:
    result = copkit("site", "build", "--for", reader, *options, "--json", "-C", folder)
    assert result.status == 0, result.output
    built: dict[str, object] = json.loads(result.stdout)
    return built


def texts(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of a site."""
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.suffix != ".png":
            yield path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")


def holding(site: Path, word: str) -> list[str]:
    """Return the files of a site in whose name or text a word stands."""
    return [name for name, text in texts(site) if word.casefold() in f"{name} {text}".casefold()]


# --- who sees what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "cases"), [("public", 2), ("commissioners", 7), ("members", 17)]
)
def test_the_example_has_a_site_for_each_audience(
    copkit: Copkit, example: Path, reader: str, cases: int
) -> None:
    built = build(copkit, example, reader)

    site = example / "build" / "site" / reader
    assert built["cases"] == cases
    assert len(list((site / "cases").glob("*.html"))) == cases + 1  # and the list of all
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 1_500_000


@pytest.mark.parametrize("reader", ["public", "commissioners"])
def test_outside_members_nothing_tells_where_a_case_is_from(
    copkit: Copkit, example: Path, reader: str
) -> None:
    build(copkit, example, reader)

    site = example / "build" / "site" / reader
    roster_ids = {
        id
        for roster in example.glob("communities/*/roster.yaml")
        for id in re.findall(r"- id: (\S+)", roster.read_text("utf-8"))
    }
    for name, text in texts(site):
        if name.startswith("newsletters/"):  # which name places by rules of their own
            continue
        for word in (*PLACES, *roster_ids, "CP1", "communities/"):
            assert word.casefold() not in f"{name} {text}".casefold(), f"{word} in {name}"
        if not name.startswith("blockages/"):  # whose asks are dated, for commissioners
            assert not re.search(r"201[23]-\d\d|\d (?:April|May|June|December) 201[23]", text), name


def test_a_presenter_is_never_named_outside(copkit: Copkit, harbour: Path) -> None:
    build(copkit, harbour)
    build(copkit, harbour, "members")

    assert holding(harbour / "build/site/public", "Harbour Nurse") == []
    assert "cases/nobody.html" in holding(harbour / "build/site/members", "Harbour Nurse")


def test_a_case_shows_what_was_tried_and_what_to_discuss(copkit: Copkit, harbour: Path) -> None:
    build(copkit, harbour)

    page = (harbour / "build/site/public/cases/nobody.html").read_text("utf-8")
    assert "<p>Robin waited <em>three</em> weekends.</p>" in page
    assert "Ring the surgery first: <strong>Helped.</strong>" in page
    assert "They answered at once." in page
    assert "<li>Who would you have rung?</li>" in page
    assert "One minute to read." in page
    assert (
        "Harbour programme (2020) “Nobody on Saturdays”, case study. All rights reserved." in page
    )


def test_what_is_left_out_is_named_on_the_terminal_and_nowhere_in_the_site(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    unsigned = CASE.format(title="Unsigned words", audience="public")
    write("communities/harbour/cases/unsigned.md", unsigned)

    built = build(copkit, harbour)

    why = {"case": "harbour/unsigned", "why": "it has not been signed off"}
    assert built["left_out"] == [why]
    assert holding(harbour / "build/site/public", "unsigned") == []
    told = copkit("site", "build", "--for", "public", "-C", harbour).stderr
    assert "harbour/unsigned is left out: it has not been signed off" in told
    assert "'copkit case sign-off harbour/unsigned'" in told


def test_a_draft_and_a_refused_case_are_in_no_site(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    text = CASE.format(title="Early words", audience="members")
    write("communities/harbour/cases/early.md", text.replace("closed", "draft"))
    refused = CASE.format(title="Forbidden words", audience="members")
    write("communities/harbour/cases/no.md", refused.replace("consent: given", "consent: refused"))

    built = build(copkit, harbour, "members")

    assert built["cases"] == 2
    assert built["left_out"] == [
        {"case": "harbour/early", "why": "its status is draft"},
        {"case": "harbour/no", "why": "consent was refused"},
    ]
    for word in ("early words", "early.html", "forbidden"):
        assert holding(harbour / "build/site/members", word) == []


def test_two_cases_of_one_name_stop_a_build_outside_members(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write(
        "communities/quay/community.md",
        "---\ncode: CP2\nname: Quay community\nplace: Quay\nstatus: active\n---\n",
    )
    write("communities/quay/roster.yaml", ROSTER)
    text = CASE.format(title="Another", audience="public")
    write("communities/quay/cases/nobody.md", signed(text, community="quay"))

    refused = copkit("site", "build", "--for", "public", "-C", harbour)

    assert refused.status == 1
    assert "harbour/nobody and quay/nobody would have the same page" in refused.stderr
    assert "copkit rename quay/nobody nobody-2" in refused.stderr
    assert build(copkit, harbour, "members")["cases"] == 3
    pages = {path.name for path in (harbour / "build/site/members/cases").iterdir()}
    assert {"nobody--harbour.html", "nobody--quay.html"} <= pages


# --- what has changed -------------------------------------------------------------------------


def test_a_build_names_what_to_upload_and_what_to_delete(copkit: Copkit, harbour: Path) -> None:
    first = build(copkit, harbour)
    again = build(copkit, harbour)
    (harbour / "communities/harbour/cases/nobody.md").unlink()
    last = build(copkit, harbour)

    assert "cases/nobody.html" in list(map(str, first["upload"]))  # type: ignore[call-overload]
    assert (again["upload"], again["delete"]) == ([], [])
    deleted = list(map(str, last["delete"]))  # type: ignore[call-overload]
    assert "cases/nobody.html" in deleted
    assert "themes/weekend-cover.html" in deleted
    site = harbour / "build/site/public"
    assert holding(site, "nobody on saturdays") == []
    assert not (site / "cases").exists()
    assert not (site / "search").exists()


def test_the_first_build_is_not_counted_against_one_before(copkit: Copkit, harbour: Path) -> None:
    words = ("site", "build", "--for", "public", "-C", harbour)

    first, again = copkit(*words), copkit(*words)

    assert re.search(r"the first build: upload all \d+ files", first.stderr)
    assert "since the last build" not in first.stderr
    assert "since the last build: upload 0, delete 0" in again.stderr


def test_the_list_of_changes_is_written_where_it_is_asked_for(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    changes = tmp_path / "changes.txt"

    build(copkit, harbour, "public", "--changes", changes)
    lines = changes.read_text("utf-8").splitlines()
    refused = copkit("site", "build", "--for", "public", "--changes", changes, "-C", harbour)

    assert "upload cases/nobody.html" in lines
    assert refused.status == 1
    assert "exists already" in refused.stderr


def test_changes_that_could_not_be_written_are_still_to_be_named(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    words = ("--changes", tmp_path / "no/such/changes.txt")

    refused = copkit("site", "build", "--for", "public", *words, "-C", harbour)

    assert refused.status == 1
    assert f"there is no folder {tmp_path / 'no/such'}" in refused.stderr
    assert not (harbour / "build/site/public").exists()


def test_each_file_to_delete_is_named_for_it_is_named_once(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    words = ("site", "build", "--for", "public", "-C", harbour)
    shown = harbour / "communities/harbour/cases/nobody.md"
    text = shown.read_text("utf-8")
    build(copkit, harbour)
    shown.unlink()

    named = copkit(*words).stderr
    shown.write_text(text, "utf-8")
    build(copkit, harbour)
    shown.unlink()
    listed = copkit(*words, "--changes", tmp_path / "changes.txt").stderr

    deleted = re.findall("    delete (.*)", named)
    assert f"delete {len(deleted)}\n" in named
    assert len(deleted) > 12
    more = len(deleted) - 12
    assert f"and {more} more in the list of changes" in listed
    lines = (tmp_path / "changes.txt").read_text("utf-8").splitlines()
    assert [f"delete {name}" for name in deleted] == [
        line for line in lines if line.startswith("delete ")
    ]


def test_only_a_list_of_several_cases_is_said_to_be_by_title(copkit: Copkit, harbour: Path) -> None:
    build(copkit, harbour)
    build(copkit, harbour, "members")

    one = (harbour / "build/site/public/themes/weekend-cover.html").read_text("utf-8")
    two = (harbour / "build/site/members/themes/weekend-cover.html").read_text("utf-8")
    assert "One case on this theme.<" in one
    assert "Two cases on this theme, by title.<" in two


def test_a_case_that_lost_its_sign_off_goes_with_the_next_build_of_anything(
    copkit: Copkit, harbour: Path
) -> None:
    build(copkit, harbour)
    path = harbour / "communities/harbour/cases/nobody.md"
    path.write_text(path.read_text("utf-8").replace("before noon", "at noon"), encoding="utf-8")

    told = copkit("build", "-C", harbour)

    site = harbour / "build/site/public"
    assert told.status == 0, told.output
    assert "brought up to date build/site/public" in told.stderr
    assert holding(site, "saturdays") == []
    # and it is still to be deleted on a host
    assert "cases/nobody.html" in str(build(copkit, harbour)["delete"])


def test_a_folder_with_other_files_is_left_alone(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    other = tmp_path / "shared drive"
    other.mkdir()
    (other / "minutes.txt").write_text("mine")

    refused = copkit("site", "build", "--for", "public", "--output", other, "-C", harbour)

    assert refused.status == 1
    assert "holds files that no site of copkit put there" in refused.stderr
    assert [path.name for path in other.iterdir()] == ["minutes.txt"]


def test_a_site_elsewhere_keeps_what_others_lay_beside_it(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    other = tmp_path / "shared drive"
    build(copkit, harbour, "public", "--output", other)
    (other / "CNAME").write_text("example.org")
    (harbour / "communities/harbour/cases/nobody.md").unlink()

    build(copkit, harbour, "public", "--output", other)

    assert (other / "CNAME").exists()
    assert not (other / "cases").exists()


# --- for machines -----------------------------------------------------------------------------


def test_the_feed_keeps_the_day_on_which_a_page_was_first_there(
    copkit: Copkit, harbour: Path
) -> None:
    env = {"COPKIT_TODAY": "2026-05-04"}
    copkit("site", "build", "--for", "public", "-C", harbour, env=env)
    later = {"COPKIT_TODAY": "2026-06-01"}
    copkit("site", "build", "--for", "public", "-C", harbour, env=later)

    feed = ET.parse(harbour / "build/site/public/feed.atom").getroot()

    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated") == "2026-05-04T00:00:00Z"
    assert entry.findtext(f"{ATOM}title") == "Nobody on Saturdays"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "cases/nobody.html"


def test_an_episode_is_in_the_feed_and_a_link_below_each_of_its_themes(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write(
        "links/nights.md",
        "---\ntitle: Nights & days\nurl: https://example.org/nights\nkind: episode\n"
        "checked: 2026-05-01\npublished: 2026-04-20\naudience: public\n"
        "transcript: https://example.org/nights.txt\n"
        "themes:\n  - weekend cover\n  - sleep\n---\n\nWhat a night costs.\n",
    )

    build(copkit, harbour)

    site = harbour / "build/site/public"
    entries = ET.parse(site / "feed.atom").getroot().findall(f"{ATOM}entry")
    episode = next(e for e in entries if e.findtext(f"{ATOM}title") == "Nights & days")
    link = episode.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://example.org/nights"
    page = (site / "links/index.html").read_text("utf-8")
    assert page.count("What a night costs.") == 1
    assert page.count('href="https://example.org/nights"') == 2
    assert re.search(r"<h\d>Sleep</h\d>.*More of it under <em>Weekend cover</em>", page, re.S)


def test_the_page_of_lineage_hides_places_outside_members(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    write("communities/quay/community.md", "---\ncode: CP2\nname: Quay\nplace: Quay\n"
          "status: forming\ngrew_out_of: harbour\ntook:\n  - ground-rules\n---\n")  # fmt: skip
    write("communities/quay/roster.yaml", "members: []\n")

    build(copkit, harbour)
    build(copkit, harbour, "members")

    def words(reader: str) -> str:
        page = (harbour / f"build/site/{reader}/lineage/index.html").read_text("utf-8")
        return " ".join(re.sub(r"<[^>]*>", " ", page).split())

    assert "CP1 Harbour" in words("members")
    assert "Quay, forming; took ground rules" in words("members")
    assert words("public").count("A community") == 2
    assert not re.search("Quay|CP[12]", words("public"))


def test_the_head_of_a_page_describes_a_learning_object(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    settings = (harbour / "copkit.yaml").read_text("utf-8")
    site = "site:\n  title: Learning\n  base_url: https://example.org/cases\n  licence: CC-BY-4.0\n"
    write("copkit.yaml", f"{settings}{site}  contact: learning@example.org\n")

    build(copkit, harbour)

    folder = harbour / "build/site/public"
    page = (folder / "cases/nobody.html").read_text("utf-8")
    [described] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    resource = json.loads(described)
    assert resource["@type"] == ["CreativeWork", "LearningResource"]
    assert resource["url"] == "https://example.org/cases/cases/nobody.html"
    assert resource["creator"] == {"@type": "Organization", "name": "Harbour programme"}
    assert resource["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert resource["timeRequired"] == "PT1M"
    assert '<meta name="DC.subject" content="Weekend cover">' in page
    assert "mailto:learning@example.org?subject=" in page
    graph = json.loads((folder / "catalogue.json").read_text("utf-8"))["@graph"]
    assert [entry["name"] for entry in graph] == ["Nobody on Saturdays"]
    assert "https://example.org/cases/cases/nobody.html" in (folder / "sitemap.xml").read_text()


def test_hostile_words_stay_words(copkit: Copkit, harbour: Path, write: Write) -> None:
    text = set_value(
        CASE.format(title="x", audience="public"),
        ["title"],
        '</script><script>alert(1)</script> & "quoted" ]]>',
    )
    write("communities/harbour/cases/nobody.md", signed(text))

    build(copkit, harbour)

    site = harbour / "build/site/public"
    for name, content in texts(site):
        assert "<script>alert" not in content or name.endswith((".js", ".json", ".csv")), name
    ET.parse(site / "feed.atom")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "missing: --for"),
        (("--for", "public", "--base-url", "http://example.org"), "is not an https address"),
    ],
)
def test_a_wrong_line_is_explained(
    copkit: Copkit, harbour: Path, options: tuple[str, ...], told: str
) -> None:
    result = copkit("site", "build", *options, "-C", harbour)

    assert result.status == 2
    assert told in result.stderr


def test_a_dry_run_writes_nothing(copkit: Copkit, harbour: Path) -> None:
    result = copkit("site", "build", "--for", "public", "--dry-run", "-C", harbour)

    assert result.status == 0
    assert "would write" in result.stderr
    assert not (harbour / "build").exists()
