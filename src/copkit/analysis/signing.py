"""Whether a case may leave the members: the sign-off, and the text that it is bound to.  Pure.

Somebody put themselves in the place of a motivated intruder (the test of the Information
Commissioner's Office) and found nobody to recognise. That holds for what they read and nothing
else: the digest of a case is that of its whole file, so that any edit voids the sign-off, one of
its audience too, and a comment, which travels with the file. Where lines end does not matter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from copkit.records.cases import Case
from copkit.text.spans import line_start, next_line, written_end

FIELD = "sign_off"
_BLANK_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)


def digest_of(case: Case) -> str:
    """Give the SHA-256, in hexadecimal, of a case's community and all in its file but its sign-off.

    Of its community, because who presented it, and where, is a part of what was judged.
    """
    text = _without_sign_off(case).replace("\r\n", "\n").replace("\r", "\n")
    text = _BLANK_ENDS.sub("", text).rstrip("\n")
    signed = f"{case.community}\n{text}"
    return hashlib.sha256(signed.encode("utf-8")).hexdigest()


def is_signed(case: Case, today: dt.date) -> bool:
    """Say whether a sign-off stands for a case as it is now."""
    return case.sign_off is not None and not why_unsigned(case, today)


def why_unsigned(case: Case, today: dt.date) -> str:
    """Say why no sign-off stands for a case as it is now; ``""`` if one does."""
    signed = case.sign_off
    if signed is None:
        return "it has not been signed off"
    if not signed.by.strip():
        return "its sign-off does not say by which role"
    if signed.date > today:
        return f"its sign-off is dated {signed.date}, which is still to come"
    if signed.digest != digest_of(case):
        return f"it was edited since its sign-off of {signed.date}"
    return ""


def _without_sign_off(case: Case) -> str:
    """Cut the sign-off out of a file's text: whole lines, unless all fields stand in brackets."""
    text, fields = case.source.text.text, case.source.fields
    node = fields.entries.get(FIELD)
    if node is None:
        return text
    start, end = fields.key(FIELD).start, written_end(text, node)
    if fields.block:
        start, end = line_start(text, start), next_line(text, max(end, start))
    return text[:start] + text[end:]
