"""Does what a lesson asks for: puts its settings and data into the session, and takes its data out again at the end."""

from PySide6.QtCore import QObject, Signal, Slot

from core.builtin_digits import NAME, load_builtin_digits
from core.dataset import DataPair
from core.lessons import BUILTIN_DATA, LessonStep, lesson_data
from gui.background_task import BackgroundTask
from gui.training_session import TrainingSession

CLOSING_SECONDS = 10.0


class LessonGuide(QObject):
    """Sets up the runs of lessons.

    Parameters
    ----------
    session : TrainingSession
        Gets the settings of a step.
    parent : QObject, optional
        Owner.
    """

    data_made = Signal(object)
    """A `core.dataset.DataPair` to train on from now on, with the session's settings."""

    failed = Signal(str)
    """Why a step cannot be set up, in one sentence."""

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open: DataPair | None = None
        self._builtin: DataPair | None = None
        self._made: tuple[DataPair, int | None, DataPair] | None = None
        self._waiting: LessonStep | None = None
        self._task: BackgroundTask | None = None

    def set_open_data(self, data: DataPair) -> None:
        """Tell which data the user has opened; lessons use them, or a part of them, and give them back."""
        self._open = data
        if data.name == NAME:
            self._builtin = data

    @Slot(object)
    def set_up(self, step: LessonStep) -> None:
        """Begin the run of a step that has settings."""
        self._waiting = step
        if step.data == BUILTIN_DATA and self._builtin is None:
            self._load_builtin()
        else:
            self._begin()

    @Slot()
    def leave(self) -> None:
        """Go back to the data that were open before, where a lesson has used others."""
        self._waiting = None
        run = self._session.run
        if self._made and run and run.data is self._made[2] and self._open and run.data is not self._open:
            self.data_made.emit(self._open)

    def close(self) -> None:
        """End what is under way."""
        self._waiting = None
        if self._task is not None:
            self._task.cancel()
            self._task.wait(CLOSING_SECONDS)

    def _begin(self) -> None:
        step, self._waiting = self._waiting, None
        if step is None or step.config is None:
            return
        base = self._builtin if step.data == BUILTIN_DATA else self._open
        if base is None:
            self.failed.emit("Wait until the data are loaded, then set the step up again.")
            return
        if self._made is None or self._made[0] is not base or self._made[1] != step.images:
            self._made = base, step.images, lesson_data(base, step.images)
        data = self._made[2]
        if self._session.run is not None and self._session.run.data is data:
            self._session.set_config(step.config)
        else:
            self._session.config = step.config
            self.data_made.emit(data)

    def _load_builtin(self) -> None:
        if self._task is None:
            self._task = BackgroundTask(load_builtin_digits, self)
            self._task.succeeded.connect(self._on_builtin_loaded)
            self._task.failed.connect(self._on_load_failed)
            self._task.start()

    @Slot(object)
    def _on_builtin_loaded(self, data: DataPair) -> None:
        self._task, self._builtin = None, data
        self._begin()

    @Slot(str)
    def _on_load_failed(self, sentence: str) -> None:
        self._task = self._waiting = None
        self.failed.emit(sentence)
