"""Make the workbooks of the corpus again: python tests/importers/corpus/workbooks.py."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
Row = tuple[object, ...]


def fill(sheet: Worksheet, rows: list[Row]) -> None:
    """Write ``rows`` from the first line of ``sheet`` on."""
    for row in rows:
        sheet.append(list(row))


def single(title: str, rows: list[Row]) -> Workbook:
    """Return a workbook of one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    fill(sheet, rows)
    return workbook


def webex() -> Workbook:
    rows: list[Row] = [
        ("Name", "Email", "Duration"),
        ("Ada Quill", "ada@example.org", "112 mins"),
        ("Dov Ashby", "dov@example.org", "1 hr 20 min"),
    ]
    return single("Attendees", rows)


def forms_sign_in() -> Workbook:
    def at(minute: int) -> datetime:
        return datetime(2026, 2, 4, 14, minute)  # noqa: DTZ001 (Excel knows no zones)

    rows: list[Row] = [
        ("Id", "Start time", "Completion time", "Email", "Name", "Which team\nare you from?"),
        (1, at(0), at(1), "ada@example.org", "Ada Quill", "Harbour Trust"),
        (2, at(2), at(3), "ben@example.org", "Ben Marrow", "Police"),
        (3, at(5), at(6), "cleo@example.org", "Cleo Tarn", "Shelterhouse"),
        (4, at(7), at(8), "ada@example.org", "Ada Quill", "Harbour Trust"),
    ]
    return single("Sheet1", rows)


def rsvp() -> Workbook:
    rows: list[Row] = [
        ("Alpha: who is coming on 4 February?",),
        ("Name", "Email", "Coming?", "Dietary needs"),
        ("Ada Quill", "ada@example.org", "Yes", "Vegan"),
        ("Ben Marrow", "ben@example.org", "Maybe", None),
        ("Cleo Tarn", "cleo@example.org", "No", None),
    ]
    workbook = single("RSVP", rows)
    workbook["RSVP"].merge_cells("A1:D1")
    return workbook


def register() -> Workbook:
    rows: list[Row] = [
        ("ALPHA COMMUNITY OF PRACTICE: REGISTER",),
        (None,),
        ("Name", "Agency", date(2026, 1, 7), date(2026, 2, 4), date(2026, 3, 18), "Total"),
        ("Ada Quill", "Harbour Trust", "P", "P", None, 2),
        ("Ben Marrow", "Police", None, "P", "P", 2),
        ("Cleo Tarn", "Shelterhouse", "P", "X", "P", 2),
        ("Dov Ashby", "Harbour Trust", "Apols", "Apols", None, 0),
        ("TOTAL", None, 2, 2, 2, 6),
        (None,),
        ("Key: P = present, X = did not come, Apols = apologies",),
    ]
    workbook = single("Register", rows)
    workbook["Register"].merge_cells("A1:F1")
    return workbook


def register_two_heads() -> Workbook:
    rows: list[Row] = [
        (None, None, "2025", None, "2026", None),
        ("First name", "Surname", "5 Nov", "3 Dec", "7 Jan", "4 Feb"),
        ("Ada", "Quill", "Y", "Y", "Y", "Y"),
        ("Ben", "Marrow", "Y", "N", "Y", "N"),
        ("Cleo", "Tarn", "N", "N", "Y", "Y"),
        ("Dov", "Ashby", "Y", "Y", "N", "N"),
    ]
    workbook = single("Log", rows)
    workbook["Log"].merge_cells("C1:D1")
    workbook["Log"].merge_cells("E1:F1")
    return workbook


def hidden_sheet() -> Workbook:
    rows: list[Row] = [
        ("Name", "Email"),
        ("Ada Quill", "ada@example.org"),
        ("Cleo Tarn", "cleo@example.org"),
    ]
    workbook = single("Signed in", rows)
    old = workbook.create_sheet("Old list")
    fill(old, [("Name", "Email"), ("Ben Marrow", "ben@example.org")])
    old.sheet_state = "hidden"
    return workbook


def two_copies() -> Workbook:
    people: list[Row] = [
        ("Quill", "Ada", "ada@example.org"),
        ("Marrow", "Ben", "ben@example.org"),
        ("Tarn", "Cleo", "cleo@example.org"),
    ]
    head: Row = ("Surname", "First name", "Email")
    workbook = single("Attendees", [head, *people])
    fill(workbook.create_sheet("Sorted"), [head, *sorted(people, key=str)])
    fill(workbook.create_sheet("Chart"), [("Count",), (3,)])
    workbook.active = 1
    return workbook


def sheet_per_meeting() -> Workbook:
    workbook = single("7 Jan 2026", [("Name",), ("Ada Quill",), ("Ben Marrow",)])
    fill(workbook.create_sheet("4 Feb 2026"), [("Name",), ("Ada Quill",), ("Dov Ashby",)])
    fill(workbook.create_sheet("18 Mar 2026"), [("Name",), ("Cleo Tarn",)])
    workbook.active = 2
    return workbook


