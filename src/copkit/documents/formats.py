"""The forms that each document comes in, and what makes each of them.

A form is made only when it is asked for, and what makes it is loaded only then: Word and PDF cost
more than all others together, and need packages that not everybody has.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.charts.growth import build_growth
from copkit.documents.charts.heat_map import build_heat_map
from copkit.documents.charts.matrix import build_matrix_chart
from copkit.documents.charts.network import build_network_chart
from copkit.documents.facts.attendance import matrix_csv, register_csv, sector_csv
from copkit.documents.pictures import beside, picture_forms, pictures_of
from copkit.documents.theme import Look
from copkit.errors import CopkitError

Make = Callable[[Any, Look], bytes]
PAGE: Final = "html"


def _template(name: str) -> Make:
    """Make the maker of a form that a template arranges; Jinja is loaded with the first one."""

    def make(facts: Any, look: Look) -> bytes:
        from copkit.documents.templates import render

        return render(name, facts, look).encode("utf-8")

    return make


def _page(document: str) -> Make:
    """Make the maker of a web page, which refers to the pictures that lie beside it."""

    def make(facts: Any, look: Look) -> bytes:
        from copkit.documents.templates import render

        pictures = beside(document, pictures_of(document, facts, look))
        return render(f"{document}.{PAGE}", facts, look, pictures).encode("utf-8")

    return make


def _from(module: str, name: str) -> Make:
    """Make the maker that a module has under a name; it is loaded with the first document."""

    def make(facts: Any, look: Look) -> bytes:
        maker: Make = getattr(import_module(f"copkit.documents.{module}"), name)
        return maker(facts, look)

    return make


def _drawings(lay_out: Callable[[Any], Chart]) -> dict[str, Make]:
    """Make the makers of a picture's two forms; ``lay_out`` makes a chart of the facts."""
    laid_out = lru_cache(maxsize=1)(lay_out)  # for both forms, one after the other

    def svg(facts: Any, look: Look) -> bytes:
        from copkit.documents.pictures import drawn

        return drawn(laid_out(facts), look).encode("utf-8")

    def png(facts: Any, look: Look) -> bytes:
        from copkit.documents.pictures import painted

        return painted(laid_out(facts), look)

    return {"svg": svg, "png": png}


def _table(name: str, to_csv: Callable[[Any], str]) -> dict[str, Make]:
    """Give the forms that each table has."""
    return {
        PAGE: _template(f"{name}.{PAGE}"),
        "csv": lambda facts, look: to_csv(facts).encode("utf-8"),
        "xlsx": _from("xlsx", f"{name}_xlsx"),
        "md": _template(f"{name}.md"),
    }


def _as_it_is(chart: Chart) -> Chart:
    """Give a chart that is all that its document states."""
    return chart


DOCUMENTS: Final[Mapping[str, Mapping[str, Make]]] = {
    "newsletter": {
        PAGE: _from("email", "newsletter_html"),
        "txt": _template("newsletter.txt"),
        "md": _template("newsletter.md"),
        "eml": _from("email", "newsletter_eml"),
        **picture_forms("newsletter"),
    },
    "brief": {
        PAGE: _page("brief"),
        "txt": _template("brief.txt"),
        "md": _template("brief.md"),
        "docx": _from("docx.documents", "brief_docx"),
        "pdf": _from("pdf", "brief_pdf"),
        **picture_forms("brief"),
    },
    "agenda": {
        PAGE: _template("agenda.html"),
        "txt": _template("agenda.txt"),
        "md": _template("agenda.md"),
    },
    "letter": {
        PAGE: _page("letter"),
        "txt": _template("letter.txt"),
        "md": _template("letter.md"),
        "docx": _from("docx.documents", "letter_docx"),
        "pdf": _from("pdf", "letter_pdf"),
        **picture_forms("letter"),
    },
    "matrix": {**_table("matrix", matrix_csv), **_drawings(build_matrix_chart)},
    "register": {**_table("register", register_csv), **_drawings(build_heat_map)},
    "sectors": _table("sectors", sector_csv),
    "growth": _drawings(build_growth),
    "network": _drawings(build_network_chart),
    "agreement": _drawings(_as_it_is),
}
"""By document and ending, what makes its bytes from its facts; ``b""`` where there is nothing."""

EXTRAS: Final[Mapping[str, tuple[str, str]]] = {
    "docx": ("docx", "docx"),
    "pdf": ("typst", "pdf"),
    "xlsx": ("xlsxwriter", "xlsx"),
}
"""By ending, the module that a form needs, and the extra of copkit that brings it."""

ON_REQUEST: Final = frozenset(
    {("brief", "txt"), ("letter", "txt"), ("letter", "md"), ("register", "png")}
)
"""Document and form that are built only when they are named."""


def usual_forms(document: str) -> tuple[str, ...]:
    """Give the forms of a document that are built when none is named."""
    return tuple(form for form in forms_here(document) if (document, form) not in ON_REQUEST)


def forms_here(document: str) -> tuple[str, ...]:
    """Give the forms of a document that this installation can make."""
    return tuple(form for form in DOCUMENTS[document] if not _is_missing(form))


def with_pictures(document: str, forms: Iterable[str]) -> tuple[str, ...]:
    """Add the pictures of a document to its forms, if the page that shows them is among these."""
    chosen = tuple(forms)
    shown = picture_forms(document) if PAGE in chosen else ()
    return tuple(dict.fromkeys((*chosen, *shown)))


def require_form(document: str, form: str) -> None:
    """Raise :class:`CopkitError` for a form that a document lacks, or that cannot be made here."""
    if form not in DOCUMENTS[document]:
        known = ", ".join(one for one in DOCUMENTS[document] if "." not in one)
        hint = f"there are {known}; several have commas between them"
        raise CopkitError(f"'{form}' is not a form of the {document}", hint, status=2)
    if _is_missing(form):
        message = f"{form} needs a package that is not installed here"
        raise CopkitError(message, how_to_install([EXTRAS[form][1]]))


def how_to_install(extras: Iterable[str]) -> str:
    """Say what brings the packages of some extras."""
    names = ",".join(extras)
    return f"in the folder of copkit: {sys.executable} -m pip install '.[{names}]'"


def missing_forms(documents: Iterable[str] = DOCUMENTS) -> dict[str, str]:
    """Give the forms that some documents cannot have here, each with the extra that brings it."""
    every = dict.fromkeys(form for document in documents for form in DOCUMENTS[document])
    return {form: EXTRAS[form][1] for form in every if _is_missing(form)}


def _is_missing(form: str) -> bool:
    """Say whether a form needs a package that is not here, without importing it."""
    return form in EXTRAS and find_spec(EXTRAS[form][0]) is None
