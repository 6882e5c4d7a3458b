"""The forms that each document comes in, and what makes each of them.

A form is made only when it is asked for: Word and PDF cost more than all others together, and
need packages that not everybody has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any, Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.charts.heat_map import build_heat_map
from copkit.documents.charts.matrix import build_matrix_chart
from copkit.documents.charts.network import build_network
from copkit.documents.email import newsletter_eml, newsletter_html
from copkit.documents.look import Look
from copkit.documents.pictures import beside, picture_forms, pictures_of
from copkit.documents.png import drawn, painted
from copkit.documents.render import render
from copkit.errors import CopkitError

Make = Callable[[Any, Look], bytes]


def _template(name: str) -> Make:
    """Make the maker of a form that a template arranges."""

    def make(facts: Any, look: Look) -> bytes:
        return render(name, facts, look).encode("utf-8")

    return make


def _page(document: str) -> Make:
    """Make the maker of a web page, which refers to the pictures that lie beside it."""

    def make(facts: Any, look: Look) -> bytes:
        pictures = beside(document, pictures_of(document, facts, look))
        return render(f"{document}.{PAGE}", facts, look, pictures).encode("utf-8")

    return make


PAGE: Final = "html"


def _pictures(build: Callable[[Any], Chart]) -> dict[str, Make]:
    """Make the makers of a chart's two forms; ``build`` lays it out from the facts."""
    return {
        "svg": lambda facts, look: drawn(build(facts), look).encode("utf-8"),
        "png": lambda facts, look: painted(build(facts), look),
    }


def _as_it_is(chart: Chart) -> Chart:
    """Give a chart that a document's facts hold already."""
    return chart


DOCUMENTS: Final[Mapping[str, Mapping[str, Make]]] = {
    "newsletter": {
        PAGE: newsletter_html,
        "txt": _template("newsletter.txt"),
        "md": _template("newsletter.md"),
        "eml": newsletter_eml,
        **picture_forms("newsletter"),
    },
    "brief": {
        PAGE: _page("brief"),
        "txt": _template("brief.txt"),
        "md": _template("brief.md"),
        **picture_forms("brief"),
    },
    "matrix": {PAGE: _template("matrix.html"), **_pictures(build_matrix_chart)},
    "sectors": {PAGE: _template("sectors.html")},
    "register": {**_pictures(build_heat_map)},
    "growth": {**_pictures(_as_it_is)},
    "network": {**_pictures(build_network)},
    "agreement": {**_pictures(_as_it_is)},
}
"""By document and ending, what makes its bytes from its facts; ``b""`` where there is nothing."""

EXTRAS: Final[Mapping[str, tuple[str, str]]] = {}
"""By ending, the package that a form needs, and the extra of copkit that brings it."""


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
        known = ", ".join(DOCUMENTS[document])
        raise CopkitError(f"'{form}' is not a form of the {document}", f"it is {known}", status=2)
    if _is_missing(form):
        package, extra = EXTRAS[form]
        raise CopkitError(
            f"{form} needs the package '{package}', which is not installed here",
            f"install copkit with it: pip install 'copkit[{extra}]'",
        )


def _is_missing(form: str) -> bool:
    """Say whether a form needs a package that is not here, without importing it."""
    return form in EXTRAS and find_spec(EXTRAS[form][0]) is None
