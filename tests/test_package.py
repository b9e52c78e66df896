"""The package that is installed elsewhere is the whole program, in one folder of its own."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.version import VERSION
from tests.program import MAIN


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """Build the wheel and unpack it, which is all that installing it does."""
    folder = tmp_path_factory.mktemp("package")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=MAIN.parent, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "mnist_ann", *arguments],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
    )


def test_it_is_one_package_beside_its_metadata(package):
    assert [path.name for path in package.iterdir() if not path.name.endswith(".dist-info")] == ["mnist_ann"]
    assert not [path for path in package.rglob("*") if path.suffix == ".pyc" or path.name == "tests"]


def test_its_version_is_the_programs(package):
    (metadata,) = package.glob("*.dist-info/METADATA")
    assert f"Version: {VERSION}" in metadata.read_text(encoding="utf-8").splitlines()


def test_its_command_is_the_one_that_pyproject_names(package):
    (points,) = package.glob("*.dist-info/entry_points.txt")
    assert "mnist_ann = mnist_ann:run" in points.read_text(encoding="utf-8")


def test_it_trains(package):
    done = run(package, "train", "--train-data", "builtin", "--iterations", "20", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["updates"] == 20


def test_it_calls_itself_by_the_name_of_its_command(package):
    assert run(package, "--help").stdout.startswith("usage: mnist_ann ")


def test_it_opens_its_window(package, tmp_path):
    picture = tmp_path / "window.png"
    done = run(package, "--screenshot", str(picture), "--after", "0.1")
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_it_brings_what_the_window_of_help_shows(package):
    for name in ("docs/words.md", "docs/window.md", "docs/lessons.md", "README.md", "LICENSE"):
        assert (package / "mnist_ann" / name).read_text("utf-8") == (MAIN.parent / name).read_text("utf-8")
