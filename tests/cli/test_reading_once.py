"""That a command reads and parses each file once, and of one community only what it needs."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from copkit.errors import Problem
from copkit.files import RecordStore
from copkit.text.source import SourceText
from copkit.text.transaction import locked
from copkit.text.yaml.reader import read_yaml
from tests.conftest import EXAMPLE, Copkit, Write

MEETING = "communities/brighton/meetings/2012-04-18.md"
RECORD = (
    "attendance",
    "record",
    "brighton",
    "2012-04-18",
    "--present",
    "offender-housing-worker-1",
)
CONTACTS = "contacts:\n  - id: brighton/probation-officer-1\n    name: Xanthe Quillfeather\n"
ALIASES = "aliases:\n  - id: brighton/probation-officer-1\n    names:\n      - X. Quillfeather\n"
ACCEPTED = "accepted: []\n"


@dataclass
class Reading:
    """How often each file was read, and how often each of its texts was parsed."""

    parsed: Counter[tuple[str, str]] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)

    @property
    def parsed_files(self) -> Counter[str]:
        """How often a text of each file was parsed."""
        return Counter(file for file, text in self.parsed.elements())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example that nobody has scanned yet, with contacts, aliases, acceptances."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns("build"))
    for file, text in (
        ("private/contacts.yaml", CONTACTS),
        ("private/aliases.yaml", ALIASES),
        (".copkit/accepted.yaml", ACCEPTED),
    ):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Count from now on what is read below the folder, and every text of a file that is parsed."""
    counts = Reading()
    read_bytes = Path.read_bytes

    def counting_yaml(source: SourceText, end: int, problems: list[Problem]) -> Any:
        if source.file and source.text:  # a missing file has no text
            counts.parsed[source.file, source.text] += 1
        return read_yaml(source, end, problems)

    def count(path: str | Path) -> None:
        if Path(path).is_relative_to(folder):
            counts.read[Path(path).relative_to(folder).as_posix()] += 1

    def counting_bytes(path: Path) -> bytes:
        count(path)
        return read_bytes(path)

    def counting_file(path: str) -> FileIO:
        count(path)
        return FileIO(path)

    # Everybody parses through read_document, which calls this one.
    monkeypatch.setattr("copkit.text.yaml.reader.read_yaml", counting_yaml)
    monkeypatch.setattr(Path, "read_bytes", counting_bytes)
    monkeypatch.setattr("copkit.files.FileIO", counting_file)
    monkeypatch.setattr("copkit.text.files.FileIO", counting_file)
    return counts


def repeated(counts: Counter[Any]) -> dict[Any, int]:
    return {key: count for key, count in counts.items() if count > 1}


