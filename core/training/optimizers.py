"""The optimizers that settings and files can name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from core.training.adam import Adam
from core.training.momentum import Momentum
from core.training.optimizer import Optimizer
from core.training.sgd import SGD

OptimizerName = Literal["sgd", "momentum", "adam"]

OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType({each.name: each for each in (SGD(), Momentum(), Adam())})
"""By their names; a test holds that these are the ones of `OptimizerName`."""
