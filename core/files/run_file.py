"""Kept runs: one .npz file a run, from which it is continued as if it had never stopped.

Anyone with NumPy can read it::

    run = np.load("run.npz")
    about = json.loads(bytes(run["about"]))
    about["config"]["learning_rate"]      # settings, changes on the way, name, note, data, metrics
    run["batch_loss"]                     # metrics, as `core.training.metrics.Metrics` names them
    run["state_updates"]                  # after which updates there is a state of the network; the last is the newest
    run["states"][-run["state_rows"][-1]] # its weights and biases, in one row

``states`` is float32 of shape (rows, parameters). A state takes ``state_rows`` rows of it: one for the weights and
biases (W1 row by row, b1, W2, b2, ...), and one for each vector that its optimizer remembers. States that lie between
others may be missing, and those of a run that its recipe repeats may all be: they are computed again.

A file is written whole or not at all, and ``about`` stands first, so that hundreds of runs are listed in no time.
Reading trusts nothing: see `core.files.npz_archive`.
"""

import json
import logging
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, ModelFileError, RunFileError
from core.files.npz_archive import Archive, open_archive
from core.files.run_about import about_run, read_about
from core.files.stored_metrics import METRICS, metrics_arrays, read_metrics
from core.network.arrays import Floats
from core.network.parameters import Parameters
from core.runs.run_record import RunRecord, RunSummary, slots_after
from core.system.atomic_file import save_file
from core.system.budget import MB, RUN, Meter
from core.training.metrics import Metrics
from core.training.trainer import TrainingState

logger = logging.getLogger(__name__)

STATES_BUDGET = 16 * MB
"""Bytes of states in a file: of the default network 500, of one of 128 hidden units 40."""

LARGEST_STATES = 1000 * MB
"""The newest state and the first may take more than that budget, up to here; what is larger is computed again."""

_LARGEST_ABOUT = 2 * MB
_STATES = ("state_updates", "state_rows", "states")


def save_run(path: Path, record: RunRecord, budget: int = STATES_BUDGET) -> None:
    """Write a run so that the file is there whole or not at all.

    Parameters
    ----------
    path : Path
        Where to; what is there already is replaced.
    record : RunRecord
        Its newest state has to be finite.
    budget : int
        Bytes of states that are written; see `RunRecord.thinned`.

    Raises
    ------
    RunFileError
        If a parameter of the newest state is not finite, or the file cannot be written; an old file is then unchanged.
    """
    with save_file(path, RunFileError) as file:
        write_run(file, record, budget)


def write_run(file: BinaryIO, record: RunRecord, budget: int = STATES_BUDGET) -> None:
    """Write a run into a file that is open, such as one within an archive.

    Raises
    ------
    RunFileError
        If a parameter of the newest state is not finite.
    OSError
        If the file cannot be written.
    """
    if len(record.metrics.batch_loss) != record.summary.update:
        raise RunFileError(f"{record.summary.name} was not kept: its metrics and its network are of different updates.")
    record = _within(record, budget)
    states = [state for state in record.states if np.isfinite(state.parameters.vector).all()]
    if record.states and (not states or states[-1] is not record.states[-1]):
        raise RunFileError(f"{record.summary.name} was not kept: its network holds numbers that are infinite.")
    about = json.dumps(about_run(record.summary, record.interval), allow_nan=False).encode()
    with zipfile.ZipFile(file, "w") as archive:
        _write_array(archive, "about", np.frombuffer(about, np.uint8))
        for name, column in metrics_arrays(record.metrics).items():
            _write_array(archive, name, column)
        rows = [1 + len(state.slots) for state in states]
        _write_array(archive, "state_updates", np.array([state.update for state in states], np.int64))
        _write_array(archive, "state_rows", np.array(rows, np.int64))
        _write_states(archive, states, (sum(rows), record.summary.recipe.config.layout.size))


def read_summary(source: Path | BinaryIO, name: str = "") -> RunSummary:
    """Return what is said of a run in a list, read from no more of its file than that; otherwise as `load_run`."""
    with _open(source, name) as archive:
        return _read_about(archive)[0]


