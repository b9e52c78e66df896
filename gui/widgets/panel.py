"""What the window asks of every panel; a panel says more where it has more to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from core.data.dataset import DataPair
from core.runs.snapshot import Snapshot


@dataclass(frozen=True)
class Place:
    """Something to point at: a widget, or a part of it that may move."""

    widget: QWidget
    part: Callable[[], QRect] | None = None


class Panel:
    """A part of the window, beside `QWidget` among the bases of a class; threads it keeps are ended by the window.

    Where it has a signal ``failed(str)`` or ``saved(SavedFile)``, the window leads that to the bar of messages.

    Attributes
    ----------
    parts : mapping of str to QWidget
        What a lesson can point at in here, by the names in `core.lessons.look.LOOK`.
    """

    parts: Mapping[str, QWidget] = MappingProxyType({})

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a moment of the run."""

    def show_data(self, data: DataPair) -> None:
        """Show other data."""

    def look_at(self, name: str) -> Place | None:
        """Return where a lesson points by this name, after bringing it into view; None where there is nothing yet."""
        widget = self.parts.get(name)
        return Place(widget) if widget is not None else None

    def must_wait(self, name: str) -> bool:
        """Return whether what a lesson points at by this name is still in the making."""
        return False
