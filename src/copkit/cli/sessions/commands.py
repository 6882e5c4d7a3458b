"""``copkit sessions``, ``new-session``, ``session record`` and ``session sign-off``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from copkit.analysis.cases import SIGN_OFF_FIELD
from copkit.analysis.networks.counting import edit_correction, edit_numbers, edit_sectors
from copkit.analysis.networks.sessions import (
    ListedSession,
    SignedFeedback,
    feedback_of,
    filter_sessions,
    is_network,
    list_sessions,
    total_sessions,
)
from copkit.cli.cases.sign_off import require_signature
from copkit.cli.context import Reading, Writing
from copkit.cli.names import meeting_slug
from copkit.cli.params import (
    IsRole,
    complete_meeting,
    filter_completions,
    find_programme_root,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.pii import describe_details, require_no_details_in_texts
from copkit.cli.prompts import ask, ask_day, ask_missing, ask_numbered
from copkit.cli.quotes.commands import Answered, SignedBy, is_signed, write_sign_off
from copkit.cli.records.new import parse_time
from copkit.cli.store import change_record, choose_slug, write_new_record
from copkit.cli.terminal import clean, print_heading, print_json, print_line, print_paragraph
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import FOR_ATTENDANCE, CommunityRecords, Programme, load
from copkit.records.meetings import SESSION_KINDS, Meeting, MeetingKind, Recorded
from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.parts import ConsentToQuote
from copkit.text.edit import set_value
from copkit.text.normalise import match_spelling
from copkit.wording import list_in_words, plural, weekday_in_words


def complete_network(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a network."""
    try:
        communities = load(find_programme_root(ctx), ()).communities
    except (CopkitError, OSError):
        return []
    return filter_completions([each.slug for each in communities if is_network(each)], incomplete)


NetworkName = Annotated[
    str | None,
    typer.Argument(metavar="NETWORK", help="Its folder, code or place.",
                   show_default="the only one", autocompletion=complete_network),
]  # fmt: skip
SessionDay = Annotated[
    str | None,
    typer.Argument(metavar="DATE", help="Its day, or 'next'.", autocompletion=complete_meeting),
]


def find_network(programme: Programme, named: str | None) -> CommunityRecords:
    """Find the network that is named, or the only one; on a terminal, ask which of several.

    Raise :class:`CopkitError` for a community that is none, and where there is no network.
    """
    networks = [records for records in programme.communities if is_network(records)]
    if named is not None:
        records = programme.community(named)
        if not is_network(records):
            hint = f"there are: {', '.join(each.slug for each in networks)}" if networks else _NEW
            raise CopkitError(f"{records.slug} is not a network", hint, status=2)
        return records
    if not networks:
        raise CopkitError("there is no network yet", _NEW, status=2)
    if len(networks) == 1:
        return networks[0]
    slugs = [each.slug for each in networks]
    if not is_interactive():
        usage_error("missing: NETWORK", f"one of {', '.join(slugs)}")
    names = {each.slug: each.community.name for each in networks}
    chosen = ask_numbered("Which network?", names, "NETWORK")
    return next(each for each in networks if each.slug == chosen)


_NEW = "'copkit new-community PLACE --kind network' begins one"


def find_session(records: CommunityRecords, typed: str | None) -> Meeting:
    """Find the session of a network that a day means; raise :class:`CopkitError` for none."""
    if typed is None:
        if not is_interactive():
            usage_error("missing: DATE", f"'copkit sessions {records.slug}' lists them")
        typed = ask_day("the day of the session")
    slug = meeting_slug(records, typed)
    for meeting in records.every_meeting:
        if meeting.slug == slug:
            return meeting
    slugs = [meeting.slug for meeting in records.every_meeting]
    hint = did_you_mean(slug, slugs, f"'copkit new-session {records.slug} {slug}' adds it")
    raise CopkitError(f"{records.slug} has no session on {slug}", hint, status=2)


# The list of sessions