COMMANDS = [
    ("newsletter", "build", "2012-05"),
    ("brief", "build", "--format", "html,md"),
    ("check",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_file_is_read_and_parsed_once(
    command: tuple[str, ...], folder: Path, reading: Reading, copkit: Copkit
) -> None:
    result = copkit(*command, "-C", folder)

    assert result.status == 0, result.stderr
    assert len(reading.parsed_files) > 100
    assert {"private/contacts.yaml", "private/aliases.yaml"} <= set(reading.parsed_files)
    assert repeated(reading.parsed_files) == {}
    assert repeated(reading.read) == {}


@pytest.mark.parametrize("option", ["--staged", "--history"])
def test_each_text_in_git_is_parsed_once(
    option: str, folder: Path, reading: Reading, copkit: Copkit
) -> None:
    name = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    for words in (("init", "-q"), ("add", "communities", "evidence"), ("commit", "-qm", "All")):
        if option == "--history" or words[0] != "commit":
            subprocess.run(["git", *name, *words], cwd=folder, check=True)

    result = copkit("check", option, "-C", folder)

    assert result.status == 0, result.output
    assert len(reading.parsed_files) > 100
    # what the folder's communities are called is read from the folder as well
    again = {file for file, _ in repeated(reading.parsed)}
    assert again - set(reading.read) == set()


def test_a_second_build_parses_no_more_than_the_first(
    folder: Path, reading: Reading, copkit: Copkit
) -> None:
    copkit("newsletter", "build", "2012-05", "-C", folder)
    reading.parsed.clear()

    copkit("newsletter", "build", "2012-05", "-C", folder)

    assert repeated(reading.parsed_files) == {}


def of_brighton(file: str) -> bool:
    """Check whether a file is Brighton's, or says what the communities are called."""
    return (
        file.startswith("communities/brighton/")
        or file.endswith("/community.md")
        or file in {"copkit.yaml", "private/contacts.yaml"}
    )


@pytest.mark.parametrize("community", ["brighton", "CP1", "Brighton"])
@pytest.mark.parametrize("options", [("--dry-run",), ()])
def test_recording_attendance_reads_one_community(
    community: str, options: tuple[str, ...], folder: Path, reading: Reading, copkit: Copkit
) -> None:
    words = ("attendance", "record", community, *RECORD[3:], *options)

    result = copkit(*words, "-C", folder)

    assert result.status == 0, result.stderr
    assert MEETING in reading.read
    written = ("private/undo/", ".copkit.journal.tmp")  # the note of the change, in one step
    others = [file for file in reading.read if not file.startswith(written)]
    assert [file for file in others if not of_brighton(file)] == []
    assert [file for file in reading.parsed_files if not of_brighton(file)] == []
    # The new text of the meeting is another text of the same file.
    assert repeated(reading.parsed) == {}
    # What the edit starts from is read again under the lock, and whether the community has ended.
    again = {file for file in repeated(reading.read) if not file.startswith(written)}
    assert again <= {MEETING, "communities/brighton/community.md"}


def test_a_register_reads_one_community(folder: Path, reading: Reading, copkit: Copkit) -> None:
    assert copkit("attendance", "register", "brighton", "-C", folder).status == 0

    assert [file for file in reading.read if not of_brighton(file)] == []
    assert repeated(reading.read) == {}


def test_a_fault_of_another_community_is_no_obstacle(folder: Path, copkit: Copkit) -> None:
    roster = folder / "communities" / "halifax" / "roster.yaml"
    roster.write_text("members: [\n", encoding="utf-8")

    assert copkit(*RECORD, "-C", folder).status == 0
    assert "halifax/roster.yaml" in copkit("check", "-C", folder).stdout


def test_what_another_community_is_called_must_be_readable(folder: Path, copkit: Copkit) -> None:
    community = folder / "communities" / "halifax" / "community.md"
    community.write_text("---\ncode: [\n---\n", encoding="utf-8")

    result = copkit(*RECORD, "-C", folder)

    assert result.status == 1
    assert "halifax/community.md" in result.stderr


def test_a_community_that_does_not_exist_is_not_found(folder: Path, copkit: Copkit) -> None:
    result = copkit("attendance", "register", "brihgton", "-C", folder)

    assert result.status == 2
    assert "there is no community 'brihgton'" in result.stderr
    assert "brighton" in result.stderr


def test_an_edit_starts_from_the_file_as_it_is_under_the_lock(
    folder: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / MEETING

    @contextmanager
    def saved_by_another(root: Path) -> Iterator[None]:
        with locked(root):
            if "Typed meanwhile." not in (text := path.read_text(encoding="utf-8")):
                path.write_text(f"{text}\nTyped meanwhile.\n", encoding="utf-8")
            yield

    monkeypatch.setattr("copkit.cli.store.locked", saved_by_another)

    assert copkit(*RECORD, "-C", folder).status == 0
    text = path.read_text(encoding="utf-8")
    assert "  - offender-housing-worker-1\n" in text
    assert text.endswith("\nTyped meanwhile.\n")


# The store


def test_faults_are_reported_to_everybody_who_asks(write: Write) -> None:
    store = RecordStore(write("evidence/a.md", "title: no dashes\n"))
    first: list[Problem] = []
    second: list[Problem] = []

    store.read("evidence/a.md", first)
    store.read("evidence/a.md", second)

    assert [problem.code for problem in first] == ["no-front-matter"]
    assert second == first


def test_a_text_that_has_changed_is_parsed_anew(write: Write) -> None:
    store = RecordStore(write("evidence/a.md", "---\ntitle: Old\n---\n"))
    before = store.read("evidence/a.md", [])

    same = store.parse(SourceText("evidence/a.md", before.source.text), [], markdown=True)
    new = store.parse(SourceText("evidence/a.md", "---\ntheme: New\n---\n"), [], markdown=True)

    assert same.fields is before.fields
    assert list(new.fields.entries) == ["theme"]


@pytest.mark.parametrize(
    ("content", "text"), [(b"\xef\xbb\xbf---\n---\n", "---\n---\n"), (b"\xff\xfe", None)]
)
def test_the_bytes_of_a_file_stay_as_they_are(
    content: bytes, text: str | None, write: Write
) -> None:
    store = RecordStore(write("evidence/a.md", content))

    assert store.data("evidence/a.md") is None  # nobody has read it yet
    assert store.text("evidence/a.md") == text
    assert store.data("evidence/a.md") == content


def test_a_file_that_is_missing_has_no_text(write: Callable[[str, str], Path]) -> None:
    store = RecordStore(write("README.md", ""))

    assert store.text("evidence/missing.md") is None
    assert store.data("evidence/missing.md") is None
