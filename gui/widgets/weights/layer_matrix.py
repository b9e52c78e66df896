"""The weights of a layer after the first, as a table: a row for each of its units, a column for each unit before it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from core.data.dataset import class_in_words, class_noun
from core.network.arrays import Floats
from gui.look.formatting import MINUS
from gui.look.lettering import lettering
from gui.look.theme import mix, scaled_font
from gui.widgets.heat_map import HeatMap

_LEAST_CELL = 11
"""Height of a row, in logical pixels; rows that have no room are scrolled to."""


class LayerMatrix(HeatMap):
    """Colored cells that carry their number where they are large enough."""

    def show_layer(self, weights: Floats, limit: float, classes: Sequence[str]) -> None:
        """Show weights of shape (units before, units), ``limit`` in full color; units may be ``classes``."""
        units = range(weights.shape[1])
        names = [class_in_words(classes, unit) if classes else f"unit {unit}" for unit in units]
        self.set_axes(
            f"to {class_noun(classes)}" if classes else "to unit",
            "from unit of the layer before",
            lambda row, column: f"from unit {column} to {names[row]}",
        )
        self.show_values(np.ascontiguousarray(weights.T), limit=limit)
        self.setMinimumHeight(round(self.frame().top()) + 4 + _LEAST_CELL * weights.shape[1])

    def minimumSizeHint(self) -> QSize:
        """Ask for little width; the height is set by the number of rows."""
        return QSize(80, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, and their numbers."""
        super().paintEvent(event)
        font = scaled_font(self.font(), 0.85)
        painter = QPainter(self)
        painter.setFont(font)
        metrics, cell = painter.fontMetrics(), self.cell_rect((0, 0))
        if cell.width() < metrics.horizontalAdvance("\u22120.88") + 4 or cell.height() < metrics.height() - 1:
            return
        theme = self._theme
        visible = QRectF(event.rect())
        rows, columns = self.values.shape
        for row in range(rows):
            for column in range(columns):
                rect = self.cell_rect((row, column))
                if rect.intersects(visible):
                    value = float(self.values[row, column])
                    end = theme.positive if value > 0 else theme.negative
                    painter.setPen(lettering(mix(theme.neutral, end, min(abs(value) / self.limit, 1.0))))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _short(value))


def _short(value: float) -> str:
    return f"{value:z.2f}".replace("-", MINUS)
