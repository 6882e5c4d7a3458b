"""``copkit retention``: what has been kept long enough, and how it goes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.analysis.endings.retention import DEFAULTS
from tests.conftest import Copkit, Write, close_private

TreeOf = Callable[[Path], dict[str, bytes]]

ROSTER = """members:
  - id: nurse-1
    role: Nurse
    sector: NHS
    organisation: a mental health trust
    joined: 2026-01-05
  - id: sam-2
    role: Nurse
    sector: NHS
    left: 2026-02-01
    left_because: dropped-out
  - id: clerk-1
    role: Clerk
    sector: NHS
"""
MEETING = """---
date: 2026-01-12
present:
  - nurse-1
  - sam-2
substitutes:
  - id: s1
    for: clerk-1
---

We met.

## Private

The room was cold between two of them.
"""
CASE = """---
title: Nobody to call
kind: challenging
status: written-up
presented: 2026-01-12
presenters:
  - nurse-1
actions:
  - id: a1
    what: Ask the night team
    owner: Nurse
    due: 2026-02-09
---
"""
CONTACTS = """contacts:
  - id: harbour/nurse-1
    name: Zelda Quorn
    email: zelda@example.org
    mail: agreed 2026-01-05
  - id: harbour/sam-2
    name: Sam Ottery
"""
ALIASES = "aliases:\n  - id: harbour/nurse-1\n    names:\n      - Zel Q\n"
ENDED = """---
code: CP1
name: Harbour community
place: Harbour
status: ended
ended: 2026-03-01
---
"""


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-10")
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/meetings/2026-01-12.md", MEETING)
    write("communities/harbour/cases/nobody-to-call.md", CASE)
    write("private/contacts.yaml", CONTACTS)
    return write("private/aliases.yaml", ALIASES)


def rules_due(copkit: Copkit, folder: Path, day: str) -> dict[str, int]:
    result = copkit("retention", "--as-of", day, "--json", "-C", folder)
    return {entry["rule"]: entry["count"] for entry in json.loads(result.stdout)["due"]}


def test_a_contact_is_due_three_months_after_somebody_left_and_not_before(
    folder: Path, copkit: Copkit
) -> None:
    assert rules_due(copkit, folder, "2026-04-30") == {}
    assert rules_due(copkit, folder, "2026-05-01") == {"contacts": 1}


def test_contacts_of_a_community_that_ended_are_due_with_their_aliases(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("communities/harbour/community.md", ENDED)

    due = rules_due(copkit, folder, "2026-06-01")

    assert (due["contacts"], due["aliases"]) == (2, 1)


def test_apply_deletes_what_is_due_and_notes_counts_alone(
    folder: Path, copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("communities/harbour/community.md", ENDED)
    monkeypatch.setenv("COPKIT_TODAY", "2026-06-01")

    result = copkit("retention", "apply", "--yes", "--by", "Programme manager", "-C", folder)

    assert result.status == 0, result.output
    assert "2 contacts will be deleted: 3 months are over" in result.stderr
    left = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())
    assert not [word for word in ("Zelda", "Zel Q", "Ottery", "zelda@") if word in left]
    log = (folder / "retention-log.yaml").read_text(encoding="utf-8")
    assert "rule: contacts\n    count: 2\n    by: Programme manager" in log
    assert "nurse" not in log
    assert copkit("check", "-C", folder).status == 0
    assert copkit("undo", "--yes", "-C", folder).status != 0


def test_it_never_runs_unasked_and_a_dry_run_changes_nothing(
    folder: Path, copkit: Copkit, tree_of: TreeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2026-06-01")
    before = tree_of(folder)

    dry = copkit("retention", "apply", "--dry-run", "-C", folder)
    refused = copkit("retention", "apply", "-C", folder)

    assert "1 contact would be deleted" in dry.stderr
    assert refused.status == 2
    assert "--yes says you mean it" in refused.stderr
    assert tree_of(folder) == before


def test_the_host_s_own_period_stands_in_for_the_default(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("copkit.yaml", "name: Harbour programme\nstarts: 2026-01-01\nformat: 1\n"
          "retention_agreed: 2026-01-10 by the host\nretention:\n  - id: addresses\n"
          "    what: contacts\n    keep: 10 days\n    from: left\n    then: delete\n"
          "    because: our policy, page 4\n")  # fmt: skip

    assert rules_due(copkit, folder, "2026-02-11") == {"addresses": 1}
    listing = copkit("retention", "--as-of", "2026-02-11", "-C", folder)
    assert "because our policy, page 4" in " ".join(listing.stdout.split())
    assert "nobody has agreed" not in listing.stderr


def test_a_hold_on_a_rule_or_a_community_stops_it(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    held = ENDED.replace("---\n", "---\nhold: a complaint until 2026-12-31\n", 1)
    write("communities/harbour/community.md", held)

    assert rules_due(copkit, folder, "2026-08-01")["contacts"] == 0
    listing = " ".join(copkit("retention", "--as-of", "2026-08-01", "-C", folder).stdout.split())
    assert "2 others held: a complaint, until 2026-12-31" in listing
    assert rules_due(copkit, folder, "2027-01-01")["contacts"] == 2


STRIP_SOON = """name: Harbour programme
starts: 2026-01-01
format: 1
retention:
  - id: rosters
    what: rosters
    keep: 10 days
    from: ended
    then: strip
