"""Every parameter has one place in the vector, and is found there by its name and back."""

import numpy as np
import pytest

from core.network.fully_connected import fully_connected
from core.network.parameters import Parameters


def test_weights_and_biases_lie_layer_by_layer_and_fill_the_vector():
    layout = fully_connected((784, 12, 10))
    assert [place.name for place in layout.places] == ["W1", "b1", "W2", "b2"]
    assert [place.shape for place in layout.places] == [(784, 12), (12,), (12, 10), (10,)]
    ends = [0, *(place.slice.stop for place in layout.places)]
    assert [place.slice.start for place in layout.places] == ends[:-1]
    assert layout.size == ends[-1] == 784 * 12 + 12 + 12 * 10 + 10
    assert [place.is_weights for place in layout.places] == [True, False, True, False]


def test_a_parameter_is_found_by_its_name_and_cell_and_its_name_by_its_place():
    parameters = Parameters.zeros(fully_connected((6, 4, 3)))
    for index in range(parameters.layout.size):
        place, cell = parameters.layout.at(index)
        assert parameters.layout.index(place.name, cell) == index
        parameters.vector[:] = 0
        parameters.arrays[place.name][cell] = 1
        assert np.flatnonzero(parameters.vector).tolist() == [index]


def test_beyond_the_vector_there_is_nothing():
    with pytest.raises(IndexError, match="no parameter 35 among 35"):
        fully_connected((4, 4, 3)).at(35)
