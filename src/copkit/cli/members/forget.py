"""``copkit member``: forgetting somebody, as they asked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.context import CommandContext, Writing
from copkit.cli.params import (
    complete_qualified_member,
    is_interactive,
    usage_error,
)
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.layout import (
    ALIASES,
    CONTACTS,
    ENCRYPTED_CONTACTS,
    IDLE_CACHE,
    OUTGOING_CACHE,
    RECORD_CACHE,
    SCAN_CACHE,
    SENT,
    SHEETS,
    STATE_CACHE,
    UNDO,
    cache_file,
)
from copkit.text.files import path_inside
from copkit.text.source import SourceText
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.privacy.erasure import DataSubject, Erasure, Mention, SearchTerm
    from copkit.analysis.privacy.identifiers import PersonNames
    from copkit.folder import Programme
    from copkit.records.meetings import Meeting
    from copkit.records.private import Contact
    from copkit.text.transaction import Change


LARGEST = 10_000_000  # bytes of a file that is opened to look into it
MAX_PLACES = 200  # places listed one by one; more are a list that nobody works through


def forget(
    context: Writing,
    person: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="community/member-id, as 'copkit list members' prints it.",
            autocompletion=complete_qualified_member,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove what is personal of a member, and keep their seat and attendance, so no count changes.

    Takes out the contact, the organisation and which cases they presented; an id that holds their
    name becomes another. Where they are named as a speaker, the name goes; a speaker who is no
    member is network/2022-03-16/sp1. Then lists where their name still is, and what git's history
    holds.
    This cannot be undone.

    \b
    Examples:
      copkit member forget brighton/housing-support-worker-1 --dry-run
      copkit member forget brighton/housing-support-worker-1
    """
    from copkit.analysis.privacy.erasure import build_erasure, find_mentions, mask_names
    from copkit.git.repository import require_private_ignored

    root = context.root
    # everything is worked out and looked for before the first change: once the contact is gone,
    # nothing here knows the name any more
    subject, others = _find_person(context, root, person)
    erasure = build_erasure(subject, _private_texts(root))
    if any(change.file.startswith("private/") for change in erasure.changes):
        require_private_ignored(root)
    patterns = _naming_patterns(root, subject, erasure)
    texts, others_than_text = _texts_after(root, erasure)
    names = _person_names(root, subject)
    places, unreadable = _add_mentions(
        root, find_mentions(texts, patterns), texts, others_than_text, names, patterns
    )
    _print_erasure(
        subject,
        erasure,
        [
            *(mask_names(line, patterns) for line in erasure.summaries),
            *(f"{name}/: all of it; 'copkit build' makes documents anew" for name in _copies(root)),
            "what 'copkit undo' has noted: all of it, of everybody",
        ],
        dry_run=context.dry_run,
    )
    if erasure.changes and not context.dry_run:
        from copkit.cli.prompts import confirm

        # a script has to say so itself, as nobody is there to read the question
        if not yes and not is_interactive():
            usage_error(
                "this cannot be undone, so it is not done unasked", "--yes says you mean it"
            )
        if not yes and not confirm("remove all this for good?", default=False):
            from copkit.cli.store import note_nothing_changed

            say("nothing was changed")
            note_nothing_changed(root)
            return
        _write_erasure(root, erasure, _build_mark(root, subject, erasure))
    _print_places(subject, places, [mask_names(file, patterns) for file in unreadable])
    _print_other_copies(root, subject, erasure, others, names)


