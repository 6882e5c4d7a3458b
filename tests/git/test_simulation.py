"""Six people, one programme, real git: whatever the order, no fact is lost and no file broken.

The edits are those the commands make. None contradicts another, for each fact is one person's to
tell; the contradictions are planted apart. ``COPKIT_LONG=1`` merges a thousand times.
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from copkit.analysis.consistency import all_problems
from copkit.cli import sharing as cli_sharing
from copkit.errors import only_errors
from copkit.folder import load
from copkit.git import checkout
from copkit.text.edit import append, read_fields, set_value
from copkit.text.yaml.nodes import value_of
from tests.conftest import LONG, Copkit
from tests.git.conftest import Clone, Share

MERGES = 1000 if LONG else 24
NAMES = "BCDEF"
MEETINGS = ("2026-02-04", "2026-02-18")


@dataclass
class World:
    """The clones, and every fact that anybody has told."""

    clones: list[Clone]
    copkit: Copkit
    luck: random.Random
    members: set[str] = field(default_factory=set)
    came: set[tuple[str, str]] = field(default_factory=set)
    sorry: set[tuple[str, str]] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    progress: set[str] = field(default_factory=set)
    roles: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)
    themes: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)
    shades: dict[str, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)  # whose commits somebody else may have
    count: int = 0

    def number(self) -> int:
        self.count += 1
        return self.count

    def run(self, clone: Clone, *args: str) -> None:
        done = self.copkit(*args, "-C", clone.folder)
        assert done.status == 0, done.output

    def roster(self, clone: Clone) -> list[str]:
        return [
            one["id"] for one in value_of(read_fields(clone.roster.read_text("utf-8")))["members"]
        ]

    def mine(self, who: int, clone: Clone) -> list[str]:
        """Give the members of whom this person tells: everybody tells of different ones."""
        return [id for id in self.roster(clone) if id.startswith(f"m{who}-")]


def add_member(world: World, who: int, clone: Clone) -> None:
    id = f"m{who}-{world.number()}"
    part = world.luck.choice(["member", "facilitator"])
    world.run(
        clone,
        "new-member",
        "harbour",
        "Drugs Worker",
        "--sector",
        "NHS",
        "--id",
        id,
        "--part",
        part,
    )
    world.members.add(id)


def attend(world: World, who: int, clone: Clone) -> None:
    """Record who came to one of the same few meetings, or sent apologies."""
    ids = world.mine(who, clone)
    if not ids:
        return add_member(world, who, clone)
    id, day = world.luck.choice(ids), world.luck.choice(MEETINGS)
    if (id, day) in world.came | world.sorry:
        return None
    option, told = world.luck.choice([("--present", world.came), ("--apologies", world.sorry)])
    world.run(clone, "attendance", "record", "harbour", day, option, id)
    told.add((id, day))
    return None


def add_case(world: World, who: int, clone: Clone) -> None:
    slug = f"case-{who}-{world.number()}"
    world.run(clone, "new-case", "harbour", f"Case {who}", "--slug", slug, "--theme", "tenancies")
    world.cases.add(slug)


def tell_progress(world: World, who: int, clone: Clone) -> None:
    id = f"p{who}-{world.number()}"
    item = {
        "id": id,
        "date": "2026-02-18",
        "action": "a1",
        "outcome": "helped",
        "note": "Calls: fewer",
    }
    edit(clone, lambda text: append(text, ["progress"], item))
    world.progress.add(id)


def change_role(world: World, who: int, clone: Clone) -> None:
    if ids := world.mine(who, clone):
        id, role = world.luck.choice(ids), f"Worker {world.number()}"
        text = clone.roster.read_text("utf-8")
        clone.roster.write_text(set_value(text, ["members", id, "role"], role), "utf-8", newline="")
        world.roles[id] = role


def leave(world: World, who: int, clone: Clone) -> None:
    if ids := world.mine(who, clone):
        id, day = world.luck.choice(ids), f"2026-02-{world.luck.randint(10, 28)}"
        text = clone.roster.read_text("utf-8")
        text = set_value(text, ["members", id, "left"], day)
        text = set_value(text, ["members", id, "left_because"], "moved-on")
        clone.roster.write_text(text, "utf-8", newline="")
        world.gone[id] = day


def write_notes(world: World, who: int, clone: Clone) -> None:
    """Write into a file of one's own: bodies are merged by git, line by line."""
    cases = [slug for slug in sorted(world.cases) if slug.startswith(f"case-{who}-")]
    path = clone.harbour / "cases" / f"{cases[0]}.md" if cases else None
    if path and path.exists():
        text = path.read_text("utf-8")
        line = f"Line {world.number()}."
        path.write_text(f"{text}\n{line}\n", encoding="utf-8", newline="")
        world.lines.add(line)


