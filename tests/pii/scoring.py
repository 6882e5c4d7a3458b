"""Records with marked details, what ``copkit check`` says of them, and how far the two agree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import Copkit

RECORDS = Path(__file__).parent / "records.jsonl"
TEXTS = Path(__file__).parent / "texts"
_MARK = re.compile(r"\[([A-Z_]+): ([^]]+)\]")
_QUASI = {"PLACE", "AGE", "DATE", "INITIALS", "RARE_CLUE", "POSTCODE_DISTRICT"}
_NEEDED = 0.5  # of the letters and digits of a detail that must be pointed at

FIELDS = "title: A case\nkind: challenging\nstatus: draft\n"


@dataclass(frozen=True)
class Marked:
    """One text: where its details stand, of which tier, and which names in it are invented."""

    id: str
    text: str
    details: tuple[tuple[int, int, str], ...]
    pseudonyms: tuple[str, ...]
    accepted: tuple[str, ...]

    @property
    def leaks(self) -> bool:
        return any(tier == "direct" for _, _, tier in self.details)

    def as_case(self) -> str:
        """Give the text as the body of a case."""
        invented = "".join(f"  - {json.dumps(name)}\n" for name in self.pseudonyms)
        listed = f"pseudonyms:\n{invented}" if invented else ""
        return f"---\n{FIELDS}{listed}---\n\n{self.text}\n"


def marked_records(path: Path = RECORDS) -> list[Marked]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        details = tuple((start, end, tier) for start, end, _, tier in one["spans"])
        invented, accepted = tuple(one["pseudonyms"]), tuple(one["accepted"])
        found.append(Marked(one["id"], one["text"], details, invented, accepted))
    return found


def marked_texts(folder: Path) -> list[Marked]:
    """Return the texts of a folder: one a line, with each detail as ``[LABEL: detail]``."""
    texts = []
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            text, details, end = "", [], 0
            for mark in _MARK.finditer(line):
                text += line[end : mark.start()]
                label, detail = mark.groups()
                tier = "quasi" if label in _QUASI else "direct"
                details.append((len(text), len(text) + len(detail), tier))
                text += detail
                end = mark.end()
            text += line[end:]
            texts.append(Marked(f"{path.stem}-{number:03}", text, tuple(details), (), ()))
    return texts


def found_in(copkit: Copkit, folder: Path, records: Iterable[Marked]) -> dict[str, list[Any]]:
    """Write each record as a case, check them all, and give what was found by offsets in each."""
    cases = folder / "communities" / "harbour" / "cases"
    cases.mkdir(parents=True, exist_ok=True)
    by_file = {}
    for one in records:
        path = cases / f"{one.id}.md"
        path.write_text(one.as_case(), encoding="utf-8", newline="")
        by_file[f"communities/harbour/cases/{one.id}.md"] = one
    found: dict[str, list[Any]] = {one.id: [] for one in by_file.values()}
    for problem in json.loads(copkit("check", "--json", "-C", folder).stdout)["problems"]:
        one = by_file[problem["file"]]
        lines = one.as_case().split("\n")
        begins = [0]
        for line in lines:
            begins.append(begins[-1] + len(line) + 1)
        body = len(one.as_case()) - len(one.text) - 1
        start = begins[problem["line"] - 1] + problem["column"] - 1 - body
        end = begins[problem["end_line"] - 1] + problem["end_column"] - 1 - body
        if start >= 0 and not any(one.text[start:end] in said for said in one.accepted):
            found[one.id].append((start, end, problem["severity"]))
    return found


@dataclass(frozen=True)
class Score:
    """Shares, of 1: of direct details found, of findings that are true, of records misjudged.

    ``narrowing`` is the share of what only narrows a person down (``quasi``) that is found.
    """

    recall: float
    precision: float
    silent: float
    alarmed: float
    narrowing: float


def score(records: Iterable[Marked], found: dict[str, list[Any]]) -> Score:
    direct = hit = true = false = leaking = silent = clean = alarmed = quasi = narrowed = 0
    for one in records:
        letters = {at for at, sign in enumerate(one.text) if sign.isalnum()}
        pointed = [letters & set(range(start, end)) for start, end, _ in found[one.id]]
        marked = [letters & set(range(start, end)) for start, end, _ in one.details]
        everything = set[int]().union(*marked)
        for (_, _, tier), places in zip(one.details, marked, strict=True):
            direct += tier == "direct"
            covered = len(places & set[int]().union(*pointed))
            is_found = covered >= _NEEDED * len(places)
            hit += tier == "direct" and is_found
            quasi += tier == "quasi"
            narrowed += tier == "quasi" and is_found
        true += sum(bool(places & everything) for places in pointed)
        false += sum(bool(places) and not places & everything for places in pointed)
        leaking += one.leaks
        silent += one.leaks and not pointed
        clean += not one.details
        alarmed += not one.details and bool(pointed)
    return Score(
        hit / direct, true / (true + false), silent / leaking, alarmed / clean, narrowed / quasi
    )
