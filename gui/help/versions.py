"""What the program runs on, as a report of a fault needs it."""

import platform

import numpy as np
import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from core.version import VERSION


def versions() -> list[str]:
    """Return the versions of the program, of what it is made of and of the system, one a line."""
    return [
        f"MNIST_ANN {VERSION}",
        f"Python {platform.python_version()}",
        f"NumPy {np.__version__}",
        f"PySide6 {PySide6.__version__}",
        f"Qt {qVersion()} ({QGuiApplication.platformName()})",
        platform.platform(),
    ]
