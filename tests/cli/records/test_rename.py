"""``copkit rename`` and ``remove``: a record, and everything that refers to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from copkit.text import transaction
from copkit.text.transaction import JOURNAL, locked
from tests.conftest import COMMUNITY, EXAMPLE, LONG, PROGRAMME, Copkit, Write, close_private
from tests.git.conftest import Clone, named

TreeOf = Callable[[Path], dict[str, bytes]]
PRIVATE = """\
contacts:
  - id: brighton/community-matron-1
    name: Robin Threlfall
    email: robin.threlfall@example.org
"""
ALIASES = "aliases:\n  - id: brighton/community-matron-1\n    names:\n      - R T\n"
SENT = '{"state": "sent", "to": "brighton/community-matron-1", "content": "x"}\n'


@pytest.fixture
def filled(example: Path) -> Path:
    """The example with names, aliases and a newsletter that was sent."""
    for file, text in (
        ("private/contacts.yaml", PRIVATE),
        ("private/aliases.yaml", ALIASES),
        ("private/sent/2012-05.members.jsonl", SENT),
    ):
        path = example / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    close_private(example)
    return example


def whole_words(folder: Path, word: str) -> set[str]:
    """Return the files in which a slug stands as a whole word, in a field or in prose."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    files = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    return {
        file
        for file, path in files.items()
        # what undo needs has the texts as they were
        if not file.startswith("private/undo/") and pattern.search(path.read_text("utf-8"))
    }


def body_of(text: str) -> str:
    return text.partition("\n---\n")[2]


@pytest.mark.parametrize(
    ("old", "new", "slug", "prose"),
    [
        ("brighton", "brighton-and-hove", "brighton", {"README.md"}),
        ("stoke-on-trent/quiet-saturdays", "saturdays-alone", "quiet-saturdays", set()),
        ("weekend-cover", "nobody-at-weekends", "weekend-cover", set()),
        ("boundary-spanners", "who-crosses-over", "boundary-spanners", set()),
        ("newsletters/2012-05", "may-2012", "2012-05", {"README.md"}),
        ("brighton/community-matron-1", "nurse-1", "community-matron-1", None),
    ],
)
def test_after_a_rename_check_finds_nothing_and_the_old_name_stands_nowhere(
    copkit: Copkit, filled: Path, old: str, new: str, slug: str, prose: set[str] | None
) -> None:
    found_before = copkit("check", "--json", "-C", filled).stdout
    result = copkit("rename", old, new, "-C", filled)

    assert result.status == 0, result.stderr
    assert f"is now {new}" in result.stderr or f"/{new}" in result.stderr
    problems = json.loads(copkit("check", "--json", "-C", filled).stdout)["problems"]
    assert problems == json.loads(found_before)["problems"]
    left = whole_words(filled, slug)
    if prose is None:  # other communities have members of that id, who are other people
        assert not {file for file in left if "brighton" in file or "private" in file}
    else:
        assert left <= prose, left


def test_an_id_never_hits_the_end_of_a_longer_one(copkit: Copkit, write: Write) -> None:
    write(
        "communities/harbour/roster.yaml",
        "members:\n"
        "  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
        "  - id: community-psychiatric-nurse-1\n    role: Nurse\n    sector: NHS\n",
    )
    folder = write(
        "communities/harbour/meetings/2026-01-05.md",
        "---\ndate: 2026-01-05\npresent: [community-psychiatric-nurse-1, nurse-1]  # both\n"
        "substitutes:\n  - {id: s1, for: 'nurse-1'}\n---\n\nThe nurse-1 spoke.\n",
    )

    result = copkit("member", "change", "harbour/nurse-1", "--id", "matron-1", "-C", folder)

    assert result.status == 0, result.stderr
    meeting = (folder / "communities/harbour/meetings/2026-01-05.md").read_text("utf-8")
    assert "present: [community-psychiatric-nurse-1, matron-1]  # both\n" in meeting
    assert "{id: s1, for: 'matron-1'}" in meeting
    assert "The nurse-1 spoke.\n" in meeting
    assert "2026-01-05.md:8" in result.stderr  # the place in prose that stays
    assert "2 references: 2 in meetings" in result.stderr


