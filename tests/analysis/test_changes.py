"""What changed is told in the facilitator's words, and without a word of what was written."""

from __future__ import annotations

import pytest

from copkit.analysis.changes import RecordChange, describe_changes, summarise_changes

PLACES = {"tower-hamlets": "Tower Hamlets"}
MEETING = "communities/tower-hamlets/meetings/2012-04-18.md"
ROSTER = "communities/tower-hamlets/roster.yaml"
CASE = "communities/tower-hamlets/cases/a-key.md"


def said(file: str, old: str | None, new: str | None) -> list[str]:
    return [str(one) for one in describe_changes(file, old, new, PLACES)]


def fields(text: str, body: str = "") -> str:
    return f"---\n{text}---\n\n{body}\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            None,
            "present: [a, b]\napologies: [c]\n",
            "attendance of 18 April 2012: 2 present, 1 apology",
        ),
        (None, "kind: taster\n", "a new meeting on 18 April 2012"),
        (
            "present: [a]\n",
            "present: [a, b]\n",
            "attendance of 18 April 2012: 2 present, 0 apologies",
        ),
        ("place: x\n", "place: y\nguests: 2\n", "the meeting of 18 April 2012: guests, place"),
        ("present: [a]\n", None, "the meeting of 18 April 2012, taken out"),
    ],
)
def test_a_meeting(old: str | None, new: str | None, words: str) -> None:
    texts = [text and fields(text) for text in (old, new)]

    assert said(MEETING, texts[0], texts[1]) == [f"Tower Hamlets, {words}"]


def test_what_was_asked_and_what_came_back_is_told_by_its_day_alone() -> None:
    asked = "asks:\n  - id: q1\n    date: 2012-11-01\n    of: Zoe\n    ask: Zoe\n"
    answered = f"{asked}    replied: 2012-12-10\n    reply: Zoe\n"
    file = "blockages/doors.md"

    assert said(file, fields("title: x\n"), fields(f"title: x\n{asked}")) == [
        "something asked about doors on 1 November 2012"
    ]
    assert said(file, fields(f"title: x\n{asked}"), fields(f"title: x\n{answered}")) == [
        "a reply about doors on 10 December 2012"
    ]


def test_a_meeting_of_which_much_has_changed() -> None:
    old, new = fields("present: [a]\nplace: x\n"), fields("present: [a, b]\nplace: y\n", "Notes.")

    assert said(MEETING, old, new) == [
        "Tower Hamlets, attendance of 18 April 2012: 2 present, 0 apologies",
        "Tower Hamlets, the meeting of 18 April 2012: place",
        "Tower Hamlets, notes of 18 April 2012",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (MEETING, fields("present: zoe\nplace: Zoe's\nkind: zoe\n", "Zoe came.")),
        (
            CASE,
            fields(
                "title: Zoe\nstatus: zoe\naudience: zoe\nquestion: Zoe?\nthemes: [zoe]\n", "Zoe"
            ),
        ),
        (
            ROSTER,
            "members:\n  - id: a\n    role: Zoe\n    sector: Zoe\n    left: [zoe]\n    part: zoe\n",
        ),
        ("copkit.yaml", "name: Zoe\n"),
        ("blockages/x.md", fields("title: Zoe\nasks:\n  - id: q\n    ask: Zoe\n", "Zoe")),
    ],
)
def test_nothing_that_somebody_wrote_is_repeated(file: str, text: str) -> None:
    before = "members:\n  - id: a\n" if file == ROSTER else fields("kind: regular\n")

    for old, new in ((None, text), (before, text), (text, before), (text, None)):
        assert not [one for one in said(file, old, new) if "zoe" in one.casefold()]


def test_a_second_meeting_of_one_day_and_its_notes() -> None:
    file = MEETING.replace("18.md", "18-evening.md")

    assert said(file, fields("kind: regular\n"), fields("kind: regular\n", "Robin spoke.")) == [
        "Tower Hamlets, notes of 18 April 2012 (evening)"
    ]