def sessions(
    context: Reading,
    network: NetworkName = None,
    year: Annotated[int | None, typer.Option(help="Only those of a year.", min=1000)] = None,
    topic: Annotated[str | None, typer.Option(help="Only those about this.")] = None,
) -> None:
    """List the sessions of networks: who spoke about what, how many came.

    Totals are of visits: whoever came to three sessions made three. Nobody is on record by name,
    but speakers who agreed to it for their session.

    \b
    Examples:
      copkit sessions
      copkit sessions riverside-network --year 2022
      copkit sessions --topic falls --json
    """
    programme = context.open(FOR_ATTENDANCE)
    if network is None:
        networks = [records for records in programme.communities if is_network(records)]
        if not networks:
            find_network(programme, None)
    else:
        networks = [find_network(programme, network)]
    listed = [
        (records, filter_sessions(list_sessions(programme, records, today()), year, topic))
        for records in networks
    ]
    if context.as_json:
        reports = [_as_json(records, shown) for records, shown in listed]
        print_json(reports[0] if len(reports) == 1 else {"networks": reports})
        return
    for number, (records, shown) in enumerate(listed):
        if number:
            print()
        _print_sessions(records, shown)


def _as_json(records: CommunityRecords, shown: Sequence[ListedSession]) -> dict[str, Any]:
    totals = total_sessions(shown)
    return {
        "network": records.slug,
        "sessions": [
            {
                "date": entry.meeting.held_on,
                "kind": entry.meeting.kind,
                "title": entry.meeting.title,
                "topic": entry.meeting.topic,
                "speakers": [
                    {
                        "role": speaker.role,
                        "organisation": speaker.organisation,
                        "name": speaker.public_name or None,
                    }
                    for speaker in entry.meeting.speakers
                ],
                "registered": entry.meeting.registered,
                "came": entry.meeting.came,
                "came_online": entry.meeting.came_online,
                "session": f"{entry.host}/{entry.meeting.slug}",
                "part_of": entry.meeting.part_of,
                "cancelled": entry.meeting.cancelled is not None,
            }
            for entry in shown
        ],
        "totals": {
            "sessions": totals.sessions,
            "visits": totals.visits,
            "speakers": totals.speakers,
            "organisations": totals.organisations,
            "uncounted": totals.uncounted,
        },
    }


def _print_sessions(records: CommunityRecords, shown: Sequence[ListedSession]) -> None:
    print_heading(clean(records.community.name))
    for entry in shown:
        meeting = entry.meeting
        kind = "" if meeting.kind is MeetingKind.SESSION else f" ({meeting.kind})"
        shared = f" [shared by {entry.host}]" if entry.host != records.slug else ""
        if meeting.shared_with and not shared:
            shared = f" [with {list_in_words(list(meeting.shared_with))}]"
        print_line(clean(f"{meeting.slug}  {meeting.title or ''}{kind}{shared}"), 12)
        print_line(f"            {_numbers_in_words(entry)}", 12)
        for speaker in meeting.speakers:
            who = ", ".join(filter(None, (speaker.public_name, speaker.role, speaker.organisation)))
            about = f": {speaker.topic}" if speaker.topic else ""
            print_line(clean(f"            {who}{about}"), 14)
    if not shown:
        print("no session is on record")
        return
    totals = total_sessions(shown)
    figures = [
        plural(totals.sessions, "session"),
        plural(totals.visits, "visit"),
        plural(totals.speakers, "speaker"),
        plural(totals.organisations, "organisation"),
    ]
    print(f"\nheld: {', '.join(figures)}")
    if totals.uncounted:
        print(f"not counted: {plural(totals.uncounted, 'session')}; 'copkit session record' does")


def _numbers_in_words(entry: ListedSession) -> str:
    """Format how many came of how many that signed up: ``61 came of 80; 14 online``."""
    meeting = entry.meeting
    if meeting.cancelled:
        return "cancelled"
    signed_up = f"{meeting.registered} signed up" if meeting.registered is not None else ""
    if not entry.is_held:
        return "; ".join(filter(None, ("to come", signed_up)))
    if meeting.came is None:
        return "; ".join(filter(None, ("not counted", signed_up)))
    online = f"{meeting.came_online} of them online" if meeting.came_online else ""
    trained = f"{meeting.trained} trained" if meeting.trained is not None else ""
    return "; ".join(filter(None, (f"{meeting.came} came", online, signed_up, trained)))


