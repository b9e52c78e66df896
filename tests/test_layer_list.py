"""The list of layers: changed by mouse, keyboard and in words, and what does not fit is said before it counts."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from core.network.layer_outline import outline
from core.network.layers import parse_layers
from core.training.config import TrainingConfig
from gui.look.theme import LIGHT, apply_theme
from gui.panels.settings import SettingsPanel
from tests.layout import laid_out

WORDS = "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10"


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    panel = SettingsPanel()
    qtbot.addWidget(panel)
    panel.resize(240, 640)
    panel.show()
    laid_out(panel)
    return panel


@pytest.fixture
def editor(panel):
    panel.set_config(TrainingConfig(layers=WORDS))
    laid_out(panel)
    return panel.layer_list


@pytest.fixture
def told(panel):
    found = []
    panel.config_edited.connect(lambda config: found.append(config.layers or config.hidden))
    return found


def press(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def add(editor, kind):
    """Choose from the menu of the button, as a click does."""
    next(action for action in editor.add.menu().actions() if action.text() == kind).trigger()


def type_number(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def type_words(editor, text, key=Qt.Key.Key_Return):
    editor.words.setFocus()
    editor.words.selectAll()
    QTest.keyClicks(editor.words, text)
    if key is not None:
        QTest.keyClick(editor.words, key)


def rows(editor):
    return [editor.list.item(row).text() for row in range(editor.list.count())]


def test_an_outline_says_what_each_layer_gives_out_as_far_as_it_fits():
    found = outline(parse_layers(WORDS))
    assert [each.out_shape for each in found] == [(8, 24, 24), (8, 12, 12), (16, 8, 8), (16, 4, 4), (10,)]
    assert [each.parameters for each in found] == [208, 0, 3216, 0, 2570]
    found = outline(parse_layers("32, pool 2, 10"))
    assert [each.out_shape for each in found] == [(32,), None, None]
    assert found[1].told == "pool 2: does not fit"
    assert outline(parse_layers("pool 3, 5"))[0].size == "1 × 9 × 9"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("pool 2, 10", "pool 2: gives out 1 × 14 × 14 maps with rows and columns"),
        (
            "pool 3, 10",
            "pool 3: gives out 1 × 9 × 9 maps with rows and columns; the last row and column of what comes in",
        ),
        ("pool 5, 10", "columns; the last 3 rows and columns of what comes in are left out"),
    ],
)
def test_rows_and_columns_that_a_pooling_leaves_out_are_told(words, told):
    assert told in outline(parse_layers(words))[0].told


def test_hidden_layers_alone_are_shown_until_more_is_asked_for(panel, told):
    assert panel.layers.isVisible()
    assert not panel.layer_list.isVisible()
    press(panel.layers.more_kinds)
    assert not panel.layers.isVisible()
    assert rows(panel.layer_list) == ["dense 10", "dense 10"]
    assert panel.layer_list.list.hasFocus()
    press(panel.layer_list.dense_alone)
    assert panel.layers.isVisible()
    assert told == []


def test_a_network_with_maps_is_shown_as_a_list_with_its_size(panel, editor):
    assert editor.isVisible()
    assert rows(editor)[:2] == ["conv 8 5x5 → 8 × 24 × 24", "pool 2 → 8 × 12 × 12"]
    assert editor.words.text() == WORDS
    assert panel.parameters.text() == "5,994 parameters"
    assert panel.horizontalScrollBar().maximum() == 0


def test_where_rows_are_too_short_for_what_layers_give_out_they_name_the_layers_alone(editor):
    editor.list.setFixedWidth(100)
    laid_out(editor)
    editor.show_value("conv 8 5x5, pool 2, 32, 10")
    assert rows(editor) == ["conv 8 5x5", "pool 2", "dense 32", "dense 10"]
    assert "8 × 24 × 24" in editor.list.item(0).toolTip()


def test_rows_write_their_maps_closer_together_before_they_leave_them_out(editor):
    room = editor.list.width() - editor.list.viewport().width()
    editor.list.setFixedWidth(room + editor.list.sizeHintForColumn(0) - 1)
    laid_out(editor)
    editor.show_value("norm, 10")
    editor.show_value(WORDS)
    assert rows(editor)[:2] == ["conv 8 5x5 → 8×24×24", "pool 2 → 8×12×12"]


def test_a_layer_is_added_before_the_marked_one(panel, editor, told):
    editor.list.setCurrentRow(4)
    add(editor, "Dense")
    assert told == ["conv 8 5x5, pool 2, conv 16 5x5, pool 2, 32, 10"]
    assert editor.list.currentRow() == 4
    add(editor, "Dropout")
    assert told[-1] == "conv 8 5x5, pool 2, conv 16 5x5, pool 2, dropout 0.5, 32, 10"
    add(editor, "Batch norm")
    assert "pool 2, norm, dropout" in told[-1]


def test_layers_are_moved_and_removed_by_mouse_and_keyboard(panel, editor, told):
    editor.list.setCurrentRow(1)
    press(editor.down)
    assert told == ["conv 8 5x5, conv 16 5x5, pool 2, pool 2, 10"]
    editor.list.setFocus()
    QTest.keyClick(editor.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert told[-1] == WORDS
    press(editor.remove)
    assert told[-1] == "conv 8 5x5, conv 16 5x5, pool 2, 10"
    QTest.keyClick(editor.list, Qt.Key.Key_Delete)
    assert told[-1] == "conv 8 5x5, pool 2, 10"


def test_the_ten_digits_stay_at_the_end(panel, editor):
    editor.list.setCurrentRow(4)
    assert not any(button.isEnabled() for button in (editor.up, editor.down, editor.remove))
    assert not editor.sizes.isVisible()
    editor.list.setCurrentRow(3)
    assert not editor.down.isEnabled()


def test_the_sizes_of_the_marked_layer_are_fields(panel, editor, told):
    type_number(editor.sizes.fields["filters"], "4")
    type_number(editor.sizes.fields["side"], "3")
    assert told[-1] == "conv 4 3x3, pool 2, conv 16 5x5, pool 2, 10"
    editor.sizes.fields["same"].click()
    assert told[-1] == "conv 4 3x3 same, pool 2, conv 16 5x5, pool 2, 10"
    editor.list.setCurrentRow(1)
    assert editor.sizes.fields["side"].isVisible()
    assert "filters" not in editor.sizes.fields
    type_number(editor.sizes.fields["side"], "3")
    assert told[-1] == "conv 4 3x3 same, pool 3, conv 16 5x5, pool 2, 10"


def test_shares_and_units_are_fields_too(panel, editor, told):
    editor.list.setCurrentRow(4)
    add(editor, "Dropout")
    type_number(editor.sizes.fields["share"], "0.25")
    assert told[-1].endswith("dropout 0.25, 10")
    add(editor, "Dense")
    type_number(editor.sizes.fields["units"], "64")
    assert told[-1].endswith("64, dropout 0.25, 10")


def test_what_does_not_fit_is_said_and_does_not_count(panel, editor, told):
    editor.list.setCurrentRow(0)
    add(editor, "Dense")
    assert told == []
    assert "needs maps" in editor.problem.text()
    assert rows(editor)[1] == "conv 8 5x5"
    assert panel.config().layers == WORDS
    press(editor.remove)
    assert not editor.problem.isVisible()
    assert told == []


def test_layers_are_typed_in_words(panel, editor, told):
    type_words(editor, "conv 4 3x3, pool 2, 10", key=None)
    assert told == []
    QTest.keyClick(editor.words, Qt.Key.Key_Return)
    assert told == ["conv 4 3x3, pool 2, 10"]
    assert rows(editor)[0] == "conv 4 3x3 → 4 × 26 × 26"
    type_words(editor, "conv 4 99x99, 10")
    assert "expected 1 to 28" in editor.problem.text()
    type_words(editor, "convolute, 10")
    assert "is no layer" in editor.problem.text()
    assert told == ["conv 4 3x3, pool 2, 10"]


def test_more_dense_layers_than_are_possible_are_told_beside_the_list(panel, editor, told):
    type_words(editor, "5, " * 9 + "10")
    assert editor.problem.text() == "9 hidden layers are too many; at most 8 are possible."
    type_words(editor, "5, " * 8 + "norm, 10")
    assert editor.problem.text() == ""
    assert told == ["5, " * 8 + "norm, 10"]
    editor.list.setCurrentRow(0)
    add(editor, "Dense")
    assert len(told) == 2
    editor.list.setCurrentRow(9)
    press(editor.remove)
    assert editor.problem.text() == "9 hidden layers are too many; at most 8 are possible."
    assert len(told) == 2


def test_dense_layers_alone_become_hidden_layers(panel, editor, told):
    type_words(editor, "32, 16, 10")
    assert told == [(32, 16)]
    assert panel.config().layers == ""


def test_going_back_to_hidden_layers_keeps_the_dense_ones(panel, editor, told):
    type_words(editor, "conv 4 3x3, pool 2, 32, 10")
    press(editor.dense_alone)
    assert told[-1] == (32,)
    assert panel.layers.isVisible()
    assert panel.layers.text.text() == "32"


def test_nothing_changes_while_training_goes_on(panel, editor):
    panel.set_running(True)
    assert not editor.isEnabled()
    assert "pause first" in editor.toolTip()


def test_a_large_network_says_what_it_takes(panel, editor):
    type_words(editor, "conv 64 5x5, 2048, 10")
    assert "parameters takes about" in panel.memory.text()


def test_every_part_shows_that_it_has_the_keyboard(panel, editor):
    window = panel.window()
    window.activateWindow()
    editor.list.setCurrentRow(0)
    sizes = editor.sizes
    stops = (editor.list, editor.add, editor.down, editor.remove, *sizes.fields.values(), editor.words)
    for stop in (*stops, editor.dense_alone):
        panel.seed.setFocus(Qt.FocusReason.TabFocusReason)
        without = panel.widget().grab().toImage()
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        area = QRect(stop.mapTo(panel.widget(), QPoint(0, 0)), stop.size()).adjusted(-3, -3, 3, 3)
        ratio = without.devicePixelRatio()
        area = QRect((area.topLeft().toPointF() * ratio).toPoint(), (area.size().toSizeF() * ratio).toSize())
        assert stop.hasFocus()
        assert panel.widget().grab().toImage().copy(area) != without.copy(area), stop.accessibleName() or stop.text()
        assert stop.toolTip()