def edit(clone: Clone, how: Callable[[str], str]) -> None:
    clone.case.write_text(how(clone.case.read_text("utf-8")), encoding="utf-8", newline="")


EDITS = (
    add_member,
    attend,
    attend,
    attend,
    add_case,
    tell_progress,
    change_role,
    leave,
    write_notes,
)


@pytest.mark.slow
def test_what_does_not_contradict_always_comes_together(copkit: Copkit, share: Share) -> None:
    world = World(share(*NAMES), copkit, random.Random(2012))
    merges = 0
    while merges < MERGES:
        who = world.luck.randrange(len(world.clones))
        clone = world.clones[who]
        for _ in range(world.luck.randint(1, 4)):
            world.luck.choice(EDITS)(world, who, clone)
        merges += take_in(world, who)
    for _ in range(2):
        for clone in world.clones:
            clone.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
            clone.git("push", "--quiet", "origin", "HEAD:main")

    heads = {clone.head() for clone in world.clones}
    assert len(heads) == 1
    require_every_fact(world)


# --- colleagues who have sync alone, and whom much befalls ---------------------------------------

BEFALLEN = 1000 if LONG else 18  # merges
SEED = int(os.environ.get("COPKIT_SIMULATION_SEED", "16"))
MOST_OWN = 8  # members, and cases, that one person begins: so that many edits meet in each of them
COPIES = (
    "{}-DESKTOP-4F2K",
    "{} - Copy",
    "{} (1)",
    "Copy of {}",
    "{}.sync-conflict-20260204-101112-X",
)


class Killed(BaseException):
    """Stands for the death of a process: nothing after it runs."""


def add_long_case(world: World, who: int, clone: Clone) -> None:
    if sum(slug.startswith(f"case-{who}-") for slug in world.cases) >= MOST_OWN:
        return write_notes(world, who, clone)
    slug = f"case-{who}-{world.number()}"
    world.run(clone, "new-case", "harbour", f"Case {who}", "--slug", slug, "--theme", "tenancies")
    path = clone.harbour / "cases" / f"{slug}.md"
    text = path.read_text("utf-8")
    for part in ("The heating is off", "Nobody answers", "The letter came late"):
        text += f"\n{part}, as was said of {slug}.\n"
    path.write_text(text, encoding="utf-8", newline="")
    world.cases.add(slug)
    return None


def add_few_members(world: World, who: int, clone: Clone) -> None:
    is_full = len(world.mine(who, clone)) >= MOST_OWN
    (change_role if is_full else add_member)(world, who, clone)


def own_case(world: World, who: int, clone: Clone) -> Path | None:
    slugs = [slug for slug in sorted(world.cases) if slug.startswith(f"case-{who}-")]
    return clone.harbour / "cases" / f"{world.luck.choice(slugs)}.md" if slugs else None


def rename_case(world: World, who: int, clone: Clone) -> None:
    if path := own_case(world, who, clone):
        new = path.with_name(f"case-{who}-{world.number()}.md")
        path.rename(new)
        world.cases.remove(path.stem)
        world.cases.add(new.stem)


def add_or_drop_case(world: World, who: int, clone: Clone) -> None:
    """Add a case that nobody else touches, or delete one."""
    slugs = [slug for slug in sorted(world.cases) if slug.startswith(f"passing-{who}-")]
    if (slugs and world.luck.random() < 0.5) or len(slugs) > 2:
        (clone.harbour / "cases" / f"{slugs[0]}.md").unlink()
        world.cases.remove(slugs[0])
    else:
        slug = f"passing-{who}-{world.number()}"
        world.run(clone, "new-case", "harbour", f"Case {who}", "--slug", slug)
        world.cases.add(slug)


