"""Names of persons, and words that only look like one."""

from __future__ import annotations

import pytest

from copkit.pii.kinds import DetailKind
from copkit.pii.scan import find_details

NAMES = {DetailKind.NAME, DetailKind.FIRST_NAME, DetailKind.INITIALS, DetailKind.CONTACT}


def names_in(text: str, *pseudonyms: str, known: tuple[str, ...] = ()) -> list[str]:
    found = find_details(text, pseudonyms, known)
    return [text[one.start : one.end] for one in found if one.kind in NAMES]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The hostel rang because Siobhan had not come down.", "Siobhan"),
        ("Mrs Threapwood made the tea.", "Mrs Threapwood"),
        ("PC Ormerod walked past.", "PC Ormerod"),
        ("We waited for Dr. P. Quillfeather.", "Dr. P. Quillfeather"),
        ("Will has a key to the laundry.", "Will"),
        ("Hope had been moved before she was ten.", "Hope"),
        ("We rang April on the last day.", "April"),
        ("Her brother Kasimir took the dog.", "Kasimir"),
        ("The landlord, Ruane, changed the locks.", "Ruane"),
        ("CROWTHER, DARREN - NOT TO BE ADMITTED", "CROWTHER, DARREN"),
        ("Ó Briain, Caoimhe - adjourned", "Ó Briain, Caoimhe"),
        ("spoke to kayleigh at the soup run", "kayleigh"),
        ("saved as darren-pickersgill-plan.docx", "darren-pickersgill-plan"),
        ("saved as DarrenPickersgill.docx", "DarrenPickersgill"),
        ("J.T. was moved again.", "J.T."),
        ("Ms R-D did not come.", "Ms R-D"),
        ("![Zofia outside the flat](a.png)", "Zofia"),
        ("| Name | Car |\n|---|---|\n| Xerxa Vantongeren | none |", "Xerxa Vantongeren"),
        ("Call\u00a0**Siobhan** Mc\u200bArdle.", "Siobhan** Mc\u200bArdle"),
        ("It was _Siobhan\nThreapwood_ who rang.", "Siobhan\nThreapwood"),
        ("Pat and Drew shared a tent.", "Pat"),
    ],
)
def test_a_name_is_found_where_a_person_is_spoken_of(text: str, name: str) -> None:
    assert name in names_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Will the pathway survive without the money?",
        "Mark each statement, then discuss in pairs.",
        "May and June are the busiest months.",
        "It takes grace, hope and patience.",
        "Reading, Bath and Wells shared their data; Lincoln and Chester did not.",
        "Clare's Law and Martha's Rule came up.",
        "Wenger and Lave's work is where it began.",
        "Padgett, Henwood and Tsemberis (2016) set it out.",
        "The Elizabeth Garrett Anderson programme is for leaders.",
        "St Mungo's, Crisis and Emmaus run it in turn.",
        "Dawn raids had made everybody wary.",
        "The Head of Housing and the Chief Constable signed.",
        "Patient X and Nurse X are nobody.",
        "See Appendix B. Lunch is at noon.",
        "copkit check --json | jq '.problems[].code'",
    ],
)
def test_words_that_are_nobody_s_name_are_left_alone(text: str) -> None:
    assert names_in(text) == []


def test_a_pseudonym_silences_itself_and_nothing_else() -> None:
    assert names_in("Robin came. Robin's coat was wet.", "Robin") == []
    assert names_in("Robin Threlfall came.", "Robin") == ["Robin Threlfall"]
    assert names_in("Robin rang his sister Danielle.", "Robin") == ["Danielle"]
    assert names_in("Mrs K had cared for him. Mr K had not.", "Mrs K") == ["Mr K"]


def test_whom_the_programme_knows_is_found_in_any_dress() -> None:
    known = ("Xanthe Quillfeather", "x.quill@example.org")
    for text in ("ask xanthe quillfeather", "notes/xanthe-quillfeather.md", "XANTHE  QUILLFEATHER"):
        [found] = find_details(text, (), known)
        assert found.kind is DetailKind.CONTACT


@pytest.mark.parametrize(
    "text",
    [
        "Siob<!-- -->han Threap<!-- a -->wood rang.",
        'title: "\\u0053iobhan Threapw\\x6f\\u006fd"',
        "Siob\u200bhan Threap\u00adwood rang.",
        "Siobhan&nbsp;Threapwood rang.",
        "Siоbhan Threарwood rang.",
        "Siob\0han Threap\u034fwood rang.",
        "Ｓｉｏｂｈａｎ Ｔｈｒｅａｐｗｏｏｄ rang.",
    ],
)
def test_a_name_is_found_as_it_is_shown(text: str) -> None:
    [name] = names_in(text)

    assert name.startswith(("Si", "\\u0053", "Ｓ"))
    assert name.endswith(("d", "\\u006fd", "ｄ"))


def test_the_parts_of_two_invented_names_do_not_make_a_third() -> None:
    assert names_in("Kim Threlfall came.", "Kim", "Robin Threlfall") == ["Kim Threlfall"]
    assert names_in("Robin Threlfall came, and Robin left.", "Robin Threlfall") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They leave a person standing in a corridor.", []),
        ("A person rang.", []),
        ("We asked A Person to come.", ["A Person"]),
        ("We asked A PERSON to come.", ["A PERSON"]),
        ("We wrote to the.office@example.org today.", ["the.office@example.org"]),
    ],
)
def test_a_contact_called_by_ordinary_words_needs_capitals(text: str, found: list[str]) -> None:
    known = ("A Person", "the.office@example.org")

    assert [one for one in names_in(text, known=known) if one in known or one.isupper()] == found


def test_a_month_behind_its_day_is_nobody() -> None:
    assert not names_in("They met on 16 Jan and 13 Feb.")
    assert names_in("We asked Jan to come.") == ["Jan"]
