"""What teaching does to the run: the taught network takes its place, and Undo brings the run before it back."""

from PySide6.QtCore import QObject, Signal, Slot

from core.data.dataset import DataPair, Dataset
from core.data.my_digits import add_to_training
from core.errors import UserError
from core.progress import Report
from core.runs.run import Run
from core.training.teaching import Teaching
from gui.session.past_runs import PastRuns
from gui.session.training_session import TrainingSession


class TaughtRuns(QObject):
    """Puts what "My digits" asks for into the training session.

    Parameters
    ----------
    session : TrainingSession
        Whose run is replaced.
    past_runs : PastRuns
        Keeps the run before.
    parent : QObject, optional
        Owner.
    """

    can_undo_changed = Signal(bool)
    """Whether the run from before the present one was taught can be brought back."""
    digits_added = Signal(str)
    """The digits are part of the training set of a new run; a sentence that says so."""
    failed = Signal(str)
    """What cannot be done, in one sentence."""

    def __init__(self, session: TrainingSession, past_runs: PastRuns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._past_runs = past_runs
        self._before: dict[str, str] = {}
        session.run_changed.connect(self._on_run_changed)
        past_runs.changed.connect(self._on_changed)

    @Slot(object)
    def adopt(self, teaching: Teaching) -> None:
        """Let a network that was taught take the place of the run."""
        run = self._session.run
        if run is None:
            return
        self._past_runs.keep_present()
        name = f"Taught my digits {len(self._before) + 1}"
        taught = Run.from_network(teaching.after, run.recipe.config_at(run.update), run.data, name=name)
        taught.origin = None if run.update else run.origin
        self._before[taught.id] = run.id
        self._session.adopt(taught)

    @Slot()
    def undo(self) -> None:
        """Bring the run back from which the present one was taught."""
        run = self._session.run
        if run is not None and run.id in self._before:
            self._past_runs.bring_back(self._before[run.id])

    @Slot(object, int)
    def add_to_training(self, digits: Dataset, weight: int) -> None:
        """Begin a run whose training set holds the digits as well, each as often as ``weight`` says."""
        if self._session.run is None:
            self.failed.emit("Wait until the data are loaded, then add your digits again.")
            return
        load = self._past_runs.source_of(self._session.run.data)

        def load_again(report: Report) -> DataPair:
            assert load is not None
            return add_to_training(load(report), digits, weight)

        try:
            data = add_to_training(self._session.run.data, digits, weight)
        except UserError as error:
            self.failed.emit(str(error))
            return
        self._past_runs.open_data(data, load_again if load else None)
        count = len(digits) * weight
        self.digits_added.emit(
            f"The training set is now {data.train.name}: {count:,} of its {len(data.train):,} images are yours. "
            "Press Train to see what that changes."
        )

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        run = self._session.run
        before = self._past_runs.get(self._before.get(run.id, "")) if run else None
        self.can_undo_changed.emit(before is not None and before.can_return)
