"""Exporting: a region's programmes into one warehouse, and questions to it.

    python benchmarks/exporting.py [COMMUNITIES [ROWS]]

One programme of 1,000 communities with 12 members, 24 meetings and 12 cases each is exported as CSV
and as Parquet; the look for identifying details is not counted, since every build has it. Then the
warehouse is filled with copies of that programme under other ids until it has 4 million rows of
attendance, and Figure 1 and the letters are asked of it, each in a process of its own. Figures are
CPU seconds and the largest memory of a process.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECTORS = {
    sector: [f"{sector} role {number}" for number in range(10)]
    for sector in ("Voluntary Sector", "Local Authority (LA)", "NHS", "Criminal Justice & Police")
}
WORDS = ("support", "plan", "review", "weekend", "housing", "clinic", "referral", "tenancy")
MEMBERS, MEETINGS, CASES = 12, 24, 12


def lay_out(root: Path, communities: int) -> None:
    """Write a programme whose records are drawn at random, the same each time."""
    draw = random.Random(7)

    def put(file: str, text: str) -> None:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def prose(count: int) -> str:
        return " ".join(draw.choice(WORDS) for _ in range(count)).capitalize() + "."

    seats = "".join(
        f"  {sector}:\n" + "".join(f"    - {role}\n" for role in roles)
        for sector, roles in SECTORS.items()
    )
    put("copkit.yaml", f"id: scale-1\nname: Scale\nstarts: 2020-01-01\nseats:\n{seats}")
    for number in range(20):
        put(f"blockages/b-{number}.md", f"---\ntitle: Blockage {number}\n---\n\n{prose(40)}\n")
    days = [dt.date(2020, 1, 15) + dt.timedelta(days=30 * number) for number in range(MEETINGS)]
    for number in range(communities):
        home = f"communities/c{number:05d}"
        put(
            f"{home}/community.md",
            f"---\ncode: CP{number + 1}\nname: Community {number}\nplace: Place {number}\n"
            f"status: active\nstarted: 2020-01-01\n---\n\n## Domain\n\n{prose(30)}\n",
        )
        roster = "members:\n"
        for member in range(MEMBERS):
            sector = draw.choice(list(SECTORS))
            part = "facilitator" if member == 0 else "member"
            roster += (
                f"  - id: m{member}\n    role: {draw.choice(SECTORS[sector])}\n"
                f"    sector: {sector}\n    part: {part}\n    joined: 2020-01-01\n"
            )
        put(f"{home}/roster.yaml", roster)
        for place, day in enumerate(days):
            present = "".join(f"  - m{id}\n" for id in range(MEMBERS) if draw.random() < 0.7)
            put(
                f"{home}/meetings/{day}.md",
                f"---\ndate: {day}\nkind: regular\npresent:\n{present}"
                f"cases:\n  - case-{place // 2}\n---\n\n{prose(120)}\n",
            )
        for place in range(CASES):
            put(
                f"{home}/cases/case-{place}.md",
                f"---\ntitle: Case {number} {place}\nkind: challenging\nstatus: presented\n"
                f"presented: {days[2 * place]}\npresenters:\n  - m{place}\nconsent: given\n"
                f"themes:\n  - {draw.choice(WORDS)}\nactions:\n  - id: a1\n    what: {prose(8)}\n"
                f"    due: {days[2 * place + 1]}\nissues:\n  - id: i1\n"
                f"    blockage: b-{draw.randrange(20)}\n---\n\n"
                f"## Presentation of the case\n\n{prose(150)}\n",
            )


EXPORT = """
import sys
import copkit.cli.export as export
from copkit.cli.main import run
export.require_no_details_in_files = lambda *arguments: None
sys.exit(run(sys.argv[1:]))
"""
ASK = """
import sys
import duckdb
from copkit.documents.table_queries import LETTERS, QUERIES
engine = duckdb.connect(config={"threads": 1})
engine.execute(f"set file_search_path = '{sys.argv[1]}'")
engine.execute(open(f"{sys.argv[1]}/views.sql").read())
statement = LETTERS if sys.argv[2] == "letters" else QUERIES[int(sys.argv[2]) - 1].rows
print(len(engine.execute(statement).fetchall()), file=sys.stderr)
"""


def measure(code: str, *arguments: object) -> tuple[float, float]:
    """Run Python code in a process of its own; return its CPU seconds and its most megabytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # resource has the most of all children: this one's own peak is read by a process between
    run = (
        "import resource, subprocess, sys; "
        "done = subprocess.run([sys.executable, '-c', *sys.argv[1:]], stderr=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
    )
    command = [sys.executable, "-c", run, code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, int(done.stdout.splitlines()[-1]) / 1024


def copy_programme(folder: Path, number: int) -> None:
    """Copy the partitions of the first programme as those of another."""
    import duckdb

    engine = duckdb.connect(config={"threads": 1})
    for source in folder.glob("*/programme=scale-1/**/*.parquet"):
        target = Path(str(source).replace("programme=scale-1", f"programme=scale-{number}"))
        target.parent.mkdir(parents=True, exist_ok=True)
        columns = engine.execute(f"describe from '{source}'").fetchall()
        values = ", ".join(
            f"replace(\"{name}\", 'scale-1', 'scale-{number}') as \"{name}\""
            if kind == "VARCHAR"
            else f'"{name}"'  # one is called 'left'
            for name, kind, *_ in columns
        )
        engine.execute(
            f"copy (select {values} from '{source}') to '{target}' "
            "(format parquet, compression zstd)"
        )


def main() -> None:
    """Print the figures of the exports, and those of the questions."""
    communities, rows = (
        *(int(each) for each in sys.argv[1:]),
        *(1000, 4_000_000)[len(sys.argv) - 1 :],
    )
    with tempfile.TemporaryDirectory() as place:
        root, lake = Path(place, "programme"), Path(place, "warehouse")
        lay_out(root, communities)
        options = ("export", "--for", "members", "-C", root, "--as-of", "2022-12-31")
        for form in ("csv", "parquet"):
            target = lake if form == "parquet" else Path(place, "csv")
            seconds, memory = measure(EXPORT, *options, "-f", form, "-o", target)
            size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
            print(
                f"export as {form}: {seconds:.1f} s, {memory:.0f} MB; {size / 1e6:.1f} MB of files"
            )
        folder = lake / "members"
        number = 1
        while number * communities * MEMBERS * MEETINGS < rows:
            number += 1
            copy_programme(folder, number)
        size = sum(path.stat().st_size for path in lake.rglob("*") if path.is_file())
        count = number * communities * MEMBERS * MEETINGS
        print(f"{number} programmes, {count:,} rows of attendance: {size / 1e6:.1f} MB of files")
        for question in ("1", "2", "letters"):
            start = time.perf_counter()
            seconds, memory = measure(ASK, folder, question)
            wall = time.perf_counter() - start
            print(f"question {question}: {seconds:.2f} s, {memory:.0f} MB ({wall:.1f} s to wait)")


if __name__ == "__main__":
    main()
