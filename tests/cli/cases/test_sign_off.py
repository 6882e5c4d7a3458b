"""``copkit case sign-off``, and what is told to whom without one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from copkit.cli.cases.sign_off import QUESTIONS
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

FILE = "communities/harbour/cases/lost-keys.md"
CASE = """\
---
title: Lost keys
kind: challenging
status: presented
audience: commissioners
presented: 2026-01-14
consent: given
actions:
  - id: a1
    what: Cut another key
    owner: Locksmith
---

## Learning for practice

Ask *twice*.   <!-- who was it? -->

## Private

Robin.
"""
BRIEF = """\
---
title: A brief
from: 2026-01-01
until: 2026-01-31
addressee: The board
ask: open the doors
---
"""
SIGN = ("case", "sign-off", "harbour/lost-keys")
SIGNED_BY = ("--by", "facilitator", "--yes")


@pytest.fixture
def harbour(write: Write) -> Path:
    """A case for commissioners that nobody has signed, and a brief."""
    write("briefs/b.md", BRIEF)
    return write(FILE, CASE)


def told(copkit: Copkit, folder: Path, *options: str) -> tuple[bool, list[str]]:
    """Say whether the brief names the case, and what was left out."""
    result = copkit("brief", "build", "--json", "-C", folder, *options)
    assert result.status == 0, result.output
    found = json.loads(result.stdout)
    text = Path(next(file for file in found["files"] if file.endswith(".md"))).read_text("utf-8")
    return "Lost keys" in text, found["left_out"]


def test_a_case_leaves_members_once_it_is_signed_off(harbour: Path, copkit: Copkit) -> None:
    before, why = told(copkit, harbour)
    result = copkit(*SIGN, *SIGNED_BY, "-C", harbour)
    after, rest = told(copkit, harbour)

    assert result.status == 0, result.output
    assert (before, after) == (False, True)
    summary, said = why
    assert summary == "1 of 1 case left out for commissioners: 1 without a sign-off that stands"
    assert said.startswith("harbour/lost-keys is left out: it has not been signed off; ")
    assert said.endswith("'copkit case sign-off harbour/lost-keys'")
    assert rest == []


def test_members_are_told_a_case_that_nobody_signed(harbour: Path, copkit: Copkit) -> None:
    assert told(copkit, harbour, "--for", "members") == (True, [])


@pytest.mark.parametrize(
    ("old", "new"), [("Ask *twice*", "Ask again"), ("audience: commissioners", "audience: public")]
)
def test_an_edit_after_the_sign_off_voids_it(
    harbour: Path, copkit: Copkit, old: str, new: str
) -> None:
    copkit(*SIGN, *SIGNED_BY, "-C", harbour, env={"COPKIT_TODAY": "2026-02-01"})
    text = (harbour / FILE).read_text("utf-8")
    (harbour / FILE).write_text(text.replace(old, new), "utf-8")

    is_told, why = told(copkit, harbour)

    assert not is_told
    assert "it was edited since its sign-off of 2026-02-01" in why[1]
    assert "edited since" in copkit("list", "cases", "-C", harbour).stdout
    assert copkit(*SIGN, *SIGNED_BY, "-C", harbour).status == 0
    assert told(copkit, harbour) == (True, [])


def test_another_checkout_does_not_void_a_sign_off(harbour: Path, copkit: Copkit) -> None:
    copkit(*SIGN, *SIGNED_BY, "-C", harbour)
    data = (harbour / FILE).read_bytes()
    (harbour / FILE).write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))

    assert told(copkit, harbour) == (True, [])


def test_a_sign_off_of_tomorrow_does_not_count_yet(harbour: Path, copkit: Copkit) -> None:
    copkit(*SIGN, *SIGNED_BY, "-C", harbour, env={"COPKIT_TODAY": "9999-01-01"})

    is_told, why = told(copkit, harbour)

    assert not is_told
    assert "still to come" in why[1]


def test_signing_adds_four_lines_and_leaves_every_other_byte(harbour: Path, copkit: Copkit) -> None:
    result = copkit(*SIGN, *SIGNED_BY, "-C", harbour, env={"COPKIT_TODAY": "2026-02-01"})

    assert result.status == 0
    text = (harbour / FILE).read_text("utf-8")
    added = r"sign_off:\n  by: facilitator\n  date: 2026-02-01\n  digest: [0-9a-f]{64}\n"
    assert re.sub(added, "", text) == CASE
    assert text != CASE
    again = copkit(*SIGN, *SIGNED_BY, "-C", harbour)
    assert again.status == 0
    assert "was signed off by facilitator on 2026-02-01, and is unchanged" in again.stderr
    assert (harbour / FILE).read_text("utf-8") == text
    assert (
        json.loads(copkit("list", "cases", "--json", "-C", harbour).stdout)["cases"][0]["signed"]
        == "2026-02-01"
    )


def test_what_readers_could_see_is_shown_and_what_they_could_not_is_not(
    harbour: Path, copkit: Copkit
) -> None:
    result = copkit(*SIGN, *SIGNED_BY, "--dry-run", "-C", harbour)

    for words in ("Lost keys", "To be read by commissioners and members.", "Ask twice.", "Cut"):
        assert words in result.stdout
    shown = result.stdout.split("\n--- ")[0]
    for words in ("Robin", "who was it", "Locksmith"):
        assert words not in shown
    assert (harbour / FILE).read_text("utf-8") == CASE


@pytest.mark.parametrize("options", [(), ("--yes",), ("--by", "facilitator")])
def test_without_a_terminal_the_questions_are_printed_and_an_answer_is_needed(
    harbour: Path, copkit: Copkit, options: tuple[str, ...]
) -> None:
    result = copkit(*SIGN, *options, "-C", harbour)

    assert result.status == 2
    for question in QUESTIONS:
        assert question.text in result.stderr
    assert "missing: --" in result.stderr
    assert (harbour / FILE).read_text("utf-8") == CASE


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("status: presented", "status: draft", "is a draft"),
        ("consent: given", "consent: refused", "the person refused a write-up"),
        ("consent: given\n", "", "does not say whether the person agreed"),
        ("kind: challenging", "kind: hard", "these records have errors"),
        ("audience: commissioners", "audience: Public", "these records have errors"),
    ],
)
def test_a_case_that_cannot_be_told_is_not_signed(
    harbour: Path, copkit: Copkit, old: str, new: str, said: str
) -> None:
    (harbour / FILE).write_text(CASE.replace(old, new), "utf-8")

    result = copkit(*SIGN, *SIGNED_BY, "-C", harbour)

    assert result.status == 1
    assert said in result.stderr
    assert "sign_off" not in (harbour / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "said"),
    [("lost-kees", "did you mean"), ("harbour", "is no case"), ("b", "is no case")],
)
def test_only_a_case_is_signed(harbour: Path, copkit: Copkit, name: str, said: str) -> None:
    result = copkit("case", "sign-off", name, *SIGNED_BY, "-C", harbour)

    assert result.status == 2
    assert said in result.stderr


def test_a_brief_is_for_whom_it_was_made_for(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", "name: Harbour\nstarts: 2026-01-01\n")
    words = ("--from", "2026-01-01", "--until", "2026-01-31", "--addressee", "All", "--ask", "Come")

    copkit("new-brief", "One", *words, "-C", folder)
    copkit("new-brief", "Two", *words, "--audience", "public", "-C", folder)

    assert "audience: commissioners" in (folder / "briefs/one.md").read_text("utf-8")
    assert "audience: public" in (folder / "briefs/two.md").read_text("utf-8")


SAFE = ("no",) * len(QUESTIONS)


def test_on_a_terminal_every_question_is_asked(harbour: Path) -> None:
    status, screen = talk(harbour, list(SIGN), "n", *SAFE, "facilitator")

    assert status == 0, screen
    assert "Read it sentence by sentence first" in screen
    for question in QUESTIONS:
        assert question.text in " ".join(screen.split())
    assert "by: facilitator\n  date: 2026-01-05\n" in (harbour / FILE).read_text("utf-8")


@pytest.mark.parametrize("number", [1, len(QUESTIONS)])
def test_an_answer_that_is_not_safe_stops_with_what_to_change(harbour: Path, number: int) -> None:
    answers = ["n", *SAFE[: number - 1], "y", "n"]

    status, screen = talk(harbour, list(SIGN), *answers)

    assert status == 1
    assert f"not signed off, because of question {number}; no sign-off" in screen
    assert QUESTIONS[number - 1].remedy in " ".join(screen.split())
    assert (harbour / FILE).read_text("utf-8") == CASE


def test_what_is_missing_is_asked_first_and_one_slip_is_forgiven(harbour: Path) -> None:
    for_members = CASE.replace("audience: commissioners", "audience: members")
    (harbour / FILE).write_text(for_members.replace("consent: given\n", ""), "utf-8")
    answers = ["no"] * len(QUESTIONS)

    status, screen = talk(
        harbour, list(SIGN), "commissioners", "given", "n", "yes", "y", *answers, "facilitator"
    )

    assert status == 0, screen
    text = (harbour / FILE).read_text("utf-8")
    assert "audience: commissioners" in text
    assert "consent: given" in text
    assert "sign_off:" in text


def test_a_person_who_was_not_asked_is_asked_before_a_sign_off(harbour: Path) -> None:
    without_consent = CASE.replace("consent: given\n", "")
    (harbour / FILE).write_text(without_consent, "utf-8")

    status, screen = talk(harbour, list(SIGN), "not-asked")

    assert status == 1
    assert "ask the person first" in screen
    assert (harbour / FILE).read_text("utf-8") == without_consent


def test_a_draft_is_asked_about_and_stays_one_unless_somebody_says_otherwise(
    harbour: Path,
) -> None:
    draft = CASE.replace("status: presented", "status: draft")
    (harbour / FILE).write_text(draft, "utf-8")

    refused, screen = talk(harbour, list(SIGN), "")

    assert refused == 1
    assert "copkit case sign-off harbour/lost-keys --status presented" in " ".join(screen.split())
    assert (harbour / FILE).read_text("utf-8") == draft

    status, screen = talk(harbour, list(SIGN), "written", "n", *SAFE, "facilitator")

    assert status == 0, screen
    text = (harbour / FILE).read_text("utf-8")
    assert "status: written-up" in text
    assert "sign_off:" in text


def test_an_option_says_what_a_draft_has_become(harbour: Path, copkit: Copkit) -> None:
    draft = CASE.replace("status: presented", "status: draft")
    (harbour / FILE).write_text(draft, "utf-8")
    status = ("--status", "presented", "-C", harbour)

    unsigned = copkit(*SIGN, *status)
    tried = copkit(*SIGN, *SIGNED_BY, "--dry-run", *status)

    assert "--status presented --by ROLE --yes" in unsigned.stderr
    assert (unsigned.status, tried.status) == (1, 0)
    assert "status: presented" in tried.stdout
    assert copkit(*SIGN, *SIGNED_BY, "--status", "closed", "-C", harbour).status == 2
    assert (harbour / FILE).read_text("utf-8") == draft

    result = copkit(*SIGN, *SIGNED_BY, *status)

    assert result.status == 0, result.output
    signed = (harbour / FILE).read_text("utf-8")
    assert re.sub(r"sign_off:\n(  .*\n)+", "", signed) == CASE


def test_what_check_warns_of_is_shown_before_the_questions(harbour: Path, copkit: Copkit) -> None:
    text = CASE.replace("Ask *twice*.", "She was 43 years old.")
    (harbour / FILE).write_text(text, "utf-8")
    place = f"{FILE}:16:9: warning: this looks like"
    warnings = copkit("check", "-C", harbour).stdout
    log = copkit(*SIGN, *SIGNED_BY, "--dry-run", "-C", harbour).stderr

    status, screen = talk(harbour, list(SIGN), "n", *SAFE, "facilitator")

    assert status == 0, screen
    for shown in (warnings, log, screen):
        before_questions = shown.partition(QUESTIONS[0].text)[0]
        assert place in before_questions
        assert "[exact-age]" in before_questions