def _find_person(
    context: CommandContext, root: Path, full_id: str
) -> tuple[DataSubject, list[Contact]]:
    """Find whom ``full_id`` names, and the other contacts that seem to be the same person.

    Raise :class:`CopkitError` where the id stands on no roster and among no contacts,
    :class:`InvalidRecords` where the contacts or the aliases cannot be read.
    """
    from copkit.analysis.privacy.erasure import DataSubject
    from copkit.private_files import read_aliases, read_contacts
    from copkit.records.kinds import Noun

    programme = context.open({Noun.MEMBERS, Noun.MEETINGS, Noun.CASES})
    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    read_aliases(root, problems)  # what cannot be read would keep what else they are called
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    place, _, id = full_id.partition("/")
    sessions = tuple(
        meeting
        for records in programme.communities
        for meeting in records.every_meeting
        if meeting.speakers
    )
    if speaker := _find_speaker(sessions, full_id):
        return speaker, []
    # contacts may name a community that has no folder any more, and it can be forgotten as well
    slugs = {records.slug for records in programme.communities}
    slug = (
        programme.community(place).slug
        if id and place not in slugs | _contact_communities(contacts)
        else place
    )
    records = next(
        (
            community_records
            for community_records in programme.communities
            if community_records.slug == slug
        ),
        None,
    )
    contact = next((entry for entry in contacts if entry.id == f"{slug}/{id}"), None)
    if contact is None and (records is None or records.roster.member(id) is None):
        raise _unknown_member(programme, full_id)
    same_person = [
        other
        for other in contacts
        if contact and other is not contact and _share_name_or_address(other, contact)
    ]
    return DataSubject(slug, id, contact, records, sessions), same_person


def _find_speaker(sessions: tuple[Meeting, ...], full_id: str) -> DataSubject | None:
    """Find the speaker that ``network/2022-03-16/sp1`` means, who may be no member of anything."""
    from copkit.analysis.privacy.erasure import DataSubject
    from copkit.records.private import Contact

    network, _, own_id = full_id.partition("/")
    for meeting in sessions:
        for speaker in meeting.speakers:
            if meeting.community == network and own_id == f"{meeting.slug}/{speaker.id}":
                contact = Contact(source=speaker.source, id=full_id, name=speaker.name)
                return DataSubject(network, own_id, contact, None, sessions, is_speaker=True)
    return None


def _contact_communities(contacts: tuple[Contact, ...]) -> set[str]:
    return {contact.community for contact in contacts}


def _share_name_or_address(contact: Contact, other: Contact) -> bool:
    # without a name, two that are both missing would be the same
    pairs = ((contact.name, other.name), (contact.email, other.email))
    return any(a and b and a.casefold() == b.casefold() for a, b in pairs)


def _unknown_member(programme: Programme, full_id: str) -> CopkitError:
    """Build the error for an id that stands nowhere; its hint is the closest on a roster."""
    ids = [
        f"{records.slug}/{member.id}"
        for records in programme.communities
        for member in records.members
    ]
    hint = did_you_mean(
        full_id, ids, "write community/member-id, as 'copkit list members' prints it"
    )
    return CopkitError(
        "there is nobody of this id on a roster or among the contacts", hint, status=2
    )


def _private_texts(root: Path) -> dict[str, str]:
    """Read the files in private/ that may hold entries of a person: a text by each path.

    Those that are not there or not text are left out.
    """
    from copkit.text.files import read_source

    texts = {}
    journals = (f"{SENT}/{path.name}" for path in sorted((root / SENT).glob("*.jsonl")))
    for file in (CONTACTS, ALIASES, *journals):
        path = path_inside(root, *file.split("/"))
        if os.path.lexists(path):
            source = read_source(path, file, [])
            if source.readable:
                texts[file] = source.text
    return texts


def _naming_patterns(root: Path, person: DataSubject, erasure: Erasure) -> list[SearchTerm]:
    """Build the patterns that find a person, by their contact and as lists of attendance had it."""
    from copkit.analysis.privacy.erasure import PART_OF_NAME, build_search_terms
    from copkit.private_files import read_aliases

    patterns = build_search_terms(person, erasure.new_id)
    if person.contact is None:
        return patterns
    aliases = [alias for alias in read_aliases(root, []).aliases if alias.id == person.whole_id]
    known_as = [(name, None) for alias in aliases for name in alias.names]
    for name, email in [*known_as, *((None, email) for alias in aliases for email in alias.emails)]:
        # without parts of these names: a word of a nickname would find other people all over
        other = replace(person, contact=replace(person.contact, name=name, email=email))
        whole = (
            pattern
            for pattern in build_search_terms(other, person.id)
            if pattern.label != PART_OF_NAME
        )
        patterns += [
            pattern._replace(label=f"{pattern.label}, as lists have it") for pattern in whole
        ]
    return patterns


