"""The settings say what they hold, refuse what makes no sense in a sentence, and tell live from fresh."""

from html import escape
from typing import get_args

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLabel, QStyle, QStyleOptionComboBox

from core.network.activations import Activation
from core.network.initialization import Initialization
from core.training.config import LIVE_KNOBS, SETTINGS, Augmentation, Schedule, TrainingConfig
from core.training.optimizers import OptimizerName
from core.training.presets import PRESETS
from core.training.setting import Choices
from gui.look.theme import LIGHT, apply_theme
from gui.panels.settings import WHILE_RUNNING, SettingsPanel
from gui.widgets.fields.rate_field import RATES, RateField
from tests.layout import laid_out

ODD = TrainingConfig(
    hidden=(128, 64, 7),
    activation="tanh",
    initialization="zeros",
    optimizer="adam",
    learning_rate=0.00137,
    schedule="step",
    momentum=0.97,
    weight_decay=0.0003,
    batch_size=77,
    epochs=1234,
    augmentation="distort",
    seed=4_294_967_295,
)


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    panel = SettingsPanel()
    qtbot.addWidget(panel)
    panel.resize(220, 520)
    panel.show()
    laid_out(panel)
    return panel


def choose(field, text):
    """Choose from a combo box by keyboard, as its popup would."""
    field.setFocus()
    index = field.findText(text)
    assert index >= 0
    while field.currentIndex() != index:
        QTest.keyClick(field, Qt.Key.Key_Down if field.currentIndex() < index else Qt.Key.Key_Up)


def write(field, text, key=Qt.Key.Key_Return):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)


@pytest.mark.parametrize("config", [ODD, TrainingConfig(), *(preset.config for preset in PRESETS.values())])
def test_what_is_shown_is_what_was_set(panel, qtbot, config):
    with qtbot.assertNotEmitted(panel.config_edited), qtbot.assertNotEmitted(panel.knob_turned):
        panel.set_config(config)
    assert panel.config() == config
    assert panel.rate.number.value() == config.learning_rate
    assert panel.seed.value() == config.seed
    assert panel.layers.layers == config.hidden
    assert panel.batch_size.currentText() == ("full" if config.batch_size is None else f"{config.batch_size:,}")
    for name, field in panel.choices.items():
        assert field.currentData() == getattr(config, name)


def test_every_setting_can_be_seen_and_is_explained(panel):
    assert set(panel.fields) | {"updates", "layers"} == set(SETTINGS) == set(TrainingConfig.__dataclass_fields__)
    for name, field in panel.fields.items():
        assert field.accessibleName() == SETTINGS[name].label
        assert escape(SETTINGS[name].tip.split(".")[0]) in field.toolTip()


def test_every_value_a_choice_can_have_is_offered():
    offered = {
        name: {choice.value for choice in setting.choices}
        for name, setting in SETTINGS.items()
        if isinstance(setting, Choices)
    }
    kinds = {"activation": Activation, "initialization": Initialization, "optimizer": OptimizerName}
    kinds |= {"schedule": Schedule, "augmentation": Augmentation}
    assert offered == {name: set(get_args(kind)) for name, kind in kinds.items()}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("activation", "sigmoid", "sigmoid"),
        ("initialization", "all zero", "zeros"),
        ("schedule", "cosine", "cosine"),
        ("optimizer", "Adam", "adam"),
        ("augmentation", "shift", "shift"),
    ],
)
def test_a_choice_turns_a_knob_of_the_run_or_asks_for_a_fresh_start(panel, qtbot, name, text, value):
    edited, turned = [], []
    panel.config_edited.connect(edited.append)
    panel.knob_turned.connect(lambda *knob: turned.append(knob))
    choose(panel.choices[name], text)
    assert getattr(panel.config(), name) == value
    if name in LIVE_KNOBS:
        assert turned[-1] == (name, value)
        assert edited == []
    else:
        assert edited[-1] == panel.config()
        assert turned == []


def test_units_and_layers_change_by_mouse(panel):
    edited = []
    panel.config_edited.connect(edited.append)
    QTest.mouseClick(panel.layers.rows[0].more, Qt.MouseButton.LeftButton)
    assert edited[-1].hidden == (12,)
    QTest.mouseClick(panel.layers.more_layers, Qt.MouseButton.LeftButton)
    assert edited[-1].hidden == (12, 12)
    QTest.mouseClick(panel.layers.rows[1].fewer, Qt.MouseButton.LeftButton)
    assert edited[-1].hidden == (12, 10)
    assert panel.layers.text.text() == "12, 10"
    QTest.mouseClick(panel.layers.fewer_layers, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.layers.fewer_layers, Qt.MouseButton.LeftButton)
    assert edited[-1].hidden == ()
    assert not panel.layers.fewer_layers.isEnabled()
    assert panel.parameters.text() == "7,850 parameters"


