"""What is wrong between records: references to nothing, one code for two communities.  Pure.

A reference is only dangling when the record it names does not exist at all: one that could not
be read has been reported in its own file, and so has an id that is spoilt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, is_dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from copkit.analysis.seats import not_sought
from copkit.errors import Problem, Severity, did_you_mean, errors_among
from copkit.folder import CommunityRecords, Programme
from copkit.records.kinds import Noun
from copkit.records.members import Member
from copkit.records.schema.fields import NO_DATE, Audience, Source, fields_of
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from copkit.records.cases import Case

GUESSES: Final = 50  # references of one record for which the nearest name is looked for
_NAMES: Final = {
    "case": "case",
    "evidence": "evidence card",
    "blockage": "blockage",
    "community": "community",
    "action": "action",
}


def all_problems(programme: Programme) -> list[Problem]:
    """Give every problem, within files and between them, in the order of files and lines."""
    problems = [*programme.problems, *between_records(programme)]
    problems += _nothing_to_say(programme, {problem.file for problem in errors_among(problems)})
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))


def dangling(programme: Programme, record: Any) -> list[Problem]:
    """Find the references of one record to what the programme does not have."""
    slug = getattr(record, "community", None)
    here = next((found for found in programme.communities if found.slug == slug), None)
    return list(_Scope(programme, here).dangling(record))


def between_records(programme: Programme) -> Iterator[Problem]:
    """Find what is wrong between the records that were read."""
    yield from _shared_codes(programme)
    yield from not_sought(programme)
    faulty = {problem.file for problem in errors_among(programme.problems)}
    for records in programme.communities:
        scope = _Scope(programme, records)
        yield from _odd_days(programme, records)
        yield from scope.dangling(records.community)
        for record in records.meetings:
            yield from scope.dangling(record)
        for case in records.cases:
            yield from _in_case(scope, case, faulty)
        yield from _void_sign_offs(records)
    scope = _Scope(programme, None)
    for other in (*programme.evidence, *programme.briefs):
        yield from scope.dangling(other)


def _in_case(scope: _Scope, case: Case, faulty: Collection[str]) -> Iterator[Problem]:
    """Find what a case refers to in vain; where all of it could be read, what it still lacks."""
    lost = list(scope.dangling(case))
    yield from lost
    if not lost and case.source.file not in faulty:
        from copkit.analysis.cases import open_loops  # loaded with cases alone

        yield from open_loops(case)


def _void_sign_offs(records: CommunityRecords) -> Iterator[Problem]:
    """Warn of cases that others were to read, and were edited since somebody signed them off."""
    for case in records.cases:
        if case.sign_off and case.audience is not Audience.MEMBERS:
            from copkit.analysis.cases import digest_of  # loaded with cases alone

            if case.sign_off.digest == digest_of(case):
                continue
            message = f"this was edited since, so {case.audience} and others will not be told it"
            hint = f"copkit case sign-off {case.name}"
            yield case.source.problem(
                "sign-off-void", "sign_off", message, hint, severity=Severity.WARNING
            )


def _nothing_to_say(programme: Programme, faulty: Collection[str]) -> Iterator[Problem]:
    """Warn of cards that are in use and hold nothing to say aloud, but not in faulty files."""
    cases = (case for records in programme.communities for case in records.cases)
    tied = {slug for case in cases for slug in case.evidence}
    for card in programme.evidence:
        used = "used" if card.used else "title" if card.slug in tied else ""
        if used and card.source.file not in faulty and not card.spoken.strip():
            message = "this card is in use, and has nothing to say aloud"
            hint = "write what you would say in a minute under '## In sixty seconds'"
            yield _warn(card.source, "no-spoken-brief", used, message, hint)


def _shared_codes(programme: Programme) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for records in programme.communities:
        code = records.community.code
        if code and code in first:
            message = f"the code '{code}' is also that of {first[code]}"
            hint = "give each community its own code"
            yield records.community.source.problem("duplicate-code", "code", message, hint)
        first.setdefault(code, records.slug)


def _odd_days(programme: Programme, records: CommunityRecords) -> Iterator[Problem]:
    """Warn of days that are probably slips: outside the programme, or outside a membership."""
    starts, ends = programme.settings.starts, programme.settings.ends
    sure = starts != NO_DATE and (ends is None or starts <= ends)
    members: dict[str, Member] = {member.id: member for member in records.members}
    for meeting in records.meetings:
        day = meeting.held_on
        if day == NO_DATE or str(day) != meeting.slug[:10]:  # which has been reported
            continue
        if sure and (day < starts or (ends and day > ends)):
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
class _Scope:
    """What the ids in a record may refer to; ``here`` is the record's own community, if any."""

    programme: Programme
    here: CommunityRecords | None

    def dangling(self, record: Any) -> Iterator[Problem]:
        """Report every reference of a record, and of its parts, to something that is not there."""
        for key, field in fields_of(type(record)).items():
            value = getattr(record, field.attribute)
            if field.refers:
                ids = (value,) if isinstance(value, str) else value or ()
                for count, id in enumerate(ids):
                    yield from self._look_up(record, key, field.refers, id, guess=count < GUESSES)
            elif isinstance(value, tuple) and value and is_dataclass(value[0]):
                inner = (
                    _InCase(self.programme, self.here, record)
                    if hasattr(record, "actions")
                    else self
                )
                for part in value:
                    yield from inner.dangling(part)

    def _look_up(
        self, record: Any, key: str, noun: str, id: str, *, guess: bool
    ) -> Iterator[Problem]:
        found = self._known(noun, record)
        if found is None:
            return
        names, where, declared = found
        if id in names or declared(id):
            return
        if noun == "member":
            message = f"'{id}' is not on the roster of {where}"
        else:
            message = f"there is no {_NAMES[noun]} '{id}'" + (f" in {where}" if where else "")
        hint = did_you_mean(id, names if guess else (), _how_to_make(noun, where, names))
        source: Source = record.source
        yield source.problem(f"unknown-{noun}", key, message, hint, item=id)

    def _known(self, noun: str, record: Any) -> _Known | None:
        programme = self.programme
        if noun == "community":
            return {records.slug for records in programme.communities}, "", _never
        if noun == "evidence":
            return programme.names[Noun.EVIDENCE], "", _never
        if noun == "blockage":
            return programme.names[Noun.BLOCKAGES], "", _never
        here = self.here or self._named_by(record)
        if noun == "case" and here is None:
            every = {slug for records in programme.communities for slug in records.case_slugs}
            return every, _ANYWHERE, _never
        if here is None:
            return None
        if noun == "case":
            return here.case_slugs, here.slug, _never
        return self._member_ids, here.slug, _declared_in(here.roster.source.text)

    @cached_property
    def _member_ids(self) -> frozenset[str]:
        return frozenset(member.id for member in self.here.members) if self.here else frozenset()

    def _named_by(self, record: Any) -> CommunityRecords | None:
        """Give the community that a use of evidence names in its own field."""
        slug = getattr(record, "community", None)
        return next((found for found in self.programme.communities if found.slug == slug), None)


