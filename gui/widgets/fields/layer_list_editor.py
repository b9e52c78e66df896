"""Layers of any kind, as a list and as words: added, removed, moved, and each with its sizes.

What does not fit is said in one sentence beside the list, and counts once it does.
"""

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import ConfigError
from core.network.arrays import CLASSES
from core.network.dense import Dense
from core.network.layer_kinds import LAYER_KINDS, Layer
from core.network.layer_outline import outline
from core.network.layers import MOST_LAYERS, parse_layers, write_layers
from core.training.config import TrainingConfig
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.fields.layer_sizes import LayerSizes
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.icon_button import icon_button

_OUTPUT = Dense(CLASSES)
_MOST_ROWS = 9


_stepper = partial(icon_button, role="stepper")


class LayerListEditor(QWidget):
    """Edits a list of layers; the last, ten digits, stays where it is."""

    edited = Signal(str)
    """The user settled on these layers, in words; they fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[Layer, ...] = (_OUTPUT,)
        self._settled = ""
        self.list = QListWidget()
        self.list.setAccessibleName("Layers, from the image to the ten digits")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.add = _stepper("toolbar/plus", "Add a layer before the marked one, or the last")
        self.up = _stepper("toolbar/up", "Move the marked layer up (Alt+Up)")
        self.down = _stepper("toolbar/down", "Move the marked layer down (Alt+Down)")
        self.remove = _stepper("toolbar/minus", "Remove the marked layer (Del)")
        self.sizes = LayerSizes()
        self.words = QLineEdit()
        self.words.setAccessibleName("Layers in words")
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.dense_alone = QToolButton()
        self.dense_alone.setText("dense only")
        self.dense_alone.setToolTip("Back to dense (fully connected) layers alone, by their numbers of units")
        self.dense_alone.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.dense_alone, "flat")
        self._lay_out()
        self._make_menu()
        self.list.currentRowChanged.connect(self._on_row_changed)
        for keys, slot in (
            (Qt.Key.Key_Delete, self._on_remove),
            (Qt.Modifier.ALT | Qt.Key.Key_Up, partial(self._move, -1)),
            (Qt.Modifier.ALT | Qt.Key.Key_Down, partial(self._move, 1)),
        ):
            QShortcut(QKeySequence(keys), self.list, slot, context=Qt.ShortcutContext.WidgetShortcut)
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self.remove.clicked.connect(self._on_remove)
        self.sizes.edited.connect(self._on_sizes_edited)
        self.words.textEdited.connect(self._on_words_edited)
        self.words.editingFinished.connect(self._on_words_finished)
        self._show_layers(0)

    def _lay_out(self) -> None:
        head = FlowLayout(3, 3)
        label = PlainLabel("Layers")
        label.setBuddy(self.list)
        head.addWidget(label)
        for button in (self.add, self.up, self.down, self.remove):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addWidget(self.sizes)
        column.addWidget(self.words)
        column.addWidget(self.problem)
        column.addWidget(self.dense_alone, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_menu(self) -> None:
        menu = QMenu(self.add)
        menu.setToolTipsVisible(True)
        for kind in LAYER_KINDS:
            action = menu.addAction(kind.title)
            action.setToolTip(kind.meaning)
            action.triggered.connect(partial(self._insert, kind.example))
        self.add.setMenu(menu)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The list as it stands, whether it fits or not."""
        return self._layers

    def show_value(self, words: str) -> None:
        """Show layers that fit; tells nobody. A list that the user has not brought to an end stays."""
        if words != self._settled:
            self._settled = words
            self._layers = parse_layers(words)
            self._show_layers(0)

    def setToolTip(self, text: str) -> None:
        """Explain the whole editor."""
        super().setToolTip(text)
        for widget in (self.list, self.words):
            widget.setToolTip(text)

    # --- what is shown

    def _show_layers(self, row: int) -> None:
        """Show the list, with one row marked, and what does not fit in it."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for each in outline(self._layers):
                item = QListWidgetItem()
                item.setToolTip(each.told)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, each.told)
                self.list.addItem(item)
            self.list.setCurrentRow(min(row, len(self._layers) - 1))
        if not self.words.isModified():
            self.words.setText(write_layers(self._layers))
            self.words.setCursorPosition(0)
        self._show_problem(_problem_of(self._layers))
        self._write_rows()
        self._fit_height()
        self._show_row()

    def _write_rows(self) -> None:
        """Say of each layer what it gives out, where all of it has room."""
        outlines = outline(self._layers)
        whole = [each.title for each in outlines]
        for texts in (whole, [title.replace(" × ", "×") for title in whole], [each.short_title for each in outlines]):
            for row, text in enumerate(texts):
                self.list.item(row).setText(text)
            if self.list.sizeHintForColumn(0) <= self.list.viewport().width():
                break

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much of the layers as the width holds."""
        super().resizeEvent(event)
        self._write_rows()

    def _show_row(self) -> None:
        row, last = self.list.currentRow(), len(self._layers) - 1
        self.sizes.show_layer(self._layers[row] if 0 <= row < last else None)
        self.up.setEnabled(0 < row < last)
        self.down.setEnabled(0 <= row < last - 1)
        self.remove.setEnabled(0 <= row < last)
        self.add.setEnabled(len(self._layers) < MOST_LAYERS)

    def _show_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        set_role(self.words, "invalid" if sentence else "")

    def _fit_height(self) -> None:
        rows = min(len(self._layers), _MOST_ROWS)
        height = self.list.sizeHintForRow(0) * rows + 2 * self.list.frameWidth() + 2
        self.list.setFixedHeight(height)

    # --- what the user does

    def _settle(self, layers: tuple[Layer, ...], row: int) -> None:
        """Go by other layers, and tell of them where they fit."""
        self.words.setModified(False)
        self._layers = layers
        self._show_layers(row)
        words = write_layers(layers)
        if not _problem_of(layers) and words != self._settled:
            self._settled = words
            self.edited.emit(words)

    def _insert(self, layer: Layer, checked: bool = False) -> None:
        row = self.list.currentRow()
        self._settle((*self._layers[:row], layer, *self._layers[row:]), row)
        self.list.setFocus()

    def _move(self, by: int, checked: bool = False) -> None:
        row, last = self.list.currentRow(), len(self._layers) - 1
        if 0 <= row < last and 0 <= row + by < last:
            layers = list(self._layers)
            layers[row], layers[row + by] = layers[row + by], layers[row]
            self._settle(tuple(layers), row + by)

    @Slot()
    def _on_remove(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._layers) - 1:
            self._settle((*self._layers[:row], *self._layers[row + 1 :]), row)

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        self._show_row()

    @Slot(object)
    def _on_sizes_edited(self, layer: Layer) -> None:
        row = self.list.currentRow()
        self._settle((*self._layers[:row], layer, *self._layers[row + 1 :]), row)

    @Slot(str)
    def _on_words_edited(self, text: str) -> None:
        try:
            layers = parse_layers(text)
        except ConfigError as error:
            self._show_problem(_sentence(error))
            return
        self._show_problem(_problem_of(layers))

    @Slot()
    def _on_words_finished(self) -> None:
        if not self.words.isModified():
            return
        try:
            layers = parse_layers(self.words.text())
        except ConfigError:
            return
        self._settle(layers, max(self.list.currentRow(), 0))


def _problem_of(layers: tuple[Layer, ...]) -> str:
    """Return why layers do not fit, in one sentence; "" where they do."""
    try:
        TrainingConfig(layers=write_layers(layers))
    except ConfigError as error:
        return _sentence(error)
    return ""


def _sentence(error: ConfigError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
