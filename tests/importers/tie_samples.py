"""The fictional answers of the example about working with other sectors, as a form tool has them.

Of 33 people each has so many other sectors to talk to that the classes of reach are those of the
example: 20, 8 and 5 before, 6, 13 and 14 now.
"""

from __future__ import annotations

from copkit.records.surveys import DEPTH_LABELS
from tests.importers.survey_samples import OPEN, STATEMENTS, WHICH, WORDS, answers, as_csv

SECTORS = {
    "Voluntary Sector": 17,
    "Local Authority (LA)": 6,
    "NHS": 5,
    "Criminal Justice & Police": 3,
    "Experts by Experience": 2,
}
SECTOR = "Which sector do you work in?"
TIMES = {
    "before": "In the month before you joined, how far did you work with people of these sectors?",
    "now": "In the last month, how far have you worked with people of these sectors?",
}
REACH = {"before": (20, 8, 5), "now": (6, 13, 14)}
LADDER = tuple(DEPTH_LABELS.values())


def reached(when: str, number: int) -> int:
    """Return how many other sectors a person talks to or plans with."""
    place = number * 10 % 33
    few, some, _ = REACH[when]
    if place < few:
        return place % 2
    return 2 if place < few + some else 3 + place % 2


def rungs(when: str, number: int) -> dict[str, int]:
    """Return the rung that a person names for each sector."""
    own = sectors()[number]
    others = [name for name in SECTORS if name != own]
    # Whom people know first goes with who they are; most know the voluntary sector.
    order = [others[0], *(others[1:][(number + step) % 3] for step in range(3))]
    many = reached(when, number)
    deep = {
        name: 2 + ((number + at) % (2 if when == "now" else 5) == 1)
        if at < many
        else (number + at) % 2
        for at, name in enumerate(order)
    }
    return {name: 3 if name == own else deep[name] for name in SECTORS}


def sectors() -> list[str]:
    """Return the sector of each person."""
    names = [name for name, people in SECTORS.items() for _ in range(people)]
    return [names[number * 7 % 33] for number in range(33)]


def table_with_ties() -> bytes:
    """Return the 33 answers with the sector, and a column for each row of both grids."""
    grids = [f"{text} [{name}]" for text in TIMES.values() for name in SECTORS]
    lines = [["Timestamp", WHICH, *STATEMENTS.values(), SECTOR, *grids, OPEN]]
    for number, (place, points, text) in enumerate(answers()):
        told = [LADDER[rungs(when, number)[name]] for when in TIMES for name in SECTORS]
        words = [WORDS[point] for point in points]
        lines.append(["", place, *words, sectors()[number], *told, text])
    return as_csv(lines)
