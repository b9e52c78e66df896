"""The entry in the desktop's menu: what it says is what starts the program, and it goes without a trace."""

import os
import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.system.launcher import desktop_entry
from tests.program import MAIN, run_main

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the menu entry of Linux")


def exec_words(entry: str) -> list[str]:
    """Take Exec apart as a desktop does: escapes of the file first, then the quotes."""
    parser = RawConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(entry)
    line = parser["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    assert line.endswith(" %f")
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in quoted]


@pytest.fixture
def home(tmp_path) -> dict[str, str]:
    folder = tmp_path / "ho me"
    folder.mkdir()
    return {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def own_files_in(home: dict[str, str]) -> list[str]:
    """Return the program's own files, without the lists that the desktop makes of them."""
    return [name for name in files_in(Path(home["XDG_DATA_HOME"])) if name.startswith("mnist_ann")]


def test_a_desktop_is_told_of_projects(home):
    run_main("--install-launcher", env=home)
    data = Path(home["XDG_DATA_HOME"])
    entry = (data / "applications" / "mnist_ann.desktop").read_text(encoding="utf-8")
    kind = ElementTree.parse(data / "mime" / "packages" / "mnist_ann.xml").getroot()[0]
    assert f"MimeType={kind.get('type')};" in entry.splitlines()
    assert [child.get("pattern") for child in kind if child.tag.endswith("glob")] == ["*.mnistann"]


def test_the_entry_starts_the_program(home):
    done = run_main("--install-launcher", env=home)
    assert done.returncode == 0, done.stderr
    entry = Path(home["XDG_DATA_HOME"], "applications", "mnist_ann.desktop")
    assert str(entry) in done.stdout
    words = exec_words(entry.read_text(encoding="utf-8"))
    assert words == [sys.executable, str(MAIN)]
    started = subprocess.run([*words, "--help"], capture_output=True, text=True, cwd="/", env=home)
    assert started.returncode == 0
    assert "Watch a neural network" in started.stdout


def test_the_entry_has_its_icon_and_goes_without_a_trace(home):
    run_main("--install-launcher", env=home)
    assert own_files_in(home) == ["mnist_ann.desktop", "mnist_ann.png", "mnist_ann.svg", "mnist_ann.xml"]
    assert run_main("--remove-launcher", env=home).returncode == 0
    assert own_files_in(home) == []
    again = run_main("--remove-launcher", env=home)
    assert again.returncode == 0
    assert "no menu entry" in again.stdout


def test_installing_twice_leaves_one_entry(home):
    for _ in range(2):
        assert run_main("--install-launcher", env=home).returncode == 0
    assert len(own_files_in(home)) == 4


def test_a_menu_that_cannot_be_written_is_one_sentence(home, tmp_path):
    Path(home["XDG_DATA_HOME"]).write_text("a file where the folder should be")
    done = run_main("--install-launcher", env=home)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("word", ["two words", "100%", "dollar$HOME", 'quote"', "back\\slash", "tick`s`"])
def test_no_letter_of_a_path_is_lost(word):
    assert exec_words(desktop_entry([word, "main.py"])) == [word, "main.py"]


def test_the_entry_keeps_to_the_specification(tmp_path):
    validator = shutil.which("desktop-file-validate")
    if validator is None:
        pytest.skip("desktop-file-validate is not installed")
    path = tmp_path / "mnist_ann.desktop"
    path.write_text(desktop_entry(["/some where/python", "main.py"]), encoding="utf-8")
    done = subprocess.run([validator, path], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
