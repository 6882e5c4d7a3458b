"""Importing: CPU time of ``attendance import`` against ``python -c "import typer"``.

    python benchmarks/importing.py

A list of 1,000 people as Teams writes it, for a community of 30 members whose names are known:
all but those 30 are compared with every member. The commands run in turn, 11 times; the figure
is the median ratio of CPU time (of the child process) in the same round. ``first`` makes the
meeting, ``again`` finds everybody on record.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from pathlib import Path

# The programmes are no package, and are run from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent))
from startup import cpu

ROUNDS = 11
PEOPLE, MEMBERS = 1000, 30
BAR = 5  # the ratio to the bare import that an import must stay below
MEETING = "communities/harbour/meetings/2026-01-05.md"
HEADER = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole"
SYLLABLES = ("an", "bel", "cor", "dun", "el", "far", "gil", "hol", "is", "jo", "kel", "mar", "nor")


def make_names() -> list[str]:
    """Return made-up names, no two alike; the same in each run."""
    randomness = random.Random(1)  # the same names in each run
    people: dict[str, None] = {}
    while len(people) < PEOPLE:
        words = ("".join(randomness.choices(SYLLABLES, k=number)).title() for number in (2, 3))
        people[" ".join(words)] = None
    return list(people)


def teams_report(people: list[str]) -> bytes:
    """Return a report as Teams writes it; everybody was there from the beginning to the end."""
    rows = [
        f"{name}\t1/5/26, 2:00:00 PM\t1/5/26, 3:30:00 PM\t1h 30m\t\t\tAttendee" for name in people
    ]
    activities = [
        f"{name}\t1/5/26, 2:00:00 PM\t1/5/26, 3:30:00 PM\t1h 30m\t\tAttendee" for name in people
    ]
    lines = [
        "1. Summary",
        "Meeting title\tHarbour",
        f"Attended participants\t{PEOPLE}",
        "Start time\t1/5/26, 2:00:00 PM",
        "End time\t1/5/26, 3:30:00 PM",
        "",
        "2. Participants",
        HEADER,
        *rows,
        "",
        "3. In-Meeting Activities",
        "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole",
        *activities,
    ]
    return "\r\n".join(lines).encode("utf-16")  # as Teams does, tabs and all


def lay_out(root: Path) -> Path:
    """Write a programme, the names of its members, and the list to import; return the list."""
    harbour, people = root / "communities" / "harbour", make_names()
    harbour.mkdir(parents=True)
    (root / "private").mkdir()
    (root / "copkit.yaml").write_text("name: Harbour\nstarts: 2026-01-01\n")
    (harbour / "community.md").write_text(
        "---\ncode: CP1\nname: Harbour\nplace: Harbour\nstatus: active\n---\n"
    )
    ids = range(MEMBERS)
    seats = (f"  - id: m-{n}\n    role: Nurse\n    sector: NHS\n" for n in ids)
    (harbour / "roster.yaml").write_text(f"members:\n{''.join(seats)}")
    contacts = (f"  - id: harbour/m-{n}\n    name: {people[n]}\n" for n in ids)
    (root / "private" / "contacts.yaml").write_text(f"contacts:\n{''.join(contacts)}")
    (root / "report.csv").write_bytes(teams_report(people))
    return root / "report.csv"


def main() -> None:
    """Print the CPU time of each import and its ratio to the bare import."""
    milliseconds: dict[str, list[float]] = {
        "import typer": [],
        "first": [],
        "again": [],
        "as JSON": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        report = lay_out(Path(folder))
        command = ["-m", "copkit", "attendance", "import", "harbour", "2026-01-05", str(report)]
        for _ in range(ROUNDS):
            (Path(folder) / MEETING).unlink(missing_ok=True)
            milliseconds["import typer"].append(cpu(["-c", "import typer"], {}))
            for name in ("first", "again"):
                milliseconds[name].append(cpu([*command, "-C", folder], {}))
            milliseconds["as JSON"].append(cpu([*command, "--json", "-C", folder], {}))
    for name, times in milliseconds.items():
        ratios = [
            time / bare for time, bare in zip(times, milliseconds["import typer"], strict=True)
        ]
        ratio, median = statistics.median(ratios), statistics.median(times)
        limit = f"   bar {BAR}" if name != "import typer" else ""
        print(f"{name:14} {median:6.1f} ms   ratio {ratio:4.2f}{limit}")


if __name__ == "__main__":
    main()
