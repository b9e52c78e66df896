"""The whole window, driven as a user drives it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
)

import core.data.synthetic.builtin_digits
from core.files.model_files import load_model
from core.lessons.lesson import LESSONS_FOLDER, load_lesson, load_lessons
from core.runs.run import Run
from core.training.recipe import Recipe
from gui.main_window import MainWindow
from gui.session.training_session import SessionState
from tests.data_forms import digits
from tests.digit_files import write_csv
from tests.layout import laid_out
from tests.obstinate_disks import as_ordinary_user
from tests.runs_window import curves
from tests.small_data import run_about_to_diverge, small_pair


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    yield window
    window.close()


@pytest.fixture
def loaded(qtbot, window):
    """The window with small data, on which training takes no time."""
    window.files.loader.loaded.emit(small_pair(), [])
    assert window.session.run is not None
    return window


def press(qtbot, window, text):
    button = next(b for b in window.controls.findChildren(QToolButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def draw_a_one(qtbot, window):
    canvas = laid_out(window.drawing.canvas)
    x, height = canvas.width() // 2, canvas.height()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, height // 5))
    for step in range(1, 11):
        qtbot.mouseMove(canvas, QPoint(x, height // 5 + step * height * 3 // 50))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, height * 4 // 5))


def visible_texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def wait_for(qtbot, window, state):
    qtbot.waitUntil(lambda: window.session.state is state)


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


def test_what_is_saved_is_what_is_shown(qtbot, loaded, tmp_path):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    snapshot = loaded.time_machine.snapshot
    with qtbot.waitSignal(loaded.files.models.stored):
        loaded.files.models.save(tmp_path / "mine.npz", snapshot, loaded.session.run)
    model = load_model(tmp_path / "mine.npz")
    assert np.array_equal(model.network.parameters.vector, snapshot.network.parameters.vector)
    assert model.update == loaded.session.run.update
    assert "mine.npz" in loaded.messages.text


def test_a_saved_model_opens_as_a_run_to_go_on_from(qtbot, loaded, tmp_path):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    snapshot = loaded.time_machine.snapshot
    with qtbot.waitSignal(loaded.files.models.stored):
        loaded.files.models.save(tmp_path / "mine.npz", snapshot, loaded.session.run)
    press(qtbot, loaded, "Reset")
    with qtbot.waitSignal(loaded.files.models.opened):
        loaded.files.models.open(tmp_path / "mine.npz")
    assert np.array_equal(loaded.session.run.snapshot().network.parameters.vector, snapshot.network.parameters.vector)


def test_a_bad_model_file_leaves_the_run_alone_and_says_why(qtbot, loaded, tmp_path):
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"no model")
    run = loaded.session.run
    with qtbot.waitSignal(loaded.files.models.failed):
        loaded.files.models.open(bad)
    assert loaded.session.run is run
    assert "bad.npz" in loaded.messages.message.text
    assert loaded.messages.message.kind == "error"


def test_bad_data_leave_the_old_ones_in_use(qtbot, loaded, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("hello\n")
    run = loaded.session.run
    with qtbot.waitSignal(loaded.files.loader.failed):
        loaded.files.loader.open_paths([str(bad)])
    assert loaded.session.run is run
    assert "bad.csv" in loaded.messages.message.text


def test_a_file_that_was_refused_is_opened_again_once_it_is_mended(qtbot, loaded, tmp_path):
    file = tmp_path / "digits.csv"
    file.write_text("hello\n")
    with qtbot.waitSignal(loaded.files.loader.failed):
        loaded.files.loader.open_paths([str(file)])
    write_csv(file, digits())
    again = next(button for button in loaded.messages.findChildren(QAbstractButton) if button.text() == "Try again")
    with qtbot.waitSignal(loaded.files.loader.loaded):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert loaded.messages.message is None
    assert "digits" in loaded.controls.data.text()


def test_why_data_were_refused_is_said_until_others_are_asked_for(qtbot, loaded, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("hello\n")
    with qtbot.waitSignal(loaded.files.loader.failed):
        loaded.files.loader.open_paths([str(bad)])
    with qtbot.waitSignal(loaded.files.loader.loaded):
        loaded.files.loader.load_builtin()
    assert "bad.csv" not in loaded.messages.message.text


def test_data_that_may_not_be_read_any_more_do_not_keep_the_window_from_starting(qtbot, window, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    window.preferences.data = [str(folder / "digits.csv")]
    folder.chmod(0o000)
    try:
        with as_ordinary_user(), qtbot.waitSignal(window.files.loader.loaded):
            window.files.open_first()
    finally:
        folder.chmod(0o700)
    assert window.session.run is not None


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


def test_plots_are_exported_from_the_menu_whichever_tab_is_in_front(qtbot, loaded, tmp_path, monkeypatch):
    export = loaded.actions_.export_plots
    assert export in next(a.menu() for a in loaded.menuBar().actions() if a.text() == "&File").actions()
    loaded.show_tab("evaluate")
    press(qtbot, loaded, "Step")
    wait_for(qtbot, loaded, SessionState.PAUSED)
    path = tmp_path / "plots.svg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(loaded.plots.saved):
        export.trigger()
    assert "update 1 · epoch" in path.read_text(encoding="utf-8")
    assert "Saved the plots as plots.svg." in loaded.messages.message.text


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


def test_when_training_diverges_the_window_says_so_and_leads_back(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(learning_rate=1000.0))
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.PAUSED)
    qtbot.waitUntil(lambda: loaded.messages.message is not None and "diverged" in loaded.messages.message.text)
    # It is at update 0 already: there is nothing before it to be shown.
    assert loaded.messages.message.choices == ()
    assert np.isfinite(loaded.time_machine.snapshot.network.parameters.vector).all()


def test_a_long_recovery_is_shown_and_can_be_cancelled(qtbot, loaded):
    run = run_about_to_diverge(loaded.session.run.data, 2_000)
    loaded.session.adopt(run)
    press(qtbot, loaded, "Train")
    cancel = next(button for button in loaded.status.findChildren(QPushButton) if button.text() == "Cancel")
    qtbot.waitUntil(cancel.isVisible)
    assert "training diverged: going back to update 2,000" in visible_texts(loaded.status)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    wait_for(qtbot, loaded, SessionState.PAUSED)
    assert run.update < 2_000
    assert f"back at update {run.update:,};" in loaded.messages.message.text
    assert not cancel.isVisible()


def test_a_moment_before_training_diverged_is_offered(qtbot, loaded):
    for update in range(3):
        press(qtbot, loaded, "Step")
        qtbot.waitUntil(lambda update=update: loaded.session.run.update == update + 1 and not loaded.session.busy)
    loaded.settings.rate.number.setValue(1000.0)
    press(qtbot, loaded, "Train")
    qtbot.waitUntil(lambda: loaded.messages.message is not None and "diverged" in loaded.messages.message.text)
    (button,) = (b for b in loaded.messages.findChildren(QAbstractButton) if b.text().startswith("Show update"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == 0)
    assert loaded.time_machine.position == 0


@pytest.mark.parametrize("deed", ["Train", "Reset"])
def test_that_training_diverged_is_said_until_the_user_goes_on(qtbot, loaded, deed):
    loaded.session.set_config(loaded.session.config.with_changes(learning_rate=1000.0))
    press(qtbot, loaded, "Train")
    qtbot.waitUntil(lambda: loaded.messages.message is not None and "diverged" in loaded.messages.message.text)
    if deed == "Train":
        loaded.session.turn_knob("learning_rate", 0.01)
    press(qtbot, loaded, deed)
    assert loaded.messages.message is None
    wait_for(qtbot, loaded, SessionState.FINISHED if deed == "Train" else SessionState.IDLE)


def test_no_setting_moves_away_from_under_the_pointer_when_a_message_goes(qtbot, loaded):
    loaded.controls.preset.activated.emit(loaded.controls.preset.findData("wide"))
    qtbot.waitUntil(loaded.messages.isVisible)
    field = laid_out(loaded.settings.seed)
    before = field.mapTo(loaded, field.rect().topLeft())
    field.setValue(5)
    assert not loaded.messages.isVisible()
    laid_out(loaded)
    assert field.mapTo(loaded, field.rect().topLeft()) == before


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


def test_a_lesson_sets_up_its_run_and_gives_the_data_back(qtbot, loaded):
    lessons = next(a.menu() for a in loaded.menuBar().actions() if "Lessons" in a.text().replace("&", ""))
    overfitting = next(a for a in lessons.actions() if "200" in a.text())
    data = loaded.session.run.data
    overfitting.trigger()
    while not (loaded.lesson.step.config and loaded.lesson.step.images):
        qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(loaded.session.run_changed):
        qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(loaded.session.run.data.train) == loaded.lesson.step.images)
    assert loaded.session.run.recipe.config == loaded.lesson.step.config
    loaded.lesson.close_lesson()
    assert loaded.session.run.data is data


def test_a_lesson_that_is_closed_sets_nothing_up_any_more(qtbot, loaded):
    lesson = load_lesson(LESSONS_FOLDER / "learning-rate.toml")
    loaded.lessons.show_lesson(lesson)
    qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    before = loaded.session.run
    with qtbot.assertNotEmitted(loaded.session.run_changed, wait=300):
        qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
        loaded.lesson.close_lesson()
    assert loaded.session.run is before


def test_of_several_models_the_one_asked_for_last_is_opened(qtbot, loaded, tmp_path):
    paths = [tmp_path / f"{name}.npz" for name in ("one", "two", "three")]
    for path in paths:
        with qtbot.waitSignal(loaded.files.models.stored):
            loaded.files.models.save(path, loaded.time_machine.snapshot, loaded.session.run)
    opened = []
    loaded.files.models.opened.connect(lambda model, name: opened.append(name))
    for path in paths:
        loaded.files.models.open(path)
    qtbot.waitUntil(lambda: bool(opened))
    qtbot.wait(200)
    assert opened == ["three.npz"]


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


def test_a_lesson_begins_with_no_curves_of_other_runs(qtbot, loaded):
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    loaded.session.reset()
    assert len(loaded.plots.plots.past) == 1
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.FINISHED)
    loaded.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    assert loaded.plots.plots.past == ()
    for expected in (0, 1):
        # What was there before the lesson goes; what was made in it stays to be compared with.
        loaded.session.reset()
        assert len(loaded.plots.plots.past) == expected
        press(qtbot, loaded, "Train")
        wait_for(qtbot, loaded, SessionState.FINISHED)


@pytest.mark.parametrize("lesson", load_lessons()[0], ids=lambda lesson: lesson.key)
def test_what_a_lesson_sets_up_can_be_compared_with_all_that_it_set_up_before(qtbot, loaded, lesson):
    loaded.lessons.show_lesson(lesson)
    made = []
    while loaded.lesson.lesson is lesson:
        step = loaded.lesson.step
        if step.config is not None:
            qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda step=step: is_set_up(loaded.session.run, step))
            assert list(curves(loaded)) == made
            press(qtbot, loaded, "Step")
            qtbot.waitUntil(lambda: loaded.session.run.update == 1 and not loaded.session.busy)
            made.append(loaded.session.run.name)
        qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    assert made


def is_set_up(run, step):
    return run.is_untrained and run.recipe.config == step.config and step.images in (None, len(run.data.train))


def test_runs_of_a_lesson_on_other_images_than_the_step_before_stay_side_by_side(qtbot, loaded, tmp_path):
    step = 'text = "Train."\nconfig = { epochs = 1 }\nimages = '
    lesson = tmp_path / "sizes.toml"
    lesson.write_text(f'title = "Sizes"\n[[step]]\n{step}50\n[[step]]\n{step}100\n', encoding="utf-8")
    loaded.lessons.open(lesson)
    for images, past in ((50, []), (100, ["Run 1"])):
        qtbot.mouseClick(loaded.lesson.set_up, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda images=images: len(loaded.session.run.data.train) == images)
        assert list(curves(loaded)) == past
        press(qtbot, loaded, "Step")
        qtbot.waitUntil(lambda: loaded.session.run.update == 1 and not loaded.session.busy)
        qtbot.mouseClick(loaded.lesson.next, Qt.MouseButton.LeftButton)
    assert len(loaded.session.run.data.train) == 600


def test_a_lesson_with_a_mistake_stands_in_the_menu_and_says_it(window, tmp_path):
    (tmp_path / "good.toml").write_text('title = "Good"\n[[step]]\ntext = "Look."', encoding="utf-8")
    (tmp_path / "mine.toml").write_text('title = "Mine"\n[[step]]\ntext = "Look.', encoding="utf-8")
    menu = QMenu(window)
    window.lessons.fill_menu(menu, tmp_path)
    good, mine, *_ = menu.actions()
    assert (good.text(), mine.text()) == ("Good", "mine.toml has a mistake…")
    mine.trigger()
    assert "mine.toml: a text or a list has no end" in window.messages.message.text
    assert window.lesson.lesson is None
    good.trigger()
    assert window.lesson.text.text() == "Look."


def test_lessons_call_what_is_pressed_by_its_name_in_the_window(qtbot, window):
    steps = [step for lesson in load_lessons()[0] for step in lesson.steps]
    texts = "\n".join(step.text + (step.question.explanation if step.question else "") for step in steps)
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "break-it.toml"))
    qtbot.mouseClick(window.lesson.next, Qt.MouseButton.LeftButton)
    shown = {window.tabs.tabText(index) for index in range(window.tabs.count())}
    for kind in (QAbstractButton, QLabel):
        shown |= {part.text() for part in window.findChildren(kind)}
    # A knob that can be turned while training goes on has a dot behind its name.
    shown = {text.split("<")[0].split("●")[0].strip() for text in shown}
    names = ["Train", "Pause", "Step", "Momentum", "log", "Set it up", "Look here"]
    for name in (*names, "Step through", "Check", "Sample"):
        assert f"**{name}**" in texts, name
        assert name in shown, name


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
