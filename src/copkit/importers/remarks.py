"""What is said of the lines of a list that disagree with others, or cannot be read.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from copkit.wording import counted, listed, plural

_MOST_NAMED: Final = 3


@dataclass(slots=True)
class Remarks:
    """Lines, by what is the matter with them; each matter is one sentence in the end."""

    unread_duration: list[int] = field(default_factory=list)
    unit_missing: list[int] = field(default_factory=list)
    unread_moment: list[int] = field(default_factory=list)
    left_first: list[int] = field(default_factory=list)
    other_day: list[int] = field(default_factory=list)
    still_there: list[int] = field(default_factory=list)
    there_before: list[int] = field(default_factory=list)
    never_joined: list[int] = field(default_factory=list)
    only_again: list[int] = field(default_factory=list)
    longer: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)

    @property
    def says_why(self) -> bool:
        """Whether what is said of lines explains why durations are not known."""
        return bool(self.unread_duration or self.unit_missing or self.still_there)

    def sentences(self) -> list[str]:
        """Say each matter once, with its lines."""
        said = [
            (self.unread_duration, "the duration cannot be read {}"),
            (self.unit_missing, "the duration {} is a number, and nothing says of what"),
            (self.unread_moment, "a time cannot be read {}"),
            (self.left_first, "somebody leaves before they join {}"),
            (self.other_day, "what stands {} is of another day, and was left out"),
            (
                self.still_there,
                "the list ends while people are still there {}: how long is not known",
            ),
            (self.there_before, "people were there before the list begins {}: counted from then"),
            (self.never_joined, "somebody leaves {} who never joined: how long is not known"),
            (
                self.only_again,
                "somebody is among those who joined {}, and not among the participants",
            ),
            (self.longer, "somebody stayed longer than the meeting lasted {}"),
            (self.twice, "one name without an address stands {}, and is taken for one person"),
            (self.shared, "one address has several names {}, and is taken for one person"),
        ]
        return [words.format(on_lines(lines)) for lines, words in said if lines]


def on_lines(lines: Iterable[int]) -> str:
    """Name lines, a few of them: ``on line 4``, ``on lines 4 and 9``, ``on 12 lines from 4 on``."""
    numbers = sorted(set(lines))
    if len(numbers) > _MOST_NAMED:
        return f"on {len(numbers)} lines, the first of them {numbers[0]}"
    return f"on {'line' if len(numbers) == 1 else 'lines'} {listed([str(one) for one in numbers])}"


def left_out(short: Iterable[int], nobody: Iterable[int], odd: Iterable[int]) -> list[str]:
    """Say which lines were left out."""
    said = (
        (short, "what stands {} is too short to read, and was left out"),
        (nobody, "what stands {} names nobody, and was left out"),
        (odd, "what somebody did {} is neither joining nor leaving in a language that is known"),
    )
    return [words.format(on_lines(lines)) for lines, words in said if lines]


def disagreement(stated: int, listed_people: int, rows: int) -> str:
    """Say that a list has other people than it says, and where it counted their rows."""
    said = f"states {plural(stated, 'participant')} and lists {listed_people}"
    return f"{said}, in {plural(rows, 'row')}" if stated == rows else said


def registered_only(people: int) -> str:
    """Say how many are on a list and did not come."""
    verb = "is" if people == 1 else "are"
    return f"{counted(people, 'person', 'people')} {verb} listed who did not attend"
