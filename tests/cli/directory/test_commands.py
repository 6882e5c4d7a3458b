"""``copkit directory``: finding, checking, counting, and what is lacking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.directory.test_new import PLACES
from tests.conftest import EXAMPLE, Copkit, Write

TREE = (
    PLACES + "  - id: east-estate\n    name: East estate\n    level: neighbourhood\n"
    "    within:\n      - marlshire\n"
    "  - id: three-counties\n    name: Three counties\n    level: system\n"
).replace("    level: place\n", "    level: place\n    within:\n      - three-counties\n", 1)
ACTION = (
    "---\ntitle: Keys\nkind: challenging\nstatus: presented\nthemes:\n  - weekend cover\n"
    "  - debt\nactions:\n  - id: a1\n    what: Ring them\n    owner: City advice\n---\n"
)


def service(
    name: str, serves: str, checked: str = "", fields: str = "", needs: str = "weekend cover"
) -> str:
    return (
        f"---\nname: {name}\norganisation: {name} trust\nserves:\n  - {serves}\n"
        f"needs:\n  - {needs}\nchecked: {checked}\n{fields}---\n\nCome as you are.\n"
    )


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2026-04-22")
    write("directory/helpline.md", service("Helpline", "three-counties", "2026-04-01"))
    write("directory/chapel.md", service("Chapel breakfast", "north-estate", "2026-03-12"))
    write("directory/city-advice.md", service("City advice", "marlshire", "2025-10-04"))
    write("directory/east.md", service("East lunch", "east-estate", "2026-04-01"))
    write(
        "connectors/champions.md",
        "---\nkind: community-champion\ntitle: Champions\norganisation: A council\n"
        "covers:\n  - north-estate\npeople: 12\nlanguages:\n  - pl\n  - ur\n---\n",
    )
    return write("places.yaml", TREE)


def test_the_nearest_stands_first_and_a_stale_one_below_a_line(
    folder: Path, copkit: Copkit
) -> None:
    lines = copkit(
        "directory", "find", "weekends", "--place", "north-estate", "-C", folder
    ).stdout.splitlines()

    assert [line.split("   ")[0] for line in lines if line[0] not in " -"] == [
        "Chapel breakfast",
        "Helpline",
        "City advice",
        "Ask in North estate: Champions (12 people; 2 languages)",
    ]
    assert "    no telephone number on record   checked 12 March, 41 days ago" in lines
    assert lines.index("--- not checked for too long; --stale shows more") == 4
    assert "    NOT CHECKED SINCE 4 OCTOBER: ring before you send somebody" in lines


def test_41_and_200_days_read_as_they_should(
    copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2013-02-22")

    found = copkit("directory", "find", "weekend", "--place", "north-estate", "-C", EXAMPLE).stdout

    assert found.splitlines()[:5] == [
        "Saturday breakfast at the chapel   North estate   walk in, free   English, Polish, Urdu",
        "    01632 960001   checked 12 January by phone, 41 days ago; used in 3 cases",
        "City advice   Tower Hamlets   self-referral, free   English and by telephone 200 others",
        "    NOT CHECKED SINCE 6 AUGUST: ring before you send somebody",
        "    01632 960002; used in 1 case",
    ]


def test_json_has_what_was_asked_and_how_fresh_each_is(folder: Path, copkit: Copkit) -> None:
    found = json.loads(
        copkit(
            "directory", "find", "weekend", "--place", "marlshire", "--json", "-C", folder
        ).stdout
    )

    assert found["asked"] == {"words": ["weekend"], "place": "marlshire", "language": None}
    keys = ("id", "level", "freshness", "days")
    assert [tuple(one[key] for key in keys) for one in found["services"]] == [
        ("chapel", "neighbourhood", "fresh", 41),
        ("east", "neighbourhood", "fresh", 21),
        ("helpline", "system", "fresh", 21),
        ("city-advice", "place", "stale", 200),
    ]  # fmt: skip
    assert found["connectors"] == [
        {"id": "champions", "kind": "community-champion", "people": 12, "languages": 2}
    ]
    assert found["nothing_because"] is None


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        (("zebra",), "no service has the word 'zebra'"),
        (("lunch", "chapel"), "1 service has the word 'lunch', and none has the word 'chapel'"),
        (("weekend", "--language", "Polish"), "no service has Polish spoken there"),
        (("weekend", "--cost", "free"), "no service has the cost 'free'"),
        (
            ("chapel", "--place", "east-estate"),
            "1 service has the word 'chapel', and none serves East estate",
        ),
    ],
)
def test_an_empty_answer_says_which_word_was_too_many(
    folder: Path, copkit: Copkit, asked: tuple[str, ...], because: str
) -> None:
    result = copkit("directory", "find", *asked, "-C", folder)

    assert result.stderr.strip() == because
    assert "Ask" in result.stdout or "--place" in asked


def test_what_is_closed_is_told_as_closed(folder: Path, write: Write, copkit: Copkit) -> None:
    fields = "status: closed\nstatus_since: 2026-03-01\n"
    write("directory/chapel.md", service("Chapel breakfast", "north-estate", "2026-03-12", fields))

    found = copkit("directory", "find", "chapel", "-C", folder).stdout

    assert found == "Chapel breakfast   CLOSED since 1 March: send nobody there\n"


def test_due_groups_what_one_call_can_check(folder: Path, write: Write, copkit: Copkit) -> None:
    for slug in ("city-housing", "city-debt"):
        text = service(slug.replace("-", " "), "marlshire").replace("city debt trust", "City trust")
        write(f"directory/{slug}.md", text.replace("city housing trust", "City trust"))

    due = copkit("directory", "due", "-C", folder).stdout
    groups = json.loads(copkit("directory", "due", "--json", "-C", folder).stdout)

    assert [[entry["id"] for entry in group["entries"]] for group in groups["organisations"]] == [
        ["champions"],
        ["city-debt", "city-housing"],
        ["city-advice"],
    ]
    assert "  City advice: overdue by 110 days" in due
    assert "copkit directory check city-debt --still" in due


def test_only_check_says_that_somebody_found_it_so(folder: Path, copkit: Copkit) -> None:
    path = folder / "directory/city-advice.md"
    before = path.read_text("utf-8")

    assert copkit("directory", "check", "city-advice", "-C", folder).status == 2
    assert path.read_text("utf-8") == before
    checked = copkit("directory", "check", "city-advice", "--how", "phone", "--still", "-C", folder)

    assert checked.status == 0, checked.output
    text = path.read_text("utf-8")
    assert "checked: 2026-04-22\n" in text
    assert "checked_how: phone\n" in text
    assert "checked_by: facilitator\n" in text
    assert "status" not in text


def test_a_check_takes_in_what_is_new(folder: Path, copkit: Copkit) -> None:
    result = copkit(
        "directory", "check", "chapel", "--status", "paused", "--when", "from May again",
        "--language", "Urdu", "--how", "told-by-them", "-C", folder,
    )  # fmt: skip

    assert result.status == 0, result.output
    text = (folder / "directory/chapel.md").read_text("utf-8")
    assert "status: paused\n" in text
    assert "status_since: 2026-04-22\n" in text
    assert "when: from May again\n" in text
    assert "languages:\n  - ur\n" in text


def test_a_connector_is_checked_as_well(folder: Path, copkit: Copkit) -> None:
    assert copkit("directory", "check", "champions", "--still", "-C", folder).status == 0

    assert "checked: 2026-04-22\n" in (folder / "connectors/champions.md").read_text("utf-8")


def test_a_use_counts_once_and_is_offered_with_an_action(
    folder: Path, write: Write, copkit: Copkit
) -> None:
    write("communities/harbour/cases/keys.md", ACTION)
    command = ("directory", "use", "City advice", "--case", "harbour/keys", "-C", folder)

    offered = copkit(
        "case",
        "action",
        "harbour/keys",
        "Go along",
        "--owner",
        "City advice",
        "--due",
        "2026-05-06",
        "-C",
        folder,
    )
    assert copkit(*command).status == 0
    assert "nothing was changed" in copkit(*command).stderr

    assert "'copkit directory use city-advice --case harbour/keys'" in offered.stderr
    assert "    case: harbour/keys\n" in (folder / "directory/city-advice.md").read_text("utf-8")
    assert copkit("check", "-C", folder).status == 0


def test_gaps_name_needs_that_nothing_active_serves(
    folder: Path, write: Write, copkit: Copkit
) -> None:
    write("communities/harbour/cases/keys.md", ACTION)

    found = json.loads(copkit("directory", "gaps", "--json", "-C", folder).stdout)

    assert found == {"gaps": [{"need": "debt", "place": "", "cases": 1, "blockages": 0}]}
    write("places.yaml", TREE.replace("name: East estate", "name: Harbour"))
    for slug in ("helpline", "chapel", "city-advice"):
        text = (folder / f"directory/{slug}.md").read_text("utf-8")
        write(f"directory/{slug}.md", text.replace("weekend cover", "debt"))
    write("directory/east.md", service("East lunch", "north-estate", "2026-04-01"))
    found = json.loads(copkit("directory", "gaps", "--json", "-C", folder).stdout)
    assert found == {
        "gaps": [{"need": "weekend cover", "place": "east-estate", "cases": 1, "blockages": 0}]
    }


def test_the_example_has_a_gap(copkit: Copkit) -> None:
    assert "secret caseloads" in copkit("directory", "gaps", "-C", EXAMPLE).stdout


def test_connectors_and_the_places_that_nobody_knows(folder: Path, copkit: Copkit) -> None:
    lines = copkit("directory", "connectors", "-C", folder).stdout.splitlines()

    assert lines[0] == "Champions (12 people; 2 languages)   North estate"
    assert lines[-1] == ("1 role, 12 people, 2 languages between them; nobody covers: East estate")


def test_signposts_name_what_is_off_the_radar(folder: Path, write: Write, copkit: Copkit) -> None:
    fields = "signposts_to:\n  - city-advice\n"
    write("directory/east.md", service("East lunch", "east-estate", "2026-04-01", fields))

    shown = copkit("directory", "signposts", "-C", folder).stdout

    assert "City advice        1  East lunch" in shown
    assert "nobody points to: Chapel breakfast, East lunch, Helpline" in shown


def test_check_warns_of_what_looks_wrong(folder: Path, write: Write, copkit: Copkit) -> None:
    write("communities/harbour/cases/keys.md", ACTION)
    fields = "phone: 01632 960001\n"
    write("directory/chapel.md", service("Chapel", "north-estate", "2026-03-12", fields))
    write("directory/east.md", service("East lunch", "east-estate", "2026-04-01", fields))

    result = copkit("check", "-C", folder)

    assert result.status == 0, result.output
    assert "[service-twice]" in result.stdout
    assert "nobody on record knows what is on offer in East estate" in result.stdout
    assert "nobody has checked City advice for too long" in result.stdout


def test_today_names_what_is_to_be_checked_in_one_line(folder: Path, copkit: Copkit) -> None:
    shown = copkit("today", "-C", folder).stdout

    words = "Check 2 entries of the directory: ring A council and 1 other organisation"
    assert words in " ".join(shown.split())
    assert "copkit directory due" in shown