def test_a_renamed_community_moves_as_a_whole_and_git_sees_renames(
    copkit: Copkit, filled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "gitconfig").write_text("[init]\n\tdefaultBranch = main\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    clone = Clone(filled)
    (filled / ".gitignore").write_text("private/\nbuild/\n.*.tmp\n", encoding="utf-8")
    (filled / "communities/brighton/plan.png").write_bytes(b"\x89PNG\xff\x00")
    (filled / "communities/brighton/minutes").mkdir()
    clone.git("init", "--quiet")
    named(clone, "Ann")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "-m", "The beginning")
    staged = filled / "communities/halifax/community.md"
    staged.write_text(staged.read_text("utf-8") + "\nMore.\n", encoding="utf-8")
    clone.git("add", "communities/halifax/community.md")

    renamed = copkit("rename", "CP1", "Brighton and Hove", "-C", filled)

    assert renamed.status == 0, renamed.output
    assert "its name and place stay as they are read: copkit edit brighton-and-hove" in (
        renamed.stderr
    )
    assert not (filled / "communities/brighton").exists()
    moved = filled / "communities/brighton-and-hove/plan.png"
    assert moved.read_bytes() == b"\x89PNG\xff\x00"
    assert "M  communities/halifax/community.md" in clone.git("status", "--porcelain")
    clone.git("add", "--all")
    names = clone.git("diff", "--cached", "--name-status", "-M", "--", "communities")
    assert {line[0] for line in names.splitlines() if "brighton" in line} == {"R"}


def test_marks_modes_line_ends_and_comments_move_with_a_file(copkit: Copkit, write: Write) -> None:
    text = "---\r\ntitle: Doors\r\ncitation: A (2001)\r\n---\r\n\r\n## Notes\r\n"
    folder = write("evidence/doors.md", b"\xef\xbb\xbf" + text.encode())
    os.chmod(folder / "evidence/doors.md", 0o640)

    assert copkit("rename", "doors", "gates", "-C", folder).status == 0

    assert (folder / "evidence/gates.md").read_bytes() == b"\xef\xbb\xbf" + text.encode()
    assert (folder / "evidence/gates.md").stat().st_mode & 0o777 == 0o640
    assert not (folder / "evidence/doors.md").exists()


def test_what_was_built_follows_with_its_day(copkit: Copkit, example: Path) -> None:
    env = {"COPKIT_TODAY": "2012-12-31"}
    copkit("newsletter", "build", "2012-05", "-f", "html", "-C", example, env=env)
    copkit("attendance", "build", "-f", "csv", "-C", example, env=env)
    copkit("calendar", "brighton", "--output", example / "x.ics", "-C", example, env=env)
    (example / "x.ics").unlink()

    assert copkit("rename", "newsletters/2012-05", "may", "-C", example).status == 0
    assert copkit("rename", "brighton", "hove", "-C", example).status == 0

    entries = json.loads((example / "build/.copkit.json").read_text("utf-8"))["documents"]
    places = {entry["place"]: entry["as_of"] for entry in entries}
    assert "newsletters/may/members" in places
    assert places["attendance/registers/hove"] == "2012-12-31"
    assert not any("2012-05" in place or "brighton" in place for place in places)
    assert (example / "build/newsletters/may/members/newsletter.html").is_file()
    assert not (example / "build/attendance/registers/brighton").exists()


def test_a_sign_off_stands_through_a_rename_and_ends_with_a_word(
    copkit: Copkit, example: Path
) -> None:
    result = copkit("rename", "brighton", "hove", "-C", example)

    assert "3 sign-offs stand and are renewed (only references changed): q2," in result.stderr
    assert "1 in focus groups, 1 in quotes and 5 in counts of surveys" in result.stderr
    signed = json.loads(copkit("list", "cases", "--json", "-C", example).stdout)["cases"]
    assert [case["signed"] for case in signed if case["record"].startswith("hove/")].count("") == 2
    assert not any(case["signed"] == "edited since" for case in signed)

    case = example / "communities/hove/cases/assessed-only-when-sober.md"
    case.write_text(case.read_text("utf-8").replace("## Next steps", "More.\n\n## Next steps"))
    result = copkit("rename", "hove", "brighton", "-C", example)

    assert "2 sign-offs stand and are renewed" in result.stderr
    signed = json.loads(copkit("list", "cases", "--json", "-C", example).stdout)["cases"]
    assert [case["signed"] for case in signed].count("edited since") == 1


def test_what_was_accepted_in_a_file_stays_accepted(copkit: Copkit, write: Write) -> None:
    folder = write(
        "evidence/doors.md",
        "---\ntitle: Doors\ncitation: A (2001)\n---\n\n## Notes\n\nRing 07700 900123 at once.\n",
    )
    place = json.loads(copkit("check", "--json", "-C", folder).stdout)["problems"][0]
    at = f"evidence/doors.md:{place['line']}:{place['column']}"
    accepted = copkit("accept", at, "--why", "a made-up number", "--by", "editor", "-C", folder)
    assert accepted.status == 0, accepted.stderr
    assert copkit("check", "-C", folder).status == 0

    assert copkit("rename", "doors", "gates", "-C", folder).status == 0

    assert copkit("check", "-C", folder).status == 0


