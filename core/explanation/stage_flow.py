"""One stage of an update in the diagram of the network: where it happens, and what flows there.

Forward, the numbers of a layer are those of its newest stage, and layers that the signal has not come to have none.
Back, they are the gradients that have got there. Lines are drawn into one layer alone, for stages that multiply:

    z     a_i * w_ij            forward, from the layer before
    dW    a_i * dz_j            the gradient of each weight
    da    w_ij * dz_j           back along the same connections
    W     after - before        what the update does

What is one number for a unit of a convolution is a mean over the places of its map forward, and a sum back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.explanation.parameter_update import ParameterUpdate
from core.explanation.signal_flow import SignalFlow, kernel_images, maps_of
from core.explanation.stage import GradientStage, Stage, subscript
from core.network.arrays import Floats
from core.network.operation import Pass
from core.network.unit_layers import UnitLayer, layer_of, unit_layers

IMAGE = -1
"""Stands for the image where a layer is meant."""


@dataclass(frozen=True, eq=False)
class StageFlow:
    """A stage in the diagram.

    Attributes
    ----------
    flow : SignalFlow
        All numbers that there are by then.
    layer : int
        The layer that the stage is about, from 0, or `IMAGE`.
    is_backward : bool
        Whether it belongs to the backward pass, or to the update behind it.
    """

    flow: SignalFlow
    layer: int
    is_backward: bool


def flow_of_stage(stage: Stage, stages: Sequence[Stage], image: int, *, whole_batch: bool = False) -> StageFlow:
    """Return what a stage lights up in the diagram of the network.

    Parameters
    ----------
    stage : Stage
        One of ``stages``, or the update of another array of parameters than the last of them.
    stages : sequence of Stage
        All of the update, in order.
    image : int
        An image of the batch that is kept in full.
    whole_batch : bool
        Whether gradients of parameters are those of the whole batch, or the part of that image.
    """
    layers = unit_layers(stage.explanation.before.layout)
    place = next((place for place, one in enumerate(stages) if one is stage), len(stages) - 1)
    maker = _Maker(stage, stages[: place + 1], layers, image)
    if stage.is_backward:
        maker.go_back(None if whole_batch else image)
    else:
        maker.go_forward()
    return StageFlow(maker.flow(), maker.layer, stage.is_backward)


class _Maker:
    """Fills in what is known by the time of a stage."""

    def __init__(self, stage: Stage, until: Sequence[Stage], layers: tuple[UnitLayer, ...], image: int) -> None:
        self._stage, self._until, self._layers, self._image = stage, until, layers, image
        self._explanation = stage.explanation
        self._row = self._explanation.row(image)
        self._units = [np.full(layer.units, np.nan, np.float32) for layer in layers]
        self._names = [""] * len(layers)
        self._lines = [np.zeros((layer.units, after.units), np.float32) for layer, after in pairwise(layers)]
        self._arriving: Floats | None = None
        self._carried = ""
        self._images = list(kernel_images(layers, self._explanation.before))
        self.layer = len(layers) - 1

    def go_forward(self) -> None:
        for stage in self._until:
            # What is made of the image before it enters the first layer is the image still.
            if stage.axes and (layer := self._layer_at(stage.place)) != IMAGE and stage.number:
                self._set_units(layer, stage.values(self._image), stage.place, stage.symbol, is_sum=False)
        self.layer = self._layer_at(self._stage.place) if self._stage.number else IMAGE
        into = self._layers[max(self.layer, 0)]
        if self.layer != IMAGE and self._stage.place == into.operation:
            (incoming,) = self._stage.sources
            self._set_lines(into, into.multiplied(self._one_of(into)) * self._weights(into))
            self._carried = f"{incoming.symbol} · W{subscript(into.number)}"

    def go_back(self, example: int | None) -> None:
        for stage in self._until:
            is_gradient = isinstance(stage, GradientStage) and not stage.parameter
            # The gradient by what enters an operation is that by what the one before gives out.
            layer = self._layer_at(stage.place - 1)
            if is_gradient and layer != IMAGE:
                self._set_units(layer, stage.values(self._image), stage.place - 1, stage.symbol)
        stage = self._stage
        if isinstance(stage, ParameterUpdate) or stage.parameter:
            self._show_parameters(stage, example)
        elif isinstance(stage, GradientStage):
            self.layer = self._layer_at(stage.place - 1)
            if self.layer + 1 < len(self._layers) and stage.place == self._layers[self.layer + 1].operation:
                self._show_backward_lines(self._layers[self.layer + 1])
        else:
            self.layer = self._layer_at(stage.place)
            self._set_units(self.layer, stage.values(self._image), stage.place, stage.symbol)

    def flow(self) -> SignalFlow:
        return SignalFlow(
            "stage",
            self._layers,
            tuple(self._units),
            self._arriving,
            tuple(self._lines),
            tuple(self._images),
            (),
            (*self._names, self._carried),
            self._importances(),
        )

    def _importances(self) -> tuple[Floats, ...]:
        """Return how much each unit passes on of this image, whatever the stage: the same units stay in view."""
        found: list[Floats] = []
        for after in self._layers[1:]:
            carried = after.summed_by_source(after.multiplied(self._one_of(after)) * self._weights(after))
            found.append(np.abs(carried).sum(axis=1))
        return (*found, np.ones(self._layers[-1].units, np.float32))

    def _layer_at(self, index: int) -> int:
        layout = self._explanation.before.layout
        if index < self._layers[0].operation:
            return IMAGE
        return layer_of(layout, min(index, len(layout.operations) - 1)).number - 1

    def _of_row(self, numbers: Floats) -> Floats:
        return numbers[self._row : self._row + 1]

    def _one_of(self, layer: UnitLayer) -> Pass:
        work = self._explanation.work(layer.operation)
        input_, output, d_input, kept = map(self._of_row, (work.input, work.output, work.d_input, work.kept))
        return Pass(input_, output, d_input, kept)

    def _weights(self, layer: UnitLayer) -> Floats:
        return self._explanation.before.arrays[layer.weights.name]

    def _set_units(self, layer: int, numbers: Floats, index: int, name: str, *, is_sum: bool = True) -> None:
        of = self._layers[layer]
        self._names[layer] = name
        if numbers.size == of.units:
            self._units[layer] = numbers.ravel()
            return
        # What the loss makes of the logits stands at the digits.
        index = min(index, of.behind - 1)
        if of.owners[index - of.operation].size != numbers.size:
            # Which of its inputs a pooling took: as many numbers as came in.
            index -= 1
        each = of.by_unit(numbers[np.newaxis], index)[0]
        self._units[layer] = each.sum(axis=1) if is_sum else each.mean(axis=1)
        if of.map_shape_at(index):
            self._images[layer] = maps_of(of, numbers[np.newaxis], index)

    def _set_lines(self, layer: UnitLayer, numbers: Floats) -> None:
        sums = layer.summed_by_source(numbers)
        if layer.number == 1:
            self._arriving = sums.sum(axis=0)
        else:
            self._lines[layer.number - 2] = sums

    def _show_parameters(self, stage: Stage, example: int | None) -> None:
        self.layer = self._layer_at(stage.place)
        layer, values = self._layers[self.layer], stage.values(example)
        if not stage.is_weights:
            self._set_units(self.layer, values, stage.place, stage.symbol)
            return
        self._set_lines(layer, values)
        self._carried = f"change of {stage.symbol}" if stage.is_update else stage.symbol
        if layer.number == 1:
            images = layer.source_images(values)
            self._images[0] = images[:, 0]

    def _show_backward_lines(self, layer: UnitLayer) -> None:
        arriving = layer.by_unit(self._of_row(self._explanation.work(layer.operation + 1).d_input), layer.operation)
        self._set_lines(layer, self._weights(layer) * arriving[0].sum(axis=1))
        self._carried = f"W{subscript(layer.number)} · {self._stage.sources[0].symbol}"
