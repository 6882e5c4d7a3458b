"""Names found by a language model of spaCy, for those who ask for it.  Loads the model.

spaCy is an extra (``copkit[ner]``) and takes seconds to load; the rules do not need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from copkit.errors import CopkitError

MODEL: Final = "en_core_web_sm"
_PERSON: Final = "PERSON"

Spans = Callable[[str], Iterator[tuple[int, int]]]
"""Gives the places of names in a text, by offsets."""


def names_by_model(name: str = MODEL) -> Spans:
    """Load a model, by its name or its folder; raise :class:`CopkitError` where there is none."""
    try:
        import spacy
    except ImportError:
        raise CopkitError('this needs spaCy: pip install "copkit[ner]"') from None
    try:
        model = spacy.load(name)
    except OSError:
        message = f"spaCy has no model '{name}' here"
        raise CopkitError(message, f"python -m spacy download {name}") from None

    def spans(text: str) -> Iterator[tuple[int, int]]:
        for entity in model(text).ents:
            if entity.label_ == _PERSON:
                yield entity.start_char, entity.end_char

    return spans
