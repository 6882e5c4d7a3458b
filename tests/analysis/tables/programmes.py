"""Programmes drawn at random, whose people join, leave, come back, send somebody and drop out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st

from tests.conftest import COMMUNITY, PROGRAMME

DAYS = st.dates(dt.date(2025, 12, 1), dt.date(2026, 12, 31))
PARTS = ("member", "facilitator", "expert-by-experience", "knowledge-broker")


def draw_programme(root: Path, data: st.DataObject) -> None:
    """Write a programme of up to three communities below ``root``."""
    threshold = data.draw(st.integers(1, 4), label="threshold")
    (root / "copkit.yaml").write_text(
        f"{PROGRAMME}attendance:\n  threshold: {threshold}\n", encoding="utf-8"
    )
    kinds = st.sampled_from(["community", "community", "facilitators"])
    for number in range(data.draw(st.integers(1, 3), label="communities")):
        folder = root / "communities" / f"c{number}"
        (folder / "meetings").mkdir(parents=True)
        community = COMMUNITY.replace("CP1", f"CP{number}").replace(
            "status:", f"kind: {data.draw(kinds)}\nstatus:"
        )
        (folder / "community.md").write_text(community, encoding="utf-8")
        ids = [f"m-{each}" for each in range(data.draw(st.integers(0, 5), label="members"))]
        roster = "members:\n" if ids else "members: []\n"
        for id in ids:
            part = data.draw(st.sampled_from(PARTS))
            roster += f"  - id: {id}\n    role: Nurse\n    sector: NHS\n    part: {part}\n"
            dates = sorted(data.draw(st.lists(DAYS, max_size=2)))
            roster += "".join(
                f"    {key}: {date}\n" for key, date in zip(("joined", "left"), dates, strict=False)
            )
            if why := data.draw(st.sampled_from(["", "dropped-out", "moved-on", "ended"])):
                roster += f"    left_because: {why}\n"
        (folder / "roster.yaml").write_text(roster, encoding="utf-8")
        for date in data.draw(st.lists(DAYS, max_size=5, unique=True), label="meetings"):
            came = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
            lines = "".join(f"  - {id}\n" for id in sorted(came))
            away = [id for id in ids if id not in came][:1]
            lines = (f"present:\n{lines}" if came else "") + "".join(
                f"substitutes:\n  - id: s1\n    for: {id}\n" for id in away
            )
            (folder / "meetings" / f"{date}.md").write_text(
                f"---\ndate: {date}\n{lines}---\n", encoding="utf-8"
            )
