"""Models, data and exported plots, opened and saved from the window; what is refused is said."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
)

from core.files.model_files import load_model
from gui.session.session_signals import SessionState
from tests.data_forms import digits
from tests.digit_files import write_csv
from tests.main_window import load_small, open_window, press, wait_for
from tests.obstinate_disks import as_ordinary_user


@pytest.fixture
def window(qtbot):
    yield from open_window(qtbot)


@pytest.fixture
def loaded(window):
    return load_small(window)


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