def add_theme(world: World, who: int, clone: Clone) -> None:
    """Add to a case that is somebody else's, and may have another name by now."""
    for path in sorted((clone.harbour / "cases").glob("case-*.md")):
        if world.luck.random() < 0.3:
            theme = f"theme-{world.number()}"
            text = append(path.read_text("utf-8"), ["themes"], theme)
            path.write_text(text, encoding="utf-8", newline="")
            world.themes.add(theme)
            return


def leave_copies(world: World, who: int, clone: Clone) -> None:
    """Tell something in a shared record, and something else in the copy that a drive leaves."""
    before = clone.case.read_text("utf-8")
    tell_progress(world, who, clone)
    after = clone.case.read_text("utf-8")
    clone.case.write_text(before, encoding="utf-8", newline="")
    tell_progress(world, who, clone)
    name = world.luck.choice(COPIES).format(clone.case.stem)
    clone.case.with_name(f"{name}.md").write_text(after, encoding="utf-8", newline="")
    if world.luck.random() < 0.5:
        refused = world.copkit("sync", "-C", clone.folder)
        assert refused.status == 1
        assert "[conflict-copy]" in refused.stderr
    world.run(clone, "conflicts")


def use_newer_copkit(world: World, who: int, clone: Clone) -> None:
    """Write what this copkit does not know, as a colleague with the next one does."""
    settings = clone.folder / "copkit.yaml"
    text = settings.read_text("utf-8").replace("format: 1\n", "format: 2\n")
    settings.write_text(text, encoding="utf-8", newline="")
    sign = f"sign-{world.number()}"
    edit(clone, lambda text: append(text, ["signs"], sign))
    world.signs.add(sign)
    if ids := world.mine(who, clone):
        id, shade = world.luck.choice(ids), f"shade-{world.number()}"
        roster = set_value(clone.roster.read_text("utf-8"), ["members", id, "shade"], shade)
        clone.roster.write_text(roster, encoding="utf-8", newline="")
        world.shades[id] = shade


def synchronise(world: World, who: int, *options: str) -> None:
    """Run sync while a lock is held, or let it die once on the way; then it has to end right."""
    clone = world.clones[who]
    fate = world.luck.choice(["well", "well", "locked", "killed"])
    if fate == "locked":
        lock = clone.folder / ".git" / "index.lock"
        lock.touch()
        threading.Timer(0.15, lock.unlink).start()
    elif fate == "killed":
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Killed):
            point = world.luck.choice(["_move", "_require_free_paths", "_keep_files"])
            real = getattr(checkout, point)

            def killed(*args: object) -> None:
                if world.luck.random() < 0.5:
                    real(*args)
                patch.setattr(checkout, "_settle", lambda repository: None)
                raise Killed

            patch.setattr(checkout, point, killed)
            world.copkit("sync", *options, "-C", clone.folder)
    world.run(clone, "sync", *options)


def contradict(world: World, who: int, other: int) -> None:
    """Two people give one member two roles; the second is told of both, and decides."""
    synchronise(world, who)  # so that hers contradicts nobody else
    hers, his = f"Nurse {world.number()}", f"Nurse {world.number()}"
    for person, role in ((who, hers), (other, his)):
        roster = world.clones[person].roster
        text = set_value(roster.read_text("utf-8"), ["members", "nurse-1", "role"], role)
        roster.write_text(text, encoding="utf-8", newline="")
        if person == who:
            synchronise(world, who)
    result = world.copkit("sync", "-C", world.clones[other].folder)
    assert result.status == 1, result.output
    facts = [line for line in result.stderr.splitlines() if "(yours)" in line]
    assert len(facts) == 1, facts
    assert hers in facts[0]
    assert his in facts[0]
    side = world.luck.choice(["mine", "theirs"])
    synchronise(world, other, "--keep", side)
    world.roles["nurse-1"] = his if side == "mine" else hers


def squash(world: World, who: int, host: Clone) -> None:
    """The host takes somebody's work in as one commit of its own."""
    clone = world.clones[who]
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--allow-empty", "--message", "work")
    clone.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/offered")
    host.git("fetch", "--quiet", "--prune")
    host.git("reset", "--quiet", "--hard", "origin/main")
    # Hosts know nothing of records, and refuse what does not come together line by line.
    said = host.git("-c", "merge.copkit.driver=false", "merge", "--squash", "-Xno-renames",
                    "origin/offered", status=None)  # fmt: skip
    if "CONFLICT" not in said:
        host.git("commit", "--quiet", "--allow-empty", "--message", "squashed")
        host.git("push", "--quiet", "origin", "HEAD:main")
    host.git("reset", "--quiet", "--hard", "origin/main")
    host.git("push", "--quiet", "origin", ":refs/heads/offered")


