"""What was used, where and when, and what is due for review; which cards fit a case."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.evidence import card_uses, seconds_to_say, suggest_cards
from copkit.folder import Programme, load
from copkit.records.cases import Case
from tests.conftest import EXAMPLE, Write

CARD = """\
---
title: Weekend cover keeps people housed
citation: Smith (2011)
themes:
  - weekend cover
review: 2026-03-01
used:
  - id: u2
    date: 2026-02-11
    community: harbour
  - id: u1
    date: 2026-01-14
    community: harbour
    case: lost-keys
---
"""
CASE = """\
---
title: Lost keys
kind: challenging
status: presented
themes:
  - Weekend Cover
pseudonyms:
  - Robin
evidence:
  - cover
---

## Presentation of the case

The locksmith asks Robin for a deposit; without a deposit the locksmith stays at home.
"""


@pytest.fixture
def harbour(write: Write) -> Path:
    write("communities/harbour/cases/lost-keys.md", CASE)
    return write("evidence/cover.md", CARD)


def case(programme: Programme, name: str) -> Case:
    return next(
        case
        for records in programme.communities
        for case in records.cases
        if f"{records.slug}/{case.slug}" == name
    )


def fitting(folder: Path, name: str = "harbour/lost-keys") -> dict[str, tuple[str, ...]]:
    programme = load(folder)
    cases = [case for records in programme.communities for case in records.cases]
    found = suggest_cards(case(programme, name), programme.evidence, cases)
    return {one.card.slug: (*one.themes, *one.words) for one in found}


def test_uses_are_counted_up_to_a_day_in_the_order_in_which_they_came(harbour: Path) -> None:
    (early,) = card_uses(load(harbour), dt.date(2026, 1, 31))
    (late,) = card_uses(load(harbour), dt.date(2026, 2, 28))

    assert [use.id for use in early.used] == ["u1"]
    assert [use.id for use in late.used] == ["u1", "u2"]
    assert late.last_used == dt.date(2026, 2, 11)
    assert late.places == ["harbour"]
    assert late.cases == ("harbour/lost-keys",)


@pytest.mark.parametrize(("day", "due"), [(28, False), (1, True), (2, True)])
def test_a_card_is_due_on_the_day_of_its_review(harbour: Path, day: int, due: bool) -> None:
    month = 2 if day == 28 else 3
    (use,) = card_uses(load(harbour), dt.date(2026, month, day))

    assert use.due is due


def test_a_card_that_nobody_used_was_used_nowhere(write: Write) -> None:
    folder = write("evidence/new.md", "---\ntitle: New\ncitation: Smith\n---\n")
    (use,) = card_uses(load(folder), dt.date(2026, 1, 1))

    assert (use.used, use.last_used, use.places, use.cases, use.due) == ((), None, [], (), False)


def test_150_words_take_a_minute() -> None:
    assert seconds_to_say("word " * 150) == 60
    assert seconds_to_say("") == 0


def test_cards_of_the_same_theme_come_before_those_of_the_same_words(
    write: Write, harbour: Path
) -> None:
    text = "---\ntitle: {title}\ncitation: Smith (2011)\n{more}---\n\n## Notes\n\n{notes}\n"
    write("evidence/a-words.md", text.format(title="Deposits", more="", notes="The locksmiths"))
    write("evidence/b-one.md", text.format(title="One", more="", notes="A locksmith"))
    more = "themes:\n  - weekend cover\n"
    write("evidence/c-theme.md", text.format(title="Sundays", more=more, notes=""))
    write("evidence/d-name.md", text.format(title="Robin and the people", more="", notes="Robin"))

    assert fitting(harbour) == {
        "c-theme": ("Weekend Cover",),
        "a-words": ("deposit", "locksmith"),
    }


def test_what_is_private_in_a_case_suggests_nothing(write: Write, harbour: Path) -> None:
    hidden = CASE.replace("## Presentation of the case", "## Private")
    write("communities/harbour/cases/lost-keys.md", hidden)
    card = "---\ntitle: Deposits for locksmiths\ncitation: Smith (2011)\n---\n"
    write("evidence/a-words.md", card)

    assert fitting(harbour) == {}


def test_the_example_is_offered_what_its_knowledge_brokers_would_bring() -> None:
    found = fitting(EXAMPLE, "colchester/the-same-story-five-times")

    assert next(iter(found)) == "complex-responses"
    assert found["complex-responses"][0] == "dual diagnosis"
    assert "working-together-on-homelessness" not in found  # tied to it already
