"""``copkit attendance import --count-only``: how many came to a session, and nobody's name.

The lists are read as those of a meeting are, so that rejoins count once and note-takers not at
all. Contacts and aliases are not opened, nothing is remembered, and what is printed or written are
numbers: a network has promised nobody that they would be on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from copkit.analysis.imports.people import ListedPerson, drop_duplicates, merge_people
from copkit.analysis.networks.counting import SessionCount, count_in_both, count_people
from copkit.cli.attendance.import_files import MOST_PEOPLE, Settle
from copkit.cli.context import CommandContext
from copkit.cli.prompts import read_input_file
from copkit.cli.sessions.commands import find_session, write_numbers
from copkit.cli.terminal import clean, print_heading, print_json, print_line, say
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.importers.attendance import read_listings
from copkit.importers.choices import Choices, UnsettledList
from copkit.importers.model import Listing
from copkit.pii.scan import mask_details
from copkit.records.meetings import Meeting
from copkit.wording import day_in_words, plural


def count_session(
    context: CommandContext,
    programme: Programme,
    records: CommunityRecords,
    date: str,
    files: Sequence[Path],
    choices: Choices,
    settle: Settle | None,
    minimum: int | None,
    *,
    compare: Sequence[Path],
    why: str,
) -> None:
    """Count who is on the lists of a session, and write the numbers into its record.

    ``compare`` are lists of another session: how many came to both is printed, and kept nowhere.
    Raise :class:`CopkitError` for a list that cannot be read, or of another day.
    """
    meeting = find_session(records, date)
    listings, people = _read(files, meeting.held_on, choices, settle)
    if not choices.other_day:
        _require_day(listings, meeting)
    rules = programme.settings.attendance
    least = (rules.minimum_stay if rules else 0) if minimum is None else minimum
    count = count_people(people, tuple(programme.settings.seats_sought), least)
    in_both = None
    if compare:
        # only their names are compared, so their day does not matter
        others = _read(compare, meeting.held_on, _of_any_day(choices), settle)[1]
        in_both = count_in_both(people, others)
    notes = _nameless_notes(listings, people)
    if context.as_json:
        print_json(_as_json(records, meeting, listings, count, in_both, notes))
    else:
        _print_count(records, meeting, listings, count, in_both, notes)
    if context.as_json and context.dry_run:
        return
    numbers = {"came": count.came}
    write_numbers(context, programme, meeting, numbers, count.sectors, why=why)


def _of_any_day(choices: Choices) -> Choices:
    return Choices(
        choices.columns, choices.ignored, choices.values, choices.sheets,
        everybody=choices.everybody, other_day=True,
    )  # fmt: skip


def _read(
    files: Sequence[Path], day: dt.date, choices: Choices, settle: Settle | None
) -> tuple[list[Listing], tuple[ListedPerson, ...]]:
    """Read lists of one session: the lists without duplicates, and who is on them."""
    read: list[Listing] = []
    for path in files:
        while True:
            try:
                read += read_listings(read_input_file(path), path.name, day, choices)
                break
            except UnsettledList as unsettled:
                if settle is None:
                    raise
                choices = settle(unsettled, choices)
    listings, _ = drop_duplicates(read)
    people = merge_people(listings)
    if len(people) > MOST_PEOPLE:
        message = f"{len(people):,} people are listed, and {MOST_PEOPLE:,} at most can be counted"
        raise CopkitError(message, "keep only the people of this one session in the lists")
    return listings, people


def _require_day(listings: Iterable[Listing], meeting: Meeting) -> None:
    """Raise :class:`CopkitError` where a list is of another day than the session."""
    for listing in listings:
        other = listing.held_on
        if other and abs((other - meeting.held_on).days) > 1:
            name = mask_details(listing.file)
            message = f"{name} is of {day_in_words(other)}, and the session of "
            message += f"{day_in_words(meeting.held_on)}; nothing was recorded"
            raise CopkitError(message, "--other-day takes it all the same")


def _nameless_notes(listings: Iterable[Listing], people: Iterable[ListedPerson]) -> list[str]:
    """Return what the lists say of themselves, as far as it holds nobody's name or address."""
    names = {name.casefold() for person in people for name in (*person.names, *person.emails)}
    notes = [f"{listing.file} {note}" for listing in listings for note in listing.notes]
    return [
        mask_details(note)
        for note in notes
        if not any(name and name in note.casefold() for name in names)
    ]


def _as_json(
    records: CommunityRecords,
    meeting: Meeting,
    listings: Iterable[Listing],
    count: SessionCount,
    in_both: int | None,
    notes: Sequence[str],
) -> dict[str, object]:
    return {
        "network": records.slug,
        "session": meeting.slug,
        "sources": [
            {
                "file": mask_details(listing.file),
                "kind": listing.kind,
                "stated": listing.stated,
                "listed": len(listing.attendees),
            }
            for listing in listings
        ],
        "came": count.came,
        "came_from": [
            {"sector": sector, "people": people} for sector, people in count.sectors.items()
        ],
        "not_said": count.not_said,
        "set_aside": [{"why": why, "rows": rows} for why, rows in count.set_aside.items()],
        "below_minimum": count.below_minimum,
        "away": count.away,
        "in_both": in_both,
        "notes": list(notes),
    }


def _print_count(
    records: CommunityRecords,
    meeting: Meeting,
    listings: Sequence[Listing],
    count: SessionCount,
    in_both: int | None,
    notes: Sequence[str],
) -> None:
    """Print the numbers, and why rows do not count."""
    where = f"{records.slug}, {day_in_words(meeting.held_on)}"
    lists = plural(len(listings), "list")
    print_heading(clean(where), f": {plural(count.came, 'person', 'people')} came, by {lists}")
    for sector, people in count.sectors.items():
        print_line(clean(f"  {people:>4}  {sector}"), 8)
    if count.sectors and count.not_said:
        print_line(f"  {count.not_said:>4}  did not say, or a sector that copkit.yaml lacks", 8)
    for why, rows in count.set_aside.items():
        print_line(f"  not counted: {plural(rows, 'row')}, {why}")
    if count.below_minimum:
        print_line(f"  not counted: {count.below_minimum} who left too soon")
    if count.away:
        print_line(f"  {count.away} more signed up and did not come")
    if count.other_sectors and not count.sectors:
        print_line("  the column of sectors holds none of copkit.yaml")
    if in_both is not None:
        print_line(f"  {in_both} of them came to the other session too; this is kept nowhere")
    for note in notes:
        print_line(clean(f"  {note}"), 4)
    say("only numbers are kept: delete the lists when you no longer need them")
