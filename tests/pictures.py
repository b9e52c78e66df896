"""Take the pictures of the window that stand in README.md and docs/.

usage: python -m tests.pictures [--data DATA]     (or: make pictures)

The window is opened offscreen with settings of its own, trained, drawn on, and photographed in light and dark. DATA is
what main.py takes for --train-data; by default MNIST, if it is on this computer or in ../shared/mnist.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget

from core.data.dataset import DataPair
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.benchmarks.__main__ import find_data

DOCS = Path(__file__).parents[1] / "docs"
SIZE = (1440, 900)
SEVEN = [
    [(0.24, 0.24), (0.50, 0.22), (0.74, 0.20), (0.62, 0.45), (0.50, 0.66), (0.43, 0.84)],
    [(0.36, 0.53), (0.72, 0.50)],
]
STAGES = {"forward": "z₁", "back": "dz₂", "gradient": "dW₁"}
EARLY, LATER = 60, 6_000
"""Updates at which the microscope and the timeline are photographed: where much changes, and where it can be seen."""


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures")
    parser.add_argument("--data", metavar="DATA", help="what main.py takes for --train-data")
    data = find_data(parser.parse_args().data)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        # Settings, models and digits of whoever takes the pictures stay out of them.
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[variable] = folder
        application = QApplication(sys.argv[:1])
        for theme in ("light", "dark"):
            take_pictures(application, data, theme)
    return 0


def take_pictures(application: QApplication, data: DataPair, theme: str) -> None:
    """Open a window, lead it from scene to scene, and save a picture of each."""
    window = MainWindow()
    window.appearance.choose(theme)
    window.resize(*SIZE)
    window.show()

    def wait(what: Callable[[], bool], seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the {theme} window did not get ready")
            application.processEvents()
            time.sleep(0.005)

    def rest(seconds: float = 0.6) -> None:
        ended = time.monotonic() + seconds
        wait(lambda: time.monotonic() > ended)

    def take(widget: QWidget, name: str) -> None:
        rest()
        save(widget, DOCS / f"{name}-{theme}.png")

    window.files.data_opened.emit(data)
    window.session.train()
    wait(lambda: window.session.state is SessionState.FINISHED, 1200)
    draw(window, SEVEN)
    take(window, "window")

    window.time_machine.go_to(LATER)
    take(window, "timeline")
    window.show_tab("Network")
    take(window, "network")
    window.time_machine.go_to(EARLY)
    rest()
    window.show_tab("Step through")
    wait(lambda: window.step_through.explanation is not None)
    rest()
    stages = [stage.symbol for stage in window.step_through.view.walk.stages]
    for name, stage in STAGES.items():
        window.step_through.go_to_stage(stages.index(stage))
        take(window, f"step-through-{name}")

    window.close()
    window.deleteLater()
    rest(0.1)


def draw(window: MainWindow, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
    """Draw strokes, given in shares of the canvas."""
    canvas = window.drawing.canvas
    paper = canvas.paper()
    for stroke in strokes:
        places = [QPointF(paper.x() + x * paper.width(), paper.y() + y * paper.height()) for x, y in stroke]
        canvas.pen_down(places[0], 0.5, erases=False)
        for place in places[1:]:
            canvas.pen_moved(place, 0.5)
        canvas.pen_up()


def save(widget: QWidget, path: Path) -> None:
    """Save a widget's picture with as many colors as it needs to look the same, which makes a small file."""
    widget.grab().save(str(path), "PNG")
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    sys.stdout.write(f"{path.name} {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
