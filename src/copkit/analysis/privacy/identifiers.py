"""Scan the files of a programme for identifying details, as problems with their places.  Pure.

The text of a file is scanned as it stands: fields, comments and private sections as well, whether
it can be read as a record or not. No problem repeats the detail that it is about, since problems
are printed, and sent to others who help.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
import shlex
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from copkit.errors import Problem, Severity
from copkit.layout import ENCRYPTED_CONTACTS, SETTINGS
from copkit.pii.encoded import HiddenText, decode_western, is_pdf, open_file, open_text
from copkit.pii.images import has_metadata, is_picture
from copkit.pii.kinds import DetailKind, Finding, resolve_overlaps
from copkit.pii.labels import LabelKind
from copkit.pii.scan import (
    Mask,
    NameModel,
    find_details,
    find_details_in_label,
    folded_readings,
    mask_findings,
)
from copkit.records.directory import OFFICE_MAILBOXES, is_mobile
from copkit.records.kinds import find_record_type
from copkit.records.schema.fields import fields_of, item_type
from copkit.records.schema.values import parse_agreement
from copkit.text.front_matter import Document, frame_of, read_document
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence, value_of

ReadText = Callable[[str], str | None]
"""Return the text of another file of the same state (folder, commit, index), or ``None``."""


class ParseDocument(Protocol):
    """Parse a text as ``read_document`` does; a store of parsed records spares parsing it again."""

    def __call__(
        self, source: SourceText, problems: list[Problem], /, *, markdown: bool
    ) -> Document:
        """Return the document of a text; faults are added to ``problems``."""


# Fields in which authors are named on purpose, by the folder of the record.
_PUBLISHED: Final = {"evidence": ("citation", "url"), "links": ("by", "url", "transcript")}
# Fields of services and connectors in which an organisation says how it is reached.
_DIRECTORY_FIELDS: Final = {
    "directory": ("phone", "email", "web"),
    "connectors": ("contact",),
}
_OF_ORGANISATIONS: Final = frozenset({DetailKind.PHONE, DetailKind.EMAIL, DetailKind.ONLINE})
_MAILBOX: Final = re.compile(r"([A-Za-z0-9._%+'-]{1,64})@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PERSON_KINDS: Final = frozenset({DetailKind.NAME, DetailKind.FIRST_NAME, DetailKind.INITIALS})
_SERVICE_KINDS: Final = _PERSON_KINDS | {
    DetailKind.PHONE,
    DetailKind.EMAIL,
    DetailKind.POSTCODE,
    DetailKind.ADDRESS,
    DetailKind.ONLINE,
}
# Settings of copkit.yaml, by group and fields, that every mail or every document is to show.
_PUBLISHED_SETTINGS: Final = {
    ("mail", ("sender", "reply_to", "user", "unsubscribe")): _PERSON_KINDS
    | {DetailKind.EMAIL, DetailKind.ONLINE},
    ("theme", ("footer",)): frozenset({DetailKind.EMAIL, DetailKind.ONLINE, DetailKind.PHONE}),
    ("site", ("contact", "base_url")): frozenset({DetailKind.EMAIL, DetailKind.ONLINE}),
}
# Where a record may say whom readers answer to, and the fields of such a contact that may name
# somebody: a role never does.
_WITH_CONTACT: Final = frozenset({"blockages", "briefs", "newsletters"})
_CONTACT_FIELDS: Final = ("name", "organisation", "address", "phone", "email")
# A whole file that age encrypted, with nothing before or after: else a name could stand beside it.
_ARMOUR: Final = re.compile(
    rb"-----BEGIN AGE ENCRYPTED FILE-----\r?\n(?:[A-Za-z0-9+/=]{1,76}\r?\n)+"
    rb"-----END AGE ENCRYPTED FILE-----\r?\n?"
)
MOST_REPORTED: Final = 200  # findings of one file; a long table of names would fill the screen
_TEXTS: Final = (".md", ".yaml", ".yml", ".txt", ".csv", ".json", ".html")
# Robin_Threlfall, Robin-Threlfall (but not housing-support-worker-1), the dot before an ending
_NAME_SEPARATORS: Final = re.compile(r"_|-(?=[A-Z][a-z])|\.(?=[a-z0-9]{1,5}$)")
UNREADABLE: Final = "not-looked-into"
_COMMUNITY: Final = re.compile("communities/(?P<slug>[^/]+)/")
_MEETING: Final = re.compile(r"(communities/[^/]+)/meetings/[^/]+\.md")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a programme while it is scanned.

    ``known_people`` are names and addresses; ``programme_words`` the words by which the programme
    calls its communities; ``accepted`` the digests of accepted findings, made with one of ``keys``.
    ``model`` finds names that the rules do not. ``mask`` collects what scans find.
    """

    known_people: Collection[str] = ()
    programme_words: Collection[str] = ()
    accepted: frozenset[str] = frozenset()
    keys: tuple[bytes, ...] = ()
    model: NameModel | None = None
    mask: Mask = field(default_factory=Mask)

    def accepts(self, file: str, kind: DetailKind, text: str) -> bool:
        """Return whether somebody has accepted this text as no identifying detail in this file."""
        return bool(self.accepted) and any(
            acceptance_digest(key, file, kind, text) in self.accepted for key in self.keys
        )


