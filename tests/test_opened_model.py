"""The window with a network that was trained elsewhere: it stays, and no recipe is promised for it."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolTip

from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.main_window import MainWindow
from tests.layout import laid_out
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=60, epochs=2)


@pytest.fixture(scope="module")
def trained():
    run = Run(Recipe(CONFIG), small_pair())
    while not run.finished:
        run.step()
    return run


@pytest.fixture
def window(qtbot, trained):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.adopt(Run.from_network(trained.snapshot().network, CONFIG, window.session.run.data, name="ten.npz"))
    yield window
    window.close()


def shown_vector(window):
    return window.time_machine.snapshot.network.parameters.vector


def test_a_knob_turned_before_the_first_update_keeps_the_network(window, trained):
    name = window.session.run.name
    window.settings.rate.number.setValue(0.02)
    window.settings.fields["weight_decay"].setValue(0.001)
    assert window.session.run.name == name
    assert np.array_equal(shown_vector(window), trained.snapshot().network.parameters.vector)
    config = window.session.run.recipe.config_at(0)
    assert (config.learning_rate, config.weight_decay) == (0.02, 0.001)
    assert window.settings.config() == config


def test_saving_its_recipe_is_refused_before_a_file_is_asked_for(qtbot, window, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: asked.append(arguments) or ("", ""))
    action = window.actions_.save_recipe
    action.trigger()
    assert asked == []
    menu = next(menu for menu in window.menuBar().findChildren(QMenu) if action in menu.actions())
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    place = laid_out(menu).actionGeometry(action).center()
    QApplication.sendEvent(menu, QHelpEvent(QEvent.Type.ToolTip, place, menu.mapToGlobal(place)))
    assert "continues an opened model" in QToolTip.text()
    assert "save the model instead" in QToolTip.text()
    menu.close()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_its_branch_has_no_recipe_either_and_a_new_run_has(qtbot, window):
    window.session.step()
    qtbot.waitUntil(lambda: not window.session.busy)
    window.session.adopt(window.session.run.branch(1, "branch", learning_rate=0.01))
    assert not window.actions_.save_recipe.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.actions_.save_recipe.isEnabled()
    assert "repeat it elsewhere" in window.actions_.save_recipe.toolTip()


def test_settings_tried_out_before_training_do_not_count_as_runs(window):
    window.session.reset()
    name = window.session.run.name
    for rate in (0.01, 0.02, 0.03):
        window.settings.rate.number.setValue(rate)
    assert window.session.run.name == name
    assert window.session.run.recipe.events == ()
