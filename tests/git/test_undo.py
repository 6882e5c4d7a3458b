"""A change taken back: the folder is as if it had never been made, or what builds on it is named.

``COPKIT_LONG=1`` draws some hundred sequences of commands; else a few are enough.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.conftest import LONG, Copkit, Result, run_copkit
from tests.git.conftest import Clone, Share

DRAWS = 300 if LONG else 10
DRAWS_WITH_CLONES = 60 if LONG else 2
MOST_REFUSALS = 1 / 5  # of the draws
Words = tuple[str, ...]

CARD = "---\ntitle: A card\ncitation: x\n---\n\n## In sixty seconds\n\nShort.\n"
BLOCKAGE = "---\ntitle: Winter\nstatus: open\n---\n\nCold.\n"


def lay_out(clone: Clone) -> None:
    """Add a card and a blockage to the programme, so that every command has something to do."""
    for file, text in (("evidence/card.md", CARD), ("blockages/winter.md", BLOCKAGE)):
        path = clone.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


class Draw:
    """Drawn commands, each possible after those before it."""

    def __init__(self, luck: random.Random, prefix: str = "") -> None:
        self.luck = luck
        self.prefix = prefix  # of what is new, so that two people make nothing of one name
        self.members = ["nurse-1", "police-1", "housing-1"]
        self.cases = ["nobody-to-call"]
        self.meetings = ["2026-02-04"]
        self.count = 0
        self.came: set[tuple[str, str]] = {("2026-02-04", "nurse-1")}

    def commands(self, most: int = 8) -> list[Words]:
        """Return from two to ``most`` commands."""
        kinds: list[Callable[[], Words | None]] = [self.member, self.case, self.attendance]
        kinds += [self.attendance, self.action, self.progress, self.use, self.tie]
        kinds += [self.obstacle, self.approach, self.card]
        drawn = [self.luck.choice(kinds)() for _ in range(self.luck.randint(2, most))]
        return [command for command in drawn if command]

    def number(self) -> int:
        self.count += 1
        return self.count

    def member(self) -> Words:
        id = f"{self.prefix}vicar-{self.number()}"
        self.members.append(id)
        return ("new-member", "harbour", "Vicar", "--sector", "NHS", "--id", id)

    def case(self) -> Words:
        slug = f"{self.prefix}key-{self.number()}"
        self.cases.append(slug)
        return ("new-case", "harbour", "A key", "--slug", slug)

    def attendance(self) -> Words | None:
        day = self.luck.choice([*self.meetings, f"2026-02-{10 + self.number()}"])
        id = self.luck.choice(self.members)
        if (day, id) in self.came:
            return None
        self.came.add((day, id))
        if day not in self.meetings:
            self.meetings.append(day)
        return ("attendance", "record", "harbour", day, self.luck.choice(["-p", "-a"]), id)

    def named_case(self) -> str:
        return f"harbour/{self.luck.choice(self.cases)}"

    def action(self) -> Words:
        what = f"Ask {self.prefix} {self.number()}"
        return ("case", "action", self.named_case(), what, "--owner", "Nurse")

    def progress(self) -> Words:
        note = f"Heard {self.prefix} {self.number()}"
        return ("case", "progress", "harbour/nobody-to-call", "a1", "helped", "--note", note)

    def use(self) -> Words:
        day = f"2026-01-{self.number():02}"
        return ("evidence", "use", "card", "harbour", "--date", day)

    def tie(self) -> Words:
        return ("evidence", "link", "card", self.named_case())

    def obstacle(self) -> Words:
        return ("blockage", "link", "winter", self.named_case())

    def approach(self) -> Words:
        agency = f"{self.prefix} trust {self.number()}"
        level = ("--level", "director", "--how", "phone")
        return ("new-approach", "harbour", agency, *level)

    def card(self) -> Words:
        return ("new-evidence", f"Card {self.prefix} {self.number()}", "--citation", "x")


def run_all(folder: Path, commands: Sequence[Words]) -> list[Result]:
    return [run_copkit(*command, "-C", folder) for command in commands]


def facts(folder: Path) -> dict[str, str]:
    """Return the records of a folder, with the ids of entries left out: they are by chance."""
    texts = {}
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        if path.is_file() and not file.startswith((".git/", "private/", "build/")):
            text = path.read_text("utf-8")
            texts[file] = re.sub(
                r"(?m)(\b(?:id|action): [a-z]{1,2})(?:\d+|-[a-z0-9]{3,})$", r"\1#", text
            )
    return texts


def is_done(result: Result) -> bool:
    return result.status == 0 and "nothing was changed" not in result.stderr


def test_any_command_taken_back_is_as_if_it_had_never_been_given(
    first: Clone, tmp_path: Path
) -> None:
    shutil.rmtree(first.folder / ".git")
    lay_out(first)
    luck = random.Random(18)
    refused = 0
    for _ in range(DRAWS):
        with_it, without = (Clone(tmp_path / name) for name in ("with", "without"))
        for clone in (with_it, without):
            shutil.rmtree(clone.folder, ignore_errors=True)
            shutil.copytree(first.folder, clone.folder)
        commands = Draw(luck).commands()
        done = [
            command
            for command, result in zip(commands, run_all(with_it.folder, commands), strict=True)
            if is_done(result)
        ]
        if not done:
            continue
        chosen = luck.randrange(len(done))
        others = run_all(without.folder, done[:chosen] + done[chosen + 1 :])
        before = facts(with_it.folder)

        result = run_copkit("undo", len(done) - chosen, "-C", with_it.folder)

        if result.status == 0:
            assert all(map(is_done, others)), (done, chosen)
            assert facts(with_it.folder) == facts(without.folder), (done, chosen)
            assert run_copkit("undo", 1, "-C", with_it.folder).status == 0
            assert facts(with_it.folder) == before
        else:
            refused += 1
            assert re.search(r"change \d+ \([a-z -]+: .*\) builds on it", result.stderr), (
                done,
                chosen,
                result.stderr,
            )
            assert facts(with_it.folder) == before
    assert refused <= DRAWS * MOST_REFUSALS


def play(
    commands: Sequence[Words | None],
    half: int,
    clones: tuple[Clone, Clone],
    theirs_first: Sequence[Words],
    theirs_then: Sequence[Words],
) -> list[Result]:
    """Run ours and theirs by turns, and sync after each half; ``None`` is left out."""
    ann, bob = clones
    results = []
    for ours, theirs in ((commands[:half], theirs_first), (commands[half:], theirs_then)):
        results += run_all(ann.folder, [command for command in ours if command])
        run_all(bob.folder, theirs)
        for clone in (bob, ann, bob):
            assert run_copkit("sync", "-C", clone.folder).status == 0
    return results


def test_the_same_with_a_second_clone_that_synced_in_between(
    first: Clone, share: Share, tmp_path: Path, copkit: Copkit
) -> None:
    lay_out(first)
    ann, bob = share("Bob")
    copkit("sync", "-C", bob.folder)
    luck = random.Random(1945)
    refused = 0
    for draw in range(DRAWS_WITH_CLONES):
        theirs = Draw(luck, f"bob{draw}-")
        theirs_first, theirs_then = theirs.commands(4), theirs.commands(4)
        ours = Draw(luck, f"ann{draw}-").commands(6)
        half = len(ours) // 2
        hub = tmp_path / "hub"
        backup = tmp_path / f"backup-{draw}"
        for folder in (ann.folder, bob.folder, hub):
            shutil.copytree(folder, backup / folder.name)

        done = [
            command
            for command, result in zip(
                ours, play(ours, half, (ann, bob), theirs_first, theirs_then), strict=True
            )
            if is_done(result)
        ]
        if not done:
            continue
        chosen = luck.randrange(len(done))
        left_over = done[:chosen] + done[chosen + 1 :]
        result = run_copkit("undo", len(done) - chosen, "-C", ann.folder)
        left = facts(ann.folder)
        if result.status:
            refused += 1
            assert "builds on it" in result.stderr or "changed since by hand" in result.stderr
            continue
        assert "this was sent on" in result.stderr
        for clone in (ann, bob):
            assert copkit("sync", "-C", clone.folder).status == 0
        assert facts(bob.folder) == facts(ann.folder) == left

        for folder in (ann.folder, bob.folder, hub):
            shutil.rmtree(folder)
            shutil.copytree(backup / folder.name, folder)
        others = [command if command in left_over else None for command in ours]
        play(others, half, (ann, bob), theirs_first, theirs_then)
        assert facts(ann.folder) == left, (done, chosen)
    assert refused <= max(1, DRAWS_WITH_CLONES * MOST_REFUSALS)


def test_what_others_recorded_is_listed_as_theirs(share: Share, copkit: Copkit) -> None:
    ann, bob = share("Bob")
    vicar = ("--sector", "NHS", "--id", "vicar-1", "-C", ann.folder)
    assert copkit("new-member", "harbour", "Vicar", *vicar).status == 0
    copkit("sync", "-C", ann.folder)
    copkit("sync", "-C", bob.folder)
    imam = ("--sector", "NHS", "--id", "imam-1", "-C", bob.folder)
    assert copkit("new-member", "harbour", "Imam", *imam).status == 0
    copkit("sync", "-C", bob.folder)
    copkit("sync", "-C", ann.folder)
    ann.change(ann.case, "A flat above a shop.", "A flat.")

    listed = copkit("undo", "--list", "-C", ann.folder).stdout

    assert "(by hand)    [shown only] Harbour, the text of nobody-to-call" in listed
    assert "(by others)  [shown only] Harbour, a new member, imam-1" in listed
    assert "new-member   [sent] Harbour, a new member, vicar-1" in listed
