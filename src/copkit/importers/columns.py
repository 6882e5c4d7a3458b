"""Headers of attendance lists, in the languages that programs write them in.  Pure."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from re import search
from typing import Final

_SEPARATORS: Final = re.compile(r"[\W_]+")  # between words: "E-mail:", "e_mail"


def normalise_header(header: str) -> str:
    """Return a header in the form that is compared: lower case, no accents, single spaces.

    ``E-Mail``, ``e_mail`` and ``E-mail:`` become ``e mail``.
    """
    # A cell may hold a whole text by mistake; no header is that long.
    plain = unicodedata.normalize("NFKD", header[:200])
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _SEPARATORS.sub(" ", letters.casefold()).strip()


def split_headers(words: str) -> list[str]:
    """Split ``first join, last leave`` into headers, each normalised."""
    return [normalise_header(word) for word in words.split(",")]


class ReportColumn(StrEnum):
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
    TIMESTAMP = "moment"
    IN_WAITING_ROOM = "in waiting room"
    ATTENDED = "attended"


_HEADERS: Final = {
    ReportColumn.NAME: (
        "name, full name, attendee, attendee name, participant, participant name, display name, "
        "user name, username, name original name, user name original name, nameoriginalname, "
        "person, who, vollständiger name, vor und nachname, teilnehmer, teilnehmername, "
        "name originalname, nom, nom complet, nom et prénom, prénom et nom, nom nom d’origine, "
        "nombre, nombre completo, nombre y apellidos, nombre nombre original, naam, "
        "volledige naam, naam deelnemer, imię i nazwisko, nazwa, enw, enw llawn, nome, "
        "nome completo, nome e cognome, namn, navn"
    ),
    ReportColumn.FIRST: (
        "first name, firstname, given name, forename, vorname, prénom, nombre de pila, "
        "primer nombre, voornaam, imię, enw cyntaf, primeiro nome"
    ),
    ReportColumn.LAST: (
        "last name, lastname, surname, family name, nachname, familienname, nom de famille, "
        "apellido, apellidos, primer apellido, achternaam, nazwisko, cyfenw, cognome, sobrenome, "
        "apelido"
    ),
    ReportColumn.EMAIL: (
        "email, e mail, mail, user email, email address, e mail address, attendee email, "
        "participant email, work email, contact email, email id, e mail adresse, mailadresse, "
        "benutzer e mail, adresse e mail, adresse mail, courriel, courrier électronique, "
        "e mail de l’utilisateur, correo, correo electrónico, correo electrónico del usuario, "
        "e mailadres, emailadres, adres e mail, poczta e mail, poczta elektroniczna, e bost, "
        "ebost, "
        "cyfeiriad e bost, cyfeiriad ebost, posta elettronica, indirizzo email, e post, epost, "
        "correio eletrônico, endereço de email"
    ),
    ReportColumn.UPN: "participant id upn, upn, user principal name",
    ReportColumn.JOINED: (
        "first join, join time, joined, joined at, join, arrived, arrival, in, time in, "
        "time joined, ankunft, beitritt, "
        "beitreten, entrada, llegada, arrivée, aankomst, wejście, ymuno, cyrraedd"
    ),
    ReportColumn.LEFT: (
        "last leave, leave time, left, left at, leave, departed, out, time out, "
        "time exited, time left, verlassen, salida, "
        "départ, vertrek, wyjście, gadael, saída"
    ),
    ReportColumn.DURATION: (
        "in meeting duration, duration minutes, total duration minutes, duration, minutes, mins, "
        "length, time in meeting, hyd, kesto, minuten"
    ),
    ReportColumn.ROLE: "role, rolle, rôle, rol, rola, função, ruolo, rôl, swyddogaeth",
    ReportColumn.ACTION: (
        "user action, action, benutzeraktion, action de l’utilisateur, action utilisateur, "
        "acción del usuario, gebruikersactie, akcja użytkownika, atividade, ação do usuário, "
        "azione utente, gweithred y defnyddiwr"
    ),
    ReportColumn.TIMESTAMP: (
        "timestamp, time stamp, zeitstempel, horodatage, horodateur, marca de tiempo, tijdstempel, "
        "znacznik czasu, carimbo de data hora, stamp amser, data e ora"
    ),
    ReportColumn.IN_WAITING_ROOM: "in waiting room, inwaitingroom, im warteraum, en sala de espera",
    ReportColumn.ATTENDED: "attended, teilgenommen",
}
_COLUMN_BY_HEADER: Final = {
    word: column for column, words in _HEADERS.items() for word in split_headers(words)
}
# For longer headers that are in no list, such as "Erste Teilnahme"; the first that matches counts.
# The patterns are of normalised headers, where accents are gone: only a letter such as ł stays.
_PATTERNS: Final = {
    ReportColumn.UPN: r"\bupn\b|^user principal name$",
    ReportColumn.EMAIL: r"^(?:\w+ )?e ?mail( \d)?$|^e ?mail (?:adress?e?|optional)$",
    ReportColumn.DURATION: (
        r"\bdurat|\bduree\b|\bduracion|\bdurac|\bdurata|\bdauer|dauer\b|\bduur\b|czas trwania"
        r"|\bhyd (?:y|yn)\b|time in (?:session|meeting)|minutes attended|\bvarakt|vergaderduur"
    ),
    ReportColumn.LEFT: (
        r"\b(?:last|latest) leave|\bleave time|\btime (?:exited|left)|\bleft at|letzt\w* \w+"
        r"|verlass|austritt|\bdernier\w* \w+|heure de (?:depart|sortie|fin)|\bultim[ao] \w+"
        r"|hora\w* de (?:salida|saida|abandono)|ora di uscita|\blaatst\w* \w+|van vertrek"
        r"|vertrektijd|ostatni\w* \w+|opuszczenia|amser gadael|gada\w+ (?:olaf|ddiwethaf)"
    ),
    ReportColumn.JOINED: (
        r"\bfirst join|\bjoin (?:time|date)|\btime joined|\bjoined at|\berste\w* \w+|beitritt"
        r"|teilnahmezeit|\bpremi\w* \w+|heure d (?:arrivee|entree)|heure de (?:connexion|debut)"
        r"|heure de participation|\bprimer\w* \w+"
        r"|hora\w* de (?:union|entrada|ingresso|acceso|inicio)"
        r"|\bprim[oa] \w+|ora di (?:ingresso|accesso)|\beerste \w+|van deelname|deelnametijd"
        r"|pierwsz\w* \w+|dołaczenia|amser ymuno|ymun\w* (?:cyntaf|gyntaf)"
    ),
}
_IGNORED_BEGINNINGS: Final = ("engagement", "registration")  # columns of Teams about other things
# Seconds by how a header names the unit: "Duration (Minutes)", "Dauer in Sekunden".
_UNITS: Final = {
    60: r"\bmin\b|\bmins\b|minut|munud",
    1: r"\bsec\b|\bsecs\b|second|sekund",
    3600: r"\bhrs?\b|\bhours?\b|\bstunden\b|\bheures\b",
}


@lru_cache(maxsize=2_000)
def find_column(header: str) -> ReportColumn | None:
    """Return what a column holds by its header; ``None`` for one that is not about attendance."""
    if len(header) > 80:  # a sentence in a cell, not a header
        return None
    # Some programs add the zone of their times: "Join Time (UTC)".
    plain = normalise_header(header).removesuffix(" utc").removesuffix(" gmt")
    if plain in _COLUMN_BY_HEADER:
        return _COLUMN_BY_HEADER[plain]
    if plain.startswith(_IGNORED_BEGINNINGS):
        return None
    return next((column for column, pattern in _PATTERNS.items() if search(pattern, plain)), None)


def column_positions(header: tuple[str, ...]) -> dict[ReportColumn, int]:
    """Return the position of each known column; the person's, where the host has the same one.

    An export of several meetings has columns about the host before those about the participant.
    """
    plain = [normalise_header(cell) for cell in header]
    # Zoom heads the participant's columns with "Name (Original Name)"; look from there on first.
    start = next((position for position, cell in enumerate(plain) if "original" in cell), 0)
    positions: dict[ReportColumn, int] = {}
    for position in (*range(start, len(header)), *range(start)):
        column = find_column(header[position])
        if column is not None:
            positions.setdefault(column, position)
    return positions


def unit_seconds(header: str) -> int | None:
    """Return how many seconds the unit of a header is, ``None`` where it names none."""
    plain = normalise_header(header)
    return next((unit for unit, pattern in _UNITS.items() if search(pattern, plain)), None)


def is_total_duration(header: str) -> bool:
    """Check whether a duration is of all of somebody's stays, and not of one of them."""
    return (
        search(r"\btotal|\bgesamt|in meeting|der besprechung", normalise_header(header)) is not None
    )
