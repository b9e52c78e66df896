"""The confusion matrix: how many images of each digit (rows) were taken for each digit (columns)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.data.dataset import DIGITS
from core.network.arrays import CLASSES
from gui.look.theme import mix, scaled_font
from gui.widgets.confusion_grid import fit_grid, room_for
from gui.widgets.confusion_words import EVERYTHING, HEADING, TOTAL, Cell, describe, meaning, share, tooltip
from gui.widgets.painted_widget import PaintedWidget

_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_SMALLEST_NAME = 0.7
"""Names of classes are written at no less than this share of the size of text."""

_AXES = "predicted digit →", "← true digit"
_AXES_OF_NAMES = "prediction →", "← label"

FULL_RIGHT, FULL_WRONG = 0.35, 0.5
"""Shares of color in the strongest cells, on which their counts can still be read."""

_SIDE = TOTAL - HEADING + 1
"""Cells in a row, with its heading and its share."""

_CENTER = Qt.AlignmentFlag.AlignCenter


class ConfusionMatrix(PaintedWidget):
    """Counts in a square of ten by ten, right answers and mistakes in their own colors, and the shares at the edges."""

    cell_chosen = Signal()
    """A cell was clicked, or gone to by arrow keys and Enter; `chosen` is the one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] | None = None
        self._names = DIGITS
        self._chosen = EVERYTHING
        self._current = (0, 0)
        self._pointed: Cell | None = None
        self._grid = fit_grid(self.size(), self.fontMetrics())
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix: rows are labels, columns predictions")
        self._tell_current()

    @property
    def chosen(self) -> Cell:
        """Row and column that the user chose; the column is `HEADING` for a whole row, the row for a whole column."""
        return self._chosen

    def show_counts(self, counts: NDArray[np.int64] | None) -> None:
        """Show counts of shape (10, 10), row = true digit; None clears."""
        self._counts = counts
        self._tell_current()
        self.update()

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Call the ten classes by these names."""
        if names != self._names:
            self._names = names
            self._fit()
            self._tell_current()

    def choose(self, row: int, column: int) -> None:
        """Choose a cell, row or column, as if the user had done so."""
        self._current = row, column
        self._chosen = meaning(self._current)
        self._tell_current()
        self.update()
        self.cell_chosen.emit()

    def describe(self, row: int, column: int) -> str:
        """Return what a cell says, in words; "" where nothing is known."""
        return "" if self._counts is None else describe(self._counts, (row, column), self._names)

    # --- where things lie

    def sizeHint(self) -> QSize:
        """Ask for room in which four-digit counts can be read."""
        metrics = self.fontMetrics()
        return room_for(metrics.horizontalAdvance("0,000") + 8, 2 * metrics.height(), metrics)

    def minimumSizeHint(self) -> QSize:
        """Stay readable in a narrow column, where counts are written smaller."""
        metrics = self.fontMetrics()
        return room_for(metrics.horizontalAdvance("00"), metrics.height() * 7 // 8, metrics)

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a cell lies."""
        return self._grid.cell_rect(row, column)

    def cell_at(self, place: QPoint | QPointF) -> Cell:
        """Return row and column of a point."""
        return self._grid.cell_at(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the widget."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Lay the grid out anew."""
        self._grid = fit_grid(self.size(), self.fontMetrics(), self._heading_width())
        self.update()

    def _heading_width(self) -> int:
        """Return what the names of the rows need beyond the room for a digit, up to a sixth of the width."""
        if self._names == DIGITS:
            return 0
        widest = max(map(self.fontMetrics().horizontalAdvance, self._names))
        return min(widest, self.width() // 6)

    def changeEvent(self, event: QEvent) -> None:
        """Make room for another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
            self.updateGeometry()

    # --- what the user does

    def event(self, event: QEvent) -> bool:
        """Tell what the cell under the pointer says."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(event.pos())
            text = "" if self._counts is None else tooltip(self._counts, cell, self._names)
            QToolTip.showText(event.globalPos(), text, self, self.cell_rect(*cell))
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer from cell to cell."""
        self._point_at(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._point_at(None)

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(*self.cell_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell with the arrow keys, choose with Enter, go back to all images with Escape."""
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            down, across = _ARROWS[key]
            row, column = self._current
            self._current = min(max(row + down, HEADING), TOTAL), min(max(column + across, HEADING), TOTAL)
            self._tell_current()
            self.tell_current_part()
            self.update()
        elif key in _CHOOSE:
            self.choose(*self._current)
        elif key == Qt.Key.Key_Escape and self._chosen != EVERYTHING:
            self.choose(*EVERYTHING)
        else:
            super().keyPressEvent(event)

    def part_count(self) -> int:
        """Return how many cells there are, headings and shares included; none before anything is known."""
        return 0 if self._counts is None else _SIDE * _SIDE

    def part_name(self, part: int) -> str:
        """Return what a cell says, in words."""
        return self.describe(*self._cell_of(part))

    def part_rect(self, part: int) -> QRectF:
        """Return where a cell lies."""
        return QRectF(self.cell_rect(*self._cell_of(part)))

    def current_part(self) -> int | None:
        """Return the cell that the keyboard is at."""
        row, column = self._current
        return (row - HEADING) * _SIDE + column - HEADING

    def accessible_value(self) -> str:
        """Return how many images were read correctly, and what the keyboard is at."""
        if self._counts is None:
            return "no predictions yet"
        texts = self.describe(*EVERYTHING), self.describe(*self._current)
        return "; ".join(dict.fromkeys(texts))

    @staticmethod
    def _cell_of(part: int) -> Cell:
        row, column = divmod(part, _SIDE)
        return row + HEADING, column + HEADING

    def _tell_current(self) -> None:
        """Tell screen readers what the keyboard is at."""
        guide = "Arrow keys go from cell to cell, Enter shows the images of one."
        in_words = self.describe(*self._current)
        self.setAccessibleDescription(f"{in_words}. {guide}" if in_words else guide)

    # --- what is painted

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings, cells, shares and marks."""
        with QPainter(self) as painter:
            self._draw_headings(painter)
            if self._counts is None:
                return
            for row in range(CLASSES):
                total = max(int(self._counts[row].sum()), 1)
                for column in range(CLASSES):
                    self._draw_cell(painter, row, column, int(self._counts[row, column]), total)
            self._draw_shares(painter, self._counts)
            self._draw_marks(painter)

    def _write(self, painter: QPainter, rect: QRect, text: str, *, bold: bool = False) -> None:
        """Write in the middle of a rectangle, smaller than usual where there is no room."""
        painter.setFont(self._fitting_font([(rect, text)], bold=bold))
        painter.drawText(rect, _CENTER, text)

    def _fitting_font(self, texts: Sequence[tuple[QRect, str]], *, bold: bool = False) -> QFont:
        """Return the font, smaller than usual where it has to be, in which each text has room in its rectangle."""
        font = scaled_font(self.font(), 1, bold=True) if bold else self.font()
        factor = 1.0
        # Twice, because hinting keeps letters from shrinking evenly.
        for _ in range(2):
            metrics = QFontMetrics(font)
            fits = min(
                min((rect.width() - 3) / metrics.horizontalAdvance(text), (rect.height() + 2) / metrics.height())
                for rect, text in texts
            )
            if fits >= 1:
                break
            factor = max(factor * fits, 0.3)
            font = scaled_font(self.font(), factor, bold=bold)
        return font

    def _write_name(self, painter: QPainter, rect: QRect, name: str, *, bold: bool) -> None:
        """Write a name a little smaller where it needs more room, and cut off where even that does not do."""
        room = round(rect.width() / _SMALLEST_NAME) - 2
        self._write(painter, rect, self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room), bold=bold)

    def _draw_headings(self, painter: QPainter) -> None:
        theme, line = self._theme, self.fontMetrics().height()
        cells = self._grid.cells()
        painter.setPen(QColor(theme.muted))
        across, down = _AXES if self._names == DIGITS else _AXES_OF_NAMES
        self._write(painter, QRect(cells.left(), 0, cells.width(), line), across)
        painter.save()
        painter.translate(0, cells.bottom())
        painter.rotate(-90)
        self._write(painter, QRect(0, 0, cells.height(), line), down)
        painter.restore()
        lit = (self._chosen, self._pointed or EVERYTHING)
        for digit in range(CLASSES):
            for cell, place in (((HEADING, digit), 1), ((digit, HEADING), 0)):
                is_lit = any(marked[place] == digit for marked in lit)
                painter.setPen(QColor(theme.text if is_lit else theme.muted))
                self._write_name(painter, self.cell_rect(*cell), self._names[digit], bold=is_lit)
        painter.setPen(QColor(theme.muted))
        self._write(painter, self.cell_rect(HEADING, TOTAL), self._grid.share)
        below = self.cell_rect(TOTAL, HEADING)
        below.setLeft(0)
        self._write(painter, below, self._grid.share)

    @property
    def _has_commas(self) -> bool:
        """Whether cells are wide enough for a count such as 1,135 as it is usually written."""
        return self.cell_rect(0, 0).width() > self.fontMetrics().horizontalAdvance("0,000")

    def _draw_cell(self, painter: QPainter, row: int, column: int, count: int, total: int) -> None:
        theme, rect = self._theme, self.cell_rect(row, column).adjusted(1, 1, -1, -1)
        share = count / total
        # A mistake of one in ten is as bad as they come with a trained network: full color from there.
        strength = FULL_RIGHT * share if row == column else FULL_WRONG * min(1.0, 10 * share)
        painter.fillRect(rect, mix(theme.surface, theme.positive if row == column else theme.negative, strength))
        if count:
            painter.setPen(QColor(theme.text))
            self._write(painter, rect, f"{count:,}" if self._has_commas else str(count))

    def _draw_shares(self, painter: QPainter, counts: NDArray[np.int64]) -> None:
        right = np.diagonal(counts)
        recalls = [share(*pair) for pair in zip(right.tolist(), counts.sum(axis=1).tolist(), strict=True)]
        # Below narrow columns, whole per cent can be read and tenths cannot.
        decimals = int(self.fontMetrics().horizontalAdvance("00.0") < self.cell_rect(TOTAL, 0).width())
        precisions = [share(*pair, decimals) for pair in zip(right.tolist(), counts.sum(axis=0).tolist(), strict=True)]
        accuracy = share(int(right.sum()), int(counts.sum()))
        painter.setPen(QColor(self._theme.text))
        below = [(self.cell_rect(TOTAL, column), text) for column, text in enumerate(precisions)]
        beside = [(self.cell_rect(row, TOTAL), text) for row, text in enumerate(recalls)]
        for texts in (below, beside):
            painter.setFont(self._fitting_font(texts))
            for rect, text in texts:
                painter.drawText(rect, _CENTER, text)
        self._write(painter, self.cell_rect(TOTAL, TOTAL), accuracy, bold=True)

    def _draw_marks(self, painter: QPainter) -> None:
        """Frame what is pointed at, what is chosen, and where the keyboard is."""
        theme = self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._pointed is not None:
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.drawRect(self._grid.frame(self._pointed).adjusted(0, 0, -1, -1))
        rings = [(self._chosen, theme.text)] if self._chosen != EVERYTHING else []
        if self.hasFocus():
            rings.append((self._current, theme.link))
        inside = self.rect().adjusted(1, 1, -1, -1)
        for cell, _ in rings:
            painter.setPen(QPen(QColor(theme.window), 4))
            painter.drawRect(self._grid.frame(cell).intersected(inside))
        for cell, color in rings:
            painter.setPen(QPen(QColor(color), 2))
            painter.drawRect(self._grid.frame(cell).intersected(inside))
