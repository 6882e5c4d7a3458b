"""What was moved, renamed, squashed or hidden comes together, or is named."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import Copkit
from tests.git.conftest import Clone, Share

LINES = """\
## Presentation of the case

The heating has been off since the boiler failed in autumn.
Nobody answers the number on the letter from the landlord.
The letter itself came to the flat below.
"""


def synced(copkit: Copkit, clone: Clone, *options: str) -> str:
    result = copkit("sync", *options, "-C", clone.folder)
    assert result.status == 0, result.output
    return result.stderr


def with_a_long_case(copkit: Copkit, ann: Clone, bob: Clone) -> None:
    text = ann.case.read_text("utf-8").replace("## Presentation of the case\n", LINES, 1)
    ann.case.write_text(text, encoding="utf-8", newline="")
    synced(copkit, ann)
    synced(copkit, bob)


def test_a_case_renamed_by_one_and_edited_by_another_has_both_under_the_new_name(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    with_a_long_case(copkit, ann, bob)
    new = ann.harbour / "cases" / "no-heating.md"
    ann.git("mv", str(ann.case), str(new))
    ann.change(new, "title: Nobody to call", "title: No heating")
    bob.change(bob.case, "autumn.", "autumn, for the second time.")
    synced(copkit, ann)

    synced(copkit, bob)

    merged = (bob.harbour / "cases" / "no-heating.md").read_text("utf-8")
    assert "title: No heating\n" in merged
    assert "autumn, for the second time." in merged
    assert not bob.case.exists()
    synced(copkit, ann)
    assert new.read_text("utf-8") == merged


def test_a_community_renamed_takes_edits_and_new_records_of_others_along(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    port = ann.folder / "communities" / "port"
    ann.harbour.rename(port)  # in a file manager
    text = (port / "community.md").read_text("utf-8").replace("place: Harbour", "place: Port")
    (port / "community.md").write_text(text, encoding="utf-8", newline="")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    assert copkit("new-case", "harbour", "A key", "-C", bob.folder).status == 0
    synced(copkit, ann)

    synced(copkit, bob)
    synced(copkit, ann)

    for clone in (ann, bob):
        port = clone.folder / "communities" / "port"
        assert "role: Matron" in (port / "roster.yaml").read_text("utf-8")
        assert (port / "cases" / "a-key.md").exists()
        assert "place: Port" in (port / "community.md").read_text("utf-8")
        assert not clone.harbour.exists()


def test_two_names_for_one_case_are_a_contradiction(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    ann.case.rename(ann.case.with_name("hers.md"))
    bob.case.rename(bob.case.with_name("his.md"))
    synced(copkit, ann)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "renamed to communities/harbour/cases/his.md (yours) or " in result.stderr
    synced(copkit, bob, "--keep", "mine")
    assert [path.name for path in bob.case.parent.iterdir()] == ["his.md"]


def test_a_case_renamed_and_taken_out_is_a_contradiction(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    ann.case.unlink()
    bob.case.rename(bob.case.with_name("his.md"))
    synced(copkit, ann)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "his.md (yours) or taken out (theirs)" in result.stderr
    synced(copkit, bob, "--keep", "theirs")
    assert not list(bob.case.parent.glob("*.md"))


@pytest.mark.parametrize("way", ["git rm", "staged and put back", "git mv"])
def test_what_was_staged_is_kept_as_it_is_in_the_folder(
    copkit: Copkit, share: Share, way: str
) -> None:
    ann, bob = share("Bob")
    if way == "git rm":
        ann.git("rm", "--quiet", str(ann.meeting))
    elif way == "staged and put back":
        text = ann.meeting.read_text("utf-8")
        ann.git("rm", "--quiet", str(ann.meeting))
        ann.meeting.parent.mkdir(exist_ok=True)
        ann.meeting.write_text(text, encoding="utf-8", newline="")
    else:
        ann.git("mv", str(ann.meeting), str(ann.meeting.with_name("2026-02-05.md")))
        moved = ann.meeting.with_name("2026-02-05.md")
        ann.change(moved, "date: 2026-02-04", "date: 2026-02-05")
    names = sorted(path.name for path in ann.harbour.glob("meetings/*"))

    synced(copkit, ann)
    synced(copkit, bob)

    assert sorted(path.name for path in bob.harbour.glob("meetings/*")) == names
    assert ann.git("status", "--porcelain") == ""


def test_a_squash_merge_at_the_host_does_not_bring_back_what_was_deleted(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    ann.git("switch", "--quiet", "-c", "ann")
    ann.git("push", "--quiet", "--set-upstream", "origin", "ann")
    assert copkit("new-case", "harbour", "A key", "-C", ann.folder).status == 0
    add = ("new-member", "harbour", "Vicar", "--sector", "Faith", "--id", "vicar-1")
    assert copkit(*add, "-C", ann.folder).status == 0
    said = synced(copkit, ann)
    assert "others get it once it is merged into 'main' there" in said
    # The host squashes her branch, beside somebody else's work; then that is corrected.
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    synced(copkit, bob)
    bob.git("fetch", "--quiet")
    bob.git("merge", "--quiet", "--squash", "origin/ann")
    bob.git("commit", "--quiet", "-m", "Squashed (#1)")
    (bob.harbour / "cases" / "a-key.md").unlink()
    text = bob.roster.read_text("utf-8")
    bob.roster.write_text(text[: text.index("  - id: vicar-1")], encoding="utf-8", newline="")
    synced(copkit, bob)

    synced(copkit, ann)

    assert not (ann.harbour / "cases" / "a-key.md").exists()
    assert "vicar-1" not in ann.roster.read_text("utf-8")
    assert "role: Matron" in ann.roster.read_text("utf-8")


def test_what_is_deleted_does_not_come_back_from_work_begun_before_it_was_there(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    bob.change(bob.roster, "role: Nurse", "role: Matron")
    bob.git("commit", "--quiet", "--all", "--message", "At the weekend")
    assert copkit("new-case", "harbour", "A key", "-C", ann.folder).status == 0
    synced(copkit, ann)
    synced(copkit, bob)
    (ann.harbour / "cases" / "a-key.md").unlink()

    synced(copkit, ann)

    assert not (ann.harbour / "cases" / "a-key.md").exists()
    assert "role: Matron" in ann.roster.read_text("utf-8")


def test_a_sparse_checkout_is_named_and_the_way_out_works(copkit: Copkit, share: Share) -> None:
    ann, bob = share("Bob")
    bob.git("sparse-checkout", "set", "--no-cone", "/*", "!/communities/harbour/cases/")
    ann.change(ann.case, "A flat above a shop.", "A flat.")
    synced(copkit, ann)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "only a part of the programme is in this folder" in result.stderr
    bob.git(*result.stderr.splitlines()[-1].split()[1:])
    synced(copkit, bob)
    assert "A flat.\n" in bob.case.read_text("utf-8")


def test_a_record_that_gitignore_hides_is_named(copkit: Copkit, first: Clone) -> None:
    synced(copkit, first)
    (first.folder / ".gitignore").write_text("a-key.md\n", encoding="utf-8")
    assert copkit("new-case", "harbour", "A key", "-C", first.folder).status == 0

    said = synced(copkit, first)

    assert "hidden by .gitignore, so that nobody else gets it: communities/harbour" in said


def test_an_ignored_file_is_not_overwritten_by_what_others_send(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    (bob.folder / ".git" / "info" / "exclude").write_text("a-key.md\n", encoding="utf-8")
    mine = bob.harbour / "cases" / "a-key.md"
    shutil.copy(bob.case, mine)
    assert copkit("new-case", "harbour", "A key", "-C", ann.folder).status == 0
    synced(copkit, ann)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "here is another file of that name" in result.stderr
    assert mine.read_text("utf-8") == bob.case.read_text("utf-8")
    mine.rename(bob.folder / "kept.txt")
    synced(copkit, bob)
