"""The newsletter as an e-mail: what mail programs show, and what they would stumble over."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import cast

import pytest

from copkit.documents.email import MAX_INLINED_ELEMENTS, newsletter_eml, newsletter_html
from copkit.documents.facts.newsletter import (
    CaseStory,
    CommunityStory,
    EvidenceLink,
    NewsletterFacts,
)
from copkit.documents.facts.shared import EvidenceItem
from copkit.documents.theme import DocumentTheme
from copkit.text.markdown import Address, Prose
from tests.conftest import Copkit, Write
from tests.documents.forms import forms_of, own_words, require_well_built
from tests.pii.test_images import png

ISSUE = "---\ntitle: January\nfrom: 2026-01-01\nuntil: 2026-01-31\n---\n\nHello.\n"
PAGE = "build/newsletters/a/members/newsletter"
LARGEST = 80_000  # bytes; Gmail clips what is longer than 102 kB
THEME = "theme:\n  colour: 8a1c4a\n  footer: Ask your facilitator.\n"
LOGO = "  logo: logo.png\n  logo_text: The harbour light\n"


CARDS = (EvidenceLink("Casecards", ""),)


def sample(title: str = "May", prose: str = "Some *words*.") -> NewsletterFacts:
    """Give an issue in which every fact is there and says its own name."""
    case = CaseStory(4, "Casetitle", "Casekind", "Casequestion", Prose("Caselearning"), CARDS)
    outside = CaseStory(3, "Outsidetitle", "Outsidekind", "", Prose("Outsidelearning"), ())
    community = CommunityStory(
        *("Code", "Place", "Met", (Prose("Notes"), Prose("Morenotes")), (case, case)),
        *((EvidenceLink("Brought", "card-1"),), ("Coming",)),
    )
    card = EvidenceItem(
        "Cardtitle", "Citation", Address("https://a.example/card?x=1&y=2"), Prose("Spoken")
    )
    return NewsletterFacts(
        *(title, "Harbour programme", "Summary", Prose(prose, below=1), (community, community)),
        *("Quiet", (outside,), (card,), "Readers", "Care"),
        name="Harbour programme newsletter",
    )


def opened(data: bytes) -> EmailMessage:
    """Open a draft as a mail program does, after a look at its lines."""
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 78
    data.decode("ascii")
    message = message_from_bytes(data, policy=SMTP)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def part(message: EmailMessage, kind: str) -> str:
    """Give the text of a message's plain or HTML part."""
    body = message.get_body((kind,))
    assert body is not None
    return cast("str", body.get_content()).replace("\r\n", "\n")


def words_of(html: str) -> str:
    return own_words(re.sub(r"<[^>]*>", " ", html.partition("<body")[2]))


# --- the message ----------------------------------------------------------------------------


