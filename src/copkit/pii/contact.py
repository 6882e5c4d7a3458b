"""Phone numbers, e-mail addresses, and names and addresses of a person online.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from copkit.pii.kinds import (
    END,
    START,
    DetailKind,
    Finding,
    apply_rules,
    cased_rule,
    labelled,
    near,
    rule,
)
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import is_english

# Mailboxes that belong to an organisation, and to nobody in particular.
_OFFICE_MAILBOXES: Final = frozenset({
    "info", "enquiries", "enquiry", "admin", "office", "contact", "hello", "help", "reception",
    "noreply", "no-reply", "webmaster", "postmaster", "press", "media",
})  # fmt: skip
# '@media' is CSS, '@property' is Python, '@param' a comment: no names of persons.
_NO_HANDLES: Final = frozenset(
    ["media", "import", "font", "page", "property", "param", "dataclass"]
)


def find_contact_details(folded: FoldedText) -> Iterable[Finding]:
    """Find every phone number, e-mail address and name online of a person in a text."""
    return apply_rules((*_PHONES, *_EMAIL_ADDRESSES, *_ONLINE), folded)


_IS_BOOK_NUMBER = labelled("isbn(?:-10)? issn ean barcode sku", 40)


def _is_personal_number(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a number is not one that anybody may call: freephone, or for all of the UK."""
    digits = "".join(sign for sign in folded.text[start:end] if sign.isdigit())
    if digits.startswith(("0044", "44")):
        digits = "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    # Ten digits with the 0: some landlines have no more, and so have the ISBNs of books.
    if len(digits) == 10 and (
        not digits.startswith(("01", "02", "05")) or _IS_BOOK_NUMBER(folded, start, end)
    ):
        return False
    # 03 and 08 are for organisations, 09 for paid services; '07777 777777' is an example.
    return digits[:2] in {"01", "02", "05", "07"} and len(set(digits)) > 2


def _is_abroad(folded: FoldedText, start: int, end: int) -> bool:
    return not folded.text[start:end].replace(" ", "").startswith("+44")


def _is_personal_mailbox(folded: FoldedText, start: int, end: int) -> bool:
    return folded.text[start:end].partition("@")[0].strip().lower() not in _OFFICE_MAILBOXES


_NEAR_ONLINE_WORDS = near(
    "posts? posting tweets? insta(?:gram)? tiktok facebook snap(?:chat)? follow(?:s|ed|ers?)? "
    "handle account profile page streams? online dms? tagged vlogs? twitter youtube username",
    60,
    40,
)


def _is_handle(folded: FoldedText, start: int, end: int) -> bool:
    """Check a name after ``@``: one of letters alone needs a word such as 'insta' near it."""
    handle = folded.text[start + 1 : end]
    if handle.isalpha():
        return handle.lower() not in _NO_HANDLES and _NEAR_ONLINE_WORDS(folded, start, end)
    return True


def _is_no_word(folded: FoldedText, start: int, end: int) -> bool:
    return not any(is_english(part) for part in folded.text[start:end].lower().split("."))


_GAP: Final = r"[ ._/()\\+-]{0,4}"  # what people put between digits
_NEAR_PHONE_WORDS = labelled(
    "tel telephone phones? ph num mobile mob number calls? rings? rang texts? contact whatsapp "
    "landline cell line reached?",
    40,
    20,
)
_PHONES: Final = (
    # in the UK: '+44 (0)1632 960 123', '(01632) 960123', '0044 7700 900123'
    cased_rule(
        DetailKind.PHONE,
        rf"(?:\(?\+ ?44{_GAP}(?:\(?0\)?)?|(?<![0-9A-Za-z])(?<![0-9][.,/-])\(?"
        rf"(?:0044{_GAP}(?:\(0\))?|0(?!\.)))(?:{_GAP}\d){{9,10}}{END}",
        _is_personal_number,
    ),
    # 'tel:01632960123', in a link or a setting
    cased_rule(
        DetailKind.PHONE,
        rf"(?<=[A-Za-z/][:/=])(?:\+44|0)(?:{_GAP}\d){{9,10}}{END}",
        _is_personal_number,
    ),
    # '44 7700 900 123', a mobile number without its plus
    cased_rule(DetailKind.PHONE, rf"{START}44 ?7\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}{END}"),
    # a number abroad, such as '+353 1 496 0123'
    cased_rule(DetailKind.PHONE, rf"{START}\+[1-9]\d{{0,2}}(?:{_GAP}\d){{7,11}}{END}", _is_abroad),
    # '7700 900123', where a spreadsheet took the 0 away
    cased_rule(
        DetailKind.PHONE, rf"{START}7\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}{END}", _NEAR_PHONE_WORDS
    ),
    # 'tel 496 0123', 'ring 960447', 'mob 07700 900': without its area code, or a part of a number
    cased_rule(
        DetailKind.PHONE,
        rf"{START}(?!116 ?123|0[38])(?:\d{{3,4}}[ -]\d{{3}}[ -]?\d{{3,4}}|0\d{{3,4}}[ -]\d{{3}}"
        rf"|\d{{3}}[ -]?\d{{3}}){END}(?![ -]?\d|[.,]\d)",
        near("tel telephone phone mobile mob ph landline ring", 12),
    ),
)

