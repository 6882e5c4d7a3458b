"""Large losses of records, which nobody should send to others without being asked.  Pure.

A folder that was dragged away by mistake, or a roster that a program saved empty, looks to git like
any other change, and would be deleted for everybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from copkit.analysis.changes import FORGOTTEN_ID
from copkit.records.kinds import is_record_file
from copkit.wording import plural

MOST_DELETED: Final = 3  # records that may be deleted at once without a question
_MOST_NAMED: Final = 5


class Loss(NamedTuple):
    """Something large that is gone: a line about it, its files, and the command to get it back."""

    message: str
    files: tuple[str, ...]
    way_back: str = ""

    def __str__(self) -> str:
        return self.message


def find_large_losses(
    before: Collection[str],
    deleted: Iterable[str],
    rosters: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> list[Loss]:
    """Find communities that are gone, many deleted records, and rosters without their members.

    ``before`` are all files as they were, ``deleted`` those that are gone for good: not the ones
    that have another name now. ``rosters`` has the members by id, before and after, by file.
    """
    records = [file for file in deleted if is_record_file(file)]
    losses, in_communities = [], set[str]()
    for folder in sorted({_community(file) for file in records} - {""}):
        lost = tuple(file for file in records if _community(file) == folder)
        existed = sum(_community(file) == folder for file in before if is_record_file(file))
        if f"{folder}/community.md" in lost and 2 * len(lost) > existed:
            losses.append(Loss(f"{folder}: the whole community ({_count(lost)})", lost))
            in_communities.update(lost)
    others = tuple(file for file in records if file not in in_communities)
    if len(others) > MOST_DELETED:
        names = ", ".join(others[:_MOST_NAMED])
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        losses.append(Loss(f"{_count(others)}: {names}{more}", others))
    return losses + list(_lost_members(rosters))


def _lost_members(
    rosters: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> Iterator[Loss]:
    """Yield the rosters that are empty, or have lost more than half of their members."""
    for file, (old, new) in rosters.items():
        # Somebody who was forgotten has another id now.
        forgotten = sum(bool(FORGOTTEN_ID.fullmatch(id)) for id in new if id not in old)
        # An id that was changed is no loss either: the same job is there under another.
        gone = Counter(_job(old[id]) for id in old if id not in new)
        came = Counter(_job(new[id]) for id in new if id not in old)
        lost = min(gone.total() - forgotten, (gone - came).total())
        if old and 2 * lost > len(old) and (lost > 1 or not new):
            yield Loss(f"{file}: {lost} of {plural(len(old), 'member')}", (file,))


def _job(member: Any) -> tuple[str, str]:
    """Return the role and the sector of a member as a roster has them."""
    fields = member if isinstance(member, dict) else {}
    return str(fields.get("role")), str(fields.get("sector"))


def _community(file: str) -> str:
    parts = file.split("/")
    return "/".join(parts[:2]) if parts[0] == "communities" and len(parts) > 2 else ""


def _count(files: Collection[str]) -> str:
    return plural(len(files), "record")


def paths_to_restore(lost: Collection[str], before: Iterable[str]) -> list[str]:
    """Return the fewest paths that name all lost files and none of the others of ``before``."""
    lost_in, all_in = Counter[str](), Counter[str]()
    gone = set(lost)
    for file in before:
        for folder in _folders(file):
            all_in[folder] += 1
            lost_in[folder] += file in gone
    paths: dict[str, None] = {}
    for file in lost:
        whole = (folder for folder in _folders(file) if all_in[folder] == lost_in[folder] > 1)
        paths[next(whole, file)] = None
    return list(paths)


def _folders(file: str) -> list[str]:
    """Return the folders that a file lies in, the topmost first."""
    parts = file.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]