def test_a_message_says_everything_in_plain_text_and_as_a_page() -> None:
    message = opened(newsletter_eml(sample(), DocumentTheme(footer="Footer")))

    text, page = own_words(part(message, "plain")), words_of(part(message, "html"))
    said = [
        *("Harbour programme newsletter", "Summary", "Some", "words", "Place", "Code", "Met"),
        *("Notes", "Morenotes", "Casetitle", "Casekind", "Casequestion", "Caselearning"),
        *("Casecards", "Brought", "Coming", "Quiet", "Outsidetitle", "Outsidekind"),
        *("Outsidelearning", "Cardtitle", "Citation", "Spoken", "Readers", "Care", "Footer"),
    ]
    assert not [words for words in said if words not in text]
    assert not [words for words in said if words not in page]
    assert "https://a.example/card?x=1&y=2" in text
    assert "MAY" in text
    kinds = [one.get_content_type() for one in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_a_draft_is_nobody_s_yet_and_always_the_same_bytes() -> None:
    data = newsletter_eml(sample(), DocumentTheme())

    assert data == newsletter_eml(sample(), DocumentTheme())
    assert data != newsletter_eml(sample(prose="Other words."), DocumentTheme())
    message = opened(data)
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == "May: Harbour programme newsletter"
    assert {"from", "to", "date", "message-id"}.isdisjoint(map(str.lower, message.keys()))


@pytest.mark.parametrize(
    "title",
    [
        "Tŷ ŵyn, Llŷn: gwanwyn 2012",
        "🌊 The harbour 👩🏽‍⚕️ in spring " * 4,
        "word " * 300,
        "Llanfair" * 60,
        "ŵ" * 400,
        "January\r\nBcc: all@evil.example\r\n\r\nHello",
        "January\u2028Bcc: all@evil.example\x0bX: y\x00",
        "=?utf-8?q?Bcc=3A_all?= =?broken",
        "=?utf-8?q?x=0D=0ABcc:_all@evil.example?=",
        "=?utf-8?b?eA0KQmNjOiBhbGxAZXZpbC5leGFtcGxl?=",
        '<b>"x" & \'y\'</b>; charset="a" <a@b.example>',
        "x",
    ],
)
def test_a_title_is_the_subject_whatever_it_is(title: str) -> None:
    message = opened(newsletter_eml(sample(title, prose=title), DocumentTheme()))

    assert {"bcc", "x"}.isdisjoint(map(str.lower, message.keys()))
    shown = " ".join(re.sub(r"[\x00\x0b]", "", title.replace("\u2028", " ")).split())
    shown = shown.replace("=?", "= ?")  # what looks encoded would be read as such
    assert " ".join(str(message["Subject"]).split()) == f"{shown}: Harbour programme newsletter"


def month_of_six(write: Write) -> Path:
    """Write a month with six communities and twelve items: two cases and a card from each."""
    learning = " ".join(["Ask again, and write down who came in whose place."] * 12)
    for number in range(1, 7):
        place = f"communities/place-{number}"
        write(
            f"{place}/community.md",
            f"---\ncode: CP{number + 1}\nname: Place {number}\nplace: Place {number}\n"
            "status: active\n---\n",
        )
        write(
            f"{place}/roster.yaml",
            "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n    joined: 2026-01-14\n",
        )
        for case in ("one", "two"):
            write(
                f"{place}/cases/{case}.md",
                f"---\ntitle: Case {case} of {number}\nkind: challenging\nstatus: presented\n"
                "presented: 2026-01-14\npresenters:\n  - nurse-1\nquestion: What next?\n---\n\n"
                f"## Learning for practice\n\n{learning}\n\n{learning}\n",
            )
        write(
            f"{place}/meetings/2026-01-14.md",
            "---\ndate: 2026-01-14\npresent:\n  - nurse-1\ncases:\n  - one\n  - two\n---\n\n"
            f"{learning}\n\n- *One* thing\n- [Another](https://a.example/{'long' * 30})\n",
        )
        write(
            f"evidence/card-{number}.md",
            f"---\ntitle: Card {number}\ncitation: Locke (1690) Keys.\n"
            f"url: https://a.example/keys/{number}\nused:\n  - id: u1\n    date: 2026-01-14\n"
            f"    community: place-{number}\n---\n\n## In sixty seconds\n\n{learning}\n",
        )
    return write("newsletters/a.md", ISSUE)


def test_a_month_of_six_communities_and_twelve_items_fits_an_e_mail(
    copkit: Copkit, write: Write
) -> None:
    folder = month_of_six(write)

    forms = forms_of(copkit("newsletter", "build", "--json", "-C", folder))

    message = opened((folder / f"{PAGE}.eml").read_bytes())
    page = part(message, "html")
    [whole] = message.iter_attachments()
    assert whole.get_content().replace("\r\n", "\n") == forms["html"]
    assert len(re.findall("Case two of[^<]*</h4>", forms["html"])) == 6
    assert forms["html"].count("Locke (1690)") == 6
    assert len(page.encode()) <= LARGEST
    require_well_built(page)
    assert not re.search(
        r"<svg|<script|<link|data:|flex|grid|background-image|url\(|position\s*:|float\s*:", page
    )
    unstyled = re.findall(r"<(?:p|ul|li|td|h[1-6]|a)(?=[ >])(?![^>]* style=)[^>]*>", page)
    assert unstyled == ["<td>"]  # the one that Outlook alone reads


# --- pictures -------------------------------------------------------------------------------


def test_the_logo_lies_beside_the_page_and_travels_with_the_message(
    copkit: Copkit, write: Write
) -> None:
    write("newsletters/a.md", ISSUE)
    write("templates/logo.png", png())
    folder = write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\n{THEME}{LOGO}")

    assert copkit("newsletter", "build", "--format", "html,eml", "-C", folder).status == 0

    shown = '<img src="{}" alt="The harbour light" width="1" height="1"'
    page = (folder / f"{PAGE}.html").read_text("utf-8")
    require_well_built(page)
    assert shown.format("newsletter.logo.png") in page
    assert (folder / f"{PAGE}.logo.png").read_bytes() == png()
    message = opened((folder / f"{PAGE}.eml").read_bytes())
    [picture] = [one for one in message.walk() if one.get_content_type() == "image/png"]
    assert picture.get_payload(decode=True) == png()
    address = f"cid:{picture['Content-ID'][1:-1]}"
    assert shown.format(address) in part(message, "html")
    assert "Ask your facilitator." in part(message, "plain")


def test_a_logo_that_changes_or_goes_does_so_in_what_was_built(
    copkit: Copkit, write: Write
) -> None:
    write("newsletters/a.md", ISSUE)
    folder = write("copkit.yaml", "name: Harbour\nstarts: 2026-01-01\n")
    assert copkit("newsletter", "build", "-C", folder).status == 0
    built = folder / f"{PAGE}.logo.png"
    assert not built.exists()
    for picture in (png(), png((b"gAMA", b"\0\0\xb1\x8f"))):
        write("templates/logo.png", picture)
        write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\n{THEME}{LOGO}")
        assert "brought up to date" in copkit("newsletter", "build", "-C", folder).stderr
        assert built.read_bytes() == picture

    write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\n{THEME}")
    refused = copkit("newsletter", "build", "--format", "logo.png", "-C", folder)

    assert not built.exists()
    assert "<img" not in (folder / f"{PAGE}.html").read_text("utf-8")
    assert refused.status == 1
    assert "this newsletter has no logo.png" in refused.stderr


# --- templates of others --------------------------------------------------------------------


def test_styles_from_elsewhere_are_not_fetched(copkit: Copkit, write: Write) -> None:
    write("newsletters/a.md", ISSUE)
    folder = write("elsewhere.css", "p { color: red; }")
    address = (folder / "elsewhere.css").as_posix()
    write(
        "templates/newsletter.html",
        f'<link rel="stylesheet" href="{address}"><link rel="stylesheet" href="file://{address}">'
        f'<style>@import "{address}"; p {{ margin: 7px; }} p {{ a: b</style><p>Ours',
    )

    page = forms_of(copkit("newsletter", "build", "--json", "-C", folder))["html"]

    assert '<p style="margin: 7px' in page
    assert "red" not in page


def test_a_page_that_nests_without_end_is_left_as_it_is(tmp_path: Path) -> None:
    nested = "<div>" * (MAX_INLINED_ELEMENTS + 1)
    (tmp_path / "newsletter.html").write_text(f"<style>div {{ a: b }}</style>{nested}x\n", "utf-8")

    page = newsletter_html(sample(), DocumentTheme(own_templates=tmp_path))

    assert page.decode() == f"<style>div {{ a: b }}</style>{nested}x\n"
