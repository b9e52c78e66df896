"""Beside the canvas: how wide the pen is, the eraser, undo, redo, clear."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from gui.look.follow_font import follow_font
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.drawing.canvas import DEFAULT_PEN_WIDTH
from gui.widgets.fields.wheel_guard import guard_wheel

_THINNEST, _WIDEST = 8, 44


class PenBar(QWidget):
    """A slider for the pen and one button for each action."""

    pen_width_changed = Signal(float)
    """Diameter in canvas units."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        self.pen_width = QSlider(Qt.Orientation.Horizontal)
        self.pen_width.setRange(_THINNEST, _WIDEST)
        self.pen_width.setValue(round(DEFAULT_PEN_WIDTH))
        self.pen_width.setMinimumWidth(50)
        self.pen_width.setMaximumWidth(160)
        self.pen_width.setAccessibleName("Pen width")
        guard_wheel(self.pen_width)
        self.pen_width.valueChanged.connect(self._on_pen_width_moved)
        label = PlainLabel("Pen")
        label.setBuddy(self.pen_width)
        set_role(label, "muted")
        layout.addWidget(label)
        layout.addSpacing(3)
        layout.addWidget(self.pen_width, 1)
        layout.addStretch(0)
        self._buttons: list[QToolButton] = []
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(button)
            self._buttons.append(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow_font(self, self._fit_icons)
        self._on_pen_width_moved(self.pen_width.value())

    def _fit_icons(self) -> None:
        side = self.fontMetrics().height()
        for button in self._buttons:
            button.setIconSize(QSize(side, side))

    @Slot(int)
    def _on_pen_width_moved(self, width: int) -> None:
        self.pen_width.setToolTip(
            f"Pen width: {width} of 280. MNIST's digits are about as bold as {DEFAULT_PEN_WIDTH:g}."
        )
        self.pen_width_changed.emit(float(width))
