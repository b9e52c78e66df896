"""Measures the open window from inside its own process; started by bench_window.py, prints one JSON object.

usage: python -m tests.benchmarks.window_probe DATA_FOLDER SECONDS
"""

import json
import resource
import sys
import time

from core.system.launch import limit_blas_threads

STARTED = time.perf_counter()
limit_blas_threads()

ROUNDS = 3
TICK = 0.005


def main() -> int:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from core.config import TrainingConfig
    from core.data_sources import load_pair
    from core.recipe import Recipe
    from core.run import Run
    from gui.app import SWITCH_INTERVAL
    from gui.main_window import MainWindow

    folder, seconds = sys.argv[1], float(sys.argv[2])
    sys.setswitchinterval(SWITCH_INTERVAL)
    application = QApplication([])
    window = MainWindow()
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
        run = Run(Recipe(config), data)
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            run.step()
        alone = run.update / (time.perf_counter() - began)

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
        while window.session.busy:
            run_event_loop(0.01)
        rounds.append({"alone": alone, "with_window": beside, "ratio": beside / alone, "gui_thread_busy": busy})
    window.close()
    samples = sorted(lateness.samples)
    print(
        json.dumps(
            {
                "window_up_seconds": up_seconds,
                "rounds": rounds,
                "kept_share_of_headless_rate": sorted(entry["ratio"] for entry in rounds)[ROUNDS // 2],
                "lateness_ms_p50": 1000 * samples[len(samples) // 2],
                "lateness_ms_p99": 1000 * samples[int(len(samples) * 0.99)],
                "lateness_ms_max": 1000 * samples[-1],
                "lateness_samples": len(samples),
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )
    return 0


def run_event_loop(seconds: float) -> None:
    """Let the window live; QTest.qWait would hold Python's lock and starve the trainer."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


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

    def _on_tick(self) -> None:
        late = max(0.0, time.perf_counter() - self._due)
        while late > TICK:
            self.samples.append(late)
            late -= TICK
        self.samples.append(late)
        self.start()


if __name__ == "__main__":
    sys.exit(main())
