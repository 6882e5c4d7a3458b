"""``copkit undo``: the last change, any of the last twenty, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.text.transaction import locked
from tests.conftest import Copkit, Write, killed_at

ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Criminal Justice & Police
"""
CONTACTS = "contacts:\n  - id: harbour/nurse-1\n    name: Alex Okafor\n"
TreeOf = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def harbour(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme outside git, with two members."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-06")
    write("private/contacts.yaml", CONTACTS)
    return write("communities/harbour/roster.yaml", ROSTER)


def records(folder: Path, tree_of: TreeOf) -> dict[str, bytes]:
    """Return the files of a programme without the notes of undo."""
    return {
        file: data
        for file, data in tree_of(folder).items()
        # unfinished files of a writer that was killed are deleted by the next one there
        if not file.startswith("private/undo") and not file.endswith(".tmp")
    }


def add(copkit: Copkit, folder: Path, role: str) -> None:
    words = ("new-member", "harbour", role, "--sector", "NHS", "--id", f"{role.lower()}-1")
    done = copkit(*words, "-C", folder)
    assert done.status == 0, done.output


def test_the_last_change_is_shown_and_taken_back_without_git(
    copkit: Copkit, harbour: Path, tree_of: TreeOf
) -> None:
    before = records(harbour, tree_of)
    add(copkit, harbour, "Vicar")

    result = copkit("undo", "-C", harbour)

    assert result.status == 0
    assert "the last change: Friday 6 March, " in result.stderr
    assert ", copkit new-member\n  Harbour, a new member, vicar-1\ntaken back\n" in result.stderr
    assert records(harbour, tree_of) == before


def test_taking_back_an_undo_brings_the_change_again(
    copkit: Copkit, harbour: Path, tree_of: TreeOf
) -> None:
    add(copkit, harbour, "Vicar")
    with_vicar = records(harbour, tree_of)
    copkit("undo", "-C", harbour)
    without = records(harbour, tree_of)

    again = copkit("undo", "-C", harbour)

    assert again.status == 0
    assert "copkit undo\n  takes back: Harbour, a new member, vicar-1\n" in again.stderr
    assert records(harbour, tree_of) == with_vicar
    assert copkit("undo", "-C", harbour).status == 0
    assert records(harbour, tree_of) == without
    assert "again: Harbour, a new member, vicar-1" in copkit("undo", "-l", "-C", harbour).stdout


def test_what_is_taken_back_is_not_taken_back_twice(copkit: Copkit, harbour: Path) -> None:
    add(copkit, harbour, "Vicar")
    copkit("undo", "-C", harbour)

    result = copkit("undo", "2", "-C", harbour)

    assert result.status == 1
    assert "it has been taken back already\n  'copkit undo 1' brings it again" in result.stderr


@pytest.mark.parametrize(
    "refused",
    [
        ("new-case", "harbour", "A key"),
        ("new-case", "harbour", "A key", "--titel", "x"),
        ("attendance", "record", "harbour", "2026-02-31", "-p", "nurse-1"),
        ("new-member", "habour", "Vicar"),
    ],
)
def test_after_a_refused_command_nothing_is_offered(
    copkit: Copkit, harbour: Path, tree_of: TreeOf, refused: tuple[str, ...]
) -> None:
    assert copkit("new-case", "harbour", "A key", "-C", harbour).status == 0
    before = tree_of(harbour)
    assert copkit(*refused, "-C", harbour).status == 2 or refused[-1] == "A key"

    result = copkit("undo", "--yes", "-C", harbour)

    assert result.status == 1
    assert "changed nothing" in result.stderr
    assert "'copkit undo 1' takes that back" in result.stderr
    assert tree_of(harbour) == before
    assert copkit("undo", "1", "-C", harbour).status == 0
    assert not (harbour / "communities/harbour/cases").exists()


def test_a_command_that_says_so_already_has_nothing_to_take_back(
    copkit: Copkit, harbour: Path
) -> None:
    record = ("attendance", "record", "harbour", "2026-03-04", "-p", "nurse-1", "-C", harbour)
    assert copkit(*record).status == 0
    assert "nothing was changed" in copkit(*record).stderr

    result = copkit("undo", "-C", harbour)

    assert result.status == 1
    assert "the last command, 'attendance record', changed nothing" in result.stderr


