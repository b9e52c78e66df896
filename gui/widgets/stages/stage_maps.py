"""A stage of maps or kernels: all of them as images, and below what the number under the pointer is made of."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.explanation.sheets import Sheet
from core.explanation.stage import Cell, Stage
from core.network.arrays import Floats
from gui.widgets.stages.map_images import MapImages

_MOST_SHEETS = 3

_LEAST_WIDTH = 40
"""Of a sheet, in pixels: three have room side by side in a small window with large text."""


class MapsPage(QWidget):
    """Maps of one image, the same map of all images, or kernels; and the sheets of one number."""

    cell_pointed_at = Signal(object, object)
    """Cell under the pointer, and which of the images kept in full it belongs to (None for all); or None, None."""

    cell_chosen = Signal(object, object)
    """A cell was chosen, and which of the images kept in full it belongs to (None for all)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage: Stage | None = None
        self._row: int | None = None
        self._example_row = 0
        self._cell: Cell = ()
        self.maps = MapImages()
        self.sheets = [MapImages() for _ in range(_MOST_SHEETS)]
        self._below = QWidget()
        row = QHBoxLayout(self._below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for sheet in self.sheets:
            sheet.setMinimumWidth(_LEAST_WIDTH)
            row.addWidget(sheet, 1)
        # Of three side by side, none can keep its width in a small window with large text.
        self._below.setMinimumWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.maps, 3)
        column.addWidget(self._below, 2)
        self.maps.place_pointed_at.connect(self._on_pointed_at)
        self.maps.place_chosen.connect(self._on_chosen)

    def show_stage(self, stage: Stage, array: Floats, row: int | None, cell: Cell, example_row: int) -> None:
        """Show a stage and mark a cell of it.

        Parameters
        ----------
        stage : Stage
            A stage of maps or kernels.
        array : float array
            Its numbers.
        row : int or None
            The image, counted among those kept in full; None for the batch as a whole.
        cell : Cell
            The cell whose terms are shown.
        example_row : int
            The image that the cell belongs to, where each has its own.
        """
        self._stage, self._row, self._cell, self._example_row = stage, row, cell, example_row
        whose = ""
        if self._shows_all_images:
            array, whose = (
                array[:, cell[0]],
                f", map {cell[0]} of each image" if stage.axes[0].size > 1 else ", each image",
            )
        elif not stage.is_maps:
            # From each incoming map (down) to each kernel (across).
            array = array.transpose(0, 3, 1, 2)
        self.maps.show_maps(array, is_ink=stage.is_ink)
        self.maps.set_caption(f"{stage.symbol}{whose}")
        self.maps.setAccessibleName(stage.title)
        self.maps.mark_place(self._place_of(cell, example_row))
        self._show_sheets(cell, self._row_of_cell)

    @property
    def _shows_all_images(self) -> bool:
        return self._stage is not None and self._stage.is_maps and self._row is None and self._stage.is_by_image

    @property
    def _row_of_cell(self) -> int | None:
        """Whose the chosen cell is; None for all images."""
        return self._example_row if self._shows_all_images else self._row

    def _place_of(self, cell: Cell, row: int) -> Cell:
        """Return where among the images a cell of the stage is."""
        if self._shows_all_images:
            return (row, *cell[1:])
        return cell if len(cell) < 4 else (cell[0], cell[3], *cell[1:3])

    def _cell_at(self, place: Cell) -> tuple[Cell, int | None]:
        """Return the cell of the stage at a place among the images, and whose it is."""
        if self._shows_all_images:
            row, *rest = place
            return (self._cell[0], *rest), row
        return (place if len(place) < 4 else (place[0], *place[2:], place[1])), self._row

    def _show_sheets(self, cell: Cell, row: int | None) -> None:
        assert self._stage is not None
        sheets = () if row is None and not self._stage.is_update else self._stage.sheets(cell, row or 0)
        for images, sheet in zip(self.sheets, (*sheets, *[None] * (_MOST_SHEETS - len(sheets))), strict=True):
            images.setVisible(sheet is not None)
            if sheet is not None:
                _show(images, sheet)
        self._below.setVisible(bool(sheets))

    @Slot(object)
    def _on_pointed_at(self, place: Cell | None) -> None:
        if place is None:
            self._show_sheets(self._cell, self._row_of_cell)
            self.cell_pointed_at.emit(None, None)
            return
        cell, row = self._cell_at(place)
        self._show_sheets(cell, row)
        self.cell_pointed_at.emit(cell, row)

    @Slot(object)
    def _on_chosen(self, place: Cell) -> None:
        self.cell_chosen.emit(*self._cell_at(place))


def _show(images: MapImages, sheet: Sheet) -> None:
    images.set_caption(sheet.caption)
    images.setAccessibleName(sheet.name)
    images.show_maps(np.asarray(sheet.maps), is_ink=sheet.is_ink, frame=sheet.frame)
