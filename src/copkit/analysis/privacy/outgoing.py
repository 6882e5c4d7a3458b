"""What a document for readers outside states, and what comes out beside earlier ones.  Pure.

``outgoing.yaml`` says which documents readers have. What these state is worked out anew from the
records of today, at the day and for the communities of each, so nothing that was hidden is kept
anywhere. Two documents are compared as readers would: what is the same on both days counts as known
to be the same. What grows from one day to another in open counts is no secret, nor is how many
cases a blockage touches. Cases themselves are compared across any number of documents, since three
newsletters can leave those of one community where no two do.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Final, NamedTuple

from copkit import __version__
from copkit.analysis.attendance import AttendanceLetter, build_matrix
from copkit.analysis.blockages import BEGINNING
from copkit.analysis.participation import sector_table
from copkit.analysis.period import Scope, communities_in_scope, reportable_cases
from copkit.analysis.privacy.differences import StatedCount, come_out, is_small
from copkit.analysis.privacy.small_cells import Hidden, hide_small_count
from copkit.folder import Programme
from copkit.records.blockages import LETTER_AUDIENCE, Blockage
from copkit.records.cases import BeyondRemit
from copkit.records.outgoing import Outgoing, OutgoingDocument, outgoing_id
from copkit.records.schema.audience import Audience
from copkit.records.schema.fields import Id
from copkit.wording import list_in_words

MOST_FINDINGS: Final = 4  # of the members in two documents; the first say what it is about
DIGEST_BYTES: Final = 16  # enough that no two pairs of tables meet by chance


class Statement(Enum):
    """Figures that a document can state."""

    MEMBERS_BY_SECTOR = "members by sector and community"
    MEMBERS = "how many members there are"
    CASES = "the cases themselves, one by one"
    CASE_COUNT = "how many cases there are, also those that readers may not see"


_OF_PEOPLE: Final = frozenset({Statement.MEMBERS_BY_SECTOR, Statement.MEMBERS})

STATED: Final[Mapping[OutgoingDocument, frozenset[Statement]]] = {
    OutgoingDocument.SECTORS: frozenset({Statement.MEMBERS_BY_SECTOR}),
    OutgoingDocument.NEWSLETTER: frozenset({Statement.CASES}),
    OutgoingDocument.BRIEF: frozenset({Statement.MEMBERS, Statement.CASES, Statement.CASE_COUNT}),
    OutgoingDocument.LETTER: frozenset({Statement.CASE_COUNT}),
    OutgoingDocument.SITE: frozenset({Statement.CASES}),
    OutgoingDocument.WRITE_UP: frozenset(),
    OutgoingDocument.SURVEY: frozenset(),
    OutgoingDocument.TIES: frozenset(),
    OutgoingDocument.REPORT: frozenset(Statement),
    OutgoingDocument.EXPORT: frozenset(Statement),
    OutgoingDocument.ARCHIVE: frozenset(Statement),
    OutgoingDocument.DIRECTORY: frozenset(),
    OutgoingDocument.SESSION: frozenset(),
    OutgoingDocument.CLOSING: frozenset({Statement.MEMBERS}),
}
"""The figures that each kind of document states."""

UNDATED: Final = frozenset(
    {
        OutgoingDocument.SITE,
        OutgoingDocument.WRITE_UP,
        OutgoingDocument.SURVEY,
        OutgoingDocument.TIES,
        OutgoingDocument.DIRECTORY,
        OutgoingDocument.SESSION,
    }
)
"""Documents that state what is on record today: one entry of each is enough, of whatever day."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a document covers: up to which day, of which communities (empty for all), for whom."""

    document: OutgoingDocument
    readers: Audience
    day: dt.date
    name: str = ""
    since: dt.date | None = None
    communities: frozenset[str] = frozenset()

    @property
    def id(self) -> Id:
        """The id of its entry in ``outgoing.yaml``."""
        return outgoing_id(
            self.document, self.name, self.readers, self.since, self.day, self.communities
        )

    @property
    def title(self) -> str:
        """What it is called in a sentence: ``brief winter-2012``."""
        return f"{self.document} {self.name}" if self.name else str(self.document)

    @property
    def is_for_members(self) -> bool:
        """Whether its readers may see every count, so that there is nothing to subtract."""
        return self.readers.policy.counts_are_exact

    @property
    def scope(self) -> Scope:
        """The days and communities that it covers."""
        until = dt.date.max if self.document in UNDATED else self.day
        return Scope(self.since or BEGINNING, until, self.communities)

    def says_the_same(self, other: Selection) -> bool:
        """Return whether this is another's document and selection, as far as days matter to it."""
        return self == (replace(other, day=self.day) if self.document in UNDATED else other)


