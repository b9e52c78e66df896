"""A nonlinearity that the program does not have yet is one class, its words another, and a line that joins them."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pytest

from core.explanation import chain
from core.explanation.nonlinearity import NonlinearityWords, Slope, nonlinearity_stages
from core.explanation.terms import Working
from core.explanation.update import explain_update
from core.network.dense import Dense
from core.network.layout import Layout
from core.network.nonlinearity import Nonlinearity
from core.network.parameters import Parameters
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer, TrainingState
from tests.small_data import small_dataset
from tests.stages import all_stages

LEAK = 0.125


@dataclass(frozen=True)
class LeakyReLU(Nonlinearity):
    """Like ReLU, but for a leak: an eighth of what is below 0 passes."""

    name, title, meaning = "leaky", "leaky ReLU", "A ReLU that never dies."
    is_signed = True
    limits = "any"

    def apply(self, z, out):
        return np.maximum(z, LEAK * z, out=out)

    def derivative(self, a, out):
        return np.add(np.multiply(np.greater(a, 0, out=out), 1 - LEAK, out=out), LEAK, out=out)

    def inverse(self, a):
        return a if a > 0 else a / LEAK


class LeakyWords(NonlinearityWords):
    function_line = "max: the larger of the two"
    slope_line = f"1 where the unit is on, {LEAK} where it is off"

    def rule(self, z):
        return f"max({z}, {LEAK} · {z})"

    def working(self, z):
        return Working(f"max({{0}}, {LEAK} · {{0:f}})", (z,), lambda z: max(z, LEAK * z))

    def slope_rule(self, a):
        return f"1 where {a} > 0, else {LEAK}"

    def slope(self, name, a):
        rule = f"1 if {name} > 0, else {LEAK}"
        slope = 1.0 if a > 0 else LEAK
        working = Working(f"(1 if {{0}} > 0, else {LEAK})", (a,), lambda a: 1.0 if a > 0 else LEAK)
        return Slope(f"({rule})", [slope], (rule,), (), working)

    def activation_sentence(self, unit, a):
        return f"{unit} passes its pre-activation on, but of what is below 0 an eighth."


@pytest.fixture
def explained(monkeypatch):
    stages = {**chain.STAGES, LeakyReLU: nonlinearity_stages(LeakyWords())}
    monkeypatch.setattr(chain, "STAGES", MappingProxyType(stages))
    layout = Layout((Dense(9), LeakyReLU(), Dense(10)))
    vector = np.random.default_rng(1).normal(0, 0.1, layout.size).astype(np.float32)
    trainer = Trainer(Recipe(TrainingConfig(batch_size=20)), small_dataset(60, 2))
    state = TrainingState(Parameters(vector, layout), np.zeros((0, layout.size), np.float32), 0)
    for _ in range(10):
        trainer.step(state)
    return explain_update(trainer, state)


def test_it_learns_and_is_explained(explained):
    assert explained.loss_after < explained.loss < 2.3
    names = " ".join(stage.symbol for stage in all_stages(explained))
    assert names == "x z₁ a₁ z₂ p loss dz₂ dW₂ db₂ da₁ f′₁ dz₁ dW₁ db₁ W₁ b₁ W₂ b₂"
    for stage in all_stages(explained):
        cell = tuple(units.size // 2 for units in stage.axes)
        terms = stage.terms(cell, 3)
        scale = abs(terms.factor) * (np.abs(terms.products).sum() + sum(abs(extra) for _, extra in terms.extras))
        assert terms.total == pytest.approx(terms.value, rel=1e-5, abs=3e-6 * scale), stage.symbol
        text = stage.describe(cell, 3)
        assert text.sentence.endswith(".")
        assert " = " in text.formula
        assert stage.describe(cell, None).legend


def test_its_gradient_is_found_by_the_terms_of_the_stage_before(explained):
    stages = {stage.symbol: stage for stage in all_stages(explained)}
    slopes = stages["f′₁"].values(None)
    assert set(np.unique(slopes).tolist()) == {LEAK, 1.0}
    np.testing.assert_array_equal(stages["dz₁"].values(None), stages["da₁"].values(None) * slopes)
