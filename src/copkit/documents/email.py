"""The newsletter and agendas as e-mails: pages with inlined styles, and MIME messages.

E-mail programs drop the styles of the head and load nothing from the network. So each element
carries its own style, and the pictures are attached.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from email.header import Header
from email.policy import SMTP, EmailPolicy
from typing import TYPE_CHECKING, Any, Final, cast

from copkit.documents.facts.newsletter import NewsletterFacts, shorten
from copkit.documents.pictures import (
    Picture,
    PictureLink,
    build_pictures,
    content_id,
    link_as_attachments,
    link_as_files,
)
from copkit.documents.templates import render
from copkit.documents.theme import DocumentTheme
from copkit.text.normalise import mail_header_text

if TYPE_CHECKING:
    from email.message import EmailMessage

    from copkit.documents.facts.agenda import AgendaFacts

NEWSLETTER: Final = "newsletter"
MAX_LINE_LENGTH: Final = 76  # characters: RFC 2045 for bodies; RFC 5322 asks for 78
KEEP_MARK: Final = ' data-css-inline="keep"'  # a template's mark for styles that stay in the head
# The inliner recurses: pages that nest deeper could crash it, and templates come from others.
MAX_INLINED_ELEMENTS: Final = 5000
_ELEMENT: Final = re.compile("<[a-zA-Z]")


class _MessagePolicy(EmailPolicy):
    """The standard library's way of breaking lines, except for a subject that is not ASCII.

    Where that is broken, the library loses the space between two of its encoded words.
    """

    def fold(self, name: str, value: Any) -> str:
        """Break a header into lines."""
        if name.lower() != "subject" or str(value).isascii():
            return str(super().fold(name, value))
        subject = Header(str(value), "utf-8", maxlinelen=MAX_LINE_LENGTH, header_name=name)
        return f"{name}: {subject.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Break a header into lines, as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


MESSAGE_POLICY: Final = _MessagePolicy(linesep=SMTP.linesep, max_line_length=MAX_LINE_LENGTH)
"""Lines as mail servers want them: CRLF, and at most 76 characters."""


def newsletter_html(facts: NewsletterFacts, theme: DocumentTheme) -> bytes:
    """Render an issue as a page, also to paste into an e-mail; pictures are files beside it."""
    pictures = build_pictures(NEWSLETTER, facts, theme)
    return _render_page(facts, theme, link_as_files(NEWSLETTER, pictures)).encode()


def newsletter_eml(facts: NewsletterFacts, theme: DocumentTheme) -> bytes:
    """Render an issue as a file that mail programs open as a draft without recipients."""
    message = newsletter_message(facts, theme)
    if facts.reply_address:
        message["Reply-To"] = facts.reply_address
    message["X-Unsent"] = "1"  # what makes Outlook open it for writing and not for reading
    return message.as_bytes()


def newsletter_message(facts: NewsletterFacts, theme: DocumentTheme) -> EmailMessage:
    """Build an issue as a message: its subject, and the short form as text and as a page.

    Where something was left out, the whole issue is attached as a page, unless its record says
    where it can be read.
    It has no ``From``, ``To``, ``Date``, ``Message-ID`` or ``X-Unsent`` yet; whoever sends it adds
    them. Lines end in CRLF and are at most 76 characters long. The same facts make the same bytes.
    """
    from email.message import EmailMessage  # slow to import, and not for every document

    short = shorten(facts)
    pictures = build_pictures(NEWSLETTER, short, theme)
    message = EmailMessage(policy=MESSAGE_POLICY)
    title, programme = mail_header_text(facts.title), mail_header_text(facts.programme)
    message["Subject"] = mail_header_text(facts.headline) or f"{title}: {programme} newsletter"
    text = render("newsletter.txt", short, theme)
    message.set_content(text, cte="quoted-printable")
    page = _render_page(short, theme, link_as_attachments(pictures))
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    for picture in pictures:
        _attach_picture(message, picture)
    if short.rest and not facts.page:
        whole = _render_page(facts, theme, {})
        message.add_attachment(
            whole, subtype="html", filename=f"{NEWSLETTER}.html", cte="quoted-printable"
        )
    # The library's boundaries are random; a digest of the content makes builds reproducible.
    digest = hashlib.sha256(repr((text, page)).encode()).hexdigest()[:16]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{digest}")  # '=_' is in no encoded text
    return message


def agenda_message(facts: AgendaFacts, theme: DocumentTheme) -> EmailMessage:
    """Build the agenda of a meeting as a message: its subject, its text, and its page.

    Whoever sends it adds the rest of the header.
    """
    from email.message import EmailMessage  # slow to import, and not for every document

    message = EmailMessage(policy=MESSAGE_POLICY)
    message["Subject"] = mail_header_text(f"Agenda: {facts.community}, {facts.title}")
    text, page = render("agenda.txt", facts, theme), render("agenda.html", facts, theme)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(_inline_styles(page), subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{hashlib.sha256(text.encode()).hexdigest()[:16]}")
    return message


def _attach_picture(message: EmailMessage, picture: Picture) -> None:
    """Attach a picture to the page that shows it."""
    *_, page = cast("list[EmailMessage]", list(message.iter_parts()))
    page.add_related(
        picture.png,
        "image",
        "png",
        cid=f"<{content_id(picture)}>",
        disposition="inline",
        filename=f"{picture.name}.png",
    )


def _render_page(
    facts: NewsletterFacts, theme: DocumentTheme, pictures: Mapping[str, PictureLink]
) -> str:
    return _inline_styles(render("newsletter.html", facts, theme, pictures))


def _inline_styles(html: str) -> str:
    """Write the styles of the head into the elements, except for those that are marked to stay.

    A page that is too long for any e-mail is left as it is: a browser reads it all the same.
    """
    import css_inline  # only an e-mail needs it

    if sum(1 for _ in _ELEMENT.finditer(html)) <= MAX_INLINED_ELEMENTS:
        inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
        html = str(inliner.inline(html))
    return html.replace(KEEP_MARK, "").rstrip() + "\n"
