"""Joins the page on which a network is made by hand with the run: its changes, its score, and training from there."""

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction

from core.data.dataset import Dataset
from core.network.network import Network
from core.progress import Report
from core.runs.hand_made import (
    FEWEST_UNITS,
    MOST_UNITS,
    Score,
    blank_config,
    can_be_hand_made,
    score_of,
    score_of_training,
    scored_images,
)
from core.runs.run import Run
from core.text.number_text import counted
from core.training.config import TrainingConfig
from core.training.cuts import Cut, cut_network
from core.training.recipe import Recipe
from gui.controllers.surgery import Surgery
from gui.look.formatting import number, percent
from gui.session.task_slot import Policy, TaskSlot
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from gui.widgets.hand.hand_page import HandPage

_IN_THE_PAST = "A moment of the past stays as it was: press Live, or branch off from here."
_TRAINING = "Training goes on: pause it to change weights by hand."
_OTHER = (
    "Be the optimizer: here you paint and turn every weight yourself, see the score answer, and let gradient "
    f"descent go on from there. That takes a network of one hidden layer with {FEWEST_UNITS} to {MOST_UNITS} units; "
    "the present one is another. Choose how many units and begin with all weights 0: the present run stays, in the "
    "tab Runs. To change single units or weights of the present network, go back to the diagram and click a unit."
)


