"""``copkit attendance import --all``: every meeting of a register at once.

A register has a column for each meeting, a sheet for each, or rows of several days. Each day
becomes one meeting; all of them are shown as a table and asked about before anything is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from copkit.analysis.imports.matching import Answers, MatchResult
from copkit.analysis.record_attendance import edit_attendance, format_new_meeting
from copkit.cli.attendance.aliases import LearntAliases, build_alias_change
from copkit.cli.attendance.import_files import (
    AttendanceImport,
    Settle,
    answers_from_options,
    read_import,
    recall_choices,
)
from copkit.cli.attendance.import_plan import (
    AttendancePlan,
    build_attendance_plan,
    import_as_json,
    print_columns,
)
from copkit.cli.names import meeting_slug
from copkit.cli.params import is_interactive, today, usage_error
from copkit.cli.prompts import confirm, read_input_file
from copkit.cli.store import change_records_and_private
from copkit.cli.terminal import clean, print_heading, print_json, print_line, print_table, say
from copkit.errors import CopkitError, InvalidRecords, Problem, only_errors
from copkit.folder import CommunityRecords, Programme
from copkit.importers.attendance import list_days
from copkit.importers.choices import Choices, UnsettledList
from copkit.private_files import read_aliases
from copkit.text.files import path_inside, read_source
from copkit.text.transaction import Change, locked
from copkit.wording import day_in_words, list_in_words, plural

MOST_MEETINGS: Final = 120  # ten years of a monthly community

Planned = tuple[AttendanceImport, MatchResult, AttendancePlan]


def import_register(
    programme: Programme,
    records: CommunityRecords,
    files: Sequence[Path],
    choices: Choices,
    settle: Settle | None,
    minimum: int | None,
    members: Sequence[str],
    *,
    as_json: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take in every meeting of some registers; ``members`` are the ``ROW=ID`` of ``--match``.

    The other parameters are those of the command, and ``settle`` asks what a list leaves open.
    Raise :class:`CopkitError` where no day can be told, and where nobody can agree.
    """
    days, choices = _find_days(programme, files, choices, settle)
    imports = []
    for day, day_files in days.items():
        slug = meeting_slug(records, str(day))
        imported = read_import(programme, records, slug, day_files, minimum, choices, settle)
        choices = imported.choices
        imports.append(imported)
    plans = [_plan(imported, members) for imported in imports]
    _require_members_used(imports, members)
    if as_json:
        if not dry_run and not yes:
            usage_error(
                "--all --json needs --yes or --dry-run", "--dry-run shows what would be new"
            )
        if not dry_run:
            _write(programme, records, plans, dry_run=False)
        print_json(_as_json(records, plans, dry_run=dry_run))
        return
    _print_plans(records, plans)
    changed = [plan for plan in plans if plan[2].changes_record]
    learnt = sum(len(plan.learnt) for _, _, plan in plans[-1:])
    if not changed and not learnt:
        say("nothing new to record; the meetings were left as they are")
        return
    if not (yes or dry_run):
        question = f"record {plural(len(changed), 'meeting')}?"
        if not is_interactive():
            raise CopkitError("nothing was recorded: nobody could be asked", "--yes records it", 2)
        say()
        if not confirm(question, default=True):
            say("nothing was changed")
            return
    _write(programme, records, plans, dry_run=dry_run)


