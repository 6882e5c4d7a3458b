"""What ``copkit newsletter send`` does: lists, asks, delivers, and says what became of it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from copkit.analysis.privacy.audience import left_out
from copkit.analysis.recipients import LeftOut, Readership, Recipient, readership
from copkit.cli.documents.build import chosen_audience, issue_facts, pick, scope_of
from copkit.cli.members.contacts import require_contacts
from copkit.cli.params import (
    HERE,
    AsJson,
    Folder,
    complete_audience,
    complete_slug,
    complete_whole_member,
    interactive,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.pii import is_rendered, require_no_details
from copkit.cli.prompts import agree
from copkit.cli.terminal import clean, print_json, print_table, say, with_progress
from copkit.documents.email import newsletter_message
from copkit.documents.facts.newsletter import NewsletterFacts
from copkit.documents.theme import look_of
from copkit.errors import CopkitError, FaultyRecords, Problem, did_you_mean, errors_among
from copkit.folder import Programme
from copkit.git.repository import require_kept_out
from copkit.mail.journal import Entry, Journal, State
from copkit.mail.messages import Letter, Newsletter, letter_to, newsletter_of
from copkit.mail.sending import (
    Delivery,
    Lost,
    Post,
    Refused,
    deliver_each,
    password_for,
    remember,
    require_known,
    server_of,
)
from copkit.pii.scan import hide
from copkit.private_files import read_contacts
from copkit.records.newsletters import Newsletter as Issue
from copkit.records.programme import Mail
from copkit.records.schema.fields import Audience
from copkit.text.addresses import Mailbox, in_ascii
from copkit.wording import plural

# An issue on its way: what it says, to whom it goes, and who of them got it before.

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


# --- what would be sent ----------------------------------------------------------------------


def show_errand(errand: Errand, *, as_json: bool) -> None:
    """List who would get it, and who not and why; names only on a terminal."""
    got, doubtful = errand.with_state(State.SENT), errand.with_state(State.SENDING)
    still = {one.id for one in errand.open}
    if as_json:
        print_json(
            {
                "issue": errand.issue.slug,
                "for": errand.reader,
                "to": [one.id for one in errand.open],
                "sent_before": got,
                "not_known": doubtful,
                "left_out": [{"id": one.id, "why": one.why} for one in errand.left_out],
            }
        )
        return
    to_person = sys.stdout.isatty()
    rows = [(f"no: {one.why}", one.id, one.name) for one in errand.left_out]
    rows += [(_so_far(one.id, errand, still), one.id, one.mailbox.name) for one in errand.to]
    if rows and to_person:
        print_table(("gets it", "id", "name"), rows)
    elif rows:
        print_table(("gets it", "id"), [row[:2] for row in rows])
    say(f"would send {clean(_in_words(errand, len(still)))}; {len(errand.left_out)} do not get it")
    _show_notes(errand)
    if errand.programme.settings.mail is None:
        say(f"  copkit.yaml does not say how yet: {NO_MAIL}")


def _so_far(id: str, errand: Errand, still: set[str]) -> str:
    if id in still:
        return "yes"
    return "no: got it already" if errand.before[id].state is State.SENT else "not known if it came"


def _in_words(errand: Errand, count: int) -> str:
    return f"{plural(count, 'message')} for {errand.issue.title} ({errand.reader})"


def _show_notes(errand: Errand) -> None:
    for note in left_out(errand.programme, errand.reader, scope_of(errand.issue), today()):
        say(clean(note))
    if got := len(errand.with_state(State.SENT)):
        say(f"{got} got it before")
    if errand.before and not errand.again:
        new = errand.newsletter.digest
        old = [one for one in errand.before.values() if one.state is State.SENT]
        if other := sum(one.content != new for one in old):
            say(f"it reads differently now from what {other} of them got; they keep that")


# --- sending ---------------------------------------------------------------------------------


def send_errand(errand: Errand, *, yes: bool, new_server: bool, as_json: bool) -> None:
    """Ask, deliver, and say what became of it; raises :class:`CopkitError` where not all went."""
    require_kept_out(errand.programme.root)
    with errand.journal.held():
        errand = replace(errand, before=errand.journal.read())  # another may just have ended
        open, mail = errand.open, errand.mail
        _show_notes(errand)
        done: dict[str, Delivery] = {}
        stopped = None
        if open:
            _require_server(errand, new_server=new_server)
            _require_yes(errand, _in_words(errand, len(open)), yes=yes)
            newsletter = errand.newsletter
            connect = partial(_connected, errand, password_for(mail))
            letters = _letters(open, newsletter, mail)
            each = deliver_each(letters, newsletter.digest, connect, errand.journal)
            stopped = _collect(each, done, len(open))
        errand = replace(errand, before=errand.journal.read(), again=False)
        uncertain = _show_outcome(errand, done, as_json=as_json)
        if stopped:
            raise stopped
        if uncertain:
            are_refused = any(one.state is State.REFUSED for one in done.values())
            hint = "correct their addresses, and run the same command again" if are_refused else ""
            raise CopkitError(f"{plural(uncertain, 'member')} may not have got it", hint)


def _letters(to: Sequence[Recipient], newsletter: Newsletter, mail: Mail) -> Iterator[Letter]:
    for one in to:
        yield letter_to(one.mailbox, newsletter, mail, dt.datetime.now().astimezone(), one.id)


def _require_server(errand: Errand, *, new_server: bool) -> None:
    """Raise unless the mail server is the one that was agreed to before, or none was yet."""
    if not new_server:
        require_known(errand.programme.root, errand.mail)


def _require_yes(errand: Errand, what_goes: str, *, yes: bool) -> None:
    if yes:
        return
    if not interactive():
        wrong_use("nothing is sent unasked", "--yes says you mean it; --dry-run shows what it is")
    mail = errand.mail
    for what, where in (("answers", mail.reply_to), ("who wants no more", mail.unsubscribe)):
        if where:
            say(f"{what}: to {clean(where)}")
    question = f"{what_goes} through {server_of(mail)}, from {mail.sender}. Send?"
    if not agree(question, default=False):
        raise CopkitError("nothing was sent")


def _connected(errand: Errand, password: str) -> Post:
    post = Post(errand.mail, password)
    remember(errand.programme.root, errand.mail)
    return post


def _collect(
    each: Iterator[Delivery], done: dict[str, Delivery], wanted: int
) -> CopkitError | None:
    """Deliver one after another; give what stopped it, how far it came and how to go on."""
    hint, status = "", 1
    try:
        for delivery in with_progress(each, "sending"):
            done[delivery.to] = delivery
        return None
    except Lost:
        why = "the connection was lost"
    except KeyboardInterrupt:
        say()  # below the line that tells how far it has come
        why, status = "stopped", 130
    except CopkitError as error:
        if not done:
            return error
        why, hint = error.message, error.hint
    except OSError as error:
        why = f"it cannot be noted who got it ({error.strerror})"
    sent = sum(one.state is State.SENT for one in done.values())
    go_on = "run the same command again to go on"
    message = f"{why}; {sent} sent, {wanted - sent} left"
    return CopkitError(message, f"{hint}; {go_on}" if hint else go_on, status)


def _show_outcome(errand: Errand, done: Mapping[str, Delivery], *, as_json: bool) -> int:
    """Say who got it and who did not; give of how many that is not certain."""
    sent = [one.to for one in done.values() if one.state is State.SENT]
    refused = [one for one in done.values() if one.state is State.REFUSED]
    doubtful = errand.with_state(State.SENDING)
    if as_json:
        told = [{"id": one.to, "said": hide(one.said)} for one in refused]
        print_json({"sent": sent, "refused": told, "not_known": doubtful})
    if done:
        say(f"sent {clean(_in_words(errand, len(sent)))}")
    elif not errand.to:
        say("nobody gets it; --dry-run says why")
    elif not errand.open:
        say("nobody is left to send it to")
    for one in refused:
        say(f"  {clean(one.to)}: not taken; the server says: {clean(hide(one.said))}")
    edition = "" if errand.reader is Audience.MEMBERS else f" --for {errand.reader}"
    for id in doubtful:
        say(f"  {clean(id)}: it is not known whether it arrived; to send it once more:")
        say(f"    copkit newsletter send {errand.issue.slug}{edition} --to {clean(id)} --again")
    return len(refused) + len(doubtful)


# --- trying it out ---------------------------------------------------------------------------


def send_test(errand: Errand, to: str, *, yes: bool, new_server: bool, dry_run: bool) -> None:
    """Send one copy to an address of somebody's own, and note it nowhere."""
    address = in_ascii(to)
    if not address:
        wrong_use(f"--test: '{to}' is not an e-mail address", "write one such as me@example.org")
    mail = errand.mail
    if dry_run:
        say(f"would send one copy of {clean(errand.issue.title)} to {address}")
        return
    require_kept_out(errand.programme.root)
    _require_server(errand, new_server=new_server)
    only = f"One copy of {errand.issue.title} to {address} and nobody else"
    _require_yes(errand, only, yes=yes)
    now = dt.datetime.now().astimezone()
    letter = letter_to(Mailbox("", address), errand.newsletter, mail, now)
    with closing(_connected(errand, password_for(mail))) as post:
        try:
            post.deliver(letter)
        except Refused as refusal:
            message = f"the server does not take it: {hide(str(refusal))}"
            raise CopkitError(message, "look at the address after --test") from None
        except Lost:
            raise CopkitError("the connection was lost", "run the same command again") from None
    say(f"sent one copy of {clean(errand.issue.title)} to {address}")


