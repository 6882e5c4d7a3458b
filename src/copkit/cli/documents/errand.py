"""An issue on its way: what it says, to whom it goes, and who of them got it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from copkit.analysis.recipients import LeftOut, Readership, Recipient, readership
from copkit.cli.documents.build import chosen_audience, issue_facts, pick
from copkit.cli.members.contacts import require_contacts
from copkit.cli.params import open_programme, today, wrong_use
from copkit.cli.pii import is_rendered, require_no_details
from copkit.documents.email import newsletter_message
from copkit.documents.facts.newsletter import NewsletterFacts
from copkit.documents.theme import look_of
from copkit.errors import CopkitError, FaultyRecords, Problem, did_you_mean, errors_among
from copkit.folder import Programme
from copkit.mail.journal import Entry, Journal, State
from copkit.mail.messages import Newsletter, newsletter_of
from copkit.private_files import read_contacts
from copkit.records.newsletters import Newsletter as Issue
from copkit.records.programme import Mail
from copkit.records.schema.fields import Audience

NO_MAIL: Final = "add 'mail:' and below it, indented: sender, host, user"


@dataclass(frozen=True, slots=True)
class Errand:
    """An issue for an audience, and once it is addressed, to whom it goes."""

    programme: Programme
    issue: Issue
    reader: Audience
    facts: NewsletterFacts
    to: tuple[Recipient, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    before: dict[str, Entry] = field(default_factory=dict)
    again: bool = False

    @property
    def journal(self) -> Journal:
        """Where it is noted who got it."""
        return Journal(self.programme.root, self.issue.slug, self.reader.value)

    @property
    def mail(self) -> Mail:
        """How it goes out; raises :class:`CopkitError` where the settings do not say."""
        if self.programme.settings.mail is None:
            raise CopkitError("copkit.yaml does not say how newsletters are sent", NO_MAIL)
        return self.programme.settings.mail

    @property
    def newsletter(self) -> Newsletter:
        """What everybody gets."""
        look = look_of(self.programme.settings, self.programme.root)
        return newsletter_of(newsletter_message(self.facts, look))

    def addressed(self, named: Sequence[str], *, again: bool) -> Errand:
        """Find out to whom it goes: to all who get it, or to those of them that are named."""
        if again and not named:
            wrong_use("--again sends it twice to somebody", "say to whom, with --to ID")
        found = _readership(self.programme)
        to = _only(found, named) if named else found.recipients
        return replace(
            self, to=to, left_out=found.left_out, before=self.journal.read(), again=again
        )

    def with_state(self, *states: State) -> list[str]:
        """Give those of the recipients whose letter came so far."""
        return [
            one.id
            for one in self.to
            if one.id in self.before and self.before[one.id].state in states
        ]

    @property
    def open(self) -> list[Recipient]:
        """Give those who are still to be sent it."""
        done = () if self.again else self.with_state(State.SENT, State.SENDING)
        return [one for one in self.to if one.id not in done]


def errand_for(folder: Path, slug: str | None, audience: str) -> Errand:
    """Take up an issue, or the last, for an audience, as carefully as when it is built."""
    programme = open_programme(folder)
    require_no_details(programme, is_rendered)
    issue = pick("newsletter", programme.newsletters, slug)
    reader = chosen_audience(issue.audience, audience, "newsletter")
    return Errand(programme, issue, reader, issue_facts(programme, issue, reader))


def _readership(programme: Programme) -> Readership:
    require_contacts(programme.root)
    problems: list[Problem] = []
    contacts = read_contacts(programme.root, problems)
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    return readership(programme, contacts, today())


def _only(found: Readership, named: Sequence[str]) -> tuple[Recipient, ...]:
    """Give those who are named; raise for anybody who does not get it."""
    by_id = {one.id: one for one in found.recipients}
    reasons = {one.id: one.why for one in found.left_out}
    for id in named:
        if id in reasons:
            raise CopkitError(f"{id} {reasons[id]}, so it is not sent there", status=2)
        if id not in by_id:
            hint = did_you_mean(id, by_id, "--dry-run lists who gets it")
            raise CopkitError(f"there is nobody '{id}' who gets it", hint, status=2)
    return tuple(by_id[id] for id in dict.fromkeys(named))