def test_meetings_to_come_keep_their_place_in_calendars(copkit: Copkit, example: Path) -> None:
    env = {"COPKIT_TODAY": "2013-02-01"}

    def uids() -> set[str]:
        calendar = copkit("calendar", "Brighton", "--json", "-C", example, env=env)
        (calendar_of_it,) = json.loads(calendar.stdout)["calendars"]
        meetings = calendar_of_it["meetings"]
        return {entry["uid"] for entry in meetings if entry["date"] >= "2013-02-01"}

    before = uids()
    assert copkit("rename", "brighton", "hove", "-C", example, env=env).status == 0

    assert before
    assert uids() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("brigthon", "x"), "did you mean 'brighton'?"),
        (("brighton", "halifax"), "there is a community called 'halifax' already"),
        (("brighton", "!!"), "cannot be the name of a community"),
        (("brighton/2012-04-18", "2012-04-19"), "copkit meeting move brighton 2012-04-18"),
        (("brighton/community-matron-1", "probation-officer-1"), "is on the roster already"),
        (("stoke-on-trent/quiet-saturdays", "halifax/quiet"), "copkit case move"),
        (("brighton",), "missing: NEW"),
        ((), "missing: RECORD"),
    ],
)
def test_what_cannot_be_renamed_so_changes_nothing(
    copkit: Copkit, example: Path, tree_of: TreeOf, words: tuple[str, ...], said: str
) -> None:
    before = tree_of(example)
    result = copkit("rename", *words, "-C", example)

    assert result.status == 2
    assert said in result.stderr
    assert tree_of(example) == before


@pytest.mark.parametrize("typed", ["Brighton", "cp1", "BRIGHTON community of practice", "bri"])
def test_a_community_is_known_by_every_name_that_people_use(
    copkit: Copkit, example: Path, tree_of: TreeOf, typed: str
) -> None:
    before = tree_of(example)
    result = copkit("rename", typed, "hove", "--dry-run", "-C", example)

    assert result.status == 0
    assert "would rename the folder communities/brighton to hove" in result.stderr
    assert "would rename communities/brighton/roster.yaml to" in result.stderr
    assert tree_of(example) == before


# --- killed at any write ------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for a process that ends at once: nothing after it runs."""


