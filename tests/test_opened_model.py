"""The window with a network that was trained elsewhere: it stays, and no recipe is promised for it."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolTip

from core.data.dataset import DIGITS
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from core.runs.run import Run
from core.runs.run_past import Origin
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


CLOTHES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot")

HASH = np.zeros((280, 280), np.uint8)
"""Like no digit, and in one piece."""
for place in (90, 170):
    HASH[place : place + 18, 40:240] = HASH[40:240, place : place + 18] = 255


def open_clothes(qtbot, window, trained, folder, limit):
    model = SavedModel(
        network=trained.snapshot().network, config=CONFIG, class_names=CLOTHES, unlike_limit=limit, note="clothes"
    )
    save_model(folder / "clothes.npz", model)
    with qtbot.waitSignal(window.session.run_changed):
        window.open_files([folder / "clothes.npz"])
    window.drawing.canvas.paste(HASH)
    qtbot.waitUntil(lambda: window.drawing.reading.probabilities is not None)


def shown_names(window):
    return window.drawing.answer_page.bars._names


def test_an_opened_model_answers_in_its_own_words_until_it_learns_from_the_data_here(qtbot, window, trained, tmp_path):
    open_clothes(qtbot, window, trained, tmp_path, limit=1e6)
    qtbot.waitUntil(lambda: shown_names(window) == CLOTHES)
    assert any(name in window.drawing.answer_label.text for name in CLOTHES)
    window.session.step()
    qtbot.waitUntil(lambda: shown_names(window) == DIGITS)
    window.time_machine.go_to(0)
    qtbot.waitUntil(lambda: shown_names(window) == CLOTHES)


@pytest.mark.parametrize("limit", [1e6, 0.0])
def test_an_opened_model_says_by_its_own_limit_what_is_unlike(qtbot, window, trained, tmp_path, limit):
    open_clothes(qtbot, window, trained, tmp_path, limit)
    qtbot.waitUntil(lambda: window.drawing.answer_label.text.startswith("unlike") == (limit == 0.0))


def test_an_opened_model_that_is_saved_again_keeps_its_words(qtbot, window, trained, tmp_path):
    open_clothes(qtbot, window, trained, tmp_path, limit=7.5)
    run = window.session.run
    for update in (0, 1):
        path = tmp_path / f"again {update}.npz"
        with qtbot.waitSignal(window.files.models.stored):
            window.files.models.save(path, run.snapshot(), run)
        model = load_model(path)
        assert (model.class_names, model.unlike_limit == 7.5) == ((CLOTHES, True) if not update else (DIGITS, False))
        window.session.step()
        qtbot.waitUntil(lambda: not window.session.busy)


def test_a_branch_of_an_opened_model_knows_where_it_comes_from(qtbot, window, trained, tmp_path):
    open_clothes(qtbot, window, trained, tmp_path, limit=7.5)
    branch = window.session.run.branch(0, "branch", learning_rate=0.01)
    assert branch.origin == Origin(CLOTHES, 7.5)
    assert branch.without_data().origin == branch.origin
