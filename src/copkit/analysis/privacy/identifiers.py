"""Identifying details in what a programme holds, as problems with their places.  Pure.

The text of a file is looked through as it stands: fields, comments and what is private as well,
whether it can be read as a record or not. No problem repeats what it is about.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from copkit.errors import Problem, Severity
from copkit.layout import SEALED, SETTINGS
from copkit.pii.images import is_picture, tells_more
from copkit.pii.kinds import Finding, Kind, settled
from copkit.pii.scan import Mask, Spans, find_details, masked
from copkit.text.front_matter import frame_of, read_document
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import value_of

Read = Callable[[str], str | None]
"""Gives the text of another file of the same state of the programme, or ``None``."""

_PUBLISHED: Final = {
    "evidence": ("citation", "url"),  # authors are named
    "directory": ("contact", "name"),  # how to reach a service
}
_OF_PERSONS: Final = frozenset({Kind.NAME, Kind.FIRST_NAME, Kind.INITIALS})
_OF_SERVICES: Final = _OF_PERSONS | {
    Kind.PHONE,
    Kind.EMAIL,
    Kind.POSTCODE,
    Kind.ADDRESS,
    Kind.ONLINE,
}
_PUBLISHED_SETTINGS: Final = {
    ("mail", ("sender", "reply_to", "user", "unsubscribe")): _OF_PERSONS
    | {Kind.EMAIL, Kind.ONLINE},
    ("theme", ("footer",)): frozenset({Kind.EMAIL, Kind.ONLINE, Kind.PHONE}),
}
"""By group and fields of copkit.yaml, what every mail, and every document, is to show."""
_ARMOUR: Final = re.compile(
    rb"-----BEGIN AGE ENCRYPTED FILE-----\r?\n(?:[A-Za-z0-9+/=]{1,76}\r?\n)+"
    rb"-----END AGE ENCRYPTED FILE-----\r?\n?"
)
MOST_TOLD: Final = 200  # findings of one file that are told one by one
_TEXTS: Final = (".md", ".yaml", ".yml", ".txt", ".csv", ".json", ".html")
_JOINED: Final = re.compile(r"_|-(?=[A-Z][a-z])|\.(?=[a-z0-9]{1,5}$)")
NOT_LOOKED_INTO: Final = "not-looked-into"
_MEETING: Final = re.compile(r"(communities/[^/]+)/meetings/[^/]+\.md")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a programme while it is looked through.

    ``known`` are the names and addresses of people; ``own`` the words by which the programme calls
    its communities; ``accepted`` the digests of what somebody has accepted, made with ``key``;
    ``model`` finds names that the rules do not.
    """

    known: Collection[str] = ()
    own: Collection[str] = ()
    accepted: frozenset[str] = frozenset()
    key: bytes = b""
    model: Spans | None = None
    mask: Mask = field(default_factory=Mask)

    def accepts(self, file: str, kind: Kind, found: str) -> bool:
        """Say whether somebody has accepted this finding in this file."""
        return bool(self.accepted) and acceptance(self.key, file, kind, found) in self.accepted


def acceptance(key: bytes, file: str, kind: Kind, found: str) -> str:
    """Give the digest under which a finding is accepted: useless to whom the key is not known.

    A plain digest would give the finding away: all NHS numbers can be tried in minutes.
    """
    said = "\0".join((file, kind, " ".join(found.casefold().split())))
    return hmac.new(key, said.encode("utf-8"), hashlib.sha256).hexdigest()[:32]


def look_through(
    file: str, data: bytes | None, knowledge: Knowledge, read: Read
) -> Iterator[Problem]:
    """Give the identifying details in a file's name and bytes, in their order.

    Raises nothing: what cannot be looked into is a problem itself.
    """
    yield from in_a_name(file, knowledge)
    if file == SEALED and data is not None and _ARMOUR.fullmatch(data):
        return  # nobody can read it, and letters by chance would look like names
    if data is None:
        message = "copkit cannot look into this: it is too large, or cannot be read"
        hint = "keep it outside the records, or in private/"
        yield _whole(file, NOT_LOOKED_INTO, message, hint, Severity.WARNING)
    elif is_picture(data) and not file.endswith(_TEXTS):
        if tells_more(data):
            message = "this picture also says when, where or with what it was taken"
            hint = "export it again without metadata, or take a screenshot of it"
            yield _whole(file, "picture-metadata", message, hint, Severity.WARNING)
    elif (text := text_of(file, data)) is None:
        message = "copkit cannot look into this file"
        hint = "keep it in private/, which never leaves your computer, or paste its text"
        yield _whole(file, NOT_LOOKED_INTO, message, hint, Severity.WARNING)
    else:
        yield from in_a_text(file, text, knowledge, invented_names(file, text, read))


def in_a_name(file: str, knowledge: Knowledge) -> Iterator[Problem]:
    """Give the details in a file's path, as problems at its first line."""
    for one in findings_in_name(file, knowledge):
        knowledge.mask.add(file, [one])
        message = f"{one.kind.what} stands in the file's name"
        yield _whole(file, one.kind, message, "rename the file, and what refers to it")


def in_a_ref(what: str, name: str, knowledge: Knowledge) -> Iterator[Problem]:
    """Give the details in the name of a branch or a tag, as problems of ``what``."""
    for one in findings_in_name(name, knowledge):
        knowledge.mask.add(name, [one])
        yield _whole(what, one.kind, f"{one.kind.what} stands in it", "give it another name")