def selection_of(entry: Outgoing) -> Selection:
    """Return what an entry covers."""
    return Selection(
        document=entry.document,
        readers=entry.readers,
        day=entry.day,
        name=entry.name or "",
        since=entry.since,
        communities=frozenset(entry.communities),
    )


def letter_selection(blockage: Blockage, day: dt.date, id: str = "") -> Selection:
    """Return what a commissioner gets with a letter: all cases up to its day are counted."""
    name = f"{blockage.slug}/{id}" if id else blockage.slug
    return Selection(OutgoingDocument.LETTER, LETTER_AUDIENCE, day, name)


def letters_sent(programme: Programme) -> list[Selection]:
    """Return the letters that readers have: the asks on record say so, and no entry repeats it."""
    return [
        letter_selection(blockage, ask.date, ask.id)
        for blockage in programme.blockages
        for ask in blockage.asks
    ]


class Difference(NamedTuple):
    """Earlier documents, mostly one, and what their readers work out beside another."""

    earlier: tuple[Selection, ...]
    findings: tuple[str, ...]


def find_differences(
    programme: Programme, selection: Selection, others: Iterable[Selection]
) -> list[Difference]:
    """Return the documents from which readers could subtract another, with what comes out.

    Readers outside are taken to have all of them: commissioners read what is public as well.
    """
    return Figures(programme).differences(selection, others)


def unsaid_differences(figures: Figures) -> Iterator[tuple[Outgoing, Difference]]:
    """Yield entries of ``outgoing.yaml`` that subtract, each with the earlier ones, unless agreed.

    Documents that two colleagues made at the same time meet only in the merged file.
    """
    entries = figures.programme.outgoing
    agreed = {entry.id: {*entry.despite} for entry in entries}
    for position, entry in enumerate(entries):
        before = map(selection_of, entries[:position])
        for difference in figures.differences(selection_of(entry), before):
            ids = {entry.id, *(earlier.id for earlier in difference.earlier)}
            if not any(ids - {id} <= agreed.get(id, set()) for id in ids):
                yield entry, difference


class Figure(NamedTuple):
    """One of the smallest counts that documents add up.

    ``subject`` is what is counted: members, those who came too seldom, or cases beyond any remit.
    ``since`` tells apart what was there on the earlier of two days and what has come since.
    """

    subject: str
    sector: str
    community: str
    since: str = ""


class _Areas(NamedTuple):
    """The communities that only the first of two documents covers, only the second, and both."""

    first: frozenset[str]
    second: frozenset[str]
    both: frozenset[str]


class _MemberFigures(NamedTuple):
    """The counts of people that a document states, and the true number of each part of them."""

    cells: tuple[StatedCount[Figure], ...]
    counts: Mapping[Figure, int]


