"""Runs to be drawn, the panel that draws them, and how a pointer gets about in it."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.runs.epoch_scale import EpochScale
from core.training.metrics import Metrics
from gui.panels.training_plots import TrainingPlotsPanel
from gui.session.run_curves import RunCurves
from gui.widgets.plots.measure_plot import PastCurves
from tests.layout import laid_out


def run_of(count, every=100, seed=0):
    rng, updates = np.random.default_rng(seed), np.arange(1, count + 1)
    loss = (0.3 + 2 * np.exp(-updates / 400)) * np.exp(rng.normal(size=count) * 0.2)
    tests = np.arange(0, count + 1, every)
    test_loss = 0.3 + 2 * np.exp(-tests / 400)
    accuracy = np.clip(1 - loss / 3, 0, 1)
    return Metrics(
        loss.astype(np.float32),
        accuracy.astype(np.float32),
        tests.astype(np.int64),
        test_loss.astype(np.float32),
        (1 - test_loss / 3).astype(np.float32),
    )


def past_run(name, count, updates_per_epoch, color_index, times=1.0):
    """A past run whose test loss is so many times what it usually is."""
    curves, metrics = RunCurves(EpochScale.steady(updates_per_epoch)), run_of(count, seed=1)
    curves.follow(replace(metrics, test_loss=metrics.test_loss * np.float32(times)))
    return PastCurves(name, color_index, curves)


def part_of(metrics, count):
    tests = int(np.searchsorted(metrics.test_updates, count, side="right"))
    return Metrics(
        metrics.batch_loss[:count],
        metrics.batch_accuracy[:count],
        metrics.test_updates[:tests],
        metrics.test_loss[:tests],
        metrics.test_accuracy[:tests],
    )


def open_plots(qtbot):
    """The plots in a window of their own, before a first run."""
    panel = TrainingPlotsPanel()
    qtbot.addWidget(panel)
    panel.resize(640, 420)
    panel.show()
    laid_out(panel)
    panel.set_run("Run 1", EpochScale.steady(100))
    panel.measure_range.choose(0)
    return panel


def view(panel, measure="loss"):
    return panel.plots.plots[measure].view


def place_of(panel, update, measure="loss"):
    """Where an update stands in the viewport, halfway up a plot."""
    box = view(laid_out(panel), measure)
    (_, _), (bottom, top) = box.viewRange()
    scene = box.mapViewToScene(QPointF(update, (bottom + top) / 2))
    return panel.plots.mapFromScene(scene)


def two_pixels(panel):
    """Return how many updates lie between two places that a pointer on a dense screen may be taken for."""
    first, last = panel.plots.time_range
    return 2 * (last - first) / view(panel).width()


def move_to(panel, update, measure="loss"):
    QTest.mouseMove(panel.plots.viewport(), place_of(panel, update, measure))
    laid_out(panel)


def wheel(panel, place, steps, modifiers=Qt.KeyboardModifier.NoModifier):
    viewport = panel.plots.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(viewport.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def drag(panel, start, end):
    viewport = panel.plots.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.3, 0.6, 1.0):
        # pyqtgraph takes no more than a hundred moves a second.
        QTest.qWait(11)
        QTest.mouseMove(viewport, start + (end - start) * share)
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
