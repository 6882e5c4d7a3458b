"""That what held nothing is not looked through again, and that nothing is missed because of it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.privacy.identifiers import scan_file
from copkit.cli.pii import CleanFileCache, load_knowledge, scan_folder
from copkit.errors import Problem
from copkit.files import read_entry
from copkit.folder import load
from copkit.layout import SCAN_CACHE, STATE_CACHE, cache_file, cache_folder
from copkit.private_files import make_cache_key
from tests.conftest import PROGRAMME, Copkit, Write, close_private, drawn, run_copkit

CASE = "---\ntitle: Lost keys\nkind: challenging\nstatus: draft\n---\n\nThe door was open.\n"
FILE = "communities/harbour/cases/lost-keys.md"


@pytest.fixture
def folder(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write(FILE, CASE)


def looks(copkit: Copkit, folder: Path) -> int:
    """Check a folder, and count the files that were looked through."""
    with mock.patch("copkit.cli.pii.scan_file", wraps=scan_file) as look:
        assert copkit("check", "-C", folder).status == 0
    return look.call_count


def test_a_file_that_held_nothing_is_not_read_again(copkit: Copkit, folder: Path) -> None:
    assert looks(copkit, folder) == 3
    assert looks(copkit, folder) == 0


def test_a_name_put_in_afterwards_is_found(copkit: Copkit, folder: Path, write: Write) -> None:
    looks(copkit, folder)
    write(FILE, CASE.replace("The door", "Siobhan's door"))

    assert "[first-name]" in copkit("check", "-C", folder).stdout


def test_a_contact_put_in_afterwards_is_found(copkit: Copkit, folder: Path, write: Write) -> None:
    write(FILE, CASE.replace("The door", "The door of xanthe quillfeather"))
    copkit("check", "-C", folder)
    write(
        "private/contacts.yaml",
        "contacts:\n  - id: harbour/nurse-1\n    name: Xanthe Quillfeather\n",
    )

    assert "[known-contact]" in copkit("check", "-C", folder).stdout


def test_nobody_can_guess_from_the_cache_who_is_known(folder: Path, write: Write) -> None:
    write("private/contacts.yaml", CONTACT.format("Xanthe Quillfeather"))
    secret = folder / "private/cache.key"
    make_cache_key(folder)
    digests = {read_digest(folder) for _ in range(2)}
    assert len(bytes.fromhex(secret.read_text("ascii"))) == 32
    assert len(digests) == 1

    secret.unlink()
    make_cache_key(folder)

    assert read_digest(folder) not in digests


def test_without_a_secret_nothing_is_remembered(folder: Path, write: Write) -> None:
    write("private/contacts.yaml", CONTACT.format("Xanthe Quillfeather"))
    (folder / "private/cache.key").mkdir()
    make_cache_key(folder)

    programme = load(folder)
    assert not list(scan_folder(programme.store, load_knowledge(folder, [], programme)))

    assert not cache_file(SCAN_CACHE, folder).exists()


def read_digest(folder: Path) -> bytes:
    """Return the digest under which a file is known to be clean."""
    programme = load(folder)
    cache = CleanFileCache(programme.store, load_knowledge(folder, [], programme))
    return cache.digest(FILE, CASE.encode(), ())


def test_a_pseudonym_withdrawn_is_found_in_the_notes(
    copkit: Copkit, folder: Path, write: Write
) -> None:
    case = CASE.replace("status", "pseudonyms:\n  - Rhys\nstatus")
    write(FILE, case.replace("The door", "Rhys said that the door"))
    notes = "---\ndate: 2026-02-04\ncases:\n  - lost-keys\n---\n\nWe spoke about Rhys.\n"
    write("communities/harbour/meetings/2026-02-04.md", notes)
    assert copkit("check", "-C", folder).status == 0
    write(FILE, CASE)

    result = copkit("check", "-C", folder)

    assert "meetings/2026-02-04.md:7:16" in result.stdout


@pytest.mark.parametrize("data", [b"", b"no digests", b"\0" * 1000])
def test_a_spoilt_cache_does_no_harm(copkit: Copkit, folder: Path, data: bytes) -> None:
    looks(copkit, folder)
    for path in cache_folder().iterdir():
        path.write_bytes(data)

    assert looks(copkit, folder) == 3


def test_a_cache_that_cannot_be_written_does_no_harm(
    copkit: Copkit, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")

    assert looks(copkit, folder) == 3


MEETING = "communities/harbour/meetings/2026-02-04.md"
NOTES = "---\ndate: 2026-02-04\ncases:\n  - lost-keys\n---\n\nWe spoke about the keys.\n"
LIST = "lists/people.csv"
CONTACT = "contacts:\n  - id: harbour/nurse-1\n    name: {}\n"
FAR_AHEAD = 2**62  # nanoseconds since 1970
EDITS = {
    "name": ("The door", "Rhys said the door"),
    "surname": ("open", "shut by quillfeather"),
    "pseudonym": ("status: draft", "pseudonyms:\n  - Rhys\nstatus: draft"),
    "notes": ("about the keys", "about Rhys, too"),
    "another case": ("- lost-keys", "- lost-k3ys"),
}
CHANGES = [*EDITS, *(f"undo {name}" for name in EDITS)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*CHANGES, "touch", "remove", "swap", "contact", "no contact", "accept"]),
        st.sampled_from([FILE, MEETING, LIST]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def findings_of(folder: Path) -> list[Problem]:
    """Look through a folder, and return what is found in it."""
    programme = load(folder)
    return list(scan_folder(programme.store, load_knowledge(folder, [], programme)))


def do_step(folder: Path, step: str, file: str, *, keep_time: bool) -> None:
    """Do one thing to a folder; with ``keep_time`` put the old time of its file back."""
    path = folder / file
    if step in {"contact", "no contact"}:
        contacts = folder / "private/contacts.yaml"
        contacts.parent.mkdir(exist_ok=True)
        name = "Xanthe Quillfeather" if step == "contact" else "Nell Oakhanger"
        contacts.write_text(CONTACT.format(name), encoding="utf-8")
        close_private(folder)
    elif step == "accept":
        for line in range(5, 10):  # wherever something is found
            place, reason = f"{file}:{line}", ("--why", "a place", "--by", "facilitator")
            run_copkit("accept", place, *reason, "-C", folder)
    elif not path.exists():
        path.write_text(NOTES if file == MEETING else CASE, encoding="utf-8")
    elif step == "remove":
        path.unlink()
    elif step == "touch":
        path.touch()
    else:
        status, text = path.stat(), path.read_text(encoding="utf-8")
        old, new = EDITS.get(step.removeprefix("undo "), EDITS["name"])
        text = text.replace(new, old) if step.startswith("undo ") else text.replace(old, new)
        beside = path.with_suffix(".tmp") if step == "swap" else path  # as editors save
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
        if keep_time:
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("is_settled", [False, True])
@drawn(12, 400)
@given(steps=STEPS)
def test_whatever_happens_a_check_finds_what_a_first_one_would(
    is_settled: bool, steps: list[tuple[str, str, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("property") / "programme"
    for file, text in (("copkit.yaml", PROGRAMME), (FILE, CASE), (MEETING, NOTES), (LIST, "a,b\n")):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
        if is_settled:
            patch.setattr("copkit.files.time.time_ns", lambda: FAR_AHEAD)
        for step, file, keep_time in steps:
            time.sleep(0.01 if is_settled else 0)  # another tick of the file system's clock
            do_step(folder, step, file, keep_time=keep_time)
            patch.setenv("COPKIT_CACHE", "off")
            cold = findings_of(folder)
            patch.setenv("COPKIT_CACHE", "")
            assert findings_of(folder) == cold
            assert findings_of(folder) == cold


def test_a_file_that_has_not_changed_is_not_even_read(
    copkit: Copkit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copkit.files.time.time_ns", lambda: FAR_AHEAD)
    looks(copkit, folder)

    with mock.patch("copkit.cli.pii.read_entry") as read:
        assert copkit("check", "-C", folder).status == 0

    assert read.call_count == 0


def test_a_file_changed_after_the_records_were_read_is_read_by_the_next_check(
    folder: Path, write: Write
) -> None:
    programme = load(folder)
    knowledge = load_knowledge(folder, [], programme)
    write(FILE, CASE.replace("The door", "Siobhan's door"))  # the store has the text before
    list(scan_folder(programme.store, knowledge))

    assert [problem.code for problem in findings_of(folder)] == ["first-name"]


@pytest.mark.parametrize("place", [0, 3, 4, 10, 25, 60, -1])
def test_damaged_states_are_as_if_there_were_none(
    copkit: Copkit, folder: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr("copkit.files.time.time_ns", lambda: FAR_AHEAD)
    looks(copkit, folder)
    path = cache_file(STATE_CACHE, folder)
    content = bytearray(path.read_bytes())
    content[place] ^= 0x5A
    path.write_bytes(content)

    with mock.patch("copkit.cli.pii.read_entry", wraps=read_entry) as read:
        assert copkit("check", "-C", folder).status == 0

    assert read.call_count == 3


def test_looking_through_one_file_forgets_none_of_the_others(copkit: Copkit, folder: Path) -> None:
    looks(copkit, folder)
    (folder / FILE).write_text(f"{CASE}\nIt was shut again.\n", encoding="utf-8")
    programme = load(folder)
    knowledge = load_knowledge(folder, [], programme)

    list(scan_folder(programme.store, knowledge, lambda file: file == FILE))

    assert looks(copkit, folder) == 0
