"""Headings as people write them, in one row or two, and the columns of a member list.  Pure.

``Role / Job title*``, ``Job role`` and ``What is your job title?`` mean the same. What is compared
is always a normalised heading, so case, accents, line breaks and punctuation make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, TypeVar

from copkit.errors import closest_match
from copkit.importers.columns import (
    COLUMN_BY_HEADER,
    ReportColumn,
    find_column,
    normalise_header,
    split_headers,
)
from copkit.records.private import Column

Meaning = TypeVar("Meaning")

# Loose forms

_MAX_HEADING: Final = 120  # characters: a longer cell is a text, and no heading
_IN_BRACKETS: Final = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
# such as "Role / Job title", "Name | Nom", "role or job title", "Email: work"
_BETWEEN_WORDS: Final = re.compile(r"\s*(?:[/|;:]|\s-\s|\s–\s|,\s|\b(?:or|oder|ou|lub|neu)\b)\s*")
# What a form puts round the word, as normalised: "please enter your", "which ... do you work in"
_BEFORE_WORD: Final = re.compile(
    r"^(?:please )?(?:enter|give|state|tell us|type|provide|add|confirm|write|insert)? ?(?:us )?"
    r"(?:what is|what s|whats|which|what|who is)? ?"
    r"(?:(?:your|the|my|our|their|member s|members|participant s|attendee s|person s|main|current"
    r"|primary|preferred|full|ihr|ihre|votre|su|tu|uw|je|twoj|twoja|eich|il tuo|il suo|seu|sua) )*"
)
_AFTER_WORD: Final = re.compile(
    r" (?:of (?:the |a |each )?(?:member|participant|attendee|delegate|person|contact)s?"
    r"|(?:do )?you (?:work|are|represent|belong|come|volunteer)(?: \w+){0,2}"
    r"|(?:in|at|within|with) (?:the |your |this |our )?(?:organi[sz]ation|company|agency|team)"
    r"|are you \w+|do you \w+(?: \w+){0,2}|required|optional|mandatory|if any|if known"
    r"|if applicable|pflichtfeld|obligatoire|obligatorio)$"
)


@lru_cache(maxsize=4_000)
def heading_forms(heading: str) -> tuple[str, ...]:
    """Return what a heading says, normalised: as it is written first, then with less around it.

    ``E-mail address (work)*`` gives ``e mail address work`` and ``e mail address``.
    """
    text = heading[:_MAX_HEADING]
    bare = normalise_header(_IN_BRACKETS.sub(" ", text))
    shorter = _AFTER_WORD.sub("", _BEFORE_WORD.sub("", bare, count=1))
    forms = (normalise_header(text), bare, _AFTER_WORD.sub("", bare), shorter)
    return tuple(dict.fromkeys(form for form in forms if form))


def match_heading(heading: str, meaning_of: Callable[[str], Meaning | None]) -> Meaning | None:
    """Return what a heading means, in its first form that ``meaning_of`` knows.

    Where only parts of it are known, as in ``Role / Job title``, all that are must mean the same.
    """
    if len(heading) > _MAX_HEADING:
        return None
    for form in heading_forms(heading):
        if (meaning := meaning_of(form)) is not None:
            return meaning
    parts = _BETWEEN_WORDS.split(_IN_BRACKETS.sub(" ", heading))
    if len(parts) < 2:
        return None
    forms = chain.from_iterable(map(heading_forms, parts))
    meanings = {meaning for form in forms if (meaning := meaning_of(form)) is not None}
    return meanings.pop() if len(meanings) == 1 else None


# Two rows of headings

# What a form's export writes below a question that has one answer.
_EMPTY_PHRASES: Final = frozenset({"response", "open ended response", "antwort", "reponse"})


def join_heading_rows(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return one row of headings for two: the lower one, and the upper where that says nothing.

    An upper heading goes on to the right until the next: ``2026`` above ``7 Jan``, ``4 Feb`` gives
    ``7 Jan 2026``, ``4 Feb 2026``. Any other group is left out, since the lower heading is read.
    """
    joined: list[str] = []
    group = ""
    for position in range(max(len(upper), len(lower))):
        above = upper[position] if position < len(upper) else ""
        below = lower[position] if position < len(lower) else ""
        group = above or group
        if not below or normalise_header(below) in _EMPTY_PHRASES:
            joined.append(above)
        elif re.fullmatch(r"(?:19|20)\d\d", group):
            joined.append(f"{below} {group}")
        else:
            joined.append(below)
    return tuple(joined)


