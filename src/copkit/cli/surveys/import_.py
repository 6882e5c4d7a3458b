"""``copkit survey import``: count the answers in files of form tools.

The rows are read into memory. Git gets counts; the answers alone, without who gave them or when,
and in no order that tells, stay in ``private/surveys`` until their day.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import hmac
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer

from copkit.analysis.surveys import SurveyTally, count_asked, percentage, tally_rows
from copkit.analysis.ties import TieTally, tally_ties
from copkit.cli.context import CommandContext, Reporting
from copkit.cli.params import complete_community, complete_slug, is_interactive, today, usage_error
from copkit.cli.prompts import ask, read_input_file
from copkit.cli.store import change_records_and_private, load_or_create_key
from copkit.cli.surveys.commands import find_survey
from copkit.cli.terminal import clean, print_json, say, say_choice, wrap_for_terminal
from copkit.errors import CopkitError
from copkit.folder import COUNTS, FOR_ATTENDANCE, Programme
from copkit.git.repository import require_private_ignored
from copkit.importers.surveys import (
    SurveyFile,
    UnknownLabels,
    choose_table,
    find_unmatched,
    fold_label,
    is_common_heading,
    read_answers,
)
from copkit.importers.tables import ImportedTable, read_tables
from copkit.layout import SURVEY_ROWS, record_file
from copkit.private_files import KEY, acceptance_keys, key_fingerprint
from copkit.records.kinds import Noun, schema_modeline
from copkit.records.surveys import ELSEWHERE, Survey, SurveyCounts, SurveyImport, SurveyRow
from copkit.text.edit import append, change_value, read_fields
from copkit.text.files import path_inside, random_id, read_source, slug_from
from copkit.text.transaction import Change
from copkit.text.yaml.nodes import value_of
from copkit.wording import day_in_words, plural


@dataclass(slots=True)
class _Answers:
    """What was said of columns and labels, as options or at the terminal."""

    columns: dict[str, str]
    labels: dict[str, str]
    new_headings: dict[str, str]  # by question, to be remembered in survey.md


@dataclass(frozen=True, slots=True)
class _CountedFile:
    """A file with what is counted of it; ``table`` is all that is in it."""

    file: SurveyFile
    table: ImportedTable


def import_answers(
    context: Reporting,
    survey_name: Annotated[
        str,
        typer.Argument(
            metavar="SURVEY",
            help="As 'copkit list surveys' prints it.",
            autocompletion=complete_slug("surveys"),
        ),
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV or Excel files.")],
    community: Annotated[
        str | None,
        typer.Option(
            "--community",
            help="The community of all who answered.",
            autocompletion=complete_community,
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="QUESTION=HEADING; may be repeated."),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            "--label",
            help="ANSWER=NUMBER, 1 being strongly agree, or ANSWER=no-opinion; may be repeated.",
        ),
    ] = None,
) -> None:
    """Count the answers in files of Microsoft Forms, Google Forms and other tools.

    SurveyMonkey, Qualtrics, LimeSurvey, Jisc Online Surveys and plain tables are read as well. Git
    gets counts of five people or more, never a row. Names, addresses, times and the like are not
    kept. A file that was counted, by a colleague too, is not counted again.

    \b
    Examples:
      copkit survey import december-2012 answers.xlsx
      copkit survey import december-2012 brighton.csv --community brighton --dry-run
      copkit survey import december-2012 answers.csv --column 'skills=Question 3'
    """
    programme = context.open({*FOR_ATTENDANCE, Noun.SURVEYS})
    sectors = tuple(programme.settings.seats_sought)
    survey = find_survey(programme, survey_name).with_sectors(sectors)
    if not survey.questions:
        raise CopkitError(
            f"the survey '{survey.slug}' has no questions", f"list them in {survey.source.file}"
        )
    slug = programme.community(community).slug if community else ""
    answers = _Answers(
        _parse_pairs(column or (), "--column"),
        {fold_label(key): value for key, value in _parse_pairs(label or (), "--label").items()},
        {},
    )
    _require_known_questions(survey, answers)
    tables = [
        choose_table(read_tables(read_input_file(path), path.name), survey, answers.columns)
        for path in files
    ]
    results = [
        _read_file(table, survey, _community_names(programme), answers, slug) for table in tables
    ]
    for result in results:
        _require_answers(result)
    counts = programme.survey_counts.get(survey.slug)
    counted, repeated = _leave_out_counted(programme.root, survey, counts, results, tables)
    if not counted:
        for note in repeated:
            say(clean(note))
        if context.as_json:
            print_json({"survey": survey.slug, "counted": 0, "notes": repeated})
        return
    rows = [row for one in counted for row in one.file.rows]
    tally = tally_rows(survey, rows)
    if not context.dry_run:
        require_private_ignored(context.root)
    ties = tally_ties(survey, rows)
    _write(context, programme, survey, counted, (tally, ties), answers)
    _report(context, programme, survey, counted, tally, repeated)


def _parse_pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    """Parse ``KEY=VALUE`` options; raise a usage error for a text without the sign."""
    pairs = {}
    for text in texts:
        # A label may hold the sign as well, and what it means never does.
        key, sign, value = text.partition("=") if option == "--column" else text.rpartition("=")
        if not (sign and key.strip() and value.strip()):
            example = "skills=Question 3" if option == "--column" else "Mostly yes=2"
            usage_error(f"{option}: '{text}' has no '='", f"write {option} '{example}'")
        pairs[key.strip()] = value.strip()
    return pairs


def _require_known_questions(survey: Survey, answers: _Answers) -> None:
    """Raise a usage error for a question that the survey lacks, or a label that means nothing."""
    from copkit.errors import did_you_mean

    ids = [question.id for question in survey.questions]
    for id in answers.columns:
        if id not in ids:
            hint = did_you_mean(id, ids, f"there are {', '.join(ids)}")
            usage_error(f"--column: there is no question '{id}'", hint)
    most = max((question.scale_points for question in survey.questions), default=5)
    for meaning in answers.labels.values():
        is_point = meaning.isascii() and meaning.isdigit() and 1 <= int(meaning) <= most
        if meaning != "no-opinion" and not is_point:
            usage_error(
                f"--label: '{meaning}' is no point of the scale",
                f"write a number from 1 (strongly agree) to {most}, or no-opinion",
            )


def _community_names(programme: Programme) -> dict[str, str]:
    """Return the slugs of communities by everything that they are called, folded."""
    names = {}
    for records in programme.communities:
        community = records.community
        for name in (community.name, community.place, community.code, community.slug):
            names[fold_label(name)] = records.slug
    return names


def _read_file(
    table: ImportedTable,
    survey: Survey,
    communities: Mapping[str, str],
    answers: _Answers,
    community: str,
) -> SurveyFile:
    """Read one file; at a terminal, ask for what it leaves open."""
    if is_interactive():
        _ask_for_columns(table, survey, answers, community)
    while True:
        try:
            return read_answers(
                table,
                survey,
                communities,
                given=answers.columns,
                labels=answers.labels,
                community=community,
            )
        except UnknownLabels as unknown:
            for id, labels in unknown.labels.items():
                for label in labels:
                    # Somebody may have typed anything below a scale: not all of it is repeated.
                    shown = _mask(label)[:40]
                    if not is_interactive():
                        say(clean(f"  {id}: {shown}"))
            if not is_interactive():
                raise
            _ask_for_labels(survey, unknown, answers)


def _ask_for_columns(
    table: ImportedTable, survey: Survey, answers: _Answers, community: str
) -> None:
    """Ask which column each question without one has, and remember the answers."""
    missing, free = find_unmatched(table, survey, answers.columns)
    for question in missing:
        if (community and question.kind == "community") or not free:
            continue
        say(clean(f"{table.file} has no column for '{question.id}': {question.text}"))
        for number, heading in enumerate(free, 1):
            say_choice(number, clean(_mask(heading)))
        choices = tuple(str(number) for number in range(1, len(free) + 1))
        heading = free[int(ask("which column", choices)) - 1]
        answers.columns[question.id] = answers.new_headings[question.id] = heading


def _ask_for_labels(survey: Survey, unknown: UnknownLabels, answers: _Answers) -> None:
    for id, labels in unknown.labels.items():
        question = survey.question(id)
        points = question.scale_points if question else 5
        choices = (*(str(point) for point in range(1, points + 1)), "no-opinion")
        for label in labels:
            shown = clean(_mask(label)[:40])
            prompt = f"{id}: what is '{shown}' (1 is strongly agree)"
            answers.labels[fold_label(label)] = ask(prompt, choices)


def _require_answers(file: SurveyFile) -> None:
    """Raise :class:`CopkitError` for a file in which nothing is to be counted."""
    if not file.rows:
        reasons = ", ".join(f"{count} {reason}" for reason, count in file.set_aside.items())
        message = f"{file.name} has {plural(file.rows_in_file, 'row')} below its headings"
        raise CopkitError(
            f"{message}, and no answer to count" + (f" ({reasons})" if reasons else ""),
            "export it again once people have answered",
        )


# What was counted before


def _digest(key: bytes, table: ImportedTable) -> str:
    """Return the keyed digest of the cells of a file, whatever form it was saved in."""
    cells = json.dumps(table.rows, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hmac.new(key, cells, hashlib.sha256).hexdigest()[:32]


def _leave_out_counted(
    root: Path,
    survey: Survey,
    counts: SurveyCounts | None,
    results: Sequence[SurveyFile],
    tables: Sequence[ImportedTable],
) -> tuple[list[_CountedFile], list[str]]:
    """Return what of the files is new, and a sentence for what was, or may be, counted before."""
    imports = counts.imports if counts else ()
    keys = _load_keys(root, imports)
    known: dict[str, dt.date] = {entry.digest: entry.date for entry in imports}
    earlier = [_read_rows(root, survey, entry.id) for entry in imports]
    elsewhere = sum(entry.counted for entry, rows in zip(imports, earlier, strict=True) if not rows)
    counted, notes = list[_CountedFile](), list[str]()
    for table, result in zip(tables, results, strict=True):
        digests = [_digest(key, table) for key in keys]  # colleagues may have used another key
        if days := [known[digest] for digest in digests if digest in known]:
            day = day_in_words(days[0])
            notes.append(f"{table.file} was counted on {day}; nothing of it is counted again")
            continue
        if any(table.rows == other.table.rows for other in counted):
            notes.append(f"{table.file} is the same as another of these files")
            continue
        file = reduce(_without_rows, earlier, result)
        if not file.rows:
            notes.append(f"{table.file} holds no answer that is not counted already")
            continue
        counted.append(_CountedFile(file, table))
    if counted and elsewhere:
        notes.append(
            f"the rows of {plural(elsewhere, 'answer')} counted before are not on this computer: "
            "if these files hold them as well, they are counted twice; 'copkit undo' takes it back"
        )
    return counted, notes


def _load_keys(root: Path, imports: Sequence[SurveyImport]) -> list[bytes]:
    """Return the keys of digests that colleagues share.

    Raise :class:`CopkitError` where a file was counted with a key that is not here: it could not be
    known again.
    """
    keys = list(acceptance_keys(root))
    fingerprints = set(map(key_fingerprint, keys))
    foreign = [entry.id for entry in imports if entry.key and entry.key not in fingerprints]
    if foreign:
        raise CopkitError(
            f"{plural(len(foreign), 'file')} of this survey was counted with a key that is not "
            f"here, {KEY}: the same file could be counted twice",
            "'copkit contacts decrypt' has it, or ask a colleague for it; if it is lost, delete "
            "the lines 'key:' in counts.yaml",
        )
    return keys


def _without_rows(file: SurveyFile, counted: Counter[str]) -> SurveyFile:
    """Return a file without the rows of an earlier export that it holds as a whole."""
    own = Counter(map(_row_key, file.rows))
    if counted.total() < 2 or counted - own:
        return file
    left, rows = Counter(counted), []
    for row in file.rows:
        if left[_row_key(row)] > 0:
            left[_row_key(row)] -= 1
        else:
            rows.append(row)
    reason = "counted already"
    set_aside = dict(file.set_aside)
    set_aside[reason] = set_aside.get(reason, 0) + len(file.rows) - len(rows)
    return replace(file, rows=tuple(rows), set_aside=set_aside)


def _row_key(row: SurveyRow) -> str:
    """Return everything that a row says, as one text that sorts."""
    picks = {id: list(numbers) for id, numbers in sorted(row.picks.items())}
    says = [row.community, picks, dict(sorted(row.texts.items()))]
    return json.dumps([*says, row.sector] if row.sector else says, ensure_ascii=False)


def _read_rows(root: Path, survey: Survey, id: str) -> Counter[str]:
    """Return the rows of an earlier import as far as they are on this computer."""
    file = f"{SURVEY_ROWS}/{survey.slug}/{id}.csv"
    path = path_inside(root, *file.split("/"))
    if not path.is_file():
        return Counter()
    text = path.read_text(encoding="utf-8", errors="replace")
    return Counter(row[0] for row in list(csv.reader(io.StringIO(text)))[1:] if row)


def _rows_as_csv(rows: Iterable[SurveyRow]) -> str:
    """Write rows in the order of what they say: the order of a file tells who answered when."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["answers"])
    writer.writerows([key] for key in sorted(map(_row_key, rows)))
    return text.getvalue()


