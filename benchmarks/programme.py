"""A whole programme: CPU time of everyday commands with many records, and of checking them.

    python benchmarks/programme.py [COMMUNITIES]

270 communities, unless told otherwise, make 10,281 files. The first check looks through all of
them, which takes minutes; the caches have then seen them. Each figure is the median of the rounds;
the ratio is that to ``python -c "import typer"`` in the same round.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

# The programmes are no package, and are run from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent))
from startup import cpu

ROUNDS = 3
MEMBERS, MEETINGS, CASES, BLOCKAGES = 12, 24, 12, 20
SECTORS = ("Voluntary Sector", "Local Authority (LA)", "NHS", "Criminal Justice & Police")
ROLES = {sector: [f"{sector} role {number}" for number in range(10)] for sector in SECTORS}
WORDS = (
    "support",
    "plan",
    "review",
    "weekend",
    "housing",
    "clinic",
    "referral",
    "worker",
    "agency",
    "service",
    "tenancy",
    "court",
    "review",
    "outreach",
    "team",
    "meeting",
    "list",
    "waiting",
)
FIRST_DAY = dt.date(2020, 1, 15)
SETTLED = 3  # seconds, after which the state of a file tells that it has not changed
FIRST = "c00000"
MEASURED = {
    "import typer": ["-c", "import typer"],
    "attendance --json": ["attendance", "--json"],
    "list cases": ["list", "cases"],
    "today": ["today"],
    "health": ["health"],
    "case follow-up": ["case", "follow-up"],
    "attendance record": ["attendance", "record", FIRST, "2020-01-15", "--present", "m1"],
    "agenda": ["agenda", FIRST, "2020-02-14"],
    "check": ["check"],
}


def prose(draw: random.Random, length: int) -> str:
    """Return a sentence of so many words."""
    return " ".join(draw.choices(WORDS, k=length)).capitalize() + "."


def write(path: Path, *lines: str) -> None:
    """Write the lines of one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_programme(root: Path, communities: int) -> None:
    """Write a programme into an empty folder; the same for the same number of communities."""
    draw = random.Random(7)
    seats = [f"  {sector}: {roles}" for sector, roles in ROLES.items()]
    write(root / "copkit.yaml", "name: Scale", "starts: 2020-01-01", "seats:", *seats)
    for number in range(BLOCKAGES):
        fields = ("---", f"title: Blockage {number}", "status: open", "---", "")
        write(root / "blockages" / f"blockage-{number}.md", *fields, prose(draw, 40))
    for number in range(communities):
        make_community(root / "communities" / f"c{number:05d}", number, draw)


def make_community(folder: Path, number: int, draw: random.Random) -> None:
    """Write the records of one community."""
    fields = (f"code: CP{number + 1}", f"name: Community {number}", f"place: Place {number}")
    headings = ("## Domain", "", prose(draw, 30), "", "## Community", "", "## Practice")
    write(folder / "community.md", "---", *fields, "status: active", "---", "", *headings)
    members = []
    for index in range(MEMBERS):
        sector = draw.choice(SECTORS)
        members += [f"  - id: m{index}", f"    role: {draw.choice(ROLES[sector])}"]
        members += [f"    sector: {sector}", "    joined: 2020-01-01"]
    write(folder / "roster.yaml", "members:", *members)
    days = [FIRST_DAY + dt.timedelta(days=30 * index) for index in range(MEETINGS)]
    for index, day in enumerate(days):
        present = [f"  - m{member}" for member in range(MEMBERS) if draw.random() < 0.7]
        case = ("cases:", f"  - case-{index // 2 % CASES}", "---", "")
        notes = (f"date: {day}", "start: 14:00", "present:", *present, *case)
        write(folder / "meetings" / f"{day}.md", "---", *notes, prose(draw, 120))
    for index in range(CASES):
        make_case(
            folder / "cases" / f"case-{index}.md", f"Case {number} {index}", index, days, draw
        )


def make_case(path: Path, title: str, index: int, days: list[dt.date], draw: random.Random) -> None:
    """Write one case, which was presented at one of the ``days``."""
    audience = draw.choice(("members", "commissioners", "public"))
    action = (f"what: {prose(draw, 8)[:-1]}", "owner: NHS role 1", f"due: {days[2 * index + 1]}")
    write(
        path,
        *("---", f"title: {title}", "kind: challenging", "status: presented"),
        *(f"audience: {audience}", f"presented: {days[2 * index]}", "presenters:"),
        *(f"  - m{index}", "themes:", f"  - {draw.choice(WORDS)}", "consent: given"),
        *("actions:", "  - id: a1", *(f"    {line}" for line in action)),
        *("issues:", "  - id: i1", f"    blockage: blockage-{draw.randrange(BLOCKAGES)}", "---"),
        *("", "## Presentation of the case", "", prose(draw, 150)),
        *("", "## Next steps", "", prose(draw, 50)),
        *("", "## Learning for practice", "", prose(draw, 50)),
    )


def main() -> None:
    """Print the CPU time of each command, and its ratio to the bare import."""
    communities = int(sys.argv[1]) if len(sys.argv) > 1 else 270
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "programme")
        make_programme(root, communities)
        environment = {"XDG_CACHE_HOME": str(Path(folder, "cache"))}
        check = ["-m", "copkit", "check", "-C", str(root)]
        time.sleep(SETTLED)
        print(f"{sum(path.is_file() for path in root.rglob('*'))} files")
        print(f"check, the first time {cpu(check, environment):10.0f} ms")
        milliseconds: dict[str, list[float]] = {}
        case = root / "communities" / FIRST / "cases" / "case-0.md"
        for _ in range(ROUNDS):
            for name, words in MEASURED.items():
                command = words if words[0] == "-c" else ["-m", "copkit", *words, "-C", str(root)]
                milliseconds.setdefault(name, []).append(cpu(command, environment))
            shutil.copy(case, case.with_suffix(".tmp"))
            case.with_suffix(".tmp").replace(case)
            milliseconds.setdefault("check, one changed", []).append(cpu(check, environment))
    for name, times in milliseconds.items():
        ratios = [
            used / bare for used, bare in zip(times, milliseconds["import typer"], strict=True)
        ]
        print(f"{name:22} {statistics.median(times):7.0f} ms   {statistics.median(ratios):6.1f}")


if __name__ == "__main__":
    main()
