"""What a training session is doing, and what it tells of its run."""

from enum import Enum

from PySide6.QtCore import Signal

from gui.session.task_slot import ThreadOwner


class SessionState(Enum):
    """What the run is doing."""

    IDLE = "ready"
    RUNNING = "training"
    PAUSING = "pausing"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "stopped by an error"


class SessionSignals(ThreadOwner):
    """The signals of `gui.session.training_session.TrainingSession`."""

    run_changed = Signal(object)
    """A new `core.runs.run.Run` has taken the place of the old one."""

    state_changed = Signal(object)
    """The `SessionState` that now holds."""

    snapshot_taken = Signal(object)
    """The newest `core.runs.snapshot.Snapshot` of the run."""

    checkpoint_taken = Signal(object, object)
    """A `core.runs.run_past.Checkpoint` of a run has been taken: asked for, or because its training paused or ended."""

    worker_left = Signal(object)
    """A `TrainingWorker` was left in its last update; once it has ended, its checkpoint is that of its run."""

    metrics_grown = Signal(object)
    """The run's `core.training.metrics.Metrics` so far."""

    recipe_changed = Signal(object)
    """The run's `core.training.recipe.Recipe` has a new knob event."""

    config_changed = Signal(object)
    """A setting was changed beside the present run, or the end of its training led back to its own: the
    `TrainingConfig` that is chosen now."""

    going_back = Signal(float, str)
    """Training diverged, and the recovery takes a while: the fraction done and words on it. Pause cuts it short."""

    diverged = Signal(int, str)
    """Training diverged: at which update, and in a sentence that says so. The run is back before it."""

    failed = Signal(str)
    """What went wrong, in one sentence."""
