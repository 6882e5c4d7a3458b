"""``copkit conflicts``: copies are an error, counted nowhere, and come together like two people."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import talk
from tests.conftest import COMMUNITY, Copkit, Write
from tests.git.conftest import CASE, MEETING, ROSTER, Clone

COPY = "communities/harbour/cases/nobody-to-call-DESKTOP-4F2K.md"
CASE_FILE = "communities/harbour/cases/nobody-to-call.md"


@pytest.fixture
def harbour(write: Write) -> Clone:
    """Return a programme in git, with one case and one meeting."""
    write("communities/harbour/community.md", COMMUNITY)
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/meetings/2026-02-04.md", MEETING)
    write(".gitignore", "private/\nbuild/\n")
    clone = Clone(write(CASE_FILE, CASE))
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.git("config", "user.name", "Ann")
    clone.git("config", "user.email", "ann@example.org")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "begin")
    return clone


def errors(copkit: Copkit, clone: Clone) -> dict[str, str]:
    problems = json.loads(copkit("check", "--json", "-C", clone.folder).stdout)["problems"]
    return {
        problem["file"]: problem["message"]
        for problem in problems
        if problem["code"] == "conflict-copy"
    }


@pytest.mark.parametrize(
    "name", ["nobody-to-call - Copy", "nobody-to-call-2", "nobody-to-call (1)"]
)
def test_a_copy_is_an_error_and_is_counted_nowhere(
    copkit: Copkit, harbour: Clone, name: str
) -> None:
    before = copkit("list", "cases", "--json", "-C", harbour.folder).stdout
    path = harbour.case.with_name(f"{name}.md")
    path.write_text(CASE, "utf-8")

    file = f"communities/harbour/cases/{name}.md"
    assert errors(copkit, harbour) == {
        file: "this is a copy of nobody-to-call.md, and says the same"
    }
    assert "rename" not in copkit("check", "-C", harbour.folder).output
    assert copkit("list", "cases", "--json", "-C", harbour.folder).stdout == before

    done = copkit("conflicts", "-C", harbour.folder)

    assert done.status == 0
    assert not path.exists()
    assert harbour.case.read_text("utf-8") == CASE
    assert copkit("conflicts", "-C", harbour.folder).stderr == "there are no conflict copies here\n"


def test_what_both_changed_comes_together_and_undo_takes_it_back(
    copkit: Copkit, harbour: Clone
) -> None:
    hers = CASE.replace("status: presented", "status: written-up")
    entry = "  - id: p1\n    date: 2026-03-04\n    action: a1\n    outcome: helped\n"
    his = CASE.replace("progress:\n", f"progress:\n{entry}") + "It helped.\n"
    harbour.case.write_text(hers, "utf-8")
    (harbour.folder / COPY).write_text(his, "utf-8")

    shown = copkit("conflicts", "--dry-run", "-C", harbour.folder)
    assert "+    outcome: helped" in shown.stdout
    assert harbour.case.read_text("utf-8") == hers
    done = copkit("conflicts", "-C", harbour.folder)

    assert done.status == 0, done.output
    together = his.replace("status: presented", "status: written-up")
    assert harbour.case.read_text("utf-8") == together
    assert not (harbour.folder / COPY).exists()
    assert copkit("undo", "-C", harbour.folder).status == 0
    assert harbour.case.read_text("utf-8") == hers
    assert (harbour.folder / COPY).read_text("utf-8") == his


def test_what_contradicts_is_left_until_somebody_decides(copkit: Copkit, harbour: Clone) -> None:
    harbour.case.write_text(CASE.replace("status: presented", "status: written-up"), "utf-8")
    (harbour.folder / COPY).write_text(
        CASE.replace("status: presented", "status: closed") + "Told at the meeting.\n", "utf-8"
    )

    done = copkit("conflicts", "-C", harbour.folder)

    assert done.status == 1
    assert "status: 'written-up' (mine, the record) or 'closed' (theirs, the copy)" in (
        done.stderr.replace("\n    ", " ")
    )
    assert (harbour.folder / COPY).exists()

    assert copkit("conflicts", "--keep", "theirs", "-C", harbour.folder).status == 0
    text = harbour.case.read_text("utf-8")
    assert "status: closed" in text
    assert "Told at the meeting." in text
    assert not (harbour.folder / COPY).exists()


def test_on_a_terminal_it_asks(harbour: Clone) -> None:
    harbour.case.write_text(CASE.replace("status: presented", "status: written-up"), "utf-8")
    (harbour.folder / COPY).write_text(CASE.replace("presented\n", "closed\n", 1), "utf-8")

    status, screen = talk(harbour.folder, ["conflicts"], "mine")

    assert status == 0, screen
    assert "status: written-up" in harbour.case.read_text("utf-8")


def test_without_git_nothing_of_either_is_lost(copkit: Copkit, write: Write) -> None:
    write("communities/harbour/community.md", COMMUNITY)
    write("communities/harbour/roster.yaml", ROSTER)
    folder = write("communities/harbour/meetings/2026-02-04.md", MEETING)
    his = MEETING.replace("  - nurse-1\n", "  - nurse-1\n  - police-1\n") + "\nKeys.\n"
    copy = folder / "communities/harbour/meetings/2026-02-04-desktop-4f2k.md"
    copy.write_text(his, "utf-8")

    done = copkit("conflicts", "-C", folder)

    assert done.status == 0, done.output
    assert (copy.parent / "2026-02-04.md").read_text("utf-8") == his
    assert not copy.exists()
    assert copkit("undo", "-C", folder).status == 0
    assert (copy.parent / "2026-02-04.md").read_text("utf-8") == MEETING
    assert copy.read_text("utf-8") == his


def test_rosters_settings_and_private_lists_have_copies_too(copkit: Copkit, harbour: Clone) -> None:
    contacts = "contacts:\n  - id: harbour/nurse-1\n    name: Ada Quill\n"
    more = contacts + "  - id: harbour/police-1\n    name: Ben Marrow\n"
    private = harbour.folder / "private"
    private.mkdir()
    for path, text in (
        (private / "contacts.yaml", contacts),
        (private / "contacts (1).yaml", more),
        (harbour.harbour / "roster-LAPTOP-7AB.yaml", ROSTER.replace("role: Nurse", "role: Matron")),
        (harbour.folder / "copkit - Copy.yaml", (harbour.folder / "copkit.yaml").read_text()),
    ):
        path.write_text(text, "utf-8")

    listed = json.loads(copkit("conflicts", "--json", "-C", harbour.folder).stdout)
    assert {copy["original"] for copy in listed} == {
        "private/contacts.yaml",
        "communities/harbour/roster.yaml",
        "copkit.yaml",
    }
    assert set(errors(copkit, harbour)) == {copy["file"] for copy in listed}
    plain = copkit("conflicts", "list", "-C", harbour.folder)
    assert "differs in 'members' (line 1)" in plain.stdout
    assert "Marrow" not in plain.output
    done = copkit("conflicts", "-C", harbour.folder)

    assert done.status == 0, done.output
    assert "Marrow" not in done.output
    assert (private / "contacts.yaml").read_text("utf-8") == more
    assert "role: Matron" in harbour.roster.read_text("utf-8")
    assert errors(copkit, harbour) == {}
    for number in (1, 3, 5):  # each undo is a change too
        undone = copkit("undo", number, "-C", harbour.folder)
        assert undone.status == 0, undone.output
        assert "LAPTOP" not in undone.output
    assert (private / "contacts.yaml").read_text("utf-8") == contacts
    assert set(errors(copkit, harbour)) == {copy["file"] for copy in listed}


def test_a_copied_community_is_not_counted(copkit: Copkit, harbour: Clone) -> None:
    copy = harbour.harbour.with_name("harbour - Copy")
    copy.mkdir()
    for name in ("community.md", "roster.yaml"):
        (copy / name).write_bytes((harbour.harbour / name).read_bytes())

    assert errors(copkit, harbour) == {
        "communities/harbour - Copy": "this is a copy of the community harbour, and is not counted"
    }
    communities = json.loads(copkit("list", "communities", "--json", "-C", harbour.folder).stdout)
    assert len(communities) == 1


def test_a_case_told_in_two_files_is_warned_of(copkit: Copkit, harbour: Clone) -> None:
    case = CASE.replace("presented: 2026-02-04", "presented: 2026-02-04\npresenters: [nurse-1]")
    harbour.case.write_text(case, "utf-8")
    (harbour.harbour / "cases/a-flat-above-a-shop.md").write_text(case, "utf-8")

    output = copkit("check", "-C", harbour.folder).stdout

    assert "title, day and presenters are those of a-flat-above-a-shop as well" in output
