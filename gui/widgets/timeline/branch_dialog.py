"""Asks with which settings a run is to go on from a moment of its past, as a run of its own."""

from typing import Any

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import (
    QCheckBox,
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
from core.training.config import LIVE_KNOBS, MOST_EPOCHS, MOST_UPDATES, SETTINGS
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.fields.number_field import NumberField
from gui.widgets.fields.setting_field import make_field
from gui.widgets.text_room import least_height

_LENGTH = ("batch_size", "epochs", "updates")
"""Live settings with a row of another kind."""

_ROWS = sorted(LIVE_KNOBS - {*_LENGTH}, key=lambda name: SETTINGS[name].row)


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
        self.fields = {name: make_field(SETTINGS[name]) for name in _ROWS}
        for name, field in self.fields.items():
            field.show_value(getattr(config, name))
            if isinstance(field, NumberField):
                # Without it a number that is still being typed would leave the button below disabled.
                field.setKeyboardTracking(True)
        self.batch_size = QSpinBox()
        images = config.images_left(len(run.data.train))
        self.batch_size.setRange(1, images)
        self.batch_size.setGroupSeparatorShown(True)
        self.batch_size.setValue(config.batch_size or images)
        self.full_batch = QCheckBox("all images at once")
        self.full_batch.setChecked(config.batch_size is None)
        self.length = QSpinBox()
        self.length.setRange(1, MOST_EPOCHS if config.updates is None else MOST_UPDATES)
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
        for name, field in self.fields.items():
            form.addRow(SETTINGS[name].label, field)
        form.addRow(SETTINGS["batch_size"].label, batch)
        form.addRow("Epochs in all" if self._before.updates is None else "Updates in all", self.length)
        form.addRow("Name", self.name)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText("Continue as new run")
        set_role(ok, "primary")
        ok.setDefault(True)
        # As long as nothing is changed it is gray, and Enter would go to the other button.
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addWidget(introduction)
        layout.addLayout(form)
        layout.addWidget(self._sentence)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 64)
        first = self.fields[_ROWS[0]]
        first.setFocus()
        first.selectAll()

    def _connect(self) -> None:
        for field in self.fields.values():
            changed = field.valueChanged if isinstance(field, NumberField) else field.currentIndexChanged
            changed.connect(self._on_edited)
        for box in (self.batch_size, self.length):
            box.valueChanged.connect(self._on_edited)
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
            **{
                name: field.value() if isinstance(field, NumberField) else field.currentData()
                for name, field in self.fields.items()
            },
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
        chosen = self._before.with_changes(**self.changes())
        for name, field in self.fields.items():
            field.setEnabled(not SETTINGS[name].unused(chosen))
        self.batch_size.setEnabled(not self.full_batch.isChecked())
        self.name.setPlaceholderText(self._suggested_name())
        problem = self.problem()
        self._sentence.setText(problem)
        set_role(self._sentence, "muted" if not self.changes() else "warning")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)
