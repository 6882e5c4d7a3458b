"""Numbers that look like somebody's and are nobody's: none of them stops a commit."""

from __future__ import annotations

import pytest

from copkit.errors import Severity
from copkit.pii.kinds import Finding
from copkit.pii.scan import find_details

NEAR_MISSES = [
    # orders, invoices, grants
    "Order no 4471882093 for the tea urn came on Tuesday.",
    "PO 9991234560, invoice 20190412 and grant 1234567890 are with finance.",
    "Invoice INV-2019-00417 is paid.",
    "Purchase order 450012345678 covers the hall.",
    "Quote for the hall: 1,200 pounds.",
    # books and papers
    "Wenger, ISBN 0521663636, is on the shelf.",
    "ISBN 0-521-66363-6 and ISBN 978-0-521-66363-2.",
    "ISBN-10: 0198534531",
    "ISSN 0277-9536, volume 345, pages 1123-1134.",
    "See https://doi.org/10.1016/j.socscimed.2019.112345 for the paper.",
    "DOI 10.1136/bmj.39489.470347.AD",
    "PII S0277-9536(16)30123-4, PMID 31234567, PMC6712345.",
    "arXiv 1907.12345 and ISRCTN12345678.",
    # figures
    "| Year | 2009 | 2010 | 2011 |\n|---|---|---|---|\n| Seats | 1200 | 1340 | 1425 |",
    "12 34 56 78 90 12 34 56 78",
    "| Housing | Court | Benefit |\n|---|---|---|\n| 24000 | 18500 | 120000 |",
    "2009 1200 2010 1340 2011 1425",
    "0.123 0.456 0.789\n1.123 1.456 1.789",
    "In 2019/20 there were 1234 5678 and 9012 visits.",
    "Mean 53.80 (SD 1.54), range 12.345 to 98.765.",
    # versions
    "copkit 1.12.3, Python 3.11.4, libyaml 0.2.5",
    "Version 2.10.345.6789 of the form",
    "Schema 10.11.12.13 came out.",
    # money
    "Budget line 4401-2210: £12,345.67",
    "Cost code 12-34-56 in the ledger",
    "Housing benefit £1,200; claim £14,500.00; tenancy £450 a month.",
    "£999 123 4567 in all, or 1 000 000 euros",
    "The benefit: £2400 a year.",
    # meetings
    "The next meeting is on 12/03/2019 at 10.30 in room B12.",
    "Meetings: 2019-03-12, 2019-04-09, 2019-05-14.",
    "Minutes of 12 March 2019, agenda for 9 April 2019.",
    "Zoom meeting ID 999 123 4568, passcode 471882.",
    "Meeting ID: 871 2345 6789",
    "Teams meeting ID: 371 234 567 89",
    "The programme was born in 2009 and ended in 2012.",
    # lines that anybody may call
    "Call 0800 123 4567 or 0300 123 4567, in an emergency 999, else 111 or 101.",
    "Samaritans 116 123, Childline 0800 1111, NHS 111.",
    "NHS 111 and 0345 123 4567",
    # organisations
    "Registered charity 1123456, company number 01234567.",
    "Charity no. 1123456-1 and SC012345, VAT GB 123 4567 89.",
    "Write to info@example.org or enquiries@example.org.",
    # rooms, papers, guidelines
    "Room 4.12, floor 3, seat B12, desk 4-117.",
    "NICE guideline NG123 and CG185, TA345, QS14.",
    "NICE guideline [NG58] on coexisting severe mental illness",
    "Paper CP1/2019/04, item 7.2.1, appendix B3.",
    "Form FP10, P45, P60, SA100, MG11 and BI510.",
    "M62 junction 26, the A1(M), bus 72, platform 17a.",
    # what machines write
    "commit 73283c2 and 02a47760b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "md5 d41d8cd98f00b204e9800998ecf8427e",
    "UUID 550e8400-e29b-41d4-a716-446655440000",
    "id: 123e4567-e89b-12d3-a456-426614174000",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "color: #aabb12; background: #fe96b0; border: #123456;",
    "rgba(12, 34, 56, 0.78) and #0f0",
    "The server at 192.168.10.24 was down; so was 10.0.0.1.",
    "http://127.0.0.1:8000/docs",
    "Timestamp 1553176800, 2019-03-21T14:00:00Z, 20190321T140000",
    "index 1f2e3d4..5c6b7a8 100644",
    "@dataclass(frozen=True) and @media print",
    "node_modules/@types/node and @babel/core",
    "x86-64, UTF-8, ISO-8859-1, SHA-256, RFC-2822, ISO 27001:2013",
    # words with numbers
    "A 2019 UK study of 1,234 people; a 1998 TV series.",
    "Due by-10-may, or on 12 may; up 24 hrs; at 10 the next day; we 12 are here.",
    "files/due-by-10-may.md and fy24.csv and cp10-may.md",
    "From 12 for 24 months, 10 of 12 and 3 out of 4.",
    "50%20 of them and 40% of 12%",
    "H2O, CO2, PM10, B12, COVID-19, 4x4, 3D, 2:1, 24/7, 9-5.",
    "On the 1st, 2nd and 3rd of each month; 2pm to 4pm.",
    "E1 1st and W1 2nd are the rows of the table.",
    "Section 117, section 47, Part 2A, Schedule 1, Article 8.",
    "what.about.this and e.g.this.one are no places",
    "Case numbers rose: 1234 in 2009, 2345 in 2010.",
    "The housing 2020 strategy and the court 2011 reforms.",
    "Crime fell from 2009 to 2012.",
    "Ref: see above; claim 3 of 5; tenancy for 24 months.",
    "patient numbers: 1200 in all",
    "Tel 999 in an emergency.",
    "1+1+2+3+5+8+13+21 = 54",
    "53.8% of 1.549 million",
    "We were in Paris 12-14 May, in Rio 2016 and in Paris 10 12 2019.",
    "2012-2014 (Paris), 2016 (Rio)",
    "| Paris | Rio |\n|---|---|\n| 24000 | 18500 |",
    "notes/a-2019-uk-study.md and v-2015-uk.md",
    "| No. of claims | Tenancy starts |\n|---|---|\n| 12345 | 2345 |",
    "Items:\n- 1200 chairs\n- 1340 cups",
    "the table is 0.123, 0.456, 0.789 and 12.345, 13.456",
    "https://example.org/2019/03/12/notes-of-the-meeting?page=12&size=100",
    "https://example.org/?v=9991234560987 and /p/20190312-114500",
    "ab12-cd34-ef56-0123",
    "4-3-2-1 and 10-9-8-7-6-5-4-3-2-1",
]


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_a_number_of_nobody_stops_nothing(text: str) -> None:
    found = [text[one.start : one.end] for one in find_details(text) if _stops(one)]

    assert found == []


def _stops(one: Finding) -> bool:
    return one.kind.severity is Severity.ERROR