# A new session, and what is known after it


def _parse_session_kind(kind: MeetingKind) -> MeetingKind:
    if kind not in SESSION_KINDS:
        usage_error(f"--kind: '{kind}' is no kind of session", f"one of {', '.join(SESSION_KINDS)}")
    return kind


def new_session(
    context: Writing,
    network: NetworkName = None,
    date: Annotated[str | None, typer.Argument(help="The day, as 2022-03-16, or 'today'.")] = None,
    title: Annotated[str | None, typer.Argument(help="What it is called.")] = None,
    kind: Annotated[
        MeetingKind, typer.Option(metavar="KIND", help=f"{', '.join(SESSION_KINDS)}.")
    ] = MeetingKind.SESSION,
    topic: Annotated[str | None, typer.Option(help="What it is about, in a few words.")] = None,
    start: Annotated[str | None, typer.Option(help="The time it begins, as 13:30.")] = None,
    minutes: Annotated[int | None, typer.Option(help="How long it lasts.", min=1)] = None,
    place: Annotated[str | None, typer.Option(help="Where.")] = None,
    online: Annotated[bool, typer.Option("--online", help="People can come by a link.")] = False,
    open_to: Annotated[str | None, typer.Option("--open-to", help="For whom it is.")] = None,
    speaker: Annotated[
        list[str] | None,
        typer.Option(
            "--speaker",
            metavar="ROLE[, ORGANISATION][: TOPIC]",
            help="Who speaks, by role; may be repeated.",
        ),
    ] = None,
    recorded: Annotated[bool, typer.Option("--recorded", help="It will be recorded.")] = False,
    second_host: Annotated[
        str | None,
        typer.Option("--second-host", help="Who else can open the room: a role."),
    ] = None,
    part_of: Annotated[
        str | None, typer.Option("--part-of", help="The first day of the same conference.")
    ] = None,
    audience: Annotated[
        Audience,
        typer.Option("--audience", help=f"Who may read of it: {audience_choices()}."),
    ] = Audience.PUBLIC,
    suffix: Annotated[str | None, typer.Option(help="Tells two sessions of one day apart.")] = None,
) -> None:
    """Add a session of a network, past or to come, open to all.

    Speakers are roles. One who agreed to be named in public gets 'name:' and 'named: agreed DATE'
    in the record, which is consent for this session alone.

    \b
    Examples:
      copkit new-session riverside-network 2023-01-18 "Winter at home" --topic "fuel poverty"
      copkit new-session riverside-network "18 Jan" "Winter" --speaker "Nurse, a trust: Cold homes"
    """
    programme = context.load(FOR_ATTENDANCE)
    records = find_network(programme, network)
    if date is None and not is_interactive():
        usage_error("missing: DATE", f"copkit new-session {records.slug} 2023-01-18")
    typed = date or ask_day("the day (such as 2023-01-18, 18 January or next Wed)")
    held_on = parse_day(typed, "DATE", None)
    values: dict[str, Any] = {"date": held_on, "title": title}
    if title is None and not is_interactive():
        usage_error(
            "missing: TITLE", f'copkit new-session {records.slug} {held_on} "Winter at home"'
        )
    values["title"] = title or ask("title")
    values |= {
        "start": start and parse_time(start, "--start"),
        "minutes": minutes,
        "kind": _parse_session_kind(kind),
        "place": place,
        "topic": topic,
        "open_to": open_to,
        "online": True if online else None,
        "speakers": [_parse_speaker(text, number) for number, text in enumerate(speaker or (), 1)],
        "recorded": Recorded.YES if recorded else None,
        "second_host": second_host,
        "part_of": part_of and meeting_slug(records, part_of),
        "audience": audience,
    }
    ask_missing(Meeting, values)
    slug = f"{held_on}-{choose_slug(suffix, None)}" if suffix else f"{held_on}"
    file = f"communities/{records.slug}/meetings/{slug}.md"
    hint = "--suffix tells two sessions of one day apart"
    write_new_record(
        programme, file, Meeting, values, "", dry_run=context.dry_run, hint_if_exists=hint
    )


