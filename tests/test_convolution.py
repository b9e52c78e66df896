"""A convolution worked by hand, and against the plainest loops that say what it is."""

import numpy as np
import pytest

from core.network.convolution import Convolution
from tests.operations import gone_back, made_pass


def plain(maps, kernels, biases, padding):
    """One image's maps (channels, rows, columns), loop by loop."""
    channels, side, _, filters = kernels.shape
    maps = np.pad(maps, ((0, 0), (padding, padding), (padding, padding)))
    rows, columns = maps.shape[1] - side + 1, maps.shape[2] - side + 1
    made = np.zeros((filters, rows, columns))
    for f in range(filters):
        for r in range(rows):
            for s in range(columns):
                total = biases[f]
                for c in range(channels):
                    for i in range(side):
                        for j in range(side):
                            total += maps[c, r + i, s + j] * kernels[c, i, j, f]
                made[f, r, s] = total
    return made


def plain_gradients(maps, kernels, d_made, padding):
    """What the loops above say of each number: by the maps, the kernels and the biases."""
    channels, side = kernels.shape[:2]
    maps = np.pad(maps, ((0, 0), (padding, padding), (padding, padding)))
    d_maps, d_kernels = np.zeros_like(maps), np.zeros_like(kernels)
    for f, r, s in np.ndindex(d_made.shape):
        for c, i, j in np.ndindex(channels, side, side):
            d_maps[c, r + i, s + j] += kernels[c, i, j, f] * d_made[f, r, s]
            d_kernels[c, i, j, f] += maps[c, r + i, s + j] * d_made[f, r, s]
    inner = slice(padding, -padding or None)
    return d_maps[:, inner, inner], d_kernels, d_made.sum(axis=(1, 2))


def test_a_case_worked_by_hand():
    # An edge between columns 1 and 2, and the kernel that answers to it: right minus left.
    image = np.array([[[[0.0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]]])
    parameters = {"W": np.array([[-1.0, 1], [-1, 1]]).reshape(1, 2, 2, 1), "b": np.array([0.5])}
    operation = Convolution(1, 2)
    _, work = made_pass(operation, image, parameters=parameters)
    assert work.output.tolist() == [[[[0.5, 2.5, 0.5], [0.5, 2.5, 0.5]]]]
    d_input, gradient = gone_back(operation, parameters, work, np.array([[[[0.0, 1, 0], [0, 0, 2]]]]))
    assert d_input.tolist() == [[[[0, -1, 1, 0], [0, -1, 1 - 2, 2], [0, 0, -2, 2]]]]
    assert gradient["W"][0, :, :, 0].tolist() == [[0 + 2, 1 + 2], [0 + 2, 1 + 2]]
    assert gradient["b"].tolist() == [3]


@pytest.mark.parametrize("operation", [Convolution(3, 3), Convolution(2, 5, same=True), Convolution(4, 1)], ids=str)
def test_it_is_what_the_plainest_loops_say(operation):
    rng = np.random.default_rng(2)
    inputs = rng.normal(size=(4, 2, 6, 7))
    parameters, work = made_pass(operation, inputs)
    d_output = rng.normal(size=work.output.shape)
    d_input, gradient = gone_back(operation, parameters, work, d_output)
    found = [plain_gradients(maps, parameters["W"], d, operation.padding) for maps, d in zip(inputs, d_output)]  # noqa: B905
    expected = np.stack([plain(maps, parameters["W"], parameters["b"], operation.padding) for maps in inputs])
    assert np.allclose(work.output, expected, rtol=0, atol=1e-13)
    assert np.allclose(d_input, np.stack([one[0] for one in found]), rtol=0, atol=1e-13)
    assert np.allclose(gradient["W"], sum(one[1] for one in found), rtol=0, atol=1e-12)
    assert np.allclose(gradient["b"], sum(one[2] for one in found), rtol=0, atol=1e-12)


def test_a_moved_image_gives_a_moved_map():
    rng = np.random.default_rng(3)
    image = np.zeros((1, 1, 9, 9))
    image[..., 2:6, 2:6] = rng.normal(size=(4, 4))
    parameters, work = made_pass(Convolution(2, 3), image)
    _, moved = made_pass(Convolution(2, 3), np.roll(image, (1, 2), (2, 3)), parameters=parameters)
    assert np.array_equal(moved.output[:, :, 1:, 2:], work.output[:, :, :-1, :-2])
