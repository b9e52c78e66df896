"""The line at the bottom: how far the run is, how fast it goes, how good it is, and what else is under way."""

from collections import deque
from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from core.runs.run import Run
from core.training.metrics import Metrics
from gui.look.formatting import percent
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs
from gui.session.task_slot import TaskSlot
from gui.session.training_worker import SlowStep
from gui.widgets.elided_label import ElidedLabel

RATE_SECONDS, RATE_UPDATES = 1.0, 3
"""The speed shown is the mean over this time, and over so many updates where they take longer."""


_MARGIN = 8
_SEPARATOR = "  ·  "
_FEWEST_PARTS = 2
"""What the run does, and how good it is, are told in any case."""

_STEADY_SHARE = 0.8
"""Of `RATE_SECONDS`: what is seen in less says little of the time that is left."""
_CLIMBS = 1.5
"""A speed that grows by this factor within `RATE_SECONDS` is about to be another: a beginning is slow."""

_WORTH_TELLING = 3.0
"""Seconds; of less it need not be told that they are left."""


class StatusLine(QWidget):
    """Metrics of the run at the left, a task in the background with its Cancel at the right."""

    cancel_pressed = Signal()
    """The user wants the task in the background to end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: deque[tuple[float, int]] = deque()
        self._note = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 3, _MARGIN, 3)
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(120)
        self._progress.setMaximumHeight(10)
        self._progress.setAccessibleName("Progress of the run")
        self._text = ElidedLabel()
        self._task_text = PlainLabel()
        set_role(self._task_text, "muted")
        self._task_progress = QProgressBar()
        self._task_progress.setRange(0, 1000)
        self._task_progress.setTextVisible(False)
        self._task_progress.setFixedWidth(120)
        self._task_progress.setMaximumHeight(10)
        self._task_progress.setAccessibleName("Progress of the task in the background")
        self._cancel = QPushButton("Cancel")
        self._cancel.clicked.connect(self.cancel_pressed)
        # Its room stays, or everything above would move whenever a task begins and ends.
        policy = self._cancel.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._cancel.setSizePolicy(policy)
        self._task_widgets = (self._task_text, self._task_progress, self._cancel)
        layout.addWidget(self._progress)
        layout.addWidget(self._text, 1)
        for widget in self._task_widgets:
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignRight)
        self._reserved = 0
        self._parts: list[str] = []
        self.end_task()

    def reserve(self, width: int) -> None:
        """Leave so much room free at the right end."""
        if width != self._reserved:
            self._reserved = width
            margins = self.layout().contentsMargins()
            self.layout().setContentsMargins(margins.left(), margins.top(), _MARGIN + width, margins.bottom())
            self._show_parts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._show_parts()

    def _show_parts(self) -> None:
        """Leave out, beside a message, what the timeline shows too, and then the parts from the second on."""
        parts, spacing = list(self._parts), self.layout().spacing()
        room = self.width() - self._reserved - 2 * _MARGIN
        shown = [widget for widget in self._task_widgets if not widget.isHidden() or widget is self._cancel]
        room -= sum(widget.sizeHint().width() + spacing for widget in shown)
        beside = self._progress.width() + spacing
        self._progress.setVisible(self._width_of(parts) + beside <= room)
        if not self._progress.isHidden():
            room -= beside
        while len(parts) > _FEWEST_PARTS and self._width_of(parts) > room:
            del parts[_FEWEST_PARTS - 1]
        self._text.setText(_SEPARATOR.join(parts))
        self._text.setToolTip(paragraphs(_SEPARATOR.join(self._parts)))

    def _width_of(self, parts: Sequence[str]) -> int:
        return self._text.fontMetrics().horizontalAdvance(_SEPARATOR.join(parts))

    def minimumSizeHint(self) -> QSize:
        """Ask for what is needed beside the room that is left free, which is never more than there is."""
        least = super().minimumSizeHint()
        return QSize(least.width() - self._reserved, least.height())

    def set_note(self, note: str) -> None:
        """Say something about the way a run is trained, in the place of the time that is left."""
        self._note = note

    def show_run(
        self, run: Run, state: str, running: bool, metrics: Metrics, slow_step: SlowStep | None = None
    ) -> None:
        """Show how far a run is.

        Parameters
        ----------
        run : Run
            Only its counts are read, which is safe while it trains.
        state : str
            What it is doing, in a word or two.
        running : bool
            Whether the speed means anything.
        metrics : Metrics
            Its metrics so far.
        slow_step : SlowStep, optional
            How far an update is that takes long.
        """
        update, total = len(metrics.batch_loss), run.total_updates
        self._progress.setValue(round(1000 * update / max(total, 1)))
        # Of the run and not of its settings: one that ends after so many updates may end in the middle of an epoch.
        epochs = f"{run.epoch_at(total):,.1f}".removesuffix(".0")
        parts = [
            state.capitalize() + (f": {_describe(slow_step)}" if slow_step else ""),
            f"epoch {run.epoch_at(update):,.1f}/{epochs}",
        ]
        if running and self._note:
            parts.insert(1, self._note)
        if not running:
            self._marks.clear()
        speed = self._speed(update) if running else None
        if speed is not None:
            parts.append(_rate(speed))
            left = (total - update) / speed if speed else 0.0
            if not self._note and left >= _WORTH_TELLING and self._is_steady():
                parts.append(f"{_duration(left)} left")
        if len(metrics.validation_accuracy):
            parts.append(f"validation {percent(float(metrics.validation_accuracy[-1]))}")
        if len(metrics.test_accuracy):
            parts.append(f"test {percent(float(metrics.test_accuracy[-1]))}")
        seen_any = bool(len(metrics.watched.updates))
        seen = int(metrics.watched.updates[-1]) if seen_any else update
        if not running and seen != update:
            # The tab Evaluate looks at the moment itself, and may find another metric there.
            parts[-1] += f" at {seen:,}"
        elif not running and seen_any and any(event.cuts and event.update == seen for event in run.recipe.events):
            # Looked at before; the tab Evaluate tells what the change did.
            parts[-1] += " before the change"
        self._parts = parts
        self._show_parts()

    def follow(self, slot: TaskSlot) -> None:
        """Show what is under way in a slot, and let Cancel end it."""
        slot.started.connect(self.begin_task)
        slot.progressed.connect(self.show_task)
        slot.ended.connect(self.end_task)
        self.cancel_pressed.connect(slot.cancel)

    @Slot(str)
    def begin_task(self, text: str) -> None:
        """Show that something began in the background."""
        for widget in self._task_widgets:
            widget.show()
        self._cancel.setEnabled(True)
        self.show_task(0.0, text)

    @Slot(float, str)
    def show_task(self, fraction: float, text: str) -> None:
        """Show how far it is."""
        self._task_text.setText(text)
        self._task_progress.setValue(round(1000 * fraction))
        self._show_parts()

    @Slot()
    def end_task(self) -> None:
        """Show that nothing is under way any more."""
        for widget in self._task_widgets:
            widget.hide()
        self._show_parts()

    def _speed(self, update: int) -> float | None:
        now = monotonic()
        if self._marks and update < self._marks[-1][1]:
            self._marks.clear()
        if not self._marks or update > self._marks[-1][1]:
            self._marks.append((now, update))
        while len(self._marks) > 2 and self._is_long_enough_without_first(now, update):
            self._marks.popleft()
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return (last - first) / (ended - began) if ended - began > 0.2 else None

    def _is_steady(self) -> bool:
        """Return whether the speed has been looked at for long enough, and does not climb while one looks."""
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        if ended - began < _STEADY_SHARE * RATE_SECONDS:
            return False
        middle, between = min(self._marks, key=lambda mark: abs(mark[0] - (began + ended) / 2))
        if not began < middle < ended:
            return True
        return (last - between) / (ended - middle) <= _CLIMBS * (between - first) / (middle - began)

    def _is_long_enough_without_first(self, now: float, update: int) -> bool:
        began, first = self._marks[1]
        return now - began >= RATE_SECONDS and update - first >= RATE_UPDATES


def _describe(step: SlowStep) -> str:
    """Say how far an update is that takes long."""
    if not step.text:
        return "an update takes long"
    left = "" if step.seconds_left is None else f", {_duration(step.seconds_left)} left"
    return f"{step.text}, {percent(step.fraction, 0)}{left}"


def _rate(speed: float) -> str:
    """Return a speed in words: 12,000, 1 or 0.3 updates a second."""
    rate = f"{speed:,.0f}" if speed >= 0.95 else f"{speed:.1g}"
    return f"{rate} update{'' if rate == '1' else 's'}/s"


def _duration(seconds: float) -> str:
    """Return a time in words, as roughly as it is known: "8 s", "40 s", "3 min", "1.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds < 20 else f"{5 * round(seconds / 5)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
