"""A run that another has taken the place of: what is known of it, and how it comes back."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from core.errors import DataError, RunFileError
from core.progress import Report, ignore_progress
from core.runs.epoch_scale import EpochScale
from core.runs.kept_data import KeptData
from core.runs.run import Run
from core.runs.run_metrics import RunMetrics
from core.runs.run_past import StartingPoint
from core.runs.run_record import RunRecord, RunSummary
from core.training.batches import BatchPlan
from core.training.metrics import Metrics, MetricsLog
from core.training.recipe import Recipe

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class PastRun:
    """A run as it was when another took its place.

    Attributes
    ----------
    id, name, note : str
        The run's own.
    is_starred : bool
        Whether the user marked it.
    begun : float
        When it was begun, in seconds since 1970.
    recipe : Recipe
        Settings, and those knob events that an update has felt.
    data : KeptData
        What it was trained on.
    update : int
        Updates made; 0 for an opened network.
    run_metrics : RunMetrics
        How good it was.
    read_metrics : callable
        Returns its metrics, which for a run of an earlier start lie in its file.
    is_repeatable : bool
        Whether recipe and data make it again.
    run : Run or None
        The run itself; None where its memory, or that of its data, was needed.
    kept : StartingPoint or None
        Its network and keyframes where only the memory of its data was needed.
    load : callable or None
        Returns the run as its file holds it; None where it is not kept in one.
    color_index : int or None
        Its color, by number; None where it has none.
    is_shown : bool
        Whether its curve is to be drawn; then it has a color.
    """

    id: str
    name: str
    note: str
    is_starred: bool
    begun: float
    recipe: Recipe
    data: KeptData
    update: int
    run_metrics: RunMetrics
    read_metrics: Callable[[], Metrics]
    is_repeatable: bool
    run: Run | None
    kept: StartingPoint | None
    load: Callable[[], RunRecord] | None
    color_index: int | None
    is_shown: bool

    @classmethod
    def of_kept(
        cls,
        summary: RunSummary,
        data: KeptData,
        load: Callable[[], RunRecord],
        read_metrics: Callable[[], Metrics],
        color_index: int | None = None,
    ) -> "PastRun":
        """Return a run of an earlier start; its curve is shown where it has a color."""
        return cls(
            id=summary.id,
            name=summary.name,
            note=summary.note,
            is_starred=summary.is_starred,
            begun=summary.begun,
            recipe=summary.recipe,
            data=data,
            update=summary.update,
            run_metrics=summary.run_metrics,
            read_metrics=read_metrics,
            is_repeatable=summary.is_repeatable,
            run=None,
            kept=None,
            load=load,
            color_index=color_index,
            is_shown=color_index is not None,
        )

    @cached_property
    def metrics(self) -> Metrics:
        """Its metrics by update; none where they can no longer be read."""
        try:
            return self.read_metrics()
        except RunFileError as error:
            logger.warning("no metrics of %s: %s", self.name, error)
            return MetricsLog(validates=self.recipe.config.validation > 0).read()

    @cached_property
    def epoch_scale(self) -> EpochScale:
        """Its epochs by update."""
        return EpochScale(BatchPlan(self.recipe, self.data.sizes[0]))

    @property
    def has_network(self) -> bool:
        """Whether its network is in memory."""
        return self.run is not None or self.kept is not None

    @property
    def can_return(self) -> bool:
        """Whether it is still there, or can be made again."""
        return self.has_network or self.load is not None or self.is_repeatable

    @property
    def nbytes(self) -> int:
        """Memory of network and keyframes."""
        if self.kept is not None:
            return self.kept.keyframes.nbytes + self.kept.state.nbytes
        return self.run.nbytes if self.run is not None else 0

    def thin(self) -> bool:
        """Drop every second keyframe; return False where they are too few."""
        keyframes = self.run.keyframes if self.run is not None else self.kept.keyframes if self.kept else None
        return keyframes is not None and keyframes.thin()

    def bring_back(self, report: Report = ignore_progress) -> Run:
        """Return the run as it was: itself, or from its file, or with its data loaded again, or made from its recipe.

        Raises
        ------
        DataError
            If its data cannot be loaded again.
        RunFileError
            If its file cannot be read, and no recipe leads to it.
        """
        if self.run is not None:
            return self.run
        try:
            data = self.data.get(report)
        except DataError as error:
            raise DataError(
                f"{self.name} needs its data “{self.data.name}” again. {error} The run stays in the list: "
                "bring it back when the data are there again."
            ) from error
        record = self._read_record() if self.kept is None else None
        run = record.to_run(data, report) if record else Run(self.recipe, data, name=self.name, start=self.kept)
        # The file of a run that another window may be going on with gives a copy, which has an id of its own.
        run.id = record.summary.id if record else self.id
        run.name, run.note, run.is_starred, run.begun = self.name, self.note, self.is_starred, self.begun
        run.train_seconds = self.run_metrics.seconds if self.kept or record else 0.0
        run.advance(self.update, report, f"recomputing {self.name}")
        return run

    def _read_record(self) -> RunRecord | None:
        if self.load is None:
            return None
        try:
            return self.load()
        except RunFileError as error:
            if not self.is_repeatable:
                raise
            logger.warning("%s is made again from its recipe: %s", self.name, error)
            return None
