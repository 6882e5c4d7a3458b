"""An issue of the newsletter as an e-mail: the page with its styles in place, and the message.

Mail programs drop styles of the head and load nothing, so each element carries its own, and the
pictures travel along. The same facts make the same bytes: nothing in a message is of its moment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from email.header import Header
from email.policy import SMTP, EmailPolicy
from typing import TYPE_CHECKING, Any, Final, cast

from copkit.documents.facts.newsletter import NewsletterFacts
from copkit.documents.pictures import Picture, Shown, beside, content_id, pictures_of, within
from copkit.documents.templates import render
from copkit.documents.theme import Look
from copkit.text.normalise import in_a_header

if TYPE_CHECKING:
    from email.message import EmailMessage


# How the lines of a message are broken.

LONGEST: Final = 76  # characters: RFC 2045 for bodies; RFC 5322 asks for 78


class _Lines(EmailPolicy):
    """The library's lines, but for a subject that is not ASCII.

    Where such a one is broken, the library loses the blank between two of its encoded words.
    """

    def fold(self, name: str, value: Any) -> str:
        """Break a header into lines."""
        if name.lower() != "subject" or str(value).isascii():
            return str(super().fold(name, value))
        whole = Header(str(value), "utf-8", maxlinelen=LONGEST, header_name=name)
        return f"{name}: {whole.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Break a header into lines, as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


LINES: Final = _Lines(linesep=SMTP.linesep, max_line_length=LONGEST)
"""Lines as mail servers want them."""


NEWSLETTER: Final = "newsletter"
KEPT: Final = ' data-css-inline="keep"'  # a template's mark for styles that stay in the head
MOST_ELEMENTS: Final = 5000  # what nests deeper could end the inliner, and takes its time


def newsletter_html(facts: NewsletterFacts, look: Look) -> bytes:
    """Give an issue as a page that can also be pasted into an e-mail; pictures lie beside it."""
    return _page(facts, look, beside(NEWSLETTER, pictures_of(NEWSLETTER, facts, look))).encode()


def newsletter_eml(facts: NewsletterFacts, look: Look) -> bytes:
    """Give an issue as a file that mail programs open as a draft, with nobody to go to yet."""
    message = newsletter_message(facts, look)
    message["X-Unsent"] = "1"
    return message.as_bytes()


def newsletter_message(facts: NewsletterFacts, look: Look) -> EmailMessage:
    """Give an issue as a message: its subject, its text, and its page with pictures.

    It has no ``From``, ``To``, ``Date``, ``Message-ID`` or ``X-Unsent`` yet; whoever sends it adds
    them. Lines end in CRLF and are at most 76 characters long.
    """
    from email.message import EmailMessage  # slow to import, and not for every document

    pictures = pictures_of(NEWSLETTER, facts, look)
    message = EmailMessage(policy=LINES)
    title, programme = in_a_header(facts.title), in_a_header(facts.programme)
    message["Subject"] = f"{title}: {programme} newsletter"
    text = render("newsletter.txt", facts, look)
    message.set_content(text, cte="quoted-printable")
    page = _page(facts, look, within(pictures))
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    for picture in pictures:
        _add_picture(message, picture)
    digest = hashlib.sha256(repr((text, page)).encode()).hexdigest()[:16]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{digest}")  # '=_' is in no encoded text
    return message


def _add_picture(message: EmailMessage, picture: Picture) -> None:
    """Put a picture with the page that shows it."""
    *_, page = cast("list[EmailMessage]", list(message.iter_parts()))
    page.add_related(
        picture.png,
        "image",
        "png",
        cid=f"<{content_id(picture)}>",
        disposition="inline",
        filename=f"{picture.name}.png",
    )


def _page(facts: NewsletterFacts, look: Look, pictures: Mapping[str, Shown]) -> str:
    return _inlined(render("newsletter.html", facts, look, pictures))


def _inlined(html: str) -> str:
    """Write the styles of the head into the elements, but for those that are marked to stay.

    A page that is too long for any e-mail is left as it is: a browser reads it all the same.
    """
    import css_inline  # only an e-mail needs it

    if sum(1 for _ in _ELEMENT.finditer(html)) <= MOST_ELEMENTS:
        inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
        html = str(inliner.inline(html))
    return html.replace(KEPT, "").rstrip() + "\n"


_ELEMENT: Final = re.compile("<[a-zA-Z]")
