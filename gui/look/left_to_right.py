"""Widgets that run from left to right in every window: their numbers, axes and English words do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter


class LeftToRight:
    """Mixed into a widget that paints itself."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def initPainter(self, painter: QPainter) -> None:
        """Let text begin at the left: a painter begins as the application does, not as its widget."""
        super().initPainter(painter)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
