"""Facts of a session's papers: announcement, sign-in sheet, programme, thanks.  Pure.

They are laid out as the sheets of the tool kit are, so that they come as page, Word document, PDF
and Markdown from one layout.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from copkit.analysis.privacy.sessions import LinkView, SessionView, SlotView
from copkit.analysis.privacy.site import NetworkView
from copkit.analysis.privacy.view import ContactView
from copkit.documents.facts.newsletter import people_in_words, speaker_in_words
from copkit.documents.facts.shared import contact_in_words
from copkit.documents.facts.toolkit import (
    NARROWEST,
    ROOM_TO_WRITE,
    WIDEST,
    KitFacts,
    KitSheetFacts,
    KitSheetPart,
    TickBox,
    table_part,
)
from copkit.records.meetings import MeetingKind
from copkit.text.markdown import Prose, escape_markdown
from copkit.text.normalise import single_line
from copkit.wording import capitalised, month_name, plural, sentence, weekday_in_words

KINDS: Final = {
    MeetingKind.CONFERENCE: "Conference",
    MeetingKind.STORYTELLING: "Storytelling",
    MeetingKind.TRAIN_THE_TRAINER: "Train the trainer",
    MeetingKind.VISIT: "Visit",
}


def build_announcement(session: SessionView, contact: ContactView | None) -> KitFacts:
    """Build what invites people to a session: when, for whom, who speaks, whom to write to."""
    return _paper(session, "You are invited", _announcement_parts(session, contact))


def _announcement_parts(
    session: SessionView, contact: ContactView | None
) -> Iterator[KitSheetPart]:
    if session.cancelled:
        yield _text(f"**This session is cancelled.** {_plain(sentence(session.cancelled))}")
    about = [_plain(sentence(capitalised(session.topic)))] if session.topic else []
    if session.open_to:
        about.append(f"It is open to {_plain(session.open_to)}. There is nothing to join.")
    if about:
        yield _text(" ".join(about))
    if session.speakers:
        speakers = "\n".join(f"- {_plain(speaker_in_words(each))}" for each in session.speakers)
        yield _text(f"## Who speaks\n\n{speakers}")
    come = [_recording_words(session)]
    if session.online:
        come.append("You can come online: we send the link to everybody who signs up.")
    if words := contact_in_words(contact):
        come.append(f"To sign up, or to ask: {_plain(words)}.")
    yield _text(f"## How to come\n\n{' '.join(come)}")


def build_sign_in(session: SessionView, sectors: Sequence[str]) -> KitFacts:
    """Build the sheet at the door: a stroke for each sector, and no name; with the hosts' list.

    ``session`` is as members may see it, since the hosts are.
    """
    return _paper(session, "At the door", _sign_in_parts(session, sectors))


def _sign_in_parts(session: SessionView, sectors: Sequence[str]) -> Iterator[KitSheetPart]:
    yield _text(
        "Please make a stroke where you work. Nobody is asked for a name, a place or an employer."
    )
    rows = [(sector, "", "") for sector in (*sectors, "Somewhere else")]
    table = table_part(("Where I work", "Strokes", "In all"), rows).table
    if table:  # high rows, since people write in them
        high = tuple(replace(row, to_write=True) for row in table.rows)
        widths = (ROOM_TO_WRITE, WIDEST, NARROWEST)
        yield KitSheetPart(Prose(""), replace(table, rows=high, widths=widths))
    yield _text("## For the hosts")
    boxes = ["Both hosts have opened the room, and the link if there is one, a day before"]
    second = session.second_host or "nobody yet: ask somebody"
    boxes.append(f"The second host, who can open the room alone: {second}")
    boxes.append(f"{_recording_words(session).rstrip('.')}: said at the beginning")
    boxes.append("Somebody counts who is in the room and who is online, once, after half an hour")
    boxes.append("Afterwards the numbers are recorded, and this sheet is thrown away")
    yield KitSheetPart(Prose(""), boxes=tuple(map(TickBox, boxes)))


def build_programme(session: SessionView) -> KitFacts | None:
    """Build the programme of a conference; ``None`` for a session that has none."""
    if not session.programme:
        return None
    return _paper(session, "Programme", _programme_parts(session))


def _programme_parts(session: SessionView) -> Iterator[KitSheetPart]:
    has_rooms = any(slot.place for slot in session.programme)
    head = ("Time", "What", "Who", *(("Where",) if has_rooms else ()))
    rows = [
        (
            _slot_time(slot),
            slot.what,
            "; ".join(", ".join(filter(None, (each.name, each.role, each.organisation)))
                      for each in slot.speakers),
            *((slot.place or session.place,) if has_rooms else ()),
        )
        for slot in session.programme
    ]  # fmt: skip
    yield table_part(head, rows)
    yield _text(_recording_words(session))


def _slot_time(slot: SlotView) -> str:
    if slot.minutes is None:
        return f"{slot.start:%H:%M}"
    return f"{slot.start:%H:%M} to {_later(slot.start, slot.minutes):%H:%M}"


def build_thanks(
    session: SessionView, to_come: Sequence[SessionView], contact: ContactView | None
) -> KitFacts:
    """Build the note after a session: how many came, where its slides and recording are."""
    return _paper(session, "Thank you", _thanks_parts(session, to_come, contact))


def _thanks_parts(
    session: SessionView, to_come: Sequence[SessionView], contact: ContactView | None
) -> Iterator[KitSheetPart]:
    came = f"{people_in_words(session.came)} came" if session.came else "You came"
    yield _text(f"Thank you. {capitalised(came)}, and {_speakers_in_words(session)}.")
    links = [(each.topic or each.role, each.slides) for each in session.speakers if each.slides]
    if session.recording:
        links.append(("The recording", session.recording))
    if session.transcript:
        links.append(("The recording in writing", session.transcript))
    if links:
        listed = "\n".join(f"- {_plain(title)}: <{address}>" for title, address in links)
        yield _text(f"## To look at again\n\n{listed}")
    if session.feedback:
        quotes = "\n\n".join(f"> {_plain(words)}" for words in session.feedback)
        yield _text(f"## What was said of it\n\n{quotes}")
    coming = [each for each in to_come if each.day > session.day and not each.cancelled][:3]
    if coming:
        dates = "\n".join(f"- {_plain(each.title)}: {_plain(_when(each))}" for each in coming)
        yield _text(f"## What comes next\n\n{dates}")
    if words := contact_in_words(contact):
        yield _text(f"Questions, and what you would like to hear next: {_plain(words)}.")


def build_network(network: NetworkView, contact: str) -> KitSheetFacts:
    """Build the page of a network: aims, benefits, what comes next, what there was, how to join."""
    return KitSheetFacts(
        kicker="Network",
        title=network.title,
        asks="Sessions are open to all. There is nothing to join.",
        lead=sentence(capitalised(network.place)),
        parts=tuple(_network_parts(network, contact)),
        rests_on="",
    )


def _network_parts(network: NetworkView, contact: str) -> Iterator[KitSheetPart]:
    for heading, text in (("What it is for", network.aims), ("Benefits", network.benefits)):
        if text:
            yield _text(f"## {heading}")
            yield KitSheetPart(Prose(text, below=1))
    coming = [each for each in network.sessions if each.name in _named(network)]
    if coming:
        dates = "\n".join(
            f"- **{_plain(each.title)}**: {_plain(_when(each))}" for each in coming[:MOST_COMING]
        )
        yield _text(f"## Next sessions\n\n{dates}")
        yield _text(
            f"For your calendar, all of them: the file {network.name}.ics beside this page."
        )
    past = [each for each in network.sessions if each not in coming and not each.cancelled]
    if past:
        yield _text("## What there was")
        rows = [
            (
                f"{each.day.day} {month_name(each.day)} {each.day.year}",
                each.title,
                "; ".join(map(speaker_in_words, each.speakers)),
            )
            for each in reversed(past)
        ]
        yield table_part(("Day", "Session", "Who spoke about what"), rows)
        links = [
            f"- {_plain(each.title)}: <{each.recording}>"
            + (f", in writing: <{each.transcript}>" if each.transcript else "")
            for each in past
            if each.recording
        ]
        if links:
            listed = "\n".join(links)
            yield _text(f"## Recordings\n\n{listed}")
    if quotes := [words for each in past for words in each.feedback]:
        quoted = "\n\n".join(f"> {_plain(words)}" for words in quotes[-MOST_QUOTES:])
        yield _text(f"## What people said\n\n{quoted}")
    yield _text("## How to join")
    if network.join:
        yield KitSheetPart(Prose(network.join, below=1))
    if contact:
        address = contact if "://" in contact else f"mailto:{contact}"
        yield _text(f"Write to us: <{address.removeprefix('mailto:')}>")


MOST_COMING: Final = 3
MOST_QUOTES: Final = 6


def _named(network: NetworkView) -> set[str]:
    return {invitation.meeting for invitation in network.invitations}


def build_links(links: Sequence[LinkView]) -> KitSheetFacts:
    """Build the page of links, by theme; what is said of one stands below its first theme alone."""
    by_theme: dict[str, list[LinkView]] = {}
    first_themes: dict[str, str] = {}
    for link in links:
        for theme in dict.fromkeys(map(single_line, link.themes or ("Other things",))):
            by_theme.setdefault(theme, []).append(link)
            first_themes.setdefault(link.name, theme)
    parts = []
    for theme in sorted(by_theme, key=lambda theme: (theme == "Other things", theme.casefold())):
        parts.append(_text(f"## {_plain(capitalised(theme))}"))
        for link in by_theme[theme]:
            minutes = plural(link.minutes, "minute") if link.minutes else ""
            about = ", ".join(filter(None, (link.kind.value, link.by, minutes)))
            parts.append(_text(f"**{_plain(link.title)}** ({_plain(about)})"))
            if theme != first_themes[link.name]:
                also = capitalised(first_themes[link.name])
                parts.append(_text(f"<{link.url}> More of it under *{_plain(also)}*."))
                continue
            if link.why:
                parts.append(KitSheetPart(Prose(link.why, below=2)))
            written = f" In writing: <{link.transcript}>" if link.transcript else ""
            parts.append(_text(f"<{link.url}>{written}"))
            if link.own_transcript:
                parts.append(_text("In writing:"))
                parts.append(KitSheetPart(Prose(link.own_transcript, below=2)))
    return KitSheetFacts(
        kicker="Links",
        title="Worth a look",
        asks="What others read, hear and use.",
        lead=f"{capitalised(plural(len(links), 'link'))}, by theme.",
        parts=tuple(parts),
        rests_on="",
    )


def _speakers_in_words(session: SessionView) -> str:
    count = len(session.speakers)
    return f"{plural(count, 'person', 'people')} spoke" if count else "you talked to each other"


def _paper(session: SessionView, kicker: str, parts: Iterator[KitSheetPart]) -> KitFacts:
    kind = KINDS.get(session.kind, "Session")
    sheet = KitSheetFacts(
        kicker=kicker,
        title=session.title,
        asks=_when(session),
        lead=f"{kind} of the {session.network}.",
        parts=tuple(parts),
        rests_on="",
    )
    return KitFacts(session.title, session.network, "", (), "", (), (sheet,))


def _when(session: SessionView) -> str:
    """Write when and where a session is: 'Wednesday 16 March 2022, 13:30 to 15:00, the library'."""
    time = ""
    if session.start:
        end = _later(session.start, session.minutes) if session.minutes else None
        time = f"{session.start:%H:%M} to {end:%H:%M}" if end else f"{session.start:%H:%M}"
    place = session.place
    if session.online:
        place = f"{place} and online" if place else "online"
    return ", ".join(filter(None, (weekday_in_words(session.day, 0), time, place)))


def _later(start: dt.time, minutes: int) -> dt.time:
    moment = dt.datetime.combine(dt.date(2000, 1, 1), start) + dt.timedelta(minutes=minutes)
    return moment.time()


def _recording_words(session: SessionView) -> str:
    if session.recorded:
        return "It is recorded, and there will be a transcript."
    return "It is not recorded: use what you hear, and do not say who said it."


def _plain(text: str) -> str:
    return escape_markdown(text)


def _text(markdown: str) -> KitSheetPart:
    return KitSheetPart(Prose(markdown, below=1))
