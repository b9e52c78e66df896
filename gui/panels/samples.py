"""Looking through the data: every image with its label and what the network says of it now.

Which ones it reads wrongly is found out in the background, for a whole set, and again as it learns.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from core.data.dataset import DIGITS, DataPair, Dataset
from core.network.arrays import CLASSES
from core.progress import Report
from core.runs.snapshot import Snapshot
from core.training.evaluation import evaluate
from gui.look.follow_font import follow_font
from gui.look.theme import set_role
from gui.session.task_slot import Policy, TaskSlot
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.elided_box import ElidedBox
from gui.widgets.panel import Panel
from gui.widgets.sample_grid import MARGIN
from gui.widgets.sample_preview import SamplePreview
from gui.widgets.sample_view import SampleView

REFRESH_MILLISECONDS = 200
"""Predictions of the images in view are renewed this often while training goes on: digits that flicker faster than
that cannot be read."""

JUDGE_MILLISECONDS = 1000
"""A whole set is judged anew this often."""

Wrong = tuple[Dataset, NDArray[np.int64], NDArray[np.float32]]
"""A data set, which of its images are read wrongly, and the probabilities of those."""


class SamplesPanel(Panel, QWidget):
    """The images of the training or the test set in a grid."""

    image_chosen = Signal(object, int)
    """Pixels of an image that was double-clicked, or on which Enter was pressed, uint8 (28, 28)."""

    change_requested = Signal(str)
    """What is to be done to all images: "turn", "mirror" or "invert"."""

    class_names_requested = Signal(object)
    """What the ten classes are to be called, a tuple of str."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DataPair | None = None
        self._can_change = True
        self._snapshot: Snapshot | None = None
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self._on_refresh_due)

        self.which = QComboBox()
        self.which.setAccessibleName("Which data set")
        self.which.addItems(["Test set", "Training set"])
        self.which.currentIndexChanged.connect(self._on_choice)
        self.digit = ElidedBox()
        self.digit.setAccessibleName("Which digit")
        self.digit.addItems(["All digits", *map(str, range(CLASSES))])
        self.digit.currentIndexChanged.connect(self._on_choice)
        self.only_wrong = QCheckBox("Only wrong")
        self.only_wrong.setToolTip("Only images that the network misreads (misclassifies) at the update shown")
        self.only_wrong.toggled.connect(self._on_choice)
        self._slot = TaskSlot(Policy.REFUSE, self)
        self._slot.succeeded.connect(self._on_judged)
        self._slot.failed.connect(self._say)
        self._caption = ElidedLabel()
        set_role(self._caption, "muted")

        self.view = SampleView()
        self.view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.view.image_chosen.connect(self.image_chosen)
        self._model = self.view.samples

        self._choices = QHBoxLayout()
        for widget in (self.which, self.digit):
            self._choices.addWidget(widget)
        self.preview = SamplePreview()
        self.preview.change_requested.connect(self.change_requested)
        self.preview.class_names_requested.connect(self.class_names_requested)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addLayout(self._choices)
        self._told = QHBoxLayout()
        self._told.addWidget(self.only_wrong)
        self._told.addWidget(self._caption, 1)
        self._head.addLayout(self._told, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.preview)
        layout.addLayout(self._head)
        layout.addWidget(self.view, 1)
        follow_font(self._caption, self._turn)

    def allow_change(self, can_change: bool) -> None:
        """Say whether what loads the data that are shown next could change all of them."""
        self._can_change = can_change

    def show_data(self, data: DataPair) -> None:
        """Show other data."""
        self._data = data
        self.preview.show_data(data, self._can_change)
        names = data.class_names
        self.digit.setItemText(0, "All digits" if names == DIGITS else "All classes")
        for label, name in enumerate(names):
            self.digit.setItemText(label + 1, name)
        self._on_choice()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the network of a moment for the answers."""
        self._snapshot = snapshot
        if self.isVisible():
            self._refresh_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the caption below the choices where it does not fit beside them."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        caption = self._caption.fontMetrics().horizontalAdvance(self._caption.text())
        others = self._choices.sizeHint().width() + self.only_wrong.sizeHint().width()
        needed = others + self._head.spacing() + self._told.spacing() + caption
        directions = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._head.setDirection(directions[needed <= self._head.geometry().width()])

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the network."""
        super().showEvent(event)
        self._refresh.start(REFRESH_MILLISECONDS)

    @Slot()
    def _on_choice(self) -> None:
        if self._data is None:
            return
        self._model.show(self._dataset(), self._digit())
        self._say(f"{len(self._model.rows):,} images. Left the label, right the prediction.")
        if self.only_wrong.isChecked():
            self._model.show_rows(self._dataset(), np.empty(0, np.int64), np.empty((0, CLASSES), np.float32))
            self._say("Looking for images that are misread…")
        self._refresh.start(0 if self.only_wrong.isChecked() else REFRESH_MILLISECONDS)

    def _dataset(self) -> Dataset:
        assert self._data is not None
        return self._data.train if self.which.currentIndex() else self._data.test

    def _digit(self) -> int | None:
        return self.digit.currentIndex() - 1 if self.digit.currentIndex() else None

    @Slot(str)
    def _say(self, text: str) -> None:
        self._caption.setText(text)
        self._turn()

    @Slot()
    def _on_scrolled(self) -> None:
        if not self.only_wrong.isChecked():
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        if not self._refresh.isActive():
            self._refresh.start(JUDGE_MILLISECONDS if self.only_wrong.isChecked() else REFRESH_MILLISECONDS)

    @Slot()
    def _on_refresh_due(self) -> None:
        if self._snapshot is None or not self.isVisible():
            return
        if self.only_wrong.isChecked():
            self._judge(self._snapshot)
        elif len(self._model.rows):
            self._predict_those_in_view(self._snapshot)

    def _predict_those_in_view(self, snapshot: Snapshot) -> None:
        self._model.set_network(snapshot.network)
        area = self.view.viewport().rect()
        first = self.view.indexAt(QPoint(MARGIN + 2, MARGIN + 2))
        start = first.row() if first.isValid() else 0
        tile = self.view.tile_size()
        columns = max(1, area.width() // tile.width())
        count = columns * (area.height() // tile.height() + 2)
        self._model.predict_rows(start, min(start + count, len(self._model.rows)) - 1)

    def _judge(self, snapshot: Snapshot) -> None:
        dataset = self._dataset()

        def work(report: Report) -> Wrong:
            probabilities = evaluate(snapshot.network, dataset, report).probabilities
            rows = np.flatnonzero(probabilities.argmax(axis=1) != dataset.labels)
            return dataset, rows, probabilities[rows]

        if not self._slot.start(work):
            self._refresh_soon()

    @Slot(object)
    def _on_judged(self, wrong: Wrong) -> None:
        dataset, rows, probabilities = wrong
        if not self.only_wrong.isChecked() or dataset is not self._dataset():
            return
        digit = self._digit()
        if digit is not None:
            chosen = dataset.labels[rows] == digit
            rows, probabilities = rows[chosen], probabilities[chosen]
        count = len(dataset) if digit is None else int(np.count_nonzero(dataset.labels == digit))
        self._model.show_rows(dataset, rows, probabilities)
        self._say(f"{len(rows):,} of {count:,} images are misread. Left the label, right the prediction.")
