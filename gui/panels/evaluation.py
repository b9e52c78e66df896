"""The tab "Evaluate": metrics of the test set at the moment shown, which digits are taken for which, and the images.

The images are those of the cell, row or column of the confusion matrix that was chosen, the hardest first; before
anything is chosen, those of the whole test set. Another page asks whether the network is as often right as it is sure.
"""

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.dataset import DataPair, Dataset
from core.progress import Report
from core.runs.snapshot import Snapshot
from core.training.evaluation import Evaluation, evaluate, hardest
from core.training.validation import validation_set
from gui.look.follow_font import follow_font
from gui.look.formatting import number, percent
from gui.session.task_slot import Policy, TaskSlot
from gui.widgets.calibration.calibration_page import CalibrationPage
from gui.widgets.confusion_matrix import ConfusionMatrix
from gui.widgets.confusion_words import EVERYTHING, HEADING, caption
from gui.widgets.panel import Panel
from gui.widgets.sample_view import SampleView
from gui.widgets.segments import Segments
from gui.widgets.still_text import StillText

REST_MILLISECONDS = 500

_MATRIX_SHARE = 0.55
"""What the matrix gets of the room, until the user moves the border."""

_LONG = "update 888,888: accuracy 88.88 % of 88,888 validation images  ·  loss 0.888 nats"
"""Metrics that take much room; where they have none beside the choice of pages, that stands below."""

Judged = tuple[Snapshot, DataPair, Dataset, Evaluation]