def acceptance_digest(key: bytes, file: str, kind: DetailKind, text: str) -> str:
    """Return the digest that accepts a finding: it discloses nothing without the key."""
    message = "\0".join((file, kind, " ".join(text.casefold().split())))
    # a plain digest would disclose the finding: all NHS numbers can be tried in minutes
    return hmac.new(key, message.encode("utf-8"), hashlib.sha256).hexdigest()[:32]


def scan_file(
    file: str,
    data: bytes | None,
    knowledge: Knowledge,
    read: ReadText,
    parse: ParseDocument = read_document,
) -> Iterator[Problem]:
    """Yield the identifying details in a file's path and bytes, in their order.

    ``data`` is ``None`` for a file too large to read; ``read`` and ``parse`` find the pseudonyms
    in it, and in the cases of a meeting. Raise nothing: what cannot be scanned is a problem itself.
    """
    yield from scan_path(file, knowledge)
    if is_system_file(file) and (data is None or b"\0" in data or not data):
        return  # nobody wrote it, and no text is in it
    if file == ENCRYPTED_CONTACTS and data is not None and _ARMOUR.fullmatch(data):
        return  # nobody can read it, and some of its random letters look like names
    if data is None:
        message = "copkit cannot look into this: it is too large, or cannot be read"
        hint = "keep it outside the records, or in private/"
        yield _whole_file_problem(file, UNREADABLE, message, hint, Severity.WARNING)
    elif is_picture(data) and not file.endswith(_TEXTS):
        if has_metadata(data):
            message = "this picture also says when, where or with what it was taken"
            hint = "export it again without metadata, or take a screenshot of it"
            yield _whole_file_problem(file, "picture-metadata", message, hint, Severity.WARNING)
    elif (parts := open_file(data)) is not None and not file.endswith(_TEXTS):
        yield from _scan_hidden(SourceText(file, ""), parts, knowledge, (), frozenset())
    elif (text := decode_text(file, data)) is None:
        message = "copkit cannot look into this file"
        hint = "keep it in private/, which never leaves your computer, or paste its text"
        yield _whole_file_problem(file, UNREADABLE, message, hint, Severity.WARNING)
    else:
        pseudonyms = find_pseudonyms(file, text, read, parse)
        yield from scan_text(file, text, knowledge, pseudonyms, parse)
        yield from scan_encoded(file, text, knowledge, pseudonyms)


