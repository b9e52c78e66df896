"""Where Qt cannot show a window, the program says so and what to do, before Qt aborts."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from gui import preflight
from gui.preflight import choose_platform, find_obstacle, missing_packages
from tests.program import MAIN, refusal, run_main, without_display

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are Linux's")


def test_without_a_display_the_window_is_refused_with_a_hint():
    sentence = refusal(env=without_display())
    assert "no display" in sentence
    assert "main.py train" in sentence


def test_a_display_that_does_not_answer_is_named():
    sentence = refusal(env=without_display(DISPLAY=":4711"))
    assert ":4711" in sentence or "apt install" in sentence


def test_a_compositor_that_does_not_answer_is_named(tmp_path):
    environment = without_display(WAYLAND_DISPLAY="wayland-9", XDG_RUNTIME_DIR=str(tmp_path))
    if not missing_packages("wayland"):
        assert "wayland-9" in find_obstacle(environment)
        with socket.socket(socket.AF_UNIX) as compositor:
            compositor.bind(str(tmp_path / "wayland-9"))
            compositor.listen()
            assert find_obstacle(environment) is None


@pytest.mark.parametrize("platform", ["nonsense", "wayland", "wayland-egl", "xcb"])
def test_a_platform_that_cannot_be_had_is_refused_before_qt_aborts(platform):
    sentence = refusal(env=without_display(QT_QPA_PLATFORM=platform))
    assert platform in sentence or "cannot be reached" in sentence or "apt install" in sentence


def test_a_picture_of_the_window_needs_no_display(tmp_path, user_folder):
    path = tmp_path / "window.png"
    options = ("--screenshot", path, "--after", 0.1, "--size", "1100x700", "--theme", "dark")
    done = run_main(*options, env=without_display(), timeout=100)
    assert done.returncode == 0, done.stderr
    assert path.read_bytes().startswith(b"\x89PNG")
    assert not list(user_folder.rglob("*.conf")), "a picture must leave no trace in the user's settings"


def test_a_tab_that_is_not_there_is_refused(tmp_path):
    sentence = refusal("--screenshot", tmp_path / "window.png", "--tab", "Kitchen", env=without_display())
    assert "Kitchen" in sentence


def test_a_picture_that_cannot_be_written_is_refused(tmp_path):
    sentence = refusal("--screenshot", tmp_path / "nowhere" / "w.png", "--after", "0", env=without_display())
    assert "nowhere" in sentence


def test_a_missing_library_is_named_with_its_package(tmp_path):
    # A copy of the plugin that cannot find Qt's own libraries stands for a desktop without them.
    plugin = next(Path(PySide6.__file__).parent.rglob("libqxcb.so"), None)
    if plugin is None:
        pytest.skip("this Qt has no X11 plugin")
    (tmp_path / "platforms").mkdir()
    broken = tmp_path / "platforms" / "libqxcb.so"
    shutil.copy(plugin, broken)
    broken.write_bytes(broken.read_bytes().replace(b"libxcb-cursor.so.0", b"libxcb-cursed.so.0"))
    script = (
        "import sys; from gui import preflight\n"
        "preflight._LIBRARIES['xcb']['libxcb-cursed.so.0'] = 'libxcb-cursed0'\n"
        "import PySide6.QtCore as core\n"
        "core.QLibraryInfo.path = staticmethod(lambda location: sys.argv[1])\n"
        "print(preflight.find_obstacle({'DISPLAY': ':0'}))"
    )
    environment = os.environ | {"LD_LIBRARY_PATH": str(plugin.parents[2] / "lib")}
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, cwd=MAIN.parent, env=environment, capture_output=True, text=True)
    assert "libxcb-cursed.so.0" in done.stdout
    assert "sudo apt install" in done.stdout
    assert "libxcb-cursed0" in done.stdout


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({}, None),
        ({"DISPLAY": ""}, None),
        ({"DISPLAY": ":0"}, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "xcb"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "offscreen"),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":0"}, "xcb"),
        ({"QT_QPA_PLATFORM": "wayland-egl;xcb", "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, "vnc"),
    ],
)
def test_the_environment_decides_where_qt_draws(environment, platform):
    assert choose_platform(environment) == platform


def test_every_library_that_qt_takes_from_the_desktop_has_its_package():
    if shutil.which("readelf") is None:
        pytest.skip("readelf is not installed")
    folder = Path(PySide6.__file__).parent / "Qt"
    own = {path.name for path in folder.rglob("*.so*")}
    known = preflight._EVERYWHERE | preflight._FOR_X11 | preflight._FOR_WAYLAND
    basic = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1", "libzstd.so.1", "libdl.so.2"}
    libraries = [folder / "lib" / f"libQt6{name}.so.6" for name in ("Core", "Gui", "Widgets", "Svg", "DBus", "XcbQpa")]
    plugins = [*folder.glob("plugins/platforms/libq[xow][cfa]*.so"), *folder.glob("plugins/xcbglintegrations/*.so")]
    for file in [*(library for library in libraries if library.exists()), *plugins]:
        listed = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
        needed = {line.split("[")[1].rstrip("]") for line in listed.splitlines() if "(NEEDED)" in line}
        assert not {name for name in needed - own - basic - set(known) if not name.startswith("ld-linux")}, file.name


def test_what_comes_with_another_package_is_not_asked_for(monkeypatch):
    monkeypatch.setattr(preflight, "_loads", lambda library: False)
    named = missing_packages("xcb")
    assert len(named) == 10
    brought = {package for bringer in named for package in preflight._BRINGS.get(bringer, ())}
    assert not brought & set(named)
    assert brought | set(named) >= set(preflight._LIBRARIES["xcb"].values())


def test_a_library_that_a_bundle_brings_along_is_not_missing(monkeypatch, tmp_path):
    (tmp_path / "libnowhere.so.7").touch()
    monkeypatch.setitem(preflight._LIBRARIES["xcb"], "libnowhere.so.7", "libnowhere7")
    assert "libnowhere7" in missing_packages("xcb")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert "libnowhere7" not in missing_packages("xcb")


def test_a_machine_without_fonts_is_told_so(tmp_path):
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><dir>{tmp_path / 'none'}</dir></fontconfig>")
    options = ("--screenshot", tmp_path / "window.png", "--after", "0")
    done = run_main(*options, env=without_display(FONTCONFIG_FILE=str(tmp_path / "fonts.conf")))
    assert done.returncode == 0
    assert "no fonts" in done.stderr
    assert "fonts-dejavu-core" in done.stderr


def test_the_makefile_gets_package_names_and_nothing_else():
    done = subprocess.run([sys.executable, "-m", "gui.preflight"], cwd=MAIN.parent, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.split() == missing_packages()
