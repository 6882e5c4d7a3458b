"""A facilitator's month, from a list of who came to what commissioners read, told as one story.

Everything goes through the command line, on a pseudo-terminal where copkit asks. Everybody in it
is invented.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import DOWN, ENTER, press, talk
from tests.conftest import Result, run_copkit

FIRST, BETWEEN, SECOND, AFTER = "2026-01-05", "2026-01-30", "2026-02-02", "2026-02-20"
SIGNED, RENEWED = "2026-02-04", "2026-02-27"

SETTINGS = """\
name: Harbour programme
starts: 2026-01-01
attendance:
  threshold: 2
  minimum_stay: 10
seats:
  Voluntary Sector:
    - Housing Support Worker
    - Drugs Worker
  NHS:
    - Community Matron
    - Mental Health Worker
  Criminal Justice & Police:
    - Probation Officer
"""
PEOPLE = {
    "facilitator-1": ("Housing Support Worker", "Olwen Adeyemi", "olwen@harbour.example.org"),
    "housing-1": ("Housing Support Worker", "Tamsin Threlfall", "t.threlfall@homes.example.org"),
    "matron-1": ("Community Matron", "Johanna Roebuck", ""),
    "probation-1": ("Probation Officer", "Samuel Okonjo", "sam@probation.example.org"),
    "drugs-1": ("Drugs Worker", "Perpetua Quill", ""),
}
REPORT = """\
1. Summary
Meeting title\tHarbour community
Attended participants\t6
Start time\t1/5/26, 1:55:00 PM
End time\t1/5/26, 4:00:00 PM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole
Olwen Adeyemi\t1/5/26, 1:55:00 PM\t1/5/26, 4:00:00 PM\t2h 5m\tolwen@harbour.example.org\tOrganizer
T Threlfall\t1/5/26, 2:00:10 PM\t1/5/26, 4:00:00 PM\t1h 59m 50s\tT.Threlfall@homes.example.org
Okonjo, Samuel (External)\t1/5/26, 2:01:00 PM\t1/5/26, 3:59:00 PM\t1h 58m
Johana Roebuck\t1/5/26, 2:05:00 PM\t1/5/26, 4:00:00 PM\t1h 55m
Zachary Pennyfeather\t1/5/26, 2:10:00 PM\t1/5/26, 4:00:00 PM\t1h 50m\tzp@council.example.net
Perpetua Quill\t1/5/26, 2:10:00 PM\t1/5/26, 2:14:00 PM\t4m
"""
NAMES = (
    *("olwen", "adeyemi", "tamsin", "threlfall", "johan", "roebuck", "samuel", "okonjo"),
    *("perpetua", "quill", "zachary", "pennyfeather", "harbour.example", "homes.example"),
    *("probation.example", "council.example", "teams-report"),
)
CASE = "harbour/nobody-to-call-at-weekends"
CASE_FILE = f"communities/{CASE.replace('/', '/cases/')}.md"
PARTS = """\
## Presentation of the case

Robin manages from Monday to Friday and rings for an ambulance on most Saturdays.

## Next steps

Somebody looks in on Saturdays.

## Learning for practice

A call that is expected is not an emergency.

## Issues for commissioners

No service answers between Friday and Monday.
"""
SPOKEN = "A visit on Saturdays that is expected halves the calls for an ambulance."


@dataclass(frozen=True)
class Harbour:
    """The programme of the story, and copkit run in it on a day."""

    folder: Path

    def __call__(self, day: str, *command: object) -> Result:
        """Run a command that has to succeed."""
        result = self.refused(day, *command)
        assert result.status == 0, (command, result.output)
        return result

    def refused(self, day: str, *command: object) -> Result:
        """Run a command that may be refused."""
        env = {"COPKIT_TODAY": day, "COPKIT_FOLDER": str(self.folder)}
        return run_copkit(*command, env=env)

    def json(self, day: str, *command: object) -> Any:
        """Run a command that reads, and give what it says to machines."""
        return json.loads(self(day, *command, "--json").stdout)

    def read(self, file: str) -> str:
        return (self.folder / file).read_text("utf-8")

    def read_aloud(self, file: str) -> str:
        """Give what a document says, wherever its lines are broken."""
        return " ".join(self.read(file).split())

    def write(self, file: str, text: str | bytes) -> Path:
        """Write a file by hand, as with an editor."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def asked(self, command: list[str], *answers: str) -> str:
        """Run a command on a terminal on the first day, answer it, and give the screen."""
        status, screen = talk(self.folder, command, *answers)
        assert status == 0, screen
        return screen

    def git(self, *command: object) -> str:
        return git(self.folder, *command)


