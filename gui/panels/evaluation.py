"""The tab "Evaluate": loss and accuracy on the test set, and which digits are taken for which, at the moment shown."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.dataset import DataPair, Dataset
from core.evaluation import Evaluation, evaluate
from core.progress import Report
from core.snapshot import Snapshot
from gui.look.formatting import number, percent
from gui.look.theme import Theme, set_role
from gui.session.background_task import BackgroundTask
from gui.widgets.confusion_matrix import ConfusionMatrix

REST_MILLISECONDS = 500
CLOSING_SECONDS = 10.0


class EvaluationPanel(QWidget):
    """Evaluates in the background, at most twice a second; the newest moment counts, and only while it is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._test: Dataset | None = None
        self._waiting: Snapshot | None = None
        self._task: BackgroundTask | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MILLISECONDS)
        self._rest.timeout.connect(self._evaluate_if_needed)
        self.figures = QLabel()
        set_role(self.figures, "heading")
        self.caption = QLabel("Rows: the digit that a picture shows. Columns: what the network says. Point at a cell.")
        self.caption.setWordWrap(True)
        set_role(self.caption, "muted")
        self.matrix = ConfusionMatrix()
        layout = QVBoxLayout(self)
        layout.addWidget(self.figures)
        layout.addWidget(self.caption)
        layout.addWidget(self.matrix, 1)

    def show_data(self, data: DataPair) -> None:
        """Judge by another test set; what was found on the old one is forgotten."""
        self._test, self._waiting = data.test, None
        self.figures.clear()
        self.matrix.show_counts(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Judge the network of another moment, as soon as there is time for it."""
        self._waiting = snapshot
        self._evaluate_if_needed()

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self.matrix.set_theme(theme)

    def close_down(self) -> None:
        """End the thread; call before the window closes."""
        self._waiting = None
        self._rest.stop()
        if self._task:
            self._task.wait(CLOSING_SECONDS)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        self._evaluate_if_needed()

    @Slot()
    def _evaluate_if_needed(self) -> None:
        snapshot, test = self._waiting, self._test
        if snapshot is None or test is None or not self.isVisible() or self._task or self._rest.isActive():
            return
        self._waiting = None

        def work(report: Report) -> tuple[Snapshot, Dataset, Evaluation]:
            return snapshot, test, evaluate(snapshot.network, test)

        self._task = BackgroundTask(work, self)
        self._task.succeeded.connect(self._on_evaluated)
        self._task.failed.connect(self._on_failed)
        self._task.start()

    @Slot(object)
    def _on_evaluated(self, result: tuple[Snapshot, Dataset, Evaluation]) -> None:
        snapshot, test, evaluation = result
        if test is self._test:
            self.figures.setText(
                f"update {snapshot.update:,}: {percent(evaluation.accuracy, 2)} of {len(test):,} right  ·  "
                f"loss {number(evaluation.loss)}"
            )
            self.matrix.show_counts(evaluation.confusion)
        self._end_task()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.figures.setText(sentence)
        self._end_task()

    def _end_task(self) -> None:
        if self._task:
            self._task.deleteLater()
            self._task = None
        self._rest.start()
