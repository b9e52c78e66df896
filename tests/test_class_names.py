"""Where the ten classes have names, no page calls them digits or numbers alone."""

import re
from dataclasses import replace

import numpy as np
import pytest
from small_data import small_dataset

from core.data.dataset import class_in_words
from core.data.readers.label_codes import FASHION
from core.explanation.own_image import explain_own_image
from core.explanation.update import explain_update
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.widgets.stages.stage_display import StageDisplay
from gui.widgets.stages.stage_examples import ExampleChooser
from gui.widgets.stages.stage_view import StageView
from gui.widgets.weights.layer_matrix import LayerMatrix
from tests.stages import all_stages, stage_of

DATA = replace(small_dataset(64, 3), class_names=FASHION)
NETWORKS = ({}, {"hidden": ()}, {"layers": "conv 2 3x3, pool 2, norm, dropout 0.2, 8, 10"})


def trained(**settings):
    trainer = Trainer(Recipe(TrainingConfig(batch_size=16, **settings)), DATA)
    state = trainer.initial_state()
    for _ in range(2):
        trainer.step(state)
    return trainer, state


def explained(**settings):
    return explain_update(*trained(**settings))


@pytest.mark.parametrize("settings", NETWORKS, ids=str)
def test_no_stage_speaks_of_digits(settings):
    explanation = explained(**settings)
    for stage in all_stages(explanation):
        for example in (0, None):
            text = stage.describe((0,) * len(stage.axes), example)
            said = "\n".join((text.title, text.formula, text.sentence, text.legend))
            assert not re.search(r"\bdigits?\b|classs", said), said
        if not stage.is_by_image:
            continue
        terms = stage.terms((0,) * len(stage.axes), 0)
        assert "digit" not in " ".join((terms.over, terms.meaning, *terms.labels))


def test_sentences_name_the_class():
    explanation = explained(hidden=(8,))
    name, image = FASHION[explanation.labels[0]], stage_of(explanation, "x").describe((0,), 0)
    assert image.sentence.startswith(f"An image labeled {name} as the network sees it")
    winner = FASHION[int(explanation.probabilities[0].argmax())]
    said = stage_of(explanation, "p").describe((4,), 0)
    assert f"Class {winner} gets most" in said.sentence
    assert "4 Coat, 5 Sandal" in said.legend
    assert stage_of(explanation, "p").terms((4,), 0).labels == FASHION
    logit = stage_of(explanation, "z₂").describe((4,), 0)
    assert logit.sentence.startswith("Class Coat adds up")
    assert logit.sentence.endswith("the more speaks for class Coat.")
    assert "sum over the ten classes" in said.legend


def test_bars_and_choices_name_the_class(qtbot):
    explanation = explained(hidden=(8,))
    display, chooser = StageDisplay(), ExampleChooser()
    for widget in (display, chooser):
        qtbot.addWidget(widget)
    display.show_stage(stage_of(explanation, "p"), 0, (4,), 0)
    assert display.bars.part_name(4).startswith("Coat")
    chooser.show_batch(explanation, 0)
    assert [chooser.label.itemText(place) for place in (0, 1, 10)] == ["as read", "label T-shirt", "label Ankle boot"]
    label = FASHION[explanation.labels[3]]
    assert chooser.strip.part_name(3).startswith(f"Image 4 of the batch, labeled {label}; predicted ")
    assert chooser.strip.part_name(3).split("predicted ")[1].rsplit(" (", 1)[0] in FASHION


def test_a_drawing_is_said_to_be_labeled_by_name(qtbot):
    view = StageView()
    qtbot.addWidget(view)
    view.show_explanation(explained(hidden=(8,)))
    view.take_own(np.linspace(0, 1, 784, dtype=np.float32), 4)
    view.follow_own()
    view.show_own(explain_own_image(*trained(hidden=(8,)), view.own))
    assert view.controls.where.text().startswith("your drawing, labeled Coat ")


def test_the_table_of_the_last_layer_names_the_class(qtbot):
    matrix, weights = LayerMatrix(), explained(hidden=(8,)).before.weights[1]
    qtbot.addWidget(matrix)
    matrix.show_layer(weights, 1.0, FASHION)
    assert matrix.part_name(4 * 8 + 3).startswith("from unit 3 to class Coat")
    matrix.show_layer(weights, 1.0, ())
    assert matrix.part_name(4 * 8 + 3).startswith("from unit 3 to unit 4")


def test_a_set_of_numbers_that_are_no_digits_has_one_word_for_all():
    names = tuple(map(str, range(1, 11)))
    assert [class_in_words(names, label) for label in (0, 9)] == ["class 1", "class 10"]
