"""What a kept run's file says in words: all of a run but its metrics and states, as JSON."""

import math
import re
from dataclasses import fields as dataclass_fields
from typing import Any

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.errors import RunFileError
from core.files.checked_fields import Fields, check_version
from core.files.recipe_values import MOST_UPDATES, read_recipe_values, recipe_values, recipe_version
from core.network.arrays import CLASSES
from core.runs.run_metrics import RunMetrics
from core.runs.run_past import Origin
from core.runs.run_record import DataRecord, RunSummary
from core.system.budget import DATA

FORMAT = "MNIST_ANN run"
VERSION = 3
"""The newest; each is written as the first that can hold it, so that older programs read it as well."""

LONGEST_NAME, LONGEST_NOTE = 200, 10_000
_MOST_IMAGES = DATA.items
_ID = re.compile("[0-9a-f]{32}")


def about_run(summary: RunSummary, interval: int) -> dict[str, Any]:
    """Return a summary, and how far the run's keyframes lie apart, as JSON can hold them."""
    data = summary.data
    train, test, *class_names = data.fingerprint
    source, origin = data.source, summary.origin
    about = {
        "format": FORMAT,
        "version": VERSION if origin else recipe_version(summary.recipe),
        "id": summary.id,
        "name": summary.name,
        "note": summary.note,
        "starred": summary.is_starred,
        "begun": summary.begun,
        **recipe_values(summary.recipe),
        "data": {
            "name": data.name,
            "train_images": data.sizes[0],
            "test_images": data.sizes[1],
            "train": train,
            "test": test,
            "class_names": class_names,
            "paths": None if source is None else list(source.paths),
            "adjustment": None if source is None else source.adjustment.to_dict(),
        },
        "update": summary.update,
        "interval": interval,
        "repeatable": summary.is_repeatable,
        "figures": {name: _or_none(value) for name, value in vars(summary.run_metrics).items()},
    }
    if origin:
        about["origin"] = {"class_names": list(origin.class_names), "unlike_limit": origin.unlike_limit}
    return about


def _or_none(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def read_about(about: object) -> tuple[RunSummary, int]:
    """Return what `about_run` was given.

    Raises
    ------
    RunFileError
        If it makes no sense, or is from a newer version.
    ConfigError
        If its settings make no sense.
    """
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise RunFileError("this is not a run that this program kept.")
    check_version(about.get("version"), VERSION, RunFileError)
    names = "format version id name note starred begun config events data update interval repeatable figures"
    fields = Fields(about, "", names, "origin", error=RunFileError)
    run_id = fields.get("id", str)
    if not _ID.fullmatch(run_id):
        raise fields.wrong("id", "expected 32 hexadecimal digits")
    recipe, data = read_recipe_values(fields, RunFileError), _read_data(fields.get("data", dict))
    # Fewer images than are held out for validation would be no training set.
    recipe.config.images_left(data.sizes[0])
    update = fields.whole("update", MOST_UPDATES)
    summary = RunSummary(
        id=run_id,
        name=fields.text("name")[:LONGEST_NAME],
        note=fields.get("note", str)[:LONGEST_NOTE],
        is_starred=fields.get("starred", bool),
        begun=fields.number("begun", math.inf),
        recipe=recipe,
        data=data,
        update=update,
        run_metrics=_read_metrics(fields.get("figures", dict), update),
        is_repeatable=fields.get("repeatable", bool),
        origin=_read_origin(fields.get("origin", dict)) if "origin" in fields else None,
    )
    return summary, fields.whole("interval", MOST_UPDATES, least=1)


def _read_data(values: dict[str, Any]) -> DataRecord:
    names = "name train_images test_images train test class_names paths adjustment"
    fields = Fields(values, "data.", names, error=RunFileError)
    class_names, paths = _read_class_names(fields), fields.raw("paths")
    if paths is not None and not (isinstance(paths, list) and all(isinstance(path, str) for path in paths)):
        raise fields.wrong("paths", "expected a list of paths, or null")
    adjustment = Adjustment.from_dict(fields.raw("adjustment"))
    return DataRecord(
        name=fields.text("name")[:LONGEST_NAME],
        sizes=(fields.whole("train_images", _MOST_IMAGES, least=1), fields.whole("test_images", _MOST_IMAGES, least=1)),
        fingerprint=(fields.sha256("train"), fields.sha256("test"), *class_names),
        source=None if paths is None else DataSource(tuple(paths), adjustment),
    )


def _read_origin(values: dict[str, Any]) -> Origin:
    fields = Fields(values, "origin.", "class_names unlike_limit", error=RunFileError)
    limit = fields.number("unlike_limit", math.inf) if "unlike_limit" in fields else None
    return Origin(_read_class_names(fields), limit)


def _read_class_names(fields: Fields) -> tuple[str, ...]:
    names = fields.get("class_names", list)
    if len(names) != CLASSES or not all(isinstance(name, str) for name in names):
        raise fields.wrong("class_names", f"expected {CLASSES} names")
    return tuple(names)


def _read_metrics(values: dict[str, Any], update: int) -> RunMetrics:
    names = [field.name for field in dataclass_fields(RunMetrics)]
    fields = Fields(values, "figures.", " ".join(names), error=RunFileError)
    if fields.whole("updates", MOST_UPDATES) != update:
        raise fields.wrong("updates", f"expected {update:,}")
    best_update = fields.whole("best_update", update) if "best_update" in fields else None
    always = ("epochs", "seconds")
    run_metrics: dict[str, Any] = {
        name: fields.number(name, math.inf) if name in fields or name in always else None for name in names
    }
    return RunMetrics(**run_metrics | {"updates": update, "best_update": best_update})
