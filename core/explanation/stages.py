"""The stages of an update, in the order in which they happen.

Forward, from the image to the loss:

    x -> z1 -> a1 -> z2 -> p -> loss

and back again, from the loss to every weight, and to the change that the optimizer makes of it:

    dz2 -> dW2 -> db2 -> da1 -> mask1 -> dz1 -> dW1 -> db1 -> update

``d`` stands for "gradient of the loss L, the mean over the batch, by". Deeper networks repeat the middle. Layers count
from 0 in code and from 1 in symbols, as people write them.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.explanation.update import UpdateExplanation
from core.network.activations import Activation
from core.network.arrays import Floats
from core.network.layout import Layout

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class StageKind(Enum):
    """What happens in a stage."""

    INPUT = "x"
    SUM = "z"
    ACTIVATION = "a"
    SOFTMAX = "p"
    LOSS = "loss"
    SUM_GRADIENT = "dz"
    WEIGHT_GRADIENT = "dW"
    BIAS_GRADIENT = "db"
    ACTIVATION_GRADIENT = "da"
    MASK = "mask"
    WEIGHT_UPDATE = "W"
    BIAS_UPDATE = "b"


UPDATES = (StageKind.WEIGHT_UPDATE, StageKind.BIAS_UPDATE)
PARAMETER_STAGES = (StageKind.WEIGHT_GRADIENT, StageKind.BIAS_GRADIENT, *UPDATES)

IMAGE_LOSS, BATCH_LOSS = "ℓ", "L"
"""Symbols of the loss: of one image, and the mean over the batch, whose gradient the backward pass works out."""

Cell = tuple[int, ...]
"""Where in a stage's array: () for the loss, (unit,) for a vector, (from, to) for weights."""


@dataclass(frozen=True)
class Stage:
    """One step of an update.

    Attributes
    ----------
    kind : StageKind
        What happens.
    layer : int
        The weights' layer l that it belongs to, from 0. Hidden layer l follows weights l, so a1 has layer 0.
    """

    kind: StageKind
    layer: int = 0

    @property
    def is_backward(self) -> bool:
        """Whether it comes after the loss."""
        return self.kind not in (
            StageKind.INPUT,
            StageKind.SUM,
            StageKind.ACTIVATION,
            StageKind.SOFTMAX,
            StageKind.LOSS,
        )

    @property
    def has_examples(self) -> bool:
        """Whether each image of the batch has numbers of its own here; the update has none."""
        return self.kind not in UPDATES

    @property
    def is_weights(self) -> bool:
        """Whether its array is as large as a layer's weights."""
        return self.kind in (StageKind.WEIGHT_GRADIENT, StageKind.WEIGHT_UPDATE)

    @property
    def axes(self) -> tuple[int, ...]:
        """Which layers of units its array runs over, 0 for the pixels: (0, 1) for dW1, (1,) for z1, () for the loss."""
        if self.kind is StageKind.LOSS:
            return ()
        if self.kind is StageKind.INPUT:
            return (0,)
        return (self.layer, self.layer + 1) if self.is_weights else (self.layer + 1,)


def stages_of(layers: int) -> tuple[Stage, ...]:
    """Return the stages of an update of a network with so many layers of weights, in order."""
    kinds, last = StageKind, layers - 1
    forward = [Stage(kinds.INPUT)]
    for layer in range(layers):
        forward += [Stage(kinds.SUM, layer)] + [Stage(kinds.ACTIVATION, layer)] * (layer < last)
    forward += [Stage(kinds.SOFTMAX, last), Stage(kinds.LOSS, last)]
    backward: list[Stage] = []
    for layer in reversed(range(layers)):
        if layer < last:
            backward += [Stage(kinds.ACTIVATION_GRADIENT, layer), Stage(kinds.MASK, layer)]
        backward += [Stage(kind, layer) for kind in (kinds.SUM_GRADIENT, kinds.WEIGHT_GRADIENT, kinds.BIAS_GRADIENT)]
    return (*forward, *backward, Stage(kinds.WEIGHT_UPDATE, 0))


