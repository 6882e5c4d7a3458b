"""``copkit retention``: what has been kept long enough, and how it goes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from copkit.cli.context import Reading, Writing
from copkit.cli.params import is_interactive, parse_day, today, usage_error
from copkit.cli.terminal import clean, print_heading, print_json, print_paragraph, say
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.folder import RETENTION_LOG
from copkit.layout import (
    ALIASES,
    COLUMNS,
    CONTACTS,
    ENCRYPTED_CONTACTS,
    PRIVATE,
    SENT,
    SHEETS,
    SURVEY_ROWS,
    UNDO,
    list_entries,
)
from copkit.records.schema.retention import Disposal, Kept
from copkit.wording import count_in_words, day_in_words, list_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.endings.retention import (
        DatedFile,
        DueDisposal,
        Holdings,
        RetentionPolicy,
    )
    from copkit.analysis.folder_changes import FolderChanges
    from copkit.folder import Programme
    from copkit.text.transaction import Change

AS_FILES: Final = frozenset({Kept.COLUMNS, Kept.SENT_LOG, Kept.SURVEY_ROWS, Kept.SHEETS, Kept.UNDO})
"""What is deleted as whole files in private/."""


# --- what lies on this computer --------------------------------------------------------------


def read_holdings(root: Path, programme: Programme) -> Holdings:
    """Read what there is beside the records.

    Raise :class:`InvalidRecords` where contacts or aliases cannot be read: what is not known cannot
    be deleted in time.
    """
    from copkit.analysis.endings.retention import Holdings
    from copkit.private_files import read_accepted, read_aliases, read_contacts

    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    aliases = read_aliases(root, problems).aliases
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    accepted = read_accepted(programme.store, [])
    return Holdings(
        contacts=tuple(contact.id for contact in contacts),
        aliases=tuple(alias.id for alias in aliases),
        columns=(COLUMNS,) if (root / COLUMNS).is_file() else (),
        journals=tuple(_dated_files(root, SENT, _last_day_of_journal)),
        sheets=tuple(_dated_files(root, SHEETS, _day_of_sheet)),
        notes=tuple(_dated_files(root, UNDO, _day_of_note)),
        rows=_rows(root),
        private_notes={
            records.slug: tuple(_files_with_private_notes(programme, records.slug))
            for records in programme.communities
        },
        reasons=sum(entry.why != GONE for entry in accepted.accepted) if accepted else 0,
    )


def _dated_files(
    root: Path, folder: str, day_of: Callable[[Path], dt.date | None]
) -> Iterator[DatedFile]:
    """Yield the files of a folder of private/ with their days, else that of their last change."""
    from copkit.analysis.endings.retention import DatedFile

    if (root / folder).is_symlink() or (root / folder).parent.is_symlink():
        return
    for entry in list_entries(root / folder):
        if entry.is_file(follow_symlinks=False):
            path = Path(entry.path)
            changed = dt.datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            day = day_of(path) or changed.date()
            yield DatedFile(f"{folder}/{entry.name}", day)


def _last_day_of_journal(path: Path) -> dt.date | None:
    """Return the day of the last line of a journal; ``None`` where it cannot be told."""
    days = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            days.append(dt.date.fromisoformat(str(json.loads(line)["when"])[:10]))
        except (ValueError, KeyError, TypeError):
            continue
    return max(days, default=None)


def _day_of_sheet(path: Path) -> dt.date | None:
    """Return the day of the meeting whose sheet it is: ``brighton_2012-04-18.pdf``."""
    return _day_in(path.name.partition("_")[2][:10])


def _day_of_note(path: Path) -> dt.date | None:
    return _day_in(path.name[7:17])


def _day_in(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _rows(root: Path) -> dict[str, tuple[str, ...]]:
    """Return the files of answers, row by row, by survey."""
    rows = {}
    if not (root / SURVEY_ROWS).is_symlink():
        for entry in list_entries(root / SURVEY_ROWS):
            if entry.is_dir(follow_symlinks=False):
                files = [e.name for e in list_entries(Path(entry.path)) if e.is_file()]
                rows[entry.name] = tuple(f"{SURVEY_ROWS}/{entry.name}/{file}" for file in files)
    return rows


def _files_with_private_notes(programme: Programme, community: str) -> Iterator[str]:
    records = programme.community(community)
    every = (records.community, *records.every_meeting, *records.cases)
    for file in (record.source.file for record in every):  # type: ignore[attr-defined]
        text = programme.store.text(file) or ""
        if _without_private(text) != text:
            yield file


def _without_private(text: str) -> str:
    """Return the text of a record without its private sections."""
    from copkit.text.front_matter import frame_of, may_have_private_section, without_private

    frame = frame_of(text)
    if frame is None or not may_have_private_section(text[frame.body :]):
        return text
    body = text[frame.body :]
    visible = without_private(body)
    return text if visible == body else text[: frame.body] + visible.rstrip() + "\n"


# --- listing ---------------------------------------------------------------------------------


def due(
    context: Reading,
    as_of: Annotated[
        str | None, typer.Option(help="What is due on this day.", show_default="today")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Show every rule, with its reason.")
    ] = False,
) -> None:
    """List what has been kept long enough, by rule; nothing is deleted.

    \b
    Examples:
      copkit retention
      copkit retention --rules
      copkit retention --as-of 2019-03-01 --json
    """
    from copkit.analysis.endings.retention import due_disposals, policies_of

    programme = context.open()
    day = parse_day(as_of, "--as-of") if as_of else today()
    disposals = due_disposals(programme, read_holdings(programme.root, programme), day)
    policies = policies_of(programme.settings)
    agreed = programme.settings.retention_agreed_on
    if context.as_json:
        print_json(
            {
                "as_of": day,
                "agreed": agreed._asdict() if agreed else None,
                "due": [_as_json(disposal) for disposal in disposals],
                "rules": policies,
            }
        )
        return
    if rules:
        _print_rules(policies)
        return
    _print_due(disposals, day)
    if agreed is None:
        say("nobody has agreed to these periods yet: 'retention_agreed: 2026-01-10 by ROLE' in "
            "copkit.yaml says so; 'copkit retention --rules' shows them")  # fmt: skip


def _as_json(disposal: DueDisposal) -> dict[str, object]:
    policy = disposal.policy
    return {
        "rule": policy.id,
        "what": policy.what,
        "count": disposal.count,
        "then": policy.then,
        "keep": policy.keep,
        "because": policy.because,
        "held": [{"why": why, "count": count} for why, count in disposal.held],
    }


def _print_rules(policies: Iterable[RetentionPolicy]) -> None:
    for policy in policies:
        whose = "" if policy.is_default else " (agreed here)"
        after = "" if policy.span is None else f" after {_FROM_IN_WORDS[policy.since]}"
        disposal = "" if policy.span is None else f", then {policy.then}"
        head = f"{policy.id}: {policy.what}, {policy.keep}{after}{disposal}{whose}."
        print_paragraph(head)
        if policy.because:
            print_paragraph(f"Because {policy.because}.", "    ")
        if policy.hold:
            print_paragraph(f"Held: {policy.hold}.", "    ")


_FROM_IN_WORDS: Final = {
    "left": "somebody left, or their community ended",
    "ended": "the community ended",
    "asked": "the survey was closed",
    "sent": "its day",
    "programme-ended": "the programme and its communities ended",
}


def _print_due(disposals: Sequence[DueDisposal], day: dt.date) -> None:
    print_heading(f"Due on {day_in_words(day)}", "." if disposals else ": nothing.")
    for disposal in disposals:
        policy = disposal.policy
        if disposal.entries:
            print_paragraph(
                f"{disposal.in_words}: {_VERBS[policy.then]}. Kept {policy.keep}, "
                f"because {policy.because or 'that was agreed'}. [{policy.id}]",
                "  - ",
            )
        for entry in disposal.entries if policy.then is Disposal.REVIEW else ():
            if policy.what is not Kept.PRIVATE_NOTES or "#" not in entry:
                print_paragraph(entry, "      ")
        if disposal.entries and policy.what is Kept.UNSIGNED_CASES:
            print_paragraph("copkit case sign-off CASE, or copkit remove CASE", "      ")
        for why, count in disposal.held:
            print_paragraph(f"{plural(count, 'other')} held: {why}. [{policy.id}]", "  - ")
    if any(d.entries and d.policy.then is not Disposal.REVIEW for d in disposals):
        say("'copkit retention apply' does what is due; --dry-run shows it")


_VERBS: Final = {
    Disposal.DELETE: "to be deleted",
    Disposal.STRIP: "to be stripped to role and sector",
    Disposal.REVIEW: "to be looked at",
}
GONE: Final = "the reason was deleted when its period was over"
"""What stands in the place of the reason why a finding was accepted."""


# --- applying --------------------------------------------------------------------------------


class DisposalPlan(NamedTuple):
    """All that apply writes and deletes, and the rules that it follows.

    ``renewed`` are the cases whose sign-off stands though an id in them changed.
    """

    disposals: tuple[DueDisposal, ...]
    changes: tuple[Change, ...]
    removals: tuple[str, ...]
    renewed: tuple[str, ...]


def apply(
    context: Writing,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="RULE", help="Only this rule; may be repeated."),
    ] = None,
    reviewed: Annotated[
        list[str] | None,
        typer.Option(
            "--reviewed", metavar="RULE", help="You have looked through what this rule names."
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="The role that does it, for the log.", show_default="agreed")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete and strip what has been kept long enough, in one step, and note it in a log.

    It cannot be undone. Rules that say 'review' do nothing until --reviewed names them. What
    git's history, clones, sent mail and back-ups still hold is said at the end.

    \b
    Examples:
      copkit retention apply --dry-run
      copkit retention apply --only contacts --by "Programme manager"
      copkit retention apply --reviewed private-notes
    """
    from copkit.analysis.endings.retention import policies_of
    from copkit.text.transaction import locked

    programme = context.open()
    ids = [policy.id for policy in policies_of(programme.settings)]
    for option, names in (("--only", only), ("--reviewed", reviewed)):
        for name in names or ():
            if name not in ids:
                hint = did_you_mean(name, ids, f"the rules are {', '.join(ids)}")
                usage_error(f"{option}: there is no rule '{name}'", hint)
    agreed = programme.settings.retention_agreed_on
    role = by or (agreed.role if agreed else None)
    if by:
        from copkit.cli.pii import require_label
        from copkit.pii.labels import LabelKind

        require_label(programme, "--by", by, LabelKind.ROLE, "write a role", agreed=False)
    plan = plan_disposal(programme, only or (), reviewed or (), role)
    _print_plan(plan, dry_run=context.dry_run)
    if context.dry_run or not plan.disposals:
        return
    _require_consent(yes=yes)
    with locked(programme.root):
        # Not the texts: new ids of the log are by chance.
        again = plan_disposal(context.open(), only or (), reviewed or (), role)
        if again.disposals != plan.disposals:
            message = "something was changed in the meantime; nothing was deleted"
            raise CopkitError(message, "run the command again")
        _write_plan(programme.root, again)
    say("done; 'copkit undo' does not bring it back, and begins anew")
    _print_what_remains(programme.root, plan)


