"""The presets: what each is for, and that each learns."""

import numpy as np
import pytest

from core.network.network import Network
from core.runs.run import Run
from core.training.evaluation import evaluate
from core.training.presets import PRESETS, fitting_rate
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_pair


def test_there_are_five():
    assert list(PRESETS) == ["default", "original", "wide", "convolution", "lenet"]
    assert [preset.config.layout.size for preset in PRESETS.values()] == [7960, 7960, 101_770, 5994, 61_706]


def test_their_rates_fit_their_optimizers():
    for preset in PRESETS.values():
        assert fitting_rate(preset.config, preset.config) == preset.config.learning_rate
    plain = PRESETS["convolution"].config.with_changes(optimizer="sgd")
    assert fitting_rate(plain, PRESETS["convolution"].config) == pytest.approx(0.3)
    assert fitting_rate(PRESETS["convolution"].config, plain.with_changes(learning_rate=0.3)) == pytest.approx(0.03)


def test_the_original_recipe_is_bare():
    config = PRESETS["original"].config
    assert (config.batch_size, config.learning_rate, config.optimizer) == (None, 0.1, "sgd")
    assert (config.schedule, config.weight_decay, config.augmentation) == ("constant", 0, "none")
    assert Trainer(Recipe(config), small_pair().train).plan.total_updates == 500


def test_the_default_takes_fewer_than_thirty_epochs():
    assert PRESETS["default"].config.epochs < 30


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_each_says_in_a_sentence_what_it_shows(preset):
    assert preset.title
    assert preset.sentence.endswith(".")
    assert 20 < len(preset.sentence) < 120


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_each_learns_a_small_data_set(preset):
    pair = small_pair()
    run = Run(Recipe(preset.config), pair, test_share=0)
    while not run.finished:
        run.step()
    evaluation = evaluate(run.snapshot().network, pair.test)
    assert evaluation.accuracy > 0.95
    assert run.metrics.read().batch_loss[-5:].mean() < 0.2


def test_the_default_learns_mnist(shared_folder):
    from core.data.data_sources import load_pair

    data = load_pair(shared_folder / "mnist")
    trainer = Trainer(Recipe(PRESETS["default"].config), data.train)
    state = trainer.initial_state()
    for _ in range(3000):
        trainer.step(state)
    assert np.isfinite(state.parameters.vector).all()
    assert evaluate(Network(state.parameters), data.test).accuracy > 0.88
