"""What a cell says of somebody's coming: words, letters and ticks in ten languages.  Pure.

An answer given before the day (going, accepted, registered) never says that somebody came. What
is not in these lists, or may mean two things, is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from copkit.importers.columns import ReportColumn, normalise_header, split_headers


class ListMark(StrEnum):
    """What a list says of one person and one meeting; ``UNCLEAR`` records nobody."""

    ATTENDED = "attended"
    LATE = "late"
    APOLOGIES = "apologies"
    ABSENT = "absent"
    UNCLEAR = "unclear"

    @property
    def came(self) -> bool:
        """Whether somebody was there, from the beginning or not."""
        return self in {ListMark.ATTENDED, ListMark.LATE}


NO_ARRIVAL: Final = "no time of arrival"
UNREAD_DAY: Final = "their day cannot be read"
NO_DAY: Final = "no day stands beside them"
THERE_AND_AWAY: Final = "marked both as there and as away"
UNCLEAR_REASONS: Final = frozenset({NO_ARRIVAL, UNREAD_DAY, NO_DAY, THERE_AND_AWAY})
"""Why it is unclear whether somebody came, where no value of the list says so."""


class Sense(StrEnum):
    """What a value means by itself; what it says of somebody depends on the column as well."""

    YES = "yes"
    NO = "no"
    ATTENDED = "attended"
    LATE = "late"
    MODE = "how they came"
    APOLOGIES = "apologies"
    ABSENT = "absent"
    BEFOREHAND = "beforehand"
    NOT_COMING = "not coming"


_WORDS: Final = {
    Sense.YES: (
        "yes, y, true, 1, x, ok, ja, j, oui, si, tak, ie, sim, kylla, wahr, vrai, verdadero, "
        "verdadeiro, waar, prawda, vero, cywir, sant, ticked, checked, signed, "
        "yes i did, 1 0, signe, signee, unterschrieben, firmado, firmada, getekend, podpisano, "
        "podpisany, llofnodwyd, firmato, assinado, signerat, underskrevet, allekirjoitettu"
    ),
    Sense.NO: (
        "no, n, false, 0, nein, non, nee, nie, na, nao, nej, nei, ei, falsch, faux, falso, onwaar, "
        "fałsz, fałs, nage, unchecked, not signed, 0 0"
    ),
    Sense.ATTENDED: (
        "attended, present, here, came, was there, there, showed, showed up, turned up, arrived, "
        "checked in, check in, checkedin, checked in on site, in attendance, participated, "
        "took part, has attended, did attend, attended in person, attended online, "
        "attended in full, fully attended, present in person, present online, admitted, "
        "anwesend, da, dabei, war da, war dabei, teilgenommen, hat teilgenommen, erschienen, "
        "gekommen, eingecheckt, prasent, "
        "presente, presents, presentes, presenti, a participe, participe, venu, venue, est venu, "
        "est venue, arrive, arrivee, pointe, "
        "asistio, ha asistido, asistido, participo, ha participado, vino, "
        "aanwezig, deelgenomen, gekomen, ingecheckt, was er, heeft deelgenomen, opgekomen, "
        "obecny, obecna, obecni, uczestniczył, uczestniczyła, wzial udzial, wziela udzial, "
        "wział udział, wzieła udział, był, była, przyszedł, przyszła, zameldowany, "
        "presennol, yn bresennol, bresennol, mynychodd, wedi mynychu, daeth, cymerodd ran, "
        "ha partecipato, partecipato, partecipo, venuto, venuta, "
        "compareceu, participou, veio, esteve presente, "
        "narvarande, deltog, deltagit, kom, var dar, incheckad, til stede, tilstede, deltok, "
        "har deltaget, deltaget, møtte, møtt, fremmødt, mødt, indtjekket, "
        "lasna, paikalla, osallistui, oli paikalla"
    ),
    Sense.MODE: (
        "in person, online, remote, remotely, virtual, virtually, on site, onsite, hybrid, "
        "via zoom, via teams, by phone, face to face, vor ort, sur place, en ligne, "
        "en presentiel, en linea, presencial, op locatie, zdalnie, stacjonarnie, ar lein, "
        "yn bersonol, in presenza, da remoto, remoto, pa plats, digitalt, etana"
    ),
    Sense.LATE: (
        "late, arrived late, came late, tardy, present late, late arrival, left early, partial, "
        "partially attended, attended partially, part, attended late, attended in part, "
        "verspatet, zu spat, zu spat gekommen, verspatung, spater, teilweise, "
        "teilweise anwesend, en retard, retard, arrive en retard, partiellement, "
        "tarde, llego tarde, retraso, con retraso, retrasado, parcial, te laat, laat, later, "
        "spozniony, spozniona, spozniony sie, spoznienie, spoznił sie, spozniła sie, spoźniony, "
        "hwyr, yn hwyr, "
        "in ritardo, ritardo, arrivato in ritardo, atrasado, atrasada, atraso, chegou tarde, "
        "sen, for sen, forsenad, kom sent, for sent, forsinket, kom for sent, myohassa, myohastyi"
    ),
    Sense.APOLOGIES: (
        "apologies, apology, apologised, apologized, apologies sent, sent apologies, "
        "apologies received, apologies given, apol, apols, excused, excused absence, "
        "absent excused, absent with apologies, authorised absence, authorized absence, sick, ill, "
        "off sick, sick leave, holiday, on holiday, annual leave, on leave, leave, "
        "entschuldigt, krank, krankgemeldet, krankheit, urlaub, im urlaub, entschuldigt gefehlt, "
        "abwesend entschuldigt, excuse, excusee, absent excuse, absence excusee, malade, conge, "
        "en conge, justifie, excusado, excusada, justificado, justificada, falta justificada, "
        "ausente justificado, disculpado, disculpa, disculpas, enfermo, enferma, "
        "afgemeld, verontschuldigd, met kennisgeving, ziek, ziekgemeld, met bericht, "
        "usprawiedliwiony, usprawiedliwiona, nieobecnosc usprawiedliwiona, "
        "nieobecny usprawiedliwiony, chory, chora, urlop, "
        "ymddiheuriadau, ymddiheuriad, wedi ymddiheuro, ymddiheurodd, esgusodwyd, sal, yn sal, "
        "giustificato, giustificata, assente giustificato, assente giustificata, scusato, scusata, "
        "malato, malata, ferie, doente, ausencia justificada, "
        "anmald franvaro, giltig franvaro, ursaktad, sjuk, forhinder, forhindrad, "
        "afbud, meldt afbud, forfall, meldt forfall, syg, syk, sykdom, ilmoittanut poissaolosta, "
        "sairas, estynyt"
    ),
    Sense.ABSENT: (
        "absent, absentee, did not attend, didn t attend, not attended, dna, no show, noshow, "
        "no showed, did not show, did not show up, didn t show, didn t come, did not come, "
        "not come, not present, not there, not here, missing, missed, away, unexcused, "
        "unexcused absence, "
        "unauthorised absence, unauthorized absence, absent unexcused, absent without apologies, "
        "not checked in, not arrived, did not arrive, failed to attend, "
        "abwesend, fehlt, fehlte, gefehlt, hat gefehlt, nicht anwesend, nicht da, "
        "nicht erschienen, nicht gekommen, nicht teilgenommen, unentschuldigt, nicht dabei, "
        "unentschuldigt gefehlt, absente, absents, non present, non presente, pas venu, "
        "pas venue, n est pas venu, n est pas venue, non venu, n a pas participe, absent non "
        "excuse, non excuse, ausente, no asistio, no presentado, no se presento, no vino, falto, "
        "falta, inasistente, no asistido, falta injustificada, "
        "afwezig, niet aanwezig, niet verschenen, niet gekomen, niet deelgenomen, zonder bericht, "
        "nieobecny, nieobecna, nieobecni, nie był, nie była, nie przyszedł, nie przyszła, "
        "nie uczestniczył, nie uczestniczyła, nie stawił sie, nieusprawiedliwiony, "
        "absennol, yn absennol, ddim yn bresennol, heb fynychu, ddim yno, ni ddaeth, "
        "ni fynychodd, assente, assenti, non ha partecipato, non venuto, mancante, "
        "assente ingiustificato, non presentato, faltou, nao compareceu, nao veio, "
        "nao participou, ausente sem justificativa, franvarande, kom inte, uteblev, deltog inte, "
        "ogiltig franvaro, ej narvarande, fraværende, ikke til stede, ikke mødt, udeblev, "
        "ikke møtt, møtte ikke, kom ikke, deltog ikke, deltok ikke, poissa, ei paikalla, "
        "ei osallistunut"
    ),
    Sense.BEFOREHAND: (
        "going, accepted, registered, signed up, waitlisted, waitlist, waiting list, wait list, "
        "on waitlist, on waiting list, interested, attending, will attend, yes will attend, "
        "plans to attend, coming, will come, confirmed, approved, pending, pending approval, "
        "invited, tentative, tentatively accepted, maybe, perhaps, unsure, none, no response, "
        "no reply, not responded, not replied, awaiting, awaiting response, awaiting approval, "
        "awaiting payment, pending from waitlist, pending from approval, "
        "pending from pay later, pending from incomplete transaction, partially paid, "
        "completed, paid, unpaid, booked, reserved, provisional, enrolled, rsvp, rsvp d, "
        "required attendee, optional attendee, meeting organizer, meeting organiser, "
        "required, optional, follow up, invitation sent, expected, to be confirmed, tbc, joining, "
        "angemeldet, zugesagt, zusage, bestatigt, eingeladen, warteliste, auf der warteliste, "
        "vielleicht, unter vorbehalt, mit vorbehalt, keine antwort, keine ruckmeldung, offen, "
        "registriert, interessiert, ausstehend, gebucht, bezahlt, kommt, nimmt teil, teilnahme, "
        "inscrit, inscrite, confirme, confirmee, accepte, acceptee, invite, invitee, en attente, "
        "peut etre, liste d attente, sans reponse, provisoire, enregistre, enregistree, "
        "inscrito, inscrita, confirmado, confirmada, aceptado, aceptada, invitado, invitada, "
        "en espera, lista de espera, pendiente, quizas, tal vez, registrado, registrada, "
        "sin respuesta, interesado, interesada, apuntado, apuntada, asistira, provisional, "
        "aangemeld, ingeschreven, bevestigd, geaccepteerd, uitgenodigd, wachtlijst, "
        "op wachtlijst, misschien, in afwachting, geregistreerd, geen reactie, geen antwoord, "
        "geinteresseerd, komt, zarejestrowany, zarejestrowana, potwierdzony, potwierdzona, "
        "zaakceptowany, zaakceptowana, zaproszony, zaproszona, lista rezerwowa, moze, "
        "oczekujacy, oczekujaca, zapisany, zapisana, brak odpowiedzi, zgłoszony, zgłoszona, "
        "zainteresowany, wezmie udział, "
        "wedi cofrestru, cofrestrwyd, cofrestredig, derbyniwyd, efallai, rhestr aros, gwahoddwyd, "
        "yn mynd, yn dod, cadarnhawyd, dim ateb, "
        "iscritto, iscritta, confermato, confermata, accettato, accettata, invitato, invitata, "
        "in attesa, lista d attesa, lista di attesa, forse, nessuna risposta, partecipera, "
        "interessato, interessata, aceito, aceite, convidado, convidada, em espera, pendente, "
        "talvez, registado, registada, sem resposta, interessado, interessada, "
        "anmald, bekraftad, accepterad, inbjuden, vantelista, kanske, inget svar, intresserad, "
        "tilmeldt, pameldt, bekræftet, bekreftet, inviteret, invitert, venteliste, maske, kanskje, "
        "intet svar, kommer, ilmoittautunut, hyvaksytty, kutsuttu, ehka, jonotuslistalla"
    ),
    Sense.NOT_COMING: (
        "declined, not going, not attending, cannot attend, can t attend, unable to attend, "
        "will not attend, won t attend, not coming, regrets, cancelled, canceled, rejected, "
        "refused, denied, expired, withdrawn, withdrew, refunded, deleted, transferred, removed, "
        "unsubscribed, unregistered, not registered, not approved, "
        "abgesagt, absage, storniert, abgelehnt, kommt nicht, abgemeldet, zuruckgezogen, "
        "decline, declinee, annule, annulee, refuse, refusee, ne vient pas, desiste, desistee, "
        "rechazado, rechazada, cancelado, cancelada, anulado, anulada, no asistira, "
        "geannuleerd, geweigerd, afgezegd, komt niet, geweigerd, "
        "odrzucony, odrzucona, anulowany, anulowana, anulowano, odwołany, odwołane, zrezygnował, "
        "zrezygnowała, rezygnacja, gwrthodwyd, canslwyd, wedi canslo, ddim yn dod, "
        "rifiutato, rifiutata, annullato, annullata, cancellato, cancellata, "
        "recusado, recusada, desistiu, avbokad, avbojt, avanmald, tackat nej, avlyst, "
        "afmeldt, aflyst, avmeldt, avslatt, afvist, peruttu, peruutettu, hylatty"
    ),
}
_SENSE_BY_WORD: Final = {
    word: sense for sense, words in _WORDS.items() for word in split_headers(words)
}
_TICKS: Final = frozenset("✓✔☑✅√●•")
_CROSSES: Final = frozenset("x×☒")  # a cross ticks a box, unless ticks stand beside it
_UNTICKED: Final = frozenset({"✗", "✘", "❌", "☐", "-", "--", "–", "—"})
# Letters of a register, where P is among them: elsewhere A may be "anwesend" or "aanwezig".
_LETTERS: Final = {
    "p": Sense.ATTENDED,
    "a": Sense.ABSENT,
    "l": Sense.LATE,
    "e": Sense.APOLOGIES,
}
_NOT_TAKEN: Final = frozenset({"?", "n/a", "#n/a", "tbc"})  # nobody noted anything
_POINTS: Final = re.compile(r"\(\s*-?\d[\d.,]*\s*(?:/\s*\d[\d.,]*\s*)?\)\s*$")  # Moodle: "P (2/2)"
_PARTS: Final = re.compile(r"\s+[-–—/]\s+|[,;:(]\s*")
_LONGEST_VALUE: Final = 40  # characters; longer texts are remarks


@lru_cache(maxsize=5_000)
def find_sense(value: str) -> Sense | None:
    """Return what a value means by itself; ``None`` for one that is unknown, or a single letter."""
    bare = plain_value(value)
    if bare == "(ok)":  # polls of dates: if need be
        return Sense.BEFOREHAND
    if bare in _UNTICKED:
        return Sense.NO
    if bare in _TICKS or bare in _CROSSES:
        return Sense.YES
    if len(bare) > _LONGEST_VALUE:
        return None
    return _SENSE_BY_WORD.get(normalise_header(bare)) or _sense_of_first_part(bare)


def _sense_of_first_part(bare: str) -> Sense | None:
    """Return what ``no - on leave`` or ``yes (online)`` mean; ``None`` where the parts disagree."""
    first, *others = [part for part in _PARTS.split(bare.rstrip(")")) if part] or [""]
    sense = _SENSE_BY_WORD.get(normalise_header(first))
    senses = {_SENSE_BY_WORD.get(normalise_header(other)) for other in others}
    if not others or len(first) < 2:
        return None
    if sense in {Sense.NO, Sense.ABSENT, Sense.APOLOGIES}:
        is_against = senses & {Sense.YES, Sense.ATTENDED, Sense.LATE}
        return None if is_against else sense
    return sense if senses <= {Sense.MODE, sense} else None


def mark_in_words(words: str) -> ListMark | None:
    """Return the mark that words of a key mean; ``None`` for those that mean none."""
    sense = find_sense(words)
    return _MARK_BY_SENSE.get(sense) if sense in _IN_KEYS else None


def plain_value(value: str) -> str:
    """Return a value in small letters, without points behind it and single spaces."""
    return " ".join(_POINTS.sub("", value).casefold().split())


# Within a remark: "fehlt entschuldigt", "sent her apologies", "off sick"
_AWAY_WORDS: Final = (
    r"\b(?:apolog|absen|excus|unexcus|no[ -]?show|did ?n.t|did not|could ?n.t|could not|cancel|sick"
    r"|declin|dropped out|abwesend|fehlt|gefehlt|entschuldig|krank|abgesagt|verhindert|absente"
    r"|malade|empêch|annul|ausent|falt[oó]|enferm|disculp|justific|afwezig|afgemeld|verhinderd"
    r"|ziek|nieobecn|usprawiedliw|chor[aey]|odwoła|absennol|ymddiheur|esgus|assent|giustific"
    r"|malat|frånvar|förhind|sjuk|fravær|afbud|forfall|syg\b|syk\b|poissa|sairas)"
)


def mentions_absence(text: str) -> bool:
    """Check whether a remark may say that somebody did not come."""
    return re.search(_AWAY_WORDS, text.casefold()) is not None


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How the values of one column were understood.

    ``marks`` has a mark, or ``None`` where a value says nothing, by each value as written;
    ``unknown`` are values that nobody can tell; ``is_beforehand`` says that all of them are answers
    from before the day.
    """

    marks: Mapping[str, ListMark | None]
    unknown: tuple[str, ...] = ()
    is_beforehand: bool = False


