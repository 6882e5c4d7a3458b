"""Whatever a list of other people looks like: every column, row and person is accounted for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from copkit.analysis.imports.matching import match_people
from copkit.analysis.imports.people import merge_people
from copkit.errors import CopkitError
from copkit.importers.attendance import read_listing, read_listings
from copkit.importers.choices import Choices, QuestionKind, UnsettledList, same_heading
from copkit.importers.marks import ListMark, find_sense, plain_value
from copkit.importers.model import Listing
from tests.analysis.imports.imported_lists import known
from tests.conftest import drawn

DAY = dt.date(2026, 2, 4)
WHO_CAME = Path(__file__).parent / "samples" / "who-came"


def read_text(text: str, choices: Choices | None = None) -> Listing:
    return read_listing(text.encode(), "list.csv", DAY, choices)


def marks_of(listing: Listing) -> dict[str, str]:
    """Return what a list says of each person, by name."""
    return {one.name: str(one.mark or "listed") for one in listing.attendees}


# Lists that were read wrongly once, each for its kind


@pytest.mark.parametrize(
    ("file", "marks"),
    [
        ("eb.csv", "attended unclear absent attended"),
        ("civi.csv", "attended unclear absent absent"),
        ("pretix.csv", "attended absent attended"),
        ("moodle.csv", "attended absent apologies late"),
        ("present.csv", "attended absent attended apologies"),
        ("register.csv", "attended absent apologies"),
        ("forms.csv", "attended"),
        ("gforms.csv", "listed"),
        ("dated.csv", "listed"),
    ],
)
def test_who_came_is_told_from_who_did_not(file: str, marks: str) -> None:
    listing = read_listing((WHO_CAME / file).read_bytes(), file, DAY)

    assert list(marks_of(listing).values()) == marks.split()


@pytest.mark.parametrize(("file", "heading"), [("rsvp.csv", "RSVP"), ("wait.csv", "Waitlisted")])
def test_an_answer_beforehand_is_no_attendance(file: str, heading: str) -> None:
    data = (WHO_CAME / file).read_bytes()

    with pytest.raises(UnsettledList, match=f"beforehand, not who came: '{heading}'"):
        read_listing(data, file, DAY)

    listing = read_listing(data, file, DAY, Choices(everybody=True))
    assert {one.mark for one in listing.attendees} == {None}


@pytest.mark.parametrize("file", ["forms.csv", "gforms.csv", "dated.csv"])
def test_rows_of_other_days_are_left_out_and_counted(file: str) -> None:
    listing = read_listing((WHO_CAME / file).read_bytes(), file, DAY)

    assert [day.month for day, _ in listing.other_days] == [3, 4]
    assert "what stands on lines 3 and 4 is of another day, and was left out" in listing.notes


@pytest.mark.parametrize(
    ("file", "minutes"), [("fr.csv", [93, 12]), ("de.tsv", [90]), ("uk.tsv", [90])]
)
def test_a_word_between_day_and_time_hides_neither(file: str, minutes: list[int]) -> None:
    listing = read_listing((WHO_CAME / file).read_bytes(), file, DAY)

    assert listing.held_on == dt.date(2026, 4, 13)
    assert [round((one.seconds or 0) / 60) for one in listing.attendees] == minutes


# What is asked


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Name,Kreuz\nAda Quill,x\nBen Marrow,\n", "Kreuz"),
        ("Name,Session 1,Session 2\nAda Quill,1,\nBen Marrow,1,1\n", "Session 1"),
        ("Name,January\nAda Quill,present\nBen Marrow,absent\n", "January"),
        ("Name,Notes\nAda Quill,\nBen Marrow,sent apologies\n", "Notes"),
        ("Name,Bemerkung\nAda Quill,\nBen Marrow,fehlt entschuldigt\n", "Bemerkung"),
        ("Name,Attended before?\nAda Quill,yes\nBen Marrow,no\n", "Attended before?"),
        ("Name,Attended,Attended\nAda Quill,Yes,No\nBen Marrow,No,Yes\n", "Attended"),
        ("Name,Signature\nAda Quill,\nBen Marrow,\n", "Signature"),
    ],
)
def test_a_column_that_may_say_who_came_is_asked_about(text: str, about: str) -> None:
    with pytest.raises(UnsettledList) as caught:
        read_text(text)

    questions = caught.value.questions
    assert {question.kind for question in questions} == {QuestionKind.COLUMN}
    assert questions[0].subject == about
    assert f"--column 'attendance={about}'" in caught.value.hint
    ignored = frozenset(same_heading(question.subject) for question in questions)
    if about != "Attended":
        assert set(marks_of(read_text(text, Choices(ignored=ignored))).values()) == {"listed"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Name,Attended\nAda Quill,✓\nBen Marrow,x\n", ["x"]),
        ("Name,4 Feb\nAda Quill,A\nBen Marrow,E\n", ["A", "E"]),
        ("Name,Attendance\nAda Quill,Yes\nBen Marrow,Sent a deputy\n", ["Sent a deputy"]),
        ("Name,Apologies\nAda Quill,\nBen Marrow,x\n", [""]),
        ("Name,4 Feb 2026\nAda Quill,10\nBen Marrow,-5\n", ["10", "-5"]),
    ],
)
def test_a_value_that_nobody_can_tell_is_asked_about(text: str, values: list[str]) -> None:
    with pytest.raises(UnsettledList) as caught:
        read_text(text)

    assert [question.subject for question in caught.value.questions] == values
    answers = {plain_value(value): ListMark.APOLOGIES for value in values}
    assert "apologies" in marks_of(read_text(text, Choices(values=answers))).values()


def test_a_key_below_the_list_says_what_its_letters_mean() -> None:
    text = 'Name,4 Feb 2026\nAda Quill,P\nBen Marrow,X\n\n"Key: P = present, X = did not come"\n'

    assert marks_of(read_text(text)) == {"Ada Quill": "attended", "Ben Marrow": "absent"}


def test_a_day_that_cannot_be_read_is_not_no_day() -> None:
    text = "Date,Name\n4 Brumaire,Ada Quill\n"

    with pytest.raises(CopkitError, match="the day on line 2 cannot be read"):
        read_text(text)
    assert marks_of(read_text(text, Choices(other_day=True))) == {"Ada Quill": "listed"}

    listing = read_text(f"{text}4 Feb 2026,Ben Marrow\n")
    assert marks_of(listing) == {"Ada Quill": "unclear", "Ben Marrow": "listed"}


def test_a_register_without_the_day_is_refused_with_the_days_it_has() -> None:
    with pytest.raises(
        CopkitError, match="register of 2 meetings, on 7 January 2026 and"
    ) as caught:
        read_text("Name,7 Jan 2026,4 Mar 2026\nAda Quill,x,\n")

    assert "--all" in caught.value.hint


def test_one_address_beside_several_names_is_nobodys() -> None:
    text = "Attendee,Email,Attended\nAda Quill,a@x.org,Yes\nBen Marrow,a@x.org,Yes\n"

    listing = read_text(text)

    assert [(one.name, one.email) for one in listing.attendees] == [
        ("Ada Quill", ""),
        ("Ben Marrow", ""),
    ]


def test_a_name_that_is_the_same_cut_short_keeps_its_address() -> None:
    text = "Name,Email,Attended\nAda Quill,a@x.org,Yes\nAda Q.,a@x.org,Yes\n"

    assert [one.email for one in read_text(text).attendees] == ["a@x.org"]


# Whatever stands in a file

HEADINGS = (
    "Status", "Attended", "Anwesend", "Présence", "Asistencia", "Aanwezig", "Obecność",
    "Presennol", "Presenza", "Presença", "Närvaro", "Apologies", "Absent", "RSVP", "Registered",
    "Checked in", "Marker", "Team", "Notes", "Organisation", "Diet", "4 Feb 2026", "4 février 2026",
    "7 Jan 2026", "2026-03-04", "04.02.2026", "Week 3", "Signature", "Order #", "Participant", "",
)  # fmt: skip
VALUES = (
    "Yes", "No", "x", "", "P", "A", "attended", "no-show", "anwesend", "fehlt", "entschuldigt",
    "présent", "absente", "excusé", "asistió", "ausente", "aanwezig", "afgemeld", "obecny",
    "nieobecny", "yn bresennol", "absennol", "assente", "presente", "faltou", "närvarande",
    "registered", "accepted", "waitlisted", "late", "?", "12", "vegan", "2026-02-04 14:00",
)  # fmt: skip
NAMES = ("Johnny Walker", "Ana Núñez", "Zoe Quill", "Sam Roe", "Joanna Bell", "Ana", "Otter.ai")
DAYS = ("", "2026-02-04", "04/02/2026", "4 Feb 2026", "4 marzo 2026", "2026-03-04", "13 foo")


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Draw a list of people with some more columns, and perhaps a column of days."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    headings = draw(st.lists(st.sampled_from(HEADINGS), max_size=3, unique=True))
    palettes = [draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=3)) for _ in headings]
    has_days = draw(st.booleans())
    rows = [["Name", *headings, *(["Date"] if has_days else [])]]
    for name in names:
        cells = [draw(st.sampled_from(palette)) for palette in palettes]
        rows.append([name, *cells, *([draw(st.sampled_from(DAYS))] if has_days else [])])
    return rows


def as_workbook(sheets: Sequence[list[list[str]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@given(sheets=st.lists(tables(), min_size=1, max_size=2))
@drawn(60, 2000)
def test_each_person_column_and_row_is_accounted_for(sheets: list[list[list[str]]]) -> None:
    try:
        listings = read_listings(as_workbook(sheets), "list.xlsx", DAY)
    except UnsettledList as unsettled:
        assert unsettled.questions
        assert all(question.option().startswith("--") for question in unsettled.questions)
        return
    except CopkitError as error:
        assert error.hint
        return

    assert len(sheets) == 1
    (listing,), (rows,) = listings, sheets
    people = merge_people(listings)
    result = match_people(people, known())
    places = [
        match.person.row
        for matches in (
            result.matched, result.suggested, result.unmatched, result.below_minimum,
            result.absent, result.apologies, result.set_aside,
        )
        for match in matches
    ]  # fmt: skip
    assert sorted(places) == sorted(person.row for person in people)
    used = {use.heading for use in listing.columns}
    filled = [any(row[position] for row in rows[1:]) for position in range(len(rows[0]))]
    named = [heading or f"column {number}" for number, heading in enumerate(rows[0], 1)]
    assert {head for head, has in zip(named, filled, strict=True) if has or head in rows[0]} <= (
        used | {head for head, has in zip(named, filled, strict=True) if not has}
    )
    left_out = sum(count for _, count in listing.other_days)
    if DAY in {listing.held_on}:
        assert left_out + sum(len(one.lines) for one in listing.attendees) == len(rows) - 1
    _require_no_guess(rows, listing)


def _require_no_guess(rows: list[list[str]], listing: Listing) -> None:
    """Check that nobody came of whom no cell says so, where a cell says the contrary."""
    by_name = {row[0]: row[1:] for row in rows[1:]}
    for one in listing.attendees:
        cells = by_name[one.name]
        senses = {find_sense(cell) for cell in cells if cell}
        came = one.mark is None or one.mark.came
        is_away = bool(senses & {find_sense("absent"), find_sense("apologies")})
        is_there = bool(senses & {find_sense("attended"), find_sense("late"), find_sense("yes")})
        if is_away and not is_there and listing.columns:
            of_other_day = {use.heading for use in listing.columns if use.meaning == "another day"}
            heads = [head for head, cell in zip(rows[0][1:], cells, strict=True) if cell]
            assert not came or of_other_day & set(heads) or "P" in cells or "Participant" in heads


def test_the_meanings_of_values_are_those_of_the_contract() -> None:
    assert [str(mark) for mark in ListMark] == [
        "attended",
        "late",
        "apologies",
        "absent",
        "unclear",
    ]
