"""Asks with which settings a run is to go on from a moment of its past, as a run of its own."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.errors import ConfigError
from core.runs.run import Run
from core.runs.run_history import branch_name
from core.training.batches import BatchPlan
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.fields.number_field import NumberField
from gui.widgets.fields.setting_tips import CHOICES, LABELS
from gui.widgets.text_room import least_height

_STOPS = tuple(float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5))
_MOMENTA = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


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
        self.learning_rate = _field(1e-6, 1e6, _STOPS, config.learning_rate)
        self.schedule = _choice("schedule", config.schedule)
        self.optimizer = _choice("optimizer", config.optimizer)
        self.momentum = _field(0.0, 0.9999, _MOMENTA, config.momentum)
        self.weight_decay = _field(0.0, 1e3, (0.0, *_STOPS), config.weight_decay)
        self.batch_size = QSpinBox()
        images = config.images_left(len(run.data.train))
        self.batch_size.setRange(1, images)
        self.batch_size.setGroupSeparatorShown(True)
        self.batch_size.setValue(config.batch_size or images)
        self.full_batch = QCheckBox("all images at once")
        self.full_batch.setChecked(config.batch_size is None)
        self.length = QSpinBox()
        self.length.setRange(1, 100_000 if config.updates is None else 100_000_000)
        self.length.setGroupSeparatorShown(True)
        self.length.setValue(config.updates or config.epochs)
        self._sentence = PlainLabel()
        self._sentence.setWordWrap(True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self._lay_out()
        self._connect()
        self._on_edited()

    def _lay_out(self) -> None:
        introduction = PlainLabel(
            f"{self._run.name} stays as it is. The new run shares its first {self._update:,} updates "
            f"(epoch {self._run.epoch_at(self._update):.1f}), sees the same images in the same order, and goes on "
            "with:"
        )
        introduction.setWordWrap(True)
        batch = QHBoxLayout()
        batch.addWidget(self.batch_size, 1)
        batch.addWidget(self.full_batch)
        form = QFormLayout()
        for name in ("learning_rate", "schedule", "optimizer", "momentum", "weight_decay"):
            form.addRow(LABELS[name], getattr(self, name))
        form.addRow(LABELS["batch_size"], batch)
        form.addRow("Epochs in all" if self._before.updates is None else "Updates in all", self.length)
        form.addRow("Name", self.name)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText("Continue as new run")
        set_role(ok, "primary")
        ok.setDefault(True)
        # As long as nothing is changed it is grey, and Enter would go to the other button.
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addWidget(introduction)
        layout.addLayout(form)
        layout.addWidget(self._sentence)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        self.learning_rate.setFocus()
        self.learning_rate.selectAll()

    def _connect(self) -> None:
        for box in (self.learning_rate, self.momentum, self.weight_decay, self.batch_size, self.length):
            box.valueChanged.connect(self._on_edited)
        for choice in (self.schedule, self.optimizer):
            choice.currentIndexChanged.connect(self._on_edited)
        self.full_batch.toggled.connect(self._on_edited)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def event(self, event: QEvent) -> bool:
        """Keep room for all rows: Qt gives a dialog two thirds of the screen at most, whatever it holds."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show):
            self.setMinimumHeight(least_height(self))
        return super().event(event)

    def changes(self) -> dict[str, Any]:
        """Return the settings that differ from those at that moment, by their names in `TrainingConfig`."""
        wanted = {
            "learning_rate": self.learning_rate.value(),
            "schedule": self.schedule.currentData(),
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


def _field(low: float, high: float, stops: Sequence[float], value: float) -> NumberField:
    field = NumberField(low, high, stops)
    # Without it a number that is still being typed would leave the button below disabled.
    field.setKeyboardTracking(True)
    field.setValue(value)
    return field


def _choice(name: str, value: str) -> QComboBox:
    box = QComboBox()
    for key, title, meaning in CHOICES[name]:
        box.addItem(title, key)
        box.setItemData(box.count() - 1, meaning, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(box.findData(value))
    return box
