"""The whole window, driven as a user drives it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QPushButton,
)

import core.data.synthetic.builtin_digits
from core.runs.run import Run
from core.training.recipe import Recipe
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.layout import laid_out
from tests.main_window import draw_a_one, load_small, open_window, press, visible_texts, wait_for
from tests.small_data import small_pair


@pytest.fixture
def window(qtbot):
    yield from open_window(qtbot)


@pytest.fixture
def loaded(window):
    return load_small(window)


def test_first_start_is_useful_with_no_file_and_no_network(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    window.files.loader.load_builtin()
    qtbot.waitUntil(lambda: window.session.run is not None)
    # The button itself may have no room for the whole name.
    assert "synthetic" in window.controls.data.toolTip()
    assert "Download MNIST" in window.messages.message.choices[0][0]
    press(qtbot, window, "Train")
    qtbot.waitUntil(lambda: window.session.run.update > 50)
    press(qtbot, window, "Pause")
    wait_for(qtbot, window, SessionState.PAUSED)


def test_a_first_drawing_is_read_by_a_network_that_comes_with_the_program(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    window.open_first()
    box = window.drawing.reader_box
    qtbot.waitUntil(lambda: window.session.run is not None and box.count() > 1)
    assert box.currentText() == "Drawing (pretrained)"
    press(qtbot, window, "Step")
    qtbot.waitUntil(lambda: box.currentText() == "Run 1, update 1")


def test_built_in_digits_that_are_damaged_are_complained_of_once(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(core.data.synthetic.builtin_digits, "FILE", tmp_path / "missing.npz")
    begun = []
    window.files.loader.started.connect(begun.append)
    window.files.loader.open_paths([str(tmp_path / "nowhere.csv")])
    qtbot.waitUntil(lambda: window.messages.message is not None and "missing.npz" in window.messages.message.text)
    assert not window.files.loader.busy
    assert begun == ["opening nowhere.csv", "opening builtin"]


def test_a_first_load_that_is_cancelled_leaves_the_built_in_digits(qtbot, window, tmp_path):
    path = tmp_path / "digits.csv"
    path.write_text("7" + ",0" * 784 + "\n" + ("3" + ",255" * 784 + "\n") * 3000)
    window.files.loader.open_paths([str(path)])
    window.status.cancel_pressed.emit()
    qtbot.waitUntil(lambda: window.session.run is not None)
    assert window.session.run.data.synthetic


def test_the_first_window_fits_on_its_screen_or_is_as_small_as_it_can_be(window):
    laid_out(window)
    room, least = window.screen().availableSize(), window.minimumSize()
    assert window.width() <= max(room.width(), least.width())
    assert window.height() <= max(room.height(), least.height())


def test_before_data_are_there_nothing_can_be_started(window):
    actions = window.actions_
    idle = (actions.train, actions.pause, actions.step, actions.reset, actions.save_model, actions.export_plots)
    assert not any(action.isEnabled() for action in idle)


def test_a_run_that_comes_back_is_not_among_the_past_ones(qtbot, loaded):
    first = loaded.session.run
    press(qtbot, loaded, "Step")
    wait_for(qtbot, loaded, SessionState.PAUSED)
    loaded.session.reset()
    assert first.name in loaded.plots.past_legend.text()
    loaded.session.adopt(first)
    assert first.name not in loaded.plots.past_legend.text()


def test_train_pause_step_reset_by_mouse(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(epochs=2000))
    press(qtbot, loaded, "Train")
    assert loaded.session.state is SessionState.RUNNING
    assert not loaded.actions_.train.isEnabled()
    qtbot.waitUntil(lambda: loaded.session.run.update > 10)
    press(qtbot, loaded, "Pause")
    wait_for(qtbot, loaded, SessionState.PAUSED)
    before = loaded.session.run.update
    press(qtbot, loaded, "Step")
    qtbot.waitUntil(lambda: loaded.session.state is SessionState.PAUSED and loaded.session.run.update == before + 1)
    press(qtbot, loaded, "Reset")
    assert loaded.session.run.update == 0


def test_a_batch_size_changed_within_the_run_changes_its_length_everywhere(qtbot, loaded):
    for _ in range(2):
        press(qtbot, loaded, "Step")
        wait_for(qtbot, loaded, SessionState.PAUSED)
    run, before = loaded.session.run, loaded.session.run.total_updates
    loaded.settings.batch_size.edited.emit(100)
    assert loaded.session.run is run
    assert run.total_updates != before
    assert f"of {run.total_updates:,}" in loaded.timeline.place.text()
    assert loaded.timeline.bar.end == run.total_updates
    press(qtbot, loaded, "Step")
    qtbot.waitUntil(lambda: run.update == 3 and not loaded.session.busy)
    loaded.plots.show_moment(3)
    assert loaded.plots.readout.metrics.epoch == run.epoch_at(3)


def test_shortcuts_do_what_the_menus_say(qtbot, loaded):
    qtbot.keyClick(loaded, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: loaded.session.run.update == 1 and not loaded.session.busy)
    qtbot.keyClick(loaded, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert loaded.session.run.update == 0


def test_each_stop_of_the_tab_key_has_a_name(qtbot, loaded):
    loaded.activateWindow()
    place, stops = QApplication.focusWidget(), []
    assert place is not None
    while place not in stops:
        stops.append(place)
        assert place.accessibleName() or place.text(), place
        qtbot.keyClick(place, Qt.Key.Key_Tab)
        place = QApplication.focusWidget()
    for part in (loaded.controls.speed, loaded.settings.seed, loaded.weights.grid, loaded.timeline.bar):
        assert part in stops


def test_a_drawn_digit_is_answered_while_training_goes_on(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(epochs=100_000))
    loaded.session.set_speed(200)
    press(qtbot, loaded, "Train")
    draw_a_one(qtbot, loaded)
    qtbot.waitUntil(lambda: loaded.drawing.reading is not None and loaded.drawing.reading.probabilities is not None)
    first = np.array(loaded.drawing.reading.probabilities)
    assert first.sum() == pytest.approx(1, abs=1e-4)
    qtbot.waitUntil(lambda: not np.allclose(loaded.drawing.reading.probabilities, first))
    assert loaded.session.state is SessionState.RUNNING


def test_a_preset_puts_its_settings_everywhere(qtbot, loaded):
    loaded.controls.preset.setCurrentIndex(loaded.controls.preset.findData("wide"))
    loaded.controls.preset.activated.emit(loaded.controls.preset.currentIndex())
    assert loaded.session.run.recipe.config.hidden == (128,)
    assert loaded.settings.config() == loaded.session.run.recipe.config


def test_ctrl_and_a_number_bring_a_tab_to_the_front_and_the_menu_tells_which_it_is(qtbot, window):
    qtbot.keyClick(window.drawing.canvas, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Evaluate"
    view = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&View")
    assert [entry.text() for entry in view.actions() if entry.isChecked()] == ["Evaluate"]
    next(entry for entry in view.actions() if entry.text() == "Samples").trigger()
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Samples"
    window.tabs.setCurrentIndex(0)
    assert [entry.text() for entry in view.actions() if entry.isChecked()] == ["Training"]


def test_going_back_shows_the_past_in_every_panel_and_live_returns(qtbot, loaded):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    end = loaded.session.run.update
    loaded.timeline.update_requested.emit(7)
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == 7)
    replayed = loaded.session.run.replay().state_at(7).parameters.vector
    assert np.array_equal(loaded.time_machine.snapshot.network.parameters.vector, replayed)
    loaded.timeline.live_requested.emit()
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == end)


def test_a_branch_becomes_the_run_and_the_old_curve_stays(qtbot, loaded):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    old = loaded.session.run
    with qtbot.waitSignal(loaded.session.run_changed):
        loaded.timeline.branch_requested.emit(20, "another rate", {"learning_rate": 0.01})
        assert "branching off at update 20" in visible_texts(loaded.status)
    assert "branching off at update 20" not in visible_texts(loaded.status)
    branch = loaded.session.run
    assert (branch.name, branch.update) == ("another rate", 20)
    assert branch.recipe.config_at(20).learning_rate == 0.01
    assert np.array_equal(branch.metrics.read().batch_loss, old.metrics.read().batch_loss[:20])
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    assert not np.array_equal(branch.metrics.read().batch_loss, old.metrics.read().batch_loss)


def test_the_time_axis_is_as_long_as_a_branch_that_goes_on_for_longer(qtbot, loaded):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    first = loaded.session.run.total_updates
    assert first < loaded.plots.plots.time_range[1] < 1.3 * first
    with qtbot.waitSignal(loaded.session.run_changed):
        loaded.timeline.branch_requested.emit(20, "longer", {"epochs": 3 * loaded.session.config.epochs})
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    total = loaded.session.run.total_updates
    assert total == 3 * first
    assert total < loaded.plots.plots.time_range[1] < 1.3 * total


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_panel_follows_the_theme(window, name):
    window.appearance.choose(name)
    background = window.palette().window().color().lightness()
    assert (background < 100) == (name == "dark")


def test_closing_while_training_ends_every_thread(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(epochs=100_000))
    press(qtbot, loaded, "Train")
    qtbot.waitUntil(lambda: loaded.session.run.update > 5)
    loaded.close()


def test_closing_while_loading_ends_every_thread(window):
    window.files.loader.load_builtin()
    window.close()


def test_layout_theme_and_data_are_remembered(qtbot, window, tmp_path):
    window.appearance.choose("dark")
    window.preferences.theme = "dark"
    height = (window.minimumHeight() + window.screen().availableGeometry().height()) // 2
    window.resize(window.width(), height)
    window.files.loader.loaded.emit(small_pair(), ["builtin"])
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    assert again.preferences.theme == "dark"
    assert again.preferences.data == ["builtin"]
    assert again.height() == height
    again.close()


def test_dead_units_are_marked(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(learning_rate=8.0, epochs=3))
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    qtbot.waitUntil(lambda: "dead" in loaded.weights.describe(0) + loaded.weights.describe(1))
    qtbot.waitUntil(lambda: any(mark.kind == "dead" for mark in loaded.timeline.bar._marks))
    mark = next(mark for mark in loaded.timeline.bar._marks if mark.kind == "dead")
    loaded.show_tab("Training")
    bar = laid_out(loaded.timeline.bar)
    place = QPoint(round(bar.x_of(mark.update)), round(bar._track_y() - 12))
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    assert loaded.weights.caption.text().startswith("unit ")
    assert f"dead since update {mark.update:,}" in loaded.weights.describe(loaded.weights.grid.current)


def test_a_branch_is_given_up_where_another_run_takes_the_place_of_its_own(qtbot, loaded):
    config = loaded.session.config.with_changes(hidden=(1500,), batch_size=500, epochs=100_000)
    run = Run(Recipe(config), loaded.session.run.data, test_share=0)
    for _ in range(20):
        run.step()
    loaded.session.adopt(run)
    loaded.timeline.branch_requested.emit(19, "branch", {"learning_rate": 0.01})
    cancel = next(button for button in loaded.status.findChildren(QPushButton) if button.text() == "Cancel")
    assert cancel.isVisible()
    loaded.session.reset()
    qtbot.waitUntil(lambda: not cancel.isVisible())
    assert loaded.session.run.name != "branch"


def test_finish_this_update_makes_the_update_that_was_explained(qtbot, loaded):
    loaded.show_tab("step through")
    qtbot.waitUntil(lambda: loaded.step_through.explanation is not None)
    explained = loaded.step_through.explanation
    loaded.step_through.finish_update_requested.emit()
    qtbot.waitUntil(lambda: loaded.session.run.update == 1 and not loaded.session.busy)
    assert explained.update == 0
    assert explained.loss == pytest.approx(float(loaded.session.run.metrics.read().batch_loss[0]), rel=1e-5)


def test_the_microscope_says_that_a_finished_run_makes_no_more_updates(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(updates=3))
    loaded.show_tab("step through")
    panel = loaded.step_through
    controls = panel.view.controls
    qtbot.waitUntil(lambda: panel.explanation is not None)
    assert (controls.finish.text(), controls.finish.isEnabled()) == ("Finish this update", True)
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    qtbot.waitUntil(lambda: panel.explanation.update == 3)
    assert (controls.finish.text(), controls.finish.isEnabled()) == ("The run is finished", False)
    assert "not made" in controls.finish.toolTip()
    assert panel.view.side.prediction.reveal.toolTip() == controls.finish.toolTip()
    assert controls.where.text().startswith("would be update 4")
    # The film ends at the last stage, and there is no way on from there.
    panel.go_to_stage(len(panel.view.walk.stages) - 2)
    qtbot.mouseClick(controls.play, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(controls.forward, Qt.MouseButton.LeftButton)
    assert panel.view.walk.is_last
    assert not controls.play.isChecked()
    assert not controls.forward.isEnabled()
    # In the past every update that is shown has been made.
    loaded.time_machine.go_to(1)
    qtbot.waitUntil(lambda: panel.explanation.update == 1)
    assert controls.where.text().startswith("update 2")
    qtbot.mouseClick(controls.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 2)
    assert controls.forward.isEnabled()
