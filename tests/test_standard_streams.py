"""What is said reaches a person, whatever streams, code pages and libraries the program was started with."""

import os
import subprocess
import sys

import pytest

from core.system import launch, standard_streams
from core.system.launch import spare_children
from core.system.standard_streams import _dialog_command
from tests.program import MAIN


def run_without_streams(*arguments: str) -> int:
    """Run main.py as pythonw does, where no stream exists, and return its exit code."""
    script = (
        "import runpy, sys\n"
        "sys.stdin = sys.stdout = sys.stderr = None\n"
        f"sys.argv = {[str(MAIN), *arguments]!r}\n"
        f"sys.path.insert(0, {str(MAIN.parent)!r})\n"
        f"runpy.run_path({str(MAIN)!r}, run_name='__main__')"
    )
    # Without a display, no box asks to be closed.
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run([sys.executable, "-c", script], env=environment).returncode


def test_without_streams_the_commands_work(tmp_path):
    options = ("--train-data", "builtin", "--iterations", "3", "--json", "--out", str(tmp_path / "network.npz"))
    assert run_without_streams("train", *options) == 0
    assert (tmp_path / "network.npz").exists()


@pytest.mark.parametrize("arguments", [("evaluate", "nowhere.npz"), ("--nonsense",), ("nowhere.npz",)])
def test_without_streams_a_refusal_is_an_exit_code(arguments):
    assert run_without_streams(*arguments) == 2


@pytest.mark.parametrize(("before", "after"), [("/mine", "/mine"), (None, "none")])
def test_what_a_bundle_starts_does_not_get_its_libraries(before, after, monkeypatch):
    monkeypatch.setattr(launch.sys, "frozen", True, raising=False)
    # PyInstaller's loader names the bundle's folder, and keeps what was there before under the other name.
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/mnist_ann/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    spare_children()
    ask = "import os; print(os.environ.get('LD_LIBRARY_PATH', 'none'))"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True).strip() == after


def test_outside_a_bundle_the_libraries_are_the_users(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    spare_children()
    assert os.environ["LD_LIBRARY_PATH"] == "/mine"


def test_on_macos_the_sentence_is_no_part_of_the_script(monkeypatch):
    monkeypatch.setattr(standard_streams.sys, "platform", "darwin")
    sentence = 'It says "no" & quit'
    program, *script, last = _dialog_command(sentence)
    assert (program, last) == ("osascript", sentence)
    assert script[::2] == ["-e"] * 3
    assert sentence not in " ".join(script)
    assert script[1] == "on run argv"
