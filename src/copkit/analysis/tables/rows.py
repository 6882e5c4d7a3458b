"""The records of a programme as tables of rows, for programs that its members use.  Pure.

Rows hold ids and roles, and no name; whoever refused consent is in none of them. With a day,
everything is as it was known then: letters, what was overdue, and how long an ask had no answer.
Ids have the programme's before them, so that tables of several programmes join by one column.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from copkit.analysis.attendance import AttendanceLetter, MemberAttendance, assign_letters
from copkit.analysis.blockages import BEGINNING, days_of_silence, recurrence_in_cases
from copkit.analysis.cases import case_follow_ups, progress_by_action
from copkit.analysis.period import Scope, cases_presented, count_people_at
from copkit.analysis.surveys import count_asked
from copkit.analysis.tables.table import (
    ForeignKey,
    Table,
    TableColumn,
    TableRow,
    TableSchema,
    boolean,
    choice,
    day,
    field,
    free_text,
    integer,
    make_table,
    text,
)
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import Approach
from copkit.records.blockages import Ask, Blockage, is_answered
from copkit.records.cases import Action, Case, CaseStatus, Consent, Issue, Progress
from copkit.records.closings import ClosingReason
from copkit.records.communities import Community, CommunityKind, CommunityStatus
from copkit.records.directory import Connector, ServedPlace, Service, ServiceUse
from copkit.records.evidence import Evidence, Use
from copkit.records.meetings import Meeting, SectorCount, is_session
from copkit.records.members import Member
from copkit.records.newsletters import Newsletter
from copkit.records.programme import AttendanceRules, Settings
from copkit.records.surveys import (
    ELSEWHERE,
    AnswerKind,
    Depth,
    Question,
    Survey,
    TieCount,
)
from copkit.text.normalise import fold


class ExportSource(NamedTuple):
    """Which programme is exported, as of which day, from which commit, by which copkit."""

    programme_id: str
    as_of: dt.date
    commit: str = ""
    version: str = ""


@dataclass(frozen=True)
class _KnownRecords:
    """A programme, and what several tables need of it as known on the day of an known."""

    programme: Programme
    source: ExportSource

    @property
    def id(self) -> str:
        return self.source.programme_id

    @property
    def as_of(self) -> dt.date:
        return self.source.as_of

    @cached_property
    def community_ids(self) -> dict[str, str]:
        """The ids of communities by slug."""
        return {records.slug: f"{self.id}/{records.slug}" for records in self.programme.communities}

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every case known on the day, with the day it was presented; none without consent."""
        return tuple(
            case
            for records in self.programme.communities
            for case in _cases_known(records, self.as_of)
        )

    @cached_property
    def case_names(self) -> frozenset[str]:
        """The names of the cases that have a row."""
        return frozenset(case.name for case in self.cases)

    @cached_property
    def letters(self) -> dict[str, dict[str, MemberAttendance]]:
        """What the matrix has of each member, by the slug of the community and their id."""
        threshold = self.programme.settings.threshold
        return {
            records.slug: {
                person.member.id: person
                for person in assign_letters(records, threshold, self.as_of)
            }
            for records in self.programme.communities
        }

    def case_id(self, case: Case) -> str:
        return f"{self.id}/{case.name}"

    def meetings_held(self, records: CommunityRecords) -> Iterator[Meeting]:
        """Yield the meetings of a community up to the day, also those nobody is known to come."""
        return (meeting for meeting in records.meetings if meeting.held_on <= self.as_of)

    def unless_to_come(self, date: dt.date | None) -> dt.date | None:
        """Return a date unless it was still to come on the day."""
        return date if date and date <= self.as_of else None


def _cases_known(records: CommunityRecords, as_of: dt.date) -> Iterator[Case]:
    """Yield the cases of a community as known on a day, by slug, with consent."""
    dated = {case.slug: case for case in cases_presented(records, Scope(BEGINNING, as_of))}
    for case in records.cases:
        is_to_come = case.presented is not None and case.slug not in dated
        if case.consent is not Consent.REFUSED and not is_to_come:
            yield dated.get(case.slug, case)


