"""The forms that each document comes in, and what makes each of them.

A form is made only when it is asked for: Word and PDF cost more than all others together, and
need packages that not everybody has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Final

from copkit.documents.look import Look
from copkit.documents.render import render
from copkit.errors import CopkitError

Make = Callable[[Any, Look], bytes]


def _template(name: str) -> Make:
    """Make the maker of a form that a template arranges."""

    def make(facts: Any, look: Look) -> bytes:
        return render(name, facts, look).encode("utf-8")

    return make


DOCUMENTS: Final[Mapping[str, Mapping[str, Make]]] = {
    "newsletter": {form: _template(f"newsletter.{form}") for form in ("html", "txt", "md")},
    "brief": {form: _template(f"brief.{form}") for form in ("html", "txt", "md")},
    "matrix": {"html": _template("matrix.html")},
    "sectors": {"html": _template("sectors.html")},
}
"""By document and ending, what makes its bytes from its facts."""

EXTRAS: Final[Mapping[str, tuple[str, str]]] = {}
"""By ending, the package that a form needs, and the extra of copkit that brings it."""


def forms_here(document: str) -> tuple[str, ...]:
    """Give the forms of a document that this installation can make."""
    return tuple(form for form in DOCUMENTS[document] if not _is_missing(form))


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
