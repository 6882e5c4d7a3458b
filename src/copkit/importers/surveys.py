"""Answers to a survey in the files of form tools, recognised by their headings.  Pure.

Every row is counted or set aside with a reason, and every column is used, left out by rule, or
named as unknown. No name, address, place or time of whoever answered leaves this module: addresses
are compared with each other, and dropped.

Seen in real files or in other programs that read them: Microsoft Forms, Google Forms, SurveyMonkey,
Qualtrics, LimeSurvey, and Jisc Online Surveys before its third version.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.columns import ReportColumn, find_column, normalise_header
from copkit.importers.tables import ImportedTable
from copkit.records.surveys import (
    DEPTH_LABELS,
    NO_OPINION,
    AnswerKind,
    Depth,
    Question,
    ScaleEnd,
    Survey,
    SurveyRow,
)
from copkit.wording import list_in_words, plural


class FormTool(StrEnum):
    """Which program made a file of answers."""

    MICROSOFT = "microsoft-forms"
    GOOGLE = "google-forms"
    SURVEYMONKEY = "surveymonkey"
    QUALTRICS = "qualtrics"
    LIMESURVEY = "limesurvey"
    JISC = "jisc"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """What one file says: the rows to count, and what became of everything else in it.

    ``set_aside`` counts rows by reason; ``left_out`` are columns that are never read for what they
    say, ``unknown`` those that no question has. ``notes`` are sentences for whoever imports.
    """

    name: str
    tool: FormTool
    rows: tuple[SurveyRow, ...]
    set_aside: Mapping[str, int]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def rows_in_file(self) -> int:
        """The rows below the headings."""
        return len(self.rows) + sum(self.set_aside.values())


@dataclass(frozen=True, slots=True)
class _Export:
    """A table with its headings joined; ``codes`` are short names of columns, where it has any."""

    tool: FormTool
    headings: tuple[str, ...]
    codes: tuple[str, ...]
    details: tuple[str, ...]  # the second row of SurveyMonkey: an option, or a statement
    rows: tuple[tuple[str, ...], ...]
    file: str

    def name_of(self, position: int) -> str:
        """Return what a column is called where it is printed."""
        heading, detail = self.headings[position], self.details[position]
        if detail and self.tool is FormTool.SURVEYMONKEY:
            return f"{heading}: {detail}"
        return heading or self.codes[position] or f"column {position + 1}"

    def cells(self, row: Sequence[str], position: int | None) -> str:
        """Return a cell of a row; ``""`` past its end or for no column."""
        return row[position] if position is not None and position < len(row) else ""


# Headings

_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_NUMBER_IN_FRONT: Final = re.compile(
    r"^\s*(?:q(?:uestion)?\s*\d{1,3}[\w.]*[.):]?|\d{1,3}(?:\.\w{1,3})*[.):]|\d{1,3}(?:\.\w{1,3})+)"
    r"\s+(?:[-\u2013:]\s+)?",
    re.I,
)
_MARK_AT_END: Final = re.compile(r"\s*\((?:optional|required|dewisol|gofynnol)\)[\s*]*$", re.I)
_LETTER_IN_FRONT: Final = re.compile(r"^\s*\(?(?:[a-h]|\d{1,2})\s*(?:[.):]|\s-|=)\s+", re.I)
_NUMBER_AT_END: Final = re.compile(r"\s*\(\d{1,2}\)\s*$")
_LABELLED_DIGIT: Final = re.compile(
    r"\s*\(?(?P<before>\d{1,2})\s*(?:[.):]|\s?-|=)\s*\D|.*\((?P<after>\d{1,2})\)\s*$", re.S
)


def fold_heading(text: str) -> str:
    """Return a heading for comparison: no tags, number in front, ``(optional)``, case or marks."""
    plain = _MARK_AT_END.sub("", _TAG.sub(" ", text).replace("\xa0", " "))
    return normalise_header(_NUMBER_IN_FRONT.sub("", plain))


def _headings(names: str) -> frozenset[str]:
    """Return headings, from a list with commas, without the spaces in them."""
    return frozenset("".join(names.split()).split(","))


# What says who somebody is: read for nothing but to see that two rows share an address.
_ABOUT_PEOPLE: Final = _headings(
    """
    name, names, firstname, lastname, fullname, yourname, recipientfirstname, recipientlastname,
    recipientname, username, displayname, givenname, familyname, middlename, surname, forename,
    nickname, upn, userprincipalname, email, emailaddress, emailaddress2, youremail,
    youremailaddress, recipientemail, workemail, phone, phonenumber, telephone, telephonenumber,
    mobile, mobilenumber, address, postcode, ip, ipaddr, ipaddress, token
    """
)
# Where and when they answered, and what the tool needs for itself.
_ABOUT_ANSWERING: Final = _headings(
    """
    id, respondentid, responseid, collectorid, participantid, sessionid, contactid, userid,
    submissionid, recordid, survey, surveyid, uniqueresponsenumber, uniqueresponseid, urn, uuid,
    index, seed, refurl, referrer, referer, referrerurl, extendedreferer, starttime, startdate,
    startdateutc, endtime, enddate, completiontime, completiondate, submissiontime,
    submissiondate, submitdate, submitdateutc, datesubmitted, timestarted, timesubmitted,
    datestarted, recordedtime, recordeddate, lastmodifiedtime, lastmodifieddate,
    dateoflastaction, timeoflastaction, datestamp, timestamp, stagedateutc, date, time,
    duration, durationinseconds, durationseconds, timetaken, interviewtime, totaltime, lastpage,
    startlanguage, userlanguage, language, customdata, score, totalpoints, quizfeedback, status,
    finished, progress, externalreference, externaldatareference, location, locationlatitude,
    locationlongitude, latitude, longitude, city, country, stateregion, region, postal,
    distributionchannel, useragent, responseset, responsetype, invitecode, networkid, tags,
    notes, validationstatus, submittedby, ending, legacycomments, rownumber,
    redcapsurveyidentifier, redcapeventname, redcaprepeatinstrument, redcaprepeatinstance
    """
)
_BEGINNINGS: Final = ("customdata", "grouptime", "recipient", "relevantid", "qrelevantid")
# A quiz of Microsoft Forms has two more columns for each question.
_OF_QUIZ: Final = re.compile(r"\s*(?:Points|Feedback)\s[-\u2013]\s")


def _joined(text: str) -> str:
    """Return a heading for comparison with those that tools write: without spaces either."""
    return fold_heading(text).replace(" ", "")


def is_common_heading(heading: str) -> bool:
    """Check whether a heading is one that form tools write themselves, word for word."""
    joined = _joined(heading)
    return joined in _ABOUT_PEOPLE or joined in _ABOUT_ANSWERING


def _is_about_person(heading: str) -> bool:
    """Check whether a column is one of names, addresses, numbers or the like."""
    return _joined(heading) in _ABOUT_PEOPLE or find_column(fold_heading(heading)) in _PERSONAL


def _is_left_out(heading: str, code: str) -> bool:
    """Check whether a column is about the person, the place or the time, by its heading."""
    if code.endswith("_DO") or "_DO_" in code:  # Qualtrics: in which order options were shown
        return True
    return any(
        is_common_heading(name)
        or _is_about_person(name)
        or _is_address(fold_heading(name))
        or _joined(name).startswith(_BEGINNINGS)
        or _OF_QUIZ.match(name)
        for name in (heading, code)
        if name
    )


# In all the languages in which lists of attendance are read.
_PERSONAL: Final = frozenset(
    {
        ReportColumn.NAME,
        ReportColumn.FIRST,
        ReportColumn.LAST,
        ReportColumn.EMAIL,
        ReportColumn.UPN,
        ReportColumn.TIMESTAMP,
        ReportColumn.DURATION,
    }
)
_EMAIL: Final = re.compile(r"(?:your |recipient |work )?e ?mail(?: address)?\d?")


def _is_address(heading: str) -> bool:
    """Check whether a folded heading is that of e-mail addresses."""
    return bool(_EMAIL.fullmatch(heading)) or find_column(heading) is ReportColumn.EMAIL


def _recognise(table: ImportedTable, survey: Survey, given: Mapping[str, str]) -> _Export:
    """Return the table with its headings in one row, by the tool that its headings tell."""
    rows, file = table.rows, table.file
    # A title above the table, as people write one.
    names = {name for question in survey.questions for name in _names_of(question, given)}
    while len(rows) > 2 and sum(map(bool, rows[0])) == 1 < sum(map(bool, rows[1])):
        if names & set(map(fold_heading, rows[0])):
            break
        rows = rows[1:]
    width = max(map(len, rows))
    first = _padded(rows[0], width)
    codes = first
    if any("._." in cell for cell in first):  # "likert0[time1can]._. On average": LimeSurvey
        parts = [cell.partition("._.") for cell in first]
        codes = tuple(before for before, _, _ in parts)
        first = tuple(after or before for before, _, after in parts)
    plain = [_joined(cell) for cell in first]
    if len(rows) > 2 and any(cell.startswith('{"ImportId"') for cell in rows[2]):
        return _Export(FormTool.QUALTRICS, _padded(rows[1], width), first, first, rows[3:], file)
    if len(rows) > 1 and plain[0] == "v1":
        second = _padded(rows[1], width)
        if "responseid" in map(_joined, second):
            return _Export(FormTool.QUALTRICS, second, first, second, rows[2:], file)
    if "respondentid" in plain and "collectorid" in plain and len(rows) > 1:
        return _from_surveymonkey(first, _padded(rows[1], width), rows[2:], file)
    tool = FormTool.TABLE
    if {"submitdate", "datesubmitted"} & set(plain) and {"lastpage", "seed", "responseid"} & set(
        plain
    ):
        tool = FormTool.LIMESURVEY
    elif "uniqueresponsenumber" in plain or "urn" in plain:
        tool = FormTool.JISC
    elif {"starttime", "completiontime"} <= set(plain):
        tool = FormTool.MICROSOFT
    elif plain[0] == "timestamp":
        tool = FormTool.GOOGLE
    return _Export(tool, first, codes, ("",) * width, rows[1:], file)


def _padded(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*row, *("",) * (width - len(row)))


def _from_surveymonkey(
    first: tuple[str, ...], second: tuple[str, ...], rows: tuple[tuple[str, ...], ...], file: str
) -> _Export:
    """Join the two rows of headings: a question stands above the first of its columns only."""
    headings, question = [], ""
    for above in first:
        question = above or question
        headings.append(question)
    empty = {"response", "open ended response", ""}
    details = tuple("" if fold_heading(below) in empty else below for below in second)
    return _Export(FormTool.SURVEYMONKEY, tuple(headings), details, details, rows, file)


# Which column is which question


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a question; ``option`` is the position of the only one that it is about."""

    question: Question
    position: int
    option: int | None = None


