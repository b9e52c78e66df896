"""A run: a network being trained, with its whole history.

A `Run` makes updates one by one, logs their metrics, and keeps what is needed to come back to any of them. One thread
makes the updates; the log and the keyframes may be read from any.
"""

from contextlib import suppress
from math import isfinite
from time import perf_counter, time
from typing import Any
from uuid import uuid4

import numpy as np

from core.data.dataset import DataPair, Dataset
from core.errors import CancelledError, DivergedError
from core.network.network import Network
from core.progress import Report, ignore_progress
from core.runs.epoch_scale import EpochScale
from core.runs.evaluation_schedule import SHARE, EvaluationSchedule
from core.runs.keyframes import Keyframes
from core.runs.replay import Replay, advance
from core.runs.run_past import Checkpoint, StartingPoint
from core.runs.snapshot import Snapshot
from core.text.number_text import number
from core.training.batches import BatchPlan
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.evaluation import evaluate
from core.training.metrics import MetricsLog
from core.training.recipe import Recipe
from core.training.trainer import Trainer, TrainingState
from core.training.validation import fitting, validation_set

EXPLODED_LOSS = 1000.0
"""Nats. A network that knows nothing has 2.3, one that is always surely wrong about 20; beyond this it diverged."""


class Run:
    """Training from a recipe on a pair of data sets.

    Parameters
    ----------
    recipe : Recipe
        Settings and knob events so far.
    data : DataPair
        Training and test set.
    name : str
        What the user calls the run.
    test_share : float
        Share of the time spent on metrics of the test set, or of the images held out for validation; 0 takes none but
        those asked for through `look`.
    start : StartingPoint, optional
        Where a branch, or a run on from an opened model, begins; a run from scratch has none.
    report : Report
        Told how far the first weights are drawn; may cancel.

    Attributes
    ----------
    id : str
        Unique for each run.
    note : str
        What the user wrote down about it.
    is_starred : bool
        Whether the user marked it.
    begun : float
        When it was begun, in seconds since 1970.
    metrics : MetricsLog
        Metrics by update.
    keyframes : Keyframes
        States that replays start from.
    train_seconds : float
        Time spent in updates alone, seconds.
    is_repeatable : bool
        Whether recipe and data make this run again: not where it goes on from an opened model.
    origin : Origin or None
        What that model's answers mean; the run's do, too, until its first update.
    """

    def __init__(
        self,
        recipe: Recipe,
        data: DataPair,
        *,
        name: str = "Run",
        test_share: float = SHARE,
        start: StartingPoint | None = None,
        report: Report = ignore_progress,
    ) -> None:
        self.id = uuid4().hex
        self.name = name
        self.note = ""
        self.is_starred = False
        self.begun = time()
        self.data = data
        self.train_seconds = 0.0
        self._trainer = Trainer(recipe, data.train)
        self._tests = EvaluationSchedule(test_share)
        self._from_scratch = start is None
        self._has_looked = start is not None and len(start.metrics.read().watched.updates) > 0
        self._held_out: Dataset | None = None
        if start:
            self._state, self.metrics, self.keyframes, self.is_repeatable, self.origin = start
        else:
            self._state, self.metrics = self._trainer.initial_state(report), _empty_log(recipe.config)
            self.keyframes = Keyframes.of_run(self._state, self.total_updates)
            self.is_repeatable, self.origin = True, None

    @classmethod
    def from_network(cls, network: Network, config: TrainingConfig | None, data: DataPair, *, name: str) -> "Run":
        """Return a run that goes on from a network that was trained elsewhere.

        Parameters
        ----------
        network : Network
            Its parameters are copied.
        config : TrainingConfig or None
            Settings to go on with, where known; layers and activation are always those of the network.
        data : DataPair
            Training and test set.
        name : str
            What the user calls the run.
        """
        config = fitting(config or TrainingConfig(), data.train)
        config = config.with_network(network.parameters.layout)
        trainer = Trainer(Recipe(config), data.train)
        state = trainer.initial_state()
        state.parameters.vector[:] = network.parameters.vector
        keyframes = Keyframes.of_run(state, trainer.plan.total_updates)
        return cls(Recipe(config), data, name=name, start=StartingPoint(state, _empty_log(config), keyframes, False))

    @property
    def epoch_scale(self) -> EpochScale:
        """Epochs by update and updates by epoch, by the present recipe."""
        return EpochScale(self._trainer.plan)

    @property
    def recipe(self) -> Recipe:
        """Settings and knob events so far."""
        return self._trainer.recipe

    @property
    def update(self) -> int:
        """Updates made so far."""
        return self._state.update

    @property
    def total_updates(self) -> int:
        """Updates after which the run is finished."""
        return self._trainer.plan.total_updates

    @property
    def is_untrained(self) -> bool:
        """Whether this is a run from scratch that has made no update, and was not cut."""
        return self._from_scratch and not self.update and not self.recipe.cuts

    @property
    def finished(self) -> bool:
        """Whether all updates of the recipe have been made."""
        return self.update >= self.total_updates

    @property
    def nbytes(self) -> int:
        """Memory that the network and its past take; metrics, data and what `release_buffers` frees do not count."""
        return self.keyframes.nbytes + self._state.nbytes

    def without_data(self) -> StartingPoint:
        """Return all of the run that is not in its recipe or its data; not while a thread makes updates."""
        return StartingPoint(self._state, self.metrics, self.keyframes, self.is_repeatable, self.origin)

    def epoch_at(self, update: int) -> float:
        """Return the passes over the training set that ``update`` updates are, with the fraction."""
        return self._trainer.plan.epoch(update)

    def step(self, report: Report = ignore_progress, report_back: Report = ignore_progress) -> None:
        """Make one update.

        Parameters
        ----------
        report : Report
            Called in the middle of an update whose batch is worked through in chunks, and of a look at the test set.
        report_back : Report
            Called while a run that diverged recovers, from the keyframe before. Where it cancels, the run
            stays at the moment that has been reached.

        Raises
        ------
        CancelledError
            If ``report`` says so. The update is then as good as never begun; or it is made, and only the metrics of
            the validation or the test set are missing.
        DivergedError
            If the loss of the batch exploded or is not a number. The run is then back at the last update whose
            network still answered with a sane loss, and can go on from there with other settings.
        """
        if self._tests.share and not self._has_looked:
            self.look(report)
        state = self._state
        began = perf_counter()
        result = self._trainer.step(state, report)
        self.train_seconds += perf_counter() - began
        if not result.loss <= EXPLODED_LOSS:
            # The loss belongs to the network before this update.
            self._go_back_from_divergence(state.update - 1, result.loss, report_back)
        self.metrics.add_batch(result.loss, result.accuracy)
        self.keyframes.offer(state)
        finished = state.update >= self.total_updates
        if finished:
            self._require_sane_end(report, report_back)
        if self._tests.is_due(self.update) or (finished and self._tests.share):
            self.look(report)
        if finished and self._tests.share and self.recipe.config.validation:
            self._look_at_test(report)

    def advance(self, update: int, report: Report, text: str) -> None:
        """Make updates until so many are made, or the run diverged.

        Parameters
        ----------
        update : int
            Updates made at the end.
        report : Report
            Called at every update and in the middle of it.
        text : str
            What is told while it goes on.
        """

        def report_update(*_: object) -> None:
            report(min(1.0, self.update / max(1, update)), text)

        while self.update < update:
            report_update()
            try:
                self.step(report_update, report_update)
            except DivergedError:
                return

    def release_buffers(self) -> None:
        """Let go of the memory that only the next update needs; not while a thread makes updates."""
        self._trainer.release_buffers()
        self._held_out = None

    @property
    def validation_set(self) -> Dataset | None:
        """The images held out of the training set; None where none are."""
        if self._held_out is None:
            self._held_out = validation_set(self.recipe.config, self.data.train)
        return self._held_out

    def look(self, report: Report = ignore_progress) -> None:
        """Look now at the images that the run is judged by while it trains, and log loss and accuracy.

        These are the validation set where there is one, and else the test set.

        Raises
        ------
        CancelledError
            If ``report`` says so; nothing is logged then.
        """
        began = perf_counter()
        held_out = self.validation_set
        if held_out is None:
            self._look_at_test(report)
        else:
            found = evaluate(self._network(), held_out, report)
            self.metrics.add_validation(self.update, found.loss, found.accuracy)
        self._has_looked = True
        self._tests.looked(perf_counter() - began)

    def _look_at_test(self, report: Report) -> None:
        found = evaluate(self._network(), self.data.test, report)
        self.metrics.add_test(self.update, found.loss, found.accuracy)

    def turn_knob(self, **changes: Any) -> None:
        """Change settings from the next update on; which may change is told by `core.training.config.LIVE_KNOBS`.

        Raises
        ------
        ConfigError
            If a value makes no sense or the setting cannot change within a run.
        """
        self._trainer.follow(self.recipe.with_event(self.update, **changes))

    def cut(self, cut: Cut) -> None:
        """Change a unit before the next update; raises ConfigError as `Recipe.with_cut` does."""
        kept = cut.keeping(self._trainer.cut_parameters(self._state))
        self._trainer.follow(self.recipe.with_cut(self.update, kept))

    def take_back(self, recipe: Recipe) -> None:
        """Take cuts back: have those of a recipe that the run had since its last update; settings stay as they are."""
        self._trainer.follow(self.recipe.with_cuts_of(recipe, self.update))

    def goes_on_with(self, **changes: Any) -> bool:
        """Return whether there would be updates left to make after `turn_knob` with these changes."""
        recipe = self.recipe.with_event(self.update, **changes)
        return BatchPlan(recipe, len(self.data.train)).total_updates > self.update

    def snapshot(self, *, with_state: bool = False) -> Snapshot:
        """Return a read-only copy of the present moment; call it from the thread that makes the updates.

        ``with_state`` lets it bring its state too, which an optimizer may make three times as large.
        """
        kept = self.keyframes.before(self.update)
        state = kept if kept.update == self.update else self._state
        return self.snapshot_of(state.frozen() if with_state else state)

    def checkpoint(self) -> Checkpoint:
        """Return what it takes to continue from the present moment; call it from the thread that makes the updates."""
        keyframes, kept = self.keyframes, self.keyframes.before(self.update)
        state = kept if kept.update == self.update else self._state.frozen()
        return Checkpoint(
            state, self.metrics.read(), keyframes.states, keyframes.interval, self.recipe, self.train_seconds
        )

    def snapshot_of(self, state: TrainingState) -> Snapshot:
        """Return a state of this run, this moment's or a replayed one, as what panels show."""
        config = self.recipe.config_at(state.update)
        # A keyframe never changes: it is shared.
        is_frozen = not state.parameters.vector.flags.writeable
        cut = self._trainer.cut_parameters(state)
        network = Network(cut.frozen() if cut.vector.flags.writeable else cut)
        is_last = state.update >= self.total_updates
        shared = state if is_frozen else None
        is_new = self.is_repeatable and not state.update and not self.recipe.cuts
        return Snapshot(network, state.update, self.epoch_at(state.update), self.id, config, is_last, is_new, shared)

    def replay(self) -> Replay:
        """Return the replay to any update of this run, for use by one thread at a time."""
        return Replay(self.recipe, self.data.train, self.keyframes)

    def branch(self, update: int, name: str, report: Report = ignore_progress, **changes: Any) -> "Run":
        """Return a new run that shares this one's past up to an update and goes on with other settings.

        Parameters
        ----------
        update : int
            Updates made before the branch.
        name : str
            What the user calls the new run.
        report : Report
            Called while the state at that update is replayed.
        **changes
            New values by the name of their field in `TrainingConfig`.

        Raises
        ------
        ConfigError
            If a value makes no sense or the setting cannot change within a run.
        """
        recipe = self.recipe.with_event(update, **changes)
        state = self.replay().state_at(update, report)
        metrics, keyframes = self.metrics.until(update), self.keyframes.until(update)
        start = StartingPoint(state, metrics, keyframes, self.is_repeatable, self.origin)
        return Run(recipe, self.data, name=name, test_share=self._tests.share, start=start)

    def _network(self) -> Network:
        return Network(self._trainer.cut_parameters(self._state))

    def _require_sane_end(self, report: Report, report_back: Report) -> None:
        """Look at the batch that would come next: no further update would show that the last one went wrong."""
        state = TrainingState(self._network().parameters, self._state.slots, self.update)
        with np.errstate(over="ignore", invalid="ignore"):
            loss = self._trainer.gradient(state, report)[1].loss
        if not loss <= EXPLODED_LOSS:
            self._go_back_from_divergence(self.update, loss, report_back)

    def _go_back_from_divergence(self, diverged_at: int, loss: float, report_back: Report) -> None:
        goal = max(0, diverged_at - 1)
        state = self.keyframes.before(goal).copy()
        with suppress(CancelledError):
            text = f"training diverged: going back to update {goal:,}"
            advance(self._trainer, state, goal, report_back, text)
        self._state, good = state, state.update
        self.metrics = self.metrics.until(good)
        self.keyframes = self.keyframes.until(good)
        # Before a cut at update 0 there is none.
        self._trainer.follow(self.recipe.until(good) if good < diverged_at else self.recipe.without_cuts(good))
        size = number(loss) if isfinite(loss) else "not a number"
        raise DivergedError(
            f"Training diverged at update {diverged_at:,}: the loss is {size}, where guessing costs 2.3. "
            f"The network is back at update {good:,}; lower the learning rate and go on, or reset.",
            diverged_at,
        )


def _empty_log(config: TrainingConfig) -> MetricsLog:
    return MetricsLog(validates=config.validation > 0)
