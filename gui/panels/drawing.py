"""The panel "Draw a digit": a canvas, what the network sees of it, and what it makes of that.

The prediction follows the pen and the network: it is made anew when the ink changes and when a newer network comes,
and both cost far less than a frame. Pages below the canvas go into detail; only the one in view is kept up to date.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from core.answer import read_answer
from core.drawing import Preparation, prepare
from core.loss import softmax
from core.network import Network, forward
from core.snapshot import Snapshot
from gui.icons import line_icon
from gui.theme import LIGHT, Theme, set_role
from gui.widgets.answer_label import AnswerLabel
from gui.widgets.answer_page import AnswerPage
from gui.widgets.canvas import Canvas
from gui.widgets.digit_image import DigitImage
from gui.widgets.drawing_area import DrawingArea
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.pen_bar import PenBar


class DrawingPanel(QWidget):
    """Draw, and watch the network answer."""

    drawing_prepared = Signal(object)
    """The `core.drawing.Preparation` of what is now on the canvas; empty where its ``ink_box`` is None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network: Network | None = None
        self._is_stale = False
        self._preparation = prepare(np.zeros((28, 28), np.uint8))

        self.canvas = Canvas()
        self.canvas.drawing_changed.connect(self._on_drawing_changed)
        self.canvas.history_changed.connect(self._on_history_changed)
        self._make_actions()
        self._pen_bar = PenBar([self.erase_action, self.undo_action, self.redo_action, self.clear_action])
        self._pen_bar.pen_width_changed.connect(self._on_pen_width_changed)
        self._model_name = ElidedLabel()
        set_role(self._model_name, "muted")
        self._seen = DigitImage("as seen")
        self._seen.setAccessibleName("What the network sees")
        self._seen.setToolTip("The 28x28 pixels that the network gets: cut out, scaled and centered as MNIST was.")
        self._answer = AnswerLabel()
        self.answer_page = AnswerPage()
        self._pages = QTabWidget()
        self._pages.setTabBarAutoHide(True)
        self._pages.setDocumentMode(True)
        self._pages.addTab(self.answer_page, "Answer")
        self._arrange()
        self._on_history_changed()
        self.set_theme(LIGHT)
        self._show_prediction()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        layout.addWidget(self._model_name)
        layout.addWidget(DrawingArea(self.canvas, self._seen, self._answer), 5)
        layout.addWidget(self._pen_bar)
        layout.addWidget(self._pages, 6)

    def _make_actions(self) -> None:
        self.undo_action = self._action("Undo stroke", QKeySequence.StandardKey.Undo)
        self.redo_action = self._action("Redo stroke", QKeySequence.StandardKey.Redo)
        self.erase_action = self._action("Eraser", "Ctrl+E")
        self.clear_action = self._action("Clear drawing", QKeySequence.StandardKey.Delete)
        self.erase_action.setCheckable(True)
        self.erase_action.setToolTip(f"{self.erase_action.toolTip()}; the right mouse button erases too")
        self.undo_action.triggered.connect(self.canvas.undo)
        self.redo_action.triggered.connect(self.canvas.redo)
        self.erase_action.toggled.connect(self._on_erase_toggled)
        self.clear_action.triggered.connect(self._on_clear_triggered)

    def _action(self, text: str, shortcut: QKeySequence.StandardKey | str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(shortcut))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({keys})")
        self.addAction(action)
        return action

    # What comes in.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Let the network of this moment answer."""
        self.show_network(snapshot.network)

    def show_network(self, network: Network) -> None:
        """Let this network answer; cheap, and put off while the panel is not in view."""
        self._network = network
        if self.isVisible():
            self._show_prediction()
        else:
            self._is_stale = True

    def set_model_name(self, text: str) -> None:
        """Say whose answer it is, such as "the run, update 2,814"."""
        self._model_name.setText(f"Answers: {text}" if text else "")

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        for widget in (self.canvas, self._seen, self._answer, self.answer_page):
            widget.set_theme(theme)
        for action, name in (
            (self.undo_action, "undo"),
            (self.redo_action, "redo"),
            (self.erase_action, "eraser"),
            (self.clear_action, "clear"),
        ):
            action.setIcon(line_icon(f"drawing/{name}", theme))

    @property
    def preparation(self) -> Preparation:
        """What the preparation made of the drawing on the canvas."""
        return self._preparation

    @property
    def pixels(self) -> NDArray[np.float32] | None:
        """What the network gets, shape (784,), None where nothing is drawn."""
        return None if self._preparation.ink_box is None else self._preparation.pixels

    # What happens.

    @Slot()
    def _on_drawing_changed(self) -> None:
        self._preparation = prepare(self.canvas.ink())
        self._show_prediction()
        self.drawing_prepared.emit(self._preparation)

    @Slot()
    def _on_history_changed(self) -> None:
        self.undo_action.setEnabled(self.canvas.can_undo)
        self.redo_action.setEnabled(self.canvas.can_redo)
        self.clear_action.setEnabled(not self.canvas.is_empty)

    @Slot(float)
    def _on_pen_width_changed(self, width: float) -> None:
        self.canvas.set_pen_width(width)

    @Slot(bool)
    def _on_erase_toggled(self, erasing: bool) -> None:
        self.canvas.set_erasing(erasing)

    @Slot()
    def _on_clear_triggered(self) -> None:
        self.canvas.clear()
        self.erase_action.setChecked(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the network that came while the panel was out of view."""
        super().showEvent(event)
        if self._is_stale:
            self._show_prediction()

    def _show_prediction(self) -> None:
        self._is_stale = False
        pixels = self.pixels
        self._seen.show_image(pixels)
        if pixels is None or self._network is None:
            self._answer.show_answer(None)
            self.answer_page.show_nothing(self._network)
            return
        passed = forward(self._network, pixels[None, :])
        probabilities = softmax(passed.logits)[0]
        self._answer.show_answer(read_answer(probabilities))
        self.answer_page.show_prediction(self._network, passed, probabilities)
