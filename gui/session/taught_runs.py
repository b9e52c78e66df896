"""What teaching does to the run: the taught network takes its place, and the old run waits to be brought back."""

from PySide6.QtCore import QObject, Signal, Slot

from core.dataset import Dataset
from core.drawing.my_digits import add_to_training
from core.drawing.teaching import Teaching
from core.errors import UserError
from core.run import Run
from gui.session.training_session import TrainingSession

_MOST_KEPT = 10


class TaughtRuns(QObject):
    """Puts what "My digits" asks for into the training session.

    Parameters
    ----------
    session : TrainingSession
        Whose run is replaced.
    parent : QObject, optional
        Owner.
    """

    can_undo_changed = Signal(bool)
    """Whether the run from before it was taught last can be brought back."""
    data_made = Signal(object)
    """A `core.dataset.DataPair` to train on from now on."""
    failed = Signal(str)
    """What cannot be done, in one sentence."""

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._earlier: list[Run] = []
        self._taught: Run | None = None
        session.run_changed.connect(self._on_run_changed)

    @Slot(object)
    def adopt(self, teaching: Teaching) -> None:
        """Let a network that was taught take the place of the run."""
        run = self._session.run
        if run is None:
            return
        self._earlier = [*self._earlier, run][-_MOST_KEPT:]
        self._taught = Run.from_network(
            teaching.after, run.recipe.config_at(run.update), run.data, name="Taught my digits"
        )
        self._session.adopt(self._taught)
        self.can_undo_changed.emit(True)

    @Slot()
    def undo(self) -> None:
        """Bring the run back whose place was taken last."""
        if self._earlier:
            earlier = self._earlier.pop()
            self._taught = earlier
            self._session.adopt(earlier)
            self.can_undo_changed.emit(bool(self._earlier))

    @Slot(object, int)
    def add_to_training(self, digits: Dataset, weight: int) -> None:
        """Make a training set that holds the digits as well, each as often as ``weight`` says."""
        if self._session.run is None:
            self.failed.emit("Wait until the data are loaded, then add your digits again.")
            return
        try:
            data = add_to_training(self._session.run.data, digits, weight)
        except UserError as error:
            self.failed.emit(str(error))
            return
        self.data_made.emit(data)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        if run is not self._taught and self._earlier:
            # Another run by another way: what was before it was taught has nothing to do with it.
            self._earlier.clear()
            self.can_undo_changed.emit(False)
