"""Touching a network: what a changed unit does to a drawing's answer, what each unit is worth, and how it is fooled.

"answer" is a unit switched off and a drawing answered by what is left, "surgery" the same in a run, as the window does
it: the change becomes a part of the recipe, and the drawing is answered before and after; "unit_images" shows one unit
every training image; "unit_worth" takes away every unit of the last hidden layer in turn, over the whole test set;
"fooling_curve" changes every test image by eleven numbers of gray levels, along the gradient and at random;
"least_change" looks for the shortest change to any other answer.

usage: python -m tests.benchmarks.bench_touch [DATA]   (default: MNIST on this computer, else built-in digits)
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

from core.data.data_sources import load_default, load_pair  # noqa: E402
from core.data.dataset import DataPair  # noqa: E402
from core.explanation.fooling import fooling_curve  # noqa: E402
from core.explanation.least_change import least_change  # noqa: E402
from core.explanation.unit_response import find_unit_response  # noqa: E402
from core.explanation.unit_worth import find_unit_worth  # noqa: E402
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model  # noqa: E402
from core.network.arrays import Floats  # noqa: E402
from core.network.network import Network  # noqa: E402
from core.network.prediction import predict, scaled  # noqa: E402
from core.runs.run import Run  # noqa: E402
from core.training.cuts import Cut, without_units  # noqa: E402
from gui.widgets.drawing.fooling_page import CURVE_LEVELS  # noqa: E402

ANSWERS = 50
CHANGES = 10


def measure(data: DataPair) -> dict[str, Any]:
    """Return seconds, and milliseconds where the name says so, for each shipped model."""
    return {name: _measure(load_shipped_model(name).network, data) for name in SHIPPED_MODELS}


def _measure(network: Network, data: DataPair) -> dict[str, float]:
    test, run = data.test, Run.from_network(network, None, data, name="touched")
    drawing, layer = scaled(test.images[:1]), len(network.layer_sizes) - 2
    answers = [_seconds(lambda: predict(without_units(network, [(layer, 3)]), drawing)) for _ in range(ANSWERS)]
    changes = [_seconds(partial(least_change, network, pixels)) for pixels in scaled(test.images[:CHANGES])]
    surgery = [_seconds(partial(_operate, run, drawing, 3 + change % 2)) for change in range(ANSWERS)]
    return {
        "answer_ms": 1000 * median(answers),
        "surgery_ms": 1000 * median(surgery),
        "surgery_worst_ms": 1000 * max(surgery),
        "least_change_ms": 1000 * median(changes),
        "unit_images": _seconds(lambda: find_unit_response(network, data.train, layer, 3)),
        "unit_worth": _seconds(lambda: find_unit_worth(network, test, layer)),
        "fooling_curve": _seconds(lambda: fooling_curve(network, test, CURVE_LEVELS)),
    }


def _operate(run: Run, drawing: Floats, unit: int) -> None:
    """Set a number of a unit, and answer a drawing by the network before and after."""
    before = run.snapshot().network
    run.cut(Cut(kind="set", layer=1, unit=unit, value=0.25))
    for network in (before, run.snapshot().network):
        predict(network, drawing)


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(measure(load_pair(sys.argv[1]) if len(sys.argv) > 1 else load_default()), indent=2))
