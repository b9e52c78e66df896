"""The bar on top: train, pause, step, reset; how fast; which preset; which data."""

from math import log

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QSlider, QToolButton, QWidget

from core.data.dataset import DataPair
from core.training.presets import PRESETS
from gui.actions import Actions
from gui.look.follow_font import follow_font
from gui.look.labels import PlainLabel, as_caption
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs
from gui.widgets.panel import Panel

SPEEDS: tuple[float | None, ...] = (1, 3, 10, 30, 100, 300, 1000, 3000, None)
"""Updates a second, from one that can be followed by eye to as fast as the machine goes."""


_ROUNDING = 2

_SPEED_TIP = "How many updates a second; at max as fast as the machine goes. Works while training."
_GATHERS_TIP = "The first run begins slowly and speeds up by itself. Move the slider, and the speed is yours."


class ControlBar(Panel, QWidget):
    """Buttons and choices that steer the run.

    Parameters
    ----------
    actions : Actions
        Training actions, which the buttons carry.
    data_menu : QMenu
        Opens from the data button.
    """

    speed_changed = Signal(object)
    """Updates a second, or None for as fast as the machine goes."""

    preset_chosen = Signal(str)
    """Key in `core.training.presets.PRESETS`."""

    def __init__(self, actions: Actions, data_menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        self.parts = {}
        self._brief_buttons: list[QToolButton] = []
        names = ("train", "pause", "step", "reset")
        for name, action in zip(names, (actions.train, actions.pause, actions.step, actions.reset), strict=True):
            self.parts[name] = button = _button(action)
            if action is actions.train:
                set_role(button, "primary")
            else:
                self._brief_buttons.append(button)
            layout.addWidget(button)

        layout.addSpacing(10)
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setValue(len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setMinimumWidth(80)
        self.speed.setMaximumWidth(150)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip(_SPEED_TIP)
        self._gathers_speed = False
        self.speed.valueChanged.connect(self._on_speed_moved)
        self._speed_text = PlainLabel()
        follow_font(self._speed_text, self._fit_speed_text)
        speed_label = PlainLabel("Speed")
        speed_label.setBuddy(self.speed)
        for widget in (speed_label, self.speed, self._speed_text):
            layout.addWidget(widget)

        layout.addSpacing(10)
        self.preset = QComboBox()
        self.preset.setPlaceholderText("Own settings")
        self.preset.setAccessibleName("Preset")
        self.preset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for row, (key, preset) in enumerate(PRESETS.items()):
            self.preset.addItem(preset.title, key)
            self.preset.setItemData(row, preset.sentence, Qt.ItemDataRole.ToolTipRole)
        self.preset.activated.connect(self._on_preset_activated)
        preset_label = PlainLabel("Preset")
        preset_label.setBuddy(self.preset)
        layout.addWidget(preset_label)
        layout.addWidget(self.preset)

        layout.addStretch(1)
        self.data = _DataButton()
        self.data.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.data.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.data.setMenu(data_menu)
        layout.addWidget(self.data)
        self.parts |= {"speed": self.speed, "preset": self.preset, "data": self.data}
        self._names = (speed_label, preset_label)
        self.data.show_text("Data: none yet")
        self._on_speed_moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give way where there is little room: the name of the data first, then words beside icons, names at last.

        All that is left out is told by tooltips.
        """
        super().resizeEvent(event)
        for has_words, has_names in ((True, True), (False, True), (False, False)):
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if has_words else Qt.ToolButtonStyle.ToolButtonIconOnly
            for button in self._brief_buttons:
                button.setToolButtonStyle(style)
            for name in self._names:
                name.setVisible(has_names)
            spared = self.data.sizeHint().width() - self.data.minimumSizeHint().width()
            if self.layout().sizeHint().width() - spared <= self.width():
                break

    def _fit_speed_text(self) -> None:
        metrics = self._speed_text.fontMetrics()
        self._speed_text.setMinimumWidth(max(metrics.horizontalAdvance(f"{_speed(speed)} ↗") for speed in SPEEDS))

    def set_gathers_speed(self, gathers: bool) -> None:
        """Show whether the slider goes on to higher speeds by itself."""
        self._gathers_speed = gathers
        self.speed.setToolTip(_GATHERS_TIP if gathers else _SPEED_TIP)
        self._show_speed()

    def show_data(self, data: DataPair) -> None:
        """Name the data in use."""
        self.data.show_text(f"Data: {data.name} {len(data.train):,} + {len(data.test):,}")
        named = {"Training": data.train, "Test": data.test}
        lines = (f"{part}: {dataset.name}, {len(dataset):,} images" for part, dataset in named.items())
        self.data.setToolTip(paragraphs(*lines))

    def show_preset(self, key: str | None) -> None:
        """Show which preset the settings are, or None for settings of one's own."""
        self.preset.setCurrentIndex(self.preset.findData(key) if key else -1)
        self.preset.setToolTip(PRESETS[key].sentence if key else "Settings worth starting from.")

    def set_speed(self, step: int) -> None:
        """Move the slider to a step, 0 to ``len(SPEEDS) - 1``."""
        self.speed.setValue(step)

    @Slot(object)
    def choose_speed(self, speed: float | None) -> None:
        """Move the slider to the pace nearest to so many updates a second; None is as fast as the machine goes."""
        if speed is None:
            self.set_speed(len(SPEEDS) - 1)
        else:
            paces = [pace for pace in SPEEDS if pace is not None]
            self.set_speed(min(range(len(paces)), key=lambda step: abs(log(paces[step] / speed))))

    @Slot()
    def _on_speed_moved(self) -> None:
        self._show_speed()
        self.speed_changed.emit(SPEEDS[self.speed.value()])

    def _show_speed(self) -> None:
        self._speed_text.setText(f"{_speed(SPEEDS[self.speed.value()])}{' ↗' if self._gathers_speed else ''}")

    @Slot(int)
    def _on_preset_activated(self, row: int) -> None:
        self.preset_chosen.emit(self.preset.itemData(row))


class _DataButton(QToolButton):
    """Names the data, as far as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = self._shown = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        self._whole = text
        self._elide()

    def sizeHint(self) -> QSize:
        return self._size_for(self._whole)

    def minimumSizeHint(self) -> QSize:
        return self._size_for("Data: MNIST…")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        # Hints of other texts are rounded otherwise.
        room = self.width() - self.sizeHint().width() + metrics.horizontalAdvance(self._whole) + _ROUNDING
        self._shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(as_caption(self._shown))

    def _size_for(self, text: str) -> QSize:
        shown, width = super().sizeHint(), self.fontMetrics().horizontalAdvance
        return QSize(shown.width() + width(text) - width(self._shown), shown.height())


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _speed(speed: float | None) -> str:
    return "max" if speed is None else f"{speed:,.0f}/s"
