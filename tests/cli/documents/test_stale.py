"""What earlier builds left below ``build/`` goes, or is brought up to date, with the next one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copkit.documents.formats import DOCUMENTS, Renderer
from copkit.documents.theme import DocumentTheme
from tests.conftest import Copkit, Write, copied, run_copkit
from tests.documents.files import said_in

TreeOf = Callable[[Path], dict[str, bytes]]
ISSUE = "newsletters/2012-12.md"


@pytest.fixture(scope="module")
def built_once(looked_through: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its last issue, built for everybody, and its brief."""
    folder = copied(looked_through, tmp_path_factory.mktemp("built") / "example")
    for reader in ("members", "commissioners", "public"):
        options = ("2012-12", "--for", reader, "-C", folder)
        assert run_copkit("newsletter", "build", *options).status == 0
    assert run_copkit("brief", "build", "-C", folder).status == 0
    return folder


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """The same, to change."""
    return copied(built_once, tmp_path / "example")


def narrowed(folder: Path, file: str, old: str = "public") -> None:
    """Make a record one for members."""
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(text.replace(f"audience: {old}", "audience: members"), "utf-8")


def test_an_issue_that_is_for_members_now_is_nowhere_for_others(
    built: Path, copkit: Copkit
) -> None:
    narrowed(built, ISSUE)

    result = copkit("newsletter", "build", "2012-12", "-C", built)

    left = sorted(path.name for path in (built / "build/newsletters/2012-12").iterdir())
    assert left == ["members"]
    said = (
        "deleted build/newsletters/2012-12/public/newsletter.html: this newsletter is for members"
    )
    assert said in result.stderr


def test_a_refused_build_takes_away_what_was_built_before(built: Path, copkit: Copkit) -> None:
    narrowed(built, ISSUE)

    result = copkit("newsletter", "build", "2012-12", "--for", "public", "-C", built)

    assert result.status == 1
    assert "so it cannot be built for public" in result.stderr
    assert not (built / "build/newsletters/2012-12/public").exists()


@pytest.mark.parametrize("new_name", [None, "newsletters/winter.md"])
def test_a_record_that_is_gone_or_renamed_leaves_nothing(
    built: Path, copkit: Copkit, new_name: str | None
) -> None:
    (built / ISSUE).rename(built / (new_name or "private.txt"))

    result = copkit("brief", "build", "-C", built)

    assert result.status == 0
    assert not (built / "build/newsletters").exists()
    assert "there is no such newsletter any more" in result.stderr


def test_a_case_that_is_taken_back_is_taken_out_of_every_document(
    built: Path, copkit: Copkit
) -> None:
    narrowed(
        built, "communities/tower-hamlets/cases/discharged-in-the-small-hours.md", "commissioners"
    )
    brief = built / "build/briefs/winter-2012"
    assert "Discharged in the small hours" in (brief / "brief.md").read_text("utf-8")

    result = copkit("newsletter", "build", "2012-05", "-C", built)

    assert "brought up to date build/briefs/winter-2012: the records have changed" in result.stderr
    for form in ("html", "md", "docx", "pdf"):
        assert "Discharged in the small hours" not in said_in(brief / f"brief.{form}")


def test_an_own_page_that_tells_less_keeps_no_taken_back_case_in_word(
    built: Path, copkit: Copkit
) -> None:
    (built / "templates").mkdir(exist_ok=True)
    (built / "templates/brief.html").write_text("<title>{{ facts.title }}</title>\n", "utf-8")
    assert copkit("brief", "build", "-C", built).status == 0
    narrowed(
        built, "communities/tower-hamlets/cases/discharged-in-the-small-hours.md", "commissioners"
    )

    assert copkit("brief", "build", "--format", "html", "-C", built).status == 0

    for form in ("md", "docx", "pdf"):
        said = said_in(built / f"build/briefs/winter-2012/brief.{form}")
        assert "Discharged in the small hours" not in said


