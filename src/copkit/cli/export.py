"""``copkit export``: the records as tables for other programs, of one programme or of several."""

from __future__ import annotations

import datetime as dt
import gc
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final

import typer

import copkit
from copkit.analysis.consistency import all_problems
from copkit.analysis.privacy.outgoing import Selection
from copkit.analysis.tables.rows import ExportSource
from copkit.analysis.tables.summaries import build_tables, schemas_for
from copkit.analysis.tables.table import Table
from copkit.cli.context import CommandContext, Exporting
from copkit.cli.documents.outgoing import going_out
from copkit.cli.params import AsOf, as_of_day, complete_audience, usage_error
from copkit.cli.pii import is_document_source, require_no_details_in_files
from copkit.cli.terminal import clean, print_json, say, say_whole
from copkit.documents.data_package import has_free_text
from copkit.documents.formats import EXTRAS, installation_hint
from copkit.documents.theme import load_theme
from copkit.documents.warehouse import (
    ExportFiles,
    ExportLayout,
    TableFormat,
    build_export_files,
    is_of_programme,
)
from copkit.errors import CopkitError, InvalidRecords, did_you_mean, only_errors
from copkit.folder import Programme
from copkit.git.history import head_commit
from copkit.git.repository import find_repository, is_git_installed
from copkit.layout import SETTINGS
from copkit.records.cases import Consent
from copkit.records.kinds import PROGRAMME_NOUNS
from copkit.records.outgoing import OutgoingDocument
from copkit.records.schema.audience import Audience, audience_choices
from copkit.text.files import path_inside
from copkit.text.transaction import save_outputs
from copkit.wording import list_in_words, plural

