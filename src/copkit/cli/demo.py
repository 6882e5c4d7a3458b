"""``copkit demo``: the example programme, laid out and built."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.attendance import build_matrix, default_day
from copkit.analysis.audience import Scope, view_for
from copkit.cli.building import build
from copkit.cli.init import IGNORED
from copkit.cli.options import command_group, open_programme, today
from copkit.cli.output import clean, say
from copkit.cli.tables import print_matrix
from copkit.documents.brief import build_brief
from copkit.documents.matrix import matrix_csv, matrix_facts
from copkit.documents.newsletter import build_newsletter
from copkit.documents.render import render, shipped
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.text.files import write_output

app = command_group("See copkit at work.")

EXAMPLE = "multiple-needs"


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to lay it out; must not be there yet.")
    ] = Path("copkit-demo"),
) -> None:
    """Lay out an example programme, build everything from it, and print its matrix.

    \b
    Examples:
      copkit demo
      copkit demo ~/Desktop/demo
    """
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise CopkitError(
            f"{folder} exists already; nothing was changed",
            "name another folder: copkit demo FOLDER",
        )
    shutil.copytree(
        shipped("examples") / EXAMPLE,
        folder,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("build", "private"),
    )
    write_output(folder / ".gitignore", IGNORED)
    programme = open_programme(folder)
    paths = _build_all(programme)
    matrix = build_matrix(programme, default_day(programme, today()))
    print_matrix(matrix, programme.settings.name)
    say()
    say(f"The example lies in {clean(str(folder.resolve()))}. Open these in a browser:")
    for path in paths:
        if path.suffix == ".html":
            say(f"  {clean(str(folder / path.relative_to(programme.root)))}")
    say("Then try:")
    say(f"  copkit attendance --explain -C {clean(str(folder))}")
    say(f"  copkit check -C {clean(str(folder))}")


def _build_all(programme: Programme) -> list[Path]:
    """Build every newsletter and brief for its readers, and the matrix."""
    paths: list[Path] = []
    for issue in programme.newsletters:
        scope = Scope(issue.since, issue.until)
        view = view_for(programme, issue.audience, scope, newsletter=issue)
        place = ("newsletters", issue.slug, issue.audience.value)
        paths += build(programme, place, "newsletter", build_newsletter(view))
    for record in programme.briefs:
        scope = Scope(record.since, record.until, frozenset(record.communities))
        view = view_for(programme, record.audience, scope, brief=record)
        paths += build(programme, ("briefs", record.slug), "brief", build_brief(view))
    matrix = build_matrix(programme, default_day(programme, today()))
    facts = matrix_facts(matrix, programme.settings.name)
    html = programme.root / "build" / "attendance" / "matrix.html"
    write_output(html, render("matrix.html", facts, programme.root / "templates"))
    write_output(html.with_suffix(".csv"), matrix_csv(matrix))
    return [*paths, html]
