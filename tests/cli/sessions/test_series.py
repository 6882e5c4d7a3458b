"""Series of newsletters: a weekly one beside the monthly, over a year's end and by e-mail."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from copkit.analysis.networks.series import issue_days_around, parse_issue_name
from copkit.records.programme import Rhythm
from tests.conftest import PROGRAMME, Copkit, Write
from tests.mail.server import CERTIFICATE, PASSWORD, USER, Server, running

SERIES = """\
newsletters:
  - id: programme
    every: month
  - id: chronicle
    title: The Harbour Chronicle
    every: week
    communities:
      - harbour-network
    sections:
      - editorial
      - news
      - links
      - dates
    send_on: friday
"""
NETWORK = (
    "---\ncode: NW1\nname: Harbour network\nplace: Harbour\nkind: network\nstatus: active\n---\n"
)
SESSION = (
    "---\ndate: {day}\nkind: session\ntitle: {title}\ncame: 20\nspeakers:\n"
    "  - id: sp1\n    role: Nurse\n    organisation: a trust\n    topic: Winter\n---\n"
)
LINK = (
    "---\ntitle: {title}\nurl: https://example.org/{name}\nkind: reading\nadded: {day}\n"
    "checked: {day}\n---\n\nWorth five minutes.\n"
)
WEEKS = ("2025-W52", "2026-W01", "2026-W02", "2026-W03")


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme with a community, a network, and two series of newsletters."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-01-20")
    write("communities/harbour-network/community.md", NETWORK)
    for day, title in (("2025-12-31", "Old year"), ("2026-01-08", "New year")):
        text = SESSION.format(day=day, title=title)
        write(f"communities/harbour-network/meetings/{day}.md", text)
    for day, name in (("2025-12-28", "one"), ("2025-12-29", "two"), ("2026-01-18", "three")):
        write(f"links/{name}.md", LINK.format(title=f"Link {name}", name=name, day=day))
    return write("copkit.yaml", PROGRAMME + SERIES)


def new_weekly_issues(copkit: Copkit, folder: Path) -> None:
    for week in WEEKS:
        result = copkit("new-newsletter", "chronicle", week, "-C", folder)
        assert result.status == 0, result.output


@pytest.mark.parametrize(
    ("day", "week", "since", "until"),
    [
        ("2021-01-01", "2020-W53", "2020-12-28", "2021-01-03"),
        ("2021-01-04", "2021-W01", "2021-01-04", "2021-01-10"),
        ("2026-01-01", "2026-W01", "2025-12-29", "2026-01-04"),
        ("2027-01-01", "2026-W53", "2026-12-28", "2027-01-03"),
    ],
)
def test_weeks_are_those_of_iso_8601(day: str, week: str, since: str, until: str) -> None:
    days = issue_days_around(dt.date.fromisoformat(day), Rhythm.WEEK)

    assert (days.name, str(days.since), str(days.until)) == (week, since, until)
    assert parse_issue_name(week, Rhythm.WEEK) == days
    assert parse_issue_name("2026-Q1", Rhythm.QUARTER) == issue_days_around(
        dt.date(2026, 2, 3), Rhythm.QUARTER
    )
    assert parse_issue_name("2025-W53", Rhythm.WEEK) is None


def test_a_weekly_series_runs_beside_the_monthly_one_without_gap_or_overlap(
    copkit: Copkit, folder: Path
) -> None:
    new_weekly_issues(copkit, folder)
    copkit("new-newsletter", "2025-12", "-C", folder)
    copkit("new-newsletter", "2026-01", "-C", folder)

    issues = json.loads(copkit("list", "newsletters", "-C", folder, "--json").stdout)["newsletters"]
    weekly = sorted((i["from"], i["until"]) for i in issues if i.get("series") == "chronicle")
    assert [issue["record"] for issue in issues if issue.get("series")] == [
        f"{week}-chronicle" for week in WEEKS
    ]
    assert [since for since, _ in weekly[1:]] == [
        str(dt.date.fromisoformat(until) + dt.timedelta(days=1)) for _, until in weekly[:-1]
    ]
    assert copkit("check", "-C", folder).status == 0


def test_each_fact_is_told_once_a_series(copkit: Copkit, folder: Path) -> None:
    new_weekly_issues(copkit, folder)
    copkit("new-newsletter", "2025-12", "-C", folder)
    copkit("new-newsletter", "2026-01", "-C", folder)
    copkit("build", "-C", folder)

    texts = {
        path.parent.parent.name: path.read_text(encoding="utf-8")
        for path in folder.glob("build/newsletters/*/members/newsletter.md")
    }
    for fact, week, month in (
        ("### Old year", "2026-W01", "2025-12"),
        ("### New year", "2026-W02", "2026-01"),
        ("### Link one", "2025-W52", "2025-12"),
        ("### Link two", "2026-W01", "2025-12"),
        ("### Link three", "2026-W03", "2026-01"),
    ):
        told = {name for name, text in texts.items() if fact in text}
        assert told == {f"{week}-chronicle", month}, fact


def test_a_gap_or_an_overlap_is_refused_with_the_day_to_begin(copkit: Copkit, folder: Path) -> None:
    copkit("new-newsletter", "chronicle", "2025-W52", "-C", folder)

    gap = copkit("new-newsletter", "chronicle", "2026-W02", "-C", folder)
    twice = copkit("new-newsletter", "chronicle", "2025-W52", "--slug", "again", "-C", folder)
    evened = copkit(
        *("new-newsletter", "chronicle", "2026-W02", "--from", "2025-12-29", "-C", folder)
    )

    assert (gap.status, twice.status, evened.status) == (2, 2, 0), gap.output + evened.output
    assert "--from 2025-12-29" in gap.stderr
    assert "tells of these days already" in twice.stderr


def test_the_next_issue_is_the_one_that_follows(copkit: Copkit, folder: Path) -> None:
    copkit("new-newsletter", "chronicle", "2025-W53", "-C", folder)
    copkit("new-newsletter", "chronicle", "2025-W52", "-C", folder)

    result = copkit("new-newsletter", "chronicle", "-C", folder)

    assert result.status == 0, result.output
    assert (folder / "newsletters/2026-W01-chronicle.md").exists()


def test_what_is_due_is_said_and_a_week_without_news_is_left_in_peace(
    copkit: Copkit, folder: Path
) -> None:
    new_weekly_issues(copkit, folder)
    copkit("new-newsletter", "2025-12", "-C", folder)

    due = json.loads(copkit("newsletter", "due", "-C", folder, "--json").stdout)["series"]
    shown = copkit("newsletter", "due", "-C", folder).stdout
    listed = copkit("today", "-C", folder).stdout

    assert [(each["series"], each["issue"]) for each in due] == [
        ("programme", "2026-01"), ("chronicle", "2026-W04"),
    ]  # fmt: skip
    assert due[0]["what"] == "1 new link and 1 session, no case: short is fine"
    assert (due[1]["due"], due[1]["what"]) == (None, "nothing happened: no issue is due")
    assert "nothing happened: no issue is due" in shown
    assert "copkit new-newsletter programme 2026-01" in listed
    assert "2026-W04" not in listed


def test_a_weekly_issue_has_300_words_80_kilobytes_and_says_what_waits(
    copkit: Copkit, folder: Path, write: Write
) -> None:
    for number in range(60):
        text = LINK.format(title=f"A long list {number}", name=number, day="2026-01-13")
        write(f"links/many-{number}.md", text)
    new_weekly_issues(copkit, folder)

    result = copkit("newsletter", "build", "2026-W03-chronicle", "-C", folder)

    built = folder / "build/newsletters/2026-W03-chronicle/members"
    mail = (built / "newsletter.eml").read_bytes()
    assert "does not fit in 300 words" in " ".join(result.stderr.split()), result.output
    assert len(mail) < 80_000
    assert "A long list 59" in (built / "newsletter.html").read_text(encoding="utf-8")


def test_a_series_goes_to_those_who_agreed_to_it(
    copkit: Copkit, folder: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    members = ("all-1", "month-1", "week-1")
    roster = "".join(f"  - id: {id}\n    role: Nurse\n    sector: NHS\n" for id in members)
    write("communities/harbour/roster.yaml", f"members:\n{roster}")
    agreed = {"all-1": "", "month-1": " programme", "week-1": " chronicle"}
    contacts = "".join(
        f"  - id: harbour/{id}\n    email: {id}@example.org\n    mail: agreed 2026-01-01{series}\n"
        for id, series in agreed.items()
    )
    reader = (
        "  - id: harbour-network/reader-1\n    email: reader@example.org\n"
        "    mail: agreed 2026-01-01 chronicle\n"
    )
    write("private/contacts.yaml", f"contacts:\n{contacts}{reader}")
    new_weekly_issues(copkit, folder)
    with running(Server()) as server:
        mail = f"mail:\n  sender: news@example.org\n  host: localhost\n  port: {server.port}\n"
        write("copkit.yaml", PROGRAMME + SERIES + mail + f"  user: {USER}\n")
        result = copkit("newsletter", "send", "2026-W03-chronicle", "--yes", "-C", folder)

    assert result.status == 0, result.output
    assert sorted(server.receivers) == [
        "all-1@example.org", "reader@example.org", "week-1@example.org",
    ]  # fmt: skip
    leave = {to: unquote(str(message["List-Unsubscribe"])) for to, message in server.got}
    assert "unsubscribe harbour/week-1 chronicle" in leave["week-1@example.org"]
    assert copkit("check", "-C", folder).status == 0


def test_a_series_that_there_is_not_is_answered_with_those_that_there_are(
    copkit: Copkit, folder: Path, write: Write
) -> None:
    near = copkit("new-newsletter", "chronicel", "-C", folder)
    far = copkit("new-newsletter", "bulletin", "2026-02", "-C", folder)
    write("copkit.yaml", PROGRAMME)
    none = copkit("new-newsletter", "chronicle", "-C", folder)

    assert "did you mean 'chronicle'?" in near.stderr
    assert "its series: programme, chronicle" in far.stderr
    assert "in copkit.yaml, which names none" in none.stderr
    assert "write its month, such as 2012-05" in none.stderr
    assert {near.status, far.status, none.status} == {2}
