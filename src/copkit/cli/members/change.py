"""``copkit member leave``, ``return``, ``change`` and ``contact``: what happens to one member."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from copkit.cli.context import Writing
from copkit.cli.names import TRAINING, find_record_name
from copkit.cli.params import (
    IsRole,
    complete_community,
    complete_qualified_member,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, find_member_id, member_label, say
from copkit.errors import CopkitError, InvalidRecords, did_you_mean, only_errors
from copkit.folder import CommunityRecords, Programme, load
from copkit.layout import CONTACTS, ENCRYPTED_CONTACTS
from copkit.records.kinds import KINDS_BY_NAME, Noun, RecordName
from copkit.records.members import LeftBecause, Member, Part, Roster, TimeAway
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append, remove, set_value
from copkit.text.files import is_slug, path_inside, read_source
from copkit.wording import plural, weekday_in_words

if TYPE_CHECKING:
    from copkit.analysis.folder_changes import FolderChanges
    from copkit.cli.housekeeping import FolderPlan, WorkSummary
    from copkit.records.private import Contact

Person = Annotated[
    str | None,
    typer.Argument(
        metavar="ID",
        help="community/member-id, as 'copkit list members' prints it; or the community.",
        autocompletion=complete_qualified_member,
    ),
]
REASONS: Final[dict[str, str]] = {
    LeftBecause.DROPPED_OUT: "dropped out",
    LeftBecause.MOVED_ON: "moved on",
    LeftBecause.ENDED: "the group ended",
}


class ChosenMember(NamedTuple):
    """The member whom a command is about, with the programme and their community's records."""

    programme: Programme
    records: CommunityRecords
    member: Member

    @property
    def name(self) -> str:
        """The id with its community: ``brighton/police-sergeant-1``."""
        return f"{self.records.slug}/{self.member.id}"

    @property
    def file(self) -> str:
        """The path of the roster."""
        return f"communities/{self.records.slug}/roster.yaml"


def choose_member(
    root: Path, typed: str | None, nouns: frozenset[Noun], *, has_left: bool = False
) -> ChosenMember:
    """Find the member who was named on the line, or ask for one.

    A community alone is an answer too: its members are listed then, those who ``has_left`` or the
    others. Raise :class:`CopkitError` where nobody, or more than one, is meant.
    """
    place, slash, rest = (typed or "").rpartition("/")
    programme = load(root, {Noun.MEMBERS})
    if typed and not slash:
        records, id = _find_in_any(root, programme, typed)
    elif typed:
        records, id = programme.community(place), rest
    else:
        from copkit.cli.prompts import find_or_ask_community

        records, id = find_or_ask_community(programme, None), ""
    if nouns != {Noun.MEMBERS}:
        programme = load(root, nouns, records.slug)
        records = programme.community(records.slug)
    if not id:
        id = _ask_member(root, records, has_left=has_left)
    member = records.roster.member(find_member_id(root, records, id))
    if member is None:
        ids = [f"{records.slug}/{member.id}" for member in records.members]
        hint = did_you_mean(f"{records.slug}/{id}", ids, "'copkit list members' shows who is")
        person = f"'{id}'" if is_slug(id) or is_interactive() else "somebody named here"
        raise CopkitError(f"{person} is not on the roster of {records.slug}", hint, status=2)
    return ChosenMember(programme, records, member)


def _find_in_any(root: Path, programme: Programme, typed: str) -> tuple[CommunityRecords, str]:
    """Return whose id, name or community was typed, with an id of ``""`` for a community."""
    matches = [
        (records, id)
        for records in programme.communities
        if records.roster.member(id := find_member_id(root, records, typed))
    ]
    if len(matches) == 1 and typed not in {records.slug for records in programme.communities}:
        return matches[0]
    if len(matches) > 1:
        several = ", ".join(f"{records.slug}/{id}" for records, id in matches)
        usage_error(f"'{typed}' could be {len(matches)} members", f"one of: {several}")
    if not is_slug(typed) and not is_interactive():
        # An error of a script ends in its log, and what was typed may be a name.
        try:
            return programme.community(typed), ""
        except CopkitError:
            usage_error("nobody, and no community, is called so", "write community/member-id")
    return programme.community(typed), ""