def _find_days(
    programme: Programme, files: Sequence[Path], choices: Choices, settle: Settle | None
) -> tuple[dict[dt.date, list[Path]], Choices]:
    """Return the days of all files, with the files of each; and the choices with answers."""
    problems: list[Problem] = []
    aliases = read_aliases(programme.root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    days: dict[dt.date, list[Path]] = {}
    for path in files:
        data = read_input_file(path)
        while True:
            try:
                found = list_days(
                    data, path.name, today(), choices, recall_choices(aliases, choices)
                )
                break
            except UnsettledList as unsettled:
                if settle is None:
                    raise
                choices = settle(unsettled, choices)
        for day in found:
            days.setdefault(day, []).append(path)
    if len(days) > MOST_MEETINGS:
        raise CopkitError(
            f"{len(days)} days stand in the lists; {MOST_MEETINGS} meetings at most can be made",
            "keep only the meetings of this community in them",
        )
    return dict(sorted(days.items())), choices


def _plan(imported: AttendanceImport, members: Sequence[str]) -> Planned:
    """Plan one meeting, with the answers about people who are on its list."""
    answers = Answers()
    for text in members:
        try:
            found = answers_from_options(
                imported, {"--match": [text], "--substitute": (), "--guest": (), "--nobody": ()}
            )
        except CopkitError:
            continue  # not on the list of this meeting: _require_members_used looks at all of them
        answers = replace(answers, members={**answers.members, **found.members})
    result = imported.match_people(answers)
    return imported, result, build_attendance_plan(imported, result, answers, "")


def _require_members_used(imports: Sequence[AttendanceImport], members: Sequence[str]) -> None:
    """Raise a usage error for an answer about somebody who is on none of the lists."""
    for text in members:
        errors = []
        for imported in imports:
            try:
                answers_from_options(
                    imported, {"--match": [text], "--substitute": (), "--guest": (), "--nobody": ()}
                )
            except CopkitError as error:
                errors.append(error)
        if errors and len(errors) == len(imports):
            raise errors[0]


def _print_plans(records: CommunityRecords, plans: Sequence[Planned]) -> None:
    """Print a line for each meeting, then who is not known, and how columns were understood."""
    print_heading(records.slug, f": {plural(len(plans), 'meeting')}")
    rows = []
    for imported, result, plan in plans:
        unknown = len(result.unresolved)
        state = "no change" if imported.meeting else "new"
        if imported.meeting and plan.changes_record:
            state = "changed"
        rows.append(
            [
                day_in_words(imported.held_on),
                state,
                str(len(result.present)),
                str(len(result.apologising)),
                str(len(result.absent)),
                str(unknown),
            ]
        )
    print_table(["day", "meeting", "present", "apologies", "absent", "not known"], rows)
    print_columns(imported for imported, _, _ in plans)
    unresolved = {row: "" for _, result, _ in plans for row in result.unresolved}
    if unresolved:
        print()
        print_heading("Not known, and not recorded", f": {len(unresolved)}")
    for row in unresolved:
        print_line(f"  {row}", 4)
    if unresolved:
        say("--match 'ROW=ID' says who one of them is, on all of these days")
    notes = dict.fromkeys(note for imported, result, _ in plans for note in imported.notes)
    for note in notes:
        print_line(f"  {note}", 4)
    skipped = [(imported.slug, plan.skipped) for imported, _, plan in plans if plan.skipped]
    for slug, ids in skipped:
        say(f"{slug}: not recorded, since the record says otherwise: {clean(list_in_words(ids))}")


def _write(
    programme: Programme, records: CommunityRecords, plans: Sequence[Planned], *, dry_run: bool
) -> None:
    """Write all meetings and what was learnt in one step."""
    root = programme.root
    # What was learnt of one list is learnt of each day of it; once is enough.
    members = {
        (person.row, id): (person, id) for _, _, plan in plans for person, id in plan.learnt.members
    }
    lists = plans[0][2].learnt.lists if plans else ()
    learnt = LearntAliases(records.slug, tuple(members.values()), (), lists)
    with locked(root):
        private = [build_alias_change(root, learnt)] if len(learnt) and not dry_run else []
        changes = [
            change for imported, _, plan in plans if plan.changes_record
            for change in [_meeting_change(imported, plan)]
            if change.old != change.new
        ]  # fmt: skip
        change_records_and_private(
            programme, changes, [c for c in private if c.new != c.old], dry_run=dry_run
        )


def _meeting_change(imported: AttendanceImport, plan: AttendancePlan) -> Change:
    """Build the change of one meeting's record from its text as it is now."""
    file = f"communities/{imported.records.slug}/meetings/{imported.slug}.md"
    if imported.meeting is None:
        return Change(file, None, format_new_meeting(imported.slug, plan.attendance))
    problems: list[Problem] = []
    path = path_inside(imported.programme.root, *file.split("/"))
    text = read_source(path, file, problems).text
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return Change(file, text, edit_attendance(text, imported.meeting, plan.attendance, today()))


def _as_json(
    records: CommunityRecords, plans: Sequence[Planned], *, dry_run: bool
) -> dict[str, Any]:
    """Build the values for machines: a meeting each, as of one import."""
    return {
        "community": records.slug,
        "meetings": [
            import_as_json(imported, result, () if dry_run else plan.attendance.present)
            for imported, result, plan in plans
        ],
    }
