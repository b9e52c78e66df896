"""``main.py evaluate``: how good a saved network is, and which digits it takes for which."""

import argparse

from core.commands.outcome import Outcome
from core.commands.progress_line import ProgressLine
from core.data.data_sources import load_default, load_test
from core.data.dataset import Dataset
from core.explanation.fooling import fooled_dataset
from core.files.notebook_files import load_any_model
from core.training.cuts import without_units
from core.training.evaluation import Evaluation, evaluate


def evaluate_model(arguments: argparse.Namespace) -> Outcome:
    """Evaluate a model on a test set.

    Returns
    -------
    Outcome
        Accuracy as a fraction, loss in nats, and the confusion matrix, 10x10: row = true digit, column = answer.

    Raises
    ------
    UserError
        If the model or the data cannot be read, or the model has no unit that is to be switched off.
    """
    model = load_any_model(arguments.model)
    network = without_units(model.network, arguments.without)
    with ProgressLine() as report:
        data = load_default(report).test if arguments.test_data is None else load_test(arguments.test_data, report)
        if arguments.fool is not None:
            data = fooled_dataset(network, data, arguments.fool, report)
    evaluation = evaluate(network, data)
    result = {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "confusion": evaluation.confusion.tolist(),
        "pictures": len(data),
        "test_data": data.name,
        "synthetic": data.synthetic,
        "class_names": list(data.class_names),
    }
    heading = f"{arguments.model.name} on {data.name}, {len(data):,} images"
    return Outcome(result, f"{heading}\n{_describe(evaluation, data)}", notes=list(data.notes))


def _describe(evaluation: Evaluation, data: Dataset) -> str:
    names = data.class_names
    first, width = max(4, *map(len, names)), max(6, *(len(name) + 1 for name in names))
    lines = [f"accuracy {100 * evaluation.accuracy:.2f} %, loss {evaluation.loss:.4f}", ""]
    lines.append(f"{'true':{first}}   predicted")
    lines.append(" " * (first + 2) + "".join(f"{name:>{width}}" for name in names))
    lines += [
        f"{name:>{first}}  " + "".join(f"{count:{width}d}" for count in row)
        for name, row in zip(names, evaluation.confusion, strict=True)
    ]
    return "\n".join(lines)
