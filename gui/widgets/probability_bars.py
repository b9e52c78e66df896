"""Ten bars, one for each digit: how sure the network is of each.

The most probable digit stands out by color and weight of type; the true one, where it is known, carries a ring.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.dataset import DIGITS
from core.network.arrays import CLASSES
from gui.look.formatting import probability
from gui.look.theme import mix, scaled_font
from gui.widgets.painted_widget import PaintedWidget


class ProbabilityBars(PaintedWidget):
    """Probabilities of the digits 0 to 9 as labelled horizontal bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probabilities: NDArray[np.float64] | None = None
        self._label: int | None = None
        self._names = DIGITS
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("probability of each digit")

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Call the ten classes by these names."""
        if names != self._names:
            self._names = names
            self.update()

    def show_probabilities(self, probabilities: ArrayLike | None, label: int | None = None) -> None:
        """Show ten fractions that sum to 1, or empty bars for None.

        Parameters
        ----------
        probabilities : array of shape (10,) or None
            Softmax output, element k for digit k.
        label : int, optional
            The digit that it truly is; gets a ring.
        """
        self._label = label
        if probabilities is None:
            self._probabilities = None
            self.setAccessibleDescription("no prediction yet")
        else:
            self._probabilities = np.asarray(probabilities, np.float64).reshape(CLASSES)
            winner = int(np.argmax(self._probabilities))
            share = probability(float(self._probabilities[winner]))
            self.setAccessibleDescription(f"most probable: {self._names[winner]}, {share}")
        self.update()

    def part_count(self) -> int:
        """Return how many bars there are; none before there is a prediction."""
        return 0 if self._probabilities is None else CLASSES

    def part_name(self, part: int) -> str:
        """Return a digit and its probability."""
        assert self._probabilities is not None
        truth = ", the truth" if part == self._label else ""
        return f"{self._names[part]}{truth}: {probability(float(self._probabilities[part]))}"

    def part_rect(self, part: int) -> QRectF:
        """Return where a bar's row is."""
        return self._row(part)

    def accessible_value(self) -> str:
        """Return all ten probabilities."""
        return "; ".join(map(self.part_name, range(self.part_count()))) or "no prediction yet"

    def _row(self, digit: int) -> QRectF:
        height = self.height() / CLASSES
        return QRectF(0, digit * height, self.width(), height)

    def sizeHint(self) -> QSize:
        """Ask for rows a little higher than the text."""
        return QSize(self._text_width() * 4, CLASSES * (self.fontMetrics().height() + 5))

    def minimumSizeHint(self) -> QSize:
        """Keep the text of all rows readable."""
        return QSize(self._text_width() * 8 // 5, CLASSES * (self.fontMetrics().height() + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ten rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = self._probabilities
        winner = -1 if values is None else int(np.argmax(values))
        fonts = scaled_font(self.font(), 1), scaled_font(self.font(), 1, bold=True)
        for digit in range(CLASSES):
            painter.setFont(fonts[digit == winner])
            self._draw_row(
                painter, self._row(digit), digit, None if values is None else float(values[digit]), digit == winner
            )

    def _draw_row(self, painter: QPainter, row: QRectF, digit: int, value: float | None, wins: bool) -> None:
        theme = self._theme
        name_width, text_width = self._name_width(), float(self._text_width())
        name = QRectF(row.left(), row.top(), name_width, row.height())
        track = QRectF(name.right() + 3, row.top() + 2, row.width() - name_width - text_width - 6, row.height() - 4)

        if digit == self._label:
            painter.setPen(QPen(QColor(theme.success), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(name.adjusted(1, 1.5, -1, -1.5), 5, 5)
        painter.setPen(QColor(theme.text if wins else theme.muted))
        shown = painter.fontMetrics().elidedText(self._names[digit], Qt.TextElideMode.ElideRight, round(name_width))
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, shown)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.window, theme.text, 0.09))
        painter.drawRoundedRect(track, 3, 3)
        if value is None or not np.isfinite(value):
            return
        # A clip instead of a narrower rounded bar: the corners keep their shape down to the thinnest sliver.
        painter.save()
        painter.setClipRect(
            QRectF(track.left(), track.top(), track.width() * min(max(value, 0.0), 1.0), track.height())
        )
        painter.setBrush(QColor(theme.accent) if wins else mix(theme.window, theme.text, 0.45))
        painter.drawRoundedRect(track, 3, 3)
        painter.restore()
        painter.setPen(QColor(theme.text if wins else theme.muted))
        text = QRectF(track.right(), row.top(), text_width + 2, row.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, probability(value))

    def _name_width(self) -> float:
        """Return the room for the names: that of a digit, or of the longest name up to a third of the width."""
        metrics = QFontMetrics(scaled_font(self.font(), 1, bold=True))
        digit = 2.0 * self.fontMetrics().averageCharWidth() + 8
        return max(digit, min(max(map(metrics.horizontalAdvance, self._names)) + 6, self.width() / 3))

    def _text_width(self) -> int:
        return self.fontMetrics().horizontalAdvance("> 99.9 %") + 12
