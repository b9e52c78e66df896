"""A widget that paints all it shows: the theme it has, and what it tells of a point."""

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.look.accessible_parts import PaintedParts
from gui.look.theme import Themed, applied


class PaintedWidget(Themed, PaintedParts, QWidget):
    """Painted in the colors of the theme, in parts that screen readers and tooltips know."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        applied.changed.connect(self._redraw)

    def tip_at(self, place: QPoint) -> str | None:
        """Return what the tooltip says of a point of the widget; None where one tooltip is for all of it."""
        return None

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self.tip_at(event.pos())
            if tip is not None:
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return super().event(event)

    def _redraw(self) -> None:
        """Bring up to date what is painted, after the theme or what is shown has changed."""
        self.update()
