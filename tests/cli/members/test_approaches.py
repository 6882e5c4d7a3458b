"""``copkit new-approach`` and ``approaches``: the brokerage log, written and read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from copkit.analysis.changes import describe_changes
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

SEATS = "name: Harbour\nstarts: 2026-01-01\nseats:\n  NHS:\n    - Nurse\n  Police: [Sergeant]\n"
FILE = "communities/harbour/approaches.yaml"
LOG = (
    "# whom we asked\r\napproaches:\r\n"
    "    - id:   ap1   # by post\r\n      date: 2026-01-10\r\n      agency: 'the trust'\r\n"
    "      sector: NHS\r\n      role: Nurse\r\n      hours: 1.5\r\n      outcome: no-answer\r\n"
    "      next: ring\r\n      next_date: 2026-01-20\r\n# end"
)


@pytest.fixture
def harbour(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme with a community, and a day in February 2026."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-02-01")
    return write("copkit.yaml", SEATS)


def test_the_first_approach_makes_a_file_that_editors_know(harbour: Path, copkit: Copkit) -> None:
    result = copkit(
        "new-approach", "harbour", "the mental health trust", "--role", "nurse", "--level",
        "service-manager", "--how", "in-person", "--hours", "1.50", "--outcome", "promised",
        "--next", "call after the restructure", "--next-date", "2026-03-01", "-C", harbour,
    )  # fmt: skip

    assert result.status == 0, result.output
    assert (harbour / FILE).read_text("utf-8") == (
        "# yaml-language-server: $schema=../../.copkit/schema/approaches.json\n"
        "approaches:\n  - id: ap-k7m\n    date: 2026-02-01\n    agency: the mental health trust\n"
        "    sector: NHS\n    role: Nurse\n    level: service-manager\n    how: in-person\n"
        "    hours: 1.50\n    outcome: promised\n    next: call after the restructure\n"
        "    next_date: 2026-03-01\n"
    )
    assert copkit("check", "-C", harbour).status == 0


def test_a_further_one_leaves_the_rest_as_it_was(
    write: Write, harbour: Path, copkit: Copkit
) -> None:
    write(FILE, LOG)

    copkit("new-approach", "CP1", "the council", "-C", harbour)

    added = "    - id: ap-k7m\r\n      date: 2026-02-01\r\n      agency: the council\r\n"
    assert (harbour / FILE).read_bytes().decode() == LOG.replace("# end", f"{added}# end")


def test_where_others_write_too_ids_come_by_chance(harbour: Path, copkit: Copkit) -> None:
    subprocess.run(["git", "init", "-q", harbour], check=True)
    subprocess.run(
        ["git", "-C", harbour, "remote", "add", "origin", "ssh://example.org/x"], check=True
    )

    result = copkit("new-approach", "harbour", "the council", "-C", harbour)

    assert "id: ap1" not in result.stderr
    assert "id: ap" in result.stderr


def test_what_is_noted_after_the_programmes_end_is_listed(harbour: Path, copkit: Copkit) -> None:
    (harbour / "copkit.yaml").write_text(f"{SEATS}ends: 2026-01-31\n", "utf-8")

    copkit("new-approach", "harbour", "the council", "-C", harbour)

    assert "the council" in copkit("approaches", "harbour", "-C", harbour).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Jane Smith",), "AGENCY: this seems to hold"),
        (
            ("the council", "--next", "ring Sarah again"),
            "--next: this seems to hold",
        ),
        (("Quillfeather of the trust",), "AGENCY: this seems to hold"),
        (("the trust", "--role", "Quillfeather"), "--role: this seems to hold"),
        (("the council", "--hours", "1,5"), "write 1.5"),
        (("the council", "--level", "boss"), "'boss' is not one of"),
        (("the council", "--next-date", "2026-01-01"), "before 'date'"),
        (("  ",), "missing: AGENCY"),
        ((), "missing: AGENCY"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_written(
    write: Write, harbour: Path, copkit: Copkit, words: tuple[str, ...], said: str
) -> None:
    write(
        "private/contacts.yaml", "contacts:\n  - id: harbour/nurse-1\n    name: Zoe Quillfeather\n"
    )

    result = copkit("new-approach", "harbour", *words, "-C", harbour)

    assert result.status == 2
    assert said in result.stderr
    assert "Smith" not in result.output
    assert "Quillfeather" not in result.output
    assert not (harbour / FILE).exists()


def test_a_seat_that_is_not_sought_is_written_and_warned_of(harbour: Path, copkit: Copkit) -> None:
    result = copkit("new-approach", "harbour", "the trust", "--role", "Nurze", "-C", harbour)

    assert result.status == 0
    assert "did you mean 'Nurse'?" in result.stderr
    checked = copkit("check", "-C", harbour)
    assert "the role 'Nurze' is not among the seats sought in copkit.yaml" in checked.stdout
    assert checked.status == 0


def test_on_a_terminal_the_rest_is_asked_for(harbour: Path) -> None:
    status, screen = talk(
        harbour,
        ["new-approach", "harbour"],
        *(
            "Jane Smith",
            "n",
            "the trust",
            "1",
            "serv",
            "email",
            "x",
            "2",
            "prom",
            "ring",
            "2026-03-01",
        ),
    )

    assert status == 0, screen
    assert "this looks like a person's name" in screen
    assert (
        (harbour / FILE)
        .read_text("utf-8")
        .endswith(
            "    date: 2026-01-05\n    agency: the trust\n    sector: NHS\n    role: Nurse\n"
            "    level: service-manager\n    how: e-mail\n    hours: 2\n    outcome: promised\n"
            "    next: ring\n    next_date: 2026-03-01\n"
        )
    )


def test_enter_leaves_everything_else_out(harbour: Path) -> None:
    status, screen = talk(harbour, ["new-approach", "harbour", "the trust"], *[""] * 6)

    assert status == 0, screen
    assert (harbour / FILE).read_text("utf-8").endswith("agency: the trust\n")


# --- the list --------------------------------------------------------------------------------


def test_what_is_due_stands_on_top_and_the_sums_below(
    write: Write, harbour: Path, copkit: Copkit
) -> None:
    write(FILE, LOG)

    result = copkit("approaches", "harbour", "-C", harbour)

    assert result.stdout == (
        "To do next\n  12 days overdue: ring (the trust; harbour/ap1)\n\n"
        "2026-01-10  harbour/ap1  no-answer\n  the trust, for Nurse\n  1.5 hours\n"
        "  next: ring, by 2026-01-20\n\n"
        "Asked 1 time for 1 seat, 1.5 hours; 1 no-answer.\nBy level: not noted 1 (1.5 hours).\n"
    )


def test_json_has_what_is_due_each_approach_and_the_sums(example: Path, copkit: Copkit) -> None:
    found = json.loads(copkit("approaches", "--json", "-C", example).stdout)

    assert set(found) == {"as_of", "due", "approaches", "totals"}
    assert found["totals"]["asked"] == len(found["approaches"]) == 29
    assert found["due"][0]["days_overdue"] >= found["due"][-1]["days_overdue"]
    dates = [one["date"] for one in found["approaches"]]
    assert dates == sorted(dates)


@pytest.mark.parametrize("words", [("--due",), ("--seat", "psychiatric"), ("-C", ".", "list")])
def test_the_list_can_be_narrowed(example: Path, copkit: Copkit, words: tuple[str, ...]) -> None:
    if words[-1] == "list":
        words = ("list", "halifax")
    result = copkit("approaches", *words, "-C", example)

    assert result.status == 0, result.output
    assert "community health trust, for Community Matron" not in result.stdout


# --- changes ---------------------------------------------------------------------------------


def test_an_outcome_changes_and_nothing_else(write: Write, harbour: Path, copkit: Copkit) -> None:
    write(FILE, LOG)

    result = copkit(
        "approaches", "update", "harbour", "ap1", "--outcome", "joined", "--next", "",
        "--next-date", "", "-C", harbour,
    )  # fmt: skip

    assert result.status == 0, result.output
    after = LOG.replace("no-answer", "joined")
    after = after.replace("      next: ring\r\n      next_date: 2026-01-20\r\n", "")
    assert (harbour / FILE).read_bytes().decode() == after


def test_a_dry_run_shows_the_change_and_makes_none(
    write: Write, harbour: Path, copkit: Copkit
) -> None:
    write(FILE, LOG)

    result = copkit(
        "approaches", "update", "harbour", "ap1", "--hours", "3", "--dry-run", "-C", harbour
    )

    assert "+      hours: 3" in result.stdout
    assert (harbour / FILE).read_bytes().decode() == LOG


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ap7", "--outcome", "joined"), "harbour has no approach 'ap7'"),
        (("ap1",), "nothing to change"),
        (("ap1", "--next", "ring Jane Smith"), "--next: this seems to hold a person's name"),
    ],
)
def test_a_change_that_cannot_be_made_is_told(
    write: Write, harbour: Path, copkit: Copkit, words: tuple[str, ...], said: str
) -> None:
    write(FILE, LOG)

    result = copkit("approaches", "update", "harbour", *words, "-C", harbour)

    assert result.status == 2
    assert said in result.stderr
    assert (harbour / FILE).read_bytes().decode() == LOG


def test_the_history_counts_approaches_and_repeats_nothing_of_them() -> None:
    two = LOG.replace("# end", "    - id: ap2\r\n      date: 2026-02-01\r\n      agency: y\r\n")
    changed = two.replace("no-answer", "joined")

    def told(old: str | None, new: str | None) -> list[str]:
        return [str(one) for one in describe_changes(FILE, old, new, {"harbour": "Harbour"})]

    assert told(None, LOG) == ["Harbour, 1 new approach"]
    assert told(LOG, two) == ["Harbour, 1 new approach"]
    assert told(two, changed) == ["Harbour, approach ap1: outcome"]
    assert told(two, LOG) == ["Harbour, 1 approach, taken out"]
