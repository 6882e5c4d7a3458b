"""Where names may stand: authors of evidence, services, pseudonyms of a meeting's cases."""

from __future__ import annotations

from tests.conftest import Copkit, Write

CARD = """\
---
title: Warm rooms
citation: "Threapwood, S. and Ormerod, D. (2014) ‘Warm rooms’, A Journal, 3(1)"
url: https://example.org/threapwood
---

## In sixty seconds

{}
"""
CASE = "---\ntitle: Keys\nkind: challenging\nstatus: draft\npseudonyms:\n  - Rhys\n---\n\n{}\n"
MEETING = "---\ndate: 2026-02-04\ncases:\n  - keys\n---\n\n{}\n"


def test_authors_are_named_in_a_citation_and_nowhere_else(copkit: Copkit, write: Write) -> None:
    folder = write("evidence/warm-rooms.md", CARD.format("People came in to get warm."))
    assert copkit("check", "-C", folder).status == 0

    write("evidence/warm-rooms.md", CARD.format("Siobhan told us that she came in to get warm."))

    assert "warm-rooms.md:9:1: this looks like a first name" in copkit("check", "-C", folder).stdout


def test_a_meeting_may_use_the_pseudonyms_of_its_cases(copkit: Copkit, write: Write) -> None:
    write("communities/harbour/cases/keys.md", CASE.format("Rhys lost his keys."))
    folder = write("communities/harbour/meetings/2026-02-04.md", MEETING.format("Rhys came up."))
    assert copkit("check", "-C", folder).status == 0

    write("communities/harbour/meetings/2026-02-04.md", MEETING.format("Rhys Ormerod came up."))

    assert "full-name" in copkit("check", "-C", folder).stdout


def test_the_words_of_a_community_s_name_are_its_own(copkit: Copkit, write: Write) -> None:
    """There are places called Chelsea, and people; in a programme's own name it is the place."""
    community = "---\ncode: CP2\nname: Chelsea community\nplace: Chelsea\nstatus: active\n---\n"
    write("communities/chelsea/community.md", community)
    folder = write("communities/harbour/cases/keys.md", CASE.format("We went to Chelsea twice."))
    assert copkit("check", "-C", folder).status == 0

    for text in ("Chelsea Ormerod met us twice.", "Chelsea slept in the stairwell."):
        write("communities/harbour/cases/keys.md", CASE.format(text))
        assert copkit("check", "-C", folder).status == 1


def test_what_cannot_be_read_as_a_record_is_looked_through_all_the_same(
    copkit: Copkit, write: Write
) -> None:
    broken = "---\ntitle: [Siobhan\n---\n<!-- 07700 900461 -->\n"
    utf16 = "---\ntitle: Siobhan\n---\n".encode("utf-16")
    write("communities/harbour/cases/broken.md", broken)
    folder = write("communities/harbour/cases/wide.md", utf16)

    output = copkit("check", "-C", folder).output

    assert "broken.md:2:9: this looks like a first name" in output
    assert "broken.md:4:6: this looks like a phone number" in output
    assert "wide.md:2:8: this looks like a first name" in output
    assert "Siobhan" not in output
    assert "900461" not in output


SETTINGS = "name: Harbour programme\nstarts: 2026-01-01\n"
ANSWERING = """\
contact:
  name: Siobhan Ormerod
  role: Programme manager
  address: 12 Quay Street, Marlhaven
  phone: 0161 496 0583
  email: s.ormerod@harbour.example
"""
BRIEF = """\
---
title: Doors
from: 2026-01-01
until: 2026-01-31
addressee: The board
ask: Open them
{}---

{}
"""


def test_whoever_readers_answer_may_be_named_and_reached(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", SETTINGS + ANSWERING)
    folder = write("briefs/doors.md", BRIEF.format(ANSWERING, "Dear board."))
    assert copkit("check", "-C", folder).status == 0

    write("briefs/doors.md", BRIEF.format(ANSWERING, "Write to Siobhan Ormerod, 0161 496 0583."))

    result = copkit("check", "-C", folder)
    assert result.status == 1
    assert "doors.md:15:10: this looks like a person's name" in result.stdout
    assert "phone" in result.stdout


def test_the_role_of_whoever_readers_answer_names_nobody(copkit: Copkit, write: Write) -> None:
    answering = ANSWERING.replace("Programme manager", "Ask Rhys Ormerod, 0161 496 0583")
    folder = write("copkit.yaml", SETTINGS + answering)

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert "copkit.yaml:5:13: this looks like a person's name" in result.stdout


def test_text_that_only_looks_like_a_contact_names_nobody(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", SETTINGS + ANSWERING)
    disguised = "contact: # Rhys Ormerod\n  role: Clerk\n  phone: 01632 960123\n"
    folder = write("briefs/doors.md", BRIEF.format(disguised, "Dear board."))
    assert "[full-name]" in copkit("check", "-C", folder).stdout

    block = BRIEF.replace(
        "ask: Open them\n", "ask: |\n  Open\n  contact:\n    name: Rhys Ormerod\n"
    )
    write("briefs/doors.md", block.format("", "Dear board."))

    assert "[full-name]" in copkit("check", "-C", folder).stdout


def test_somebody_among_the_contacts_is_named_only_once_they_agreed(
    copkit: Copkit, write: Write
) -> None:
    write(
        "communities/harbour/roster.yaml", "members:\n  - id: n\n    role: Nurse\n    sector: NHS\n"
    )
    write(
        "private/contacts.yaml",
        "contacts:\n  - id: harbour/n\n    name: Siobhan Ormerod\n"
        "    email: s.ormerod@harbour.example\n",
    )
    folder = write("copkit.yaml", SETTINGS + ANSWERING)
    unasked = copkit("check", "-C", folder)

    write("copkit.yaml", f"{SETTINGS}{ANSWERING}  named: agreed 2026-01-05\n")

    assert unasked.status == 1
    assert "Ormerod" not in unasked.output
    assert copkit("check", "-C", folder).status == 0
    write("copkit.yaml", f"{SETTINGS}{ANSWERING}  named: yes, ask her\n")
    assert "bad-consent" in copkit("check", "-C", folder).stdout
