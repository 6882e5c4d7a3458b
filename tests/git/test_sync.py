"""People who do not speak git bring their records together."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from copkit.git import checkout
from copkit.git.sync import is_shareable
from copkit.layout import READING_NOTES
from copkit.records.kinds import KINDS, RecordKind
from tests.conftest import Copkit
from tests.git.conftest import ROSTER, Clone, Host, Share, follow, named, synced
from tests.git.leaks import LEAK, require_hidden

SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n made up\n -----END PGP SIGNATURE-----"


def record(copkit: Copkit, clone: Clone, *options: str) -> None:
    done = copkit("attendance", "record", "harbour", "2026-02-04", *options, "-C", clone.folder)
    assert done.status == 0, done.output


def test_what_two_people_recorded_comes_together(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    record(copkit, ann, "-p", "police-1")
    record(copkit, bob, "-a", "housing-1")
    add = ("new-member", "harbour", "Vicar", "--sector", "Faith", "--id", "vicar-1")
    assert copkit(*add, "-C", bob.folder).status == 0

    hers = copkit("sync", "-C", ann.folder)
    his = copkit("sync", "-C", bob.folder)
    again = copkit("sync", "-C", ann.folder)

    assert [hers.status, his.status, again.status] == [0, 0, 0]
    assert hers.stderr == (
        "changed here:\n  Harbour, attendance of 4 February 2026: 2 present, 0 apologies\n"
        "sent to origin\n"
    )
    assert "  Harbour, a new member, vicar-1\n" in his.stderr
    assert "from the others:\n  Harbour, attendance of 4 February 2026: 2 present" in his.stderr
    for clone in (ann, bob):
        assert "present:\n  - nurse-1\n  - police-1\napologies:\n  - housing-1\n" in (
            clone.meeting.read_text("utf-8")
        )
        assert clone.git("status", "--porcelain") == ""
    assert ann.head() == bob.head()
    assert copkit("sync", "-C", bob.folder).stderr == "everybody has the same records\n"


def test_a_contradiction_stops_it_and_leaves_nothing_half_done(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    record(copkit, ann, "-p", "police-1")
    record(copkit, bob, "-a", "police-1")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    ann.change(ann.roster, "role: Nurse", "role: Sister")
    copkit("sync", "-C", ann.folder)
    mine = {path: path.read_bytes() for path in (bob.roster, bob.meeting)}

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "police-1: 'apologies' (yours) or 'present' (theirs)" in result.stderr
    assert "nurse-1, role: 'Matron' (yours) or 'Sister' (theirs)" in result.stderr
    assert {path: path.read_bytes() for path in mine} == mine
    assert bob.git("status", "--porcelain") == ""
    assert not (bob.folder / ".git" / "MERGE_HEAD").exists()


@pytest.mark.parametrize(("keep", "role"), [("mine", "Matron"), ("theirs", "Sister")])
def test_a_contradiction_is_decided_by_naming_a_side(
    copkit: Copkit, share: Share, keep: str, role: str
) -> None:
    ann, bob = share("Bob")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    ann.change(ann.roster, "role: Nurse", "role: Sister")
    ann.change(ann.case, "A flat above a shop.", "A flat above a chip shop.")
    bob.change(bob.case, "A flat above a shop.", "A flat above a bakery.")
    bob.change(bob.meeting, "Notes.", "Notes of his.")
    ann.meeting.unlink()
    copkit("sync", "-C", ann.folder)
    assert copkit("sync", "-C", bob.folder).status == 1

    result = copkit("sync", "--keep", keep, "-C", bob.folder)

    assert result.status == 0, result.output
    assert f"role: {role}\n" in bob.roster.read_text("utf-8")
    assert ("bakery" in bob.case.read_text("utf-8")) == (keep == "mine")
    assert bob.meeting.exists() == (keep == "mine")
    assert copkit("sync", "-C", ann.folder).status == 0
    assert ann.roster.read_bytes() == bob.roster.read_bytes()


def test_writing_the_same_as_the_other_settles_a_contradiction(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    ann.change(ann.roster, "role: Nurse", "role: Sister")
    copkit("sync", "-C", ann.folder)
    assert copkit("sync", "-C", bob.folder).status == 1

    bob.change(bob.roster, "role: Matron", "role: Sister")

    assert copkit("sync", "-C", bob.folder).status == 0


def test_what_check_refuses_is_neither_kept_nor_sent(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    before = ann.head()
    ann.change(ann.meeting, "- nurse-1", "- nobody-7")

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 1
    assert "'nobody-7' is not on the roster of harbour" in result.stderr
    assert ann.head() == before
    assert copkit("sync", "-C", bob.folder).stderr == "everybody has the same records\n"


def test_what_is_only_wrong_together_is_not_sent(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    record(copkit, ann, "-p", "police-1")
    copkit("sync", "-C", ann.folder)
    police = ROSTER[ROSTER.index("  - id: police-1") : ROSTER.index("  - id: housing-1")]
    bob.change(bob.roster, police, "")
    theirs = ann.git("rev-parse", "origin/main")

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "'police-1' is not on the roster" in result.stderr
    ann.git("fetch", "--quiet")
    assert ann.git("rev-parse", "origin/main") == theirs


def test_without_a_remote_it_commits(copkit: Copkit, first: Clone) -> None:
    result = copkit("sync", "-C", first.folder)

    assert result.status == 0
    assert "Harbour, a new community" in result.stderr
    assert "there is nobody to send it to" in result.stderr
    assert first.git("status", "--porcelain") == ""
    assert "nothing has changed" in copkit("sync", "-C", first.folder).stderr


CONTACTS = "contacts:\n  - id: harbour/nurse-1\n    name: Xanthe Quillfeather\n"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_records_of_every_kind_are_sent(kind: RecordKind) -> None:
    slug = "2026-01-21" if kind.dated else "a-slug"

    assert is_shareable(kind.place.replace("<community>", "harbour").replace("<slug>", slug))


@pytest.mark.parametrize(
    ("file", "is_sent"),
    [
        (f"{READING_NOTES}/{'0b68' * 8}-0123abcd.yaml", True),
        (f"{READING_NOTES}/{'0b68' * 8}.yaml", True),
        (f"{READING_NOTES}/names.yaml", False),
        (f"{READING_NOTES}/{'0b68' * 8}/names.yaml", False),
    ],
)
def test_notes_on_who_read_a_case_are_sent(file: str, *, is_sent: bool) -> None:
    assert is_shareable(file) is is_sent


def test_only_records_are_sent_and_never_what_is_private(copkit: Copkit, first: Clone) -> None:
    for file in ("names.xlsx", "private/contacts.yaml", "build/x.html", "communities/photo.jpg"):
        (first.folder / file).parent.mkdir(exist_ok=True)
        (first.folder / file).write_text(CONTACTS, encoding="utf-8")

    result = copkit("sync", "-C", first.folder)

    kept = first.git("ls-files").split()
    assert "copkit.yaml" in kept
    assert not {file for file in kept if not file.endswith((".md", ".yaml"))}
    assert not {file for file in kept if file.startswith(("private", "build"))}
    assert "left alone, as no record: communities/photo.jpg, names.xlsx" in result.stderr


def test_what_is_private_and_in_git_already_stops_it(copkit: Copkit, first: Clone) -> None:
    (first.folder / "private").mkdir()
    (first.folder / "private/contacts.yaml").write_text("contacts:\n", encoding="utf-8")
    first.git("add", "--force", "private/contacts.yaml")

    result = copkit("sync", "-C", first.folder)

    assert result.status == 1
    assert "private/contacts.yaml is in git, where it never belongs" in result.stderr


@pytest.mark.parametrize("is_ignored", [True, False])
def test_the_way_to_take_what_is_private_out_of_git_leaves_the_file(
    copkit: Copkit, share: Share, *, is_ignored: bool
) -> None:
    (ann,) = share()
    private = ann.folder / "private" / "contacts.yaml"
    private.parent.mkdir()
    private.write_text("contacts:\n", encoding="utf-8")
    ann.git("add", "--force", "private/contacts.yaml")
    ann.git("commit", "--quiet", "-m", "By hand")
    if is_ignored:
        (ann.folder / ".gitignore").write_text("private/\n", encoding="utf-8")

    follow(copkit, ann, copkit("sync", "-C", ann.folder).stderr)
    refused = copkit("sync", "-C", ann.folder)  # it is still in the commit by hand
    assert refused.status == 1
    follow(copkit, ann, refused.stderr)

    assert private.exists()
    assert "private" not in ann.git("ls-tree", "-r", "--name-only", "origin/main")
    assert "everybody has the same records" in synced(copkit, ann)


def test_what_somebody_staged_elsewhere_stays_staged(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    (first.folder / "notes.txt").write_text("mine", encoding="utf-8")
    first.git("add", "notes.txt")
    first.change(first.roster, "role: Nurse", "role: Matron")

    copkit("sync", "-C", first.folder)

    assert first.git("status", "--porcelain") == "A  notes.txt\n"


def test_what_was_to_come_and_is_gone_again_is_forgotten(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    path = first.harbour / "cases" / "gone.md"
    path.write_text(first.case.read_text("utf-8"), encoding="utf-8")
    first.git("add", "--all")
    path.unlink()

    copkit("sync", "--dry-run", "-C", first.folder)
    assert first.git("status", "--porcelain").startswith("AD ")
    alone = copkit("sync", "-C", first.folder)
    assert (alone.status, "nothing has changed" in alone.stderr) == (0, True)
    first.change(first.roster, "role: Nurse", "role: Matron")
    assert copkit("sync", "-C", first.folder).status == 0
    assert first.git("status", "--porcelain") == ""


def test_a_programme_in_a_part_of_a_repository(
    copkit: Copkit, first: Clone, tmp_path: Path
) -> None:
    above = Clone(tmp_path)
    (first.folder / ".git").rename(tmp_path / ".git")
    (tmp_path / "other.md").write_text("not ours", encoding="utf-8")

    result = copkit("sync", "-C", first.folder)

    assert result.status == 0, result.output
    assert "ann/copkit.yaml" in above.git("ls-files")
    assert "other.md" not in above.git("ls-files")
    probe = "ann/communities/harbour/roster.yaml"
    assert above.git("check-attr", "merge", probe) == f"{probe}: merge: copkit\n"
    assert above.git("check-attr", "merge", "other.md") == "other.md: merge: unspecified\n"


def test_dry_run_changes_nothing(copkit: Copkit, share: Share) -> None:
    ann, _ = share("Bob")
    record(copkit, ann, "-p", "police-1")
    before = ann.head()

    result = copkit("sync", "--dry-run", "-C", ann.folder)

    assert result.status == 0
    assert "attendance of 4 February 2026" in result.stderr
    assert "would keep 1 changed file" in result.stderr
    assert ann.head() == before
    assert ann.git("status", "--porcelain") == " M communities/harbour/meetings/2026-02-04.md\n"


def test_a_remote_that_cannot_be_reached_costs_nothing(
    copkit: Copkit, first: Clone, tmp_path: Path
) -> None:
    first.git("remote", "add", "origin", str(tmp_path / "nowhere"))

    result = copkit("sync", "-C", first.folder)

    assert result.status == 1
    assert "the shared place (origin) cannot be reached" in result.stderr
    assert "what you changed is kept here" in result.stderr
    assert first.git("status", "--porcelain") == ""


@pytest.mark.slow
def test_a_lost_race_is_run_again(share: Share, copkit: Copkit) -> None:
    """Four people send at the same moment; all of them get through."""
    clones = share(*"BCD")
    for number, clone in enumerate(clones):
        clone.change(
            clone.roster, "members:\n",
            f"members:\n  - id: new-{number}\n    role: Nurse\n    sector: NHS\n",
        )  # fmt: skip

    running = [
        subprocess.Popen(
            [sys.executable, "-m", "copkit", "sync", "-C", str(clone.folder)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for clone in clones
    ]
    said = [one.communicate(timeout=120)[1] for one in running]

    assert [one.returncode for one in running] == [0] * 4, said
    assert copkit("sync", "-C", clones[0].folder).status == 0
    roster = clones[0].roster.read_text("utf-8")
    assert all(f"id: new-{number}\n" in roster for number in range(4))


def test_who_works_here_is_asked_for(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    first.git("config", "user.useConfigOnly", "true")
    first.git("config", "--unset", "user.email")

    result = copkit("sync", "-C", first.folder)

    assert result.status == 1
    assert "git does not know who you are" in result.stderr
    follow(copkit, first, result.stderr)
    synced(copkit, first)


@pytest.mark.parametrize("has_committed", [True, False])
def test_without_a_branch_the_way_to_one_brings_along_what_was_committed(
    copkit: Copkit, share: Share, *, has_committed: bool
) -> None:
    (ann,) = share()
    ann.git("branch", "--move", "main", "trunk")
    ann.git("branch", "another")
    ann.git("checkout", "--quiet", "--detach")
    if has_committed:
        ann.change(ann.roster, "role: Nurse", "role: Matron")
        ann.git("commit", "--quiet", "--all", "-m", "By hand")

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 1
    assert "git is not on a branch here" in result.stderr
    follow(copkit, ann, result.stderr)
    assert "sent to origin" in synced(copkit, ann) or not has_committed
    assert ann.git("symbolic-ref", "--short", "HEAD") == "trunk\n"
    assert ("Matron" in ann.git("show", "origin/main:communities/harbour/roster.yaml")) == (
        has_committed
    )


def test_of_several_remotes_one_is_named_once(copkit: Copkit, share: Share, tmp_path: Path) -> None:
    (ann,) = share()
    ann.git("remote", "rename", "origin", "office")
    ann.git("remote", "add", "home", str(tmp_path / "home"))
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "home")], check=True)
    ann.git("config", "--unset", "branch.main.remote")

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 1
    follow(copkit, ann, result.stderr)
    assert "everybody has the same records" in synced(copkit, ann)


def test_outside_git_it_says_how_to_begin(copkit: Copkit, example: Path) -> None:
    result = copkit("sync", "-C", example)

    assert result.status == 1
    assert "git init" in result.stderr


@pytest.mark.parametrize("operation", ["merge", "rebase", "cherry-pick", "revert", "am", "bisect"])
def test_what_somebody_left_unfinished_is_left_to_them_and_the_way_back_works(
    copkit: Copkit, share: Share, tmp_path: Path, operation: str
) -> None:
    ann, bob = share("Bob")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    ann.change(ann.roster, "role: Nurse", "role: Sister")
    synced(copkit, ann)
    assert copkit("sync", "-C", bob.folder).status == 1
    patch = bob.git("format-patch", "-1", "origin/main", "-o", str(tmp_path)).strip()
    begin = {
        "merge": ("merge", "origin/main"),
        "rebase": ("rebase", "origin/main"),
        "cherry-pick": ("cherry-pick", "origin/main"),
        "revert": ("revert", "--no-edit", "origin/main"),
        "am": ("am", "--no-3way", patch),
        "bisect": ("bisect", "start", "HEAD", "HEAD^"),
    }[operation]
    bob.git(*begin, status=None)
    left = bob.roster.read_bytes()

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert f"a git {operation} was begun here and not finished" in result.stderr
    assert bob.roster.read_bytes() == left
    follow(copkit, bob, result.stderr)
    synced(copkit, bob, "--keep", "mine")
    assert "role: Matron" in bob.roster.read_text("utf-8")


def test_settings_from_somebody_else_run_nothing(
    copkit: Copkit, first: Clone, tmp_path: Path
) -> None:
    copkit("sync", "-C", first.folder)
    payload = tmp_path / "payload.sh"
    payload.write_text(f"#!/bin/sh\necho run >> {tmp_path}/ran\n", encoding="utf-8")
    payload.chmod(0o755)
    hooks = first.folder / "hooks"
    hooks.mkdir()
    for hook in ("pre-commit", "post-commit", "pre-push", "post-checkout", "reference-transaction"):
        (hooks / hook).write_text(payload.read_text("utf-8"), encoding="utf-8")
        (hooks / hook).chmod(0o755)
    for key in ("core.fsmonitor", "core.editor", "gpg.program", "gpg.ssh.program"):
        first.git("config", key, str(payload))
    first.git("config", "core.hooksPath", "hooks")
    first.git("config", "commit.gpgSign", "true")
    first.git("config", "log.showSignature", "true")
    first.git("config", "merge.verifySignatures", "true")
    signed = first.git("cat-file", "commit", "HEAD").replace("\n\n", f"\n{SIGNATURE}\n\n", 1)
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed, cwd=first.folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    first.git("update-ref", "HEAD", made.stdout.strip())
    first.git("log", "-1", status=None)
    assert (tmp_path / "ran").exists(), "plain git runs it"
    (tmp_path / "ran").unlink(missing_ok=True)
    record(copkit, first, "-p", "police-1")

    member = "new-member harbour Vicar --sector NHS"
    for command in ("check", "log", "sync", member, "undo --list", "undo --dry-run", "undo"):
        assert copkit(*command.split(), "-C", first.folder).status == 0, command

    assert not (tmp_path / "ran").exists()


def test_a_folder_that_was_begun_apart_is_shown_the_way_to_the_shared_one(
    copkit: Copkit, share: Share, tmp_path: Path
) -> None:
    (ann,) = share()
    apart = Clone(tmp_path / "apart")
    copkit("init", apart.folder, "--name", "Harbour", "--starts", "2026-01-05")
    apart.git("init", "--quiet")
    apart.git("remote", "add", "origin", "../hub")
    named(apart, "Cyd")
    assert copkit("new-community", "Hove", "-C", apart.folder).status == 0

    result = copkit("sync", "-C", apart.folder)

    assert result.status == 1
    assert "begun apart" in result.stderr
    assert apart.git("status", "--porcelain") == ""
    follow(copkit, apart, result.stderr.partition(" copies the shared one")[0])
    joined = Clone(tmp_path / "apart-shared")
    named(joined, "Cyd")
    shutil.copytree(apart.folder / "communities/hove", joined.folder / "communities/hove")
    joined.change(joined.folder / "communities/hove/community.md", "code: CP1", "code: CP2")
    assert "sent to origin" in synced(copkit, joined)
    synced(copkit, ann)
    assert (ann.folder / "communities/hove/community.md").exists()


def test_a_file_in_the_way_is_named(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    (ann.folder / "notes.md").write_text("hers", encoding="utf-8")
    ann.git("add", "notes.md")
    ann.git("commit", "--quiet", "--message", "by hand")
    copkit("sync", "-C", ann.folder)
    (bob.folder / "notes.md").write_text("his", encoding="utf-8")

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "others have sent notes.md, and here is another file of that name" in result.stderr
    assert (bob.folder / "notes.md").read_text("utf-8") == "his"
    (bob.folder / "notes.md").rename(bob.folder / "his.md")  # as the hint says
    synced(copkit, bob)
    assert (bob.folder / "notes.md").read_text("utf-8") == "hers"


def test_a_case_taken_out_and_one_begun_are_never_taken_for_one(
    copkit: Copkit, share: Share
) -> None:
    """All new cases begin alike, so git would guess that the old one was renamed."""
    ann, bob = share("Bob")
    copkit("new-case", "harbour", "Old matter", "-C", ann.folder)
    copkit("sync", "-C", ann.folder)
    copkit("sync", "-C", bob.folder)
    (ann.harbour / "cases/old-matter.md").unlink()
    copkit("new-case", "harbour", "Another matter", "-C", ann.folder)
    copkit("sync", "-C", ann.folder)
    bob.change(bob.harbour / "cases/old-matter.md", "question: ", "question: why? ")

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "cases/old-matter.md: changed (yours) or taken out (theirs)" in result.stderr
    kept = copkit("sync", "--keep", "mine", "-C", bob.folder)
    assert kept.status == 0
    assert "why?" in (bob.harbour / "cases/old-matter.md").read_text("utf-8")
    assert "why?" not in (bob.harbour / "cases/another-matter.md").read_text("utf-8")


@pytest.mark.parametrize(
    "file",
    [
        "communities/harbour/names.md",
        "communities/harbour/contacts.yaml",
        "communities/harbour/meetings/names.md",
        "communities/harbour/meetings/2026-02-04.yaml",
        "communities/harbour/cases/.#x.md",
        "communities/harbour/cases/deep/x.md",
        "communities/Harbour Notes/community.md",
        "evidence/My notes.md",
        "surveys/names.md",
        "names.xlsx",
        "templates/.secret",
        "templates/.secret/key.txt",
        "templates/names.xlsx",
        ".copkit/schema/x/y.json",
        ".copkit/schema/names.txt",
    ],
)
def test_what_only_looks_like_a_record_is_left_alone(
    copkit: Copkit, first: Clone, file: str
) -> None:
    copkit("sync", "-C", first.folder)
    (first.folder / file).parent.mkdir(parents=True, exist_ok=True)
    (first.folder / file).write_text("---\ntitle: Jane\n---\n", encoding="utf-8")
    before = first.head()

    for staged in (False, True):
        if staged:
            first.git("add", "--", file)
        copkit("sync", "-C", first.folder)
        assert first.head() == before


def test_keeping_a_side_says_what_it_decides(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    ann.change(ann.roster, "role: Nurse", "role: Sister")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    copkit("sync", "-C", ann.folder)

    result = copkit("sync", "--keep", "mine", "-C", bob.folder)

    assert "kept as yours:\n" in result.stderr
    assert "nurse-1, role: 'Matron' (yours) or 'Sister' (theirs)" in result.stderr
    log = copkit("log", "communities/harbour/roster.yaml", "-C", bob.folder).stdout
    assert "nurse-1: role; recorded by Ann" in log
    assert "nurse-1: role; recorded by Bob" in log


def test_two_texts_that_clash_are_both_shown(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    ann.change(ann.case, "A flat above a shop.", "A flat above a chip shop.")
    bob.change(bob.case, "A flat above a shop.", "A flat above a bakery.")
    copkit("sync", "-C", ann.folder)

    result = copkit("sync", "-C", bob.folder)

    assert "you and the others have recorded different things:\n" in result.stderr
    assert (
        "the text: 'A flat above a bakery.' (yours) or 'A flat above a chip shop.' (theirs)"
        in result.stderr
    )


def test_line_ends_alone_are_no_change(copkit: Copkit, share: Share) -> None:
    ann, _ = share("Bob")
    ann.git("config", "core.autocrlf", "input")
    ann.roster.write_bytes(ann.roster.read_bytes().replace(b"\n", b"\r\n"))

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 0, result.output
    assert "everybody has the same records" in result.stderr


def test_a_branch_that_nobody_reads_is_not_sent_to(copkit: Copkit, share: Share) -> None:
    ann, _ = share("Bob")
    ann.git("branch", "--move", "master")
    ann.git("config", "--remove-section", "branch.master")
    ann.change(ann.roster, "role: Nurse", "role: Matron")

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 1
    assert "origin has no branch 'master', but main" in result.stderr
    assert "git branch --set-upstream-to=origin/main" in result.stderr


def test_errors_that_came_together_are_said_to_be_kept(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    text = ann.roster.read_text("utf-8")
    begin, end = text.index("  - id: police-1"), text.index("  - id: housing-1")
    ann.roster.write_text(text[:begin] + text[end:], encoding="utf-8")
    copkit("sync", "-C", ann.folder)
    record(copkit, bob, "-p", "police-1")

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "this came together with errors, so it is kept here and was not sent" in result.stderr
    bob.change(bob.meeting, "  - police-1\n", "")  # as the hint says
    assert "sent to origin" in synced(copkit, bob)


def test_why_the_others_refused_is_told(copkit: Copkit, share: Share, host: Host) -> None:
    ann, _ = share("Bob")
    host(ann, "pre-receive", "echo 'not today: ask the office' >&2\nexit 1")
    ann.change(ann.roster, "role: Nurse", "role: Matron")

    result = copkit("sync", "-C", ann.folder)

    assert result.status == 1
    assert "git push failed: not today: ask the office" in result.stderr
    assert "what you changed is kept here" in result.stderr


def test_a_lock_that_a_dead_git_left_is_explained(
    copkit: Copkit, first: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkout, "LOCK_WAIT", 0.2)
    copkit("sync", "-C", first.folder)
    (first.folder / ".git" / "index.lock").touch()
    first.change(first.roster, "role: Nurse", "role: Matron")

    result = copkit("sync", "-C", first.folder)

    assert result.status == 1
    assert "another program has kept git's index locked" in result.stderr
    assert "if nothing does, delete " in result.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="stops a process as a terminal does")
@pytest.mark.parametrize("after", [0.15, 0.25, 0.35, 0.45])
def test_ctrl_c_at_any_moment_leaves_nothing_half_done(
    copkit: Copkit, share: Share, after: float
) -> None:
    ann, bob = share("Bob")
    for clone in (ann, bob):
        record(copkit, clone, "-p", "police-1" if clone is ann else "housing-1")
    copkit("sync", "-C", ann.folder)
    syncing = subprocess.Popen(
        [sys.executable, "-m", "copkit", "sync", "-C", str(bob.folder)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(after)
    os.killpg(syncing.pid, signal.SIGINT)
    said = syncing.communicate(timeout=60)[1]

    assert syncing.returncode in {0, 130, -signal.SIGINT}, said
    assert "Traceback" not in said
    left = [path.name for path in (bob.folder / ".git").iterdir()]
    assert not {"MERGE_HEAD", "index.lock", "HEAD.lock"} & set(left)
    assert not list(bob.folder.glob(".merge_file_*"))
    assert copkit("sync", "-C", bob.folder).status == 0
    assert "police-1\n  - housing-1" in bob.meeting.read_text("utf-8") or (
        "housing-1\n  - police-1" in bob.meeting.read_text("utf-8")
    )


def test_one_id_given_by_two_people_is_asked_about(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    for clone in (ann, bob):
        add = ("new-member", "harbour", "Nurse", "--sector", "NHS", "--id", "nurse-2")
        copkit(*add, "-C", clone.folder)
    copkit("sync", "-C", ann.folder)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 0
    assert "please look at this:\n" in result.stderr
    assert "nurse-2: added on both sides; one person, or two?" in result.stderr


def add_nurse(copkit: Copkit, clone: Clone, sector: str) -> None:
    add = ("new-member", "harbour", "Nurse", "--sector", sector, "--id", "nurse-2")
    assert copkit(*add, "-C", clone.folder).status == 0
    record(copkit, clone, "-p", "nurse-2")


@pytest.mark.parametrize("keep", [(), ("--keep", "mine"), ("--keep", "theirs")])
def test_two_members_under_one_id_are_both_kept_with_what_refers_to_each(
    copkit: Copkit, share: Share, keep: tuple[str, ...]
) -> None:
    ann, bob = share("Bob")
    add_nurse(copkit, ann, "NHS")
    add_nurse(copkit, bob, "Voluntary Sector")
    private = bob.folder / "private"
    private.mkdir(exist_ok=True)
    (private / "contacts.yaml").write_text(
        "contacts:\n  - id: harbour/nurse-2\n    name: Xanthe Quillfeather\n", encoding="utf-8"
    )
    (bob.folder / ".gitignore").write_text("private/\n", encoding="utf-8")
    synced(copkit, ann)

    said = synced(copkit, bob, *keep)
    synced(copkit, ann)

    new = re.search(r"two people added 'harbour/nurse-2'; both are kept, yours as '(.+)'", said)
    assert new
    roster = bob.roster.read_text("utf-8")
    assert "  - id: nurse-2\n    role: Nurse\n    sector: NHS\n" in roster
    assert f"  - id: {new[1]}\n    role: Nurse\n    sector: Voluntary Sector\n" in roster
    assert set(re.findall(r"- (nurse-.+)", bob.meeting.read_text("utf-8"))) == (
        {"nurse-1", "nurse-2", new[1]}
    )
    assert f"id: harbour/{new[1]}\n" in (private / "contacts.yaml").read_text("utf-8")
    assert ann.roster.read_text("utf-8") == roster
    one_person = re.search("if they are one person: copkit (.+)", said)
    assert one_person
    assert copkit(*one_person[1].split(), "--yes", "-C", bob.folder).status == 0
    synced(copkit, bob)
    assert new[1] not in bob.roster.read_text("utf-8") + bob.meeting.read_text("utf-8")


@pytest.mark.parametrize("way", ["squash", "cherry-pick"])
def test_one_member_who_came_twice_stays_one(copkit: Copkit, share: Share, way: str) -> None:
    ann, bob = share("Bob")
    add_nurse(copkit, bob, "NHS")
    bob.git("commit", "--quiet", "--all", "-m", "Bob's")
    ann.git("pull", "--quiet", "--no-rebase", str(bob.folder), "main")
    if way == "squash":
        ann.git("reset", "--quiet", "--soft", "origin/main")
        ann.git("commit", "--quiet", "-m", "Squashed")
    else:
        ann.git("reset", "--quiet", "--hard", "HEAD^")
        ann.git("commit", "--quiet", "--allow-empty", "-m", "Hers")
        ann.git("fetch", "--quiet", str(bob.folder), "main")
        ann.git("cherry-pick", "FETCH_HEAD")
    synced(copkit, ann)
    bob.change(bob.roster, "  - id: nurse-2\n    role: Nurse", "  - id: nurse-2\n    role: Matron")

    said = synced(copkit, bob)

    assert "both are kept" not in said
    assert bob.roster.read_text("utf-8").count("nurse-2") == 1
    assert "role: Matron" in bob.roster.read_text("utf-8")


def test_two_people_who_add_somebody_at_once_do_not_give_one_id(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    for clone in (ann, bob):
        copkit("new-member", "harbour", "Nurse", "--sector", "NHS", "-C", clone.folder)
    copkit("sync", "-C", ann.folder)

    assert copkit("sync", "-C", bob.folder).status == 0

    ids = re.findall(r"id: (nurse-\w+)", bob.roster.read_text("utf-8"))
    assert ids[0] == "nurse-1"
    assert len(set(ids)) == 3
    assert all(re.fullmatch("nurse-[a-z0-9]{4}", id) for id in ids[1:])


def test_what_somebody_staged_does_not_stand_in_the_way(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    ann.change(ann.roster, "role: Nurse", "role: Sister")
    copkit("sync", "-C", ann.folder)
    (bob.folder / "note.txt").write_text("mine", encoding="utf-8")
    bob.git("add", "note.txt")
    bob.change(bob.roster, "role: Nurse", "role: Matron")

    result = copkit("sync", "-C", bob.folder)

    assert "nurse-1, role: 'Matron' (yours) or 'Sister' (theirs)" in result.stderr
    assert bob.git("status", "--porcelain") == "A  note.txt\n"
    bob.change(bob.roster, "role: Matron", "role: Sister")
    assert copkit("sync", "-C", bob.folder).status == 0
    assert bob.git("status", "--porcelain") == "A  note.txt\n"


DRAFT = "---\ntitle: A key\nkind: challenging\nstatus: draft\n---\n"


@pytest.mark.slow
def test_a_folder_of_many_years_is_kept_at_once(copkit: Copkit, first: Clone) -> None:
    """More than one argument of a command may hold, and one run of git for all texts."""
    for number in range(2200):  # 140 kB of names; Linux takes 128 in one argument
        path = first.harbour / "cases" / f"a-case-with-quite-a-long-name-{number}.md"
        path.write_text(DRAFT, encoding="utf-8", newline="")

    result = copkit("sync", "-C", first.folder)

    assert result.status == 0, result.stderr[-500:]
    message = first.git("log", "-1", "--format=%B")
    assert message.count("\n- ") == 201
    assert "- and 2007 more\n\nCopkit: sync" in message


@pytest.mark.skipif(os.name != "posix", reason="takes rights away as POSIX does")
def test_what_came_by_half_goes_again(copkit: Copkit, share: Share) -> None:
    """A merge that cannot write one file takes back those it has written."""
    ann, bob = share("Bob")
    ann.change(ann.roster, "role: Nurse", "role: Matron")
    ann.change(ann.case, "A flat above a shop.", "A flat.")
    copkit("sync", "-C", ann.folder)
    before = bob.roster.read_bytes()
    as_anybody = []
    if os.geteuid() == 0:  # whom no folder refuses
        if not shutil.which("setpriv"):
            pytest.skip("an administrator's rights cannot be taken away here")
        as_anybody = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    bob.case.parent.chmod(0o555)

    done = subprocess.run(
        [*as_anybody, sys.executable, "-m", "copkit", "sync", "-C", str(bob.folder)],
        capture_output=True,
        text=True,
        check=False,
    )

    bob.case.parent.chmod(0o755)
    assert done.returncode == 1, done.stderr
    assert "a file is read-only, or open in another program" in done.stderr
    assert bob.roster.read_bytes() == before
    assert bob.git("status", "--porcelain") == ""
    assert copkit("sync", "-C", bob.folder).status == 0


def test_what_a_commit_of_plain_git_leaks_is_not_sent_and_the_way_back_works(
    copkit: Copkit, share: Share
) -> None:
    (ann,) = share()
    there = ann.git("rev-parse", "origin/main")
    ann.change(ann.case, "A flat above a shop.", LEAK)
    ann.git("commit", "--quiet", "--all", "-m", "More")
    ann.change(ann.case, LEAK, "A flat.")

    result = copkit("sync", "-C", ann.folder)

    require_hidden(result)
    assert result.status == 1
    assert "nothing was sent: a commit of yours holds what is marked" in result.stderr
    back = f"git reset --soft {there[:9]}"
    assert f"'{back}' takes your commits apart" in result.stderr
    assert ann.git("ls-remote", "origin", "main").split()[0] == there.strip()
    ann.git(*back.split()[1:])
    assert copkit("sync", "-C", ann.folder).status == 0
    assert copkit("check", "--history", "-C", ann.folder).status == 0


def test_a_leak_is_not_committed_and_strays_stop_nothing(copkit: Copkit, first: Clone) -> None:
    stray = first.folder / "names.txt"
    stray.write_text(LEAK, encoding="utf-8")
    assert copkit("sync", "-C", first.folder).status == 0
    before = first.head()
    first.change(first.case, "A flat above a shop.", LEAK)

    result = copkit("sync", "-C", first.folder)

    require_hidden(result)
    assert (result.status, first.head()) == (1, before)


def test_what_git_has_already_is_looked_at_though_it_is_no_record(
    copkit: Copkit, first: Clone
) -> None:
    (first.folder / "names.txt").write_text("Nobody.", encoding="utf-8")
    first.git("add", "--all")
    first.git("commit", "--quiet", "-m", "A start")
    (first.folder / "names.txt").write_text(LEAK, encoding="utf-8")
    before = first.head()

    result = copkit("sync", "-C", first.folder)

    require_hidden(result)
    assert (result.status, first.head()) == (1, before)


@pytest.mark.parametrize(
    ("key", "attributes"),
    [
        ("filter.evil.clean", "*.md filter=evil\n"),
        ("filter.evil.process", "* filter=evil\n"),
        ("remote.origin.receivepack", ""),
        ("remote.origin.uploadpack", ""),
        ("core.sshCommand", ""),
        ("merge.evil.driver", "*.md merge=evil\n"),
    ],
)
def test_settings_that_came_with_the_folder_run_nothing(
    copkit: Copkit, share: Share, tmp_path: Path, key: str, attributes: str
) -> None:
    ann, bob = share("Bob")
    record(copkit, ann, "-p", "police-1")
    copkit("sync", "-C", ann.folder)
    canary = tmp_path / "canary"
    bob.git("config", key, f"touch {canary};")
    (bob.folder / ".git" / "info").mkdir(exist_ok=True)
    (bob.folder / ".git" / "info" / "attributes").write_text(attributes, encoding="utf-8")
    record(copkit, bob, "-p", "housing-1")

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert f"run programs of their own: {key.lower()}" in result.stderr.lower()
    assert not canary.exists()


def test_settings_of_one_s_own_are_obeyed(copkit: Copkit, share: Share) -> None:
    ann, _ = share("Bob")
    ann.git("config", "core.sshCommand", "ssh -4")
    assert copkit("sync", "-C", ann.folder).status == 1

    ann.git("config", "--global", "--add", "copkit.trusted", str(ann.folder.resolve()))

    assert copkit("sync", "-C", ann.folder).status == 0
