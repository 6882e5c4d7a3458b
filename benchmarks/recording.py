"""Recording: CPU time of ``attendance record`` against ``list`` on a community that has grown.

    python benchmarks/recording.py

One community with 200 members and 60 meetings, in a git repository that knows the merge driver.
The commands run in turn, 15 times, each ``record`` for somebody who was not on record; the
figure is the median ratio of CPU time (child processes, git's included) in the same round.
"""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# The programmes are no package, and are run from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent))
from startup import cpu

ROUNDS = 15
BAR = 1.5  # the ratio to ``list`` that ``record`` must stay below


def lay_out(root: Path) -> None:
    """Write a programme with 200 members, of whom 40 came to each of 60 meetings."""
    harbour = root / "communities" / "harbour"
    (harbour / "meetings").mkdir(parents=True)
    (root / "copkit.yaml").write_text("name: Harbour\nstarts: 2010-01-01\n")
    (harbour / "community.md").write_text(
        "---\ncode: CP1\nname: Harbour\nplace: Harbour\nstatus: active\n---\n"
    )
    members = "".join(
        f"  - id: m-{n}\n    role: Nurse\n    sector: NHS\n    joined: 2010-01-01\n"
        for n in range(200)
    )
    (harbour / "roster.yaml").write_text(f"members:\n{members}")
    for number in range(60):
        day = dt.date(2010, 1, 6) + dt.timedelta(days=30 * number)
        present = "".join(f"  - m-{(number * 7 + n) % 200}\n" for n in range(40))
        text = f"---\ndate: {day}\nkind: regular\npresent:\n{present}apologies:\n---\n\nNotes.\n"
        (harbour / "meetings" / f"{day}.md").write_text(text)
    for command in (["git", "init", "--quiet"], [sys.executable, "-m", "copkit", "sync"]):
        subprocess.run(command, cwd=root, check=True, stderr=subprocess.DEVNULL)


def main() -> None:
    """Print the CPU time of each command and its ratio to that of ``list``."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(root)
        milliseconds: dict[str, list[float]] = {
            "list members": [],
            "list meetings": [],
            "record": [],
        }
        for number in range(ROUNDS):
            for noun in ("members", "meetings"):
                command = ["-m", "copkit", "list", noun, "-C", folder]
                milliseconds[f"list {noun}"].append(cpu(command, {}))
            # Members from m-100 on are not on record for that meeting.
            record = ["attendance", "record", "harbour", "2010-01-06", "-p", f"m-{100 + number}"]
            milliseconds["record"].append(cpu(["-m", "copkit", *record, "-C", folder], {}))
    for base in ("list members", "list meetings"):
        ratios = [
            time / bare
            for time, bare in zip(milliseconds["record"], milliseconds[base], strict=True)
        ]
        print(
            f"attendance record {statistics.median(milliseconds['record']):6.1f} ms, "
            f"{base} {statistics.median(milliseconds[base]):6.1f} ms, "
            f"ratio {statistics.median(ratios):4.2f}   bar {BAR}"
        )


if __name__ == "__main__":
    main()
