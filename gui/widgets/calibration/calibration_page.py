"""Sure of nonsense? Confidence against accuracy, on the test set or on one's own digits, and at any temperature."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.data.dataset import DataPair, Dataset
from core.network.arrays import Floats, Labels
from core.network.network import Network
from core.network.prediction import logits_by_chunk
from core.progress import Report
from core.runs.snapshot import Snapshot
from core.training.calibration import Reliability, fit_temperature, reliability
from core.training.validation import learning_set, validation_set
from gui.look.formatting import number, percent
from gui.session.task_slot import Policy, TaskSlot
from gui.widgets.calibration.reliability_plot import ReliabilityPlot
from gui.widgets.calibration.temperature_slider import TemperatureSlider
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.segments import Segments
from gui.widgets.still_text import StillText
from gui.widgets.work_button import WorkButton

REST_MILLISECONDS = 500
PATIENCE_MILLISECONDS = 300
"""Before it is said how far the work is."""
MOST_FITTED = 10_000
"""Training images that the temperature is fitted on where none are held out for validation."""

_CLOSE = 0.01
"""Below this, confidence and accuracy are called about equal."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Logits of some images, and what is needed to say whose."""

    snapshot: Snapshot
    images: Dataset
    logits: Floats

    @property
    def labels(self) -> Labels:
        """What the images show."""
        return self.images.labels


