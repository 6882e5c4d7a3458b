"""The brief as PDF: wall time of Typst against WeasyPrint, which prints the brief's HTML.

    pip install weasyprint
    python benchmarks/pdf.py

Both make the example's five pages from the same facts, in turn, 7 times; the figure is the median
of the ratios in the same round. Imports and fonts are warm on both sides. The last line is the CPU
time of the first PDF of a process, imports of the package included.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 7
BAR = 0.1
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "multiple-needs"


def seconds(make: Callable[[], object]) -> float:
    """Give the wall time of one go."""
    begun = time.perf_counter()
    make()
    return time.perf_counter() - begun


def main() -> None:
    """Print both times and their ratio."""
    try:
        from weasyprint import HTML
    except ImportError:
        sys.exit("this needs WeasyPrint, which nothing else here does: pip install weasyprint")
    os.environ.setdefault("COPKIT_TODAY", dt.date(2013, 3, 1).isoformat())

    from copkit.cli.documents.build import brief_facts
    from copkit.cli.params import open_programme
    from copkit.documents.pdf import brief_pdf
    from copkit.documents.templates import render
    from copkit.documents.theme import look_of

    programme = open_programme(EXAMPLE)
    record = programme.briefs[-1]
    facts = brief_facts(programme, record, record.audience)
    look = look_of(programme.settings, programme.root)

    before = time.process_time()
    brief_pdf(facts, look)
    first = time.process_time() - before

    def print_html() -> object:
        return HTML(string=render("brief.html", facts, look)).write_pdf(pdf_variant="pdf/ua-1")

    print_html()
    rounds = [(seconds(lambda: brief_pdf(facts, look)), seconds(print_html)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other in rounds)
    print(f"copkit      {ours * 1000:7.1f} ms")
    print(f"WeasyPrint  {theirs * 1000:7.1f} ms   ratio {ratio:.3f}   bar {BAR}")
    print(f"the first PDF of a process: {first * 1000:.0f} ms of CPU")


if __name__ == "__main__":
    main()
