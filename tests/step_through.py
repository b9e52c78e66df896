"""The panel Step through beside a run that answers its requests, and how a person gets about in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.explanation.update import UpdateSource
from core.network.network import Network
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.panels.step_through import StepThroughPanel
from gui.session.task_slot import close_threads
from tests.layout import laid_out
from tests.small_data import small_dataset
from tests.stages import symbol

DATA = small_dataset(700, 8)


class Session:
    """A run that answers the panel's requests, as the window's session does."""

    def __init__(self, panel, **settings):
        self.panel = panel
        self.trainer = Trainer(Recipe(TrainingConfig(**settings)), DATA)
        self.state = self.trainer.initial_state()
        for _ in range(12):
            self.trainer.step(self.state)
        self.run_id = "run"
        self.requests = []
        panel.explanation_requested.connect(self.on_requested)
        panel.finish_update_requested.connect(self.on_finish)

    def snapshot(self):
        config = self.trainer.recipe.config
        network = Network(self.state.parameters.frozen())
        return Snapshot(network, self.state.update, 0.0, self.run_id, config)

    def on_requested(self):
        self.requests.append(self.state.update)
        self.panel.show_source(UpdateSource(self.run_id, self.trainer.recipe, DATA, self.state.copy()))

    def on_finish(self):
        self.trainer.step(self.state)
        self.panel.show_snapshot(self.snapshot())


@contextmanager
def step_through_panels(qtbot) -> Iterator[Callable[..., tuple[StepThroughPanel, Session]]]:
    """Give what opens a panel at update 12 of a run with settings as asked for; threads end with the block."""
    panels = []

    def open_it(**settings):
        panel = StepThroughPanel()
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(860, 720)
        panel.show()
        session = Session(panel, **settings)
        panel.show_snapshot(session.snapshot())
        qtbot.waitUntil(lambda: panel.explanation is not None)
        return laid_out(panel), session

    yield open_it
    for panel in panels:
        close_threads(panel)


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.explainer.busy)


def go_to(panel, name):
    """Go to the stage with this symbol, such as "dW1"."""
    panel.go_to_stage([stage.symbol for stage in panel.view.walk.stages].index(symbol(name)))
    laid_out(panel)


def move_to(widget, x, y):
    """Move the pointer without a button; offscreen, QTest's own moves do not reach widgets that track the mouse."""
    at = QPointF(x, y)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, move)


def click(widget, point):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point.toPoint())
