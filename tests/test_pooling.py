"""Max pooling: who wins, who gets the gradient, and what becomes of rows and columns that are left over."""

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.network.pooling import MaxPooling
from tests.operations import gone_back, made_pass


def test_a_case_worked_by_hand():
    # Columns and rows are left over; of the two nines the first wins.
    image = np.array([[[[1.0, 2, 9, 0, 7], [4, 3, 9, 5, 7], [7, 7, 7, 7, 7]]]])
    operation = MaxPooling(2)
    _, work = made_pass(operation, image)
    assert work.output.tolist() == [[[[4, 9]]]]
    assert operation.winners(work).tolist() == [[[[2, 0]]]]
    d_input, _ = gone_back(operation, {}, work, np.array([[[[10.0, 20]]]]))
    assert d_input.tolist() == [[[[0, 0, 20, 0, 0], [10, 0, 0, 0, 0], [0, 0, 0, 0, 0]]]]


@pytest.mark.parametrize("side", [2, 3, 4])
def test_it_is_what_the_plainest_loops_say(side):
    rng = np.random.default_rng(side)
    # Few different numbers, so that many are equal.
    inputs = rng.integers(0, 4, (3, 2, 9, 10)).astype(float)
    operation = MaxPooling(side)
    _, work = made_pass(operation, inputs)
    d_output = rng.normal(size=work.output.shape)
    d_input, _ = gone_back(operation, {}, work, d_output)
    expected, winners = np.zeros_like(inputs), operation.winners(work)
    for m, c, r, s in np.ndindex(work.output.shape):
        square = inputs[m, c, r * side : (r + 1) * side, s * side : (s + 1) * side]
        assert work.output[m, c, r, s] == square.max()
        first = int(square.argmax())
        assert winners[m, c, r, s] == first
        expected[m, c, r * side + first // side, s * side + first % side] = d_output[m, c, r, s]
    assert np.array_equal(d_input, expected)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda each: each.name)
def test_bending_after_pooling_gives_what_bending_before_it_gives(activation):
    inputs = np.random.default_rng(0).normal(size=(3, 2, 6, 6))
    _, pooled = made_pass(MaxPooling(2), inputs)
    _, bent = made_pass(MaxPooling(2), activation.apply(inputs, None))
    assert np.array_equal(activation.apply(pooled.output, None), bent.output)


def test_another_winner_is_another_branch():
    inputs = np.random.default_rng(0).normal(size=(2, 1, 4, 4))
    _, one = made_pass(MaxPooling(2), inputs)
    _, nudged = made_pass(MaxPooling(2), inputs + 1e-9)
    _, other = made_pass(MaxPooling(2), -inputs)
    assert MaxPooling(2).same_branch(one, nudged)
    assert not MaxPooling(2).same_branch(one, other)
