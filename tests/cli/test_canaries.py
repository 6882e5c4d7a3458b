"""What is not for a reader is in nothing that is built for them: no text, name or leftover.

Every place of every record sings a word of its own. Then everything is built, through the
command line, for everybody whom it may reach, and each output is searched for words that its
readers may not hear: in its bytes, and as a browser or a mail program would show them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from copkit.documents.formats import available_formats
from copkit.records.schema.audience import Audience
from tests.conftest import Copkit, Write
from tests.documents.files import said_in
from tests.signing import signed

CASE = """\
---
title: Song title {a}
kind: challenging
status: written-up
audience: {audience}
presented: 2026-01-14
consent: given
presenters:
  - singer-{a}
question: Song question {a}?
themes:
  - song theme {a}
pseudonyms:
  - Songpseudonym{a}
actions:
  - id: a1
    what: Song action {a}
    owner: Song owner {a}
    due: 2026-02-11
progress:
  - id: p1
    date: 2026-01-20
    action: a1
    outcome: helped
    kind: recovery
    note: Song progress {a}
issues:
  - id: i1
    blockage: song-blockage
    note: Song issue {a}
evidence:
  - song-card-{a}
---

Song above {a}

## Presentation of the case

Song presentation {a}

## Next steps

Song next {a}

## Learning for practice

