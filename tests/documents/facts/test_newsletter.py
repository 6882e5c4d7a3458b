"""The newsletter, from a folder's files to the three forms that members read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write
from tests.documents.forms import CANARIES, forms_of, own_words, require_pleasant, with_canaries
from tests.signing import signed

ISSUE = (
    "---\ntitle: {title}\nfrom: 2026-01-01\nuntil: 2026-01-31\naudience: {audience}\n---\n{body}"
)
ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
    joined: 2026-01-14
  - id: matron-1
    role: Matron
    sector: NHS
    joined: 2025-11-01
"""
CASE = """\
---
title: {title}
kind: {kind}
status: presented
audience: {audience}
presented: 2026-01-14
presenters:
  - nurse-1
---

## Learning for practice

{learning}
"""


def issue(title: str = "January 2026", audience: str = "members", body: str = "") -> str:
    return ISSUE.format(title=title, audience=audience, body=body)


def case(
    title: str, audience: str = "public", kind: str = "challenging", learning: str = ""
) -> str:
    return signed(CASE.format(title=title, audience=audience, kind=kind, learning=learning))


def community(code: str, place: str, more: str = "status: active") -> str:
    return f"---\ncode: {code}\nname: {place} community\nplace: {place}\n{more}\n---\n"


def newsletter(copkit: Copkit, folder: Path, *options: str) -> dict[str, str]:
    """Build the folder's one newsletter and give its forms."""
    return forms_of(copkit("newsletter", "build", "--json", "-C", folder, *options))


@pytest.mark.parametrize("form", ["html", "txt", "md"])
def test_the_example_of_may_reads_as_agreed(
    copkit: Copkit, example: Path, golden: Callable[[str, str], None], form: str
) -> None:
    forms = forms_of(copkit("newsletter", "build", "2012-05", "--json", "-C", example))

    golden(f"newsletter-2012-05.{form}", forms[form])


@pytest.mark.parametrize("slug", ["2012-05", "2012-09", "2012-12"])
def test_every_issue_of_the_example_is_pleasant_to_read(
    copkit: Copkit, example: Path, slug: str
) -> None:
    require_pleasant(forms_of(copkit("newsletter", "build", slug, "--json", "-C", example)))


