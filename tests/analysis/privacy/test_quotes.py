"""Quotes and stories: who may read them, and what a speaker is called."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.cases import sign_off_digest
from copkit.analysis.privacy.quotes import speaker_of, voices_for
from copkit.folder import Programme, load
from copkit.records.schema.audience import Audience
from copkit.text.edit import set_value
from tests.conftest import Write

TODAY = dt.date(2026, 3, 1)
QUOTE = (
    "quotes:\n  - id: q1\n    words: Now I know whom to ring.\n    community: harbour\n"
    "    heard: harbour-talk\n    consent: given\n    audience: public\n"
)
SURVEY = "---\ntitle: A year on\nasked_on: 2026-01-05\nquoting: {quoting}\n---\n"
MEETING = "---\ndate: 2026-01-05\npresent:\n{people}---\n"
STORY = (
    "---\ntitle: A kettle\nvalue:\n  - potential\nconsent: given\naudience: public\n---\n\n"
    "## What we did\n\nWe talked.\n\n## What came of it\n"
)


def group_of(people: int, community: str = "harbour") -> str:
    return f"---\ndate: 2026-02-02\ncommunity: {community}\ntook_part: {people}\n---\n"


@pytest.fixture
def folder(write: Write) -> Path:
    members = "".join(
        f"  - id: nurse-{number}\n    role: Nurse\n    sector: NHS\n"
        + ("    part: facilitator\n" if number == 1 else "")
        for number in range(1, 9)
    )
    write("communities/harbour/roster.yaml", f"members:\n{members}")
    write("focus-groups/harbour-talk.md", group_of(6))
    return write("quotes.yaml", QUOTE)


def signed(folder: Path) -> Programme:
    """Sign the quote off as it is, and load the programme."""
    programme = load(folder)
    for quote in programme.quotes:
        path = folder / "quotes.yaml"
        sign_off = {"by": "facilitator", "date": "2026-02-20", "digest": sign_off_digest(quote)}
        text = set_value(path.read_text("utf-8"), ["quotes", quote.id, "sign_off"], sign_off)
        path.write_text(text, encoding="utf-8")
    return load(folder)


def speaker(folder: Path) -> str:
    programme = load(folder)
    return speaker_of(programme, programme.quotes[0])


@pytest.mark.parametrize("people", range(1, 8))
def test_a_community_is_named_from_five_who_took_part(
    folder: Path, write: Write, people: int
) -> None:
    write("focus-groups/harbour-talk.md", group_of(people))

    assert speaker(folder) == ("Member CP1" if people >= 5 else "Member")


def test_a_focus_group_of_another_community_names_nobody(folder: Path, write: Write) -> None:
    write("focus-groups/harbour-talk.md", group_of(9, "elsewhere"))

    assert speaker(folder) == "Member"


@pytest.mark.parametrize(("people", "named"), [(5, True), (0, False)])
def test_a_community_is_named_from_five_answers_to_a_survey(
    folder: Path, write: Write, people: int, named: bool
) -> None:
    write("quotes.yaml", QUOTE.replace("harbour-talk", "a-year-on"))
    write("surveys/a-year-on/survey.md", SURVEY.format(quoting="agreed"))
    answered = f"answered:\n  - id: harbour\n    people: {people}\n" if people else "answered:\n"
    write("surveys/a-year-on/counts.yaml", answered)

    assert speaker(folder) == ("Member CP1" if named else "Member")


@pytest.mark.parametrize("people", [4, 5])
def test_of_a_meeting_the_facilitator_does_not_count(
    folder: Path, write: Write, people: int
) -> None:
    write("quotes.yaml", QUOTE.replace("harbour-talk", "2026-01-05"))
    ids = "".join(f"  - nurse-{number}\n" for number in range(1, people + 2))
    write("communities/harbour/meetings/2026-01-05.md", MEETING.format(people=ids))

    assert speaker(folder) == ("Member CP1" if people >= 5 else "Member")


def test_a_signed_quote_with_consent_leaves_members(folder: Path) -> None:
    voices = voices_for(signed(folder), Audience.PUBLIC, TODAY)

    assert [(quote.words, quote.speaker) for quote in voices.quotes] == [
        ("Now I know whom to ring.", "Member CP1")
    ]
    assert voices.left_out == {}


WITHHELD = {
    "nobody agreed that others read it": ("consent: given", "consent: not-asked"),
    "consent was refused": ("consent: given", "consent: refused"),
    "a facilitator said it": ("consent: given", "consent: given\n    part: facilitator"),
    "it holds an identifying detail": ("whom to ring.", "whom to ring on 07700 900123."),
    "the survey did not say that people may be quoted": ("harbour-talk", "a-year-on"),
}


@pytest.mark.parametrize("reason", WITHHELD)
@pytest.mark.parametrize("reader", [Audience.COMMISSIONERS, Audience.PUBLIC])
def test_a_quote_stays_with_members_and_the_reason_is_counted(
    folder: Path, write: Write, reason: str, reader: Audience
) -> None:
    write("surveys/a-year-on/survey.md", SURVEY.format(quoting="not-asked"))
    write("quotes.yaml", QUOTE.replace(*WITHHELD[reason]))

    voices = voices_for(signed(folder), reader, TODAY)

    assert voices.quotes == ()
    assert voices.left_out == {reason: 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Now I know", "Now we know"),
        ("community: harbour\n", ""),
        ("    heard: harbour-talk\n", ""),
    ],
)
def test_any_edit_ends_the_sign_off_of_a_quote(folder: Path, old: str, new: str) -> None:
    signed(folder)
    path = folder / "quotes.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")

    voices = voices_for(load(folder), Audience.PUBLIC, TODAY)

    assert voices.left_out == {"it is not signed off as it is now": 1}


def test_a_contact_is_named_in_no_quote(folder: Path, write: Write) -> None:
    write("quotes.yaml", QUOTE.replace("whom to ring", "that Quillon Zed helps"))
    programme = signed(folder)

    voices = voices_for(programme, Audience.PUBLIC, TODAY, ("Quillon Zed",))

    assert voices.left_out == {"it holds an identifying detail": 1}


def test_members_read_what_was_not_signed_but_nothing_that_was_refused(
    folder: Path, write: Write
) -> None:
    assert len(voices_for(load(folder), Audience.MEMBERS, TODAY).quotes) == 1

    write("quotes.yaml", QUOTE.replace("given", "refused"))

    assert voices_for(load(folder), Audience.MEMBERS, TODAY).quotes == ()


def test_a_quote_for_members_leaves_no_trace_outside(folder: Path, write: Write) -> None:
    write("quotes.yaml", QUOTE.replace("public", "members"))

    voices = voices_for(signed(folder), Audience.PUBLIC, TODAY)

    assert (voices.quotes, voices.left_out) == ((), {})


def test_a_story_that_stops_before_applied_says_so(folder: Path, write: Write) -> None:
    write("stories/a-kettle.md", STORY)

    (story,) = voices_for(load(folder), Audience.MEMBERS, TODAY).stories

    assert not story.is_followed
    assert list(story.sections) == ["What we did"]
    left_out = voices_for(load(folder), Audience.PUBLIC, TODAY).left_out
    assert left_out["it is not signed off as it is now"] == 2  # the quote as well