def git(folder: Path, *command: object) -> str:
    words = ["git", *map(str, command)]
    done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


@pytest.mark.slow
def test_a_month_from_the_list_of_who_came_to_the_brief(tmp_path: Path) -> None:
    harbour = a_programme_is_started(tmp_path)

    the_first_meeting_is_imported_from_teams(harbour, tmp_path)
    a_case_is_written_and_presented(harbour)
    evidence_is_found_for_it(harbour)
    what_was_agreed_is_noted(harbour)
    the_next_agenda_has_what_is_overdue_on_top(harbour)
    attendance_is_taken_on_the_tick_list(harbour)
    what_came_of_it_is_told(harbour)
    what_stood_in_the_way_is_asked_of_a_commissioner(harbour)
    the_answer_is_recorded(harbour)
    an_empty_seat_is_seen_and_somebody_approached(harbour)
    how_the_community_is_doing_is_said_with_reasons(harbour)
    the_calendar_is_sent_and_sent_again_when_a_meeting_moves(harbour)
    the_case_is_closed(harbour)
    the_newsletter_tells_members_what_came_of_it(harbour)
    the_brief_tells_commissioners_what_they_may_know(harbour)
    nobody_is_named_in_what_is_pushed(harbour, tmp_path / "everybodys.git")


# --- January --------------------------------------------------------------------------------


def a_programme_is_started(tmp_path: Path) -> Harbour:
    """Git, a community, five people by role, and their names apart from the records."""
    git(tmp_path, "init", "--quiet", "--bare", "everybodys.git")
    harbour = Harbour(tmp_path / "programme")
    git(tmp_path, "init", "--quiet", harbour.folder)
    harbour.git("config", "user.name", "Facilitator")
    harbour.git("config", "user.email", "facilitator@localhost")
    harbour.git("remote", "add", "origin", tmp_path / "everybodys.git")
    harbour(FIRST, "init", harbour.folder, "--name", "Harbour programme", "--starts", "2026-01-01")
    harbour.write("copkit.yaml", SETTINGS)
    harbour(FIRST, "new-community", "Harbour", "--backing", "Director of housing")
    for id, (role, _, _) in PEOPLE.items():
        part = "facilitator" if id == "facilitator-1" else "member"
        harbour(FIRST, "new-member", "harbour", role, "--id", id, "--part", part)
    contacts = "".join(
        f"  - id: harbour/{id}\n    name: {name}\n" + (f"    email: {email}\n" if email else "")
        for id, (_, name, email) in PEOPLE.items()
    )
    harbour.write("private/contacts.yaml", f"contacts:\n{contacts}")
    for day in (FIRST, SECOND):
        harbour(FIRST, "new-meeting", "harbour", day, "--start", "14:00", "--minutes", "120")
    assert "no problem found" in harbour(FIRST, "check").stderr
    return harbour


def the_first_meeting_is_imported_from_teams(harbour: Harbour, tmp_path: Path) -> None:
    """Three are known, one after a yes; a stranger is a guest, and four minutes are too few."""
    report = tmp_path / "teams-report.csv"
    report.write_bytes(b"\xff\xfe" + REPORT.replace("\n", "\r\n").encode("utf-16-le"))
    command = ["attendance", "import", "harbour", FIRST, str(report)]
    before = harbour.json(FIRST, *command, "--dry-run")
    known = ["facilitator-1", "housing-1", "probation-1"]
    assert [one["member"] for one in before["matched"]] == known
    assert [one["members"] for one in before["suggested"]] == [["matron-1"]]
    assert [one["minutes"] for one in before["below_minimum"]] == [4]

    screen = harbour.asked(command, "yes", "guest", "yes")

    assert "Is 'Johana Roebuck' (115 minutes) matron-1 (Johanna Roebuck)?" in screen
    meeting = harbour.json(FIRST, "show", f"harbour/{FIRST}")
    assert sorted(meeting["present"]) == ["facilitator-1", "housing-1", "matron-1", "probation-1"]
    assert meeting["guests"] == 1
    assert "Johana Roebuck" in harbour.read("private/aliases.yaml")


def a_case_is_written_and_presented(harbour: Harbour) -> None:
    harbour(
        FIRST, "new-case", "harbour", "Nobody to call at weekends", "--status", "presented",
        "--presented", FIRST, "--presenter", "housing-1", "--consent", "given",
        "--theme", "weekend cover", "--pseudonym", "Robin", "--audience", "commissioners",
        "--question", "Who looks in on a Saturday?",
    )  # fmt: skip
    fields = harbour.read(CASE_FILE).partition("\n## ")[0]
    harbour.write(CASE_FILE, f"{fields}\n{PARTS}")
    assert "no-action" in harbour(FIRST, "check").output