def _texts_after(root: Path, erasure: Erasure) -> tuple[list[SourceText], list[str]]:
    """Return every text of the folder as it will be, and the files that hold no text.

    The encrypted contacts are in neither: they are named apart, with what to do about them.
    """
    from copkit.text.files import read_every_file

    new_texts = {change.file: change.new or "" for change in erasure.changes}
    # git's own files are searched through git; build/ is deleted
    kept_out = tuple(f"{name}/" for name in (UNDO, SHEETS))  # deleted by the erasure
    sources = [
        source
        for source in read_every_file(root, leave_out=(".git", "build"))
        if not source.file.startswith(kept_out)
    ]
    texts = [SourceText(source.file, new_texts.get(source.file, source.text)) for source in sources]
    return texts, [
        source.file
        for source in sources
        if not source.readable and source.file != ENCRYPTED_CONTACTS
    ]


def _person_names(root: Path, person: DataSubject) -> PersonNames:
    """Return how somebody is known here: by their contact, and by the names that lists had."""
    from copkit.analysis.privacy.identifiers import PersonNames
    from copkit.cli.pii import names_in_alias, names_in_contact
    from copkit.private_files import read_aliases

    aliases = [alias for alias in read_aliases(root, []).aliases if alias.id == person.whole_id]
    known = {name for alias in aliases for name in names_in_alias(alias)}
    own = [name for alias in aliases for name in alias.names]
    if person.contact:
        known |= set(names_in_contact(person.contact))
        own += [person.contact.name] if person.contact.name else []
    words = {word for name in own for word in re.findall(r"\w+", name.casefold()) if len(word) > 2}
    return PersonNames(frozenset(known), frozenset(words))


def _add_mentions(
    root: Path,
    places: list[Mention],
    texts: list[SourceText],
    others_than_text: list[str],
    names: PersonNames,
    patterns: list[SearchTerm],
) -> tuple[list[Mention], list[str]]:
    """Return the places, and those that 'copkit check' would find as well; and what it cannot read.

    ``others_than_text`` are files that are not text as they stand; some can be opened.
    """
    from copkit.analysis.privacy.erasure import Mention, mask_names
    from copkit.analysis.privacy.identifiers import find_person

    unreadable = []
    listed = {(place.file, place.line) for place in places}
    for file, data in _contents(root, texts, others_than_text):
        masked = mask_names(file, patterns)
        for line, description in find_person(file, data, names) if data is not None else [(-1, "")]:
            if line < 0 and masked not in unreadable:
                unreadable.append(masked)
            elif line >= 0 and (masked, line) not in listed:
                listed.add((masked, line))
                where = description or ("in the name of the file" if not line else "")
                label = ", ".join(filter(None, ("as 'copkit check' finds it", where)))
                places.append(Mention(masked, line, label))
    places.sort(key=lambda place: (place.file, place.line))
    return places, unreadable


def _contents(
    root: Path, texts: list[SourceText], others_than_text: list[str]
) -> Iterator[tuple[str, bytes | None]]:
    """Yield each file with its bytes as they will be; ``None`` for one that cannot be read."""
    for source in texts:
        if source.file not in others_than_text and source.file != ENCRYPTED_CONTACTS:
            yield source.file, source.text.encode("utf-8", "replace")
    for file in others_than_text:
        path = root / file
        is_readable = path.is_file() and not path.is_symlink()
        yield file, path.read_bytes() if is_readable and path.stat().st_size < LARGEST else None


def _print_erasure(
    person: DataSubject, erasure: Erasure, lines: list[str], *, dry_run: bool
) -> None:
    """Print what is taken out of the records of a person, or that nothing is left to take out.

    ``lines`` describe the changes; ``dry_run`` says "would be" instead of "will be".
    """
    roster = person.records.roster if person.records else None
    member = roster.member(person.id) if roster else None
    description = f"the {member.role} of {person.community}" if member else "somebody on no roster"
    if not erasure.changes:
        say(f"nothing personal is left to take out of the records of {clean(description)}")
        return
    would = "would be" if dry_run else "will be"
    say(f"{clean(description)}: what {would} taken out")
    for line in lines:
        say(f"  {clean(line)}")
    if member:
        say("  the role, sector, dates and attendance stay, so that every count stays the same")