# Writing


def _write(
    context: CommandContext,
    programme: Programme,
    survey: Survey,
    counted: Sequence[_CountedFile],
    tallies: tuple[SurveyTally, TieTally],
    answers: _Answers,
) -> None:
    """Write the counts, the rows in private/, and the headings to remember."""
    file = f"surveys/{survey.slug}/{COUNTS}"
    old = _read_text(programme.root, file)
    key = b"" if context.dry_run else load_or_create_key(programme.root)
    entries = _build_imports(counted, programme.survey_counts.get(survey.slug), key)
    changes = [Change(file, old, _add_to_counts(old, entries, *tallies))]
    if answers.new_headings:
        survey_file = record_file("surveys", survey.slug)
        text = _read_text(programme.root, survey_file) or ""
        new = text
        for id, heading in answers.new_headings.items():
            new = append(new, ["questions", id, "also"], heading)
        changes.append(Change(survey_file, text, new))
    private = [
        Change(f"{SURVEY_ROWS}/{survey.slug}/{entry['id']}.csv", None, _rows_as_csv(part.file.rows))
        for entry, part in zip(entries, counted, strict=True)
    ]
    if context.as_json and context.dry_run:
        return
    change_records_and_private(programme, changes, private, dry_run=context.dry_run)


def _read_text(root: Path, file: str) -> str | None:
    path = path_inside(root, *file.split("/"))
    return read_source(path, file, []).text if path.exists() else None


