"""Ten bars, one for each digit: how sure the network is of each.

The most probable digit stands out by color and weight of type; the true one, where it is known, carries a ring.
"""

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.dataset import DIGITS
from core.network.arrays import CLASSES
from gui.look.formatting import probability
from gui.look.theme import mix, scaled_font
from gui.widgets.named_bars import NamedBars


class ProbabilityBars(NamedBars):
    """Probabilities of the digits 0 to 9 as labeled horizontal bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("probability of each digit", parent)
        self._names = DIGITS
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

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
        self._ringed = label
        if probabilities is None:
            self.values = np.zeros(0)
            self.setAccessibleDescription("no prediction yet")
        else:
            self.values = np.asarray(probabilities, np.float64).reshape(CLASSES)
            winner = int(np.argmax(self.values))
            self.setAccessibleDescription(f"most probable: {self._names[winner]}, {self.text(self.values[winner])}")
        self.update()

    def text(self, value: float) -> str:
        """Return a probability in per cent."""
        return probability(float(value))

    def accessible_value(self) -> str:
        """Return all ten probabilities."""
        return super().accessible_value() or "no prediction yet"

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
        winner = int(np.argmax(self.values)) if len(self.values) else -1
        fonts = scaled_font(self.font(), 1), scaled_font(self.font(), 1, bold=True)
        for digit in range(CLASSES):
            painter.setFont(fonts[digit == winner])
            self._draw_row(painter, digit, digit == winner)

    def _draw_row(self, painter: QPainter, digit: int, wins: bool) -> None:
        theme, row = self._theme, self.row(digit)
        color = theme.text if wins else theme.muted
        name_width, text_width = self._name_width(), float(self._text_width())
        name = QRectF(row.left(), row.top(), name_width, row.height())
        track = QRectF(name.right() + 3, row.top() + 2, row.width() - name_width - text_width - 6, row.height() - 4)

        self._draw_name(painter, name, digit, color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.window, theme.text, 0.09))
        painter.drawRoundedRect(track, 3, 3)
        if not len(self.values) or not np.isfinite(self.values[digit]):
            return
        value = float(self.values[digit])
        # A clip instead of a narrower rounded bar: the corners keep their shape down to the thinnest sliver.
        painter.save()
        painter.setClipRect(
            QRectF(track.left(), track.top(), track.width() * min(max(value, 0.0), 1.0), track.height())
        )
        painter.setBrush(QColor(theme.accent) if wins else mix(theme.window, theme.text, 0.45))
        painter.drawRoundedRect(track, 3, 3)
        painter.restore()
        self._draw_value(painter, QRectF(track.right(), row.top(), text_width + 2, row.height()), value, color)

    def _name_width(self) -> float:
        """Return the room for the names: that of a digit, or of the longest name up to a third of the width."""
        metrics = QFontMetrics(scaled_font(self.font(), 1, bold=True))
        digit = 2.0 * self.fontMetrics().averageCharWidth() + 8
        return max(digit, min(max(map(metrics.horizontalAdvance, self._names)) + 6, self.width() / 3))

    def _text_width(self) -> int:
        return self.fontMetrics().horizontalAdvance("> 99.9 %") + 12
