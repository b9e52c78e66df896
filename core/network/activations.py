"""Activation functions: what bends a layer's output, so that layers together can do more than one layer alone.

Each is a pair: the function a = f(z), and its derivative, by which the backward pass multiplies. The derivative is
written in terms of a, because the forward pass has computed it already:

    relu      a = max(z, 0)          f'(z) = 1 where a > 0, else 0
    tanh      a = tanh(z)            f'(z) = 1 - a^2
    sigmoid   a = 1 / (1 + e^-z)     f'(z) = a (1 - a)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from core.network.arrays import Floats

Activation = Literal["relu", "tanh", "sigmoid"]


@dataclass(frozen=True)
class ActivationFunction:
    """A function applied to every element, and its derivative.

    Attributes
    ----------
    apply : callable
        ``apply(z, out)`` returns f(z), written to ``out`` (an array like ``z``, or None for a new one).
    derivative : callable
        ``derivative(a, out)`` returns f'(z) given a = f(z), written to ``out`` likewise.
    """

    apply: Callable[[Floats, Floats | None], Floats]
    derivative: Callable[[Floats, Floats | None], Floats]


def _relu(z: Floats, out: Floats | None) -> Floats:
    return np.maximum(z, 0, out=out)


def _relu_derivative(a: Floats, out: Floats | None) -> Floats:
    # a is never negative, so its sign is the mask: 1 where the unit is on, 0 where it is off.
    return np.sign(a, out=out)


def _tanh(z: Floats, out: Floats | None) -> Floats:
    return np.tanh(z, out=out)


def _tanh_derivative(a: Floats, out: Floats | None) -> Floats:
    squared = np.multiply(a, a, out=out)
    return np.subtract(1, squared, out=squared)


def _sigmoid(z: Floats, out: Floats | None) -> Floats:
    # sigmoid(z) = (1 + tanh(z / 2)) / 2 cannot overflow, unlike e^-z.
    a = np.multiply(z, 0.5, out=out)
    np.tanh(a, out=a)
    np.add(a, 1, out=a)
    return np.multiply(a, 0.5, out=a)


def _sigmoid_derivative(a: Floats, out: Floats | None) -> Floats:
    complement = np.subtract(1, a, out=out)
    return np.multiply(complement, a, out=complement)


ACTIVATIONS: Mapping[str, ActivationFunction] = MappingProxyType(
    {
        "relu": ActivationFunction(_relu, _relu_derivative),
        "tanh": ActivationFunction(_tanh, _tanh_derivative),
        "sigmoid": ActivationFunction(_sigmoid, _sigmoid_derivative),
    }
)
