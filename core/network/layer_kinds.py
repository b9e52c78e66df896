"""The kinds of layers that people list, one entry each: how it is written, which numbers it has, what it is called.

A kind that is added here can be typed, is checked, and stands in the list of layers in the window, with a field for
each of its numbers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.errors import ConfigError
from core.network.arrays import IMAGE_SIDE
from core.network.batch_norm import BatchNorm
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.pooling import MaxPooling

Layer = Convolution | MaxPooling | Dropout | BatchNorm | Dense
"""What a person lists; nonlinearities and changes of shape go without saying."""

MOST_FILTERS = 512
MOST_UNITS = 4096

_NUMBER = r"(-?\d{1,9})"
"""Bounds are told of each number by name, so whatever is one is read."""


class LayerNumber(NamedTuple):
    """A number of a layer that can be chosen, ``name`` its field; its bounds depend on nothing else.

    ``label`` stands beside it, ``tip`` says what it means, ``found`` what is wrong with a layer, ``{words}``, whose
    ``{value}`` lies beyond ``low`` or ``high``. A share may be a fraction, and lies below ``high``.
    """

    name: str
    label: str
    tip: str
    low: int
    high: int
    found: str
    is_share: bool = False

    def require_sensible(self, value: float, words: str) -> None:
        """Raise ConfigError where a value is out of bounds, with the layer in words."""
        if self.low <= value < self.high + (not self.is_share):
            return
        expected = f"a share from {self.low} to below {self.high}, such as 0.5 for half" if self.is_share else ""
        found = self.found.format(value=value, words=words)
        raise ConfigError(f"{found}; expected {expected or f'{self.low} to {self.high:,}'}.")


class LayerSwitch(NamedTuple):
    """What a layer does or does not: ``name`` is its field, ``tip`` says what it means."""

    name: str
    tip: str


@dataclass(frozen=True, kw_only=True)
class LayerKind:
    """A kind of layer.

    Attributes
    ----------
    title, meaning : str
        What it is called, and what it does, with the field's other names.
    example : Layer
        One of usual size.
    form : str
        How it is written, a regular expression.
    read : callable
        Returns the layer that was found so; raises ConfigError where it cannot be meant.
    write : callable
        Returns a layer as it is written.
    numbers, switches : tuple of LayerNumber, tuple of LayerSwitch
        What can be chosen.
    needs_maps : bool
        Whether it works on maps with rows and columns alone.
    """

    title: str
    meaning: str
    example: Layer
    form: str
    read: Callable[[re.Match[str]], Layer]
    write: Callable[[Any], str]
    numbers: tuple[LayerNumber, ...] = ()
    switches: tuple[LayerSwitch, ...] = ()
    needs_maps: bool = False


def kind_of(layer: Layer) -> LayerKind:
    """Return which kind a layer is of."""
    return next(kind for kind in LAYER_KINDS if type(kind.example) is type(layer))


def _square(words: str, rows: str, columns: str | None) -> int:
    if columns not in (None, rows):
        raise ConfigError(f"“{words}” is not square; write as many rows as columns, such as {rows}x{rows}.")
    return int(rows)


LAYER_KINDS: tuple[LayerKind, ...] = (
    LayerKind(
        title="Convolution",
        meaning="Small kernels, laid on every place of the image or of the feature maps before (Conv2d)",
        example=Convolution(8, 5),
        form=rf"(?:conv|convolution) ?{_NUMBER} {_NUMBER}(?: ?x ?{_NUMBER})?( same)?",
        read=lambda found: Convolution(int(found[1]), _square(found[0], found[2], found[3]), bool(found[4])),
        write=lambda layer: f"conv {layer.filters} {layer.side}x{layer.side}{' same' if layer.same else ''}",
        numbers=(
            LayerNumber(
                "filters",
                "filters",
                "Filters (kernels) of the convolution: how many maps it makes",
                1,
                MOST_FILTERS,
                "{words} has {value:,} filters",
            ),
            LayerNumber(
                "side",
                "kernel",
                "Rows and columns of a kernel",
                1,
                IMAGE_SIDE,
                "{words} has kernels with sides of {value:,}",
            ),
        ),
        switches=(LayerSwitch("same", "Zeros are put around the maps (padding), so that they keep their size"),),
        needs_maps=True,
    ),
    LayerKind(
        title="Max pooling",
        meaning="Of each square the largest number: smaller maps (MaxPool2d)",
        example=MaxPooling(2),
        form=rf"(?:max ?)?pool(?:ing)? ?{_NUMBER}(?: ?x ?{_NUMBER})?",
        read=lambda found: MaxPooling(_square(found[0], found[1], found[2])),
        write=lambda layer: f"pool {layer.side}",
        numbers=(
            LayerNumber(
                "side",
                "square",
                "Rows and columns of a pooling square",
                2,
                IMAGE_SIDE,
                "{words} has squares with sides of {value:,}",
            ),
        ),
        needs_maps=True,
    ),
    LayerKind(
        title="Dense",
        meaning="Fully connected: each unit has a weight for every number before it (Linear)",
        example=Dense(32),
        form=rf"(?:dense )?{_NUMBER}(?: units?)?",
        read=lambda found: Dense(int(found[1])),
        write=lambda layer: str(layer.units),
        numbers=(
            LayerNumber(
                "units", "units", "Units of the dense layer", 1, MOST_UNITS, "A layer of {value:,} units makes no sense"
            ),
        ),
    ),
    LayerKind(
        title="Dropout",
        meaning="In training, numbers are left out at random, against overfitting",
        example=Dropout(0.5),
        form=r"dropout (-?\d{0,9}(?:\.\d+)?(?<=\d))",
        # As many digits as are written again.
        read=lambda found: Dropout(round(float(found[1]), 9)),
        write=lambda layer: f"dropout {layer.share:.9g}",
        numbers=(
            LayerNumber(
                "share",
                "share left out",
                "The share of numbers that dropout leaves out at each update (dropout rate)",
                0,
                1,
                "{words} makes no sense",
                is_share=True,
            ),
        ),
    ),
    LayerKind(
        title="Batch norm",
        meaning="Mean 0 and spread 1 over the batch, then scale and shift as is learned",
        example=BatchNorm(),
        form=r"(?:batch ?)?norm",
        read=lambda found: BatchNorm(),
        write=lambda layer: "norm",
    ),
)
"""In the order in which they are offered."""
