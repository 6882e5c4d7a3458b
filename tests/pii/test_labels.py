"""Whether persons, and nobody else, are found where roles, places and organisations stand."""

from __future__ import annotations

import json
from itertools import cycle, islice
from pathlib import Path
from random import Random

import pytest

from copkit.analysis.privacy.identifiers import Knowledge, findings_in_name, scan_file
from copkit.pii.labels import LabelKind, find_names_in_label

_LISTS = Path(__file__).parent / "labels"  # in "second": written after the rules, to check them
_SHAPES = {
    "copkit.yaml": "name: {place}\nstarts: 2024-01-01\nseats:\n  {place}:\n    - {role}\n"
    "    - {other}\n  Health: [{other}, {role}]\n",
    "communities/x/roster.yaml": "members:\n  - id: m-1\n    role: {role}\n    sector: {other}\n"
    "    organisation: {place}\n  - {{id: m-2, role: {other}, organisation: {place}}}\n",
    "communities/x/community.md": "---\ncode: C1\nname: {place}\nplace: {place}\nhost: {place}\n"
    "backing: {role}\nstatus: active\n---\n\n# About\n",
    "communities/x/meetings/2024-02-01.md": "---\ndate: 2024-02-01\nplace: {place}\n---\n",
    "communities/x/approaches.yaml": "approaches:\n  - id: ap1\n    date: 2024-02-01\n"
    "    agency: {place}\n    role: {role}\n    sector: {other}\n    level: director\n",
    "blockages/b.md": "---\ntitle: Beds\nasks:\n  - id: q1\n    of: {role}\n    ask: b\n---\n",
    "briefs/b.md": "---\ntitle: Beds\naddressee: {role}\nask: more beds\n---\n",
    "communities/x/cases/c.md": "---\ntitle: No beds\nactions:\n  - id: a1\n    what: Ask\n"
    "    owner: {role}\n  - id: a2\n    owner: {other}\n---\n",
}


def _read(folder: str, name: str) -> list[str]:
    return (_LISTS / folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _quote(text: str, random: Random) -> str:
    return text if text.replace(" ", "").isalpha() and random.random() < 0.5 else json.dumps(text)


def _lines_with_names(file: str, text: str) -> list[str]:
    problems = scan_file(file, text.encode(), Knowledge(), lambda path: None)
    return [text.splitlines()[problem.line - 1] for problem in problems]


@pytest.mark.parametrize("folder", ["", "second"])
def test_titles_of_jobs_and_places_raise_nothing_in_any_company(folder: str) -> None:
    random = Random(7)
    roles, places = _read(folder, "roles"), _read(folder, "places")
    random.shuffle(roles)
    rounds = max(len(roles), len(places))
    for number, (role, place) in enumerate(
        islice(zip(cycle(roles), cycle(places), strict=False), rounds)
    ):
        words = {"role": role, "place": place, "other": random.choice(roles)}
        quoted = {key: _quote(value, random) for key, value in words.items()}
        file = list(_SHAPES)[number % len(_SHAPES)]
        assert _lines_with_names(file, _SHAPES[file].format(**quoted)) == []
        assert findings_in_name(f"communities/{_slug(place)}/roster.yaml", Knowledge()) == []
        assert find_names_in_label(f"{_slug(role)}-1", LabelKind.ROLE) == []


@pytest.mark.parametrize("folder", ["", "second"])
def test_full_names_are_found_in_the_same_fields(folder: str) -> None:
    random = Random(11)
    roles, names = _read(folder, "roles"), _read(folder, "names")
    inns = ["The {} Arms", "{} Hospital", "{}", "{} Community Centre", "The {} Inn", "{} House"]
    jobs = ["{}", "{}, %s", "%s ({})", "%s - {}"]
    total = found = 0
    for number, name in enumerate(names):
        role = jobs[number % 4].replace("%s", random.choice(roles)).format(name)
        words = {"role": role, "place": inns[number % 6].format(name), "other": roles[number % 9]}
        quoted = {key: json.dumps(value) for key, value in words.items()}
        for file in (list(_SHAPES) * 2)[number % len(_SHAPES) :][:2]:
            text = _SHAPES[file].format(**quoted)
            lines = {line for line in text.splitlines() if name in line}
            total += len(lines)
            found += len(lines & set(_lines_with_names(file, text)))

    assert total > 100
    assert found / total > 0.95


def _slug(text: str) -> str:
    plain = text.lower().replace("à", "a").encode("ascii", "ignore").decode()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


@pytest.mark.parametrize(
    "path", [".DS_Store", "Thumbs.db", "cases/desktop.ini", "~$brief.docx", "Icon\r", "._x"]
)
def test_files_of_systems_raise_nothing(path: str) -> None:
    assert list(scan_file(path, b"\0\1Bud1\0", Knowledge(), lambda file: None)) == []


def test_the_lock_of_a_document_called_after_a_person_is_found() -> None:
    problems = list(scan_file("~$Robin Threlfall.docx", b"\0\1", Knowledge(), lambda file: None))

    assert [problem.code for problem in problems] == ["full-name"]


def test_the_message_has_the_whole_command_that_accepts_a_finding() -> None:
    text = "members:\n  - id: nurse-1\n    role: Tom Smith\n"

    [problem] = scan_file(
        "communities/x/roster.yaml", text.encode(), Knowledge(), lambda file: None
    )

    command = "copkit accept communities/x/roster.yaml:3:11 --why"
    assert command in problem.hint


@pytest.mark.parametrize(
    "text",
    ["tom smith", "TOM SMITH", "Smith, Tom", "T. Okafor", "Mrs Kowalczyk", "PC Tom Hollis",
     "tom-smith-1", "Nurse / Tom Smith", "Tom & Anjali Rao"],
)  # fmt: skip
def test_a_name_is_found_however_it_is_typed(text: str) -> None:
    assert find_names_in_label(text, LabelKind.ROLE)
