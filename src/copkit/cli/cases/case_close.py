"""``copkit case close``: a case of which every action has been told."""

from __future__ import annotations

from copkit.analysis.follow_up import FollowUp, follow_ups_of
from copkit.cli.cases.case_named import ask_outcome, find_case, in_a_line
from copkit.cli.cases.edit import Told, record, require_to_be_told
from copkit.cli.params import HERE, CaseName, DryRun, Folder, interactive, today
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.layout import find
from copkit.records.cases import CaseStatus, Outcome
from copkit.records.kinds import Noun
from copkit.wording import plural


def close(name: CaseName, folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Close a case, once every action has been told of.

    'not-tried' is an answer too. On a terminal it asks for what has not been told yet.

    \b
    Examples:
      copkit case close brighton/nobody-to-call
      copkit case close brighton/nobody-to-call --dry-run
    """
    programme = load(find(folder), {Noun.MEMBERS, Noun.CASES})
    case = find_case(programme, name)
    require_to_be_told(programme, case)
    if case.status is CaseStatus.CLOSED:
        say(f"{clean(case.name)} is closed already; nothing was written")
        return
    if case.status is CaseStatus.DRAFT:
        message = f"{case.source.file} is a draft; nothing was written"
        hint = "set 'status' to presented or written-up when it is, or delete the file"
        raise CopkitError(message, hint)
    every = list(follow_ups_of(case, today()))
    untold = [one for one in every if not one.told]
    if untold and not interactive():
        _refuse(untold)
    told = [Told(one.action, ask_outcome(one.action), today()) for one in untold]
    record(programme, case, told, dry_run=dry_run, status=CaseStatus.CLOSED)
    if not dry_run:
        say(f"  {clean(case.name)} is closed")
    never = [one for one in every if one.told and one.told[-1].outcome is Outcome.NOT_TRIED]
    for one in never:
        say(f"  never tried: {in_a_line(one)}")


def _refuse(untold: list[FollowUp]) -> None:
    for one in untold:
        say(f"  copkit case progress {one.case.name} {one.action.id} OUTCOME")
    count = plural(len(untold), "action")
    message = f"nobody has told what came of {count}; nothing was written"
    raise CopkitError(message, f"OUTCOME is one of {', '.join(Outcome)}")
