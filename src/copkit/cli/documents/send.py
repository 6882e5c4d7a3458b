"""``copkit newsletter send``: who gets an issue, handing it to the mail server, the outcome.

Nobody gets an issue twice, and nothing is sent unasked. A line is in the journal before a letter
goes and after the server took it, so a letter that was cut off in between may have arrived or not:
such a letter is named, and sent again only with ``--again``.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Final

import typer

from copkit.analysis.privacy.audience import describe_left_out
from copkit.analysis.recipients import NonRecipient, Readership, Recipient, build_readership
from copkit.cli.context import CommandContext
from copkit.cli.documents.build import find_or_latest, issue_facts, require_audience, scope_of
from copkit.cli.members.contacts import require_contacts
from copkit.cli.params import (
    AsJson,
    Folder,
    complete_audience,
    complete_qualified_member,
    complete_slug,
    is_interactive,
    today,
    usage_error,
)
from copkit.cli.pii import is_document_source, require_no_details_in_files
from copkit.cli.prompts import confirm
from copkit.cli.terminal import clean, print_json, print_table, say, with_progress
from copkit.documents.email import newsletter_message
from copkit.documents.facts.newsletter import NewsletterFacts
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.folder import Programme
from copkit.git.repository import require_private_ignored
from copkit.mail.journal import Journal, JournalEntry, LetterState
from copkit.mail.messages import EmailLetter, NewsletterContent, address_letter, build_content
from copkit.mail.sending import (
    ConnectionLost,
    Delivery,
    LetterRefused,
    MailConnection,
    deliver_letters,
    describe_server,
    find_password,
    remember_server,
    require_known_server,
)
from copkit.pii.scan import mask_details
from copkit.private_files import read_contacts
from copkit.records.newsletters import Newsletter as Issue
from copkit.records.programme import Mail
from copkit.records.schema.audience import Audience, audience_choices
from copkit.text.addresses import Mailbox, ascii_address
from copkit.wording import plural

NO_MAIL_HINT: Final = "add 'mail:' and below it, indented: sender, host, user"


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
    def journal(self) -> Journal:
        """The journal of who got this issue in this edition."""
        return Journal(self.programme.root, self.issue.slug, self.reader.value)

    @property
    def mail(self) -> Mail:
        """The settings of the mail server; raise :class:`CopkitError` where there are none."""
        if self.programme.settings.mail is None:
            raise CopkitError("copkit.yaml does not say how newsletters are sent", NO_MAIL_HINT)
        return self.programme.settings.mail

    @property
    def newsletter(self) -> NewsletterContent:
        """The content of the letters, the same for everybody."""
        theme = load_theme(self.programme.settings, self.programme.root)
        return build_content(newsletter_message(self.facts, theme))

    def address_to(self, named: Sequence[str], *, resend: bool) -> Mailing:
        """Return the mailing with its recipients: all who get it, or those of them in ``named``.

        ``named`` are ``community/member-id``. ``resend`` sends it to them even if
        they got it already. Raise a usage error for ``resend`` without any ``named``, and
        :class:`CopkitError` for somebody who does not get it.
        """
        if resend and not named:
            usage_error("--again sends it twice to somebody", "say to whom, with --to ID")
        readership = _load_readership(self.programme)
        recipients = _require_recipients(readership, named) if named else readership.recipients
        return replace(
            self,
            recipients=recipients,
            left_out=readership.left_out,
            entries=self.journal.read(),
            resend=resend,
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


def mailing_for(context: CommandContext, slug: str | None, audience: str) -> Mailing:
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


def _load_readership(programme: Programme) -> Readership:
    """Load who gets the newsletter today, and who is left out and why.

    Raise :class:`CopkitError` without a file of contacts, :class:`InvalidRecords` for errors in it.
    """
    require_contacts(programme.root)
    problems: list[Problem] = []
    contacts = read_contacts(programme.root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return build_readership(programme, contacts, today())


def _require_recipients(readership: Readership, named: Sequence[str]) -> tuple[Recipient, ...]:
    """Return the recipients with some ids; raise :class:`CopkitError` for any that gets nothing."""
    by_id = {recipient.id: recipient for recipient in readership.recipients}
    reasons = {non_recipient.id: non_recipient.why for non_recipient in readership.left_out}
    for id in named:
        if id in reasons:
            raise CopkitError(f"{id} {reasons[id]}, so it is not sent there", status=2)
        if id not in by_id:
            hint = did_you_mean(id, by_id, "--dry-run lists who gets it")
            raise CopkitError(f"there is nobody '{id}' who gets it", hint, status=2)
    return tuple(by_id[id] for id in dict.fromkeys(named))


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
    for note in describe_left_out(
        mailing.programme, mailing.reader, scope_of(mailing.issue), today()
    ):
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


def send_mailing(mailing: Mailing, *, yes: bool, new_server: bool, as_json: bool) -> None:
    """Ask, deliver to all who are pending, and print the outcome.

    ``yes`` does not ask; ``new_server`` accepts a mail server that is not the one of before. Raise
    :class:`CopkitError` where it was interrupted or somebody may not have got it.
    """
    require_private_ignored(mailing.programme.root)
    with mailing.journal.lock_for_sending():
        # under the lock once more: another run may just have ended
        mailing = replace(mailing, entries=mailing.journal.read())
        pending, mail = mailing.pending, mailing.mail
        _print_notes(mailing)
        outcomes: dict[str, Delivery] = {}
        stopped = None
        if pending:
            _require_agreed_server(mailing, new_server=new_server)
            _require_confirmation(mailing, _describe(mailing, len(pending)), yes=yes)
            newsletter = mailing.newsletter
            connect = partial(_connect, mailing, find_password(mail))
            letters = _letters_to(pending, newsletter, mail)
            deliveries = deliver_letters(letters, newsletter.digest, connect, mailing.journal)
            stopped = _deliver_all(deliveries, outcomes, len(pending))
        # without --again, which would count those who were just sent it as pending
        mailing = replace(mailing, entries=mailing.journal.read(), resend=False)
        uncertain = _print_outcome(mailing, outcomes, as_json=as_json)
        if stopped:
            raise stopped
        if uncertain:
            are_refused = any(
                delivery.state is LetterState.REFUSED for delivery in outcomes.values()
            )
            hint = "correct their addresses, and run the same command again" if are_refused else ""
            raise CopkitError(f"{plural(uncertain, 'member')} may not have got it", hint)


def _letters_to(
    recipients: Sequence[Recipient], newsletter: NewsletterContent, mail: Mail
) -> Iterator[EmailLetter]:
    """Yield a letter for each recipient, dated when it is asked for."""
    for recipient in recipients:
        yield address_letter(
            recipient.mailbox, newsletter, mail, dt.datetime.now().astimezone(), recipient.id
        )


def _require_agreed_server(mailing: Mailing, *, new_server: bool) -> None:
    """Raise :class:`CopkitError` unless the mail server is that of before, or the first one."""
    # copkit.yaml comes from others: whoever changes the server in it must not get the password
    # and the addresses before somebody here agrees
    if not new_server:
        require_known_server(mailing.programme.root, mailing.mail)


def _require_confirmation(mailing: Mailing, description: str, *, yes: bool) -> None:
    """Ask whether to send what ``description`` says, unless ``yes`` has answered already.

    Raise :class:`CopkitError` for a no, and a usage error where nobody can be asked.
    """
    if yes:
        return
    if not is_interactive():
        usage_error("nothing is sent unasked", "--yes says you mean it; --dry-run shows what it is")
    mail = mailing.mail
    for purpose, address in (("answers", mail.reply_to), ("who wants no more", mail.unsubscribe)):
        if address:
            say(f"{purpose}: to {clean(address)}")
    question = f"{description} through {describe_server(mail)}, from {mail.sender}. Send?"
    if not confirm(question, default=False):
        raise CopkitError("nothing was sent")


def _connect(mailing: Mailing, password: str) -> MailConnection:
    """Connect to the mail server with a password, and remember the server as agreed to."""
    connection = MailConnection(mailing.mail, password)
    # only a server that took the password is remembered, so a typing error can be corrected
    remember_server(mailing.programme.root, mailing.mail)
    return connection


def _deliver_all(
    deliveries: Iterator[Delivery], outcomes: dict[str, Delivery], total: int
) -> CopkitError | None:
    """Deliver letters one after another, and put each delivery into ``outcomes`` by member.

    Return the error that stopped it, with how many of the ``total`` went and how to go on, or
    ``None``. It is returned and not raised, so that a caller can print the outcome first.
    """
    hint, status = "", 1
    try:
        for delivery in with_progress(deliveries, "sending"):
            outcomes[delivery.to] = delivery
        return None
    except ConnectionLost:
        reason = "the connection was lost"
    except KeyboardInterrupt:
        say()  # below the line of progress
        reason, status = "stopped", 130  # 128 + SIGINT, as shells report it
    except CopkitError as error:
        if not outcomes:  # nothing was sent, so there is nothing to go on with
            return error
        reason, hint = error.message, error.hint
    except OSError as error:
        reason = f"it cannot be noted who got it ({error.strerror})"
    sent = sum(delivery.state is LetterState.SENT for delivery in outcomes.values())
    go_on = "run the same command again to go on"
    message = f"{reason}; {sent} sent, {total - sent} left"
    return CopkitError(message, f"{hint}; {go_on}" if hint else go_on, status)


def _print_outcome(mailing: Mailing, outcomes: Mapping[str, Delivery], *, as_json: bool) -> int:
    """Print who got it and who did not; return how many did not, or perhaps not."""
    sent = [delivery.to for delivery in outcomes.values() if delivery.state is LetterState.SENT]
    refused = [delivery for delivery in outcomes.values() if delivery.state is LetterState.REFUSED]
    doubtful = mailing.ids_with_state(LetterState.SENDING)
    if as_json:
        refused_as_json = [
            {"id": delivery.to, "said": mask_details(delivery.reply)} for delivery in refused
        ]
        print_json({"sent": sent, "refused": refused_as_json, "not_known": doubtful})
    if outcomes:
        say(f"sent {clean(_describe(mailing, len(sent)))}")
    elif not mailing.recipients:
        say("nobody gets it; --dry-run says why")
    elif not mailing.pending:
        say("nobody is left to send it to")
    for delivery in refused:
        # masked, as servers repeat the address in what they say
        reply = clean(mask_details(delivery.reply))
        say(f"  {clean(delivery.to)}: not taken; the server says: {reply}")
    edition = "" if mailing.reader is USUAL_EDITION else f" --for {mailing.reader}"
    for id in doubtful:
        say(f"  {clean(id)}: it is not known whether it arrived; to send it once more:")
        say(f"    copkit newsletter send {mailing.issue.slug}{edition} --to {clean(id)} --again")
    return len(refused) + len(doubtful)


# Testing


def send_test(mailing: Mailing, to: str, *, yes: bool, new_server: bool, dry_run: bool) -> None:
    """Send one copy to the address ``to``, as a trial: the journal does not record it.

    ``yes`` does not ask; ``new_server`` accepts a mail server that is not the one of before. Raise
    :class:`CopkitError` where it could not be sent.
    """
    address = ascii_address(to)
    if not address:
        usage_error(f"--test: '{to}' is not an e-mail address", "write one such as me@example.org")
    mail = mailing.mail
    if dry_run:
        say(f"would send one copy of {clean(mailing.issue.title)} to {address}")
        return
    require_private_ignored(mailing.programme.root)
    _require_agreed_server(mailing, new_server=new_server)
    description = f"One copy of {mailing.issue.title} to {address} and nobody else"
    _require_confirmation(mailing, description, yes=yes)
    sent_at = dt.datetime.now().astimezone()
    letter = address_letter(Mailbox("", address), mailing.newsletter, mail, sent_at)
    with closing(_connect(mailing, find_password(mail))) as connection:
        try:
            connection.deliver(letter)
        except LetterRefused as refusal:
            message = f"the server does not take it: {mask_details(str(refusal))}"
            raise CopkitError(message, "look at the address after --test") from None
        except ConnectionLost:
            raise CopkitError("the connection was lost", "run the same command again") from None
    say(f"sent one copy of {clean(mailing.issue.title)} to {address}")


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
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Only to this member, community/member-id; may be repeated.",
        autocompletion=complete_qualified_member,
    ),
]
Resend = Annotated[
    bool, typer.Option("--again", help="To those of --to even if they got it already.")
]
Test = Annotated[
    str | None,
    typer.Option(
        "--test", metavar="ADDRESS", help="One copy to an address of your own; noted nowhere."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
NewServer = Annotated[
    bool, typer.Option("--new-server", help="Accept a mail server that copkit.yaml has changed to.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="List who would get it and who not; send nothing.")
]
Sending = Annotated[CommandContext, {"folder": Folder, "as_json": AsJson, "dry_run": DryRun}]


def send(
    context: Sending,
    slug: IssueSlug = None,
    audience: Edition = USUAL_EDITION,
    to: To = None,
    again: Resend = False,
    test: Test = None,
    yes: Yes = False,
    new_server: NewServer = False,
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
    if test is not None and (to or again):
        usage_error("--test sends to its own address alone", "leave out --to and --again")
    mailing = mailing_for(context, slug, audience)
    if test is not None:
        send_test(mailing, test, yes=yes, new_server=new_server, dry_run=context.dry_run)
        return
    mailing = mailing.address_to(to or (), resend=again)
    if context.dry_run:
        print_mailing(mailing, as_json=context.as_json)
    else:
        send_mailing(mailing, yes=yes, new_server=new_server, as_json=context.as_json)
