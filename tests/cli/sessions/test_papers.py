"""Papers of a session, networks and links on the site, their health, and who is forgotten."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.conftest import Copkit

NETWORK = "communities/riverside-network"
DAY = "2022-03-16"


def build(copkit: Copkit, example: Path, day: str = DAY, *words: str) -> Path:
    result = copkit("session", "build", "riverside", day, *words, "-C", example)
    assert result.status == 0, result.output
    return example / "build/sessions/riverside-network" / day


def test_a_conference_has_all_its_papers_and_names_who_agreed_alone(
    copkit: Copkit, example: Path
) -> None:
    papers = build(copkit, example, DAY, "--format", "md,pdf,docx,html")

    names = {path.name for path in papers.iterdir()}
    assert {
        "announcement.eml",
        "session.ics",
        "programme.pdf",
        "sign-in.docx",
        "thanks.txt",
    } <= names
    programme = (papers / "programme.md").read_text(encoding="utf-8")
    assert (
        "| 09:30 to 10:10 | A ward in the front room | Oswin Tallow, Community Matron" in programme
    )
    announcement = (papers / "announcement.txt").read_text(encoding="utf-8")
    assert "Senior Lecturer, a university: Students on the doorstep" in announcement
    assert "There is nothing to join." in announcement
    # PDF/UA-1 is asked of the compiler, which refuses a page that does not keep to it
    assert b"pdfuaid" in (papers / "programme.pdf").read_bytes()


def test_the_sheet_at_the_door_asks_for_a_sector_and_no_name(copkit: Copkit, example: Path) -> None:
    papers = build(copkit, example, DAY, "--format", "md")

    sheet = " ".join((papers / "sign-in.md").read_text("utf-8").split())

    assert "Nobody is asked for a name, a place or an employer." in sheet
    assert "| Criminal Justice & Police |" in sheet
    assert "The second host, who can open the room alone: Lecturer in Community Care" in sheet
    assert "Oswin" not in sheet


def test_the_draft_opens_in_mail_programs_with_the_calendar(copkit: Copkit, example: Path) -> None:
    papers = build(copkit, example, DAY, "--format", "md")

    draft = message_from_bytes((papers / "announcement.eml").read_bytes(), policy=policy.default)
    calendar = Calendar.from_ical((papers / "session.ics").read_bytes())

    assert draft["X-Unsent"] == "1"
    assert "To" not in draft
    assert [part.get_filename() for part in draft.iter_attachments()] == [f"{DAY}.ics"]
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Riverside care network: First annual conference"
    assert "It is recorded." in str(event["DESCRIPTION"])


def test_a_cancelled_session_is_cancelled_in_calendars(
    copkit: Copkit, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2022-03-01")
    papers = build(copkit, example, "2022-11-16", "--format", "md")
    record = example / NETWORK / "meetings/2022-11-16.md"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("kind: session\n", "kind: session\ncancelled: snow\n"), "utf-8")

    build(copkit, example, "2022-11-16", "--format", "md")

    (event,) = Calendar.from_ical((papers / "session.ics").read_bytes()).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"
    assert "This session is cancelled" in (papers / "announcement.txt").read_text(encoding="utf-8")


def test_the_calendar_of_the_year_has_every_session(copkit: Copkit, example: Path) -> None:
    result = copkit("calendar", "riverside", "-o", "-", "-C", example)

    events = Calendar.from_ical(result.stdout.encode()).walk("VEVENT")
    assert len({event["UID"] for event in events}) == len(events) == 7


def test_the_public_site_has_the_network_its_quotes_and_the_links(
    copkit: Copkit, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2022-04-01")
    assert copkit("site", "build", "--for", "public", "-C", example).status == 0

    site = example / "build/site/public"
    page = (site / "networks/riverside-network.html").read_text(encoding="utf-8")
    links = (site / "links/index.html").read_text(encoding="utf-8")
    for words in (
        "Benefits",
        "Told over tea",
        "Oswin Tallow",
        "I met the people I only ever wrote to",
    ):
        assert words in page, words
    assert (
        len(
            Calendar.from_ical((site / "networks/riverside-network.ics").read_bytes()).walk(
                "VEVENT"
            )
        )
        == 3
    )
    assert "A checklist for falls at home" in links
    assert "boundary spanners" not in links  # for members


def test_a_session_for_members_leaves_no_trace_outside(
    copkit: Copkit, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2022-04-01")
    record = example / NETWORK / "meetings/2021-11-17.md"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("audience: public", "audience: members"), encoding="utf-8")

    copkit("site", "build", "--for", "public", "-C", example)

    page = example / "build/site/public/networks/riverside-network.html"
    assert "Falls at home" not in page.read_text(encoding="utf-8")
    refused = copkit(
        "session", "build", "riverside", "2021-11-17", "--for", "public", "-C", example
    )
    assert refused.status != 0


def test_the_three_rules_of_a_network(copkit: Copkit, example: Path) -> None:
    for path in (example / NETWORK / "meetings").iterdir():
        path.unlink()
    for month, came in enumerate((40, 30, 20, 10), 1):
        text = (
            f"---\ndate: 2022-{month:02}-05\ntitle: Talk {month}\ncame: {came}\nspeakers:\n"
            "  - id: sp1\n    role: Nurse\n    organisation: a trust\n---\n"
        )
        (example / NETWORK / f"meetings/2022-{month:02}-05.md").write_text(text, encoding="utf-8")

    def rules(day: str) -> list[str]:
        result = copkit("health", "riverside", "--as-of", day, "-C", example, "--json")
        (network,) = json.loads(result.stdout)["communities"]
        return [reason["rule"] for reason in network["reasons"]]

    assert rules("2022-04-10") == ["came-falling", "same-speakers"]
    assert rules("2022-07-10") == ["no-session", "came-falling", "same-speakers"]
    assert rules("2022-02-10") == []


def test_a_speaker_is_forgotten_and_the_role_stays(copkit: Copkit, example: Path) -> None:
    result = copkit("member", "forget", f"riverside-network/{DAY}/sp1", "--yes", "-C", example)

    text = (example / NETWORK / f"meetings/{DAY}.md").read_text(encoding="utf-8")
    assert result.status == 0, result.output
    assert "Oswin" not in result.output + text
    assert "named:" not in text
    assert "role: Community Matron" in text
    assert copkit("check", "-C", example).status == 0


def test_a_member_who_spoke_is_forgotten_in_every_session(copkit: Copkit, example: Path) -> None:
    (example / "private").mkdir()
    contacts = "contacts:\n  - id: brighton/probation-1\n    name: Oswin Tallow\n"
    (example / "private/contacts.yaml").write_text(contacts, encoding="utf-8")

    copkit("member", "forget", "brighton/probation-1", "--yes", "-C", example)

    assert "Oswin" not in (example / NETWORK / f"meetings/{DAY}.md").read_text(encoding="utf-8")


def test_links_stand_after_the_cards(copkit: Copkit, example: Path) -> None:
    result = json.loads(copkit("evidence", "find", "falls", "-C", example, "--json").stdout)

    assert [link["link"] for link in result["links"]] == ["falls-checklist"]


def test_today_shows_sessions_to_come(
    copkit: Copkit, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2022-05-12")

    items = json.loads(copkit("today", "--all", "--json", "-C", example).stdout)["items"]

    (session,) = [item for item in items if item["record"] == "riverside-network/2022-05-18"]
    assert "Told over tea." in session["what"]
    assert "Nobody else can open the room" in session["what"]
    assert "copkit session build riverside-network 2022-05-18" in session["command"]


def test_papers_for_readers_outside_are_noted_as_given(copkit: Copkit, example: Path) -> None:
    build = ("session", "build", "riverside", "2022-03-16", "--format", "md", "-C", example)

    assert copkit(*build, "--for", "public").status == 0

    noted = (example / "outgoing.yaml").read_text(encoding="utf-8")
    assert "document: session\n    name: riverside-network/2022-03-16\n    readers: public" in noted