def test_what_is_up_to_date_is_left_alone_and_nothing_is_said(
    built: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(built / "build")

    result = copkit("brief", "build", "-C", built)

    assert tree_of(built / "build") == before
    assert "deleted" not in result.stderr
    assert "up to date" not in result.stderr


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is rendered from now on, as document and format."""
    calls: list[str] = []
    for document, renderers in DOCUMENTS.items():
        for file_format, renderer in renderers.items():

            def note(
                facts: Any,
                theme: DocumentTheme,
                name: str = f"{document}.{file_format}",
                renderer: Renderer = renderer,
            ) -> bytes:
                calls.append(name)
                return renderer(facts, theme)

            monkeypatch.setitem(renderers, file_format, note)
    return calls


def test_what_is_the_same_as_before_is_not_rendered_again(
    built: Path, copkit: Copkit, rendered: list[str]
) -> None:
    result = copkit("brief", "build", "-C", built)

    assert f"wrote {built / 'build/briefs/winter-2012/brief.docx'}" in result.stderr
    # in the PDF, a word may be set in a font that the machine has by now; there is no logo
    assert rendered == ["brief.pdf", "brief.logo.png"]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "build/briefs/winter-2012/brief.md").write_text("x", "utf-8"),
        lambda folder: (folder / "build/briefs/winter-2012/brief.md").unlink(),
    ],
    ids=["by hand", "gone"],
)
def test_a_file_that_is_not_as_it_was_built_is_rendered_again(
    built: Path, copkit: Copkit, rendered: list[str], change: Callable[[Path], object]
) -> None:
    path = built / "build/briefs/winter-2012/brief.md"
    before = path.read_bytes()
    change(built)

    assert copkit("brief", "build", "-C", built).status == 0

    assert path.read_bytes() == before
    assert "brief.md" in rendered
    assert "brief.docx" not in rendered


def test_a_colour_or_a_template_of_one_s_own_renders_all_again(
    built: Path, copkit: Copkit, rendered: list[str]
) -> None:
    settings = built / "copkit.yaml"
    settings.write_text(settings.read_text("utf-8") + 'theme:\n  colour: "#803010"\n', "utf-8")
    assert copkit("brief", "build", "-C", built).status == 0
    assert {"brief.html", "brief.docx", "newsletter.html"} <= set(rendered)
    rendered.clear()
    (built / "templates").mkdir()
    (built / "templates/brief.md").write_text("Ours.\n", "utf-8")

    assert copkit("brief", "build", "-C", built).status == 0

    assert (built / "build/briefs/winter-2012/brief.md").read_text("utf-8") == "Ours.\n"
    assert {"brief.html", "brief.docx", "brief.md"} <= set(rendered)


def test_a_dry_run_only_says_what_it_would_do(built: Path, copkit: Copkit, tree_of: TreeOf) -> None:
    narrowed(built, ISSUE)
    narrowed(
        built, "communities/tower-hamlets/cases/discharged-in-the-small-hours.md", "commissioners"
    )
    before = tree_of(built / "build")

    result = copkit("brief", "build", "--dry-run", "-C", built)

    assert tree_of(built / "build") == before
    assert "would delete build/newsletters/2012-12/public/newsletter.md" in result.stderr
    assert "would bring up to date build/briefs/winter-2012" in result.stderr


def test_files_of_somebody_else_stay_and_links_are_not_followed(
    built: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    narrowed(built, ISSUE)
    public = built / "build/newsletters/2012-12/public"
    (public / "my notes.txt").write_text("mine", "utf-8")
    elsewhere = built / "elsewhere" / "public"
    elsewhere.mkdir(parents=True)
    (elsewhere / "newsletter.md").write_text("mine", "utf-8")
    (built / "build/newsletters/gone").symlink_to(built / "elsewhere")

    result = copkit("newsletter", "build", "2012-12", "-C", built)

    assert result.status == 0, result.output
    assert list(tree_of(public)) == ["my notes.txt"]
    assert list(tree_of(elsewhere)) == ["newsletter.md"]


def test_a_form_that_is_not_built_here_does_not_outlive_the_records(
    built: Path, copkit: Copkit
) -> None:
    mail = built / "build/newsletters/2012-12/public/newsletter.odt"
    mail.write_text("Subject: December 2012", "utf-8")
    copkit("brief", "build", "-C", built)
    assert mail.exists()
    text = (built / ISSUE).read_text("utf-8")
    (built / ISSUE).write_text(text.replace("Since the spring", "Since the autumn"), "utf-8")

    result = copkit("brief", "build", "-C", built)

    assert not mail.exists()
    assert "deleted build/newsletters/2012-12/public/newsletter.odt" in result.stderr
    page = (built / "build/newsletters/2012-12/public/newsletter.html").read_text("utf-8")
    assert "Since the autumn" in page


@pytest.fixture
def counted(example: Path, copkit: Copkit) -> Path:
    """The example with its attendance built as of the end of 2012, for everybody."""
    for reader in ("members", "public"):
        command = ["attendance", "build", "--for", reader, "--as-of", "2012-12-31"]
        assert copkit(*command, "-C", example).status == 0
    return example


def test_a_new_day_alone_makes_no_attendance_out_of_date(
    counted: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    for form in ("html", "md", "xlsx"):  # the day is in the manifest, whatever files there are
        before = tree_of(counted / "build/attendance")

        result = copkit("brief", "build", "-f", "md", "--dry-run", "-C", counted)

        assert tree_of(counted / "build/attendance") == before
        assert "up to date" not in result.stderr
        for path in (counted / "build/attendance").rglob(f"*.{form}"):
            path.unlink()


def test_a_table_as_of_may_stays_of_may_whatever_is_built_later(
    example: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    command = ("attendance", "build", "--as-of", "2012-05-31", "-C", example)
    assert copkit(*command).status == 0
    before = tree_of(example / "build/attendance")
    assert b"31 May 2012" in before["matrix.html"]

    result = copkit("newsletter", "build", "2012-05", "-C", example)

    assert result.status == 0
    assert tree_of(example / "build/attendance") == before  # growth and network too
    assert "up to date" not in result.stderr

    roster = example / "communities/brighton/roster.yaml"
    roster.write_text(roster.read_text("utf-8").replace("Community Matron", "Ward Sister"), "utf-8")
    result = copkit("newsletter", "build", "2012-05", "-C", example)

    matrix = (example / "build/attendance/matrix.html").read_text("utf-8")
    assert "31 May 2012" in matrix
    assert "Ward Sister" in matrix
    assert (
        "brought up to date build/attendance: the records have changed since it was built"
        in result.stderr
    )


def test_a_message_claims_no_changed_record_where_none_has_changed(
    counted: Path, copkit: Copkit
) -> None:
    matrix = counted / "build/attendance/matrix.html"
    matrix.write_text(f"{matrix.read_text('utf-8')}<!-- mine -->\n", "utf-8")
    result = copkit("brief", "build", "-f", "md", "-C", counted)
    assert "build/attendance: its files were changed since it was built" in result.stderr

    settings = counted / "copkit.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}theme:\n  colour: '#224466'\n", "utf-8")
    result = copkit("brief", "build", "-f", "md", "-C", counted)
    assert "the records have changed" not in result.stderr
    assert "templates, colours or copkit itself have changed since it was built" in result.stderr

    (counted / "build/.copkit.json").unlink()
    matrix.write_text("<h1>by an older copkit</h1>", "utf-8")
    result = copkit("brief", "build", "-f", "md", "-C", counted)
    assert "build/attendance: it is not on record as of when it was built" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"format": 2}', '{"format": 1, "documents": [{"place": 1}]}', "[" * 100_000],
)
def test_a_spoilt_manifest_counts_as_none_and_is_written_anew(
    counted: Path, copkit: Copkit, content: str
) -> None:
    manifest = counted / "build/.copkit.json"
    manifest.write_text(content, "utf-8")

    result = copkit("attendance", "build", "-f", "md", "--as-of", "2012-05-31", "-C", counted)

    assert result.status == 0
    assert '"as_of": "2012-05-31"' in manifest.read_text("utf-8")


def test_what_an_older_copkit_built_is_noted_and_keeps_its_day_from_then_on(
    example: Path, copkit: Copkit
) -> None:
    assert copkit("attendance", "build", "-f", "md", "-C", example).status == 0
    manifest = example / "build/.copkit.json"
    before = manifest.read_text("utf-8")
    manifest.unlink()

    result = copkit("brief", "build", "-f", "md", "-C", example)

    assert "up to date" not in result.stderr
    for line in before.splitlines():
        assert line.rstrip(",") in manifest.read_text("utf-8")


def test_the_manifest_goes_with_the_last_document(built: Path, copkit: Copkit) -> None:
    assert '"document": "brief"' in (built / "build/.copkit.json").read_text("utf-8")
    for path in (*built.glob("newsletters/*.md"), *built.glob("briefs/*.md")):
        path.unlink()

    copkit("attendance", "build", "-f", "md", "-C", built)

    text = (built / "build/.copkit.json").read_text("utf-8")
    assert '"document": "matrix"' in text
    assert "newsletter" not in text
    assert "brief" not in text


def test_attendance_is_brought_up_to_date_as_of_its_own_day(counted: Path, copkit: Copkit) -> None:
    roster = counted / "communities/brighton/roster.yaml"
    roster.write_text(roster.read_text("utf-8").replace("Community Matron", "Ward Sister"), "utf-8")

    result = copkit("brief", "build", "-f", "md", "-C", counted)

    build = counted / "build/attendance"
    for file in ("matrix", "registers/brighton/register"):
        page = (build / f"{file}.html").read_text("utf-8")
        assert "31 December 2012" in page
        assert "Ward Sister" in page
        assert "Ward Sister" in (build / f"{file}.csv").read_text("utf-8")
    assert result.stderr.count("brought up to date") == 2
    assert "brought up to date build/attendance/registers/brighton: " in result.stderr


def test_a_number_that_has_become_small_is_hidden_for_outsiders(
    counted: Path, copkit: Copkit
) -> None:
    sectors = counted / "build/attendance/public/sectors.csv"
    before = sectors.read_text("utf-8")
    roster = counted / "communities/brighton/roster.yaml"
    text = roster.read_text("utf-8")
    roster.write_text(text.replace("sector: Voluntary Sector", "sector: Churches", 7), "utf-8")

    copkit("brief", "build", "-f", "md", "-C", counted)

    assert "Voluntary Sector,9," in before
    assert "Voluntary Sector,1–4," in sectors.read_text("utf-8")


def test_the_register_of_a_community_that_is_gone_goes(write: Write, copkit: Copkit) -> None:
    write("communities/harbour/meetings/2026-01-05.md", "---\ndate: 2026-01-05\n---\n")
    folder = write("communities/harbour/roster.yaml", "members: []\n")
    assert copkit("attendance", "build", "-C", folder).status == 0
    registers = folder / "build/attendance/registers"
    assert (registers / "harbour/register.html").exists()
    (folder / "communities/harbour").rename(folder / "communities/quay")

    result = copkit("attendance", "build", "-f", "md", "-C", folder)

    assert [path.name for path in registers.iterdir()] == ["quay"]
    assert "register.html: there is no such community any more" in result.stderr
