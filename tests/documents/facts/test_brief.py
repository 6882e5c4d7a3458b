"""The brief, from a folder's files to what a commissioner reads in five minutes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write
from tests.documents.forms import (
    CANARIES,
    TEXTS,
    forms_of,
    own_words,
    require_pleasant,
    with_canaries,
)
from tests.signing import signed

BRIEF = """\
---
title: A short brief
from: 2026-01-01
until: 2026-01-31
addressee: The board
ask: open the doors on Saturdays
{more}---

{body}"""
SEATS = "name: Harbour programme\nstarts: 2026-01-01\nseats:\n  NHS:\n    - Nurse\n    - Matron\n"


def brief_file(more: str = "", body: str = "") -> str:
    return BRIEF.format(more=more, body=body)


def brief(copkit: Copkit, folder: Path, *options: str) -> dict[str, str]:
    """Build the folder's one brief and give the forms that are texts."""
    forms = ("--format", ",".join(TEXTS))
    return forms_of(copkit("brief", "build", "--json", *forms, "-C", folder, *options))


def case_file(title: str, *entries: tuple[str, str, str]) -> str:
    """Write a case that commissioners may see; entries are action, outcome and kind."""
    actions = dict.fromkeys(action for action, _, _ in entries)
    lines = [f"---\ntitle: {title}\nkind: challenging\nstatus: presented\naudience: commissioners"]
    lines += ["presented: 2026-01-14", *(["actions:"] if actions else [])]
    lines += [f"  - id: {action}\n    what: try {action}" for action in actions]
    lines += ["progress:"] if entries else []
    for number, (action, outcome, kind) in enumerate(entries, start=1):
        lines.append(f"  - id: p{number}\n    date: 2026-01-{14 + number}\n    action: {action}")
        lines.append(f"    outcome: {outcome}" + (f"\n    kind: {kind}" if kind else ""))
    return signed("\n".join([*lines, "issues:\n  - id: i1\n    blockage: doors", "---\n"]))


@pytest.mark.parametrize("form", ["html", "txt", "md"])
def test_the_example_reads_as_agreed(
    copkit: Copkit, example: Path, golden: Callable[[str, str], None], form: str
) -> None:
    golden(f"brief-winter-2012.{form}", brief(copkit, example)[form])


def test_the_example_is_pleasant_to_read(copkit: Copkit, example: Path) -> None:
    require_pleasant(brief(copkit, example))


def test_the_ask_and_its_date_come_before_everything_else(copkit: Copkit, write: Write) -> None:
    folder = write("briefs/b.md", brief_file("reply_by: 2026-03-01\n", "Dear board."))

    for text in brief(copkit, folder).values():
        ask = text.index("Open the doors on Saturdays.")
        date = text.index("1 March 2026")
        assert text.index("The board") < ask < date < text.index("Dear board.")


def test_a_brief_with_nothing_to_tell_still_reads_well(copkit: Copkit, write: Write) -> None:
    folder = write("briefs/b.md", brief_file())

    forms = brief(copkit, folder)

    require_pleasant(forms)
    text = own_words(forms["txt"])
    assert "reply by" not in text
    assert "No case of this time names a blockage." in text
    assert "Nobody takes part regularly yet in one community of practice." in text
    assert "We have no record of a meeting in this time." in text
    for absent in ("WHAT CAME OF IT", "ASKED BEFORE", "CASE STUDIES", "seats", "Cases are told"):
        assert absent not in text