@dataclass(frozen=True)
class _InCase(_Scope):
    """The scope of a case's parts, which may refer to the case's own actions."""

    case: Case

    def _known(self, noun: str, record: Any) -> _Known | None:
        if noun != "action":
            return super()._known(noun, record)
        actions = {action.id for action in self.case.actions}
        return actions, "this case", _declared_in(self.case.source.text)


_Known = tuple[Collection[str], str, Callable[[str], bool]]
_ANYWHERE: Final = "any community"


def _never(_: str) -> bool:
    return False


@lru_cache(maxsize=64)
def _declared_in(text: SourceText) -> Callable[[str], bool]:
    """Say whether an id is written in a file at all, though its record could not be read."""
    line = r"(?m)^[ \t-]*id[ \t]*:[ \t]*[\"']?([^\"'#\r\n]*?)[\"']?[ \t]*(?:#|\r?$)"
    ids = frozenset(re.findall(line, text.text))

    def declared(id: str) -> bool:
        return not text.readable or id in ids

    return declared


def _how_to_make(noun: str, where: str, names: Collection[str]) -> str:
    if noun == "action":
        return "the actions of a case are listed in its field 'actions'"
    if noun == "member" and names:
        some = ", ".join(sorted(names)[:4])
        return f"write an id from roster.yaml, such as {some}; 'copkit new-member' adds one"
    if where == _ANYWHERE:
        return "'copkit list cases' shows which there are"
    command = f"copkit new-{noun} {where}".rstrip()
    return f"'{command} ...' adds one"
