"""Recipe files: a whole run in a page of JSON that a person can read, mail and repeat on another machine.

A recipe and the data decide every update, so a run need not be stored to be had again. The file says with which data
(by fingerprint, not by content) and how the run came out, so that whoever repeats it can tell whether theirs came out
the same::

    {
      "format": "MNIST_ANN recipe",
      "version": 1,
      "name": "Run 1",
      "config": {"hidden": [10], "learning_rate": 0.1, "seed": 0, ...},
      "events": [{"update": 500, "changes": {"learning_rate": 0.05}}],
      "data": {"name": "MNIST", "train": "<sha256>", "test": "<sha256>"},
      "result": {"update": 37500, "test_accuracy": 0.9442, "test_loss": 0.2036, "parameters": "<sha256>"}
    }

``config`` holds the fields of `core.training.config.TrainingConfig`; ``events`` are the changes that were made on the
way, each before the next update. An event that changes units has ``cuts`` as well, as `core.training.cuts` tells them::

    {"update": 900, "changes": {}, "cuts": [{"kind": "off", "layer": 1, "unit": 3, "before": "<base64>"}]}

``parameters`` is the SHA-256 of the parameter vector as little-endian float32.
"""

import hashlib
import json
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data.dataset import DataPair
from core.errors import ConfigError, RecipeFileError
from core.files.checked_fields import Fields, check_version
from core.files.recipe_values import MOST_UPDATES, read_recipe_values, recipe_values, recipe_version
from core.network.network import Network
from core.network.parameters import Parameters
from core.progress import Report, ignore_progress
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.runs.snapshot import Snapshot
from core.system.atomic_file import save_file
from core.system.budget import RECIPE, read_whole
from core.training.evaluation import evaluate
from core.training.recipe import Recipe

logger = logging.getLogger(__name__)

FORMAT = "MNIST_ANN recipe"
VERSION = 3
"""The newest; each is written as the first that can hold it, so that older programs read it as well."""

LONGEST_NAME = 200
"""Letters that are kept of a name; the window lets nobody type more than 80."""


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """How a run came out.

    Attributes
    ----------
    update : int
        Updates made.
    test_accuracy : float
        Fraction of right answers on the test set.
    test_loss : float or None
        Mean cross-entropy on the test set, nats; None where it overflows.
    parameters : str
        SHA-256 of the parameter vector, hexadecimal.
    """

    update: int
    test_accuracy: float
    test_loss: float | None
    parameters: str


@dataclass(frozen=True, kw_only=True)
class RecipeFile:
    """What a recipe file holds.

    Attributes
    ----------
    name : str
        What the user calls the run.
    recipe : Recipe
        Settings and changes on the way.
    data_name : str
        What the data were called.
    train_fingerprint, test_fingerprint : str
        `core.data.dataset.Dataset.fingerprint` of both sets.
    result : RunResult
        How the run came out.
    """

    name: str
    recipe: Recipe
    data_name: str
    train_fingerprint: str
    test_fingerprint: str
    result: RunResult

    def check_data(self, data: DataPair) -> None:
        """Raise `RecipeFileError` with what to do where the data are not those of the run."""
        fingerprints = (data.train.fingerprint, data.test.fingerprint)
        if fingerprints == (self.train_fingerprint, self.test_fingerprint):
            return
        which = "training images" if fingerprints[0] != self.train_fingerprint else "test images"
        raise RecipeFileError(
            f"The recipe “{self.name}” was made with the data “{self.data_name}”; the {which} that are open now, "
            f"“{data.name}”, are others. Open those data, then open the recipe again."
        )

    def start_run(self, data: DataPair) -> Run:
        """Return a run, at update 0, that will repeat this one.

        Raises
        ------
        RecipeFileError
            If these are not the data of the run.
        ConfigError
            If there is not enough memory for it.
        """
        self.check_data(data)
        require_memory(self.recipe.config)
        return Run(self.recipe, data, name=self.name)


def parameters_fingerprint(parameters: Parameters) -> str:
    """Return the SHA-256 of parameters as little-endian float32, hexadecimal: equal exactly where all bits are."""
    return hashlib.sha256(parameters.vector.astype("<f4").tobytes()).hexdigest()


