"""What an import of attendance would write, and how it is shown: plan, columns, JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from copkit.analysis.imports.matching import Answers, MatchResult, PersonMatch
from copkit.analysis.record_attendance import AttendanceUpdate
from copkit.cli.attendance.aliases import (
    LearntAliases,
    find_learnt_aliases,
)
from copkit.cli.attendance.import_files import (
    AttendanceImport,
)
from copkit.cli.terminal import (
    print_heading,
    print_line,
)
from copkit.importers.choices import (
    NOT_READ,
    ColumnUse,
    name_headings,
)
from copkit.importers.columns import ReportColumn
from copkit.importers.marks import ListMark
from copkit.wording import list_in_words, plural

MOST_SHOWN = 10  # values of a column that are spelt out


@dataclass(frozen=True, slots=True)
class AttendancePlan:
    """What is to be written to the meeting's record and to the aliases.

    ``skipped`` are members of whom the record says otherwise; ``notes`` describe what else is
    left as it is.
    """

    attendance: AttendanceUpdate
    learnt: LearntAliases
    skipped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def changes_record(self) -> bool:
        """Whether the meeting's record would change."""
        update = self.attendance
        people = (*update.present, *update.apologies, *update.substitutes, *update.absent)
        return bool(people or update.guests is not None)

    def in_words(self) -> str:
        """Return what would be written, as the beginning of a question; ``""`` for nothing."""
        update = self.attendance
        counts = [
            plural(len(update.present), "member") if update.present else "",
            plural(len(update.apologies), "apology", "apologies") if update.apologies else "",
            plural(len(update.absent), "absence") if update.absent else "",
            plural(len(update.substitutes), "substitute") if update.substitutes else "",
            plural(update.guests, "guest") if update.guests else "",
        ]
        people = [count for count in counts if count]
        remember = f"remember {plural(len(self.learnt), 'answer')}" if len(self.learnt) else ""
        if not people:
            return remember
        return f"record {list_in_words(people)}{', and ' if remember else ''}{remember}"


def build_attendance_plan(
    imported: AttendanceImport, result: MatchResult, answers: Answers, why: str
) -> AttendancePlan:
    """Build the plan of what is new; importing the same lists again makes an empty one.

    What contradicts the record is skipped unless ``why``, the reason for a correction, is given.
    """
    meeting = imported.meeting
    present = frozenset(meeting.present if meeting else ())
    apologies = frozenset(meeting.apologies if meeting else ())
    substitutes = meeting.substitutes if meeting else ()
    stood_for = frozenset(substitute.stands_for for substitute in substitutes)
    stand_ins = dict.fromkeys(answers.stand_ins.values())
    contradicting = [id for id in result.present if id in apologies | stood_for]
    contradicting += [id for id in stand_ins if id in present]
    contradicting += [id for id in (*result.apologising, *result.away) if id in present]
    skipped = () if why else tuple(contradicting)
    left_alone = frozenset(skipped)
    guests, notes = _new_guests(imported, answers, corrected=bool(why))
    corrects_guests = guests is not None and meeting and meeting.guests is not None
    update = AttendanceUpdate(
        present=tuple(id for id in result.present if id not in present | left_alone),
        apologies=tuple(id for id in result.apologising if id not in apologies | left_alone),
        substitutes=tuple(id for id in stand_ins if id not in stood_for | left_alone),
        # whoever is away was never on record, unless somebody recorded them as present
        absent=tuple(id for id in result.away if id in present - left_alone),
        guests=guests,
        # a reason is kept in the record, and would puzzle readers where nothing was corrected
        why=why if contradicting or corrects_guests else "",
    )
    return AttendancePlan(update, find_learnt_aliases(imported, answers), skipped, notes)


def _new_guests(
    imported: AttendanceImport, answers: Answers, *, corrected: bool
) -> tuple[int | None, tuple[str, ...]]:
    """Return the number of guests to record, or ``None`` to leave it, and notes on why.

    ``corrected`` allows a number on record to be replaced by another one.
    """
    count = len(answers.guests)
    on_record = imported.meeting.guests if imported.meeting else None
    # nobody named as a guest says nothing: most guests are never asked about
    if not count or count == on_record:
        return None, ()
    if on_record is None or corrected:
        return count, ()
    guests = plural(on_record, "guest")
    return None, (f"{guests} on record, and {count} named now; the record was left alone",)


def import_as_json(
    imported: AttendanceImport, result: MatchResult, recorded: Iterable[str]
) -> dict[str, Any]:
    """Build the values for machines; ``recorded`` are the ids that are new on record."""
    return {
        "community": imported.records.slug,
        "meeting": imported.slug,
        "sources": [
            {
                "file": listing.file,
                "kind": str(listing.kind),
                "stated": listing.stated,
                "listed": len(listing.attendees),
            }
            for listing in imported.listings
        ],
        "matched": [
            {"member": match.members[0], **_match_as_json(match)} for match in result.matched
        ],
        "suggested": [
            {"row": match.person.row, "members": [*match.members], "minutes": match.person.minutes}
            for match in result.suggested
        ],
        "unmatched": [_match_as_json(match) for match in result.unmatched],
        "below_minimum": [
            {"member": match.members[0], **_match_as_json(match)} for match in result.below_minimum
        ],
        "set_aside": [{"row": match.person.row, "why": match.why} for match in result.set_aside],
        "absent": [_away_as_json(match) for match in result.absent],
        "apologies": [_away_as_json(match) for match in result.apologies],
        "columns": [
            {"heading": use.heading, "meaning": use.meaning, "values": dict(use.values)}
            for use in unique_uses(imported)
        ],
        "other_days": {
            str(day): count for listing in imported.listings for day, count in listing.other_days
        },
        "notes": imported.build_notes(result),
        "recorded": [*recorded],
    }


def unique_uses(imported: AttendanceImport) -> list[ColumnUse]:
    """Return what each column of the lists was used for, each thing once."""
    uses = [use for listing in imported.listings for use in listing.columns]
    return [use for number, use in enumerate(uses) if use not in uses[:number]]


def _away_as_json(match: PersonMatch) -> dict[str, Any]:
    """Return a row of somebody who did not come, and the member, ``None`` where not known."""
    return {"row": match.person.row, "member": match.members[0] if match.members else None}


def _match_as_json(match: PersonMatch) -> dict[str, Any]:
    """Return a row of the lists and its minutes; ``None`` where the lists state no time."""
    return {"row": match.person.row, "minutes": match.person.minutes}


def print_columns(imports: Iterable[AttendanceImport]) -> None:
    """Print how the values of columns that say who came were understood, and what was not read."""
    uses = list({repr(use): use for imported in imports for use in unique_uses(imported)}.values())
    read = [use for use in uses if use.values]
    beforehand = [use.heading for use in uses if use.meaning == ReportColumn.BEFOREHAND]
    unread = [use.heading for use in uses if use.meaning == NOT_READ]
    if not (read or beforehand or unread):
        return
    print()
    print_heading("Columns")
    for use in read:
        meanings: dict[ListMark, list[str]] = {}
        for value, mark in use.values:
            meanings.setdefault(mark, []).append(f"'{value}'" if value else "an empty cell")
        shown = "; ".join(
            f"{', '.join(words[:MOST_SHOWN])} is {mark}" for mark, words in meanings.items()
        )
        print_line(f"  '{use.heading}' says who came: {shown}", 4)
    if beforehand:
        print_line(f"  answered beforehand, and not counted: {name_headings(beforehand)}", 4)
    if unread:
        print_line(f"  not read: {name_headings(unread)}", 4)
