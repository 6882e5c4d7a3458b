"""Which sectors sit together."""

from __future__ import annotations

import datetime as dt

from copkit.analysis.attendance import build_matrix
from copkit.analysis.participation import SectorPeople, Tie, sector_network
from copkit.folder import load
from tests.conftest import Write

DAY = dt.date(2026, 2, 28)


def test_only_confirmed_members_of_one_community_sit_together(write: Write) -> None:
    write(
        "copkit.yaml", "name: P\nstarts: 2026-01-01\nseats:\n  NHS: [Nurse]\n  Police: [Sergeant]\n"
    )
    member = "  - id: {0}\n    role: {0}\n    sector: {1}\n{2}"
    runs = "    part: facilitator\n"
    write(
        "communities/quay/community.md",
        "---\ncode: CP2\nname: Quay\nplace: Quay\nstatus: active\n---\n",
    )
    write("communities/quay/roster.yaml", "members:\n" + member.format("p", "Police", runs))
    folder = write(
        "communities/harbour/roster.yaml",
        "members:\n"
        + member.format("n", "NHS", runs)
        + member.format("v", "Voluntary", runs)
        + member.format("seldom", "Police", ""),
    )

    found = sector_network(build_matrix(load(folder), DAY))

    assert found.communities == 2
    assert found.sectors == (
        SectorPeople("NHS", 1),
        SectorPeople("Police", 1),
        SectorPeople("Voluntary", 1),
    )
    assert found.ties == (Tie("NHS", "Voluntary", 1),)
