"""``copkit site candidates``, ``public`` and ``takedown``."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from copkit.cli.cases.sign_off import QUESTIONS
from tests.cli.site.test_build import CASE, ROSTER, build, harbour, holding
from tests.cli.terminal import talk
from tests.conftest import Copkit, Write
from tests.signing import signed

__all__ = ["harbour"]  # the fixture
FILE = "communities/harbour/cases/kept.md"


@pytest.fixture
def unpublished(write: Write) -> Path:
    """A programme with one case that is written up and for members."""
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/meetings/2026-01-14.md", "---\ndate: 2026-01-14\n---\n")
    write("communities/harbour/meetings/2026-02-11.md", "---\ndate: 2026-02-11\n---\n")
    return write(FILE, CASE.format(title="Kept among ourselves", audience="members"))


def test_candidates_say_what_each_case_needs(copkit: Copkit, unpublished: Path) -> None:
    listed = copkit("site", "candidates", "-C", unpublished)
    as_json = json.loads(copkit("site", "candidates", "--json", "-C", unpublished).stdout)

    assert "harbour/kept" in listed.stdout
    assert "copkit site public harbour/kept" in listed.stderr
    assert as_json == [
        {
            "case": "harbour/kept",
            "title": "Kept among ourselves",
            "needs": [
                "audience public, now members",
                "a sign-off: it has not been signed off",
            ],
        }
    ]


def test_publishing_writes_audience_and_sign_off_in_one_step(
    copkit: Copkit, unpublished: Path
) -> None:
    done = copkit(
        "site", "public", "harbour/kept", "--by", "facilitator", "--yes", "-C", unpublished
    )

    assert done.status == 0, done.output
    text = (unpublished / FILE).read_text("utf-8")
    assert "audience: public" in text
    assert "sign_off:\n  by: facilitator\n" in text
    assert build(copkit, unpublished)["cases"] == 1
    assert "none" not in copkit("site", "candidates", "-C", unpublished).stdout
    copkit("undo", "2", "--yes", "-C", unpublished)  # 1 noted the site as given to the public
    assert "audience: members" in (unpublished / FILE).read_text("utf-8")


def test_a_stranger_s_page_is_shown_before_the_questions(copkit: Copkit, unpublished: Path) -> None:
    done = copkit(
        "site", "public", "kept", "--by", "facilitator", "--yes", "--dry-run", "-C", unpublished
    )

    assert "KEPT AMONG OURSELVES" in done.stdout
    assert "Ring the surgery first: Helped (prevented something worse)." in done.stdout
    for word in ("Harbour Nurse", "14 January", "nurse-1"):
        assert word not in done.stdout.partition("---")[0]
    assert QUESTIONS[0].text in done.stderr
    assert "audience: members" in (unpublished / FILE).read_text("utf-8")


def test_on_a_terminal_an_unsafe_answer_publishes_nothing(unpublished: Path) -> None:
    status, said = talk(unpublished, ["site", "public", "harbour/kept"], "yes", "n")

    assert status == 1
    assert "not signed off, because of question 1" in said
    assert "audience: members" in (unpublished / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        (("consent: given", "consent: refused"), (), "the person refused"),
        (("status: closed", "status: draft"), (), "is a draft"),
        (("consent: given\n", ""), (), "--consent given"),
        (("Ring before noon", "Ring Sarah Threlfall on 01632 960 983"), (), "somebody can be"),
    ],
)
def test_what_may_not_be_published_is_refused(
    copkit: Copkit, unpublished: Path, change: tuple[str, str], options: tuple[str, ...], told: str
) -> None:
    path = unpublished / FILE
    path.write_text(path.read_text("utf-8").replace(*change), encoding="utf-8")
    before = path.read_bytes()

    done = copkit("site", "public", "kept", "--by", "facilitator", "--yes", "-C", unpublished)

    assert done.status in (1, 2)
    assert told in done.stderr
    assert path.read_bytes() == before


def test_taking_down_leaves_no_trace_and_says_what_to_delete(copkit: Copkit, harbour: Path) -> None:
    build(copkit, harbour)
    build(copkit, harbour, "commissioners")
    copkit("case", "build", "nobody", "--format", "html", "-C", harbour)

    done = copkit("site", "takedown", "nobody", "--why", "The family asked", "-C", harbour)

    assert done.status == 0, done.output
    text = (harbour / "communities/harbour/cases/nobody.md").read_text("utf-8")
    assert "audience: members" in text
    assert "sign_off" not in text
    for reader in ("public", "commissioners"):
        assert holding(harbour / "build/site" / reader, "saturdays") == []
    assert not (harbour / "build/cases").exists()
    assert "delete cases/nobody.html" in done.stderr
    assert "search engines" in done.stderr
    assert "--json" not in done.stderr  # a takedown has none
    assert "If another computer built a site with --output" in done.stderr
    note = (harbour / "private/takedowns.yaml").read_text("utf-8")
    assert "case: harbour/nobody" in note
    assert "why: The family asked" in note
    again = copkit("site", "takedown", "nobody", "--why", "Again", "-C", harbour)
    assert "is for members alone already" in again.stderr


def test_taking_down_names_each_site_that_was_built_elsewhere(
    copkit: Copkit, harbour: Path, tmp_path: Path
) -> None:
    shared, gone = tmp_path / "shared drive", tmp_path / "gone"
    address = ("--base-url", "https://example.org/cases")
    build(copkit, harbour, "public", "--output", shared, *address)
    build(copkit, harbour, "public", "--output", gone)
    shutil.rmtree(gone)

    done = copkit("site", "takedown", "nobody", "--why", "The family asked", "-C", harbour)

    said = " ".join(done.stderr.split())
    assert f"{shared / 'cases/nobody.html'} is still there" in said
    command = f"copkit site build --for public --output '{shared}' {' '.join(address)}"
    assert command in done.stderr
    assert str(gone) not in done.stderr
    copkit(*shlex.split(command)[1:], "-C", harbour)
    assert not (shared / "cases/nobody.html").exists()
    assert str(shared) not in copkit("site", "takedown", "nobody", "--why", "Again",
                                     "-C", harbour).stderr  # fmt: skip


def test_a_takedown_needs_a_reason(copkit: Copkit, harbour: Path) -> None:
    done = copkit("site", "takedown", "nobody", "-C", harbour)

    assert done.status == 2
    assert "missing: --why" in done.stderr


def test_a_moved_case_loses_its_page_until_it_is_signed_again(
    copkit: Copkit, harbour: Path, write: Write
) -> None:
    build(copkit, harbour)
    write(
        "communities/quay/community.md",
        "---\ncode: CP2\nname: Quay community\nplace: Quay\nstatus: active\n---\n",
    )
    write("communities/quay/roster.yaml", ROSTER)
    source = harbour / "communities/harbour/cases/nobody.md"
    target = harbour / "communities/quay/cases/nobody.md"
    target.parent.mkdir(parents=True)
    source.rename(target)

    built = build(copkit, harbour)

    assert built["cases"] == 0
    assert "cases/nobody.html" in str(built["delete"])
    assert holding(harbour / "build/site/public", "saturdays") == []


def test_an_old_sign_off_is_named(copkit: Copkit, harbour: Path, write: Write) -> None:
    settings = (harbour / "copkit.yaml").read_text("utf-8")
    write("copkit.yaml", f"{settings}site:\n  review_after: 1 year\n")

    told = copkit("site", "build", "--for", "public", "-C", harbour).stderr
    recent = signed(CASE.format(title="x", audience="public"), date="2026-06-01")
    write("communities/harbour/cases/nobody.md", recent)
    env = {"COPKIT_TODAY": "2026-12-01"}
    later = copkit("site", "build", "--for", "public", "-C", harbour, env=env).stderr

    assert "1 sign-off older than 1 year; read again: harbour/nobody" in told
    assert "older than" not in later


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("review_after: soon", "this is not a span of months or years"),
        ("base_url: http://example.org", "this is not the https address of a site"),
        ("contact: Jo", "'contact' is neither an e-mail address nor an https page"),
        ("licence: MIT", "'MIT'"),
    ],
)
def test_a_wrong_setting_is_found_by_check(
    copkit: Copkit, harbour: Path, write: Write, line: str, told: str
) -> None:
    settings = (harbour / "copkit.yaml").read_text("utf-8")
    write("copkit.yaml", f"{settings}site:\n  {line}\n")

    done = copkit("check", "-C", harbour)

    assert done.status == 1
    assert told in done.stdout


@pytest.mark.parametrize("form", ["html", "md", "txt", "docx", "pdf"])
def test_one_case_is_built_by_itself(copkit: Copkit, harbour: Path, form: str) -> None:
    done = copkit("case", "build", "nobody", "--format", form, "-C", harbour)

    assert done.status == 0, done.output
    path = harbour / f"build/cases/nobody/public/write-up.{form}"
    assert path.stat().st_size > 500
    if form in ("md", "html", "txt"):
        text = path.read_text("utf-8")
        assert "Who would you have rung?" in text
        assert "Harbour Nurse" not in text


def test_a_case_is_not_built_for_those_who_may_not_read_it(copkit: Copkit, harbour: Path) -> None:
    done = copkit("case", "build", "kept", "--for", "public", "-C", harbour)

    assert done.status == 1
    assert "this case is for members, so it cannot be built for public" in done.stderr
