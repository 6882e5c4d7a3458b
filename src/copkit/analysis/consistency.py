"""Consistency checks between records: dangling references, duplicate codes, odd dates.  Pure.

A reference dangles only if the record it names does not exist at all: a record that could not be
read has been reported in its own file, and so has an id that is spoilt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from copkit.analysis.networks.sessions import feedback_of, find_session_faults, is_network
from copkit.errors import Problem, Severity, did_you_mean, only_errors
from copkit.folder import CommunityRecords, Programme
from copkit.records.communities import CommunityStatus
from copkit.records.kinds import KINDS_BY_NAME, parse_named_part
from copkit.records.meetings import MeetingKind
from copkit.records.members import Member
from copkit.records.schema.fields import NO_DATE, Field, Source, fields_of, item_type
from copkit.records.schema.parts import ConsentToQuote
from copkit.text.source import SourceText
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.cases import SignedRecord
    from copkit.records.focus_groups import FocusGroup
    from copkit.records.surveys import Survey, SurveyCounts

# References of one record for which the nearest name is looked for: each look compares all names,
# and a list of thousands of wrong ids would take minutes.
MAX_GUESSES: Final = 50


def all_problems(programme: Programme) -> list[Problem]:
    """Return every problem, within files and between them, in the order of files and lines."""
    problems = [*programme.problems, *_errors_between_records(programme)]
    faulty = {problem.file for problem in only_errors(problems)}
    problems += _warnings_between_records(programme, faulty)
    return sorted(problems, key=_place)


def all_errors(programme: Programme) -> list[Problem]:
    """Return every problem that is an error, as :func:`all_problems` does, and sooner."""
    problems = [*programme.problems, *_errors_between_records(programme)]
    return sorted(only_errors(problems), key=_place)


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.file, problem.line, problem.column


def find_dangling_references(programme: Programme, record: Any) -> list[Problem]:
    """Return the references of one record to what the programme does not have."""
    slug = getattr(record, "community", None)  # cards, blockages and others are of no community
    return list(_ReferenceScope(programme, _find_community(programme, slug)).dangling(record))


def _errors_between_records(programme: Programme) -> Iterator[Problem]:
    """Yield what is wrong between the records that were read, so that nothing can be built."""
    yield from _shared_codes(programme)
    yield from _lineage_cycles(programme)
    for records in programme.communities:
        scope = _ReferenceScope(programme, records)
        closing = (records.closing,) if records.closing else ()
        own = (records.community, records.roster, *closing)
        for record in (*own, *records.every_meeting, *records.cases):
            yield from scope.dangling(record)
        yield from find_session_faults(programme, records)
    scope = _ReferenceScope(programme, None)
    yield from scope.dangling(programme.settings)
    for _, record in programme.records_at_the_top():
        yield from scope.dangling(record)
    faulty = {problem.file for problem in only_errors(programme.problems)}
    for survey in programme.surveys:
        if counts := programme.survey_counts.get(survey.slug):
            yield from scope.dangling(counts)
            if survey.source.file not in faulty and counts.source.file not in faulty:
                yield from _odd_counts(survey, counts)
                yield from _counted_with_two_keys(counts)
    yield from _consent_before_the_story(programme)
    yield from _unknown_series(programme)
    if programme.directory or programme.connectors:
        # Imported here since few commands read the directory.
        from copkit.analysis.directory.overview import find_directory_problems

        yield from find_directory_problems(programme)
    yield from _periods_not_agreed(programme)


def _periods_not_agreed(programme: Programme) -> Iterator[Problem]:
    """Warn where periods of retention run that no host has agreed to."""
    settings = programme.settings
    over = {CommunityStatus.CLOSING, CommunityStatus.ENDED}
    runs = settings.retention or any(
        records.community.status in over for records in programme.communities
    )
    if runs and not settings.retention_agreed:
        message = "nobody has agreed how long what is kept, and a community is ending or has ended"
        hint = (
            "'copkit retention --rules' shows the periods; once your host agrees, write "
            "'retention_agreed: 2026-01-10 by ROLE'"
        )
        yield _warn(settings.source, "retention-not-agreed", "retention", message, hint)


def _warnings_between_records(programme: Programme, faulty: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for what is probably a slip; ``faulty`` are the files with errors."""
    # Imported here since most commands ask for errors alone, and start sooner without it.
    from copkit.analysis.cases import find_follow_up_gaps
    from copkit.analysis.seats import find_unsought_seats
    from copkit.analysis.toolkit import find_unsafe_rules

    yield from find_unsought_seats(programme)
    for records in programme.communities:
        yield from _odd_days(programme, records)
        if not records.community.is_read_only:  # what nobody may do any more
            yield from find_unsafe_rules(records)
            for case in records.cases:
                # Errors before warnings: a value that could not be read is not missing.
                if case.source.file not in faulty:
                    yield from find_follow_up_gaps(case)
        yield from _void_sign_offs(records.cases)
        yield from _void_sign_offs(feedback_of(records))
        yield from _cases_told_twice(records)
    yield from _void_sign_offs((*programme.stories, *programme.quotes, *programme.links))
    yield from _nobody_to_answer(programme)
    yield from _cards_without_spoken_brief(programme, faulty)
    yield from _sources_left_out(programme)


