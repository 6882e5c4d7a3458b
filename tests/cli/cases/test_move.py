"""``copkit case move``: a case that was recorded in the wrong community."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit

TreeOf = Callable[[Path], dict[str, bytes]]
CASE = "stoke-on-trent/quiet-saturdays"


def test_a_case_moves_with_what_can_follow_it(copkit: Copkit, example: Path) -> None:
    result = copkit("case", "move", "quiet-saturdays", "Brighton", "-C", example)

    assert result.status == 0, result.stderr
    assert "taken out, since they are of stoke-on-trent: 2 presenters" in result.stderr
    assert "taken out of what is of stoke-on-trent: 1 reference" in result.stderr
    assert "copkit case sign-off brighton/quiet-saturdays" in result.stderr
    assert not (example / f"communities/{CASE.replace('/', '/cases/')}.md").exists()
    text = (example / "communities/brighton/cases/quiet-saturdays.md").read_text("utf-8")
    assert "sign_off" not in text  # in another place it may point to somebody
    assert "presenters:\n" in text
    assert copkit("check", "-C", example).status == 0
    used = [path for path in (example / "evidence").glob("*.md") if "quiet" in path.read_text()]
    assert all(
        "community: brighton\n    case: quiet-saturdays" in path.read_text("utf-8") for path in used
    )
    assert used


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((CASE,), 2, "missing: COMMUNITY"),
        ((), 2, "missing: CASE, COMMUNITY"),
        ((CASE, "bristol"), 2, "there is no community 'bristol'"),
        ((CASE, "Stoke-on-Trent"), 0, "is in stoke-on-trent already"),
        (("quiet-satudays", "brighton"), 2, f"did you mean '{CASE}'?"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    copkit: Copkit, example: Path, tree_of: TreeOf, words: tuple[str, ...], status: int, said: str
) -> None:
    before = tree_of(example)
    result = copkit("case", "move", *words, "-C", example)

    assert result.status == status
    assert said in result.stderr
    assert tree_of(example) == before


def test_a_case_of_that_name_in_the_other_community_is_not_written_over(
    copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    copkit("new-case", "brighton", "Quiet Saturdays", "-C", example)
    before = tree_of(example)

    result = copkit("case", "move", CASE, "brighton", "-C", example)

    assert result.status == 2
    assert "brighton has a case called 'quiet-saturdays' already" in result.stderr
    assert tree_of(example) == before
