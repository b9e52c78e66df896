"""Networks as the settings know them: fully connected layers, with a nonlinearity after each but the last."""

from functools import lru_cache
from typing import cast

from core.network.activations import ACTIVATIONS, Activation
from core.network.dense import Dense
from core.network.layout import Layout
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Operation


@lru_cache
def fully_connected(layer_sizes: tuple[int, ...], activation: Activation = "relu") -> Layout:
    """Return the operations of a fully connected network: (784, 10, 10) gives Dense(10), ReLU(), Dense(10).

    Parameters
    ----------
    layer_sizes : tuple of int
        Units from input to output, such as (784, 10, 10).
    activation : {"relu", "tanh", "sigmoid"}
        What hidden units do with their pre-activations.
    """
    pixels, *hidden, outputs = layer_sizes
    layers: list[Operation] = []
    for units in hidden:
        layers += [Dense(units), ACTIVATIONS[activation]]
    return Layout((*layers, Dense(outputs)), (pixels,))


def activation_of(layout: Layout, default: Activation = "relu") -> Activation:
    """Return the activation of a fully connected network; ``default`` where it has no hidden layer."""
    names = [operation.name for operation in layout.operations if isinstance(operation, Nonlinearity)]
    return cast(Activation, names[0]) if names else default