def choose_table(
    tables: Sequence[ImportedTable], survey: Survey, given: Mapping[str, str]
) -> ImportedTable:
    """Return the sheet of a workbook that has columns for the most questions."""

    def questions_in(table: ImportedTable) -> int:
        return -len(find_unmatched(table, survey, given)[0])

    return max(tables, key=questions_in) if len(tables) > 1 else tables[0]


def find_unmatched(
    table: ImportedTable, survey: Survey, given: Mapping[str, str]
) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """Return the questions without a column, and the headings that could be theirs."""
    export = _recognise(table, survey, given)
    columns = _match_columns(export, survey, given)
    taken = {column.position for column in columns}
    missing = [
        question
        for question in survey.questions
        if question.id not in {column.question.id for column in columns}
    ]
    free = [
        heading
        for position, heading in enumerate(export.headings)
        if position not in taken and heading and not _is_left_out(heading, export.codes[position])
    ]
    return tuple(missing), tuple(free)


def _match_columns(export: _Export, survey: Survey, given: Mapping[str, str]) -> list[_Column]:
    """Return the columns of the questions; ``given`` has headings by the ids of questions.

    Raise :class:`CopkitError` where two columns could be one question's.
    """
    columns: list[_Column] = []
    for id, heading in given.items():
        if _is_about_person(heading):
            raise CopkitError(
                f"'{heading}' says who somebody is, and is never read for '{id}'",
                f"name the column of the question with --column '{id}=HEADING'",
            )
    for position, heading in enumerate(export.headings):
        detail, code = export.details[position], export.codes[position]
        matches = [
            column
            for question in survey.questions
            if (column := _match_column(question, position, heading, detail, code, given))
        ]
        # The whole heading is the question's own: another that only ends like it is not meant.
        exact = [one for one in matches if _is_whole(one.question, heading, detail, code, given)]
        columns += (exact or matches)[:1]
    for question in survey.questions:
        own = [column for column in columns if column.question.id == question.id]
        single = [column for column in own if column.option is None]
        if len(single) > 1:
            message = f"{export.file} has {len(single)} columns for the question '{question.id}'"
            hint = f"rename one, or say which with --column '{question.id}=HEADING'"
            raise CopkitError(message, hint)
    return columns


