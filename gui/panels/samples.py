"""Looking through the data: every picture with its label and what the network says of it now."""

from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from core.dataset import CLASSES, DataPair
from core.snapshot import Snapshot
from gui.look.follow_font import follow_font
from gui.look.theme import Theme, set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.sample_grid import MARGIN
from gui.widgets.sample_view import SampleView

REFRESH_MILLISECONDS = 200
"""Predictions of the pictures in view are renewed this often while training goes on: digits that flicker faster than
that cannot be read."""


class SamplesPanel(QWidget):
    """The pictures of the training or the test set in a grid."""

    picture_chosen = Signal(object)
    """Pixels of a picture that was double-clicked, or on which Enter was pressed, uint8 (28, 28)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DataPair | None = None
        self._snapshot: Snapshot | None = None
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
        self._caption = ElidedLabel()
        set_role(self._caption, "muted")

        self.view = SampleView()
        self.view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.view.picture_chosen.connect(self.picture_chosen)
        self._model = self.view.samples

        self._choices = QHBoxLayout()
        for widget in (self.which, self.digit):
            self._choices.addWidget(widget)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addLayout(self._choices)
        self._head.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(self._head)
        layout.addWidget(self.view, 1)
        follow_font(self._caption, self._turn)

    def show_data(self, data: DataPair) -> None:
        """Show other data."""
        self._data = data
        self._on_choice()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the network of a moment for the answers."""
        self._snapshot = snapshot
        if self.isVisible() and not self._refresh.isActive():
            self._refresh.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the caption below the choices where it does not fit beside them."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        caption = self._caption.fontMetrics().horizontalAdvance(self._caption.text())
        needed = self._choices.sizeHint().width() + self._head.spacing() + caption
        directions = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._head.setDirection(directions[needed <= self._head.geometry().width()])

    def set_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self.view.set_theme(theme)

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
        self._caption.setText(f"{len(self._model.rows):,} images. Label left, answer right.")
        self._turn()
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
        tile = self.view.tile_size()
        columns = max(1, area.width() // tile.width())
        count = columns * (area.height() // tile.height() + 2)
        self._model.predict_rows(start, min(start + count, len(self._model.rows)) - 1)
