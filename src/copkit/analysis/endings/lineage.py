"""Communities that grow out of others: the tree of them, and what a new one takes over.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from copkit.analysis.endings.closing import blockages_met, closing_in_force
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import ApproachOutcome
from copkit.records.blockages import BlockageStatus
from copkit.records.communities import CommunityStatus, TakenOver
from copkit.records.members import Member, Part
from copkit.wording import list_in_words, plural


@dataclass(frozen=True, slots=True)
class Descent:
    """A community in the tree of those that grew out of one another.

    ``depth`` is how far it is from a root. ``parents`` are the slugs it grew out of, and it stands
    below the first. ``trained`` counts its facilitators by the community where they learned it, and
    ``ended_because`` are the reasons on record.
    """

    slug: str
    code: str
    place: str
    depth: int
    parents: tuple[str, ...]
    since: int | None
    until: int | None
    status: CommunityStatus
    ended_because: tuple[str, ...]
    took: tuple[str, ...]
    trained: dict[str, int]

    @property
    def years(self) -> str:
        """The years of its life: ``2011-2013``, ``2012-``; ``""`` where nothing says so."""
        if self.since is None or self.since == self.until:
            return str(self.until or "")
        return f"{self.since}-{self.until or ''}"


def build_lineage(programme: Programme) -> list[Descent]:
    """Return every community of practice and network, each below the one it grew out of."""
    communities = {
        records.slug: records for records in programme.communities if _has_lineage(records)
    }
    below: dict[str, list[str]] = {}
    for slug, records in communities.items():
        parents = [parent for parent in records.community.grew_out_of if parent in communities]
        below.setdefault(parents[0] if parents else "", []).append(slug)
    tree: list[Descent] = []
    waiting = [(slug, 0) for slug in reversed(below.get("", []))]
    while waiting:
        slug, depth = waiting.pop()
        tree.append(_descent(communities[slug], depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(slug, []))]
    return tree


def _has_lineage(records: CommunityRecords) -> bool:
    """Check whether a community belongs in the tree: meetings of the programme itself do not."""
    community = records.community
    return bool(community.grew_out_of) or community.kind.grows


def _descent(records: CommunityRecords, depth: int) -> Descent:
    community, closing = records.community, closing_in_force(records)
    first, last = community.started, community.ended
    held = [meeting.held_on for meeting in records.meetings if meeting.was_attended]
    since = first or (held[0] if held else None)
    return Descent(
        slug=community.slug,
        code=community.code,
        place=community.place,
        depth=depth,
        parents=community.grew_out_of,
        since=since.year if since else None,
        until=last.year if last else None,
        status=community.status,
        ended_because=closing.reasons_in_words if closing else (),
        took=tuple(_took_in_words(records)),
        trained=dict(Counter(filter(None, map(_trained_at, records.members)))),
    )


def _trained_at(member: Member) -> str | None:
    """Return the slug of the community at which a facilitator was trained, or at whose session."""
    if member.part is not Part.FACILITATOR or not member.trained_at:
        return None
    return member.trained_at.partition("/")[0]


def _took_in_words(records: CommunityRecords) -> Iterator[str]:
    """Yield what a community took over, in words; lists with how many."""
    community = records.community
    for taken in community.took:
        if taken is TakenOver.BLOCKAGES and community.blockages:
            yield plural(len(community.blockages), "blockage")
        elif taken is TakenOver.EVIDENCE and community.evidence:
            yield plural(len(community.evidence), "evidence card")
        elif taken in _TAKEN_IN_WORDS:
            yield _TAKEN_IN_WORDS[taken]


_TAKEN_IN_WORDS: Final = {
    TakenOver.SEATS: "the plan of seats",
    TakenOver.GROUND_RULES: "ground rules",
    TakenOver.THEMES: "themes",
    TakenOver.APPROACHES: "advice on whom to approach",
}
"""What is taken over that only the new community has; the rest belongs to the programme."""


# --- sprouting ------------------------------------------------------------------------------


class SectorAdvice(NamedTuple):
    """What came of approaches to a sector at one level, without the names of agencies."""

    sector: str
    level: str
    agreed: int
    asked: int


def themes_of(records: CommunityRecords) -> tuple[str, ...]:
    """Return the themes of a community's cases, the most frequent first."""
    counts = Counter(theme for case in records.cases for theme in case.themes)
    own = records.community.themes
    return tuple(dict.fromkeys((*own, *(theme for theme, _ in counts.most_common()))))


def open_blockages(programme: Programme, records: CommunityRecords) -> tuple[str, ...]:
    """Return the slugs of the blockages that are open in a community."""
    return tuple(
        blockage.slug
        for blockage in programme.blockages
        if blockage.status is BlockageStatus.OPEN
        and (blockage in blockages_met(programme, records) or blockage.slug in _taken(records))
    )


def _taken(records: CommunityRecords) -> frozenset[str]:
    return frozenset(records.community.blockages)


def evidence_about(programme: Programme, themes: Iterable[str]) -> tuple[str, ...]:
    """Return the slugs of the evidence cards that share a theme."""
    wanted = {theme.casefold() for theme in themes}
    return tuple(
        card.slug
        for card in programme.evidence
        if any(theme.casefold() in wanted for theme in card.themes)
    )


_AGREED: Final = frozenset({ApproachOutcome.PROMISED, ApproachOutcome.JOINED})


def advice_on_approaches(records: CommunityRecords) -> list[SectorAdvice]:
    """Return at which level agencies of each sector agreed, those that did first."""
    asked = Counter[tuple[str, str]]()
    agreed = Counter[tuple[str, str]]()
    for approach in records.approaches:
        if approach.sector and approach.level and approach.outcome:
            key = (approach.sector, approach.level.replace("-", " "))
            asked[key] += 1
            agreed[key] += approach.outcome in _AGREED
    advice = [SectorAdvice(*key, agreed[key], count) for key, count in asked.items()]
    return sorted(advice, key=lambda entry: (entry.sector, -entry.agreed, entry.level))


def describe_descent(entry: Descent, codes: Mapping[str, str]) -> str:
    """Return what is known of how a community began and ended, in one line.

    ``codes`` are those of the communities by slug.
    """
    facts = []
    if entry.status is CommunityStatus.FORMING:
        facts.append("forming")
    elif entry.status is CommunityStatus.ENDED:
        why = list_in_words(entry.ended_because)
        facts.append(f"ended: {why}" if why else "ended")
    elif entry.ended_because:
        facts.append(f"closing: {list_in_words(entry.ended_because)}")
    if len(entry.parents) > 1:
        others = [codes.get(slug, slug) for slug in entry.parents[1:]]
        facts.append(f"also from {list_in_words(others)}")
    if entry.took:
        facts.append(f"took {', '.join(entry.took)}")
    for slug, count in entry.trained.items():
        who = "facilitator" if count == 1 else f"{count} facilitators"
        facts.append(f"{who} trained at {codes.get(slug, slug)}")
    return "; ".join(facts)
