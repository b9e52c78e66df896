"""The tab "Evaluate" shows the figures of the moment shown, and nothing of data that are gone."""

import pytest

from core.config import TrainingConfig
from core.evaluation import evaluate
from core.recipe import Recipe
from core.run import Run
from gui.panels.evaluation import EvaluationPanel
from tests.small_data import small_pair


@pytest.fixture
def data():
    return small_pair()


@pytest.fixture
def run(data):
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=2)), data)
    while not run.finished:
        run.step()
    return run


@pytest.fixture
def panel(qtbot, data):
    panel = EvaluationPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 420)
    panel.show_data(data)
    yield panel
    panel.close_down()


def test_every_cell_counts_what_evaluation_counts(qtbot, panel, run, data):
    panel.show()
    panel.show_snapshot(run.snapshot())
    qtbot.waitUntil(lambda: panel.figures.text() != "")
    expected = evaluate(run.snapshot().network, data.test)
    assert f"update {run.update:,}:" in panel.figures.text()
    for row in range(10):
        for column in range(10):
            assert f": {expected.confusion[row, column]:,} of " in panel.matrix.describe(row, column)
            assert panel.matrix.cell_at(panel.matrix.cell_rect(row, column).center()) == (row, column)


def test_the_newest_moment_counts(qtbot, panel, run):
    panel.show()
    states = run.replay()
    for update in (1, 5, 9):
        panel.show_snapshot(run.snapshot_of(states.state_at(update)))
    qtbot.waitUntil(lambda: panel.figures.text().startswith("update 9:"))


def test_hidden_it_does_nothing_and_catches_up(qtbot, panel, run):
    panel.show_snapshot(run.snapshot())
    qtbot.wait(100)
    assert panel.figures.text() == ""
    panel.show()
    qtbot.waitUntil(lambda: panel.figures.text() != "")


def test_other_data_take_the_old_figures_away(qtbot, panel, run):
    panel.show()
    panel.show_snapshot(run.snapshot())
    qtbot.waitUntil(lambda: panel.figures.text() != "")
    panel.show_data(small_pair())
    assert panel.figures.text() == ""
    assert panel.matrix.describe(0, 0) == ""