class Figures:
    """The figures of one programme, at any day and for any communities, each worked out once.

    ``harmless`` are digests of pairs of tables from which nothing came out, and so need no second
    search; those that are found to be are added.
    """

    def __init__(self, programme: Programme, harmless: Collection[bytes] = ()) -> None:
        self.programme = programme
        self.harmless = {*harmless}
        self.places = {
            records.slug: records.community.place or records.slug
            for records in programme.communities
        }
        self._tables: dict[tuple[frozenset[Statement], Scope], _MemberFigures] = {}
        self._cases: dict[tuple[dt.date, dt.date], frozenset[tuple[str, str]]] = {}

    def differences(self, selection: Selection, others: Iterable[Selection]) -> list[Difference]:
        """Return what :func:`find_differences` does."""
        others = [
            other
            for other in others
            if not (other.is_for_members or other.says_the_same(selection))
        ]
        # what readers have been told of members already cannot tell them more
        adds_nothing = any(self.table(other) == self.table(selection) for other in others)
        differences = [
            Difference((other,), tuple(self.compare(other, selection, on_members=not adds_nothing)))
            for other in others
        ]
        return [
            *(difference for difference in differences if difference.findings),
            *self.differences_of_several(selection, others),
        ]

    def differences_of_several(
        self, selection: Selection, others: Sequence[Selection]
    ) -> Iterator[Difference]:
        """Yield the communities whose cases come out only where three documents or more meet."""
        told = [other for other in others if Statement.CASES in STATED[other.document]]
        if Statement.CASES not in STATED[selection.document] or len(told) < 2:
            return
        if len({self.slugs(each.scope) for each in (*told, selection)}) < 3:
            return  # fewer than three parts of the programme
        new = self.told_apart([*told, selection]) - self.told_apart(told)
        new -= {slug for other in told for slug in self.told_apart([other, selection])}
        found: dict[tuple[Selection, ...], list[str]] = defaultdict(list)
        for slug in sorted(new):
            needed = told
            for other in told:  # name no document that it takes nothing from
                fewer = [each for each in needed if each != other]
                if slug in self.told_apart([*fewer, selection]):
                    needed = fewer
            found[tuple(needed)].append(f"the cases of {self.place(slug)}")
        yield from (Difference(earlier, tuple(lines)) for earlier, lines in found.items())

    def compare(self, first: Selection, second: Selection, *, on_members: bool) -> Iterator[str]:
        """Yield what comes out of two documents, each as a line; of members if ``on_members``."""
        kinds = STATED[first.document], STATED[second.document]
        tell_cases = all(Statement.CASES in kind for kind in kinds)
        count_cases = all(Statement.CASE_COUNT in kind for kind in kinds)
        count_members = all(kind & _OF_PEOPLE for kind in kinds)
        areas = self.areas(first.scope, second.scope)
        if tell_cases:
            apart = self.told_apart([first, second])
        elif all(kind - _OF_PEOPLE for kind in kinds) and areas:
            apart = self.counted_apart(first.scope, second.scope)
        else:
            apart = set()
        yield from (f"the cases of {self.place(slug)}" for slug in sorted(apart))
        if on_members and count_members:
            yield from self.compare_members(first, second, areas)
        # of one day every count can be subtracted, whether or not one of them is small by now
        if (count_cases or count_members) and areas and first.day == second.day:
            names = sorted(map(self.place, areas.first or areas.second))
            yield f"every figure of {list_in_words(names)} that both documents have"

    def slugs(self, scope: Scope) -> frozenset[str]:
        """Return the communities that a document covers, by slug."""
        return frozenset(records.slug for records in communities_in_scope(self.programme, scope))

    def place(self, slug: str) -> str:
        """Return what a community is called."""
        return self.places.get(slug, slug)

    def areas(self, first: Scope, second: Scope) -> _Areas | None:
        """Return which communities one document covers and the other does not.

        ``None`` where they are the same, or have none in common: then nothing can be subtracted.
        """
        one, other = self.slugs(first), self.slugs(second)
        if one == other or not one & other:
            return None
        return _Areas(one - other, other - one, one & other)

    def cases(self, scope: Scope) -> frozenset[tuple[str, str]]:
        """Return the cases of a period, in all communities: community and slug of each."""
        key = scope.since, scope.until
        if key not in self._cases:
            self._cases[key] = frozenset(
                (records.slug, case.slug)
                for records in self.programme.communities
                for case in reportable_cases(records, Scope(*key))
            )
        return self._cases[key]

    def told_apart(self, documents: Sequence[Selection]) -> set[str]:
        """Return the communities whose cases readers of some documents tell apart from all others.

        Cases that the same documents tell, and the same leave out, come from the communities that
        these have in common. Where only one of them had cases, they are its own, unless one
        document openly covers no other communities.
        """
        covered = [self.slugs(document.scope) for document in documents]
        of_period = [self.cases(document.scope) for document in documents]
        sources: dict[tuple[frozenset[int], frozenset[int]], set[str]] = defaultdict(set)
        for name in frozenset().union(*of_period):
            dated = frozenset(n for n, cases in enumerate(of_period) if name in cases)
            telling = frozenset(n for n in dated if name[0] in covered[n])
            if telling:
                sources[dated, telling].add(name[0])
        apart: set[str] = set()
        for (dated, telling), communities in sources.items():
            area = frozenset.intersection(*(covered[n] for n in telling)).difference(
                *(covered[n] for n in dated - telling)
            )
            if len(communities) == 1 and area not in [covered[n] for n in dated]:
                apart |= communities
        return apart

    def counted_apart(self, first: Scope, second: Scope) -> set[str]:
        """Return the community whose cases are the difference of two counts, if it is one's."""
        counted = [
            {name for name in self.cases(scope) if name[0] in self.slugs(scope)}
            for scope in (first, second)
        ]
        for fewer, more in (counted, reversed(counted)):
            communities = {community for community, _ in more - fewer}
            if fewer < more and len(communities) == 1:
                return communities
        return set()

    def compare_members(
        self, first: Selection, second: Selection, areas: _Areas | None
    ) -> Iterator[str]:
        """Yield the counts of one to four people that come out."""
        earlier, later = sorted((first, second), key=lambda selection: selection.scope.until)
        has_totals_alone = any(
            Statement.MEMBERS_BY_SECTOR not in STATED[selection.document]
            for selection in (first, second)
        )
        if has_totals_alone and not areas and earlier.scope.until != later.scope.until:
            return  # a total of all, which grows openly
        tables = [self.table(earlier), self.table(later)]
        if earlier.scope.until != later.scope.until:
            tables = _linked(*tables)
        cells = [table.cells for table in tables]
        if set(cells[0]) == set(cells[1]):
            return
        counts = {**tables[0].counts, **tables[1].counts}
        targets = [
            parts
            for stated in cells
            for parts in _targets(stated, areas)
            if is_small(sum(counts[part] for part in parts))
        ]
        sums = [[(sorted(cell.parts), cell.shown) for cell in stated] for stated in cells]
        key = repr((__version__, sums, sorted(map(sorted, targets)), sorted(counts.items())))
        digest = hashlib.blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()
        if digest in self.harmless:
            return
        found = [*islice(come_out(targets, cells[0], cells[1], counts), MOST_FINDINGS)]
        if not found:
            self.harmless.add(digest)
        yield from dict.fromkeys(map(self.describe, found))

    def table(self, selection: Selection) -> _MemberFigures:
        """Return the counts of people that a document states."""
        stated = STATED[selection.document] & _OF_PEOPLE
        if not stated:
            return _MemberFigures((), {})
        key = stated, selection.scope
        if key not in self._tables:
            by_sector = Statement.MEMBERS_BY_SECTOR in stated
            counts: dict[Figure, int] = {}
            cells = [*self.members(selection.scope, counts, by_sector=by_sector)]
            if Statement.MEMBERS in stated:
                beyond = self.beyond_remit(selection.scope)
                counts |= dict.fromkeys(beyond.parts, 1)
                cells.append(beyond)
            self._tables[key] = _MemberFigures(tuple(cells), counts)
        return self._tables[key]

    def members(
        self, scope: Scope, counts: dict[Figure, int], *, by_sector: bool
    ) -> Iterator[StatedCount[Figure]]:
        """Yield the cells of members: a table with its totals, or the total alone, and the Ys.

        The true number of each part is added to ``counts``.
        """
        matrix = build_matrix(self.programme, scope.until, scope.communities)
        table = sector_table(matrix)
        sectors = list(dict.fromkeys(row.sector for row in matrix.rows))
        slugs = [community.slug for community in matrix.columns]
        counts |= {Figure("members", sector, slug): 0 for sector in sectors for slug in slugs}
        counts |= {Figure("seldom", "", slug): 0 for slug in slugs}
        for person in matrix.people:
            is_seldom = person.letter is AttendanceLetter.Y
            sector = "" if is_seldom else person.member.sector
            counts[Figure("seldom" if is_seldom else "members", sector, person.community)] += 1
        members = [part for part in counts if part.subject == "members"]
        if by_sector:
            for row in table.rows:
                mine = [part for part in members if part.sector == row.sector]
                yield StatedCount(frozenset(mine), row.total)
                for part, shown in zip(mine, row.cells, strict=True):
                    yield StatedCount(frozenset({part}), shown)
            for slug, column in zip(slugs, table.columns, strict=True):
                mine = [part for part in members if part.community == slug]
                yield StatedCount(frozenset(mine), column.total)
        yield StatedCount(frozenset(members), table.total)
        seldom = (part for part in counts if part.subject == "seldom")
        yield StatedCount(frozenset(seldom), table.excluded)

    def beyond_remit(self, scope: Scope) -> StatedCount[Figure]:
        """Return in how many cases somebody was supported beyond what any service is asked to."""
        parts = frozenset(
            Figure("beyond", case.slug, records.slug)
            for records in communities_in_scope(self.programme, scope)
            for case in reportable_cases(records, scope)
            if case.beyond_remit is BeyondRemit.YES
        )
        return StatedCount(parts, hide_small_count(len(parts)))

    def describe(self, parts: frozenset[Figure]) -> str:
        """Return what a sum of parts counts: ``how many members of NHS there are in Brighton``."""
        places = list_in_words(sorted({self.place(part.community) for part in parts}))
        subjects = {part.subject for part in parts}
        if subjects == {"seldom"}:
            return f"how many came too seldom, or no more, in {places}"
        if subjects == {"beyond"}:
            return f"in how many cases of {places} somebody was supported beyond any remit"
        sectors = list_in_words(sorted({part.sector for part in parts}))
        return f"how many members of {sectors} there are in {places}"


