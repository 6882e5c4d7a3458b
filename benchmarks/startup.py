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

from copkit.cli.tree import COMMANDS

ROUNDS = 11
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "multiple-needs"
# What bash has typed so far, and the number of the word that is completed: the community.
LINE = f"copkit attendance register -C {EXAMPLE} "
COMPLETION = {"_COPKIT_COMPLETE": "complete_bash", "COMP_WORDS": LINE, "COMP_CWORD": "5"}
MEASURED: dict[str, tuple[list[str], dict[str, str], float | None]] = {
    "import typer": (["-c", "import typer"], {}, None),
    "--help": (["-m", "copkit", "--help"], {}, 1.5),
    # a group's help imports none of its commands
    **{
        f"{name} --help": (["-m", "copkit", name, "--help"], {}, 1.5)
        for name, command in COMMANDS.items()
        if command.commands is not None
    },
    "completion of a community": (["-m", "copkit"], COMPLETION, 2),
    "attendance --json": (["-m", "copkit", "attendance", "--json", "-C", str(EXAMPLE)], {}, 3),
    "list members": (["-m", "copkit", "list", "members", "-C", str(EXAMPLE)], {}, None),
    "check": (["-m", "copkit", "check", "-C", str(EXAMPLE)], {}, None),
}


def cpu(arguments: list[str], environment: dict[str, str]) -> float:
    """Return the CPU milliseconds (user and system) of one run of Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Compiled modules are kept, as on anybody's computer: tests switch that off.
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
    milliseconds: dict[str, list[float]] = {name: [] for name in MEASURED}
    for _ in range(ROUNDS):
        for name, (arguments, environment, _) in MEASURED.items():
            milliseconds[name].append(cpu(arguments, environment))
    bare = milliseconds["import typer"]
    for name, (_, _, bar) in MEASURED.items():
        ratio = statistics.median(
            time / base for time, base in zip(milliseconds[name], bare, strict=True)
        )
        limit = f"   bar {bar}" if bar else ""
        print(
            f"{name:28} {statistics.median(milliseconds[name]):6.1f} ms   ratio {ratio:4.2f}{limit}"
        )


if __name__ == "__main__":
    main()
