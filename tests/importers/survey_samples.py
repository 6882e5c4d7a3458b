"""The fictional answers of the example, as seven form tools would write them.

Every sample has the same 33 answers to the questions of ``examples/multiple-needs``; names and
addresses are invented, and must turn up nowhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

STATEMENTS = {
    "skills": "Taking part has made me better at my work with people who have several needs",
    "agencies": "I know better now what other agencies do, and how to bring them in",
    "contacts": "I have made contacts here that I turn to in my work",
    "talking-shop": "A community of practice is just a talking shop",
}
WHICH = "Which community of practice do you belong to?"
OPEN = "What should we change?"
WORDS = (
    "Strongly agree",
    "Agree",
    "Neither agree nor disagree",
    "Disagree",
    "Strongly disagree",
)
PLACES = {
    "Brighton": 8,
    "Colchester": 6,
    "Stoke-on-Trent": 8,
    "Tower Hamlets": 5,
    "Halifax": 3,
    "Workington": 3,
}
# Of 33 people: who is where in this line says what each of them chose.
POINTS = {
    "skills": "101010101201101010130110101010101",
    "agencies": "101010101010120110101010101010101",
    "contacts": "101012101011010131010110120110101",
    "talking-shop": "434344343443434434434344343443434",
}


def without_ties(survey: str) -> str:
    """Return the text of the example's survey without what it asks about sectors."""
    before, rest = survey.split("  - id: sector\n")
    _, change, after = rest.partition("  - id: change\n")
    return before + change + after


def answers() -> list[tuple[str, list[int], str]]:
    """Return the community, the points and the comment of all 33."""
    places = [place for place, people in PLACES.items() for _ in range(people)]
    # Five apart, so that the few who did not agree are in several communities.
    order = [(number * 5) % 33 for number in range(33)]
    return [
        (
            place,
            [int(POINTS[id][order[number]]) for id in STATEMENTS],
            "More time for each case." if number % 11 == 0 else "",
        )
        for number, place in enumerate(places)
    ]


def person(number: int) -> tuple[str, str]:
    """Return an invented name and address."""
    return f"Quillon Zedbury{number}", f"q.zedbury{number}@answers.example"


def as_csv(rows: Sequence[Sequence[object]], delimiter: str = ",", end: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode("utf-8")


def table() -> bytes:
    """Return a plain table."""
    head = ["Name", WHICH, *STATEMENTS.values(), OPEN]
    rows = [
        [person(number)[0], place, *(WORDS[point] for point in points), text]
        for number, (place, points, text) in enumerate(answers())
    ]
    return as_csv([head, *rows])


def microsoft() -> bytes:
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time"]
    head += [f"{WHICH}\xa0", *(f"{text}\n" for text in STATEMENTS.values()), OPEN]
    rows = []
    for number, (place, points, text) in enumerate(answers()):
        name, email = person(number)
        row = [number + 1, "12/4/12 19:06:23", "12/4/12 19:09:41", email, name, "", place]
        rows.append([*row, *(f"{'abcde'[point]}. {WORDS[point]}" for point in points), text])
    return b"\xef\xbb\xbf" + as_csv([head, *rows])


def google() -> bytes:
    head = ["Timestamp", "Email Address", WHICH]
    head += [f"How far do you agree? [{text}]" for text in STATEMENTS.values()]
    rows = [
        [
            "2012/12/04 3:08:44 PM GMT",
            person(number)[1],
            place,
            *(WORDS[point] for point in points),
            text,
        ]
        for number, (place, points, text) in enumerate(answers())
    ]
    return as_csv([[*head, OPEN], *rows])


def surveymonkey() -> bytes:
    fixed = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"]
    fixed += ["Email Address", "First Name", "Last Name", "Custom Data 1"]
    first = [*fixed, f"<p>{WHICH}</p>", "How far do you agree?", "", "", "", OPEN]
    second = [*[""] * 9, "Response", *STATEMENTS.values(), "Open-Ended Response"]
    rows = []
    for number, (place, points, text) in enumerate(answers()):
        name, email = person(number)
        row = [11800 + number, 4404, "12/04/2012 07:06:23 PM", "12/04/2012 07:09:41 PM"]
        row += ["203.0.113.77", email, *name.split(), "x9", place]
        rows.append([*row, *(WORDS[point] for point in points), text])
    return as_csv([first, second, *rows])


def qualtrics() -> bytes:
    codes = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)"]
    codes += ["Finished", "RecordedDate", "ResponseId", "RecipientLastName", "RecipientFirstName"]
    codes += ["RecipientEmail", "ExternalReference", "LocationLatitude", "LocationLongitude"]
    codes += ["DistributionChannel", "UserLanguage", "Q1", "Q2_1", "Q2_2", "Q2_3", "Q2_4", "Q3"]
    grid = [f"How far do you agree? - {text}" for text in STATEMENTS.values()]
    texts = [*codes[:17], WHICH, *grid, OPEN]
    ids = [f'{{"ImportId":"{code}"}}' for code in codes]
    rows = []

    def row(number: int, status: str, finished: str, given: Sequence[object]) -> list[object]:
        name, email = person(number)
        first, last = name.split()
        line: list[object] = ["2012-12-04 08:28:09", "2012-12-04 08:31:00", status, "203.0.113.77"]
        line += [100, 171, finished, "2012-12-04 08:31:01", f"R_{number}", last, first, email, "r1"]
        return [*line, "50.8", "-0.1", "email", "EN", *given]

    for number, (place, points, text) in enumerate(answers()):
        given = [place, *(WORDS[point] for point in points), text]
        rows.append(row(number, "IP Address", "True", given))
    rows.append(row(90, "Survey Preview", "True", ["Brighton", *["Agree"] * 4, ""]))
    rows.append(row(91, "IP Address", "False", ["Brighton", "Agree", "", "", "", ""]))
    rows.append(row(92, "IP Address", "False", ["Brighton", "", "Agree", "", "", ""]))
    return as_csv([codes, texts, ids, *rows])


def limesurvey() -> bytes:
    head = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "IP address"]
    head += [f"Q1. {WHICH}"]
    head += [
        f"Q2[SQ00{n}]. How far do you agree? [{text}]" for n, text in enumerate(STATEMENTS.values())
    ]
    rows = []
    for number, (place, points, text) in enumerate(answers()):
        row = [number + 1, "1980-01-01 00:00:00", 2, "en", 184467, "203.0.113.77", place]
        rows.append([*row, *(WORDS[point] for point in points), text])
    rows.append(
        [91, "", 1, "en", 184468, "203.0.113.78", "Brighton", "Agree", "N/A", "N/A", "N/A", ""]
    )
    return as_csv([[*head, f"Q3. {OPEN}"], *rows], ";")


def jisc() -> bytes:
    head = ["Unique Response Number", f"1. {WHICH}"]
    head += [f"{n}. {text}" for n, text in enumerate(STATEMENTS.values(), 2)]
    rows = [
        [f"638954-638945-6546{number:04}", place, *(WORDS[point] for point in points), text]
        for number, (place, points, text) in enumerate(answers())
    ]
    return as_csv([[*head, f"6. {OPEN}"], *rows])


SAMPLES = {
    "table": table,
    "microsoft-forms": microsoft,
    "google-forms": google,
    "surveymonkey": surveymonkey,
    "qualtrics": qualtrics,
    "limesurvey": limesurvey,
    "jisc": jisc,
}
"""By the name of the tool, what makes a file of it."""