def test_counts_of_one_are_written_in_the_singular(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", SEATS)
    write(
        "communities/harbour/roster.yaml",
        "members:\n  - id: n\n    role: Nurse\n    sector: NHS\n    part: facilitator\n"
        "  - id: y\n    role: Matron\n    sector: NHS\n",
    )
    write(
        "communities/harbour/meetings/2026-01-14.md",
        "---\ndate: 2026-01-14\npresent:\n  - n\n---\n",
    )
    write("communities/harbour/cases/k.md", case_file("Lost keys", ("a1", "not-tried", "")))
    write(
        "blockages/doors.md",
        "---\ntitle: Closed doors\nasks:\n  - id: q1\n    date: 2026-01-30\n    of: The landlord\n"
        "    ask: open them\n---\n",
    )
    folder = write("briefs/b.md", brief_file("audience: members\n"))

    forms = brief(copkit, folder)

    require_pleasant(forms)
    text = own_words(forms["txt"])
    for words in (
        "the one case presented, in one community",
        "Try a1: was not tried.",
        "In the case study we can share, we know what came of one suggestion: it was not tried.",
        "One person from one sector takes part in one community of practice",
        "One other came less often or stopped coming.",
        "One meeting was held, with one person.",
        "Of the two roles that we looked for, one is still missing: - NHS: Matron",
        "We have asked others one question. It has not been answered.",
        "No answer after one day.",
        "For the full text, contact us.",
    ):
        assert words in text
    assert "What they achieved" not in forms["html"]


def test_outside_members_fewer_than_five_people_are_not_counted(
    copkit: Copkit, write: Write
) -> None:
    people = "".join(
        f"  - id: n{number}\n    role: Nurse\n    sector: NHS\n    part: {part}\n"
        for number, part in enumerate(["facilitator"] * 3 + ["member"])
    )
    write("communities/harbour/roster.yaml", f"members:\n{people}")
    write(
        "communities/harbour/meetings/2026-01-14.md",
        "---\ndate: 2026-01-14\npresent:\n  - n1\n  - n2\n---\n",
    )
    folder = write("briefs/b.md", brief_file())

    forms = brief(copkit, folder)

    require_pleasant(forms)
    text = own_words(forms["txt"])
    for words in (
        "Fewer than five people from one sector take part in one community of practice",
        "Fewer than five others came less often or stopped coming.",
        "One meeting was held, with fewer than five people.",
    ):
        assert words in text


def test_suggestions_are_counted_by_kind_and_only_by_the_last_word(
    copkit: Copkit, write: Write
) -> None:
    first = case_file(
        "One",
        ("a1", "not-tried", "maintenance"),
        ("a1", "helped", "maintenance"),
        ("a2", "did-not-help", "prevention"),
        ("a3", "partly", "recovery"),
    )
    write("communities/harbour/cases/one.md", first)
    write("communities/harbour/cases/two.md", case_file("Two", ("a1", "helped", "prevention")))
    write("blockages/doors.md", "---\ntitle: Closed doors\n---\n")
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    assert "we know what came of four suggestions. We count keeping" in text
    counted = "helped {}, in part {}, did not help {}, not tried {}"
    assert f"Maintenance: things stayed steady: {counted.format(1, 0, 0, 0)}" in text
    assert f"Prevention: something worse did not happen: {counted.format(1, 0, 1, 0)}" in text
    assert f"Recovery: things got better: {counted.format(0, 1, 0, 0)}" in text


def test_blockages_stand_in_the_order_of_how_often_they_came_up(
    copkit: Copkit, write: Write
) -> None:
    write("blockages/doors.md", "---\ntitle: Closed doors\n---\n")
    write("blockages/alarm.md", "---\ntitle: Alarms\n---\n")
    write("blockages/unmet.md", "---\ntitle: Never met\n---\n")
    write("communities/harbour/cases/a.md", case_file("A"))
    write("communities/harbour/cases/b.md", case_file("B"))
    write("communities/harbour/cases/c.md", case_file("C").replace("doors", "alarm"))
    folder = write("briefs/b.md", brief_file())

    text = brief(copkit, folder)["md"]

    assert "| Closed doors | 2 | 1 |\n| Alarms | 1 | 1 |\n" in text
    assert "Never met" not in text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("date: 2026-01-11", "No answer after 20 days."),
        ("date: 2026-01-31", "No answer yet."),
        (
            "date: 2026-01-11\n    reply_by: 2026-01-20",
            "No answer: 11 days overdue (due 20 January 2026).",
        ),
        (
            "date: 2026-01-11\n    reply_by: 2026-02-20",
            "No answer yet; it is due by 20 February 2026.",
        ),
        (
            "date: 2026-01-11\n    replied: 2026-01-12\n    reply: not this year",
            "Answered on 12 January 2026. Not this year.",
        ),
        ("date: 2026-01-11\n    replied: 2026-01-12", "Answered on 12 January 2026."),
        (
            "date: 2026-01-11\n    reply_by: 2026-01-20\n    reply: not this year",
            "- 11 January 2026, The landlord: Open them. Answered. Not this year.",
        ),
    ],
)
def test_silence_is_counted_in_days(
    copkit: Copkit, write: Write, fields: str, expected: str
) -> None:
    ask = f"  - id: q1\n    {fields}\n    of: The landlord\n    ask: open them\n"
    write("blockages/doors.md", f"---\ntitle: Closed doors\nasks:\n{ask}---\n")
    folder = write("briefs/b.md", brief_file())

    forms = brief(copkit, folder)

    require_pleasant(forms)
    assert expected in own_words(forms["txt"])


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([False, False, False], "We have asked others three questions. None has been answered."),
        ([True, True], "We have asked others two questions. All have been answered."),
        (
            [True, False, False],
            "We have asked others three questions. One has been answered; two have not.",
        ),
        ([True], "We have asked others one question. It has been answered."),
    ],
)
def test_what_was_asked_is_summed_up(
    copkit: Copkit, write: Write, replies: list[bool], expected: str
) -> None:
    asks = "".join(
        f"  - id: q{number}\n    date: 2026-01-11\n    of: The landlord\n    ask: open them\n"
        + ("    replied: 2026-01-12\n" if replied else "")
        for number, replied in enumerate(replies)
    )
    write("blockages/doors.md", f"---\ntitle: Closed doors\nasks:\n{asks}---\n")
    folder = write("briefs/b.md", brief_file())

    assert expected in own_words(brief(copkit, folder)["txt"])


