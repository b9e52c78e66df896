"""A stage's numbers as they are drawn: the digit, bars, cells, maps, or one 28x28 image for each unit of layer 1."""

from math import ceil, sqrt

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.explanation.stage import Cell, Stage
from core.explanation.units import KERNEL_AXES, Units
from core.network.arrays import IMAGE_SIDE, Floats
from gui.widgets.heat_map import HeatMap
from gui.widgets.stages.stage_bars import MOST, StageBars
from gui.widgets.stages.stage_loss import LossCurve
from gui.widgets.stages.stage_maps import MapsPage
from gui.widgets.stages.stage_tiles import TilesPage
from gui.widgets.weights.unit_bars import UnitBars


class StageDisplay(QStackedWidget):
    """Shows any stage; cells are pointed at and chosen alike however it is drawn."""

    cell_pointed_at = Signal(object, object)
    """Cell under the pointer and image of the batch (or None) it belongs to; None, None when it leaves."""

    cell_chosen = Signal(object, object)
    """A cell was clicked, and the image of the batch (or None) it belongs to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage: Stage | None = None
        self._example: int | None = None
        self._cell: Cell = ()
        self.ink = HeatMap("ink", is_square=True, is_ink=True)
        self.bars = StageBars()
        self.many_bars = UnitBars("")
        self.cells = HeatMap()
        self.montage = HeatMap("all images", is_square=True, is_ink=True)
        self.loss = LossCurve()
        self.tiles = TilesPage()
        self.maps = MapsPage()
        for page in self._pages:
            self.addWidget(page)
        self.ink.cell_pointed_at.connect(self._on_pixel_pointed_at)
        self.ink.cell_chosen.connect(self._on_pixel_chosen)
        self.bars.bar_pointed_at.connect(self._on_bar_pointed_at)
        self.bars.bar_chosen.connect(self._on_bar_chosen)
        self.many_bars.unit_pointed_at.connect(self._on_bar_pointed_at)
        self.many_bars.unit_clicked.connect(self._on_bar_chosen)
        self.montage.set_axes("", "", self._montage_name)
        for cells in (self.cells, self.montage):
            cells.cell_pointed_at.connect(self._on_cell_pointed_at)
            cells.cell_chosen.connect(self._on_cell_chosen)
        self.tiles.cell_pointed_at.connect(self._on_tile_pointed_at)
        self.tiles.cell_chosen.connect(self._on_tile_chosen)
        self.maps.cell_pointed_at.connect(self._on_map_pointed_at)
        self.maps.cell_chosen.connect(self._on_map_chosen)

    @property
    def _pages(self) -> tuple[HeatMap | StageBars | UnitBars | LossCurve | TilesPage | MapsPage, ...]:
        return (self.ink, self.bars, self.many_bars, self.cells, self.montage, self.loss, self.tiles, self.maps)

    def show_stage(self, stage: Stage, example: int | None, cell: Cell, image: int) -> None:
        """Show a stage and mark a cell of it.

        Parameters
        ----------
        stage : Stage
            One stage of an update.
        example : int or None
            An image of the batch, or None for the batch as a whole.
        cell : Cell
            The cell whose terms are shown.
        image : int
            The image of the batch that the cell belongs to, where each has its own.
        """
        self._stage, self._example, self._cell = stage, example, cell
        explanation, array = stage.explanation, stage.values(example)
        shows_images = [units.kind for units in stage.axes] == ["pixel"]
        if not stage.axes and example is not None:
            row = explanation.row(example)
            self.loss.show_point(
                float(explanation.probabilities[row, explanation.labels[row]]), float(explanation.losses[example])
            )
            self.setCurrentWidget(self.loss)
        elif stage.is_weights and stage.axes[0].kind == "pixel":
            self.tiles.show_weights(stage, array, cell, is_part=example is not None)
            self.setCurrentWidget(self.tiles)
        elif stage.is_maps or len(stage.axes) == KERNEL_AXES:
            row = None if example is None else explanation.row(example)
            self.maps.show_stage(stage, array, row, cell, explanation.row(image))
            self.setCurrentWidget(self.maps)
        elif shows_images and array.ndim == 1:
            self.ink.set_ink(stage.is_ink)
            self.ink.show_values(array.reshape(IMAGE_SIDE, IMAGE_SIDE))
            self.ink.mark(divmod(cell[0], IMAGE_SIDE))
            self.setCurrentWidget(self.ink)
        elif shows_images:
            self.montage.set_ink(stage.is_ink)
            self.montage.show_values(_montage(array))
            self.montage.mark(self._place_in_montage(explanation.row(image), cell[0]))
            self.setCurrentWidget(self.montage)
        elif array.ndim == 2:
            self._show_cells(stage, array, image)
        elif len(array) <= MOST:
            self._show_bars(stage, array)
        else:
            self._show_many_bars(stage, array)
        self.currentWidget().setAccessibleName(stage.title)

    def _show_cells(self, stage: Stage, array: Floats, image: int) -> None:
        cell, page = self._cell, self.cells
        page.show_values(array)
        page.set_caption(stage.symbol)
        if stage.is_weights:
            page.set_axes(*map(_axis, stage.axes), self._cell_name)
            page.mark((cell[0], cell[1]))
        else:
            page.set_axes("image", _axis(stage.units), self._cell_name, stage.explanation.first + 1)
            page.mark((stage.explanation.row(image), cell[0]))
        self.setCurrentWidget(page)

    def _show_bars(self, stage: Stage, array: Floats) -> None:
        explanation, is_by_image = stage.explanation, not stage.axes
        is_output = not is_by_image and stage.units.is_output
        names = stage.units.labels if is_output else tuple(str(place + is_by_image) for place in range(len(array)))
        truth = None
        if is_output and self._example is not None and not stage.is_update:
            truth = int(explanation.labels[explanation.row(self._example)])
        self.bars.show_values(array, names, truth)
        self.bars.mark(self._cell[0] if self._cell else None)
        self.setCurrentWidget(self.bars)

    def _show_many_bars(self, stage: Stage, array: Floats) -> None:
        caption, explanation = "one bar for each unit", stage.explanation
        if not stage.axes:
            caption = "loss of each image"
            if len(array) > len(explanation.inputs):
                # Twenty thousand bars are too many to be seen; those of the images that can be followed are not.
                array = array[explanation.first : explanation.last + 1]
                caption = f"loss of images {explanation.first + 1:,} to {explanation.last + 1:,}"
        self.many_bars.set_caption(caption)
        self.many_bars.show_values(array, signed=bool((array < 0).any()))
        self.many_bars.mark(self._cell[0] if self._cell else None)
        self.setCurrentWidget(self.many_bars)

    def _cell_name(self, row: int, column: int) -> str:
        """Return what stands at a cell of the table: its rows are inputs of weights, or images."""
        assert self._stage is not None
        unit = self._stage.units.name(column)
        if self._stage.is_weights:
            return f"{self._stage.axes[0].name(row)} to {unit}"
        return f"image {self._stage.explanation.first + row + 1}, {unit}"

    def _from_table(self, cell: tuple[int, int]) -> tuple[Cell, int | None]:
        """Return cell and image of a cell of the table: its rows are images, or inputs of weights."""
        assert self._stage is not None
        if self._stage.is_weights:
            return cell, self._example
        row, unit = self._from_montage(*cell) if self._stage.units.kind == "pixel" else cell
        return (unit,), self._stage.explanation.first + row

    def _from_montage(self, row: int, column: int) -> tuple[int, int]:
        """Return which image, and which pixel of it, stands at a cell of all images."""
        columns = self.montage.values.shape[1] // IMAGE_SIDE
        image = row // IMAGE_SIDE * columns + column // IMAGE_SIDE
        return image, row % IMAGE_SIDE * IMAGE_SIDE + column % IMAGE_SIDE

    def _place_in_montage(self, image: int, pixel: int) -> tuple[int, int]:
        columns = self.montage.values.shape[1] // IMAGE_SIDE
        (down, across), (row, column) = divmod(image, columns), divmod(pixel, IMAGE_SIDE)
        return down * IMAGE_SIDE + row, across * IMAGE_SIDE + column

    def _montage_name(self, row: int, column: int) -> str:
        return self._cell_name(*self._from_montage(row, column))

    @Slot(object)
    def _on_pixel_pointed_at(self, place: tuple[int, int] | None) -> None:
        if place is None:
            self.cell_pointed_at.emit(None, None)
        else:
            self.cell_pointed_at.emit((place[0] * IMAGE_SIDE + place[1],), self._example)

    @Slot(object)
    def _on_pixel_chosen(self, place: tuple[int, int]) -> None:
        self.cell_chosen.emit((place[0] * IMAGE_SIDE + place[1],), self._example)

    @Slot(object)
    def _on_bar_pointed_at(self, place: int | None) -> None:
        if place is None or self._stage is None or not self._stage.axes:
            self.cell_pointed_at.emit(None, None)
        else:
            self.cell_pointed_at.emit((place,), self._example)

    @Slot(int)
    def _on_bar_chosen(self, place: int) -> None:
        if self._stage is not None and not self._stage.axes:
            self.cell_chosen.emit((), self._stage.explanation.first + place)
        else:
            self.cell_chosen.emit((place,), self._example)

    @Slot(object)
    def _on_cell_pointed_at(self, cell: tuple[int, int] | None) -> None:
        place = (None, None) if cell is None else self._from_table(cell)
        self.cell_pointed_at.emit(*(place if self._is_there(place[1]) else (None, None)))

    def _is_there(self, example: int | None) -> bool:
        """Return whether an image exists; the last row of all images need not be full."""
        return example is None or (self._stage is not None and example <= self._stage.explanation.last)

    @Slot(object)
    def _on_cell_chosen(self, cell: tuple[int, int]) -> None:
        chosen, example = self._from_table(cell)
        if self._is_there(example):
            self.cell_chosen.emit(chosen, example)

    @Slot(object)
    def _on_tile_pointed_at(self, cell: Cell | None) -> None:
        self.cell_pointed_at.emit(cell, self._example if cell else None)

    @Slot(object)
    def _on_tile_chosen(self, cell: Cell) -> None:
        self.cell_chosen.emit(cell, self._example)

    @Slot(object, object)
    def _on_map_pointed_at(self, cell: Cell | None, row: int | None) -> None:
        self.cell_pointed_at.emit(cell, self._example_of(row))

    @Slot(object, object)
    def _on_map_chosen(self, cell: Cell, row: int | None) -> None:
        self.cell_chosen.emit(cell, self._example_of(row))

    def _example_of(self, row: int | None) -> int | None:
        """Return which image of the batch one of those kept in full is."""
        return None if row is None or self._stage is None else self._stage.explanation.first + row


def _axis(units: Units) -> str:
    return f"unit of layer {units.layer}" if units.kind == "unit" else units.kind


def _montage(images: Floats) -> Floats:
    """Return images of shape (n, 784) side by side in about a square, shape (28 rows, 28 columns)."""
    count = len(images)
    columns = ceil(sqrt(count))
    rows = ceil(count / columns)
    places = np.zeros((rows * columns, IMAGE_SIDE, IMAGE_SIDE), images.dtype)
    places[:count] = images.reshape(count, IMAGE_SIDE, IMAGE_SIDE)
    by_row = places.reshape(rows, columns, IMAGE_SIDE, IMAGE_SIDE).transpose(0, 2, 1, 3)
    return by_row.reshape(rows * IMAGE_SIDE, columns * IMAGE_SIDE)
