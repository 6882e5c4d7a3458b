"""The formats that each document comes in, and what renders each of them.

A format is rendered only when it is asked for, and what renders it is imported only then: Word and
PDF cost more than all others together, and need packages that are optional.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.pictures import build_pictures, link_as_files, picture_formats
from copkit.documents.theme import DocumentTheme
from copkit.errors import CopkitError, did_you_mean

Renderer = Callable[[Any, DocumentTheme], bytes]
"""Facts of a document and a theme -> the bytes of its file; ``b""`` where there is nothing."""
PAGE: Final = "html"


# --- renderers: each of these functions returns one, or those of several formats ------------


def _from_template(name: str) -> Renderer:
    """Return the renderer of a format that a template such as ``brief.txt`` arranges."""

    def render_template(facts: Any, theme: DocumentTheme) -> bytes:
        from copkit.documents.templates import render  # imports Jinja

        return render(name, facts, theme).encode("utf-8")

    return render_template


def _from_page_template(document: str) -> Renderer:
    """Return the renderer of a web page that refers to the pictures beside it."""

    def render_page(facts: Any, theme: DocumentTheme) -> bytes:
        from copkit.documents.templates import render

        pictures = link_as_files(document, build_pictures(document, facts, theme))
        return render(f"{document}.{PAGE}", facts, theme, pictures).encode("utf-8")

    return render_page


def _from_function(module: str, name: str) -> Renderer:
    """Return a renderer that imports a module of this package when it is called.

    ``name`` is a function of the module that takes facts and a theme.
    """

    def import_and_render(facts: Any, theme: DocumentTheme) -> bytes:
        renderer: Renderer = getattr(import_module(f"copkit.documents.{module}"), name)
        return renderer(facts, theme)

    return import_and_render


def _chart_formats(module: str, name: str) -> dict[str, Renderer]:
    """Return the renderers of a chart by format; they import a module of ``charts`` when called.

    ``name`` is the function of the module that lays the chart out from the facts.
    """

    # A command renders both formats from the same facts, one after the other: remember one chart.
    @lru_cache(maxsize=1)
    def build_once(facts: Any) -> Chart:
        build: Callable[[Any], Chart] = getattr(
            import_module(f"copkit.documents.charts.{module}"), name
        )
        return build(facts)

    def render_as_svg(facts: Any, theme: DocumentTheme) -> bytes:
        from copkit.documents.pictures import render_svg

        return render_svg(build_once(facts), theme).encode("utf-8")

    def render_as_png(facts: Any, theme: DocumentTheme) -> bytes:
        from copkit.documents.pictures import render_png

        return render_png(build_once(facts), theme)

    return {"svg": render_as_svg, "png": render_as_png}


def _table_formats(name: str) -> dict[str, Renderer]:
    """Return the renderers of a table by format.

    ``name`` begins the names of its templates and of its functions in ``spreadsheets``: ``matrix``.
    """
    return {
        PAGE: _from_template(f"{name}.{PAGE}"),
        "csv": _from_function("spreadsheets", f"{name}_csv"),
        "xlsx": _from_function("spreadsheets", f"{name}_xlsx"),
        "md": _from_template(f"{name}.md"),
    }


# --- the table of documents -----------------------------------------------------------------

DOCUMENTS: Final[Mapping[str, Mapping[str, Renderer]]] = {
    "newsletter": {
        PAGE: _from_function("email", "newsletter_html"),
        "txt": _from_template("newsletter.txt"),
        "md": _from_template("newsletter.md"),
        "eml": _from_function("email", "newsletter_eml"),
        **picture_formats("newsletter"),
    },
    "brief": {
        PAGE: _from_page_template("brief"),
        "txt": _from_template("brief.txt"),
        "md": _from_template("brief.md"),
        "docx": _from_function("docx.documents", "brief_docx"),
        "pdf": _from_function("pdf", "brief_pdf"),
        **picture_formats("brief"),
    },
    "report": {
        PAGE: _from_page_template("report"),
        "docx": _from_function("docx.documents", "report_docx"),
        "pdf": _from_function("pdf", "report_pdf"),
        "md": _from_template("report.md"),
        **picture_formats("report"),
    },
    # Beside the report; a document of its own, since its file is called 'data.csv'.
    "data": {"csv": _from_function("spreadsheets", "report_csv")},
    "agenda": {
        PAGE: _from_template("agenda.html"),
        "txt": _from_template("agenda.txt"),
        "md": _from_template("agenda.md"),
    },
    "sheet": {
        PAGE: _from_template("sheet.html"),
        "pdf": _from_function("pdf", "sheet_pdf"),
        "docx": _from_function("docx.documents", "sheet_docx"),
    },
    "letter": {
        PAGE: _from_page_template("letter"),
        "txt": _from_template("letter.txt"),
        "md": _from_template("letter.md"),
        "docx": _from_function("docx.documents", "letter_docx"),
        "pdf": _from_function("pdf", "letter_pdf"),
        **picture_formats("letter"),
    },
    "toolkit": {
        PAGE: _from_template("toolkit.html"),
        "docx": _from_function("docx.documents", "toolkit_docx"),
        "pdf": _from_function("pdf", "toolkit_pdf"),
        "md": _from_template("toolkit.md"),
    },
    "write-up": {
        PAGE: _from_page_template("write-up"),
        "txt": _from_template("write-up.txt"),
        "md": _from_template("write-up.md"),
        "docx": _from_function("docx.documents", "write_up_docx"),
        "pdf": _from_function("pdf", "write_up_pdf"),
        **picture_formats("write-up"),
    },
    "matrix": {**_table_formats("matrix"), **_chart_formats("matrix", "build_matrix_chart")},
    "register": {**_table_formats("register"), **_chart_formats("heat_map", "build_heat_map")},
    "sectors": _table_formats("sectors"),
    "growth": _chart_formats("growth", "build_growth"),
    "network": _chart_formats("network", "build_network_chart"),
    "survey": {"md": _from_template("survey.md")},
    "likert": _chart_formats("survey", "build_likert"),
    "dots": _chart_formats("survey", "build_dots"),
    "ties": {
        "md": _from_template("ties.md"),
        "csv": _from_function("spreadsheets", "ties_csv"),
        **_chart_formats("ties", "build_ties_chart"),
    },
    "directory": {
        PAGE: _from_template("directory.html"),
        "pdf": _from_function("pdf", "place_sheet_pdf"),
        "md": _from_template("directory.md"),
    },
    "survey-form": {
        PAGE: _from_template("survey-form.html"),
        "txt": _from_template("survey-form.txt"),
    },
}
"""Document -> format -> renderer. A format is the ending of a file's name, and the order is that
of ``--help`` and of what a command prints. A picture beside a page is a format too:
``logo.png``."""

EXTRAS: Final[Mapping[str, tuple[str, str]]] = {
    "docx": ("docx", "docx"),
    "pdf": ("typst", "pdf"),
    "xlsx": ("xlsxwriter", "xlsx"),
    "parquet": ("duckdb", "parquet"),
}
"""Format -> the module that it needs, and the extra of copkit that installs it."""

ON_REQUEST: Final = frozenset(
    {
        ("brief", "txt"),
        ("letter", "txt"),
        ("letter", "md"),
        ("register", "png"),
        ("write-up", "txt"),
    }
)
"""Document and format that are built only when they are named."""


# --- what can be built ----------------------------------------------------------------------


def default_formats(document: str) -> tuple[str, ...]:
    """Return the formats of a document that are built when none is named."""
    return tuple(
        file_format
        for file_format in available_formats(document)
        if (document, file_format) not in ON_REQUEST
    )


def available_formats(document: str) -> tuple[str, ...]:
    """Return the formats of a document that this installation can render."""
    return tuple(
        file_format for file_format in DOCUMENTS[document] if not _lacks_package(file_format)
    )


def include_picture_formats(document: str, formats: Iterable[str]) -> tuple[str, ...]:
    """Add the pictures of a document to its formats, if the page that shows them is among these."""
    chosen = tuple(formats)
    pictures = picture_formats(document) if PAGE in chosen else ()
    return tuple(dict.fromkeys((*chosen, *pictures)))


def require_format(document: str, file_format: str) -> None:
    """Raise :class:`CopkitError` for a format that the document lacks or that needs a package."""
    if file_format not in DOCUMENTS[document]:
        # Pictures (logo.png) come with the page; nobody asks for one by name.
        names = [name for name in DOCUMENTS[document] if "." not in name]
        hint = f"write one of {', '.join(names)}, or several with commas between them"
        hint = did_you_mean(file_format, names, hint)
        raise CopkitError(f"'{file_format}' is not a form of the {document}", hint, status=2)
    if _lacks_package(file_format):
        message = f"{file_format} needs a package that is not installed here"
        raise CopkitError(message, installation_hint([EXTRAS[file_format][1]]))


def installation_hint(extras: Iterable[str]) -> str:
    """Return the command that installs some extras of copkit."""
    names = ",".join(extras)
    return f"in the folder of copkit: {sys.executable} -m pip install '.[{names}]'"


def unavailable_formats(documents: Iterable[str] = DOCUMENTS) -> dict[str, str]:
    """Return the formats of some documents that need a package -> the extra that installs it."""
    every = dict.fromkeys(
        file_format for document in documents for file_format in DOCUMENTS[document]
    )
    return {
        file_format: EXTRAS[file_format][1] for file_format in every if _lacks_package(file_format)
    }


def _lacks_package(file_format: str) -> bool:
    # find_spec looks for the package without importing it, which --help has no time for.
    return file_format in EXTRAS and find_spec(EXTRAS[file_format][0]) is None
