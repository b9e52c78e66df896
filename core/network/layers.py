"""A network as a list of layers, in words that people type: "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10".

    conv 8 5x5          8 filters with kernels of 5 x 5; "conv 8 5x5 same" pads with zeros, so that maps keep their size
    pool 2              of each 2 x 2 the largest
    dropout 0.5         in training, half of the numbers are left out by chance
    norm                batch norm of the layer before
    32                  a dense layer of 32 units; the last is always 10, one unit for each digit

The nonlinearity follows by itself after each convolution and each dense layer but the last: behind a norm and a pooling
of that layer, where there are any. Between maps and dense layers the numbers are put in a row by themselves, too.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from core.errors import ConfigError
from core.network.activations import ACTIVATIONS, Activation
from core.network.arrays import CLASSES, IMAGE_SIDE
from core.network.batch_norm import BatchNorm
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.flatten import Flatten, Unflatten
from core.network.layer_kinds import LAYER_KINDS, MOST_FILTERS, MOST_UNITS, Layer, kind_of
from core.network.layout import Layout
from core.network.operation import MAPS, Operation, Shape
from core.network.pooling import MaxPooling
from core.text.number_text import counted

MOST_LAYERS = 32
MOST_PARAMETERS = 150_000_000
MOST_IMAGE_BYTES = 32 * 2**20
"""Memory of the passes for one image."""

LONGEST_TEXT = 1000

_EXAMPLES = ", ".join(f"“{kind.write(kind.example)}”" for kind in LAYER_KINDS if not isinstance(kind.example, Dense))
EXPECTED = f"expected {_EXAMPLES} or a number of units, and a comma between layers"


@lru_cache
def parse_layers(text: str) -> tuple[Layer, ...]:
    """Return the layers that a text lists, separated by commas.

    Raises
    ------
    ConfigError
        If a part is no layer, or a number in it makes no sense. Whether they fit together is for `layered` to say.
    """
    if len(text) > LONGEST_TEXT:
        raise ConfigError(f"The list of layers has {len(text):,} letters; expected at most {LONGEST_TEXT:,}.")
    parts = [" ".join(part.lower().replace("×", "x").split()) for part in text.split(",")]
    if parts == [""]:
        raise ConfigError("The list of layers is empty; write one such as “conv 8 5x5, pool 2, 10”.")
    layers = tuple(_parse_layer(part) for part in parts)
    for layer in layers:
        _require_sensible(layer)
    return layers


def write_layers(layers: tuple[Layer, ...]) -> str:
    """Return what `parse_layers` reads."""
    return ", ".join(map(write_layer, layers))


def write_layer(layer: Layer) -> str:
    """Return one layer in words: "conv 8 5x5"."""
    return kind_of(layer).write(layer)


def layers_of(layout: Layout) -> tuple[Layer, ...]:
    """Return the layers of a network that `layered` made."""
    return tuple(each for each in layout.operations if isinstance(each, Layer))


def is_fully_connected(layers: tuple[Layer, ...]) -> bool:
    """Return whether there are dense layers alone."""
    return all(isinstance(layer, Dense) for layer in layers)


@lru_cache
def layered(layers: tuple[Layer, ...], activation: Activation = "relu") -> Layout:
    """Return the operations of a network with these layers; no memory is taken for its parameters.

    Parameters
    ----------
    layers : tuple of Layer
        From the image to the digits.
    activation : {"relu", "tanh", "sigmoid"}
        What follows each convolution and each dense layer but the last.

    Raises
    ------
    ConfigError
        If they do not fit together, or make too large a network: one sentence with the layer and what to do.
    """
    if len(layers) > MOST_LAYERS:
        raise ConfigError(f"{len(layers)} layers are too many; at most {MOST_LAYERS} are possible.")
    _require_output(layers)
    nonlinearity = ACTIVATIONS[activation]
    operations: list[Operation] = []
    shape: Shape = (IMAGE_SIDE * IMAGE_SIDE,)
    waits_for_nonlinearity = is_normed = False

    def add(operation: Operation) -> None:
        nonlocal shape
        operations.append(operation)
        shape = operation.out_shape(shape)

    if any(kind_of(layer).needs_maps for layer in layers):
        add(Unflatten((1, IMAGE_SIDE, IMAGE_SIDE)))
    for number, layer in enumerate(layers, 1):
        if waits_for_nonlinearity and not isinstance(layer, MaxPooling | BatchNorm):
            add(nonlinearity)
            waits_for_nonlinearity = False
        if isinstance(layer, Dense) and len(shape) == MAPS:
            add(Flatten())
        _require_fit(layers[:number], shape, is_normed=is_normed)
        add(layer)
        if isinstance(layer, Convolution | Dense):
            waits_for_nonlinearity, is_normed = True, False
        is_normed = is_normed or isinstance(layer, BatchNorm)
    layout = Layout(tuple(operations))
    if layout.size > MOST_PARAMETERS:
        raise ConfigError(
            f"This network has {layout.size:,} parameters; at most {MOST_PARAMETERS:,} are possible. Take fewer "
            "filters or units, or pool before a dense layer."
        )
    if layout.image_bytes > MOST_IMAGE_BYTES:
        raise ConfigError(
            f"This network takes {layout.image_bytes / 2**20:,.0f} MB for each image; at most "
            f"{MOST_IMAGE_BYTES / 2**20:,.0f} MB are possible. Take fewer filters or smaller kernels, or pool earlier."
        )
    return layout


def _parse_layer(part: str) -> Layer:
    for kind in LAYER_KINDS:
        if found := re.fullmatch(kind.form, part, re.ASCII):
            return kind.read(found)
    if re.search(r"(?<![.\d])\d{10}", part, re.ASCII):
        raise ConfigError(
            f"“{part[:60]}” names a number that is far too large; expected at most {MOST_UNITS:,} units, or "
            f"{MOST_FILTERS} filters."
        )
    raise ConfigError(f"“{part[:60]}” is no layer; {EXPECTED}." if part else f"A layer is missing; {EXPECTED}.")


def _require_sensible(layer: Layer) -> None:
    """Raise ConfigError where a number is out of range, whatever comes before."""
    words = f"“{write_layer(layer)}”"
    for number in kind_of(layer).numbers:
        number.require_sensible(getattr(layer, number.name), words)
    if isinstance(layer, Convolution) and layer.same and not layer.side % 2:
        raise ConfigError(f"{words} has an even side; with “same” it has to be odd, so that there is a middle.")


def _require_output(layers: tuple[Layer, ...]) -> None:
    last = layers[-1] if layers else None
    if isinstance(last, Dense) and last.units == CLASSES:
        return
    what = "There is no layer" if last is None else f"The last layer is “{write_layer(last)}”"
    raise ConfigError(f"{what}; it has to be {CLASSES}, one unit for each digit. Write “, {CLASSES}” at the end.")


def _require_fit(layers: tuple[Layer, ...], shape: Shape, *, is_normed: bool) -> None:
    """Raise ConfigError where the last of some layers cannot take what those before it give out."""
    *before, layer = layers
    words = f"Layer {len(layers)}, “{write_layer(layer)}”,"
    if isinstance(layer, BatchNorm) and is_normed:
        raise ConfigError(f"{words} is the second norm of the same layer; leave one out.")
    if isinstance(layer, BatchNorm | Dropout | Dense):
        return
    if len(shape) < MAPS:
        raise ConfigError(
            f"{words} needs maps with rows and columns, and gets {counted(shape[0], 'number')} in a row; put it before "
            "the dense layers."
        )
    _, rows, columns = shape
    if layer.side > min(rows, columns) and not (isinstance(layer, Convolution) and layer.same):
        what = "kernel" if isinstance(layer, Convolution) else "square"
        least = next(number.low for number in kind_of(layer).numbers if number.name == "side")
        largest = min(rows, columns)
        advice = f"take a {what} of at most {largest}" if largest >= least else "leave it out"
        raise ConfigError(
            f"{words} is too large: what comes in has {rows} x {columns} numbers; {advice}, or "
            f"{_ways_to_larger_maps(before, layer.side)} before it."
        )


def _ways_to_larger_maps(layers: Sequence[Layer], side: int) -> str:
    """Say what leaves maps of at least this side: fewer poolings or smaller kernels, where one of them is enough."""
    pooled = [layer.side for layer in layers if isinstance(layer, MaxPooling)]
    cut = [layer.side - 1 for layer in layers if isinstance(layer, Convolution) and not layer.same and layer.side > 1]
    pool_less, smaller_kernels = "pool less", "take smaller kernels"
    ways = [pool_less] if pooled and IMAGE_SIDE - sum(cut) >= side else []
    ways += [smaller_kernels] if cut and IMAGE_SIDE // math.prod(pooled) >= side else []
    return " or ".join(ways) or f"{pool_less} and {smaller_kernels}"