def purge(world: World, who: int, other: int) -> None:
    """Something is sent, somebody else gets it, and it is taken out of the history again."""
    for person in (other, who):  # the others have work of their own under way
        synchronise(world, person)
    clone = world.clones[who]
    before = clone.head()
    secret = clone.harbour / "cases" / f"secret-{world.number()}.md"
    secret.write_text(clone.case.read_text("utf-8"), encoding="utf-8", newline="")
    synchronise(world, who)
    synchronise(world, other)
    clone.git("reset", "--quiet", "--hard", before)
    clone.git("push", "--quiet", "--force", "origin", "HEAD:main")
    tell_progress(world, other, world.clones[other])
    synchronise(world, other)
    assert not secret.exists()


def test_nothing_is_lost_mixed_or_resurrected_whatever_befalls_a_sync(
    copkit: Copkit, share: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"seed {SEED}")
    monkeypatch.setattr(cli_sharing, "MAX_PUSH_ATTEMPTS", 20)
    clones = share(*NAMES, "Host")
    world = World(clones[:-1], copkit, random.Random(SEED))
    host = clones[-1]
    by_hand = (tell_progress, change_role, leave, write_notes, rename_case, add_theme)
    by_command = (add_few_members, attend, attend, add_long_case, add_or_drop_case, leave_copies)
    turns = merges = contradictions = purges = squashes = 0
    while merges < BEFALLEN:
        turns += 1
        who, other = world.luck.sample(range(len(world.clones)), 2)
        # At the end somebody has a newer copkit: commands of this one would refuse to write.
        is_late = merges > 0.9 * BEFALLEN
        edits = (*by_hand, *([use_newer_copkit] * 3 if is_late else by_command))
        for _ in range(world.luck.randint(1, 3)):
            world.luck.choice(edits)(world, who, world.clones[who])
        chance = world.luck.random()
        if turns % 7 == 0:
            contradict(world, who, other)
            contradictions += 1
            merges += 1
        elif chance < 0.06:
            squash(world, who, host)
            squashes += 1
        elif chance < 0.1:
            purge(world, who, other)
            purges += 1
        synchronise(world, who)
        merges += 1
    for _ in range(2):
        for person in range(len(world.clones)):
            synchronise(world, person)
    print(f"{merges} merges, {contradictions} contradictions, {squashes} squashed, {purges} purged")
    assert contradictions * 10 >= merges
    assert len({clone.head() for clone in world.clones}) == 1
    assert "secret-" not in world.clones[0].git("log", "--name-only", "--format=%B", "origin/main")
    require_every_fact(world)


def take_in(world: World, who: int) -> int:
    """Bring in what the others have, in one of the ways that git has; count the merges.

    What somebody else has already taken from a clone is not rebased: git's own rule.
    """
    clone = world.clones[who]
    way = world.luck.choice(["sync", "sync", "merge", "rebase", "other clone", "nothing"])
    if way == "sync":
        world.run(clone, "sync")
        world.taken.discard(who)
        return 1
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--allow-empty", "--message", "work")
    if way == "nothing":
        return 0
    if way == "other clone":  # criss-cross: two have merged each other already
        other = world.luck.choice([one for one in range(len(world.clones)) if one != who])
        folder = world.clones[other].folder
        clone.git("pull", "--quiet", "--no-rebase", "--no-edit", str(folder), "main")
        world.taken |= {who, other}
        return 1
    flag = "--rebase" if way == "rebase" and who not in world.taken else "--no-rebase"
    clone.git("pull", "--quiet", flag, "--no-edit", "origin", "main")
    clone.git("push", "--quiet", "origin", "HEAD:main")
    world.taken.discard(who)
    return 1


