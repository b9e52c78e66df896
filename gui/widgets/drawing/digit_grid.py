"""A grid of labeled digits to choose from; those that the network misreads say what it took them for."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from core.network.arrays import IMAGE_SIDE, Labels, Pixels
from gui.look.follow_font import follow_font
from gui.look.theme import Themed, applied, text_scale
from gui.widgets.digit_image import gray_image

_MISREAD = "≠"


class DigitGrid(Themed, QListWidget):
    """Images with their labels, in the order in which they were drawn."""

    delete_pressed = Signal()
    """The key for deleting was pressed while the grid had the focus."""

    label_typed = Signal(int)
    """A digit was typed while the grid had the focus: what the chosen images show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: Pixels = np.zeros((0, IMAGE_SIDE * IMAGE_SIDE), np.uint8)
        self._labels: Labels = np.zeros(0, np.uint8)
        self._answers: NDArray[np.uint8] | None = None
        # The label is left of the prediction.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        follow_font(self, self._fit_text)
        applied.changed.connect(self._on_theme_changed)
        self.setAccessibleName("My digits")

    def _fit_text(self) -> None:
        line, scale = self.fontMetrics().height(), text_scale(self.font())
        # All items are as wide as an image, and so is the room for the text below it.
        image, pitch = round(scale * (IMAGE_SIDE + 4)), round(scale * 44)
        text = self.fontMetrics().horizontalAdvance(f"8{_MISREAD}8") + round(scale * 18)
        self.setIconSize(QSize(image, image))
        self.setGridSize(QSize(max(pitch, text), pitch + line))
        self.setMinimumHeight(round(scale * 56) + line)
        self._draw_icons()

    def show_digits(self, images: Pixels, labels: Labels) -> None:
        """Show these images, shape (n, 784), under their labels, shape (n,)."""
        kept = _common_start(self._images, images)
        while self.count() > kept:
            self.takeItem(self.count() - 1)
        for image in images[kept:]:
            self.addItem(QListWidgetItem(self._icon(image), ""))
        for row, label in enumerate(labels.tolist()):
            self.item(row).setText(str(label))
        self._images, self._labels, self._answers = images, labels, None
        # Qt hands the choice on to a neighbor of what was taken away.
        self.clearSelection()
        if len(images) > kept:
            self.scrollToBottom()

    def show_answers(self, answers: NDArray[np.uint8] | None) -> None:
        """Mark what a network misreads; ``answers`` of shape (n,), None where there is no network."""
        if answers is not None and self._answers is not None and np.array_equal(answers, self._answers):
            return
        self._answers = answers
        for row, label in enumerate(self._labels.tolist()):
            item = self.item(row)
            is_right = answers is None or answers[row] == label
            item.setText(str(label) if is_right else f"{label}{_MISREAD}{answers[row]}")
            item.setForeground(QBrush(QColor(self._theme.text if is_right else self._theme.error)))
            item.setToolTip("" if is_right else f"You drew a {label}; the network reads {answers[row]}.")

    def event(self, event: QEvent) -> bool:
        """Claim the keys for deleting and for labels before a shortcut of the window gets them."""
        if event.type() == QEvent.Type.ShortcutOverride and (_deletes(event) or _label_of(event) is not None):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of the keys for deleting and for labels."""
        label = _label_of(event)
        if _deletes(event):
            self.delete_pressed.emit()
        elif label is not None:
            self.label_typed.emit(label)
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[int]:
        """Return the places of the chosen digits, ascending."""
        return sorted(index.row() for index in self.selectedIndexes())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._draw_icons()
        answers, self._answers = self._answers, None
        self.show_answers(answers)

    def _draw_icons(self) -> None:
        for row, image in enumerate(self._images):
            self.item(row).setIcon(self._icon(image))

    def _icon(self, image: NDArray[np.uint8]) -> QIcon:
        square = gray_image(image.reshape(IMAGE_SIDE, IMAGE_SIDE), self._theme)
        side = self.iconSize().width() * 2
        pixmap = QPixmap.fromImage(square.scaled(side, side))
        icon = QIcon(pixmap)
        # The list would otherwise wash out the images of chosen items.
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
        return icon


def _deletes(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Delete)


def _label_of(event: QKeyEvent) -> int | None:
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return int(event.text()) if plain and event.text() in tuple("0123456789") else None


def _common_start(old: Pixels, new: Pixels) -> int:
    """Return how many images both begin with."""
    shared = min(len(old), len(new))
    differ = (old[:shared] != new[:shared]).any(axis=1)
    return int(np.argmax(differ)) if differ.any() else shared
