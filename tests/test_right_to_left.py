"""In a window that runs from right to left, numbers, formulas, tables and plots are as they are in any other."""

from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.explanation.answer import read_answer
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.look.theme import LIGHT, apply_theme
from gui.panels.timeline import TimelinePanel
from gui.panels.training_plots import TrainingPlotsPanel
from gui.session.run_curves import PlottedMetrics
from gui.widgets.confusion_matrix import ConfusionMatrix
from gui.widgets.drawing.answer_label import AnswerLabel
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.heat_map import HeatMap
from gui.widgets.plots.curve_readout import CurveReadout
from gui.widgets.plots.run_legend import LegendEntry, RunLegend
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.stages.stage_bars import StageBars
from gui.widgets.weights.color_legend import ColorLegend
from gui.widgets.weights.unit_bars import UnitBars
from tests.layout import laid_out
from tests.painted import Painted
from tests.small_data import small_pair


@cache
def trained_run():
    run = Run(Recipe(TrainingConfig(epochs=3)), small_pair())
    for _ in range(30):
        run.step()
    return run


def bars():
    widget = ProbabilityBars()
    widget.show_probabilities(np.arange(10) / 45, label=3)
    return widget


def answer():
    widget = AnswerLabel()
    widget.show_answer(read_answer(np.array([0.4, 0.1, 0.5, *[0.0] * 7])))
    return widget


def readout():
    widget = CurveReadout()
    widget.show_metrics(PlottedMetrics(12, 0.5, 0.25, 0.875, 0.5, 0.75, 10))
    return widget


def legend():
    widget = RunLegend()
    widget.show_runs([LegendEntry("Run 1: learning rate 0.1", 0), LegendEntry("Run 2", 1)], "note (2)")
    return widget


def colors():
    widget = ColorLegend()
    widget.set_limit(0.15)
    return widget


def units():
    widget = UnitBars("evidence (\u00b1)")
    widget.show_values([0.5, -0.25, 1.0], signed=True)
    return widget


def stage():
    widget = StageBars()
    widget.show_values(np.array([0.25, -1.5]), ("0", "1"), 1)
    return widget


def matrix():
    widget = ConfusionMatrix()
    widget.show_counts(np.arange(100).reshape(10, 10))
    return widget


def cells():
    widget = HeatMap("dW\u2082 (10 \u00d7 10)")
    widget.set_axes("from unit", "to digit")
    widget.show_values(np.linspace(-1, 1, 100).reshape(10, 10))
    return widget


def timeline():
    widget = TimelinePanel()
    widget.show_run(trained_run())
    return widget


def plots():
    widget, run = TrainingPlotsPanel(), trained_run()
    widget.set_run(run.name, run.epoch_scale)
    widget.show_metrics(run.metrics.read())
    return widget


WIDGETS = (bars, answer, readout, legend, colors, units, stage, matrix, cells, timeline, plots)
PARTS = {timeline: "bar", plots: "plots"}
"""Switches and buttons beside these are mirrored, and may be."""


def pictures(qtbot, qapp, make):
    """Paint a widget in a window that runs from left to right, and in one from right to left."""
    taken = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        qapp.setLayoutDirection(direction)
        window, widget = QWidget(), make()
        qtbot.addWidget(window)
        QVBoxLayout(window).addWidget(widget)
        window.resize(900, 420)
        window.show()
        laid_out(window)
        taken.append(Painted(getattr(widget, PARTS[make]) if make in PARTS else widget))
    return taken


@pytest.mark.parametrize("make", WIDGETS, ids=lambda make: make.__name__)
def test_numbers_and_plots_stay_whole(qtbot, qapp, make):
    usual, mirrored = pictures(qtbot, qapp, make)
    assert usual == mirrored


@pytest.mark.parametrize(
    "text", ["test 20.0 %", "\u22120.15 to 0.15", "7,960 parameters", "Paused  \u00b7  epoch 1/25"]
)
def test_a_line_of_text_reads_the_same(qtbot, qapp, text):
    taken = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        qapp.setLayoutDirection(direction)
        label = ElidedLabel(text)
        qtbot.addWidget(label)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.resize(300, 30)
        taken.append(Painted(label))
    assert taken[0] == taken[1]


@pytest.mark.parametrize("make", [QPushButton, QToolButton, QLabel], ids=lambda make: make.__name__)
def test_dots_and_full_stops_end_a_text(qtbot, qapp, make):
    taken = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        qapp.setLayoutDirection(direction)
        apply_theme(qapp, LIGHT)
        widget = make()
        widget.setText("Branch, and more…")
        qtbot.addWidget(widget)
        widget.resize(widget.sizeHint())
        taken.append(ink_by_column(widget))
    usual, mirrored = taken
    assert any(np.array_equal(usual, np.roll(mirrored, shift)) for shift in range(-len(usual), len(usual)))


def ink_by_column(widget):
    """Return how dark each column of the text is, without the frame around it."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    inside = pixels[5:-5, 4 : image.width() - 4].astype(int)
    return (inside.max() - inside).sum(axis=0)


def test_what_is_only_words_is_mirrored(qtbot, qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    label = QLabel("Learning rate")
    qtbot.addWidget(label)
    assert label.layoutDirection() == Qt.LayoutDirection.RightToLeft
