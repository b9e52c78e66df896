"""Whoever works with the numbers on screen gets the numbers on screen, to the last digit that is shown.

Everything is read from the widgets, for every kind of stage, network and optimizer, and worked out again.
"""

import math
import re

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.drawing.preparation import prepare
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network
from core.text.agreement import agree, decimals, places_in_sum, read, same_at, to_decimals
from core.text.number_text import number
from gui.widgets.drawing.evidence_page import EvidencePage
from gui.widgets.drawing.reading import read_drawing
from gui.widgets.stages.stage_check import GradientCheckPage
from tests.step_through import step_through_panels

SETTINGS = [
    {},
    {"activation": "tanh", "optimizer": "adam", "learning_rate": 0.003, "weight_decay": 0.1},
    {"activation": "sigmoid", "optimizer": "momentum", "learning_rate": 0.1, "weight_decay": 0.01},
    {"hidden": (9, 8, 7), "optimizer": "adam", "learning_rate": 0.001, "augmentation": "shift"},
    {"hidden": (), "schedule": "cosine", "batch_size": 7},
    {"hidden": (130,), "batch_size": None, "updates": 30, "learning_rate": 0.5},
    {"layers": "conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10"},
    {"layers": "conv 2 3x3 same, norm, pool 3, dropout 0.3, 12, norm, 10", "activation": "tanh"},
    {"layers": "pool 2, conv 3 3x3, 8, norm, dropout 0.5, 10", "activation": "sigmoid"},
    {"layers": "norm, 10"},
]
ROUNDING = 1e-6
NUMBER = r"−?[\d,]*\.?\d+(?:e−?\d+)?"


@pytest.fixture
def open_step_through(qtbot):
    with step_through_panels(qtbot) as open_it:
        yield open_it


def worked_out(text):
    """Return what a right side of a formula comes to with the numbers that stand in it."""
    text = re.sub(r"\(1 if (.*) (> 0|is .*), else 0\)", r"(1 if \1 \2 else 0)", text).replace(" is ", " == ")
    text = re.sub(r"\(0 for .*\)", "0", text).replace("√(", "sqrt(")
    text = re.sub(
        r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda up: "**" + up[0].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")), text
    )
    text = text.replace("−", "-").replace("·", "*").replace(",", "") if "max(" not in text else text.replace("−", "-")
    text = re.sub(r"√([\d.e-]+)", r"sqrt(\1)", text)
    text = re.sub(r"-ln ([\d.e-]+)", r"-log(\1)", text)
    text = re.sub(r"e\^\(([^)]*)\)", r"exp(\1)", text)
    names = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp, "tanh": math.tanh, "max": max}
    return eval(text, {"__builtins__": {}}, names)


def assert_same(made, shown, where):
    assert same_at(made, shown), (where, made, shown)


def check_formula(panel, where):
    text = panel.view.words.formula.text()
    *_, middle, value = re.split(r" [=≈] ", text)
    assert "≈" not in text, text
    if re.search("[a-zA-ZΣ∂]", re.sub(r"max\(|tanh\(|ln |e\^|\d?e−?\d|if|else| is |0 for the second", "", middle)):
        # Nothing to be worked out stands between the rule and the number.
        return 0
    assert_same(worked_out(middle), value, (where, text))
    return 1


def check_table(panel, where):
    """Return how many products were worked out from their factors."""
    view = panel.view.side.terms
    terms, model = view.terms, view.model
    head = view.head.text().rpartition("= ")[2]
    if terms.image:
        count = len(terms.products)
        if not terms.extras:
            assert re.fullmatch(rf"{count} (?:products|terms) add up to ({NUMBER})", view.total.text())[1] == head
            return 1
        products, extras, value = re.fullmatch(
            rf"{count} products add up to ({NUMBER}); \+ b.*\] ({NUMBER}) = ({NUMBER})", view.total.text()
        ).groups()
        assert value == head
        assert_same(read(products) + read(extras), value, (where, view.total.text()))
        return 1
    if abs(terms.value) < ROUNDING * np.abs(terms.products).sum():
        # Nothing but what float32 has rounded, such as the gradient of a bias before batch norm, which is 0.
        return 0
    columns, steps = model.columnCount(), 2 * len(terms.steps)
    rows = [[model.index(row, column).data() for column in range(columns)] for row in range(model.rowCount())]
    for name, *_, value in rows[1:steps:2]:
        assert_same(worked_out(name.removeprefix("   = ")), value, (where, name))
    count = 0
    for row in rows[steps : steps + len(terms.products)]:
        if columns == 4:
            assert_same(read(row[1]) * read(row[2]), row[3], (where, row))
            count += 1
        if terms.divides:
            largest = re.search(rf"logits, ({NUMBER});", view.rule.text())[1]
            assert_same(math.exp(read(row[1]) - read(largest)), row[2], (where, row))
            count += 1
    added = sum(read(row[-1]) for row in rows[steps:])
    total = view.total.text()
    assert "≈" not in total, total
    shown_sum = re.search(rf"sum ({NUMBER})", total)
    if shown_sum:
        assert_same(added, shown_sum[1], (where, total, [row[-1] for row in rows]))
    if " = " in total:
        worked, value = total.split("; ")[-1].rsplit(" = ", 1)
        assert value == head
        assert_same(worked_out(worked), value, (where, total))
    elif shown_sum:
        assert shown_sum[1] == head
    return count


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_what_is_shown_of_a_stage_can_be_worked_out(open_step_through, settings):
    panel, _ = open_step_through(**settings)
    rng = np.random.default_rng(7)
    panel.view.side.pages.choose(0)
    formulas = products = 0
    walk = panel.view.walk
    for place, stage in enumerate(walk.stages):
        for part in sorted(walk.updates, key=lambda update: update.letter) if stage.is_update else [stage]:
            panel.go_to_stage(place)
            if stage.is_update:
                panel.view.head.part_chosen.emit(walk.updates.index(part))
            for example in (0, int(rng.integers(min(panel.explanation.batch_size, 20))), None):
                if example is None and (part.is_update or stage.symbol == "x"):
                    continue
                for _ in range(4):
                    cell = tuple(int(rng.integers(units.size)) for units in part.axes)
                    panel.view._on_example_chosen(example)
                    panel.view.display.cell_pointed_at.emit(cell, example)
                    where = (panel.view.head.title.text(), cell, example)
                    formulas += check_formula(panel, where) if "Σ over" not in panel.view.words.formula.text() else 0
                    products += check_table(panel, where)
    assert formulas > 20
    assert products > 40 or settings.get("hidden") == ()


