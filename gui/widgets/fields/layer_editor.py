"""Hidden layers by mouse or by keyboard: plus and minus for layers and units, or typed as "128, 64"."""

from bisect import bisect_left, bisect_right
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.errors import ConfigError
from core.training.layer_text import parse_layers, write_layers
from core.training.network_settings import MAX_HIDDEN_LAYERS, MAX_UNITS
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.icon_button import icon_button

STOPS = (*range(1, 11), 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, MAX_UNITS)
"""Where plus and minus lead from a number of units."""


_stepper = partial(icon_button, role="stepper")


class LayerEditor(QWidget):
    """Edits the units of each hidden layer; what is typed counts once it makes sense and is finished."""

    edited = Signal(tuple)
    """The user settled on these layers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hidden: tuple[int, ...] = (10,)
        self.text = QLineEdit()
        self.text.setAccessibleName("Hidden layers")
        self.text.setPlaceholderText("none")
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.fewer_layers = _stepper("toolbar/minus", "Remove the last hidden layer")
        self.more_layers = _stepper("toolbar/plus", "Add a hidden layer after the last one")
        self.more_kinds = QToolButton()
        self.more_kinds.setText("more…")
        self.more_kinds.setAccessibleName("More kinds of layers")
        self.more_kinds.setToolTip(
            "More kinds of layers: convolution, max pooling, dropout and batch norm, as a list and in words"
        )
        self.more_kinds.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # As high as the text beside it.
        self.more_kinds.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        set_role(self.more_kinds, "flat")
        self.rows: list[_LayerRow] = []
        self._lay_out()
        self.text.textEdited.connect(self._on_text_edited)
        self.text.editingFinished.connect(self._on_text_finished)
        self.fewer_layers.clicked.connect(self._on_fewer_layers)
        self.more_layers.clicked.connect(self._on_more_layers)
        self.show_value((10,))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(3)
        label = PlainLabel("Hidden layers")
        label.setBuddy(self.text)
        head.addWidget(label, 1)
        head.addWidget(self.fewer_layers)
        head.addWidget(self.more_layers)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addLayout(head)
        typed = QHBoxLayout()
        typed.setSpacing(3)
        typed.addWidget(self.text, 1)
        typed.addWidget(self.more_kinds)
        self._column.addLayout(typed)
        self._column.addWidget(self.problem)

    @property
    def layers(self) -> tuple[int, ...]:
        """Units of each hidden layer, as last settled on."""
        return self._hidden

    def show_value(self, hidden: tuple[int, ...]) -> None:
        """Show layers; tells nobody."""
        if hidden != self._hidden or not self.text.isModified():
            self._hidden = hidden
            self.text.setText(write_layers(hidden))
            self._show_problem("")
        self._show_rows()

    def setToolTip(self, text: str) -> None:
        """Explain the whole editor."""
        super().setToolTip(text)
        self.text.setToolTip(text)

    def _show_rows(self) -> None:
        while len(self.rows) > len(self._hidden):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(self._hidden):
            row = _LayerRow(len(self.rows))
            row.stepped.connect(self._on_units_stepped)
            self.rows.append(row)
            self._column.addWidget(row)
        for row, units in zip(self.rows, self._hidden, strict=True):
            row.show_units(units)
        self.fewer_layers.setEnabled(bool(self._hidden))
        self.more_layers.setEnabled(len(self._hidden) < MAX_HIDDEN_LAYERS)

    def _settle(self, hidden: tuple[int, ...]) -> None:
        if hidden != self._hidden:
            self.text.setModified(False)
            self.show_value(hidden)
            self.edited.emit(hidden)

    def _show_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        set_role(self.text, "invalid" if sentence else "")

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        try:
            parse_layers(text)
        except ConfigError as error:
            sentence = str(error)
            self._show_problem(sentence[:1].upper() + sentence[1:])
        else:
            self._show_problem("")

    @Slot()
    def _on_text_finished(self) -> None:
        try:
            hidden = parse_layers(self.text.text())
        except ConfigError:
            return
        self.text.setModified(False)
        if hidden == self._hidden:
            self.text.setText(write_layers(hidden))
        self._settle(hidden)

    @Slot()
    def _on_fewer_layers(self) -> None:
        self._settle(self._hidden[:-1])

    @Slot()
    def _on_more_layers(self) -> None:
        self._settle((*self._hidden, self._hidden[-1] if self._hidden else 10))

    @Slot(int, int)
    def _on_units_stepped(self, layer: int, step: int) -> None:
        hidden = list(self._hidden)
        hidden[layer] = _next_stop(hidden[layer], step)
        self._settle(tuple(hidden))


class _LayerRow(QWidget):
    """One layer: its number of units between minus and plus."""

    stepped = Signal(int, int)
    """Layer, counted from 0, and +1 or -1."""

    def __init__(self, layer: int) -> None:
        super().__init__()
        self._layer = layer
        self.units = PlainLabel()
        self.units.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_role(self.units, "muted")
        self.fewer = _stepper("toolbar/minus", f"Fewer units in layer {layer + 1}")
        self.more = _stepper("toolbar/plus", f"More units in layer {layer + 1}")
        for button in (self.fewer, self.more):
            button.setAutoRepeat(True)
        name = ElidedLabel(f"layer {layer + 1}", shorter=f"{layer + 1}")
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(name, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(name, 1)
        row.addWidget(self.units)
        row.addWidget(self.fewer)
        row.addWidget(self.more)
        self.fewer.clicked.connect(self._on_fewer)
        self.more.clicked.connect(self._on_more)

    def show_units(self, units: int) -> None:
        self.units.setText(f"{units:,} unit{'s' if units != 1 else ''}")
        self.fewer.setEnabled(units > 1)
        self.more.setEnabled(units < MAX_UNITS)

    @Slot()
    def _on_fewer(self) -> None:
        self.stepped.emit(self._layer, -1)

    @Slot()
    def _on_more(self) -> None:
        self.stepped.emit(self._layer, 1)


def _next_stop(units: int, step: int) -> int:
    place = bisect_right(STOPS, units) if step > 0 else bisect_left(STOPS, units) - 1
    return STOPS[min(max(place, 0), len(STOPS) - 1)]
