"""Whoever meets the symbols for the first time is told what they mean, and can follow the chain rule link by link."""

import re

import numpy as np
import pytest
from small_data import small_dataset

from core.explanation.chain import Chain
from core.explanation.update import explain_update
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.stages import all_stages, layers_of, stage_of

DATA = small_dataset(640, 3)
SYMBOL = re.compile(r"[ΣWbazpxymgseℓ][̂]?′?[₀-₉ᵢₖ]*(?![a-z])|d[Wbaz][₀-₉]|mask[₀-₉]|f′[₀-₉]|[a-zε]{3,}|ε|ln")
WORDS = {"ink", "else", "the", "over", "images", "old", "first"}
NAMES = r"(?:d?(?:[za]|pool|flat|drop|norm|bn)|dscale|dshift|mask|f′|won|keep|mean|var)[₀-₉]+|\b[xp]\b"
"""Symbols of stages in a rule."""

DENSE = [
    {},
    {"activation": "tanh", "optimizer": "adam", "weight_decay": 0.1, "hidden": (9, 8)},
    {"activation": "sigmoid", "optimizer": "momentum", "weight_decay": 0.01},
    {"hidden": ()},
]
SETTINGS = [
    *DENSE,
    {"layers": "conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10"},
    {"layers": "conv 2 3x3 same, norm, pool 3, dropout 0.3, 12, norm, 10", "activation": "tanh"},
    {"layers": "pool 2, conv 3 3x3, 8, norm, dropout 0.5, 10", "activation": "sigmoid"},
    {"layers": "norm, 10"},
]


def explained(updates=9, **settings):
    trainer = Trainer(Recipe(TrainingConfig(**{"learning_rate": 0.01} | settings)), DATA)
    state = trainer.initial_state()
    for _ in range(updates):
        trainer.step(state)
    return explain_update(trainer, state)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_every_symbol_of_a_formula_is_explained(settings):
    explanation = explained(**settings)
    for stage in all_stages(explanation):
        rule = re.sub(r"\[[^]]*\]", "", stage.terms((0,) * len(stage.axes), 0).rule)
        meanings = "\n".join(stage.legend())
        found = set(SYMBOL.findall(rule)) - WORDS
        assert found or stage.symbol == "x"
        for name in found:
            assert re.search(rf"(^|[^a-zA-Z]){re.escape(name)}([^a-zA-Z]|$)", meanings), (rule, name, meanings)


@pytest.mark.parametrize("settings", [{"hidden": (9, 8)}, *SETTINGS], ids=str)
def test_the_links_of_the_chain_rule_lead_from_the_loss_to_every_parameter(settings):
    known = {"∂L/∂p"}
    chain = Chain(explained(0, **settings))
    for stage in chain.stages:
        link = stage.link
        if not stage.is_backward or stage.is_update:
            assert link == ""
        elif stage.symbol.startswith(("mask", "f′", "won")):
            known.add(link)
        else:
            result, factors = link.split(" = ")
            outer, inner = factors.split(" · ")
            # The derivative that comes from behind is known, and what is between cancels.
            assert outer in known
            assert outer.split("/∂")[1] == inner.split("/")[0].removeprefix("∂")
            assert result == f"∂L/∂{inner.split('/∂')[1]}"
            known.add(result)
    assert {f"∂L/∂{update.symbol}" for update in chain.updates} <= known


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_sources_of_a_stage_are_what_its_formula_is_written_in(settings):
    explanation = explained(**settings)
    stages = all_stages(explanation)
    for stage in stages:
        sources = stage.sources
        if stage.is_update:
            assert [source.symbol for source in sources] == [f"d{stage.symbol}"]
            continue
        rule = stage.terms((0,) * len(stage.axes), 0).rule
        named = set(re.findall(NAMES, rule))
        assert named == {source.symbol for source in sources}
        assert all(source in stages for source in sources)


@pytest.mark.parametrize("settings", DENSE, ids=str)
def test_the_backward_pass_is_a_product_of_numbers_of_the_stages_before(settings):
    explanation = explained(**settings)
    layers = len(explanation.before.layout.layer_sizes) - 1
    returned = passed = layers_of(explanation)
    for layer in range(layers):
        last_unit = explanation.before.layout.layer_sizes[layer + 1] - 1
        dz = float(returned.sum_gradients[layer][0, last_unit])
        source = int(passed.activations[layer][0].argmax())
        terms = stage_of(explanation, f"dW{layer + 1}").terms((source, last_unit), 0)
        assert terms.value == pytest.approx(float(passed.activations[layer][0, source]) * dz, rel=1e-5)
        assert terms.working.parts == pytest.approx([passed.activations[layer][0, source], dz])
        bias = stage_of(explanation, f"db{layer + 1}").terms((last_unit,), 0)
        assert bias.working.parts == pytest.approx([dz])
        if layer < layers - 1:
            hidden = stage_of(explanation, f"dz{layer + 1}").terms((last_unit,), 0)
            arriving, slope = layers_of(explanation).activation_gradients[layer], returned.derivatives[layer]
            assert hidden.working.parts == pytest.approx([arriving[0, last_unit], slope[0, last_unit]])


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 1.0), ("momentum", 0.1), ("adam", 0.01)])
def test_the_formula_of_an_update_can_be_worked_out_from_its_numbers(optimizer, rate):
    explanation = explained(optimizer=optimizer, learning_rate=rate, weight_decay=0.1)
    old, change = explanation.before.weights[1], explanation.change.weights[1]
    # A small weight that moves far, or rounding would hide the step.
    cell = tuple(int(place) for place in np.unravel_index(np.abs(change / old).argmax(), old.shape))
    terms = stage_of(explanation, "W2").terms(cell, None)
    assert terms.working.compute(*terms.working.parts) - old[cell] == pytest.approx(float(change[cell]), rel=1e-4)
    assert float(explanation.gradient.weights[1][cell]) in (
        *terms.working.parts,
        *(part for _, _, working in terms.steps for part in working.parts),
    )
    assert terms.meaning.endswith("gradient: the parts of all 64 images added up")