class EvaluationPanel(Panel, QWidget):
    """Evaluates in the background, at most twice a second; the newest moment counts, and only while it is looked at."""

    image_chosen = Signal(object, int)
    """Pixels of an image that was double-clicked, or on which Enter was pressed, uint8 (28, 28)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DataPair | None = None
        self._held_out: tuple[tuple[Dataset, int, int], Dataset] | None = None
        self._found: Judged | None = None
        self._waiting: Snapshot | None = None
        self._run_id = ""
        self._slot = TaskSlot(Policy.REFUSE, self)
        self._slot.succeeded.connect(self._on_evaluated)
        self._slot.failed.connect(self._on_failed)
        self._slot.cancelled.connect(self._take_a_rest)
        self._is_wide: bool | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._rest.timeout.connect(self._evaluate_if_needed)
        self.metrics = StillText(bold=True)
        self.metrics.setToolTip("Over the whole test set. Loss: mean cross-entropy; guessing costs ln 10 = 2.303 nats.")
        self.matrix = ConfusionMatrix()
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.caption = StillText(lines=2)
        self.all_button = QPushButton("Show all")
        self.all_button.setToolTip("Show the images of the whole set again, the hardest first (Esc)")
        self.all_button.setEnabled(False)
        self.all_button.clicked.connect(self._on_all_requested)
        self.images = SampleView()
        self.images.image_chosen.connect(self.image_chosen)
        self.halves = QSplitter()
        self.calibration = CalibrationPage()
        self.pages = Segments(
            "Show",
            (
                ("Confusion", "What is taken for what (confusion matrix)"),
                ("Calibration", "Is the network as often right as it is sure? Reliability diagram and temperature"),
            ),
            show_name=False,
        )
        self._lay_out()
        follow_font(self, self._turn)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.caption, 1)
        head.addWidget(self.all_button)
        below = QWidget()
        below.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        images = QVBoxLayout(below)
        images.setContentsMargins(8, 4, 0, 0)
        images.addLayout(head)
        images.addWidget(self.images, 1)
        self.halves.setChildrenCollapsible(False)
        self.halves.addWidget(self.matrix)
        self.halves.addWidget(below)
        stack = QStackedWidget()
        stack.addWidget(self.halves)
        stack.addWidget(self.calibration)
        self.pages.chosen.connect(stack.setCurrentIndex)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.addWidget(self.metrics, 1)
        self._top.addWidget(self.pages, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.addLayout(self._top)
        layout.addWidget(stack, 1)

    def show_data(self, data: DataPair) -> None:
        """Judge by other images; what was found on the old ones is forgotten."""
        self._data, self._held_out, self._found, self._waiting = data, None, None, None
        self._slot.cancel()
        self.metrics.set_text("")
        self.caption.set_text("")
        self.matrix.set_class_names(data.class_names)
        self.matrix.show_counts(None)
        self.images.samples.show(None, None)
        self.calibration.show_data(data)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Judge the network of another moment, as soon as there is time for it."""
        self._waiting = snapshot
        if snapshot.run_id != self._run_id:
            self._run_id = snapshot.run_id
            self._tell()
        self._evaluate_if_needed()
        self.calibration.show_snapshot(snapshot)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        self._evaluate_if_needed()

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of matrix or images: where there is no more, the images go below."""
        halves = [self.halves.widget(place).minimumSizeHint().width() for place in range(self.halves.count())]
        margins = self.layout().contentsMargins()
        return QSize(max(halves) + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the images beside the matrix where both have room, otherwise below it."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        room = self.width() - self.pages.sizeHint().width()
        fits = self.metrics.fontMetrics().horizontalAdvance(_LONG) < room
        self._top.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
        is_wide = self.width() >= self.height() and self.width() >= 3 * self.matrix.sizeHint().width() // 2
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            self.halves.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
            room = self.width() if is_wide else self.height()
            self.halves.setSizes([round(share * room) for share in (_MATRIX_SHARE, 1 - _MATRIX_SHARE)])

    @Slot()
    def _evaluate_if_needed(self) -> None:
        snapshot, data = self._waiting, self._data
        if snapshot is None or data is None or not self.isVisible() or self._slot.busy or self._rest.isActive():
            return
        self._waiting = None

        def work(report: Report) -> Judged:
            judged = self._set_to_judge_by(data, snapshot)
            return snapshot, data, judged, evaluate(snapshot.network, judged, report)

        self._slot.start(work)

    def _set_to_judge_by(self, data: DataPair, snapshot: Snapshot) -> Dataset:
        """Return the test set; while a run that holds images out goes on, those: the test set waits for its end."""
        config = snapshot.config
        if not config.validation or snapshot.is_last:
            return data.test
        key = (data.train, config.validation, config.seed)
        if self._held_out is None or self._held_out[0] != key:
            self._held_out = key, validation_set(config, data.train) or data.test
        return self._held_out[1]

    @Slot(object)
    def _on_evaluated(self, result: Judged) -> None:
        _, data, _, evaluation = result
        if data is self._data:
            self._found = result
            self._tell()
            self.matrix.show_counts(evaluation.confusion)
            self._show_images()
        self._take_a_rest()

    def _tell(self) -> None:
        """Say how good the network was that was judged last, and where the run shown is another by now."""
        if self._found is None:
            return
        snapshot, data, judged, evaluation = self._found
        whose = "" if snapshot.run_id == self._run_id else "another run, "
        which = "test" if judged is data.test else "validation"
        of_which = f" of {len(judged):,} {which} images" if snapshot.config.validation else ""
        self.metrics.set_text(
            f"{whose}update {snapshot.update:,}: accuracy {percent(evaluation.accuracy, 2)}{of_which}  ·  "
            f"loss {number(evaluation.loss)} nats"
        )

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.metrics.set_text(sentence)
        self._take_a_rest()

    @Slot()
    def _take_a_rest(self) -> None:
        self._rest.start()

    @Slot()
    def _on_all_requested(self) -> None:
        self.matrix.choose(*EVERYTHING)

    @Slot()
    def _on_cell_chosen(self) -> None:
        self.all_button.setEnabled(self.matrix.chosen != EVERYTHING)
        self.images.setCurrentIndex(QModelIndex())
        self._show_images()
        self.images.scrollToTop()

    def _show_images(self) -> None:
        """Show the images that are chosen, as the network reads them now."""
        if self._found is None:
            return
        _, _, judged, evaluation = self._found
        true, answered = (None if place == HEADING else place for place in self.matrix.chosen)
        rows = hardest(evaluation, judged.labels, true, answered)
        self.images.samples.show_rows(judged, rows, evaluation.probabilities[rows])
        self.caption.set_text(caption(evaluation.confusion, self.matrix.chosen, judged.class_names))
