"""What a run begins with that does not begin from scratch, and a checkpoint from which it is itself continued."""

from typing import NamedTuple

from core.runs.keyframes import Keyframes
from core.training.metrics import Metrics, MetricsLog
from core.training.recipe import Recipe
from core.training.trainer import TrainingState


class Origin(NamedTuple):
    """What is known of the data that an opened network was trained on.

    Attributes
    ----------
    class_names : tuple of str
        What the ten classes are called.
    unlike_limit : float or None
        From which `core.files.unlike.unlikeness` on an image is unlike all of them; None for that of digits.
    """

    class_names: tuple[str, ...]
    unlike_limit: float | None


class StartingPoint(NamedTuple):
    """What a run begins with that does not begin from scratch; all of it is the run's to change.

    Attributes
    ----------
    state : TrainingState
        Where it stands.
    metrics : MetricsLog
        Metrics up to there.
    keyframes : Keyframes
        States up to there.
    is_repeatable : bool
        Whether the recipe alone leads there.
    origin : Origin or None
        Where the network comes from that the run goes on from, if that was opened.
    """

    state: TrainingState
    metrics: MetricsLog
    keyframes: Keyframes
    is_repeatable: bool
    origin: Origin | None = None


class Checkpoint(NamedTuple):
    """All that it takes to continue a run from a moment; nothing of it changes any more.

    Attributes
    ----------
    state : TrainingState
        Where the run stands.
    metrics : Metrics
        Its metrics up to there.
    keyframes : tuple of TrainingState
        Its keyframes up to there, ascending.
    interval : int
        Updates from one of them to the next.
    recipe : Recipe
        Settings and knob events so far.
    seconds : float
        Time spent in updates.
    """

    state: TrainingState
    metrics: Metrics
    keyframes: tuple[TrainingState, ...]
    interval: int
    recipe: Recipe
    seconds: float
