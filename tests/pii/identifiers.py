"""Identifying numbers and addresses drawn by chance: of the right form, and nobody's.

NHS numbers begin with 999, phones are Ofcom's numbers for drama, domains are example.org's, cars
have years that are still to come, postcodes districts that there are none of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from string import digits
from typing import Final

Parts = tuple[str, ...]
"""An identifier, parted where people put a space."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of identifier: how one is drawn, what people call it, and how they dress it."""

    draw: Callable[[Random], Parts]
    labels: tuple[str, ...]
    alone: bool = True  # told by its form, without a label
    parted: bool = True  # people part it in their own ways
    own_gap: str = ""  # what stands between the parts as they are printed
    needs_gap: bool = False  # without one it would be another number
    gaps: tuple[str, ...] = ()  # the only gaps that it is written with
    in_names: bool = True  # of files, and in addresses
    small: bool = False  # people type it in small letters


def _some(rng: Random, count: int, among: str = digits) -> str:
    return "".join(rng.choice(among) for _ in range(count))


def _eleven(nine: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11


def _checked(draw_nine: Callable[[], str]) -> str:
    """Draw nine digits until there is a tenth for them: modulus 11 leaves some without."""
    while (check := _eleven(nine := draw_nine())) == 10:
        pass
    return f"{nine}{check}"


def nhs_number(rng: Random) -> Parts:
    """Draw an NHS number of the range that is kept for tests."""
    number = _checked(lambda: "999" + _some(rng, 6))
    return number[:3], number[3:6], number[6:]


def _chi_number(rng: Random) -> Parts:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(30, 99)
    number = _checked(lambda: f"{day:02}{month:02}{year:02}" + _some(rng, 3))
    return number[:6], number[6:]


def _national_insurance(rng: Random) -> Parts:
    prefix = rng.choice(("XZ", "ZX", "XX", "ZR", "XT", "ZW"))
    rest = [_some(rng, 2) for _ in range(3)]
    return prefix, *rest, rng.choice("ABCD")


def _prison_number(rng: Random) -> Parts:
    return (
        rng.choice("ACFGHJKLMNPR"),
        _some(rng, 4),
        _some(rng, 1, "ACEFGJKLMNPQRTUVWXYZ") + _some(rng, 1, "XYZQVW"),
    )


def _pnc(rng: Random) -> Parts:
    year, serial = rng.randint(70, 99), rng.randint(1, 9_999_999)
    letter = "ZABCDEFGHJKLMNPQRTUVWXY"[(year * 10**7 + serial) % 23]
    century = rng.choice(("", "19"))
    return f"{century}{year}", f"{serial:07}{letter}"


def _cro(rng: Random) -> Parts:
    return str(rng.randint(1000, 999_999)), f"{rng.randint(10, 99)}{rng.choice('ABCDEFGHJK')}"


def _hospital_number(rng: Random) -> Parts:
    prefix = rng.choice(("H", "X", "RX", "", ""))
    return prefix + _some(rng, rng.randint(3, 4)), _some(rng, rng.randint(3, 4))


def _reference(rng: Random) -> Parts:
    forms = (
        lambda: f"CRI/{rng.randint(2010, 2025)}/{_some(rng, 5)}",
        lambda: f"13{_some(rng, 6)}-{_some(rng, 1)}",
        lambda: f"{_some(rng, 2)}{rng.choice('ABCD')}{rng.choice('ABCD')}/{_some(rng, 5)}/19",
        lambda: rng.choice("XTM") + _some(rng, 6),
        lambda: _some(rng, rng.randint(6, 9)),
        lambda: f"T-{_some(rng, 5)}-{_some(rng, 2)}",
    )
    return (rng.choice(forms)(),)


def _driving_licence(rng: Random) -> Parts:
    surname = rng.choice(("QUILX", "THRE9", "ZED99", "PEMBQ", "MORQA"))
    month = rng.randint(1, 12) + rng.choice((0, 50))
    born = f"{_some(rng, 1)}{month:02}{rng.randint(1, 28):02}{_some(rng, 1)}"
    return (
        surname,
        born,
        f"{rng.choice('ABJM')}{rng.choice('9KRS')}{_some(rng, 1)}{_some(rng, 2, 'ABEIJX')}",
    )


def _passport(rng: Random) -> Parts:
    return _some(rng, 3), _some(rng, 3), _some(rng, 3)


def _sort_code(rng: Random) -> Parts:
    return _some(rng, 2), _some(rng, 2), _some(rng, 2)


def _account(rng: Random) -> Parts:
    return _some(rng, 4), _some(rng, 4)


def _card(rng: Random) -> Parts:
    fifteen = "99" + _some(rng, 13)
    doubled = [int(digit) * 2 for digit in fifteen[::2]]
    total = sum(n - 9 if n > 9 else n for n in doubled) + sum(map(int, fifteen[1::2]))
    number = f"{fifteen}{-total % 10}"
    return number[:4], number[4:8], number[8:12], number[12:]


def _iban(rng: Random) -> Parts:
    return f"GB{_some(rng, 2)}", "ZZZZ", *(_some(rng, 4) for _ in range(3)), _some(rng, 2)


def _car(rng: Random) -> Parts:
    year = rng.choice((rng.randint(30, 50), rng.randint(80, 99)))
    return f"{_some(rng, 2, 'ABCDEFGKLMNPRSVWY')}{year}", _some(rng, 3, "ABCDEFGJKLMOPRTUVXYZ")


def _older_car(rng: Random) -> Parts:
    number, letters = str(rng.randint(21, 999)), _some(rng, 3, "IQZ")
    if rng.random() < 0.5:
        return rng.choice("BCDFGHJKLMNPRSTVWX") + number, letters
    return letters, number + rng.choice("BCDFGHJKLMNPRSTVWX")


def _postcode(rng: Random) -> Parts:
    district = rng.choice(
        ("ZE7", "LD9", "HS12", "E23", "W15", "SW23", "EC6A", "N24", "KW18", "M59", "B88", "W9Z")
    )
    return district.replace("9Z", "9A"), _some(rng, 1) + _some(rng, 2, "ABDEFGHJLNPQRSTUWXYZ")


def _mobile(rng: Random) -> Parts:
    return "07700", "900", _some(rng, 3)


def _landline(rng: Random) -> Parts:
    thousand = _some(rng, 3)
    return rng.choice(
        (
            ("0113", "496", f"0{thousand}"),
            ("020", "7946", f"0{thousand}"),
            ("01632", "960", thousand),
            ("(0161)", "496", f"0{thousand}"),
            ("028", "9649", f"6{thousand}"),
        )
    )


def _phone_from_abroad(rng: Random) -> Parts:
    code = rng.choice(("+44", "0044", "+44 (0)", "+44(0)"))
    return code, *rng.choice((("7700", "900", _some(rng, 3)), ("113", "496", f"0{_some(rng, 3)}")))


def _email(rng: Random) -> Parts:
    name = rng.choice(("jo.tarn", "m_quill", "robin-t", "kez99", "t.o'hara", "lee+home"))
    at = rng.choice(("@", "@", "@", "[at]", " (at) ", " at ", "&#64;", "%40", "＠"))
    dot = rng.choice((" dot ", "[dot]")) if "at" in at else "."
    domain = rng.choice(("example", "mail.example", "post.example"))
    return (f"{name}{at}{domain}{dot}{rng.choice(('org', 'com', 'net'))}",)


_MONTHS: Final = ("January", "Feb", "March", "Apr", "May", "June", "Sept", "October", "Nov", "Dec")


def _birth(rng: Random) -> Parts:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1935, 2008)
    return rng.choice(
        (
            (f"{day:02}", f"{month:02}", str(year)),
            (f"{day}", f"{month}", str(year)[2:]),
            (f"{day:02}", f"{month:02}", str(year)[2:]),
            (str(year), f"{month:02}", f"{day:02}"),
        )
    )


