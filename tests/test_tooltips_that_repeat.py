"""No tooltip repeats what stands beside it."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.panels.weights import WeightsPanel
from gui.widgets.elided_label import ElidedLabel
from tests.layout import laid_out
from tests.small_data import small_pair

TEXT = "a text of some length"


def tooltip(widget, place):
    QToolTip.hideText()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    text = QToolTip.text()
    QToolTip.hideText()
    return text


@pytest.mark.parametrize(("width", "repeats"), [(400, False), (40, True)])
def test_a_text_is_told_once_more_only_where_it_is_cut(qtbot, width, repeats):
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.resize(width, 20)
    label.show()
    laid_out(label)
    label.resize(width, 20)
    assert label.is_cut is repeats
    assert (TEXT in tooltip(label, QPoint(5, 5))) is repeats


def test_two_letters_of_a_longer_text_are_left_out(qtbot):
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.resize(400, 20)
    empty = ElidedLabel()
    qtbot.addWidget(empty)
    metrics = label.fontMetrics()
    for letters, is_shown in (("a", False), ("a text", True)):
        for each in (label, empty):
            each.resize(metrics.horizontalAdvance(f"{letters}…") + 2, 20)
        assert (label.grab().toImage() != empty.grab().toImage()) is is_shown


def test_a_tooltip_that_says_more_is_shown(qtbot):
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.resize(400, 20)
    label.setToolTip("more")
    label.show()
    assert tooltip(label, QPoint(5, 5)) == "more"


@pytest.mark.parametrize(("width", "repeats"), [(900, False), (340, True)])
def test_a_tile_says_nothing_that_the_line_above_says(qtbot, width, repeats):
    panel = WeightsPanel()
    qtbot.addWidget(panel)
    panel.resize(width, 400)
    panel.show_snapshot(Run(Recipe(TrainingConfig()), small_pair()).snapshot())
    panel.show()
    laid_out(panel)
    place = panel.grid.center(1)
    panel.grid.tile_pointed_at.emit(1)
    assert panel.caption.text() == panel.describe(1)
    assert bool(tooltip(panel.grid, place)) is repeats
