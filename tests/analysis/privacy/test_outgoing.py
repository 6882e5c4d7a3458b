"""What readers could subtract is found in every pair of documents of a drawn programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.attendance import build_matrix
from copkit.analysis.participation import sector_table
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.analysis.privacy.outgoing import (
    STATED,
    Difference,
    Selection,
    find_differences,
    letters_sent,
)
from copkit.analysis.privacy.small_cells import MIN_SHOWN, Count
from copkit.folder import Programme, load
from copkit.records.outgoing import OutgoingDocument
from copkit.records.schema.audience import Audience
from tests.conftest import EXAMPLE, drawn

COMMUNITIES = ("alder", "birch", "cedar")
SECTORS = ("Health", "Housing")
DAYS = (dt.date(2026, 1, 31), dt.date(2026, 2, 28))
START = dt.date(2026, 1, 1)

Members = dict[tuple[str, str], tuple[int, int]]
"""How many members there are on the two days, by community and sector."""


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Members, dict[str, int]]:
    """Draw how many members and cases each community has."""
    count = st.integers(0, 7)
    members = {}
    for place in product(COMMUNITIES, SECTORS):
        then = draw(count)
        members[place] = (then, then + draw(st.integers(0, 2)))
    cases = {community: draw(st.integers(0, 2)) for community in COMMUNITIES}
    return members, cases


def write_programme(folder: Path, members: Members, cases: dict[str, int]) -> Programme:
    """Write a programme and load it."""
    settings = "name: Trees\nstarts: 2026-01-01\nformat: 1\nattendance:\n  threshold: 1\n"
    texts = {"copkit.yaml": settings}
    for number, community in enumerate(cases):
        texts[f"communities/{community}/community.md"] = (
            f"---\ncode: CP{number}\nname: {community}\nplace: {community.title()}\n"
            "status: active\n---\n"
        )
        roster = "members:\n" if members else "members: []\n"
        present: tuple[list[str], list[str]] = ([], [])
        for sector in SECTORS:
            then, now = members.get((community, sector), (0, 0))
            for position in range(now):
                id = f"{sector.lower()}-{position}"
                is_late = position >= then
                roster += f"  - id: {id}\n    role: Worker\n    sector: {sector}\n"
                roster += f"    joined: {'2026-02-10' if is_late else '2026-01-02'}\n"
                present[is_late].append(id)
        texts[f"communities/{community}/roster.yaml"] = roster
        for day, ids in zip(("2026-01-20", "2026-02-20"), present, strict=True):
            came = "".join(f"  - {id}\n" for id in ids)
            texts[f"communities/{community}/meetings/{day}.md"] = (
                f"---\ndate: {day}\n{'present:' if ids else ''}\n{came}---\n"
            )
        for position in range(cases[community]):
            texts[f"communities/{community}/cases/case-{position}.md"] = (
                f"---\ntitle: {community} {position}\nkind: challenging\nstatus: presented\n"
                "presented: 2026-01-20\n---\n"
            )
    for file, text in texts.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(folder)


def brief(communities: Sequence[str], day: dt.date) -> Selection:
    return Selection(
        OutgoingDocument.BRIEF,
        Audience.COMMISSIONERS,
        day,
        "-".join(communities),
        START,
        frozenset(communities),
    )


def sectors(day: dt.date, readers: Audience = Audience.COMMISSIONERS) -> Selection:
    return Selection(OutgoingDocument.SECTORS, readers, day)


def documents() -> list[Selection]:
    """Return every table and brief that could be made of the drawn programmes."""
    chosen = [part for size in (1, 2, 3) for part in combinations(COMMUNITIES, size)]
    briefs = [brief(part, day) for part in chosen for day in DAYS]
    return [*(sectors(day) for day in DAYS), *briefs]


def subtracted(programme: Programme, first: Selection, second: Selection) -> list[int]:
    """Return the counts of people that simple sums of two documents' open figures give.

    A hidden count may be any total of one, less any total of the other or some cells of a line.
    """
    totals = [open_totals(programme, one) for one in (first, second)]
    from_one = {parts for one in totals for parts in smaller_sums(one, one)}
    return [
        count
        for one, other in (totals, totals[::-1])
        for parts, count in smaller_sums(one, other).items()
        if parts not in from_one  # what one document tells by itself is no difference of two
    ]


Totals = list[tuple[frozenset[str], int]]


def smaller_sums(one: Totals, other: Totals) -> dict[frozenset[str], int]:
    """Return the small counts that a total less another gives, by the communities they are of."""
    return {
        communities - others: count - fewer
        for (communities, count), (others, fewer) in product(one, other)
        if others < communities and 0 < count - fewer < MIN_SHOWN
    }


def open_totals(programme: Programme, selection: Selection) -> Totals:
    """Return the members that a document openly counts, with the communities that they are of."""
    chosen = selection.communities or frozenset(COMMUNITIES)
    if selection.document is OutgoingDocument.BRIEF:
        record = Scope(START, selection.day, chosen)
        view = view_for(programme, selection.readers, record, selection.day)
        counted: list[tuple[frozenset[str], Count]] = [(chosen, view.membership.confirmed)]
    else:
        table = sector_table(build_matrix(programme, selection.day))
        columns = zip(COMMUNITIES, (column.total for column in table.columns), strict=True)
        counted = [(frozenset(COMMUNITIES), table.total)]
        counted += [(frozenset({community}), total) for community, total in columns]
    return [(communities, total) for communities, total in counted if isinstance(total, int)]


def cases_told_apart(programme: Programme, first: Selection, second: Selection) -> bool:
    """Return whether the cases of one document less those of the other are of one community."""
    of_each = [
        {
            (records.slug, case.slug)
            for records in programme.communities
            for case in records.cases
            if records.slug in (selection.communities or frozenset(COMMUNITIES))
        }
        for selection in (first, second)
    ]
    apart = (of_each[0] - of_each[1], of_each[1] - of_each[0])
    shared = of_each[0] & of_each[1]
    return bool(shared) and any(len({slug for slug, _ in cases}) == 1 for cases in apart)


@drawn(6, 300)
@given(programmes())
def test_no_pair_of_documents_isolates_cases_or_a_small_count_in_silence(
    tmp_path_factory: pytest.TempPathFactory, facts: tuple[Members, dict[str, int]]
) -> None:
    programme = write_programme(tmp_path_factory.mktemp("trees"), *facts)
    assert not programme.problems, programme.problems

    for first, second in combinations(documents(), 2):
        is_said = bool(find_differences(programme, second, [first]))

        if first.day == second.day and subtracted(programme, first, second):
            assert is_said, (first, second)
        both_briefs = OutgoingDocument.SECTORS not in {first.document, second.document}
        if both_briefs and cases_told_apart(programme, first, second):
            assert is_said, (first, second)
        overlaps = first.communities & second.communities
        if both_briefs and first.day == second.day and first.communities != second.communities:
            assert is_said == bool(overlaps), (first, second)


def issue(communities: Sequence[str], day: dt.date = DAYS[0]) -> Selection:
    name = "-".join(communities)
    return Selection(
        OutgoingDocument.NEWSLETTER, Audience.PUBLIC, day, name, START, frozenset(communities)
    )


def isolated(cases: dict[str, int], issues: Sequence[Selection]) -> set[str]:
    """Return the communities whose cases some signed sum of issues leaves alone.

    The sums are tried one by one: each issue is added, subtracted or left out.
    """
    found = set()
    for signs in product((-1, 0, 1), repeat=len(issues)):
        sums = dict.fromkeys(cases, 0)
        for sign, each in zip(signs, issues, strict=True):
            for community in each.communities:
                sums[community] += sign
        left = {community for community, count in sums.items() if count and cases[community]}
        openly = any({slug for slug in each.communities if cases[slug]} == left for each in issues)
        if len(left) == 1 and {*sums.values()} <= {0, 1} and not openly:
            found |= left
    return found


@drawn(15, 400)
@given(
    st.fixed_dictionaries(dict.fromkeys((*COMMUNITIES, "damson", "elder"), st.integers(0, 2))),
    st.lists(
        st.sets(st.sampled_from((*COMMUNITIES, "damson", "elder")), min_size=1).map(sorted),
        min_size=2,
        max_size=4,
        unique_by=tuple,
    ),
)
def test_no_sum_of_newsletters_leaves_the_cases_of_one_community_in_silence(
    tmp_path_factory: pytest.TempPathFactory, cases: dict[str, int], chosen: list[list[str]]
) -> None:
    programme = write_programme(tmp_path_factory.mktemp("trees"), {}, cases)
    assert not programme.problems, programme.problems
    issues = [issue(communities) for communities in chosen]

    said = {
        finding
        for position, each in enumerate(issues)
        for difference in find_differences(programme, each, issues[:position])
        for finding in difference.findings
    }

    expected = {f"the cases of {slug.title()}" for slug in isolated(cases, issues)}
    assert expected <= said


def test_three_newsletters_that_leave_one_community_are_named_together(tmp_path: Path) -> None:
    cases = dict.fromkeys((*COMMUNITIES, "damson", "elder"), 1)
    programme = write_programme(tmp_path, {}, cases)
    earlier = [issue(sorted(cases)), issue(["alder", "birch"])]
    other_month = replace(issue(["alder", "cedar"], DAYS[1]), since=DAYS[0] + dt.timedelta(days=1))

    differences = find_differences(
        programme, issue(["cedar", "damson"]), [*earlier, other_month, *letters_sent(programme)]
    )

    assert differences == [Difference(tuple(earlier), ("the cases of Elder",))]


def test_a_series_of_some_communities_trips_only_where_one_community_is_left(
    tmp_path: Path,
) -> None:
    programme = write_programme(tmp_path, {}, dict.fromkeys((*COMMUNITIES, "damson"), 1))
    everybody = issue([*COMMUNITIES, "damson"])

    assert find_differences(programme, issue(["alder", "birch"]), [everybody]) == []
    assert find_differences(programme, issue(["alder", "birch", "cedar"]), [everybody]) == [
        Difference((everybody,), ("the cases of Damson",))
    ]


def test_a_brief_of_some_communities_is_held_against_letters_of_its_day_alone() -> None:
    programme = load(EXAMPLE)
    letters = letters_sent(programme)
    some = brief(["brighton", "colchester", "halifax"], dt.date(2012, 12, 31))

    assert find_differences(programme, some, letters) == []
    [difference] = find_differences(programme, replace(some, day=letters[0].day), letters)
    assert difference.earlier == (letters[0],)


MONTHS = [dt.date(2012, month, 1) - dt.timedelta(days=1) for month in range(6, 11)]


def test_what_grows_openly_from_month_to_month_trips_nothing() -> None:
    programme = load(EXAMPLE)
    earlier: list[Selection] = letters_sent(programme)
    for day in MONTHS:
        since = day.replace(day=1)
        for selection in (
            sectors(day),
            Selection(OutgoingDocument.NEWSLETTER, Audience.PUBLIC, day, str(day), since),
            Selection(OutgoingDocument.BRIEF, Audience.COMMISSIONERS, day, str(day), MONTHS[0]),
            Selection(OutgoingDocument.SITE, Audience.PUBLIC, day),
        ):
            assert find_differences(programme, selection, earlier) == []
            earlier.append(selection)


def test_a_table_of_another_day_trips_where_a_hidden_count_comes_out() -> None:
    programme = load(EXAMPLE)

    differences = find_differences(
        programme, sectors(dt.date(2012, 10, 31)), [sectors(dt.date(2012, 7, 31))]
    )

    assert [earlier.day for each in differences for earlier in each.earlier] == [
        dt.date(2012, 7, 31)
    ]
    assert all(line.startswith("how many members of") for line in differences[0].findings)


def test_the_same_figures_once_more_tell_nothing_new() -> None:
    programme = load(EXAMPLE)
    earlier = [sectors(dt.date(2012, 7, 31)), sectors(dt.date(2012, 10, 31))]

    assert find_differences(programme, sectors(dt.date(2012, 12, 31)), earlier) == []


def test_two_briefs_that_subtract_to_the_cases_of_one_community_say_so() -> None:
    programme = load(EXAMPLE)
    everybody = {"brighton", "halifax", "colchester", "stoke-on-trent", "tower-hamlets"}
    whole = brief(sorted(everybody), dt.date(2012, 12, 31))
    without = brief(sorted(everybody - {"brighton"}), dt.date(2012, 11, 30))
    whole, without = (
        Selection(
            one.document, one.readers, one.day, one.name, dt.date(2012, 3, 1), one.communities
        )
        for one in (whole, without)
    )

    (difference,) = find_differences(programme, without, [whole])

    assert "the cases of Brighton" in difference.findings


def test_briefs_of_different_communities_have_nothing_to_subtract() -> None:
    programme = load(EXAMPLE)
    day = dt.date(2012, 12, 31)

    assert not find_differences(
        programme, brief(["brighton", "halifax"], day), [brief(["colchester", "workington"], day)]
    )


def test_every_kind_of_document_says_what_it_states() -> None:
    assert set(STATED) == set(OutgoingDocument)