def _build_imports(
    counted: Sequence[_CountedFile], earlier: SurveyCounts | None, key: bytes
) -> list[dict[str, Any]]:
    """Return what ``counts.yaml`` says of each file.

    The id follows from the digest: two people who count one file write the same entry.
    """
    taken: set[str] = {entry.id for entry in earlier.imports} if earlier else set()
    entries = []
    for part in counted:
        digest = _digest(key, part.table)
        id = random_id(taken, "m", Random(digest))  # noqa: S311  no secret
        taken.add(id)
        entries.append(
            {
                "id": id,
                "date": today(),
                "from": part.file.tool.value,
                "rows": part.file.rows_in_file,
                "counted": len(part.file.rows),
                "set_aside": sum(part.file.set_aside.values()),
                "digest": digest,
                "key": key_fingerprint(key),
            }
        )
    return entries


def _add_to_counts(
    text: str | None,
    entries: Sequence[dict[str, Any]],
    tally: SurveyTally,
    ties: TieTally,
) -> str:
    """Return the text of ``counts.yaml`` with imports added to what it says."""
    if text is None:
        text = schema_modeline("survey-counts", 2)
    old: dict[str, Any] = dict(value_of(read_fields(text)) or {})
    people = {entry["id"]: int(entry["people"]) for entry in old.get("answered") or ()}
    for slug, more in tally.people.items():
        name = slug or ELSEWHERE
        people[name] = people.get(name, 0) + more
    counts = [dict(entry) for entry in old.get("counts") or ()]
    by_pair = {(entry["question"], entry.get("community", "")): entry for entry in counts}
    ids = {entry["id"] for entry in counts}
    for (question, community), numbers in tally.given.items():
        if (question, community) not in by_pair:
            id = f"{question}-{community}" if community else question
            while id in ids:  # a question may be called as another one in a community
                id += "-2"
            ids.add(id)
            new_entry = {"id": id, "question": question}
            if community:
                new_entry["community"] = community
            by_pair[question, community] = new_entry
            counts.append(by_pair[question, community])
        entry = by_pair[question, community]
        given = [int(word) for word in entry.get("given", "").split()]
        *shown, no_opinion, blank = numbers
        given += [0] * (len(shown) - len(given))
        added = [first + second for first, second in zip(given, shown, strict=False)]
        entry["given"] = " ".join(map(str, added))
        entry["no_opinion"] = int(entry.get("no_opinion") or 0) + no_opinion
        entry["blank"] = int(entry.get("blank") or 0) + blank
    new = dict(old)
    new["imports"] = [*(old.get("imports") or ()), *entries]
    new["answered"] = [{"id": slug, "people": n} for slug, n in people.items()]
    new["counts"] = counts
    _add_ties(new, ties)
    return change_value(text, (), old, new)