# What a tick below a heading says; "no" and nothing below it say nothing
_ONE_SIDED: Final = {
    ReportColumn.APOLOGIES: ListMark.APOLOGIES,
    ReportColumn.ABSENT: ListMark.ABSENT,
    ReportColumn.LATE: ListMark.LATE,
}
_MARK_BY_SENSE: Final = {
    Sense.YES: ListMark.ATTENDED,
    Sense.NO: ListMark.ABSENT,
    Sense.ATTENDED: ListMark.ATTENDED,
    Sense.LATE: ListMark.LATE,
    Sense.MODE: ListMark.ATTENDED,
    Sense.APOLOGIES: ListMark.APOLOGIES,
    Sense.ABSENT: ListMark.ABSENT,
    Sense.NOT_COMING: ListMark.ABSENT,
    Sense.BEFOREHAND: ListMark.UNCLEAR,
}
_IN_KEYS: Final = frozenset({Sense.ATTENDED, Sense.LATE, Sense.APOLOGIES, Sense.ABSENT})
_AFTERWARDS: Final = frozenset({Sense.ATTENDED, Sense.ABSENT, Sense.LATE})
"""Meanings that nobody can write before the day."""


def senses_of(values: Iterable[str]) -> dict[str, Sense | None]:
    """Return what each value means beside the others; ``None`` for what nobody can tell.

    Letters count where P is among them. A cross beside a tick may mean that somebody was away.
    """
    bare_by_value = {value: plain_value(value) for value in values}
    bare_values = set(bare_by_value.values())
    has_letters = "p" in bare_values and not bare_values & {"present", "absent"}
    has_ticks = bool(bare_values & _TICKS)
    senses: dict[str, Sense | None] = {}
    for value, bare in bare_by_value.items():
        if has_letters and bare in _LETTERS:
            senses[value] = _LETTERS[bare]
        elif has_letters and len(bare) == 1 and bare.isalpha():
            senses[value] = None  # "N", "S", "T" beside P: each school has its own
        elif has_ticks and bare in _CROSSES:
            senses[value] = None
        else:
            senses[value] = find_sense(value)
    return senses


