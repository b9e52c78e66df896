"""The gradient check passes what is right, finds each classic bug, and does not judge at a kink of ReLU."""

import numpy as np
import pytest
from small_data import small_dataset

from core.errors import CancelledError
from core.explanation.check_words import describe_check, describe_checks
from core.network.fully_connected import fully_connected
from core.network.gradient_check import EPSILON, GradientCheck, Verdict, backpropagation, check_gradient, random_sample
from core.network.network import Network
from core.network.parameters import Parameters
from core.network.softmax_loss import one_hot, softmax_cross_entropy
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import CHUNK, Trainer
from tests.by_layer import forward_by_layer

DATA = small_dataset(700, 4)


def trained(size=64, updates=15, **settings):
    trainer = Trainer(Recipe(TrainingConfig(**settings)), DATA)
    state = trainer.initial_state()
    for _ in range(updates):
        trainer.step(state)
    batch = DATA.images[:size] * np.float32(1 / 255), one_hot(DATA.labels[:size])
    return Network(state.parameters), batch


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"activation": "tanh", "hidden": (12, 8)},
        {"activation": "sigmoid"},
        {"hidden": (9, 8, 7)},
        {"hidden": ()},
    ],
    ids=str,
)
def test_backpropagation_is_right_everywhere(settings):
    network, batch = trained(**settings)
    indices = random_sample(network.parameters.layout, 60, np.random.default_rng(1))
    checks = check_gradient(network, batch, indices)
    assert [check.index for check in checks] == indices
    assert {check.verdict for check in checks} <= {Verdict.AGREES, Verdict.AT_KINK}
    assert sum(check.verdict is Verdict.AGREES for check in checks) >= len(checks) - 1
    assert any(abs(check.analytic) > 1e-4 for check in checks)


def test_a_sample_takes_what_has_a_gradient_first():
    network, batch = trained()
    gradient = backpropagation(network, *batch)
    indices = random_sample(network.parameters.layout, 40, np.random.default_rng(1), gradient.vector)
    assert len(indices) == len(set(indices)) == 40
    assert all(gradient.vector[index] for index in indices)
    assert not any(check.says_nothing for check in check_gradient(network, batch, indices))
    # Where there are too few of these, others fill the share of their group.
    few = np.zeros_like(gradient.vector)
    few[[3, 5]] = 1
    assert {3, 5} <= set(random_sample(network.parameters.layout, 40, np.random.default_rng(1), few))


def test_a_weight_without_ink_says_nothing():
    network, batch = trained()
    inputs = batch[0].copy()
    inputs[:, 0] = 0
    (check,) = check_gradient(network, (inputs, batch[1]), [0])
    assert check.says_nothing
    assert (
        describe_checks([check]) == "0 of 1 agree; the largest difference is 0; 1 say nothing, for both numbers are 0."
    )


def test_a_batch_of_several_chunks_is_checked_as_a_whole():
    network, batch = trained(size=CHUNK + 100)
    exact = backpropagation(Network(network.parameters.astype(float)), batch[0].astype(float), batch[1].astype(float))
    (check,) = check_gradient(network, batch, [7900])
    assert check.analytic == pytest.approx(exact.vector[7900], rel=1e-12)
    assert check.verdict is Verdict.AGREES


def buggy(drop_mask=False, flip_sign=False, forget_mean=False, forget_biases=False):
    """A backward pass written out once more, with room for mistakes."""

    def gradient(network, inputs, targets):
        passed = forward_by_layer(network, inputs)
        dz = softmax_cross_entropy(passed.logits, targets).probabilities - targets
        dz /= 1 if forget_mean else len(inputs)
        made = Parameters.zeros(network.parameters.layout, np.float64)
        for layer in reversed(range(len(network.parameters.weights))):
            made.weights[layer][:] = passed.activations[layer].T @ dz
            if not forget_biases:
                made.biases[layer][:] = dz.sum(axis=0)
            dz = dz @ network.parameters.weights[layer].T
            if not drop_mask:
                dz = dz * (passed.activations[layer] > 0)
        if flip_sign:
            made.vector[:] *= -1
        return made

    return gradient