def _ask_member(root: Path, records: CommunityRecords, *, has_left: bool) -> str:
    """List the members of a community with numbers, and ask for one."""
    members = [member for member in records.members if (member.left is not None) is has_left]
    if not members:
        state = "has left" if has_left else "is a member"
        raise CopkitError(f"nobody {state} in {records.slug}; nothing was changed")
    if not is_interactive():
        usage_error("missing: ID", f"such as {records.slug}/{members[0].id}")
    from copkit.cli.prompts import ask_numbered

    lines: dict[str, str] = {
        member.id: f"{member_label(root, records, member.id)} ({member.role})" for member in members
    }
    return ask_numbered("who", lines, f"{records.slug}/ID")


# --- leaving and coming back ------------------------------------------------------------------


def leave(
    context: Writing,
    person: Person = None,
    date: Annotated[str | None, typer.Argument(help="The last day; 'today' too.")] = None,
    why: Annotated[
        LeftBecause | None, typer.Option("--why", help="Why they left.", show_choices=True)
    ] = None,
) -> None:
    """Record that somebody left: the last day, and why. Their seat and attendance stay.

    Who dropped out becomes a Y of the matrix; whoever moved on keeps their letter.

    \b
    Examples:
      copkit member leave brighton
      copkit member leave brighton/police-sergeant-1 2012-05-31 --why moved-on
    """
    root, dry_run = context.root, context.dry_run
    nouns = frozenset({Noun.MEMBERS, Noun.MEETINGS, Noun.CASES})
    chosen = choose_member(root, person, nouns)
    missing = [name for name, value in (("DATE", date), ("--why", why)) if value is None]
    if missing and not is_interactive():
        hint = f"copkit member leave {chosen.name} today --why {LeftBecause.MOVED_ON}"
        usage_error(f"missing: {', '.join(missing)}", f"{hint}; or {', '.join(LeftBecause)}")
    day = parse_day(date or _ask_last_day(), "DATE", chosen.programme.settings)
    _require_no_later_attendance(chosen, day)
    why = why or _ask_reason()

    def edit(text: str | None, roster: Roster | None) -> str:
        path = ("members", _require_member(chosen, roster).id)
        text = set_value(text or "", (*path, "left"), day)
        return set_value(text, (*path, "left_because"), why)

    edited = _change_roster(chosen, edit, dry_run=dry_run)
    left = edited.member(chosen.member.id)
    if left is None:
        return
    verb = "would have left" if dry_run else "left"
    say(f"{clean(chosen.name)} {verb} on {weekday_in_words(day, today().year)}: {REASONS[why]}.")
    _say_letter(chosen, left, day)
    _say_promises(chosen, day)
    if not dry_run:
        say("  take it back: copkit undo")


def _ask_last_day() -> str:
    from copkit.cli.prompts import ask_day

    return ask_day("the last day", default=today())


def _ask_reason() -> LeftBecause:
    from copkit.cli.prompts import ask_numbered

    return LeftBecause(ask_numbered("why", REASONS, "--why"))


def _require_no_later_attendance(chosen: ChosenMember, day: dt.date) -> None:
    """Raise :class:`CopkitError` where somebody came to a meeting after their last day."""
    later = [
        meeting
        for meeting in chosen.records.meetings
        if meeting.held_on > day and chosen.member.id in meeting.present
    ]
    if later:
        message = f"{chosen.name} came on {later[-1].held_on}, after {day}; nothing was changed"
        place, meeting = chosen.records.slug, later[-1].slug
        correction = f"attendance record {place} {meeting} --absent {chosen.member.id} --why REASON"
        raise CopkitError(message, f"name a later day, or correct that: 'copkit {correction}'")


def _require_member(chosen: ChosenMember, roster: Roster | None) -> Member:
    """Return the member as read under the lock; raise if somebody took them off meanwhile."""
    member = roster.member(chosen.member.id) if roster else None
    if member is None:
        raise CopkitError(f"{chosen.name} is gone from the roster meanwhile; nothing was changed")
    return member


def _change_roster(chosen: ChosenMember, edit: Any, *, dry_run: bool) -> Roster:
    """Change the roster, and return it as it is now."""
    from copkit.cli.store import change_record

    roster: Roster = change_record(chosen.programme, chosen.file, edit, dry_run=dry_run).new
    return roster