def _birth_in_words(rng: Random) -> Parts:
    day, year = rng.randint(4, 20), str(rng.randint(1935, 2008))
    month = rng.choice(_MONTHS)
    return rng.choice(((str(day), month, year), (f"{day}th", month, year), (month, str(day), year)))


def _position(rng: Random) -> Parts:
    north, east = f"5{rng.randint(4, 5)}.{_some(rng, 5)}", f"{rng.randint(3, 5)}.{_some(rng, 5)}"
    return (
        rng.choice(
            (
                *(f"{north}, {east}", f"{north},{east}", f"{north}N, {east}E", f"{north} {east}"),
                *(f"{north}%2C{east}", f"{north}°N {east}°E", f"-{east}, {north}"),
                *(f"@{north},{east}", f"N {north} E {east}", f"{north}, long {east}"),
            )
        ),
    )


def _grid_reference(rng: Random) -> Parts:
    return rng.choice(("OV", "OW", "HQ")), _some(rng, 3), _some(rng, 3)


def _three_words(rng: Random) -> Parts:
    words = ("lantern", "thimble", "harbour", "gravel", "mitten", "oatmeal", "quiver", "stapler")
    before = ("///", "///", "/// ", "https://what3words.com/", "https://w3w.co/", "w3w.co/")
    return (rng.choice(before) + ".".join(rng.sample(words, 3)),)