RowMaker = Callable[[_KnownRecords], Iterable[TableRow]]


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table of rows, and the function that makes them from the records."""

    schema: TableSchema
    rows: RowMaker


PROGRAMME_ID: Final = text(
    "programme_id", "the programme: 'id' of copkit.yaml, or its name as a slug", required=True
)


def _table(
    name: str,
    description: str,
    key: str,
    columns: Iterable[TableColumn],
    rows: RowMaker,
    *,
    references: Iterable[tuple[str, str]] = (),
    day: str = "",
    on_request: bool = False,
) -> RowTable:
    """Return a table; ``key`` are the names of its columns with spaces between them.

    ``references`` are pairs of a column and ``table.column``. Every table refers to its programme.
    """
    links = [("programme_id", "dim_programme.programme_id"), *references]
    schema = TableSchema(
        name=name,
        description=description,
        columns=(PROGRAMME_ID, *columns),
        key=tuple(key.split()),
        references=tuple(
            ForeignKey(column, *target.split("."))
            for column, target in links
            if target != f"{name}.programme_id"
        ),
        day=day,
        on_request=on_request,
    )
    return RowTable(schema, rows)


def _id(name: str, description: str, *, required: bool = True) -> TableColumn:
    return text(name, description, required=required)


_COMMUNITY_ID: Final = _id("community_id", "the community: programme/community")
_CASE_ID: Final = _id("case_id", "the case: programme/community/case")
_MEETING_ID: Final = _id("meeting_id", "the meeting: programme/community/meeting")
_MEMBER_ID: Final = _id("member_id", "the member: programme/community/member, never a name")
_BLOCKAGE_ID: Final = _id("blockage_id", "the blockage: programme/blockage")
_EVIDENCE_ID: Final = _id("evidence_id", "the evidence card: programme/card")
_SURVEY_ID: Final = _id("survey_id", "the survey: programme/survey")
_PLACE_ID: Final = _id("place_id", "the place: programme/place")
_SERVICE_ID: Final = _id("service_id", "the service: programme/service")
_CONNECTOR_ID: Final = _id("connector_id", "the connector: programme/connector")
_THEME_ID: Final = _id("theme_id", "the theme, folded: equal in all programmes that use the word")


# --- programme, communities, members ---------------------------------------------------------


def _programme_rows(known: _KnownRecords) -> Iterator[TableRow]:
    settings, source = known.programme.settings, known.source
    yield (
        known.id,
        settings.name,
        settings.starts,
        settings.ends,
        settings.threshold,
        known.as_of,
        source.version or None,
        source.commit or None,
    )


def _community_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        community = records.community
        ended = known.unless_to_come(community.ended)
        status = community.status
        if community.ended and not ended and status in _OVER:
            status = CommunityStatus.ACTIVE  # it went on after the day; the file has the latest
        # a row has room for one: of a merger the first that is named
        parent = next(iter(community.grew_out_of), None)
        yield (
            known.id,
            known.community_ids[records.slug],
            community.code,
            community.name,
            community.place,
            community.kind,
            status,
            community.started,
            ended,
            known.community_ids.get(parent) if parent else None,
            community.host,
            community.budget,
            bool(community.backing),
            ", ".join(records.closing.why) if records.closing and ended else None,
        )


def _parent_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        for parent in dict.fromkeys(records.community.grew_out_of):
            if parent in known.community_ids:
                yield known.id, known.community_ids[records.slug], known.community_ids[parent]


_OVER: Final = frozenset({CommunityStatus.CLOSING, CommunityStatus.ENDED})


def _member_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        community_id = known.community_ids[records.slug]
        letters = known.letters[records.slug]
        # Only communities of practice are in the matrix, so only their members have a letter.
        has_letters = records.community.kind is CommunityKind.COMMUNITY
        came = Counter(id for meeting in known.meetings_held(records) for id in meeting.present)
        for member in records.members:
            if member.joined and member.joined > known.as_of:
                continue
            person = letters.get(member.id) if has_letters else None
            left = known.unless_to_come(member.left)
            # A reason without a date counts on every day, as in the matrix.
            has_gone = left is not None or member.left is None
            yield (
                known.id,
                community_id,
                f"{community_id}/{member.id}",
                member.role,
                member.sector,
                member.part,
                member.joined,
                left,
                member.left_because if has_gone else None,
                person.letter if person else None,
                came[member.id],
                known.as_of,
            )


def _seat_rows(known: _KnownRecords) -> Iterator[TableRow]:
    seats = (
        (sector, role)
        for sector, roles in known.programme.settings.seats_sought.items()
        for role in dict.fromkeys(roles)
    )
    for position, (sector, role) in enumerate(seats, 1):
        yield known.id, sector, role, position


# --- meetings and attendance -----------------------------------------------------------------


def _meeting_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        community_id = known.community_ids[records.slug]
        held = 0
        first: dt.date | None = None
        for meeting in records.meetings:
            is_past = meeting.held_on <= known.as_of
            people = count_people_at(meeting) if is_past else 0
            number = None
            if people:
                held, first = held + 1, first or meeting.held_on
                number = held
            began = records.community.started or first
            yield (
                known.id,
                community_id,
                f"{community_id}/{meeting.slug}",
                meeting.held_on,
                meeting.kind,
                meeting.minutes,
                meeting.guests if is_past else None,
                _came(meeting, records) if is_past else None,
                _registered(meeting, records) if is_past else None,
                is_past,
                number,
                (meeting.held_on - began).days if number and began else None,
                meeting.body if is_past else None,
            )


def _is_session(meeting: Meeting, records: CommunityRecords) -> bool:
    """Check whether a meeting is a session of a network, of which numbers are kept."""
    return records.community.kind is CommunityKind.NETWORK and is_session(meeting)


def _came(meeting: Meeting, records: CommunityRecords) -> int | None:
    """Return how many came: a session's own number, which is nothing where nobody counted."""
    return meeting.came if _is_session(meeting, records) else count_people_at(meeting)


def _registered(meeting: Meeting, records: CommunityRecords) -> int | None:
    """Return how many signed up for a session, or were on the roster on a meeting's day."""
    if _is_session(meeting, records):
        return meeting.registered
    return sum(member.is_member_on(meeting.held_on) for member in records.members)


def _session_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        community_id = known.community_ids[records.slug]
        for meeting in known.meetings_held(records):
            people = Counter[str]()
            for count in meeting.came_from:
                people[count.sector] += count.people
            meeting_id = f"{community_id}/{meeting.slug}"
            for sector, number in people.items():
                yield known.id, community_id, meeting_id, meeting.held_on, sector, number