def _sources_left_out(programme: Programme) -> Iterator[Problem]:
    """Warn of surveys and focus groups that a report names and its own readers may not see."""
    named: tuple[tuple[str, tuple[Survey | FocusGroup, ...]], ...] = (
        ("surveys", programme.surveys),
        ("focus_groups", programme.focus_groups),
    )
    for report in programme.reports:
        for key, records in named:
            for record in records:
                is_named = record.slug in getattr(report, key)
                if is_named and not report.audience.may_see(record.audience):
                    readers = record.audience.policy.may_read
                    message = f"'{record.slug}' is for {readers}, so this report leaves it out"
                    hint = "give one of the two another audience"
                    yield report.source.problem(
                        "source-left-out",
                        key,
                        message,
                        hint,
                        item=record.slug,
                        severity=Severity.WARNING,
                    )


def _nobody_to_answer(programme: Programme) -> Iterator[Problem]:
    """Warn of briefs, and of letters that wait for an answer, that name nobody to answer to.

    One warning stands for all of them: a line in ``copkit.yaml`` mends them at once.
    """
    faulty = {problem.file for problem in only_errors(programme.problems)}
    # a contact that could not be read is not missing
    if programme.settings.contact or programme.settings.source.file in faulty:
        return
    asks = [ask for blockage in programme.blockages for ask in blockage.asks if not ask.replied]
    asking = [brief.source for brief in programme.briefs if brief.contact is None]
    asking += [ask.source for ask in asks if ask.contact is None]
    asking = [source for source in asking if source.file not in faulty]
    if asking:
        others = f", nor do {len(asking) - 1} more" if len(asking) > 1 else ""
        message = f"this asks for an answer, and does not say whom to answer{others}"
        hint = "add 'contact:' to copkit.yaml, with 'role:' and 'email:' below it"
        yield _warn(asking[0], "no-contact", "ask", message, hint)


def _consent_before_the_story(programme: Programme) -> Iterator[Problem]:
    """Yield stories told at a storytelling session with a consent no later than that day.

    Somebody who has just told a story to a full room cannot yet judge what it is like to be read.
    """
    told_on = {
        (records.slug, meeting.held_on)
        for records in programme.communities
        for meeting in records.meetings
        if meeting.kind is MeetingKind.STORYTELLING
    }
    for story in programme.stories:
        day = story.happened
        if story.consent is not ConsentToQuote.GIVEN or (story.community, day) not in told_on:
            continue
        if story.consent_on is None or (day and story.consent_on <= day):
            message = f"told on {day}: consent is asked for later, once they have read it"
            hint = "write 'consent_on:' with that later day, or 'consent: not-asked'"
            key = "consent_on" if story.consent_on else "consent"
            yield story.source.problem("consent-too-early", key, message, hint)


