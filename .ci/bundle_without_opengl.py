"""Let pyqtgraph import Qt modules that the bundle leaves out: it asks for them at once and uses them on request."""

import sys
from types import ModuleType


class _Absent(ModuleType):
    """A module in which every name is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


for name in ("QtOpenGL", "QtOpenGLWidgets", "QtTest"):
    sys.modules[f"PySide6.{name}"] = _Absent(f"PySide6.{name}")
