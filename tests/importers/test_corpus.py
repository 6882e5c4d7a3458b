"""The corpus of other people's lists: each is read right, asked about or refused, never misread.

``python -m tests.importers.test_corpus`` prints what became of each list.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import yaml

from tests.conftest import run_copkit

CORPUS: Final = Path(__file__).parent / "corpus"
Expected = Mapping[str, Any]


class Verdict(StrEnum):
    """What became of a list."""

    RIGHT = "right"
    ASKED = "asked"  # and right with the answers
    REFUSED = "refused"  # as it should be
    NOT_READ = "not read"  # though it can be, but said so
    WRONG = "wrong silently"


@dataclass(frozen=True)
class Outcome:
    """One list with its verdict and, unless that is right, why."""

    name: str
    verdict: Verdict
    why: str = ""


def cases(kind: str) -> list[Path]:
    """Return the folders of one kind of list, in order."""
    return sorted(path.parent for path in (CORPUS / kind).glob("*/expect.yaml"))


def expected_of(case: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((case / "expect.yaml").read_text("utf-8"))
    return loaded


def run(*arguments: object) -> tuple[int, str, str]:
    """Run copkit in this process; return the status, standard output, and all output."""
    result = run_copkit(*arguments)
    assert "a mistake in copkit" not in result.output, result.output
    return result.status, result.stdout, result.output


def is_named(expected: Expected, output: str) -> bool:
    """Check that the output names what a refusal, or the list, has to name."""
    names = [*expected.get("names", ()), *expected.get("refused", {}).get("names", ())]
    folded = " ".join(output.casefold().split())
    return all(str(name).casefold() in folded for name in names)


# Members


def members_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the roster with the contacts' names and addresses, by id."""
    roster = yaml.safe_load((folder / "communities/alpha/roster.yaml").read_text("utf-8"))
    contacts = yaml.safe_load((folder / "private/contacts.yaml").read_text("utf-8"))
    by_id = {contact["id"].partition("/")[2]: contact for contact in contacts["contacts"]}
    return {
        member["id"]: {
            "part": "member",
            **{key: by_id.get(member["id"], {}).get(key) for key in ("name", "email")},
            **member,
        }
        for member in roster["members"]
    }


