"""Templates that this run has compiled already: that takes Jinja longer than to fill them.

Kept in memory alone, and by what a template says, so that one that was changed is compiled anew.
"""

from __future__ import annotations

from types import CodeType

import jinja2
from jinja2.bccache import Bucket


class Compiled(jinja2.BytecodeCache):
    """The compiled templates of one form of documents; other forms escape differently."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was compiled, if the template still says the same."""
        said, code = self._kept.get(bucket.key, ("", None))
        if said == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._kept[bucket.key] = bucket.checksum, bucket.code
