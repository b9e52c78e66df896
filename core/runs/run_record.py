"""A run as it is kept: all that a file says of it, and the run that continues from there.

The summary is small and lists a run without its network. With it go the metrics, and states of the network: keyframes
to replay from, the last of them where the run stands. Where states were given up for want of room, the recipe makes
them again.
"""

from dataclasses import dataclass, replace

from core.data.data_source import DataSource
from core.data.dataset import DataPair
from core.progress import Report, ignore_progress
from core.runs.keyframes import Keyframes
from core.runs.replay import advance
from core.runs.run import Run
from core.runs.run_metrics import RunMetrics, metrics_of
from core.runs.run_past import Checkpoint, Origin, StartingPoint
from core.training.batches import BatchPlan
from core.training.metrics import Metrics, MetricsLog
from core.training.optimizers import OPTIMIZERS
from core.training.recipe import Recipe
from core.training.trainer import Trainer, TrainingState

Fingerprint = tuple[str, ...]
"""SHA-256 of the training and of the test set, then what the ten classes are called."""


@dataclass(frozen=True, kw_only=True)
class DataRecord:
    """Which data a run was trained on.

    Attributes
    ----------
    name : str
        What they are called.
    sizes : (int, int)
        Images in the training and in the test set.
    fingerprint : tuple of str
        What tells them from others.
    source : DataSource or None
        What loads them again; None where they were put together in the program.
    """

    name: str
    sizes: tuple[int, int]
    fingerprint: Fingerprint
    source: DataSource | None = None

    @classmethod
    def of(cls, pair: DataPair, source: DataSource | None = None) -> "DataRecord":
        """Return what is written down of data; takes a fraction of a second for large ones, once."""
        return cls(
            name=pair.name,
            sizes=(len(pair.train), len(pair.test)),
            fingerprint=fingerprint_of(pair),
            source=source,
        )


def fingerprint_of(pair: DataPair) -> Fingerprint:
    """Return what tells data from others: images, labels, and what the classes are called."""
    return pair.train.fingerprint, pair.test.fingerprint, *pair.class_names


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """What is said of a run in a list.

    Attributes
    ----------
    id, name, note : str
        The run's own; what the user calls it, and wrote down about it.
    is_starred : bool
        Whether the user marked it.
    begun : float
        When it was begun, in seconds since 1970.
    recipe : Recipe
        Settings and changes on the way, those that are still to come included.
    data : DataRecord
        What it was trained on.
    update : int
        Updates made.
    run_metrics : RunMetrics
        How good it is.
    is_repeatable : bool
        Whether recipe and data make it again.
    origin : Origin or None
        Where the network comes from that it goes on from, if that was opened.
    """

    id: str
    name: str
    note: str = ""
    is_starred: bool = False
    begun: float
    recipe: Recipe
    data: DataRecord
    update: int
    run_metrics: RunMetrics
    is_repeatable: bool
    origin: Origin | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class RunRecord:
    """A run as a file holds it.

    Attributes
    ----------
    summary : RunSummary
        What is said of it in a list.
    metrics : Metrics
        Its metrics up to its update.
    states : tuple of TrainingState
        Read-only, ascending. Where there are any, the last is where the run stands.
    interval : int
        Updates from one keyframe to the next; states at multiples of it are keyframes.
    """

    summary: RunSummary
    metrics: Metrics
    states: tuple[TrainingState, ...]
    interval: int

    @classmethod
    def of(cls, run: Run, checkpoint: Checkpoint, source: DataSource | None = None) -> "RunRecord":
        """Return what is to be kept of a run.

        Parameters
        ----------
        run : Run
            Another thread may go on with it meanwhile.
        checkpoint : Checkpoint
            Where it stood.
        source : DataSource, optional
            What loads its data again.
        """
        update = checkpoint.state.update
        plan = BatchPlan(checkpoint.recipe, len(run.data.train))
        summary = RunSummary(
            id=run.id,
            name=run.name,
            note=run.note,
            is_starred=run.is_starred,
            begun=run.begun,
            recipe=checkpoint.recipe,
            data=DataRecord.of(run.data, source),
            update=update,
            run_metrics=metrics_of(checkpoint.metrics, plan.epoch, checkpoint.seconds),
            is_repeatable=run.is_repeatable,
            origin=run.origin,
        )
        earlier = (state for state in checkpoint.keyframes if state.update < update)
        states = (*earlier, checkpoint.state)
        return cls(summary=summary, metrics=checkpoint.metrics, states=states, interval=checkpoint.interval)

    @property
    def nbytes(self) -> int:
        """Bytes that the states take."""
        return sum(state.nbytes for state in self.states)

    def thinned(self, budget: int) -> "RunRecord":
        """Return the record with every second keyframe dropped, over and over, until its states fit into a budget.

        The first and the last state stay, whatever they take.
        """
        states, interval = self.states, self.interval
        while len(states) > 2 and sum(state.nbytes for state in states) > budget:
            interval *= 2
            states = (states[0], *(state for state in states[1:-1] if state.update % interval == 0), states[-1])
        return replace(self, states=states)

    def at_its_end(self) -> "RunRecord":
        """Return the record with the newest state alone, and the first one where no recipe leads to it."""
        first = () if self.summary.is_repeatable else self.states[:1]
        return replace(self, states=(*first, *self.states[len(first) :][-1:]))

    def without_states(self) -> "RunRecord":
        """Return the record without any state, where its recipe makes them again."""
        return replace(self, states=()) if self.summary.is_repeatable else self

    def to_run(self, data: DataPair, report: Report = ignore_progress) -> Run:
        """Return the run as it was, to the last bit; what was given up is computed again.

        Parameters
        ----------
        data : DataPair
            What it was trained on.
        report : Report
            Told of the updates that are computed again.
        """
        summary = self.summary
        start = self._start(data, report) if self.states else self._repeated_start(data, report)
        run = Run(summary.recipe, data, name=summary.name, start=start)
        run.id, run.note, run.is_starred, run.begun = summary.id, summary.note, summary.is_starred, summary.begun
        run.train_seconds, run.origin = summary.run_metrics.seconds, summary.origin
        return run

    def _start(self, data: DataPair, report: Report) -> StartingPoint:
        keyframes = Keyframes()
        keyframes.interval = self.interval
        if self.states[0].update:
            keyframes.offer(Trainer(self.summary.recipe, data.train).initial_state(report))
        for state in self.states:
            keyframes.offer(state)
        state = self.states[-1].copy()
        return StartingPoint(state, MetricsLog.of(self.metrics), keyframes, self.summary.is_repeatable)

    def _repeated_start(self, data: DataPair, report: Report) -> StartingPoint:
        trainer = Trainer(self.summary.recipe, data.train)
        state = trainer.initial_state(report)
        keyframes = Keyframes.of_run(state, trainer.plan.total_updates)
        text = f"recomputing {self.summary.name}"
        advance(trainer, state, self.summary.update, report, text, keyframes.offer)
        return StartingPoint(state, MetricsLog.of(self.metrics), keyframes, is_repeatable=True)


def slots_after(recipe: Recipe, update: int) -> int:
    """Return how many vectors a run remembers for its optimizer after so many updates."""
    config = recipe.config_at(update - 1) if update else recipe.config
    return OPTIMIZERS[config.optimizer].slots
