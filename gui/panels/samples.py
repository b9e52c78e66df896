"""Looking through the data: every picture with its label and what the network says of it now."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.dataset import CLASSES, IMAGE_SIDE, DataPair, Dataset
from core.network import Network
from core.prediction import predict
from core.snapshot import Snapshot
from gui.look.formatting import percent
from gui.look.theme import LIGHT, Theme, set_role
from gui.widgets.digit_image import gray_image

TILE = 2 * IMAGE_SIDE
MARGIN = 6
REFRESH_MILLISECONDS = 200
"""Predictions of the pictures in view are renewed this often while training goes on: digits that flicker faster than
that cannot be read."""

PROBABILITIES = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class SamplesModel(QAbstractListModel):
    """Pictures of a data set, all or those of one digit; predictions are made for the pictures that are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.dataset: Dataset | None = None
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._network: Network | None = None
        self._probabilities: dict[int, NDArray[np.float32]] = {}

    def show(self, dataset: Dataset | None, digit: int | None) -> None:
        """Take the pictures of a data set, or of one digit in it."""
        self.beginResetModel()
        self.dataset = dataset
        self._probabilities.clear()
        if dataset is None:
            self.rows = np.empty(0, np.int64)
        elif digit is None:
            self.rows = np.arange(len(dataset))
        else:
            self.rows = np.flatnonzero(dataset.labels == digit)
        self.endResetModel()

    def set_network(self, network: Network) -> None:
        """Take another network for the predictions; `predict_rows` asks it."""
        self._network = network
        self._probabilities.clear()

    def predict_rows(self, first: int, last: int) -> None:
        """Make the predictions for a range of rows, both ends included."""
        if self.dataset is None or self._network is None:
            return
        pictures = self.rows[first : last + 1]
        probabilities = predict(self._network, self.dataset.images[pictures])
        self._probabilities.update(zip(range(first, last + 1), probabilities, strict=False))
        self.dataChanged.emit(self.index(first), self.index(min(last, len(self.rows) - 1)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many pictures there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the probabilities of a picture, or what to say of it."""
        if self.dataset is None or not index.isValid():
            return None
        picture = int(self.rows[index.row()])
        probabilities = self._probabilities.get(index.row())
        if role == PROBABILITIES:
            return probabilities
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            text = f"Picture {picture + 1:,}: labelled {self.dataset.labels[picture]}"
            if probabilities is None:
                return text
            order = np.argsort(probabilities)[::-1][:3]
            return f"{text}; the network says " + ", ".join(f"{d} ({percent(float(probabilities[d]))})" for d in order)
        return None

    def picture(self, row: int) -> tuple[NDArray[np.uint8], int]:
        """Return pixels (28, 28) and label of a row."""
        assert self.dataset is not None
        picture = self.rows[row]
        return self.dataset.images[picture].reshape(IMAGE_SIDE, IMAGE_SIDE), int(self.dataset.labels[picture])


class SampleDelegate(QStyledItemDelegate):
    """Paints a picture with its label below, and the network's answer beside it: red where they differ."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Ask for two screen pixels per pixel of the digit, and a line of text."""
        return QSize(TILE + 2 * MARGIN, TILE + 2 * MARGIN + option.fontMetrics.height() + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the picture, its label and the answer."""
        model = index.model()
        assert isinstance(model, SamplesModel)
        theme = self.theme
        pixels, label = model.picture(index.row())
        probabilities = model.data(index, PROBABILITIES)
        answer = None if probabilities is None else int(np.argmax(probabilities))
        square = QRect(option.rect.left() + MARGIN, option.rect.top() + MARGIN, TILE, TILE)
        wrong = answer is not None and answer != label
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.raised))
        painter.drawImage(square, gray_image(pixels, theme))
        if wrong:
            painter.setPen(QPen(QColor(theme.error), 2))
            painter.drawRect(square.adjusted(-1, -1, 0, 0))
        line = QRect(square.left(), square.bottom() + 2, TILE, option.rect.bottom() - square.bottom() - 2)
        painter.setPen(QColor(theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(label))
        if answer is not None:
            painter.setPen(QColor(theme.error if wrong else theme.success))
            mark = "✗" if wrong else "✓"
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{mark} {answer}")
        painter.restore()


class SamplesPanel(QWidget):
    """The pictures of the training or the test set in a grid."""

    picture_chosen = Signal(object)
    """Pixels of a picture that was double-clicked, uint8 (28, 28)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DataPair | None = None
        self._snapshot: Snapshot | None = None
        self._model = SamplesModel()
        self._delegate = SampleDelegate(self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MILLISECONDS)
        self._refresh.timeout.connect(self._on_refresh_due)

        self.which = QComboBox()
        self.which.setAccessibleName("Which data set")
        self.which.addItems(["Test set", "Training set"])
        self.which.currentIndexChanged.connect(self._on_choice)
        self.digit = QComboBox()
        self.digit.setAccessibleName("Which digit")
        self.digit.addItems(["All digits", *map(str, range(CLASSES))])
        self.digit.currentIndexChanged.connect(self._on_choice)
        self._caption = QLabel()
        set_role(self._caption, "muted")

        self.view = QListView()
        self.view.setViewMode(QListView.ViewMode.IconMode)
        self.view.setMovement(QListView.Movement.Static)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setModel(self._model)
        self.view.setItemDelegate(self._delegate)
        self.view.setAccessibleName("Pictures with label and the network's answer")
        self.view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.view.activated.connect(self._on_activated)

        row = QHBoxLayout()
        for widget in (self.which, self.digit):
            row.addWidget(widget)
        row.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.view, 1)

    def show_data(self, data: DataPair) -> None:
        """Show other data."""
        self._data = data
        self._on_choice()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the network of a moment for the answers."""
        self._snapshot = snapshot
        if self.isVisible() and not self._refresh.isActive():
            self._refresh.start()

    def set_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self._delegate.theme = theme
        self.view.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the network."""
        super().showEvent(event)
        self._refresh.start()

    @Slot()
    def _on_choice(self) -> None:
        if self._data is None:
            return
        dataset = self._data.train if self.which.currentIndex() else self._data.test
        digit = self.digit.currentIndex() - 1
        self._model.show(dataset, None if digit < 0 else digit)
        self._caption.setText(f"{dataset.name}: {len(self._model.rows):,} pictures. Label left, answer right.")
        self._refresh.start()

    @Slot()
    def _on_scrolled(self) -> None:
        if not self._refresh.isActive():
            self._refresh.start()

    @Slot()
    def _on_refresh_due(self) -> None:
        if self._snapshot is None or not self.isVisible() or not len(self._model.rows):
            return
        self._model.set_network(self._snapshot.network)
        area = self.view.viewport().rect()
        first = self.view.indexAt(QPoint(MARGIN + 2, MARGIN + 2))
        start = first.row() if first.isValid() else 0
        tile = self._delegate.sizeHint(self._option(), self._model.index(0))
        columns = max(1, area.width() // tile.width())
        count = columns * (area.height() // tile.height() + 2)
        self._model.predict_rows(start, min(start + count, len(self._model.rows)) - 1)

    def _option(self) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        option.fontMetrics = self.view.fontMetrics()
        return option

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        pixels, _ = self._model.picture(index.row())
        self.picture_chosen.emit(pixels)
