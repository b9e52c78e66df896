"""What the program is made with, and on which terms: read from what is installed, so that it is true of any bundle."""

import platform
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "licenses"
"""The texts that no package brings along; a bundle adds those of the system's libraries in it, in ``system``."""

PACKAGES = ("numpy", "PySide6-Essentials", "pandas", "pyqtgraph", "pillow", "filelock", "platformdirs", "psutil")
"""What pyproject.toml asks for; what these ask for in turn is found in their metadata."""

EXTRAS = ("pyarrow", "pillow-heif")
"""Told of where they are installed."""

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)")
_LGPL = "LGPL-3.0"


@dataclass(frozen=True)
class Component:
    """A library inside the program, with what its authors ask to be passed on.

    Attributes
    ----------
    name, version : str
        As its authors write them.
    license : str
        In a few letters, such as ``"MIT"``; "" where only its texts tell.
    texts : tuple of str
        Its license in full, which may be several.
    """

    name: str
    version: str
    license: str
    texts: tuple[str, ...]


def components() -> list[Component]:
    """Return Python, every package that the program imports, and a bundle's libraries of the system, by name."""
    found = [_python(), *map(_component, _distributions()), *_system_libraries()]
    return sorted(found, key=lambda component: component.name.casefold())


def read_texts(component: Component) -> str:
    """Return all license texts of a component, one below the other."""
    return "\n\n\n".join(component.texts) or f"License: {component.license or 'not stated by its authors'}."


def packages() -> list[str]:
    """Return the names of all packages that the program imports, as their authors write them."""
    return [one.metadata["Name"] for one in _distributions()]


def _distributions() -> list[Distribution]:
    found: dict[str, Distribution] = {}
    names = [*PACKAGES, *EXTRAS]
    while names:
        name = names.pop(0)
        key = re.sub(r"[-_.]+", "-", name).lower()
        try:
            if key not in found:
                found[key] = distribution(name)
                names += _required(found[key])
        except PackageNotFoundError:
            # An extra, or what another system needs.
            continue
    return list(found.values())


def _required(package: Distribution) -> Iterator[str]:
    """Yield what a package needs whatever one asks of it."""
    for line in package.requires or []:
        match = _REQUIREMENT.match(line)
        if match and "extra" not in line.partition(";")[2]:
            yield match[1]


def _component(package: Distribution) -> Component:
    told = package.metadata
    terms = (told.get_all("License-Expression") or told.get_all("License") or [""])[0]
    if not terms or "\n" in terms:
        classes = [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
        terms = ", ".join(line.rpartition(":: ")[2] for line in classes)
    names = told.get_all("License-File") or []
    texts = [package.read_text(f"licenses/{name}") or package.read_text(name) for name in names]
    if not any(texts) and _LGPL in terms:
        # Qt's wheels name their license and bring no text of it; the LGPL adds to the GPL.
        texts = [_read(FOLDER / f"{_LGPL}.txt"), _read(FOLDER / "GPL-3.0.txt")]
    return Component(told["Name"], package.version, terms, tuple(text.strip() for text in texts if text))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def python_license() -> Path | None:
    """Return the file with the license of Python, None where the system keeps it elsewhere."""
    places = (FOLDER / "system" / "Python.txt", Path(sysconfig.get_path("stdlib"), "LICENSE.txt"))
    return next((place for place in places if place.is_file()), None)


def _python() -> Component:
    path = python_license()
    return Component("Python", platform.python_version(), "PSF-2.0", (_read(path),) if path else ())


def _system_libraries() -> Iterator[Component]:
    for path in (FOLDER / "system").glob("*.txt"):
        if path.stem != "Python":
            yield Component(path.stem, "", "", (_read(path),))