def _linked(earlier: _MemberFigures, later: _MemberFigures) -> list[_MemberFigures]:
    """Return the counts of two days in parts that they share, as readers would compare them.

    Groups mostly grow, so where a count did, the later one is the earlier and what has come since.
    What is in a line that has not grown is then known to be the same. Where a count fell, the two
    days have nothing in common. Counts that are nothing on both days are left out.
    """
    counts: dict[Figure, int] = {}
    parts: list[dict[Figure, list[Figure]]] = [{}, {}]  # of the earlier and of the later
    for figure in {**earlier.counts, **later.counts}:
        then, now = earlier.counts.get(figure), later.counts.get(figure)
        if not then and not now:
            continue
        if then is None or now is None or figure.subject == "beyond":
            parts[0][figure] = parts[1][figure] = [figure]
            counts[figure] = then or now or 0
            continue
        since = figure._replace(since="later")
        parts[0][figure] = [figure]
        parts[1][figure] = [figure, since] if now >= then else [since]
        counts |= {figure: then, since: now - then if now >= then else now}
    return [
        _MemberFigures(
            tuple(
                StatedCount(frozenset(inner), cell.shown)
                for cell in figures.cells
                if (inner := [part for figure in cell.parts for part in known.get(figure, ())])
            ),
            counts,
        )
        for figures, known in zip((earlier, later), parts, strict=True)
    ]


def _targets(
    cells: Iterable[StatedCount[Figure]], areas: _Areas | None
) -> Iterator[frozenset[Figure]]:
    """Yield the sums that must not come out of cells beside those of another document."""
    for cell in cells:
        if isinstance(cell.shown, Hidden):
            yield cell.parts
        for area in areas or ():
            inside = frozenset(part for part in cell.parts if part.community in area)
            if inside and inside != cell.parts:
                yield inside
