"""Guarding: CPU time of the search for identifying details.

    python benchmarks/guarding.py

What the hook takes for a commit of five files, in a programme of some hundred records, and what
``check`` takes for a folder of 1.3 MB of records, the first time and again. Each figure is the
median of the rounds; the ratio is that to ``python -c "import typer"`` in the same round.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# The programmes are no package, and are run from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent))
from startup import cpu

ROUNDS = 7
CHECKOUT = Path(__file__).resolve().parent.parent
RECORDS = CHECKOUT / "tests" / "pii" / "records.jsonl"
LARGE = 1_300_000  # bytes
CASE = "---\ntitle: A case\nkind: challenging\nstatus: draft\n---\n\n"


def prose() -> str:
    """Return the test texts without identifying details, each as a paragraph."""
    lines = [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]
    return "\n\n".join(line["text"] for line in lines if not line["spans"])


def lay_out(folder: Path) -> Path:
    """Copy the example into a git repository with five new cases staged."""
    shutil.copytree(CHECKOUT / "examples" / "multiple-needs", folder)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "All"]):
        names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", *names, *command], cwd=folder, check=True)
    text = prose()
    for number in range(5):
        case = folder / "communities" / "brighton" / "cases" / f"new-{number}.md"
        case.write_text(CASE + text[number * 2000 : number * 2000 + 2000] + "\n", encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


def enlarge(folder: Path) -> None:
    """Add cases of 3,000 characters to a copy, until it holds 1.3 MB."""
    text = prose()
    for number in range(LARGE // 3000):
        case = folder / "communities" / "brighton" / "cases" / f"many-{number}.md"
        start = number * 701 % (len(text) - 3000)  # a prime step, so that no two begin alike
        case.write_text(CASE + text[start : start + 3000] + "\n", encoding="utf-8")


def main() -> None:
    """Print the CPU time of each command, and its ratio to the bare import."""
    with tempfile.TemporaryDirectory() as folder:
        hook, large = lay_out(Path(folder, "hook")), lay_out(Path(folder, "large"))
        enlarge(large)
        cache = Path(folder, "cache")
        environment = {"XDG_CACHE_HOME": str(cache)}
        check = ["-m", "copkit", "check", "-C"]
        milliseconds: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            # What an earlier check found clean is remembered there.
            shutil.rmtree(cache, ignore_errors=True)
            for name, command in (
                ("import typer", ["-c", "import typer"]),
                ("hook, 5 files", [*check, str(hook), "--staged"]),
                ("check, 1.3 MB", [*check, str(large)]),
                ("check, 1.3 MB, again", [*check, str(large)]),
            ):
                milliseconds.setdefault(name, []).append(cpu(command, environment))
    for name, times in milliseconds.items():
        ratios = [
            time / bare for time, bare in zip(times, milliseconds["import typer"], strict=True)
        ]
        print(f"{name:22} {statistics.median(times):7.0f} ms   {statistics.median(ratios):6.1f}")


if __name__ == "__main__":
    main()
