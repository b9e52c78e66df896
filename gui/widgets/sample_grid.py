"""Images of a data set in a grid, each with its label and what the network says of it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.data.dataset import DIGITS, Dataset
from core.network.arrays import CLASSES, IMAGE_SIDE
from core.network.network import Network
from core.network.prediction import predict
from gui.look.formatting import probability
from gui.look.theme import Theme, applied
from gui.look.tooltip import paragraphs
from gui.widgets.digit_image import gray_image

TILE = 2 * IMAGE_SIDE
MARGIN = 6

PROBABILITIES = Qt.ItemDataRole.UserRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class SamplesModel(QAbstractListModel):
    """Images of a data set: all, those of one digit, or those that are named.

    Probabilities are handed over with the images, or made for those that are looked at.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dataset: Dataset | None = None
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._network: Network | None = None
        self._probabilities: NDArray[np.float32] = np.empty((0, CLASSES), np.float32)
        self._is_known = np.empty(0, bool)

    def show(self, dataset: Dataset | None, digit: int | None) -> None:
        """Take the images of a data set, or of one digit in it."""
        self.beginResetModel()
        self.dataset = dataset
        if dataset is None:
            self.rows = np.empty(0, np.int64)
        elif digit is None:
            self.rows = np.arange(len(dataset))
        else:
            self.rows = np.flatnonzero(dataset.labels == digit)
        self._probabilities = np.empty((len(self.rows), CLASSES), np.float32)
        self._is_known = np.zeros(len(self.rows), bool)
        self.endResetModel()

    def show_rows(self, dataset: Dataset, rows: NDArray[np.int64], probabilities: NDArray[np.float32]) -> None:
        """Take these images in this order; one that the user has chosen stays chosen wherever it goes.

        Parameters
        ----------
        dataset : Dataset
            Where the images are from.
        rows : int64 array of shape (m,)
            Which of them.
        probabilities : float32 array of shape (m, 10)
            What a network says of each.
        """
        if dataset is not self.dataset:
            # Places in another data set mean nothing here.
            self.show(None, None)
            self.dataset = dataset
        is_as_long = len(rows) == len(self.rows)
        if not is_as_long:
            self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        images = [self.rows[index.row()] for index in held]
        self.rows, self._probabilities = rows, probabilities
        self._is_known = np.ones(len(rows), bool)
        places = [np.flatnonzero(rows == image) for image in images]
        self.changePersistentIndexList(
            held, [self.index(int(place[0])) if len(place) else QModelIndex() for place in places]
        )
        if is_as_long:
            # Other images in the same places: a view is spared a layout, which takes long where there are many.
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        else:
            self.layoutChanged.emit()

    def set_network(self, network: Network) -> None:
        """Take another network for the predictions; `predict_rows` asks it."""
        self._network = network
        self._is_known[:] = False

    def predict_rows(self, first: int, last: int) -> None:
        """Make the predictions for a range of rows, both ends included."""
        if self.dataset is None or self._network is None:
            return
        asked = slice(first, last + 1)
        self._probabilities[asked] = predict(self._network, self.dataset.images[self.rows[asked]])
        self._is_known[asked] = True
        self.dataChanged.emit(self.index(first), self.index(min(last, len(self.rows) - 1)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many images there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the probabilities of an image, or what to say of it."""
        if self.dataset is None or not index.isValid():
            return None
        place = index.row()
        probabilities = self._probabilities[place] if self._is_known[place] else None
        if role == PROBABILITIES:
            return probabilities
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._describe(int(self.rows[place]), probabilities)
        if role == Qt.ItemDataRole.ToolTipRole:
            about = self._describe(int(self.rows[place]), probabilities)
            return paragraphs(f"{about}.", "Double-click to see why, in the drawing box.")
        return None

    def _describe(self, image: int, probabilities: NDArray[np.float32] | None) -> str:
        assert self.dataset is not None
        names = self.dataset.class_names
        text = f"Image {image + 1:,}: labeled {names[self.dataset.labels[image]]}"
        if probabilities is None:
            return text
        order = np.argsort(-probabilities, kind="stable")[:3]
        return f"{text}; predicted " + ", ".join(f"{names[d]} ({probability(float(probabilities[d]))})" for d in order)

    def image(self, row: int) -> tuple[NDArray[np.uint8], int]:
        """Return pixels (28, 28) and label of a row."""
        assert self.dataset is not None
        image = self.rows[row]
        return self.dataset.images[image].reshape(IMAGE_SIDE, IMAGE_SIDE), int(self.dataset.labels[image])


class SampleDelegate(QStyledItemDelegate):
    """Paints an image with its label below, and the network's answer beside it: red where they differ."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.has_names = False
        """Whether the classes are called by names, which take two lines, and not by digits, which share one."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Ask for two screen pixels per pixel of the digit, and a line of text."""
        lines = 1 + self.has_names
        return QSize(TILE + 2 * MARGIN, TILE + 2 * MARGIN + lines * option.fontMetrics.height() + 2)

    def _write(self, painter: QPainter, line: QRect, place: Qt.AlignmentFlag, text: str) -> None:
        room = line.width() + MARGIN
        painter.drawText(
            line.adjusted(0, 0, MARGIN, 0) if place == _LEFT else line,
            place,
            painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room),
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the image, its label and the answer."""
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        model = index.model()
        assert isinstance(model, SamplesModel)
        theme = applied.theme
        pixels, label = model.image(index.row())
        probabilities = model.data(index, PROBABILITIES)
        answer = None if probabilities is None else int(np.argmax(probabilities))
        square = QRect(option.rect.left() + MARGIN, option.rect.top() + MARGIN, TILE, TILE)
        wrong = answer is not None and answer != label
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.raised))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.link), 2))
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1))
        painter.drawImage(square, _image(pixels.tobytes(), theme))
        if wrong:
            painter.setPen(QPen(QColor(theme.error), 2))
            painter.drawRect(square.adjusted(-1, -1, 0, 0))
        line = QRect(square.left(), square.bottom() + 2, TILE, option.fontMetrics.height())
        names = DIGITS if model.dataset is None else model.dataset.class_names
        painter.setPen(QColor(theme.text))
        self._write(painter, line, _LEFT, names[label])
        if answer is not None:
            painter.setPen(QColor(theme.error if wrong else theme.success))
            mark = "✗" if wrong else "✓"
            place, below = (_RIGHT, 0) if names == DIGITS else (_LEFT, line.height())
            self._write(painter, line.translated(0, below), place, f"{mark} {names[answer]}")
        painter.restore()


@lru_cache(maxsize=256)
def _image(pixels: bytes, theme: Theme) -> QImage:
    """Return an image, given as 28 times 28 bytes; as long as nobody scrolls, the same ones are painted each time."""
    square = np.frombuffer(pixels, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    return gray_image(square, theme).convertToFormat(QImage.Format.Format_RGB32)