def member(id: str, more: str = "") -> str:
    return f"  - id: {id}\n    role: Nurse\n{more}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("", member("a"), ["a new member, a"]),
        ("", "".join(map(member, "abcd")), ["4 new members"]),
        (member("a"), "", ["a, taken off the roster"]),
        (member("a"), member("a").replace("Nurse", "Matron"), ["a: role"]),
        (
            member("a"),
            member("a", "    left: 2012-06-20\n    left_because: moved-on\n"),
            ["a left on 20 June 2012"],
        ),
        (member("a"), member("a", "    part: facilitator\n"), ["a: part"]),
        (member("a"), f"# a remark\n{member('a')}", ["the wording of roster.yaml"]),
    ],
)
def test_a_roster(old: str, new: str, words: list[str]) -> None:
    found = said(ROSTER, f"members:\n{old}", f"members:\n{new}")

    assert found == [f"Tower Hamlets, {one}" for one in words]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (None, "title: x\n", ["a new case, a-key"]),
        ("title: x\n", None, ["the case a-key, taken out"]),
        ("title: x\n", "title: y\n", ["the case a-key: title"]),
        ("status: draft\n", "status: closed\n", ["a-key is now closed"]),
        ("title: x\n", "title: x\naudience: public\n", ["a-key is now for public"]),
        ("title: x\n", "title: x\nprogress:\n  - id: p1\n", ["progress on a-key"]),
    ],
)
def test_a_case(old: str | None, new: str | None, words: list[str]) -> None:
    found = said(CASE, old and fields(old), new and fields(new))

    assert found == [f"Tower Hamlets, {one}" for one in words]


def test_everything_else() -> None:
    text = fields("title: x\n")

    assert said(CASE, text, fields("title: x\n", "Robin has a key.")) == [
        "Tower Hamlets, the text of a-key"
    ]
    assert said("evidence/outreach.md", None, text) == ["a new evidence card, outreach"]
    assert said("copkit.yaml", "name: x\n", "name: y\n") == ["the settings"]
    assert said("templates/brief.html", "a", "b") == ["the file templates/brief.html"]
    assert said("communities/tower-hamlets/community.md", None, text) == [
        "Tower Hamlets, a new community"
    ]
    assert said("communities/elsewhere/roster.yaml", "members: [", "members:\n") == [
        "elsewhere, the wording of roster.yaml"
    ]


def test_a_summary_is_one_short_line() -> None:
    told = [
        RecordChange("Leeds", "a new case, a-key"),
        RecordChange("", "the settings"),
        RecordChange("Leeds", "x" * 60),
    ]

    assert summarise_changes(told) == "Leeds, a new case, a-key; the settings; and 1 more"
    assert summarise_changes(told[:1]) == "Leeds, a new case, a-key"
    assert summarise_changes([]) == ""
    assert (
        summarise_changes([RecordChange("", "x" * 80), RecordChange("", "y" * 80)]) == "2 changes"
    )


ASK = "  - {id: q1, of: Zoe, ask: Zoe}\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f"asks:\n{ASK}", f"asks:\n{ASK.replace('of: Zoe', 'of: All')}", "the blockage x: asks"),
        (f"asks:\n{ASK}", "asks: Zoe\n", "the blockage x: asks"),
    ],
)
def test_an_ask_that_was_reworded_is_told_by_its_field_alone(
    old: str, new: str, words: str
) -> None:
    assert said("blockages/x.md", fields(old), fields(new)) == [words]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("actions:\n  - {id: a1, what: Zoe}\n  - {id: a2, what: Zoe}\n", "a new action in a-key"),
        ("actions:\n  - {id: a1, what: Ring}\n", "the case a-key: actions"),
        ("actions: []\n", "the case a-key: actions"),
    ],
)
def test_what_is_to_be_tried_in_a_case(new: str, words: str) -> None:
    old = "actions:\n  - {id: a1, what: Zoe}\n"

    assert said(CASE, fields(old), fields(new)) == [f"Tower Hamlets, {words}"]
