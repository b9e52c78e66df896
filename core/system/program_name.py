"""What a user types to start the program: ``main.py`` in a checkout, a command where it is installed."""

import sys
from pathlib import Path


def program_name() -> str:
    """Return the name of the command; of a bundle's two programs on Windows, that which has a console."""
    # Of all folders that hold the program's files, a checkout alone has this one.
    if (Path(__file__).resolve().parents[2] / "pyproject.toml").exists():
        return "main.py"
    return "mnist_ann_console" if sys.platform == "win32" and getattr(sys, "frozen", False) else "mnist_ann"
