"""Building: CPU time of the example's documents, against ``python -c "import typer"``.

    python benchmarks/building.py

``copkit build`` on a copy of the example whose files have been scanned before, with nothing below
``build/`` and then again, and ``copkit demo``. Each figure is the median of the rounds; the ratio
is that to the bare import in the same round.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

# The programmes are no package, and are run from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent))
from startup import EXAMPLE, cpu

ROUNDS = 11
BAR = 12  # the ratio to the bare import that ``build`` and ``demo`` must stay below


def main() -> None:
    """Print the CPU time of each command, its ratio to the bare import and the bar."""
    with tempfile.TemporaryDirectory() as folder:
        programme, demo_folder = Path(folder, "programme"), Path(folder, "demo")
        shutil.copytree(EXAMPLE, programme, ignore=shutil.ignore_patterns("build", "private"))
        # A cache of its own: what the user's cache remembers of scanned files must not count.
        environment = {"XDG_CACHE_HOME": str(Path(folder, "cache"))}
        build = ["-m", "copkit", "build", "-C", str(programme)]
        demo = ["-m", "copkit", "demo", str(demo_folder)]
        for command in (demo, build):  # compile modules and scan files once, uncounted
            cpu(command, environment)
        milliseconds: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            shutil.rmtree(programme / "build")
            shutil.rmtree(demo_folder)
            for name, command in (
                ("import typer", ["-c", "import typer"]),
                ("build", build),
                ("build, again", build),
                ("demo", demo),
            ):
                milliseconds.setdefault(name, []).append(cpu(command, environment))
    for name, times in milliseconds.items():
        ratios = [
            time / bare for time, bare in zip(times, milliseconds["import typer"], strict=True)
        ]
        bar = f"   bar {BAR}" if name in ("build", "demo") else ""
        print(
            f"{name:14} {statistics.median(times):6.0f} ms   {statistics.median(ratios):5.1f}{bar}"
        )


if __name__ == "__main__":
    main()