def _require_consent(*, yes: bool) -> None:
    """Raise :class:`CopkitError` unless somebody says that this is meant."""
    if yes:
        return
    if not is_interactive():
        usage_error("this cannot be undone, so it is not done unasked", "--yes says you mean it")
    from copkit.cli.prompts import confirm

    if not confirm("do all this for good?", default=False):
        raise CopkitError("nothing was changed", status=1)


def plan_disposal(
    programme: Programme, only: Collection[str], reviewed: Collection[str], role: str | None
) -> DisposalPlan:
    """Work out what is deleted and stripped today; nothing is written yet.

    ``only`` and ``reviewed`` are ids of rules, ``role`` is who does it, for the log.
    """
    from copkit.analysis.endings.retention import due_disposals, may_apply
    from copkit.cli.housekeeping import read_folder_changes

    root, day = programme.root, today()
    disposals = tuple(
        disposal
        for disposal in due_disposals(programme, read_holdings(root, programme), day)
        if disposal.entries
        and (not only or disposal.policy.id in only)
        and may_apply(disposal.policy, reviewed)
    )
    if not disposals:
        return DisposalPlan((), (), (), ())
    folder, _ = read_folder_changes(root)
    removals: list[str] = []
    # Rosters last: other entries are named by the ids that people have until then.
    for disposal in sorted(disposals, key=lambda due: due.policy.what is Kept.ROSTERS):
        if disposal.policy.what in AS_FILES:
            for file in disposal.entries:
                if file in folder.texts:
                    folder.delete(file)
                else:  # it may be a PDF or a Word document
                    removals.append(file)
        else:
            _EDITS[disposal.policy.what](programme, folder, disposal.entries)
    _note_in_log(folder, disposals, day, role)
    renewed = folder.renew_sign_offs()
    return DisposalPlan(disposals, tuple(folder.changes()), tuple(removals), tuple(renewed))


