"""The first layer's weights in a stage: an image for each unit, and one unit's weight, gradient and change large."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from core.explanation.stage import Cell, Stage
from core.network.arrays import IMAGE_SIDE, Floats
from gui.look.theme import set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.heat_map import HeatMap
from gui.widgets.weights.diverging_colors import SteadyScale
from gui.widgets.weights.tile_grid import TileGrid

SIDE_MINIMUM = 58
"""Two tiles of the smallest size."""


class TilesPage(QWidget):
    """The first layer: an image for each unit, and weight, gradient and change of the chosen unit side by side."""

    cell_pointed_at = Signal(object)
    """(pixel, unit) under the pointer, or None."""

    cell_chosen = Signal(object)
    """(pixel, unit) that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cell: Cell = (0, 0)
        self._shown_unit = -1
        self._scale = SteadyScale()
        self.grid = TileGrid(self._describe)
        self.grid.setMinimumWidth(SIDE_MINIMUM)
        self.grid.setAccessibleName("One image for each unit")
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("Images of all units")
        # The keyboard goes to the images themselves, which scroll with it.
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.grid)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(SIDE_MINIMUM)
        self._scroll.installEventFilter(self)
        self.caption = ElidedLabel()
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_role(self.caption, "muted")
        self._tiles = QWidget()
        column = QVBoxLayout(self._tiles)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.caption)
        column.addWidget(self._scroll, 1)
        self.weight, self.gradient, self.change = (HeatMap(name, is_square=True) for name in ("W", "dW", "change"))
        policy = self.change.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.change.setSizePolicy(policy)
        for image in (self.weight, self.gradient, self.change):
            image.cell_pointed_at.connect(self._on_pixel_pointed_at)
            image.cell_chosen.connect(self._on_pixel_chosen)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._is_wide: bool | None = None
        self._arrange(is_wide=False)
        self.grid.tile_chosen.connect(self._on_tile_chosen)

    def show_weights(self, stage: Stage, array: Floats, cell: Cell, *, is_part: bool) -> None:
        """Show numbers of the first layer's weights.

        Parameters
        ----------
        stage : Stage
            The gradient's or the update's stage of the first layer's weights.
        array : float array of shape (784, units)
            Its numbers.
        cell : Cell
            The one that is marked: (pixel, unit).
        is_part : bool
            Whether a gradient is that of one image, which is a part of the batch's.
        """
        self._cell = cell
        pixel, unit = cell
        self.grid.show_weights(array.astype(np.float32, copy=False), self._scale.follow(array))
        self.grid.set_current(unit)
        self.grid.set_chosen(unit)
        if unit != self._shown_unit:
            self._shown_unit = unit
            self._bring_into_view()
        explanation, name = stage.explanation, stage.symbol.removeprefix("d")
        gradient = explanation.gradient.weights[0] if stage.is_update else array
        whose = ", this image" if is_part and not stage.is_update else ""
        self.caption.setText(f"{'change' if stage.is_update else stage.symbol} by unit, {unit} chosen")
        place = divmod(pixel, IMAGE_SIDE)
        for image, numbers, caption, in_words in (
            (self.weight, explanation.before.weights[0], name, "weights"),
            (self.gradient, gradient, f"d{name}{whose}", f"gradient by the weights{whose}"),
            (self.change, explanation.change.weights[0], "change", "change of the weights by this update"),
        ):
            image.set_caption(caption)
            image.setAccessibleName(f"{in_words}, from each pixel to unit {unit}")
            image.show_values(numbers[:, unit].reshape(IMAGE_SIDE, IMAGE_SIDE))
            image.mark(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the three images where they become largest."""
        super().resizeEvent(event)
        self._arrange(is_wide=min(self.width() / 3, self.height() * 0.6) >= min(self.width(), self.height()) / 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the tiles fill their share whenever it changes."""
        if event.type() == QEvent.Type.Resize:
            bar = self._scroll.verticalScrollBar().sizeHint().width()
            self._shown_unit = -1
            self.grid.set_room(QSize(self._scroll.width() - bar - 2, self._scroll.height() - 2))
        return super().eventFilter(watched, event)

    def _bring_into_view(self) -> None:
        tile = self.grid.tile_rect(self._cell[1]).toAlignedRect()
        self._scroll.ensureVisible(0, tile.bottom(), 0, 2)
        self._scroll.ensureVisible(0, tile.top(), 0, 2)

    def _arrange(self, *, is_wide: bool) -> None:
        """Lay out three images in a row below the tiles, or two by two with the tiles as the first."""
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        for widget in (self._tiles, self.weight, self.gradient, self.change):
            self._grid.removeWidget(widget)
        if is_wide:
            self._grid.addWidget(self._tiles, 0, 0, 1, 3)
            for column, image in enumerate((self.weight, self.gradient, self.change)):
                self._grid.addWidget(image, 1, column)
        else:
            self._grid.addWidget(self._tiles, 0, 0)
            self._grid.addWidget(self.weight, 0, 1)
            self._grid.addWidget(self.gradient, 1, 0)
            self._grid.addWidget(self.change, 1, 1)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if is_wide or column < 2 else 0)
        self._grid.setRowStretch(0, 2 if is_wide else 1)
        self._grid.setRowStretch(1, 3 if is_wide else 1)

    def _describe(self, tile: int) -> str:
        return f"unit {tile}: click to see its images large"

    @Slot(object)
    def _on_pixel_pointed_at(self, place: tuple[int, int] | None) -> None:
        self.cell_pointed_at.emit(None if place is None else (place[0] * IMAGE_SIDE + place[1], self._cell[1]))

    @Slot(object)
    def _on_pixel_chosen(self, place: tuple[int, int]) -> None:
        self.cell_chosen.emit((place[0] * IMAGE_SIDE + place[1], self._cell[1]))

    @Slot(int)
    def _on_tile_chosen(self, tile: int) -> None:
        self.cell_chosen.emit((self._cell[0], tile))
