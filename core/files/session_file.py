"""What a window takes up again at the next start: one small JSON file for each window that is open at a time.

The run itself lies in a file of its own; here stands which it was, the moment shown, the settings chosen, the tab, the
lesson and the drawing.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.drawing.sketch import Mark
from core.errors import ConfigError, SessionFileError, quoted
from core.files.checked_fields import Fields
from core.files.drawing_values import mark_values, read_mark
from core.files.recipe_values import MOST_UPDATES
from core.runs.run_history import COLORS
from core.system.atomic_file import make_folder, save_file
from core.system.budget import SESSION, read_whole
from core.training.config import TrainingConfig

FORMAT = "MNIST_ANN session"
VERSION = 1

_LONGEST = 4_000


@dataclass(frozen=True, kw_only=True)
class SessionRecord:
    """Where a window stood.

    Attributes
    ----------
    run_id : str
        My run; "" for one that was never trained.
    position : int or None
        Updates made at the moment shown, of the run on display; None for the present one.
    config : TrainingConfig
        The settings chosen beside my run.
    speed : float or None
        Updates a second; None is as fast as the machine goes.
    tab : str
        Title of the tab in front.
    lesson : str
        Key or path of the lesson that is open; "" for none.
    step : int
        The lesson's step, from 0.
    lesson_run, lesson_config : str, TrainingConfig or None
        The lesson's run and its settings, where it is that which is on display; "" and None where it is not.
    source : DataSource or None
        What loads the data in use.
    curves : dict of str to int
        Which past runs are shown as curves, by their ids, and in which colors, by number.
    marks : tuple of Mark
        The drawing.
    """

    run_id: str = ""
    position: int | None = None
    config: TrainingConfig
    speed: float | None = None
    tab: str = ""
    lesson: str = ""
    step: int = 0
    lesson_run: str = ""
    lesson_config: TrainingConfig | None = None
    source: DataSource | None = None
    curves: dict[str, int] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()


def save_session(path: Path, record: SessionRecord) -> None:
    """Write where a window stands, whole or not at all.

    Raises
    ------
    SessionFileError
        If it cannot be written; what was there before stays.
    """
    make_folder(path.parent, SessionFileError)
    text = json.dumps(session_values(record), allow_nan=False)
    with save_file(path, SessionFileError) as file:
        file.write(text.encode())


def load_session(path: Path) -> SessionRecord:
    """Read what `save_session` wrote.

    Raises
    ------
    SessionFileError
        If it cannot be read, is damaged, or comes from a newer version of the program.
    """
    raw = read_whole(path, SESSION)
    try:
        return read_session_values(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise SessionFileError(f"{path.name}: it is damaged.") from error
    except (SessionFileError, ConfigError) as error:
        raise SessionFileError(f"{path.name}: {error}") from error


def session_values(record: SessionRecord) -> dict[str, Any]:
    """Return where a window stood as JSON can hold it."""
    source = record.source
    return {
        "format": FORMAT,
        "version": VERSION,
        "run": record.run_id,
        "position": record.position,
        "config": record.config.to_dict(),
        "speed": record.speed,
        "tab": record.tab,
        "lesson": record.lesson,
        "step": record.step,
        "lesson_run": record.lesson_run,
        "lesson_config": record.lesson_config and record.lesson_config.to_dict(),
        "data": source and {"paths": list(source.paths), "adjustment": source.adjustment.to_dict()},
        "curves": record.curves,
        "marks": [mark_values(mark) for mark in record.marks],
    }


def read_session_values(values: object) -> SessionRecord:
    """Return what `session_values` was given.

    Raises
    ------
    SessionFileError, ConfigError
        If it makes no sense.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise SessionFileError("this is not what a window of this program left.")
    if values.get("version") != VERSION:
        raise SessionFileError(f"it is of version {quoted(values.get('version'))}; this program reads {VERSION}.")
    names = "format version run position config speed tab lesson step lesson_run lesson_config data curves marks"
    fields = Fields(values, "", names, error=SessionFileError)
    texts = {name: fields.get(name, str)[:_LONGEST] for name in ("run", "tab", "lesson", "lesson_run")}
    return SessionRecord(
        run_id=texts["run"],
        position=fields.whole("position", MOST_UPDATES) if "position" in fields else None,
        config=_read_config(fields.get("config", dict)),
        speed=fields.number("speed", 1e9) if "speed" in fields else None,
        tab=texts["tab"],
        lesson=texts["lesson"],
        step=fields.whole("step", 1_000),
        lesson_run=texts["lesson_run"],
        lesson_config=_read_config(fields.get("lesson_config", dict)) if "lesson_config" in fields else None,
        source=_read_source(fields.raw("data")),
        curves=_read_curves(fields.get("curves", dict)),
        marks=tuple(read_mark(mark, SessionFileError) for mark in fields.get("marks", list)),
    )


def _read_config(values: dict[str, Any]) -> TrainingConfig:
    try:
        return TrainingConfig.from_dict(values)
    except (TypeError, OverflowError) as error:
        raise SessionFileError(f"its settings make no sense: {error}.") from error


def _read_source(values: object) -> DataSource | None:
    if values is None:
        return None
    paths = values.get("paths") if isinstance(values, dict) else None
    if not isinstance(values, dict) or not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise SessionFileError("data should be paths and an adjustment.")
    return DataSource(tuple(paths), Adjustment.from_dict(values.get("adjustment")))


def _read_curves(values: dict[str, Any]) -> dict[str, int]:
    colors = values.values()
    if len(colors) > COLORS or not all(type(color) is int and 0 <= color < COLORS for color in colors):
        raise SessionFileError("curves should be numbers of colors by the ids of runs.")
    return values
