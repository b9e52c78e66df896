"""The terms of a number really add up to it, for every stage, activation, depth and optimizer."""

import numpy as np
import pytest
from small_data import small_dataset

from core.explanation.chain import Chain
from core.explanation.update import explain_update
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import CHUNK, Trainer
from tests.stages import all_stages, layers_of, stage_of

DATA = small_dataset(CHUNK + 90, 3)


def explained(example=5, updates=9, **settings):
    trainer = Trainer(Recipe(TrainingConfig(**settings)), DATA)
    state = trainer.initial_state()
    for _ in range(updates):
        trainer.step(state)
    return explain_update(trainer, state, example)


def some_cells(explanation, stage):
    """Every cell of a vector, some of a matrix: where the image has ink and where it has not."""
    sizes = [units.size for units in stage.axes]
    if len(sizes) > 2:
        largest = np.unravel_index(np.abs(stage.values(explanation.first)).argmax(), sizes)
        halves = [tuple(share * (size - 1) // 4 for size in sizes) for share in range(5)]
        return [*halves, tuple(map(int, largest))]
    if len(sizes) < 2:
        return [(unit,) for unit in range(sizes[0])] if sizes else [()]
    rows = range(0, sizes[0], max(1, sizes[0] // 40))
    return [(row, column) for row in rows for column in range(sizes[1])]


def assert_adds_up(terms):
    scale = abs(terms.factor) * (np.abs(terms.products).sum() + sum(abs(extra) for _, extra in terms.extras))
    if terms.divides:
        scale = abs(terms.value)
    assert terms.total == pytest.approx(terms.value, rel=1e-5, abs=3e-6 * scale), terms.symbol
    assert len(terms.labels) == len(terms.products)
    for _, factor in terms.factors:
        assert factor.shape == terms.products.shape


SETTINGS = [
    {},
    {"activation": "tanh", "optimizer": "adam", "learning_rate": 0.003, "weight_decay": 0.1},
    {"activation": "sigmoid", "optimizer": "momentum", "learning_rate": 0.1, "weight_decay": 0.01},
    {"hidden": (9, 8, 7), "optimizer": "adam", "learning_rate": 0.001, "augmentation": "shift"},
    {"hidden": (), "schedule": "cosine"},
    {"batch_size": None, "updates": 30},
    {"layers": "conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10"},
    {"layers": "conv 2 3x3 same, norm, pool 3, dropout 0.3, 12, norm, 10", "activation": "tanh"},
    {"layers": "pool 2, conv 3 3x3, 8, norm, dropout 0.5, 10", "activation": "sigmoid"},
    {"layers": "norm, 10"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_terms_add_up_to_the_number(settings):
    explanation = explained(**settings)
    for stage in all_stages(explanation):
        array = stage.values(5)
        for cell in some_cells(explanation, stage):
            terms = stage.terms(cell, 5)
            assert_adds_up(terms)
            if not stage.is_update:
                assert terms.value == pytest.approx(float(array[cell] if cell else array[0]), rel=1e-6)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_terms_of_the_whole_batch_add_up(settings):
    explanation = explained(**settings)
    for stage in all_stages(explanation):
        for cell in some_cells(explanation, stage):
            if not stage.is_by_image:
                assert_adds_up(stage.terms(cell, None))
            else:
                with pytest.raises(ValueError, match="choose an image"):
                    stage.terms(cell, None)


def test_the_other_images_of_a_large_batch_are_one_term():
    trainer = Trainer(Recipe(TrainingConfig(batch_size=None, updates=30)), DATA)
    state = trainer.initial_state()
    here, there = explain_update(trainer, state, 0), explain_update(trainer, state, CHUNK)
    cell = (3, 4)
    terms = stage_of(here, "dW2").terms(cell, None)
    ((name, others),) = terms.extras
    assert name == "the other 90 images"
    own = stage_of(there, "dW2").terms(cell, None).products.sum()
    assert others == pytest.approx(own, rel=1e-3, abs=1e-6 * np.abs(terms.products).sum())


def test_new_weights_are_the_ones_that_training_reached():
    explanation = explained(optimizer="momentum", weight_decay=0.1)
    terms = stage_of(explanation, "W2").terms((2, 3), None)
    assert terms.value == explanation.after.weights[1][2, 3]
    assert terms.products[0] == explanation.before.weights[1][2, 3]
    assert terms.labels == ("old value", "−rate · decay · old", "momentum · velocity", "−rate · gradient")


def test_a_pixel_of_dw1_is_ink_times_mask_times_what_arrives():
    explanation = explained()
    row = explanation.row(5)
    unit = int(layers_of(explanation).derivatives[0][row].argmax())
    pixel = int(explanation.inputs[row].argmax())
    terms = stage_of(explanation, "dW1").terms((pixel, unit), 5)
    (ink_name, ink), (mask_name, mask) = terms.multipliers
    (w_name, w), (dz_name, dz) = terms.factors
    assert (ink_name, mask_name, w_name, dz_name) == (f"x[{pixel}]", f"mask₁[{unit}]", "W₂", "dz₂")
    assert (ink, mask) == (explanation.inputs[row, pixel], 1)
    assert np.array_equal(w, explanation.before.weights[1][unit])
    assert np.array_equal(dz, layers_of(explanation).sum_gradients[1][row])
    assert terms.value != 0


def test_z1_is_an_image_of_784_products():
    explanation = explained()
    terms = stage_of(explanation, "z1").terms((3,), 5)
    assert terms.image == (28, 28)
    assert terms.products.shape == (784,)
    assert terms.extras == (("b₁[3]", float(explanation.before.biases[0][3])),)
    assert not stage_of(explanation, "z2").terms((3,), 5).image


def test_units_have_names_that_people_use():
    explanation = explained()
    assert stage_of(explanation, "x").units.name(30) == "row 1, column 2"
    assert stage_of(explanation, "z1").units.name(3) == "unit 3"
    assert stage_of(explanation, "z2").units.name(3) == "digit 3"


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_every_stage_is_put_into_words(settings):
    explanation = explained(**settings)
    for stage in all_stages(explanation):
        for example in (5, None):
            text = stage.describe(some_cells(explanation, stage)[-1], example)
            assert text.title
            assert "=" in text.formula
            assert text.sentence.endswith(".")
            assert "nan" not in text.formula


def test_the_formula_holds_the_real_numbers():
    explanation = explained()
    terms = stage_of(explanation, "z1").terms((3,), 5)
    text = stage_of(explanation, "z1").describe((3,), 5)
    assert text.title == "z₁: pre-activations (10)"
    assert text.formula.startswith("z₁[3] = Σᵢ x[i] · W₁[i, 3] + b₁[3] = ")
    *_, middle, value = text.formula.split(" = ")
    ink, bias = (part.replace("−", "-") for part in middle.replace(" − ", " + −").split(" + "))
    assert float(ink) == pytest.approx(float(terms.products.sum()), rel=0.01)
    assert float(bias) == pytest.approx(terms.extras[0][1], rel=0.01)
    assert float(value.replace("−", "-")) == pytest.approx(terms.value, rel=0.01)


def test_what_relu_and_softmax_do_is_said_of_this_image():
    explanation = explained()
    row = explanation.row(5)
    off = int(layers_of(explanation).derivatives[0][row].argmin())
    on = int(layers_of(explanation).derivatives[0][row].argmax())
    activation, mask = stage_of(explanation, "a1"), stage_of(explanation, "mask1")
    assert layers_of(explanation).derivatives[0][row, off] == 0
    assert f"Unit {off} is off" in activation.describe((off,), 5).sentence
    assert f"Unit {on} is on" in activation.describe((on,), 5).sentence
    assert "stops here" in mask.describe((off,), 5).sentence
    assert "passes unchanged" in mask.describe((on,), 5).sentence
    label = explanation.labels[row]
    probability = explanation.probabilities[row, label]
    assert f"{100 * probability:.1f}" in stage_of(explanation, "p").describe((0,), 5).sentence


def explained_when_sure(activation="relu", hidden=()):
    """An update of a network so sure, and so right, that there is nothing left to learn from its batch."""
    trainer = Trainer(Recipe(TrainingConfig(hidden=hidden, activation=activation, batch_size=20)), DATA)
    state = trainer.initial_state()
    for _ in range(300):
        trainer.step(state)
    state.parameters.vector[:] *= 1000
    return explain_update(trainer, state)


def test_a_network_that_is_right_beyond_doubt_is_told_that_nothing_has_to_change():
    explanation = explained_when_sure()
    assert explanation.accuracy == 1
    assert explanation.loss == 0
    for digit in range(10):
        assert "exactly the probability it should" in stage_of(explanation, "dz1").describe((digit,), 0).sentence
    update = stage_of(explanation, "W1").describe((400, 3), None).sentence
    assert update.endswith("The weight stays. With all parameters moved, the loss of this batch stays at 0.")


def test_a_unit_without_a_slope_passes_no_gradient_and_is_called_off_only_where_it_is():
    flat = stage_of(explained_when_sure("sigmoid", (6,)), "dz1").describe((2,), 0).sentence
    assert flat.startswith("Unit 2 stands where its activation function is flat for this image")
    explanation = explained()
    off = int(layers_of(explanation).derivatives[0][explanation.row(5)].argmin())
    assert stage_of(explanation, "dz1").describe((off,), 5).sentence.startswith(f"Unit {off} is off for this image")


def test_what_the_factors_of_the_whole_batch_are_is_told():
    explanation = explained()
    (weights,) = (stage for stage in all_stages(explanation) if stage.symbol == "dW₁")
    assert (
        weights.terms((400, 3), None).meaning
        == "for each image, what came from row 14, column 8 times the gradient at unit 3"
    )
    biases = stage_of(explanation, "db2")
    assert biases.terms((7,), None).meaning == "for each image, the gradient at digit 7"
    large = stage_of(explained(0, 0, batch_size=None), "db2")
    assert large.terms((7,), None).meaning.endswith("; the other 90 together at the end")


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_weight_decay_stands_in_the_formula_of_weights_and_of_no_bias(optimizer):
    explanation = explained(optimizer=optimizer, weight_decay=0.1, learning_rate=0.01)
    weight = stage_of(explanation, "W1").describe((400, 3), None).formula
    assert " = old − rate · decay · old " in weight
    assert "decay" not in stage_of(explanation, "b1").describe((3,), None).formula
    without = explained(optimizer=optimizer, learning_rate=0.01)
    assert "decay" not in stage_of(without, "W1").describe((400, 3), None).formula


def test_a_batch_of_one_image_is_told_as_one():
    explanation = explained(0, batch_size=1)
    for stage in Chain(explanation).stages:
        for example in (0, None):
            cell = (0,) * len(stage.axes)
            assert "1 images" not in stage.describe(cell, example).sentence


def test_what_lies_beyond_the_last_block_of_a_pooling_is_told_as_left_out():
    explanation = explained(layers="conv 2 4x4, pool 3, 10", batch_size=8)
    won, returned = stage_of(explanation, "won1"), stage_of(explanation, "dz1")
    assert won.values(5).shape == (2, 25, 25)
    for stage in (won, returned):
        text = stage.describe((1, 24, 3), 5).sentence
        assert "row 24, column 3 lies beyond the last block and is left out" in text
        assert "beyond" not in stage.describe((1, 23, 3), 5).sentence
    terms = won.terms((1, 24, 3), 5)
    assert (terms.rule, terms.value, terms.labels) == ("0, for it lies in no block", 0, ("in no block",))
    assert returned.terms((1, 24, 3), 5).value == 0


@pytest.mark.parametrize(
    ("layers", "what"), [("conv 2 5x5, pool 2, 10", "what the kernel looks for is"), ("pool 2, 10", "ink is")]
)
def test_a_pooling_of_the_image_speaks_of_ink_and_not_of_a_kernel(layers, what):
    explanation = explained(layers=layers, batch_size=8)
    pooled = next(each for each in all_stages(explanation) if each.symbol.startswith("pool"))
    assert f"{what} somewhere here" in pooled.describe((0, 3, 3), 5).sentence
