"""Every fault of the corpus in ``faults/`` is reported where a person would point, and no other.

A corpus file is named after its fault: what must be said (``says:``, or ``warns:`` for a warning)
with file, line, column and code; what a text file cannot show (``encoding:``, ``newline:``,
``pad:`` to a number of bytes, ``sign:`` for an invisible character); then, below the dashes, the
file to plant, and after each line ``=== path`` one more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from copkit.records.kinds import Noun
from tests.conftest import EXAMPLE, LONG, Copkit, copied

CORPUS = Path(__file__).resolve().parent / "faults"
PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+) (?P<code>[a-z0-9-]+)")
DASHES = "----------\n"
PADDING = "# nothing but padding\n"

TreeOf = Callable[[Path], dict[str, bytes]]


@dataclass(frozen=True)
class Fault:
    """One corpus file: what to plant, and what must be said about it."""

    name: str
    text: str

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.text.partition(DASHES)[0].splitlines()
        return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]

    @cached_property
    def options(self) -> dict[str, str]:
        return dict(self.headers)

    @property
    def said(self) -> list[str]:
        return sorted(value for name, value in self.headers if name in {"says", "warns"})

    @property
    def is_error(self) -> bool:
        return "says" in self.options

    @property
    def files(self) -> dict[str, bytes]:
        whole = f"=== {self.options['file']}\n" + self.text.partition(DASHES)[2]
        parts = re.split(r"^=== (.+)\n", whole, flags=re.MULTILINE)[1:]
        return {path: self.encode(text) for path, text in zip(parts[::2], parts[1::2], strict=True)}

    def encode(self, text: str) -> bytes:
        if sign := self.options.get("sign"):
            shown, code = sign.split(" = U+")
            text = text.replace(shown, chr(int(code, 16)))
        if least := int(self.options.get("pad", "0")):
            text += PADDING * (1 + (least - len(text)) // len(PADDING))
        if self.options.get("newline") == "crlf":
            text = text.replace("\n", "\r\n")
        return text.encode(self.options.get("encoding", "utf-8"))

    def plant(self, folder: Path) -> None:
        for path, data in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)


FAULTS = [Fault(path.stem, path.read_text("utf-8")) for path in sorted(CORPUS.glob("*.txt"))]


def check(copkit: Copkit, folder: Path) -> tuple[int, list[dict[str, Any]]]:
    result = copkit("check", "--json", "-C", folder)
    assert result.stderr == ""
    return result.status, json.loads(result.stdout)["problems"]


def place(problem: dict[str, Any]) -> str:
    return "{file}:{line}:{column} {code}".format(**problem)


@pytest.fixture(scope="module")
def all_planted(looked_through: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with every fault; no test here changes it, as one of them sees to."""
    folder = copied(looked_through, tmp_path_factory.mktemp("faulty") / "example")
    for fault in FAULTS:
        fault.plant(folder)
    return folder


def test_the_corpus_is_large_and_plants_each_file_once() -> None:
    paths = [path.casefold() for fault in FAULTS for path in fault.files]

    assert len(FAULTS) >= 200
    assert len(paths) == len(set(paths))
    assert not [path for path in paths if path != "copkit.yaml" and (EXAMPLE / path).exists()]
    assert not [said for fault in FAULTS for said in fault.said if not PLACE.fullmatch(said)]


def test_the_example_itself_is_clean(copkit: Copkit, example: Path) -> None:
    assert check(copkit, example) == (0, [])


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_alone_is_said_where_it_stands_and_nothing_else(
    fault: Fault, copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    fault.plant(example)
    before = tree_of(example)

    status, problems = check(copkit, example)
    for command in READING if LONG else ():
        copkit(*command, "-C", example)

    assert tree_of(example) == before
    assert sorted(place(problem) for problem in problems) == fault.said
    assert status == (1 if fault.is_error else 0)
    for problem in problems:
        severity = "says" if problem["severity"] == "error" else "warns"
        assert (severity, place(problem)) in fault.headers
        assert problem["message"]
        assert problem["hint"]
        assert (problem["end_line"], problem["end_column"]) > (problem["line"], problem["column"])


@pytest.mark.slow
def test_all_faults_in_one_folder_are_said_and_nothing_else(
    copkit: Copkit, all_planted: Path
) -> None:
    expected = {said for fault in FAULTS for said in fault.said}

    status, problems = check(copkit, all_planted)

    found = {place(problem) for problem in problems}
    assert status == 1
    assert {without_column(said) for said in found} == {without_column(said) for said in expected}
    assert len(problems) == sum(len(fault.said) for fault in FAULTS)
    assert len(found & expected) >= 0.95 * len(expected)


def without_column(said: str) -> tuple[str, ...]:
    match = PLACE.fullmatch(said)
    assert match is not None
    return match["file"], match["line"], match["code"]


def test_all_faults_are_shown_to_a_person_too(copkit: Copkit, all_planted: Path) -> None:
    result = copkit("check", "-C", all_planted)

    shown = [f"{said.rpartition(' ')[0]}:" for fault in FAULTS for said in fault.said]
    assert result.status == 1
    assert [place for place in shown if place not in result.output] == []
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u200b]", result.output)


READING = [
    ("check",),
    ("check", "--json"),
    *(("list", noun.value) for noun in Noun),
    ("show", "ten-minutes-in-the-pharmacy"),
    ("show", "six-faults-in-one-case"),
    ("attendance",),
    ("attendance", "--json"),
    ("attendance", "register", "brighton"),
    ("attendance", "register", "faulty-roster-9"),
    ("attendance", "--format", "html", "--explain"),
    ("attendance", "register", "brighton", "--format", "csv"),
    ("log",),
    ("log", "brighton", "--json"),
    ("schema", "case"),
    ("sync", "--dry-run"),
    ("undo", "--dry-run"),
    ("newsletter", "build", "--dry-run"),
    ("new-member", "brighton", "Nurse", "--sector", "NHS", "--dry-run"),
    ("attendance", "record", "brighton", "2012-04-18", "-p", "probation-1", "--dry-run"),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_command_that_reads_changes_nothing_in_a_faulty_folder(
    command: tuple[str, ...], copkit: Copkit, all_planted: Path, tree_of: TreeOf
) -> None:
    before = tree_of(all_planted)
    in_folder = () if command[0] == "schema" else ("-C", all_planted)

    result = copkit(*command, *in_folder)

    assert result.status in {0, 1}
    assert result.output
    assert tree_of(all_planted) == before