def _attendance_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        community_id = known.community_ids[records.slug]
        members = [(member, f"{community_id}/{member.id}") for member in records.members]
        for meeting in known.meetings_held(records):
            held_on = meeting.held_on
            meeting_id = f"{community_id}/{meeting.slug}"
            present, apologies = set(meeting.present), set(meeting.apologies)
            replaced = {substitute.stands_for for substitute in meeting.substitutes}
            for member, member_id in members:
                id = member.id
                if id in present:
                    how = "present"
                elif id in apologies:
                    how = "apologies"
                elif id in replaced or member.is_member_on(held_on):
                    how = "absent"
                else:
                    continue
                yield (
                    known.id, community_id, meeting_id, member_id, held_on, how, id in replaced
                )  # fmt: skip


def _seat_day_rows(known: _KnownRecords) -> Iterator[TableRow]:
    threshold = known.programme.settings.threshold
    for quarter in quarter_ends(known.programme.settings.starts, known.as_of):
        for records in known.programme.communities:
            if records.community.kind is not CommunityKind.COMMUNITY:
                continue
            letters = Counter(
                (person.member.sector, person.member.role, person.letter)
                for person in assign_letters(records, threshold, quarter)
            )
            for sector, role in sorted({seat[:2] for seat in letters}):
                counts = [letters[sector, role, letter] for letter in AttendanceLetter]
                community_id = known.community_ids[records.slug]
                yield (known.id, community_id, quarter, sector, role, *counts)


