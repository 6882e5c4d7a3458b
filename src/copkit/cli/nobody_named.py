"""Whether what a person typed names somebody: it goes into tracked files, and on to readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from copkit.cli.params import wrong_use
from copkit.cli.terminal import say
from copkit.errors import CopkitError, Severity
from copkit.folder import Programme
from copkit.pii.kinds import Kind
from copkit.wording import listed


def held_in(programme: Programme, text: str, invented: Collection[str] = ()) -> str:
    """Say what of a person a text seems to hold, or ``""``; ``invented`` names are nobody's."""
    return _named(_kinds_in(programme, text, invented))


def require_nobody_named(
    programme: Programme,
    texts: Mapping[str, str | None],
    hint: str,
    invented: Collection[str] = (),
    also: Collection[Kind] = (),
) -> None:
    """Refuse texts, each told by the option it was given as, in which somebody is named.

    ``also`` are kinds that elsewhere only narrow down who somebody is.
    """
    for option, text in texts.items():
        if text and (what := _named(_kinds_in(programme, text, invented), also)):
            wrong_use(f"{option}: this seems to hold {what}; nothing was written", hint)


def looks_like_somebody(programme: Programme, text: str) -> bool:
    """Say whether a few words, such as a role, hold anything that leads to a person."""
    return bool(_kinds_in(programme, text, ()))


def people_known(programme: Programme, others: Iterable[str] = ()) -> frozenset[str]:
    """Give the names and addresses in private/, and ``others`` with each part that is a name."""
    from copkit.cli.pii import knowledge_of
    from copkit.pii.vocabulary import first_names, is_odd_word

    listed_too = frozenset(others)
    known = {*knowledge_of(programme.root, [], programme).known, *listed_too}
    for said in listed_too:
        parts = (word for word in said.split() if len(word) > 2)
        known.update(word for word in parts if is_odd_word(word) or word.lower() in first_names())
    return frozenset(known)


def names_known(text: str, known: Collection[str]) -> bool:
    """Say whether a text holds one of the names and addresses that are known."""
    from copkit.pii.scan import find_details

    return any(one.kind is Kind.CONTACT for one in find_details(text, known=known))


def require_nobody_known(programme: Programme, why: str, others: Iterable[str]) -> None:
    """Refuse a reason that names somebody known, and warn of what else may be a name."""
    if names_known(why, people_known(programme, others)):
        hint = "give the reason without a name: the meeting's record goes into git"
        raise CopkitError("the reason names somebody; nothing was changed", hint, status=2)
    from copkit.pii.scan import find_details

    if what := _named(one.kind for one in find_details(why)):
        say(f"  the reason seems to hold {what}; it goes into git with the meeting")


def _kinds_in(programme: Programme, text: str, invented: Collection[str]) -> list[Kind]:
    """Give the kinds of what is found in a text, with all that is known of the programme."""
    from copkit.cli.pii import knowledge_of
    from copkit.pii.scan import find_details

    knowledge = knowledge_of(programme.root, [], programme)
    return [one.kind for one in find_details(text, invented, knowledge.known, knowledge.own)]


def _named(kinds: Iterable[Kind], also: Collection[Kind] = ()) -> str:
    telling = (kind for kind in kinds if kind.severity is Severity.ERROR or kind in also)
    return listed(list(dict.fromkeys(kind.what for kind in telling)))