def test_killed_at_any_write_the_folder_is_old_or_new(
    copkit: Copkit, write: Write, tree_of: TreeOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("communities/harbour/roster.yaml", "members:\n  - id: a-1\n    role: A\n    sector: B\n")
    write(
        "communities/harbour/meetings/2026-01-05.md", "---\ndate: 2026-01-05\npresent: [a-1]\n---\n"
    )
    write("private/contacts.yaml", "contacts:\n  - id: harbour/a-1\n    name: Robin Threlfall\n")
    folder = write(
        "evidence/doors.md",
        "---\ntitle: D\ncitation: A\nused:\n"
        "  - {id: u1, date: 2026-01-05, community: harbour}\n---\n",
    )

    def timeless(folder: Path) -> dict[str, bytes]:  # the note of undo has the minute in it
        when = re.compile(rb'"when": "[^"]*"')
        return {file: when.sub(b"", data) for file, data in tree_of(folder).items()}

    old = timeless(folder)
    done = shutil.copytree(folder, tmp_path / "done")
    assert copkit("rename", "harbour", "quay", "-C", done).status == 0
    new = timeless(done)
    outcomes = set()
    for fatal in range(60 if LONG else 40):
        copy = shutil.copytree(folder, tmp_path / f"copy-{fatal}")
        rename = partial(copkit, "rename", "harbour", "quay", "-C", copy)
        if not killed_at(fatal, monkeypatch, rename):
            break
        with locked(copy):  # as the next command does that writes
            pass
        tree = {file: data for file, data in timeless(copy).items() if not file.endswith(".tmp")}
        assert not (copy / JOURNAL).exists()
        assert tree in (old, new), fatal
        outcomes.add(tree == new)
        assert copkit("check", "-C", copy).status == 0, fatal
    assert outcomes == {True, False}


def killed_at(fatal: int, monkeypatch: pytest.MonkeyPatch, command: Callable[[], object]) -> bool:
    """Run a command that ends without another word at one of its writes, counted from 0.

    Return whether it had so many.
    """
    count = 0

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            nonlocal count
            count += 1
            if count == fatal + 1:
                raise Killed
            return function(*args, **options)

        return call

    with monkeypatch.context() as patch:
        for name in ("write_beside", "write_journal", "remove_file"):
            patch.setattr(transaction, name, counted(getattr(transaction, name)))
        patch.setattr(os, "replace", counted(os.replace))
        patch.setattr(Path, "rmdir", lambda path: None)  # nor does it tidy up
        patch.setattr(Path, "unlink", unlinked_unless_temporary)
        try:
            command()
        except Killed:
            return True
    return False


def unlinked_unless_temporary(path: Path, missing_ok: bool = False) -> None:
    """Delete a file, but leave what a killed process would not have tidied up."""
    if not path.name.endswith(".tmp") or path.name == JOURNAL:
        try:
            os.unlink(path)
        except FileNotFoundError:
            if not missing_ok:
                raise


# --- remove -------------------------------------------------------------------------------------


def test_a_record_that_something_refers_to_is_removed_only_with_that(
    copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    before = tree_of(example)
    refused = copkit("remove", "weekend-cover", "-C", example)
    assert refused.status == 1
    assert "weekend-cover is referred to: 3 references, 3 in cases" in refused.stderr
    assert "copkit remove weekend-cover --with-references" in refused.stderr
    assert tree_of(example) == before

    result = copkit("remove", "weekend-cover", "--with-references", "-C", example)

    assert result.status == 0, result.stderr
    assert "get it back: copkit undo" in result.stderr
    assert "sign-off" in result.stderr
    assert not whole_words(example, "weekend-cover")
    assert copkit("check", "-C", example).stdout == ""
    # what a case says of it stays, without the name of what is gone
    case = (example / "communities/stoke-on-trent/cases/quiet-saturdays.md").read_text("utf-8")
    assert "note:" in case


@pytest.mark.parametrize(
    "name",
    [
        "brighton",
        "stoke-on-trent/quiet-saturdays",
        "boundary-spanners",
        "brighton/2012-04-18",
        "brighton/community-matron-1",
        "brighton/ap1",
        "2012-09",
    ],
)
def test_after_a_removal_check_finds_nothing_new(copkit: Copkit, filled: Path, name: str) -> None:
    result = copkit("remove", name, "--with-references", "-C", filled)

    assert result.status == 0, result.stderr
    assert copkit("check", "-C", filled).status == 0
    assert copkit("show", name, "-C", filled).status == 2


def test_what_names_only_it_goes_and_what_would_then_mean_all_is_refused(
    copkit: Copkit, write: Write, tree_of: TreeOf
) -> None:
    write("communities/quay/community.md", COMMUNITY.replace("CP1", "CP2").replace("Harb", "Qu"))
    write("communities/quay/roster.yaml", "members:\n")
    write("communities/harbour/roster.yaml", "members:\n")
    folder = write(
        "briefs/winter.md",
        "---\ntitle: W\nfrom: 2026-01-01\nuntil: 2026-02-01\naddressee: The board\nask: Act\n"
        "communities:\n  - quay\n---\n",
    )
    before = tree_of(folder)

    result = copkit("remove", "quay", "--with-references", "-C", folder)

    assert result.status == 1
    assert "'communities' would be empty, which stands for all" in result.stderr
    assert tree_of(folder) == before
    assert copkit("remove", "winter", "-C", folder).status == 0
    assert copkit("remove", "quay", "-C", folder).status == 0
    last = copkit("remove", "harbour", "-C", folder)
    assert last.status == 1
    assert "the only community" in last.stderr


def test_a_file_that_cannot_be_read_stops_what_may_concern_it(
    copkit: Copkit, write: Write, tree_of: TreeOf
) -> None:
    write("blockages/doors.md", "---\ntitle: Doors\n---\n")
    folder = write(
        "communities/harbour/cases/x.md",
        "---\ntitle: X\nissues:\n  - {id: i1, blockage: doors\n---\n",
    )
    before = tree_of(folder)

    result = copkit("rename", "doors", "gates", "-C", folder)

    assert result.status == 1
    assert "communities/harbour/cases/x.md:" in result.stderr
    assert tree_of(folder) == before


def test_the_example_itself_is_left_alone() -> None:
    done = subprocess.run(
        ["git", "status", "--porcelain", "--", str(EXAMPLE)],
        cwd=EXAMPLE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "communities/brighton-and-hove" not in done.stdout
    assert PROGRAMME
