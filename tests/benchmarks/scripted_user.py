"""Somebody who uses the window without rest: each deed is done by mouse or keyboard, or by a menu entry."""

import math
import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.benchmarks.window_probe import run_event_loop

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton, QWidget

    from gui.main_window import MainWindow

SECONDS = 0.3
"""A look at what a deed has done, before the next one."""


class ScriptedUser:
    """Does one thing after another in a window, in an order that a seed decides.

    Parameters
    ----------
    window : MainWindow
        Open, with data.
    folders : sequence of Path
        Data sets to change between, beside the built-in digits.
    """

    def __init__(self, window: "MainWindow", folders: "list[Path]", seed: int = 0) -> None:
        self._window = window
        self._folders = folders
        self._random = random.Random(seed)
        self._lesson = 0
        self.deeds: tuple[Callable[[], None], ...] = (
            *(self.train, self.scrub, self.draw, self.turn_tabs, self.turn_pages, self.turn_look, self.branch),
            *(self.take_lesson, self.change_data, self.bring_back, self.choose_preset, self.choose_layers),
            *(self.start_over, self.draw_large),
        )

    def go_on(self) -> Iterator[None]:
        """Do one thing after another: everything once, then everything in another order."""
        while True:
            for deed in self._random.sample(self.deeds, len(self.deeds)):
                deed()
                run_event_loop(SECONDS)
                yield

    def train(self) -> None:
        """Train for a while, and pause."""
        self._click(self._window.controls.parts["train"])
        run_event_loop(2.0)
        self._click(self._window.controls.parts["pause"])
        self._wait_for_pause()

    def scrub(self) -> None:
        """Drag the timeline to and fro, play the film, go back to the present."""
        bar = self._window.timeline.bar
        first, last = bar.x_of(0), bar.x_of(max(bar.end, 1))
        swing = [(first + last) / 2 + 0.45 * (last - first) * math.sin(0.3 * step) for step in range(40)]
        self._drag(bar, [(x, bar.height() / 2) for x in swing], 0.02)
        self._click(self._window.timeline.play)
        run_event_loop(1.0)
        self._click(self._window.timeline.play)
        self._click(self._window.timeline.live)

    def draw(self) -> None:
        """Draw something like a digit, take one line back, clear."""
        canvas, side = self._window.drawing.canvas, min(self._window.drawing.canvas.width(), 280)
        for _ in range(2):
            turn, size = self._random.uniform(2, 7), self._random.uniform(0.15, 0.35)
            angles = [turn * step / 30 for step in range(30)]
            line = [(side * (0.5 + size * math.cos(a)), side * (0.5 + size * math.sin(a))) for a in angles]
            self._drag(canvas, line, 0.01)
        self._window.drawing.undo_action.trigger()
        run_event_loop(SECONDS)
        self._window.drawing.clear_action.trigger()

    def turn_tabs(self) -> None:
        """Look into each tab."""
        for action in self._window.tab_choice.actions:
            if action.isEnabled() and action.isVisible():
                action.trigger()
                run_event_loop(SECONDS)

    def turn_pages(self) -> None:
        """Look at each page of the drawing column."""
        from gui.widgets.page_stack import PageStack

        pages = self._window.drawing.findChild(PageStack)
        for place in range(pages.count()):
            pages.setCurrentIndex(place)
            run_event_loop(SECONDS)

    def turn_look(self) -> None:
        """Choose the other theme, larger text, a window of another size, and back."""
        actions, window = self._window.actions_, self._window
        themes = actions.themes.actions()[1:]
        for action in (themes[0], actions.larger_text, themes[1], actions.normal_text):
            action.trigger()
            run_event_loop(SECONDS)
        size = window.size()
        window.resize(1024, 640)
        run_event_loop(SECONDS)
        window.resize(size)

    def branch(self) -> None:
        """Go on from the middle of the run with another learning rate."""
        from gui.widgets.timeline.branch_dialog import BranchDialog

        window, run = self._window, self._window.session.run
        if run is None or not run.update:
            return
        window.time_machine.go_to(run.update // 2)
        run_event_loop(SECONDS)
        self._click(window.timeline.branch)
        for dialog in window.findChildren(BranchDialog):
            rate = dialog.fields["learning_rate"]
            rate.setValue(rate.value() / 2)
            run_event_loop(SECONDS)
            dialog.accept()
        run_event_loop(1.0)
        self.train()

    def take_lesson(self) -> None:
        """Read a lesson to its end, setting up every step; it trains meanwhile."""
        panel = self._window.lesson
        lessons = self._lesson_actions()
        lessons[self._lesson % len(lessons)].trigger()
        self._lesson += 1
        for _ in range(len(panel.lesson.steps) if panel.lesson else 0):
            run_event_loop(SECONDS)
            if panel.set_up.isVisible():
                self._click(panel.set_up)
                run_event_loop(SECONDS)
            self._click(panel.next)
            if panel.lesson is None:
                break
        self._window.actions_.train.trigger()
        run_event_loop(1.0)
        self._window.actions_.pause.trigger()
        self._wait_for_pause()
        panel.close_lesson()

    def change_data(self) -> None:
        """Open one data set after another, and train on each."""
        window = self._window
        for folder in (None, *self._folders):
            if folder is None:
                window.actions_.builtin.trigger()
            else:
                window.open_files([folder])
            while window.files.loader.busy:
                run_event_loop(SECONDS)
            self.train()

    def bring_back(self) -> None:
        """Bring one run back from the table, and forget the oldest beyond a dozen, as who keeps order does."""
        window = self._window
        window.show_tab("Runs")
        runs = window.past_runs.runs
        if not runs:
            return
        table = window.runs.table
        table.choose(self._random.choice(runs).id)
        run_event_loop(SECONDS)
        window.runs.return_action.trigger()
        run_event_loop(1.0)
        for run in window.past_runs.runs[12:]:
            table.choose(run.id)
            window.runs.forget_action.trigger()

    def choose_preset(self) -> None:
        """Turn to another preset with the keyboard."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        box = self._window.controls.preset
        key = Qt.Key.Key_Up if box.currentIndex() == box.count() - 1 else Qt.Key.Key_Down
        QTest.keyClick(box, key)

    def choose_layers(self) -> None:
        """Type other hidden layers, from narrow to wide, and train on them."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        text = self._window.settings.layers.text
        text.selectAll()
        QTest.keyClicks(text, self._random.choice(("10", "64, 32", "128", "512")))
        QTest.keyClick(text, Qt.Key.Key_Return)
        run_event_loop(SECONDS)
        self.train()

    def start_over(self) -> None:
        """Reset, and make some updates one by one."""
        self._click(self._window.controls.parts["reset"])
        for _ in range(5):
            self._click(self._window.controls.parts["step"])
            self._wait_for_pause()

    def draw_large(self) -> None:
        """Draw in the large box."""
        self._window.drawing.large_action.trigger()
        self.draw()
        self._window.drawing.large_action.trigger()

    def _lesson_actions(self) -> "list[QAction]":
        menus = [action.menu() for action in self._window.menuBar().actions()]
        lessons = next(menu for menu in menus if menu is not None and "Lessons" in menu.title())
        return [action for action in lessons.actions() if action.text() and not action.text().endswith("…")]

    def _wait_for_pause(self) -> None:
        while self._window.session.busy:
            run_event_loop(0.02)

    def _click(self, button: "QAbstractButton") -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        if button.isEnabled() and button.isVisible():
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        run_event_loop(0.02)

    def _drag(self, widget: "QWidget", places: list[tuple[float, float]], seconds: float) -> None:
        from PySide6.QtCore import QEvent

        self._send_mouse(widget, QEvent.Type.MouseButtonPress, places[0])
        for place in places[1:]:
            self._send_mouse(widget, QEvent.Type.MouseMove, place)
            run_event_loop(seconds)
        self._send_mouse(widget, QEvent.Type.MouseButtonRelease, places[-1])

    def _send_mouse(self, widget: "QWidget", kind: object, place: tuple[float, float]) -> None:
        from PySide6.QtCore import QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        point = QPointF(*place)
        QApplication.sendEvent(widget, QMouseEvent(kind, point, widget.mapToGlobal(point), left, left, none))
