"""Measures the open window from inside its own process; started by bench_window.py, prints one JSON object.

usage: python -m tests.benchmarks.window_probe DATA_FOLDER SECONDS
"""

import json
import math
import resource
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from core.system.launch import limit_blas_threads
from tests.benchmarks.drawing_probe import HAND_MILLISECONDS, frames_while_drawing, send_mouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent

    from core.data.dataset import DataPair
    from core.training.config import TrainingConfig
    from gui.main_window import MainWindow
    from gui.widgets.timeline.moment_bar import MomentBar

STARTED = time.perf_counter()
limit_blas_threads()

ROUNDS = 7
TICK = 0.005


def main() -> int:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from core.data.data_sources import load_pair
    from core.training.config import TrainingConfig
    from gui.app import let_python_answer_soon
    from gui.main_window import MainWindow

    folder, seconds = sys.argv[1], float(sys.argv[2])
    application = QApplication([])
    window = MainWindow()
    let_python_answer_soon()
    window.resize(1440, 900)
    window.show()
    QTest.qWaitForWindowExposed(window)
    application.processEvents()
    up_seconds = time.perf_counter() - STARTED

    data = load_pair(folder)
    config = TrainingConfig(batch_size=64, epochs=10_000)
    window.files.loader.loaded.emit(data, [])
    lateness = Lateness()
    rounds = []
    for _ in range(ROUNDS):
        alone = headless_rate(config, data, seconds)
        window.session.set_config(config)
        window.drawing.canvas.paste(data.test.images[0].reshape(28, 28).repeat(10, 0).repeat(10, 1))
        run_event_loop(0.2)
        began, busy = time.perf_counter(), time.thread_time()
        window.session.train()
        run_event_loop(seconds)
        beside = window.session.run.update / (time.perf_counter() - began)
        busy = (time.thread_time() - busy) / (time.perf_counter() - began)
        lateness.start()
        run_event_loop(seconds)
        lateness.stop()
        window.session.pause()
        wait_for_pause(window)
        rounds.append({"alone": alone, "with_window": beside, "ratio": beside / alone, "gui_thread_busy": busy})
    tabs = {
        name: beside_tab(window, show, headless_rate(config, data, seconds), seconds)
        for name, show in (*shown_tabs(window), *pages(window))
    }
    dragging = {title: drag(window, show, seconds) for title, show in shown_tabs(window)}
    window.session.train()
    dragging_while_training = {title: drag(window, show, seconds) for title, show in shown_tabs(window)}
    window.session.pause()
    wait_for_pause(window)
    frames = frames_while_drawing(window, config, seconds, run_event_loop)
    window.close()
    print(
        json.dumps(
            {
                "window_up_seconds": up_seconds,
                "rounds": rounds,
                "kept_share_of_headless_rate": sorted(entry["ratio"] for entry in rounds)[ROUNDS // 2],
                **lateness.figures(),
                "lateness_samples": len(lateness.samples),
                "training_beside_tab": tabs,
                "dragging": dragging,
                "dragging_while_training": dragging_while_training,
                "frames_a_second_while_drawing": frames,
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )
    return 0


def headless_rate(config: "TrainingConfig", data: "DataPair", seconds: float) -> float:
    """Return the updates a second of a run of which nobody looks at anything."""
    from core.runs.run import Run
    from core.training.recipe import Recipe

    run = Run(Recipe(config), data)
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        run.step()
    return run.update / (time.perf_counter() - began)


def run_event_loop(seconds: float) -> None:
    """Let the window live; QTest.qWait would hold Python's lock and starve the trainer."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def shown_tabs(window: "MainWindow") -> list[tuple[str, "Callable[[], object]"]]:
    """Return the title of each tab that is there without a lesson, with what brings it to the front."""
    return [
        (window.tabs.tabText(index), partial(window.tabs.setCurrentIndex, index))
        for index in range(window.tabs.count())
        if window.tabs.isTabVisible(index)
    ]


def pages(window: "MainWindow") -> list[tuple[str, "Callable[[], object]"]]:
    """Return the pages that lie within tabs, with what opens each."""

    def by_hand() -> None:
        window.show_tab("Network")
        window.network.open_hand()

    def unit() -> None:
        window.show_tab("Network")
        window.network.close_hand()
        window.network.open_unit(1, 0)

    def stage_in_network() -> None:
        window.network.close_page()
        window.show_tab("Step through")
        window.step_through.view.head.network.setChecked(True)

    return [("By hand", by_hand), ("Unit", unit), ("Stage in the network", stage_in_network)]


def wait_for_pause(window: "MainWindow") -> None:
    while window.session.busy:
        run_event_loop(0.01)


def beside_tab(window: "MainWindow", show: "Callable[[], object]", alone: float, seconds: float) -> dict[str, float]:
    """Train with a tab open: the share of the headless rate that is kept, and how late the window answers."""
    show()
    run_event_loop(0.5)
    lateness = Lateness()
    window.session.train()
    run_event_loop(0.5)
    first, began, busy = window.session.run.update, time.perf_counter(), time.thread_time()
    lateness.start()
    run_event_loop(seconds)
    lateness.stop()
    busy = (time.thread_time() - busy) / (time.perf_counter() - began)
    kept = (window.session.run.update - first) / (time.perf_counter() - began) / alone
    window.session.pause()
    wait_for_pause(window)
    return {"kept_share_of_headless_rate": kept, "gui_thread_busy": busy, **lateness.figures()}


def drag(window: "MainWindow", show: "Callable[[], object]", seconds: float) -> dict[str, float]:
    """Drag the timeline to and fro: how many moments a second all panels show, and how late the window answers."""
    from PySide6.QtCore import QEvent, Qt, QTimer

    show()
    run_event_loop(0.5)
    bar, machine, shown, lateness = window.timeline.bar, window.time_machine, [], Lateness()
    machine.moment_shown.connect(shown.append)
    first, last = bar.x_of(0), bar.x_of(window.session.run.update)
    middle, reach = (first + last) / 2, 0.45 * (last - first)
    began = time.perf_counter()

    hand = QTimer()
    hand.setTimerType(Qt.TimerType.PreciseTimer)
    hand.timeout.connect(
        lambda: send_to_bar(bar, QEvent.Type.MouseMove, middle + reach * math.sin(1.7 * (time.perf_counter() - began)))
    )
    send_to_bar(bar, QEvent.Type.MouseButtonPress, middle)
    hand.start(HAND_MILLISECONDS)
    lateness.start()
    run_event_loop(seconds)
    lateness.stop()
    hand.stop()
    shown_a_second = len(shown) / (time.perf_counter() - began)
    machine.moment_shown.disconnect(shown.append)
    send_to_bar(bar, QEvent.Type.MouseButtonRelease, middle)
    machine.go_live()
    return {"moments_a_second": shown_a_second, **lateness.figures()}


def send_to_bar(bar: "MomentBar", kind: "QEvent.Type", x: float) -> None:
    from PySide6.QtCore import QPointF

    send_mouse(bar, kind, QPointF(x, bar.height() / 2))


class Lateness:
    """How late the event loop answers a precise timer that is armed anew after each answer.

    A stall hides the ticks that would have fallen into it; they are filled in, each with the rest of the stall.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.samples: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(TICK * 1000))
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        self._due = time.perf_counter() + TICK
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def figures(self) -> dict[str, float]:
        """Return milliseconds: the median, what 99 of 100 stay under, and the worst."""
        samples = sorted(self.samples)
        places = {"p50": len(samples) // 2, "p99": int(len(samples) * 0.99), "max": len(samples) - 1}
        return {f"lateness_ms_{name}": 1000 * samples[place] for name, place in places.items()}

    def _on_tick(self) -> None:
        late = max(0.0, time.perf_counter() - self._due)
        while late > TICK:
            self.samples.append(late)
            late -= TICK
        self.samples.append(late)
        self.start()


if __name__ == "__main__":
    sys.exit(main())