def test_a_month_is_told_from_meeting_to_what_is_coming(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", issue(body="Welcome."))
    write("communities/harbour/roster.yaml", ROSTER)
    write(
        "communities/harbour/meetings/2026-01-14.md",
        "---\ndate: 2026-01-14\nkind: taster\npresent:\n  - nurse-1\n  - matron-1\nguests: 1\n"
        "cases:\n  - k\n---\n\nWe spoke of keys.\n\n## Private\n\nUnspoken.\n",
    )
    write(
        "communities/harbour/meetings/2026-02-11.md",
        "---\ndate: 2026-02-11\nstart: 14:00\nplace: the library\nkind: review\n---\n",
    )
    write(
        "evidence/keys.md",
        "---\ntitle: On keys\ncitation: Locke (1690) Keys.\nurl: https://a.example/keys\nused:\n"
        "  - id: u1\n    date: 2026-01-14\n    community: harbour\n---\n\n"
        "## In sixty seconds\n\nKeys open doors.\n",
    )
    folder = write("communities/harbour/cases/k.md", case("Lost keys", learning="Ask twice."))

    text = newsletter(copkit, folder)["txt"]

    for words in (
        "Welcome.",
        "One meeting in one community, one case and one piece of evidence.",
        "Met on Wednesday 14 January with two people and one guest (taster session).",
        "New in the group: Nurse.",
        "We spoke of keys.",
        "A challenge: Lost keys",
        "Ask twice.",
        "Evidence: On keys",
        "Next meetings:\n\n- Wednesday 11 February, 14:00, the library (review)",
        "Keys open doors.",
        "Locke (1690) Keys.\nhttps://a.example/keys",
    ):
        assert words in own_words(text) or words in text
    assert "Unspoken" not in text


def test_a_survey_and_a_report_of_the_month_get_a_line_and_a_link(
    copkit: Copkit, write: Write
) -> None:
    survey = "---\ntitle: A year on\nasked_on: 2026-01-05\nof: {of}\nof_because: all\n---\n"
    counts = (
        "imports:\n  - id: m1\n    date: 2026-01-20\n    from: table\n    rows: 12\n"
        "    counted: 12\n    set_aside: 0\n    digest: x\nanswered:\n  - id: harbour\n"
        "    people: 12\n"
    )
    write("surveys/a-year-on/counts.yaml", counts)
    write(
        "reports/first.md",
        "---\ntitle: What came of it\nfrom: 2026-01-01\nuntil: 2026-01-31\n"
        "page: https://harbour.example/report\n---\n",
    )
    write("newsletters/2026-01.md", ISSUE.format(title="January", audience="members", body="Hi."))

    for of, told in ((15, "12 of 15 answered our survey ‘A year on’ (80%)."),
                     (30, "12 of 30 answered our survey ‘A year on’. Our")):  # fmt: skip
        folder = write("surveys/a-year-on/survey.md", survey.format(of=of))
        forms = forms_of(copkit("newsletter", "build", "--json", "-C", folder))

        for form, text in forms.items():
            assert told in own_words(text), form
            assert "evaluation report is there: ‘What came of it’." in own_words(text), form
            assert "https://harbour.example/report" in text, form


def test_an_issue_with_nothing_to_tell_is_not_built_but_says_so(
    copkit: Copkit, write: Write
) -> None:
    folder = write("newsletters/a.md", issue(title="A quiet time"))

    alone = copkit("newsletter", "build", "-C", folder)
    among_all = copkit("build", "-C", folder)

    assert alone.status == 1
    assert "a has nothing to tell members yet, so it was not built" in alone.stderr
    assert among_all.status == 0
    assert "not built: a has nothing to tell yet" in among_all.output
    assert not (folder / "build/newsletters").exists()


def message_of(copkit: Copkit, folder: Path, *options: str) -> EmailMessage:
    """Build the e-mail of an issue, and open it."""
    built = copkit("newsletter", "build", *options, "-f", "eml", "--json", "-C", folder)
    assert built.status == 0, built.output
    [path] = json.loads(built.stdout)["files"]
    return message_from_bytes(Path(path).read_bytes(), policy=SMTP)


def words_beside(editorial: str, message: EmailMessage) -> int:
    """Count the words of the text of an e-mail but for the editorial."""
    part = message.get_body(("plain",))
    assert part is not None
    return len(part.get_content().split()) - len(editorial.split())


def test_an_email_is_short_and_brings_the_whole_issue_along(copkit: Copkit, example: Path) -> None:
    editorial = (example / "newsletters/2012-09.md").read_text("utf-8").split("---")[2]

    message = message_of(copkit, example, "2012-09")

    assert words_beside(editorial, message) <= 600
    [page] = message.iter_attachments()
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert page.get_filename() == "newsletter.html"
    assert "The whole issue is attached." in text
    assert "Sitting on the same side of the table mattered" in own_words(text)
    assert "and that people keep to routines" not in own_words(text)
    assert "The letter we wrote at the kitchen table" in page.get_content()


def test_a_long_editorial_goes_on_at_the_end(copkit: Copkit, write: Write) -> None:
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/cases/k.md", case("Lost keys"))
    body = "A short beginning.\n\n" + "We met and talked. " * 50 + "\n\n## A word more\n\nThe last."
    folder = write("newsletters/a.md", issue(body=body))

    result = copkit("newsletter", "build", "a", "-f", "html,txt,md", "--json", "-C", folder)

    forms = forms_of(result)
    for text in forms.values():
        assert text.index("A short beginning.") < text.index("oes on at the end")
        assert text.index("oes on at the end") < text.index("Lost keys", text.index("oes on at"))
        assert (
            text.rindex("Lost keys") < text.rindex("We met and talked.") < text.index("The last.")
        )
    assert "### A word more" in forms["md"]
    short = write("newsletters/a.md", issue(body="Welcome.\n\nTo all."))
    result = copkit("newsletter", "build", "a", "-f", "txt", "--json", "-C", short)
    assert "goes on" not in forms_of(result)["txt"]


@pytest.mark.slow
def test_an_email_of_42_communities_is_as_short_and_sends_readers_to_its_page(
    copkit: Copkit, write: Write
) -> None:
    for number in range(42):
        place = f"communities/place-{number}"
        write(f"{place}/community.md", community(f"CP{number + 2}", f"Place {number}"))
        write(f"{place}/roster.yaml", ROSTER)
        folder = write(f"{place}/cases/k.md", case(f"Case {number}", learning="Ask twice. " * 9))
    page = "page: https://cop.example/january\nwords: 300\nfrom:"
    write("newsletters/a.md", issue(body="Welcome.").replace("from:", page, 1))

    message = message_of(copkit, folder)

    assert words_beside("Welcome.", message) <= 300
    assert not list(message.iter_attachments())
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The whole issue is on its page: https://cop.example/january" in text
    assert "Read it: https://cop.example/january#case-" in text


@pytest.mark.parametrize(
    ("headline", "subject"),
    [("headline: A key in a drawer\n", "A key in a drawer"), ("", "Lost keys")],
)
def test_the_headline_is_the_subject_else_the_first_case(
    copkit: Copkit, write: Write, headline: str, subject: str
) -> None:
    write("newsletters/a.md", issue(body="Welcome.").replace("from:", f"{headline}from:", 1))
    write("communities/harbour/roster.yaml", ROSTER)
    folder = write("communities/harbour/cases/k.md", case("Lost keys"))

    assert copkit("newsletter", "build", "-f", "eml,txt", "-C", folder).status == 0

    message = (folder / "build/newsletters/a/members/newsletter.eml").read_text("ascii")
    assert message.startswith(f"Subject: {subject}\n")
    text = (folder / "build/newsletters/a/members/newsletter.txt").read_text("utf-8")
    assert text.startswith(subject.upper())
    assert "Cases: ‘Lost keys’." in text


def test_an_ended_community_is_told_once_and_then_no_more(copkit: Copkit, write: Write) -> None:
    write("communities/a/community.md", community("A", "Here", "status: ended\nended: 2025-12-01"))
    write("communities/b/community.md", community("B", "There", "status: ended\nended: 2026-01-20"))
    write(
        "communities/c/community.md", community("C", "Soon", "status: forming\nstarted: 2026-03-01")
    )
    write("communities/harbour/meetings/2026-01-02.md", "---\ndate: 2026-01-02\nguests: 2\n---\n")
    write("communities/d/community.md", community("D", "Elsewhere"))
    folder = write("newsletters/a.md", issue())

    text = newsletter(copkit, folder)["txt"]

    assert "Here" not in text
    assert "Soon" not in text
    assert "There (B)\n---------\n\nThe group ended on 20 January 2026.\n" in text
    assert "We have no record of a meeting in this time: Elsewhere." in text
    assert "Met on Friday 2 January with two guests." in text


def test_several_meetings_of_a_month_make_one_sentence(copkit: Copkit, write: Write) -> None:
    for day in ("05", "12", "19"):
        write(
            f"communities/harbour/meetings/2026-01-{day}.md",
            f"---\ndate: 2026-01-{day}\nguests: 12\n---\n",
        )
    folder = write("newsletters/a.md", issue())

    assert (
        "Met on Monday 5 January with 12 guests, on Monday 12 January with 12 guests and on "
        "Monday 19 January with 12 guests."
    ) in own_words(newsletter(copkit, folder)["txt"])


@pytest.mark.parametrize("reader", ["commissioners", "public"])
def test_nobody_outside_learns_what_is_for_members(
    copkit: Copkit, write: Write, reader: str
) -> None:
    folder = with_canaries(write)
    write("newsletters/a.md", issue(audience="public"))

    forms = newsletter(copkit, folder, "--for", reader)

    for form, text in forms.items():
        assert "Sharedcase" in text, form  # the case that they may see is there
        assert not [word for word in CANARIES if word.casefold() in text.casefold()], form


def test_members_read_what_outsiders_may_not(copkit: Copkit, write: Write) -> None:
    folder = with_canaries(write)
    write("newsletters/a.md", issue(audience="members"))

    text = newsletter(copkit, folder)["txt"]

    for word in ("Canarytitle", "Canarylearning", "Canarynotes", "Canarycard", "Canaryplace"):
        assert word in text


def test_the_only_community_that_met_is_not_named_beside_a_case(
    copkit: Copkit, write: Write
) -> None:
    write("communities/harbour/roster.yaml", ROSTER)
    meeting = "---\ndate: 2026-01-14\npresent:\n  - nurse-1\n---\n"
    write("communities/harbour/meetings/2026-01-14.md", meeting)
    write("communities/harbour/cases/k.md", case("Lost keys"))
    write("communities/d/community.md", community("D", "Elsewhere"))
    folder = write("newsletters/a.md", issue(audience="public"))

    text = newsletter(copkit, folder)["txt"]

    assert "Lost keys" in text
    assert "(CP1)" not in text
    assert "Elsewhere" not in text


def test_a_case_whose_write_up_was_refused_is_told_to_nobody(copkit: Copkit, write: Write) -> None:
    text = case("Refused").replace("presenters:", "consent: refused\npresenters:")
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/cases/k.md", text)
    folder = write("newsletters/a.md", issue())

    assert "Refused" not in newsletter(copkit, folder)["md"]


def test_a_comment_that_spans_two_sections_of_a_case_vanishes(copkit: Copkit, write: Write) -> None:
    write("communities/harbour/roster.yaml", ROSTER)
    text = case("Lost keys", learning="Hidden words. --> Seen.")
    hidden = "## Presentation of the case\n\n<!-- begun\n\n## Learning"
    write("communities/harbour/cases/k.md", text.replace("## Learning", hidden))
    folder = write("newsletters/a.md", issue())

    assert "Hidden words" not in newsletter(copkit, folder)["txt"]


TITLE = """</title><script>1</script> # | [a](https://bad.example) "' {{ 7*7 }}"""


def test_a_hostile_title_stands_as_itself_in_every_form(copkit: Copkit, write: Write) -> None:
    quoted = "'" + TITLE.replace("'", "''") + "'"
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/cases/k.md", case(quoted))
    folder = write("newsletters/a.md", issue(title=quoted))

    forms = newsletter(copkit, folder)

    assert "<script" not in forms["html"]
    assert forms["html"].count("</title>") == 1
    assert "{{ 7*7 }}" in forms["html"]
    assert f"A challenge: {TITLE}" in own_words(forms["txt"])
    assert "<script" not in forms["md"]
    assert "[a](" not in forms["md"]


def test_an_unsafe_address_of_evidence_is_left_out(copkit: Copkit, write: Write) -> None:
    folder = write(
        "evidence/keys.md",
        "---\ntitle: On keys\ncitation: Locke.\nurl: javascript:steal()\nused:\n"
        "  - id: u1\n    date: 2026-01-14\n---\n\n## In sixty seconds\n\nKeys.\n",
    )
    write("newsletters/a.md", issue())

    forms = newsletter(copkit, folder)

    for text in forms.values():
        assert "On keys" in text
        assert "steal" not in text


def test_headings_of_an_editorial_leave_no_gap(copkit: Copkit, write: Write) -> None:
    folder = write("newsletters/a.md", issue(body="### News\n\nText\n\n###### Small\n"))

    levels = re.findall(r"<h(\d)", newsletter(copkit, folder)["html"])

    assert levels == ["1", "2", "3"]


def followed_up(title: str, audience: str = "public", more: str = "") -> str:
    """A case of last year, of whose action something was told then, in the period and later."""
    head = CASE.format(title=title, audience=audience, kind="challenging", learning="")
    progress = "".join(
        f"  - id: p{number}\n    date: {day}\n    action: a1\n    outcome: {outcome}\n"
        f"    note: Told {day}\n"
        for number, (day, outcome) in enumerate(
            [("2025-12-10", "not-tried"), ("2026-01-14", "partly"), ("2026-02-11", "helped")]
        )
    )
    actions = f"actions:\n  - id: a1\n    what: Ring the surgery\n    owner: Nurse\n{more}"
    told = f"presented: 2025-11-12\n{actions}progress:\n{progress}"
    return signed(head.replace("presented: 2026-01-14\n", told))


@pytest.mark.parametrize("form", ["html", "txt", "md"])
def test_what_came_of_earlier_suggestions_is_told_of_the_cases_that_readers_may_know(
    copkit: Copkit, write: Write, form: str
) -> None:
    cases = "communities/harbour/cases"
    write("newsletters/january.md", issue(audience="public"))
    write("communities/harbour/roster.yaml", ROSTER)
    write(f"{cases}/a.md", followed_up("Songopen"))
    write(f"{cases}/b.md", followed_up("Songinner", "members"))
    write(f"{cases}/c.md", followed_up("Songrefused", more="consent: refused\n"))
    unsigned = followed_up("Songunsigned").partition("sign_off:")[0]
    folder = write(f"{cases}/d.md", f"{unsigned}---\n")

    members = newsletter(copkit, folder, "--for", "members")[form]
    public = newsletter(copkit, folder, "--for", "public")[form]

    for text, told in (
        (members, {"Songopen", "Songinner", "Songunsigned"}),
        (public, {"Songopen"}),
    ):
        assert set(re.findall(r"Song\w+", text)) == told
        assert "Told 2026-01-14" in text
        assert not re.search("Told (2025|2026-02)", text)
        assert ": helped in part." in text
        assert "told without names" in text
    assert "(Harbour)" in members
    assert "Harbour" not in public.replace("Harbour programme", "")
