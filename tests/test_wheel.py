"""The wheel holds all that copkit needs, wherever it is installed."""

from __future__ import annotations

import os
import subprocess
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT


def call(*args: object, cwd: Path) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        list(map(str, args)),
        cwd=cwd,
        env={**env, "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with nothing but pip, which that of the tests may lack."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, scripts: Path) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [scripts / "python", "-m", "pip", "wheel", "-q", "--no-deps"]
    call(*pip, "-w", folder, CHECKOUT, cwd=folder)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_templates_and_example_and_nothing_private(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "copkit/templates/newsletter.html" in names
    assert "copkit/examples/multiple-needs/copkit.yaml" in names
    assert "copkit/examples/multiple-needs/.copkit/schema/case.json" in names
    assert "copkit/py.typed" in names
    strays = [name for name in names if "/build/" in name or "/private/" in name or ".pyc" in name]
    assert not strays
    assert all(name.startswith(("copkit/", "copkit-")) for name in names)


@pytest.mark.slow
def test_an_installed_copkit_runs_the_demo_elsewhere(
    wheel: Path, scripts: Path, tmp_path: Path
) -> None:
    call(scripts / "python", "-m", "pip", "install", "-q", "--no-compile", wheel, cwd=tmp_path)

    printed = call(scripts / "copkit", "demo", cwd=tmp_path)

    assert "N=54 excluding 22 Ys" in printed
    demo = tmp_path / "copkit-demo"
    assert (demo / "build/briefs/winter-2012/brief.html").is_file()
    assert len(list(demo.glob("build/newsletters/*/*/newsletter.html"))) == 3
    assert "no problem found" in call(scripts / "copkit", "check", "-C", demo, cwd=tmp_path)
