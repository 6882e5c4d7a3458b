"""Series of newsletters: the days of an issue, gaps between issues, and what is due.  Pure.

Weeks are those of ISO 8601, from Monday to Sunday: the week of 1 January may belong to the year
before, and 2020-W53 is followed by 2021-W01.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from copkit.analysis.networks.links import news_between
from copkit.analysis.networks.sessions import is_network, sessions_of
from copkit.analysis.period import Scope, communities_in_scope, count_people_at, reportable_cases
from copkit.folder import Programme
from copkit.records.newsletters import Newsletter
from copkit.records.programme import NewsletterSeries, Rhythm, Settings, Weekday
from copkit.wording import list_in_words, month_name, period_in_words, plural

A_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = re.compile(r"(\d{4})-?[Ww](\d\d?)")
_QUARTER: Final = re.compile(r"(\d{4})-?[Qq]([1-4])")
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)")


@dataclass(frozen=True, slots=True)
class IssueDays:
    """The days that an issue tells of, both included, and its name: ``2026-W05``."""

    name: str
    since: dt.date
    until: dt.date


def parse_issue_name(text: str, every: Rhythm) -> IssueDays | None:
    """Parse ``2026-W05``, ``2026-05`` or ``2026-Q1``; ``None`` for what names no such days.

    A fortnight has the name of its first week.
    """
    try:
        if match := _WEEK.fullmatch(text):
            monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
            weeks = 2 if every is Rhythm.FORTNIGHT else 1
            return _named_weeks(monday, weeks)
        if match := _QUARTER.fullmatch(text):
            return _quarter_of(dt.date(int(match[1]), 3 * int(match[2]) - 2, 1))
        if match := _MONTH.fullmatch(text):
            return _month_of(dt.date(int(match[1]), int(match[2]), 1))
    except ValueError:  # a week 54, a month 13, a year 0
        pass
    return None


def issue_days_around(day: dt.date, every: Rhythm) -> IssueDays:
    """Return the week, fortnight, month or quarter that a day lies in.

    A fortnight begins with the week of the day: which weeks go together is said by the first issue.
    """
    if every is Rhythm.MONTH:
        return _month_of(day)
    if every is Rhythm.QUARTER:
        return _quarter_of(day)
    monday = day - dt.timedelta(days=day.weekday())
    return _named_weeks(monday, 2 if every is Rhythm.FORTNIGHT else 1)


def _named_weeks(monday: dt.date, weeks: int) -> IssueDays:
    year, week, _ = monday.isocalendar()
    return IssueDays(f"{year}-W{week:02}", monday, monday + dt.timedelta(days=7 * weeks - 1))


def _month_of(day: dt.date) -> IssueDays:
    last = calendar.monthrange(day.year, day.month)[1]
    return IssueDays(f"{day:%Y-%m}", day.replace(day=1), day.replace(day=last))


def _quarter_of(day: dt.date) -> IssueDays:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    last = first.replace(month=first.month + 2)
    end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return IssueDays(f"{day.year}-Q{(day.month + 2) // 3}", first, end)


def issue_title(days: IssueDays, every: Rhythm) -> str:
    """Return what an issue is called where nobody says: 'May 2012', 'Week 5, 2026'."""
    if every is Rhythm.MONTH:
        return f"{month_name(days.since)} {days.since.year}"
    year, week, _ = days.since.isocalendar()
    if every is Rhythm.WEEK:
        return f"Week {week}, {year}"
    return period_in_words(days.since, days.until)


# Issues of a series, and the days between them


def series_of(settings: Settings, issue: Newsletter) -> NewsletterSeries:
    """Return the series of an issue: the first where it names none, or one that there is not."""
    return settings.series(issue.series) or settings.every_series[0]


def issue_scope(programme: Programme, issue: Newsletter) -> Scope:
    """Return the days and communities that an issue tells of."""
    series = series_of(programme.settings, issue)
    return Scope(issue.since, issue.until, frozenset(series.communities))


def issues_of(programme: Programme, series: NewsletterSeries) -> list[Newsletter]:
    """Return the issues of a series by their days."""
    issues = (
        issue
        for issue in programme.newsletters
        if series_of(programme.settings, issue).id == series.id
    )
    return sorted(issues, key=lambda issue: (issue.since, issue.until))


def next_issue(programme: Programme, series: NewsletterSeries, today: dt.date) -> IssueDays:
    """Return the days of the issue that follows the last one, with no day between or in both.

    The first issue of a series has the days that ``today`` lies in.
    """
    issues = issues_of(programme, series)
    if not issues:
        return issue_days_around(today, series.every)
    since = max(issue.until for issue in issues) + A_DAY
    around = issue_days_around(since, series.every)
    # a short first issue, up to the next Sunday or end of a month, sets the rhythm right
    return IssueDays(around.name, since, around.until)


@dataclass(frozen=True, slots=True)
class UnevenDays:
    """Days that would be in no issue, or with ``is_twice`` in two; ``since`` is what to begin with.

    ``before`` is the issue before.
    """

    before: Newsletter
    is_twice: bool
    first: dt.date
    last: dt.date
    since: dt.date


def find_uneven_days(
    programme: Programme, series: NewsletterSeries, since: dt.date, until: dt.date
) -> UnevenDays | None:
    """Return the days between an issue and the one before it, or those that both would tell of."""
    issues = issues_of(programme, series)
    for issue in issues:
        if issue.since <= until and since <= issue.until:
            first, last = max(since, issue.since), min(until, issue.until)
            return UnevenDays(issue, True, first, last, issue.until + A_DAY)
    earlier = [issue for issue in issues if issue.until < since]
    if earlier and (before := earlier[-1]).until + A_DAY < since:
        return UnevenDays(before, False, before.until + A_DAY, since - A_DAY, before.until + A_DAY)
    return None


# What is due


@dataclass(frozen=True, slots=True)
class IssueDue:
    """The next issue of a series: by which day it is due, and what it would hold, in words."""

    series: NewsletterSeries
    days: IssueDays
    due: dt.date
    contents: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The words that write it, after ``copkit``."""
        since = ("--from", str(self.days.since), "--until", str(self.days.until))
        is_whole = parse_issue_name(self.days.name, self.series.every) == self.days
        return ("new-newsletter", self.series.id, self.days.name, *(() if is_whole else since))


