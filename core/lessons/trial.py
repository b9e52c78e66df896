"""Trying a lesson out: every set-up is trained, and what comes of it is what its text may say.

Whoever writes a lesson learns from this what the learner will see, and a test holds the metrics that the lessons of the
program name.
"""

from dataclasses import dataclass
from time import perf_counter

from core.data.dataset import DataPair
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import DivergedError
from core.lessons.lesson import Lesson
from core.lessons.lesson_data import lesson_data
from core.lessons.step import BUILTIN_DATA, LessonStep
from core.progress import Report, ignore_progress, part_of
from core.runs.dead_units import find_silent_units
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.validation import learning_set


@dataclass(frozen=True, kw_only=True)
class SetUpTrial:
    """What the network of one set-up ends with.

    Attributes
    ----------
    step : int
        The step of the lesson, counted from 1.
    accuracy, loss : float
        On the test set: a fraction, and nats.
    train_accuracy, train_loss : float
        The same on the images that it learned from.
    dead_units : int
        Hidden units that no training image activates.
    updates : int
        How many were made.
    seconds : float
        Training alone.
    diverged_at : int or None
        The update at which training diverged; the metrics are then those of the moment before.
    """

    step: int
    accuracy: float
    loss: float
    train_accuracy: float
    train_loss: float
    dead_units: int
    updates: int
    seconds: float
    diverged_at: int | None


def try_lesson(lesson: Lesson, data: DataPair, report: Report = ignore_progress) -> tuple[SetUpTrial, ...]:
    """Train every set-up of a lesson that begins a run, to its end.

    Parameters
    ----------
    lesson : Lesson
        Whose set-ups are trained.
    data : DataPair
        Stands for the data that a learner has open; a step that asks for the built-in digits gets these.
    report : Report
        Called at every update.
    """
    steps = [(number, step) for number, step in enumerate(lesson.steps, start=1) if step.config is not None]
    return tuple(
        _try_step(number, step, data, part_of(report, place / len(steps), (place + 1) / len(steps)))
        for place, (number, step) in enumerate(steps)
    )


def _try_step(number: int, step: LessonStep, data: DataPair, report: Report) -> SetUpTrial:
    assert step.config is not None
    whole = load_builtin_digits() if step.data == BUILTIN_DATA else data
    require_memory(step.config)
    data = lesson_data(whole, step.images, shuffled=step.shuffled, moved=step.moved)
    run = Run(Recipe(step.config, step.turns), data, test_share=0)
    diverged_at, began = None, perf_counter()
    while not run.finished and diverged_at is None:
        report(run.update / run.total_updates, f"step {number}: update {run.update:,} of {run.total_updates:,}")
        try:
            run.step()
        except DivergedError as error:
            diverged_at = error.update
    seconds = perf_counter() - began
    network = run.snapshot().network
    learned_from = learning_set(step.config, run.data.train)
    on_test, on_train = evaluate(network, run.data.test), evaluate(network, learned_from)
    return SetUpTrial(
        step=number,
        accuracy=on_test.accuracy,
        loss=on_test.loss,
        train_accuracy=on_train.accuracy,
        train_loss=on_train.loss,
        dead_units=len(find_silent_units(network, learned_from.images)),
        updates=run.update,
        seconds=seconds,
        diverged_at=diverged_at,
    )
