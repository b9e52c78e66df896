"""Files among the kept runs that cannot be read: what is said of each, once, however often the program starts."""

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.errors import RunFileError
from core.system.atomic_file import save_file

TOLD = "told.json"
"""In the folder of runs: the damaged files that the user has been told of, with time and size of each."""


@dataclass(frozen=True)
class DamagedRun:
    """A file that holds no run that can be read; it stays where it is until the user removes it.

    Attributes
    ----------
    path : Path
        Where it is.
    reason : str
        What is wrong with it, in a sentence that names it.
    written, size : int
        When it was written, in nanoseconds since 1970, and its bytes.
    """

    path: Path
    reason: str
    written: int
    size: int

    @property
    def sentence(self) -> str:
        """What is told at the start."""
        return (
            f"A kept run cannot be read. {self.reason} It was left where it is, in {self.path.parent}; "
            "the tab Runs removes it."
        )


def not_told_yet(folder: Path, damaged: Iterable[DamagedRun]) -> tuple[DamagedRun, ...]:
    """Return those that no start has told of, and take them for told from now on.

    Where that cannot be written down, they are told of again.

    Parameters
    ----------
    folder : Path
        That of the runs.
    damaged : iterable of DamagedRun
        All that are there.
    """
    now = {run.path.name: [run.written, run.size] for run in damaged}
    before = _read(folder / TOLD)
    if now != before:
        with contextlib.suppress(RunFileError), save_file(folder / TOLD, RunFileError) as file:
            file.write(json.dumps(now).encode())
    return tuple(run for run in damaged if before.get(run.path.name) != [run.written, run.size])


def _read(path: Path) -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        told = json.loads(path.read_bytes())
        if isinstance(told, dict):
            return told
    return {}