def _mask(text: str) -> str:
    """Return a text with dots for what names or reaches somebody."""
    from copkit.pii.scan import mask_details  # slow to import, and few files need it

    return mask_details(text)


def _shown(heading: str) -> str:
    """Return a heading as it may be printed: somebody may have typed a name into one."""
    return heading if is_common_heading(heading) else _mask(heading)


def _add_ties(fields: dict[str, Any], ties: TieTally) -> None:
    """Add to the fields of ``counts.yaml`` who works with whom, where enough answered."""
    entries = {entry["id"]: dict(entry) for entry in fields.get("ties") or ()}
    for (when, sector, about), numbers in ties.given.items():
        id = slug_from(f"{when} {sector} {about}")
        entry = entries.setdefault(id, {"id": id, "when": when, "from": sector, "to": about})
        entry["given"] = _add_numbers(entry.get("given", ""), numbers)
    totals = {entry["id"]: dict(entry) for entry in fields.get("tie_totals") or ()}
    for when, whole in ties.totals.items():
        entry = totals.setdefault(when.value, {"id": when.value})
        entry["reach"] = _add_numbers(entry.get("reach", ""), whole.reach)
        entry["depth"] = _add_numbers(entry.get("depth", ""), whole.depth)
    if totals:
        fields["ties"], fields["tie_totals"] = list(entries.values()), list(totals.values())