Song learning {a}. ![song alt {a}](images/song-image-{a}.png)
[song link {a}](https://example.org/song-related-{a}) and
[song attachment {a}](files/song-file-{a}.pdf) <!-- song comment {a} -->

### \u0420riv\u0430te notes

Song cyrillic {a}

## Private

Song private {a}

## Issues for commissioners

Song commissioners {a}
"""
CARD = """\
---
title: Song card title {a}
citation: Song citation {a}
url: https://example.org/song-url-{a}
themes:
  - song card theme {a}
audience: {audience}
used:
  - id: u1
    date: 2026-01-14
    community: song-harbour
---

## In sixty seconds

Song spoken {a}

## Notes

Song notes {a}

## Private

Song card private {a}
"""
ISSUE = """\
---
title: Song issue title {a}
from: 2026-01-01
until: 2026-01-31
audience: {audience}
---

Song editorial {a} <!-- song issue comment {a} -->

## Private

Song issue private {a}
"""
BRIEF = (
    ISSUE.replace("issue", "brief")
    .replace("editorial", "cover")
    .replace("audience:", "addressee: Song addressee {a}\nask: song ask {a}\naudience:")
)
COMMUNITY = """\
---
code: {code}
name: Song name {place}
place: {place}
status: active
host: Song host {place}
backing: Song backing {place}
---

Song community {place}
"""
OF_A_CASE = [
    *("title", "question", "action", "progress", "issue", "learning", "alt", "link"),
    *("attachment", "related"),
]
OF_A_CARD = ["card title", "citation", "url", "spoken"]
TO_MEMBERS_ALONE = [
    *("song meeting notes", "song room", "song role", "song visit"),
]
TO_NOBODY = [
    *("theme", "pseudonym", "owner", "above", "presentation", "next", "comment", "private"),
    *("cyrillic", "commissioners", "notes m", "notes c", "notes p", "card private", "image"),
    *("file", "issue comment", "issue private", "brief comment", "brief private"),
]
ANYWHERE_PRIVATE = [
    *("song-harbour", "song-quay", "singer-", "song-slug", "song-card", "song name", "song host"),
    *("song backing", "song community", "song organisation", "song secret"),
]
EVERYBODY = list(Audience)


def letter(audience: Audience) -> str:
    """Give the last letter of an audience's songs: they must not hold one another's."""
    return {"members": "mm", "commissioners": "cc", "public": "pp"}[audience.value]


@pytest.fixture
def choir(write: Write) -> Path:
    """Two communities; a case, a card, an issue and a brief for each audience, all signed off."""
    for slug, code, place in (("song-harbour", "CP8", "Inlet"), ("song-quay", "CP9", "Quay")):
        home = f"communities/{slug}"
        write(f"{home}/community.md", COMMUNITY.format(code=code, place=place))
        members = "".join(
            f"  - id: singer-{letter(audience)}\n    role: Song role\n    sector: Choir\n"
            "    organisation: Song organisation\n    joined: 2026-01-05\n"
            for audience in EVERYBODY
        )
        write(f"{home}/roster.yaml", f"members:\n{members}")
        write(
            f"{home}/meetings/2026-01-14.md",
            "---\ndate: 2026-01-14\nplace: Song room\npresent:\n  - singer-mm\n---\n\n"
            "Song meeting notes\n\n## Private\n\nSong secret\n",
        )
        write(f"{home}/meetings/2026-02-11.md", "---\ndate: 2026-02-11\nplace: Song room\n---\n")
    folder = write(
        "blockages/song-blockage.md",
        "---\ntitle: Song wall\nasks:\n  - id: q1\n    date: 2026-01-15\n    of: Song board\n"
        "    ask: Song demand\n---\n\nSong harm <!-- song secret -->\n\n"
        "## Private\n\nSong secret\n",
    )
    for audience in EVERYBODY:
        a, file = letter(audience), f"song-slug-{letter(audience)}"
        text = CASE.format(a=a, audience=audience)
        write(f"communities/song-harbour/cases/{file}.md", signed(text, community="song-harbour"))
        write(f"evidence/song-card-{a}.md", CARD.format(a=a, audience=audience))
        write(f"newsletters/issue-{a}.md", ISSUE.format(a=a, audience=audience))
        write(f"briefs/brief-{a}.md", BRIEF.format(a=a, audience=audience))
    return folder


def build_everything(
    copkit: Copkit, folder: Path, records_for: Sequence[Audience] = EVERYBODY
) -> None:
    """Build each document, or those meant for some, for everybody whom it may reach."""
    for noun in ("newsletter", "brief"):
        short = "issue" if noun == "newsletter" else "brief"
        for record_is_for in records_for:
            for reader in EVERYBODY:
                if reader.may_see(record_is_for):
                    name = f"{short}-{letter(record_is_for)}"
                    forms = [form for form in available_formats(noun) if "." not in form]
                    named = ("--format", ",".join(forms))
                    result = copkit(noun, "build", name, "--for", reader, *named, "-C", folder)
                    assert result.status == 0, result.output
    for reader in EVERYBODY[1:]:
        for form in ("table", "markdown", "html", "csv", "json"):
            result = copkit("attendance", "--for", reader, "--format", form, "-C", folder)
            out = folder / "build" / "printed" / reader / f"matrix.{form}"
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(result.stdout, encoding="utf-8")


def outputs(folder: Path) -> Iterator[tuple[Path, Audience, str]]:
    """Give every file below ``build/``, its reader, and its name and text in every reading."""
    for path in sorted((folder / "build").rglob("*")):
        if path.is_file():
            place = path.relative_to(folder).as_posix()
            raw = said_in(path)
            readings = (raw, html.unescape(raw), unquote(raw), raw.replace("\\", ""))
            text = "\n".join((place, *readings)).casefold()
            yield path, reader_of(folder, path), " ".join(text.split())


def reader_of(folder: Path, path: Path) -> Audience:
    if path.name == ".copkit.json":
        return Audience.MEMBERS  # it goes to nobody: the names of folders beside it, and digests
    inner = path.parent.name
    if inner in set(Audience):
        return Audience(inner)
    record = (folder / "briefs" / f"{inner}.md").read_text("utf-8")  # its own readers' file
    found = re.search(r"^audience: (\w+)$", record, re.MULTILINE)
    assert found
    return Audience(found[1])


def forbidden(reader: Audience) -> Iterator[str]:
    """Give every word that a reader may not hear."""
    hidden = [audience for audience in EVERYBODY if not reader.may_see(audience)]
    for audience in EVERYBODY:
        a = letter(audience)
        yield from (f"song {kind} {a}" for kind in TO_NOBODY)
        yield from (f"song-{kind}-{a}" for kind in ("image", "file"))
    for audience in hidden:
        a = letter(audience)
        for kind in (
            *OF_A_CASE,
            *OF_A_CARD,
            "editorial",
            "cover",
            "issue title",
            "brief title",
            "ask",
        ):
            yield f"song {kind} {a}"
            yield f"song-{kind}-{a}"
        yield from (f"issue-{a}", f"brief-{a}", f"song addressee {a}")
    yield from ANYWHERE_PRIVATE
    if reader is not Audience.MEMBERS:
        yield from TO_MEMBERS_ALONE
    if reader is Audience.PUBLIC:
        yield from ("song wall", "song harm", "song demand", "song board", "song issue pp")


def require_silence(folder: Path) -> int:
    """Require that nothing built holds what its reader may not hear; count the files."""
    count = 0
    for path, reader, text in outputs(folder):
        count += 1
        heard = [word for word in forbidden(reader) if word in text]
        assert not heard, (path, heard)
    return count


def test_no_document_holds_what_its_readers_may_not_learn(choir: Path, copkit: Copkit) -> None:
    build_everything(copkit, choir)

    assert require_silence(choir) == 6 * (4 + 5) + 2 * 5 + 1  # the manifest
    for reader in EVERYBODY:
        require_song(choir, reader)


def require_song(folder: Path, reader: Audience) -> None:
    """Require that what a reader may hear is sung somewhere: else silence would prove nothing."""
    texts = " ".join(text for _, whose, text in outputs(folder) if whose is reader)
    for audience in EVERYBODY:
        for kind in ("title", "question", "learning", "alt", "link", "card title", "spoken"):
            sung = f"song {kind} {letter(audience)}" in texts
            assert sung is reader.may_see(audience), (kind, audience)
    assert ("song meeting notes" in texts) is (reader is Audience.MEMBERS)
    assert ("song wall" in texts) is (reader is not Audience.PUBLIC)


@pytest.mark.parametrize(
    "file",
    [
        "communities/song-harbour/cases/song-slug-pp.md",
        "evidence/song-card-pp.md",
        "newsletters/issue-pp.md",
        "briefs/brief-pp.md",
    ],
)
def test_what_is_taken_back_from_the_public_is_gone_after_any_build(
    choir: Path, copkit: Copkit, file: str
) -> None:
    build_everything(copkit, choir, [Audience.PUBLIC])
    text = (choir / file).read_text("utf-8")
    taken_back = text.replace("audience: public", "audience: members").replace(" pp", " mm")
    (choir / file).write_text(taken_back, encoding="utf-8")
    words = {*re.findall(r"[Ss]ong \w+(?: title)? pp", text)} - {"Song comment pp"}

    result = copkit("newsletter", "build", "issue-mm", "-C", choir)

    assert result.status == 0, result.output
    assert re.search("deleted|brought up to date", result.stderr)
    for path, reader, heard in outputs(choir):
        if reader is not Audience.MEMBERS:
            assert not [word for word in words if word.casefold() in heard], path
    require_silence(choir)