def sources_of(stage: Stage, layers: int) -> tuple[Stage, ...]:
    """Return the stages whose numbers a stage is made of, in a network with so many layers of weights.

    On the backward pass they are the factors of the chain rule. Parameters and labels, which are no stages, are left
    out.
    """
    kinds, layer = StageKind, stage.layer
    incoming = Stage(kinds.ACTIVATION, layer - 1) if layer else Stage(kinds.INPUT)
    match stage.kind:
        case kinds.INPUT:
            return ()
        case kinds.SUM:
            return (incoming,)
        case kinds.ACTIVATION | kinds.SOFTMAX:
            return (Stage(kinds.SUM, layer),)
        case kinds.LOSS:
            return (Stage(kinds.SOFTMAX, layer),)
        case kinds.SUM_GRADIENT if layer == layers - 1:
            return (Stage(kinds.SOFTMAX, layer),)
        case kinds.SUM_GRADIENT:
            return (Stage(kinds.ACTIVATION_GRADIENT, layer), Stage(kinds.MASK, layer))
        case kinds.WEIGHT_GRADIENT:
            return (incoming, Stage(kinds.SUM_GRADIENT, layer))
        case kinds.BIAS_GRADIENT:
            return (Stage(kinds.SUM_GRADIENT, layer),)
        case kinds.ACTIVATION_GRADIENT:
            return (Stage(kinds.SUM_GRADIENT, layer + 1),)
        case kinds.MASK:
            return (Stage(kinds.ACTIVATION, layer),)
        case kinds.WEIGHT_UPDATE:
            return (Stage(kinds.WEIGHT_GRADIENT, layer),)
        case kinds.BIAS_UPDATE:
            return (Stage(kinds.BIAS_GRADIENT, layer),)


def symbol(stage: Stage, activation: Activation) -> str:
    """Return the short name of a stage, such as "dW₁"."""
    if stage.kind in (StageKind.INPUT, StageKind.SOFTMAX, StageKind.LOSS):
        return str(stage.kind.value)
    name = "f′" if stage.kind is StageKind.MASK and activation != "relu" else str(stage.kind.value)
    return name + subscript(stage.layer + 1)


def subscript(count: int) -> str:
    """Return a number as a lowered index."""
    return str(count).translate(_SUBSCRIPTS)


def inputs_symbol(layer: int) -> str:
    """Return the symbol of what enters a layer, counted from 0: "x" for the first, "a₁" for the next."""
    return f"a{subscript(layer)}" if layer else "x"


def values(explanation: UpdateExplanation, stage: Stage, example: int | None) -> Floats:
    """Return a stage's numbers.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    stage : Stage
        One of its stages.
    example : int or None
        An image of the batch, or None for the batch as a whole.

    Returns
    -------
    float array
        For one image (units,), and (inputs, outputs) for weights: its own part of the batch's gradient. For the
        batch (r, units), one row for each image kept in full; losses (m,); gradients of weights and biases without
        the first axis, for they are sums over the batch; and so is the change that the update makes.
    """
    kind, layer = stage.kind, stage.layer
    if kind is StageKind.WEIGHT_UPDATE:
        return explanation.change.weights[layer]
    if kind is StageKind.BIAS_UPDATE:
        return explanation.change.biases[layer]
    if example is None and kind is StageKind.WEIGHT_GRADIENT:
        return explanation.gradient.weights[layer]
    if example is None and kind is StageKind.BIAS_GRADIENT:
        return explanation.gradient.biases[layer]
    if kind is StageKind.LOSS:
        return explanation.losses if example is None else explanation.losses[example : example + 1]
    if kind is StageKind.WEIGHT_GRADIENT:
        assert example is not None
        row = explanation.row(example)
        inputs, dz = explanation.passed.activations[layer][row], explanation.returned.sum_gradients[layer][row]
        with np.errstate(over="ignore", invalid="ignore"):
            return np.outer(inputs, dz)
    rows = _rows(explanation, stage)
    return rows if example is None else rows[explanation.row(example)]


def _rows(explanation: UpdateExplanation, stage: Stage) -> Floats:
    layer = stage.layer
    match stage.kind:
        case StageKind.INPUT:
            return explanation.inputs
        case StageKind.SUM:
            return explanation.passed.sums[layer]
        case StageKind.ACTIVATION:
            return explanation.passed.activations[layer + 1]
        case StageKind.SOFTMAX:
            return explanation.probabilities
        case StageKind.ACTIVATION_GRADIENT:
            return explanation.activation_gradients[layer]
        case StageKind.MASK:
            return explanation.returned.derivatives[layer]
        case _:
            # One image's part of a bias's gradient is the gradient of its pre-activation: its input is always 1.
            return explanation.returned.sum_gradients[layer]


def parameter_index(layout: Layout, stage: Stage, cell: Cell) -> int:
    """Return where in the parameter vector a cell of a stage lies that has weights or biases.

    Parameters
    ----------
    layout : Layout
        Where the parameters lie.
    stage : Stage
        Of one of the kinds in `PARAMETER_STAGES`.
    cell : Cell
        (input, output) of a weight or (unit,) of a bias.
    """
    return layout.index(f"{'W' if stage.is_weights else 'b'}{stage.layer + 1}", cell)


def parameter_at(layout: Layout, index: int) -> tuple[Stage, Cell]:
    """Return the layer and cell of a place in the parameter vector, as the update's stage of its weights or biases."""
    place, cell = layout.at(index)
    return Stage(StageKind.WEIGHT_UPDATE if place.is_weights else StageKind.BIAS_UPDATE, place.number - 1), cell