def filtered() -> Workbook:
    rows: list[Row] = [
        ("Name", "Organisation"),
        ("Ada Quill", "Harbour Trust"),
        ("Ben Marrow", "Police"),
        ("Cleo Tarn", "Shelterhouse"),
    ]
    workbook = single("Sheet1", rows)
    sheet = workbook["Sheet1"]
    sheet.auto_filter.ref = "A1:B4"
    sheet.row_dimensions[3].hidden = True
    return workbook


def charity_contacts() -> Workbook:
    rows: list[Row] = [
        ("Alpha CoP membership (updated by Jo, Jan 26)",),
        (None,),
        (None, "Person", None, "Work", None, None),
        ("Sector", "First name", "Surname", "Role / Job title", "Organisation", "Email address"),
        (
            "Voluntary Sector",
            "Nell",
            "Quince",
            "Housing Support Worker",
            "Shelterhouse",
            "nell@example.org",
        ),
        ("Voluntary Sector", "TBC", None, "Mental Health Link / Support Worker", "Mindful", None),
        (
            "NHS",
            "Tomasz",
            "Wilk",
            "Drugs Worker (facilitator)",
            "Harbour Trust",
            "tomasz@example.org",
        ),
        ("Criminal Justice & Police", "vacant", None, "Probation Officer", "Probation", None),
        (None,),
        ("Total members: 2",),
    ]
    workbook = single("Members", rows)
    workbook["Members"].merge_cells("A1:F1")
    workbook["Members"].merge_cells("B3:C3")
    workbook["Members"].merge_cells("D3:E3")
    return workbook


def sections() -> Workbook:
    rows: list[Row] = [
        ("Name", "Job role", "Organisation", "E-mail"),
        ("Voluntary Sector",),
        ("Nell Quince", "Housing Support Worker", "Shelterhouse", "nell@example.org"),
        ("NHS",),
        ("Tomasz Wilk", "Drugs Worker", "Harbour Trust", "tomasz@example.org"),
        ("Ola Pettersen", "Community Psychiatric Nurse", "Harbour Trust", "ola@example.org"),
    ]
    workbook = single("Contacts", rows)
    for row in (2, 4):
        workbook["Contacts"].merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
    return workbook


def current_and_former() -> Workbook:
    head: Row = ("Name", "Role", "Sector", "Email")
    workbook = single(
        "Current",
        [
            head,
            ("Nell Quince", "Drugs Worker", "NHS", "nell@example.org"),
            ("Ola Pettersen", "Adult Social Worker", "Local Authority (LA)", "ola@example.org"),
        ],
    )
    former = workbook.create_sheet("Former members")
    fill(former, [head, ("Mabel Thrupp", "Drugs Worker", "NHS", "mabel@example.org")])
    notes = workbook.create_sheet("Notes")
    fill(notes, [("Ask about parking",)])
    old = workbook.create_sheet("2019")
    fill(old, [head, ("Piet Vos", "Drugs Worker", "NHS", "piet@example.org")])
    old.sheet_state = "hidden"
    return workbook


def dated_headings() -> Workbook:
    rows: list[Row] = [
        ("Name\n(as on badge)", "Role", "Email\n(work)", "Date joined", date(2026, 1, 7), 2025),
        ("Nell Quince", "Drugs Worker", "nell@example.org", date(2026, 1, 7), "x", 3),
        ("Ola Pettersen", "Adult Social Worker", "ola@example.org", date(2025, 11, 5), None, 1),
    ]
    return single("Sheet1", rows)


def long_list() -> Workbook:
    rows: list[Row] = [("First name", "Last name", "Email", "Role")]
    rows += [
        (f"Person{number}", f"Surname{number}", f"p{number}@example.org", "Drugs Worker")
        for number in range(1, 613)
    ]
    return single("All", rows)


WORKBOOKS: dict[str, Callable[[], Workbook]] = {
    "attendance/*-webex-workbook/webex.xlsx": webex,
    "attendance/*-forms-signin/Sign-in.xlsx": forms_sign_in,
    "attendance/*-rsvp-workbook/RSVP.xlsx": rsvp,
    "attendance/*-register-workbook/Register 2025-26.xlsx": register,
    "attendance/*-register-two-heads/attendance log.xlsx": register_two_heads,
    "attendance/*-hidden-sheet/Signing in.xlsx": hidden_sheet,
    "attendance/*-same-people-on-two-sheets/two copies.xlsx": two_copies,
    "attendance/*-sheet-per-meeting/Meetings.xlsx": sheet_per_meeting,
    "attendance/*-filtered-rows/filtered.xlsx": filtered,
    "members/*-charity-workbook/Membership list.xlsx": charity_contacts,
    "members/*-sector-rows/contacts.xlsx": sections,
    "members/*-former-members-sheet/members.xlsx": current_and_former,
    "members/*-dated-headings/badges.xlsx": dated_headings,
    "members/*-long-list/all.xlsx": long_list,
}


if __name__ == "__main__":
    for pattern, make in WORKBOOKS.items():
        folder, name = pattern.rsplit("/", 1)
        (case,) = HERE.glob(folder)
        make().save(case / name)