def _parse_speaker(text: str, number: int) -> dict[str, Any]:
    """Parse ``Community Matron, a trust: Falls at home`` into the fields of a speaker."""
    who, _, about = text.partition(":")
    role, _, organisation = who.partition(",")
    if not role.strip():
        usage_error(f"--speaker: '{text}' names no role", 'write it as in --speaker "Nurse: Falls"')
    fields = {"role": role, "organisation": organisation, "topic": about}
    return {"id": f"sp{number}"} | {
        key: value.strip() for key, value in fields.items() if value.strip()
    }


def record(
    context: Writing,
    network: NetworkName = None,
    date: SessionDay = None,
    came: Annotated[int | None, typer.Option(help="How many came in all.", min=0)] = None,
    online: Annotated[
        int | None, typer.Option("--online", help="How many of them came online.", min=0)
    ] = None,
    registered: Annotated[int | None, typer.Option(help="How many signed up.", min=0)] = None,
    trained: Annotated[
        int | None, typer.Option(help="How many learnt to facilitate.", min=0)
    ] = None,
    sectors: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="SECTOR=NUMBER", help="From a sector; may be repeated."),
    ] = None,
    recording: Annotated[str | None, typer.Option(help="Web address of the recording.")] = None,
    transcript: Annotated[str | None, typer.Option(help="Web address of its transcript.")] = None,
    why: Annotated[
        str, typer.Option("--why", metavar="REASON", help="Correct what is on record.")
    ] = "",
) -> None:
    """Record how many came to a session, from which sectors, and where its recording is.

    Numbers only: who came is written down nowhere. A list of people is counted by 'copkit
    attendance import NETWORK DATE FILE --count-only'.

    \b
    Examples:
      copkit session record riverside-network 2022-03-16 --came 61 --registered 80
      copkit session record riverside-network 2022-03-16 --came 61 --from NHS=22
      copkit session record riverside-network 2022-03-16 --came 58 --why "counted the helpers"
    """
    programme = context.load(FOR_ATTENDANCE)
    records = find_network(programme, network)
    meeting = find_session(records, date)
    numbers = {"came": came, "came_online": online, "registered": registered, "trained": trained}
    links = {"recording": recording, "transcript": transcript}
    by_sector = _parse_sectors(programme, sectors or ())
    if not by_sector and all(value is None for value in (numbers | links).values()):
        if not is_interactive():
            usage_error(
                "missing: --came", f"copkit session record {records.slug} {meeting.slug} --came 61"
            )
        numbers["came"] = _ask_number("how many came")
    write_numbers(
        context, programme, meeting, numbers, by_sector, why=why,
        links={key: value for key, value in links.items() if value},
    )  # fmt: skip


def write_numbers(
    context: Any,
    programme: Programme,
    meeting: Meeting,
    numbers: Mapping[str, int | None],
    by_sector: Mapping[str, int],
    *,
    why: str = "",
    links: Mapping[str, str] | None = None,
) -> None:
    """Write the numbers of a session, by field, and how many came from which sector.

    Raise :class:`CopkitError` where another number is on record and no reason ``why`` is given,
    and for a session that was cancelled or is still to come.
    """
    if numbers.get("came") is not None:
        if meeting.cancelled:
            raise CopkitError(f"{meeting.slug} was cancelled; nothing was recorded")
        if meeting.held_on > today():
            when = weekday_in_words(meeting.held_on, today().year)
            raise CopkitError(f"the session is on {when}, which is still to come")
    on_record = {key: getattr(meeting, key) for key in numbers}
    differing = [
        key
        for key, number in numbers.items()
        if number is not None and on_record[key] not in (None, number)
    ]
    sectors_on_record = {entry.sector: entry.people for entry in meeting.came_from}
    if by_sector and sectors_on_record and sectors_on_record != dict(by_sector):
        differing.append("came_from")
    if differing and not why:
        what = list_in_words([f"'{key}'" for key in differing])
        message = f"{meeting.slug}: the record has other numbers in {what}; nothing was changed"
        raise CopkitError(message, "--why REASON corrects them, and keeps the reason")
    if why:
        require_no_details_in_texts(programme, {"--why": why}, "say it without the detail")

    def edit(text: str | None, now: Meeting | None) -> str:
        if text is None or now is None:
            raise CopkitError(f"{meeting.source.file} is gone; nothing was changed")
        new = edit_sectors(edit_numbers(text, numbers), now, by_sector)
        for key, address in (links or {}).items():
            new = set_value(new, [key], address)
        return edit_correction(new, now, today(), why) if differing and new != text else new

    change_record(
        programme, meeting.source.file, edit, dry_run=context.dry_run, has_free_text=bool(why)
    )