def evidence_is_found_for_it(harbour: Harbour) -> None:
    for title in ("Visits that are expected", "How a detox unit learns"):
        harbour(FIRST, "new-evidence", title, "--citation", "Cornes et al. (2011)",
                "--theme", "weekend cover" if title.startswith("Visits") else "detox",
                "--audience", "commissioners")  # fmt: skip
    card = "evidence/visits-that-are-expected.md"
    head, _, rest = harbour.read(card).partition("## In sixty seconds\n")
    harbour.write(card, f"{head}## In sixty seconds\n\n{SPOKEN}\n{rest}")

    found = harbour.json(FIRST, "evidence", "find", "ambulances", "on", "saturday")
    assert [one["slug"] for one in found["evidence"]] == ["visits-that-are-expected"]
    fitting = harbour.json(FIRST, "evidence", "for", CASE)
    assert fitting["suggested"][0]["slug"] == "visits-that-are-expected"
    assert harbour(FIRST, "evidence", "say", "visits-that-are-expected").stdout == f"{SPOKEN}\n"

    harbour(FIRST, "evidence", "link", "visits-that-are-expected", CASE)
    harbour(FIRST, "evidence", "use", "visits-that-are-expected", "harbour", CASE, "--date", FIRST)
    used = {one["slug"]: one for one in harbour.json(FIRST, "evidence", "list")["evidence"]}
    assert used["visits-that-are-expected"]["used"]
    assert not used["how-a-detox-unit-learns"]["used"]


def what_was_agreed_is_noted(harbour: Harbour) -> None:
    """Three actions; whoever forgets an owner is told so, and nobody is named."""
    for what, owner, due in (
        ("Ask the neighbourhood team to look in on Saturdays", "Probation Officer", "2026-01-19"),
        ("Write down what helps at the weekend", "Community Matron", "next"),
    ):
        harbour(FIRST, "case", "action", CASE, what, "--owner", owner, "--due", due)
    named = harbour.refused(FIRST, "case", "action", CASE, "Ring Samuel Okonjo")
    assert named.status != 0
    assert "Okonjo" not in named.stderr
    assert "no problem found" in harbour(FIRST, "check").stderr

    story = harbour(FIRST, "case", "show", CASE).stdout
    assert "Ask the neighbourhood team to look in on Saturdays" in story
    assert "visits-that-are-expected" in story


# --- February -------------------------------------------------------------------------------


def the_next_agenda_has_what_is_overdue_on_top(harbour: Harbour) -> None:
    """The agenda, its JSON and the follow-up list agree on what is due, and for how long."""
    agenda = harbour.json(BETWEEN, "agenda", "harbour")
    assert [(one["owner"], one["days_overdue"]) for one in agenda["due"]] == [
        ("Probation Officer", 14),
        ("Community Matron", 0),
    ]
    due = harbour.json(BETWEEN, "case", "follow-up", "harbour", "--as-of", SECOND)["actions"]
    assert [one["days_overdue"] for one in due] == [14, 0]

    harbour(BETWEEN, "agenda", "harbour", "--build")
    printed = harbour.read_aloud(f"build/agendas/harbour/{SECOND}/agenda.txt")
    overdue, at_this = (printed.index(text) for text in ("14 days overdue", "Due at this meeting"))
    assert printed.startswith("AGENDA: MONDAY 2 FEBRUARY 2026")
    assert overdue < at_this < printed.index("Still to present")
    turns = printed[printed.index("Still to present") :]
    assert "Community Matron: has not presented yet" in turns
    assert "Housing Support Worker: has not presented yet" not in turns


def attendance_is_taken_on_the_tick_list(harbour: Harbour) -> None:
    """Those on the roster are ticked, apologies and a substitute noted, nothing typed."""
    status, screen = press(
        harbour.folder,
        ("drugs-1", f" {DOWN} {DOWN} {ENTER}"),
        ("Who sent apologies?", f" {ENTER}"),
        ("Whose agency sent somebody else?", ENTER),
        ("How many guests?", ENTER),
        ("Write this?", "y"),
        command=("harbour", SECOND),
        env={"COPKIT_TODAY": SECOND},
    )
    assert status == 0, screen
    meeting = harbour.json(SECOND, "show", f"harbour/{SECOND}")
    came = {*meeting["present"]}
    assert len(came) == 3
    assert len(meeting["apologies"]) == 1
    matrix = harbour.json(SECOND, "attendance", "--as-of", SECOND)
    letters = "".join(cell for row in matrix["rows"] for cell in row["cells"].values())
    assert letters.count("F") == 1
    assert matrix["total"] == letters.count("X") + 1


