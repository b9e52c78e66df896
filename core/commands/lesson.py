"""``main.py lesson FILE --try``: train every set-up of a lesson and say what each ends with."""

import argparse
from dataclasses import asdict
from pathlib import Path

from core.commands.outcome import Outcome
from core.commands.progress_line import ProgressLine
from core.data.data_sources import BUILTIN, load_pair
from core.errors import DataError, LessonError
from core.lessons.lesson import LESSONS_FOLDER, Lesson, load_lesson
from core.lessons.trial import SetUpTrial, try_lesson
from core.progress import part_of
from core.text.number_text import counted, number


def try_out(arguments: argparse.Namespace) -> Outcome:
    """Read a lesson; with ``--try`` train its set-ups.

    Returns
    -------
    Outcome
        For each set-up the metrics of `core.lessons.trial.SetUpTrial`, and a sentence for each metric that lies
        outside what the lesson itself expects.

    Raises
    ------
    UserError
        If lesson or data cannot be read.
    """
    lesson = load_lesson(find_lesson(arguments.file))
    if arguments.test_data is not None and arguments.train_data is None:
        raise DataError(f"--test-data {arguments.test_data} needs --train-data as well: what to learn from.")
    if not arguments.try_:
        summary = f"{lesson.title}: {counted(len(lesson.steps), 'step')}, nothing wrong with the file"
        return Outcome({"title": lesson.title, "steps": len(lesson.steps)}, summary)
    with ProgressLine() as report:
        source = arguments.train_data or BUILTIN
        data = load_pair(source, arguments.test_data, report=part_of(report, 0.0, 0.05))
        trials = try_lesson(lesson, data, part_of(report, 0.05, 1.0))
    surprises = unexpected(lesson, trials, data.name) if data.name == "MNIST" or source == BUILTIN else []
    result = {
        "title": lesson.title,
        "data": data.name,
        "setups": [asdict(trial) for trial in trials],
        "unexpected": surprises,
    }
    return Outcome(result, "\n".join([*map(_describe, trials), *surprises]) or "It begins no run.")


def find_lesson(name: str) -> Path:
    """Return the path of a lesson: of a file, or of one that comes with the program by its name.

    Raises
    ------
    LessonError
        If there is neither.
    """
    path, shipped = Path(name), LESSONS_FOLDER / f"{name.removesuffix('.toml')}.toml"
    if path.exists() or "/" in name or "\\" in name or not shipped.is_file():
        if not path.exists():
            names = ", ".join(sorted(file.stem for file in LESSONS_FOLDER.glob("*.toml")))
            raise LessonError(f"There is no lesson file {name}. Those that come with the program are {names}.")
        return path
    return shipped


def unexpected(lesson: Lesson, trials: tuple[SetUpTrial, ...], data: str) -> list[str]:
    """Return a sentence for each metric that lies outside what its step expects of these data."""
    prefix = "mnist_" if data == "MNIST" else ""
    sentences = []
    for trial in trials:
        measured = asdict(trial)
        step = lesson.steps[trial.step - 1]
        for key, (low, high) in step.expect.items():
            if key.startswith("mnist_") != bool(prefix) and step.data != BUILTIN:
                continue
            value = measured[key.removeprefix("mnist_")]
            if value is None or not low <= value <= high:
                sentences.append(f"Step {trial.step} expects {key} from {low:g} to {high:g}; it is {value}.")
    return sentences


def _describe(trial: SetUpTrial) -> str:
    diverged = f", diverged at update {trial.diverged_at:,}" if trial.diverged_at is not None else ""
    return (
        f"step {trial.step}: accuracy {100 * trial.accuracy:.1f} %, loss {number(trial.loss)}, training accuracy "
        f"{100 * trial.train_accuracy:.1f} %, training loss {number(trial.train_loss)}, "
        f"{counted(trial.dead_units, 'dead unit')}, {counted(trial.updates, 'update')}{diverged}, "
        f"{trial.seconds:.1f} s"
    )
