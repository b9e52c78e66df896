"""Does a run come out the same? Repeats the run of a recipe file and compares.

On the same machine every bit comes out the same. Elsewhere the matrix products may add their terms in another order,
which rounds the last digit of a float32 differently, and training may make that larger. Measured on the built-in digits
by changing the first weights by one part in ten million: 25 epochs of the default preset end with the same accuracy and
a loss that differs by less than a ten-millionth; 128 units with Adam differ by 0.2 points and 0.4 % of the loss after 6
epochs, two layers with momentum by 0.3 points and 4 % after 8, ten units at rate 0.5 by far more. So where a run does
not come out bit for bit, its metrics can make it likely that it is the same run, and cannot prove it.
"""

from dataclasses import dataclass
from enum import Enum

from core.data.dataset import DataPair
from core.errors import RecipeFileError
from core.files.recipe_file import RecipeFile, RunResult, result_of
from core.progress import Report, ignore_progress
from core.runs.run import Run

ACCURACY_TOLERANCE = 0.002
"""By how much the accuracies of two runs may differ that are called nearly the same."""

LOSS_TOLERANCE = 0.01
"""The same for the loss, as a share of it."""


class Sameness(Enum):
    """How alike two results are."""

    IDENTICAL = "identical"
    EQUIVALENT = "equivalent"
    DIFFERENT = "different"


@dataclass(frozen=True)
class RepeatVerdict:
    """What came of repeating a run.

    Attributes
    ----------
    sameness : Sameness
        The verdict.
    expected, found : RunResult
        How it came out then and now.
    sentence : str
        The verdict in words.
    """

    sameness: Sameness
    expected: RunResult
    found: RunResult
    sentence: str


def repeat(recipe_file: RecipeFile, data: DataPair, report: Report = ignore_progress) -> tuple[Run, RepeatVerdict]:
    """Make the run of a recipe file again, up to the update that its result is of, and compare the results.

    Parameters
    ----------
    recipe_file : RecipeFile
        What is to be repeated.
    data : DataPair
        The data of the run.
    report : Report
        Called at every update.

    Returns
    -------
    run : Run
        With its metrics and keyframes, as if it had been trained here.
    verdict : RepeatVerdict
        Whether it came out the same.

    Raises
    ------
    RecipeFileError
        If these are not the data of the run, or the recipe ends before the update that its result is of.
    """
    expected = recipe_file.result
    run = recipe_file.start_run(data)
    if expected.update > run.total_updates:
        raise RecipeFileError(
            f"The recipe “{recipe_file.name}” ends after {run.total_updates:,} updates, but its result is of "
            f"update {expected.update:,}; the file was changed."
        )
    text = f"repeating “{recipe_file.name}”"
    run.advance(expected.update, report, text)
    network = run.snapshot().network
    found = result_of(network, run.update, data, lambda *_: report(1.0, text))
    return run, _compare(expected, found)


def _compare(expected: RunResult, found: RunResult) -> RepeatVerdict:
    if found.parameters == expected.parameters:
        return RepeatVerdict(
            Sameness.IDENTICAL,
            expected,
            found,
            f"The same, bit for bit: after {found.update:,} updates every weight is what it was, and the test accuracy "
            f"is {_percent(found.test_accuracy)}.",
        )
    accuracies = f"test accuracy {_percent(found.test_accuracy)} now, {_percent(expected.test_accuracy)} then"
    if _close(expected, found):
        return RepeatVerdict(
            Sameness.EQUIVALENT,
            expected,
            found,
            f"Nearly the same, but not bit for bit: {accuracies}. The rounding of another "
            "processor or BLAS library explains that; so does a very small change of the recipe.",
        )
    return RepeatVerdict(
        Sameness.DIFFERENT,
        expected,
        found,
        f"Not the same: {accuracies}. On the computer that wrote it the recipe was changed, or another version of the "
        "program wrote it; on another one, high rates, momentum and Adam can make that much of rounding.",
    )


def _close(expected: RunResult, found: RunResult) -> bool:
    if abs(found.test_accuracy - expected.test_accuracy) > ACCURACY_TOLERANCE:
        return False
    if expected.test_loss is None or found.test_loss is None:
        return expected.test_loss is found.test_loss
    return abs(found.test_loss - expected.test_loss) <= LOSS_TOLERANCE * expected.test_loss


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f} %"