def due_day(series: NewsletterSeries, days: IssueDays) -> dt.date:
    """Return the day by which an issue is sent: its last, or the day of the week that is set."""
    if series.send_on is None:
        return days.until
    back = (days.until.weekday() - list(Weekday).index(series.send_on)) % 7
    return max(days.until - dt.timedelta(days=back), days.since)


def find_due_issues(programme: Programme, today: dt.date) -> list[IssueDue]:
    """Return the next issue of each series, whether or not its day has come."""
    return [
        IssueDue(series, days, due_day(series, days), tuple(_contents(programme, series, days)))
        for series in programme.settings.every_series
        for days in [next_issue(programme, series, today)]
    ]


def _contents(programme: Programme, series: NewsletterSeries, days: IssueDays) -> Iterator[str]:
    """Yield what happened in the days of an issue, in words; nothing where nothing did."""
    scope = Scope(days.since, days.until, frozenset(series.communities))
    links = len(news_between(programme.links, days.since, days.until))
    communities = communities_in_scope(programme, scope)
    held = [
        meeting
        for records in communities
        for meeting in (sessions_of(records) if is_network(records) else records.meetings)
        if scope.contains(meeting.held_on)
    ]
    sessions = sum(meeting.community in _networks(programme) for meeting in held)
    meetings = sum(
        meeting.community not in _networks(programme) and count_people_at(meeting) > 0
        for meeting in held
    )
    cases = sum(1 for records in communities for _ in reportable_cases(records, scope))
    for count, noun in (
        (links, "new link"), (sessions, "session"), (meetings, "meeting"), (cases, "case"),
    ):  # fmt: skip
        if count:
            yield plural(count, noun)


def _networks(programme: Programme) -> frozenset[str]:
    return frozenset(records.slug for records in programme.communities if is_network(records))


def describe_contents(issue: IssueDue) -> str:
    """Return what an issue would hold: '3 new links and 1 session, no case: short is fine'."""
    if not issue.contents:
        return "nothing happened: no issue is due"
    words = list_in_words(issue.contents)
    has_case = any(text.endswith(("case", "cases")) for text in issue.contents)
    return words if has_case else f"{words}, no case: short is fine"