_Edit = Callable[["Programme", "FolderChanges", Sequence[str]], None]
"""Takes entries of one kind out of the texts of a programme."""


def _remove_entries(file: str, key: str) -> _Edit:
    """Return the edit that takes entries out of a list in private/."""

    def edit(programme: Programme, folder: FolderChanges, entries: Sequence[str]) -> None:
        from copkit.text.edit import remove

        del programme
        for entry in entries:
            folder.edit(file, partial(remove, path=[key], item=entry))

    return edit


def _strip_rosters(programme: Programme, folder: FolderChanges, entries: Sequence[str]) -> None:
    """Take what is personal out of rosters, and write ids that say the role alone everywhere."""
    from copkit.analysis.endings.retention import plain_ids, strip_members
    from copkit.records.kinds import KINDS_BY_NAME, RecordName

    kind = KINDS_BY_NAME["roster"]
    for records in programme.communities:
        due_ids = {id.partition("/")[2] for id in entries if id.startswith(f"{records.slug}/")}
        members = [member for member in records.members if member.id in due_ids]
        if not members:
            continue
        file = records.roster.source.file
        strip = partial(strip_members, members=members, settings=programme.settings)
        folder.edit(file, strip)
        for old, new in plain_ids(records.members, due_ids).items():
            name = RecordName(kind, records.slug, old)
            folder.rename(name, name._replace(slug=new))