def _say_letter(chosen: ChosenMember, left: Member, day: dt.date) -> None:
    """Print which letter of the matrix somebody who left has by then."""
    from copkit.analysis.attendance import assign_letters
    from copkit.records.communities import CommunityKind

    if chosen.records.community.kind is not CommunityKind.COMMUNITY:
        return
    before, after = (
        next(
            (
                str(person.letter)
                for person in assign_letters(records, chosen.programme.settings.threshold, day)
                if person.member.id == left.id
            ),
            "",
        )
        for records in (chosen.records, _with_member(chosen.records, left))
    )
    if before and before == after:
        say(f"  Their {after} stays.")
    elif after:
        say(f"  Their {before} becomes {'an' if after in 'XF' else 'a'} {after}.")


def _with_member(records: CommunityRecords, changed: Member) -> CommunityRecords:
    """Return a community's records with one member as they are now."""
    from dataclasses import replace

    members = tuple(changed if m.id == changed.id else m for m in records.members)
    return replace(records, roster=replace(records.roster, members=members))


def _say_promises(chosen: ChosenMember, day: dt.date) -> None:
    """Print how many open actions seem to be those of somebody who left, by their role."""
    from copkit.analysis.cases import follow_ups

    role = chosen.member.role
    promises = [
        follow_up
        for follow_up in follow_ups(chosen.records, day)
        if follow_up.is_open and role.casefold() in (follow_up.action.owner or "").casefold()
    ]
    if promises:
        verb = "is" if len(promises) == 1 else "are"
        count = plural(len(promises), "promise")
        say(f'  {count} {verb} theirs: copkit case follow-up --owner "{clean(role)}"')


def return_member(
    context: Writing,
    person: Person = None,
    date: Annotated[str | None, typer.Argument(help="The day they came back.")] = None,
) -> None:
    """Record that somebody who had left is a member again; the time between is kept.

    \b
    Examples:
      copkit member return brighton/police-sergeant-1 2012-09-19
      copkit member return brighton
    """
    root, dry_run = context.root, context.dry_run
    chosen = choose_member(root, person, frozenset({Noun.MEMBERS}), has_left=True)
    if chosen.member.left is None:
        from copkit.cli.store import say_unchanged

        say_unchanged(root, f"{clean(chosen.name)} has not left", dry_run=dry_run)
        return
    if date is None and not is_interactive():
        usage_error("missing: DATE", f"copkit member return {chosen.name} today")
    if date is None:
        from copkit.cli.prompts import ask_day

        date = ask_day("the day they came back", default=today())
    day = parse_day(date, "DATE", chosen.programme.settings)
    if day <= chosen.member.left:
        message = f"{chosen.name} left on {chosen.member.left}, which is not before {day}"
        raise CopkitError(f"{message}; nothing was changed", "name a later day", status=2)

    def edit(text: str | None, roster: Roster | None) -> str:
        member = _require_member(chosen, roster)
        path = ("members", member.id)
        id = new_part_id(TimeAway, [absence.id for absence in member.away])
        absence = {"id": id, "from": member.left, "until": day}
        text = append(text or "", (*path, "away"), absence)
        for key in ("left", "left_because"):
            if key in member.source.fields.entries:
                text = remove(text, path, key)
        return text

    _change_roster(chosen, edit, dry_run=dry_run)
    verb = "would be" if dry_run else "is"
    when = weekday_in_words(day, today().year)
    say(f"{clean(chosen.name)} {verb} a member again from {when}.")
    if not dry_run:
        say("  take it back: copkit undo")


# --- role, sector, part, organisation, id -----------------------------------------------------


