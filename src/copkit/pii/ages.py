"""How old somebody is, to the year.  Pure.

Decades ("in his fifties") and the ages at which services begin and end are not for these rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.findings import TO, Finding, exact, one_of, rule
from copkit.pii.kinds import Kind
from copkit.pii.narrowing import ORDINAL, is_personal
from copkit.pii.normalise import Folded


def find_ages(folded: Folded) -> Iterable[Finding]:
    """Give every exact age of a person in a text."""
    for one in _AGES:
        yield from one.findings(folded)


_TENS: Final = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES: Final = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS: Final = one_of(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_OLD: Final = rf"(?:\d{{1,2}}|{_TENS}(?:[- ]{_ONES})?|{_TEENS})"
_YEARS: Final = rf"(?:{_OLD}|{_ONES})"
_GROWN: Final = rf"(?:{_TEENS}|{_TENS}(?:[- ]{_ONES})?|1[0-9]|[2-9]\d)"
_ROUND: Final = r"(?:fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth)"
_NO_RANGE: Final = (
    r"(?! ?(?:and|or|to|-|\+|plus) ?(?:over|above|under|older|younger|up|more|\d)|\+| ?%| per ?cent"
    r"|[.,:]\d)"
)
_OF_MANY: Final = re.compile(
    r"(?:people|those|anyone|children|adults|men|women|everyone|clients|residents|open to|over"
    r"|under|olds?|between|from|that (?:was|is)|which (?:was|is)|persons?|population|patients"
    r"|users|youth"
    r"|group) (?:are |is |who are )?$"
)


def _is_of_one(folded: Folded, start: int, end: int) -> bool:
    """Leave out the ages at which services begin and end, and those of things."""
    return not _OF_MANY.search(folded.before(start, 30))


def _is_no_sum(folded: Folded, start: int, end: int) -> bool:
    return not folded.before(start, 2).endswith(("£", "$", "€"))


_AGES: Final = (
    rule(Kind.AGE, rf"(?<![-\w]){_YEARS}[- ](?:years?|yrs?)[- ](?:old\b(?!s)|of age)", _is_of_one),
    rule(Kind.AGE, rf"\b{_OLD} ?(?:y/?o|yrs old)\b"),
    rule(Kind.AGE, rf"\baged (?:just |only )?{_YEARS}\b{_NO_RANGE}", _is_of_one),
    rule(
        Kind.AGE,
        rf"(?<![a-z])age:? ?\d{{1,2}}\b{_NO_RANGE}(?! ?(?:and|group|band|range))",
        _is_of_one,
    ),
    exact(Kind.AGE, rf"(?<![0-9A-Za-z£$€.-])[1-9]\d ?[MF]{TO}", _is_no_sum),
    exact(Kind.AGE, r"(?:^|(?<=[\n:(])) ?(?P<it>[MF](?:, ?| )[1-9]\d)(?=[,;.)\n])"),
    rule(Kind.AGE, rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL}|{_ROUND}) birthday\b"),
    rule(
        Kind.AGE,
        r"\b(?:his|her|their) (?P<it>[1-9]\dth|21st|[2-9][1-3](?:st|nd|rd))\b(?! (?:\w+ )?"
        r"(?:birthday|floor|attempt|placement|move|visit|time|tenancy|night|week|day|century|overdose"
        r"|admission))",
    ),
    rule(
        Kind.AGE,
        r"\b(?:male|female|man|woman|gentleman|lady), ?(?P<it>[1-9]\d)(?=[,;.)])",
    ),
    rule(
        Kind.AGE,
        rf"\b(?:boy|girl|child|son|daughter|baby|man|woman|lad) of (?P<it>{_YEARS}(?: months)?)"
        r"(?=[,;.)]| (?:who|with|and))",
    ),
    rule(Kind.AGE, r"\b[1-9]\d and a half(?=[,.;]| (?:and|which|when|but))", is_personal),
    rule(
        Kind.AGE,
        r"\b(?:he|she)(?:'ll be|'s| will be| would be) (?:only |just )?"
        r"(?P<it>[1-9]\d(?: in (?:the \w+|\w+))?)(?=[,.;]| (?:and|when|next|this))",
    ),
    rule(
        Kind.AGE,
        rf"\b(?:(?:he|she) (?:had )?(?:just )?)?turn(?:ed|s|ing) (?:just |only )?{_OLD}\b"
        r"(?! ?(?:%|people|per|beds|men|women|of|away|miles))",
    ),
    rule(
        Kind.AGE,
        r"\b(?:he|she) (?:is|was|were) (?:only |just |then |now |still |barely |already "
        rf"|about to be )?{_YEARS}(?: and a half)?"
        r"(?=[.,;:!?\n]| when| and | at the| but| with| on| in|$)",
    ),
    rule(
        Kind.AGE,
        rf"\bat (?:just |only |barely )?(?P<it>{_GROWN})(?=,? (?:he|she|they|and|when|with|her"
        r"|his)\b"
        r"|\.(?:\s|$))",
        is_personal,
    ),
    rule(
        Kind.AGE,
        r"\b(?:my|his|her|their|the) (?:son|daughter|brother|sister|mother|father|mum|dad|baby"
        r"|child|boy|girl|eldest|youngest|partner),? (?P<it>\d{1,2})"
        r"(?=[,.;) ](?! ?(?:of|years|months|days)))",
    ),
)