def _drop_private_notes(
    programme: Programme, folder: FolderChanges, entries: Sequence[str]
) -> None:
    """Take private sections out of records, and the reasons out of accepted findings."""
    from copkit.analysis.endings.retention import ACCEPTED_REASONS
    from copkit.text.edit import set_value

    del programme
    accepted = ACCEPTED_REASONS.partition("#")[0]
    for file in entries:
        if not file.startswith(ACCEPTED_REASONS):
            folder.edit(file, _without_private, changes_words=False)
    if any(file.startswith(ACCEPTED_REASONS) for file in entries) and accepted in folder.texts:
        for finding in _accepted_ids(folder, accepted):
            drop = partial(set_value, path=["accepted", finding, "why"], value=GONE)
            folder.edit(accepted, drop, changes_words=False)


def _accepted_ids(folder: FolderChanges, file: str) -> list[str]:
    """Return the ids of the findings that were accepted."""
    from copkit.text.edit import read_fields
    from copkit.text.yaml.nodes import value_of

    fields = value_of(read_fields(folder.texts[file]))
    return [entry["id"] for entry in fields.get("accepted") or ()]


_EDITS: Final[Mapping[Kept, _Edit]] = {
    Kept.CONTACTS: _remove_entries(CONTACTS, "contacts"),
    Kept.ALIASES: _remove_entries(ALIASES, "aliases"),
    Kept.ROSTERS: _strip_rosters,
    Kept.PRIVATE_NOTES: _drop_private_notes,
}


def _note_in_log(
    folder: FolderChanges, disposals: Sequence[DueDisposal], day: dt.date, role: str | None
) -> None:
    """Add to the log which rules were applied, with counts; no name and no id of anybody."""
    from copkit.records.kinds import schema_modeline
    from copkit.records.retention_log import RetentionEntry
    from copkit.records.schema.fields import new_part_id
    from copkit.text.edit import append

    text = folder.texts.get(RETENTION_LOG) or f"{schema_modeline('retention-log', 0)}applied:\n"
    known = folder.record(RETENTION_LOG).applied if RETENTION_LOG in folder.texts else ()
    ids = [entry.id for entry in known]
    for disposal in disposals:
        ids.append(new_part_id(RetentionEntry, ids))
        entry = {"id": ids[-1], "date": day, "rule": disposal.policy.id, "count": disposal.count}
        text = append(text, ["applied"], entry | ({"by": role} if role else {}))
    folder.texts[RETENTION_LOG] = text


