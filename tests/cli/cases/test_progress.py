"""``copkit case progress``: what came of an action."""

from __future__ import annotations

from pathlib import Path

import pytest

from copkit.analysis.cases import sign_off_digest
from copkit.folder import load
from tests.cli.cases.loop import CASE, KEYS, MARCH, NAME, added, harbour, text_of
from tests.cli.terminal import talk
from tests.conftest import Copkit

__all__ = ["harbour"]


def test_progress_is_added_and_every_other_byte_stays(harbour: Path, copkit: Copkit) -> None:
    words = ("a1", "did not help", "--kind", "maintenance", "--note", "No key: none #1")

    result = copkit("case", "progress", NAME, *words, "-C", harbour, env=MARCH)
    again = copkit("case", "progress", NAME, *words, "-C", harbour, env=MARCH)

    assert result.status == again.status == 0, result.output
    assert added(harbour) == [
        "progress:",
        "- id: p-k7m",
        "date: 2026-03-01",
        "action: a1",
        "outcome: did-not-help",
        "kind: maintenance",
        'note: "No key: none #1"',
    ]
    assert "still open in harbour/lost-keys:\n    a2: Ask the neighbour" in result.stderr
    assert "says so already; nothing was changed" in again.stderr


def test_a_note_is_filled_in_and_another_outcome_is_kept_beside(
    harbour: Path, copkit: Copkit
) -> None:
    def tell(*words: str) -> str:
        return copkit("case", "progress", NAME, "a1", *words, "-C", harbour, env=MARCH).stderr

    tell("not-tried")
    tell("not-tried", "--note", "The shop was shut")
    said = tell("helped")

    assert [line for line in added(harbour) if line.startswith(("- id", "outcome", "note"))] == [
        "- id: p-k7m",
        "outcome: not-tried",
        "note: The shop was shut",
        "- id: p-n3k",
        "outcome: helped",
    ]
    assert "told of on 2026-03-01 already: not-tried (p-k7m); both are kept now" in said


def test_the_only_open_action_need_not_be_named(harbour: Path, copkit: Copkit) -> None:
    copkit("case", "progress", f"{NAME}:a1", "helped", "-C", harbour, env=MARCH)
    result = copkit("case", "progress", "lost-keys", "partly", "-C", harbour, env=MARCH)

    assert result.status == 0, result.output
    assert "action: a2" in added(harbour)
    assert "'copkit case close harbour/lost-keys' closes it" in result.stderr
    assert copkit("case", "progress", NAME, "partly", "-C", harbour, env=MARCH).status == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "missing: COMMUNITY/CASE, OUTCOME"),
        ((NAME,), 2, "missing: ACTION\n  open in harbour/lost-keys: a1, a2"),
        ((NAME, "a1"), 2, "missing: OUTCOME\n  one of: helped, partly, did-not-help, not-tried"),
        ((NAME, "a1", "helpd"), 2, "did you mean 'helped'?"),
        ((NAME, "helpd"), 2, "neither an action of this case nor an outcome"),
        ((NAME, "a3", "helped"), 2, "its actions: a1, a2"),
        ((f"{NAME}:a1", "a2", "helped"), 2, "names an action already"),
        (("harbour/lost-kees", "a1", "helped"), 2, f"did you mean '{NAME}'?"),
        (("habour/lost-keys", "a1", "helped"), 2, "did you mean 'harbour'?"),
        (("harbour", "a1", "helped"), 2, "is no case"),
        ((NAME, "a1", "helped", "--kind", "preventon"), 2, "did you mean 'prevention'?"),
        ((NAME, "a1", "helped", "--date", "soon"), 2, "'soon' is not a date"),
        ((NAME, "a1", "helped", "--note", "Sarah Jones rang"), 2, "seems to hold a person's name"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_could(
    harbour: Path, copkit: Copkit, words: tuple[str, ...], status: int, said: str
) -> None:
    result = copkit("case", "progress", *words, "-C", harbour)

    assert result.status == status
    assert said in result.stderr
    assert "Jones" not in result.stderr
    assert text_of(harbour) == CASE


def test_an_invented_name_may_stand_in_a_note(harbour: Path, copkit: Copkit) -> None:
    result = copkit(
        "case", "progress", NAME, "a1", "helped", "--note", "Wilfred rang", "-C", harbour
    )

    assert result.status == 0, result.output


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-01-01", "2026-01-01 is before the case was presented (2026-01-14)"),
        ("2026-03-02", "2026-03-02 is still to come"),
    ],
)
def test_a_day_that_is_probably_a_slip_is_kept_and_said(
    harbour: Path, copkit: Copkit, day: str, said: str
) -> None:
    words = ("case", "progress", NAME, "a1", "helped", "--date", day, "-C", harbour)
    result = copkit(*words, env=MARCH)

    assert result.status == 0
    assert said in result.stderr
    assert f"date: {day}" in added(harbour)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pseudonyms: [Wilfred]", "consent: refused", "the person refused a write-up"),
        ("kind: challenging", "kind: hard", "these records have errors"),
    ],
)
def test_a_case_that_cannot_be_followed_up_is_left_alone(
    harbour: Path, copkit: Copkit, old: str, new: str, said: str
) -> None:
    text = CASE.replace(old, new)
    (harbour / KEYS).write_text(text, "utf-8")

    for words in (("progress", NAME, "a1", "helped"), ("action", NAME, "Ring"), ("close", NAME)):
        result = copkit("case", *words, "-C", harbour)

        assert result.status == 1
        assert said in result.stderr
    assert text_of(harbour) == text


