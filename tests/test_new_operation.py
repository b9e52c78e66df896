"""An operation that the program does not have yet is one class: here dropout, a convolution and pooling.

They learn, their gradients are those of difference quotients, and nothing but their own class knows of them.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.network.dense import Dense
from core.network.gradient_check import Verdict, check_gradient, random_sample
from core.network.initialization import initialize
from core.network.layout import Layout
from core.network.network import Network, Passes, backward, forward, loss_and_gradient
from core.network.operation import Operation
from core.network.parameters import Parameters
from core.network.softmax_loss import one_hot
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer, TrainingState
from tests.small_data import small_dataset

DATA = small_dataset(400, 6)


@dataclass(frozen=True)
class Dropout(Operation):
    """Lets each number through with some probability, and makes up for the others; without rng, all."""

    share: float

    draws = True

    def kept_shape(self, in_shape):
        return in_shape

    def forward(self, parameters, work, rng):
        work.kept[...] = 1 if rng is None else (rng.random(work.kept.shape) >= self.share) / (1 - self.share)
        np.multiply(work.input, work.kept, out=work.output)

    def backward(self, parameters, work, d_output):
        np.multiply(d_output, work.kept, out=work.d_input)


@dataclass(frozen=True)
class Convolution(Operation):
    """Slides filters of shape (side, side) over images of shape (rows, columns)."""

    side: int
    filters: int

    def parameter_shapes(self, in_shape):
        return {"W": (self.side * self.side, self.filters), "b": (self.filters,)}

    def out_shape(self, in_shape):
        return (*(length - self.side + 1 for length in in_shape), self.filters)

    def _patches(self, work):
        windows = np.lib.stride_tricks.sliding_window_view(work.input, (self.side, self.side), axis=(1, 2))
        return windows.reshape(*windows.shape[:3], -1)

    def forward(self, parameters, work, rng):
        np.add(self._patches(work) @ parameters["W"], parameters["b"], out=work.output)

    def backward(self, parameters, work, d_output):
        work.d_input[...] = 0
        rows, columns = d_output.shape[1:3]
        for place, weights in enumerate(parameters["W"]):
            down, across = divmod(place, self.side)
            work.d_input[:, down : down + rows, across : across + columns] += d_output @ weights

    def parameter_gradient(self, work, d_output, gradient):
        np.einsum("mrcp,mrcf->pf", self._patches(work), d_output, out=gradient["W"])
        d_output.sum(axis=(0, 1, 2), out=gradient["b"])


@dataclass(frozen=True)
class MaxPool(Operation):
    """Takes the largest of each two by two; the gradient goes to where it stood."""

    def out_shape(self, in_shape):
        return (in_shape[0] // 2, in_shape[1] // 2, in_shape[2])

    def kept_shape(self, in_shape):
        return in_shape

    @staticmethod
    def _blocks(array):
        images, rows, columns, channels = array.shape
        return array.reshape(images, rows // 2, 2, columns // 2, 2, channels)

    def forward(self, parameters, work, rng):
        self._blocks(work.input).max(axis=(2, 4), out=work.output)

    def backward(self, parameters, work, d_output):
        spread = self._blocks(work.kept)
        np.equal(self._blocks(work.input), work.output[:, :, None, :, None], out=spread, casting="unsafe")
        np.multiply(spread, d_output[:, :, None, :, None], out=self._blocks(work.d_input))

    def same_branch(self, one, other):
        return np.array_equal(*(self._blocks(work.input) == work.output[:, :, None, :, None] for work in (one, other)))


@dataclass(frozen=True)
class Reshape(Operation):
    """The same numbers in another shape."""

    shape: tuple[int, ...]

    def out_shape(self, in_shape):
        return self.shape

    def forward(self, parameters, work, rng):
        work.output[...] = work.input.reshape(work.output.shape)

    def backward(self, parameters, work, d_output):
        work.d_input[...] = d_output.reshape(work.d_input.shape)


CONVOLUTION = Layout(
    (
        Reshape((28, 28)),
        Convolution(3, 4),
        ACTIVATIONS["relu"],
        MaxPool(),
        Reshape((13 * 13 * 4,)),
        Dropout(0.25),
        Dense(10),
    )
)


def started(layout, dtype=np.float64):
    vector = np.random.default_rng(3).normal(0, 0.1, layout.size).astype(dtype)
    return Network(Parameters(vector, layout))


def batch(size):
    return DATA.images[:size] / 255, one_hot(DATA.labels[:size]).astype(float)


def test_shapes_and_places_follow_from_the_operations():
    assert CONVOLUTION.shapes == ((784,), (28, 28), (26, 26, 4), (26, 26, 4), (13, 13, 4), (676,), (676,), (10,))
    assert [place.name for place in CONVOLUTION.places] == ["W1", "b1", "W2", "b2"]
    assert CONVOLUTION.size == 9 * 4 + 4 + 676 * 10 + 10


def test_their_gradients_agree_with_difference_quotients():
    network = started(CONVOLUTION)
    indices = [*range(40), *random_sample(CONVOLUTION, 40, np.random.default_rng(0))]
    checks = check_gradient(network, batch(6), indices)
    assert {check.verdict for check in checks} <= {Verdict.AGREES, Verdict.AT_KINK}
    assert sum(check.verdict is Verdict.AGREES for check in checks) > 70
    assert max(abs(check.analytic) for check in checks[:40]) > 1e-3


def test_a_network_of_them_learns():
    network = started(CONVOLUTION)
    inputs, targets = batch(400)
    passes, gradient = Passes.empty(CONVOLUTION, 400, float), Parameters.zeros(CONVOLUTION, float)
    first = loss_and_gradient(network, inputs, targets).loss_sum
    for update in range(25):
        forward(network, inputs, passes, np.random.default_rng([7, update]))
        network.loss.forward(passes.loss, targets)
        network.parameters.vector[:] -= 0.5 * backward(network, passes, targets, 400, gradient).vector
    assert loss_and_gradient(network, inputs, targets).loss_sum < first / 3


@pytest.mark.parametrize("seed", [0, 1])
def test_a_mask_is_drawn_by_the_seed_alone_and_not_where_the_network_is_used(seed):
    network = started(CONVOLUTION)
    inputs, _ = batch(20)
    masked, again = (forward(network, inputs, rng=np.random.default_rng(seed)).logits for _ in range(2))
    used = forward(network, inputs).logits
    assert np.array_equal(masked, again)
    assert not np.array_equal(masked, used)
    assert np.array_equal(used, forward(network, inputs).logits)


def trained(updates, seed=0):
    """The state of a network with dropout after so many updates, and the masks of these."""
    layout = Layout((Dense(20), ACTIVATIONS["relu"], Dropout(0.5), Dense(10)))
    trainer = Trainer(Recipe(TrainingConfig(batch_size=40, seed=seed)), DATA)
    parameters = initialize(layout, "relu", "auto", np.random.default_rng(1))
    state = TrainingState(parameters, np.zeros((0, layout.size), np.float32), 0)
    masks = []
    for _ in range(updates):
        masks += [chunk.passes.operations[2].kept.copy() for chunk in trainer.passes(state)]
        trainer.step(state)
    return state, masks


def test_training_draws_a_mask_for_each_update_and_repeats_it():
    state, masks = trained(12)
    again, others = trained(12)
    assert state.parameters.vector.tobytes() == again.parameters.vector.tobytes()
    assert all(np.array_equal(mask, other) for mask, other in zip(masks, others, strict=True))
    assert not any(np.array_equal(mask, following) for mask, following in pairwise(masks))
    assert not np.array_equal(trained(1, seed=1)[1][0], masks[0])
    assert {float(value) for mask in masks for value in np.unique(mask)} == {0, 2}