class HandMade(QObject):
    """Looks at nothing while the page is hidden.

    Parameters
    ----------
    page : HandPage
        Where weights are painted and turned.
    surgery : Surgery
        Makes changes and takes them back.
    session : TrainingSession
        Has the run.
    time_machine : TimeMachine
        Knows the moment.
    train : QAction
        Begins training.
    """

    def __init__(
        self,
        page: HandPage,
        surgery: Surgery,
        session: TrainingSession,
        time_machine: TimeMachine,
        train: QAction,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._surgery = surgery
        self._session = session
        self._time_machine = time_machine
        self._images: Dataset | None = None
        self._can_undo = False
        self._now: tuple[int, Score] | None = None
        self._best: tuple[Score, Recipe] | None = None
        self._trained: tuple[TrainingConfig, Score] | None = None
        self._score = TaskSlot(Policy.NEWEST_WAITS, self)
        self._score.succeeded.connect(self._on_scored)
        page.cut_requested.connect(self._on_cut_requested)
        page.stroke_under_way.connect(self._on_stroke_under_way)
        page.undo_requested.connect(self._on_undo_requested)
        page.best_requested.connect(self._on_best_requested)
        page.begin_requested.connect(self._on_begin_requested)
        page.train_requested.connect(train.trigger)
        page.compare.pressed.connect(self._on_compare_pressed)
        page.compare.done.connect(self._on_compared)
        page.compare.failed.connect(surgery.failed)
        page.installEventFilter(self)
        surgery.undo_changed.connect(self._on_undo_changed)
        session.run_changed.connect(self._on_run_changed)
        session.state_changed.connect(self._on_state_changed)
        time_machine.moment_shown.connect(self._on_moment_shown)
        time_machine.position_changed.connect(self._show_possible)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch up when the page is shown."""
        if event.type() == QEvent.Type.Show:
            self._on_moment_shown()
        return False

    # What is asked for.

    @Slot(object, bool)
    def _on_cut_requested(self, cut: Cut, goes_on: bool) -> None:
        self._surgery.cut(cut, goes_on=goes_on)

    @Slot()
    def _on_undo_requested(self) -> None:
        self._surgery.undo()

    @Slot()
    def _on_best_requested(self) -> None:
        if self._best is not None:
            self._surgery.return_to(self._best[1])

    @Slot(int)
    def _on_begin_requested(self, units: int) -> None:
        self._session.set_config(blank_config(self._session.config, units))

    @Slot()
    def _on_compare_pressed(self) -> None:
        run = self._session.run
        if run is None:
            return
        config, data, images = run.recipe.config, run.data, self._images_of(run)

        def work(report: Report) -> tuple[TrainingConfig, Score]:
            return config, score_of_training(config, data, images, report)

        self._page.compare.start(work)

    # What comes of it.

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._images = self._now = self._best = None
        if self._trained is not None and self._trained[0] != run.recipe.config:
            self._trained = None
        self._page.compare.abandon()
        self._show_possible()

    @Slot()
    def _on_moment_shown(self) -> None:
        run, snapshot = self._session.run, self._time_machine.snapshot
        if run is None or snapshot is None or not self._page.isVisible() or self._session.busy:
            return
        self._show_possible()
        if can_be_hand_made(snapshot.network):
            is_start = not run.update and self._time_machine.position is None
            self._ask_for_score(run, snapshot.update, snapshot.network, run.recipe if is_start else None)
        else:
            self._page.show_score("")

    @Slot(object)
    def _on_stroke_under_way(self, cut: Cut) -> None:
        run, snapshot = self._session.run, self._time_machine.snapshot
        if run is not None and snapshot is not None:
            self._ask_for_score(run, snapshot.update, cut_network(snapshot.network, (cut,)), None)

    def _ask_for_score(self, run: Run, update: int, network: Network, recipe: Recipe | None) -> None:
        images = self._images_of(run)

        def work(report: Report) -> tuple[str, int, Score, Recipe | None]:
            return run.id, update, score_of(network, images, report), recipe

        self._score.start(work)

    def _images_of(self, run: Run) -> Dataset:
        if self._images is None:
            self._images = scored_images(run.recipe.config, run.data.train)
        return self._images

    @Slot(object)
    def _on_scored(self, found: tuple[str, int, Score, Recipe | None]) -> None:
        run_id, update, score, recipe = found
        run = self._session.run
        if run is None or run.id != run_id:
            return
        self._now = update, score
        if recipe is not None and (self._best is None or score > self._best[0]):
            self._best = score, recipe
        self._show_possible()
        self._show_score(run)

    @Slot(object)
    def _on_compared(self, found: tuple[TrainingConfig, Score]) -> None:
        self._trained = found
        if self._session.run is not None:
            self._show_score(self._session.run)

    @Slot(bool)
    def _on_undo_changed(self, can_undo: bool) -> None:
        self._can_undo = can_undo
        self._show_possible()

    # What is shown.

    @Slot()
    def _on_state_changed(self) -> None:
        self._show_possible()
        if self._session.run is not None:
            self._show_score(self._session.run)

    @Slot()
    def _show_possible(self) -> None:
        run, snapshot = self._session.run, self._time_machine.snapshot
        reason = ""
        if self._session.busy:
            reason = _TRAINING
        elif self._time_machine.position is not None:
            reason = _IN_THE_PAST
        elif snapshot is None or not can_be_hand_made(snapshot.network):
            reason = _OTHER
        is_better = run is not None and self._best is not None and self._best[1] != run.recipe
        best = not reason and self._can_undo and is_better
        self._page.set_possible(reason, undo=self._can_undo and not reason, best=best)
        self._page.compare.set_ready(reason != _OTHER and not self._session.busy)

    def _show_score(self, run: Run) -> None:
        if self._now is None:
            return
        (update, score), count = self._now, len(self._images_of(run))
        snapshot = self._time_machine.snapshot
        # While it trains, nothing is scored: what was found at the start is no longer so.
        has_left = self._session.busy or (snapshot is not None and snapshot.update > 0)
        at_start = "Before training" if has_left else "Now"
        at = f"After {counted(update, 'update')}" if update else at_start
        lines = [f"{at}: {_told(score)} ({count:,} training images)."]
        if self._best is not None:
            lines.append(f"{'You began with' if update else 'Your best'}: {_told(self._best[0])}.")
        if self._trained is not None:
            lines.append(f"Training from random weights reaches {_told(self._trained[1])}.")
        self._page.show_score("\n".join(lines))


def _told(score: Score) -> str:
    return f"{percent(score.accuracy)} right, loss {number(score.loss)}"
