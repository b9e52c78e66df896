"""A grid of labelled digits to choose from; those that the network misreads say what it took them for."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QBrush, QColor, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from core.arrays import Labels, Pixels
from core.dataset import IMAGE_SIDE
from gui.theme import LIGHT, Theme
from gui.widgets.digit_image import gray_image

_MISREAD = "≠"


class DigitGrid(QListWidget):
    """Pictures with their labels, in the order in which they were drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._images: Pixels = np.zeros((0, IMAGE_SIDE * IMAGE_SIDE), np.uint8)
        self._labels: Labels = np.zeros(0, np.uint8)
        self._answers: NDArray[np.uint8] | None = None
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(IMAGE_SIDE + 4, IMAGE_SIDE + 4))
        line = self.fontMetrics().height()
        self.setGridSize(QSize(max(44, self.fontMetrics().horizontalAdvance(f"8{_MISREAD}8") + 18), 44 + line))
        self.setMinimumHeight(56 + line)
        self.setAccessibleName("My digits")

    def show_digits(self, images: Pixels, labels: Labels) -> None:
        """Show these pictures, shape (n, 784), under their labels, shape (n,)."""
        self._images, self._labels, self._answers = images, labels, None
        self.clear()
        for image, label in zip(images, labels, strict=True):
            self.addItem(QListWidgetItem(self._icon(image), str(label)))
        if self.count():
            self.scrollToItem(self.item(self.count() - 1))

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

    def chosen(self) -> list[int]:
        """Return the places of the chosen digits, ascending."""
        return sorted(index.row() for index in self.selectedIndexes())

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self._theme = theme
        for row, image in enumerate(self._images):
            self.item(row).setIcon(self._icon(image))
        answers, self._answers = self._answers, None
        self.show_answers(answers)

    def _icon(self, image: NDArray[np.uint8]) -> QIcon:
        square = gray_image(image.reshape(IMAGE_SIDE, IMAGE_SIDE), self._theme)
        side = self.iconSize().width() * 2
        pixmap = QPixmap.fromImage(square.scaled(side, side))
        icon = QIcon(pixmap)
        # The list would otherwise wash out the pictures of chosen items.
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
        return icon