def what_came_of_it_is_told(harbour: Harbour) -> None:
    harbour(SECOND, "case", "progress", CASE, "a-k7m", "helped", "--kind", "prevention",
            "--note", "Calls for an ambulance stopped")  # fmt: skip
    harbour(
        SECOND, "case", "progress", CASE, "a-n3k", "not-tried", "--note", "The surgery was closed"
    )
    named = harbour.refused(SECOND, "case", "progress", CASE, "a-n3k", "partly",
                            "--note", "Johanna Roebuck rang")  # fmt: skip
    assert named.status != 0
    assert "Roebuck" not in named.output

    still = harbour.json(AFTER, "case", "follow-up", "harbour")["actions"]
    assert [(one["action"], one["days_overdue"]) for one in still] == [("a-n3k", 18)]


def what_stood_in_the_way_is_asked_of_a_commissioner(harbour: Harbour) -> None:
    """The case is tied to what blocked it and signed off; the letter tells it, and no member."""
    harbour(SECOND, "new-blockage", "No service answers at weekends", "--theme", "weekend cover")
    harbour(SECOND, "blockage", "link", "no-service-answers-at-weekends", CASE,
            "--note", "Nobody could be reached on a Saturday")  # fmt: skip
    harbour(SIGNED, "case", "sign-off", CASE, "--by", "facilitator", "--yes")
    harbour(SIGNED, "blockage", "ask", "no-service-answers-at-weekends",
            "--of", "Joint commissioning board", "--ask", "Pay for a Saturday rota.",
            "--reply-by", "2026-02-16", "--format", "html")  # fmt: skip
    told = harbour.read_aloud("build/letters/no-service-answers-at-weekends/q-k7m/letter.html")
    assert "Pay for a Saturday rota." in told
    assert "Nobody could be reached on a Saturday" in told
    assert "Calls for an ambulance stopped" in told
    assert not [name for name in NAMES if name in told.casefold()]
    assert "Housing Support Worker" not in told

    (waiting,) = harbour.json(AFTER, "blockage", "list", "--as-of", AFTER)["blockages"]
    assert (waiting["waiting"]["days_silent"], waiting["waiting"]["days_overdue"]) == (16, 4)


def the_answer_is_recorded(harbour: Harbour) -> None:
    harbour(AFTER, "blockage", "reply", "no-service-answers-at-weekends",
            "--reply", "Agreed for a year.", "--status", "answered")  # fmt: skip
    (answered,) = harbour.json(AFTER, "blockage", "list", "--as-of", AFTER)["blockages"]
    assert answered["status"] == "answered"
    assert answered["waiting"] is None
    again = harbour.refused(AFTER, "blockage", "reply", "no-service-answers-at-weekends",
                            "--reply", "No.")  # fmt: skip
    assert again.status != 0


def an_empty_seat_is_seen_and_somebody_approached(harbour: Harbour) -> None:
    empty = seat(harbour, "Mental Health Worker")
    assert empty["state"] == "empty"
    harbour(SECOND, "new-approach", "harbour", "mental health trust", "--role",
            "Mental Health Worker", "--level", "team-leader", "--how", "e-mail", "--hours", "0.5",
            "--outcome", "no-answer", "--next", "ring the manager",
            "--next-date", "2026-02-16")  # fmt: skip
    (late,) = harbour.json(AFTER, "approaches", "list", "--due", "--as-of", AFTER)["due"]
    assert (late["next"], late["days_overdue"]) == ("ring the manager", 4)
    harbour(AFTER, "approaches", "update", "harbour", late["id"], "--outcome", "promised",
            "--hours", "1.5")  # fmt: skip
    after = seat(harbour, "Mental Health Worker")
    assert (after["hours"], after["last_outcome"]) == (1.5, "promised")


def seat(harbour: Harbour, role: str) -> Any:
    seats = harbour.json(AFTER, "seats", "--as-of", AFTER)["seats"]
    (found,) = (one for one in seats if one["role"] == role)
    return found


def how_the_community_is_doing_is_said_with_reasons(harbour: Harbour) -> None:
    (health,) = harbour.json(AFTER, "health", "--as-of", AFTER)["communities"]
    assert health["state"] in ("well", "watch")
    rules = {reason["rule"] for reason in health["reasons"]}
    assert "no-senior-backing" not in rules
    assert "too-few-members" not in rules  # there were two meetings yet


