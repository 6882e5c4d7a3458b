"""Settings of the programme: theme, mail server, attendance rules, from ``copkit.yaml``.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from copkit.errors import Problem, Severity, closest_match
from copkit.records.schema.contact import PublicContact, check_contact
from copkit.records.schema.fields import Colour, Id, Source, check_date_order, optional, required
from copkit.records.schema.read import read_record
from copkit.records.schema.retention import RetentionRule, check_retention_rule
from copkit.records.schema.values import InvalidDate, parse_date
from copkit.text.addresses import (
    Mailbox,
    is_address,
    is_host,
    is_page_address,
    is_this_machine,
    parse_mailbox,
)
from copkit.text.files import slug_from
from copkit.text.front_matter import Document

FORMAT: Final = 1
"""The version of a folder's format that this copkit reads and writes.

What an earlier copkit does not know, such as a new field or kind of record, comes with a higher
format, and format 2 with copkit 2.0: an earlier one then names the version to get.
"""
DEFAULT_THRESHOLD = 2  # meetings that make a member: Figure 1 of the programme report
CHECK_EVERY: Final = 90  # days, for entries of the directory that say nothing else
DEFAULT_REVIEW: Final = "24 months"
DEFAULT_WORDS: Final = 600  # of an issue's e-mail: three minutes
WEEKLY_WORDS: Final = 300
USUAL_SERIES: Final = "newsletter"
"""The id of the only series of a programme that sets none."""
_MONTHS: Final = re.compile(r"([1-9]\d{0,2}) (month|year)s?")
Seats = dict[str, tuple[str, ...]]
"""Roles sought, by sector."""
EXAMPLE_SEATS: Final[Seats] = {
    "Voluntary Sector": ("Housing Support Worker", "Mental Health Link / Support Worker"),
    "Local Authority (LA)": ("Housing Options / LA Homelessness", "Adult Social Worker"),
    "NHS": ("Community Psychiatric Nurse", "Drugs Worker"),
    "Criminal Justice & Police": ("Probation Officer", "Police Sergeant"),
    "Experts by Experience": ("Experts by Experience",),
}
"""Sectors and roles of a new programme, which somebody is asked to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRules:
    """How attendance is counted; ``minimum_stay`` is in minutes."""

    source: Source = field(repr=False, compare=False)
    threshold: int = optional("meetings attended that make an X", DEFAULT_THRESHOLD, least=1)
    minimum_stay: int = optional("minutes that count as present, for imported lists", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a programme's documents look like; ``logo`` is a PNG file in its ``templates/``."""

    source: Source = field(repr=False, compare=False)
    colour: Colour | None = optional("the colour of headings, rules and links, such as 0b5a6f")
    dark_colour: Colour | None = optional("the same where the page is dark; else worked out")
    logo: str | None = optional("a PNG file in templates/, such as logo.png")
    logo_text: str | None = optional("what the logo says, for those who cannot see it")
    footer: str | None = optional("a line at the end of every document, such as whom to write to")


class Tls(StrEnum):
    """How what is said to a mail server is encrypted: after a greeting, from the start, or not."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


_PORTS: Final = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}  # RFC 6409, 8314, 5321


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Through which server newsletters are sent, and as whom; the password stands in no file."""

    source: Source = field(repr=False, compare=False)
    sender: str = required("an address, or 'Name <address>', from which newsletters come")
    host: str = required("the mail server, such as smtp.example.org")
    reply_to: str | None = optional("where answers go, if not to the sender")
    port: int | None = optional("the server's port; else 587, 465 or 25, by 'tls'", least=1)
    tls: Tls = optional(
        "starttls, implicit, or none, which only a server on this machine may be", Tls.STARTTLS
    )
    user: str | None = optional("the name to log in with, where the server asks for one")
    unsubscribe: str | None = optional(
        "an address, or an https page, for whoever wants no more of it; else the sender's"
    )

    @property
    def sender_mailbox(self) -> Mailbox:
        """The sender's name and address."""
        return parse_mailbox(self.sender) or Mailbox("", self.sender)

    @property
    def effective_port(self) -> int:
        """The port that is named, or the usual one."""
        return self.port or _PORTS[self.tls]


class Licence(StrEnum):
    """What readers may do with the cases of the site: Creative Commons, or nothing beyond law."""

    CC_BY = "CC-BY-4.0"
    CC_BY_NC = "CC-BY-NC-4.0"
    CC_BY_SA = "CC-BY-SA-4.0"
    ALL_RIGHTS_RESERVED = "all-rights-reserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What the repository of cases, ``copkit site build``, says of itself."""

    source: Source = field(repr=False, compare=False)
    title: str | None = optional("what the site is called; else the programme's name")
    base_url: str | None = optional("where it will be found: https://example.org/learning")
    licence: Licence = optional(
        "CC-BY-4.0, CC-BY-NC-4.0, CC-BY-SA-4.0 or all-rights-reserved",
        Licence.ALL_RIGHTS_RESERVED,
    )
    contact: str | None = optional("whom to ask to take a case down: an address of the programme")
    review_after: str = optional(
        "how long a sign-off stands before it is to be looked at again", DEFAULT_REVIEW
    )

    @property
    def review_months(self) -> int:
        """The months after which a sign-off is to be looked at again; 0 if it cannot be read."""
        return parse_months(self.review_after)


class Agreement(NamedTuple):
    """The day of an agreement, and the role that agreed."""

    day: dt.date
    role: str


def parse_months(text: str) -> int:
    """Parse a span such as ``24 months`` or ``2 years`` into months; 0 for anything else."""
    match = _MONTHS.fullmatch(text.strip())
    return int(match[1]) * (12 if match[2] == "year" else 1) if match else 0


class Rhythm(StrEnum):
    """How often a series of newsletters has an issue; a week is that of ISO 8601."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"


class Weekday(StrEnum):
    """A day of the week, in the order of ISO 8601."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class IssueSection(StrEnum):
    """A part of an issue of the newsletter, in the usual order."""

    EDITORIAL = "editorial"
    NEWS = "news"
    LINKS = "links"
    DATES = "dates"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterSeries:
    """A newsletter that comes again and again; each issue names it, or is of the first."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("its short name, which issues and consents name")
    title: str | None = optional(
        "what it is called; else the programme's newsletter", label="place"
    )
    every: Rhythm = optional(", ".join(Rhythm), Rhythm.MONTH)
    communities: tuple[str, ...] = optional(
        "the communities and networks it tells of", (), refers="community", all_when_empty=True
    )
    sections: tuple[IssueSection, ...] = optional(
        f"which parts it has, in order: {', '.join(IssueSection)}", ()
    )
    send_on: Weekday | None = optional("the day of the week on which it is sent")

    @property
    def words(self) -> int:
        """How many words the e-mail of an issue has at most, besides the editorial."""
        return WEEKLY_WORDS if self.every in {Rhythm.WEEK, Rhythm.FORTNIGHT} else DEFAULT_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySettings:
    """How the directory of services is kept."""

    source: Source = field(repr=False, compare=False)
    check_every: int = optional(
        "days after which an entry is to be checked again", CHECK_EVERY, least=1
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for all communities of a programme; ``seats`` are the roles sought by sector."""

    source: Source = field(repr=False, compare=False)
    format: int | None = optional("the version of the folder's format; copkit writes it", least=1)
    id: Id | None = optional("what exported tables call it; else its name as a slug")
    name: str = required("the programme's name", label="place")
    starts: dt.date = required("its first day")
    ends: dt.date | None = optional("its last day", offered=True)
    contact: PublicContact | None = optional("whom readers of documents answer")
    attendance: AttendanceRules | None = optional("how attendance is counted")
    timezone: str | None = optional("where meetings are held, for calendars: Europe/London")
    seats: Seats | None = optional(
        "the roles sought, by sector: the rows of the matrix, in order", label="role"
    )

    newsletters: tuple[NewsletterSeries, ...] = optional(
        "the series of newsletters; without any there is one, by the month", ()
    )
    theme: Theme | None = optional("what documents look like")
    mail: Mail | None = optional("how newsletters are sent")
    site: SiteSettings | None = optional("the repository of cases: copkit site build")
    directory: DirectorySettings | None = optional("how the directory of services is kept")
    retention: tuple[RetentionRule, ...] = optional(
        "how long what is kept; a rule stands in for the default about the same", ()
    )
    retention_agreed: str | None = optional(
        "the day and the role that agreed to it: 2026-01-10 by the host's manager", label="role"
    )

    @property
    def programme_id(self) -> str:
        """What exported tables call the programme, which stands before every id in them."""
        return self.id or slug_from(self.name) or "programme"

    @property
    def threshold(self) -> int:
        """Meetings a member has attended to count as an X."""
        return self.attendance.threshold if self.attendance else DEFAULT_THRESHOLD

    @property
    def check_every(self) -> int:
        """Days after which an entry of the directory is to be checked again."""
        return self.directory.check_every if self.directory else CHECK_EVERY

    @property
    def every_series(self) -> tuple[NewsletterSeries, ...]:
        """The series of newsletters; where none is set, the one that comes each month."""
        return self.newsletters or (NewsletterSeries(source=self.source, id=Id(USUAL_SERIES)),)

    def series(self, id: str | None) -> NewsletterSeries | None:
        """Return the series with an id, for ``None`` the first; ``None`` where there is none."""
        every = self.every_series
        return next((series for series in every if series.id == id), None) if id else every[0]

    @property
    def retention_agreed_on(self) -> Agreement | None:
        """When the periods of retention were agreed, and by whom; ``None`` if they were not."""
        day, _, role = (self.retention_agreed or "").partition(" by ")
        try:
            return Agreement(parse_date(day.strip()), role.strip()) if role.strip() else None
        except InvalidDate:
            return None

    @property
    def seats_sought(self) -> Seats:
        """The roles sought by sector; empty when none are named."""
        return self.seats or {}


def needed_version(format: int) -> str:
    """Return the first version of copkit that knows a format of folders: ``2.0``."""
    return f"{format}.0"


def relax_problem(problem: Problem, format: int) -> Problem:
    """Return a problem as it is to be told in a folder of a later format than copkit knows.

    A field that is not known belongs to a colleague with a newer copkit: it is no error, and
    nobody is told to take it out. In a folder of a known format the problem stays as it is.
    """
    if format <= FORMAT or problem.code not in _OF_A_LATER_FORMAT:
        return problem
    version = needed_version(format)
    if problem.code == "unknown-field":
        problem = problem._replace(severity=Severity.WARNING)
    return problem._replace(
        message=f"{problem.message}, as far as this copkit knows",
        hint=f"leave it as it is: copkit {version}, for which this folder is, may know it",
    )


_OF_A_LATER_FORMAT: Final = frozenset({"unknown-field", "not-a-choice", "wrong-type"})
_LAST_PORT: Final = 65535
# A key that holds a password: "password: x", "smtp_pass: x", "pwd: x", "api-token": x
_PASSWORD: Final = re.compile(
    r"\b(?:\w+[_-])?(?:pass\w{0,10}|pwd?|secret|token)[\"']?\s*:", re.IGNORECASE
)
_KEYRING_HINT: Final = (
    "delete the line, choose a new password, and put that into COPKIT_SMTP_PASSWORD "
    "or into the system's keyring: keyring set copkit:HOST USER"
)


def parse_settings(document: Document) -> Settings:
    """Parse ``copkit.yaml``; faults are added to ``document.problems``.

    Problems of the file there are replaced where their line may hold a password, so that none
    repeats it.
    """
    settings = read_record(Settings, document)
    check_date_order(settings.source, document.problems, "starts", "ends")
    if settings.timezone:
        document.problems.extend(_check_timezone(settings, settings.timezone))
    document.problems.extend(check_contact(settings.contact))
    if settings.mail:
        document.problems.extend(_check_mail(settings.mail))
    if settings.site:
        document.problems.extend(_check_site(settings.site))
    for rule in settings.retention:
        document.problems.extend(check_retention_rule(rule))
    if settings.retention_agreed and settings.retention_agreed_on is None:
        hint = "write it as in 'retention_agreed: 2026-01-10 by the host'"
        message = "this does not say on which day, and by which role"
        document.problems.append(
            settings.source.problem("bad-agreement", "retention_agreed", message, hint)
        )
    # Problems of other files stay as they are: the list is shared by the whole programme.
    document.problems[:] = [
        _redact_password(problem) if problem.file == document.source.file else problem
        for problem in document.problems
    ]
    return settings


def _check_timezone(settings: Settings, name: str) -> Iterator[Problem]:
    """Yield a problem for an unknown time zone: calendars would have meetings at another hour."""
    from zoneinfo import ZoneInfo, available_timezones  # only for those who name one

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # also where it names a folder of zones
        zones = available_timezones()
        # Somebody may have written "London" alone, or "Lodnon".
        zone_by_city = {zone.rpartition("/")[2]: zone for zone in sorted(zones)}
        city = closest_match(name, zone_by_city)
        near = closest_match(name, zones) or zone_by_city.get(city or "")
        hint = f"did you mean '{near}'?" if near else "write it as in 'timezone: Europe/London'"
        message = "this is not the name of a time zone"
        yield settings.source.problem("unknown-timezone", "timezone", message, hint)


def _check_mail(mail: Mail) -> Iterator[Problem]:
    """Yield a problem for each setting with which no mail can be sent, or not safely."""
    problem = mail.source.problem
    for key, text in (("sender", mail.sender), ("reply_to", mail.reply_to)):
        if text and not parse_mailbox(text):
            hint = f"write '{key}: news@example.org', or '{key}: A Name <news@example.org>'"
            yield problem("bad-address", key, f"'{key}' is not one e-mail address", hint)
    if mail.host and not is_host(mail.host):  # somebody may have written a password into it
        hint = "write the name alone, such as 'host: smtp.example.org'"
        message = "this is not the name of a server"
        yield problem("bad-host", "host", message, hint)._replace(excerpt="")
    if (mail.port or 0) > _LAST_PORT:
        yield problem("bad-port", "port", f"a port is at most {_LAST_PORT}", "587 is usual")
    if mail.tls is Tls.NONE and mail.host and not is_this_machine(mail.host):
        message = "without encryption, names and addresses could be read on the way"
        yield problem("unsafe-mail", "tls", message, "write 'tls: starttls' or 'tls: implicit'")
    unsubscribe = mail.unsubscribe or ""
    if unsubscribe and not (
        is_page_address(unsubscribe) or (is_address(unsubscribe) and unsubscribe.isascii())
    ):
        hint = "write an e-mail address, or a page that begins with https://"
        message = "'unsubscribe' is neither an e-mail address nor an https page"
        yield problem("bad-address", "unsubscribe", message, hint)


def _check_site(site: SiteSettings) -> Iterator[Problem]:
    """Yield a problem for each setting of the site that its pages could not use."""
    problem = site.source.problem
    if site.base_url and not is_page_address(site.base_url):
        hint = "write it as in 'base_url: https://example.org/learning'"
        yield problem("bad-address", "base_url", "this is not the https address of a site", hint)
    contact = site.contact or ""
    if contact and not (is_page_address(contact) or is_address(contact)):
        hint = "write an address of the programme, such as learning@example.org, or an https page"
        message = "'contact' is neither an e-mail address nor an https page"
        yield problem("bad-address", "contact", message, hint)
    if not site.review_months:
        message = "this is not a span of months or years"
        hint = "write it as in 'review_after: 24 months'"
        yield problem("bad-span", "review_after", message, hint)


def _redact_password(problem: Problem) -> Problem:
    """Return a problem without the line that may hold a password, and with where one belongs.

    A problem whose line holds none is returned as it is.
    """
    # Problems are printed, logged and sent to others.
    if not _PASSWORD.search(problem.excerpt):
        return problem
    if problem.code == "unknown-field":
        message, code = "a password never stands in a file that others get", "password-in-file"
    else:
        message, code = "this line cannot be read, and may hold a password", problem.code
    return problem._replace(code=code, message=message, hint=_KEYRING_HINT, excerpt="")


def sector_of(seats: Seats, role: str | None) -> str | None:
    """Return the sector that a role is sought in; ``None`` if there are several, or none."""
    sectors = [sector for sector, roles in seats.items() if role in roles]
    return sectors[0] if len(sectors) == 1 else None
