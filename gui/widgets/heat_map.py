"""A table of numbers as colored cells that can be pointed at: an image, a layer's weights, a batch by units."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.arrays import Floats
from gui.look.accessible_parts import MOST_PARTS
from gui.look.formatting import number
from gui.widgets.pixel_grid import PixelGrid, gray_colors
from gui.widgets.weights.diverging_colors import SteadyScale, color_codes, color_table

_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}

_EVEN = 3
"""Screen pixels a cell from which on all cells are equally wide."""


class HeatMap(PixelGrid):
    """Cells in the diverging colors on a symmetric scale, or, as ink, from paper to full ink.

    Parameters
    ----------
    caption : str
        A line above the cells; the end of the scale is written beside it.
    is_square : bool
        Whether cells stay square; otherwise they fill the widget.
    is_ink : bool
        Whether the numbers are ink from 0 to 1.
    """

    cell_pointed_at = Signal(object)
    """(row, column) under the pointer, or None."""

    cell_chosen = Signal(object)
    """(row, column) that was clicked, or gone to by an arrow key."""

    def __init__(
        self, caption: str = "", *, is_square: bool = False, is_ink: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._caption = caption
        self._is_square = is_square
        self._is_ink = is_ink
        self._values: Floats = np.zeros((1, 1), np.float32)
        self._has_values = False
        self._scale = SteadyScale()
        self._limit = 1.0
        self._axis_names = ("", "")
        self._first_row = 0
        self._describe: Callable[[int, int], str] = self._place
        self._marked: tuple[int, int] | None = None
        self._pointed: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(caption or "cells")

    @property
    def values(self) -> Floats:
        """The numbers shown, shape (rows, columns)."""
        return self._values

    @property
    def limit(self) -> float:
        """What has full color."""
        return self._limit

    def show_values(self, values: Floats, *, limit: float | None = None) -> None:
        """Show a table.

        Parameters
        ----------
        values : float array of shape (rows, columns)
            What is not a number looks like zero.
        limit : float, optional
            What has full color; a round number that fits the values, unless given.
        """
        if values.shape != self._values.shape:
            self._scale.forget()
            self._marked = self._pointed = None
        self._values = values
        self._has_values = True
        self._limit = 1.0 if self._is_ink else limit or self._scale.follow(values)
        self._redraw()

    def set_ink(self, is_ink: bool) -> None:
        """Say whether the numbers that are shown next are ink from 0 to 1."""
        self._is_ink = is_ink

    def set_caption(self, caption: str) -> None:
        """Change the line above the cells."""
        self._caption = caption
        self.setAccessibleName(caption or "cells")
        self.update()

    def set_axes(
        self, rows: str, columns: str, describe: Callable[[int, int], str] | None = None, first_row: int = 0
    ) -> None:
        """Name both axes, say how a cell is called in the tooltip, and which number the first row has."""
        self._axis_names, self._first_row = (rows, columns), first_row
        self._describe = describe or self._place
        self.update()

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Frame a cell, or none."""
        if cell != self._marked:
            self._marked = cell
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for eight screen pixels a cell, within reason."""
        rows, columns = self._values.shape
        return QSize(min(max(columns * 8, 60), 400), min(max(rows * 8, 60), 400))

    def minimumSizeHint(self) -> QSize:
        """Keep cells apart where there are few."""
        return QSize(58, 58 + self._head())

    def _caption_for(self, room: float) -> str:
        """Return the caption with what has full color; what stands behind its comma gives way, then the color."""
        metrics, (name, *_) = self.fontMetrics(), self._caption.split(",")
        scale = "" if self._is_ink else f" ±{self._limit:g}"
        for text in (f"{self._caption}{scale}", f"{name}{scale}", self._caption, name):
            if metrics.horizontalAdvance(text) <= room:
                return text
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room))

    def frame(self) -> QRectF:
        """Return where the cells are."""
        ratio = self.devicePixelRatioF()
        rows, columns = self._values.shape
        left, top = self._margins()
        width, height = max(self.width() - left - 2, 1.0), max(self.height() - top - 2, 1.0)
        cell_width, cell_height = width / columns, height / rows
        if self._is_square:
            cell_width = cell_height = min(cell_width, cell_height)
        # Whole screen pixels a cell, so that none is wider than its neighbor, unless too much room would be lost.
        cell_width, cell_height = (
            int(size * ratio) / ratio if size * ratio >= _EVEN else size for size in (cell_width, cell_height)
        )
        if self._is_square:
            left += max(0.0, (width - cell_width * columns) / 2)
        return QRectF(round(left * ratio) / ratio, top, cell_width * columns, cell_height * rows)

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the cell at a point of the widget, None where there is none."""
        frame, (rows, columns) = self.frame(), self._values.shape
        row = int((y - frame.top()) // (frame.height() / rows))
        column = int((x - frame.left()) // (frame.width() / columns))
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def cell_rect(self, cell: tuple[int, int]) -> QRectF:
        """Return where a cell is."""
        frame, (rows, columns) = self.frame(), self._values.shape
        width, height = frame.width() / columns, frame.height() / rows
        return QRectF(frame.left() + cell[1] * width, frame.top() + cell[0] * height, width, height)

    def _head(self) -> int:
        return self.fontMetrics().height() + 3 if self._caption else 0

    def _margins(self) -> tuple[float, float]:
        """Return the room left of and above the cells, for the names of the axes."""
        rows, columns = self._axis_names
        line = self.fontMetrics().height()
        left = line + 3.0 + (self._number_width(0) if self._has_numbers(0) else 0.0) if rows else 1.0
        numbers = line if columns and self._has_numbers(1) else 0.0
        return left, self._head() + (line + 2.0 if columns else 1.0) + numbers

    def _number_width(self, axis: int) -> float:
        last = self._values.shape[axis] - 1 + (0 if axis else self._first_row)
        return self.fontMetrics().horizontalAdvance(str(last)) + 5.0

    def _has_numbers(self, axis: int) -> bool:
        """Return whether rows (0) or columns (1) are large enough to carry their numbers."""
        if not self._axis_names[axis]:
            return False
        line, count = self.fontMetrics().height(), self._values.shape[axis]
        room = (self.height() - self._head() - 2 * line, self.width() - 3 * line)[axis] / count
        return room >= (line - 2, self._number_width(axis))[axis]

    def _place(self, row: int, column: int) -> str:
        return f"row {row}, column {column}"

    def describe(self, cell: tuple[int, int]) -> str:
        """Return name and number of a cell."""
        return f"{self._describe(*cell)}: {number(float(self._values[cell]))}"

    def accessible_value(self) -> str:
        """Return the cell that is marked, and the range of all."""
        values = self._values[np.isfinite(self._values)]
        ends = f"from {number(float(values.min()))} to {number(float(values.max()))}" if values.size else ""
        return "; ".join(text for text in ("" if self._marked is None else self.describe(self._marked), ends) if text)

    def part_count(self) -> int:
        """Return how many cells there are, unless they are too many to be told one by one, or none is shown yet."""
        return self._values.size if self._has_values and self._values.size <= MOST_PARTS else 0

    def part_name(self, part: int) -> str:
        """Return name and number of a cell, counted along the rows."""
        return self.describe(divmod(part, self._values.shape[1]))

    def part_rect(self, part: int) -> QRectF:
        """Return where a cell is."""
        return self.cell_rect(divmod(part, self._values.shape[1]))

    def current_part(self) -> int | None:
        """Return the cell that the keyboard is at."""
        return None if self._marked is None else self._marked[0] * self._values.shape[1] + self._marked[1]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer from cell to cell."""
        self._point_at(self.cell_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        cell = self.cell_at(event.position().x(), event.position().y())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.cell_chosen.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell with the arrow keys."""
        if event.key() not in _ARROWS or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        (down, across), (rows, columns) = _ARROWS[Qt.Key(event.key())], self._values.shape
        row, column = self._marked or (0, 0)
        cell = min(max(row + down, 0), rows - 1), min(max(column + across, 0), columns - 1)
        self.setAccessibleDescription(self.describe(cell))
        self.cell_chosen.emit(cell)
        self.tell_current_part()

    def tip_at(self, place: QPoint) -> str:
        """Tell name and number of the cell under the pointer."""
        cell = self.cell_at(place.x(), place.y())
        return "" if cell is None else self.describe(cell)

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.cell_pointed_at.emit(cell)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw captions, cells and marks."""
        painter = QPainter(self)
        theme, frame = self._theme, self.frame()
        line = self.fontMetrics().height()
        painter.setPen(QColor(theme.muted))
        if self._caption:
            head = QRectF(0, 0, self.width(), line)
            text = self._caption_for(head.width())
            centered = Qt.AlignmentFlag.AlignHCenter if self._is_square else Qt.AlignmentFlag.AlignLeft
            painter.drawText(head, centered | Qt.AlignmentFlag.AlignVCenter, text)
        rows, columns = self._axis_names
        if columns:
            above = QRectF(frame.left(), self._head(), self.width() - frame.left(), line)
            painter.drawText(above, Qt.AlignmentFlag.AlignLeft, f"{columns} →")
        if rows:
            painter.save()
            painter.translate(0, frame.top())
            painter.rotate(90)
            painter.drawText(QRectF(0, -line, frame.height(), line), Qt.AlignmentFlag.AlignLeft, f"{rows} →")
            painter.restore()
        self._draw_numbers(painter, frame)
        painter.drawImage(frame, self._image)
        self._draw_lines(painter, frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.link if self.hasFocus() else theme.border), 2 if self.hasFocus() else 1))
        painter.drawRect(frame.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._pointed is not None:
            self.draw_frame(painter, self.cell_rect(self._pointed), theme.muted)
        if self._marked is not None:
            self.draw_frame(painter, self.cell_rect(self._marked), theme.text)

    def _draw_numbers(self, painter: QPainter, frame: QRectF) -> None:
        """Draw the numbers of rows and columns where these are large enough."""
        line = self.fontMetrics().height()
        for axis, count in enumerate(self._values.shape):
            if not self._has_numbers(axis):
                continue
            for place in range(count):
                cell = self.cell_rect((0, place) if axis else (place, 0))
                if axis:
                    room = QRectF(cell.left() - 10, frame.top() - line - 1, cell.width() + 20, line)
                    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, str(place))
                else:
                    room = QRectF(cell.left() - 60, cell.center().y() - line / 2, 55, line)
                    number_of_row = str(place + self._first_row)
                    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number_of_row)

    def _draw_lines(self, painter: QPainter, frame: QRectF) -> None:
        """Draw thin lines between cells that are large enough for them; in an image they would only disturb."""
        rows, columns = self._values.shape
        width, height = frame.width() / columns, frame.height() / rows
        if self._is_square or min(width, height) < 9:
            return
        painter.setPen(QPen(QColor(self._theme.surface), 1))
        for column in range(1, columns):
            x = frame.left() + column * width
            painter.drawLine(round(x), round(frame.top()), round(x), round(frame.bottom()))
        for row in range(1, rows):
            y = frame.top() + row * height
            painter.drawLine(round(frame.left()), round(y), round(frame.right()), round(y))

    def draw_frame(self, painter: QPainter, rect: QRectF, color: str) -> None:
        """Draw a frame around a cell, or several, that is seen on any color."""
        rect = rect.adjusted(-1, -1, 1, 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.surface), 4))
        painter.drawRect(rect)
        painter.setPen(QPen(QColor(color), 2))
        painter.drawRect(rect)

    def _redraw(self) -> None:
        if self._is_ink:
            levels = np.rint(np.clip(self._values, 0, 1) * 255).astype(np.uint8)
            self._show_colors(gray_colors(levels, self._theme))
        else:
            self._show_colors(color_table(self._theme)[color_codes(self._values, self._limit)])
