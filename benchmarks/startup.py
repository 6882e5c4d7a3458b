"""Start-up: CPU time of copkit's quick commands against ``python -c "import typer"``.

    python benchmarks/startup.py

All commands run in turn, 11 times; the figure is the median ratio of CPU time (user and system,
of the child process) to the bare import in the same round.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 11
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "multiple-needs"
LINE = f"copkit attendance register -C {EXAMPLE} "
COMPLETION = {"_COPKIT_COMPLETE": "complete_bash", "COMP_WORDS": LINE, "COMP_CWORD": "5"}
COMMANDS: dict[str, tuple[list[str], dict[str, str], float | None]] = {
    "import typer": (["-c", "import typer"], {}, None),
    "--help": (["-m", "copkit", "--help"], {}, 1.5),
    "completion of a community": (["-m", "copkit"], COMPLETION, 2),
    "attendance --json": (["-m", "copkit", "attendance", "--json", "-C", str(EXAMPLE)], {}, 3),
    "list members": (["-m", "copkit", "list", "members", "-C", str(EXAMPLE)], {}, None),
    "check": (["-m", "copkit", "check", "-C", str(EXAMPLE)], {}, None),
}


def cpu(arguments: list[str], environment: dict[str, str]) -> float:
    """Give the CPU milliseconds of one run; compiled modules are kept, as on anybody's computer."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used * 1000


def main() -> None:
    """Print each command's CPU time, its ratio and the bar it has to stay below."""
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, (arguments, environment, _) in COMMANDS.items():
            found[name].append(cpu(arguments, environment))
    bare = found["import typer"]
    for name, (_, _, bar) in COMMANDS.items():
        ratio = statistics.median(one / base for one, base in zip(found[name], bare, strict=True))
        limit = f"   bar {bar}" if bar else ""
        print(f"{name:28} {statistics.median(found[name]):6.1f} ms   ratio {ratio:4.2f}{limit}")


if __name__ == "__main__":
    main()