def test_a_sign_off_that_progress_voids_is_not_lost_unnoticed(
    harbour: Path, copkit: Copkit
) -> None:
    (harbour / KEYS).write_text(
        CASE.replace("status: presented", "status: presented\naudience: public"), "utf-8"
    )
    case = load(harbour).communities[0].cases[0]
    digest = sign_off_digest(case)
    signed = f"sign_off:\n  by: facilitator\n  date: 2026-02-01\n  digest: {digest}\n---\n\n"
    (harbour / KEYS).write_text(text_of(harbour).replace("---\n\n", signed), "utf-8")
    tell = ("case", "progress", NAME, "a1", "helped", "-C", harbour)

    first, second = copkit(*tell, env=MARCH), copkit(*tell, env=MARCH)

    assert "this voids the sign-off of 2026-02-01" in first.stderr
    assert "copkit case sign-off harbour/lost-keys" in first.stderr
    assert "voids" not in second.stderr
    assert "sign-off-void" in copkit("check", "-C", harbour).stdout


def test_a_dry_run_shows_the_lines_and_writes_none(harbour: Path, copkit: Copkit) -> None:
    result = copkit("case", "progress", NAME, "a1", "helped", "--dry-run", "-C", harbour)

    assert "+    outcome: helped" in result.stdout
    assert text_of(harbour) == CASE


def test_on_a_terminal_what_is_missing_is_asked_for(harbour: Path) -> None:
    answers = ("9", "2", "x", "p", "prev", "Sarah Jones came", "They look in on Sundays")

    status, screen = talk(harbour, ["case", "progress", NAME], *answers)

    assert status == 0, screen
    assert "   2  a2: Ask the neighbour (Probation Officer, due 2026-03-11)" in screen
    assert "please write a number from 1 to 2" in screen
    assert "this seems to hold a person's name" in screen
    assert added(harbour)[3:] == [
        "action: a2",
        "outcome: partly",
        "kind: prevention",
        "note: They look in on Sundays",
    ]


def test_an_outcome_told_twice_says_how_to_take_the_first_one_back(
    harbour: Path, copkit: Copkit
) -> None:
    first = copkit("case", "progress", NAME, "a1", "helped", "-C", harbour, env=MARCH)
    second = copkit("case", "progress", NAME, "a1", "did not help", "-C", harbour, env=MARCH)

    assert "a1: helped: Cut another key" in first.stderr
    assert "was that a slip? then take p-k7m out of communities/harbour/cases/" in second.stderr


def test_a_note_that_names_somebody_is_wrong_use(harbour: Path, copkit: Copkit) -> None:
    words = ("a1", "helped", "--note", "Grace Okafor rang")
    told = copkit("case", "progress", NAME, *words, "-C", harbour, env=MARCH)

    assert told.status == 2
    assert "--note: this seems to hold a person's name; nothing was written" in told.stderr
    assert added(harbour) == []
