"""The story of a case gathers what stands in other records, and tells it by date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.cases import CaseEventKind, CaseHistory, build_case_history
from copkit.folder import load
from tests.conftest import Write

CASE = """\
---
title: Lost keys
kind: challenging
status: written-up
presented: 2026-01-14
presenters: [nurse-1, nurse-2, officer-1]
actions:
  - {id: a1, what: Ring, owner: Nurse, due: 2026-02-11}
  - {id: a2, what: Write}
progress:
  - {id: p1, date: 2026-02-11, action: a1, outcome: did-not-help, note: The line was busy}
  - {id: p2, date: 2026-02-11, outcome: helped, kind: recovery}
issues:
  - {id: i1, blockage: no-keys}
  - {id: i2, note: Nobody answers}
evidence: [card]
---

Told in a few words.

## Next steps

## Learning for practice

Knock.
"""
BLOCKAGE = """\
---
title: No keys
asks:
  - {id: q1, date: 2026-01-20, of: The board, ask: Cut keys, replied: 2026-02-20, reply: Soon}
  - {id: q2, date: 2026-02-25, of: The board, ask: When, reply_by: 2026-04-01}
---
"""
CARD = """\
---
title: On keys
citation: A report
used:
  - {id: u1, date: 2026-01-14, community: harbour, case: lost-keys}
  - {id: u2, date: 2026-01-15, community: quay, case: lost-keys}
---
"""
ROSTER = "members:\n" + "".join(
    f"  - {{id: {id}, role: {role}, sector: NHS}}\n"
    for id, role in (("nurse-1", "Nurse"), ("nurse-2", "Nurse"), ("officer-1", "Officer"))
)


@pytest.fixture
def folder(write: Write) -> Path:
    """One case with everything that can be told of it."""
    write(
        "communities/quay/community.md", "---\ncode: CP2\nname: Q\nplace: Q\nstatus: active\n---\n"
    )
    write("communities/quay/cases/lost-keys.md", CASE.replace("Lost", "Other"))
    write("communities/harbour/roster.yaml", ROSTER)
    for day in ("2026-01-14", "2026-02-11"):
        write(
            f"communities/harbour/meetings/{day}.md",
            f"---\ndate: {day}\nkind: review\ncases: [lost-keys]\n---\n",
        )
    write("blockages/no-keys.md", BLOCKAGE)
    write("evidence/card.md", CARD)
    return write("communities/harbour/cases/lost-keys.md", CASE)


def story_of(folder: Path) -> CaseHistory:
    programme = load(folder)
    return build_case_history(
        programme, programme.community("harbour").cases[0], dt.date(2026, 3, 1)
    )


def test_moments_stand_by_date_and_what_has_none_at_the_end(folder: Path) -> None:
    told = [
        (str(one.day or "-"), one.kind, one.about, one.description)
        for one in story_of(folder).events
    ]

    assert told == [
        ("2026-01-14", CaseEventKind.PRESENTED, "", "presented by Nurse and Officer"),
        ("2026-01-14", CaseEventKind.EVIDENCE, "card", "evidence: On keys"),
        ("2026-01-20", CaseEventKind.ASKED, "no-keys", "asked of The board: Cut keys"),
        ("2026-02-11", CaseEventKind.DISCUSSED, "2026-02-11", "on the agenda of a review meeting"),
        ("2026-02-11", CaseEventKind.DUE, "a1", "due: Ring (Nurse)"),
        ("2026-02-11", CaseEventKind.PROGRESS, "", "helped (recovery)"),
        ("2026-02-11", CaseEventKind.PROGRESS, "a1", "did not help: The line was busy"),
        ("2026-02-20", CaseEventKind.REPLIED, "no-keys", "The board replied: Soon"),
        (
            "2026-02-25",
            CaseEventKind.ASKED,
            "no-keys",
            "asked of The board: When (a reply by 2026-04-01)",
        ),
        ("-", CaseEventKind.DUE, "a2", "due: Write (nobody)"),
    ]


def test_a_story_has_its_sections_roles_and_what_is_open(folder: Path) -> None:
    story = story_of(folder)

    assert story.sections == (("", "Told in a few words."), ("Learning for practice", "Knock."))
    assert story.roles == ("Nurse", "Officer")
    assert [one.action.id for one in story.open_follow_ups] == ["a2"]
    assert [blockage and blockage.slug for _, blockage in story.issues] == ["no-keys", None]
    assert [one.slug for one in story.meetings] == ["2026-01-14", "2026-02-11"]
    assert story.unsigned_reason == "it has not been signed off"


def test_a_sign_off_is_told_with_whether_it_stands(folder: Path, write: Write) -> None:
    signed = "sign_off: {by: facilitator, date: 2026-02-28, digest: 00}\n---\n\nTold"
    write("communities/harbour/cases/lost-keys.md", CASE.replace("---\n\nTold", signed))

    last = [one for one in story_of(folder).events if one.day][-1]

    assert (last.kind, str(last.day)) == (CaseEventKind.SIGNED, "2026-02-28")
    assert (
        last.description
        == "signed off by facilitator; it was edited since its sign-off of 2026-02-28"
    )
