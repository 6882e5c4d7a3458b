"""``copkit member leave``, ``return``, ``change`` and ``contact``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]
WHO = "brighton/community-matron-1"
ROSTER = "communities/brighton/roster.yaml"


def member(copkit: Copkit, folder: Path, name: str = WHO) -> dict[str, object]:
    shown: dict[str, object] = json.loads(copkit("show", name, "--json", "-C", folder).stdout)
    return shown


def letters(copkit: Copkit, folder: Path, role: str) -> str:
    matrix = json.loads(copkit("attendance", "--json", "-C", folder).stdout)
    return "".join(
        row["cells"].get("brighton", "") for row in matrix["rows"] if row["role"] == role
    )


def test_who_moves_on_keeps_their_letter_and_who_drops_out_becomes_a_y(
    copkit: Copkit, example: Path
) -> None:
    left = copkit("member", "leave", WHO, "2013-02-20", "--why", "moved-on", "-C", example)

    assert left.status == 0, left.stderr
    assert "left on Wednesday 20 February 2013: moved on." in left.stderr
    assert "Their X stays." in left.stderr
    assert "take it back: copkit undo" in left.stderr
    assert letters(copkit, example, "Community Matron") == "X"
    assert copkit("check", "-C", example).status == 0

    again = copkit("member", "leave", WHO, "2013-02-20", "--why", "dropped-out", "-C", example)

    assert "Their X becomes a Y." in again.stderr
    assert letters(copkit, example, "Community Matron") == "Y"


def test_their_promises_are_named(copkit: Copkit, example: Path) -> None:
    case = "brighton/assessed-only-when-sober"
    copkit(
        "case", "action", case, "Ring", "--owner", "Community Matron", "--due", "2013-02-13",
        "-C", example,
    )  # fmt: skip

    result = copkit("member", "leave", WHO, "2013-02-20", "--why", "moved-on", "-C", example)

    assert 'copkit case follow-up --owner "Community Matron"' in result.stderr
    assert "1 promise is theirs" in result.stderr or "promises are theirs" in result.stderr


def test_a_last_day_before_a_meeting_they_came_to_is_refused(
    copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    before = tree_of(example)
    result = copkit("member", "leave", WHO, "2012-06-01", "--why", "moved-on", "-C", example)

    assert result.status == 1
    assert "came on 2013-02-13, after 2012-06-01; nothing was changed" in result.stderr
    assert tree_of(example) == before


def test_who_comes_back_is_a_member_but_for_the_time_between(copkit: Copkit, example: Path) -> None:
    who = "brighton/housing-support-worker-1"  # left on 2012-04-18
    early = copkit("member", "return", who, "2012-04-18", "-C", example)
    assert early.status == 2
    assert "left on 2012-04-18, which is not before" in early.stderr

    result = copkit("member", "return", who, "2012-09-19", "-C", example)

    assert result.status == 0, result.stderr
    assert "is a member again from Wednesday 19 September 2012" in result.stderr
    shown = member(copkit, example, who)
    assert shown["left"] is None
    assert shown["left_because"] is None
    assert shown["away"] == [{"id": "w-k7m", "from": "2012-04-18", "until": "2012-09-19"}]
    assert copkit("check", "-C", example).status == 0
    assert "has not left" in copkit("member", "return", who, "today", "-C", example).stderr


def test_another_role_says_which_row_it_is(copkit: Copkit, example: Path) -> None:
    result = copkit("member", "change", WHO, "--role", "probation officer", "-C", example)

    assert result.status == 0, result.stderr
    assert "role: Community Matron -> Probation Officer" in result.stderr
    assert "sector: NHS -> Criminal Justice & Police" in result.stderr
    assert "move to the row Probation Officer (Criminal Justice & Police)" in result.stderr
    assert "X" in letters(copkit, example, "Probation Officer")
    assert copkit("check", "-C", example).status == 0


def test_a_sector_is_known_in_any_case_of_letters_and_a_text_can_go(
    copkit: Copkit, example: Path
) -> None:
    result = copkit(
        "member", "change", WHO, "--sector", "voluntary sector", "--organisation", "",
        "--part", "expert-by-experience", "-C", example,
    )  # fmt: skip

    assert result.status == 0, result.stderr
    shown = member(copkit, example)
    assert shown["sector"] == "Voluntary Sector"
    assert shown["organisation"] is None
    assert shown["part"] == "expert-by-experience"


def test_another_id_is_shown_before_and_changes_every_file(
    copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    before = tree_of(example)
    shown = copkit("member", "change", WHO, "--id", "nurse-1", "--dry-run", "-C", example)

    assert shown.status == 0
    assert tree_of(example) == before
    assert "-  - community-matron-1\n+  - nurse-1\n" in shown.stdout
    assert "references: 1 in cases and 11 in meetings" in shown.stderr
    assert "1 sign-off would be renewed" in shown.stderr

    assert copkit("member", "change", WHO, "--id", "nurse-1", "-C", example).status == 0

    assert copkit("check", "-C", example).status == 0
    changed = {
        file
        for file, data in tree_of(example).items()
        if data != before.get(file) and not file.startswith("private/undo/")
    }
    assert all(file.startswith("communities/brighton/") for file in changed)
    assert len(changed) == 13


def test_name_and_address_go_to_private_alone_and_are_never_printed(
    copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    before = tree_of(example)
    words = ("--name", "Robin Threlfall", "--email", "robin.threlfall@example.org")
    dry = copkit("member", "contact", WHO, *words, "--dry-run", "-C", example)
    assert tree_of(example) == before

    result = copkit("member", "contact", WHO, *words, "--mail", "agreed 2012-03-21", "-C", example)

    assert result.status == 0, result.stderr
    new_files = {file for file in tree_of(example) if not file.startswith("private/undo/")}
    assert new_files - {*before} == {"private/contacts.yaml"}
    assert "r…@….org, agreed on 2012-03-21" in result.stderr
    assert "Threlfall" not in result.output + dry.output
    assert (example / "private/contacts.yaml").stat().st_mode & 0o077 == 0
    again = copkit("member", "contact", WHO, "--mail", "agreed", "-C", example)
    assert "says so already" in again.stderr  # the day of the agreement stays
    copkit("member", "contact", WHO, "--mail", "no", "--email", "", "-C", example)
    text = (example / "private/contacts.yaml").read_text("utf-8")
    assert text == f"contacts:\n  - id: {WHO}\n    name: Robin Threlfall\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("contact", WHO, "--email", "robin.threlfall"), "is not an e-mail address"),
        (("contact", WHO, "--mail", "perhaps"), "--mail: this is neither"),
        (("contact", WHO), "missing: --name, --email or --mail"),
        (("change", WHO), "missing: --role"),
        (("change", WHO, "--role", " "), "--role: nobody is without one"),
        (("change", WHO, "--id", "Nurse 1"), "'Nurse 1' cannot be an id"),
        (("change", WHO, "--id", "probation-officer-1"), "is on the roster already"),
        (("leave", WHO), "missing: DATE, --why"),
        (("leave", "brighton"), "missing: ID"),
        (("leave", "brighton/matron-comunity-1"), "did you mean 'brighton/community-matron-1'?"),
        (("leave", "Robin Threlfall", "today"), "nobody, and no community, is called so"),
        (("leave", WHO, "2011-01-01", "--why", "ended"), "came on"),
        (("leave", WHO, "31/02/2013", "--why", "ended"), "DATE:"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_is_changed(
    copkit: Copkit, example: Path, tree_of: TreeOf, words: tuple[str, ...], said: str
) -> None:
    before = tree_of(example)
    result = copkit("member", *words, "-C", example)

    assert result.status in {1, 2}
    assert said in result.stderr
    assert "Threlfall" not in result.stderr.replace("robin.threlfall", "")
    assert tree_of(example) == before


def test_an_id_that_holds_a_name_is_refused(copkit: Copkit, write: Write) -> None:
    write(
        "private/contacts.yaml", "contacts:\n  - id: harbour/nurse-1\n    name: Robin Threlfall\n"
    )
    folder = write(
        "communities/harbour/roster.yaml",
        "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n",
    )

    result = copkit("member", "change", "nurse-1", "--id", "threlfall-1", "-C", folder)

    assert result.status == 2
    assert "holds part of somebody's name" in result.stderr
    assert copkit("member", "change", "Robin Threlfall", "--id", "n-2", "-C", folder).status == 0
    assert "id: harbour/n-2" in (folder / "private/contacts.yaml").read_text("utf-8")


NAMED: list[tuple[str, ...]] = [
    ("new-member", "brighton", "Grace Bishop", "--sector", "NHS"),
    ("member", "change", WHO, "--role", "Grace Bishop"),
    ("member", "change", WHO, "--organisation", "Grace Bishop"),
    ("new-approach", "brighton", "the council", "--role", "Grace Bishop"),
    ("case", "action", "brighton/gate-money-gone-by-teatime", "Ring them", "--due", "2013-03-01",
     "--owner", "Grace Bishop"),
    ("blockage", "ask", "discharged-to-nowhere", "--of", "Grace Bishop", "--ask", "Fund beds",
     "--reply-by", "2013-03-01", "--date", "2013-02-20"),
]  # fmt: skip


@pytest.mark.parametrize("command", NAMED, ids=" ".join)
def test_a_role_that_looks_like_a_name_is_written_only_if_somebody_says_that_it_is_none(
    copkit: Copkit, example: Path, tree_of: TreeOf, command: tuple[str, ...]
) -> None:
    before = tree_of(example)
    refused = copkit(*command, "-C", example)

    assert refused.status == 2
    assert "--is-role writes what only looks like a name" in refused.stderr
    assert tree_of(example) == before

    assert copkit(*command, "--is-role", "--dry-run", "-C", example).status == 0