def read_values(
    column: ReportColumn, values: Iterable[str], chosen: Mapping[str, ListMark]
) -> ColumnReading:
    """Read the distinct values of a column that says who came, or what was answered before.

    ``values`` may hold ``""`` for empty cells; ``chosen`` has what somebody said of values, by
    their plain form.
    """
    written = [value for value in values if value]
    has_empty = "" in values if isinstance(values, (set, frozenset, dict, list, tuple)) else False
    senses = senses_of(written)
    known = {sense for sense in senses.values() if sense}
    answered = {
        value: chosen[plain_value(value)] for value in values if plain_value(value) in chosen
    }
    before = {Sense.BEFOREHAND, Sense.NOT_COMING}
    if not answered and _is_beforehand(column, known, senses):
        return ColumnReading(dict.fromkeys(values), is_beforehand=True)
    marks: dict[str, ListMark | None] = {}
    unknown: list[str] = []
    one_sided = _ONE_SIDED.get(column)
    for value, sense in senses.items():
        if value in answered:
            marks[value] = answered[value]
        elif plain_value(value) in _NOT_TAKEN:
            marks[value] = ListMark.UNCLEAR
        elif one_sided:
            mark = _one_sided_mark(one_sided, sense)
            marks[value] = mark
        elif sense is None or (
            column is ReportColumn.STATUS and sense in {Sense.YES, Sense.NO} and not known & before
        ):
            unknown.append(value)
        else:
            marks[value] = _MARK_BY_SENSE[sense]
    if has_empty:
        if "" in answered:
            marks[""] = answered[""]
        elif one_sided:
            marks[""] = None
        else:
            marks[""] = _mark_of_nothing(column, known)
    return ColumnReading(marks, tuple(unknown))


