"""Where someone stands in an update: at which stage, with which image, looking at which units.

One unit of every layer is chosen at a time, so that the cells looked at from stage to stage form one path through the
network: choose unit 3 at z1, and dW1 opens at the weights of unit 3. Where nobody has chosen, the path leads through
what matters most for the image.
"""

import numpy as np

from core.explanation.chain import Chain, update_of
from core.explanation.parameter_update import ParameterUpdate
from core.explanation.stage import Cell, Stage
from core.explanation.update import UpdateExplanation
from core.network.layout import Layout


class StageWalk:
    """A place in the chain of stages.

    Attributes
    ----------
    stages : tuple of Stage
        The chain; empty as long as there is no update.
    updates : tuple of ParameterUpdate
        The parts of its end that can be looked at: the update of every array of parameters.
    place : int
        Where in it.
    image : int
        The image of the batch that is, or was last, followed.
    whole_batch : bool
        Whether the batch as a whole is looked at instead.
    """

    def __init__(self) -> None:
        self.stages: tuple[Stage, ...] = ()
        self.updates: tuple[ParameterUpdate, ...] = ()
        self.place = 0
        self.image = 0
        self.whole_batch = False
        self._layout: Layout | None = None
        self._part = 0
        self._path: dict[int, int] = {}
        self._chosen_layers: set[int] = set()

    @property
    def stage(self) -> Stage:
        """The stage one is at; of the update, the part that was chosen."""
        stage = self.stages[self.place]
        return self.updates[self._part] if stage.is_update else stage

    @property
    def cell(self) -> Cell:
        """The chosen cell of the stage."""
        return self.cell_of(self.stage)

    @property
    def example(self) -> int | None:
        """The image of the batch that is followed; None for the batch as a whole."""
        return None if self.whole_batch else self.image

    @property
    def is_last(self) -> bool:
        """Whether only the update itself is left to be made."""
        return self.place == len(self.stages) - 1

    @property
    def parameter(self) -> tuple[ParameterUpdate, Cell]:
        """The parameter that is looked at, with the update that it is part of: the one shown, or the path's weight."""
        update = self.stage if isinstance(self.stage, ParameterUpdate) else update_of(self.stage, self.updates)
        return update, self.cell_of(update)

    @property
    def parameter_index(self) -> int:
        """Its place in the parameter vector."""
        update, cell = self.parameter
        return update.index(cell)

    def cell_of(self, stage: Stage) -> Cell:
        """Return the chosen cell of any stage."""
        return tuple(self._path[units.layer] for units in stage.axes)

    def go_to(self, place: int) -> None:
        """Go to a place of the chain, or to the nearest end."""
        self.place = min(max(place, 0), max(len(self.stages) - 1, 0))

    def choose(self, cell: Cell) -> None:
        """Choose a cell of the present stage, and with it the units that it belongs to."""
        for units, unit in zip(self.stage.axes, cell, strict=True):
            self._path[units.layer] = unit
            self._chosen_layers.add(units.layer)

    def hold(self) -> None:
        """Choose the parameter that is looked at, so that it is the same one in the next update."""
        update, _ = self.parameter
        self._chosen_layers.update(units.layer for units in update.axes)

    def choose_update(self, part: int) -> None:
        """Choose which of `updates` the update shows."""
        self._part = part

    def adopt(self, explanation: UpdateExplanation) -> bool:
        """Take an update over; return whether its network has other layers, so that the walk begins anew."""
        is_new = explanation.before.layout != self._layout
        chain = Chain(explanation)
        self.stages, self.updates = chain.stages, chain.updates
        self.image = min(max(self.image, explanation.first), explanation.last)
        if is_new:
            self._layout = explanation.before.layout
            self._part = 0
            self._chosen_layers.clear()
            self.go_to(self.place)
        self.follow(explanation, self.image)
        return is_new

    def follow(self, explanation: UpdateExplanation, image: int) -> None:
        """Follow an image that the explanation holds in full."""
        self.image = image
        path = self._natural_path(explanation)
        self._path = {layer: self._path[layer] if layer in self._chosen_layers else path[layer] for layer in path}

    def _natural_path(self, explanation: UpdateExplanation) -> dict[int, int]:
        """Return, for every layer, a unit worth looking at: the truth, and what has most to do with it."""
        row = explanation.row(self.image)
        path = {0: int(explanation.inputs[row].argmax())}
        for stage in self.stages:
            # Of a layer's stages on the backward pass, the last are the gradients at its pre-activations.
            if stage.is_backward and stage.is_by_image:
                path[stage.units.layer] = int(np.abs(stage.values(self.image)).argmax())
        path[max(path)] = int(explanation.labels[row])
        return path
