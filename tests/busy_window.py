"""The program with somebody in it who trains, changes settings, collects digits and saves, until it is killed.

usage: python -m tests.busy_window LOG SEED

It begins as `main.py` does. What it did stands in LOG, a line of JSON each: where the run is, several times a second;
what has been written, as soon as that is known; and where it began.
"""

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

TICK_MILLISECONDS = 50
FEWEST_EPOCHS, MOST_EPOCHS = 1, 40


class Person:
    """Does something at every tick."""

    def __init__(self, log: Path, seed: int) -> None:
        self._file = log.open("a", buffering=1, encoding="utf-8")
        self._folder = log.parent
        self._random = random.Random(seed)
        self._window: Any = None
        self._is_open = False

    def tell(self, **values: object) -> None:
        """Write a line that is there even if the process is gone the next moment."""
        self._file.write(json.dumps(values | {"time": time.time()}) + "\n")

    def tick(self) -> None:
        """Find the window, and work in it."""
        from PySide6.QtWidgets import QApplication

        from gui.main_window import MainWindow

        if self._window is None:
            windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
            if windows:
                self._window = windows[0]
                self._window.opened.connect(self.begin)
        elif self._is_open:
            self.work()

    def begin(self) -> None:
        """Say where the window begins."""
        run, message = self._window.session.run, self._window.messages.message
        self._window.sessions._keeper.kept.connect(self.tell_kept)
        text = message.text if message else ""
        self.tell(opened=run.id if run else "", update=run.update if run else 0, message=text)
        self._is_open = True

    def tell_kept(self, key: str) -> None:
        """Say what is on the disk."""
        from core.files.run_file import read_summary

        path = self._window.sessions._keeper.store.path(key)
        if path.is_file():
            self.tell(kept=key, update=read_summary(path).update)

    def work(self) -> None:
        """Do one thing out of many."""
        window = self._window
        run = window.session.run
        self.tell(run=run.id, update=run.update)
        if not window.session.busy:
            if run.finished:
                epochs = self._random.randint(FEWEST_EPOCHS, MOST_EPOCHS)
                seed = self._random.randrange(1000)
                window.session.set_config(window.session.config.with_changes(epochs=epochs, seed=seed))
            window.session.train()
        deeds = (self.turn_knob, self.collect_digit, self.write_setting, self.save, self.draw, self.change_tab)
        if self._random.random() < 0.5:
            self._random.choice(deeds)()

    def turn_knob(self) -> None:
        """Change a live setting."""
        self._window.session.turn_knob("learning_rate", self._random.choice((0.05, 0.1, 0.2)))

    def collect_digit(self) -> None:
        """Add a drawing to My digits."""
        panel = self._window.my_digits
        if panel.grid.isEnabled() and not self._window.drawing.canvas.is_empty:
            panel._on_label_chosen(self._random.randrange(10))
            self.tell(digits=len(panel.digits))

    def write_setting(self) -> None:
        """Change what the program remembers of its looks."""
        self._window.preferences.text_size = self._random.choice((100, 115))
        self._window.appearance.choose(self._random.choice(("light", "dark")))

    def save(self) -> None:
        """Save a model and a recipe."""
        window = self._window
        snapshot, run = window.time_machine.snapshot, window.time_machine.run
        if snapshot is not None and run is not None:
            window.files.models.save(self._folder / "saved.npz", snapshot, run)
            if run.is_repeatable:
                window.files.recipes.save(self._folder / "saved.json", snapshot, run)

    def draw(self) -> None:
        """Draw a stroke."""
        sketch = self._window.drawing.canvas._sketch
        x, y = (self._random.randint(60, 220) for _ in range(2))
        sketch.begin(x, y, 22.0)
        sketch.extend(x + 30, y + 50, 22.0)
        sketch.end()
        self._window.drawing.canvas.drawing_changed.emit()

    def change_tab(self) -> None:
        """Bring another tab to the front."""
        self._window.tabs.setCurrentIndex(self._random.randrange(self._window.tabs.count()))


def main() -> int:
    """Start the program with the person in it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    import main as program

    person = Person(Path(sys.argv[1]), int(sys.argv[2]))
    application = QApplication(["mnist_ann"])
    timer = QTimer(application)
    timer.timeout.connect(person.tick)
    timer.start(TICK_MILLISECONDS)
    sys.argv = ["main.py"]
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
