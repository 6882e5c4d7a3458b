"""``copkit blockage``: what keeps coming back, what was asked, and what came back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import Copkit, Result, Write
from tests.documents.files import said_in

TreeOf = Callable[[Path], dict[str, bytes]]
CASE = "communities/brighton/cases/assessed-only-when-sober.md"
DAY = {"COPKIT_TODAY": "2013-02-20"}
ASK = ("--of", "Head of housing", "--ask", "Fund two hours", "--reply-by", "2013-04-01")
LETTER = "build/letters/weekend-cover/q-k7m"


@pytest.fixture
def blockage(copkit: Copkit, example: Path) -> Callable[..., Result]:
    """Run ``copkit blockage`` on the example, on a day in its last month."""
    return lambda *words: copkit("blockage", *words, "-C", example, env=DAY)


def test_the_list_is_ranked_and_says_who_is_silent_for_how_long(
    blockage: Callable[..., Result],
) -> None:
    lines = blockage("list", "--as-of", "2013-02-28").stdout.split("\n")

    assert lines[1].split() == ["6", "5", "3", "open", "127", "days", "turned-away-while-using"]
    assert lines[2] == "    Joint commissioning board, asked 2012-10-24, 90 days overdue"
    assert lines[-2].endswith("asked 2012-07-05, answered 2012-09-14")
    assert max(map(len, lines)) <= 80


def test_the_list_is_narrowed_by_theme_and_to_what_is_open(
    blockage: Callable[..., Result],
) -> None:
    shown = json.loads(blockage("list", "--theme", "Access", "--json").stdout)

    slugs = {one["blockage"]: one for one in shown["blockages"]}
    assert list(slugs) == ["turned-away-while-using", "no-address-no-service"]
    assert slugs["no-address-no-service"]["waiting"] is None
    assert slugs["turned-away-while-using"]["waiting"]["days_silent"] == 119
    still_open = json.loads(blockage("list", "--theme", "access", "--open", "--json").stdout)
    assert [one["blockage"] for one in still_open["blockages"]] == ["turned-away-while-using"]
    assert "did you mean 'access'?" in blockage("list", "--theme", "acces").stderr


def test_once_a_programme_has_ended_the_list_is_as_of_its_end_or_the_last_ask(
    copkit: Copkit, example: Path
) -> None:
    years_later = {"COPKIT_TODAY": "2026-01-05"}
    shown = copkit("blockage", "list", "--json", "-C", example, env=years_later)
    assert json.loads(shown.stdout)["as_of"] == "2013-02-28"

    copkit("blockage", "ask", "weekend-cover", *ASK[:4], "-C", example, env=years_later)

    shown = copkit("blockage", "list", "--json", "-C", example, env=years_later)
    assert json.loads(shown.stdout)["as_of"] == "2026-01-05"


def test_what_was_answered_later_was_still_open_then(blockage: Callable[..., Result]) -> None:
    then = ("--as-of", "2012-08-01")

    listed = json.loads(blockage("list", "--open", *then, "--json").stdout)["blockages"]
    shown = json.loads(blockage("show", "no-address-no-service", *then, "--json").stdout)
    story = blockage("show", "no-address-no-service", *then).stdout

    assert "no-address-no-service" in [one["blockage"] for one in listed]
    assert shown["status"] == "open"
    assert story.splitlines()[1] == "Open."


def test_the_story_tells_every_case_and_ask(blockage: Callable[..., Result], example: Path) -> None:
    file = example / "communities/stoke-on-trent/cases/quiet-saturdays.md"
    file.write_text(file.read_text("utf-8").replace("status: closed", "status: draft"), "utf-8")

    text = blockage("show", "weekend-cover").stdout
    shown = json.loads(blockage("show", "weekend-cover", "--json").stdout)

    assert "2012-07  " not in text
    assert "not counted, as drafts or not presented by then: stoke-on-trent/quiet-s" in text
    assert "answered 2012-07-20 after 18 days: Agreed for named plans" in text
    assert "111 days of silence; an answer was due by 2012-12-14, 68 days ago" in text
    assert [one["case"] for one in shown["not_counted"]] == ["stoke-on-trent/quiet-saturdays"]
    assert [(ask["id"], ask["days_silent"]) for ask in shown["asks"]] == [("a1", None), ("a2", 111)]


# --- linking --------------------------------------------------------------------------------


def test_a_link_adds_one_issue_and_says_that_the_sign_off_is_void(
    blockage: Callable[..., Result], example: Path
) -> None:
    before = (example / CASE).read_text("utf-8")
    words = ("link", "weekend-cover", "brighton/assessed-only-when-sober", "--note", "Nobody came")

    result = blockage(*words)

    assert "this voids the sign-off of" in result.stderr
    after = (example / CASE).read_text("utf-8")
    added = "  - id: i-k7m\n    blockage: weekend-cover\n    note: Nobody came\n"
    assert after == before.replace("quote:", f"{added}quote:", 1)
    for again in (words, words[:-2]):
        assert "nothing was changed" in blockage(*again).stderr
    other = blockage(*words[:-1], "Somebody came")
    assert other.status == 1
    assert "already, with a note; nothing was changed" in other.stderr
    assert (example / CASE).read_text("utf-8") == after


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("link", "wekend", "brighton/assessed-only-when-sober"), "no blockage 'wekend'"),
        (("link", "weekend-cover", "brighton"), "'brighton' is no case"),
        (("link", "weekend-cover", "brighton/asessed-only-when-sober"), "did you mean"),
        (("ask", "weekend-cover", "--of", "The board"), "missing: --ask"),
        (("ask", "weekend-cover", "--of", "Sarah Jones", "--ask", "x"), "--of: this seems to hold"),
        (("ask", "weekend-cover", "--of", "The board", "--ask", "Ring 07700 900123"), "--ask: "),
        (("ask", "weekend-cover", *ASK[:5], "2012-01-01"), "before the day of the letter"),
        (("ask", "weekend-cover", *ASK, "-f", "rtf"), "not a form of the letter"),
        (("letter", "weekend-cover", "a9"), "there are: a1, a2"),
        (("reply", "weekend-cover"), "missing: --reply"),
        (("reply", "weekend-cover", "--reply", "x", "--date", "2012-10-31"), "was asked on"),
        (("reply", "weekend-cover", "--reply", "x", "--date", "2013-02-21"), "still to come"),
        (("reply", "weekend-cover", "--reply", "Sarah Jones agrees"), "--reply: this seems"),
    ],
)
def test_what_cannot_be_meant_changes_nothing_and_repeats_no_name(
    blockage: Callable[..., Result],
    example: Path,
    tree_of: TreeOf,
    words: tuple[str, ...],
    said: str,
) -> None:
    before = tree_of(example)

    result = blockage(*words)

    assert result.status == 2
    assert said in result.stderr
    assert "Jones" not in result.output
    assert "900123" not in result.output
    assert tree_of(example) == before


# --- asking ---------------------------------------------------------------------------------


def test_an_ask_is_recorded_under_the_next_id_and_its_letter_is_built(
    blockage: Callable[..., Result], example: Path
) -> None:
    result = blockage("ask", "weekend-cover", *ASK)

    assert result.status == 0, result.output
    record = (example / "blockages/weekend-cover.md").read_text("utf-8")
    assert (
        "  - id: q-k7m\n    date: 2013-02-20\n    of: Head of housing\n    ask: Fund two hours\n"
        "    reply_by: 2013-04-01\n---\n"
    ) in record
    forms = sorted(path.name for path in (example / LETTER).iterdir())
    assert forms == ["letter.docx", "letter.html", "letter.pdf"]
    for form in forms:
        said = said_in(example / LETTER / form)
        assert "Fund two hours." in said
        assert "Supported housing commissioner" in said, "what was asked before"

    again = blockage("ask", "weekend-cover", *ASK, "-f", "txt")

    assert "says so already; nothing was changed" in again.stderr
    assert (example / "blockages/weekend-cover.md").read_text("utf-8") == record
    assert (example / LETTER / "letter.txt").exists()


def test_a_dry_run_shows_the_edit_and_writes_nothing(
    blockage: Callable[..., Result], example: Path, tree_of: TreeOf
) -> None:
    before = tree_of(example)

    result = blockage("ask", "weekend-cover", *ASK, "--dry-run")

    assert "+    of: Head of housing" in result.stdout
    assert "would write its letter below build/letters/weekend-cover/q-k7m" in result.stderr
    assert tree_of(example) == before


def test_asking_again_opens_a_blockage_that_was_answered(
    blockage: Callable[..., Result], example: Path
) -> None:
    result = blockage("ask", "no-address-no-service", *ASK)

    assert "was answered; this opens it again" in result.stderr
    assert "status: open\n" in (example / "blockages/no-address-no-service.md").read_text("utf-8")


def test_a_new_id_is_one_that_a_colleague_cannot_come_to_as_well(
    copkit: Copkit, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COPKIT_SEED")
    asks = "asks:\n  - id: a1\n    date: 2026-01-05\n    of: The board\n    ask: open up\n"
    folder = write("blockages/doors.md", f"---\ntitle: Doors\n{asks}---\n\nShut.\n")

    done = copkit("blockage", "ask", "doors", *ASK[:4], "-f", "txt", "-C", folder)

    assert done.status == 0, done.output
    (id,) = {path.name for path in (folder / "build/letters/doors").iterdir()}
    assert re.fullmatch(r"q-[a-z][a-z0-9]{2}", id)
    text = (folder / "blockages/doors.md").read_text("utf-8")
    assert text.startswith(f"---\ntitle: Doors\n{asks}  - id: {id}\n")


def test_on_a_terminal_what_lacks_is_asked_with_earlier_addressees(write: Write) -> None:
    asks = "asks:\n  - id: a1\n    date: 2025-11-05\n    of: Housing board\n    ask: open up\n"
    folder = write("blockages/doors.md", f"---\ntitle: Doors\n{asks}---\n\nShut.\n")

    command = ["blockage", "ask", "doors", "-f", "txt"]
    status, screen = talk(folder, command, "1", "pay for a key", "")

    assert status == 0, screen
    assert "1  Housing board" in screen
    record = (folder / "blockages/doors.md").read_text("utf-8")
    assert "of: Housing board\n    ask: pay for a key\n    reply_by: 2026-02-16\n" in record


def test_the_letter_names_the_cases_that_it_could_not_tell(
    blockage: Callable[..., Result],
) -> None:
    blockage("link", "weekend-cover", "brighton/assessed-only-when-sober")

    result = blockage("letter", "weekend-cover", "-f", "txt", "--json")

    summary, left_out = json.loads(result.stdout)["left_out"]
    assert "left out for commissioners: 1 " in summary
    assert left_out.startswith("brighton/assessed-only-when-sober is left out: it was edited")


# --- what came back -------------------------------------------------------------------------


def test_a_reply_goes_to_the_ask_that_waits_and_is_never_overwritten(
    blockage: Callable[..., Result], example: Path
) -> None:
    file = example / "blockages/weekend-cover.md"
    before = file.read_text("utf-8")

    result = blockage("reply", "weekend-cover", "--reply", "For a year.", "--date", "2012-12-10")

    assert "a2: Supported housing commissioner answered after 39 days" in result.stderr
    assert "copkit blockage reply weekend-cover --status answered" in result.stderr
    answered = "    replied: 2012-12-10\n    reply: For a year.\n"
    after = before.replace("    replied:\n    reply:\n", answered)
    assert file.read_text("utf-8") == after
    assert "says so already" in blockage("reply", "weekend-cover", "--reply", "For a year.").stderr
    for words in (("a1",), ("a2",), ()):
        refused = blockage("reply", "weekend-cover", *words, "--reply", "Never.")
        assert refused.status == 1
        assert "was answered" in refused.stderr
    assert file.read_text("utf-8") == after
    blockage("reply", "weekend-cover", "--status", "answered")
    assert file.read_text("utf-8") == after.replace("status: open", "status: answered")


# --- what was built earlier -----------------------------------------------------------------


def test_a_letter_goes_with_its_ask_and_loses_what_is_taken_back(
    blockage: Callable[..., Result], copkit: Copkit, example: Path
) -> None:
    for id in ("a1", "a2"):
        assert blockage("letter", "turned-away-while-using", id).status == 0
    letters = example / "build/letters/turned-away-while-using"
    told = "Three referrals came back"
    assert told in said_in(letters / "a2/letter.pdf")
    case = (example / CASE).read_text("utf-8")
    taken_back = case.replace("audience: commissioners", "audience: members")
    (example / CASE).write_text(taken_back, "utf-8")
    record = example / "blockages/turned-away-while-using.md"
    record.write_text(record.read_text("utf-8").replace("id: a1", "id: a0"), "utf-8")

    result = copkit("newsletter", "build", "2012-05", "-f", "txt", "-C", example, env=DAY)

    assert "there is no such ask any more" in result.stderr
    assert not (letters / "a1").exists()
    assert "brought up to date build/letters/turned-away-while-using/a2" in result.stderr
    for form in ("html", "docx", "pdf"):
        assert told not in said_in(letters / f"a2/letter.{form}")


def test_an_answer_and_a_new_day_leave_a_letter_as_it_was_sent(
    blockage: Callable[..., Result], copkit: Copkit, example: Path, tree_of: TreeOf
) -> None:
    blockage("letter", "weekend-cover")
    before = tree_of(example / "build/letters")
    blockage("reply", "weekend-cover", "--reply", "For a year.", "--date", "2012-12-10")

    copkit("brief", "build", "-f", "txt", "-C", example, env={"COPKIT_TODAY": "2014-01-01"})

    assert tree_of(example / "build/letters") == before


def test_a_name_in_a_record_stops_the_letter(
    blockage: Callable[..., Result], example: Path
) -> None:
    record = example / "blockages/weekend-cover.md"
    record.write_text(record.read_text("utf-8") + "\nAsk Sarah Jones on 07700 900123.\n", "utf-8")

    result = blockage("letter", "weekend-cover")

    assert result.status == 1
    assert "Sarah" not in result.output
    assert not (example / "build").exists()


def test_what_is_asked_today_is_the_latest_though_more_is_dated_later(
    copkit: Copkit, example: Path
) -> None:
    env = {"COPKIT_TODAY": "2012-07-10"}
    asked = ("blockage", "ask", "weekend-cover", *ASK, "--format", "html", "-C", example)
    assert copkit(*asked, env=env).status == 0

    shown = copkit(
        "blockage", "letter", "weekend-cover", "--format", "html", "-C", example, env=env
    )
    assert "letter q-k7m to Head of housing, 2012-07-10" in shown.stderr
    reply = ("blockage", "reply", "weekend-cover", "--reply", "For a year.", "-C", example)
    before = (example / "blockages/weekend-cover.md").read_text("utf-8")
    assert copkit(*reply, env=env).status == 0
    after = (example / "blockages/weekend-cover.md").read_text("utf-8")
    assert after == before.replace(
        "    reply_by: 2013-04-01\n",
        "    reply_by: 2013-04-01\n    replied: 2012-07-10\n    reply: For a year.\n",
    )
    assert "says so already" in copkit(*reply, env=env).stderr


def test_a_blockage_behind_its_case_is_told_the_order(blockage: Callable[..., Result]) -> None:
    whole = blockage("link", "brighton/assessed-only-when-sober", "weekend-cover")
    slug = blockage("link", "assessed-only-when-sober", "weekend-cover")

    assert whole.status == slug.status == 2
    assert "'weekend-cover' is no case" in whole.stderr
    assert "copkit blockage link weekend-cover COMMUNITY/CASE" in slug.stderr


def test_linking_a_draft_says_that_it_does_not_count(
    blockage: Callable[..., Result], copkit: Copkit, example: Path
) -> None:
    copkit("new-case", "brighton", "Quiet Saturdays", "-C", example, env=DAY)

    told = blockage("link", "weekend-cover", "brighton/quiet-saturdays")

    assert "is a draft, so nobody is told of it" in told.stderr
