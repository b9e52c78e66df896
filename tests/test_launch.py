"""However the program is started, it finds its packages or says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import MAIN

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for uv and Python are shell scripts")

ECHO = '#!/bin/sh\necho "$0 $*"\n'
BARE = (sys.executable, "-S", "-E")
"""A Python that has none of the packages."""


@pytest.fixture
def checkout(tmp_path) -> Path:
    """The few files that run before any package is needed, in a folder with a space in its name."""
    folder = tmp_path / "my program"
    (folder / "core" / "system").mkdir(parents=True)
    for name in ("main.py", "core/__init__.py", "core/system/__init__.py", "core/system/launch.py"):
        shutil.copy(MAIN.parent / name, folder / name)
    return folder


def put_program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ECHO)
    path.chmod(0o755)


def start(
    main: Path, *arguments: str, path: Path | str = "/nonexistent", **more: str
) -> subprocess.CompletedProcess[str]:
    """Start main.py from elsewhere, by a Python without packages."""
    environment = {"PATH": str(path), "HOME": str(main.parent)} | more
    return subprocess.run([*BARE, main, *arguments], cwd="/", env=environment, capture_output=True, text=True)


def test_with_nothing_there_it_says_what_to_install(checkout):
    done = start(checkout / "main.py")
    assert done.returncode == 2
    assert "Install uv" in done.stderr
    assert "uv run main.py" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_environment_beside_it_is_used(checkout):
    put_program(checkout / ".venv" / "bin" / "python")
    done = start(checkout / "main.py", "train", "--out", "two words.npz")
    assert done.returncode == 0
    assert done.stdout == f"{checkout}/.venv/bin/python {checkout}/main.py train --out two words.npz\n"


def test_uv_makes_the_environment_where_it_is_installed(checkout, tmp_path):
    put_program(tmp_path / "bin" / "uv")
    put_program(checkout / ".venv" / "bin" / "python")
    done = start(checkout / "main.py", "--theme", "dark", path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert done.stdout == f"{tmp_path}/bin/uv run --project {checkout} python {checkout}/main.py --theme dark\n"


def test_an_environment_that_lacks_packages_does_not_start_itself_for_ever(checkout):
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {" ".join(BARE)} "$@"\n')
    python.chmod(0o755)
    done = start(checkout / "main.py")
    assert done.returncode == 2
    assert "Install uv" in done.stderr


def test_the_real_program_starts_from_anywhere_by_any_python(tmp_path):
    if not (MAIN.parent / ".venv").is_dir():
        pytest.skip("no .venv in the checkout")
    done = start(MAIN, "evaluate", "nowhere", HOME=str(tmp_path))
    assert done.returncode == 2
    assert "no model nowhere" in done.stderr


def test_main_is_executable_and_names_its_interpreter():
    assert os.access(MAIN, os.X_OK)
    assert MAIN.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3\n")
