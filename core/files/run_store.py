"""The folder of kept runs: one file a run, listed, changed, put aside and brought back, within a budget of the disk.

Where the budget is spent, runs give up what their recipe makes again, those kept longest ago first and starred ones
last: first their keyframes, then the newest network. Recipes, metrics, names and notes are never given up.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.data.dataset import DataPair
from core.errors import DataError, RunFileError, UserError
from core.files.damaged_runs import DamagedRun
from core.files.run_file import STATES_BUDGET, load_metrics, load_run, read_summary, save_run
from core.files.stored_data import load_data, save_data
from core.progress import Report, ignore_progress
from core.runs.run_record import DataRecord, Fingerprint, RunRecord, RunSummary, fingerprint_of
from core.system.atomic_file import make_folder
from core.system.budget import GB
from core.system.file_lock import file_lock
from core.system.paths import is_file
from core.system.user_folders import data_folder
from core.training.metrics import Metrics

logger = logging.getLogger(__name__)

DISK_BUDGET = 2 * GB
"""Bytes that kept runs may take of the disk."""

ROOM = 0.9
"""Share of the budget down to which room is made, so that it is not made at every turn."""

REMOVED_SECONDS = 24 * 3600.0
"""So long a run that was deleted can be found in the folder ``removed``, should the program end before it is undone."""

_GIVING_UP: tuple[Callable[[RunRecord], RunRecord], ...] = (RunRecord.at_its_end, RunRecord.without_states)


def runs_folder() -> Path:
    """Return where runs are kept; it need not exist yet."""
    return data_folder() / "runs"


@dataclass(frozen=True)
class Listing:
    """What a folder holds.

    Attributes
    ----------
    runs : tuple of RunSummary
        Those that can be read, kept last first.
    damaged : tuple of DamagedRun
        Files that cannot be read; they stay where they are.
    """

    runs: tuple[RunSummary, ...]
    damaged: tuple[DamagedRun, ...]


_Description = dict[str, Any]
"""What a user may change of a run that is kept: its name, its note, its star."""


class RunStore:
    """Runs in a folder.

    Parameters
    ----------
    folder : Path
        It is made when the first run is kept.
    budget : int
        Bytes of the disk.

    Attributes
    ----------
    folder, budget : Path, int
        The same.
    """

    def __init__(self, folder: Path, budget: int = DISK_BUDGET) -> None:
        self.folder = folder
        self.budget = budget
        self._given_up: dict[str, int] = {}
        self._described: dict[str, _Description] = {}

    def path(self, run_id: str) -> Path:
        """Return where a run is kept, or would be."""
        return self.folder / f"{run_id}.npz"

    def holds(self, run_id: str) -> bool:
        """Return whether a run is kept."""
        return is_file(self.path(run_id))

    def contents(self) -> Listing:
        """Return what the folder holds."""
        runs, damaged = [], []
        for path, status in reversed(self._files()):
            try:
                summary = read_summary(path)
                if path.stem != summary.id:
                    raise RunFileError(f"{path.name} holds a run that is called {summary.id} in this folder.")
                runs.append(summary)
            except RunFileError as error:
                if not os.path.lexists(path):
                    # Another window has removed it meanwhile.
                    continue
                logger.warning("%s", error)
                damaged.append(DamagedRun(path, str(error), status.st_mtime_ns, status.st_size))
        return Listing(tuple(runs), tuple(damaged))

    def save(self, record: RunRecord, budget: int = STATES_BUDGET) -> None:
        """Keep a run, with at most so many bytes of states; what was kept of it before is replaced.

        Raises
        ------
        RunFileError
            If it cannot be written; what was kept of it before stays.
        """
        make_folder(self.folder, RunFileError)
        with self._locked():
            save_run(self.path(record.summary.id), self._as_described(record), budget)
        self._given_up.pop(record.summary.id, None)

    def save_data(self, pair: DataPair) -> None:
        """Keep data that nothing loads again, unless they are kept already.

        Raises
        ------
        DataError
            If they cannot be written.
        """
        path = self._data_path(fingerprint_of(pair))
        with self._locked(DataError), contextlib.suppress(OSError):
            # They are needed again: another window that clears away lets them be.
            os.utime(path)
        if not path.exists():
            make_folder(path.parent, DataError)
            save_data(path, pair)

    def load_data(self, record: DataRecord, report: Report = ignore_progress) -> DataPair:
        """Return the data of a run: from where they came, or from the folder.

        Raises
        ------
        DataError
            If they are not there, or are not the same any more.
        """
        if record.source is not None:
            pair = record.source(report)
        else:
            report(0.0, f"reading {record.name}")
            pair = load_data(self._data_path(record.fingerprint))
        if fingerprint_of(pair) != record.fingerprint:
            raise DataError(f"What is read for “{record.name}” now differs from what the run was trained on.")
        return pair

    def clear_unused_data(self, runs: Iterable[RunSummary]) -> None:
        """Delete data that no run needs any more, a day after they were: another window may be about to.

        Runs that were removed need theirs, since that can be undone.
        """
        removed = RunStore(self._removed).contents().runs
        needed = {self._data_path(run.data.fingerprint) for run in (*runs, *removed) if run.data.source is None}
        with contextlib.suppress(RunFileError), self._locked():
            _delete_old(path for path, _ in _files_in(self._data) if path not in needed)

    def load(self, run_id: str) -> RunRecord:
        """Return a run.

        Raises
        ------
        RunFileError
            If it is not there, or its file is damaged; see `core.files.run_file.load_run`.
        """
        record = load_run(self.path(run_id))
        self._described.setdefault(run_id, _description(record.summary))
        return record

    def load_metrics(self, run_id: str) -> Metrics:
        """Return the metrics of a run; raises as `load` does."""
        return load_metrics(self.path(run_id))

    def change(self, run_id: str, **changes: Any) -> None:
        """Change the name, the note or the star of a kept run; when it was kept does not change.

        Raises
        ------
        RunFileError
            If it cannot be read or written; it then stays as it was.
        """
        self._rewrite(run_id, lambda record: replace(record, summary=replace(record.summary, **changes)))
        if run_id in self._described:
            self._described[run_id] |= changes

    def remove(self, run_id: str) -> None:
        """Put a run aside, where `put_back` finds it; for good once `clear_removed` has come by.

        Raises
        ------
        RunFileError
            If it cannot be moved.
        """
        path = self.path(run_id)
        with self._locked(), _told(path, "removed"):
            if self.holds(run_id):
                self._removed.mkdir(exist_ok=True)
                # Its age counts from now on; afterwards, another window might take it for one of long ago.
                os.utime(path)
                path.replace(self._removed / path.name)

    def put_back(self, run_id: str) -> None:
        """Undo `remove`.

        Raises
        ------
        RunFileError
            If it cannot be moved.
        """
        aside = self._removed / f"{run_id}.npz"
        with self._locked(), _told(aside, "put back"):
            if is_file(aside) and not self.holds(run_id):
                aside.replace(self.path(run_id))

    def move(self, run_id: str, other: "RunStore") -> None:
        """Take a run over from another store, with the data that were kept for it.

        Raises
        ------
        RunFileError
            If it is not there, or cannot be moved.
        DataError
            If its data cannot be read or written.
        """
        record = other.load(run_id)
        if record.summary.data.source is None:
            self.save_data(other.load_data(record.summary.data))
        self.save(record)
        with _told(other.path(run_id), "removed"):
            other.path(run_id).unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete all runs, for good."""
        with contextlib.suppress(OSError):
            shutil.rmtree(self.folder)

    def clear_removed(self, run_ids: Collection[str] = ()) -> None:
        """Delete for good these runs of those that were removed, and all that were a day ago."""
        for run_id in run_ids:
            with contextlib.suppress(OSError):
                (self._removed / f"{run_id}.npz").unlink(missing_ok=True)
        _delete_old(path for path, _ in _files_in(self._removed))

    @property
    def nbytes(self) -> int:
        """Bytes that the kept runs, and data kept for them, take of the disk."""
        return sum(status.st_size for folder in (self.folder, self._data) for _, status in _files_in(folder))

    def make_room(self, in_use: Collection[str] = ()) -> None:
        """Let runs give up what can be computed again until the budget holds, but none of those in use.

        Raises
        ------
        RunFileError
            If a file cannot be written.
        """
        files = self._files()
        too_much = self.nbytes - self.budget
        if too_much <= 0:
            return
        too_much += round((1 - ROOM) * self.budget)
        for stage, give_up in enumerate(_GIVING_UP):
            for path in self._first_to_give_up(files, in_use):
                if too_much <= 0:
                    return
                if self._given_up.get(path.stem, -1) < stage and path.is_file():
                    with _passing_over(path):
                        before = path.stat().st_size
                        self._rewrite(path.stem, give_up)
                        too_much -= before - path.stat().st_size
                    self._given_up[path.stem] = stage

    def _as_described(self, record: RunRecord) -> RunRecord:
        """Return a run with the name, the note and the star that another window has given it since it was saved here.

        A window that trains a run does not learn of that, and would write over it every few seconds.
        """
        summary = record.summary
        here = _description(summary)
        known = self._described.get(summary.id, {})
        self._described[summary.id] = here
        try:
            there = _description(read_summary(self.path(summary.id)))
        except RunFileError:
            # It is not there yet, or damaged, and is replaced.
            return record
        changed = {name: value for name, value in there.items() if known.get(name) == here[name]}
        return replace(record, summary=replace(summary, **changed))

    @property
    def _removed(self) -> Path:
        return self.folder / "removed"

    def _first_to_give_up(self, files: list[tuple[Path, os.stat_result]], in_use: Collection[str]) -> list[Path]:
        starred = {summary.id for summary in self.contents().runs if summary.is_starred}
        candidates = [path for path, _ in files if path.stem not in in_use]
        return sorted(candidates, key=lambda path: path.stem in starred)

    def _rewrite(self, run_id: str, change: Callable[[RunRecord], RunRecord]) -> None:
        """Read a run, change it and write it, while no other window writes or removes it."""
        path = self.path(run_id)
        with self._locked(), _told(path, "changed"):
            record = load_run(path)
            status = path.stat()
            save_run(path, change(record))
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def _locked(self, error: type[UserError] = RunFileError) -> contextlib.AbstractContextManager[None]:
        """Keep other windows from the folder; where it is not there, there is nothing to keep."""
        if not os.path.lexists(self.folder):
            return contextlib.nullcontext()
        return file_lock(self.folder / ".lock", "the folder of runs", error)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _data_path(self, fingerprint: Fingerprint) -> Path:
        digest = hashlib.sha256(json.dumps(fingerprint).encode()).hexdigest()
        return self._data / f"{digest[:32]}.npz"

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        """Return the files of runs, kept longest ago first."""
        return sorted(_files_in(self.folder), key=lambda file: file[1].st_mtime_ns)


def _description(summary: RunSummary) -> _Description:
    return {"name": summary.name, "note": summary.note, "is_starred": summary.is_starred}


def _files_in(folder: Path) -> list[tuple[Path, os.stat_result]]:
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".npz") and not entry.name.startswith("."):
                with contextlib.suppress(OSError):
                    found.append((Path(entry.path), entry.stat()))
    return found


def _delete_old(paths: Iterable[Path]) -> None:
    """Delete those of a day ago; others may be gone by now."""
    for path in paths:
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime >= REMOVED_SECONDS:
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _told(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFileError(f"{path} could not be {done}: {error.strerror or error}.") from error


@contextlib.contextmanager
def _passing_over(path: Path) -> Iterator[None]:
    """Leave a file as it is that cannot be read, or is gone by now."""
    try:
        yield
    except (RunFileError, OSError) as error:
        logger.warning("%s gives up nothing: %s", path, error)