# What stands below a table and is no row of it

_TOTAL: Final = re.compile(
    r"(?:grand |sub ?)?totals?\b|count\b|sum\b"
    r"|(?:gesamt|summe|insgesamt|totaal|razem|suma|łącznie|ogółem|cyfanswm|totale|totalt|yhteensä)\b"
)
_NOTE: Final = re.compile(
    r"confidential|copyright|©|key\s?[:=]|legend|notes?\s?[:*]|n\.?b\.?\b|\*|generated\b"
    r"|printed\b|report generated|exported\b|page \d+ of|last updated|updated\b"
    r"|end of (?:list|report)|source:|vertraulich|confidentiel|legende|légende|leyenda"
)


def is_total(cells: Sequence[str]) -> bool:
    """Check whether a row sums up the rows above it: ``Total, 3, 2`` or ``Grand Totals (4)``."""
    filled = [cell for cell in cells if cell]
    if not filled or not _TOTAL.match(filled[0].strip().casefold()):
        return False
    return all(not any(sign.isalpha() for sign in cell) for cell in filled[1:])


def is_note(cells: Sequence[str]) -> bool:
    """Check whether a row is a remark or a footer: one cell, which says so or is a whole text."""
    filled = [cell for cell in cells if cell]
    if len(filled) != 1 or "@" in filled[0]:
        return False
    text = filled[0].strip().casefold()
    return bool(_NOTE.match(text) or _TOTAL.match(text)) or len(text) > 60


# What stands above people who are no members: "Former members", "Waiting list:"
_OTHERS: Final = re.compile(
    r"(?:former|past|previous|ex|old|inactive|resigned|retired|leavers?|left|deputies|reserves?"
    r"|substitutes?|guests?|observers?|invited|apologies|waiting list|waitlist|prospective"
    r"|potential|mailing list only|ehemalige|frühere|anciens?|antiguos|voormalige|byli|cyn|ex-)\b.*"
)


