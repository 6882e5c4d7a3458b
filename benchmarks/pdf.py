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
BAR = 0.1  # the ratio to WeasyPrint that copkit must stay below
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "multiple-needs"


def seconds(make: Callable[[], object]) -> float:
    """Return the wall time of one call, in seconds."""
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def main() -> None:
    """Print both times and their ratio."""
    try:
        from weasyprint import HTML
    except ImportError:
        sys.exit("this needs WeasyPrint, which nothing else here does: pip install weasyprint")
    # The day of the example, so that its documents are the same whenever this runs.
    os.environ.setdefault("COPKIT_TODAY", dt.date(2013, 3, 1).isoformat())

    from copkit.cli.documents.build import brief_facts
    from copkit.cli.params import open_programme
    from copkit.documents.pdf import brief_pdf
    from copkit.documents.templates import render
    from copkit.documents.theme import load_theme

    programme = open_programme(EXAMPLE)
    record = programme.briefs[-1]
    facts = brief_facts(programme, record, record.audience)
    look = load_theme(programme.settings, programme.root)

    before = time.process_time()
    brief_pdf(facts, look)
    first = time.process_time() - before

    def print_html() -> object:
        return HTML(string=render("brief.html", facts, look)).write_pdf(pdf_variant="pdf/ua-1")

    print_html()  # uncounted: imports and fonts
    rounds = [(seconds(lambda: brief_pdf(facts, look)), seconds(print_html)) for _ in range(ROUNDS)]
    copkit, weasyprint = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(typst / weasyprint for typst, weasyprint in rounds)
    print(f"copkit      {copkit * 1000:7.1f} ms")
    print(f"WeasyPrint  {weasyprint * 1000:7.1f} ms   ratio {ratio:.3f}   bar {BAR}")
    print(f"the first PDF of a process: {first * 1000:.0f} ms of CPU")


if __name__ == "__main__":
    main()
