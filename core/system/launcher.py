"""An entry in the desktop's menu that starts the program by one click, from wherever its folder is.

One file for each system, made from the standard library alone. A ready library was looked at (pyshortcuts): it breaks
at spaces in paths and writes neither the window class, by which a desktop finds the icon of a window, nor a category.

- Linux: ``mnist_ann.desktop``, by the Desktop Entry Specification
  (https://specifications.freedesktop.org/desktop-entry-spec/latest/), and the icon it names.
- Windows: a shortcut in the Start menu, which only Windows itself can write; PowerShell asks it to.
- macOS: a small application in ``~/Applications`` that starts the program.
"""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from core.errors import UserError

NAME = "MNIST_ANN"
APP_ID = "mnist_ann"
"""Name of the entry's file, and what Wayland and Windows call every window of the program."""

PROJECT_TYPE = "application/x-mnist-ann-project"
PROJECT_ENDING = ".mnistann"
"""What a desktop calls a project's file, and how it tells one: a double click on it opens the program."""

COMMENT = "Watch a neural network learn handwritten digits"


class LauncherError(UserError):
    """The menu's folder cannot be written, or the system refuses."""


def start_command(main_file: Path) -> list[str]:
    """Return what starts the program as it runs now: its own file in a bundle, else this Python and main.py."""
    python = Path(sys.executable)
    if getattr(sys, "frozen", False):
        # An AppImage runs out of a folder that is there only while it runs.
        return [os.environ.get("APPIMAGE") or str(python)]
    # python.exe would open a console beside the window.
    without_console = python.with_name("pythonw.exe")
    return [str(without_console if without_console.exists() else python), str(main_file)]


def install_launcher(command: list[str], icons: Path) -> Path:
    """Put an entry into the menu, in place of an older one.

    Parameters
    ----------
    command : list of str
        What starts the program: absolute paths, arguments apart.
    icons : Path
        The folder of the program's icons.

    Returns
    -------
    Path
        The entry.

    Raises
    ------
    LauncherError
        Where that is impossible, with the reason.
    """
    path = _path()
    try:
        if sys.platform == "win32":
            _write_shortcut(path, command, icons)
        elif sys.platform == "darwin":
            _write_application(path, command, icons)
        else:
            _write_desktop_entry(path, command, icons)
    except OSError as error:
        raise LauncherError(f"The menu entry {path} cannot be written: {error.strerror or error}.") from error
    return path


def remove_launcher() -> Path | None:
    """Take the entry out of the menu; return what it was, None where there was none."""
    path = _path()
    if not path.exists():
        return None
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        if sys.platform == "win32":
            _windows_icon().unlink(missing_ok=True)
        elif sys.platform != "darwin":
            for beside in (*_desktop_icons(), _mime_file()):
                beside.unlink(missing_ok=True)
            _tell_of_kinds()
    except OSError as error:
        raise LauncherError(f"The menu entry {path} cannot be removed: {error.strerror or error}.") from error
    return path


def desktop_entry(command: list[str]) -> str:
    """Return the text of a desktop entry that runs a command, which may name a file to open."""
    words = " ".join(map(_quote, command))
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        f"Name={NAME}\n"
        f"Comment={COMMENT}\n"
        f"Exec={words} %f\n"
        f"Icon={APP_ID}\n"
        "Terminal=false\n"
        "Categories=Education;ArtificialIntelligence;\n"
        "Keywords=neural network;MNIST;digits;backpropagation;\n"
        f"MimeType={PROJECT_TYPE};\n"
        f"StartupWMClass={NAME}\n"
        "StartupNotify=true\n"
    )


