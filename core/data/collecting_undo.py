"""Keeps a collection in step with Undo and Redo on the canvas: a drawing that comes back has not been collected."""

import numpy as np
from numpy.typing import NDArray

from core.data.my_digits import MyDigits


class CollectingUndo:
    """Knows which digits Undo has taken out of the collection, so that Redo puts them back."""

    def __init__(self) -> None:
        self._step = ""
        self._taken_out: list[tuple[NDArray[np.uint8], int]] = []

    def undo(self) -> None:
        """Take the change of the drawing that comes next for an Undo."""
        self._step = "undo"

    def redo(self) -> None:
        """Take the change of the drawing that comes next for a Redo."""
        self._step = "redo"

    def forget(self) -> None:
        """Put nothing back any more: something else was collected."""
        self._taken_out.clear()

    def follow(self, digits: MyDigits, image: NDArray[np.uint8] | None) -> MyDigits:
        """Return the collection after the drawing has changed: ``digits`` itself unless one goes or comes.

        Parameters
        ----------
        digits : MyDigits
            The collection so far.
        image : uint8 array of shape (784,), or None
            What is on the canvas now; None where that is nothing.
        """
        step, self._step = self._step, ""
        if step == "undo" and image is not None:
            rows = np.flatnonzero((digits.images == image).all(axis=1)).tolist()
            if rows:
                self._taken_out.append((image, int(digits.labels[rows[-1]])))
                return digits.without(rows[-1:])
        if step == "redo" and image is None and self._taken_out:
            image, label = self._taken_out.pop()
            return digits.added((image / 255).astype(np.float32), label)
        return digits
