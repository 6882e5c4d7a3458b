"""The forms that documents come in, where a package for one of them is missing."""

from __future__ import annotations

import pytest

from copkit.documents import formats
from tests.conftest import Copkit, Write

BRIEF = "---\ntitle: B\nfrom: 2026-01-01\nuntil: 2026-01-31\naddressee: A\nask: b\n---\n"


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_form_without_its_package_is_left_out_and_whoever_names_it_is_told_how_to_get_it(
    write: Write, copkit: Copkit, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(formats, "EXTRAS", {form: ("no_such_package", form)})
    folder = write("briefs/b.md", BRIEF)

    named = copkit("brief", "build", "--format", f"html,{form}", "-C", folder)

    assert named.status == 1
    assert f"{form} needs a package" in named.stderr
    assert f"-m pip install '.[{form}]'" in named.stderr
    assert not (folder / "build").exists()
    usual = copkit("brief", "build", "-C", folder)
    assert usual.status == 0
    assert f"packages for it are missing: {form}" in usual.stderr
    assert (folder / "build/briefs/b/brief.html").exists()
    assert not list(folder.rglob(f"*.{form}"))