def test_adams_running_means_can_be_worked_out_from_what_is_shown():
    """From the second update on: the first has means of 0 before it."""
    explanation = explained(updates=3, optimizer="adam")
    cell, index = (3, 4), None
    terms = stage_of(explanation, "W2").terms(cell, None)
    before, after = explanation.slots_before, explanation.slots_after
    index = next(place for place in range(before.shape[1]) if explanation.before.vector[place] == terms.products[0])
    gradient = float(explanation.gradient.weights[1][cell])
    names, values, workings = zip(*terms.steps, strict=True)
    assert names == (
        "m = β₁ · m + (1 − β₁) · gradient",
        "ĝ = m / (1 − β₁ᵗ)",
        "s = β₂ · s + (1 − β₂) · gradient²",
        "ŝ = s / (1 − β₂ᵗ)",
    )
    mean, corrected, square, corrected_square = values
    assert mean == after[0, index] == pytest.approx(0.9 * float(before[0, index]) + 0.1 * gradient, rel=1e-5)
    assert square == after[1, index] == pytest.approx(0.999 * float(before[1, index]) + 0.001 * gradient**2, rel=1e-5)
    assert corrected == pytest.approx(mean / (1 - 0.9**4))
    assert corrected_square == pytest.approx(square / (1 - 0.999**4))
    new = terms.products[0] - 0.01 * corrected / (corrected_square**0.5 + 1e-8)
    assert terms.value == pytest.approx(new, rel=1e-5)
    assert [working.compute(*working.parts) for working in workings] == pytest.approx(values, rel=1e-5)
    assert "β₁ = 0.9, β₂ = 0.999, ε = 1e−8, t = 4" in terms.meaning
    assert "t = 4 updates of Adam" in "\n".join(stage_of(explanation, "W2").legend())


def test_shapes_stand_in_titles_and_in_the_rules_of_whole_batches():
    explanation = explained(hidden=(9, 8))
    stages = Chain(explanation).stages
    texts = {stage.symbol: stage.describe((0,) * len(stage.axes), None) for stage in stages}
    assert texts["dW₁"].title == "dW₁: gradient of L by the weights (784 × 9)"
    assert texts["loss"].title == "loss: cross-entropy, ℓ of an image and L of the batch"
    assert texts["z₂"].formula == "z₂ (64 × 8) = a₁ (64 × 9) · W₂ (9 × 8) + b₂ (8)"
    assert texts["da₁"].formula == "da₁ (64 × 9) = dz₂ (64 × 8) · W₂ᵀ (8 × 9)"
    assert stage_of(explanation, "dW1").tip.endswith("(784 × 9); made of x and dz₁")


def test_units_of_several_hidden_layers_are_told_apart():
    explanation = explained(hidden=(9, 8))
    weights = stage_of(explanation, "dW2").describe((3, 2), None).sentence
    assert "from unit 3 of layer 1 to unit 2 of layer 2" in weights
    assert "digit 4 larger" in stage_of(explanation, "db3").describe((4,), None).sentence


def test_a_weight_that_earlier_updates_carry_uphill_is_told_of():
    explanation = explained(optimizer="momentum", momentum=0.99)
    change, gradient = explanation.change.weights[1], explanation.gradient.weights[1]
    for uphill in (True, False):
        cell = tuple(int(place) for place in np.argwhere((change * gradient > 0) == uphill)[0])
        said = stage_of(explanation, "W2").describe(cell, None).sentence
        assert ("earlier updates still carry it" in said) == uphill
        assert ("against its gradient" in said) != uphill
        assert ("rises by" if change[cell] > 0 else "falls by") in said


def test_the_loss_of_a_truth_that_is_ruled_out_has_a_formula_that_holds():
    trainer = Trainer(Recipe(TrainingConfig()), DATA)
    state = trainer.initial_state()
    state.parameters.vector[:] *= 12
    explanation = explain_update(trainer, state)
    image = int(explanation.losses.argmax())
    assert 120 < explanation.losses[image] < 700
    terms = stage_of(explanation, "loss").terms((), image)
    (probability,) = terms.working.parts
    assert -np.log(probability) == pytest.approx(terms.value, rel=1e-6)