def import_members(case: Path, folder: Path, *options: str) -> tuple[int, str, dict[str, Any]]:
    """Import a list of members; return the status, the output, and the plan as JSON, if any."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CORPUS / "_programme", folder)
    files = [case / file for file in expected_of(case)["files"]]
    command = ("roster", "import", "alpha", *files, *options, "--yes", "-C", folder)
    status, stdout, output = run(*command, "--json")
    if not stdout.startswith("{"):
        return status, output, {}
    return status, output, json.loads(stdout[: stdout.rindex("}") + 1])


def judge_members(case: Path, folder: Path) -> Outcome:
    """Import a list without answers, then with them, and judge both."""
    expected = expected_of(case)
    status, output, plan = import_members(case, folder)
    kept_aside = len(plan.get("faults", ()))
    faults = wrong_members(expected, folder, is_complete=False)
    if faults:
        return Outcome(case.name, Verdict.WRONG, "; ".join(faults))
    if expected.get("refused") or (expected.get("may_refuse") and not plan):
        if status == 0:
            return Outcome(case.name, Verdict.WRONG, "was not refused")
        is_named_way = is_named(expected, output)
        return Outcome(case.name, Verdict.REFUSED if is_named_way else Verdict.NOT_READ, output)
    is_asked = bool(kept_aside) or not plan
    left = wrong_members(expected, folder, is_complete=True)
    if not left and is_named(expected, output):
        return Outcome(case.name, Verdict.ASKED if is_asked else Verdict.RIGHT)
    # What is missing was named, each line as a question or a fault; silence would be wrong.
    if not is_asked:
        return Outcome(case.name, Verdict.WRONG, "; ".join(left) or output)
    if "answers" in expected:
        import_members(case, folder, *expected["answers"])
        left = wrong_members(expected, folder, is_complete=True)
        if not left:
            return Outcome(case.name, Verdict.ASKED)
    return Outcome(case.name, Verdict.NOT_READ, "; ".join(left) or output)


def wrong_members(expected: Expected, folder: Path, *, is_complete: bool) -> list[str]:
    """Return what a roster has that the list does not say and, where complete, what it lacks."""
    old = members_of(CORPUS / "_programme")
    new = members_of(folder)
    wanted = [*expected.get("members", ())]
    allowed = [*wanted, *expected.get("may_members", ())]
    added = [member for id, member in new.items() if id not in old]
    faults = [
        f"{id} became {new[id]}"
        for id, member in old.items()
        if new[id] != {**member, **expected.get("changed", {}).get(id, {})}
        and (is_complete or new[id] != member)
    ]
    if "count" in expected:
        if is_complete and len(added) != expected["count"]:
            faults.append(f"{len(added)} members")
        return faults
    faults += [
        f"not so: {member}" for member in added if not any(fits(member, one) for one in allowed)
    ]
    if is_complete:
        faults += [
            f"missing: {one}" for one in wanted if not any(fits(member, one) for member in added)
        ]
    if len(added) > len(allowed):
        faults.append("somebody came twice")
    return faults


def fits(member: Mapping[str, Any], expected: Expected) -> bool:
    return all(str(member.get(key)) == str(value) for key, value in expected.items())


# Attendance

NAMES: Final = {id: member["name"] for id, member in members_of(CORPUS / "_programme").items()}


def import_attendance(case: Path, folder: Path, *options: str) -> tuple[int, str, dict[str, Any]]:
    """Import an attendance list; return the status, the output, and the plan as JSON, if any."""
    expected = expected_of(case)
    files = [case / file for file in expected["files"]]
    command = ("attendance", "import", "alpha", expected["meeting"], *files, *options)
    status, stdout, output = run(*command, "-C", folder, "--dry-run", "--json")
    if not stdout.startswith("{"):
        return status, output, {}
    return status, output, json.loads(stdout[: stdout.rindex("}") + 1])


def ids_in(plan: Mapping[str, Any], key: str) -> set[str]:
    """Return the members in one of the lists of a plan."""
    rows = [row if isinstance(row, str) else row.get("member", "") for row in plan.get(key, ())]
    return set(filter(None, rows))


def judge_attendance(case: Path, folder: Path) -> Outcome:
    """Import a list without answers, then with them, and judge both."""
    expected = expected_of(case)
    status, output, plan = import_attendance(case, folder)
    if faults := wrong_attendance(expected, plan):
        return Outcome(case.name, Verdict.WRONG, "; ".join(faults))
    if "refused" in expected:
        if status == 0:
            return Outcome(case.name, Verdict.WRONG, "was not refused")
        is_named_way = is_named(expected, output)
        return Outcome(case.name, Verdict.REFUSED if is_named_way else Verdict.NOT_READ, output)
    lost = lost_attendance(expected, plan, output)
    if status == 0 and not lost:
        return Outcome(case.name, Verdict.RIGHT)
    if "answers" in expected:
        status, output, plan = import_attendance(case, folder, *expected["answers"])
        lost = wrong_attendance(expected, plan) or lost_attendance(expected, plan, output)
        if status == 0 and not lost:
            return Outcome(case.name, Verdict.ASKED)
    if status == 0:  # whoever the list names, and the plan does not, is lost without a word
        is_asked = "asks" in expected and all(who.startswith("asked: ") for who in lost)
        return Outcome(case.name, Verdict.ASKED if is_asked else Verdict.WRONG, "; ".join(lost))
    if "may_refuse" in expected:
        return Outcome(case.name, Verdict.REFUSED)
    return Outcome(case.name, Verdict.NOT_READ, output)


def lost_attendance(expected: Expected, plan: Mapping[str, Any], output: str) -> list[str]:
    """Return what a list says that a plan has not; ``asked: `` stands before what it asks about."""
    lost: list[str] = []
    suggested = {id for row in plan.get("suggested", ()) for id in row.get("members", ())}
    # "Marrow, Ben" is Ben Marrow
    set_aside = [{*row["row"].replace(",", " ").split()} for row in plan.get("set_aside", ())]
    for key, place in (("present", "matched"), ("absent", "absent"), ("apologies", "apologies")):
        alternatives = {*expected.get("alternatives", {})}
        if key == "absent":  # whoever is set aside with a reason is recorded no more than absent
            alternatives |= {id for id, name in NAMES.items() if {*name.split()} in set_aside}
        missing = {*expected.get(key, ())} - ids_in(plan, place) - alternatives
        lost += [
            f"{'asked: ' if id in suggested else ''}{id} is not {key}" for id in sorted(missing)
        ]
    rows = [row["row"] for place in ("unmatched", "set_aside") for row in plan.get(place, ())]
    rows += [row["row"] for row in plan.get("suggested", ())]
    asked = [str(name) for name in expected.get("asks", {}).get("person", ())]
    lost += [
        f"{name} is nowhere"
        for name in (*expected.get("strangers", ()), *asked)
        if not any(str(name).casefold() in row.casefold() for row in rows)
    ]
    if not is_named(expected, output):
        lost.append("does not name what it has to")
    return lost


def wrong_attendance(expected: Expected, plan: Mapping[str, Any]) -> list[str]:
    """Return what a plan records that the list does not say."""
    faults = []
    allowed = {*expected.get("present", ()), *expected.get("may_present", ())}
    if strangers := ids_in(plan, "matched") - allowed:
        faults.append(f"present: {', '.join(sorted(strangers))}")
    excused = {*expected.get("apologies", ()), *expected.get("alternatives", ())}
    if strangers := ids_in(plan, "apologies") - excused:
        faults.append(f"apologies: {', '.join(sorted(strangers))}")
    minutes = {row["member"]: row.get("minutes") for row in plan.get("matched", ())}
    faults += [
        f"{id} stayed {minutes[id]} minutes, not {stayed}"
        for id, stayed in expected.get("minutes", {}).items()
        if id in minutes and minutes[id] != stayed
    ]
    return faults


# The whole corpus

Judge = Callable[[Path, Path], Outcome]


def judge_all(kind: str, judge: Judge, folder: Path) -> list[Outcome]:
    """Judge every list of a kind in a copy of the programme."""
    shutil.copytree(CORPUS / "_programme", folder, dirs_exist_ok=True)
    return [judge(case, folder) for case in cases(kind)]


def table_of(outcomes: list[Outcome]) -> str:
    """Return how many lists had which verdict, and each list that was not read right."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    lines = [f"{counts[verdict]:>4}  {verdict}" for verdict in Verdict]
    lines += [
        f"      {outcome.name}: {outcome.verdict}: {' '.join(outcome.why.split())[:300]}"
        for outcome in outcomes
        if outcome.verdict in {Verdict.WRONG, Verdict.NOT_READ}
    ]
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "judge"), [("members", judge_members), ("attendance", judge_attendance)]
)
def test_no_list_is_read_wrong_without_a_word(kind: str, judge: Judge, tmp_path: Path) -> None:
    outcomes = judge_all(kind, judge, tmp_path / "programme")

    counts = Counter(outcome.verdict for outcome in outcomes)
    assert counts[Verdict.WRONG] == 0, table_of(outcomes)
    readable = [outcome for outcome in outcomes if outcome.verdict is not Verdict.REFUSED]
    taken = counts[Verdict.RIGHT] + counts[Verdict.ASKED]
    assert taken >= 0.85 * len(readable), table_of(outcomes)


if __name__ == "__main__":
    for corpus_kind, corpus_judge in (("members", judge_members), ("attendance", judge_attendance)):
        with TemporaryDirectory() as directory:
            corpus = judge_all(corpus_kind, corpus_judge, Path(directory) / "programme")
        sys.stdout.write(f"{corpus_kind}\n{table_of(corpus)}\n")
