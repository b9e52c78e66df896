"""Asks with which settings a run is to go on from a moment of its past, as a run of its own."""

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.batches import BatchPlan
from core.errors import ConfigError
from core.learning_rate import SCHEDULES
from core.optimizers import OPTIMIZERS
from core.run import Run
from core.run_history import branch_name
from gui.theme import set_role

_OPTIMIZER_TITLES = {"sgd": "plain gradient descent", "momentum": "momentum", "adam": "Adam"}


class BranchDialog(QDialog):
    """Settings of a branch, beginning with those that the run had at that moment.

    Parameters
    ----------
    run : Run
        The run to branch from.
    update : int
        Updates made where the branch begins.
    """

    def __init__(self, run: Run, update: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Continue as a new run")
        self._run, self._update = run, update
        self._before = run.recipe.config_at(update)
        config = self._before
        self.name = QLineEdit()
        self.learning_rate = _ShortNumberBox(1e-6, 1e6, 6, config.learning_rate)
        self.schedule = QComboBox()
        self.schedule.addItems(list(SCHEDULES))
        self.schedule.setCurrentText(config.schedule)
        self.optimizer = QComboBox()
        for key in OPTIMIZERS:
            self.optimizer.addItem(_OPTIMIZER_TITLES.get(key, key), key)
        self.optimizer.setCurrentIndex(self.optimizer.findData(config.optimizer))
        self.momentum = _ShortNumberBox(0.0, 0.9999, 4, config.momentum)
        self.weight_decay = _ShortNumberBox(0.0, 1e3, 6, config.weight_decay)
        self.batch_size = QSpinBox()
        self.batch_size.setRange(1, len(run.data.train))
        self.batch_size.setGroupSeparatorShown(True)
        self.batch_size.setValue(config.batch_size or len(run.data.train))
        self.full_batch = QCheckBox("all pictures at once")
        self.full_batch.setChecked(config.batch_size is None)
        self.length = QSpinBox()
        self.length.setRange(1, 100_000 if config.updates is None else 100_000_000)
        self.length.setGroupSeparatorShown(True)
        self.length.setValue(config.updates or config.epochs)
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self._lay_out()
        self._connect()
        self._on_edited()

    def _lay_out(self) -> None:
        introduction = QLabel(
            f"{self._run.name} stays as it is. The new run shares its first {self._update:,} updates "
            f"(epoch {self._run.epoch_at(self._update):.1f}), sees the same pictures in the same order, and goes on "
            "with:"
        )
        introduction.setWordWrap(True)
        batch = QHBoxLayout()
        batch.addWidget(self.batch_size, 1)
        batch.addWidget(self.full_batch)
        form = QFormLayout()
        form.addRow("Learning rate", self.learning_rate)
        form.addRow("Schedule", self.schedule)
        form.addRow("Optimizer", self.optimizer)
        form.addRow("Momentum", self.momentum)
        form.addRow("Weight decay", self.weight_decay)
        form.addRow("Batch size", batch)
        form.addRow("Epochs in all" if self._before.updates is None else "Updates in all", self.length)
        form.addRow("Name", self.name)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText("Continue as new run")
        set_role(ok, "primary")
        layout = QVBoxLayout(self)
        layout.addWidget(introduction)
        layout.addLayout(form)
        layout.addWidget(self._sentence)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)

    def _connect(self) -> None:
        for box in (self.learning_rate, self.momentum, self.weight_decay, self.batch_size, self.length):
            box.valueChanged.connect(self._on_edited)
        for choice in (self.schedule, self.optimizer):
            choice.currentIndexChanged.connect(self._on_edited)
        self.full_batch.toggled.connect(self._on_edited)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def changes(self) -> dict[str, Any]:
        """Return the settings that differ from those at that moment, by their names in `TrainingConfig`."""
        wanted = {
            "learning_rate": self.learning_rate.value(),
            "schedule": self.schedule.currentText(),
            "optimizer": self.optimizer.currentData(),
            "momentum": self.momentum.value(),
            "weight_decay": self.weight_decay.value(),
            "batch_size": None if self.full_batch.isChecked() else self.batch_size.value(),
            "epochs" if self._before.updates is None else "updates": self.length.value(),
        }
        return {name: value for name, value in wanted.items() if getattr(self._before, name) != value}

    def chosen_name(self) -> str:
        """Return the name of the new run."""
        return self.name.text().strip() or self._suggested_name()

    def problem(self) -> str:
        """Return in one sentence why these settings cannot be used; "" where they can."""
        changes = self.changes()
        if not changes:
            return "Change something: with the same settings the new run would be the old one again."
        try:
            recipe = self._run.recipe.with_event(self._update, **changes)
        except ConfigError as error:
            return str(error)
        if BatchPlan(recipe, len(self._run.data.train)).total_updates <= self._update:
            unit = "epochs" if self._before.updates is None else "updates"
            return f"The run would be over already at this moment; raise the number of {unit}."
        return ""

    def _suggested_name(self) -> str:
        return branch_name(self._run.name, self._update, self.changes())

    @Slot()
    def _on_edited(self) -> None:
        self.momentum.setEnabled(self.optimizer.currentData() != "sgd")
        self.batch_size.setEnabled(not self.full_batch.isChecked())
        self.name.setPlaceholderText(self._suggested_name())
        problem = self.problem()
        self._sentence.setText(problem)
        set_role(self._sentence, "muted" if not self.changes() else "warning")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)


class _ShortNumberBox(QDoubleSpinBox):
    """A spin box that writes 0.1 and not 0.100000, and whose steps fit the size of its number."""

    def __init__(self, low: float, high: float, decimals: int, value: float) -> None:
        super().__init__()
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._exact = value
        self.setValue(value)

    def value(self) -> float:
        """Return the number; one that was not touched comes back exactly, however many decimals it has."""
        shown = super().value()
        return self._exact if shown == round(self._exact, self.decimals()) else shown

    def textFromValue(self, value: float) -> str:
        """Write a number without needless zeros."""
        return self.locale().toString(value, "g", 10)