# Of an e-mail address: what stands before the @, a part of the domain, and how people write the
# signs for readers that are no machines. The lengths are those of RFC 5321.
_LOCAL: Final = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][._%+'-])[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}"
_PART: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_AT: Final = r" ?(?:\[ ?at ?\]|\( ?at ?\)|\{ ?at ?\}| at ) ?"
_DOT: Final = r" ?(?:\[ ?dot ?\]|\( ?dot ?\)|\{ ?dot ?\}| dot |\.) ?"
_EMAIL_ADDRESSES: Final = (
    # 'wayne@example.org'
    cased_rule(DetailKind.EMAIL, rf"{_LOCAL}@{_PART}(?:\.{_PART}){{1,5}}", _is_personal_mailbox),
    # against harvesting: 'wayne [at] example dot org'
    rule(
        DetailKind.EMAIL,
        rf"{_LOCAL}{_AT}[A-Za-z0-9-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{2,24}}){{0,3}}"
        rf"{_DOT}(?:uk|com|org|net|info|edu|gov|eu|ie|co|nhs|io){END}",
        _is_personal_mailbox,
    ),
    # 'wayne @ example . org'
    cased_rule(
        DetailKind.EMAIL,
        rf"{_LOCAL} ?@ ?{_PART} ?\. ?(?:{_PART} ?\. ?){{0,3}}(?:uk|com|org|net|info|ie|eu){END}",
        _is_personal_mailbox,
    ),
)

_SITES: Final = (
    r"(?:facebook|instagram|tiktok|twitter|snapchat|linkedin|x|threads|youtube|onlyfans|twitch)"
)
_ONLINE: Final = (
    # '@wayne_o'
    cased_rule(
        DetailKind.ONLINE,
        r"(?<![A-Za-z0-9@])(?<![A-Za-z0-9][._%+'-])@[A-Za-z_][A-Za-z0-9_.]{1,28}[A-Za-z0-9_]"
        r"(?![A-Za-z0-9@])",
        _is_handle,
    ),
    # 'facebook.com/wayne.o'
    rule(
        DetailKind.ONLINE,
        rf"{_SITES}\.(?:com|tv|net)/(?:in/|u/|user/|add/|people/|@)?(?P<it>[a-z0-9_.-]{{3,50}})",
    ),
    # 'Insta: wayne_o86', 'username is wayne_o86'; a name with a digit or an underscore
    rule(
        DetailKind.ONLINE,
        rf"\b(?:{_SITES}|insta|snap|ig|fb|kik|telegram|discord|psn|xbox|grindr|tinder|vinted|reddit"
        r"|username|user name|user|handle|gamertag)"
        r"(?: (?:name|account|handle|profile|page|as|is|under)){0,3}[ :\"']{1,4}"
        rf"(?P<it>(?=[A-Za-z.]{{0,24}}[0-9_])[A-Za-z0-9_.]{{4,30}}){END}",
    ),
    # 'insta: nadiakhanmakeup', which is no word
    rule(
        DetailKind.ONLINE,
        r"\b(?:insta(?:gram)?|snap(?:chat)?|ig|fb|kik|tiktok|telegram|discord|username|handle"
        r"|gamertag)"
        r"(?: (?:name|account|handle)){0,2}(?::| is| =) ?[\"']?"
        rf"(?P<it>[a-z][a-z.]{{4,28}}[a-z]){END}(?![@(/])",
        _is_no_word,
    ),
    # 'signs himself bigmanlez_0151', 'on snap as lil.kez', with a sign that no word has
    rule(
        DetailKind.ONLINE,
        r"\b(?:signs (?:him|her|them)sel(?:f|ves)(?: as)?|goes by|(?:known|posts|plays|streams"
        r"|sells|trades|logs in"
        r"|messages|listed|tagged) (?:online )?(?:as|under|from)|(?:on|his|her|their"
        r"|the) (?:insta(?:gram)?|snap(?:chat)?"
        r"|tiktok|facebook|fb|twitter|discord|reddit|telegram|whatsapp|xbox|psn|playstation|steam"
        r"|kik|grindr|tinder|youtube|vinted"
        r"|twitch)(?: (?:name|account|handle|profile|page|user|id|tag))?|handle|gamertag"
        r"|user ?name|screen ?name|login|user id|add)"
        r"(?:,| is| was| as| under|:| called| her| him| them){0,3} [\"'@]?"
        r"(?P<it>(?=[a-z0-9-]{0,24}[0-9_.])(?=[^\s]{0,24}[a-z])[a-z0-9]"
        r"(?:[a-z0-9_.-]{2,28})[a-z0-9_])(?![a-z0-9@])",
    ),
    # 'kez_0151': an underscore before figures, as no word of prose has
    cased_rule(
        DetailKind.ONLINE,
        r"(?<![\w./=-])[a-z]{3,20}(?:[._][a-z]{2,12})?_\d{2,4}(?![\w(=./-])",
        _NEAR_ONLINE_WORDS,
    ),
    # a link to somebody's profile, or with the number of a case
    rule(
        DetailKind.ONLINE,
        r"\b(?:https?://|www\.)[^\s?#]{3,80}/(?:users?|profiles?|people|person|members?|u|in"
        r"|channel|c|friends|gallery"
        r"|obituar(?:y|ies)|tributes?|fundraisers?|f|donate|clients?|cases?|patients?|referrals?"
        r"|residents?|tenants?)"
        r"/(?P<it>@?[a-z0-9][\w.%@-]{2,80})",
    ),
    rule(
        DetailKind.ONLINE,
        r"\b(?:https?://|www\.)[^\s]{3,120}[?&](?:[a-z_]{1,16}_id|uid|user|username|client|case"
        r"|patient|person|tenant|nhs|dob)"
        r"=(?P<it>[\w.%+@-]{3,60})",
    ),
    # 'IP address 203.0.113.7'; without the word it may be a number of a version or a section
    cased_rule(
        DetailKind.ONLINE,
        rf"{START}\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\.?[0-9A-Za-z])",
        near("ip(?:_address)?", 30),
    ),
)
