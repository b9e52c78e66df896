"""The panel of settings: the network and how it is trained, with each term explained where it stands.

Those that carry a dot take effect within the run, also while it trains; the others decide what a run is and so begin a
new one.
"""

from random import SystemRandom
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.runs.run_memory import WORTH_SAYING, describe_need, memory_need
from core.training.config import LIVE_KNOBS, TrainingConfig
from core.training.validation import USUAL_VALIDATION
from gui.look.follow_font import follow_font
from gui.look.icons import line_icon
from gui.look.labels import PlainLabel, RichLabel
from gui.look.theme import LIGHT, Theme, set_role, text_scale
from gui.look.tooltip import paragraphs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fields.batch_size_field import BatchSizeField
from gui.widgets.fields.field_rows import BETWEEN, FieldRows
from gui.widgets.fields.layer_editor import LayerEditor
from gui.widgets.fields.number_field import ENGLISH, NumberField
from gui.widgets.fields.rate_field import RateField
from gui.widgets.fields.setting_tips import (
    CHOICES,
    LABELS,
    LEGEND,
    LIVE,
    LONGEST_ADAM_RATE,
    NEW_RUN,
    NO_MOMENTUM,
    TIPS,
    TOO_FAR_FOR_ADAM,
    WHILE_RUNNING,
)
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.panel import Panel

_DECAYS = (0.0, *(float(f"{digits}e{power}") for power in range(-6, 0) for digits in (1, 2, 5)), 1.0)
_MOMENTA = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_NARROWEST_FIELD = 50
_NARROWEST, _LOWEST = 220, 160
_MARGINS = (8, 6, 5, 6)
_ARROW = 20
"""What a choice has beside its text, in logical pixels beside text of the usual size."""


