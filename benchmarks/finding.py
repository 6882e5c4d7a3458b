"""Finding evidence among 10,000 cards: wall seconds in all, and CPU against ``import typer``.

    python benchmarks/finding.py

Cards of some 200 words are written to a temporary folder. Each command is run in turn, 7 times, as
a process of its own, start-up included; the figures are medians, and the ratio that of CPU time
(user and system, of the child process) to the bare import in the same round. "From disk" means
that the system was told before to forget what it holds of the cards (``posix_fadvise``). How many
cards a search finds, those with any of its words, is counted as well.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROUNDS = 7
CARDS = 10_000
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "multiple-needs"
CARD = """\
---
title: {title}
citation: "Author, A. ({year}) ‘{title}’, Journal of Practice, 15(2), 74-82."
published: {year}
themes:
  - {theme}
audience: members
review: 2014-09-30
---

## In sixty seconds

{spoken}

## Notes

{notes}
"""
RARE = "refusals"
COMMON = "services people agencies working"
QUERIES: dict[str, tuple[list[str], bool, float | None]] = {
    "two rare words": (["detox", RARE], False, 1),
    "the same, from disk": (["detox", RARE], True, 1),
    "four common words": (COMMON.split(), False, 1),
    "the same, from disk ": (COMMON.split(), True, 1),
    "a phrase and a theme": (['"mental health"', "--theme", "housing"], False, 1),
    "a word that no card has": (["xyzzy"], False, 1),
}


class Run(NamedTuple):
    """The time of one run, in seconds."""

    wall: float
    cpu: float


def write_cards(folder: Path) -> None:
    """Write cards with the words of the example's texts, as frequent as they are there."""
    texts = [path.read_text("utf-8").partition("\n---\n")[2] for path in EXAMPLE.rglob("*.md")]
    words = [word for word in " ".join(texts).split() if word[0].isalnum()]
    # Two words that the texts lack, each about once in 7,000 words.
    words += [RARE, "detox"] * (len(words) // 3500)
    randomness = random.Random(1)  # the same cards in each run
    (folder / "evidence").mkdir()
    (folder / "copkit.yaml").write_text("name: Benchmark\nstarts: 2012-01-01\n", "utf-8")
    for number in range(CARDS):
        body = randomness.choices(words, k=200)
        lines = ["\n".join(" ".join(part[start : start + 15]) for start in range(0, len(part), 15))
                 for part in (body[:120], body[120:])]  # fmt: skip
        title = " ".join(word.strip(".,:;?!'\"()") for word in randomness.choices(words, k=8))
        text = CARD.format(
            title=title.replace(": ", " "),
            year=1990 + number % 30,
            theme=randomness.choice(["housing", "dual diagnosis", "weekend cover", "outcomes"]),
            spoken=lines[0],
            notes=lines[1],
        )
        (folder / "evidence" / f"card-{number}.md").write_text(text, "utf-8")
    os.sync()  # only what is on disk can be dropped from the cache


def drop_from_cache(folder: Path) -> None:
    """Ask the system to drop the cards from its cache, so that they are read from the disk."""
    for path in (folder / "evidence").iterdir():
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def run(arguments: list[str]) -> Run:
    """Run Python with these arguments and return what it took."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # Compiled modules are kept, as on anybody's computer: tests switch that off.
    subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def share_found(folder: Path, words: list[str]) -> float:
    """Return the share of the cards that a search finds."""
    command = ["-m", "copkit", "evidence", "find", *words, "--json", "-C", str(folder)]
    printed = subprocess.run([sys.executable, *command], capture_output=True, check=True).stdout
    count: int = json.loads(printed)["found"]
    return count / CARDS


def main() -> None:
    """Print what each search takes, and the bar it has to stay below."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_cards(folder)
        runs: dict[str, list[Run]] = {query: [] for query in QUERIES}
        bare: list[Run] = []
        shares = {query: share_found(folder, words) for query, (words, _, _) in QUERIES.items()}
        for _ in range(ROUNDS):
            bare.append(run(["-c", "import typer"]))
            for query, (words, from_disk, _) in QUERIES.items():
                if from_disk:
                    drop_from_cache(folder)
                runs[query].append(run(["-m", "copkit", "evidence", "find", *words, "-C", name]))
    for query, (_, _, bar) in QUERIES.items():
        wall = statistics.median(run.wall for run in runs[query])
        ratio = statistics.median(
            run.cpu / import_only.cpu for run, import_only in zip(runs[query], bare, strict=True)
        )
        share = f"in {shares[query]:4.0%} of the cards"
        print(f"{query:22} {share}  {wall:5.2f} s wall  bar {bar} s  CPU ratio {ratio:4.1f}")


if __name__ == "__main__":
    main()
