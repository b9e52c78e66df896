"""How often the tab Network is painted anew while somebody draws; a part of window_probe.py."""

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtWidgets import QWidget

    from core.training.config import TrainingConfig
    from gui.main_window import MainWindow

NETWORKS = {"10 units": "10, 10", "128 units": "128, 10", "convolution": "conv 8 5x5, pool 2, 10"}
HAND_MILLISECONDS = 16
"""From one move of a mouse to the next."""


def frames_while_drawing(
    window: "MainWindow", config: "TrainingConfig", seconds: float, wait: "Callable[[float], None]"
) -> dict[str, dict[str, float]]:
    """Return the frames a second of the diagram while a pen moves, by network, paused and while training.

    ``wait`` lets the window live for so many seconds.
    """
    window.show_tab("Network")
    window.network.close_hand()
    window.network.close_page()
    frames: dict[str, dict[str, float]] = {}
    for name, layers in NETWORKS.items():
        window.session.set_config(config.with_changes(layers=layers))
        wait(0.5)
        frames[name] = {"paused": _frames_a_second(window, seconds, wait)}
        window.session.train()
        wait(0.5)
        frames[name]["training"] = _frames_a_second(window, seconds, wait)
        window.session.pause()
        while window.session.busy:
            wait(0.01)
    return frames


def _frames_a_second(window: "MainWindow", seconds: float, wait: "Callable[[float], None]") -> float:
    """Draw a circle, over and over, and count how often the diagram is painted."""
    from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer

    class Paints(QObject):
        """Counts the paintings of what it watches."""

        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            self.count += event.type() == QEvent.Type.Paint
            return False

    canvas, paints = window.drawing.canvas, Paints()
    canvas.clear()
    paper, began = canvas.paper(), time.perf_counter()

    def place() -> "QPointF":
        angle = 2 * (time.perf_counter() - began)
        reach = 0.3 * paper.width()
        return paper.center() + QPointF(reach * math.sin(angle), reach * math.cos(angle))

    hand = QTimer()
    hand.setTimerType(Qt.TimerType.PreciseTimer)
    hand.timeout.connect(lambda: send_mouse(canvas, QEvent.Type.MouseMove, place()))
    send_mouse(canvas, QEvent.Type.MouseButtonPress, place())
    window.network.diagram.installEventFilter(paints)
    hand.start(HAND_MILLISECONDS)
    wait(seconds)
    hand.stop()
    a_second = paints.count / (time.perf_counter() - began)
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, place())
    return a_second


def send_mouse(widget: "QWidget", kind: "QEvent.Type", place: "QPointF") -> None:
    """Move, press or release the left button at a place of a widget."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, place, widget.mapToGlobal(place), button, button, none))
