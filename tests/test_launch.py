"""However the program is started, it finds its packages or says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from core.system.launch import ensure_environment
from core.system.standard_streams import has_terminal
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
    system = ("__init__.py", "launch.py", "standard_streams.py")
    for name in ("main.py", "core/__init__.py", *(f"core/system/{file}" for file in system)):
        shutil.copy(MAIN.parent / name, folder / name)
    return folder


def put_program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ECHO)
    path.chmod(0o755)


def put_uv(path: Path, checkout: Path, *, completes: bool = True) -> None:
    """Put a uv there that notes each call, and whose ``sync`` makes an environment that has the packages."""
    put_program(path)
    python = checkout / ".venv" / "bin" / "python"
    script = f'echo "$1" >> "{checkout}/synced"'
    if completes:
        echo = ECHO.replace("\n", "\\n", 1).strip()
        script += f'; mkdir -p "{python.parent}"; printf \'{echo}\' > "{python}"; chmod +x "{python}"'
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")


def put_broken_uv(checkout: Path) -> None:
    uv = checkout / "build" / "uv" / "bin" / "uv"
    put_program(uv)
    uv.write_text("#!/bin/sh\necho no route to host >&2\nexit 2\n")


def put_environment(checkout: Path) -> Path:
    """Put a .venv into the checkout, return the folder of its packages."""
    put_program(checkout / ".venv" / "bin" / "python")
    libraries = checkout / ".venv" / "lib" / "python3.11" / "site-packages"
    libraries.mkdir(parents=True)
    return libraries


def put_bare_environment(checkout: Path) -> None:
    put_environment(checkout)
    (checkout / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec {" ".join(BARE)} "$@"\n')


def started(checkout: Path) -> str:
    """Start main.py and return the command by which it started itself again."""
    return start(checkout / "main.py").stdout.splitlines()[-1]


def start(
    main: Path, *arguments: str, path: Path | str = "/nonexistent", **more: str
) -> subprocess.CompletedProcess[str]:
    """Start main.py from elsewhere, by a Python without packages."""
    environment = {"PATH": str(path), "HOME": str(main.parent)} | more
    return subprocess.run(
        [*BARE, main, *arguments], cwd="/", env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def test_with_nothing_there_it_says_what_to_install(checkout):
    done = start(checkout / "main.py")
    assert done.returncode == 2
    assert "Install uv" in done.stderr
    assert "uv run main.py" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_uv_is_found_where_its_installer_puts_it(checkout):
    put_uv(checkout / ".local" / "bin" / "uv", checkout)
    assert started(checkout) == f"{checkout}/.venv/bin/python {checkout}/main.py"


def test_uv_is_found_where_make_puts_it(checkout):
    put_uv(checkout / "build" / "uv" / "bin" / "uv", checkout)
    assert started(checkout) == f"{checkout}/.venv/bin/python {checkout}/main.py"


def test_packages_that_cannot_be_installed_are_told_of_with_the_reason(checkout):
    put_broken_uv(checkout)
    done = start(checkout / "main.py")
    assert done.returncode == 2
    assert "cannot be installed" in done.stderr
    assert "no route to host" in done.stderr


def test_a_start_without_a_terminal_shows_the_refusal_in_a_box(checkout, tmp_path):
    box = tmp_path / "bin" / "zenity"
    shown = tmp_path / "shown"
    put_program(box)
    box.write_text(
        f'#!/bin/sh\nfor word; do last=$word; done\necho "$last" > "{shown}.part"; mv "{shown}.part" "{shown}"\n'
    )
    start(checkout / "main.py", path=f"{tmp_path / 'bin'}:/usr/bin:/bin", DISPLAY=":4711")
    deadline = monotonic() + 60
    while not shown.exists() and monotonic() < deadline:
        sleep(0.01)
    assert "Install uv" in shown.read_text()


def test_the_environment_beside_it_is_used(checkout):
    put_program(checkout / ".venv" / "bin" / "python")
    done = start(checkout / "main.py", "train", "--out", "two words.npz")
    assert done.returncode == 0
    assert done.stdout == f"{checkout}/.venv/bin/python {checkout}/main.py train --out two words.npz\n"


def test_uv_on_the_path_makes_the_environment(checkout, tmp_path):
    put_uv(tmp_path / "bin" / "uv", checkout)
    done = start(checkout / "main.py", "--theme", "dark", path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert done.stdout.splitlines()[-1] == f"{checkout}/.venv/bin/python {checkout}/main.py --theme dark"


def test_an_environment_that_is_there_is_used_without_uv_which_may_want_the_network(checkout):
    (checkout / "pyproject.toml").touch()
    put_environment(checkout)
    put_broken_uv(checkout)
    assert started(checkout) == f"{checkout}/.venv/bin/python {checkout}/main.py"


def test_after_an_update_uv_installs_what_is_new_once(checkout):
    put_uv(checkout / "build" / "uv" / "bin" / "uv", checkout)
    os.utime(put_environment(checkout), (0, 0))
    (checkout / "pyproject.toml").touch()
    start(checkout / "main.py")
    start(checkout / "main.py")
    assert (checkout / "synced").read_text() == "sync\n"


def test_without_a_network_an_update_starts_with_the_packages_that_are_there(checkout):
    put_broken_uv(checkout)
    os.utime(put_environment(checkout), (0, 0))
    (checkout / "pyproject.toml").touch()
    assert started(checkout) == f"{checkout}/.venv/bin/python {checkout}/main.py"


def test_an_environment_that_lacks_packages_does_not_start_itself_for_ever(checkout):
    put_bare_environment(checkout)
    done = start(checkout / "main.py")
    assert done.returncode == 2
    assert "Install uv" in done.stderr


def test_uv_completes_an_environment_that_lacks_packages(checkout):
    put_bare_environment(checkout)
    put_uv(checkout / "build" / "uv" / "bin" / "uv", checkout)
    assert started(checkout) == f"{checkout}/.venv/bin/python {checkout}/main.py"


def test_an_environment_that_uv_cannot_complete_is_told_of(checkout):
    put_bare_environment(checkout)
    put_uv(checkout / "build" / "uv" / "bin" / "uv", checkout, completes=False)
    done = start(checkout / "main.py")
    assert done.returncode == 2
    assert "lacks packages" in done.stderr


def test_the_real_program_starts_from_anywhere_by_any_python(tmp_path):
    if not (MAIN.parent / ".venv").is_dir():
        pytest.skip("no .venv in the checkout")
    done = start(MAIN, "evaluate", "nowhere", HOME=str(tmp_path))
    assert done.returncode == 2
    assert "no model nowhere" in done.stderr


def test_what_is_started_from_the_program_can_start_it_again(monkeypatch):
    monkeypatch.setenv("MNIST_ANN_RESTARTS", "+")
    ensure_environment(MAIN)
    assert "MNIST_ANN_RESTARTS" not in os.environ


def test_main_is_executable_and_names_its_interpreter():
    assert os.access(MAIN, os.X_OK)
    assert MAIN.read_text(encoding="utf-8").startswith("#!/usr/bin/env python3\n")


def test_the_null_device_is_no_terminal_though_windows_takes_it_for_one(monkeypatch):
    master, terminal = os.openpty()
    with os.fdopen(master, "rb"), os.fdopen(terminal, "w") as stream, monkeypatch.context() as patched:
        for name in ("stdin", "stdout", "stderr"):
            patched.setattr(sys, name, None)
        assert not has_terminal()
        patched.setattr(sys, "stderr", stream)
        assert has_terminal()
        patched.setattr(os, "devnull", stream.name)
        assert not has_terminal()
