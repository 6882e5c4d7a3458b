"""Deliver letters to members: who gets them, the mail server, a yes, and how far it came.

Shared by the newsletter, invitations and agendas. Nothing is sent unasked, and nobody gets a letter
twice: a line is in the journal before a letter goes and after the server took it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from copkit.analysis.recipients import Readership, Recipient, build_readership
from copkit.cli.context import CommandContext
from copkit.cli.members.contacts import require_contacts
from copkit.cli.params import (
    AsJson,
    DespiteDifference,
    Folder,
    complete_qualified_member,
    is_interactive,
    open_programme,
    today,
    usage_error,
)
from copkit.cli.prompts import ask, confirm
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, say, with_progress
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.folder import Programme
from copkit.git.repository import require_private_ignored
from copkit.layout import SETTINGS
from copkit.mail.journal import Journal, LetterState
from copkit.mail.messages import EmailLetter, LetterContent, address_letter
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
from copkit.records.kinds import Noun
from copkit.records.programme import Mail, NewsletterSeries, Settings, Tls
from copkit.text.addresses import Mailbox, ascii_address, is_this_machine
from copkit.text.edit import set_value

NO_MAIL_HINT: Final = "add 'mail:' and below it, indented: sender, host, user"
_To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Only to this member, community/member-id; may be repeated.",
        autocompletion=complete_qualified_member,
    ),
]
_Resend = Annotated[
    bool, typer.Option("--again", help="To those of --to even if they got it already.")
]
_Test = Annotated[
    str | None,
    typer.Option(
        "--test", metavar="ADDRESS", help="One copy to an address of your own; noted nowhere."
    ),
]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_NewServer = Annotated[
    bool, typer.Option("--new-server", help="Accept a mail server that copkit.yaml has changed to.")
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="List who would get it and who not; send nothing.")
]


@dataclass(frozen=True, slots=True)
class SendingContext(CommandContext):
    """The options of a command that sends letters.

    ``to`` are the only members to send to, as ``community/member-id``; ``again`` sends to them even
    if they got it before; ``test`` is an address of one's own that gets one copy. ``yes`` does not
    ask; ``new_server`` accepts a mail server that is not the one of before.
    """

    to: list[str] | None = None
    again: bool = False
    test: str | None = None
    yes: bool = False
    new_server: bool = False

    def open(
        self, nouns: Collection[Noun] | None = None, community: str | None = None
    ) -> Programme:
        """Load the programme; at a terminal, ask first how mail is sent where it does not say."""
        programme = open_programme(self.folder, nouns, community)
        asks = is_interactive() and not (self.dry_run or self.as_json)
        if programme.settings.mail is None and asks:
            _ask_mail(programme)
            programme = open_programme(self.folder, nouns, community)
        return programme

    def require_compatible(self) -> None:
        """Raise a usage error for options that do not go together."""
        if self.test is not None and (self.to or self.again):
            usage_error("--test sends to its own address alone", "leave out --to and --again")
        if self.again and not self.to:
            usage_error("--again sends it twice to somebody", "say to whom, with --to ID")

    def choose_recipients(self, readership: Readership) -> tuple[Recipient, ...]:
        """Return those of ``--to``, or all; raise :class:`CopkitError` for who gets nothing."""
        if not self.to:
            return readership.recipients
        by_id = {recipient.id: recipient for recipient in readership.recipients}
        reasons = {non_recipient.id: non_recipient.why for non_recipient in readership.left_out}
        for id in self.to:
            if id in reasons:
                raise CopkitError(f"{id} {reasons[id]}, so it is not sent there", status=2)
            if id not in by_id:
                hint = did_you_mean(id, by_id, "--dry-run lists who gets it")
                raise CopkitError(f"there is nobody '{id}' who gets it", hint, status=2)
        return tuple(by_id[id] for id in dict.fromkeys(self.to))

    def require_agreement(self, root: Path, mail: Mail, description: str) -> None:
        """Ask whether to send what ``description`` says, unless ``--yes`` has answered already.

        Raise :class:`CopkitError` for a no or for another mail server than before, and a usage
        error where nobody can be asked.
        """
        # copkit.yaml comes from others: whoever changes the server in it must not get the password
        # and the addresses before somebody here agrees
        if not self.new_server:
            require_known_server(root, mail)
        if self.yes:
            return
        if not is_interactive():
            hint = "--yes says you mean it; --dry-run shows what it is"
            usage_error("nothing is sent unasked", hint)
        for purpose, address in (
            ("answers", mail.reply_to),
            ("who wants no more", mail.unsubscribe),
        ):
            if address:
                say(f"{purpose}: to {clean(address)}")
        question = f"{description} through {describe_server(mail)}, from {mail.sender}. Send?"
        if not confirm(question, default=False):
            raise CopkitError("nothing was sent")


_SENDING_OPTIONS: Final = {
    "to": _To,
    "again": _Resend,
    "test": _Test,
    "yes": _Yes,
    "new_server": _NewServer,
    "folder": Folder,
    "as_json": AsJson,
    "dry_run": _DryRun,
}
Sending = Annotated[SendingContext, _SENDING_OPTIONS]
"""A command that sends letters."""

OutgoingSending = Annotated[
    SendingContext, {"despite_difference": DespiteDifference, **_SENDING_OPTIONS}
]
"""A command that sends letters which others than members may read."""


class Draft(NamedTuple):
    """A letter that is still to be sent.

    ``about`` is the UID of the meeting it is about, ``series`` that of the newsletters that it is
    of, where there are several.
    """

    mailbox: Mailbox
    member: str
    content: LetterContent
    about: str = ""
    series: str = ""

    @property
    def key(self) -> str:
        """The key of its entry in the journal."""
        return f"{self.member} {self.about}" if self.about else self.member


def _ask_mail(programme: Programme) -> None:
    """Ask how mail is sent, and write it to copkit.yaml; the password goes into no file."""
    say("copkit.yaml does not say yet how mail is sent")
    mail: dict[str, str | int] = {}
    for key, question in (
        ("sender", "sender (the address that it comes from)"),
        ("host", "host (the mail server, such as smtp.example.org)"),
    ):
        mail[key] = ask(question)
    port = ask("port (Enter: the usual one)", default="")
    if port:
        mail["port"] = int(port) if port.isdecimal() else port
    # a server on this computer has no certificate, and nobody in between
    if is_this_machine(str(mail["host"])):
        mail["tls"] = Tls.NONE.value
    if user := ask("user (the name to log in with; Enter: the server asks for none)", default=""):
        mail["user"] = user

    def with_mail(text: str | None, settings: Settings | None) -> str:
        """Return the text of copkit.yaml with the server, as it is under the lock."""
        return set_value(text or "", ("mail",), mail)

    change_record(programme, SETTINGS, with_mail, dry_run=False)


def require_mail(programme: Programme) -> Mail:
    """Return the settings of the mail server; raise :class:`CopkitError` where there are none."""
    if programme.settings.mail is None:
        raise CopkitError("copkit.yaml does not say how mail is sent", NO_MAIL_HINT)
    return programme.settings.mail


def load_readership(
    programme: Programme, community: str | None = None, series: NewsletterSeries | None = None
) -> Readership:
    """Load who gets letters today, and who is left out and why.

    With the slug of a ``community``, only its members count; with a ``series`` of newsletters, who
    agreed to it. Raise :class:`CopkitError` without a file of contacts, :class:`InvalidRecords` for
    errors in it.
    """
    require_contacts(programme.root)
    problems: list[Problem] = []
    contacts = read_contacts(programme.root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return build_readership(programme, contacts, today(), community, series)


def deliver_drafts(
    root: Path,
    mail: Mail,
    drafts: Sequence[Draft],
    journal: Journal,
    outcomes: dict[str, Delivery],
) -> CopkitError | None:
    """Deliver letters one after another, and put each delivery into ``outcomes`` by its key.

    Return the error that stopped it, with how many went and how to go on, or ``None``. It is
    returned and not raised, so that a caller can print the outcome first.
    """
    connect = partial(_connect, root, mail, find_password(mail))
    deliveries = deliver_letters(_letters_of(drafts, mail), connect, journal)
    hint, status = "", 1
    try:
        for delivery in with_progress(deliveries, "sending"):
            key = f"{delivery.to} {delivery.about}" if delivery.about else delivery.to
            outcomes[key] = delivery
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
    message = f"{reason}; {sent} sent, {len(drafts) - sent} left"
    return CopkitError(message, f"{hint}; {go_on}" if hint else go_on, status)


def _letters_of(drafts: Sequence[Draft], mail: Mail) -> Iterator[EmailLetter]:
    """Yield the letter of each draft, dated when it is asked for."""
    for draft in drafts:
        sent_at = dt.datetime.now().astimezone()
        yield address_letter(
            draft.mailbox, draft.content, mail, sent_at, draft.member, draft.about, draft.series
        )


def _connect(root: Path, mail: Mail, password: str) -> MailConnection:
    """Connect to the mail server with a password, and remember the server as agreed to."""
    connection = MailConnection(mail, password)
    # only a server that took the password is remembered, so a typing error can be corrected
    remember_server(root, mail)
    return connection


def print_refusals(outcomes: Mapping[str, Delivery]) -> list[dict[str, str]]:
    """Print which letters the server refused, and why; return them as JSON values."""
    refused = [delivery for delivery in outcomes.values() if delivery.state is LetterState.REFUSED]
    for delivery in refused:
        # masked, as servers repeat the address in what they say
        reply = clean(mask_details(delivery.reply))
        say(f"  {clean(delivery.to)}: not taken; the server says: {reply}")
    return [{"id": delivery.to, "said": mask_details(delivery.reply)} for delivery in refused]


def send_one_copy(
    context: SendingContext,
    programme: Programme,
    title: str,
    content: Callable[[Mailbox], LetterContent],
) -> None:
    """Send one copy to the address of ``--test``, as a trial: the journal does not record it.

    ``content`` builds what is sent there. Raise :class:`CopkitError` where it could not be sent.
    """
    address = ascii_address(context.test or "")
    if not address:
        usage_error(
            f"--test: '{context.test}' is not an e-mail address", "write one such as me@example.org"
        )
    mail = require_mail(programme)
    if context.dry_run:
        say(f"would send one copy of {clean(title)} to {address}")
        return
    require_private_ignored(programme.root)
    description = f"One copy of {title} to {address} and nobody else"
    context.require_agreement(programme.root, mail, description)
    mailbox = Mailbox("", address)
    letter = address_letter(mailbox, content(mailbox), mail, dt.datetime.now().astimezone())
    with closing(_connect(programme.root, mail, find_password(mail))) as connection:
        try:
            connection.deliver(letter)
        except LetterRefused as refusal:
            message = f"the server does not take it: {mask_details(str(refusal))}"
            raise CopkitError(message, "look at the address after --test") from None
        except ConnectionLost:
            raise CopkitError("the connection was lost", "run the same command again") from None
    say(f"sent one copy of {clean(title)} to {address}")