def _unknown_series(programme: Programme) -> Iterator[Problem]:
    """Yield issues of a series of newsletters that the settings do not have."""
    settings = programme.settings
    # series that could not be read are not missing
    if not settings.source.text.readable or settings.source.fields.incomplete:
        return
    ids = [series.id for series in settings.every_series]
    for issue in programme.newsletters:
        if issue.series and issue.series not in ids:
            message = f"there is no series of newsletters '{issue.series}' in copkit.yaml"
            hint = did_you_mean(issue.series, ids, f"there are {', '.join(ids)}")
            yield issue.source.problem("unknown-series", "series", message, hint)


def _counted_with_two_keys(counts: SurveyCounts) -> Iterator[Problem]:
    """Warn of files that were counted with different keys: none of these knows another's files."""
    keys = list(dict.fromkeys(entry.key for entry in counts.imports if entry.key))
    if len(keys) < 2:
        return
    other = next(entry for entry in counts.imports if entry.key == keys[1])
    message = "this file was counted without knowing the others: answers may be counted twice"
    hint = (
        f"if that is so, delete {counts.source.file} and count all files in one 'copkit survey "
        "import'; if not, delete the lines 'key:' here"
    )
    yield _warn(other.source, "counted-apart", "key", message, hint)


def _odd_counts(survey: Survey, counts: SurveyCounts) -> Iterator[Problem]:
    """Yield counts of questions that the survey does not ask, or ask in another way."""
    first: dict[tuple[str, str | None], str] = {}
    for count in counts.counts:
        question = survey.question(count.question)
        if question is None:
            message = f"there is no question '{count.question}' in {survey.source.file}"
            ids = [question.id for question in survey.questions]
            hint = did_you_mean(count.question, ids, "write the question's id as it stands there")
            yield count.source.problem("unknown-question", "question", message, hint)
            continue
        if len(count.numbers) != question.cells:
            message = f"'{question.id}' has {plural(question.cells, 'answer')}, and here "
            message += f"{'is' if len(count.numbers) == 1 else 'are'} {len(count.numbers)}"
            hint = "write a number for each answer, in the order of the question's"
            yield count.source.problem("bad-number", "given", message, hint)
        if (pair := (count.question, count.community)) in first:
            message = f"'{first[pair]}' has these counts as well"
            yield count.source.problem("listed-twice", "question", message, "keep one of the two")
        first.setdefault(pair, count.id)


def _void_sign_offs(signed: Iterable[SignedRecord]) -> Iterator[Problem]:
    """Warn of what was edited for readers outside since somebody signed it off."""
    for record in signed:
        if record.sign_off and not record.audience.policy.sees_unsigned_cases:
            from copkit.analysis.cases import sign_off_command, sign_off_digest  # as above

            if record.sign_off.digest == sign_off_digest(record):
                continue
            message = f"this was edited since, so {record.audience} and others will not be told it"
            hint = " ".join(("copkit", *sign_off_command(record)))
            yield record.source.problem(
                "sign-off-void", "sign_off", message, hint, severity=Severity.WARNING
            )


def _cases_told_twice(records: CommunityRecords) -> Iterator[Problem]:
    """Warn of cases with the title, the day and the presenters of another: it would count twice."""
    first: dict[tuple[str, str, frozenset[str]], str] = {}
    for case in records.cases:
        if not (case.presented and case.presenters):
            continue  # too little to tell
        key = (case.title.casefold(), str(case.presented), frozenset(case.presenters))
        if key in first:
            message = f"title, day and presenters are those of {first[key]} as well"
            hint = "if it is the same case, keep one of the two files"
            yield _warn(case.source, "case-told-twice", "title", message, hint)
        first.setdefault(key, case.slug)


def _cards_without_spoken_brief(programme: Programme, faulty: Collection[str]) -> Iterator[Problem]:
    """Warn of cards that are in use and hold nothing to say aloud, but not in faulty files."""
    cases = (case for records in programme.communities for case in records.cases)
    tied = {slug for case in cases for slug in case.evidence}
    for card in programme.evidence:
        # The field to point at: where the card itself says that it was used, or its first line.
        key = "used" if card.used else "title" if card.slug in tied else ""
        if key and card.source.file not in faulty and not card.spoken.strip():
            message = "this card is in use, and has nothing to say aloud"
            hint = "write what you would say in a minute under '## In sixty seconds'"
            yield _warn(card.source, "no-spoken-brief", key, message, hint)


