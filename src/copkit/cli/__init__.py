"""The command line: arguments, output, exit codes.

A command loads, computes, renders, delivers. It imports what it declares; what it runs, it imports
when it runs, so that help and completion cost next to nothing.
"""

from __future__ import annotations

import gc
import sys

# New objects between two garbage collections. With the default of 700, loading records collects
# again and again and finds next to nothing, since they live until the end of the run.
GC_THRESHOLD: int = 50_000


def main() -> None:
    """Run copkit with the arguments of this process, and exit with its status."""
    gc.set_threshold(GC_THRESHOLD)
    try:
        from copkit.cli.main import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("copkit: interrupted", file=sys.stderr)
        status = 130
    # Python looks through all objects once more as it ends, which took a tenth of a build.
    gc.freeze()
    sys.exit(status)