def scan_encoded(
    file: str, text: str, knowledge: Knowledge, pseudonyms: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield the details in what is encoded in a text, and add them to the mask."""
    if parts := open_text(text):
        shown = find_details(text, (), knowledge.known_people, knowledge.programme_words)
        seen = frozenset(_comparable(text, finding) for finding in shown)
        hidden = _scan_hidden(SourceText(file, text), parts, knowledge, pseudonyms, seen)
        # No excerpt: the line may be read by whoever knows the encoding.
        yield from (problem._replace(excerpt="") for problem in hidden)


def _scan_hidden(
    source: SourceText,
    parts: Iterable[HiddenText],
    knowledge: Knowledge,
    pseudonyms: Collection[str],
    seen: frozenset[str],
) -> Iterator[Problem]:
    """Yield the details in what was opened of a file, each at the place where it is hidden.

    ``seen`` are details that stand in the file as it is, and are reported there.
    """
    reported = set(seen)
    for part in parts:
        if part.text is None:
            name = f" ({knowledge.mask.apply(part.name)})" if part.name else ""
            message = f"copkit cannot look into a part of this: {part.description}{name}"
            hint = "keep it in private/, which never leaves your computer, or paste its text"
            if part.name and findings_in_name(part.name, knowledge):
                message = f"copkit cannot look into a part of this: {part.description}"
            yield source.problem(
                UNREADABLE, part.start, part.start + 1, message, hint, Severity.WARNING
            )
            continue
        context = pseudonyms, knowledge.known_people, knowledge.programme_words, knowledge.model
        for finding in find_details(part.text, *context):
            detail = _comparable(part.text, finding)
            typed = part.text[finding.start : finding.end]
            is_accepted = knowledge.accepts(source.file, finding.kind, typed)
            if detail in reported or is_accepted or finding.kind.severity is not Severity.ERROR:
                continue
            reported.add(detail)
            if len(reported) > MOST_REPORTED + len(seen):
                return
            knowledge.mask.add(part.text, [finding])
            message = f"{finding.kind.description} stands in this, {part.description}"
            hint = finding.kind.hint
            yield source.problem(
                finding.kind, part.start, part.start + 1, message, hint, finding.kind.severity
            )


def _comparable(text: str, finding: Finding) -> str:
    return "".join(text[finding.start : finding.end].casefold().split())


def scan_path(file: str, knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the details in a file's path, as problems at its first line; add them to the mask."""
    for finding in findings_in_name(file, knowledge):
        knowledge.mask.add(file, [finding])
        message = f"{finding.kind.description} stands in the file's name"
        yield _whole_file_problem(
            file, finding.kind, message, "rename the file, and what refers to it"
        )


def scan_ref_name(label: str, name: str, knowledge: Knowledge) -> Iterator[Problem]:
    """Yield the details in the ``name`` of a branch or a tag, and add them to the mask.

    The problems are of ``label``, which stands where other problems have a file.
    """
    for finding in findings_in_name(name, knowledge):
        knowledge.mask.add(name, [finding])
        yield _whole_file_problem(
            label, finding.kind, f"{finding.kind.description} stands in it", "give it another name"
        )


def scan_text(
    file: str,
    text: str,
    knowledge: Knowledge,
    pseudonyms: Collection[str] = (),
    parse: ParseDocument = read_document,
) -> Iterator[Problem]:
    """Yield the details in a text, each at its place, and add them to the mask.

    ``file`` is its path; names among ``pseudonyms`` are no details; ``parse`` finds its fields.
    """
    findings = findings_in_text(file, text, knowledge, pseudonyms, parse)
    if not findings:
        return
    knowledge.mask.add(text, findings)
    # the excerpt of a problem is cut from the masked text
    source = SourceText(file, mask_findings(text, findings))
    labels = _find_labels(file, text, parse)
    for finding in findings[:MOST_REPORTED]:
        message, hint = f"this looks like {finding.kind.description}", finding.kind.hint
        if finding.kind in _PERSON_KINDS and _label_around(finding, labels):
            command = _accept_command(file, *source.place(finding.start))
            hint = f"write the role alone; if it is nobody's name: {command}"
        yield source.problem(
            finding.kind, finding.start, finding.end, message, hint, finding.kind.severity
        )
    if unlisted := findings[MOST_REPORTED:]:
        message = f"there are {len(unlisted)} more like these in this file"
        worst = min((finding.kind.severity for finding in unlisted), key=list(Severity).index)
        yield source.problem(
            unlisted[0].kind, unlisted[0].start, unlisted[0].end, message, "", worst
        )


class PersonNames(NamedTuple):
    """How one person is known: ``known`` as the rules compare them, ``words`` in small letters."""

    known: frozenset[str]
    words: frozenset[str]

    def are_in(self, text: str) -> Iterator[Finding]:
        """Yield the findings of a text that are about this person, by the rules of a scan."""
        keys = {*self.words, *map(_letters, self.known)} - {""}
        # The rules take a hundred times as long as this.
        if not any(key in _letters(reading) for reading in folded_readings(text) for key in keys):
            return
        for finding in find_details(text, (), self.known):
            letters = _letters(text[finding.start : finding.end])
            is_part = finding.kind in _NAMING_KINDS and any(word in letters for word in self.words)
            if finding.kind is DetailKind.CONTACT or is_part:
                yield finding


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


_NAMING_KINDS: Final = _PERSON_KINDS | {DetailKind.EMAIL, DetailKind.ONLINE}


def find_person(file: str, data: bytes, names: PersonNames) -> Iterator[tuple[int, str]]:
    """Yield each line of a file that names one person, 0 for its path, and how it is hidden.

    Whatever :func:`scan_file` would report is looked at: encoded and packed texts too. A part that
    cannot be opened comes as line -1.
    """
    for name in (file, _NAME_SEPARATORS.sub(" ", file)):
        yield from ((0, "") for _ in names.are_in(name))
    if is_picture(data):
        return
    text = ""
    parts = open_file(data) if not file.endswith(_TEXTS) else None
    if parts is None:
        decoded = decode_text(file, data)
        if decoded is None:
            yield -1, ""
            return
        text, parts = decoded, open_text(decoded)
    source = SourceText(file, text)
    yield from ((source.place(finding.start)[0], "") for finding in names.are_in(text))
    for part in parts:
        if part.text is None:
            yield -1, part.description
        elif any(True for _ in names.are_in(part.text)):
            yield source.place(part.start)[0], part.description


def findings_in_name(file: str, knowledge: Knowledge) -> list[Finding]:
    """Return the direct details in a path, or another name, that nobody has accepted.

    The words of a name are often joined there: ``Robin_Threlfall.docx``.
    """
    separated = _NAME_SEPARATORS.sub(" ", file)  # of the same length, so that places stay
    context = (), knowledge.known_people, knowledge.programme_words
    details, separated_details = find_details(file, *context), find_details(separated, *context)
    # separated, other words of a path would look like dates or addresses
    names = (finding for finding in separated_details if finding.kind in _PERSON_KINDS)
    findings = resolve_overlaps([*details, *names])
    if is_system_file(file):
        name = file.rpartition("/")[2]
        # Word calls its lock after the document, which may be called after a person.
        start = len(file) - len(name) if name in _SYSTEM_FILES else len(file)
        findings = [finding for finding in findings if finding.end <= start]
    if match := _COMMUNITY.match(file):
        findings = _judge_labels(file, findings, [_LabelSpan(*match.span("slug"), LabelKind.PLACE)])
    return [
        finding
        for finding in findings
        if finding.kind.severity is Severity.ERROR
        and not knowledge.accepts(file, finding.kind, file[finding.start : finding.end])
    ]


def findings_in_text(
    file: str,
    text: str,
    knowledge: Knowledge,
    pseudonyms: Collection[str] = (),
    parse: ParseDocument = read_document,
) -> list[Finding]:
    """Return the details in a text that are neither pseudonyms nor published nor accepted.

    What the fields of a record call roles, places and organisations is judged as such.
    """
    details = find_details(
        text, pseudonyms, knowledge.known_people, knowledge.programme_words, knowledge.model
    )
    findings = _judge_labels(text, details, _find_labels(file, text, parse))
    if file.partition("/")[0] in _DIRECTORY_FIELDS:
        findings = _judge_directory(file, text, findings, parse)
    contacts = _published_contacts(file, text, parse) if "contact:" in text else []
    speakers = _named_speakers(file, text, parse) if "named:" in text else []
    return [
        finding
        for finding in findings
        if not _is_published(file, text, finding)
        and not any(contact.publishes(finding) for contact in contacts)
        and not any(speaker.agreed_to(finding, text) for speaker in speakers)
        and not knowledge.accepts(file, finding.kind, text[finding.start : finding.end])
    ]


# --- what roles, places and organisations are called --------------------------------------


class _LabelSpan(NamedTuple):
    """What a field calls a role or a place, between two offsets, the second exclusive."""

    start: int
    end: int
    label: LabelKind


# Which field holds what is said by its record's type; the ids of members are made from roles.
_LABELS_OF_IDS: Final = {
    "member": LabelKind.ROLE,
    "community": LabelKind.PLACE,
    "place": LabelKind.PLACE,
    "service": LabelKind.PLACE,
}
# What does not tell in a label who somebody is: 'Worker (16-17 year olds)', 'Ardingly Ward'.
_NOT_IN_LABELS: Final = _PERSON_KINDS | {
    kind for kind in DetailKind if kind.severity is Severity.WARNING
}


def _find_labels(file: str, text: str, parse: ParseDocument) -> list[_LabelSpan]:
    """Find what a record's fields call roles, places and organisations, in their order.

    None in what is no record, or cannot be read as one.
    """
    record_type = find_record_type(file)
    if record_type is None:
        return []
    document = parse(SourceText(file, text), [], markdown=file.endswith(".md"))
    return sorted(_labels_in(document.fields, record_type))


def _labels_in(mapping: Mapping, record_type: type) -> Iterator[_LabelSpan]:
    """Yield the labels among the fields of a record of a type, and of its parts."""
    fields = fields_of(record_type)
    for key, node in mapping.entries.items():
        field = fields.get(key)
        if field is None:
            continue
        label = LabelKind(field.label) if field.label else _LABELS_OF_IDS.get(field.refers or "")
        part = item_type(field.type) or field.type
        if label:
            yield from (_LabelSpan(start, end, label) for start, end in _scalars_in(node))
            if isinstance(node, Mapping):  # the sectors of seats, which are called as agencies are
                names = map(node.key, node.entries)
                yield from (_LabelSpan(name.start, name.end, LabelKind.PLACE) for name in names)
        elif dataclasses.is_dataclass(part) and isinstance(part, type):
            parts = node.items if isinstance(node, Sequence) else [node]
            for item in parts:
                if isinstance(item, Mapping):
                    yield from _labels_in(item, part)


def _scalars_in(node: Node) -> Iterator[tuple[int, int]]:
    """Yield the start and end of every text in a value."""
    if isinstance(node, Scalar):
        yield node.start, node.end
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars_in(item)
    elif isinstance(node, Mapping):
        for value in node.entries.values():
            yield from _scalars_in(value)


def _label_around(finding: Finding, labels: list[_LabelSpan]) -> _LabelSpan | None:
    """Return the label that a finding overlaps; ``labels`` are in the order of the text."""
    index = bisect_left(labels, finding.end, key=lambda label: label.start) - 1
    return labels[index] if index >= 0 and labels[index].end > finding.start else None


def _judge_labels(text: str, findings: list[Finding], labels: list[_LabelSpan]) -> list[Finding]:
    """Return the findings of a text, with those of persons in ``labels`` found anew in each."""
    if not labels:
        return findings
    kept = [
        finding
        for finding in findings
        if finding.kind not in _NOT_IN_LABELS or not _label_around(finding, labels)
    ]
    in_labels = (
        finding._replace(start=start + finding.start, end=start + finding.end)
        for start, end, label in labels
        for finding in find_details_in_label(text[start:end], label)
    )
    return resolve_overlaps([*kept, *in_labels])


def findings_in_label(text: str, knowledge: Knowledge, label: LabelKind) -> list[Finding]:
    """Return the details in what somebody calls a role, a place or an organisation."""
    details = find_details(text, (), knowledge.known_people, knowledge.programme_words)
    return _judge_labels(text, details, [_LabelSpan(0, len(text), label)])


def _accept_command(file: str, line: int, column: int) -> str:
    """Return the command that accepts a finding, ready to be run."""
    place = shlex.quote(f"{file}:{line}:{column}")
    return f'copkit accept {place} --why "a job or a place" --by facilitator'


# What Finder, Explorer and Office leave in folders.
_SYSTEM_FILES: Final = frozenset(
    [".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Desktop.ini", "Icon\r", ".directory"]
)


def is_system_file(file: str) -> bool:
    """Check whether a program left a file by itself: ``.DS_Store``, ``~$brief.docx``."""
    name = file.rpartition("/")[2]
    return name in _SYSTEM_FILES or name.startswith(("~$", "._", ".~lock."))


def find_pseudonyms(
    file: str, text: str, read: ReadText, parse: ParseDocument = read_document
) -> list[str]:
    """Return the pseudonyms that may stand in a file: its own, or those of a meeting's cases."""
    # a search for the key first, which spares parsing most files
    own_pseudonyms = _list_field(file, text, "pseudonyms", parse) if "pseudonyms:" in text else []
    cases = find_named_cases(file, text, parse)
    return [*own_pseudonyms, *find_pseudonyms_of_cases(cases, read, parse)]


def find_named_cases(file: str, text: str, parse: ParseDocument = read_document) -> list[str]:
    """Return the files of the cases that a meeting names; none for any other file."""
    meeting = _MEETING.fullmatch(file)
    if meeting is None or "cases:" not in text:
        return []
    return [f"{meeting[1]}/cases/{slug}.md" for slug in _list_field(file, text, "cases", parse)]


def find_pseudonyms_of_cases(
    cases: Iterable[str], read: ReadText, parse: ParseDocument = read_document
) -> list[str]:
    """Return the pseudonyms that cases declare, by their files."""
    return [
        name
        for case in cases
        # a search first, which spares parsing most cases
        if "pseudonyms" in (text := read(case) or "")
        for name in _list_field(case, text, "pseudonyms", parse)
    ]


def mask_problem(problem: Problem, mask: Mask) -> Problem:
    """Return a problem without any text that was found to be a detail."""
    return problem._replace(
        file=mask.apply(problem.file),
        message=mask.apply(problem.message),
        hint=mask.apply(problem.hint),
        excerpt=mask.apply(problem.excerpt),
    )


def _whole_file_problem(
    file: str, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(file, 1, 1, 1, 2, code, severity, message, hint)


def decode_text(file: str, data: bytes) -> str | None:
    """Decode a file as text in whatever encoding it has; ``None`` for what is no text.

    A file with the ending of a text is read as one, whatever control characters stand in it.
    """
    if data[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}:
        return data.decode("utf-32", "replace")
    # after UTF-32, whose little-endian mark begins with that of UTF-16
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if wide := _unmarked_utf16(data[:8000]):
        return data.decode(wide, "replace")
    if is_pdf(data) or (b"\0" in data[:8000] and not file.endswith(_TEXTS)):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode_western(data)  # what Excel on Windows saves as CSV


def _unmarked_utf16(data: bytes) -> str:
    """Return which UTF-16 a text without a byte order mark has; ``""`` for neither."""
    half = len(data) // 2
    if half < 2 or data.count(0) * 10 < half * 9:
        return ""
    first, second = data[::2].count(0), data[1::2].count(0)
    if first * 10 < half:  # the high half of most letters is empty, the low half of none
        return "utf-16-le" if second * 10 >= half * 9 else ""
    return "utf-16-be" if second * 10 < half and first * 10 >= half * 9 else ""


def _list_field(file: str, text: str, key: str, parse: ParseDocument) -> list[str]:
    """Return the texts of a list among a record's fields; none where it cannot be read."""
    document = parse(SourceText(file, text), [], markdown=not file.endswith(".yaml"))
    node = document.fields.entries.get(key)
    value = value_of(node) if node is not None else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


class _PublishedContact(NamedTuple):
    """A ``contact:`` in a record: the places of its values, and the kinds that may stand there."""

    places: list[tuple[int, int]]
    kinds: frozenset[DetailKind]

    def publishes(self, finding: Finding) -> bool:
        """Check whether a detail stands in one of the values, and may."""
        return finding.kind in self.kinds and any(
            start <= finding.start and finding.end <= end for start, end in self.places
        )


def _published_contacts(file: str, text: str, parse: ParseDocument) -> list[_PublishedContact]:
    """Return the contacts that readers of a record's documents answer to.

    Somebody who stands in ``private/contacts.yaml`` is a detail there as well, unless they agreed
    to be named.
    """
    if file != SETTINGS and file.partition("/")[0] not in _WITH_CONTACT:
        return []
    fields = parse(SourceText(file, text), [], markdown=file != SETTINGS).fields
    asks = fields.entries.get("asks")
    groups = [fields, *(asks.items if isinstance(asks, Sequence) else ())]
    contacts = (group.entries.get("contact") for group in groups if isinstance(group, Mapping))
    return [_published_contact(contact) for contact in contacts if isinstance(contact, Mapping)]


def _published_contact(contact: Mapping) -> _PublishedContact:
    """Return what one ``contact:`` publishes."""
    values = [contact.entries.get(key) for key in _CONTACT_FIELDS]
    named = contact.entries.get("named")
    agreed = isinstance(named, Scalar) and parse_agreement(named.text) is not None
    return _PublishedContact(
        [(value.start, value.end) for value in values if isinstance(value, Scalar)],
        _SERVICE_KINDS | {DetailKind.CONTACT} if agreed else _SERVICE_KINDS,
    )


def _judge_directory(
    file: str, text: str, findings: list[Finding], parse: ParseDocument
) -> list[Finding]:
    """Return the findings of a service or a connector, without how an organisation is reached.

    Its number, its office's mailbox and its page may stand in the fields for them. A mobile number,
    the mailbox of one person and a page that is called like one stay findings, and so does whatever
    stands in ``private/contacts.yaml``.
    """
    fields = parse(SourceText(file, text), [], markdown=True).fields
    nodes = (fields.entries.get(key) for key in _DIRECTORY_FIELDS[file.partition("/")[0]])
    places = [place for node in nodes if node is not None for place in _scalars_in(node)]
    kept = [
        finding
        for finding in findings
        if finding.kind not in _OF_ORGANISATIONS
        or not any(start <= finding.start and finding.end <= end for start, end in places)
        or _is_personal(text[finding.start : finding.end], finding.kind)
    ]
    mailboxes = [
        Finding(start + match.start(), start + match.end(), DetailKind.DIRECTORY)
        for start, end in places
        for match in _MAILBOX.finditer(text[start:end])
        if match[1].lower() not in OFFICE_MAILBOXES
    ]
    return resolve_overlaps([*kept, *mailboxes])


def _is_personal(text: str, kind: DetailKind) -> bool:
    """Check whether a number or a page in a field of an organisation is that of one person."""
    if kind is DetailKind.PHONE:
        return is_mobile(text)
    words = re.sub(r"[._\d-]+", " ", text)
    return kind is DetailKind.ONLINE and bool(find_details_in_label(words, LabelKind.PLACE))


class _NamedSpeaker(NamedTuple):
    """A speaker who agreed to be named at a session: where the name stands, and its words."""

    start: int
    end: int
    words: tuple[str, ...]

    def agreed_to(self, finding: Finding, text: str) -> bool:
        """Check whether a finding is their name, as it stands in the field or whole elsewhere."""
        if finding.kind not in _NAMED_KINDS:
            return False
        if self.start <= finding.start and finding.end <= self.end:
            return True
        # never a first name alone: it may be that of somebody who did not agree
        found_words = tuple(_words_of(text[finding.start : finding.end]))
        return len(found_words) > 1 and found_words == self.words


_NAMED_KINDS: Final = _PERSON_KINDS | {DetailKind.CONTACT}


def _words_of(text: str) -> Iterator[str]:
    return (word.casefold() for word in re.findall(r"[^\W_]+", text))


def _named_speakers(file: str, text: str, parse: ParseDocument) -> list[_NamedSpeaker]:
    """Return the speakers of a session who agreed to be named in public; none of another file."""
    if _MEETING.fullmatch(file) is None:
        return []
    speakers = parse(SourceText(file, text), [], markdown=True).fields.entries.get("speakers")
    named = []
    for speaker in speakers.items if isinstance(speakers, Sequence) else ():
        if not isinstance(speaker, Mapping):
            continue
        name, agreed = speaker.entries.get("name"), speaker.entries.get("named")
        if isinstance(name, Scalar) and isinstance(agreed, Scalar) and parse_agreement(agreed.text):
            named.append(_NamedSpeaker(name.start, name.end, tuple(_words_of(name.text))))
    return named


def _is_published(file: str, text: str, finding: Finding) -> bool:
    """Return whether a detail stands where authors and the sender are to be named."""
    if file == SETTINGS:
        return finding.kind in _published_kinds(text, finding.start)
    keys = _PUBLISHED.get(file.partition("/")[0])
    frame = frame_of(text) if keys else None
    if not keys or not frame or not frame.fields <= finding.start < frame.closing:
        return False
    if finding.kind not in _PERSON_KINDS:
        return False
    # a text of several lines stands below its key, indented
    above = text[frame.fields : finding.start].split("\n")
    key = next((line for line in reversed(above) if line and not line[0].isspace()), "")
    return key.partition(":")[0] in keys


def _published_kinds(text: str, start: int) -> frozenset[DetailKind]:
    """Return the kinds of details that a place in the settings is there to publish."""
    *above, line = text[:start].split("\n")
    group = next(
        (
            candidate
            for candidate in [line, *reversed(above)]
            if candidate and not candidate[0].isspace()
        ),
        "",
    )
    keys = {part.partition(":")[0].strip() for part in (line, re.split("[{,]", line)[-1])}
    if " #" in line:  # nothing in a comment is published
        return frozenset()
    allowed = (
        kinds
        for (name, fields), kinds in _PUBLISHED_SETTINGS.items()
        if group.startswith(f"{name}:") and not keys.isdisjoint(fields)
    )
    return next(allowed, frozenset())
