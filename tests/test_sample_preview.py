"""The first images of opened data: what was found in them, and one click to correct all of them."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from core.data.adjustment import Adjustment
from core.data.dataset import DIGITS, DataPair
from core.data.readers.label_codes import FASHION
from gui.files.recent_data import MOST, RecentData, from_json, to_json, with_newest
from gui.look.preferences import Preferences
from gui.look.tooltip import paragraphs
from gui.main_window import MainWindow
from gui.widgets.sample_preview import PUT_TOGETHER, UNKNOWN, UPRIGHT
from tests.data_forms import digits, squares, table, write_idx_pair, write_images
from tests.layout import laid_out

DATA = digits(90)


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    yield window
    window.close()


def opened(qtbot, window, path):
    with qtbot.waitSignal(window.files.data_opened, timeout=20_000):
        window.files.open_files([str(path)])
    return window.session.run.data


def change(qtbot, window, name):
    window.show_tab("Samples")
    with qtbot.waitSignal(window.files.data_opened, timeout=20_000):
        qtbot.mouseClick(window.samples.preview.buttons[name], Qt.MouseButton.LeftButton)
    return window.session.run.data


def images_of(pair):
    return np.vstack([pair.train.images, pair.test.images])


def test_what_was_found_is_said_in_the_message_and_beside_the_first_images(qtbot, window, tmp_path):
    note = "The images lay with rows and columns exchanged: turned upright."
    opened(qtbot, window, write_idx_pair(tmp_path, DATA, "train", squares(DATA).transpose(0, 2, 1)))
    assert note in window.messages.message.text
    look = next(b for b in window.messages.findChildren(QAbstractButton) if b.text() == "Look at them")
    qtbot.mouseClick(look, Qt.MouseButton.LeftButton)
    assert window.samples.isVisible()
    preview = window.samples.preview
    assert preview.isVisible()
    assert preview.answer.text() == f"{UPRIGHT} {note}"


def test_what_was_found_is_said_beside_undo_to_the_run_before(qtbot, window, tmp_path):
    opened(qtbot, window, write_idx_pair(tmp_path / "first", DATA, "train"))
    window.session.step()
    qtbot.waitUntil(lambda: not window.session.run.is_untrained)
    transposed = squares(DATA).transpose(0, 2, 1)
    opened(qtbot, window, write_idx_pair(tmp_path / "second", DATA, "train", transposed))
    message = window.messages.message
    assert "turned upright" in message.text
    assert [text for text, _ in message.choices] == ["Look at them", "Back to Run 1 at update 1"]


def test_data_as_they_should_be_are_said_to_be_upright(qtbot, window, tmp_path):
    opened(qtbot, window, write_idx_pair(tmp_path, DATA, "train"))
    assert window.messages.message is None
    assert window.samples.preview.answer.text() == UPRIGHT


@pytest.mark.parametrize(("name", "times"), [("turn", 4), ("mirror", 2), ("invert", 2)])
def test_a_click_changes_training_and_test_images_and_more_clicks_undo_it(qtbot, window, tmp_path, name, times):
    before = images_of(opened(qtbot, window, write_idx_pair(tmp_path, DATA, "train")))
    after = change(qtbot, window, name)
    expected = {
        "turn": np.rot90(before.reshape(-1, 28, 28), -1, (1, 2)).reshape(-1, 784),
        "mirror": before.reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784),
        "invert": 255 - before,
    }
    np.testing.assert_array_equal(images_of(after), expected[name])
    assert window.samples.preview.answer.text().startswith(UNKNOWN)
    assert "By hand: " in window.samples.preview.answer.text()
    for _ in range(times - 1):
        after = change(qtbot, window, name)
    np.testing.assert_array_equal(images_of(after), before)
    assert window.samples.preview.answer.text() == UPRIGHT


def test_what_comes_with_the_program_needs_no_preview(qtbot, window):
    with qtbot.waitSignal(window.files.data_opened, timeout=20_000):
        window.files.loader.load_builtin()
    assert window.samples.preview.isHidden()


def test_classes_can_be_given_names_and_show_everywhere(qtbot, window, tmp_path):
    opened(qtbot, window, write_images(tmp_path / "folder", DATA))
    preview = window.samples.preview
    window.show_tab("Samples")
    with qtbot.waitSignal(window.files.data_opened, timeout=20_000):
        preview.names.setCurrentIndex(1)
        preview.names.activated.emit(1)
    assert window.session.run.data.class_names == FASHION
    assert preview.names.currentText() == "Clothes"
    assert window.samples.digit.itemText(10) == "Ankle boot"
    counts = np.eye(10, dtype=np.int64)
    window.evaluation.matrix.show_counts(counts)
    assert window.evaluation.matrix.describe(9, 0).startswith("Ankle boot read as T-shirt")


def test_an_archive_of_images_is_data_and_one_of_weights_a_model(qtbot, window, tmp_path):
    np.savez(tmp_path / "digits.npz", images=squares(DATA), labels=DATA.labels)
    assert len(opened(qtbot, window, tmp_path / "digits.npz").train) == 75
    np.save(tmp_path / "x_train.npy", squares(DATA))
    np.save(tmp_path / "y_train.npy", DATA.labels)
    assert len(opened(qtbot, window, tmp_path / "x_train.npy").train) == 75


def test_data_opened_before_are_one_click_away_also_after_a_restart(qtbot, window, tmp_path):
    (tmp_path / "a&b.csv").write_bytes(table((DATA.labels, DATA.images)))
    first = opened(qtbot, window, tmp_path / "a&b.csv")
    change(qtbot, window, "mirror")
    opened(qtbot, window, write_idx_pair(tmp_path / "other", DATA, "train"))
    shown = [action for action in window.actions_.recent_data if action.isVisible()]
    assert [action.text() for action in shown] == ["other", "a&&b.csv"]
    with qtbot.waitSignal(window.files.data_opened, timeout=20_000):
        shown[1].trigger()
    mirrored = first.train.images.reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784)
    np.testing.assert_array_equal(window.session.run.data.train.images, mirrored)
    assert [entry.name for entry in from_json(Preferences().recent_data)] == ["a&b.csv", "other"]


def test_recent_data_are_kept_once_and_a_few():
    entries = []
    for number in range(MOST + 3):
        entries = with_newest(entries, RecentData(f"{number}", (f"/{number}",), Adjustment(turns=number % 4)))
    entries = with_newest(entries, RecentData("again", ("/5",), Adjustment()))
    assert len(entries) == MOST
    assert [entry.name for entry in entries][:2] == ["again", f"{MOST + 2}"]
    assert from_json(to_json(entries)) == entries


@pytest.mark.parametrize(
    ("name", "paths", "caption"),
    [
        ("digits.csv", ("/digits.csv",), "digits.csv"),
        ("MNIST", ("/train.csv", "/test.csv"), "MNIST, 2 files"),
        ("train.csv + test.csv", ("/train.csv", "/test.csv"), "train.csv + test.csv"),
    ],
)
def test_a_menu_calls_recent_data_by_their_name(name, paths, caption):
    assert RecentData(name, paths, Adjustment()).caption == caption


@pytest.mark.parametrize("text", ["", None, "{", "[1, {}]", '[{"name": 1, "paths": []}]', '[{"name": "", "paths": 3}]'])
def test_damaged_memories_are_left_out(text):
    assert from_json(text) == []


def test_every_way_of_turning_and_mirroring_is_undone_by_clicks():
    pair = DataPair(DATA, DATA, "digits")
    state = Adjustment()
    for step in ("turn", "mirror", "turn", "mirror", "turn", "turn", "mirror", "invert", "turn", "turn", "mirror"):
        before = state.apply(pair).train.images.reshape(-1, 28, 28)
        state = getattr(state, step)()
        after = state.apply(pair).train.images.reshape(-1, 28, 28)
        changed = {"turn": np.rot90(before, -1, (1, 2)), "mirror": before[:, :, ::-1], "invert": 255 - before}
        np.testing.assert_array_equal(after, changed[step])
    assert Adjustment.from_dict(state.to_dict()) == state
    assert Adjustment.from_dict({"turns": "x", "class_names": ["a"]}) == Adjustment()
    assert pair.class_names == DIGITS


def test_the_data_of_a_run_that_was_brought_back_are_changed_and_not_those_opened_last(qtbot, window, tmp_path):
    opened(qtbot, window, write_idx_pair(tmp_path / "first", DATA, "train"))
    change(qtbot, window, "mirror")
    window.session.step()
    run = window.session.run
    qtbot.waitUntil(lambda: not run.is_untrained)
    before = images_of(run.data)
    opened(qtbot, window, write_idx_pair(tmp_path / "second", digits(60), "train"))
    window.past_runs.bring_back(run.id)
    qtbot.waitUntil(lambda: window.session.run is run)
    after = change(qtbot, window, "invert")
    assert after.name == "first"
    np.testing.assert_array_equal(images_of(after), 255 - before)
    assert "By hand: mirrored, inverted." in window.samples.preview.answer.text()


def test_a_file_that_could_not_be_opened_is_not_what_a_click_changes(qtbot, window, tmp_path):
    before = images_of(opened(qtbot, window, write_idx_pair(tmp_path / "first", DATA, "train")))
    (tmp_path / "bad.csv").write_text("1,2,3\n")
    with qtbot.waitSignal(window.files.loader.failed, timeout=20_000):
        window.files.open_files([str(tmp_path / "bad.csv")])
    np.testing.assert_array_equal(images_of(change(qtbot, window, "invert")), 255 - before)


def test_clicks_that_follow_each_other_at_once_all_count(qtbot, window, tmp_path):
    before = images_of(opened(qtbot, window, write_idx_pair(tmp_path, DATA, "train")))
    window.show_tab("Samples")
    with qtbot.waitSignal(window.files.data_opened, timeout=20_000):
        for _ in range(2):
            qtbot.mouseClick(window.samples.preview.buttons["turn"], Qt.MouseButton.LeftButton)
    turned = before.reshape(-1, 28, 28)[:, ::-1, ::-1].reshape(-1, 784)
    np.testing.assert_array_equal(images_of(window.session.run.data), turned)


def test_data_that_were_put_together_say_why_they_cannot_be_changed(qtbot, window, tmp_path):
    opened(qtbot, window, write_idx_pair(tmp_path / "first", DATA, "train"))
    preview = window.samples.preview
    widgets = [*preview.buttons.values(), preview.names]
    assert all(widget.isEnabled() for widget in widgets)
    window.drawing_controller.taught_runs.add_to_training(DATA.take(np.arange(5), "My digits"), 1)
    assert {widget.toolTip() for widget in widgets} == {paragraphs(PUT_TOGETHER)}
    assert not any(widget.isEnabled() for widget in widgets)
    opened(qtbot, window, write_idx_pair(tmp_path / "second", digits(60), "train"))
    assert all(widget.isEnabled() and PUT_TOGETHER not in widget.toolTip() for widget in widgets)
