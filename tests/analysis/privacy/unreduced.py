"""What mypy must refuse: to build a document from anything but a view.

No test runs this file: ``mypy`` is the test. It is strict and warns of ignores that nothing needs,
so once a document takes a record, or a view can be made of one, mypy fails here.
"""

from __future__ import annotations

from copkit.analysis.agenda import AgendaView
from copkit.analysis.privacy.view import View
from copkit.documents.facts.agenda import build_agenda
from copkit.documents.facts.brief import build_brief
from copkit.documents.facts.letter import build_letter
from copkit.documents.facts.newsletter import build_newsletter
from copkit.documents.facts.report import build_report
from copkit.folder import Programme
from copkit.records.briefs import Brief
from copkit.records.cases import Case
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting
from copkit.records.newsletters import Newsletter


def a_programme_is_no_view(programme: Programme) -> None:
    build_newsletter(programme)  # type: ignore[arg-type]
    build_brief(programme)  # type: ignore[arg-type]
    build_report(programme)  # type: ignore[arg-type]
    build_agenda(programme)  # type: ignore[arg-type]


def a_record_is_no_view(
    issue: Newsletter, brief: Brief, case: Case, card: Evidence, meeting: Meeting
) -> None:
    build_newsletter(issue)  # type: ignore[arg-type]
    build_brief(brief)  # type: ignore[arg-type]
    build_brief(case)  # type: ignore[arg-type]
    build_letter(case)  # type: ignore[arg-type]
    build_newsletter(card)  # type: ignore[arg-type]
    build_newsletter(meeting)  # type: ignore[arg-type]
    build_agenda(meeting)  # type: ignore[arg-type]


def a_view_leads_back_to_no_record(view: View) -> None:
    for case in view.cases:
        print(case.source)  # type: ignore[attr-defined]
        print(case.body)  # type: ignore[attr-defined]
        print(case.slug)  # type: ignore[attr-defined]
        print(case.presenters)  # type: ignore[attr-defined]
    for card in view.evidence:
        print(card.source)  # type: ignore[attr-defined]
    for community in view.communities:
        print(community.slug)  # type: ignore[attr-defined]
        print(community.members)  # type: ignore[attr-defined]
    print(view.newsletter.source)  # type: ignore[union-attr]
    print(view.scope)  # type: ignore[attr-defined]


def an_agenda_leads_back_to_no_record(view: AgendaView) -> None:
    for case in view.cases:
        print(case.body)  # type: ignore[attr-defined]
        print(case.slug)  # type: ignore[attr-defined]
    for turn in view.turns:
        print(turn.member)  # type: ignore[attr-defined]