def test_reading_and_building_in_between_change_nothing_about_it(
    copkit: Copkit, harbour: Path
) -> None:
    add(copkit, harbour, "Vicar")
    for line in ("check", "list members", "new-member harbour Imam --dry-run", "new-case --help"):
        copkit(*line.split(), "-C", harbour)
    copkit("newsletter", "build", "-C", harbour)

    assert "a new member, vicar-1" in copkit("undo", "-C", harbour).stderr


def test_any_of_the_last_changes_is_taken_back_and_later_ones_stay(
    copkit: Copkit, harbour: Path
) -> None:
    for role in ("Vicar", "Imam", "Rabbi"):
        add(copkit, harbour, role)

    result = copkit("undo", "2", "-C", harbour)

    assert result.status == 0
    ids = [line[8:] for line in roster(harbour).splitlines() if "- id" in line]
    assert ids == ["nurse-1", "police-1", "vicar-1", "rabbi-1"]


def roster(folder: Path) -> str:
    return (folder / "communities/harbour/roster.yaml").read_text("utf-8")


def test_what_builds_on_a_change_is_named(copkit: Copkit, harbour: Path, tree_of: TreeOf) -> None:
    add(copkit, harbour, "Vicar")
    copkit("new-case", "harbour", "A key", "-C", harbour)
    record = ("attendance", "record", "harbour", "2026-03-04", "-p", "vicar-1", "-C", harbour)
    assert copkit(*record).status == 0
    before = tree_of(harbour)

    result = copkit("undo", "3", "-C", harbour)

    assert result.status == 1
    assert "change 1 (attendance record: Harbour, attendance of 4 March" in result.stderr
    assert "take that back first: copkit undo 1" in result.stderr
    assert tree_of(harbour) == before
    assert copkit("undo", "1", "-C", harbour).status == 0
    assert copkit("undo", "4", "-C", harbour).status == 0
    assert roster(harbour) == ROSTER


def test_what_was_changed_by_hand_stays_and_is_shown(copkit: Copkit, harbour: Path) -> None:
    add(copkit, harbour, "Vicar")
    path = harbour / "communities/harbour/roster.yaml"
    path.write_text(roster(harbour).replace("role: Nurse", "role: Matron"), encoding="utf-8")

    listed = copkit("undo", "--list", "-C", harbour)
    result = copkit("undo", "-C", harbour)

    assert "(by hand)" in listed.stdout.splitlines()[1]
    assert "[shown only] Harbour, nurse-1: role" in listed.stdout.splitlines()[1]
    assert "roster.yaml: what was changed there by hand since stays" in result.stderr
    assert roster(harbour) == ROSTER.replace("role: Nurse", "role: Matron")


def test_what_was_written_by_hand_into_a_new_record_is_not_deleted(
    copkit: Copkit, harbour: Path
) -> None:
    copkit("new-case", "harbour", "A key", "-C", harbour)
    case = harbour / "communities/harbour/cases/a-key.md"
    case.write_text(case.read_text("utf-8") + "Written by hand.\n", encoding="utf-8")

    for options in (("--dry-run",), ("--yes",)):
        result = copkit("undo", *options, "-C", harbour)
        assert result.status == 1
        assert "changed since by hand, in the same place; nothing was taken back" in result.stderr
        assert "delete it by hand if you do not want it" in result.stderr
    assert "Written by hand." in case.read_text("utf-8")


def test_what_was_put_back_by_hand_needs_no_undo(copkit: Copkit, harbour: Path) -> None:
    add(copkit, harbour, "Vicar")
    (harbour / "communities/harbour/roster.yaml").write_text(ROSTER, encoding="utf-8")

    result = copkit("undo", "-C", harbour)

    assert result.status == 0
    assert "put back by hand already" in result.stderr


def test_a_new_community_taken_back_leaves_no_trace(
    copkit: Copkit, harbour: Path, tree_of: TreeOf
) -> None:
    before = records(harbour, tree_of)
    copkit("new-community", "Hove", "-C", harbour)

    assert copkit("undo", "-C", harbour).status == 0

    assert records(harbour, tree_of) == before
    assert not (harbour / "communities/hove").exists()