"""


def test_nobody_is_stripped_while_a_case_of_theirs_waits_for_follow_up(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("communities/harbour/community.md", ENDED)
    write("copkit.yaml", STRIP_SOON)

    assert rules_due(copkit, folder, "2026-04-01")["rosters"] == 2
    listing = " ".join(copkit("retention", "--as-of", "2026-04-01", "-C", folder).stdout.split())
    assert "1 other held: a case of theirs waits for follow-up" in listing

    write("communities/harbour/closing.md", "---\ndecided: 2026-02-20\nlast_meeting: 2026-03-01\n"
          "why: other\nloose_ends:\n  - id: l1\n    what: The night team\n"
          "    record: cases/nobody-to-call\n    to: nobody-and-we-said-so\n---\n")  # fmt: skip
    assert rules_due(copkit, folder, "2026-04-01")["rosters"] == 3


def test_strip_leaves_roles_and_every_count(
    folder: Path, copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("communities/harbour/community.md", ENDED)
    write("copkit.yaml", STRIP_SOON)
    before = copkit("attendance", "--json", "-C", folder).stdout
    monkeypatch.setenv("COPKIT_TODAY", "2030-01-01")

    result = copkit("retention", "apply", "--yes", "-C", folder)

    assert "this is not anonymous" in result.stderr
    roster = (folder / "communities/harbour/roster.yaml").read_text(encoding="utf-8")
    assert "id: nurse-a\n" in roster
    assert "id: nurse-b\n" in roster
    assert "left_because: dropped-out" in roster
    assert not [word for word in ("sam-2", "organisation", "joined", "left:") if word in roster]
    meeting = (folder / "communities/harbour/meetings/2026-01-12.md").read_text(encoding="utf-8")
    assert "  - nurse-a\n  - nurse-b\n" in meeting
    assert "for: clerk-a" in meeting
    assert (
        json.loads(copkit("attendance", "--json", "-C", folder).stdout)["rows"]
        == (json.loads(before)["rows"])
    )
    assert copkit("check", "-C", folder).status == 0
    assert "rosters" not in rules_due(copkit, folder, "2030-01-01")


def test_private_notes_go_once_somebody_has_looked_through_them(
    folder: Path, copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("communities/harbour/community.md", ENDED)
    monkeypatch.setenv("COPKIT_TODAY", "2026-10-01")
    meeting = folder / "communities/harbour/meetings/2026-01-12.md"

    copkit("retention", "apply", "--yes", "-C", folder)
    assert "The room was cold" in meeting.read_text(encoding="utf-8")

    copkit("retention", "apply", "--yes", "--reviewed", "private-notes", "-C", folder)
    text = meeting.read_text(encoding="utf-8")
    assert "The room was cold" not in text
    assert "We met." in text


def test_sheets_and_rows_of_answers_go_as_files(
    folder: Path, copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("private/sheets/harbour_2026-01-12.pdf", b"%PDF-1.7 Zelda")
    write("surveys/spring/survey.md", "---\ntitle: Spring\nasked_on: 2026-01-20\n---\n")
    write("private/surveys/spring/one.csv", "key,answer\n1,yes\n")
    close_private(folder)
    monkeypatch.setenv("COPKIT_TODAY", "2027-02-01")

    copkit("retention", "apply", "--yes", "--only", "sheets", "--only", "survey-rows", "-C", folder)

    assert not (folder / "private/sheets/harbour_2026-01-12.pdf").exists()
    assert not (folder / "private/surveys/spring/one.csv").exists()
    assert (folder / "private/contacts.yaml").exists()


def test_a_survey_s_rows_go_by_the_rule_of_the_host(
    folder: Path, copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = "retention:\n  - id: rows\n    what: survey-rows\n    keep: 30 days\n    from: asked\n"
    write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\nformat: 1\n{rule}    then: delete\n")
    write("surveys/spring/survey.md", "---\ntitle: Spring\nasked_on: 2026-01-20\n---\n")
    write("private/surveys/spring/one.csv", "key,answer\n1,yes\n")

    monkeypatch.setenv("COPKIT_TODAY", "2026-02-18")
    assert "no rows" in copkit("survey", "forget", "-C", folder).stderr
    monkeypatch.setenv("COPKIT_TODAY", "2026-02-19")
    copkit("survey", "forget", "-C", folder)
    assert not (folder / "private/surveys/spring/one.csv").exists()


def test_check_warns_until_somebody_has_agreed(folder: Path, copkit: Copkit, write: Write) -> None:
    write("communities/harbour/community.md", ENDED)
    assert "retention-not-agreed" in copkit("check", "-C", folder).output

    write("copkit.yaml", "name: Harbour\nstarts: 2026-01-01\nformat: 1\n"
          "retention_agreed: 2026-01-10 by the host\n")  # fmt: skip
    assert "retention-not-agreed" not in copkit("check", "-C", folder).output


def test_no_default_cites_a_source_that_was_not_checked() -> None:
    words = " ".join(policy.because for policy in DEFAULTS)

    assert not [name for name in ("NHS", "ICO", "Code", "Art.", "law") if name in words]


def test_after_all_communities_closed_figure_1_stands_in_2020(
    tmp_path: Path, example: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *who, *words], cwd=example, check=True, capture_output=True)

    (example / ".gitignore").write_text("private/\nbuild/\n", encoding="utf-8")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "Begin")
    monkeypatch.setenv("COPKIT_TODAY", "2013-03-01")
    before = copkit("attendance", "--json", "-C", example).stdout
    signed = copkit("list", "cases", "--json", "-C", example).stdout
    private = example / "private"
    private.mkdir(mode=0o700, exist_ok=True)
    (private / "contacts.yaml").write_text(
        "contacts:\n  - id: workington/link-worker-1\n    name: Zelda Quorn\n", encoding="utf-8"
    )
    close_private(example)
    for path in sorted((example / "communities").iterdir()):
        options = ("--why", "funding-ended", "--let-go", "all", "-C", example)
        copkit("community", "close", path.name, *options)
    monkeypatch.setenv("COPKIT_TODAY", "2020-06-01")

    result = copkit("retention", "apply", "--yes", "--by", "Programme manager", "-C", example)

    assert result.status == 0, result.output
    assert "git's history still holds" in result.stderr
    assert copkit("attendance", "--json", "-C", example).stdout == before
    rosters = example.glob("communities/*/roster.yaml")
    assert not [path for path in rosters if "organisation" in path.read_text(encoding="utf-8")]
    names = [path for path in example.rglob("*") if path.is_file() and ".git/" not in str(path)]
    assert not [path for path in names if b"Zelda" in path.read_bytes()]
    after = copkit("list", "cases", "--json", "-C", example).stdout
    assert _signed(after) == _signed(signed) != []
    assert copkit("check", "-C", example).status == 0
    assert "large-loss" not in copkit("check", "-C", example).output


def _signed(listing: str) -> list[str]:
    cases = json.loads(listing)["cases"]
    return [f"{case['title']} {case['signed']}" for case in cases if case["signed"]]


@pytest.mark.parametrize("is_in_git", [True, False])
def test_what_is_said_of_git_is_what_check_history_finds(
    folder: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch, is_in_git: bool
) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)

    (folder / ".gitignore").write_text("private/\nbuild/\n", encoding="utf-8")
    git("init", "-q")
    git("add", "-A", *(("-f", ".") if is_in_git else ()))
    git("commit", "-qm", "Begin")
    git("rm", "-rq", "--cached", "--ignore-unmatch", "private")
    monkeypatch.setenv("COPKIT_TODAY", "2026-06-01")

    applied = copkit("retention", "apply", "--yes", "--only", "contacts", "-C", folder)
    history = copkit("check", "--history", "-C", folder)

    assert applied.status == 0, applied.output
    assert ("git's history still holds private/" in applied.stderr) == is_in_git
    assert ("git's history holds nothing of it" in applied.stderr) != is_in_git
    assert ("private/contacts.yaml" in history.output) == is_in_git
    assert history.status == is_in_git


def test_a_case_that_nobody_signed_off_can_be_removed_after_the_end_and_a_held_one_not(
    folder: Path, copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("communities/harbour/community.md", ENDED)
    monkeypatch.setenv("COPKIT_TODAY", "2028-04-01")
    remove = ("remove", "harbour/nobody-to-call", "--yes", "-C", folder)

    listing = copkit("retention", "-C", folder).stdout
    assert "copkit case sign-off CASE, or copkit remove CASE" in listing

    held = CASE.replace("actions:", "hold: a complaint until 2028-12-31\nactions:")
    write("communities/harbour/cases/nobody-to-call.md", held)
    assert "held: a complaint, until 2028-12-31" in copkit("retention", "-C", folder).stdout
    assert "read-only" in copkit(*remove).stderr

    monkeypatch.setenv("COPKIT_TODAY", "2029-01-01")
    assert copkit(*remove).status == 0
    assert not (folder / "communities/harbour/cases/nobody-to-call.md").exists()


def test_a_hold_on_a_case_keeps_whoever_presented_it_and_one_on_a_meeting_its_notes(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    write("communities/harbour/community.md", ENDED)
    write("copkit.yaml", STRIP_SOON)
    hold = "hold: a complaint until 2026-12-31\n---\n"
    before = rules_due(copkit, folder, "2026-11-01")
    write("communities/harbour/cases/nobody-to-call.md", CASE.removesuffix("---\n") + hold)
    write("communities/harbour/meetings/2026-01-12.md", MEETING.replace("---\n\nWe", f"{hold}\nWe"))

    after = rules_due(copkit, folder, "2026-11-01")

    assert (before["contacts"], after["contacts"]) == (2, 1)
    assert (before["aliases"], after["aliases"]) == (1, 0)
    assert (before["private-notes"], after["private-notes"]) == (1, 0)
