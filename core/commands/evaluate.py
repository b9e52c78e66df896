"""``main.py evaluate``: how good a saved network is, and which digits it takes for which."""

import argparse

from core.commands.progress_line import ProgressLine
from core.commands.session import Outcome
from core.data_sources import load_default, load_test
from core.evaluation import Evaluation, evaluate
from core.files.notebook_files import load_any_model


def evaluate_model(arguments: argparse.Namespace) -> Outcome:
    """Evaluate a model on a test set.

    Returns
    -------
    Outcome
        Accuracy as a fraction, loss in nats, and the confusion matrix, 10x10: row = true digit, column = answer.

    Raises
    ------
    UserError
        If the model or the data cannot be read.
    """
    model = load_any_model(arguments.model)
    with ProgressLine() as report:
        data = load_default(report).test if arguments.test_data is None else load_test(arguments.test_data, report)
    evaluation = evaluate(model.network, data)
    result = {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "confusion": evaluation.confusion.tolist(),
        "pictures": len(data),
        "test_data": data.name,
        "synthetic": data.synthetic,
    }
    heading = f"{arguments.model.name} on {data.name}, {len(data):,} images"
    return Outcome(result, f"{heading}\n{_describe(evaluation)}")


def _describe(evaluation: Evaluation) -> str:
    lines = [f"accuracy {100 * evaluation.accuracy:.2f} %, loss {evaluation.loss:.4f}", "", "true   predicted"]
    lines.append("      " + "".join(f"{digit:6d}" for digit in range(len(evaluation.confusion))))
    lines += [
        f"{digit:4d}  " + "".join(f"{count:6d}" for count in row) for digit, row in enumerate(evaluation.confusion)
    ]
    return "\n".join(lines)
