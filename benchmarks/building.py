"""Building: CPU time of what people are sent, of the example, against ``python -c "import typer"``.

    python benchmarks/building.py

``copkit build`` on a copy of the example whose files have been looked through before, with nothing
below ``build/`` and then again, and ``copkit demo``. Each figure is the median of the rounds; the
ratio is that to the bare import in the same round.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from startup import EXAMPLE, cpu

ROUNDS = 11
BAR = 12


def main() -> None:
    """Print the CPU time of each, its ratio to the bare import and the bar."""
    with tempfile.TemporaryDirectory() as folder:
        programme, laid_out = Path(folder, "programme"), Path(folder, "demo")
        shutil.copytree(EXAMPLE, programme, ignore=shutil.ignore_patterns("build", "private"))
        environment = {"XDG_CACHE_HOME": str(Path(folder, "cache"))}
        build = ["-m", "copkit", "build", "-C", str(programme)]
        demo = ["-m", "copkit", "demo", str(laid_out)]
        for command in (demo, build):
            cpu(command, environment)
        found: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            shutil.rmtree(programme / "build")
            shutil.rmtree(laid_out)
            for name, command in (
                ("import typer", ["-c", "import typer"]),
                ("build", build),
                ("build, again", build),
                ("demo", demo),
            ):
                found.setdefault(name, []).append(cpu(command, environment))
    for name, times in found.items():
        ratios = [one / base for one, base in zip(times, found["import typer"], strict=True)]
        bar = f"   bar {BAR}" if name in ("build", "demo") else ""
        print(
            f"{name:14} {statistics.median(times):6.0f} ms   {statistics.median(ratios):5.1f}{bar}"
        )


if __name__ == "__main__":
    main()