def test_an_import_goes_with_its_remembered_answers(
    copkit: Copkit, harbour: Path, tmp_path: Path, tree_of: TreeOf
) -> None:
    before = records(harbour, tree_of)
    listed = tmp_path / "who.csv"
    listed.write_text("Name\nA. Okafor\nSergeant B\n", encoding="utf-8")
    answers = ("--match", "A. Okafor=nurse-1", "--match", "Sergeant B=police-1")
    words = ("attendance", "import", "harbour", "2026-03-04", listed, *answers, "-C", harbour)
    done = copkit(*words)
    assert done.status == 0, done.output
    assert "Sergeant B" in (harbour / "private/aliases.yaml").read_text("utf-8")

    result = copkit("undo", "-C", harbour)

    assert "  answers about who is who\n" in result.stderr
    assert result.status == 0
    assert records(harbour, tree_of) == before
    assert "Sergeant" not in result.output


def test_an_imported_roster_goes_with_its_contacts(
    copkit: Copkit, harbour: Path, tmp_path: Path, tree_of: TreeOf
) -> None:
    before = records(harbour, tree_of)
    listed = tmp_path / "people.csv"
    listed.write_text("Name,Role,Sector,Email\nBo Lee,Vicar,NHS,bo@example.org\n", encoding="utf-8")
    done = copkit("roster", "import", "harbour", listed, "--yes", "-C", harbour)
    assert done.status == 0, done.output
    assert "Bo Lee" in (harbour / "private/contacts.yaml").read_text("utf-8")

    assert copkit("undo", "-C", harbour).status == 0

    assert records(harbour, tree_of) == before


def test_the_list_as_json(copkit: Copkit, harbour: Path) -> None:
    add(copkit, harbour, "Vicar")
    copkit("undo", "-C", harbour)

    listed = json.loads(copkit("undo", "--list", "--json", "-C", harbour).stdout)

    newest, oldest = listed["changes"]
    assert newest["number"] == 1
    assert newest["command"] == "undo"
    assert newest["summary"] == ["takes back: Harbour, a new member, vicar-1"]
    assert oldest["taken_back"] is True
    assert oldest["sent"] is False
    assert oldest["files"] == ["communities/harbour/roster.yaml"]
    assert listed["by_hand"] == []


def test_undo_as_json_names_what_it_wrote(copkit: Copkit, harbour: Path) -> None:
    add(copkit, harbour, "Vicar")

    tried = json.loads(copkit("undo", "--json", "--dry-run", "-C", harbour).stdout)
    done = json.loads(copkit("undo", "--json", "-C", harbour).stdout)

    assert tried["dry_run"] is True
    assert done["files"] == tried["files"] == ["communities/harbour/roster.yaml"]
    assert done["change"]["command"] == "new-member"


