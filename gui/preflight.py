"""Can Qt show a window here? Asked before Qt starts, because Qt answers "no" by aborting the process.

Qt brings its own libraries along, but uses the desktop's for OpenGL, fonts and X11. A bare Debian lacks some of them.
This file needs nothing but Python, so that ``python -m gui.preflight`` can also tell the Makefile what to install.
"""

import ctypes
import importlib
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from core.system.program_name import program_name

_EVERYWHERE = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_FOR_X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_FOR_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
_BRINGS = {
    "libegl1": (
        "libwayland-client0",
        "libx11-6",
        "libx11-xcb1",
        "libxcb-randr0",
        "libxcb-sync1",
        "libxcb-xfixes0",
        "libxcb1",
    ),
    "libfontconfig1": ("libfreetype6",),
    "libgl1": ("libx11-6", "libx11-xcb1", "libxcb-glx0", "libxcb-shm0", "libxcb-sync1", "libxcb-xfixes0", "libxcb1"),
    "libxcb-cursor0": ("libxcb-image0", "libxcb-render-util0", "libxcb-render0", "libxcb-shm0", "libxcb-util1"),
    "libxkbcommon-x11-0": ("libxcb-xkb1", "libxkbcommon0"),
}
"""What Debian installs with a package, as its own dependency or theirs: that need not be asked for."""

_VARIABLES = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
_LIBRARIES = {"xcb": _EVERYWHERE | _FOR_X11, "wayland": _EVERYWHERE | _FOR_WAYLAND}


def find_obstacle(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return why Qt could not show a window here and what to do, in a sentence or two; None where it can.

    Parameters
    ----------
    environment : mapping of str to str
        Environment variables; DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM decide where Qt draws.
    """
    if not sys.platform.startswith("linux"):
        return None
    platform = choose_platform(environment)
    if platform is None:
        return (
            "There is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. Start the program "
            f"from a desktop session, or train without a window: {program_name()} train --help."
        )
    problem = _load_qt(platform)
    if problem is not None:
        packages = missing_packages(platform)
        remedy = f" On Debian or Ubuntu: sudo apt install {' '.join(packages)}" if packages else ""
        return f"A library that Qt needs is missing ({problem}).{remedy}"
    if platform == "xcb" and not _reaches_x11(environment.get("DISPLAY", "")):
        return f"The display {environment.get('DISPLAY', '')!r} that DISPLAY names cannot be reached. Is it running?"
    if platform == "wayland" and not _reaches_wayland(environment):
        return f"The display {environment.get('WAYLAND_DISPLAY', '')!r} that WAYLAND_DISPLAY names cannot be reached."
    return None


def choose_platform(environment: Mapping[str, str]) -> str | None:
    """Return the name of the Qt platform plugin that will be used, None where there is no display for any."""
    asked = [name.split(":")[0] for name in environment.get("QT_QPA_PLATFORM", "").split(";")]
    # One plugin goes by several names, such as wayland-egl.
    asked = ["wayland" if name.startswith("wayland-") else name for name in asked if name]
    if asked:
        # Qt takes the next where the first has no display.
        reachable = [name for name in asked if name not in _VARIABLES or environment.get(_VARIABLES[name])]
        return (reachable or asked)[0]
    if environment.get("DISPLAY"):
        return "xcb"
    return "wayland" if environment.get("WAYLAND_DISPLAY") else None


def missing_packages(platform: str = "xcb") -> list[str]:
    """Return the Debian packages to install for a platform plugin, in alphabetical order; the others come with them."""
    libraries = _LIBRARIES.get(platform, _EVERYWHERE)
    missing = {package for library, package in libraries.items() if not _loads(library)}
    return sorted(missing.difference(*(_BRINGS.get(package, ()) for package in missing)))


def _load_qt(platform: str) -> str | None:
    """Load what Qt will load: its libraries, then the platform plugin; return what went wrong.

    Asking the very files is exact wherever Qt comes from; the table above only turns the answer into package names.
    """
    try:
        core = importlib.import_module("PySide6.QtCore")
        importlib.import_module("PySide6.QtWidgets")
        plugins = Path(core.QLibraryInfo.path(core.QLibraryInfo.LibraryPath.PluginsPath))
        plugin = plugins / "platforms" / f"libq{platform}.so"
        if plugin.exists():
            ctypes.CDLL(str(plugin))
        elif plugin.parent.is_dir():
            return f"this Qt has no {plugin.name} for {platform!r}, which QT_QPA_PLATFORM asks for"
    except (ImportError, OSError) as error:
        return str(error)
    return None


def _loads(library: str) -> bool:
    """Tell whether the system has a library, or a bundle brings it along."""
    if Path(getattr(sys, "_MEIPASS", "/nowhere"), library).exists():
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _reaches_x11(display: str) -> bool:
    """Tell whether an X server answers."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode() or None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def _reaches_wayland(environment: Mapping[str, str]) -> bool:
    """Tell whether a compositor listens; WAYLAND_DISPLAY is a path or a name in the user's runtime folder."""
    address = Path(environment.get("XDG_RUNTIME_DIR", "/"), environment.get("WAYLAND_DISPLAY", ""))
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(address))
    except OSError:
        return False
    return True


if __name__ == "__main__" and sys.platform.startswith("linux"):
    sys.stdout.write(" ".join(missing_packages()) + "\n")