def _shared_codes(programme: Programme) -> Iterator[Problem]:
    """Yield a problem for each code that two communities share: it heads a matrix column."""
    first: dict[str, str] = {}  # by code, the community that had it first
    for records in programme.communities:
        code = records.community.code
        if code and code in first:
            message = f"the code '{code}' is also that of {first[code]}"
            hint = "give each community its own code"
            yield records.community.source.problem("duplicate-code", "code", message, hint)
        first.setdefault(code, records.slug)


def _lineage_cycles(programme: Programme) -> Iterator[Problem]:
    """Yield a problem for each community that would have grown out of itself."""
    origins = {records.slug: records.community.grew_out_of for records in programme.communities}
    for records in programme.communities:
        for parent in records.community.grew_out_of:
            seen, waiting = set[str](), [parent]
            while waiting:
                slug = waiting.pop()
                if slug not in seen:
                    seen.add(slug)
                    waiting += origins.get(slug, ())
            if records.slug in seen:
                way = "itself" if parent == records.slug else f"{parent}, which grew out of it"
                message = f"{records.slug} cannot have grown out of {way}"
                hint = "correct 'grew_out_of' in one of the two"
                yield records.community.source.problem(
                    "lineage-cycle", "grew_out_of", message, hint, item=parent
                )


def _odd_days(programme: Programme, records: CommunityRecords) -> Iterator[Problem]:
    """Warn of days that are probably slips: outside the programme, or outside a membership."""
    starts, ends = programme.settings.starts, programme.settings.ends
    # A programme whose own dates are wrong has been reported; it cannot judge those of meetings.
    has_sound_dates = starts != NO_DATE and (ends is None or starts <= ends)
    members: dict[str, Member] = {member.id: member for member in records.members}
    for meeting in records.meetings:
        day = meeting.held_on
        if day == NO_DATE or str(day) != meeting.slug[:10]:  # which has been reported
            continue
        # a network goes on, whatever was funded
        if (has_sound_dates and not is_network(records)) and (
            day < starts or (ends and day > ends)
        ):
            message = f"{day} lies outside the programme ({starts} to {ends or 'open'})"
            hint = "correct the date here and in the file's name, or the programme's in copkit.yaml"
            yield _warn(meeting.source, "outside-programme", "date", message, hint)
        for id in meeting.present:
            member = members.get(id)
            if member and member.joined and day < member.joined:
                message = f"'{id}' came on {day}, but joined on {member.joined}"
            elif member and member.left and day > member.left:
                message = f"'{id}' came on {day}, but had left on {member.left}"
            else:
                continue
            hint = "correct the attendance, or the dates in the roster"
            yield _warn(meeting.source, "outside-membership", "present", message, hint, item=id)


def _warn(
    source: Source, code: str, key: str, message: str, hint: str, item: str | None = None
) -> Problem:
    return source.problem(code, key, message, hint, item=item, severity=Severity.WARNING)


