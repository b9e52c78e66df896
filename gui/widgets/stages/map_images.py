"""Maps, or kernels, side by side as images whose cells can be pointed at, with a part of each framed."""

from math import ceil, prod, sqrt

import numpy as np
from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.explanation.sheets import Frame
from core.explanation.stage import Cell
from core.network.arrays import Floats
from gui.widgets.heat_map import HeatMap


class MapImages(HeatMap):
    """Maps in about a square; or, where two numbers tell which, the first down and the second across."""

    place_pointed_at = Signal(object)
    """Where in the maps the pointer is, such as (map, row, column), or None."""

    place_chosen = Signal(object)
    """Where in the maps was clicked, or gone to by an arrow key."""

    def __init__(self, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(caption, is_square=True, parent=parent)
        self._maps: Floats = np.zeros((1, 1, 1), np.float32)
        self._across = 1
        self._frame: Frame | None = None
        self.set_axes("", "", self._place_name)
        self.cell_pointed_at.connect(self._on_pointed_at)
        self.cell_chosen.connect(self._on_chosen)

    @property
    def maps(self) -> Floats:
        """What is shown."""
        return self._maps

    @property
    def frame_in_maps(self) -> Frame | None:
        """The part of each map that is framed."""
        return self._frame

    def show_maps(self, maps: Floats, *, is_ink: bool = False, frame: Frame | None = None) -> None:
        """Show maps.

        Parameters
        ----------
        maps : float array of shape (maps, rows, columns) or (down, across, rows, columns)
            The numbers.
        is_ink : bool
            Whether they are ink from 0 to 1.
        frame : Frame, optional
            A part that is framed in each map.
        """
        *which, rows, columns = maps.shape
        count = prod(which)
        self._across = which[-1] if len(which) > 1 and which[0] > 1 else ceil(sqrt(count))
        down = ceil(count / self._across)
        places = np.zeros((down * self._across, rows, columns), maps.dtype)
        places[:count] = maps.reshape(count, rows, columns)
        by_row = places.reshape(down, self._across, rows, columns).transpose(0, 2, 1, 3)
        self._maps, self._frame = maps, frame
        self.set_ink(is_ink)
        self.show_values(by_row.reshape(down * rows, self._across * columns))

    def mark_place(self, place: Cell | None) -> None:
        """Frame one number, or none."""
        self.mark(None if place is None else self._cell_of(place))

    def rect_of(self, place: Cell) -> QRectF:
        """Return where a number of the maps is painted."""
        return self.cell_rect(self._cell_of(place))

    def _cell_of(self, place: Cell) -> tuple[int, int]:
        *which, row, column = place
        *of, rows, columns = self._maps.shape
        down, across = divmod(int(np.ravel_multi_index(which, of)), self._across)
        return down * rows + row, across * columns + column

    def _place_of(self, cell: tuple[int, int] | None) -> Cell | None:
        """Return where in the maps a cell is; None where no map is."""
        if cell is None:
            return None
        *which, rows, columns = self._maps.shape
        (down, row), (across, column) = divmod(cell[0], rows), divmod(cell[1], columns)
        index = down * self._across + across
        if index >= prod(which):
            return None
        return *map(int, np.unravel_index(index, which)), row, column

    def _place_name(self, row: int, column: int) -> str:
        place = self._place_of((row, column))
        if place is None:
            return "no map"
        *which, row, column = place
        # One map alone needs no number.
        several = [str(each) for each, size in zip(which, self._maps.shape, strict=False) if size > 1]
        return f"{'map ' * bool(several)}{', '.join(several)}{', ' * bool(several)}row {row}, column {column}"

    @Slot(object)
    def _on_pointed_at(self, cell: tuple[int, int] | None) -> None:
        self.place_pointed_at.emit(self._place_of(cell))

    @Slot(object)
    def _on_chosen(self, cell: tuple[int, int]) -> None:
        if (place := self._place_of(cell)) is not None:
            self.place_chosen.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, then what sets maps apart, then the frames."""
        super().paintEvent(event)
        painter = QPainter(self)
        which = self._maps.shape[:-2]
        frame = self.frame()
        painter.setPen(QPen(QColor(self._theme.border), 1))
        down = ceil(prod(which) / self._across)
        for place in range(1, down):
            y = frame.top() + place * frame.height() / down
            painter.drawLine(round(frame.left()), round(y), round(frame.right()), round(y))
        for place in range(1, self._across):
            x = frame.left() + place * frame.width() / self._across
            painter.drawLine(round(x), round(frame.top()), round(x), round(frame.bottom()))
        if self._frame is not None:
            for place in range(prod(which)):
                self._draw_part(painter, place, self._frame)

    def _draw_part(self, painter: QPainter, index: int, part: Frame) -> None:
        """Frame a part of a map, as far as it lies in the map."""
        *_, rows, columns = self._maps.shape
        row, column, height, width = part
        first = max(row, 0), max(column, 0)
        last = min(row + height, rows) - 1, min(column + width, columns) - 1
        down, across = divmod(index, self._across)
        corner, opposite = (
            self.cell_rect((down * rows + place[0], across * columns + place[1])) for place in (first, last)
        )
        self.draw_frame(painter, corner.united(opposite), self._theme.text)
