"""The nonlinearities that settings and files can name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from core.network.nonlinearity import Nonlinearity
from core.network.relu import ReLU
from core.network.sigmoid import Sigmoid
from core.network.tanh import Tanh

Activation = Literal["relu", "tanh", "sigmoid"]

ACTIVATIONS: Mapping[str, Nonlinearity] = MappingProxyType({each.name: each for each in (ReLU(), Tanh(), Sigmoid())})
"""By their names; a test holds that these are the ones of `Activation`."""
