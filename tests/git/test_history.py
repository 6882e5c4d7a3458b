"""Who recorded what and when; and the last change taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Copkit
from tests.git.conftest import ROSTER, Clone, Share

TreeOf = Callable[[Path], dict[str, bytes]]


def said(copkit: Copkit, clone: Clone, *what: str) -> list[str]:
    result = copkit("log", *what, "-C", clone.folder)
    assert result.status == 0, result.output
    return [line[12:] for line in result.stdout.splitlines()]  # behind the date


def add(copkit: Copkit, clone: Clone, role: str) -> None:
    add = ("new-member", "harbour", role, "--sector", "NHS", "--id", f"{role.lower()}-1")
    done = copkit(*add, "-C", clone.folder)
    assert done.status == 0, done.output


def test_the_log_tells_who_recorded_what(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    copkit("attendance", "record", "harbour", "2026-02-04", "-a", "police-1", "-C", ann.folder)
    copkit("sync", "-C", ann.folder)
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    bob.change(bob.roster, "    role: Housing", "    left: 2026-02-20\n    role: Housing")
    bob.change(bob.case, "status: presented", "status: written-up")
    bob.change(
        bob.case, "progress:", "progress:\n  - id: p1\n    date: 2026-02-20\n    outcome: helped"
    )
    copkit("sync", "-C", bob.folder)

    lines = said(copkit, bob)

    assert lines[:6] == [
        "Harbour, progress on nobody-to-call; recorded by Bob",
        "Harbour, nobody-to-call is now written-up; recorded by Bob",
        "Harbour, nurse-1: role; recorded by Bob",
        "Harbour, housing-1 left on 20 February 2026; recorded by Bob",
        "Harbour, attendance of 4 February 2026: 1 present, 1 apology; recorded by Ann",
        "Harbour, a new case, nobody-to-call; recorded by Ann",
    ]


def test_the_log_of_one_record_is_about_that_record(copkit: Copkit, share: Share) -> None:
    ann, _ = share("Bob")
    add(copkit, ann, "Vicar")
    copkit("sync", "-C", ann.folder)

    meeting = ["Harbour, attendance of 4 February 2026: 1 present, 0 apologies; recorded by Ann"]
    assert said(copkit, ann, "harbour/2026-02-04") == meeting
    assert said(copkit, ann, "communities/harbour/meetings/2026-02-04.md") == meeting
    assert said(copkit, ann, "harbour")[0] == "Harbour, a new member, vicar-1; recorded by Ann"
    assert said(copkit, ann, "harbour", "--limit", "1") == [said(copkit, ann, "harbour")[0]]
    wrong = copkit("log", "habour", "-C", ann.folder)
    assert wrong.status == 2
    assert "did you mean 'harbour'?" in wrong.stderr


def test_the_log_in_json(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)

    (event,) = json.loads(copkit("log", "harbour/2026-02-04", "--json", "-C", first.folder).stdout)

    assert event["community"] == "Harbour"
    assert event["what"] == "attendance of 4 February 2026: 1 present, 0 apologies"
    assert event["by"] == "Ann"
    assert event["file"] == "communities/harbour/meetings/2026-02-04.md"
    assert event["commit"] == first.head()


def test_before_the_first_commit_and_outside_git_the_log_says_so(
    copkit: Copkit, first: Clone, example: object
) -> None:
    empty = copkit("log", "-C", first.folder)
    assert (empty.status, empty.stdout) == (0, "")
    assert "nothing has been recorded yet" in empty.stderr
    outside = copkit("log", "-C", example)
    assert outside.status == 1
    assert "not kept in git" in outside.stderr


def test_commands_are_taken_back_one_by_one(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    add(copkit, first, "Imam")

    result = copkit("undo", "-C", first.folder)

    assert result.status == 0
    assert "  Harbour, a new member, imam-1\n" in result.stderr
    assert "vicar-1" in first.roster.read_text("utf-8")
    assert "imam-1" not in first.roster.read_text("utf-8")
    copkit("undo", "-C", first.folder)
    assert first.roster.read_text("utf-8") == ROSTER


def test_a_new_record_is_taken_away_again(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    copkit("new-case", "harbour", "A key and a kettle", "-C", first.folder)
    case = first.harbour / "cases" / "a-key-and-a-kettle.md"
    assert case.exists()

    assert copkit("undo", "--dry-run", "-C", first.folder).status == 0
    assert case.exists()
    copkit("undo", "-C", first.folder)

    assert not case.exists()
    assert first.git("status", "--porcelain") == ""


def test_what_was_changed_elsewhere_since_stays(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    first.change(first.roster, "role: Nurse", "role: Matron")

    assert copkit("undo", "-C", first.folder).status == 0

    assert first.roster.read_text("utf-8") == ROSTER.replace("role: Nurse", "role: Matron")


def test_what_was_changed_in_the_same_place_since_is_not_touched(
    copkit: Copkit, first: Clone
) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    first.change(first.roster, "role: Vicar", "role: Bishop")
    before = first.roster.read_bytes()

    result = copkit("undo", "-C", first.folder)

    assert result.status == 1
    assert "has been changed since, in the same place" in result.stderr
    assert first.roster.read_bytes() == before


def test_a_commit_that_nobody_has_is_taken_back(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    before = first.head()
    add(copkit, first, "Vicar")
    first.change(first.case, "A flat above a shop.", "A flat.")
    copkit("sync", "-C", first.folder)

    result = copkit("undo", "-C", first.folder)

    assert result.status == 0
    assert "  Harbour, a new member, vicar-1\n" in result.stderr
    assert first.head() == before
    assert first.roster.read_text("utf-8") == ROSTER
    assert "A flat above a shop." in first.case.read_text("utf-8")
    assert first.git("status", "--porcelain") == ""


def test_a_commit_below_others_is_taken_back_in_the_files(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    copkit("sync", "-C", first.folder)
    first.change(first.case, "A flat above a shop.", "A flat.")
    first.git("commit", "--quiet", "--all", "--message", "by hand")
    by_hand = first.head()

    copkit("undo", "-C", first.folder)

    assert first.head() == by_hand
    assert first.roster.read_text("utf-8") == ROSTER
    assert "A flat.\n" in first.case.read_text("utf-8")


def test_what_has_been_sent_and_the_beginning_are_not_taken_back(
    copkit: Copkit, first: Clone, share: Share
) -> None:
    copkit("sync", "-C", first.folder)
    beginning = copkit("undo", "-C", first.folder)
    assert beginning.status == 1
    assert "the beginning of everything" in beginning.stderr

    ann, _ = share("Bob")
    add(copkit, ann, "Vicar")
    copkit("sync", "-C", ann.folder)
    before = ann.roster.read_bytes()

    sent = copkit("undo", "-C", ann.folder)

    assert sent.status == 1
    assert "has been sent to the others already" in sent.stderr
    assert ann.roster.read_bytes() == before


def test_reading_leaves_even_what_git_keeps_as_it_is(
    copkit: Copkit, first: Clone, tree_of: TreeOf
) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    first.roster.touch()
    before = tree_of(first.folder)

    for command in ("check", "log", "sync --dry-run", "undo --dry-run", "attendance", "list cases"):
        assert copkit(*command.split(), "-C", first.folder).status == 0

    assert tree_of(first.folder) == before


def test_a_new_community_taken_back_leaves_no_trace(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    copkit("new-community", "Hove", "-C", first.folder)

    assert copkit("undo", "-C", first.folder).status == 0

    assert not (first.folder / "communities" / "hove").exists()
    assert copkit("check", "-C", first.folder).status == 0


def test_what_somebody_staged_elsewhere_stays_staged(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    copkit("sync", "-C", first.folder)
    (first.folder / "notes.txt").write_text("mine", encoding="utf-8")
    first.git("add", "notes.txt")

    assert copkit("undo", "-C", first.folder).status == 0

    assert first.git("status", "--porcelain") == "A  notes.txt\n"


def test_the_log_survives_whatever_was_once_committed(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    for number, text in enumerate(("left: [2026-02-01]", "role: [a]", "part:\n      - x")):
        first.change(first.roster, "    sector: NHS", f"    {text}\n    sector: NHS")
        (first.harbour / "cases" / f"odd\x01{number}.md").write_text("x", encoding="utf-8")
        first.git("add", "--all")
        first.git("commit", "--quiet", "--message", "by hand", f"--date=@{10**9 * number} +0000")
        first.change(first.roster, f"    {text}\n", "")
        first.git("commit", "--quiet", "--all", "--message", "mended")

    lines = said(copkit, first)

    assert "Harbour, nurse-1: left; recorded by Ann" in lines
    assert "Harbour, a new case, nobody-to-call; recorded by Ann" in lines


def test_a_limit_counts_what_is_told(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    (first.folder / ".gitignore").write_text("x\n", encoding="utf-8")
    copkit("sync", "-C", first.folder)

    assert len(said(copkit, first, "--limit", "2")) == 2
    assert len(said(copkit, first, "harbour/2026-02-04", "-n", "5")) == 1


def test_a_submodule_is_no_record_even_when_it_is_gone(copkit: Copkit, first: Clone) -> None:
    add(copkit, first, "Vicar")
    copkit("sync", "-C", first.folder)
    lines = said(copkit, first)
    commit = first.git("rev-parse", "HEAD").strip()
    first.git("update-index", "--add", "--cacheinfo", f"160000,{commit},evidence/other.md")
    first.git("commit", "--quiet", "-m", "Another repository")
    first.git("rm", "--quiet", "--cached", "evidence/other.md")
    first.git("commit", "--quiet", "-m", "Not any more")

    assert said(copkit, first) == lines


def test_a_record_that_is_gone_still_has_its_log(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    first.case.unlink()
    copkit("sync", "-C", first.folder)

    assert said(copkit, first, "communities/harbour/cases/nobody-to-call.md") == [
        "Harbour, the case nobody-to-call, taken out; recorded by Ann",
        "Harbour, a new case, nobody-to-call; recorded by Ann",
    ]


def test_what_has_been_taken_back_is_not_taken_back_again(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    add(copkit, first, "Imam")
    copkit("sync", "-C", first.folder)

    assert copkit("undo", "-C", first.folder).status == 0
    again = copkit("undo", "-C", first.folder)

    assert again.status == 1
    assert "the beginning of everything" in again.stderr
    assert first.roster.read_text("utf-8") == ROSTER


def test_undo_of_a_commit_below_a_merge_does_not_swing_back(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    add(copkit, ann, "Vicar")
    copkit("sync", "-C", ann.folder)
    add(copkit, bob, "Imam")
    bob.git("config", "remote.origin.pushurl", "/nowhere")
    assert copkit("sync", "-C", bob.folder).status == 1

    assert copkit("undo", "-C", bob.folder).status == 0
    again = copkit("undo", "-C", bob.folder)

    assert again.status == 1
    assert "has been taken back already" in again.stderr
    assert "imam-1" not in bob.roster.read_text("utf-8")
    assert "vicar-1" in bob.roster.read_text("utf-8")


def test_a_dry_run_says_what_undo_would_say(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    copkit("new-case", "harbour", "A key", "-C", first.folder)
    case = first.harbour / "cases" / "a-key.md"
    case.write_text(case.read_text("utf-8") + "Written by hand.\n", encoding="utf-8")

    for options in (("--dry-run",), ()):
        result = copkit("undo", *options, "-C", first.folder)
        assert result.status == 1
        assert "delete it if you do not want it" in result.stderr


def test_the_log_takes_the_name_of_a_case_alone(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)

    assert said(copkit, first, "nobody-to-call") == [
        "Harbour, a new case, nobody-to-call; recorded by Ann"
    ]


def test_what_was_put_back_by_hand_is_forgotten(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    add(copkit, first, "Vicar")
    add(copkit, first, "Imam")
    text = first.roster.read_text("utf-8")
    first.roster.write_text(text[: text.index("  - id: imam-1")], encoding="utf-8", newline="")

    assert "put back by hand already" in copkit("undo", "-C", first.folder).stderr
    assert copkit("undo", "-C", first.folder).status == 0

    assert first.roster.read_text("utf-8") == ROSTER