def sign_off_feedback(
    context: Writing,
    network: Annotated[
        str, typer.Argument(metavar="NETWORK", help="Its folder.", autocompletion=complete_network)
    ],
    date: Annotated[
        str,
        typer.Argument(metavar="DATE", help="The session's day.", autocompletion=complete_meeting),
    ],
    id: Annotated[str, typer.Argument(metavar="ID", help="Of the feedback: q1.")],
    by: SignedBy = None,
    yes: Answered = False,
    is_role: IsRole = False,
) -> None:
    """Sign off what somebody wrote of a session: check that nobody can be told by it.

    Readers outside see it only with consent, and while the sign-off stands: any edit ends it.

    \b
    Examples:
      copkit session sign-off riverside-network 2022-03-16 q1
    """
    programme = context.open()
    records = find_network(programme, network)
    meeting = find_session(records, date)
    signed: dict[str, SignedFeedback] = {
        entry.feedback.id: entry for entry in feedback_of(records) if entry.session == meeting.slug
    }
    if id not in signed:
        hint = did_you_mean(id, signed, f"there are: {', '.join(signed)}" if signed else "")
        raise CopkitError(f"{meeting.slug} has no feedback '{id}'", hint, status=2)
    entry = signed[id]
    if entry.feedback.consent is not ConsentToQuote.GIVEN:
        hint = f"if the form says they may be quoted: 'consent: given' in {entry.source.file}"
        raise CopkitError(f"{id}: nobody agreed that others read it; nothing was signed", hint)
    if details := describe_details(programme, entry.feedback.words):
        raise CopkitError(
            f"{id} seems to hold {details}; nothing was signed", "shorten it: '[...]'"
        )
    if is_signed(entry):
        return
    print_paragraph(f"“{entry.feedback.words}”")
    print()
    role = require_signature(programme, by, yes=yes, is_role=is_role)

    def current(now: Meeting) -> SignedFeedback | None:
        return next(
            (SignedFeedback(records.slug, now.slug, own) for own in now.feedback if own.id == id),
            None,
        )

    write_sign_off(context, programme, entry, ["feedback", id, SIGN_OFF_FIELD], role, current)


def _parse_sectors(programme: Programme, texts: Sequence[str]) -> dict[str, int]:
    """Parse ``NHS=22`` into sectors and numbers; raise a usage error for anything else."""
    seats = programme.settings.seats_sought
    parsed = {}
    for text in texts:
        typed, _, number = text.rpartition("=")
        sector = match_spelling(typed.strip(), seats)
        if not number.strip().isascii() or not number.strip().isdecimal() or len(number) > 6:
            usage_error(f"--from: '{text}' has no number", 'write it as in --from "NHS=22"')
        if seats and sector not in seats:
            hint = did_you_mean(typed, seats, f"there are: {', '.join(seats)}")
            usage_error(f"--from: '{typed}' is no sector of copkit.yaml", hint)
        parsed[str(sector)] = int(number)
    return parsed


def _ask_number(question: str) -> int:
    answer = ask(question)
    if not answer.strip().isdecimal():
        usage_error(f"'{answer}' is no number", "write it in digits, such as 61")
    return int(answer)
