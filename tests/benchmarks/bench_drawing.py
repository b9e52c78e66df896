"""The drawing box: how many digits of people never seen are read, and how long it takes from the pointer to the bars.

Each digit is drawn stroke by stroke through the code of the canvas. "computing" is what follows a move of the pointer:
ink on the canvas, preparation, the network's answer and its evidence, in processor time, which other programs do not
lengthen; "window" is the same in the panel, from the mouse event to the painted bars, by the clock on the wall.
The pen digits, a file that does not belong to the project, are looked for beside the checkout, in
../shared/pen_digits/dev.npz.

usage: python -m tests.benchmarks.bench_drawing   (it needs no other data)
"""

import json
import os
from pathlib import Path
from time import get_clock_info, perf_counter, sleep, thread_time
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402
from PySide6.QtCore import QPoint, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from core.drawing.preparation import prepare  # noqa: E402
from core.drawing.sketch import Sketch  # noqa: E402
from core.explanation.answer import read_answer  # noqa: E402
from core.explanation.evidence import find_evidence  # noqa: E402
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model  # noqa: E402
from core.network.network import Network  # noqa: E402
from core.network.prediction import predict  # noqa: E402
from gui.panels.drawing import DrawingPanel  # noqa: E402
from gui.session.ready_readers import Reader  # noqa: E402
from gui.session.task_slot import close_threads  # noqa: E402
from gui.widgets.drawing.reading import read_drawing  # noqa: E402
from tests.benchmarks.pen_digits import PEN, draw, expected_calibration_error, read_strokes  # noqa: E402

PEN_DIGITS = Path(__file__).parents[3] / "shared" / "pen_digits" / "dev.npz"
MOVES = 300
_FRAME_SECONDS = 0.02
# Where the system counts processor time in ticks of 16 ms, it says nothing.
_busy_seconds = thread_time if get_clock_info("thread_time").resolution < 1e-5 else perf_counter


def measure(pen_digits: Path = PEN_DIGITS, moves: int = MOVES) -> dict[str, Any]:
    """Return accuracy on the pen digits, where they are there, and milliseconds, for each shipped model."""
    application = QApplication.instance() or QApplication([])
    networks = {name: load_shipped_model(name).network for name in SHIPPED_MODELS}
    figures: dict[str, Any] = {"pen_digits": _read_pen_digits(networks, pen_digits), "milliseconds": {}}
    places = _spiral(moves)
    for name, network in networks.items():
        preparing, computing = _time_computing(network, places)
        window = _time_window(application, name, network, places)
        for what, taken in (("preparing", preparing), ("computing", computing), ("window", window)):
            figures["milliseconds"].setdefault(name, {})[what] = _percentiles(taken)
    return figures


def _read_pen_digits(networks: dict[str, Network], file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {"skipped": "the pen digits are not beside the checkout, in shared/pen_digits/dev.npz"}
    digits, labels = read_strokes(file)
    pixels = np.array([draw(strokes) for strokes in digits])
    figures: dict[str, Any] = {"digits": len(labels)}
    for name, network in networks.items():
        probabilities = predict(network, pixels)
        figures[name] = {
            "accuracy": round(float(np.mean(probabilities.argmax(axis=1) == labels)), 4),
            "calibration_error": round(float(expected_calibration_error(probabilities, labels)), 4),
        }
    return figures


def _spiral(moves: int) -> list[tuple[float, float]]:
    """Return places of one long stroke that covers much of the canvas, in units of the canvas."""
    turn = np.linspace(0, 8 * np.pi, moves + 1)
    radius = np.linspace(5, 115, moves + 1)
    return list(zip((140 + radius * np.cos(turn)).tolist(), (140 + radius * np.sin(turn)).tolist(), strict=True))


def _time_computing(network: Network, places: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return the seconds of the preparation alone, and of everything that is computed, move by move."""
    preparing, computing = [], []
    sketch = Sketch()
    sketch.begin(*places[0], PEN)
    for x, y in places[1:]:
        began = _busy_seconds()
        sketch.extend(x, y, PEN)
        ink = sketch.ink()
        drawn = _busy_seconds()
        preparation = prepare(ink)
        prepared = _busy_seconds()
        reading = read_drawing(ink, preparation, network)
        answer = read_answer(reading.probabilities)
        find_evidence(network, preparation.pixels, answer.digit, answer.rival)
        computing.append(_busy_seconds() - began)
        preparing.append(prepared - drawn)
    return preparing, computing


def _time_window(
    application: QApplication, name: str, network: Network, places: list[tuple[float, float]]
) -> list[float]:
    """Return the seconds from each mouse event until the panel has nothing left to compute and to paint."""
    panel = DrawingPanel()
    panel.resize(320, 700)
    panel.reader_box.set_readers([Reader(SHIPPED_MODELS[name].title, "", network)])
    panel.show()
    changes: list[None] = []
    panel.canvas.drawing_changed.connect(lambda: changes.append(None))
    paper, scale = panel.canvas.paper(), panel.canvas.paper().width() / 280
    spots = [QPoint(round(paper.x() + x * scale), round(paper.y() + y * scale)) for x, y in places]
    # Moves of less than a unit of the canvas are put off until the next.
    spots = [spot for spot, before in zip(spots[1:], spots, strict=False) if (spot - before).manhattanLength() > 2]
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=spots[0])
    taken = []
    for spot in spots[1:]:
        # Until the canvas may tell again: it does so at most once a frame.
        sleep(_FRAME_SECONDS)
        application.processEvents()
        changes.clear()
        began = perf_counter()
        QTest.mouseMove(panel.canvas, spot)
        while not changes:
            application.processEvents()
        application.processEvents()
        taken.append(perf_counter() - began)
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=spots[-1])
    assert panel.reading.network is network
    close_threads(panel)
    panel.close()
    return taken


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{percent}": round(1000 * float(np.percentile(seconds, percent)), 2) for percent in (50, 99)}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