def _add_numbers(text: str, numbers: Sequence[int]) -> str:
    old = [int(word) for word in text.split()] or [0] * len(numbers)
    return " ".join(str(first + second) for first, second in zip(old, numbers, strict=True))


def _report(
    context: CommandContext,
    programme: Programme,
    survey: Survey,
    counted: Sequence[_CountedFile],
    tally: SurveyTally,
    notes: Sequence[str],
) -> None:
    """Print how many answered of how many, what was set aside, and what was left out."""
    asked = count_asked(programme, survey)
    earlier = programme.survey_counts.get(survey.slug)
    before = sum(entry.counted for entry in earlier.imports) if earlier else 0
    now = sum(len(one.file.rows) for one in counted)
    set_aside: Counter[str] = Counter()
    for one in counted:
        set_aside.update(one.file.set_aside)
    left_out = dict.fromkeys(_shown(name) for one in counted for name in one.file.left_out)
    unknown = dict.fromkeys(_shown(name) for one in counted for name in one.file.unknown)
    notes = [*notes, *(note for one in counted for note in one.file.notes)]
    if before + now > asked.total:
        notes.append(
            f"{before + now} answered of {asked.total} who were asked: the link went further, "
            "or N is counted on another day"
        )
    if context.as_json:
        print_json(
            {
                "survey": survey.slug,
                "from": [one.file.tool for one in counted],
                "counted": now,
                "answered": before + now,
                "of": asked.total,
                "communities": dict(tally.people),
                "set_aside": dict(set_aside),
                "left_out": list(left_out),
                "unknown_columns": list(unknown),
                "too_few": list(tally.too_few),
                "notes": notes,
            }
        )
        return
    share = f" ({percentage(before + now, asked.total)})" if 0 < before + now <= asked.total else ""
    say(f"{before + now} answers of {asked.total}{share}. N: {clean(asked.means)}.")
    if before:
        say(f"  {now} of them are new")
    places = {records.slug: records.community.place for records in programme.communities}
    told = [f"{places.get(slug, slug)} {n}" for slug, n in tally.people.items()]
    say(clean(f"  {'  '.join(told)}"))
    if set_aside:
        reasons = ", ".join(f"{count} {reason}" for reason, count in set_aside.items())
        say(f"Set aside: {set_aside.total()} ({reasons})")
    if left_out:
        say(wrap_for_terminal(clean(f"Left out: {', '.join(left_out)}"), sys.stderr))
    if unknown:
        say(wrap_for_terminal(clean(f"Columns of no question: {', '.join(unknown)}"), sys.stderr))
    if tally.too_few:
        names = ", ".join(places.get(slug, slug) for slug in tally.too_few)
        say(clean(f"Too few to show apart: {names} (together {tally.people.get(ELSEWHERE, 0)})"))
    for note in notes:
        say(clean(note))
    comments = sum(bool(row.texts) for one in counted for row in one.file.rows)
    if comments:
        say(f"{plural(comments, 'comment')}: copkit survey comments {survey.slug}")
