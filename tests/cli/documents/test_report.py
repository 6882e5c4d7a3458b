"""``copkit report build``: its files, for whom, how long, and what is brought up to date."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from copkit.records.schema.audience import Audience
from tests.conftest import Copkit, Write
from tests.documents.files import said_in

FORMS = ("html", "docx", "pdf", "md")
REPORT = "---\ntitle: All of it\nfrom: 2026-01-01\nuntil: 2026-12-31\naudience: members\n---\n"


def test_the_example_is_built_in_five_forms_that_state_the_same(
    copkit: Copkit, example: Path
) -> None:
    result = copkit("report", "build", "--json", "-C", example)

    assert result.status == 0, result.output
    place = example / "build/reports/the-first-year"
    files = {Path(file).name for file in json.loads(result.stdout)["files"]}
    assert files == {*(f"report.{form}" for form in FORMS), "data.csv"}
    for form in FORMS:
        text = " ".join(said_in(place / f"report.{form}").split())
        for words in ("33 of 54", "What did not work", "10. The questions, word for word"):
            assert words in text, (form, words)
    rows = list(csv.DictReader(io.StringIO((place / "data.csv").read_text("utf-8-sig"))))
    told = {(row["measure"], row["group"]): (row["value"], row["of"]) for row in rows}
    assert told["contacts", "all"] == ("30", "33")
    assert told["helped", "all"] == ("22", "42")
    assert told["actions", "all"] == ("44", "")
    assert told["took part in focus groups", "all"] == ("34", "")


@pytest.mark.parametrize("reader", [Audience.COMMISSIONERS, Audience.MEMBERS])
def test_the_summary_of_the_example_stands_on_the_first_of_at_most_twelve_pages(
    copkit: Copkit, example: Path, reader: Audience
) -> None:
    copkit("report", "build", "-f", "pdf", "--for", reader, "-C", example)

    [path] = (example / "build/reports/the-first-year").rglob("report.pdf")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]
    assert len(pages) <= 12
    for words in ("33 of 54", "What did not work", "What we will change", "How far to trust it"):
        assert words in pages[0]
    assert "1. Who took part" in pages[1]
    assert "1. Who took part" not in pages[0]


def test_a_long_programme_still_keeps_to_its_pages(write: Write, copkit: Copkit) -> None:
    long = "It was said again and again that nobody knew whom to ring. " * 6
    quotes = "".join(
        f"  - id: q{number}\n    words: {long}\n    value:\n      - applied\n"
        for number in range(60)
    )
    write("quotes.yaml", f"quotes:\n{quotes}")
    for number in range(30):
        write(
            f"stories/s{number}.md",
            f"---\ntitle: Story {number}\nvalue:\n  - applied\nconsent: given\n---\n\n"
            f"## What we did\n\n{long * 3}\n\n## What came of it\n\n{long * 3}\n",
        )
        write(
            f"blockages/b{number}.md",
            f"---\ntitle: Blockage {number}\nasks:\n  - id: q1\n    date: 2026-01-05\n"
            f"    of: The board\n    ask: {long}\n---\n",
        )
        write(
            f"communities/harbour/cases/c{number}.md",
            f"---\ntitle: Case {number}\nkind: challenging\nstatus: presented\n"
            "presented: 2026-01-14\nconsent: given\nactions:\n"
            f"  - id: a1\n    what: {long}\nprogress:\n  - id: p1\n    date: 2026-02-11\n"
            f"    action: a1\n    outcome: did-not-help\n    note: {long}\nissues:\n"
            f"  - id: i1\n    blockage: b{number}\n---\n",
        )
    folder = write("reports/all.md", REPORT)

    result = copkit("report", "build", "-f", "pdf", "-C", folder)

    assert result.status == 0, result.output
    pages = PdfReader(folder / "build/reports/all/report.pdf").pages
    assert 2 <= len(pages) <= 12
    text = " ".join(page.extract_text() for page in pages)
    assert "counted and not told" in text
    assert "8. What did not work" in text


def test_a_report_for_members_lies_apart_and_goes_when_it_may_not_be_there(
    copkit: Copkit, example: Path
) -> None:
    place = example / "build/reports/the-first-year"
    copkit("report", "build", "-f", "md,csv", "-C", example)
    copkit("report", "build", "-f", "md,csv", "--for", "members", "-C", example)
    refused = copkit("report", "build", "--for", "public", "-C", example)
    theirs = (place / "report.md").read_text("utf-8")
    path = example / "reports/the-first-year.md"
    path.write_text(path.read_text("utf-8").replace("title: What", "title: All that"), "utf-8")

    again = copkit("brief", "build", "-f", "md", "-C", example)
    (example / "reports/the-first-year.md").unlink()
    gone = copkit("brief", "build", "-f", "md", "-C", example)

    assert refused.status == 1
    assert "so it cannot be built for public" in refused.stderr
    assert "Whose list is it" not in theirs  # a story that is not signed off
    assert "brought up to date build/reports/the-first-year: the records have" in again.stderr
    assert "deleted build/reports/the-first-year/members/data.csv" in gone.stderr
    assert not place.exists()


def test_who_keeps_the_records_reads_what_was_left_out_and_why(
    copkit: Copkit, example: Path
) -> None:
    survey = example / "surveys/december-2012/survey.md"
    survey.write_text(
        survey.read_text("utf-8").replace("audience: public            #", "audience: members #"),
        encoding="utf-8",
    )

    result = copkit("report", "build", "-f", "md", "-C", example)

    assert "december-2012 is left out: it is for members alone" in result.stderr
    assert "Three quotes and stories are left out" in result.stderr
    text = (example / "build/reports/the-first-year/report.md").read_text("utf-8")
    assert "Member survey" not in text
    assert "No survey was answered" in text


def test_build_makes_reports_as_well(copkit: Copkit, example: Path) -> None:
    result = copkit("build", "--dry-run", "-C", example)

    line = "would write build/reports/the-first-year/report: html, docx, pdf, md, csv"
    assert line in result.stderr