def _is_beforehand(
    column: ReportColumn, known: set[Sense], senses: Mapping[str, Sense | None]
) -> bool:
    """Check whether a column holds what people answered before the day."""
    if known & _AFTERWARDS:
        return False
    if column is ReportColumn.BEFOREHAND:
        return True
    answers = {Sense.BEFOREHAND, Sense.NOT_COMING}
    allowed = answers | {Sense.APOLOGIES, Sense.NO, Sense.YES}
    # "Yes" and "Maybe" are no attendance either: the maybe gives the yes away.
    return bool(known & answers) and known <= allowed and Sense.BEFOREHAND in known


def _one_sided_mark(mark: ListMark, sense: Sense | None) -> ListMark | None:
    """Return what a cell below a heading such as Apologies says: a reason says yes as well."""
    if sense is Sense.NO:
        return None
    if sense in {Sense.ATTENDED, Sense.ABSENT, Sense.APOLOGIES, Sense.LATE}:
        return _MARK_BY_SENSE[sense]
    return mark


def _mark_of_nothing(column: ReportColumn, known: set[Sense]) -> ListMark:
    """Return what an empty cell says: absent where only those who came have a mark.

    Where others are marked as absent too, an empty cell is one that nobody filled in.
    """
    came = known & {Sense.YES, Sense.ATTENDED, Sense.LATE}
    away = known & {Sense.NO, Sense.ABSENT, Sense.NOT_COMING}
    is_tick_list = column is not ReportColumn.STATUS and came and not away
    return ListMark.ABSENT if is_tick_list else ListMark.UNCLEAR
