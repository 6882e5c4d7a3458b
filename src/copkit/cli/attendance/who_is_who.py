"""Asking who the people on imported lists are."""

from __future__ import annotations

from dataclasses import dataclass, field

from copkit.analysis.imports.matching import Answers, Entry, Found
from copkit.cli.attendance.import_files import Imported, member_named
from copkit.cli.people import beside
from copkit.cli.prompts import ask
from copkit.cli.terminal import clean, say, say_choice
from copkit.errors import CopkitError
from copkit.wording import plural

_YES, _NO, _OTHER = "yes", "no", "somebody else"
_STANDS_IN = "for "


@dataclass(slots=True)
class _Talk:
    """What was answered so far."""

    imported: Imported
    present: set[str]
    members: dict[str, str]
    stand_ins: dict[str, str]
    guests: set[str]
    nobody: set[str]
    roster_shown: bool = field(default=False)

    @property
    def answers(self) -> Answers:
        """The answers, as the lists are matched with."""
        return Answers(self.members, self.stand_ins, frozenset(self.guests), frozenset(self.nobody))


def ask_who_is_who(imported: Imported, found: Found, answers: Answers) -> Answers:
    """Ask of everybody who is left who they are; gives these answers with those of before."""
    talk = _Talk(
        imported,
        {*found.present},
        {**answers.members},
        {**answers.stand_ins},
        {*answers.guests},
        {*answers.nobody},
    )
    for entry in found.suggested:
        unknown = entry.person.row in found.unknown
        answer = _ask_stayed(talk, entry) if unknown else _ask_likely(talk, entry)
        if answer == _OTHER and not _ask_who(talk, entry):
            return talk.answers
    for entry in found.unmatched:
        if not _ask_who(talk, entry):
            break
    return talk.answers


def _called(entry: Entry) -> str:
    minutes = entry.person.minutes
    return f"'{entry.person.row}'" + (f" ({plural(minutes, 'minute')})" if minutes else "")


def _beside(talk: _Talk, id: str) -> str:
    return beside(talk.imported.programme.root, talk.imported.records, id)


def _ask_stayed(talk: _Talk, entry: Entry) -> str:
    """Ask whether a member stayed long enough of whom the lists do not say it."""
    id = entry.members[0]
    question = f"Did '{entry.person.row}', {_beside(talk, id)}, stay long enough to count?"
    if ask(question, (_YES, _NO)) == _YES:
        _is_member(talk, entry, id)
    return ""


def _ask_likely(talk: _Talk, entry: Entry) -> str:
    """Ask whether somebody is a member who is like them; give what was answered."""
    if len(entry.members) == 1:
        id = entry.members[0]
        answer = ask(f"Is {_called(entry)} {_beside(talk, id)}?", (_YES, _NO, _OTHER))
        if answer == _YES:
            _is_member(talk, entry, id)
        return answer
    for number, id in enumerate(entry.members, 1):
        say_choice(number, _beside(talk, id))
    numbers = tuple(str(number) for number in range(1, len(entry.members) + 1))
    answer = ask(f"Is {_called(entry)} one of these?", (*numbers, _NO, _OTHER))
    if answer in numbers:
        _is_member(talk, entry, entry.members[int(answer) - 1])
    return answer


def _is_member(talk: _Talk, entry: Entry, id: str) -> None:
    talk.members[entry.person.row] = id
    talk.present.add(id)


def _ask_who(talk: _Talk, entry: Entry) -> bool:
    """Ask who somebody is until the answer is understood; say whether to go on asking."""
    _show_roster(talk)
    say(f"Who is {clean(_called(entry))}?")
    while True:
        question = "  a number or id, for NUMBER, guest, nobody, skip or done"
        answer = ask(question, default="skip").casefold()
        if answer in {"skip", "s", "done", "d"}:
            return answer[0] == "s"
        try:
            _take(talk, entry, answer)
        except CopkitError as error:
            say(clean(f"  {error.message}; {error.hint}" if error.hint else f"  {error.message}"))
            continue
        return True


def _take(talk: _Talk, entry: Entry, answer: str) -> None:
    """Take one answer; raise :class:`CopkitError` for what is none."""
    row = entry.person.row
    if answer in {"guest", "g"}:
        talk.guests.add(row)
    elif answer in {"nobody", "n"}:
        talk.nobody.add(row)
    elif answer.startswith(_STANDS_IN):
        id = _member(talk, answer.removeprefix(_STANDS_IN))
        if id in talk.present:
            raise CopkitError(f"'{id}' came, so nobody stands in for them")
        talk.stand_ins[row] = id
    else:
        id = _member(talk, answer)
        if id in talk.stand_ins.values():
            raise CopkitError(f"somebody stands in for '{id}', who then did not come")
        _is_member(talk, entry, id)


def _member(talk: _Talk, answer: str) -> str:
    """Give the member that a number or an id means."""
    members = talk.imported.records.members
    if not answer.strip().isdecimal():
        return member_named(talk.imported, answer)
    number = int(answer)
    if not 1 <= number <= len(members):
        raise CopkitError(f"please write a number from 1 to {len(members)}")
    return members[number - 1].id


def _show_roster(talk: _Talk) -> None:
    """Show the members with their numbers, once."""
    if talk.roster_shown:
        return
    talk.roster_shown = True
    for number, member in enumerate(talk.imported.records.members, 1):
        came = ", came" if member.id in talk.present else ""
        say_choice(number, f"{_beside(talk, member.id)}: {member.role}{came}")