def load_run(source: Path | BinaryIO, name: str = "") -> RunRecord:
    """Read what `save_run` or `write_run` wrote.

    Parameters
    ----------
    source : Path or binary file
        A file that is open already can be one within another archive; it has to be seekable.
    name : str
        What messages call the file; by default its own name.

    Raises
    ------
    RunFileError
        If the file cannot be read, is damaged, comes from a newer version, or is no run at all.
    """
    with _open(source, name) as archive:
        summary, interval = _read_about(archive)
        archive.refuse_others({"about", *METRICS, *_STATES})
        metrics = read_metrics(archive)
        if metrics is None or len(metrics.batch_loss) != summary.update:
            raise RunFileError(f"its metrics are not those of {summary.update:,} updates.")
        if metrics.validates != (summary.recipe.config.validation > 0):
            raise RunFileError("its metrics and its settings do not agree about validation.")
        return RunRecord(summary=summary, metrics=metrics, states=_read_states(archive, summary), interval=interval)


def load_metrics(path: Path) -> Metrics:
    """Return the metrics of a run alone.

    Raises
    ------
    RunFileError
        As `load_run` does.
    """
    with _open(path, "") as archive:
        metrics = read_metrics(archive)
        if metrics is None:
            raise RunFileError("its metrics are missing.")
        return metrics


@contextmanager
def _open(source: Path | BinaryIO, name: str) -> Iterator[Archive]:
    name = name or (source.name if isinstance(source, Path) else "run")
    try:
        with open_archive(source, RUN) as archive:
            yield archive
    except (ModelFileError, RunFileError, ConfigError) as error:
        logger.info("%s was refused", name, exc_info=error)
        raise RunFileError(f"{name}: {error}") from error


def _within(record: RunRecord, budget: int) -> RunRecord:
    """Return what of a record is written."""
    record = record.thinned(budget)
    for smaller in (record.at_its_end(), record.without_states()):
        if record.nbytes > LARGEST_STATES:
            record = smaller
    return record


def _write_array(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with archive.open(f"{name}.npy", "w") as member:
        np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def _write_states(archive: zipfile.ZipFile, states: Iterable[TrainingState], shape: tuple[int, int]) -> None:
    """Write the states one after another, without a copy of them all."""
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    with archive.open("states.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array_header_1_0(member, header)
        for state in states:
            for row in (state.parameters.vector, *state.slots):
                member.write(np.ascontiguousarray(row, "<f4").data)


def _read_about(archive: Archive) -> tuple[RunSummary, int]:
    """Return what is said of a run, and how far its keyframes lie apart."""
    try:
        about = json.loads(archive.text("about", _LARGEST_ABOUT))
    except (ValueError, RecursionError) as error:
        raise RunFileError("'about' is not JSON.") from error
    return read_about(about)


def _read_states(archive: Archive, summary: RunSummary) -> tuple[TrainingState, ...]:
    recipe = summary.recipe
    layout = recipe.config.layout
    columns = [archive.header(name) for name in _STATES[:2]]
    for header in columns:
        if header.dtype != np.int64 or len(header.shape) != 1 or header.bytes_in_all > MB:
            raise RunFileError(f"{header.name} is {header.dtype} of shape {header.shape}; expected a short column.")
    updates, rows = (archive.elements(header).tolist() for header in columns)
    _check_updates(updates, summary)
    if rows != [1 + slots_after(recipe, update) for update in updates]:
        raise RunFileError("state_rows is not what the optimizers of this run remember.")
    header = archive.header("states")
    expected = (sum(rows), layout.size)
    if header.dtype != np.float32 or header.shape != expected:
        raise RunFileError(f"states is {header.dtype} of shape {header.shape}; expected float32 of shape {expected}.")
    Meter("it", RUN).memory(header.bytes_in_all)
    values: Floats = archive.elements(header)
    values.flags.writeable = False
    states, row = [], 0
    for update, count in zip(updates, rows, strict=True):
        parameters, slots = values[row], values[row + 1 : row + count]
        if not np.isfinite(parameters).all():
            raise RunFileError(f"the state at update {update:,} holds numbers that are infinite or not a number.")
        states.append(TrainingState(Parameters(parameters, layout), slots, update))
        row += count
    return tuple(states)


def _check_updates(updates: list[int], summary: RunSummary) -> None:
    ascending = all(0 <= earlier < later for earlier, later in pairwise([*updates, summary.update + 1]))
    if not ascending or (updates and updates[-1] != summary.update):
        raise RunFileError(f"state_updates is not ascending up to {summary.update:,}.")
    if not summary.is_repeatable and updates[:1] != [0]:
        raise RunFileError("its first state is missing, and no recipe leads to it.")