def mime_description() -> str:
    """Return what tells a Linux desktop of projects: the kind of file, by its ending."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">\n'
        f'  <mime-type type="{PROJECT_TYPE}">\n'
        f"    <comment>{NAME} project</comment>\n"
        f'    <icon name="{APP_ID}"/>\n'
        f'    <glob pattern="*{PROJECT_ENDING}"/>\n'
        "  </mime-type>\n"
        "</mime-info>\n"
    )


def document_types() -> list[dict[str, object]]:
    """Return what tells macOS of projects, for the Info.plist of an application."""
    kind = {"CFBundleTypeExtensions": [PROJECT_ENDING[1:]], "CFBundleTypeName": f"{NAME} project"}
    return [{**kind, "CFBundleTypeRole": "Editor", "LSHandlerRank": "Owner"}]


def _path() -> Path:
    if sys.platform == "win32":
        return Path(os.environ["APPDATA"], "Microsoft", "Windows", "Start Menu", "Programs", f"{NAME}.lnk")
    if sys.platform == "darwin":
        return Path.home() / "Applications" / f"{NAME}.app"
    return _data_home() / "applications" / f"{APP_ID}.desktop"


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _desktop_icons() -> list[Path]:
    """Return where the icons of a desktop entry lie, the one that scales first."""
    theme = _data_home() / "icons" / "hicolor"
    return [theme / "scalable" / "apps" / f"{APP_ID}.svg", theme / "256x256" / "apps" / f"{APP_ID}.png"]


def _windows_icon() -> Path:
    return Path(os.environ["LOCALAPPDATA"], APP_ID, f"{APP_ID}.ico")


def _mime_file() -> Path:
    return _data_home() / "mime" / "packages" / f"{APP_ID}.xml"


def _tell_of_kinds() -> None:
    """Have the desktop look again which kinds of file there are, where it has the programs for that."""
    for program, folder in (("update-mime-database", "mime"), ("update-desktop-database", "applications")):
        command = shutil.which(program)
        if command and (_data_home() / folder).is_dir():
            subprocess.run([command, str(_data_home() / folder)], capture_output=True)


def _write_desktop_entry(path: Path, command: list[str], icons: Path) -> None:
    for source, target in zip((icons / "mnist_ann.svg", icons / "mnist_ann_256.png"), _desktop_icons(), strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(desktop_entry(command), encoding="utf-8")
    # GNOME starts an entry on the desktop only where it may be executed.
    path.chmod(0o755)
    _mime_file().parent.mkdir(parents=True, exist_ok=True)
    _mime_file().write_text(mime_description(), encoding="utf-8")
    _tell_of_kinds()


def _quote(word: str) -> str:
    """Quote an argument as Exec wants it: first by its own rules, then by those of every string of the file."""
    for letter in '\\"`$':
        word = word.replace(letter, "\\" + letter)
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _write_shortcut(path: Path, command: list[str], icons: Path) -> None:
    from PIL import Image

    # Windows shows .ico files alone; one is made from the image that all systems share.
    icon = _windows_icon()
    icon.parent.mkdir(parents=True, exist_ok=True)
    Image.open(icons / "mnist_ann_256.png").save(icon)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {
        "PATH": str(path),
        "TARGET": command[0],
        "WORDS": subprocess.list2cmdline(command[1:]),
        "ICON": str(icon),
        "COMMENT": COMMENT,
    }
    # Paths travel as environment variables, so that nothing in them can be taken for PowerShell.
    script = (
        "$entry = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ENTRY_PATH);"
        "$entry.TargetPath = $env:ENTRY_TARGET; $entry.Arguments = $env:ENTRY_WORDS;"
        "$entry.IconLocation = $env:ENTRY_ICON; $entry.Description = $env:ENTRY_COMMENT; $entry.Save()"
    )
    environment = os.environ | {f"ENTRY_{name}": value for name, value in values.items()}
    done = subprocess.run(
        ["powershell", "-NoProfile", "-NonInteractive", "-Command", script], env=environment, capture_output=True
    )
    if done.returncode:
        raise LauncherError("Windows refused to write the shortcut; start the program by a double click on main.py.")


def _write_application(path: Path, command: list[str], icons: Path) -> None:
    from PIL import Image

    program = path / "Contents" / "MacOS" / NAME
    resources = path / "Contents" / "Resources"
    program.parent.mkdir(parents=True, exist_ok=True)
    resources.mkdir(exist_ok=True)
    information = {
        "CFBundleName": NAME,
        "CFBundleIdentifier": f"org.{APP_ID}",
        "CFBundleExecutable": NAME,
        "CFBundleIconFile": f"{NAME}.icns",
        "CFBundlePackageType": "APPL",
        "NSHighResolutionCapable": True,
        "CFBundleDocumentTypes": document_types(),
    }
    (path / "Contents" / "Info.plist").write_bytes(plistlib.dumps(information))
    # The one kind of icon that Apple documents for applications.
    Image.open(icons / "mnist_ann_512.png").save(resources / f"{NAME}.icns")
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
