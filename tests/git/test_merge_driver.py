"""Git is told of the merge driver in each clone, and check says where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.git.merge_driver import driver_command
from tests.conftest import Copkit, Result
from tests.git.conftest import Clone, Share


def attribute(clone: Clone, file: str = "communities/harbour/roster.yaml") -> str:
    return clone.git("check-attr", "merge", file).rsplit(" ", 1)[1].strip()


def test_init_in_a_repository_registers_it(copkit: Copkit, tmp_path: Path) -> None:
    clone = Clone(tmp_path / "new")
    clone.folder.mkdir()
    clone.git("init", "--quiet")

    copkit("init", clone.folder, "--name", "Harbour", "--starts", "2026-01-05")

    assert clone.git("config", "merge.copkit.driver") == f"{driver_command()}\n"
    assert attribute(clone) == "copkit"
    assert not (clone.folder / ".git/info/attributes").exists()  # .gitattributes says it to all


def test_every_writing_command_registers_it_and_check_says_until_then(
    copkit: Copkit, first: Clone
) -> None:
    before = copkit("check", "--json", "-C", first.folder)
    codes = {problem["code"] for problem in json.loads(before.stdout)["problems"]}
    assert codes == {"no-merge-driver", "no-guards"}
    assert before.status == 0

    copkit("new-member", "harbour", "Vicar", "--sector", "Faith", "-C", first.folder)

    after = json.loads(copkit("check", "--json", "-C", first.folder).stdout)["problems"]
    assert [problem["code"] for problem in after] == ["no-guards"]
    assert attribute(first) == attribute(first, "communities/harbour/cases/x.md") == "copkit"
    assert first.git("status", "--porcelain", "--", ".git*") == ""


def test_a_driver_that_has_moved_away_is_named_and_replaced(copkit: Copkit, first: Clone) -> None:
    copkit("sync", "-C", first.folder)
    first.git("config", "merge.copkit.driver", "/gone/python -m copkit merge-driver %O %A %B %L %P")

    assert "does not know how to merge records" in copkit("check", "-C", first.folder).stdout
    copkit("sync", "-C", first.folder)

    assert first.git("config", "merge.copkit.driver") == f"{driver_command()}\n"


def test_another_attribute_that_somebody_chose_is_left_alone(copkit: Copkit, first: Clone) -> None:
    text = "*.md merge=union\n*.yaml merge=union\n"
    (first.folder / ".gitattributes").write_text(text, encoding="utf-8")

    copkit("sync", "-C", first.folder)

    assert attribute(first) == "union"


def test_an_example_inside_another_project_is_not_warned_of(
    copkit: Copkit, first: Clone, tmp_path: Path
) -> None:
    (first.folder / ".git").rename(tmp_path / ".git")

    assert json.loads(copkit("check", "--json", "-C", first.folder).stdout)["problems"] == []


Merge = Callable[..., tuple[Result, str]]
BASE = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"


@pytest.fixture
def merge(tmp_path: Path, process: Copkit) -> Merge:
    """Call the driver as git does."""

    def call(
        base: str, ours: str, theirs: str, file: str = "roster.yaml", size: int = 7
    ) -> tuple[Result, str]:
        for name, text in (("O", base), ("A", ours), ("B", theirs)):
            (tmp_path / name).write_bytes(text.encode("utf-8"))
        done = process("merge-driver", "O", "A", "B", str(size), file, cwd=tmp_path)
        return done, (tmp_path / "A").read_bytes().decode("utf-8")

    return call


def test_a_contradiction_ends_with_one_and_names_both_values(merge: Merge) -> None:
    done, text = merge(BASE, BASE.replace("Nurse", "Matron"), BASE.replace("Nurse", "Sister"))

    assert done.status == 1
    assert (
        done.stderr == "copkit: roster.yaml: nurse-1, role: 'Matron' (ours) or 'Sister' (theirs)\n"
    )
    assert text == BASE.replace(
        "    role: Nurse\n",
        "<<<<<<< ours\n    role: Matron\n=======\n    role: Sister\n>>>>>>> theirs\n",
    )


def test_git_working_out_a_base_gets_one_without_markers(merge: Merge) -> None:
    """Criss-cross merges make git merge the bases first, with longer markers."""
    done, text = merge(
        BASE, BASE.replace("Nurse", "Matron"), BASE.replace("Nurse", "Sister"), size=9
    )

    assert done.status == 0
    assert done.stderr == ""
    assert text == BASE


@pytest.mark.parametrize(("size", "asked"), [(8, None), (15, 15), (16, 15)])
def test_longer_markers_alone_are_no_base(
    merge: Merge, tmp_path: Path, size: int, asked: int | None
) -> None:
    """A repository may ask for longer ones, and git makes them longer where renames collide."""
    Clone(tmp_path).git("init", "--quiet")
    if asked:
        text = f"*.yaml conflict-marker-size={asked}\n"
        (tmp_path / ".gitattributes").write_text(text, encoding="utf-8")

    done, text = merge(
        BASE, BASE.replace("Nurse", "Matron"), BASE.replace("Nurse", "Sister"), size=size
    )

    assert done.status == 1
    assert "'Matron' (ours) or 'Sister' (theirs)" in done.stderr
    assert "<" * size + " ours\n" in text


def test_attributes_in_another_encoding_are_added_to(copkit: Copkit, first: Clone) -> None:
    path = first.folder / ".git" / "info" / "attributes"
    path.write_bytes(b"*.doc caf\xe9")

    add = ("new-member", "harbour", "Vicar", "--sector", "Faith")
    assert copkit(*add, "-C", first.folder).status == 0

    assert path.read_bytes() == b'*.doc caf\xe9\n"*.md" merge=copkit\n"*.yaml" merge=copkit\n'


def test_a_record_that_cannot_be_read_is_merged_line_by_line_and_said_so(merge: Merge) -> None:
    broken = BASE + "  - id: [\n"

    done, text = merge(BASE, broken, "# a remark\n" + BASE)

    assert done.status == 0
    assert "merged line by line" in done.stderr
    assert text == "# a remark\n" + broken


def test_a_readme_is_merged_line_by_line_without_a_word(merge: Merge) -> None:
    done, text = merge("a\n\nb\n", "a!\n\nb\n", "a\n\nb!\n", "README.md")

    assert (done.status, done.stderr, text) == (0, "", "a!\n\nb!\n")


def test_what_is_not_text_is_left_as_it_is(merge: Merge, tmp_path: Path, process: Copkit) -> None:
    for name in "OAB":
        (tmp_path / name).write_bytes(b"\xff\xfe" + name.encode())

    done = process("merge-driver", "O", "A", "B", "7", "x.md", cwd=tmp_path)

    assert done.status == 1
    assert "not saved as UTF-8" in done.stderr
    assert (tmp_path / "A").read_bytes() == b"\xff\xfeA"


def test_what_two_people_told_under_one_counted_id_stays_two_reports(
    copkit: Copkit, share: Share
) -> None:
    ann, bob = share("Bob")
    for clone, entry in (
        (ann, "outcome: helped\n    note: The team looked in"),
        (bob, "outcome: did-not-help\n    kind: recovery"),
    ):
        told = f"progress:\n  - id: p1\n    date: 2026-03-04\n    action: a1\n    {entry}\n"
        clone.change(clone.case, "progress:\n", told)
    assert copkit("sync", "-C", ann.folder).status == 0

    done = copkit("sync", "--keep", "mine", "-C", bob.folder)

    assert done.status == 0, done.output
    assert "two people added 'p1'; both are kept, " in done.stderr
    assert copkit("sync", "-C", ann.folder).status == 0
    case = json.loads(copkit("show", "nobody-to-call", "--json", "-C", ann.folder).stdout)
    reports = {entry["outcome"]: (entry["note"], entry["kind"]) for entry in case["progress"]}
    assert reports == {
        "helped": ("The team looked in", None),
        "did-not-help": (None, "recovery"),
    }
    assert {entry["action"] for entry in case["progress"]} == {"a1"}
    ids = [entry["id"] for entry in case["progress"]]
    assert "p1" in ids
    assert len(set(ids)) == 2