def the_calendar_is_sent_and_sent_again_when_a_meeting_moves(harbour: Harbour) -> None:
    harbour(AFTER, "new-meeting", "harbour", "2026-03-02", "--start", "14:00", "--minutes", "120")
    harbour(AFTER, "calendar", "harbour")
    before = invitations_in(harbour)
    text = harbour.read("communities/harbour/meetings/2026-03-02.md")
    harbour.write("communities/harbour/meetings/2026-03-02.md", text.replace("14:00", "10:00"))
    harbour("2026-02-21", "calendar", "harbour")
    after = invitations_in(harbour)
    assert list(before) == list(after)
    assert [uid for uid in before if after[uid] > before[uid]] == list(before)[-1:]


def invitations_in(harbour: Harbour) -> dict[str, int]:
    """Give the edition of each invitation by its identifier, in the order of the days."""
    from icalendar import Calendar

    data = (harbour.folder / "build/calendars/harbour.ics").read_bytes()
    events = Calendar.from_ical(data).walk("VEVENT")
    in_order = sorted(events, key=lambda event: event.decoded("DTSTART"))
    return {str(event["UID"]): int(event.decoded("SEQUENCE")) for event in in_order}


# --- what people read -----------------------------------------------------------------------


def the_case_is_closed(harbour: Harbour) -> None:
    early = harbour.refused(AFTER, "case", "progress", CASE, "a-cv7", "helped")
    assert early.status == 2
    harbour(AFTER, "case", "progress", CASE, "a-n3k", "partly", "--note", "The list was begun")
    harbour(AFTER, "case", "close", CASE)
    assert harbour.json(AFTER, "case", "follow-up")["actions"] == []
    story = harbour(AFTER, "case", "show", CASE).stdout
    told = ["Calls for an ambulance stopped", "The surgery was closed", "The list was begun"]
    assert sorted(told, key=story.index) == told


def the_newsletter_tells_members_what_came_of_it(harbour: Harbour) -> None:
    harbour(RENEWED, "new-newsletter", "2026-02", "--audience", "public")
    empty = harbour.refused(RENEWED, "newsletter", "build", "2026-02", "--for", "public")
    assert "2026-02 has nothing to tell public yet" in empty.output
    issue = harbour.read("newsletters/2026-02.md")
    harbour.write("newsletters/2026-02.md", f"{issue}\nIt was a short month.\n")
    for reader in ("members", "public"):
        harbour(RENEWED, "newsletter", "build", "2026-02", "--for", reader)
    members = harbour.read_aloud("build/newsletters/2026-02/members/newsletter.txt")
    public = harbour.read_aloud("build/newsletters/2026-02/public/newsletter.txt")
    assert "Calls for an ambulance stopped" in members
    assert "weekends" not in public.casefold()
    assert "ambulance" not in public.casefold()


def the_brief_tells_commissioners_what_they_may_know(harbour: Harbour) -> None:
    """Telling what came of it has voided the sign-off, so nothing is told before a new one."""
    settings = harbour.read("copkit.yaml").rstrip()
    contact = "contact:\n  role: Programme manager\n  email: cop@programme.example\n"
    harbour.write("copkit.yaml", f"{settings}\n{contact}")
    harbour(RENEWED, "new-brief", "Winter brief", "--from", "2026-01-01", "--until", "2026-02-28",
            "--addressee", "Joint commissioning board", "--ask", "Keep the rota.")  # fmt: skip
    harbour(RENEWED, "brief", "build", "winter-brief", "--format", "md")
    assert "ambulance" not in harbour.read("build/briefs/winter-brief/brief.md")

    harbour(RENEWED, "case", "sign-off", CASE, "--by", "facilitator", "--yes")
    harbour(RENEWED, "brief", "build", "winter-brief", "--format", "md,html")
    brief = harbour.read("build/briefs/winter-brief/brief.md")
    assert "ambulance" in brief
    assert "prevention" in brief.casefold()
    assert "Agreed for a year." in brief
    assert "Housing Support Worker" not in brief


def nobody_is_named_in_what_is_pushed(harbour: Harbour, remote: Path) -> None:
    assert "no problem found" in harbour(RENEWED, "check").stderr
    harbour(RENEWED, "sync")
    pushed = git(remote, "log", "-p", "--all", "--stat", "--format=%an %ae %s %b").casefold()
    assert CASE_FILE in pushed
    assert "calls for an ambulance stopped" in pushed
    assert not [name for name in NAMES if name in pushed]
    files = git(remote, "ls-tree", "-r", "--name-only", "HEAD").split()
    assert not [file for file in files if file.startswith(("private/", "build/"))]
    assert "outgoing.yaml" in files  # colleagues know of the brief for commissioners
    assert harbour.git("status", "--porcelain") == ""