def test_what_the_addressee_was_asked_is_not_counted_among_what_others_were(
    copkit: Copkit, write: Write
) -> None:
    asks = "".join(
        f"  - id: q{number}\n    date: 2026-01-11\n    of: {of}\n    ask: open them\n"
        for number, of in enumerate(("The board", "The board", "The landlord"))
    )
    write("blockages/doors.md", f"---\ntitle: Closed doors\nasks:\n{asks}---\n")
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    assert "We have asked others one question. It has not been answered." in text


def test_a_brief_to_the_only_addressee_has_no_part_on_others(copkit: Copkit, write: Write) -> None:
    ask = "  - id: q1\n    date: 2026-01-11\n    of: The board\n    ask: open them\n"
    write("blockages/doors.md", f"---\ntitle: Closed doors\nasks:\n{ask}---\n")
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    assert "WHAT WE HAVE ASKED YOU BEFORE" in text
    assert "WHAT WE ASKED OTHERS" not in text


def test_a_role_that_nobody_sought_is_no_empty_seat(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", SEATS)
    write(
        "communities/harbour/roster.yaml",
        "members:\n  - id: y\n    role: Juggler\n    sector: Circus\n",
    )
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    assert (
        "Of the two roles that we looked for, two are still missing: - NHS: Nurse; Matron" in text
    )
    assert "Juggler" not in text


def test_filled_seats_are_said_to_be_filled(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", SEATS.replace("    - Matron\n", ""))
    write(
        "communities/harbour/roster.yaml",
        "members:\n  - id: n\n    role: Nurse\n    sector: NHS\n    part: facilitator\n",
    )
    folder = write("briefs/b.md", brief_file())

    assert "Every role that we looked for has been found." in own_words(
        brief(copkit, folder)["txt"]
    )


@pytest.mark.parametrize("reader", ["commissioners", "public"])
def test_nobody_outside_learns_who_presented_or_what_is_for_members(
    copkit: Copkit, write: Write, reader: str
) -> None:
    folder = with_canaries(write)
    write("briefs/b.md", brief_file(f"audience: {reader}\n"))

    forms = brief(copkit, folder)

    for form, text in forms.items():
        assert "Sharedcase" in text, form
        assert not [word for word in CANARIES if word.casefold() in text.casefold()], form
    blockage_is_told = "Locked at noon" in forms["txt"]
    assert blockage_is_told is (reader == "commissioners")


def test_a_blockage_counts_cases_that_stay_unseen(copkit: Copkit, write: Write) -> None:
    folder = with_canaries(write)
    write("briefs/b.md", brief_file())

    assert "both cases presented, in both communities" in own_words(brief(copkit, folder)["txt"])


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("members", "Both cases presented, in one community, from December 2025 to January 2026."),
        ("commissioners", "Both cases presented, in one community."),
    ],
)
def test_when_a_blockage_came_up_is_for_members_alone(
    copkit: Copkit, write: Write, reader: str, expected: str
) -> None:
    write("blockages/doors.md", "---\ntitle: Closed doors\n---\n")
    write("communities/harbour/cases/a.md", case_file("A").replace("2026-01-14", "2025-12-10"))
    write("communities/harbour/cases/b.md", case_file("B"))
    text = brief_file(f"audience: {reader}\n").replace("from: 2026-01-01", "from: 2025-12-01")
    folder = write("briefs/b.md", text)

    assert expected in own_words(brief(copkit, folder)["txt"])