def heads_other_people(cells: Sequence[str]) -> bool:
    """Check whether a row is a heading above people who are no members, or above another table."""
    filled = [cell for cell in cells if cell]
    if len(filled) == 1:
        return _OTHERS.fullmatch(filled[0].strip(" :-–").casefold()) is not None
    return len(filled) > 1 and sum(map(_is_heading, filled)) > max(1, len(filled) // 2)


def _is_heading(cell: str) -> bool:
    return find_member_column(cell) is not None


# The columns of a member list

_MEMBER_HEADINGS: Final = {
    Column.ID: "id, member id, copkit id",
    Column.NAME: (
        "member name, contact name, contact, member, members, sort name, name on badge, "
        "name of person, first and last name, surname and name, staff name, name of staff, "
        "staff member, employee, employee name, councillor, representative, representative name, "
        "name of representative, rep, delegate, delegate name, volunteer, volunteer name, "
        "volunteers, trustee, contact person, main contact, key contact, lead contact, lead, "
        "ansprechpartner, ansprechpartnerin, kontaktperson, interlocuteur, mitglied, membre, "
        "miembro, lid, członek, aelod, "
        "membro, medlem"
    ),
    Column.FIRST_NAME: "first, first names, forenames, forename s, first name s, prenoms",
    Column.LAST_NAME: "last, surnames, second name, family",
    Column.EMAIL: (
        "emails, e mails, primary email, e mail 1 value, email 1 value, e mail 1, email 1, "
        "email work, business email, preferred email, office email, email contact, contact e mail"
    ),
    Column.ROLE: (
        "role, job title, job, job role, position, post, occupation, position held, designation, "
        "profession, professional role, role title, job title role, job function, "
        "organization title, organisation title, role in organisation, role in organization, "
        "role at work, work role, job description, post title, position title, funktion, rolle, "
        "beruf, stelle, berufsbezeichnung, stellenbezeichnung, tatigkeit, amt, fonction, poste, "
        "metier, intitule du poste, role professionnel, cargo, puesto, puesto de trabajo, funcion, "
        "rol, profesion, ocupacion, functie, functietitel, beroep, stanowisko, funkcja, rola, "
        "zawód, swydd, rol swydd, teitl swydd, ruolo, funzione, qualifica, mansione, incarico, "
        "professione, funcao, papel, profissao, ocupacao, befattning, roll, yrke, stilling, tittel"
    ),
    Column.SECTOR: (
        "sector, sectors, sector of work, work sector, service sector, sektor, bereich, "
        "arbeitsbereich, secteur, secteur d activite, settore, setor, branza, branche, sector "
        "laboral, maes"
    ),
    Column.ORGANISATION: (
        "organisation, organization, org, agency, employer, company, works for, organisation name, "
        "organization name, company name, name of organisation, name of organization, "
        "current employer, employer name, account name, account, workplace, place of work, "
        "institution, affiliation, representing, organisation represented, agency name, "
        "host organisation, home organisation, institution name, einrichtung, trager, firma, "
        "unternehmen, arbeitgeber, verein, organisme, structure, entreprise, societe, employeur, "
        "etablissement, organizacion, entidad, empresa, institucion, organisatie, bedrijf, "
        "werkgever, instelling, organizacja, instytucja, pracodawca, sefydliad, cyflogwr, mudiad, "
        "organizzazione, ente, azienda, organizacao, instituicao, foretag, arbetsgivare, virksomhed"
    ),
    Column.PART: (
        "part, part in the community, community role, role in the community, role in community, "
        "role in cop, role in the cop, role in group, role in the group"
    ),
    Column.JOINED: (
        "joined, date joined, joined on, member since, join date, joining date, date of joining, "
        "membership start, membership start date, beitritt, beitrittsdatum, mitglied seit, "
        "eintritt, eintrittsdatum, date d adhesion, membre depuis, fecha de alta, "
        "fecha de ingreso, miembro desde, lid sinds, datum lid, data przystapienia, członek od, "
        "dyddiad ymuno, data di iscrizione, iscritto dal, data de adesao, membro desde"
    ),
    # by which a list keeps people who are no members any more, or not yet
    Column.STATUS: (
        "status, member status, membership status, attendee status, approval status, order status, "
        "participant status, contact status, active, is active, active member, current member, "
        "still a member, left, date left, left on, leaving date, leave date, date of leaving, "
        "inactive, block credential, blocked, archived, resigned, unsub time, unsubscribed, "
        "former member, austritt, austrittsdatum, ausgetreten, aktiv, actif, date de depart, "
        "activo, actief, attivo, ativo"
    ),
}
_COLUMN_BY_HEADING: Final = {
    heading: column
    for column, headings in _MEMBER_HEADINGS.items()
    for heading in split_headers(headings)
}
# A person is headed in the same words on every list.
_COLUMN_OF_PERSON: Final = {
    ReportColumn.NAME: Column.NAME,
    ReportColumn.FIRST: Column.FIRST_NAME,
    ReportColumn.LAST: Column.LAST_NAME,
    ReportColumn.EMAIL: Column.EMAIL,
    ReportColumn.UPN: Column.EMAIL,
}
_LEAVING: Final = re.compile(
    r"\b(?:left|leav\w+|inactive|block\w*|archived|resigned|former|unsub\w*"
    r"|austritt\w*|ausgetreten|depart)\b"
)
_STAYING: Final = re.compile(r"\b(?:active|current|still|aktiv|actif|activo|actief|attivo|ativo)\b")
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "non", "nee", "nie", "nao", "na"})
_NO_MEMBER: Final = re.compile(
    r"(?:left|leaver|inactive|not active|resigned|retired|former|ex member|lapsed|expired|ended"
    r"|deceased|withdrawn|withdrew|cancell?ed|removed|archived|suspended|dormant|unsubscribed"
    r"|cleaned|bounced|declined|denied|rejected|refunded|not attending|invited|wait\w*|pending\w*"
    r"|prospect\w*|applied|applicant|ausgetreten|inaktiv|ehemalig|inactif|ancien\w*|baja"
    r"|inactivo)\b.*"
)


