"""How a copy of the folder stands: what it has not shared, and whether its guards are in place.

Runs git, in as few processes as it takes: 'copkit today' asks at every start.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from copkit.analysis.due import DueGroup, DueItem
from copkit.errors import Problem, Severity
from copkit.files import is_outside_git
from copkit.git.history import head_commit
from copkit.git.hooks import find_guard_fault
from copkit.git.repository import Repository, find_repository
from copkit.layout import SETTINGS
from copkit.records.kinds import is_record_file
from copkit.wording import plural, weekday_in_words


def due_in_git(root: Path, day: dt.date) -> Iterator[DueItem]:
    """Yield what is to be done about a programme's repository as of a day; nothing without one.

    A programme inside another project, an example say, is that project's to look after.
    """
    repository = find_repository(root)
    if repository is None or (repository.prefix and not _is_looked_after(root)):
        return
    if fault := find_guard_fault(repository):
        yield DueItem(DueGroup.TO_PUT_RIGHT, fault, ("hooks", "install"))
    files, since = find_unshared(repository)
    # of a folder that was started a minute ago, nobody is told to share the settings
    if files - {SETTINGS} or (files and head_commit(repository)):
        # A clock that is wrong, or a day set for a test, may lie before the change.
        when = f" since {_day_in_words(since, day)}" if since and since <= day else ""
        what = f"{plural(len(files), 'record')} changed{when}"
        yield DueItem(DueGroup.NOT_SHARED, what, ("sync",))


def find_guard_problem(root: Path) -> Problem | None:
    """Return the problem of a copy in which git does not ask copkit; ``None`` where it does.

    ``None`` as well without a repository, and for a programme that another project looks after.
    """
    repository = find_repository(root)
    if repository is None or (repository.prefix and not _is_looked_after(root)):
        return None
    fault = find_guard_fault(repository)
    if not fault:
        return None
    return Problem(
        file=".git/hooks",
        line=1,
        column=1,
        end_line=1,
        end_column=2,
        code="no-guards",
        severity=Severity.WARNING,
        message=f"{fault[0].lower()}{fault[1:]}",
        hint="nothing is looked at before a commit and a push: copkit hooks install",
    )


def _is_looked_after(root: Path) -> bool:
    """Check whether a programme within another project has settings of its own for git."""
    from copkit.git.merge_driver import names_driver  # which takes a while to import

    return names_driver(root)


def find_unshared(repository: Repository) -> tuple[set[str], dt.date | None]:
    """Return the records that differ from what was last shared, and the day of the first change.

    Without a shared place, those are meant that differ from what is kept in the history.
    """
    status = repository.git(
        "status",
        "--porcelain=v2",
        "--branch",
        "-z",
        "--no-renames",
        "-uall",
        "--ignore-submodules=all",
        "--",
        ".",
    )
    changed, ahead = _parse_status(status, repository.prefix)
    days = []
    for file in changed:
        with contextlib.suppress(OSError):  # one that was deleted has no time
            days.append(_day_of((repository.root / file).stat().st_mtime))
    if ahead:
        options = ("log", "--format=%x01%cs", "--name-only", "--no-renames", "--relative", "-z")
        log = repository.try_git(*options, "@{upstream}..HEAD", "--", ".") or ""
        for entry in log.replace("\n", "").split("\0"):
            # '\x012012-06-15' begins a commit, and its first file follows on the same line.
            is_commit = entry.startswith("\x01")
            if is_commit:
                days.append(dt.date.fromisoformat(entry[1:11]))
            file = entry[11:] if is_commit else entry
            if file and is_record_file(file):
                changed.add(file)
    return changed, min(days, default=None)


def _parse_status(status: str, prefix: str) -> tuple[set[str], bool]:
    """Return the records that are changed here, and whether there are commits to be sent.

    ``status`` is printed by ``git status --porcelain=v2 --branch -z``, ``prefix`` is the folder of
    the programme in its repository.
    """
    files, ahead = set[str](), False
    for entry in filter(None, status.split("\0")):
        if entry.startswith("# branch.ab "):
            ahead = not entry.startswith("# branch.ab +0 ")
        elif not entry.startswith("# "):
            # '1 XY sub mH mI mW hH hI path', 'u XY sub m1 m2 m3 mW h1 h2 h3 path', '? path'
            fields = {"1": 8, "u": 10}.get(entry[0], 1)
            file = entry.split(" ", fields)[-1].removeprefix(prefix)
            if is_record_file(file) and not is_outside_git(file):
                files.add(file)
    return files, ahead


def _day_of(seconds: float) -> dt.date:
    """Return the day of a file's time, by the clock on the wall."""
    return dt.datetime.fromtimestamp(seconds).astimezone().date()


def _day_in_words(day: dt.date, today: dt.date) -> str:
    """Return a day of the last week by its name alone, another with its date."""
    words = weekday_in_words(day, today.year)
    days = (today - day).days
    if days < 2:
        return "yesterday" if days else "today"
    return words.partition(" ")[0] if days < 7 else words