def change(
    context: Writing,
    person: Person = None,
    role: Annotated[str | None, typer.Option(help="The job, as in the seats.")] = None,
    sector: Annotated[str | None, typer.Option(help="The sector, as in the seats.")] = None,
    part: Annotated[
        Part | None, typer.Option(help="What they are in the community.", show_choices=True)
    ] = None,
    organisation: Annotated[
        str | None, typer.Option(help="The kind of organisation; '' takes it out.")
    ] = None,
    trained_at: Annotated[
        str | None,
        typer.Option(
            help="Of a facilitator: the community or session where they learned it; '' for none.",
            autocompletion=complete_community,
        ),
    ] = None,
    new_id: Annotated[
        str | None, typer.Option("--id", help="Another id, which every reference follows.")
    ] = None,
    is_role: IsRole = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Change what a roster says of somebody: role, sector, part, organisation, or their id.

    Another id is written wherever the old one stands: meetings, cases, contacts, aliases.

    \b
    Examples:
      copkit member change brighton/police-sergeant-1 --role "Community Safety Manager"
      copkit member change brighton/nurse-1 --id community-matron-2 --dry-run
    """
    root, dry_run = context.root, context.dry_run
    chosen = choose_member(root, person, frozenset({Noun.MEMBERS}))
    seats = chosen.programme.settings.seats_sought
    values: dict[str, Any] = {
        "role": role, "sector": sector, "part": part, "organisation": organisation, "id": new_id,
        "trained_at": trained_at and str(find_record_name(root, trained_at, TRAINING)),
    }  # fmt: skip
    if all(value is None for value in values.values()):
        if not is_interactive():
            usage_error("missing: --role, --sector, --part, --organisation, --trained-at or --id")
        values = _ask_values(chosen)
    changed = _changed_values(chosen.member, values, seats)
    if not changed:
        from copkit.cli.store import say_unchanged

        say_unchanged(root, f"{clean(chosen.file)} says so already", dry_run=dry_run)
        return
    if "id" in changed:
        require_free_id(root, chosen.records.roster, changed["id"])
    from copkit.cli.pii import require_label  # slow to load
    from copkit.pii.labels import LabelKind

    for option, label in (("role", LabelKind.ROLE), ("organisation", LabelKind.PLACE)):
        require_label(
            chosen.programme,
            f"--{option}",
            changed.get(option),
            label,
            "write the job, or what the organisation is",
            agreed=is_role,
        )
    _apply_change(chosen, changed, yes=yes, dry_run=dry_run)


def _ask_values(chosen: ChosenMember) -> dict[str, Any]:
    """Ask for each value that a member has, with the present one to be kept by Enter."""
    from copkit.cli.members.seats import roles_of
    from copkit.cli.prompts import ask, ask_numbered, ask_with_suggestions

    member, seats = chosen.member, chosen.programme.settings.seats_sought
    return {
        "role": ask_with_suggestions("role", roles_of(seats), member.role, "--role"),
        "sector": ask_with_suggestions("sector", tuple(seats), member.sector, "--sector"),
        "part": ask_numbered("part", dict(zip(Part, Part, strict=True)), "--part", member.part),
        "organisation": ask("organisation", default=member.organisation or ""),
        "id": ask("id", default=member.id),
    }


def _changed_values(
    member: Member, values: dict[str, Any], seats: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Return the values that differ from those of a member, in the spelling of the seats."""
    from copkit.cli.members.seats import roles_of
    from copkit.records.programme import sector_of
    from copkit.text.normalise import match_spelling

    values["role"] = match_spelling(values["role"], roles_of(seats))
    values["sector"] = match_spelling(values["sector"], seats)
    if values["role"] and not values["sector"]:
        values["sector"] = sector_of(seats, values["role"])
    for key in ("role", "sector", "id"):
        if values[key] is not None and not values[key].strip():
            usage_error(f"--{key}: nobody is without one", "leave the option out to keep it")
    return {
        key: value
        for key, value in values.items()
        if value is not None and value != (getattr(member, key) or "")
    }


def _name_of(chosen: ChosenMember) -> RecordName:
    return RecordName(KINDS_BY_NAME["roster"], chosen.records.slug, chosen.member.id)


def require_free_id(root: Path, roster: Roster, id: str) -> None:
    """Raise :class:`CopkitError` unless an id may be given to a member on a roster.

    It must be a short name that nobody else has there, and hold nothing of a person's own.
    """
    if not is_slug(id):
        hint = "use lower-case letters, digits and hyphens, such as housing-support-worker-1"
        usage_error(f"'{id}' cannot be an id", hint)
    if roster.member(id):
        usage_error(f"'{id}' is on the roster already", "choose another")
    if not os.path.lexists(root / CONTACTS):
        return
    from copkit.analysis.privacy.erasure import holds_name
    from copkit.private_files import read_contacts

    # an id goes into git, wherever it stands, and its owner may be anybody of that community
    contacts = (entry for entry in read_contacts(root, []) if entry.community == roster.community)
    if any(holds_name(id, contact) for contact in contacts):
        usage_error(
            "this id holds part of somebody's name", "name the role: housing-support-worker-1"
        )


def _apply_change(
    chosen: ChosenMember, changed: dict[str, Any], *, yes: bool, dry_run: bool
) -> None:
    """Write the values that differ, and another id wherever the old one stands."""
    from copkit.cli.housekeeping import (
        Renamed,
        WorkSummary,
        apply_changes,
        say_followers,
        say_prose,
    )

    old = _name_of(chosen)
    new = old._replace(slug=changed.get("id", old.slug))

    def edit(text: str) -> str:
        path = ("members", old.slug)
        for key, value in changed.items():
            if key == "id":
                continue
            text = set_value(text, (*path, key), value) if value else remove(text, path, key)
        return text

    def work(changes: FolderChanges) -> WorkSummary:
        changes.edit(chosen.file, edit)
        changes.record(chosen.file)
        if new == old:
            return WorkSummary()
        changes.rename(old, new)
        return WorkSummary((Renamed(old, new),))

    def describe(plan: FolderPlan) -> None:
        for key, value in changed.items():
            before = getattr(chosen.member, key) or "nothing"
            say(f"  {key}: {clean(str(before))} -> {clean(str(value) or 'nothing')}")
        if new != old:
            say_followers(plan, dry_run=dry_run)
            say_prose(plan, old.slug, listed=True)
        _say_row(chosen, changed)

    apply_changes(
        chosen.programme.root,
        work,
        dry_run=dry_run,
        ask=True,
        yes=yes,
        describe=describe,
        summary=[f"member {old}: {', '.join(changed)} changed"],
        done=f"changed {new}",
    )


def _say_row(chosen: ChosenMember, changed: dict[str, Any]) -> None:
    """Print which row of the matrix somebody moves to whose role or sector is another."""
    from copkit.records.communities import CommunityKind

    part = changed.get("part", chosen.member.part)
    is_column = chosen.records.community.kind is CommunityKind.COMMUNITY
    if not (changed.keys() & {"role", "sector"}) or part is Part.KNOWLEDGE_BROKER or not is_column:
        return
    from copkit.cli.members.seats import warn_if_not_sought

    role = changed.get("role", chosen.member.role)
    sector = changed.get("sector", chosen.member.sector)
    say(f"  in the matrix they move to the row {clean(role)} ({clean(sector)})")
    seats = chosen.programme.settings.seats_sought
    warn_if_not_sought(seats, sector, role, "it gets a row of its own")


# --- name, address, agreement -----------------------------------------------------------------


def contact(
    context: Writing,
    person: Person = None,
    name: Annotated[str | None, typer.Option(help="The person's name; '' takes it out.")] = None,
    email: Annotated[str | None, typer.Option(help="The address; '' takes it out.")] = None,
    mail: Annotated[
        str | None,
        typer.Option(help="'agreed' to be sent mail ('agreed DATE [SERIES]'), or 'no'."),
    ] = None,
) -> None:
    """Note somebody's name and address, and whether they agreed to be sent mail.

    It is written to private/contacts.yaml alone, which never goes into git.

    \b
    Examples:
      copkit member contact brighton/police-sergeant-1
      copkit member contact brighton/police-sergeant-1 --email a.person@example.org --mail agreed
    """
    from copkit.git.repository import require_private_ignored
    from copkit.private_files import read_contacts

    root, dry_run = context.root, context.dry_run
    chosen = choose_member(root, person, frozenset({Noun.MEMBERS}))
    if not (root / CONTACTS).exists() and (root / ENCRYPTED_CONTACTS).exists():
        hint = f"'copkit contacts decrypt' makes {CONTACTS} of it first"
        raise CopkitError(f"the contacts stand in {ENCRYPTED_CONTACTS}; nothing was changed", hint)
    problems: list[Any] = []
    contacts = read_contacts(root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    current = next((entry for entry in contacts if entry.id == chosen.name), None)
    if name is None and email is None and mail is None:
        if not is_interactive():
            usage_error("missing: --name, --email or --mail")
        name, email, mail = _ask_contact(current)
    require_private_ignored(root)
    values = {"name": name, "email": email, "mail": _parse_agreement(mail, current)}
    old = _contacts_text(root)
    new = _with_contact(old or "contacts:\n", chosen.name, current, values)
    if new == old:
        from copkit.cli.store import say_unchanged

        say_unchanged(root, f"{CONTACTS} says so already", dry_run=dry_run)
        return
    _require_valid_contacts(new)
    if not dry_run:
        from copkit.cli.store import save_step
        from copkit.text.transaction import Change

        save_step(root, (), [Change(CONTACTS, old, new)], summary=[f"the contact of {chosen.name}"])
    say(f"{'would change' if dry_run else 'changed'} {CONTACTS}")
    _say_contact(chosen, new)
    if (root / ENCRYPTED_CONTACTS).exists():
        say(f"  {ENCRYPTED_CONTACTS} is as before: 'copkit contacts encrypt' makes it anew")


def _ask_contact(current: Contact | None) -> tuple[str, str, str]:
    """Ask for name, address and agreement; Enter keeps what stands in brackets."""
    from copkit.cli.prompts import ask, confirm

    name = ask("name", default=(current and current.name) or "")
    email = ask("e-mail address", default=(current and current.email) or "")
    agreed = confirm("agreed to be sent mail?", default=bool(current and current.agreed))
    return name, email, "agreed" if agreed else "no"


def _parse_agreement(typed: str | None, current: Contact | None) -> str | None:
    """Return the text of ``mail``: ``agreed 2012-03-21``, ``""`` for no, ``None`` to keep it."""
    if typed is None:
        return None
    word, _, day = " ".join(typed.split()).partition(" ")
    if word.casefold() in {"no", "none", ""} and not day:
        return ""
    if word.casefold() in {"agreed", "yes"}:
        if not day and current and current.agreed:
            return current.mail  # the day of the agreement stays
        # behind a day as records write it, the series of newsletters: 'agreed 2026-01-21 chronicle'
        first, _, series = day.partition(" ")
        written = first if first[:1].isdigit() and first.count("-") == 2 else day
        agreed = f"agreed {parse_day(written or 'today', '--mail')}"
        return f"{agreed} {series}" if series and written == first else agreed
    return usage_error("--mail: this is neither 'agreed' nor 'no'", "--mail agreed, or --mail no")


def _contacts_text(root: Path) -> str | None:
    path = path_inside(root, *CONTACTS.split("/"))
    return read_source(path, CONTACTS, []).text if os.path.lexists(path) else None


def _with_contact(
    text: str, id: str, current: Contact | None, values: dict[str, str | None]
) -> str:
    """Return the contacts' text with the values of one entry; ``None`` keeps what is there."""
    given = {key: value.strip() for key, value in values.items() if value is not None}
    if current is None:
        filled = {key: value for key, value in given.items() if value}
        return append(text, ["contacts"], {"id": id, **filled}) if filled else text
    for key, value in given.items():
        if value:
            text = set_value(text, ("contacts", id, key), value)
        elif getattr(current, key):
            text = remove(text, ("contacts", id), key)
    return text


def _require_valid_contacts(text: str) -> None:
    from copkit.records.private import parse_contacts
    from copkit.text.front_matter import read_document
    from copkit.text.source import SourceText

    problems: list[Any] = []
    parse_contacts(read_document(SourceText(CONTACTS, text), problems, markdown=False))
    if errors := only_errors(problems):
        # The line is that of a text which is not written, so only the reason is of use.
        raise CopkitError(f"{errors[0].message}; nothing was changed", errors[0].hint, status=2)


def _say_contact(chosen: ChosenMember, text: str) -> None:
    """Print what is on record of somebody now, without the name and most of the address."""
    from copkit.records.private import parse_contacts
    from copkit.text.front_matter import read_document
    from copkit.text.source import SourceText

    contacts = parse_contacts(read_document(SourceText(CONTACTS, text), [], markdown=False))
    entry = next((contact for contact in contacts if contact.id == chosen.name), None)
    if entry is None:
        return
    parts = ["a name" if entry.name else "no name"]
    parts.append(mask_address(entry.email) if entry.email else "no address")
    parts.append(f"agreed on {entry.agreed}" if entry.agreed else "not agreed to mail")
    say(f"  {clean(chosen.name)}: {', '.join(parts)}")


def mask_address(address: str) -> str:
    """Return an address of which only its first letter and its domain's ending can be read."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@….{domain.rpartition('.')[2]}"
