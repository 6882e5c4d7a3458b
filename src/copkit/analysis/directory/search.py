"""Search of services by words, place and language.  Pure.

The files are looked at as text first: only what can match is parsed, so that a directory of ten
thousand entries is searched as quickly as a person types.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from copkit.analysis.directory.entries import (
    PlaceTree,
    ServiceEntry,
    language_names,
    service_entry,
)
from copkit.analysis.evidence import SearchWord, search_word
from copkit.errors import Problem
from copkit.records.directory import PlaceLevel, Service, parse_service
from copkit.text.files import decode_source
from copkit.text.front_matter import read_document
from copkit.text.normalise import STOP_WORDS, fold, words_in
from copkit.wording import list_in_words, plural


@dataclass(frozen=True, slots=True)
class ServiceQuestion:
    """What is looked for: all of the words, in a place, in a language; ``cost`` such as free."""

    words: tuple[SearchWord, ...]
    place: str = ""
    language: str = ""
    level: PlaceLevel | None = None
    cost: str = ""


class ServiceAnswer(NamedTuple):
    """The services that match, the best first, how many were looked at, and the faulty files.

    ``nothing_because`` is why none matches, ``""`` where some do.
    """

    entries: list[ServiceEntry]
    services: int
    faulty: list[str]
    nothing_because: str


@dataclass(frozen=True, slots=True)
class ServiceFiles:
    """The bytes of every service by its slug, with the places and the day that they are held to."""

    data: Sequence[tuple[str, bytes]]
    tree: PlaceTree
    check_every: int
    day: dt.date

    def search(self, question: ServiceQuestion) -> ServiceAnswer:
        """Find the services that answer a question, or why there is none."""
        conditions = list(self._conditions(question))
        may_match = self._quick_check(question)
        entries, faulty = [], []
        for slug, data in self.data:
            if not may_match(data):
                continue
            service, is_faulty = parse_bytes(slug, data)
            if is_faulty:
                faulty.append(slug)
            if all(condition.holds(service) for condition in conditions):
                entries.append(
                    service_entry(service, self.tree, self.check_every, self.day, question.place)
                )
        entries.sort(key=lambda entry: entry.order)
        because = "" if entries else self._why_nothing(conditions)
        return ServiceAnswer(entries, len(self.data), faulty, because)

    def _quick_check(self, question: ServiceQuestion) -> Callable[[bytes], bool]:
        """Return a check of a file's bytes; where it is ``False``, the service cannot match."""
        roots = [word.root for word in question.words]
        places = [id.encode() for id in self.tree.related(question.place) if question.place]
        language = question.language.encode()

        def may_match(data: bytes) -> bool:
            if places and not any(place in data for place in places):
                return False
            if language not in data:
                return False
            if not roots:
                return True
            folded = fold(data.decode("utf-8", "replace"))
            # A backslash may begin an escape that hides letters.
            return all(root in folded for root in roots) or "\\" in folded

        return may_match

    def _conditions(self, question: ServiceQuestion) -> Iterable[_Condition]:
        """Yield what a service must have, with what to say where none has it."""
        for word in question.words:

            def has_word(service: Service, word: SearchWord = word) -> bool:
                return word.count_in(searched_text(service)) > 0

            yield _Condition(f"the word '{word.typed}'", has_word)
        if question.place:
            related = self.tree.related(question.place)
            name = self.tree.name(question.place)
            yield _Condition(f"serves {name}", lambda service: bool(related & set(service.serves)))
        if language := question.language:

            def speaks(service: Service) -> bool:
                return any(
                    code == language or code.startswith(f"{language}-")
                    for code in service.languages
                )

            yield _Condition(f"{language_names([language])[0]} spoken there", speaks)
        if question.level:
            level = question.level

            def is_of_level(service: Service) -> bool:
                place = self.tree.match(service.serves, question.place) if question.place else ""
                return self.tree.level(place or self.tree.nearest(service.serves)) is level

            yield _Condition(f"the level {level}", is_of_level)
        if question.cost:
            cost = fold(question.cost)
            yield _Condition(
                f"the cost '{question.cost}'", lambda service: cost in fold(service.cost or "")
            )

    def _why_nothing(self, conditions: Sequence[_Condition]) -> str:
        """Return which condition left no service: the first that none meets, or none of the rest.

        Every service is parsed for it, which only an empty answer costs.
        """
        if not self.data:
            return "there is no service yet"
        services = [parse_bytes(slug, data)[0] for slug, data in self.data]
        for condition in conditions:
            if not any(map(condition.holds, services)):
                return f"no service {condition.wording}"
        met: list[_Condition] = []
        for condition in conditions:
            left = list(filter(condition.holds, services))
            if not left:
                having = list_in_words([each.wording for each in met])
                return f"{plural(len(services), 'service')} {having}, and none {condition.wording}"
            met.append(condition)
            services = left
        return ""


class _Condition(NamedTuple):
    """Something that a service must have: what it is, and a check."""

    text: str
    holds: Callable[[Service], bool]

    @property
    def wording(self) -> str:
        """The condition after 'no service': ``has the word 'debt'``."""
        return self.text if self.text.startswith("serves") else f"has {self.text}"


def parse_words(text: str) -> tuple[SearchWord, ...]:
    """Return the words to search for; those that are in every text are left out."""
    words = dict.fromkeys(words_in(text))
    telling = [word for word in words if word not in STOP_WORDS]
    return tuple(search_word(word) for word in telling or words)


def searched_text(service: Service) -> str:
    """Return the folded text of a service in which words are looked for."""
    parts = (service.name, *service.needs, service.who or "", service.organisation, service.body)
    return fold("\n".join(parts))


def parse_bytes(slug: str, data: bytes) -> tuple[Service, bool]:
    """Parse the bytes of one service; return it, and whether its file has faults."""
    problems: list[Problem] = []
    source = decode_source(f"directory/{slug}.md", data, problems)
    service = parse_service(read_document(source, problems, markdown=True), slug)
    return service, any(problem.severity == "error" for problem in problems)
