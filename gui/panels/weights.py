"""The panel of weight pictures: what each unit of the first layer looks for in a digit.

A unit sums the pixels of a picture, each times a weight. Laid out like the picture, its weights are a picture too: blue
where ink speaks for the unit, red where it speaks against.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from core.snapshot import Snapshot
from gui.look.formatting import number
from gui.look.icons import line_icon
from gui.look.theme import LIGHT, Theme, set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.weights.color_legend import ColorLegend
from gui.widgets.weights.diverging_colors import SteadyScale
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.weights.unit_detail import UnitDetail, unit_name


class WeightsPanel(QWidget):
    """All units as tiles, and any of them large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._run_id = ""
        self._scale = SteadyScale()
        self._dead: dict[int, int] = {}
        self._pointed: int | None = None

        self.caption = ElidedLabel("Weights of the first layer")
        set_role(self.caption, "muted")
        self.legend = ColorLegend()
        self.smaller = _button("Smaller images")
        self.larger = _button("Larger images")
        self.fit = _button("All images at once, or as many as fit")
        self.grid = TileGrid(self.describe)
        self.grid.setAccessibleName("weights of each unit of the first layer")
        self.scroll = QScrollArea()
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setWidget(self.grid)
        self.scroll.viewport().installEventFilter(self)
        self.detail = UnitDetail()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.scroll)
        self.pages.addWidget(self.detail)
        self._lay_out()
        self._connect()
        self.set_theme(LIGHT)

    def _lay_out(self) -> None:
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(4)
        head.addWidget(self.caption, 1)
        head.addWidget(self.legend)
        for button in (self.smaller, self.larger, self.fit):
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(5)
        layout.addWidget(self._head)
        layout.addWidget(self.pages, 1)

    def _connect(self) -> None:
        self.grid.tile_pointed_at.connect(self._on_tile_pointed_at)
        self.grid.tile_chosen.connect(self.open_unit)
        self.detail.closed.connect(self.close_unit)
        self.detail.unit_asked_for.connect(self.open_unit)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.fit.clicked.connect(self.grid.zoom_to_fit)

    # --- what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the first layer of a network; does nothing while hidden and catches up when shown."""
        self._snapshot = snapshot
        if self.isVisible():
            self._redraw()

    def set_dead_units(self, dead: Mapping[int, int]) -> None:
        """Mark units that no image activates any more: unit, counted from 0, to the update at which it died."""
        self._dead = dict(dead)
        self.grid.set_marks({unit: str(update) for unit, update in dead.items()})
        if self.isVisible():
            self._redraw()

    def minimumSizeHint(self) -> QSize:
        """Keep the line above the pictures, and a row of these."""
        return super().minimumSizeHint().expandedTo(QSize(260, 150))

    def sizeHint(self) -> QSize:
        """Ask for room in which ten pictures are large enough to be looked at."""
        return QSize(560, 260)

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self._theme = theme
        for widget in (self.grid, self.detail, self.legend):
            widget.set_theme(theme)
        for button, icon in ((self.smaller, "minus"), (self.larger, "plus"), (self.fit, "fit")):
            button.setIcon(line_icon(f"toolbar/{icon}", theme))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while hidden."""
        super().showEvent(event)
        self._redraw()

    def describe(self, unit: int) -> str:
        """Return what is to be said of a unit in one line."""
        if self._snapshot is None:
            return ""
        network = self._snapshot.network
        weights, bias = network.parameters.weights[0][:, unit], network.parameters.biases[0][unit]
        text = f"{unit_name(network, unit)}: bias {number(float(bias))}, mean |w| {number(float(abs(weights).mean()))}"
        return f"{text}, {self._death(unit)}" if unit in self._dead else text

    def _death(self, unit: int) -> str:
        return f"dead since update {self._dead[unit]:,}: no training image activates it" if unit in self._dead else ""

    def _redraw(self) -> None:
        if self._snapshot is None:
            return
        network, run_id = self._snapshot.network, self._snapshot.run_id
        weights = network.parameters.weights[0]
        if run_id != self._run_id:
            self._run_id = run_id
            self._scale.forget()
        limit = self._scale.follow(weights)
        self.legend.set_limit(limit)
        if self.pages.currentWidget() is self.detail:
            if self.detail.unit < weights.shape[1]:
                self.detail.show_unit(network, self.detail.unit, limit, self._death(self.detail.unit))
            else:
                self.close_unit()
        else:
            self.grid.show_weights(weights, limit)
        self._show_caption()

    def _show_caption(self) -> None:
        if self._snapshot is None:
            return
        sizes = self._snapshot.network.layer_sizes
        if self._pointed is not None and self._pointed < sizes[1]:
            self.caption.setText(self.describe(self._pointed))
            return
        units = f"{sizes[1]:,} hidden units" if len(sizes) > 2 else f"{sizes[1]} outputs"
        dead = f", {len(self._dead):,} dead" if self._dead else ""
        self.caption.setText(f"Weights of {units}{dead}")

    # --- what the user does

    @Slot(int)
    def open_unit(self, unit: int) -> None:
        """Show one unit large."""
        if self._snapshot is None:
            return
        limit = self._scale.limit
        self.grid.set_current(unit)
        self.detail.show_unit(self._snapshot.network, unit, limit, self._death(unit))
        self._pointed = None
        if self.pages.currentWidget() is not self.detail:
            self._head.hide()
            self.pages.setCurrentWidget(self.detail)
            self.detail.setFocus()

    @Slot()
    def close_unit(self) -> None:
        """Go back to all units."""
        self.pages.setCurrentWidget(self.scroll)
        self._head.show()
        self.grid.setFocus()
        self._redraw()

    @Slot(object)
    def _on_tile_pointed_at(self, unit: int | None) -> None:
        self._pointed = unit
        if unit is not None and self.grid.hasFocus() and unit == self.grid.current:
            center = self.grid.center(unit)
            self.scroll.ensureVisible(center.x(), center.y(), 40, 40)
        self._show_caption()

    @Slot()
    def _on_smaller(self) -> None:
        self.grid.zoom_by(-1)

    @Slot()
    def _on_larger(self) -> None:
        self.grid.zoom_by(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the tiles out anew."""
        super().resizeEvent(event)
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


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(button, "flat")
    return button
