"""``copkit calendar send`` and ``copkit agenda send``: to each member who agreed, alone."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from copkit.analysis.agenda import Invitation, build_invitations
from copkit.analysis.recipients import Readership
from copkit.cli.documents.agenda import (
    DEFAULT_TIMEZONE,
    find_meeting_or_next,
    require_anonymous_agenda,
    require_anonymous_calendar,
)
from copkit.cli.documents.build import agenda_facts
from copkit.cli.documents.delivery import (
    NO_MAIL_HINT,
    Draft,
    Sending,
    SendingContext,
    deliver_drafts,
    load_readership,
    print_refusals,
    require_mail,
    send_one_copy,
)
from copkit.cli.params import (
    CommunityName,
    complete_meeting,
    today,
)
from copkit.cli.prompts import find_or_ask_community
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.documents.email import agenda_message
from copkit.documents.invitations import (
    InvitationLetter,
    invitation_message,
    parse_version,
    plan_invitations,
)
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.git.repository import require_private_ignored
from copkit.mail.journal import Journal, JournalEntry, LetterState
from copkit.mail.messages import LetterContent, build_content
from copkit.mail.sending import Delivery
from copkit.text.addresses import Mailbox
from copkit.wording import plural, weekday_in_words

EARLY: Final = 14  # days before a meeting from which on its agenda is still likely to change


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """A letter that is due to a member, before it is written.

    ``about`` is the UID of the meeting, ``day`` its day; ``what`` is the reason in a word or two.
    """

    member: str
    mailbox: Mailbox
    about: str
    day: dt.date
    what: str
    write: Callable[[Mailbox], LetterContent]

    def as_json(self) -> dict[str, str]:
        """Return the letter as JSON values, without name and address."""
        return {"id": self.member, "uid": self.about, "date": str(self.day), "what": self.what}


@dataclass(frozen=True, slots=True)
class CommunityMailing:
    """Letters to the members of one community.

    ``plan`` returns those that are due, given the entries of the journal; ``title`` says what they
    are, ``command`` how they are sent. ``is_current`` says of an entry whether it is about these.
    """

    programme: Programme
    community: str
    title: str
    command: str
    journal: Journal
    readership: Readership
    is_current: Callable[[JournalEntry], bool]
    plan: Callable[[Mapping[str, JournalEntry]], list[PlannedLetter]]

    def find_doubtful(self, entries: Mapping[str, JournalEntry]) -> list[str]:
        """Return the ids of members of whom nobody knows whether they got a letter."""
        prefix = f"{self.community}/"
        doubtful = [
            entry.to
            for entry in entries.values()
            if entry.state is LetterState.SENDING
            and entry.to.startswith(prefix)
            and self.is_current(entry)
        ]
        return list(dict.fromkeys(doubtful))


def send_calendar(context: Sending, community: CommunityName = None) -> None:
    """Invite each member who agreed to mail to each meeting to come, in a message of their own.

    A calendar program offers to accept, and the answer goes to the sender of copkit.yaml. Send
    again after a change: who was invited gets the new day, time or place, or that the meeting is
    cancelled; who has the latest gets nothing. No invitation names another member.

    \b
    Examples:
      copkit calendar send brighton --dry-run
      copkit calendar send brighton --test me@example.org
      copkit calendar send brighton
    """
    context.require_compatible()
    programme = context.open()
    records = find_or_ask_community(programme, community)
    require_anonymous_calendar(programme, [records])
    zone = ZoneInfo(programme.settings.timezone or DEFAULT_TIMEZONE)
    invitations = build_invitations(programme, records)
    title = f"invitations of {records.community.name}"

    def planned(letter: InvitationLetter) -> PlannedLetter:
        def write(mailbox: Mailbox) -> LetterContent:
            organizer = require_mail(programme).sender_mailbox
            stamp = dt.datetime.now(dt.UTC).replace(microsecond=0)
            message = invitation_message(
                letter, records.community.name, zone, organizer, mailbox, stamp
            )
            # The journal keeps the version, by which the next one is told apart and numbered.
            return LetterContent(build_content(message).content, str(letter.version))

        recipient, version = letter.recipient, letter.version
        uid = letter.invitation.uid
        return PlannedLetter(
            recipient.id, recipient.mailbox, uid, version.day, letter.kind.value, write
        )

    if context.test is not None:
        invitation = next((each for each in invitations if each.day >= today()), None)
        if invitation is None:
            raise CopkitError(f"{records.slug} has no meeting to come, so there is no invitation")
        _send_test(context, programme, records, invitation, zone)
        return
    readership = load_readership(programme, records.slug)
    recipients = context.choose_recipients(readership)
    mailing = CommunityMailing(
        programme,
        records.slug,
        title,
        f"copkit calendar send {records.slug}",
        Journal(programme.root, "calendar", "invitations"),
        readership,
        _is_to_come,
        lambda entries: [
            planned(letter)
            for letter in plan_invitations(
                invitations, recipients, entries, zone, today(), resend=context.again
            )
        ],
    )
    _preview_or_send(context, mailing)


def _is_to_come(entry: JournalEntry) -> bool:
    """Check whether an entry of the journal is about a meeting to come."""
    version = parse_version(entry.content)
    return version is not None and version.day >= today()


def _send_test(
    context: SendingContext,
    programme: Programme,
    records: CommunityRecords,
    invitation: Invitation,
    zone: ZoneInfo,
) -> None:
    """Send the next invitation to the address of ``--test``."""
    from copkit.analysis.recipients import Recipient

    recipient = Recipient("", Mailbox("", context.test or ""))
    (letter,) = plan_invitations([invitation], [recipient], {}, zone, today())

    def write(mailbox: Mailbox) -> LetterContent:
        organizer = require_mail(programme).sender_mailbox
        stamp = dt.datetime.now(dt.UTC).replace(microsecond=0)
        name = records.community.name
        return build_content(invitation_message(letter, name, zone, organizer, mailbox, stamp))

    title = f"the invitation to {records.community.name} on {invitation.day}"
    send_one_copy(context, programme, title, write)


def send_agenda(
    context: Sending,
    community: CommunityName = None,
    date: Annotated[
        str | None,
        typer.Argument(
            help="The meeting's day.", show_default="the next", autocompletion=complete_meeting
        ),
    ] = None,
) -> None:
    """Send the agenda of the next meeting to each member who agreed to mail.

    A few days before is a good time. A run that was cut short goes on where it was, and nobody
    gets the agenda of a meeting twice.

    \b
    Examples:
      copkit agenda send brighton --dry-run
      copkit agenda send brighton --test me@example.org
      copkit agenda send brighton 2012-07-18
    """
    context.require_compatible()
    programme = context.open()
    records = find_or_ask_community(programme, community)
    require_anonymous_agenda(programme, records)
    meeting = find_meeting_or_next(records, date, on_record=True)
    days = (meeting.held_on - today()).days
    if days < 0:
        raise CopkitError(f"the meeting of {meeting.slug} is over; nothing was sent")
    uids = {each.meeting: each.uid for each in build_invitations(programme, records)}
    uid = uids[meeting.slug]
    when = weekday_in_words(meeting.held_on, today().year)
    title = f"the agenda of {records.community.name}, {when}"
    if days > EARLY:
        say(f"that meeting is {plural(days, 'day')} off; its agenda may still change")
    theme = load_theme(programme.settings, programme.root)
    content = build_content(agenda_message(agenda_facts(programme, records, meeting), theme))
    if context.test is not None:
        send_one_copy(context, programme, title, lambda _: content)
        return
    readership = load_readership(programme, records.slug)
    recipients = context.choose_recipients(readership)
    finished = () if context.again else (LetterState.SENT, LetterState.SENDING)

    def plan(entries: Mapping[str, JournalEntry]) -> list[PlannedLetter]:
        return [
            PlannedLetter(id, mailbox, uid, meeting.held_on, "agenda", lambda _: content)
            for id, mailbox in recipients
            if (entry := entries.get(f"{id} {uid}")) is None or entry.state not in finished
        ]

    mailing = CommunityMailing(
        programme,
        records.slug,
        title,
        f"copkit agenda send {records.slug} {meeting.slug}",
        Journal(programme.root, "agenda", "letters"),
        readership,
        lambda entry: entry.about == uid,
        plan,
    )
    _preview_or_send(context, mailing)


# --- what both do ----------------------------------------------------------------------------


def _preview_or_send(context: SendingContext, mailing: CommunityMailing) -> None:
    """List what would be sent with ``dry_run``; else ask, send, and print how far it came."""
    if context.dry_run:
        _print_preview(mailing, as_json=context.as_json)
        return
    root = mailing.programme.root
    require_private_ignored(root)
    with mailing.journal.lock_for_sending():
        # read under the lock: another run may just have ended
        letters = mailing.plan(mailing.journal.read())
        outcomes: dict[str, Delivery] = {}
        stopped = None
        if letters:
            mail = require_mail(mailing.programme)
            description = f"{plural(len(letters), 'message')}, {mailing.title}"
            context.require_agreement(root, mail, description)
            drafts = [
                Draft(letter.mailbox, letter.member, letter.write(letter.mailbox), letter.about)
                for letter in letters
            ]
            stopped = deliver_drafts(root, mail, drafts, mailing.journal, outcomes)
        doubtful = mailing.find_doubtful(mailing.journal.read())
        uncertain = _print_outcome(mailing, outcomes, doubtful, as_json=context.as_json)
    if stopped:
        raise stopped
    if uncertain:
        raise CopkitError(f"{plural(uncertain, 'message')} may not have arrived")


def _print_preview(mailing: CommunityMailing, *, as_json: bool) -> None:
    """Print how many letters would be sent about which meeting, and who gets none and why."""
    entries = mailing.journal.read()
    letters = mailing.plan(entries)
    left_out = mailing.readership.left_out
    if as_json:
        print_json(
            {
                "community": mailing.community,
                "to": [letter.as_json() for letter in letters],
                "not_known": mailing.find_doubtful(entries),
                "left_out": [{"id": other.id, "why": other.why} for other in left_out],
            }
        )
        return
    counts = Counter((letter.day, letter.what) for letter in letters)
    rows = [
        (weekday_in_words(day, today().year), what, plural(count, "member"))
        for (day, what), count in counts.items()
    ]
    if rows:
        print_table(("meeting", "what", "to"), rows)
    if left_out:
        # names are for the person who sends it, never for a file or a log
        names = sys.stdout.isatty()
        heads = ("gets none", "why", "name")[: 2 + names]
        print_table(heads, [(other.id, other.why, other.name)[: 2 + names] for other in left_out])
    say(f"would send {plural(len(letters), 'message')}, {clean(mailing.title)}")
    if mailing.programme.settings.mail is None:
        say(f"  copkit.yaml does not say how yet: {NO_MAIL_HINT}")


def _print_outcome(
    mailing: CommunityMailing,
    outcomes: Mapping[str, Delivery],
    doubtful: list[str],
    *,
    as_json: bool,
) -> int:
    """Print who got it and who did not; return how many letters did not arrive, or perhaps not."""
    sent = [delivery for delivery in outcomes.values() if delivery.state is LetterState.SENT]
    if outcomes:
        say(f"sent {plural(len(sent), 'message')}, {clean(mailing.title)}")
    else:
        say("everybody who gets mail has the latest; --dry-run says who gets none")
    refused = print_refusals(outcomes)
    if as_json:
        as_values: list[Any] = [{"id": each.to, "uid": each.about} for each in sent]
        print_json({"sent": as_values, "refused": refused, "not_known": doubtful})
    for id in doubtful:
        say(f"  {clean(id)}: it is not known whether it arrived; to send it once more:")
        say(f"    {mailing.command} --to {clean(id)} --again")
    return len(refused) + len(doubtful)