def _names_of(question: Question, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folded headings of a question: one that was given stands alone."""
    if question.id in given:
        return (fold_heading(given[question.id]),)
    return tuple(map(fold_heading, (question.text, *question.also)))


def _is_whole(
    question: Question, heading: str, detail: str, code: str, given: Mapping[str, str]
) -> bool:
    names = _names_of(question, given)
    return fold_heading(heading) in names or fold_heading(detail or code) in names


_OTHER: Final = re.compile(r"other\b|arall\b")


def _match_column(
    question: Question,
    position: int,
    heading: str,
    detail: str,
    code: str,
    given: Mapping[str, str],
) -> _Column | None:
    """Return the column as one of a question; ``None`` if it is none of its columns."""
    text, names = fold_heading(heading), _names_of(question, given)
    below = fold_heading(detail)
    if _OTHER.match(below) and below not in map(fold_heading, question.options):
        return None  # what somebody typed beside the options
    if question.kind in {AnswerKind.CHOICES, AnswerKind.TIE}:
        option = _find_option(question, text, below, names)
        if option is not None:
            return _Column(question, position, option)
    if question.kind is AnswerKind.TIE:  # a column for each sector, never one for all
        return None
    own = {text, fold_heading(f"{heading} {detail}") if detail else text}
    # A statement of a grid: SurveyMonkey below the question, Google in brackets, Alchemer before a
    # colon, Microsoft behind a full stop.
    own |= {fold_heading(heading[: mark.start()]) for mark in re.finditer(":", heading)}
    own |= {below} - {""}
    if "[" in heading:
        own.add(fold_heading(heading.rpartition("[")[2]))
    ends = any(len(name) > 15 and text.endswith(f" {name}") for name in names)
    if question.id not in given and fold_heading(code) == fold_heading(question.id):
        return _Column(question, position)
    return _Column(question, position) if ends or own & set(names) else None


def _find_option(question: Question, text: str, detail: str, names: Sequence[str]) -> int | None:
    """Return which option of a question a column is about, where it has one for each."""
    for position, option in enumerate(map(fold_heading, question.rows or question.options)):
        for name in names:
            if text == f"{name} {option}" or (text == name and detail == option):
                return position
    return None


# Answers

_NO_OPINION: Final = frozenset(
    {
        "n a",
        "na",
        "not applicable",
        "don t know",
        "dont know",
        "do not know",
        "prefer not to say",
        "no opinion",
        "not sure",
        "can t say",
        "cannot say",
        "no answer",
        "amherthnasol",
        "ddim yn gwybod",
        "gwell gen i beidio a dweud",
    }
)
_STRONG: Final = r"(?:strongly|completely|totally|fully|definitely|entirely|very much)"
_SLIGHT: Final = r"(?:tend to|somewhat|slightly|partly|mildly|a little|rather)"
_LEVELS: Final = (
    ("strong", re.compile(rf"{_STRONG} agree|agree {_STRONG}|cytuno n gryf|cytuno n llwyr")),
    ("plain", re.compile(r"agree|mostly agree|generally agree|cytuno")),
    ("slight", re.compile(rf"{_SLIGHT} agree|agree {_SLIGHT}|tueddu i gytuno|cytuno i raddau")),
)
_NEUTRAL: Final = re.compile(
    r"neither(?: agree (?:n?or) disagree| agree nor| nor)?|neutral|undecided|mixed"
    r"|ddim yn cytuno nac yn anghytuno|niwtral"
)
_AGAINST: Final = re.compile(r"disagree|anghytuno")
_NOT_TICKED: Final = frozenset({"", "0", "no", "n", "false", "not selected", "n a", "unchecked"})

LabelAnswers = Mapping[str, str]
"""What somebody said of unknown labels: by the folded label a number from 1, or ``no-opinion``."""


class UnknownLabels(CopkitError):
    """Raised for labels that no scale has; ``labels`` has them by the id of their question."""

    def __init__(self, labels: Mapping[str, tuple[str, ...]], file: str) -> None:
        self.labels = labels
        count = sum(map(len, labels.values()))
        questions = list_in_words([f"'{id}'" for id in labels])
        super().__init__(
            f"{file}: {plural(count, 'answer')} to {questions} stand in no scale that is known",
            "say what each means: --label 'ANSWER=1' (1 is strongly agree), or 'ANSWER=no-opinion'",
        )


def fold_label(text: str) -> str:
    """Return an answer for comparison: ``a. Strongly agree`` gives ``strongly agree``."""
    bare = _LETTER_IN_FRONT.sub("", _TAG.sub(" ", text).replace("\xa0", " "))
    bare = _NUMBER_AT_END.sub("", bare)
    return normalise_header(bare) or normalise_header(text)


def _level_of(label: str) -> tuple[str, bool] | None:
    """Return how strongly a label agrees, and whether it disagrees; ``None`` for another."""
    against = _AGAINST.search(label) is not None
    positive = label.replace("disagree", "agree").replace("anghytuno", "cytuno")
    for level, pattern in _LEVELS:
        if pattern.fullmatch(positive):
            return level, against
    return None


def _ends_of_digits(cells: Iterable[str], points: int) -> tuple[int, int] | None:
    """Return the digits that agree and disagree most, where labels tell: ``5 - Strongly agree``.

    Some tools write words at the ends of a scale alone. ``None`` where no end has any.
    """
    ends = set[tuple[int, int]]()
    for cell in cells:
        level, match = _level_of(fold_label(cell)), _LABELLED_DIGIT.match(cell)
        if match and level and level[0] == "strong":
            digit = int(match["before"] or match["after"])
            # Scales begin at 0 or at 1: the other end follows from this one.
            other = digit + points - 1 if digit <= 1 else digit - points + 1
            ends.add((other, digit) if level[1] else (digit, other))
    return ends.pop() if len(ends) == 1 else None


def _distances(question: Question, levels: set[str]) -> Mapping[str, int]:
    """Return how many points each level of a column lies from its end of the scale."""
    points = question.scale_points
    if points < 7 and levels == {"strong", "plain", "slight"}:
        raise CopkitError(
            f"the answers to '{question.id}' are on a scale of seven",
            f"write 'points: 7' below the question '{question.id}' in survey.md",
        )
    if points == 7:
        return {"strong": 0, "plain": 1, "slight": 2}
    if levels == {"plain", "slight"}:  # agree, tend to agree, ...: nobody could agree strongly
        return {"plain": 0, "slight": 1, "strong": 0}
    return {"strong": 0, "plain": 1, "slight": 1}


def scale_reader(
    question: Question, cells: Sequence[str], answers: LabelAnswers
) -> Callable[[str], int | None]:
    """Return a reader of the labels of one column: the position from 0, or ``NO_OPINION``.

    It returns ``None`` for a label that it does not know. ``cells`` are all of the column: whether
    "agree" is the end of the scale depends on the others. Raise :class:`CopkitError` for digits
    where the question does not say which end is 1.
    """
    labels = {fold_label(cell) for cell in cells if cell}
    levels = {level for label in labels if (level := _level_of(label))}
    names = {level for level, _ in levels}
    points = question.scale_points
    digits = {label for label in labels if re.fullmatch(r"\d{1,2}", label)}
    ends = _ends_of_digits(cells, points)
    if ends is None and question.scale is not None:
        ends = (1, points) if question.scale is ScaleEnd.AGREE_FIRST else (points, 1)
    if digits and ends is None and not digits <= answers.keys():
        raise CopkitError(
            f"the answers to '{question.id}' are digits, and which end is 1 is not known",
            "add 'scale: strongly agree first' (or strongly disagree first) to the question",
        )
    distance = _distances(question, names)

    def read(cell: str) -> int | None:
        label = fold_label(cell)
        if (answer := answers.get(label)) is not None:
            return NO_OPINION if answer == "no-opinion" else int(answer) - 1
        if label in _NO_OPINION:
            return NO_OPINION
        if re.fullmatch(r"\d{1,2}", label):
            if ends is None:
                return None
            position = abs(int(label) - ends[0])
            return position if min(ends) <= int(label) <= max(ends) else None
        if _NEUTRAL.fullmatch(label):
            return points // 2 if points % 2 else None
        if (level := _level_of(label)) is None:
            return None
        step = distance[level[0]]
        return points - 1 - step if level[1] else step

    return read


def _split_choices(cell: str, question: Question) -> tuple[tuple[int, ...], bool]:
    """Return which options a cell names, and whether it names anything else."""
    options = {fold_heading(option): number for number, option in enumerate(question.options)}
    if fold_heading(cell) in options:
        return (options[fold_heading(cell)],), False
    if ";" in cell:
        parts = [fold_heading(part) for part in cell.split(";") if part.strip()]
        if any(part in options for part in parts):
            picks = sorted({options[part] for part in parts if part in options})
            return tuple(picks), any(part not in options for part in parts)
    # An option may hold a comma: only the options themselves say where one ends.
    rest, chosen = f" {fold_heading(cell)} ", []
    for option in sorted(options, key=len, reverse=True):
        if f" {option} " in rest:
            rest = rest.replace(f" {option} ", "  ", 1)
            chosen.append(options[option])
    return tuple(sorted(chosen)), bool(rest.strip())


def _read_depth(cell: str, answers: LabelAnswers) -> int | None:
    """Return the rung that a label of the ladder names, ``None`` for another."""
    label = fold_label(cell)
    if (answer := answers.get(label)) is not None:
        return NO_OPINION if answer == "no-opinion" else min(int(answer), len(Depth)) - 1
    if label in _NO_OPINION:
        return NO_OPINION
    for rung, (depth, words) in enumerate(DEPTH_LABELS.items()):
        if label in {depth.value, fold_label(words)}:
            return rung
    return None


# Rows

_PREVIEW: Final = frozenset({"survey preview", "survey test", "spam", "preview", "test"})
_PREVIEW_CODES: Final = frozenset({"1", "8", "9", "17"})  # of Qualtrics
_UNFINISHED: Final = frozenset(
    {"partial", "incomplete", "in progress", "started", "not finished", "disqualified"}
)


class _RowReader:
    """Reads the rows of one export, and says of each why it is not counted."""

    def __init__(
        self,
        export: _Export,
        survey: Survey,
        columns: list[_Column],
        communities: Mapping[str, str],
        answers: LabelAnswers,
    ) -> None:
        self.export = export
        self.survey = survey
        self.columns = columns
        self.communities = communities
        self.answers = answers
        self.unlisted: Counter[str] = Counter()
        self.strangers = 0
        self.unknown: dict[str, dict[str, None]] = {}
        self.scales = {
            column.position: scale_reader(
                column.question,
                [self._cell(row, column.position) for row in export.rows],
                answers,
            )
            for column in columns
            if column.question.kind is AnswerKind.AGREEMENT
        }

    def _cell(self, row: Sequence[str], position: int) -> str:
        cell = self.export.cells(row, position)
        tool = self.export.tool
        # LimeSurvey writes N/A for what was not shown, Qualtrics -99 for what was left empty.
        if tool is FormTool.LIMESURVEY and cell == "N/A":
            return ""
        return "" if tool is FormTool.QUALTRICS and cell == "-99" else cell

    def read(self, row: Sequence[str]) -> SurveyRow:
        """Return the answers in a row; unknown labels go to ``unknown``."""
        picks: dict[str, tuple[int, ...]] = {}
        texts: dict[str, str] = {}
        community = sector = ""
        for column in self.columns:
            question, cell = column.question, self._cell(row, column.position)
            if question.kind is AnswerKind.TIE:
                continue
            if column.option is not None:
                if normalise_header(cell) not in _NOT_TICKED:
                    picks[question.id] = (*picks.get(question.id, ()), column.option)
            elif not cell:
                continue
            elif question.kind is AnswerKind.AGREEMENT:
                point = self.scales[column.position](cell)
                if point is None:
                    self.unknown.setdefault(question.id, {})[cell] = None
                else:
                    picks[question.id] = (point,)
            elif question.kind is AnswerKind.COMMUNITY:
                community = self.communities.get(fold_label(cell), "")
                self.strangers += not community
            elif question.kind is AnswerKind.SECTOR:
                sector = self._read_sector(cell, question)
            elif question.kind in {AnswerKind.CHOICE, AnswerKind.CHOICES}:
                chosen, other = _split_choices(cell, question)
                self.unlisted[question.id] += other
                if chosen:
                    one = question.kind is AnswerKind.CHOICE
                    picks[question.id] = chosen[:1] if one else chosen
            else:
                picks[question.id] = (0,)
                texts[question.id] = cell
        return SurveyRow(community, picks | self._read_ties(row), texts, sector)

    def _read_sector(self, cell: str, question: Question) -> str:
        """Return the sector that a cell names, ``""`` for none or several."""
        chosen, other = _split_choices(cell, question)
        is_known = len(chosen) == 1 and not other
        self.unlisted[question.id] += not is_known and fold_label(cell) not in _NO_OPINION
        return question.options[chosen[0]] if is_known else ""

    def _read_ties(self, row: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return the rungs of each grid; a grid in which nothing is ticked is no answer."""
        picks: dict[str, tuple[int, ...]] = {}
        for question in self.survey.ties:
            rungs = [NO_OPINION] * len(question.rows)
            for column in self.columns:
                cell = self._cell(row, column.position)
                if column.question.id != question.id or column.option is None or not cell:
                    continue
                rung = _read_depth(cell, self.answers)
                if rung is None:
                    self.unknown.setdefault(question.id, {})[cell] = None
                else:
                    rungs[column.option] = rung
            if any(rung != NO_OPINION for rung in rungs):
                picks[question.id] = tuple(rungs)
        return picks

    def reasons(self) -> Iterator[tuple[Sequence[str], SurveyRow, str]]:
        """Yield each row with its answers, and why it is not counted: ``""`` if it is."""
        places = self._places()
        statements = [
            question.id
            for question in self.survey.questions
            if question.kind is AnswerKind.AGREEMENT
        ]
        for row in self.export.rows:
            answers = self.read(row)
            status = normalise_header(self.export.cells(row, places.get("status")))
            channel = normalise_header(self.export.cells(row, places.get("channel")))
            reason = ""
            if _is_preview(status, channel, self.export.tool):
                reason = "a preview or a test"
            elif not answers.picks:
                reason = "no question answered"
            elif not self._is_complete(row, places, status) and not (
                statements and all(id in answers.picks for id in statements)
            ):
                reason = "not finished"
            yield row, answers, reason

    def _places(self) -> dict[str, int]:
        """Return the columns that say whether a row is finished, and of what kind it is."""
        wanted = {
            "status": {"status", "responsetype", "responsestatus"},
            "channel": {"distributionchannel"},
            "finished": {"finished", "submitdate", "datesubmitted"},
        }
        places: dict[str, int] = {}
        for position, heading in enumerate(self.export.headings):
            names = {_joined(name) for name in (heading, self.export.codes[position])}
            for key, words in wanted.items():
                if names & words:
                    places.setdefault(key, position)
        return places

    def _is_complete(self, row: Sequence[str], places: Mapping[str, int], status: str) -> bool:
        if status in _UNFINISHED:
            return False
        if "finished" not in places or self.export.tool not in {
            FormTool.QUALTRICS,
            FormTool.LIMESURVEY,
        }:
            return True
        finished = normalise_header(self.export.cells(row, places["finished"]))
        return finished not in {"", "0", "false", "n a", "no"}


_MOST_LABELS: Final = 12
"""Labels that a scale may have; a column with more is of names, comments or the like."""


def _is_preview(status: str, channel: str, tool: FormTool) -> bool:
    """Check whether a row is one of those that somebody makes to see what the form does."""
    if tool is FormTool.QUALTRICS and status in _PREVIEW_CODES:
        return True
    return status in _PREVIEW or channel == "preview" or status.endswith("test data")


def read_answers(
    table: ImportedTable,
    survey: Survey,
    communities: Mapping[str, str],
    *,
    given: Mapping[str, str] | None = None,
    labels: LabelAnswers | None = None,
    community: str = "",
) -> SurveyFile:
    """Read the answers in a table; ``communities`` has slugs by everything they are called, folded.

    ``given`` are headings by the ids of questions, ``labels`` the meanings of labels that no scale
    has; a ``community`` is that of all rows. Raise :class:`CopkitError` for a question without a
    column, and for answers that cannot be read.
    """
    export = _recognise(table, survey, given or {})
    columns = _match_columns(export, survey, given or {})
    found = {column.question.id for column in columns}
    missing = [
        question.id
        for question in survey.questions
        if question.id not in found and not (community and question.kind is AnswerKind.COMMUNITY)
    ]
    if missing:
        listed = list_in_words([f"'{id}'" for id in missing])
        raise CopkitError(
            f"{export.file} has no column for {listed}",
            f"say which it is with --column '{missing[0]}=HEADING', or take out of "
            f"{survey.source.file} what was not asked",
        )
    reader = _RowReader(export, survey, columns, communities, labels or {})
    results = list(reader.reasons())
    for id, cells in reader.unknown.items():
        if len(cells) > _MOST_LABELS:
            raise CopkitError(
                f"{export.file}: {len(cells)} different answers to '{id}' stand in no scale, so "
                "this is the column of something else",
                f"say which it is with --column '{id}=HEADING'",
            )
    if reader.unknown:
        unknown = {id: tuple(cells) for id, cells in reader.unknown.items()}
        raise UnknownLabels(unknown, export.file)
    kept, set_aside = _drop_repeated(export, results)
    rows = [replace(row, community=community) if community else row for row in kept]
    taken = {column.position for column in columns}
    others = [
        (export.name_of(position), export.codes[position])
        for position, heading in enumerate(export.headings)
        if position not in taken
        and (heading or any(export.cells(row, position) for row in export.rows))
    ]
    return SurveyFile(
        export.file,
        export.tool,
        tuple(rows),
        set_aside,
        tuple(dict.fromkeys(name for name, code in others if _is_left_out(name, code))),
        tuple(dict.fromkeys(name for name, code in others if not _is_left_out(name, code))),
        tuple(_notes(reader, survey, rows, community)),
    )


def _drop_repeated(
    export: _Export, results: Sequence[tuple[Sequence[str], SurveyRow, str]]
) -> tuple[list[SurveyRow], dict[str, int]]:
    """Return the rows to count, and how many are not, by reason; of one address the last counts."""
    addresses = [
        position
        for position, heading in enumerate(export.headings)
        if _is_address(fold_heading(heading)) or _is_address(fold_heading(export.codes[position]))
    ]
    last: dict[str, int] = {}
    for number, (row, _, reason) in enumerate(results):
        for position in addresses:
            address = export.cells(row, position).casefold()
            if "@" in address and not reason:
                last[address] = number
    set_aside: Counter[str] = Counter()
    kept = []
    for number, (row, answers, reason) in enumerate(results):
        own = [export.cells(row, position).casefold() for position in addresses]
        is_earlier = any(last.get(address, number) > number for address in own)
        if reason or is_earlier:
            set_aside[reason or "a later row has the same address"] += 1
        else:
            kept.append(answers)
    return kept, dict(set_aside)


def _notes(
    reader: _RowReader, survey: Survey, rows: Sequence[SurveyRow], community: str
) -> Iterator[str]:
    """Yield what whoever imports should know of answers that were read another way."""
    if reader.strangers and not community:
        strangers = plural(reader.strangers, "row")
        yield f"{strangers} name no community of this programme, and count for the whole alone"
    for question in survey.questions:
        if count := reader.unlisted[question.id]:
            answers = plural(count, "answer")
            yield f"{answers} to '{question.id}' hold something that is none of its options"
        everything = tuple(range(len(question.options)))
        is_full = question.kind is AnswerKind.CHOICES and len(rows) > 1
        if is_full and all(row.picks.get(question.id) == everything for row in rows):
            yield f"everybody chose every option of '{question.id}': it may be a ranking"