def test_layers_are_typed_and_counted_once_they_are_finished(panel):
    edited = []
    panel.config_edited.connect(edited.append)
    panel.layers.text.setFocus()
    panel.layers.text.selectAll()
    QTest.keyClicks(panel.layers.text, "128, 64")
    assert edited == []
    QTest.keyClick(panel.layers.text, Qt.Key.Key_Return)
    assert edited[-1].hidden == (128, 64)
    assert panel.parameters.text() == "109,386 parameters"
    assert [row.units.text() for row in panel.layers.rows] == ["128 units", "64 units"]


@pytest.mark.parametrize(
    ("text", "words"), [("128, 0", "from 1 to 4,096"), ("ten", "“ten”"), ("1 1 1 1 1 1 1 1 1", "9 hidden layers")]
)
def test_layers_that_make_no_sense_are_answered_at_once_and_change_nothing(panel, qtbot, text, words):
    with qtbot.assertNotEmitted(panel.config_edited):
        write(panel.layers.text, text)
    assert panel.layers.problem.isVisible()
    assert words in panel.layers.problem.text()
    assert panel.layers.problem.text().endswith(".")
    assert panel.config().hidden == (10,)
    write(panel.layers.text, "20")
    assert not panel.layers.problem.isVisible()
    assert panel.config().hidden == (20,)


def test_numbers_of_parameters_are_those_of_the_network(panel):
    assert panel.parameters.text() == "7,960 parameters"
    panel.set_config(TrainingConfig(hidden=(128,)))
    assert panel.parameters.text() == "101,770 parameters"


def test_live_knobs_turn_and_ask_for_no_fresh_start(panel, qtbot):
    panel.set_config(TrainingConfig(optimizer="momentum"))
    turned = []
    panel.knob_turned.connect(lambda name, value: turned.append((name, value)))
    with qtbot.assertNotEmitted(panel.config_edited):
        write(panel.rate.number, "0.025")
        write(panel.fields["momentum"], "0.5")
        write(panel.fields["weight_decay"], "1e-3")
    assert turned == [("learning_rate", 0.025), ("momentum", 0.5), ("weight_decay", 0.001)]
    assert panel.config().momentum == 0.5


def test_the_arrows_lead_through_round_rates(panel):
    panel.rate.number.setFocus()
    values = []
    for _ in range(4):
        QTest.keyClick(panel.rate.number, Qt.Key.Key_Up)
        values.append(panel.rate.number.value())
    assert values == pytest.approx([0.12, 0.15, 0.2, 0.25])
    write(panel.rate.number, "0.11")
    QTest.keyClick(panel.rate.number, Qt.Key.Key_Down)
    assert panel.rate.number.value() == pytest.approx(0.1)


def test_the_slider_goes_by_factors_and_turns_the_knob_once_it_rests(panel, qtbot):
    turned = []
    panel.knob_turned.connect(lambda name, value: turned.append((name, value)))
    panel.rate.slider.setFocus()
    for _ in range(3):
        QTest.keyClick(panel.rate.slider, Qt.Key.Key_Right)
    assert panel.rate.number.value() == pytest.approx(0.2)
    assert turned == []
    qtbot.waitUntil(lambda: bool(turned))
    assert turned == [("learning_rate", pytest.approx(0.2))]
    assert RATES[0] == 1e-5
    assert RATES[-1] == 10


def test_slider_and_number_agree(panel):
    write(panel.rate.number, "0.003")
    assert RATES[panel.rate.slider.value()] == pytest.approx(0.003)
    write(panel.rate.number, "500")
    assert panel.rate.slider.value() == panel.rate.slider.maximum()
    assert panel.config().learning_rate == 500


@pytest.mark.parametrize("text", ["0", "-1", "nan", "1e9", "abc", ""])
def test_rates_that_make_no_sense_are_not_taken(panel, qtbot, text):
    with qtbot.assertNotEmitted(panel.knob_turned):
        write(panel.rate.number, text)
        panel.seed.setFocus()
    assert panel.config().learning_rate == 0.1
    assert panel.rate.number.text() == "0.1"


def test_adam_with_a_rate_for_others_gets_advice(panel):
    panel.set_config(TrainingConfig(learning_rate=0.1))
    assert panel.advice.isHidden()
    choose(panel.choices["optimizer"], "Adam")
    assert panel.advice.isVisible()
    assert "0.001" in panel.advice.text()
    write(panel.rate.number, "0.001")
    assert panel.advice.isHidden()
    write(panel.rate.number, "0.5")
    assert panel.advice.isVisible()
    choose(panel.choices["optimizer"], "momentum")
    assert panel.advice.isHidden()


def test_momentum_can_be_used_only_where_the_optimizer_has_one(panel):
    assert not panel.fields["momentum"].isEnabled()
    assert "Choose momentum or Adam" in panel.fields["momentum"].toolTip()
    for optimizer, usable in (("momentum", True), ("adam", True), ("sgd", False)):
        panel.set_config(TrainingConfig(optimizer=optimizer))
        assert panel.fields["momentum"].isEnabled() is usable