class SettingsPanel(Panel, QScrollArea):
    """Every setting of a run, and how many parameters the network has."""

    config_edited = Signal(object)
    """The user changed what needs a fresh start; the whole `TrainingConfig`."""

    knob_turned = Signal(str, object)
    """The user turned one of `core.training.config.LIVE_KNOBS`: its name and new value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._config = TrainingConfig()
        self._running = False
        self._labels: dict[str, QLabel] = {}
        self._rows: list[FieldRows] = []
        self._make_fields()
        self._lay_out()
        self._connect()
        self.set_config(self._config)
        self.set_theme(LIGHT)

    def _make_fields(self) -> None:
        self.layers = LayerEditor()
        self.choices = {name: _choice_field(name) for name in CHOICES}
        self.rate = RateField(self)
        self.learning_rate, self.rate_slider = self.rate.number, self.rate.slider
        self.momentum = NumberField(0, 0.9999, _MOMENTA)
        self.weight_decay = NumberField(0, 1000, _DECAYS)
        self.batch_size = BatchSizeField()
        self.length = QSpinBox()
        self.length.setLocale(ENGLISH)
        self.length.setGroupSeparatorShown(True)
        self.length.setKeyboardTracking(False)
        self.validation = QSpinBox()
        self.validation.setLocale(ENGLISH)
        self.validation.setGroupSeparatorShown(True)
        self.validation.setKeyboardTracking(False)
        self.validation.setRange(0, 10_000_000)
        self.validation.setSingleStep(USUAL_VALIDATION)
        self.validation.setSpecialValueText("none")
        self.seed = NumberField(0, 2**32 - 1)
        self.dice = QToolButton()
        self.dice.setAccessibleName("Roll another seed")
        self.dice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fields: dict[str, QWidget] = {
            "hidden": self.layers,
            **self.choices,
            "learning_rate": self.learning_rate,
            "momentum": self.momentum,
            "weight_decay": self.weight_decay,
            "batch_size": self.batch_size,
            "epochs": self.length,
            "validation": self.validation,
            "seed": self.seed,
        }
        self.parts = self.fields | {"updates": self.length}
        for name, field in self.fields.items():
            field.setAccessibleName(LABELS[name])
            if field is not self.layers:
                guard_wheel(field)
                # Their own hints leave room for the widest number that could be typed.
                field.setMinimumWidth(_NARROWEST_FIELD)

    def _lay_out(self) -> None:
        page = QWidget()
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
        self.memory = PlainLabel()
        self.memory.setWordWrap(True)
        set_role(self.memory, "warning")
        column.addWidget(self.memory)
        column.addLayout(self._labelled("activation", "initialization"))
        column.addSpacing(4)
        column.addWidget(_heading("Training"))
        column.addLayout(self._labelled("learning_rate"))
        column.addWidget(self.rate_slider)
        names = (
            "schedule",
            "optimizer",
            "momentum",
            "batch_size",
            "epochs",
            "weight_decay",
            "augmentation",
            "validation",
            "seed",
        )
        column.addLayout(self._labelled(*names))
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

    def _labelled(self, *names: str) -> FieldRows:
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
        metrics, texts = self.fontMetrics(), [text for choices in CHOICES.values() for _, text, _ in choices]
        # All columns of labels are equally wide, so that the fields stand in one line.
        labels = metrics.horizontalAdvance("Learning rate\u2009●") + 2
        fields = max(map(metrics.horizontalAdvance, texts)) + round(_ARROW * text_scale(self.font()))
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
        self.layers.edited.connect(self._on_layers_edited)
        for field in self.choices.values():
            field.activated.connect(self._on_choice_made)
        self.rate.turned.connect(self._on_rate_turned)
        self.momentum.valueChanged.connect(self._on_momentum_changed)
        self.weight_decay.valueChanged.connect(self._on_weight_decay_changed)
        self.batch_size.size_chosen.connect(self._on_batch_size_chosen)
        self.length.valueChanged.connect(self._on_length_changed)
        self.validation.valueChanged.connect(self._on_validation_changed)
        self.seed.valueChanged.connect(self._on_seed_changed)
        self.dice.clicked.connect(self._on_dice_rolled)

    # --- what is shown

    def config(self) -> TrainingConfig:
        """Return the settings as they stand."""
        return self._config

    def set_config(self, config: TrainingConfig) -> None:
        """Show settings; tells nobody."""
        self._config = config
        self.rate.set_rate(config.learning_rate)
        self.batch_size.set_size(config.batch_size)
        blockers = [QSignalBlocker(field) for field in self.fields.values()]
        self.layers.set_layers(config.hidden)
        for name, field in self.choices.items():
            field.setCurrentIndex(field.findData(getattr(config, name)))
        self.momentum.setValue(config.momentum)
        self.weight_decay.setValue(config.weight_decay)
        self.length.setRange(1, 100_000 if config.updates is None else 100_000_000)
        self.length.setValue(config.epochs if config.updates is None else config.updates)
        self.validation.setValue(config.validation)
        self.seed.setValue(config.seed)
        del blockers
        self._show_state()

    def set_running(self, running: bool) -> None:
        """Say whether training goes on; only live settings can be changed then."""
        self._running = running
        self._show_state()

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self._theme = theme
        self.layers.set_theme(theme)
        self.dice.setIcon(line_icon("toolbar/dice", theme))
        self._show_state()

    def _show_state(self) -> None:
        """Bring labels, tooltips and what can be used up to date."""
        self.parameters.setText(f"{self._config.layout.size:,} parameters")
        self.parameters.setToolTip(f"{self.parameters.text()}: weights and biases that the network learns.")
        for name, field in self.fields.items():
            reason = self._reason_against(name)
            shown = "updates" if name == "epochs" and self._config.updates is not None else name
            tip = f"{TIPS[shown]} {LIVE if shown in LIVE_KNOBS else NEW_RUN}"
            field.setEnabled(not reason)
            field.setToolTip(paragraphs(tip, reason))
            if name in self._labels:
                dot = f'\u2009<span style="color:{self._theme.link}">●</span>' if name in LIVE_KNOBS else ""
                self._labels[name].setText(f"{LABELS[shown]}{dot}")
                self._labels[name].setAccessibleName(LABELS[shown])
                self._labels[name].setToolTip(field.toolTip())
                self._labels[name].setEnabled(not reason)
        self.rate_slider.setToolTip(self.learning_rate.toolTip())
        self.dice.setEnabled(self.seed.isEnabled())
        self.dice.setToolTip(
            paragraphs(
                "Roll another seed: another initialization, another order of the images.", self._reason_against("seed")
            )
        )
        self.live_legend.setToolTip(paragraphs(LIVE, "All else starts a new run."))
        self.live_legend.setText(f'<span style="color:{self._theme.link}">●</span> {LEGEND}')
        self._show_advice()

    def _show_advice(self) -> None:
        is_too_far = self._config.optimizer == "adam" and self._config.learning_rate > LONGEST_ADAM_RATE
        self.advice.setText(TOO_FAR_FOR_ADAM if is_too_far else "")
        self.advice.setVisible(is_too_far)
        is_large = memory_need(self._config, in_window=True) >= WORTH_SAYING
        self.memory.setText(f"{describe_need(self._config, in_window=True)}." if is_large else "")
        self.memory.setVisible(is_large)

    def _reason_against(self, name: str) -> str:
        """Return why a setting cannot be changed now, or ""."""
        if self._running and name not in LIVE_KNOBS:
            return WHILE_RUNNING
        if name == "momentum" and self._config.optimizer == "sgd":
            return NO_MOMENTUM
        return ""

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

    @Slot(tuple)
    def _on_layers_edited(self, hidden: tuple[int, ...]) -> None:
        self._edit("hidden", hidden)

    @Slot()
    def _on_choice_made(self) -> None:
        for name, field in self.choices.items():
            self._edit(name, field.currentData())

    @Slot(float)
    def _on_rate_turned(self, rate: float) -> None:
        self._edit("learning_rate", rate)

    @Slot(float)
    def _on_momentum_changed(self, momentum: float) -> None:
        self._edit("momentum", momentum)

    @Slot(float)
    def _on_weight_decay_changed(self, weight_decay: float) -> None:
        self._edit("weight_decay", weight_decay)

    @Slot(object)
    def _on_batch_size_chosen(self, size: int | None) -> None:
        self._edit("batch_size", size)

    @Slot(int)
    def _on_length_changed(self, length: int) -> None:
        self._edit("epochs" if self._config.updates is None else "updates", length)

    @Slot(int)
    def _on_validation_changed(self, images: int) -> None:
        self._edit("validation", images)

    @Slot(float)
    def _on_seed_changed(self, seed: float) -> None:
        self._edit("seed", int(seed))

    @Slot()
    def _on_dice_rolled(self) -> None:
        self.seed.setValue(SystemRandom().randrange(1_000_000))


def _heading(text: str) -> QLabel:
    label = PlainLabel(text)
    set_role(label, "heading")
    return label


def _choice_field(name: str) -> QComboBox:
    field = QComboBox()
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(7)
    for row, (value, text, tip) in enumerate(CHOICES[name]):
        field.addItem(text, value)
        field.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
    return field