EXPORT: Final = "export"
"""The folder below ``build/`` that holds the tables of a programme, by readers."""
_NEVER: Final = (
    "names and addresses, and all that is in private/",
    "private sections and comments",
    "single answers to surveys",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A programme that is to be exported: its files, where they go, and what is to be reported.

    ``gone`` are files of an earlier export that this one has not.
    """

    programme: Programme
    source: ExportSource
    root: Path
    export: ExportFiles
    gone: tuple[str, ...]
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]


def _complete_table(ctx: typer.Context, incomplete: str) -> list[str]:
    names = {schema.name for reader in Audience for schema in schemas_for(reader)}
    return sorted(name for name in names if name.startswith(incomplete))


def export(
    context: Exporting,
    reader: Annotated[
        str | None,
        typer.Option(
            "--for",
            help=f"Who will read it: {audience_choices()}.",
            show_default="members; commissioners of several programmes",
            autocompletion=complete_audience,
        ),
    ] = None,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="The form.")] = (
        TableFormat.CSV
    ),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Write into this warehouse, beside other programmes.",
            show_default="build/export/READERS",
        ),
    ] = None,
    as_of: AsOf = None,
    tables: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these tables, with commas between them.",
            show_default="all but fact_seat_day",
            autocompletion=_complete_table,
        ),
    ] = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Add the words of notes and actions: for members.")
    ] = False,
    despite_errors: Annotated[
        bool, typer.Option("--despite-errors", help="Leave out records that cannot be read.")
    ] = False,
) -> None:
    """Export tables for other programs.

    They are for DuckDB, Excel, R or Power BI, with a dictionary and queries.

    Members get a row for each meeting, member or case, with ids and roles and without names.
    Commissioners and the public get counts alone, none of them below 5. With --output several
    programmes lie side by side in one warehouse, and each export replaces its own part of it.

    \b
    Examples:
      copkit export
      copkit export --for commissioners --format xlsx
      copkit export -C north -C south --output warehouse --format parquet
    """
    contexts = context.each
    chosen = _parse_reader(reader, several=len(contexts) > 1)
    _require_format(form)
    names = [name.strip() for value in tables or () for name in value.split(",") if name.strip()]
    programmes = [_open(each, despite_errors=despite_errors) for each in contexts]
    _require_own_ids([loaded.programme for loaded in programmes])
    # Nothing that was loaded is garbage, and to look through it again and again takes long.
    gc.freeze()
    several = len(programmes) > 1
    prepared = []
    for loaded in programmes:
        source = _source(loaded.programme, as_of_day(loaded.programme, as_of), chosen)
        made = build_tables(loaded.programme, chosen, source, only=names, with_text=with_text)
        root = _folder(loaded.programme, output, chosen, several=several)
        prepared.append(_prepare(loaded, chosen, source, made, root, form, in_build=not output))
    # Only now, when nothing can be wrong with any of them, is anything written.
    changed = [_write(context, chosen, each) for each in prepared]
    if context.as_json:
        reports = [_as_json(chosen, each) for each in prepared]
        print_json({"programmes": reports} if several else reports[0])
        return
    for each, files in zip(prepared, changed, strict=True):
        _report(context, chosen, form, each, files)


def _parse_reader(typed: str | None, *, several: bool) -> Audience:
    """Return who will read the tables; raise :class:`CopkitError` for no audience.

    Rows of several programmes together are for people who may read each of them, so that this has
    to be said.
    """
    if typed is None:
        return Audience.COMMISSIONERS if several else Audience.MEMBERS
    if typed not in set(Audience):
        message = f"--for: '{clean(typed)}' is not one of {', '.join(Audience)}"
        usage_error(message, did_you_mean(typed, Audience))
    return Audience(typed)


def _require_format(form: TableFormat) -> None:
    """Raise :class:`CopkitError` where the package that writes a format is not installed."""
    if form.value in EXTRAS and find_spec(EXTRAS[form.value][0]) is None:
        raise CopkitError(
            f"{form} needs the package {EXTRAS[form.value][0]}, which is not installed",
            installation_hint([EXTRAS[form.value][1]]),
        )


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A programme, and the files of its records that were left out since they have errors."""

    programme: Programme
    dropped: tuple[str, ...] = ()


def _open(context: CommandContext, *, despite_errors: bool) -> _Loaded:
    """Load a programme of which nothing may be wrong, unless ``despite_errors``.

    Raise :class:`InvalidRecords` for errors, and always where somebody is named in a record.
    """
    if not despite_errors:
        loaded = _Loaded(context.open())
    else:
        programme = context.load()
        errors = only_errors(all_problems(programme))
        faulty = dict.fromkeys(problem.file for problem in errors)
        if SETTINGS in faulty:  # without them nothing can be counted
            raise InvalidRecords([problem for problem in errors if problem.file == SETTINGS])
        loaded = _Loaded(_without_files(programme, faulty), tuple(faulty))
    require_no_details_in_files(loaded.programme, is_document_source)
    return loaded


def _without_files(programme: Programme, files: Collection[str]) -> Programme:
    """Return a programme without the records in some files; without a roster no community."""

    def kept(records: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(record for record in records if record.source.file not in files)

    communities = tuple(
        replace(
            records,
            meetings=kept(records.meetings),
            cases=kept(records.cases),
            approaches=kept(records.approaches),
        )
        for records in programme.communities
        if not {records.community.source.file, records.roster.source.file} & set(files)
    )
    attributes = [noun.attribute for noun in PROGRAMME_NOUNS]
    others: dict[str, Any] = {name: kept(getattr(programme, name)) for name in attributes}
    return replace(
        programme,
        communities=communities,
        survey_counts={
            slug: counts
            for slug, counts in programme.survey_counts.items()
            if counts.source.file not in files
        },
        **others,
    )


def _require_own_ids(programmes: Sequence[Programme]) -> None:
    """Raise :class:`CopkitError` where two programmes have one id: their rows would mix."""
    folders: dict[str, Path] = {}
    for programme in programmes:
        id = programme.settings.programme_id
        if id in folders:
            raise CopkitError(
                f"{clean(str(folders[id]))} and {clean(str(programme.root))} have one id, '{id}'; "
                "nothing was written",
                "add a line such as 'id: north' to copkit.yaml of one of the two",
            )
        folders[id] = programme.root


def _source(programme: Programme, day: dt.date, reader: Audience) -> ExportSource:
    """Return what is exported, with the commit of the records for those who may see them."""
    commit = ""
    if reader.policy.sees_members and is_git_installed():
        repository = find_repository(programme.root)
        commit = head_commit(repository) if repository else ""
    return ExportSource(programme.settings.programme_id, day, commit, copkit.__version__)


def _folder(programme: Programme, output: Path | None, reader: Audience, *, several: bool) -> Path:
    """Return the folder of the files for some readers.

    Raise :class:`CopkitError` where it is no folder, or several programmes have no warehouse.
    """
    if output is None:
        if several:
            usage_error("several programmes need a warehouse", "add --output warehouse")
        folder = path_inside(programme.root, "build", EXPORT, reader.value)
        for place in (folder, folder.parent, folder.parent.parent):
            if place.is_symlink():
                raise CopkitError(f"{place} is a link, and nothing is written through it")
        return folder
    folder = output / reader.value
    blocking = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not blocking.is_dir():
        raise CopkitError(f"{clean(str(blocking))} is a file, and no folder can be made in it")
    return folder


def _prepare(
    loaded: _Loaded,
    reader: Audience,
    source: ExportSource,
    tables: Sequence[Table],
    root: Path,
    form: TableFormat,
    *,
    in_build: bool,
) -> _Prepared:
    """Make the files of one programme, and list those that an earlier export left of it."""
    programme = loaded.programme
    there = list(_files_in(root))
    if in_build:  # all of it is copkit's own
        others, before = [], there
    else:
        before = [path for path in there if is_of_programme(path, source.programme_id)]
        others = [path for path in there if path not in set(before) and "/programme=" in path]
    for path in others:
        if not path.endswith(f".{form}") and form is not TableFormat.XLSX:
            ending = path.rpartition(".")[2]
            raise CopkitError(
                f"the other programmes of this warehouse are there as {ending}, not {form}",
                f"write --format {ending}, or name another folder",
            )
    layout = ExportLayout(
        form=form,
        is_warehouse=not in_build,
        tables_before=frozenset(path.partition("/")[0] for path in others),
    )
    export = build_export_files(
        programme,
        reader,
        source,
        tables,
        layout,
        load_theme(programme.settings, programme.root),
        is_complete=not loaded.dropped,
    )
    return _Prepared(
        programme=programme,
        source=source,
        root=root,
        export=export,
        gone=tuple(path for path in before if path not in export.files),
        left_out=tuple(_left_out(loaded, with_text=any(map(has_free_text, tables)))),
        warnings=tuple(_warnings(tables)),
    )


def _files_in(root: Path) -> Iterator[str]:
    """Yield the files below a folder, with forward slashes; unfinished ones are none."""
    for place, _, files in os.walk(root):
        inner = Path(place).relative_to(root).as_posix()
        for name in sorted(files):
            if not name.startswith("."):
                yield name if inner == "." else f"{inner}/{name}"


def _left_out(loaded: _Loaded, *, with_text: bool) -> Iterator[str]:
    """Yield what is not in the tables, for those who keep the records."""
    yield from _NEVER
    if not with_text:
        yield "the words of notes and actions"
    refused = sum(
        case.consent is Consent.REFUSED
        for records in loaded.programme.communities
        for case in records.cases
    )
    if refused:
        yield f"{plural(refused, 'case')} without consent"
    yield from (f"{file}: it has errors" for file in loaded.dropped)


def _warnings(tables: Iterable[Table]) -> Iterator[str]:
    """Yield what a reader of the tables may stumble over."""
    for table in tables:
        for name, noun in _MAY_LACK_A_DAY.items():
            if table.name == name and table.schema.day in table.schema.column_names:
                place = table.schema.column_names.index(table.schema.day)
                if undated := sum(row[place] is None for row in table.rows):
                    yield f"{plural(undated, noun)} without a day: {table.schema.day} is empty"


_MAY_LACK_A_DAY: Final = {"fact_action": "action", "fact_issue": "issue"}


def _as_json(reader: Audience, prepared: _Prepared) -> dict[str, Any]:
    """Return what was exported, in the form that the documentation names."""
    return {
        "programme": prepared.source.programme_id,
        "readers": reader,
        "as_of": prepared.source.as_of,
        "folder": prepared.root,
        "tables": [
            {
                "name": table.name,
                "rows": table.rows,
                "file": prepared.root / table.file,
                "sha256": table.digest,
            }
            for table in prepared.export.tables
        ],
        "files": [prepared.root / file for file in prepared.export.files],
        "left_out": prepared.left_out,
        "warnings": prepared.warnings,
    }


def _write(context: CommandContext, reader: Audience, prepared: _Prepared) -> list[str]:
    """Write the files of a programme, unless readers outside could subtract them from others.

    Return the paths of those that were new. Raise :class:`HeldBack` before anything is written.
    """
    day = prepared.source.as_of
    with going_out(context, prepared.programme, Selection(OutgoingDocument.EXPORT, reader, day)):
        if context.dry_run:
            return []
        return save_outputs(prepared.root, prepared.export.files, prepared.gone)


def _report(
    context: CommandContext,
    reader: Audience,
    form: TableFormat,
    prepared: _Prepared,
    changed: Sequence[str],
) -> None:
    """Print what was exported, where it lies, and what is not in it."""
    export = prepared.export
    names = {table.name for table in export.tables}
    rows = sum(table.rows for table in export.tables)
    say(
        clean(
            f"{prepared.programme.settings.name}, for {reader}, as of {prepared.source.as_of}: "
            f"{plural(len(names), 'table')} as {form}, {plural(rows, 'row')}"
        )
    )
    say_whole(f"  {context.verb} {clean(str(prepared.root))}")
    if not context.dry_run:
        same = len(export.files) - len(set(changed) & export.files.keys())
        deleted = len(set(changed) - export.files.keys())
        say(f"  {plural(len(export.files), 'file')}: {same} as before, {deleted} old ones deleted")
    for warning in prepared.warnings:
        say(f"  {warning}")
    say(f"  not in it: {list_in_words(prepared.left_out)}")