def says_no_member(heading: str, cell: str) -> bool:
    """Check whether a column about membership says of somebody that they are no member.

    ``2024-05-01`` or ``yes`` below ``Date left``, ``No`` below ``Active``, ``Resigned`` below
    ``Status``. An empty cell says nothing.
    """
    head, word = normalise_header(heading), normalise_header(cell)
    if not word or word in {"n a", "none", "tbc"}:
        return False
    if _LEAVING.search(head):
        return word not in _NO
    if _STAYING.search(head) and word in _NO:
        return True
    return _NO_MEMBER.fullmatch(word) is not None


# Headings that people use for several things: the cells below have to agree.
_VAGUE_HEADINGS: Final = {
    heading: column
    for column, headings in {
        Column.ORGANISATION: (
            "team, service, department, school, university, charity, group, trust, works at, "
            "association, asociacion, associazione, fundacja, verband, abteilung, works in"
        ),
        Column.PART: "type, member type, membership type",
        Column.ROLE: "title, titel, titre, titulo, function, role s, what i do",
        Column.JOINED: "start date",
    }.items()
    for heading in split_headers(headings)
}


# Whoever owns a contact, booked a ticket or hosts a meeting is not the person of the line.
_OTHER_PEOPLE: Final = re.compile(
    r"\b(?:host|owner|staff|buyer|payer|billing|booker|(?:line )?manager|emergency|assistant|spouse"
    r"|partner|referr\w+|order|created by|modified by|deputy|line)\b"
)


def find_member_column(heading: str) -> Column | None:
    """Return what a column of a member list holds by its heading; ``None`` for any other."""
    literal = normalise_header(heading)
    if literal not in _COLUMN_BY_HEADING and _OTHER_PEOPLE.search(literal):
        return None
    return match_heading(heading, _member_column)


def find_vague_column(heading: str) -> Column | None:
    """Return what a column may hold whose heading is used for several things."""
    return match_heading(heading, _VAGUE_HEADINGS.get)


def _member_column(form: str) -> Column | None:
    if form in _COLUMN_BY_HEADING:
        return _COLUMN_BY_HEADING[form]
    column = find_column(form)
    return _COLUMN_OF_PERSON.get(column) if column else None


def nearest_column(heading: str) -> Column | None:
    """Return the column whose headings are most like an unknown one, ``None`` if none is."""
    from difflib import get_close_matches  # rarely needed, and slow to import

    for form in heading_forms(heading):
        near = get_close_matches(form, _all_headings(), n=1, cutoff=0.75)
        if near:
            return _COLUMN_BY_HEADING.get(near[0]) or _VAGUE_HEADINGS.get(near[0])
    words = {word for form in heading_forms(heading) for word in form.split()}
    found = dict.fromkeys(filter(None, map(_word_column, sorted(words))))
    return next(iter(found)) if len(found) == 1 else None


def _all_headings() -> Iterator[str]:
    yield from _COLUMN_BY_HEADING
    yield from _VAGUE_HEADINGS


def _word_column(word: str) -> Column | None:
    return _COLUMN_BY_HEADING.get(word) or _VAGUE_HEADINGS.get(word)


# The columns of an attendance list


@lru_cache(maxsize=4_000)
def find_report_column(heading: str) -> ReportColumn | None:
    """Return what a column of an attendance list holds by its heading; ``None`` if not known.

    What only a member list has a use for, such as a role or an organisation, is something else.
    """
    if "#" in heading or len(heading) > _MAX_HEADING:
        return find_column(heading)
    if _OTHER_PEOPLE.search(normalise_header(heading)):
        column = find_column(heading)
        return ReportColumn.OTHER if column in _COLUMN_OF_PERSON else column
    # "Full name (as on the certificate)" is a name all the same.
    for form in heading_forms(heading)[:2]:
        if form in COLUMN_BY_HEADER:
            return COLUMN_BY_HEADER[form]
    if (column := find_column(heading)) is not None:
        return column
    if (column := match_heading(heading, find_column)) is not None:
        return column
    member_column = find_member_column(heading) or find_vague_column(heading)
    is_other = member_column not in {None, Column.STATUS}  # a status may be of that day
    return ReportColumn.OTHER if is_other else None


def nearest_report_column(heading: str) -> ReportColumn | None:
    """Return the meaning of the heading that is spelt most like an unknown one, if any is."""
    near = closest_match(normalise_header(heading), COLUMN_BY_HEADER)
    return COLUMN_BY_HEADER[near] if near else None
