"""Settings and presets: leads what the user turns to the session, and what the run goes by back to the panel."""

from PySide6.QtCore import QObject, Slot

from core.errors import ConfigError
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.presets import PRESETS
from core.training.validation import rows_left
from gui.controllers.run_undo import RunUndo
from gui.panels.control_bar import ControlBar
from gui.panels.message_bar import Message, MessageBar
from gui.panels.settings import SettingsPanel
from gui.session.training_session import TrainingSession


class SettingsController(QObject):
    """Connects the settings, the choice of presets and the session.

    Parameters
    ----------
    session : TrainingSession
        Goes by the settings.
    settings : SettingsPanel
        Where they are shown and turned.
    controls : ControlBar
        Where presets are chosen.
    messages : MessageBar
        Tells what a preset shows.
    undo : RunUndo
        Offers the run whose place another one has taken.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        session: TrainingSession,
        settings: SettingsPanel,
        controls: ControlBar,
        messages: MessageBar,
        undo: RunUndo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._controls = controls
        self._messages = messages
        self._undo = undo
        self._about_preset: Message | None = None
        controls.preset_chosen.connect(self._on_preset_chosen)
        settings.config_edited.connect(self._on_config_edited)
        settings.knob_turned.connect(self._on_knob_turned)
        session.run_changed.connect(self._on_run_changed)
        session.diverged.connect(self._on_diverged)
        # Where it failed, the session is back at the settings of its run only after the end.
        for outcome in (session.building.ended, session.building.failed):
            outcome.connect(self._on_building_ended)

    @Slot(str)
    def _on_preset_chosen(self, key: str) -> None:
        self._session.set_config(PRESETS[key].config)
        self._about_preset = self._undo.post(f"{PRESETS[key].title}. {PRESETS[key].sentence}")

    @Slot(object)
    def _on_config_edited(self, config: TrainingConfig) -> None:
        try:
            self._require_images(config)
        except ConfigError as error:
            self._show(self._session.config)
            self._messages.say(Message(str(error), "error"))
            return
        self._session.set_config(config)
        if self._session.config != config:
            # Refused: there is not enough memory for it.
            self._show(self._session.config)
        self._forget_preset()

    def _require_images(self, config: TrainingConfig) -> None:
        """Raise ConfigError where so many images are held out that too few are left to learn from."""
        if config.validation and self._session.run is not None:
            rows_left(config, self._session.run.data.train.labels)

    @Slot(str, object)
    def _on_knob_turned(self, name: str, value: object) -> None:
        self._session.turn_knob(name, value)
        self._show_preset(self._session.config)
        self._forget_preset()

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._show(self._session.config)

    @Slot(int, str)
    def _on_diverged(self, update: int, sentence: str) -> None:
        # A knob that was turned after the moment to which the run is back was never turned.
        self._show(self._session.config)

    @Slot()
    def _on_building_ended(self) -> None:
        self._show(self._session.config)

    def _show(self, config: TrainingConfig) -> None:
        self._settings.set_config(config)
        self._show_preset(config)

    def _show_preset(self, config: TrainingConfig) -> None:
        self._controls.show_preset(next((key for key, preset in PRESETS.items() if preset.config == config), None))

    def _forget_preset(self) -> None:
        """Say no more of the preset that was chosen: these are other settings."""
        about, self._about_preset = self._about_preset, None
        if about is not None and about is self._messages.message:
            self._messages.dismiss()
            self._undo.offer_undo()