def result_of(network: Network, update: int, data: DataPair, report: Report = ignore_progress) -> RunResult:
    """Return how a run came out that ended with this network after ``update`` updates."""
    evaluation = evaluate(network, data.test, report)
    return RunResult(
        update=update,
        test_accuracy=evaluation.accuracy,
        test_loss=evaluation.loss if math.isfinite(evaluation.loss) else None,
        parameters=parameters_fingerprint(network.parameters),
    )


def recipe_file_of(run: Run, snapshot: Snapshot) -> RecipeFile:
    """Return the recipe file of a run up to a moment of it; takes a fraction of a second.

    Parameters
    ----------
    run : Run
        It may go on meanwhile.
    snapshot : Snapshot
        The moment.

    Raises
    ------
    RecipeFileError
        If the run continues an opened model, which no recipe can repeat.
    """
    if not run.is_repeatable:
        raise RecipeFileError(
            f"{run.name} continues an opened model, which no recipe can repeat; save the model instead."
        )
    data = run.data
    return RecipeFile(
        name=run.name,
        recipe=run.recipe.until(snapshot.update),
        data_name=data.name,
        train_fingerprint=data.train.fingerprint,
        test_fingerprint=data.test.fingerprint,
        result=result_of(snapshot.network, snapshot.update, data),
    )


def save_recipe(path: Path, recipe_file: RecipeFile) -> None:
    """Write a recipe file, whole or not at all.

    Raises
    ------
    RecipeFileError
        If it cannot be written; an old file of that name is unchanged.
    """
    text = json.dumps(_to_json(recipe_file), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with save_file(path, RecipeFileError) as file:
        # The name of a file may hold letters that UTF-8 has not; JSON has an escape for them.
        file.write(text.encode(errors="backslashreplace"))


def load_recipe(path: Path) -> RecipeFile:
    """Read a recipe file.

    Raises
    ------
    RecipeFileError
        If it cannot be read, is damaged, is from a newer version of the program, or is no recipe at all.
    """
    raw = read_whole(path, RECIPE)
    try:
        return _from_json(json.loads(raw.decode()))
    except (ValueError, RecursionError) as error:
        raise RecipeFileError(f"{path.name}: it is damaged, or no recipe: {_where(error)}.") from error
    except (RecipeFileError, ConfigError) as error:
        logger.info("%s was refused", path, exc_info=error)
        raise RecipeFileError(f"{path.name}: {error}") from error


def _to_json(recipe_file: RecipeFile) -> dict[str, Any]:
    recipe, result = recipe_file.recipe, recipe_file.result
    return {
        "format": FORMAT,
        "version": recipe_version(recipe),
        "name": recipe_file.name,
        **recipe_values(recipe),
        "data": {
            "name": recipe_file.data_name,
            "train": recipe_file.train_fingerprint,
            "test": recipe_file.test_fingerprint,
        },
        "result": {
            "update": result.update,
            "test_accuracy": result.test_accuracy,
            "test_loss": result.test_loss,
            "parameters": result.parameters,
        },
    }


def _from_json(values: object) -> RecipeFile:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise RecipeFileError("this is not a recipe that this program saved.")
    check_version(values.get("version"), VERSION, RecipeFileError, "recipe format")
    whole = Fields(values, "", "format version name config events data result", error=RecipeFileError)
    data = Fields(whole.get("data", dict), "data.", "name train test", error=RecipeFileError)
    result = Fields(
        whole.get("result", dict), "result.", "update test_accuracy test_loss parameters", error=RecipeFileError
    )
    return RecipeFile(
        name=whole.text("name")[:LONGEST_NAME],
        recipe=read_recipe_values(whole, RecipeFileError),
        data_name=data.text("name")[:LONGEST_NAME],
        train_fingerprint=data.sha256("train"),
        test_fingerprint=data.sha256("test"),
        result=RunResult(
            update=result.whole("update", MOST_UPDATES),
            test_accuracy=result.number("test_accuracy", 1.0),
            test_loss=result.number("test_loss", math.inf) if "test_loss" in result else None,
            parameters=result.sha256("parameters"),
        ),
    )


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "it holds a number that is far too long"
