"""The canvas with what the network sees and says beside it: as large a square as there is room for."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.digit_image import DigitImage
from gui.widgets.drawing.answer_label import AnswerLabel
from gui.widgets.drawing.canvas import Canvas

_GAP = 8
_HIGHEST = 1.4
"""Of an answer, in heights that it asks for."""


class DrawingArea(QWidget):
    """Lays out a canvas as a square on the left; the image and the answer share the column on its right."""

    def __init__(self, canvas: Canvas, seen: DigitImage, answer: AnswerLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._seen, self._answer = canvas, seen, answer
        for widget in (canvas, seen, answer):
            widget.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        """Ask for the smallest canvas, or the column where that needs more."""
        least = self._canvas.minimumHeight()
        column = self._seen.minimumSizeHint().height() + self._answer.minimumSizeHint().height()
        return QSize(least + _GAP + self._column_width(), max(least, column))

    def sizeHint(self) -> QSize:
        """Ask for a canvas of its natural size."""
        side = self._canvas.sizeHint().height()
        return QSize(side + _GAP + self._column_width(), side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the canvas the largest square and the column the rest."""
        super().resizeEvent(event)
        widest = self.width() - _GAP - self._column_width()
        # More height than this would only be blank.
        self.setMaximumHeight(max(widest, self.minimumSizeHint().height()))
        side = min(self.height(), widest)
        column = self.width() - side - _GAP
        self._canvas.setGeometry(0, 0, side, side)
        caption = self._seen.minimumSizeHint().height() - self._seen.minimumSizeHint().width()
        seen = min(column + caption, max(side // 2 + caption, side - self._answer.sizeHint().height()))
        seen = min(seen, side - self._answer.minimumSizeHint().height())
        self._seen.setGeometry(side + _GAP, 0, column, seen)
        # The three lines of an answer belong together, however high the column is.
        answer = min(side - seen, round(_HIGHEST * self._answer.sizeHint().height()))
        self._answer.setGeometry(side + _GAP, seen, column, answer)

    def _column_width(self) -> int:
        return self._answer.minimumSizeHint().width()
