"""Where someone stands in an update: at which stage, with which image, looking at which units.

One unit of every layer is chosen at a time, so that the cells looked at from stage to stage form one path through the
network: choose unit 3 at z1, and dW1 opens at the weights of unit 3. Where nobody has chosen, the path leads through
what matters most for the image.
"""

import numpy as np

from core.explanation.stages import PARAMETER_STAGES, UPDATES, Cell, Stage, StageKind, parameter_index, stages_of
from core.explanation.update import UpdateExplanation
from core.network.layout import Layout


class StageWalk:
    """A place in the chain of stages.

    Attributes
    ----------
    stages : tuple of Stage
        The chain.
    place : int
        Where in it.
    picture : int
        The image of the batch that is, or was last, followed.
    whole_batch : bool
        Whether the batch as a whole is looked at instead.
    """

    def __init__(self) -> None:
        self.stages = stages_of(2)
        self.place = 0
        self.picture = 0
        self.whole_batch = False
        self._layout: Layout | None = None
        self._update_stage = Stage(StageKind.WEIGHT_UPDATE)
        self._path: list[int] = []
        self._chosen_layers: set[int] = set()

    @property
    def stage(self) -> Stage:
        """The stage one is at; of the update, the part that was chosen."""
        stage = self.stages[self.place]
        return self._update_stage if stage.kind in UPDATES else stage

    @property
    def cell(self) -> Cell:
        """The chosen cell of the stage."""
        return self.cell_of(self.stage)

    @property
    def example(self) -> int | None:
        """The image of the batch that is followed; None for the batch as a whole."""
        return None if self.whole_batch else self.picture

    @property
    def is_last(self) -> bool:
        """Whether only the update itself is left to be made."""
        return self.place == len(self.stages) - 1

    @property
    def parameter(self) -> tuple[Stage, Cell]:
        """The parameter that is looked at, as a stage of weights or biases: the one shown, or the path's weight."""
        stage = self.stage if self.stage.kind in PARAMETER_STAGES else Stage(StageKind.WEIGHT_UPDATE, self.stage.layer)
        kind = StageKind.WEIGHT_UPDATE if stage.is_weights else StageKind.BIAS_UPDATE
        return Stage(kind, stage.layer), self.cell_of(stage)

    @property
    def parameter_index(self) -> int:
        """Its place in the parameter vector."""
        assert self._layout is not None
        return parameter_index(self._layout, *self.parameter)

    def cell_of(self, stage: Stage) -> Cell:
        """Return the chosen cell of any stage."""
        return tuple(self._path[axis] for axis in stage.axes)

    def go_to(self, place: int) -> None:
        """Go to a place of the chain, or to the nearest end."""
        self.place = min(max(place, 0), len(self.stages) - 1)

    def choose(self, cell: Cell) -> None:
        """Choose a cell of the present stage, and with it the units that it belongs to."""
        for axis, unit in zip(self.stage.axes, cell, strict=True):
            self._path[axis] = unit
            self._chosen_layers.add(axis)

    def hold(self) -> None:
        """Choose the parameter that is looked at, so that it is the same one in the next update."""
        stage, _ = self.parameter
        self._chosen_layers.update(stage.axes)

    def choose_update(self, stage: Stage) -> None:
        """Choose which parameters the update shows."""
        self._update_stage = stage

    def adopt(self, explanation: UpdateExplanation) -> bool:
        """Take an update over; return whether its network has other layers, so that the walk begins anew."""
        is_new = explanation.before.layout != self._layout
        self.picture = min(max(self.picture, explanation.first), explanation.last)
        if is_new:
            self._layout = explanation.before.layout
            self.stages = stages_of(len(explanation.layer_sizes) - 1)
            self._update_stage = Stage(StageKind.WEIGHT_UPDATE)
            self._chosen_layers.clear()
            self.go_to(self.place)
        self.follow(explanation, self.picture)
        return is_new

    def follow(self, explanation: UpdateExplanation, picture: int) -> None:
        """Follow an image that the explanation holds in full."""
        self.picture = picture
        path = self._natural_path(explanation)
        self._path = [self._path[layer] if layer in self._chosen_layers else unit for layer, unit in enumerate(path)]

    def _natural_path(self, explanation: UpdateExplanation) -> list[int]:
        """Return, for every layer, a unit worth looking at: the truth, and what has most to do with it."""
        row = explanation.row(self.picture)
        hidden = [int(np.abs(dz[row]).argmax()) for dz in explanation.returned.sum_gradients[:-1]]
        return [int(explanation.inputs[row].argmax()), *hidden, int(explanation.labels[row])]
