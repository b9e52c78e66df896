"""Kills the program at random moments and looks at what it leaves: for the benchmark and for tests."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data.my_digits import load_digits
from core.errors import UserError
from core.files.model_files import load_model
from core.files.recipe_file import load_recipe
from core.files.run_file import load_run
from core.files.session_file import load_session

ROOT = Path(__file__).parents[1]
START_SECONDS = 120.0
"""So long a window may take to open on a machine that does other things."""


@dataclass
class Kill:
    """What one kill left.

    Attributes
    ----------
    damaged : list of str
        Files that cannot be read, and why.
    lost_updates : int
        Updates that the program had said to be written and that are not on the disk: more than 0 is a fault.
    lost_seconds : float
        Age of the newest that is on the disk of the run that was on display.
    wrong : list of str
        What did not come back at the next start though it was on the disk.
    left : list of str
        Half-written files of earlier kills that the start did not clear away.
    """

    damaged: list[str] = field(default_factory=list)
    lost_updates: int = 0
    lost_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def user_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a user whose folders lie in one."""
    names = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME")
    variables = {name: str(folder / name.lower()) for name in names}
    return {**os.environ, **variables, "MNIST_ANN_CACHE": str(folder / "cache"), "QT_QPA_PLATFORM": "offscreen"}


def kill_once(folder: Path, number: int, rng: random.Random, longest: float) -> Kill:
    """Start the program in a user's folder, kill it within ``longest`` seconds of its opening, and look.

    What the kill before this one left has to come back.
    """
    found = Kill()
    before = _runs(folder)
    session = _session(folder)
    halves = _half_written(folder)
    log = folder / f"log-{number}.jsonl"
    with _started(log, number, user_environment(folder)) as process:
        opened = wait_until_open(log, process)
        found.left = sorted(halves & _half_written(folder))
        found.wrong = _what_is_wrong(opened, before, session)
        time.sleep(rng.uniform(0.0, longest))
        process.kill()
        process.wait()
    lines = _lines(log)
    killed_at = lines[-1]["time"]
    found.damaged = damaged_files(folder)
    after = _runs(folder)
    for line in lines:
        if "kept" in line:
            found.lost_updates = max(found.lost_updates, line["update"] - after.get(line["kept"], 0))
    found.lost_seconds = _age(lines, after, killed_at)
    return found


def damaged_files(folder: Path) -> list[str]:
    """Return the files of the program that cannot be read, and why."""
    readers = {
        "runs/*.npz": load_run,
        "sessions/*.json": load_session,
        "my_digits.csv": load_digits,
        "saved.npz": load_model,
        "saved.json": load_recipe,
    }
    damaged = [str(path) for path in folder.rglob("*damaged*")]
    for pattern, read in readers.items():
        for path in folder.rglob(pattern):
            try:
                read(path)
            except UserError as error:
                damaged.append(f"{path}: {error}")
    settings = (folder / "xdg_config_home").rglob("*.conf")
    return damaged + [str(path) for path in settings if not path.read_text(encoding="utf-8").startswith("[")]


def _half_written(folder: Path) -> set[str]:
    """Return what a start clears away: files in the program's own folders, not where the user saves."""
    own = (folder / "xdg_data_home", folder / "cache")
    return {path.name for each in own for path in each.rglob(".*.part")}


def _runs(folder: Path) -> dict[str, int]:
    """Return how many updates of each run are on the disk."""
    runs = {}
    for path in folder.rglob("runs/*.npz"):
        try:
            runs[path.stem] = load_run(path).summary.update
        except UserError:
            runs[path.stem] = 0
    return runs


def _session(folder: Path) -> str:
    """Return the run that was on display, as far as that is on the disk."""
    for path in folder.rglob("sessions/window-1.json"):
        return load_session(path).run_id
    return ""


def _what_is_wrong(opened: dict[str, Any], before: dict[str, int], session: str) -> list[str]:
    wrong = []
    if session and (opened["opened"], opened["update"]) != (session, before.get(session)):
        wrong.append(f"{session} was at {before.get(session)}; {opened} came back")
    if opened["message"] and not opened["message"].startswith(("Back where you were", "These digits are synthetic")):
        wrong.append(opened["message"])
    return wrong


def _age(lines: list[dict[str, Any]], after: dict[str, int], killed_at: float) -> float:
    """Return how old what is on the disk of the last run was when the process was killed, in seconds."""
    [*_, last] = (line for line in lines if "run" in line or "opened" in line)
    run_id = last.get("run") or last["opened"]
    kept = after.get(run_id, 0)
    newer = [line["time"] for line in lines if line.get("run") == run_id and line["update"] > kept]
    return killed_at - min(newer) if newer else 0.0


@contextmanager
def _started(log: Path, seed: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.busy_window", str(log), str(seed)]
    with log.with_suffix(".txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until_open(log: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for line in _lines(log):
            if "opened" in line:
                return line
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise AssertionError(f"the window did not open: {log.with_suffix('.txt').read_text(encoding='utf-8')[-2000:]}")


def _lines(log: Path) -> list[dict[str, Any]]:
    if not log.exists():
        return []
    # The last line may be cut where the process was killed.
    whole = [line for line in log.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
    return [json.loads(line) for line in whole]
