"""The panel of settings: the network and how it is trained, with each term explained where it stands.

Those that carry a dot take effect within the run, also while it trains; the others decide what a run is and so begin a
new one.
"""

from functools import partial
from random import SystemRandom
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.network.dense import Dense
from core.network.layers import layers_of, write_layers
from core.runs.run_memory import WORTH_SAYING, describe_need, memory_need
from core.training.config import LIVE_KNOBS, MOST_EPOCHS, MOST_UPDATES, SETTINGS, TrainingConfig
from core.training.network_settings import MAX_HIDDEN_LAYERS
from core.training.optimizers import OPTIMIZERS
from gui.look.follow_font import follow_font
from gui.look.labels import PlainLabel, RichLabel
from gui.look.theme import applied, set_role, text_scale
from gui.look.tooltip import paragraphs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.field_rows import BETWEEN, FieldRows
from gui.widgets.fields.layer_list_editor import LayerListEditor
from gui.widgets.fields.rate_field import RateField
from gui.widgets.fields.setting_field import ChoiceField, make_field
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.icon_button import icon_button
from gui.widgets.panel import Panel, Place

WHILE_RUNNING = "This cannot change while training goes on: pause first."
LIVE = "Takes effect at once, also while training goes on."
NEW_RUN = "Changing it starts a new run."
LEGEND = "takes effect within the run"

_ROWS = sorted((name for name in SETTINGS if name not in ("updates", "layers")), key=lambda name: SETTINGS[name].row)
"""Settings in the order of the form; the length of a run is one row, in epochs or in updates."""

_NARROWEST_FIELD = 50
_NARROWEST, _LOWEST = 220, 160
_MARGINS = (6, 6, 3, 6)
_ARROW, _FRAME = 20, 10
"""What a choice has beside its text, in logical pixels: beside text of the usual size, and always."""


