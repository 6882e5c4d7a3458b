"""What the tests of documents share: the three forms of a document, and what is pleasant."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from copkit.text.normalise import WIDTH
from tests.signing import signed

TEXTS = ("html", "txt", "md")
PICTURE = re.compile(r'<img src="[a-z]+\.[a-z]+\.png" alt="[^"]+" width="\d+" height="\d+"')


def forms_of(result: Any) -> dict[str, str]:
    """Give the texts that a building command wrote for people to read, by form."""
    assert result.status == 0, result.output
    files = [Path(name) for name in json.loads(result.stdout)["files"]]
    texts = [file for file in files if file.suffix in {".html", ".txt", ".md"}]
    return {file.suffix[1:]: file.read_text(encoding="utf-8") for file in texts}


def own_words(text: str) -> str:
    """Undo the wrapping of a plain text."""
    return " ".join(text.split())


def require_pleasant(forms: dict[str, str]) -> None:
    """Require what every reader may expect, whatever is in the records."""
    for form, whole in forms.items():
        text = re.sub(r"<style>.*?</style>", "", whole, flags=re.DOTALL)
        if form != "html":
            assert "\n\n\n" not in text, form
        assert text.endswith("\n"), form
        assert not text.endswith("\n\n"), form
        assert not re.search(r"(?<=\S)  +(?=\S)(?![^|\n]*\|)", text), form
        assert not re.search(r"\bno (people|person|case|cases|guests)\b|\b1 \w+s were", text), form
        assert not re.search(r"\.\.|[.!?];|\(\)| [,;.:](?!\w)|\bNone\b(?! of)", text), form
        assert not re.search(r"[ \t]$", text, re.MULTILINE), form
    for line in forms["txt"].split("\n"):
        assert len(line) <= WIDTH or "://" in line, line
    require_well_built(forms["html"])


def require_well_built(html: str) -> None:
    """Require what a screen reader and a browser without a network need."""
    assert '<html lang="en-GB">' in html
    assert html.count("<h1") == html.count("<main") == html.count("<title>") == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    laid_out = html.count('role="presentation"')  # tables that only say where things stand
    assert html.count("<table") == laid_out + html.count("<caption>")
    assert not re.findall(r"<th(?! scope=\"(?:col|row|rowgroup)\")[ >]", html)
    assert not re.search(r"<(script|link|iframe|object)|url\(|@import| on\w+=", html)
    assert html.count(" src=") == len(PICTURE.findall(html)) == html.count("<img")


CANARIES = [
    *("canarytitle", "canaryslug", "canaryquestion", "canarytheme", "canarypseudonym"),
    *("canarywhat", "canaryowner", "canaryprogress", "canaryissue", "canarysign"),
    *("canarypresentation", "canarynext", "canarylearning", "canarycommissioners"),
    *("canarycard", "canarycitation", "canaryspoken", "canarynotes", "canaryplace"),
    *("canaryrole", "canaryorganisation", "canarypresenter", "canaryunseen", "canarycoming"),
]

_CASE = """\
---
title: Canarytitle
kind: challenging
status: written-up
audience: members
presented: 2026-01-14
presenters:
  - canarypresenter
question: Canaryquestion
themes:
  - canarytheme
pseudonyms:
  - Canarypseudonym
actions:
  - id: a1
    what: Canarywhat
    owner: Canaryowner
progress:
  - id: p1
    date: 2026-01-20
    action: a1
    outcome: helped
    note: Canaryprogress
issues:
  - id: i1
    blockage: doors
    note: Canaryissue
evidence:
  - canarycard
sign_off:
  by: canarysign
  date: 2026-01-20
  digest: abc
---

## Presentation of the case

Canarypresentation

## Next steps

Canarynext

## Learning for practice

Canarylearning

## Issues for commissioners

Canarycommissioners
"""


def with_canaries(write: Callable[..., Path]) -> Path:
    """Write two communities, each with a case; in the first, every word gives itself away."""
    write("communities/harbour/cases/canaryslug.md", _CASE)
    write(
        "communities/harbour/roster.yaml",
        "members:\n  - id: canarypresenter\n    role: Canaryrole\n    sector: NHS\n"
        "    organisation: Canaryorganisation\n    joined: 2026-01-14\n",
    )
    write(
        "communities/harbour/meetings/2026-01-14.md",
        "---\ndate: 2026-01-14\nplace: Canaryplace\npresent:\n  - canarypresenter\n"
        "cases:\n  - canaryslug\n---\n\nCanarynotes\n",
    )
    write(
        "communities/harbour/meetings/2026-02-11.md",
        "---\ndate: 2026-02-11\nplace: Canaryplace\n---\n\nCanarycoming\n",
    )
    write(
        "evidence/canarycard.md",
        "---\ntitle: Canarycard\ncitation: Canarycitation\nused:\n  - id: u1\n"
        "    date: 2026-01-14\n    community: harbour\n---\n\n"
        "## In sixty seconds\n\nCanaryspoken\n",
    )
    write(
        "blockages/doors.md", "---\ntitle: Closed doors\n---\n\nPeople wait.\n<!-- Canaryunseen -->"
    )
    write(
        "communities/quay/community.md",
        "---\ncode: CP2\nname: Quay community\nplace: Quay\nstatus: active\n---\n",
    )
    write(
        "communities/quay/roster.yaml",
        "members:\n  - id: quay-1\n    role: Canaryrole of the quay\n    sector: NHS\n"
        "    joined: 2026-01-20\n",
    )
    write(
        "communities/quay/meetings/2026-01-20.md",
        "---\ndate: 2026-01-20\nplace: Canaryplace\npresent:\n  - quay-1\n---\n\nCanarynotes\n",
    )
    shared = (
        "---\ntitle: Sharedcase\nkind: worked-well\nstatus: presented\naudience: public\n"
        "presented: 2026-01-20\npresenters:\n  - quay-1\nactions:\n  - id: a1\n    what: Knock\n"
        "    owner: Canaryowner\nevidence:\n  - canarycard\nprogress:\n  - id: p1\n"
        "    date: 2026-01-21\n    action: a1\n    outcome: partly\n    kind: prevention\n"
        "issues:\n  - id: i1\n    blockage: doors\n    note: Locked at noon\n---\n"
    )
    return write("communities/quay/cases/shared.md", signed(shared, community="quay"))