def _build_mark(root: Path, person: DataSubject, erasure: Erasure) -> Change | None:
    """Build the change that marks an id as forgotten, so that nothing revives it.

    ``None`` where it is marked already. Raise :class:`CopkitError` where others have made marks
    with a key that is not here.
    """
    from copkit.cli.store import load_or_create_key
    from copkit.private_files import forgotten_mark, key_fingerprint
    from copkit.records.private import FORGOTTEN_FILE, ForgottenMembers
    from copkit.records.schema.write import format_fields
    from copkit.text.edit import append
    from copkit.text.transaction import Change

    key = load_or_create_key(root)
    path = root / FORGOTTEN_FILE
    old = path.read_text(encoding="utf-8-sig") if path.exists() else None
    entry = {
        "id": forgotten_mark(key, person.whole_id),
        "now": erasure.new_id,
        "key": key_fingerprint(key),
    }
    if old and entry["id"] in old:
        return None
    text = append(old or format_fields(ForgottenMembers, {}), ["forgotten"], entry)
    return Change(FORGOTTEN_FILE, old, text)


def _write_erasure(root: Path, erasure: Erasure, mark: Change | None) -> None:
    """Save all changes or none, and delete every copy that could bring them back.

    Those are the notes of 'copkit undo', sheets with names, what was built, and the caches.
    """
    from copkit.cli.params import current_command, moment
    from copkit.cli.store import require_known_format, require_valid_text
    from copkit.git.undo import ChangeNote, build_purge, delete_unreadable_notes
    from copkit.text.transaction import locked, save_privately

    require_known_format(root)
    private = [change for change in erasure.changes if change.file.startswith("private/")]
    records = [change for change in erasure.changes if change not in private]
    for change in records:
        require_valid_text(change.file, change.new or "")
    if mark:
        records.append(mark)
    note = ChangeNote(
        number=0,  # the next one
        command=current_command(),
        when=moment(),
        summary=("somebody was forgotten, as they asked",),
        changes=(),
        is_final=True,
    )
    # one lock for all: a command in between would note the texts as they were before
    with locked(root):
        # copies first: whoever is stopped here still has everything, and runs this again
        delete_copies(root)
        delete_unreadable_notes(root)
        save_privately(root, [*private, *build_purge(root, note)], records)
    say("taken out; 'copkit undo' does not bring it back, and begins anew")


def _copies(root: Path) -> list[str]:
    """Return the folders, by their paths in the programme, of what can be made anew."""
    return [name for name in ("build", SHEETS) if (root / name).is_dir()]


def delete_copies(root: Path, *, with_sheets: bool = True) -> None:
    """Delete what was built, caches, and ``with_sheets`` sheets with names.

    All of them, since a name in a PDF or a picture is not found by looking for it.
    """
    import shutil

    for name in _copies(root):
        if name == SHEETS and not with_sheets:
            continue
        path = path_inside(root, *name.split("/"))
        if path.is_symlink():
            path.unlink()
            say(f"{name} was a link: look through the folder that it led to yourself")
        else:
            shutil.rmtree(path)
    for prefix in (RECORD_CACHE, SCAN_CACHE, STATE_CACHE, IDLE_CACHE, OUTGOING_CACHE):
        cache_file(prefix, root).unlink(missing_ok=True)


def _print_places(person: DataSubject, places: list[Mention], unreadable: list[str]) -> None:
    """Print where a person is still named, and the files that could not be searched.

    ``places`` are to be changed by hand; ``unreadable`` are files that hold no text.
    """
    if person.contact is None or not (person.contact.name or person.contact.email):
        say(f"{CONTACTS} has no name or address here, so nobody could look for them in the records")
    elif places:
        say(f"still named in {plural(len(places), 'place')}; change these by hand:")
        for place in places[:MAX_PLACES]:
            say(f"  {clean(str(place))}")
        if len(places) > MAX_PLACES:
            say(f"  and {len(places) - MAX_PLACES} more")
    else:
        say("no other line of this folder was found to hold the name or the address")
    if unreadable:
        examples = ", ".join(sorted(unreadable)[:5]) + (
            " and others" if len(unreadable) > 5 else ""
        )
        say(f"  not looked into, for they are not text: {clean(examples)}")


