"""The letters X, Y and F, and the register."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Copkit, Write

ROSTER = """\
members:
  - id: matron-1
    role: Community Matron
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Police
  - id: link-1
    role: Link Worker
    sector: Voluntary
    part: facilitator
"""


def meeting(day: str, *present: str, more: str = "") -> str:
    listed = "".join(f"  - {id}\n" for id in present)
    return f"---\ndate: {day}\npresent:\n{listed}{more}---\n"


def letters(copkit: Copkit, folder: Path, *options: str) -> dict[str, str]:
    result = copkit("attendance", "--json", "--explain", "-C", folder, *options)
    assert result.status == 0, result.output
    return {person["member"]: person["letter"] for person in json.loads(result.stdout)["people"]}


def harbour(write: Write, roster: str, *meetings: str) -> Path:
    folder = write("communities/harbour/roster.yaml", roster)
    for text in meetings:
        day = text.split("date: ")[1][:10]
        write(f"communities/harbour/meetings/{day}.md", text)
    return folder


def test_two_meetings_make_an_x_one_a_y_and_a_facilitator_is_always_f(
    write: Write, copkit: Copkit
) -> None:
    folder = harbour(
        write,
        ROSTER,
        meeting("2026-01-05", "matron-1", "police-1"),
        meeting("2026-02-02", "matron-1"),
    )

    assert letters(copkit, folder, "--as-of", "2026-12-31") == {
        "matron-1": "X",
        "police-1": "Y",
        "link-1": "F",
    }


def test_who_dropped_out_is_a_y_however_often_they_came(write: Write, copkit: Copkit) -> None:
    roster = ROSTER.replace(
        "sector: NHS\n", "sector: NHS\n    left: 2026-03-01\n    left_because: dropped-out\n"
    )
    folder = harbour(
        write, roster, meeting("2026-01-05", "matron-1"), meeting("2026-02-02", "matron-1")
    )

    assert letters(copkit, folder, "--as-of", "2026-02-28")["matron-1"] == "X"
    assert letters(copkit, folder, "--as-of", "2026-03-01")["matron-1"] == "Y"


def test_who_moved_on_keeps_the_x(write: Write, copkit: Copkit) -> None:
    roster = ROSTER.replace(
        "sector: NHS\n", "sector: NHS\n    left: 2026-03-01\n    left_because: moved-on\n"
    )
    folder = harbour(
        write, roster, meeting("2026-01-05", "matron-1"), meeting("2026-02-02", "matron-1")
    )

    assert letters(copkit, folder, "--as-of", "2026-12-31")["matron-1"] == "X"


def test_a_substitute_never_counts_as_the_members_own_attendance(
    write: Write, copkit: Copkit
) -> None:
    sent = "substitutes:\n  - id: s1\n    for: matron-1\n"
    folder = harbour(
        write,
        ROSTER,
        meeting("2026-01-05", "police-1", more=sent),
        meeting("2026-02-02", "matron-1"),
    )

    assert letters(copkit, folder, "--as-of", "2026-12-31")["matron-1"] == "Y"


def test_a_knowledge_broker_is_in_no_cell(write: Write, copkit: Copkit) -> None:
    folder = harbour(
        write,
        ROSTER.replace("part: facilitator", "part: knowledge-broker"),
        meeting("2026-01-05", "link-1"),
        meeting("2026-02-02", "link-1"),
    )

    found = json.loads(copkit("attendance", "--json", "-C", folder).stdout)

    assert "Link Worker" not in {row["role"] for row in found["rows"]}
    assert found["total"] == 0


def test_a_member_who_joins_later_is_not_there_yet(write: Write, copkit: Copkit) -> None:
    roster = ROSTER.replace("sector: NHS\n", "sector: NHS\n    joined: 2026-02-01\n")
    folder = harbour(write, roster, meeting("2026-02-02", "matron-1"))

    assert "matron-1" not in letters(copkit, folder, "--as-of", "2026-01-31")
    assert letters(copkit, folder, "--as-of", "2026-02-28")["matron-1"] == "Y"


def test_the_threshold_is_the_programmes_own(write: Write, copkit: Copkit) -> None:
    folder = harbour(write, ROSTER, meeting("2026-01-05", "police-1"))
    write(
        "copkit.yaml",
        "name: Harbour\nstarts: 2026-01-01\nattendance:\n  threshold: 1\n",
    )

    assert letters(copkit, folder, "--as-of", "2026-12-31")["police-1"] == "X"


def test_only_communities_are_columns(write: Write, copkit: Copkit) -> None:
    folder = harbour(write, ROSTER, meeting("2026-01-05", "police-1"))
    write(
        "communities/quarterly/community.md",
        "---\ncode: F1\nname: Facilitators\nplace: London\nkind: facilitators\n"
        "status: active\n---\n",
    )

    found = json.loads(copkit("attendance", "--json", "-C", folder).stdout)

    assert [column["id"] for column in found["columns"]] == ["harbour"]


def test_a_seat_sought_keeps_its_empty_row_and_one_not_sought_follows_in_its_sector(
    write: Write, copkit: Copkit
) -> None:
    folder = harbour(write, ROSTER, meeting("2026-01-05", "police-1"))
    write(
        "copkit.yaml",
        "name: Harbour\nstarts: 2026-01-01\nseats:\n  NHS:\n    - Drugs Worker\n"
        "  Voluntary:\n    - Link Worker\n",
    )

    found = json.loads(copkit("attendance", "--json", "-C", folder).stdout)

    assert [(row["sector"], row["role"], row["cells"]) for row in found["rows"]] == [
        ("NHS", "Drugs Worker", {}),
        ("NHS", "Community Matron", {"harbour": "Y"}),
        ("Voluntary", "Link Worker", {"harbour": "F"}),
        ("Police", "Police Sergeant", {"harbour": "Y"}),
    ]


def test_a_cell_prints_x_before_y_before_f(write: Write, copkit: Copkit) -> None:
    one_role = ROSTER.replace("Community Matron", "Worker").replace("Police Sergeant", "Worker")
    one_role = one_role.replace("Link Worker", "Worker").replace("sector: NHS", "sector: Voluntary")
    one_role = one_role.replace("sector: Police", "sector: Voluntary")
    folder = harbour(
        write, one_role, meeting("2026-01-05", "police-1"), meeting("2026-02-02", "police-1")
    )

    found = json.loads(copkit("attendance", "--json", "-C", folder, "--as-of", "2026-12-31").stdout)

    assert [row["cells"] for row in found["rows"]] == [{"harbour": "XYF"}]


def test_the_day_is_the_programmes_last_once_it_is_over(write: Write, copkit: Copkit) -> None:
    folder = harbour(write, ROSTER, meeting("2026-01-05", "police-1"))
    write("copkit.yaml", "name: Harbour\nstarts: 2026-01-01\nends: 2026-06-30\n")

    during = copkit("attendance", "--json", "-C", folder, env={"COPKIT_TODAY": "2026-03-01"})
    after = copkit("attendance", "--json", "-C", folder, env={"COPKIT_TODAY": "2027-03-01"})

    assert json.loads(during.stdout)["as_of"] == "2026-03-01"
    assert json.loads(after.stdout)["as_of"] == "2026-06-30"


def test_the_register_tells_presence_apologies_and_substitutes_apart(
    write: Write, copkit: Copkit
) -> None:
    more = "apologies:\n  - police-1\nsubstitutes:\n  - id: s1\n    for: link-1\n"
    folder = harbour(write, ROSTER, meeting("2026-01-05", "matron-1", more=more))

    result = copkit("attendance", "register", "harbour", "-C", folder, "--json")

    found = json.loads(result.stdout)
    assert found["meetings"] == [{"meeting": "2026-01-05", "kind": "regular", "present": 1}]
    assert {member["member"]: member["meetings"] for member in found["members"]} == {
        "matron-1": {"2026-01-05": "present"},
        "police-1": {"2026-01-05": "apologies"},
        "link-1": {"2026-01-05": "substitute"},
    }
