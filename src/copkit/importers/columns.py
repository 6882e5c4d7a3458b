"""The columns of lists of who came, in the languages that programs write them in.  Pure."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from re import search
from typing import Final

# The words at the head of columns, as they are compared.

_BETWEEN: Final = re.compile(r"[\W_]+")


def folded(header: str) -> str:
    """Write a header as it is compared: small letters without accents, and spaces alone.

    ``E-Mail``, ``e_mail`` and ``E-mail:`` become ``e mail``.
    """
    plain = unicodedata.normalize("NFKD", header[:200])
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _BETWEEN.sub(" ", letters.casefold()).strip()


def word_list(words: str) -> list[str]:
    """Take ``first join, last leave`` apart, each as it is compared."""
    return [folded(word) for word in words.split(",")]


class Column(StrEnum):
    """What a column of a list holds."""

    NAME = "name"
    FIRST = "first name"
    LAST = "last name"
    EMAIL = "e-mail"
    UPN = "participant id"
    JOINED = "joined"
    LEFT = "left"
    DURATION = "duration"
    ROLE = "role"
    ACTION = "action"
    MOMENT = "moment"
    WAITING = "in waiting room"
    ATTENDED = "attended"


_WORDS: Final = {
    Column.NAME: (
        "name, full name, attendee, attendee name, participant, participant name, display name, "
        "user name, username, name original name, user name original name, nameoriginalname, "
        "person, who, vollständiger name, vor und nachname, teilnehmer, teilnehmername, "
        "name originalname, nom, nom complet, nom et prénom, prénom et nom, nom nom d’origine, "
        "nombre, nombre completo, nombre y apellidos, nombre nombre original, naam, "
        "volledige naam, naam deelnemer, imię i nazwisko, nazwa, enw, enw llawn, nome, "
        "nome completo, nome e cognome, namn, navn"
    ),
    Column.FIRST: (
        "first name, firstname, given name, forename, vorname, prénom, nombre de pila, "
        "primer nombre, voornaam, imię, enw cyntaf, primeiro nome"
    ),
    Column.LAST: (
        "last name, lastname, surname, family name, nachname, familienname, nom de famille, "
        "apellido, apellidos, primer apellido, achternaam, nazwisko, cyfenw, cognome, sobrenome, "
        "apelido"
    ),
    Column.EMAIL: (
        "email, e mail, mail, user email, email address, e mail address, attendee email, "
        "participant email, work email, contact email, email id, e mail adresse, mailadresse, "
        "benutzer e mail, adresse e mail, adresse mail, courriel, courrier électronique, "
        "e mail de l’utilisateur, correo, correo electrónico, correo electrónico del usuario, "
        "e mailadres, emailadres, adres e mail, poczta e mail, poczta elektroniczna, e bost, "
        "ebost, "
        "cyfeiriad e bost, cyfeiriad ebost, posta elettronica, indirizzo email, e post, epost, "
        "correio eletrônico, endereço de email"
    ),
    Column.UPN: "participant id upn, upn, user principal name",
    Column.JOINED: (
        "first join, join time, joined, joined at, join, arrived, arrival, in, time in, "
        "time joined, ankunft, beitritt, "
        "beitreten, entrada, llegada, arrivée, aankomst, wejście, ymuno, cyrraedd"
    ),
    Column.LEFT: (
        "last leave, leave time, left, left at, leave, departed, out, time out, "
        "time exited, time left, verlassen, salida, "
        "départ, vertrek, wyjście, gadael, saída"
    ),
    Column.DURATION: (
        "in meeting duration, duration minutes, total duration minutes, duration, minutes, mins, "
        "length, time in meeting, hyd, kesto, minuten"
    ),
    Column.ROLE: "role, rolle, rôle, rol, rola, função, ruolo, rôl, swyddogaeth",
    Column.ACTION: (
        "user action, action, benutzeraktion, action de l’utilisateur, action utilisateur, "
        "acción del usuario, gebruikersactie, akcja użytkownika, atividade, ação do usuário, "
        "azione utente, gweithred y defnyddiwr"
    ),
    Column.MOMENT: (
        "timestamp, time stamp, zeitstempel, horodatage, horodateur, marca de tiempo, tijdstempel, "
        "znacznik czasu, carimbo de data hora, stamp amser, data e ora"
    ),
    Column.WAITING: "in waiting room, inwaitingroom, im warteraum, en sala de espera",
    Column.ATTENDED: "attended, teilgenommen",
}
_OF: Final = {word: column for column, words in _WORDS.items() for word in word_list(words)}
# What a longer header speaks of, once no list has it; the first that fits.
_SPOKEN_OF: Final = {
    Column.UPN: r"\bupn\b|^user principal name$",
    Column.EMAIL: r"^(?:\w+ )?e ?mail( \d)?$|^e ?mail (?:adress?e?|optional)$",
    Column.DURATION: (
        r"\bdurat|\bduree\b|\bduracion|\bdurac|\bdurata|\bdauer|dauer\b|\bduur\b|czas trwania"
        r"|\bhyd (?:y|yn)\b|time in (?:session|meeting)|minutes attended|\bvarakt|vergaderduur"
    ),
    Column.LEFT: (
        r"\b(?:last|latest) leave|\bleave time|\btime (?:exited|left)|\bleft at|letzt\w* \w+"
        r"|verlass|austritt|\bdernier\w* \w+|heure de (?:depart|sortie|fin)|\bultim[ao] \w+"
        r"|hora\w* de (?:salida|saida|abandono)|ora di uscita|\blaatst\w* \w+|van vertrek"
        r"|vertrektijd|ostatni\w* \w+|opuszczenia|amser gadael|gada\w+ (?:olaf|ddiwethaf)"
    ),
    Column.JOINED: (
        r"\bfirst join|\bjoin (?:time|date)|\btime joined|\bjoined at|\berste\w* \w+|beitritt"
        r"|teilnahmezeit|\bpremi\w* \w+|heure d (?:arrivee|entree)|heure de (?:connexion|debut)"
        r"|heure de participation|\bprimer\w* \w+"
        r"|hora\w* de (?:union|entrada|ingresso|acceso|inicio)"
        r"|\bprim[oa] \w+|ora di (?:ingresso|accesso)|\beerste \w+|van deelname|deelnametijd"
        r"|pierwsz\w* \w+|dołaczenia|amser ymuno|ymun\w* (?:cyntaf|gyntaf)"
    ),
}
_OTHERS: Final = ("engagement", "registration")  # what Teams tells besides
_UNITS: Final = {
    60: r"\bmin\b|\bmins\b|minut|munud",
    1: r"\bsec\b|\bsecs\b|second|sekund",
    3600: r"\bhrs?\b|\bhours?\b|\bstunden\b|\bheures\b",
}


@lru_cache(maxsize=2_000)
def column_of(header: str) -> Column | None:
    """Tell what a column holds by its header; ``None`` for one that says nothing of who came."""
    if len(header) > 80:
        return None
    plain = folded(header).removesuffix(" utc").removesuffix(" gmt")
    if plain in _OF:
        return _OF[plain]
    if plain.startswith(_OTHERS):
        return None
    return next((column for column, pattern in _SPOKEN_OF.items() if search(pattern, plain)), None)


def columns_of(header: tuple[str, ...]) -> dict[Column, int]:
    """Give the place of each column that is known; the one of the person, where two are alike.

    An export of several meetings repeats what belongs to the host before it comes to the people.
    """
    plain = [folded(cell) for cell in header]
    person = next((n for n, cell in enumerate(plain) if "original" in cell), 0)
    places: dict[Column, int] = {}
    for place in (*range(person, len(header)), *range(person)):
        column = column_of(header[place])
        if column is not None:
            places.setdefault(column, place)
    return places


def unit_of(header: str) -> int | None:
    """Tell how many seconds one is of what a column counts, ``None`` where it does not say."""
    plain = folded(header)
    return next((unit for unit, pattern in _UNITS.items() if search(pattern, plain)), None)


def is_total(header: str) -> bool:
    """Say whether a duration is of all of somebody's stays, and not of one of them."""
    return search(r"\btotal|\bgesamt|in meeting|der besprechung", folded(header)) is not None
