"""What a user does to data by hand that lie or look otherwise than they should: turn, mirror, invert, name the classes.

Readers tell most of it by looking (`core.data.readers.interpretation`); what they cannot be certain of is left to
people.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataPair, Dataset
from core.network.arrays import CLASSES, IMAGE_SIDE, PIXELS

_TURNS = ("", "turned by a quarter to the right", "turned upside down", "turned by a quarter to the left")


@dataclass(frozen=True)
class Adjustment:
    """What is done to all images of a data set, training and test alike; by default nothing.

    Attributes
    ----------
    turns : int
        Quarter turns to the right, 0 to 3, made after the mirroring.
    mirrored : bool
        Whether left and right are exchanged.
    inverted : bool
        Whether ink and paper are exchanged.
    class_names : tuple of str
        What the classes are called; empty for what the data say.
    """

    turns: int = 0
    mirrored: bool = False
    inverted: bool = False
    class_names: tuple[str, ...] = ()

    def turn(self) -> "Adjustment":
        """Return this with one more quarter turn to the right; four of them undo each other."""
        return replace(self, turns=(self.turns + 1) % 4)

    def mirror(self) -> "Adjustment":
        """Return this with left and right exchanged, as the images are seen; a second time undoes it."""
        # What was turned to the right before is, seen in the mirror, turned to the left.
        return replace(self, turns=-self.turns % 4, mirrored=not self.mirrored)

    def invert(self) -> "Adjustment":
        """Return this with ink and paper exchanged; a second time undoes it."""
        return replace(self, inverted=not self.inverted)

    def apply(self, data: DataPair) -> DataPair:
        """Return the data so adjusted; what was done is among their notes."""
        if self == Adjustment():
            return data
        return replace(data, train=self._applied(data.train), test=self._applied(data.test))

    def to_dict(self) -> dict[str, Any]:
        """Return this for JSON."""
        return {
            "turns": self.turns,
            "mirrored": self.mirrored,
            "inverted": self.inverted,
            "class_names": list(self.class_names),
        }

    @classmethod
    def from_dict(cls, values: object) -> "Adjustment":
        """Return what `to_dict` made; nothing where it is damaged."""
        if not isinstance(values, dict):
            return cls()
        names = values.get("class_names")
        is_named = isinstance(names, list) and len(names) == CLASSES and all(isinstance(name, str) for name in names)
        turns = values.get("turns")
        return cls(
            turns=turns % 4 if type(turns) is int else 0,
            mirrored=values.get("mirrored") is True,
            inverted=values.get("inverted") is True,
            class_names=tuple(names) if is_named and isinstance(names, list) else (),
        )

    @property
    def note(self) -> str:
        """What was done, in a sentence; empty where the images are as they were."""
        done = ["mirrored"] * self.mirrored + [_TURNS[self.turns]] * bool(self.turns) + ["inverted"] * self.inverted
        return f"By hand: {', '.join(done)}." if done else ""

    def _applied(self, data: Dataset) -> Dataset:
        images: NDArray[np.uint8] = data.images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        if self.mirrored:
            images = images[:, :, ::-1]
        images = np.rot90(images, -self.turns, (1, 2))
        flat = np.ascontiguousarray(images).reshape(-1, PIXELS)
        return replace(
            data,
            images=np.uint8(255) - flat if self.inverted else flat,
            class_names=self.class_names or data.class_names,
            notes=(*data.notes, self.note) if self.note else data.notes,
            is_upright=None if self.note else data.is_upright,
        )
