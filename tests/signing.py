"""Sign-offs for the tests: a case's text with one that stands."""

from __future__ import annotations

from copkit.analysis.cases import sign_off_digest
from copkit.errors import Problem
from copkit.records.cases import Case, parse_case
from copkit.text.edit import set_value
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText


def case_of(text: str, community: str = "harbour") -> Case:
    """Read a case that has no faults."""
    problems: list[Problem] = []
    found = parse_case(
        read_document(SourceText("b.md", text), problems, markdown=True), community, "b"
    )
    assert not problems, problems
    return found


def signed(
    text: str, by: str = "facilitator", date: str = "2020-01-01", community: str = "harbour"
) -> str:
    """Sign the text of a community's case off, long ago unless a date is given."""
    digest = sign_off_digest(case_of(text, community))
    return set_value(text, ["sign_off"], {"by": by, "date": date, "digest": digest})
