"""``main.py train``: load data, train a network, measure it, save it."""

import argparse
import itertools
import os
from pathlib import Path
from time import perf_counter
from typing import Any

from core.commands.outcome import Outcome
from core.commands.progress_line import ProgressLine
from core.data.data_sources import BUILTIN, load_default, load_pair
from core.data.dataset import DataPair
from core.errors import DataError, DivergedError, ModelFileError
from core.files.model_files import save_model
from core.files.saved_model import SavedModel
from core.files.unlike import usual_limit
from core.progress import Report
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.system.memory import peak_memory
from core.system.paths import names_beside
from core.text.number_text import counted
from core.training.config import SETTINGS, TrainingConfig
from core.training.evaluation import evaluate
from core.training.presets import PRESETS, fitting_rate
from core.training.recipe import Recipe
from core.training.validation import learning_set

_REPORT_SECONDS = 0.1


def train(arguments: argparse.Namespace) -> Outcome:
    """Train as the arguments say.

    Returns
    -------
    Outcome
        Losses in nats, accuracy as a fraction, times in seconds, memory in megabytes. ``train_seconds`` is training
        alone: no loading, no evaluation.

    Raises
    ------
    UserError
        If settings or data make no sense, or the model cannot be saved.
    """
    config = build_config(arguments)
    require_memory(config)
    if arguments.out:
        _check_destination(arguments.out)
    with ProgressLine() as report:
        began = perf_counter()
        data = _load(arguments, report)
        load_seconds = perf_counter() - began
        run = Run(Recipe(config), data, test_share=0)
        diverged, complaints = False, []
        try:
            train_seconds = train_to_the_end(run, report)
        except DivergedError as error:
            train_seconds = run.train_seconds
            diverged = True
            complaints.append(str(error))
    snapshot = run.snapshot()
    learned_from = learning_set(config, data.train)
    on_test = evaluate(snapshot.network, data.test)
    on_train = evaluate(snapshot.network, learned_from)
    held_out = run.validation_set
    on_validation = None if held_out is None else evaluate(snapshot.network, held_out)
    saved: Path | None = None
    if arguments.out:
        destination = _free_name(arguments.out) if diverged else arguments.out
        try:
            if run.update or destination == arguments.out:
                limit = usual_limit(learned_from.images)
                model = SavedModel.from_snapshot(snapshot, data, run.metrics.read(), unlike_limit=limit)
                save_model(destination, model)
                saved = destination
        except ModelFileError as error:
            # What was measured is worth printing all the same.
            complaints.append(str(error))
        if diverged:
            complaints[0] += f" {_describe_rescue(arguments.out, saved, run.update)}"
    result = {
        "test_accuracy": on_test.accuracy,
        "test_loss": on_test.loss,
        "train_loss": on_train.loss,
        "train_accuracy": on_train.accuracy,
        "epochs": run.epoch_at(run.update),
        "updates": run.update,
        "train_seconds": train_seconds,
        "samples_per_second": run.epoch_at(run.update) * len(learned_from) / train_seconds if train_seconds else 0.0,
        "load_seconds": load_seconds,
        "peak_rss_mb": peak_memory(),
        "parameters": int(snapshot.network.parameters.vector.size),
        "train_data": data.train.name,
        "test_data": data.test.name,
        "synthetic": data.synthetic,
        "config": config.to_dict(),
        "class_names": list(data.class_names),
        "diverged": diverged,
        "saved": None if saved is None else str(saved),
    }
    if on_validation is not None:
        result |= {"validation_accuracy": on_validation.accuracy, "validation_loss": on_validation.loss}
    text = _describe(result, data)
    if saved and not complaints:
        text += f"\nsaved as {saved}"
    return Outcome(result, text, complaints, list(data.notes))


def build_config(arguments: argparse.Namespace) -> TrainingConfig:
    """Return the preset's settings with what the arguments change.

    Raises
    ------
    ConfigError
        If a value makes no sense.
    """
    changes = {name: value for name, value in vars(arguments).items() if name in SETTINGS}
    if "epochs" in changes:
        changes["updates"] = None
    preset = PRESETS[arguments.preset].config
    config = preset.with_changes(**changes)
    if "learning_rate" not in changes:
        config = config.with_changes(learning_rate=fitting_rate(config, preset))
    return config


def train_to_the_end(run: Run, report: Report) -> float:
    """Make all updates of a run and return the seconds that they took, log and keyframes included.

    Raises
    ------
    DivergedError
        If the run diverged; it is then back at its last good update.
    """
    seconds = 0.0
    while not run.finished:
        began = perf_counter()
        until = began + _REPORT_SECONDS
        while not run.finished and perf_counter() < until:
            run.step()
        seconds += perf_counter() - began
        losses = run.metrics.read().batch_loss[-100:]
        report(
            run.update / run.total_updates,
            f"training: epoch {run.epoch_at(run.update):.1f}, update {run.update:,}, loss {losses.mean():.3f}",
        )
    return seconds


def _check_destination(path: Path) -> None:
    """Find out before training what would keep its result from being saved."""
    folder = path.parent
    if not os.access(folder, os.F_OK):
        raise ModelFileError(f"There is no folder {folder} to save the network in; make it first.")
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ModelFileError(f"{folder} is no folder that may be written to; choose another for the network.")
    if path.exists() and not path.is_file():
        raise ModelFileError(f"{path} is a folder or a device; name a file for the network, such as network.npz.")


def _free_name(out: Path) -> Path:
    """Return ``out``, or a name beside it where there is such a file: a run that went wrong writes over nothing."""
    return next(path for path in itertools.chain([out], names_beside(out, ".diverged")) if not path.exists())


def _describe_rescue(out: Path, saved: Path | None, update: int) -> str:
    """Say what a run that diverged has left on the disk."""
    untouched = "" if saved == out else f"{out} is as it was. " if out.exists() else f"{out} was not written. "
    if saved is None:
        return f"{untouched}The network before that {'could not be saved' if update else 'is untrained: not saved'}."
    untrained = "" if update else ", which is untrained,"
    return f"{untouched}The network of update {update:,}{untrained} is saved as {saved}."


def _load(arguments: argparse.Namespace, report: Report) -> DataPair:
    if arguments.train_data is not None:
        return load_pair(arguments.train_data, arguments.test_data, report=report)
    if arguments.test_data is None:
        return load_default(report)
    if arguments.test_data == BUILTIN:
        return load_pair(BUILTIN, report=report)
    raise DataError(f"--test-data {arguments.test_data} needs --train-data as well: what to learn from.")


def _describe(result: dict[str, Any], data: DataPair) -> str:
    held_out = result["config"]["validation"]
    chosen_by = ""
    if held_out:
        chosen_by = (
            f"validation accuracy {100 * result['validation_accuracy']:.2f} %, validation loss "
            f"{result['validation_loss']:.4f}, on {held_out:,} training images held out\n"
        )
    epochs = "1 epoch" if result["epochs"] == 1 else f"{result['epochs']:g} epochs"
    return (
        f"{data.train.name}, {len(data.train):,} images; tested on {data.test.name}, {len(data.test):,} images\n"
        f"{chosen_by}test accuracy {100 * result['test_accuracy']:.2f} %, test loss {result['test_loss']:.4f}, "
        f"training loss {result['train_loss']:.4f}\n"
        f"{epochs}, {counted(result['updates'], 'update')} in {result['train_seconds']:.2f} s: "
        f"{result['samples_per_second']:,.0f} images a second"
    )
