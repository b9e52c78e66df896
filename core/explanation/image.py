"""The stage with which every update begins: the image, as the network sees it."""

from dataclasses import dataclass

from core.explanation.stage import Cell, Stage
from core.explanation.terms import Terms, Working
from core.explanation.units import Units
from core.explanation.update import UpdateExplanation
from core.network.arrays import Floats
from core.network.flatten import Unflatten


@dataclass(frozen=True, eq=False)
class _ImageStage(Stage):
    """x: pixels from 0 to 1."""

    letter = symbol = "x"
    name, one = "the image", "ink"
    is_ink = True

    @property
    def line(self) -> str:
        return (
            "x[c, r, s]: ink at row r, column s, from 0 to 1" if self.is_maps else "x[i]: ink of pixel i, from 0 to 1"
        )

    def rows(self) -> Floats:
        inputs = self.explanation.passes.inputs
        return inputs.reshape(len(inputs), *(units.size for units in self.axes))

    def image_terms(self, cell: Cell, row: int) -> Terms:
        pixel = self.value(cell, row)
        augmented = self.explanation.config.augmentation != "none"
        label = "ink after augmentation" if augmented else "ink in the file, 0 to 255"
        if self.explanation.own is not None:
            label = "ink of your image, 0 to 255"
        working = Working("{0:t} / 255", (pixel * 255,), lambda ink: ink / 255)
        scale = (("1/255", 1 / 255),)
        return self.make_terms(cell, "ink / 255", pixel, [pixel * 255], (label,), multipliers=scale, working=working)

    def legend(self) -> list[str]:
        place = "x[i]: pixel i, counted from 0, row by row"
        if self.is_maps:
            place = "x[c, r, s]: pixel at row r, column s; c is 0, for the image is one map"
        return [place, "255: full ink (intensity) in the file"]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        assert example is not None
        label = self.explanation.label_name(example)
        which = f"An image labeled {label}" if self.explanation.own is None else f"Your image, labeled {label},"
        return (
            f"{which} as the network sees it: 784 numbers from 0 (paper) to 1 (ink), "
            f"{int((self.values(example) > 0).sum())} of them above 0. This one is {self.unit(cell)}."
        )

    def batch_rule(self) -> str:
        return "x = ink / 255"

    def batch_sentence(self) -> str:
        return f"{self.which}, each as 784 numbers from 0 (paper) to 1 (ink)."


def image_stage(explanation: UpdateExplanation) -> Stage:
    """Return the first stage of an update."""
    layout = explanation.before.layout
    if isinstance(layout.operations[0], Unflatten):
        maps, rows, columns = layout.operations[0].shape
        axes = Units(0, maps, "map"), Units(0, rows, "row"), Units(0, columns, "column")
        return _ImageStage(explanation, 0, 0, axes, ())
    (pixels,) = layout.in_shape
    return _ImageStage(explanation, 0, 0, (Units(0, pixels, "pixel"),), ())