@pytest.mark.parametrize(("text", "size"), [("256", 256), ("77", 77), ("full", None), ("1,024", 1024)])
def test_batch_sizes_are_chosen_or_typed(panel, text, size):
    turned = []
    panel.knob_turned.connect(lambda *knob: turned.append(knob))
    write(panel.batch_size.lineEdit(), text)
    assert turned == [("batch_size", size)]
    assert panel.config().batch_size == size


@pytest.mark.parametrize("text", ["0", "", ","])
def test_batch_sizes_that_make_no_sense_give_way_to_the_last(panel, qtbot, text):
    with qtbot.assertNotEmitted(panel.knob_turned):
        write(panel.batch_size.lineEdit(), text, Qt.Key.Key_Tab)
        panel.seed.setFocus()
    assert panel.config().batch_size == 64
    assert panel.batch_size.currentText() == "64"


def test_epochs_count_when_they_are_finished_typing(panel):
    turned = []
    panel.knob_turned.connect(lambda *knob: turned.append(knob))
    write(panel.length, "25")
    assert turned == [("epochs", 25)]


def test_a_run_of_so_many_updates_keeps_its_length(panel):
    panel.set_config(TrainingConfig(updates=12_500))
    assert panel.length.text() == "12,500"
    labels = [label.text() for label in panel.findChildren(QLabel)]
    assert any(label.startswith("Updates") for label in labels)
    assert not any(label.startswith("Epochs") for label in labels)
    write(panel.length, "900")
    assert panel.config().updates == 900


def test_the_dice_rolls_another_seed(panel, qtbot):
    with qtbot.waitSignal(panel.config_edited) as edited:
        QTest.mouseClick(panel.dice, Qt.MouseButton.LeftButton)
    assert edited.args[0].seed == panel.seed.value()
    write(panel.seed, "4294967295")
    assert panel.config().seed == 4_294_967_295


def test_while_training_goes_on_only_live_knobs_can_be_used(panel):
    panel.set_config(TrainingConfig(optimizer="momentum"))
    panel.set_running(True)
    for name, field in panel.fields.items():
        assert field.isEnabled() is (name in LIVE_KNOBS)
        assert (WHILE_RUNNING in field.toolTip()) is (name not in LIVE_KNOBS)
    assert panel.rate.slider.isEnabled()
    assert not panel.dice.isEnabled()
    panel.set_running(False)
    assert all(field.isEnabled() for field in panel.fields.values())
    assert WHILE_RUNNING not in panel.seed.toolTip()


def test_a_passing_wheel_changes_nothing(panel):
    panel.set_config(ODD)
    fields = [*panel.findChildren(QAbstractSpinBox), *panel.findChildren(QComboBox), panel.rate.slider]
    laid_out(panel).layers.text.setFocus()
    for field in fields:
        place = QPointF(field.rect().center())
        QApplication.sendEvent(
            field,
            QWheelEvent(
                place,
                QPointF(field.mapToGlobal(place.toPoint())),
                QPoint(),
                QPoint(0, 120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
    assert panel.config() == ODD
    assert panel.rate.number.value() == ODD.learning_rate


def test_it_fits_where_it_has_to(panel):
    panel.resize(220, 525)
    laid_out(panel)
    assert panel.verticalScrollBar().maximum() == 0
    for label in panel.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()
    panel.set_config(ODD)
    panel.resize(220, 300)
    laid_out(panel)
    assert panel.verticalScrollBar().maximum() > 0
    assert panel.widget().width() <= panel.viewport().width()


def test_a_rate_that_is_dragged_is_turned_once_when_the_slider_is_let_go(qtbot):
    field = RateField()
    qtbot.addWidget(field.slider)
    qtbot.addWidget(field.number)
    field.show_value(0.1)
    turned = []
    field.edited.connect(turned.append)
    field.slider.setSliderDown(True)
    for place in range(RATES.index(0.1), RATES.index(1.2) + 1):
        field.slider.setValue(place)
    assert turned == []
    field.slider.setSliderDown(False)
    assert turned == [1.2]


@pytest.mark.parametrize("width", range(220, 320, 4))
def test_every_choice_can_be_read_at_every_width(panel, width):
    # Low, so that the scroll bar takes its part of the width.
    panel.resize(width, 300)
    laid_out(panel)
    for name, field in panel.choices.items():
        option = QStyleOptionComboBox()
        field.initStyleOption(option)
        room = field.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, field
        )
        texts = [field.itemText(place) for place in range(field.count())]
        assert room.width() >= max(map(field.fontMetrics().horizontalAdvance, texts)), name


def test_the_form_gives_up_the_air_around_its_fields_before_it_is_scrolled(panel):
    least = panel.widget().layout().minimumHeightForWidth(panel.viewport().width())
    assert least < panel.widget().layout().heightForWidth(panel.viewport().width())
    panel.resize(220, 900)
    laid_out(panel)
    panel.resize(220, least + 2 * panel.frameWidth())
    laid_out(panel)
    assert panel.verticalScrollBar().maximum() == 0
