"""Headings of other people's lists, in the languages that programs and people write them in.  Pure.

What people are called, and what lists say of a meeting; ``headings`` adds the columns of rosters.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from re import search
from typing import Final

_SEPARATORS: Final = re.compile(r"[\W_]+")  # between words: "E-mail:", "e_mail", "Role / Job title"


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
    DAY = "day"
    IN_WAITING_ROOM = "in waiting room"
    ATTENDED = "attendance"
    STATUS = "status"
    APOLOGIES = "apologies"
    ABSENT = "absence"
    LATE = "late arrival"
    BEFOREHAND = "answer beforehand"
    SESSION = "session"
    REGISTRATION = "registration"
    TEST = "test"
    SECTOR = "sector"
    OTHER = "something else"


_HEADERS: Final = {
    ReportColumn.NAME: (
        "name, full name, fullname, attendee, attendee name, participant, participant name, "
        "display name, displayname, member name, "
        "user name, username, name original name, user name original name, nameoriginalname, "
        "person, who, your name, your full name, name of attendee, name of participant, names, "
        "guest name, ticket full name, delegate, delegate name, sort name, contact name, "
        "student name, customer name, attendees, participants name, invitee name, your name s, "
        "vollständiger name, vor und nachname, vorname und nachname, teilnehmer, teilnehmername, "
        "name vorname, vorname nachname, nachname vorname, teilnehmende, ihr name, mitglied, "
        "name originalname, nom, nom complet, nom et prénom, prénom et nom, nom prénom, "
        "prénom nom, nom d’origine, nom nom d’origine, participant e, votre nom, "
        "nombre, nombre completo, nombre y apellidos, nombre y apellido, nombre nombre original, "
        "apellidos y nombre, asistente, su nombre, naam, "
        "volledige naam, naam deelnemer, deelnemer, voor en achternaam, uw naam, "
        "imię i nazwisko, nazwisko i imię, nazwa, uczestnik, enw, enw llawn, eich enw, "
        "cyfranogwr, nome, partecipante, "
        "nome completo, nome e cognome, cognome e nome, nome e sobrenome, nome e apelido, "
        "namn, fullständigt namn, för och efternamn, deltagare, navn, fulde navn, fullt navn, "
        "deltager, deltaker, nimi, koko nimi, osallistuja"
    ),
    ReportColumn.FIRST: (
        "first name, firstname, given name, given names, forename, forenames, first, first names, "
        "ticket first name, attendee first name, participant first name, guest first name, "
        "vorname, vornamen, prénom, prénoms, nombre de pila, nombres, "
        "primer nombre, voornaam, imię, enw cyntaf, primeiro nome, förnamn, fornavn, etunimi"
    ),
    ReportColumn.LAST: (
        "last name, lastname, surname, family name, last, surnames, ticket last name, "
        "attendee last name, participant last name, guest last name, second name, "
        "nachname, familienname, zuname, nom de famille, "
        "apellido, apellidos, primer apellido, achternaam, nazwisko, cyfenw, cognome, sobrenome, "
        "apelido, efternamn, etternavn, efternavn, sukunimi"
    ),
    ReportColumn.EMAIL: (
        "email, e mail, mail, user email, email address, e mail address, attendee email, "
        "participant email, work email, contact email, email id, ticket email, your email, "
        "your email address, email address 2, email addresses, email work, primary email, "
        "attendee e mail, customer email, invitee email, guest email, e mail adresse, mailadresse, "
        "benutzer e mail, adresse e mail, adresse mail, adresse email, courriel, "
        "courrier électronique, "
        "e mail de l’utilisateur, correo, correo electrónico, correo electrónico del usuario, "
        "e mailadres, emailadres, adres e mail, adres email, poczta e mail, poczta elektroniczna, "
        "e bost, ebost, cyfeiriad e bost, cyfeiriad ebost, posta elettronica, indirizzo email, "
        "indirizzo e mail, e post, epost, e postadress, epostadress, e mailadresse, "
        "correio eletrônico, endereço de email, endereço de e mail, sähköposti, "
        "sähköpostiosoite, dirección de correo electrónico, email adresse"
    ),
    ReportColumn.UPN: "participant id upn, upn, user principal name",
    ReportColumn.JOINED: (
        "first join, join time, joined, joined at, join, arrived, arrival, in, time in, "
        "time joined, time of arrival, arrival time, arrived at, clock in, entry time, ankunft, "
        "ankunftszeit, beitritt, beitreten, gekommen um, kommt, entrada, llegada, "
        "hora de llegada, arrivée, aankomst, aankomsttijd, binnen, wejście, ymuno, cyrraedd, "
        "amser cyrraedd, arrivo, chegada, ankomst, ankomsttid, saapui"
    ),
    ReportColumn.LEFT: (
        "last leave, leave time, left, left at, leave, departed, departure, out, time out, "
        "time exited, time left, time of departure, sign out time, signed out, sign out, "
        "checked out, check out time, clock out, exit time, verlassen, gegangen um, abgang, "
        "salida, hora de salida, départ, vertrek, vertrektijd, wyjście, gadael, saída, uscita, "
        "avgång, avgang, poistui"
    ),
    ReportColumn.DURATION: (
        "in meeting duration, duration minutes, total duration minutes, duration, minutes, mins, "
        "length, time in meeting, attendance duration, minutes attended, hours attended, "
        "hours, hrs, stunden, heures, horas, uren, godziny, oriau, ore, timmar, timer, hyd, "
        "kesto, minuten, "
        "varighet, varighed, durata, duração"
    ),
    ReportColumn.ROLE: (
        "role, rolle, rôle, rol, rola, função, ruolo, rôl, swyddogaeth, participant role, "
        "meeting role"
    ),
    ReportColumn.ACTION: (
        "user action, action, benutzeraktion, action de l’utilisateur, action utilisateur, "
        "acción del usuario, gebruikersactie, akcja użytkownika, atividade, ação do usuário, "
        "azione utente, gweithred y defnyddiwr"
    ),
    ReportColumn.TIMESTAMP: (
        "timestamp, time stamp, zeitstempel, horodatage, horodateur, marca de tiempo, "
        "marca temporal, tijdstempel, znacznik czasu, sygnatura czasowa, "
        "carimbo de data hora, stamp amser, data e ora, "
        "informazioni cronologiche, tidsstämpel, tidsstempel, tidsstempling, aikaleima"
    ),
    ReportColumn.DAY: (
        "date, day, meeting date, date of meeting, session date, event date, date attending, "
        "date attended, attendance date, date of attendance, visit date, date time, datetime, "
        "date and time, completion time, submitted, submitted at, submission date, submit date, "
        "submit date utc, date submitted, submission time, "
        "start time, end time, start date, end date, signed in on, "
        "datum, tag, termin, datum der sitzung, fertigstellungszeit, abgeschlossen am, "
        "startzeit, datum und uhrzeit, sitzungsdatum, date de la réunion, "
        "heure de fin, heure de début, heure d achèvement, jour, fecha, día, "
        "fecha de la reunión, hora de finalización, hora de inicio, fecha y hora, "
        "dag, starttijd, tijd van voltooien, begintijd, data, dzień, data spotkania, "
        "godzina rozpoczęcia, godzina ukończenia, dyddiad, diwrnod, amser dechrau, amser gorffen, "
        "giorno, ora di inizio, ora di completamento, dia, hora de início, hora de conclusão, "
        "starttid, sluttid, mötesdatum, dato, mødedato, møtedato, päivä, päivämäärä"
    ),
    ReportColumn.IN_WAITING_ROOM: "in waiting room, inwaitingroom, im warteraum, en sala de espera",
    ReportColumn.ATTENDED: (
        "attended, attendance, attended y n, attended yes no, present, presence, present y n, "
        "present yes no, was present, in attendance, checked in, check in, checkin, checkedin, "
        "checked in at, check in time, checkin time, check in date, checkin date, checked in on, "
        "sign in time, signed in at, signed in, sign in, "
        "checked in y n, check in status, checkin status, attendance status, attendance state, "
        "attended event, attended meeting, attended the meeting, did you attend, did they attend, "
        "came, here, showed up, turned up, participated, participation, signature, signed, "
        "attendance code, attendance mark, mark, attendee attended, actual attendance, "
        "teilgenommen, teilnahme, anwesend, anwesenheit, anwesenheitsstatus, erschienen, "
        "eingecheckt, war da, dabei, unterschrift, "
        "présent, présence, présences, a participé, participation effective, présent e, "
        "pointage, émargement, signature du participant, "
        "asistió, asistencia, presente, presencia, ha asistido, firma, participó, "
        "aanwezig, aanwezigheid, deelgenomen, opgekomen, presentie, handtekening, ingecheckt, "
        "obecny, obecność, obecności, obecna, uczestniczył, uczestnictwo, podpis, "
        "presennol, presenoldeb, yn bresennol, mynychu, mynychodd, wedi mynychu, llofnod, "
        "presenza, presenze, ha partecipato, partecipazione, partecipato, "
        "presença, compareceu, comparecimento, participou, assinatura, frequência, "
        "närvaro, närvarande, deltog, deltagit, underskrift, incheckad, fremmøde, til stede, "
        "tilstede, deltaget, deltok, fremmødt, oppmøte, møtt, mødt, "
        "läsnä, läsnäolo, osallistui, paikalla"
    ),
    ReportColumn.STATUS: (
        "status, state, participant status, attendee status, event status, meeting status, "
        "ticket status, booking status, guest status, participation status, teilnahmestatus, "
        "teilnehmerstatus, statut, statut du participant, estado, estatus, "
        "estado del participante, stan, statws, stato, situação, tila, tilstand, deelnamestatus"
    ),
    ReportColumn.APOLOGIES: (
        "apologies, apology, apologies sent, apologies received, sent apologies, excused, "
        "excused absence, entschuldigt, entschuldigung, excusé, excusée, excusés, justificado, "
        "excusado, disculpas, afgemeld, verontschuldigd, afmelding, usprawiedliwiony, "
        "usprawiedliwienie, ymddiheuriadau, ymddiheuriad, giustificato, scusato, justificada, "
        "anmäld frånvaro, afbud, forfall, meldt afbud"
    ),
    ReportColumn.ABSENT: (
        "absent, absence, absences, absent y n, no show, noshow, did not attend, not present, "
        "missed, abwesend, abwesenheit, gefehlt, fehlt, nicht erschienen, absence s, "
        "ausente, ausencia, inasistencia, faltó, afwezig, afwezigheid, nieobecny, nieobecność, "
        "absennol, absenoldeb, assente, assenza, ausência, faltou, frånvarande, frånvaro, "
        "fravær, fraværende, udeblev, poissa, poissaolo"
    ),
    ReportColumn.LATE: (
        "late, arrived late, late arrival, tardy, left early, verspätet, verspätung, "
        "en retard, retard, "
        "retraso, tarde, te laat, spóźniony, spóźnienie, hwyr, in ritardo, ritardo, atraso, "
        "försenad, forsinket, for sent, myöhässä"
    ),
    ReportColumn.BEFOREHAND: (
        "rsvp, rsvp status, rsvped, response, reply, responded, invitation response, going, "
        "attending, will attend, will you attend, will you be attending, are you attending, "
        "are you coming, coming, plans to attend, intends to attend, expected, accepted, invited, "
        "registered, signed up, waitlisted, waitlist, on waitlist, waiting list, interested, "
        "confirmed, confirmation, approval status, registration status, registration state, "
        "order status, invite status, invitation status, approved, cancelled, canceled, "
        "declined, void status, "
        "zusage, zugesagt, angemeldet, anmeldestatus, warteliste, kommt, bestätigt, rückmeldung, "
        "antwort, eingeladen, abgesagt, réponse, inscrit, inscription, participera, confirmé, "
        "liste d attente, invité, respuesta, inscrito, confirmado, confirmación, invitado, "
        "lista de espera, asistirá, reactie, aangemeld, ingeschreven, wachtlijst, komt, bevestigd, "
        "uitgenodigd, odpowiedź, zapisany, zarejestrowany, potwierdzenie, potwierdzony, "
        "lista rezerwowa, zaproszony, ymateb, wedi cofrestru, rhestr aros, yn dod, gwahoddwyd, "
        "risposta, iscritto, confermato, conferma, lista d attesa, invitato, parteciperà, "
        "resposta, confirmação, convidado, vai participar, svar, anmäld, bekräftad, kommer, "
        "väntelista, inbjuden, tilmeldt, påmeldt, venteliste, bekræftet, inviteret, ilmoittautunut"
    ),
    ReportColumn.REGISTRATION: (
        "registration time, registration date, registered at, registered on, date registered, "
        "register date, registration date time, order, order no, order number, order id, "
        "order date, order code, order type, order reference, order time, ticket, ticket type, "
        "ticket number, ticket id, ticket name, ticket reference, ticket created date, "
        "ticket price, "
        "barcode, booking id, booking date, booking reference, booked on, "
        "booking number, attendee number, attendee no, quantity, price tier, total paid, "
        "fee level,         participant source, voucher code, ticket type id, promo code, "
        "tickets, number of tickets, unique ticket url, unique order url, void, "
        "signed up attendees count, anmeldedatum, angemeldet am, bestellnummer, bestellung, "
        "ticketart, date d inscription, numéro de commande, billet, type de billet, "
        "fecha de inscripción, fecha de registro, número de pedido, entrada número, "
        "inschrijfdatum, aanmelddatum, bestelnummer, data rejestracji, data zapisu, "
        "dyddiad cofrestru, data di iscrizione, data iscrizione, data de inscrição, "
        "data de registro, anmälningsdatum, tilmeldingsdato, påmeldingsdato"
    ),
    ReportColumn.TEST: "test, is test, test registration",
}
COLUMN_BY_HEADER: Final = {
    word: column for column, words in _HEADERS.items() for word in split_headers(words)
}
# For longer headers that are in no list, such as "Erste Teilnahme"; the first that matches counts.
# The patterns are of normalised headers, where accents are gone: only a letter such as ł stays.
_PATTERNS: Final = {
    # Whoever paid for a ticket need not be the guest.
    ReportColumn.OTHER: (
        r"^(?:buyer|purchaser|booker|order|orderer|billing|invoice|payer|registration|host|staff"
        r"|organi[sz]er|sponsor|emergency|manager|line manager|supervisor|mentor|carer|parent"
        r"|guardian|next of kin|besteller|rechnung|acheteur|comprador|koper|kupujacy|acquirente)"
        r" (?:s )?(?:full |first |last |user )?(?:name|e ?mail|contact|surname)"
        r"|booked by|invited by"
        r"|registered by|created by|checked in by|marked by|taken by|recorded by|referred by"
        r"|^name on |phonetic|^event |^meeting (?:id|name|title|start|end)|^session name|^webinar"
        r"|automatically checked"
    ),
    ReportColumn.UPN: r"\bupn\b|^user principal name$",
    ReportColumn.EMAIL: r"^(?:\w+ )?e ?mail(?: address)?( ?\d)?$|^e ?mail (?:adress?e?|optional)$",
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
    ReportColumn.BEFOREHAND: (
        r"\b(?:will|are|would|can) (?:you|they|he|she)\b.*\b(?:attend|com(?:e|ing)|join|there)"
        r"|^will (?:attend|come|join|be)\b|\bplan\w* to (?:attend|come|join)|\brsvp\b"
        r"|\bintend\w* to|\bwait ?list"
        r"|kommst du|kommen sie|nehmen sie teil|nimmst du teil|participerez vous|viendrez vous"
        r"|asistira|va a asistir|komt u|kom je|czy (?:wezmiesz|przyjdziesz)|ydych chi n dod"
    ),
    ReportColumn.REGISTRATION: (
        r"^(?:order|ticket|booking|registration|bestell\w*|billet|ticket\w*)\b"
        r"|^(?:attendee|ticket|order) (?:no|number|id|ref)\b"
    ),
    ReportColumn.ATTENDED: (
        r"^(?:did|have|has|was|were) (?:you|they|he|she|the member|the participant)\b.*"
        r"\b(?:attend\w*|come|present|there|participate\w*)"
        r"|^(?:came|showed up|turned up|was there|in attendance|signed in)\b"
        r"|^(?:attended|present|attendance|checked in)\b(?! (?:type|mode|format|points|hours|rate"
        r"|percent\w*|count|total|by|minutes|duration))"
        r"|^anwesen\w*|^presen(?:ce|t)\b|^asisten\w*|^aanwezig\w*|^obecno\w*|^presenoldeb"
    ),
}
# Headings about other things, of which no value can say who came; as sets, quicker than a pattern.
_OTHER_WORDS: Final = (
    "event events product staff host item veranstaltung evento evenement wydarzenie digwyddiad "
    "id organisation organization employer company agency job sector team teams department dept "
    "division unit service services directorate faculty school title salutation prefix suffix "
    "middle nickname preferred pronoun pronouns initials phone telephone tel mobile cell "
    "landline fax whatsapp address street city town village postcode zip postal country region "
    "county borough district area ward locality location venue place room office base site "
    "table seat group groups cohort class course grade year subject programme program age "
    "gender sex nationality religion dob language languages meal lunch food vegetarian vegan "
    "drink refreshments requirement requirements needs adjustment adjustments parking travel "
    "transport hotel accommodation size newsletter mailing marketing gdpr privacy terms optin "
    "source comment comments note notes remark remarks feedback question questions topic topics "
    "reason description details interest interests expectation expectations experience price "
    "paid payment amount total totals sum fee fees cost currency coupon discount tax vat "
    "invoice refund donation number no nr num ref reference row qr url link website linkedin "
    "twitter skype instagram ip browser device connection client os platform version uuid guid "
    "key token created updated modified changed guest member external internal recording points "
    "percentage percent score hours credits cpd certificate licence licences license licenses "
    "type category kind level band eth solana survey rating custom secret tag tags label labels "
    "campaign utm lead account new returning voting vote proxy mode format engagement reactions "
    "camera quiz abteilung dienst anrede titel handy anschrift strasse ort plz stadt land raum "
    "gruppe kurs klasse alter geschlecht sprache hinweis hinweise nummer preis betrag essen "
    "ernahrung allergien einwilligung datenschutz art typ kategorie fachbereich erstellt "
    "geandert equipe civilite portable adresse ville pays salle groupe classe langue "
    "commentaire commentaires remarque remarques numero prix montant regime repas consentement "
    "categorie lieu equipo departamento servicio tratamiento telefono movil direccion ciudad "
    "pais sala grupo clase curso edad genero sexo idioma comentario comentarios observaciones "
    "notas precio importe dieta comida consentimiento tipo categoria lugar zona afdeling aanhef "
    "mobiel adres woonplaats plaats zaal groep klas leeftijd geslacht taal prijs bedrag dieet "
    "toestemming soort zespol dział wydział zwrot telefon komorka miasto miejscowosc kraj grupa "
    "klasa wiek płec jezyk uwagi komentarz numer cena kwota zgoda rodzaj tim adran teitl ffon "
    "symudol cyfeiriad tref gwlad ystafell grwp oedran iaith sylwadau nodiadau rhif pris deiet "
    "caniatad math lleoliad squadra reparto ufficio servizio titolo cellulare indirizzo citta "
    "cap paese aula gruppo corso eta genere lingua commenti osservazioni prezzo importo "
    "consenso luogo sede servico telefone celular telemovel endereco cidade cep turma idade "
    "observacoes preco valor consentimento local avdelning mobil adress stad grupp alder kon "
    "sprak anteckningar kost samtycke avdeling by kjonn kommentarer puhelin osoite kaupunki "
    "ryhma huomautus ika kieli kommentit"
)
_OTHER_STEMS: Final = (
    "ethnic disab birth diet allerg access consent photo subscri referr telefon mobil bemerkung "
    "anmerkung kommentar notiz telefoon opmerking bemærkning merknad"
)
_OTHER_PHRASES: Final = (
    "contact number, post code, t shirt, opt in, how did you, hear about, pay later, user agent, "
    "api id, first time, attendance type, raised hand, code postal, codigo postal, kod pocztowy, "
    "cod post"
)
_OTHER_WORD_SET: Final = frozenset(_OTHER_WORDS.split())
_OTHER_BEGINNINGS: Final = tuple(_OTHER_STEMS.split())


def _is_about_other_things(plain: str) -> bool:
    """Check whether a normalised header has a word that is never about coming."""
    words = plain.split()
    if not _OTHER_WORD_SET.isdisjoint(words):
        return True
    if any(word.startswith(_OTHER_BEGINNINGS) for word in words):
        return True
    return any(f" {phrase} " in f" {plain} " for phrase in _OTHER_PHRASES.split(", "))


# Headings among them below which a yes or a tick is usual, and says nothing of coming.
_OFTEN_TICKED: Final = (
    r"\b(?:consent\w*|photo\w*|newsletter|mailing|marketing|gdpr|privacy|terms|subscri\w*|opt in"
    r"|diet\w*|vegetarian|vegan|lunch|meal|food|drink|allerg\w*|access\w*|parking|travel|hotel"
    r"|accommodation|transport|guest|member|external|internal|recording|first time|new|returning"
    r"|paid|payment|certificate|licen[cs]es?|notifications|disab\w*|survey|feedback|voting|proxy"
    r"|id|no|nr|num|number|row|einwilligung|datenschutz|essen|consentement|repas|consentimiento|comida|toestemming|zgoda"
    r"|caniatad|consenso|consentimento|samtycke|test)\b"
)
_ATTENDANCE_WORDS: Final = (
    r"attend|presen|absen|\bcame\b|\bcome|\bcoming|\bjoin|particip|check(?:ed)? ?in|show|rsvp|going"
    r"|anwes|teilnahm|teilgenom|asist|aanwez|deelgenom|deelnem|obecn|uczestn|bresennol|mynych"
    r"|partecip|narvar|deltog|deltag|delta|lasna|osallist|apolog|status"
)
_OF_OTHER_TIMES: Final = (
    r"\b(?:previous\w*|before|last|past|prior|ever|first|other|next|address|fee|ago|usually|often"
    r"|already)\b"
)
_LONG_QUESTION: Final = 5  # words; a heading with more is a question of a form
_IGNORED_BEGINNINGS: Final = ("engagement",)  # columns of Teams about other things
# Seconds by how a header names the unit: "Duration (Minutes)", "Dauer in Sekunden".
_UNITS: Final = {
    60: r"\bmin\b|\bmins\b|minut|munud",
    1: r"\bsec\b|\bsecs\b|second|sekund",
    3600: r"\bhrs?\b|\bhours?\b|\bstunden\b|\bheures\b",
}


@lru_cache(maxsize=2_000)
def find_column(header: str) -> ReportColumn | None:
    """Return what a column holds by its header alone; ``None`` for one that is not known.

    ``OTHER`` is a header that is known, and about something else.
    """
    # Some programs add the zone of their times: "Join Time (UTC)"; Forms number repeats: "Name2".
    plain = normalise_header(header).removesuffix(" utc").removesuffix(" gmt")
    if "#" in header:  # "Attendee #" numbers people, and names none
        is_ticket = search(r"order|attendee|ticket|barcode|booking", plain)
        return ReportColumn.REGISTRATION if is_ticket else ReportColumn.OTHER
    if plain in COLUMN_BY_HEADER:
        return COLUMN_BY_HEADER[plain]
    if not plain or plain.startswith(_IGNORED_BEGINNINGS):
        return ReportColumn.OTHER if plain else None
    is_question = sum(map(str.isalpha, plain.split())) > _LONG_QUESTION
    for column, pattern in _PATTERNS.items():
        # "Wann war Ihre erste Teilnahme bei uns?" is a question, and no time of joining.
        if is_question and column not in {ReportColumn.BEFOREHAND, ReportColumn.ATTENDED}:
            continue
        if len(header) > 200 or not search(pattern, plain):
            continue
        if column is ReportColumn.ATTENDED and search(_OF_OTHER_TIMES, plain):
            return None  # "Have you attended before?" is asked about
        return column
    if _is_about_other_things(plain) and not search(_ATTENDANCE_WORDS, plain):
        return ReportColumn.OTHER
    if is_question and not search(_ATTENDANCE_WORDS, plain):
        return ReportColumn.OTHER
    return None


def may_be_ticked(header: str) -> bool:
    """Check whether a yes below a header about something else says nothing of coming."""
    plain = normalise_header(header)
    is_question = sum(map(str.isalpha, plain.split())) > _LONG_QUESTION
    return is_question or search(_OFTEN_TICKED, plain) is not None


def is_exact_header(header: str) -> bool:
    """Check whether a header stands in the vocabulary word for word."""
    return normalise_header(header).removesuffix(" utc").removesuffix(" gmt") in COLUMN_BY_HEADER


def unit_seconds(header: str) -> int | None:
    """Return how many seconds the unit of a header is, ``None`` where it names none."""
    plain = normalise_header(header)
    return next((unit for unit, pattern in _UNITS.items() if search(pattern, plain)), None)


def is_total_duration(header: str) -> bool:
    """Check whether a duration is of all of somebody's stays, and not of one of them."""
    return (
        search(r"\btotal|\bgesamt|in meeting|der besprechung", normalise_header(header)) is not None
    )
