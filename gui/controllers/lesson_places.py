"""Where a lesson points: the parts of the window by the names in lesson files, and the controls in them."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollArea, QTabWidget, QWidget

from gui.widgets.panel import Panel, Place


class LessonPlaces:
    """Finds places by name, and brings them into view.

    Parameters
    ----------
    parts : mapping of str to Panel
        The panels by the names of the parts in `core.lessons.look.LOOK`.
    tabs : QTabWidget
        Some of them lie in there, one behind another.
    """

    def __init__(self, parts: Mapping[str, Panel], tabs: QTabWidget) -> None:
        self._parts = parts
        self._tabs = tabs

    def bring_into_view(self, name: str) -> Place | None:
        """Return the place of a name after bringing it to the front and scrolling to it; None where there is none."""
        part, _, thing = name.partition(":")
        panel = self._parts.get(part)
        if panel is None:
            return None
        for index in range(self._tabs.count()):
            if self._tabs.widget(index) is panel or self._tabs.widget(index).isAncestorOf(panel):
                self._tabs.setCurrentIndex(index)
        place = panel.look_at(thing) or Place(panel)
        _scroll_to(place.widget)
        return place

    def must_wait(self, name: str) -> bool:
        """Return whether what a name means is still in the making."""
        part, _, thing = name.partition(":")
        return bool(thing) and part in self._parts and self._parts[part].must_wait(thing)

    def choose_tab(self, title: str) -> None:
        """Bring a tab to the front by its title."""
        for index in range(self._tabs.count()):
            if self._tabs.tabText(index) == title:
                self._tabs.setCurrentIndex(index)


def _scroll_to(place: QWidget) -> None:
    """Scroll to a widget where it lies in something that scrolls."""
    around = place.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            top = place.mapTo(around.widget(), QPoint(0, 0)).y()
            # All of it if that is possible, and in any case where it begins.
            around.ensureVisible(0, top + place.height(), 0, 0)
            around.ensureVisible(0, top, 0, 0)
        around = around.parentWidget()
