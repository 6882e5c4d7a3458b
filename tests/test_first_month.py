"""A first afternoon and the month after it, at a terminal: no file is touched by hand.

Everything is typed, as somebody does who has the README and '--help'. Everybody in it is invented.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.terminal import DOWN, ENTER, press, talk
from tests.conftest import run_copkit
from tests.mail.server import Server, running

AFTERNOON = "2026-01-05"
PEOPLE = """\
Harbour CoP - who is coming,,,,
,,,,
First name,Surname,Job,Organisation,E-mail address
Tamsin,Threlfall,Probation officer,Probation Service,t.threlfall@probation.example.org
Perpetua,Quill,Community Psych Nurse,NHS trust,p.quill@trust.example.org
Olwen,Adeyemi,Housing Support Worker,Harbour Homes,olwen@homes.example.org
Samuel,Okonjo,police sergeant,County Police,sam@police.example.org
Johanna,Roebuck,Drugs Worker,Turning Tide,johanna@tide.example.org
Idris,Pryce-Vaughan,Adult Social Worker,County Council,idris@council.example.org
Bronagh,Mackle,Housing Options / LA Homelessness,County Council,bronagh@council.example.org
Zofia,Wilczek,Experts by Experience,,zofia@people.example.org
"""
TEAMS = """\
1. Summary
Meeting title\tKing's Lynn
Attended participants\t3
Start time\t1/13/26, 1:55:00 PM
End time\t1/13/26, 4:00:00 PM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole
Tamsin Threlfall\t1/13/26, 1:55:00 PM\t1/13/26, 4:00:00 PM\t2h 5m\tt.threlfall@probation.example.org\tOrganizer
Olwen Adeyemi\t1/13/26, 2:00:10 PM\t1/13/26, 4:00:00 PM\t1h 59m 50s\tolwen@homes.example.org\tPresenter
Johanna Roebuck\t1/13/26, 2:05:00 PM\t1/13/26, 4:00:00 PM\t1h 55m\tjohanna@tide.example.org\tPresenter
"""  # noqa: E501


@dataclass(frozen=True)
class Desk:
    """A computer with the programme on it, and whoever sits at it."""

    folder: Path

    def types(self, day: str, *command: str, answers: tuple[str, ...] = ()) -> str:
        """Type a command on a day, answer what it asks, and return the screen; it succeeds."""
        status, screen = talk(self.folder, list(command), *answers, day=day)
        assert status == 0, (command, screen)
        return screen

    def sees(self, day: str, *command: str) -> str:
        """Run a command that asks nothing, and return what it prints."""
        result = run_copkit(*command, "-C", self.folder, env={"COPKIT_TODAY": day})
        assert result.status == 0, (command, result.output)
        return result.output

    def is_known_to_git_as(self, name: str) -> None:
        for key, value in (("user.name", name), ("user.email", "office@harbour.example.org")):
            subprocess.run(["git", "config", key, value], cwd=self.folder, check=True)


@pytest.mark.slow
def test_a_first_afternoon_and_a_month_without_touching_a_file(tmp_path: Path) -> None:
    desk = two_communities_of_eight_are_set_up(tmp_path)
    three_meetings_of_each_are_recorded(desk, tmp_path)
    cases_get_actions_and_what_came_of_them(desk)
    what_people_read_is_made(desk)
    with running(Server(offers_tls=False)) as server:
        the_newsletter_is_sent(desk, server)
    colleague = a_colleague_joins(desk, tmp_path)
    a_contradiction_is_settled(desk, colleague)
    yesterdays_mistake_is_taken_back(desk, colleague)


def two_communities_of_eight_are_set_up(tmp_path: Path) -> Desk:
    Desk(tmp_path).types(
        AFTERNOON, "init", "quays",
        answers=("Quays programme", "5 January", "the programme manager", "hi@quays.example.org"),
    )  # fmt: skip
    desk = Desk(tmp_path / "quays")
    desk.is_known_to_git_as("The office")
    desk.types(AFTERNOON, "new-community", answers=("Margate",))
    desk.types(AFTERNOON, "new-community", answers=("King's Lynn",))
    for number in range(1, 8):
        desk.types(AFTERNOON, "new-member", answers=("margate", str(number)))
    desk.types(AFTERNOON, "new-member", "margate", "Foster Carer", answers=("1",))
    desk.types(AFTERNOON, "seats", "--add")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    screen = desk.types(
        AFTERNOON, "roster", "import", "kings-lynn", "../people.csv",
        # which role the nurse's is, and an expert by experience who has no organisation
        answers=("yes", "1", "yes", "yes"),
    )  # fmt: skip
    assert "new: 8" in screen
    members = desk.sees(AFTERNOON, "list", "members")
    assert members.count("margate/") == members.count("kings-lynn/") == 8
    return desk


def three_meetings_of_each_are_recorded(desk: Desk, tmp_path: Path) -> None:
    # on the tick list
    status, screen = press(
        desk.folder,
        ("foster-carer-1", f" {DOWN} {DOWN} {ENTER}"),
        ("Who sent apologies?", f" {ENTER}"),
        ("Whose agency sent somebody else?", ENTER),
        ("How many guests?", ENTER),
        ("Write this?", "y"),
        command=("margate", "2026-01-12"),
        env={"COPKIT_TODAY": "2026-01-12"},
    )
    assert status == 0, screen
    # from Teams, with the list that it makes
    (tmp_path / "teams.csv").write_bytes(b"\xff\xfe" + TEAMS.encode("utf-16-le"))
    desk.types(
        "2026-01-13", "attendance", "import", "kings-lynn", "today", "../teams.csv",
        answers=("yes", "yes"),
    )  # fmt: skip
    # from memory: two weeks later, with a correction
    desk.types(
        "2026-01-26", "attendance", "record",
        answers=("margate", "26 January", "1, 2, foster-carer-1", "drugs-worker-1"),
    )  # fmt: skip
    status, screen = press(
        desk.folder,
        ("Why?", f"ticked the wrong line{ENTER}"),
        command=("margate", "26 January", "--absent", "foster-carer-1"),
        env={"COPKIT_TODAY": "2026-01-27"},
        verb="record",
    )
    assert status == 0, screen
    for day, community, present in (
        ("2026-01-27", "kings-lynn", "Olwen Adeyemi, Zofia Wilczek"),
        ("2026-02-09", "margate", "1, 2, 3"),
        ("2026-02-10", "kings-lynn", "1, 2, 3"),
    ):
        desk.types(day, "attendance", "record", community, "today", answers=(present, ""))
    matrix = desk.sees("2026-02-10", "attendance")
    assert "CP1" in matrix
    assert "CP2" in matrix
    assert desk.sees("2026-02-10", "list", "meetings").count("2026-") >= 6


def cases_get_actions_and_what_came_of_them(desk: Desk) -> None:
    for community, title in (("margate", "No answer at weekends"), ("kings-lynn", "Two doors")):
        desk.types(
            "2026-02-10", "new-case",
            answers=(community, title, "Who answers on a Sunday?", "Robin", "given"),
        )  # fmt: skip
    for number in ("1", "2"):
        desk.types(
            "2026-02-10", "case", "action",
            answers=(number, "Ring the surgery", "1", "next", "in two weeks"),
        )  # fmt: skip
    screen = desk.types(
        "2026-02-24", "case", "progress", answers=("1", "helped", "prevention", "It was answered")
    )
    assert "helped: Ring the surgery" in screen
    assert "case progress" in desk.sees("2026-02-24", "today")


def what_people_read_is_made(desk: Desk) -> None:
    desk.types(
        "2026-02-24", "new-brief",
        answers=(
            "No answer at weekends", "2026-01-05", "2026-02-24", "The board", "Pay for a rota",
        ),
    )  # fmt: skip
    desk.types("2026-02-24", "brief", "build", "--format", "docx")
    desk.types("2026-02-24", "new-meeting", "margate", answers=("next Monday", "1"))
    desk.types("2026-02-24", "attendance", "sheet", "margate", "--format", "pdf")
    built = {path.suffix for path in (desk.folder / "build").rglob("*.*")}
    assert {".docx", ".pdf"} <= built
    desk.types("2026-02-24", "new-newsletter", answers=("",))


def the_newsletter_is_sent(desk: Desk, server: Server) -> None:
    desk.types(
        "2026-02-24", "member", "contact", "kings-lynn/police-sergeant-1",
        answers=("Samuel Okonjo", "sam@police.example.org", "yes"),
    )  # fmt: skip
    how = ("Quays <news@quays.example.org>", "127.0.0.1", str(server.port), "")
    desk.types(
        "2026-02-24", "newsletter", "send", "--test", "me@example.org", answers=(*how, "yes")
    )
    desk.types("2026-02-24", "newsletter", "send", answers=("yes",))
    assert server.receivers == ["me@example.org", "sam@police.example.org"]


def a_colleague_joins(desk: Desk, tmp_path: Path) -> Desk:
    screen = desk.types("2026-02-25", "share", "../shared", answers=("yes",))
    assert "A colleague types:  copkit join" in screen
    Desk(tmp_path).types("2026-02-25", "join", "shared", "colleague")
    colleague = Desk(tmp_path / "colleague")
    colleague.is_known_to_git_as("A colleague")
    assert colleague.sees("2026-02-25", "list", "members") == desk.sees(
        "2026-02-25", "list", "members"
    ).replace("(Samuel Okonjo)", "")
    return colleague


def a_contradiction_is_settled(desk: Desk, colleague: Desk) -> None:
    record = ("attendance", "record", "margate", "2026-02-23")
    desk.types("2026-02-26", *record, "--present", "drugs-worker-1")
    colleague.types("2026-02-26", *record, "--apologies", "drugs-worker-1")
    desk.types("2026-02-26", "sync")
    status, screen = talk(colleague.folder, ["sync"], day="2026-02-26")
    assert status == 1
    assert "drugs-worker-1: 'apologies' (yours) or 'present' (theirs)" in " ".join(screen.split())
    colleague.types("2026-02-26", "sync", "--keep", "theirs")
    assert "everybody has the same records" in desk.types("2026-02-26", "sync")


def yesterdays_mistake_is_taken_back(desk: Desk, colleague: Desk) -> None:
    desk.types("2026-02-26", "meeting", "cancel", "margate", "2026-03-02", answers=("flooded",))
    desk.types("2026-02-26", "sync")
    screen = desk.types("2026-02-27", "undo", answers=("yes",))
    assert "this was sent" in screen
    desk.types("2026-02-27", "sync")
    colleague.types("2026-02-27", "sync")
    assert "flooded" not in colleague.sees("2026-02-27", "show", "margate/2026-03-02")
    assert "no problem found" in desk.sees("2026-02-27", "check")
