"""The command line: arguments, output, exit codes.

A command loads, computes, renders, delivers. It imports what it declares; what it runs, it imports
when it runs, so that help and completion cost next to nothing.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run copkit with the arguments of this process, and exit with its status."""
    try:
        from copkit.cli.app import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("copkit: interrupted", file=sys.stderr)
        status = 130
    sys.exit(status)
