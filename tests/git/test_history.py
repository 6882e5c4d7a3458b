"""Who recorded what and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Copkit
from tests.git.conftest import Clone, Share

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


def test_the_log_takes_the_name_of_a_case_alone(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)

    assert said(copkit, first, "nobody-to-call") == [
        "Harbour, a new case, nobody-to-call; recorded by Ann"
    ]
