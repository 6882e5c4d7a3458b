"""What a record says: faults of YAML, types, readers, encodings, and texts that take long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write, cpu_at_most
from tests.documents.files import said_in
from tests.hostile.attacks import CARD, attacks, require_calm

ISSUE = "---\ntitle: January\nfrom: 2026-01-01\nuntil: 2026-01-31\naudience: {}\n---\n\nHello.\n"
BRIEF = (
    "---\ntitle: Brief\nfrom: 2026-01-01\nuntil: 2026-01-31\naddressee: Board\nask: Act\n"
    "audience: commissioners\n---\n"
)


@attacks("yaml")
@pytest.mark.parametrize(
    "file", ["copkit.yaml", "communities/harbour/roster.yaml", "evidence/a.md"]
)
def test_broken_yaml_is_refused_with_its_place_and_at_once(
    copkit: Copkit, write: Write, attack: str, file: str
) -> None:
    folder = write(file, f"---\n{attack}\n---\n" if file.endswith(".md") else attack)

    for _ in cpu_at_most(1):
        result = copkit("check", "-C", folder)

    assert result.status == 1
    assert re.search(rf"^{re.escape(file)}:\d+:\d+: ", result.stdout, re.MULTILINE)
    require_calm(result)
    assert not (folder / "canary").exists()


@attacks("yaml-type")
def test_a_value_stays_text_or_is_refused(copkit: Copkit, write: Write, attack: str) -> None:
    key, _, value = attack.partition(": ")
    folder = write("evidence/a.md", CARD.replace("---\n\n", f"{attack}\n---\n\n", 1))
    refused = copkit("check", "-C", folder)
    write("evidence/a.md", CARD.replace("A card", value))

    shown = copkit("show", "a", "--json", "-C", folder)

    assert refused.status == 1
    assert f"evidence/a.md:4:1: there is no field '{key}' here" in refused.stdout
    require_calm(refused)
    require_calm(shown)
    assert f'"title": "{value}"' in shown.stdout or shown.status == 1


def built(copkit: Copkit, folder: Path) -> str:
    """Build all that goes to people outside, as far as it can be, and give it with what is said."""
    said = [
        copkit("newsletter", "build", "wide", "-C", folder),
        copkit("newsletter", "build", "wide", "--for", "commissioners", "-C", folder),
        copkit("newsletter", "build", "near", "--for", "public", "-C", folder),
        copkit("newsletter", "build", "near", "--for", "commissioners", "-C", folder),
        copkit("brief", "build", "-C", folder),
    ]
    for result in said:
        require_calm(result)
    files = [path for path in sorted((folder / "build").rglob("*")) if path.is_file()]
    return "\n".join([*map(said_in, files), *(result.stdout for result in said)])


def for_everybody(write: Write, audience: str, attacked: str) -> Path:
    """Write newsletters, a brief and a case; the readers of one of them are as given."""
    of = dict.fromkeys(("case", "issue"), "audience: members") | {attacked: audience}
    near = ISSUE.replace("audience: {}", of["issue"]).replace("Hello", "Canary")
    write("newsletters/wide.md", ISSUE.format("public"))
    write("newsletters/near.md", near)
    write("briefs/brief.md", BRIEF)
    write("communities/harbour/meetings/2026-01-14.md", "---\ndate: 2026-01-14\n---\n")
    return write(
        "communities/harbour/cases/one.md",
        f"---\ntitle: Canary\nkind: challenging\nstatus: written-up\npresented: 2026-01-14\n"
        f"{of['case']}\n---\n\n## Learning for practice\n\nCanary\n",
    )


@attacks("audience")
@pytest.mark.parametrize("attacked", ["case", "issue"])
def test_readers_that_are_not_named_exactly_see_nothing(
    copkit: Copkit, write: Write, attack: str, attacked: str
) -> None:
    folder = for_everybody(write, attack, attacked)

    assert "Canary" not in built(copkit, folder)
    require_calm(copkit("check", "-C", folder))


def test_readers_that_are_named_exactly_do_see_it(copkit: Copkit, write: Write) -> None:
    folder = for_everybody(write, "audience: public", "issue")

    assert built(copkit, folder).count("Canary") > 3


@attacks("redos")
def test_a_long_monotonous_text_is_checked_in_two_seconds(
    copkit: Copkit, write: Write, attack: str
) -> None:
    for text in (f"{CARD}\n{attack}\n", CARD.replace("A card", f'"{attack}"')):
        folder = write("evidence/a.md", text)
        for _ in cpu_at_most(2):
            result = copkit("check", "-C", folder)

        require_calm(result)


@pytest.mark.slow
@attacks("slow-markdown")
def test_markdown_made_to_be_slow_is_built_or_its_record_is_named(
    copkit: Copkit, write: Write, attack: str
) -> None:
    folder = write("newsletters/wide.md", f"{ISSUE.format('public')}\n{attack}\n")

    for _ in cpu_at_most(8):
        result = copkit("newsletter", "build", "-C", folder)

    require_calm(result)
    assert bool(result.status) == (len(attack) >= 100_000)
    if result.status:
        assert re.match(r"newsletters/wide\.md:\d+:\d+: .*100,000 characters", result.stderr)
        assert not (folder / "build").exists()
    assert "template" not in result.output
    assert "nested" not in result.output


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (CARD.encode("utf-16"), r"a\.md:1:1: .*UTF-16"),
        (CARD.encode("utf-16-be"), r"a\.md:1:\d+: "),
        (CARD.replace("Words", "caf\xe9").encode("cp1252"), r"a\.md:8:4: .*0xE9"),
        (b"\x00" * 5000, r"a\.md:1:1: "),
        (b"\x7fELF\x02\x01\xff\xfe", r"a\.md:1:\d+: "),
    ],
)
def test_what_is_not_utf8_is_refused_with_a_way_to_save_it(
    copkit: Copkit, write: Write, data: bytes, said: str
) -> None:
    folder = write("evidence/a.md", data)

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert re.match(rf"evidence/{said}", result.stdout)
    require_calm(result)