def quarter_ends(since: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield the last day of each quarter of a calendar year that is over between two days."""
    year, quarter = since.year, (since.month - 1) // 3
    while True:
        year, quarter = year + (quarter + 1) // 4, (quarter + 1) % 4
        end = dt.date(year, 3 * quarter + 1, 1) - dt.timedelta(days=1)
        if end > until:
            return
        yield end


# --- cases -----------------------------------------------------------------------------------


def _case_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for case in known.cases:
        sign_off = case.sign_off
        yield (
            known.id,
            known.community_ids[case.community],
            known.case_id(case),
            # what a draft is called may still be changed because it points at somebody
            None if case.status is CaseStatus.DRAFT else case.title,
            case.kind,
            case.status,
            case.audience,
            case.presented,
            case.consent,
            known.unless_to_come(sign_off.date) if sign_off else None,
            bool(case.question),
        )


def _presented_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for case in known.cases:
        community_id = known.community_ids[case.community]
        for member in dict.fromkeys(case.presenters):
            yield (
                known.id,
                community_id,
                known.case_id(case),
                f"{community_id}/{member}",
                case.presented,
            )


def _action_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for case in known.cases:
        for follow_up in case_follow_ups(case, known.as_of):
            action = follow_up.action
            due = action.due
            overdue = follow_up.days_overdue(known.as_of) if follow_up.is_open else 0
            yield (
                known.id,
                known.case_id(case),
                f"{known.case_id(case)}/{action.id}",
                action.owner,
                due,
                overdue if due else None,
                follow_up.is_open,
                action.what,
            )


def _progress_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for case in known.cases:
        case_id = known.case_id(case)
        actions = {action.id for action in case.actions}
        for action, entries in progress_by_action(case, dt.date.min, known.as_of).items():
            for number, entry in enumerate(entries, 1):
                since = (entry.date - case.presented).days if case.presented else None
                yield (
                    known.id,
                    case_id,
                    f"{case_id}/{entry.id}",
                    f"{case_id}/{action}" if action in actions else None,
                    entry.date,
                    entry.outcome,
                    entry.kind,
                    # of what is told of the case as a whole, each entry stands
                    action is None or number == len(entries),
                    since,
                    entry.note,
                )


def _issue_rows(known: _KnownRecords) -> Iterator[TableRow]:
    blockages = {blockage.slug for blockage in known.programme.blockages}
    for case in known.cases:
        for issue in case.issues:
            yield (
                known.id,
                known.case_id(case),
                f"{known.case_id(case)}/{issue.id}",
                f"{known.id}/{issue.blockage}" if issue.blockage in blockages else None,
                case.presented,
                issue.note,
            )


# --- blockages, evidence, themes -------------------------------------------------------------


def _blockage_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for blockage in known.programme.blockages:
        status = recurrence_in_cases(blockage, (), known.as_of).status
        # No record of a blockage has an audience: who is told of one, the policies say.
        yield known.id, f"{known.id}/{blockage.slug}", blockage.title, status


def _ask_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for blockage in known.programme.blockages:
        blockage_id = f"{known.id}/{blockage.slug}"
        for ask in blockage.asks:
            if ask.date > known.as_of:
                continue
            replied = known.unless_to_come(ask.replied)
            is_open = not is_answered(ask, known.as_of)
            silent = days_of_silence(ask, replied or known.as_of) if replied or is_open else None
            yield (
                known.id,
                blockage_id,
                f"{blockage_id}/{ask.id}",
                ask.date,
                ask.of,
                ask.reply_by,
                replied,
                silent,
                not is_open,
                ask.ask,
                None if is_open else ask.reply,
            )


def _evidence_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for card in known.programme.evidence:
        year = (card.published or "")[:4]
        yield (
            known.id,
            f"{known.id}/{card.slug}",
            card.citation,
            int(year) if len(year) == 4 and year.isdecimal() else None,
            card.review,
            card.audience,
            card.title,
        )


def _evidence_use_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for card in known.programme.evidence:
        evidence_id = f"{known.id}/{card.slug}"
        for use in card.used:
            if use.date <= known.as_of:
                yield (
                    known.id,
                    evidence_id,
                    f"{evidence_id}/{use.id}",
                    use.date,
                    known.community_ids.get(use.community or ""),
                    f"{known.id}/{use.case}" if use.case in known.case_names else None,
                )


class _ThemeOfRecord(NamedTuple):
    """A theme of one record: the kind of it, its id, and the theme as it is written there."""

    kind: str
    id: str
    label: str

    @property
    def theme_id(self) -> str:
        return theme_id(self.label)


def theme_id(label: str) -> str:
    """Return a theme as all programmes write it: in small letters, without accents."""
    return " ".join(fold(label).split())


def _themes(known: _KnownRecords) -> Iterator[_ThemeOfRecord]:
    """Yield every theme of every record that has a row."""
    records = [
        *(("case", known.case_id(case), case.themes) for case in known.cases),
        *(
            ("blockage", f"{known.id}/{blockage.slug}", blockage.themes)
            for blockage in known.programme.blockages
        ),
        *(
            ("evidence", f"{known.id}/{card.slug}", card.themes)
            for card in known.programme.evidence
        ),
    ]
    for kind, id, labels in records:
        yield from (_ThemeOfRecord(kind, id, label) for label in labels)


def _theme_rows(known: _KnownRecords) -> Iterator[TableRow]:
    labels: dict[str, Counter[str]] = {}
    for theme in _themes(known):
        labels.setdefault(theme.theme_id, Counter())[theme.label] += 1
    for theme_id, written in labels.items():
        label = min(written, key=lambda one: (-written[one], one))
        yield known.id, theme_id, label


def _bridge_rows(kind: str) -> RowMaker:
    """Return the function that ties records of a kind to their themes, each pair once."""

    def rows(known: _KnownRecords) -> Iterable[TableRow]:
        pairs = (
            (known.id, theme.id, theme.theme_id) for theme in _themes(known) if theme.kind == kind
        )
        return dict.fromkeys(pairs)

    return rows


# --- places, services, connectors ------------------------------------------------------------


def _place_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for place in known.programme.places:
        yield known.id, f"{known.id}/{place.id}", place.name, place.level, place.kind, place.code


def _service_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for service in known.programme.directory:
        yield (
            known.id,
            f"{known.id}/{service.slug}",
            service.name,
            service.organisation,
            service.kind,
            service.how,
            service.status,
            known.unless_to_come(service.checked),
            service.audience,
        )


def _connector_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for connector in known.programme.connectors:
        yield (
            known.id,
            f"{known.id}/{connector.slug}",
            connector.kind,
            connector.title,
            connector.organisation,
            connector.people,
            known.unless_to_come(connector.checked),
            connector.audience,
        )


def _served_rows(known: _KnownRecords) -> Iterable[TableRow]:
    places = {place.id for place in known.programme.places}
    pairs = (
        (known.id, f"{known.id}/{service.slug}", f"{known.id}/{place}")
        for service in known.programme.directory
        for place in service.serves
        if place in places
    )
    return dict.fromkeys(pairs)


def _covered_rows(known: _KnownRecords) -> Iterable[TableRow]:
    places = {place.id for place in known.programme.places}
    pairs = (
        (known.id, f"{known.id}/{connector.slug}", f"{known.id}/{place}")
        for connector in known.programme.connectors
        for place in connector.covers
        if place in places
    )
    return dict.fromkeys(pairs)


def _service_use_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for service in known.programme.directory:
        service_id = f"{known.id}/{service.slug}"
        for use in service.used:
            if use.date <= known.as_of and use.case in known.case_names:
                community = known.community_ids[use.case.partition("/")[0]]
                yield (
                    known.id,
                    service_id,
                    f"{service_id}/{use.id}",
                    use.date,
                    community,
                    f"{known.id}/{use.case}",
                )


# --- brokerage, surveys, newsletters ---------------------------------------------------------


def _approach_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for records in known.programme.communities:
        community_id = known.community_ids[records.slug]
        for approach in records.approaches:
            if approach.date <= known.as_of:
                yield (
                    known.id,
                    community_id,
                    f"{community_id}/{approach.id}",
                    approach.date,
                    approach.sector,
                    approach.role,
                    approach.level,
                    approach.how,
                    approach.hours,
                    approach.outcome,
                )


def _surveys(known: _KnownRecords) -> Iterator[Survey]:
    return (survey for survey in known.programme.surveys if survey.asked_on <= known.as_of)


def _survey_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for survey in _surveys(known):
        counts = known.programme.survey_counts.get(survey.slug)
        imports = counts.imports if counts else ()
        yield (
            known.id,
            f"{known.id}/{survey.slug}",
            survey.title,
            survey.asked_on,
            survey.wave,
            survey.audience,
            count_asked(known.programme, survey).total,
            sum(entry.counted for entry in imports) if imports else None,
        )


def _question_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for survey in _surveys(known):
        survey_id = f"{known.id}/{survey.slug}"
        for question in survey.questions:
            is_scale = question.kind is AnswerKind.AGREEMENT
            yield (
                known.id,
                survey_id,
                f"{survey_id}/{question.id}",
                question.id,
                question.text,
                question.kind,
                question.scale_points if is_scale else None,
                question.reversed,
                question.value,
            )


def _answer_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for survey in _surveys(known):
        counts = known.programme.survey_counts.get(survey.slug)
        if counts is None:
            continue
        survey_id = f"{known.id}/{survey.slug}"
        questions = {question.id for question in survey.questions}
        for count in counts.counts:
            if count.question not in questions:
                continue
            community_id = known.community_ids.get(count.community or "")
            scope = "programme" if count.community is None else "community"
            scope = ELSEWHERE if count.community == ELSEWHERE else scope
            points = [*enumerate(count.numbers, 1), (0, count.no_opinion), (-1, count.blank)]
            for point, people in points:
                yield (
                    known.id,
                    survey_id,
                    f"{survey_id}/{count.question}",
                    f"{survey_id}/{count.id}",
                    community_id,
                    scope,
                    survey.asked_on,
                    point,
                    people,
                )


def _tie_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for survey in _surveys(known):
        counts = known.programme.survey_counts.get(survey.slug)
        survey_id = f"{known.id}/{survey.slug}"
        for tie in counts.ties if counts else ():
            for depth, people in zip(Depth, tie.numbers, strict=False):
                yield (
                    known.id,
                    survey_id,
                    survey.asked_on,
                    tie.when,
                    tie.sector,
                    tie.about,
                    depth,
                    people,
                )


def _newsletter_rows(known: _KnownRecords) -> Iterator[TableRow]:
    for issue in known.programme.newsletters:
        if issue.until <= known.as_of:
            yield (
                known.id,
                f"{known.id}/{issue.slug}",
                issue.title,
                issue.audience,
                issue.since,
                issue.until,
                issue.series,
            )


# --- the tables ------------------------------------------------------------------------------

_IN_COMMUNITY: Final = ("community_id", "dim_community.community_id")
_OF_CASE: Final = ("case_id", "dim_case.case_id")
_OF_SERVICE: Final = ("service_id", "dim_service.service_id")
_OF_SURVEY: Final = ("survey_id", "dim_survey.survey_id")

ROW_TABLES: Final = (
    _table(
        "dim_programme",
        "The programme, and of which day its tables are.",
        "programme_id",
        (
            field(Settings, "name"),
            field(Settings, "starts"),
            field(Settings, "ends"),
            field(AttendanceRules, "threshold"),
            day("exported_as_of", "the day as of which everything is counted", required=True),
            text("copkit_version", "the copkit that made the tables"),
            text("source_commit", "the commit of the records, where they are in git"),
        ),
        _programme_rows,
    ),
    _table(
        "dim_community",
        "Communities of practice, networks and other groups.",
        "community_id",
        (
            _COMMUNITY_ID,
            field(Community, "code"),
            field(Community, "name"),
            field(Community, "place"),
            field(Community, "kind"),
            field(Community, "status"),
            field(Community, "started"),
            field(Community, "ended"),
            _id(
                "grew_out_of", "the community it grew out of, the first of several", required=False
            ),
            field(Community, "host"),
            field(Community, "budget", "budget_gbp"),
            boolean("backing", "whether a senior person is named behind the facilitator"),
            text("ended_why", f"why it ended: {', '.join(ClosingReason)}"),
        ),
        _community_rows,
        references=[("grew_out_of", "dim_community.community_id")],
    ),
    _table(
        "bridge_community_parent",
        "Which community grew out of which, also where it was made of several.",
        "community_id parent_id",
        (_COMMUNITY_ID, _id("parent_id", "the community that it grew out of")),
        _parent_rows,
        references=[_IN_COMMUNITY, ("parent_id", "dim_community.community_id")],
    ),
    _table(
        "dim_member",
        "Everybody who is or was on a roster, by role.",
        "member_id",
        (
            _COMMUNITY_ID,
            _MEMBER_ID,
            field(Member, "role"),
            field(Member, "sector"),
            field(Member, "part"),
            field(Member, "joined"),
            field(Member, "left"),
            field(Member, "left_because"),
            choice(
                "letter",
                "X, Y or F as in the matrix; empty for knowledge brokers, and in groups that are "
                "no column of it",
                AttendanceLetter,
            ),
            integer("meetings_present", "the meetings they came to", required=True),
            day("letter_as_of", "the day as of which the letter is", required=True),
        ),
        _member_rows,
        references=[_IN_COMMUNITY],
    ),
    _table(
        "dim_meeting",
        "Meetings, held and still to come; none that was cancelled.",
        "meeting_id",
        (
            _COMMUNITY_ID,
            _MEETING_ID,
            field(Meeting, "date", "held_on"),
            field(Meeting, "kind"),
            field(Meeting, "minutes"),
            field(Meeting, "guests"),
            integer("came", "how many came, with substitutes and without guests"),
            integer(
                "registered", "how many were on the roster that day, or signed up for a session"
            ),
            boolean("is_past", "whether its day had come by the day of the export"),
            integer("number", "1 for the first meeting of its community that anybody came to"),
            integer("days_since_start", "days from the community's first day to the meeting"),
            free_text("notes", "the notes of the meeting"),
        ),
        _meeting_rows,
        references=[_IN_COMMUNITY],
    ),
    _table(
        "dim_case",
        "Case studies; none whose person refused consent.",
        "case_id",
        (
            _COMMUNITY_ID,
            _CASE_ID,
            field(Case, "title", required=False),  # a draft has none
            field(Case, "kind"),
            field(Case, "status"),
            field(Case, "audience"),
            field(Case, "presented", "presented_on"),
            field(Case, "consent"),
            day("signed_off_on", "the day somebody checked that nobody can be recognised"),
            boolean("question_asked", "whether the presenter asked the group a question"),
        ),
        _case_rows,
        references=[_IN_COMMUNITY],
    ),
    _table(
        "dim_theme",
        "Themes of cases, blockages and evidence cards.",
        "programme_id theme_id",
        (_THEME_ID, text("label", "the theme as it is mostly written", required=True)),
        _theme_rows,
    ),
    *(
        _table(
            f"bridge_{kind}_theme",
            f"Which {record} is about which theme.",
            f"{id.name} theme_id",
            (id, _THEME_ID),
            _bridge_rows(kind),
            references=[(id.name, f"dim_{kind}.{id.name}")],
        )
        for kind, record, id in (
            ("case", "case", _CASE_ID),
            ("blockage", "blockage", _BLOCKAGE_ID),
            ("evidence", "evidence card", _EVIDENCE_ID),
        )
    ),
    _table(
        "dim_blockage",
        "Recurrent obstacles.",
        "blockage_id",
        (_BLOCKAGE_ID, field(Blockage, "title"), field(Blockage, "status")),
        _blockage_rows,
    ),
    _table(
        "dim_evidence",
        "The knowledge broker's cards.",
        "evidence_id",
        (
            _EVIDENCE_ID,
            field(Evidence, "citation"),
            integer("published_year", "the year it was published"),
            field(Evidence, "review", "review_on"),
            field(Evidence, "audience"),
            field(Evidence, "title"),
        ),
        _evidence_rows,
    ),
    _table(
        "dim_seat",
        "The seats sought: left-join members to it, and the empty ones show.",
        "programme_id sector role",
        (
            text("sector", "the sector, as in copkit.yaml", required=True),
            text("role", "the role sought, as in copkit.yaml", required=True),
            integer("position", "1 for the first row of the matrix", required=True),
        ),
        _seat_rows,
    ),
    _table(
        "dim_place",
        "The places that services serve and connectors cover.",
        "place_id",
        (
            _PLACE_ID,
            field(ServedPlace, "name"),
            field(ServedPlace, "level"),
            field(ServedPlace, "kind"),
            field(ServedPlace, "code", "ons_code"),
        ),
        _place_rows,
    ),
    _table(
        "dim_service",
        "Services to send people to, without how to reach them.",
        "service_id",
        (
            _SERVICE_ID,
            field(Service, "name"),
            field(Service, "organisation"),
            field(Service, "kind"),
            field(Service, "how"),
            field(Service, "status"),
            field(Service, "checked", "checked_on"),
            field(Service, "audience"),
        ),
        _service_rows,
    ),
    _table(
        "dim_connector",
        "Who knows what is on offer: roles, without how to reach them.",
        "connector_id",
        (
            _CONNECTOR_ID,
            field(Connector, "kind"),
            field(Connector, "title"),
            field(Connector, "organisation"),
            field(Connector, "people"),
            field(Connector, "checked", "checked_on"),
            field(Connector, "audience"),
        ),
        _connector_rows,
    ),
    _table(
        "bridge_service_place",
        "Which service serves which place.",
        "service_id place_id",
        (_SERVICE_ID, _PLACE_ID),
        _served_rows,
        references=[_OF_SERVICE, ("place_id", "dim_place.place_id")],
    ),
    _table(
        "bridge_connector_place",
        "Which connector covers which place.",
        "connector_id place_id",
        (_CONNECTOR_ID, _PLACE_ID),
        _covered_rows,
        references=[
            ("connector_id", "dim_connector.connector_id"),
            ("place_id", "dim_place.place_id"),
        ],
    ),
    _table(
        "dim_survey",
        "Surveys of members.",
        "survey_id",
        (
            _SURVEY_ID,
            field(Survey, "title"),
            field(Survey, "asked_on"),
            field(Survey, "wave"),
            field(Survey, "audience"),
            integer("asked", "N: how many were asked, counted on that day", required=True),
            integer("answered", "how many answered"),
        ),
        _survey_rows,
    ),
    _table(
        "dim_question",
        "The questions of surveys.",
        "question_id",
        (
            _SURVEY_ID,
            _id("question_id", "the question of this survey: programme/survey/question"),
            text("question", "the question's id, the same in every year", required=True),
            field(Question, "text"),
            field(Question, "kind"),
            integer("points", "the points of its scale of agreement: 4, 5 or 7"),
            field(Question, "reversed"),
            field(Question, "value", "value_cycle"),
        ),
        _question_rows,
        references=[_OF_SURVEY],
    ),
    _table(
        "fact_attendance",
        "Who came: a row for each member on the roster, or at the meeting, on that day.",
        "meeting_id member_id",
        (
            _COMMUNITY_ID,
            _MEETING_ID,
            _MEMBER_ID,
            day("held_on", "the day of the meeting", required=True),
            choice(
                "how",
                "present, apologies or absent",
                ("present", "apologies", "absent"),
                required=True,
            ),
            boolean("substitute", "whether somebody came in their place"),
        ),
        _attendance_rows,
        references=[
            _IN_COMMUNITY,
            ("meeting_id", "dim_meeting.meeting_id"),
            ("member_id", "dim_member.member_id"),
        ],
        day="held_on",
    ),
    _table(
        "fact_session",
        "How many people of which sector came to a session of a network.",
        "meeting_id sector",
        (
            _COMMUNITY_ID,
            _MEETING_ID,
            field(Meeting, "date", "held_on"),
            text("sector", "the sector, as in copkit.yaml", required=True),
            field(SectorCount, "people"),
        ),
        _session_rows,
        references=[_IN_COMMUNITY, ("meeting_id", "dim_meeting.meeting_id")],
        day="held_on",
    ),
    _table(
        "fact_seat_day",
        "The matrix at the end of each quarter: who filled which seat.",
        "community_id day sector role",
        (
            _COMMUNITY_ID,
            day("day", "the last day of a quarter", required=True),
            text("sector", "the sector", required=True),
            text("role", "the role", required=True),
            integer("x", "members with an X", required=True),
            integer("y", "members with a Y", required=True),
            integer("f", "facilitators", required=True),
        ),
        _seat_day_rows,
        references=[_IN_COMMUNITY],
        day="day",
        on_request=True,
    ),
    _table(
        "fact_presented",
        "Who presented which case.",
        "case_id member_id",
        (
            _COMMUNITY_ID,
            _CASE_ID,
            _MEMBER_ID,
            day("presented_on", "the day it was presented"),
        ),
        _presented_rows,
        references=[_IN_COMMUNITY, _OF_CASE],
        day="presented_on",
    ),
    _table(
        "fact_action",
        "What was suggested in a case, to be tried.",
        "action_id",
        (
            _CASE_ID,
            _id("action_id", "the action: programme/community/case/action"),
            field(Action, "owner", "owner_role"),
            field(Action, "due"),
            integer("overdue_days", "days since it was due, 0 once its outcome is told"),
            boolean("is_open", "whether somebody still has to tell what came of it"),
            field(Action, "what", required=False, is_free_text=True),
        ),
        _action_rows,
        references=[_OF_CASE],
        day="due",
    ),
    _table(
        "fact_progress",
        "What came of an action, or of a case as a whole.",
        "progress_id",
        (
            _CASE_ID,
            _id("progress_id", "the entry: programme/community/case/entry"),
            _id("action_id", "the action it is about; empty for the whole case", required=False),
            field(Progress, "date", "told_on"),
            field(Progress, "outcome"),
            field(Progress, "kind", "outcome_kind"),
            boolean("is_latest", "whether it is the last word on its action, or on a whole case"),
            integer("days_since_presented", "days from the presentation of the case to this"),
            field(Progress, "note", is_free_text=True),
        ),
        _progress_rows,
        references=[_OF_CASE, ("action_id", "fact_action.action_id")],
        day="told_on",
    ),
    _table(
        "fact_issue",
        "What in a case is for commissioners, tied to a blockage.",
        "issue_id",
        (
            _CASE_ID,
            _id("issue_id", "the issue: programme/community/case/issue"),
            _id("blockage_id", "the blockage it is an instance of", required=False),
            day("presented_on", "the day the case was presented"),
            field(Issue, "note", is_free_text=True),
        ),
        _issue_rows,
        references=[_OF_CASE, ("blockage_id", "dim_blockage.blockage_id")],
        day="presented_on",
    ),
    _table(
        "fact_ask",
        "What was asked of whom about a blockage, and how long they took to answer.",
        "ask_id",
        (
            _BLOCKAGE_ID,
            _id("ask_id", "the ask: programme/blockage/ask"),
            field(Ask, "date", "asked_on"),
            field(Ask, "of", "asked_of"),
            field(Ask, "reply_by"),
            field(Ask, "replied", "replied_on"),
            integer(
                "days_silent",
                "days from the ask to the answer, or so far; empty for an answer without a day",
            ),
            boolean("is_answered", "whether an answer had come"),
            field(Ask, "ask", required=False, is_free_text=True),
            field(Ask, "reply", is_free_text=True),
        ),
        _ask_rows,
        references=[("blockage_id", "dim_blockage.blockage_id")],
        day="asked_on",
    ),
    _table(
        "fact_evidence_use",
        "When an evidence card was brought to a discussion.",
        "use_id",
        (
            _EVIDENCE_ID,
            _id("use_id", "the use: programme/card/use"),
            field(Use, "date", "day"),
            _id("community_id", "the community it was brought to", required=False),
            _id("case_id", "the case it was brought to", required=False),
        ),
        _evidence_use_rows,
        references=[("evidence_id", "dim_evidence.evidence_id"), _IN_COMMUNITY, _OF_CASE],
        day="day",
    ),
    _table(
        "fact_service_use",
        "When somebody was sent to a service.",
        "use_id",
        (
            _SERVICE_ID,
            _id("use_id", "the use: programme/service/use"),
            field(ServiceUse, "date", "day"),
            _COMMUNITY_ID,
            _CASE_ID,
        ),
        _service_use_rows,
        references=[_OF_SERVICE, _IN_COMMUNITY, _OF_CASE],
        day="day",
    ),
    _table(
        "fact_approach",
        "Attempts to have an agency fill a seat; agencies themselves are left out.",
        "approach_id",
        (
            _COMMUNITY_ID,
            _id("approach_id", "the approach: programme/community/approach"),
            field(Approach, "date", "day"),
            field(Approach, "sector"),
            field(Approach, "role"),
            field(Approach, "level"),
            field(Approach, "how"),
            field(Approach, "hours"),
            field(Approach, "outcome"),
        ),
        _approach_rows,
        references=[_IN_COMMUNITY],
        day="day",
    ),
    _table(
        "fact_answer_count",
        "How many gave which answer to a question of a survey.",
        "answer_id point",
        (
            _SURVEY_ID,
            _id("question_id", "the question of this survey"),
            _id("answer_id", "the answers of one group of people to one question"),
            _id("community_id", "the community of those who answered", required=False),
            choice(
                "scope",
                "who is counted: the programme, one community, or the small ones together",
                ("programme", "community", ELSEWHERE),
                required=True,
            ),
            day("asked_on", "the day the survey was asked", required=True),
            integer(
                "point",
                "the answer, 1 for the first, such as strongly agree; 0 no opinion, -1 left blank",
                required=True,
            ),
            integer("people", "how many gave it", required=True),
        ),
        _answer_rows,
        references=[
            _OF_SURVEY,
            ("question_id", "dim_question.question_id"),
            _IN_COMMUNITY,
        ],
        day="asked_on",
    ),
    _table(
        "fact_tie_count",
        "How far people of one sector work with another.",
        "survey_id when_asked from_sector to_sector depth",
        (
            _SURVEY_ID,
            day("asked_on", "the day the survey was asked", required=True),
            field(TieCount, "when", "when_asked"),
            field(TieCount, "from", "from_sector"),
            field(TieCount, "to", "to_sector"),
            choice("depth", "how far: none, signpost, talk or plan", Depth, required=True),
            integer("people", "how many said so", required=True),
        ),
        _tie_rows,
        references=[_OF_SURVEY],
        day="asked_on",
    ),
    _table(
        "fact_newsletter",
        "Issues of the newsletter.",
        "newsletter_id",
        (
            _id("newsletter_id", "the issue: programme/issue"),
            field(Newsletter, "title"),
            field(Newsletter, "audience", "readers"),
            field(Newsletter, "from", "from_day"),
            field(Newsletter, "until", "until_day"),
            field(Newsletter, "series"),
        ),
        _newsletter_rows,
        day="until_day",
    ),
)
"""Every table of rows but the calendar, which is made of the days in them."""

DATES: Final = TableSchema(
    name="dim_date",
    description="The calendar, from the first to the last day in any table of facts.",
    columns=(
        PROGRAMME_ID,
        day("day", "the day", required=True),
        integer("iso_year", "the year of its week (ISO 8601)", required=True),
        integer("iso_week", "the week (ISO 8601)", required=True),
        integer("month", "the month, 1 to 12", required=True),
        integer("quarter", "the quarter of the calendar year, 1 to 4", required=True),
        text("financial_year", "the year from April to March: 2012/13", required=True),
    ),
    key=("programme_id", "day"),
    references=(ForeignKey("programme_id", "dim_programme", "programme_id"),),
)
ROW_SCHEMAS: Final = (*(table.schema for table in ROW_TABLES), DATES)


def build_row_tables(
    programme: Programme,
    source: ExportSource,
    *,
    only: Collection[str] = (),
    with_text: bool = False,
) -> tuple[Table, ...]:
    """Return the records of a programme as tables, for members alone.

    ``only`` names the tables to make, empty for all but those made on request. With ``with_text``
    the words of notes and actions are in them; private sections, contacts and single answers to
    surveys never are. Raise :class:`CopkitError` for a table that there is not.
    """
    chosen = choose_schemas(ROW_SCHEMAS, only)
    known = _KnownRecords(programme, source)
    tables = [
        make_table(table.schema, table.rows(known), with_text=with_text)
        for table in ROW_TABLES
        if table.schema.name in chosen
    ]
    if DATES.name in chosen:
        tables.append(make_table(DATES, _date_rows(source.programme_id, tables)))
    return tuple(tables)


def choose_schemas(schemas: Iterable[TableSchema], only: Collection[str]) -> frozenset[str]:
    """Return the names of the tables to make: those of ``only``, else all not made on request.

    Raise :class:`CopkitError` for a name that is no table's.
    """
    usual = {schema.name: not schema.on_request for schema in schemas}
    for name in only:
        if name not in usual:
            hint = did_you_mean(name, usual, f"there are: {', '.join(sorted(usual))}")
            raise CopkitError(f"there is no table '{name}' for these readers", hint, status=2)
    return frozenset(only or (name for name, is_usual in usual.items() if is_usual))


def _date_rows(programme_id: str, tables: Iterable[Table]) -> Iterator[TableRow]:
    """Yield every day from the first to the last one in the tables of facts."""
    days = {
        value
        for table in tables
        if table.schema.day in table.schema.column_names
        for row in table.rows
        if isinstance(value := row[table.schema.column_names.index(table.schema.day)], dt.date)
    }
    if not days:
        return
    first, last = min(days), max(days)
    for number in range((last - first).days + 1):
        date = first + dt.timedelta(days=number)
        iso = date.isocalendar()
        april = date.year - (date.month < 4)
        quarter = (date.month + 2) // 3
        financial_year = f"{april}/{(april + 1) % 100:02}"
        yield programme_id, date, iso.year, iso.week, date.month, quarter, financial_year