def _print_other_copies(
    root: Path,
    person: DataSubject,
    erasure: Erasure,
    others: list[Contact],
    names: PersonNames,
) -> None:
    """Print what copkit cannot remove: other entries, built documents, git's history, copies."""
    if others:
        # only how many: their ids may hold the name that is being forgotten
        say(f"{plural(len(others), 'other contact')} with the same name or address: forget as well")
    if (root / ENCRYPTED_CONTACTS).exists() and person.contact:
        say(
            f"{ENCRYPTED_CONTACTS} still holds the entry: "
            "'copkit contacts encrypt --force' makes it anew"
        )
    for line in _history_lines(root, person, erasure, names):
        say(clean(line))
    if names.known:
        say(
            "what nobody could look for: pictures, and nicknames or spellings that no list here has"
        )
    say("tell everybody who has a copy: other clones, backups, and mails that were sent")


def _history_lines(
    root: Path, person: DataSubject, erasure: Erasure, names: PersonNames
) -> Iterator[str]:
    """Yield what git's history still holds of a person, and the commands that remove it.

    copkit does not rewrite history itself: every clone of the others would have to be replaced.
    """
    from copkit.analysis.privacy.identifiers import find_person
    from copkit.git.objects import (
        HistoryMentions,
        count_commits_changing,
        count_mentions,
        count_traces,
    )
    from copkit.git.repository import find_repository, is_git_installed, is_in_git

    repository = find_repository(root)
    if repository is None:
        if is_in_git(root) and not is_git_installed():
            yield "git is not installed here, so its history was not searched: do that where it is"
        else:
            yield "this folder is not kept in git, so there is no history to clean"
        return
    search_texts = {"the id they had": person.id} if erasure.new_id != person.id else {}
    if person.contact and person.contact.email:
        search_texts = {"the e-mail address": person.contact.email, **search_texts}
    if person.contact and person.contact.name:
        search_texts = {"the name in full": person.contact.name, **search_texts}
    traces = [trace for trace in count_traces(repository, search_texts) if trace]
    mentions = HistoryMentions(0, 0, 0, 0)
    if names.known:
        mentions = count_mentions(
            repository,
            lambda file, data: any(line >= 0 for line, _ in find_person(file, data, names)),
        )
    changed_commits = count_commits_changing(
        repository, [change.file for change in erasure.changes]
    )
    encrypted_versions = (
        count_commits_changing(repository, [ENCRYPTED_CONTACTS]) if person.contact else 0
    )
    if not (traces or any(mentions) or changed_commits or encrypted_versions):
        yield "git's history holds nothing of it"
        return
    yield "git's history still holds:"
    for trace in traces:
        yield (
            f"  {trace.label}: put in or taken out by {plural(trace.files, 'commit')}, "
            f"in the message of {trace.messages}, as author of {trace.authors}"
        )
    if any(mentions):
        yield (
            f"  what 'copkit check --history' would find: in files of "
            f"{plural(mentions.files, 'commit')}, {plural(mentions.messages, 'message')}, "
            f"{plural(mentions.authors, 'author')}, {plural(mentions.refs, 'name')} of branches "
            "and tags"
        )
    if changed_commits:
        yield f"  the files changed now as they were before, in {plural(changed_commits, 'commit')}"
    if encrypted_versions:
        versions = plural(encrypted_versions, "version")
        yield f"  {versions} of {ENCRYPTED_CONTACTS}, for whoever has its passphrase or key"
    yield "to take it out of the history, when everybody has sent what they have ('copkit sync'):"
    yield "  1. in a file outside this folder, write each text to go on a line: TEXT==>removed"
    yield "  2. in a new clone: git filter-repo --replace-text FILE --replace-message FILE"
    if encrypted_versions:
        path = f"{repository.prefix}{ENCRYPTED_CONTACTS}"
        yield f"     and: git filter-repo --invert-paths --path {path}"
    yield "  3. git push --force --all; delete FILE; everybody else makes a new clone"
