"""The area of a plot as the mouse knows it: drag to move, wheel to zoom in time, Ctrl and wheel to zoom in height.

A drag moves in time alone until one has zoomed in height: a hand that goes sideways goes a little up or down as well,
which would push curves out of a view that shows all there is.

pyqtgraph's own menu and its right-button zoom are replaced: they confuse more than they help. Ranges never follow the
data by themselves; whoever owns the plot sets them.
"""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPoint, Qt, Signal


class PlotViewBox(pg.ViewBox):
    """A view box that tells what the user wants."""

    moved_by_user = Signal()
    """The user dragged or zoomed."""

    double_clicked = Signal()

    menu_requested = Signal(QPoint)
    """The right button was clicked, at this place of the screen."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.full_height = 0.0
        """Height of the range that shows all there is; whoever sets ranges sets it."""
        self.disableAutoRange()
        self.sigRangeChangedManually.connect(self._on_moved)

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        """Zoom in one direction, about the pointer."""
        if axis is None:
            axis = pg.ViewBox.YAxis if ev.modifiers() & Qt.KeyboardModifier.ControlModifier else pg.ViewBox.XAxis
        super().wheelEvent(ev, axis)

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Move with the left or middle button."""
        if ev.button() == Qt.MouseButton.RightButton:
            ev.ignore()
            return
        bottom, top = self.viewRange()[1]
        if axis is None and top - bottom > 0.999 * self.full_height:
            axis = pg.ViewBox.XAxis
        super().mouseDragEvent(ev, axis)

    def mouseClickEvent(self, ev: Any) -> None:
        """Tell of double and right clicks."""
        if ev.button() == Qt.MouseButton.RightButton:
            ev.accept()
            self.menu_requested.emit(ev.screenPos().toPoint())
        elif ev.double():
            ev.accept()
            self.double_clicked.emit()

    def keyPressEvent(self, ev: Any) -> None:
        """Leave every key to the window."""
        ev.ignore()

    def _on_moved(self) -> None:
        self.moved_by_user.emit()
