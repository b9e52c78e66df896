"""The panel of weights: what each unit looks for in a digit, or in maps, as images, and other layers as tables.

A unit sums the pixels of an image, each times a weight. Laid out like the image, its weights are an image too: blue
where ink speaks for the unit, red where it speaks against. The kernels of a convolution are small images, one for each
map that they are laid on; a dense layer behind maps has weights on each of them.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.dataset import DIGITS, DataPair
from core.explanation.unit_worth import UnitWorth
from core.network.unit_layers import UnitLayer, unit_layers
from core.runs.snapshot import Snapshot
from core.text.number_text import counted
from core.training.cuts import Cut
from core.training.setting_words import describe_cut
from gui.look.formatting import number, percent
from gui.look.theme import set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.icon_button import icon_button
from gui.widgets.panel import Panel
from gui.widgets.weights.color_legend import ColorLegend
from gui.widgets.weights.diverging_colors import fitting_limit
from gui.widgets.weights.layer_matrix import LayerMatrix
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.weights.worth_words import describe_worth


class WeightsPanel(Panel, QWidget):
    """All units as tiles, or as rows of a table."""

    unit_chosen = Signal(int, int)
    """A unit was clicked, or Enter was pressed on it: its layer, counted from 1, and its number."""

    worth_requested = Signal()
    """What each unit of the first layer is worth shall be found out, or not any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._layers: tuple[UnitLayer, ...] = ()
        self._names = DIGITS
        self._limit = 1.0
        self._dead: dict[int, dict[int, int]] = {}
        self._pointed: int | None = None
        self._cell: tuple[int, int] | None = None
        self._cuts: tuple[Cut, ...] = ()
        self._worth: UnitWorth | None = None
        self._worth_update = 0
        self._work = ""

        self.caption = ElidedLabel("Weights of the first layer")
        set_role(self.caption, "muted")
        self.layer = QComboBox()
        self.layer.setAccessibleName("layer whose weights are shown")
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.legend = ColorLegend()
        self.worth = icon_button("toolbar/worth", "What is each unit worth? The test accuracy without it, for each")
        self.worth.clicked.connect(self.worth_requested)
        self.smaller = icon_button("toolbar/minus", "Smaller images")
        self.larger = icon_button("toolbar/plus", "Larger images")
        self.fit = icon_button("toolbar/fit", "As large as fit, and never too small to be told apart")
        self.grid = TileGrid(self.describe, self._tip)
        self.grid.setAccessibleName("weights of each unit")
        self.scroll = _scroll_area(self.grid)
        self.scroll.viewport().installEventFilter(self)
        self.matrix = LayerMatrix()
        self.matrix.setAccessibleName("weights between two layers")
        self.matrix_scroll = _scroll_area(self.matrix)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.scroll)
        self.pages.addWidget(self.matrix_scroll)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(3)
        head.addWidget(self.layer)
        head.addWidget(self.caption, 1)
        head.addWidget(self.legend)
        for button in (self.worth, self.smaller, self.larger, self.fit):
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(5)
        layout.addWidget(self._head)
        layout.addWidget(self.pages, 1)

    def _connect(self) -> None:
        self.layer.activated.connect(self._on_layer_chosen)
        self.matrix.cell_pointed_at.connect(self._on_cell_pointed_at)
        self.grid.tile_pointed_at.connect(self._on_tile_pointed_at)
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.grid.tile_chosen.connect(self._on_tile_chosen)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.fit.clicked.connect(self.grid.zoom_to_fit)

    # --- what is shown

    def show_data(self, data: DataPair) -> None:
        """Call the classes as these data do."""
        self._names = data.class_names
        if self.isVisible():
            self._redraw()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the weights of a network; does nothing while hidden and catches up when shown."""
        if self._snapshot is not None and snapshot.run_id != self._snapshot.run_id:
            self.grid.set_chosen(None)
            self.matrix.mark(None)
        self._snapshot = snapshot
        if self.isVisible():
            self._redraw()

    def select_unit(self, layer: int, unit: int) -> None:
        """Set a unit of a hidden layer off from the others, and bring it into view; both count from 0."""
        if self._snapshot is None:
            return
        # What is not in view has not followed the run, and may have fewer units.
        self._redraw()
        if layer != self.layer.currentIndex():
            self.choose_layer(layer)
        if not self._layers[layer].source_shape:
            self.matrix.mark((unit, 0))
            self._on_cell_pointed_at((unit, 0))
            center = self.matrix.cell_rect((unit, 0)).center()
            self.matrix_scroll.ensureVisible(0, round(center.y()), 0, 40)
            return
        self.grid.set_current(unit)
        self.grid.set_chosen(unit)
        self._pointed = unit
        self._bring_into_view(unit)
        self._show_caption()

    def choose_layer(self, layer: int) -> None:
        """Show the weights of a layer, counted from 0."""
        self.layer.setCurrentIndex(layer)
        self._on_layer_chosen()

    def set_dead_units(self, dead: Mapping[int, int], layer: int = 0) -> None:
        """Mark units that no image activates any more: unit, counted from 0, to the update at which it died."""
        self._dead[layer] = dict(dead)
        if self.isVisible():
            self._redraw()

    def show_cuts(self, cuts: tuple[Cut, ...]) -> None:
        """Tell what was done by hand to units, and is in force."""
        if cuts != self._cuts:
            self._cuts = cuts
            if self.isVisible():
                self._redraw()

    def show_worth(self, worth: UnitWorth | None, update: int = 0) -> None:
        """Write on each tile what the accuracy was without its unit after an update; None takes that away again."""
        self._worth, self._worth_update = worth, update
        self._show_values()
        self._show_caption()

    def _show_values(self) -> None:
        """Write what units are worth on their tiles, and cross out those that are dead."""
        layer, worth = self.layer.currentIndex(), self._worth
        shares = worth.accuracies.tolist() if worth is not None and worth.layer == layer + 1 else []
        self.grid.set_values({unit: percent(share) for unit, share in enumerate(shares)})
        self.grid.set_marks({unit: str(update) for unit, update in self._dead.get(layer, {}).items()})

    def show_work(self, text: str) -> None:
        """Say what is under way in the line above the tiles; "" ends that."""
        self._work = text
        self._show_caption()

    def minimumSizeHint(self) -> QSize:
        """Keep the line above the images, and a row of these."""
        least = super().minimumSizeHint()
        return QSize(self._narrowest(least), least.height()).expandedTo(QSize(260, 150))

    def _narrowest(self, least: QSize) -> int:
        """Return the width that is needed without the legend, which is left out first."""
        return least.width() - (0 if self.legend.isHidden() else self._width_of_legend())

    def _width_of_legend(self) -> int:
        return self.legend.minimumSizeHint().width() + self._head.layout().spacing()

    def sizeHint(self) -> QSize:
        """Ask for room in which ten images are large enough to be looked at."""
        return QSize(560, 260)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while hidden."""
        super().showEvent(event)
        self._redraw()

    def describe(self, unit: int) -> str:
        """Return what is to be said of a unit in one line."""
        if self._snapshot is None:
            return ""
        arrays, layer = self._snapshot.network.parameters.arrays, self._layers[max(self.layer.currentIndex(), 0)]
        weights, bias = arrays[layer.weights.name][..., unit], arrays[layer.biases.name][unit]
        name = f"output {self._names[unit]}" if layer.is_output else f"{layer.noun} {unit}"
        text = f"{name}: bias {number(float(bias))}, mean |w| {number(float(abs(weights).mean()))}"
        worth = self._worth if self._worth is not None and self._worth.layer == layer.number else None
        more = (
            describe_worth(worth, unit, self._worth_update),
            *(describe_cut(cut, layer.layout) for cut in self._cuts_of(unit)),
            self._death(unit),
        )
        return ", ".join((text, *filter(None, more)))

    def _cuts_of(self, unit: int) -> tuple[Cut, ...]:
        return tuple(cut for cut in self._cuts if cut.target == (self.layer.currentIndex() + 1, unit))

    def _tip(self, unit: int) -> str:
        """Return what is to be said in a tooltip: what the line above says is not said again."""
        return self.describe(unit) if self.caption.is_cut else ""

    def _death(self, unit: int) -> str:
        dead = self._dead.get(self.layer.currentIndex(), {})
        return f"dead since update {dead[unit]:,}: no training image activates it" if unit in dead else ""

    def _redraw(self) -> None:
        if self._snapshot is None:
            return
        network = self._snapshot.network
        self._offer_layers(unit_layers(network.parameters.layout))
        layer = self._layers[self.layer.currentIndex()]
        weights = network.parameters.arrays[layer.weights.name]
        self._limit = fitting_limit(weights)
        self.legend.set_limit(self._limit)
        if layer.source_shape:
            self.grid.show_images(layer.source_images(weights), self._limit)
        else:
            self.matrix.show_layer(weights, self._limit, self._names if layer.is_output else ())
        self._show_values()
        self._show_caption()

    def _offer_layers(self, layers: tuple[UnitLayer, ...]) -> None:
        """Offer the layers of a network; the one that was shown stays, where there is one."""
        if layers is self._layers:
            return
        self._layers, chosen = layers, self.layer.currentIndex()
        self.layer.clear()
        for index, layer in enumerate(layers):
            self.layer.addItem("Output" if layer.is_output else f"Layer {layer.number}")
            tip = f"{counted(layer.units, layer.noun)}, each of {counted(layer.inputs, 'input')}"
            self.layer.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self.layer.setVisible(len(layers) > 1)
        self.layer.setCurrentIndex(chosen if 0 <= chosen < len(layers) else 0)
        self._show_page()

    def _show_page(self) -> None:
        has_tiles = bool(self._layers[self.layer.currentIndex()].source_shape)
        self.pages.setCurrentWidget(self.scroll if has_tiles else self.matrix_scroll)
        self.worth.setVisible(self.layer.currentIndex() == 0)
        for button in (self.smaller, self.larger, self.fit):
            button.setVisible(has_tiles)

    def _show_caption(self) -> None:
        if self._snapshot is None:
            return
        if self._work:
            self.caption.setText(self._work)
            return
        layer = self._layers[self.layer.currentIndex()]
        if not layer.source_shape and self._cell is not None and self._cell < self.matrix.values.shape:
            self.caption.setText(self.matrix.describe(self._cell))
            return
        if layer.source_shape and self._pointed is not None and self._pointed < layer.units:
            self.caption.setText(self.describe(self._pointed))
            return
        units = f"{layer.units:,} {'outputs' if layer.is_output else 'hidden units'}"
        if layer.map_shape:
            units = f"{layer.units:,} maps: kernels of {layer.source_shape[0]} × {layer.source_shape[1]}"
        dead = len(self._dead.get(layer.number - 1, {}))
        changed = len({cut.unit for cut in self._cuts if cut.layer == layer.number})
        counts = (f"{dead:,} dead" if dead else "", f"{changed:,} changed by hand" if changed else "")
        self.caption.setText(", ".join((f"Weights of {units}", *filter(None, counts))))

    # --- what the user does

    @Slot(int)
    def _on_tile_chosen(self, unit: int) -> None:
        self.unit_chosen.emit(self.layer.currentIndex() + 1, unit)

    @Slot(object)
    def _on_cell_chosen(self, cell: tuple[int, int]) -> None:
        self.unit_chosen.emit(self.layer.currentIndex() + 1, cell[0])

    @Slot()
    def _on_layer_chosen(self) -> None:
        self._pointed = self._cell = None
        self._show_page()
        self._redraw()

    @Slot(object)
    def _on_cell_pointed_at(self, cell: tuple[int, int] | None) -> None:
        self._cell = cell
        self._show_caption()

    @Slot(object)
    def _on_tile_pointed_at(self, unit: int | None) -> None:
        self._pointed = unit
        if unit is not None and self.grid.hasFocus() and unit == self.grid.current:
            self._bring_into_view(unit)
        self._show_caption()

    def _bring_into_view(self, unit: int) -> None:
        center = self.grid.center(unit)
        self.scroll.ensureVisible(center.x(), center.y(), 40, 40)

    @Slot()
    def _on_smaller(self) -> None:
        self.grid.zoom_by(-1)

    @Slot()
    def _on_larger(self) -> None:
        self.grid.zoom_by(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the tiles out anew."""
        super().resizeEvent(event)
        self.legend.setVisible(self.width() >= self._narrowest(super().minimumSizeHint()) + self._width_of_legend())
        self._give_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Zoom with Ctrl and wheel; notice when a scroll bar takes room away."""
        if watched is self.scroll.viewport():
            if event.type() == QEvent.Type.Resize:
                self._give_room()
            elif isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.grid.zoom_by(1 if event.angleDelta().y() > 0 else -1)
                return True
        return super().eventFilter(watched, event)

    def _give_room(self) -> None:
        # Always as if the scroll bar were there: its coming and going must not change the layout that made it.
        bar = self.scroll.verticalScrollBar().sizeHint().width()
        self.grid.set_room(QSize(self.scroll.width() - bar, self.scroll.height()))


def _scroll_area(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