@dataclass(frozen=True)
class _ReferenceScope:
    """What the ids in a record may refer to; ``community`` is that of the record, if any."""

    programme: Programme
    community: CommunityRecords | None

    def dangling(self, record: Any) -> Iterator[Problem]:
        """Yield every reference of a record, and of its parts, to something that is not there.

        Which fields refer to what is stated by the record's own type (``Field.refers``).
        """
        kind: Any = type(record)  # a cached function has no signature that mypy checks
        references, parts = _references_of(kind)
        for key, field in references:
            value = getattr(record, field.attribute)
            if value:
                ids = (value,) if isinstance(value, str) else value
                yield from self._check_references(record, key, field, ids)
        for attribute in parts:
            if value := getattr(record, attribute):
                # Only a case has actions, only a session speakers, and only own parts name them.
                has_parts = any(hasattr(record, f"{noun}s") for noun in _OWN_PARTS)
                inner = (
                    _PartReferenceScope(self.programme, self.community, record)
                    if has_parts
                    else self
                )
                for part in value:
                    yield from inner.dangling(part)

    def _check_references(
        self, record: Any, key: str, field: Field, ids: Collection[str]
    ) -> Iterator[Problem]:
        """Yield a problem for each of the ``ids`` in a record's field that nothing has."""
        noun = field.refers or ""
        if noun == "record":
            yield from self._check_paths(record, key, ids)
            return
        if "|" in noun:
            yield from self._check_any(record, key, noun.split("|"), ids)
            return
        target = self._targets(noun, record)
        if target is None or target[0].issuperset(ids):  # as nearly all of them are
            return
        names, where, is_declared = target
        # An action is a part of a case, and no kind of record.
        called = KINDS_BY_NAME[noun].singular if noun in KINDS_BY_NAME else noun
        for count, id in enumerate(id for id in ids if id not in field.besides):
            if id in names or is_declared(id):
                continue
            if noun == "member":
                message = f"'{id}' is not on the roster of {where}"
            else:
                message = f"there is no {called} '{id}'" + (f" in {where}" if where else "")
            guesses = names if count < MAX_GUESSES else ()
            hint = did_you_mean(id, guesses, _how_to_add(noun, where, names))
            source: Source = record.source
            yield source.problem(f"unknown-{noun}", key, message, hint, item=id)

    def _check_paths(self, record: Any, key: str, paths: Iterable[str]) -> Iterator[Problem]:
        """Yield a problem for each path, such as ``blockages/weekend-cover``, of no record."""
        source: Source = record.source
        for path in paths:
            named = parse_named_part(path)
            if named is None:
                message = f"'{path}' does not name a record"
                hint = "write its folder and its name, such as blockages/weekend-cover"
                yield source.problem("unknown-record", key, message, hint, item=path)
                continue
            if named.kind.name == "meeting":
                meetings = self.community.every_meeting if self.community else ()
                names: Collection[str] = {meeting.slug for meeting in meetings}
            else:
                target = self._targets(named.kind.name, record)
                names = target[0] if target else ()
            if named.slug not in names:
                hint = did_you_mean(named.slug, names, "'copkit list' shows which there are")
                message = f"there is no {named.kind.singular} '{named.slug}'"
                yield source.problem("unknown-record", key, message, hint, item=path)

    def _check_any(
        self, record: Any, key: str, nouns: Sequence[str], ids: Iterable[str]
    ) -> Iterator[Problem]:
        """Yield a problem for each id that no record of any of some nouns has."""
        names = self._meeting_names(getattr(record, "community", None))
        for noun in nouns:
            if noun == "community":
                names |= {records.slug for records in self.programme.communities}
            kind_noun = KINDS_BY_NAME[noun].noun
            names |= self.programme.names.get(kind_noun, frozenset()) if kind_noun else set()
        called = list_in_words([KINDS_BY_NAME[noun].singular for noun in nouns], "or")
        for id in ids:
            if id not in names:
                hint = did_you_mean(id, names, f"name a {called}, as 'copkit list' prints it")
                source: Source = record.source
                yield source.problem(
                    "unknown-source", key, f"there is no {called} '{id}'", hint, item=id
                )

    def _targets(self, noun: str, record: Any) -> _Targets | None:
        """Return what a reference to a ``noun`` may name; ``None`` if its community is unknown."""
        programme = self.programme
        if noun == "community":
            return self._communities, "", _never
        kind = KINDS_BY_NAME.get(noun)
        if kind and kind.noun in programme.names:
            return programme.names[kind.noun], "", _never
        if noun == "meeting":
            return self._meeting_names(getattr(record, "community", "")), "", _never
        # A use of evidence lies outside all communities, and names one in a field of its own.
        community = self.community or _find_community(programme, getattr(record, "community", None))
        if noun == "case" and community is None:
            return self._cases_anywhere, _ANYWHERE, _never
        if community is None and noun == "member":
            # a connector names its member as 'brighton/nurse-1'
            members = self._members_anywhere
            return (members, _ANYWHERE, _never) if members else None
        if community is None:
            return None
        if noun == "case":
            return community.case_slugs, community.slug, _never
        return self._member_ids, community.slug, partial(_is_declared, community.roster.source)

    @cached_property
    def _communities(self) -> frozenset[str]:
        return frozenset(records.slug for records in self.programme.communities)

    @cached_property
    def _cases_anywhere(self) -> frozenset[str]:
        communities = self.programme.communities
        slugs = {slug for records in communities for slug in records.case_slugs}
        names = {f"{records.slug}/{slug}" for records in communities for slug in records.case_slugs}
        return frozenset(slugs | names)

    @cached_property
    def _members_anywhere(self) -> frozenset[str]:
        communities = self.programme.communities
        return frozenset(
            f"{records.slug}/{member.id}" for records in communities for member in records.members
        )

    def _meeting_names(self, community: str | None) -> set[str]:
        """Return the names of all meetings; those of ``community``, ``None`` for any, by day too.

        A record of a community that names no other, such as an entry of its roster, means its own.
        """
        own = community or (self.community.slug if self.community else community)
        names = set[str]()
        for records in self.programme.communities:
            names |= {f"{records.slug}/{slug}" for slug in records.meeting_slugs}
            if own in {None, records.slug}:
                names |= records.meeting_slugs
        return names

    @cached_property
    def _member_ids(self) -> frozenset[str]:
        members = self.community.members if self.community else ()
        return frozenset(member.id for member in members)


