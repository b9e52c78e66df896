"""Each operation's backward pass against central differences in float64, for inputs, weights and all else."""

import numpy as np
import pytest

from core.network.batch_norm import BatchNorm
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.flatten import Flatten, Unflatten
from core.network.operation import batch_last
from core.network.pooling import MaxPooling
from tests.operations import differences, gone_back, made_pass

OPERATIONS = [
    (Convolution(3, 2), (2, 5, 4)),
    (Convolution(2, 3, same=True), (2, 4, 5)),
    (Convolution(4, 1), (3, 2, 2)),
    (Convolution(2, 1, same=True), (2, 3, 2)),
    (Convolution(1, 5, same=True), (1, 2, 3)),
    (Convolution(2, 4), (1, 4, 4)),
    (MaxPooling(2), (2, 4, 6)),
    (MaxPooling(2), (2, 5, 3)),
    (MaxPooling(3), (1, 7, 8)),
    (Dropout(0.4), (2, 3, 3)),
    (Dropout(0.4), (11,)),
    (BatchNorm(), (3, 2, 4)),
    (BatchNorm(), (5,)),
    (Flatten(), (2, 3, 4)),
    (Unflatten((2, 3, 2)), (12,)),
    (Dense(4), (6,)),
]


@pytest.mark.parametrize("in_training", [True, False])
@pytest.mark.parametrize(("operation", "shape"), OPERATIONS, ids=str)
def test_gradients_are_those_of_difference_quotients(operation, shape, in_training):
    rng = np.random.default_rng(0)
    inputs, seed = rng.normal(size=(3, *shape)), 5 if in_training else None
    d_output = rng.normal(size=(3, *operation.out_shape(shape)))
    parameters, work = made_pass(operation, inputs, seed)
    d_input, gradient = gone_back(operation, parameters, work, d_output)
    numeric_input, numeric = differences(operation, inputs, d_output, seed)
    assert np.abs(d_input - numeric_input).max() < 1e-8
    for name in set(numeric) - operation.statistics:
        assert np.abs(gradient[name] - numeric[name]).max() < 1e-8, name


@pytest.mark.parametrize(("operation", "shape"), OPERATIONS, ids=str)
def test_the_order_in_memory_makes_no_difference(operation, shape):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(3, *shape))
    d_output = rng.normal(size=(3, *operation.out_shape(shape)))
    results = []
    for order in (np.ascontiguousarray, _batch_innermost):
        parameters, work = made_pass(operation, order(inputs), seed=5)
        results.append((work.output.copy(), *_flat(gone_back(operation, parameters, work, order(d_output)))))
    assert all(np.allclose(one, other, rtol=0, atol=1e-14) for one, other in zip(*results, strict=True))


def _batch_innermost(array):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 0, -1)), -1, 0)


def _flat(found):
    d_input, gradient = found
    return d_input.copy(), *(gradient[name] for name in sorted(gradient))


def test_maps_lie_in_memory_with_the_images_innermost():
    _, work = made_pass(Convolution(3, 2), np.zeros((4, 1, 5, 5)))
    for array in (work.output, work.d_input, work.kept):
        assert batch_last(array).flags.c_contiguous
