"""Reading 10,000 front matters with places and validation, against PyYAML's CSafeLoader.

    python benchmarks/reading.py

Both read the same texts in the same run, in turn; the figure is the median ratio of CPU time.
"""

from __future__ import annotations

import statistics
import time

import yaml

from copkit.errors import Problem
from copkit.records.cases import parse_case
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText

ROUNDS = 7
CASE = """\
---
title: Nobody to call at weekends {n}
kind: challenging
status: presented
audience: members
presented: 2012-04-18
presenters:
  - housing-support-{n}
question: What can we offer on a Saturday?
themes:
  - weekend cover
  - crisis
consent: given
pseudonyms:
  - Robin
actions:
  - id: a1
    what: Ask the neighbourhood team to look in
    owner: Police Sergeant
    due: 2012-05-16
evidence:
  - assertive-outreach
---
"""


def with_copkit(texts: list[str]) -> float:
    """Return the CPU seconds that copkit's reader takes, from text to checked records."""
    start = time.process_time()
    problems: list[Problem] = []
    for text in texts:
        source = SourceText("case.md", text)
        parse_case(read_document(source, problems, markdown=True), "brighton", "case")
    assert not problems
    return time.process_time() - start


def with_pyyaml(texts: list[str]) -> float:
    """Return the CPU seconds that ``yaml.load`` with CSafeLoader takes for the same fields."""
    start = time.process_time()
    for text in texts:
        yaml.load(text[4:-4], yaml.CSafeLoader)  # without the lines of dashes
    return time.process_time() - start


def main() -> None:
    """Print both times and their ratio."""
    texts = [CASE.format(n=n) for n in range(10_000)]
    size = sum(map(len, texts)) // len(texts)
    # Warm both up: imports and caches are not what is measured.
    with_copkit(texts[:500])
    with_pyyaml(texts[:500])
    pairs = [(with_copkit(texts), with_pyyaml(texts)) for _ in range(ROUNDS)]
    copkit, pyyaml = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(reader / loader for reader, loader in pairs)
    print(f"{len(texts)} front matters of {size} characters, median of {ROUNDS}")
    print(f"copkit {copkit:.2f} s, CSafeLoader {pyyaml:.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
