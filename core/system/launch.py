"""What has to happen before NumPy or Qt is imported; needs nothing but the standard library.

The program may be started in many ways: ``uv run main.py``, a double click, or a plain ``python main.py`` from
somewhere else, by a Python that has none of the packages. Then it starts itself again in the project's environment.
Dependencies stand in pyproject.toml alone and not, a second time, inside main.py (PEP 723): one list cannot
contradict itself, and tests, tools and program share one environment.

This module has to load under any Python 3, so that an old one can be told what is wrong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from core.system.standard_streams import has_terminal, refuse, show_message

_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_PACKAGES = ("numpy", "pandas", "PIL", "platformdirs", "psutil", "pyqtgraph", "PySide6")
_RESTARTED = "MNIST_ANN_RESTARTED"


def limit_blas_threads() -> None:
    """Let NumPy's matrix products use one thread, unless the environment says otherwise.

    The products of a small network are too short to share, and the second core has the window to draw. BLAS reads
    these variables once, when NumPy is imported.
    """
    for variable in _BLAS_THREADS:
        os.environ.setdefault(variable, "1")


def spare_children() -> None:
    """Keep the libraries of a bundle to itself: a file manager or browser that it starts would die of them.

    PyInstaller names the bundle's folder in LD_LIBRARY_PATH, and keeps what was there before under another name. The
    loader has read it by now, so only processes started from here on see a difference.
    """
    if not getattr(sys, "frozen", False):
        return
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before


def has_packages() -> bool:
    """Tell whether this Python is new enough and has what pyproject.toml asks for."""
    return sys.version_info >= (3, 11) and all(find_spec(package) for package in _PACKAGES)


def ensure_environment(main_file: Path) -> None:
    """Return if this Python has the packages; else run the program in the project's environment and exit.

    Parameters
    ----------
    main_file : Path
        main.py, in the folder of pyproject.toml.

    Raises
    ------
    SystemExit
        With the exit code of the program that was started instead; with 2 and a sentence where that is impossible.
    """
    if getattr(sys, "frozen", False) or has_packages():
        return
    command = find_interpreter(main_file.parent)
    if command is None or _RESTARTED in os.environ:
        sys.exit(_explain(main_file))
    if command[1:] and not has_terminal():
        _install_unseen(command[0], main_file.parent)
    arguments = [*command, str(main_file), *sys.argv[1:]]
    os.environ[_RESTARTED] = "1"
    if os.name == "nt":
        # On Windows, exec returns to the shell at once while the program goes on.
        sys.exit(subprocess.call(arguments))
    os.execvp(arguments[0], arguments)


def find_interpreter(folder: Path) -> list[str] | None:
    """Return the command that runs Python in the project's environment, None where there is neither uv nor .venv."""
    uv = find_uv(folder)
    if uv is not None:
        return [uv, "run", "--project", str(folder), "python"]
    for python in (folder / ".venv" / "bin" / "python", folder / ".venv" / "Scripts" / "python.exe"):
        if python.exists():
            return [str(python)]
    return None


def find_uv(folder: Path) -> str | None:
    """Return the path of uv: on PATH, or where its installer or `make` puts it, off a double click's PATH."""
    name = "uv.exe" if os.name == "nt" else "uv"
    bin_folder = "Scripts" if os.name == "nt" else "bin"
    home = Path("~").expanduser()
    places = (home / ".local" / "bin", home / ".cargo" / "bin", folder / "build" / "uv" / bin_folder)
    return shutil.which("uv") or next((str(place / name) for place in places if (place / name).exists()), None)


def _install_unseen(uv: str, folder: Path) -> None:
    """Install the packages where nobody sees what uv says: announce what takes a while, and say what goes wrong."""
    if not (folder / ".venv").exists():
        show_message(
            "The first start installs the packages of the program (Qt alone is 80 MB). The window opens by itself."
        )
    done = subprocess.run(
        [uv, "sync", "--inexact", "--quiet", "--project", str(folder)], capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        refuse(
            f"The packages of the program cannot be installed. Is there a network connection?\n\n{done.stderr.strip()}"
        )
        sys.exit(2)


def _explain(main_file: Path) -> int:
    python = ".".join(map(str, sys.version_info[:3]))
    refuse(
        f"This Python ({python}) lacks packages that the program needs. Install uv "
        f"(https://docs.astral.sh/uv/getting-started/installation/), then run: uv run {main_file.name}"
    )
    return 2