def _handle(rng: Random) -> Parts:
    before = ("@", "@", "@", "instagram.com/", "https://www.tiktok.com/@", "facebook.com/")
    name = rng.choice(("jo", "kez", "mad_dog", "Tarn", "lil.bee"))
    return (f"{rng.choice(before)}{name}_{_some(rng, 2)}",)


_OF_A_BIRTH: Final = (
    *("DOB", "d.o.b.", "D.O.B", "dob", "date of birth", "born", "Date of Birth", "born on"),
)
_BETWEEN_WORDS: Final = (
    *(" ", " ", " ", "  ", "-", "/", ".", ", ", "\u00a0", "\u2013", "&nbsp;", "%20", "_", "\n"),
)
_OF_A_CASE: Final = (
    *("crime ref", "Crime reference", "Mosaic no", "Mosaic ID", "tenancy ref", "CRN"),
    *("case number", "client ID", "Liquidlogic ID", "URN", "custody record no", "incident number"),
)
SORTS: Final[dict[str, Sort]] = {
    "NHS number": Sort(
        nhs_number, ("NHS number", "NHS no", "NHS No.", "nhs", "NHS", "NHS #", "NHS id")
    ),
    "CHI number": Sort(_chi_number, ("CHI", "CHI number", "chi no")),
    "National Insurance number": Sort(
        _national_insurance, ("NI", "NINO", "NI number", "National Insurance no"), small=True
    ),
    "prison number": Sort(
        _prison_number, ("prison number", "Prison no", "NOMIS no", "prisoner number"), small=True
    ),
    "PNC id": Sort(_pnc, ("PNC", "PNC ID", "PNC no"), own_gap="/", needs_gap=True, small=True),
    "CRO number": Sort(
        _cro, ("CRO", "CRO number", "CRO no"), alone=False, own_gap="/", needs_gap=True
    ),
    "hospital number": Sort(
        _hospital_number,
        ("hospital number", "Hosp no", "MRN", "RiO number", "patient ID"),
        alone=False,
    ),
    "case reference": Sort(_reference, _OF_A_CASE, alone=False, parted=False),
    "driving licence": Sort(
        _driving_licence, ("driving licence", "licence no", "DVLA"), small=True
    ),
    "passport": Sort(_passport, ("passport", "Passport number", "passport no"), alone=False),
    "sort code": Sort(_sort_code, ("sort code", "Sort Code", "sort-code"), False, own_gap="-"),
    "account": Sort(_account, ("account", "account number", "a/c", "bank account"), alone=False),
    "card": Sort(_card, ("card", "debit card", "card number")),
    "IBAN": Sort(_iban, ("IBAN", "bank")),
    "car": Sort(_car, ("car reg", "registration", "number plate", "his van"), small=True),
    "older car": Sort(_older_car, ("car reg", "registration", "number plate", "his van"), False),
    "postcode": Sort(_postcode, ("postcode", "Postcode", "address"), small=True),
    "mobile": Sort(_mobile, ("mobile", "mob", "tel", "phone", "call")),
    "landline": Sort(_landline, ("tel", "phone", "landline", "Tel no")),
    "phone with +44": Sort(_phone_from_abroad, ("mobile", "tel", "phone", "WhatsApp")),
    "e-mail": Sort(
        _email, ("e-mail", "email", "Email address"), parted=False, in_names=False, small=True
    ),
    "date of birth": Sort(_birth, _OF_A_BIRTH, False, own_gap="/", needs_gap=True),
    "birth in words": Sort(
        _birth_in_words, _OF_A_BIRTH, False, own_gap=" ", needs_gap=True, gaps=_BETWEEN_WORDS
    ),
    "map position": Sort(_position, ("GPS", "location", "found at"), parted=False, in_names=False),
    "grid reference": Sort(
        _grid_reference, ("grid ref", "OS ref", "Grid reference"), False, own_gap=" "
    ),
    "three words": Sort(
        _three_words, ("what3words", "w3w", "location"), parted=False, in_names=False
    ),
    "handle": Sort(
        _handle, ("Instagram", "insta", "TikTok", "Twitter"), parted=False, in_names=False
    ),
}
