"""``copkit newsletter send``: who gets an issue, handing it to the mail server, the outcome.

Nobody gets an issue twice, and nothing is sent unasked. A line is in the journal before a letter
goes and after the server took it, so a letter that was cut off in between may have arrived or not:
such a letter is named, and sent again only with ``--again``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

import typer

from copkit.analysis.networks.series import series_of
from copkit.analysis.privacy.audience import describe_left_out, summarise_left_out
from copkit.analysis.recipients import NonRecipient, Recipient
from copkit.cli.documents.build import (
    find_or_latest,
    issue_facts,
    record_selection,
    require_audience,
    scope_of,
)
from copkit.cli.documents.delivery import (
    NO_MAIL_HINT,
    Draft,
    OutgoingSending,
    SendingContext,
    deliver_drafts,
    load_readership,
    print_refusals,
    require_mail,
    send_one_copy,
)
from copkit.cli.documents.outgoing import OutgoingNotes
from copkit.cli.params import (
    complete_audience,
    complete_slug,
    today,
)
from copkit.cli.pii import is_document_source, require_no_details_in_files
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.documents.email import newsletter_message
from copkit.documents.facts.newsletter import NewsletterFacts
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.git.repository import require_private_ignored
from copkit.mail.journal import Journal, JournalEntry, LetterState
from copkit.mail.messages import LetterContent, build_content
from copkit.mail.sending import Delivery
from copkit.records.newsletters import Newsletter as Issue
from copkit.records.programme import Mail, NewsletterSeries
from copkit.records.schema.audience import Audience, audience_choices
from copkit.wording import plural


@dataclass(frozen=True, slots=True)
class Mailing:
    """An issue of the newsletter for an audience, and once it is addressed, its recipients.

    ``entries`` are those of the journal by member: how far each letter came before. ``resend``
    sends it to recipients who got it already.
    """

    programme: Programme
    issue: Issue
    reader: Audience
    facts: NewsletterFacts
    recipients: tuple[Recipient, ...] = ()
    left_out: tuple[NonRecipient, ...] = ()
    entries: dict[str, JournalEntry] = field(default_factory=dict)
    resend: bool = False

    @property
    def series(self) -> NewsletterSeries:
        """The series that the issue is of."""
        return series_of(self.programme.settings, self.issue)

    @property
    def journal(self) -> Journal:
        """The journal of who got this issue in this edition."""
        return Journal(self.programme.root, self.issue.slug, self.reader.value)

    @property
    def mail(self) -> Mail:
        """The settings of the mail server; raise :class:`CopkitError` where there are none."""
        mail = require_mail(self.programme)
        own = self.issue.contact.email if self.issue.contact else None
        return replace(mail, reply_to=own or mail.reply_to or self.facts.reply_address or None)

    @property
    def newsletter(self) -> LetterContent:
        """The content of the letters, the same for everybody."""
        theme = load_theme(self.programme.settings, self.programme.root)
        return build_content(newsletter_message(self.facts, theme))

    def address(self, context: SendingContext) -> Mailing:
        """Return the mailing with its recipients: all who get it, or those of them in ``--to``.

        Raise :class:`CopkitError` for somebody who does not get it.
        """
        readership = load_readership(self.programme, series=self.series)
        return replace(
            self,
            recipients=context.choose_recipients(readership),
            left_out=readership.left_out,
            entries=self.journal.read(),
            resend=context.again,
        )

    def ids_with_state(self, *states: LetterState) -> list[str]:
        """Return the ids of the recipients whose letter is in one of some states."""
        return [
            recipient.id
            for recipient in self.recipients
            if recipient.id in self.entries and self.entries[recipient.id].state in states
        ]

    @property
    def pending(self) -> list[Recipient]:
        """The recipients that are still to be sent it."""
        # one that stands at "sending" may have arrived, so it counts as sent until somebody says so
        finished = () if self.resend else self.ids_with_state(LetterState.SENT, LetterState.SENDING)
        return [recipient for recipient in self.recipients if recipient.id not in finished]


def mailing_for(context: SendingContext, slug: str | None, audience: str) -> Mailing:
    """Load an issue to be sent to an audience; it has no recipients yet.

    ``slug`` names the issue, ``None`` means the latest. Raise :class:`InvalidRecords` where records
    have errors or somebody is named in them, and :class:`CopkitError` for no issue or an audience
    that may not see it.
    """
    programme = context.open()
    require_no_details_in_files(programme, is_document_source)
    issue = find_or_latest("newsletter", programme.newsletters, slug)
    reader = require_audience(issue.audience, audience, "newsletter")
    return Mailing(programme, issue, reader, issue_facts(programme, issue, reader))


# Listing


def print_mailing(mailing: Mailing, *, as_json: bool) -> None:
    """Print who would get it, and who not and why; the names only on a terminal."""
    sent_before, doubtful = (
        mailing.ids_with_state(LetterState.SENT),
        mailing.ids_with_state(LetterState.SENDING),
    )
    pending_ids = {recipient.id for recipient in mailing.pending}
    if as_json:
        print_json(
            {
                "issue": mailing.issue.slug,
                "for": mailing.reader,
                "to": [recipient.id for recipient in mailing.pending],
                "sent_before": sent_before,
                "not_known": doubtful,
                "left_out": [
                    {"id": non_recipient.id, "why": non_recipient.why}
                    for non_recipient in mailing.left_out
                ],
            }
        )
        return
    # names are for the person who sends it, never for a file or a log
    on_terminal = sys.stdout.isatty()
    rows = [
        (f"no: {non_recipient.why}", non_recipient.id, non_recipient.name)
        for non_recipient in mailing.left_out
    ]
    rows += [
        (_format_delivery(recipient.id, mailing, pending_ids), recipient.id, recipient.mailbox.name)
        for recipient in mailing.recipients
    ]
    if rows and on_terminal:
        print_table(("gets it", "id", "name"), rows)
    elif rows:
        print_table(("gets it", "id"), [row[:2] for row in rows])
    messages = clean(_describe(mailing, len(pending_ids)))
    say(f"would send {messages}; {len(mailing.left_out)} do not get it")
    _print_notes(mailing)
    if mailing.programme.settings.mail is None:
        say(f"  copkit.yaml does not say how yet: {NO_MAIL_HINT}")


def _format_delivery(id: str, mailing: Mailing, pending: set[str]) -> str:
    """Describe whether a member will be sent it: ``yes``, or why not.

    ``pending`` has the ids of those who are still to be sent it.
    """
    if id in pending:
        return "yes"
    return (
        "no: got it already"
        if mailing.entries[id].state is LetterState.SENT
        else "not known if it came"
    )


def _describe(mailing: Mailing, count: int) -> str:
    """Format how many messages of which issue: ``12 messages for May (members)``."""
    return f"{plural(count, 'message')} for {mailing.issue.title} ({mailing.reader})"


def _print_notes(mailing: Mailing) -> None:
    """Print which cases are left out, how many got it before, and whether it has changed since."""
    scope = scope_of(mailing.programme, mailing.issue)
    for describe in (summarise_left_out, describe_left_out):
        for note in describe(mailing.programme, mailing.reader, scope, today()):
            say(clean(note))
    if sent_before := len(mailing.ids_with_state(LetterState.SENT)):
        say(f"{sent_before} got it before")
    # a list of recipients that got an older text is no reason to send it again, but to know of
    if mailing.entries and not mailing.resend:
        digest = mailing.newsletter.digest
        sent_entries = [
            entry for entry in mailing.entries.values() if entry.state is LetterState.SENT
        ]
        if differing := sum(entry.content != digest for entry in sent_entries):
            say(f"it reads differently now from what {differing} of them got; they keep that")


# Sending


def send_mailing(context: SendingContext, mailing: Mailing) -> None:
    """Ask, deliver to all who are pending, and print the outcome.

    Raise :class:`CopkitError` where it was interrupted or somebody may not have got it.
    """
    require_private_ignored(mailing.programme.root)
    selection = record_selection(mailing.programme, mailing.issue, mailing.reader)
    outgoing = OutgoingNotes(context, mailing.programme)
    outgoing.check(selection)
    with mailing.journal.lock_for_sending(), outgoing:
        # under the lock once more: another run may just have ended
        mailing = replace(mailing, entries=mailing.journal.read())
        pending, mail = mailing.pending, mailing.mail
        _print_notes(mailing)
        outcomes: dict[str, Delivery] = {}
        stopped = None
        if pending:
            description = _describe(mailing, len(pending))
            context.require_agreement(mailing.programme.root, mail, description)
            content = mailing.newsletter
            # with one newsletter alone, whoever wants no more of it wants none
            series = mailing.series.id if mailing.programme.settings.newsletters else ""
            drafts = [
                Draft(recipient.mailbox, recipient.id, content, series=series)
                for recipient in pending
            ]
            stopped = deliver_drafts(
                mailing.programme.root, mail, drafts, mailing.journal, outcomes
            )
            if outcomes:
                outgoing.add(selection)
        # without --again, which would count those who were just sent it as pending
        mailing = replace(mailing, entries=mailing.journal.read(), resend=False)
        uncertain = _print_outcome(mailing, outcomes, as_json=context.as_json)
        if stopped:
            raise stopped
        if uncertain:
            are_refused = any(
                delivery.state is LetterState.REFUSED for delivery in outcomes.values()
            )
            hint = "correct their addresses, and run the same command again" if are_refused else ""
            raise CopkitError(f"{plural(uncertain, 'member')} may not have got it", hint)


def _print_outcome(mailing: Mailing, outcomes: Mapping[str, Delivery], *, as_json: bool) -> int:
    """Print who got it and who did not; return how many did not, or perhaps not."""
    sent = [delivery.to for delivery in outcomes.values() if delivery.state is LetterState.SENT]
    doubtful = mailing.ids_with_state(LetterState.SENDING)
    if outcomes:
        say(f"sent {clean(_describe(mailing, len(sent)))}")
    elif not mailing.recipients:
        say("nobody gets it; --dry-run says why")
    elif not mailing.pending:
        say("nobody is left to send it to")
    refused = print_refusals(outcomes)
    if as_json:
        print_json({"sent": sent, "refused": refused, "not_known": doubtful})
    edition = "" if mailing.reader is USUAL_EDITION else f" --for {mailing.reader}"
    for id in doubtful:
        say(f"  {clean(id)}: it is not known whether it arrived; to send it once more:")
        say(f"    copkit newsletter send {mailing.issue.slug}{edition} --to {clean(id)} --again")
    return len(refused) + len(doubtful)


# The command

IssueSlug = Annotated[
    str | None,
    typer.Argument(
        help="The issue.", show_default="the last", autocompletion=complete_slug("newsletters")
    ),
]
USUAL_EDITION: Final = Audience.MEMBERS
Edition = Annotated[
    str,
    typer.Option(
        "--for",
        help=f"Which edition members get: {audience_choices()}.",
        autocompletion=complete_audience,
    ),
]


def send(
    context: OutgoingSending, slug: IssueSlug = None, audience: Edition = USUAL_EDITION
) -> None:
    """Send an issue by e-mail to the members who agreed to it, in one message each.

    The server is set in copkit.yaml under 'mail'. Its password is taken from
    COPKIT_SMTP_PASSWORD or the system's keyring. A run that was cut short goes on where it
    stopped when you start it again. Nobody gets an issue twice.

    \b
    Examples:
      copkit newsletter send 2012-05 --dry-run
      copkit newsletter send 2012-05 --test me@example.org
      copkit newsletter send 2012-05
    """
    context.require_compatible()
    mailing = mailing_for(context, slug, audience)
    if context.test is not None:
        send_one_copy(context, mailing.programme, mailing.issue.title, lambda _: mailing.newsletter)
        return
    mailing = mailing.address(context)
    if context.dry_run:
        print_mailing(mailing, as_json=context.as_json)
    else:
        send_mailing(context, mailing)
