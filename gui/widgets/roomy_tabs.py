"""Tabs whose titles have as much room around them as there is: close together only where the column is narrow."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from gui.look.follow_font import follow_font
from gui.look.theme import text_scale

_USUAL = 8
"""Beside a title, on either side, where there is room, in logical pixels beside text of the usual size."""


class RoomyTabs(QTabWidget):
    """Where not even the closest titles have room, they are gone through by arrows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._padding = 0
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        follow_font(self, self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spread the titles, or move them together."""
        super().resizeEvent(event)
        self._fit()

    def tabInserted(self, index: int) -> None:
        """Make room for one more title."""
        super().tabInserted(index)
        self._fit()

    def _fit(self) -> None:
        count, scale = self.count(), text_scale(self.font())
        if not count:
            return
        titles = sum(self.fontMetrics().horizontalAdvance(self.tabText(place)) + 2 for place in range(count))
        spare = (self.width() - titles) // (2 * count)
        padding = max(min(spare, round(_USUAL * scale)), round(_USUAL / scale**3))
        if padding != self._padding:
            self._padding = padding
            self.tabBar().setStyleSheet(f"QTabBar::tab {{ padding: 6px {padding}px; }}")