class SettingsPanel(Panel, QScrollArea):
    """Every setting of a run, and how many parameters the network has."""

    config_edited = Signal(object)
    """The user changed what needs a fresh start; the whole `TrainingConfig`."""

    knob_turned = Signal(str, object)
    """The user turned one of `core.training.config.LIVE_KNOBS`: its name and new value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = TrainingConfig()
        self._running = self._wants_list = False
        self._labels: dict[str, QLabel] = {}
        self._rows: list[FieldRows] = []
        self._make_fields()
        self._lay_out()
        self._connect()
        applied.changed.connect(self._show_state)
        self.set_config(self._config)

    def _make_fields(self) -> None:
        self.rate = RateField(self)
        self.fields = {name: make_field(SETTINGS[name]) for name in _ROWS if name != "learning_rate"}
        self.fields["learning_rate"] = self.rate.number
        self.choices = {name: field for name, field in self.fields.items() if isinstance(field, ChoiceField)}
        self.layers, self.batch_size = self.fields["hidden"], self.fields["batch_size"]
        self.length, self.seed = self.fields["epochs"], self.fields["seed"]
        self.layer_list = LayerListEditor()
        self.parts = self.fields | {"updates": self.length, "layers": self.layer_list}
        self.dice = icon_button("toolbar/dice", "", "Roll another seed", role="")
        for name, field in self.fields.items():
            field.setAccessibleName(SETTINGS[name].label)
            if field is not self.layers:
                guard_wheel(field)
                # Their own hints leave room for the widest number that could be typed.
                field.setMinimumWidth(_NARROWEST_FIELD)

    def _lay_out(self) -> None:
        page = _Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(*_MARGINS)
        column.setSpacing(4)
        self.parameters = ElidedLabel()
        self.parameters.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_role(self.parameters, "value")
        head = QHBoxLayout()
        head.addWidget(_heading("Network"))
        head.addWidget(self.parameters, 1)
        column.addLayout(head)
        column.addWidget(self.layers)
        column.addWidget(self.layer_list)
        self.memory = PlainLabel()
        self.memory.setWordWrap(True)
        set_role(self.memory, "warning")
        column.addWidget(self.memory)
        column.addLayout(self._labeled(*(name for name in _ROWS[1:] if SETTINGS[name].of_network)))
        column.addSpacing(4)
        column.addWidget(_heading("Training"))
        column.addLayout(self._labeled("learning_rate"))
        column.addWidget(self.rate.slider)
        others = (name for name in _ROWS if not SETTINGS[name].of_network and name != "learning_rate")
        column.addLayout(self._labeled(*others))
        self.live_legend = RichLabel()
        self.live_legend.setWordWrap(True)
        set_role(self.live_legend, "muted")
        column.addWidget(self.live_legend)
        self.advice = PlainLabel()
        self.advice.setWordWrap(True)
        set_role(self.advice, "warning")
        column.addWidget(self.advice)
        column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        follow_font(self, self._arrange)

    def _labeled(self, *names: str) -> FieldRows:
        for name in names:
            self._labels[name] = RichLabel()
            self._labels[name].setBuddy(self.fields[name])
        places = self.fields | ({"seed": self._beside_dice()} if "seed" in names else {})
        self._rows.append(FieldRows([(self._labels[name], places[name]) for name in names]))
        return self._rows[-1]

    def _beside_dice(self) -> QWidget:
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.seed, 1)
        row.addWidget(self.dice)
        return both

    def _arrange(self) -> None:
        """Put labels and fields side by side where the longest choice can be read then."""
        metrics, texts = (
            self.fontMetrics(),
            [choice.title for name in self.choices for choice in SETTINGS[name].choices],
        )
        # All columns of labels are equally wide, so that the fields stand in one line.
        labels = metrics.horizontalAdvance("Learning rate\u2009●") + 2
        fields = max(map(metrics.horizontalAdvance, texts)) + round(_ARROW * text_scale(self.font())) + _FRAME
        for rows in self._rows:
            rows.arrange(labels, is_wide=self.width() - self._beside_page() >= labels + BETWEEN + fields)
        self.updateGeometry()

    def _beside_page(self) -> int:
        # Always as if the scroll bar were there: its coming and going must not change the layout that made it.
        return _MARGINS[0] + _MARGINS[2] + self.verticalScrollBar().sizeHint().width()

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the layers' buttons, and for little height: the rest can be scrolled to.

        For less the larger text is, which a lesson above needs the height for.
        """
        width = max(self.layers.minimumSizeHint().width() + self._beside_page(), _NARROWEST)
        return QSize(width, round(_LOWEST / text_scale(self.font())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find room for labels and fields."""
        super().resizeEvent(event)
        self._arrange()

    def _connect(self) -> None:
        self.rate.edited.connect(partial(self._edit, "learning_rate"))
        self.length.edited.connect(self._on_length_edited)
        for name, field in self.fields.items():
            if field not in (self.rate.number, self.length):
                field.edited.connect(partial(self._edit, name))
        self.layer_list.edited.connect(partial(self._edit, "layers"))
        self.layers.more_kinds.clicked.connect(self._on_more_kinds)
        self.layer_list.dense_alone.clicked.connect(self._on_dense_alone)
        self.dice.clicked.connect(self._on_dice_rolled)

    # --- what is shown

    def config(self) -> TrainingConfig:
        """Return the settings as they stand."""
        return self._config

    def set_config(self, config: TrainingConfig) -> None:
        """Show settings; tells nobody."""
        self._config = config
        with QSignalBlocker(self.length):
            self.length.setRange(1, MOST_EPOCHS if config.updates is None else MOST_UPDATES)
        for name, field in self.fields.items():
            if field not in (self.rate.number, self.length):
                field.show_value(getattr(config, name))
        self.layer_list.show_value(config.layers or write_layers(layers_of(config.layout)))
        self.rate.show_value(config.learning_rate)
        self.length.show_value(config.updates or config.epochs)
        self._show_state()

    def set_running(self, running: bool) -> None:
        """Say whether training goes on; only live settings can be changed then."""
        self._running = running
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        """Bring labels, tooltips and what can be used up to date."""
        self.parameters.setText(f"{self._config.layout.size:,} parameters")
        self.parameters.shorter = f"{self._config.layout.size:,}"
        self.parameters.setToolTip(f"{self.parameters.text()}: weights and biases that the network learns.")
        for name, field in self.fields.items():
            reason = self._reason_against(name)
            shown = "updates" if name == "epochs" and self._config.updates is not None else name
            tip = f"{SETTINGS[shown].tip} {LIVE if shown in LIVE_KNOBS else NEW_RUN}"
            field.setEnabled(not reason)
            field.setToolTip(paragraphs(tip, reason))
            if name in self._labels:
                dot = f'\u2009<span style="color:{applied.theme.link}">●</span>' if name in LIVE_KNOBS else ""
                self._labels[name].setText(f"{SETTINGS[shown].label}{dot}")
                self._labels[name].setAccessibleName(SETTINGS[shown].label)
                self._labels[name].setToolTip(field.toolTip())
                self._labels[name].setEnabled(not reason)
        self._show_kind_of_layers()
        self.rate.slider.setToolTip(self.rate.number.toolTip())
        self.dice.setEnabled(self.seed.isEnabled())
        self.dice.setToolTip(
            paragraphs(
                "Roll another seed: another initialization, another order of the images.", self._reason_against("seed")
            )
        )
        self.live_legend.setToolTip(paragraphs(LIVE, "All else starts a new run."))
        self.live_legend.setText(f'<span style="color:{applied.theme.link}">●</span> {LEGEND}')
        self._show_advice()

    def look_at(self, name: str) -> Place | None:
        """Return a setting; layers of the kind that is not shown are pointed at where one gets to them."""
        if name == "layers" and self.layer_list.isHidden():
            return Place(self.layers.more_kinds)
        if name == "hidden" and self.layers.isHidden():
            return Place(self.layer_list.dense_alone)
        return super().look_at(name)

    def _show_kind_of_layers(self) -> None:
        """Show the hidden layers alone, as long as nothing else is asked for: few things at once."""
        is_list = bool(self._config.layers) or self._wants_list
        reason = self._reason_against("layers")
        self.layers.setVisible(not is_list)
        self.layer_list.setVisible(is_list)
        self.layer_list.setEnabled(not reason)
        self.layer_list.setToolTip(paragraphs(f"{SETTINGS['layers'].tip} {NEW_RUN}", reason))

    def _show_advice(self) -> None:
        advice = OPTIMIZERS[self._config.optimizer].advice(self._config.learning_rate)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        is_large = memory_need(self._config, in_window=True) >= WORTH_SAYING
        self.memory.setText(f"{describe_need(self._config, in_window=True)}." if is_large else "")
        self.memory.setVisible(is_large)

    def _reason_against(self, name: str) -> str:
        """Return why a setting cannot be changed now, or ""."""
        if self._running and name not in LIVE_KNOBS:
            return WHILE_RUNNING
        return SETTINGS[name].unused(self._config)

    # --- what the user does

    def _edit(self, name: str, value: Any) -> None:
        if value == getattr(self._config, name):
            return
        changes: dict[str, Any] = {name: value}
        self._config = self._config.with_changes(**changes)
        self._show_state()
        if name in LIVE_KNOBS:
            self.knob_turned.emit(name, value)
        else:
            self.config_edited.emit(self._config)

    @Slot(object)
    def _on_length_edited(self, length: int) -> None:
        self._edit("epochs" if self._config.updates is None else "updates", length)

    @Slot()
    def _on_more_kinds(self) -> None:
        self._wants_list = True
        self._show_state()
        self.layer_list.list.setFocus()

    @Slot()
    def _on_dense_alone(self) -> None:
        self._wants_list = False
        if self._config.layers:
            dense = [layer.units for layer in layers_of(self._config.layout) if isinstance(layer, Dense)]
            self._config = self._config.with_changes(hidden=tuple(dense[:-1][:MAX_HIDDEN_LAYERS]))
            self.set_config(self._config)
            self.config_edited.emit(self._config)
        self._show_state()
        self.layers.text.setFocus()

    @Slot()
    def _on_dice_rolled(self) -> None:
        self.seed.setValue(SystemRandom().randrange(1_000_000))


class _Page(QWidget):
    """The form, which gives up the air around its fields before it has to be scrolled."""

    def heightForWidth(self, width: int) -> int:
        """Return the least height that the form takes."""
        return self.layout().minimumHeightForWidth(width)


def _heading(text: str) -> QLabel:
    label = PlainLabel(text)
    set_role(label, "heading")
    return label
