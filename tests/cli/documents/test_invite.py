"""``copkit calendar send`` and ``agenda send``: to each member who agreed, alone, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event

from tests.cli.documents.test_send import IDS, WHO, Serve, folder, serve
from tests.conftest import Copkit, Result
from tests.mail.server import Server

__all__ = ["folder", "serve"]

MEETINGS = "communities/harbour/meetings"
JUNE = "---\ndate: 2026-06-10\nstart: 14:00\nminutes: 90\nplace: the hall, upstairs\n---\n"
PAST = "---\ndate: 2026-02-11\n---\n"
MORE = "  - id: brighton/other-1\n    email: other@example.org\n    mail: agreed 2026-01-01\n"
Send = Callable[..., Result]


@pytest.fixture
def invite(copkit: Copkit, folder: Path) -> Send:
    """Send invitations without being asked; no address is printed."""
    for name, text in (("2026-06-10", JUNE), ("2026-02-11", PAST)):
        write(folder, name, text)
    contacts = folder / "private/contacts.yaml"
    contacts.write_text(contacts.read_text("utf-8") + MORE, encoding="utf-8")

    def call(*args: str, command: str = "calendar") -> Result:
        result = copkit(command, "send", "harbour", *args, "-C", folder)
        assert not any(who in result.output.lower() for who in WHO)
        return result

    return call


def write(folder: Path, day: str, text: str) -> None:
    (folder / MEETINGS).mkdir(exist_ok=True)
    (folder / MEETINGS / f"{day}.md").write_text(text, encoding="utf-8")


def event(message: EmailMessage) -> tuple[str, Any]:
    """Return the method and the only event of an invitation."""
    part = message.get_body(("calendar",)) or next(
        part for part in message.walk() if part.get_content_type() == "text/calendar"
    )
    calendar = Calendar.from_ical(part.get_content())
    (only,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    assert isinstance(only, Event)
    return str(calendar["METHOD"]), only


def test_each_who_agreed_is_invited_alone_to_each_meeting_to_come(
    invite: Send, serve: Serve
) -> None:
    server = serve(Server())

    result = invite("--yes")

    assert result.status == 0, result.stderr
    assert "sent 3 messages, invitations of Harbour community" in result.stderr
    assert sorted(server.receivers) == sorted(WHO)
    for to, message in server.got:
        method, meeting = event(message)
        assert method == "REQUEST"
        assert str(meeting["ATTENDEE"]) == f"mailto:{to}"
        assert meeting["ATTENDEE"].params["RSVP"] == "TRUE"
        assert str(meeting["ORGANIZER"]) == "mailto:news@harbour.example.org"
        assert meeting["ORGANIZER"].params["CN"] == "Harbour programme"
        assert str(meeting["LOCATION"]) == "the hall, upstairs"
        assert meeting["STATUS"] == "CONFIRMED"
        others = [who for who in WHO if who != to]
        assert not any(who.encode() in message.as_bytes().lower() for who in others)
        assert message["Subject"] == "Harbour community, Wednesday 10 June 2026, 14:00"
        text = message.get_body(("plain",))
        assert text is not None
        assert "Wednesday 10 June 2026, 14:00" in text.get_content().splitlines()
        assert "unsubscribe" in message["List-Unsubscribe"]
    assert len({str(event(message)[1]["UID"]) for _, message in server.got}) == 1
    assert all(data.isascii() for data in server.raw)


def test_nobody_is_sent_the_same_twice(invite: Send, serve: Serve) -> None:
    server = serve(Server())
    invite("--yes")

    again = invite("--yes")

    assert again.status == 0
    assert "everybody who gets mail has the latest" in again.stderr
    assert len(server.got) == 3


def test_a_change_is_the_same_event_with_a_higher_number(
    invite: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())
    invite("--yes")
    before = event(server.got[0][1])[1]
    for start in ("15:00", "16:00"):
        write(folder, "2026-06-10", JUNE.replace("14:00", start))
        assert invite("--yes").status == 0
    (folder / MEETINGS / "2026-06-10.md").unlink()
    moved = JUNE.replace("2026-06-10", "2026-06-17\nmoved_from: 2026-06-10")
    write(folder, "2026-06-17", moved)
    assert invite("--yes").status == 0

    sent = [event(message) for to, message in server.got if to == WHO[0]]
    assert [method for method, _ in sent] == ["REQUEST"] * 4
    assert {str(meeting["UID"]) for _, meeting in sent} == {str(before["UID"])}
    numbers = [int(meeting["SEQUENCE"]) for _, meeting in sent]
    assert numbers == sorted(set(numbers))
    assert server.got[-1][1]["Subject"].startswith("Changed: Harbour community, Wednesday 17 June")


def test_a_member_who_agrees_later_gets_what_the_others_have(
    invite: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())
    invite("--yes", "--to", IDS[0])
    invite("--yes")

    assert len(server.got) == 3
    assert len({int(event(message)[1]["SEQUENCE"]) for _, message in server.got}) == 1


def test_a_meeting_that_is_not_held_is_cancelled_for_those_who_were_invited(
    invite: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())
    invite("--yes", "--to", IDS[0])
    (folder / MEETINGS / "2026-06-10.md").unlink()

    result = invite("--yes")

    assert result.status == 0, result.stderr
    (_, request), (_, cancellation) = server.got
    method, meeting = event(cancellation)
    assert method == "CANCEL"
    assert meeting["STATUS"] == "CANCELLED"
    assert meeting["UID"] == event(request)[1]["UID"]
    assert meeting["SEQUENCE"] > event(request)[1]["SEQUENCE"]
    assert meeting["DTSTART"].dt == event(request)[1]["DTSTART"].dt
    assert str(meeting["ATTENDEE"]) == f"mailto:{WHO[0]}"
    assert cancellation["Subject"].startswith("Cancelled: Harbour community")
    assert invite("--yes").status == 0
    assert len(server.got) == 2

    write(folder, "2026-06-10", JUNE)  # after all
    assert invite("--yes").status == 0
    method, back = event(next(m for to, m in reversed(server.got) if to == WHO[0]))
    assert method == "REQUEST"
    assert back["SEQUENCE"] > meeting["SEQUENCE"]


def test_a_meeting_that_moves_and_is_cancelled_by_command_is_one_event_in_calendars(
    invite: Send, serve: Serve, copkit: Copkit, folder: Path
) -> None:
    server = serve(Server())
    invite("--yes", "--to", IDS[0])
    moved = copkit("meeting", "move", "harbour", "2026-06-10", "2026-06-17", "-C", folder)
    assert moved.status == 0, moved.stderr
    assert "tell the others: copkit calendar send harbour" in moved.stderr
    assert invite("--yes", "--to", IDS[0]).status == 0
    words = ("meeting", "cancel", "harbour", "2026-06-17", "--why", "the hall was flooded")
    assert copkit(*words, "-C", folder).status == 0

    assert invite("--yes").status == 0  # nobody else was invited, so nobody else is told

    events = [event(message) for _, message in server.got]
    assert [method for method, _ in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({str(meeting["UID"]) for _, meeting in events}) == 1
    assert "flooded" not in server.got[-1][1].as_string()
    assert copkit("undo", "-C", folder).status == 0
    assert invite("--yes", "--to", IDS[0]).status == 0
    assert event(server.got[-1][1])[0] == "REQUEST"


def test_who_was_invited_is_not_invited_again_after_a_rename(
    invite: Send, serve: Serve, copkit: Copkit, folder: Path
) -> None:
    server = serve(Server())
    invite("--yes")
    invite("--yes", command="agenda")
    sent = len(server.got)

    assert copkit("rename", "harbour", "quayside", "-C", folder).status == 0
    who = IDS[0].replace("harbour/", "quayside/")
    assert copkit("member", "change", who, "--id", "matron-1", "-C", folder).status == 0
    for command in ("calendar", "agenda"):
        result = copkit(command, "send", "quayside", "--yes", "-C", folder)
        assert result.status == 0, result.stderr
        assert "everybody who gets mail has the latest" in result.stderr

    assert len(server.got) == sent
    for number in (1, 3):  # what builds on the rename first; that is a change too
        undone = copkit("undo", number, "-C", folder)
        assert undone.status == 0, undone.output
    assert invite("--yes").status == 0
    assert len(server.got) == sent
    # The journal of what was sent since has the new name, which taking it back would not find.
    assert copkit("rename", "harbour", "quayside", "-C", folder).status == 0
    again = ("--to", IDS[0].replace("harbour", "quayside"), "--again", "--yes", "-C", folder)
    assert copkit("calendar", "send", "quayside", *again).status == 0
    refused = copkit("undo", "-C", folder)
    assert refused.status == 1
    assert "letters were sent since" in refused.stderr


def test_a_preview_says_who_gets_what_and_sends_nothing(invite: Send, serve: Serve) -> None:
    server = serve(Server())

    shown = invite("--dry-run")
    listed = json.loads(invite("--dry-run", "--json").stdout)

    assert "Wednesday 10 June  new   3 members" in shown.stdout
    assert "harbour/quiet-1   has not agreed to be sent it" in shown.stdout
    assert "brighton" not in shown.output
    assert "would send 3 messages, invitations of Harbour community" in shown.stderr
    assert [letter["id"] for letter in listed["to"]] == IDS
    assert {letter["what"] for letter in listed["to"]} == {"new"}
    assert "harbour/silent-1" in [other["id"] for other in listed["left_out"]]
    assert server.got == []


def test_nothing_goes_unasked_or_to_another_server(
    invite: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())

    unasked = invite()
    assert unasked.status == 2
    assert "nothing is sent unasked" in unasked.stderr
    invite("--yes", "--to", IDS[0])
    second = serve(Server())
    other = invite("--yes")

    assert other.status == 1
    assert "names the mail server" in other.stderr
    assert (len(server.got), len(second.got)) == (1, 0)


def test_one_copy_goes_to_oneself_and_is_noted_nowhere(
    invite: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())

    result = invite("--test", "me@example.org", "--yes")

    assert result.status == 0, result.stderr
    ((to, message),) = server.got
    assert to == "me@example.org"
    assert str(event(message)[1]["ATTENDEE"]) == "mailto:me@example.org"
    assert not (folder / "private/sent").exists()


def test_a_refused_address_is_named_by_its_id_and_tried_again(invite: Send, serve: Serve) -> None:
    server = serve(Server(refused={WHO[1]}))

    result = invite("--yes")
    assert result.status == 1
    assert f"{IDS[1]}: not taken; the server says:" in result.stderr
    server.refused = ()

    assert invite("--yes").status == 0
    assert sorted(server.receivers) == sorted(WHO)


def test_a_letter_that_may_have_arrived_is_sent_again_only_when_asked(
    invite: Send, serve: Serve
) -> None:
    server = serve(Server(drops_at_data=2))

    result = invite("--yes")

    assert result.status == 1
    doubtful = result.stderr.partition("copkit calendar send ")[2].splitlines()[0]
    assert doubtful.startswith("harbour --to harbour/")
    before = len(server.got)
    assert invite("--yes").status == 1
    assert len(server.got) == before
    assert invite("--yes", *doubtful.split()[1:]).status == 0
    assert len(server.got) == before + 1


def test_a_meeting_that_names_somebody_is_not_sent(
    invite: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())
    write(folder, "2026-06-10", JUNE.replace("the hall, upstairs", "Robin Threlfall's house"))

    result = invite("--yes")

    assert result.status == 1
    assert "2026-06-10.md" in result.stderr
    assert server.got == []


def test_forgetting_somebody_takes_them_out_of_what_was_sent(
    invite: Send, serve: Serve, folder: Path, copkit: Copkit
) -> None:
    serve(Server())
    invite("--yes")
    journal = folder / "private/sent/calendar.invitations.jsonl"
    assert IDS[0] in journal.read_text("ascii")

    assert copkit("member", "forget", IDS[0], "--yes", "-C", folder).status == 0

    assert IDS[0] not in journal.read_text("ascii")


def test_the_agenda_goes_once_to_the_same_people(invite: Send, serve: Serve, folder: Path) -> None:
    server = serve(Server())

    shown = invite("--dry-run", command="agenda")
    result = invite("--yes", command="agenda")
    again = invite("2026-06-10", "--yes", command="agenda")

    assert "Wednesday 10 June  agenda  3 members" in shown.stdout
    assert result.status == 0, result.stderr
    assert "that meeting is 100 days off; its agenda may still change" in result.stderr
    assert sorted(server.receivers) == sorted(WHO)
    message = server.got[0][1]
    assert message["Subject"].startswith("Agenda: Harbour community")
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "14:00" in plain.get_content()
    assert "<html" in page.get_content()
    assert again.status == 0
    assert "has the latest" in again.stderr
    assert len(server.got) == 3
    assert invite("--yes", "--to", IDS[0], "--again", command="agenda").status == 0
    assert len(server.got) == 4


def test_the_agenda_of_a_meeting_that_is_over_is_not_sent(invite: Send, serve: Serve) -> None:
    serve(Server())

    result = invite("2026-02-11", "--yes", command="agenda")

    assert result.status == 1
    assert "the meeting of 2026-02-11 is over; nothing was sent" in result.stderr
