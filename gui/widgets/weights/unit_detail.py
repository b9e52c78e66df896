"""One unit of the first layer, large: its weights as an image, its bias, and what it passes on."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.network.arrays import IMAGE_SIDE, Floats
from core.network.network import Network
from core.training.cuts import Cut
from gui.look.formatting import number
from gui.look.icons import line_icon
from gui.look.labels import PlainLabel
from gui.look.theme import Theme, set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.weights.change_menu import ChangeMenu
from gui.widgets.weights.color_legend import ColorLegend
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.weights.unit_bars import UnitBars
from gui.widgets.weights.weight_brush import WeightBrush

_LEAST_TILE = 46
_BESIDE_TILE = 14
_POINT = "Point at the image to read a weight."
_FACTS = ("bias", "mean |w|", "smallest", "largest")


def unit_name(network: Network, unit: int) -> str:
    """Return what a unit of the first layer is called; without a hidden layer these are the outputs."""
    return f"unit {unit}" if len(network.parameters.weights) > 1 else f"output {unit}"


class UnitDetail(QWidget):
    """A large view of one unit; live as long as it is fed."""

    accessible_role = QAccessible.Role.Grouping

    closed = Signal()
    """The user goes back to all units."""

    unit_requested = Signal(int)
    """The user goes on to another unit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("One unit, large")
        self._network: Network | None = None
        self._unit = 0
        self._outcome = _POINT
        self.tile = TileGrid(self._describe_image)
        self.tile.set_labelled(False)
        self.tile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tile.setMinimumWidth(_LEAST_TILE)
        self.tile.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.back = _button("All units", "Back to the images of all units (Esc)")
        self.previous = _button("", "The unit before (Left)")
        self.next = _button("", "The unit after (Right)")
        self.title = PlainLabel()
        set_role(self.title, "heading")
        self.note = ElidedLabel()
        set_role(self.note, "warning")
        self.legend = ColorLegend()
        self.change = ChangeMenu()
        self.brush = WeightBrush(self.tile)
        self.pointed = ElidedLabel(_POINT)
        set_role(self.pointed, "muted")
        self.values = {name: PlainLabel() for name in _FACTS}
        self.outgoing = UnitBars("")
        self._lay_out()
        self.back.clicked.connect(self.closed)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.outgoing.unit_clicked.connect(self._on_outgoing_clicked)
        self.tile.pixel_pointed_at.connect(self._on_pixel_pointed_at)
        self.change.paint_toggled.connect(self._on_paint_toggled)
        self.change.mirror.toggled.connect(self._on_mirror_toggled)
        self.brush.painted.connect(self._on_painted)
        self.brush.stroke_made.connect(self.change.paint_weights)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self) -> None:
        self._head = head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        head.addSpacing(6)
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        head.addWidget(self.change)
        head.addWidget(self.legend)
        self._facts = facts = QGridLayout()
        facts.setHorizontalSpacing(8)
        facts.setVerticalSpacing(1)
        for place, (name, value) in enumerate(self.values.items()):
            label = PlainLabel(name)
            set_role(label, "muted")
            row, column = divmod(place, 2)
            facts.addWidget(label, row, 2 * column)
            facts.addWidget(value, row, 2 * column + 1)
        facts.setColumnStretch(4, 1)
        self._right = right = QVBoxLayout()
        right.setSpacing(3)
        right.setContentsMargins(_BESIDE_TILE, 0, 0, 0)
        right.addLayout(facts)
        right.addWidget(self.pointed)
        right.addWidget(self.outgoing, 3)
        right.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.tile, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(body, 1)

    @property
    def unit(self) -> int:
        """The unit that is shown; units count from 0."""
        return self._unit

    def show_unit(self, network: Network, unit: int, limit: float, note: str, cuts: tuple[Cut, ...] = ()) -> None:
        """Show a unit.

        Parameters
        ----------
        network : Network
            Whose first layer the unit belongs to.
        unit : int
            Counted from 0.
        limit : float
            Weight that has full color, the same as in the images of all units.
        note : str
            What else is to be known of it, such as that it is dead; or "".
        cuts : tuple of Cut
            What was done to it by hand.
        """
        self._network, self._unit = network, unit
        self.change.show_unit(network, unit, cuts)
        self.brush.take(network.parameters.weights[0][:, unit], limit)
        if self.brush.is_painting:
            return
        weights, bias = network.parameters.weights[0][:, unit : unit + 1], network.parameters.biases[0][unit]
        self.tile.show_weights(weights, limit)
        self.legend.set_limit(limit)
        self.title.setText(unit_name(network, unit).capitalize())
        self.note.setText(note)
        sizes = (bias, abs(weights).mean(), weights.min(), weights.max())
        for label, value in zip(self.values.values(), sizes, strict=True):
            label.setText(number(float(value)))
        self.previous.setEnabled(unit > 0)
        self.next.setEnabled(unit < network.parameters.weights[0].shape[1] - 1)
        self._show_outgoing(network, unit)

    def show_outcome(self, text: str) -> None:
        """Say what the last changes did, until something else is pointed at; "" for nothing."""
        self._outcome = text or _POINT
        self.pointed.setText(self._outcome)

    def _show_outgoing(self, network: Network, unit: int) -> None:
        layers = network.parameters.weights
        self.outgoing.setVisible(len(layers) > 1)
        if len(layers) > 1:
            where = "the digits" if len(layers) == 2 else f"the {layers[1].shape[1]} units of the next layer"
            self.outgoing.set_caption(f"outgoing weights to {where}")
            self.outgoing.show_values(layers[1][unit], signed=True)

    def set_theme(self, theme: Theme) -> None:
        """Apply the theme."""
        self.tile.set_theme(theme)
        self.outgoing.set_theme(theme)
        self.legend.set_theme(theme)
        for button, icon in ((self.back, "back"), (self.previous, "previous"), (self.next, "next")):
            button.setIcon(line_icon(f"toolbar/{icon}", theme))

    def minimumSizeHint(self) -> QSize:
        """Ask for a small image, and for the line above it without the text of the back button: its icon tells it."""
        head, right = self._head.minimumSize(), self._right.minimumSize()
        width = max(self._narrowest_head(), _LEAST_TILE + self._beside_tile())
        return QSize(width, head.height() + self.layout().spacing() + max(_LEAST_TILE, right.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the image the largest square that fits."""
        super().resizeEvent(event)
        styles = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        room = self.width() - self._narrowest_head()
        self.legend.setVisible(room >= self._width_of_legend())
        room -= self._width_of_legend()
        self.back.setToolButtonStyle(styles[room >= self._text_of_back()])
        beside = self.width() - self._beside_tile()
        side = min(self.height() - self.back.sizeHint().height() - 8, self.width() // 2, beside)
        self.tile.set_room(QSize(side, side))
        self.tile.setFixedWidth(round(self.tile.layout_.width))
        self.tile.setMaximumHeight(round(self.tile.layout_.height))

    def _narrowest_head(self) -> int:
        has_text = self.back.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        title = max(self.title.fontMetrics().horizontalAdvance("Unit 888") - self.title.minimumSizeHint().width(), 0)
        legend = 0 if self.legend.isHidden() else self._width_of_legend()
        return self._head.minimumSize().width() + title - legend - (self._text_of_back() if has_text else 0)

    def _width_of_legend(self) -> int:
        """Return what the legend takes, which is left out first: the line above the images of all units has it too."""
        return self.legend.minimumSizeHint().width() + self._head.spacing()

    def _beside_tile(self) -> int:
        """Return the width beside the image, with what numbers may need that are shorter now or not there yet."""
        facts = list(self.values.values())
        number_width = self.fontMetrics().horizontalAdvance("−0.0888")
        columns = [max(fact.minimumSizeHint().width() for fact in facts[column::2]) for column in range(2)]
        missing = sum(max(number_width - width, 0) for width in columns)
        facts_width = _BESIDE_TILE + self._facts.minimumSize().width() + missing
        return max(facts_width, self._right.minimumSize().width())

    def _text_of_back(self) -> int:
        metrics = self.back.fontMetrics()
        # As Qt lays out a text beside an icon.
        return metrics.horizontalAdvance(self.back.text()) + 4 + 2 * metrics.horizontalAdvance(" ")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc, to the units beside with the arrow keys."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key == Qt.Key.Key_Left:
            self._on_previous()
        elif key == Qt.Key.Key_Right:
            self._on_next()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.tile.show_keyboard_around(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the keyboard's mark away."""
        super().focusOutEvent(event)
        self.tile.show_keyboard_around(False)

    def _describe_image(self, tile: int) -> str:
        return ""

    @Slot(object)
    def _on_pixel_pointed_at(self, place: tuple[int, int, int] | None) -> None:
        if place is None or self._network is None:
            self.pointed.setText(self._outcome)
            return
        _, row, column = place
        weight = self._network.parameters.weights[0][IMAGE_SIDE * row + column, self._unit]
        self.pointed.setText(f"row {row}, column {column}: weight {number(float(weight))}")

    @Slot(bool)
    def _on_paint_toggled(self, paints: bool) -> None:
        self.brush.is_down = paints
        self.tile.setCursor(Qt.CursorShape.CrossCursor if paints else Qt.CursorShape.ArrowCursor)

    @Slot(bool)
    def _on_mirror_toggled(self, mirrors: bool) -> None:
        self.brush.mirrors = mirrors

    @Slot(object)
    def _on_painted(self, weights: Floats) -> None:
        self.tile.show_weights(weights[:, None], self.brush.strength)

    @Slot()
    def _on_previous(self) -> None:
        if self.previous.isEnabled():
            self.unit_requested.emit(self._unit - 1)

    @Slot()
    def _on_next(self) -> None:
        if self.next.isEnabled():
            self.unit_requested.emit(self._unit + 1)

    @Slot(int)
    def _on_outgoing_clicked(self, target: int) -> None:
        value = self.outgoing.values[target]
        self.pointed.setText(f"to {target}: weight {number(float(value))}")


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text or tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
    button.setToolButtonStyle(style)
    return button
