"""What ordinary life brings, at a terminal, and no file touched by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import LONG, Copkit, Write


def test_a_year_in_which_people_leave_meetings_move_and_records_were_wrong(
    example: Path, copkit: Copkit
) -> None:
    def played(*command: str, answers: tuple[str, ...] = ()) -> str:
        status, screen = talk(example, list(command), *answers)
        assert status == 0, screen
        checked = copkit("check", "-C", example)
        assert checked.status == 0, checked.output
        return screen

    for day in ("2013-02-20", "2013-02-27"):
        copkit("new-meeting", "colchester", day, "-C", example)
    copkit("new-blockage", "Nobody on Sundays", "-C", example)

    # a leaver
    screen = played(
        "member", "leave", answers=("brighton", "community-matron-1", "2013-02-20", "2")
    )
    assert " 1  " in screen  # everybody is listed with a number
    assert "dropped out" in screen
    assert "left on Wednesday 20 February 2013: moved on." in screen
    # a change of role, and a wrong id
    screen = played(
        "member", "change", "brighton/probation-officer-1",
        answers=("Community Matron", "nhs", "member", "a trust", "nurse-1", "y"),
    )  # fmt: skip
    assert "id: probation-officer-1 -> nurse-1" in screen
    # a move, and a cancellation
    screen = played("meeting", "move", "col", "2013-02-20", answers=("2013-02-21",))
    assert "moved to Thursday 21 February 2013" in screen
    played("meeting", "cancel", "colchester", "2013-02-27", answers=("the hall was flooded",))
    # a rename
    screen = played("rename", answers=("Brighton", "brighton-and-hove", "y"))
    assert "do it? [Y/n]" in screen
    assert not (example / "communities/brighton").exists()
    # a case that was made by mistake
    screen = played("remove", "quiet-saturdays", "--with-references", answers=("",))
    assert "get it back: copkit undo" in screen
    # two blockages that are one
    screen = played("blockage", "merge", answers=("weekend-cover", "Nobody on", "yes"))
    assert "merged nobody-on-sundays into weekend-cover" in screen


def test_an_answer_of_no_and_a_third_wrong_answer_change_nothing(
    example: Path, tree_of: Callable[[Path], dict[str, bytes]]
) -> None:
    before = tree_of(example)

    status, screen = talk(example, ["rename", "brighton", "hove"], "n")
    assert status == 0
    assert "nothing was changed" in screen
    status, screen = talk(
        example, ["member", "leave", "brighton/community-matron-1", "2013-02-20"], "x", "y", "z"
    )
    assert status == 2
    assert "say it beforehand with --why" in screen
    assert tree_of(example) == before


@pytest.mark.parametrize("seed", range(60 if LONG else 4))
def test_after_every_change_of_a_drawn_programme_check_finds_nothing_new(
    copkit: Copkit, write: Write, seed: int
) -> None:
    luck = random.Random(seed)
    folder = drawn_programme(write, luck)
    assert copkit("check", "-C", folder).status == 0, copkit("check", "-C", folder).output
    for step in range(8):
        command = drawn_change(luck, step)
        result = copkit(*command, "-C", folder)
        assert result.status in {0, 1, 2}, (command, result.output)
        assert "mistake in copkit" not in result.stderr, (command, result.stderr)
        checked = copkit("check", "-C", folder)
        assert checked.status == 0, (command, result.output, checked.output)


COMMUNITIES = ("quay", "quay-2", "harbour")
IDS = ("nurse-1", "nurse-10", "community-nurse-1", "x")
SLUGS = ("doors", "doors-2", "no-doors")


def drawn_programme(write: Write, luck: random.Random) -> Path:
    """Write a programme whose names begin and end like one another."""
    folder = write("blockages/none.md", "---\ntitle: None\n---\n")
    for number, slug in enumerate(COMMUNITIES, 1):
        write(
            f"communities/{slug}/community.md",
            f"---\ncode: CP{number}\nname: {slug}\nplace: {slug.title()}\nstatus: active\n---\n",
        )
        members = "".join(f"  - id: {id}\n    role: Nurse\n    sector: NHS\n" for id in IDS)
        write(f"communities/{slug}/roster.yaml", f"members:\n{members}")
        for case in luck.sample(SLUGS, 2):
            presenter, blockage, card = luck.choice(IDS), luck.choice(SLUGS), luck.choice(SLUGS)
            write(
                f"communities/{slug}/cases/{case}.md",
                f"---\ntitle: {case}\nkind: challenging\nstatus: draft\npresenters: [{presenter}]\n"
                f"evidence:\n  - {card}  # read this\nissues:\n  - id: i1\n    blockage: "
                f"{blockage}\n  - {{id: i2, blockage: '{blockage}', note: N}}\n---\n\n{blockage}\n",
            )
            write(f"communities/{slug}/meetings/2026-0{luck.randint(1, 4)}-0{number}.md", "")
    for path in sorted(folder.glob("communities/*/meetings/*.md")):
        cases = sorted(path.parent.parent.glob("cases/*.md"))
        present = luck.sample(IDS, luck.randint(0, 3))
        path.write_text(
            f"---\ndate: {path.stem}\npresent: [{', '.join(present)}]\n"
            f"cases:\n  - {luck.choice(cases).stem}\n---\n",
            encoding="utf-8",
        )
    for slug in SLUGS:
        write(f"blockages/{slug}.md", f"---\ntitle: {slug}\n---\n\n{slug}\n")
        community = luck.choice(COMMUNITIES)
        cases = sorted((folder / f"communities/{community}/cases").glob("*.md"))
        write(
            f"evidence/{slug}.md",
            f"---\ntitle: {slug}\ncitation: A\nused:\n  - id: u1\n    date: 2026-01-05\n"
            f"    community: {community}\n    case: {luck.choice(cases).stem}\n---\n\n"
            "## In sixty seconds\n\nSay it.\n",
        )
    contacts = "".join(
        f"  - id: {slug}/{id}\n    name: A B\n" for slug in COMMUNITIES for id in IDS
    )
    write("private/contacts.yaml", f"contacts:\n{contacts}")
    return folder


def drawn_change(luck: random.Random, step: int) -> tuple[str, ...]:
    """Draw one command; it may be about what is not there any more."""
    community, id, slug = luck.choice(COMMUNITIES), luck.choice(IDS), luck.choice(SLUGS)
    other = luck.choice([name for name in COMMUNITIES if name != community])
    return luck.choice([
        ("rename", community, f"new-{step}"),
        ("rename", f"{community}/{slug}", f"case-{step}"),
        ("rename", f"blockages/{slug}", f"blockage-{step}"),
        ("rename", f"evidence/{slug}", f"card-{step}"),
        ("rename", f"{community}/{id}", f"member-{step}"),
        ("member", "change", f"{community}/{id}", "--id", f"member-{step}"),
        ("remove", f"blockages/{slug}", "--with-references"),
        ("remove", f"evidence/{slug}", "--with-references"),
        ("remove", f"{community}/{slug}", "--with-references"),
        ("remove", community, "--with-references"),
        ("blockage", "merge", slug, luck.choice(SLUGS)),
        ("case", "move", f"{community}/{slug}", other),
        ("meeting", "move", community, "2026-01-01", f"2026-05-1{step}"),
    ])  # fmt: skip