def require_every_fact(world: World) -> None:
    clone = world.clones[0]
    programme = load(clone.folder)
    assert not only_errors(all_problems(programme))
    (harbour,) = programme.communities
    members = {str(member.id): member for member in harbour.members}
    assert set(members) == world.members | {"nurse-1", "police-1", "housing-1"}
    assert {id: members[id].role for id in world.roles} == world.roles
    assert {id: str(members[id].left) for id in world.gone} == world.gone
    came = {(id, meeting.slug) for meeting in harbour.meetings for id in meeting.present}
    sorry = {(id, meeting.slug) for meeting in harbour.meetings for id in meeting.apologies}
    assert came - {("nurse-1", "2026-02-04")} == world.came
    assert sorry == world.sorry
    assert {case.slug for case in harbour.cases} == world.cases | {"nobody-to-call"}
    told = next(case for case in harbour.cases if case.slug == "nobody-to-call").progress
    assert {one.id for one in told} == world.progress
    themes = {theme for case in harbour.cases for theme in case.themes}
    assert {theme for theme in themes if theme.startswith("theme-")} == world.themes
    roster, case = (value_of(read_fields(p.read_text("utf-8"))) for p in (clone.roster, clone.case))
    shades = {one["id"]: one["shade"] for one in roster["members"] if "shade" in one}
    assert shades == world.shades
    assert set(case.get("signs", ())) == world.signs
    notes = "".join(path.read_text("utf-8") for path in (clone.harbour / "cases").iterdir())
    assert {line for line in notes.splitlines() if line.startswith("Line ")} == world.lines


# --- contradictions ---------------------------------------------------------------------------


def two_roles(ann: Clone, bob: Clone, luck: random.Random) -> tuple[str, str]:
    hers, his = f"Worker {luck.random()}", f"Worker {luck.random()}"
    ann.change(ann.roster, "role: Nurse", f"role: {hers}")
    bob.change(bob.roster, "role: Nurse", f"role: {his}")
    return hers, his


def present_and_sorry(ann: Clone, bob: Clone, luck: random.Random) -> tuple[str, str]:
    ann.change(ann.meeting, "  - nurse-1\n", "  - nurse-1\n  - police-1\n")
    bob.change(bob.meeting, "apologies:\n", "apologies:\n  - police-1\n")
    return "present", "apologies"


def changed_and_removed(ann: Clone, bob: Clone, luck: random.Random) -> tuple[str, str]:
    role = f"Sergeant {luck.random()}"
    ann.change(ann.roster, "role: Police Sergeant", f"role: {role}")
    text = bob.roster.read_text("utf-8")
    begin, end = text.index("  - id: police-1"), text.index("  - id: housing-1")
    bob.roster.write_text(text[:begin] + text[end:], encoding="utf-8", newline="")
    return role, "taken out"


def two_days(ann: Clone, bob: Clone, luck: random.Random) -> tuple[str, str]:
    dues = f"2026-03-{luck.randint(10, 19)}", f"2026-03-{luck.randint(20, 29)}"
    for clone, due in zip((ann, bob), dues, strict=True):
        edit(clone, partial(set_value, path=["actions", "a1", "due"], value=due))
    return dues


@pytest.mark.slow
@pytest.mark.parametrize(
    "plant",
    [two_roles, present_and_sorry, changed_and_removed, two_days],
    ids=lambda f: f.__name__,
)
def test_every_contradiction_is_reported_with_both_values(
    share: Share, plant: Callable[[Clone, Clone, random.Random], tuple[str, str]]
) -> None:
    ann, bob = share("Bob")
    start, luck = ann.head(), random.Random(2012)
    for _ in range(25 if LONG else 2):
        for clone in (ann, bob):
            clone.git("reset", "--quiet", "--hard", start)
            noise = {"id": f"m-{luck.randrange(10**6)}", "role": "Imam", "sector": "Faith"}
            roster = append(clone.roster.read_text("utf-8"), ["members"], noise)
            clone.roster.write_text(roster, encoding="utf-8", newline="")
        values = plant(ann, bob, luck)
        for clone in (ann, bob):
            clone.git("commit", "--quiet", "--all", "--message", "work")
        flag = luck.choice(["--rebase", "--no-rebase"])

        said = bob.git("pull", flag, "--no-edit", str(ann.folder), "main", status=1)

        assert all(value in said for value in values), said
        assert "<<<<<<< " in "".join(
            path.read_text("utf-8") for path in (bob.roster, bob.meeting, bob.case)
        )
        bob.git("rebase" if flag == "--rebase" else "merge", "--abort")