@pytest.mark.parametrize("difference", [0.0, 0.0004, 0.52, 2.303, 6.9077, 7.043, 11.2475, 13.81, 40.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_odds_told_of_an_answer_follow_from_the_difference_of_its_logits(qtbot, difference, sign):
    page = EvidencePage()
    qtbot.addWidget(page)
    network = Network(initialize(fully_connected((784, 10)), "relu", "zeros", np.random.default_rng(0)))
    network.parameters.biases[0][3] = sign * difference
    page.digit_box.setCurrentIndex(page.digit_box.findData(3))
    page.rival_box.setCurrentIndex(page.rival_box.findData(5))
    drawing = np.zeros((280, 280), np.uint8)
    drawing[100:180, 130:150] = 255
    page.show_reading(read_drawing(drawing, prepare(drawing), network))
    shown = read(page._values[2].text().replace("+", ""))
    told = re.search(r"takes (\d) to be (.*) times as likely as (\d)", page._sentence.text()).groups()
    assert (told[0], told[2]) == (("3", "5") if sign > 0 or not difference else ("5", "3"))
    factor = math.exp(abs(shown))
    assert told[1] == ("more than a million" if factor > 1e6 else number(float(f"{factor:.2g}"), 2))


def test_the_losses_of_a_check_lead_to_its_quotient(qtbot, open_step_through):
    panel, _ = open_step_through()
    page: GradientCheckPage = panel.view.side.check
    panel.go_to_stage(len(panel.view.walk.stages) - 4)
    panel.view.side.pages.choose(1)
    qtbot.mouseClick(page.check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.facts.isVisible())
    above, below, quotient, *_ = (value.text() for _, value in page.values)
    nudge = read(page.values[2][0].text().rpartition("/ ")[2])
    assert_same((read(above) - read(below)) / nudge, quotient, "check")


def test_numbers_agree_whatever_they_are():
    rng = np.random.default_rng(3)
    for _ in range(2000):
        one, other = (float(value) for value in rng.normal(size=2) * 10.0 ** rng.integers(-6, 4, 2))
        for compute in (lambda a, b: a * b, lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a / b):
            agreement = agree(compute(one, other), (one, other), compute)
            assert agreement.is_exact
            made = compute(*map(read, agreement.parts))
            assert number(made, len(agreement.value)) == agreement.value or same_at(made, agreement.value)
            for part, text in zip((one, other), agreement.parts, strict=True):
                assert same_at(part, text)


def test_a_sum_of_many_terms_adds_up_as_it_is_written():
    rng = np.random.default_rng(4)
    for count in (1, 2, 10, 128, 784):
        terms = rng.normal(size=count) * 10.0 ** rng.integers(-5, 2)
        total = number(float(terms.sum()))
        places = places_in_sum(total, terms)
        assert places is not None
        assert same_at(sum(read(to_decimals(float(term), places)) for term in terms), total)


@pytest.mark.parametrize(("text", "places"), [("0.25", 2), ("3", 0), ("1.2e−4", 5), ("−12,345.6", 1)])
def test_the_last_decimal_of_a_number(text, places):
    assert decimals(text) == places


def test_where_float32_leaves_nothing_it_is_said_so():
    assert agree(-2.8e-7, (5.1, -5.1000003), lambda a, b: a + b, digits=3).value
    agreement = agree(1e-9, (1.0, -1.0), lambda a, b: a + b)
    assert (agreement.is_exact, agreement.equals) == (False, "≈")