_OWN_PARTS: Final = {"action": "this case", "speaker": "this session"}
"""The parts of a record that its other parts refer to, and where these are."""


@dataclass(frozen=True)
class _PartReferenceScope(_ReferenceScope):
    """The scope of a record's parts, which may refer to its own actions or speakers."""

    whole: Any

    def _targets(self, noun: str, record: Any) -> _Targets | None:
        """Return the record's own parts for ``action``, else what any record may refer to."""
        if noun not in _OWN_PARTS:
            return super()._targets(noun, record)
        ids = frozenset(part.id for part in getattr(self.whole, f"{noun}s", ()))
        return ids, _OWN_PARTS[noun], partial(_is_declared, self.whole.source)


# The names that exist, where they were looked for, and a check for names that are declared in a
# file though their record could not be read.
_Targets = tuple[set[str] | frozenset[str], str, Callable[[str], bool]]
_ANYWHERE: Final = "any community"


def _never(_: str) -> bool:
    return False


def _find_community(programme: Programme, slug: str | None) -> CommunityRecords | None:
    """Return the community with a slug; ``None`` if there is none, or for no slug."""
    return next((records for records in programme.communities if records.slug == slug), None)


@cache
def _references_of(record: Any) -> tuple[tuple[tuple[str, Field], ...], tuple[str, ...]]:
    """Return the fields of a type that refer to records, by key, and its lists of parts."""
    fields = fields_of(record)
    references = tuple((key, field) for key, field in fields.items() if field.refers)
    parts = (field.attribute for field in fields.values() if is_dataclass(item_type(field.type)))
    return references, tuple(parts)


def _is_declared(source: Source, id: str) -> bool:
    """Check whether an id is written in a file, whether or not its record could be read.

    Every id is taken for written in a file that could not be read at all.
    """
    return not source.text.readable or id in _declared_in(source.text)


# Cached by file: a roster is asked for each id of each meeting that is not on it.
@lru_cache(maxsize=64)
def _declared_in(text: SourceText) -> frozenset[str]:
    """Return the ids that are written in a file."""
    # Matches "  - id: probation-1  # new" and "id: 'probation-1'".
    line = r"(?m)^[ \t-]*id[ \t]*:[ \t]*[\"']?([^\"'#\r\n]*?)[\"']?[ \t]*(?:#|\r?$)"
    return frozenset(re.findall(line, text.text))


def _how_to_add(noun: str, where: str, names: Collection[str]) -> str:
    """Return a hint on how to add a ``noun``, or where to see which there are.

    ``where`` is the community's slug, ``""`` or ``any community``; ``names`` are those that exist.
    """
    if noun in _OWN_PARTS:
        return f"the {noun}s of {_OWN_PARTS[noun]} are listed in its field '{noun}s'"
    if noun == "member" and names:
        examples = ", ".join(sorted(names)[:4])
        return f"write an id from roster.yaml, such as {examples}; 'copkit new-member' adds one"
    if where == _ANYWHERE:
        return "'copkit list cases' shows which there are"
    command = f"copkit new-{noun} {where}".rstrip()
    return f"'{command} ...' adds one"
