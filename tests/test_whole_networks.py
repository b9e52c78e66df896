"""Networks of all operations together: their gradients are right, they learn, and what they did can be done again."""

import numpy as np
import pytest

from core.errors import ConfigError
from core.explanation.update import explain_update, network_of
from core.network.gradient_check import Verdict, check_gradient, random_sample
from core.network.network import Network, loss_and_gradient
from core.network.parameters import Parameters
from core.network.prediction import predict
from core.network.softmax_loss import one_hot
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset, small_pair

DATA = small_dataset(400, 6)
LISTS = [
    "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10",
    "conv 3 5x5 same, norm, pool 2, dropout 0.3, conv 4 3x3, norm, pool 3, 20, norm, dropout 0.5, 10",
    "pool 4, dropout 0.2, 15, 10",
    "conv 4 28x28, 10",
    "norm, 12, norm, 10",
]


def network(layers, activation="relu", seed=None):
    layout = TrainingConfig(layers=layers, activation=activation).layout
    vector = np.random.default_rng(3).normal(0, 0.1, layout.size)
    parameters = Parameters(vector, layout)
    for name, array in parameters.arrays.items():
        if name.startswith(("scale", "variance")):
            array[...] = 1 + np.abs(array)
    return Network(parameters, training_seed=seed)


def batch(size):
    return DATA.images[:size] / 255, one_hot(DATA.labels[:size]).astype(float)


@pytest.mark.parametrize("seed", [None, (5, 4)])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("layers", LISTS)
def test_gradients_agree_with_difference_quotients(layers, activation, seed):
    checked = network(layers, activation, seed)
    gradient = loss_and_gradient(checked, *batch(6)).gradient.vector
    indices = random_sample(checked.parameters.layout, 60, np.random.default_rng(0), gradient)
    checks = check_gradient(checked, batch(6), indices)
    assert {check.verdict for check in checks} <= {Verdict.AGREES, Verdict.AT_KINK}
    assert sum(check.verdict is Verdict.AGREES for check in checks) >= 0.9 * len(checks)
    assert max(abs(check.analytic) for check in checks) > 1e-3


def test_running_means_are_not_checked():
    layout = network(LISTS[1]).parameters.layout
    names = {layout.at(index)[0].kind for index in random_sample(layout, 500, np.random.default_rng(0))}
    assert names == {"W", "b", "scale", "shift"}


@pytest.mark.parametrize("layers", LISTS)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_every_moment_of_a_run_comes_back_bit_for_bit(layers, optimizer):
    config = TrainingConfig(
        layers=layers, optimizer=optimizer, learning_rate=0.01, batch_size=30, epochs=2, augmentation="shift"
    )
    run, states = Run(Recipe(config), small_pair(train=150)), {}
    while not run.finished:
        run.step()
        states[run.update] = run.snapshot(with_state=True).state
    run.keyframes.interval = 1
    for update in (7, 3, 10, 1):
        again = run.replay().state_at(update)
        assert again.parameters.vector.tobytes() == states[update].parameters.vector.tobytes()
        assert again.slots.tobytes() == states[update].slots.tobytes()
    branch = run.branch(4, "branch")
    branch.advance(run.update, lambda *_: None, "")
    assert branch.snapshot().network.parameters.vector.tobytes() == states[run.update].parameters.vector.tobytes()


def test_a_network_used_in_the_middle_of_training_disturbs_nothing():
    config = TrainingConfig(layers=LISTS[1], batch_size=30, epochs=2)
    runs = [Run(Recipe(config), small_pair(train=150)) for _ in range(2)]
    for _ in range(6):
        for run in runs:
            run.step()
        evaluate(runs[0].snapshot().network, DATA)
    one, other = (run.snapshot().network.parameters.vector for run in runs)
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("layers", LISTS[:2])
def test_answers_do_not_depend_on_what_else_is_asked(layers):
    asked = Network(network(layers).parameters.astype(np.float32))
    assert np.allclose(predict(asked, DATA.images)[:3], predict(asked, DATA.images[:3]), atol=1e-6)


def test_a_convolutional_network_learns():
    config = TrainingConfig(layers=LISTS[0], optimizer="momentum", learning_rate=0.05, batch_size=20, epochs=4)
    run = Run(Recipe(config), small_pair(train=400))
    losses = []
    while not run.finished:
        run.step()
    losses = run.metrics.read().batch_loss
    assert losses[-10:].mean() < losses[:5].mean() / 4


def random_layers(rng):
    """A list of layers that mostly fit together."""
    kinds = ["conv {} {}x{}", "conv {} {}x{} same", "pool {1}", "dropout 0.{}", "norm", "{}"]
    texts = []
    for _ in range(rng.integers(1, 7)):
        number, side = rng.integers(1, 7), rng.integers(1, 6)
        texts.append(str(rng.choice(kinds, p=[0.25, 0.15, 0.2, 0.1, 0.15, 0.15])).format(number, side, side))
    return ", ".join([*texts, "10"])


def test_whatever_is_accepted_makes_updates_and_is_written_back():
    rng, made = np.random.default_rng(0), 0
    while made < 80:
        text = random_layers(rng)
        try:
            config = TrainingConfig(layers=text, batch_size=7, augmentation="shift")
        except ConfigError:
            continue
        assert TrainingConfig.from_dict(config.to_dict()) == config
        trainer = Trainer(Recipe(config), DATA)
        state = trainer.initial_state()
        for _ in range(2):
            trainer.step(state)
        assert np.isfinite(state.parameters.vector).all(), text
        made += 1


def test_the_gradient_check_draws_the_masks_of_the_update_that_is_shown():
    config = TrainingConfig(layers=LISTS[1], batch_size=8)
    trainer = Trainer(Recipe(config), DATA)
    state = trainer.initial_state()
    trainer.step(state)
    explanation = explain_update(trainer, state)
    indices = random_sample(config.layout, 40, np.random.default_rng(0), explanation.gradient.vector)
    checks = check_gradient(network_of(explanation), (explanation.inputs, explanation.targets), indices)
    assert {check.verdict for check in checks} <= {Verdict.AGREES, Verdict.AT_KINK}
    shown = explanation.gradient.vector[indices]
    assert [check.analytic for check in checks] == pytest.approx(shown.tolist(), rel=1e-2, abs=1e-4)
    trainer.step(state)
    assert explanation.after.vector.tobytes() == state.parameters.vector.tobytes()