def test_a_bar_in_a_title_does_not_break_the_table(copkit: Copkit, write: Write) -> None:
    write("blockages/doors.md", "---\ntitle: Doors | windows\n---\n")
    write("communities/harbour/cases/a.md", case_file("A"))
    folder = write("briefs/b.md", brief_file())

    assert "| Doors \\| windows | 1 | 1 |\n" in brief(copkit, folder)["md"]


def test_what_the_addressee_owes_comes_before_everything_that_is_counted(
    copkit: Copkit, write: Write
) -> None:
    asks = "".join(
        f"  - id: {id}\n    date: 2026-01-11\n    of: {of}\n    ask: {ask}\n"
        "    reply_by: 2026-01-20\n"
        for id, of, ask in (("q1", "The landlord", "oil them"), ("q2", "the Board", "open them"))
    )
    write("blockages/doors.md", f"---\ntitle: Closed doors\nasks:\n{asks}---\n")
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    theirs, counted = text.index("WHAT WE HAVE ASKED YOU BEFORE"), text.index("WHAT KEEPS BLOCKING")
    assert theirs < text.index("Open them. No answer: 11 days overdue") < counted
    assert text.index("Oil them.") > counted
    assert text.count("Open them.") == 1


def test_an_answer_that_came_after_the_last_day_is_not_in_it(copkit: Copkit, write: Write) -> None:
    ask = "  - id: q1\n    date: 2026-01-11\n    of: The landlord\n    ask: open them\n"
    answer = "    replied: 2026-02-03\n    reply: in the spring\n"
    write("blockages/doors.md", f"---\ntitle: Closed doors\nasks:\n{ask}{answer}---\n")
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    assert "as at 31 January 2026" in text
    assert "No answer after 20 days." in text
    assert "spring" not in text
    assert "February" not in text


@pytest.mark.parametrize("count", [4, 5])
def test_work_without_a_mandate_is_a_count_of_five_or_more(
    copkit: Copkit, write: Write, count: int
) -> None:
    for number in range(count):
        beyond = case_file(f"Case {number}").replace("issues:", "beyond_remit: yes\nissues:")
        write(f"communities/harbour/cases/c{number}.md", beyond)
    write("blockages/doors.md", "---\ntitle: Closed doors\n---\n")
    folder = write("briefs/b.md", brief_file())

    text = own_words(brief(copkit, folder)["txt"])

    told = "In 5 of 5 cases somebody was supported beyond what any service is asked to do."
    assert (told in text) is (count == 5)
    assert ("beyond what any service" in text) is (count == 5)


def test_whoever_is_to_be_answered_stands_in_the_box_and_the_foot(
    copkit: Copkit, write: Write
) -> None:
    settings = "name: Harbour programme\nstarts: 2026-01-01\n"
    write("copkit.yaml", f"{settings}contact:\n  role: Clerk\n  phone: 01632 960123\n")
    folder = write("briefs/b.md", brief_file("reply_by: 2026-03-01\n"))

    of_the_programme = brief(copkit, folder)
    write(
        "briefs/b.md", brief_file("contact:\n  organisation: The Quay\n  email: q@quay.example\n")
    )
    of_the_brief = brief(copkit, folder)

    require_pleasant(of_the_programme)
    text = own_words(of_the_programme["txt"])
    assert "Please reply by 1 March 2026 to the clerk, 01632 960123." in text
    assert "Contact: the clerk, 01632 960123" in text
    text = own_words(of_the_brief["txt"])
    assert "Please reply to The Quay, q@quay.example." in text
    assert "clerk" not in text
