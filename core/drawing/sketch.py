"""A drawing in the making: strokes that can be undone, and the ink that they leave.

The strokes are the truth; the ink follows from them alone, not from the screen, the size of the window or the speed
at which the strokes came. The state is a tuple of marks that is replaced and never changed, so that undo is going
back to an earlier tuple and works for everything: a stroke, the eraser, a pasted image, a clearing of the canvas.

Ink is kept at twice the canvas's resolution, fine enough for high-density screens, and averaged down for the network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.drawing.pen import FAR, PenStroke, Piece, Place, between, chords, closing, curve, opening, press
from core.drawing.preparation import Box, find_ink
from core.network.arrays import IMAGE_SIDE

CANVAS_SIDE = 280
"""Side of the canvas, in its own units."""

FINENESS = 2
"""Pixels of ink per unit of the canvas."""

INK_SIDE = CANVAS_SIDE * FINENESS

_EVERYTHING = Box(0, 0, INK_SIDE, INK_SIDE)
_CLOSEST = 1.0
_PASTED_SHARE = 0.7


@dataclass(frozen=True, eq=False)
class PastedImage:
    """An image that lies on the canvas.

    Attributes
    ----------
    ink : uint8 array of shape (560, 560)
        What it adds to the drawing, ink high.
    example : uint8 array of shape (28, 28), or None
        The image of a data set that it shows, which was prepared when the data set was made.
    """

    ink: NDArray[np.uint8]
    example: NDArray[np.uint8] | None = None


Mark = PenStroke | PastedImage


class Sketch:
    """Strokes on a square canvas of 280x280 units, with undo and redo."""

    def __init__(self) -> None:
        self._marks: tuple[Mark, ...] = ()
        self._past: list[tuple[Mark, ...]] = []
        self._future: list[tuple[Mark, ...]] = []
        self._places: list[Place] = []
        self._reports: list[Place] = []
        self._is_held = False
        self._erases = False
        self._raster = np.zeros((INK_SIDE, INK_SIDE), np.uint8)

    @property
    def raster(self) -> NDArray[np.uint8]:
        """The ink, uint8 of shape (560, 560), always the same array; the one that is drawn on, so never write to it."""
        return self._raster

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What has been drawn and not undone, in order, without the stroke in the making."""
        return self._marks

    @property
    def example(self) -> NDArray[np.uint8] | None:
        """The image of a data set, uint8 of shape (28, 28), that lies on the canvas untouched; None for any other."""
        untouched = len(self._marks) == 1 and not self.is_drawing
        only = self._marks[0] if untouched else None
        return only.example if isinstance(only, PastedImage) else None

    @property
    def is_empty(self) -> bool:
        """True where the paper shows no ink."""
        return not self._raster.any()

    @property
    def is_drawing(self) -> bool:
        """True between `begin` and `end`."""
        return bool(self._places)

    @property
    def tip(self) -> tuple[Piece, ...]:
        """What the stroke in the making would end with, roughly, if the pen were lifted now."""
        drawn = (closing(*self._places[-2:]),) if len(self._places) > 1 else ()
        return (*drawn, (self._places[-1], self._reports[-1])) if self._is_held else drawn

    @property
    def can_undo(self) -> bool:
        """True where `undo` would change something."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """True where `redo` would change something."""
        return bool(self._future)

    def ink(self) -> NDArray[np.uint8]:
        """Return what the network gets: uint8 of shape (280, 280), each pixel the mean of its four."""
        fine = self._raster.astype(np.uint16)
        pairs = fine[0::2] + fine[1::2]
        return ((pairs[:, 0::2] + pairs[:, 1::2] + 2) >> 2).astype(np.uint8)

    def begin(self, x: float, y: float, width: float, *, erases: bool = False) -> Box | None:
        """Put the pen down; return what changed of `raster`. Ends a stroke that is under way."""
        self.end()
        self._places, self._erases = [(x, y, width)], erases
        self._reports, self._is_held = [(x, y, width)], False
        return self._press([(self._places[0], self._places[0])])

    def extend(self, x: float, y: float, width: float) -> Box | None:
        """Move the pen, which is down; return what changed of `raster`. A move of less than a unit is put off."""
        if not self._places:
            return None
        last = self._reports[-1]
        distance = hypot(x - last[0], y - last[1])
        if distance < _CLOSEST:
            return self._press_harder(width)
        self._reports = [*self._reports[-3:], (x, y, width)]
        pieces = self._release((x, y, width))
        # How the line bends on a long way can only be told from where it goes on.
        self._is_held = distance >= FAR
        if not self._is_held:
            pieces += self._go_to((x, y, width))
        return self._press(pieces)

    def _release(self, after: Place | None) -> list[Piece]:
        """Go the long way to the report that was held back, now that the next one is known, or that there is none."""
        if not self._is_held:
            return []
        self._is_held = False
        known = self._reports if after is None else self._reports[:-1]
        before = known[-3] if len(known) > 2 else None
        places = [*between(before, known[-2], known[-1], after), known[-1]]
        return [piece for place in places for piece in self._go_to(place)]

    def _go_to(self, place: Place) -> list[Piece]:
        """Take a place into the stroke in the making; return the pieces that can be drawn now."""
        self._places.append(place)
        return [opening(*self._places)] if len(self._places) == 2 else curve(*self._places[-3:])

    def end(self) -> Box | None:
        """Lift the pen; return what changed of `raster`."""
        if not self._places:
            return None
        changed = self._press([*self._release(None), *self.tip])
        stroke = PenStroke(tuple(self._places), self._erases)
        self._places = []
        self._become((*self._marks, stroke))
        return changed

    def paste(self, image: PastedImage) -> Box:
        """Lay an image on an empty canvas; return what changed of `raster`."""
        return self.replace((image,))

    def clear(self) -> Box | None:
        """Take everything away, which can be undone; return what changed of `raster`."""
        self.end()
        if not self._marks:
            return None
        self._become(())
        return self._redraw()

    def undo(self) -> Box | None:
        """Go back to before the last change; return what changed of `raster`."""
        self.end()
        if not self._past:
            return None
        self._future.append(self._marks)
        self._marks = self._past.pop()
        return self._redraw()

    def redo(self) -> Box | None:
        """Take back the last `undo`; return what changed of `raster`."""
        self.end()
        if not self._future:
            return None
        self._past.append(self._marks)
        self._marks = self._future.pop()
        return self._redraw()

    def restore(self, marks: tuple[Mark, ...]) -> Box:
        """Show a drawing of an earlier start, of which nothing can be undone; return what changed of `raster`."""
        self._marks, self._past, self._future = marks, [], []
        return self._redraw()

    def replace(self, marks: tuple[Mark, ...]) -> Box:
        """Show another drawing in the place of this one, which can be undone; return what changed of `raster`."""
        self.end()
        self._become(marks)
        return self._redraw()

    def _become(self, marks: tuple[Mark, ...]) -> None:
        self._past.append(self._marks)
        self._future.clear()
        self._marks = marks

    def _press_harder(self, width: float) -> Box | None:
        """Let a dot grow while the pressure of a tablet's pen rises."""
        x, y, before = self._places[0]
        if len(self._reports) > 1 or width <= before:
            return None
        self._places = self._reports = [(x, y, width)]
        return self._press([(self._places[0], self._places[0])])

    def _press(self, pieces: Iterable[Piece]) -> Box | None:
        return press(self._raster, pieces, erases=self._erases, scale=FINENESS)

    def _redraw(self) -> Box:
        self._raster.fill(0)
        for mark in self._marks:
            if isinstance(mark, PastedImage):
                np.maximum(self._raster, mark.ink, out=self._raster)
            else:
                press(self._raster, chords(mark), erases=mark.erases, scale=FINENESS)
        return _EVERYTHING


def place_on_canvas(ink: NDArray[np.uint8]) -> PastedImage:
    """Lay an image of a digit on the canvas as a hand would have drawn it: in the middle, with paper around it.

    Parameters
    ----------
    ink : uint8 array of shape (H, W)
        0 is paper, 255 is full ink; of any size.
    """
    box = find_ink(ink)
    canvas = Image.new("L", (INK_SIDE, INK_SIDE))
    if box is not None:
        digit = Image.fromarray(ink[box.top : box.bottom, box.left : box.right])
        scale = _PASTED_SHARE * INK_SIDE / max(box.height, box.width)
        size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
        digit = digit.resize(size, Image.Resampling.BILINEAR)
        canvas.paste(digit, ((INK_SIDE - size[0]) // 2, (INK_SIDE - size[1]) // 2))
    return PastedImage(np.asarray(canvas, np.uint8))


def lay_out(example: NDArray[np.uint8]) -> PastedImage:
    """Cover the canvas with an image of a data set, uint8 of shape (28, 28), pixel by pixel."""
    zoom = INK_SIDE // IMAGE_SIDE
    return PastedImage(example.repeat(zoom, axis=0).repeat(zoom, axis=1), example)