class CalibrationPage(QWidget):
    """A reliability diagram that follows the moment, and a slider for the temperature that it is drawn at."""

    temperature_changed = Signal(float)
    """What logits are to be divided by."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DataPair | None = None
        self._own: Dataset | None = None
        self._snapshot: Snapshot | None = None
        self._measured: Measured | None = None
        self._fitted = self._progress = ""
        self._slot = TaskSlot(Policy.REFUSE, self)
        self._slot.succeeded.connect(self._on_measured)
        self._slot.failed.connect(self._on_failed)
        self._slot.started.connect(self._on_started)
        self._slot.progressed.connect(self._on_progressed)
        self._slot.ended.connect(self._on_ended)
        self._cancelled: Snapshot | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._show_progress)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Do not look at the images at this moment")
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.cancel.hide()
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self._measure_if_needed)
        self.source = Segments(
            "Of",
            (
                ("Test set", "Confidence and accuracy on the test set"),
                ("My digits", "Confidence and accuracy on the digits that you collected"),
            ),
            show_name=False,
        )
        self.source.chosen.connect(self._on_source_chosen)
        self.temperature = TemperatureSlider()
        self.temperature.changed.connect(self._on_temperature_changed)
        self.fit_button = WorkButton("Fit T", self)
        self.fit_button.button.setToolTip(
            "Find the temperature with the least loss (temperature scaling): on the images held out for validation, or "
            "else on training images; never on the test set"
        )
        self.fit_button.pressed.connect(self._on_fit_pressed)
        self.fit_button.done.connect(self._on_fitted)
        self.fit_button.failed.connect(self._on_failed)
        self.plot = ReliabilityPlot()
        self.sentence = StillText(4)
        self.fitted = StillText(2)
        above = FlowLayout(8, 4)
        above.addWidget(self.source)
        above.addWidget(self.fit_button)
        above.addWidget(self.cancel)
        row = QHBoxLayout()
        row.addWidget(self.temperature, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(above)
        layout.addLayout(row)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.sentence)
        layout.addWidget(self.fitted)
        self.set_own_digits(None)
        self._show()

    def show_data(self, data: DataPair) -> None:
        """Measure on other images."""
        self._data, self._fitted = data, ""
        self._forget()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Measure the network of another moment, as soon as there is time for it."""
        before, self._snapshot = self._snapshot, snapshot
        if before is not None and before.run_id != snapshot.run_id:
            self._show()
        self.fit_button.set_ready(self._data is not None)
        self._measure_if_needed()

    def set_own_digits(self, digits: Dataset | None) -> None:
        """Know the digits that the user has collected; None where there are none."""
        self._own = digits
        button = self.source.button(1)
        button.setEnabled(digits is not None)
        if digits is None:
            self.source.choose(0)
            button.setToolTip("Collect digits first: draw one, and give it its label under My digits")
        elif self.source.choice == 1:
            self._forget()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the moment."""
        super().showEvent(event)
        self._measure_if_needed()

    def _forget(self) -> None:
        self._slot.abandon()
        self.fit_button.abandon()
        self._measured = None
        self._show()
        self._measure_if_needed()

    # Measuring.

    def _images(self) -> Dataset | None:
        return self._own if self.source.choice == 1 else self._data and self._data.test

    @Slot()
    def _measure_if_needed(self) -> None:
        snapshot, images = self._snapshot, self._images()
        if snapshot is None or images is None or not self.isVisible() or self._slot.busy or self._rest.isActive():
            return
        if snapshot is self._cancelled:
            return
        if self._measured is not None and self._measured.snapshot is snapshot and self._measured.images is images:
            return
        self._slot.start(lambda report: Measured(snapshot, images, _logits(snapshot.network, images, report)))

    @Slot(object)
    def _on_measured(self, measured: Measured) -> None:
        if measured.images is self._images():
            self._measured = measured
            self._show()
        self._rest.start()

    @Slot()
    def _on_started(self) -> None:
        self._progress = percent(0, 0)
        self._patience.start()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        self._progress = percent(fraction, 0)
        if not self.cancel.isHidden():
            self._show_progress()

    @Slot()
    def _show_progress(self) -> None:
        """Say how far it is, and let it be cancelled: it takes longer than one waits without a word."""
        if self._slot.busy:
            self.cancel.setText(f"Cancel, {self._progress}")
            self.cancel.show()
            if self._measured is None:
                self.sentence.set_text(f"Looking at the images of this moment: {self._progress}")

    @Slot()
    def _on_ended(self) -> None:
        self._patience.stop()
        self.cancel.hide()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self._cancelled = self._snapshot
        self._slot.abandon()
        self._show()
        if self._measured is None:
            self.sentence.set_text("Cancelled: the next moment is measured again.")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.sentence.set_text(sentence)
        self._rest.start()

    @Slot()
    def _on_source_chosen(self) -> None:
        self._cancelled = None
        self._forget()

    # The temperature.

    @Slot()
    def _on_fit_pressed(self) -> None:
        snapshot, data = self._snapshot, self._data
        if snapshot is None or data is None:
            return

        def work(report: Report) -> tuple[float, str]:
            images = validation_set(snapshot.config, data.train)
            which = f"Fitted on {len(images):,} validation images." if images else ""
            if images is None:
                images = learning_set(snapshot.config, data.train)
                rows = np.random.default_rng(0).permutation(len(images))[:MOST_FITTED]
                images = images.take(np.sort(rows), images.name)
                which = (
                    f"Fitted on {len(images):,} training images. The network has learned from them and is right too "
                    "often there: with images held out for validation the fit is better."
                )
            return fit_temperature(_logits(snapshot.network, images, report), images.labels), which

        self.fit_button.start(work)

    @Slot(object)
    def _on_fitted(self, found: tuple[float, str]) -> None:
        temperature, self._fitted = found
        self.temperature.set_temperature(temperature)
        self._show()

    @Slot(float)
    def _on_temperature_changed(self, temperature: float) -> None:
        if not self.fit_button.slot.busy and self.sender() is self.temperature and self.temperature.slider.hasFocus():
            self._fitted = ""
        self._show()
        self.temperature_changed.emit(temperature)

    # What is shown.

    def _show(self) -> None:
        measured, temperature = self._measured, self.temperature.temperature
        self.fitted.set_text(self._fitted)
        if measured is None:
            self.plot.show_reliability(None)
            self.sentence.set_text("")
            return
        found = reliability(measured.logits, measured.labels, temperature)
        self.plot.show_reliability(found)
        which = "digits of mine" if measured.images is self._own else "test images"
        before = reliability(measured.logits, measured.labels) if temperature != 1 else None
        is_shown = self._snapshot is not None and self._snapshot.run_id == measured.snapshot.run_id
        whose = "Update" if is_shown else "Another run, update"
        self.sentence.set_text(
            f"{whose} {measured.snapshot.update:,}, {len(measured.labels):,} {which}: {describe(found, before)}"
        )


def describe(found: Reliability, before: Reliability | None = None) -> str:
    """Say how sure and how right a network is; ``before`` is the same at T = 1, where T is another."""
    sure, right = found.mean_confidence, found.share_right
    gap = sure - right
    if abs(gap) < _CLOSE:
        verdict = "about as sure as right"
    elif abs(gap) <= found.chance:
        verdict = f"of {found.counts.sum():,} answers, that may be chance"
    else:
        verdict = "too sure" if gap > 0 else "not sure enough"
    error = f"expected calibration error {_points(found.error)}"
    if before is not None:
        error += f" ({_points(before.error)} at T = 1)"
    return f"{percent(sure)} sure on average, {percent(right)} right: {verdict}; {error}."


def _points(share: float) -> str:
    return f"{number(100 * share, 2)} points"


def _logits(network: Network, images: Dataset, report: Report) -> Floats:
    """Return the logits of all images, float32 of shape (n, 10)."""
    found = []
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, logits in logits_by_chunk(network, images.images):
            report(rows.stop / len(images), f"looking at {len(images):,} images")
            found.append(logits.copy())
    return np.concatenate(found)