def test_the_written_out_backward_pass_is_right_without_its_bugs():
    network, batch = trained()
    indices = random_sample(network.parameters.layout, 40, np.random.default_rng(2))
    for right, other in zip(
        check_gradient(network, batch, indices),
        check_gradient(network, batch, indices, gradient=buggy()),
        strict=True,
    ):
        assert other.analytic == pytest.approx(right.analytic, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("bug", ["drop_mask", "flip_sign", "forget_mean", "forget_biases"])
def test_each_bug_is_found(bug):
    network, batch = trained()
    indices = random_sample(network.parameters.layout, 60, np.random.default_rng(1))
    checks = check_gradient(network, batch, indices, gradient=buggy(**{bug: True}))
    differing = [check for check in checks if check.verdict is Verdict.DIFFERS]
    assert len(differing) >= 5
    assert "bug" in describe_checks(checks)
    assert "bug" in describe_check(differing[0])
    if bug == "forget_biases":
        sizes = network.layer_sizes
        biases = {*range(sizes[0] * sizes[1], sizes[0] * sizes[1] + sizes[1]), *range(7950, 7960)}
        assert {check.index for check in differing} <= biases


def test_no_judgement_where_a_nudge_switches_a_relu():
    parameters = Parameters.zeros(fully_connected((784, 1, 10)), np.float64)
    parameters.weights[1][0] = np.linspace(-1, 1, 10)
    # The only hidden unit has the sum 0 for every image: any nudge of its bias crosses the kink.
    inputs, targets = np.ones((3, 784)), np.eye(10)[[1, 5, 9]]
    (check,) = check_gradient(Network(parameters), (inputs, targets), [784])
    assert check.verdict is Verdict.AT_KINK
    assert check.crosses_kink
    assert check.epsilon < EPSILON
    assert "kink" in describe_check(check)
    assert "kink" in describe_checks([check])


def test_a_smaller_nudge_settles_what_the_first_could_not():
    parameters = Parameters.zeros(fully_connected((784, 1, 10)), np.float64)
    parameters.weights[1][0] = np.linspace(-1, 1, 10)
    parameters.biases[0][0] = EPSILON / 3
    inputs, targets = np.ones((3, 784)), np.eye(10)[[1, 5, 9]]
    (check,) = check_gradient(Network(parameters), (inputs, targets), [784])
    assert check.verdict is Verdict.AGREES
    assert check.epsilon == pytest.approx(EPSILON / 10)
    assert check.analytic != 0


def test_a_network_that_diverged_has_no_gradient_to_check():
    network, batch = trained()
    network.parameters.vector[:] = np.nan
    (check,) = check_gradient(network, batch, [3])
    assert check.verdict is Verdict.NOT_FINITE
    assert "diverged" in describe_check(check)
    assert "diverged" in describe_checks([check])


def test_the_sample_takes_from_every_layer():
    sample = random_sample(fully_connected((784, 12, 10)), 40, np.random.default_rng(0))
    assert len(set(sample)) == 40
    ends = np.cumsum([784 * 12, 12, 120, 10])
    assert np.bincount(np.searchsorted(ends, sample, side="right"), minlength=4).tolist() == [10, 10, 10, 10]


def test_checking_tells_of_its_progress_and_can_be_cancelled():
    network, batch = trained()
    fractions = []
    check_gradient(network, batch, [1, 2, 3, 4], report=lambda fraction, text: fractions.append(fraction))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 0.75

    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        check_gradient(network, batch, [1], report=cancel)


def test_agreement_is_said_in_words():
    check = GradientCheck(0, EPSILON, 1.0, 1.0, 0.1, 0.1, 1e-6, False, Verdict.AGREES)
    assert "right" in describe_check(check)
    assert describe_checks([check]).startswith("1 of 1 agree")
