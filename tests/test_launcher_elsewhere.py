"""The entries that Windows and macOS get, as far as they can be looked at on another system.

What writes the shortcut on Windows is PowerShell; a script in its place notes what it is asked for.
"""

import os
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import IcnsImagePlugin, IcoImagePlugin, Image

from core.system import launcher
from core.system.launcher import LauncherError, install_launcher, remove_launcher, start_command
from tests.program import MAIN

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for PowerShell is a shell script")

ICONS = MAIN.parent / "resources" / "icons"
POWERSHELL = """#!/bin/sh
printf '%s\\n' "$ENTRY_PATH" "$ENTRY_TARGET" "$ENTRY_WORDS" "$ENTRY_ICON" "$ENTRY_COMMENT" > "$ENTRY_PATH"
printf '%s' "$4" > "$ENTRY_PATH.script"
"""


@pytest.fixture
def on_macos(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(launcher.sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def powershell(monkeypatch, tmp_path) -> Path:
    """Windows with a home folder, and a stand-in for its PowerShell."""
    monkeypatch.setattr(launcher.sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    program = tmp_path / "bin" / "powershell"
    program.parent.mkdir()
    program.write_text(POWERSHELL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_on_macos_it_is_an_application_that_starts_the_program(on_macos, tmp_path):
    folder = tmp_path / "my programs"
    folder.mkdir()
    script = folder / "it's.py"
    script.write_text("import sys; print(sys.argv[1:])")
    path = install_launcher([sys.executable, str(script)], ICONS)
    assert path == tmp_path / "Applications" / "MNIST_ANN.app"
    told = plistlib.loads((path / "Contents" / "Info.plist").read_bytes())
    program = path / "Contents" / "MacOS" / told["CFBundleExecutable"]
    assert subprocess.check_output([program, "two words"], text=True) == "['two words']\n"
    assert [kind["CFBundleTypeExtensions"] for kind in told["CFBundleDocumentTypes"]] == [["mnistann"]]


def test_on_macos_its_icon_is_of_the_kind_that_applications_have(on_macos):
    path = install_launcher(["/usr/bin/true"], ICONS)
    told = plistlib.loads((path / "Contents" / "Info.plist").read_bytes())
    with Image.open(path / "Contents" / "Resources" / told["CFBundleIconFile"]) as icon:
        assert isinstance(icon, IcnsImagePlugin.IcnsImageFile)
        assert (512, 512, 1) in icon.info["sizes"]


def test_on_macos_it_goes_without_a_trace(on_macos, tmp_path):
    for _ in range(2):
        path = install_launcher(["/usr/bin/true"], ICONS)
    assert remove_launcher() == path
    assert files_in(tmp_path) == []
    assert remove_launcher() is None


def test_on_windows_the_shortcut_names_the_program_and_its_words(powershell):
    path = install_launcher(["C:\\Program Files\\pythonw.exe", "C:\\a b\\main.py"], ICONS)
    assert path.parts[-5:] == ("Microsoft", "Windows", "Start Menu", "Programs", "MNIST_ANN.lnk")
    where, target, words, icon, comment = path.read_text().splitlines()
    assert (where, target) == (str(path), "C:\\Program Files\\pythonw.exe")
    assert words == '"C:\\a b\\main.py"'
    assert comment == launcher.COMMENT
    with Image.open(icon) as image:
        assert isinstance(image, IcoImagePlugin.IcoImageFile)
        assert {(16, 16), (256, 256)} <= image.info["sizes"]
    # Nothing of the paths is in what PowerShell reads as its language.
    assert "a b" not in path.with_name("MNIST_ANN.lnk.script").read_text()


def test_on_windows_it_goes_without_a_trace(powershell, tmp_path):
    path = install_launcher(["pythonw.exe"], ICONS)
    path.with_name("MNIST_ANN.lnk.script").unlink()
    assert remove_launcher() == path
    assert files_in(tmp_path) == [powershell]


def test_a_refusal_of_windows_is_one_sentence(powershell):
    powershell.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(LauncherError, match=r"double click on main\.py"):
        install_launcher(["pythonw.exe"], ICONS)


def test_a_windows_without_powershell_is_one_sentence(powershell, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(LauncherError, match="cannot be written"):
        install_launcher(["pythonw.exe"], ICONS)


def test_on_windows_the_python_without_a_console_is_taken(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert start_command(MAIN) == [str(tmp_path / "python.exe"), str(MAIN)]
    (tmp_path / "pythonw.exe").touch()
    assert start_command(MAIN) == [str(tmp_path / "pythonw.exe"), str(MAIN)]


def test_a_bundle_is_started_by_its_own_file(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/mnist_ann/MNIST_ANN")
    monkeypatch.delenv("APPIMAGE", raising=False)
    assert start_command(MAIN) == ["/opt/mnist_ann/MNIST_ANN"]
    # An AppImage's folder is there only while it runs.
    monkeypatch.setenv("APPIMAGE", "/home/me/mnist-ann.AppImage")
    assert start_command(MAIN) == ["/home/me/mnist-ann.AppImage"]
