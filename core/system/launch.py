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
_PACKAGES = ("filelock", "numpy", "pandas", "PIL", "platformdirs", "psutil", "pyqtgraph", "PySide6")
_RESTARTS = "MNIST_ANN_RESTARTS"
"""One sign for each start of the project's Python that lacked packages."""


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
        # What is started from here, such as a file manager, begins at nothing again.
        os.environ.pop(_RESTARTS, None)
        return
    folder = main_file.parent
    restarts = len(os.environ.get(_RESTARTS, ""))
    needed = restarts > 0 or find_python(folder) is None
    uv = find_uv(folder)
    if uv is not None and restarts < 2 and (needed or _is_outdated(folder)):
        failure = _install(uv, folder)
        # What is there may do, where the network is away that an update needs.
        if failure is not None and needed:
            refuse(f"The packages of the program cannot be installed. Is there a network connection?\n\n{failure}")
            sys.exit(2)
    python = find_python(folder)
    if python is None or restarts > (1 if uv else 0):
        sys.exit(_explain(main_file))
    arguments = [str(python), str(main_file), *sys.argv[1:]]
    os.environ[_RESTARTS] = "+" * (restarts + 1)
    if os.name == "nt":
        # On Windows, exec returns to the shell at once while the program goes on.
        sys.exit(subprocess.call(arguments))
    os.execv(arguments[0], arguments)


def find_python(folder: Path) -> Path | None:
    """Return the Python of the project's environment, None where there is none."""
    # A start without a console goes on without one.
    windows = "pythonw.exe" if Path(sys.executable or "").name.lower() == "pythonw.exe" else "python.exe"
    places = (folder / ".venv" / "bin" / "python", folder / ".venv" / "Scripts" / windows)
    return next((python for python in places if python.exists()), None)


def find_uv(folder: Path) -> str | None:
    """Return the path of uv: on PATH, or where its installer or `make` puts it, off a double click's PATH."""
    name = "uv.exe" if os.name == "nt" else "uv"
    bin_folder = "Scripts" if os.name == "nt" else "bin"
    home = Path("~").expanduser()
    places = (home / ".local" / "bin", home / ".cargo" / "bin", folder / "build" / "uv" / bin_folder)
    return shutil.which("uv") or next((str(place / name) for place in places if (place / name).exists()), None)


def _is_outdated(folder: Path) -> bool:
    """Tell whether pyproject.toml was written after packages were last installed into .venv."""
    asked = folder / "pyproject.toml"
    installed = max((path.stat().st_mtime for path in _libraries(folder)), default=0.0)
    return asked.exists() and asked.stat().st_mtime > installed


def _libraries(folder: Path) -> list[Path]:
    return [*folder.glob(".venv/lib/python*/site-packages"), *folder.glob(".venv/Lib/site-packages")]


def _install(uv: str, folder: Path) -> str | None:
    """Install the packages into .venv, and return what uv says where that fails.

    Where nobody would see what uv says, what takes a while is announced.
    """
    unseen = not has_terminal()
    if unseen and not (folder / ".venv").exists():
        show_message(
            "The first start installs the packages of the program (Qt alone is 80 MB). The window opens by itself."
        )
    done = subprocess.run(
        [uv, "sync", "--inexact", "--project", str(folder), *(["--quiet"] if unseen else [])],
        env=dict(os.environ, UV_PROJECT_ENVIRONMENT=str(folder / ".venv")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if unseen else None,
        text=True,
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if unseen else 0,
    )
    if done.returncode:
        return (done.stderr or "").strip()
    for libraries in _libraries(folder):
        os.utime(libraries)
    return None


def _explain(main_file: Path) -> int:
    python = ".".join(map(str, sys.version_info[:3]))
    refuse(
        f"This Python ({python}) lacks packages that the program needs. Install uv "
        f"(https://docs.astral.sh/uv/getting-started/installation/), then run: uv run {main_file.name}"
    )
    return 2