def _write_plan(root: Path, plan: DisposalPlan) -> None:
    """Write and delete all or nothing, and delete every copy that could bring it back."""
    from copkit.analysis.folder_changes import is_private
    from copkit.cli.members.forget import delete_copies
    from copkit.cli.params import current_command, moment
    from copkit.cli.store import require_known_format, require_valid_text
    from copkit.git.repository import require_private_ignored
    from copkit.git.undo import ChangeNote, build_purge, delete_unreadable_notes
    from copkit.text.transaction import save_privately

    require_known_format(root)
    private = [change for change in plan.changes if is_private(change.file)]
    records = [change for change in plan.changes if not is_private(change.file)]
    if private or plan.removals:
        require_private_ignored(root)
    for change in records:
        if not change.file.startswith(".copkit/"):
            require_valid_text(change.file, change.new or "")
    note = ChangeNote(
        number=0,  # the next one
        command=current_command(),
        when=moment(),
        summary=("what had been kept long enough was deleted",),
        changes=(),
        is_final=True,
    )
    # copies first: whoever is stopped here still has everything, and runs this again
    delete_copies(root, with_sheets=False)
    delete_unreadable_notes(root)
    purge = build_purge(root, note)
    purged = {change.file for change in purge}
    removals = [file for file in plan.removals if file not in purged]
    save_privately(root, [*private, *purge], records, removals=removals)


# --- printing --------------------------------------------------------------------------------


def _print_plan(plan: DisposalPlan, *, dry_run: bool) -> None:
    would = "would be" if dry_run else "will be"
    if not plan.disposals:
        say(
            "nothing is due that could be deleted; 'copkit retention' lists what is to be looked at"
        )
        return
    for disposal in plan.disposals:
        done = "stripped" if disposal.policy.then is Disposal.STRIP else "deleted"
        say(clean(f"  {disposal.in_words} {would} {done}: {disposal.policy.keep} are over"))
        for why, count in disposal.held:
            say(clean(f"    {plural(count, 'other')} held: {why}"))
    if any(disposal.policy.what is Kept.ROSTERS for disposal in plan.disposals):
        say("  role, sector, part and why somebody left stay, so that every count stays the same")
        say("  this is not anonymous: in a small place a role may still point at somebody")
    if plan.renewed:
        say(f"  {plural(len(plan.renewed), 'sign-off')} stand: only ids changed")
    say(f"  what 'copkit undo' has noted, and build/, {would} deleted with it")


def _print_what_remains(root: Path, plan: DisposalPlan) -> None:
    """Print what git's history and other copies still hold, with the command for history."""
    from copkit.git.objects import count_commits_changing
    from copkit.git.repository import find_repository

    if (root / ENCRYPTED_CONTACTS).exists():
        say(f"{ENCRYPTED_CONTACTS} still holds what was in private/: "
            "'copkit contacts encrypt --force' makes it anew")  # fmt: skip
    repository = find_repository(root)
    changed = [change.file for change in plan.changes if not change.file.startswith("private/")]
    changed = [file for file in changed if file != RETENTION_LOG]
    if repository is None:
        say("this folder is not kept in git, so there is no history to clean")
    else:
        commits = count_commits_changing(repository, changed)
        versions = count_commits_changing(repository, [ENCRYPTED_CONTACTS])
        private = count_commits_changing(repository, [PRIVATE])
        parts = []
        if commits:
            parts.append(f"{plural(len(changed), 'file')} as they were before, in "
                         f"{count_in_words(commits, 'commit')}")  # fmt: skip
        if versions:
            parts.append(f"{plural(versions, 'version')} of {ENCRYPTED_CONTACTS}")
        if private:
            parts.append(f"{PRIVATE}/, though it was never to be in git, in "
                         f"{count_in_words(private, 'commit')}")  # fmt: skip
        if parts:
            say(f"git's history still holds {list_in_words(parts)}")
            say("  'copkit check --history' looks through it; to write it anew, in a new clone:")
            say("  git filter-repo --invert-paths --path FILE, and then: git push --force --all")
        else:
            say("git's history holds nothing of it")
    say("other clones, mail that was sent, back-ups and printed lists still have it: tell whoever "
        "keeps them")  # fmt: skip
