"""Ways to reach somebody: phone, e-mail, names online.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from copkit.pii.kinds import FROM, TO, Finding, Kind, exact, named, near, rule
from copkit.pii.normalise import Folded

_OF_AN_OFFICE: Final = frozenset(
    [
        "info",
        "enquiries",
        "enquiry",
        "admin",
        "office",
        "contact",
        "hello",
        "help",
        "reception",
        "noreply",
        "no-reply",
        "webmaster",
        "postmaster",
        "press",
        "media",
    ]
)
_NO_HANDLES: Final = frozenset(
    ["media", "import", "font", "page", "property", "param", "dataclass"]
)


def find_contact_details(folded: Folded) -> Iterable[Finding]:
    """Give every way to reach a person in a text."""
    for one in (*_PHONES, *_ADDRESSES, *_ONLINE):
        yield from one.findings(folded)


_OF_A_BOOK = named("isbn(?:-10)? issn ean barcode sku", 40)


def _is_of_a_person(folded: Folded, start: int, end: int) -> bool:
    """Leave out the lines that anybody may call: freephone, and numbers for all of the UK."""
    digits = "".join(sign for sign in folded.text[start:end] if sign.isdigit())
    if digits.startswith(("0044", "44")):
        digits = "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    if len(digits) == 10 and (
        not digits.startswith(("01", "02", "05")) or _OF_A_BOOK(folded, start, end)
    ):
        return False
    return digits[:2] in {"01", "02", "05", "07"} and len(set(digits)) > 2


def _is_abroad(folded: Folded, start: int, end: int) -> bool:
    return not folded.text[start:end].replace(" ", "").startswith("+44")


def _is_no_office(folded: Folded, start: int, end: int) -> bool:
    return folded.text[start:end].partition("@")[0].strip().lower() not in _OF_AN_OFFICE


_ONLINE_WORDS = near(
    "posts? posting tweets? insta(?:gram)? tiktok facebook snap(?:chat)? follow(?:s|ed|ers?)? "
    "handle account profile page streams? online dms? tagged vlogs? twitter youtube username",
    60,
    40,
)


def _is_handle(folded: Folded, start: int, end: int) -> bool:
    handle = folded.text[start + 1 : end]
    if handle.isalpha():
        return handle.lower() not in _NO_HANDLES and _ONLINE_WORDS(folded, start, end)
    return True


_GAP: Final = r"[ ._/()\\+-]{0,4}"
_CALLED = named(
    "tel telephone phones? mobile mob number calls? rings? rang texts? contact whatsapp landline "
    "cell line reached?",
    40,
    20,
)
_PHONES: Final = (
    exact(
        Kind.PHONE,
        rf"(?:\(?\+ ?44{_GAP}(?:\(?0\)?)?|(?<![0-9A-Za-z])(?<![0-9][.,/-])\(?"
        rf"(?:0044{_GAP}(?:\(0\))?|0(?!\.)))(?:{_GAP}\d){{9,10}}{TO}",
        _is_of_a_person,
    ),
    exact(Kind.PHONE, rf"(?<=[A-Za-z/][:/=])(?:\+44|0)(?:{_GAP}\d){{9,10}}{TO}", _is_of_a_person),
    exact(Kind.PHONE, rf"{FROM}44 ?7\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}{TO}"),
    exact(Kind.PHONE, rf"{FROM}\+[1-9]\d{{0,2}}(?:{_GAP}\d){{7,11}}{TO}", _is_abroad),
    exact(Kind.PHONE, rf"{FROM}7\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}{TO}", _CALLED),
    exact(
        Kind.PHONE,
        rf"{FROM}\d{{3,4}}[ -]\d{{3}}[ -]?\d{{3,4}}{TO}",
        near("tel telephone phone mobile mob", 12),
    ),
)

_LOCAL: Final = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][._%+'-])[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}"
_PART: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_AT: Final = r" ?(?:\[ ?at ?\]|\( ?at ?\)|\{ ?at ?\}| at ) ?"
_DOT: Final = r" ?(?:\[ ?dot ?\]|\( ?dot ?\)|\{ ?dot ?\}| dot |\.) ?"
_ADDRESSES: Final = (
    exact(Kind.EMAIL, rf"{_LOCAL}@{_PART}(?:\.{_PART}){{1,5}}", _is_no_office),
    rule(
        Kind.EMAIL,
        rf"{_LOCAL}{_AT}[A-Za-z0-9-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{2,24}}){{0,3}}"
        rf"{_DOT}(?:uk|com|org|net|info|edu|gov|eu|ie|co|nhs|io){TO}",
        _is_no_office,
    ),
    exact(
        Kind.EMAIL,
        rf"{_LOCAL} ?@ ?{_PART} ?\. ?(?:{_PART} ?\. ?){{0,3}}(?:uk|com|org|net|info|ie|eu){TO}",
        _is_no_office,
    ),
)

_SITES: Final = (
    r"(?:facebook|instagram|tiktok|twitter|snapchat|linkedin|x|threads|youtube|onlyfans|twitch)"
)
_ONLINE: Final = (
    exact(
        Kind.ONLINE,
        r"(?<![A-Za-z0-9@])(?<![A-Za-z0-9][._%+'-])@[A-Za-z_][A-Za-z0-9_.]{1,28}[A-Za-z0-9_](?![A-Za-z0-9@])",
        _is_handle,
    ),
    rule(
        Kind.ONLINE,
        rf"{_SITES}\.(?:com|tv|net)/(?:in/|u/|user/|add/|people/|@)?(?P<it>[a-z0-9_.-]{{3,50}})",
    ),
    rule(
        Kind.ONLINE,
        rf"\b(?:{_SITES}|insta|snap|username|user name|handle|gamertag)"
        r"(?: (?:name|account|handle|profile|page|as|is|under)){0,3}[ :\"']{1,4}"
        rf"(?P<it>(?=[A-Za-z.]{{0,24}}[0-9_])[A-Za-z0-9_.]{{4,30}}){TO}",
    ),
    exact(
        Kind.ONLINE,
        rf"{FROM}\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\.?[0-9A-Za-z])",
        near("ip(?:_address)?", 30),
    ),
)