# ``copkit newsletter send``: who gets an issue, and handing it to the mail server.

Slug = Annotated[
    str | None,
    typer.Argument(
        help="The issue.", show_default="the last", autocompletion=complete_slug("newsletters")
    ),
]
Edition = Annotated[
    str,
    typer.Option(
        "--for",
        help="Which edition members get: members, commissioners or public.",
        autocompletion=complete_audience,
    ),
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="ID",
        help="Only to this member, community/member-id; may be repeated.",
        autocompletion=complete_whole_member,
    ),
]
Again = Annotated[
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


def send(
    slug: Slug = None,
    audience: Edition = "members",
    to: To = None,
    again: Again = False,
    test: Test = None,
    yes: Yes = False,
    new_server: NewServer = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Send an issue by e-mail to the members who agreed to it, a message of their own each.

    The server stands in copkit.yaml under 'mail'; its password is taken from
    COPKIT_SMTP_PASSWORD or the system's keyring. A run that was cut short goes on where it was
    when it is started again, and nobody gets an issue twice.

    \b
    Examples:
      copkit newsletter send 2012-05 --dry-run
      copkit newsletter send 2012-05 --test me@example.org
      copkit newsletter send 2012-05
    """
    if test is not None and (to or again):
        wrong_use("--test sends to its own address alone", "leave out --to and --again")
    errand = errand_for(folder, slug, audience)
    if test is not None:
        send_test(errand, test, yes=yes, new_server=new_server, dry_run=dry_run)
        return
    errand = errand.addressed(to or (), again=again)
    if dry_run:
        show_errand(errand, as_json=as_json)
    else:
        send_errand(errand, yes=yes, new_server=new_server, as_json=as_json)
