"""A unit's weights: those on its way in as an image or as bars, those on its way out as bars, and each by number."""

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.network.arrays import Floats
from core.text.number_text import counted
from core.training.cuts import Cut
from gui.look.formatting import number
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.still_text import StillText
from gui.widgets.unit.change_menu import ChangeMenu
from gui.widgets.unit.number_editor import INCOMING, OUTGOING, NumberEditor
from gui.widgets.unit.unit_view import UnitView
from gui.widgets.weights.diverging_colors import fitting_limit
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.weights.unit_bars import UnitBars
from gui.widgets.weights.weight_brush import WeightBrush

_LEAST_IMAGE, _LARGEST_IMAGE = 140, 196
_FACTS = ("bias", "mean |w|", "smallest", "largest")
_POINT = "Point at a weight to read it, click it to set it."
_POINT_PAINTING = "Left button paints, with Shift negative weights; right button erases."


class WeightsSection(QWidget):
    """Live as long as it is fed."""

    cut_requested = Signal(object)
    """The `core.training.cuts.Cut` that is wanted."""

    def __init__(self, change: ChangeMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: UnitView | None = None
        self._change = change
        self._outcome = _POINT
        self._place: int | None = None
        self.image = TileGrid(lambda tile: "")
        self.image.set_labeled(False)
        self.image.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.image.setAccessibleName("incoming weights as an image")
        self.brush = WeightBrush(self.image)
        self.incoming, self.outgoing = UnitBars("incoming weights"), UnitBars("outgoing weights")
        self.values = {name: PlainLabel() for name in _FACTS}
        self.pointed = StillText(2)
        self.pointed.set_text(_POINT)
        self.editor = NumberEditor()
        self._lay_out()
        self.image.pixel_pointed_at.connect(self._on_pixel_pointed_at)
        self.image.tile_chosen.connect(self._on_pixel_chosen)
        self.incoming.unit_clicked.connect(self._on_incoming_clicked)
        self.outgoing.unit_clicked.connect(self._on_outgoing_clicked)
        self.editor.cut_requested.connect(self.cut_requested)
        self.editor.failed.connect(self.show_outcome)
        change.number_requested.connect(self._on_number_requested)
        change.paint_toggled.connect(self._on_paint_toggled)
        change.mirror.toggled.connect(self._on_mirror_toggled)
        self.brush.painted.connect(self._on_painted)
        self.brush.stroke_made.connect(self._on_stroke_made)

    def _lay_out(self) -> None:
        facts = QGridLayout()
        facts.setHorizontalSpacing(8)
        facts.setVerticalSpacing(1)
        for row, (name, value) in enumerate(self.values.items()):
            label = PlainLabel(name)
            set_role(label, "muted")
            facts.addWidget(label, row, 0)
            facts.addWidget(value, row, 1)
        facts.setRowStretch(len(self.values), 1)
        facts.setColumnStretch(1, 1)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self.image, 0, Qt.AlignmentFlag.AlignTop)
        above.addLayout(facts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(above)
        layout.addWidget(self.incoming)
        layout.addWidget(self.outgoing)
        layout.addWidget(self.pointed)
        layout.addWidget(self.editor)
        layout.addStretch(1)

    def show_unit(self, view: UnitView, cuts: tuple[Cut, ...]) -> None:
        """Show a unit, and what was done to it by hand."""
        before, self._view = self._view, view
        self._change.show_unit(view, cuts)
        self.editor.show_unit(view)
        images = view.incoming_images
        self.image.setVisible(len(images) > 0)
        self.incoming.setVisible(not len(images))
        if len(images):
            limit = fitting_limit(view.network.parameters.arrays[view.its_layer.weights.name])
            self.brush.take(images.ravel(), limit, images.shape)
            if not self.brush.is_painting:
                self.image.show_images(images[np.newaxis], limit)
                self._fit_image()
        else:
            self.incoming.set_caption(f"incoming weights from {view.its_layer.inputs:,} units")
            self.incoming.show_values(view.incoming, signed=True)
        weights = view.incoming
        for label, value in zip(
            self.values.values(), (view.bias, abs(weights).mean(), weights.min(), weights.max()), strict=True
        ):
            label.setText(number(float(value)))
        self.outgoing.setVisible(view.outgoing is not None)
        if view.outgoing is not None:
            following = view.following
            assert following is not None
            where = "the outputs" if following.is_output else counted(following.units, following.noun)
            sums = "" if view.sends_one_by_one else "sums of the "
            self.outgoing.set_caption(f"{sums}outgoing weights to {where}")
            self.outgoing.show_values(view.outgoing, signed=True)
        if before is None or before.target != view.target:
            self.show_outcome("")

    def show_outcome(self, text: str) -> None:
        """Say what the last change did, or why there was none, until something else is pointed at; "" for nothing."""
        self._outcome = text or (_POINT_PAINTING if self.brush.is_down else f"{self._what_images()}{_POINT}")
        self.pointed.set_text(self._outcome)

    def _what_images(self) -> str:
        """Say what the images are where they are not one of all pixels."""
        if self._view is None or not self._view.its_layer.source_shape:
            return ""
        layer = self._view.its_layer
        size = " × ".join(map(str, layer.source_shape))
        if layer.source_count > 1:
            return f"{size} weights on each of the {layer.source_count} maps before. "
        if layer.number > 1:
            return f"{size} weights on the one map before. "
        return f"A kernel of {size}, laid on every place of the image. " if layer.map_shape else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the image the largest square that leaves the numbers beside it their room."""
        super().resizeEvent(event)
        self._fit_image()

    def _fit_image(self) -> None:
        room = self.fontMetrics().horizontalAdvance("mean |w| −0.0888888") + 12
        side = max(_LEAST_IMAGE, min(self.width() - room, _LARGEST_IMAGE))
        self.image.set_room(QSize(side, side))
        self.image.setFixedSize(round(self.image.layout_.width), round(self.image.layout_.height))

    @Slot(object)
    def _on_pixel_pointed_at(self, place: tuple[int, int, int] | None) -> None:
        if place is None or self._view is None:
            self._place = None
            self.pointed.set_text(self._outcome)
            return
        layer, (_, row, column) = self._view.its_layer, place
        rows, columns = layer.source_shape
        self._place = int(layer.source_order[columns * row + column])
        source, row = divmod(row, rows)
        of_map = f"map {source}, " if layer.source_count > 1 else ""
        weight = number(float(self._view.incoming[self._place]))
        self.pointed.set_text(f"{of_map}row {row}, column {column}: weight {weight}")

    @Slot(int)
    def _on_pixel_chosen(self, tile: int) -> None:
        if self._place is not None:
            self.editor.choose(INCOMING, self._place)

    @Slot(int)
    def _on_incoming_clicked(self, source: int) -> None:
        self.editor.choose(INCOMING, source)
        self.pointed.set_text(f"from unit {source}: weight {number(float(self.incoming.values[source]))}")

    @Slot(int)
    def _on_outgoing_clicked(self, target: int) -> None:
        if self._view is not None and self._view.sends_one_by_one:
            self.editor.choose(OUTGOING, target)
        self.pointed.set_text(f"to {target}: weight {number(float(self.outgoing.values[target]))}")

    @Slot(bool)
    def _on_number_requested(self, holds: bool) -> None:
        self.editor.begin(holds=holds)

    @Slot(bool)
    def _on_paint_toggled(self, paints: bool) -> None:
        self.brush.is_down = paints
        self.image.setCursor(Qt.CursorShape.CrossCursor if paints else Qt.CursorShape.ArrowCursor)
        self.show_outcome("")

    @Slot(bool)
    def _on_mirror_toggled(self, mirrors: bool) -> None:
        self.brush.mirrors = mirrors

    @Slot(object)
    def _on_painted(self, weights: Floats) -> None:
        if self._view is not None:
            shape = self._view.incoming_images.shape
            self.image.show_images(weights.reshape(1, *shape), self.brush.strength)

    @Slot(object)
    def _on_stroke_made(self, weights: Floats) -> None:
        if self._view is not None:
            self._change.paint_weights(self._view.its_layer.in_order_of_weights(weights))