def in_a_text(
    file: str, text: str, knowledge: Knowledge, invented: Collection[str] = ()
) -> Iterator[Problem]:
    """Give the details in a text, each at its place."""
    found = findings_in_text(file, text, knowledge, invented)
    if not found:
        return
    knowledge.mask.add(text, found)
    source = SourceText(file, masked(text, found))
    for one in found[:MOST_TOLD]:
        message = f"this looks like {one.kind.what}"
        yield source.problem(
            one.kind, one.start, one.end, message, one.kind.hint, one.kind.severity
        )
    if rest := found[MOST_TOLD:]:
        message = f"there are {len(rest)} more like these in this file"
        worst = min((one.kind.severity for one in rest), key=list(Severity).index)
        yield source.problem(rest[0].kind, rest[0].start, rest[0].end, message, "", worst)


def findings_in_name(file: str, knowledge: Knowledge) -> list[Finding]:
    """Give the direct details in a file's path that nobody has accepted.

    The words of a name are often held together there: ``Robin_Threlfall.docx``.
    """
    apart = _JOINED.sub(" ", file)  # as long as it was: the places stay
    found, more = (find_details(name, (), knowledge.known, knowledge.own) for name in (file, apart))
    names = (one for one in more if one.kind in _OF_PERSONS)
    return [
        one
        for one in settled([*found, *names])
        if one.kind.severity is Severity.ERROR
        and not knowledge.accepts(file, one.kind, file[one.start : one.end])
    ]


def findings_in_text(
    file: str, text: str, knowledge: Knowledge, invented: Collection[str] = ()
) -> list[Finding]:
    """Give the details in a text that are no invented names, and that nobody has accepted."""
    return [
        one
        for one in find_details(text, invented, knowledge.known, knowledge.own, knowledge.model)
        if not _is_published(file, text, one)
        and not knowledge.accepts(file, one.kind, text[one.start : one.end])
    ]


def invented_names(file: str, text: str, read: Read) -> list[str]:
    """Give the pseudonyms that may stand in a file: its own, or those of a meeting's cases."""
    own = _listed(file, text, "pseudonyms") if "pseudonyms:" in text else []
    return [*own, *borrowed_names(file, text, read)]


def borrowed_names(file: str, text: str, read: Read) -> list[str]:
    """Give the pseudonyms of the cases that a meeting names; nothing for any other file."""
    meeting = _MEETING.fullmatch(file)
    if meeting is None or "cases:" not in text:
        return []
    cases = [f"{meeting[1]}/cases/{slug}.md" for slug in _listed(file, text, "cases")]
    texts = [(case, read(case)) for case in cases]
    return [name for case, said in texts if said for name in _listed(case, said, "pseudonyms")]


def without_details(problem: Problem, mask: Mask) -> Problem:
    """Give a problem that repeats nothing of what was found."""
    return problem._replace(
        file=mask.over(problem.file),
        message=mask.over(problem.message),
        hint=mask.over(problem.hint),
        excerpt=mask.over(problem.excerpt),
    )


def _whole(
    file: str, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(file, 1, 1, 1, 2, code, severity, message, hint)


def text_of(file: str, data: bytes) -> str | None:
    """Read a file as text in whatever encoding it has; ``None`` if it is none.

    What is called a text is read as one, whatever control characters stand in it.
    """
    if data[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}:
        return data.decode("utf-32", "replace")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if wide := _wide(data[:8000]):
        return data.decode(wide, "replace")
    if b"\0" in data[:8000] and not file.endswith(_TEXTS):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _wide(data: bytes) -> str:
    """Name the encoding of a text with two bytes for a letter and no mark that says so."""
    half = len(data) // 2
    if half < 2 or data.count(0) * 10 < half * 9:
        return ""
    first, second = data[::2].count(0), data[1::2].count(0)
    if first * 10 < half:  # the high half of most letters is empty, the low half of none
        return "utf-16-le" if second * 10 >= half * 9 else ""
    return "utf-16-be" if second * 10 < half and first * 10 >= half * 9 else ""


def _listed(file: str, text: str, key: str) -> list[str]:
    """Give the items of a list among a record's fields; nothing where it cannot be read."""
    document = read_document(SourceText(file, text), [], markdown=not file.endswith(".yaml"))
    node = document.fields.entries.get(key)
    value = value_of(node) if node is not None else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _is_published(file: str, text: str, one: Finding) -> bool:
    """Say whether a name or address stands where authors, services and the sender are named."""
    if file == SETTINGS:
        return one.kind in _published_kinds(text, one.start)
    keys = _PUBLISHED.get(file.partition("/")[0])
    frame = frame_of(text) if keys else None
    if not keys or not frame or not frame.fields <= one.start < frame.closing:
        return False
    if one.kind not in (_OF_PERSONS if file.startswith("evidence/") else _OF_SERVICES):
        return False
    above = text[frame.fields : one.start].split("\n")
    key = next((line for line in reversed(above) if line and not line[0].isspace()), "")
    return key.partition(":")[0] in keys


def _published_kinds(text: str, start: int) -> frozenset[Kind]:
    """Give the kinds of details that a place in the settings is there for: whom to write to."""
    *above, line = text[:start].split("\n")
    group = next((one for one in [line, *reversed(above)] if one and not one[0].isspace()), "")
    keys = {part.partition(":")[0].strip() for part in (line, re.split("[{,]", line)[-1])}
    if " #" in line:
        return frozenset()
    found = (
        kinds
        for (name, fields), kinds in _PUBLISHED_SETTINGS.items()
        if group.startswith(f"{name}:") and not keys.isdisjoint(fields)
    )
    return next(found, frozenset())