def test_at_most_twenty_changes_and_thirty_days_are_kept(
    copkit: Copkit, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(22):
        words = ("--sector", "NHS", "--id", f"vicar-{number}", "-C", harbour)
        assert copkit("new-member", "harbour", "Vicar", *words).status == 0
    notes = harbour / "private/undo"
    assert len(list(notes.glob("*.json"))) == 20

    monkeypatch.setenv("COPKIT_TODAY", "2026-04-06")
    assert "anything in the last 30 days" in copkit("undo", "--list", "-C", harbour).stderr
    add(copkit, harbour, "Imam")

    assert [path.name for path in notes.glob("*.json")] == ["000023-2026-04-06.json"]


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_their_owner_reads_the_notes(copkit: Copkit, harbour: Path) -> None:
    add(copkit, harbour, "Vicar")

    folder = harbour / "private/undo"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_encrypted_contacts_are_not_taken_back(copkit: Copkit, harbour: Path) -> None:
    pytest.importorskip("pyrage")
    add(copkit, harbour, "Vicar")
    phrase = {"COPKIT_PASSPHRASE": "four words of passphrase"}
    assert copkit("contacts", "encrypt", "-C", harbour, env=phrase).status == 0

    result = copkit("undo", "-C", harbour)

    assert result.status == 1
    assert "what 'contacts encrypt' did cannot be taken back" in result.stderr
    assert (harbour / "contacts.age").exists()


@pytest.mark.parametrize(
    "file", [".git/hooks/pre-commit", "../outside.md", "/etc/passwd", "a/.GIT/config", ""]
)
def test_a_note_from_somebody_else_reaches_nothing_outside_the_records(
    copkit: Copkit, harbour: Path, file: str
) -> None:
    note = {
        "number": 1,
        "command": "new-case",
        "when": "2026-03-06T10:00+00:00",
        "summary": ["harmless"],
        "head": "",
        "takes_back": None,
        "final": False,
        "changes": [[file, "evil", None]],
    }
    path = harbour / "private/undo/000001-2026-03-06.json"
    path.parent.mkdir()
    path.write_text(json.dumps(note), encoding="utf-8")

    result = copkit("undo", "--yes", "-C", harbour)

    assert result.status == 1
    assert "there is no change of copkit's to take back" in result.stderr
    assert not (harbour.parent / "outside.md").exists()


def test_a_private_folder_elsewhere_gets_no_notes_and_stops_no_command(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    (harbour / "private").rename(tmp_path / "elsewhere")
    (harbour / "private").symlink_to(tmp_path / "elsewhere")

    assert copkit("new-meeting", "harbour", "2026-07-01", "-C", harbour).status == 0

    assert not (tmp_path / "elsewhere/undo").exists()
    assert "no change of copkit's" in copkit("undo", "-C", harbour).stderr


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals of POSIX")
def test_on_a_terminal_it_asks(copkit: Copkit, harbour: Path) -> None:
    from tests.cli.terminal import talk

    add(copkit, harbour, "Vicar")

    status, screen = talk(harbour, ["undo"], "n")
    assert status == 0
    assert "take it back? [Y/n]: n" in screen
    assert "vicar-1" in roster(harbour)

    status, screen = talk(harbour, ["undo", "1"], "")
    assert status == 0
    assert screen.endswith("taken back\n  to take this back: copkit undo\n")
    assert roster(harbour) == ROSTER

    status, screen = talk(harbour, ["undo", "1", "--yes"])
    assert status == 0
    assert "vicar-1" in roster(harbour)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork of POSIX")
@pytest.mark.parametrize("command", ["new-member harbour Vicar --sector NHS --id v", "undo"])
def test_killed_at_any_write_the_change_and_its_note_are_both_there_or_neither(
    copkit: Copkit, harbour: Path, tree_of: TreeOf, command: str
) -> None:
    add(copkit, harbour, "Imam")
    original = harbour.parent / "original"
    shutil.copytree(harbour, original)
    old = records(harbour, tree_of)
    states = set()
    for writes in range(1, 60):
        shutil.rmtree(harbour)
        shutil.copytree(original, harbour)
        if not killed_at(writes, *command.split(), "-C", harbour):
            break
        with locked(harbour):  # the next command that writes
            pass
        listed = json.loads(copkit("undo", "--list", "--json", "-C", harbour).stdout)
        is_new = records(harbour, tree_of) != old
        assert len(listed["changes"]) == 1 + is_new, writes
        assert listed["by_hand"] == []
        states.add(is_new)
    assert states == {True, False}
    assert copkit("undo", "-C", harbour).status == 0
    assert records(harbour, tree_of) == old


VERBS = (
    ("rename", "brighton", "brighton-and-hove"),
    ("rename", "weekend-cover", "nobody-at-weekends"),
    ("rename", "brighton/community-matron-1", "nurse-1"),
    ("rename", "newsletters/2012-05", "may-2012"),
    ("remove", "stoke-on-trent/quiet-saturdays", "--with-references"),
    ("remove", "boundary-spanners", "--with-references"),
    ("blockage", "merge", "weekend-cover", "nobody-on-sundays"),
    ("blockage", "unlink", "weekend-cover", "stoke-on-trent/quiet-saturdays"),
    ("case", "move", "stoke-on-trent/quiet-saturdays", "brighton"),
    ("meeting", "move", "colchester", "2013-02-20", "2013-02-21", "--why", "the hall is let"),
    ("meeting", "cancel", "colchester", "2013-02-20", "--why", "the hall was flooded"),
    ("member", "leave", "brighton/community-matron-1", "2013-02-20", "--why", "moved-on"),
    ("member", "return", "brighton/housing-support-worker-1", "2012-09-19"),
    ("member", "change", "brighton/community-matron-1", "--role", "Nurse", "--id", "nurse-1"),
    ("member", "contact", "brighton/community-matron-1", "--name", "Ada Quill"),
)


@pytest.fixture
def ordinary(example: Path, copkit: Copkit) -> Path:
    """Return the example with a picture, an executable file, contacts, and letters sent."""
    for words in (
        ("new-meeting", "colchester", "2013-02-20"),
        ("new-blockage", "Nobody on Sundays"),
    ):
        assert copkit(*words, "-C", example).status == 0
    sent = '{"state": "sent", "to": "brighton/community-matron-1", "content": "x"}\n'
    for file, text in (
        (
            "private/contacts.yaml",
            "contacts:\n  - id: brighton/community-matron-1\n    name: A B\n",
        ),
        ("private/aliases.yaml", "aliases:\n  - id: brighton/community-matron-1\n    names: [M]\n"),
        ("private/sent/2012-05.members.jsonl", sent),
        ("private/sent/calendar.invitations.jsonl", sent),
    ):
        (example / file).parent.mkdir(parents=True, exist_ok=True)
        (example / file).write_text(text, encoding="utf-8")
    brighton = example / "communities/brighton"
    (brighton / "group.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    roster = brighton / "roster.yaml"
    roster.write_bytes(b"\xef\xbb\xbf" + roster.read_bytes())
    roster.chmod(0o640)
    return example


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_what_a_verb_did_to_many_files_is_taken_back_and_done_again(
    copkit: Copkit, ordinary: Path, tree_of: TreeOf, verb: tuple[str, ...]
) -> None:
    before = records(ordinary, tree_of)
    done = copkit(*verb, "-C", ordinary)
    assert done.status == 0, done.output
    after = records(ordinary, tree_of)
    assert after != before

    undone = copkit("undo", "-C", ordinary)

    assert undone.status == 0, undone.output
    assert records(ordinary, tree_of) == before
    mode = (ordinary / "communities/brighton/roster.yaml").stat().st_mode
    assert stat.S_IMODE(mode) == 0o640
    assert copkit("undo", "-C", ordinary).status == 0
    assert records(ordinary, tree_of) == after


def test_what_a_renamed_community_was_told_before_cannot_be_taken_back_first(
    copkit: Copkit, ordinary: Path, tree_of: TreeOf
) -> None:
    assert copkit("new-case", "brighton", "A key", "-C", ordinary).status == 0
    assert copkit("rename", "brighton", "hove", "-C", ordinary).status == 0
    before = records(ordinary, tree_of)

    refused = copkit("undo", 2, "-C", ordinary)

    assert refused.status == 1
    assert "change 1 (rename: community brighton" in refused.stderr
    assert records(ordinary, tree_of) == before


def test_no_note_moves_a_private_file_into_the_records(
    copkit: Copkit, ordinary: Path, tree_of: TreeOf
) -> None:
    assert copkit("rename", "brighton", "hove", "-C", ordinary).status == 0
    note = max((ordinary / "private/undo").glob("*.json"))
    fields = json.loads(note.read_text("utf-8"))
    fields["moves"] = [["communities/contacts.yaml", "private/contacts.yaml"]]
    note.write_text(json.dumps(fields), encoding="utf-8")
    before = records(ordinary, tree_of)

    listed = copkit("undo", "--list", "-C", ordinary)

    assert "rename" not in listed.stdout
    assert records(ordinary, tree_of) == before


def test_after_a_verb_that_changed_nothing_no_earlier_change_is_offered(
    copkit: Copkit, ordinary: Path
) -> None:
    for verb in (
        ("rename", "brighton", "brighton"),
        ("case", "move", "stoke-on-trent/quiet-saturdays", "stoke-on-trent"),
        ("meeting", "move", "colchester", "2013-02-20", "2013-02-20"),
        ("member", "return", "brighton/community-matron-1", "2013-02-20"),
        ("member", "contact", "brighton/community-matron-1", "--name", "A B"),
    ):
        done = copkit(*verb, "-C", ordinary)
        assert done.status == 0, done.output
        assert "nothing was changed" in done.stderr
        refused = copkit("undo", "-C", ordinary)
        assert refused.status == 1, refused.output
        assert "changed nothing" in refused.stderr
