"""Recording what imported lists say: who came, and what was learnt of who is who."""

from __future__ import annotations

from dataclasses import dataclass

from copkit.analysis.imports.matching import Answers, Found
from copkit.analysis.record_attendance import Came
from copkit.cli.attendance.attendance_aliases import Learnt, change_of_aliases, learnt_from
from copkit.cli.attendance.import_files import Imported
from copkit.cli.attendance.who_came import write_attendance
from copkit.cli.terminal import clean, say
from copkit.layout import ALIASES
from copkit.text.transaction import locked, save_privately
from copkit.wording import listed, plural


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written: who came that is not on record, and what is to be remembered.

    ``skipped`` are members of whom the record says otherwise; ``notes`` tell of what is left alone.
    """

    came: Came
    learnt: Learnt
    skipped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def records_something(self) -> bool:
        """Whether the meeting's record would change."""
        came = self.came
        return bool(came.present or came.substitutes or came.guests is not None)

    def __str__(self) -> str:
        """Say what is to be written, to be asked about."""
        came = self.came
        parts = [
            plural(len(came.present), "member") if came.present else "",
            plural(len(came.substitutes), "substitute") if came.substitutes else "",
            plural(came.guests, "guest") if came.guests else "",
        ]
        what = [part for part in parts if part]
        remember = f"remember {plural(len(self.learnt), 'answer')}" if len(self.learnt) else ""
        if not what:
            return remember
        return f"record {listed(what)}{', and ' if remember else ''}{remember}"


def plan_for(imported: Imported, found: Found, answers: Answers, why: str) -> Plan:
    """Work out what is new; what contradicts the record is left alone unless there is a reason."""
    meeting = imported.meeting
    there = frozenset(meeting.present if meeting else ())
    sorry = frozenset(meeting.apologies if meeting else ())
    stood_for = frozenset(one.stands_for for one in (meeting.substitutes if meeting else ()))
    stand_ins = dict.fromkeys(answers.stand_ins.values())
    wrong = [id for id in found.present if id in sorry | stood_for]
    wrong += [id for id in stand_ins if id in there]
    left_alone = frozenset() if why else frozenset(wrong)
    guests, notes = _guests(imported, answers, corrected=bool(why))
    corrects = wrong or (guests is not None and meeting and meeting.guests is not None)
    came = Came(
        present=tuple(id for id in found.present if id not in there | left_alone),
        substitutes=tuple(id for id in stand_ins if id not in stood_for | left_alone),
        guests=guests,
        why=why if corrects else "",
    )
    return Plan(came, learnt_from(imported, answers), tuple(wrong if left_alone else ()), notes)


def _guests(
    imported: Imported, answers: Answers, *, corrected: bool
) -> tuple[int | None, tuple[str, ...]]:
    """Give how many guests to record, if that is new, and what to say if the record differs."""
    count = len(answers.guests)
    there = imported.meeting.guests if imported.meeting else None
    if not count or count == there:
        return None, ()
    if there is None or corrected:
        return count, ()
    said = f"{plural(there, 'guest')} on record, and {count} named now; the record was left alone"
    return None, (said,)


def record(imported: Imported, plan: Plan, *, dry_run: bool) -> None:
    """Write what is new, and say what was left alone; where nothing is new, nothing changes."""
    root = imported.programme.root
    for note in plan.notes:
        say(note)
    if plan.skipped:
        say(f"not recorded, since the record says otherwise: {clean(', '.join(plan.skipped))}")
        say("  --why REASON corrects it, and keeps the reason in the meeting")
    if dry_run:
        if plan.records_something:
            _write(imported, plan.came, dry_run=True)
        if len(plan.learnt):
            say(f"would remember {plural(len(plan.learnt), 'answer')} in {ALIASES}")
        return
    with locked(root):
        change = change_of_aliases(root, plan.learnt) if len(plan.learnt) else None
        if plan.records_something:
            _write(imported, plan.came, dry_run=False)
        else:
            say("nothing new to record; the meeting was left as it is")
        if change and change.new != change.old:
            save_privately(root, [change])
            say(f"remembered {plural(len(plan.learnt), 'answer')} in {ALIASES}")


def _write(imported: Imported, came: Came, *, dry_run: bool) -> None:
    programme, records = imported.programme, imported.records
    said = [word for one in imported.people for word in (*one.names, one.email)]
    write_attendance(
        programme, records, imported.slug, came, dry_run=dry_run, listed_names=filter(None, said)
    )
