"""Where someone stands in an update: at which stage, with which image, looking at which units.

One unit of every layer is chosen at a time, so that the cells looked at from stage to stage form one path through the
network: choose unit 3 at z1, and dW1 opens at the weights of unit 3. Where nobody has chosen, the path leads through
what matters most for the image.
"""

from collections.abc import Iterable

import numpy as np

from core.explanation.chain import Chain, update_of
from core.explanation.parameter_update import ParameterUpdate
from core.explanation.stage import Cell, Stage
from core.explanation.units import MAPS, Key, is_maps
from core.explanation.update import UpdateExplanation
from core.network.arrays import Floats
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
        self._path: dict[Key, int] = {}
        self._chosen: set[Key] = set()

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

    def cell_of(self, stage: Stage) -> Cell:
        """Return the chosen cell of any stage."""
        return tuple(self._path[units.key] for units in stage.axes)

    def go_to(self, place: int) -> None:
        """Go to a place of the chain, or to the nearest end."""
        self.place = min(max(place, 0), max(len(self.stages) - 1, 0))

    def choose(self, cell: Cell) -> None:
        """Choose a cell of the present stage, and with it the units that it belongs to."""
        for units, unit in zip(self.stage.axes, cell, strict=True):
            self._take(units.key, unit)
            if units.kind in ("row", "column"):
                self._take_place(units.key, unit)
            elif units.kind == "number":
                for kind, size, place in zip(MAPS, units.shape, np.unravel_index(unit, units.shape), strict=True):
                    self._take(Key(units.layer, kind, size), int(place))
                    self._take_place(Key(units.layer, kind, size), int(place))
        self._take_numbers()

    def _take(self, key: Key, unit: int) -> None:
        self._path[key] = unit
        self._chosen.add(key)

    def _take_place(self, key: Key, place: int) -> None:
        """Choose the same row or column where maps of a layer are larger or smaller, before and behind a pooling."""
        for other in [each for each in self._path if each[:2] == key[:2] and each != key]:
            self._take(other, place * other.size // key.size)

    def _take_numbers(self) -> None:
        """Choose the same number where maps are laid in a row."""
        for units in {units for stage in self.stages for units in stage.axes if units.kind == "number"}:
            keys = [Key(units.layer, kind, size) for kind, size in zip(MAPS, units.shape, strict=True)]
            if self._chosen.issuperset(keys) and units not in self.stage.axes:
                self._take(units.key, int(np.ravel_multi_index([self._path[key] for key in keys], units.shape)))

    def hold(self) -> None:
        """Choose the parameter that is looked at, so that it is the same one in the next update."""
        update, _ = self.parameter
        self._chosen.update(units.key for units in update.axes)

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
            self._chosen.clear()
            self.go_to(self.place)
        self.follow(explanation, self.image)
        return is_new

    def follow(self, explanation: UpdateExplanation, image: int) -> None:
        """Follow an image that the explanation holds in full."""
        self.image = image
        path = self._natural_path(explanation)
        self._path = {key: self._path[key] if key in self._chosen else path[key] for key in path}

    def _natural_path(self, explanation: UpdateExplanation) -> dict[Key, int]:
        """Return, for every layer, a unit worth looking at: the truth, and what has most to do with it."""
        image, logits = self.stages[0], next(stage for stage in self.stages if stage.symbol == "p")
        path = _strongest(image, image.values(self.image), {})
        for stage in self.stages:
            # Of a layer's stages on the backward pass, the last are the gradients at its pre-activations.
            if stage.is_backward and stage.is_by_image:
                path |= _strongest(stage, stage.values(self.image), {})
        path[logits.units.key] = int(explanation.labels[explanation.row(self.image)])
        # A pooled image has no gradient: nothing before it learns.
        self._complete(path, [stage for stage in self.stages if is_maps(stage.axes)])
        for units in {units for stage in self.stages for units in stage.axes if units.kind == "number"}:
            # Maps laid in a row: the same number that is looked at in the maps.
            place = [path[Key(units.layer, kind, size)] for kind, size in zip(MAPS, units.shape, strict=True)]
            path[units.key] = int(np.ravel_multi_index(place, units.shape))
        # What runs over other units besides, such as the rows and columns of a kernel, goes by these.
        self._complete(path, (*self.stages, *self.updates))
        return path

    def _complete(self, path: dict[Key, int], stages: Iterable[Stage]) -> None:
        """Lead a path through what these stages run over and it does not say anything about."""
        for stage in stages:
            if any(units.key not in path for units in stage.axes):
                path |= _strongest(stage, stage.values(self.image), path)


def _strongest(stage: Stage, values: Floats, path: dict[Key, int]) -> dict[Key, int]:
    """Return where a stage's numbers are largest, along the axes that ``path`` does not say anything about."""
    free = [units.key for units in stage.axes if units.key not in path]
    there = np.abs(values[tuple(path.get(units.key, slice(None)) for units in stage.axes)])
    return dict(zip(free, map(int, np.unravel_index(int(there.argmax()), there.shape)), strict=True))
