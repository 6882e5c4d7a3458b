"""Two people note approaches in one community at the same time; neither is lost."""

from __future__ import annotations

from tests.conftest import Copkit
from tests.git.conftest import Clone, Share


def approach(copkit: Copkit, clone: Clone, agency: str) -> str:
    """Note an approach, and give its id."""
    result = copkit("new-approach", "harbour", agency, "-C", clone.folder)
    assert result.status == 0, result.output
    return result.stderr.rpartition("id: ")[2].strip()


def test_approaches_of_two_clones_come_together_by_their_ids(share: Share, copkit: Copkit) -> None:
    ann, bob = share("Bob")
    first = approach(copkit, ann, "the trust")
    assert copkit("sync", "-C", ann.folder).status == 0
    assert copkit("sync", "-C", bob.folder).status == 0

    ids = [approach(copkit, ann, "the council"), approach(copkit, bob, "the prison")]
    copkit("approaches", "update", "harbour", first, "--outcome", "joined", "-C", ann.folder)
    copkit("approaches", "update", "harbour", first, "--hours", "2", "-C", bob.folder)
    for clone in (ann, bob, ann):
        assert copkit("sync", "-C", clone.folder).status == 0

    texts = {(clone.harbour / "approaches.yaml").read_text("utf-8") for clone in (ann, bob)}
    (text,) = texts
    assert all(text.count(f"id: {id}\n") == 1 for id in (first, *ids))
    assert "outcome: joined" in text
    assert "hours: 2" in text
    assert "1 new approach" in ann.git("log", "--format=%B")


def test_two_outcomes_of_one_approach_are_no_ones_to_choose(share: Share, copkit: Copkit) -> None:
    ann, bob = share("Bob")
    id = approach(copkit, ann, "the trust")
    for clone in (ann, bob):
        assert copkit("sync", "-C", clone.folder).status == 0
    for clone, outcome in ((ann, "joined"), (bob, "refused")):
        copkit("approaches", "update", "harbour", id, "--outcome", outcome, "-C", clone.folder)
    copkit("sync", "-C", ann.folder)

    result = copkit("sync", "-C", bob.folder)

    assert result.status == 1
    assert "joined" in result.output
    assert "refused" in result.output
